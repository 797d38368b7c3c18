/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "video-testing.h"
#include "wf-video-link-private.h"
#include "wf-video-player.h"
#include "wf-video-recording.h"
#include "wf-video-tap.h"
#include "wf-video-writer.h"

#include <glib/gstdio.h>
#include <gst/app/gstappsink.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static const char *program;

/* --- what is kept before --- */

static WfVideoPacket *
make_packet (int64_t  at,
             gboolean is_key,
             gsize    size)
{
  WfVideoPacket *packet = g_new0 (WfVideoPacket, 1);

  g_atomic_ref_count_init (&packet->refs);
  packet->is_key = is_key;
  packet->caps = gst_caps_new_empty_simple ("video/x-h264");
  packet->buffer = gst_buffer_new ();
  packet->size = size;
  packet->arrived_at = at;

  return packet;
}

static void
list_cb (WfVideoPacket *packet,
         gpointer       user_data)
{
  g_ptr_array_add (user_data, wf_video_packet_ref (packet));
}

static GPtrArray *
list_kept (WfVideoTap *tap)
{
  GPtrArray *packets = g_ptr_array_new_with_free_func ((GDestroyNotify) wf_video_packet_unref);

  wf_video_tap_attach (tap, list_cb, packets);
  wf_video_tap_detach (tap);

  return packets;
}

static void
push (WfVideoTap *tap,
      int64_t     at,
      gboolean    is_key,
      gsize       size)
{
  g_autoptr (WfVideoPacket) packet = make_packet (at, is_key, size);

  wf_video_tap_push (tap, packet);
}

static void
test_kept (void)
{
  g_autoptr (WfVideoTap) tap = wf_video_tap_new ();
  int64_t now = g_get_monotonic_time () / 1000;

  /* A minute with a key frame a second: half of it stays, and begins with one. */
  for (int i = 0; i < 600; i++)
    push (tap, now - 60000 + i * 100, i % 10 == 0, 100);
  g_autoptr (GPtrArray) kept = list_kept (tap);
  WfVideoPacket *first = g_ptr_array_index (kept, 0);
  g_assert_true (first->is_key);
  /* Of the moment in which it is listed, however long that takes. */
  g_assert_cmpint (first->arrived_at, <=, g_get_monotonic_time () / 1000 - WF_VIDEO_TAP_TIME);
  g_assert_cmpint (first->arrived_at, >, now - WF_VIDEO_TAP_TIME - 3000);
  g_assert_cmpuint (wf_video_tap_get_bytes (tap), ==, kept->len * 100);

  /* However large pictures are, and without a key frame too. */
  for (int i = 0; i < 200; i++)
    {
      push (tap, now + i, i % 50 == 0, WF_VIDEO_TAP_BYTES / 20);
      g_assert_cmpuint (wf_video_tap_get_bytes (tap), <=, WF_VIDEO_TAP_BYTES);
    }
  g_autoptr (GPtrArray) large = list_kept (tap);
  g_assert_true (large->len == 0 || ((WfVideoPacket *) g_ptr_array_index (large, 0))->is_key);

  /* What is long past is not the last half minute. */
  wf_video_tap_clear (tap);
  push (tap, now - 2 * WF_VIDEO_TAP_TIME, TRUE, 1);
  g_autoptr (GPtrArray) old = list_kept (tap);
  g_assert_cmpuint (old->len, ==, 0);
}

/* Whoever sends a picture without saying when, or a parser that leaves that open: it is never without a time. */
static void
test_timed (void)
{
  skip_without_plugins ();

  g_autoptr (WfVideoTap) tap = wf_video_tap_new ();
  g_autoptr (GstPad) pad = gst_object_ref_sink (gst_pad_new ("src", GST_PAD_SRC));
  g_autoptr (GstCaps) caps = gst_caps_new_empty_simple ("video/x-h264");
  GstSegment segment;
  const struct { GstClockTime pts; GstClockTime dts; GstClockTime expected; } cases[] = {
    { 5 * GST_SECOND, 4 * GST_SECOND, 5 * GST_SECOND },
    { GST_CLOCK_TIME_NONE, 6 * GST_SECOND, 6 * GST_SECOND },
    { 7 * GST_SECOND, GST_CLOCK_TIME_NONE, 7 * GST_SECOND },
    { GST_CLOCK_TIME_NONE, GST_CLOCK_TIME_NONE, GST_CLOCK_TIME_NONE },
  };

  gst_segment_init (&segment, GST_FORMAT_TIME);
  gst_pad_set_active (pad, TRUE);
  gst_pad_push_event (pad, gst_event_new_stream_start ("a"));
  gst_pad_push_event (pad, gst_event_new_caps (caps));
  gst_pad_push_event (pad, gst_event_new_segment (&segment));
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GstBuffer) buffer = gst_buffer_new_allocate (NULL, 10, NULL);

      GST_BUFFER_PTS (buffer) = cases[i].pts;
      GST_BUFFER_DTS (buffer) = cases[i].dts;
      wf_video_tap_take (tap, WF_VIDEO_TRACK_PICTURE, pad, buffer, 0, FALSE);
    }

  g_autoptr (GPtrArray) kept = list_kept (tap);
  g_assert_cmpuint (kept->len, ==, G_N_ELEMENTS (cases));
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      GstClockTime time = GST_BUFFER_PTS (((WfVideoPacket *) kept->pdata[i])->buffer);

      if (GST_CLOCK_TIME_IS_VALID (cases[i].expected))
        g_assert_cmpuint (time, ==, cases[i].expected);
      else
        g_assert_cmpuint (time, >=, 7 * GST_SECOND);
    }
  gst_pad_set_active (pad, FALSE);
}

static void
push_dated (WfVideoTap   *tap,
            int64_t       at,
            GstClockTime  pts,
            int64_t       captured_at,
            gboolean      is_dated)
{
  g_autoptr (WfVideoPacket) packet = make_packet (at, TRUE, 100);

  GST_BUFFER_PTS (packet->buffer) = pts;
  packet->captured_at = captured_at;
  packet->is_dated = is_dated;
  wf_video_tap_push (tap, packet);
}

static int64_t
get_captured_at (GPtrArray *packets,
                 guint      i)
{
  return ((WfVideoPacket *) g_ptr_array_index (packets, i))->captured_at;
}

/* Pictures that came before the sender had said what time it is there have their times when it has, in this opening. */
static void
test_dated (void)
{
  g_autoptr (WfVideoTap) tap = wf_video_tap_new ();
  int64_t now = g_get_monotonic_time () / 1000;

  wf_video_tap_begin (tap);
  push_dated (tap, now, 90 * GST_SECOND, 5000, FALSE);
  wf_video_tap_begin (tap);
  push_dated (tap, now, 1000 * GST_MSECOND, 10400, FALSE);
  push_dated (tap, now, 1040 * GST_MSECOND, 10410, FALSE);
  g_autoptr (GPtrArray) before = list_kept (tap);
  push_dated (tap, now, 1080 * GST_MSECOND, 10180, TRUE);
  push_dated (tap, now, 1120 * GST_MSECOND, 10230, TRUE);
  g_autoptr (GPtrArray) kept = list_kept (tap);

  g_assert_cmpuint (kept->len, ==, 5);
  g_assert_cmpint (get_captured_at (kept, 0), ==, 5000);
  g_assert_cmpint (get_captured_at (kept, 1), ==, 10100);
  g_assert_cmpint (get_captured_at (kept, 2), ==, 10140);
  g_assert_cmpint (get_captured_at (kept, 3), ==, 10180);
  g_assert_cmpint (get_captured_at (kept, 4), ==, 10230);

  /* Whoever had them has them as they were. */
  g_assert_cmpint (get_captured_at (before, 1), ==, 10400);
}

/* --- files --- */

typedef struct
{
  WfVideoRecording *recording; /* (owned) */
  char             *folder;    /* (owned) */
  GPtrArray        *paths;
  guint             n_pictures;
  int64_t           first_at;
  int64_t           end;       /* of the last file */
  gboolean          ended;
  char             *reason;    /* (owned) */
} Kept;

static void
segment_cb (WfVideoRecording     *recording,
            const WfVideoSegment *segment,
            Kept                 *kept)
{
  g_autoptr (GError) error = NULL;
  int64_t duration;
  guint n_pictures;

  g_assert_cmpint (wf_video_segment_read_start (segment->path), ==, segment->started_at);
  g_assert_true (wf_video_segment_measure (segment->path, &duration, &n_pictures, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (n_pictures, ==, segment->n_pictures);
  g_assert_cmpint (ABS (duration - segment->duration), <, 100);

  if (kept->paths->len == 0)
    kept->first_at = segment->started_at;
  kept->end = segment->started_at + segment->duration;
  kept->n_pictures += n_pictures;
  g_ptr_array_add (kept->paths, g_strdup (segment->path));
}

static void
ended_cb (WfVideoRecording *recording,
          const char       *reason,
          Kept             *kept)
{
  kept->ended = TRUE;
  kept->reason = g_strdup (reason);
}

static void
begin (Kept        *kept,
       WfVideoLink *link,
       guint64      reserve)
{
  *kept = (Kept) { .folder = g_dir_make_tmp ("watchfire-recording-XXXXXX", NULL) };
  kept->paths = g_ptr_array_new_with_free_func (g_free);
  kept->recording = wf_video_recording_start (link, kept->folder, reserve);
  g_assert_nonnull (kept->recording);
  g_signal_connect (kept->recording, "segment", G_CALLBACK (segment_cb), kept);
  g_signal_connect (kept->recording, "ended", G_CALLBACK (ended_cb), kept);
}

static void
end (Kept *kept)
{
  wf_video_recording_stop (kept->recording);
  wait_until (kept->ended);
}

static void
clear (Kept *kept)
{
  g_autoptr (GDir) dir = g_dir_open (kept->folder, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (kept->folder, name, NULL);
      g_unlink (path);
    }
  g_rmdir (kept->folder);
  g_free (kept->folder);
  g_free (kept->reason);
  g_ptr_array_unref (kept->paths);
  wait_until (g_atomic_int_get (&G_OBJECT (kept->recording)->ref_count) == 1);
  g_assert_finalize_object (kept->recording);
}

static guint
count_kept (WfVideoLink *link)
{
  g_autoptr (GPtrArray) kept = list_kept (wf_video_link_get_tap (link));

  return kept->len;
}

static void
test_stream (gconstpointer data)
{
  skip_without_plugins ();

  const char *codec = data;
  g_autoptr (GstElementFactory) factory = gst_element_factory_find (g_str_equal (codec, "h265") ? "x265enc" : "x264enc");
  if (factory == NULL)
    {
      g_test_skip ("there is no encoder");
      return;
    }

  g_autoptr (WfUnitStream) stream = wf_unit_stream_new ();
  WfUnitStreamSpec spec = { .id = "car", .name = "指挥车", .width = 320, .height = 180, .codec = codec };
  g_autoptr (GError) error = NULL;
  wf_unit_stream_add (stream, &spec, &error);
  g_assert_no_error (error);
  wf_unit_stream_start (stream, 0, &error);
  g_assert_no_error (error);

  WfVideoLink *link = open_link (stream, "car");
  Kept kept;
  int viewer;

  wait_for_state (link, WF_VIDEO_STATE_LIVE);
  wait_until (count_kept (link) >= 20);

  g_autoptr (GPtrArray) before = list_kept (wf_video_link_get_tap (link));
  int64_t before_at = ((WfVideoPacket *) before->pdata[0])->captured_at;
  int64_t pressed_at = g_get_real_time () / 1000;
  begin (&kept, link, 0);
  wf_video_recording_set_limits (kept.recording, 1000, G_MAXINT32);
  g_assert_true (wf_video_link_get_recording (link) == kept.recording);
  /* One at a time. */
  g_assert_null (wf_video_recording_start (link, kept.folder, 0));
  /* It goes on when nobody looks. */
  wf_video_link_release (link, stream);
  wait_until (kept.paths->len >= 3);
  wait_for_state (link, WF_VIDEO_STATE_LIVE);
  g_assert_cmpuint (wf_unit_stream_count_clients (stream), ==, 1);
  wf_video_link_hold (link, &viewer);
  end (&kept);

  /* It began before somebody pressed the button, and nothing is missing between the files. */
  g_assert_null (kept.reason);
  g_assert_null (wf_video_link_get_recording (link));
  g_assert_cmpint (kept.first_at, ==, before_at);
  g_assert_cmpint (kept.first_at, <, pressed_at);
  g_assert_cmpint (kept.end, >, pressed_at + 1000);
  g_assert_cmpint (kept.n_pictures, >, before->len);

  clear (&kept);
  close_link (link);
}

/* The coded pictures in a file. */
static GPtrArray *
list_samples (const char *path)
{
  GPtrArray *samples = g_ptr_array_new_with_free_func ((GDestroyNotify) gst_sample_unref);
  g_autofree char *description = g_strdup_printf ("filesrc location=%s ! matroskademux ! h264parse !"
                                                  " video/x-h264,stream-format=avc,alignment=au ! appsink name=out sync=false",
                                                  path);
  g_autoptr (GstElement) pipeline = gst_parse_launch (description, NULL);
  g_autoptr (GstElement) out = gst_bin_get_by_name (GST_BIN (pipeline), "out");
  GstSample *sample;

  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  while ((sample = gst_app_sink_pull_sample (GST_APP_SINK (out))) != NULL)
    g_ptr_array_add (samples, sample);
  gst_element_set_state (pipeline, GST_STATE_NULL);

  return samples;
}

/* Their digests. */
static GPtrArray *
list_pictures (const char *path)
{
  g_autoptr (GPtrArray) samples = list_samples (path);
  GPtrArray *digests = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < samples->len; i++)
    {
      GstBuffer *buffer = gst_sample_get_buffer (samples->pdata[i]);
      GstMapInfo map;

      gst_buffer_map (buffer, &map, GST_MAP_READ);
      g_ptr_array_add (digests, g_compute_checksum_for_data (G_CHECKSUM_SHA256, map.data, map.size));
      gst_buffer_unmap (buffer, &map);
    }

  return digests;
}

/* --- sound --- */

typedef struct
{
  const char *sound; /* as the unit sends it */
  const char *caps;  /* as the file has it */
} Sound;

static const Sound sounds[] = {
  { "aac", "audio/mpeg,mpegversion=4" },
  { "alaw", "audio/x-alaw" },
  { "mulaw", "audio/x-mulaw" },
  { "opus", "audio/x-opus" },
};

/* How long the sound in a file is, in ms, and whether it is of this kind. */
static int64_t
measure_sound (const char *path,
               const char *wanted)
{
  g_autofree char *description = g_strdup_printf ("filesrc location=%s ! matroskademux name=d d.audio_0 ! queue"
                                                  " max-size-time=0 max-size-bytes=0 max-size-buffers=0 ! appsink name=out sync=false",
                                                  path);
  g_autoptr (GstElement) pipeline = gst_parse_launch (description, NULL);
  g_autoptr (GstElement) out = gst_bin_get_by_name (GST_BIN (pipeline), "out");
  g_autoptr (GstCaps) caps = gst_caps_from_string (wanted);
  GstClockTime first = GST_CLOCK_TIME_NONE;
  GstClockTime last = 0;

  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  for (;;)
    {
      g_autoptr (GstSample) sample = gst_app_sink_try_pull_sample (GST_APP_SINK (out), PATIENCE * GST_SECOND);

      if (sample == NULL)
        break;
      g_assert_true (gst_caps_can_intersect (gst_sample_get_caps (sample), caps));
      last = GST_BUFFER_PTS (gst_sample_get_buffer (sample));
      if (!GST_CLOCK_TIME_IS_VALID (first))
        first = last;
    }
  gst_element_set_state (pipeline, GST_STATE_NULL);

  return GST_CLOCK_TIME_IS_VALID (first) ? (int64_t) ((last - first) / GST_MSECOND) : -1;
}

static gboolean
has_sound (WfVideoLink *link)
{
  g_autoptr (GPtrArray) kept = list_kept (wf_video_link_get_tap (link));

  for (guint i = 0; i < kept->len; i++)
    if (((WfVideoPacket *) kept->pdata[i])->track == WF_VIDEO_TRACK_SOUND)
      return TRUE;

  return FALSE;
}

static void
again_cb (WfVideoPlayer *player)
{
  wf_video_player_seek (player, 0);
  wf_video_player_set_playing (player, TRUE);
}

/* And it comes out of a loudspeaker when it is played. A file of two seconds may be over before the loudspeaker is open. */
static void
assert_heard (const char *path)
{
  g_autofree char *out = g_strconcat (path, ".heard", NULL);
  g_autofree char *loudspeaker = g_strdup_printf ("filesink buffer-mode=unbuffered location=%s", out);
  WfVideoPlayer *player = wf_video_player_new ();
  WfVideoSound *sound = wf_video_player_get_sound (player);
  GStatBuf about;

  wf_video_sound_set_loudspeaker (sound, loudspeaker);
  wf_video_sound_set_heard (sound, TRUE);
  g_signal_connect (player, "ended", G_CALLBACK (again_cb), NULL);
  wf_video_player_open (player, path, 0);
  wf_video_player_set_playing (player, TRUE);
  wait_until (g_stat (out, &about) == 0 && about.st_size > 2000);
  g_assert_cmpint (wf_video_sound_get_state (sound), ==, WF_VIDEO_SOUND_PLAYING);
  g_assert_finalize_object (player);
  g_unlink (out);
}

/* As it came, beside the pictures, and as long as they are. */
static void
test_sound (gconstpointer data)
{
  skip_without_plugins ();

  const Sound *sound = data;
  g_autoptr (WfUnitStream) stream = wf_unit_stream_new ();
  WfUnitStreamSpec spec = { .id = "car", .name = "指挥车", .width = 320, .height = 180, .sound = sound->sound };
  g_autoptr (GError) error = NULL;

  if (!wf_unit_stream_add (stream, &spec, &error))
    {
      g_test_skip (error->message);
      return;
    }
  wf_unit_stream_start (stream, 0, &error);
  g_assert_no_error (error);

  WfVideoLink *link = open_link (stream, "car");
  Kept kept;

  wait_for_state (link, WF_VIDEO_STATE_LIVE);
  wait_until (has_sound (link));
  begin (&kept, link, 0);
  wf_video_recording_set_limits (kept.recording, 2000, G_MAXINT32);
  wait_until (kept.paths->len >= 2);
  end (&kept);
  g_assert_null (kept.reason);

  /* The first file may have begun before the sound did; the second one has it all along. */
  int64_t duration;
  guint n_pictures;

  g_assert_true (wf_video_segment_measure (kept.paths->pdata[1], &duration, &n_pictures, &error));
  g_assert_cmpint (measure_sound (kept.paths->pdata[1], sound->caps), >, duration / 2);
  assert_heard (kept.paths->pdata[1]);

  clear (&kept);
  close_link (link);
}

/* A sound that has fallen silent is no kind of sound that a file should wait for. */
static void
test_silence (void)
{
  g_autoptr (WfVideoTap) tap = wf_video_tap_new ();
  g_autoptr (WfVideoPacket) packet = make_packet (g_get_monotonic_time () / 1000 - 2 * WF_VIDEO_TAP_SILENCE, TRUE, 100);
  g_autoptr (WfVideoPacket) later = make_packet (g_get_monotonic_time () / 1000 + PATIENCE * 1000, TRUE, 100);

  wf_video_tap_begin (tap);
  packet->track = WF_VIDEO_TRACK_SOUND;
  wf_video_tap_push (tap, packet);
  g_assert_null (wf_video_tap_dup_sound (tap, packet->opening));

  later->track = WF_VIDEO_TRACK_SOUND;
  wf_video_tap_push (tap, later);
  g_autoptr (GstCaps) caps = wf_video_tap_dup_sound (tap, later->opening);
  g_assert_nonnull (caps);
  g_assert_null (wf_video_tap_dup_sound (tap, later->opening + 1));
}

/* Three seconds, a key frame in each. */
static void
make_source (const char *path)
{
  g_autofree char *description = g_strdup_printf (
    "videotestsrc pattern=ball num-buffers=75 ! video/x-raw,width=320,height=180,framerate=25/1 ! videoconvert"
    " ! x264enc tune=zerolatency speed-preset=ultrafast key-int-max=25 ! h264parse ! matroskamux ! filesink location=%s",
    path);
  g_autoptr (GstElement) pipeline = gst_parse_launch (description, NULL);
  g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);

  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  g_autoptr (GstMessage) message = gst_bus_timed_pop_filtered (bus, PATIENCE * GST_SECOND, GST_MESSAGE_EOS | GST_MESSAGE_ERROR);
  g_assert_cmpint (GST_MESSAGE_TYPE (message), ==, GST_MESSAGE_EOS);
  gst_element_set_state (pipeline, GST_STATE_NULL);
}

/* Byte for byte what was sent, with another program's opinion of it. */
static void
test_untouched (void)
{
  skip_without_plugins ();

  g_autofree char *folder = g_dir_make_tmp ("watchfire-source-XXXXXX", NULL);
  g_autofree char *source = g_build_filename (folder, "source.mkv", NULL);
  make_source (source);

  g_autofree char *uri = g_strconcat ("file://", source, NULL);
  WfVideoLink *link = wf_video_link_new (uri, "file");
  Kept kept;

  begin (&kept, link, 0);
  wait_until (wf_video_link_get_reason_code (link) == WF_VIDEO_REASON_FINISHED);
  end (&kept);
  g_assert_cmpuint (kept.paths->len, ==, 1);

  g_autoptr (GPtrArray) sent = list_pictures (source);
  g_autoptr (GPtrArray) recorded = list_pictures (kept.paths->pdata[0]);
  g_assert_cmpuint (sent->len, ==, 75);
  g_assert_cmpuint (recorded->len, ==, sent->len);
  for (guint i = 0; i < sent->len; i++)
    g_assert_cmpstr (recorded->pdata[i], ==, sent->pdata[i]);

  g_autofree char *ffprobe = g_find_program_in_path ("ffprobe");
  if (ffprobe != NULL)
    {
      const char *const argv[] = { ffprobe, "-v", "error", "-select_streams", "v:0", "-count_frames", "-show_entries",
                                   "stream=codec_name,width,height,nb_read_frames", "-of", "csv=p=0",
                                   kept.paths->pdata[0], NULL };
      g_autofree char *output = NULL;
      g_autofree char *complaints = NULL;

      g_assert_true (g_spawn_sync (NULL, (char **) argv, NULL, 0, NULL, NULL, &output, &complaints, NULL, NULL));
      g_assert_cmpstr (complaints, ==, "");
      g_assert_cmpstr (output, ==, "h264,320,180,75\n");
    }

  clear (&kept);
  close_link (link);
  g_unlink (source);
  g_rmdir (folder);
}

/* A recording that goes on in one file after the other has every picture, once. */
static void
test_gapless (void)
{
  skip_without_plugins ();

  g_autofree char *folder = g_dir_make_tmp ("watchfire-source-XXXXXX", NULL);
  g_autofree char *source = g_build_filename (folder, "source.mkv", NULL);
  make_source (source);

  g_autofree char *uri = g_strconcat ("file://", source, NULL);
  WfVideoLink *link = wf_video_link_new (uri, "file");
  g_autoptr (GPtrArray) sent = list_pictures (source);
  guint n = 0;
  Kept kept;

  begin (&kept, link, 0);
  wf_video_recording_set_limits (kept.recording, 900, G_MAXINT32);
  wait_until (wf_video_link_get_reason_code (link) == WF_VIDEO_REASON_FINISHED);
  end (&kept);
  g_assert_cmpuint (kept.paths->len, ==, 3);
  g_assert_cmpuint (kept.n_pictures, ==, sent->len);

  for (guint i = 0; i < kept.paths->len; i++)
    {
      g_autoptr (GPtrArray) recorded = list_pictures (kept.paths->pdata[i]);

      for (guint j = 0; j < recorded->len; j++, n++)
        g_assert_cmpstr (recorded->pdata[j], ==, sent->pdata[n]);
    }
  g_assert_cmpuint (n, ==, sent->len);

  clear (&kept);
  close_link (link);
  g_unlink (source);
  g_rmdir (folder);
}

/* On a busy machine several pictures may be given the same time: all of them are in the file. */
static void
test_same_time (void)
{
  skip_without_plugins ();

  g_autofree char *folder = g_dir_make_tmp ("watchfire-source-XXXXXX", NULL);
  g_autofree char *source = g_build_filename (folder, "source.mkv", NULL);
  g_autofree char *path = g_build_filename (folder, "1000.mkv", NULL);
  g_autoptr (GError) error = NULL;
  WfVideoWriter *writer = NULL;
  int64_t duration;
  guint n_pictures;

  make_source (source);
  g_autoptr (GPtrArray) samples = list_samples (source);
  g_assert_cmpuint (samples->len, ==, 75);
  for (guint i = 0; i < samples->len; i++)
    {
      GstBuffer *buffer = gst_sample_get_buffer (samples->pdata[i]);
      WfVideoPacket *packet = make_packet (i * 40, i == 0, gst_buffer_get_size (buffer));

      gst_caps_replace (&packet->caps, gst_sample_get_caps (samples->pdata[i]));
      gst_buffer_unref (packet->buffer);
      packet->buffer = gst_buffer_copy (buffer);
      GST_BUFFER_PTS (packet->buffer) = i / 3 * 120 * GST_MSECOND;
      GST_BUFFER_DTS (packet->buffer) = GST_CLOCK_TIME_NONE;
      if (writer == NULL)
        writer = wf_video_writer_open (path, packet, NULL, &error);
      g_assert_no_error (error);
      g_assert_true (wf_video_writer_put (writer, packet, &error));
      wf_video_packet_unref (packet);
    }
  g_assert_true (wf_video_writer_close (writer, &error));
  g_assert_cmpuint (wf_video_writer_get_pictures (writer), ==, samples->len);
  wf_video_writer_free (writer);

  g_assert_true (wf_video_segment_measure (path, &duration, &n_pictures, &error));
  g_assert_cmpuint (n_pictures, ==, samples->len);

  g_unlink (path);
  g_unlink (source);
  g_rmdir (folder);
}

/* --- playing --- */

static void
ended_playing_cb (gboolean *ended)
{
  *ended = TRUE;
}

/* A file whose picture changes with each of them, closed or cut off as by a crash. */
static void
test_played (gconstpointer data)
{
  skip_without_plugins ();

  gboolean cut = GPOINTER_TO_INT (data);
  g_autofree char *folder = g_dir_make_tmp ("watchfire-played-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "1.mkv", NULL);
  make_source (path);
  if (cut)
    {
      GStatBuf about;

      g_assert_cmpint (g_stat (path, &about), ==, 0);
      g_assert_cmpint (truncate (path, about.st_size * 9 / 10), ==, 0);
    }

  g_autoptr (WfVideoPlayer) player = wf_video_player_new ();
  gboolean ended = FALSE;
  g_signal_connect_swapped (player, "ended", G_CALLBACK (ended_playing_cb), &ended);

  /* It stands where it was put, to the picture. */
  wf_video_player_open (player, path, 1000);
  wait_until (wf_video_player_get_position (player) == 1000);
  g_assert_cmpint (gdk_paintable_get_intrinsic_width (wf_video_player_get_paintable (player)), ==, 320);
  wf_video_player_step (player, 1);
  wait_until (wf_video_player_get_position (player) == 1040);
  wf_video_player_step (player, 1);
  wait_until (wf_video_player_get_position (player) == 1080);
  wf_video_player_step (player, -1);
  wait_until (wf_video_player_get_position (player) == 1040);

  /* Of many, the last counts. */
  for (int i = 0; i < 20; i++)
    wf_video_player_seek (player, i * 100);
  wait_until (wf_video_player_get_position (player) >= 1880 && wf_video_player_get_position (player) <= 1920);

  /* Behind the last picture there is none: it is the last one that is shown. */
  if (!cut)
    {
      wf_video_player_seek (player, 0);
      wait_until (wf_video_player_get_position (player) == 0);
      wf_video_player_seek (player, 3020);
      wait_until (wf_video_player_get_position (player) >= 2880);
    }

  /* Faster, to the end. */
  wf_video_player_seek (player, 0);
  wf_video_player_set_rate (player, 4);
  wf_video_player_set_playing (player, TRUE);
  wait_until (ended);
  g_assert_cmpint (wf_video_player_get_position (player), >, 2000);
  g_assert_null (wf_video_player_get_reason (player));

  g_unlink (path);
  g_rmdir (folder);
}

static void
test_not_played (void)
{
  skip_without_plugins ();

  g_autoptr (WfVideoPlayer) player = wf_video_player_new ();

  wf_video_player_open (player, program, 0);
  wait_until (wf_video_player_get_reason (player) != NULL);
}

static void
test_lost (void)
{
  skip_without_plugins ();

  g_autoptr (WfUnitStream) stream = start_stream ();
  guint16 port = wf_unit_stream_get_port (stream);
  WfVideoLink *link = open_link (stream, "car");
  Kept kept;
  g_autoptr (GError) error = NULL;

  wait_for_state (link, WF_VIDEO_STATE_LIVE);
  begin (&kept, link, 0);
  wait_until (wf_video_recording_get_bytes (kept.recording) > 0);
  wf_unit_stream_stop (stream);
  wait_for_state (link, WF_VIDEO_STATE_RECONNECTING);
  g_assert_true (wf_video_recording_is_active (kept.recording));
  wf_unit_stream_start (stream, port, &error);
  g_assert_no_error (error);

  /* The file before the gap is closed, and what comes behind is in one of its own, with its own time. */
  wait_until (kept.paths->len == 1);
  wait_for_state (link, WF_VIDEO_STATE_LIVE);
  int64_t bytes = wf_video_recording_get_bytes (kept.recording);
  wait_until (wf_video_recording_get_bytes (kept.recording) > bytes);
  end (&kept);
  g_assert_cmpuint (kept.paths->len, ==, 2);
  g_assert_null (kept.reason);

  clear (&kept);
  close_link (link);
}

static void
test_no_room (void)
{
  skip_without_plugins ();

  g_autoptr (WfUnitStream) stream = start_stream ();
  WfVideoLink *link = open_link (stream, "car");
  Kept kept;

  begin (&kept, link, G_MAXUINT64);
  wait_until (kept.ended);
  g_assert_nonnull (strstr (kept.reason, "Make room"));
  g_assert_cmpuint (kept.paths->len, ==, 0);
  g_assert_false (wf_video_recording_is_active (kept.recording));
  g_assert_null (wf_video_link_get_recording (link));

  clear (&kept);
  close_link (link);
}

/* --- another process, which dies, and its unit with it: gst-rtsp-server may stumble over a client that is killed --- */

static void
say_cb (WfVideoRecording *recording,
        const char       *reason,
        GMainLoop        *loop)
{
  g_print ("%s\n", reason != NULL ? reason : "ended");
  g_main_loop_quit (loop);
}

static int
record_for_ever (const char *folder,
                 const char *limit)
{
  g_autoptr (WfUnitStream) stream = start_stream ();
  g_autofree char *uri = wf_unit_stream_dup_uri (stream, "car");
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (WfVideoLink) link = wf_video_link_new (uri, "car");
  g_autoptr (WfVideoRecording) recording = wf_video_recording_start (link, folder, 0);

  /* A file that may not grow is like a disk that is full. */
  if (limit != NULL)
    {
      struct rlimit most = { g_ascii_strtoull (limit, NULL, 10), g_ascii_strtoull (limit, NULL, 10) };

      signal (SIGXFSZ, SIG_IGN);
      setrlimit (RLIMIT_FSIZE, &most);
    }
  g_signal_connect (recording, "ended", G_CALLBACK (say_cb), loop);
  g_main_loop_run (loop);

  return 0;
}

static GPid
spawn (const char *folder,
       const char *limit,
       int        *output)
{
  const char *argv[] = { program, "--record", folder, limit, NULL };
  GPid pid;
  g_autoptr (GError) error = NULL;

  g_spawn_async_with_pipes (NULL, (char **) argv, NULL, G_SPAWN_DO_NOT_REAP_CHILD, NULL, NULL, &pid, NULL, output, NULL, &error);
  g_assert_no_error (error);

  return pid;
}

static char *
find_file (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name = dir != NULL ? g_dir_read_name (dir) : NULL;

  return name != NULL ? g_build_filename (folder, name, NULL) : NULL;
}

static gboolean
has_file_of (const char *folder,
             goffset     size)
{
  g_autofree char *path = find_file (folder);
  GStatBuf about;

  return path != NULL && g_stat (path, &about) == 0 && about.st_size >= size;
}

static void
assert_opens (const char *folder)
{
  g_autofree char *path = find_file (folder);
  g_autoptr (GError) error = NULL;
  int64_t duration;
  guint n_pictures;

  g_assert_true (wf_video_segment_measure (path, &duration, &n_pictures, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (n_pictures, >, 10);
  g_assert_cmpint (duration, >, 400);
  g_assert_cmpint (ABS (wf_video_segment_read_start (path) - g_get_real_time () / 1000), <, 120000);

  g_unlink (path);
  g_rmdir (folder);
}

static void
test_killed (void)
{
  skip_without_plugins ();

  g_autofree char *folder = g_dir_make_tmp ("watchfire-killed-XXXXXX", NULL);
  int output;
  GPid pid = spawn (folder, NULL, &output);
  int status;

  wait_until (has_file_of (folder, 100000));
  kill (pid, SIGKILL);
  waitpid (pid, &status, 0);
  g_assert_true (WIFSIGNALED (status));
  close (output);
  assert_opens (folder);
}

static void
test_full (void)
{
  skip_without_plugins ();

  g_autofree char *folder = g_dir_make_tmp ("watchfire-full-XXXXXX", NULL);
  int output;
  GPid pid = spawn (folder, "100000", &output);
  char text[500] = "";
  int status = 0;

  gboolean gone = FALSE;

  wait_until (gone || (gone = waitpid (pid, &status, WNOHANG) == pid));
  g_assert_cmpint (status, ==, 0);
  g_assert_cmpint (read (output, text, sizeof text - 1), >, 0);
  close (output);
  g_assert_nonnull (strstr (text, "cannot be written"));
  assert_opens (folder);
}

int
main (int   argc,
      char *argv[])
{
  if (argc >= 3 && g_str_equal (argv[1], "--record"))
    {
      gst_init (NULL, NULL);
      return record_for_ever (argv[2], argv[3]);
    }

  program = argv[0];
  init_video_tests (&argc, &argv);

  g_test_add_func ("/video/recording/kept", test_kept);
  g_test_add_func ("/video/recording/timed", test_timed);
  g_test_add_func ("/video/recording/dated", test_dated);
  g_test_add_data_func ("/video/recording/h264", "h264", test_stream);
  g_test_add_data_func ("/video/recording/h265", "h265", test_stream);
  g_test_add_func ("/video/recording/untouched", test_untouched);
  g_test_add_func ("/video/recording/gapless", test_gapless);
  g_test_add_func ("/video/recording/same-time", test_same_time);
  g_test_add_func ("/video/recording/silence", test_silence);
  for (gsize i = 0; i < G_N_ELEMENTS (sounds); i++)
    {
      g_autofree char *path = g_strdup_printf ("/video/recording/sound/%s", sounds[i].sound);

      g_test_add_data_func (path, &sounds[i], test_sound);
    }
  g_test_add_data_func ("/video/recording/played", GINT_TO_POINTER (FALSE), test_played);
  g_test_add_data_func ("/video/recording/played-cut", GINT_TO_POINTER (TRUE), test_played);
  g_test_add_func ("/video/recording/not-played", test_not_played);
  g_test_add_func ("/video/recording/lost", test_lost);
  g_test_add_func ("/video/recording/no-room", test_no_room);
  g_test_add_func ("/video/recording/killed", test_killed);
  g_test_add_func ("/video/recording/full", test_full);

  return g_test_run ();
}
