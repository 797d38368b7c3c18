/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-store.h"

#include <libsoup/soup.h>

G_BEGIN_DECLS

/* Private to service. WfFeed: who follows by WebSocket. */

#define WF_FEED_PROTOCOL "watchfire.v1"

typedef struct _WfFeed WfFeed;

/**
 * WfFeedNote:
 * @connection: a subscriber
 * @first: position behind which it was given entries …
 * @last: … up to this one
 * @data: as given
 */
typedef void (*WfFeedNote) (SoupWebsocketConnection *connection,
                            int64_t                  first,
                            int64_t                  last,
                            gpointer                 data);

/**
 * WfFeedSketched:
 * @data: as given
 *
 * What is being drawn has changed.
 */
typedef void (*WfFeedSketched) (gpointer data);

WfFeed *wf_feed_new         (WfStore                 *store,
                             guint                    silence);
void    wf_feed_free        (WfFeed                  *self);
void    wf_feed_add         (WfFeed                  *self,
                             SoupWebsocketConnection *connection,
                             GSocket                 *socket,
                             int64_t                  since,
                             const WfToken           *who,
                             WfFilter                *filter,
                             guint                    rate);
void    wf_feed_set_note    (WfFeed                  *self,
                             WfFeedNote               note,
                             gpointer                 data);
void    wf_feed_set_sketched (WfFeed                 *self,
                              WfFeedSketched          sketched,
                              gpointer                data);
gboolean wf_feed_may_sketch (const WfToken           *who);
const char *wf_feed_post_sketch (WfFeed              *self,
                             const WfToken           *who,
                             const char              *name,
                             GVariant                *sketch,
                             int64_t                 *desk);
guint   wf_feed_count       (WfFeed                  *self);
guint64 wf_feed_get_turn    (WfFeed                  *self);
void    wf_feed_write_moved (WfFeed                  *self,
                             WfFilter                *filter,
                             guint64                  told,
                             GString                 *body);

G_END_DECLS
