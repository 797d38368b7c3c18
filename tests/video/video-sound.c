/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "video-testing.h"
#include "wf-sound.h"

#include <glib/gstdio.h>
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

int
main (int   argc,
      char *argv[])
{
  init_video_tests (&argc, &argv);

  g_test_add_func ("/video/sound/heard", test_heard);
  g_test_add_func ("/video/sound/no-device", test_no_device);
  g_test_add_func ("/video/sound/stop", test_stop);

  return g_test_run ();
}
