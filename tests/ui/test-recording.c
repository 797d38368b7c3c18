/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "session-fixture.h"
#include "wf-kind.h"
#include "wf-recorder.h"
#include "wf-unit-stream.h"

#include <glib/gstdio.h>
#include <gst/gst.h>
#include <signal.h>
#include <sys/wait.h>

/* From a unit's stream to the incident: a real unit, a real service, a real death. */

static const char *program;

static WfUnitStream *
start_unit (void)
{
  WfUnitStream *stream = wf_unit_stream_new ();
  WfUnitStreamSpec spec = { .id = "car", .name = "指挥车", .width = 320, .height = 180 };
  g_autoptr (GError) error = NULL;

  wf_unit_stream_add (stream, &spec, &error);
  g_assert_no_error (error);
  wf_unit_stream_start (stream, 0, &error);
  g_assert_no_error (error);

  return stream;
}

static GPtrArray *
list_media (WfSession  *session,
            const char *incident)
{
  return wf_state_list (wf_session_get_state (session), WF_LIVE, "medium", incident);
}

static guint
count_media (WfSession  *session,
             const char *incident)
{
  g_autoptr (GPtrArray) media = list_media (session, incident);

  return media->len;
}

static void
fetched_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      data)
{
  g_autoptr (GError) error = NULL;

  *(char **) data = wf_session_fetch_file_finish (WF_SESSION (source), result, &error);
  g_assert_no_error (error);
}

static void
progress_cb (goffset  have,
             goffset  size,
             gpointer data)
{
  guint *told = data;

  g_assert_cmpint (have, <=, size);
  (*told)++;
}

/* What another desk gets is what was recorded. */
static void
assert_playable (WfSession *far,
                 WfEntity  *medium)
{
  g_autofree char *path = NULL;
  g_autoptr (GError) error = NULL;
  int64_t duration;
  guint n_pictures;
  guint told = 0;

  wf_session_fetch_file_async (far, wf_entity_string (medium, "digest"), wf_entity_int (medium, "size", 0), NULL, progress_cb,
                               &told, fetched_cb, &path);
  test_await (path != NULL);
  g_assert_cmpuint (told, >, 0);
  g_assert_true (wf_video_segment_measure (path, &duration, &n_pictures, &error));
  g_assert_no_error (error);
  g_assert_cmpint (ABS (duration - wf_entity_int (medium, "duration", 0)), <, 200);
}

static gboolean
is_empty (const char *folder)
{
  g_autofree char *recordings = g_build_filename (folder, "recordings", NULL);
  g_autoptr (GDir) dir = g_dir_open (recordings, 0, NULL);

  return dir == NULL || g_dir_read_name (dir) == NULL;
}

static void
test_recorded (Fixture       *fixture,
               gconstpointer  data)
{
  g_autoptr (WfUnitStream) stream = start_unit ();
  g_autofree char *uri = wf_unit_stream_dup_uri (stream, "car");
  WfSession *near = fixture_near (fixture);
  WfSession *far = fixture_far (fixture);
  WfVideoLink *link = wf_video_link_new (uri, "指挥车");
  WfRecorder *recorder = wf_recorder_new (near);
  g_autofree char *incident = test_report_incident (near);
  g_autoptr (GError) error = NULL;
  WfPosition position = { 109.9, 40.6, 90, 10, wf_session_now (near) };

  test_await (wf_session_get_pending (near) == 0);
  wf_video_link_hold (link, near);
  test_await (wf_video_link_get_state (link) == WF_VIDEO_STATE_LIVE);
  g_assert_true (wf_recorder_start (recorder, link, "unit-1", incident, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (wf_recorder_count (recorder), ==, 1);
  g_assert_false (wf_recorder_start (recorder, link, "unit-1", incident, NULL));

  /* The line breaks, commands and recordings wait, and come when it is back. */
  wf_video_recording_set_limits (wf_video_link_get_recording (link), 1000, G_MAXINT32);
  test_await (count_media (far, incident) >= 1);
  test_line_set_up (fixture->line, FALSE);
  test_await (wf_recorder_get_waiting (recorder) >= 1);
  test_line_set_up (fixture->line, TRUE);
  wf_recorder_stop (recorder, link);
  test_await (wf_recorder_count (recorder) == 0 && wf_recorder_get_waiting (recorder) == 0);
  test_await (is_empty (fixture->near));
  test_await (wf_session_get_pending (near) == 0 && count_media (far, incident) == count_media (near, incident));

  g_autoptr (GPtrArray) media = list_media (far, incident);
  g_assert_cmpuint (media->len, >=, 2);
  for (guint i = 0; i < media->len; i++)
    {
      WfEntity *medium = media->pdata[i];

      g_assert_cmpstr (wf_entity_string (medium, "source"), ==, "指挥车");
      g_assert_cmpstr (wf_entity_string (medium, "type"), ==, "video/x-matroska");
      g_assert_cmpstr (wf_entity_string (medium, "recording"), ==, wf_entity_string (media->pdata[0], "recording"));
      g_assert_cmpint (ABS (wf_entity_time (medium, "taken_at") - position.at), <, 60000);
    }
  assert_playable (far, media->pdata[0]);

  g_object_unref (recorder);
  test_settle ();
  g_object_unref (link);
  test_session_end (near);
  test_session_end (far);
}

/* --- another process, which dies, and its unit with it: gst-rtsp-server may stumble over a client that is killed --- */

static int
record_for_ever (char **arguments)
{
  WfSession *session = test_session_online (arguments[0], arguments[1], arguments[2]);
  g_autoptr (WfUnitStream) stream = start_unit ();
  g_autofree char *uri = wf_unit_stream_dup_uri (stream, "car");
  WfVideoLink *link = wf_video_link_new (uri, "指挥车");
  WfRecorder *recorder = wf_recorder_new (session);
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);

  wf_recorder_start (recorder, link, "unit-1", arguments[3], NULL);
  g_main_loop_run (loop);

  return 0;
}

static gboolean
has_recorded (const char *folder)
{
  g_autofree char *recordings = g_build_filename (folder, "recordings", NULL);
  g_autoptr (GDir) dir = g_dir_open (recordings, 0, NULL);
  const char *name = dir != NULL ? g_dir_read_name (dir) : NULL;
  g_autofree char *one = name != NULL ? g_build_filename (recordings, name, NULL) : NULL;
  g_autoptr (GDir) files = one != NULL ? g_dir_open (one, 0, NULL) : NULL;
  const char *file = files != NULL ? g_dir_read_name (files) : NULL;
  g_autofree char *path = file != NULL ? g_build_filename (one, file, NULL) : NULL;
  GStatBuf about;

  return path != NULL && g_stat (path, &about) == 0 && about.st_size > 40000;
}

static void
test_killed (Fixture       *fixture,
             gconstpointer  data)
{
  WfSession *far = fixture_far (fixture);
  g_autofree char *incident = test_report_incident (far);
  const char *argv[] = { program, "--record", test_service_uri (fixture->service), test_service_token (fixture->service),
                         fixture->near, incident, NULL };
  g_autoptr (GError) error = NULL;
  GPid pid;
  int status;

  test_await (wf_session_get_pending (far) == 0);
  g_spawn_async (NULL, (char **) argv, NULL, G_SPAWN_DO_NOT_REAP_CHILD, NULL, NULL, &pid, &error);
  g_assert_no_error (error);
  test_await (has_recorded (fixture->near));
  kill (pid, SIGKILL);
  waitpid (pid, &status, 0);
  g_assert_true (WIFSIGNALED (status));

  /* On a slow machine the link may have been lost once, and the piece before that sent. */
  test_settle ();
  guint n_sent = count_media (far, incident);

  /* The next start finds it and sends it. */
  WfSession *near = fixture_near (fixture);
  WfRecorder *recorder = wf_recorder_new (near);
  test_await (count_media (far, incident) > n_sent);
  test_await (is_empty (fixture->near));

  g_autoptr (GPtrArray) media = list_media (far, incident);
  g_assert_cmpint (wf_entity_int (media->pdata[media->len - 1], "duration", 0), >, 300);
  assert_playable (far, media->pdata[media->len - 1]);

  g_object_unref (recorder);
  test_session_end (near);
  test_session_end (far);
}

/* --- what cannot be read --- */

static void
said_cb (WfRecorder *recorder,
         const char *text,
         GString    *said)
{
  g_string_append (said, text);
  g_string_append_c (said, '\n');
}

/* Evidence is not thrown away because this machine cannot read it today; what is empty goes. */
static void
test_unreadable (Fixture       *fixture,
                 gconstpointer  data)
{
  WfSession *near = fixture_near (fixture);
  g_autofree char *id = wf_session_new_id (near);
  g_autofree char *folder = g_build_filename (fixture->near, "recordings", id, NULL);
  g_autofree char *large = g_build_filename (folder, "1700000000000.mkv", NULL);
  g_autofree char *tiny = g_build_filename (folder, "1700000005000.mkv", NULL);
  g_autofree char *garbage = g_strnfill (10000, 'x');
  g_autofree char *note = g_strconcat ("recording-", id, NULL);
  g_autoptr (GString) said = g_string_new (NULL);
  g_autofree char *kept = NULL;
  gsize length = 0;

  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  g_assert_true (g_file_set_contents (large, garbage, 10000, NULL));
  g_assert_true (g_file_set_contents (tiny, garbage, 100, NULL));
  g_autoptr (GVariant) what = wf_dict_make ("actor", wf_value_string (wf_session_get_actor (near)),
                                            "scope", wf_value_string (WF_LIVE),
                                            "source", wf_value_string ("指挥车"),
                                            NULL);
  wf_session_set_draft (near, note, what);

  WfRecorder *recorder = wf_recorder_new (near);
  g_signal_connect (recorder, "said", G_CALLBACK (said_cb), said);
  test_await (strstr (said->str, "cannot be read") != NULL && !g_file_test (tiny, G_FILE_TEST_EXISTS));
  test_await (wf_recorder_get_waiting (recorder) == 0);

  g_assert_nonnull (strstr (said->str, large));
  g_assert_true (g_file_get_contents (large, &kept, &length, NULL));
  g_assert_cmpuint (length, ==, 10000);

  g_object_unref (recorder);
  test_settle ();
  test_session_end (near);
}

int
main (int   argc,
      char *argv[])
{
  gst_init (NULL, NULL);
  if (argc == 6 && g_str_equal (argv[1], "--record"))
    return record_for_ever (argv + 2);

  program = argv[0];
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/ui/recording/recorded", Fixture, NULL, fixture_set_up, test_recorded, fixture_tear_down);
  g_test_add ("/ui/recording/unreadable", Fixture, NULL, fixture_set_up, test_unreadable, fixture_tear_down);
  g_test_add ("/ui/recording/killed", Fixture, NULL, fixture_set_up, test_killed, fixture_tear_down);

  return g_test_run ();
}
