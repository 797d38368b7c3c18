/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-video"

#include "config.h"

#include "wf-video-writer.h"
#include "wf-video-chain.h"
#include "wf-video-init.h"

#include <fcntl.h>
#include <gio/gio.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <gst/app/gstappsrc.h>
#include <unistd.h>

/* What has been handed over and is not on the disk yet. A disk that is further behind has failed. */
#define MAX_BEHIND (64 * 1024 * 1024)

/* A stream whose own time runs away from ours by this much, in ms, is a new beginning. */
#define MAX_ASTRAY 30000

/* How long the end of a file may take, when the disk is slow. */
#define CLOSE_PATIENCE (10 * GST_SECOND)

/*
 * WfVideoWriter:
 *
 * One file of a recording: Matroska, which takes every kind of video and sound that a link brings, and of which everything
 * up to the last whole block can be read when its end was never written. Nothing is coded anew. Used by one thread.
 */
struct _WfVideoWriter
{
  char       *path;      /* (owned) */
  GstElement *pipeline;  /* (owned) */
  GstElement *inputs[WF_VIDEO_N_TRACKS]; /* owned by the pipeline, (nullable) */
  GstCaps    *caps[WF_VIDEO_N_TRACKS];   /* (owned) (nullable) */
  guint       opening;
  int64_t     start;     /* ms since the epoch */
  int64_t     arrived_at; /* of the first picture, monotonic ms */
  GstClockTime base;     /* the running time that is the file's zero */
  GstClockTime last;     /* of the pictures, from @base on */
  GstClockTime before;   /* of the picture that was put before */
  gboolean    sound_ended;
  int64_t     bytes;
  guint       n_pictures;
  guint       n_kept;    /* atomic: of them, those that have come to the muxer */
};

/* How what a decoder takes becomes what a file takes. */
static const struct
{
  const char *kind;
  const char *parse;
} parsers[] = {
  { "video/x-h264", "h264parse" },
  { "video/x-h265", "h265parse" },
  { "video/x-av1", "av1parse" },
  { "audio/mpeg, mpegversion=4", "aacparse" },
  { "audio/x-opus", "opusparse" },
};

static const char *
find_parser (GstCaps *caps)
{
  for (gsize i = 0; i < G_N_ELEMENTS (parsers); i++)
    {
      g_autoptr (GstCaps) kind = gst_caps_from_string (parsers[i].kind);

      if (gst_caps_can_intersect (kind, caps))
        return parsers[i].parse;
    }

  return NULL;
}

/* A parser leaves out what cannot be read as a picture: what is told of the file is what is in it. */
static GstPadProbeReturn
kept_cb (GstPad          *pad,
         GstPadProbeInfo *info,
         gpointer         data)
{
  WfVideoWriter *self = data;

  g_atomic_int_inc (&self->n_kept);

  return GST_PAD_PROBE_OK;
}

static gboolean
add_input (WfVideoWriter  *self,
           WfVideoTrack    track,
           GstCaps        *caps,
           GstElement     *mux,
           GError        **error)
{
  GstElement *input = wf_video_chain_make ("appsrc", error);
  const char *parser = find_parser (caps);
  GstElement *parse = NULL;

  if (input == NULL)
    return FALSE;

  gst_bin_add (GST_BIN (self->pipeline), input);
  g_object_set (input, "caps", caps, "format", GST_FORMAT_TIME, "max-bytes", (guint64) 0, NULL);
  if (parser != NULL)
    {
      parse = wf_video_chain_make (parser, error);
      if (parse == NULL)
        return FALSE;
      gst_bin_add (GST_BIN (self->pipeline), parse);
    }

  /* What has no parser in front could be anything to the muxer: it is told which kind of track it is. */
  if ((parse != NULL && !gst_element_link (input, parse))
      || !gst_element_link_pads (parse != NULL ? parse : input, "src", mux,
                                 track == WF_VIDEO_TRACK_SOUND ? "audio_%u" : "video_%u"))
    {
      g_set_error (error, WF_VIDEO_ERROR, WF_VIDEO_ERROR_PLUGIN_MISSING, _("Video of this kind cannot be recorded."));
      return FALSE;
    }

  if (track == WF_VIDEO_TRACK_PICTURE)
    {
      g_autoptr (GstPad) last = gst_element_get_static_pad (parse != NULL ? parse : input, "src");

      gst_pad_add_probe (last, GST_PAD_PROBE_TYPE_BUFFER, kept_cb, self, NULL);
    }
  self->inputs[track] = input;
  self->caps[track] = gst_caps_ref (caps);

  return TRUE;
}

static GstClockTime
get_first_time (GstBuffer *buffer)
{
  GstClockTime pts = GST_BUFFER_PTS (buffer);
  GstClockTime dts = GST_BUFFER_DTS (buffer);

  if (!GST_CLOCK_TIME_IS_VALID (pts))
    return dts;

  return GST_CLOCK_TIME_IS_VALID (dts) ? MIN (pts, dts) : pts;
}

static gboolean
build (WfVideoWriter  *self,
       WfVideoPacket  *first,
       GstCaps        *sound,
       GError        **error)
{
  GstElement *mux = wf_video_chain_make ("matroskamux", error);
  GstElement *sink = mux != NULL ? wf_video_chain_make ("filesink", error) : NULL;
  g_autoptr (GDateTime) created = g_date_time_new_from_unix_utc (self->start / 1000);

  self->pipeline = gst_object_ref_sink (gst_pipeline_new (NULL));
  if (mux != NULL)
    gst_bin_add (GST_BIN (self->pipeline), mux);
  if (sink == NULL)
    return FALSE;

  gst_bin_add (GST_BIN (self->pipeline), sink);
  /* Within a cluster times are 16 bits of milliseconds, which the muxer's own limit does not heed. */
  g_object_set (mux, "writing-app", "Watchfire " WF_VERSION, "creation-time", created,
                "max-cluster-duration", (gint64) (10 * GST_SECOND), NULL);
  /* What has been written must not be lost with the process. */
  g_object_set (sink, "location", self->path, "async", FALSE, NULL);
  gst_util_set_object_arg (G_OBJECT (sink), "buffer-mode", "unbuffered");

  return gst_element_link (mux, sink)
         && add_input (self, WF_VIDEO_TRACK_PICTURE, first->caps, mux, error)
         && (sound == NULL || add_input (self, WF_VIDEO_TRACK_SOUND, sound, mux, error));
}

static gboolean
check (WfVideoWriter  *self,
       GError        **error)
{
  g_autoptr (GstBus) bus = gst_element_get_bus (self->pipeline);
  g_autoptr (GstMessage) message = gst_bus_pop_filtered (bus, GST_MESSAGE_ERROR);
  g_autoptr (GError) failure = NULL;

  if (message == NULL)
    return TRUE;

  gst_message_parse_error (message, &failure, NULL);
  if (g_error_matches (failure, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_NO_SPACE_LEFT))
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_NO_SPACE, _("The disk is full. What has been recorded so far is kept."));
  else if (failure->domain == GST_RESOURCE_ERROR)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, _("The recording cannot be written: %s"), failure->message);
  else
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, _("This video cannot be recorded: %s"), failure->message);

  return FALSE;
}

/*
 * wf_video_writer_open:
 * @path: a file that is not there yet
 * @first: the key frame that it begins with; it is to be put as well
 * @sound: (nullable): what kind of sound there is
 * @error: return location for what is missing
 *
 * Returns: (transfer full) (nullable): a file that is being written
 */
WfVideoWriter *
wf_video_writer_open (const char     *path,
                      WfVideoPacket  *first,
                      GstCaps        *sound,
                      GError        **error)
{
  g_autoptr (WfVideoWriter) self = g_new0 (WfVideoWriter, 1);

  self->path = g_strdup (path);
  self->opening = first->opening;
  self->start = first->captured_at;
  self->arrived_at = first->arrived_at;
  self->base = get_first_time (first->buffer);

  if (!build (self, first, sound, error))
    return NULL;

  if (gst_element_set_state (self->pipeline, GST_STATE_PLAYING) == GST_STATE_CHANGE_FAILURE)
    {
      if (check (self, error))
        g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, _("“%s” cannot be written."), path);
      return NULL;
    }

  return g_steal_pointer (&self);
}

static GstClockTime
shift (WfVideoWriter *self,
       GstClockTime   time)
{
  if (!GST_CLOCK_TIME_IS_VALID (time))
    return GST_CLOCK_TIME_NONE;

  return time > self->base ? time - self->base : 0;
}

/* A track that has fallen silent must not hold the other back. */
static void
end_silent_sound (WfVideoWriter *self)
{
  if (self->inputs[WF_VIDEO_TRACK_SOUND] == NULL || self->sound_ended
      || gst_app_src_get_current_level_time (GST_APP_SRC (self->inputs[WF_VIDEO_TRACK_PICTURE])) < 4 * GST_SECOND)
    return;

  self->sound_ended = TRUE;
  gst_app_src_end_of_stream (GST_APP_SRC (self->inputs[WF_VIDEO_TRACK_SOUND]));
}

/*
 * wf_video_writer_put:
 * @self: a file
 * @packet: (transfer none): what comes next
 * @error: return location for why the file cannot go on
 *
 * Returns: whether it goes on
 */
gboolean
wf_video_writer_put (WfVideoWriter  *self,
                     WfVideoPacket  *packet,
                     GError        **error)
{
  GstElement *input = self->inputs[packet->track];

  if (input == NULL || (packet->track == WF_VIDEO_TRACK_SOUND && self->sound_ended))
    return TRUE;

  GstClockTime time = shift (self, GST_BUFFER_PTS (packet->buffer));
  GstBuffer *buffer = gst_buffer_copy (packet->buffer);

  GST_BUFFER_PTS (buffer) = time;
  GST_BUFFER_DTS (buffer) = shift (self, GST_BUFFER_DTS (packet->buffer));
  self->bytes += (int64_t) packet->size;
  if (packet->track == WF_VIDEO_TRACK_PICTURE)
    {
      /* Pictures that came in one heap have the same time at a busy moment. A parser takes the second time for a mere repetition
       * and leaves it away, and what has no time is left out of the file. */
      if (GST_CLOCK_TIME_IS_VALID (time) && self->n_pictures > 0 && time == self->before)
        GST_BUFFER_PTS (buffer) = time += GST_MSECOND;
      self->before = time;
      self->n_pictures++;
      if (GST_CLOCK_TIME_IS_VALID (time))
        self->last = MAX (self->last, time);
    }
  gst_app_src_push_buffer (GST_APP_SRC (input), buffer);
  end_silent_sound (self);

  if (gst_app_src_get_current_level_bytes (GST_APP_SRC (input)) > MAX_BEHIND)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED,
                   _("The disk is too slow for this recording. What has been recorded so far is kept."));
      return FALSE;
    }

  return check (self, error);
}

/* Senders restart their clocks, and some never had one. */
static gboolean
is_astray (WfVideoWriter *self,
           WfVideoPacket *packet)
{
  GstClockTime time = get_first_time (packet->buffer);
  int64_t own = packet->arrived_at - self->arrived_at;
  int64_t theirs = (int64_t) (time / GST_MSECOND) - (int64_t) (self->base / GST_MSECOND);

  return ABS (theirs - own) > MAX_ASTRAY;
}

/*
 * wf_video_writer_fits:
 * @self: a file
 * @packet: what comes next
 *
 * Returns: whether it can go into this file: its time goes on from what is there, and it is of the same kind
 */
gboolean
wf_video_writer_fits (WfVideoWriter *self,
                      WfVideoPacket *packet)
{
  return packet->opening == self->opening && !is_astray (self, packet)
         && self->caps[packet->track] != NULL && gst_caps_is_equal (packet->caps, self->caps[packet->track]);
}

/*
 * wf_video_writer_has_sound:
 * @self: a file
 * @sound: (nullable): the sound that there is
 *
 * Returns: whether the file takes it
 */
gboolean
wf_video_writer_has_sound (WfVideoWriter *self,
                           GstCaps       *sound)
{
  GstCaps *own = self->caps[WF_VIDEO_TRACK_SOUND];

  if (sound == NULL)
    return TRUE;

  return own != NULL && !self->sound_ended && gst_caps_is_equal (own, sound);
}

const char *
wf_video_writer_get_path (WfVideoWriter *self)
{
  return self->path;
}

int64_t
wf_video_writer_get_start (WfVideoWriter *self)
{
  return self->start;
}

/*
 * wf_video_writer_get_duration:
 * @self: a file
 *
 * Returns: how long it is, in ms; the last picture counts for as long as the others did on average
 */
int64_t
wf_video_writer_get_duration (WfVideoWriter *self)
{
  GstClockTime each = self->n_pictures > 1 ? self->last / (self->n_pictures - 1) : 0;

  return (int64_t) ((self->last + each) / GST_MSECOND);
}

int64_t
wf_video_writer_get_bytes (WfVideoWriter *self)
{
  return self->bytes;
}

/*
 * wf_video_writer_get_pictures:
 * @self: a file that has been closed
 *
 * Returns: how many pictures are in it
 */
guint
wf_video_writer_get_pictures (WfVideoWriter *self)
{
  return (guint) g_atomic_int_get (&self->n_kept);
}

/*
 * wf_video_writer_sync:
 * @self: a file
 *
 * What has been written is on the disk when this returns, and survives the machine as well.
 */
void
wf_video_writer_sync (WfVideoWriter *self)
{
  int fd = g_open (self->path, O_RDONLY | O_CLOEXEC, 0);

  if (fd >= 0)
    {
      fdatasync (fd);
      close (fd);
    }
}

/*
 * wf_video_writer_close:
 * @self: a file
 * @error: return location for why it has no proper end
 *
 * Writes the index and the end. A file where this failed can be read all the same.
 *
 * Returns: whether it is complete
 */
gboolean
wf_video_writer_close (WfVideoWriter  *self,
                       GError        **error)
{
  g_autoptr (GstBus) bus = gst_element_get_bus (self->pipeline);

  for (guint i = 0; i < WF_VIDEO_N_TRACKS; i++)
    if (self->inputs[i] != NULL)
      gst_app_src_end_of_stream (GST_APP_SRC (self->inputs[i]));

  g_autoptr (GstMessage) message = gst_bus_timed_pop_filtered (bus, CLOSE_PATIENCE, GST_MESSAGE_EOS | GST_MESSAGE_ERROR);
  gboolean complete = message != NULL && GST_MESSAGE_TYPE (message) == GST_MESSAGE_EOS;

  if (message != NULL && !complete)
    {
      gst_bus_post (bus, g_steal_pointer (&message));
      check (self, error);
    }
  else if (!complete)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT, _("The disk does not take the end of the recording."));

  gst_element_set_state (self->pipeline, GST_STATE_NULL);
  wf_video_writer_sync (self);

  return complete;
}

/*
 * wf_video_writer_free:
 * @self: (transfer full): a file
 */
void
wf_video_writer_free (WfVideoWriter *self)
{
  if (self->pipeline != NULL)
    {
      gst_element_set_state (self->pipeline, GST_STATE_NULL);
      gst_object_unref (self->pipeline);
    }
  for (guint i = 0; i < WF_VIDEO_N_TRACKS; i++)
    gst_clear_caps (&self->caps[i]);
  g_free (self->path);
  g_free (self);
}
