/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* bench-search NAMES KEYSTROKES: finds what was typed, a line each, among the names, a line each, with the index and with
 * SQLite's FTS5 (trigram) over the same characters, pinyin and initials, in turn. Writes one JSON object. */

#include "config.h"

#include "wf-name-index.h"
#include "wf-search-key.h"

#include <sqlite3.h>
#include <string.h>

#define MOST 20

typedef struct
{
  sqlite3      *database;
  sqlite3_stmt *find;
} Peer;

static void
check (Peer *peer,
       int   code)
{
  if (code != SQLITE_OK && code != SQLITE_DONE && code != SQLITE_ROW)
    g_error ("%s", sqlite3_errmsg (peer->database));
}

static void
peer_open (Peer      *peer,
           GPtrArray *keys)
{
  sqlite3_stmt *insert;

  check (peer, sqlite3_open (":memory:", &peer->database));
  check (peer, sqlite3_exec (peer->database,
                             "CREATE VIRTUAL TABLE names USING fts5 (text, pinyin, initials, content='', tokenize='trigram'); BEGIN",
                             NULL, NULL, NULL));
  check (peer, sqlite3_prepare_v2 (peer->database, "INSERT INTO names (rowid, text, pinyin, initials) VALUES (?, ?, ?, ?)", -1,
                                   &insert, NULL));
  for (guint i = 0; i < keys->len; i++)
    {
      const char *line = keys->pdata[i];

      sqlite3_bind_int (insert, 1, (int) i + 1);
      for (int column = 2; column <= 4; column++)
        {
          const char *end = strchrnul (line, '\n');

          sqlite3_bind_text (insert, column, line, (int) (end - line), SQLITE_STATIC);
          line = *end == '\n' ? end + 1 : end;
        }
      check (peer, sqlite3_step (insert));
      sqlite3_reset (insert);
    }
  sqlite3_finalize (insert);
  check (peer, sqlite3_exec (peer->database, "COMMIT; INSERT INTO names (names) VALUES ('optimize')", NULL, NULL, NULL));
  check (peer, sqlite3_prepare_v2 (peer->database, "SELECT rowid FROM names WHERE names MATCH ? ORDER BY rank LIMIT ?", -1,
                                   &peer->find, NULL));
}

static guint
peer_find (Peer       *peer,
           const char *query)
{
  g_autofree char *folded = g_utf8_casefold (query, -1);
  g_auto (GStrv) parts = g_strsplit (folded, "\"", -1);
  g_autofree char *escaped = g_strjoinv ("\"\"", parts);
  g_autofree char *match = g_strdup_printf ("\"%s\"", escaped);
  guint n = 0;

  sqlite3_bind_text (peer->find, 1, match, -1, SQLITE_STATIC);
  sqlite3_bind_int (peer->find, 2, MOST);
  while (sqlite3_step (peer->find) == SQLITE_ROW)
    n++;
  sqlite3_reset (peer->find);

  return n;
}

static int
compare_times (gconstpointer a,
               gconstpointer b)
{
  gint64 time_a = *(const gint64 *) a;
  gint64 time_b = *(const gint64 *) b;

  return time_a < time_b ? -1 : time_a > time_b;
}

static double
get_percentile (GArray *times,
                double  part)
{
  return (double) g_array_index (times, gint64, (guint) ((double) (times->len - 1) * part)) / 1000;
}

int
main (int   argc,
      char *argv[])
{
  g_autoptr (GPtrArray) keys = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GArray) ours = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_autoptr (GArray) theirs = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_autofree char *names = NULL;
  g_autofree char *typed = NULL;
  WfNameBuilder *builder = wf_name_builder_new ();
  Peer peer = { NULL, NULL };
  guint found = 0, peer_found = 0;
  gint64 start, key_time, build_time;

  if (argc != 3 || !g_file_get_contents (argv[1], &names, NULL, NULL) || !g_file_get_contents (argv[2], &typed, NULL, NULL))
    g_error ("bench-search NAMES KEYSTROKES");

  g_auto (GStrv) lines = g_strsplit (names, "\n", -1);
  g_auto (GStrv) queries = g_strsplit (typed, "\n", -1);

  start = g_get_monotonic_time ();
  for (guint i = 0; lines[i] != NULL; i++)
    if (*lines[i] != '\0')
      g_ptr_array_add (keys, wf_search_key_new (lines[i]));
  key_time = g_get_monotonic_time () - start;
  for (guint i = 0; i < keys->len; i++)
    wf_name_builder_add (builder, keys->pdata[i], 0, 0);
  start = g_get_monotonic_time ();
  g_autoptr (WfNameIndex) index = wf_name_builder_finish (builder);
  build_time = g_get_monotonic_time () - start;
  peer_open (&peer, keys);

  for (guint i = 0; queries[i] != NULL; i++)
    {
      WfNameHit hits[MOST];
      gint64 before, between, after;

      if (*queries[i] == '\0')
        continue;
      before = g_get_monotonic_time ();
      found += wf_name_index_find (index, queries[i], WF_NAME_ALL_TAGS, hits, MOST) > 0;
      between = g_get_monotonic_time ();
      peer_found += peer_find (&peer, queries[i]) > 0;
      after = g_get_monotonic_time ();
      between -= before;
      after -= before + between;
      g_array_append_val (ours, between);
      g_array_append_val (theirs, after);
    }
  g_array_sort (ours, compare_times);
  g_array_sort (theirs, compare_times);

  g_print ("{\"names\":%u,\"keystrokes\":%u,\"key_ms\":%.0f,\"build_ms\":%.0f,\"bytes\":%" G_GSIZE_FORMAT ","
           "\"median_ms\":%.3f,\"p99_ms\":%.3f,\"worst_ms\":%.3f,\"found\":%u,"
           "\"peer_median_ms\":%.3f,\"peer_p99_ms\":%.3f,\"peer_worst_ms\":%.3f,\"peer_found\":%u}\n",
           keys->len, ours->len, (double) key_time / 1000, (double) build_time / 1000, wf_name_index_get_bytes (index),
           get_percentile (ours, 0.5), get_percentile (ours, 0.99), get_percentile (ours, 1), found,
           get_percentile (theirs, 0.5), get_percentile (theirs, 0.99), get_percentile (theirs, 1), peer_found);
  sqlite3_finalize (peer.find);
  sqlite3_close (peer.database);

  return 0;
}
