/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* What is not what it says it is, beside a link that has to go on as if nothing were. */

#include "config.h"

#include "video-server.h"
#include "video-testing.h"

#include <glib/gstdio.h>
#include <gst/app/gstappsink.h>

#define OK "HTTP/1.1 200 OK\r\nConnection: close\r\n"

#define ENCODE(width, height, n)                                                                                    \
  "videotestsrc pattern=ball num-buffers=" n " ! video/x-raw,format=I420,width=" width ",height=" height            \
  ",framerate=25/1 ! x264enc tune=zerolatency speed-preset=ultrafast key-int-max=25 ! h264parse config-interval=-1 ! "

typedef struct
{
  VideoServer  *server;
  WfUnitStream *unit;
  WfVideoLink  *good;
  guint         n_changes; /* of the good one's state */
  guint         n_pictures;
} Bench;

static void
count_cb (guint *count)
{
  (*count)++;
}

static void
set_up (Bench         *bench,
        gconstpointer  data)
{
  bench->server = video_server_new ();
  bench->unit = start_stream ();
  bench->good = open_link (bench->unit, "car");
  wait_for_state (bench->good, WF_VIDEO_STATE_LIVE);
  g_signal_connect_swapped (bench->good, "notify::state", G_CALLBACK (count_cb), &bench->n_changes);
  g_signal_connect_swapped (wf_video_link_get_paintable (bench->good), "invalidate-contents", G_CALLBACK (count_cb),
                            &bench->n_pictures);
}

/* It has shown pictures all the time, and shows some still. */
static void
tear_down (Bench         *bench,
           gconstpointer  data)
{
  guint before = bench->n_pictures;

  wait_until (bench->n_pictures >= before + 5);
  g_assert_cmpint (wf_video_link_get_state (bench->good), ==, WF_VIDEO_STATE_LIVE);
  g_assert_cmpint (bench->n_changes, ==, 0);
  close_link (bench->good);
  g_object_unref (bench->unit);
  video_server_free (bench->server);
}

static WfVideoLink *
watch (Bench      *bench,
       const char *path)
{
  g_autofree char *uri = video_server_dup_uri (bench->server, path);
  WfVideoLink *link = wf_video_link_new (uri, "bad");

  wf_video_link_hold (link, link);

  return link;
}

/* What it had open goes, the good one's stays. */
static void
look_away (WfVideoLink *link)
{
  g_assert_finalize_object (link);
  wait_until (wf_video_pipeline_count () == 1);
}

static void
expect_reason (Bench         *bench,
               const char    *path,
               WfVideoReason  reason)
{
  WfVideoLink *link = watch (bench, path);

  wait_until (wf_video_link_get_reason_code (link) == reason);
  g_assert_cmpint (wf_video_link_get_state (link), !=, WF_VIDEO_STATE_LIVE);
  g_assert_nonnull (wf_video_link_get_reason (link));
  look_away (link);
}

/* Everything that the pipeline makes. This thread does nothing else meanwhile, so what the good link says of that time does
 * not count. */
static GByteArray *
make_bytes (Bench      *bench,
            const char *description)
{
  g_autofree char *text = g_strconcat (description, " ! appsink name=out sync=false", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GstElement) pipeline = gst_parse_launch (text, &error);
  GByteArray *bytes = g_byte_array_new ();
  GstSample *sample;

  g_assert_no_error (error);
  g_autoptr (GstElement) out = gst_bin_get_by_name (GST_BIN (pipeline), "out");
  gst_element_set_state (pipeline, GST_STATE_PLAYING);

  while ((sample = gst_app_sink_try_pull_sample (GST_APP_SINK (out), PATIENCE * GST_SECOND)) != NULL)
    {
      GstMapInfo map;

      g_assert_true (gst_buffer_map (gst_sample_get_buffer (sample), &map, GST_MAP_READ));
      g_byte_array_append (bytes, map.data, (guint) map.size);
      gst_buffer_unmap (gst_sample_get_buffer (sample), &map);
      gst_sample_unref (sample);
    }

  gst_element_set_state (pipeline, GST_STATE_NULL);
  g_assert_cmpint (bytes->len, >, 0);

  guint before = bench->n_pictures;
  wait_until (bench->n_pictures >= before + 10 && wf_video_link_get_state (bench->good) == WF_VIDEO_STATE_LIVE);
  bench->n_changes = 0;

  return bytes;
}

static void
test_web_page (Bench         *bench,
               gconstpointer  data)
{
  static const char page[] = "<!DOCTYPE html>\n<html><head><title>Sign in</title></head><body><form></form></body></html>\n";

  video_server_add (bench->server, "/live.m3u8", OK "Content-Type: application/vnd.apple.mpegurl\r\n", page, strlen (page));
  expect_reason (bench, "/live.m3u8", WF_VIDEO_REASON_WEB_PAGE);
}

static void
test_wrong_playlist (Bench         *bench,
                     gconstpointer  data)
{
  static const char *const lists[] = {
    "#EXTM3U\n", "#EXTM3U\n#EXTINF:x,\nhttp://127.0.0.1:9/none.ts\n#EXT-X-ENDLIST\n",
    "#EXTM3U\n#EXT-X-TARGETDURATION:99999999999999999999\n#EXTINF:-1,\n../../../../etc/passwd\n",
    "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\n/loop.m3u8\n",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (lists); i++)
    {
      video_server_add (bench->server, "/loop.m3u8", OK, lists[i], strlen (lists[i]));

      WfVideoLink *link = watch (bench, "/loop.m3u8");
      wait_until (wf_video_link_get_reason (link) != NULL);
      look_away (link);
    }
}

static void
test_statuses (Bench         *bench,
               gconstpointer  data)
{
  static const struct { const char *head; WfVideoReason reason; } answers[] = {
    { "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Basic realm=\"x\"\r\nConnection: close\r\n", WF_VIDEO_REASON_UNAUTHORIZED },
    { "HTTP/1.1 403 Forbidden\r\nConnection: close\r\n", WF_VIDEO_REASON_UNAUTHORIZED },
    { "HTTP/1.1 404 Not Found\r\nConnection: close\r\n", WF_VIDEO_REASON_NOT_FOUND },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (answers); i++)
    {
      video_server_add (bench->server, "/x", answers[i].head, "", 0);
      expect_reason (bench, "/x", answers[i].reason);
    }
}

/* Of the kind that it says it is for its first bytes, and then anything; a seed makes it the same each time. */
static void
test_random (Bench         *bench,
             gconstpointer  data)
{
  static const struct { const char *magic; gsize length; } kinds[] = {
    { "", 0 }, { "FLV\x01\x05\0\0\0\x09\0\0\0\0", 13 }, { "\x47\x40\0\x10", 4 }, { "\0\0\0\x01\x67\x42", 6 },
    { "--pic\r\nContent-Type: image/jpeg\r\n\r\n\xff\xd8\xff", 38 }, { "\x1a\x45\xdf\xa3", 4 }, { "\0\0\0\x18" "ftypmp42", 12 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      g_autoptr (GRand) chance = g_rand_new_with_seed ((guint32) (1000 + i));
      g_autofree guchar *bytes = g_malloc (65536);

      for (gsize k = 0; k < 65536; k++)
        bytes[k] = (guchar) g_rand_int_range (chance, 0, 256);
      memcpy (bytes, kinds[i].magic, kinds[i].length);
      video_server_add (bench->server, "/random", OK, bytes, 65536);

      WfVideoLink *link = watch (bench, "/random");
      wait_until (wf_video_link_get_reason (link) != NULL);
      g_assert_cmpint (wf_video_link_get_state (link), !=, WF_VIDEO_STATE_LIVE);
      look_away (link);
    }
}

/* A real stream in which bytes are wrong here and there: it may show something or not, but nothing else happens. */
static void
test_damaged (Bench         *bench,
              gconstpointer  data)
{
  static const char *const muxers[] = { "mpegtsmux", "flvmux streamable=true", "matroskamux streamable=true" };

  for (gsize i = 0; i < G_N_ELEMENTS (muxers); i++)
    for (guint32 seed = 0; seed < 4; seed++)
      {
        g_autofree char *description = g_strconcat (ENCODE ("320", "180", "50"), muxers[i], NULL);
        g_autoptr (GByteArray) bytes = make_bytes (bench, description);
        g_autoptr (GRand) chance = g_rand_new_with_seed (seed);

        for (guint k = 0; k < bytes->len / 500; k++)
          bytes->data[g_rand_int_range (chance, 0, (gint32) bytes->len)] = (guint8) g_rand_int_range (chance, 0, 256);
        video_server_add (bench->server, "/damaged", OK, bytes->data, bytes->len);

        WfVideoLink *link = watch (bench, "/damaged");
        wait_until (wf_video_link_get_reason (link) != NULL || wf_video_link_has_picture (link));
        look_away (link);
      }
}

static void
test_endless_head (Bench         *bench,
                   gconstpointer  data)
{
  static const char line[] = "X-Nothing: nothing at all, again and again and again and again\r\n";

  video_server_add_endless (bench->server, "/head", OK, line, strlen (line));

  WfVideoLink *link = watch (bench, "/head");
  wait_until (wf_video_link_get_reason (link) != NULL);
  g_assert_cmpint (wf_video_link_get_state (link), !=, WF_VIDEO_STATE_LIVE);
  look_away (link);
}

static void
test_endless_nothing (Bench         *bench,
                      gconstpointer  data)
{
  static const char nothing[65536];

  video_server_add_endless (bench->server, "/zeros", OK "\r\n", nothing, sizeof nothing);
  expect_reason (bench, "/zeros", WF_VIDEO_REASON_BAD_STREAM);
}

static void
test_too_large (Bench         *bench,
                gconstpointer  data)
{
  g_autoptr (GByteArray) h264 = make_bytes (bench, ENCODE ("7680", "4320", "2") "mpegtsmux");
  g_autoptr (GByteArray) jpeg = make_bytes (bench, "videotestsrc num-buffers=2 ! video/x-raw,format=I420,width=7680,height=4320"
                                            " ! jpegenc ! multipartmux boundary=pic");

  video_server_add (bench->server, "/8k.ts", OK, h264->data, h264->len);
  video_server_add (bench->server, "/8k.mjpeg", OK "Content-Type: multipart/x-mixed-replace; boundary=pic\r\n",
                    jpeg->data, jpeg->len);
  expect_reason (bench, "/8k.ts", WF_VIDEO_REASON_TOO_LARGE);
  expect_reason (bench, "/8k.mjpeg", WF_VIDEO_REASON_TOO_LARGE);
}

/* The name and the type say FLV, and it is something else; the size changes in the middle; there are no times at all. All
 * of it is shown for what it is. */
static void
test_liars (Bench         *bench,
            gconstpointer  data)
{
  g_autoptr (GByteArray) small = make_bytes (bench, ENCODE ("320", "180", "100") "mpegtsmux");
  g_autoptr (GByteArray) large = make_bytes (bench, ENCODE ("640", "360", "100") "mpegtsmux");
  g_autoptr (GByteArray) bare = make_bytes (bench, ENCODE ("320", "180", "100") "video/x-h264,stream-format=byte-stream");

  g_byte_array_append (small, large->data, large->len);
  video_server_add (bench->server, "/a.flv", OK "Content-Type: video/x-flv\r\n", small->data, small->len);
  video_server_add (bench->server, "/b.flv", OK "Content-Type: text/html\r\n", bare->data, bare->len);

  WfVideoLink *link = watch (bench, "/a.flv");
  wait_until (wf_video_link_get_width (link) == 640);
  g_assert_true (wf_video_link_has_picture (link));
  look_away (link);

  link = watch (bench, "/b.flv");
  wait_until (wf_video_link_get_width (link) == 320);
  look_away (link);
}

static void
test_sound_only (Bench         *bench,
                 gconstpointer  data)
{
  g_autoptr (GByteArray) bytes = make_bytes (bench, "audiotestsrc num-buffers=200 ! voaacenc ! aacparse ! mpegtsmux");

  video_server_add (bench->server, "/sound.ts", OK, bytes->data, bytes->len);
  expect_reason (bench, "/sound.ts", WF_VIDEO_REASON_BAD_STREAM);
}

/* Pictures that come whenever they like, as from a body camera that saves its battery. */
static void
test_variable_rate (Bench         *bench,
                    gconstpointer  data)
{
  g_autoptr (GByteArray) bytes = make_bytes (bench, "videotestsrc pattern=ball num-buffers=150 ! video/x-raw,format=I420,"
                                             "width=320,height=180,framerate=25/1 ! identity drop-probability=0.7 !"
                                             " x264enc tune=zerolatency speed-preset=ultrafast key-int-max=10 ! h264parse !"
                                             " matroskamux streamable=true");
  guint n_shown = 0;

  video_server_add (bench->server, "/variable.mkv", OK, bytes->data, bytes->len);

  WfVideoLink *link = watch (bench, "/variable.mkv");
  g_signal_connect_swapped (wf_video_link_get_paintable (link), "invalidate-contents", G_CALLBACK (count_cb), &n_shown);
  /* Shown at its own pace, gaps and all: about fifty pictures in six seconds; a slow machine shows fewer. */
  wait_until (n_shown >= 10);
  g_assert_cmpint (wf_video_link_get_width (link), ==, 320);
  look_away (link);
}

/* A sender whose clock jumps an hour ahead, and back. */
static void
test_broken_times (Bench         *bench,
                   gconstpointer  data)
{
  static const char *const offsets[] = { "0", "3600000000000", "0", "40000000" };
  g_autoptr (GByteArray) all = g_byte_array_new ();
  guint n_shown = 0;

  for (gsize i = 0; i < G_N_ELEMENTS (offsets); i++)
    {
      g_autofree char *description = g_strdup_printf ("videotestsrc pattern=ball num-buffers=50 timestamp-offset=%s !"
                                                      " video/x-raw,format=I420,width=320,height=180,framerate=25/1 !"
                                                      " x264enc tune=zerolatency speed-preset=ultrafast key-int-max=10 !"
                                                      " h264parse config-interval=-1 ! mpegtsmux", offsets[i]);
      g_autoptr (GByteArray) bytes = make_bytes (bench, description);

      g_byte_array_append (all, bytes->data, bytes->len);
    }

  /* Again and again, as from a sender that goes on. */
  video_server_add_endless (bench->server, "/times.ts", OK "\r\n", all->data, all->len);

  WfVideoLink *link = watch (bench, "/times.ts");
  g_signal_connect_swapped (wf_video_link_get_paintable (link), "invalidate-contents", G_CALLBACK (count_cb), &n_shown);
  wait_until (n_shown >= 50);
  g_assert_cmpint (wf_video_link_get_width (link), ==, 320);
  /* Such a clock says nothing about the delay. */
  g_assert_cmpint (wf_video_link_get_delay_ms (link), ==, -1);
  look_away (link);
}

/* Over TLS, from one whom no authority knows: refused with its fingerprint, accepted with that in the address. */
static void
test_pin (Bench         *bench,
          gconstpointer  data)
{
  g_autofree char *openssl = g_find_program_in_path ("openssl");
  if (openssl == NULL)
    {
      g_test_skip ("openssl is missing");
      return;
    }

  g_autofree char *folder = g_dir_make_tmp ("watchfire-pin-XXXXXX", NULL);
  g_autofree char *key = g_build_filename (folder, "key.pem", NULL);
  g_autofree char *pem = g_build_filename (folder, "camera.pem", NULL);
  const char *const words[] = { openssl, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
                                "-nodes", "-days", "2", "-subj", "/CN=camera", "-keyout", key, "-out", pem, NULL };
  g_autoptr (GError) error = NULL;
  g_autoptr (GSubprocess) process = g_subprocess_newv (words, G_SUBPROCESS_FLAGS_STDERR_SILENCE, &error);
  g_assert_no_error (error);
  g_assert_true (g_subprocess_wait_check (process, NULL, NULL));
  g_autoptr (GTlsCertificate) certificate = g_tls_certificate_new_from_files (pem, key, &error);
  g_assert_no_error (error);
  /* The world's authorities take seconds to read where each allocation is watched. This one vouches for another name. */
  g_autoptr (GTlsDatabase) world = g_tls_file_database_new (pem, &error);
  g_assert_no_error (error);
  g_tls_backend_set_default_database (g_tls_backend_get_default (), world);
  g_autoptr (GByteArray) der = NULL;
  g_object_get (certificate, "certificate", &der, NULL);
  g_autofree char *fingerprint = g_compute_checksum_for_data (G_CHECKSUM_SHA256, der->data, der->len);
  g_autoptr (GByteArray) bytes = make_bytes (bench, ENCODE ("320", "180", "100") "mpegtsmux");

  video_server_set_certificate (bench->server, certificate);
  video_server_add_endless (bench->server, "/live.ts", OK "\r\n", bytes->data, bytes->len);

  WfVideoLink *stranger = watch (bench, "/live.ts");
  wait_until (wf_video_link_get_reason_code (stranger) == WF_VIDEO_REASON_CERTIFICATE);
  g_assert_nonnull (strstr (wf_video_link_get_reason (stranger), fingerprint));
  look_away (stranger);

  g_autofree char *right = g_strdup_printf ("/live.ts#sha256=%s", fingerprint);
  WfVideoLink *known = watch (bench, right);
  wait_until (wf_video_link_get_width (known) == 320);
  look_away (known);

  g_autofree char *other = g_strdup_printf ("/live.ts#sha256=%064d", 0);
  expect_reason (bench, other, WF_VIDEO_REASON_CERTIFICATE);

  /* What a playlist leads to would be asked without the fingerprint: said, and not tried. */
  static const char playlist[] = "#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:4\n#EXTINF:4,\n/live.ts\n#EXT-X-ENDLIST\n";
  g_autofree char *list = g_strdup_printf ("/live.m3u8#sha256=%s", fingerprint);
  video_server_add (bench->server, "/live.m3u8", OK "Content-Type: application/vnd.apple.mpegurl\r\n", playlist,
                    strlen (playlist));
  WfVideoLink *listed = watch (bench, list);
  wait_for_state (listed, WF_VIDEO_STATE_FAILED);
  g_assert_nonnull (strstr (wf_video_link_get_reason (listed), "playlist"));
  look_away (listed);

  g_unlink (key);
  g_unlink (pem);
  g_rmdir (folder);
}

#define OTHERS 14

/* A whole wall: beside what is not what it says it is, fifteen go on. */
static void
test_wall (Bench         *bench,
           gconstpointer  data)
{
  WfUnitStreamSpec spec = { .id = "small", .width = 160, .height = 90, .rate = 10 };
  WfVideoLink *others[OTHERS];
  guint n_changes[OTHERS] = { 0 };
  guint n_pictures[OTHERS] = { 0 };

  g_assert_true (wf_unit_stream_add (bench->unit, &spec, NULL));
  for (guint i = 0; i < OTHERS; i++)
    {
      others[i] = open_link (bench->unit, "small");
      wait_for_state (others[i], WF_VIDEO_STATE_LIVE);
      g_signal_connect_swapped (wf_video_link_get_paintable (others[i]), "invalidate-contents", G_CALLBACK (count_cb),
                                &n_pictures[i]);
    }
  bench->n_changes = 0;
  for (guint i = 0; i < OTHERS; i++)
    g_signal_connect_swapped (others[i], "notify::state", G_CALLBACK (count_cb), &n_changes[i]);

  static const char page[] = "<!DOCTYPE html>\n<html><body></body></html>\n";
  g_autoptr (GRand) chance = g_rand_new_with_seed (15);
  g_autofree guchar *bytes = g_malloc (65536);
  for (guint i = 0; i < 65536; i++)
    bytes[i] = (guchar) g_rand_int_range (chance, 0, 256);
  memcpy (bytes, "FLV\x01\x05\0\0\0\x09\0\0\0\0", 13);
  video_server_add (bench->server, "/page", OK, page, strlen (page));
  video_server_add (bench->server, "/bytes", OK, bytes, 65536);

  static const char *const bad[] = { "/page", "/bytes", "/nothing" };
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      WfVideoLink *link = watch (bench, bad[i]);

      wait_until (wf_video_link_get_reason (link) != NULL);
      g_assert_cmpint (wf_video_link_get_state (link), !=, WF_VIDEO_STATE_LIVE);
      g_assert_finalize_object (link);
      wait_until (wf_video_pipeline_count () == 1 + OTHERS);
    }

  for (guint i = 0; i < OTHERS; i++)
    {
      guint before = n_pictures[i];

      wait_until (n_pictures[i] > before);
      g_assert_cmpint (wf_video_link_get_state (others[i]), ==, WF_VIDEO_STATE_LIVE);
      g_assert_cmpuint (n_changes[i], ==, 0);
      g_assert_finalize_object (others[i]);
    }
  wait_until (wf_video_pipeline_count () == 1);
}

int
main (int   argc,
      char *argv[])
{
  static const struct { const char *path; void (*test) (Bench *, gconstpointer); } tests[] = {
    { "/video/bad/web-page", test_web_page }, { "/video/bad/wrong-playlist", test_wrong_playlist },
    { "/video/bad/statuses", test_statuses }, { "/video/bad/random", test_random },
    { "/video/bad/damaged", test_damaged }, { "/video/bad/endless-head", test_endless_head },
    { "/video/bad/endless-nothing", test_endless_nothing }, { "/video/bad/too-large", test_too_large },
    { "/video/bad/liars", test_liars }, { "/video/bad/sound-only", test_sound_only },
    { "/video/bad/variable-rate", test_variable_rate }, { "/video/bad/broken-times", test_broken_times },
    { "/video/bad/pin", test_pin }, { "/video/bad/wall", test_wall },
  };

  init_video_tests (&argc, &argv);
  if (find_missing_plugin () != NULL)
    {
      g_print ("1..0 # SKIP %s is missing\n", find_missing_plugin ());
      return 0;
    }

  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, Bench, NULL, set_up, tests[i].test, tear_down);

  return g_test_run ();
}
