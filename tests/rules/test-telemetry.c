/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "fixture.h"

#include "wf-kind.h"
#include "wf-telemetry.h"
#include "wf-time.h"

#define DIGEST "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

static void
enter (World      *world,
       const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) entity = g_variant_parse (G_VARIANT_TYPE_VARDICT, text, NULL, NULL, &error);
  g_autoptr (GPtrArray) entities = g_ptr_array_new ();

  g_assert_no_error (error);
  g_ptr_array_add (entities, entity);
  world_do (world, "registry.put", wf_dict_make ("entities", wf_value_objects (entities), NULL));
}

static int64_t
lasts (World      *world,
       const char *unit)
{
  g_autoptr (WfEntity) entity = world_get (world, "unit", unit);

  return wf_rules_position_lasts (world->state, world->scope, entity);
}

/* Each type of unit has a time of its own, and the centre may set another. */
static void
test_lasting (void)
{
  g_autoptr (World) world = world_new ();

  enter (world, "{'kind': <'unit'>, 'id': <'dr-1'>, 'fields': <{'name': <'Drone'>, 'type': <'drone'>, 'state': <'standby'>}>}");
  enter (world, "{'kind': <'unit'>, 'id': <'ge-1'>, 'fields': <{'name': <'Power'>, 'type': <'generator'>,"
                " 'state': <'standby'>}>}");
  g_assert_cmpint (lasts (world, "dr-1"), ==, 10 * WF_SECOND);
  g_assert_cmpint (lasts (world, "ge-1"), ==, 120 * WF_SECOND);
  g_assert_cmpint (lasts (world, "nobody"), ==, 30 * WF_SECOND);

  enter (world, "{'kind': <'telemetry'>, 'id': <'drone'>, 'fields': <{'stale_seconds': <int64 25>}>}");
  g_assert_cmpint (lasts (world, "dr-1"), ==, 25 * WF_SECOND);
  g_assert_cmpint (lasts (world, "ge-1"), ==, 120 * WF_SECOND);

  /* So has each quantity that sensors read. */
  g_assert_cmpint (wf_rules_type_lasts (world->state, world->scope, "chlorine"), ==, WF_MINUTE);
  g_assert_cmpint (wf_rules_type_lasts (world->state, world->scope, "water_level"), ==, 15 * WF_MINUTE);
  enter (world, "{'kind': <'telemetry'>, 'id': <'chlorine'>, 'fields': <{'stale_seconds': <int64 5>}>}");
  g_assert_cmpint (wf_rules_type_lasts (world->state, world->scope, "chlorine"), ==, 5 * WF_SECOND);

  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) wrong = g_variant_parse (G_VARIANT_TYPE_VARDICT,
                                                "{'kind': <'telemetry'>, 'id': <'balloon'>,"
                                                " 'fields': <{'stale_seconds': <int64 25>}>}", NULL, NULL, &error);
  g_autoptr (GPtrArray) entities = g_ptr_array_new ();
  g_assert_no_error (error);
  g_ptr_array_add (entities, wrong);
  world_refuses (world, "registry.put", wf_dict_make ("entities", wf_value_objects (entities), NULL), "telemetry.type",
                 "entities[0].id");
}

static GVariant *
make_segment (const char *unit,
              int64_t     after,
              int64_t     until)
{
  return wf_dict_make ("unit", wf_value_string (unit), "after", wf_value_time (after), "until", wf_value_time (until),
                       "points", wf_value_int (7), "digest", wf_value_string (DIGEST), NULL);
}

static WfProblem *
seal (World    *world,
      GVariant *one,
      GVariant *other)
{
  g_autoptr (GPtrArray) segments = g_ptr_array_new_with_free_func ((GDestroyNotify) g_variant_unref);

  g_ptr_array_add (segments, one);
  if (other != NULL)
    g_ptr_array_add (segments, other);

  g_autoptr (WfCommand) command = wf_rules_track_command (world->scope, segments, world->now.real);
  return world_try (world, command);
}

static void
assert_gap (WfProblem *problem)
{
  g_autoptr (WfProblem) owned = problem;

  g_assert_nonnull (owned);
  g_assert_cmpstr (owned->rule, ==, "track.gap");
}

/* One piece follows on the other; nothing overlaps, nothing is left out, nothing is sealed twice. */
static void
test_pieces (void)
{
  g_autoptr (World) world = world_new ();

  assert_gap (seal (world, make_segment ("u-1", START, START + 5), NULL));
  g_assert_null (seal (world, make_segment ("u-1", 0, START), make_segment ("u-2", 0, START + 1)));
  assert_gap (seal (world, make_segment ("u-1", 0, START + 9), NULL));
  assert_gap (seal (world, make_segment ("u-1", START + 1, START + 9), NULL));
  assert_gap (seal (world, make_segment ("u-1", START, START), NULL));
  assert_gap (seal (world, make_segment ("u-1", START, START + 9), make_segment ("u-1", START, START + 9)));
  g_assert_null (seal (world, make_segment ("u-1", START, START + 9), NULL));

  g_autoptr (WfEntity) track = world_get (world, "track", "u-1");
  g_assert_cmpint (wf_entity_time (track, "until"), ==, START + 9);
  g_assert_cmpint (wf_entity_int (track, "points", 0), ==, 7);

  /* Only the service itself does it. */
  g_autoptr (GPtrArray) segments = g_ptr_array_new_with_free_func ((GDestroyNotify) g_variant_unref);
  g_ptr_array_add (segments, make_segment ("u-1", START + 9, START + 10));
  world_refuses (world, "track.close", wf_dict_make ("segments", wf_value_objects (segments), NULL), "command.system-only",
                 NULL);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/rules/telemetry/lasting", test_lasting);
  g_test_add_func ("/rules/telemetry/pieces", test_pieces);

  return g_test_run ();
}
