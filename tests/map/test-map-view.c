/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "wf-map-view-private.h"
#include "wf-things-view-private.h"

#include <gdk-pixbuf/gdk-pixbuf.h>
#include <math.h>

#define BOUND_SECONDS 60

typedef struct
{
  GtkWidget *window;
  WfMapView *map; /* (owned) */
  gboolean   late;
  guint      late_id;
  char      *heard; /* what the last signal said */
  guint      count;
  GBytes    *picture;
} Fixture;

static gboolean
late_cb (gpointer data)
{
  g_error ("The map was not ready in %d seconds", BOUND_SECONDS);

  return G_SOURCE_REMOVE;
}

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  fixture->late_id = g_timeout_add_seconds (BOUND_SECONDS, late_cb, NULL);
  fixture->window = gtk_window_new ();
  fixture->map = g_object_ref_sink (WF_MAP_VIEW (wf_map_view_new ()));
  gtk_window_set_child (GTK_WINDOW (fixture->window), GTK_WIDGET (fixture->map));
  gtk_window_set_default_size (GTK_WINDOW (fixture->window), 900, 600);
  gtk_window_set_decorated (GTK_WINDOW (fixture->window), FALSE);
  gtk_window_present (GTK_WINDOW (fixture->window));
  while (gtk_widget_get_width (GTK_WIDGET (fixture->map)) == 0 || !wf_base_layer_is_complete (fixture->map->base_layer))
    g_main_context_iteration (NULL, TRUE);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  WfBaseLayer *layer = g_object_ref (fixture->map->base_layer);

  gtk_window_destroy (GTK_WINDOW (fixture->window));
  while (g_main_context_iteration (NULL, FALSE))
    ;
  /* A picture that was just made may hold the map a moment longer. */
  while (G_OBJECT (fixture->map)->ref_count > 1)
    g_main_context_iteration (NULL, TRUE);
  g_assert_finalize_object (fixture->map);
  /* What is still being drawn holds the layer. */
  while (G_OBJECT (layer)->ref_count > 1)
    g_main_context_iteration (NULL, TRUE);
  g_assert_finalize_object (layer);
  g_source_remove (fixture->late_id);
  g_free (fixture->heard);
  g_clear_pointer (&fixture->picture, g_bytes_unref);
}

static void
assert_place (Fixture *fixture,
              double   lon,
              double   lat,
              double   zoom)
{
  double x;
  double y;
  double z;

  wf_map_view_get_center (fixture->map, &x, &y, &z);
  g_assert_cmpfloat_with_epsilon (x, lon, 1e-6);
  g_assert_cmpfloat_with_epsilon (y, lat, 1e-6);
  g_assert_cmpfloat_with_epsilon (z, zoom, 1e-6);
}

static gboolean
press (Fixture *fixture,
       guint    key)
{
  g_autoptr (GListModel) controllers = gtk_widget_observe_controllers (GTK_WIDGET (fixture->map));
  gboolean handled = FALSE;

  for (guint i = 0; i < g_list_model_get_n_items (controllers); i++)
    {
      g_autoptr (GObject) controller = g_list_model_get_item (controllers, i);
      if (GTK_IS_EVENT_CONTROLLER_KEY (controller))
        g_signal_emit_by_name (controller, "key-pressed", key, 0, 0, &handled);
    }

  return handled;
}

static void
put_incident (Fixture    *fixture,
              const char *id,
              double      lon,
              double      lat)
{
  const WfMapIncident incident = { id, "液氨储罐泄漏", "二", 1, lon, lat, FALSE };

  wf_map_view_put_incident (fixture->map, &incident);
}

static void
put_unit (Fixture *fixture,
          double   lon,
          double   lat)
{
  const WfMapUnit unit = { "u", "指挥车01", "4秒前", lon, lat, 90.0, 4000, 0, TRUE };

  wf_map_view_put_unit (fixture->map, &unit);
}

static void
test_home (Fixture       *fixture,
           gconstpointer  data)
{
  WfGeoBox bounds;
  double lon;
  double lat;
  double zoom;

  /* The district is seen whole, and no more room than needed is left around it. */
  wf_map_view_get_bounds (fixture->map, &bounds);
  g_assert_cmpfloat (bounds.min_lon, <, 109.39);
  g_assert_cmpfloat (bounds.max_lon, >, 110.05);
  g_assert_cmpfloat (bounds.min_lat, <, 40.47);
  g_assert_cmpfloat (bounds.max_lat, >, 40.75);
  g_assert_cmpfloat (bounds.max_lon - bounds.min_lon, <, 0.66 * 1.25);

  wf_map_view_get_center (fixture->map, &lon, &lat, &zoom);
  put_incident (fixture, "a", 110.0, 40.5);
  put_unit (fixture, 109.5, 40.6);
  put_unit (fixture, 109.6, 40.6);
  wf_map_view_select (fixture->map, "incident", "a");
  wf_map_view_set_wind (fixture->map, 200.0, 3.0, "x", "y");
  assert_place (fixture, lon, lat, zoom);

  wf_map_view_go_to (fixture->map, 120.0, 30.0, 9.0);
  assert_place (fixture, 120.0, 30.0, 9.0);
  g_assert_true (press (fixture, GDK_KEY_Home));
  assert_place (fixture, lon, lat, zoom);
  g_assert_true (press (fixture, GDK_KEY_plus));
  assert_place (fixture, lon, lat, zoom + 0.5);
  g_assert_true (press (fixture, GDK_KEY_Right));
  wf_map_view_get_center (fixture->map, &bounds.min_lon, NULL, NULL);
  g_assert_cmpfloat (bounds.min_lon, >, lon + 0.01);

  double x;
  double y;
  double back_lon;
  double back_lat;
  wf_map_view_to_screen (fixture->map, 109.7, 40.6, &x, &y);
  wf_map_view_to_place (fixture->map, x, y, &back_lon, &back_lat);
  g_assert_cmpfloat_with_epsilon (back_lon, 109.7, 1e-9);
  g_assert_cmpfloat_with_epsilon (back_lat, 40.6, 1e-9);
}

static void
notify_cb (GObject    *object,
           GParamSpec *pspec,
           Fixture    *fixture)
{
  fixture->count++;
}

static void
incident_cb (WfMapView  *map,
             const char *id,
             Fixture    *fixture)
{
  g_free (fixture->heard);
  fixture->heard = g_strdup (id);
}

static void
thing_cb (WfMapView  *map,
          const char *kind,
          const char *id,
          Fixture    *fixture)
{
  g_free (fixture->heard);
  fixture->heard = g_strdup_printf ("%s/%s", kind, id);
}

static void
test_select (Fixture       *fixture,
             gconstpointer  data)
{
  g_autoptr (WfThings) things = wf_things_new ();
  const WfThing depot = { "d", WF_THING_DEPOT, WF_THING_READY, 0, 109.9, 40.7, "区物资库" };

  g_signal_connect (fixture->map, "notify::selection-id", G_CALLBACK (notify_cb), fixture);
  g_signal_connect (fixture->map, "incident-activated", G_CALLBACK (incident_cb), fixture);
  g_signal_connect (fixture->map, "thing-activated", G_CALLBACK (thing_cb), fixture);
  wf_things_put (things, &depot);
  wf_map_view_set_things (fixture->map, things);
  put_incident (fixture, "a", 109.7, 40.6);
  put_unit (fixture, 109.5, 40.6);

  gtk_test_accessible_assert_role (GTK_ACCESSIBLE (fixture->map), GTK_ACCESSIBLE_ROLE_GROUP);
  gtk_test_accessible_assert_property (GTK_ACCESSIBLE (fixture->map), GTK_ACCESSIBLE_PROPERTY_LABEL, "Map");

  /* Tab steps over incidents, units and things, and out again. */
  g_assert_true (press (fixture, GDK_KEY_Tab));
  g_assert_cmpstr (wf_map_view_get_selection_kind (fixture->map), ==, "incident");
  g_assert_cmpuint (fixture->count, ==, 1);
  gtk_test_accessible_assert_property (GTK_ACCESSIBLE (fixture->map), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                       "Selected: 液氨储罐泄漏");
  g_assert_null (fixture->heard);
  g_assert_true (press (fixture, GDK_KEY_Return));
  g_assert_cmpstr (fixture->heard, ==, "a");
  g_assert_true (press (fixture, GDK_KEY_Tab));
  g_assert_true (press (fixture, GDK_KEY_Return));
  g_assert_cmpstr (fixture->heard, ==, "unit/u");
  g_assert_true (press (fixture, GDK_KEY_Tab));
  g_assert_true (press (fixture, GDK_KEY_Return));
  g_assert_cmpstr (fixture->heard, ==, "depot/d");
  g_assert_false (press (fixture, GDK_KEY_Tab));
  g_assert_null (wf_map_view_get_selection_id (fixture->map));
  g_assert_cmpuint (fixture->count, ==, 4);

  wf_map_view_select (fixture->map, "incident", "a");
  wf_map_view_select (fixture->map, "incident", "a");
  g_assert_cmpuint (fixture->count, ==, 5);
  wf_map_view_remove_incident (fixture->map, "a");
  g_assert_null (wf_map_view_get_selection_id (fixture->map));

  wf_map_view_set_kind_visible (fixture->map, WF_THING_DEPOT, FALSE);
  g_assert_false (wf_map_view_get_kind_visible (fixture->map, WF_THING_DEPOT));
  g_assert_true (press (fixture, GDK_KEY_Tab));
  g_assert_cmpstr (wf_map_view_get_selection_id (fixture->map), ==, "u");
  g_assert_false (press (fixture, GDK_KEY_Tab));

  /* What is drawn is a stop, too, while it is in view; what somebody else is still drawing is none. */
  const WfGeoPoint middle = { 109.6, 40.6 }, far = { 115.0, 40.6 };
  WfMapPlot zone = { .id = "zone-1", .type = "danger_zone", .label = "Tank 3", .points = &middle, .n_points = 1, .radius = 500 };
  WfMapPlot away = { .id = "zone-2", .type = "cordon", .points = &far, .n_points = 1, .radius = 500 };
  WfMapPlot draft = { .id = "draft", .type = "cordon", .points = &middle, .n_points = 1, .radius = 500, .draft = TRUE };
  wf_map_view_put_plot (fixture->map, &zone);
  wf_map_view_put_plot (fixture->map, &away);
  wf_map_view_put_plot (fixture->map, &draft);
  g_assert_true (press (fixture, GDK_KEY_Tab));
  g_assert_true (press (fixture, GDK_KEY_Tab));
  g_assert_cmpstr (wf_map_view_get_selection_kind (fixture->map), ==, "plot");
  gtk_test_accessible_assert_property (GTK_ACCESSIBLE (fixture->map), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, "Selected: Tank 3");
  g_assert_true (press (fixture, GDK_KEY_Return));
  g_assert_cmpstr (fixture->heard, ==, "plot/zone-1");
  g_assert_false (press (fixture, GDK_KEY_Tab));
}

/* The text of the label that begins so, wherever it is. */
static const char *
find_text (GtkWidget  *widget,
           const char *begin)
{
  if (GTK_IS_LABEL (widget) && g_str_has_prefix (gtk_label_get_text (GTK_LABEL (widget)), begin))
    return gtk_label_get_text (GTK_LABEL (widget));

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    if (find_text (child, begin) != NULL)
      return find_text (child, begin);

  return NULL;
}

/* An incident is found before the unit that stands at the scene, and the unit behind it; beside the symbol whatever is
 * nearer is. */
static void
test_found_first (Fixture       *fixture,
                  gconstpointer  data)
{
  WfMarks *marks = fixture->map->marks;
  WfMapFrame frame;
  double x;
  double y;

  put_incident (fixture, "a", 109.7, 40.6);
  put_unit (fixture, 109.7, 40.6);
  wf_map_view_get_frame (fixture->map, &frame);
  wf_map_frame_to_screen (&frame, 109.7, 40.6, &x, &y);
  g_assert_cmpstr (wf_marks_find (marks, &frame, x, y)->id, ==, "a");
  wf_map_view_select (fixture->map, "unit", "u");
  g_assert_cmpstr (wf_marks_find (marks, &frame, x + 2.0, y)->id, ==, "a");
  g_assert_cmpstr (wf_marks_find_hidden (marks, &frame, x, y)->id, ==, "u");

  double beside_lon;
  double beside_lat;
  wf_map_frame_to_place (&frame, x + 10.0, y, &beside_lon, &beside_lat);
  put_unit (fixture, beside_lon, beside_lat);
  g_assert_cmpstr (wf_marks_find (marks, &frame, x + 9.0, y)->id, ==, "a");
  g_assert_cmpstr (wf_marks_find (marks, &frame, x + 18.0, y)->id, ==, "u");
  g_assert_cmpstr (wf_marks_find (marks, &frame, x - 18.0, y)->id, ==, "a");
  g_assert_null (wf_marks_find (marks, &frame, x - 40.0, y));
}

/* Incidents and units in view are found by name, and nothing else is. */
static void
test_proxies (Fixture       *fixture,
              gconstpointer  data)
{
  WfMapFrame frame;
  GtkWidget *child;
  double x;
  double y;
  graphene_rect_t bounds;

  put_incident (fixture, "a", 109.7, 40.6);
  put_incident (fixture, "far", 120.0, 30.0);
  put_unit (fixture, 109.5, 40.6);
  wf_map_view_get_frame (fixture->map, &frame);
  wf_map_proxies_update (fixture->map->proxies, fixture->map->marks, &frame);
  child = gtk_widget_get_first_child (GTK_WIDGET (fixture->map->proxies));
  g_assert_nonnull (child);
  gtk_test_accessible_assert_role (GTK_ACCESSIBLE (child), GTK_ACCESSIBLE_ROLE_BUTTON);
  gtk_test_accessible_assert_property (GTK_ACCESSIBLE (child), GTK_ACCESSIBLE_PROPERTY_LABEL, "液氨储罐泄漏");
  g_assert_nonnull (gtk_widget_get_next_sibling (child));
  g_assert_null (gtk_widget_get_next_sibling (gtk_widget_get_next_sibling (child)));

  gtk_widget_size_allocate (GTK_WIDGET (fixture->map), &(GtkAllocation){ 0, 0, 900, 600 }, -1);
  wf_map_view_to_screen (fixture->map, 109.7, 40.6, &x, &y);
  g_assert_true (gtk_widget_compute_bounds (child, GTK_WIDGET (fixture->map), &bounds));
  g_assert_cmpfloat_with_epsilon (bounds.origin.x + bounds.size.width / 2.0, x, 2.0);
  g_assert_cmpfloat_with_epsilon (bounds.origin.y + bounds.size.height / 2.0, y, 2.0);

  wf_map_view_remove_incident (fixture->map, "a");
  wf_map_view_remove_unit (fixture->map, "u");
  wf_map_proxies_update (fixture->map->proxies, fixture->map->marks, &frame);
  g_assert_null (gtk_widget_get_first_child (GTK_WIDGET (fixture->map->proxies)));
}

static void
picked_cb (WfMapView *map,
           double     lon,
           double     lat,
           Fixture   *fixture)
{
  g_free (fixture->heard);
  fixture->heard = g_strdup_printf ("%.3f %.3f", lon, lat);
}

static void
cancelled_cb (WfMapView *map,
              Fixture   *fixture)
{
  g_free (fixture->heard);
  fixture->heard = g_strdup ("cancelled");
}

static void
test_pick (Fixture       *fixture,
           gconstpointer  data)
{
  g_signal_connect (fixture->map, "place-picked", G_CALLBACK (picked_cb), fixture);
  g_signal_connect (fixture->map, "pick-cancelled", G_CALLBACK (cancelled_cb), fixture);
  wf_map_view_go_to (fixture->map, 109.7, 40.6, 13.0);

  wf_map_view_start_pick (fixture->map, NULL);
  g_assert_true (wf_map_view_is_picking (fixture->map));
  g_assert_true (press (fixture, GDK_KEY_Escape));
  g_assert_cmpstr (fixture->heard, ==, "cancelled");
  g_assert_false (wf_map_view_is_picking (fixture->map));

  wf_map_view_start_pick (fixture->map, "Where is it?");
  g_assert_true (press (fixture, GDK_KEY_Return));
  g_assert_cmpstr (fixture->heard, ==, "109.700 40.600");
  g_assert_false (wf_map_view_is_picking (fixture->map));

  wf_map_view_start_measure (fixture->map);
  g_assert_true (press (fixture, GDK_KEY_Return));
  wf_map_view_go_to (fixture->map, 109.72, 40.6, 13.0);
  g_assert_true (press (fixture, GDK_KEY_Return));
  g_assert_cmpuint (fixture->map->measure->len, ==, 2);
  g_assert_cmpstr (find_text (GTK_WIDGET (fixture->map), "Length"), ==, "Length 1.7 km · last 1.7 km, 090°");

  /* Live: with the place that the arrows have come to; and what the line encloses. */
  g_assert_true (press (fixture, GDK_KEY_Up));
  g_assert_nonnull (strstr (find_text (GTK_WIDGET (fixture->map), "Length"), ", 000° · encloses "));
  g_assert_cmpuint (fixture->map->measure->len, ==, 2);
  wf_map_view_go_to (fixture->map, 109.72, 40.61, 13.0);
  g_assert_true (press (fixture, GDK_KEY_Return));
  g_assert_nonnull (strstr (find_text (GTK_WIDGET (fixture->map), "Length"), " · last 1.1 km, 000° · encloses 9"));
  wf_map_view_go_to (fixture->map, 109.71, 40.59, 13.0);
  g_assert_true (press (fixture, GDK_KEY_Return));
  g_assert_nonnull (strstr (find_text (GTK_WIDGET (fixture->map), "Length"), "crosses itself"));
  g_assert_true (press (fixture, GDK_KEY_BackSpace));
  g_assert_true (press (fixture, GDK_KEY_BackSpace));
  g_assert_cmpuint (fixture->map->measure->len, ==, 2);
  g_assert_true (press (fixture, GDK_KEY_Escape));
  g_assert_cmpuint (fixture->map->measure->len, ==, 0);
}

static void
test_follow (Fixture       *fixture,
             gconstpointer  data)
{
  g_autofree char *following = NULL;

  put_unit (fixture, 109.5, 40.6);
  wf_map_view_go_to (fixture->map, 109.8, 40.6, 13.0);
  wf_map_view_follow (fixture->map, "u");
  assert_place (fixture, 109.5, 40.6, 13.0);
  put_unit (fixture, 109.51, 40.61);
  assert_place (fixture, 109.51, 40.61, 13.0);

  wf_map_view_go_to (fixture->map, 109.8, 40.6, 13.0);
  put_unit (fixture, 109.52, 40.62);
  assert_place (fixture, 109.8, 40.6, 13.0);
  g_object_get (fixture->map, "following", &following, NULL);
  g_assert_null (following);

  /* A hand that pans ends it too; zooming does not. */
  wf_map_view_follow (fixture->map, "u");
  g_assert_true (press (fixture, GDK_KEY_plus));
  g_object_get (fixture->map, "following", &following, NULL);
  g_assert_cmpstr (following, ==, "u");
  shumate_location_set_location (SHUMATE_LOCATION (fixture->map->viewport), 40.6, 109.81);
  g_clear_pointer (&following, g_free);
  g_object_get (fixture->map, "following", &following, NULL);
  g_assert_null (following);
}

static void
cluster_cb (WfMapView  *map,
            char      **ids,
            Fixture    *fixture)
{
  fixture->count = g_strv_length (ids);
}

static void
test_things (Fixture       *fixture,
             gconstpointer  data)
{
  g_autoptr (WfThings) things = wf_things_new ();
  WfMapFrame frame;
  guint32 total = 0;

  g_signal_connect (fixture->map, "cluster-activated", G_CALLBACK (cluster_cb), fixture);
  wf_map_view_set_things (fixture->map, things);
  for (int i = 0; i < 20000; i++)
    {
      g_autofree char *id = g_strdup_printf ("t%d", i);
      WfThing thing = { id, (WfThingKind) (i % WF_N_THING_KINDS), WF_THING_READY, 0, 109.45 + (i % 173) * 0.003,
                        40.5 + (i / 173) * 0.0018,
                        id };
      wf_things_put (things, &thing);
    }
  g_assert_cmpuint (wf_things_get_size (things), ==, 20000);
  g_assert_true (wf_things_remove (things, "t5"));
  g_assert_false (wf_things_remove (things, "t5"));
  while (g_main_context_iteration (NULL, FALSE))
    ;

  wf_map_view_get_frame (fixture->map, &frame);
  const GArray *spots = wf_things_view_place (fixture->map->things_view, &frame);
  for (guint i = 0; i < spots->len; i++)
    total += g_array_index (spots, WfThingSpot, i).cell.count;
  g_assert_cmpuint (total, ==, 19999);
  g_assert_cmpuint (spots->len, <, 400);

  /* A spot is found where it is drawn. */
  WfThingSpot found;
  const WfThingSpot *spot = &g_array_index (spots, WfThingSpot, spots->len / 2);
  g_assert_true (wf_things_view_find (fixture->map->things_view, &frame, spot->x, spot->y, &found));
  g_assert_cmpuint (found.cell.column, ==, spot->cell.column);
  g_assert_cmpuint (found.cell.row, ==, spot->cell.row);

  WfThing thing;
  g_assert_true (wf_things_get (things, "t7", &thing));
  g_autoptr (GArray) near = wf_things_nearest (things, thing.kind, thing.lon, thing.lat, 1);
  g_assert_cmpuint (near->len, ==, 1);
  g_assert_cmpfloat (g_array_index (near, WfGeoNeighbour, 0).metres, <, 0.01);

  WfThing nowhere = { "t7", WF_THING_TEAM, WF_THING_READY, 0, 500.0, 40.0, "x" };
  wf_things_put (things, &nowhere);
  g_assert_false (wf_things_get (things, "t7", &thing));
}

static void
area_cb (WfMapView  *map,
         char      **ids,
         const char *summary,
         Fixture    *fixture)
{
  g_free (fixture->heard);
  fixture->heard = g_strdup (summary);
  fixture->count = g_strv_length (ids);
}

static GtkGesture *
find_drag (Fixture *fixture)
{
  g_autoptr (GListModel) controllers = gtk_widget_observe_controllers (GTK_WIDGET (fixture->map->map));
  GtkGesture *drag = NULL;

  for (guint i = 0; i < g_list_model_get_n_items (controllers); i++)
    {
      g_autoptr (GObject) controller = g_list_model_get_item (controllers, i);
      if (GTK_IS_GESTURE_DRAG (controller)
          && gtk_event_controller_get_propagation_phase (GTK_EVENT_CONTROLLER (controller)) == GTK_PHASE_CAPTURE)
        drag = GTK_GESTURE (controller);
    }

  return drag;
}

/* What lies in an area is counted: things that are shown, units, incidents. */
static void
test_area (Fixture       *fixture,
           gconstpointer  data)
{
  g_autoptr (WfThings) things = wf_things_new ();

  g_signal_connect (fixture->map, "area-selected", G_CALLBACK (area_cb), fixture);
  wf_map_view_set_things (fixture->map, things);
  for (int i = 0; i < 100; i++)
    {
      g_autofree char *id = g_strdup_printf ("t%d", i);
      WfThing thing = { id, i % 2 == 0 ? WF_THING_TEAM : WF_THING_DEPOT, WF_THING_READY, 0, 109.7 + (i % 10) * 0.01,
                        40.6 + (i / 10) * 0.01, id };
      wf_things_put (things, &thing);
    }
  put_incident (fixture, "a", 109.715, 40.615);
  put_incident (fixture, "far", 120.0, 30.0);
  put_unit (fixture, 109.725, 40.615);

  /* By the keyboard: a box from corner to corner. */
  wf_map_view_go_to (fixture->map, 109.705, 40.605, 13.0);
  wf_map_view_start_area (fixture->map);
  g_assert_true (press (fixture, GDK_KEY_Return));
  g_assert_null (fixture->heard);
  wf_map_view_go_to (fixture->map, 109.735, 40.635, 13.0);
  g_assert_true (press (fixture, GDK_KEY_Return));
  g_assert_cmpstr (fixture->heard, ==, "Incidents 1 · Mobile units 1 · Teams 3 · Depots 6");
  g_assert_cmpuint (fixture->count, ==, 11);
  g_assert_cmpuint (fixture->map->area->len, ==, 4);
  g_assert_true (press (fixture, GDK_KEY_Escape));
  g_assert_cmpuint (fixture->map->area->len, ==, 0);

  /* What is hidden is not counted. */
  wf_map_view_set_kind_visible (fixture->map, WF_THING_TEAM, FALSE);
  wf_map_view_start_area (fixture->map);
  g_assert_true (press (fixture, GDK_KEY_Return));
  wf_map_view_go_to (fixture->map, 109.705, 40.605, 13.0);
  g_assert_true (press (fixture, GDK_KEY_Return));
  g_assert_cmpstr (fixture->heard, ==, "Incidents 1 · Mobile units 1 · Depots 6");

  /* Escape ends it with nothing heard. */
  g_clear_pointer (&fixture->heard, g_free);
  wf_map_view_start_area (fixture->map);
  g_assert_true (press (fixture, GDK_KEY_Return));
  g_assert_true (press (fixture, GDK_KEY_Escape));
  g_assert_cmpuint (fixture->map->area->len, ==, 0);
  g_assert_cmpint (fixture->map->mode, ==, WF_MAP_MODE_LOOK);
  g_assert_null (fixture->heard);

  /* Where no area is wanted, a drag draws none. */
  GtkGesture *drag = find_drag (fixture);
  g_assert_nonnull (drag);
  g_signal_emit_by_name (drag, "drag-begin", 10.0, 10.0);
  g_assert_cmpuint (fixture->map->area->len, ==, 0);
}

static void
spawned_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (GError) error = NULL;

  g_subprocess_wait_check_finish (G_SUBPROCESS (source), result, &error);
  g_assert_no_error (error);
  *(gboolean *) user_data = TRUE;
}

/* A hand: keys and buttons go through the X server. */
static void
do_by_hand (const char *arguments)
{
  g_auto (GStrv) argv = g_strsplit (arguments, " ", -1);
  g_autoptr (GError) error = NULL;
  g_autoptr (GSubprocess) hand = g_subprocess_newv ((const char *const *) argv, G_SUBPROCESS_FLAGS_NONE, &error);
  gboolean done = FALSE;

  g_assert_no_error (error);
  g_subprocess_wait_check_async (hand, NULL, spawned_cb, &done);
  while (!done)
    g_main_context_iteration (NULL, TRUE);
}

/* Five things at one place, and two elsewhere. */
static WfThings *
make_crowd (Fixture *fixture)
{
  WfThings *things = wf_things_new ();

  for (int i = 0; i < 7; i++)
    {
      g_autofree char *id = g_strdup_printf ("c%d", i);
      WfThing thing = { id, i % 2 == 0 ? WF_THING_TEAM : WF_THING_DEPOT, i == 2 ? WF_THING_ALERT : WF_THING_READY, 0,
                        i < 5 ? 109.7 : 109.705 + i * 0.001, 40.6, id };
      wf_things_put (things, &thing);
    }
  wf_map_view_set_things (fixture->map, things);

  return things;
}

static guint
count_fanned (Fixture *fixture)
{
  WfMapFrame frame;
  guint fanned = 0;

  wf_map_view_get_frame (fixture->map, &frame);
  const GArray *spots = wf_things_view_place (fixture->map->things_view, &frame);
  for (guint i = 0; i < spots->len; i++)
    fanned += g_array_index (spots, WfThingSpot, i).fanned;

  return fanned;
}

static void
wait_for_fan (Fixture *fixture,
              guint    wanted)
{
  while (count_fanned (fixture) != wanted)
    g_main_context_iteration (NULL, TRUE);
}

/* A click takes a cluster apart as far as it can be, then fans out what stands on one spot; Escape closes it. */
static void
test_fan (Fixture       *fixture,
          gconstpointer  data)
{
  G_GNUC_UNUSED g_autoptr (WfThings) things = make_crowd (fixture);
  double zoom;

  g_signal_connect (fixture->map, "thing-activated", G_CALLBACK (thing_cb), fixture);
  wf_map_view_go_to (fixture->map, 109.7, 40.6, 16.0);
  do_by_hand ("xdotool mousemove 450 300 click 1");
  wait_for_fan (fixture, 5);

  /* Each of them is there for a click: the topmost of five in a circle is the first. */
  WfMapFrame frame;
  WfThing thing;
  wf_map_view_get_frame (fixture->map, &frame);
  const GArray *spots = wf_things_view_place (fixture->map->things_view, &frame);
  const WfThingSpot *one = NULL;
  for (guint i = 0; i < spots->len; i++)
    if (g_array_index (spots, WfThingSpot, i).fanned)
      one = &g_array_index (spots, WfThingSpot, i);
  g_assert_true (wf_things_view_get_thing (fixture->map->things_view, one, &thing));
  g_autofree char *wanted = g_strdup_printf ("%s/%s", wf_thing_kind_get_name (thing.kind), thing.id);
  g_autofree char *click = g_strdup_printf ("xdotool mousemove %.0f %.0f click 1", one->x, one->y);
  do_by_hand (click);
  while (g_strcmp0 (fixture->heard, wanted) != 0)
    g_main_context_iteration (NULL, TRUE);
  /* The pointer stands on it, and it is the one that is hovered. */
  g_assert_cmpstr (fixture->map->marks->hover_id, ==, thing.id);
  g_assert_cmpuint (count_fanned (fixture), ==, 5);
  g_assert_true (press (fixture, GDK_KEY_Escape));
  g_assert_cmpuint (count_fanned (fixture), ==, 0);

  /* The same with the keyboard alone. */
  wf_map_view_select (fixture->map, NULL, NULL);
  do
    g_assert_true (press (fixture, GDK_KEY_Tab));
  while (g_strcmp0 (wf_map_view_get_selection_kind (fixture->map), "cluster") != 0);
  gtk_test_accessible_assert_property (GTK_ACCESSIBLE (fixture->map), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                       "Selected: Teams 3 · Depots 2\nc0\nc1\nc2\nc3\nc4");
  g_assert_true (press (fixture, GDK_KEY_Return));
  g_assert_cmpuint (count_fanned (fixture), ==, 5);
  g_assert_nonnull (wf_map_view_get_selection_id (fixture->map));
  g_assert_cmpstr (wf_map_view_get_selection_kind (fixture->map), !=, "cluster");
  g_assert_true (press (fixture, GDK_KEY_Escape));
  g_assert_cmpuint (count_fanned (fixture), ==, 0);

  /* From afar the crowd and the others are one cluster, which opens by zooming. */
  wf_map_view_go_to (fixture->map, 109.7, 40.6, 10.0);
  do_by_hand ("xdotool mousemove 450 300 click 1");
  do
    {
      g_main_context_iteration (NULL, TRUE);
      wf_map_view_get_center (fixture->map, NULL, NULL, &zoom);
    }
  while (zoom < 10.5);
  g_assert_cmpuint (count_fanned (fixture), ==, 0);
}

/* From corner to corner with the button held. The next is gone to when the last was seen, however slow the machine is. */
static void
drag_by_hand (Fixture *fixture,
              const int (*corners)[2],
              gsize    n)
{
  for (gsize i = 0; i < n; i++)
    {
      g_autofree char *move = g_strdup_printf ("xdotool mousemove %d %d%s", corners[i][0], corners[i][1],
                                               i == 0 ? " mousedown 1" : "");
      guint before = i == 0 ? 0 : fixture->map->area->len;

      do_by_hand (move);
      while (fixture->map->area->len <= before)
        g_main_context_iteration (NULL, TRUE);
    }
  do_by_hand ("xdotool mouseup 1");
}

/* Box and lasso drawn by a hand that holds the button. */
static void
test_drag (Fixture       *fixture,
           gconstpointer  data)
{
  static const int lasso[][2] = { { 400, 240 }, { 420, 230 }, { 480, 240 }, { 500, 300 }, { 480, 350 }, { 420, 350 },
                                  { 400, 300 }, { 402, 250 } };
  static const int box[][2] = { { 400, 240 }, { 890, 360 } };
  G_GNUC_UNUSED g_autoptr (WfThings) things = make_crowd (fixture);
  double lon;
  double lat;

  g_signal_connect (fixture->map, "area-selected", G_CALLBACK (area_cb), fixture);
  wf_map_view_go_to (fixture->map, 109.7, 40.6, 15.0);
  wf_map_view_start_area (fixture->map);
  drag_by_hand (fixture, lasso, G_N_ELEMENTS (lasso));
  while (fixture->heard == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpstr (fixture->heard, ==, "Teams 3 · Depots 2");
  g_assert_cmpuint (fixture->map->area->len, >, 4);
  /* The map has not moved with it. */
  wf_map_view_get_center (fixture->map, &lon, &lat, NULL);
  g_assert_cmpfloat_with_epsilon (lon, 109.7, 1e-6);

  g_clear_pointer (&fixture->heard, g_free);
  wf_map_view_start_area (fixture->map);
  do_by_hand ("xdotool keydown shift");
  drag_by_hand (fixture, box, G_N_ELEMENTS (box));
  do_by_hand ("xdotool keyup shift");
  while (fixture->heard == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpstr (fixture->heard, ==, "Teams 4 · Depots 3");
  g_assert_cmpuint (fixture->map->area->len, ==, 4);
  wf_map_view_get_center (fixture->map, &lon, &lat, NULL);
  g_assert_cmpfloat_with_epsilon (lon, 109.7, 1e-6);

  /* Without a mode the same drag pans, and ends the following of a unit. */
  g_autofree char *following = NULL;
  put_unit (fixture, 109.7, 40.6);
  wf_map_view_follow (fixture->map, "u");
  do_by_hand ("xdotool mousemove 400 240 mousedown 1 sleep 0.3 mousemove 450 240 sleep 0.3 mousemove 600 240 "
              "sleep 0.3 mouseup 1");
  do
    {
      g_main_context_iteration (NULL, TRUE);
      wf_map_view_get_center (fixture->map, &lon, &lat, NULL);
    }
  while (lon > 109.7 - 1e-4);
  g_object_get (fixture->map, "following", &following, NULL);
  g_assert_null (following);
}

/* What is drawn follows the desktop's text scale, and what was kept is drawn anew. */
static void
test_text (Fixture       *fixture,
           gconstpointer  data)
{
  G_GNUC_UNUSED g_autoptr (WfThings) things = make_crowd (fixture);
  GtkSettings *settings = gtk_widget_get_settings (fixture->window);
  WfMapFrame frame;
  WfLabelSize small;
  WfLabelSize large;
  int before;

  wf_map_view_go_to (fixture->map, 109.7, 40.6, 16.0);
  put_incident (fixture, "a", 109.701, 40.601);
  put_unit (fixture, 109.699, 40.601);
  g_object_get (settings, "gtk-xft-dpi", &before, NULL);
  g_object_set (settings, "gtk-xft-dpi", 96 * 1024, NULL);
  wf_map_view_get_frame (fixture->map, &frame);
  g_assert_cmpint (frame.text, ==, 100);
  const WfMark *mark = wf_marks_get (fixture->map->marks, WF_MARK_INCIDENT, "a");
  wf_mark_measure (fixture->map->marks, mark, &frame, &small);
  double side = g_array_index (wf_things_view_place (fixture->map->things_view, &frame), WfThingSpot, 0).width;
  guint64 turn = wf_labels_place (fixture->map->labels, &frame);

  g_object_set (settings, "gtk-xft-dpi", 192 * 1024, NULL);
  wf_map_view_get_frame (fixture->map, &frame);
  g_assert_cmpint (frame.text, ==, 200);
  wf_mark_measure (fixture->map->marks, mark, &frame, &large);
  g_assert_cmpfloat (large.width, >, small.width * 1.8);
  g_assert_cmpfloat (large.half_width, >, small.half_width * 1.3);
  g_assert_cmpfloat (large.half_width, <, small.half_width * 1.7);
  g_assert_cmpfloat (g_array_index (wf_things_view_place (fixture->map->things_view, &frame), WfThingSpot, 0).width, >,
                     side * 1.4);
  /* Without anybody asking for it, the map draws itself anew. */
  while (fixture->map->things_view->sheet_text != 200 || !wf_base_layer_is_complete (fixture->map->base_layer))
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (wf_labels_place (fixture->map->labels, &frame), >, turn);

  g_object_set (settings, "gtk-xft-dpi", before, NULL);
}

/* The map follows the things one by one: a change shows in their cluster. */
static void
test_changes (Fixture       *fixture,
              gconstpointer  data)
{
  g_autoptr (WfThings) things = wf_things_new ();
  WfThing thing = { "a", WF_THING_TEAM, WF_THING_READY, 0, 109.7, 40.6, "甲" };
  WfThingSpot spot;
  WfMapFrame frame;

  wf_map_view_set_things (fixture->map, things);
  wf_things_put (things, &thing);
  thing.id = "b";
  thing.state = WF_THING_ALERT;
  wf_things_put (things, &thing);
  guint64 serial = wf_things_get_serial (things);
  wf_things_put (things, &thing);
  g_assert_cmpuint (wf_things_get_serial (things), ==, serial);

  wf_map_view_get_frame (fixture->map, &frame);
  g_assert_true (wf_things_view_find_thing (fixture->map->things_view, &frame, "team", "a", &spot));
  g_assert_cmpuint (spot.cell.count, ==, 2);
  g_assert_cmpuint (spot.cell.severity, ==, WF_THING_ALERT);
  g_assert_false (wf_things_view_find_thing (fixture->map->things_view, &frame, "depot", "a", &spot));

  /* It moves away, and what was left is alone and ready. */
  thing.lon = 110.0;
  wf_things_put (things, &thing);
  g_assert_true (wf_things_view_find_thing (fixture->map->things_view, &frame, "team", "a", &spot));
  g_assert_cmpuint (spot.cell.count, ==, 1);
  g_assert_cmpuint (spot.cell.severity, ==, WF_THING_READY);
  guint64 look = spot.look;
  wf_things_remove (things, "b");
  g_assert_false (wf_things_view_find_thing (fixture->map->things_view, &frame, "team", "b", &spot));

  thing = (WfThing){ "a", WF_THING_TEAM, WF_THING_BUSY, 0, 109.7, 40.6, "甲" };
  wf_things_put (things, &thing);
  g_assert_true (wf_things_view_find_thing (fixture->map->things_view, &frame, "team", "a", &spot));
  g_assert_true (spot.look != look);

  /* Thousands at once, and all of them gone: nobody can follow that one by one. */
  for (int i = 0; i < 9000; i++)
    {
      thing.lon = 109.5 + i * 0.00001;
      wf_things_put (things, &thing);
    }
  g_assert_true (wf_things_view_find_thing (fixture->map->things_view, &frame, "team", "a", &spot));
  g_assert_cmpuint (spot.cell.count, ==, 1);
  wf_things_clear (things);
  g_assert_cmpuint (wf_things_view_place (fixture->map->things_view, &frame)->len, ==, 0);
}

static void
rendered_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  Fixture *fixture = user_data;
  g_autoptr (GError) error = NULL;

  fixture->picture = wf_map_view_render_image_finish (WF_MAP_VIEW (source), result, &error);
  g_assert_no_error (error);
}

static guint32
pixel (GdkPixbuf *pixbuf,
       int        x,
       int        y)
{
  const guchar *p = gdk_pixbuf_read_pixels (pixbuf) + y * gdk_pixbuf_get_rowstride (pixbuf)
                    + x * gdk_pixbuf_get_n_channels (pixbuf);

  return (guint32) p[0] << 16 | (guint32) p[1] << 8 | p[2];
}

static void
test_picture (Fixture       *fixture,
              gconstpointer  data)
{
  g_autoptr (GError) error = NULL;
  const WfMapStyle *style = wf_map_style_get (FALSE);

  put_incident (fixture, "a", 109.735, 40.6185);
  put_unit (fixture, 109.735, 40.6185);
  wf_map_view_render_image_async (fixture->map, 109.735, 40.6185, 12.0, 400, 300, 2, NULL, rendered_cb, fixture);
  while (fixture->picture == NULL)
    g_main_context_iteration (NULL, TRUE);

  g_autoptr (GInputStream) stream = g_memory_input_stream_new_from_bytes (fixture->picture);
  g_autoptr (GdkPixbuf) pixbuf = gdk_pixbuf_new_from_stream (stream, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (gdk_pixbuf_get_width (pixbuf), ==, 800);
  g_assert_cmpint (gdk_pixbuf_get_height (pixbuf), ==, 600);

  /* The incident's circle beside its glyph, and land or built-up ground far from it. */
  g_assert_cmphex (pixel (pixbuf, 400 - 20, 300), ==, 0xd0104c);
  /* The unit that stands in the same place does not cover it. */
  g_assert_cmphex (pixel (pixbuf, 400 - 16, 300 - 14), ==, 0xd0104c);
  guint land = 0;
  for (int x = 0; x < 800; x += 7)
    land += pixel (pixbuf, x, 20) == style->land || pixel (pixbuf, x, 20) == style->industry;
  g_assert_cmpuint (land, >, 40);
}

static GdkPixbuf *
render (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;

  g_clear_pointer (&fixture->picture, g_bytes_unref);
  wf_map_view_render_image_async (fixture->map, 109.735, 40.6185, 12.0, 400, 300, 1, NULL, rendered_cb, fixture);
  while (fixture->picture == NULL)
    g_main_context_iteration (NULL, TRUE);

  g_autoptr (GInputStream) stream = g_memory_input_stream_new_from_bytes (fixture->picture);
  GdkPixbuf *pixbuf = gdk_pixbuf_new_from_stream (stream, NULL, &error);
  g_assert_no_error (error);

  return pixbuf;
}

static guint
count_colour (GdkPixbuf *pixbuf,
              guint32    colour)
{
  guint count = 0;

  for (int y = 0; y < gdk_pixbuf_get_height (pixbuf); y++)
    for (int x = 0; x < gdk_pixbuf_get_width (pixbuf); x++)
      count += pixel (pixbuf, x, y) == colour;

  return count;
}

/* A box of several kinds says which is the worst state in it: nothing, at work, or asking for attention. */
static void
test_worst (Fixture       *fixture,
            gconstpointer  data)
{
  static const WfThingState states[] = { WF_THING_READY, WF_THING_BUSY, WF_THING_ALERT };
  const WfMapStyle *style = wf_map_style_get (FALSE);
  guint moving[G_N_ELEMENTS (states)], late[G_N_ELEMENTS (states)];

  for (gsize i = 0; i < G_N_ELEMENTS (states); i++)
    {
      g_autoptr (WfThings) things = wf_things_new ();
      const WfThing all[] = { { "a", WF_THING_TEAM, WF_THING_READY, 0, 109.735, 40.6185, "甲" },
                              { "b", WF_THING_DEPOT, states[i], 0, 109.735, 40.6185, "乙" },
                              { "c", WF_THING_CAMERA, WF_THING_READY, 0, 109.735, 40.6185, "丙" } };

      for (gsize t = 0; t < G_N_ELEMENTS (all); t++)
        wf_things_put (things, &all[t]);
      wf_map_view_set_things (fixture->map, things);
      g_autoptr (GdkPixbuf) pixbuf = render (fixture);
      moving[i] = count_colour (pixbuf, style->moving);
      late[i] = count_colour (pixbuf, style->late);
    }
  g_assert_cmpuint (moving[1], >, moving[0] + 8);
  g_assert_cmpuint (moving[2], ==, moving[0]);
  g_assert_cmpuint (late[1], ==, late[0]);
  g_assert_cmpuint (late[2], >, late[0] + 8);
}

/* Of the points 40 pixels around the unit in the middle, as a clock has hours. */
static guint
find_seen (GdkPixbuf *without,
           GdkPixbuf *with)
{
  guint seen = 0;

  for (int hour = 0; hour < 12; hour++)
    {
      int x = 200 + (int) lround (40.0 * sin (hour * G_PI / 6.0));
      int y = 150 - (int) lround (40.0 * cos (hour * G_PI / 6.0));

      if (pixel (without, x, y) != pixel (with, x, y))
        seen |= 1u << hour;
    }

  return seen;
}

/* What the camera of a unit looks at: where it heads, as wide as it sees, and not when that is long ago or not known. */
static void
test_view (Fixture       *fixture,
           gconstpointer  data)
{
  WfMapUnit unit = { .id = "u", .label = "", .lon = 109.735, .lat = 40.6185, .heading = 90.0, .age = 1000 };
  static const struct
  {
    double   heading;
    double   angle;
    int64_t  age;
    guint    seen;
    gboolean has_bearing;
    double   bearing;
  } views[] = {
    { 90.0, 50.0, 1000, 1u << 3 },
    { 90.0, 70.0, 1000, 1u << 2 | 1u << 3 | 1u << 4 },
    { 0.0, 70.0, 1000, 1u << 11 | 1u << 0 | 1u << 1 },
    { 180.0, 360.0, 1000, 0xfff },
    { 90.0, 50.0, 60000, 0 },
    { -1.0, 50.0, 1000, 0 },
    /* A camera that a gimbal turns looks elsewhere than the unit heads; one that may look anywhere shows nothing. */
    { 0.0, 70.0, 1000, 1u << 2 | 1u << 3 | 1u << 4, TRUE, 90.0 },
    { -1.0, 50.0, 1000, 1u << 3, TRUE, 90.0 },
    { 90.0, 50.0, 1000, 0, TRUE, -1.0 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (views); i++)
    {
      unit.heading = views[i].heading;
      unit.age = views[i].age;
      unit.has_bearing = views[i].has_bearing;
      unit.bearing = views[i].bearing;
      unit.view_angle = 0.0;
      wf_map_view_put_unit (fixture->map, &unit);
      g_autoptr (GdkPixbuf) without = render (fixture);
      unit.view_angle = views[i].angle;
      wf_map_view_put_unit (fixture->map, &unit);
      g_autoptr (GdkPixbuf) with = render (fixture);

      g_assert_cmphex (find_seen (without, with), ==, views[i].seen);
    }
}

/* A fixed camera shows the same, without any mark of a unit. */
static void
test_fixed_view (Fixture       *fixture,
                 gconstpointer  data)
{
  g_autoptr (GdkPixbuf) without = render (fixture);
  wf_map_view_put_view (fixture->map, "camera", 109.735, 40.6185, 90.0, 70.0);
  g_autoptr (GdkPixbuf) with = render (fixture);
  wf_map_view_remove_view (fixture->map, "camera");
  g_autoptr (GdkPixbuf) after = render (fixture);

  g_assert_cmphex (find_seen (without, with), ==, 1u << 2 | 1u << 3 | 1u << 4);
  g_assert_cmphex (find_seen (without, after), ==, 0);
}

/* What was prepared is there before the window is, and where the window will show it; for another size it is drawn anew. */
static void
test_prepared (Fixture       *fixture,
               gconstpointer  data)
{
  static const int sizes[][2] = { { 900, 600 }, { 640, 500 } };
  double zoom, lon, lat;

  wf_map_view_go_home (fixture->map);
  wf_map_view_get_center (fixture->map, &lon, &lat, &zoom);

  for (gsize i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      GtkWidget *window = gtk_window_new ();
      WfMapView *map = g_object_ref_sink (WF_MAP_VIEW (wf_map_view_new ()));
      double prepared;

      wf_map_view_prepare (map, FALSE, sizes[i][0], sizes[i][1]);
      wf_map_view_go_home (map);
      while (!wf_base_layer_is_complete (map->base_layer))
        g_main_context_iteration (NULL, TRUE);
      wf_map_view_get_center (map, NULL, NULL, &prepared);
      if (i == 0)
        g_assert_cmpfloat_with_epsilon (prepared, zoom, 1e-9);
      else
        g_assert_cmpfloat (prepared, <, zoom);

      gtk_window_set_child (GTK_WINDOW (window), GTK_WIDGET (map));
      gtk_window_set_default_size (GTK_WINDOW (window), 900, 600);
      gtk_window_set_decorated (GTK_WINDOW (window), FALSE);
      gtk_window_present (GTK_WINDOW (window));
      while (gtk_widget_get_width (GTK_WIDGET (map)) == 0 || !wf_base_layer_is_complete (map->base_layer))
        g_main_context_iteration (NULL, TRUE);

      WfMapView *before = fixture->map;
      fixture->map = map;
      assert_place (fixture, lon, lat, zoom);
      fixture->map = before;
      gtk_window_destroy (GTK_WINDOW (window));
      while (G_OBJECT (map)->ref_count > 1)
        g_main_context_iteration (NULL, TRUE);
      g_assert_finalize_object (map);
    }
}

/* The colour in the middle of a unit whose position is so old. */
static guint32
middle_of_unit (Fixture *fixture,
                int64_t  age,
                int64_t  lasts)
{
  const WfMapUnit unit = { .id = "u", .label = "无人机", .age_text = "", .lon = 109.735, .lat = 40.6185, .heading = -1.0,
                           .age = age, .lasts = lasts };
  g_autoptr (GError) error = NULL;

  wf_map_view_put_unit (fixture->map, &unit);
  g_clear_pointer (&fixture->picture, g_bytes_unref);
  wf_map_view_render_image_async (fixture->map, 109.735, 40.6185, 12.0, 200, 200, 2, NULL, rendered_cb, fixture);
  while (fixture->picture == NULL)
    g_main_context_iteration (NULL, TRUE);

  g_autoptr (GInputStream) stream = g_memory_input_stream_new_from_bytes (fixture->picture);
  g_autoptr (GdkPixbuf) pixbuf = gdk_pixbuf_new_from_stream (stream, NULL, &error);
  g_assert_no_error (error);

  return pixel (pixbuf, 200, 200);
}

/* A unit is filled as long as one may go by its position, hollow from then on, and struck through when it is ten times as old;
 * each type of unit by its own time. */
static void
test_stale (Fixture       *fixture,
            gconstpointer  data)
{
  const WfMapStyle *style = wf_map_style_get (FALSE);

  g_assert_cmphex (middle_of_unit (fixture, 1000, 10000), ==, style->moving);
  g_assert_cmphex (middle_of_unit (fixture, 10000, 10000), ==, style->moving);
  g_assert_cmphex (middle_of_unit (fixture, 10001, 10000), ==, style->land);
  g_assert_cmphex (middle_of_unit (fixture, 100000, 10000), ==, style->land);
  g_assert_cmphex (middle_of_unit (fixture, 100001, 10000), ==, style->label);

  /* What is out of date for a drone is not for a generator, nor where nothing is said. */
  g_assert_cmphex (middle_of_unit (fixture, 29000, 120000), ==, style->moving);
  g_assert_cmphex (middle_of_unit (fixture, 29000, 0), ==, style->moving);
  g_assert_cmphex (middle_of_unit (fixture, 31000, 0), ==, style->land);
}

static void
cancelled_picture_cb (GObject      *source,
                      GAsyncResult *result,
                      gpointer      user_data)
{
  Fixture *fixture = user_data;
  g_autoptr (GError) error = NULL;

  g_assert_null (wf_map_view_render_image_finish (WF_MAP_VIEW (source), result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  fixture->count++;
}

static void
test_cancelled_picture (Fixture       *fixture,
                        gconstpointer  data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();

  wf_map_view_render_image_async (fixture->map, 109.7, 40.6, 12.0, 400, 300, 2, cancellable, cancelled_picture_cb, fixture);
  g_cancellable_cancel (cancellable);
  while (fixture->count == 0)
    g_main_context_iteration (NULL, TRUE);
}

/* A base map that cannot be had leaves the map standing. */
static void
test_bad_base (Fixture       *fixture,
               gconstpointer  data)
{
  g_autoptr (WfBaseMap) base = wf_base_map_new ();
  g_autoptr (GError) error = NULL;

  g_assert_false (wf_base_map_add_pack (base, "/nonexistent.wfmap", &error));
  g_assert_nonnull (error);
  g_clear_error (&error);
  g_assert_false (wf_base_map_set_url (base, "ftp://x/{z}/{x}/{y}", "", WF_DATUM_WGS84, WF_TILE_GRID_WEB, 18, 0, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
  g_clear_error (&error);
  g_assert_false (wf_base_map_set_url (base, "https://x/{z}/{x}", "", WF_DATUM_WGS84, WF_TILE_GRID_WEB, 18, 0, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);

  wf_map_view_set_base_map (fixture->map, base);
  while (!wf_base_layer_is_complete (fixture->map->base_layer))
    g_main_context_iteration (NULL, TRUE);
}

int
main (int    argc,
      char **argv)
{
  static const struct { const char *name; void (*test) (Fixture *, gconstpointer); } tests[] = {
    { "/map/view/home", test_home }, { "/map/view/select", test_select }, { "/map/view/pick", test_pick },
    { "/map/view/proxies", test_proxies }, { "/map/view/found-first", test_found_first },
    { "/map/view/follow", test_follow }, { "/map/view/things", test_things },
    { "/map/view/fan", test_fan }, { "/map/view/drag", test_drag }, { "/map/view/text", test_text },
    { "/map/view/area", test_area }, { "/map/view/changes", test_changes }, { "/map/view/picture", test_picture },
    { "/map/view/prepared", test_prepared }, { "/map/view/stale", test_stale }, { "/map/view/view", test_view },
    { "/map/view/fixed-view", test_fixed_view }, { "/map/view/worst", test_worst },
    { "/map/view/cancelled-picture", test_cancelled_picture }, { "/map/view/bad-base", test_bad_base },
  };

  gtk_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].name, Fixture, NULL, set_up, tests[i].test, tear_down);

  return g_test_run ();
}
