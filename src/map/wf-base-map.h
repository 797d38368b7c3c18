/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-map-pack.h"
#include "wf-tile-fetcher.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * WfBaseMap:
 *
 * What lies under everything else on the map: map packs, the lower first, and at most one raster source over or in place
 * of them. Built in the main thread, then handed to a #WfMapView and not changed any more; from there on any thread
 * reads it.
 *
 * Signals, in the main thread: “changed”: tiles of a server have come; “trouble” (char *sentence): what is wrong with a server,
 * once until it is right again.
 */
#define WF_TYPE_BASE_MAP (wf_base_map_get_type ())
G_DECLARE_FINAL_TYPE (WfBaseMap, wf_base_map, WF, BASE_MAP, GObject)

WfBaseMap  *wf_base_map_new             (void);
WfBaseMap  *wf_base_map_new_default     (void);
void        wf_base_map_take_file       (WfBaseMap   *self,
                                         const char  *path,
                                         WfDatum      datum);
gboolean    wf_base_map_add_pack        (WfBaseMap   *self,
                                         const char  *path,
                                         GError     **error);
gboolean    wf_base_map_set_mbtiles     (WfBaseMap   *self,
                                         const char  *path,
                                         WfDatum      datum,
                                         GError     **error);
gboolean    wf_base_map_check_url       (const char  *url_template,
                                         GError     **error);
gboolean    wf_base_map_set_url         (WfBaseMap   *self,
                                         const char  *url_template,
                                         const char  *attribution,
                                         WfDatum      datum,
                                         WfTileGrid   grid,
                                         int          max_zoom,
                                         gint64       cache,
                                         GError     **error);
void        wf_base_map_set_server      (WfBaseMap   *self,
                                         WfTileFetcher *server,
                                         const char  *attribution,
                                         WfDatum      datum,
                                         WfTileGrid   grid,
                                         int          max_zoom);
GPtrArray  *wf_base_map_get_packs       (WfBaseMap   *self);
char       *wf_base_map_get_attribution (WfBaseMap   *self,
                                         double       lon,
                                         double       lat,
                                         int          zoom);
gboolean    wf_base_map_get_home        (WfBaseMap   *self,
                                         WfGeoBox    *home);
char       *wf_base_map_find_folder     (void);

G_END_DECLS
