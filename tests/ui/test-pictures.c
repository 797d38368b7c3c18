/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "../video/unit-program.h"
#include "../video/video-testing.h"
#include "ui-desk.h"
#include "ui-testing.h"
#include "wf-kind.h"
#include "wf-link-button.h"
#include "wf-playback.h"
#include "wf-replay-bar.h"
#include "wf-strip.h"
#include "wf-thing-panel.h"
#include "wf-video-recording.h"
#include "wf-video-view.h"

/* What the window shows of links and keeps of them: the strip of an incident, what was recorded as the map goes back in time, and
 * pictures. A real service, and a real unit with a clock in its picture. */

typedef struct
{
  TestDesk     desk;
  UnitProgram *unit;
} Fixture;

static void
set_up (Fixture       *self,
        gconstpointer  data)
{
  self->unit = unit_program_new (g_getenv ("WATCHFIRE_UNIT"), "--stream-only", "--unit", "u1", "--unit", "u2", "--unit", "u3",
                                 "--unit", "u4", "--width", "640", "--height", "360", NULL);
  test_desk_open (&self->desk, "desk-1", NULL, FALSE);
  test_desk_show (&self->desk);
}

static void
tear_down (Fixture       *self,
           gconstpointer  data)
{
  test_desk_close (&self->desk);
  unit_program_free (self->unit);
}

/* --- what happens ------------------------------------------------------------------------------------------------ */

/* Something with the picture of one of the unit's cameras. @place: (nullable): where it stands. */
static void
enter (Fixture    *self,
       const char *kind,
       const char *id,
       const char *camera,
       GVariant   *place)
{
  g_autofree char *uri = unit_program_dup_uri (self->unit, camera);
  g_autofree char *name = g_strdup_printf ("The %s", id);
  gboolean is_unit = g_str_equal (kind, "unit");
  g_autoptr (GPtrArray) entries = g_ptr_array_new_with_free_func ((GDestroyNotify) g_variant_unref);
  g_autoptr (GVariant) fields = wf_dict_make ("name", wf_value_string (name), "video", wf_value_string (uri),
                                              "type", is_unit ? wf_value_string ("fire_engine") : NULL,
                                              "state", is_unit ? wf_value_string ("standby") : NULL,
                                              "location", place, NULL);

  g_ptr_array_add (entries, wf_dict_make ("kind", wf_value_string (kind), "id", wf_value_string (id), "fields", fields, NULL));
  g_assert_true (test_submit (self->desk.session, "registry.put",
                              wf_dict_make ("entities", wf_value_objects (entries), NULL), NULL));
}

static void
report (Fixture    *self,
        const char *incident)
{
  g_assert_true (test_submit (self->desk.session, "incident.report",
                              wf_dict_make ("incident", wf_value_string (incident), "title", wf_value_string (incident),
                                            "t0", wf_value_time (wf_session_now (self->desk.session)), NULL), NULL));
}

/* Numbers say what came last, and the service gives them. */
static void
wait_for_service (Fixture *self)
{
  test_await (wf_session_get_pending (self->desk.session) == 0);
}

static void
order (Fixture    *self,
       const char *incident,
       const char *unit)
{
  g_autofree char *id = g_strdup_printf ("order-%s-%s", incident, unit);

  g_assert_true (test_submit (self->desk.session, "order.issue",
                              wf_dict_make ("order", wf_value_string (id), "incident", wf_value_string (incident),
                                            "kind", wf_value_string ("directive"), "force_kind", wf_value_string ("unit"),
                                            "force", wf_value_string (unit), "text", wf_value_string ("Go"), NULL), NULL));
  wait_for_service (self);
}

static void
step (Fixture    *self,
      const char *incident,
      const char *unit,
      const char *step)
{
  g_autofree char *id = g_strdup_printf ("order-%s-%s", incident, unit);

  g_assert_true (test_submit (self->desk.session, "order.step",
                              wf_dict_make ("order", wf_value_string (id), "step", wf_value_string (step),
                                            "text", wf_value_string ("not needed"), NULL), NULL));
  wait_for_service (self);
}

static void
wait_ms (guint ms)
{
  gint64 until = g_get_monotonic_time () + (gint64) ms * 1000;

  test_await (g_get_monotonic_time () >= until);
}

static void
press (Fixture    *self,
       const char *name)
{
  g_signal_emit_by_name (test_desk_find_name (&self->desk, name), "clicked");
}

/* --- the strip --------------------------------------------------------------------------------------------------- */

/* Its tiles. */
static GtkWidget *
get_first_tile (Fixture *self)
{
  return gtk_widget_get_first_child (test_desk_find_name (&self->desk, "Video of the units"));
}

/* Whose pictures are in it, from left to right. */
static char *
read_strip (Fixture *self)
{
  GString *units = g_string_new (NULL);

  for (GtkWidget *tile = get_first_tile (self); tile != NULL; tile = gtk_widget_get_next_sibling (tile))
    g_string_append_printf (units, "%s%s", units->len > 0 ? " " : "", wf_video_view_get_unit (WF_VIDEO_VIEW (tile)));

  return g_string_free (units, FALSE);
}

static gboolean
strip_is (Fixture    *self,
          const char *expected)
{
  g_autofree char *units = read_strip (self);

  return g_str_equal (units, expected);
}

#define assert_strip(self, expected)                                           \
  G_STMT_START {                                                               \
    wait_ms (100);                                                             \
    g_autofree char *strip_units = read_strip (self);                          \
    g_assert_cmpstr (strip_units, ==, expected);                               \
  } G_STMT_END

static GtkWidget *
find_tile (Fixture    *self,
           const char *unit)
{
  for (GtkWidget *tile = get_first_tile (self); tile != NULL; tile = gtk_widget_get_next_sibling (tile))
    if (g_str_equal (wf_video_view_get_unit (WF_VIDEO_VIEW (tile)), unit))
      return tile;

  return NULL;
}

/* The units of the incident that is selected, by themselves: what has come last stands first, and what is there stays as it is
 * while others come and go. */
static void
test_strip (Fixture       *self,
            gconstpointer  data)
{
  for (guint i = 1; i <= 4; i++)
    {
      g_autofree char *unit = g_strdup_printf ("u%u", i);

      enter (self, "unit", unit, unit, NULL);
    }
  report (self, "fire");
  report (self, "flood");
  order (self, "fire", "u1");
  order (self, "fire", "u2");
  order (self, "flood", "u3");

  wf_window_set_incident (self->desk.window, "fire");
  test_await (strip_is (self, "u2 u1"));
  wf_window_set_incident (self->desk.window, "flood");
  assert_strip (self, "u3");
  wf_window_set_incident (self->desk.window, "fire");
  assert_strip (self, "u2 u1");

  /* What happens to one of them moves none. */
  GtkWidget *first = find_tile (self, "u1");
  GtkWidget *second = find_tile (self, "u2");
  step (self, "fire", "u1", "acknowledged");
  step (self, "fire", "u1", "under_way");
  assert_strip (self, "u2 u1");

  /* Another one is sent there; one comes to nothing before it has left, and one is on its way back. */
  order (self, "fire", "u4");
  assert_strip (self, "u4 u2 u1");
  g_assert_true (find_tile (self, "u1") == first && find_tile (self, "u2") == second);
  step (self, "fire", "u2", "recalled");
  test_await (strip_is (self, "u4 u1"));
  step (self, "fire", "u1", "recalled");
  assert_strip (self, "u4 u1");
  g_assert_true (find_tile (self, "u1") == first);
  step (self, "fire", "u1", "back");
  test_await (strip_is (self, "u4"));

  /* It goes to where it is needed more. */
  order (self, "flood", "u2");
  assert_strip (self, "u4");
  wf_window_set_incident (self->desk.window, "flood");
  assert_strip (self, "u2 u3");
  step (self, "flood", "u2", "acknowledged");
  step (self, "flood", "u3", "acknowledged");
  assert_strip (self, "u2 u3");
  wf_window_set_incident (self->desk.window, "fire");
  wf_window_set_incident (self->desk.window, "flood");
  assert_strip (self, "u3 u2");
}

/* --- what was recorded, as the map goes back in time ------------------------------------------------------------- */

/* So far, in ms, the picture may be from the moment that was chosen: pictures are 40 ms apart, further where a machine leaves
 * some out, and the unit draws the clock some time before the picture gets the time that it is sent with. */
#define NEAR 1000

typedef struct
{
  Fixture   *fixture;
  GtkRange  *slider;
  GtkWidget *playback;
  GtkWidget *picture;
  GPtrArray *pieces;
  int64_t    start; /* of what was recorded, ms since the epoch */
  int64_t    end;
} Past;

/* The pieces that belong to the incident, by time. */
static GPtrArray *
list_pieces (Fixture *self)
{
  return wf_playback_list (self->desk.session, "fire", NULL, NULL);
}

static guint
count_pieces (Fixture *self)
{
  g_autoptr (GPtrArray) pieces = list_pieces (self);

  return pieces->len;
}

static WfVideoLink *
find_link (Fixture    *self,
           const char *camera,
           const char *name)
{
  g_autofree char *uri = unit_program_dup_uri (self->unit, camera);
  g_autoptr (WfVideoLink) link = wf_video_hub_get_link (wf_context_get_video (self->desk.context), uri, name);

  /* The tile has it too. */
  return link;
}

/* The button of the link says what the service does not have yet. */
static gboolean
tells_of_pieces (Fixture *self)
{
  g_autofree char *waiting = wf_link_describe_waiting (self->desk.session, wf_context_get_recorder (self->desk.context));

  return strstr (waiting, "of a recording is on this computer only") != NULL
         || strstr (waiting, "of recordings are on this computer only") != NULL;
}

/* An incident with a recording of some seconds, in pieces, and something before it and after it. */
static void
record_incident (Fixture *self)
{
  enter (self, "unit", "u1", "u1", NULL);
  report (self, "fire");
  wf_window_set_incident (self->desk.window, "fire");
  wait_ms (1500);
  order (self, "fire", "u1");
  test_await (strip_is (self, "u1"));

  WfVideoLink *link = find_link (self, "u1", "The u1");
  test_await (wf_video_link_get_state (link) == WF_VIDEO_STATE_LIVE);
  /* With the sender's first report it is known when pictures were taken. */
  test_await (wf_video_link_get_delay_ms (link) >= 0);
  press (self, "Record The u1 for the incident");
  WfVideoRecording *recording = wf_video_link_get_recording (link);
  g_assert_nonnull (recording);
  wf_video_recording_set_limits (recording, 3000, G_MAXINT32);
  test_await (count_pieces (self) >= 3);
  press (self, "Stop recording The u1");
  test_await (tells_of_pieces (self));
  test_await (wf_recorder_count (wf_context_get_recorder (self->desk.context)) == 0
              && wf_recorder_get_waiting (wf_context_get_recorder (self->desk.context)) == 0
              && wf_session_get_pending (self->desk.session) == 0);
  g_assert_false (tells_of_pieces (self));
  wait_ms (1500);
  g_assert_true (test_submit (self->desk.session, "log.add",
                              wf_dict_make ("log", wf_value_string ("log-1"), "incident", wf_value_string ("fire"),
                                            "kind", wf_value_string ("note"), "text", wf_value_string ("It is out"), NULL),
                              NULL));
}

/* By hand. */
static void
slide_to (Past    *past,
          int64_t  time)
{
  gboolean handled;

  g_signal_emit_by_name (past->slider, "change-value", GTK_SCROLL_JUMP, (double) time / 1000, &handled);
}

static int64_t
get_moment (Past *past)
{
  return (int64_t) (gtk_range_get_value (past->slider) * 1000);
}

static gboolean
is_picture (GtkWidget  *widget,
            const void *data)
{
  return GTK_IS_PICTURE (widget) && gtk_widget_has_css_class (widget, "wf-recorded");
}

static gboolean
is_mark (GtkWidget  *widget,
         const void *data)
{
  return GTK_IS_LABEL (widget) && gtk_widget_has_css_class (widget, "wf-recorded-mark") && gtk_widget_get_mapped (widget);
}

/* When the picture was taken that is to be seen, by the clock in it; 0 where there is none. */
static int64_t
read_clock (Past *past)
{
  int64_t time;

  if (gtk_widget_get_opacity (past->picture) < 1 || !gtk_widget_get_mapped (past->picture)
      || !unit_program_clock (gtk_picture_get_paintable (GTK_PICTURE (past->picture)), &time))
    return 0;

  return time;
}

/* It says that there is nothing, and shows nothing. */
static gboolean
shows_nothing (Past *past)
{
  return read_clock (past) == 0 && test_find (past->playback, is_mark, NULL) == NULL
         && test_find (past->playback, test_says, "Nothing was recorded at this moment") != NULL;
}

/* It shows that moment, and says that it is a recording of it. */
static gboolean
shows (Past    *past,
       int64_t  time)
{
  GtkWidget *mark = test_find (past->playback, is_mark, NULL);
  int64_t seen = read_clock (past);

  return seen != 0 && ABS (seen - time) < NEAR && mark != NULL
         && g_str_has_prefix (gtk_label_get_text (GTK_LABEL (mark)), "Recording ")
         && test_find (past->playback, test_says, "Nothing was recorded") == NULL;
}

/* A link that was lost on a very busy machine leaves a hole; what is less is none. */
static gboolean
is_recorded (Past    *past,
             int64_t  time)
{
  for (guint i = 0; i < past->pieces->len; i++)
    {
      WfEntity *piece = g_ptr_array_index (past->pieces, i);
      int64_t start = wf_entity_time (piece, "taken_at");
      int64_t end = start + wf_entity_int (piece, "duration", 0);

      if (i + 1 < past->pieces->len)
        end = MAX (end, MIN (end + 400, wf_entity_time (past->pieces->pdata[i + 1], "taken_at")));
      if (time >= start && time < end)
        return TRUE;
    }

  return FALSE;
}

static void
await_shown (Past    *past,
             int64_t  time)
{
  gint64 until = g_get_monotonic_time () + 60 * G_USEC_PER_SEC;

  while (!shows (past, time))
    {
      if (g_get_monotonic_time () > until)
        g_error ("at %" G_GINT64_FORMAT " of %" G_GINT64_FORMAT " ms there is a picture of %" G_GINT64_FORMAT ", %s, %s",
                 time - past->start, past->end - past->start, read_clock (past) - past->start,
                 test_find (past->playback, is_mark, NULL) != NULL ? "marked" : "not marked",
                 test_find (past->playback, test_says, "Nothing was recorded") != NULL ? "nothing recorded" : "recorded");
      wait_ms (20);
    }
}

static void
assert_shown (Past    *past,
              int64_t  time)
{
  slide_to (past, time);
  g_assert_cmpint (ABS (get_moment (past) - time), <=, 1);
  if (!is_recorded (past, time))
    {
      g_test_message ("at %" G_GINT64_FORMAT ": nothing was recorded", time - past->start);
      return;
    }
  await_shown (past, time);
  wait_ms (200);
  g_test_message ("at %" G_GINT64_FORMAT ": a picture of %" G_GINT64_FORMAT " ms later", time - past->start,
                  read_clock (past) - time);
  /* Another piece begins with its first picture, until it has come to the right one, and stays there. */
  await_shown (past, time);
}

static void
play (Past *past)
{
  GType type = WF_TYPE_REPLAY_BAR;

  g_assert_true (gtk_widget_activate_action (test_find (GTK_WIDGET (past->fixture->desk.window), test_is_of_type, &type),
                                             "replay.play", NULL));
}

static void
changed_cb (GdkPaintable *paintable,
            GArray       *clocks)
{
  int64_t time;

  if (unit_program_clock (paintable, &time)
      && (clocks->len == 0 || g_array_index (clocks, int64_t, clocks->len - 1) != time))
    g_array_append_val (clocks, time);
}

/* From a moment on, as fast as it is to be, up to another one: pictures go on with the time, none is of another one than what is
 * played, and where it is stopped it is the one of that moment. */
static void
assert_played (Past    *past,
               guint    speed,
               int64_t  from,
               int64_t  to,
               guint    pictures)
{
  g_autoptr (GArray) clocks = g_array_new (FALSE, FALSE, sizeof (int64_t));
  GdkPaintable *paintable = gtk_picture_get_paintable (GTK_PICTURE (past->picture));

  assert_shown (past, from);
  gtk_drop_down_set_selected (GTK_DROP_DOWN (test_desk_find_name (&past->fixture->desk, "How fast it plays")), speed);
  gulong handler = g_signal_connect (paintable, "invalidate-contents", G_CALLBACK (changed_cb), clocks);
  play (past);
  test_await (get_moment (past) >= to);
  play (past);
  g_signal_handler_disconnect (paintable, handler);

  await_shown (past, get_moment (past));
  g_test_message ("speed %u: %u pictures", speed, clocks->len);
  g_assert_cmpuint (clocks->len, >=, pictures);
  for (guint i = 0; i < clocks->len; i++)
    {
      int64_t time = g_array_index (clocks, int64_t, i);

      g_assert_cmpint (time, >, from - NEAR);
      g_assert_cmpint (time, <, past->end + NEAR);
    }
  if (clocks->len > 1)
    g_assert_cmpint (g_array_index (clocks, int64_t, clocks->len - 1), >, g_array_index (clocks, int64_t, 0));
}

static void
test_replay (Fixture       *self,
             gconstpointer  data)
{
  Past past = { .fixture = self };
  GType playback = WF_TYPE_PLAYBACK;

  record_incident (self);
  g_autoptr (GPtrArray) pieces = list_pieces (self);
  past.pieces = pieces;
  past.start = wf_entity_time (pieces->pdata[0], "taken_at");
  past.end = wf_entity_time (pieces->pdata[pieces->len - 1], "taken_at")
             + wf_entity_int (pieces->pdata[pieces->len - 1], "duration", 0);

  gtk_widget_activate_action (GTK_WIDGET (self->desk.window), "win.replay", NULL);
  past.slider = GTK_RANGE (test_desk_find_name (&self->desk, "Moment of the replay"));
  test_await (gtk_adjustment_get_upper (gtk_range_get_adjustment (past.slider)) * 1000 > (double) past.end);
  past.playback = test_find (test_desk_find_name (&self->desk, "Video of the units"), test_is_of_type, &playback);
  g_assert_nonnull (past.playback);
  g_assert_null (gtk_widget_get_next_sibling (past.playback));
  past.picture = test_find (past.playback, is_picture, NULL);

  /* It stands at the end of the story, which is after the end of what was recorded. */
  test_await (shows_nothing (&past));

  /* Anywhere in it, on and back, within a piece and in another one, to where pieces meet, and the first and the last picture. */
  for (int64_t time = past.start; time < past.end; time += 700)
    assert_shown (&past, time);
  for (guint i = pieces->len; i > 0; i--)
    {
      int64_t time = wf_entity_time (pieces->pdata[i - 1], "taken_at");

      assert_shown (&past, time + 10);
      if (i > 1)
        assert_shown (&past, time - 1);
    }
  assert_shown (&past, past.end - 50);

  /* Before it and after it there is nothing, and said so; from there the way leads back to the picture. */
  slide_to (&past, past.start - 200);
  test_await (shows_nothing (&past));
  assert_shown (&past, past.start + 1500);
  slide_to (&past, past.end + 200);
  test_await (shows_nothing (&past));
  assert_shown (&past, past.start + 2500);

  /* Played as fast as it was, over where pieces meet; faster; and so fast that pictures are looked up as it goes. */
  assert_played (&past, 0, past.start + 1000, past.start + 4500, 5);
  assert_played (&past, 1, past.start, past.end - 2000, 2);
  assert_played (&past, 2, past.start, past.end - 2000, 1);

  /* Over the end, there is nothing; begun anew, it comes to the picture by itself. */
  gtk_drop_down_set_selected (GTK_DROP_DOWN (test_desk_find_name (&self->desk, "How fast it plays")), 1);
  play (&past);
  test_await (shows_nothing (&past));
  test_await (test_find (GTK_WIDGET (self->desk.window), test_has_name, "Play the replay") != NULL);
  play (&past);
  test_await (read_clock (&past) != 0);
  play (&past);
  await_shown (&past, get_moment (&past));

  /* Back to now: what is live has its place again. */
  press (self, "Back to now");
  test_await (strip_is (self, "u1"));
}

/* --- pictures that are kept -------------------------------------------------------------------------------------- */

static WfEntity *
find_picture (Fixture    *self,
              const char *source)
{
  g_autoptr (GPtrArray) media = wf_state_list (wf_session_get_state (self->desk.session), WF_LIVE, "medium", "fire");

  for (guint i = 0; i < media->len; i++)
    if (wf_entity_is (media->pdata[i], "source", source))
      return wf_entity_ref (media->pdata[i]);

  return NULL;
}

/* Opens the card of something, and keeps the picture that is in it. */
static WfEntity *
keep_picture (Fixture    *self,
              const char *kind,
              const char *id,
              const char *camera)
{
  g_autofree char *name = g_strdup_printf ("The %s", id);
  g_autofree char *button = g_strdup_printf ("Keep a picture of The %s", id);
  WfEntity *picture;

  gtk_widget_activate_action (GTK_WIDGET (self->desk.window), "win.select", "(ss)", kind, id);
  WfVideoLink *link = find_link (self, camera, name);
  test_await (wf_video_link_get_state (link) == WF_VIDEO_STATE_LIVE);
  press (self, button);
  test_await ((picture = find_picture (self, name)) != NULL);
  wait_for_service (self);

  return picture;
}

/* A camera stands where its record says, and what is kept of its picture says so; of a unit that has not told where it is nobody
 * claims to know. */
static void
test_camera (Fixture       *self,
             gconstpointer  data)
{
  int64_t now = wf_session_now (self->desk.session);
  double lon, lat;

  enter (self, "camera", "gate", "u1", wf_value_point (109.84, 40.62));
  enter (self, "unit", "u2", "u2", NULL);
  report (self, "fire");
  wf_window_set_incident (self->desk.window, "fire");

  g_autoptr (WfEntity) picture = keep_picture (self, "camera", "gate", "u1");
  g_assert_cmpstr (wf_entity_string (picture, "type"), ==, "image/jpeg");
  g_assert_true (wf_entity_point (picture, "location", &lon, &lat));
  g_assert_cmpfloat_with_epsilon (lon, 109.84, 1e-6);
  g_assert_cmpfloat_with_epsilon (lat, 40.62, 1e-6);
  g_assert_cmpint (ABS (wf_entity_time (picture, "taken_at") - now), <, 120000);

  g_autoptr (WfEntity) other = keep_picture (self, "unit", "u2", "u2");
  g_assert_false (wf_entity_point (other, "location", &lon, &lat));
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
  /* Pictures that move are drawn all the time, and GTK draws them in software here in any case. */
  g_setenv ("GSK_RENDERER", "cairo", TRUE);
  test_ui_init (&argc, &argv);
  watch_log ();
  gst_init (NULL, NULL);
  if (find_missing_plugin () != NULL)
    {
      g_print ("1..0 # SKIP the GStreamer element %s is missing\n", find_missing_plugin ());
      return 0;
    }

  add ("/pictures/strip", test_strip);
  add ("/pictures/replay", test_replay);
  add ("/pictures/camera", test_camera);

  return g_test_run ();
}
