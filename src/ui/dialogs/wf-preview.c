/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-ui"

#include "config.h"

#include "wf-preview.h"

#include "wf-approvals.h"
#include "wf-exercise-dialogs.h"
#include "wf-rules.h"
#include "wf-ui-util.h"

#include <glib/gi18n.h>
#include <string.h>

static void
note_changed (GHashTable *seen,
              GPtrArray  *changed,
              WfEntity   *entity)
{
  g_autofree char *key = g_strdup_printf ("%s/%s", wf_entity_kind (entity), wf_entity_id (entity));
  gpointer place;

  /* Of a thing that several events change, how it stands at last is what counts. */
  if (g_hash_table_lookup_extended (seen, key, NULL, &place))
    {
      wf_entity_unref (changed->pdata[GPOINTER_TO_UINT (place)]);
      changed->pdata[GPOINTER_TO_UINT (place)] = wf_entity_ref (entity);
      return;
    }

  g_hash_table_insert (seen, g_steal_pointer (&key), GUINT_TO_POINTER (changed->len));
  g_ptr_array_add (changed, wf_entity_ref (entity));
}

static void
apply_events (WfSession *session,
              GPtrArray *events,
              GPtrArray *changed)
{
  const char *scope = wf_session_get_scope (session);
  g_autoptr (WfState) layer = wf_state_new_layer (wf_session_get_state (session), scope, scope);
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; i < events->len; i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GPtrArray) entities = wf_rules_apply (layer, g_ptr_array_index (events, i), &error);

      if (entities == NULL)
        {
          g_warning ("a previewed event cannot be applied: %s", error->message);
          return;
        }

      for (guint k = 0; k < entities->len; k++)
        {
          wf_state_put (layer, g_ptr_array_index (entities, k));
          note_changed (seen, changed, g_ptr_array_index (entities, k));
        }
    }
}

/**
 * wf_preview_new:
 * @session: the session
 * @type: type of a command
 * @payload: (transfer none): its payload; a floating reference is taken
 *
 * Decides a command on a layer that is thrown away.
 *
 * Returns: (transfer full): what it would do
 */
WfPreview *
wf_preview_new (WfSession  *session,
                const char *type,
                GVariant   *payload)
{
  g_return_val_if_fail (WF_IS_SESSION (session), NULL);

  WfPreview *self = g_new0 (WfPreview, 1);
  int64_t now = wf_session_now (session);
  WfState *state = wf_session_get_state (session);
  const char *scope = wf_session_get_scope (session);
  WfMoment moment = { now, wf_rules_scope_time (state, scope, now) };
  g_autofree char *id = wf_session_new_id (session);
  const char *actor = wf_session_get_actor (session);
  g_autoptr (WfCommand) plain = wf_command_new (id, type, scope, actor != NULL ? actor : "nobody", NULL, now,
                                                NULL, NULL, payload);
  g_autoptr (WfCommand) command = wf_command_with_role (plain, wf_session_get_role (session));
  g_autoptr (GPtrArray) events = wf_rules_decide (state, command, &moment, &self->problem);

  self->changed = g_ptr_array_new_with_free_func ((GDestroyNotify) wf_entity_unref);
  if (events != NULL)
    apply_events (session, events, self->changed);

  return self;
}

/**
 * wf_preview_free:
 * @self: (transfer full): a preview
 */
void
wf_preview_free (WfPreview *self)
{
  g_return_if_fail (self != NULL);

  g_clear_pointer (&self->problem, wf_problem_free);
  g_clear_pointer (&self->changed, g_ptr_array_unref);
  g_free (self);
}

/**
 * wf_preview_count:
 * @self: a preview
 * @kind: a kind
 * @state: (nullable): a value of its field "state"
 *
 * Returns: how many such things the command would make or change
 */
guint
wf_preview_count (WfPreview  *self,
                  const char *kind,
                  const char *state)
{
  guint n = 0;

  g_return_val_if_fail (self != NULL, 0);

  for (guint i = 0; i < self->changed->len; i++)
    {
      WfEntity *entity = g_ptr_array_index (self->changed, i);

      if (strcmp (wf_entity_kind (entity), kind) == 0 && (state == NULL || wf_entity_is (entity, "state", state)))
        n++;
    }

  return n;
}

/* --- what may be done now --- */

/* A payload with everything that the command's table requires: whatever is refused then is refused because of how things
 * stand, not because of what a person would still type. */
static GVariant *
sample_payload (WfSession   *session,
                const char  *action,
                WfEntity    *incident,
                const char **type)
{
  static const struct
  {
    const char *action;
    const char *type;
    const char *keys; /* which of the samples it takes */
  } commands[] = {
    { "verify", "incident.verify", "outcome source" },
    { "grade", "incident.grade", "class grade basis" },
    { "activate", "response.activate", "plan level matter expected_hours measures approval" },
    { "change-level", "response.change_level", "level reason approval" },
    { "stand-down", "response.stand_down", "reason approval" },
    { "control", "incident.control", "text" },
    { "review", "incident.review", "course" },
    { "archive", "incident.archive", "" },
    { "supplement", "incident.supplement", "text signed_by" },
    { "step-back", "incident.step_back", "to reason" },
  };
  static const char *const words[] = {
    "source", "class", "basis", "matter", "measures", "reason", "text", "course", "signed_by", NULL
  };
  const char *plan = wf_entity_string (incident, "plan");
  g_autoptr (GVariant) approval = wf_dict_make ("way", wf_value_string ("phone"),
                                                "requested_by", wf_value_string ("-"),
                                                "approved_by", wf_value_string ("-"),
                                                "at", wf_value_time (wf_session_scope_now (session)), NULL);
  g_autoptr (GVariant) samples = wf_dict_make ("outcome", wf_value_string ("true"),
                                               "grade", wf_value_string ("ordinary"),
                                               "plan", wf_value_string (plan != NULL ? plan : "-"),
                                               "level", wf_value_int (wf_entity_int (incident, "level", 0) == 4 ? 3 : 4),
                                               "expected_hours", wf_value_int (1),
                                               /* What was never activated can only go back to the report. */
                                               "to", wf_value_string (wf_entity_time (incident, "activated_at") != 0
                                                                      ? "responding" : "reported"),
                                               "approval", approval, NULL);
  GVariantDict payload;

  for (gsize i = 0; i < G_N_ELEMENTS (commands); i++)
    {
      if (strcmp (commands[i].action, action) != 0)
        continue;

      g_auto (GStrv) keys = g_strsplit (commands[i].keys, " ", 0);

      *type = commands[i].type;
      g_variant_dict_init (&payload, NULL);
      g_variant_dict_insert_value (&payload, "incident", wf_value_string (wf_entity_id (incident)));
      for (gsize k = 0; keys[k] != NULL && keys[k][0] != '\0'; k++)
        {
          g_autoptr (GVariant) value = wf_dict_value (samples, keys[k]);

          g_variant_dict_insert_value (&payload, keys[k],
                                       g_strv_contains (words, keys[k]) ? wf_value_string ("-") : value);
        }
      return g_variant_ref_sink (g_variant_dict_end (&payload));
    }

  return NULL;
}

/* What has no command that could be tried, or none that says it all. */
static const char *
plain_reason (const char *action,
              WfEntity   *incident)
{
  static const char *const closed[] = { "archived", "false_report", "merged", NULL };
  static const char *const of_open[] = {
    "casualties", "headquarters", "wind", "order", "order-force", "task-add", "report-add", NULL
  };
  const char *state = wf_entity_string (incident, "state");

  if (g_strv_contains (of_open, action) && state != NULL && g_strv_contains (closed, state))
    return _("The incident is closed.");
  if (strcmp (action, "approval-sign") == 0 && wf_approvals_count_unsigned (incident) == 0)
    return _("Every approval is signed.");

  return NULL;
}

/* The command that an action ends in. */
static const struct
{
  const char *action;
  const char *type;
} ends[] = {
  { "activate", "response.activate" },
  { "approval-sign", "approval.sign" },
  { "archive", "incident.archive" },
  { "call-note", "log.add" },
  { "change-level", "response.change_level" },
  { "control", "incident.control" },
  { "figures", "incident.casualties" },
  { "grade", "incident.grade" },
  { "headquarters", "incident.headquarters" },
  { "log-add", "log.add" },
  { "order", "order.issue" },
  { "order-force", "order.issue" },
  { "order-step", "order.step" },
  { "plot.draw", "plot.draw" },
  { "plot.numbers", "plot.draw" },
  { "plot.redo", "plot.draw" },
  { "plot.rings", "plot.draw" },
  { "plot.rings-at", "plot.draw" },
  { "plot.undo", "plot.draw" },
  { "report", "incident.report" },
  { "report-next", "report.send" },
  { "report-send", "report.send" },
  { "report-strike", "report.strike" },
  { "review", "incident.review" },
  { "stand-down", "response.stand_down" },
  { "step-back", "incident.step_back" },
  { "stock-release", "stock.release" },
  { "supplement", "incident.supplement" },
  { "task-acknowledge", "task.acknowledge" },
  { "task-add", "task.add" },
  { "task-feedback", "task.feedback" },
  { "task-strike", "task.strike" },
  { "crossing-acknowledge", "crossing.acknowledge" },
  { "verify", "incident.verify" },
  { "wind", "incident.wind" },
};

/**
 * wf_preview_no_right:
 * @session: the session
 * @action: name of an action of the window, or with its group, of the map
 *
 * Tells why the person at this workstation may not take an action at all, by the rules' table of rights; and whether an
 * exercise may be begun, entered, left or ended.
 *
 * Returns: (transfer full) (nullable): a sentence that says who may, or %NULL where they may
 */
char *
wf_preview_no_right (WfSession  *session,
                     const char *action)
{
  g_return_val_if_fail (WF_IS_SESSION (session), NULL);
  g_return_val_if_fail (action != NULL, NULL);

  char *exercise = wf_exercises_why_not (session, action);

  if (exercise != NULL)
    return exercise;

  for (gsize i = 0; i < G_N_ELEMENTS (ends); i++)
    {
      g_autoptr (WfProblem) problem =
        strcmp (ends[i].action, action) == 0 ? wf_session_check (session, ends[i].type) : NULL;

      if (problem != NULL)
        return wf_problem_message (problem);
    }

  return NULL;
}

/**
 * wf_preview_guard:
 * @widget: a control that gives a command without an action of the window
 * @session: the session
 * @type: type of the command
 *
 * Shows the control disabled, with the reason, where the person at this workstation may not give the command.
 */
void
wf_preview_guard (GtkWidget  *widget,
                  WfSession  *session,
                  const char *type)
{
  g_return_if_fail (GTK_IS_WIDGET (widget) && WF_IS_SESSION (session));

  g_autoptr (WfProblem) problem = wf_session_check (session, type);
  g_autofree char *reason = problem != NULL ? wf_problem_message (problem) : NULL;

  gtk_widget_set_sensitive (widget, reason == NULL);
  wf_ui_set_tooltip (widget, reason);
  if (reason != NULL)
    wf_ui_set_description (widget, reason);
  else
    gtk_accessible_reset_property (GTK_ACCESSIBLE (widget), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION);
}

/**
 * wf_preview_why_not:
 * @session: the session
 * @action: name of an action of the window, such as `stand-down`
 * @incident: (nullable): id of an incident
 *
 * Tells why an action may not be taken now, by what the rules themselves would answer.
 *
 * Returns: (transfer full) (nullable): a sentence, or %NULL where it may
 */
char *
wf_preview_why_not (WfSession  *session,
                    const char *action,
                    const char *incident)
{
  g_return_val_if_fail (WF_IS_SESSION (session), NULL);
  g_return_val_if_fail (action != NULL, NULL);

  if (incident == NULL || !wf_session_is_ready (session))
    return g_strdup (_("No incident is selected."));

  g_autoptr (WfEntity) entity = wf_state_get (wf_session_get_state (session), wf_session_get_scope (session),
                                              "incident", incident);
  const char *type = NULL;

  if (entity == NULL)
    return g_strdup (_("No incident is selected."));

  char *no_right = wf_preview_no_right (session, action);
  if (no_right != NULL)
    return no_right;

  if (plain_reason (action, entity) != NULL)
    return g_strdup (plain_reason (action, entity));

  g_autoptr (GVariant) payload = sample_payload (session, action, entity, &type);

  if (payload == NULL)
    return NULL;

  g_autoptr (WfPreview) preview = wf_preview_new (session, type, payload);

  if (preview->problem == NULL ||
      (preview->problem->kind != WF_PROBLEM_STATE && preview->problem->kind != WF_PROBLEM_RIGHTS))
    return NULL;
  /* The dialog strikes them, with a reason. */
  if (g_strcmp0 (preview->problem->rule, "incident.reports-due") == 0)
    return NULL;

  return wf_problem_message (preview->problem);
}
