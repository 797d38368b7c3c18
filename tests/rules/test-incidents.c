/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "fixture.h"

#include "wf-kind.h"
#include "wf-time.h"

static void
verify (World      *world,
        const char *id,
        const char *outcome,
        const char *text)
{
  world_do (world, "incident.verify",
            wf_dict_make ("incident", S (id), "outcome", S (outcome), "source", S ("119"), "text", S (text), NULL));
}

static GVariant *
about (const char *id)
{
  return wf_dict_make ("incident", S (id), NULL);
}

static GVariant *
step_back_to (const char *id,
              const char *to)
{
  return wf_dict_make ("incident", S (id), "to", S (to), "reason", S ("we were wrong"), NULL);
}

static GVariant *
review_of (const char *id)
{
  return wf_dict_make ("incident", S (id), "course", S ("It happened."), NULL);
}

static void
check_state (World      *world,
             const char *id,
             const char *state)
{
  g_autofree char *is = world_string (world, "incident", id, "state");

  g_assert_cmpstr (is, ==, state);
}

static void
test_form (void)
{
  g_autoptr (World) world = world_new ();
  g_autoptr (WfCommand) unknown = world_command (world, "incident.invent", wf_dict_empty ());
  g_autoptr (WfProblem) problem = world_try (world, unknown);

  g_assert_cmpstr (problem->rule, ==, "command.unknown");

  world_refuses (world, "incident.report", wf_dict_make ("incident", S ("i1"), "t0", T (START), NULL), "field.missing", "title");
  world_refuses (world, "incident.report",
                 wf_dict_make ("incident", S ("i1"), "t0", T (START), "title", S ("x"), "colour", S ("red"), NULL),
                 "field.unknown", "colour");
  world_refuses (world, "incident.report",
                 wf_dict_make ("incident", S ("i/1"), "t0", T (START), "title", S ("x"), NULL), "field.invalid", "incident");
  world_refuses (world, "incident.report",
                 wf_dict_make ("incident", S ("i1"), "t0", T (START + WF_HOUR), "title", S ("x"), NULL), "time.ahead", "t0");
  world_refuses (world, "incident.report",
                 wf_dict_make ("incident", S ("i1"), "t0", T (START), "title", S ("x"), "firm", S ("nobody"), NULL),
                 "firm.unknown", "firm");
  world_refuses (world, "incident.control", about ("i1"), "incident.unknown", "incident");
  g_assert_cmpuint (world_count (world, "incident", NULL, NULL), ==, 0);

  /* A workstation whose clock is a little ahead may still report. */
  world_do (world, "incident.report",
            wf_dict_make ("incident", S ("i1"), "t0", T (START + 5 * WF_MINUTE), "title", S ("x"), "firm", S ("firm-1"), NULL));
  world_refuses (world, "incident.report", wf_dict_make ("incident", S ("i1"), "t0", T (START), "title", S ("x"), NULL),
                 "id.taken", "incident");
}

static void
test_system_only (void)
{
  g_autoptr (World) world = world_new ();
  g_autoptr (GVariant) payload = wf_dict_make ("task", S ("t"), "due", T (START), NULL);
  g_autoptr (WfCommand) command = wf_command_new ("c", "task.overdue", WF_LIVE, "p1", NULL, START, NULL, NULL, payload);
  g_autoptr (WfProblem) problem = world_try (world, command);

  g_assert_cmpstr (problem->rule, ==, "command.system-only");
  g_assert_cmpint (problem->kind, ==, WF_PROBLEM_RIGHTS);
}

static WfProblem *
correct_title (World      *world,
               const char *title,
               int64_t     version)
{
  g_autoptr (GVariant) payload = wf_dict_make ("incident", S ("i1"), "title", S (title), NULL);
  g_autoptr (GVariant) base = wf_dict_make ("kind", S ("incident"), "id", S ("i1"), "field", S ("title"), "version",
                                            I (version), NULL);
  g_autoptr (GPtrArray) bases = g_ptr_array_new ();
  g_autofree char *id = g_strdup_printf ("c-%s-%d", title, (int) version);

  g_ptr_array_add (bases, base);

  g_autoptr (WfCommand) command = wf_command_new (id, "incident.correct", WF_LIVE, "p1", NULL, world->now.real,
                                                  wf_value_objects (bases), NULL, payload);

  return world_try (world, command);
}

static void
test_conflict (void)
{
  g_autoptr (World) world = world_new ();

  report_incident (world, "i1");

  g_autoptr (WfEntity) incident = world_get (world, "incident", "i1");
  int64_t seen = wf_entity_version (incident, "title");
  g_autoptr (WfProblem) first = correct_title (world, "Chlorine", seen);
  g_autoptr (WfProblem) stale = correct_title (world, "Ammonia", seen);
  g_autoptr (WfProblem) same = correct_title (world, "Chlorine", seen);
  g_autoptr (WfProblem) own = correct_title (world, "Bromine", 0);

  g_assert_null (first);
  g_assert_nonnull (stale);
  g_assert_cmpint (stale->kind, ==, WF_PROBLEM_CONFLICT);
  g_assert_cmpstr (stale->field, ==, "title");

  g_autofree char *entry = g_strdup_printf ("entry %d", (int) seen + 1);
  g_assert_nonnull (strstr (stale->detail, entry));

  /* Nobody quarrels over the same words, and what still waits in one's own outbox is one's own. */
  g_assert_null (same);
  g_assert_null (own);

  g_autoptr (GVariant) payload = wf_dict_make ("incident", S ("i1"), "title", S ("x"), NULL);
  g_autoptr (GVariant) no_list = wf_dict_make ("kind", S ("x"), NULL);
  g_autoptr (WfCommand) broken = wf_command_new ("c-broken", "incident.correct", WF_LIVE, "p1", NULL, START, no_list, NULL,
                                                 payload);
  g_autoptr (WfProblem) malformed = world_try (world, broken);
  g_assert_cmpstr (malformed->rule, ==, "command.based-on");
}

static void
test_false_report (void)
{
  g_autoptr (World) world = world_new ();

  report_incident (world, "i1");
  world_refuses (world, "incident.verify",
                 wf_dict_make ("incident", S ("i1"), "outcome", S ("false"), "source", S ("119"), NULL),
                 "incident.false-needs-text", "text");
  verify (world, "i1", "false", "a burnt kettle");
  check_state (world, "i1", "false_report");
  g_assert_cmpuint (world_count (world, "task", "i1", "struck"), ==, 4);
  g_assert_cmpuint (world_count (world, "report", "i1", "due"), ==, 0);

  world_refuses (world, "incident.control", about ("i1"), "incident.closed", NULL);
  world_refuses (world, "incident.review", review_of ("i1"), "incident.closed", NULL);

  /* Taken back, what had been struck is there again, beside what was struck. */
  world_do (world, "incident.step_back", step_back_to ("i1", "reported"));
  check_state (world, "i1", "reported");
  g_assert_cmpuint (world_count (world, "task", "i1", "struck"), ==, 4);
  g_assert_cmpuint (world_count (world, "task", "i1", "open"), ==, 4);
  g_assert_cmpuint (world_count (world, "report", "i1", "due"), ==, 3);

  g_autoptr (WfEntity) again = world_get (world, "incident", "i1");
  g_assert_false (wf_dict_has (wf_entity_fields (again), "verification"));

  verify (world, "i1", "false", "a kettle after all");
  world_do (world, "incident.archive", about ("i1"));
  check_state (world, "i1", "archived");
}

static void
test_merged (void)
{
  g_autoptr (World) world = world_new ();
  g_autoptr (GVariant) duplicate = wf_dict_make ("incident", S ("i2"), "outcome", S ("duplicate"), "source", S ("110"), NULL);
  g_autoptr (GVariant) into_itself = wf_dict_make ("merged_into", S ("i2"), NULL);
  g_autoptr (GVariant) into_nothing = wf_dict_make ("merged_into", S ("i9"), NULL);
  g_autoptr (GVariant) into_first = wf_dict_make ("merged_into", S ("i1"), NULL);

  report_incident (world, "i1");
  report_incident (world, "i2");
  world_refuses (world, "incident.verify", g_variant_ref (duplicate), "incident.merge-target-missing", "merged_into");
  world_refuses (world, "incident.verify", wf_dict_merge (duplicate, into_itself), "incident.merge-into-itself", NULL);
  world_refuses (world, "incident.verify", wf_dict_merge (duplicate, into_nothing), "incident.unknown", "merged_into");
  world_refuses (world, "incident.verify",
                 wf_dict_make ("incident", S ("i2"), "outcome", S ("true"), "source", S ("110"), "merged_into", S ("i1"),
                               NULL),
                 "incident.merge-only-duplicates", NULL);
  world_do (world, "incident.verify", wf_dict_merge (duplicate, into_first));
  check_state (world, "i2", "merged");
  check_state (world, "i1", "reported");

  g_autofree char *into = world_string (world, "incident", "i2", "merged_into");
  g_assert_cmpstr (into, ==, "i1");

  report_incident (world, "i3");
  world_refuses (world, "incident.verify",
                 wf_dict_make ("incident", S ("i3"), "outcome", S ("duplicate"), "source", S ("110"), "merged_into", S ("i2"),
                               NULL),
                 "incident.merge-target-closed", NULL);
  world_do (world, "incident.archive", about ("i2"));
}

/* Several steps run at once: what comes late does not take the state back. */
static void
test_steps_beside_each_other (void)
{
  g_autoptr (World) world = world_new ();

  report_incident (world, "i1");
  activate (world, "i1", 4);
  check_state (world, "i1", "responding");
  verify (world, "i1", "partly", "smaller than said");
  check_state (world, "i1", "responding");
  world_do (world, "incident.grade",
            wf_dict_make ("incident", S ("i1"), "class", S ("accident.hazchem.fire"), "grade", S ("larger"), "basis",
                          S ("the leader decided"), NULL));
  check_state (world, "i1", "responding");

  g_autofree char *basis = world_string (world, "incident", "i1", "grade_basis");
  g_assert_cmpstr (basis, ==, "the leader decided");

  world_refuses (world, "incident.verify",
                 wf_dict_make ("incident", S ("i1"), "outcome", S ("false"), "source", S ("x"), "text", S ("x"), NULL),
                 "incident.responding", NULL);
  world_refuses (world, "incident.review", review_of ("i1"), "incident.responding", NULL);
}

static void
test_step_back (void)
{
  g_autoptr (World) world = world_new ();

  report_incident (world, "i1");
  world_refuses (world, "incident.step_back", step_back_to ("i1", "responding"), "incident.no-step-back", "to");
  world_refuses (world, "incident.step_back", step_back_to ("i1", "reported"), "incident.no-step-back", "to");
  world_refuses (world, "incident.step_back", wf_dict_make ("incident", S ("i1"), "to", S ("reported"), NULL),
                 "field.missing", "reason");
  verify (world, "i1", "true", NULL);
  world_do (world, "incident.step_back", step_back_to ("i1", "reported"));
  check_state (world, "i1", "reported");

  activate (world, "i1", 3);
  world_refuses (world, "incident.step_back", step_back_to ("i1", "controlled"), "incident.no-step-back", "to");
  world_do (world, "incident.control", about ("i1"));
  world_refuses (world, "incident.control", about ("i1"), "response.not-active", NULL);
  world_do (world, "incident.step_back", step_back_to ("i1", "responding"));
  check_state (world, "i1", "responding");

  guint tasks = world_count (world, "task", "i1", "open");
  guint followups = world_count (world, "report", "i1", "due");

  stand_down (world, "i1");
  g_assert_cmpuint (world_count (world, "task", "i1", "open"), ==, 0);
  world_do (world, "incident.review", review_of ("i1"));
  world_do (world, "incident.step_back", step_back_to ("i1", "stood_down"));
  check_state (world, "i1", "stood_down");
  world_refuses (world, "incident.grade",
                 wf_dict_make ("incident", S ("i1"), "class", S ("accident.hazchem.leak"), "grade", S ("larger"), NULL),
                 "incident.stood-down", NULL);

  /* The response goes on at the level that it ended with; the final report has to wait. */
  world_do (world, "incident.step_back", step_back_to ("i1", "responding"));

  g_autoptr (WfEntity) incident = world_get (world, "incident", "i1");
  g_autoptr (WfEntity) final = world_report_to (world, "i1", "City", "written", "final", "due");
  g_assert_cmpint (wf_entity_int (incident, "level", 0), ==, 3);
  g_assert_cmpint (wf_entity_time (incident, "stood_down_at"), ==, 0);
  g_assert_null (final);

  /* G01, G07, G11 and G12 of the common plan are not of the response: they stay struck. */
  g_assert_cmpuint (world_count (world, "task", "i1", "open"), ==, tasks - 4);
  g_assert_cmpuint (world_count (world, "report", "i1", "due"), ==, followups);

  stand_down (world, "i1");
  g_autoptr (WfEntity) second = world_report_to (world, "i1", "City", "written", "final", "due");
  g_assert_nonnull (second);
}

static void
test_archived (void)
{
  g_autoptr (World) world = world_new ();
  g_autoptr (GVariant) casualties = make_casualties (world, 0, 0, 0, 0, 0);

  report_incident (world, "i1");
  world_refuses (world, "incident.supplement",
                 wf_dict_make ("incident", S ("i1"), "text", S ("x"), "signed_by", S ("y"), NULL), "incident.not-archived", NULL);
  world_refuses (world, "incident.archive", about ("i1"), "incident.not-reviewed", NULL);
  world_refuses (world, "incident.review", review_of ("i1"), "incident.not-verified", NULL);
  verify (world, "i1", "false", "nothing");
  world_do (world, "log.add", wf_dict_make ("log", S ("l1"), "incident", S ("i1"), "kind", S ("note"), "text", S ("x"), NULL));
  world_do (world, "incident.archive", about ("i1"));

  world_refuses (world, "incident.correct", wf_dict_make ("incident", S ("i1"), "title", S ("x"), NULL), "incident.archived",
                 NULL);
  world_refuses (world, "incident.casualties", wf_dict_make ("incident", S ("i1"), "casualties", casualties, NULL),
                 "incident.archived", NULL);
  world_refuses (world, "incident.step_back", step_back_to ("i1", "reported"), "incident.archived", NULL);
  world_refuses (world, "incident.archive", about ("i1"), "incident.archived", NULL);
  world_refuses (world, "log.add",
                 wf_dict_make ("log", S ("l2"), "incident", S ("i1"), "kind", S ("note"), "text", S ("x"), NULL),
                 "incident.archived", NULL);
  world_refuses (world, "log.strike", wf_dict_make ("log", S ("l1"), "reason", S ("x"), NULL), "incident.archived", NULL);
  world_refuses (world, "task.add", wf_dict_make ("task", S ("t1"), "incident", S ("i1"), "text", S ("x"), NULL),
                 "incident.archived", NULL);
  world_refuses (world, "order.issue",
                 wf_dict_make ("order", S ("o1"), "incident", S ("i1"), "kind", S ("dispatch"), "force_kind", S ("team"),
                               "force", S ("team-1"), NULL),
                 "incident.archived", NULL);
  world_do (world, "incident.supplement",
            wf_dict_make ("incident", S ("i1"), "text", S ("The kettle was repaired"), "signed_by", S ("Li"), NULL));

  g_autoptr (WfEntity) incident = world_get (world, "incident", "i1");
  g_autoptr (GPtrArray) supplements = wf_entity_objects (incident, "supplements");
  g_assert_cmpuint (supplements->len, ==, 1);
}

/* The class decides which of the common plan's duties hold; it may become known later. */
static void
test_class_filter (void)
{
  g_autoptr (World) world = world_new ();

  world_do (world, "incident.report", wf_dict_make ("incident", S ("i1"), "title", S ("?"), "t0", T (START), NULL));
  g_autoptr (WfEntity) none = world_task (world, "i1", "G07", NULL);
  g_assert_null (none);

  world_pass (world, 10 * WF_MINUTE);
  world_refuses (world, "incident.correct", wf_dict_make ("incident", S ("i1"), "reason", S ("x"), NULL),
                 "incident.nothing-corrected", NULL);
  world_do (world, "incident.correct",
            wf_dict_make ("incident", S ("i1"), "class", S ("accident.hazchem.leak"), "reason", S ("found out"), NULL));

  g_autoptr (WfEntity) police = world_task (world, "i1", "G07", "open");
  g_autofree char *category = world_string (world, "incident", "i1", "category");
  g_assert_nonnull (police);
  g_assert_cmpint (wf_entity_time (police, "due"), ==, START + WF_HOUR);
  g_assert_cmpstr (category, ==, "accident");
  g_assert_cmpuint (world_count (world, "task", "i1", NULL), ==, 4);
  g_assert_cmpuint (world_count (world, "report", "i1", NULL), ==, 3);
}

static void
send_to (World      *world,
         const char *recipient,
         const char *medium,
         const char *series)
{
  g_autoptr (WfEntity) report = world_report_to (world, "i1", recipient, medium, series, "due");

  world_do (world, "report.send",
            wf_dict_make ("report", S (wf_entity_id (report)), "taken_by", S ("Sun"), "text", S ("…"), NULL));
}

static void
count_casualties (World   *world,
                  int64_t  deaths,
                  int64_t  light)
{
  g_autoptr (GVariant) casualties = make_casualties (world, deaths, 0, 0, 0, light);

  world_do (world, "incident.casualties", wf_dict_make ("incident", S ("i1"), "casualties", casualties, NULL));
}

static void
test_casualties_raise_reports (void)
{
  g_autoptr (World) world = world_new ();

  report_incident (world, "i1");

  /* Nobody has been told yet: the first reports carry it. */
  count_casualties (world, 1, 0);
  g_assert_cmpuint (world_count (world, "report", "i1", NULL), ==, 3);

  send_to (world, "Party", "phone", "first");
  world_pass (world, WF_MINUTE);
  count_casualties (world, 2, 0);

  g_autoptr (WfEntity) followup = world_report_to (world, "i1", "Party", "phone", "followup", "due");
  g_assert_cmpint (wf_entity_time (followup, "due"), ==, world->now.scope + 10 * WF_MINUTE);
  g_assert_cmpuint (world_count (world, "report", "i1", NULL), ==, 4);

  /* One call tells all. */
  count_casualties (world, 3, 0);
  count_casualties (world, 3, 0);
  g_assert_cmpuint (world_count (world, "report", "i1", NULL), ==, 4);

  send_to (world, "Party", "phone", "followup");
  send_to (world, "Party", "written", "first");
  count_casualties (world, 3, 5);

  g_autoptr (WfEntity) mild = world_report_to (world, "i1", "Party", "phone", "followup", "due");
  g_assert_cmpint (wf_entity_time (mild, "due"), ==, world->now.scope + 2 * WF_HOUR);
  send_to (world, "Party", "phone", "followup");

  world_pass (world, 31 * WF_DAY);
  count_casualties (world, 4, 5);
  g_autoptr (WfEntity) after = world_report_to (world, "i1", "Party", "phone", "followup", "due");
  g_assert_null (after);
}

static void
test_parts (void)
{
  g_autoptr (World) world = world_new ();
  g_autoptr (GVariant) wind = wf_dict_make ("from_degrees", D (270), "speed", D (3.5), "source", S ("mast"), "at", T (START),
                                            NULL);
  g_autoptr (GVariant) later = wf_dict_make ("from_degrees", D (270), "speed", D (3.5), "source", S ("mast"), "at",
                                             T (START + WF_DAY), NULL);
  g_autoptr (GVariant) first = wf_dict_make ("leak_tonnes", D (5), "toxic_gas", B (TRUE), NULL);
  g_autoptr (GVariant) second = wf_dict_make ("leak_tonnes", D (12), NULL);

  report_incident (world, "i1");
  world_do (world, "incident.wind", wf_dict_make ("incident", S ("i1"), "wind", wind, NULL));
  world_refuses (world, "incident.wind", wf_dict_make ("incident", S ("i1"), "wind", later, NULL), "time.ahead", "wind.at");
  world_do (world, "incident.facts", wf_dict_make ("incident", S ("i1"), "facts", first, NULL));
  world_do (world, "incident.facts", wf_dict_make ("incident", S ("i1"), "facts", second, NULL));

  g_autoptr (WfEntity) incident = world_get (world, "incident", "i1");
  g_autoptr (GVariant) facts = wf_entity_value (incident, "facts");
  g_assert_cmpfloat (wf_dict_double (facts, "leak_tonnes", 0), ==, 12);
  g_assert_true (wf_dict_bool (facts, "toxic_gas"));
}

static void
test_log_and_media (void)
{
  g_autoptr (World) world = world_new ();
  g_autofree char *digest = g_strnfill (64, 'a');

  report_incident (world, "i1");
  report_incident (world, "i2");
  world_do (world, "log.add", wf_dict_make ("log", S ("l1"), "kind", S ("call"), "text", S ("Rain?"), NULL));
  world_refuses (world, "log.add", wf_dict_make ("log", S ("l1"), "kind", S ("call"), "text", S ("x"), NULL), "id.taken", "log");

  g_autoptr (WfEntity) log = world_get (world, "log", "l1");
  g_assert_cmpstr (wf_entity_string (log, "person"), ==, "Li Watch");
  g_assert_cmpint (wf_entity_time (log, "at"), ==, START);

  world_do (world, "log.strike", wf_dict_make ("log", S ("l1"), "reason", S ("wrong book"), NULL));
  world_refuses (world, "log.strike", wf_dict_make ("log", S ("l1"), "reason", S ("x"), NULL), "log.struck-already", NULL);

  g_autoptr (WfEntity) task = world_task (world, "i1", "G01", "open");
  world_do (world, "medium.attach",
            wf_dict_make ("medium", S ("m1"), "task", S (wf_entity_id (task)), "digest", S (digest), "type", S ("image/jpeg"),
                          "size", I (10), NULL));
  g_autofree char *of = world_string (world, "medium", "m1", "incident");
  g_assert_cmpstr (of, ==, "i1");
  world_refuses (world, "medium.attach",
                 wf_dict_make ("medium", S ("m2"), "incident", S ("i2"), "task", S (wf_entity_id (task)), "digest", S (digest),
                               "type", S ("image/jpeg"), "size", I (10), NULL),
                 "medium.other-incident", "incident");
}

/* What is entered late from paper keeps its own time; what cannot have been before the call is not. */
static void
test_claimed_times (void)
{
  g_autoptr (World) world = world_new ();
  g_autoptr (GVariant) note = wf_dict_make ("log", S ("l1"), "kind", S ("note"), "text", S ("x"), "late", B (TRUE), NULL);
  g_autoptr (WfCommand) paper = wf_command_new ("c1", "log.add", WF_LIVE, "p1", NULL, START - WF_HOUR, NULL, NULL, note);
  g_autoptr (WfProblem) problem = world_try (world, paper);

  g_assert_null (problem);
  g_autoptr (WfEntity) log = world_get (world, "log", "l1");
  g_assert_cmpint (wf_entity_time (log, "at"), ==, START - WF_HOUR);

  report_incident (world, "i1");
  g_autoptr (WfEntity) task = world_task (world, "i1", "G01", "open");
  g_autoptr (GVariant) ack = wf_dict_make ("task", S (wf_entity_id (task)), NULL);
  g_autoptr (WfCommand) early = wf_command_new ("c2", "task.acknowledge", WF_LIVE, "p1", NULL, START - WF_HOUR, NULL, NULL, ack);
  g_autoptr (WfProblem) none = world_try (world, early);
  g_assert_null (none);

  g_autoptr (WfEntity) taken = world_task (world, "i1", "G01", "acknowledged");
  WfEvent *event = g_ptr_array_index (world->journal, world->journal->len - 1);
  g_assert_cmpint (wf_entity_time (taken, "acknowledged_at"), ==, START);
  g_assert_cmpint (event->occurred_at, ==, START - WF_HOUR);
  g_assert_cmpint (event->recorded_at, ==, START);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/rules/incidents/form", test_form);
  g_test_add_func ("/rules/incidents/system-only", test_system_only);
  g_test_add_func ("/rules/incidents/conflict", test_conflict);
  g_test_add_func ("/rules/incidents/false-report", test_false_report);
  g_test_add_func ("/rules/incidents/merged", test_merged);
  g_test_add_func ("/rules/incidents/steps-beside-each-other", test_steps_beside_each_other);
  g_test_add_func ("/rules/incidents/step-back", test_step_back);
  g_test_add_func ("/rules/incidents/archived", test_archived);
  g_test_add_func ("/rules/incidents/class-filter", test_class_filter);
  g_test_add_func ("/rules/incidents/casualties-raise-reports", test_casualties_raise_reports);
  g_test_add_func ("/rules/incidents/parts", test_parts);
  g_test_add_func ("/rules/incidents/log-and-media", test_log_and_media);
  g_test_add_func ("/rules/incidents/claimed-times", test_claimed_times);

  return g_test_run ();
}
