/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-sync"

#include "config.h"

#include "wf-session-private.h"

#include "wf-media-cache-private.h"
#include "wf-id.h"
#include "wf-kind.h"
#include "wf-sync-error.h"
#include "wf-time.h"
#include "wf-wire.h"
#include "wf-worker.h"

#include <glib/gi18n.h>
#include <string.h>

#define MEDIUM_MAX     (512 * 1024 * 1024)
#define DRAFT_WAIT     250  /* ms after the first unsaved key */
#define UPLOAD_WAIT    2000 /* ms until an upload is tried again */
#define UPLOAD_PART    (1024 * 1024)
#define PRUNE_WAIT     2    /* s */
#define CACHE_BYTES    ((goffset) 2 * 1024 * 1024 * 1024)
#define CACHE_AGE      (30 * (gint64) 24 * 3600 * G_USEC_PER_SEC)

/* --- files, by their digests ------------------------------------------------------------------------------------- */

/**
 * wf_session_medium_path:
 * @self: a session
 * @digest: SHA-256 of a medium
 *
 * Returns: (transfer full): where this workstation keeps it
 */
char *
wf_session_medium_path (WfSession  *self,
                        const char *digest)
{
  return g_build_filename (self->folder, "media", digest, NULL);
}

typedef struct
{
  char   *path;
  char   *digest;
  char   *type;
  GBytes *bytes;
} Medium;

static void
free_medium (Medium *medium)
{
  g_free (medium->path);
  g_free (medium->digest);
  g_free (medium->type);
  g_clear_pointer (&medium->bytes, g_bytes_unref);
  g_free (medium);
}

/* --- uploading --------------------------------------------------------------------------------------------------- */

static void
store_in_thread (GTask        *task,
                 gpointer      source,
                 gpointer      data,
                 GCancellable *cancellable)
{
  Medium *medium = data;
  GError *error = NULL;
  gsize size;
  const void *bytes = g_bytes_get_data (medium->bytes, &size);

  medium->digest = wf_digest_bytes (bytes, size);

  g_autofree char *path = g_build_filename (medium->path, medium->digest, NULL);

  if (wf_media_store (path, medium->bytes, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
noted_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      data)
{
  g_autoptr (GTask) task = data;
  WfSession *self = g_task_get_source_object (task);
  GError *error = NULL;

  if (!wf_outbox_write_finish (WF_OUTBOX (source), result, &error))
    {
      g_task_return_error (task, error);
      return;
    }

  wf_session_send_uploads (self);
  g_task_return_pointer (task, g_strdup (g_task_get_task_data (task)), g_free);
}

/* Has what is in the media folder sent; @task, which is taken over, returns its digest when the outbox knows of it: before the
 * caller can speak of it in a command, it is on its way. */
void
wf_session_note_upload (WfSession  *self,
                        const char *digest,
                        const char *type,
                        GTask      *task)
{
  WfOutboxUpload *upload = wf_outbox_upload_new (digest, self->service, self->actor, type);

  g_task_set_task_data (task, g_strdup (digest), g_free);
  g_ptr_array_add (self->uploads, upload);
  wf_outbox_add_upload_async (self->outbox, upload, noted_cb, task);
}

static void
stored_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      data)
{
  g_autoptr (GTask) task = data;
  WfSession *self = WF_SESSION (source);
  Medium *medium = g_task_get_task_data (G_TASK (result));
  GError *error = NULL;

  self->storing--;
  if (!g_task_propagate_boolean (G_TASK (result), &error))
    {
      g_task_return_error (task, error);
      return;
    }

  wf_session_note_upload (self, medium->digest, medium->type, g_steal_pointer (&task));
}

/**
 * wf_session_upload_async:
 * @self: a session
 * @bytes: a picture, a recording, an attachment
 * @content_type: its content type
 * @cancellable: (nullable): to stop waiting for it
 * @callback: called when it is done
 * @data: for @callback
 *
 * Keeps a file on this workstation and sends it to the service when that can be reached. It is done when it is safe on the
 * disk; a command that speaks of it goes out behind it.
 */
void
wf_session_upload_async (WfSession           *self,
                         GBytes              *bytes,
                         const char          *content_type,
                         GCancellable        *cancellable,
                         GAsyncReadyCallback  callback,
                         gpointer             data)
{
  g_return_if_fail (WF_IS_SESSION (self));
  g_return_if_fail (bytes != NULL && content_type != NULL);

  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, data);

  g_task_set_source_tag (task, wf_session_upload_async);

  if (!self->ready || self->closed)
    {
      g_task_return_new_error (task, WF_SYNC_ERROR, WF_SYNC_ERROR_NOT_READY,
                               _("The workstation has no copy of the service's records yet. Wait until it is connected."));
      return;
    }

  if (g_bytes_get_size (bytes) > MEDIUM_MAX)
    {
      g_task_return_new_error (task, WF_SYNC_ERROR, WF_SYNC_ERROR_FILE, _("The file is too large to be sent."
                                                                          " Choose a smaller one, or a part of it."));
      return;
    }

  Medium *medium = g_new0 (Medium, 1);
  medium->path = g_build_filename (self->folder, "media", NULL);
  medium->type = g_strdup (content_type);
  medium->bytes = g_bytes_ref (bytes);

  g_autoptr (GTask) store = g_task_new (self, NULL, stored_cb, g_steal_pointer (&task));

  self->storing++;
  g_task_set_source_tag (store, store_in_thread);
  g_task_set_task_data (store, medium, (GDestroyNotify) free_medium);
  wf_task_run_in_thread (store, store_in_thread);
}

/**
 * wf_session_upload_finish:
 * @self: a session
 * @result: from the callback
 * @error: where to put a #WfSyncError
 *
 * Returns: (transfer full) (nullable): the SHA-256 by which commands name it
 */
char *
wf_session_upload_finish (WfSession     *self,
                          GAsyncResult  *result,
                          GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

typedef struct
{
  WfSession    *self;      /* (owned) */
  GCancellable *uploading; /* (owned) */
  char         *digest;    /* (owned) */
  char         *type;      /* (owned) */
  GBytes       *bytes;     /* (owned) (nullable) */
  gsize         sent;      /* what has arrived, as the service says */
  gboolean      resumed;   /* some of it had arrived an earlier time */
  gboolean      again;     /* all of it has been sent anew */
} Upload;

static void
free_upload (Upload *upload)
{
  g_object_unref (upload->self);
  g_object_unref (upload->uploading);
  g_free (upload->digest);
  g_free (upload->type);
  g_clear_pointer (&upload->bytes, g_bytes_unref);
  g_free (upload);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Upload, free_upload)

static gboolean
is_own (WfSession            *self,
        const WfOutboxUpload *upload)
{
  return g_strcmp0 (upload->actor, self->actor) == 0 && g_strcmp0 (upload->service, self->service) == 0;
}

static void
drop_upload (WfSession  *self,
             const char *digest,
             gboolean    taken)
{
  g_autofree char *name = g_strdup (digest);

  for (guint i = self->uploads->len; i > 0; i--)
    if (g_strcmp0 (((WfOutboxUpload *) g_ptr_array_index (self->uploads, i - 1))->digest, digest) == 0)
      g_ptr_array_remove_index (self->uploads, i - 1);

  wf_outbox_remove_upload (self->outbox, digest);
  wf_session_emit_uploaded (self, name, taken);
}

static gboolean
upload_again_cb (gpointer data)
{
  WfSession *self = data;

  self->upload_id = 0;
  wf_session_send_uploads (self);

  return G_SOURCE_REMOVE;
}

static void
try_again_later (WfSession *self)
{
  if (self->upload_id == 0 && !self->closed)
    self->upload_id = g_timeout_add (UPLOAD_WAIT, upload_again_cb, self);
}

static void send_part (Upload *upload);

/* Returns: whether there is more to send, which is done then. */
static gboolean
go_on (Upload         *upload,
       const WfAnswer *answer)
{
  g_autoptr (WfJsonDoc) doc = wf_json_doc_new (answer->body, 65536, NULL);
  const WfJson *offset = doc != NULL ? wf_json_member (wf_json_doc_root (doc), "offset") : NULL;

  if ((answer->status == 202 || answer->status == 409) && wf_json_type (offset) == WF_JSON_INT &&
      wf_json_int (offset) >= 0 && (gsize) wf_json_int (offset) < g_bytes_get_size (upload->bytes) &&
      (gsize) wf_json_int (offset) != upload->sent)
    {
      gsize at = (gsize) wf_json_int (offset);

      upload->resumed = upload->resumed || at > upload->sent + UPLOAD_PART;
      upload->sent = at;
      send_part (upload);
      return TRUE;
    }

  /* What had arrived an earlier time may have suffered when the service's machine failed. */
  if (answer->status == 422 && upload->resumed && !upload->again)
    {
      upload->again = TRUE;
      upload->sent = 0;
      send_part (upload);
      return TRUE;
    }

  return FALSE;
}

static void
uploaded_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      data)
{
  g_autoptr (Upload) upload = data;
  WfSession *self = upload->self;
  g_autoptr (GError) error = NULL;
  g_autoptr (WfAnswer) answer = wf_http_send_finish (WF_HTTP (source), result, &error);

  if (self->uploading != upload->uploading)
    return;

  if (answer != NULL && self->feed != NULL && go_on (upload, answer))
    {
      g_steal_pointer (&upload);
      return;
    }

  g_clear_object (&self->uploading);

  /* Neither what is there now nor what will never be taken is to hold up the commands behind it: a command that speaks of
   * something that is not there is for the service to judge. */
  if (answer != NULL && answer->status != 401 && answer->status != 403 && answer->status != 408 && answer->status != 409
      && answer->status != 429 && answer->status < 500)
    {
      if (answer->status >= 300)
        g_message ("The service does not take %s: %u %.*s", upload->digest, answer->status,
                   (int) MIN (g_bytes_get_size (answer->body), 500), (const char *) g_bytes_get_data (answer->body, NULL));
      drop_upload (self, upload->digest, answer->status < 300);
      wf_session_send_uploads (self);
      wf_session_send (self);
      return;
    }

  try_again_later (self);
}

static void
loaded_upload_cb (GObject      *source,
                  GAsyncResult *result,
                  gpointer      data)
{
  g_autoptr (Upload) upload = data;
  WfSession *self = upload->self;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = g_file_load_bytes_finish (G_FILE (source), result, NULL, &error);

  if (self->uploading != upload->uploading || self->feed == NULL)
    return;

  if (bytes == NULL)
    {
      g_clear_object (&self->uploading);
      /* It may only be that too many files are open, or that the disk fails for a moment. */
      if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND))
        {
          g_message ("%s cannot be read now and is sent later: %s", upload->digest, error->message);
          try_again_later (self);
          return;
        }

      g_message ("%s is no longer here and cannot be sent", upload->digest);
      drop_upload (self, upload->digest, FALSE);
      wf_session_send_uploads (self);
      wf_session_send (self);
      return;
    }

  upload->bytes = g_steal_pointer (&bytes);
  send_part (g_steal_pointer (&upload));
}

/* What is small goes at once; of what is large, so much at a time that a line that breaks does not break it for ever. Takes
 * @upload. */
static void
send_part (Upload *upload)
{
  WfHttp *http = wf_feed_get_http (upload->self->feed);
  g_autofree char *path = g_strconcat ("/api/v1/media/", upload->digest, NULL);

  upload->self->upload_sent = upload->sent;
  upload->self->upload_size = g_bytes_get_size (upload->bytes);
  if (g_bytes_get_size (upload->bytes) > UPLOAD_PART)
    wf_http_put_part_async (http, path, upload->type, upload->bytes, upload->sent, UPLOAD_PART, upload->uploading, uploaded_cb,
                            upload);
  else
    wf_http_send_async (http, "PUT", path, upload->type, upload->bytes, 65536, upload->uploading, uploaded_cb, upload);
}

/* What commands may wait for comes before recordings, which are large and nobody waits for. */
static WfOutboxUpload *
find_next (WfSession *self)
{
  WfOutboxUpload *found = NULL;

  for (guint i = 0; i < self->uploads->len; i++)
    {
      WfOutboxUpload *upload = g_ptr_array_index (self->uploads, i);
      gboolean later = g_str_has_prefix (upload->type, "video/");

      if (!is_own (self, upload) || (found != NULL && later))
        continue;
      found = upload;
      if (!later)
        break;
    }

  return found;
}

/**
 * wf_session_send_uploads:
 * @self: a session
 *
 * Sends files that wait, one after the other, if they can be sent now.
 */
void
wf_session_send_uploads (WfSession *self)
{
  if (self->closed || self->feed == NULL || !self->verified || self->uploading != NULL || self->upload_id != 0)
    return;

  WfOutboxUpload *next = find_next (self);

  if (next != NULL)
    {
      g_autofree char *path = wf_session_medium_path (self, next->digest);
      g_autoptr (GFile) file = g_file_new_for_path (path);
      Upload *upload = g_new0 (Upload, 1);

      self->uploading = g_cancellable_new ();
      upload->self = g_object_ref (self);
      upload->uploading = g_object_ref (self->uploading);
      upload->digest = g_strdup (next->digest);
      upload->type = g_strdup (next->type);
      g_file_load_bytes_async (file, self->uploading, loaded_upload_cb, upload);
    }
}

/**
 * wf_session_stop_uploads:
 * @self: a session
 *
 * Gives up what is on its way; it is sent again.
 */
void
wf_session_stop_uploads (WfSession *self)
{
  if (self->uploading != NULL)
    g_cancellable_cancel (self->uploading);
  g_clear_object (&self->uploading);
  g_clear_handle_id (&self->upload_id, g_source_remove);
}

/**
 * wf_session_is_uploading:
 * @self: a session
 * @pending: a command
 *
 * Returns: whether it speaks of a file that the service does not have yet
 */
gboolean
wf_session_is_uploading (WfSession *self,
                         WfPending *pending)
{
  gsize size;
  const char *body = g_bytes_get_data (pending->row->body, &size);

  for (guint i = 0; i < self->uploads->len; i++)
    {
      WfOutboxUpload *upload = g_ptr_array_index (self->uploads, i);

      if (memmem (body, size, upload->digest, strlen (upload->digest)) != NULL)
        return TRUE;
    }

  return FALSE;
}

/**
 * wf_session_is_upload_waiting:
 * @self: a session
 * @digest: of a file
 *
 * Returns: whether it waits here to be sent
 */
gboolean
wf_session_is_upload_waiting (WfSession  *self,
                              const char *digest)
{
  g_return_val_if_fail (WF_IS_SESSION (self), FALSE);

  for (guint i = 0; i < self->uploads->len; i++)
    if (g_str_equal (((WfOutboxUpload *) g_ptr_array_index (self->uploads, i))->digest, digest))
      return TRUE;

  return FALSE;
}

/**
 * wf_session_get_uploads:
 * @self: a session
 * @part: (out): how much of the one that is on its way has arrived, 0 to 1
 *
 * Returns: how many files wait to be sent or are on their way
 */
guint
wf_session_get_uploads (WfSession *self,
                        double    *part)
{
  g_return_val_if_fail (WF_IS_SESSION (self), 0);

  *part = self->uploading != NULL && self->upload_size > 0 ? (double) self->upload_sent / (double) self->upload_size : 0;
  return self->uploads->len;
}

/* --- fetching ---------------------------------------------------------------------------------------------------- */

static void
keep_in_thread (GTask        *task,
                gpointer      source,
                gpointer      data,
                GCancellable *cancellable)
{
  Medium *medium = data;
  g_autoptr (GError) error = NULL;
  gsize size;
  const void *bytes = g_bytes_get_data (medium->bytes, &size);
  g_autofree char *own = wf_digest_bytes (bytes, size);

  if (g_strcmp0 (own, medium->digest) != 0)
    {
      g_task_return_new_error (task, WF_SYNC_ERROR, WF_SYNC_ERROR_PROTOCOL,
                               _("The service sent another file than the one that was asked for."
                                 " Open it again; if it stays so, tell whoever looks after the service."));
      return;
    }

  /* A full disk does not keep anybody from looking at it. */
  if (!wf_media_store (medium->path, medium->bytes, &error))
    g_message ("Not kept: %s", error->message);

  g_task_return_pointer (task, g_bytes_ref (medium->bytes), (GDestroyNotify) g_bytes_unref);
}

static void
kept_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      data)
{
  g_autoptr (GTask) task = data;
  GError *error = NULL;
  GBytes *bytes = g_task_propagate_pointer (G_TASK (result), &error);

  if (bytes != NULL)
    g_task_return_pointer (task, bytes, (GDestroyNotify) g_bytes_unref);
  else
    g_task_return_error (task, error);
}

static void
fetched_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      data)
{
  g_autoptr (GTask) task = data;
  WfSession *self = g_task_get_source_object (task);
  const char *digest = g_task_get_task_data (task);
  GError *error = NULL;
  g_autoptr (WfAnswer) answer = wf_http_send_finish (WF_HTTP (source), result, &error);

  if (answer == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  if (answer->status != SOUP_STATUS_OK)
    {
      g_task_return_error (task, wf_session_medium_error (answer));
      return;
    }

  Medium *medium = g_new0 (Medium, 1);
  medium->path = wf_session_medium_path (self, digest);
  medium->digest = g_strdup (digest);
  medium->bytes = g_bytes_ref (answer->body);

  g_autoptr (GTask) keep = g_task_new (self, NULL, kept_cb, g_steal_pointer (&task));

  g_task_set_source_tag (keep, keep_in_thread);
  g_task_set_task_data (keep, medium, (GDestroyNotify) free_medium);
  wf_task_run_in_thread (keep, keep_in_thread);
}

static void
load_in_thread (GTask        *task,
                gpointer      source,
                gpointer      data,
                GCancellable *cancellable)
{
  Medium *medium = data;

  g_task_return_pointer (task, wf_media_load (medium->path, medium->digest), (GDestroyNotify) g_bytes_unref);
}

static void
loaded_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      data)
{
  g_autoptr (GTask) task = data;
  WfSession *self = WF_SESSION (source);
  const char *digest = g_task_get_task_data (task);
  GBytes *bytes = g_task_propagate_pointer (G_TASK (result), NULL);

  if (bytes != NULL)
    {
      g_task_return_pointer (task, bytes, (GDestroyNotify) g_bytes_unref);
      return;
    }

  if (self->feed == NULL || self->closed)
    {
      g_task_return_new_error (task, WF_SYNC_ERROR, WF_SYNC_ERROR_UNREACHABLE,
                               _("The file is not on this workstation, and the service cannot be reached."
                                 " Open it again when the link is back."));
      return;
    }

  g_autofree char *path = g_strconcat ("/api/v1/media/", digest, NULL);
  GCancellable *cancellable = g_task_get_cancellable (task);

  wf_http_send_async (wf_feed_get_http (self->feed), "GET", path, NULL, NULL, MEDIUM_MAX,
                      cancellable != NULL ? cancellable : self->cancellable, fetched_cb, g_steal_pointer (&task));
}

/**
 * wf_session_fetch_async:
 * @self: a session
 * @digest: SHA-256 of a file
 * @cancellable: (nullable): to cancel it
 * @callback: called when it is done
 * @data: for @callback
 *
 * Gets a file, from this workstation if it has been here before.
 */
void
wf_session_fetch_async (WfSession           *self,
                        const char          *digest,
                        GCancellable        *cancellable,
                        GAsyncReadyCallback  callback,
                        gpointer             data)
{
  g_return_if_fail (WF_IS_SESSION (self));

  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, data);

  g_task_set_source_tag (task, wf_session_fetch_async);

  if (!wf_digest_is_valid (digest))
    {
      g_task_return_new_error (task, WF_SYNC_ERROR, WF_SYNC_ERROR_PROTOCOL, _("This is not the name of a file."));
      return;
    }

  Medium *medium = g_new0 (Medium, 1);
  medium->path = wf_session_medium_path (self, digest);
  medium->digest = g_strdup (digest);
  g_task_set_task_data (task, g_strdup (digest), g_free);

  g_autoptr (GTask) load = g_task_new (self, NULL, loaded_cb, g_steal_pointer (&task));

  g_task_set_source_tag (load, load_in_thread);
  g_task_set_task_data (load, medium, (GDestroyNotify) free_medium);
  wf_task_run_in_thread (load, load_in_thread);
}

/**
 * wf_session_fetch_finish:
 * @self: a session
 * @result: from the callback
 * @error: where to put a #WfSyncError
 *
 * Returns: (transfer full) (nullable): the file
 */
GBytes *
wf_session_fetch_finish (WfSession     *self,
                         GAsyncResult  *result,
                         GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/* --- what is kept of them ---------------------------------------------------------------------------------------- */

typedef struct
{
  char       *folder;
  GHashTable *keep;
  gint64      before;
  gboolean    all;
} Prune;

static void
free_prune (Prune *prune)
{
  g_free (prune->folder);
  g_hash_table_unref (prune->keep);
  g_free (prune);
}

/* What waits to be sent is nowhere else. */
static Prune *
new_prune (WfSession *self)
{
  Prune *prune = g_new0 (Prune, 1);

  prune->folder = g_build_filename (self->folder, "media", NULL);
  prune->keep = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  prune->all = self->prune_all > 0;
  prune->before = prune->all ? self->prune_all : g_get_real_time () - G_USEC_PER_SEC;
  for (guint i = 0; i < self->uploads->len; i++)
    g_hash_table_add (prune->keep, g_strdup (((WfOutboxUpload *) g_ptr_array_index (self->uploads, i))->digest));

  return prune;
}

static void
prune_in_thread (GTask        *task,
                 gpointer      source,
                 gpointer      data,
                 GCancellable *cancellable)
{
  const Prune *prune = data;
  guint gone = wf_media_prune (prune->folder, prune->keep, prune->before, prune->all ? 0 : CACHE_BYTES, CACHE_AGE);

  if (gone > 0)
    g_debug ("%u files have been taken away", gone);
  g_task_return_boolean (task, TRUE);
}

static gboolean
prune_cb (gpointer data)
{
  WfSession *self = data;

  /* One that is just being added is not known to wait yet. */
  if (self->storing > 0)
    return G_SOURCE_CONTINUE;

  g_autoptr (GTask) task = g_task_new (self, NULL, NULL, NULL);

  g_task_set_source_tag (task, prune_cb);
  g_task_set_task_data (task, new_prune (self), (GDestroyNotify) free_prune);
  wf_task_run_in_thread (task, prune_in_thread);
  self->prune_id = 0;
  self->prune_all = 0;

  return G_SOURCE_REMOVE;
}

/**
 * wf_session_prune_media:
 * @self: a session whose outbox has been read
 * @all: with a new copy of the records, which has nothing of what was erased: all that is here now, but what waits to be sent
 *
 * Takes files away that have not been looked at for 30 days, or are more than 2 GiB, in a while and in a thread.
 */
void
wf_session_prune_media (WfSession *self,
                        gboolean   all)
{
  if (all)
    self->prune_all = g_get_real_time ();
  if (self->prune_id == 0 && !self->closed)
    self->prune_id = g_timeout_add_seconds (PRUNE_WAIT, prune_cb, self);
}

/**
 * wf_session_finish_pruning:
 * @self: a session that is being closed
 *
 * What must go goes before the session does.
 */
void
wf_session_finish_pruning (WfSession *self)
{
  g_clear_handle_id (&self->prune_id, g_source_remove);
  if (self->prune_all == 0)
    return;

  Prune *prune = new_prune (self);

  wf_media_prune (prune->folder, prune->keep, prune->before, 0, 0);
  free_prune (prune);
  self->prune_all = 0;
}

/* --- drafts ------------------------------------------------------------------------------------------------------ */

/**
 * wf_session_get_draft:
 * @self: a session
 * @name: of the draft, such as `intake`; each scope has its own
 *
 * Returns: (transfer full) (nullable): what was typed and not yet given as a command
 */
GVariant *
wf_session_get_draft (WfSession  *self,
                      const char *name)
{
  g_return_val_if_fail (WF_IS_SESSION (self), NULL);
  g_return_val_if_fail (name != NULL, NULL);

  g_autofree char *key = wf_session_scoped (self, name);
  GVariant *draft = g_hash_table_lookup (self->drafts, key);

  return draft != NULL ? g_variant_ref (draft) : NULL;
}

/**
 * wf_session_save_drafts:
 * @self: a session
 *
 * Hands over to the file what has not been handed over yet.
 */
void
wf_session_save_drafts (WfSession *self)
{
  GHashTableIter iter;
  gpointer name;

  g_clear_handle_id (&self->draft_id, g_source_remove);

  g_hash_table_iter_init (&iter, self->unsaved);
  while (g_hash_table_iter_next (&iter, &name, NULL))
    wf_outbox_set_draft (self->outbox, name, g_hash_table_lookup (self->drafts, name));
  g_hash_table_remove_all (self->unsaved);
}

static gboolean
save_drafts_cb (gpointer data)
{
  WfSession *self = data;

  self->draft_id = 0;
  wf_session_save_drafts (self);

  return G_SOURCE_REMOVE;
}

/**
 * wf_session_set_draft:
 * @self: a session
 * @name: of the draft
 * @draft: (nullable) (transfer none): what has been typed so far, of any type; a floating reference is taken; %NULL forgets
 *   it
 *
 * Keeps a draft. It is on the disk a moment after the first key that has not been saved, however fast somebody types.
 */
void
wf_session_set_draft (WfSession  *self,
                      const char *name,
                      GVariant   *draft)
{
  g_return_if_fail (WF_IS_SESSION (self));
  g_return_if_fail (name != NULL);

  g_autoptr (GVariant) owned = draft != NULL ? g_variant_ref_sink (draft) : NULL;
  g_autofree char *key = wf_session_scoped (self, name);
  GVariant *old = g_hash_table_lookup (self->drafts, key);

  if (self->closed || (owned == NULL && old == NULL && self->opened)
      || (owned != NULL && old != NULL && g_variant_equal (owned, old)))
    return;

  if (owned != NULL)
    g_hash_table_insert (self->drafts, g_strdup (key), g_steal_pointer (&owned));
  else
    g_hash_table_remove (self->drafts, key);

  g_hash_table_add (self->unsaved, g_steal_pointer (&key));
  if (self->draft_id == 0)
    self->draft_id = g_timeout_add (DRAFT_WAIT, save_drafts_cb, self);
}
