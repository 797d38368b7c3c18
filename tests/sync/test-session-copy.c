/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "journal-edit.h"
#include "session-fixture.h"

#include "wf-kind.h"
#include "wf-session-private.h"

#include <glib/gstdio.h>
#include <sqlite3.h>
#include <string.h>

/* A workstation's copy of the records: how it comes, and what becomes of one that is not right. */

/* --- snapshots --------------------------------------------------------------------------------------------------- */

static void
test_broken_snapshot (Fixture       *fixture,
                      gconstpointer  data)
{
  WfSession *far = fixture_far (fixture);

  for (int i = 0; i < 30; i++)
    g_free (test_add_log (far, "很多条"));
  test_await (wf_session_get_pending (far) == 0);

  test_line_cut_answer (fixture->line, "GET /api/v1/snapshot", 2000);
  WfSession *near = test_session_open (test_line_uri (fixture->line), test_service_token (fixture->service), fixture->near);
  test_await (test_line_cuts (fixture->line) == 1);
  g_assert_false (wf_session_is_ready (near));
  g_assert_cmpuint (test_count (near, "log"), ==, 0);

  test_await (wf_session_get_link (near) == WF_LINK_ONLINE);
  g_assert_cmpuint (test_count (near, "log"), ==, 30);

  test_session_end (near);
  test_session_end (far);
}

static void
test_damaged (Fixture       *fixture,
              gconstpointer  data)
{
  g_autofree char *replica = g_build_filename (fixture->near, "replica.db", NULL);
  WfSession *near = fixture_near (fixture);
  g_autofree char *first = test_add_log (near, "先记");

  test_await (wf_session_get_pending (near) == 0);
  test_line_set_up (fixture->line, FALSE);
  test_await (wf_session_get_link (near) != WF_LINK_ONLINE);
  g_autofree char *log = test_add_log (near, "还没送出");
  test_session_end (near);

  g_assert_true (g_file_set_contents (replica, "not what it was, and long enough to be taken for something", -1, NULL));

  near = test_session_open (test_line_uri (fixture->line), test_service_token (fixture->service), fixture->near);
  g_assert_false (wf_session_is_ready (near));
  g_assert_cmpuint (wf_session_get_pending (near), ==, 1);

  test_line_set_up (fixture->line, TRUE);
  test_await (wf_session_is_ready (near) && wf_session_get_pending (near) == 0 && !test_is_pending (near, "log", log));
  g_assert_true (test_has (near, "log", first));
  g_assert_true (test_has (near, "log", log));
  g_assert_cmpuint (test_count (near, "log"), ==, 2);

  test_session_end (near);
}

static gboolean
file_has (const char *folder,
          const char *name,
          const char *text)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autofree char *contents = NULL;
  gsize size = 0;

  return g_file_get_contents (path, &contents, &size, NULL) && memmem (contents, size, text, strlen (text)) != NULL;
}

static gboolean
replica_has (Fixture    *fixture,
             const char *text)
{
  return file_has (fixture->near, "replica.db", text) || file_has (fixture->near, "replica.db-wal", text);
}

/* What is lawfully erased at the service goes from the workstations that follow, out of their files too. */
static void
test_erased (Fixture       *fixture,
             gconstpointer  data)
{
  WfSession *near = fixture_near (fixture);
  WfSession *far = fixture_far (fixture);
  g_autoptr (GPtrArray) entries = g_ptr_array_new_with_free_func ((GDestroyNotify) g_variant_unref);
  g_autoptr (GPtrArray) fields = g_ptr_array_new_with_free_func ((GDestroyNotify) g_variant_unref);
  g_autofree char *log = test_add_log (far, "spoke with Ouyang Tianxing");

  test_await (test_has (near, "log", log) && wf_session_get_pending (far) == 0);
  test_await (replica_has (fixture, "Ouyang"));

  /* A picture that it has looked at; it might be of him. */
  g_autoptr (GBytes) picture = g_bytes_new_static ("\x89PNG\r\n\x1a\nof a person", 19);
  g_autofree char *digest = NULL;
  wf_session_upload_async (near, picture, "image/png", NULL, test_uploaded_cb, &digest);
  test_await (digest != NULL);
  g_autofree char *cached = g_build_filename (fixture->near, "media", digest, NULL);
  g_assert_true (g_file_test (cached, G_FILE_TEST_EXISTS));
  guint snapshots = test_line_count (fixture->line, "GET /api/v1/snapshot");

  g_ptr_array_add (entries, wf_dict_make ("number", wf_value_int (1), NULL));
  g_ptr_array_add (fields, wf_dict_make ("kind", wf_value_string ("log"), "thing", wf_value_string (log),
                                         "field", wf_value_string ("text"), NULL));
  test_submit (far, "journal.erase",
               wf_dict_make ("entries", wf_value_objects (entries), "fields", wf_value_objects (fields),
                             "reason", wf_value_string ("asked for"), "authority", wf_value_string ("court"), NULL), NULL);

  test_await (test_line_count (fixture->line, "GET /api/v1/snapshot") > snapshots);
  test_await (!replica_has (fixture, "Ouyang"));
  test_await (!g_file_test (cached, G_FILE_TEST_EXISTS));
  test_await (wf_session_get_link (near) == WF_LINK_ONLINE && wf_session_get_link (far) == WF_LINK_ONLINE &&
              wf_session_get_pending (far) == 0);
  g_autoptr (WfItem) item = wf_session_get_item (near, "log", log);
  g_assert_cmpstr (wf_entity_string (wf_item_get_entity (item), "text"), ==, "[erased]");

  /* It goes on from there, without another copy. */
  snapshots = test_line_count (fixture->line, "GET /api/v1/snapshot");
  g_autofree char *next = test_add_log (near, "goes on");
  test_await (test_has (far, "log", next) && wf_session_get_pending (near) == 0);
  g_assert_cmpuint (test_line_count (fixture->line, "GET /api/v1/snapshot"), ==, snapshots);

  g_clear_object (&item);
  test_session_end (near);
  test_session_end (far);
}

static void
submit_account (WfSession  *session,
                const char *type,
                const char *user,
                const char *role)
{
  g_autofree char *name = g_strconcat (user, "先生", NULL);

  test_submit (session, type,
               wf_dict_make ("user", wf_value_string (user), "name", wf_value_string (name), "role", wf_value_string (role),
                             NULL), NULL);
}

/* A viewer's, as an administrator of the machine makes it. */
static char *
viewer_token (Fixture    *fixture,
              const char *actor)
{
  g_autofree char *folder = g_build_filename (fixture->folder, "service", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GSubprocess) process =
    g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error, g_getenv ("WATCHFIRECTL"), "token", "add", folder, "--actor",
                      actor, "--name", actor, "--role", "viewer", NULL);
  char *token = NULL;

  g_assert_no_error (error);
  g_assert_true (g_subprocess_communicate_utf8 (process, NULL, NULL, &token, NULL, &error));
  return g_strchomp (token);
}

/* A replica passes over what is not meant for its person, checks the chain all the same, and is a whole copy of what is;
 * when that person's role changes it has what is meant for the new one. */
static void
test_audience (Fixture       *fixture,
               gconstpointer  data)
{
  g_autofree char *token = viewer_token (fixture, "zhao");
  WfSession *far = fixture_far (fixture);

  submit_account (far, "user.add", "zhao", "viewer");
  submit_account (far, "user.add", "qian", "operator");
  submit_account (far, "user.add", "root", "administrator");
  test_await (wf_session_get_pending (far) == 0 && test_has (far, "user", "qian"));

  /* The service looks for new tokens every two seconds; a workstation that comes too early is refused. */
  WfSession *near = NULL;
  for (guint i = 0; i < 100 && near == NULL; i++)
    {
      near = test_session_open (test_line_uri (fixture->line), token, fixture->near);
      test_await (wf_session_get_link (near) == WF_LINK_ONLINE || wf_session_get_link (near) == WF_LINK_REFUSED);
      if (wf_session_get_link (near) == WF_LINK_REFUSED)
        {
          test_session_end (g_steal_pointer (&near));
          g_usleep (300000);
        }
    }
  g_assert_nonnull (near);
  g_assert_cmpuint (test_count (near, "user"), ==, 0);
  guint snapshots = test_line_count (fixture->line, "GET /api/v1/snapshot");

  /* Between two that are for all stands one that is not. */
  g_autofree char *before = test_add_log (far, "before");
  submit_account (far, "user.change", "qian", "commander");
  g_autofree char *after = test_add_log (far, "after");
  test_await (test_has (near, "log", before) && test_has (near, "log", after));
  g_assert_cmpuint (test_count (near, "user"), ==, 0);
  g_assert_false (replica_has (fixture, "qian先生"));

  /* Looked at beside the service's, it does not differ: no other copy is taken than the one it is compared with. */
  wf_session_compare (near);
  test_await (test_line_count (fixture->line, "GET /api/v1/snapshot") == snapshots + 1);
  g_autofree char *again = test_add_log (far, "again");
  test_await (test_has (near, "log", again));
  g_assert_cmpuint (test_line_count (fixture->line, "GET /api/v1/snapshot"), ==, snapshots + 1);

  submit_account (far, "user.change", "zhao", "administrator");
  test_await (test_has (near, "user", "qian") && wf_session_get_link (near) == WF_LINK_ONLINE);
  submit_account (far, "user.change", "zhao", "viewer");
  test_await (test_count (near, "user") == 0 && wf_session_get_link (near) == WF_LINK_ONLINE);
  test_await (!replica_has (fixture, "qian先生"));

  test_session_end (near);
  test_session_end (far);
}

/* A workstation whose copy has gone wrong, without anybody noticing, finds out and mends it. */
static void
test_compare (Fixture       *fixture,
              gconstpointer  data)
{
  g_autofree char *replica = g_build_filename (fixture->near, "replica.db", NULL);
  WfSession *near = fixture_near (fixture);
  g_autofree char *log = test_add_log (near, "原话");
  sqlite3 *db = NULL;

  test_await (wf_session_get_pending (near) == 0);
  test_session_end (near);

  g_assert_cmpint (sqlite3_open (replica, &db), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (db, "UPDATE entity SET number = number + 1 WHERE kind = 'log'", NULL, NULL, NULL), ==,
                   SQLITE_OK);
  sqlite3_close (db);

  near = fixture_near (fixture);
  g_autoptr (WfItem) item = wf_session_get_item (near, "log", log);
  g_assert_cmpint (wf_entity_number (wf_item_get_entity (item)), ==, 2);

  wf_session_compare (near);
  test_await (wf_entity_number (wf_item_get_entity (item)) == 1);
  test_await (wf_session_get_link (near) == WF_LINK_ONLINE);

  /* What is right is left alone. */
  guint snapshots = test_line_count (fixture->line, "GET /api/v1/changes");
  wf_session_compare (near);
  test_settle ();
  g_assert_cmpuint (test_line_count (fixture->line, "GET /api/v1/changes"), ==, snapshots);

  g_clear_object (&item);
  test_session_end (near);
}

/* --- a service that knows more than we do --------------------------------------------------------------------------- */

static void
check_stops (Fixture    *fixture,
             const char *type,
             int         version)
{
  g_autofree char *data = g_build_filename (fixture->folder, "service", NULL);
  WfSession *near = fixture_near (fixture);
  g_autofree char *first = test_add_log (near, "先记");

  test_await (wf_session_get_pending (near) == 0);
  test_session_end (near);

  WfSession *far = fixture_far (fixture);
  g_autofree char *second = test_add_log (far, "后记");
  test_await (wf_session_get_pending (far) == 0);
  test_session_end (far);
  test_service_kill (fixture->service);
  test_change_newest_entry (data, "log.added", type, 1, version);
  test_service_start (fixture->service, "officer-1");

  /* It stops before what it does not know, says so, and can be read; what is given now waits. */
  near = test_session_open (test_line_uri (fixture->line), test_service_token (fixture->service), fixture->near);
  test_await (wf_session_get_link (near) == WF_LINK_OUTDATED);
  g_assert_nonnull (strstr (wf_session_get_link_reason (near), type));
  g_assert_nonnull (strstr (wf_session_get_link_reason (near), "Update the program"));
  g_assert_true (wf_session_is_ready (near) && test_has (near, "log", first) && !test_has (near, "log", second));
  g_autofree char *third = test_add_log (near, "还要记");
  g_assert_cmpuint (wf_session_get_pending (near), ==, 1);
  test_settle ();
  g_assert_cmpint (wf_session_get_link (near), ==, WF_LINK_OUTDATED);
  test_session_end (near);

  /* As a program that knows it meets it: from the same number on, without a new copy of everything. */
  test_service_kill (fixture->service);
  test_change_newest_entry (data, type, "log.added", version, 1);
  test_service_start (fixture->service, "officer-1");

  guint snapshots = test_line_count (fixture->line, "GET /api/v1/snapshot");
  near = fixture_near (fixture);
  test_await (wf_session_get_pending (near) == 0 && test_has (near, "log", second) && !test_is_pending (near, "log", third));
  g_assert_cmpuint (test_line_count (fixture->line, "GET /api/v1/snapshot"), ==, snapshots);
  test_session_end (near);
}

static void
test_unknown_event (Fixture       *fixture,
                    gconstpointer  data)
{
  check_stops (fixture, "log.foretold", 1);
}

static void
test_newer_event (Fixture       *fixture,
                  gconstpointer  data)
{
  check_stops (fixture, "log.added", 9);
}

/* --- a file that is not what it was --------------------------------------------------------------------------------- */

static void
spoil_page (const char *path)
{
  g_autofree char *text = NULL;
  gsize size;

  g_assert_true (g_file_get_contents (path, &text, &size, NULL));
  g_assert_cmpuint (size, >, 3 * 4096);
  for (gsize page = 1; page < size / 4096; page++)
    memset (text + page * 4096, 0xa5, 64);
  g_assert_true (g_file_set_contents (path, text, (gssize) size, NULL));
}

static void
cut_short (const char *path)
{
  g_autofree char *text = NULL;
  gsize size;

  g_assert_true (g_file_get_contents (path, &text, &size, NULL));
  g_assert_true (g_file_set_contents (path, text, (gssize) (size / 2), NULL));
}

static void
test_broken_file (Fixture       *fixture,
                  gconstpointer  data)
{
  void (*const spoil[]) (const char *) = { spoil_page, cut_short };
  g_autofree char *replica = g_build_filename (fixture->near, "replica.db", NULL);
  guint logs = 0;

  for (gsize i = 0; i < G_N_ELEMENTS (spoil); i++)
    {
      WfSession *near = fixture_near (fixture);
      g_free (test_add_log (near, "在服务器上"));
      test_await (wf_session_get_pending (near) == 0);
      test_line_set_up (fixture->line, FALSE);
      test_await (wf_session_get_link (near) != WF_LINK_ONLINE);
      g_free (test_add_log (near, "还在本机"));
      logs += 2;
      test_session_end (near);

      spoil[i] (replica);

      /* The replica is fetched again; what only this workstation had is sent. */
      test_line_set_up (fixture->line, TRUE);
      near = fixture_near (fixture);
      test_await (wf_session_get_pending (near) == 0 && test_count (near, "log") == logs);
      test_session_end (near);
    }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

#define ADD(path, function) g_test_add ("/copy/" path, Fixture, NULL, fixture_set_up, function, fixture_tear_down)
  ADD ("broken-snapshot", test_broken_snapshot);
  ADD ("damaged", test_damaged);
  ADD ("audience", test_audience);
  ADD ("erased", test_erased);
  ADD ("compare", test_compare);
  ADD ("unknown-event", test_unknown_event);
  ADD ("newer-event", test_newer_event);
  ADD ("broken-file", test_broken_file);

  return g_test_run ();
}
