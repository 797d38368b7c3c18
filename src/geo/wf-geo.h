/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>
#include <stdint.h>

G_BEGIN_DECLS

/* Longitudes and latitudes are degrees of WGS 84 (east and north positive) and always come in the order lon, lat, unless a
 * function says otherwise. Distances are metres, bearings degrees clockwise from north. Everything in here is pure and may
 * be called from any thread. */

/* The mean radius of the earth in metres, IUGG. */
#define WF_GEO_EARTH_RADIUS 6371008.8

/* The latitude at which the Web Mercator square ends. */
#define WF_MERCATOR_MAX_LATITUDE 85.05112877980659

typedef struct
{
  double lon;
  double lat;
} WfGeoPoint;

typedef struct
{
  double min_lon;
  double min_lat;
  double max_lon;
  double max_lat;
} WfGeoBox;

/**
 * WfDatum:
 * @WF_DATUM_WGS84: what everything inside Watchfire is in
 * @WF_DATUM_GCJ02: shifted, as AMap and Tencent publish
 * @WF_DATUM_BD09: shifted twice, as Baidu publishes
 */
typedef enum
{
  WF_DATUM_WGS84,
  WF_DATUM_GCJ02,
  WF_DATUM_BD09,
} WfDatum;

gboolean wf_geo_is_valid    (double       lon,
                             double       lat);
double   wf_geo_distance    (double       lon_a,
                             double       lat_a,
                             double       lon_b,
                             double       lat_b);
double   wf_geo_bearing     (double       lon_a,
                             double       lat_a,
                             double       lon_b,
                             double       lat_b);
void     wf_geo_destination (double       lon,
                             double       lat,
                             double       bearing,
                             double       distance,
                             double      *out_lon,
                             double      *out_lat);
gboolean wf_geo_box_contains (const WfGeoBox *box,
                              double          lon,
                              double          lat);
gboolean wf_geo_polygon_contains (const WfGeoPoint *ring,
                                  gsize             n,
                                  double            lon,
                                  double            lat);

double   wf_mercator_x      (double       lon);
double   wf_mercator_y      (double       lat);
double   wf_mercator_lon    (double       x);
double   wf_mercator_lat    (double       y);
double   wf_mercator_metres_per_pixel (double lat,
                                       double zoom);

void        wf_datum_from_wgs84 (WfDatum      datum,
                                 double       lon,
                                 double       lat,
                                 double      *out_lon,
                                 double      *out_lat);
void        wf_datum_to_wgs84   (WfDatum      datum,
                                 double       lon,
                                 double       lat,
                                 double      *out_lon,
                                 double      *out_lat);
void        wf_baidu_mercator   (double       lon,
                                 double       lat,
                                 double      *x,
                                 double      *y);
const char *wf_datum_get_name   (WfDatum      datum);
const char *wf_datum_get_id     (WfDatum      datum);
gboolean    wf_datum_parse      (const char  *name,
                                 WfDatum     *datum);

G_END_DECLS
