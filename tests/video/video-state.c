/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "wf-video-state.h"

#define STEP(event, reason, now) \
  wf_video_machine_step (&machine, WF_VIDEO_EVENT_##event, WF_VIDEO_REASON_##reason, now)

#define ASSERT_STATE(name) g_assert_cmpint (machine.state, ==, WF_VIDEO_STATE_##name)
#define ASSERT_ACTION(value, name) g_assert_cmpint (value, ==, WF_VIDEO_ACTION_##name)

static void
test_opens_and_closes (void)
{
  WfVideoMachine machine;

  wf_video_machine_init (&machine);
  ASSERT_STATE (IDLE);
  ASSERT_ACTION (STEP (TICK, NONE, 50), NONE);
  ASSERT_ACTION (STEP (FRAME, NONE, 60), NONE);
  ASSERT_STATE (IDLE);

  ASSERT_ACTION (STEP (WANTED, NONE, 100), START);
  ASSERT_STATE (CONNECTING);
  ASSERT_ACTION (STEP (WANTED, NONE, 110), NONE);
  ASSERT_ACTION (STEP (FRAME, NONE, 400), NONE);
  ASSERT_STATE (LIVE);

  ASSERT_ACTION (STEP (UNWANTED, NONE, 1000), NONE);
  ASSERT_STATE (LIVE);
  ASSERT_ACTION (STEP (TICK, NONE, 1000 + WF_VIDEO_GRACE - 1), NONE);
  ASSERT_ACTION (STEP (TICK, NONE, 1000 + WF_VIDEO_GRACE), STOP);
  ASSERT_STATE (IDLE);
  g_assert_false (machine.open);
}

static void
test_stays_open_within_grace (void)
{
  WfVideoMachine machine;

  wf_video_machine_init (&machine);
  STEP (WANTED, NONE, 0);
  STEP (FRAME, NONE, 100);
  STEP (UNWANTED, NONE, 200);

  /* No pictures are made for nobody, so none are missed. */
  ASSERT_ACTION (STEP (TICK, NONE, 200 + WF_VIDEO_STALL_AFTER + 100), NONE);
  ASSERT_STATE (LIVE);
  ASSERT_ACTION (STEP (WANTED, NONE, 2800), NONE);
  ASSERT_ACTION (STEP (TICK, NONE, 2900), NONE);
  ASSERT_STATE (LIVE);
  ASSERT_ACTION (STEP (TICK, NONE, 2800 + WF_VIDEO_STALL_AFTER), NONE);
  ASSERT_STATE (STALLED);
}

static void
test_stall (void)
{
  WfVideoMachine machine;

  wf_video_machine_init (&machine);
  STEP (WANTED, NONE, 0);
  STEP (FRAME, NONE, 500);

  ASSERT_ACTION (STEP (TICK, NONE, 500 + WF_VIDEO_STALL_AFTER - 1), NONE);
  ASSERT_STATE (LIVE);
  ASSERT_ACTION (STEP (TICK, NONE, 500 + WF_VIDEO_STALL_AFTER), NONE);
  ASSERT_STATE (STALLED);

  /* A single picture heals it. */
  ASSERT_ACTION (STEP (FRAME, NONE, 3000), NONE);
  ASSERT_STATE (LIVE);

  ASSERT_ACTION (STEP (TICK, NONE, 3000 + WF_VIDEO_REOPEN_AFTER), RESTART);
  ASSERT_STATE (RECONNECTING);
  g_assert_cmpint (machine.reason, ==, WF_VIDEO_REASON_TIME_OUT);
  g_assert_true (machine.open);

  ASSERT_ACTION (STEP (FRAME, NONE, 9000), NONE);
  ASSERT_STATE (LIVE);
  g_assert_cmpint (machine.reason, ==, WF_VIDEO_REASON_NONE);
  g_assert_cmpint (machine.attempts, ==, 0);
}

static void
test_time_out (void)
{
  WfVideoMachine machine;

  wf_video_machine_init (&machine);
  STEP (WANTED, NONE, 0);
  ASSERT_ACTION (STEP (TICK, NONE, WF_VIDEO_CONNECT_LIMIT - 1), NONE);
  ASSERT_STATE (CONNECTING);
  ASSERT_ACTION (STEP (TICK, NONE, WF_VIDEO_CONNECT_LIMIT), STOP);
  ASSERT_STATE (RECONNECTING);
  g_assert_cmpint (machine.reason, ==, WF_VIDEO_REASON_TIME_OUT);

  /* What still arrives from the attempt that was given up does not count. */
  ASSERT_ACTION (STEP (FRAME, NONE, WF_VIDEO_CONNECT_LIMIT + 1), NONE);
  ASSERT_STATE (RECONNECTING);
}

static void
test_back_off (void)
{
  guint before = 0;

  for (guint i = 1; i < 100; i++)
    {
      guint wait = wf_video_backoff (i);

      g_assert_cmpint (wait, >=, before);
      g_assert_cmpint (wait, >=, WF_VIDEO_BACKOFF_FIRST);
      g_assert_cmpint (wait, <=, WF_VIDEO_BACKOFF_LAST);
      before = wait;
    }

  g_assert_cmpint (wf_video_backoff (0), ==, WF_VIDEO_BACKOFF_FIRST);
  g_assert_cmpint (wf_video_backoff (2), ==, 2 * WF_VIDEO_BACKOFF_FIRST);
  g_assert_cmpint (wf_video_backoff (G_MAXUINT), ==, WF_VIDEO_BACKOFF_LAST);
}

static void
test_reconnects (void)
{
  WfVideoMachine machine;
  int64_t now = 1000;
  guint n_starts = 0;

  wf_video_machine_init (&machine);
  STEP (WANTED, NONE, 0);
  STEP (FRAME, NONE, 500);
  ASSERT_ACTION (STEP (ERROR, ENDED, now), STOP);
  ASSERT_STATE (RECONNECTING);
  g_assert_cmpint (machine.reason, ==, WF_VIDEO_REASON_ENDED);

  /* Not before its time. */
  ASSERT_ACTION (STEP (TICK, NONE, machine.retry_at - 1), NONE);

  /* The service is gone for a while: attempts go on, at most every so often, until it counts as failed. */
  while (machine.state == WF_VIDEO_STATE_RECONNECTING)
    {
      now = machine.retry_at;
      ASSERT_ACTION (STEP (TICK, NONE, now), START);
      n_starts++;
      now += 20;
      ASSERT_ACTION (STEP (ERROR, REFUSED, now), STOP);
      g_assert_cmpint (machine.retry_at, >, now);
    }

  ASSERT_STATE (FAILED);
  g_assert_cmpint (now - 1000, >=, WF_VIDEO_GIVE_UP_AFTER);
  g_assert_cmpint (n_starts, >=, WF_VIDEO_GIVE_UP_AFTER / (WF_VIDEO_BACKOFF_LAST + 20));
  g_assert_cmpint (n_starts, <=, WF_VIDEO_GIVE_UP_AFTER / WF_VIDEO_BACKOFF_LAST + 6);
  g_assert_cmpint (machine.retry_at - now, ==, WF_VIDEO_FAILED_RETRY);

  /* It is not given up for good. */
  ASSERT_ACTION (STEP (TICK, NONE, machine.retry_at), START);
  ASSERT_STATE (FAILED);
  STEP (FRAME, NONE, machine.opened_at + 300);
  ASSERT_STATE (LIVE);
}

static void
test_final_reasons (void)
{
  WfVideoMachine machine;

  wf_video_machine_init (&machine);
  STEP (WANTED, NONE, 0);
  ASSERT_ACTION (STEP (ERROR, UNAUTHORIZED, 100), STOP);
  ASSERT_STATE (FAILED);

  /* A camera locks the account after some wrong passwords. */
  for (int64_t now = 200; now < 1000000; now += 1000)
    ASSERT_ACTION (STEP (TICK, NONE, now), NONE);
  ASSERT_STATE (FAILED);

  ASSERT_ACTION (STEP (RETRY, NONE, 1000000), START);
  ASSERT_STATE (CONNECTING);
  g_assert_cmpint (machine.reason, ==, WF_VIDEO_REASON_NONE);

  /* Whoever no longer looks closes a failed link too. */
  STEP (ERROR, UNAUTHORIZED, 1000100);
  STEP (UNWANTED, NONE, 1000200);
  ASSERT_ACTION (STEP (TICK, NONE, 1000200 + WF_VIDEO_GRACE), NONE);
  ASSERT_STATE (IDLE);
}

static void
test_retry (void)
{
  WfVideoMachine machine;

  wf_video_machine_init (&machine);
  ASSERT_ACTION (STEP (RETRY, NONE, 0), NONE);
  ASSERT_STATE (IDLE);

  STEP (WANTED, NONE, 0);
  STEP (FRAME, NONE, 10);
  ASSERT_ACTION (STEP (RETRY, NONE, 20), NONE);
  ASSERT_STATE (LIVE);

  STEP (TICK, NONE, 10 + WF_VIDEO_STALL_AFTER);
  ASSERT_ACTION (STEP (RETRY, NONE, 3000), RESTART);
  ASSERT_STATE (RECONNECTING);
}

/* Whatever comes in whatever order: the actions always fit what is open. */
static void
test_random_walk (void)
{
  WfVideoMachine machine;
  gboolean open = FALSE;
  int64_t now = 0;

  wf_video_machine_init (&machine);

  for (guint i = 0; i < 200000; i++)
    {
      WfVideoEvent event = (WfVideoEvent) g_test_rand_int_range (0, WF_VIDEO_EVENT_RETRY + 1);
      WfVideoReason reason = (WfVideoReason) g_test_rand_int_range (WF_VIDEO_REASON_REFUSED, WF_VIDEO_REASON_LOST + 1);

      now += g_test_rand_int_range (0, 1500);

      switch (wf_video_machine_step (&machine, event, reason, now))
        {
        case WF_VIDEO_ACTION_START:
          g_assert_false (open);
          open = TRUE;
          break;
        case WF_VIDEO_ACTION_STOP:
          g_assert_true (open);
          open = FALSE;
          break;
        case WF_VIDEO_ACTION_RESTART:
          g_assert_true (open);
          break;
        case WF_VIDEO_ACTION_NONE:
        default:
          break;
        }

      g_assert_cmpint (open, ==, machine.open);
      if (machine.state == WF_VIDEO_STATE_LIVE || machine.state == WF_VIDEO_STATE_STALLED)
        g_assert_true (open);
      if (machine.state == WF_VIDEO_STATE_IDLE)
        g_assert_false (open);
      if (machine.state == WF_VIDEO_STATE_RECONNECTING && !open)
        g_assert_cmpint (machine.retry_at, >=, 0);
    }
}

static void
test_sentences (void)
{
  for (int i = WF_VIDEO_REASON_REFUSED; i <= WF_VIDEO_REASON_LOST; i++)
    {
      g_autofree char *sentence = wf_video_reason_to_sentence ((WfVideoReason) i, NULL);

      g_assert_nonnull (sentence);
      g_assert_true (g_str_has_suffix (sentence, "."));
    }

  g_autofree char *detail = wf_video_reason_to_sentence (WF_VIDEO_REASON_CODEC, "Install the package x.");
  g_assert_cmpstr (detail, ==, "Install the package x.");
  g_assert_null (wf_video_reason_to_sentence (WF_VIDEO_REASON_NONE, NULL));
}

/* A camera of one picture a second is not frozen between them; one of 25 is after a second. */
static void
test_slow_camera (void)
{
  WfVideoMachine machine;
  int64_t now = 0;

  wf_video_machine_init (&machine);
  wf_video_machine_step (&machine, WF_VIDEO_EVENT_WANTED, WF_VIDEO_REASON_NONE, now);
  for (guint i = 0; i < 20; i++)
    {
      now += 250;
      wf_video_machine_step (&machine, i % 4 == 0 ? WF_VIDEO_EVENT_FRAME : WF_VIDEO_EVENT_TICK, WF_VIDEO_REASON_NONE, now);
      if (i > 4)
        g_assert_cmpint (machine.state, ==, WF_VIDEO_STATE_LIVE);
    }

  for (guint i = 0; i < 200; i++)
    wf_video_machine_step (&machine, WF_VIDEO_EVENT_FRAME, WF_VIDEO_REASON_NONE, now += 40);
  wf_video_machine_step (&machine, WF_VIDEO_EVENT_TICK, WF_VIDEO_REASON_NONE, now + 900);
  g_assert_cmpint (machine.state, ==, WF_VIDEO_STATE_LIVE);
  wf_video_machine_step (&machine, WF_VIDEO_EVENT_TICK, WF_VIDEO_REASON_NONE, now + 1250);
  g_assert_cmpint (machine.state, ==, WF_VIDEO_STATE_STALLED);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/video/state/opens-and-closes", test_opens_and_closes);
  g_test_add_func ("/video/state/stays-open-within-grace", test_stays_open_within_grace);
  g_test_add_func ("/video/state/stall", test_stall);
  g_test_add_func ("/video/state/time-out", test_time_out);
  g_test_add_func ("/video/state/back-off", test_back_off);
  g_test_add_func ("/video/state/reconnects", test_reconnects);
  g_test_add_func ("/video/state/final-reasons", test_final_reasons);
  g_test_add_func ("/video/state/retry", test_retry);
  g_test_add_func ("/video/state/random-walk", test_random_walk);
  g_test_add_func ("/video/state/sentences", test_sentences);

  g_test_add_func ("/video/state/slow-camera", test_slow_camera);

  return g_test_run ();
}
