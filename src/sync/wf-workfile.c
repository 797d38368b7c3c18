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

/* What the workstation's two files have in common: a file that only its owner may read and a thread of its own. Where
 * nothing else is said, a function runs in the worker of its file. */

G_DEFINE_QUARK (wf-sync-error-quark, wf_sync_error)

static GError *
explain (WfDatabaseTrouble  trouble,
         const char        *what,
         int                code)
{
  switch (trouble)
    {
    case WF_DATABASE_TROUBLE_NEWER:
      return g_error_new_literal (WF_SYNC_ERROR, WF_SYNC_ERROR_UPDATE,
                                  _("This workstation's data was written by a newer version of Watchfire. Update the program."));
    /* The file could be opened for writing. If SQLite then takes it for one that may not be, finds a form that it does not
     * know or misses a table, its first page is damaged. */
    case WF_DATABASE_TROUBLE_READ_ONLY:
    case WF_DATABASE_TROUBLE_FAULT:
    case WF_DATABASE_TROUBLE_CORRUPT:
    case WF_DATABASE_TROUBLE_FOREIGN:
      return g_error_new (WF_SYNC_ERROR, WF_SYNC_ERROR_DAMAGED, _("This workstation's data cannot be used: %s"), what);
    default:
      return g_error_new (WF_SYNC_ERROR, WF_SYNC_ERROR_FILE, _("This workstation's data cannot be used: %s"), what);
    }
}

/* SQLite's side files. */
static const char *const side_ends[] = { "-wal", "-shm", "-journal" };

/* What stands in these files is what the person may see, so nobody else may read them, nor what an older program or a backup
 * left there with wider modes. SQLite gives a side file the mode of the file itself when it makes it. */
static gboolean
make_private (const char  *path,
              GError     **error)
{
  g_autofree char *folder = g_path_get_dirname (path);
  gboolean done = FALSE;
  int fd = -1;

  if (g_mkdir_with_parents (folder, 0700) == 0 && g_chmod (folder, 0700) == 0)
    fd = open (path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (fd >= 0)
    {
      done = fchmod (fd, 0600) == 0;
      close (fd);
    }

  for (gsize i = 0; done && i < G_N_ELEMENTS (side_ends); i++)
    {
      g_autofree char *side = g_strconcat (path, side_ends[i], NULL);

      done = g_chmod (side, 0600) == 0 || errno == ENOENT;
    }

  if (!done)
    g_set_error (error, WF_SYNC_ERROR, WF_SYNC_ERROR_FILE, _("“%s” cannot be written: %s"), path, g_strerror (errno));

  return done;
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
      g_task_return_new_error (task, WF_SYNC_ERROR, WF_SYNC_ERROR_CLOSED, _("The session has been closed."
                                                                            " Sign in again to go on."));
      g_object_unref (task);
      return;
    }

  wf_worker_push (self->worker, G_PRIORITY_DEFAULT, task, func);
}

static void
disconnect (WfWorkfile *self)
{
  g_clear_pointer (&self->db, wf_database_close);
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
 * Opens the file unless it is open, making it where there is none, and brings it to the newest version. It, and its folder,
 * can be read by its owner only, whatever they were before.
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

  self->db = wf_database_open (self->path, SQLITE_OPEN_READWRITE, 2000, explain, error);
  if (self->db == NULL)
    return FALSE;

  if (!wf_database_exec (self->db, "PRAGMA journal_mode = WAL", error)
      || !wf_database_exec (self->db, pragma, error)
      /* What is deleted is overwritten: a lawful erasure reaches workstations too. */
      || !wf_database_exec (self->db, "PRAGMA secure_delete = ON", error)
      || !wf_database_migrate (self->db, self->steps, 0, error))
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
  disconnect (self);

  for (gsize i = 0; i <= G_N_ELEMENTS (side_ends); i++)
    {
      const char *end = i == 0 ? "" : side_ends[i - 1];
      g_autofree char *from = g_strconcat (self->path, end, NULL);
      g_autofree char *to = aside != NULL ? g_strconcat (self->path, aside, end, NULL) : NULL;

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
                   gboolean   (*write) (WfDatabase *, gpointer, GError **),
                   gpointer     data,
                   GError     **error)
{
  if (!wf_workfile_open (self, error) || !wf_database_begin (self->db, error))
    return FALSE;

  gboolean done = write (self->db, data, error);

  return wf_database_end (self->db, done, done ? error : NULL) && done;
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
 * wf_workfile_check_text:
 * @select: a statement that stands on a row
 * @from: the first column of texts
 * @n: how many follow one another
 * @error: where to put an error
 *
 * A damaged page can still look like rows. Any thread.
 *
 * Returns: whether there is text in all of them
 */
gboolean
wf_workfile_check_text (WfStatement  *select,
                        int           from,
                        int           n,
                        GError      **error)
{
  for (int i = from; i < from + n; i++)
    {
      const char *text = wf_database_text (select, i);

      if (text == NULL || !g_utf8_validate (text, -1, NULL))
        {
          g_propagate_error (error, explain (WF_DATABASE_TROUBLE_CORRUPT, "a text is damaged", 0));
          return FALSE;
        }
    }

  return TRUE;
}
