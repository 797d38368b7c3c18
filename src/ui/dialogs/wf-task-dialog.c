/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-ui"

#include "config.h"

#include "wf-incident-dialogs.h"

#include "wf-snapshot-chooser.h"
#include "wf-ui-util.h"
#include "wf-wording.h"

#include <glib/gi18n.h>
#include <string.h>

/* Feedback on a task. What is asked for follows from what the task must bring back; everything else can be given too. */
typedef struct
{
  WfDialog          *dialog;
  WfForm            *form;
  WfSnapshotChooser *chooser;
  char              *task;
  char              *incident;
  char              *digest;   /* of the picture, once it lies with the service */
} Feedback;

static const WfFormField feedback_fields[] = {
  { "pair_done", WF_FORM_NUMBER, N_("Done") },
  { "pair_due", WF_FORM_NUMBER, N_("Of"), FALSE, TRUE },
  { "text", WF_FORM_TEXT, N_("Feedback") },
  { "location", WF_FORM_POINT, N_("Place (longitude, latitude)") },
  { "signed_by", WF_FORM_LINE, N_("Signed by") },
  { "by", WF_FORM_LINE, N_("Reported by") },
  { "occurred_at", WF_FORM_TIME, N_("Time"), TRUE, TRUE },
  { "done", WF_FORM_CHECK, N_("The task is done") },
};

static void
feedback_free (gpointer data)
{
  Feedback *self = data;

  g_free (self->task);
  g_free (self->incident);
  g_free (self->digest);
  g_free (self);
}

static GVariant *
make_result (Feedback *self,
             GVariant *collected)
{
  static const char *const keys[] = { "text", "pair_due", "pair_done", "signed_by", "location", NULL };
  GVariantDict dict;

  g_variant_dict_init (&dict, NULL);
  for (gsize i = 0; keys[i] != NULL; i++)
    {
      g_autoptr (GVariant) value = wf_dict_value (collected, keys[i]);

      if (value != NULL)
        g_variant_dict_insert_value (&dict, keys[i], value);
    }
  if (self->digest != NULL)
    g_variant_dict_insert_value (&dict, "media", wf_value_string (self->digest));

  return g_variant_ref_sink (g_variant_dict_end (&dict));
}

static void
queue_picture (Feedback *self)
{
  GBytes *bytes = wf_snapshot_chooser_get_bytes (self->chooser);
  g_autofree char *id = wf_session_new_id (wf_dialog_get_session (self->dialog));

  wf_dialog_queue (self->dialog, "medium.attach",
                   wf_dict_make ("medium", wf_value_string (id),
                                 "incident", wf_value_string (self->incident),
                                 "task", wf_value_string (self->task),
                                 "digest", wf_value_string (self->digest),
                                 "type", wf_value_string (wf_snapshot_chooser_get_content_type (self->chooser)),
                                 "size", wf_value_int ((int64_t) g_bytes_get_size (bytes)),
                                 "name", wf_value_string (wf_snapshot_chooser_get_name (self->chooser)),
                                 "source", wf_value_string (wf_snapshot_chooser_get_source (self->chooser)),
                                 "taken_at", wf_value_time (wf_snapshot_chooser_get_taken_at (self->chooser)),
                                 NULL), 0);
}

static void
send_feedback (Feedback *self)
{
  g_autoptr (GVariant) collected = wf_form_collect (self->form);

  if (collected == NULL)
    return;

  g_autoptr (GVariant) result = make_result (self, collected);

  if (self->digest != NULL)
    queue_picture (self);

  wf_dialog_queue (self->dialog, "task.feedback",
                   wf_dict_make ("task", wf_value_string (self->task),
                                 "result", result,
                                 "done", wf_value_bool (wf_dict_bool (collected, "done")),
                                 "by", wf_value_string (wf_dict_string (collected, "by")), NULL),
                   wf_dict_time (collected, "occurred_at"));
  wf_dialog_run (self->dialog, wf_dict_bool (collected, "done") ? _("Task done") : _("Progress recorded"));
}

static void
upload_cb (GObject      *object,
           GAsyncResult *result,
           gpointer      data)
{
  g_autoptr (WfDialog) dialog = data;
  g_autoptr (GError) error = NULL;
  Feedback *self = g_object_get_data (G_OBJECT (dialog), "feedback");
  g_autofree char *digest = wf_session_upload_finish (WF_SESSION (object), result, &error);

  wf_dialog_set_busy (dialog, FALSE);
  if (digest == NULL)
    {
      wf_dialog_show_trouble (dialog, error->message);
      return;
    }

  g_free (self->digest);
  self->digest = g_steal_pointer (&digest);
  send_feedback (self);
}

static void
confirm_cb (WfDialog *dialog,
            Feedback *self)
{
  g_autoptr (GVariant) collected = wf_form_collect (self->form);
  GBytes *bytes = wf_snapshot_chooser_get_bytes (self->chooser);

  if (collected == NULL)
    return;

  if (bytes == NULL || self->digest != NULL)
    {
      send_feedback (self);
      return;
    }

  wf_dialog_set_busy (dialog, TRUE);
  wf_session_upload_async (wf_dialog_get_session (dialog), bytes, wf_snapshot_chooser_get_content_type (self->chooser),
                           NULL, upload_cb, g_object_ref (dialog));
}

static void
picture_changed_cb (WfSnapshotChooser *chooser,
                    Feedback          *self)
{
  g_clear_pointer (&self->digest, g_free);
}

static void
describe_task (Feedback *self,
               WfEntity *task)
{
  const char *group = wf_entity_string (task, "group");
  const char *wanted = wf_entity_string (task, "returns_text");
  const char *code = wf_entity_string (task, "code");
  g_autofree char *text = wf_ui_join ("\n", wf_entity_string (task, "text"), group, NULL);

  wf_dialog_set_subtitle (self->dialog, code != NULL ? code : group);
  wf_dialog_add_note (self->dialog, text);
  if (wanted != NULL)
    {
      g_autofree char *words = g_strdup_printf (_("Must bring back: %s"), wanted);

      gtk_widget_add_css_class (GTK_WIDGET (wf_dialog_add_note (self->dialog, words)), "wf-proposal");
    }
}

static void
show_what_is_wanted (Feedback   *self,
                     const char *returns)
{
  wf_form_show_field (self->form, "pair_done", strcmp (returns, "pair") == 0);
  wf_form_show_field (self->form, "pair_due", strcmp (returns, "pair") == 0);
  wf_form_show_field (self->form, "signed_by", strcmp (returns, "signature") == 0);
  wf_form_show_field (self->form, "location", strcmp (returns, "place") == 0);
}

/**
 * wf_task_dialog_new:
 * @context: what the screens work with
 * @id: id of a task
 *
 * Returns: (transfer none): a dialog for feedback on the task
 */
WfDialog *
wf_task_dialog_new (WfContext  *context,
                    const char *id)
{
  WfDialog *dialog = wf_dialog_new (context, NULL, _("Feedback on a task"), _("Record"));
  Feedback *self = g_new0 (Feedback, 1);
  g_autoptr (WfEntity) task = wf_dialog_dup_entity (dialog, "task", id);
  g_autoptr (GVariant) before = wf_entity_value (task, "result");
  const char *returns = wf_entity_string (task, "returns");

  self->dialog = dialog;
  self->task = g_strdup (id);
  self->incident = g_strdup (wf_entity_string (task, "incident"));
  g_object_set_data_full (G_OBJECT (dialog), "feedback", self, feedback_free);
  if (task == NULL)
    {
      wf_dialog_show_trouble (dialog, _("The task is not there any more."));
      return dialog;
    }

  describe_task (self, task);
  self->form = wf_dialog_add_form (dialog, feedback_fields, G_N_ELEMENTS (feedback_fields));
  wf_form_fill (self->form, before);
  wf_form_set (self->form, "occurred_at", wf_value_time (wf_context_now (context)));
  wf_form_set (self->form, "done", wf_value_bool (TRUE));
  wf_dialog_fill_by (dialog, self->form, "by");
  show_what_is_wanted (self, returns != NULL ? returns : "none");

  self->chooser = WF_SNAPSHOT_CHOOSER (wf_snapshot_chooser_new (context, self->incident));
  wf_dialog_add (dialog, GTK_WIDGET (self->chooser));
  g_signal_connect (self->chooser, "changed", G_CALLBACK (picture_changed_cb), self);
  g_signal_connect (dialog, "confirm", G_CALLBACK (confirm_cb), self);
  return dialog;
}
