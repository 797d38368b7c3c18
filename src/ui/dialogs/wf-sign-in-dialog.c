/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-ui"

#include "config.h"

#include "wf-sign-in-dialog.h"

#include "wf-ui-util.h"

#include <glib/gi18n.h>

/**
 * WfSignInDialog:
 *
 * Asks for account and password, and signs in. Cancelling gives up what is under way and leaves the workstation as it was:
 * nothing urgent waits for a login.
 */
struct _WfSignInDialog
{
  AdwWindow parent_instance;

  WfAccount    *account;     /* (owned) */
  GCancellable *cancellable; /* (owned) */
  gboolean      busy;

  GtkLabel     *why;
  GtkLabel     *service;
  GtkEditable  *user;
  GtkEditable  *password;
  GtkLabel     *trouble;
  GtkWidget    *confirm;
  GtkSpinner   *spinner;
};

enum {
  DONE,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (WfSignInDialog, wf_sign_in_dialog, ADW_TYPE_WINDOW)

static void
update (WfSignInDialog *self)
{
  gboolean complete = wf_ui_nonempty (gtk_editable_get_text (self->user)) != NULL &&
                      gtk_editable_get_text (self->password)[0] != '\0';

  gtk_editable_set_editable (self->user, !self->busy);
  gtk_editable_set_editable (self->password, !self->busy);
  gtk_widget_set_sensitive (self->confirm, complete && !self->busy);
  gtk_widget_set_tooltip_text (self->confirm, complete ? NULL : _("Type the account and the password first."));
  gtk_spinner_set_spinning (self->spinner, self->busy);
}

static void
show_trouble (WfSignInDialog *self,
              const char     *text)
{
  gtk_label_set_text (self->trouble, text != NULL ? text : "");
  gtk_widget_set_visible (GTK_WIDGET (self->trouble), text != NULL);
}

static void
changed_cb (WfSignInDialog *self)
{
  update (self);
}

static void
signed_in_cb (GObject      *source,
              GAsyncResult *result,
              gpointer      data)
{
  g_autoptr (WfSignInDialog) self = data;
  g_autoptr (GError) error = NULL;
  gboolean good = wf_account_sign_in_finish (WF_ACCOUNT (source), result, &error);

  if (g_cancellable_is_cancelled (self->cancellable))
    {
      /* Nobody wants it any more, though the answer may have come. */
      if (good)
        wf_account_sign_out_async (self->account, NULL, NULL, NULL);
      return;
    }

  self->busy = FALSE;
  gtk_editable_set_text (self->password, "");
  update (self);

  if (good)
    {
      g_signal_emit (self, signals[DONE], 0);
      gtk_window_close (GTK_WINDOW (self));
      return;
    }

  show_trouble (self, error->message);
  gtk_widget_grab_focus (GTK_WIDGET (self->password));
}

static void
confirm_cb (WfSignInDialog *self)
{
  const char *user = wf_ui_nonempty (gtk_editable_get_text (self->user));
  g_autofree char *name = user != NULL ? g_strstrip (g_strdup (user)) : NULL;
  const char *password = gtk_editable_get_text (self->password);

  if (self->busy || name == NULL || password[0] == '\0')
    return;

  show_trouble (self, NULL);
  self->busy = TRUE;
  wf_account_sign_in_async (self->account, name, password, self->cancellable, signed_in_cb, g_object_ref (self));
  update (self);
}

static gboolean
wf_sign_in_dialog_close_request (GtkWindow *window)
{
  WfSignInDialog *self = WF_SIGN_IN_DIALOG (window);

  if (self->busy)
    g_cancellable_cancel (self->cancellable);

  return GTK_WINDOW_CLASS (wf_sign_in_dialog_parent_class)->close_request (window);
}

static void
wf_sign_in_dialog_dispose (GObject *object)
{
  WfSignInDialog *self = WF_SIGN_IN_DIALOG (object);

  g_clear_object (&self->account);
  gtk_widget_dispose_template (GTK_WIDGET (object), WF_TYPE_SIGN_IN_DIALOG);

  G_OBJECT_CLASS (wf_sign_in_dialog_parent_class)->dispose (object);
}

static void
wf_sign_in_dialog_finalize (GObject *object)
{
  WfSignInDialog *self = WF_SIGN_IN_DIALOG (object);

  g_clear_object (&self->cancellable);

  G_OBJECT_CLASS (wf_sign_in_dialog_parent_class)->finalize (object);
}

static void
wf_sign_in_dialog_class_init (WfSignInDialogClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = wf_sign_in_dialog_dispose;
  object_class->finalize = wf_sign_in_dialog_finalize;
  GTK_WINDOW_CLASS (klass)->close_request = wf_sign_in_dialog_close_request;

  signals[DONE] = g_signal_new ("done", WF_TYPE_SIGN_IN_DIALOG, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);

  gtk_widget_class_set_template_from_resource (widget_class, "/org/watchfire/Watchfire/ui/dialogs/wf-sign-in-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, WfSignInDialog, why);
  gtk_widget_class_bind_template_child (widget_class, WfSignInDialog, service);
  gtk_widget_class_bind_template_child (widget_class, WfSignInDialog, user);
  gtk_widget_class_bind_template_child (widget_class, WfSignInDialog, password);
  gtk_widget_class_bind_template_child (widget_class, WfSignInDialog, trouble);
  gtk_widget_class_bind_template_child (widget_class, WfSignInDialog, confirm);
  gtk_widget_class_bind_template_child (widget_class, WfSignInDialog, spinner);
  gtk_widget_class_bind_template_callback (widget_class, confirm_cb);
  gtk_widget_class_bind_template_callback (widget_class, changed_cb);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
}

static void
wf_sign_in_dialog_init (WfSignInDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  wf_ui_widen_window (GTK_WINDOW (self));
  self->cancellable = g_cancellable_new ();
  update (self);
}

/**
 * wf_sign_in_dialog_new:
 * @account: whose token is wanted
 * @why: (nullable): a sentence that says why it is asked for now
 *
 * Returns: (transfer none): a dialog that signs in
 */
GtkWidget *
wf_sign_in_dialog_new (WfAccount  *account,
                       const char *why)
{
  g_return_val_if_fail (WF_IS_ACCOUNT (account), NULL);

  WfSignInDialog *self = g_object_new (WF_TYPE_SIGN_IN_DIALOG, NULL);
  /* Translators: %s is the address of a service. */
  g_autofree char *service = g_strdup_printf (_("Service: %s"), wf_account_get_uri (account));

  self->account = g_object_ref (account);
  gtk_label_set_text (self->service, service);
  gtk_label_set_text (self->why, why != NULL ? why : "");
  gtk_widget_set_visible (GTK_WIDGET (self->why), why != NULL);
  gtk_widget_grab_focus (GTK_WIDGET (self->user));

  return GTK_WIDGET (self);
}
