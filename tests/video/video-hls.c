/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Playlists that go on: a unit's picture, whose clock can be read, is cut into pieces as a streaming server does it, and a
 * link reads them over HTTP. How old a picture is must be what the clock in it says. */

#include "config.h"

#include "video-server.h"
#include "video-testing.h"
#include "wf-unit-strip.h"
#include "wf-video-numbers.h"
#include "wf-video-text.h"

#include <glib/gstdio.h>

#define WIDTH  640
#define HEIGHT 360

/* Pieces that a playlist lists. */
#define LISTED 6

typedef struct
{
  char     *name;     /* (owned) */
  int64_t   taken_at; /* of its first picture, ms since 1970 */
  double    duration; /* s; 0 as long as it is not finished */
  gboolean  breaks;   /* its times do not go on from the piece before */
} Piece;

static void
free_piece (gpointer data)
{
  g_free (((Piece *) data)->name);
  g_free (data);
}

/* What makes pieces of the stream of a unit, and the playlist of them. */
typedef struct
{
  WfUnitStream *unit;     /* (owned) */
  VideoServer  *server;   /* (owned) */
  char         *folder;   /* (owned) */
  GPtrArray    *pieces;   /* (owned) */
  GstElement   *pipeline; /* (owned) (nullable) */
  int64_t       zero;     /* when its running time was 0, ms since 1970 */
  guint         n_runs;
  guint         tick_id;
  gboolean      dated;    /* the playlist says when pieces were taken */
} Packager;

static void
write_playlist (Packager *self)
{
  guint n = 0;

  while (n < self->pieces->len && ((Piece *) self->pieces->pdata[n])->duration > 0)
    n++;
  if (n == 0)
    return;

  guint from = n > LISTED ? n - LISTED : 0;
  guint n_breaks = 0;
  for (guint i = 0; i < from; i++)
    n_breaks += ((Piece *) self->pieces->pdata[i])->breaks;

  g_autoptr (GString) text = g_string_new ("#EXTM3U\n#EXT-X-VERSION:6\n#EXT-X-TARGETDURATION:3\n");
  g_string_append_printf (text, "#EXT-X-MEDIA-SEQUENCE:%u\n#EXT-X-DISCONTINUITY-SEQUENCE:%u\n", from, n_breaks);
  for (guint i = from; i < n; i++)
    {
      const Piece *piece = g_ptr_array_index (self->pieces, i);
      g_autoptr (GDateTime) at = g_date_time_new_from_unix_utc (piece->taken_at / 1000);
      g_autofree char *time = g_date_time_format (at, "%Y-%m-%dT%H:%M:%S");
      char duration[G_ASCII_DTOSTR_BUF_SIZE];

      if (piece->breaks)
        g_string_append (text, "#EXT-X-DISCONTINUITY\n");
      if (self->dated)
        g_string_append_printf (text, "#EXT-X-PROGRAM-DATE-TIME:%s.%03dZ\n", time, (int) (piece->taken_at % 1000));
      g_string_append_printf (text, "#EXTINF:%s,\n%s\n", g_ascii_formatd (duration, sizeof duration, "%.3f", piece->duration),
                              piece->name);
    }

  g_autofree char *path = g_build_filename (self->folder, "live.m3u8", NULL);
  g_assert_true (g_file_set_contents (path, text->str, (gssize) text->len, NULL));
}

static void
take_message (Packager           *self,
              const GstStructure *said)
{
  const char *location = gst_structure_get_string (said, "location");
  GstClockTime at;

  if (location == NULL || !gst_structure_get_clock_time (said, "running-time", &at))
    return;

  if (self->zero == 0)
    self->zero = g_get_real_time () / 1000
                 - (int64_t) (gst_element_get_current_running_time (self->pipeline) / GST_MSECOND);

  g_autofree char *name = g_path_get_basename (location);

  if (gst_structure_has_name (said, "splitmuxsink-fragment-opened"))
    {
      Piece *piece = g_new0 (Piece, 1);

      piece->name = g_steal_pointer (&name);
      piece->taken_at = self->zero + (int64_t) (at / GST_MSECOND);
      piece->breaks = self->n_runs > 1 && g_str_has_suffix (piece->name, "-00000.ts");
      g_ptr_array_add (self->pieces, piece);
    }
  else if (gst_structure_has_name (said, "splitmuxsink-fragment-closed") && self->pieces->len > 0)
    {
      for (guint i = 0; i < self->pieces->len; i++)
        {
          Piece *piece = g_ptr_array_index (self->pieces, i);

          if (g_str_equal (piece->name, name))
            piece->duration = (double) (self->zero + (int64_t) (at / GST_MSECOND) - piece->taken_at) / 1000;
        }
      write_playlist (self);
    }
}

static gboolean
tick_cb (gpointer data)
{
  Packager *self = data;
  g_autoptr (GstBus) bus = self->pipeline != NULL ? gst_element_get_bus (self->pipeline) : NULL;
  GstMessage *message;

  while (bus != NULL && (message = gst_bus_pop_filtered (bus, GST_MESSAGE_ELEMENT)) != NULL)
    {
      if (gst_message_get_structure (message) != NULL)
        take_message (self, gst_message_get_structure (message));
      gst_message_unref (message);
    }

  return G_SOURCE_CONTINUE;
}

/* Pieces of one key frame's distance each. */
static void
run_packager (Packager *self)
{
  g_autofree char *uri = wf_unit_stream_dup_uri (self->unit, "car");
  g_autofree char *description = g_strdup_printf (
    "rtspsrc location=%s protocols=tcp latency=50 ! rtph264depay ! h264parse config-interval=-1 ! video/x-h264,alignment=au"
    " ! identity name=last", uri);
  g_autofree char *location = g_strdup_printf ("%s/run%u-%%05d.ts", self->folder, self->n_runs++);
  g_autoptr (GError) error = NULL;
  GstElement *cut = gst_element_factory_make ("splitmuxsink", NULL);

  self->zero = 0;
  self->pipeline = gst_parse_launch (description, &error);
  g_assert_no_error (error);
  g_object_set (cut, "muxer", gst_element_factory_make ("mpegtsmux", NULL), "location", location,
                "max-size-time", (guint64) 900 * GST_MSECOND, NULL);
  gst_bin_add (GST_BIN (self->pipeline), cut);

  g_autoptr (GstElement) last = gst_bin_get_by_name (GST_BIN (self->pipeline), "last");
  g_assert_true (gst_element_link_pads (last, "src", cut, "video"));
  gst_element_set_state (self->pipeline, GST_STATE_PLAYING);
}

static void
stop_packager (Packager *self)
{
  tick_cb (self);
  gst_element_set_state (self->pipeline, GST_STATE_NULL);
  g_clear_pointer (&self->pipeline, gst_object_unref);

  /* The one that was being written never gets into the list. */
  if (self->pieces->len > 0 && ((Piece *) self->pieces->pdata[self->pieces->len - 1])->duration <= 0)
    g_ptr_array_set_size (self->pieces, (int) self->pieces->len - 1);
}

static guint
count_finished (Packager *self)
{
  guint n = 0;

  for (guint i = 0; i < self->pieces->len; i++)
    n += ((Piece *) self->pieces->pdata[i])->duration > 0;

  return n;
}

static void
set_up (Packager      *self,
        gconstpointer  data)
{
  self->dated = GPOINTER_TO_INT (data);
  self->unit = start_stream ();
  self->server = video_server_new ();
  self->folder = g_dir_make_tmp ("watchfire-hls-XXXXXX", NULL);
  self->pieces = g_ptr_array_new_with_free_func (free_piece);
  video_server_add_folder (self->server, self->folder);
  self->tick_id = g_timeout_add (50, tick_cb, self);
  run_packager (self);
  wait_until (count_finished (self) >= 4);
}

static void
tear_down (Packager      *self,
           gconstpointer  data)
{
  g_autoptr (GDir) dir = g_dir_open (self->folder, 0, NULL);
  const char *name;

  if (self->pipeline != NULL)
    stop_packager (self);
  g_source_remove (self->tick_id);
  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (self->folder, name, NULL);
      g_unlink (path);
    }
  g_rmdir (self->folder);
  g_ptr_array_unref (self->pieces);
  video_server_free (self->server);
  g_object_unref (self->unit);
  g_free (self->folder);
}

/* --- what is seen --- */

typedef struct
{
  WfVideoLink *link;
  guchar      *pixels;   /* (owned) */
  int64_t      burnt_in; /* the clock in the newest picture */
  int64_t      delay;    /* how old that was when it came up, ms */
  guint        n;
} Eye;

static int
get_luma (int      x,
          int      y,
          gpointer data)
{
  return ((guchar *) data)[(y * WIDTH + x) * 4 + 1];
}

static void
picture_cb (GdkPaintable *paintable,
            Eye          *eye)
{
  g_autoptr (GdkPaintable) image = gdk_paintable_get_current_image (paintable);
  int64_t now = g_get_real_time () / 1000;
  int64_t burnt_in;

  if (gdk_paintable_get_intrinsic_width (image) != WIDTH || gdk_paintable_get_intrinsic_height (image) != HEIGHT)
    return;

  gdk_texture_download (GDK_TEXTURE (image), eye->pixels, WIDTH * 4);
  if (!wf_unit_strip_read (WIDTH, HEIGHT, get_luma, eye->pixels, &burnt_in))
    return;

  eye->burnt_in = burnt_in;
  eye->delay = now - burnt_in;
  eye->n++;
}

static void
open_eye (Eye      *eye,
          Packager *packager)
{
  g_autofree char *uri = video_server_dup_uri (packager->server, "/live.m3u8");

  eye->link = wf_video_link_new (uri, "playlist");
  eye->pixels = g_malloc (WIDTH * HEIGHT * 4);
  g_signal_connect (wf_video_link_get_paintable (eye->link), "invalidate-contents", G_CALLBACK (picture_cb), eye);
  wf_video_link_hold (eye->link, eye->link);
  wait_until (eye->n >= 10);
}

static void
close_eye (Eye *eye)
{
  g_signal_handlers_disconnect_by_data (wf_video_link_get_paintable (eye->link), eye);
  close_link (eye->link);
  g_free (eye->pixels);
}

/* Between the camera's clock and the packager's lies the way through encoder and RTSP. */
#define TOLERANCE 800

static void
assert_told_right (Eye *eye)
{
  g_test_message ("told %d ms, the clock in the picture %d ms", wf_video_link_get_delay_ms (eye->link), (int) eye->delay);
  g_assert_cmpint (ABS (wf_video_link_get_delay_ms (eye->link) - eye->delay), <, TOLERANCE);
}

static void
test_dated (Packager      *self,
            gconstpointer  data)
{
  Eye eye = { 0 };

  open_eye (&eye, self);
  wait_until (wf_video_link_get_delay_ms (eye.link) >= 0);

  /* As many pieces behind as are kept in hand, which is more than a second. */
  g_assert_cmpint (eye.delay, >, 1000);
  assert_told_right (&eye);
  g_assert_null (wf_video_text_delay_hint (eye.link));

  /* And goes on to be, over more pieces than were listed at first. */
  guint until = count_finished (self) + LISTED;
  wait_until (count_finished (self) >= until);
  wait_until (wf_video_link_get_state (eye.link) == WF_VIDEO_STATE_LIVE);
  g_assert_cmpint (wf_video_link_get_delay_ms (eye.link), >=, 0);
  assert_told_right (&eye);

  close_eye (&eye);
}

/* Without dates nothing is said, and why. */
static void
test_undated (Packager      *self,
              gconstpointer  data)
{
  Eye eye = { 0 };

  open_eye (&eye, self);
  wait_until (wf_video_link_get_frame_rate (eye.link) > 5);
  g_assert_cmpint (wf_video_link_get_delay_ms (eye.link), ==, -1);
  g_assert_nonnull (strstr (wf_video_text_delay_hint (eye.link), "EXT-X-PROGRAM-DATE-TIME"));

  close_eye (&eye);
}

/* A server that began anew: the times of the stream say nothing about the time that it was away, so that what is told is right,
 * or nothing. */
static void
test_break (Packager      *self,
            gconstpointer  data)
{
  Eye eye = { 0 };

  open_eye (&eye, self);
  wait_until (wf_video_link_get_delay_ms (eye.link) >= 0);

  stop_packager (self);
  gint64 until = g_get_monotonic_time () + 2 * G_USEC_PER_SEC;
  wait_until (g_get_monotonic_time () > until);
  int64_t anew = g_get_real_time () / 1000;
  run_packager (self);

  wait_until (eye.burnt_in > anew);
  guint n = eye.n;
  wait_until (eye.n > n + 2 * WF_VIDEO_NUMBERS_UNKNOWN);
  g_test_message ("after the break: told %d ms, the clock in the picture %d ms", wf_video_link_get_delay_ms (eye.link),
                  (int) eye.delay);
  if (wf_video_link_get_delay_ms (eye.link) >= 0)
    assert_told_right (&eye);
  else
    /* It does not know: then it says so. */
    g_assert_nonnull (wf_video_text_delay_hint (eye.link));

  close_eye (&eye);
}

/* A server that has stopped, and lists its last pieces for ever: they have been seen, and are not shown again as if they were
 * live. When it goes on, so does the picture. */
static void
test_stopped (Packager      *self,
              gconstpointer  data)
{
  Eye eye = { 0 };

  open_eye (&eye, self);
  stop_packager (self);
  wait_until (wf_video_link_get_state (eye.link) == WF_VIDEO_STATE_STALLED);
  wait_until (wf_video_link_get_state (eye.link) == WF_VIDEO_STATE_RECONNECTING);

  /* Opened again by now, and given the same. */
  guint n = eye.n;
  gint64 until = g_get_monotonic_time () + 12 * G_USEC_PER_SEC;
  wait_until (g_get_monotonic_time () > until);
  g_assert_cmpuint (eye.n, ==, n);
  g_assert_cmpint (wf_video_link_get_state (eye.link), !=, WF_VIDEO_STATE_LIVE);
  g_assert_nonnull (wf_video_link_get_reason (eye.link));
  g_assert_cmpint (wf_video_link_get_reason_code (eye.link), !=, WF_VIDEO_REASON_BAD_STREAM);

  int64_t anew = g_get_real_time () / 1000;
  run_packager (self);
  wait_for_state (eye.link, WF_VIDEO_STATE_LIVE);
  wait_until (eye.n > n && eye.burnt_in > anew);

  close_eye (&eye);
}

int
main (int   argc,
      char *argv[])
{
  init_video_tests (&argc, &argv);
  if (find_missing_plugin () != NULL)
    {
      g_print ("1..0 # SKIP %s is missing\n", find_missing_plugin ());
      return 0;
    }

  g_test_add ("/video/hls/dated", Packager, GINT_TO_POINTER (TRUE), set_up, test_dated, tear_down);
  g_test_add ("/video/hls/undated", Packager, GINT_TO_POINTER (FALSE), set_up, test_undated, tear_down);
  g_test_add ("/video/hls/break", Packager, GINT_TO_POINTER (TRUE), set_up, test_break, tear_down);

  g_test_add ("/video/hls/stopped", Packager, GINT_TO_POINTER (TRUE), set_up, test_stopped, tear_down);

  return g_test_run ();
}
