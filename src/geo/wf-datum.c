/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-geo"

#include "config.h"

#include "wf-geo.h"

#include <math.h>

/* GCJ-02 moves a point by a sum of sines around (105°E, 35°N), measured on the Krasovsky 1940 ellipsoid; BD-09 turns and
 * stretches the result once more. Both formulas are only known from use; they hold to some centimetres. */
#define KRASOVSKY_AXIS         6378245.0
#define KRASOVSKY_ECCENTRICITY 0.00669342162296594323
#define BAIDU_ANGLE            (G_PI * 3000.0 / 180.0)

/* Clarke 1866; eccentricities are squared. */
#define CLARKE_AXIS         6378206.4
#define CLARKE_ECCENTRICITY 0.006768658

/* Outside of this box GCJ-02 is WGS 84. */
static const WfGeoBox gcj_box = { 72.004, 0.8293, 137.8347, 55.8271 };

static const struct
{
  const char *name;
  WfDatum     datum;
} names[] = {
  { "WGS 84", WF_DATUM_WGS84 },
  { "GCJ-02", WF_DATUM_GCJ02 },
  { "BD-09", WF_DATUM_BD09 },
};

static double
waves (double u,
       double a,
       double b,
       double c,
       double d,
       double e,
       double f)
{
  return (a * sin (u * G_PI) + b * sin (u * G_PI / c) + d * sin (u * G_PI / e) + f * sin (u * G_PI / 30.0)) * 2.0 / 3.0;
}

static double
ripple (double u)
{
  return (20.0 * sin (6.0 * u * G_PI) + 20.0 * sin (2.0 * u * G_PI)) * 2.0 / 3.0;
}

static void
gcj_from_wgs84 (double  lon,
                double  lat,
                double *out_lon,
                double *out_lat)
{
  *out_lon = lon;
  *out_lat = lat;

  if (!wf_geo_box_contains (&gcj_box, lon, lat))
    return;

  double x = lon - 105.0;
  double y = lat - 35.0;
  double north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * sqrt (fabs (x)) + ripple (x)
                 + waves (y, 20.0, 40.0, 3.0, 160.0, 12.0, 320.0);
  double east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * sqrt (fabs (x)) + ripple (x)
                + waves (x, 20.0, 40.0, 3.0, 150.0, 12.0, 300.0);

  double phi = lat / 180.0 * G_PI;
  double w = 1.0 - KRASOVSKY_ECCENTRICITY * sin (phi) * sin (phi);
  double meridian = KRASOVSKY_AXIS * (1.0 - KRASOVSKY_ECCENTRICITY) / (w * sqrt (w));
  double parallel = KRASOVSKY_AXIS / sqrt (w) * cos (phi);

  *out_lon = lon + east / parallel * 180.0 / G_PI;
  *out_lat = lat + north / meridian * 180.0 / G_PI;
}

static void
bd_from_gcj (double  lon,
             double  lat,
             double *out_lon,
             double *out_lat)
{
  double radius = sqrt (lon * lon + lat * lat) + 0.00002 * sin (lat * BAIDU_ANGLE);
  double angle = atan2 (lat, lon) + 0.000003 * cos (lon * BAIDU_ANGLE);

  *out_lon = radius * cos (angle) + 0.0065;
  *out_lat = radius * sin (angle) + 0.006;
}

/**
 * wf_datum_from_wgs84:
 * @datum: the datum wanted
 * @lon: a longitude in WGS 84
 * @lat: a latitude in WGS 84
 * @out_lon: (out): the same place in @datum
 * @out_lat: (out): the same place in @datum
 *
 * Says how a map of another datum calls a place.
 */
void
wf_datum_from_wgs84 (WfDatum  datum,
                     double   lon,
                     double   lat,
                     double  *out_lon,
                     double  *out_lat)
{
  *out_lon = lon;
  *out_lat = lat;

  if (datum == WF_DATUM_WGS84)
    return;

  gcj_from_wgs84 (lon, lat, out_lon, out_lat);
  if (datum == WF_DATUM_BD09)
    bd_from_gcj (*out_lon, *out_lat, out_lon, out_lat);
}

/**
 * wf_datum_to_wgs84:
 * @datum: the datum of @lon and @lat
 * @lon: a longitude in @datum
 * @lat: a latitude in @datum
 * @out_lon: (out): the same place in WGS 84
 * @out_lat: (out): the same place in WGS 84
 *
 * The inverse of wf_datum_from_wgs84(), found by iteration to a fraction of a millimetre.
 */
void
wf_datum_to_wgs84 (WfDatum  datum,
                   double   lon,
                   double   lat,
                   double  *out_lon,
                   double  *out_lat)
{
  double guess_lon = lon;
  double guess_lat = lat;

  for (int i = 0; i < 30 && datum != WF_DATUM_WGS84; i++)
    {
      double there_lon;
      double there_lat;

      wf_datum_from_wgs84 (datum, guess_lon, guess_lat, &there_lon, &there_lat);
      guess_lon += lon - there_lon;
      guess_lat += lat - there_lat;
      if (fabs (lon - there_lon) < 1e-12 && fabs (lat - there_lat) < 1e-12)
        break;
    }

  *out_lon = guess_lon;
  *out_lat = guess_lat;
}

/**
 * wf_baidu_mercator:
 * @lon: a longitude in BD-09
 * @lat: a latitude in BD-09
 * @x: (out): metres to the east
 * @y: (out): metres to the north
 *
 * Says where a place is in the projection that Baidu cuts its tiles in (BD-09 MC). That is published as six polynomials; in
 * China they are Mercator's projection of Clarke's ellipsoid to less than half a metre.
 */
void
wf_baidu_mercator (double  lon,
                   double  lat,
                   double *x,
                   double *y)
{
  double phi = CLAMP (lat, -85.0, 85.0) / 180.0 * G_PI;
  double e = sqrt (CLARKE_ECCENTRICITY);
  double bent = pow ((1.0 - e * sin (phi)) / (1.0 + e * sin (phi)), e / 2.0);

  *x = CLARKE_AXIS * lon / 180.0 * G_PI;
  *y = CLARKE_AXIS * log (tan (G_PI / 4.0 + phi / 2.0) * bent);
}

/**
 * wf_datum_get_name:
 * @datum: a datum
 *
 * Returns: its name as it is shown and stored, such as “WGS 84”
 */
const char *
wf_datum_get_name (WfDatum datum)
{
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    if (names[i].datum == datum)
      return names[i].name;

  g_return_val_if_reached ("");
}

/* As wf_datum_parse() compares them, but for the case. */
static const char *const ids[] = { "wgs84", "gcj02", "bd09" };

/**
 * wf_datum_get_id:
 * @datum: a datum
 *
 * Returns: what it is called in settings and on the wire: `wgs84`, `gcj02` or `bd09`
 */
const char *
wf_datum_get_id (WfDatum datum)
{
  g_return_val_if_fail ((gsize) datum < G_N_ELEMENTS (ids), NULL);

  return ids[datum];
}

/**
 * wf_datum_parse:
 * @name: a name; case, spaces and hyphens do not matter
 * @datum: (out): the datum
 *
 * Returns: whether @name is known
 */
gboolean
wf_datum_parse (const char *name,
                WfDatum    *datum)
{
  g_autoptr (GString) plain = g_string_new (NULL);

  for (const char *c = name; *c != '\0' && plain->len < 16; c++)
    if (g_ascii_isalnum (*c))
      g_string_append_c (plain, g_ascii_tolower (*c));

  for (gsize i = 0; i < G_N_ELEMENTS (ids); i++)
    if (g_str_equal (plain->str, ids[i]))
      {
        *datum = names[i].datum;
        return TRUE;
      }

  return FALSE;
}
