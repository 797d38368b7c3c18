/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "unit-program.h"
#include "video-testing.h"

/* The simulated unit as a program: its commands by their words, on its standard input, and what somebody sees who watches. */

typedef struct
{
  UnitProgram *program;
  WfVideoLink *a; /* the one that misbehaves */
  WfVideoLink *b; /* the one beside it */
} Fixture;

static WfVideoLink *
watch (Fixture    *self,
       const char *unit)
{
  g_autofree char *uri = unit_program_dup_uri (self->program, unit);
  WfVideoLink *link = wf_video_link_new (uri, unit);

  wf_video_link_hold (link, self);

  return link;
}

static void
set_up (Fixture       *self,
        gconstpointer  data)
{
  self->program = unit_program_new (g_getenv ("WATCHFIRE_UNIT"), "--stream-only", "--unit", "a", "--unit", "b",
                                    "--width", "640", "--height", "360", NULL);
  self->a = watch (self, "a");
  self->b = watch (self, "b");
  wait_for_state (self->a, WF_VIDEO_STATE_LIVE);
  wait_for_state (self->b, WF_VIDEO_STATE_LIVE);
}

static void
tear_down (Fixture       *self,
           gconstpointer  data)
{
  g_clear_object (&self->b);
  close_link (self->a);
  unit_program_free (self->program);
}

/* When the picture was drawn that is shown, 0 where it has no clock that can be read. */
static int64_t
read_clock (WfVideoLink *link)
{
  int64_t time;

  return unit_program_clock (wf_video_link_get_paintable (link), &time) ? time : 0;
}

static gboolean
shows_after (WfVideoLink *link,
             int64_t      time)
{
  return wf_video_link_get_state (link) == WF_VIDEO_STATE_LIVE && read_clock (link) > time;
}

static int64_t
get_now (void)
{
  return g_get_real_time () / 1000;
}

static void
test_freeze (Fixture       *self,
             gconstpointer  data)
{
  g_assert_true (unit_program_obeys (self->program, "freeze a"));
  wait_for_state (self->a, WF_VIDEO_STATE_STALLED);

  /* What is shown is from before, and stays; who is watched beside it does not stop. */
  int64_t frozen = read_clock (self->a);
  int64_t now = get_now ();
  wait_until (shows_after (self->b, now + 500));
  g_assert_cmpint (read_clock (self->a), ==, frozen);
  g_assert_cmpint (wf_video_link_get_state (self->a), ==, WF_VIDEO_STATE_STALLED);

  g_assert_true (unit_program_obeys (self->program, "thaw a"));
  wait_until (shows_after (self->a, now));
}

static void
test_garbage (Fixture       *self,
              gconstpointer  data)
{
  wait_until (read_clock (self->a) != 0);
  g_assert_true (unit_program_obeys (self->program, "garbage a"));

  /* A decoder may make something of it, but no clock. */
  int64_t now = get_now ();
  wait_until (get_now () > now + 1500 && !shows_after (self->a, now + 1000));
  wait_until (shows_after (self->b, now));

  g_assert_true (unit_program_obeys (self->program, "clean a"));
  now = get_now ();
  wait_until (shows_after (self->a, now));
}

static void
test_limit (Fixture       *self,
            gconstpointer  data)
{
  g_assert_true (unit_program_obeys (self->program, "limit a 100"));
  wait_until (wf_video_link_get_loss (self->a) > 0.05);
  g_assert_cmpfloat (wf_video_link_get_loss (self->b), ==, 0);

  g_assert_true (unit_program_obeys (self->program, "limit a 0"));
  wait_until (wf_video_link_get_state (self->a) == WF_VIDEO_STATE_LIVE && wf_video_link_get_loss (self->a) == 0);
}

static void
count_tries (WfVideoLink *link,
             GParamSpec  *pspec,
             guint       *n)
{
  *n += wf_video_link_get_state (link) == WF_VIDEO_STATE_RECONNECTING;
}

/* Whoever watches is cut off, all of them, and comes back. */
static void
test_drop (Fixture       *self,
           gconstpointer  data)
{
  guint tries[2] = { 0, 0 };

  g_signal_connect (self->a, "notify::state", G_CALLBACK (count_tries), &tries[0]);
  g_signal_connect (self->b, "notify::state", G_CALLBACK (count_tries), &tries[1]);
  g_assert_true (unit_program_obeys (self->program, "drop"));
  wait_until (tries[0] > 0 && tries[1] > 0);
  wait_until (shows_after (self->a, get_now () - 1000) && shows_after (self->b, get_now () - 1000));
}

static void
test_restart (Fixture       *self,
              gconstpointer  data)
{
  int64_t now = get_now ();

  /* Away for a while, it comes back by itself, on the same port, and says so. */
  g_assert_true (unit_program_obeys (self->program, "restart 2"));
  wait_for_state (self->a, WF_VIDEO_STATE_RECONNECTING);
  g_autofree char *said = unit_program_read (self->program);
  g_assert_true (g_str_has_prefix (said, "{\"started\":true,\"port\":"));
  g_assert_cmpint (get_now (), >=, now + 2000);
  wait_until (shows_after (self->a, now + 2000) && shows_after (self->b, now + 2000));

  /* Away for as long as one likes. */
  g_assert_true (unit_program_obeys (self->program, "stop"));
  wait_until (wf_video_link_get_reason_code (self->a) == WF_VIDEO_REASON_REFUSED);
  g_assert_true (unit_program_obeys (self->program, "start"));
  now = get_now ();
  wait_until (shows_after (self->a, now));
}

/* What it does not understand it says, and goes on. */
static void
test_words (Fixture       *self,
            gconstpointer  data)
{
  static const char *const wrong[] = {
    "fly", "freeze", "freeze nobody", "thaw nobody", "garbage", "garbage nobody", "clean nobody", "limit a", "limit a many",
    "limit a -1", "limit a 1000001", "limit nobody 100", "drop a", "stop a", "restart", "restart soon", "restart -1",
    "restart 3601", "restart nan",
    "text a", "text nobody word", "Freeze a", " freeze a",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (wrong); i++)
    if (unit_program_obeys (self->program, wrong[i]))
      g_error ("the unit takes “%s”", wrong[i]);
  g_assert_true (unit_program_obeys (self->program, "text a two words"));

  int64_t now = get_now ();
  wait_until (shows_after (self->a, now) && shows_after (self->b, now));
}

static void
raise_cb (guint *count)
{
  (*count)++;
}

/* Nothing of a picture is made in the main loop: while that stands still they are received, decoded and scaled all the same, and
 * all that waits for it is the newest one. */
static void
test_main_loop (Fixture       *self,
                gconstpointer  data)
{
  GdkPaintable *paintable = wf_video_link_get_paintable (self->a);
  guint n_pictures = 0;

  g_signal_connect_swapped (paintable, "invalidate-contents", G_CALLBACK (raise_cb), &n_pictures);
  wait_until (n_pictures > 0 && read_clock (self->a) != 0);

  n_pictures = 0;
  int64_t begun = get_now ();
  g_usleep (4 * G_USEC_PER_SEC);
  g_assert_cmpuint (n_pictures, ==, 0);
  while (n_pictures == 0)
    g_main_context_iteration (NULL, TRUE);

  g_assert_cmpuint (n_pictures, ==, 1);
  g_assert_cmpint (read_clock (self->a), >, begun + 1000);
}

static void
add (const char *path,
     void      (*test) (Fixture *, gconstpointer))
{
  g_test_add (path, Fixture, NULL, set_up, test, tear_down);
}

int
main (int   argc,
      char *argv[])
{
  init_video_tests (&argc, &argv);
  if (find_missing_plugin () != NULL)
    {
      g_print ("1..0 # SKIP the GStreamer element %s is missing\n", find_missing_plugin ());
      return 0;
    }

  add ("/video/unit/freeze", test_freeze);
  add ("/video/unit/garbage", test_garbage);
  add ("/video/unit/limit", test_limit);
  add ("/video/unit/drop", test_drop);
  add ("/video/unit/restart", test_restart);
  add ("/video/unit/words", test_words);
  add ("/video/unit/main-loop", test_main_loop);

  return g_test_run ();
}
