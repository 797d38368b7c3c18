/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-ui"

#include "config.h"

#include "wf-incident-dialogs.h"

#include "wf-judgement.h"
#include "wf-kind.h"
#include "wf-preview.h"
#include "wf-ui-util.h"
#include "wf-wording.h"

#include <glib/gi18n.h>
#include <string.h>

static const WfFormField approval_fields[] = {
  { "approval.approved_by", WF_FORM_LINE, N_("Approved by"), TRUE },
  { "approval.post", WF_FORM_LINE, N_("Post"), FALSE, TRUE },
  { "approval.requested_by", WF_FORM_LINE, N_("Asked by"), TRUE, TRUE },
  { "approval.way", WF_FORM_CHOICE, N_("Way"), TRUE, FALSE, (const char *const[]) { "phone", "in_person", "written", NULL },
    "way" },
  { "approval.at", WF_FORM_TIME, N_("Time"), TRUE, TRUE },
  { "approval.words", WF_FORM_TEXT, N_("The words as they were said") },
  { "approval.read_back", WF_FORM_CHECK, N_("Read back and confirmed") },
  { "approval.recording", WF_FORM_LINE, N_("Recording no."), FALSE, TRUE },
};

/**
 * wf_dialog_add_approval:
 * @self: a dialog
 *
 * Adds what is recorded of an approval, which is mostly given by telephone.
 *
 * Returns: (transfer none): its form
 */
WfForm *
wf_dialog_add_approval (WfDialog *self)
{
  wf_dialog_add_heading (self, _("Approval"));

  WfForm *form = wf_dialog_add_form (self, approval_fields, G_N_ELEMENTS (approval_fields));

  wf_form_set_string (form, "approval.way", "phone");
  wf_form_set (form, "approval.at", wf_value_time (wf_context_now (wf_dialog_get_context (self))));
  wf_dialog_fill_by (self, form, "approval.requested_by");
  return form;
}

/* --- what the three have in common --- */

typedef struct
{
  WfDialog *dialog;
  WfForm   *form;
  WfForm   *approval;
  GtkLabel *authority;
  GtkLabel *preview;
  char     *command;
  gboolean  matter_touched;
  gboolean  hours_touched;
  gboolean  measures_touched;
  guint     idle;
} Levels;

static void
levels_free (gpointer data)
{
  Levels *self = data;

  g_clear_handle_id (&self->idle, g_source_remove);
  g_free (self->command);
  g_free (self);
}

static const char *const level_values[] = { "1", "2", "3", "4", NULL };

static int
chosen_level (Levels *self)
{
  g_autofree char *text = wf_form_get_string (self->form, "level");

  return text != NULL ? (int) g_ascii_strtoll (text, NULL, 10) : 0;
}

static WfEntity *
chosen_plan (Levels *self)
{
  g_autofree char *id = wf_form_get_string (self->form, "plan");

  if (id == NULL)
    {
      g_autoptr (WfEntity) incident = wf_dialog_dup_incident (self->dialog);

      return wf_dialog_dup_entity (self->dialog, "plan", wf_entity_string (incident, "plan"));
    }

  return wf_dialog_dup_entity (self->dialog, "plan", id);
}

/* A form's level is one of four words; the payload's is a number. */
static GVariant *
make_payload (Levels   *self,
              GVariant *form,
              GVariant *approval)
{
  g_autoptr (GVariant) both = wf_dict_merge (form, approval);
  g_autoptr (GVariant) with_incident = wf_dialog_with ("incident", wf_dialog_get_incident (self->dialog), both);
  const char *level = wf_dict_string (with_incident, "level");

  if (level == NULL)
    return g_steal_pointer (&with_incident);

  g_autoptr (GVariant) number = wf_dict_make ("level", wf_value_int (g_ascii_strtoll (level, NULL, 10)), NULL);
  return wf_dict_merge (with_incident, number);
}

static GVariant *
collect (Levels *self)
{
  g_autoptr (GVariant) form = wf_form_collect (self->form);
  g_autoptr (GVariant) approval = NULL;

  if (form == NULL)
    return NULL;

  approval = wf_form_collect (self->approval);
  return approval != NULL ? make_payload (self, form, approval) : NULL;
}

/* Where the person has not come to the approval yet, the preview is made with a placeholder. */
static GVariant *
collect_for_preview (Levels *self)
{
  static const char *const needed[] = { "matter", "measures", "reason", NULL };
  g_autoptr (GVariant) form = wf_form_peek (self->form);
  g_autoptr (GVariant) approval = wf_dict_make ("way", wf_value_string ("phone"),
                                                "requested_by", wf_value_string ("-"),
                                                "approved_by", wf_value_string ("-"),
                                                "at", wf_value_time (wf_session_scope_now (wf_dialog_get_session (self->dialog))),
                                                NULL);
  g_autoptr (GVariant) boxed = wf_dict_make ("approval", approval, NULL);
  g_autoptr (GVariant) payload = NULL;

  for (gsize i = 0; needed[i] != NULL; i++)
    {
      g_autoptr (GVariant) filled = NULL;

      if (wf_dict_has (form, needed[i]) || wf_form_get_widget (self->form, needed[i]) == NULL)
        continue;

      filled = wf_dialog_with (needed[i], "-", form);
      g_variant_unref (form);
      form = g_steal_pointer (&filled);
    }

  payload = make_payload (self, form, boxed);
  return g_steal_pointer (&payload);
}

static char *
group_names (WfEntity *plan,
             int       level)
{
  g_autoptr (GVariant) step = plan != NULL ? wf_rules_plan_level (plan, level) : NULL;

  if (step == NULL)
    return NULL;

  g_auto (GStrv) names = wf_dict_strings (step, "groups");

  if (names[0] == NULL)
    {
      g_autoptr (GPtrArray) groups = wf_entity_objects (plan, "groups");
      g_autoptr (GPtrArray) all = g_ptr_array_new ();

      for (guint i = 0; i < groups->len; i++)
        g_ptr_array_add (all, (gpointer) wf_dict_string (groups->pdata[i], "name"));
      g_ptr_array_add (all, NULL);
      return g_strjoinv (C_("list", ", "), (char **) all->pdata);
    }

  return g_strjoinv (C_("list", ", "), names);
}

static char *
preview_words (Levels    *self,
               WfPreview *preview)
{
  if (preview->problem != NULL)
    return wf_problem_message (preview->problem);

  g_autoptr (WfEntity) plan = chosen_plan (self);
  g_autofree char *groups = group_names (plan, chosen_level (self));
  guint open = wf_preview_count (preview, "task", "open");
  guint struck = wf_preview_count (preview, "task", "struck");
  guint reports = wf_preview_count (preview, "report", "due");
  g_autoptr (GString) text = g_string_new (NULL);

  g_string_append_printf (text, g_dngettext (GETTEXT_PACKAGE, "Sets in motion: %u task", "Sets in motion: %u tasks", open), open);
  if (reports > 0)
    g_string_append_printf (text, g_dngettext (GETTEXT_PACKAGE, ", %u report", ", %u reports", reports), reports);
  if (struck > 0)
    g_string_append_printf (text, g_dngettext (GETTEXT_PACKAGE, "; strikes %u task", "; strikes %u tasks", struck), struck);
  if (groups != NULL)
    g_string_append_printf (text, _("\nGroups: %s"), groups);

  return g_string_free (g_steal_pointer (&text), FALSE);
}

static gboolean
update_preview (gpointer data)
{
  Levels *self = data;
  int level = chosen_level (self);
  g_autoptr (WfEntity) plan = chosen_plan (self);
  g_autoptr (GVariant) step = plan != NULL && level > 0 ? wf_rules_plan_level (plan, level) : NULL;
  const char *authority = step != NULL ? wf_dict_string (step, "authority") : NULL;

  self->idle = 0;
  gtk_widget_set_visible (GTK_WIDGET (self->authority), authority != NULL);
  if (authority != NULL)
    {
      g_autofree char *text = g_strdup_printf (_("%s response: decided by %s"), wf_wording_level (level), authority);

      gtk_label_set_text (self->authority, text);
    }

  if (level == 0)
    {
      gtk_label_set_text (self->preview, _("Choose a level to see what it sets in motion."));
      return G_SOURCE_REMOVE;
    }

  g_autoptr (GVariant) payload = collect_for_preview (self);
  g_autoptr (WfPreview) preview = wf_preview_new (wf_dialog_get_session (self->dialog), self->command, payload);
  g_autofree char *words = preview_words (self, preview);

  gtk_label_set_text (self->preview, words);
  return G_SOURCE_REMOVE;
}

static void
queue_preview (Levels *self)
{
  if (self->idle == 0)
    self->idle = g_idle_add_full (G_PRIORITY_HIGH_IDLE, update_preview, self, NULL);
}

static void
name_confirm (Levels     *self,
              const char *format)
{
  int level = chosen_level (self);

  if (level == 0)
    return;

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
  g_autofree char *label = g_strdup_printf (format, wf_wording_level (level));
#pragma GCC diagnostic pop

  wf_dialog_set_confirm (self->dialog, label, level <= 2);
}

static Levels *
levels_new (WfDialog          *dialog,
            const char        *command,
            const WfFormField *fields,
            gsize              n_fields)
{
  Levels *self = g_new0 (Levels, 1);

  self->dialog = dialog;
  self->command = g_strdup (command);
  g_object_set_data_full (G_OBJECT (dialog), "levels", self, levels_free);
  self->form = wf_dialog_add_form (dialog, fields, n_fields);
  self->preview = wf_dialog_add_note (dialog, NULL);
  gtk_widget_add_css_class (GTK_WIDGET (self->preview), "wf-proposal");
  self->authority = wf_dialog_add_note (dialog, NULL);
  wf_dialog_split (dialog);
  self->approval = wf_dialog_add_approval (dialog);
  return self;
}

static void
set_level_choices (Levels *self,
                   int     without)
{
  const char *values[5] = { NULL };
  const char *labels[5] = { NULL };
  guint n = 0;

  for (int level = 1; level <= 4; level++)
    if (level != without)
      {
        values[n] = level_values[level - 1];
        labels[n++] = wf_wording_level (level);
      }

  wf_form_set_choices (self->form, "level", values, labels);
}

static void
send (WfDialog *dialog,
      gpointer  data)
{
  Levels *self = data;
  GVariant *payload = collect (self);

  if (payload == NULL)
    return;

  wf_dialog_queue (dialog, self->command, payload, 0);
  wf_dialog_run (dialog, strcmp (self->command, "response.activate") == 0 ? _("Response activated") : _("Level changed"));
}

/* Levels one and two set the whole district in motion: what will happen is named once more. */
static void
levels_confirm_cb (WfDialog *dialog,
                   Levels   *self)
{
  g_autoptr (GVariant) payload = collect (self);
  int level = chosen_level (self);

  if (payload == NULL)
    return;
  if (level > 2)
    {
      send (dialog, self);
      return;
    }

  g_autoptr (WfPreview) preview = wf_preview_new (wf_dialog_get_session (dialog), self->command, payload);

  if (preview->problem != NULL)
    {
      wf_dialog_show_problem (dialog, preview->problem);
      return;
    }

  g_autofree char *words = preview_words (self, preview);
  g_autofree char *heading = g_strdup_printf (_("%s response?"), wf_wording_level (level));
  g_autofree char *confirm = g_strdup_printf (_("Yes, %s response"), wf_wording_level (level));

  wf_dialog_ask (dialog, heading, words, confirm, G_CALLBACK (send), self);
}

/* --- activate --- */

static const WfFormField activate_fields[] = {
  { "plan", WF_FORM_CHOICE, N_("Plan"), TRUE },
  { "level", WF_FORM_CHOICE, N_("Level"), TRUE },
  { "matter", WF_FORM_LINE, N_("Matter of the response"), TRUE },
  { "expected_hours", WF_FORM_NUMBER, N_("Expected hours"), TRUE, TRUE },
  { "measures", WF_FORM_TEXT, N_("Measures"), TRUE },
};

static void
set_plan_choices (Levels   *self,
                  WfEntity *incident)
{
  WfSession *session = wf_dialog_get_session (self->dialog);
  WfState *state = wf_session_get_state (session);
  const char *scope = wf_session_get_scope (session);
  g_autoptr (GPtrArray) fitting = wf_rules_plans_for (state, scope, wf_entity_string (incident, "class"));
  g_autoptr (GPtrArray) all = wf_state_list (state, scope, "plan", NULL);
  g_autoptr (GPtrArray) values = g_ptr_array_new ();
  g_autoptr (GPtrArray) labels = g_ptr_array_new ();

  for (guint pass = 0; pass < 2; pass++)
    {
      GPtrArray *plans = pass == 0 ? fitting : all;

      for (guint i = 0; plans != NULL && i < plans->len; i++)
        {
          WfEntity *plan = plans->pdata[i];
          gboolean listed = FALSE;

          for (guint k = 0; k < values->len; k++)
            listed = listed || strcmp (values->pdata[k], wf_entity_id (plan)) == 0;
          if (listed || wf_entity_is (plan, "kind", "common"))
            continue;

          g_ptr_array_add (values, (gpointer) wf_entity_id (plan));
          g_ptr_array_add (labels, (gpointer) wf_entity_string (plan, "title"));
        }
    }

  g_ptr_array_add (values, NULL);
  g_ptr_array_add (labels, NULL);
  wf_form_set_choices (self->form, "plan", (const char *const *) values->pdata, (const char *const *) labels->pdata);

  const char *plan = wf_entity_string (incident, "plan");
  /* Where neither a person nor the class has chosen one, none is put forward. */
  if (plan == NULL && fitting != NULL && fitting->len > 0)
    plan = wf_entity_id (fitting->pdata[0]);
  wf_form_set_string (self->form, "plan", plan);
}

/* What the plan says for the level goes into the fields that nobody has written in. */
static void
fill_from_plan (Levels *self)
{
  g_autoptr (WfEntity) plan = chosen_plan (self);
  int level = chosen_level (self);
  g_autoptr (GVariant) step = plan != NULL && level > 0 ? wf_rules_plan_level (plan, level) : NULL;

  if (step == NULL)
    return;

  if (!self->hours_touched)
    wf_form_set (self->form, "expected_hours", wf_value_int (wf_dict_int (step, "hours", 24)));
  if (!self->measures_touched)
    wf_form_set_string (self->form, "measures", wf_dict_string (step, "measures"));
}

static void
activate_changed_cb (WfForm     *form,
                     const char *key,
                     Levels     *self)
{
  self->hours_touched |= strcmp (key, "expected_hours") == 0;
  self->measures_touched |= strcmp (key, "measures") == 0;

  if (strcmp (key, "plan") == 0 || strcmp (key, "level") == 0)
    {
      fill_from_plan (self);
      name_confirm (self, _("Activate: %s"));
      queue_preview (self);
    }
}

/**
 * wf_activate_dialog_new:
 * @context: what the screens work with
 * @incident: id of an incident
 *
 * Returns: (transfer none): a dialog that activates a plan at a level
 */
WfDialog *
wf_activate_dialog_new (WfContext  *context,
                        const char *incident)
{
  WfDialog *dialog = wf_dialog_new (context, incident, _("Activate the response"), _("Activate"));
  Levels *self = levels_new (dialog, "response.activate", activate_fields, G_N_ELEMENTS (activate_fields));
  g_autoptr (WfEntity) entity = wf_dialog_dup_incident (dialog);
  const char *place = wf_entity_string (entity, "place");
  const char *title = wf_entity_string (entity, "title");
  int level = (int) wf_entity_int (entity, "proposed_level", 0);
  g_autofree char *matter = NULL;

  if (entity == NULL)
    return dialog;

  wf_form_set_height (self->form, "measures", 84);
  matter = place != NULL && strstr (title, place) == NULL ? g_strdup_printf ("%s %s", place, title) : g_strdup (title);
  set_plan_choices (self, entity);
  set_level_choices (self, 0);
  if (level > 0)
    wf_form_set_string (self->form, "level", level_values[level - 1]);
  wf_form_set_string (self->form, "matter", matter);
  fill_from_plan (self);
  name_confirm (self, _("Activate: %s"));
  update_preview (self);
  g_signal_connect (self->form, "changed", G_CALLBACK (activate_changed_cb), self);
  g_signal_connect (dialog, "confirm", G_CALLBACK (levels_confirm_cb), self);
  return dialog;
}

/* --- raise or lower --- */

static const WfFormField change_fields[] = {
  { "level", WF_FORM_CHOICE, N_("New level"), TRUE },
  { "reason", WF_FORM_TEXT, N_("Reason"), TRUE },
};

static void
change_changed_cb (WfForm     *form,
                   const char *key,
                   Levels     *self)
{
  if (strcmp (key, "level") != 0)
    return;

  g_autoptr (WfEntity) incident = wf_dialog_dup_incident (self->dialog);
  int before = (int) wf_entity_int (incident, "level", 0);

  name_confirm (self, chosen_level (self) < before ? _("Raise to %s") : _("Lower to %s"));
  queue_preview (self);
}

/**
 * wf_change_level_dialog_new:
 * @context: what the screens work with
 * @incident: id of an incident
 *
 * Returns: (transfer none): a dialog that raises or lowers the level
 */
WfDialog *
wf_change_level_dialog_new (WfContext  *context,
                            const char *incident)
{
  WfDialog *dialog = wf_dialog_new (context, incident, _("Change the level"), _("Change"));
  Levels *self = levels_new (dialog, "response.change_level", change_fields, G_N_ELEMENTS (change_fields));
  g_autoptr (WfEntity) entity = wf_dialog_dup_incident (dialog);
  int level = (int) wf_entity_int (entity, "level", 0);
  g_autofree char *subtitle = NULL;

  if (entity == NULL)
    return dialog;

  /* Translators: incident, its present level */
  subtitle = g_strdup_printf (_("%s · now %s"), wf_entity_string (entity, "title"), wf_wording_level (level));
  wf_dialog_set_subtitle (dialog, subtitle);
  set_level_choices (self, level);
  update_preview (self);
  g_signal_connect (self->form, "changed", G_CALLBACK (change_changed_cb), self);
  g_signal_connect (dialog, "confirm", G_CALLBACK (levels_confirm_cb), self);
  return dialog;
}

/* --- stand down --- */

static const WfFormField stand_down_fields[] = {
  { "reason", WF_FORM_TEXT, N_("Reason"), TRUE },
};

static void
send_stand_down (WfDialog *dialog,
                 gpointer  data)
{
  Levels *self = data;
  GVariant *payload = collect (self);

  if (payload == NULL)
    return;

  wf_dialog_queue (dialog, self->command, payload, 0);
  wf_dialog_run (dialog, _("Response stood down"));
}

static void
stand_down_confirm_cb (WfDialog *dialog,
                       Levels   *self)
{
  g_autoptr (GVariant) payload = collect (self);

  if (payload == NULL)
    return;

  g_autoptr (WfPreview) preview = wf_preview_new (wf_dialog_get_session (dialog), self->command, payload);

  if (preview->problem != NULL)
    {
      wf_dialog_show_problem (dialog, preview->problem);
      return;
    }

  guint struck = wf_preview_count (preview, "task", "struck");
  g_autofree char *words = g_strdup_printf (g_dngettext (GETTEXT_PACKAGE,
                                                         "The response ends and %u open task is struck. The journal keeps it.",
                                                         "The response ends and %u open tasks are struck. The journal keeps them.",
                                                         struck), struck);

  wf_dialog_ask (dialog, _("Stand the response down?"), words, _("Stand down"), G_CALLBACK (send_stand_down), self);
}

/**
 * wf_stand_down_dialog_new:
 * @context: what the screens work with
 * @incident: id of an incident
 *
 * Returns: (transfer none): a dialog that ends the response (解除响应)
 */
WfDialog *
wf_stand_down_dialog_new (WfContext  *context,
                          const char *incident)
{
  WfDialog *dialog = wf_dialog_new (context, incident, _("Stand the response down"), _("Stand down"));
  Levels *self = g_new0 (Levels, 1);
  g_autoptr (WfEntity) entity = wf_dialog_dup_incident (dialog);
  g_autoptr (WfEntity) plan = wf_dialog_dup_entity (dialog, "plan", wf_entity_string (entity, "plan"));
  const char *conditions = wf_entity_string (plan, "stand_down_text");

  self->dialog = dialog;
  self->command = g_strdup ("response.stand_down");
  g_object_set_data_full (G_OBJECT (dialog), "levels", self, levels_free);
  if (conditions != NULL)
    {
      g_autofree char *text = g_strdup_printf (_("The plan asks for: %s"), conditions);

      gtk_widget_add_css_class (GTK_WIDGET (wf_dialog_add_note (dialog, text)), "wf-proposal");
    }
  self->form = wf_dialog_add_form (dialog, stand_down_fields, G_N_ELEMENTS (stand_down_fields));
  self->approval = wf_dialog_add_approval (dialog);
  wf_dialog_set_confirm (dialog, _("Stand down"), TRUE);
  g_signal_connect (dialog, "confirm", G_CALLBACK (stand_down_confirm_cb), self);
  return dialog;
}
