/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-video"

#include "config.h"

#include "wf-video-pipeline-private.h"
#include "wf-video-init.h"
#include "wf-video-link.h"
#include "wf-video-pin.h"
#include "wf-video-reason.h"
#include "wf-video-scheme.h"

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

/* What comes in single packets waits in this many bytes while a picture is decoded. */
#define CUSHION (4 * 1024 * 1024)

/* Without an answer of the server for this long, in µs, the attempt has failed. */
#define SERVER_PATIENCE (5 * G_USEC_PER_SEC)

/* Threads that open pipelines, of all links together, and that close them: apart, since an element that does not end must
 * not keep others from opening. */
#define MAX_OPENERS 4
#define MAX_CLOSERS 16

/*
 * WfVideoPipeline:
 *
 * One attempt at one stream. Opening and closing happen in a thread of a small pool, packets and pictures are worked on
 * in GStreamer's own threads, and only a finished picture reaches the main context. It is closed once and for all: the
 * next attempt is a new one.
 */

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
  wf_video_seen_unref (self->seen);
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

/*
 * wf_video_pipeline_wake:
 * @self: a pipeline, with the lock held
 *
 * Has the main context take what waits for it. One wake-up at a time: a busy main loop gets the newest picture only.
 */
void
wf_video_pipeline_wake (WfVideoPipeline *self)
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

/*
 * wf_video_pipeline_report:
 * @self: a pipeline
 * @reason: what went wrong
 * @detail: (nullable): a sentence
 *
 * Tells the main context why there is no picture. May be called in any thread.
 */
void
wf_video_pipeline_report (WfVideoPipeline *self,
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
      wf_video_pipeline_wake (self);
    }

  g_mutex_unlock (&self->lock);
}

/* Whether a decoder that is a piece of hardware, or of its driver, says so. */
static gboolean
is_hardware (GstObject *source)
{
  GstElementFactory *factory = GST_IS_ELEMENT (source) ? gst_element_get_factory (GST_ELEMENT (source)) : NULL;

  return factory != NULL && gst_element_factory_list_is_type (factory, GST_ELEMENT_FACTORY_TYPE_DECODER)
         && gst_element_factory_list_is_type (factory, GST_ELEMENT_FACTORY_TYPE_HARDWARE);
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

  if (is_hardware (message->src))
    {
      wf_video_pipeline_report (self, WF_VIDEO_REASON_HARDWARE, NULL);
      return;
    }

  gboolean is_rtsp = g_str_has_prefix (GST_OBJECT_NAME (message->src), "rtspsrc");
  wf_video_pipeline_report (self, wf_video_reason_read (error, debug, is_rtsp), NULL);
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
      wf_video_pipeline_report (self,
                                g_str_has_prefix (self->uri, "file:") ? WF_VIDEO_REASON_FINISHED : WF_VIDEO_REASON_ENDED, NULL);
      break;
    default:
      break;
    }

  gst_message_unref (message);
  return GST_BUS_DROP;
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
      wf_video_pipeline_watch (self, pad);
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

static void
chain_failed_cb (WfVideoReason  reason,
                 const char    *detail,
                 gpointer       data)
{
  wf_video_pipeline_report (data, reason, detail);
}

static void
found_cb (const char *codec,
          gpointer    data)
{
  WfVideoPipeline *self = data;

  g_atomic_pointer_set (&self->codec, codec);
}

static void
dated_cb (int64_t  taken_at,
          gpointer data)
{
  WfVideoPipeline *self = data;

  wf_video_clock_begin (self->clock, taken_at);
}

static const WfVideoChainFuncs chain_funcs = {
  .coded = wf_video_pipeline_coded_cb,
  .sound = wf_video_pipeline_sound_cb,
  .found = found_cb,
  .dated = dated_cb,
  .paced = wf_video_pipeline_set_paced,
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

  wf_video_pipeline_report (self, WF_VIDEO_REASON_CERTIFICATE, fingerprint);
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
  GstAppSinkCallbacks callbacks = { .new_sample = wf_video_pipeline_sample_cb };
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
  wf_video_pipeline_report (data, WF_VIDEO_REASON_CERTIFICATE, fingerprint);
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

  wf_video_pipeline_watch (self, first);
  if (wf_video_scheme_find (self->uri)->paced)
    wf_video_pipeline_set_paced (self);
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
  self->chain = (WfVideoChain) { GST_BIN (element), sink, self->ear, &chain_funcs, self, self->software,
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
    wf_video_pipeline_report (self, g_error_matches (error, WF_VIDEO_ERROR, WF_VIDEO_ERROR_NO_PICTURE) ? WF_VIDEO_REASON_NOT_FOUND
                                                                                           : WF_VIDEO_REASON_CODEC,
                  error->message);
  else if (gst_element_set_state (self->element, GST_STATE_PLAYING) == GST_STATE_CHANGE_FAILURE)
    wf_video_pipeline_report (self, WF_VIDEO_REASON_LOST, NULL);
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
 * @software: decode without hardware
 * @ear: (transfer none): gets the sound
 * @tap: (transfer none): gets what comes before it is decoded
 * @seen: (transfer none): what the link was given before
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
                        gboolean                    software,
                        WfVideoEar                 *ear,
                        WfVideoTap                 *tap,
                        WfVideoSeen                *seen,
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
  self->software = software;
  self->ear = wf_video_ear_ref (ear);
  self->tap = wf_video_tap_ref (tap);
  self->seen = wf_video_seen_ref (seen);
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
