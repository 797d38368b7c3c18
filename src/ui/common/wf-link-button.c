/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-ui"

#include "config.h"

#include "wf-link-button.h"

#include "wf-time.h"
#include "wf-ui-util.h"
#include "wf-wording.h"

#include <glib/gi18n.h>

/**
 * WfLinkButton:
 *
 * Whether the picture is true: a dot and words for the state of the link, with the delay or the age of the newest data; what
 * lies behind it in a popover.
 */
struct _WfLinkButton
{
  GtkWidget parent_instance;

  GtkWidget *button; /* (owned by the widget tree) */
  GtkWidget *dot;
  GtkWidget *label;
  GtkWidget *more;
  GtkWidget *refused; /* to what was refused and nobody has dealt with */
  WfContext *context; /* (owned) */
};

G_DEFINE_FINAL_TYPE (WfLinkButton, wf_link_button, GTK_TYPE_WIDGET)

/**
 * wf_link_describe:
 * @session: the session
 * @now: the present moment
 *
 * Returns: (transfer full): the state of the link in a few words
 */
char *
wf_link_describe (WfSession *session,
                  int64_t    now)
{
  int64_t synced = wf_session_get_synced_at (session);
  g_autofree char *age = synced > 0 ? wf_wording_span (MAX (now - synced, 0)) : NULL;

  switch (wf_session_get_link (session))
    {
    case WF_LINK_ONLINE:
      {
        int delay = wf_session_get_delay (session);

        /* TRANSLATORS: the link works; the number is the delay in seconds */
        return delay >= 0 ? g_strdup_printf (_("Online %.1f s"), delay / 1000.0) : g_strdup (_("Online"));
      }

    case WF_LINK_CATCHING_UP:
      return g_strdup (_("Catching up"));

    case WF_LINK_CONNECTING:
      return age != NULL ? g_strdup_printf (_("Connecting, data %s old"), age) : g_strdup (_("Connecting"));

    case WF_LINK_REFUSED:
      return g_strdup (_("Refused"));

    case WF_LINK_OUTDATED:
      return age != NULL ? g_strdup_printf (_("Update the program, data %s old"), age) : g_strdup (_("Update the program"));

    case WF_LINK_OFFLINE:
    default:
      return age != NULL ? g_strdup_printf (_("Offline, data %s old"), age) : g_strdup (_("Offline"));
    }
}

/**
 * wf_link_describe_waiting:
 * @session: the session
 * @recorder: what brings recordings to the service
 *
 * Returns: (transfer full): what of this computer the service does not have yet, a line each
 */
char *
wf_link_describe_waiting (WfSession  *session,
                          WfRecorder *recorder)
{
  guint pending = wf_session_get_pending (session);
  double part = 0;
  guint files = wf_session_get_uploads (session, &part);
  guint pieces = wf_recorder_get_waiting (recorder);
  GString *text = g_string_new (NULL);

  if (pending > 0)
    g_string_append_printf (text, g_dngettext (NULL, "%u command waits to be sent", "%u commands wait to be sent", pending),
                            pending);
  if (files > 0)
    {
      g_string_append (text, text->len > 0 ? "\n" : "");
      /* TRANSLATORS: pictures and recordings on their way to the service; how much of the first has arrived */
      g_string_append_printf (text, g_dngettext (NULL, "%u file is being sent, %d %% of it has arrived",
                                                 "%u files are being sent, %d %% of the first have arrived", files),
                              files, (int) (part * 100));
    }
  if (pieces > 0)
    {
      g_string_append (text, text->len > 0 ? "\n" : "");
      g_string_append_printf (text, g_dngettext (NULL, "%u piece of a recording is on this computer only",
                                                 "%u pieces of recordings are on this computer only", pieces), pieces);
    }
  if (text->len == 0)
    g_string_append (text, _("Nothing waits to be sent"));

  return g_string_free (text, FALSE);
}

static void
update_refused (WfLinkButton *self)
{
  guint n = wf_session_get_refused (wf_context_get_session (self->context));
  g_autofree char *text = g_strdup_printf (g_dngettext (NULL, "%u refused command: look at it",
                                                        "%u refused commands: look at them", n), n);

  gtk_button_set_label (GTK_BUTTON (self->refused), text);
  gtk_widget_set_visible (self->refused, n > 0);
}

static void
update (WfLinkButton *self)
{
  WfSession *session = wf_context_get_session (self->context);
  int64_t now = wf_session_now (session);
  WfLink state = wf_session_get_link (session);
  g_autofree char *text = wf_link_describe (session, now);
  g_autofree char *name = g_strdup_printf (_("Link: %s"), text);
  g_autofree char *waiting = NULL;
  g_autoptr (GString) more = g_string_new (NULL);

  wf_ui_set_class (GTK_WIDGET (self), "good", state == WF_LINK_ONLINE);
  wf_ui_set_class (GTK_WIDGET (self), "bad", state == WF_LINK_OFFLINE || state == WF_LINK_REFUSED || state == WF_LINK_OUTDATED);
  if (g_strcmp0 (gtk_label_get_text (GTK_LABEL (self->label)), text) == 0
      && !gtk_widget_get_mapped (self->more))
    return;

  gtk_label_set_text (GTK_LABEL (self->label), text);
  wf_ui_set_name (self->button, name);

  if (wf_session_get_link_reason (session) != NULL)
    g_string_append_printf (more, "%s\n", wf_session_get_link_reason (session));
  if (wf_session_get_synced_at (session) > 0)
    {
      g_autofree char *synced = wf_time_format_local (wf_session_get_synced_at (session), "%F %T");

      g_string_append_printf (more, _("Level with the service at %s"), synced);
      g_string_append_c (more, '\n');
    }
  waiting = wf_link_describe_waiting (session, wf_context_get_recorder (self->context));
  g_string_append (more, waiting);
  gtk_label_set_text (GTK_LABEL (self->more), more->str);
}

static void
wf_link_button_dispose (GObject *object)
{
  WfLinkButton *self = WF_LINK_BUTTON (object);

  g_clear_pointer (&self->button, gtk_widget_unparent);
  g_clear_object (&self->context);

  G_OBJECT_CLASS (wf_link_button_parent_class)->dispose (object);
}

static void
wf_link_button_class_init (WfLinkButtonClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = wf_link_button_dispose;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "wflink");
}

static void
wf_link_button_init (WfLinkButton *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *popover = gtk_popover_new ();
  GtkWidget *lines;

  self->dot = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  gtk_widget_add_css_class (self->dot, "dot");
  gtk_widget_set_valign (self->dot, GTK_ALIGN_CENTER);
  self->label = gtk_label_new (NULL);
  gtk_widget_add_css_class (self->label, "numeric");
  gtk_box_append (GTK_BOX (box), self->dot);
  gtk_box_append (GTK_BOX (box), self->label);

  self->more = gtk_label_new (NULL);
  gtk_label_set_wrap (GTK_LABEL (self->more), TRUE);
  gtk_label_set_max_width_chars (GTK_LABEL (self->more), 40);
  gtk_label_set_xalign (GTK_LABEL (self->more), 0);
  self->refused = gtk_button_new ();
  gtk_actionable_set_action_target (GTK_ACTIONABLE (self->refused), "s", "");
  gtk_actionable_set_action_name (GTK_ACTIONABLE (self->refused), "win.refused");
  g_signal_connect_swapped (self->refused, "clicked", G_CALLBACK (gtk_popover_popdown), popover);
  lines = gtk_box_new (GTK_ORIENTATION_VERTICAL, 8);
  gtk_box_append (GTK_BOX (lines), self->more);
  gtk_box_append (GTK_BOX (lines), self->refused);
  gtk_popover_set_child (GTK_POPOVER (popover), lines);
  gtk_popover_set_has_arrow (GTK_POPOVER (popover), FALSE);

  self->button = gtk_menu_button_new ();
  gtk_menu_button_set_child (GTK_MENU_BUTTON (self->button), box);
  gtk_menu_button_set_popover (GTK_MENU_BUTTON (self->button), popover);
  gtk_widget_add_css_class (self->button, "flat");
  gtk_widget_set_parent (self->button, GTK_WIDGET (self));
}

/**
 * wf_link_button_set_context:
 * @self: a button, as made by a template
 * @context: what knows the session
 *
 * Connects the button with the session.
 */
void
wf_link_button_set_context (WfLinkButton *self,
                            WfContext    *context)
{
  WfSession *session;

  g_return_if_fail (WF_IS_LINK_BUTTON (self));
  g_return_if_fail (WF_IS_CONTEXT (context));
  g_return_if_fail (self->context == NULL);

  self->context = g_object_ref (context);
  session = wf_context_get_session (context);
  g_signal_connect_object (session, "notify::link", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "notify::pending", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "notify::refused", G_CALLBACK (update_refused), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (context, "tick", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  update_refused (self);
  update (self);
}
