/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-rules"

#include "config.h"

#include "wf-application.h"

#include <string.h>

/* How far an incident has come; a later step of several that run at once does not take it back. */
static int
rank (const char *state)
{
  static const char *const order[] = { "reported", "verified", "graded", "responding" };

  for (gsize i = 0; i < G_N_ELEMENTS (order); i++)
    if (g_strcmp0 (state, order[i]) == 0)
      return (int) i;

  return G_N_ELEMENTS (order);
}

static GVariant *
advance (WfEntity   *incident,
         const char *state)
{
  return rank (wf_entity_string (incident, "state")) < rank (state) ? wf_value_string (state) : NULL;
}

/* --- tasks and reports that come and go with it --- */

/**
 * wf_apply_made_task:
 * @self: an application
 * @incident: an incident's id
 * @task: a task as events carry it
 *
 * Returns: whether it could be made
 */
gboolean
wf_apply_made_task (WfApplication *self,
                    const char    *incident,
                    GVariant      *task)
{
  g_autoptr (GVariant) patch = wf_dict_make ("id", wf_value_clear (),
                                             "incident", wf_value_string (incident),
                                             "state", wf_value_string ("open"),
                                             NULL);

  return wf_application_make (self, "task", wf_dict_string (task, "id"), wf_dict_merge (task, patch));
}

/**
 * wf_apply_made_report:
 * @self: an application
 * @incident: an incident's id
 * @report: a report as events carry it
 *
 * Returns: whether it could be made
 */
gboolean
wf_apply_made_report (WfApplication *self,
                      const char    *incident,
                      GVariant      *report)
{
  g_autoptr (GVariant) patch = wf_dict_make ("id", wf_value_clear (),
                                             "incident", wf_value_string (incident),
                                             "state", wf_value_string ("due"),
                                             NULL);

  return wf_application_make (self, "report", wf_dict_string (report, "id"), wf_dict_merge (report, patch));
}

static gboolean
strike (WfApplication *self,
        const char    *kind,
        const char    *field,
        int64_t        at)
{
  g_auto (GStrv) ids = wf_dict_strings (self->payload, field);
  const char *reason = wf_dict_string (self->payload, "strike_reason");
  gboolean task = strcmp (kind, "task") == 0;

  for (gsize i = 0; ids[i] != NULL; i++)
    {
      g_autoptr (WfEntity) entity = wf_application_look (self, kind, ids[i]);

      if (entity == NULL)
        return wf_application_broken (self, kind, ids[i]);

      wf_application_patch (self, entity,
                            wf_dict_make ("state", wf_value_string ("struck"),
                                          "struck_at", task ? wf_value_time (at) : NULL,
                                          "struck_reason", wf_value_string (reason),
                                          NULL));
    }

  return TRUE;
}

/**
 * wf_apply_duties:
 * @self: an application
 * @incident: an incident's id
 * @at: when
 *
 * Makes and strikes the tasks and reports that the event carries.
 *
 * Returns: whether that could be done
 */
gboolean
wf_apply_duties (WfApplication *self,
                 const char    *incident,
                 int64_t        at)
{
  g_autoptr (GPtrArray) tasks = wf_dict_objects (self->payload, "tasks");
  g_autoptr (GPtrArray) reports = wf_dict_objects (self->payload, "reports");

  if (!strike (self, "task", "tasks_struck", at) || !strike (self, "report", "reports_struck", at))
    return FALSE;

  for (guint i = 0; i < tasks->len; i++)
    if (!wf_apply_made_task (self, incident, g_ptr_array_index (tasks, i)))
      return FALSE;

  for (guint i = 0; i < reports->len; i++)
    if (!wf_apply_made_report (self, incident, g_ptr_array_index (reports, i)))
      return FALSE;

  return TRUE;
}

static gboolean
change_with_duties (WfApplication *self,
                    GVariant      *patch)
{
  return wf_application_change (self, "incident", patch) &&
         wf_apply_duties (self, wf_dict_string (self->payload, "incident"), wf_dict_time (self->payload, "at"));
}

/* --- the report and what is known --- */

gboolean
wf_apply_incident_reported (WfApplication *self)
{
  const char *id = wf_dict_string (self->payload, "incident");
  g_autoptr (GVariant) fields = wf_application_pick (self, "title", "t0", "category", "class", "place", "location", "caller",
                                                     "summary", "actions_taken", "firm", "casualties", "facts", NULL);
  g_autoptr (GVariant) state = wf_dict_make ("state", wf_value_string ("reported"), NULL);

  return wf_application_make (self, "incident", id, wf_dict_merge (fields, state)) && wf_apply_duties (self, id, 0);
}

gboolean
wf_apply_incident_corrected (WfApplication *self)
{
  return change_with_duties (self, wf_application_pick (self, "title", "category", "class", "place", "location", "caller",
                                                        "summary", "actions_taken", "firm", NULL));
}

gboolean
wf_apply_incident_verified (WfApplication *self)
{
  g_autoptr (WfEntity) incident = wf_application_find (self, "incident", "incident");
  const char *outcome = wf_dict_string (self->payload, "outcome");
  g_autoptr (GVariant) verification = wf_application_pick (self, "outcome", "source", "by", "text", "at", NULL);
  g_autoptr (GVariant) merged_into = wf_dict_value (self->payload, "merged_into");
  GVariant *state;

  if (incident == NULL)
    return FALSE;

  if (strcmp (outcome, "false") == 0)
    state = wf_value_string ("false_report");
  else if (strcmp (outcome, "duplicate") == 0)
    state = wf_value_string ("merged");
  else
    state = advance (incident, "verified");

  return change_with_duties (self, wf_dict_make ("verification", verification,
                                                 "merged_into", merged_into,
                                                 "state", state,
                                                 NULL));
}

gboolean
wf_apply_incident_casualties_counted (WfApplication *self)
{
  return change_with_duties (self, wf_application_pick (self, "casualties", NULL));
}

gboolean
wf_apply_incident_evacuation_counted (WfApplication *self)
{
  return wf_application_change (self, "incident", wf_application_pick (self, "evacuation", NULL));
}

gboolean
wf_apply_incident_wind_measured (WfApplication *self)
{
  return wf_application_change (self, "incident", wf_application_pick (self, "wind", NULL));
}

gboolean
wf_apply_incident_headquarters_set (WfApplication *self)
{
  return wf_application_change (self, "incident", wf_application_pick (self, "headquarters", NULL));
}

gboolean
wf_apply_incident_facts_stated (WfApplication *self)
{
  g_autoptr (WfEntity) incident = wf_application_find (self, "incident", "incident");
  g_autoptr (GVariant) before = wf_entity_value (incident, "facts");
  g_autoptr (GVariant) given = wf_dict_value (self->payload, "facts");
  g_autoptr (GVariant) after = before != NULL ? wf_dict_merge (before, given) : g_variant_ref (given);

  return incident != NULL && wf_application_patch (self, incident, wf_dict_make ("facts", after, NULL));
}

/* A basis that is not given is none; the one of an earlier grading must not stay. */
static GVariant *
basis_or_clear (WfApplication *self,
                WfEntity      *incident,
                const char    *given,
                const char    *by_rule,
                const char    *field)
{
  const char *basis = wf_dict_string (self->payload, given);

  if (basis == NULL)
    basis = wf_dict_string (self->payload, by_rule);
  if (basis == NULL)
    return wf_dict_has (wf_entity_fields (incident), field) ? wf_value_clear () : NULL;

  g_autofree char *cut = g_utf8_substring (basis, 0, MIN (g_utf8_strlen (basis, -1), 2000));
  return wf_value_string (cut);
}

gboolean
wf_apply_incident_graded (WfApplication *self)
{
  g_autoptr (WfEntity) incident = wf_application_find (self, "incident", "incident");
  const char *plan = wf_dict_string (self->payload, "plan");
  int64_t level = wf_dict_int (self->payload, "level", wf_dict_int (self->payload, "rule_level", 0));

  if (incident == NULL)
    return FALSE;

  /* While a response is in force, the plan is the one that was activated. */
  if (wf_entity_time (incident, "activated_at") != 0)
    plan = NULL;

  return change_with_duties (self,
                             wf_dict_make ("category", wf_value_string (wf_dict_string (self->payload, "category")),
                                           "class", wf_value_string (wf_dict_string (self->payload, "class")),
                                           "grade", wf_value_string (wf_dict_string (self->payload, "grade")),
                                           "grade_basis",
                                           basis_or_clear (self, incident, "basis", "rule_grade_basis", "grade_basis"),
                                           "plan", wf_value_string (plan),
                                           "proposed_level", wf_value_int (level),
                                           "proposed_basis",
                                           basis_or_clear (self, incident, "level_basis", "rule_level_basis",
                                                           "proposed_basis"),
                                           "state", advance (incident, "graded"),
                                           NULL));
}

/* --- steps --- */

gboolean
wf_apply_incident_controlled (WfApplication *self)
{
  return wf_application_change (self, "incident",
                                wf_dict_make ("state", wf_value_string ("controlled"),
                                              "controlled_at", wf_value_time (wf_dict_time (self->payload, "at")),
                                              NULL));
}

gboolean
wf_apply_incident_reviewed (WfApplication *self)
{
  g_autoptr (GVariant) review = wf_application_pick (self, "course", "lessons", "improve", "by", "at", NULL);

  return wf_application_change (self, "incident",
                                wf_dict_make ("state", wf_value_string ("reviewed"), "review", review, NULL));
}

gboolean
wf_apply_incident_archived (WfApplication *self)
{
  return change_with_duties (self, wf_dict_make ("state", wf_value_string ("archived"),
                                                 "archived_at", wf_value_time (wf_dict_time (self->payload, "at")),
                                                 NULL));
}

static GVariant *
append (WfEntity   *incident,
        const char *field,
        GVariant   *item)
{
  g_autoptr (GPtrArray) list = wf_entity_objects (incident, field);

  g_ptr_array_add (list, g_variant_ref (item));
  return wf_value_objects (list);
}

gboolean
wf_apply_incident_supplemented (WfApplication *self)
{
  g_autoptr (WfEntity) incident = wf_application_find (self, "incident", "incident");
  g_autoptr (GVariant) supplement = wf_application_pick (self, "text", "signed_by", "at", NULL);

  return incident != NULL &&
         wf_application_patch (self, incident,
                               wf_dict_make ("supplements", append (incident, "supplements", supplement), NULL));
}

/* --- the level and its history --- */

static GVariant *
append_level (WfApplication *self,
              WfEntity      *incident,
              int64_t        from,
              int64_t        level)
{
  const char *reason = wf_dict_string (self->payload, "reason");
  g_autoptr (GVariant) approval = wf_dict_value (self->payload, "approval");
  g_autoptr (GVariant) step = wf_dict_make ("level", wf_value_int (level),
                                            "from", wf_value_int (from),
                                            "at", wf_value_time (wf_dict_time (self->payload, "at")),
                                            "reason", wf_value_string (reason),
                                            "approval", approval,
                                            NULL);

  return append (incident, "levels", step);
}

gboolean
wf_apply_response_activated (WfApplication *self)
{
  g_autoptr (WfEntity) incident = wf_application_find (self, "incident", "incident");
  g_autoptr (GVariant) picked = wf_application_pick (self, "plan", "level", "matter", "expected_hours", "measures", NULL);

  if (incident == NULL)
    return FALSE;

  int64_t level = wf_dict_int (self->payload, "level", 0);
  g_autoptr (GVariant) own = wf_dict_make ("state", wf_value_string ("responding"),
                                           "activated_at", wf_value_time (wf_dict_time (self->payload, "at")),
                                           "levels", append_level (self, incident, 0, level),
                                           NULL);

  return change_with_duties (self, wf_dict_merge (picked, own));
}

gboolean
wf_apply_response_level_changed (WfApplication *self)
{
  g_autoptr (WfEntity) incident = wf_application_find (self, "incident", "incident");

  if (incident == NULL)
    return FALSE;

  int64_t level = wf_dict_int (self->payload, "level", 0);
  int64_t from = wf_dict_int (self->payload, "from", 0);

  return change_with_duties (self, wf_dict_make ("level", wf_value_int (level),
                                                 "levels", append_level (self, incident, from, level),
                                                 NULL));
}

gboolean
wf_apply_response_stood_down (WfApplication *self)
{
  g_autoptr (WfEntity) incident = wf_application_find (self, "incident", "incident");

  if (incident == NULL)
    return FALSE;

  int64_t from = wf_dict_int (self->payload, "from", 0);

  return change_with_duties (self,
                             wf_dict_make ("state", wf_value_string ("stood_down"),
                                           "level", wf_value_int (0),
                                           "levels", append_level (self, incident, from, 0),
                                           "stood_down_at", wf_value_time (wf_dict_time (self->payload, "at")),
                                           "stand_down_reason",
                                           wf_value_string (wf_dict_string (self->payload, "reason")),
                                           NULL));
}

static GVariant *
clear_if (WfEntity   *incident,
          const char *field,
          gboolean    clear)
{
  return clear && wf_dict_has (wf_entity_fields (incident), field) ? wf_value_clear () : NULL;
}

gboolean
wf_apply_incident_stepped_back (WfApplication *self)
{
  g_autoptr (WfEntity) incident = wf_application_find (self, "incident", "incident");
  const char *to = wf_dict_string (self->payload, "to");
  int64_t level = wf_dict_int (self->payload, "level", 0);
  gboolean reported = strcmp (to, "reported") == 0;
  gboolean responding = strcmp (to, "responding") == 0;
  gboolean in_force = responding || strcmp (to, "controlled") == 0;

  if (incident == NULL)
    return FALSE;

  /* The steps taken back are still in the journal; the incident shows what is true now. */
  return change_with_duties (self,
                             wf_dict_make ("state", wf_value_string (to),
                                           "level", level > 0 ? wf_value_int (level) : NULL,
                                           "levels", level > 0 ? append_level (self, incident, 0, level) : NULL,
                                           "verification", clear_if (incident, "verification", reported),
                                           "merged_into", clear_if (incident, "merged_into", reported),
                                           "controlled_at", clear_if (incident, "controlled_at", responding),
                                           "stood_down_at", clear_if (incident, "stood_down_at", in_force),
                                           "stand_down_reason", clear_if (incident, "stand_down_reason", in_force),
                                           NULL));
}

gboolean
wf_apply_approval_signed (WfApplication *self)
{
  g_autoptr (WfEntity) incident = wf_application_find (self, "incident", "incident");
  g_autoptr (GPtrArray) levels = wf_entity_objects (incident, "levels");
  guint step = (guint) wf_dict_int (self->payload, "step", 0);
  g_autoptr (GVariant) approval = step < levels->len ? wf_dict_value (levels->pdata[step], "approval") : NULL;

  if (incident == NULL)
    return FALSE;
  if (approval == NULL)
    return wf_application_broken (self, "approval", wf_entity_id (incident));

  g_autoptr (GVariant) at = wf_dict_make ("signed_at", wf_value_time (wf_dict_time (self->payload, "at")), NULL);
  g_autoptr (GVariant) signed_approval = wf_dict_merge (approval, at);
  g_autoptr (GVariant) patch = wf_dict_make ("approval", signed_approval, NULL);
  GVariant *changed = wf_dict_merge (levels->pdata[step], patch);

  g_variant_unref (levels->pdata[step]);
  levels->pdata[step] = changed;

  return wf_application_patch (self, incident, wf_dict_make ("levels", wf_value_objects (levels), NULL));
}
