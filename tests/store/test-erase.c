/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "store-kit.h"

#include "wf-erase.h"
#include "wf-id.h"
#include "wf-retention.h"
#include "wf-store-private.h"

#include <sqlite3.h>

/* Lawful erasure: the payload is gone from every file, the chain is whole. And what goes by itself when its time is over. */

#define NAME "Ouyang Tianxing"

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
folder_has (const char *folder,
            const char *text)
{
  return file_has (folder, "watchfire.db", text) || file_has (folder, "watchfire.db-wal", text);
}

static WfCommand *
make_erase (WfFindings *found)
{
  g_autoptr (GVariant) payload =
    wf_dict_make ("entries", wf_value_objects (found->entries), "fields", wf_value_objects (found->fields),
                  "reason", wf_value_string ("asked for"), "authority", wf_value_string ("district court"), NULL);
  g_autoptr (WfCommand) command = wf_command_new ("erase-1", "journal.erase", WF_LIVE, "desk-1", NULL, START, NULL, NULL,
                                                  payload);

  return wf_command_with_role (command, "desk");
}

static void
tell_story (WfStore *store)
{
  kit_accept (store, kit_command ("{\"id\":\"c1\",\"type\":\"incident.report\",\"scope\":\"live\","
                                  "\"occurred_at\":\"2026-11-21T13:07:45.000Z\",\"payload\":{\"incident\":\"i1\",\"title\":\"Leak\","
                                  "\"t0\":\"2026-11-21T13:07:45.000Z\",\"caller\":{\"name\":\"" NAME "\",\"phone\":\"139\"}}}"));
  kit_accept (store, kit_log ("c2", WF_LIVE, "spoke with " NAME));
  kit_accept (store, kit_log ("c3", WF_LIVE, "something else"));
  kit_accept (store, kit_command ("{\"id\":\"c4\",\"type\":\"exercise.open\",\"scope\":\"drill-1\","
                                  "\"occurred_at\":\"2026-11-21T13:07:45.000Z\",\"payload\":{\"name\":\"Drill\"}}"));
}

static void
test_erase (void)
{
  g_autofree char *folder = kit_make_folder ();
  g_autoptr (WfClock) clock = wf_clock_new_manual (START);
  g_autoptr (GError) error = NULL;
  WfStore *store = kit_open (folder, clock);

  tell_story (store);
  g_assert_true (folder_has (folder, NAME));

  /* It stands in two payloads and in two things; the exercise has frozen copies of those. */
  g_autoptr (WfFindings) found = wf_erase_find (folder, WF_LIVE, NAME, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (found->entries->len, ==, 2);
  g_assert_cmpuint (found->fields->len, ==, 2);
  kit_accept (store, make_erase (found));

  g_autofree char *snapshot = kit_snapshot (store);
  g_assert_null (strstr (snapshot, NAME));
  g_assert_nonnull (strstr (snapshot, "drill-1@base"));
  g_assert_nonnull (strstr (snapshot, "something else"));
  g_assert_false (folder_has (folder, NAME));

  /* Entries keep their headers, and say nothing. */
  g_autoptr (WfJsonDoc) doc = kit_entries (store);
  const WfJson *first = wf_json_first (wf_json_doc_root (doc));
  g_assert_null (wf_json_member (first, "payload"));
  g_assert_cmpstr (wf_json_member_string (first, "hash"), !=, NULL);
  int64_t erasure = 0;
  for (const WfJson *entry = first; entry != NULL; entry = wf_json_next (entry))
    {
      const WfJson *header = wf_json_member (entry, "header");

      if (g_strcmp0 (wf_json_member_string (header, "type"), "journal.erased") != 0)
        continue;
      erasure = wf_json_int (wf_json_member (header, "number"));
      g_assert_cmpstr (wf_json_member_string (wf_json_member (entry, "payload"), "authority"), ==, "district court");
    }
  g_assert_cmpint (erasure, >, 0);
  kit_accept (store, kit_log ("c5", WF_LIVE, "goes on"));
  g_autofree char *digest = kit_state_digest (store);
  kit_close (store);

  g_autoptr (WfVerification) verified = wf_verify (folder, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (verified->problems->len, ==, 0);
  g_assert_cmpuint (verified->erased, ==, 2);

  /* The same after a restart, and nothing is found any more. */
  store = kit_open (folder, clock);
  g_autofree char *same = kit_state_digest (store);
  g_assert_cmpstr (same, ==, digest);
  g_autoptr (WfFindings) none = wf_erase_find (folder, WF_LIVE, NAME, &error);
  g_assert_cmpuint (none->lines->len, ==, 0);

  /* That it was erased cannot be erased. */
  g_ptr_array_set_size (found->fields, 0);
  g_ptr_array_set_size (found->entries, 0);
  g_ptr_array_add (found->entries, wf_dict_make ("number", wf_value_int (erasure), NULL));
  g_autoptr (WfCommand) again = make_erase (found);
  g_autoptr (WfCommand) other = wf_command_new ("erase-2", "journal.erase", WF_LIVE, "desk-1", NULL, START, NULL, NULL,
                                                again->payload);
  kit_accept (store, wf_command_with_role (other, "desk"));
  g_autoptr (WfJsonDoc) after = kit_entries (store);
  guint erasures = 0;
  for (const WfJson *entry = wf_json_first (wf_json_doc_root (after)); entry != NULL; entry = wf_json_next (entry))
    if (g_strcmp0 (wf_json_member_string (wf_json_member (entry, "header"), "type"), "journal.erased") == 0)
      {
        erasures++;
        g_assert_nonnull (wf_json_member (entry, "payload"));
      }
  g_assert_cmpuint (erasures, ==, 2);

  kit_close (store);
  kit_remove_folder (folder);
}

static gssize
prune (WfStore *store)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  wf_store_prune_async (store, kit_result_cb, &result);
  gssize n = wf_store_prune_finish (store, kit_wait (&result), &error);
  g_assert_no_error (error);

  return n;
}

static void
fill_track (const char *folder,
            guint       n,
            int64_t     from)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (WfDatabase) database = wf_schema_open (folder, TRUE, &error);
  g_autofree char *sql =
    g_strdup_printf ("INSERT OR REPLACE INTO position VALUES ('live', 'unit-1', %" G_GINT64_FORMAT ", 1, 2, 3, 4);"
                     "WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < %u)"
                     " INSERT INTO track SELECT 'live', 'unit-1', %" G_GINT64_FORMAT " + i, 1, 2, 3, 4 FROM n",
                     (gint64) from + n, n, (gint64) from);

  g_assert_true (wf_database_exec (database, sql, &error));
  g_assert_no_error (error);
}

static void
change (const char *folder,
        const char *sql)
{
  g_autofree char *path = g_build_filename (folder, "watchfire.db", NULL);
  sqlite3 *database;

  g_assert_cmpint (sqlite3_open (path, &database), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (database, sql, NULL, NULL, NULL), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_changes (database), >, 0);
  sqlite3_close (database);
}

static guint
count_problems (const char *folder)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (WfVerification) found = wf_verify (folder, &error);

  g_assert_no_error (error);
  for (guint i = 0; i < found->problems->len; i++)
    g_test_message ("%s", (char *) g_ptr_array_index (found->problems, i));

  return found->problems->len;
}

/* After an erasure the state is still compared with the journal: what rests on erased entries is taken as it stands, whatever
 * else was changed behind the service's back is found. */
static void
test_verify (void)
{
  g_autofree char *folder = kit_make_folder ();
  g_autoptr (WfClock) clock = wf_clock_new_manual (START);
  g_autoptr (GError) error = NULL;
  WfStore *store = kit_open (folder, clock);

  tell_story (store);
  g_autoptr (WfFindings) found = wf_erase_find (folder, WF_LIVE, NAME, &error);
  g_assert_no_error (error);
  kit_accept (store, make_erase (found));

  /* What comes after builds on what was erased. */
  kit_accept (store, kit_command ("{\"id\":\"c6\",\"type\":\"incident.correct\",\"scope\":\"live\","
                                  "\"occurred_at\":\"2026-11-21T13:07:45.000Z\","
                                  "\"payload\":{\"incident\":\"i1\",\"title\":\"Larger leak\"}}"));
  kit_accept (store, kit_log ("c7", WF_LIVE, "later"));
  kit_close (store);

  g_autoptr (WfVerification) whole = wf_verify (folder, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < whole->problems->len; i++)
    g_test_message ("%s", (char *) g_ptr_array_index (whole->problems, i));
  g_assert_cmpuint (whole->problems->len, ==, 0);
  g_assert_cmpuint (whole->erased, ==, 2);
  g_assert_cmpuint (whole->taken, >=, 2);
  g_assert_cmpuint (whole->taken, <, whole->entities);

  change (folder, "UPDATE entity SET fields = replace (fields, 'something else', 'something other') WHERE scope = 'live'");
  g_assert_cmpuint (count_problems (folder), ==, 1);
  change (folder, "UPDATE entity SET fields = replace (fields, 'something other', 'something else') WHERE scope = 'live'");
  change (folder, "UPDATE entity SET fields = replace (fields, 'later', 'never') WHERE id = 'log-c7'");
  g_assert_cmpuint (count_problems (folder), ==, 1);
  change (folder, "DELETE FROM entity WHERE id = 'log-c7'");
  g_assert_cmpuint (count_problems (folder), ==, 1);
  kit_remove_folder (folder);
}

static void
note_day (const char *folder,
          const char *day)
{
  g_autofree char *reads = g_build_filename (folder, "reads", NULL);
  g_autofree char *name = g_strconcat (day, ".ndjson", NULL);
  g_autofree char *path = g_build_filename (reads, name, NULL);

  g_assert_cmpint (g_mkdir_with_parents (reads, 0700), ==, 0);
  g_assert_true (g_file_set_contents (path, "{}\n", -1, NULL));
}

/* Who read what is let go by whole days, when the last moment of the day is past its time, and nothing else in the folder. */
static void
test_prune_reads (void)
{
  g_autofree char *folder = kit_make_folder ();
  g_autoptr (WfClock) clock = wf_clock_new_manual (START);
  g_autoptr (GError) error = NULL;
  WfStore *store = kit_open (folder, clock);

  /* START is the 21st of November 2026. */
  note_day (folder, "2026-11-10");
  note_day (folder, "2026-11-11");
  note_day (folder, "2026-11-12");
  note_day (folder, "2026-13-99");
  note_day (folder, "a-diary-it-is");
  g_assert_true (wf_retention_set (folder, "reads", 10, &error));
  g_assert_no_error (error);
  g_assert_cmpint (prune (store), ==, 1);
  g_assert_cmpint (prune (store), ==, 0);
  wf_clock_set (clock, START + WF_DAY);
  g_assert_cmpint (prune (store), ==, 1);

  g_autoptr (GPtrArray) days = wf_reads_days (folder);
  g_assert_cmpuint (days->len, ==, 2);
  kit_close (store);
  kit_remove_folder (folder);
}

/* How many rows a table has; the store may have it open. */
static guint
count_rows (const char *folder,
            const char *table)
{
  g_autofree char *path = g_build_filename (folder, "watchfire.db", NULL);
  g_autofree char *sql = g_strconcat ("SELECT count(*) FROM ", table, NULL);
  sqlite3 *database;
  sqlite3_stmt *statement;

  g_assert_cmpint (sqlite3_open (path, &database), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_prepare_v2 (database, sql, -1, &statement, NULL), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_step (statement), ==, SQLITE_ROW);
  guint n = (guint) sqlite3_column_int (statement, 0);
  sqlite3_finalize (statement);
  sqlite3_close (database);

  return n;
}

static void
put_row (const char *folder,
         const char *sql,
         int64_t     at,
         int         own)
{
  g_autofree char *path = g_build_filename (folder, "watchfire.db", NULL);
  sqlite3 *database;
  sqlite3_stmt *statement;

  g_assert_cmpint (sqlite3_open (path, &database), ==, SQLITE_OK);
  sqlite3_busy_timeout (database, 10000);
  g_assert_cmpint (sqlite3_prepare_v2 (database, sql, -1, &statement, NULL), ==, SQLITE_OK);
  sqlite3_bind_int64 (statement, 1, at);
  sqlite3_bind_int (statement, 2, own);
  g_assert_cmpint (sqlite3_step (statement), ==, SQLITE_DONE);
  sqlite3_finalize (statement);
  sqlite3_close (database);
}

/* Every rule lets go of what is past its time, and of nothing that is not: a row a day before the limit and one a day behind
 * it. */
static void
test_prune_each (void)
{
  static const struct
  {
    const char *name;
    int         days;
    const char *table;
    const char *sql; /* with ?1 for its moment, and ?2 for something of its own */
  } cases[] = {
    { "attempts", 30, "attempt", "INSERT INTO attempt VALUES (?2, 3, ?1)" },
    { "tokens", 365, "token", "INSERT INTO token (digest, actor, name, made_at, expires_at)"
                              " VALUES ('ended ' || ?2, 'desk', 'Desk', 0, ?1)" },
    { "tokens", 365, "token", "INSERT INTO token (digest, actor, name, made_at, expires_at, revoked_at)"
                              " VALUES ('revoked ' || ?2, 'desk', 'Desk', 0, 9000000000000, ?1)" },
    { "tracks", 90, "track", "INSERT INTO track VALUES ('live', 'unit-1', ?1 + ?2, 1, 2, 3, 4)" },
    { "readings", 90, "reading_series",
      "INSERT INTO reading_series VALUES ('live', 'gauge-1', 'flow', ?1 + ?2, 5)" },
  };
  g_autofree char *folder = kit_make_folder ();
  g_autoptr (WfClock) clock = wf_clock_new_manual (START);
  WfStore *store = kit_open (folder, clock);

  /* The newest of each stays whatever its age is. */
  change (folder, "INSERT INTO position VALUES ('live', 'unit-1', 1, 1, 2, 3, 4)");
  change (folder, "INSERT INTO reading VALUES ('live', 'gauge-1', 'flow', 1, 5)");

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;

      g_test_message ("%s: %s", cases[i].name, cases[i].sql);
      for (int late = 0; late < 2; late++)
        put_row (folder, cases[i].sql, START - (cases[i].days + (late ? 1 : -1)) * WF_DAY, late);

      guint before = count_rows (folder, cases[i].table);
      g_assert_cmpint (prune (store), ==, 1);
      g_assert_cmpuint (count_rows (folder, cases[i].table), ==, before - 1);

      /* By another time that the centre has set, the other goes too; with none at all it would have stayed. */
      g_assert_true (wf_retention_set (folder, cases[i].name, 0, &error));
      g_assert_cmpint (prune (store), ==, 0);
      g_assert_true (wf_retention_set (folder, cases[i].name, cases[i].days - 2, &error));
      g_assert_no_error (error);
      g_assert_cmpint (prune (store), ==, 1);
      g_assert_true (wf_retention_set (folder, cases[i].name, cases[i].days, &error));
    }

  g_assert_cmpuint (count_rows (folder, "position"), ==, 1);
  g_assert_cmpuint (count_rows (folder, "reading"), ==, 1);
  kit_close (store);
  kit_remove_folder (folder);
}

static void
test_prune (void)
{
  g_autofree char *folder = kit_make_folder ();
  g_autoptr (WfClock) clock = wf_clock_new_manual (START);
  g_autoptr (GError) error = NULL;
  WfRetention retention;
  WfStore *store = kit_open (folder, clock);

  kit_accept (store, kit_log ("c1", WF_LIVE, "stays"));
  fill_track (folder, 1700, START - 100 * WF_DAY);
  fill_track (folder, 30, START - 50 * WF_DAY);
  g_assert_cmpint (prune (store), ==, 1700);
  g_assert_cmpint (prune (store), ==, 0);

  g_assert_true (wf_retention_set (folder, "tracks", 40, &error));
  g_assert_true (wf_retention_read (folder, &retention, &error));
  g_assert_cmpstr (retention.names[2], ==, "tracks");
  g_assert_cmpint (retention.days[2], ==, 40);
  g_assert_cmpint (retention.days[1], ==, 365);
  g_assert_cmpint (prune (store), ==, 30);

  /* For ever. */
  fill_track (folder, 5, START - 5000 * WF_DAY);
  g_assert_true (wf_retention_set (folder, "tracks", 0, &error));
  g_assert_cmpint (prune (store), ==, 0);

  g_assert_false (wf_retention_set (folder, "journal", 1, &error));
  g_assert_error (error, WF_STORE_ERROR, WF_STORE_ERROR_NOT_FOUND);
  g_clear_error (&error);
  g_assert_false (wf_retention_set (folder, "tracks", -1, &error));
  g_assert_error (error, WF_STORE_ERROR, WF_STORE_ERROR_NOT_FOUND);

  /* The journal is not among what goes. */
  wf_clock_advance (clock, 20000 * WF_DAY);
  prune (store);
  g_assert_cmpuint (kit_count_events (store, "log.added"), ==, 1);
  kit_close (store);
  kit_assert_holds (folder);
  kit_remove_folder (folder);
}

static char *
keep_medium (WfStore *store)
{
  g_autofree char *digest = wf_digest_bytes (NAME, strlen (NAME));
  g_autofree char *draft = wf_store_media_partial (store, digest, "desk-1");
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  gboolean known;

  g_assert_true (g_file_set_contents (draft, NAME, -1, NULL));
  wf_store_adopt_medium_async (store, draft, digest, "text/plain", "desk-1", NULL, kit_result_cb, &result);
  g_assert_true (wf_store_adopt_medium_finish (store, kit_wait (&result), &known, &error));
  g_assert_no_error (error);

  return wf_store_media_path (store, digest);
}

static void
erase_medium (WfStore    *store,
              const char *id)
{
  g_autofree char *digest = wf_digest_bytes (NAME, strlen (NAME));
  g_autoptr (GPtrArray) media = g_ptr_array_new_with_free_func ((GDestroyNotify) g_variant_unref);

  g_ptr_array_add (media, wf_dict_make ("digest", wf_value_string (digest), NULL));
  g_autoptr (GVariant) payload =
    wf_dict_make ("media", wf_value_objects (media), "reason", wf_value_string ("asked for"),
                  "authority", wf_value_string ("district court"), NULL);
  g_autoptr (WfCommand) command = wf_command_new (id, "journal.erase", WF_LIVE, "desk-1", NULL, START, NULL, NULL, payload);

  kit_accept (store, wf_command_with_role (command, "desk"));
}

/* A service that ends between writing an erasure down and removing the medium removes it when it starts again, and leaves one
 * that somebody has sent since. */
static void
test_medium (void)
{
  g_autofree char *folder = kit_make_folder ();
  g_autoptr (WfClock) clock = wf_clock_new_manual (START);
  WfStore *store = kit_open (folder, clock);
  g_autofree char *path = keep_medium (store);

  g_assert_true (g_file_test (path, G_FILE_TEST_EXISTS));
  erase_medium (store, "erase-1");
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));

  g_autofree char *again = keep_medium (store);
  g_assert_cmpstr (again, ==, path);
  kit_close (store);
  store = kit_open (folder, clock);
  g_assert_true (g_file_test (path, G_FILE_TEST_EXISTS));

  erase_medium (store, "erase-2");
  kit_close (store);
  /* As it would lie there. */
  g_assert_true (g_file_set_contents (path, NAME, -1, NULL));
  store = kit_open (folder, clock);
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
  kit_close (store);

  kit_assert_holds (folder);
  kit_remove_folder (folder);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/store/erase", test_erase);
  g_test_add_func ("/store/erase-medium", test_medium);
  g_test_add_func ("/store/prune", test_prune);
  g_test_add_func ("/store/prune-each", test_prune_each);
  g_test_add_func ("/store/prune-reads", test_prune_reads);
  g_test_add_func ("/store/verify-erased", test_verify);

  return g_test_run ();
}
