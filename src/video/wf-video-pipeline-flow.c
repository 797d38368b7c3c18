/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-video"

#include "config.h"

#include "wf-video-pipeline-private.h"
#include "wf-video-stamp.h"

/* So many pictures after a key frame was asked for it either comes or does not. */
#define ASK_FOR 12

/* A recording's time that jumps by this much is a new beginning. */
#define PACE_JUMP (2 * GST_SECOND)

/* A picture of more than this many pixels is not shown, where its kind does not say the size before it is decoded. */
#define MAX_PIXELS (4096 * 3072)

/* What flows through a pipeline, in GStreamer's threads: packets, coded pictures, pictures. Opening and closing are in
 * wf-video-pipeline.c. */

/* Packets */

static void
count_rtp_packet (WfVideoPipeline *self,
                  GstBuffer       *buffer)
{
  guint8 header[8];
  gsize size = gst_buffer_get_size (buffer);

  if (gst_buffer_extract (buffer, 0, header, sizeof header) < sizeof header)
    return;

  int seq = GST_READ_UINT16_BE (header + 2);
  wf_video_clock_packet (self->clock, GST_READ_UINT32_BE (header + 4), GST_BUFFER_PTS (buffer));

  g_mutex_lock (&self->lock);

  self->counts.bytes += size;
  self->counts.packets++;

  if (self->last_seq >= 0)
    {
      guint gap = (guint) (seq - self->last_seq) & 0xffff;

      /* More than a few hundred at once is a sender that began anew, not a loss. */
      if (gap > 1 && gap < 1000)
        self->counts.lost += gap - 1;
    }
  self->last_seq = seq;

  g_mutex_unlock (&self->lock);
}

static void
count_packet (WfVideoPipeline *self,
              GstBuffer       *buffer)
{
  if (self->is_rtp)
    {
      count_rtp_packet (self, buffer);
      return;
    }

  guint gaps = wf_video_gaps_count (&self->gaps, buffer);

  g_mutex_lock (&self->lock);
  self->counts.bytes += gst_buffer_get_size (buffer);
  self->counts.packets += MAX (gst_buffer_get_size (buffer) / WF_VIDEO_GAPS_PACKET, 1);
  self->counts.lost += gaps;
  g_mutex_unlock (&self->lock);
}

static gboolean
count_listed_cb (GstBuffer **buffer,
                 guint       index,
                 gpointer    data)
{
  count_packet (data, *buffer);
  return TRUE;
}

static GstPadProbeReturn
packet_cb (GstPad          *pad,
           GstPadProbeInfo *info,
           gpointer         data)
{
  if (info->type & GST_PAD_PROBE_TYPE_BUFFER_LIST)
    gst_buffer_list_foreach (gst_pad_probe_info_get_buffer_list (info), count_listed_cb, data);
  else
    count_packet (data, gst_pad_probe_info_get_buffer (info));

  return GST_PAD_PROBE_OK;
}

/*
 * wf_video_pipeline_watch:
 * @self: a pipeline
 * @pad: where packets of the picture come out
 *
 * Counts what comes there.
 */
void
wf_video_pipeline_watch (WfVideoPipeline *self,
                         GstPad          *pad)
{
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER | GST_PAD_PROBE_TYPE_BUFFER_LIST, packet_cb, self, NULL);
}

/* Pictures */

static gboolean
get_lateness (GstPad           *pad,
              GstBuffer        *buffer,
              GstClockTimeDiff *late)
{
  g_autoptr (GstElement) element = gst_pad_get_parent_element (pad);
  g_autoptr (GstEvent) event = gst_pad_get_sticky_event (pad, GST_EVENT_SEGMENT, 0);
  const GstSegment *segment = NULL;

  if (element == NULL || event == NULL || !GST_BUFFER_PTS_IS_VALID (buffer))
    return FALSE;

  gst_event_parse_segment (event, &segment);
  GstClockTime due = gst_segment_to_running_time (segment, GST_FORMAT_TIME, GST_BUFFER_PTS (buffer));
  GstClockTime now = gst_element_get_current_running_time (element);

  if (!GST_CLOCK_TIME_IS_VALID (due) || !GST_CLOCK_TIME_IS_VALID (now))
    return FALSE;

  *late = GST_CLOCK_DIFF (due, now);
  return TRUE;
}

/* Who comes while others watch comes between two key frames. The sender is asked for one once, by an RTCP picture loss
 * indication (RFC 4585, 6.3.1); one that does not know it leaves it alone, and a key frame comes when it comes. */
static void
ask_for_key_frame (WfVideoPipeline *self,
                   GstPad          *pad,
                   gboolean         is_key)
{
  if (self->calm || !self->is_rtp)
    return;

  if (self->n_coded == 0 && !is_key)
    gst_pad_push_event (pad, gst_video_event_new_upstream_force_key_unit (GST_CLOCK_TIME_NONE, FALSE, 0));

  self->n_coded++;
  if (is_key || self->n_coded > ASK_FOR)
    {
      self->calm = TRUE;
      wf_video_clock_calm_down (self->clock);
    }
}

/* What is recorded is what came, also where this machine cannot show all of it. */
static void
keep_coded (WfVideoPipeline *self,
            GstPad          *pad,
            GstBuffer       *buffer)
{
  int64_t now = g_get_real_time () / 1000;

  int delay = wf_video_clock_delay (self->clock, GST_BUFFER_PTS (buffer), now);

  if (!g_atomic_int_get (&self->closed))
    wf_video_tap_take (self->tap, WF_VIDEO_TRACK_PICTURE, pad, buffer, now - MAX (delay, 0), delay >= 0);
}

/* Not of what lies on this computer, nor of what comes as it is taken. */
static gboolean
is_old (WfVideoPipeline *self,
        GstBuffer       *buffer,
        gboolean         is_key)
{
  if (!self->paced || g_str_has_prefix (self->uri, "file:") || !wf_video_seen_skip (self->seen, buffer, is_key))
    return FALSE;

  g_mutex_lock (&self->lock);
  self->counts.old++;
  g_mutex_unlock (&self->lock);

  return TRUE;
}

/*
 * wf_video_pipeline_coded_cb:
 * @pad: where coded pictures pass
 * @info: one of them
 * @data: the pipeline
 *
 * On a machine that cannot keep up the delay must not grow: coded pictures are thrown away up to a key frame. Packets
 * are not, as rtspsrc's drop-on-latency would: each one that is missing spoils the picture until the next key frame.
 *
 * Returns: whether it goes on
 */
GstPadProbeReturn
wf_video_pipeline_coded_cb (GstPad          *pad,
                            GstPadProbeInfo *info,
                            gpointer         data)
{
  WfVideoPipeline *self = data;
  GstBuffer *buffer = gst_pad_probe_info_get_buffer (info);
  gboolean is_key = !GST_BUFFER_FLAG_IS_SET (buffer, GST_BUFFER_FLAG_DELTA_UNIT);
  GstClockTimeDiff late;

  int64_t taken_at = wf_video_stamp_read (buffer);

  ask_for_key_frame (self, pad, is_key);
  if (taken_at != 0)
    wf_video_clock_stamp (self->clock, taken_at, GST_BUFFER_PTS (buffer));
  wf_video_clock_picture (self->clock, GST_BUFFER_PTS (buffer), GST_BUFFER_FLAG_IS_SET (buffer, GST_BUFFER_FLAG_DISCONT));
  if (is_old (self, buffer, is_key))
    return GST_PAD_PROBE_DROP;

  keep_coded (self, pad, buffer);
  if (self->paced || !get_lateness (pad, buffer, &late))
    return GST_PAD_PROBE_OK;

  return wf_video_lag_skip (&self->lag, late, is_key, g_get_monotonic_time () / 1000) ? GST_PAD_PROBE_DROP : GST_PAD_PROBE_OK;
}

/*
 * wf_video_pipeline_sound_cb:
 * @pad: where coded sound passes
 * @info: a piece of it
 * @data: the pipeline
 *
 * Of several sounds the first is kept, as it is heard. Where it comes in lists they are taken apart before us.
 *
 * Returns: that it goes on
 */
GstPadProbeReturn
wf_video_pipeline_sound_cb (GstPad          *pad,
                            GstPadProbeInfo *info,
                            gpointer         data)
{
  WfVideoPipeline *self = data;

  if (!g_atomic_int_get (&self->closed))
    wf_video_tap_take (self->tap, WF_VIDEO_TRACK_SOUND, pad, gst_pad_probe_info_get_buffer (info), g_get_real_time () / 1000,
                       FALSE);

  return GST_PAD_PROBE_OK;
}

static void
get_display_size (const GstVideoInfo *info,
                  int                *width,
                  int                *height)
{
  *width = info->width;
  *height = info->height;

  if (info->par_n > 0 && info->par_d > 0)
    *width = (int) gst_util_uint64_scale_int ((guint64) info->width, info->par_n, info->par_d);
}

/* Makes the picture that is shown, when anybody looks at all. */
static GBytes *
make_pixels (WfVideoPipeline *self,
             GstSample       *sample,
             WfVideoFrame    *frame)
{
  GstVideoInfo info;
  GstVideoFrame decoded;
  GstCaps *caps = gst_sample_get_caps (sample);

  if (caps == NULL || !gst_video_info_from_caps (&info, caps))
    return NULL;

  get_display_size (&info, &frame->stream_width, &frame->stream_height);
  if (frame->stream_width < 2 || frame->stream_height < 2
      || (int64_t) frame->stream_width * frame->stream_height > MAX_PIXELS)
    {
      wf_video_pipeline_report (self, WF_VIDEO_REASON_TOO_LARGE, NULL);
      return NULL;
    }

  g_mutex_lock (&self->lock);
  gboolean shown = self->shown;
  int wanted_width = self->wanted_width;
  int wanted_height = self->wanted_height;
  g_mutex_unlock (&self->lock);

  if (!shown)
    return NULL;

  wf_video_scaler_fit (frame->stream_width, frame->stream_height, wanted_width, wanted_height,
                       &frame->width, &frame->height);

  if (!gst_video_frame_map (&decoded, &info, gst_sample_get_buffer (sample), GST_MAP_READ))
    return NULL;

  GBytes *pixels = wf_video_scaler_run (self->scaler, &decoded, frame->width, frame->height);
  gst_video_frame_unmap (&decoded);

  return pixels;
}

/*
 * wf_video_pipeline_sample_cb:
 * @sink: where decoded pictures come out
 * @data: the pipeline
 *
 * Makes of the newest one what the screen wants, if anybody looks.
 *
 * Returns: whether to go on
 */
GstFlowReturn
wf_video_pipeline_sample_cb (GstAppSink *sink,
                             gpointer    data)
{
  WfVideoPipeline *self = data;
  WfVideoFrame frame = { 0 };
  GstSample *sample = gst_app_sink_pull_sample (sink);

  if (sample == NULL)
    return GST_FLOW_EOS;

  if (g_atomic_int_get (&self->closed))
    {
      gst_sample_unref (sample);
      return GST_FLOW_FLUSHING;
    }

  frame.pixels = make_pixels (self, sample, &frame);
  frame.arrived_at = g_get_monotonic_time () / 1000;
  frame.captured_at = g_get_real_time () / 1000;
  frame.delay = wf_video_clock_delay (self->clock, GST_BUFFER_PTS (gst_sample_get_buffer (sample)), frame.captured_at);
  frame.captured_at -= MAX (frame.delay, 0);
  frame.codec = g_atomic_pointer_get (&self->codec);

  g_mutex_lock (&self->lock);

  GstSample *last = self->sample;
  g_autoptr (GBytes) overtaken = NULL;
  self->sample = sample;
  self->captured_at = frame.captured_at;
  self->counts.frames++;

  if (frame.pixels != NULL)
    {
      overtaken = self->pending.pixels;
      self->pending = frame;
      wf_video_pipeline_wake (self);
    }

  g_mutex_unlock (&self->lock);

  g_clear_pointer (&last, gst_sample_unref);
  return GST_FLOW_OK;
}

/* Recordings and playlists are shown at their pace: the first picture at once, the others when their time has come. Where
 * one is late by more than a moment, as after a gap, the count begins anew. */
static GstPadProbeReturn
pace_cb (GstPad          *pad,
         GstPadProbeInfo *info,
         gpointer         data)
{
  WfVideoPipeline *self = data;
  GstBuffer *buffer = gst_pad_probe_info_get_buffer (info);
  GstClockTimeDiff late;

  if (get_lateness (pad, buffer, &late) && (!self->anchored || ABS (late - self->anchor) > (GstClockTimeDiff) PACE_JUMP))
    {
      self->anchored = TRUE;
      self->anchor = late;
      g_object_set (self->chain.sink, "ts-offset", (gint64) late, NULL);
    }

  return GST_PAD_PROBE_OK;
}

/*
 * wf_video_pipeline_set_paced:
 * @data: the pipeline
 *
 * From now on pictures come faster than they are to be seen.
 */
void
wf_video_pipeline_set_paced (gpointer data)
{
  WfVideoPipeline *self = data;

  if (self->paced)
    return;

  g_autoptr (GstPad) pad = gst_element_get_static_pad (self->chain.sink, "sink");

  self->paced = TRUE;
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER, pace_cb, self, NULL);
  g_object_set (self->chain.sink, "sync", TRUE, NULL);
}
