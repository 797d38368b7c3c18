/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-map-pack.h"

G_BEGIN_DECLS

/**
 * WfRoads:
 *
 * The road graph of a map pack in memory, for the way between two places. Never changed once it is made: any thread.
 */
#define WF_TYPE_ROADS (wf_roads_get_type ())
G_DECLARE_FINAL_TYPE (WfRoads, wf_roads, WF, ROADS, GObject)

/**
 * WfRoute:
 * @points: (element-type WfGeoPoint): from the one place to the other, both included
 * @metres: its length, with the ways between the places and the road
 * @seconds: how long a lorry takes at the usual speed of each road; an estimate
 */
typedef struct
{
  GArray *points;
  double  metres;
  double  seconds;
} WfRoute;

WfRoads   *wf_roads_new       (WfMapPack         *pack,
                               GError           **error);
WfRoads   *wf_roads_new_from_arrays (const WfGeoPoint *nodes,
                                     guint32           n_nodes,
                                     const WfRoadEdge *edges,
                                     guint32           n_edges);
guint32    wf_roads_get_size  (WfRoads           *self);
WfRoute   *wf_route_find      (WfRoads           *roads,
                               double             from_lon,
                               double             from_lat,
                               double             to_lon,
                               double             to_lat,
                               GError           **error);
void       wf_route_free      (WfRoute           *route);
void       wf_route_point_at  (const WfRoute     *route,
                               double             metres,
                               WfGeoPoint        *point,
                               double            *heading);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WfRoute, wf_route_free)

G_END_DECLS
