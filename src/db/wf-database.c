/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-db"

#include "config.h"

#include "wf-database.h"

static gboolean
fail (WfDatabase         *self,
      WfDatabaseTrouble   trouble,
      const char         *what,
      int                 code,
      GError            **error)
{
  g_autoptr (GError) trouble_error = self->explain (trouble, what, code);

  g_propagate_error (error, g_steal_pointer (&trouble_error));
  return FALSE;
}

static gboolean
fail_code (WfDatabase  *self,
           int          code,
           GError     **error)
{
  WfDatabaseTrouble trouble = WF_DATABASE_TROUBLE_BUSY;

  switch (code & 0xff)
    {
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      trouble = WF_DATABASE_TROUBLE_CORRUPT;
      break;
    case SQLITE_CONSTRAINT:
    case SQLITE_MISMATCH:
    case SQLITE_ERROR:
      trouble = WF_DATABASE_TROUBLE_FAULT;
      break;
    case SQLITE_FULL:
      trouble = WF_DATABASE_TROUBLE_FULL;
      break;
    case SQLITE_READONLY:
      trouble = WF_DATABASE_TROUBLE_READ_ONLY;
      break;
    case SQLITE_IOERR:
      /* What several connections share beside the log is made when the first of them opens it, and takes room. */
      trouble = code == SQLITE_IOERR_SHMSIZE ? WF_DATABASE_TROUBLE_FULL : WF_DATABASE_TROUBLE_DISK;
      break;
    default:
      break;
    }

  return fail (self, trouble, sqlite3_errmsg (self->handle), code, error);
}

/* SQLite counts its memory under a lock that all threads share, and nobody asks for the number. Says nothing where another
 * library of the process was here first: then it counts. */
static void
stop_counting (void)
{
  static gsize done = 0;

  if (g_once_init_enter (&done))
    {
      sqlite3_config (SQLITE_CONFIG_MEMSTATUS, 0);
      g_once_init_leave (&done, 1);
    }
}

static void
finalize_statement (gpointer statement)
{
  sqlite3_finalize (statement);
}

/**
 * wf_database_open:
 * @path: file name
 * @flags: SQLite's, SQLITE_OPEN_READWRITE and the like; a connection is never used by two threads at once
 * @patience: so many ms another connection may be at work before one gives up
 * @explain: says what goes wrong
 * @error: return location, filled in by @explain
 *
 * Returns: (transfer full) (nullable): a connection
 */
WfDatabase *
wf_database_open (const char         *path,
                  int                 flags,
                  int                 patience,
                  WfDatabaseExplain   explain,
                  GError            **error)
{
  g_autoptr (WfDatabase) self = g_new0 (WfDatabase, 1);

  stop_counting ();
  self->explain = explain;
  self->statements = g_hash_table_new_full (g_direct_hash, g_direct_equal, NULL, finalize_statement);

  int code = sqlite3_open_v2 (path, &self->handle, flags | SQLITE_OPEN_NOMUTEX, NULL);
  if (code != SQLITE_OK)
    {
      g_autofree char *what = g_strdup_printf ("“%s” cannot be opened: %s", path,
                                               self->handle != NULL ? sqlite3_errmsg (self->handle) : sqlite3_errstr (code));

      fail (self, WF_DATABASE_TROUBLE_OPEN, what, code, error);
      return NULL;
    }

  sqlite3_extended_result_codes (self->handle, 1);
  sqlite3_busy_timeout (self->handle, patience);

  return wf_database_exec (self, "PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON;", error)
         ? g_steal_pointer (&self) : NULL;
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

static gboolean
read_number (WfDatabase  *self,
             const char  *sql,
             gint64      *value,
             GError     **error)
{
  g_autoptr (WfStatement) statement = wf_database_prepare (self, sql, error);
  gboolean row = FALSE;

  if (statement == NULL || !wf_database_step (self, statement, &row, error))
    return FALSE;

  *value = row ? sqlite3_column_int64 (statement, 0) : 0;
  return TRUE;
}

/**
 * wf_database_migrate:
 * @self: a connection that may write
 * @steps: (array zero-terminated=1): what makes form 1 out of nothing, form 2 out of 1, and so on
 * @application: the mark by which the file is known to be ours; 0 for none
 * @error: return location
 *
 * Brings an older database to the newest form, one step a transaction. What is newer or not ours is refused.
 *
 * Returns: whether it has the newest form
 */
gboolean
wf_database_migrate (WfDatabase         *self,
                     const char *const  *steps,
                     guint32             application,
                     GError            **error)
{
  gint64 newest = g_strv_length ((char **) steps);
  gint64 version = 0;
  gint64 mark = 0;

  if (!read_number (self, "PRAGMA user_version", &version, error)
      || !read_number (self, "PRAGMA application_id", &mark, error))
    return FALSE;

  if (version < 0 || (version > 0 && mark != application))
    return fail (self, WF_DATABASE_TROUBLE_FOREIGN, "The file is not a database of Watchfire", 0, error);

  if (version > newest)
    {
      g_autofree char *what = g_strdup_printf ("form %" G_GINT64_FORMAT ", this program knows %" G_GINT64_FORMAT,
                                               version, newest);

      return fail (self, WF_DATABASE_TROUBLE_NEWER, what, 0, error);
    }

  for (; version < newest; version++)
    {
      g_autofree char *marks = g_strdup_printf ("PRAGMA application_id = %u; PRAGMA user_version = %" G_GINT64_FORMAT ";",
                                                application, version + 1);

      if (!wf_database_begin (self, error))
        return FALSE;

      gboolean done = wf_database_exec (self, steps[version], error) && wf_database_exec (self, marks, error);

      if (!wf_database_end (self, done, done ? error : NULL) || !done)
        return FALSE;
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

  return code == SQLITE_OK || fail_code (self, code, error);
}

/**
 * wf_database_begin:
 * @self: a connection
 * @error: return location
 *
 * Begins a transaction that will write.
 *
 * Returns: whether it has begun
 */
gboolean
wf_database_begin (WfDatabase  *self,
                   GError     **error)
{
  return wf_database_run (self, wf_database_prepare (self, "BEGIN IMMEDIATE", error), error);
}

/**
 * wf_database_begin_reading:
 * @self: a connection
 * @error: return location
 *
 * Begins a transaction that only reads: all that is read until wf_database_end() is of one moment.
 *
 * Returns: whether it has begun
 */
gboolean
wf_database_begin_reading (WfDatabase  *self,
                           GError     **error)
{
  return wf_database_run (self, wf_database_prepare (self, "BEGIN", error), error);
}

/**
 * wf_database_end:
 * @self: a connection with a transaction
 * @keep: whether to keep what was done
 * @error: return location
 *
 * Ends a transaction. One that cannot be kept is taken back.
 *
 * Returns: whether it ended as asked
 */
gboolean
wf_database_end (WfDatabase  *self,
                 gboolean     keep,
                 GError     **error)
{
  if (keep && wf_database_run (self, wf_database_prepare (self, "COMMIT", error), error))
    return TRUE;

  /* SQLite has rolled back by itself after some errors; then there is nothing to undo. */
  gboolean back = sqlite3_get_autocommit (self->handle) || wf_database_exec (self, "ROLLBACK", keep ? NULL : error);

  return !keep && back;
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
          fail_code (self, code, error);
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
  return code == SQLITE_ROW || code == SQLITE_DONE || fail_code (self, code, error);
}

/**
 * wf_database_each:
 * @self: a connection
 * @statement: (nullable): a statement that gives rows; %NULL is a failure that @error speaks of already
 * @row: called for each of them
 * @data: for @row
 * @error: return location
 *
 * Runs a statement to its end, or until a row cannot be read, and makes it ready to be used again.
 *
 * Returns: whether all rows have been read
 */
gboolean
wf_database_each (WfDatabase     *self,
                  sqlite3_stmt   *statement,
                  WfDatabaseRow   row,
                  gpointer        data,
                  GError        **error)
{
  g_autoptr (WfStatement) held = statement;
  gboolean more = held != NULL;
  gboolean good = more;

  while (more)
    {
      good = wf_database_step (self, held, &more, error) && (!more || row (self, held, data, error));
      more = more && good;
    }

  return good;
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
  gboolean good = code == SQLITE_DONE || code == SQLITE_ROW || fail_code (self, code, error);

  wf_statement_release (statement);
  return good;
}

/**
 * wf_database_put:
 * @self: a connection
 * @error: return location
 * @sql: (static): one statement that gives no rows
 * @types: what is bound to its values, one letter each: `t` text (const char *, nullable), `i` integer (int64_t), `b` bytes
 *   (GBytes *, nullable), `v` variant (GVariant *, nullable)
 * @...: the values
 *
 * Binds values and runs the statement.
 *
 * Returns: whether it worked
 */
gboolean
wf_database_put (WfDatabase  *self,
                 GError     **error,
                 const char  *sql,
                 const char  *types,
                 ...)
{
  sqlite3_stmt *statement = wf_database_prepare (self, sql, error);
  va_list values;

  va_start (values, types);
  for (int i = 0; statement != NULL && types[i] != '\0'; i++)
    switch (types[i])
      {
      case 't':
        wf_database_bind_text (statement, i + 1, va_arg (values, const char *));
        break;
      case 'i':
        sqlite3_bind_int64 (statement, i + 1, va_arg (values, int64_t));
        break;
      case 'b':
        wf_database_bind_bytes (statement, i + 1, va_arg (values, GBytes *));
        break;
      case 'v':
        wf_database_bind_variant (statement, i + 1, va_arg (values, GVariant *));
        break;
      default:
        g_assert_not_reached ();
      }
  va_end (values);

  return wf_database_run (self, statement, error);
}

/**
 * wf_database_put_rows:
 * @self: a connection
 * @one: (static): one statement that writes one row, with a `?` for each value
 * @batch: (static): the same for %WF_DATABASE_BATCH rows
 * @bind: binds the values of a row
 * @rows: (array length=n): the rows, for @bind
 * @n: how many
 * @error: return location
 *
 * Writes rows, as many a statement as it takes.
 *
 * Returns: whether it worked; where not, some of them are written
 */
gboolean
wf_database_put_rows (WfDatabase      *self,
                      const char      *one,
                      const char      *batch,
                      WfDatabaseBind   bind,
                      gpointer        *rows,
                      guint            n,
                      GError         **error)
{
  for (guint i = 0; i < n;)
    {
      guint size = n - i >= WF_DATABASE_BATCH ? WF_DATABASE_BATCH : 1;
      sqlite3_stmt *statement = wf_database_prepare (self, size > 1 ? batch : one, error);

      if (statement == NULL)
        return FALSE;

      int columns = sqlite3_bind_parameter_count (statement) / (int) size;

      for (guint j = 0; j < size; j++)
        bind (statement, 1 + columns * (int) j, rows[i + j]);
      if (!wf_database_run (self, statement, error))
        return FALSE;
      i += size;
    }

  return TRUE;
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
 * wf_database_give_text:
 * @statement: a statement
 * @column: from 1
 * @text: (transfer full): freed when the statement has run
 */
void
wf_database_give_text (sqlite3_stmt *statement,
                       int           column,
                       char         *text)
{
  sqlite3_bind_text (statement, column, text, -1, g_free);
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

  /* No bytes are not NULL. */
  sqlite3_bind_blob64 (statement, column, data != NULL ? data : "", size, SQLITE_STATIC);
}

/**
 * wf_database_bind_variant:
 * @statement: a statement
 * @column: from 1
 * @variant: (nullable): stored in this machine's byte order; copied
 */
void
wf_database_bind_variant (sqlite3_stmt *statement,
                          int           column,
                          GVariant     *variant)
{
  g_autoptr (GBytes) bytes = variant != NULL ? g_variant_get_data_as_bytes (variant) : NULL;
  gsize size = 0;
  const void *data = bytes != NULL ? g_bytes_get_data (bytes, &size) : NULL;

  if (bytes == NULL)
    sqlite3_bind_null (statement, column);
  else
    sqlite3_bind_blob64 (statement, column, data != NULL ? data : "", size, SQLITE_TRANSIENT);
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
 * wf_database_variant:
 * @self: a connection
 * @statement: a statement that stands on a row
 * @column: from 0
 * @type: what must be in it
 * @value: (out) (transfer full) (nullable): the value; %NULL where the column is NULL
 * @error: return location
 *
 * Reads what wf_database_bind_variant() wrote. A file can be damaged without SQLite noticing, so what is read must be in
 * normal form.
 *
 * Returns: whether it could be read
 */
gboolean
wf_database_variant (WfDatabase          *self,
                     sqlite3_stmt        *statement,
                     int                  column,
                     const GVariantType  *type,
                     GVariant           **value,
                     GError             **error)
{
  g_autoptr (GBytes) bytes = wf_database_bytes (statement, column);
  g_autoptr (GVariant) read = bytes != NULL ? g_variant_ref_sink (g_variant_new_from_bytes (type, bytes, FALSE)) : NULL;

  *value = NULL;
  if (read != NULL && !g_variant_is_normal_form (read))
    return fail (self, WF_DATABASE_TROUBLE_CORRUPT, "a value is damaged", 0, error);

  *value = g_steal_pointer (&read);
  return TRUE;
}

/**
 * wf_database_set_meta:
 * @self: a connection that may write, to a database with a table `meta (key, value)`
 * @key: a name
 * @value: (nullable): what it is
 * @error: return location
 *
 * Returns: whether it worked
 */
gboolean
wf_database_set_meta (WfDatabase  *self,
                      const char  *key,
                      const char  *value,
                      GError     **error)
{
  return wf_database_put (self, error, "INSERT OR REPLACE INTO meta (key, value) VALUES (?1, ?2)", "tt", key, value);
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
