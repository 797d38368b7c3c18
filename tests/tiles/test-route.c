/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "wf-route.h"
#include "wf-tiles-error.h"

#include <math.h>

/*  0 — 1 — 2
 *  |       |      4 stands alone
 *  3 ======+      3–2 is a direct way, longer in metres but an expressway */
static const WfGeoPoint nodes[] = { { 109.0, 40.0 }, { 109.01, 40.0 }, { 109.02, 40.0 }, { 109.0, 39.995 },
                                    { 109.5, 40.5 }, { 109.51, 40.5 } };

static WfRoads *
make_roads (guint8 direct)
{
  const WfRoadEdge edges[] = {
    { 0, 1, WF_MAP_CLASS_ROAD_LANE }, { 1, 2, WF_MAP_CLASS_ROAD_LANE }, { 0, 3, WF_MAP_CLASS_ROAD_EXPRESS }, { 3, 2,
                                                                                                               direct },
    { 4, 5, WF_MAP_CLASS_ROAD_LANE },
  };

  return wf_roads_new_from_arrays (nodes, G_N_ELEMENTS (nodes), edges, G_N_ELEMENTS (edges));
}

static void
test_fastest (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (WfRoads) fast = make_roads (WF_MAP_CLASS_ROAD_EXPRESS);
  g_autoptr (WfRoads) slow = make_roads (WF_MAP_CLASS_ROAD_LANE);
  g_autoptr (WfRoute) by_express = wf_route_find (fast, 109.0, 40.0, 109.02, 40.0, &error);
  g_assert_no_error (error);
  g_autoptr (WfRoute) by_lane = wf_route_find (slow, 109.0, 40.0, 109.02, 40.0, &error);
  g_assert_no_error (error);

  /* The places themselves stand at both ends. */
  g_assert_cmpuint (by_express->points->len, ==, 5);
  g_assert_cmpfloat_with_epsilon (g_array_index (by_express->points, WfGeoPoint, 2).lat, 39.995, 1e-9);
  g_assert_cmpuint (by_lane->points->len, ==, 5);
  g_assert_cmpfloat_with_epsilon (g_array_index (by_lane->points, WfGeoPoint, 2).lon, 109.01, 1e-9);
  g_assert_cmpfloat_with_epsilon (by_lane->metres, wf_geo_distance (109.0, 40.0, 109.02, 40.0), 1.0);
  g_assert_cmpfloat_with_epsilon (by_lane->seconds, by_lane->metres / 7.0, 1.0);
  g_assert_cmpfloat (by_express->metres, >, by_lane->metres);
  g_assert_cmpfloat (by_express->seconds, <, by_lane->seconds);

  g_assert_null (wf_route_find (fast, 109.0, 40.0, 109.5, 40.5, &error));
  g_assert_error (error, WF_TILES_ERROR, WF_TILES_ERROR_NO_ROUTE);
  g_clear_error (&error);
  g_assert_null (wf_route_find (fast, 109.0, 40.0, 80.0, 30.0, &error));
  g_assert_error (error, WF_TILES_ERROR, WF_TILES_ERROR_NO_ROUTE);
}

static void
test_empty (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (WfRoads) roads = wf_roads_new_from_arrays (NULL, 0, NULL, 0);

  g_assert_null (wf_route_find (roads, 109.0, 40.0, 109.5, 40.5, &error));
  g_assert_error (error, WF_TILES_ERROR, WF_TILES_ERROR_NO_ROUTE);
}

/* In the demonstration district every place can be reached from every other, and no route is shorter than the straight line. */
static void
test_district (void)
{
  g_autofree char *path = g_build_filename (g_getenv ("WATCHFIRE_DATADIR"), "basemap", "jiuyuan.wfmap", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (WfMapPack) pack = wf_map_pack_open (path, &error);
  g_assert_no_error (error);
  g_autoptr (WfRoads) roads = wf_roads_new (pack, &error);
  g_assert_no_error (error);
  g_autoptr (GRand) random = g_rand_new_with_seed (5);

  g_assert_cmpuint (wf_roads_get_size (roads), >, 2000);
  for (int i = 0; i < 60; i++)
    {
      double a = g_rand_double_range (random, 109.45, 110.02);
      double b = g_rand_double_range (random, 40.535, 40.69);
      double c = g_rand_double_range (random, 109.45, 110.02);
      double d = g_rand_double_range (random, 40.535, 40.69);
      g_autoptr (WfRoute) route = wf_route_find (roads, a, b, c, d, &error);
      g_assert_no_error (error);
      double straight = wf_geo_distance (a, b, c, d);
      g_assert_cmpfloat (route->metres, >=, straight - 1.0);
      g_assert_cmpfloat (route->metres, <, straight * 2.5 + 8000.0);

      WfGeoPoint half;
      WfGeoPoint end;
      double heading;
      wf_route_point_at (route, route->metres / 2.0, &half, &heading);
      wf_route_point_at (route, route->metres + 100.0, &end, NULL);
      g_assert_cmpfloat (heading, >=, 0.0);
      g_assert_cmpfloat (heading, <, 360.0);
      g_assert_cmpfloat (wf_geo_distance (a, b, half.lon, half.lat), <=, route->metres / 2.0 + 1.0);
      g_assert_cmpfloat_with_epsilon (end.lon, c, 1e-9);
      g_assert_cmpfloat_with_epsilon (end.lat, d, 1e-9);
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/tiles/route/fastest", test_fastest);
  g_test_add_func ("/tiles/route/empty", test_empty);
  g_test_add_func ("/tiles/route/district", test_district);

  return g_test_run ();
}
