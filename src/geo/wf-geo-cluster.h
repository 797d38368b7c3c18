/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * WfGeoCluster:
 *
 * Points gathered by a grid, for drawing many of them. The grid divides the Web Mercator square 2^level times each way, so it
 * stands still while the map is panned: a cluster never changes by looking elsewhere. The points are sorted once along a
 * Z-order curve, in which every cell of every level is one run; the cells of a level are found at its first use. One
 * thread at a time.
 */
typedef struct _WfGeoCluster WfGeoCluster;

/* Kinds are numbered 0 to 31 by the caller. */
#define WF_GEO_CLUSTER_KINDS 32
#define WF_GEO_CLUSTER_LEVELS 24

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
  guint32 count;
  guint32 first; /* of its run, for wf_geo_cluster_get_point() */
  guint8  severity;
} WfGeoClusterCell;

WfGeoCluster *wf_geo_cluster_new         (void);
void          wf_geo_cluster_free        (WfGeoCluster            *self);
void          wf_geo_cluster_load        (WfGeoCluster            *self,
                                          const WfGeoClusterPoint *points,
                                          gsize                    n);
gsize         wf_geo_cluster_get_size    (WfGeoCluster            *self);
void          wf_geo_cluster_query       (WfGeoCluster            *self,
                                          guint                    level,
                                          double                   left,
                                          double                   top,
                                          double                   right,
                                          double                   bottom,
                                          GArray                  *cells);
guint32       wf_geo_cluster_get_point   (WfGeoCluster            *self,
                                          guint32                  position);
void          wf_geo_cluster_count_kinds (WfGeoCluster            *self,
                                          const WfGeoClusterCell  *cell,
                                          guint32                  counts[WF_GEO_CLUSTER_KINDS]);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WfGeoCluster, wf_geo_cluster_free)

G_END_DECLS
