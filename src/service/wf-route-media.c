/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-service"

#include "config.h"

#include "wf-service-private.h"

#include "wf-id.h"
#include "wf-wire.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Media go to a file as they come, and become a medium when their bytes turn out to be the right ones. What was cut off stays,
 * and is gone on with from there, also after a restart. */

#define ROOM_STEP (G_GINT64_CONSTANT (4) * 1000 * 1000)

typedef struct
{
  WfService *service; /* (owned) */
  char      *digest;
  char      *actor;
  char      *partial; /* (nullable) */
  char      *type;
  int        file;
  int        fault;   /* errno of a write that failed */
  gint64     at;      /* where the next byte that comes belongs */
  gint64     have;    /* how much lies there */
  gint64     total;   /* -1: not known before the end */
  gint64     room;    /* how much may lie there, as far as was asked */
  char      *refused; /* (nullable): why there is no room */
} Upload;

static void
free_upload (gpointer data)
{
  Upload *upload = data;

  if (upload->file >= 0)
    close (upload->file);
  if (upload->partial != NULL)
    {
      wf_store_promise_medium (upload->service->store, upload->partial, 0);
      g_hash_table_remove (upload->service->uploads, upload->partial);
    }
  g_object_unref (upload->service);
  g_free (upload->digest);
  g_free (upload->actor);
  g_free (upload->partial);
  g_free (upload->type);
  g_free (upload->refused);
  g_free (upload);
}

/* Asks for room for more of a medium whose length was not told: for a good deal more, so as to ask seldom. */
static gboolean
find_room (Upload *upload,
           gint64  size)
{
  WfStore *store = upload->service->store;
  g_autoptr (GError) error = NULL;
  gboolean ahead = wf_store_check_media_room (store, upload->digest, upload->actor, size + ROOM_STEP, NULL);

  if (!ahead && !wf_store_check_media_room (store, upload->digest, upload->actor, size, &error))
    {
      upload->refused = g_strdup (error->message);
      return FALSE;
    }

  upload->room = ahead ? size + ROOM_STEP : size;
  wf_store_promise_medium (store, upload->partial, upload->room);
  return TRUE;
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

  /* What lies there already is passed over. */
  gsize skip = (gsize) CLAMP (upload->have - upload->at, 0, (gint64) size);
  upload->at += (gint64) skip;
  next += skip;
  size -= skip;

  if (upload->total < 0 && upload->refused == NULL && upload->have + (gint64) size > upload->room)
    find_room (upload, upload->have + (gint64) size);

  while (size > 0 && upload->fault == 0 && upload->refused == NULL)
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
      upload->at += n;
      upload->have = upload->at;
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

/* `bytes FIRST-LAST/TOTAL`. Returns: whether it is good, which it also is where there is none */
static gboolean
read_part (SoupServerMessage *message,
           Upload            *upload,
           gboolean          *part)
{
  SoupMessageHeaders *headers = soup_server_message_get_request_headers (message);
  goffset first, last, total;

  *part = soup_message_headers_get_one (headers, "Content-Range") != NULL;
  if (!*part)
    {
      if (soup_message_headers_get_encoding (headers) == SOUP_ENCODING_CONTENT_LENGTH)
        upload->total = soup_message_headers_get_content_length (headers);
      return TRUE;
    }

  if (!soup_message_headers_get_content_range (headers, &first, &last, &total) || first < 0 || last < first || total <= last ||
      soup_message_headers_get_encoding (headers) != SOUP_ENCODING_CONTENT_LENGTH ||
      soup_message_headers_get_content_length (headers) != last - first + 1)
    return FALSE;

  upload->at = first;
  upload->total = total;
  return TRUE;
}

/* The part that it begins with may lie there already; a hole may not come to be. */
static gboolean
open_partial (SoupServerMessage *message,
              Upload            *upload,
              gboolean           part)
{
  g_autofree char *partial = wf_store_media_partial (upload->service->store, upload->digest, upload->actor);
  struct stat about;

  if (!g_hash_table_add (upload->service->uploads, g_strdup (partial)))
    {
      wf_service_send_problem (message, "conflict", "This medium is being sent already", "medium.busy", NULL);
      return FALSE;
    }
  upload->partial = g_steal_pointer (&partial);

  upload->file = g_open (upload->partial, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | (part ? 0 : O_TRUNC), 0600);
  if (upload->file < 0 || fstat (upload->file, &about) != 0)
    upload->fault = errno;
  else
    upload->have = about.st_size;
  if (upload->fault == 0)
    wf_store_promise_medium (upload->service->store, upload->partial, upload->total);

  if (upload->fault == 0 && upload->at > upload->have)
    {
      wf_service_send_offset (message, 409, upload->have);
      return FALSE;
    }

  return TRUE;
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
  g_autoptr (GError) error = NULL;
  gboolean part;

  if (!wf_digest_is_valid (digest) || type == NULL)
    {
      wf_service_send_problem (message, "invalid", "The path ends with the SHA-256 of the bytes, and they have a Content-Type",
                               "medium.form", type != NULL ? "sha256" : "Content-Type");
      return;
    }

  Upload *upload = g_new0 (Upload, 1);
  upload->service = g_object_ref (self);
  upload->digest = g_strdup (digest);
  upload->actor = g_strdup (wf_service_token (message)->actor);
  upload->type = g_steal_pointer (&type);
  upload->file = -1;
  upload->total = -1;
  g_object_set_data_full (G_OBJECT (message), "wf-upload", upload, free_upload);
  soup_message_body_set_accumulate (soup_server_message_get_request_body (message), FALSE);

  if (!read_part (message, upload, &part))
    wf_service_send_problem (message, "malformed", "A part has a Content-Range as “bytes FIRST-LAST/TOTAL” and a Content-Length",
                             "medium.range", "Content-Range");
  else if (upload->total > WF_SERVICE_MEDIUM_TOTAL)
    wf_service_send_problem (message, "too-large", "A medium has a gigabyte at most", "medium.size", NULL);
  else if (!wf_store_check_media_room (self->store, digest, upload->actor, MAX (upload->total, 0), &error))
    wf_service_send_problem (message, "too-large", error->message, "medium.quota", NULL);
  else if (open_partial (message, upload, part))
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
  else if (!good && g_error_matches (error, WF_STORE_ERROR, WF_STORE_ERROR_TYPE))
    wf_service_send_problem (pending->message, "invalid", error->message, "medium.type", "Content-Type");
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
  g_autoptr (GError) error = NULL;

  g_return_if_fail (upload != NULL);

  if (upload->file >= 0)
    {
      if (close (upload->file) != 0 && upload->fault == 0)
        upload->fault = errno;
      upload->file = -1;
    }

  if (upload->fault != 0)
    {
      wf_store_set_file_error (&error, upload->fault);
      g_message ("%s", error->message);
      wf_service_send_error (message, error);
      return;
    }

  if (upload->refused != NULL)
    {
      g_unlink (upload->partial);
      wf_service_send_problem (message, "too-large", upload->refused, "medium.quota", NULL);
      return;
    }

  if (upload->total >= 0 && upload->have < upload->total)
    {
      wf_service_send_offset (message, 202, upload->have);
      return;
    }

  if (upload->total < 0 && !wf_store_check_media_room (self->store, upload->digest, upload->actor, upload->have, &error))
    {
      g_unlink (upload->partial);
      wf_service_send_problem (message, "too-large", error->message, "medium.quota", NULL);
      return;
    }

  wf_store_adopt_medium_async (self->store, upload->partial, upload->digest, upload->type, upload->actor, NULL, adopted_cb,
                               wf_pending_new (self, message));
}

/**
 * wf_service_send_offset:
 * @message: a request
 * @status: 202 where it may go on from there, 409 where it did not begin there
 * @offset: how many bytes lie here
 */
void
wf_service_send_offset (SoupServerMessage *message,
                        guint              status,
                        gint64             offset)
{
  g_autofree char *text = g_strdup_printf ("%" G_GINT64_FORMAT, offset);
  GString *body = g_string_new (NULL);

  if (status == 409)
    {
      wf_wire_write_problem_named (body, "conflict", "The part begins behind what lies here", "medium.range", "Content-Range");
      g_string_truncate (body, body->len - 1);
      g_string_append_printf (body, ",\"offset\":%s}", text);
    }
  else
    g_string_append_printf (body, "{\"offset\":%s}", text);

  wf_service_send (message, status, status == 409 ? "application/problem+json" : "application/json", body);
  soup_message_headers_replace (soup_server_message_get_response_headers (message), "Upload-Offset", text);
}

typedef struct
{
  WfPending *pending;
  char      *digest;
  gboolean   head;
} Reading;

static void
free_reading (Reading *reading)
{
  wf_pending_free (reading->pending);
  g_free (reading->digest);
  g_free (reading);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Reading, free_reading)

/* Ranges are answered here: libsoup stumbles over one that ends behind the end. */
static void
send_medium (Reading    *reading,
             WfMedium   *medium,
             GBytes     *bytes)
{
  SoupServerMessage *message = reading->pending->message;
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (message);
  SoupMessageHeaders *asked = soup_server_message_get_request_headers (message);
  gint64 size = (gint64) g_bytes_get_size (bytes);
  gint64 first, last;

  if (!wf_query_range (soup_message_headers_get_one (asked, "Range"), size, &first, &last))
    wf_service_send_bytes (message, 200, medium->type, bytes);
  else if (first >= size)
    {
      g_autofree char *range = g_strdup_printf ("bytes */%" G_GINT64_FORMAT, size);

      wf_service_send_problem (message, "range", "The range lies behind the end", "medium.range", "Range");
      soup_message_headers_replace (headers, "Content-Range", range);
    }
  else
    {
      g_autoptr (GBytes) part = g_bytes_new_from_bytes (bytes, (gsize) first, (gsize) (last - first + 1));

      wf_service_send_bytes (message, 206, medium->type, part);
      soup_message_headers_set_content_range (headers, first, last, size);
    }

  soup_message_headers_remove (asked, "Range");
}

/* To somebody who asks how far it has come. */
static void
send_progress (Reading *reading)
{
  SoupServerMessage *message = reading->pending->message;
  g_autofree char *partial = wf_store_media_partial (reading->pending->service->store, reading->digest,
                                                     wf_service_token (message)->actor);
  struct stat about;

  wf_service_send_offset (message, 404, stat (partial, &about) == 0 ? about.st_size : 0);
}

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

  if (medium == NULL && reading->head && g_error_matches (error, WF_STORE_ERROR, WF_STORE_ERROR_NOT_FOUND))
    send_progress (reading);
  else if (medium == NULL)
    wf_service_send_error (message, error);
  else if (file == NULL)
    wf_service_send_problem (message, "gone", "The medium is no longer here", NULL, NULL);
  else
    {
      /* The file is only mapped. */
      g_autoptr (GBytes) bytes = g_mapped_file_get_bytes (file);
      SoupMessageHeaders *headers = soup_server_message_get_response_headers (message);

      wf_service_note_read (reading->pending->service, reading->pending->message, "medium", NULL, reading->digest, 0, 0);
      send_medium (reading, medium, bytes);
      soup_message_headers_replace (headers, "Cache-Control", "private, max-age=31536000, immutable");
      /* What somebody sent in is shown by whoever asked for it, and never runs in a browser. */
      soup_message_headers_replace (headers, "X-Content-Type-Options", "nosniff");
      soup_message_headers_replace (headers, "Content-Security-Policy", "sandbox; default-src 'none'");
      soup_message_headers_replace (headers, "Content-Disposition", "attachment");
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
 * `GET` and `HEAD /api/v1/media/{sha256}`. Who may have it is for the store to say; to anybody else it is not there.
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
  reading->head = strcmp (soup_server_message_get_method (message), "HEAD") == 0;
  wf_store_find_medium_async (self->store, digest, wf_service_token (message), NULL, found_cb, reading);
}
