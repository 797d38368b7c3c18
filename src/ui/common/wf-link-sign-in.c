/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-ui"

#include "config.h"

#include "wf-link-sign-in.h"

#include "wf-link-password.h"
#include "wf-ui-util.h"
#include "wf-window.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#define KEYS "watchfire-link-keys"
#define MOST 200 /* characters of a name and of a password */

/* What is known of signing in to one link; lives as long as it. The keyring is asked once for as long as the link lives,
 * when the other end wants a password for the first time: what it had was wrong if that happens again. What a person
 * enters is kept when it has opened the link, not before. */
typedef struct
{
  char     *address;    /* (owned) without any secret */
  gboolean  asked;      /* the keyring */
  gboolean  kept;       /* there is something in it */
  char     *user;       /* (owned) (nullable) entered, not proved yet */
  char     *password;   /* (owned) (nullable) the same */
  gboolean  keep;
  GWeakRef  parent;     /* where it was entered */
} Keys;

static void
keys_free (gpointer data)
{
  Keys *keys = data;

  g_free (keys->address);
  g_free (keys->user);
  wf_link_password_free (keys->password);
  g_weak_ref_clear (&keys->parent);
  g_free (keys);
}

static Keys *
get_keys (WfVideoLink *link)
{
  Keys *keys = g_object_get_data (G_OBJECT (link), KEYS);

  if (keys == NULL)
    {
      keys = g_new0 (Keys, 1);
      keys->address = wf_video_address_dup_plain (wf_video_link_get_uri (link));
      g_weak_ref_init (&keys->parent, NULL);
      g_object_set_data_full (G_OBJECT (link), KEYS, keys, keys_free);
    }

  return keys;
}

static void
say (Keys       *keys,
     const char *text)
{
  g_autoptr (GtkWindow) parent = g_weak_ref_get (&keys->parent);

  if (parent != NULL && WF_IS_WINDOW (parent))
    wf_window_toast (WF_WINDOW (parent), text);
}

/* --- the keyring --- */

static void
found_cb (GObject      *object,
          GAsyncResult *result,
          gpointer      data)
{
  g_autoptr (WfVideoLink) link = data;
  g_autofree char *user = NULL;
  g_autoptr (GError) error = NULL;
  char *password = NULL;

  if (wf_link_password_find_finish (result, &user, &password, &error))
    {
      get_keys (link)->kept = TRUE;
      wf_video_link_set_credentials (link, user, password);
    }
  else if (error != NULL)
    g_message ("The keyring does not answer: %s", error->message);

  wf_link_password_free (password);
}

static void
kept_cb (GObject      *object,
         GAsyncResult *result,
         gpointer      data)
{
  g_autoptr (WfVideoLink) link = data;
  g_autoptr (GError) error = NULL;
  Keys *keys = get_keys (link);

  keys->kept = wf_link_password_keep_finish (result, &error);
  if (!keys->kept)
    say (keys, _("There is no keyring to keep the password in. It is known until Watchfire ends."));
}

static void
forgotten_cb (GObject      *object,
              GAsyncResult *result,
              gpointer      data)
{
  g_autoptr (WfVideoLink) link = data;
  g_autoptr (GError) error = NULL;
  Keys *keys = get_keys (link);

  wf_link_password_forget_finish (result, &error);
  keys->kept = error != NULL;
  say (keys, error != NULL ? error->message : _("The password is forgotten."));
}

/* --- what the link does --- */

static void
drop_entered (Keys *keys)
{
  g_clear_pointer (&keys->user, g_free);
  g_clear_pointer (&keys->password, wf_link_password_free);
}

static void
changed_cb (WfVideoLink *link)
{
  Keys *keys = get_keys (link);

  if (wf_video_link_get_state (link) == WF_VIDEO_STATE_LIVE && keys->password != NULL)
    {
      if (keys->keep)
        wf_link_password_keep_async (keys->address, keys->user, keys->password, NULL, kept_cb, g_object_ref (link));
      drop_entered (keys);
      return;
    }

  if (wf_video_link_get_state (link) != WF_VIDEO_STATE_FAILED
      || wf_video_link_get_reason_code (link) != WF_VIDEO_REASON_UNAUTHORIZED)
    return;

  if (keys->password != NULL)
    {
      g_autoptr (GtkWindow) parent = g_weak_ref_get (&keys->parent);

      drop_entered (keys);
      if (parent != NULL)
        wf_link_sign_in_ask (link, parent);
    }
  else if (!keys->asked)
    {
      keys->asked = TRUE;
      wf_link_password_find_async (keys->address, NULL, found_cb, g_object_ref (link));
    }
}

/**
 * wf_link_sign_in_watch:
 * @link: a link
 *
 * Signs in with what the keyring has when the other end wants a password. Calling it again does nothing.
 */
void
wf_link_sign_in_watch (WfVideoLink *link)
{
  g_return_if_fail (WF_IS_VIDEO_LINK (link));

  if (g_object_get_data (G_OBJECT (link), KEYS) != NULL)
    return;

  get_keys (link);
  g_signal_connect (link, "notify::state", G_CALLBACK (changed_cb), NULL);
  g_signal_connect (link, "notify::reason", G_CALLBACK (changed_cb), NULL);
}

/* --- the question --- */

static void
response_cb (AdwMessageDialog *dialog,
             const char       *response,
             WfVideoLink      *link)
{
  Keys *keys = get_keys (link);
  GtkEditable *user = g_object_get_data (G_OBJECT (dialog), "user");
  GtkEditable *password = g_object_get_data (G_OBJECT (dialog), "password");

  if (g_str_equal (response, "forget"))
    {
      wf_video_link_set_credentials (link, NULL, NULL);
      wf_link_password_forget_async (keys->address, NULL, forgotten_cb, g_object_ref (link));
    }
  else if (g_str_equal (response, "open"))
    {
      drop_entered (keys);
      keys->user = g_strdup (gtk_editable_get_text (user));
      keys->password = g_strdup (gtk_editable_get_text (password));
      keys->keep = gtk_check_button_get_active (g_object_get_data (G_OBJECT (dialog), "keep"));
      wf_video_link_set_credentials (link, keys->user, keys->password);
      wf_video_link_retry (link);
    }
}

static GtkWidget *
add_entry (GtkBox     *box,
           GtkWidget  *dialog,
           GtkWidget  *entry,
           const char *key,
           const char *name)
{
  GtkWidget *label = gtk_label_new (name);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  wf_ui_set_name (entry, name);
  gtk_box_append (box, label);
  gtk_box_append (box, entry);
  g_object_set_data (G_OBJECT (dialog), key, entry);

  return entry;
}

/**
 * wf_link_sign_in_ask:
 * @link: a link
 * @parent: the window that it is shown in
 *
 * Asks for name and password, and opens the link with them; asks again where they are wrong. What is in the keyring already
 * can be replaced, or be forgotten.
 *
 * Returns: (transfer none): the dialog, shown
 */
GtkWidget *
wf_link_sign_in_ask (WfVideoLink *link,
                     GtkWindow   *parent)
{
  g_return_val_if_fail (WF_IS_VIDEO_LINK (link), NULL);
  g_return_val_if_fail (GTK_IS_WINDOW (parent), NULL);

  wf_link_sign_in_watch (link);

  Keys *keys = get_keys (link);
  gboolean refused = wf_video_link_get_reason_code (link) == WF_VIDEO_REASON_UNAUTHORIZED;
  g_autofree char *heading = g_strdup_printf (_("Name and password of %s"), wf_video_link_get_name (link));
  g_autofree char *reason = g_strdup (refused ? wf_video_link_get_reason (link) : NULL);
  g_autofree char *body = wf_ui_join ("\n", keys->address, reason, NULL);
  GtkWidget *dialog = adw_message_dialog_new (parent, heading, body);
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  GtkWidget *user = add_entry (GTK_BOX (box), dialog, gtk_entry_new (), "user", _("User name"));
  GtkWidget *password = add_entry (GTK_BOX (box), dialog, gtk_password_entry_new (), "password", _("Password"));
  GtkWidget *keep = gtk_check_button_new_with_label (_("Keep in the keyring of this computer"));

  g_weak_ref_set (&keys->parent, parent);
  gtk_entry_set_max_length (GTK_ENTRY (user), MOST);
  gtk_password_entry_set_show_peek_icon (GTK_PASSWORD_ENTRY (password), TRUE);
  g_object_set (password, "activates-default", TRUE, NULL);
  gtk_entry_set_activates_default (GTK_ENTRY (user), TRUE);
  gtk_check_button_set_active (GTK_CHECK_BUTTON (keep), TRUE);
  g_object_set_data (G_OBJECT (dialog), "keep", keep);
  gtk_box_append (GTK_BOX (box), keep);
  adw_message_dialog_set_extra_child (ADW_MESSAGE_DIALOG (dialog), box);
  adw_message_dialog_add_response (ADW_MESSAGE_DIALOG (dialog), "cancel", _("_Cancel"));
  if (keys->kept)
    adw_message_dialog_add_response (ADW_MESSAGE_DIALOG (dialog), "forget", _("_Forget the Password"));
  adw_message_dialog_add_response (ADW_MESSAGE_DIALOG (dialog), "open", _("_Open the Link"));
  adw_message_dialog_set_response_appearance (ADW_MESSAGE_DIALOG (dialog), "open", ADW_RESPONSE_SUGGESTED);
  adw_message_dialog_set_default_response (ADW_MESSAGE_DIALOG (dialog), "open");
  adw_message_dialog_set_close_response (ADW_MESSAGE_DIALOG (dialog), "cancel");
  g_signal_connect_object (dialog, "response", G_CALLBACK (response_cb), link, 0);
  gtk_window_present (GTK_WINDOW (dialog));
  gtk_widget_grab_focus (user);

  return dialog;
}
