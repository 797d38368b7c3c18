/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-ui"

#include "config.h"

#include "wf-incident-dialogs.h"

#include "wf-report-text.h"
#include "wf-ui-util.h"
#include "wf-wording.h"

#include <glib/gi18n.h>
#include <string.h>

/* A report to above was made: by telephone, then who took it counts; or in writing, then the text is proposed from what is
 * known and can be changed. */
typedef struct
{
  WfForm *form;
  char   *report;
} Report;

static const WfFormField report_fields[] = {
  { "taken_by", WF_FORM_LINE, N_("Taken by"), TRUE },
  { "sent_by", WF_FORM_LINE, N_("Made by"), FALSE, TRUE },
  { "occurred_at", WF_FORM_TIME, N_("Time"), TRUE, TRUE },
  { "recording", WF_FORM_LINE, N_("Recording no."), FALSE, TRUE },
  { "title", WF_FORM_LINE, N_("Title") },
  { "text", WF_FORM_TEXT, N_("Text") },
};

static void
report_free (gpointer data)
{
  g_free (((Report *) data)->report);
  g_free (data);
}

static void
confirm_cb (WfDialog *dialog,
            Report   *self)
{
  g_autoptr (GVariant) collected = wf_form_collect (self->form);
  GVariantDict dict;

  if (collected == NULL)
    return;

  g_variant_dict_init (&dict, collected);
  g_variant_dict_remove (&dict, "occurred_at");
  g_variant_dict_insert_value (&dict, "report", wf_value_string (self->report));
  wf_dialog_queue (dialog, "report.send", g_variant_dict_end (&dict), wf_dict_time (collected, "occurred_at"));
  wf_dialog_run (dialog, _("Report recorded"));
}

static void
propose_text (WfDialog *dialog,
              Report   *self,
              WfEntity *report)
{
  WfSession *session = wf_dialog_get_session (dialog);
  g_autoptr (WfReportText) text = wf_report_text_for (wf_session_get_state (session), wf_session_get_scope (session), report,
                                                      wf_context_now (wf_dialog_get_context (dialog)));

  if (text == NULL)
    return;

  wf_form_set_string (self->form, "title", text->title);
  wf_form_set_string (self->form, "text", text->text);
}

static void
strike_cb (GtkButton *button,
           WfDialog  *dialog)
{
  Report *self = g_object_get_data (G_OBJECT (dialog), "report");
  GtkWindow *parent = gtk_window_get_transient_for (GTK_WINDOW (dialog));

  if (parent != NULL)
    gtk_widget_activate_action (GTK_WIDGET (parent), "win.report-strike", "s", self->report);
  gtk_window_close (GTK_WINDOW (dialog));
}

static void
add_strike_button (WfDialog *dialog)
{
  GtkWidget *button = gtk_button_new_with_label (_("Need not be made: strike it…"));

  gtk_widget_set_halign (button, GTK_ALIGN_START);
  gtk_widget_add_css_class (button, "flat");
  g_signal_connect (button, "clicked", G_CALLBACK (strike_cb), dialog);
  wf_dialog_add (dialog, button);
}

static void
describe (WfDialog *dialog,
          WfEntity *report)
{
  const char *recipient = wf_entity_string (report, "recipient");
  const char *phone = wf_entity_string (report, "recipient_phone");
  const char *basis = wf_entity_string (report, "basis");
  g_autofree char *subtitle = wf_ui_join (" · ", recipient, wf_wording_value ("series", wf_entity_string (report, "series")),
                                          wf_wording_value ("medium", wf_entity_string (report, "medium")), NULL);
  g_autofree char *clock = wf_entity_time (report, "due") != 0
                           ? wf_wording_clock (wf_entity_time (report, "due"), wf_context_now (wf_dialog_get_context (dialog)))
                           : NULL;
  g_autofree char *note = wf_ui_join (" · ", recipient, phone, clock, basis, NULL);

  wf_dialog_set_subtitle (dialog, subtitle);
  wf_dialog_add_note (dialog, note);
}

/**
 * wf_report_dialog_new:
 * @context: what the screens work with
 * @id: id of a report
 *
 * Returns: (transfer none): a dialog that notes that the report was made
 */
WfDialog *
wf_report_dialog_new (WfContext  *context,
                      const char *id)
{
  WfDialog *dialog = wf_dialog_new (context, NULL, _("Report to above"), _("Record as sent"));
  Report *self = g_new0 (Report, 1);
  g_autoptr (WfEntity) report = wf_dialog_dup_entity (dialog, "report", id);
  gboolean written = wf_entity_is (report, "medium", "written");

  self->report = g_strdup (id);
  g_object_set_data_full (G_OBJECT (dialog), "report", self, report_free);
  if (report == NULL)
    {
      wf_dialog_show_trouble (dialog, _("The report is not there any more."));
      return dialog;
    }

  describe (dialog, report);
  self->form = wf_dialog_add_form (dialog, report_fields, G_N_ELEMENTS (report_fields));
  wf_form_set (self->form, "occurred_at", wf_value_time (wf_context_now (context)));
  wf_dialog_fill_by (dialog, self->form, "sent_by");
  wf_form_show_field (self->form, "title", written);
  wf_form_show_field (self->form, "recording", !written);
  if (written)
    {
      propose_text (dialog, self, report);
      wf_form_set_height (self->form, "text", 260);
      gtk_window_set_default_size (GTK_WINDOW (dialog), 640, -1);
    }
  add_strike_button (dialog);
  g_signal_connect (dialog, "confirm", G_CALLBACK (confirm_cb), self);
  return dialog;
}
