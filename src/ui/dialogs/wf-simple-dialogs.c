/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-ui"

#include "config.h"

#include "wf-incident-dialogs.h"

#include "wf-approvals.h"
#include "wf-kind.h"
#include "wf-preview.h"
#include "wf-time.h"
#include "wf-ui-util.h"
#include "wf-wording.h"

#include <glib/gi18n.h>
#include <string.h>

/**
 * SimpleDialog:
 * @command: type of the command that it gives
 * @title: what it is for
 * @confirm: what the button says
 * @done: what is said afterwards
 * @target: name of the payload's field that says what the command is about
 * @fields: what is asked for
 * @n_fields: how many
 *
 * A dialog that is one form for one command.
 */
typedef struct
{
  const char        *command;
  const char        *title;
  const char        *confirm;
  const char        *done;
  const char        *target;
  const WfFormField *fields;
  gsize              n_fields;
} SimpleDialog;

typedef struct
{
  const SimpleDialog *simple;
  char               *target;
  WfForm             *form;
} Simple;

static void
simple_free (gpointer data)
{
  g_free (((Simple *) data)->target);
  g_free (data);
}

/**
 * wf_dialog_with:
 * @key: name of a field
 * @value: its text
 * @collected: (transfer none): a dictionary
 *
 * Returns: (transfer full): @collected with the field
 */
GVariant *
wf_dialog_with (const char *key,
                const char *value,
                GVariant   *collected)
{
  g_autoptr (GVariant) more = wf_dict_make (key, wf_value_string (value), NULL);

  return wf_dict_merge (collected, more);
}

/**
 * wf_dialog_fill_by:
 * @self: a dialog
 * @form: a form in it
 * @key: a field that names the person who does it
 *
 * Fills in who sits here, where nothing stands yet.
 */
void
wf_dialog_fill_by (WfDialog   *self,
                   WfForm     *form,
                   const char *key)
{
  g_autofree char *before = wf_form_get_string (form, key);
  const char *name = wf_session_get_actor_name (wf_dialog_get_session (self));

  if (before == NULL && wf_ui_nonempty (name) != NULL)
    wf_form_set_string (form, key, name);
}

/* When it happened may be asked for like a field of the payload, but belongs to the envelope. */
static GVariant *
take_occurred_at (GVariant *collected,
                  int64_t  *occurred_at)
{
  GVariantDict dict;

  *occurred_at = wf_dict_time (collected, "occurred_at");
  g_variant_dict_init (&dict, collected);
  g_variant_dict_remove (&dict, "occurred_at");
  return g_variant_ref_sink (g_variant_dict_end (&dict));
}

static void
simple_confirm_cb (WfDialog *dialog,
                   Simple   *self)
{
  g_autoptr (GVariant) collected = wf_form_collect (self->form);
  int64_t occurred_at;

  if (collected == NULL)
    return;

  g_autoptr (GVariant) fields = take_occurred_at (collected, &occurred_at);
  g_autoptr (GVariant) payload = self->target != NULL ? wf_dialog_with (self->simple->target, self->target, fields)
                                                      : g_variant_ref (fields);

  wf_dialog_queue (dialog, self->simple->command, g_steal_pointer (&payload), occurred_at);
  wf_dialog_run (dialog, _(self->simple->done));
}

static Simple *
simple_new (const SimpleDialog  *simple,
            WfContext           *context,
            const char          *incident,
            const char          *target,
            WfDialog           **dialog)
{
  Simple *self = g_new0 (Simple, 1);

  self->simple = simple;
  self->target = g_strdup (target);
  *dialog = wf_dialog_new (context, incident, _(simple->title), _(simple->confirm));
  self->form = wf_dialog_add_form (*dialog, simple->fields, simple->n_fields);
  g_object_set_data_full (G_OBJECT (*dialog), "simple", self, simple_free);
  g_signal_connect (*dialog, "confirm", G_CALLBACK (simple_confirm_cb), self);

  return self;
}

/* --- 核实 --- */

static const WfFormField verify_fields[] = {
  { "outcome", WF_FORM_CHOICE, N_("Outcome"), TRUE, FALSE, wf_verifications, "outcome" },
  { "merged_into", WF_FORM_CHOICE, N_("The incident that it repeats"), TRUE },
  { "source", WF_FORM_LINE, N_("Second source (119, 110, 120, control room …)"), TRUE },
  { "by", WF_FORM_LINE, N_("Verified by") },
  { "occurred_at", WF_FORM_TIME, N_("Time"), TRUE, TRUE },
  { "text", WF_FORM_TEXT, N_("What was found") },
};

static const SimpleDialog verify_dialog = {
  "incident.verify", N_("Verify the report"), N_("Record"), N_("Verification recorded"), "incident",
  verify_fields, G_N_ELEMENTS (verify_fields)
};

static void
list_other_incidents (WfDialog *dialog,
                      WfForm   *form)
{
  WfSession *session = wf_dialog_get_session (dialog);
  g_autoptr (GPtrArray) incidents = wf_state_list (wf_session_get_state (session), wf_session_get_scope (session),
                                                   "incident", NULL);
  g_autoptr (GPtrArray) values = g_ptr_array_new ();
  g_autoptr (GPtrArray) labels = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < incidents->len; i++)
    {
      WfEntity *incident = g_ptr_array_index (incidents, i);
      g_autofree char *t0 = NULL;

      if (strcmp (wf_entity_id (incident), wf_dialog_get_incident (dialog)) == 0 || !wf_ui_incident_is_open (incident))
        continue;

      t0 = wf_ui_format_time (wf_entity_time (incident, "t0"), wf_context_now (wf_dialog_get_context (dialog)));
      g_ptr_array_add (values, (gpointer) wf_entity_id (incident));
      g_ptr_array_add (labels, g_strdup_printf ("%s · %s", wf_entity_string (incident, "title"), t0));
    }

  g_ptr_array_add (values, NULL);
  g_ptr_array_add (labels, NULL);
  wf_form_set_choices (form, "merged_into", (const char *const *) values->pdata, (const char *const *) labels->pdata);
}

static void
verify_changed_cb (WfForm     *form,
                   const char *key,
                   gpointer    data)
{
  g_autofree char *outcome = wf_form_get_string (form, "outcome");

  wf_form_show_field (form, "merged_into", g_strcmp0 (outcome, "duplicate") == 0);
}

/**
 * wf_verify_dialog_new:
 * @context: what the screens work with
 * @incident: id of an incident
 *
 * Returns: (transfer none): a dialog that records what a second source says of a report
 */
WfDialog *
wf_verify_dialog_new (WfContext  *context,
                      const char *incident)
{
  WfDialog *dialog;
  Simple *self = simple_new (&verify_dialog, context, incident, incident, &dialog);

  list_other_incidents (dialog, self->form);
  wf_form_set_string (self->form, "outcome", "true");
  wf_form_set (self->form, "occurred_at", wf_value_time (wf_context_now (context)));
  wf_dialog_fill_by (dialog, self->form, "by");
  g_signal_connect (self->form, "changed", G_CALLBACK (verify_changed_cb), NULL);
  verify_changed_cb (self->form, NULL, NULL);
  return dialog;
}

/* --- 控制 --- */

static const WfFormField control_fields[] = {
  { "text", WF_FORM_TEXT, N_("How it stands (source shut off, fire out, people accounted for …)") },
  { "occurred_at", WF_FORM_TIME, N_("Under control since"), TRUE },
};

static const SimpleDialog control_dialog = {
  "incident.control", N_("Under control"), N_("Record as under control"), N_("Recorded as under control"), "incident",
  control_fields, G_N_ELEMENTS (control_fields)
};

/**
 * wf_control_dialog_new:
 * @context: what the screens work with
 * @incident: id of an incident
 *
 * Returns: (transfer none): a dialog that records that the incident is under control
 */
WfDialog *
wf_control_dialog_new (WfContext  *context,
                       const char *incident)
{
  WfDialog *dialog;
  Simple *self = simple_new (&control_dialog, context, incident, incident, &dialog);

  wf_form_set (self->form, "occurred_at", wf_value_time (wf_context_now (context)));
  return dialog;
}

/* --- 总结评估 --- */

static const WfFormField review_fields[] = {
  { "course", WF_FORM_TEXT, N_("Course of the incident"), TRUE },
  { "lessons", WF_FORM_TEXT, N_("Lessons") },
  { "improve", WF_FORM_TEXT, N_("Improvements, for the plan too") },
  { "by", WF_FORM_LINE, N_("Reviewed by") },
};

static const SimpleDialog review_dialog = {
  "incident.review", N_("Review"), N_("Record the review"), N_("Review recorded"), "incident",
  review_fields, G_N_ELEMENTS (review_fields)
};

/* The turning points only: a course that repeats the whole journal is read by nobody. */
static gboolean
is_turning_point (const char *type)
{
  static const char *const types[] = { "incident.", "response.", "order.issued", NULL };

  for (gsize i = 0; types[i] != NULL; i++)
    if (g_str_has_prefix (type, types[i]))
      return TRUE;

  return FALSE;
}

static char *
course_from_journal (WfDialog *dialog)
{
  g_autoptr (GListModel) journal = wf_session_journal (wf_dialog_get_session (dialog), wf_dialog_get_incident (dialog));
  g_autoptr (GString) text = g_string_new (NULL);
  guint n = g_list_model_get_n_items (journal);

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (WfJournalLine) line = g_list_model_get_item (journal, i);
      WfEvent *event = wf_journal_line_get_event (line);

      if (!is_turning_point (event->type))
        continue;

      g_autofree char *at = wf_time_format_local (wf_event_happened_at (event), "%m-%d %H:%M");
      g_string_append_printf (text, "%s%s %s", text->len > 0 ? "\n" : "", at, wf_journal_line_get_text (line));
    }

  return g_string_free (g_steal_pointer (&text), FALSE);
}

/**
 * wf_review_dialog_new:
 * @context: what the screens work with
 * @incident: id of an incident
 *
 * Returns: (transfer none): a dialog for the review, its course taken from the journal
 */
WfDialog *
wf_review_dialog_new (WfContext  *context,
                      const char *incident)
{
  WfDialog *dialog;
  Simple *self = simple_new (&review_dialog, context, incident, incident, &dialog);
  g_autoptr (WfEntity) entity = wf_dialog_dup_incident (dialog);
  g_autoptr (GVariant) before = wf_entity_value (entity, "review");
  g_autofree char *course = course_from_journal (dialog);

  wf_form_set_height (self->form, "course", 200);
  wf_form_set_string (self->form, "course", course);
  wf_form_fill (self->form, before);
  wf_dialog_fill_by (dialog, self->form, "by");
  gtk_window_set_default_size (GTK_WINDOW (dialog), 620, -1);
  return dialog;
}

/* --- 归档 --- */

static const WfFormField archive_fields[] = {
  { "reason", WF_FORM_TEXT, N_("Why they are struck"), TRUE },
};

static const SimpleDialog archive_dialog = {
  "incident.archive", N_("Archive the incident"), N_("Archive"), N_("Archived"), "incident",
  archive_fields, G_N_ELEMENTS (archive_fields)
};

static GPtrArray *
due_reports (WfDialog *dialog)
{
  WfSession *session = wf_dialog_get_session (dialog);
  GPtrArray *reports = wf_state_list (wf_session_get_state (session), wf_session_get_scope (session), "report",
                                      wf_dialog_get_incident (dialog));

  for (guint i = reports->len; i > 0; i--)
    if (!wf_entity_is (reports->pdata[i - 1], "state", "due"))
      g_ptr_array_remove_index (reports, i - 1);

  return reports;
}

/* What is still due is struck, with one reason for all, before the incident is archived. */
static void
archive_confirm_cb (WfDialog *dialog,
                    Simple   *self)
{
  g_autoptr (GPtrArray) reports = due_reports (dialog);
  g_autoptr (GVariant) collected = reports->len > 0 ? wf_form_collect (self->form) : wf_dict_empty ();

  if (collected == NULL)
    return;

  for (guint i = 0; i < reports->len; i++)
    wf_dialog_queue (dialog, "report.strike",
                     wf_dict_make ("report", wf_value_string (wf_entity_id (reports->pdata[i])),
                                   "reason", wf_value_string (wf_dict_string (collected, "reason")), NULL), 0);
  wf_dialog_queue (dialog, "incident.archive", wf_dict_make ("incident", wf_value_string (self->target), NULL), 0);
  wf_dialog_run (dialog, _(archive_dialog.done));
}

static char *
due_words (GPtrArray *reports)
{
  GString *text = g_string_new (_("Reports that are still due, and are struck:"));

  for (guint i = 0; i < reports->len; i++)
    g_string_append_printf (text, "\n%s · %s · %s", wf_entity_string (reports->pdata[i], "recipient"),
                            wf_wording_value ("series", wf_entity_string (reports->pdata[i], "series")),
                            wf_wording_value ("medium", wf_entity_string (reports->pdata[i], "medium")));

  return g_string_free (text, FALSE);
}

/**
 * wf_archive_dialog_new:
 * @context: what the screens work with
 * @incident: id of an incident
 *
 * Returns: (transfer none): a dialog that archives the incident
 */
WfDialog *
wf_archive_dialog_new (WfContext  *context,
                       const char *incident)
{
  WfDialog *dialog;
  Simple *self = simple_new (&archive_dialog, context, incident, incident, &dialog);
  g_autoptr (GPtrArray) reports = due_reports (dialog);

  g_signal_handlers_disconnect_by_func (dialog, simple_confirm_cb, self);
  g_signal_connect (dialog, "confirm", G_CALLBACK (archive_confirm_cb), self);
  wf_form_show_field (self->form, "reason", reports->len > 0);
  if (reports->len > 0)
    {
      g_autofree char *text = due_words (reports);
      GtkWidget *list = GTK_WIDGET (wf_dialog_add_note (dialog, text));

      /* One reads what is struck before one says why. */
      gtk_box_reorder_child_after (GTK_BOX (gtk_widget_get_parent (list)), list, NULL);
    }
  wf_dialog_add_note (dialog, _("Afterwards nothing of it is changed any more; supplements can be signed and added. "
                                "The report for the archive is offered for printing."));
  wf_dialog_set_confirm (dialog, _("Archive"), TRUE);
  return dialog;
}

/* --- supplements, steps back --- */

static const WfFormField supplement_fields[] = {
  { "text", WF_FORM_TEXT, N_("Supplement"), TRUE },
  { "signed_by", WF_FORM_LINE, N_("Signed by"), TRUE },
};

static const SimpleDialog supplement_dialog = {
  "incident.supplement", N_("Add a supplement"), N_("Sign and add"), N_("Supplement added"), "incident",
  supplement_fields, G_N_ELEMENTS (supplement_fields)
};

/**
 * wf_supplement_dialog_new:
 * @context: what the screens work with
 * @incident: id of an incident
 *
 * Returns: (transfer none): a dialog that adds to an archived incident
 */
WfDialog *
wf_supplement_dialog_new (WfContext  *context,
                          const char *incident)
{
  WfDialog *dialog;
  Simple *self = simple_new (&supplement_dialog, context, incident, incident, &dialog);

  wf_dialog_fill_by (dialog, self->form, "signed_by");
  return dialog;
}

static const char *const steps_back[] = { "reported", "responding", "controlled", "stood_down", NULL };

static const WfFormField step_back_fields[] = {
  { "to", WF_FORM_CHOICE, N_("Back to"), TRUE, FALSE, steps_back, "incident.state" },
  { "reason", WF_FORM_TEXT, N_("Reason"), TRUE },
};

static const SimpleDialog step_back_dialog = {
  "incident.step_back", N_("Go a step back"), N_("Go back"), N_("The step back is recorded"), "incident",
  step_back_fields, G_N_ELEMENTS (step_back_fields)
};

/* Of the states before it those that the rules let it go back to: the others would only be refused. */
static void
offer_steps_back (WfForm     *form,
                  WfSession  *session,
                  const char *incident)
{
  const char *values[G_N_ELEMENTS (steps_back)] = { NULL };
  const char *labels[G_N_ELEMENTS (steps_back)] = { NULL };
  guint n = 0;

  for (guint i = 0; steps_back[i] != NULL; i++)
    {
      g_autoptr (WfPreview) preview =
        wf_preview_new (session, "incident.step_back", wf_dict_make ("incident", wf_value_string (incident),
                                                                     "to", wf_value_string (steps_back[i]),
                                                                     "reason", wf_value_string ("-"), NULL));

      if (preview->problem != NULL)
        continue;
      values[n] = steps_back[i];
      labels[n++] = wf_wording_value ("incident.state", steps_back[i]);
    }
  if (n > 0)
    wf_form_set_choices (form, "to", values, labels);
  if (n == 1)
    wf_form_set_string (form, "to", values[0]);
}

/**
 * wf_step_back_dialog_new:
 * @context: what the screens work with
 * @incident: id of an incident
 *
 * Returns: (transfer none): a dialog that takes the incident back to an earlier state, for a reason
 */
WfDialog *
wf_step_back_dialog_new (WfContext  *context,
                         const char *incident)
{
  WfDialog *dialog;

  Simple *self = simple_new (&step_back_dialog, context, incident, incident, &dialog);

  offer_steps_back (self->form, wf_context_get_session (context), incident);
  return dialog;
}

/* --- 现场指挥部, wind --- */

static const WfFormField headquarters_fields[] = {
  { "headquarters.place", WF_FORM_PLACE, N_("Place (upwind)"), TRUE },
  { "headquarters.location", WF_FORM_POINT, N_("Longitude, latitude"), FALSE, TRUE },
  { "headquarters.commander", WF_FORM_LINE, N_("Commander") },
  { "headquarters.phone", WF_FORM_LINE, N_("Telephone"), FALSE, TRUE },
  { "headquarters.channel", WF_FORM_LINE, N_("Radio channel"), FALSE, TRUE },
};

static const SimpleDialog headquarters_dialog = {
  "incident.headquarters", N_("Headquarters on scene"), N_("Set up"), N_("Headquarters recorded"), "incident",
  headquarters_fields, G_N_ELEMENTS (headquarters_fields)
};

/**
 * wf_headquarters_dialog_new:
 * @context: what the screens work with
 * @incident: id of an incident
 *
 * Returns: (transfer none): a dialog for the headquarters on scene
 */
WfDialog *
wf_headquarters_dialog_new (WfContext  *context,
                            const char *incident)
{
  WfDialog *dialog;
  Simple *self = simple_new (&headquarters_dialog, context, incident, incident, &dialog);
  g_autoptr (WfEntity) entity = wf_dialog_dup_incident (dialog);

  wf_form_fill (self->form, wf_entity_fields (entity));
  return dialog;
}

static const WfFormField wind_fields[] = {
  { "wind.from_degrees", WF_FORM_DECIMAL, N_("Wind from (degrees, north is 0)"), TRUE },
  { "wind.speed", WF_FORM_DECIMAL, N_("Speed (m/s)"), TRUE, TRUE },
  { "wind.source", WF_FORM_LINE, N_("Source"), TRUE },
  { "wind.at", WF_FORM_TIME, N_("Time"), TRUE, TRUE },
};

static const SimpleDialog wind_dialog = {
  "incident.wind", N_("Wind"), N_("Record"), N_("Wind recorded"), "incident", wind_fields, G_N_ELEMENTS (wind_fields)
};

/**
 * wf_wind_dialog_new:
 * @context: what the screens work with
 * @incident: id of an incident
 *
 * Returns: (transfer none): a dialog for the wind at the scene
 */
WfDialog *
wf_wind_dialog_new (WfContext  *context,
                    const char *incident)
{
  WfDialog *dialog;
  Simple *self = simple_new (&wind_dialog, context, incident, incident, &dialog);
  g_autoptr (WfEntity) entity = wf_dialog_dup_incident (dialog);

  wf_form_fill (self->form, wf_entity_fields (entity));
  wf_form_set (self->form, "wind.at", wf_value_time (wf_context_now (context)));
  return dialog;
}

/* --- 补签 --- */

static const WfFormField sign_fields[] = {
  { "step", WF_FORM_CHOICE, N_("Approval"), TRUE },
  { "signed_by", WF_FORM_LINE, N_("Signed by"), TRUE },
};

static const SimpleDialog sign_dialog = {
  "approval.sign", N_("Sign an approval"), N_("Sign"), N_("Approval signed"), "incident", NULL, 0
};

typedef struct
{
  WfForm *form;
} Sign;

static void
sign_confirm_cb (WfDialog *dialog,
                 Sign     *self)
{
  g_autoptr (GVariant) collected = wf_form_collect (self->form);

  if (collected == NULL)
    return;

  const char *step = wf_dict_string (collected, "step");
  wf_dialog_queue (dialog, sign_dialog.command,
                   wf_dict_make ("incident", wf_value_string (wf_dialog_get_incident (dialog)),
                                 "step", wf_value_int (g_ascii_strtoll (step, NULL, 10)),
                                 "signed_by", wf_value_string (wf_dict_string (collected, "signed_by")), NULL), 0);
  wf_dialog_run (dialog, _(sign_dialog.done));
}

/**
 * wf_sign_dialog_new:
 * @context: what the screens work with
 * @incident: id of an incident
 *
 * Returns: (transfer none): a dialog that signs what was approved by telephone
 */
WfDialog *
wf_sign_dialog_new (WfContext  *context,
                    const char *incident)
{
  WfDialog *dialog = wf_dialog_new (context, incident, _(sign_dialog.title), _(sign_dialog.confirm));
  Sign *self = g_new0 (Sign, 1);
  g_autoptr (WfEntity) entity = wf_dialog_dup_incident (dialog);
  g_autoptr (GPtrArray) levels = wf_entity_objects (entity, "levels");
  g_autoptr (GPtrArray) values = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) labels = g_ptr_array_new_with_free_func (g_free);
  const char *approver = NULL;

  for (guint i = 0; levels != NULL && i < levels->len; i++)
    {
      g_autoptr (GVariant) approval = wf_dict_value (levels->pdata[i], "approval");

      if (!wf_approvals_step_is_unsigned (levels->pdata[i]))
        continue;

      g_autofree char *at = wf_ui_format_time (wf_dict_time (approval, "at"), wf_context_now (context));
      approver = approver != NULL ? approver : wf_dict_string (approval, "approved_by");
      g_ptr_array_add (values, g_strdup_printf ("%u", i));
      g_ptr_array_add (labels, g_strdup_printf ("%s · %s · %s",
                                                wf_wording_level ((int) wf_dict_int (levels->pdata[i], "level", 0)),
                                                wf_dict_string (approval, "approved_by"), at));
    }

  g_ptr_array_add (values, NULL);
  g_ptr_array_add (labels, NULL);
  self->form = wf_dialog_add_form (dialog, sign_fields, G_N_ELEMENTS (sign_fields));
  wf_form_set_choices (self->form, "step", (const char *const *) values->pdata, (const char *const *) labels->pdata);
  if (values->len > 1)
    wf_form_set_string (self->form, "step", g_ptr_array_index (values, 0));
  else
    wf_dialog_show_trouble (dialog, _("Every approval is signed."));
  wf_form_set_string (self->form, "signed_by", approver);
  g_object_set_data_full (G_OBJECT (dialog), "sign", self, g_free);
  g_signal_connect (dialog, "confirm", G_CALLBACK (sign_confirm_cb), self);
  return dialog;
}

/* --- tasks by hand --- */

static const WfFormField task_fields[] = {
  { "text", WF_FORM_TEXT, N_("Task"), TRUE },
  { "group", WF_FORM_LINE, N_("Group or who does it") },
  { "minutes", WF_FORM_NUMBER, N_("Minutes allowed"), FALSE, TRUE },
  { "repeat_minutes", WF_FORM_NUMBER, N_("Again every … minutes"), FALSE, TRUE },
  { "returns", WF_FORM_CHOICE, N_("What must come back"), FALSE, FALSE, wf_returns, "returns" },
};

static const SimpleDialog task_add_dialog = {
  "task.add", N_("Add a task"), N_("Add"), N_("Task added"), "incident", task_fields, G_N_ELEMENTS (task_fields)
};

static void
task_add_confirm_cb (WfDialog *dialog,
                     Simple   *self)
{
  g_autoptr (GVariant) collected = wf_form_collect (self->form);

  if (collected == NULL)
    return;

  g_autofree char *id = wf_session_new_id (wf_dialog_get_session (dialog));
  g_autoptr (GVariant) with_id = wf_dialog_with ("task", id, collected);

  wf_dialog_queue (dialog, "task.add", wf_dialog_with ("incident", self->target, with_id), 0);
  wf_dialog_run (dialog, _("Task added"));
}

/**
 * wf_task_add_dialog_new:
 * @context: what the screens work with
 * @incident: id of an incident
 *
 * Returns: (transfer none): a dialog that adds a task by hand
 */
WfDialog *
wf_task_add_dialog_new (WfContext  *context,
                        const char *incident)
{
  WfDialog *dialog;
  Simple *self = simple_new (&task_add_dialog, context, incident, incident, &dialog);

  g_signal_handlers_disconnect_by_func (dialog, simple_confirm_cb, self);
  g_signal_connect (dialog, "confirm", G_CALLBACK (task_add_confirm_cb), self);
  wf_form_set_string (self->form, "returns", "none");
  return dialog;
}

static const WfFormField strike_fields[] = {
  { "reason", WF_FORM_TEXT, N_("Reason"), TRUE },
};

static const SimpleDialog task_strike_dialog = {
  "task.strike", N_("Strike a task"), N_("Strike"), N_("Task struck"), "task", strike_fields, G_N_ELEMENTS (strike_fields)
};

/**
 * wf_task_strike_dialog_new:
 * @context: what the screens work with
 * @task: id of a task
 *
 * Returns: (transfer none): a dialog that strikes a task; it stays readable
 */
WfDialog *
wf_task_strike_dialog_new (WfContext  *context,
                           const char *task)
{
  WfDialog *dialog;

  simple_new (&task_strike_dialog, context, NULL, task, &dialog);

  g_autoptr (WfEntity) entity = wf_dialog_dup_entity (dialog, "task", task);
  wf_dialog_set_subtitle (dialog, wf_entity_string (entity, "text"));
  return dialog;
}

static const SimpleDialog report_strike_dialog = {
  "report.strike", N_("Strike a report"), N_("Strike"), N_("Report struck"), "report", strike_fields, G_N_ELEMENTS (strike_fields)
};

/**
 * wf_report_strike_dialog_new:
 * @context: what the screens work with
 * @report: id of a report
 *
 * Returns: (transfer none): a dialog that strikes a report that need not be made; it stays readable
 */
WfDialog *
wf_report_strike_dialog_new (WfContext  *context,
                             const char *report)
{
  WfDialog *dialog;

  simple_new (&report_strike_dialog, context, NULL, report, &dialog);

  g_autoptr (WfEntity) entity = wf_dialog_dup_entity (dialog, "report", report);
  wf_dialog_set_subtitle (dialog, wf_entity_string (entity, "recipient"));
  return dialog;
}

/* --- 值班记录 --- */

static const WfFormField log_fields[] = {
  { "text", WF_FORM_TEXT, N_("What was said or seen"), TRUE },
  { "kind", WF_FORM_CHOICE, N_("Kind"), TRUE, FALSE, wf_log_kinds, "log.kind" },
  { "occurred_at", WF_FORM_TIME, N_("Time"), TRUE, TRUE },
  { "with", WF_FORM_LINE, N_("With whom") },
  { "phone", WF_FORM_LINE, N_("Number"), FALSE, TRUE },
  { "person", WF_FORM_LINE, N_("Who noted it") },
  { "recording", WF_FORM_LINE, N_("Recording no."), FALSE, TRUE },
  { "late", WF_FORM_CHECK, N_("Entered from paper afterwards") },
};

static const SimpleDialog log_dialog = {
  "log.add", N_("Log entry"), N_("Enter"), N_("Entered in the log"), "log", log_fields, G_N_ELEMENTS (log_fields)
};

static void
log_confirm_cb (WfDialog *dialog,
                Simple   *self)
{
  g_autoptr (GVariant) collected = wf_form_collect (self->form);
  int64_t occurred_at;

  if (collected == NULL)
    return;

  g_autofree char *id = wf_session_new_id (wf_dialog_get_session (dialog));
  g_autoptr (GVariant) fields = take_occurred_at (collected, &occurred_at);
  g_autoptr (GVariant) payload = wf_dialog_with ("log", id, fields);
  g_autoptr (GVariant) full = self->target != NULL ? wf_dialog_with ("incident", self->target, payload)
                                                   : g_variant_ref (payload);

  wf_dialog_queue (dialog, "log.add", g_steal_pointer (&full), occurred_at);
  wf_dialog_run (dialog, _("Entered in the log"));
}

/**
 * wf_log_dialog_new:
 * @context: what the screens work with
 * @incident: (nullable): id of the incident whose story it belongs to
 * @name: (nullable): who is called
 * @phone: (nullable): the number that is called
 *
 * Returns: (transfer none): a dialog for a line of the log; calling somebody fills in whom and when
 */
WfDialog *
wf_log_dialog_new (WfContext  *context,
                   const char *incident,
                   const char *name,
                   const char *phone)
{
  WfDialog *dialog;
  Simple *self = simple_new (&log_dialog, context, incident, incident, &dialog);

  g_signal_handlers_disconnect_by_func (dialog, simple_confirm_cb, self);
  g_signal_connect (dialog, "confirm", G_CALLBACK (log_confirm_cb), self);
  wf_form_set_string (self->form, "kind", phone != NULL ? "call" : "note");
  wf_form_set_string (self->form, "with", name);
  wf_form_set_string (self->form, "phone", phone);
  wf_form_set (self->form, "occurred_at", wf_value_time (wf_context_now (context)));
  wf_dialog_fill_by (dialog, self->form, "person");

  if (phone != NULL)
    {
      g_autofree char *title = name != NULL ? g_strdup_printf (_("Call %s"), name) : g_strdup (_("Call"));

      wf_dialog_set_title (dialog, title);
    }
  return dialog;
}
