/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-video"

#include "config.h"

#include "wf-video-player.h"
#include "wf-video-init.h"
#include "wf-video-paintable.h"
#include "wf-video-scaler.h"
#include "wf-video-sound-private.h"

#include <glib/gi18n.h>
#include <gst/app/gstappsink.h>

/* Faster than this, only key frames are shown: the others would be decoded for nothing. */
#define ALL_PICTURES_RATE 4.0

/* A picture of more than this many pixels is not shown, as with links. */
#define MAX_PIXELS (4096 * 3072)

/* How long a picture lasts, before two of them have told. */
#define USUAL_LENGTH (40 * GST_MSECOND)

/* Behind the last picture of a file there is none: it is looked for by so much, in ms. */
#define LOOK_BACK 100

/* One opened file. It lives as long as any thread of GStreamer may call. */
typedef struct
{
  gatomicrefcount  refs;
  GMainContext    *context;  /* (owned) */
  GstElement      *pipeline; /* (owned) */
  GstElement      *sink;     /* not owned */
  WfVideoScaler   *scaler;   /* (owned) the streaming thread's */
  WfVideoEar      *ear;      /* (owned) */

  GMutex           lock;
  WfVideoPlayer   *player;   /* (nullable) not owned; the main thread's */
  GBytes          *pixels;   /* (owned) (nullable) under lock, as all below */
  int              width;
  int              height;
  GstClockTime     time;
  gboolean         settled;  /* a seek or a step has ended */
  gboolean         dry;      /* the file ends here */
  gboolean         ended;
  char            *reason;   /* (owned) (nullable) */
  gboolean         waking;
} File;

/**
 * WfVideoPlayer:
 *
 * Plays a file of a recording: play, pause, another speed, another place, a picture on or back. Its sound is
 * in step with the pictures where they are shown as fast as they were taken, and silent else. Reading and decoding happen in
 * GStreamer's threads; to be used in the main thread alone. Whoever shows it says that it is a recording.
 *
 * Signals: #WfVideoPlayer::changed, #WfVideoPlayer::ended.
 */
struct _WfVideoPlayer
{
  GObject parent_instance;

  File             *file;      /* (owned) (nullable) */
  char             *path;      /* (owned) (nullable) */
  WfVideoPaintable *paintable; /* (owned) */
  WfVideoSound     *sound;     /* (owned) */
  gboolean          playing;
  double            rate;
  gboolean          seeking;   /* the pipeline is on its way to another place */
  int64_t           sought;    /* ms: that place */
  gboolean          found;     /* there is a picture */
  gboolean          dry;       /* the file ends behind that place */
  int64_t           wanted;    /* ms: where to go when that is done, -1 */
  int               step;      /* or which picture beside it, 0 */
  gboolean          stepped;   /* the pictures are ahead of the sound */
  GstClockTime      time;      /* of the picture that is shown */
  GstClockTime      length;    /* of a picture */
  char             *reason;    /* (owned) (nullable) */
};

enum {
  CHANGED,
  ENDED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (WfVideoPlayer, wf_video_player, G_TYPE_OBJECT)

static File *
file_ref (File *file)
{
  g_atomic_ref_count_inc (&file->refs);
  return file;
}

static void
file_unref (File *file)
{
  if (!g_atomic_ref_count_dec (&file->refs))
    return;

  gst_object_unref (file->pipeline);
  wf_video_scaler_free (file->scaler);
  wf_video_ear_unref (file->ear);
  g_main_context_unref (file->context);
  g_clear_pointer (&file->pixels, g_bytes_unref);
  g_free (file->reason);
  g_mutex_clear (&file->lock);
  g_free (file);
}

/* --- to the main context --- */

static void go_on (WfVideoPlayer *self);

static void
show_picture (WfVideoPlayer *self,
              GBytes        *pixels,
              int            width,
              int            height,
              GstClockTime   time)
{
  if (time > self->time && time - self->time < GST_SECOND && self->rate <= ALL_PICTURES_RATE)
    self->length = time - self->time;
  self->time = time;
  self->found = TRUE;
  wf_video_paintable_set_pixels (self->paintable, pixels, width, height, width, height);
}

static gboolean
dispatch_cb (gpointer data)
{
  File *file = data;
  WfVideoPlayer *self = file->player;

  g_mutex_lock (&file->lock);
  g_autoptr (GBytes) pixels = g_steal_pointer (&file->pixels);
  g_autofree char *reason = g_steal_pointer (&file->reason);
  int width = file->width;
  int height = file->height;
  GstClockTime time = file->time;
  gboolean settled = file->settled;
  gboolean ended = file->ended;
  gboolean dry = file->dry;
  file->settled = FALSE;
  file->ended = FALSE;
  file->dry = FALSE;
  file->waking = FALSE;
  g_mutex_unlock (&file->lock);

  if (self == NULL)
    return G_SOURCE_REMOVE;

  g_object_ref (self);
  if (pixels != NULL)
    show_picture (self, pixels, width, height, time);
  if (reason != NULL && self->reason == NULL)
    self->reason = g_steal_pointer (&reason);
  self->dry |= dry;
  if (settled)
    go_on (self);
  g_signal_emit (self, signals[CHANGED], 0);
  if (ended && self->file == file)
    {
      self->playing = FALSE;
      /* Who goes back from here does not see it run on. */
      gst_element_set_state (file->pipeline, GST_STATE_PAUSED);
      g_signal_emit (self, signals[ENDED], 0);
    }
  g_object_unref (self);

  return G_SOURCE_REMOVE;
}

/* Call with the lock held. */
static void
wake (File *file)
{
  if (file->waking)
    return;

  g_autoptr (GSource) source = g_idle_source_new ();

  file->waking = TRUE;
  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_static_name (source, "watchfire-video-player");
  g_source_set_callback (source, dispatch_cb, file_ref (file), (GDestroyNotify) file_unref);
  g_source_attach (source, file->context);
}

static void
fail (File       *file,
      const char *reason)
{
  g_mutex_lock (&file->lock);
  if (file->reason == NULL)
    file->reason = g_strdup (reason);
  wake (file);
  g_mutex_unlock (&file->lock);
}

/* --- GStreamer's threads --- */

static void
take_sample (File      *file,
             GstSample *sample)
{
  GstVideoInfo info;
  GstVideoFrame frame;
  GstBuffer *buffer = gst_sample_get_buffer (sample);
  GstClockTime time = gst_segment_to_stream_time (gst_sample_get_segment (sample), GST_FORMAT_TIME, GST_BUFFER_PTS (buffer));

  if (!gst_video_info_from_caps (&info, gst_sample_get_caps (sample)))
    return;
  if ((int64_t) info.width * info.height > MAX_PIXELS)
    {
      fail (file, _("The picture is too large to be shown."));
      return;
    }
  if (!gst_video_frame_map (&frame, &info, buffer, GST_MAP_READ))
    return;

  GBytes *pixels = wf_video_scaler_run (file->scaler, &frame, info.width, info.height);

  gst_video_frame_unmap (&frame);
  g_mutex_lock (&file->lock);
  g_clear_pointer (&file->pixels, g_bytes_unref);
  file->pixels = pixels;
  file->width = info.width;
  file->height = info.height;
  file->time = GST_CLOCK_TIME_IS_VALID (time) ? time : 0;
  wake (file);
  g_mutex_unlock (&file->lock);
}

static GstFlowReturn
preroll_cb (GstAppSink *sink,
            gpointer    data)
{
  g_autoptr (GstSample) sample = gst_app_sink_pull_preroll (sink);

  if (sample == NULL)
    return GST_FLOW_EOS;
  take_sample (data, sample);
  return GST_FLOW_OK;
}

static GstFlowReturn
sample_cb (GstAppSink *sink,
           gpointer    data)
{
  g_autoptr (GstSample) sample = gst_app_sink_pull_sample (sink);

  if (sample == NULL)
    return GST_FLOW_EOS;
  take_sample (data, sample);
  return GST_FLOW_OK;
}

/* Before the pipeline says that it has come to where it was sent. */
static void
eos_cb (GstAppSink *sink,
        gpointer    data)
{
  File *file = data;

  g_mutex_lock (&file->lock);
  file->dry = TRUE;
  wake (file);
  g_mutex_unlock (&file->lock);
}

/* Sound stays coded: it is decoded where it is heard. */
static gboolean
is_to_be_decoded_cb (GstElement *element,
                     GstPad     *pad,
                     GstCaps    *caps,
                     gpointer    data)
{
  return !wf_video_ear_takes (caps);
}

static void
pad_added_cb (GstElement *element,
              GstPad     *pad,
              File       *file)
{
  g_autoptr (GstCaps) caps = gst_pad_get_current_caps (pad);
  g_autoptr (GstPad) sink = gst_element_get_static_pad (file->sink, "sink");

  if (caps != NULL && wf_video_ear_takes (caps))
    wf_video_ear_connect (file->ear, GST_BIN (file->pipeline), pad, TRUE);
  else if (caps != NULL && g_str_has_prefix (gst_structure_get_name (gst_caps_get_structure (caps, 0)), "video/")
           && !gst_pad_is_linked (sink))
    gst_pad_link (pad, sink);
}

static GstBusSyncReply
bus_cb (GstBus     *bus,
        GstMessage *message,
        gpointer    data)
{
  File *file = data;

  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR)
    fail (file, _("This recording cannot be played."));
  else if (GST_MESSAGE_TYPE (message) & (GST_MESSAGE_EOS | GST_MESSAGE_ASYNC_DONE | GST_MESSAGE_STEP_DONE))
    {
      g_mutex_lock (&file->lock);
      file->settled = file->settled || GST_MESSAGE_TYPE (message) != GST_MESSAGE_EOS;
      file->ended = file->ended || GST_MESSAGE_TYPE (message) == GST_MESSAGE_EOS;
      wake (file);
      g_mutex_unlock (&file->lock);
    }

  gst_message_unref (message);
  return GST_BUS_DROP;
}

static File *
file_open (WfVideoPlayer *player,
           const char    *path)
{
  g_autoptr (GstElement) pipeline = gst_parse_launch ("filesrc name=in ! decodebin name=decode appsink name=out", NULL);
  GstAppSinkCallbacks callbacks = { .eos = eos_cb, .new_preroll = preroll_cb, .new_sample = sample_cb };

  if (pipeline == NULL)
    return NULL;

  g_autoptr (GstElement) input = gst_bin_get_by_name (GST_BIN (pipeline), "in");
  g_autoptr (GstElement) decode = gst_bin_get_by_name (GST_BIN (pipeline), "decode");
  g_autoptr (GstElement) sink = gst_bin_get_by_name (GST_BIN (pipeline), "out");
  g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);
  g_autoptr (GstCaps) caps = gst_caps_new_empty_simple ("video/x-raw");
  File *file = g_new0 (File, 1);

  g_atomic_ref_count_init (&file->refs);
  g_mutex_init (&file->lock);
  file->context = g_main_context_ref_thread_default ();
  file->pipeline = g_steal_pointer (&pipeline);
  file->sink = sink;
  file->scaler = wf_video_scaler_new ();
  file->ear = wf_video_sound_ref_ear (player->sound);
  file->player = player;
  g_object_set (input, "location", path, NULL);
  g_object_set (sink, "caps", caps, "max-buffers", 2, "enable-last-sample", FALSE, "wait-on-eos", FALSE, NULL);
  gst_app_sink_set_callbacks (GST_APP_SINK (sink), &callbacks, file, NULL);
  g_signal_connect (decode, "autoplug-continue", G_CALLBACK (is_to_be_decoded_cb), NULL);
  g_signal_connect (decode, "pad-added", G_CALLBACK (pad_added_cb), file);
  gst_bus_set_sync_handler (bus, bus_cb, file_ref (file), (GDestroyNotify) file_unref);
  gst_element_set_state (file->pipeline, GST_STATE_PAUSED);

  return file;
}

/* Its threads may have to be waited for. */
static void
end_cb (GstElement *pipeline,
        gpointer    data)
{
  g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);

  gst_element_set_state (pipeline, GST_STATE_NULL);
  gst_bus_set_sync_handler (bus, NULL, NULL, NULL);
}

static void
file_close (File *file)
{
  file->player = NULL;
  gst_element_call_async (file->pipeline, end_cb, file, (GDestroyNotify) file_unref);
}

/* --- player --- */

static void
seek_now (WfVideoPlayer *self,
          int64_t        position)
{
  GstSeekFlags flags = GST_SEEK_FLAG_FLUSH;

  if (self->rate > ALL_PICTURES_RATE && self->playing)
    flags |= GST_SEEK_FLAG_TRICKMODE | GST_SEEK_FLAG_TRICKMODE_KEY_UNITS | GST_SEEK_FLAG_KEY_UNIT;
  else
    flags |= GST_SEEK_FLAG_ACCURATE;

  self->wanted = -1;
  self->sought = MAX (position, 0);
  self->found = FALSE;
  self->dry = FALSE;
  self->stepped = FALSE;
  g_mutex_lock (&self->file->lock);
  self->file->dry = FALSE;
  g_mutex_unlock (&self->file->lock);
  self->seeking = gst_element_seek (self->file->pipeline, self->rate, GST_FORMAT_TIME, flags, GST_SEEK_TYPE_SET,
                                    MAX (position, 0) * (int64_t) GST_MSECOND, GST_SEEK_TYPE_NONE, 0);
}

static void
step_now (WfVideoPlayer *self,
          int            by)
{
  self->step = 0;
  if (by > 0)
    {
      self->stepped = TRUE;
      self->seeking = gst_element_send_event (self->file->sink, gst_event_new_step (GST_FORMAT_BUFFERS, 1, 1.0, TRUE, FALSE));
    }
  else
    seek_now (self, (int64_t) (self->time / GST_MSECOND) - (int64_t) (self->length / GST_MSECOND));
}

/* It has come to where it was sent; of a step this is said twice, and the second time may come when it has been sent on. */
static void
go_on (WfVideoPlayer *self)
{
  self->seeking = FALSE;
  if (self->wanted >= 0)
    seek_now (self, self->wanted);
  else if (self->step != 0)
    step_now (self, self->step);
  else if (self->dry && !self->found && !self->playing && !self->stepped && self->sought > 0)
    seek_now (self, self->sought - LOOK_BACK);
}

static void
wf_video_player_dispose (GObject *object)
{
  WfVideoPlayer *self = WF_VIDEO_PLAYER (object);

  g_clear_pointer (&self->file, file_close);
  g_clear_object (&self->paintable);
  g_clear_object (&self->sound);

  G_OBJECT_CLASS (wf_video_player_parent_class)->dispose (object);
}

static void
wf_video_player_finalize (GObject *object)
{
  WfVideoPlayer *self = WF_VIDEO_PLAYER (object);

  g_free (self->path);
  g_free (self->reason);

  G_OBJECT_CLASS (wf_video_player_parent_class)->finalize (object);
}

static void
wf_video_player_class_init (WfVideoPlayerClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = wf_video_player_dispose;
  G_OBJECT_CLASS (klass)->finalize = wf_video_player_finalize;

  /**
   * WfVideoPlayer::changed:
   *
   * Another picture is shown, or it has failed.
   */
  signals[CHANGED] = g_signal_new ("changed", WF_TYPE_VIDEO_PLAYER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);

  /**
   * WfVideoPlayer::ended:
   *
   * It has played to the end of the file, and has paused there.
   */
  signals[ENDED] = g_signal_new ("ended", WF_TYPE_VIDEO_PLAYER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
wf_video_player_init (WfVideoPlayer *self)
{
  self->paintable = wf_video_paintable_new ();
  self->sound = wf_video_sound_new ();
  self->rate = 1;
  self->wanted = -1;
  self->length = USUAL_LENGTH;
}

/**
 * wf_video_player_new:
 *
 * Returns: (transfer full): a player without a file
 */
WfVideoPlayer *
wf_video_player_new (void)
{
  return g_object_new (WF_TYPE_VIDEO_PLAYER, NULL);
}

/**
 * wf_video_player_open:
 * @self: a player
 * @path: a file
 * @position: where to begin, ms from its start
 *
 * Opens a file instead of the one before, which keeps its picture on the screen until the new one has one. Whether it plays, and
 * how fast, stays as it was.
 */
void
wf_video_player_open (WfVideoPlayer *self,
                      const char    *path,
                      int64_t        position)
{
  g_return_if_fail (WF_IS_VIDEO_PLAYER (self));
  g_return_if_fail (path != NULL);

  g_autoptr (GError) error = NULL;

  wf_video_player_close (self);
  self->path = g_strdup (path);
  if (wf_video_init (&error))
    self->file = file_open (self, path);
  if (self->file == NULL)
    {
      self->reason = g_strdup (error != NULL ? error->message : _("This recording cannot be played."));
      g_signal_emit (self, signals[CHANGED], 0);
      return;
    }

  /* It opens by itself; only then it can go elsewhere. */
  self->seeking = TRUE;
  self->wanted = MAX (position, 0);
  if (self->playing)
    gst_element_set_state (self->file->pipeline, GST_STATE_PLAYING);
}

/**
 * wf_video_player_close:
 * @self: a player
 *
 * Lets go of the file; its last picture stays.
 */
void
wf_video_player_close (WfVideoPlayer *self)
{
  g_return_if_fail (WF_IS_VIDEO_PLAYER (self));

  if (self->file != NULL)
    wf_video_sound_forget (self->sound);
  g_clear_pointer (&self->file, file_close);
  g_clear_pointer (&self->path, g_free);
  g_clear_pointer (&self->reason, g_free);
  self->seeking = FALSE;
  self->wanted = -1;
  self->step = 0;
  self->stepped = FALSE;
  self->time = 0;
}

/**
 * wf_video_player_get_path:
 * @self: a player
 *
 * Returns: (nullable): the file that is open
 */
const char *
wf_video_player_get_path (WfVideoPlayer *self)
{
  g_return_val_if_fail (WF_IS_VIDEO_PLAYER (self), NULL);

  return self->path;
}

/**
 * wf_video_player_set_playing:
 * @self: a player
 * @playing: whether it is to play rather than to stand
 */
void
wf_video_player_set_playing (WfVideoPlayer *self,
                             gboolean       playing)
{
  g_return_if_fail (WF_IS_VIDEO_PLAYER (self));

  if (self->playing == playing)
    return;

  self->playing = playing;
  if (self->file == NULL)
    return;

  gst_element_set_state (self->file->pipeline, playing ? GST_STATE_PLAYING : GST_STATE_PAUSED);
  /* Standing after key frames alone, it shows the very moment. */
  if (self->rate > ALL_PICTURES_RATE || (playing && self->stepped))
    wf_video_player_seek (self, wf_video_player_get_position (self));
}

/**
 * wf_video_player_set_rate:
 * @self: a player
 * @rate: how many times as fast as it was, 0.1 to 64; above 4 only key frames are shown
 */
void
wf_video_player_set_rate (WfVideoPlayer *self,
                          double         rate)
{
  g_return_if_fail (WF_IS_VIDEO_PLAYER (self));
  g_return_if_fail (rate >= 0.1 && rate <= 64);

  if (ABS (self->rate - rate) < 0.01)
    return;

  int64_t position = self->wanted >= 0 ? self->wanted : wf_video_player_get_position (self);
  self->rate = rate;
  wf_video_sound_set_silent (self->sound, ABS (rate - 1) >= 0.01);
  if (self->file != NULL)
    wf_video_player_seek (self, position);
}

/**
 * wf_video_player_seek:
 * @self: a player
 * @position: ms from the start of the file
 *
 * Goes there; of several calls while it is on its way, the last one counts.
 */
void
wf_video_player_seek (WfVideoPlayer *self,
                      int64_t        position)
{
  g_return_if_fail (WF_IS_VIDEO_PLAYER (self));

  if (self->file == NULL)
    return;

  if (self->seeking)
    self->wanted = MAX (position, 0);
  else
    seek_now (self, position);
}

/**
 * wf_video_player_step:
 * @self: a player
 * @by: 1 for the next picture, -1 for the one before
 *
 * Pauses, and shows another picture.
 */
void
wf_video_player_step (WfVideoPlayer *self,
                      int            by)
{
  g_return_if_fail (WF_IS_VIDEO_PLAYER (self));

  wf_video_player_set_playing (self, FALSE);
  if (self->file != NULL && self->seeking)
    self->step = by;
  else if (self->file != NULL)
    step_now (self, by);
}

/**
 * wf_video_player_get_position:
 * @self: a player
 *
 * Returns: of the picture that is shown, ms from the start of the file
 */
int64_t
wf_video_player_get_position (WfVideoPlayer *self)
{
  g_return_val_if_fail (WF_IS_VIDEO_PLAYER (self), 0);

  return (int64_t) (self->time / GST_MSECOND);
}

/**
 * wf_video_player_get_reason:
 * @self: a player
 *
 * Returns: (nullable): why the file cannot be played, a sentence
 */
const char *
wf_video_player_get_reason (WfVideoPlayer *self)
{
  g_return_val_if_fail (WF_IS_VIDEO_PLAYER (self), NULL);

  return self->reason;
}

/**
 * wf_video_player_get_sound:
 * @self: a player
 *
 * Returns: (transfer none): its sound, which is not heard until somebody wants to; the same object for the player's whole life
 */
WfVideoSound *
wf_video_player_get_sound (WfVideoPlayer *self)
{
  g_return_val_if_fail (WF_IS_VIDEO_PLAYER (self), NULL);

  return self->sound;
}

/**
 * wf_video_player_get_paintable:
 * @self: a player
 *
 * Returns: (transfer none): the picture; the same object for the player's whole life
 */
GdkPaintable *
wf_video_player_get_paintable (WfVideoPlayer *self)
{
  g_return_val_if_fail (WF_IS_VIDEO_PLAYER (self), NULL);

  return GDK_PAINTABLE (self->paintable);
}
