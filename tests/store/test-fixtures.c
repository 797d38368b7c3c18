/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "store-kit.h"

#include "wf-schema.h"
#include "wf-ledger.h"

#include <sqlite3.h>
#include <stdio.h>

/* What an earlier program has written must be read as it was meant: journal-1.ndjson replays to the state that is recorded
 * beside it, and database-N.sql, a data folder of the form N, opens and holds. They are made by this program itself
 * (test-fixtures --make FOLDER) when a form is new, and never again. */

static char *
fixture_path (const char *name)
{
  return g_test_build_filename (G_TEST_DIST, "store", "fixtures", name, NULL);
}

static int
compare_lines (gconstpointer a,
               gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

static char *
ledger_digests (WfLedger *ledger)
{
  g_auto (GStrv) scopes = wf_ledger_scopes (ledger);
  g_autoptr (GPtrArray) lines = g_ptr_array_new_with_free_func (g_free);

  for (gsize i = 0; scopes[i] != NULL; i++)
    {
      g_autoptr (WfState) state = wf_ledger_state (ledger, scopes[i]);
      g_auto (GStrv) kinds = wf_state_kinds (state, scopes[i]);
      WfStateDigest digest = { { 0 } };

      for (gsize j = 0; kinds[j] != NULL; j++)
        {
          g_autoptr (GPtrArray) list = wf_state_list (state, scopes[i], kinds[j], NULL);

          for (guint k = 0; k < list->len; k++)
            wf_state_digest_toggle (&digest, g_ptr_array_index (list, k));
        }

      g_autofree char *hex = wf_state_digest_to_string (&digest);
      g_ptr_array_add (lines, g_strdup_printf ("%s %s", scopes[i], hex));
    }

  /* In an order of its own, not the table's. */
  g_ptr_array_sort (lines, compare_lines);
  g_ptr_array_add (lines, NULL);

  return g_strjoinv ("\n", (char **) lines->pdata);
}

static char *
replay (const char *text)
{
  g_autoptr (WfLedger) ledger = wf_ledger_new ();
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);

  for (gsize i = 0; lines[i] != NULL && lines[i][0] != '\0'; i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (WfJsonDoc) doc = wf_json_doc_new_text (lines[i], &error);
      g_autoptr (WfEntry) entry = wf_entry_read (doc, wf_json_doc_root (doc), &error);

      g_assert_no_error (error);
      g_assert_true (wf_ledger_replay (ledger, entry, &error));
      g_assert_no_error (error);
    }

  return ledger_digests (ledger);
}

static void
test_journal (void)
{
  g_autofree char *path = fixture_path ("journal-1.ndjson");
  g_autofree char *digest_path = fixture_path ("journal-1.digests");
  g_autofree char *text = NULL;
  g_autofree char *expected = NULL;

  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  g_assert_true (g_file_get_contents (digest_path, &expected, NULL, NULL));
  g_autofree char *got = replay (text);
  g_assert_cmpstr (got, ==, g_strchomp (expected));
}

/* A data folder as the program of that form left it. */
static char *
unpack (guint form)
{
  g_autofree char *name = g_strdup_printf ("database-%u.sql", form);
  g_autofree char *key_name = g_strdup_printf ("database-%u.key", form);
  g_autofree char *path = fixture_path (name);
  g_autofree char *key_path = fixture_path (key_name);
  char *folder = kit_make_folder ();
  g_autofree char *database_path = g_build_filename (folder, "watchfire.db", NULL);
  g_autofree char *to = g_build_filename (folder, "service.key", NULL);
  g_autofree char *key = NULL;
  g_autofree char *sql = NULL;
  sqlite3 *database;

  g_assert_true (g_file_get_contents (path, &sql, NULL, NULL));
  g_assert_cmpint (sqlite3_open (database_path, &database), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (database, sql, NULL, NULL, NULL), ==, SQLITE_OK);
  sqlite3_close (database);
  g_assert_true (g_file_get_contents (key_path, &key, NULL, NULL));
  g_assert_true (g_file_set_contents (to, key, -1, NULL));

  return folder;
}

/* All that is in a database, as text. */
static char *
dump (const char *folder,
      const char *sql)
{
  g_autofree char *path = g_build_filename (folder, "watchfire.db", NULL);
  g_autoptr (GString) text = g_string_new (NULL);
  sqlite3 *database;
  sqlite3_stmt *statement;

  g_assert_cmpint (sqlite3_open (path, &database), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_prepare_v2 (database, sql, -1, &statement, NULL), ==, SQLITE_OK);
  while (sqlite3_step (statement) == SQLITE_ROW)
    for (int i = 0; i < sqlite3_column_count (statement); i++)
      g_string_append_printf (text, "%s\n", (const char *) sqlite3_column_text (statement, i));
  sqlite3_finalize (statement);
  sqlite3_close (database);

  return g_strdup (text->str);
}

static void
change (const char *folder,
        const char *sql)
{
  g_autofree char *path = g_build_filename (folder, "watchfire.db", NULL);
  sqlite3 *database;

  g_assert_cmpint (sqlite3_open (path, &database), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (database, sql, NULL, NULL, NULL), ==, SQLITE_OK);
  sqlite3_close (database);
}

/* Every form that was ever given away opens, holds and goes on; there is a fixture of each. */
static void
test_database (void)
{
  for (guint form = 1; form <= WF_DATABASE_VERSION; form++)
    {
      g_autofree char *folder = unpack (form);
      g_autofree char *before = dump (folder, "SELECT position, hash, payload FROM journal ORDER BY position");
      g_autofree char *wanted = g_strdup_printf ("%d\n", WF_DATABASE_VERSION);

      g_autofree char *old_form = dump (folder, "PRAGMA user_version");
      g_autofree char *old_wanted = g_strdup_printf ("%u\n", form);
      g_assert_cmpstr (old_form, ==, old_wanted);

      g_autoptr (WfClock) clock = wf_clock_new_manual (START);
      WfStore *store = kit_open (folder, clock);
      g_autofree char *after = dump (folder, "SELECT position, hash, payload FROM journal ORDER BY position");
      g_assert_cmpstr (after, ==, before);
      g_autofree char *version = dump (folder, "PRAGMA user_version");
      g_assert_cmpstr (version, ==, wanted);
      kit_accept (store, kit_log ("new-1", WF_LIVE, "goes on"));
      kit_accept (store, kit_log ("new-2", "drill-1", "goes on"));
      kit_close (store);

      kit_assert_holds (folder);
      kit_remove_folder (folder);
    }
}

/* What an exercise had of who is in which area live is gone from a form that still froze it. */
static void
test_passing (void)
{
  static const char all[] = "SELECT scope FROM entity WHERE kind = 'crossing' ORDER BY scope";
  g_autofree char *folder = unpack (3);
  g_autoptr (WfClock) clock = wf_clock_new_manual (START);

  change (folder, "INSERT INTO entity (scope, kind, id, number, versions, fields)"
                  " SELECT DISTINCT scope, 'crossing', 'c-1', 1, '{}', '{\"plot\":\"z1\",\"unit\":\"u1\",\"unit_name\":\"u1\","
                  "\"inside\":true,\"location\":[109,40],\"seen_at\":\"2026-11-21T12:37:45.000Z\","
                  "\"raised_at\":\"2026-11-21T12:37:45.000Z\",\"alert\":\"open\"}'"
                  " FROM entity WHERE scope IN ('drill-1', 'drill-1@base')");
  g_autofree char *before = dump (folder, all);
  g_assert_cmpstr (before, ==, "drill-1\ndrill-1@base\n");
  kit_close (kit_open (folder, clock));
  g_autofree char *after = dump (folder, all);
  g_assert_cmpstr (after, ==, "drill-1\n");
  kit_remove_folder (folder);
}

/* A step that fails in its middle leaves the old form whole; put right, it goes through. */
static void
test_migration_fails (void)
{
  static const char all[] = "SELECT name, sql FROM sqlite_schema ORDER BY name";
  g_autofree char *folder = unpack (1);
  g_autoptr (WfClock) clock = wf_clock_new_manual (START);
  g_autoptr (GError) error = NULL;

  /* The second step adds a column first, and then finds its table there. */
  change (folder, "CREATE TABLE password (x TEXT)");
  g_autofree char *schema = dump (folder, all);
  g_autofree char *journal = dump (folder, "SELECT hash, payload FROM journal ORDER BY position");

  for (guint i = 0; i < 2; i++)
    {
      g_assert_null (wf_store_open (folder, clock, &error));
      g_assert_nonnull (strstr (error->message, "password"));
      g_clear_error (&error);

      g_autofree char *version = dump (folder, "PRAGMA user_version");
      g_assert_cmpstr (version, ==, "1\n");
      g_autofree char *same = dump (folder, all);
      g_assert_cmpstr (same, ==, schema);
      g_autofree char *same_journal = dump (folder, "SELECT hash, payload FROM journal ORDER BY position");
      g_assert_cmpstr (same_journal, ==, journal);
    }

  change (folder, "DROP TABLE password");
  kit_close (kit_open (folder, clock));
  kit_assert_holds (folder);
  kit_remove_folder (folder);
}

/* What a newer program has written is not touched. */
static void
test_newer (void)
{
  g_autofree char *folder = unpack (WF_DATABASE_VERSION);
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;
  g_autoptr (WfClock) clock = wf_clock_new_manual (START);
  g_autoptr (GError) error = NULL;

  change (folder, "PRAGMA user_version = 99");
  before = dump (folder, "SELECT hash FROM journal ORDER BY position");
  g_assert_null (wf_store_open (folder, clock, &error));
  g_assert_error (error, WF_STORE_ERROR, WF_STORE_ERROR_VERSION);
  g_assert_nonnull (strstr (error->message, "update this program"));
  after = dump (folder, "SELECT hash FROM journal ORDER BY position");
  g_assert_cmpstr (before, ==, after);
  g_clear_error (&error);

  /* Nor what is another program's. */
  change (folder, "PRAGMA user_version = 1; PRAGMA application_id = 7");
  g_assert_null (wf_store_open (folder, clock, &error));
  g_assert_error (error, WF_STORE_ERROR, WF_STORE_ERROR_CORRUPT);

  kit_remove_folder (folder);
}

/* The story itself can still be told. */
static void
test_story (void)
{
  g_autofree char *story = fixture_path ("story");
  g_autofree char *folder = kit_make_folder ();
  g_autoptr (WfClock) clock = wf_clock_new_manual (START);
  g_autoptr (GError) error = NULL;
  guint n;

  g_assert_true (wf_seed_folder (folder, story, clock, &n, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (n, ==, 15);
  kit_assert_holds (folder);

  /* A second time is refused, and harms nothing. */
  g_assert_false (wf_seed_folder (folder, story, clock, &n, &error));
  g_assert_error (error, WF_STORE_ERROR, WF_STORE_ERROR_OPEN);

  WfStore *store = kit_open (folder, clock);
  g_assert_cmpuint (kit_count_events (store, "task.became_overdue"), >=, 1);
  kit_close (store);
  kit_remove_folder (folder);
}

static void
test_seed_refused (void)
{
  static const struct
  {
    const char *text;
    const char *words;
  } wrong[] = {
    { "{\"commands\": [\n{\"type\": \"log.add\", \"occurred_at\": \"now-1m\",\n\"payload\": {\"log\": \"l\", \"kind\": \"x\", \"text\": \"x\"}}]}",
      "50-bad.json: command 1: line 3: payload.kind" },
    { "{\"commands\": [\n{\"type\": \"task.acknowledge\", \"occurred_at\": \"now\", \"payload\": {\"task\": \"@task:i-1:X\"}}]}", "@task:i-1:X" },
    { "{\"commands\": [{\"type\": \"incident.archive\", \"occurred_at\": \"now+1m\", \"payload\": {\"incident\": \"i\"}}]}",
      "future" },
    { "{\"commands\": [{\"type\": \"incident.archive\", \"occurred_at\": \"now\", \"payload\": {\"incident\": \"nowhere\"}}]}",
      "refused by" },
    { "{\"commands\": [{\"type\": \"registry.put\", \"occurred_at\": \"now\", \"payload\": {\"entities\": [\n{\"kind\": \"plan\","
      " \"id\": \"p\", \"fields\": {\"title\": \"x\", \"kind\": \"special\", \"levels\": [\n{\"level\": 5}]}}]}}]}",
      "50-bad.json: command 1: line 3: payload.entities[0].fields.levels[0].level" },
    { "{\"commands\": 7}", "50-bad.json" },
    { "[", "50-bad.json: line 1" },
  };
  g_autofree char *story = fixture_path ("story/10-registry.json");
  g_autofree char *text = NULL;

  g_assert_true (g_file_get_contents (story, &text, NULL, NULL));
  for (gsize i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_autofree char *seed = kit_make_folder ();
      g_autofree char *folder = kit_make_folder ();
      g_autofree char *good = g_build_filename (seed, "10.json", NULL);
      g_autofree char *bad = g_build_filename (seed, "50-bad.json", NULL);
      g_autoptr (WfClock) clock = wf_clock_new_manual (START);
      g_autoptr (GError) error = NULL;
      guint n;

      g_assert_true (g_file_set_contents (good, text, -1, NULL));
      g_assert_true (g_file_set_contents (bad, wrong[i].text, -1, NULL));
      g_assert_false (wf_seed_folder (folder, seed, clock, &n, &error));
      g_test_message ("%s", error->message);
      g_assert_nonnull (strstr (error->message, wrong[i].words));
      g_assert_true (wf_seed_wanted (folder));

      kit_remove_folder (seed);
      kit_remove_folder (folder);
    }
}

static void
test_seed_times (void)
{
  static const struct
  {
    const char *text;
    int64_t     offset;
  } good[] = {
    { "now", 0 }, { "now-35m", -35 * WF_MINUTE }, { "now-3h41m", -(3 * WF_HOUR + 41 * WF_MINUTE) }, { "now+2d", 2 * WF_DAY },
    { "now-1d2h3m4s", -(WF_DAY + 2 * WF_HOUR + 3 * WF_MINUTE + 4 * WF_SECOND) },
  };
  static const char *const bad[] = { "now-", "now5m", "now-5", "now-5m3h", "now-m", "nowadays", "now-5m ", "now--5m",
                                     "now-9999999d", "" };

  for (gsize i = 0; i < G_N_ELEMENTS (good); i++)
    {
      g_autofree char *got = wf_seed_resolve_time (good[i].text, START);
      g_autofree char *expected = wf_time_format (START + good[i].offset);

      g_assert_cmpstr (got, ==, expected);
    }
  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    g_assert_null (wf_seed_resolve_time (bad[i], START));
}

static int
make (const char *folder)
{
  g_autofree char *story = fixture_path ("story");
  g_autoptr (WfClock) clock = wf_clock_new_manual (START);
  g_autoptr (GError) error = NULL;
  g_autoptr (GString) text = g_string_new (NULL);
  guint n;

  g_assert_true (wf_seed_folder (folder, story, clock, &n, &error));
  WfStore *store = kit_open (folder, clock);
  g_autoptr (WfJsonDoc) doc = kit_entries (store);
  for (const WfJson *entry = wf_json_first (wf_json_doc_root (doc)); entry != NULL; entry = wf_json_next (entry))
    {
      gsize size;
      const char *raw = wf_json_raw (entry, &size);

      g_string_append_len (text, raw, (gssize) size);
      g_string_append_c (text, '\n');
    }
  kit_close (store);

  g_autofree char *journal = g_build_filename (folder, "journal.ndjson", NULL);
  g_autofree char *digest_path = g_build_filename (folder, "journal.digests", NULL);
  g_autofree char *digests = replay (text->str);
  g_autofree char *line = g_strconcat (digests, "\n", NULL);

  return g_file_set_contents (journal, text->str, -1, NULL) && g_file_set_contents (digest_path, line, -1, NULL) ? 0 : 1;
}

int
main (int   argc,
      char *argv[])
{
  if (argc == 3 && strcmp (argv[1], "--make") == 0)
    {
      int one = 1;

      g_test_init (&one, &argv, NULL);
      return make (argv[2]);
    }

  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/store/fixtures/journal", test_journal);
  g_test_add_func ("/store/fixtures/database", test_database);
  g_test_add_func ("/store/fixtures/migration-fails", test_migration_fails);
  g_test_add_func ("/store/fixtures/passing", test_passing);
  g_test_add_func ("/store/fixtures/newer", test_newer);
  g_test_add_func ("/store/fixtures/story", test_story);
  g_test_add_func ("/store/seed/refused", test_seed_refused);
  g_test_add_func ("/store/seed/times", test_seed_times);

  return g_test_run ();
}
