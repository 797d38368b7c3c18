/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-ui"

#include "config.h"

#include "wf-chime.h"

#include "wf-sound.h"

/* An alarm that is there when the program starts sounds so many ms later: the device is not opened before the alarm can be
 * read. */
#define NOT_SEEN_YET 700

/**
 * WfChime:
 *
 * The sound of alarms: a short chime, or the display's bell where no sound can be played.
 */
struct _WfChime
{
  GObject parent_instance;

  WfSound   *sound;  /* (owned) (nullable): made when it is first needed */
  GtkWidget *widget; /* (unowned): the window, which owns this */
  guint      later;
};

G_DEFINE_FINAL_TYPE (WfChime, wf_chime, G_TYPE_OBJECT)

static void
failed_cb (WfChime    *self,
           const char *why)
{
  g_debug ("The alarm cannot be heard: %s", why);
  if (self->widget != NULL)
    gtk_widget_error_bell (self->widget);
}

static void
wf_chime_dispose (GObject *object)
{
  WfChime *self = WF_CHIME (object);

  g_clear_handle_id (&self->later, g_source_remove);
  g_clear_object (&self->sound);
  self->widget = NULL;

  G_OBJECT_CLASS (wf_chime_parent_class)->dispose (object);
}

static void
wf_chime_class_init (WfChimeClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = wf_chime_dispose;
}

static void
wf_chime_init (WfChime *self)
{
}

/**
 * wf_chime_new:
 * @widget: the window that owns the chime
 *
 * Returns: (transfer full): a chime
 */
WfChime *
wf_chime_new (GtkWidget *widget)
{
  WfChime *self = g_object_new (WF_TYPE_CHIME, NULL);

  self->widget = widget;

  return self;
}

static gboolean
later_cb (gpointer data)
{
  WfChime *self = data;

  self->later = 0;
  wf_chime_play (self);

  return G_SOURCE_REMOVE;
}

/**
 * wf_chime_play:
 * @self: a chime
 *
 * Plays it once. Returns at once, whatever the sound device does.
 */
void
wf_chime_play (WfChime *self)
{
  g_return_if_fail (WF_IS_CHIME (self));

  g_clear_handle_id (&self->later, g_source_remove);
  if (self->sound == NULL && self->widget != NULL && !gtk_widget_get_mapped (self->widget))
    {
      self->later = g_timeout_add (NOT_SEEN_YET, later_cb, self);
      return;
    }
  if (self->sound == NULL)
    {
      g_autoptr (GBytes) wav = g_resources_lookup_data ("/org/watchfire/Watchfire/sounds/alarm.wav", 0, NULL);

      g_return_if_fail (wav != NULL);
      self->sound = wf_sound_new (wav, NULL);
      g_signal_connect_object (self->sound, "failed", G_CALLBACK (failed_cb), self, G_CONNECT_SWAPPED);
    }
  wf_sound_play (self->sound);
}

/**
 * wf_chime_stop:
 * @self: a chime
 *
 * Ends the sound.
 */
void
wf_chime_stop (WfChime *self)
{
  g_return_if_fail (WF_IS_CHIME (self));

  g_clear_handle_id (&self->later, g_source_remove);
  if (self->sound != NULL)
    wf_sound_stop (self->sound);
}
