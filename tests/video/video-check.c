/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "video-testing.h"
#include "wf-video-check.h"
#include "wf-video-hub.h"

/* The check before a drill: what it says of each link, that it is bounded, and that nobody else notices it. */

static WfVideoTrialState
get_state (WfVideoCheck *check,
           guint         i)
{
  g_autoptr (WfVideoTrial) trial = g_list_model_get_item (wf_video_check_get_trials (check), i);

  return wf_video_trial_get_state (trial);
}

static char *
dup_text (WfVideoCheck *check,
          guint         i)
{
  g_autoptr (WfVideoTrial) trial = g_list_model_get_item (wf_video_check_get_trials (check), i);

  return wf_video_trial_to_string (trial);
}

static void
add (WfVideoCheck *check,
     WfVideoHub   *hub,
     const char   *uri,
     const char   *name)
{
  g_autoptr (WfVideoLink) link = wf_video_hub_get_link (hub, uri, name);

  wf_video_check_add (check, link, name);
}

/* At most so many at once. */
static void
count_cb (WfVideoCheck *check,
          guint        *most)
{
  *most = MAX (*most, wf_video_check_count (check, WF_VIDEO_TRIAL_RUNNING));
}

static void
test_all (void)
{
  skip_without_plugins ();

  g_autoptr (WfUnitStream) stream = start_stream ();
  g_autoptr (WfVideoHub) hub = wf_video_hub_new ();
  g_autoptr (WfVideoCheck) check = wf_video_check_new ();
  g_autofree char *good = wf_unit_stream_dup_uri (stream, "car");
  g_autofree char *missing = wf_unit_stream_dup_uri (stream, "nobody");
  guint most = 0;
  int viewer;

  /* Somebody looks at one of them already. */
  WfVideoLink *live = wf_video_hub_get_link (hub, good, "Car");
  wf_video_link_hold (live, &viewer);
  wait_for_state (live, WF_VIDEO_STATE_LIVE);
  wait_until (wf_video_link_get_frame_rate (live) > 0);

  g_signal_connect (check, "changed", G_CALLBACK (count_cb), &most);
  add (check, hub, good, "Car");
  add (check, hub, missing, "Nobody");
  add (check, hub, "rtsp://127.0.0.1:1/gone", "Gone");
  add (check, hub, "no address at all", "Nonsense");
  add (check, hub, "rtsp://127.0.0.1:1/also", "Also gone");
  add (check, hub, "rtsp://127.0.0.1:1/third", "Third");
  wf_video_check_start (check);
  g_assert_true (wf_video_check_is_running (check));
  g_assert_cmpuint (wf_video_check_count (check, WF_VIDEO_TRIAL_RUNNING), ==, WF_VIDEO_CHECK_AT_ONCE);
  g_assert_cmpuint (wf_video_check_count (check, WF_VIDEO_TRIAL_WAITING), ==, 2);
  wait_until (!wf_video_check_is_running (check));

  /* On a machine that cannot keep up a link may be weak, but it is there. */
  g_assert_true (get_state (check, 0) == WF_VIDEO_TRIAL_GOOD || get_state (check, 0) == WF_VIDEO_TRIAL_WEAK);
  for (guint i = 1; i < 6; i++)
    g_assert_cmpint (get_state (check, i), ==, WF_VIDEO_TRIAL_FAILED);
  g_assert_cmpuint (most, ==, WF_VIDEO_CHECK_AT_ONCE);

  g_autofree char *of_good = dup_text (check, 0);
  g_assert_nonnull (strstr (of_good, "H.264"));
  g_assert_nonnull (strstr (of_good, "640 × 360"));
  g_assert_nonnull (strstr (of_good, "first picture after"));
  g_assert_nonnull (strstr (of_good, "lost"));
  g_autofree char *of_missing = dup_text (check, 1);
  g_assert_nonnull (strstr (of_missing, "offers no video under this address"));
  g_autofree char *of_gone = dup_text (check, 2);
  g_assert_nonnull (strstr (of_gone, "refuses the connection"));
  g_autofree char *of_nonsense = dup_text (check, 3);
  g_assert_nonnull (strstr (of_nonsense, "not valid"));

  /* The live one was not opened a second time, nor closed. */
  g_assert_cmpint (wf_video_link_get_state (live), ==, WF_VIDEO_STATE_LIVE);
  g_assert_cmpuint (wf_unit_stream_count_clients (stream), ==, 1);

  /* Those that somebody has to look after come first, and a short text says that there is more. */
  g_autofree char *text = wf_video_check_to_string (check, 0);
  g_assert_nonnull (strstr (text, "6 of 6 checked"));
  g_assert_true (strstr (text, "Nobody") < strstr (text, "Car: "));
  g_autofree char *cut = wf_video_check_to_string (check, 200);
  g_assert_cmpint (g_utf8_strlen (cut, -1), <=, 200);
  g_assert_true (g_str_has_suffix (cut, "\n…"));

  wf_video_link_release (live, &viewer);
  g_object_unref (live);
  g_clear_object (&check);
  g_clear_object (&hub);
  wait_until (wf_video_pipeline_count () == 0);
}

/* Stopped in the middle, it lets go of everything. */
static void
test_stopped (void)
{
  skip_without_plugins ();

  g_autoptr (WfUnitStream) stream = start_stream ();
  g_autoptr (WfVideoHub) hub = wf_video_hub_new ();
  g_autoptr (WfVideoCheck) check = wf_video_check_new ();
  g_autofree char *uri = wf_unit_stream_dup_uri (stream, "car");

  add (check, hub, uri, "Car");
  for (int i = 0; i < 8; i++)
    {
      g_autofree char *gone = g_strdup_printf ("rtsp://127.0.0.1:1/%d", i);

      add (check, hub, gone, gone);
    }
  wf_video_check_start (check);
  wf_video_check_stop (check);
  g_assert_false (wf_video_check_is_running (check));
  g_assert_cmpuint (wf_video_check_count (check, WF_VIDEO_TRIAL_STOPPED), ==, 9);
  g_autofree char *summary = wf_video_check_summarize (check);
  g_assert_cmpstr (summary, ==, "0 of 9 checked: 0 good, 0 weak, 0 without a picture");
  wait_until (wf_video_pipeline_count () == 0);
}

int
main (int   argc,
      char *argv[])
{
  init_video_tests (&argc, &argv);

  g_test_add_func ("/video/check/all", test_all);
  g_test_add_func ("/video/check/stopped", test_stopped);

  return g_test_run ();
}
