/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-sync"

#include "config.h"

#include "wf-session-private.h"

#include "wf-media-cache-private.h"
#include "wf-id.h"
#include "wf-sync-error.h"
#include "wf-worker.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <unistd.h>

/* What is too large to be held in memory: recordings. It goes from file to file. */

#define FILE_MAX     (1024 * 1024 * 1024) /* as the service has it */
#define PART         (1024 * 1024)
#define RETRIES      5
#define RETRY_WAIT   1000                 /* ms */

/**
 * wf_session_get_folder:
 * @self: a session
 *
 * Returns: (transfer none): where this workstation keeps what is its own
 */
const char *
wf_session_get_folder (WfSession *self)
{
  g_return_val_if_fail (WF_IS_SESSION (self), NULL);

  return self->folder;
}

/* --- uploading --------------------------------------------------------------------------------------------------- */

typedef struct
{
  char *folder;
  char *path;
  char *type;
} Adoption;

static void
free_adoption (Adoption *adoption)
{
  g_free (adoption->folder);
  g_free (adoption->path);
  g_free (adoption->type);
  g_free (adoption);
}

static void
adopt_in_thread (GTask        *task,
                 gpointer      source,
                 gpointer      data,
                 GCancellable *cancellable)
{
  const Adoption *adoption = data;
  GError *error = NULL;
  char *digest = wf_media_adopt (adoption->folder, adoption->path, &error);

  if (digest != NULL)
    g_task_return_pointer (task, digest, g_free);
  else
    g_task_return_error (task, error);
}

static void
adopted_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      data)
{
  g_autoptr (GTask) task = data;
  WfSession *self = WF_SESSION (source);
  const Adoption *adoption = g_task_get_task_data (G_TASK (result));
  GError *error = NULL;
  g_autofree char *digest = g_task_propagate_pointer (G_TASK (result), &error);

  self->storing--;
  if (digest == NULL || self->closed)
    {
      if (error == NULL)
        error = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, "closed");
      g_task_return_error (task, error);
      return;
    }

  if (wf_session_is_upload_waiting (self, digest))
    {
      g_task_return_pointer (task, g_steal_pointer (&digest), g_free);
      return;
    }

  wf_session_note_upload (self, digest, adoption->type, g_steal_pointer (&task));
}

/**
 * wf_session_upload_file_async:
 * @self: a session
 * @path: a file that nobody writes any more, such as a piece of a recording
 * @content_type: its content type
 * @cancellable: (nullable): to stop waiting for it
 * @callback: called when it is done; wf_session_upload_finish() gives its digest
 * @data: for @callback
 *
 * As wf_session_upload_async(), for what is large: it is not read into memory before its turn has come, and goes behind what
 * commands wait for. The file at @path is the caller's. When it has arrived, "uploaded" tells.
 */
void
wf_session_upload_file_async (WfSession           *self,
                              const char          *path,
                              const char          *content_type,
                              GCancellable        *cancellable,
                              GAsyncReadyCallback  callback,
                              gpointer             data)
{
  g_return_if_fail (WF_IS_SESSION (self));
  g_return_if_fail (path != NULL && content_type != NULL);

  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, data);

  g_task_set_source_tag (task, wf_session_upload_file_async);
  if (!self->ready || self->closed)
    {
      g_task_return_new_error (task, WF_SYNC_ERROR, WF_SYNC_ERROR_NOT_READY,
                               _("The workstation has no copy of the service's records yet. Wait until it is connected."));
      return;
    }

  Adoption *adoption = g_new0 (Adoption, 1);
  adoption->folder = g_build_filename (self->folder, "media", NULL);
  adoption->path = g_strdup (path);
  adoption->type = g_strdup (content_type);

  g_autoptr (GTask) adopt = g_task_new (self, NULL, adopted_cb, g_steal_pointer (&task));

  self->storing++;
  g_task_set_source_tag (adopt, adopt_in_thread);
  g_task_set_task_data (adopt, adoption, (GDestroyNotify) free_adoption);
  wf_task_run_in_thread (adopt, adopt_in_thread);
}

/* --- fetching ---------------------------------------------------------------------------------------------------- */

typedef struct
{
  char                  *digest;
  char                  *path;
  char                  *draft;    /* (nullable) while it is being fetched */
  int                    fd;
  goffset                size;
  goffset                have;
  guint                  failures;
  GBytes                *part;     /* (nullable) that is being written */
  GFileProgressCallback  progress;
  gpointer               progress_data;
} Fetch;

static void
free_fetch (Fetch *fetch)
{
  if (fetch->fd >= 0)
    close (fetch->fd);
  if (fetch->draft != NULL)
    g_unlink (fetch->draft);
  g_clear_pointer (&fetch->part, g_bytes_unref);
  g_free (fetch->digest);
  g_free (fetch->path);
  g_free (fetch->draft);
  g_free (fetch);
}

static void fetch_part (GTask *task);

static gboolean
fetch_again_cb (gpointer data)
{
  fetch_part (g_object_ref (data));

  return G_SOURCE_REMOVE;
}

/* What is there already; then a file for what comes. Gives whether it was there. */
static void
begin_in_thread (GTask        *task,
                 gpointer      source,
                 gpointer      data,
                 GCancellable *cancellable)
{
  Fetch *fetch = g_task_get_task_data (data);

  if (wf_media_check (fetch->path, fetch->digest))
    {
      g_task_return_boolean (task, TRUE);
      return;
    }

  g_autofree char *folder = g_path_get_dirname (fetch->path);
  g_autofree char *draft = g_strconcat (fetch->path, ".XXXXXX", NULL);

  if (g_mkdir_with_parents (folder, 0700) != 0
      || (fetch->fd = g_mkstemp_full (draft, O_RDWR | O_CLOEXEC, 0600)) < 0)
    g_task_return_new_error (task, WF_SYNC_ERROR, WF_SYNC_ERROR_FILE, _("“%s” cannot be written: %s"), fetch->path,
                             g_strerror (errno));
  else
    {
      fetch->draft = g_steal_pointer (&draft);
      g_task_return_boolean (task, FALSE);
    }
}

static gboolean
write_part (Fetch *fetch)
{
  gsize size;
  const guint8 *bytes = g_bytes_get_data (fetch->part, &size);

  while (size > 0)
    {
      ssize_t n = pwrite (fetch->fd, bytes, size, fetch->have);

      if (n < 0 && errno == EINTR)
        continue;
      if (n <= 0)
        return FALSE;
      bytes += n;
      size -= (gsize) n;
      fetch->have += n;
    }

  return TRUE;
}

/* Gives whether that was the last part. */
static void
write_in_thread (GTask        *task,
                 gpointer      source,
                 gpointer      data,
                 GCancellable *cancellable)
{
  Fetch *fetch = g_task_get_task_data (data);

  if (!write_part (fetch))
    {
      g_task_return_new_error (task, WF_SYNC_ERROR, WF_SYNC_ERROR_FILE, _("“%s” cannot be written: %s"), fetch->path,
                               g_strerror (errno));
      return;
    }
  if (fetch->have < fetch->size)
    {
      g_task_return_boolean (task, FALSE);
      return;
    }

  if (!wf_media_check (fetch->draft, fetch->digest) || g_rename (fetch->draft, fetch->path) != 0)
    {
      g_task_return_new_error (task, WF_SYNC_ERROR, WF_SYNC_ERROR_PROTOCOL,
                               _("The service sent another file than the one that was asked for."
                                 " Open it again; if it stays so, tell whoever looks after the service."));
      return;
    }

  g_clear_pointer (&fetch->draft, g_free);
  g_task_return_boolean (task, TRUE);
}

static void
written_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      data)
{
  g_autoptr (GTask) task = data;
  Fetch *fetch = g_task_get_task_data (task);
  GError *error = NULL;
  gboolean done = g_task_propagate_boolean (G_TASK (result), &error);

  g_clear_pointer (&fetch->part, g_bytes_unref);
  if (error != NULL)
    {
      g_task_return_error (task, error);
      return;
    }

  if (fetch->progress != NULL && !g_cancellable_is_cancelled (g_task_get_cancellable (task)))
    fetch->progress (fetch->have, fetch->size, fetch->progress_data);
  if (done)
    g_task_return_pointer (task, g_strdup (fetch->path), g_free);
  else
    fetch_part (g_steal_pointer (&task));
}

/**
 * wf_session_medium_error:
 * @answer: what the service answered instead of a file
 *
 * Returns: (transfer full): why there is none, in words for whoever wanted to see it
 */
GError *
wf_session_medium_error (WfAnswer *answer)
{
  if (answer->status == SOUP_STATUS_NOT_FOUND)
    return g_error_new (WF_SYNC_ERROR, WF_SYNC_ERROR_REFUSED,
                        _("The service does not have this file yet. Whoever took it sends it as soon as the link allows;"
                          " open it again later."));

  return wf_http_error (answer->status, answer->body);
}

static void
run_step (GTask               *task,
          GTaskThreadFunc      func,
          GAsyncReadyCallback  callback)
{
  g_autoptr (GTask) step = g_task_new (g_task_get_source_object (task), NULL, callback, task);

  g_task_set_source_tag (step, func);
  g_task_set_task_data (step, g_object_ref (task), g_object_unref);
  wf_task_run_in_thread (step, func);
}

static void
part_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      data)
{
  g_autoptr (GTask) task = data;
  Fetch *fetch = g_task_get_task_data (task);
  GError *error = NULL;
  g_autoptr (WfAnswer) answer = wf_http_send_finish (WF_HTTP (source), result, &error);

  if (g_task_return_error_if_cancelled (task))
    {
      g_clear_error (&error);
      return;
    }

  /* A line that breaks costs one part. */
  if (answer == NULL && fetch->failures++ < RETRIES)
    {
      g_clear_error (&error);
      g_timeout_add_full (G_PRIORITY_DEFAULT, RETRY_WAIT, fetch_again_cb, g_object_ref (task), g_object_unref);
      return;
    }
  if (answer == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  if (answer->status != SOUP_STATUS_PARTIAL_CONTENT && answer->status != SOUP_STATUS_OK)
    {
      g_task_return_error (task, wf_session_medium_error (answer));
      return;
    }

  gsize size = g_bytes_get_size (answer->body);
  if (size == 0 || fetch->have + (goffset) size > fetch->size)
    {
      g_task_return_new_error (task, WF_SYNC_ERROR, WF_SYNC_ERROR_PROTOCOL,
                               _("The service sent another file than the one that was asked for."
                                 " Open it again; if it stays so, tell whoever looks after the service."));
      return;
    }

  fetch->failures = 0;
  fetch->part = g_bytes_ref (answer->body);
  run_step (g_steal_pointer (&task), write_in_thread, written_cb);
}

/* Takes @task. */
static void
fetch_part (GTask *task)
{
  g_autoptr (GTask) owned = task;
  WfSession *self = g_task_get_source_object (task);
  Fetch *fetch = g_task_get_task_data (task);

  if (g_task_return_error_if_cancelled (task))
    return;

  if (self->feed == NULL || self->closed)
    {
      g_task_return_new_error (task, WF_SYNC_ERROR, WF_SYNC_ERROR_UNREACHABLE,
                               _("The file is not on this workstation, and the service cannot be reached."
                                 " Open it again when the link is back."));
      return;
    }

  g_autofree char *path = g_strconcat ("/api/v1/media/", fetch->digest, NULL);
  GCancellable *cancellable = g_task_get_cancellable (task);

  wf_http_get_part_async (wf_feed_get_http (self->feed), path, fetch->have, (gsize) MIN (PART, fetch->size - fetch->have),
                          cancellable != NULL ? cancellable : self->cancellable, part_cb, g_steal_pointer (&owned));
}

static void
begun_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      data)
{
  g_autoptr (GTask) task = data;
  Fetch *fetch = g_task_get_task_data (task);
  GError *error = NULL;
  gboolean there = g_task_propagate_boolean (G_TASK (result), &error);

  if (error != NULL)
    g_task_return_error (task, error);
  else if (there)
    g_task_return_pointer (task, g_strdup (fetch->path), g_free);
  else
    fetch_part (g_steal_pointer (&task));
}

/**
 * wf_session_fetch_file_async:
 * @self: a session
 * @digest: SHA-256 of a file
 * @size: how large it is, as the entry says that refers to it
 * @cancellable: (nullable): to cancel it
 * @progress: (nullable): told how much has come, in the main context; never after @cancellable was cancelled
 * @progress_data: for @progress
 * @callback: called when it is done
 * @data: for @callback
 *
 * Gets a file that is too large for the memory, a part at a time; from this workstation if it has been here before.
 */
void
wf_session_fetch_file_async (WfSession             *self,
                             const char            *digest,
                             goffset                size,
                             GCancellable          *cancellable,
                             GFileProgressCallback  progress,
                             gpointer               progress_data,
                             GAsyncReadyCallback    callback,
                             gpointer               data)
{
  g_return_if_fail (WF_IS_SESSION (self));

  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, data);

  g_task_set_source_tag (task, wf_session_fetch_file_async);
  if (!wf_digest_is_valid (digest) || size <= 0 || size > FILE_MAX)
    {
      g_task_return_new_error (task, WF_SYNC_ERROR, WF_SYNC_ERROR_PROTOCOL, _("This is not the name of a file."));
      return;
    }

  Fetch *fetch = g_new0 (Fetch, 1);

  fetch->digest = g_strdup (digest);
  fetch->path = wf_session_medium_path (self, digest);
  fetch->fd = -1;
  fetch->size = size;
  fetch->progress = progress;
  fetch->progress_data = progress_data;
  g_task_set_task_data (task, fetch, (GDestroyNotify) free_fetch);
  run_step (g_steal_pointer (&task), begin_in_thread, begun_cb);
}

/**
 * wf_session_fetch_file_finish:
 * @self: a session
 * @result: from the callback
 * @error: where to put a #WfSyncError
 *
 * Returns: (transfer full) (nullable): where it lies; it may be taken away when it has not been used for long
 */
char *
wf_session_fetch_file_finish (WfSession     *self,
                              GAsyncResult  *result,
                              GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
