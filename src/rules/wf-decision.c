/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-rules"

#include "config.h"

#include "wf-decision.h"

#include "wf-command-types.h"
#include "wf-duties.h"
#include "wf-kind.h"
#include "wf-rights.h"
#include "wf-table.h"
#include "wf-time.h"

#include <stdarg.h>
#include <string.h>

/* A workstation's clock may be ahead of the service's by this much before a time that it states is refused. */
#define AHEAD_MAX (10 * WF_MINUTE)

typedef struct
{
  const char *type;
  WfDecide    decide;
} Decider;

/* Sorted by name. */
static const Decider deciders[] = {
  { "approval.sign", wf_decide_approval_sign },
  { "crossing.acknowledge", wf_decide_crossing_acknowledge },
  { "crossing.raise", wf_decide_crossing_raise },
  { "exercise.clock", wf_decide_exercise_clock },
  { "exercise.end", wf_decide_exercise_end },
  { "exercise.open", wf_decide_exercise_open },
  { "incident.archive", wf_decide_incident_archive },
  { "incident.casualties", wf_decide_incident_casualties },
  { "incident.control", wf_decide_incident_control },
  { "incident.correct", wf_decide_incident_correct },
  { "incident.evacuation", wf_decide_incident_evacuation },
  { "incident.facts", wf_decide_incident_facts },
  { "incident.grade", wf_decide_incident_grade },
  { "incident.headquarters", wf_decide_incident_headquarters },
  { "incident.report", wf_decide_incident_report },
  { "incident.review", wf_decide_incident_review },
  { "incident.step_back", wf_decide_incident_step_back },
  { "incident.supplement", wf_decide_incident_supplement },
  { "incident.verify", wf_decide_incident_verify },
  { "incident.wind", wf_decide_incident_wind },
  { "journal.erase", wf_decide_journal_erase },
  { "log.add", wf_decide_log_add },
  { "log.strike", wf_decide_log_strike },
  { "medium.attach", wf_decide_medium_attach },
  { "order.issue", wf_decide_order_issue },
  { "order.overdue", wf_decide_order_overdue },
  { "order.step", wf_decide_order_step },
  { "plot.change", wf_decide_plot_change },
  { "plot.draw", wf_decide_plot_draw },
  { "plot.restore", wf_decide_plot_restore },
  { "plot.strike", wf_decide_plot_strike },
  { "registry.put", wf_decide_registry_put },
  { "report.add", wf_decide_report_add },
  { "report.overdue", wf_decide_report_overdue },
  { "report.send", wf_decide_report_send },
  { "report.strike", wf_decide_report_strike },
  { "response.activate", wf_decide_response_activate },
  { "response.change_level", wf_decide_response_change_level },
  { "response.stand_down", wf_decide_response_stand_down },
  { "stock.release", wf_decide_stock_release },
  { "stock.reserve", wf_decide_stock_reserve },
  { "task.acknowledge", wf_decide_task_acknowledge },
  { "task.add", wf_decide_task_add },
  { "task.feedback", wf_decide_task_feedback },
  { "task.overdue", wf_decide_task_overdue },
  { "task.strike", wf_decide_task_strike },
  { "track.close", wf_decide_track_close },
  { "user.add", wf_decide_user_add },
  { "user.change", wf_decide_user_change },
  { "user.disable", wf_decide_user_disable },
};

/**
 * wf_decision_refuse:
 * @self: a decision
 * @kind: what sort of refusal
 * @rule: the rule's stable name
 * @field: (nullable): the field that it is about
 * @detail: (nullable): more
 *
 * Returns: %FALSE, so that a rule can end with it
 */
gboolean
wf_decision_refuse (WfDecision    *self,
                    WfProblemKind  kind,
                    const char    *rule,
                    const char    *field,
                    const char    *detail)
{
  if (self->problem == NULL)
    self->problem = wf_problem_new (kind, rule, field, detail);

  return FALSE;
}

/**
 * wf_decision_emit:
 * @self: a decision
 * @type: the event's type
 * @subject: (nullable): whose story it belongs to
 * @payload: (transfer full): its payload
 *
 * Adds an event.
 */
void
wf_decision_emit (WfDecision *self,
                  const char *type,
                  const char *subject,
                  GVariant   *payload)
{
  g_autoptr (GVariant) owned = payload;
  WfEvent *event = wf_event_new (type, wf_rules_event_version (type), self->scope, subject, owned);

  g_free (event->audience);
  event->audience = g_strdup (wf_rules_event_audience (type));

  event->occurred_at = self->command->occurred_at > 0 ? self->command->occurred_at : self->now->real;
  event->recorded_at = self->now->real;
  event->scope_time = self->now->scope;
  event->actor = g_strdup (self->command->actor);
  event->post = g_strdup (self->command->post);
  event->cause = g_strdup (self->command->id);

  g_ptr_array_add (self->events, event);
}

/**
 * wf_decision_emit_with:
 * @self: a decision
 * @type: the event's type
 * @subject: (nullable): whose story it belongs to
 * @extra: (transfer full) (nullable): what the event knows beside what the command says
 *
 * Adds an event that carries the command's payload.
 */
void
wf_decision_emit_with (WfDecision *self,
                       const char *type,
                       const char *subject,
                       GVariant   *extra)
{
  G_GNUC_UNUSED g_autoptr (GVariant) owned = extra;

  wf_decision_emit (self, type, subject,
                    owned != NULL ? wf_dict_merge (self->payload, owned) : g_variant_ref (self->payload));
}

/**
 * wf_decision_find:
 * @self: a decision
 * @kind: a kind
 * @field: the field of the payload that names it
 *
 * Returns: (transfer full) (nullable): the thing, or %NULL after refusing
 */
WfEntity *
wf_decision_find (WfDecision *self,
                  const char *kind,
                  const char *field)
{
  const char *id = wf_dict_string (self->payload, field);
  WfEntity *entity = wf_state_get (self->state, self->scope, kind, id);

  if (entity == NULL)
    {
      g_autofree char *rule = g_strconcat (kind, ".unknown", NULL);

      wf_decision_refuse (self, WF_PROBLEM_NOT_FOUND, rule, field, id);
    }

  return entity;
}

/**
 * wf_decision_fresh:
 * @self: a decision
 * @kind: a kind
 * @field: the field of the payload with the id of what is to be made
 *
 * Returns: whether there is no such thing yet; else it refuses
 */
gboolean
wf_decision_fresh (WfDecision *self,
                   const char *kind,
                   const char *field)
{
  const char *id = wf_dict_string (self->payload, field);
  g_autoptr (WfEntity) entity = wf_state_get (self->state, self->scope, kind, id);

  return entity == NULL || wf_decision_refuse (self, WF_PROBLEM_STATE, "id.taken", field, id);
}

static gboolean
check_allowed (WfDecision *self,
               WfEntity   *incident,
               WfAllow     allow)
{
  if (allow != WF_ALLOW_ANY && wf_entity_is (incident, "state", "archived"))
    return wf_decision_refuse (self, WF_PROBLEM_STATE, "incident.archived", NULL, NULL);
  if (allow == WF_ALLOW_OPEN && wf_incident_in (incident, "false_report", "merged", NULL))
    return wf_decision_refuse (self, WF_PROBLEM_STATE, "incident.closed", NULL, wf_entity_string (incident, "state"));

  /* Nothing is done about an incident before its report came in; the claimed time stays in the event. */
  self->at = MAX (self->at, wf_entity_time (incident, "t0"));
  return TRUE;
}

/**
 * wf_decision_incident:
 * @self: a decision
 * @allow: which incidents the command may be about
 *
 * Returns: (transfer full) (nullable): the incident that the payload names, or %NULL after refusing
 */
WfEntity *
wf_decision_incident (WfDecision *self,
                      WfAllow     allow)
{
  g_autoptr (WfEntity) incident = wf_decision_find (self, "incident", "incident");

  if (incident == NULL || !check_allowed (self, incident, allow))
    return NULL;

  return g_steal_pointer (&incident);
}

/**
 * wf_decision_child:
 * @self: a decision
 * @kind: `task`, `report` …, which is also the name of the field
 * @allow: which incidents it may belong to
 * @incident: (out) (transfer full): the incident
 *
 * Returns: (transfer full) (nullable): the thing that the payload names, or %NULL after refusing
 */
WfEntity *
wf_decision_child (WfDecision  *self,
                   const char  *kind,
                   WfAllow      allow,
                   WfEntity   **incident)
{
  g_autoptr (WfEntity) entity = wf_decision_find (self, kind, kind);

  if (entity == NULL)
    return NULL;

  *incident = wf_state_get (self->state, self->scope, "incident", wf_entity_string (entity, "incident"));
  if (*incident == NULL)
    wf_decision_refuse (self, WF_PROBLEM_NOT_FOUND, "incident.unknown", "incident", wf_entity_string (entity, "incident"));

  if (*incident == NULL || !check_allowed (self, *incident, allow))
    return NULL;

  return g_steal_pointer (&entity);
}

/**
 * wf_decision_not_ahead:
 * @self: a decision
 * @time: a time that the command states, on the scope's clock
 * @field: where
 *
 * Returns: whether it has come already, give or take a clock's error; else it refuses
 */
gboolean
wf_decision_not_ahead (WfDecision *self,
                       int64_t     time,
                       const char *field)
{
  if (time <= self->now->scope + AHEAD_MAX)
    return TRUE;

  g_autofree char *text = wf_time_format (time);
  return wf_decision_refuse (self, WF_PROBLEM_INVALID, "time.ahead", field, text);
}

/**
 * wf_decision_at:
 * @self: a decision
 *
 * Returns: (transfer floating): when it happened, for a payload
 */
GVariant *
wf_decision_at (WfDecision *self)
{
  return wf_value_time (self->at);
}

/**
 * wf_decision_by:
 * @self: a decision
 * @field: the field of the payload that names a person
 *
 * Returns: (transfer full) (nullable): the person named, or else who gives the command, where the registry has a name
 */
char *
wf_decision_by (WfDecision *self,
                const char *field)
{
  const char *by = wf_dict_string (self->payload, field);

  if (by != NULL && by[0] != '\0')
    return g_strdup (by);

  g_autoptr (WfEntity) user = wf_state_get (self->state, WF_LIVE, "user", self->command->actor);
  g_autoptr (WfEntity) person = wf_state_get (self->state, self->scope, "person", self->command->actor);

  return g_strdup (wf_entity_string (user != NULL ? user : person, "name"));
}

/**
 * wf_incident_in:
 * @incident: an incident
 * @state: a state
 * @...: more states, and %NULL
 *
 * Returns: whether it is in one of them
 */
gboolean
wf_incident_in (WfEntity   *incident,
                const char *state,
                ...)
{
  gboolean found = FALSE;
  va_list args;

  va_start (args, state);
  for (; state != NULL; state = va_arg (args, const char *))
    found |= wf_entity_is (incident, "state", state);
  va_end (args);

  return found;
}

/**
 * wf_incident_responding:
 * @incident: an incident
 *
 * Returns: whether a response is in force
 */
gboolean
wf_incident_responding (WfEntity *incident)
{
  return wf_incident_in (incident, "responding", "controlled", NULL);
}

/**
 * wf_value_list:
 * @dicts: (element-type GVariant) (nullable): dictionaries
 *
 * Returns: (transfer floating) (nullable): the value, or %NULL for none, so that wf_dict_make() leaves it out
 */
GVariant *
wf_value_list (GPtrArray *dicts)
{
  return dicts != NULL && dicts->len > 0 ? wf_value_objects (dicts) : NULL;
}

/**
 * wf_value_ids:
 * @ids: (element-type utf8) (nullable): ids
 *
 * Returns: (transfer floating) (nullable): the value, or %NULL for none
 */
GVariant *
wf_value_ids (GPtrArray *ids)
{
  return ids != NULL && ids->len > 0 ? g_variant_new_strv ((const char *const *) ids->pdata, ids->len) : NULL;
}

/* --- what is checked of every command --- */

static gboolean
check_form (WfDecision          *self,
            const WfCommandType *type)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = NULL;

  if (wf_fields_check (type->fields, self->payload, &path, &error))
    return TRUE;

  const char *rule = "field.invalid";

  if (error->code == WF_MODEL_ERROR_MISSING_FIELD)
    rule = g_str_has_prefix (path, "approval") ? "response.approval-incomplete" : "field.missing";
  else if (error->code == WF_MODEL_ERROR_UNKNOWN_FIELD)
    rule = "field.unknown";

  return wf_decision_refuse (self, WF_PROBLEM_INVALID, rule, path, error->message);
}

static gboolean
check_actor (WfDecision          *self,
             const WfCommandType *type)
{
  if (type->system && strcmp (self->command->actor, WF_ACTOR_SYSTEM) != 0)
    return wf_decision_refuse (self, WF_PROBLEM_RIGHTS, "command.system-only", NULL, type->name);

  self->problem = wf_rights_check (self->state, self->command->actor, self->command->role, self->scope, type->name);
  return self->problem == NULL;
}

/* What belongs to somebody else, which only the payload tells. */
static gboolean
check_reach (WfDecision *self)
{
  if (self->problem == NULL)
    self->problem = wf_rights_check_reach (self->state, self->command);

  return self->problem == NULL;
}

static gboolean
check_scope (WfDecision *self)
{
  /* What was recorded in an exercise is sealed after its end too. */
  if (strcmp (self->scope, WF_LIVE) == 0 || strcmp (self->command->type, "exercise.open") == 0 ||
      strcmp (self->command->type, "track.close") == 0)
    return TRUE;

  g_autoptr (WfEntity) exercise = wf_state_get (self->state, self->scope, "exercise", self->scope);

  if (exercise == NULL)
    return wf_decision_refuse (self, WF_PROBLEM_NOT_FOUND, "exercise.unknown", NULL, self->scope);
  if (wf_entity_is (exercise, "state", "ended"))
    return wf_decision_refuse (self, WF_PROBLEM_STATE, "exercise.ended", NULL, NULL);

  return TRUE;
}

/* The value that the command gives a field, where the field has the same name in both. */
static GVariant *
value_given (WfDecision *self,
             const char *kind,
             const char *id,
             const char *field)
{
  g_autoptr (GPtrArray) entities = wf_dict_objects (self->payload, "entities");

  for (guint i = 0; i < entities->len; i++)
    {
      GVariant *entity = g_ptr_array_index (entities, i);
      g_autoptr (GVariant) fields = wf_dict_value (entity, "fields");

      if (g_strcmp0 (wf_dict_string (entity, "kind"), kind) == 0 && g_strcmp0 (wf_dict_string (entity, "id"), id) == 0)
        return wf_dict_value (fields, field);
    }

  return wf_dict_value (self->payload, field);
}

/* Numbers are compared for being the same one, not for being older: an exercise counts its own from 1, and a field that it
 * only reads still has the number from live. 0 is what waits in the sender's own outbox and has no number yet. */
static gboolean
check_one_base (WfDecision *self,
                GVariant   *base)
{
  const char *kind = wf_dict_string (base, "kind");
  const char *id = wf_dict_string (base, "id");
  const char *field = wf_dict_string (base, "field");
  int64_t version = wf_dict_int (base, "version", -1);

  if (kind == NULL || wf_kind_lookup (kind) == NULL || id == NULL || field == NULL || version < 0)
    return wf_decision_refuse (self, WF_PROBLEM_INVALID, "command.based-on", "based_on", NULL);

  g_autoptr (WfEntity) entity = wf_state_get (self->state, self->scope, kind, id);
  int64_t current = entity != NULL ? wf_entity_version (entity, field) : 0;

  if (version == 0 || current == 0 || version == current)
    return TRUE;

  g_autoptr (GVariant) given = value_given (self, kind, id, field);
  g_autoptr (GVariant) stands = wf_entity_value (entity, field);

  if (given != NULL && stands != NULL && g_variant_equal (given, stands))
    return TRUE;

  g_autofree char *detail = g_strdup_printf ("%s %s: %s was changed by entry %" G_GINT64_FORMAT, kind, id, field,
                                             (gint64) current);
  return wf_decision_refuse (self, WF_PROBLEM_CONFLICT, "command.conflict", field, detail);
}

static gboolean
check_base (WfDecision *self)
{
  if (self->command->based_on == NULL)
    return TRUE;
  if (!g_variant_is_of_type (self->command->based_on, G_VARIANT_TYPE ("aa{sv}")))
    return wf_decision_refuse (self, WF_PROBLEM_INVALID, "command.based-on", "based_on", NULL);

  for (gsize i = 0; i < g_variant_n_children (self->command->based_on); i++)
    {
      g_autoptr (GVariant) base = g_variant_get_child_value (self->command->based_on, i);

      if (!check_one_base (self, base))
        return FALSE;
    }

  return TRUE;
}

static WfDecide
find_decider (const char *type)
{
  const Decider *row = WF_TABLE_FIND (deciders, type);

  return row != NULL ? row->decide : NULL;
}

static gboolean
decide (WfDecision *self)
{
  const WfCommandType *type = wf_command_type_lookup (self->command->type);
  WfDecide decider = find_decider (self->command->type);

  if (type == NULL || decider == NULL)
    return wf_decision_refuse (self, WF_PROBLEM_INVALID, "command.unknown", "type", self->command->type);

  if (self->command->other_post)
    return wf_decision_refuse (self, WF_PROBLEM_RIGHTS, "command.other-post", "post", self->command->post);

  return check_actor (self, type) &&
         check_form (self, type) &&
         check_scope (self) &&
         check_reach (self) &&
         check_base (self) &&
         decider (self) &&
         wf_duties_start_waiting (self);
}

/* When it happened, on the scope's clock. What is claimed to happen only later happens now. */
static int64_t
happened_at (WfState        *state,
             WfCommand      *command,
             const WfMoment *now)
{
  if (command->occurred_at <= 0 || command->occurred_at >= now->real)
    return now->scope;

  return MIN (wf_rules_scope_time (state, command->scope, command->occurred_at), now->scope);
}

/**
 * wf_rules_decide:
 * @state: as things stand
 * @command: what is to be done
 * @now: when it is decided
 * @problem: (out) (optional) (transfer full): why it is refused
 *
 * Decides on a command: what happens, or why it must not. Nothing changes; the same three always give the same answer.
 * The events are not numbered yet. They are meant to be applied one after the other.
 *
 * Returns: (transfer full) (element-type WfEvent) (nullable): the events, at least one, or %NULL where it is refused
 */
GPtrArray *
wf_rules_decide (WfState         *state,
                 WfCommand       *command,
                 const WfMoment  *now,
                 WfProblem      **problem)
{
  g_return_val_if_fail (WF_IS_STATE (state), NULL);
  g_return_val_if_fail (command != NULL && now != NULL, NULL);

  g_autoptr (GPtrArray) events = g_ptr_array_new_with_free_func ((GDestroyNotify) wf_event_unref);
  WfDecision self = {
    .state = state,
    .command = command,
    .scope = command->scope,
    .payload = command->payload,
    .now = now,
    .at = happened_at (state, command, now),
    .events = events,
  };

  if (decide (&self))
    return g_steal_pointer (&events);

  if (problem != NULL)
    *problem = g_steal_pointer (&self.problem);
  else
    g_clear_pointer (&self.problem, wf_problem_free);

  return NULL;
}
