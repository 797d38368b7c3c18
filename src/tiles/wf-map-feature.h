/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>
#include <stdint.h>

G_BEGIN_DECLS

/**
 * WfMapClass:
 *
 * What a feature of a map pack is. The numbers are part of the file format: they are never given to something else.
 */
typedef enum
{
  WF_MAP_CLASS_LAND = 1,
  WF_MAP_CLASS_HILLS = 2,
  WF_MAP_CLASS_WATER = 3,
  WF_MAP_CLASS_RIVER = 4,
  WF_MAP_CLASS_STREAM = 5,
  WF_MAP_CLASS_QUARTER = 6,
  WF_MAP_CLASS_INDUSTRY = 7,
  WF_MAP_CLASS_GREEN = 8,
  WF_MAP_CLASS_BOUNDARY = 9,
  WF_MAP_CLASS_LEVEE = 10,
  WF_MAP_CLASS_BUILDING = 11,
  WF_MAP_CLASS_DIVISION = 12, /* lower rank, higher level */
  WF_MAP_CLASS_AEROWAY = 13,

  WF_MAP_CLASS_ROAD_EXPRESS = 20,
  WF_MAP_CLASS_ROAD_ARTERIAL = 21,
  WF_MAP_CLASS_ROAD_STREET = 22,
  WF_MAP_CLASS_ROAD_LANE = 23,
  WF_MAP_CLASS_RAILWAY = 24,

  WF_MAP_CLASS_PLACE_CAPITAL = 40,
  WF_MAP_CLASS_PLACE_CITY = 41,
  WF_MAP_CLASS_PLACE_COUNTY = 42,
  WF_MAP_CLASS_PLACE_TOWN = 43,
  WF_MAP_CLASS_PLACE_VILLAGE = 44,
  WF_MAP_CLASS_PLACE_QUARTER = 45,
  WF_MAP_CLASS_PLACE_WATER = 46,
  WF_MAP_CLASS_PLACE_HILLS = 47,
  WF_MAP_CLASS_PLACE_SPOT = 48,
  WF_MAP_CLASS_PLACE_ROAD = 49,   /* mostly a line, along which the name is written */
  WF_MAP_CLASS_PLACE_NUMBER = 50, /* of a house */
} WfMapClass;

typedef enum
{
  WF_MAP_SHAPE_POINT = 1,
  WF_MAP_SHAPE_LINE = 2,
  WF_MAP_SHAPE_POLYGON = 3,
} WfMapShape;

/* Limits of a geometry. */
#define WF_MAP_MAX_PARTS  65536u
#define WF_MAP_MAX_POINTS 1000000u
#define WF_MAP_MAX_BLOB   (8u * 1024 * 1024)

/**
 * WfMapGeometry:
 *
 * A shape in the datum of its pack: one or more parts of points. A polygon's parts are rings, filled even-odd.
 *
 * As a blob: one byte version (1), one byte shape, a count of parts, and for each part a count of points and the points;
 * counts are LEB128, points are the zigzag LEB128 differences of longitude and latitude to the point before (to zero
 * at a part's first), in millionths of a degree.
 */
typedef struct
{
  WfMapShape shape;
  guint      n_parts;
  guint      n_points;
  guint32   *parts;  /* (owned) index of each part's first point; n_parts + 1 of them */
  double    *points; /* (owned) lon, lat, lon, lat … */
} WfMapGeometry;

gboolean       wf_map_class_is_known      (int             map_class);
gboolean       wf_map_class_is_place      (int             map_class);
gboolean       wf_map_class_is_road       (int             map_class);

WfMapGeometry *wf_map_geometry_new        (WfMapShape      shape,
                                           const double   *points,
                                           const guint32  *part_lengths,
                                           guint           n_parts);
void           wf_map_geometry_free       (WfMapGeometry  *geometry);
WfMapGeometry *wf_map_geometry_from_blob  (const guint8   *data,
                                           gsize           size,
                                           GError        **error);
GBytes        *wf_map_geometry_to_blob    (const WfMapGeometry *geometry);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WfMapGeometry, wf_map_geometry_free)

G_END_DECLS
