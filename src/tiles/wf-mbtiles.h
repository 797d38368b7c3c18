/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-geo.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/* Limits of one tile. */
#define WF_MBTILES_MAX_BYTES (4u * 1024 * 1024)
#define WF_MBTILES_MAX_SIDE  2048u

typedef enum
{
  WF_TILE_PNG,
  WF_TILE_JPEG,
  WF_TILE_WEBP,
  WF_TILE_VECTOR, /* “pbf”, in the OpenMapTiles schema */
} WfTileFormat;

/**
 * WfMbtilesInfo:
 * @name: what the set is called
 * @attribution: the line that must stand under the map, without markup
 * @format: of its tiles
 * @min_zoom: its lowest zoom
 * @max_zoom: its highest zoom
 * @box: its extent
 * @has_box: whether it says its extent; else @box is the world
 * @review_number: 审图号, or empty
 */
typedef struct
{
  char        *name;
  char        *attribution;
  WfTileFormat format;
  int          min_zoom;
  int          max_zoom;
  WfGeoBox     box;
  gboolean     has_box;
  char        *review_number;
} WfMbtilesInfo;

#define WF_TYPE_MBTILES (wf_mbtiles_get_type ())
G_DECLARE_FINAL_TYPE (WfMbtiles, wf_mbtiles, WF, MBTILES, GObject)

WfMbtiles           *wf_mbtiles_open       (const char    *path,
                                            GError       **error);
const char          *wf_mbtiles_get_path   (WfMbtiles     *self);
const WfMbtilesInfo *wf_mbtiles_get_info   (WfMbtiles     *self);
GBytes              *wf_mbtiles_read       (WfMbtiles     *self,
                                            int            zoom,
                                            int            x,
                                            int            y,
                                            GError       **error);

gboolean             wf_mbtiles_parse_info (GHashTable    *metadata,
                                            WfMbtilesInfo *info,
                                            GError       **error);
void                 wf_mbtiles_info_clear (WfMbtilesInfo *info);
gboolean             wf_tile_image_check   (const guint8  *data,
                                            gsize          size,
                                            WfTileFormat  *format,
                                            guint         *width,
                                            guint         *height,
                                            GError       **error);
gboolean             wf_tile_image_is_whole (const guint8  *data,
                                            gsize          size,
                                            WfTileFormat   format);

gboolean wf_mbtiles_check  (WfMbtiles     *self,
                            GCancellable  *cancellable,
                            GError       **error);
gboolean wf_map_file_check (const char    *path,
                            GCancellable  *cancellable,
                            GError       **error);

G_END_DECLS
