/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "wf-map-view-private.h"
#include "wf-plots.h"

#include <math.h>
#include <string.h>

/* Drawings on a map: how they look on paper, what lies under a click, and the tool that makes them. */

static const WfGeoPoint square[] = { { 109.80, 40.60 }, { 109.90, 40.60 }, { 109.90, 40.68 }, { 109.80, 40.68 } };
static const WfGeoPoint line[] = { { 109.70, 40.55 }, { 109.78, 40.58 }, { 109.78, 40.70 } };
static const WfGeoPoint middle[] = { { 109.85, 40.64 } };

static void
put (WfPlots          *plots,
     const char       *id,
     const char       *type,
     const WfGeoPoint *points,
     gsize             n,
     double            radius)
{
  const WfMapPlot plot = {
    .id = id, .type = type, .label = id, .points = points, .n_points = n, .radius = radius,
    .danger = g_str_equal (type, "danger_zone") ? "high" : NULL
  };

  wf_plots_put (plots, &plot);
}

static const char *
find (WfPlots          *plots,
      const WfMapFrame *frame,
      double            lon,
      double            lat)
{
  double x, y;

  wf_map_frame_to_screen (frame, lon, lat, &x, &y);
  WfPlotMark *found = wf_plots_find (plots, frame, x, y, NULL);

  return found != NULL ? found->id : NULL;
}

static void
test_find (void)
{
  WfPlots *plots = wf_plots_new ();
  WfMapFrame frame;
  double lon, lat;

  wf_map_frame_init_at (&frame, 109.80, 40.62, 11.0, 800, 600, 1);
  put (plots, "area", "polygon", square, 4, 0);
  put (plots, "zone", "danger_zone", middle, 1, 1500);
  put (plots, "front", "fire_line", line, 3, 0);
  put (plots, "camp", "point", middle, 1, 0);

  g_assert_cmpstr (find (plots, &frame, 109.81, 40.61), ==, "area");
  g_assert_cmpstr (find (plots, &frame, 109.855, 40.632), ==, "zone");
  g_assert_cmpstr (find (plots, &frame, 109.85, 40.64), ==, "camp");
  g_assert_cmpstr (find (plots, &frame, 109.78, 40.65), ==, "front");
  g_assert_null (find (plots, &frame, 109.70, 40.70));

  /* Somebody else's that is not done yet is only looked at. */
  const WfMapPlot draft = { .id = "draft", .type = "line", .points = line, .n_points = 3, .draft = TRUE };
  wf_plots_put (plots, &draft);
  g_assert_cmpstr (find (plots, &frame, 109.78, 40.65), ==, "front");

  /* A range ring is found on its line alone: what lies within does not belong to it. */
  put (plots, "ring", "range_ring", middle, 1, 4000);
  g_assert_cmpstr (find (plots, &frame, 109.855, 40.632), ==, "zone");
  g_assert_null (find (plots, &frame, 109.85, 40.594));
  wf_geo_destination (109.85, 40.64, 180.0, 4000.0, &lon, &lat);
  g_assert_cmpstr (find (plots, &frame, lon, lat), ==, "ring");

  g_assert_true (wf_plots_remove (plots, "zone"));
  g_assert_false (wf_plots_remove (plots, "zone"));
  g_assert_cmpstr (find (plots, &frame, 109.855, 40.632), ==, "area");
  wf_plots_free (plots);
}

/* --- looks --- */

static cairo_t *
begin (gpointer user_data,
       double   x,
       double   y,
       double   width,
       double   height)
{
  cairo_save (user_data);
  cairo_new_path (user_data);
  return user_data;
}

static void
end (gpointer  user_data,
     cairo_t  *cr)
{
  cairo_restore (cr);
}

static cairo_surface_t *
draw (const char       *type,
      const char       *danger,
      const WfGeoPoint *points,
      gsize             n,
      double            radius,
      gboolean          dark,
      double            zoom)
{
  cairo_surface_t *surface = cairo_image_surface_create (CAIRO_FORMAT_ARGB32, 400, 300);
  cairo_t *cr = cairo_create (surface);
  WfMarks *marks = wf_marks_new ();
  const WfMapPlot plot = { .id = "p", .type = type, .danger = danger, .label = "", .points = points, .n_points = n,
                           .radius = radius };
  WfMapFrame frame;
  WfPainter painter = { &frame, wf_map_style_get (dark), begin, end, cr, NULL };

  wf_map_frame_init_at (&frame, 109.85, 40.64, zoom, 400, 300, 1);
  wf_plots_put (marks->plots, &plot);
  wf_plots_draw (marks->plots, marks, &painter);
  wf_marks_free (marks);
  cairo_destroy (cr);
  cairo_surface_flush (surface);

  return surface;
}

static guint
count_drawn (cairo_surface_t *surface)
{
  const guint32 *pixels = (const guint32 *) (void *) cairo_image_surface_get_data (surface);
  guint count = 0;

  for (int i = 0; i < 400 * 300; i++)
    count += pixels[i] >> 24 > 0 ? 1 : 0;

  return count;
}

static guint
count_differences (cairo_surface_t *a,
                   cairo_surface_t *b)
{
  const guint32 *one = (const guint32 *) (void *) cairo_image_surface_get_data (a);
  const guint32 *other = (const guint32 *) (void *) cairo_image_surface_get_data (b);
  guint count = 0;

  /* Whether there is ink, not which: what is told apart by colour alone is not told apart. */
  for (int i = 0; i < 400 * 300; i++)
    count += ((one[i] >> 24) > 100) != ((other[i] >> 24) > 100) ? 1 : 0;

  return count;
}

/* Every type is drawn, on both maps, and areas look otherwise also to who sees no colour. */
static void
test_looks (void)
{
  static const char *const levels[] = { "high", "medium", "low", "safe" };
  cairo_surface_t *zones[G_N_ELEMENTS (levels)];

  for (gsize i = 0; wf_plot_types[i] != NULL; i++)
    for (int dark = 0; dark < 2; dark++)
      {
        WfPlotShape may = wf_plot_type_get_shapes (wf_plot_types[i]);
        gboolean one = may == WF_PLOT_POINT || may == WF_PLOT_CIRCLE;
        cairo_surface_t *surface = draw (wf_plot_types[i], NULL, one ? middle : square, one ? 1 : 4,
                                         may == WF_PLOT_CIRCLE ? 2000 : 0, dark != 0, 12.0);

        if (g_str_equal (wf_plot_types[i], "text"))
          g_assert_cmpuint (count_drawn (surface), ==, 0);
        else
          g_assert_cmpuint (count_drawn (surface), >, 30);
        cairo_surface_destroy (surface);
      }

  for (gsize i = 0; i < G_N_ELEMENTS (levels); i++)
    zones[i] = draw ("danger_zone", levels[i], middle, 1, 2500, FALSE, 12.0);
  for (gsize i = 0; i < G_N_ELEMENTS (levels); i++)
    for (gsize j = i + 1; j < G_N_ELEMENTS (levels); j++)
      g_assert_cmpuint (count_differences (zones[i], zones[j]), >, 500);
  for (gsize i = 0; i < G_N_ELEMENTS (levels); i++)
    cairo_surface_destroy (zones[i]);

  /* A circle far larger than the view, seen from inside, fills it and takes no time. */
  gint64 before = g_get_monotonic_time ();
  cairo_surface_t *inside = draw ("danger_zone", "high", middle, 1, 200000, FALSE, 19.0);
  g_assert_cmpuint (count_drawn (inside), ==, 400 * 300);
  g_test_message ("a large circle: %d µs", (int) (g_get_monotonic_time () - before));
  cairo_surface_destroy (inside);
}

/* --- the tool --- */

typedef struct
{
  guint   drawn;
  guint   sketched;
  guint   n_points;
  double  radius;
  char   *type;
} Heard;

static void
drawn_cb (WfPlotTool *tool,
          const char *type,
          GVariant   *points,
          double      radius,
          Heard      *heard)
{
  heard->drawn++;
  heard->n_points = (guint) g_variant_n_children (points);
  heard->radius = radius;
  g_free (heard->type);
  heard->type = g_strdup (type);
}

static void
sketched_cb (WfPlotTool *tool,
             const char *type,
             GVariant   *points,
             double      radius,
             Heard      *heard)
{
  heard->sketched++;
  heard->n_points = (guint) g_variant_n_children (points);
}

static void
test_tool (void)
{
  WfMapView *view = g_object_ref_sink (WF_MAP_VIEW (wf_map_view_new ()));
  WfPlotTool *tool = wf_map_view_get_plot_tool (view);
  Heard heard = { 0 };

  g_signal_connect (tool, "drawn", G_CALLBACK (drawn_cb), &heard);
  g_signal_connect (tool, "sketched", G_CALLBACK (sketched_cb), &heard);

  /* Two points are no area. */
  wf_plot_tool_start (tool, "cordon", FALSE);
  wf_plot_tool_add (tool, 109.8, 40.6);
  wf_plot_tool_add (tool, 109.9, 40.6);
  g_assert_cmpuint (heard.sketched, ==, 2);
  g_assert_false (wf_plot_tool_finish (tool));
  wf_plot_tool_add (tool, 109.9, 40.7);
  g_assert_true (wf_plot_tool_finish (tool));
  g_assert_cmpuint (heard.drawn, ==, 1);
  g_assert_cmpuint (heard.n_points, ==, 3);
  g_assert_cmpstr (heard.type, ==, "cordon");

  /* A circle is done with its second point. */
  wf_plot_tool_start (tool, "cordon", TRUE);
  wf_plot_tool_add (tool, 109.8, 40.6);
  wf_plot_tool_add (tool, 109.8, 40.61);
  g_assert_cmpuint (heard.drawn, ==, 2);
  g_assert_cmpuint (heard.n_points, ==, 1);
  g_assert_cmpfloat_with_epsilon (heard.radius, 1111.95, 0.1);
  g_assert_false (wf_plot_tool_is_drawing (tool));

  /* Who measures or picks does not draw; whoever looks on is told that it was given up. */
  wf_plot_tool_start (tool, "line", FALSE);
  wf_plot_tool_add (tool, 109.8, 40.6);
  wf_map_view_start_measure (view);
  g_assert_false (wf_plot_tool_is_drawing (tool));
  g_assert_cmpuint (heard.n_points, ==, 0);
  g_assert_cmpuint (heard.drawn, ==, 2);
  wf_plot_tool_start (tool, "line", FALSE);
  g_assert_true (wf_plot_tool_is_drawing (tool));
  g_assert_false (wf_plot_tool_back (tool));

  g_free (heard.type);
  g_assert_finalize_object (view);
}

int
main (int   argc,
      char *argv[])
{
  gtk_test_init (&argc, &argv, NULL);

  g_test_add_func ("/map/plots/find", test_find);
  g_test_add_func ("/map/plots/looks", test_looks);
  g_test_add_func ("/map/plots/tool", test_tool);

  return g_test_run ();
}
