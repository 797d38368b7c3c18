/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Links of every kind, each against a real server on loopback. */

#include "config.h"

#include "unit-program.h"
#include "video-server.h"
#include "video-testing.h"
#include "wf-video-scheme.h"
#include "wf-video-text.h"

#include <glib/gstdio.h>

#define CAMERA "videotestsrc is-live=true pattern=ball ! video/x-raw,width=320,height=180,framerate=25/1 ! videoconvert ! video/x-raw,format=I420 ! "
#define H264   CAMERA "x264enc tune=zerolatency speed-preset=ultrafast key-int-max=25 ! video/x-h264,profile=baseline ! h264parse config-interval=-1 ! "
#define H265   CAMERA "x265enc tune=zerolatency speed-preset=ultrafast key-int-max=25 ! h265parse config-interval=-1 ! "
#define OUT    " ! multifdsink name=out recover-policy=keyframe sync-method=latest-keyframe"
#define OK     "HTTP/1.1 200 OK\r\nConnection: close\r\n"

static WfVideoLink *
watch (const char *uri)
{
  WfVideoLink *link = wf_video_link_new (uri, "kind");

  wf_video_link_hold (link, link);

  return link;
}

/* A picture of the right size, that keeps coming. */
static void
assert_shows (const char *uri)
{
  WfVideoLink *link = watch (uri);

  wait_for_state (link, WF_VIDEO_STATE_LIVE);
  g_assert_cmpint (wf_video_link_get_width (link), ==, 320);
  g_assert_cmpint (wf_video_link_get_height (link), ==, 180);
  wait_until (wf_video_link_get_frame_rate (link) > 5);
  g_assert_cmpint (wf_video_link_get_bit_rate (link), >, 1000);
  g_assert_null (wf_video_link_get_reason (link));

  /* How far it is behind nobody knows: said, and why. */
  g_autofree char *status = wf_video_text_status (link);
  g_assert_cmpint (wf_video_link_get_delay_ms (link), ==, -1);
  g_assert_true (g_str_has_prefix (status, "delay unknown"));
  g_assert_nonnull (strstr (wf_video_text_delay_hint (link), "RTSP"));

  close_link (link);
}

static const char *
find_missing (const char *const *elements)
{
  for (; *elements != NULL; elements++)
    {
      g_autoptr (GstElementFactory) factory = gst_element_factory_find (*elements);

      if (factory == NULL)
        return *elements;
    }

  return NULL;
}

#define skip_without(...)                                                      \
  G_STMT_START {                                                               \
    const char *const wanted[] = { __VA_ARGS__, NULL };                        \
    const char *missing = find_missing (wanted);                               \
    if (missing != NULL)                                                       \
      {                                                                        \
        g_test_skip (missing);                                                 \
        return;                                                                \
      }                                                                        \
  } G_STMT_END

typedef struct
{
  const char *path;
  const char *head;
  const char *pipeline;
} Http;

static const Http over_http[] = {
  { "/live.flv", OK "Content-Type: video/x-flv\r\n", H264 "flvmux streamable=true" OUT },
  { "/live.ts", OK "Content-Type: video/mp2t\r\n", H264 "mpegtsmux" OUT },
  { "/h265.ts", OK "Content-Type: video/mp2t\r\n", H265 "mpegtsmux" OUT },
  { "/live.mjpeg", OK "Content-Type: multipart/x-mixed-replace; boundary=pic\r\n",
    CAMERA "jpegenc ! multipartmux boundary=pic ! multifdsink name=out" },
  { "/sound.flv", OK "Content-Type: video/x-flv\r\n",
    H264 "queue ! flvmux name=m streamable=true" OUT
    "   audiotestsrc is-live=true ! audioconvert ! audio/x-raw,rate=44100,channels=1 ! voaacenc ! aacparse ! queue ! m." },
};

static void
test_http (gconstpointer data)
{
  const Http *http = data;

  skip_without ("souphttpsrc", "x264enc", "x265enc", "multifdsink", "flvmux", "mpegtsmux", "voaacenc");

  g_autoptr (VideoServer) server = video_server_new ();
  g_autofree char *uri = video_server_dup_uri (server, http->path);

  video_server_add_stream (server, http->path, http->head, http->pipeline);
  assert_shows (uri);
}

static void
run_to_end (const char *description)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GstElement) pipeline = gst_parse_launch (description, &error);
  g_assert_no_error (error);

  g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  g_autoptr (GstMessage) message = gst_bus_timed_pop_filtered (bus, PATIENCE * GST_SECOND,
                                                               GST_MESSAGE_EOS | GST_MESSAGE_ERROR);
  g_assert_nonnull (message);
  g_assert_cmpint (GST_MESSAGE_TYPE (message), ==, GST_MESSAGE_EOS);
  gst_element_set_state (pipeline, GST_STATE_NULL);
}

static void
remove_folder (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);
      g_unlink (path);
    }
  g_rmdir (folder);
}

/* A recording of so many pictures, made as fast as the machine can. */
static char *
make_recording (const char *folder,
                const char *name,
                const char *rest,
                int         n_pictures)
{
  char *path = g_build_filename (folder, name, NULL);
  g_autofree char *description = g_strdup_printf (
    "videotestsrc pattern=ball num-buffers=%d ! video/x-raw,width=320,height=180,framerate=25/1 ! videoconvert"
    " ! x264enc tune=zerolatency speed-preset=ultrafast key-int-max=25 ! h264parse ! %s location=%s",
    n_pictures, rest, path);

  run_to_end (description);

  return path;
}

static void
test_hls (void)
{
  skip_without ("hlsdemux2", "hlssink2", "x264enc");

  g_autofree char *folder = g_dir_make_tmp ("watchfire-hls-XXXXXX", NULL);
  g_autofree char *description = g_strdup_printf (
    "videotestsrc pattern=ball num-buffers=200 ! video/x-raw,width=320,height=180,framerate=25/1 ! videoconvert"
    " ! x264enc tune=zerolatency speed-preset=ultrafast key-int-max=25 ! h264parse ! hlssink2 target-duration=2"
    " max-files=0 playlist-length=0 playlist-location=%s/live.m3u8 location=%s/part%%d.ts", folder, folder);
  g_autoptr (VideoServer) server = video_server_new ();
  g_autofree char *uri = video_server_dup_uri (server, "/live.m3u8");

  run_to_end (description);
  video_server_add_folder (server, folder);

  /* At its own pace, not as fast as it can be fetched. */
  WfVideoLink *link = watch (uri);
  wait_for_state (link, WF_VIDEO_STATE_LIVE);
  g_assert_cmpint (wf_video_link_get_width (link), ==, 320);
  wait_until (wf_video_link_get_frame_rate (link) > 5);
  g_assert_cmpfloat (wf_video_link_get_frame_rate (link), <, 40);
  close_link (link);

  remove_folder (folder);
}

static void
test_file (void)
{
  static const char *const kinds[][2] = {
    { "a.mp4", "mp4mux ! filesink" }, { "a.mkv", "matroskamux ! filesink" }, { "a.ts", "mpegtsmux ! filesink" },
  };

  skip_without ("qtdemux", "mp4mux", "matroskamux", "x264enc");

  g_autofree char *folder = g_dir_make_tmp ("watchfire-file-XXXXXX", NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      g_autofree char *path = make_recording (folder, kinds[i][0], kinds[i][1], 75);
      g_autofree char *uri = g_filename_to_uri (path, NULL, NULL);
      WfVideoLink *link = watch (uri);
      gint64 start = 0;

      wait_for_state (link, WF_VIDEO_STATE_LIVE);
      start = g_get_monotonic_time ();
      g_assert_cmpint (wf_video_link_get_width (link), ==, 320);

      /* Three seconds of pictures take three seconds; then it says that this was all. */
      wait_for_state (link, WF_VIDEO_STATE_FAILED);
      g_assert_cmpint (wf_video_link_get_reason_code (link), ==, WF_VIDEO_REASON_FINISHED);
      g_assert_cmpint (g_get_monotonic_time () - start, >, 2 * G_USEC_PER_SEC);

      wf_video_link_retry (link);
      wait_for_state (link, WF_VIDEO_STATE_LIVE);
      close_link (link);
    }

  remove_folder (folder);
}

static void
test_no_file (void)
{
  WfVideoLink *link = watch ("file:///nowhere/at/all.mp4");

  wait_until (wf_video_link_get_reason_code (link) == WF_VIDEO_REASON_NOT_FOUND);
  close_link (link);

  /* What can be read for ever is not a file. */
  link = watch ("file:///dev/zero");
  wait_until (wf_video_link_get_reason_code (link) == WF_VIDEO_REASON_NOT_FOUND);
  close_link (link);
}

static guint16
find_port (GSocketType type)
{
  g_autoptr (GSocket) socket = g_socket_new (G_SOCKET_FAMILY_IPV4, type, G_SOCKET_PROTOCOL_DEFAULT, NULL);
  g_autoptr (GInetAddress) loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) any = g_inet_socket_address_new (loopback, 0);

  g_assert_true (g_socket_bind (socket, any, FALSE, NULL));
  g_autoptr (GSocketAddress) bound = g_socket_get_local_address (socket, NULL);

  return g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (bound));
}

/* Takes the description. */
static GstElement *
start_sender (char *description)
{
  g_autofree char *owned = description;
  g_autoptr (GError) error = NULL;
  GstElement *pipeline = gst_parse_launch (owned, &error);

  g_assert_no_error (error);
  gst_element_set_state (pipeline, GST_STATE_PLAYING);

  return pipeline;
}

static void
stop_sender (GstElement *pipeline)
{
  gst_element_set_state (pipeline, GST_STATE_NULL);
  gst_object_unref (pipeline);
}

static void
test_udp (void)
{
  skip_without ("udpsink", "mpegtsmux", "x264enc");

  guint16 port = find_port (G_SOCKET_TYPE_DATAGRAM);
  GstElement *sender = start_sender (g_strdup_printf (H264 "mpegtsmux alignment=7 ! udpsink host=127.0.0.1 port=%u sync=false", port));
  g_autofree char *uri = g_strdup_printf ("udp://127.0.0.1:%u", port);

  assert_shows (uri);
  stop_sender (sender);
}

static void
test_multicast (void)
{
  skip_without ("udpsink", "mpegtsmux", "x264enc", "rtpmp2tpay");

  guint16 port = find_port (G_SOCKET_TYPE_DATAGRAM);
  GstElement *sender = start_sender (g_strdup_printf (H264 "mpegtsmux alignment=7 ! udpsink host=239.255.77.1 ttl-mc=0 multicast-iface=lo loop=true"
                                     " port=%u sync=false", port));
  g_autofree char *uri = g_strdup_printf ("udp://@239.255.77.1:%u?iface=lo", port);

  assert_shows (uri);
  stop_sender (sender);

  /* The same in RTP, to one receiver. */
  port = find_port (G_SOCKET_TYPE_DATAGRAM);
  sender = start_sender (g_strdup_printf (H264 "mpegtsmux alignment=7 ! rtpmp2tpay ! udpsink host=127.0.0.1 port=%u sync=false", port));
  g_free (uri);
  uri = g_strdup_printf ("rtp://127.0.0.1:%u", port);
  assert_shows (uri);
  stop_sender (sender);
}

/* A drone's stream as a server passes it on: its encoder writes into each picture when it was taken, which gets through whatever
 * carries it, and through a server that holds it back for a while. */
typedef struct
{
  const char *name;
  const char *codec;
  const char *unpack;
  const char *send;   /* (nullable) to PORT; over HTTP else */
  const char *uri;
} Relay;

#define HELD_BACK 700

static const Relay relays[] = {
  { "ts", "h264", "rtph264depay ! h264parse config-interval=-1", "mpegtsmux alignment=7 ! udpsink host=127.0.0.1 port=PORT sync=false",
    "udp://127.0.0.1:PORT" },
  { "ts-h265", "h265", "rtph265depay ! h265parse config-interval=-1",
    "mpegtsmux alignment=7 ! udpsink host=127.0.0.1 port=PORT sync=false", "udp://127.0.0.1:PORT" },
  { "srt", "h264", "rtph264depay ! h264parse config-interval=-1",
    "mpegtsmux alignment=7 ! srtsink uri=srt://127.0.0.1:PORT?mode=listener wait-for-connection=false sync=false", "srt://127.0.0.1:PORT" },
  { "flv", "h264", "rtph264depay ! h264parse config-interval=-1", NULL, "/live.flv" },
};

static void
age_cb (GdkPaintable *paintable,
        int          *age)
{
  int64_t time;

  if (unit_program_clock (paintable, &time))
    *age = (int) (g_get_real_time () / 1000 - time);
}

static void
test_stamped (gconstpointer data)
{
  const Relay *relay = data;

  skip_without ("x264enc", "x265enc", "mpegtsmux", "flvmux", "udpsink", "srtsink", "multifdsink");

  UnitProgram *unit = unit_program_new (g_getenv ("WATCHFIRE_UNIT"), "--stream-only", "--unit", "car", "--stamp", "--codec",
                                        relay->codec, "--width", "640", "--height", "360", NULL);
  g_autofree char *source = unit_program_dup_uri (unit, "car");
  g_autofree char *take = g_strdup_printf ("rtspsrc location=%s protocols=tcp latency=0 ! %s ! queue max-size-time=0"
                                           " max-size-buffers=0 max-size-bytes=0 min-threshold-time=%d ! ", source,
                                           relay->unpack, HELD_BACK * 1000000);
  g_autofree char *uri = NULL;
  g_autoptr (VideoServer) server = NULL;
  GstElement *sender = NULL;
  int age = 0;

  if (relay->send != NULL)
    {
      g_autofree char *port = g_strdup_printf ("%u", find_port (G_SOCKET_TYPE_DATAGRAM));
      g_auto (GStrv) send = g_strsplit (relay->send, "PORT", 2);
      g_auto (GStrv) address = g_strsplit (relay->uri, "PORT", 2);

      uri = g_strjoinv (port, address);
      sender = start_sender (g_strconcat (take, send[0], port, send[1], NULL));
    }
  else
    {
      g_autofree char *pipeline = g_strconcat (take, "flvmux streamable=true" OUT, NULL);

      server = video_server_new ();
      uri = video_server_dup_uri (server, relay->uri);
      video_server_add_stream (server, relay->uri, OK "Content-Type: video/x-flv\r\n", pipeline);
    }

  WfVideoLink *link = watch (uri);
  g_signal_connect (wf_video_link_get_paintable (link), "invalidate-contents", G_CALLBACK (age_cb), &age);
  wait_for_state (link, WF_VIDEO_STATE_LIVE);
  wait_until (age > HELD_BACK && wf_video_link_get_delay_ms (link) > HELD_BACK
              && ABS (wf_video_link_get_delay_ms (link) - age) < 150);
  g_test_message ("%s: the clock in the picture says %d ms, the link %d ms", relay->name, age, wf_video_link_get_delay_ms (link));
  g_assert_null (wf_video_text_delay_hint (link));

  g_signal_handlers_disconnect_by_func (wf_video_link_get_paintable (link), age_cb, &age);
  close_link (link);
  if (sender != NULL)
    stop_sender (sender);
  g_clear_pointer (&server, video_server_free);
  unit_program_free (unit);
}

static void
test_udp_silence (void)
{
  g_autofree char *uri = g_strdup_printf ("udp://127.0.0.1:%u", find_port (G_SOCKET_TYPE_DATAGRAM));
  WfVideoLink *link = watch (uri);

  wait_until (wf_video_link_get_reason_code (link) == WF_VIDEO_REASON_TIME_OUT);
  close_link (link);
}

static void
test_srt (void)
{
  skip_without ("srtsrc", "srtsink", "mpegtsmux", "x264enc");

  guint16 port = find_port (G_SOCKET_TYPE_DATAGRAM);
  GstElement *sender = start_sender (g_strdup_printf (H264 "mpegtsmux alignment=7 ! srtsink uri=srt://127.0.0.1:%u?mode=listener"
                                     " passphrase=thirteen-drums wait-for-connection=false sync=false", port));
  g_autofree char *uri = g_strdup_printf ("srt://127.0.0.1:%u", port);

  /* The password is asked for, and said to be wrong. */
  WfVideoLink *link = watch (uri);
  wf_video_link_set_credentials (link, NULL, "another-one");
  wait_until (wf_video_link_get_reason_code (link) == WF_VIDEO_REASON_UNAUTHORIZED);
  wf_video_link_set_credentials (link, NULL, "thirteen-drums");
  wait_for_state (link, WF_VIDEO_STATE_LIVE);
  g_assert_cmpint (wf_video_link_get_width (link), ==, 320);
  wait_until (wf_video_link_get_frame_rate (link) > 5);
  close_link (link);
  stop_sender (sender);
}

/* Between sender and receiver, a network that loses what a seed says. */
typedef struct
{
  GSocket        *near;    /* (owned) where the receiver sends to */
  GSocket        *far;     /* (owned) towards the sender */
  GSocketAddress *sender;  /* (owned) */
  GSocketAddress *viewer;  /* (owned) (nullable) */
  GRand          *chance;  /* (owned) */
  GThread        *thread;
  int             lossy;   /* (atomic) percent of what the sender sends */
  int             ended;   /* (atomic) */
  int             n_lost;  /* (atomic) */
} Network;

static GSocket *
bind_socket (void)
{
  g_autoptr (GError) error = NULL;
  GSocket *socket = g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_DATAGRAM, G_SOCKET_PROTOCOL_UDP, &error);
  g_autoptr (GInetAddress) loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) any = g_inet_socket_address_new (loopback, 0);

  g_assert_no_error (error);
  g_socket_bind (socket, any, FALSE, &error);
  g_assert_no_error (error);
  g_socket_set_blocking (socket, FALSE);

  return socket;
}

static gpointer
carry (gpointer data)
{
  Network *self = data;
  char packet[2048];

  while (!g_atomic_int_get (&self->ended))
    {
      GPollFD fds[] = { { g_socket_get_fd (self->near), G_IO_IN, 0 }, { g_socket_get_fd (self->far), G_IO_IN, 0 } };
      g_autoptr (GSocketAddress) from = NULL;
      gssize size;

      g_poll (fds, G_N_ELEMENTS (fds), 50);
      size = g_socket_receive_from (self->near, &from, packet, sizeof packet, NULL, NULL);
      if (size > 0)
        {
          g_set_object (&self->viewer, from);
          g_socket_send_to (self->far, self->sender, packet, (gsize) size, NULL, NULL);
        }
      size = g_socket_receive (self->far, packet, sizeof packet, NULL, NULL);
      if (size <= 0 || self->viewer == NULL)
        continue;
      if (g_rand_int_range (self->chance, 0, 100) < g_atomic_int_get (&self->lossy))
        g_atomic_int_inc (&self->n_lost);
      else
        g_socket_send_to (self->near, self->viewer, packet, (gsize) size, NULL, NULL);
    }

  return NULL;
}

static Network *
begin_network (guint16 sender)
{
  Network *self = g_new0 (Network, 1);
  g_autoptr (GInetAddress) loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);

  self->near = bind_socket ();
  self->far = bind_socket ();
  self->sender = g_inet_socket_address_new (loopback, sender);
  self->chance = g_rand_new_with_seed (77);
  self->thread = g_thread_new ("network", carry, self);

  return self;
}

static guint16
get_network_port (Network *self)
{
  g_autoptr (GSocketAddress) address = g_socket_get_local_address (self->near, NULL);

  return g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (address));
}

static void
end_network (Network *self)
{
  g_atomic_int_set (&self->ended, TRUE);
  g_thread_join (self->thread);
  g_object_unref (self->near);
  g_object_unref (self->far);
  g_object_unref (self->sender);
  g_clear_object (&self->viewer);
  g_rand_free (self->chance);
  g_free (self);
}

/* What SRT cannot repair in time is said, and the picture goes on; what it can is no loss. */
static void
test_srt_loss (void)
{
  skip_without ("srtsrc", "srtsink", "mpegtsmux", "x264enc");

  guint16 port = find_port (G_SOCKET_TYPE_DATAGRAM);
  GstElement *sender = start_sender (g_strdup_printf (H264 "mpegtsmux alignment=7 ! srtsink uri=srt://127.0.0.1:%u?mode=listener"
                                     " wait-for-connection=false sync=false", port));
  Network *network = begin_network (port);
  g_autofree char *uri = g_strdup_printf ("srt://127.0.0.1:%u", get_network_port (network));
  WfVideoLink *link = watch (uri);

  wait_for_state (link, WF_VIDEO_STATE_LIVE);
  wait_until (wf_video_link_get_frame_rate (link) > 5);

  /* So much is lost on the way, the repairs too, that some comes too late. */
  g_atomic_int_set (&network->lossy, 45);
  wait_until (wf_video_link_get_loss (link) > 0);
  g_assert_cmpint (g_atomic_int_get (&network->n_lost), >, 0);
  g_autofree char *status = wf_video_text_status (link);
  if (wf_video_link_get_state (link) == WF_VIDEO_STATE_LIVE)
    g_assert_nonnull (strstr (status, "% lost"));

  /* And goes on, without a new connection, to be whole again when the network is. */
  g_atomic_int_set (&network->lossy, 0);
  int64_t before = wf_video_link_get_last_frame_at (link);
  wait_until (wf_video_link_get_last_frame_at (link) > before + 1000);
  wait_until (wf_video_link_get_loss (link) <= 0 && wf_video_link_get_frame_rate (link) > 5);
  g_assert_cmpint (wf_video_link_get_state (link), ==, WF_VIDEO_STATE_LIVE);

  close_link (link);
  stop_sender (sender);
  end_network (network);
}

/* A real RTMP server, where one is installed. */
typedef struct
{
  char        *folder; /* (owned) */
  char        *path;   /* (owned) of its settings */
  char        *nginx;  /* (owned) */
  guint16      port;
  GSubprocess *process; /* (owned) (nullable) */
} Rtmp;

static gboolean
set_up_rtmp (Rtmp *self)
{
  static const char module[] = "/usr/lib/nginx/modules/ngx_rtmp_module.so";

  self->nginx = g_find_program_in_path ("nginx");
  if (self->nginx == NULL && g_file_test ("/usr/sbin/nginx", G_FILE_TEST_IS_EXECUTABLE))
    self->nginx = g_strdup ("/usr/sbin/nginx");
  if (self->nginx == NULL || !g_file_test (module, G_FILE_TEST_EXISTS))
    {
      g_free (self->nginx);
      g_test_skip ("libnginx-mod-rtmp is not installed");
      return FALSE;
    }

  self->port = find_port (G_SOCKET_TYPE_STREAM);
  self->folder = g_dir_make_tmp ("watchfire-rtmp-XXXXXX", NULL);
  self->path = g_build_filename (self->folder, "nginx.conf", NULL);
  g_autofree char *text = g_strdup_printf (
    "load_module %s;\ndaemon off;\nmaster_process off;\npid %s/pid;\nerror_log %s/error.log;\n"
    "events { worker_connections 64; }\nrtmp { server { listen 127.0.0.1:%u; application live { live on; } } }\n",
    module, self->folder, self->folder, self->port);
  g_assert_true (g_file_set_contents (self->path, text, -1, NULL));

  return TRUE;
}

static void
start_rtmp (Rtmp *self)
{
  g_autoptr (GError) error = NULL;

  self->process = g_subprocess_new (G_SUBPROCESS_FLAGS_NONE, &error, self->nginx, "-p", self->folder, "-c", self->path, NULL);
  g_assert_no_error (error);
}

static void
tear_down_rtmp (Rtmp *self)
{
  g_subprocess_force_exit (self->process);
  g_subprocess_wait (self->process, NULL, NULL);
  g_object_unref (self->process);
  remove_folder (self->folder);
  g_free (self->folder);
  g_free (self->path);
  g_free (self->nginx);
}

/* The link finds the server by itself, and the stream once it is sent there. */
static GstElement *
send_rtmp (Rtmp        *self,
           WfVideoLink *link)
{
  GstElement *sender = NULL;

  for (guint i = 0; i < 20 && wf_video_link_get_state (link) != WF_VIDEO_STATE_LIVE; i++)
    {
      if (sender != NULL)
        stop_sender (sender);
      sender = start_sender (g_strdup_printf (H264 "flvmux streamable=true ! rtmp2sink location=rtmp://127.0.0.1:%u/live/car",
                                              self->port));

      gint64 until = g_get_monotonic_time () + 5 * G_USEC_PER_SEC;
      while (wf_video_link_get_state (link) != WF_VIDEO_STATE_LIVE && g_get_monotonic_time () < until)
        g_main_context_iteration (NULL, TRUE);
    }
  wait_for_state (link, WF_VIDEO_STATE_LIVE);
  g_assert_cmpint (wf_video_link_get_width (link), ==, 320);
  wait_until (wf_video_link_get_frame_rate (link) > 5);

  return sender;
}

static void
test_rtmp (void)
{
  Rtmp server = { 0 };

  skip_without ("rtmp2src", "rtmp2sink", "flvmux", "x264enc");
  if (!set_up_rtmp (&server))
    return;

  g_autofree char *uri = g_strdup_printf ("rtmp://127.0.0.1:%u/live/car", server.port);
  WfVideoLink *link = watch (uri);
  wait_until (wf_video_link_get_reason_code (link) == WF_VIDEO_REASON_REFUSED);

  start_rtmp (&server);
  GstElement *sender = send_rtmp (&server, link);
  close_link (link);
  stop_sender (sender);
  tear_down_rtmp (&server);
}

/* TLS in front of a server that does not speak it, as such servers are commonly run. */
typedef struct
{
  GSocketService  *service;     /* (owned) */
  GTlsCertificate *certificate; /* (owned) */
  guint16          port;
  guint16          to;
} Front;

typedef struct
{
  GIOStream *from;       /* (owned) */
  GIOStream *to;         /* (owned) */
  GSocket   *sockets[2]; /* not owned: of both */
} Way;

static gpointer
carry_way (gpointer data)
{
  Way *way = data;

  g_output_stream_splice (g_io_stream_get_output_stream (way->to), g_io_stream_get_input_stream (way->from),
                          G_OUTPUT_STREAM_SPLICE_NONE, NULL, NULL);
  /* Whoever waits on the other way sees the end. */
  for (guint i = 0; i < G_N_ELEMENTS (way->sockets); i++)
    g_socket_shutdown (way->sockets[i], TRUE, TRUE, NULL);
  g_object_unref (way->from);
  g_object_unref (way->to);
  g_free (way);

  return NULL;
}

static Way *
new_way (GIOStream         *from,
         GIOStream         *to,
         GSocketConnection *one,
         GSocketConnection *other)
{
  Way *way = g_new0 (Way, 1);

  way->sockets[0] = g_socket_connection_get_socket (one);
  way->sockets[1] = g_socket_connection_get_socket (other);

  way->from = g_object_ref (from);
  way->to = g_object_ref (to);

  return way;
}

static gboolean
front_cb (GThreadedSocketService *service,
          GSocketConnection      *connection,
          GObject                *source,
          gpointer                data)
{
  Front *self = data;
  g_autoptr (GIOStream) near = g_tls_server_connection_new (G_IO_STREAM (connection), self->certificate, NULL);
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GSocketConnection) far = NULL;

  if (!g_tls_connection_handshake (G_TLS_CONNECTION (near), NULL, NULL))
    return TRUE;
  far = g_socket_client_connect_to_host (client, "127.0.0.1", self->to, NULL, NULL);
  if (far == NULL)
    return TRUE;

  GThread *back = g_thread_new ("front", carry_way, new_way (G_IO_STREAM (far), near, connection, far));
  carry_way (new_way (near, G_IO_STREAM (far), connection, far));
  g_thread_join (back);

  return TRUE;
}

static void
set_up_front (Front           *self,
              GTlsCertificate *certificate,
              guint16          to)
{
  self->certificate = certificate;
  self->to = to;
  self->service = g_threaded_socket_service_new (8);
  self->port = g_socket_listener_add_any_inet_port (G_SOCKET_LISTENER (self->service), NULL, NULL);
  g_assert_cmpint (self->port, !=, 0);
  g_signal_connect (self->service, "run", G_CALLBACK (front_cb), self);
}

static void
trust_only (const char *pem)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GTlsDatabase) database = g_tls_file_database_new (pem, &error);

  g_assert_no_error (error);
  g_tls_backend_set_default_database (g_tls_backend_get_default (), database);
}

/* @names: (nullable): what the certificate is good for */
static void
make_certificate (const char *openssl,
                  const char *subject,
                  const char *names,
                  const char *key,
                  const char *pem)
{
  g_autoptr (GPtrArray) words = g_ptr_array_new ();
  g_autoptr (GError) error = NULL;
  const char *const always[] = { openssl, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                                 "-days", "2", "-subj", subject, "-keyout", key, "-out", pem };

  for (gsize i = 0; i < G_N_ELEMENTS (always); i++)
    g_ptr_array_add (words, (gpointer) always[i]);
  if (names != NULL)
    {
      g_ptr_array_add (words, (gpointer) "-addext");
      g_ptr_array_add (words, (gpointer) names);
    }
  g_ptr_array_add (words, NULL);

  g_autoptr (GSubprocess) process = g_subprocess_newv ((const char *const *) words->pdata, G_SUBPROCESS_FLAGS_STDERR_SILENCE,
                                                       &error);
  g_assert_no_error (error);
  g_assert_true (g_subprocess_wait_check (process, NULL, NULL));
}

/* RTMP over TLS: shown where this computer trusts who signed the certificate, and refused with the reason where not. */
static void
test_rtmps (void)
{
  g_autofree char *openssl = g_find_program_in_path ("openssl");
  Rtmp server = { 0 };
  Front front = { 0 };

  skip_without ("rtmp2src", "rtmp2sink", "flvmux", "x264enc");
  if (openssl == NULL || !g_tls_backend_supports_tls (g_tls_backend_get_default ()))
    {
      g_test_skip ("openssl or TLS is missing");
      return;
    }
  if (!set_up_rtmp (&server))
    return;

  g_autofree char *pem = g_build_filename (server.folder, "server.pem", NULL);
  g_autofree char *other = g_build_filename (server.folder, "other.pem", NULL);
  g_autofree char *key = g_build_filename (server.folder, "key.pem", NULL);
  g_autoptr (GError) error = NULL;

  make_certificate (openssl, "/CN=somebody else", NULL, key, other);
  make_certificate (openssl, "/CN=streaming server", "subjectAltName=IP:127.0.0.1", key, pem);
  g_autoptr (GTlsCertificate) certificate = g_tls_certificate_new_from_files (pem, key, &error);
  g_assert_no_error (error);
  start_rtmp (&server);
  set_up_front (&front, certificate, server.port);
  g_autofree char *uri = g_strdup_printf ("rtmps://127.0.0.1:%u/live/car", front.port);

  trust_only (other);
  WfVideoLink *link = watch (uri);
  wait_until (wf_video_link_get_reason_code (link) == WF_VIDEO_REASON_CERTIFICATE);
  g_assert_cmpint (wf_video_link_get_state (link), ==, WF_VIDEO_STATE_FAILED);
  /* What it cannot be told is not advised. */
  g_assert_null (strstr (wf_video_link_get_reason (link), "#sha256="));
  close_link (link);

  trust_only (pem);
  link = watch (uri);
  GstElement *sender = send_rtmp (&server, link);
  close_link (link);
  stop_sender (sender);

  g_socket_service_stop (front.service);
  g_socket_listener_close (G_SOCKET_LISTENER (front.service));
  tear_down_rtmp (&server);
  g_object_unref (front.service);
}

static void
test_addresses (void)
{
  static const struct { const char *uri; const char *scheme; } known[] = {
    { "rtsp://10.1.1.1/live", "rtsp" }, { "rtsps://10.1.1.1/live", "rtsps" }, { "RTMP://10.1.1.1/live/car", "rtmp" },
    { "https://a.example/live.m3u8?token=1", "https" }, { "srt://10.1.1.1:7000?streamid=x", "srt" },
    { "udp://@239.1.1.1:1234", "udp" }, { "udp://[ff02::1]:1234", "udp" }, { "file:///srv/a.mkv", "file" },
    { "http://10.1.1.1", NULL },
  };
  static const char *const unknown[] = {
    "udp://239.1.1.1", "srt://10.1.1.1", "file://host/x", "file:///", "gopher://a/b", "javascript:1", "data:,x", "appsink:",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (known); i++)
    {
      const WfVideoScheme *scheme = wf_video_scheme_find (known[i].uri);

      g_assert_nonnull (scheme);
      if (known[i].scheme != NULL)
        g_assert_cmpstr (scheme->scheme, ==, known[i].scheme);
    }

  for (gsize i = 0; i < G_N_ELEMENTS (unknown); i++)
    g_assert_null (wf_video_scheme_find (unknown[i]));
}

static void
test_plain_address (void)
{
  g_autofree char *plain = wf_video_address_dup_plain ("rtsp://admin:s3cret@10.1.1.1:554/live?token=s3cret#sha256=aa");
  g_autofree char *nonsense = wf_video_address_dup_plain ("admin:s3cret");
  g_autofree char *file = wf_video_address_dup_plain ("file:///srv/flight.mkv");

  g_assert_cmpstr (plain, ==, "rtsp://10.1.1.1:554/live");
  g_assert_null (strstr (nonsense, "s3cret"));
  g_assert_cmpstr (file, ==, "file:///srv/flight.mkv");

  /* Those that have no host are none. */
  static const char *const nowhere[] = { "srt:/..//admin:s3cret@10.1.1.1:554", "rtsp:/x//admin:s3cret@10.1.1.1", "file:/..//a" };
  for (gsize i = 0; i < G_N_ELEMENTS (nowhere); i++)
    {
      g_autofree char *shown = wf_video_address_dup_plain (nowhere[i]);

      g_assert_cmpstr (shown, ==, "");
    }
}

int
main (int   argc,
      char *argv[])
{
  init_video_tests (&argc, &argv);

  g_test_add_func ("/video/kinds/addresses", test_addresses);
  g_test_add_func ("/video/kinds/plain-address", test_plain_address);
  for (gsize i = 0; i < G_N_ELEMENTS (over_http); i++)
    {
      g_autofree char *path = g_strconcat ("/video/kinds/http", over_http[i].path, NULL);
      g_test_add_data_func (path, &over_http[i], test_http);
    }
  for (gsize i = 0; i < G_N_ELEMENTS (relays); i++)
    {
      g_autofree char *path = g_strconcat ("/video/kinds/stamped/", relays[i].name, NULL);
      g_test_add_data_func (path, &relays[i], test_stamped);
    }
  g_test_add_func ("/video/kinds/hls", test_hls);
  g_test_add_func ("/video/kinds/file", test_file);
  g_test_add_func ("/video/kinds/no-file", test_no_file);
  g_test_add_func ("/video/kinds/udp", test_udp);
  g_test_add_func ("/video/kinds/multicast", test_multicast);
  g_test_add_func ("/video/kinds/udp-silence", test_udp_silence);
  g_test_add_func ("/video/kinds/srt", test_srt);
  g_test_add_func ("/video/kinds/srt-loss", test_srt_loss);
  g_test_add_func ("/video/kinds/rtmp", test_rtmp);
  g_test_add_func ("/video/kinds/rtmps", test_rtmps);

  return g_test_run ();
}
