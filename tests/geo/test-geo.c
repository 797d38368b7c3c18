/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "wf-geo-doubt.h"
#include "wf-geo-text.h"
#include "wf-geo.h"

#include <math.h>

static void
test_distance (void)
{
  double lon;
  double lat;

  /* One degree of a great circle of the mean sphere. */
  g_assert_cmpfloat_with_epsilon (wf_geo_distance (0.0, 0.0, 1.0, 0.0), 111195.08, 0.1);
  g_assert_cmpfloat_with_epsilon (wf_geo_distance (109.0, 0.0, 109.0, 1.0), 111195.08, 0.1);
  g_assert_cmpfloat_with_epsilon (wf_geo_distance (179.5, 0.0, -179.5, 0.0), 111195.08, 0.1);
  g_assert_cmpfloat_with_epsilon (wf_geo_distance (0.0, 90.0, 77.0, -90.0), G_PI * WF_GEO_EARTH_RADIUS, 0.1);
  g_assert_cmpfloat_with_epsilon (wf_geo_distance (109.7, 40.6, 109.7, 40.6), 0.0, 1e-9);

  g_assert_cmpfloat_with_epsilon (wf_geo_bearing (109.7, 40.6, 109.7, 41.0), 0.0, 1e-6);
  g_assert_cmpfloat_with_epsilon (wf_geo_bearing (0.0, 0.0, 1.0, 0.0), 90.0, 1e-6);
  g_assert_cmpfloat_with_epsilon (wf_geo_bearing (0.0, 0.0, -1.0, 0.0), 270.0, 1e-6);

  for (int bearing = 0; bearing < 360; bearing += 30)
    {
      wf_geo_destination (109.7, 40.6, bearing, 12345.0, &lon, &lat);
      g_assert_cmpfloat_with_epsilon (wf_geo_distance (109.7, 40.6, lon, lat), 12345.0, 0.01);
      g_assert_cmpfloat_with_epsilon (fmod (wf_geo_bearing (109.7, 40.6, lon, lat) - bearing + 540.0, 360.0), 180.0, 0.001);
    }
  wf_geo_destination (179.99, 0.0, 90.0, 5000.0, &lon, &lat);
  g_assert_cmpfloat (lon, <, -179.9);
}

static void
test_mercator (void)
{
  g_assert_cmpfloat_with_epsilon (wf_mercator_x (0.0), 0.5, 1e-12);
  g_assert_cmpfloat_with_epsilon (wf_mercator_y (0.0), 0.5, 1e-12);
  g_assert_cmpfloat_with_epsilon (wf_mercator_y (WF_MERCATOR_MAX_LATITUDE), 0.0, 1e-9);
  g_assert_cmpfloat_with_epsilon (wf_mercator_y (90.0), 0.0, 1e-9);
  for (double lat = -85.0; lat <= 85.0; lat += 2.5)
    {
      g_assert_cmpfloat_with_epsilon (wf_mercator_lat (wf_mercator_y (lat)), lat, 1e-9);
      g_assert_cmpfloat_with_epsilon (wf_mercator_lon (wf_mercator_x (2.0 * lat)), 2.0 * lat, 1e-9);
    }
  g_assert_cmpfloat_with_epsilon (wf_mercator_metres_per_pixel (0.0, 0.0), 156543.03392, 0.001);
}

static void
test_datum (void)
{
  double lon;
  double lat;
  double back_lon;
  double back_lat;

  /* As published for Tian'anmen: GCJ-02 lies about 540 m east-north-east of WGS 84 there, BD-09 farther. */
  wf_datum_from_wgs84 (WF_DATUM_GCJ02, 116.391349, 39.907375, &lon, &lat);
  g_assert_cmpfloat_with_epsilon (lon, 116.397592, 1e-5);
  g_assert_cmpfloat_with_epsilon (lat, 39.908779, 1e-5);
  wf_datum_from_wgs84 (WF_DATUM_BD09, 116.391349, 39.907375, &lon, &lat);
  g_assert_cmpfloat_with_epsilon (lon, 116.403963, 1e-5);
  g_assert_cmpfloat_with_epsilon (lat, 39.915119, 1e-5);

  for (int datum = WF_DATUM_WGS84; datum <= WF_DATUM_BD09; datum++)
    for (double x = 74.0; x < 135.0; x += 3.7)
      for (double y = 4.0; y < 53.0; y += 3.3)
        {
          wf_datum_from_wgs84 ((WfDatum) datum, x, y, &lon, &lat);
          wf_datum_to_wgs84 ((WfDatum) datum, lon, lat, &back_lon, &back_lat);
          g_assert_cmpfloat_with_epsilon (back_lon, x, 1e-8);
          g_assert_cmpfloat_with_epsilon (back_lat, y, 1e-8);
          if (datum != WF_DATUM_WGS84)
            g_assert_cmpfloat (wf_geo_distance (x, y, lon, lat), >, 20.0);
          g_assert_cmpfloat (wf_geo_distance (x, y, lon, lat), <, 2500.0);
        }

  /* Outside of China nothing is moved. */
  wf_datum_from_wgs84 (WF_DATUM_GCJ02, 9.5, 47.1, &lon, &lat);
  g_assert_cmpfloat_with_epsilon (lon, 9.5, 1e-12);
  g_assert_cmpfloat_with_epsilon (lat, 47.1, 1e-12);

  WfDatum parsed;
  g_assert_cmpstr (wf_datum_get_id (WF_DATUM_BD09), ==, "bd09");
  g_assert_true (wf_datum_parse (wf_datum_get_id (WF_DATUM_BD09), &parsed));
  g_assert_cmpint (parsed, ==, WF_DATUM_BD09);
  g_assert_true (wf_datum_parse ("gcj 02", &parsed));
  g_assert_cmpint (parsed, ==, WF_DATUM_GCJ02);
  g_assert_true (wf_datum_parse ("WGS84", &parsed));
  g_assert_cmpint (parsed, ==, WF_DATUM_WGS84);
  g_assert_false (wf_datum_parse ("Xi'an 80", &parsed));
}

static void
test_parse (void)
{
  static const char *good[] = {
    "109.8430, 40.6570",
    "40.6570, 109.8430",
    "109.8430 40.6570",
    "109.8430，40.6570",
    "109.8430/40.6570",
    "109.8430E 40.6570N",
    "E109.8430 N40.6570",
    "N 40.6570, E 109.8430",
    "40.6570°N 109.8430°E",
    "东经109.8430° 北纬40.6570°",
    "北纬40.6570度，东经109.8430度",
    "东经109度50分34.8秒 北纬40度39分25.2秒",
    "东经109°50′34.8″，北纬40°39′25.2″",
    "109°50'34.8\"E 40°39'25.2\"N",
    "40°39′25.2″N 109°50′34.8″E",
    "40 39 25.2 N, 109 50 34.8 E",
    "40 39 25.2 109 50 34.8",
    "40°39.42′ 109°50.58′",
    "经度：109.8430 纬度：40.6570",
    "lon=109.8430 lat=40.6570",
    "１０９．８４３０，４０．６５７０",
    "  (109.8430, 40.6570)  ",
  };
  static const char *bad[] = {
    "", "109.8", "109.8, 40.6, 12", "abc", "109.8, 95.0", "200, 40", "40N 41N", "东经109 东经40", "109°65′ 40°10′",
    "109.5°30′ 40°10′",
    "E109 E40", "--1, 2", "1,,2", "九原区", "109.8,", ",40.6", "1e5, 40",
  };
  double lon;
  double lat;

  for (gsize i = 0; i < G_N_ELEMENTS (good); i++)
    {
      g_autoptr (GError) error = NULL;
      g_test_message ("%s", good[i]);
      /* lon=… has a sign that is not known; spaces do the same. */
      g_autofree char *text = g_strdelimit (g_strdup (good[i]), "=", ' ');
      gboolean parsed = wf_geo_parse (text, &lon, &lat, &error);
      g_assert_no_error (error);
      g_assert_true (parsed);
      g_assert_cmpfloat_with_epsilon (lon, 109.8430, 1e-6);
      g_assert_cmpfloat_with_epsilon (lat, 40.6570, 1e-6);
    }

  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;
      g_test_message ("%s", bad[i]);
      g_assert_false (wf_geo_parse (bad[i], &lon, &lat, &error));
      g_assert_true (error != NULL && error->domain == WF_GEO_ERROR);
    }

  g_assert_true (wf_geo_parse ("33.8688 S, 151.2093 E", &lon, &lat, NULL));
  g_assert_cmpfloat_with_epsilon (lat, -33.8688, 1e-9);
  g_assert_true (wf_geo_parse ("-70.5, -33.4", &lon, &lat, NULL));
  g_assert_cmpfloat_with_epsilon (lon, -70.5, 1e-9);
}

static void
test_format (void)
{
  static const WfGeoNotation notations[] = { WF_GEO_NOTATION_DECIMAL, WF_GEO_NOTATION_DMS, WF_GEO_NOTATION_PLAIN };
  g_autofree char *decimal = wf_geo_format (109.688, 40.62, WF_GEO_NOTATION_DECIMAL);
  g_autofree char *dms = wf_geo_format (109.99999, -40.5, WF_GEO_NOTATION_DMS);

  g_assert_cmpstr (decimal, ==, "109.6880°E 40.6200°N");
  g_assert_cmpstr (dms, ==, "110°00′00.0″E 40°30′00.0″S");

  for (gsize n = 0; n < G_N_ELEMENTS (notations); n++)
    for (double x = 74.1234; x < 135.0; x += 7.7)
      {
        g_autofree char *text = wf_geo_format (x, x / 3.0, notations[n]);
        double lon;
        double lat;
        g_assert_true (wf_geo_parse (text, &lon, &lat, NULL));
        g_assert_cmpfloat_with_epsilon (lon, x, 6e-5);
        g_assert_cmpfloat_with_epsilon (lat, x / 3.0, 6e-5);
      }

  g_autofree char *near = wf_geo_format_distance (848.0);
  g_autofree char *far = wf_geo_format_distance (3210.0);
  g_assert_cmpstr (near, ==, "850 m");
  g_assert_cmpstr (far, ==, "3.2 km");
}

/* Coordinates that lie outside of the district, and why that may be. */
static void
test_doubt (void)
{
  const WfGeoBox district = { 109.4, 40.5, 110.1, 40.8 };
  WfGeoPoint better;
  double lon, lat;

  g_assert_cmpint (wf_geo_doubt (109.8, 40.6, &district, &better), ==, WF_GEO_DOUBT_NONE);
  g_assert_null (wf_geo_doubt_describe (WF_GEO_DOUBT_NONE));
  g_assert_cmpint (wf_geo_doubt (40.6, 80.0, &district, &better), ==, WF_GEO_DOUBT_OUTSIDE);
  g_assert_cmpint (wf_geo_doubt (-179.99, 40.6, &district, &better), ==, WF_GEO_DOUBT_OUTSIDE);
  g_assert_cmpfloat_with_epsilon (better.lon, -179.99, 1e-9);

  /* South of the equator and west of Greenwich both may be latitudes. */
  const WfGeoBox other = { -20.0, 10.0, -10.0, 20.0 };
  g_assert_cmpint (wf_geo_doubt (15.0, -15.0, &other, &better), ==, WF_GEO_DOUBT_SWAPPED);
  g_assert_cmpfloat_with_epsilon (better.lon, -15.0, 1e-9);
  g_assert_cmpfloat_with_epsilon (better.lat, 15.0, 1e-9);

  /* Near the edge a shift of the datum is told. */
  wf_datum_from_wgs84 (WF_DATUM_GCJ02, 110.0995, 40.6, &lon, &lat);
  g_assert_cmpfloat (lon, >, 110.1);
  g_assert_cmpint (wf_geo_doubt (lon, lat, &district, &better), ==, WF_GEO_DOUBT_GCJ02);
  g_assert_cmpfloat_with_epsilon (better.lon, 110.0995, 1e-5);
  wf_datum_from_wgs84 (WF_DATUM_BD09, 110.0995, 40.6, &lon, &lat);
  g_assert_cmpint (wf_geo_doubt (lon, lat, &district, &better), ==, WF_GEO_DOUBT_BD09);
  g_assert_cmpfloat_with_epsilon (better.lon, 110.0995, 1e-4);

  /* What names the two the wrong way round is no place, and one when they are swapped, in whichever district. */
  static const char *const nowhere[] = { "116.4°N 39.9°E", "E39.9 N116.4", "北纬116.4° 东经39.9°", "纬度 116.4，经度 39.9",
                                         "39°54′E 116°24′N", "116.4 N, 39.9" };
  for (gsize i = 0; i < G_N_ELEMENTS (nowhere); i++)
    {
      g_assert_false (wf_geo_parse (nowhere[i], &lon, &lat, NULL));
      g_assert_cmpint (wf_geo_doubt_text (nowhere[i], i % 2 == 0 ? &district : NULL, &better), ==, WF_GEO_DOUBT_NOWHERE);
      g_assert_cmpfloat_with_epsilon (better.lon, 116.4, 1e-9);
      g_assert_cmpfloat_with_epsilon (better.lat, 39.9, 1e-9);
    }
  static const char *const neither[] = { "", "Fire", "45° 1.2 km", "E116.4 N39.9", "116.4, 39.9", "116.4N 200E", "200N 116E",
                                         "116.4N 39.9N" };
  for (gsize i = 0; i < G_N_ELEMENTS (neither); i++)
    g_assert_cmpint (wf_geo_doubt_text (neither[i], NULL, &better), ==, WF_GEO_DOUBT_NONE);
  g_assert_cmpint (wf_geo_doubt_text ("121.5, 31.2", &district, &better), ==, WF_GEO_DOUBT_OUTSIDE);
  g_assert_cmpint (wf_geo_doubt_text ("109.8, 40.6", &district, &better), ==, WF_GEO_DOUBT_NONE);

  for (int i = WF_GEO_DOUBT_SWAPPED; i <= WF_GEO_DOUBT_NOWHERE; i++)
    {
      g_autofree char *sentence = wf_geo_doubt_describe ((WfGeoDoubt) i);
      g_assert_nonnull (sentence);
    }
}

/* Places whose position in Baidu's projection is known from what its own service answers (geoconv, from 5 to 6), and from its
 * polynomials. */
static void
test_baidu (void)
{
  static const struct
  {
    double lon, lat, x, y, within;
  } places[] = {
    { 116.404, 39.915, 12958175.0, 4825923.77, 0.1 },
    { 0.0, 0.0, 0.0, 0.0, 0.01 },
    { 109.84, 40.65, 12227465.91, 4932756.26, 0.5 },
    { 110.3, 20.0, 12278673.44, 2258286.10, 0.5 },
    { 125.3, 52.0, 13948483.97, 6766131.66, 0.5 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (places); i++)
    {
      double x, y;

      wf_baidu_mercator (places[i].lon, places[i].lat, &x, &y);
      g_assert_cmpfloat_with_epsilon (x, places[i].x, places[i].within);
      g_assert_cmpfloat_with_epsilon (y, places[i].y, places[i].within);
      wf_baidu_mercator (-places[i].lon, -places[i].lat, &x, &y);
      g_assert_cmpfloat_with_epsilon (x, -places[i].x, places[i].within);
      g_assert_cmpfloat_with_epsilon (y, -places[i].y, places[i].within);
    }
}

static void
test_distances (void)
{
  static const struct
  {
    const char *text;
    double      metres[4];
    gsize       n;
  } good[] = {
    { "500", { 500 }, 1 },
    { "500 1000 3000", { 500, 1000, 3000 }, 3 },
    { " 3km, 500 m; 1.5 km ", { 500, 1500, 3000 }, 3 },
    { "1公里、300米/1000", { 300, 1000 }, 2 },
    { "５００，１ｋｍ", { 500, 1000 }, 2 },
    { "800\n900", { 800, 900 }, 2 },
  };
  static const char *const bad[] = {
    "", "  ", "near", "-5", "500 miles", "0", "0.5", "201 km", "1e400", "500 x", "1 2 3 4 5"
  };

  for (gsize i = 0; i < G_N_ELEMENTS (good); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GArray) list = wf_geo_parse_distances (good[i].text, 4, 1, 200000, &error);

      g_assert_no_error (error);
      g_assert_cmpuint (list->len, ==, good[i].n);
      for (guint k = 0; k < list->len; k++)
        g_assert_cmpfloat_with_epsilon (g_array_index (list, double, k), good[i].metres[k], 1e-6);
    }
  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (wf_geo_parse_distances (bad[i], 4, 1, 200000, &error));
      g_assert_true (error != NULL && error->domain == WF_GEO_ERROR);
    }

  g_autofree char *metres = wf_geo_format_radius (500);
  g_autofree char *km = wf_geo_format_radius (1250);
  g_autofree char *whole = wf_geo_format_radius (3000);
  g_assert_cmpstr (metres, ==, "500 m");
  g_assert_cmpstr (km, ==, "1.25 km");
  g_assert_cmpstr (whole, ==, "3 km");
}

static void
test_polygon (void)
{
  static const WfGeoPoint ring[] = { { 0, 0 }, { 4, 0 }, { 4, 4 }, { 2, 2 }, { 0, 4 } };

  g_assert_true (wf_geo_polygon_contains (ring, 5, 1.0, 1.0));
  g_assert_true (wf_geo_polygon_contains (ring, 5, 3.5, 3.0));
  g_assert_false (wf_geo_polygon_contains (ring, 5, 2.0, 3.0));
  g_assert_false (wf_geo_polygon_contains (ring, 5, 5.0, 1.0));
  g_assert_false (wf_geo_polygon_contains (ring, 0, 1.0, 1.0));
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/geo/distance", test_distance);
  g_test_add_func ("/geo/mercator", test_mercator);
  g_test_add_func ("/geo/datum", test_datum);
  g_test_add_func ("/geo/parse", test_parse);
  g_test_add_func ("/geo/format", test_format);
  g_test_add_func ("/geo/doubt", test_doubt);
  g_test_add_func ("/geo/baidu", test_baidu);
  g_test_add_func ("/geo/distances", test_distances);
  g_test_add_func ("/geo/polygon", test_polygon);

  return g_test_run ();
}
