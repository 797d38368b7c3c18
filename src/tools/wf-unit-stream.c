/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "watchfire-unit"

#include "config.h"

#include "wf-unit-stream.h"
#include "wf-unit-fault.h"
#include "wf-unit-scene.h"
#include "wf-unit-stamp.h"

#include <gst/rtsp-server/rtsp-server.h>
#include <gst/video/video.h>
#include <math.h>
#include <netinet/in.h>
#include <netinet/tcp.h>

#include "wf-id.h"

#define ADDRESS     "127.0.0.1"
#define ROLE        "viewer"
#define MAX_CLIENTS 64

/* Bits that a pixel costs at ultrafast, measured to look clean on this scene. */
#define BITS_PER_PIXEL 0.09

/* How long a client is kept after its connection ended, in ms: see client_closed_cb(). It keeps its encoder as long. */
#define CLIENT_GRACE 250

/* How long a stop waits for encoders to end, in µs. */
#define STOP_PATIENCE (10 * G_USEC_PER_SEC)

/* How a picture is encoded: a key frame each second, none that refers to a later one, and nothing held back. */
typedef struct
{
  const char *name;
  const char *encode;
  gboolean    has_rate; /* it can be told the bit rate and the key frames' distance */
  const char *caps;
  const char *pack;
  int         payload;  /* type, RFC 3551 */
} Codec;

static const Codec codecs[] = {
  { "h264", "x264enc tune=zerolatency speed-preset=ultrafast threads=1", TRUE, "video/x-h264,profile=constrained-baseline",
    "rtph264pay config-interval=1", 96 },
  { "h265", "x265enc tune=zerolatency speed-preset=ultrafast", TRUE, "video/x-h265,profile=main",
    "rtph265pay config-interval=1", 96 },
  { "jpeg", "jpegenc", FALSE, "image/jpeg", "rtpjpegpay", 26 },
};

/* A tone, by which one tells units apart with closed eyes. A viewer may leave the sound alone, hence the tee. */
static const struct
{
  const char *name;
  const char *encode;
  int         payload;
} sounds[] = {
  { "none", NULL, 0 },
  { "aac", "rate=44100 ! avenc_aac bitrate=64000 ! tee allow-not-linked=true ! rtpmp4gpay", 97 },
  { "alaw", "rate=8000 ! alawenc ! tee allow-not-linked=true ! rtppcmapay", 8 },
  { "mulaw", "rate=8000 ! mulawenc ! tee allow-not-linked=true ! rtppcmupay", 0 },
  { "opus", "rate=48000 ! opusenc bitrate=32000 ! tee allow-not-linked=true ! rtpopuspay", 98 },
};

/* Tones lie so many Hz apart, from the first on. */
#define FIRST_TONE 330
#define TONE_STEP  55
#define N_TONES    12

typedef struct
{
  gatomicrefcount  refs;
  const Codec     *codec;
  guint            sound;    /* into sounds[] */
  WfUnitFault      fault;    /* for the viewers, who share one encoder */
  char            *id;       /* (owned) */
  char            *name;     /* (owned) */
  int              width;
  int              height;
  int              rate;
  int              kilobits;
  int              key;
  gboolean         stamp;
  gboolean         udp_only;
  int              frozen;   /* (atomic) */
  GMutex           lock;
  int64_t          drawn_at; /* under lock: the newest picture */
  char            *text;     /* (owned) (nullable) under lock */
} Unit;

/**
 * WfUnitStream:
 *
 * The video half of a simulated mobile unit: an RTSP server on loopback with one mount point per unit, whose pictures
 * are drawn, carry a clock, and are encoded only while somebody watches. Several viewers share one encoder. It can
 * misbehave on command. The server runs in a thread of its own; the methods may be called from the thread that made it.
 */
struct _WfUnitStream
{
  GObject parent_instance;

  GstRTSPServer      *server;   /* (owned) */
  GstRTSPMountPoints *mounts;   /* (owned) */
  GHashTable         *units;    /* (owned) of id → Unit */
  GMainContext       *context;  /* (owned) (nullable) of the server's thread */
  GMainLoop          *loop;     /* (owned) (nullable) */
  GThread            *thread;   /* (owned) (nullable) */
  GSource            *source;   /* (owned) (nullable) that listens */
  gboolean            encrypted;
  guint16             port;     /* 0 when it does not run */
};

/* Encoders that run, in the whole process: media outlive the stream by a moment. */
static GMutex encoders_lock;
static GCond encoders_changed;
static guint n_encoders; /* under encoders_lock */

G_DEFINE_FINAL_TYPE (WfUnitStream, wf_unit_stream, G_TYPE_OBJECT)

static Unit *
unit_ref (Unit *unit)
{
  g_atomic_ref_count_inc (&unit->refs);
  return unit;
}

static void
unit_unref (gpointer data)
{
  Unit *unit = data;

  if (!g_atomic_ref_count_dec (&unit->refs))
    return;

  g_free (unit->id);
  g_free (unit->name);
  g_free (unit->text);
  g_mutex_clear (&unit->lock);
  g_free (unit);
}

static void
unit_unref_closure (gpointer  data,
                    GClosure *closure)
{
  unit_unref (data);
}

/* Pictures, in the streaming thread of the media */

static void
draw_cb (GstElement *painter,
         cairo_t    *cr,
         guint64     timestamp,
         guint64     duration,
         gpointer    data)
{
  Unit *unit = data;
  WfUnitScene *scene = g_object_get_data (G_OBJECT (painter), "scene");

  g_mutex_lock (&unit->lock);
  g_autofree char *text = g_strdup (unit->text);
  int64_t now = g_get_real_time () / 1000;
  unit->drawn_at = now;
  g_mutex_unlock (&unit->lock);

  wf_unit_scene_draw (scene, cr, now, unit->name, text);
}

/* Before a picture is drawn. On a machine that cannot keep up pictures are left out, as a camera does, instead of being
 * sent later and later. */
static GstPadProbeReturn
camera_cb (GstPad          *pad,
           GstPadProbeInfo *info,
           gpointer         data)
{
  Unit *unit = data;
  GstBuffer *buffer = gst_pad_probe_info_get_buffer (info);
  g_autoptr (GstElement) camera = gst_pad_get_parent_element (pad);
  GstClockTime now = camera != NULL ? gst_element_get_current_running_time (camera) : GST_CLOCK_TIME_NONE;

  if (g_atomic_int_get (&unit->frozen))
    return GST_PAD_PROBE_DROP;

  if (GST_CLOCK_TIME_IS_VALID (now) && GST_BUFFER_PTS_IS_VALID (buffer)
      && GST_CLOCK_DIFF (GST_BUFFER_PTS (buffer), now) > (GstClockTimeDiff) (2 * GST_SECOND / unit->rate))
    return GST_PAD_PROBE_DROP;

  return GST_PAD_PROBE_OK;
}

/* The encoder holds nothing back, so that it is the picture that has just been drawn. */
static GstPadProbeReturn
stamp_cb (GstPad          *pad,
          GstPadProbeInfo *info,
          gpointer         data)
{
  Unit *unit = data;
  g_autoptr (GstCaps) caps = gst_pad_get_current_caps (pad);

  g_mutex_lock (&unit->lock);
  int64_t drawn_at = unit->drawn_at;
  g_mutex_unlock (&unit->lock);

  if (caps != NULL)
    info->data = wf_unit_stamp_add (gst_pad_probe_info_get_buffer (info), caps, drawn_at);

  return GST_PAD_PROBE_OK;
}

static void
unprepared_cb (GstRTSPMedia *media,
               gpointer      data)
{
  g_mutex_lock (&encoders_lock);
  n_encoders--;
  g_cond_broadcast (&encoders_changed);
  g_mutex_unlock (&encoders_lock);
}

static void
media_configure_cb (GstRTSPMediaFactory *factory,
                    GstRTSPMedia        *media,
                    gpointer             data)
{
  Unit *unit = data;
  g_autoptr (GstElement) bin = gst_rtsp_media_get_element (media);
  g_autoptr (GstElement) painter = gst_bin_get_by_name (GST_BIN (bin), "painter");
  g_autoptr (GstElement) camera = gst_bin_get_by_name (GST_BIN (bin), "camera");
  g_autoptr (GstElement) encoder = gst_bin_get_by_name (GST_BIN (bin), "encoder");
  g_autoptr (GstElement) payloader = gst_bin_get_by_name (GST_BIN (bin), "pay0");
  g_autoptr (GstPad) pad = gst_element_get_static_pad (camera, "src");
  g_autoptr (GstPad) coded = gst_element_get_static_pad (encoder, "src");
  g_autoptr (GstPad) packets = gst_element_get_static_pad (payloader, "src");

  /* The painter, which goes with them, keeps the unit. */
  wf_unit_fault_watch (&unit->fault, coded, packets);
  if (unit->stamp)
    gst_pad_add_probe (coded, GST_PAD_PROBE_TYPE_BUFFER, stamp_cb, unit, NULL);

  g_object_set_data_full (G_OBJECT (painter), "scene",
                          wf_unit_scene_new (g_str_hash (unit->id), unit->width, unit->height),
                          (GDestroyNotify) wf_unit_scene_free);
  g_signal_connect_data (painter, "draw", G_CALLBACK (draw_cb), unit_ref (unit), unit_unref_closure, 0);
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER, camera_cb, unit_ref (unit), unit_unref);

  /* The camera keeps the pace already; a sink that waits as well holds each picture back by one. */
  gst_rtsp_media_set_rate_control (media, FALSE);

  g_mutex_lock (&encoders_lock);
  n_encoders++;
  g_mutex_unlock (&encoders_lock);
  g_signal_connect (media, "unprepared", G_CALLBACK (unprepared_cb), NULL);
}

static char *
describe_sound (const Unit *unit)
{
  if (sounds[unit->sound].encode == NULL)
    return g_strdup ("");

  return g_strdup_printf (" audiotestsrc name=microphone is-live=true volume=0.5 freq=%u"
                          " ! audioconvert ! audioresample ! audio/x-raw,channels=1,%s name=pay1 pt=%d",
                          FIRST_TONE + g_str_hash (unit->id) % N_TONES * TONE_STEP, sounds[unit->sound].encode,
                          sounds[unit->sound].payload);
}

static char *
describe_pipeline (const Unit *unit)
{
  g_autofree char *sound = describe_sound (unit);
  g_autofree char *numbers = unit->codec->has_rate
                               ? g_strdup_printf (" bitrate=%d key-int-max=%d", unit->kilobits,
                                                  unit->key * unit->rate)
                               : g_strdup ("");

  return g_strdup_printf ("( videotestsrc name=camera is-live=true pattern=black"
                          " ! video/x-raw,format=BGRx,width=%d,height=%d,framerate=%d/1"
                          " ! cairooverlay name=painter"
                          " ! videoconvert n-threads=1 dither=none chroma-mode=none"
                          " ! video/x-raw,format=I420 ! %s name=encoder%s ! %s ! %s name=pay0 pt=%d%s )",
                          unit->width, unit->height, unit->rate, unit->codec->encode, numbers, unit->codec->caps,
                          unit->codec->pack, unit->codec->payload, sound);
}

static GstRTSPMediaFactory *
make_factory (Unit *unit)
{
  GstRTSPMediaFactory *factory = gst_rtsp_media_factory_new ();
  g_autofree char *pipeline = describe_pipeline (unit);

  gst_rtsp_media_factory_set_launch (factory, pipeline);
  gst_rtsp_media_factory_set_shared (factory, TRUE);
  gst_rtsp_media_factory_set_protocols (factory, unit->udp_only
                                                   ? GST_RTSP_LOWER_TRANS_UDP
                                                   : GST_RTSP_LOWER_TRANS_TCP | GST_RTSP_LOWER_TRANS_UDP);
  gst_rtsp_media_factory_add_role (factory, ROLE,
                                   GST_RTSP_PERM_MEDIA_FACTORY_ACCESS, G_TYPE_BOOLEAN, TRUE,
                                   GST_RTSP_PERM_MEDIA_FACTORY_CONSTRUCT, G_TYPE_BOOLEAN, TRUE,
                                   NULL);
  g_signal_connect_data (factory, "media-configure", G_CALLBACK (media_configure_cb), unit_ref (unit),
                         unit_unref_closure, 0);

  return factory;
}

/* Clients */

static GstRTSPFilterResult
count_client_cb (GstRTSPServer *server,
                 GstRTSPClient *client,
                 gpointer       data)
{
  guint *n = data;

  (*n)++;
  return GST_RTSP_FILTER_KEEP;
}

static GstRTSPFilterResult
drop_client_cb (GstRTSPServer *server,
                GstRTSPClient *client,
                gpointer       data)
{
  return GST_RTSP_FILTER_REMOVE;
}

static GstRTSPFilterResult
drop_session_cb (GstRTSPSessionPool *pool,
                 GstRTSPSession     *session,
                 gpointer            data)
{
  return GST_RTSP_FILTER_REMOVE;
}

static gboolean
let_go_cb (gpointer data)
{
  return G_SOURCE_REMOVE;
}

/* A picture that cannot be sent makes the server close its connection as soon as there is time (do_send_data() in
 * rtsp-client.c of 1.22), and by then the client may have gone. */
static void
client_closed_cb (GstRTSPClient *client,
                  gpointer       data)
{
  g_autoptr (GSource) source = g_timeout_source_new (CLIENT_GRACE);

  g_source_set_priority (source, G_PRIORITY_LOW);
  g_source_set_callback (source, let_go_cb, g_object_ref (client), g_object_unref);
  g_source_attach (source, data);
}

static void
main_context_unref_closure (gpointer  data,
                            GClosure *closure)
{
  g_main_context_unref (data);
}

static void
client_connected_cb (GstRTSPServer *server,
                     GstRTSPClient *client,
                     gpointer       data)
{
  guint n = 0;

  g_signal_connect_data (client, "closed", G_CALLBACK (client_closed_cb), g_main_context_ref_thread_default (),
                         main_context_unref_closure, 0);
  gst_rtsp_server_client_filter (server, count_client_cb, &n);
  if (n > MAX_CLIENTS)
    {
      gst_rtsp_client_close (client);
      return;
    }

  /* The end of each picture is a small packet, which would wait for the viewer's late acknowledgement: 40 ms. */
  GstRTSPConnection *connection = gst_rtsp_client_get_connection (client);
  GSocket *socket = connection != NULL ? gst_rtsp_connection_get_read_socket (connection) : NULL;
  if (socket != NULL)
    g_socket_set_option (socket, IPPROTO_TCP, TCP_NODELAY, TRUE, NULL);
}

typedef struct
{
  WfUnitStream *stream;
  GMutex        lock;
  GCond         changed;
  gboolean      done; /* under lock */
} Drop;

static gboolean
drop_cb (gpointer data)
{
  Drop *drop = data;
  g_autoptr (GstRTSPSessionPool) sessions = gst_rtsp_server_get_session_pool (drop->stream->server);

  gst_rtsp_server_client_filter (drop->stream->server, drop_client_cb, NULL);
  gst_rtsp_session_pool_filter (sessions, drop_session_cb, NULL);

  g_mutex_lock (&drop->lock);
  drop->done = TRUE;
  g_cond_signal (&drop->changed);
  g_mutex_unlock (&drop->lock);

  return G_SOURCE_REMOVE;
}

/* In the server's thread, which reads from the same connections: one that is closed under its reader is a fault of the
 * program to GIO. */
static void
drop_everybody (WfUnitStream *self)
{
  Drop drop = { .stream = self };

  if (self->thread == NULL)
    return;

  g_mutex_init (&drop.lock);
  g_cond_init (&drop.changed);
  g_autoptr (GSource) source = g_idle_source_new ();
  g_source_set_priority (source, G_PRIORITY_HIGH);
  g_source_set_callback (source, drop_cb, &drop, NULL);
  g_source_attach (source, self->context);

  g_mutex_lock (&drop.lock);
  while (!drop.done)
    g_cond_wait (&drop.changed, &drop.lock);
  g_mutex_unlock (&drop.lock);
  g_mutex_clear (&drop.lock);
  g_cond_clear (&drop.changed);
}

/* The server's thread */

static gpointer
run_server (gpointer data)
{
  GMainLoop *loop = data;
  GMainContext *context = g_main_loop_get_context (loop);

  g_main_context_push_thread_default (context);
  g_main_loop_run (loop);
  g_main_context_pop_thread_default (context);
  g_main_loop_unref (loop);

  return NULL;
}

static gboolean
quit_cb (gpointer data)
{
  g_main_loop_quit (data);
  return G_SOURCE_REMOVE;
}

static void
join_thread (WfUnitStream *self)
{
  g_autoptr (GSource) source = g_idle_source_new ();

  /* Not g_main_loop_quit() from here: the loop might not run yet. */
  g_source_set_callback (source, quit_cb, self->loop, NULL);
  g_source_attach (source, self->context);
  g_clear_pointer (&self->thread, g_thread_join);
  g_clear_pointer (&self->loop, g_main_loop_unref);
  g_clear_pointer (&self->context, g_main_context_unref);
}

static void
wait_for_encoders (void)
{
  int64_t until = g_get_monotonic_time () + STOP_PATIENCE;

  g_mutex_lock (&encoders_lock);
  while (n_encoders > 0)
    if (!g_cond_wait_until (&encoders_changed, &encoders_lock, until))
      break;
  g_mutex_unlock (&encoders_lock);
}

static void
wf_unit_stream_dispose (GObject *object)
{
  WfUnitStream *self = WF_UNIT_STREAM (object);

  wf_unit_stream_stop (self);
  g_clear_object (&self->mounts);
  g_clear_object (&self->server);

  G_OBJECT_CLASS (wf_unit_stream_parent_class)->dispose (object);
}

static void
wf_unit_stream_finalize (GObject *object)
{
  WfUnitStream *self = WF_UNIT_STREAM (object);

  g_hash_table_unref (self->units);

  G_OBJECT_CLASS (wf_unit_stream_parent_class)->finalize (object);
}

static void
wf_unit_stream_class_init (WfUnitStreamClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = wf_unit_stream_dispose;
  G_OBJECT_CLASS (klass)->finalize = wf_unit_stream_finalize;
}

static void
wf_unit_stream_init (WfUnitStream *self)
{
  self->units = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, unit_unref);
}

/**
 * wf_unit_stream_new:
 *
 * Call gst_init() before.
 *
 * Returns: (transfer full): a server that does not run yet and has no units
 */
WfUnitStream *
wf_unit_stream_new (void)
{
  WfUnitStream *self = g_object_new (WF_TYPE_UNIT_STREAM, NULL);

  self->server = gst_rtsp_server_new ();
  /* Clients are served in the server's thread, so that they can be dropped from there. */
  g_autoptr (GstRTSPThreadPool) threads = gst_rtsp_server_get_thread_pool (self->server);
  gst_rtsp_thread_pool_set_max_threads (threads, 0);
  self->mounts = gst_rtsp_server_get_mount_points (self->server);
  gst_rtsp_server_set_address (self->server, ADDRESS);
  g_signal_connect (self->server, "client-connected", G_CALLBACK (client_connected_cb), NULL);

  return self;
}

/**
 * wf_unit_stream_start:
 * @self: a server
 * @port: to listen on, 0 for any that is free
 * @error: return location
 *
 * Starts listening on 127.0.0.1. After wf_unit_stream_stop() it can be started again, on the same port too.
 *
 * Returns: whether it listens
 */
gboolean
wf_unit_stream_start (WfUnitStream  *self,
                      guint16        port,
                      GError       **error)
{
  g_return_val_if_fail (WF_IS_UNIT_STREAM (self), FALSE);
  g_return_val_if_fail (self->thread == NULL, FALSE);

  g_autofree char *service = g_strdup_printf ("%u", port);
  gst_rtsp_server_set_service (self->server, service);

  self->source = gst_rtsp_server_create_source (self->server, NULL, error);
  if (self->source == NULL)
    return FALSE;

  self->port = (guint16) gst_rtsp_server_get_bound_port (self->server);
  self->context = g_main_context_new ();
  self->loop = g_main_loop_new (self->context, FALSE);
  g_source_attach (self->source, self->context);
  self->thread = g_thread_new ("unit-rtsp", run_server, g_main_loop_ref (self->loop));

  return TRUE;
}

/**
 * wf_unit_stream_stop:
 * @self: a server
 *
 * Stops listening, cuts off whoever watches and ends the encoders; waits for that, three seconds at most. Safe to call
 * when it does not run.
 */
void
wf_unit_stream_stop (WfUnitStream *self)
{
  g_return_if_fail (WF_IS_UNIT_STREAM (self));

  if (self->thread == NULL)
    return;

  g_source_destroy (self->source);
  g_clear_pointer (&self->source, g_source_unref);
  drop_everybody (self);
  wait_for_encoders ();
  join_thread (self);
  self->port = 0;
}

/**
 * wf_unit_stream_get_port:
 * @self: a server
 *
 * Returns: where it listens, 0 when it does not
 */
guint16
wf_unit_stream_get_port (WfUnitStream *self)
{
  g_return_val_if_fail (WF_IS_UNIT_STREAM (self), 0);

  return self->port;
}

static gboolean
check_number (const char  *what,
              int          value,
              int          low,
              int          high,
              GError     **error)
{
  if (value >= low && value <= high)
    return TRUE;

  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, "%s is %d; it must be %d to %d", what, value, low, high);
  return FALSE;
}

static int
choose_kilobits (const Unit *unit)
{
  double bits = (double) unit->width * unit->height * unit->rate * BITS_PER_PIXEL;

  return CLAMP ((int) (bits / 1000), 64, 20000);
}

/**
 * wf_unit_stream_add:
 * @self: a server
 * @spec: the unit
 * @error: return location for which value is wrong
 *
 * Offers a unit's picture, at once where the server runs already. A unit of the same id is replaced.
 *
 * Returns: whether @spec was accepted
 */
gboolean
wf_unit_stream_add (WfUnitStream            *self,
                    const WfUnitStreamSpec  *spec,
                    GError                 **error)
{
  g_return_val_if_fail (WF_IS_UNIT_STREAM (self), FALSE);

  if (!wf_id_is_valid (spec->id))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, "“%s” cannot be the id of a unit", spec->id);
      return FALSE;
    }

  Unit *unit = g_new0 (Unit, 1);

  g_atomic_ref_count_init (&unit->refs);
  g_mutex_init (&unit->lock);
  unit->id = g_strdup (spec->id);
  unit->name = g_strdup (spec->name != NULL ? spec->name : spec->id);
  unit->width = (spec->width > 0 ? spec->width : 1280) & ~1;
  unit->height = (spec->height > 0 ? spec->height : 720) & ~1;
  unit->rate = spec->rate > 0 ? spec->rate : 25;
  unit->kilobits = spec->kilobits > 0 ? spec->kilobits : choose_kilobits (unit);
  unit->key = spec->key > 0 ? spec->key : 1;
  unit->stamp = spec->stamp;
  unit->udp_only = spec->udp_only;
  for (gsize i = 0; i < G_N_ELEMENTS (codecs) && unit->codec == NULL; i++)
    if (spec->codec == NULL || g_str_equal (spec->codec, codecs[i].name))
      unit->codec = &codecs[i];

  if (unit->codec == NULL)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, "The codec is “%s”; it must be h264, h265 or jpeg",
                   spec->codec);
      unit_unref (unit);
      return FALSE;
    }

  while (spec->sound != NULL && unit->sound < G_N_ELEMENTS (sounds) && !g_str_equal (spec->sound, sounds[unit->sound].name))
    unit->sound++;
  if (unit->sound == G_N_ELEMENTS (sounds))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, "The sound is “%s”; it must be none, aac, alaw, mulaw or opus",
                   spec->sound);
      unit_unref (unit);
      return FALSE;
    }

  if (!check_number ("The width", unit->width, 160, 3840, error)
      || !check_number ("The height", unit->height, 90, 2160, error)
      || !check_number ("The frame rate", unit->rate, 1, 60, error)
      || !check_number ("The seconds between key frames", unit->key, 1, 600, error)
      || !check_number ("The bit rate in kb/s", unit->kilobits, 64, 20000, error))
    {
      unit_unref (unit);
      return FALSE;
    }

  g_autofree char *path = g_strdup_printf ("/%s", unit->id);
  gst_rtsp_mount_points_add_factory (self->mounts, path, make_factory (unit));
  g_hash_table_replace (self->units, unit->id, unit);

  return TRUE;
}

/**
 * wf_unit_stream_dup_uri:
 * @self: a server that runs
 * @id: of a unit
 *
 * Returns: (transfer full): where to watch it
 */
char *
wf_unit_stream_dup_uri (WfUnitStream *self,
                        const char   *id)
{
  g_return_val_if_fail (WF_IS_UNIT_STREAM (self), NULL);

  return g_strdup_printf ("%s://" ADDRESS ":%u/%s", self->encrypted ? "rtsps" : "rtsp", self->port, id);
}

/**
 * wf_unit_stream_set_credentials:
 * @self: a server
 * @user: (nullable): %NULL lets anybody watch
 * @password: (nullable): the password of @user
 *
 * Asks whoever connects from now on for a name and a password.
 */
void
wf_unit_stream_set_credentials (WfUnitStream *self,
                                const char   *user,
                                const char   *password)
{
  g_return_if_fail (WF_IS_UNIT_STREAM (self));

  if (user == NULL)
    {
      gst_rtsp_server_set_auth (self->server, NULL);
      return;
    }

  g_autoptr (GstRTSPAuth) auth = gst_rtsp_auth_new ();
  g_autoptr (GstRTSPToken) token = gst_rtsp_token_new (GST_RTSP_TOKEN_MEDIA_FACTORY_ROLE, G_TYPE_STRING, ROLE, NULL);
  g_autofree char *basic = gst_rtsp_auth_make_basic (user, password);

  gst_rtsp_auth_add_basic (auth, basic, token);
  gst_rtsp_server_set_auth (self->server, auth);
}

/**
 * wf_unit_stream_set_text:
 * @self: a server
 * @id: of a unit
 * @text: (nullable): burnt in below the name
 *
 * Returns: whether there is such a unit
 */
gboolean
wf_unit_stream_set_text (WfUnitStream *self,
                         const char   *id,
                         const char   *text)
{
  g_return_val_if_fail (WF_IS_UNIT_STREAM (self), FALSE);

  Unit *unit = g_hash_table_lookup (self->units, id);

  if (unit == NULL)
    return FALSE;

  g_mutex_lock (&unit->lock);
  g_free (unit->text);
  unit->text = g_strdup (text);
  g_mutex_unlock (&unit->lock);

  return TRUE;
}

/**
 * wf_unit_stream_set_position:
 * @self: a server
 * @id: of a unit; an unknown one is ignored
 * @latitude: in degrees, WGS 84
 * @longitude: in degrees, WGS 84
 * @speed: in km/h
 * @heading: in degrees from north
 *
 * Burns the position in below the name.
 */
void
wf_unit_stream_set_position (WfUnitStream *self,
                             const char   *id,
                             double        latitude,
                             double        longitude,
                             double        speed,
                             double        heading)
{
  g_autofree char *text = g_strdup_printf ("%.5f°%c  %.5f°%c\n%.0f km/h  %03.0f°",
                                           fabs (latitude), latitude < 0 ? 'S' : 'N',
                                           fabs (longitude), longitude < 0 ? 'W' : 'E',
                                           speed, heading);

  wf_unit_stream_set_text (self, id, text);
}

/**
 * wf_unit_stream_set_frozen:
 * @self: a server
 * @id: of a unit
 * @frozen: whether it sends no pictures, with the connection still open
 *
 * Returns: whether there is such a unit
 */
gboolean
wf_unit_stream_set_frozen (WfUnitStream *self,
                           const char   *id,
                           gboolean      frozen)
{
  g_return_val_if_fail (WF_IS_UNIT_STREAM (self), FALSE);

  Unit *unit = g_hash_table_lookup (self->units, id);

  if (unit != NULL)
    g_atomic_int_set (&unit->frozen, frozen);

  return unit != NULL;
}

/**
 * wf_unit_stream_set_garbage:
 * @self: a server
 * @id: of a unit
 * @garbage: whether what it sends cannot be decoded
 *
 * Returns: whether there is such a unit
 */
gboolean
wf_unit_stream_set_garbage (WfUnitStream *self,
                            const char   *id,
                            gboolean      garbage)
{
  g_return_val_if_fail (WF_IS_UNIT_STREAM (self), FALSE);

  Unit *unit = g_hash_table_lookup (self->units, id);

  if (unit != NULL)
    wf_unit_fault_set_garbage (&unit->fault, garbage);

  return unit != NULL;
}

/**
 * wf_unit_stream_set_limit:
 * @self: a server
 * @id: of a unit
 * @kilobits: per second that its network carries, 0 for all; what is more is lost
 *
 * Returns: whether there is such a unit, and the limit makes sense
 */
gboolean
wf_unit_stream_set_limit (WfUnitStream *self,
                          const char   *id,
                          int           kilobits)
{
  g_return_val_if_fail (WF_IS_UNIT_STREAM (self), FALSE);

  Unit *unit = g_hash_table_lookup (self->units, id);

  if (unit == NULL || kilobits < 0 || kilobits > 1000000)
    return FALSE;

  wf_unit_fault_set_limit (&unit->fault, kilobits);
  return TRUE;
}

/**
 * wf_unit_stream_set_certificate:
 * @self: a server that nobody watches yet
 * @certificate: with its private key
 *
 * Offers the pictures over TLS alone, to anybody.
 */
void
wf_unit_stream_set_certificate (WfUnitStream    *self,
                                GTlsCertificate *certificate)
{
  g_return_if_fail (WF_IS_UNIT_STREAM (self));

  g_autoptr (GstRTSPAuth) auth = gst_rtsp_auth_new ();
  g_autoptr (GstRTSPToken) token = gst_rtsp_token_new (GST_RTSP_TOKEN_MEDIA_FACTORY_ROLE, G_TYPE_STRING, ROLE, NULL);

  gst_rtsp_auth_set_default_token (auth, token);
  gst_rtsp_auth_set_tls_certificate (auth, certificate);
  gst_rtsp_server_set_auth (self->server, auth);
  self->encrypted = TRUE;
}

/**
 * wf_unit_stream_drop_clients:
 * @self: a server
 *
 * Cuts off whoever watches, and goes on listening.
 */
void
wf_unit_stream_drop_clients (WfUnitStream *self)
{
  g_return_if_fail (WF_IS_UNIT_STREAM (self));

  drop_everybody (self);
}

/**
 * wf_unit_stream_count_encoders:
 * @self: a server
 *
 * Returns: how many encoders run in this process
 */
guint
wf_unit_stream_count_encoders (WfUnitStream *self)
{
  g_return_val_if_fail (WF_IS_UNIT_STREAM (self), 0);

  g_mutex_lock (&encoders_lock);
  guint n = n_encoders;
  g_mutex_unlock (&encoders_lock);

  return n;
}

/**
 * wf_unit_stream_count_clients:
 * @self: a server
 *
 * Returns: how many connections there are
 */
guint
wf_unit_stream_count_clients (WfUnitStream *self)
{
  guint n = 0;

  g_return_val_if_fail (WF_IS_UNIT_STREAM (self), 0);

  gst_rtsp_server_client_filter (self->server, count_client_cb, &n);

  return n;
}
