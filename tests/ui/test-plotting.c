/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "sync-testing.h"
#include "ui-desk.h"
#include "ui-testing.h"
#include "wf-alarm-bar.h"
#include "wf-application.h"
#include "wf-dialog.h"
#include "wf-doubt-row.h"
#include "wf-geo-text.h"
#include "wf-map-view-private.h"
#include "wf-plot-card.h"
#include "wf-plot-tool.h"
#include "wf-plots.h"
#include "wf-plot.h"
#include "wf-window-private.h"

#include <string.h>

/* Drawing on the map, in the window with a real service and the demonstration district. */

static TestDesk *shared;
static WfMapView *map;
static WfPlotTool *tool;

static gboolean
card_says (const char *text)
{
  return test_find (test_desk_find_type (shared, WF_TYPE_PLOT_CARD), test_says, text) != NULL;
}

static void
act (const char *action,
     const char *target)
{
  g_assert_true (gtk_widget_activate_action (GTK_WIDGET (map), action, target != NULL ? "s" : NULL, target));
}

/* The newest plot of a type. */
static WfEntity *
find_plot (const char *type)
{
  g_autoptr (GPtrArray) plots = wf_state_list (wf_session_get_state (shared->session), WF_LIVE, "plot", NULL);
  WfEntity *found = NULL;

  for (guint i = 0; i < plots->len; i++)
    if (wf_entity_is (g_ptr_array_index (plots, i), "type", type))
      found = g_ptr_array_index (plots, i);

  return found != NULL ? wf_entity_ref (found) : NULL;
}

static gboolean
has_plot (const char *type)
{
  g_autoptr (WfEntity) plot = find_plot (type);

  return plot != NULL;
}

static gboolean
is_struck (const char *type)
{
  g_autoptr (WfEntity) plot = find_plot (type);

  return wf_entity_string (plot, "struck_reason") != NULL;
}

static gsize
count_points (const char *type)
{
  g_autoptr (WfEntity) plot = find_plot (type);
  g_autoptr (GVariant) points = wf_entity_value (plot, "points");

  return g_variant_n_children (points);
}

static double
get_radius (const char *type)
{
  g_autoptr (WfEntity) plot = find_plot (type);

  return wf_entity_double (plot, "radius_m", 0);
}

static WfDialog *
await_dialog (void)
{
  GListModel *windows = gtk_window_get_toplevels ();
  gint64 until = g_get_monotonic_time () + 60 * G_USEC_PER_SEC;

  while (g_get_monotonic_time () < until)
    {
      for (guint i = 0; i < g_list_model_get_n_items (windows); i++)
        {
          g_autoptr (GtkWindow) window = g_list_model_get_item (windows, i);

          if (WF_IS_DIALOG (window) && gtk_widget_get_mapped (GTK_WIDGET (window)))
            return WF_DIALOG (window);
        }
      g_main_context_iteration (NULL, FALSE);
      g_usleep (5000);
    }
  g_error ("no dialog came");
}

static WfForm *
form_of (WfDialog   *dialog,
         const char *key)
{
  GtkWidget *form = test_find (GTK_WIDGET (dialog), test_has_field, key);

  g_assert_nonnull (form);
  return WF_FORM (form);
}

static void
await_gone (WfDialog *dialog)
{
  gpointer gone = dialog;

  g_object_add_weak_pointer (G_OBJECT (dialog), &gone);
  test_await (gone == NULL);
}

static WfPlotMark *
find_draft (WfPlots *plots)
{
  g_autoptr (GPtrArray) list = wf_plots_list (plots);

  for (guint i = 0; i < list->len; i++)
    if (((WfPlotMark *) g_ptr_array_index (list, i))->draft)
      return g_ptr_array_index (list, i);

  return NULL;
}

static guint
count_drafts (WfPlots *plots)
{
  g_autoptr (GPtrArray) list = wf_plots_list (plots);
  guint n = 0;

  for (guint i = 0; i < list->len; i++)
    n += ((WfPlotMark *) g_ptr_array_index (list, i))->draft ? 1 : 0;

  return n;
}

static void
count_cb (guint *heard)
{
  (*heard)++;
}

/* --- tests --- */

static void
test_by_hand (void)
{
  g_assert_nonnull (test_find (GTK_WIDGET (shared->window), test_has_name, "Draw on the map"));

  act ("plot.draw", "fire_line");
  g_assert_true (wf_plot_tool_is_drawing (tool));
  g_assert_false (wf_plot_tool_finish (tool));
  wf_plot_tool_add (tool, 109.80, 40.60);
  wf_plot_tool_add (tool, 109.82, 40.61);
  /* The same place again, as the second press of a double click has it, makes no point. */
  wf_plot_tool_add (tool, 109.82, 40.61);
  wf_plot_tool_add (tool, 109.84, 40.65);
  g_assert_true (wf_plot_tool_key (tool, GDK_KEY_BackSpace, 0));
  wf_plot_tool_add (tool, 109.84, 40.62);
  g_assert_true (wf_plot_tool_key (tool, GDK_KEY_Return, 0));
  g_assert_false (wf_plot_tool_is_drawing (tool));

  test_await (has_plot ("fire_line"));
  g_assert_cmpuint (count_points ("fire_line"), ==, 3);
  g_autoptr (WfEntity) line = find_plot ("fire_line");
  g_assert_cmpstr (wf_entity_string (line, "incident"), ==, wf_window_get_incident (shared->window));

  /* Its card, with what it measures. */
  test_await (gtk_widget_get_mapped (test_desk_find_type (shared, WF_TYPE_PLOT_CARD)));
  test_await (card_says ("Length"));
  test_await (card_says (" km"));
  g_assert_cmpstr (wf_map_view_get_selection_kind (map), ==, "plot");
  g_assert_cmpstr (wf_map_view_get_selection_id (map), ==, wf_entity_id (line));

  /* With the keyboard alone; Escape gives up. */
  act ("plot.draw", "point");
  g_assert_true (wf_plot_tool_key (tool, GDK_KEY_Escape, 0));
  g_assert_false (wf_plot_tool_is_drawing (tool));
  act ("plot.draw", "point");
  g_assert_true (wf_plot_tool_key (tool, GDK_KEY_space, 0));
  test_await (has_plot ("point"));
}

static void
test_take_back (void)
{
  act ("plot.draw", "arrow");
  wf_plot_tool_add (tool, 109.80, 40.60);
  wf_plot_tool_add (tool, 109.82, 40.61);
  /* While it is being drawn, a point. */
  act ("plot.undo", NULL);
  wf_plot_tool_add (tool, 109.83, 40.63);
  g_assert_true (wf_plot_tool_finish (tool));
  test_await (has_plot ("arrow"));
  g_assert_cmpuint (count_points ("arrow"), ==, 2);

  /* Wait until it can be taken back, which is as soon as the card is there. */
  g_autoptr (WfEntity) arrow = find_plot ("arrow");
  test_await (g_strcmp0 (wf_map_view_get_selection_id (map), wf_entity_id (arrow)) == 0);
  act ("plot.undo", NULL);
  test_await (is_struck ("arrow"));
  test_await (wf_map_view_get_selection_id (map) == NULL
              || strcmp (wf_map_view_get_selection_id (map), wf_entity_id (arrow)) != 0);
  act ("plot.redo", NULL);
  test_await (!is_struck ("arrow"));
}

static void
test_danger_zone (void)
{
  act ("plot.draw", "danger_zone:circle");
  wf_plot_tool_add (tool, 109.95, 40.60);
  wf_plot_tool_add (tool, 110.10, 40.60);

  /* It says nothing yet of how dangerous it is, and cannot be without. */
  WfDialog *dialog = await_dialog ();
  g_assert_false (has_plot ("danger_zone"));
  wf_dialog_confirm (dialog);
  g_assert_nonnull (wf_form_get_error (form_of (dialog, "danger"), "danger"));
  wf_form_set_string (form_of (dialog, "danger"), "danger", "high");
  wf_form_set_string (form_of (dialog, "substance"), "substance", "ammonia");
  wf_form_set_string (form_of (dialog, "label"), "label", "Core");
  wf_dialog_confirm (dialog);
  await_gone (dialog);
  test_await (has_plot ("danger_zone"));
  g_assert_cmpfloat_with_epsilon (get_radius ("danger_zone"), 12670, 40);

  /* What lies inside is counted at once: half the district. */
  test_await (card_says ("Core"));
  test_await (card_says ("Inside it"));
  test_await (card_says ("ammonia"));
  test_await (card_says ("Shelter") || card_says ("Major hazard source"));

  /* A corner dragged elsewhere, and back. */
  g_autoptr (WfEntity) zone = find_plot ("danger_zone");
  g_autoptr (GVariant) points = wf_entity_value (zone, "points");
  g_signal_emit_by_name (tool, "changed", wf_entity_id (zone), points, 500.0);
  test_await (get_radius ("danger_zone") < 501.0);
  test_await (card_says ("500 m"));
  act ("plot.undo", NULL);
  test_await (get_radius ("danger_zone") > 12000.0);

  /* Struck with a reason. */
  act ("plot.strike", wf_entity_id (zone));
  dialog = await_dialog ();
  wf_form_set_string (form_of (dialog, "reason"), "reason", "wind turned");
  wf_dialog_confirm (dialog);
  await_gone (dialog);
  test_await (is_struck ("danger_zone"));
}

static void
test_numbers (void)
{
  act ("plot.numbers", "polygon");

  WfDialog *dialog = await_dialog ();
  WfForm *form = form_of (dialog, "points");
  wf_form_set_string (form, "points", "109.80, 40.60\nover there");
  wf_dialog_confirm (dialog);
  g_assert_nonnull (strstr (wf_form_get_error (form, "points"), "Line 2"));

  /* A bow tie is refused, with the edges. */
  wf_form_set_string (form, "points", "109.80 40.60\n109.90 40.70\n109.90 40.60\n109.80 40.70");
  wf_dialog_confirm (dialog);
  test_await (wf_form_get_error (form, "points") != NULL && strstr (wf_form_get_error (form, "points"), "1–2 × 3–4") != NULL);

  wf_form_set_string (form, "points", "N40°36′ E109°48′\n90° 1 km\n0° 1 km");
  wf_dialog_confirm (dialog);
  await_gone (dialog);
  test_await (has_plot ("polygon"));
  g_assert_cmpuint (count_points ("polygon"), ==, 3);
  test_await (card_says (" ha"));

  /* What is said of it is changed, the points stay as they are to the last digit. */
  g_autoptr (WfEntity) before = find_plot ("polygon");
  act ("plot.change", wf_entity_id (before));
  dialog = await_dialog ();
  wf_form_set_string (form_of (dialog, "label"), "label", "Search");
  wf_dialog_confirm (dialog);
  await_gone (dialog);
  test_await (card_says ("Search"));

  g_autoptr (WfEntity) after = find_plot ("polygon");
  g_autoptr (GVariant) old_points = wf_entity_value (before, "points");
  g_autoptr (GVariant) new_points = wf_entity_value (after, "points");
  g_assert_true (g_variant_equal (old_points, new_points));
  g_assert_cmpint (wf_entity_version (before, "points"), ==, wf_entity_version (after, "points"));
}

static guint
count_rings (void)
{
  g_autoptr (GPtrArray) plots = wf_state_list (wf_session_get_state (shared->session), WF_LIVE, "plot", NULL);
  guint n = 0;

  for (guint i = 0; i < plots->len; i++)
    n += wf_entity_is (g_ptr_array_index (plots, i), "type", "range_ring")
         && wf_entity_time (g_ptr_array_index (plots, i), "struck_at") == 0;

  return n;
}

/* Rings of several radii around what is selected: drawn at once, taken back at once, and struck together. */
static void
test_rings (void)
{
  const char *incident = wf_window_get_incident (shared->window);
  g_autoptr (WfEntity) entity = wf_state_get (wf_session_get_state (shared->session), WF_LIVE, "incident", incident);
  double lon, lat, x, y;

  g_assert_true (wf_entity_point (entity, "location", &lon, &lat));
  wf_map_view_select (map, "incident", incident);
  act ("plot.rings", NULL);

  WfDialog *dialog = await_dialog ();
  WfForm *form = form_of (dialog, "radii");
  g_autofree char *centre = wf_form_get_string (form, "centre");
  g_autofree char *wanted = wf_geo_format (lon, lat, WF_GEO_NOTATION_PLAIN);
  g_autoptr (GError) error = NULL;
  g_assert_true (wf_geo_parse (centre, &x, &y, &error));
  g_assert_cmpfloat_with_epsilon (x, lon, 0.0002);
  g_assert_cmpfloat_with_epsilon (y, lat, 0.0002);
  wf_form_set_string (form, "centre", wanted);
  wf_form_set_string (form, "radii", "far away");
  wf_dialog_confirm (dialog);
  g_assert_nonnull (wf_form_get_error (form, "radii"));
  wf_form_set_string (form, "radii", "500, 1 km 3000");
  wf_dialog_confirm (dialog);
  await_gone (dialog);
  test_await (count_rings () == 3);

  /* They belong to the incident, and each says how far it is. */
  g_autoptr (WfEntity) ring = find_plot ("range_ring");
  g_assert_cmpstr (wf_entity_string (ring, "incident"), ==, incident);
  test_await (wf_plots_get (map->marks->plots, wf_entity_id (ring)) != NULL);
  act ("plot.undo", NULL);
  test_await (count_rings () == 0);
  act ("plot.redo", NULL);
  test_await (count_rings () == 3);

  /* One of them with its card, which counts what lies within. */
  g_assert_true (gtk_widget_activate_action (GTK_WIDGET (map), "win.select", "(ss)", "plot", wf_entity_id (ring)));
  test_await (card_says ("range ring"));
  test_await (card_says ("Radius"));

  act ("plot.strike", wf_entity_id (ring));
  dialog = await_dialog ();
  wf_form_set_string (form_of (dialog, "reason"), "reason", "over");
  wf_form_set (form_of (dialog, "all"), "all", wf_value_bool (TRUE));
  wf_dialog_confirm (dialog);
  await_gone (dialog);
  test_await (count_rings () == 0);
  act ("plot.undo", NULL);
  test_await (count_rings () == 3);

  /* Of a place that somebody points to. */
  g_assert_true (gtk_widget_activate_action (GTK_WIDGET (map), "plot.rings-at", "(dd)", 109.9, 40.6));
  dialog = await_dialog ();
  g_autofree char *there = wf_form_get_string (form_of (dialog, "centre"), "centre");
  g_assert_nonnull (strstr (there, "109.9"));
  gtk_window_destroy (GTK_WINDOW (dialog));
}

static void
found_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      data)
{
  g_autoptr (GError) error = NULL;

  *(GListModel **) data = wf_search_index_query_finish (WF_SEARCH_INDEX (source), result, &error);
  g_assert_no_error (error);
}

static GListModel *
search (const char *text)
{
  GListModel *found = NULL;

  wf_search_index_query_async (wf_window_get_search_index (shared->window), text, NULL, 5, NULL, found_cb, &found);
  test_await (found != NULL);

  return found;
}

/* The search says so too, and offers what is meant. */
static void
check_search (const char *text,
              double      lon_meant)
{
  g_autoptr (GListModel) found = search (text);
  double lon, lat;

  g_autoptr (WfSearchHit) first = g_list_model_get_item (found, 0);
  g_autoptr (WfSearchHit) second = g_list_model_get_item (found, 1);
  g_assert_cmpstr (wf_search_hit_get_subtitle (first), ==, "Coordinates, outside of the district");
  g_assert_cmpstr (wf_search_hit_get_subtitle (second), ==, "Coordinates, taken as GCJ-02");
  g_assert_true (wf_search_hit_get_point (second, &lon, &lat));
  g_assert_cmpfloat_with_epsilon (lon, lon_meant, 0.00002);
}

/* Coordinates outside of the district are doubted under the field, and taken as they are meant by one click. */
static void
test_doubt (void)
{
  g_autoptr (WfEntity) centre = wf_state_get (wf_session_get_state (shared->session), WF_LIVE, "centre", "centre");
  GType type = WF_TYPE_DOUBT_ROW;
  double west, south, east, north, lon, lat;
  g_autoptr (GError) error = NULL;

  g_assert_true (wf_entity_point (centre, "south_west", &west, &south));
  g_assert_true (wf_entity_point (centre, "north_east", &east, &north));
  act ("plot.rings", NULL);

  WfDialog *dialog = await_dialog ();
  WfForm *form = form_of (dialog, "centre");
  GtkWidget *row = test_find (GTK_WIDGET (dialog), test_is_of_type, &type);
  g_assert_false (gtk_widget_get_visible (row));
  wf_form_set_string (form, "centre", "121.5, 31.2");
  g_assert_true (gtk_widget_get_visible (row));
  g_assert_nonnull (test_find (row, test_says, "outside of the district"));

  /* By the map service's coordinates of a place just inside of the edge. */
  wf_datum_from_wgs84 (WF_DATUM_GCJ02, east - 0.0005, (south + north) / 2.0, &lon, &lat);
  g_autofree char *shifted = wf_geo_format (lon, lat, WF_GEO_NOTATION_PLAIN);
  wf_form_set_string (form, "centre", shifted);
  GtkWidget *take = test_find (row, test_is_button, "Take as GCJ-02");
  g_assert_true (take != NULL && gtk_widget_get_visible (take));
  g_signal_emit_by_name (take, "clicked");
  g_autofree char *taken = wf_form_get_string (form, "centre");
  g_assert_true (wf_geo_parse (taken, &lon, &lat, &error));
  g_assert_cmpfloat_with_epsilon (lon, east - 0.0005, 0.00002);
  g_assert_false (gtk_widget_get_visible (row));
  gtk_window_destroy (GTK_WINDOW (dialog));

  check_search (shifted, east - 0.0005);

  /* In a list of points the line is named, and one click takes all that are meant so; the others stay as they were written. */
  act ("plot.numbers", "line");
  dialog = await_dialog ();
  form = form_of (dialog, "points");
  row = test_find (GTK_WIDGET (dialog), test_is_of_type, &type);
  g_autofree char *right = wf_geo_format (west + 0.1, south + 0.05, WF_GEO_NOTATION_DMS);
  g_autofree char *points = g_strdup_printf ("%s\n45° 1 km\n%s\n%s", right, shifted, shifted);
  wf_form_set_string (form, "points", points);
  g_assert_true (gtk_widget_get_visible (row));
  g_assert_nonnull (test_find (row, test_says, "Line 3: "));
  take = test_find (row, test_is_button, "Take as GCJ-02");
  g_assert_true (take != NULL && gtk_widget_get_visible (take));
  g_signal_emit_by_name (take, "clicked");
  g_assert_false (gtk_widget_get_visible (row));
  g_autofree char *mended = wf_form_get_string (form, "points");
  g_autofree char *wanted = g_strdup_printf ("%s\n45° 1 km\n%s\n%s", right, taken, taken);
  g_assert_cmpstr (mended, ==, wanted);
  wf_form_set_string (form, "points", "109.80, 40.60\n0° 1 km\n121.5, 31.2");
  g_assert_nonnull (test_find (row, test_says, "Line 3: "));
  gtk_window_destroy (GTK_WINDOW (dialog));
}

static void
take_swapped (GtkWidget *row)
{
  GtkWidget *take = test_find (row, test_is_button, "Swap");

  g_assert_true (take != NULL && gtk_widget_get_visible (take) && gtk_widget_get_visible (row));
  g_signal_emit_by_name (take, "clicked");
  g_assert_false (gtk_widget_get_visible (row));
}

/* Longitude and latitude named the wrong way round are no place at all where one is above 90°: what is meant is offered wherever
 * coordinates are written. */
static void
test_nowhere (void)
{
  GType type = WF_TYPE_DOUBT_ROW;
  double lon, lat;

  act ("plot.rings", NULL);
  WfDialog *dialog = await_dialog ();
  WfForm *form = form_of (dialog, "centre");
  GtkWidget *row = test_find (GTK_WIDGET (dialog), test_is_of_type, &type);
  wf_form_set_string (form, "centre", "109.8°N 40.6°E");
  g_assert_nonnull (test_find (row, test_says, "no such place on earth"));
  take_swapped (row);
  g_autofree char *taken = wf_form_get_string (form, "centre");
  g_assert_cmpstr (taken, ==, "109.800000,40.600000");
  gtk_window_destroy (GTK_WINDOW (dialog));

  act ("plot.numbers", "line");
  dialog = await_dialog ();
  form = form_of (dialog, "points");
  row = test_find (GTK_WIDGET (dialog), test_is_of_type, &type);
  wf_form_set_string (form, "points", "109.81, 40.6\n45° 1 km\n109.8°N 40.6°E\n纬度109.82 经度40.61");
  g_assert_nonnull (test_find (row, test_says, "Line 3: "));
  take_swapped (row);
  g_autofree char *mended = wf_form_get_string (form, "points");
  g_assert_cmpstr (mended, ==, "109.81, 40.6\n45° 1 km\n109.800000,40.600000\n109.820000,40.610000");
  gtk_window_destroy (GTK_WINDOW (dialog));

  g_autoptr (GListModel) found = search ("109.8°N 40.6°E");
  g_autoptr (WfSearchHit) first = g_list_model_get_item (found, 0);
  g_assert_nonnull (first);
  g_assert_cmpstr (wf_search_hit_get_subtitle (first), ==, "Coordinates, latitude and longitude swapped");
  g_assert_true (wf_search_hit_get_point (first, &lon, &lat));
  g_assert_cmpfloat_with_epsilon (lon, 109.8, 1e-9);
  g_assert_cmpfloat_with_epsilon (lat, 40.6, 1e-9);
}

/* What somebody draws at another desk is seen here while they draw, with their name, and goes when it is over. */
static void
test_live (void)
{
  g_autofree char *replica = g_build_filename (shared->folder, "other", NULL);

  test_person_add (shared->service, "Qian", "commander");
  g_autofree char *token = test_person_sign_in (shared->service, "Qian");
  WfSession *other = test_session_online (test_service_uri (shared->service), token, replica);
  WfPlots *plots = map->marks->plots;

  wf_session_sketch (other, "cordon", g_variant_new_parsed ("[(109.80, 40.60), (109.82, 40.60), (109.82, 40.62)]"), 0);
  test_await (count_drafts (plots) == 1);
  g_assert_cmpstr (find_draft (plots)->label, ==, "Qian");
  g_assert_cmpuint (find_draft (plots)->points->len, ==, 3);
  wf_session_sketch (other, "cordon", g_variant_new_array (G_VARIANT_TYPE ("(dd)"), NULL, 0), 0);
  test_await (count_drafts (plots) == 0);

  /* And the other way: what is drawn in this window is told as it grows. */
  guint heard = 0;
  g_signal_connect_swapped (other, "sketched", G_CALLBACK (count_cb), &heard);
  act ("plot.draw", "evacuation_route");
  wf_plot_tool_add (tool, 109.80, 40.60);
  test_await (heard == 1);
  wf_plot_tool_add (tool, 109.81, 40.60);
  test_await (heard == 2);
  g_assert_true (wf_plot_tool_finish (tool));
  test_await (heard == 3);
  test_await (has_plot ("evacuation_route"));
  test_session_end (other);
}

static WfAlarm *
find_crossing_alarm (void)
{
  GPtrArray *alarms = wf_alarms_get (wf_window_get_alarms (shared->window));

  for (guint i = 0; i < alarms->len; i++)
    if (g_str_has_prefix (((WfAlarm *) g_ptr_array_index (alarms, i))->key, "crossing:"))
      return g_ptr_array_index (alarms, i);

  return NULL;
}

static gboolean
is_open (WfSession *session)
{
  g_autoptr (GPtrArray) crossings = wf_state_list (wf_session_get_state (session), WF_LIVE, "crossing", NULL);

  for (guint i = 0; i < crossings->len; i++)
    if (wf_entity_is (g_ptr_array_index (crossings, i), "alert", "open"))
      return TRUE;

  return FALSE;
}

/* A unit drives into a zone that somebody else drew: the banner says who, where and when, shows it on the map, and is answered
 * for every desk. */
static void
test_crossing (void)
{
  g_autofree char *replica = g_build_filename (shared->folder, "third", NULL);

  test_person_add (shared->service, "Sun", "commander");
  g_autofree char *token = test_person_sign_in (shared->service, "Sun");
  WfSession *other = test_session_online (test_service_uri (shared->service), token, replica);
  WfPosition position = { 109.951, 40.551, 90, 10, wf_session_now (shared->session) };
  double lon, lat;

  g_assert_null (find_crossing_alarm ());
  g_assert_true (test_submit (other, "plot.draw",
                              g_variant_ref_sink (g_variant_new_parsed (
                                "{'plot': <'crossed'>, 'type': <'danger_zone'>, 'danger': <'high'>, 'label': <'罐区'>,"
                                " 'points': <[(109.95, 40.55)]>, 'radius_m': <800.0>}")), NULL));
  wf_session_report_position (shared->session, "unit-x", &position);
  test_await (find_crossing_alarm () != NULL);

  WfAlarm *alarm = find_crossing_alarm ();
  g_assert_nonnull (strstr (alarm->title, "罐区"));
  g_assert_nonnull (strstr (alarm->detail, "unit-x"));
  g_assert_true (wf_alarms_is_sounding (wf_window_get_alarms (shared->window)));

  /* It is the most urgent: the bar has it with both buttons. */
  GtkWidget *bar = test_desk_find_type (shared, WF_TYPE_ALARM_BAR);
  GtkWidget *show = test_find (bar, test_is_button, "Show on the map");
  GtkWidget *acknowledge = test_find (bar, test_is_button, "Acknowledge");
  g_assert_true (gtk_widget_get_visible (show) && gtk_widget_get_sensitive (acknowledge));
  g_signal_emit_by_name (show, "clicked");
  wf_map_view_get_center (map, &lon, &lat, NULL);
  g_assert_cmpfloat_with_epsilon (lon, position.longitude, 0.02);
  g_assert_cmpfloat_with_epsilon (lat, position.latitude, 0.02);
  g_assert_nonnull (find_crossing_alarm ());

  test_await (is_open (other));
  g_signal_emit_by_name (acknowledge, "clicked");
  test_await (find_crossing_alarm () == NULL);
  test_await (!is_open (other));

  /* Struck, an alarm that nobody has answered goes with the zone. */
  position.longitude = 109.99;
  position.at = wf_session_now (shared->session);
  wf_session_report_position (shared->session, "unit-x", &position);
  test_await (find_crossing_alarm () != NULL);
  g_assert_nonnull (strstr (find_crossing_alarm ()->title, "Left"));
  g_assert_true (test_submit (other, "plot.strike",
                              g_variant_ref_sink (g_variant_new_parsed ("{'plot': <'crossed'>, 'reason': <'over'>}")), NULL));
  test_await (find_crossing_alarm () == NULL);
  test_session_end (other);
}

int
main (int   argc,
      char *argv[])
{
  TestDesk desk = { 0 };

  test_ui_init (&argc, &argv);
  shared = &desk;
  test_desk_begin (shared, "desk-1");
  map = test_desk_find_type (shared, WF_TYPE_MAP_VIEW);
  tool = wf_map_view_get_plot_tool (map);

  g_test_add_func ("/ui/plotting/by-hand", test_by_hand);
  g_test_add_func ("/ui/plotting/take-back", test_take_back);
  g_test_add_func ("/ui/plotting/danger-zone", test_danger_zone);
  g_test_add_func ("/ui/plotting/numbers", test_numbers);
  g_test_add_func ("/ui/plotting/rings", test_rings);
  g_test_add_func ("/ui/plotting/doubt", test_doubt);
  g_test_add_func ("/ui/plotting/nowhere", test_nowhere);
  g_test_add_func ("/ui/plotting/live", test_live);
  g_test_add_func ("/ui/plotting/crossing", test_crossing);

  return test_desk_run (shared);
}
