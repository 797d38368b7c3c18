/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-geo.h"

G_BEGIN_DECLS

/**
 * WfGeoIndex:
 *
 * Points by place, for “what is near” and “what is in this box”. A point is known by a number of the caller's, best a row
 * in an array of its own, since the index keeps arrays of that length. Points come, move and go one by one at constant cost. One
 * thread at a time.
 */
typedef struct _WfGeoIndex WfGeoIndex;

typedef struct
{
  guint32 point;
  double  metres;
} WfGeoNeighbour;

/**
 * WfGeoFilterFunc:
 * @point: the point's number
 * @user_data: the caller's
 *
 * Returns: whether the point counts
 */
typedef gboolean (*WfGeoFilterFunc) (guint32  point,
                                     gpointer user_data);

WfGeoIndex *wf_geo_index_new      (void);
void        wf_geo_index_free     (WfGeoIndex      *self);
void        wf_geo_index_put      (WfGeoIndex      *self,
                                   guint32          point,
                                   double           lon,
                                   double           lat);
gboolean    wf_geo_index_remove   (WfGeoIndex      *self,
                                   guint32          point);
gboolean    wf_geo_index_get      (WfGeoIndex      *self,
                                   guint32          point,
                                   double          *lon,
                                   double          *lat);
gsize       wf_geo_index_get_size (WfGeoIndex      *self);
GArray     *wf_geo_index_query    (WfGeoIndex      *self,
                                   const WfGeoBox  *box);
GArray     *wf_geo_index_nearest  (WfGeoIndex      *self,
                                   double           lon,
                                   double           lat,
                                   guint            k,
                                   double           max_metres,
                                   WfGeoFilterFunc  filter,
                                   gpointer         user_data);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WfGeoIndex, wf_geo_index_free)

G_END_DECLS
