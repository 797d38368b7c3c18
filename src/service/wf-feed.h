/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-store.h"

#include <libsoup/soup.h>

G_BEGIN_DECLS

/* Private to service. WfFeed: who follows by WebSocket. */

#define WF_FEED_PROTOCOL "watchfire.v1"

typedef struct _WfFeed WfFeed;

WfFeed *wf_feed_new   (WfStore                 *store);
void    wf_feed_free  (WfFeed                  *self);
void    wf_feed_add   (WfFeed                  *self,
                       SoupWebsocketConnection *connection,
                       int64_t                  since);
guint   wf_feed_count (WfFeed                  *self);

G_END_DECLS
