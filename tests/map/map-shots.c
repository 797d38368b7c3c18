/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Shows the map with the shipped packs and invented things, for looking at it: map-shots [dark|light] [lon lat zoom [DPI]].
 * Ends by itself after a minute. */

#include "config.h"

#include "wf-map-view.h"
#include "wf-plot-tool.h"

#include <stdlib.h>

static const struct
{
  WfThingKind kind;
  int         count;
} amounts[] = {
  { WF_THING_TEAM, 42 }, { WF_THING_EXPERT, 60 }, { WF_THING_DEPOT, 25 }, { WF_THING_HAZARD, 22 }, { WF_THING_SHELTER, 18 },
  { WF_THING_HOSPITAL, 9 }, { WF_THING_FIRE_STATION, 6 }, { WF_THING_WATER, 16 }, { WF_THING_CAMERA, 12 },
};

static void
fill_things (WfThings *things,
             int       more)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (7);

  for (gsize a = 0; a < G_N_ELEMENTS (amounts); a++)
    for (int i = 0; i < amounts[a].count + more / (int) G_N_ELEMENTS (amounts); i++)
      {
        g_autofree char *id = g_strdup_printf ("%zu-%d", a, i);
        g_autofree char *label = g_strdup_printf ("%s %d", wf_thing_kind_get_title (amounts[a].kind), i);
        gboolean park = amounts[a].kind == WF_THING_HAZARD && i < 14;
        WfThing thing = { id, amounts[a].kind, i % 11 == 3 ? WF_THING_BUSY : WF_THING_READY,
                          amounts[a].kind == WF_THING_HAZARD ? 1 + i % 4 : 0,
                          park ? g_rand_double_range (random, 109.70, 109.75) : g_rand_double_range (random, 109.42,
                                                                                                     110.03),
                          park ? g_rand_double_range (random, 40.60, 40.63) : g_rand_double_range (random, 40.53,
                                                                                                   40.69), label };
        wf_things_put (things, &thing);
      }
}

/* Three in one building. */
static void
fill_building (WfThings *things)
{
  static const WfThingKind kinds[] = { WF_THING_TEAM, WF_THING_DEPOT, WF_THING_CAMERA, WF_THING_TEAM, WF_THING_EXPERT };

  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      g_autofree char *id = g_strdup_printf ("building-%zu", i);
      WfThing thing = { id, kinds[i], WF_THING_READY, 0, 109.7430, 40.6150, wf_thing_kind_get_title (kinds[i]) };
      wf_things_put (things, &thing);
    }
}

static void
fill_plots (WfMapView *map)
{
  const WfGeoPoint hall[] = { { 109.742, 40.6155 } };
  const WfGeoPoint front[] = { { 109.715, 40.610 }, { 109.722, 40.622 }, { 109.735, 40.628 } };
  const double radii[] = { 500, 1000, 3000 };

  for (gsize i = 0; i < G_N_ELEMENTS (radii); i++)
    {
      g_autofree char *id = g_strdup_printf ("ring%zu", i);
      const WfMapPlot ring = { .id = id, .type = "range_ring", .points = hall, .n_points = 1, .radius = radii[i] };

      wf_map_view_put_plot (map, &ring);
    }

  const WfMapPlot line = { .id = "front", .type = "fire_line", .label = "火线", .points = front, .n_points = 3 };
  const WfMapPlot camp = { .id = "camp", .type = "point", .label = "前方指挥部", .points = &front[2], .n_points = 1 };
  wf_map_view_put_plot (map, &line);
  wf_map_view_put_plot (map, &camp);
}

static void
fill_map (WfMapView *map)
{
  const WfMapIncident incidents[] = {
    { "a", "液氨储罐泄漏", "二", 2, 109.735, 40.6185, FALSE }, { "b", "三岔口险工坍岸", "三", 3, 109.772, 40.5205, FALSE },
    { "c", "山前草场火点", "四", 4, 109.640, 40.700, FALSE }, { "d", "管廊冒烟", "新", 0, 109.845, 40.640, FALSE },
  };
  const WfMapUnit units[] = {
    { "u1", "指挥车01", "4秒前", 109.752, 40.609, 305.0, 4000, 0, TRUE }, { "u2", "气体分析车", "2秒前", 109.778, 40.5995, 275.0,
                                                                    2000, 0, TRUE },
    { "u3", "无人机2", "3分前", 109.70, 40.66, -1.0, 180000, 0, TRUE },
  };
  const WfGeoPoint track[] = { { 109.83, 40.595 }, { 109.80, 40.597 }, { 109.778, 40.5995 } };
  const WfGeoPoint order[] = { { 109.752, 40.609 }, { 109.745, 40.612 }, { 109.742, 40.6155 } };
  const double radii[] = { 0.012, 0.022, 0.042 };

  for (gsize i = 0; i < G_N_ELEMENTS (incidents); i++)
    wf_map_view_put_incident (map, &incidents[i]);
  for (gsize i = 0; i < G_N_ELEMENTS (units); i++)
    wf_map_view_put_unit (map, &units[i]);
  const int64_t times[] = { 1700000000000, 1700000300000, 1700000600000 };
  wf_map_view_put_track (map, "u2", track, times, G_N_ELEMENTS (track));
  wf_map_view_put_order_line (map, "o1", order, G_N_ELEMENTS (order), "1.6 km");
  for (int z = 0; z < 3; z++)
    {
      static const char *names[] = { "重危", "中危", "轻危" };
      static const double shape[][2] = { { 0, 0 }, { 0.25, 0.28 }, { 0.6, 0.36 }, { 0.9, 0.3 }, { 1, 0.16 },
                                         { 0.85, 0.0 }, { 0.5, -0.1 } };
      g_autofree char *id = g_strdup_printf ("z%d", z);
      WfGeoPoint ring[7];
      for (int i = 0; i < 7; i++)
        ring[i] = (WfGeoPoint){ 109.735 + shape[i][0] * radii[z], 40.6185 + shape[i][1] * radii[z] * 0.8 };
      wf_map_view_put_zone (map, id, (WfMapZoneKind) z, ring, 7, names[z]);
    }
  wf_map_view_set_wind (map, 225.0, 3.2, "西南风 3.2 m/s", "区气象站 · 5分钟前");
  wf_map_view_select (map, "incident", "a");
}

static gboolean
end_cb (gpointer data)
{
  *(gboolean *) data = TRUE;

  return G_SOURCE_REMOVE;
}

int
main (int    argc,
      char **argv)
{
  gboolean end = FALSE;

  gtk_init ();
  g_object_set (gtk_settings_get_default (), "gtk-application-prefer-dark-theme",
                argc < 2 || g_str_equal (argv[1], "dark"), NULL);

  if (argc >= 6)
    g_object_set (gtk_settings_get_default (), "gtk-xft-dpi", atoi (argv[5]) * 1024, NULL);

  GtkWidget *window = gtk_window_new ();
  GtkWidget *map = wf_map_view_new ();
  g_autoptr (WfThings) things = wf_things_new ();
  const char *more = g_getenv ("MORE_THINGS");
  fill_things (things, more != NULL ? atoi (more) : 0);
  fill_building (things);
  wf_map_view_set_things (WF_MAP_VIEW (map), things);
  fill_map (WF_MAP_VIEW (map));
  fill_plots (WF_MAP_VIEW (map));
  if (argc >= 5)
    wf_map_view_go_to (WF_MAP_VIEW (map), g_ascii_strtod (argv[2], NULL), g_ascii_strtod (argv[3], NULL),
                       g_ascii_strtod (argv[4], NULL));

  gtk_window_set_child (GTK_WINDOW (window), map);
  gtk_window_set_default_size (GTK_WINDOW (window), 1280, 800);
  gtk_window_set_decorated (GTK_WINDOW (window), FALSE);
  gtk_window_present (GTK_WINDOW (window));

  g_timeout_add_seconds (60, end_cb, &end);
  while (!end && g_list_model_get_n_items (gtk_window_get_toplevels ()) > 0)
    g_main_context_iteration (NULL, TRUE);

  return 0;
}
