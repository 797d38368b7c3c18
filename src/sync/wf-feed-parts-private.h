/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-feed-private.h"
#include "wf-snapshot-private.h"
#include "wf-worker.h"

G_BEGIN_DECLS

/* Private to the files of WfFeed. */

#define RETRY_FIRST   200   /* ms */

struct _WfFeed
{
  GObject parent_instance;

  WfClock                 *clock;     /* (owned) */
  WfHttp                  *http;      /* (owned) */
  const WfFeedClient      *client;
  gpointer                 data;
  WfWorker                *worker;    /* (owned) */
  GCancellable            *attempt;   /* (owned) (nullable) everything of one attempt hangs on it */
  SoupWebsocketConnection *socket;    /* (owned) (nullable) */
  guint                    retry_id;
  guint                    ping_id;
  guint                    delay;     /* ms, to the next attempt */
  gint64                   heard_at;  /* monotonic */
  int64_t                  since;
  int64_t                  moved;     /* turn of the last position, while polling */
  GHashTable              *drawn;     /* (owned) (element-type gint64 GVariant): what others draw, while polling */
  gint64                   poll_until; /* monotonic: WebSockets do not get through */
  gboolean                 snapshot;  /* what we have does not join what the service has */
  gboolean                 greeted;   /* the WebSocket has said something */
  gboolean                 falling_back; /* it said nothing, and whether polling does better is not known yet */
  gboolean                 pinging;
  gboolean                 sketches; /* the service takes what is being drawn */
  gboolean                 polls;    /* and not by WebSocket */
  char                    *desk;     /* (owned) (nullable): how this desk is called where it posts what is drawn here */
  GVariant                *sketch;   /* (owned) (nullable): what is drawn here and posted */
  gboolean                 sketch_waits; /* it has not been posted yet */
  gboolean                 posting;
  gboolean                 unheard;  /* the service takes none of it from us */
  gint64                   posted_at; /* monotonic */
  guint                    post_id;
  int64_t                  own_desk; /* by which number others know this desk; 0: they do not */
  gboolean unauthorized; /* it ended because of who asks */
};

/* What a callback of an attempt needs to see whether it still matters. */
typedef struct
{
  WfFeed           *self;
  GCancellable     *attempt;
  gint64            sent_at; /* by the clock, ms */
  WfSnapshotReader *reader;  /* in use by one thread at a time */
  SoupMessage      *message;
  GInputStream     *stream;
  gboolean          compare; /* nothing hangs on it */
} WfFeedStep;

WfFeedStep *wf_feed_step_new         (WfFeed       *self);
void        wf_feed_step_free        (WfFeedStep   *step);
gboolean    wf_feed_step_is_current  (WfFeedStep   *step);
void        wf_feed_step_fail        (WfFeedStep   *step,
                                      GError       *error);
WfAnswer   *wf_feed_step_take_answer (WfFeedStep   *step,
                                      GObject      *http,
                                      GAsyncResult *result);
void        wf_feed_poll_instead     (WfFeed       *self,
                                      const char   *reason);
gboolean    wf_feed_ping_cb          (gpointer      data);

/* wf-feed-sketch.c */
void        wf_feed_take_drawn       (WfFeed       *self,
                                      GPtrArray    *drawn);
void        wf_feed_move_sketch      (WfFeed       *self);
void        wf_feed_forget_sketch    (WfFeed       *self);

/* wf-feed-follow.c */
void        wf_feed_poll             (WfFeed       *self,
                                      int           wait);

/* wf-feed-snapshot.c */
void        wf_feed_take_snapshot    (WfFeed       *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WfFeedStep, wf_feed_step_free)

G_END_DECLS
