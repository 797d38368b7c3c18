/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-service"

#include "config.h"

#include "wf-service-private.h"

#include "wf-id.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

/* Media go to a file as they come, and become a medium when their bytes turn out to be the right ones. */

typedef struct
{
  char *digest;
  char *draft;
  char *type;
  int   file;
  int   fault; /* errno of a write that failed */
} Upload;

static void
free_upload (gpointer data)
{
  Upload *upload = data;

  if (upload->file >= 0)
    close (upload->file);
  if (upload->draft != NULL)
    g_unlink (upload->draft);
  g_free (upload->digest);
  g_free (upload->draft);
  g_free (upload->type);
  g_free (upload);
}

static void
upload_chunk_cb (SoupServerMessage *message,
                 GBytes            *chunk,
                 gpointer           data)
{
  Upload *upload = data;
  gsize size;
  const char *next = g_bytes_get_data (chunk, &size);

  if (soup_server_message_get_status (message) != 0)
    return;

  while (size > 0 && upload->fault == 0)
    {
      ssize_t n = write (upload->file, next, size);

      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        {
          upload->fault = errno;
          return;
        }
      next += n;
      size -= (gsize) n;
    }
}

static char *
read_type (SoupServerMessage *message)
{
  const char *type = soup_message_headers_get_content_type (soup_server_message_get_request_headers (message), NULL);

  if (type == NULL)
    return g_strdup ("application/octet-stream");

  if (strlen (type) > 100 || strchr (type, '/') == NULL ||
      strspn (type, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!#$&-^_.+/") != strlen (type))
    return NULL;

  return g_strdup (type);
}

/**
 * wf_route_begin_medium:
 * @self: the service
 * @message: a request whose body is still to come
 * @digest: what its bytes are to have
 *
 * The beginning of `PUT /api/v1/media/{sha256}`
 */
void
wf_route_begin_medium (WfService         *self,
                       SoupServerMessage *message,
                       const char        *digest)
{
  g_autofree char *type = read_type (message);

  if (!wf_digest_is_valid (digest) || type == NULL)
    {
      wf_service_send_problem (message, "invalid", "The path ends with the SHA-256 of the bytes, and they have a Content-Type",
                               "medium.form", type != NULL ? "sha256" : "Content-Type");
      return;
    }

  Upload *upload = g_new0 (Upload, 1);
  upload->digest = g_strdup (digest);
  upload->type = g_steal_pointer (&type);
  upload->draft = wf_store_media_draft (self->store);
  upload->file = g_open (upload->draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (upload->file < 0)
    upload->fault = errno;

  g_object_set_data_full (G_OBJECT (message), "wf-upload", upload, free_upload);
  soup_message_body_set_accumulate (soup_server_message_get_request_body (message), FALSE);
  g_signal_connect (message, "got-chunk", G_CALLBACK (upload_chunk_cb), upload);
}

static void
adopted_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      data)
{
  g_autoptr (WfPending) pending = data;
  g_autoptr (GError) error = NULL;
  gboolean known;
  gboolean good = wf_store_adopt_medium_finish (WF_STORE (source), result, &known, &error);

  if (wf_pending_is_gone (pending))
    return;

  if (!good && g_error_matches (error, WF_STORE_ERROR, WF_STORE_ERROR_DIGEST))
    wf_service_send_problem (pending->message, "invalid", error->message, "medium.digest", "sha256");
  else if (!good)
    wf_service_send_error (pending->message, error);
  else
    soup_server_message_set_status (pending->message, known ? 200 : 201, NULL);

  wf_pending_answer (pending);
}

/**
 * wf_route_put_medium:
 * @self: the service
 * @message: a request whose body has come
 *
 * The end of `PUT /api/v1/media/{sha256}`
 */
void
wf_route_put_medium (WfService         *self,
                     SoupServerMessage *message)
{
  Upload *upload = g_object_get_data (G_OBJECT (message), "wf-upload");

  g_return_if_fail (upload != NULL);

  if (upload->file >= 0)
    {
      if (close (upload->file) != 0 && upload->fault == 0)
        upload->fault = errno;
      upload->file = -1;
    }

  if (upload->fault != 0)
    {
      g_message ("A medium cannot be kept: %s", g_strerror (upload->fault));
      wf_service_send_problem (message, "unavailable", "The medium cannot be kept now", NULL, NULL);
      return;
    }

  wf_store_adopt_medium_async (self->store, upload->draft, upload->digest, upload->type, NULL, adopted_cb,
                               wf_pending_new (self, message));
  g_clear_pointer (&upload->draft, g_free);
}

typedef struct
{
  WfPending *pending;
  char      *digest;
} Reading;

static void
free_reading (Reading *reading)
{
  wf_pending_free (reading->pending);
  g_free (reading->digest);
  g_free (reading);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Reading, free_reading)

static void
found_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      data)
{
  g_autoptr (Reading) reading = data;
  SoupServerMessage *message = reading->pending->message;
  g_autoptr (GError) error = NULL;
  g_autoptr (WfMedium) medium = wf_store_find_medium_finish (WF_STORE (source), result, &error);

  if (wf_pending_is_gone (reading->pending))
    return;

  g_autofree char *path = wf_store_media_path (WF_STORE (source), reading->digest);
  g_autoptr (GMappedFile) file = medium != NULL ? g_mapped_file_new (path, FALSE, NULL) : NULL;

  if (medium == NULL)
    wf_service_send_error (message, error);
  else if (file == NULL)
    wf_service_send_problem (message, "gone", "The medium is no longer here", NULL, NULL);
  else
    {
      /* libsoup answers Range requests out of the whole; the file is only mapped. */
      g_autoptr (GBytes) bytes = g_mapped_file_get_bytes (file);
      SoupMessageHeaders *headers = soup_server_message_get_response_headers (message);

      wf_service_send_bytes (message, 200, medium->type, bytes);
      soup_message_headers_replace (headers, "Cache-Control", "private, max-age=31536000, immutable");
      soup_message_headers_replace (headers, "X-Content-Type-Options", "nosniff");
      soup_message_headers_replace (headers, "Accept-Ranges", "bytes");
    }

  wf_pending_answer (reading->pending);
}

/**
 * wf_route_get_medium:
 * @self: the service
 * @message: a request
 * @digest: what is asked for
 *
 * `GET /api/v1/media/{sha256}`
 */
void
wf_route_get_medium (WfService         *self,
                     SoupServerMessage *message,
                     const char        *digest)
{
  if (!wf_digest_is_valid (digest))
    {
      wf_service_send_problem (message, "not-found", "There is no such medium", NULL, NULL);
      return;
    }

  Reading *reading = g_new0 (Reading, 1);
  reading->pending = wf_pending_new (self, message);
  reading->digest = g_strdup (digest);
  wf_store_find_medium_async (self->store, digest, NULL, found_cb, reading);
}
