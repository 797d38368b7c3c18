/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-ui"

#include "config.h"

#include "wf-sound-button.h"

#include "wf-ui-util.h"

#include <glib/gi18n.h>

static void
heard_cb (WfVideoSound    *sound,
          GtkToggleButton *button)
{
  wf_video_sound_set_heard (sound, gtk_toggle_button_get_active (button));
}

/* Where it cannot be heard the button says why, and pressed anew it tries again. */
static void
show_sound (GtkWidget    *button,
            GParamSpec   *pspec,
            WfVideoSound *sound)
{
  WfVideoSoundState state = wf_video_sound_get_state (sound);
  const char *reason = wf_video_sound_get_reason (sound);

  if (reason == NULL && wf_video_sound_is_silent (sound))
    reason = _("Heard only at the speed at which it was recorded");
  g_signal_handlers_block_matched (button, G_SIGNAL_MATCH_FUNC, 0, 0, NULL, heard_cb, NULL);
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (button), state == WF_VIDEO_SOUND_PLAYING);
  g_signal_handlers_unblock_matched (button, G_SIGNAL_MATCH_FUNC, 0, 0, NULL, heard_cb, NULL);
  gtk_button_set_icon_name (GTK_BUTTON (button), state == WF_VIDEO_SOUND_PLAYING ? "audio-volume-high-symbolic"
                                                                                 : "audio-volume-muted-symbolic");
  gtk_widget_set_tooltip_text (button, reason != NULL ? reason : _("Hear this one alone (M)"));
  wf_ui_set_description (button, reason != NULL ? reason : "");
  gtk_widget_set_visible (button, state != WF_VIDEO_SOUND_NONE);
}

/**
 * wf_sound_button_new:
 * @sound: of a link or of a recording; it has to be known to the application's #WfVideoHub
 * @name: what it is called for who cannot see it
 *
 * Lets it be heard, and no other, or not. It is there only where there is something to hear.
 *
 * Returns: (transfer floating): a loudspeaker
 */
GtkWidget *
wf_sound_button_new (WfVideoSound *sound,
                     const char   *name)
{
  GtkWidget *button = gtk_toggle_button_new ();

  wf_ui_set_name (button, name);
  g_signal_connect_object (button, "toggled", G_CALLBACK (heard_cb), sound, G_CONNECT_SWAPPED);
  g_signal_connect_object (sound, "notify::state", G_CALLBACK (show_sound), button, G_CONNECT_SWAPPED);
  show_sound (button, NULL, sound);

  return button;
}
