/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * WfGeoCluster:
 *
 * Points gathered by a grid, for drawing many of them. The grid divides the Web Mercator square 2^level times each way, so it
 * stands still while the map is panned: a cluster never changes by looking elsewhere, and never depends on the order in
 * which its points came. A quadtree keeps number, middle, kinds and severities of every cell with more than a handful of
 * points, so that a view costs what it shows, and a point that comes, moves or goes costs one way down the tree. Points
 * are known by numbers of the caller's, best rows of an array, since there are arrays of that length. One thread at a time.
 */
typedef struct _WfGeoCluster WfGeoCluster;

/* Kinds are numbered 0 to 31 by the caller, severities 0 to 3. */
#define WF_GEO_CLUSTER_KINDS      32
#define WF_GEO_CLUSTER_SEVERITIES 4
#define WF_GEO_CLUSTER_LEVELS     24

typedef struct
{
  double  x; /* Web Mercator, 0 to 1 */
  double  y;
  guint32 point; /* the caller's number */
  guint8  kind;
  guint8  severity; /* how much it asks for attention; a cell shows the highest */
} WfGeoClusterPoint;

typedef struct
{
  double  x; /* the middle of its points */
  double  y;
  guint32 column; /* of the grid of its level, from the west */
  guint32 row;    /* from the north */
  guint32 count;
  guint32 point;    /* the number of a lone point; of several, 2³² − 1 */
  guint32 kinds;    /* a bit for each kind that is in it */
  guint8  level;
  guint8  severity;
} WfGeoClusterCell;

WfGeoCluster *wf_geo_cluster_new         (void);
void          wf_geo_cluster_free        (WfGeoCluster            *self);
void          wf_geo_cluster_load        (WfGeoCluster            *self,
                                          const WfGeoClusterPoint *points,
                                          gsize                    n);
gboolean      wf_geo_cluster_put         (WfGeoCluster            *self,
                                          const WfGeoClusterPoint *point);
gboolean      wf_geo_cluster_remove      (WfGeoCluster            *self,
                                          guint32                  point);
gsize         wf_geo_cluster_get_size    (WfGeoCluster            *self);
void          wf_geo_cluster_query       (WfGeoCluster            *self,
                                          guint                    level,
                                          double                   left,
                                          double                   top,
                                          double                   right,
                                          double                   bottom,
                                          GArray                  *cells);
void          wf_geo_cluster_list_points (WfGeoCluster            *self,
                                          const WfGeoClusterCell  *cell,
                                          guint32                  max,
                                          GArray                  *points);
void          wf_geo_cluster_count_kinds (WfGeoCluster            *self,
                                          const WfGeoClusterCell  *cell,
                                          guint32                  counts[WF_GEO_CLUSTER_KINDS]);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WfGeoCluster, wf_geo_cluster_free)

G_END_DECLS
