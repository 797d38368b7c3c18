/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-store"

#include "config.h"

#include "wf-store-private.h"

#include "wf-id.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <unistd.h>

/* Media lie in files named by their SHA-256: what is there never changes, twice the same is there once, and a file that
 * was tampered with shows. */

typedef struct
{
  char    *draft;
  char    *digest;
  char    *type;
  gint64   size;
  gboolean known;
} Adoption;

static void
free_adoption (Adoption *adoption)
{
  if (adoption->draft != NULL)
    g_unlink (adoption->draft);
  g_free (adoption->draft);
  g_free (adoption->digest);
  g_free (adoption->type);
  g_free (adoption);
}

/**
 * wf_medium_free:
 * @self: (transfer full): a medium
 */
void
wf_medium_free (WfMedium *self)
{
  g_free (self->type);
  g_free (self);
}

/**
 * wf_store_media_path:
 * @self: a store
 * @digest: a valid digest
 *
 * Returns: (transfer full): where the medium lies if it is there
 */
char *
wf_store_media_path (WfStore    *self,
                     const char *digest)
{
  g_return_val_if_fail (WF_IS_STORE (self), NULL);
  g_return_val_if_fail (wf_digest_is_valid (digest), NULL);

  const char start[3] = { digest[0], digest[1], '\0' };

  return g_build_filename (self->folder, "media", start, digest, NULL);
}

/**
 * wf_store_media_draft:
 * @self: a store
 *
 * Returns: (transfer full): a new path to write a medium to, as long as nobody knows whether it is the right one
 */
char *
wf_store_media_draft (WfStore *self)
{
  g_return_val_if_fail (WF_IS_STORE (self), NULL);

  g_autofree char *folder = g_build_filename (self->folder, "media", "draft", NULL);
  g_autofree char *name = wf_id_new (self->clock);

  g_mkdir_with_parents (folder, 0700);
  return g_build_filename (folder, name, NULL);
}

static gboolean
sync_path (const char *path,
           int         flags,
           GError    **error)
{
  int file = g_open (path, flags | O_CLOEXEC, 0);
  gboolean good = file >= 0 && fsync (file) == 0;

  if (!good)
    g_set_error (error, WF_STORE_ERROR, WF_STORE_ERROR_UNAVAILABLE, "“%s” cannot be kept: %s", path, g_strerror (errno));
  if (file >= 0)
    close (file);

  return good;
}

static gboolean
hash_file (const char *path,
           char      **digest,
           gint64     *size,
           GError    **error)
{
  g_autoptr (GChecksum) sum = g_checksum_new (G_CHECKSUM_SHA256);
  g_autofree guint8 *buffer = g_malloc (256 * 1024);
  int file = g_open (path, O_RDONLY | O_CLOEXEC, 0);
  ssize_t n = -1;

  *size = 0;
  while (file >= 0 && (n = read (file, buffer, 256 * 1024)) > 0)
    {
      g_checksum_update (sum, buffer, n);
      *size += n;
    }
  if (n < 0)
    g_set_error (error, WF_STORE_ERROR, WF_STORE_ERROR_UNAVAILABLE, "“%s” cannot be read: %s", path, g_strerror (errno));
  if (file >= 0)
    close (file);

  *digest = g_strdup (g_checksum_get_string (sum));
  return n == 0;
}

static void
index_cb (GTask        *task,
          gpointer      source,
          gpointer      data,
          GCancellable *cancellable)
{
  WfStore *self = source;
  Adoption *adoption = data;
  GError *error = NULL;
  sqlite3_stmt *statement =
    wf_database_prepare (self->database, "INSERT OR IGNORE INTO medium (digest, size, type, added_at)"
                                         " VALUES (?1, ?2, ?3, ?4)", &error);

  if (statement != NULL)
    {
      wf_database_bind_text (statement, 1, adoption->digest);
      sqlite3_bind_int64 (statement, 2, adoption->size);
      wf_database_bind_text (statement, 3, adoption->type);
      sqlite3_bind_int64 (statement, 4, wf_clock_now (self->clock));
    }

  if (wf_database_run (self->database, statement, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static gboolean
adopt (WfStore  *self,
       Adoption *adoption,
       GError  **error)
{
  g_autofree char *path = wf_store_media_path (self, adoption->digest);
  g_autofree char *folder = g_path_get_dirname (path);
  g_autofree char *digest = NULL;

  if (!hash_file (adoption->draft, &digest, &adoption->size, error))
    return FALSE;

  if (g_strcmp0 (digest, adoption->digest) != 0)
    {
      g_set_error (error, WF_STORE_ERROR, WF_STORE_ERROR_DIGEST, "The bytes have the SHA-256 %s", digest);
      return FALSE;
    }

  adoption->known = g_file_test (path, G_FILE_TEST_EXISTS);
  if (adoption->known)
    return TRUE;

  if (g_mkdir_with_parents (folder, 0700) != 0 || !sync_path (adoption->draft, O_RDONLY, error) ||
      g_rename (adoption->draft, path) != 0)
    {
      if (error != NULL && *error == NULL)
        g_set_error (error, WF_STORE_ERROR, WF_STORE_ERROR_UNAVAILABLE, "“%s” cannot be kept: %s", path, g_strerror (errno));
      return FALSE;
    }
  g_clear_pointer (&adoption->draft, g_free);

  return sync_path (folder, O_RDONLY | O_DIRECTORY, error);
}

static void
adopt_cb (GTask        *task,
          gpointer      source,
          gpointer      data,
          GCancellable *cancellable)
{
  WfStore *self = source;
  GError *error = NULL;

  Adoption *adoption = data;
  gboolean good = adopt (self, adoption, &error);

  if (adoption->draft != NULL)
    g_unlink (adoption->draft);
  g_clear_pointer (&adoption->draft, g_free);

  if (good)
    wf_worker_push (self->writer, G_PRIORITY_DEFAULT, g_object_ref (task), index_cb);
  else
    g_task_return_error (task, error);
}

/**
 * wf_store_adopt_medium_async:
 * @self: a store
 * @draft: a file, as wf_store_media_draft() named it; it is gone afterwards
 * @digest: the SHA-256 that its bytes must have
 * @type: its Content-Type
 * @cancellable: (nullable): a cancellable
 * @callback: called when it is kept
 * @data: for @callback
 *
 * Checks a medium that has come in, and keeps it.
 */
void
wf_store_adopt_medium_async (WfStore             *self,
                             const char          *draft,
                             const char          *digest,
                             const char          *type,
                             GCancellable        *cancellable,
                             GAsyncReadyCallback  callback,
                             gpointer             data)
{
  g_return_if_fail (WF_IS_STORE (self));
  g_return_if_fail (wf_digest_is_valid (digest));

  GTask *task = g_task_new (self, cancellable, callback, data);
  Adoption *adoption = g_new0 (Adoption, 1);

  adoption->draft = g_strdup (draft);
  adoption->digest = g_strdup (digest);
  adoption->type = g_strdup (type);
  g_task_set_source_tag (task, wf_store_adopt_medium_async);
  g_task_set_task_data (task, adoption, (GDestroyNotify) free_adoption);
  wf_worker_push (self->streamer, G_PRIORITY_DEFAULT, task, adopt_cb);
}

/**
 * wf_store_adopt_medium_finish:
 * @self: a store
 * @result: the result
 * @known: (out): whether it was there already
 * @error: return location; %WF_STORE_ERROR_DIGEST where the bytes are others
 *
 * Returns: whether it is kept
 */
gboolean
wf_store_adopt_medium_finish (WfStore      *self,
                              GAsyncResult *result,
                              gboolean     *known,
                              GError      **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  Adoption *adoption = g_task_get_task_data (G_TASK (result));
  gboolean good = g_task_propagate_boolean (G_TASK (result), error);

  *known = good && adoption->known;
  return good;
}

static void
find_cb (GTask        *task,
         gpointer      source,
         gpointer      data,
         GCancellable *cancellable)
{
  WfStore *self = source;
  GError *error = NULL;
  g_autoptr (WfStatement) statement =
    wf_database_prepare (self->read_database, "SELECT size, type FROM medium WHERE digest = ?1", &error);
  gboolean row = FALSE;

  if (statement != NULL)
    {
      wf_database_bind_text (statement, 1, data);
      wf_database_step (self->read_database, statement, &row, &error);
    }

  if (error != NULL)
    g_task_return_error (task, error);
  else if (!row)
    g_task_return_new_error (task, WF_STORE_ERROR, WF_STORE_ERROR_NOT_FOUND, "There is no such medium");
  else
    {
      WfMedium *medium = g_new0 (WfMedium, 1);

      medium->size = sqlite3_column_int64 (statement, 0);
      medium->type = g_strdup (wf_database_text (statement, 1));
      g_task_return_pointer (task, medium, (GDestroyNotify) wf_medium_free);
    }
}

/**
 * wf_store_find_medium_async:
 * @self: a store
 * @digest: a digest
 * @cancellable: (nullable): a cancellable
 * @callback: called with what is known
 * @data: for @callback
 *
 * Looks for a medium.
 */
void
wf_store_find_medium_async (WfStore             *self,
                            const char          *digest,
                            GCancellable        *cancellable,
                            GAsyncReadyCallback  callback,
                            gpointer             data)
{
  g_return_if_fail (WF_IS_STORE (self));

  GTask *task = g_task_new (self, cancellable, callback, data);

  g_task_set_source_tag (task, wf_store_find_medium_async);
  g_task_set_task_data (task, g_strdup (digest), g_free);
  wf_worker_push (self->reader, G_PRIORITY_DEFAULT, task, find_cb);
}

/**
 * wf_store_find_medium_finish:
 * @self: a store
 * @result: the result
 * @error: return location; %WF_STORE_ERROR_NOT_FOUND where there is none
 *
 * Returns: (transfer full) (nullable): what is known of it
 */
WfMedium *
wf_store_find_medium_finish (WfStore      *self,
                             GAsyncResult *result,
                             GError      **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
