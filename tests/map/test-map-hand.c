/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "map-fixture.h"
#include "wf-things-view-private.h"

/* The map under a hand: what a real pointer does to it, through the X server. */

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

static guint
count_fanned (MapFixture *fixture)
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
wait_for_fan (MapFixture *fixture,
              guint       wanted)
{
  while (count_fanned (fixture) != wanted)
    g_main_context_iteration (NULL, TRUE);
}

/* A click takes a cluster apart as far as it can be, then fans out what stands on one spot; Escape closes it. */
static void
test_fan (MapFixture    *fixture,
          gconstpointer  data)
{
  G_GNUC_UNUSED g_autoptr (WfThings) things = map_make_crowd (fixture);
  double zoom;

  g_signal_connect (fixture->map, "thing-activated", G_CALLBACK (map_hear_thing), fixture);
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
  g_assert_true (map_press (fixture, GDK_KEY_Escape));
  g_assert_cmpuint (count_fanned (fixture), ==, 0);

  /* The same with the keyboard alone. */
  wf_map_view_select (fixture->map, NULL, NULL);
  do
    g_assert_true (map_press (fixture, GDK_KEY_Tab));
  while (g_strcmp0 (wf_map_view_get_selection_kind (fixture->map), "cluster") != 0);
  gtk_test_accessible_assert_property (GTK_ACCESSIBLE (fixture->map), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                       "Selected: Teams 3 · Depots 2\nc0\nc1\nc2\nc3\nc4");
  g_assert_true (map_press (fixture, GDK_KEY_Return));
  g_assert_cmpuint (count_fanned (fixture), ==, 5);
  g_assert_nonnull (wf_map_view_get_selection_id (fixture->map));
  g_assert_cmpstr (wf_map_view_get_selection_kind (fixture->map), !=, "cluster");
  g_assert_true (map_press (fixture, GDK_KEY_Escape));
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
drag_by_hand (MapFixture *fixture,
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
test_drag (MapFixture    *fixture,
           gconstpointer  data)
{
  static const int lasso[][2] = { { 400, 240 }, { 420, 230 }, { 480, 240 }, { 500, 300 }, { 480, 350 }, { 420, 350 },
                                  { 400, 300 }, { 402, 250 } };
  static const int box[][2] = { { 400, 240 }, { 890, 360 } };
  G_GNUC_UNUSED g_autoptr (WfThings) things = map_make_crowd (fixture);
  double lon;
  double lat;

  g_signal_connect (fixture->map, "area-selected", G_CALLBACK (map_hear_area), fixture);
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
  map_put_unit (fixture, 109.7, 40.6);
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

int
main (int    argc,
      char **argv)
{
  static const struct { const char *name; void (*test) (MapFixture *, gconstpointer); } tests[] = {
    { "/map/hand/fan", test_fan },
    { "/map/hand/drag", test_drag },
  };

  gtk_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].name, MapFixture, NULL, map_set_up, tests[i].test, map_tear_down);

  return g_test_run ();
}
