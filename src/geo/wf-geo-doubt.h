/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-geo.h"

G_BEGIN_DECLS

/**
 * WfGeoDoubt:
 * @WF_GEO_DOUBT_NONE: it lies in the district
 * @WF_GEO_DOUBT_SWAPPED: outside, and inside with latitude and longitude swapped
 * @WF_GEO_DOUBT_GCJ02: outside, and inside if it is in GCJ-02
 * @WF_GEO_DOUBT_BD09: outside, and inside if it is in BD-09
 * @WF_GEO_DOUBT_OUTSIDE: outside
 * @WF_GEO_DOUBT_NOWHERE: no place on earth, and one with latitude and longitude swapped
 *
 * What may be wrong with coordinates that somebody gives.
 */
typedef enum
{
  WF_GEO_DOUBT_NONE,
  WF_GEO_DOUBT_SWAPPED,
  WF_GEO_DOUBT_GCJ02,
  WF_GEO_DOUBT_BD09,
  WF_GEO_DOUBT_OUTSIDE,
  WF_GEO_DOUBT_NOWHERE,
} WfGeoDoubt;

WfGeoDoubt  wf_geo_doubt          (double          lon,
                                   double          lat,
                                   const WfGeoBox *district,
                                   WfGeoPoint     *better);
WfGeoDoubt  wf_geo_doubt_text     (const char     *text,
                                   const WfGeoBox *district,
                                   WfGeoPoint     *better);
char       *wf_geo_doubt_describe (WfGeoDoubt      doubt);

G_END_DECLS
