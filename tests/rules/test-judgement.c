/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "fixture.h"

#include "wf-judgement.h"
#include "wf-kind.h"
#include "wf-matching.h"

/* An incident that is not recorded, as a form has it. */
static WfEntity *
make_incident (const char *incident_class,
               GVariant   *casualties,
               GVariant   *facts,
               int64_t     evacuate)
{
  g_autoptr (GVariant) evacuation = wf_dict_make ("due", I (evacuate), "done", I (0), "source", S ("x"), "at", T (START), NULL);
  g_autoptr (GVariant) fields = wf_dict_make ("title", S ("x"), "state", S ("reported"), "t0", T (START),
                                              "class", S (incident_class),
                                              "casualties", casualties,
                                              "facts", facts,
                                              "evacuation", evacuate >= 0 ? evacuation : NULL,
                                              "location", wf_value_point (109.84, 40.60),
                                              NULL);

  return wf_entity_new (WF_LIVE, "incident", "form", fields, NULL, 0);
}

static void
check_grade (World      *world,
             const char *incident_class,
             int64_t     deaths,
             int64_t     serious,
             int64_t     loss,
             const char *grade)
{
  g_autoptr (GVariant) casualties = wf_dict_make ("deaths", I (deaths), "missing", I (0), "trapped", I (0),
                                                  "serious", I (serious), "light", I (0),
                                                  "loss_yuan", loss >= 0 ? I (loss) : NULL,
                                                  "source", S ("120"), "at", T (START), NULL);
  g_autoptr (WfEntity) incident = make_incident (incident_class, casualties, NULL, -1);
  g_autoptr (WfJudgement) judgement = wf_rules_judge (world->state, WF_LIVE, incident, NULL, NULL);

  g_assert_cmpstr (judgement->grade, ==, grade);
  g_assert_true ((judgement->grade_basis != NULL) == (grade != NULL));
}

static void
test_grades (void)
{
  static const struct { int64_t deaths, serious, loss; const char *grade; } rows[] = {
    { 0, 0, -1, "ordinary" }, { 2, 0, -1, "ordinary" }, { 3, 0, -1, "larger" }, { 9, 0, -1, "larger" },
    { 10, 0, -1, "major" }, { 29, 0, -1, "major" }, { 30, 0, -1, "extraordinary" },
    { 0, 9, -1, "ordinary" }, { 0, 10, -1, "larger" }, { 0, 49, -1, "larger" }, { 0, 50, -1, "major" },
    { 0, 99, -1, "major" }, { 0, 100, -1, "extraordinary" },
    { 0, 0, 9999999, "ordinary" }, { 0, 0, 10000000, "larger" }, { 0, 0, 49999999, "larger" },
    { 0, 0, 50000000, "major" }, { 0, 0, 99999999, "major" }, { 0, 0, 100000000, "extraordinary" },
    { 2, 50, 0, "major" }, { 30, 1, 1, "extraordinary" }, /* the worst counts */
  };
  g_autoptr (World) world = world_new ();

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    check_grade (world, "accident.hazchem.leak", rows[i].deaths, rows[i].serious, rows[i].loss, rows[i].grade);

  /* A table for the closer class goes before the wider one; where there is none, a person decides. */
  check_grade (world, "accident.traffic.road", 3, 0, -1, "major");
  check_grade (world, "accident.traffic", 3, 0, -1, "major");
  check_grade (world, "accident.trafficking", 3, 0, -1, "larger");
  check_grade (world, "natural.flood", 30, 0, -1, NULL);
  check_grade (world, NULL, 30, 0, -1, NULL);
  check_grade (world, "accident.traffic.road", 1, 0, -1, "ordinary");

  /* The basis names what there is, not what there is none of. */
  g_autoptr (GVariant) hurt = make_casualties (world, 0, 0, 0, 2, 0);
  g_autoptr (WfEntity) light = make_incident ("accident.hazchem.leak", hurt, NULL, -1);
  g_autoptr (WfJudgement) ordinary = wf_rules_judge (world->state, WF_LIVE, light, NULL, NULL);
  g_assert_cmpstr (ordinary->grade_basis, ==, "serious injuries 2, from 0 on (Decree 493)");

  /* What is not known is not zero. */
  g_autoptr (WfEntity) unknown = make_incident ("accident.hazchem.leak", NULL, NULL, -1);
  g_autoptr (WfJudgement) judgement = wf_rules_judge (world->state, WF_LIVE, unknown, NULL, NULL);
  g_assert_null (judgement->grade);
  g_assert_cmpint (judgement->level, ==, 0);
  g_assert_cmpstr (judgement->plan, ==, "hazchem");
}

static void
check_larger (World      *world,
              int64_t     at_risk,
              int64_t     missing,
              int64_t     trapped,
              int64_t     evacuate,
              const char *fact,
              gboolean    larger)
{
  g_autoptr (GVariant) casualties = wf_dict_make ("deaths", I (0), "missing", I (missing), "trapped", I (trapped),
                                                  "serious", I (0), "light", I (0), "at_risk", I (at_risk),
                                                  "source", S ("120"), "at", T (START), NULL);
  g_autoptr (GVariant) facts = fact != NULL ? wf_dict_make (fact, B (TRUE), NULL) : wf_dict_empty ();
  g_autoptr (WfEntity) incident = make_incident ("accident.hazchem.leak", casualties, facts, evacuate);
  g_autoptr (WfJudgement) judgement = wf_rules_judge (world->state, WF_LIVE, incident, NULL, NULL);

  g_assert_cmpint (judgement->reported_as_larger, ==, larger);
}

static void
test_larger (void)
{
  g_autoptr (World) world = world_new ();

  check_larger (world, 9, 2, 0, 499, NULL, FALSE);
  check_larger (world, 10, 0, 0, 0, NULL, TRUE);
  check_larger (world, 0, 3, 0, 0, NULL, TRUE);
  check_larger (world, 0, 0, 3, 0, NULL, TRUE);
  check_larger (world, 0, 1, 2, 0, NULL, TRUE);
  check_larger (world, 0, 0, 0, 500, NULL, TRUE);
  check_larger (world, 0, 0, 0, 0, "heavy_pollution", TRUE);
  check_larger (world, 0, 0, 0, 0, "important_site", TRUE);
  check_larger (world, 0, 0, 0, 0, "night", FALSE);
}

static void
check_level (World      *world,
             GVariant   *casualties,
             GVariant   *facts,
             int64_t     evacuate,
             int         level,
             const char *basis)
{
  g_autoptr (WfEntity) incident = make_incident ("accident.hazchem.leak", casualties, facts, evacuate);
  g_autoptr (WfJudgement) judgement = wf_rules_judge (world->state, WF_LIVE, incident, NULL, NULL);

  g_assert_cmpint (judgement->level, ==, level);
  g_assert_cmpstr (judgement->level_basis, ==, basis);
  if (casualties != NULL)
    g_variant_unref (casualties);
  if (facts != NULL)
    g_variant_unref (facts);
}

static void
test_levels (void)
{
  g_autoptr (World) world = world_new ();

  check_level (world, make_casualties (world, 0, 0, 0, 0, 0), NULL, -1, 0, NULL);
  check_level (world, make_casualties (world, 0, 0, 0, 2, 0), NULL, -1, 4, "one or two hurt");
  check_level (world, make_casualties (world, 0, 0, 0, 3, 0), NULL, -1, 0, NULL);
  check_level (world, make_casualties (world, 1, 0, 0, 2, 0), NULL, 100, 3, "a death; 100 to evacuate");
  check_level (world, make_casualties (world, 3, 0, 0, 2, 0), NULL, 99, 2, "three deaths");
  check_level (world, NULL, wf_dict_make ("small_leak", B (TRUE), NULL), -1, 4, "a small leak");
  check_level (world, NULL, wf_dict_make ("small_leak", B (FALSE), NULL), -1, 0, NULL);

  /* A tonne counts only where the gas is toxic; whole numbers are numbers too. */
  check_level (world, NULL, wf_dict_make ("leak_tonnes", D (1), NULL), -1, 0, NULL);
  check_level (world, NULL, wf_dict_make ("leak_tonnes", D (1), "toxic_gas", B (FALSE), NULL), -1, 0, NULL);
  check_level (world, NULL, wf_dict_make ("leak_tonnes", I (1), "toxic_gas", B (TRUE), NULL), -1, 3, "a tonne of toxic gas");
  check_level (world, NULL, wf_dict_make ("leak_tonnes", D (9.99), NULL), -1, 0, NULL);
  check_level (world, NULL, wf_dict_make ("leak_tonnes", D (10), NULL), -1, 2, "ten tonnes");
  check_level (world, NULL, wf_dict_make ("leak_tonnes", S ("ten"), NULL), -1, 0, NULL);
}

static void
put_plan (World      *world,
          const char *id,
          const char *kind,
          const char *classes)
{
  g_autofree char *text = g_strdup_printf ("{'entities': <[{'kind': <'plan'>, 'id': <'%s'>, 'fields': <{'title': <'%s'>,"
                                           " 'kind': <'%s'>, 'version': <'1'>%s%s}>}]>}",
                                           id, id, kind, classes != NULL ? ", 'classes': " : "",
                                           classes != NULL ? classes : "");
  GVariant *payload = g_variant_parse (G_VARIANT_TYPE_VARDICT, text, NULL, NULL, NULL);

  world_do (world, "registry.put", payload);
}

static void
test_plans (void)
{
  g_autoptr (World) world = world_new ();

  put_plan (world, "general", "general", NULL);
  put_plan (world, "leak", "special", "<['accident.hazchem.leak']>");
  put_plan (world, "firms-leak", "firm", "<['accident.hazchem.leak']>");
  put_plan (world, "mines", "special", "<['accident.mine.']>");

  g_autoptr (GPtrArray) plans = wf_rules_plans_for (world->state, WF_LIVE, "accident.hazchem.leak");
  g_assert_cmpuint (plans->len, ==, 4);
  g_assert_cmpstr (wf_entity_id (plans->pdata[0]), ==, "leak");
  g_assert_cmpstr (wf_entity_id (plans->pdata[1]), ==, "firms-leak");
  g_assert_cmpstr (wf_entity_id (plans->pdata[2]), ==, "hazchem");
  g_assert_cmpstr (wf_entity_id (plans->pdata[3]), ==, "general");

  g_autoptr (GPtrArray) other = wf_rules_plans_for (world->state, WF_LIVE, NULL);
  g_assert_cmpuint (other->len, ==, 1);
}

/* --- matching --- */

static void
test_needs (void)
{
  g_autoptr (World) world = world_new ();

  report_incident (world, "i1");
  g_autoptr (WfEntity) before = world_get (world, "incident", "i1");
  g_autoptr (GPtrArray) lowest = wf_rules_needs (world->state, WF_LIVE, before);
  g_assert_cmpuint (lowest->len, ==, 2);

  activate (world, "i1", 3);
  g_autoptr (WfEntity) active = world_get (world, "incident", "i1");
  g_autoptr (GPtrArray) needs = wf_rules_needs (world->state, WF_LIVE, active);
  g_assert_cmpuint (needs->len, ==, 3);
  g_assert_cmpstr (wf_dict_string (needs->pdata[0], "capability"), ==, "hazmat.rescue");
  g_assert_cmpfloat (wf_dict_double (needs->pdata[0], "quantity", 0), ==, 2);
}

static void
test_forces (void)
{
  g_autoptr (World) world = world_new ();

  report_incident (world, "i1");
  activate (world, "i1", 3);
  g_autoptr (WfEntity) incident = world_get (world, "incident", "i1");
  g_autoptr (GPtrArray) teams = wf_rules_match_forces (world->state, WF_LIVE, incident, "team", 0);

  /* Nearer goes before the one that can do more only as far as that is worth; who can do nothing of it, or is not there,
   * stands below and is seen. */
  g_assert_cmpuint (teams->len, ==, 4);
  WfMatch *first = teams->pdata[0];
  WfMatch *second = teams->pdata[1];
  WfMatch *divers = teams->pdata[2];
  WfMatch *away = teams->pdata[3];
  g_assert_cmpstr (wf_entity_id (first->entity), ==, "team-2");
  g_assert_cmpuint (first->capable, ==, 2);
  g_assert_cmpfloat_with_epsilon (first->distance_m, 6754, 20);
  g_assert_cmpstr (wf_entity_id (second->entity), ==, "team-1");
  g_assert_cmpfloat_with_epsilon (second->distance_m, 5066, 20);
  g_assert_cmpint (second->readiness_minutes, ==, 2);
  g_assert_cmpstr (wf_entity_id (divers->entity), ==, "team-3");
  g_assert_cmpuint (divers->capable, ==, 0);
  g_assert_true (divers->free);
  g_assert_cmpstr (wf_entity_id (away->entity), ==, "team-4");
  g_assert_false (away->free);
  g_assert_cmpfloat (away->distance_m, <, 0);

  order (world, "o1", "i1", "team", "team-2");
  g_autoptr (GPtrArray) left = wf_rules_match_forces (world->state, WF_LIVE, incident, "team", 1);
  g_assert_cmpuint (left->len, ==, 1);
  g_assert_cmpstr (wf_entity_id (((WfMatch *) left->pdata[0])->entity), ==, "team-1");

  g_autoptr (GPtrArray) all = wf_rules_match_forces (world->state, WF_LIVE, incident, NULL, 0);
  g_assert_cmpuint (all->len, ==, 6);
}

static void
test_stock (void)
{
  g_autoptr (World) world = world_new ();

  report_incident (world, "i1");
  g_autoptr (WfEntity) incident = world_get (world, "incident", "i1");
  g_autoptr (GPtrArray) needed = wf_rules_match_stock (world->state, WF_LIVE, incident, NULL, 0);

  /* 100 are needed, the near depot has 60: both are shown. */
  g_assert_cmpuint (needed->len, ==, 2);
  WfMatch *near = needed->pdata[0];
  WfMatch *far = needed->pdata[1];
  g_assert_cmpstr (wf_entity_id (near->entity), ==, "foam-1");
  g_assert_cmpstr (wf_entity_id (near->depot), ==, "depot-1");
  g_assert_cmpfloat (near->available, ==, 60);
  g_assert_cmpstr (wf_entity_id (far->entity), ==, "foam-2");

  world_do (world, "stock.reserve",
            wf_dict_make ("reservation", S ("v1"), "incident", S ("i1"), "stock", S ("foam-1"), "quantity", D (60), NULL));
  g_autoptr (GPtrArray) after = wf_rules_match_stock (world->state, WF_LIVE, incident, "foam", 0);
  WfMatch *best = after->pdata[0];
  WfMatch *empty = after->pdata[1];
  g_assert_cmpstr (wf_entity_id (best->entity), ==, "foam-2");
  g_assert_false (empty->free);
  g_assert_cmpfloat (empty->available, ==, 0);

  g_autoptr (GPtrArray) sand = wf_rules_match_stock (world->state, WF_LIVE, incident, "sand", 5);
  g_assert_cmpuint (sand->len, ==, 1);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/rules/judgement/grades", test_grades);
  g_test_add_func ("/rules/judgement/larger", test_larger);
  g_test_add_func ("/rules/judgement/levels", test_levels);
  g_test_add_func ("/rules/judgement/plans", test_plans);
  g_test_add_func ("/rules/matching/needs", test_needs);
  g_test_add_func ("/rules/matching/forces", test_forces);
  g_test_add_func ("/rules/matching/stock", test_stock);

  return g_test_run ();
}
