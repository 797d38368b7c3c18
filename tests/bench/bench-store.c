/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Durable events a second: the store, which lets commands that wait together share one commit, beside SQLite with one
 * transaction a row; both with synchronous=FULL, on the same disk, with rows as long as ours. Prints a line of JSON a
 * round: {"ours", "theirs", "bare"}; bare is SQLite alone with the three rows that an event of ours is, as many a commit:
 * more than that no rules, no chain and no JSON could give.
 *
 *   bench-store FOLDER SECONDS
 *   bench-store FOLDER EVENTS only    so many events into the store and nothing else, for a profiler */

#include "config.h"

#include "wf-dict.h"
#include "wf-id.h"
#include "wf-store.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WAITING 256 /* commands on their way at once: what a busy centre's desks send together */
#define ROUND 60000 /* commands of a round at most; made beforehand, since making them is their senders' work */

typedef struct
{
  WfStore   *store;
  WfClock   *clock;
  gint64     end;
  GPtrArray *commands; /* (element-type WfCommand) of the round */
  guint      given;    /* how many of them */
  guint      on_way;
  guint64    events;
} Bench;

static void give (Bench *self);

static void
given_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      data)
{
  Bench *self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) outcomes = wf_store_submit_finish (WF_STORE (source), result, &error);

  if (outcomes == NULL)
    g_error ("Nothing was kept: %s", error->message);

  self->on_way--;
  self->events += ((WfOutcome *) g_ptr_array_index (outcomes, 0))->entries->len;
  if (self->given < self->commands->len && g_get_monotonic_time () < self->end)
    give (self);
}

/* Returns: (transfer full): somebody's note */
static WfCommand *
make_command (Bench *self)
{
  g_autofree char *id = wf_id_new (self->clock);
  g_autofree char *log = g_strconcat ("log-", id, NULL);
  GVariant *payload = wf_dict_make ("log", wf_value_string (log),
                                    "kind", wf_value_string ("note"),
                                    "text", wf_value_string ("text of a usual length, as somebody on duty types it"),
                                    NULL);

  g_autoptr (WfCommand) command = wf_command_new (id, "log.add", "live", "desk-1", "duty", wf_clock_now (self->clock), NULL,
                                                  NULL, payload);

  return wf_command_with_role (command, "desk");
}

static void
give (Bench *self)
{
  g_autoptr (GPtrArray) commands = g_ptr_array_new_with_free_func ((GDestroyNotify) wf_command_unref);

  g_ptr_array_add (commands, g_steal_pointer (&self->commands->pdata[self->given++]));
  self->on_way++;
  wf_store_submit_async (self->store, commands, NULL, given_cb, self);
}

static void
unref_command (gpointer command)
{
  if (command != NULL)
    wf_command_unref (command);
}

static double
run_ours (Bench *self,
          guint  n,
          double seconds)
{
  self->commands = g_ptr_array_new_with_free_func (unref_command);
  self->given = 0;
  for (guint i = 0; i < n; i++)
    g_ptr_array_add (self->commands, make_command (self));

  gint64 begin = g_get_monotonic_time ();

  self->events = 0;
  self->end = begin + (gint64) (seconds * G_USEC_PER_SEC);
  for (guint i = 0; i < WAITING && i < n; i++)
    give (self);
  while (self->on_way > 0)
    g_main_context_iteration (NULL, TRUE);

  g_clear_pointer (&self->commands, g_ptr_array_unref);
  return (double) self->events * G_USEC_PER_SEC / (double) (g_get_monotonic_time () - begin);
}

static void
must (int code)
{
  if (code != SQLITE_OK && code != SQLITE_DONE)
    g_error ("SQLite: %s", sqlite3_errstr (code));
}

static double
run_theirs (sqlite3 *database,
            double   seconds)
{
  static char header[520], payload[160];
  sqlite3_stmt *insert;
  gint64 begin = g_get_monotonic_time (), now = begin;
  guint64 rows = 0;

  must (sqlite3_prepare_v2 (database, "INSERT INTO row (header, payload) VALUES (?1, ?2)", -1, &insert, NULL));
  while (now - begin < seconds * G_USEC_PER_SEC)
    {
      sqlite3_bind_blob (insert, 1, header, sizeof header, SQLITE_STATIC);
      sqlite3_bind_blob (insert, 2, payload, sizeof payload, SQLITE_STATIC);
      must (sqlite3_step (insert));
      must (sqlite3_reset (insert));
      rows++;
      now = g_get_monotonic_time ();
    }
  sqlite3_finalize (insert);

  return (double) rows * G_USEC_PER_SEC / (double) (now - begin);
}

/* The tables of a store that has been closed, written as it writes them. */
static double
run_bare (sqlite3 *database,
          double   seconds)
{
  static char header[520], payload[160], fields[200];
  static const char *const inserts[] = {
    "INSERT INTO journal (position, scope, number, header, hash, payload) VALUES (?1, 'live', ?1, ?3, ?2, ?4)",
    "INSERT INTO command (id, digest, recorded_at, first, last) VALUES (?2, ?2, ?1, ?1, ?1)",
    "INSERT OR REPLACE INTO entity (scope, kind, id, number, versions, fields) VALUES ('live', 'log', ?2, ?1, '{}', ?4)",
  };
  static gint64 number = 0;
  sqlite3_stmt *statements[G_N_ELEMENTS (inserts)];
  gint64 begin = g_get_monotonic_time (), now = begin;
  guint64 rows = 0;

  memset (fields, 'x', sizeof fields - 1);
  for (gsize i = 0; i < G_N_ELEMENTS (inserts); i++)
    must (sqlite3_prepare_v2 (database, inserts[i], -1, &statements[i], NULL));

  while (now - begin < seconds * G_USEC_PER_SEC)
    {
      must (sqlite3_exec (database, "BEGIN IMMEDIATE", NULL, NULL, NULL));
      for (guint n = 0; n < WAITING; n++, rows++)
        {
          char id[65];

          g_snprintf (id, sizeof id, "%064" G_GINT64_MODIFIER "d", ++number);
          for (gsize i = 0; i < G_N_ELEMENTS (inserts); i++)
            {
              int most = sqlite3_bind_parameter_count (statements[i]);

              sqlite3_bind_int64 (statements[i], 1, number);
              sqlite3_bind_text (statements[i], 2, id, -1, SQLITE_STATIC);
              if (most >= 3)
                sqlite3_bind_blob (statements[i], 3, header, sizeof header, SQLITE_STATIC);
              if (i == 0)
                sqlite3_bind_blob (statements[i], 4, payload, sizeof payload, SQLITE_STATIC);
              else if (most >= 4)
                sqlite3_bind_text (statements[i], 4, fields, -1, SQLITE_STATIC);
              must (sqlite3_step (statements[i]));
              must (sqlite3_reset (statements[i]));
            }
        }
      must (sqlite3_exec (database, "COMMIT", NULL, NULL, NULL));
      now = g_get_monotonic_time ();
    }

  for (gsize i = 0; i < G_N_ELEMENTS (inserts); i++)
    sqlite3_finalize (statements[i]);

  return (double) rows * G_USEC_PER_SEC / (double) (now - begin);
}

/* Returns: (transfer full): a database with the tables of a store in it */
static sqlite3 *
open_bare (const char *folder,
           WfClock    *clock)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *file = g_build_filename (folder, "watchfire.db", NULL);
  WfStore *store = wf_store_open (folder, clock, &error);
  sqlite3 *database;

  if (store == NULL)
    g_error ("The store cannot be opened: %s", error->message);
  wf_store_close (store);
  g_object_unref (store);

  must (sqlite3_open (file, &database));
  must (sqlite3_exec (database, "PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 4000;"
                                "PRAGMA synchronous = FULL; PRAGMA secure_delete = ON;", NULL, NULL, NULL));
  return database;
}

int
main (int   argc,
      char *argv[])
{
  gboolean only = argc == 4 && strcmp (argv[3], "only") == 0;

  if (argc != 3 && !only)
    return 2;

  g_autoptr (GError) error = NULL;
  g_autofree char *folder = g_build_filename (argv[1], "store", NULL);
  g_autofree char *file = g_build_filename (argv[1], "plain.db", NULL);
  g_autofree char *bare_folder = g_build_filename (argv[1], "bare", NULL);
  double seconds = g_ascii_strtod (argv[2], NULL);
  Bench bench = { .clock = wf_clock_new_real () };
  sqlite3 *database;

  bench.store = wf_store_open (folder, bench.clock, &error);
  if (bench.store == NULL)
    g_error ("The store cannot be opened: %s", error->message);

  if (only)
    {
      printf ("{\"ours\": %.1f}\n", run_ours (&bench, (guint) seconds, 3600));
      wf_store_close (bench.store);
      g_object_unref (bench.store);
      g_object_unref (bench.clock);
      return 0;
    }

  must (sqlite3_open (file, &database));
  must (sqlite3_exec (database, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
                                "CREATE TABLE row (id INTEGER PRIMARY KEY, header BLOB, payload BLOB)", NULL, NULL, NULL));

  sqlite3 *bare = open_bare (bare_folder, bench.clock);

  for (int round = 0; round < 5; round++)
    {
      double ours = run_ours (&bench, ROUND, seconds);
      double theirs = run_theirs (database, seconds);
      double most = run_bare (bare, seconds);

      printf ("{\"ours\": %.1f, \"theirs\": %.1f, \"bare\": %.1f}\n", ours, theirs, most);
      fflush (stdout);
    }

  wf_store_close (bench.store);
  g_object_unref (bench.store);
  g_object_unref (bench.clock);
  sqlite3_close (database);
  sqlite3_close (bare);
  return 0;
}
