/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-sync"

#include "config.h"

#include "wf-workfile-private.h"

#include "wf-sync-error.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <sys/stat.h>
#include <unistd.h>

/* What the workstation's two files have in common: a file that only its owner may read, a thread of its own, and the little
 * that is needed of SQLite. Where nothing else is said, a function runs in the worker of its file. */

G_DEFINE_QUARK (wf-sync-error-quark, wf_sync_error)

static gboolean
fail (sqlite3  *db,
      GError  **error)
{
  int code = db != NULL ? sqlite3_errcode (db) : SQLITE_NOMEM;
  gboolean damaged = code == SQLITE_CORRUPT || code == SQLITE_NOTADB;

  g_set_error (error, WF_SYNC_ERROR, damaged ? WF_SYNC_ERROR_DAMAGED : WF_SYNC_ERROR_FILE,
               _("This workstation's data cannot be used: %s"), db != NULL ? sqlite3_errmsg (db) : sqlite3_errstr (code));
  return FALSE;
}

/* What stands in these files is what the person may see, so nobody else may read them. SQLite gives its side files the mode
 * of the file itself. */
static gboolean
make_private (const char  *path,
              GError     **error)
{
  g_autofree char *folder = g_path_get_dirname (path);

  if (g_mkdir_with_parents (folder, 0700) == 0)
    {
      int fd = open (path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);

      if (fd >= 0)
        {
          gboolean done = fchmod (fd, 0600) == 0;

          close (fd);
          if (done)
            return TRUE;
        }
    }

  g_set_error (error, WF_SYNC_ERROR, WF_SYNC_ERROR_FILE, _("“%s” cannot be written: %s"), path, g_strerror (errno));
  return FALSE;
}

static gboolean
begin (sqlite3  *db,
       GError  **error)
{
  return wf_workfile_exec (db, "BEGIN IMMEDIATE", error);
}

/* One that cannot be kept is taken back. Returns: whether it ended as asked */
static gboolean
end (sqlite3   *db,
     gboolean   keep,
     GError   **error)
{
  if (keep && wf_workfile_exec (db, "COMMIT", error))
    return TRUE;

  gboolean back = sqlite3_get_autocommit (db) || wf_workfile_exec (db, "ROLLBACK", keep ? NULL : error);

  return !keep && back;
}

static gboolean
migrate (sqlite3            *db,
         const char *const  *steps,
         GError            **error)
{
  g_autoptr (WfStatement) statement = wf_workfile_prepare (db, "PRAGMA user_version", error);
  gboolean row;

  if (statement == NULL || !wf_workfile_next (statement, &row, error))
    return FALSE;

  int version = row ? sqlite3_column_int (statement, 0) : 0;
  int newest = 0;

  g_clear_pointer (&statement, sqlite3_finalize);

  while (steps[newest] != NULL)
    newest++;

  if (version > newest)
    {
      g_set_error (error, WF_SYNC_ERROR, WF_SYNC_ERROR_UPDATE,
                   _("This workstation's data was written by a newer version of Watchfire. Update the program."));
      return FALSE;
    }

  for (; version < newest; version++)
    {
      g_autofree char *mark = g_strdup_printf ("PRAGMA user_version = %d", version + 1);

      if (!begin (db, error))
        return FALSE;

      gboolean done = wf_workfile_exec (db, steps[version], error) && wf_workfile_exec (db, mark, error);

      if (!end (db, done, done ? error : NULL) || !done)
        return FALSE;
    }

  return TRUE;
}

/**
 * wf_workfile_new:
 * @path: file name
 * @name: (static): the thread's name
 * @synchronous: (static): see #WfWorkfile
 * @steps: (static): see #WfWorkfile
 *
 * Any thread, as for wf_workfile_push() and wf_workfile_close(): that of the owner.
 *
 * Returns: (transfer full): a file that has not been opened
 */
WfWorkfile *
wf_workfile_new (const char        *path,
                 const char        *name,
                 const char        *synchronous,
                 const char *const *steps)
{
  WfWorkfile *self = g_new0 (WfWorkfile, 1);

  self->path = g_strdup (path);
  self->synchronous = synchronous;
  self->steps = steps;
  self->worker = wf_worker_new (name);

  return self;
}

/**
 * wf_workfile_free:
 * @self: (transfer full): a file that has been closed
 */
void
wf_workfile_free (WfWorkfile *self)
{
  g_assert (self->worker == NULL && self->db == NULL);

  g_free (self->path);
  g_free (self);
}

/**
 * wf_workfile_push:
 * @self: a file
 * @task: (transfer full): a task
 * @func: what to do in the worker, after all that was pushed before
 *
 * Once the file is closed, the task fails with %WF_SYNC_ERROR_CLOSED.
 */
void
wf_workfile_push (WfWorkfile      *self,
                  GTask           *task,
                  GTaskThreadFunc  func)
{
  if (self->worker == NULL)
    {
      g_task_return_new_error (task, WF_SYNC_ERROR, WF_SYNC_ERROR_CLOSED, _("The session has been closed."));
      g_object_unref (task);
      return;
    }

  wf_worker_push (self->worker, G_PRIORITY_DEFAULT, task, func);
}

static void
disconnect (WfWorkfile *self)
{
  g_clear_pointer (&self->db, sqlite3_close);
}

static void
disconnect_in_worker (GTask        *task,
                      gpointer      source,
                      gpointer      data,
                      GCancellable *cancellable)
{
  disconnect (data);
  g_task_return_boolean (task, TRUE);
}

/**
 * wf_workfile_close:
 * @self: a file
 *
 * Waits until what was pushed is done, and closes the file. Safe to call twice.
 */
void
wf_workfile_close (WfWorkfile *self)
{
  if (self->worker == NULL)
    return;

  GTask *task = g_task_new (NULL, NULL, NULL, NULL);

  g_task_set_source_tag (task, wf_workfile_close);
  g_task_set_task_data (task, self, NULL);
  wf_workfile_push (self, task, disconnect_in_worker);
  wf_worker_shutdown (self->worker);
  g_clear_object (&self->worker);
}

/**
 * wf_workfile_open:
 * @self: a file
 * @error: where to put an error
 *
 * Opens the file unless it is open, making it where there is none, readable by its owner only, and brings it to the newest
 * version.
 *
 * Returns: whether it is open
 */
gboolean
wf_workfile_open (WfWorkfile  *self,
                  GError     **error)
{
  g_autofree char *pragma = g_strdup_printf ("PRAGMA synchronous = %s", self->synchronous);

  if (self->db != NULL)
    return TRUE;
  if (!make_private (self->path, error))
    return FALSE;

  if (sqlite3_open_v2 (self->path, &self->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL) != SQLITE_OK)
    {
      fail (self->db, error);
      disconnect (self);
      return FALSE;
    }

  sqlite3_extended_result_codes (self->db, 0);
  sqlite3_busy_timeout (self->db, 2000);

  if (!wf_workfile_exec (self->db, "PRAGMA journal_mode = WAL", error)
      || !wf_workfile_exec (self->db, pragma, error)
      || !wf_workfile_exec (self->db, "PRAGMA trusted_schema = OFF", error)
      /* What is deleted is overwritten: a lawful erasure reaches workstations too. */
      || !wf_workfile_exec (self->db, "PRAGMA secure_delete = ON", error)
      || !migrate (self->db, self->steps, error))
    {
      disconnect (self);
      return FALSE;
    }

  return TRUE;
}

/**
 * wf_workfile_drop:
 * @self: a file
 * @aside: (nullable): what to add to its name, for somebody to look at it; %NULL to remove it
 *
 * Closes the file and takes it away, so that it is made anew when it is opened again.
 */
void
wf_workfile_drop (WfWorkfile *self,
                  const char *aside)
{
  static const char *const ends[] = { "", "-wal", "-shm", "-journal" };

  disconnect (self);

  for (gsize i = 0; i < G_N_ELEMENTS (ends); i++)
    {
      g_autofree char *from = g_strconcat (self->path, ends[i], NULL);
      g_autofree char *to = aside != NULL ? g_strconcat (self->path, aside, ends[i], NULL) : NULL;

      if (to != NULL)
        g_rename (from, to);
      else
        g_unlink (from);
    }
}

/**
 * wf_workfile_write:
 * @self: a file
 * @write: what to write, in a transaction
 * @data: for @write
 * @error: where to put an error
 *
 * Opens the file if need be, and keeps all that @write does, or nothing.
 *
 * Returns: whether it is kept
 */
gboolean
wf_workfile_write (WfWorkfile  *self,
                   gboolean   (*write) (WfWorkfile *, gpointer, GError **),
                   gpointer     data,
                   GError     **error)
{
  if (!wf_workfile_open (self, error) || !begin (self->db, error))
    return FALSE;

  gboolean done = write (self, data, error);

  return end (self->db, done, done ? error : NULL) && done;
}

/**
 * wf_workfile_exec:
 * @db: a connection
 * @sql: one or more statements without results that matter
 * @error: where to put an error
 *
 * Returns: whether it was done
 */
gboolean
wf_workfile_exec (sqlite3     *db,
                  const char  *sql,
                  GError     **error)
{
  return sqlite3_exec (db, sql, NULL, NULL, NULL) == SQLITE_OK || fail (db, error);
}

/**
 * wf_workfile_prepare:
 * @db: a connection
 * @sql: one statement
 * @error: where to put an error
 *
 * Returns: (transfer full) (nullable): the statement
 */
WfStatement *
wf_workfile_prepare (sqlite3     *db,
                     const char  *sql,
                     GError     **error)
{
  WfStatement *statement = NULL;

  if (sqlite3_prepare_v2 (db, sql, -1, &statement, NULL) != SQLITE_OK)
    {
      fail (db, error);
      return NULL;
    }

  return statement;
}

/**
 * wf_workfile_next:
 * @statement: a statement
 * @row: (out): whether there is a row
 * @error: where to put an error
 *
 * Returns: whether it went well; at the end @row is %FALSE
 */
gboolean
wf_workfile_next (WfStatement  *statement,
                  gboolean     *row,
                  GError      **error)
{
  int code = sqlite3_step (statement);

  *row = code == SQLITE_ROW;
  return code == SQLITE_ROW || code == SQLITE_DONE || fail (sqlite3_db_handle (statement), error);
}

/**
 * wf_workfile_run:
 * @statement: a statement whose values are bound
 * @error: where to put an error
 *
 * Runs a statement without rows and makes it ready for the next values.
 *
 * Returns: whether it was done
 */
gboolean
wf_workfile_run (WfStatement  *statement,
                 GError      **error)
{
  gboolean row;
  gboolean done = wf_workfile_next (statement, &row, error);

  sqlite3_reset (statement);
  sqlite3_clear_bindings (statement);

  return done;
}

/**
 * wf_workfile_is_damage:
 * @error: (nullable): what went wrong
 *
 * Returns: whether the file is broken, so that trying again is of no use
 */
gboolean
wf_workfile_is_damage (const GError *error)
{
  return error != NULL && g_error_matches (error, WF_SYNC_ERROR, WF_SYNC_ERROR_DAMAGED);
}

/**
 * wf_bind_text:
 * @statement: a statement
 * @index: from 1
 * @text: (nullable): copied
 */
void
wf_bind_text (WfStatement *statement,
              int          index,
              const char  *text)
{
  sqlite3_bind_text (statement, index, text, -1, SQLITE_TRANSIENT);
}

/**
 * wf_bind_bytes:
 * @statement: a statement
 * @index: from 1
 * @bytes: (nullable): copied
 */
void
wf_bind_bytes (WfStatement *statement,
               int          index,
               GBytes      *bytes)
{
  gsize size = 0;
  const void *data = bytes != NULL ? g_bytes_get_data (bytes, &size) : NULL;

  if (bytes == NULL)
    sqlite3_bind_null (statement, index);
  else
    sqlite3_bind_blob64 (statement, index, data != NULL ? data : "", size, SQLITE_TRANSIENT);
}

/**
 * wf_bind_variant:
 * @statement: a statement
 * @index: from 1
 * @variant: (nullable): stored in this machine's byte order
 */
void
wf_bind_variant (WfStatement *statement,
                 int          index,
                 GVariant    *variant)
{
  g_autoptr (GBytes) bytes = variant != NULL ? g_variant_get_data_as_bytes (variant) : NULL;

  wf_bind_bytes (statement, index, bytes);
}

/**
 * wf_column_text:
 * @statement: a statement on a row
 * @index: from 0
 *
 * Returns: (transfer full) (nullable): the text
 */
char *
wf_column_text (WfStatement *statement,
                int          index)
{
  return g_strdup ((const char *) sqlite3_column_text (statement, index));
}

/**
 * wf_column_bytes:
 * @statement: a statement on a row
 * @index: from 0
 *
 * Returns: (transfer full) (nullable): the bytes
 */
GBytes *
wf_column_bytes (WfStatement *statement,
                 int          index)
{
  if (sqlite3_column_type (statement, index) == SQLITE_NULL)
    return NULL;

  const void *data = sqlite3_column_blob (statement, index);

  return g_bytes_new (data, (gsize) sqlite3_column_bytes (statement, index));
}

/**
 * wf_column_variant:
 * @statement: a statement on a row
 * @index: from 0
 * @type: what must be in it
 * @error: where to put an error
 *
 * Reads a value. A file can be damaged without SQLite noticing, so what is read must be in normal form.
 *
 * Returns: (transfer full) (nullable): the value; %NULL without an error where the column is NULL
 */
GVariant *
wf_column_variant (WfStatement         *statement,
                   int                  index,
                   const GVariantType  *type,
                   GError             **error)
{
  g_autoptr (GBytes) bytes = wf_column_bytes (statement, index);

  if (bytes == NULL)
    return NULL;

  g_autoptr (GVariant) value = g_variant_ref_sink (g_variant_new_from_bytes (type, bytes, FALSE));

  if (!g_variant_is_normal_form (value))
    {
      g_set_error (error, WF_SYNC_ERROR, WF_SYNC_ERROR_DAMAGED, _("This workstation's data is damaged."));
      return NULL;
    }

  return g_steal_pointer (&value);
}
