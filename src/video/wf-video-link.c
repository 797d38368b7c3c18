/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-video"

#include "config.h"

#include "wf-video-link-private.h"
#include "wf-video-probe.h"
#include "wf-video-recording.h"
#include "wf-video-scheme.h"
#include "wf-video-sound-private.h"

/* How often the state machine looks at the clock, in ms. */
#define TICK 250

/* In which there should have been a picture. */
#define ENOUGH_BYTES 4096

typedef struct
{
  int width;
  int height;
} Size;

/**
 * WfVideoLink:
 *
 * One video source and the one decoder for it, shared by whatever shows it: the strip, the wall, a card, the full
 * screen. It opens when the first viewer holds it, stays open for a short while after the last one has let go, and comes
 * back by itself when it breaks. What to do when is decided by #WfVideoMachine; this object only carries it out. To be
 * used in the main thread alone; it never waits for the network there.
 */

enum {
  PROP_URI = 1,
  PROP_NAME,
  PROP_STATE,
  PROP_REASON,
  PROP_DELAY_MS,
  PROP_FRAME_RATE,
  PROP_BIT_RATE,
  PROP_LOSS,
  PROP_LAST_FRAME_AT,
  PROP_AGE_MS,
  PROP_WIDTH,
  PROP_HEIGHT,
  PROP_PAINTABLE,
  PROP_RECORDING,
  N_PROPS,
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (WfVideoLink, wf_video_link, G_TYPE_OBJECT)

static void step (WfVideoLink   *self,
                  WfVideoEvent   event,
                  WfVideoReason  reason);

static int64_t
get_now (void)
{
  return g_get_monotonic_time () / 1000;
}

/* Numbers */

#define SET_NUMBER(self, field, value, prop)                       \
  G_STMT_START {                                                   \
    if ((self)->field != (value))                                  \
      {                                                            \
        (self)->field = (value);                                   \
        g_object_notify_by_pspec (G_OBJECT (self), properties[prop]); \
      }                                                            \
  } G_STMT_END

static void
show_numbers (WfVideoLink *self)
{
  SET_NUMBER (self, delay_ms, wf_video_numbers_get_delay (&self->numbers), PROP_DELAY_MS);
  SET_NUMBER (self, frame_rate, self->numbers.frame_rate, PROP_FRAME_RATE);
  SET_NUMBER (self, bit_rate, self->numbers.bit_rate, PROP_BIT_RATE);
  SET_NUMBER (self, loss, self->numbers.loss, PROP_LOSS);
}

static void
forget_numbers (WfVideoLink *self)
{
  wf_video_numbers_init (&self->numbers);
  show_numbers (self);
}

/* Once a second and not with each picture: people cannot read faster, and each notification redraws text. */
static void
update_numbers (WfVideoLink *self,
                int64_t      now)
{
  if (now - self->numbers_at < 1000)
    return;

  self->numbers_at = now;
  if (self->pipeline != NULL)
    {
      WfVideoCounts counts;

      wf_video_pipeline_get_counts (self->pipeline, &counts);
      wf_video_numbers_add (&self->numbers, &counts, now);
      show_numbers (self);
    }

  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_LAST_FRAME_AT]);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_AGE_MS]);
}

/* Viewers */

static void
tell_wanted_size (WfVideoLink *self)
{
  GHashTableIter iter;
  Size *size;
  int width = 0;
  int height = 0;
  gboolean shown = FALSE;

  if (self->pipeline == NULL)
    return;

  g_hash_table_iter_init (&iter, self->viewers);
  while (g_hash_table_iter_next (&iter, NULL, (gpointer *) &size))
    {
      shown = shown || size->width != WF_VIDEO_UNSEEN;
      width = MAX (width, size->width);
      height = MAX (height, size->height);
    }

  wf_video_pipeline_set_wanted_size (self->pipeline, shown, width, height);
}

/* Pipeline */

static void
frame_cb (WfVideoPipeline    *pipeline,
          const WfVideoFrame *frame,
          gpointer            user_data)
{
  WfVideoLink *self = user_data;

  g_object_ref (self);

  wf_video_paintable_set_pixels (self->paintable, frame->pixels, frame->width, frame->height,
                                 frame->stream_width, frame->stream_height);

  if (self->machine.open && self->machine.last_frame_at < self->machine.opened_at)
    self->opening_ms = (int) (frame->arrived_at - self->machine.opened_at);
  self->frame_at = frame->arrived_at;
  self->last_frame_at = frame->captured_at;
  self->codec = frame->codec;
  wf_video_numbers_add_delay (&self->numbers, frame->delay);

  SET_NUMBER (self, width, frame->stream_width, PROP_WIDTH);
  SET_NUMBER (self, height, frame->stream_height, PROP_HEIGHT);

  step (self, WF_VIDEO_EVENT_FRAME, WF_VIDEO_REASON_NONE);

  g_object_unref (self);
}

static void set_reason (WfVideoLink   *self,
                        WfVideoReason  code);

static void
probe_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  WfVideoReason reason = wf_video_probe_finish (result);

  /* Cancelled when it no longer matters, at the latest when the link goes away. */
  if (g_task_had_error (G_TASK (result)))
    return;

  WfVideoLink *self = user_data;

  g_clear_object (&self->probe);

  /* It answers, so what was said about the connection before stands. */
  if (reason == WF_VIDEO_REASON_NONE)
    reason = self->width > 0 ? WF_VIDEO_REASON_LOST : WF_VIDEO_REASON_BAD_STREAM;

  if (self->machine.state != WF_VIDEO_STATE_LIVE && self->machine.state != WF_VIDEO_STATE_IDLE)
    {
      self->machine.reason = reason;
      set_reason (self, reason);
    }
}

static void
forget_probe (WfVideoLink *self)
{
  g_cancellable_cancel (self->probe);
  g_clear_object (&self->probe);
}

/* GStreamer does not say why a connection could not be made, so the question is put once more. */
static void
ask_why (WfVideoLink *self)
{
  forget_probe (self);
  self->probe = g_cancellable_new ();
  wf_video_probe_async (self->uri, self->probe, probe_cb, self);
}

static void open_pipeline (WfVideoLink *self);

static void
close_pipeline (WfVideoLink *self)
{
  if (self->pipeline == NULL)
    return;

  int64_t captured_at;
  GstSample *sample = wf_video_pipeline_dup_sample (self->pipeline, &captured_at);

  if (sample != NULL)
    {
      g_clear_pointer (&self->sample, gst_sample_unref);
      self->sample = sample;
      self->captured_at = captured_at;
    }

  g_clear_pointer (&self->pipeline, wf_video_pipeline_close);
  wf_video_sound_forget (self->sound);
  forget_numbers (self);
}

static void
error_cb (WfVideoPipeline *pipeline,
          WfVideoReason    reason,
          const char      *detail,
          gpointer         user_data)
{
  WfVideoLink *self = user_data;

  if ((reason == WF_VIDEO_REASON_TRANSPORT && !self->udp) || (reason == WF_VIDEO_REASON_HARDWARE && !self->software))
    {
      self->udp = self->udp || reason == WF_VIDEO_REASON_TRANSPORT;
      self->software = self->software || reason == WF_VIDEO_REASON_HARDWARE;
      close_pipeline (self);
      open_pipeline (self);
      return;
    }

  g_object_ref (self);

  g_free (self->detail);
  self->detail = g_strdup (detail);

  if (reason == WF_VIDEO_REASON_LOST)
    ask_why (self);
  step (self, WF_VIDEO_EVENT_ERROR, reason);

  g_object_unref (self);
}

static void
open_pipeline (WfVideoLink *self)
{
  static const WfVideoPipelineFuncs funcs = { .frame = frame_cb, .error = error_cb };

  g_autoptr (WfVideoEar) ear = wf_video_sound_ref_ear (self->sound);

  wf_video_tap_begin (self->tap);
  wf_video_seen_begin (self->seen);
  self->pipeline = wf_video_pipeline_open (self->uri, self->user, self->password, self->udp, self->software, ear, self->tap,
                                           self->seen, &funcs, self);
  tell_wanted_size (self);
}

/* State */

static void
set_reason (WfVideoLink   *self,
            WfVideoReason  code)
{
  g_autofree char *reason = wf_video_reason_to_sentence (code, self->detail);

  self->reason_code = code;

  if (g_strcmp0 (reason, self->reason) == 0)
    return;

  g_free (self->reason);
  self->reason = g_steal_pointer (&reason);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_REASON]);
}

/* While nobody looks, as when it is only recorded, no picture comes here; that they come at all is known. */
static void
look_for_pictures (WfVideoLink *self)
{
  WfVideoCounts counts;

  if (self->pipeline == NULL || self->recording == NULL)
    return;

  wf_video_pipeline_get_counts (self->pipeline, &counts);
  if (counts.frames != self->n_frames && get_now () - self->frame_at > TICK)
    {
      self->frame_at = get_now ();
      step (self, WF_VIDEO_EVENT_FRAME, WF_VIDEO_REASON_NONE);
    }
  self->n_frames = counts.frames;
}

static gboolean
tick_cb (gpointer data)
{
  WfVideoLink *self = data;

  g_object_ref (self);

  look_for_pictures (self);
  update_numbers (self, get_now ());
  step (self, WF_VIDEO_EVENT_TICK, WF_VIDEO_REASON_NONE);
  gboolean again = self->tick_id != 0;

  g_object_unref (self);

  return again;
}

static void
act (WfVideoLink   *self,
     WfVideoAction  action)
{
  if (action == WF_VIDEO_ACTION_STOP || action == WF_VIDEO_ACTION_RESTART)
    close_pipeline (self);

  if (action != WF_VIDEO_ACTION_START && action != WF_VIDEO_ACTION_RESTART)
    return;

  if (wf_video_scheme_find (self->uri) != NULL)
    open_pipeline (self);
  else
    step (self, WF_VIDEO_EVENT_ERROR, WF_VIDEO_REASON_BAD_ADDRESS);
}

/* No picture, and yet something came: that is another thing than silence. */
static void
judge_silence (WfVideoLink *self)
{
  WfVideoCounts counts;

  if (self->pipeline == NULL || self->machine.reason != WF_VIDEO_REASON_TIME_OUT)
    return;

  wf_video_pipeline_get_counts (self->pipeline, &counts);
  if (counts.frames > 0 || counts.old > 0 || counts.bytes < ENOUGH_BYTES)
    return;

  /* It may be this computer's hardware that makes nothing of it. */
  self->machine.reason = WF_VIDEO_REASON_BAD_STREAM;
  self->software = TRUE;
}

static void
step (WfVideoLink   *self,
      WfVideoEvent   event,
      WfVideoReason  reason)
{
  WfVideoAction action = wf_video_machine_step (&self->machine, event, reason, get_now ());

  if (event == WF_VIDEO_EVENT_TICK && action != WF_VIDEO_ACTION_NONE)
    judge_silence (self);
  act (self, action);

  if (self->machine.state == WF_VIDEO_STATE_IDLE)
    {
      g_clear_handle_id (&self->tick_id, g_source_remove);
      wf_video_tap_clear (self->tap);
      wf_video_seen_clear (self->seen);
    }
  else if (self->tick_id == 0)
    self->tick_id = g_timeout_add (TICK, tick_cb, self);

  if (self->machine.state == WF_VIDEO_STATE_LIVE || self->machine.state == WF_VIDEO_STATE_IDLE)
    forget_probe (self);

  /* "Lost" only says that the answer of the probe is on its way. */
  gboolean waiting = self->probe != NULL && self->machine.reason == WF_VIDEO_REASON_LOST;
  if (self->machine.reason != self->reason_code && !waiting)
    set_reason (self, self->machine.reason);

  if (self->state != self->machine.state)
    {
      self->state = self->machine.state;
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STATE]);
    }
}

static void
wf_video_link_get_property (GObject    *object,
                            guint       prop_id,
                            GValue     *value,
                            GParamSpec *pspec)
{
  WfVideoLink *self = WF_VIDEO_LINK (object);

  switch (prop_id)
    {
    case PROP_URI:
      g_value_set_string (value, self->uri);
      break;
    case PROP_NAME:
      g_value_set_string (value, self->name);
      break;
    case PROP_STATE:
      g_value_set_enum (value, self->state);
      break;
    case PROP_REASON:
      g_value_set_string (value, self->reason);
      break;
    case PROP_DELAY_MS:
      g_value_set_int (value, self->delay_ms);
      break;
    case PROP_FRAME_RATE:
      g_value_set_double (value, self->frame_rate);
      break;
    case PROP_BIT_RATE:
      g_value_set_int64 (value, self->bit_rate);
      break;
    case PROP_LOSS:
      g_value_set_double (value, self->loss);
      break;
    case PROP_LAST_FRAME_AT:
      g_value_set_int64 (value, self->last_frame_at);
      break;
    case PROP_AGE_MS:
      g_value_set_int64 (value, wf_video_link_get_age_ms (self));
      break;
    case PROP_WIDTH:
      g_value_set_int (value, self->width);
      break;
    case PROP_HEIGHT:
      g_value_set_int (value, self->height);
      break;
    case PROP_PAINTABLE:
      g_value_set_object (value, self->paintable);
      break;
    case PROP_RECORDING:
      g_value_set_object (value, self->recording);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
wf_video_link_set_property (GObject      *object,
                            guint         prop_id,
                            const GValue *value,
                            GParamSpec   *pspec)
{
  WfVideoLink *self = WF_VIDEO_LINK (object);

  switch (prop_id)
    {
    case PROP_URI:
      self->uri = g_value_dup_string (value);
      break;
    case PROP_NAME:
      wf_video_link_set_name (self, g_value_get_string (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
wf_video_link_dispose (GObject *object)
{
  WfVideoLink *self = WF_VIDEO_LINK (object);

  g_clear_handle_id (&self->tick_id, g_source_remove);
  forget_probe (self);
  g_clear_pointer (&self->pipeline, wf_video_pipeline_close);
  g_clear_pointer (&self->sample, gst_sample_unref);
  g_clear_object (&self->paintable);
  g_clear_object (&self->sound);

  G_OBJECT_CLASS (wf_video_link_parent_class)->dispose (object);
}

static void
wf_video_link_finalize (GObject *object)
{
  WfVideoLink *self = WF_VIDEO_LINK (object);

  g_free (self->uri);
  g_free (self->name);
  g_free (self->user);
  g_free (self->password);
  g_free (self->reason);
  g_free (self->detail);
  g_hash_table_unref (self->viewers);
  wf_video_tap_unref (self->tap);
  wf_video_seen_unref (self->seen);

  G_OBJECT_CLASS (wf_video_link_parent_class)->finalize (object);
}

static void
wf_video_link_class_init (WfVideoLinkClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags readable = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;
  const GParamFlags writable = readable | G_PARAM_WRITABLE | G_PARAM_CONSTRUCT;

  object_class->get_property = wf_video_link_get_property;
  object_class->set_property = wf_video_link_set_property;
  object_class->dispose = wf_video_link_dispose;
  object_class->finalize = wf_video_link_finalize;

  properties[PROP_URI] = g_param_spec_string ("uri", NULL, NULL, NULL,
                                              readable | G_PARAM_WRITABLE | G_PARAM_CONSTRUCT_ONLY);
  properties[PROP_NAME] = g_param_spec_string ("name", NULL, NULL, NULL, writable);
  properties[PROP_STATE] = g_param_spec_enum ("state", NULL, NULL, WF_TYPE_VIDEO_STATE, WF_VIDEO_STATE_IDLE, readable);
  properties[PROP_REASON] = g_param_spec_string ("reason", NULL, NULL, NULL, readable);
  properties[PROP_DELAY_MS] = g_param_spec_int ("delay-ms", NULL, NULL, -1, G_MAXINT, -1, readable);
  properties[PROP_FRAME_RATE] = g_param_spec_double ("frame-rate", NULL, NULL, 0, G_MAXDOUBLE, 0, readable);
  properties[PROP_BIT_RATE] = g_param_spec_int64 ("bit-rate", NULL, NULL, 0, G_MAXINT64, 0, readable);
  properties[PROP_LOSS] = g_param_spec_double ("loss", NULL, NULL, 0, 1, 0, readable);
  properties[PROP_LAST_FRAME_AT] = g_param_spec_int64 ("last-frame-at", NULL, NULL, 0, G_MAXINT64, 0, readable);
  properties[PROP_AGE_MS] = g_param_spec_int64 ("age-ms", NULL, NULL, -1, G_MAXINT64, -1, readable);
  properties[PROP_WIDTH] = g_param_spec_int ("width", NULL, NULL, 0, G_MAXINT, 0, readable);
  properties[PROP_HEIGHT] = g_param_spec_int ("height", NULL, NULL, 0, G_MAXINT, 0, readable);
  properties[PROP_PAINTABLE] = g_param_spec_object ("paintable", NULL, NULL, GDK_TYPE_PAINTABLE, readable);
  properties[PROP_RECORDING] = g_param_spec_object ("recording", NULL, NULL, WF_TYPE_VIDEO_RECORDING, readable);

  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
wf_video_link_init (WfVideoLink *self)
{
  wf_video_machine_init (&self->machine);
  self->viewers = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  self->paintable = wf_video_paintable_new ();
  self->sound = wf_video_sound_new ();
  self->tap = wf_video_tap_new ();
  self->seen = wf_video_seen_new ();
  self->frame_at = -1;
  self->opening_ms = -1;
  wf_video_numbers_init (&self->numbers);
  self->delay_ms = -1;
}

/**
 * wf_video_link_new:
 * @uri: an address of any kind that wf-video-scheme.c lists
 * @name: what people call the source
 *
 * Opens nothing yet. Use wf_video_hub_get_link() where others may show the same source.
 *
 * Returns: (transfer full): the link
 */
WfVideoLink *
wf_video_link_new (const char *uri,
                   const char *name)
{
  g_return_val_if_fail (uri != NULL, NULL);

  return g_object_new (WF_TYPE_VIDEO_LINK, "uri", uri, "name", name, NULL);
}

/**
 * wf_video_link_set_name:
 * @self: a link
 * @name: (nullable): what people call the source
 */
void
wf_video_link_set_name (WfVideoLink *self,
                        const char  *name)
{
  g_return_if_fail (WF_IS_VIDEO_LINK (self));

  if (name == NULL)
    name = "";
  if (g_strcmp0 (self->name, name) == 0)
    return;

  g_free (self->name);
  self->name = g_strdup (name);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_NAME]);
}

/**
 * wf_video_link_set_credentials:
 * @self: a link
 * @user: (nullable): user name
 * @password: (nullable): password
 *
 * What to sign in with; used from the next attempt on, and tried at once where a wrong password was the trouble.
 */
void
wf_video_link_set_credentials (WfVideoLink *self,
                               const char  *user,
                               const char  *password)
{
  g_return_if_fail (WF_IS_VIDEO_LINK (self));

  g_free (self->user);
  self->user = g_strdup (user);
  g_free (self->password);
  self->password = g_strdup (password);

  if (self->machine.reason == WF_VIDEO_REASON_UNAUTHORIZED)
    wf_video_link_retry (self);
}

/**
 * wf_video_link_hold:
 * @self: a link
 * @viewer: who shows it, any pointer that is its own
 *
 * Says that somebody looks: the first one opens the stream. Holding twice is the same as once.
 */
void
wf_video_link_hold (WfVideoLink *self,
                    gpointer     viewer)
{
  g_return_if_fail (WF_IS_VIDEO_LINK (self));

  if (!g_hash_table_contains (self->viewers, viewer))
    g_hash_table_insert (self->viewers, viewer, g_new0 (Size, 1));

  tell_wanted_size (self);
  step (self, WF_VIDEO_EVENT_WANTED, WF_VIDEO_REASON_NONE);
}

/**
 * wf_video_link_release:
 * @self: a link
 * @viewer: who held it
 *
 * Says that @viewer looks no more. With the last one the stream closes after %WF_VIDEO_GRACE ms.
 */
void
wf_video_link_release (WfVideoLink *self,
                       gpointer     viewer)
{
  g_return_if_fail (WF_IS_VIDEO_LINK (self));

  if (!g_hash_table_remove (self->viewers, viewer))
    return;

  tell_wanted_size (self);
  if (g_hash_table_size (self->viewers) == 0)
    step (self, WF_VIDEO_EVENT_UNWANTED, WF_VIDEO_REASON_NONE);
}

/**
 * wf_video_link_set_wanted_size:
 * @self: a link
 * @viewer: who holds it
 * @width: of the place where it is shown, in pixels of the screen
 * @height: of the same
 *
 * Pictures are made as large as the largest viewer shows them, and never larger than the stream. A viewer that does not
 * hold the link is not heard.
 */
void
wf_video_link_set_wanted_size (WfVideoLink *self,
                               gpointer     viewer,
                               int          width,
                               int          height)
{
  g_return_if_fail (WF_IS_VIDEO_LINK (self));

  Size *size = g_hash_table_lookup (self->viewers, viewer);

  if (size == NULL || (size->width == width && size->height == height))
    return;

  size->width = width;
  size->height = height;
  tell_wanted_size (self);
}

/**
 * wf_video_link_retry:
 * @self: a link
 *
 * Tries again now, for a person who has mended what was wrong.
 */
void
wf_video_link_retry (WfVideoLink *self)
{
  g_return_if_fail (WF_IS_VIDEO_LINK (self));

  self->udp = FALSE;
  wf_video_seen_clear (self->seen);
  step (self, WF_VIDEO_EVENT_RETRY, WF_VIDEO_REASON_NONE);
}

/*
 * wf_video_link_set_recording:
 * @self: a link
 * @recording: (nullable) (transfer none): what records it from now on; it takes itself off before it goes
 */
void
wf_video_link_set_recording (WfVideoLink      *self,
                             WfVideoRecording *recording)
{
  self->recording = recording;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_RECORDING]);
}
