/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "wf-geo-index.h"

#include <math.h>

#define N 100000

static WfGeoPoint places[N];

static void
fill (WfGeoIndex *index)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (1);

  for (guint32 i = 0; i < N; i++)
    {
      /* Half of them crowd in one district, half are all over the country. */
      places[i].lon = i % 2 == 0 ? g_rand_double_range (random, 109.4, 110.0) : g_rand_double_range (random, 75.0, 130.0);
      places[i].lat = i % 2 == 0 ? g_rand_double_range (random, 40.5, 40.8) : g_rand_double_range (random, 20.0, 50.0);
      wf_geo_index_put (index, i, places[i].lon, places[i].lat);
    }
}

static gboolean
is_even (guint32  point,
         gpointer user_data)
{
  return point % 2 == 0;
}

static int
compare_doubles (gconstpointer a,
                 gconstpointer b)
{
  const double *x = a;
  const double *y = b;

  return *x < *y ? -1 : *x > *y;
}

static void
check_nearest (WfGeoIndex      *index,
               double           lon,
               double           lat,
               WfGeoFilterFunc  filter)
{
  g_autoptr (GArray) found = wf_geo_index_nearest (index, lon, lat, 20, G_MAXDOUBLE, filter, NULL);
  g_autoptr (GArray) all = g_array_new (FALSE, FALSE, sizeof (double));

  for (guint32 i = 0; i < N; i++)
    {
      double metres = wf_geo_distance (lon, lat, places[i].lon, places[i].lat);
      if (filter == NULL || filter (i, NULL))
        g_array_append_val (all, metres);
    }
  g_array_sort (all, compare_doubles);

  g_assert_cmpuint (found->len, ==, 20);
  for (guint i = 0; i < found->len; i++)
    g_assert_cmpfloat_with_epsilon (g_array_index (found, WfGeoNeighbour, i).metres, g_array_index (all, double, i), 1e-6);
}

static void
test_nearest (void)
{
  g_autoptr (WfGeoIndex) index = wf_geo_index_new ();

  fill (index);
  g_assert_cmpuint (wf_geo_index_get_size (index), ==, N);
  check_nearest (index, 109.7, 40.6, NULL);
  check_nearest (index, 109.7, 40.6, is_even);
  check_nearest (index, 109.39, 40.49, NULL);
  check_nearest (index, 90.0, 35.0, NULL);
  check_nearest (index, -70.0, -30.0, NULL);
  check_nearest (index, 80.0, 40.0, is_even);

  g_autoptr (GArray) none = wf_geo_index_nearest (index, -70.0, -30.0, 5, 1000.0, NULL, NULL);
  g_assert_cmpuint (none->len, ==, 0);
}

static void
test_moves (void)
{
  g_autoptr (WfGeoIndex) index = wf_geo_index_new ();
  g_autoptr (GRand) random = g_rand_new_with_seed (2);
  double lon;
  double lat;

  fill (index);
  for (int round = 0; round < 200000; round++)
    {
      guint32 i = (guint32) g_rand_int_range (random, 0, N);
      places[i].lon = g_rand_double_range (random, 109.4, 110.0);
      places[i].lat = g_rand_double_range (random, 40.5, 40.8);
      wf_geo_index_put (index, i, places[i].lon, places[i].lat);
    }
  g_assert_cmpuint (wf_geo_index_get_size (index), ==, N);
  check_nearest (index, 109.71, 40.66, NULL);

  WfGeoBox box = { 109.50, 40.55, 109.52, 40.57 };
  guint32 inside = 0;
  for (guint32 i = 0; i < N; i++)
    inside += wf_geo_box_contains (&box, places[i].lon, places[i].lat);
  g_autoptr (GArray) found = wf_geo_index_query (index, &box);
  g_assert_cmpuint (inside, >, 0);
  g_assert_cmpuint (found->len, ==, inside);

  for (guint i = 0; i < found->len; i++)
    {
      g_assert_true (wf_geo_index_remove (index, g_array_index (found, guint32, i)));
      g_assert_false (wf_geo_index_remove (index, g_array_index (found, guint32, i)));
      g_assert_false (wf_geo_index_get (index, g_array_index (found, guint32, i), &lon, &lat));
    }
  g_autoptr (GArray) empty = wf_geo_index_query (index, &box);
  g_assert_cmpuint (empty->len, ==, 0);
  g_assert_cmpuint (wf_geo_index_get_size (index), ==, N - inside);

  WfGeoBox world = { -180.0, -90.0, 180.0, 90.0 };
  g_autoptr (GArray) rest = wf_geo_index_query (index, &world);
  g_assert_cmpuint (rest->len, ==, N - inside);
}

static void
test_antimeridian (void)
{
  g_autoptr (WfGeoIndex) index = wf_geo_index_new ();

  wf_geo_index_put (index, 0, 179.99, 10.0);
  wf_geo_index_put (index, 1, -179.99, 10.0);
  wf_geo_index_put (index, 2, 170.0, 10.0);

  g_autoptr (GArray) found = wf_geo_index_nearest (index, 179.999, 10.0, 2, G_MAXDOUBLE, NULL, NULL);
  g_assert_cmpuint (found->len, ==, 2);
  g_assert_cmpuint (g_array_index (found, WfGeoNeighbour, 0).point, ==, 0);
  g_assert_cmpuint (g_array_index (found, WfGeoNeighbour, 1).point, ==, 1);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/geo/index/nearest", test_nearest);
  g_test_add_func ("/geo/index/moves", test_moves);
  g_test_add_func ("/geo/index/antimeridian", test_antimeridian);

  return g_test_run ();
}
