/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "fixture.h"

#include "wf-id.h"
#include "wf-kind.h"
#include "wf-time.h"

static GVariant *
activation (const char *plan,
            int         level,
            GVariant   *approval)
{
  g_autoptr (GVariant) owned = approval;

  return wf_dict_make ("incident", S ("i1"), "plan", S (plan), "level", I (level), "matter", S ("Leak"), "expected_hours",
                       I (12), "measures", S ("Close it"), "approval", owned, NULL);
}

static GVariant *
level_change (int       level,
              GVariant *approval)
{
  g_autoptr (GVariant) owned = approval;

  return wf_dict_make ("incident", S ("i1"), "level", I (level), "reason", S ("x"), "approval", owned, NULL);
}

static void
test_approval (void)
{
  g_autoptr (World) world = world_new ();

  report_incident (world, "i1");
  world_refuses (world, "response.activate",
                 activation ("hazchem", 4, wf_dict_make ("way", S ("phone"), "approved_by", S ("Zhao"), "at", T (START), NULL)),
                 "response.approval-incomplete", "approval.requested_by");
  world_refuses (world, "response.activate",
                 activation ("hazchem", 4, wf_dict_make ("way", S ("phone"), "requested_by", S ("Li"), "approved_by", S ("Zhao"),
                                                         NULL)),
                 "response.approval-incomplete", "approval.at");
  world_refuses (world, "response.activate",
                 activation ("hazchem", 4, wf_dict_make ("way", S ("phone"), "requested_by", S ("Li"), "approved_by", S (" "),
                                                         "at", T (START), NULL)),
                 "response.approval-incomplete", "approval.approved_by");
  world_refuses (world, "response.activate", activation ("hazchem", 4, make_approval (START - WF_MINUTE)),
                 "response.approval-before-report", "approval.at");
  world_refuses (world, "response.activate", activation ("hazchem", 4, make_approval (START + WF_HOUR)), "time.ahead",
                 "approval.at");
  world_refuses (world, "response.activate",
                 activation ("hazchem", 4, wf_dict_make ("way", S ("system"), "requested_by", S ("Li"), "approved_by", S ("Zhao"),
                                                         "at", T (START), NULL)),
                 "response.approval-way", NULL);
  world_refuses (world, "response.activate", activation ("nothing", 4, make_approval (START)), "plan.unknown", "plan");
  world_refuses (world, "response.activate", activation ("common", 4, make_approval (START)), "response.plan-common", "plan");
  world_refuses (world, "response.activate", activation ("hazchem", 1, make_approval (START)), "response.level-unknown", "level");
  world_refuses (world, "response.activate", activation ("hazchem", 5, make_approval (START)), "field.invalid", "level");
  world_refuses (world, "response.change_level", level_change (3, make_approval (START)), "response.not-active", NULL);

  /* Approved by telephone at eight minutes past, written down at twelve: the clocks run from eight. */
  world_pass (world, 12 * WF_MINUTE);
  world_do (world, "response.activate", activation ("hazchem", 4, make_approval (START + 8 * WF_MINUTE)));

  g_autoptr (WfEntity) incident = world_get (world, "incident", "i1");
  g_autoptr (WfEntity) task = world_task (world, "i1", "C4-01", "open");
  g_assert_cmpint (wf_entity_time (incident, "activated_at"), ==, START + 8 * WF_MINUTE);
  g_assert_cmpint (wf_entity_time (task, "due"), ==, START + 18 * WF_MINUTE);

  world_refuses (world, "response.activate", activation ("hazchem", 4, make_approval (START)), "response.active-already", NULL);
  world_refuses (world, "response.change_level", level_change (4, make_approval (START)), "response.same-level", "level");
  world_refuses (world, "response.change_level", level_change (1, make_approval (START)), "response.level-unknown", "level");

  /* Signed later. */
  world_refuses (world, "approval.sign", wf_dict_make ("incident", S ("i1"), "step", I (1), "signed_by", S ("Zhao"), NULL),
                 "approval.unknown", "step");
  world_do (world, "approval.sign", wf_dict_make ("incident", S ("i1"), "step", I (0), "signed_by", S ("Zhao"), NULL));
  world_refuses (world, "approval.sign", wf_dict_make ("incident", S ("i1"), "step", I (0), "signed_by", S ("Zhao"), NULL),
                 "approval.signed-already", "step");

  g_autoptr (WfEntity) after = world_get (world, "incident", "i1");
  g_autoptr (GPtrArray) levels = wf_entity_objects (after, "levels");
  g_autoptr (GVariant) approval = wf_dict_value (levels->pdata[0], "approval");
  g_assert_cmpint (wf_dict_time (approval, "signed_at"), ==, world->now.scope);
  g_assert_cmpstr (wf_dict_string (approval, "recording"), ==, "0417");
}

static guint
count_code (World      *world,
            const char *code,
            const char *state)
{
  g_autoptr (GPtrArray) tasks = wf_state_list (world->state, world->scope, "task", "i1");
  guint n = 0;

  for (guint i = 0; i < tasks->len; i++)
    if (wf_entity_is (tasks->pdata[i], "code", code) && wf_entity_is (tasks->pdata[i], "state", state))
      n++;

  return n;
}

static void
finish_task (World      *world,
             const char *code)
{
  g_autoptr (WfEntity) task = world_task (world, "i1", code, "open");
  g_autoptr (GVariant) result = wf_dict_make ("text", S ("done"), "location", wf_value_point (109.8, 40.6), NULL);

  world_do (world, "task.feedback", wf_dict_make ("task", S (wf_entity_id (task)), "result", result, "done", B (TRUE), NULL));
}

/* Raised, lowered and raised again, each task of the plan is there once. */
static void
test_levels (void)
{
  g_autoptr (World) world = world_new ();

  report_incident (world, "i1");
  activate (world, "i1", 4);
  g_assert_cmpuint (count_code (world, "C3-01", "open"), ==, 0);

  world_pass (world, 10 * WF_MINUTE);
  change_level (world, "i1", 2);

  g_autoptr (WfEntity) help = world_task (world, "i1", "C2-02", "open");
  g_autoptr (WfEntity) by_hand = world_task (world, "i1", "C2-10", "open");
  g_assert_cmpint (wf_entity_time (help, "due"), ==, START + 25 * WF_MINUTE);
  g_assert_cmpint (wf_entity_time (by_hand, "starts_at"), ==, 0);
  g_assert_cmpuint (count_code (world, "C4-01", "open"), ==, 1);
  g_assert_cmpuint (count_code (world, "C3-05", "open"), ==, 1);
  finish_task (world, "C3-01");

  change_level (world, "i1", 4);

  g_autoptr (WfEntity) struck = world_task (world, "i1", "C3-05", "struck");
  g_assert_nonnull (strstr (wf_entity_string (struck, "struck_reason"), "as it is now"));
  g_assert_cmpuint (count_code (world, "C3-05", "open"), ==, 0);
  g_assert_cmpuint (count_code (world, "C3-01", "done"), ==, 1);
  g_assert_cmpuint (count_code (world, "C4-01", "open"), ==, 1);

  change_level (world, "i1", 3);
  g_assert_cmpuint (count_code (world, "C3-05", "open"), ==, 1);
  g_assert_cmpuint (count_code (world, "C3-05", "struck"), ==, 1);
  g_assert_cmpuint (count_code (world, "C3-01", "done"), ==, 1);
  g_assert_cmpuint (count_code (world, "C3-01", "open"), ==, 0);
  g_assert_cmpuint (count_code (world, "C4-11", "open"), ==, 1);

  change_level (world, "i1", 2);
  change_level (world, "i1", 3);
  change_level (world, "i1", 2);
  g_assert_cmpuint (count_code (world, "C2-02", "open"), ==, 1);
  g_assert_cmpuint (count_code (world, "C2-02", "struck"), ==, 2);
  g_assert_cmpuint (count_code (world, "C3-05", "open"), ==, 1);

  g_autoptr (WfEntity) incident = world_get (world, "incident", "i1");
  g_autoptr (GPtrArray) levels = wf_entity_objects (incident, "levels");
  g_assert_cmpuint (levels->len, ==, 7);
  g_assert_cmpint (wf_entity_int (incident, "level", 0), ==, 2);
}

static void
test_report_duties (void)
{
  g_autoptr (World) world = world_new ();

  report_incident (world, "i1");
  activate (world, "i1", 4);

  g_autoptr (WfEntity) daily = world_report_to (world, "i1", "City", "written", "followup", "due");
  g_assert_cmpint (wf_entity_time (daily, "due"), ==, START + WF_DAY);

  /* The stricter duty of the higher level takes the place of the lower one's. */
  change_level (world, "i1", 3);
  g_autoptr (WfEntity) hourly = world_report_to (world, "i1", "City", "written", "followup", "due");
  g_autoptr (WfEntity) old = world_report_to (world, "i1", "City", "written", "followup", "struck");
  g_assert_cmpint (wf_entity_time (hourly, "due"), ==, START + 2 * WF_HOUR);
  g_assert_cmpstr (wf_entity_id (old), ==, wf_entity_id (daily));

  world_pass (world, WF_HOUR);
  world_refuses (world, "report.send",
                 wf_dict_make ("report", S (wf_entity_id (hourly)), "taken_by", S ("Sun"), NULL), "report.text-missing", "text");
  world_do (world, "report.send",
            wf_dict_make ("report", S (wf_entity_id (hourly)), "taken_by", S ("Sun"), "text", S ("…"), NULL));
  world_refuses (world, "report.send",
                 wf_dict_make ("report", S (wf_entity_id (hourly)), "taken_by", S ("Sun"), "text", S ("…"), NULL),
                 "report.finished", NULL);

  g_autoptr (WfEntity) next = world_report_to (world, "i1", "City", "written", "followup", "due");
  g_assert_cmpint (wf_entity_time (next, "due"), ==, world->now.scope + 2 * WF_HOUR);
  g_assert_cmpint (wf_entity_int (next, "number", 0), ==, 2);

  change_level (world, "i1", 4);
  g_autoptr (WfEntity) daily_again = world_report_to (world, "i1", "City", "written", "followup", "due");
  g_assert_cmpint (wf_entity_time (daily_again, "due"), ==, world->now.scope + WF_DAY);

  stand_down (world, "i1");
  g_autoptr (WfEntity) none = world_report_to (world, "i1", "City", "written", "followup", "due");
  g_autoptr (WfEntity) final = world_report_to (world, "i1", "City", "written", "final", "due");
  g_assert_null (none);
  g_assert_cmpint (wf_entity_time (final, "due"), ==, world->now.scope + WF_DAY);

  world_do (world, "report.add",
            wf_dict_make ("report", S ("r1"), "incident", S ("i1"), "recipient", S ("Press"), "medium", S ("phone"), "series",
                          S ("followup"), "minutes", I (30), NULL));
  world_do (world, "report.strike", wf_dict_make ("report", S ("r1"), "reason", S ("not needed"), NULL));
  world_refuses (world, "report.strike", wf_dict_make ("report", S ("r1"), "reason", S ("x"), NULL), "report.finished", NULL);
}

static void
test_stood_down (void)
{
  g_autoptr (World) world = world_new ();

  report_incident (world, "i1");
  world_refuses (world, "response.stand_down", level_change (3, make_approval (START)), "field.unknown", NULL);
  activate (world, "i1", 3);
  stand_down (world, "i1");
  world_refuses (world, "response.activate", activation ("hazchem", 3, make_approval (START)), "incident.stood-down", NULL);
  world_refuses (world, "order.issue",
                 wf_dict_make ("order", S ("o1"), "incident", S ("i1"), "kind", S ("dispatch"), "force_kind", S ("team"),
                               "force", S ("team-1"), NULL),
                 "incident.stood-down", NULL);

  g_autoptr (WfEntity) incident = world_get (world, "incident", "i1");
  g_assert_cmpint (wf_entity_int (incident, "level", -1), ==, 0);
  g_assert_cmpstr (wf_entity_string (incident, "stand_down_reason"), ==, "the leak is closed");
}

/* --- tasks --- */

static void
test_tasks (void)
{
  g_autoptr (World) world = world_new ();
  g_autoptr (GVariant) nothing = wf_dict_empty ();
  g_autoptr (GVariant) some_text = wf_dict_make ("text", S ("well"), NULL);
  g_autoptr (GVariant) place = wf_dict_make ("location", wf_value_point (109.8, 40.6), NULL);
  g_autoptr (GVariant) half = wf_dict_make ("pair_due", I (10), NULL);
  g_autoptr (GVariant) more = wf_dict_make ("pair_due", I (10), "pair_done", I (11), NULL);
  g_autoptr (GVariant) rest = wf_dict_make ("pair_done", I (9), NULL);
  g_autoptr (GVariant) signature = wf_dict_make ("signed_by", S ("Qian"), NULL);

  report_incident (world, "i1");
  activate (world, "i1", 2);

  g_autoptr (WfEntity) plan = world_task (world, "i1", "C4-01", "open");
  g_autoptr (WfEntity) waits = world_task (world, "i1", "C4-02", "open");
  g_autoptr (WfEntity) hq = world_task (world, "i1", "C3-01", "open");
  g_autoptr (WfEntity) people = world_task (world, "i1", "C3-05", "open");
  g_autoptr (WfEntity) help = world_task (world, "i1", "C2-02", "open");

#define FEEDBACK(task, what, finished) \
  wf_dict_make ("task", S (wf_entity_id (task)), "result", what, "done", B (finished), NULL)

  world_refuses (world, "task.feedback", FEEDBACK (plan, nothing, TRUE), "task.result-incomplete", "result.text");
  world_refuses (world, "task.feedback", FEEDBACK (hq, some_text, TRUE), "task.result-incomplete", "result.location");
  world_refuses (world, "task.feedback", FEEDBACK (people, half, TRUE), "task.result-incomplete", "result.pair_done");
  world_refuses (world, "task.feedback", FEEDBACK (people, more, TRUE), "task.pair", "result.pair_done");
  world_refuses (world, "task.feedback", FEEDBACK (help, some_text, TRUE), "task.result-incomplete", "result.signed_by");
  world_refuses (world, "task.feedback", FEEDBACK (waits, some_text, TRUE), "task.prerequisite", NULL);
  world_refuses (world, "task.feedback", FEEDBACK (people, nothing, FALSE), "task.result-empty", NULL);

  /* What came back earlier counts. */
  world_do (world, "task.feedback", FEEDBACK (people, half, FALSE));
  g_autoptr (WfEntity) taken = world_task (world, "i1", "C3-05", "acknowledged");
  g_assert_cmpstr (wf_entity_string (taken, "acknowledged_by"), ==, "Li Watch");
  world_refuses (world, "task.acknowledge", wf_dict_make ("task", S (wf_entity_id (people)), NULL),
                 "task.acknowledged-already", NULL);
  world_do (world, "task.feedback", FEEDBACK (people, rest, TRUE));
  g_autoptr (WfEntity) done = world_task (world, "i1", "C3-05", "done");
  g_autoptr (GVariant) result = wf_entity_value (done, "result");
  g_assert_cmpint (wf_dict_int (result, "pair_due", 0), ==, 10);
  g_assert_cmpint (wf_dict_int (result, "pair_done", 0), ==, 9);

  world_do (world, "task.feedback", FEEDBACK (hq, place, TRUE));
  world_do (world, "task.feedback", FEEDBACK (help, signature, TRUE));
  world_refuses (world, "task.feedback", FEEDBACK (help, signature, TRUE), "task.finished", NULL);
  world_refuses (world, "task.acknowledge", wf_dict_make ("task", S (wf_entity_id (help)), NULL), "task.finished", NULL);

  /* Struck, the prerequisite no longer holds anything up. */
  world_pass (world, WF_MINUTE);
  world_do (world, "task.strike", wf_dict_make ("task", S (wf_entity_id (plan)), "reason", S ("no firm there"), NULL));
  g_autoptr (WfEntity) begun = world_task (world, "i1", "C4-02", "open");
  g_assert_cmpint (wf_entity_time (begun, "due"), ==, world->now.scope + 15 * WF_MINUTE);
  world_do (world, "task.feedback", FEEDBACK (waits, some_text, TRUE));
  world_refuses (world, "task.strike", wf_dict_make ("task", S (wf_entity_id (plan)), "reason", S ("x"), NULL),
                 "task.finished", NULL);
#undef FEEDBACK
}

static void
test_rounds (void)
{
  g_autoptr (World) world = world_new ();
  g_autofree char *expected = NULL;

  report_incident (world, "i1");
  activate (world, "i1", 4);
  g_autoptr (WfEntity) first = world_task (world, "i1", "C4-11", "open");
  world_pass (world, 20 * WF_MINUTE);
  finish_task (world, "C4-11");

  g_autoptr (WfEntity) second = world_task (world, "i1", "C4-11", "open");
  expected = wf_id_derive (wf_entity_id (first), "round");
  g_assert_cmpstr (wf_entity_id (second), ==, expected);
  g_assert_cmpint (wf_entity_int (second, "round", 0), ==, 2);
  g_assert_cmpint (wf_entity_time (second, "due"), ==, START + 50 * WF_MINUTE);

  /* By hand, and not repeated once the response is over. */
  world_do (world, "task.add",
            wf_dict_make ("task", S ("t1"), "incident", S ("i1"), "text", S ("Look again"), "minutes", I (5), "repeat_minutes",
                          I (10), NULL));
  g_autoptr (WfEntity) by_hand = world_get (world, "task", "t1");
  g_assert_true (wf_entity_bool (by_hand, "manual"));
  g_assert_cmpint (wf_entity_time (by_hand, "due"), ==, START + 25 * WF_MINUTE);
  stand_down (world, "i1");
  world_do (world, "task.add",
            wf_dict_make ("task", S ("t2"), "incident", S ("i1"), "text", S ("Clean up"), "repeat_minutes", I (10), NULL));

  g_autoptr (GVariant) result = wf_dict_make ("text", S ("clean"), NULL);
  world_do (world, "task.feedback", wf_dict_make ("task", S ("t2"), "result", result, "done", B (TRUE), NULL));
  g_assert_cmpuint (world_count (world, "task", "i1", "open"), ==, 0);
}

/* --- deadlines --- */

static void
check_passes_once (World      *world,
                   const char *kind,
                   WfEntity   *entity)
{
  g_autoptr (WfCommand) command = wf_rules_deadline_command (entity);
  g_autoptr (WfCommand) again = wf_rules_deadline_command (entity);

  g_assert_nonnull (command);
  g_assert_cmpstr (command->id, ==, again->id);
  g_assert_cmpstr (command->actor, ==, WF_ACTOR_SYSTEM);

  g_autoptr (WfProblem) early = world_try (world, command);
  g_assert_cmpstr (early->rule, ==, "deadline.not-yet");

  world_pass (world, command->occurred_at - world->now.real);
  g_autoptr (WfProblem) none = world_try (world, command);
  g_assert_null (none);

  g_autoptr (WfEntity) after = world_get (world, kind, wf_entity_id (entity));
  g_assert_cmpint (wf_entity_time (after, "overdue_at"), ==, world->now.scope);
  g_assert_null (wf_rules_deadline_command (after));

  g_autoptr (WfProblem) gone = world_try (world, command);
  g_assert_cmpstr (gone->rule, ==, "deadline.gone");
}

static void
test_deadlines (void)
{
  g_autoptr (World) world = world_new ();

  report_incident (world, "i1");
  order (world, "o1", "i1", "team", "team-1");
  order (world, "o2", "i1", "team", "team-2");

  g_autoptr (WfEntity) task = world_task (world, "i1", "G01", "open");
  g_autoptr (WfEntity) first = world_get (world, "order", "o1");
  g_autoptr (WfEntity) report = world_report_to (world, "i1", "City", "phone", "first", "due");
  g_autoptr (WfEntity) silent = world_task (world, "i1", "G12", "open");
  g_autoptr (WfEntity) incident = world_get (world, "incident", "i1");

  check_passes_once (world, "task", task);
  check_passes_once (world, "order", first);
  check_passes_once (world, "report", report);
  g_assert_null (wf_rules_deadline_command (silent));
  g_assert_null (wf_rules_deadline_command (incident));

  /* Acknowledged in time, there is no deadline any more. */
  step (world, "o2", "acknowledged");
  g_autoptr (WfEntity) second = world_get (world, "order", "o2");
  g_assert_false (wf_rules_deadline (second, NULL));

  /* Late is still late on record, and can be done. */
  world_do (world, "report.send", wf_dict_make ("report", S (wf_entity_id (report)), "taken_by", S ("Sun"), NULL));
  g_autoptr (WfEntity) sent = world_get (world, "report", wf_entity_id (report));
  g_assert_false (wf_rules_deadline (sent, NULL));
}

/* --- exercises --- */

static void
test_exercise (void)
{
  g_autoptr (World) world = world_new ();
  g_autofree char *before = digest_state (world->state, WF_LIVE);
  g_autoptr (WfState) live = g_object_ref (world->state);

  world_refuses (world, "exercise.open", wf_dict_make ("name", S ("Drill"), NULL), "exercise.live", NULL);
  world_refuses (world, "exercise.clock", wf_dict_make ("rate", D (1), NULL), "exercise.live", NULL);

  /* The drill lies on the live state and reads it. */
  g_set_object (&world->state, NULL);
  world->state = wf_state_new_layer (live, "drill-1", WF_LIVE);
  g_free (world->scope);
  world->scope = g_strdup ("drill-1");

  world_refuses (world, "incident.report", wf_dict_make ("incident", S ("i1"), "title", S ("x"), "t0", T (START), NULL),
                 "exercise.unknown", NULL);
  world_do (world, "exercise.open", wf_dict_make ("name", S ("Drill"), "starts_at", T (START + WF_DAY), "rate", D (2), NULL));
  world_refuses (world, "exercise.open", wf_dict_make ("name", S ("Drill"), NULL), "id.taken", NULL);
  world_pass (world, WF_MINUTE);
  g_assert_cmpint (world->now.scope, ==, START + WF_DAY + 2 * WF_MINUTE);
  g_assert_cmpint (wf_rules_real_time (world->state, "drill-1", world->now.scope), ==, world->now.real);

  report_incident (world, "i1");
  order (world, "o1", "i1", "team", "team-1");
  activate (world, "i1", 3);
  g_autofree char *drilled = world_string (world, "team", "team-1", "state");
  g_assert_cmpstr (drilled, ==, "called_out");

  g_autoptr (WfEntity) exercise = world_get (world, "exercise", "drill-1");
  g_assert_cmpint (wf_entity_int (exercise, "base_number", 0), ==, 1);

  /* Deadlines are on the drill's clock; a drill that stands still has none. */
  g_autoptr (WfEntity) task = world_task (world, "i1", "G01", "open");
  g_assert_cmpint (wf_rules_real_time (world->state, "drill-1", wf_entity_time (task, "due")), ==,
                   START + WF_MINUTE + 90 * WF_SECOND);
  world_do (world, "exercise.clock", wf_dict_make ("rate", D (0), NULL));
  int64_t stopped = world->now.scope;
  world_pass (world, WF_HOUR);
  g_assert_cmpint (world->now.scope, ==, stopped);
  g_assert_cmpint (wf_rules_real_time (world->state, "drill-1", wf_entity_time (task, "due")), ==, G_MAXINT64);
  world_do (world, "exercise.clock", wf_dict_make ("rate", D (1), NULL));
  world_pass (world, WF_HOUR);
  g_assert_cmpint (world->now.scope, ==, stopped + WF_HOUR);

  g_autoptr (WfCommand) overdue = wf_rules_deadline_command (task);
  g_assert_cmpstr (overdue->scope, ==, "drill-1");
  g_autoptr (WfProblem) none = world_try (world, overdue);
  g_assert_null (none);

  world_do (world, "exercise.end", wf_dict_make ("reason", S ("over"), NULL));
  world_refuses (world, "log.add", wf_dict_make ("log", S ("l1"), "kind", S ("note"), "text", S ("x"), NULL), "exercise.ended",
                 NULL);
  world_pass (world, WF_HOUR);
  g_assert_cmpint (world->now.scope, ==, stopped + WF_HOUR);

  /* Nothing of it has touched what is real. */
  g_autofree char *after = digest_state (live, WF_LIVE);
  g_assert_cmpstr (after, ==, before);
  g_assert_cmpuint (wf_state_count (live, "drill-1", "incident"), ==, 0);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/rules/responses/approval", test_approval);
  g_test_add_func ("/rules/responses/levels", test_levels);
  g_test_add_func ("/rules/responses/report-duties", test_report_duties);
  g_test_add_func ("/rules/responses/stood-down", test_stood_down);
  g_test_add_func ("/rules/responses/tasks", test_tasks);
  g_test_add_func ("/rules/responses/rounds", test_rounds);
  g_test_add_func ("/rules/responses/deadlines", test_deadlines);
  g_test_add_func ("/rules/responses/exercise", test_exercise);

  return g_test_run ();
}
