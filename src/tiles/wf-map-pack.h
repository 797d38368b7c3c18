/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-geo.h"
#include "wf-map-feature.h"
#include "wf-mbtiles.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/* A map pack is one SQLite file (application_id 'WFMP', user_version 1) with the tables
 *
 *   metadata      (name TEXT PRIMARY KEY, value TEXT)
 *   feature       (id INTEGER PRIMARY KEY, class, min_zoom, max_zoom, rank, name TEXT, name_latin TEXT, geometry BLOB)
 *   feature_index rtree (id, min_lon, max_lon, min_lat, max_lat, min_zoom, max_zoom)
 *   road_node     (id INTEGER PRIMARY KEY, lon, lat)          in millionths of a degree; may be missing
 *   road_edge     (a, b, class)                               may be missing
 *
 * SQLite because it is there, reads a part of a large file, and can be looked into and made by other programs. See
 * doc/map-packs.md. */

#define WF_MAP_PACK_APPLICATION_ID 0x57464d50
#define WF_MAP_PACK_VERSION        1

/**
 * WfMapPackInfo:
 * @name: what the pack is called
 * @source: where its data come from
 * @licence: under which terms
 * @attribution: the line that must stand under the map
 * @review_number: 审图号, or empty
 * @datum: of its coordinates
 * @box: its extent
 * @home: what to show when it is opened; @box where the pack does not say
 * @min_zoom: from which zoom it is drawn; from there on it hides what packs under it have inside of @box, if @opaque
 * @max_zoom: the highest zoom that its data are meant for
 * @opaque: whether it replaces the packs under it inside of @box
 * @schematic: whether it is a schematic map (示意图), which the map then says
 */
typedef struct
{
  char    *name;
  char    *source;
  char    *licence;
  char    *attribution;
  char    *review_number;
  WfDatum  datum;
  WfGeoBox box;
  WfGeoBox home;
  int      min_zoom;
  int      max_zoom;
  gboolean opaque;
  gboolean schematic;
} WfMapPackInfo;

/**
 * WfMapFeature:
 *
 * A feature as it was read: never changed, counted references, any thread. Points are in Web Mercator of WGS 84, 0 to 1,
 * whatever the pack's datum is.
 */
typedef struct
{
  gatomicrefcount ref_count;
  int64_t         id;
  WfMapClass      map_class;
  int             min_zoom;
  int             max_zoom;
  int             rank; /* lower is more important */
  char           *name;       /* (nullable) */
  char           *name_latin; /* (nullable) */
  double          left, top, right, bottom;
  gboolean        is_piece; /* cut at the edge of a tile: the outline is not all its own */
  WfMapGeometry  *geometry; /* x, y instead of lon, lat */
} WfMapFeature;

/* A box in Web Mercator, 0 to 1. */
typedef struct
{
  double left, top, right, bottom;
} WfMapBox;

WfMapFeature *wf_map_feature_ref   (WfMapFeature *feature);
void          wf_map_feature_unref (WfMapFeature *feature);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WfMapFeature, wf_map_feature_unref)

#define WF_TYPE_MAP_PACK (wf_map_pack_get_type ())
G_DECLARE_FINAL_TYPE (WfMapPack, wf_map_pack, WF, MAP_PACK, GObject)

WfMapPack           *wf_map_pack_open     (const char      *path,
                                           GError         **error);
WfMapPack           *wf_map_pack_new_vector (WfMbtiles     *tiles,
                                           WfDatum          datum);
const char          *wf_map_pack_get_path (WfMapPack       *self);
const WfMapPackInfo *wf_map_pack_get_info (WfMapPack       *self);
GPtrArray           *wf_map_pack_query    (WfMapPack       *self,
                                           double           left,
                                           double           top,
                                           double           right,
                                           double           bottom,
                                           int              zoom,
                                           GError         **error);
GArray              *wf_map_pack_get_cover (WfMapPack      *self,
                                           double           left,
                                           double           top,
                                           double           right,
                                           double           bottom,
                                           int              zoom);
GPtrArray           *wf_map_pack_read_names (WfMapPack     *self,
                                           GError         **error);
gboolean             wf_map_pack_check    (WfMapPack       *self,
                                           GCancellable    *cancellable,
                                           GError         **error);
gboolean             wf_map_pack_read_roads (WfMapPack     *self,
                                           GArray         **nodes,
                                           GArray         **edges,
                                           GError         **error);

/* One edge of the road graph, as wf_map_pack_read_roads() gives it: rows of the array of nodes. */
typedef struct
{
  guint32 a;
  guint32 b;
  guint8  map_class;
} WfRoadEdge;

#define WF_TYPE_MAP_PACK_WRITER (wf_map_pack_writer_get_type ())
G_DECLARE_FINAL_TYPE (WfMapPackWriter, wf_map_pack_writer, WF, MAP_PACK_WRITER, GObject)

WfMapPackWriter *wf_map_pack_writer_new         (const char           *path,
                                                 GError              **error);
gboolean         wf_map_pack_writer_set_info    (WfMapPackWriter      *self,
                                                 const WfMapPackInfo  *info,
                                                 GError              **error);
gboolean         wf_map_pack_writer_add_feature (WfMapPackWriter      *self,
                                                 WfMapClass            map_class,
                                                 int                   min_zoom,
                                                 int                   max_zoom,
                                                 int                   rank,
                                                 const char           *name,
                                                 const char           *name_latin,
                                                 const WfMapGeometry  *geometry,
                                                 GError              **error);
gboolean         wf_map_pack_writer_add_roads   (WfMapPackWriter      *self,
                                                 const WfGeoPoint     *nodes,
                                                 guint32               n_nodes,
                                                 const WfRoadEdge     *edges,
                                                 guint32               n_edges,
                                                 GError              **error);
gboolean         wf_map_pack_writer_close       (WfMapPackWriter      *self,
                                                 GError              **error);

G_END_DECLS
