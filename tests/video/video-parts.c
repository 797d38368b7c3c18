/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "wf-unit-scene.h"
#include "wf-unit-strip.h"
#include "wf-video-clock.h"
#include "wf-video-lag.h"
#include "wf-video-scaler.h"
#include "wf-video-seen.h"
#include "wf-video-stamp.h"
#include "wf-video-text.h"

#include <string.h>

static void
test_span (void)
{
  static const struct
  {
    int64_t     span;
    const char *text;
  } spans[] = {
    { -5, "0 s" }, { 999, "0 s" }, { 6000, "6 s" }, { 59999, "59 s" }, { 60000, "1 min 0 s" },
    { 130000, "2 min 10 s" }, { 3600000, "1 h 0 min" }, { 7384000, "2 h 3 min" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (spans); i++)
    {
      g_autofree char *text = wf_video_text_span (spans[i].span);

      g_assert_cmpstr (text, ==, spans[i].text);
    }
}

/* 2026-11-21T13:07:45.500Z as NTP has it. */
#define REPORT_NTP (((guint64) (1795266465 + G_GUINT64_CONSTANT (2208988800)) << 32) | 0x80000000u)
#define REPORT_MS  G_GINT64_CONSTANT (1795266465500)

static void
test_delay (void)
{
  g_assert_cmpint (wf_video_clock_compute (REPORT_NTP, 1000, 1000, REPORT_MS + 210), ==, 210);
  g_assert_cmpint (wf_video_clock_compute (REPORT_NTP, 1000, 1000 + 90000, REPORT_MS + 1210), ==, 210);

  /* A picture from before the report, and RTP time that turns over. */
  g_assert_cmpint (wf_video_clock_compute (REPORT_NTP, 90000, 0, REPORT_MS), ==, 1000);
  g_assert_cmpint (wf_video_clock_compute (REPORT_NTP, G_MAXUINT32 - 44999, 45000, REPORT_MS + 1300), ==, 300);

  /* A little early is no delay; a clock that is wrong says nothing. */
  g_assert_cmpint (wf_video_clock_compute (REPORT_NTP, 1000, 1000, REPORT_MS - 20), ==, 0);
  g_assert_cmpint (wf_video_clock_compute (REPORT_NTP, 1000, 1000, REPORT_MS - 5000), ==, -1);
  g_assert_cmpint (wf_video_clock_compute (REPORT_NTP, 1000, 1000, REPORT_MS + 3600000), ==, -1);
  g_assert_cmpint (wf_video_clock_compute (0, 0, 0, REPORT_MS), ==, -1);
}

static void
assert_fit (int stream_width,
            int stream_height,
            int wanted_width,
            int wanted_height,
            int expected_width,
            int expected_height)
{
  int width;
  int height;

  wf_video_scaler_fit (stream_width, stream_height, wanted_width, wanted_height, &width, &height);
  g_assert_cmpint (width, ==, expected_width);
  g_assert_cmpint (height, ==, expected_height);
}

static void
test_fit (void)
{
  assert_fit (1280, 720, 0, 0, 1280, 720);
  assert_fit (1280, 720, 640, 640, 640, 360);
  assert_fit (1280, 720, 2000, 360, 640, 360);
  assert_fit (640, 360, 3840, 2160, 640, 360);
  assert_fit (1280, 720, 427, 359, 427, 240);
  assert_fit (1280, 720, 1, 1, 1, 1);
  assert_fit (2, 2, 100, 100, 2, 2);
  assert_fit (7680, 16, 320, 180, 320, 1);
}

static GstBuffer *
make_picture (GstVideoInfo *info,
              int           width,
              int           height,
              guint8        luma)
{
  gst_video_info_set_format (info, GST_VIDEO_FORMAT_I420, (guint) width, (guint) height);
  GstBuffer *buffer = gst_buffer_new_allocate (NULL, info->size, NULL);

  gst_buffer_memset (buffer, 0, luma, info->offset[1]);
  gst_buffer_memset (buffer, info->offset[1], 128, info->size - info->offset[1]);

  return buffer;
}

static void
test_scale (void)
{
  static const int sizes[][2] = { { 64, 36 }, { 32, 18 }, { 30, 16 }, { 31, 17 }, { 63, 35 }, { 1, 1 }, { 1, 35 }, { 64, 36 } };
  g_autoptr (WfVideoScaler) scaler = wf_video_scaler_new ();
  g_autoptr (GBytes) kept = NULL;
  GstVideoInfo info;
  GstVideoFrame frame;
  GstBuffer *buffer = make_picture (&info, 64, 36, 235);

  g_assert_true (gst_video_frame_map (&frame, &info, buffer, GST_MAP_READ));

  for (gsize i = 0; i < G_N_ELEMENTS (sizes); i++)
    for (int k = 0; k < 8; k++)
      {
        g_autoptr (GBytes) pixels = wf_video_scaler_run (scaler, &frame, sizes[i][0], sizes[i][1]);
        gsize size;
        const guchar *data = g_bytes_get_data (pixels, &size);

        g_assert_cmpint (size, ==, sizes[i][0] * sizes[i][1] * 4);
        for (gsize n = 0; n < size; n++)
          g_assert_cmpint (data[n], >=, 250);

        /* One is still on the screen while the next ones are made, and outlives the scaler. */
        if (kept == NULL)
          kept = g_bytes_ref (pixels);
        else
          g_assert_true (g_bytes_get_data (kept, NULL) != data);
      }

  gst_video_frame_unmap (&frame);
  gst_buffer_unref (buffer);
}

static void
test_strip_bits (void)
{
  static const int64_t times[] = { 0, 1, REPORT_MS, REPORT_MS + 1, (G_GINT64_CONSTANT (1) << 42) - 1 };

  for (gsize i = 0; i < G_N_ELEMENTS (times); i++)
    {
      guint64 bits = wf_unit_strip_encode (times[i]);
      int64_t time;

      g_assert_true (wf_unit_strip_decode (bits, &time));
      g_assert_cmpint (time, ==, times[i]);

      /* A square that was read wrong is noticed. */
      for (int bit = 0; bit < WF_UNIT_STRIP_SQUARES; bit++)
        g_assert_false (wf_unit_strip_decode (bits ^ (G_GUINT64_CONSTANT (1) << bit), &time));
    }
}

static int
get_luma (int      x,
          int      y,
          gpointer data)
{
  cairo_surface_t *surface = data;

  return cairo_image_surface_get_data (surface)[y * cairo_image_surface_get_stride (surface) + x * 4 + 1];
}

static void
test_scene (void)
{
  static const int sizes[][2] = { { 1280, 720 }, { 640, 360 }, { 320, 180 }, { 1920, 1080 }, { 160, 90 } };

  for (gsize i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      g_autoptr (WfUnitScene) scene = wf_unit_scene_new ((guint32) i * 77, sizes[i][0], sizes[i][1]);
      cairo_surface_t *surface = cairo_image_surface_create (CAIRO_FORMAT_RGB24, sizes[i][0], sizes[i][1]);
      cairo_t *cr = cairo_create (surface);
      int64_t read;

      for (int64_t time = REPORT_MS; time < REPORT_MS + 400; time += 40)
        {
          wf_unit_scene_draw (scene, cr, time, "指挥车", time % 3 == 0 ? NULL : "40.58°N");
          cairo_surface_flush (surface);
          g_assert_true (wf_unit_strip_read (sizes[i][0], sizes[i][1], get_luma, surface, &read));
          g_assert_cmpint (read, ==, time);
        }

      cairo_destroy (cr);
      cairo_surface_destroy (surface);
    }
}

/* Only a lateness that grows because we are slow makes it leave out pictures; times that are nonsense do so for a moment. */
static void
test_lag (void)
{
  WfVideoLag lag = { 0 };
  int64_t now = 0;
  guint skipped = 0;

  /* An offset of hours, and a jitter, are nothing. */
  for (int i = 0; i < 1000; i++, now += 40)
    {
      GstClockTimeDiff late = 3600 * GST_SECOND + (i % 5) * 50 * GST_MSECOND;

      g_assert_false (wf_video_lag_skip (&lag, late, i % 25 == 0, now));
    }

  /* Behind by a second: up to the next key frame that is in time. */
  g_assert_true (wf_video_lag_skip (&lag, 3601 * GST_SECOND, FALSE, now));
  g_assert_true (wf_video_lag_skip (&lag, 3600 * GST_SECOND, FALSE, now));
  g_assert_false (wf_video_lag_skip (&lag, 3600 * GST_SECOND, TRUE, now));
  g_assert_false (wf_video_lag_skip (&lag, 3600 * GST_SECOND, FALSE, now));

  /* Each picture says the same time: after a while nothing is left out any more. */
  for (int i = 0; i < 1000; i++, now += 40)
    skipped = wf_video_lag_skip (&lag, 3600 * GST_SECOND + i * 40 * (GstClockTimeDiff) GST_MSECOND, i % 25 == 0, now)
                ? (guint) i : skipped;
  g_assert_true (lag.distrusted);
  g_assert_cmpint (skipped, >, 0);
  g_assert_cmpint (skipped, <, 500);
}

static void
test_gaps (void)
{
  WfVideoGaps gaps = { 0 };
  guint8 packet[188] = { 0x47, 0x01, 0x00, 0x10 };
  static const struct { guint8 counter; guint lost; } steps[] = {
    { 3, 0 }, { 4, 0 }, { 5, 0 }, { 5, 0 }, { 7, 1 }, { 15, 7 }, { 0, 0 }, { 14, 13 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (steps); i++)
    {
      packet[3] = 0x10 | steps[i].counter;
      g_autoptr (GstBuffer) buffer = gst_buffer_new_memdup (packet, sizeof packet);
      g_autoptr (GstBuffer) half = gst_buffer_new_memdup (packet, 100);

      g_assert_cmpint (wf_video_gaps_count (&gaps, buffer), ==, steps[i].lost);
      g_assert_cmpint (wf_video_gaps_count (&gaps, half), ==, 0);
    }
}

/* What a playlist says of its first piece is good for what follows, until its times break off. */
static void
test_listed (void)
{
  const int64_t now = 1700000000000;
  WfVideoClock *clock = wf_video_clock_new ();

  g_assert_cmpint (wf_video_clock_delay (clock, 5 * GST_SECOND, now), ==, -1);
  wf_video_clock_begin (clock, now - 9000);
  g_assert_cmpint (wf_video_clock_delay (clock, 5 * GST_SECOND, now), ==, -1);
  wf_video_clock_picture (clock, 5 * GST_SECOND, TRUE);
  g_assert_cmpint (wf_video_clock_delay (clock, 5 * GST_SECOND, now), ==, 9000);
  wf_video_clock_picture (clock, 7 * GST_SECOND, FALSE);
  g_assert_cmpint (wf_video_clock_delay (clock, 7 * GST_SECOND, now), ==, 7000);
  g_assert_cmpint (wf_video_clock_delay (clock, 4 * GST_SECOND, now), ==, 10000);

  /* A recording, and a clock that is wrong. */
  g_assert_cmpint (wf_video_clock_delay (clock, 5 * GST_SECOND, now + 3600 * 1000), ==, -1);
  g_assert_cmpint (wf_video_clock_delay (clock, 5 * GST_SECOND, now - 3600 * 1000), ==, -1);

  wf_video_clock_picture (clock, 8 * GST_SECOND, TRUE);
  g_assert_cmpint (wf_video_clock_delay (clock, 8 * GST_SECOND, now), ==, -1);
  wf_video_clock_free (clock);

  /* Sound and pictures that say different things. */
  clock = wf_video_clock_new ();
  wf_video_clock_begin (clock, now - 9000);
  wf_video_clock_begin (clock, now - 20000);
  wf_video_clock_picture (clock, 0, FALSE);
  g_assert_cmpint (wf_video_clock_delay (clock, 0, now), ==, -1);
  wf_video_clock_free (clock);
}

/* A precision time stamp: status, and microseconds with a byte 0xff between each two of them. */
static const guint8 stamp[] = { 0x1f, 0x00, 0x06, 0xff, 0x0a, 0x24, 0xff, 0x18, 0x1e, 0xff, 0x40, 0x00 };
#define STAMP_MS (G_GINT64_CONSTANT (0x00060a24181e4000) / 1000)

static void
assert_no_stamp (const guint8 *id,
                 gsize         at,
                 guint8        value)
{
  guint8 wrong[sizeof stamp];

  memcpy (wrong, stamp, sizeof stamp);
  wrong[at] = value;
  g_assert_cmpint (wf_video_stamp_parse (id, wrong, sizeof wrong), ==, 0);
}

static void
test_stamp (void)
{
  static const guint8 other[16] = "MISPmicrosectimf";
  GRand *chance = g_rand_new_with_seed (604);

  g_assert_cmpint (wf_video_stamp_parse (H264_MISP_MICROSECTIME, stamp, sizeof stamp), ==, STAMP_MS);
  g_assert_cmpint (wf_video_stamp_parse (H265_MISP_MICROSECONDS, stamp, sizeof stamp), ==, STAMP_MS);
  g_assert_cmpint (wf_video_stamp_parse (other, stamp, sizeof stamp), ==, 0);
  /* As nanoseconds it is long before anybody had such a camera. */
  g_assert_cmpint (wf_video_stamp_parse (H265_MISP_NANOSECONDS, stamp, sizeof stamp), ==, 0);

  /* A clock that runs free, what lies between the bytes, and a time that is none. */
  assert_no_stamp (H264_MISP_MICROSECTIME, 0, 0x9f);
  assert_no_stamp (H264_MISP_MICROSECTIME, 3, 0xfe);
  assert_no_stamp (H264_MISP_MICROSECTIME, 6, 0x00);
  assert_no_stamp (H264_MISP_MICROSECTIME, 9, 0x7f);
  assert_no_stamp (H264_MISP_MICROSECTIME, 1, 0xff);
  assert_no_stamp (H264_MISP_MICROSECTIME, 2, 0x00);

  /* However short it is, and whatever it is. */
  for (gsize n = 0; n < sizeof stamp; n++)
    {
      g_autofree guint8 *cut = g_memdup2 (stamp, MAX (n, 1));

      g_assert_cmpint (wf_video_stamp_parse (H264_MISP_MICROSECTIME, cut, n), ==, 0);
    }
  for (guint i = 0; i < 20000; i++)
    {
      guint8 data[sizeof stamp];

      for (gsize j = 0; j < sizeof data; j++)
        data[j] = (guint8) g_rand_int (chance);
      int64_t time = wf_video_stamp_parse (H265_MISP_NANOSECONDS, data, sizeof data);
      g_assert_true (time == 0 || (time > 946684000000 && time < 7258119000000));
    }
  g_rand_free (chance);
}

/* Within a picture, wherever it stands before what is drawn. */
static void
test_stamp_found (void)
{
  guint8 coded[6000];

  memset (coded, 0x55, sizeof coded);
  for (gsize at = 0; at < 300; at += 37)
    {
      g_autoptr (GstBuffer) buffer = NULL;

      memset (coded, 0x55, sizeof coded);
      memcpy (coded + at, H265_MISP_MICROSECONDS, 16);
      memcpy (coded + at + 16, stamp, sizeof stamp);
      buffer = gst_buffer_new_memdup (coded, sizeof coded);
      g_assert_cmpint (wf_video_stamp_read (buffer), ==, STAMP_MS);
      /* Cut anywhere within it, it is none. */
      for (gsize length = at; length < at + 16 + sizeof stamp; length++)
        {
          g_autofree guint8 *cut = g_memdup2 (coded, MAX (length, 1));

          g_assert_cmpint (wf_video_stamp_find (cut, length), ==, 0);
        }
    }

  /* What lies far behind is of the picture, whatever it looks like. */
  g_autoptr (GstBuffer) behind = NULL;
  memset (coded, 0x55, sizeof coded);
  memcpy (coded + 5000, H264_MISP_MICROSECTIME, 16);
  memcpy (coded + 5016, stamp, sizeof stamp);
  behind = gst_buffer_new_memdup (coded, sizeof coded);
  g_assert_cmpint (wf_video_stamp_read (behind), ==, 0);
}

/* What encoders write into pictures counts before what servers report, and only as long as they do. */
static void
test_stamped (void)
{
  const int64_t now = 1700000000000;
  WfVideoClock *clock = wf_video_clock_new ();

  wf_video_clock_begin (clock, now - 9000);
  wf_video_clock_picture (clock, 5 * GST_SECOND, TRUE);
  wf_video_clock_stamp (clock, now - 4000, GST_CLOCK_TIME_NONE);
  g_assert_cmpint (wf_video_clock_delay (clock, 5 * GST_SECOND, now), ==, 9000);
  wf_video_clock_stamp (clock, now - 1500, 5 * GST_SECOND);
  g_assert_cmpint (wf_video_clock_delay (clock, 5 * GST_SECOND, now), ==, 1500);
  g_assert_cmpint (wf_video_clock_delay (clock, 6 * GST_SECOND, now), ==, 500);
  g_assert_cmpint (wf_video_clock_delay (clock, 4 * GST_SECOND, now), ==, 2500);
  g_assert_cmpint (wf_video_clock_delay (clock, 6520 * GST_MSECOND, now), ==, 0);
  /* No word for too long, and a clock that is wrong: then what the playlist says. */
  g_assert_cmpint (wf_video_clock_delay (clock, 11 * GST_SECOND, now), ==, 3000);
  wf_video_clock_stamp (clock, now + 27000, 5 * GST_SECOND);
  g_assert_cmpint (wf_video_clock_delay (clock, 5 * GST_SECOND, now), ==, 9000);
  wf_video_clock_stamp (clock, now - 3600 * 1000, 5 * GST_SECOND);
  g_assert_cmpint (wf_video_clock_delay (clock, 5 * GST_SECOND, now), ==, 9000);
  wf_video_clock_free (clock);
}

static gboolean
skips (WfVideoSeen *seen,
       const char  *coded,
       gboolean     is_key)
{
  g_autoptr (GstBuffer) buffer = gst_buffer_new_memdup (coded, strlen (coded));

  return wf_video_seen_skip (seen, buffer, is_key);
}

/* What an attempt before this one has shown is left out, up to the first that is new. */
static void
test_seen (void)
{
  WfVideoSeen *seen = wf_video_seen_new ();
  char name[16];

  wf_video_seen_begin (seen);
  g_assert_false (skips (seen, "one", TRUE));
  g_assert_false (skips (seen, "x", FALSE));
  g_assert_false (skips (seen, "two", TRUE));

  wf_video_seen_begin (seen);
  g_assert_true (skips (seen, "one", TRUE));
  g_assert_true (skips (seen, "x", FALSE));
  g_assert_true (skips (seen, "two", TRUE));
  g_assert_false (skips (seen, "three", TRUE));
  g_assert_false (skips (seen, "x", FALSE));
  g_assert_false (skips (seen, "one", TRUE));

  /* A test picture is always the same, and says nothing. */
  g_assert_false (skips (seen, "bars", TRUE));
  g_assert_false (skips (seen, "bars", TRUE));
  wf_video_seen_begin (seen);
  g_assert_false (skips (seen, "bars", TRUE));

  wf_video_seen_begin (seen);
  g_assert_true (skips (seen, "two", TRUE));
  wf_video_seen_clear (seen);
  wf_video_seen_begin (seen);
  g_assert_false (skips (seen, "two", TRUE));

  /* What is long ago is forgotten. */
  for (int i = 0; i < 1000; i++)
    {
      g_snprintf (name, sizeof name, "%d", i);
      g_assert_false (skips (seen, name, TRUE));
    }
  wf_video_seen_begin (seen);
  g_assert_true (skips (seen, "999", TRUE));
  g_assert_false (skips (seen, "2", TRUE));

  wf_video_seen_unref (seen);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  gst_init (&argc, &argv);

  g_test_add_func ("/video/parts/span", test_span);
  g_test_add_func ("/video/parts/delay", test_delay);
  g_test_add_func ("/video/parts/fit", test_fit);
  g_test_add_func ("/video/parts/scale", test_scale);
  g_test_add_func ("/video/parts/strip-bits", test_strip_bits);
  g_test_add_func ("/video/parts/scene", test_scene);

  g_test_add_func ("/video/parts/lag", test_lag);
  g_test_add_func ("/video/parts/gaps", test_gaps);
  g_test_add_func ("/video/parts/listed", test_listed);
  g_test_add_func ("/video/parts/stamp", test_stamp);
  g_test_add_func ("/video/parts/stamp-found", test_stamp_found);
  g_test_add_func ("/video/parts/stamped", test_stamped);
  g_test_add_func ("/video/parts/seen", test_seen);

  return g_test_run ();
}
