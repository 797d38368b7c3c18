/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <libsoup/soup.h>

G_BEGIN_DECLS

/**
 * WfTileMessage:
 * @address: of a tile
 * @data: what was given with it
 *
 * Returns: (transfer full) (nullable): a request for it, such as one that says who asks
 */
typedef SoupMessage *(*WfTileMessage) (const char *address,
                                       gpointer    data);

/**
 * WfTileGrid:
 * @WF_TILE_GRID_WEB: squares of Web Mercator, 256 · 2^zoom pixels for the world, rows counted from the north
 * @WF_TILE_GRID_BAIDU: squares of Baidu's own projection, a metre a pixel at zoom 18, counted from where equator and Greenwich
 *   cross to the north and east; further south or west there are none
 *
 * How tiles are cut.
 */
typedef enum
{
  WF_TILE_GRID_WEB,
  WF_TILE_GRID_BAIDU,
} WfTileGrid;

/**
 * WfTileFetcher:
 *
 * Fetches the tiles of one server, and keeps them on the disk as long as the server allows and the limit has room. A server
 * that does not answer in time, sends something else than images, or more than a tile can have, is told about once, in a
 * sentence, until it is right again: “trouble” (char *sentence). What was kept is shown meanwhile, expired or not. Main thread;
 * the disk is another thread's.
 */
#define WF_TYPE_TILE_FETCHER (wf_tile_fetcher_get_type ())
G_DECLARE_FINAL_TYPE (WfTileFetcher, wf_tile_fetcher, WF, TILE_FETCHER, GObject)

WfTileFetcher *wf_tile_fetcher_new         (const char           *url_template,
                                            const char           *cache,
                                            gint64                limit);
void           wf_tile_fetcher_set_way     (WfTileFetcher        *self,
                                            SoupSession          *session,
                                            WfTileMessage         message,
                                            gpointer              data,
                                            GDestroyNotify        destroy);
void           wf_tile_fetcher_set_patience (WfTileFetcher       *self,
                                            guint                 milliseconds);
gboolean       wf_tile_fetcher_is_whole    (const char           *url_template);
char          *wf_tile_fetcher_make_address (const char          *url_template,
                                             int                  zoom,
                                             int                  x,
                                             int                  y);
gint64         wf_tile_fetcher_read_expiry (const char           *control,
                                            const char           *expires,
                                            gint64                now);
void           wf_tile_fetcher_get_async   (WfTileFetcher        *self,
                                            int                   zoom,
                                            int                   x,
                                            int                   y,
                                            GAsyncReadyCallback   callback,
                                            gpointer              data);
void           wf_tile_fetcher_refuse      (WfTileFetcher        *self,
                                            int                   zoom,
                                            int                   x,
                                            int                   y);
GBytes        *wf_tile_fetcher_get_finish  (WfTileFetcher        *self,
                                            GAsyncResult         *result,
                                            GError              **error);

G_END_DECLS
