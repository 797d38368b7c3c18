/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-video"

#include "config.h"

#include "wf-video-sound-private.h"

#include "wf-video-chain.h"
#include "wf-worker.h"

#include <glib/gi18n.h>
#include <gst/app/gstappsink.h>
#include <gst/app/gstappsrc.h>
#include <math.h>

/* Sound that waits to be heard is thrown away beyond this: late sound is worse than a gap. */
#define MOST_WAITING (GST_SECOND / 2)

#define EAR "ear"

/* What a kind of sound needs to be heard. */
typedef struct
{
  const char *takes;   /* caps */
  const char *name;    /* as people know it */
  const char *decode;  /* as gst_parse_launch() writes it */
  const char *package; /* that brings it */
} Kind;

static const Kind kinds[] = {
  { "audio/mpeg,mpegversion={2,4}", "AAC", "aacparse ! avdec_aac", "gstreamer1.0-libav" },
  { "audio/x-alaw", "G.711", "alawdec", "gstreamer1.0-plugins-good" },
  { "audio/x-mulaw", "G.711", "mulawdec", "gstreamer1.0-plugins-good" },
  { "audio/x-opus", "Opus", "opusdec", "gstreamer1.0-plugins-base" },
};

/*
 * WfVideoEar:
 *
 * The half of #WfVideoSound that the streaming threads know, one for each opening of the link: where coded sound arrives
 * and, while it is heard, leaves for a pipeline of its own, so that whatever is wrong with a loudspeaker never touches the
 * picture.
 */
struct _WfVideoEar
{
  gatomicrefcount  refs;
  GMainContext    *context;  /* (owned) */
  GWeakRef         sound;
  GMutex           lock;
  gboolean         closed;   /* under lock: the opening that it belongs to is over */
  GstCaps         *caps;     /* (owned) (nullable) under lock: what arrives */
  GstElement      *pipeline; /* (owned) (nullable) under lock: the one that plays */
  GstElement      *source;   /* (owned) (nullable) under lock: of it */
  GstElement      *paced;    /* (owned) (nullable) under lock: where it arrives, when it has its time */
  gboolean         silent;   /* under lock */
};

/**
 * WfVideoSound:
 *
 * The sound of one link, or of a recording that is played. Silent until it is to be heard; who is heard is the business of
 * #WfVideoHub, which lets one be heard at a time. Opening a sound device can take as long as it likes: that happens in a
 * thread. To be used in the main thread alone.
 */
struct _WfVideoSound
{
  GObject parent_instance;

  WfVideoEar        *ear;         /* (owned) */
  char              *loudspeaker; /* (owned) */
  gboolean           heard;
  gboolean           silent;      /* for now, whoever wants to hear it */
  double             volume;
  GCancellable      *preparing;   /* (owned) (nullable) while its pipeline is being made */
  guint              watch;
  WfVideoSoundState  state;
  char              *failure;     /* (owned) (nullable) */
};

enum {
  PROP_HEARD = 1,
  PROP_VOLUME,
  PROP_STATE,
  N_PROPS,
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (WfVideoSound, wf_video_sound, G_TYPE_OBJECT)

G_DEFINE_ENUM_TYPE (WfVideoSoundState, wf_video_sound_state,
                    G_DEFINE_ENUM_VALUE (WF_VIDEO_SOUND_NONE, "none"),
                    G_DEFINE_ENUM_VALUE (WF_VIDEO_SOUND_MUTED, "muted"),
                    G_DEFINE_ENUM_VALUE (WF_VIDEO_SOUND_PLAYING, "playing"),
                    G_DEFINE_ENUM_VALUE (WF_VIDEO_SOUND_FAILED, "failed"))

static void update (WfVideoSound *self);

/* The ear */

WfVideoEar *
wf_video_ear_ref (WfVideoEar *self)
{
  g_atomic_ref_count_inc (&self->refs);
  return self;
}

void
wf_video_ear_unref (WfVideoEar *self)
{
  if (!g_atomic_ref_count_dec (&self->refs))
    return;

  g_assert (self->pipeline == NULL);
  g_weak_ref_clear (&self->sound);
  g_mutex_clear (&self->lock);
  gst_clear_caps (&self->caps);
  gst_clear_object (&self->paced);
  g_main_context_unref (self->context);
  g_free (self);
}

static gboolean
arrived_cb (gpointer data)
{
  WfVideoEar *self = data;
  g_autoptr (WfVideoSound) sound = g_weak_ref_get (&self->sound);

  if (sound != NULL)
    update (sound);

  return G_SOURCE_REMOVE;
}

/* Returns: whether it is another kind than before. */
static gboolean
take_caps (WfVideoEar *self,
           GstCaps    *caps)
{
  g_mutex_lock (&self->lock);
  /* A pipeline that is being closed in a thread of its own may bring some more. */
  gboolean is_new = !self->closed && caps != NULL && (self->caps == NULL || !gst_caps_is_equal (self->caps, caps));
  if (is_new)
    gst_caps_replace (&self->caps, caps);
  g_mutex_unlock (&self->lock);

  if (is_new)
    g_main_context_invoke_full (self->context, G_PRIORITY_DEFAULT, arrived_cb, wf_video_ear_ref (self),
                                (GDestroyNotify) wf_video_ear_unref);

  return is_new;
}

static GstFlowReturn
sample_cb (GstAppSink *sink,
           gpointer    data)
{
  WfVideoEar *self = data;
  GstSample *sample = gst_app_sink_pull_sample (sink);

  if (sample == NULL)
    return GST_FLOW_EOS;

  gboolean is_new = take_caps (self, gst_sample_get_caps (sample));

  g_mutex_lock (&self->lock);
  g_autoptr (GstElement) source = self->source != NULL && !is_new && !self->silent ? gst_object_ref (self->source) : NULL;
  g_mutex_unlock (&self->lock);

  if (source != NULL)
    gst_app_src_push_buffer (GST_APP_SRC (source), gst_buffer_copy (gst_sample_get_buffer (sample)));
  gst_sample_unref (sample);

  return GST_FLOW_OK;
}

static const Kind *
find_kind (GstCaps *caps)
{
  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      g_autoptr (GstCaps) known = gst_caps_from_string (kinds[i].takes);

      if (gst_caps_can_intersect (caps, known))
        return &kinds[i];
    }

  return NULL;
}

/*
 * wf_video_ear_takes:
 * @caps: of something coded
 *
 * Returns: whether it is sound that can be heard
 */
gboolean
wf_video_ear_takes (GstCaps *caps)
{
  return find_kind (caps) != NULL;
}

/*
 * wf_video_ear_connect:
 * @self: an ear
 * @bin: the pipeline of the link
 * @pad: where coded sound comes out
 * @paced: whether each sound has a time when it is to be heard, as in a recording; else it is heard when it comes
 *
 * Takes what comes there. Any thread.
 *
 * Returns: whether it could be linked
 */
gboolean
wf_video_ear_connect (WfVideoEar *self,
                      GstBin     *bin,
                      GstPad     *pad,
                      gboolean    paced)
{
  GstAppSinkCallbacks callbacks = { .new_sample = sample_cb };
  g_autoptr (GstElement) other = gst_bin_get_by_name (bin, EAR);
  GstElement *sink = other == NULL ? wf_video_chain_make ("appsink", NULL) : NULL;

  /* Of several languages the first is heard. */
  if (sink == NULL)
    return FALSE;

  gst_object_set_name (GST_OBJECT (sink), EAR);

  g_object_set (sink, "sync", paced, "async", FALSE, "max-buffers", 1, "drop", !paced, "enable-last-sample", FALSE,
                "wait-on-eos", FALSE, NULL);
  gst_app_sink_set_callbacks (GST_APP_SINK (sink), &callbacks, wf_video_ear_ref (self), (GDestroyNotify) wf_video_ear_unref);
  gst_bin_add (bin, sink);
  gst_element_sync_state_with_parent (sink);

  if (paced)
    {
      g_autoptr (GstCaps) caps = gst_pad_get_current_caps (pad);

      g_mutex_lock (&self->lock);
      g_set_object (&self->paced, sink);
      g_mutex_unlock (&self->lock);
      /* Known before it is played. */
      take_caps (self, caps);
    }

  g_autoptr (GstPad) first = gst_element_get_static_pad (sink, "sink");

  return gst_pad_link (pad, first) == GST_PAD_LINK_OK;
}

/* Playing */

static void
end_cb (GstElement *pipeline,
        gpointer    data)
{
  gst_element_set_state (pipeline, GST_STATE_NULL);
}

static void
stop (WfVideoSound *self)
{
  if (self->preparing != NULL)
    g_cancellable_cancel (self->preparing);
  g_clear_object (&self->preparing);
  g_clear_handle_id (&self->watch, g_source_remove);

  g_mutex_lock (&self->ear->lock);
  g_autoptr (GstElement) pipeline = g_steal_pointer (&self->ear->pipeline);
  G_GNUC_UNUSED g_autoptr (GstElement) source = g_steal_pointer (&self->ear->source);
  g_mutex_unlock (&self->ear->lock);

  if (pipeline != NULL)
    gst_element_call_async (pipeline, end_cb, NULL, NULL);
}

static void
set_state (WfVideoSound      *self,
           WfVideoSoundState  state)
{
  if (self->state == state)
    return;

  self->state = state;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STATE]);
}

static void
fail (WfVideoSound *self,
      const char   *why)
{
  stop (self);
  g_free (self->failure);
  self->failure = g_strdup_printf (_("No sound: %s"), why);
  set_state (self, WF_VIDEO_SOUND_FAILED);
}

/* A loudspeaker sounds some time after it was given something, often a fifth of a second. So that lips match, what has a time
 * is given that much earlier. */
static void
keep_in_step (WfVideoSound *self)
{
  g_autoptr (GstQuery) query = gst_query_new_latency ();
  GstClockTime latency;

  g_mutex_lock (&self->ear->lock);
  g_autoptr (GstElement) pipeline = self->ear->pipeline != NULL ? gst_object_ref (self->ear->pipeline) : NULL;
  g_autoptr (GstElement) sink = self->ear->paced != NULL ? gst_object_ref (self->ear->paced) : NULL;
  g_mutex_unlock (&self->ear->lock);

  if (pipeline == NULL || sink == NULL || !gst_element_query (pipeline, query))
    return;

  gst_query_parse_latency (query, NULL, &latency, NULL);
  if (GST_CLOCK_TIME_IS_VALID (latency) && latency <= MOST_WAITING)
    g_object_set (sink, "ts-offset", -(gint64) latency, NULL);
}

/* Without any device the automatic sink only warns, and swallows the sound: for us that is as bad as an error. */
static gboolean
message_cb (GstBus     *bus,
            GstMessage *message,
            gpointer    data)
{
  WfVideoSound *self = data;
  g_autoptr (GError) error = NULL;

  if (GST_MESSAGE_TYPE (message) & (GST_MESSAGE_LATENCY | GST_MESSAGE_ASYNC_DONE))
    keep_in_step (self);
  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR)
    gst_message_parse_error (message, &error, NULL);
  else if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_WARNING && !GST_IS_APP_SRC (GST_MESSAGE_SRC (message)))
    gst_message_parse_warning (message, &error, NULL);

  /* What a decoder cannot read is a crackle, and goes by. */
  if (error == NULL || (error->domain == GST_STREAM_ERROR && GST_MESSAGE_TYPE (message) == GST_MESSAGE_WARNING))
    return G_SOURCE_CONTINUE;

  self->watch = 0;
  fail (self, error->message);

  return G_SOURCE_REMOVE;
}

static void
set_player_volume (WfVideoSound *self,
                   GstElement   *pipeline)
{
  g_autoptr (GstElement) volume = gst_bin_get_by_name (GST_BIN (pipeline), "volume");

  /* As loud as it sounds: what people take for half is a tenth of the power (cubic, as PulseAudio counts). */
  g_object_set (volume, "volume", pow (self->volume, 3), NULL);
}

typedef struct
{
  const Kind *kind;
  char       *description; /* (owned) */
  GstCaps    *caps;        /* (owned) */
} Recipe;

static void
recipe_free (gpointer data)
{
  Recipe *recipe = data;

  g_free (recipe->description);
  gst_clear_caps (&recipe->caps);
  g_free (recipe);
}

static void
prepare_in_thread (GTask        *task,
                   gpointer      source_object,
                   gpointer      data,
                   GCancellable *cancellable)
{
  Recipe *recipe = data;
  GError *error = NULL;
  GstElement *pipeline = gst_parse_launch_full (recipe->description, NULL, GST_PARSE_FLAG_FATAL_ERRORS, &error);

  if (pipeline == NULL)
    {
      if (g_error_matches (error, GST_PARSE_ERROR, GST_PARSE_ERROR_NO_SUCH_ELEMENT))
        g_prefix_error (&error, _("%s needs the package %s. "), recipe->kind->name, recipe->kind->package);
      g_task_return_error (task, error);
      return;
    }

  g_autoptr (GstElement) source = gst_bin_get_by_name (GST_BIN (gst_object_ref_sink (pipeline)), "source");

  gst_app_src_set_caps (GST_APP_SRC (source), recipe->caps);
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  g_task_return_pointer (task, pipeline, NULL);
}

static void
prepared_cb (GObject      *object,
             GAsyncResult *result,
             gpointer      data)
{
  GTask *task = G_TASK (result);
  gboolean cancelled = g_cancellable_is_cancelled (g_task_get_cancellable (task));
  WfVideoSound *self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GstElement) pipeline = g_task_propagate_pointer (task, &error);

  /* Muted, begun anew or thrown away meanwhile: then the sound may be gone. */
  if (cancelled)
    {
      if (pipeline != NULL)
        gst_element_call_async (pipeline, end_cb, NULL, NULL);
      return;
    }

  g_clear_object (&self->preparing);
  if (pipeline == NULL)
    {
      fail (self, error->message);
      return;
    }

  g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);

  set_player_volume (self, pipeline);
  g_mutex_lock (&self->ear->lock);
  self->ear->source = gst_bin_get_by_name (GST_BIN (pipeline), "source");
  self->ear->pipeline = g_steal_pointer (&pipeline);
  g_mutex_unlock (&self->ear->lock);
  self->watch = gst_bus_add_watch (bus, message_cb, self);
  keep_in_step (self);
}

static void
start (WfVideoSound *self,
       GstCaps      *caps)
{
  const Kind *kind = find_kind (caps);
  g_autoptr (GTask) task = NULL;
  Recipe *recipe;

  g_assert (kind != NULL);

  self->preparing = g_cancellable_new ();
  recipe = g_new0 (Recipe, 1);
  recipe->kind = kind;
  recipe->caps = gst_caps_ref (caps);
  recipe->description = g_strdup_printf ("appsrc name=source is-live=true format=time do-timestamp=true max-time=%" G_GUINT64_FORMAT
                                         " leaky-type=downstream ! %s ! audioconvert ! audioresample ! volume name=volume ! %s",
                                         (guint64) MOST_WAITING, kind->decode, self->loudspeaker);
  task = g_task_new (NULL, self->preparing, prepared_cb, self);
  g_task_set_source_tag (task, start);
  g_task_set_check_cancellable (task, FALSE);
  g_task_set_task_data (task, recipe, recipe_free);
  wf_task_run_in_thread (task, prepare_in_thread);
}

/* Something arrived, another kind of sound arrived, or somebody wants to hear it or not. */
static void
update (WfVideoSound *self)
{
  g_mutex_lock (&self->ear->lock);
  g_autoptr (GstCaps) caps = self->ear->caps != NULL ? gst_caps_ref (self->ear->caps) : NULL;
  g_mutex_unlock (&self->ear->lock);

  stop (self);
  g_clear_pointer (&self->failure, g_free);

  if (caps == NULL)
    set_state (self, WF_VIDEO_SOUND_NONE);
  else if (!self->heard)
    set_state (self, WF_VIDEO_SOUND_MUTED);
  else
    {
      start (self, caps);
      set_state (self, WF_VIDEO_SOUND_PLAYING);
    }
}

/* Overrides */

static void
wf_video_sound_get_property (GObject    *object,
                             guint       prop_id,
                             GValue     *value,
                             GParamSpec *pspec)
{
  WfVideoSound *self = WF_VIDEO_SOUND (object);

  switch (prop_id)
    {
    case PROP_HEARD:
      g_value_set_boolean (value, self->heard);
      break;
    case PROP_VOLUME:
      g_value_set_double (value, self->volume);
      break;
    case PROP_STATE:
      g_value_set_enum (value, self->state);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
wf_video_sound_set_property (GObject      *object,
                             guint         prop_id,
                             const GValue *value,
                             GParamSpec   *pspec)
{
  WfVideoSound *self = WF_VIDEO_SOUND (object);

  switch (prop_id)
    {
    case PROP_HEARD:
      wf_video_sound_set_heard (self, g_value_get_boolean (value));
      break;
    case PROP_VOLUME:
      wf_video_sound_set_volume (self, g_value_get_double (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
wf_video_sound_dispose (GObject *object)
{
  WfVideoSound *self = WF_VIDEO_SOUND (object);

  stop (self);

  G_OBJECT_CLASS (wf_video_sound_parent_class)->dispose (object);
}

static void
wf_video_sound_finalize (GObject *object)
{
  WfVideoSound *self = WF_VIDEO_SOUND (object);

  wf_video_ear_unref (self->ear);
  g_free (self->loudspeaker);
  g_free (self->failure);

  G_OBJECT_CLASS (wf_video_sound_parent_class)->finalize (object);
}

static void
wf_video_sound_class_init (WfVideoSoundClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags readable = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->get_property = wf_video_sound_get_property;
  object_class->set_property = wf_video_sound_set_property;
  object_class->dispose = wf_video_sound_dispose;
  object_class->finalize = wf_video_sound_finalize;

  properties[PROP_HEARD] = g_param_spec_boolean ("heard", NULL, NULL, FALSE, readable | G_PARAM_WRITABLE);
  properties[PROP_VOLUME] = g_param_spec_double ("volume", NULL, NULL, 0, 1, 1, readable | G_PARAM_WRITABLE);
  properties[PROP_STATE] = g_param_spec_enum ("state", NULL, NULL, WF_TYPE_VIDEO_SOUND_STATE, WF_VIDEO_SOUND_NONE, readable);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static WfVideoEar *
make_ear (WfVideoSound *self)
{
  WfVideoEar *ear = g_new0 (WfVideoEar, 1);

  g_atomic_ref_count_init (&ear->refs);
  ear->context = g_main_context_ref_thread_default ();
  g_weak_ref_init (&ear->sound, self);
  g_mutex_init (&ear->lock);
  ear->silent = self->silent;

  return ear;
}

static void
wf_video_sound_init (WfVideoSound *self)
{
  self->ear = make_ear (self);
  self->loudspeaker = g_strdup ("autoaudiosink");
  self->volume = 1;
}

/**
 * wf_video_sound_new:
 *
 * Returns: (transfer full): a sound that is not heard
 */
WfVideoSound *
wf_video_sound_new (void)
{
  return g_object_new (WF_TYPE_VIDEO_SOUND, NULL);
}

/**
 * wf_video_sound_set_loudspeaker:
 * @self: a sound
 * @loudspeaker: (nullable): where it goes, as gst_parse_launch() writes it; %NULL for the desktop's usual device
 */
void
wf_video_sound_set_loudspeaker (WfVideoSound *self,
                                const char   *loudspeaker)
{
  g_return_if_fail (WF_IS_VIDEO_SOUND (self));

  g_free (self->loudspeaker);
  self->loudspeaker = g_strdup (loudspeaker != NULL ? loudspeaker : "autoaudiosink");
  if (self->heard)
    update (self);
}

/**
 * wf_video_sound_get_heard:
 * @self: a sound
 *
 * Returns: whether somebody wants to hear it, however silent it may be
 */
gboolean
wf_video_sound_get_heard (WfVideoSound *self)
{
  g_return_val_if_fail (WF_IS_VIDEO_SOUND (self), FALSE);

  return self->heard;
}

/**
 * wf_video_sound_set_heard:
 * @self: a sound
 * @heard: whether it is to be heard
 *
 * Those of the same hub fall silent. Asking again after a failure tries again.
 */
void
wf_video_sound_set_heard (WfVideoSound *self,
                          gboolean      heard)
{
  g_return_if_fail (WF_IS_VIDEO_SOUND (self));

  if (self->heard == heard && self->state != WF_VIDEO_SOUND_FAILED)
    return;

  self->heard = heard;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_HEARD]);
  update (self);
}

/**
 * wf_video_sound_set_volume:
 * @self: a sound
 * @volume: 0 to 1, as loud as it sounds
 */
void
wf_video_sound_set_volume (WfVideoSound *self,
                           double        volume)
{
  g_return_if_fail (WF_IS_VIDEO_SOUND (self));

  volume = CLAMP (volume, 0, 1);
  if (self->volume == volume)
    return;

  self->volume = volume;
  if (self->ear->pipeline != NULL)
    set_player_volume (self, self->ear->pipeline);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_VOLUME]);
}

/**
 * wf_video_sound_get_state:
 * @self: a sound
 *
 * Returns: what can be heard of it
 */
WfVideoSoundState
wf_video_sound_get_state (WfVideoSound *self)
{
  g_return_val_if_fail (WF_IS_VIDEO_SOUND (self), WF_VIDEO_SOUND_NONE);

  return self->state;
}

/**
 * wf_video_sound_get_reason:
 * @self: a sound
 *
 * Returns: (nullable): why it cannot be heard, a sentence for people, translated
 */
const char *
wf_video_sound_get_reason (WfVideoSound *self)
{
  g_return_val_if_fail (WF_IS_VIDEO_SOUND (self), NULL);

  return self->failure;
}

/**
 * wf_video_sound_is_silent:
 * @self: a sound
 *
 * Told of by a notification of "state".
 *
 * Returns: whether it is silent for now, heard or not: that of a recording at any speed but its own
 */
gboolean
wf_video_sound_is_silent (WfVideoSound *self)
{
  g_return_val_if_fail (WF_IS_VIDEO_SOUND (self), FALSE);

  return self->silent;
}

/*
 * wf_video_sound_set_silent:
 * @self: a sound
 * @silent: whether what arrives is not to be heard for now, whoever wants to; the loudspeaker stays open
 */
void
wf_video_sound_set_silent (WfVideoSound *self,
                           gboolean      silent)
{
  if (self->silent == silent)
    return;

  self->silent = silent;
  g_mutex_lock (&self->ear->lock);
  self->ear->silent = silent;
  g_mutex_unlock (&self->ear->lock);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STATE]);
}

/*
 * wf_video_sound_forget:
 * @self: a sound
 *
 * The stream has ended: nothing arrives any more. What is to be heard is heard again when it is back.
 */
void
wf_video_sound_forget (WfVideoSound *self)
{
  g_mutex_lock (&self->ear->lock);
  self->ear->closed = TRUE;
  gst_clear_caps (&self->ear->caps);
  gst_clear_object (&self->ear->paced);
  g_mutex_unlock (&self->ear->lock);

  update (self);
}

/*
 * wf_video_sound_ref_ear:
 * @self: a sound
 *
 * To be called once for each opening of the link.
 *
 * Returns: (transfer full): where the streaming threads bring it
 */
WfVideoEar *
wf_video_sound_ref_ear (WfVideoSound *self)
{
  if (self->ear->closed)
    {
      wf_video_ear_unref (self->ear);
      self->ear = make_ear (self);
    }

  return wf_video_ear_ref (self->ear);
}
