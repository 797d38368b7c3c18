/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "fixture.h"

#include "wf-kind.h"
#include "wf-time.h"
#include "wf-wording.h"

#include <locale.h>

static void
feed_back (World      *world,
           const char *incident,
           const char *code,
           GVariant   *result)
{
  g_autoptr (WfEntity) task = world_task (world, incident, code, NULL);
  g_autoptr (GVariant) owned = result;

  g_assert_nonnull (task);
  world_do (world, "task.feedback",
            wf_dict_make ("task", S (wf_entity_id (task)), "result", owned, "done", B (TRUE), NULL));
}

static void
send (World      *world,
      const char *incident,
      const char *recipient,
      const char *medium,
      const char *series)
{
  g_autoptr (WfEntity) report = world_report_to (world, incident, recipient, medium, series, "due");

  g_assert_nonnull (report);
  world_do (world, "report.send",
            wf_dict_make ("report", S (wf_entity_id (report)), "taken_by", S ("Sun"), "text", S ("As far as we know…"),
                          NULL));
}

static void
check_state (World      *world,
             const char *kind,
             const char *id,
             const char *state)
{
  g_autofree char *is = world_string (world, kind, id, "state");

  g_assert_cmpstr (is, ==, state);
}

/* From the call to the archive. */
static void
test_main_job (void)
{
  g_autoptr (World) world = world_new ();
  g_autoptr (GVariant) casualties = NULL;

  report_incident (world, "i1");
  check_state (world, "incident", "i1", "reported");
  g_assert_cmpuint (world_count (world, "task", "i1", "open"), ==, 4);
  g_assert_cmpuint (world_count (world, "report", "i1", "due"), ==, 3);

  /* First dispatch and the telephone, before anything is verified. */
  world_pass (world, 4 * WF_MINUTE);
  order (world, "o1", "i1", "team", "team-1");
  send (world, "i1", "Party", "phone", "first");

  g_autoptr (WfEntity) first = world_get (world, "order", "o1");
  g_autoptr (WfEntity) sent = world_report_to (world, "i1", "Party", "phone", "first", "sent");
  g_assert_true (wf_entity_bool (first, "first_dispatch"));
  g_assert_cmpint (wf_entity_time (first, "acknowledge_due"), ==, START + 9 * WF_MINUTE);
  g_assert_false (wf_dict_has (wf_entity_fields (sent), "late_ms"));
  g_assert_cmpstr (wf_entity_string (sent, "sent_by"), ==, "Li Watch");

  world_do (world, "incident.verify",
            wf_dict_make ("incident", S ("i1"), "outcome", S ("true"), "source", S ("119"), NULL));
  check_state (world, "incident", "i1", "verified");

  casualties = make_casualties (world, 1, 0, 0, 2, 3);
  world_do (world, "incident.casualties", wf_dict_make ("incident", S ("i1"), "casualties", casualties, NULL));
  world_do (world, "incident.grade",
            wf_dict_make ("incident", S ("i1"), "class", S ("accident.hazchem.leak"), "grade", S ("ordinary"), "plan",
                          S ("hazchem"), NULL));

  g_autoptr (WfEntity) graded = world_get (world, "incident", "i1");
  g_assert_cmpstr (wf_entity_string (graded, "state"), ==, "graded");
  g_assert_cmpstr (wf_entity_string (graded, "category"), ==, "accident");
  g_assert_cmpint (wf_entity_int (graded, "proposed_level", 0), ==, 3);
  g_assert_cmpstr (wf_entity_string (graded, "proposed_basis"), ==, "a death");
  g_assert_nonnull (strstr (wf_entity_string (graded, "grade_basis"), "Decree 493"));

  world_pass (world, 6 * WF_MINUTE);
  activate (world, "i1", 3);

  g_autoptr (WfEntity) active = world_get (world, "incident", "i1");
  g_autoptr (WfEntity) headquarters = world_task (world, "i1", "C3-01", "open");
  g_autoptr (WfEntity) waits = world_task (world, "i1", "C4-02", "open");
  g_autoptr (WfEntity) leader = world_task (world, "i1", "G11", "open");
  g_assert_cmpstr (wf_entity_string (active, "state"), ==, "responding");
  g_assert_cmpint (wf_entity_time (active, "activated_at"), ==, START + 10 * WF_MINUTE);
  g_assert_cmpint (wf_entity_time (headquarters, "due"), ==, START + 40 * WF_MINUTE);
  g_assert_cmpint (wf_entity_time (waits, "starts_at"), ==, 0);
  g_assert_cmpint (wf_entity_time (leader, "due"), ==, START + 15 * WF_MINUTE);
  g_assert_cmpuint (world_count (world, "task", "i1", NULL), ==, 9);

  step (world, "o1", "acknowledged");
  step (world, "o1", "under_way");
  check_state (world, "team", "team-1", "under_way");
  step (world, "o1", "on_scene");

  feed_back (world, "i1", "C4-01", wf_dict_make ("text", S ("Started"), NULL));
  g_autoptr (WfEntity) started = world_task (world, "i1", "C4-02", "open");
  g_assert_cmpint (wf_entity_time (started, "due"), ==, world->now.scope + 15 * WF_MINUTE);
  feed_back (world, "i1", "C4-02", wf_dict_make ("text", S ("6 in"), NULL));
  feed_back (world, "i1", "C3-05", wf_dict_make ("pair_due", I (120), "pair_done", I (118), NULL));

  world_pass (world, 35 * WF_MINUTE);
  send (world, "i1", "Party", "written", "first");
  g_autoptr (WfEntity) late = world_report_to (world, "i1", "Party", "written", "first", "sent");
  g_assert_cmpint (wf_entity_int (late, "late_ms", 0), ==, 5 * WF_MINUTE);

  change_level (world, "i1", 2);
  change_level (world, "i1", 4);
  world_do (world, "incident.control", wf_dict_make ("incident", S ("i1"), NULL));
  g_autoptr (WfEntity) thanks = world_task (world, "i1", "G12", "open");
  g_assert_cmpint (wf_entity_time (thanks, "starts_at"), ==, world->now.scope);

  world_pass (world, WF_HOUR);
  stand_down (world, "i1");
  check_state (world, "incident", "i1", "stood_down");
  g_assert_cmpuint (world_count (world, "task", "i1", "open"), ==, 0);

  g_autoptr (WfEntity) final = world_report_to (world, "i1", "City", "written", "final", "due");
  g_assert_nonnull (final);
  g_assert_cmpint (wf_entity_time (final, "due"), ==, world->now.scope + 24 * WF_HOUR);

  world_do (world, "incident.review", wf_dict_make ("incident", S ("i1"), "course", S ("It leaked."), NULL));
  world_refuses (world, "incident.archive", wf_dict_make ("incident", S ("i1"), NULL), "incident.orders-out", NULL);
  step (world, "o1", "released");
  step (world, "o1", "back");
  check_state (world, "team", "team-1", "standby");
  world_refuses (world, "incident.archive", wf_dict_make ("incident", S ("i1"), NULL), "incident.reports-due", NULL);
  send (world, "i1", "City", "written", "final");
  send (world, "i1", "City", "phone", "first");
  send (world, "i1", "Region", "written", "first");
  world_do (world, "incident.archive", wf_dict_make ("incident", S ("i1"), NULL));
  check_state (world, "incident", "i1", "archived");
  world_do (world, "incident.supplement",
            wf_dict_make ("incident", S ("i1"), "text", S ("One more"), "signed_by", S ("Li"), NULL));
}

int
main (int   argc,
      char *argv[])
{
  setlocale (LC_ALL, "");
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/rules/main-job", test_main_job);

  return g_test_run ();
}
