/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "fixture.h"

#include "wf-kind.h"
#include "wf-time.h"

/* Commands in no sensible order, from a seed: whatever comes, what must always hold does. */

#define STEPS 2000

static const char *
pick (GRand             *rand,
      const char *const *choices)
{
  return choices[g_rand_int_range (rand, 0, (gint32) g_strv_length ((char **) choices))];
}

static char *
pick_id (World      *world,
         GRand      *rand,
         const char *kind)
{
  g_autoptr (GPtrArray) list = wf_state_list (world->state, world->scope, kind, NULL);

  if (list->len == 0 || g_rand_int_range (rand, 0, 50) == 0)
    return g_strdup ("nobody");

  return g_strdup (wf_entity_id (list->pdata[g_rand_int_range (rand, 0, (gint32) list->len)]));
}

static char *
new_id (World      *world,
        const char *kind)
{
  return g_strdup_printf ("%s-%u", kind, world->commands);
}

static GVariant *
make_result (GRand *rand)
{
  g_autofree char *digest = g_strnfill (64, 'c');
  gboolean all = g_rand_boolean (rand);

  return wf_dict_make ("text", S ("so"),
                       "pair_due", all ? I (g_rand_int_range (rand, 0, 20)) : NULL,
                       "pair_done", all ? I (g_rand_int_range (rand, 0, 20)) : NULL,
                       "media", all ? S (digest) : NULL,
                       "location", all ? wf_value_point (109.8, 40.6) : NULL,
                       "signed_by", all ? S ("Qian") : NULL,
                       NULL);
}

static GVariant *
make_order (World *world,
            GRand *rand)
{
  static const char *const stocks[] = { "foam-1", "foam-2", "sand-1", NULL };
  const char *kind = pick (rand, wf_force_kinds);
  g_autofree char *id = new_id (world, "order");
  g_autofree char *incident = pick_id (world, rand, "incident");
  g_autofree char *force = pick_id (world, rand, kind);
  g_autoptr (GVariant) item = wf_dict_make ("stock", S (pick (rand, stocks)), "quantity", D (g_rand_double_range (rand, 0.1, 30)),
                                            NULL);
  g_autoptr (GPtrArray) items = g_ptr_array_new ();

  g_ptr_array_add (items, item);
  return wf_dict_make ("order", S (id), "incident", S (incident), "kind", S (pick (rand, wf_order_kinds)), "force_kind", S (kind),
                       "force", S (force), "items", strcmp (kind, "depot") == 0 ? wf_value_objects (items) : NULL, NULL);
}

static WfCommand *
make_registry_command (World *world,
                       GRand *rand)
{
  g_autofree char *text = g_strdup_printf ("{'entities': <[{'kind': <'team'>, 'id': <'team-1'>, 'fields': <{'name': <'T%u'>,"
                                           " 'nature': <'national'>, 'state': <'standby'>}>},"
                                           "{'kind': <'stock'>, 'id': <'foam-1'>, 'fields': <{'depot': <'depot-1'>,"
                                           " 'name': <'foam'>, 'unit': <'l'>, 'quantity': <%d.0>}>}]>}",
                                           world->commands, g_rand_int_range (rand, 0, 200));
  GVariant *payload = g_variant_parse (G_VARIANT_TYPE_VARDICT, text, NULL, NULL, NULL);

  return world_command (world, "registry.put", payload);
}

static WfCommand *
make_incident_command (World *world,
                       GRand *rand)
{
  static const char *const backs[] = { "responding", "controlled", "stood_down", "reported", NULL };
  static const char *const classes[] = { "accident.hazchem.leak", "accident.traffic.road", "natural.flood", NULL };
  g_autofree char *id = pick_id (world, rand, "incident");
  g_autofree char *other = pick_id (world, rand, "incident");
  g_autofree char *fresh = new_id (world, "incident");
  const char *outcome = pick (rand, wf_verifications);
  g_autoptr (GVariant) casualties = make_casualties (world, g_rand_int_range (rand, 0, 4), g_rand_int_range (rand, 0, 4), 0,
                                                     1, 2);

  switch (g_rand_int_range (rand, 0, 9))
    {
    case 0:
      return world_command (world, "incident.report",
                            wf_dict_make ("incident", S (fresh), "title", S ("x"), "t0", T (world->now.scope),
                                          "class", g_rand_boolean (rand) ? S (pick (rand, classes)) : NULL, NULL));
    case 1:
      return world_command (world, "incident.verify",
                            wf_dict_make ("incident", S (id), "outcome", S (outcome), "source", S ("119"), "text", S ("x"),
                                          "merged_into", strcmp (outcome, "duplicate") == 0 ? S (other) : NULL, NULL));
    case 2:
      return world_command (world, "incident.casualties",
                            wf_dict_make ("incident", S (id), "casualties", casualties, NULL));
    case 3:
      return world_command (world, "incident.grade",
                            wf_dict_make ("incident", S (id), "class", S (pick (rand, classes)), "grade",
                                          S (pick (rand, wf_grades)), "plan",
                                          g_rand_boolean (rand) ? S ("hazchem") : NULL, NULL));
    case 4:
      return world_command (world, "incident.control", wf_dict_make ("incident", S (id), NULL));
    case 5:
      return world_command (world, "incident.step_back",
                            wf_dict_make ("incident", S (id), "to", S (pick (rand, backs)), "reason", S ("x"), NULL));
    case 6:
      return world_command (world, "incident.review", wf_dict_make ("incident", S (id), "course", S ("x"), NULL));
    case 7:
      return world_command (world, g_rand_int_range (rand, 0, 6) == 0 ? "incident.archive" : "incident.control",
                            wf_dict_make ("incident", S (id), NULL));
    default:
      return world_command (world, "incident.correct",
                            wf_dict_make ("incident", S (id), "class", S (pick (rand, classes)), NULL));
    }
}

static WfCommand *
make_response_command (World *world,
                       GRand *rand)
{
  g_autofree char *id = pick_id (world, rand, "incident");
  g_autoptr (GVariant) approval = make_approval (world->now.scope);
  int level = g_rand_int_range (rand, 1, 5);

  switch (g_rand_int_range (rand, 0, 4))
    {
    case 0:
      return world_command (world, "response.activate",
                            wf_dict_make ("incident", S (id), "plan", S ("hazchem"), "level", I (level), "matter", S ("x"),
                                          "expected_hours", I (1), "measures", S ("x"), "approval", approval, NULL));
    case 1:
      return world_command (world, "response.stand_down",
                            wf_dict_make ("incident", S (id), "reason", S ("x"), "approval", approval, NULL));
    default:
      return world_command (world, "response.change_level",
                            wf_dict_make ("incident", S (id), "level", I (level), "reason", S ("x"), "approval", approval, NULL));
    }
}

static WfCommand *
make_duty_command (World *world,
                   GRand *rand)
{
  g_autofree char *task = pick_id (world, rand, "task");
  g_autofree char *report = pick_id (world, rand, "report");
  g_autoptr (GVariant) result = make_result (rand);

  switch (g_rand_int_range (rand, 0, 5))
    {
    case 0:
      return world_command (world, "task.acknowledge", wf_dict_make ("task", S (task), NULL));
    case 1:
      return world_command (world, "task.strike", wf_dict_make ("task", S (task), "reason", S ("x"), NULL));
    case 2:
    case 3:
      return world_command (world, "task.feedback",
                            wf_dict_make ("task", S (task), "result", result, "done", B (g_rand_int_range (rand, 0, 3) > 0),
                                          NULL));
    default:
      return world_command (world, "report.send",
                            wf_dict_make ("report", S (report), "taken_by", S ("Sun"), "text", S ("x"), NULL));
    }
}

static WfCommand *
make_force_command (World *world,
                    GRand *rand)
{
  static const char *const stocks[] = { "foam-1", "foam-2", "sand-1", NULL };
  static const char *const steps[] = {
    "acknowledged", "under_way", "on_scene", "working", "released", "back", "refused", "recalled", NULL
  };
  g_autofree char *order = pick_id (world, rand, "order");
  g_autofree char *incident = pick_id (world, rand, "incident");
  g_autofree char *reservation = pick_id (world, rand, "reservation");
  g_autofree char *fresh = new_id (world, "reservation");

  switch (g_rand_int_range (rand, 0, 8))
    {
    case 0:
    case 1:
      return world_command (world, "order.issue", make_order (world, rand));
    case 2:
      return world_command (world, "stock.reserve",
                            wf_dict_make ("reservation", S (fresh), "incident", S (incident), "stock", S (pick (rand, stocks)),
                                          "quantity", D (g_rand_double_range (rand, 0.1, 20)), NULL));
    case 3:
      return world_command (world, "stock.release", wf_dict_make ("reservation", S (reservation), NULL));
    default:
      return world_command (world, "order.step",
                            wf_dict_make ("order", S (order), "step", S (pick (rand, steps)), "text", S ("x"), NULL));
    }
}

static WfCommand *
make_plot_command (World *world,
                   GRand *rand)
{
  g_autofree char *plot = pick_id (world, rand, "plot");
  g_autofree char *incident = pick_id (world, rand, "incident");
  g_autofree char *fresh = new_id (world, "plot");
  gboolean round = g_rand_boolean (rand);
  GVariantBuilder points;

  g_variant_builder_init (&points, G_VARIANT_TYPE ("a(dd)"));
  for (int i = g_rand_int_range (rand, 0, 6); i >= 0; i--)
    g_variant_builder_add (&points, "(dd)", 109.0 + g_rand_int_range (rand, 0, 9), 40.0 + g_rand_int_range (rand, 0, 9));

  g_autoptr (GVariant) list = g_variant_ref_sink (g_variant_builder_end (&points));

  switch (g_rand_int_range (rand, 0, 5))
    {
    case 0:
    case 1:
      return world_command (world, "plot.draw",
                            wf_dict_make ("plot", S (fresh), "incident", round ? S (incident) : NULL, "type",
                                          S (pick (rand, wf_plot_types)), "points", list, "radius_m", round ? D (500) : NULL,
                                          "danger", g_rand_boolean (rand) ? S (pick (rand, wf_dangers)) : NULL, NULL));
    case 2:
      return world_command (world, "plot.change", wf_dict_make ("plot", S (plot), "points", list, NULL));
    case 3:
      return world_command (world, "plot.strike", wf_dict_make ("plot", S (plot), "reason", S ("x"), NULL));
    default:
      return world_command (world, "plot.restore", wf_dict_make ("plot", S (plot), NULL));
    }
}

static WfCommand *
make_deadline_command (World *world,
                       GRand *rand)
{
  static const char *const timed[] = { "task", "report", "order", NULL };
  const char *kind = pick (rand, timed);
  g_autofree char *id = pick_id (world, rand, kind);
  g_autoptr (WfEntity) entity = world_get (world, kind, id);

  return entity != NULL ? wf_rules_deadline_command (entity) : NULL;
}

static WfCommand *
make_command (World *world,
              GRand *rand)
{
  switch (g_rand_int_range (rand, 0, 13))
    {
    case 0:
    case 1:
    case 2:
      return make_incident_command (world, rand);
    case 12:
      return make_plot_command (world, rand);
    case 3:
    case 4:
      return make_response_command (world, rand);
    case 5:
    case 6:
    case 7:
      return make_duty_command (world, rand);
    case 8:
      return make_deadline_command (world, rand);
    case 9:
      return g_rand_int_range (rand, 0, 5) == 0 ? make_registry_command (world, rand) : NULL;
    default:
      return make_force_command (world, rand);
    }
}

/* --- what must always hold --- */

static void
check_fields (World      *world,
              const char *kind)
{
  g_autoptr (GPtrArray) list = wf_state_list (world->state, world->scope, kind, NULL);

  for (guint i = 0; i < list->len; i++)
    {
      g_autoptr (GError) error = NULL;

      wf_fields_check (wf_kind_lookup (kind)->fields, wf_entity_fields (list->pdata[i]), NULL, &error);
      g_assert_no_error (error);
    }
}

static void
check_stock (World *world)
{
  g_autoptr (GPtrArray) lines = wf_state_list (world->state, world->scope, "stock", NULL);

  for (guint i = 0; i < lines->len; i++)
    {
      double quantity = wf_entity_double (lines->pdata[i], "quantity", -1);
      double reserved = wf_entity_double (lines->pdata[i], "reserved", 0);

      g_assert_cmpfloat (quantity, >=, 0);
      g_assert_cmpfloat (reserved, >=, 0);
      g_assert_cmpfloat (reserved, <=, quantity + 1e-6);
    }
}

static gboolean
holds (WfEntity *order)
{
  static const char *const states[] = { "ordered", "acknowledged", "under_way", "on_scene", "working", NULL };

  return g_strv_contains (states, wf_entity_string (order, "state"));
}

/* What is reserved is what open orders and held reservations add up to. */
static void
check_reserved_adds_up (World *world)
{
  g_autoptr (GPtrArray) orders = wf_state_list (world->state, world->scope, "order", NULL);
  g_autoptr (GPtrArray) reservations = wf_state_list (world->state, world->scope, "reservation", NULL);
  g_autoptr (GPtrArray) lines = wf_state_list (world->state, world->scope, "stock", NULL);

  for (guint i = 0; i < lines->len; i++)
    {
      const char *id = wf_entity_id (lines->pdata[i]);
      double sum = 0;

      for (guint j = 0; j < reservations->len; j++)
        if (wf_entity_is (reservations->pdata[j], "stock", id) && wf_entity_is (reservations->pdata[j], "state", "held"))
          sum += wf_entity_double (reservations->pdata[j], "quantity", 0);

      for (guint j = 0; j < orders->len; j++)
        {
          g_autoptr (GPtrArray) items = wf_entity_objects (orders->pdata[j], "items");

          if (wf_entity_is (orders->pdata[j], "state", "ordered") || wf_entity_is (orders->pdata[j], "state", "acknowledged"))
            for (guint k = 0; k < items->len; k++)
              if (g_strcmp0 (wf_dict_string (items->pdata[k], "stock"), id) == 0)
                sum += wf_dict_double (items->pdata[k], "quantity", 0);
        }

      g_assert_cmpfloat_with_epsilon (wf_entity_double (lines->pdata[i], "reserved", 0), sum, 1e-3);
    }
}

static void
check_forces (World *world)
{
  g_autoptr (GPtrArray) orders = wf_state_list (world->state, world->scope, "order", NULL);
  g_autoptr (GHashTable) busy = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < orders->len; i++)
    {
      const char *kind = wf_entity_string (orders->pdata[i], "force_kind");
      const char *force = wf_entity_string (orders->pdata[i], "force");

      if (!holds (orders->pdata[i]) || strcmp (kind, "depot") == 0)
        continue;

      /* One order at a time, and who has one does not stand by. */
      g_autoptr (WfEntity) entity = world_get (world, kind, force);
      g_assert_true (g_hash_table_add (busy, (char *) force));
      g_assert_false (wf_entity_is (entity, "state", "standby"));
      g_assert_cmpstr (wf_entity_string (entity, "incident"), ==, wf_entity_string (orders->pdata[i], "incident"));
    }
}

static void
check_incident (World    *world,
                WfEntity *incident)
{
  gboolean responding = wf_entity_is (incident, "state", "responding") || wf_entity_is (incident, "state", "controlled");
  gboolean over = wf_entity_is (incident, "state", "archived") || wf_entity_is (incident, "state", "merged") ||
                  wf_entity_is (incident, "state", "false_report");
  int64_t level = wf_entity_int (incident, "level", 0);
  g_autoptr (GPtrArray) tasks = wf_state_list (world->state, world->scope, "task", wf_entity_id (incident));
  g_autoptr (GHashTable) codes = g_hash_table_new (g_str_hash, g_str_equal);

  g_assert_true ((level > 0) == responding);

  for (guint i = 0; i < tasks->len; i++)
    {
      WfEntity *task = g_ptr_array_index (tasks, i);
      const char *code = wf_entity_string (task, "code");
      int64_t of = wf_entity_int (task, "level", 0);

      if (!wf_entity_is (task, "state", "open") && !wf_entity_is (task, "state", "acknowledged"))
        continue;

      /* No task of the plan twice, none of a level that is not in force, none where nothing is to be done. */
      g_assert_true (code == NULL || g_hash_table_add (codes, (char *) code));
      g_assert_true (of == 0 || of >= level);
      g_assert_true (of == 0 || responding);
      g_assert_false (over);
      g_assert_true (wf_entity_time (task, "due") == 0 || wf_entity_time (task, "starts_at") != 0);
    }
}

static void
check_world (World *world)
{
  g_autoptr (GPtrArray) incidents = wf_state_list (world->state, world->scope, "incident", NULL);

  check_stock (world);
  check_reserved_adds_up (world);
  check_forces (world);
  for (guint i = 0; i < incidents->len; i++)
    check_incident (world, incidents->pdata[i]);
}

static void
run_seed (guint32 seed)
{
  g_autoptr (World) world = world_new ();
  g_autoptr (GRand) rand = g_rand_new_with_seed (seed);
  g_autoptr (WfState) copy = wf_state_new ();
  static const char *const kinds[] = { "incident", "task", "report", "order", "reservation", "team", "unit", "expert", "stock" };
  guint done = 0;

  for (guint i = 0; i < STEPS; i++)
    {
      g_autoptr (WfCommand) command = make_command (world, rand);

      if (command != NULL)
        {
          g_autoptr (WfProblem) problem = world_try (world, command);

          if (problem == NULL)
            done++;
          if (i % 100 == 0)
            check_world (world);
        }

      world_pass (world, g_rand_int_range (rand, 0, 5) * WF_MINUTE);
    }

  check_world (world);
  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++)
    check_fields (world, kinds[i]);

  g_test_message ("seed %u: %u of %u commands accepted, %u events", seed, done, STEPS, world->journal->len);
  g_assert_cmpuint (done, >, STEPS / 10);

  for (guint i = 0; i < world->journal->len; i++)
    g_assert_true (wf_rules_apply_to (copy, world->journal->pdata[i], NULL, NULL));

  g_autofree char *expected = digest_state (world->state, WF_LIVE);
  g_autofree char *replayed = digest_state (copy, WF_LIVE);
  g_assert_cmpstr (replayed, ==, expected);
}

static void
test_sequences (void)
{
  guint32 seeds = g_test_thorough () ? 20 : 1;

  for (guint32 seed = 1; seed <= seeds; seed++)
    run_seed (seed);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/rules/random/sequences", test_sequences);

  return g_test_run ();
}
