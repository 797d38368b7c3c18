/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "video-testing.h"
#include "wf-sound.h"
#include "wf-video-hub.h"
#include "wf-video-player.h"

#include <glib/gstdio.h>
#include <math.h>
#include <string.h>

/* The alarm's sound, as the application has it, through the very pipeline; only that the loudspeaker is a file. */

static GBytes *
read_alarm (void)
{
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "..", "resources", "sounds", "alarm.wav", NULL);
  char *contents;
  gsize length;
  g_autoptr (GError) error = NULL;

  g_file_get_contents (path, &contents, &length, &error);
  g_assert_no_error (error);

  return g_bytes_new_take (contents, length);
}

static void
count_cb (WfSound *sound,
          guint   *count)
{
  (*count)++;
}

static void
failed_cb (WfSound    *sound,
           const char *why,
           guint      *count)
{
  g_assert_nonnull (why);
  g_assert_cmpstr (why, !=, "");
  (*count)++;
}

static WfSound *
make_sound (const char *sink,
            guint      *ended,
            guint      *failed)
{
  g_autoptr (GBytes) wav = read_alarm ();
  WfSound *sound = wf_sound_new (wav, sink);

  *ended = *failed = 0;
  g_signal_connect (sound, "ended", G_CALLBACK (count_cb), ended);
  g_signal_connect (sound, "failed", G_CALLBACK (failed_cb), failed);
  return sound;
}

static void
test_heard (void)
{
  g_autofree char *folder = g_dir_make_tmp ("watchfire-sound-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "heard.raw", NULL);
  g_autofree char *sink = g_strdup_printf ("audio/x-raw,format=S16LE,channels=1 ! filesink location=%s", path);
  guint ended, failed;
  WfSound *sound = make_sound (sink, &ended, &failed);
  g_autoptr (GBytes) wav = read_alarm ();
  g_autofree char *contents = NULL;
  gsize length, loud = 0;

  wf_sound_play (sound);
  g_assert_true (wf_sound_is_playing (sound));
  wait_until (ended + failed > 0);
  g_assert_cmpuint (failed, ==, 0);
  g_assert_cmpuint (ended, ==, 1);
  g_assert_false (wf_sound_is_playing (sound));

  /* All of its samples have come out, and they are no silence. */
  g_assert_true (g_file_get_contents (path, &contents, &length, NULL));
  g_assert_cmpuint (length, >, g_bytes_get_size (wav) - 256);
  g_assert_cmpuint (length, <, g_bytes_get_size (wav));
  for (gsize i = 0; i + 1 < length; i += 2)
    {
      gint16 sample;

      memcpy (&sample, contents + i, 2);
      loud += ABS ((int) GINT16_FROM_LE (sample)) > 3000;
    }
  g_assert_cmpuint (loud, >, length / 2 / 20);

  /* And again, since an alarm sounds more than once. */
  wf_sound_play (sound);
  wait_until (ended + failed > 1);
  g_assert_cmpuint (ended, ==, 2);

  g_assert_finalize_object (sound);
  g_unlink (path);
  g_rmdir (folder);
}

static void
test_no_device (void)
{
  guint ended, failed;
  WfSound *sound = make_sound ("filesink location=/nowhere/at/all", &ended, &failed);
  WfSound *unknown;

  wf_sound_play (sound);
  wait_until (ended + failed > 0);
  g_assert_cmpuint (failed, ==, 1);
  g_assert_false (wf_sound_is_playing (sound));
  g_assert_finalize_object (sound);

  unknown = make_sound ("no-such-element", &ended, &failed);
  wf_sound_play (unknown);
  wait_until (ended + failed > 0);
  g_assert_cmpuint (failed, ==, 1);
  g_assert_finalize_object (unknown);
}

/* Silenced, replaced and thrown away at any moment, it neither ends nor fails. */
static void
test_stop (void)
{
  guint ended, failed;
  WfSound *sound = make_sound ("fakesink sync=true", &ended, &failed);

  for (int i = 0; i < 20; i++)
    {
      wf_sound_play (sound);
      if (i % 3 == 0)
        g_usleep (2000 * i);
      if (i % 2 == 0)
        wf_sound_stop (sound);
      while (g_main_context_iteration (NULL, FALSE))
        ;
    }
  g_assert_true (wf_sound_is_playing (sound));
  wf_sound_stop (sound);
  g_assert_false (wf_sound_is_playing (sound));
  g_usleep (50000);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_cmpuint (ended, ==, 0);
  g_assert_cmpuint (failed, ==, 0);
  g_assert_finalize_object (sound);
}

/* The sound of links: a real stream of the simulated unit, only that the loudspeaker is a file. */

#define RATE 8000

typedef struct
{
  WfUnitStream *stream;
  char         *folder;
  char         *path;
  char         *loudspeaker;
} Room;

static void
set_up_room (Room       *room,
             const char *sound)
{
  WfUnitStreamSpec spec = { .id = "car", .width = 160, .height = 90, .rate = 10, .sound = sound };
  g_autoptr (GError) error = NULL;

  room->stream = start_stream ();
  wf_unit_stream_add (room->stream, &spec, &error);
  g_assert_no_error (error);
  room->folder = g_dir_make_tmp ("watchfire-sound-XXXXXX", NULL);
  room->path = g_build_filename (room->folder, "heard.raw", NULL);
  room->loudspeaker = g_strdup_printf ("audioconvert ! audioresample ! audio/x-raw,format=S16LE,channels=1,rate=%d"
                                       " ! filesink buffer-mode=unbuffered location=%s", RATE, room->path);
}

static void
clear_room (Room *room)
{
  g_unlink (room->path);
  g_rmdir (room->folder);
  g_free (room->loudspeaker);
  g_free (room->path);
  g_free (room->folder);
  g_object_unref (room->stream);
}

static gsize
get_size (Room *room)
{
  GStatBuf info;

  return g_stat (room->path, &info) == 0 ? (gsize) info.st_size : 0;
}

/* Of the last quarter of a second, of 32768. */
static double
get_level (Room *room)
{
  g_autofree char *contents = NULL;
  gsize length, part = RATE / 4 * 2;
  double sum = 0;

  if (!g_file_get_contents (room->path, &contents, &length, NULL) || length < 4 * part)
    return 0;

  for (gsize i = length / 2 * 2 - part; i + 1 < length; i += 2)
    {
      gint16 sample;

      memcpy (&sample, contents + i, 2);
      sum += (double) sample * sample;
    }

  return sqrt (sum / ((double) part / 2));
}

/* A tone of half the full height: 11,585 on average. Each kind loses a little. */
static gboolean
is_loud (Room *room)
{
  double level = get_level (room);

  return level > 8000 && level < 14000;
}

static gboolean
is_quiet (Room *room)
{
  double level = get_level (room);

  return level > 8000 * 0.125 && level < 14000 * 0.125;
}

static gboolean
has_stopped (Room *room)
{
  gsize before = get_size (room);

  g_usleep (200000);

  return get_size (room) == before;
}

static void
test_link (gconstpointer data)
{
  Room room;

  skip_without_plugins ();
  set_up_room (&room, data);

  WfVideoLink *link = open_link (room.stream, "car");
  WfVideoSound *sound = wf_video_link_get_sound (link);

  wf_video_sound_set_loudspeaker (sound, room.loudspeaker);
  wait_for_state (link, WF_VIDEO_STATE_LIVE);
  wait_until (wf_video_sound_get_state (sound) == WF_VIDEO_SOUND_MUTED);
  g_assert_cmpuint (get_size (&room), ==, 0);

  wf_video_sound_set_heard (sound, TRUE);
  wait_until (is_loud (&room));
  g_assert_cmpint (wf_video_sound_get_state (sound), ==, WF_VIDEO_SOUND_PLAYING);
  wf_video_sound_set_volume (sound, 0.5);
  wait_until (is_quiet (&room));

  wf_video_sound_set_heard (sound, FALSE);
  g_assert_cmpint (wf_video_sound_get_state (sound), ==, WF_VIDEO_SOUND_MUTED);
  wait_until (has_stopped (&room));
  g_assert_cmpint (wf_video_link_get_state (link), ==, WF_VIDEO_STATE_LIVE);

  close_link (link);
  clear_room (&room);
}

/* What is heard when the connection breaks is heard again when it is back. */
static void
test_link_broken (void)
{
  Room room;
  gsize before;

  skip_without_plugins ();
  set_up_room (&room, "alaw");

  WfVideoLink *link = open_link (room.stream, "car");
  WfVideoSound *sound = wf_video_link_get_sound (link);

  wf_video_sound_set_loudspeaker (sound, room.loudspeaker);
  wf_video_sound_set_heard (sound, TRUE);
  wait_until (is_loud (&room));
  wf_unit_stream_drop_clients (room.stream);
  wait_for_state (link, WF_VIDEO_STATE_RECONNECTING);
  g_assert_cmpint (wf_video_sound_get_state (sound), ==, WF_VIDEO_SOUND_NONE);
  before = get_size (&room);
  wait_for_state (link, WF_VIDEO_STATE_LIVE);
  wait_until (get_size (&room) != before && is_loud (&room));

  close_link (link);
  clear_room (&room);
}

static void
test_link_no_device (void)
{
  Room room;

  skip_without_plugins ();
  set_up_room (&room, "opus");

  WfVideoLink *link = open_link (room.stream, "car");
  WfVideoSound *sound = wf_video_link_get_sound (link);

  wf_video_sound_set_loudspeaker (sound, "filesink location=/nowhere/at/all");
  wf_video_sound_set_heard (sound, TRUE);
  wait_for_state (link, WF_VIDEO_STATE_LIVE);
  wait_until (wf_video_sound_get_state (sound) == WF_VIDEO_SOUND_FAILED);
  g_assert_nonnull (wf_video_sound_get_reason (sound));

  int64_t before = wf_video_link_get_last_frame_at (link);
  wait_until (wf_video_link_get_last_frame_at (link) > before + 500);
  g_assert_cmpint (wf_video_link_get_state (link), ==, WF_VIDEO_STATE_LIVE);

  /* Plugged in meanwhile. */
  wf_video_sound_set_loudspeaker (sound, room.loudspeaker);
  wait_until (is_loud (&room));
  g_assert_null (wf_video_sound_get_reason (sound));

  close_link (link);
  clear_room (&room);
}

static void
test_muted_but_one (void)
{
  WfUnitStreamSpec van = { .id = "van", .width = 160, .height = 90, .rate = 10, .sound = "mulaw" };
  WfUnitStreamSpec silent = { .id = "silent", .width = 320, .height = 180 };
  g_autoptr (WfVideoHub) hub = wf_video_hub_new ();
  static const char *const ids[] = { "car", "van", "silent" };
  WfVideoLink *links[3];
  Room room;

  skip_without_plugins ();
  set_up_room (&room, "alaw");
  g_assert_true (wf_unit_stream_add (room.stream, &van, NULL));
  g_assert_true (wf_unit_stream_add (room.stream, &silent, NULL));

  for (gsize i = 0; i < G_N_ELEMENTS (ids); i++)
    {
      g_autofree char *uri = wf_unit_stream_dup_uri (room.stream, ids[i]);

      links[i] = wf_video_hub_get_link (hub, uri, ids[i]);
      wf_video_sound_set_loudspeaker (wf_video_link_get_sound (links[i]), "fakesink sync=true");
      wf_video_link_hold (links[i], &room);
      wait_for_state (links[i], WF_VIDEO_STATE_LIVE);
    }

  wf_video_sound_set_heard (wf_video_link_get_sound (links[0]), TRUE);
  wait_until (wf_video_sound_get_state (wf_video_link_get_sound (links[0])) == WF_VIDEO_SOUND_PLAYING);
  wf_video_sound_set_heard (wf_video_link_get_sound (links[1]), TRUE);
  wait_until (wf_video_sound_get_state (wf_video_link_get_sound (links[1])) == WF_VIDEO_SOUND_PLAYING);
  g_assert_false (wf_video_sound_get_heard (wf_video_link_get_sound (links[0])));
  wait_until (wf_video_sound_get_state (wf_video_link_get_sound (links[0])) == WF_VIDEO_SOUND_MUTED);
  g_assert_cmpint (wf_video_sound_get_state (wf_video_link_get_sound (links[2])), ==, WF_VIDEO_SOUND_NONE);

  for (gsize i = 0; i < G_N_ELEMENTS (ids); i++)
    wf_video_link_release (links[i], &room);
  for (gsize i = 0; i < G_N_ELEMENTS (ids); i++)
    {
      wait_for_state (links[i], WF_VIDEO_STATE_IDLE);
      g_assert_false (wf_video_sound_get_heard (wf_video_link_get_sound (links[i])));
      g_assert_finalize_object (links[i]);
    }
  wait_until (wf_video_pipeline_count () == 0);
  clear_room (&room);
}

/* The sound of a recording: ten seconds of silence, then ten with a tone. */

typedef struct
{
  const char *name;
  const char *encode;
} Recorded;

static const Recorded recorded[] = {
  { "aac", "voaacenc ! aacparse" },
  { "alaw", "alawenc" },
  { "opus", "opusenc" },
};

static char *
make_recording (const char *folder,
                const char *encode)
{
  char *path = g_build_filename (folder, "1.mkv", NULL);
  g_autofree char *description = g_strdup_printf (
    "videotestsrc num-buffers=500 ! video/x-raw,width=160,height=90,framerate=25/1 ! videoconvert"
    " ! x264enc tune=zerolatency speed-preset=ultrafast key-int-max=25 ! h264parse ! queue ! matroskamux name=m"
    " ! filesink location=%s  concat name=c ! audioconvert ! audioresample ! audio/x-raw,rate=%d,channels=1 ! %s ! queue ! m."
    " audiotestsrc wave=silence num-buffers=500 samplesperbuffer=160 ! audio/x-raw,rate=8000 ! c."
    " audiotestsrc wave=sine freq=440 volume=0.5 num-buffers=500 samplesperbuffer=160 ! audio/x-raw,rate=8000 ! c.",
    path, g_str_has_prefix (encode, "opus") || g_str_has_prefix (encode, "voaac") ? 48000 : RATE, encode);
  g_autoptr (GError) error = NULL;
  g_autoptr (GstElement) pipeline = gst_parse_launch (description, &error);
  g_assert_no_error (error);
  g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);

  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  g_autoptr (GstMessage) message = gst_bus_timed_pop_filtered (bus, PATIENCE * GST_SECOND, GST_MESSAGE_EOS | GST_MESSAGE_ERROR);
  g_assert_cmpint (GST_MESSAGE_TYPE (message), ==, GST_MESSAGE_EOS);
  gst_element_set_state (pipeline, GST_STATE_NULL);

  return path;
}

static gboolean
is_silent (Room   *room,
           gsize   before)
{
  return get_size (room) > before + RATE / 2 && get_level (room) < 200;
}

static void
test_played (gconstpointer data)
{
  const Recorded *kind = data;
  Room room;

  skip_without_plugins ();
  set_up_room (&room, "alaw");

  g_autofree char *path = make_recording (room.folder, kind->encode);
  g_autoptr (WfVideoHub) hub = wf_video_hub_new ();
  WfVideoPlayer *player = wf_video_player_new ();
  WfVideoSound *sound = wf_video_player_get_sound (player);
  WfVideoSound *other = wf_video_sound_new ();

  wf_video_hub_add_sound (hub, sound);
  wf_video_hub_add_sound (hub, other);
  wf_video_sound_set_heard (other, TRUE);
  wf_video_sound_set_loudspeaker (sound, room.loudspeaker);

  /* It is known to be there before it is played, and nothing is heard of it until somebody wants to. */
  wf_video_player_open (player, path, 10400);
  wait_until (wf_video_sound_get_state (sound) == WF_VIDEO_SOUND_MUTED);
  wait_until (wf_video_player_get_position (player) == 10400);
  g_assert_cmpuint (get_size (&room), ==, 0);

  /* One at a time, links and recordings alike. */
  wf_video_sound_set_heard (sound, TRUE);
  g_assert_false (wf_video_sound_get_heard (other));
  wf_video_player_set_playing (player, TRUE);
  wait_until (is_loud (&room));

  /* What is heard is of the moment that is seen. */
  wf_video_player_seek (player, 0);
  wait_until (wf_video_player_get_position (player) < 9000);
  gsize before = get_size (&room);
  wait_until (is_silent (&room, before));
  g_assert_cmpint (wf_video_player_get_position (player), <, 10000);

  /* Standing it is silent, and so it is at another speed. */
  wf_video_player_set_playing (player, FALSE);
  wait_until (has_stopped (&room));
  wf_video_player_set_rate (player, 0.5);
  wf_video_player_seek (player, 12000);
  wf_video_player_set_playing (player, TRUE);
  before = get_size (&room);
  wait_until (wf_video_player_get_position (player) > 12400 && wf_video_player_get_position (player) < 19000);
  g_assert_cmpuint (get_size (&room), ==, before);
  wf_video_player_set_rate (player, 1);
  wait_until (get_size (&room) > before && is_loud (&room));

  g_assert_null (wf_video_player_get_reason (player));
  g_assert_finalize_object (player);
  g_assert_finalize_object (other);
  g_unlink (path);
  clear_room (&room);
}

/* Without a device the pictures go on. */
static void
test_played_no_device (void)
{
  Room room;

  skip_without_plugins ();
  set_up_room (&room, "alaw");

  g_autofree char *path = make_recording (room.folder, "alawenc");
  WfVideoPlayer *player = wf_video_player_new ();
  WfVideoSound *sound = wf_video_player_get_sound (player);

  wf_video_sound_set_loudspeaker (sound, "filesink location=/nowhere/at/all");
  wf_video_sound_set_heard (sound, TRUE);
  wf_video_player_open (player, path, 0);
  wf_video_player_set_playing (player, TRUE);
  wait_until (wf_video_sound_get_state (sound) == WF_VIDEO_SOUND_FAILED);
  g_assert_nonnull (wf_video_sound_get_reason (sound));
  wait_until (wf_video_player_get_position (player) > 1500);
  g_assert_null (wf_video_player_get_reason (player));

  g_assert_finalize_object (player);
  g_unlink (path);
  clear_room (&room);
}

int
main (int   argc,
      char *argv[])
{
  init_video_tests (&argc, &argv);

  g_test_add_func ("/video/sound/heard", test_heard);
  g_test_add_func ("/video/sound/no-device", test_no_device);
  g_test_add_func ("/video/sound/stop", test_stop);

  g_test_add_data_func ("/video/sound/link/aac", "aac", test_link);
  g_test_add_data_func ("/video/sound/link/alaw", "alaw", test_link);
  g_test_add_data_func ("/video/sound/link/mulaw", "mulaw", test_link);
  g_test_add_data_func ("/video/sound/link/opus", "opus", test_link);
  g_test_add_func ("/video/sound/link/broken", test_link_broken);
  g_test_add_func ("/video/sound/link/no-device", test_link_no_device);
  g_test_add_func ("/video/sound/muted-but-one", test_muted_but_one);
  for (gsize i = 0; i < G_N_ELEMENTS (recorded); i++)
    {
      g_autofree char *name = g_strconcat ("/video/sound/played/", recorded[i].name, NULL);

      g_test_add_data_func (name, &recorded[i], test_played);
    }
  g_test_add_func ("/video/sound/played/no-device", test_played_no_device);

  return g_test_run ();
}
