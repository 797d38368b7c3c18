/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-ui"

#include "config.h"

#include "wf-incident-dialogs.h"

#include "wf-command-form.h"
#include "wf-describe.h"
#include "wf-ui-util.h"
#include "wf-wording.h"

#include <glib/gi18n.h>
#include <string.h>

/* What the service refused: mine and what stands, side by side, with who changed it and when. It is sent again, as it was or
 * changed, or let go of, and letting go leaves a line in the log. Until then it stays among the alarms. */

/* So much of a value stands in the log's line. */
#define NOTED_MAX 300

typedef struct
{
  WfDialog  *dialog;  /* (unowned): owns this */
  WfRefusal *refusal; /* (owned) */
  GtkWidget *edit;    /* (owned by the widget tree) */
  WfForm    *form;    /* (owned by the widget tree) (nullable): mine, while it is changed */
} Refused;

static void
refused_free (Refused *self)
{
  wf_refusal_free (self->refusal);
  g_free (self);
}

/* --- words --- */

static char *
describe_difference (Refused            *self,
                     const WfDifference *difference,
                     GVariant           *value)
{
  return wf_describe_value (self->refusal->command->type, self->refusal->kind, difference->field, value);
}

static const char *
name_field (const WfDifference *difference)
{
  const char *name = wf_wording_field (difference->field);

  return name != NULL ? name : difference->field;
}

static char *
name_thing (WfRefusal *refusal)
{
  static const char *const names[] = { "title", "name", "text", "force_name", "recipient" };
  const char *name = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (names) && name == NULL; i++)
    name = refusal->entity != NULL ? wf_entity_string (refusal->entity, names[i]) : NULL;
  if (name == NULL)
    name = wf_dict_string (refusal->command->payload, "title");

  return name != NULL ? g_strdup (name) : NULL;
}

/* --- what is shown --- */

static char *
describe_theirs (Refused *self)
{
  WfContext *context = wf_dialog_get_context (self->dialog);
  WfEvent *event = self->refusal->event;

  if (self->refusal->entity == NULL)
    return g_strdup (_("In the records: nothing"));
  if (event == NULL)
    return g_strdup (_("In the records now"));

  g_autofree char *who = wf_session_name_actor (wf_context_get_session (context), event->actor);
  g_autofree char *when = wf_ui_format_time (event->recorded_at, wf_session_now (wf_context_get_session (context)));

  /* TRANSLATORS: who changed it last, and when */
  return g_strdup_printf (_("In the records now, by %s at %s"), who, when);
}

static void
show_differences (Refused *self)
{
  GtkWidget *grid = gtk_grid_new ();
  WfContext *context = wf_dialog_get_context (self->dialog);
  g_autofree char *given = wf_ui_format_time (self->refusal->command->occurred_at,
                                              wf_session_now (wf_context_get_session (context)));
  g_autofree char *mine = g_strdup_printf (_("Mine, of %s"), given);
  g_autofree char *theirs = describe_theirs (self);

  gtk_grid_set_column_spacing (GTK_GRID (grid), 18);
  gtk_grid_set_row_spacing (GTK_GRID (grid), 6);
  gtk_widget_set_hexpand (wf_ui_grid_add_text (GTK_GRID (grid), 1, 0, mine, "heading"), TRUE);
  gtk_widget_set_hexpand (wf_ui_grid_add_text (GTK_GRID (grid), 2, 0, theirs, "heading"), TRUE);

  for (guint i = 0; i < self->refusal->differences->len; i++)
    {
      const WfDifference *difference = g_ptr_array_index (self->refusal->differences, i);
      const char *name = name_field (difference);
      g_autofree char *own = describe_difference (self, difference, difference->mine);
      g_autofree char *other = describe_difference (self, difference, difference->theirs);
      g_autofree char *own_name = g_strdup_printf (_("Mine, %s: %s"), name, own);
      g_autofree char *other_name = g_strdup_printf (_("In the records, %s: %s"), name, other);

      wf_ui_grid_add_text (GTK_GRID (grid), 0, (int) i + 1, name, "dim-label");
      wf_ui_set_name (wf_ui_grid_add_text (GTK_GRID (grid), 1, (int) i + 1, own, "wf-strong"), own_name);
      wf_ui_set_name (wf_ui_grid_add_text (GTK_GRID (grid), 2, (int) i + 1, other, NULL), other_name);
    }

  wf_dialog_add (self->dialog, grid);
}

/* --- what is done --- */

static void
done_cb (WfDialog *dialog,
         Refused  *self)
{
  wf_session_forget_refused (wf_dialog_get_session (dialog), self->refusal->command->id);
}

/* With its own time, and based on what stands now, which has been looked at. */
static void
confirm_cb (WfDialog *dialog,
            Refused  *self)
{
  WfCommand *command = self->refusal->command;
  g_autoptr (GVariant) payload = self->form != NULL
                                   ? wf_command_form_collect (self->form, command->type, command->payload)
                                   : g_variant_ref (command->payload);

  if (payload == NULL)
    return;

  wf_dialog_queue (dialog, command->type, g_steal_pointer (&payload),
                   wf_session_scope_time (wf_dialog_get_session (dialog), command->scope, command->occurred_at));
  wf_dialog_run (dialog, _("Sent again"));
}

/* Mine as a form, below the two versions, so that both can be read while one writes. */
static void
edit_cb (GtkButton *button,
         Refused   *self)
{
  WfCommand *command = self->refusal->command;

  if (self->form != NULL || wf_dialog_is_busy (self->dialog))
    return;

  wf_dialog_add_heading (self->dialog, _("Mine, to be changed"));
  self->form = wf_dialog_add_form (self->dialog, NULL, 0);
  wf_command_form_add (self->form, command->type);
  wf_form_fill (self->form, command->payload);
  gtk_widget_set_sensitive (self->edit, FALSE);
  wf_dialog_fit (self->dialog);
  gtk_widget_grab_focus (GTK_WIDGET (self->form));
}

static char *
note_text (Refused *self)
{
  GString *text = g_string_new (NULL);
  g_autofree char *why = self->refusal->problem->kind == WF_PROBLEM_CONFLICT
                           ? g_strdup (_("Somebody else had changed it meanwhile."))
                           : wf_problem_message (self->refusal->problem);

  /* TRANSLATORS: a line of the log: what was wanted, and why it was refused */
  g_string_append_printf (text, _("Let go of after it was refused: %s. %s"),
                          wf_wording_command (self->refusal->command->type), why);

  for (guint i = 0; i < self->refusal->differences->len && text->len < 3 * NOTED_MAX; i++)
    {
      const WfDifference *difference = g_ptr_array_index (self->refusal->differences, i);

      if (difference->mine == NULL)
        continue;

      g_autofree char *own = describe_difference (self, difference, difference->mine);
      g_autofree char *some = g_utf8_substring (own, 0, MIN (g_utf8_strlen (own, -1), NOTED_MAX));

      g_string_append_c (text, ' ');
      g_string_append_printf (text, _("Mine, %s: %s"), name_field (difference), some);
    }

  return g_string_free (text, FALSE);
}

static void
let_go_cb (GtkButton *button,
           Refused   *self)
{
  WfSession *session = wf_dialog_get_session (self->dialog);
  g_autofree char *id = wf_session_new_id (session);
  g_autofree char *text = note_text (self);
  const char *incident = wf_dialog_get_incident (self->dialog);
  g_autoptr (WfEntity) entity = wf_dialog_dup_incident (self->dialog);

  if (wf_dialog_is_busy (self->dialog))
    return;

  /* Who may no longer write to the log can still be done with it. */
  g_autoptr (WfProblem) silent = wf_session_check (session, "log.add");

  if (silent != NULL)
    {
      wf_dialog_run (self->dialog, _("Let go of"));
      return;
    }

  /* An archived story takes no more lines; then it stands in the log of the centre. */
  if (entity == NULL || wf_entity_is (entity, "state", "archived"))
    incident = NULL;

  wf_dialog_queue (self->dialog, "log.add",
                   wf_dict_make ("log", wf_value_string (id),
                                 "incident", wf_value_string (incident),
                                 "kind", wf_value_string ("note"),
                                 "text", wf_value_string (text),
                                 "person", wf_value_string (wf_ui_nonempty (wf_session_get_actor_name (session))),
                                 NULL),
                   0);
  wf_dialog_run (self->dialog, _("Let go of, and noted in the log"));
}

static GtkWidget *
add_choice (GtkBox     *box,
            const char *label,
            const char *tooltip,
            GCallback   callback,
            Refused    *self)
{
  GtkWidget *button = gtk_button_new_with_mnemonic (label);

  gtk_widget_set_tooltip_text (button, tooltip);
  g_signal_connect (button, "clicked", callback, self);
  gtk_box_append (box, button);

  return button;
}

/* Beside sending it again, which is the dialog's own button. */
static void
add_choices (Refused *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);
  gboolean conflict = self->refusal->problem->kind == WF_PROBLEM_CONFLICT;

  add_choice (GTK_BOX (box), conflict ? _("_Keep theirs") : _("_Let it go"),
              _("What stands in the records stays; a line in the log says that mine was let go of"),
              G_CALLBACK (let_go_cb), self);
  self->edit = add_choice (GTK_BOX (box), _("_Edit mine"), _("Change what I wrote before it is sent again"),
                           G_CALLBACK (edit_cb), self);
  wf_dialog_add (self->dialog, box);
}

static const char *
find_incident (WfRefusal *refusal)
{
  const char *incident = wf_dict_string (refusal->command->payload, "incident");

  return incident != NULL || refusal->entity == NULL ? incident : wf_entity_string (refusal->entity, "incident");
}

/**
 * wf_refused_dialog_new:
 * @context: what the screens work with
 * @id: id of a refused command
 *
 * Returns: (transfer none) (nullable): a dialog in which somebody deals with it; %NULL where that has been done
 */
WfDialog *
wf_refused_dialog_new (WfContext  *context,
                       const char *id)
{
  WfRefusal *refusal = wf_session_find_refusal (wf_context_get_session (context), id);

  if (refusal == NULL)
    return NULL;

  Refused *self = g_new0 (Refused, 1);
  g_autofree char *title = g_strdup_printf (_("Not done: %s"), wf_wording_command (refusal->command->type));
  g_autofree char *why = wf_problem_message (refusal->problem);
  g_autofree char *thing = name_thing (refusal);

  self->refusal = refusal;
  self->dialog = wf_dialog_new (context, find_incident (refusal), title, _("Send again"));
  wf_dialog_set_scope (self->dialog, refusal->command->scope);
  gtk_window_set_default_size (GTK_WINDOW (self->dialog), 640, -1);
  g_object_set_data_full (G_OBJECT (self->dialog), "wf-refused", self, (GDestroyNotify) refused_free);
  if (thing != NULL)
    wf_dialog_set_subtitle (self->dialog, thing);

  wf_dialog_add_note (self->dialog, why);
  show_differences (self);
  add_choices (self);

  g_signal_connect (self->dialog, "confirm", G_CALLBACK (confirm_cb), self);
  g_signal_connect (self->dialog, "done", G_CALLBACK (done_cb), self);

  return self->dialog;
}
