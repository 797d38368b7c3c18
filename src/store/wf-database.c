/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-store"

#include "config.h"

#include "wf-database.h"

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
};

G_STATIC_ASSERT (G_N_ELEMENTS (migrations) == WF_DATABASE_VERSION);

/* "WFIR", so that another program's database is not taken for ours. */
#define DATABASE_ID 0x57464952

static gboolean
fail (WfDatabase *self,
      int         code,
      GError    **error)
{
  WfStoreError kind = WF_STORE_ERROR_UNAVAILABLE;
  const char *what = sqlite3_errmsg (self->handle);

  switch (code & 0xff)
    {
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      kind = WF_STORE_ERROR_CORRUPT;
      break;
    case SQLITE_CONSTRAINT:
    case SQLITE_MISMATCH:
    case SQLITE_ERROR:
      kind = WF_STORE_ERROR_INTERNAL;
      break;
    case SQLITE_FULL:
      kind = WF_STORE_ERROR_FULL;
      what = "The disk is full";
      break;
    case SQLITE_READONLY:
      kind = WF_STORE_ERROR_READ_ONLY;
      what = "The data folder cannot be written to";
      break;
    case SQLITE_IOERR:
      what = "The disk fails";
      break;
    default:
      break;
    }

  g_set_error (error, WF_STORE_ERROR, (int) kind, "%s (SQLite %d)", what, code);
  return FALSE;
}

static void
finalize_statement (gpointer statement)
{
  sqlite3_finalize (statement);
}

/**
 * wf_database_open:
 * @folder: the data folder
 * @write: whether to write; makes the file where there is none
 * @error: return location
 *
 * Returns: (transfer full) (nullable): a connection
 */
WfDatabase *
wf_database_open (const char *folder,
                  gboolean    write,
                  GError    **error)
{
  g_autoptr (WfDatabase) self = g_new0 (WfDatabase, 1);
  g_autofree char *path = g_build_filename (folder, WF_DATABASE_NAME, NULL);
  int flags = SQLITE_OPEN_NOMUTEX | (write ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READWRITE);

  self->statements = g_hash_table_new_full (g_direct_hash, g_direct_equal, NULL, finalize_statement);

  int code = sqlite3_open_v2 (path, &self->handle, flags, NULL);
  if (code != SQLITE_OK)
    {
      g_set_error (error, WF_STORE_ERROR, WF_STORE_ERROR_OPEN, "“%s” cannot be opened: %s",
                   path, self->handle != NULL ? sqlite3_errmsg (self->handle) : sqlite3_errstr (code));
      return NULL;
    }

  sqlite3_extended_result_codes (self->handle, 1);
  sqlite3_busy_timeout (self->handle, 10000);

  if (!wf_database_exec (self, "PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON; PRAGMA temp_store = MEMORY;", error))
    return NULL;

  /* FULL: what was answered is on the disk, whatever happens to the machine. */
  if (!wf_database_exec (self,
                         write ? "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON; PRAGMA journal_size_limit = 67108864;"
                               : "PRAGMA query_only = ON;",
                         error))
    return NULL;

  return g_steal_pointer (&self);
}

/**
 * wf_database_close:
 * @self: (transfer full): a connection
 */
void
wf_database_close (WfDatabase *self)
{
  g_hash_table_unref (self->statements);
  if (self->handle != NULL && sqlite3_close (self->handle) != SQLITE_OK)
    g_critical ("A statement is still at work: %s", sqlite3_errmsg (self->handle));
  g_free (self);
}

static int
read_int (WfDatabase *self,
          const char *sql)
{
  sqlite3_stmt *statement = NULL;
  int value = -1;

  if (sqlite3_prepare_v2 (self->handle, sql, -1, &statement, NULL) == SQLITE_OK && sqlite3_step (statement) == SQLITE_ROW)
    value = sqlite3_column_int (statement, 0);
  sqlite3_finalize (statement);

  return value;
}

/**
 * wf_database_migrate:
 * @self: a connection that may write
 * @error: return location
 *
 * Brings an older database to the form of this program, one step a transaction. What is newer or not ours is refused.
 *
 * Returns: whether it has the form of this program
 */
gboolean
wf_database_migrate (WfDatabase *self,
                     GError    **error)
{
  int version = read_int (self, "PRAGMA user_version");
  int application = read_int (self, "PRAGMA application_id");

  if (version < 0 || (version > 0 && application != DATABASE_ID))
    {
      g_set_error (error, WF_STORE_ERROR, WF_STORE_ERROR_CORRUPT, "The file is not a database of Watchfire");
      return FALSE;
    }

  if (version > WF_DATABASE_VERSION)
    {
      g_set_error (error, WF_STORE_ERROR, WF_STORE_ERROR_VERSION,
                   "The data folder was written by a newer Watchfire (form %d, this program knows %d): update this program",
                   version, WF_DATABASE_VERSION);
      return FALSE;
    }

  for (; version < WF_DATABASE_VERSION; version++)
    {
      g_autofree char *sql = g_strdup_printf ("BEGIN IMMEDIATE; %s PRAGMA application_id = %d; PRAGMA user_version = %d; COMMIT;",
                                              migrations[version], DATABASE_ID, version + 1);

      if (!wf_database_exec (self, sql, error))
        {
          wf_database_exec (self, "ROLLBACK", NULL);
          return FALSE;
        }
    }

  return TRUE;
}

/**
 * wf_database_exec:
 * @self: a connection
 * @sql: statements without values
 * @error: return location
 *
 * Returns: whether it worked
 */
gboolean
wf_database_exec (WfDatabase *self,
                  const char *sql,
                  GError    **error)
{
  int code = sqlite3_exec (self->handle, sql, NULL, NULL, NULL);

  return code == SQLITE_OK || fail (self, code, error);
}

/**
 * wf_database_prepare:
 * @self: a connection
 * @sql: (static): one statement
 * @error: return location
 *
 * Returns: (transfer none) (nullable): the statement, prepared once for each connection; hold it in a WfStatement so that
 *   it is let go
 */
sqlite3_stmt *
wf_database_prepare (WfDatabase *self,
                     const char *sql,
                     GError    **error)
{
  sqlite3_stmt *statement = g_hash_table_lookup (self->statements, sql);

  if (statement == NULL)
    {
      int code = sqlite3_prepare_v3 (self->handle, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, NULL);

      if (code != SQLITE_OK)
        {
          fail (self, code, error);
          return NULL;
        }

      g_hash_table_insert (self->statements, (gpointer) sql, statement);
    }

  return statement;
}

/**
 * wf_database_step:
 * @self: a connection
 * @statement: a statement
 * @row: (out): whether there is another row
 * @error: return location
 *
 * Returns: whether it worked
 */
gboolean
wf_database_step (WfDatabase   *self,
                  sqlite3_stmt *statement,
                  gboolean     *row,
                  GError      **error)
{
  int code = sqlite3_step (statement);

  *row = code == SQLITE_ROW;
  return code == SQLITE_ROW || code == SQLITE_DONE || fail (self, code, error);
}

/**
 * wf_database_run:
 * @self: a connection
 * @statement: (nullable): a statement that gives no rows; %NULL is a failure that @error speaks of already
 * @error: return location
 *
 * Runs a statement to its end and makes it ready to be used again.
 *
 * Returns: whether it worked
 */
gboolean
wf_database_run (WfDatabase   *self,
                 sqlite3_stmt *statement,
                 GError      **error)
{
  if (statement == NULL)
    return FALSE;

  int code = sqlite3_step (statement);
  gboolean good = code == SQLITE_DONE || code == SQLITE_ROW || fail (self, code, error);

  wf_statement_release (statement);
  return good;
}

/**
 * wf_database_bind_text:
 * @statement: a statement
 * @column: from 1
 * @text: (nullable): stays as it is until the statement has run
 */
void
wf_database_bind_text (sqlite3_stmt *statement,
                       int           column,
                       const char   *text)
{
  if (text != NULL)
    sqlite3_bind_text (statement, column, text, -1, SQLITE_STATIC);
  else
    sqlite3_bind_null (statement, column);
}

/**
 * wf_database_bind_bytes:
 * @statement: a statement
 * @column: from 1
 * @bytes: (nullable): stays as it is until the statement has run
 */
void
wf_database_bind_bytes (sqlite3_stmt *statement,
                        int           column,
                        GBytes       *bytes)
{
  gsize size;

  if (bytes == NULL)
    {
      sqlite3_bind_null (statement, column);
      return;
    }

  const void *data = g_bytes_get_data (bytes, &size);
  sqlite3_bind_blob64 (statement, column, data, size, SQLITE_STATIC);
}

/**
 * wf_database_bytes:
 * @statement: a statement that stands on a row
 * @column: from 0
 *
 * Returns: (transfer full) (nullable): the bytes
 */
GBytes *
wf_database_bytes (sqlite3_stmt *statement,
                   int           column)
{
  if (sqlite3_column_type (statement, column) == SQLITE_NULL)
    return NULL;

  const void *data = sqlite3_column_blob (statement, column);
  return g_bytes_new (data, (gsize) sqlite3_column_bytes (statement, column));
}

/**
 * wf_database_text:
 * @statement: a statement that stands on a row
 * @column: from 0
 *
 * Returns: (transfer none) (nullable): the text, until the next step
 */
const char *
wf_database_text (sqlite3_stmt *statement,
                  int           column)
{
  return (const char *) sqlite3_column_text (statement, column);
}

/**
 * wf_database_set_meta:
 * @self: a connection that may write
 * @key: a name
 * @value: what it is
 * @error: return location
 *
 * Returns: whether it worked
 */
gboolean
wf_database_set_meta (WfDatabase *self,
                      const char *key,
                      const char *value,
                      GError    **error)
{
  sqlite3_stmt *statement = wf_database_prepare (self, "INSERT OR REPLACE INTO meta (key, value) VALUES (?1, ?2)", error);

  if (statement != NULL)
    {
      wf_database_bind_text (statement, 1, key);
      wf_database_bind_text (statement, 2, value);
    }

  return wf_database_run (self, statement, error);
}

/**
 * wf_database_get_meta:
 * @self: a connection
 * @key: a name
 *
 * Returns: (transfer full) (nullable): what it is
 */
char *
wf_database_get_meta (WfDatabase *self,
                      const char *key)
{
  g_autoptr (WfStatement) statement = wf_database_prepare (self, "SELECT value FROM meta WHERE key = ?1", NULL);
  gboolean row;

  if (statement == NULL)
    return NULL;

  wf_database_bind_text (statement, 1, key);
  return wf_database_step (self, statement, &row, NULL) && row ? g_strdup (wf_database_text (statement, 0)) : NULL;
}
