/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define WF_GEO_ERROR (wf_geo_error_quark ())

/**
 * WfGeoError:
 * @WF_GEO_ERROR_SYNTAX: not a pair of coordinates in a notation that is known
 * @WF_GEO_ERROR_RANGE: a number is out of its range
 */
typedef enum
{
  WF_GEO_ERROR_SYNTAX,
  WF_GEO_ERROR_RANGE,
} WfGeoError;

/**
 * WfGeoNotation:
 * @WF_GEO_NOTATION_DECIMAL: 109.6880°E 40.6200°N
 * @WF_GEO_NOTATION_DMS: 109°41′16.8″E 40°37′12.0″N
 * @WF_GEO_NOTATION_PLAIN: 109.688000,40.620000
 */
typedef enum
{
  WF_GEO_NOTATION_DECIMAL,
  WF_GEO_NOTATION_DMS,
  WF_GEO_NOTATION_PLAIN,
} WfGeoNotation;

GQuark    wf_geo_error_quark      (void);
gboolean  wf_geo_parse            (const char     *text,
                                   double         *lon,
                                   double         *lat,
                                   GError        **error);
gboolean  wf_geo_parse_swapped    (const char     *text,
                                   double         *lon,
                                   double         *lat);
GArray   *wf_geo_parse_points     (const char     *text,
                                   gsize           max,
                                   GError        **error);
char     *wf_geo_format           (double          lon,
                                   double          lat,
                                   WfGeoNotation   notation);
char     *wf_geo_format_distance  (double          metres);
char     *wf_geo_format_radius    (double          metres);
GArray   *wf_geo_parse_distances  (const char     *text,
                                   gsize           max,
                                   double          least,
                                   double          most,
                                   GError        **error);

G_END_DECLS
