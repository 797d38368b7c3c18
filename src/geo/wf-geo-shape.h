/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-geo.h"

G_BEGIN_DECLS

/* Lines and areas of a district's size: how long, how large, whether they make sense. */

double     wf_geo_length           (const WfGeoPoint *points,
                                    gsize             n);
double     wf_geo_area             (const WfGeoPoint *ring,
                                    gsize             n);
void       wf_geo_middle           (const WfGeoPoint *points,
                                    gsize             n,
                                    double           *lon,
                                    double           *lat);
gboolean   wf_geo_ring_crosses     (const WfGeoPoint *ring,
                                    gsize             n,
                                    gsize            *a,
                                    gsize            *b);
gboolean   wf_geo_spans_antimeridian (const WfGeoPoint *points,
                                    gsize             n,
                                    gboolean          closed);
void       wf_geo_circle           (double            lon,
                                    double            lat,
                                    double            metres,
                                    WfGeoPoint       *ring,
                                    gsize             n);
void       wf_geo_box_around       (const WfGeoPoint *points,
                                    gsize             n,
                                    WfGeoBox         *box);
char      *wf_geo_format_area      (double            square_metres);
GArray    *wf_geo_unpack_points    (GVariant         *list);
GVariant  *wf_geo_pack_points      (const GArray     *points);

G_END_DECLS
