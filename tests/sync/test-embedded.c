/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "sync-testing.h"

#include "wf-embedded.h"
#include "wf-kind.h"
#include "wf-sync-error.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>

/* A district of one unit and one incident, to drive in. */
static const char seed[] =
  "{\"commands\": ["
  "{\"type\": \"registry.put\", \"occurred_at\": \"now-2h\", \"payload\": {\"entities\": ["
  "{\"kind\": \"centre\", \"id\": \"centre\", \"fields\": {\"name\": \"示范中心\", \"demonstration\": %s}},"
  "{\"kind\": \"unit\", \"id\": \"unit-1\", \"fields\": {\"name\": \"指挥车\", \"type\": \"command\", \"state\": \"standby\","
  " \"plate\": \"蒙B·示001\", \"location\": [109.80, 40.60], \"crew\": [\"柯北辰\"]}}]}},"
  "{\"type\": \"incident.report\", \"occurred_at\": \"now-5m\", \"payload\": {\"incident\": \"incident-1\","
  " \"title\": \"泵房冒烟\", \"t0\": \"now-5m\", \"location\": [109.81, 40.61]}}"
  "]}";

typedef struct
{
  char       *folder;
  char       *near;
  char       *data;
  char       *seed;
  WfEmbedded *embedded;
} Fixture;

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  g_autofree char *text = g_strdup_printf (seed, data != NULL ? (const char *) data : "true");
  g_autofree char *file = NULL;

  fixture->folder = test_folder_new ();
  fixture->near = g_build_filename (fixture->folder, "near", NULL);
  fixture->data = g_build_filename (fixture->folder, "service", NULL);
  fixture->seed = g_build_filename (fixture->folder, "seed", NULL);
  file = g_build_filename (fixture->seed, "00-all.json", NULL);
  g_assert_cmpint (g_mkdir (fixture->seed, 0700), ==, 0);
  g_assert_true (g_file_set_contents (file, text, -1, NULL));
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  wf_embedded_stop (fixture->embedded);
  test_finalize (fixture->embedded);
  g_free (fixture->near);
  g_free (fixture->data);
  g_free (fixture->seed);
  test_folder_remove (fixture->folder);
}

static void
started_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      data)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (wf_embedded_start_finish (WF_EMBEDDED (source), result, &error));
  g_assert_no_error (error);
  *(gboolean *) data = TRUE;
}

static void
start (Fixture    *fixture,
       const char *unit_program)
{
  gboolean started = FALSE;

  fixture->embedded = wf_embedded_new (g_getenv ("WATCHFIRED"), unit_program, fixture->data, fixture->seed);
  wf_embedded_start_async (fixture->embedded, NULL, started_cb, &started);
  test_await (started);
  g_assert_nonnull (wf_embedded_get_uri (fixture->embedded));
  g_assert_cmpuint (strlen (wf_embedded_get_token (fixture->embedded)), ==, 64);
}

/* The one child of this process that runs the service: tests may only end what they have started. */
static GPid
find_service (Fixture *fixture)
{
  g_autoptr (GDir) proc = g_dir_open ("/proc", 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (proc)) != NULL)
    {
      g_autofree char *path = g_build_filename ("/proc", name, "cmdline", NULL);
      g_autofree char *line = NULL;
      gsize size;

      if (!g_ascii_isdigit (name[0]) || !g_file_get_contents (path, &line, &size, NULL) || size == 0)
        continue;
      if (memmem (line, size, fixture->data, strlen (fixture->data) + 1) != NULL)
        return (GPid) g_ascii_strtoll (name, NULL, 10);
    }

  return 0;
}

static void
uri_cb (WfEmbedded *embedded,
        GParamSpec *pspec,
        WfSession  *session)
{
  const char *uri = wf_embedded_get_uri (embedded);

  if (uri != NULL)
    wf_session_set_service (session, uri, wf_embedded_get_token (embedded));
}

static void
test_restart (Fixture       *fixture,
              gconstpointer  data)
{
  start (fixture, NULL);

  WfSession *session = test_session_online (wf_embedded_get_uri (fixture->embedded),
                                            wf_embedded_get_token (fixture->embedded), fixture->near);
  G_GNUC_UNUSED g_autofree char *before = test_add_log (session, "先记");
  test_await (wf_session_get_pending (session) == 0);
  g_signal_connect (fixture->embedded, "notify::uri", G_CALLBACK (uri_cb), session);

  GPid pid = find_service (fixture);
  g_assert_cmpint (pid, >, 1);
  g_assert_cmpint (kill (pid, SIGKILL), ==, 0);
  test_await (wf_embedded_get_uri (fixture->embedded) == NULL);

  G_GNUC_UNUSED g_autofree char *away = test_add_log (session, "没有服务时");
  g_assert_cmpuint (wf_session_get_pending (session), ==, 1);
  test_await (wf_embedded_get_uri (fixture->embedded) != NULL);
  test_await (wf_session_get_pending (session) == 0 && wf_session_get_link (session) == WF_LINK_ONLINE);
  g_assert_cmpuint (wf_state_count (wf_session_get_state (session), WF_LIVE, "log"), ==, 2);

  g_signal_handlers_disconnect_by_data (fixture->embedded, session);
  test_session_end (session);
  pid = find_service (fixture);
  wf_embedded_stop (fixture->embedded);
  g_assert_cmpint (pid, !=, 0);
  g_assert_cmpint (find_service (fixture), ==, 0);
}

static void
failed_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      data)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (wf_embedded_start_finish (WF_EMBEDDED (source), result, &error));
  g_assert_error (error, WF_SYNC_ERROR, WF_SYNC_ERROR_PROGRAM);
  *(gboolean *) data = TRUE;
}

static void
test_no_program (Fixture       *fixture,
                 gconstpointer  data)
{
  gboolean failed = FALSE;

  fixture->embedded = wf_embedded_new ("/bin/false", NULL, fixture->data, NULL);
  wf_embedded_start_async (fixture->embedded, NULL, failed_cb, &failed);
  test_await (failed);
  g_assert_null (wf_embedded_get_uri (fixture->embedded));

  /* It can be tried again. */
  failed = FALSE;
  wf_embedded_start_async (fixture->embedded, NULL, failed_cb, &failed);
  test_await (failed);
}

static gboolean
is_in (WfSession  *session,
       const char *order,
       const char *state)
{
  g_autoptr (WfEntity) entity = wf_state_get (wf_session_get_state (session), WF_LIVE, "order", order);

  return wf_entity_is (entity, "state", state);
}

static gboolean
has_video (WfSession *session)
{
  g_autoptr (WfEntity) unit = wf_state_get (wf_session_get_state (session), WF_LIVE, "unit", "unit-1");

  return wf_entity_string (unit, "video") != NULL;
}

/* An order is heard, driven to and come back from, without anybody at a keyboard. */
static void
test_fleet (Fixture       *fixture,
            gconstpointer  data)
{
  start (fixture, g_getenv ("WATCHFIRE_UNIT"));

  WfSession *session = test_session_online (wf_embedded_get_uri (fixture->embedded),
                                            wf_embedded_get_token (fixture->embedded), fixture->near);
  g_autofree char *order = wf_session_new_id (session);
  WfPosition position;

  test_await (has_video (session) && wf_session_get_position (session, "unit-1", &position));
  g_assert_cmpfloat_with_epsilon (position.longitude, 109.80, 1e-6);

  /* The rest of its entry is as it was. */
  g_autoptr (WfEntity) unit = wf_state_get (wf_session_get_state (session), WF_LIVE, "unit", "unit-1");
  g_assert_cmpstr (wf_entity_string (unit, "plate"), ==, "蒙B·示001");

  test_submit (session, "order.issue",
               wf_dict_make ("order", wf_value_string (order),
                             "incident", wf_value_string ("incident-1"),
                             "kind", wf_value_string ("directive"),
                             "force_kind", wf_value_string ("unit"),
                             "force", wf_value_string ("unit-1"),
                             NULL),
               NULL);
  test_await (is_in (session, order, "acknowledged"));
  test_await (is_in (session, order, "working"));
  test_await (wf_session_get_position (session, "unit-1", &position) && position.speed == 0);
  g_assert_cmpfloat_with_epsilon (position.longitude, 109.81, 1e-6);
  g_assert_cmpfloat_with_epsilon (position.latitude, 40.61, 1e-6);

  test_submit (session, "order.step",
               wf_dict_make ("order", wf_value_string (order), "step", wf_value_string ("released"), NULL), NULL);
  test_await (is_in (session, order, "back"));

  test_session_end (session);
}

/* Nobody is played where it is meant. */
static void
test_no_demonstration (Fixture       *fixture,
                       gconstpointer  data)
{
  start (fixture, NULL);

  g_autoptr (GSubprocess) unit =
    g_subprocess_new (G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_SILENCE | G_SUBPROCESS_FLAGS_STDERR_SILENCE,
                      NULL, g_getenv ("WATCHFIRE_UNIT"), "--service", wf_embedded_get_uri (fixture->embedded),
                      "--token-stdin", "--fleet", NULL);
  g_autofree char *line = g_strconcat (wf_embedded_get_token (fixture->embedded), "\n", NULL);

  g_assert_nonnull (unit);
  g_output_stream_write_all (g_subprocess_get_stdin_pipe (unit), line, strlen (line), NULL, NULL, NULL);
  test_await (g_subprocess_get_identifier (unit) == NULL);
  g_subprocess_wait (unit, NULL, NULL);
  g_assert_cmpint (g_subprocess_get_exit_status (unit), ==, 1);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_setenv ("WATCHFIRE_UNIT_SPEED", "60", TRUE);

  g_test_add ("/embedded/restart", Fixture, NULL, set_up, test_restart, tear_down);
  g_test_add ("/embedded/no-program", Fixture, NULL, set_up, test_no_program, tear_down);
  g_test_add ("/embedded/fleet", Fixture, NULL, set_up, test_fleet, tear_down);
  g_test_add ("/embedded/no-demonstration", Fixture, "false", set_up, test_no_demonstration, tear_down);

  return g_test_run ();
}
