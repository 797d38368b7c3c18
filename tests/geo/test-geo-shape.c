/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "wf-geo-shape.h"
#include "wf-geo-text.h"

#include <math.h>
#include <string.h>

static void
test_measure (void)
{
  /* An hour of arc along a meridian and back: 111.195 km each way on the mean sphere. */
  const WfGeoPoint line[] = { { 109.8, 40.0 }, { 109.8, 41.0 }, { 109.8, 40.0 } };
  const WfGeoPoint square[] = { { 0.0, 0.0 }, { 1.0, 0.0 }, { 1.0, 1.0 }, { 0.0, 1.0 } };
  const WfGeoPoint back[] = { { 0.0, 1.0 }, { 1.0, 1.0 }, { 1.0, 0.0 }, { 0.0, 0.0 } };

  g_assert_cmpfloat_with_epsilon (wf_geo_length (line, 3), 2 * 111195.08, 0.5);
  g_assert_cmpfloat_with_epsilon (wf_geo_length (line, 1), 0.0, 1e-9);

  /* The cell of one degree at the equator, exactly R² · Δλ · sin 1°, whichever way round it is drawn. */
  double cell = WF_GEO_EARTH_RADIUS * WF_GEO_EARTH_RADIUS * (G_PI / 180.0) * sin (G_PI / 180.0);
  g_assert_cmpfloat_with_epsilon (wf_geo_area (square, 4), cell, cell * 1e-9);
  g_assert_cmpfloat_with_epsilon (wf_geo_area (back, 4), cell, cell * 1e-9);
  g_assert_cmpfloat_with_epsilon (wf_geo_area (square, 2), 0.0, 1e-9);
}

static void
test_circle (void)
{
  WfGeoPoint ring[360];
  WfGeoBox box;
  double lon, lat;

  wf_geo_circle (109.84, 40.66, 2000.0, ring, G_N_ELEMENTS (ring));
  for (gsize i = 0; i < G_N_ELEMENTS (ring); i++)
    g_assert_cmpfloat_with_epsilon (wf_geo_distance (109.84, 40.66, ring[i].lon, ring[i].lat), 2000.0, 0.01);
  g_assert_cmpfloat_with_epsilon (wf_geo_area (ring, G_N_ELEMENTS (ring)), G_PI * 4e6, G_PI * 4e6 * 0.001);
  wf_geo_middle (ring, G_N_ELEMENTS (ring), &lon, &lat);
  g_assert_cmpfloat_with_epsilon (wf_geo_distance (109.84, 40.66, lon, lat), 0.0, 1.0);
  wf_geo_box_around (ring, G_N_ELEMENTS (ring), &box);
  g_assert_true (wf_geo_box_contains (&box, 109.84, 40.66));
  g_assert_cmpfloat_with_epsilon (wf_geo_distance (109.84, box.min_lat, 109.84, box.max_lat), 4000.0, 1.0);
  g_assert_false (wf_geo_ring_crosses (ring, G_N_ELEMENTS (ring), NULL, NULL));
}

static void
assert_crosses (const WfGeoPoint *ring,
                gsize             n,
                gsize             a,
                gsize             b)
{
  gsize found_a, found_b;

  g_assert_true (wf_geo_ring_crosses (ring, n, &found_a, &found_b));
  g_assert_cmpuint (found_a, ==, a);
  g_assert_cmpuint (found_b, ==, b);
}

static void
test_crossing (void)
{
  const WfGeoPoint triangle[] = { { 0, 0 }, { 2, 0 }, { 1, 1 } };
  const WfGeoPoint arrow[] = { { 0, 0 }, { 2, 1 }, { 0, 2 }, { 0.5, 1 } };
  const WfGeoPoint bow[] = { { 0, 0 }, { 2, 2 }, { 2, 0 }, { 0, 2 } };
  const WfGeoPoint touch[] = { { 0, 0 }, { 4, 0 }, { 4, 2 }, { 2, 0 }, { 0, 2 } };
  const WfGeoPoint back[] = { { 0, 0 }, { 4, 0 }, { 2, 0 }, { 2, 2 } };
  const WfGeoPoint back_last[] = { { 0, 0 }, { 2, 0 }, { 2, 2 }, { 4, 0 } };
  const WfGeoPoint straight[] = { { 0, 0 }, { 1, 0 }, { 2, 0 }, { 2, 2 }, { 0, 2 } };
  const WfGeoPoint flat[] = { { 0, 0 }, { 1, 0 }, { 2, 0 } };

  g_assert_false (wf_geo_ring_crosses (triangle, 3, NULL, NULL));
  g_assert_false (wf_geo_ring_crosses (arrow, 4, NULL, NULL));
  g_assert_false (wf_geo_ring_crosses (straight, 5, NULL, NULL));
  assert_crosses (bow, 4, 0, 2);
  assert_crosses (touch, 5, 0, 2);
  assert_crosses (back, 4, 0, 1);
  assert_crosses (back_last, 4, 0, 3);
  assert_crosses (flat, 3, 0, 2);
}

static void
test_antimeridian (void)
{
  const WfGeoPoint far_east[] = { { 179.5, 50 }, { -179.5, 50 }, { -179.5, 51 } };
  const WfGeoPoint home[] = { { 109, 40 }, { 110, 40 }, { 110, 41 } };
  const WfGeoPoint back[] = { { -100, 40 }, { 0, 40 }, { 100, 41 } };

  g_assert_true (wf_geo_spans_antimeridian (far_east, 3, FALSE));
  g_assert_false (wf_geo_spans_antimeridian (home, 3, TRUE));
  g_assert_false (wf_geo_spans_antimeridian (back, 3, FALSE));
  g_assert_true (wf_geo_spans_antimeridian (back, 3, TRUE));
}

static void
check_area (double      square_metres,
            const char *text)
{
  g_autofree char *formatted = wf_geo_format_area (square_metres);

  g_assert_cmpstr (formatted, ==, text);
}

static void
test_format (void)
{
  check_area (0, "0 m²");
  check_area (812.4, "812 m²");
  check_area (12345, "1.23 ha");
  check_area (123456, "12.3 ha");
  check_area (1234567, "123 ha");
  check_area (12345678, "12.3 km²");
  check_area (123456789, "123 km²");
}

static void
refuse_points (const char *text,
               const char *words)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GArray) points = wf_geo_parse_points (text, 4, &error);

  g_assert_null (points);
  g_assert_nonnull (strstr (error->message, words));
}

static void
test_lines (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GArray) points = wf_geo_parse_points ("109.84, 40.66\n\n  N40°40′ E109°50′ \n90° 1.5 km\n180 ,200米", 10, &error);
  const WfGeoPoint *p;

  g_assert_no_error (error);
  g_assert_cmpuint (points->len, ==, 4);
  p = (const WfGeoPoint *) (void *) points->data;
  g_assert_cmpfloat_with_epsilon (p[1].lat, 40.0 + 40.0 / 60.0, 1e-9);
  g_assert_cmpfloat_with_epsilon (wf_geo_distance (p[1].lon, p[1].lat, p[2].lon, p[2].lat), 1500.0, 0.01);
  g_assert_cmpfloat_with_epsilon (wf_geo_bearing (p[1].lon, p[1].lat, p[2].lon, p[2].lat), 90.0, 0.01);
  g_assert_cmpfloat_with_epsilon (wf_geo_distance (p[2].lon, p[2].lat, p[3].lon, p[3].lat), 200.0, 0.01);

  refuse_points ("90° 1 km", "Line 1");
  refuse_points ("109.84 40.66\nover there", "Line 2");
  refuse_points ("109.84 40.66\n400° 1 km", "Line 2");
  refuse_points ("109.84 40.66\n45° 1001 km", "Line 2");
  refuse_points ("1,1\n1,2\n1,3\n1,4\n1,5", "more than 4");
}

static void
test_pack (void)
{
  g_autoptr (GArray) none = wf_geo_unpack_points (NULL);
  g_autoptr (GVariant) empty = wf_geo_pack_points (none);
  g_autoptr (GVariant) list = g_variant_ref_sink (g_variant_new_parsed ("[(109.84, 40.66), (109.85, -40.67)]"));
  g_autoptr (GArray) points = wf_geo_unpack_points (list);
  g_autoptr (GVariant) same = wf_geo_pack_points (points);

  g_assert_cmpuint (none->len, ==, 0);
  g_assert_cmpstr (g_variant_get_type_string (empty), ==, "a(dd)");
  g_assert_cmpuint (points->len, ==, 2);
  g_assert_cmpfloat (g_array_index (points, WfGeoPoint, 1).lat, ==, -40.67);
  g_assert_true (g_variant_equal (list, same));
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/geo/shape/measure", test_measure);
  g_test_add_func ("/geo/shape/circle", test_circle);
  g_test_add_func ("/geo/shape/crossing", test_crossing);
  g_test_add_func ("/geo/shape/antimeridian", test_antimeridian);
  g_test_add_func ("/geo/shape/lines", test_lines);
  g_test_add_func ("/geo/shape/format", test_format);
  g_test_add_func ("/geo/shape/pack", test_pack);

  return g_test_run ();
}
