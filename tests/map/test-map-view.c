/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "map-fixture.h"
#include "wf-things-view-private.h"

static void
test_home (MapFixture    *fixture,
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
  map_put_incident (fixture, "a", 110.0, 40.5);
  map_put_unit (fixture, 109.5, 40.6);
  map_put_unit (fixture, 109.6, 40.6);
  wf_map_view_select (fixture->map, "incident", "a");
  wf_map_view_set_wind (fixture->map, 200.0, 3.0, "x", "y");
  map_assert_place (fixture, lon, lat, zoom);

  wf_map_view_go_to (fixture->map, 120.0, 30.0, 9.0);
  map_assert_place (fixture, 120.0, 30.0, 9.0);
  g_assert_true (map_press (fixture, GDK_KEY_Home));
  map_assert_place (fixture, lon, lat, zoom);
  g_assert_true (map_press (fixture, GDK_KEY_plus));
  map_assert_place (fixture, lon, lat, zoom + 0.5);
  g_assert_true (map_press (fixture, GDK_KEY_Right));
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
           MapFixture *fixture)
{
  fixture->count++;
}

static void
incident_cb (WfMapView  *map,
             const char *id,
             MapFixture *fixture)
{
  g_free (fixture->heard);
  fixture->heard = g_strdup (id);
}

static void
test_select (MapFixture    *fixture,
             gconstpointer  data)
{
  g_autoptr (WfThings) things = wf_things_new ();
  const WfThing depot = { "d", WF_THING_DEPOT, WF_THING_READY, 0, 109.9, 40.7, "区物资库" };

  g_signal_connect (fixture->map, "notify::selection-id", G_CALLBACK (notify_cb), fixture);
  g_signal_connect (fixture->map, "incident-activated", G_CALLBACK (incident_cb), fixture);
  g_signal_connect (fixture->map, "thing-activated", G_CALLBACK (map_hear_thing), fixture);
  wf_things_put (things, &depot);
  wf_map_view_set_things (fixture->map, things);
  map_put_incident (fixture, "a", 109.7, 40.6);
  map_put_unit (fixture, 109.5, 40.6);

  gtk_test_accessible_assert_role (GTK_ACCESSIBLE (fixture->map), GTK_ACCESSIBLE_ROLE_GROUP);
  gtk_test_accessible_assert_property (GTK_ACCESSIBLE (fixture->map), GTK_ACCESSIBLE_PROPERTY_LABEL, "Map");

  /* Tab steps over incidents, units and things, and out again. */
  g_assert_true (map_press (fixture, GDK_KEY_Tab));
  g_assert_cmpstr (wf_map_view_get_selection_kind (fixture->map), ==, "incident");
  g_assert_cmpuint (fixture->count, ==, 1);
  gtk_test_accessible_assert_property (GTK_ACCESSIBLE (fixture->map), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                       "Selected: 液氨储罐泄漏");
  g_assert_null (fixture->heard);
  g_assert_true (map_press (fixture, GDK_KEY_Return));
  g_assert_cmpstr (fixture->heard, ==, "a");
  g_assert_true (map_press (fixture, GDK_KEY_Tab));
  g_assert_true (map_press (fixture, GDK_KEY_Return));
  g_assert_cmpstr (fixture->heard, ==, "unit/u");
  g_assert_true (map_press (fixture, GDK_KEY_Tab));
  g_assert_true (map_press (fixture, GDK_KEY_Return));
  g_assert_cmpstr (fixture->heard, ==, "depot/d");
  g_assert_false (map_press (fixture, GDK_KEY_Tab));
  g_assert_null (wf_map_view_get_selection_id (fixture->map));
  g_assert_cmpuint (fixture->count, ==, 4);

  wf_map_view_select (fixture->map, "incident", "a");
  wf_map_view_select (fixture->map, "incident", "a");
  g_assert_cmpuint (fixture->count, ==, 5);
  wf_map_view_remove_incident (fixture->map, "a");
  g_assert_null (wf_map_view_get_selection_id (fixture->map));

  wf_map_view_set_kind_visible (fixture->map, WF_THING_DEPOT, FALSE);
  g_assert_false (wf_map_view_get_kind_visible (fixture->map, WF_THING_DEPOT));
  g_assert_true (map_press (fixture, GDK_KEY_Tab));
  g_assert_cmpstr (wf_map_view_get_selection_id (fixture->map), ==, "u");
  g_assert_false (map_press (fixture, GDK_KEY_Tab));

  /* What is drawn is a stop, too, while it is in view; what somebody else is still drawing is none. */
  const WfGeoPoint middle = { 109.6, 40.6 }, far = { 115.0, 40.6 };
  WfMapPlot zone = { .id = "zone-1", .type = "danger_zone", .label = "Tank 3", .points = &middle, .n_points = 1, .radius = 500 };
  WfMapPlot away = { .id = "zone-2", .type = "cordon", .points = &far, .n_points = 1, .radius = 500 };
  WfMapPlot draft = { .id = "draft", .type = "cordon", .points = &middle, .n_points = 1, .radius = 500, .draft = TRUE };
  wf_map_view_put_plot (fixture->map, &zone);
  wf_map_view_put_plot (fixture->map, &away);
  wf_map_view_put_plot (fixture->map, &draft);
  g_assert_true (map_press (fixture, GDK_KEY_Tab));
  g_assert_true (map_press (fixture, GDK_KEY_Tab));
  g_assert_cmpstr (wf_map_view_get_selection_kind (fixture->map), ==, "plot");
  gtk_test_accessible_assert_property (GTK_ACCESSIBLE (fixture->map), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, "Selected: Tank 3");
  g_assert_true (map_press (fixture, GDK_KEY_Return));
  g_assert_cmpstr (fixture->heard, ==, "plot/zone-1");
  g_assert_false (map_press (fixture, GDK_KEY_Tab));
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
test_found_first (MapFixture    *fixture,
                  gconstpointer  data)
{
  WfMarks *marks = fixture->map->marks;
  WfMapFrame frame;
  double x;
  double y;

  map_put_incident (fixture, "a", 109.7, 40.6);
  map_put_unit (fixture, 109.7, 40.6);
  wf_map_view_get_frame (fixture->map, &frame);
  wf_map_frame_to_screen (&frame, 109.7, 40.6, &x, &y);
  g_assert_cmpstr (wf_marks_find (marks, &frame, x, y)->id, ==, "a");
  wf_map_view_select (fixture->map, "unit", "u");
  g_assert_cmpstr (wf_marks_find (marks, &frame, x + 2.0, y)->id, ==, "a");
  g_assert_cmpstr (wf_marks_find_hidden (marks, &frame, x, y)->id, ==, "u");

  double beside_lon;
  double beside_lat;
  wf_map_frame_to_place (&frame, x + 10.0, y, &beside_lon, &beside_lat);
  map_put_unit (fixture, beside_lon, beside_lat);
  g_assert_cmpstr (wf_marks_find (marks, &frame, x + 9.0, y)->id, ==, "a");
  g_assert_cmpstr (wf_marks_find (marks, &frame, x + 18.0, y)->id, ==, "u");
  g_assert_cmpstr (wf_marks_find (marks, &frame, x - 18.0, y)->id, ==, "a");
  g_assert_null (wf_marks_find (marks, &frame, x - 40.0, y));
}

/* Incidents and units in view are found by name, and nothing else is. */
static void
test_proxies (MapFixture    *fixture,
              gconstpointer  data)
{
  WfMapFrame frame;
  GtkWidget *child;
  double x;
  double y;
  graphene_rect_t bounds;

  map_put_incident (fixture, "a", 109.7, 40.6);
  map_put_incident (fixture, "far", 120.0, 30.0);
  map_put_unit (fixture, 109.5, 40.6);
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
picked_cb (WfMapView  *map,
           double      lon,
           double      lat,
           MapFixture *fixture)
{
  g_free (fixture->heard);
  fixture->heard = g_strdup_printf ("%.3f %.3f", lon, lat);
}

static void
cancelled_cb (WfMapView  *map,
              MapFixture *fixture)
{
  g_free (fixture->heard);
  fixture->heard = g_strdup ("cancelled");
}

static void
test_pick (MapFixture    *fixture,
           gconstpointer  data)
{
  g_signal_connect (fixture->map, "place-picked", G_CALLBACK (picked_cb), fixture);
  g_signal_connect (fixture->map, "pick-cancelled", G_CALLBACK (cancelled_cb), fixture);
  wf_map_view_go_to (fixture->map, 109.7, 40.6, 13.0);

  wf_map_view_start_pick (fixture->map, NULL);
  g_assert_true (wf_map_view_is_picking (fixture->map));
  g_assert_true (map_press (fixture, GDK_KEY_Escape));
  g_assert_cmpstr (fixture->heard, ==, "cancelled");
  g_assert_false (wf_map_view_is_picking (fixture->map));

  wf_map_view_start_pick (fixture->map, "Where is it?");
  g_assert_true (map_press (fixture, GDK_KEY_Return));
  g_assert_cmpstr (fixture->heard, ==, "109.700 40.600");
  g_assert_false (wf_map_view_is_picking (fixture->map));

  wf_map_view_start_measure (fixture->map);
  g_assert_true (map_press (fixture, GDK_KEY_Return));
  wf_map_view_go_to (fixture->map, 109.72, 40.6, 13.0);
  g_assert_true (map_press (fixture, GDK_KEY_Return));
  g_assert_cmpuint (fixture->map->measure->len, ==, 2);
  g_assert_cmpstr (find_text (GTK_WIDGET (fixture->map), "Length"), ==, "Length 1.7 km · last 1.7 km, 090°");

  /* Live: with the place that the arrows have come to; and what the line encloses. */
  g_assert_true (map_press (fixture, GDK_KEY_Up));
  g_assert_nonnull (strstr (find_text (GTK_WIDGET (fixture->map), "Length"), ", 000° · encloses "));
  g_assert_cmpuint (fixture->map->measure->len, ==, 2);
  wf_map_view_go_to (fixture->map, 109.72, 40.61, 13.0);
  g_assert_true (map_press (fixture, GDK_KEY_Return));
  g_assert_nonnull (strstr (find_text (GTK_WIDGET (fixture->map), "Length"), " · last 1.1 km, 000° · encloses 9"));
  wf_map_view_go_to (fixture->map, 109.71, 40.59, 13.0);
  g_assert_true (map_press (fixture, GDK_KEY_Return));
  g_assert_nonnull (strstr (find_text (GTK_WIDGET (fixture->map), "Length"), "crosses itself"));
  g_assert_true (map_press (fixture, GDK_KEY_BackSpace));
  g_assert_true (map_press (fixture, GDK_KEY_BackSpace));
  g_assert_cmpuint (fixture->map->measure->len, ==, 2);
  g_assert_true (map_press (fixture, GDK_KEY_Escape));
  g_assert_cmpuint (fixture->map->measure->len, ==, 0);
}

static void
test_follow (MapFixture    *fixture,
             gconstpointer  data)
{
  g_autofree char *following = NULL;

  map_put_unit (fixture, 109.5, 40.6);
  wf_map_view_go_to (fixture->map, 109.8, 40.6, 13.0);
  wf_map_view_follow (fixture->map, "u");
  map_assert_place (fixture, 109.5, 40.6, 13.0);
  map_put_unit (fixture, 109.51, 40.61);
  map_assert_place (fixture, 109.51, 40.61, 13.0);

  wf_map_view_go_to (fixture->map, 109.8, 40.6, 13.0);
  map_put_unit (fixture, 109.52, 40.62);
  map_assert_place (fixture, 109.8, 40.6, 13.0);
  g_object_get (fixture->map, "following", &following, NULL);
  g_assert_null (following);

  /* A hand that pans ends it too; zooming does not. */
  wf_map_view_follow (fixture->map, "u");
  g_assert_true (map_press (fixture, GDK_KEY_plus));
  g_object_get (fixture->map, "following", &following, NULL);
  g_assert_cmpstr (following, ==, "u");
  shumate_location_set_location (SHUMATE_LOCATION (fixture->map->viewport), 40.6, 109.81);
  g_clear_pointer (&following, g_free);
  g_object_get (fixture->map, "following", &following, NULL);
  g_assert_null (following);
}

static void
cluster_cb (WfMapView   *map,
            char       **ids,
            MapFixture  *fixture)
{
  fixture->count = g_strv_length (ids);
}

static void
test_things (MapFixture    *fixture,
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

static GtkGesture *
find_drag (MapFixture *fixture)
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
test_area (MapFixture    *fixture,
           gconstpointer  data)
{
  g_autoptr (WfThings) things = wf_things_new ();

  g_signal_connect (fixture->map, "area-selected", G_CALLBACK (map_hear_area), fixture);
  wf_map_view_set_things (fixture->map, things);
  for (int i = 0; i < 100; i++)
    {
      g_autofree char *id = g_strdup_printf ("t%d", i);
      WfThing thing = { id, i % 2 == 0 ? WF_THING_TEAM : WF_THING_DEPOT, WF_THING_READY, 0, 109.7 + (i % 10) * 0.01,
                        40.6 + (i / 10) * 0.01, id };
      wf_things_put (things, &thing);
    }
  map_put_incident (fixture, "a", 109.715, 40.615);
  map_put_incident (fixture, "far", 120.0, 30.0);
  map_put_unit (fixture, 109.725, 40.615);

  /* By the keyboard: a box from corner to corner. */
  wf_map_view_go_to (fixture->map, 109.705, 40.605, 13.0);
  wf_map_view_start_area (fixture->map);
  g_assert_true (map_press (fixture, GDK_KEY_Return));
  g_assert_null (fixture->heard);
  wf_map_view_go_to (fixture->map, 109.735, 40.635, 13.0);
  g_assert_true (map_press (fixture, GDK_KEY_Return));
  g_assert_cmpstr (fixture->heard, ==, "Incidents 1 · Mobile units 1 · Teams 3 · Depots 6");
  g_assert_cmpuint (fixture->count, ==, 11);
  g_assert_cmpuint (fixture->map->area->len, ==, 4);
  g_assert_true (map_press (fixture, GDK_KEY_Escape));
  g_assert_cmpuint (fixture->map->area->len, ==, 0);

  /* What is hidden is not counted. */
  wf_map_view_set_kind_visible (fixture->map, WF_THING_TEAM, FALSE);
  wf_map_view_start_area (fixture->map);
  g_assert_true (map_press (fixture, GDK_KEY_Return));
  wf_map_view_go_to (fixture->map, 109.705, 40.605, 13.0);
  g_assert_true (map_press (fixture, GDK_KEY_Return));
  g_assert_cmpstr (fixture->heard, ==, "Incidents 1 · Mobile units 1 · Depots 6");

  /* Escape ends it with nothing heard. */
  g_clear_pointer (&fixture->heard, g_free);
  wf_map_view_start_area (fixture->map);
  g_assert_true (map_press (fixture, GDK_KEY_Return));
  g_assert_true (map_press (fixture, GDK_KEY_Escape));
  g_assert_cmpuint (fixture->map->area->len, ==, 0);
  g_assert_cmpint (fixture->map->mode, ==, WF_MAP_MODE_LOOK);
  g_assert_null (fixture->heard);

  /* Where no area is wanted, a drag draws none. */
  GtkGesture *drag = find_drag (fixture);
  g_assert_nonnull (drag);
  g_signal_emit_by_name (drag, "drag-begin", 10.0, 10.0);
  g_assert_cmpuint (fixture->map->area->len, ==, 0);
}

/* What is drawn follows the desktop's text scale, and what was kept is drawn anew. */
static void
test_text (MapFixture    *fixture,
           gconstpointer  data)
{
  G_GNUC_UNUSED g_autoptr (WfThings) things = map_make_crowd (fixture);
  GtkSettings *settings = gtk_widget_get_settings (fixture->window);
  WfMapFrame frame;
  WfLabelSize small;
  WfLabelSize large;
  int before;

  wf_map_view_go_to (fixture->map, 109.7, 40.6, 16.0);
  map_put_incident (fixture, "a", 109.701, 40.601);
  map_put_unit (fixture, 109.699, 40.601);
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
test_changes (MapFixture    *fixture,
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

/* What was prepared is there before the window is, and where the window will show it; for another size it is drawn anew. */
static void
test_prepared (MapFixture    *fixture,
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
      map_assert_place (fixture, lon, lat, zoom);
      fixture->map = before;
      gtk_window_destroy (GTK_WINDOW (window));
      while (G_OBJECT (map)->ref_count > 1)
        g_main_context_iteration (NULL, TRUE);
      g_assert_finalize_object (map);
    }
}

/* A base map that cannot be had leaves the map standing. */
static void
test_bad_base (MapFixture    *fixture,
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
  static const struct { const char *name; void (*test) (MapFixture *, gconstpointer); } tests[] = {
    { "/map/view/home", test_home }, { "/map/view/select", test_select }, { "/map/view/pick", test_pick },
    { "/map/view/proxies", test_proxies }, { "/map/view/found-first", test_found_first },
    { "/map/view/follow", test_follow }, { "/map/view/things", test_things },
    { "/map/view/text", test_text }, { "/map/view/area", test_area }, { "/map/view/changes", test_changes },
    { "/map/view/prepared", test_prepared }, { "/map/view/bad-base", test_bad_base },
  };

  gtk_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].name, MapFixture, NULL, map_set_up, tests[i].test, map_tear_down);

  return g_test_run ();
}
