/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-geo"

#include "config.h"

#include "wf-geo.h"

#include <math.h>

static double
radians (double degrees)
{
  return degrees * (G_PI / 180.0);
}

static double
degrees (double radians_)
{
  return radians_ * (180.0 / G_PI);
}

static double
wrap_lon (double lon)
{
  double wrapped = fmod (lon + 180.0, 360.0);

  if (wrapped < 0.0)
    wrapped += 360.0;

  return wrapped - 180.0;
}

/**
 * wf_geo_is_valid:
 * @lon: a longitude
 * @lat: a latitude
 *
 * Returns: whether both are finite and in range
 */
gboolean
wf_geo_is_valid (double lon,
                 double lat)
{
  return isfinite (lon) && isfinite (lat) && lon >= -180.0 && lon <= 180.0 && lat >= -90.0 && lat <= 90.0;
}

/**
 * wf_geo_distance:
 * @lon_a: from
 * @lat_a: from
 * @lon_b: to
 * @lat_b: to
 *
 * The great-circle distance on the mean sphere (haversine): right to half a percent.
 *
 * Returns: metres
 */
double
wf_geo_distance (double lon_a,
                 double lat_a,
                 double lon_b,
                 double lat_b)
{
  double half_lat = sin (radians (lat_b - lat_a) / 2.0);
  double half_lon = sin (radians (lon_b - lon_a) / 2.0);
  double h = half_lat * half_lat + cos (radians (lat_a)) * cos (radians (lat_b)) * half_lon * half_lon;

  return 2.0 * WF_GEO_EARTH_RADIUS * asin (sqrt (CLAMP (h, 0.0, 1.0)));
}

/**
 * wf_geo_bearing:
 * @lon_a: from
 * @lat_a: from
 * @lon_b: to
 * @lat_b: to
 *
 * Returns: the direction in which the great circle sets out, degrees in [0, 360)
 */
double
wf_geo_bearing (double lon_a,
                double lat_a,
                double lon_b,
                double lat_b)
{
  double d = radians (lon_b - lon_a);
  double y = sin (d) * cos (radians (lat_b));
  double x = cos (radians (lat_a)) * sin (radians (lat_b)) - sin (radians (lat_a)) * cos (radians (lat_b)) * cos (d);
  double bearing = degrees (atan2 (y, x));

  if (bearing < 0.0)
    bearing += 360.0;

  /* A tiny negative angle rounds up to the full turn. */
  return bearing >= 360.0 ? 0.0 : bearing;
}

/**
 * wf_geo_destination:
 * @lon: from
 * @lat: from
 * @bearing: degrees clockwise from north
 * @distance: metres
 * @out_lon: (out): where one gets to
 * @out_lat: (out): where one gets to
 *
 * Goes @distance along the great circle that sets out in the direction @bearing.
 */
void
wf_geo_destination (double  lon,
                    double  lat,
                    double  bearing,
                    double  distance,
                    double *out_lon,
                    double *out_lat)
{
  double arc = distance / WF_GEO_EARTH_RADIUS;
  double from = radians (lat);
  double to = asin (CLAMP (sin (from) * cos (arc) + cos (from) * sin (arc) * cos (radians (bearing)), -1.0, 1.0));
  double turn = atan2 (sin (radians (bearing)) * sin (arc) * cos (from), cos (arc) - sin (from) * sin (to));

  *out_lat = degrees (to);
  *out_lon = wrap_lon (lon + degrees (turn));
}

/**
 * wf_geo_box_contains:
 * @box: a box that does not cross the antimeridian
 * @lon: a longitude
 * @lat: a latitude
 *
 * Returns: whether the point is in the box or on its edge
 */
gboolean
wf_geo_box_contains (const WfGeoBox *box,
                     double          lon,
                     double          lat)
{
  return lon >= box->min_lon && lon <= box->max_lon && lat >= box->min_lat && lat <= box->max_lat;
}

/**
 * wf_geo_polygon_contains:
 * @ring: (array length=n): the corners, closed or not
 * @n: how many
 * @lon: a longitude
 * @lat: a latitude
 *
 * Even-odd rule on the plane of longitude and latitude, good for areas of a district's size.
 *
 * Returns: whether the point lies inside
 */
gboolean
wf_geo_polygon_contains (const WfGeoPoint *ring,
                         gsize             n,
                         double            lon,
                         double            lat)
{
  gboolean inside = FALSE;

  for (gsize i = 0, j = n - 1; i < n; j = i++)
    {
      if ((ring[i].lat > lat) == (ring[j].lat > lat))
        continue;
      if (lon < (ring[j].lon - ring[i].lon) * (lat - ring[i].lat) / (ring[j].lat - ring[i].lat) + ring[i].lon)
        inside = !inside;
    }

  return inside;
}

/**
 * wf_mercator_x:
 * @lon: a longitude
 *
 * Returns: how far from the left edge of the Web Mercator square, 0 to 1
 */
double
wf_mercator_x (double lon)
{
  return (lon + 180.0) / 360.0;
}

/**
 * wf_mercator_y:
 * @lat: a latitude; limited to what the square shows
 *
 * Returns: how far from the top edge of the Web Mercator square, 0 to 1
 */
double
wf_mercator_y (double lat)
{
  double s = sin (radians (CLAMP (lat, -WF_MERCATOR_MAX_LATITUDE, WF_MERCATOR_MAX_LATITUDE)));

  return 0.5 - log ((1.0 + s) / (1.0 - s)) / (4.0 * G_PI);
}

/**
 * wf_mercator_lon:
 * @x: 0 to 1
 *
 * Returns: the longitude
 */
double
wf_mercator_lon (double x)
{
  return x * 360.0 - 180.0;
}

/**
 * wf_mercator_lat:
 * @y: 0 to 1
 *
 * Returns: the latitude
 */
double
wf_mercator_lat (double y)
{
  return degrees (atan (sinh (G_PI * (1.0 - 2.0 * y))));
}

/**
 * wf_mercator_metres_per_pixel:
 * @lat: where
 * @zoom: a zoom level, at which the world is 256 · 2^zoom pixels wide
 *
 * Returns: the length of a pixel on the ground
 */
double
wf_mercator_metres_per_pixel (double lat,
                              double zoom)
{
  /* Web Mercator is drawn on a sphere of the equator's radius. */
  return cos (radians (lat)) * 2.0 * G_PI * 6378137.0 / (256.0 * exp2 (zoom));
}
