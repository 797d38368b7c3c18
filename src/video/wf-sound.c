/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-video"

#include "config.h"

#include "wf-sound.h"

#include "wf-video-init.h"
#include "wf-worker.h"

#include <gst/app/gstappsrc.h>
#include <gst/gst.h>

/* One playing: it begins and ends in threads, in whatever order these come. */
typedef struct
{
  GMutex   mutex;
  gboolean over;
} Turn;

/**
 * WfSound:
 *
 * A short sound that is played now and then. Loading plugins, opening and closing a sound device can take as long as they
 * like: all happen in threads, so that whoever plays it never waits. Where nothing can be heard, "failed" says so.
 */
struct _WfSound
{
  GObject     parent_instance;

  GBytes       *wav;       /* (owned) */
  char         *sink;      /* (owned) */
  GCancellable *preparing; /* (owned) (nullable): while the pipeline is being made */
  GstElement   *pipeline;  /* (owned) (nullable): while it is playing */
  Turn         *turn;      /* (owned) (nullable): of the pipeline */
  guint         watch;
};

enum {
  SIGNAL_ENDED,
  SIGNAL_FAILED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (WfSound, wf_sound, G_TYPE_OBJECT)

static void
turn_clear (gpointer data)
{
  g_mutex_clear (&((Turn *) data)->mutex);
}

static void
turn_unref (gpointer data)
{
  g_atomic_rc_box_release_full (data, turn_clear);
}

static void
begin_cb (GstElement *pipeline,
          gpointer    data)
{
  Turn *turn = data;

  g_mutex_lock (&turn->mutex);
  if (!turn->over)
    gst_element_set_state (pipeline, GST_STATE_PLAYING);
  g_mutex_unlock (&turn->mutex);
}

static void
end_cb (GstElement *pipeline,
        gpointer    data)
{
  Turn *turn = data;

  g_mutex_lock (&turn->mutex);
  turn->over = TRUE;
  gst_element_set_state (pipeline, GST_STATE_NULL);
  g_mutex_unlock (&turn->mutex);
}

static void
let_go (WfSound *self)
{
  if (self->preparing != NULL)
    g_cancellable_cancel (self->preparing);
  g_clear_object (&self->preparing);
  g_clear_handle_id (&self->watch, g_source_remove);
  if (self->pipeline != NULL)
    gst_element_call_async (self->pipeline, end_cb, g_steal_pointer (&self->turn), turn_unref);
  gst_clear_object (&self->pipeline);
}

static void
fail (WfSound    *self,
      const char *why)
{
  let_go (self);
  g_signal_emit (self, signals[SIGNAL_FAILED], 0, why);
}

/* Without any device the automatic sink only warns, and swallows the sound: for us that is as bad as an error. */
static gboolean
message_cb (GstBus     *bus,
            GstMessage *message,
            gpointer    data)
{
  WfSound *self = data;
  G_GNUC_UNUSED g_autoptr (WfSound) alive = g_object_ref (self);
  g_autoptr (GError) error = NULL;

  switch (GST_MESSAGE_TYPE (message))
    {
    case GST_MESSAGE_EOS:
      self->watch = 0;
      let_go (self);
      g_signal_emit (self, signals[SIGNAL_ENDED], 0);
      return G_SOURCE_REMOVE;

    case GST_MESSAGE_ERROR:
    case GST_MESSAGE_WARNING:
      if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR)
        gst_message_parse_error (message, &error, NULL);
      else
        gst_message_parse_warning (message, &error, NULL);
      self->watch = 0;
      fail (self, error->message);
      return G_SOURCE_REMOVE;

    default:
      return G_SOURCE_CONTINUE;
    }
}

/* --- overrides --- */

static void
wf_sound_dispose (GObject *object)
{
  let_go (WF_SOUND (object));

  G_OBJECT_CLASS (wf_sound_parent_class)->dispose (object);
}

static void
wf_sound_finalize (GObject *object)
{
  WfSound *self = WF_SOUND (object);

  g_bytes_unref (self->wav);
  g_free (self->sink);

  G_OBJECT_CLASS (wf_sound_parent_class)->finalize (object);
}

static void
wf_sound_class_init (WfSoundClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = wf_sound_dispose;
  G_OBJECT_CLASS (klass)->finalize = wf_sound_finalize;

  signals[SIGNAL_ENDED] = g_signal_new ("ended", WF_TYPE_SOUND, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[SIGNAL_FAILED] = g_signal_new ("failed", WF_TYPE_SOUND, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                         G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
wf_sound_init (WfSound *self)
{
}

/* --- public --- */

/**
 * wf_sound_new:
 * @wav: a sound as a WAV file
 * @sink: (nullable): where it goes, as gst_parse_launch() writes it; %NULL for the desktop's usual device
 *
 * Returns: (transfer full): a sound
 */
WfSound *
wf_sound_new (GBytes     *wav,
              const char *sink)
{
  g_return_val_if_fail (wav != NULL, NULL);

  WfSound *self = g_object_new (WF_TYPE_SOUND, NULL);

  self->wav = g_bytes_ref (wav);
  self->sink = g_strdup (sink != NULL ? sink : "autoaudiosink");

  return self;
}

static void
feed (WfSound *self)
{
  g_autoptr (GstElement) source = gst_bin_get_by_name (GST_BIN (self->pipeline), "source");

  gst_app_src_push_buffer (GST_APP_SRC (source), gst_buffer_new_wrapped_bytes (self->wav));
  gst_app_src_end_of_stream (GST_APP_SRC (source));
}

static void
prepare_in_thread (GTask        *task,
                   gpointer      source,
                   gpointer      data,
                   GCancellable *cancellable)
{
  GError *error = NULL;
  GstElement *pipeline = NULL;

  if (wf_video_init (&error))
    pipeline = gst_parse_launch_full (data, NULL, GST_PARSE_FLAG_FATAL_ERRORS, &error);

  if (pipeline != NULL)
    g_task_return_pointer (task, gst_object_ref_sink (pipeline), gst_object_unref);
  else
    g_task_return_error (task, error);
}

static void
prepared_cb (GObject      *object,
             GAsyncResult *result,
             gpointer      data)
{
  WfSound *self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GstElement) pipeline = g_task_propagate_pointer (G_TASK (result), &error);
  g_autoptr (GstBus) bus = NULL;

  /* Stopped, begun anew or thrown away meanwhile: then the sound may be gone. */
  if (g_cancellable_is_cancelled (g_task_get_cancellable (G_TASK (result))))
    return;

  g_clear_object (&self->preparing);
  if (pipeline == NULL)
    {
      fail (self, error->message);
      return;
    }

  self->pipeline = g_steal_pointer (&pipeline);
  bus = gst_element_get_bus (self->pipeline);
  self->watch = gst_bus_add_watch (bus, message_cb, self);
  feed (self);
  self->turn = g_atomic_rc_box_new0 (Turn);
  g_mutex_init (&self->turn->mutex);
  gst_element_call_async (self->pipeline, begin_cb, g_atomic_rc_box_acquire (self->turn), turn_unref);
}

/**
 * wf_sound_play:
 * @self: a sound
 *
 * Plays it from its beginning, also where it is playing already. Returns at once.
 */
void
wf_sound_play (WfSound *self)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (WF_IS_SOUND (self));

  let_go (self);
  self->preparing = g_cancellable_new ();
  task = g_task_new (NULL, self->preparing, prepared_cb, self);
  g_task_set_source_tag (task, wf_sound_play);
  g_task_set_task_data (task, g_strdup_printf ("appsrc name=source format=bytes ! wavparse ! audioconvert ! audioresample ! %s",
                                               self->sink), g_free);
  wf_task_run_in_thread (task, prepare_in_thread);
}

/**
 * wf_sound_stop:
 * @self: a sound
 *
 * Ends it. Returns at once; nothing more is signalled about what was playing.
 */
void
wf_sound_stop (WfSound *self)
{
  g_return_if_fail (WF_IS_SOUND (self));

  let_go (self);
}

/**
 * wf_sound_is_playing:
 * @self: a sound
 *
 * Returns: whether it was begun and has neither ended, failed nor been stopped
 */
gboolean
wf_sound_is_playing (WfSound *self)
{
  g_return_val_if_fail (WF_IS_SOUND (self), FALSE);

  return self->pipeline != NULL || self->preparing != NULL;
}
