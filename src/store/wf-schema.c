/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-store"

#include "config.h"

#include "wf-schema.h"

/* The forms of the database, one step each. A step is never changed once a program with it has been given away; the next
 * one is added behind it, and tests/store/fixtures keeps a database of every form.
 *
 * 1: journal, outcomes of commands, entities as they stand, telemetry, media, tokens, checkpoints
 */
static const char *const migrations[] = {
  /* 1 */
  "CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;"
  "CREATE TABLE scope (scope TEXT PRIMARY KEY, number INTEGER NOT NULL, hash TEXT NOT NULL) WITHOUT ROWID;"
  "CREATE TABLE journal ("
  "  position INTEGER PRIMARY KEY,"
  "  scope TEXT NOT NULL,"
  "  number INTEGER NOT NULL,"
  "  subject TEXT,"
  "  header BLOB NOT NULL,"
  "  hash TEXT NOT NULL,"
  "  payload BLOB);" /* NULL: erased */
  "CREATE UNIQUE INDEX journal_number ON journal (scope, number);"
  "CREATE INDEX journal_subject ON journal (scope, subject, number) WHERE subject IS NOT NULL;"
  "CREATE TABLE command ("
  "  id TEXT PRIMARY KEY,"
  "  digest TEXT NOT NULL,"
  "  recorded_at INTEGER NOT NULL,"
  "  first INTEGER,"   /* positions of the events that it made */
  "  last INTEGER,"
  "  problem TEXT"     /* why it was refused */
  ") WITHOUT ROWID;"
  "CREATE TABLE entity ("
  "  scope TEXT NOT NULL,"
  "  kind TEXT NOT NULL,"
  "  id TEXT NOT NULL,"
  "  number INTEGER NOT NULL,"
  "  versions TEXT NOT NULL,"
  "  fields TEXT NOT NULL,"
  "  PRIMARY KEY (scope, kind, id)) WITHOUT ROWID;"
  "CREATE TABLE position ("
  "  scope TEXT NOT NULL, unit TEXT NOT NULL, at INTEGER NOT NULL,"
  "  longitude REAL NOT NULL, latitude REAL NOT NULL, heading REAL NOT NULL, speed REAL NOT NULL,"
  "  PRIMARY KEY (scope, unit)) WITHOUT ROWID;"
  "CREATE TABLE track ("
  "  scope TEXT NOT NULL, unit TEXT NOT NULL, at INTEGER NOT NULL,"
  "  longitude REAL NOT NULL, latitude REAL NOT NULL, heading REAL NOT NULL, speed REAL NOT NULL,"
  "  PRIMARY KEY (scope, unit, at)) WITHOUT ROWID;"
  "CREATE TABLE medium ("
  "  digest TEXT PRIMARY KEY, size INTEGER NOT NULL, type TEXT NOT NULL, added_at INTEGER NOT NULL) WITHOUT ROWID;"
  "CREATE TABLE token ("
  "  digest TEXT PRIMARY KEY, actor TEXT NOT NULL, name TEXT NOT NULL, post TEXT,"
  "  made_at INTEGER NOT NULL, expires_at INTEGER NOT NULL, revoked_at INTEGER) WITHOUT ROWID;"
  "CREATE TABLE checkpoint ("
  "  scope TEXT NOT NULL, number INTEGER NOT NULL, hash TEXT NOT NULL, made_at INTEGER NOT NULL, signature TEXT NOT NULL,"
  "  PRIMARY KEY (scope, number)) WITHOUT ROWID;",

  /* 2: people sign in. Tokens that were made before could do everything at their desk, and still can. */
  "ALTER TABLE token ADD COLUMN role TEXT NOT NULL DEFAULT 'desk';"
  "CREATE TABLE password (user TEXT PRIMARY KEY, hash TEXT NOT NULL, changed_at INTEGER NOT NULL) WITHOUT ROWID;"
  "CREATE TABLE attempt (key TEXT PRIMARY KEY, failures INTEGER NOT NULL, last_at INTEGER NOT NULL) WITHOUT ROWID;",

  /* 3: a medium is handed to whoever sent it or may read an entry that refers to it, and sensors tell what they read. A
   * reference stays when the payload of its entry is erased: what was referred to once is not its sender's alone any more. */
  "CREATE TABLE medium_sender (digest TEXT NOT NULL, actor TEXT NOT NULL, PRIMARY KEY (digest, actor)) WITHOUT ROWID;"
  "CREATE TABLE medium_reference ("
  "  digest TEXT NOT NULL, scope TEXT NOT NULL, number INTEGER NOT NULL,"
  "  PRIMARY KEY (digest, scope, number)) WITHOUT ROWID;"
  "INSERT OR IGNORE INTO medium_reference (digest, scope, number)"
  "  SELECT * FROM ("
  "    SELECT CASE WHEN instr (CAST (header AS TEXT), '\"type\":\"medium.attached\"') > 0"
  "                THEN json_extract (CAST (payload AS TEXT), '$.digest')"
  "                ELSE json_extract (CAST (payload AS TEXT), '$.result.media') END AS digest, scope, number"
  "    FROM journal WHERE payload IS NOT NULL AND"
  "      (instr (CAST (header AS TEXT), '\"type\":\"medium.attached\"') > 0 OR"
  "       instr (CAST (header AS TEXT), '\"type\":\"task.completed\"') > 0 OR"
  "       instr (CAST (header AS TEXT), '\"type\":\"task.fed_back\"') > 0)) WHERE digest IS NOT NULL;"
  "CREATE TABLE reading ("
  "  scope TEXT NOT NULL, source TEXT NOT NULL, quantity TEXT NOT NULL, at INTEGER NOT NULL, value REAL NOT NULL,"
  "  PRIMARY KEY (scope, source, quantity)) WITHOUT ROWID;"
  "CREATE TABLE reading_series ("
  "  scope TEXT NOT NULL, source TEXT NOT NULL, quantity TEXT NOT NULL, at INTEGER NOT NULL, value REAL NOT NULL,"
  "  PRIMARY KEY (scope, source, quantity, at)) WITHOUT ROWID;",

  /* 4: who is in which area, and up to when tracks are sealed, is of a scope itself and no longer frozen for exercises. */
  "DELETE FROM entity WHERE scope LIKE '%@base' AND kind IN ('crossing', 'track');",
  NULL
};

G_STATIC_ASSERT (G_N_ELEMENTS (migrations) == WF_DATABASE_VERSION + 1);

/* "WFIR", so that another program's database is not taken for ours. */
#define DATABASE_ID 0x57464952

static GError *
explain (WfDatabaseTrouble  trouble,
         const char        *what,
         int                code)
{
  static const struct
  {
    WfStoreError  kind;
    const char   *text; /* in place of what SQLite says */
  } kinds[] = {
    [WF_DATABASE_TROUBLE_OPEN] = { WF_STORE_ERROR_OPEN, NULL },
    [WF_DATABASE_TROUBLE_CORRUPT] = { WF_STORE_ERROR_CORRUPT, NULL },
    [WF_DATABASE_TROUBLE_FOREIGN] = { WF_STORE_ERROR_CORRUPT, NULL },
    [WF_DATABASE_TROUBLE_NEWER] = { WF_STORE_ERROR_VERSION, NULL },
    [WF_DATABASE_TROUBLE_FULL] = { WF_STORE_ERROR_FULL, "The disk is full" },
    [WF_DATABASE_TROUBLE_READ_ONLY] = { WF_STORE_ERROR_READ_ONLY, "The data folder cannot be written to" },
    [WF_DATABASE_TROUBLE_DISK] = { WF_STORE_ERROR_UNAVAILABLE, "The disk fails" },
    [WF_DATABASE_TROUBLE_BUSY] = { WF_STORE_ERROR_UNAVAILABLE, NULL },
    [WF_DATABASE_TROUBLE_FAULT] = { WF_STORE_ERROR_INTERNAL, NULL },
  };
  int kind = (int) kinds[trouble].kind;

  if (kinds[trouble].text != NULL)
    what = kinds[trouble].text;
  if (trouble == WF_DATABASE_TROUBLE_NEWER)
    return g_error_new (WF_STORE_ERROR, kind, "The data folder was written by a newer Watchfire (%s): update this program", what);
  if (trouble == WF_DATABASE_TROUBLE_OPEN || code == 0)
    return g_error_new_literal (WF_STORE_ERROR, kind, what);

  return g_error_new (WF_STORE_ERROR, kind, "%s (SQLite %d)", what, code);
}

/* Whoever reads only does not migrate, and would take what a newer program has written for what this one means by it. */
static gboolean
check_form (WfDatabase  *self,
            GError     **error)
{
  g_autoptr (WfStatement) application = wf_database_prepare (self, "PRAGMA application_id", error);
  g_autoptr (WfStatement) form = application != NULL ? wf_database_prepare (self, "PRAGMA user_version", error) : NULL;
  gboolean row;

  if (form == NULL || !wf_database_step (self, application, &row, error) || !wf_database_step (self, form, &row, error))
    return FALSE;
  if (sqlite3_column_int (application, 0) != DATABASE_ID || sqlite3_column_int (form, 0) <= WF_DATABASE_VERSION)
    return TRUE;

  g_autofree char *what = g_strdup_printf ("form %d, this program knows %d", sqlite3_column_int (form, 0), WF_DATABASE_VERSION);
  g_propagate_error (error, explain (WF_DATABASE_TROUBLE_NEWER, what, 0));
  return FALSE;
}

/**
 * wf_schema_open:
 * @folder: the data folder
 * @write: whether to write; makes the file where there is none
 * @error: return location
 *
 * What a newer program has written is refused (%WF_STORE_ERROR_VERSION), and not touched.
 *
 * Returns: (transfer full) (nullable): a connection to the folder's database
 */
WfDatabase *
wf_schema_open (const char  *folder,
                gboolean     write,
                GError     **error)
{
  g_autofree char *path = g_build_filename (folder, WF_DATABASE_NAME, NULL);
  g_autoptr (WfDatabase) self =
    wf_database_open (path, SQLITE_OPEN_READWRITE | (write ? SQLITE_OPEN_CREATE : 0), 10000, explain, error);

  /* FULL: what was answered is on the disk, whatever happens to the machine. The log is folded in after 16 MB: the pages that
   * every commit touches are then written once for four times as many commits. */
  if (self == NULL
      || !check_form (self, error)
      || !wf_database_exec (self, "PRAGMA temp_store = MEMORY", error)
      || !wf_database_exec (self,
                            write ? "PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 4000; PRAGMA synchronous = FULL;"
                                    " PRAGMA secure_delete = ON; PRAGMA journal_size_limit = 67108864;"
                                  : "PRAGMA query_only = ON;",
                            error))
    return NULL;

  return g_steal_pointer (&self);
}

/**
 * wf_schema_migrate:
 * @database: a connection that may write
 * @error: return location
 *
 * Brings an older database to the form of this program. What is newer or not ours is refused.
 *
 * Returns: whether it has the form of this program
 */
gboolean
wf_schema_migrate (WfDatabase  *database,
                   GError     **error)
{
  return wf_database_migrate (database, migrations, DATABASE_ID, error);
}
