/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-rules"

#include "config.h"

#include "wf-duties.h"
#include "wf-time.h"

#include <string.h>

static GVariant *
copy_int (GVariant   *dict,
          const char *key)
{
  return wf_dict_has (dict, key) ? wf_value_int (wf_dict_int (dict, key, 0)) : NULL;
}

gboolean
wf_decide_task_add (WfDecision *self)
{
  g_autoptr (WfEntity) incident = wf_decision_incident (self, WF_ALLOW_OPEN);
  const char *returns = wf_dict_string (self->payload, "returns");

  if (incident == NULL || !wf_decision_fresh (self, "task", "task"))
    return FALSE;

  gboolean repeats = wf_dict_int (self->payload, "repeat_minutes", 0) > 0;
  gboolean timed = wf_dict_has (self->payload, "minutes");
  int64_t due = self->at + wf_dict_int (self->payload, "minutes", 0) * WF_MINUTE;
  g_autoptr (GVariant) task =
    wf_dict_make ("id", wf_value_string (wf_dict_string (self->payload, "task")),
                  "text", wf_value_string (wf_dict_string (self->payload, "text")),
                  "group", wf_value_string (wf_dict_string (self->payload, "group")),
                  "level", wf_value_int (0),
                  "basis", wf_value_string ("manual"),
                  "minutes", copy_int (self->payload, "minutes"),
                  "repeat_minutes", copy_int (self->payload, "repeat_minutes"),
                  "round", repeats ? wf_value_int (1) : NULL,
                  "starts_at", wf_value_time (self->at),
                  "due", timed ? wf_value_time (due) : NULL,
                  "returns", wf_value_string (returns),
                  "returns_text", wf_value_string (wf_dict_string (self->payload, "returns_text")),
                  "manual", wf_value_bool (TRUE),
                  NULL);

  wf_decision_emit (self, "task.added", wf_entity_id (incident),
                    wf_dict_make ("incident", wf_value_string (wf_entity_id (incident)), "task", task, NULL));
  return TRUE;
}

/* The task that the payload names, which must not be finished. */
static WfEntity *
find_open_task (WfDecision  *self,
                WfEntity   **incident)
{
  g_autoptr (WfEntity) task = wf_decision_child (self, "task", WF_ALLOW_KEPT, incident);

  if (task == NULL)
    return NULL;

  if (wf_entity_is (task, "state", "done") || wf_entity_is (task, "state", "struck"))
    {
      wf_decision_refuse (self, WF_PROBLEM_STATE, "task.finished", NULL, wf_entity_string (task, "state"));
      return NULL;
    }

  return g_steal_pointer (&task);
}

/* What events about a task have in common. */
static GVariant *
about (WfDecision *self,
       WfEntity   *incident,
       gboolean    with_person)
{
  g_autofree char *by = with_person ? wf_decision_by (self, "by") : NULL;

  return wf_dict_make ("incident", wf_value_string (wf_entity_id (incident)),
                       "by", wf_value_string (by),
                       "at", wf_decision_at (self),
                       NULL);
}

gboolean
wf_decide_task_acknowledge (WfDecision *self)
{
  g_autoptr (WfEntity) incident = NULL;
  g_autoptr (WfEntity) task = find_open_task (self, &incident);

  if (task == NULL)
    return FALSE;
  if (!wf_entity_is (task, "state", "open"))
    return wf_decision_refuse (self, WF_PROBLEM_STATE, "task.acknowledged-already", NULL,
                               wf_entity_string (task, "acknowledged_by"));

  wf_decision_emit_with (self, "task.acknowledged", wf_entity_id (incident), about (self, incident, TRUE));
  return TRUE;
}

static gboolean
has_text (GVariant   *result,
          const char *key)
{
  const char *text = wf_dict_string (result, key);

  return text != NULL && text[strspn (text, " \t\r\n")] != '\0';
}

/* What must come back before a task is done; feedback given earlier counts. */
static gboolean
check_returned (WfDecision *self,
                WfEntity   *task,
                GVariant   *result)
{
  const char *returns = wf_entity_string (task, "returns");
  const char *missing = NULL;

  if (g_strcmp0 (returns, "text") == 0 && !has_text (result, "text"))
    missing = "result.text";
  else if (g_strcmp0 (returns, "pair") == 0 && !wf_dict_has (result, "pair_due"))
    missing = "result.pair_due";
  else if (g_strcmp0 (returns, "pair") == 0 && !wf_dict_has (result, "pair_done"))
    missing = "result.pair_done";
  else if (g_strcmp0 (returns, "photo") == 0 && !wf_dict_has (result, "media"))
    missing = "result.media";
  else if (g_strcmp0 (returns, "place") == 0 && !wf_dict_has (result, "location"))
    missing = "result.location";
  else if (g_strcmp0 (returns, "signature") == 0 && !has_text (result, "signed_by"))
    missing = "result.signed_by";

  return missing == NULL ||
         wf_decision_refuse (self, WF_PROBLEM_INVALID, "task.result-incomplete", missing,
                             wf_entity_string (task, "returns_text"));
}

static gboolean
check_pair (WfDecision *self,
            GVariant   *result)
{
  if (!wf_dict_has (result, "pair_due") || !wf_dict_has (result, "pair_done") ||
      wf_dict_int (result, "pair_done", 0) <= wf_dict_int (result, "pair_due", 0))
    return TRUE;

  return wf_decision_refuse (self, WF_PROBLEM_INVALID, "task.pair", "result.pair_done", NULL);
}

static gboolean
check_prerequisite (WfDecision *self,
                    WfEntity   *task)
{
  const char *code = wf_entity_string (task, "after");
  g_autoptr (GPtrArray) tasks = wf_state_list (self->state, self->scope, "task", wf_entity_string (task, "incident"));
  WfEntity *waits_for = NULL;

  for (guint i = 0; code != NULL && i < tasks->len; i++)
    {
      WfEntity *other = g_ptr_array_index (tasks, i);

      if (!wf_entity_is (other, "code", code))
        continue;
      if (wf_entity_is (other, "state", "done"))
        return TRUE;
      if (!wf_entity_is (other, "state", "struck"))
        waits_for = other;
    }

  return waits_for == NULL ||
         wf_decision_refuse (self, WF_PROBLEM_STATE, "task.prerequisite", "after", wf_entity_string (waits_for, "text"));
}

static void
complete (WfDecision *self,
          WfEntity   *incident,
          WfEntity   *task)
{
  gboolean again = wf_entity_int (task, "repeat_minutes", 0) > 0 && !wf_incident_in (incident, "stood_down", "reviewed", NULL);
  g_autoptr (GVariant) next = again ? wf_duties_next_round (task, self->at) : NULL;
  g_autoptr (GPtrArray) started = wf_duties_start_after (self, wf_entity_id (incident), wf_entity_string (task, "code"),
                                                         self->at);
  g_autoptr (GVariant) common = about (self, incident, TRUE);
  g_autoptr (GVariant) rest = wf_dict_make ("done", wf_value_clear (),
                                            "next", next,
                                            "started", wf_value_list (started),
                                            NULL);
  g_autoptr (GVariant) payload = wf_dict_merge (self->payload, common);

  wf_decision_emit (self, "task.completed", wf_entity_id (incident), wf_dict_merge (payload, rest));
}

gboolean
wf_decide_task_feedback (WfDecision *self)
{
  g_autoptr (WfEntity) incident = NULL;
  g_autoptr (WfEntity) task = find_open_task (self, &incident);

  if (task == NULL)
    return FALSE;

  g_autoptr (GVariant) before = wf_entity_value (task, "result");
  g_autoptr (GVariant) given = wf_dict_value (self->payload, "result");
  g_autoptr (GVariant) result = before != NULL ? wf_dict_merge (before, given) : g_variant_ref (given);

  if (!check_pair (self, result))
    return FALSE;

  if (wf_dict_bool (self->payload, "done"))
    {
      if (!check_prerequisite (self, task) || !check_returned (self, task, result))
        return FALSE;

      complete (self, incident, task);
      return TRUE;
    }

  if (g_variant_n_children (given) == 0)
    return wf_decision_refuse (self, WF_PROBLEM_INVALID, "task.result-empty", "result", NULL);

  g_autoptr (GVariant) common = about (self, incident, TRUE);
  g_autoptr (GVariant) rest = wf_dict_make ("done", wf_value_clear (), NULL);
  g_autoptr (GVariant) payload = wf_dict_merge (self->payload, common);

  wf_decision_emit (self, "task.fed_back", wf_entity_id (incident), wf_dict_merge (payload, rest));
  return TRUE;
}

gboolean
wf_decide_task_strike (WfDecision *self)
{
  g_autoptr (WfEntity) incident = NULL;
  g_autoptr (WfEntity) task = find_open_task (self, &incident);

  if (task == NULL)
    return FALSE;

  g_autoptr (GPtrArray) started = wf_duties_start_after (self, wf_entity_id (incident), wf_entity_string (task, "code"),
                                                         self->at);
  g_autoptr (GVariant) common = about (self, incident, FALSE);
  g_autoptr (GVariant) rest = wf_dict_make ("started", wf_value_list (started), NULL);

  wf_decision_emit_with (self, "task.struck", wf_entity_id (incident), wf_dict_merge (common, rest));
  return TRUE;
}

gboolean
wf_decide_task_overdue (WfDecision *self)
{
  return wf_decide_overdue (self, "task", "task.became_overdue");
}

/* --- reports --- */

gboolean
wf_decide_report_add (WfDecision *self)
{
  g_autoptr (WfEntity) incident = wf_decision_incident (self, WF_ALLOW_KEPT);

  if (incident == NULL || !wf_decision_fresh (self, "report", "report"))
    return FALSE;

  gboolean timed = wf_dict_has (self->payload, "minutes");
  int64_t due = self->at + wf_dict_int (self->payload, "minutes", 0) * WF_MINUTE;
  g_autoptr (GVariant) report =
    wf_dict_make ("id", wf_value_string (wf_dict_string (self->payload, "report")),
                  "recipient", wf_value_string (wf_dict_string (self->payload, "recipient")),
                  "recipient_phone", wf_value_string (wf_dict_string (self->payload, "recipient_phone")),
                  "medium", wf_value_string (wf_dict_string (self->payload, "medium")),
                  "series", wf_value_string (wf_dict_string (self->payload, "series")),
                  "level", wf_value_int (0),
                  "basis", wf_value_string (wf_dict_string (self->payload, "basis")),
                  "due", timed ? wf_value_time (due) : NULL,
                  NULL);

  wf_decision_emit (self, "report.added", wf_entity_id (incident),
                    wf_dict_make ("incident", wf_value_string (wf_entity_id (incident)), "report", report, NULL));
  return TRUE;
}

static WfEntity *
find_due_report (WfDecision  *self,
                 WfEntity   **incident)
{
  g_autoptr (WfEntity) report = wf_decision_child (self, "report", WF_ALLOW_KEPT, incident);

  if (report == NULL)
    return NULL;

  if (!wf_entity_is (report, "state", "due"))
    {
      wf_decision_refuse (self, WF_PROBLEM_STATE, "report.finished", NULL, wf_entity_string (report, "state"));
      return NULL;
    }

  return g_steal_pointer (&report);
}

gboolean
wf_decide_report_send (WfDecision *self)
{
  g_autoptr (WfEntity) incident = NULL;
  g_autoptr (WfEntity) report = find_due_report (self, &incident);

  if (report == NULL)
    return FALSE;
  if (wf_entity_is (report, "medium", "written") && !has_text (self->payload, "text"))
    return wf_decision_refuse (self, WF_PROBLEM_INVALID, "report.text-missing", "text", NULL);

  int64_t due = wf_entity_time (report, "due");
  gboolean again = wf_entity_int (report, "repeat_minutes", 0) > 0 && wf_incident_responding (incident);
  g_autoptr (GVariant) next = again ? wf_duties_next_report (report, self->at) : NULL;
  g_autofree char *by = wf_decision_by (self, "sent_by");

  wf_decision_emit_with (self, "report.sent", wf_entity_id (incident),
                         wf_dict_make ("incident", wf_value_string (wf_entity_id (incident)),
                                       "sent_by", wf_value_string (by),
                                       "late_ms", due != 0 && self->at > due ? wf_value_int (self->at - due) : NULL,
                                       "at", wf_decision_at (self),
                                       "next", next,
                                       NULL));
  return TRUE;
}

gboolean
wf_decide_report_strike (WfDecision *self)
{
  g_autoptr (WfEntity) incident = NULL;
  g_autoptr (WfEntity) report = find_due_report (self, &incident);

  if (report == NULL)
    return FALSE;

  wf_decision_emit_with (self, "report.struck", wf_entity_id (incident), about (self, incident, FALSE));
  return TRUE;
}

gboolean
wf_decide_report_overdue (WfDecision *self)
{
  return wf_decide_overdue (self, "report", "report.became_overdue");
}
