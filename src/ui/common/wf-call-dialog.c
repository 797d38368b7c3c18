/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-ui"

#include "config.h"

#include "wf-call-dialog.h"

#include "wf-ui-util.h"

#include <glib/gi18n.h>

/**
 * WfCallDialog:
 *
 * A call to somebody: the number, large, and the line of the log that it becomes. What time it was is when the call was
 * begun, not when the line was finished.
 */
struct _WfCallDialog
{
  AdwWindow parent_instance;

  GtkLabel *who;
  GtkLabel *number;
  GtkEntry *text;
  GtkEntry *recording;

  WfWindow *window; /* (unowned): transient for it */
  char     *name;   /* (owned) */
  char     *phone;  /* (owned) */
  int64_t   begun;
};

G_DEFINE_FINAL_TYPE (WfCallDialog, wf_call_dialog, ADW_TYPE_WINDOW)

static void
keep (WfCallDialog *self,
      gboolean      reached)
{
  WfSession *session = wf_context_get_session (wf_window_get_context (self->window));
  g_autofree char *id = wf_session_new_id (session);
  const char *said = wf_ui_nonempty (gtk_editable_get_text (GTK_EDITABLE (self->text)));
  g_autofree char *called = NULL;
  g_autofree char *text = NULL;
  g_autoptr (GVariant) payload = NULL;

  called = reached ? g_strdup_printf (_("Called %s"), self->name) : g_strdup_printf (_("Called %s, not reached"), self->name);
  text = said != NULL ? g_strdup_printf (_("%s: %s"), called, said) : g_strdup (called);
  payload = wf_dict_make ("log", wf_value_string (id),
                          "incident", wf_value_string (wf_window_get_incident (self->window)),
                          "kind", wf_value_string ("call"),
                          "text", wf_value_string (text),
                          "person", wf_value_string (wf_ui_nonempty (wf_session_get_actor_name (session))),
                          "with", wf_value_string (self->name),
                          "phone", wf_value_string (wf_ui_nonempty (self->phone)),
                          "recording", wf_value_string (wf_ui_nonempty (gtk_editable_get_text (GTK_EDITABLE (self->recording)))),
                          NULL);
  wf_window_submit (self->window, "log.add", payload, self->begun, _("The call is in the log"));
  gtk_window_close (GTK_WINDOW (self));
}

static void
reached_cb (WfCallDialog *self)
{
  keep (self, TRUE);
}

static void
not_reached_cb (WfCallDialog *self)
{
  keep (self, FALSE);
}

static void
copy_cb (WfCallDialog *self)
{
  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)), self->phone);
  wf_window_toast (self->window, _("The number is copied"));
}

static void
dial_cb (WfCallDialog *self)
{
  g_autofree char *number = g_uri_escape_string (self->phone, "+", FALSE);
  g_autofree char *uri = g_strconcat ("tel:", number, NULL);

  gtk_show_uri (GTK_WINDOW (self), uri, GDK_CURRENT_TIME);
}

static void
wf_call_dialog_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), WF_TYPE_CALL_DIALOG);

  G_OBJECT_CLASS (wf_call_dialog_parent_class)->dispose (object);
}

static void
wf_call_dialog_finalize (GObject *object)
{
  WfCallDialog *self = WF_CALL_DIALOG (object);

  g_clear_pointer (&self->name, g_free);
  g_clear_pointer (&self->phone, g_free);

  G_OBJECT_CLASS (wf_call_dialog_parent_class)->finalize (object);
}

static void
wf_call_dialog_class_init (WfCallDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = wf_call_dialog_dispose;
  G_OBJECT_CLASS (klass)->finalize = wf_call_dialog_finalize;

  gtk_widget_class_set_template_from_resource (widget_class, "/org/watchfire/Watchfire/ui/common/wf-call-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, WfCallDialog, who);
  gtk_widget_class_bind_template_child (widget_class, WfCallDialog, number);
  gtk_widget_class_bind_template_child (widget_class, WfCallDialog, text);
  gtk_widget_class_bind_template_child (widget_class, WfCallDialog, recording);
  gtk_widget_class_bind_template_callback (widget_class, reached_cb);
  gtk_widget_class_bind_template_callback (widget_class, not_reached_cb);
  gtk_widget_class_bind_template_callback (widget_class, copy_cb);
  gtk_widget_class_bind_template_callback (widget_class, dial_cb);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
}

static void
wf_call_dialog_init (WfCallDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  wf_ui_widen_window (GTK_WINDOW (self));
}

/**
 * wf_call_dialog_new:
 * @window: the window
 * @name: whom one calls
 * @phone: the number
 *
 * Returns: (transfer none): a dialog, owned by GTK
 */
GtkWidget *
wf_call_dialog_new (WfWindow   *window,
                    const char *name,
                    const char *phone)
{
  WfCallDialog *self;

  g_return_val_if_fail (WF_IS_WINDOW (window), NULL);

  self = g_object_new (WF_TYPE_CALL_DIALOG, "transient-for", window, NULL);
  self->window = window;
  self->name = g_strdup (name);
  self->phone = g_strdup (phone);
  self->begun = wf_context_now (wf_window_get_context (window));
  gtk_label_set_text (self->who, name);
  gtk_label_set_text (self->number, phone);

  return GTK_WIDGET (self);
}
