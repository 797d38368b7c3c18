/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "video-testing.h"
#include "wf-unit-strip.h"
#include "wf-video-hub.h"

#include <gdk-pixbuf/gdk-pixbuf.h>
#include <glib/gstdio.h>

static void
count_cb (guint *count)
{
  (*count)++;
}

static void
test_picture (void)
{
  skip_without_plugins ();

  g_autoptr (WfUnitStream) stream = start_stream ();
  WfVideoLink *link = open_link (stream, "car");
  GdkPaintable *paintable = wf_video_link_get_paintable (link);
  guint n_pictures = 0;
  guint n_states = 0;

  g_assert_cmpint (wf_video_link_get_state (link), ==, WF_VIDEO_STATE_CONNECTING);
  g_assert_false (wf_video_link_has_picture (link));
  g_signal_connect_swapped (paintable, "invalidate-contents", G_CALLBACK (count_cb), &n_pictures);
  g_signal_connect_swapped (link, "notify::state", G_CALLBACK (count_cb), &n_states);

  wait_for_state (link, WF_VIDEO_STATE_LIVE);
  g_assert_cmpint (n_states, >=, 1);
  g_assert_null (wf_video_link_get_reason (link));
  g_assert_true (wf_video_link_has_picture (link));
  g_assert_cmpint (gdk_paintable_get_intrinsic_width (paintable), ==, 640);
  g_assert_cmpint (gdk_paintable_get_intrinsic_height (paintable), ==, 360);
  g_assert_cmpint (wf_video_link_get_width (link), ==, 640);
  g_assert_cmpint (wf_video_link_get_height (link), ==, 360);

  /* It keeps coming, and the numbers say how. */
  wait_until (n_pictures >= 25 && wf_video_link_get_frame_rate (link) > 0);
  g_assert_cmpint (wf_video_link_get_bit_rate (link), >, 1000);
  g_assert_cmpfloat (wf_video_link_get_loss (link), ==, 0);
  g_assert_cmpint (wf_video_link_get_last_frame_at (link), >, g_get_real_time () / 1000 - 60000);
  g_assert_cmpint (wf_video_link_get_age_ms (link), >=, 0);

  close_link (link);
}

/* Of the picture that was made for the screen, not of the stream. */
static int
get_shown_width (WfVideoLink *link)
{
  g_autoptr (GdkPaintable) image = gdk_paintable_get_current_image (wf_video_link_get_paintable (link));

  return gdk_paintable_get_intrinsic_width (image);
}

static void
test_wanted_size (void)
{
  skip_without_plugins ();

  g_autoptr (WfUnitStream) stream = start_stream ();
  WfVideoLink *link = open_link (stream, "car");
  GdkPaintable *paintable = wf_video_link_get_paintable (link);
  int small;
  int large;

  wf_video_link_set_wanted_size (link, stream, 320, 300);
  wait_for_state (link, WF_VIDEO_STATE_LIVE);
  g_assert_cmpint (get_shown_width (link), ==, 320);
  g_assert_cmpint (gdk_paintable_get_intrinsic_width (paintable), ==, 640);

  /* The largest viewer counts, whoever is not a viewer does not, and nothing is enlarged. */
  wf_video_link_hold (link, &large);
  wf_video_link_set_wanted_size (link, &large, 5000, 5000);
  wf_video_link_set_wanted_size (link, &small, 100, 100);
  wait_until (get_shown_width (link) == 640);

  wf_video_link_release (link, &large);
  wait_until (get_shown_width (link) == 320);

  close_link (link);
}

static void
test_refused (void)
{
  skip_without_plugins ();

  g_autoptr (WfUnitStream) stream = start_stream ();
  g_autofree char *uri = wf_unit_stream_dup_uri (stream, "car");
  wf_unit_stream_stop (stream);

  WfVideoLink *link = wf_video_link_new (uri, "nobody");
  wf_video_link_hold (link, stream);

  wait_until (wf_video_link_get_reason_code (link) == WF_VIDEO_REASON_REFUSED);
  g_assert_cmpint (wf_video_link_get_state (link), ==, WF_VIDEO_STATE_RECONNECTING);
  g_assert_nonnull (strstr (wf_video_link_get_reason (link), "refuses the connection"));
  g_assert_cmpint (wf_video_link_get_age_ms (link), ==, -1);

  close_link (link);
}

static void
test_no_such_host (void)
{
  skip_without_plugins ();

  WfVideoLink *link = wf_video_link_new ("rtsp://no-such-host.invalid/x", "nobody");
  wf_video_link_hold (link, link);
  wait_until (wf_video_link_get_reason_code (link) == WF_VIDEO_REASON_NO_ROUTE);
  close_link (link);
}

static void
test_not_found (void)
{
  skip_without_plugins ();

  g_autoptr (WfUnitStream) stream = start_stream ();
  WfVideoLink *link = open_link (stream, "another-car");

  wait_until (wf_video_link_get_reason_code (link) == WF_VIDEO_REASON_NOT_FOUND);
  g_assert_cmpint (wf_video_link_get_state (link), ==, WF_VIDEO_STATE_RECONNECTING);

  /* The unit gets its camera going later. */
  WfUnitStreamSpec spec = { .id = "another-car", .width = 320, .height = 180 };
  g_assert_true (wf_unit_stream_add (stream, &spec, NULL));
  wait_for_state (link, WF_VIDEO_STATE_LIVE);
  g_assert_cmpint (wf_video_link_get_width (link), ==, 320);

  close_link (link);
}

static void
test_bad_address (void)
{
  static const char *const addresses[] = {
    "", "nonsense", "gopher://127.0.0.1/x", "rtsp://", "rtsp:///x", "rtsp://127.0.0.1:99999/x", "udp://239.1.1.1",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (addresses); i++)
    {
      WfVideoLink *link = wf_video_link_new (addresses[i], "bad");

      wf_video_link_hold (link, link);
      g_assert_cmpint (wf_video_link_get_state (link), ==, WF_VIDEO_STATE_FAILED);
      g_assert_cmpint (wf_video_link_get_reason_code (link), ==, WF_VIDEO_REASON_BAD_ADDRESS);
      close_link (link);
    }
}

static void
test_password (void)
{
  skip_without_plugins ();

  g_autoptr (WfUnitStream) stream = start_stream ();
  wf_unit_stream_set_credentials (stream, "watch", "right");

  WfVideoLink *link = open_link (stream, "car");
  wait_for_state (link, WF_VIDEO_STATE_FAILED);
  g_assert_cmpint (wf_video_link_get_reason_code (link), ==, WF_VIDEO_REASON_UNAUTHORIZED);

  wf_video_link_set_credentials (link, "watch", "wrong");
  g_assert_cmpint (wf_video_link_get_state (link), ==, WF_VIDEO_STATE_CONNECTING);
  wait_for_state (link, WF_VIDEO_STATE_FAILED);
  g_assert_cmpint (wf_video_link_get_reason_code (link), ==, WF_VIDEO_REASON_UNAUTHORIZED);

  wf_video_link_set_credentials (link, "watch", "right");
  wait_for_state (link, WF_VIDEO_STATE_LIVE);

  close_link (link);
}

static void
test_udp (void)
{
  skip_without_plugins ();

  g_autoptr (WfUnitStream) stream = start_stream ();
  WfUnitStreamSpec spec = { .id = "old-camera", .width = 320, .height = 180, .udp_only = TRUE };
  g_assert_true (wf_unit_stream_add (stream, &spec, NULL));

  WfVideoLink *link = open_link (stream, "old-camera");
  wait_for_state (link, WF_VIDEO_STATE_LIVE);
  g_assert_cmpint (wf_video_link_get_width (link), ==, 320);

  close_link (link);
}

/* Nothing that can be decoded is not a frozen camera: it is marked all the same, and comes back. */
static void
test_garbage (void)
{
  skip_without_plugins ();

  g_autoptr (WfUnitStream) stream = start_stream ();
  WfVideoLink *link = open_link (stream, "car");

  wait_for_state (link, WF_VIDEO_STATE_LIVE);
  g_assert_false (wf_unit_stream_set_garbage (stream, "nobody", TRUE));
  g_assert_true (wf_unit_stream_set_garbage (stream, "car", TRUE));

  /* A decoder may make something of it; what matters is that a clean stream is shown again. */
  gint64 until = g_get_monotonic_time () + 3 * G_USEC_PER_SEC;
  wait_until (g_get_monotonic_time () > until);
  g_assert_true (wf_unit_stream_set_garbage (stream, "car", FALSE));
  wait_for_state (link, WF_VIDEO_STATE_LIVE);
  wait_until (wf_video_link_get_age_ms (link) < 500);

  close_link (link);
}

/* A network too thin for the picture loses packets, and the link says how many. */
static void
test_thin_network (void)
{
  skip_without_plugins ();

  g_autoptr (WfUnitStream) stream = start_stream ();
  WfVideoLink *link = open_link (stream, "car");

  wait_for_state (link, WF_VIDEO_STATE_LIVE);
  g_assert_false (wf_unit_stream_set_limit (stream, "car", -1));
  g_assert_true (wf_unit_stream_set_limit (stream, "car", 100));
  wait_until (wf_video_link_get_loss (link) > 0.05);

  g_assert_true (wf_unit_stream_set_limit (stream, "car", 0));
  wait_until (wf_video_link_get_state (link) == WF_VIDEO_STATE_LIVE && wf_video_link_get_loss (link) == 0);

  close_link (link);
}

static void
test_codecs (void)
{
  static const char *const names[] = { "h264", "h265", "jpeg" };

  skip_without_plugins ();

  g_autoptr (WfUnitStream) stream = start_stream ();
  WfUnitStreamSpec wrong = { .id = "x", .codec = "theora" };
  g_assert_false (wf_unit_stream_add (stream, &wrong, NULL));

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      WfUnitStreamSpec spec = { .id = names[i], .width = 320, .height = 180, .codec = names[i] };
      g_assert_true (wf_unit_stream_add (stream, &spec, NULL));

      WfVideoLink *link = open_link (stream, names[i]);
      wait_for_state (link, WF_VIDEO_STATE_LIVE);
      g_assert_cmpint (wf_video_link_get_width (link), ==, 320);
      close_link (link);
    }
}

static void
make_certificate (const char *openssl,
                  const char *name,
                  const char *key,
                  const char *pem)
{
  g_autofree char *subject = g_strdup_printf ("/CN=%s", name);
  const char *const words[] = { openssl, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", subject,
                                "-keyout", key, "-out", pem, NULL };
  g_autoptr (GError) error = NULL;

  g_autoptr (GSubprocess) process = g_subprocess_newv (words, G_SUBPROCESS_FLAGS_STDERR_SILENCE, &error);
  g_assert_no_error (error);
  g_assert_true (g_subprocess_wait_check (process, NULL, NULL));
}

/* The world's authorities, which both ends read for each connection, take longer than a link waits where each allocation is
 * watched. */
static void
trust_only (const char *pem)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GTlsDatabase) database = g_tls_file_database_new (pem, &error);

  g_assert_no_error (error);
  g_tls_backend_set_default_database (g_tls_backend_get_default (), database);
}

/* Over TLS, with a certificate that nobody has signed: refused, with what to put into the address if it is the right one. */
static void
test_certificate (void)
{
  g_autofree char *openssl = g_find_program_in_path ("openssl");
  g_autofree char *folder = g_dir_make_tmp ("watchfire-tls-XXXXXX", NULL);
  g_autofree char *pem = g_build_filename (folder, "both.pem", NULL);
  g_autofree char *key = g_build_filename (folder, "key.pem", NULL);
  g_autofree char *authority = g_build_filename (folder, "authority.pem", NULL);
  g_autoptr (GError) error = NULL;

  skip_without_plugins ();
  if (openssl == NULL || !g_tls_backend_supports_tls (g_tls_backend_get_default ()))
    {
      g_test_skip ("openssl or TLS is missing");
      return;
    }

  make_certificate (openssl, "authority", key, authority);
  make_certificate (openssl, "car", key, pem);
  trust_only (authority);
  g_autoptr (GTlsCertificate) certificate = g_tls_certificate_new_from_files (pem, key, &error);
  g_assert_no_error (error);

  g_autoptr (WfUnitStream) stream = start_stream ();
  wf_unit_stream_set_certificate (stream, certificate);
  WfVideoLink *link = open_link (stream, "car");
  wait_for_state (link, WF_VIDEO_STATE_FAILED);
  g_assert_cmpint (wf_video_link_get_reason_code (link), ==, WF_VIDEO_REASON_CERTIFICATE);

  /* The sentence has the very thing to add. */
  const char *pin = strstr (wf_video_link_get_reason (link), "#sha256=");
  g_assert_nonnull (pin);
  g_autofree char *address = wf_unit_stream_dup_uri (stream, "car");
  g_autofree char *pinned = g_strdup_printf ("%s%.72s", address, pin);
  close_link (link);

  link = wf_video_link_new (pinned, "car");
  wf_video_link_hold (link, link);
  wait_for_state (link, WF_VIDEO_STATE_LIVE);
  close_link (link);

  g_unlink (pem);
  g_unlink (authority);
  g_unlink (key);
  g_rmdir (folder);
}

static void
test_missing_codec (void)
{
  skip_without_plugins ();

  GList *decoders = gst_element_factory_list_get_elements (GST_ELEMENT_FACTORY_TYPE_DECODER, GST_RANK_NONE);
  g_autoptr (GPtrArray) hidden = g_ptr_array_new ();
  g_autoptr (GArray) ranks = g_array_new (FALSE, FALSE, sizeof (guint));
  g_autoptr (GstCaps) caps = gst_caps_new_empty_simple ("video/x-h264");
  GList *able = gst_element_factory_list_filter (decoders, caps, GST_PAD_SINK, FALSE);

  for (GList *l = able; l != NULL; l = l->next)
    {
      guint rank = gst_plugin_feature_get_rank (l->data);

      g_ptr_array_add (hidden, l->data);
      g_array_append_val (ranks, rank);
      gst_plugin_feature_set_rank (l->data, GST_RANK_NONE);
    }

  g_autoptr (WfUnitStream) stream = start_stream ();
  WfVideoLink *link = open_link (stream, "car");

  wait_for_state (link, WF_VIDEO_STATE_FAILED);
  g_assert_cmpint (wf_video_link_get_reason_code (link), ==, WF_VIDEO_REASON_CODEC);
  g_assert_nonnull (strstr (wf_video_link_get_reason (link), "H.264"));
  g_assert_nonnull (strstr (wf_video_link_get_reason (link), "gstreamer1.0-libav"));

  for (guint i = 0; i < hidden->len; i++)
    gst_plugin_feature_set_rank (hidden->pdata[i], g_array_index (ranks, guint, i));

  /* The package was installed meanwhile. */
  wf_video_link_retry (link);
  wait_for_state (link, WF_VIDEO_STATE_LIVE);

  close_link (link);
  gst_plugin_feature_list_free (able);
  gst_plugin_feature_list_free (decoders);
}

/* A decoder that says that it is hardware, is preferred to all others, and does not work: as that of a computer whose driver
 * is too old. */
typedef struct
{
  GstElement parent_instance;
} BrokenHardware;

typedef struct
{
  GstElementClass parent_class;
} BrokenHardwareClass;

static GType broken_hardware_get_type (void);
G_DEFINE_TYPE (BrokenHardware, broken_hardware, GST_TYPE_ELEMENT)

static GstStaticPadTemplate broken_in = GST_STATIC_PAD_TEMPLATE ("sink", GST_PAD_SINK, GST_PAD_ALWAYS,
                                                                 GST_STATIC_CAPS ("video/x-h264"));
static GstStaticPadTemplate broken_out = GST_STATIC_PAD_TEMPLATE ("src", GST_PAD_SRC, GST_PAD_ALWAYS,
                                                                  GST_STATIC_CAPS ("video/x-raw"));
static int broken_says; /* (atomic) whether it says so, or does nothing at all */
static int n_broken;    /* (atomic) pictures that it was given */

static GstFlowReturn
broken_chain_cb (GstPad    *pad,
                 GstObject *parent,
                 GstBuffer *buffer)
{
  gst_buffer_unref (buffer);
  g_atomic_int_inc (&n_broken);
  if (!g_atomic_int_get (&broken_says))
    return GST_FLOW_OK;

  GST_ELEMENT_ERROR (parent, STREAM, DECODE, (NULL), ("the driver does not know this profile"));
  return GST_FLOW_ERROR;
}

static gboolean
broken_event_cb (GstPad    *pad,
                 GstObject *parent,
                 GstEvent  *event)
{
  gst_event_unref (event);
  return TRUE;
}

static void
broken_hardware_class_init (BrokenHardwareClass *klass)
{
  GstElementClass *element_class = GST_ELEMENT_CLASS (klass);

  gst_element_class_add_static_pad_template (element_class, &broken_in);
  gst_element_class_add_static_pad_template (element_class, &broken_out);
  gst_element_class_set_static_metadata (element_class, "Broken", "Codec/Decoder/Video/Hardware", "Does not work", "Watchfire");
}

static void
broken_hardware_init (BrokenHardware *self)
{
  GstPad *in = gst_pad_new_from_static_template (&broken_in, "sink");

  gst_pad_set_chain_function (in, broken_chain_cb);
  gst_pad_set_event_function (in, broken_event_cb);
  gst_element_add_pad (GST_ELEMENT (self), in);
  gst_element_add_pad (GST_ELEMENT (self), gst_pad_new_from_static_template (&broken_out, "src"));
}

/* Where there is hardware it is tried first; where that fails, or stays silent, the link goes on without it. */
static void
test_hardware (void)
{
  skip_without_plugins ();

  g_assert_true (gst_element_register (NULL, "brokenhardwaredec", GST_RANK_PRIMARY + 500, broken_hardware_get_type ()));
  g_autoptr (WfUnitStream) stream = start_stream ();

  for (int says = 1; says >= 0; says--)
    {
      g_atomic_int_set (&broken_says, says);
      g_atomic_int_set (&n_broken, 0);

      WfVideoLink *link = open_link (stream, "car");
      wait_for_state (link, WF_VIDEO_STATE_LIVE);
      g_assert_cmpint (g_atomic_int_get (&n_broken), >, 0);
      g_assert_null (wf_video_link_get_reason (link));

      /* Not tried again by this link. */
      int before = g_atomic_int_get (&n_broken);
      wf_unit_stream_drop_clients (stream);
      wait_for_state (link, WF_VIDEO_STATE_RECONNECTING);
      wait_for_state (link, WF_VIDEO_STATE_LIVE);
      g_assert_cmpint (g_atomic_int_get (&n_broken), ==, before);
      close_link (link);
    }

  g_autoptr (GstElementFactory) factory = gst_element_factory_find ("brokenhardwaredec");
  gst_plugin_feature_set_rank (GST_PLUGIN_FEATURE (factory), GST_RANK_NONE);
}

static void
test_restart (void)
{
  skip_without_plugins ();

  g_autoptr (WfUnitStream) stream = start_stream ();
  guint16 port = wf_unit_stream_get_port (stream);
  WfVideoLink *link = open_link (stream, "car");
  g_autoptr (GError) error = NULL;

  wait_for_state (link, WF_VIDEO_STATE_LIVE);

  wf_unit_stream_stop (stream);
  wait_for_state (link, WF_VIDEO_STATE_RECONNECTING);
  wait_until (wf_video_link_get_reason_code (link) == WF_VIDEO_REASON_REFUSED);
  g_assert_true (wf_video_link_has_picture (link));

  wf_unit_stream_start (stream, port, &error);
  g_assert_no_error (error);
  wait_for_state (link, WF_VIDEO_STATE_LIVE);
  g_assert_null (wf_video_link_get_reason (link));

  /* Cut off once more, with the server still there. */
  wf_unit_stream_drop_clients (stream);
  wait_for_state (link, WF_VIDEO_STATE_RECONNECTING);
  wait_for_state (link, WF_VIDEO_STATE_LIVE);

  close_link (link);
}

static void
test_freeze (void)
{
  skip_without_plugins ();

  g_autoptr (WfUnitStream) stream = start_stream ();
  WfVideoLink *link = open_link (stream, "car");

  wait_for_state (link, WF_VIDEO_STATE_LIVE);
  wf_unit_stream_set_frozen (stream, "car", TRUE);
  wait_for_state (link, WF_VIDEO_STATE_STALLED);
  g_assert_cmpint (wf_video_link_get_age_ms (link), >=, WF_VIDEO_STALL_AFTER);

  wf_unit_stream_set_frozen (stream, "car", FALSE);
  wait_for_state (link, WF_VIDEO_STATE_LIVE);

  close_link (link);
}

typedef struct
{
  GBytes  *bytes;
  int64_t  captured_at;
  GError  *error;
  gboolean done;
} Shot;

static void
shot_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  Shot *shot = user_data;

  shot->bytes = wf_video_link_snapshot_finish (WF_VIDEO_LINK (source), result, &shot->captured_at, &shot->error);
  shot->done = TRUE;
}

static void
shot_clear (Shot *shot)
{
  g_clear_pointer (&shot->bytes, g_bytes_unref);
  g_clear_error (&shot->error);
  shot->done = FALSE;
}

static GdkPixbuf *
decode (GBytes *bytes)
{
  g_autoptr (GInputStream) input = g_memory_input_stream_new_from_bytes (bytes);
  g_autoptr (GError) error = NULL;
  GdkPixbuf *pixbuf = gdk_pixbuf_new_from_stream (input, NULL, &error);

  g_assert_no_error (error);
  return pixbuf;
}

static int
get_luma (int      x,
          int      y,
          gpointer data)
{
  GdkPixbuf *pixbuf = data;
  const guchar *pixel = gdk_pixbuf_read_pixels (pixbuf) + y * gdk_pixbuf_get_rowstride (pixbuf)
                        + x * gdk_pixbuf_get_n_channels (pixbuf);

  return (pixel[0] + 2 * pixel[1] + pixel[2]) / 4;
}

static void
test_snapshot (void)
{
  skip_without_plugins ();

  g_autoptr (WfUnitStream) stream = start_stream ();
  WfVideoLink *link = open_link (stream, "car");
  Shot shot = { 0 };

  /* Nothing yet. */
  wf_video_link_snapshot_async (link, WF_VIDEO_IMAGE_FORMAT_JPEG, NULL, shot_cb, &shot);
  wait_until (shot.done);
  g_assert_error (shot.error, WF_VIDEO_ERROR, WF_VIDEO_ERROR_NO_PICTURE);
  shot_clear (&shot);

  /* Shown small, taken in full. */
  wf_video_link_set_wanted_size (link, stream, 160, 90);
  wait_for_state (link, WF_VIDEO_STATE_LIVE);

  for (int i = 0; i < 2; i++)
    {
      WfVideoImageFormat format = i == 0 ? WF_VIDEO_IMAGE_FORMAT_JPEG : WF_VIDEO_IMAGE_FORMAT_PNG;

      wf_video_link_snapshot_async (link, format, NULL, shot_cb, &shot);
      wait_until (shot.done);
      g_assert_no_error (shot.error);

      g_autoptr (GdkPixbuf) pixbuf = decode (shot.bytes);
      const guchar *magic = g_bytes_get_data (shot.bytes, NULL);
      int64_t burnt_in;

      g_assert_cmpint (magic[0], ==, i == 0 ? 0xff : 0x89);
      g_assert_cmpint (gdk_pixbuf_get_width (pixbuf), ==, 640);
      g_assert_cmpint (gdk_pixbuf_get_height (pixbuf), ==, 360);

      /* The clock in the picture and the time that is said of it are the same, but for the way here. */
      g_assert_true (wf_unit_strip_read (640, 360, get_luma, pixbuf, &burnt_in));
      g_assert_cmpint (ABS (burnt_in - shot.captured_at), <, 10000);
      shot_clear (&shot);
    }

  /* A cancelled one says so. */
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  wf_video_link_snapshot_async (link, WF_VIDEO_IMAGE_FORMAT_PNG, cancellable, shot_cb, &shot);
  g_cancellable_cancel (cancellable);
  wait_until (shot.done);
  g_assert_error (shot.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  shot_clear (&shot);

  /* The last picture of a lost link can still be had. */
  wf_unit_stream_stop (stream);
  wait_for_state (link, WF_VIDEO_STATE_RECONNECTING);
  int64_t now = g_get_real_time () / 1000;
  wf_video_link_snapshot_async (link, WF_VIDEO_IMAGE_FORMAT_JPEG, NULL, shot_cb, &shot);
  wait_until (shot.done);
  g_assert_no_error (shot.error);
  g_assert_cmpint (shot.captured_at, <=, now);
  shot_clear (&shot);

  close_link (link);
}

static void
test_delay (void)
{
  skip_without_plugins ();

  g_autoptr (WfUnitStream) stream = start_stream ();
  WfVideoLink *link = open_link (stream, "car");

  /* Comes with the sender's first report. */
  wait_until (wf_video_link_get_delay_ms (link) >= 0);
  g_assert_cmpint (wf_video_link_get_delay_ms (link), <, 10000);

  close_link (link);
}

static void
test_grace (void)
{
  skip_without_plugins ();

  g_autoptr (WfUnitStream) stream = start_stream ();
  WfVideoLink *link = open_link (stream, "car");
  int other;

  wait_for_state (link, WF_VIDEO_STATE_LIVE);
  g_assert_cmpint (wf_unit_stream_count_encoders (stream), ==, 1);

  wf_video_link_hold (link, &other);
  wf_video_link_release (link, stream);
  g_assert_cmpint (wf_video_link_get_state (link), ==, WF_VIDEO_STATE_LIVE);
  wf_video_link_release (link, &other);
  wf_video_link_release (link, &other);
  g_assert_cmpint (wf_video_link_get_state (link), ==, WF_VIDEO_STATE_LIVE);

  /* Nobody looks: it closes, and the unit stops encoding. */
  wait_for_state (link, WF_VIDEO_STATE_IDLE);
  wait_until (wf_video_pipeline_count () == 0);
  wait_until (wf_unit_stream_count_encoders (stream) == 0);

  wf_video_link_hold (link, &other);
  wait_for_state (link, WF_VIDEO_STATE_LIVE);

  close_link (link);
}

static void
test_hub (void)
{
  skip_without_plugins ();

  g_autoptr (WfUnitStream) stream = start_stream ();
  g_autofree char *uri = wf_unit_stream_dup_uri (stream, "car");
  WfVideoHub *hub = wf_video_hub_new ();

  WfVideoLink *first = wf_video_hub_get_link (hub, uri, "One");
  WfVideoLink *second = wf_video_hub_get_link (hub, uri, "Two");
  g_assert_true (first == second);
  g_assert_cmpstr (wf_video_link_get_name (first), ==, "Two");
  g_object_unref (second);
  g_assert_cmpint (wf_video_hub_count (hub), ==, 1);
  g_object_unref (first);
  g_assert_cmpint (wf_video_hub_count (hub), ==, 0);

  /* Handed over from one place to another, it stays open and one. */
  first = wf_video_hub_get_link (hub, uri, NULL);
  wf_video_link_hold (first, &first);
  wait_for_state (first, WF_VIDEO_STATE_LIVE);
  wf_video_link_release (first, &first);
  g_object_unref (first);
  g_assert_cmpint (wf_video_hub_count (hub), ==, 1);
  second = wf_video_hub_get_link (hub, uri, NULL);
  g_assert_cmpint (wf_video_link_get_state (second), ==, WF_VIDEO_STATE_LIVE);
  g_object_unref (second);

  wait_until (wf_video_hub_count (hub) == 0);
  g_assert_finalize_object (hub);
  wait_until (wf_video_pipeline_count () == 0);
}

/* Opened and closed at every stage: before the connection, in the middle, with a picture. */
static void
test_cycles (void)
{
  skip_without_plugins ();

  g_autoptr (WfUnitStream) stream = start_stream ();

  for (guint i = 0; i < 20; i++)
    {
      WfVideoLink *link = open_link (stream, "car");

      if (i % 4 == 0)
        wait_for_state (link, WF_VIDEO_STATE_LIVE);
      else if (i % 4 == 1)
        for (guint k = 0; k < i; k++)
          g_main_context_iteration (NULL, FALSE);
      else if (i % 4 == 2)
        g_usleep (i * 3000);

      g_assert_finalize_object (link);
    }

  wait_until (wf_video_pipeline_count () == 0);
  wait_until (wf_unit_stream_count_clients (stream) == 0);
  wait_until (wf_unit_stream_count_encoders (stream) == 0);
}

static void
test_shared_encoder (void)
{
  skip_without_plugins ();

  g_autoptr (WfUnitStream) stream = start_stream ();
  WfVideoLink *first = open_link (stream, "car");
  WfVideoLink *second = open_link (stream, "car");

  wait_for_state (first, WF_VIDEO_STATE_LIVE);
  wait_for_state (second, WF_VIDEO_STATE_LIVE);
  g_assert_cmpint (wf_unit_stream_count_clients (stream), ==, 2);
  g_assert_cmpint (wf_unit_stream_count_encoders (stream), ==, 1);

  g_assert_finalize_object (first);
  close_link (second);
}

/* Key frames ten minutes apart: who comes later sees something only because the sender is asked for one. */
static void
test_late (void)
{
  static const char *const names[] = { "h264", "h265" };

  skip_without_plugins ();

  g_autoptr (WfUnitStream) stream = start_stream ();

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      WfUnitStreamSpec spec = { .id = names[i], .width = 320, .height = 180, .codec = names[i], .key = 600 };
      g_assert_true (wf_unit_stream_add (stream, &spec, NULL));

      WfVideoLink *first = open_link (stream, names[i]);
      wait_for_state (first, WF_VIDEO_STATE_LIVE);
      WfVideoLink *second = open_link (stream, names[i]);
      wait_for_state (second, WF_VIDEO_STATE_LIVE);
      g_assert_cmpint (wf_unit_stream_count_encoders (stream), ==, 1);

      g_assert_finalize_object (second);
      close_link (first);
      wait_until (wf_unit_stream_count_encoders (stream) == 0);
    }
}

int
main (int   argc,
      char *argv[])
{
  init_video_tests (&argc, &argv);

  g_test_add_func ("/video/link/picture", test_picture);
  g_test_add_func ("/video/link/wanted-size", test_wanted_size);
  g_test_add_func ("/video/link/refused", test_refused);
  g_test_add_func ("/video/link/no-such-host", test_no_such_host);
  g_test_add_func ("/video/link/not-found", test_not_found);
  g_test_add_func ("/video/link/bad-address", test_bad_address);
  g_test_add_func ("/video/link/password", test_password);
  g_test_add_func ("/video/link/udp", test_udp);
  g_test_add_func ("/video/link/garbage", test_garbage);
  g_test_add_func ("/video/link/thin-network", test_thin_network);
  g_test_add_func ("/video/link/codecs", test_codecs);
  g_test_add_func ("/video/link/certificate", test_certificate);
  g_test_add_func ("/video/link/missing-codec", test_missing_codec);
  g_test_add_func ("/video/link/hardware", test_hardware);
  g_test_add_func ("/video/link/restart", test_restart);
  g_test_add_func ("/video/link/freeze", test_freeze);
  g_test_add_func ("/video/link/snapshot", test_snapshot);
  g_test_add_func ("/video/link/delay", test_delay);
  g_test_add_func ("/video/link/grace", test_grace);
  g_test_add_func ("/video/link/hub", test_hub);
  g_test_add_func ("/video/link/cycles", test_cycles);
  g_test_add_func ("/video/link/shared-encoder", test_shared_encoder);
  g_test_add_func ("/video/link/late", test_late);

  return g_test_run ();
}
