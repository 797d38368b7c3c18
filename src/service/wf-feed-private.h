/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-feed.h"
#include "wf-rights.h"

G_BEGIN_DECLS

/* Private to the feed. wf-feed.c owns who follows and gives them entries, wf-feed-moves.c tells where units are and what
 * sensors read, wf-feed-sketch.c what is being drawn. */

#define WF_FEED_MOVE_EVERY 100 /* ms */

/**
 * WfDrawer:
 * @actor: (owned): who
 * @name: (owned) (nullable): that person's name
 * @desk: a number of its own
 * @sketch: (owned) (nullable): what is being drawn there
 * @sketched_at: when that was said, monotonic, ms
 *
 * A desk that somebody may be drawing at, whichever way it is told.
 */
typedef struct
{
  char     *actor;
  char     *name;
  int64_t   desk;
  GVariant *sketch;
  gint64    sketched_at;
} WfDrawer;

struct _WfFeed
{
  WfFeedNote note; /* (nullable) who wants to know what was given to whom */
  gpointer   note_data;

  WfFeedSketched sketched; /* (nullable) who wants to know that something drawn has changed */
  gpointer       sketched_data;

  WfStore    *store;       /* (owned) */
  GHashTable *subscribers; /* (owned) set of WfSubscriber */
  GHashTable *posted;      /* (owned) "actor\ndesk" → WfDrawer: who draws and has no WebSocket */
  GHashTable *moved;       /* (owned) "scope\nunit", "scope\nsource\nquantity" → Moved */
  GQueue      turns;       /* (element-type Moved) the one that moved last at the end */
  guint64     turn;
  guint64     sketch_turn; /* when what is being drawn changed last; 0: nothing ever was */
  gint64      moved_at;    /* monotonic, ms: when some went out last */
  guint       silence;     /* s that a subscriber may say nothing, not even answer a ping */
  guint       time_timer;
  guint       posted_timer; /* runs while anybody has posted what is being drawn */
  guint       move_timer;
  int64_t     desks;       /* how many have ever followed */
};

typedef struct
{
  gatomicrefcount          refs;
  WfFeed                  *feed;       /* NULL once it is over */
  SoupWebsocketConnection *connection; /* (owned) */
  GSocket                 *socket;     /* (owned) under it */
  int64_t                  sent;       /* position of the last entry given */
  int64_t                  noted;      /* up to where it was noted that it was given */
  GQueue                   unacked;    /* (element-type Sent) */
  gsize                    unacked_bytes;
  guint64                  soft_sent;  /* bytes that nobody acknowledges */
  guint64                  soft_known; /* of them, what has arrived */
  guint64                  beat_sent;  /* soft_sent when the last beat went out */
  guint                    beat;
  gboolean                 beating;    /* its echo has not come yet */
  int64_t                  stalled_at; /* 0: it does not */
  gint64                   heard_at;   /* monotonic, ms */
  WfRole                   role;       /* what is not meant for it comes without payload */
  WfFilter                *filter;     /* (owned) (nullable) */
  GHashTable              *inside;     /* (owned) (nullable) set of Moved: where it has a filter by area, who is in it */
  guint64                  told;       /* turn of the last position given */
  gint64                   move_every; /* ms */
  gint64                   moved_at;   /* monotonic, ms */
  gboolean                 reading;
  WfDrawer                 drawer;
} WfSubscriber;

/* wf-feed.c */
gint64   wf_feed_now                (void);
gboolean wf_subscriber_may_be_told  (WfSubscriber *self);
void     wf_subscriber_tell         (WfSubscriber *self,
                                     GBytes       *frame);
void     wf_subscriber_send_time    (WfSubscriber *self,
                                     const char   *kind);

/* wf-feed-moves.c */
void     wf_feed_init_moves         (WfFeed       *self);
void     wf_feed_clear_moves        (WfFeed       *self);
void     wf_feed_arm_moves          (WfFeed       *self);

/* wf-feed-sketch.c */
void     wf_feed_init_sketches      (WfFeed       *self);
void     wf_feed_clear_sketches     (WfFeed       *self);
void     wf_drawer_init             (WfDrawer      *drawer,
                                     WfFeed        *feed,
                                     const WfToken *who);
void     wf_drawer_clear            (WfDrawer      *drawer);
void     wf_subscriber_take_sketch  (WfSubscriber *self,
                                     GVariant     *sketch);
void     wf_subscriber_end_sketch   (WfSubscriber *self,
                                     WfFeed       *feed);
void     wf_feed_write_sketches     (WfFeed       *self,
                                     GString      *body);

G_END_DECLS
