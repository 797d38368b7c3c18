/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "fixture.h"

#include "wf-crossing.h"
#include "wf-geo.h"
#include "wf-id.h"
#include "wf-time.h"
#include "wf-wording.h"

#include <string.h>

#define SQUARE "<[(109.80, 40.60), (109.82, 40.60), (109.82, 40.62), (109.80, 40.62)]>"

static void
draw (World      *world,
      const char *text)
{
  g_autoptr (GError) error = NULL;
  GVariant *payload = g_variant_parse (G_VARIANT_TYPE_VARDICT, text, NULL, NULL, &error);

  g_assert_no_error (error);
  world_do (world, "plot.draw", payload);
}

/* What the service does with a position: returns how many crossings that raised, and does them. */
static guint
look (World      *world,
      const char *unit,
      double      lon,
      double      lat,
      gboolean    drawn)
{
  g_autoptr (WfFences) fences = wf_fences_new (world->state, world->scope);
  g_autoptr (GPtrArray) commands = g_ptr_array_new_with_free_func ((GDestroyNotify) wf_command_unref);
  WfPosition position = { .longitude = lon, .latitude = lat, .at = world->now.scope };

  wf_fences_look (fences, unit, &position, world->now.scope, world->now.real, drawn, commands);
  for (guint i = 0; i < commands->len; i++)
    {
      g_autoptr (WfProblem) problem = world_try (world, g_ptr_array_index (commands, i));

      g_assert_null (problem);
    }
  world_pass (world, WF_SECOND);

  return commands->len;
}

static WfEntity *
get_crossing (World      *world,
              const char *plot,
              const char *unit)
{
  g_autofree char *id = wf_id_derive (plot, unit);

  return world_get (world, "crossing", id);
}

static void
assert_crossing (World      *world,
                 const char *plot,
                 const char *unit,
                 gboolean    inside,
                 const char *alert)
{
  g_autoptr (WfEntity) crossing = get_crossing (world, plot, unit);

  g_assert_nonnull (crossing);
  g_assert_cmpint (wf_entity_bool (crossing, "inside"), ==, inside);
  g_assert_cmpstr (wf_entity_string (crossing, "alert"), ==, alert);
}

/* In, with noise at the edge, out, and in again: four alarms of which none is a repetition. */
static void
test_once (void)
{
  g_autoptr (World) world = world_new ();
  double lon, lat;

  report_incident (world, "i1");
  draw (world, "{'plot': <'z1'>, 'incident': <'i1'>, 'type': <'danger_zone'>, 'danger': <'high'>, 'label': <'Tank 3'>,"
               " 'points': " SQUARE "}");
  g_assert_cmpuint (look (world, "u1", 109.79, 40.61, FALSE), ==, 0);
  g_assert_cmpuint (look (world, "u1", 109.81, 40.61, FALSE), ==, 1);
  assert_crossing (world, "z1", "u1", TRUE, "open");

  g_autoptr (WfEntity) crossing = get_crossing (world, "z1", "u1");
  g_assert_cmpstr (wf_entity_string (crossing, "incident"), ==, "i1");
  g_assert_true (wf_entity_point (crossing, "location", &lon, &lat));
  g_assert_cmpfloat_with_epsilon (lon, 109.81, 1e-9);

  /* A receiver at the edge: 20 m out, 20 m in, to and fro. */
  for (int i = 0; i < 40; i++)
    {
      wf_geo_destination (109.82, 40.61, i % 2 == 0 ? 90.0 : 270.0, 20.0, &lon, &lat);
      g_assert_cmpuint (look (world, "u1", lon, lat, FALSE), ==, 0);
    }
  wf_geo_destination (109.82, 40.61, 90.0, WF_CROSSING_MARGIN + 5.0, &lon, &lat);
  g_assert_cmpuint (look (world, "u1", lon, lat, FALSE), ==, 1);
  assert_crossing (world, "z1", "u1", FALSE, "open");
  wf_geo_destination (109.82, 40.61, 90.0, 20.0, &lon, &lat);
  g_assert_cmpuint (look (world, "u1", lon, lat, FALSE), ==, 0);
  g_assert_cmpuint (look (world, "u1", 109.8199, 40.61, FALSE), ==, 1);

  /* Others for themselves. */
  g_assert_cmpuint (look (world, "u2", 109.8199, 40.61, FALSE), ==, 1);
  g_assert_cmpuint (world_count (world, "crossing", "i1", NULL), ==, 2);

  WfEvent *event = g_ptr_array_index (world->journal, world->journal->len - 1);
  g_autofree char *line = wf_wording_event (event, world->state);
  g_assert_nonnull (strstr (line, "u2 has entered"));
  g_assert_nonnull (strstr (line, "Tank 3"));
  g_assert_cmpstr (event->subject, ==, "i1");
}

/* A circle; which drawings are watched, and that one may say otherwise. */
static void
test_watched (void)
{
  g_autoptr (World) world = world_new ();

  draw (world, "{'plot': <'c1'>, 'type': <'circle'>, 'points': <[(109.81, 40.61)]>, 'radius_m': <500.0>}");
  draw (world, "{'plot': <'s1'>, 'type': <'staging_area'>, 'points': <[(109.81, 40.61)]>, 'radius_m': <500.0>}");
  draw (world, "{'plot': <'r1'>, 'type': <'range_ring'>, 'points': <[(109.81, 40.61)]>, 'radius_m': <500.0>}");
  draw (world, "{'plot': <'p1'>, 'type': <'polygon'>, 'points': " SQUARE ", 'watch': <false>}");
  draw (world, "{'plot': <'l1'>, 'type': <'line'>, 'points': " SQUARE "}");
  g_assert_cmpuint (look (world, "u1", 109.81, 40.61, FALSE), ==, 1);
  assert_crossing (world, "c1", "u1", TRUE, "open");

  draw (world, "{'plot': <'s2'>, 'type': <'staging_area'>, 'points': " SQUARE ", 'watch': <true>}");
  g_assert_cmpuint (look (world, "u1", 109.81, 40.61, TRUE), ==, 1);
  world_refuses (world, "plot.draw",
                 g_variant_parse (G_VARIANT_TYPE_VARDICT,
                                  "{'plot': <'l2'>, 'type': <'line'>, 'points': " SQUARE ", 'watch': <true>}", NULL, NULL, NULL),
                 "plot.watch-area", "watch");

  /* Struck, or over, an area has no edge any more. */
  world_do (world, "plot.strike", wf_dict_make ("plot", S ("c1"), "reason", S ("over"), NULL));
  draw (world, "{'plot': <'c3'>, 'type': <'circle'>, 'points': <[(109.9, 40.7)]>, 'radius_m': <500.0>,"
               " 'until': <int64 1782907205000>}");
  g_assert_cmpuint (look (world, "u1", 109.7, 40.61, FALSE), ==, 1);
  assert_crossing (world, "c1", "u1", TRUE, "open");
  world_pass (world, WF_MINUTE);
  g_assert_cmpuint (look (world, "u1", 109.9, 40.7, FALSE), ==, 0);
}

/* Drawn around a unit it rings; drawn away from it, it is noted and does not. */
static void
test_drawn (void)
{
  g_autoptr (World) world = world_new ();

  draw (world, "{'plot': <'z1'>, 'type': <'cordon'>, 'points': " SQUARE "}");
  g_assert_cmpuint (look (world, "u1", 109.81, 40.61, TRUE), ==, 1);
  assert_crossing (world, "z1", "u1", TRUE, "open");
  g_assert_cmpuint (look (world, "u1", 109.81, 40.61, TRUE), ==, 0);

  world_do (world, "plot.change",
            g_variant_parse (G_VARIANT_TYPE_VARDICT,
                             "{'plot': <'z1'>, 'points': <[(110.80, 40.60), (110.82, 40.60), (110.82, 40.62)]>}", NULL, NULL, NULL));
  g_assert_cmpuint (look (world, "u1", 109.81, 40.61, TRUE), ==, 1);
  assert_crossing (world, "z1", "u1", FALSE, "quiet");
}

static GVariant *
about (const char *plot,
       const char *unit,
       int64_t     seen_at)
{
  g_autofree char *id = wf_id_derive (plot, unit);

  return wf_dict_make ("crossing", S (id), "seen_at", T (seen_at), "by", S ("Zhao"), "note", S ("called back"), NULL);
}

static void
test_acknowledge (void)
{
  g_autoptr (World) world = world_new ();

  draw (world, "{'plot': <'z1'>, 'type': <'cordon'>, 'points': " SQUARE "}");
  world_refuses (world, "crossing.acknowledge", wf_dict_make ("crossing", S ("nobody"), NULL), "crossing.unknown", "crossing");
  look (world, "u1", 109.81, 40.61, FALSE);

  g_autoptr (WfEntity) first = get_crossing (world, "z1", "u1");
  g_autoptr (WfEntity) plot = world_get (world, "plot", "z1");
  int64_t seen = wf_entity_time (first, "seen_at");
  g_assert_true (wf_rules_rings (first, plot, world->now.scope));

  /* The unit is out again before somebody answers: that is another alarm. */
  look (world, "u1", 109.7, 40.61, FALSE);
  world_refuses (world, "crossing.acknowledge", about ("z1", "u1", seen), "crossing.again", "seen_at");
  g_autoptr (WfEntity) second = get_crossing (world, "z1", "u1");
  world_do (world, "crossing.acknowledge", about ("z1", "u1", wf_entity_time (second, "seen_at")));

  g_autoptr (WfEntity) answered = get_crossing (world, "z1", "u1");
  g_assert_cmpstr (wf_entity_string (answered, "acknowledged_by"), ==, "Zhao");
  g_assert_cmpstr (wf_entity_string (answered, "note"), ==, "called back");
  g_assert_false (wf_rules_rings (answered, plot, world->now.scope));
  world_refuses (world, "crossing.acknowledge", about ("z1", "u1", wf_entity_time (second, "seen_at")),
                 "crossing.acknowledged-already", "crossing");

  /* The next one is open again, and nobody's. */
  look (world, "u1", 109.81, 40.61, FALSE);
  g_autoptr (WfEntity) third = get_crossing (world, "z1", "u1");
  g_assert_cmpstr (wf_entity_string (third, "alert"), ==, "open");
  g_assert_null (wf_entity_string (third, "acknowledged_by"));
  g_assert_null (wf_entity_string (third, "note"));
}

/* Only what the state does not say already, and only the service itself. */
static void
test_refused (void)
{
  g_autoptr (World) world = world_new ();
  g_autofree char *id = wf_id_derive ("z1", "u1");

  draw (world, "{'plot': <'z1'>, 'type': <'cordon'>, 'points': " SQUARE "}");
  for (int i = 0; i < 2; i++)
    {
      g_autoptr (GVariant) payload =
        wf_dict_make ("crossing", S (id), "plot", S ("z1"), "unit", S ("u1"), "way", S ("left"), "location",
                      wf_value_point (109.8, 40.6), "seen_at", T (world->now.scope), NULL);
      g_autofree char *command_id = g_strdup_printf ("cmd-%d", i);
      g_autoptr (WfCommand) command = wf_command_new (command_id, "crossing.raise", world->scope,
                                                      i == 0 ? WF_ACTOR_SYSTEM : "zhao", NULL, world->now.real, NULL, NULL,
                                                      payload);
      g_autoptr (WfProblem) problem = world_try (world, command);

      g_assert_nonnull (problem);
      g_assert_cmpstr (problem->rule, ==, i == 0 ? "crossing.already" : "command.system-only");
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/crossings/once", test_once);
  g_test_add_func ("/crossings/watched", test_watched);
  g_test_add_func ("/crossings/drawn", test_drawn);
  g_test_add_func ("/crossings/acknowledge", test_acknowledge);
  g_test_add_func ("/crossings/refused", test_refused);

  return g_test_run ();
}
