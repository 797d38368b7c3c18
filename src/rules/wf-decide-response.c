/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-rules"

#include "config.h"

#include "wf-duties.h"
#include "wf-judgement.h"
#include "wf-kind.h"
#include "wf-wording.h"

#include <glib/gi18n.h>
#include <string.h>

#define LEVEL_STEPS_MAX 200

/* When it was approved. Nothing urgent waits for somebody's login: what was approved by telephone counts from then. */
static gboolean
check_approval (WfDecision *self,
                WfEntity   *incident,
                int64_t    *at)
{
  g_autoptr (GVariant) approval = wf_dict_value (self->payload, "approval");
  gboolean by_system = strcmp (self->command->actor, WF_ACTOR_SYSTEM) == 0;

  *at = wf_dict_time (approval, "at");

  if (g_strcmp0 (wf_dict_string (approval, "way"), "system") == 0 && !by_system)
    return wf_decision_refuse (self, WF_PROBLEM_RIGHTS, "response.approval-way", "approval.way", NULL);
  if (*at < wf_entity_time (incident, "t0"))
    return wf_decision_refuse (self, WF_PROBLEM_INVALID, "response.approval-before-report", "approval.at", NULL);

  return wf_decision_not_ahead (self, *at, "approval.at");
}

static gboolean
check_level (WfDecision *self,
             WfEntity   *plan,
             int         level)
{
  g_autoptr (GVariant) there = wf_rules_plan_level (plan, level);

  return there != NULL || wf_decision_refuse (self, WF_PROBLEM_INVALID, "response.level-unknown", "level", NULL);
}

static gboolean
check_level_steps (WfDecision *self,
                   WfEntity   *incident)
{
  g_autoptr (GPtrArray) levels = wf_entity_objects (incident, "levels");

  return levels->len < LEVEL_STEPS_MAX ||
         wf_decision_refuse (self, WF_PROBLEM_STATE, "response.too-many-steps", NULL, NULL);
}

gboolean
wf_decide_response_activate (WfDecision *self)
{
  g_autoptr (WfEntity) incident = wf_decision_incident (self, WF_ALLOW_OPEN);
  int level = (int) wf_dict_int (self->payload, "level", 0);
  int64_t at;

  if (incident == NULL)
    return FALSE;
  if (wf_incident_responding (incident))
    return wf_decision_refuse (self, WF_PROBLEM_STATE, "response.active-already", NULL, NULL);
  if (wf_incident_in (incident, "stood_down", "reviewed", NULL))
    return wf_decision_refuse (self, WF_PROBLEM_STATE, "incident.stood-down", NULL, NULL);

  g_autoptr (WfEntity) plan = wf_decision_find (self, "plan", "plan");

  if (plan == NULL)
    return FALSE;
  if (wf_entity_is (plan, "kind", "common"))
    return wf_decision_refuse (self, WF_PROBLEM_INVALID, "response.plan-common", "plan", NULL);
  if (!check_level (self, plan, level) || !check_approval (self, incident, &at) || !check_level_steps (self, incident))
    return FALSE;

  g_autoptr (WfDuties) duties = wf_duties_new (self, wf_entity_id (incident), wf_entity_string (incident, "class"),
                                               wf_entity_time (incident, "t0"));

  wf_duties_add_plan (duties, plan, at);
  wf_duties_change_level (duties, plan, 5, level, at);
  wf_decision_emit_with (self, "response.activated", wf_entity_id (incident),
                         wf_duties_merge (duties,
                                          wf_dict_make ("plan_version",
                                                        wf_value_string (wf_entity_string (plan, "version")),
                                                        "at", wf_value_time (at),
                                                        NULL)));
  return TRUE;
}

static void
emit_level_change (WfDecision *self,
                   WfEntity   *incident,
                   WfEntity   *plan,
                   int         from,
                   int         level,
                   int64_t     at)
{
  g_autoptr (WfDuties) duties = wf_duties_new (self, wf_entity_id (incident), wf_entity_string (incident, "class"),
                                               wf_entity_time (incident, "t0"));

  wf_duties_change_level (duties, plan, from, level, at);
  wf_duties_strike_because (duties,
                            /* Translators: %s is a response level, such as “Level III”. */
                            level > from ? _("Lowered to %s") : _("Raised to %s"),
                            wf_wording_level (level), wf_dict_string (self->payload, "reason"));
  wf_decision_emit_with (self, "response.level_changed", wf_entity_id (incident),
                         wf_duties_merge (duties,
                                          wf_dict_make ("from", wf_value_int (from),
                                                        "plan_version",
                                                        wf_value_string (wf_entity_string (plan, "version")),
                                                        "at", wf_value_time (at),
                                                        NULL)));
}

gboolean
wf_decide_response_change_level (WfDecision *self)
{
  g_autoptr (WfEntity) incident = wf_decision_incident (self, WF_ALLOW_OPEN);
  int level = (int) wf_dict_int (self->payload, "level", 0);
  int from;
  int64_t at;

  if (incident == NULL)
    return FALSE;
  if (!wf_incident_responding (incident))
    return wf_decision_refuse (self, WF_PROBLEM_STATE, "response.not-active", NULL, wf_entity_string (incident, "state"));

  from = (int) wf_entity_int (incident, "level", 0);
  if (from == level)
    return wf_decision_refuse (self, WF_PROBLEM_STATE, "response.same-level", "level", NULL);

  g_autoptr (WfEntity) plan = wf_state_get (self->state, self->scope, "plan", wf_entity_string (incident, "plan"));

  if (plan == NULL)
    return wf_decision_refuse (self, WF_PROBLEM_NOT_FOUND, "plan.unknown", "plan", wf_entity_string (incident, "plan"));
  if (!check_level (self, plan, level) || !check_approval (self, incident, &at) || !check_level_steps (self, incident))
    return FALSE;

  emit_level_change (self, incident, plan, from, level, at);
  return TRUE;
}

gboolean
wf_decide_response_stand_down (WfDecision *self)
{
  g_autoptr (WfEntity) incident = wf_decision_incident (self, WF_ALLOW_OPEN);
  int64_t at;

  if (incident == NULL)
    return FALSE;
  if (!wf_incident_responding (incident))
    return wf_decision_refuse (self, WF_PROBLEM_STATE, "response.not-active", NULL, wf_entity_string (incident, "state"));
  if (!check_approval (self, incident, &at) || !check_level_steps (self, incident))
    return FALSE;

  int from = (int) wf_entity_int (incident, "level", 0);
  g_autoptr (WfEntity) plan = wf_state_get (self->state, self->scope, "plan", wf_entity_string (incident, "plan"));
  g_autoptr (WfDuties) duties = wf_duties_new (self, wf_entity_id (incident), wf_entity_string (incident, "class"),
                                               wf_entity_time (incident, "t0"));

  wf_duties_strike_tasks (duties);
  wf_duties_strike_reports (duties, "followup");
  wf_duties_add_finals (duties, plan, from, at);
  wf_duties_strike_because (duties, _("The response was stood down"), NULL, wf_dict_string (self->payload, "reason"));
  wf_decision_emit_with (self, "response.stood_down", wf_entity_id (incident),
                         wf_duties_merge (duties,
                                          wf_dict_make ("from", wf_value_int (from), "at", wf_value_time (at), NULL)));
  return TRUE;
}

gboolean
wf_decide_approval_sign (WfDecision *self)
{
  g_autoptr (WfEntity) incident = wf_decision_incident (self, WF_ALLOW_KEPT);
  guint step = (guint) wf_dict_int (self->payload, "step", 0);

  if (incident == NULL)
    return FALSE;

  g_autoptr (GPtrArray) levels = wf_entity_objects (incident, "levels");
  g_autoptr (GVariant) approval = step < levels->len
                                  ? wf_dict_value (g_ptr_array_index (levels, step), "approval")
                                  : NULL;

  if (approval == NULL)
    return wf_decision_refuse (self, WF_PROBLEM_NOT_FOUND, "approval.unknown", "step", NULL);
  if (wf_dict_time (approval, "signed_at") != 0)
    return wf_decision_refuse (self, WF_PROBLEM_STATE, "approval.signed-already", "step", NULL);

  /* A signature is its owner's: whoever has an account signs with their own name only. */
  g_autoptr (WfEntity) user = wf_state_get (self->state, WF_LIVE, "user", self->command->actor);

  if (user != NULL && g_strcmp0 (wf_entity_string (user, "name"), wf_dict_string (self->payload, "signed_by")) != 0)
    return wf_decision_refuse (self, WF_PROBLEM_RIGHTS, "approval.signer-other", "signed_by", NULL);

  wf_decision_emit_with (self, "approval.signed", wf_entity_id (incident),
                         wf_dict_make ("at", wf_decision_at (self), NULL));
  return TRUE;
}
