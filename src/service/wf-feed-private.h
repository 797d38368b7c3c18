/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-feed.h"
#include "wf-rights.h"

G_BEGIN_DECLS

/* Private to the feed. wf-feed.c owns who follows and gives them entries, wf-feed-moves.c tells where units are and what
 * sensors read, wf-feed-sketch.c what is being drawn. */

#define WF_FEED_MOVE_EVERY 100 /* ms */

struct _WfFeed
{
  WfFeedNote note; /* (nullable) who wants to know what was given to whom */
  gpointer   note_data;

  WfFeedSketched sketched; /* (nullable) who wants to know that something drawn has changed */
  gpointer       sketched_data;

  WfStore    *store;       /* (owned) */
  GHashTable *subscribers; /* (owned) set of WfSubscriber */
  GHashTable *moved;       /* (owned) "scope\nunit", "scope\nsource\nquantity" → Moved */
  GQueue      turns;       /* (element-type Moved) the one that moved last at the end */
  guint64     turn;
  guint64     sketch_turn; /* when what is being drawn changed last; 0: nothing ever was */
  gint64      moved_at;    /* monotonic, ms: when some went out last */
  guint       silence;     /* s that a subscriber may say nothing, not even answer a ping */
  guint       time_timer;
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
  int64_t                  desk;       /* a number of its own */
  char                    *actor;      /* (owned) */
  char                    *name;       /* (owned) (nullable) */
  GVariant                *sketch;     /* (owned) (nullable): what is being drawn there */
  gint64                   sketched_at; /* monotonic, ms */
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
void     wf_subscriber_take_sketch  (WfSubscriber *self,
                                     GVariant     *sketch);
void     wf_subscriber_end_sketch   (WfSubscriber *self,
                                     WfFeed       *feed);
void     wf_feed_write_sketches     (WfFeed       *self,
                                     GString      *body);

G_END_DECLS
