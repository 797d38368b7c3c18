/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-video"

#include "config.h"

#include "wf-video-pipeline.h"
#include "wf-video-chain.h"
#include "wf-video-clock.h"
#include "wf-video-init.h"
#include "wf-video-lag.h"
#include "wf-video-link.h"
#include "wf-video-pin.h"
#include "wf-video-reason.h"
#include "wf-video-scaler.h"
#include "wf-video-scheme.h"

#include <gst/app/gstappsink.h>
#include <gst/rtsp/rtsp.h>
#include <gst/sdp/sdp.h>
#include <malloc.h>
#include <string.h>

/* How long packets that came out of order are waited for, in ms. In order, they are passed on at once. */
#define JITTER_BUFFER 100

/* So many packets in a row begin a stream. Else the first would be held back for as long as JITTER_BUFFER says; within a
 * connection none can be out of order. */
#define START_PACKETS     1
#define START_PACKETS_UDP 5

/* So many pictures after a key frame was asked for it either comes or does not. */
#define ASK_FOR 12

/* What comes in single packets waits in this many bytes while a picture is decoded. */
#define CUSHION (4 * 1024 * 1024)

/* A recording's time that jumps by this much is a new beginning. */
#define PACE_JUMP (2 * GST_SECOND)

/* Without an answer of the server for this long, in µs, the attempt has failed. */
#define SERVER_PATIENCE (5 * G_USEC_PER_SEC)

/* Threads that open pipelines, of all links together, and that close them: apart, since an element that does not end must
 * not keep others from opening. */
#define MAX_OPENERS 4
#define MAX_CLOSERS 16

/* A picture of more than this many pixels is not shown, where its kind does not say the size before it is decoded. */
#define MAX_PIXELS (4096 * 3072)

/*
 * WfVideoPipeline:
 *
 * One attempt at one stream. Opening and closing happen in a thread of a small pool, packets and pictures are worked on
 * in GStreamer's own threads, and only a finished picture reaches the main context. It is closed once and for all: the
 * next attempt is a new one.
 */
struct _WfVideoPipeline
{
  gatomicrefcount refs;

  /* Set at the start, constant from then on. */
  char                 *uri;      /* (owned) */
  char                 *user;     /* (owned) (nullable) */
  char                 *password; /* (owned) (nullable) */
  gboolean              udp;
  WfVideoEar           *ear;      /* (owned) */
  WfVideoTap           *tap;      /* (owned) */
  GMainContext         *context;  /* (owned) */
  WfVideoPipelineFuncs  funcs;
  gpointer              user_data;

  int                   closed; /* (atomic) */

  GMutex                state_lock; /* held while it is opened or closed */
  GstElement           *element;    /* (owned) (nullable) under state_lock */
  WfVideoChain          chain;      /* constant once the element is there */

  WfVideoScaler        *scaler;   /* (owned) used by the streaming thread alone */
  WfVideoLag            lag;      /* the same */
  gboolean              paced;    /* set before the first picture */
  guint                 n_coded;  /* the same: coded pictures, until it is calm */
  gboolean              calm;     /* the same: no key frame is waited for any more */
  gboolean              anchored; /* the streaming thread's: a moment is known when a picture was due */
  GstClockTimeDiff      anchor;   /* the same */
  const char           *codec;    /* (atomic) (nullable) constant text */
  gboolean              is_rtp;   /* constant once the element is there */
  WfVideoGaps           gaps;     /* the thread's that reads the source */
  WfVideoClock         *clock;    /* (owned) has its own lock */

  GMutex                lock;
  gboolean              shown;          /* under lock */
  int                   wanted_width;   /* under lock */
  int                   wanted_height;  /* under lock */
  WfVideoFrame          pending;        /* under lock, for the main context */
  gboolean              has_error;      /* under lock */
  WfVideoReason         error;          /* under lock */
  char                 *detail;         /* (owned) (nullable) under lock */
  gboolean              waking;         /* under lock: the main context has been told */
  GstSample            *sample;         /* (owned) (nullable) under lock: the last picture, in full */
  int64_t               captured_at;    /* under lock: when that was taken */
  WfVideoCounts         counts;         /* under lock */
  int                   last_seq;       /* under lock, -1 before the first packet */
};

static int n_pipelines; /* (atomic) not finalized yet, for the tests */

static WfVideoPipeline *
pipeline_ref (WfVideoPipeline *self)
{
  g_atomic_ref_count_inc (&self->refs);
  return self;
}

static void
pipeline_unref (WfVideoPipeline *self)
{
  if (!g_atomic_ref_count_dec (&self->refs))
    return;

  g_assert (self->element == NULL);
  g_free (self->uri);
  g_free (self->user);
  g_free (self->password);
  wf_video_ear_unref (self->ear);
  wf_video_tap_unref (self->tap);
  g_main_context_unref (self->context);
  g_mutex_clear (&self->state_lock);
  wf_video_scaler_free (self->scaler);
  wf_video_clock_free (self->clock);
  g_mutex_clear (&self->lock);
  g_clear_pointer (&self->pending.pixels, g_bytes_unref);
  g_free (self->detail);
  g_clear_pointer (&self->sample, gst_sample_unref);
  g_free (self);

  g_atomic_int_add (&n_pipelines, -1);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WfVideoPipeline, pipeline_unref)

/* To the main context */

static gboolean
dispatch_cb (gpointer data)
{
  WfVideoPipeline *self = data;

  g_mutex_lock (&self->lock);
  WfVideoFrame frame = self->pending;
  gboolean has_error = self->has_error;
  WfVideoReason reason = self->error;
  g_autofree char *detail = g_steal_pointer (&self->detail);
  g_autoptr (GBytes) pixels = g_steal_pointer (&self->pending.pixels);
  self->has_error = FALSE;
  self->waking = FALSE;
  g_mutex_unlock (&self->lock);

  if (pixels != NULL && !g_atomic_int_get (&self->closed))
    self->funcs.frame (self, &frame, self->user_data);
  if (has_error && !g_atomic_int_get (&self->closed))
    self->funcs.error (self, reason, detail, self->user_data);

  return G_SOURCE_REMOVE;
}

/* Call with the lock held. One wake-up at a time: a busy main loop gets the newest picture only. */
static void
wake_main_context (WfVideoPipeline *self)
{
  if (self->waking)
    return;

  self->waking = TRUE;

  g_autoptr (GSource) source = g_idle_source_new ();
  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_static_name (source, "watchfire-video-frame");
  g_source_set_callback (source, dispatch_cb, pipeline_ref (self), (GDestroyNotify) pipeline_unref);
  g_source_attach (source, self->context);
}

static void
report_error (WfVideoPipeline *self,
              WfVideoReason    reason,
              const char      *detail)
{
  g_mutex_lock (&self->lock);

  /* The first error is the cause; what follows are its consequences. */
  if (!self->has_error)
    {
      self->has_error = TRUE;
      self->error = reason;
      g_free (self->detail);
      self->detail = g_strdup (detail);
      wake_main_context (self);
    }

  g_mutex_unlock (&self->lock);
}

static void
handle_error (WfVideoPipeline *self,
              GstMessage      *message)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *debug = NULL;

  gst_message_parse_error (message, &error, &debug);
  /* What GStreamer says beside holds the address, and with it the password. */
  g_autofree char *address = wf_video_address_dup_plain (self->uri);
  g_debug ("%s: %s: %s %d", address, GST_OBJECT_NAME (message->src), g_quark_to_string (error->domain), error->code);

  gboolean is_rtsp = g_str_has_prefix (GST_OBJECT_NAME (message->src), "rtspsrc");
  report_error (self, wf_video_reason_read (error, debug, is_rtsp), NULL);
}

/* Runs in whatever thread posts a message; a bus watch would need the main loop to be quick. */
static GstBusSyncReply
bus_cb (GstBus     *bus,
        GstMessage *message,
        gpointer    data)
{
  WfVideoPipeline *self = data;

  switch (GST_MESSAGE_TYPE (message))
    {
    case GST_MESSAGE_ERROR:
      handle_error (self, message);
      break;
    case GST_MESSAGE_EOS:
      report_error (self, g_str_has_prefix (self->uri, "file:") ? WF_VIDEO_REASON_FINISHED : WF_VIDEO_REASON_ENDED, NULL);
      break;
    default:
      break;
    }

  gst_message_unref (message);
  return GST_BUS_DROP;
}

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

  if (!g_atomic_int_get (&self->closed))
    wf_video_tap_take (self->tap, WF_VIDEO_TRACK_PICTURE, pad, buffer,
                       now - MAX (wf_video_clock_delay (self->clock, GST_BUFFER_PTS (buffer), now), 0));
}

/* On a machine that cannot keep up the delay must not grow: coded pictures are thrown away up to a key frame. Packets
 * are not, as rtspsrc's drop-on-latency would: each one that is missing spoils the picture until the next key frame. */
static GstPadProbeReturn
coded_cb (GstPad          *pad,
          GstPadProbeInfo *info,
          gpointer         data)
{
  WfVideoPipeline *self = data;
  GstBuffer *buffer = gst_pad_probe_info_get_buffer (info);
  gboolean is_key = !GST_BUFFER_FLAG_IS_SET (buffer, GST_BUFFER_FLAG_DELTA_UNIT);
  GstClockTimeDiff late;

  ask_for_key_frame (self, pad, is_key);
  keep_coded (self, pad, buffer);
  if (self->paced || !get_lateness (pad, buffer, &late))
    return GST_PAD_PROBE_OK;

  return wf_video_lag_skip (&self->lag, late, is_key, g_get_monotonic_time () / 1000) ? GST_PAD_PROBE_DROP : GST_PAD_PROBE_OK;
}

/* Of several sounds the first is kept, as it is heard. Where it comes in lists they are taken apart before us. */
static GstPadProbeReturn
sound_cb (GstPad          *pad,
          GstPadProbeInfo *info,
          gpointer         data)
{
  WfVideoPipeline *self = data;

  if (!g_atomic_int_get (&self->closed))
    wf_video_tap_take (self->tap, WF_VIDEO_TRACK_SOUND, pad, gst_pad_probe_info_get_buffer (info), g_get_real_time () / 1000);

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
      report_error (self, WF_VIDEO_REASON_TOO_LARGE, NULL);
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

static GstFlowReturn
new_sample_cb (GstAppSink *sink,
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
      wake_main_context (self);
    }

  g_mutex_unlock (&self->lock);

  g_clear_pointer (&last, gst_sample_unref);
  return GST_FLOW_OK;
}

/* Opening and closing, in a worker */

static gboolean
is_picture (GstCaps *caps)
{
  return g_strcmp0 (gst_structure_get_string (gst_caps_get_structure (caps, 0), "media"), "video") == 0;
}

/* The picture, and sound that can be heard; not what a camera says about movements, say. */
static gboolean
select_stream_cb (GstElement *source,
                  guint       number,
                  GstCaps    *caps,
                  gpointer    data)
{
  return is_picture (caps) || wf_video_chain_knows (caps);
}

static void
follow (WfVideoPipeline *self,
        GstPad          *pad)
{
  g_autoptr (GstCaps) caps = gst_pad_get_current_caps (pad);
  guint session;

  /* What is said of a link is said of its picture. */
  if (caps == NULL || is_picture (caps))
    {
      gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER | GST_PAD_PROBE_TYPE_BUFFER_LIST, packet_cb, self, NULL);
      if (sscanf (GST_PAD_NAME (pad), "recv_rtp_src_%u_", &session) == 1)
        wf_video_clock_set_session (self->clock, session);
    }
  wf_video_chain_follow (&self->chain, pad, NULL);
}

static void
pad_added_cb (GstElement *source,
              GstPad     *pad,
              gpointer    data)
{
  WfVideoPipeline *self = data;

  if (!g_atomic_int_get (&self->closed))
    follow (self, pad);
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

static void
paced_cb (gpointer data)
{
  WfVideoPipeline *self = data;

  if (self->paced)
    return;

  g_autoptr (GstPad) pad = gst_element_get_static_pad (self->chain.sink, "sink");

  self->paced = TRUE;
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER, pace_cb, self, NULL);
  g_object_set (self->chain.sink, "sync", TRUE, NULL);
}

static void
chain_failed_cb (WfVideoReason  reason,
                 const char    *detail,
                 gpointer       data)
{
  report_error (data, reason, detail);
}

static void
found_cb (const char *codec,
          gpointer    data)
{
  WfVideoPipeline *self = data;

  g_atomic_pointer_set (&self->codec, codec);
}

static const WfVideoChainFuncs chain_funcs = {
  .coded = coded_cb,
  .sound = sound_cb,
  .found = found_cb,
  .paced = paced_cb,
  .failed = chain_failed_cb,
};

static void
new_jitter_buffer_cb (GstElement *manager,
                      GstElement *buffer,
                      guint       session,
                      guint       source,
                      gpointer    data)
{
  WfVideoPipeline *self = data;

  g_object_set (buffer, "faststart-min-packets", self->udp ? START_PACKETS_UDP : START_PACKETS, NULL);
}

/* GStreamer asks for a key frame only those who say that they know how; most know it and do not say so. */
static void
sdp_cb (GstElement    *source,
        GstSDPMessage *sdp,
        gpointer       data)
{
  for (guint i = 0; i < gst_sdp_message_medias_len (sdp); i++)
    {
      GstSDPMedia *media = (GstSDPMedia *) gst_sdp_message_get_media (sdp, i);
      const char *format = gst_sdp_media_get_format (media, 0);

      if (g_strcmp0 (gst_sdp_media_get_media (media), "video") == 0 && format != NULL)
        {
          g_autofree char *value = g_strdup_printf ("%s nack pli", format);

          gst_sdp_media_add_attribute (media, "rtcp-fb", value);
        }
    }
}

static void
new_manager_cb (GstElement *source,
                GstElement *manager,
                gpointer    data)
{
  WfVideoPipeline *self = data;

  /* Neither waits for the other: a picture is shown when it is there, and sound soon after. */
  g_object_set (manager, "max-ts-offset", (gint64) 1, NULL);
  g_signal_connect (manager, "new-jitterbuffer", G_CALLBACK (new_jitter_buffer_cb), self);
  wf_video_clock_set_manager (self->clock, manager);
}

/* The system's authorities have refused it already: what is left is a fingerprint that a person put into the address. */
static gboolean
accept_certificate_cb (GstElement           *source,
                       GTlsConnection       *connection,
                       GTlsCertificate      *certificate,
                       GTlsCertificateFlags  errors,
                       gpointer              data)
{
  WfVideoPipeline *self = data;
  g_autofree char *fingerprint = wf_video_reason_dup_fingerprint (certificate);

  if (wf_video_pin_accepts (self->uri, fingerprint))
    return TRUE;

  report_error (self, WF_VIDEO_REASON_CERTIFICATE, fingerprint);
  return FALSE;
}

static void
set_up_rtsp (WfVideoPipeline *self,
             GstElement      *source)
{
  g_object_set (source,
                "protocols", self->udp ? GST_RTSP_LOWER_TRANS_UDP : GST_RTSP_LOWER_TRANS_TCP,
                "latency", JITTER_BUFFER,
                "tcp-timeout", (guint64) SERVER_PATIENCE,
                "timeout", (guint64) SERVER_PATIENCE,
                "user-agent", "Watchfire/" WF_VERSION,
                NULL);

  g_signal_connect (source, "select-stream", G_CALLBACK (select_stream_cb), NULL);
  g_signal_connect (source, "pad-added", G_CALLBACK (pad_added_cb), self);
  g_signal_connect (source, "on-sdp", G_CALLBACK (sdp_cb), NULL);
  g_signal_connect (source, "new-manager", G_CALLBACK (new_manager_cb), self);
  g_signal_connect (source, "accept-certificate", G_CALLBACK (accept_certificate_cb), self);
}

/* Pictures may come with rows of any length: without being told so, a decoder copies each one to make them short. */
static GstPadProbeReturn
allocation_cb (GstPad          *pad,
               GstPadProbeInfo *info,
               gpointer         data)
{
  GstQuery *query = gst_pad_probe_info_get_query (info);

  if (GST_QUERY_TYPE (query) != GST_QUERY_ALLOCATION)
    return GST_PAD_PROBE_OK;

  gst_query_add_allocation_meta (query, GST_VIDEO_META_API_TYPE, NULL);

  return GST_PAD_PROBE_HANDLED;
}

static void
set_up_sink (WfVideoPipeline *self,
             GstElement      *sink)
{
  GstAppSinkCallbacks callbacks = { .new_sample = new_sample_cb };
  g_autoptr (GstCaps) caps = gst_caps_new_empty_simple ("video/x-raw");

  /* Not synchronised: a picture is shown when it is there. Waiting for its time would only add delay. */
  gst_object_set_name (GST_OBJECT (sink), "screen");
  g_object_set (sink,
                "caps", caps,
                "sync", FALSE,
                "async", FALSE,
                "max-buffers", 1,
                "drop", TRUE,
                "enable-last-sample", FALSE,
                "wait-on-eos", FALSE,
                NULL);
  gst_app_sink_set_callbacks (GST_APP_SINK (sink), &callbacks, self, NULL);

  g_autoptr (GstPad) pad = gst_element_get_static_pad (sink, "sink");
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_QUERY_DOWNSTREAM, allocation_cb, NULL, NULL);
}

/* Not so many that a key frame that takes long to decode makes the kernel throw packets away. */
static GstElement *
make_cushion (GError **error)
{
  GstElement *queue = wf_video_chain_make ("queue", error);

  if (queue != NULL)
    g_object_set (queue, "max-size-bytes", CUSHION, "max-size-buffers", 0, "max-size-time", (guint64) 0,
                  "leaky", 2 /* the oldest */, NULL);

  return queue;
}

static void
refused_cb (const char *fingerprint,
            gpointer    data)
{
  report_error (data, WF_VIDEO_REASON_CERTIFICATE, fingerprint);
}

/* A source of one pad, which is there from the start. */
static gboolean
set_up_stream (WfVideoPipeline  *self,
               GstElement       *source,
               GError          **error)
{
  gboolean packets = g_str_has_prefix (self->uri, "udp:") || g_str_has_prefix (self->uri, "rtp:");
  GstElement *last = source;

  if (g_str_has_prefix (self->uri, "https:"))
    {
      g_autoptr (GTlsDatabase) trusted = wf_video_pin_new (self->uri, refused_cb, self);

      g_object_set (source, "tls-database", trusted, NULL);
    }

  if (packets)
    {
      last = make_cushion (error);
      if (last == NULL)
        return FALSE;
      gst_bin_add (self->chain.bin, last);
      gst_element_link (source, last);
    }

  g_autoptr (GstPad) first = gst_element_get_static_pad (source, "src");
  g_autoptr (GstPad) pad = gst_element_get_static_pad (last, "src");
  g_autoptr (GstCaps) caps = NULL;

  if (packets)
    g_object_get (source, "caps", &caps, NULL);

  gst_pad_add_probe (first, GST_PAD_PROBE_TYPE_BUFFER | GST_PAD_PROBE_TYPE_BUFFER_LIST, packet_cb, self, NULL);
  if (wf_video_scheme_find (self->uri)->paced)
    paced_cb (self);
  wf_video_chain_follow (&self->chain, pad, caps);

  return TRUE;
}

static GstElement *
build (WfVideoPipeline  *self,
       GError          **error)
{
  if (!wf_video_init (error))
    return NULL;

  GstElement *source = wf_video_scheme_make_source (self->uri, self->user, self->password, error);
  GstElement *sink = source != NULL ? wf_video_chain_make ("appsink", error) : NULL;

  if (sink == NULL)
    {
      if (source != NULL)
        gst_object_unref (gst_object_ref_sink (source));
      return NULL;
    }

  g_autoptr (GstElement) element = gst_object_ref_sink (gst_pipeline_new (NULL));
  g_autoptr (GstBus) bus = gst_element_get_bus (element);

  /* So that what reads playlists chooses among their streams by itself. */
  GST_OBJECT_FLAG_SET (element, GST_BIN_FLAG_STREAMS_AWARE);
  self->chain = (WfVideoChain) { GST_BIN (element), sink, self->ear, &chain_funcs, self,
                                 wf_video_pin_is_in (self->uri) };
  self->is_rtp = g_str_has_prefix (self->uri, "rt") && !g_str_has_prefix (self->uri, "rtmp");
  set_up_sink (self, sink);
  gst_bin_add_many (GST_BIN (element), source, sink, NULL);
  gst_bus_set_sync_handler (bus, bus_cb, self, NULL);

  if (g_str_has_prefix (self->uri, "rtsp"))
    set_up_rtsp (self, source);
  else if (!set_up_stream (self, source, error))
    return NULL;

  return g_steal_pointer (&element);
}

static void
open_in_worker (WfVideoPipeline *self)
{
  g_autoptr (GError) error = NULL;

  self->element = build (self, &error);

  if (self->element == NULL)
    report_error (self, g_error_matches (error, WF_VIDEO_ERROR, WF_VIDEO_ERROR_NO_PICTURE) ? WF_VIDEO_REASON_NOT_FOUND
                                                                                           : WF_VIDEO_REASON_CODEC,
                  error->message);
  else if (gst_element_set_state (self->element, GST_STATE_PLAYING) == GST_STATE_CHANGE_FAILURE)
    report_error (self, WF_VIDEO_REASON_LOST, NULL);
}

static void
close_in_worker (WfVideoPipeline *self)
{
  if (self->element == NULL)
    return;

  g_autoptr (GstBus) bus = gst_element_get_bus (self->element);

  gst_element_set_state (self->element, GST_STATE_NULL);
  gst_bus_set_sync_handler (bus, NULL, NULL, NULL);
  wf_video_clock_set_manager (self->clock, NULL);
  gst_clear_object (&self->element);
}

/* Each pipeline comes here twice, to be opened and to be closed, in this order or, when it was closed at once, in any. */
static void
work (gpointer data,
      gpointer user_data)
{
  WfVideoPipeline *self = data;

  g_mutex_lock (&self->state_lock);

  gboolean closed = g_atomic_int_get (&self->closed);
  if (closed)
    close_in_worker (self);
  else
    open_in_worker (self);

  g_mutex_unlock (&self->state_lock);
  pipeline_unref (self);

#ifdef __GLIBC__
  /* Its pictures are of no use to others, but to the system. */
  if (closed)
    malloc_trim (0);
#endif
}

static GThreadPool *
get_openers (void)
{
  static GThreadPool *openers;

  if (g_once_init_enter (&openers))
    g_once_init_leave (&openers, g_thread_pool_new (work, NULL, MAX_OPENERS, FALSE, NULL));

  return openers;
}

static GThreadPool *
get_closers (void)
{
  static GThreadPool *closers;

  if (g_once_init_enter (&closers))
    g_once_init_leave (&closers, g_thread_pool_new (work, NULL, MAX_CLOSERS, FALSE, NULL));

  return closers;
}

/*
 * wf_video_pipeline_open:
 * @uri: an address that wf_video_scheme_find() knows
 * @user: (nullable): for the server
 * @password: (nullable): for the server
 * @udp: with RTSP, take the pictures over UDP, not inside the connection
 * @ear: (transfer none): gets the sound
 * @tap: (transfer none): gets what comes before it is decoded
 * @funcs: whom to tell
 * @user_data: for @funcs
 *
 * Opens a stream. Returns at once; pictures and errors come in this thread's default main context.
 *
 * Returns: (transfer full): to be given to wf_video_pipeline_close()
 */
WfVideoPipeline *
wf_video_pipeline_open (const char                 *uri,
                        const char                 *user,
                        const char                 *password,
                        gboolean                    udp,
                        WfVideoEar                 *ear,
                        WfVideoTap                 *tap,
                        const WfVideoPipelineFuncs *funcs,
                        gpointer                    user_data)
{
  WfVideoPipeline *self = g_new0 (WfVideoPipeline, 1);

  g_atomic_int_inc (&n_pipelines);
  g_atomic_ref_count_init (&self->refs);
  self->uri = g_strdup (uri);
  self->user = g_strdup (user);
  self->password = g_strdup (password);
  self->udp = udp;
  self->ear = wf_video_ear_ref (ear);
  self->tap = wf_video_tap_ref (tap);
  self->context = g_main_context_ref_thread_default ();
  self->funcs = *funcs;
  self->user_data = user_data;
  g_mutex_init (&self->state_lock);
  g_mutex_init (&self->lock);
  self->scaler = wf_video_scaler_new ();
  self->clock = wf_video_clock_new ();
  self->last_seq = -1;

  g_thread_pool_push (get_openers (), pipeline_ref (self), NULL);

  return self;
}

/*
 * wf_video_pipeline_close:
 * @self: (transfer full): a pipeline
 *
 * Ends the stream. Nothing more is told from now on; sockets and threads go away behind the scenes.
 */
void
wf_video_pipeline_close (WfVideoPipeline *self)
{
  g_atomic_int_set (&self->closed, TRUE);
  g_thread_pool_push (get_closers (), self, NULL);
}

/*
 * wf_video_pipeline_set_wanted_size:
 * @self: a pipeline
 * @shown: whether anybody looks; else pictures are decoded, but not made for the screen
 * @width: of the largest place that shows it, in pixels of the screen; 0 for the stream's own
 * @height: of the same
 */
void
wf_video_pipeline_set_wanted_size (WfVideoPipeline *self,
                                   gboolean         shown,
                                   int              width,
                                   int              height)
{
  g_mutex_lock (&self->lock);
  self->shown = shown;
  self->wanted_width = width;
  self->wanted_height = height;
  g_mutex_unlock (&self->lock);
}

void
wf_video_pipeline_get_counts (WfVideoPipeline *self,
                              WfVideoCounts   *counts)
{
  g_mutex_lock (&self->lock);
  *counts = self->counts;
  g_mutex_unlock (&self->lock);
}

/*
 * wf_video_pipeline_dup_sample:
 * @self: a pipeline
 * @captured_at: (out): when it was taken, in ms since the epoch
 *
 * Returns: (transfer full) (nullable): the last picture in the stream's full size
 */
GstSample *
wf_video_pipeline_dup_sample (WfVideoPipeline *self,
                              int64_t         *captured_at)
{
  g_mutex_lock (&self->lock);
  GstSample *sample = self->sample != NULL ? gst_sample_ref (self->sample) : NULL;
  *captured_at = self->captured_at;
  g_mutex_unlock (&self->lock);

  return sample;
}

/*
 * wf_video_pipeline_count:
 *
 * Returns: how many pipelines still hold anything, closing ones too; for tests that look for leaks
 */
guint
wf_video_pipeline_count (void)
{
  return (guint) g_atomic_int_get (&n_pipelines);
}
