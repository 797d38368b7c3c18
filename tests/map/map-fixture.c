/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "map-fixture.h"

#define BOUND_SECONDS 60

static gboolean
late_cb (gpointer data)
{
  g_error ("The map was not ready in %d seconds", BOUND_SECONDS);

  return G_SOURCE_REMOVE;
}

void
map_set_up (MapFixture    *fixture,
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

void
map_tear_down (MapFixture    *fixture,
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

void
map_assert_place (MapFixture *fixture,
                  double      lon,
                  double      lat,
                  double      zoom)
{
  double x;
  double y;
  double z;

  wf_map_view_get_center (fixture->map, &x, &y, &z);
  g_assert_cmpfloat_with_epsilon (x, lon, 1e-6);
  g_assert_cmpfloat_with_epsilon (y, lat, 1e-6);
  g_assert_cmpfloat_with_epsilon (z, zoom, 1e-6);
}

gboolean
map_press (MapFixture *fixture,
           guint       key)
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

void
map_put_incident (MapFixture *fixture,
                  const char *id,
                  double      lon,
                  double      lat)
{
  const WfMapIncident incident = { id, "液氨储罐泄漏", "二", 1, lon, lat, FALSE };

  wf_map_view_put_incident (fixture->map, &incident);
}

void
map_put_unit (MapFixture *fixture,
              double      lon,
              double      lat)
{
  const WfMapUnit unit = { "u", "指挥车01", "4秒前", lon, lat, 90.0, 4000, 0, TRUE };

  wf_map_view_put_unit (fixture->map, &unit);
}

void
map_hear_thing (WfMapView  *map,
                const char *kind,
                const char *id,
                MapFixture *fixture)
{
  g_free (fixture->heard);
  fixture->heard = g_strdup_printf ("%s/%s", kind, id);
}

void
map_hear_area (WfMapView   *map,
               char       **ids,
               const char  *summary,
               MapFixture  *fixture)
{
  g_free (fixture->heard);
  fixture->heard = g_strdup (summary);
  fixture->count = g_strv_length (ids);
}

/* Five things at one place, and two elsewhere. */
WfThings *
map_make_crowd (MapFixture *fixture)
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
