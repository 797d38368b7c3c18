/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-base-renderer.h"
#include "wf-mbtiles.h"
#include "wf-tile-fetcher.h"

G_BEGIN_DECLS

/**
 * WfRaster:
 *
 * A source of raster tiles: an MBTiles file, or a tile server by URL. What a server has is fetched in the main
 * loop after a worker has missed it; “changed” says that more is there, “trouble” (char *sentence) what is wrong with a server.
 * Images of another datum are shifted, so that everything drawn over them stays WGS 84.
 */
#define WF_TYPE_RASTER (wf_raster_get_type ())
G_DECLARE_FINAL_TYPE (WfRaster, wf_raster, WF, RASTER, GObject)

WfRaster   *wf_raster_new_mbtiles     (WfMbtiles         *set,
                                       WfDatum            datum);
WfRaster   *wf_raster_new_server      (WfTileFetcher     *server,
                                       const char        *attribution,
                                       WfDatum            datum,
                                       WfTileGrid         grid,
                                       int                max_zoom);
const char *wf_raster_get_attribution (WfRaster          *self);
gboolean    wf_raster_draw            (WfRaster          *self,
                                       cairo_t           *cr,
                                       const WfBaseArea  *area,
                                       gboolean          *incomplete,
                                       GError           **error);

G_END_DECLS
