/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "fixture.h"

#include "wf-command-types.h"
#include "wf-event-types.h"
#include "wf-kind.h"
#include "wf-time.h"
#include "wf-wording.h"

#include <locale.h>

/* A short story with most kinds of events in it. */
static void
erase_words (World *world)
{
  g_autoptr (GPtrArray) entries = g_ptr_array_new_with_free_func ((GDestroyNotify) g_variant_unref);
  g_autoptr (GPtrArray) fields = g_ptr_array_new_with_free_func ((GDestroyNotify) g_variant_unref);

  g_ptr_array_add (entries, wf_dict_make ("number", I (1), NULL));
  g_ptr_array_add (fields, wf_dict_make ("kind", S ("log"), "thing", S ("l1"), "field", S ("text"), NULL));
  g_ptr_array_add (fields, wf_dict_make ("kind", S ("log"), "thing", S ("l1"), "field", S ("with"), NULL));
  world_do (world, "journal.erase",
            wf_dict_make ("entries", wf_value_objects (entries), "fields", wf_value_objects (fields), "reason", S ("asked for"),
                          "authority", S ("court"), NULL));

  g_autoptr (WfEntity) log = world_get (world, "log", "l1");
  g_assert_cmpstr (wf_entity_string (log, "text"), ==, "[erased]");
  g_assert_null (wf_entity_string (log, "with"));
  g_assert_cmpstr (wf_entity_string (log, "struck_reason"), ==, "twice");

  world_refuses (world, "journal.erase", wf_dict_make ("reason", S ("x"), "authority", S ("x"), NULL), "journal.nothing-erased",
                 "entries");
  g_ptr_array_set_size (fields, 0);
  g_ptr_array_add (fields, wf_dict_make ("kind", S ("log"), "thing", S ("l1"), "field", S ("at"), NULL));
  world_refuses (world, "journal.erase",
                 wf_dict_make ("fields", wf_value_objects (fields), "reason", S ("x"), "authority", S ("x"), NULL),
                 "journal.not-erasable", "fields[0]");
}

static void
draw_zone (World *world)
{
  world_do (world, "plot.draw",
            wf_dict_make ("plot", S ("p1"), "incident", S ("i1"), "type", S ("danger_zone"), "points",
                          g_variant_new_parsed ("[(109.8, 40.6)]"), "radius_m", D (500), "danger", S ("high"), "substance",
                          S ("ammonia"), "amount", S ("12 t"), "model", S ("guide 125"), "label", S ("Core"), NULL));
  world_do (world, "plot.change", wf_dict_make ("plot", S ("p1"), "radius_m", D (800), "reason", S ("wind turned"), NULL));
  world_do (world, "plot.strike", wf_dict_make ("plot", S ("p1"), "reason", S ("over"), NULL));
  world_do (world, "plot.restore", wf_dict_make ("plot", S ("p1"), NULL));
}

static World *
make_story (void)
{
  World *world = world_new ();
  g_autoptr (GVariant) casualties = make_casualties (world, 0, 1, 0, 2, 3);
  g_autoptr (GVariant) evacuation = wf_dict_make ("due", I (120), "done", I (80), "refused", I (2), "source", S ("town"), "at",
                                                  T (START), NULL);
  g_autoptr (GVariant) wind = wf_dict_make ("from_degrees", D (270), "speed", D (3.5), "source", S ("mast"), "at", T (START),
                                            NULL);
  g_autoptr (GVariant) place = wf_dict_make ("place", S ("East gate"), "commander", S ("Zhou"), NULL);
  g_autoptr (GVariant) facts = wf_dict_make ("leak_tonnes", D (12), "toxic_gas", B (TRUE), NULL);
  g_autofree char *digest = g_strnfill (64, 'b');

  world_do (world, "user.add", wf_dict_make ("user", S ("zhao"), "name", S ("Zhao"), "role", S ("operator"), NULL));
  world_do (world, "user.change", wf_dict_make ("user", S ("zhao"), "role", S ("commander"), NULL));
  world_do (world, "user.disable", wf_dict_make ("user", S ("zhao"), "reason", S ("left"), NULL));
  report_incident (world, "i1");
  order (world, "o1", "i1", "team", "team-1");
  world_do (world, "incident.verify", wf_dict_make ("incident", S ("i1"), "outcome", S ("true"), "source", S ("119"), NULL));
  world_do (world, "incident.casualties", wf_dict_make ("incident", S ("i1"), "casualties", casualties, NULL));
  world_do (world, "incident.evacuation", wf_dict_make ("incident", S ("i1"), "evacuation", evacuation, NULL));
  world_do (world, "incident.wind", wf_dict_make ("incident", S ("i1"), "wind", wind, NULL));
  world_do (world, "incident.headquarters", wf_dict_make ("incident", S ("i1"), "headquarters", place, NULL));
  world_do (world, "incident.facts", wf_dict_make ("incident", S ("i1"), "facts", facts, NULL));
  world_do (world, "incident.correct", wf_dict_make ("incident", S ("i1"), "title", S ("Leak"), "reason", S ("typo"), NULL));
  world_do (world, "incident.grade",
            wf_dict_make ("incident", S ("i1"), "class", S ("accident.hazchem.leak"), "grade", S ("ordinary"), NULL));
  activate (world, "i1", 3);
  change_level (world, "i1", 2);
  step (world, "o1", "on_scene");
  world_do (world, "stock.reserve",
            wf_dict_make ("reservation", S ("v1"), "incident", S ("i1"), "stock", S ("foam-1"), "quantity", D (5), NULL));
  world_do (world, "stock.release", wf_dict_make ("reservation", S ("v1"), NULL));
  world_do (world, "task.add", wf_dict_make ("task", S ("t1"), "incident", S ("i1"), "text", S ("Look"), "minutes", I (5), NULL));
  world_do (world, "task.acknowledge", wf_dict_make ("task", S ("t1"), NULL));
  world_do (world, "medium.attach",
            wf_dict_make ("medium", S ("m1"), "task", S ("t1"), "digest", S (digest), "type", S ("image/jpeg"), "size", I (1),
                          "source", S ("unit-1"), NULL));

  g_autoptr (GVariant) result = wf_dict_make ("text", S ("seen\nand\theard"), "media", S (digest), NULL);
  world_do (world, "task.feedback", wf_dict_make ("task", S ("t1"), "result", result, NULL));
  world_do (world, "task.feedback", wf_dict_make ("task", S ("t1"), "result", result, "done", B (TRUE), NULL));

  g_autoptr (WfEntity) strike = world_task (world, "i1", "C4-01", "open");
  world_do (world, "task.strike", wf_dict_make ("task", S (wf_entity_id (strike)), "reason", S ("no firm"), NULL));

  g_autoptr (WfEntity) late = world_report_to (world, "i1", "Party", "phone", "first", "due");
  g_autoptr (WfEntity) slow = world_task (world, "i1", "C3-01", "open");
  world_pass (world, 3 * WF_HOUR);

  g_autoptr (WfCommand) task_overdue = wf_rules_deadline_command (slow);
  g_autoptr (WfCommand) report_overdue = wf_rules_deadline_command (late);
  g_assert_null (world_try (world, task_overdue));
  g_assert_null (world_try (world, report_overdue));
  world_do (world, "report.send", wf_dict_make ("report", S (wf_entity_id (late)), "taken_by", S ("Sun"), NULL));
  world_do (world, "report.add",
            wf_dict_make ("report", S ("r1"), "incident", S ("i1"), "recipient", S ("Press"), "medium", S ("written"), "series",
                          S ("followup"), NULL));
  world_do (world, "report.strike", wf_dict_make ("report", S ("r1"), "reason", S ("no"), NULL));
  order (world, "o2", "i1", "team", "team-2");

  g_autoptr (WfEntity) silent = world_get (world, "order", "o2");
  world_pass (world, WF_HOUR);
  g_autoptr (WfCommand) order_overdue = wf_rules_deadline_command (silent);
  g_assert_null (world_try (world, order_overdue));
  step (world, "o2", "recalled");
  world_do (world, "approval.sign", wf_dict_make ("incident", S ("i1"), "step", I (1), "signed_by", S ("Zhao"), NULL));
  world_do (world, "log.add",
            wf_dict_make ("log", S ("l1"), "incident", S ("i1"), "kind", S ("call"), "text", S ("Ask"), "with", S ("119"), NULL));
  world_do (world, "log.strike", wf_dict_make ("log", S ("l1"), "reason", S ("twice"), NULL));
  draw_zone (world);
  erase_words (world);
  world_do (world, "incident.control", wf_dict_make ("incident", S ("i1"), NULL));
  world_do (world, "incident.step_back",
            wf_dict_make ("incident", S ("i1"), "to", S ("responding"), "reason", S ("flared up"), NULL));
  stand_down (world, "i1");
  world_do (world, "incident.review", wf_dict_make ("incident", S ("i1"), "course", S ("…"), NULL));
  report_incident (world, "i2");
  world_do (world, "incident.verify",
            wf_dict_make ("incident", S ("i2"), "outcome", S ("false"), "source", S ("119"), "text", S ("kettle"), NULL));
  world_do (world, "incident.archive", wf_dict_make ("incident", S ("i2"), NULL));
  world_do (world, "incident.supplement",
            wf_dict_make ("incident", S ("i2"), "text", S ("more"), "signed_by", S ("Li"), NULL));

  return world;
}

static void
replay (World   *world,
        WfState *state,
        gboolean count)
{
  for (guint i = 0; i < world->journal->len; i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GPtrArray) changed = g_ptr_array_new_with_free_func ((GDestroyNotify) wf_entity_unref);
      WfEvent *event = g_ptr_array_index (world->journal, i);

      g_assert_true (wf_rules_apply_to (state, event, count ? changed : NULL, &error));
      g_assert_no_error (error);
      if (count)
        g_assert_cmpuint (changed->len, >, 0);
    }
}

/* The same journal always ends in the same state, on its own or as a layer on another. */
static void
test_replay (void)
{
  g_autoptr (World) world = make_story ();
  g_autoptr (WfState) copy = wf_state_new ();
  g_autoptr (WfState) empty = wf_state_new ();
  g_autoptr (WfState) layer = wf_state_new_layer (empty, WF_LIVE, WF_LIVE);
  g_autofree char *expected = digest_state (world->state, WF_LIVE);

  replay (world, copy, TRUE);
  replay (world, layer, FALSE);

  g_autofree char *copied = digest_state (copy, WF_LIVE);
  g_autofree char *layered = digest_state (layer, WF_LIVE);
  g_assert_cmpstr (copied, ==, expected);
  g_assert_cmpstr (layered, ==, expected);
  g_assert_cmpuint (wf_state_count (empty, WF_LIVE, "incident"), ==, 0);
}

/* A workstation decides on its replica what the service decides on its state: the same things with the same ids. */
static void
test_optimistic_layer (void)
{
  g_autoptr (World) world = world_new ();

  report_incident (world, "i1");

  g_autoptr (WfState) pending = wf_state_new_layer (world->state, WF_LIVE, WF_LIVE);
  g_autoptr (GVariant) approval = make_approval (START);
  g_autoptr (GVariant) payload = wf_dict_make ("incident", S ("i1"), "plan", S ("hazchem"), "level", I (3), "matter", S ("Leak"),
                                               "expected_hours", I (12), "measures", S ("x"), "approval", approval, NULL);
  g_autoptr (WfCommand) command = world_command (world, "response.activate", g_variant_ref (payload));
  g_autoptr (GPtrArray) events = wf_rules_decide (pending, command, &world->now, NULL);

  for (guint i = 0; i < events->len; i++)
    g_assert_true (wf_rules_apply_to (pending, events->pdata[i], NULL, NULL));

  g_autoptr (WfEntity) shown = wf_state_get (pending, WF_LIVE, "incident", "i1");
  g_autoptr (WfEntity) real = world_get (world, "incident", "i1");
  g_assert_cmpstr (wf_entity_string (shown, "state"), ==, "responding");
  g_assert_cmpstr (wf_entity_string (real, "state"), ==, "reported");

  /* The service decides a minute later. */
  world_pass (world, WF_MINUTE);
  g_assert_null (world_try (world, command));

  g_autoptr (GPtrArray) ours = wf_state_list (pending, WF_LIVE, "task", "i1");
  g_autoptr (GPtrArray) theirs = wf_state_list (world->state, WF_LIVE, "task", "i1");
  g_assert_cmpuint (ours->len, ==, theirs->len);
  for (guint i = 0; i < ours->len; i++)
    g_assert_cmpstr (wf_entity_id (ours->pdata[i]), ==, wf_entity_id (theirs->pdata[i]));
}

static void
test_upcast (void)
{
  g_autoptr (World) world = world_new ();
  g_autoptr (GVariant) old = wf_dict_make ("incident", S ("i1"), "deaths", I (1), "missing", I (2), "trapped", I (3), "serious",
                                           I (4), "light", I (5), "source", S ("120"), "at", T (START), NULL);
  g_autoptr (GError) error = NULL;

  report_incident (world, "i1");
  g_assert_cmpint (wf_rules_event_version ("incident.casualties_counted"), ==, 2);

  g_autoptr (WfEvent) event = wf_event_new ("incident.casualties_counted", 1, WF_LIVE, "i1", old);
  event->number = ++world->number;
  g_assert_true (wf_rules_apply_to (world->state, event, NULL, &error));
  g_assert_no_error (error);

  g_autoptr (WfEntity) incident = world_get (world, "incident", "i1");
  g_autoptr (GVariant) casualties = wf_entity_value (incident, "casualties");
  g_autofree char *line = wf_wording_event (event, world->state);
  g_assert_cmpint (wf_dict_int (casualties, "missing", 0), ==, 2);
  g_assert_cmpint (wf_dict_time (casualties, "at"), ==, START);
  g_assert_false (wf_dict_has (casualties, "at_risk"));
  g_assert_cmpstr (line, ==, "Casualties: dead 1 · serious 4 (poisoning included) · light 5 · missing 2 · trapped 3 (120)");

  /* What is upcast fits the newest table; the newest form passes as it is. */
  g_autoptr (GVariant) new = wf_rules_upcast (event->type, 1, old, &error);
  g_autoptr (GVariant) same = wf_rules_upcast (event->type, 2, new, &error);
  g_assert_no_error (error);
  g_assert_true (wf_fields_check (wf_rules_event_fields (event->type, 2), new, NULL, NULL));
  g_assert_true (same == new);
}

static void
check_error (World      *world,
             const char *type,
             int         version,
             GVariant   *payload,
             int         code)
{
  g_autoptr (WfEvent) event = wf_event_new (type, version, WF_LIVE, NULL, payload);
  g_autoptr (GError) error = NULL;
  g_autofree char *before = digest_state (world->state, WF_LIVE);

  g_assert_false (wf_rules_apply_to (world->state, event, NULL, &error));
  g_assert_error (error, WF_RULES_ERROR, code);

  g_autofree char *after = digest_state (world->state, WF_LIVE);
  g_assert_cmpstr (after, ==, before);
  g_variant_unref (payload);
}

static void
test_unknown_and_broken (void)
{
  g_autoptr (World) world = world_new ();

  report_incident (world, "i1");
  check_error (world, "incident.sang", 1, wf_dict_empty (), WF_RULES_ERROR_UNKNOWN_EVENT);
  check_error (world, "incident.verified", 2, wf_dict_empty (), WF_RULES_ERROR_UNKNOWN_EVENT);
  check_error (world, "incident.verified", 0, wf_dict_empty (), WF_RULES_ERROR_UNKNOWN_EVENT);
  check_error (world, "incident.verified", 1, wf_dict_empty (), WF_RULES_ERROR_BROKEN_EVENT);
  check_error (world, "incident.controlled", 1, wf_dict_make ("incident", S ("i9"), "at", T (START), NULL),
               WF_RULES_ERROR_BROKEN_EVENT);
  check_error (world, "incident.reported", 1,
               wf_dict_make ("incident", S ("i1"), "title", S ("x"), "t0", T (START), NULL), WF_RULES_ERROR_BROKEN_EVENT);
  check_error (world, "approval.signed", 1,
               wf_dict_make ("incident", S ("i1"), "step", I (0), "signed_by", S ("x"), "at", T (START), NULL),
               WF_RULES_ERROR_BROKEN_EVENT);
  check_error (world, "stock.released", 1,
               wf_dict_make ("incident", S ("i1"), "reservation", S ("v9"), "depot", S ("depot-1"), "stock", S ("foam-1"),
                             "quantity", D (1), "at", T (START), NULL),
               WF_RULES_ERROR_BROKEN_EVENT);
}

static void
test_withheld (void)
{
  g_autoptr (World) world = world_new ();
  g_autoptr (WfEvent) event = wf_event_new ("incident.reported", 1, WF_LIVE, "i1", NULL);
  g_autoptr (WfEvent) later = wf_event_new ("incident.sang", 1, WF_LIVE, "i1", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) changed = wf_rules_apply (world->state, event, &error);
  g_autofree char *line = wf_wording_event (event, NULL);

  g_assert_no_error (error);
  g_assert_cmpuint (changed->len, ==, 0);
  g_assert_cmpuint (strlen (line), >, 0);

  /* A type that is not known stops a replica even where the payload is withheld. */
  g_assert_null (wf_rules_apply (world->state, later, &error));
  g_assert_error (error, WF_RULES_ERROR, WF_RULES_ERROR_UNKNOWN_EVENT);
}

/* Every type has its tables, its apply and its words; every command leads somewhere. */
static void
test_tables (void)
{
  g_autoptr (World) world = world_new ();
  guint n;
  const WfEventType *types = wf_event_type_all (&n);

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (WfEvent) event = wf_event_new (types[i].name, types[i].version, WF_LIVE, NULL, NULL);
      g_autoptr (GPtrArray) changed = wf_rules_apply (world->state, event, NULL);

      g_assert_nonnull (changed);
      g_assert_cmpstr (wf_wording_event_kind (event), !=, types[i].name);
      g_assert_true (i == 0 || strcmp (types[i - 1].name, types[i].name) < 0);
      for (int version = 1; version <= types[i].version; version++)
        g_assert_nonnull (wf_rules_event_fields (types[i].name, version));
      g_assert_null (wf_rules_event_fields (types[i].name, types[i].version + 1));
    }

  const WfCommandType *commands = wf_command_type_all (&n);

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (GVariant) nothing = wf_dict_empty ();
      g_autoptr (WfCommand) command = wf_command_new ("c", commands[i].name, WF_LIVE, WF_ACTOR_SYSTEM, NULL, START, NULL, NULL,
                                                      nothing);
      g_autoptr (WfProblem) problem = world_try (world, command);

      g_assert_cmpstr (problem->rule, !=, "command.unknown");
    }
}

static void
test_lines (void)
{
  g_autoptr (World) world = make_story ();
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);

  for (guint i = 0; i < world->journal->len; i++)
    {
      WfEvent *event = g_ptr_array_index (world->journal, i);
      char *line = wf_wording_event (event, world->state);
      g_autofree char *without_state = wf_wording_event (event, NULL);

      g_assert_cmpuint (strlen (line), >, 0);
      g_assert_null (strpbrk (line, "\n\t"));
      g_assert_null (strstr (line, "(null)"));
      g_assert_null (strstr (without_state, "(null)"));
      if (!g_hash_table_contains (seen, event->type))
        g_hash_table_insert (seen, g_strdup (event->type), line);
      else
        g_free (line);
    }

#define LINE(type) ((const char *) g_hash_table_lookup (seen, type))
  g_assert_cmpstr (LINE ("incident.reported"), ==, "Reported: Ammonia leak (Works); 4 tasks; 3 reports due");
  g_assert_cmpstr (LINE ("incident.verified"), ==, "Verified: true, with 119");
  g_assert_cmpstr (LINE ("response.level_changed"), ==,
                   "Level III → Level II: as it is now; approved by Zhao (phone, recording 0417); 2 tasks; 1 report due");
  g_assert_cmpstr (LINE ("order.issued"), ==, "First dispatch (dispatch): Fire One: Go");
  g_assert_cmpstr (LINE ("order.stepped"), ==, "Fire One: on scene: so it is");
  g_assert_cmpstr (LINE ("order.became_overdue"), ==, "Fire Two has not acknowledged the order");
  g_assert_cmpstr (LINE ("report.sent"), ==, "Sent: first report to Party by telephone, taken by Sun, 2 h 40 min late");
  g_assert_cmpstr (LINE ("task.completed"), ==, "Done: Look: seen and heard [picture]");
  g_assert_cmpstr (LINE ("stock.reserved"), ==, "Reserved: foam 5 l");
  g_assert_cmpstr (LINE ("incident.facts_stated"), ==, "Facts: Leaked 12 t; toxic_gas yes");
  g_assert_cmpstr (LINE ("user.added"), ==, "Account opened: Zhao (zhao), operator");
  g_assert_cmpstr (LINE ("user.changed"), ==, "Account changed: zhao is now commander");
  g_assert_cmpstr (LINE ("user.disabled"), ==, "Account disabled: zhao: left");
  g_assert_cmpstr (LINE ("plot.drawn"), ==,
                   "Drawn on the map: danger zone “Core”, radius 500 m: heavy danger · ammonia · 12 t · guide 125");
  g_assert_cmpstr (LINE ("plot.changed"), ==, "Drawing changed: danger zone “Core”: wind turned");
  g_assert_cmpstr (LINE ("plot.struck"), ==, "Drawing struck: danger zone “Core”: over");
  g_assert_cmpstr (LINE ("plot.restored"), ==, "Drawing holds again: danger zone “Core”");
#undef LINE
  g_assert_cmpuint (g_hash_table_size (seen), >=, 36);
}

static void
check_span (int64_t     length,
            const char *words)
{
  g_autofree char *span = wf_wording_span (length);

  g_assert_cmpstr (span, ==, words);
}

static void
check_clock (int64_t     due,
             int64_t     now,
             const char *words)
{
  g_autofree char *clock = wf_wording_clock (due, now);

  g_assert_cmpstr (clock, ==, words);
}

static void
test_words (void)
{
  g_autofree char *unknown = wf_wording_casualties (NULL);
  guint n;
  const WfKind *kinds = wf_kind_all (&n);

  check_span (0, "0 s");
  check_span (59 * WF_SECOND, "59 s");
  check_span (35 * WF_MINUTE + 59 * WF_SECOND, "35 min");
  check_span (3 * WF_HOUR + 41 * WF_MINUTE, "3 h 41 min");
  check_span (2 * WF_DAY + 3 * WF_HOUR, "2 d 3 h");
  check_clock (START + 200 * WF_SECOND, START, "3 min 20 s left");
  check_clock (START, START + 130 * WF_SECOND, "2 min 10 s over");
  check_clock (START, START, "0 s left");
  check_clock (START, START + 2 * WF_HOUR, "2 h 0 min over");
  check_clock (0, START, "");
  g_assert_cmpuint (strlen (unknown), >, 0);

  g_assert_cmpstr (wf_wording_value ("order.kind", "dispatch"), ==, "dispatch");
  g_assert_cmpstr (wf_wording_value ("state", "stood_down"), ==, "stood down");
  g_assert_cmpstr (wf_wording_value ("team.state", "standby"), ==, "standing by");
  g_assert_cmpstr (wf_wording_value ("log.kind", "report"), ==, "report to above");
  g_assert_cmpstr (wf_wording_value ("x.grade", "larger"), ==, "larger");
  g_assert_cmpstr (wf_wording_value ("state", "whatever"), ==, "whatever");
  g_assert_cmpstr (wf_wording_level (2), ==, "Level II");
  g_assert_cmpstr (wf_wording_level_glyph (4), ==, "IV");
  g_assert_cmpstr (wf_wording_level_glyph (0), ==, "");

  for (guint i = 0; i < n; i++)
    g_assert_cmpstr (wf_wording_kind (kinds[i].name), !=, kinds[i].name);
}

static void
test_problem_kinds (void)
{
  for (int i = WF_PROBLEM_INVALID; i <= WF_PROBLEM_RIGHTS; i++)
    {
      WfProblemKind kind;

      g_assert_true (wf_problem_kind_from_name (wf_problem_kind_name (i), &kind));
      g_assert_cmpint (kind, ==, i);
    }

  WfProblemKind kind;
  g_assert_false (wf_problem_kind_from_name ("gone", &kind));
  g_assert_false (wf_problem_kind_from_name (NULL, &kind));

  g_autoptr (WfProblem) known = wf_problem_new (WF_PROBLEM_STATE, "force.busy", "force", "Fire One");
  g_autoptr (WfProblem) copy = wf_problem_copy (known);
  g_autoptr (WfProblem) newer = wf_problem_new (WF_PROBLEM_STATE, "moon.full", NULL, NULL);
  g_autofree char *message = wf_problem_message (copy);
  g_autofree char *bare = wf_problem_message (newer);
  g_assert_cmpstr (message, ==,
                   "This force is already at work on an order. Choose another, or release it first. (Fire One)");
  g_assert_cmpstr (bare, ==, "moon.full");

  g_autoptr (WfProblem) missing = wf_problem_new (WF_PROBLEM_INVALID, "field.missing", "title", "title: is missing");
  g_autofree char *named = wf_problem_message (missing);
  g_assert_cmpstr (named, ==, "A required field is empty. Fill it in. (title)");
}

int
main (int   argc,
      char *argv[])
{
  setlocale (LC_ALL, "");
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/rules/events/replay", test_replay);
  g_test_add_func ("/rules/events/optimistic-layer", test_optimistic_layer);
  g_test_add_func ("/rules/events/upcast", test_upcast);
  g_test_add_func ("/rules/events/unknown-and-broken", test_unknown_and_broken);
  g_test_add_func ("/rules/events/withheld", test_withheld);
  g_test_add_func ("/rules/events/tables", test_tables);
  g_test_add_func ("/rules/events/lines", test_lines);
  g_test_add_func ("/rules/events/words", test_words);
  g_test_add_func ("/rules/events/problem-kinds", test_problem_kinds);

  return g_test_run ();
}
