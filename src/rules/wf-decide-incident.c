/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-rules"

#include "config.h"

#include "wf-duties.h"
#include "wf-id.h"
#include "wf-judgement.h"
#include "wf-kind.h"
#include "wf-time.h"

#include <glib/gi18n.h>
#include <string.h>

/* Deaths and missing persons more than before are told by telephone within this time; other changes of casualties within
 * the longest that decree 493 allows a level. Changes count for 30 days. */
#define GRAVE_CHANGE (10 * WF_MINUTE)
#define OTHER_CHANGE (2 * WF_HOUR)
#define CHANGES_FOR  (30 * WF_DAY)

static gboolean
check_firm (WfDecision *self)
{
  if (!wf_dict_has (self->payload, "firm"))
    return TRUE;

  g_autoptr (WfEntity) firm = wf_decision_find (self, "firm", "firm");
  return firm != NULL;
}

/* What the category is, where only the class is given. */
static GVariant *
category_of_class (WfDecision *self)
{
  const char *code = wf_dict_string (self->payload, "class");
  g_autoptr (WfEntity) known = wf_state_get (self->state, self->scope, "incident_class", code);

  return wf_dict_has (self->payload, "category") ? NULL : wf_value_string (wf_entity_string (known, "category"));
}

static gboolean
check_casualties_time (WfDecision *self)
{
  g_autoptr (GVariant) casualties = wf_dict_value (self->payload, "casualties");

  return wf_decision_not_ahead (self, wf_dict_time (casualties, "at"), "casualties.at");
}

gboolean
wf_decide_incident_report (WfDecision *self)
{
  const char *id = wf_dict_string (self->payload, "incident");
  int64_t t0 = wf_dict_time (self->payload, "t0");

  if (!wf_decision_fresh (self, "incident", "incident") ||
      !wf_decision_not_ahead (self, t0, "t0") ||
      !check_casualties_time (self) ||
      !check_firm (self))
    return FALSE;

  g_autoptr (WfDuties) duties = wf_duties_new (self, id, wf_dict_string (self->payload, "class"), t0);

  wf_duties_add_common (duties);
  wf_decision_emit_with (self, "incident.reported", id,
                         wf_duties_merge (duties, wf_dict_make ("category", category_of_class (self), NULL)));
  return TRUE;
}

gboolean
wf_decide_incident_correct (WfDecision *self)
{
  g_autoptr (WfEntity) incident = wf_decision_incident (self, WF_ALLOW_KEPT);
  const char *given = wf_dict_string (self->payload, "class");

  if (incident == NULL || !check_firm (self))
    return FALSE;
  if (g_variant_n_children (self->payload) - (wf_dict_has (self->payload, "reason") ? 1 : 0) < 2)
    return wf_decision_refuse (self, WF_PROBLEM_INVALID, "incident.nothing-corrected", NULL, NULL);

  g_autoptr (WfDuties) duties = wf_duties_new (self, wf_entity_id (incident), given, wf_entity_time (incident, "t0"));

  if (given != NULL && !wf_incident_in (incident, "stood_down", "reviewed", "false_report", "merged", NULL))
    wf_duties_add_common (duties);

  wf_decision_emit_with (self, "incident.corrected", wf_entity_id (incident),
                         wf_duties_merge (duties, wf_dict_make ("category", category_of_class (self), NULL)));
  return TRUE;
}

static gboolean
check_merged_into (WfDecision *self,
                   WfEntity   *incident)
{
  const char *into = wf_dict_string (self->payload, "merged_into");

  if (into == NULL)
    return wf_decision_refuse (self, WF_PROBLEM_INVALID, "incident.merge-target-missing", "merged_into", NULL);
  if (strcmp (into, wf_entity_id (incident)) == 0)
    return wf_decision_refuse (self, WF_PROBLEM_INVALID, "incident.merge-into-itself", "merged_into", NULL);

  g_autoptr (WfEntity) target = wf_decision_find (self, "incident", "merged_into");

  if (target == NULL)
    return FALSE;
  if (wf_incident_in (target, "merged", "false_report", "archived", NULL))
    return wf_decision_refuse (self, WF_PROBLEM_STATE, "incident.merge-target-closed", "merged_into", into);

  return TRUE;
}

/* A report that turns out false, or the same as another: nothing more is to be done about it. */
static gboolean
verify_away (WfDecision *self,
             WfEntity   *incident,
             gboolean    duplicate)
{
  g_autoptr (WfDuties) duties = wf_duties_new (self, wf_entity_id (incident), NULL, wf_entity_time (incident, "t0"));
  const char *text = wf_dict_string (self->payload, "text");

  if (!wf_incident_in (incident, "reported", "verified", "graded", NULL))
    return wf_decision_refuse (self, WF_PROBLEM_STATE, "incident.responding", "outcome", NULL);
  if (duplicate && !check_merged_into (self, incident))
    return FALSE;
  if (!duplicate && (text == NULL || text[strspn (text, " \t\r\n")] == '\0'))
    return wf_decision_refuse (self, WF_PROBLEM_INVALID, "incident.false-needs-text", "text", NULL);

  wf_duties_strike_tasks (duties);
  wf_duties_strike_reports (duties, NULL);
  wf_duties_strike_because (duties,
                            duplicate ? _("Reported twice, goes on in the other incident") : _("The report was false"),
                            NULL, NULL);
  wf_decision_emit_with (self, "incident.verified", wf_entity_id (incident),
                         wf_duties_merge (duties, wf_dict_make ("at", wf_decision_at (self), NULL)));
  return TRUE;
}

gboolean
wf_decide_incident_verify (WfDecision *self)
{
  g_autoptr (WfEntity) incident = wf_decision_incident (self, WF_ALLOW_OPEN);
  const char *outcome = wf_dict_string (self->payload, "outcome");
  gboolean duplicate = strcmp (outcome, "duplicate") == 0;

  if (incident == NULL)
    return FALSE;
  if (!duplicate && wf_dict_has (self->payload, "merged_into"))
    return wf_decision_refuse (self, WF_PROBLEM_INVALID, "incident.merge-only-duplicates", "merged_into", NULL);
  if (duplicate || strcmp (outcome, "false") == 0)
    return verify_away (self, incident, duplicate);

  wf_decision_emit_with (self, "incident.verified", wf_entity_id (incident),
                         wf_dict_make ("at", wf_decision_at (self), NULL));
  return TRUE;
}

/* --- casualties --- */

static gboolean
grew (GVariant   *before,
      GVariant   *after,
      const char *key)
{
  return wf_dict_int (after, key, 0) > wf_dict_int (before, key, 0);
}

static gboolean
differs (GVariant *before,
         GVariant *after)
{
  static const char *const keys[] = { "deaths", "missing", "trapped", "serious", "light" };

  for (gsize i = 0; i < G_N_ELEMENTS (keys); i++)
    if (wf_dict_int (after, keys[i], 0) != wf_dict_int (before, keys[i], 0))
      return TRUE;

  return FALSE;
}

/* Whether a report to the same recipient will be made by then anyway; that one carries the change. */
static gboolean
is_told_by (GPtrArray  *reports,
            WfEntity   *told,
            int64_t     due,
            gboolean    by_phone)
{
  for (guint i = 0; i < reports->len; i++)
    {
      WfEntity *report = g_ptr_array_index (reports, i);

      if (wf_entity_is (report, "state", "due") &&
          wf_entity_is (report, "recipient", wf_entity_string (told, "recipient")) &&
          (!by_phone || wf_entity_is (report, "medium", "phone")) &&
          wf_entity_time (report, "due") <= due)
        return TRUE;
    }

  return FALSE;
}

static GVariant *
make_change_report (WfDecision *self,
                    WfEntity   *told,
                    int64_t     due,
                    const char *basis)
{
  g_autofree char *name = g_strconcat ("report/", wf_entity_string (told, "recipient"), NULL);
  g_autofree char *id = wf_id_derive (self->command->id, name);

  return wf_dict_make ("id", wf_value_string (id),
                       "recipient", wf_value_string (wf_entity_string (told, "recipient")),
                       "recipient_phone", wf_value_string (wf_entity_string (told, "recipient_phone")),
                       "medium", wf_value_string ("phone"),
                       "series", wf_value_string ("followup"),
                       "number", wf_value_int (1),
                       "level", wf_value_int (0),
                       "basis", wf_value_string (basis),
                       "due", wf_value_time (due),
                       NULL);
}

/* A change of casualties goes to everybody who has been told of the incident. */
static GPtrArray *
list_change_reports (WfDecision *self,
                     WfEntity   *incident,
                     GVariant   *before,
                     GVariant   *after)
{
  GPtrArray *made = g_ptr_array_new_with_free_func ((GDestroyNotify) g_variant_unref);
  gboolean grave = grew (before, after, "deaths") || grew (before, after, "missing");
  int64_t due = self->at + (grave ? GRAVE_CHANGE : OTHER_CHANGE);
  const char *basis = grave
                      ? _("More dead or missing: by telephone within 10 minutes")
                      : _("Casualties changed: within 2 hours (decree 493, art. 11 and 13)");
  g_autoptr (GPtrArray) reports = wf_state_list (self->state, self->scope, "report", wf_entity_id (incident));
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);

  if (!differs (before, after) || self->at > wf_entity_time (incident, "t0") + CHANGES_FOR)
    return made;

  for (guint i = 0; i < reports->len; i++)
    {
      WfEntity *told = g_ptr_array_index (reports, i);

      if (wf_entity_is (told, "state", "sent") &&
          g_hash_table_add (seen, (char *) wf_entity_string (told, "recipient")) &&
          !is_told_by (reports, told, due, grave))
        g_ptr_array_add (made, make_change_report (self, told, due, basis));
    }

  return made;
}

gboolean
wf_decide_incident_casualties (WfDecision *self)
{
  g_autoptr (WfEntity) incident = wf_decision_incident (self, WF_ALLOW_OPEN);

  if (incident == NULL || !check_casualties_time (self))
    return FALSE;

  g_autoptr (GVariant) before = wf_entity_value (incident, "casualties");
  g_autoptr (GVariant) after = wf_dict_value (self->payload, "casualties");
  g_autoptr (GPtrArray) reports = list_change_reports (self, incident, before, after);

  wf_decision_emit_with (self, "incident.casualties_counted", wf_entity_id (incident),
                         wf_dict_make ("reports", wf_value_list (reports), NULL));
  return TRUE;
}

/* --- what is known --- */

static gboolean
state_part (WfDecision *self,
            const char *part,
            const char *event)
{
  g_autoptr (WfEntity) incident = wf_decision_incident (self, WF_ALLOW_OPEN);
  g_autoptr (GVariant) value = wf_dict_value (self->payload, part);
  g_autofree char *field = g_strconcat (part, ".at", NULL);

  if (incident == NULL || !wf_decision_not_ahead (self, wf_dict_time (value, "at"), field))
    return FALSE;

  wf_decision_emit_with (self, event, wf_entity_id (incident), NULL);
  return TRUE;
}

gboolean
wf_decide_incident_evacuation (WfDecision *self)
{
  return state_part (self, "evacuation", "incident.evacuation_counted");
}

gboolean
wf_decide_incident_wind (WfDecision *self)
{
  return state_part (self, "wind", "incident.wind_measured");
}

gboolean
wf_decide_incident_headquarters (WfDecision *self)
{
  return state_part (self, "headquarters", "incident.headquarters_set");
}

gboolean
wf_decide_incident_facts (WfDecision *self)
{
  g_autoptr (WfEntity) incident = wf_decision_incident (self, WF_ALLOW_OPEN);

  if (incident == NULL)
    return FALSE;

  g_autoptr (GVariant) before = wf_entity_value (incident, "facts");
  g_autoptr (GVariant) given = wf_dict_value (self->payload, "facts");
  g_autoptr (GVariant) after = before != NULL ? wf_dict_merge (before, given) : g_variant_ref (given);

  if (g_variant_n_children (after) > 100)
    return wf_decision_refuse (self, WF_PROBLEM_INVALID, "incident.too-many-facts", "facts", NULL);

  wf_decision_emit_with (self, "incident.facts_stated", wf_entity_id (incident), NULL);
  return TRUE;
}

/* --- grading --- */

static gboolean
check_plan (WfDecision *self,
            int         level)
{
  if (!wf_dict_has (self->payload, "plan"))
    return TRUE;

  g_autoptr (WfEntity) plan = wf_decision_find (self, "plan", "plan");

  if (plan == NULL)
    return FALSE;
  if (wf_entity_is (plan, "kind", "common"))
    return wf_decision_refuse (self, WF_PROBLEM_INVALID, "response.plan-common", "plan", NULL);
  if (level == 0)
    return TRUE;

  g_autoptr (GVariant) there = wf_rules_plan_level (plan, level);
  return there != NULL || wf_decision_refuse (self, WF_PROBLEM_INVALID, "response.level-unknown", "level", NULL);
}

gboolean
wf_decide_incident_grade (WfDecision *self)
{
  g_autoptr (WfEntity) incident = wf_decision_incident (self, WF_ALLOW_OPEN);
  const char *incident_class = wf_dict_string (self->payload, "class");
  const char *plan_id = wf_dict_string (self->payload, "plan");
  int level = (int) wf_dict_int (self->payload, "level", 0);

  if (incident == NULL || !check_plan (self, level))
    return FALSE;
  if (wf_incident_in (incident, "stood_down", "reviewed", NULL))
    return wf_decision_refuse (self, WF_PROBLEM_STATE, "incident.stood-down", NULL, NULL);

  g_autoptr (WfJudgement) rules = wf_rules_judge (self->state, self->scope, incident, incident_class, plan_id);
  g_autoptr (WfDuties) duties = wf_duties_new (self, wf_entity_id (incident), incident_class,
                                               wf_entity_time (incident, "t0"));
  g_autoptr (WfEntity) plan = wf_state_get (self->state, self->scope, "plan", plan_id);

  wf_duties_add_common (duties);
  if (plan != NULL)
    wf_duties_add_plan (duties, plan, 0);

  wf_decision_emit_with (self, "incident.graded", wf_entity_id (incident),
                         wf_duties_merge (duties,
                                          wf_dict_make ("category", category_of_class (self),
                                                        "rule_grade", wf_value_string (rules->grade),
                                                        "rule_grade_basis", wf_value_string (rules->grade_basis),
                                                        "rule_level", wf_value_int (rules->level),
                                                        "rule_level_basis", wf_value_string (rules->level_basis),
                                                        "reported_as_larger",
                                                        wf_value_bool (rules->reported_as_larger),
                                                        NULL)));
  return TRUE;
}

/* --- steps --- */

gboolean
wf_decide_incident_control (WfDecision *self)
{
  g_autoptr (WfEntity) incident = wf_decision_incident (self, WF_ALLOW_OPEN);

  if (incident == NULL)
    return FALSE;
  if (!wf_entity_is (incident, "state", "responding"))
    return wf_decision_refuse (self, WF_PROBLEM_STATE, "response.not-active", NULL, wf_entity_string (incident, "state"));

  wf_decision_emit_with (self, "incident.controlled", wf_entity_id (incident),
                         wf_dict_make ("at", wf_decision_at (self), NULL));
  return TRUE;
}

/* From which states one may go back, and whether there must have been a response. */
static gboolean
may_step_back (WfEntity   *incident,
               const char *to)
{
  if (strcmp (to, "reported") == 0)
    return wf_incident_in (incident, "verified", "graded", "false_report", "merged", NULL);
  if (wf_entity_time (incident, "activated_at") == 0)
    return FALSE;
  if (strcmp (to, "responding") == 0)
    return wf_incident_in (incident, "controlled", "stood_down", "reviewed", NULL);
  if (strcmp (to, "controlled") == 0)
    return wf_incident_in (incident, "stood_down", "reviewed", NULL);

  return strcmp (to, "stood_down") == 0 && wf_entity_is (incident, "state", "reviewed");
}

static int
last_level (WfEntity *incident)
{
  g_autoptr (GPtrArray) levels = wf_entity_objects (incident, "levels");
  int level = 0;

  for (guint i = 0; i < levels->len; i++)
    {
      int64_t step = wf_dict_int (g_ptr_array_index (levels, i), "level", 0);

      if (step > 0)
        level = (int) step;
    }

  return level;
}

/* The response is in force again, at the level that it ended with. */
static int
restore_response (WfDecision *self,
                  WfEntity   *incident,
                  WfDuties   *duties)
{
  int level = last_level (incident);
  g_autoptr (WfEntity) plan = wf_state_get (self->state, self->scope, "plan", wf_entity_string (incident, "plan"));

  wf_duties_strike_reports (duties, "final");
  wf_duties_strike_because (duties, _("The response goes on"), NULL, wf_dict_string (self->payload, "reason"));

  if (plan != NULL && level > 0)
    wf_duties_change_level (duties, plan, 5, level, self->at);

  return level;
}

gboolean
wf_decide_incident_step_back (WfDecision *self)
{
  g_autoptr (WfEntity) incident = wf_decision_incident (self, WF_ALLOW_KEPT);
  const char *to = wf_dict_string (self->payload, "to");
  int level = 0;

  if (incident == NULL)
    return FALSE;
  if (!may_step_back (incident, to))
    return wf_decision_refuse (self, WF_PROBLEM_STATE, "incident.no-step-back", "to", wf_entity_string (incident, "state"));

  g_autoptr (WfDuties) duties = wf_duties_new (self, wf_entity_id (incident), wf_entity_string (incident, "class"),
                                               wf_entity_time (incident, "t0"));

  if (strcmp (to, "reported") == 0)
    wf_duties_add_common (duties);
  else if (strcmp (to, "stood_down") != 0 && wf_incident_in (incident, "stood_down", "reviewed", NULL))
    level = restore_response (self, incident, duties);

  wf_decision_emit_with (self, "incident.stepped_back", wf_entity_id (incident),
                         wf_duties_merge (duties,
                                          wf_dict_make ("from", wf_value_string (wf_entity_string (incident, "state")),
                                                        "level", level > 0 ? wf_value_int (level) : NULL,
                                                        "at", wf_decision_at (self),
                                                        NULL)));
  return TRUE;
}

gboolean
wf_decide_incident_review (WfDecision *self)
{
  g_autoptr (WfEntity) incident = wf_decision_incident (self, WF_ALLOW_OPEN);

  if (incident == NULL)
    return FALSE;
  if (wf_entity_is (incident, "state", "reported"))
    return wf_decision_refuse (self, WF_PROBLEM_STATE, "incident.not-verified", NULL, NULL);
  if (wf_incident_responding (incident))
    return wf_decision_refuse (self, WF_PROBLEM_STATE, "incident.responding", NULL, NULL);

  wf_decision_emit_with (self, "incident.reviewed", wf_entity_id (incident),
                         wf_dict_make ("at", wf_decision_at (self), NULL));
  return TRUE;
}

static gboolean
has_orders_out (WfDecision *self,
                WfEntity   *incident)
{
  g_autoptr (GPtrArray) orders = wf_state_list (self->state, self->scope, "order", wf_entity_id (incident));

  for (guint i = 0; i < orders->len; i++)
    if (wf_order_is_out (g_ptr_array_index (orders, i)))
      return TRUE;

  return FALSE;
}

static gboolean
has_reports_due (WfDecision *self,
                 WfEntity   *incident)
{
  g_autoptr (GPtrArray) reports = wf_state_list (self->state, self->scope, "report", wf_entity_id (incident));

  for (guint i = 0; i < reports->len; i++)
    if (wf_entity_is (g_ptr_array_index (reports, i), "state", "due"))
      return TRUE;

  return FALSE;
}

gboolean
wf_decide_incident_archive (WfDecision *self)
{
  g_autoptr (WfEntity) incident = wf_decision_incident (self, WF_ALLOW_KEPT);

  if (incident == NULL)
    return FALSE;
  if (!wf_incident_in (incident, "reviewed", "false_report", "merged", NULL))
    return wf_decision_refuse (self, WF_PROBLEM_STATE, "incident.not-reviewed", NULL, wf_entity_string (incident, "state"));
  if (has_orders_out (self, incident))
    return wf_decision_refuse (self, WF_PROBLEM_STATE, "incident.orders-out", NULL, NULL);
  if (has_reports_due (self, incident))
    return wf_decision_refuse (self, WF_PROBLEM_STATE, "incident.reports-due", NULL, NULL);

  g_autoptr (WfDuties) duties = wf_duties_new (self, wf_entity_id (incident), NULL, wf_entity_time (incident, "t0"));

  wf_duties_strike_tasks (duties);
  wf_duties_strike_because (duties, _("The incident was archived"), NULL, NULL);
  wf_decision_emit_with (self, "incident.archived", wf_entity_id (incident),
                         wf_duties_merge (duties, wf_dict_make ("at", wf_decision_at (self), NULL)));
  return TRUE;
}

gboolean
wf_decide_incident_supplement (WfDecision *self)
{
  g_autoptr (WfEntity) incident = wf_decision_incident (self, WF_ALLOW_ANY);

  if (incident == NULL)
    return FALSE;
  if (!wf_entity_is (incident, "state", "archived"))
    return wf_decision_refuse (self, WF_PROBLEM_STATE, "incident.not-archived", NULL, NULL);

  g_autoptr (GPtrArray) supplements = wf_entity_objects (incident, "supplements");

  if (supplements->len >= 200)
    return wf_decision_refuse (self, WF_PROBLEM_STATE, "incident.too-many-supplements", NULL, NULL);

  wf_decision_emit_with (self, "incident.supplemented", wf_entity_id (incident),
                         wf_dict_make ("at", wf_decision_at (self), NULL));
  return TRUE;
}
