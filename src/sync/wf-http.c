/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-sync"

#include "config.h"

#include "wf-http-private.h"

#include "wf-sync-error.h"
#include "wf-wire.h"

#include <glib/gi18n.h>
#include <string.h>

#define PIECE 65536

/* A service that says nothing for so long is taken for gone. Longer than the longest long poll. */
#define SILENCE 40

/**
 * WfHttp:
 *
 * How a workstation speaks to its service: one address, one token, connections that are kept, no proxy in between, and
 * answers that may only be so long.
 */
struct _WfHttp
{
  GObject parent_instance;

  SoupSession *session; /* (owned) */
  char        *uri;     /* (owned) without a slash at its end */
  char        *token;   /* (owned) (nullable) */
  GTlsCertificate *certificate; /* (owned) (nullable): shown instead of a token */
};

G_DEFINE_FINAL_TYPE (WfHttp, wf_http, G_TYPE_OBJECT)

/* One request on its way. */
typedef struct
{
  SoupMessage  *message;
  GInputStream *stream;
  GByteArray   *body;
  gsize         limit;
  gint64        sent_at;
  int           elapsed;
} Request;

static void
free_request (Request *request)
{
  g_clear_object (&request->message);
  g_clear_object (&request->stream);
  g_clear_pointer (&request->body, g_byte_array_unref);
  g_free (request);
}

/**
 * wf_answer_free:
 * @self: (transfer full): an answer
 */
void
wf_answer_free (WfAnswer *self)
{
  g_bytes_unref (self->body);
  g_free (self->type);
  g_free (self);
}

static void
wf_http_finalize (GObject *object)
{
  WfHttp *self = WF_HTTP (object);

  g_clear_object (&self->session);
  g_free (self->uri);
  g_free (self->token);
  g_clear_object (&self->certificate);

  G_OBJECT_CLASS (wf_http_parent_class)->finalize (object);
}

static void
wf_http_class_init (WfHttpClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = wf_http_finalize;
}

static void
wf_http_init (WfHttp *self)
{
  self->session = soup_session_new_with_options ("timeout", SILENCE,
                                                 "idle-timeout", 60,
                                                 "max-conns", 16,
                                                 "max-conns-per-host", 8,
                                                 "user-agent", "Watchfire/" WF_VERSION,
                                                 NULL);
  soup_session_set_proxy_resolver (self->session, NULL);
  soup_session_remove_feature_by_type (self->session, SOUP_TYPE_WEBSOCKET_EXTENSION_MANAGER);
}

/**
 * wf_http_is_private:
 * @uri: the service's address
 *
 * Returns: whether nobody can read on the way what is sent there: by TLS, or because it does not leave this machine
 */
gboolean
wf_http_is_private (const char *uri)
{
  g_return_val_if_fail (uri != NULL, FALSE);

  g_autoptr (GUri) parts = g_uri_parse (uri, G_URI_FLAGS_NONE, NULL);
  const char *host = parts != NULL ? g_uri_get_host (parts) : NULL;
  g_autoptr (GInetAddress) address = host != NULL ? g_inet_address_new_from_string (host) : NULL;

  if (parts != NULL && strcmp (g_uri_get_scheme (parts), "https") == 0)
    return TRUE;

  return g_strcmp0 (host, "localhost") == 0 || (address != NULL && g_inet_address_get_is_loopback (address));
}

/**
 * wf_http_new:
 * @uri: the service's address
 * @token: (nullable): the person's token
 *
 * Returns: (transfer full): a way to it; nothing has been sent
 */
WfHttp *
wf_http_new (const char *uri,
             const char *token)
{
  g_return_val_if_fail (uri != NULL, NULL);

  WfHttp *self = g_object_new (WF_TYPE_HTTP, NULL);

  self->uri = g_strdup (uri);
  while (g_str_has_suffix (self->uri, "/"))
    self->uri[strlen (self->uri) - 1] = '\0';
  self->token = g_strdup (token);

  return self;
}

/**
 * wf_http_set_trust:
 * @self: a way to a service, by which nothing has been sent yet
 * @trust: (nullable): which certificates are trusted; %NULL for the system's choice
 */
void
wf_http_set_trust (WfHttp       *self,
                   GTlsDatabase *trust)
{
  g_return_if_fail (WF_IS_HTTP (self));

  if (trust != NULL)
    soup_session_set_tls_database (self->session, trust);
}

/**
 * wf_http_set_certificate:
 * @self: a way to a service, by which nothing has been sent yet
 * @certificate: a certificate with its key, by which the service knows whose this is
 *
 * Shows it where the service asks for one.
 */
void
wf_http_set_certificate (WfHttp          *self,
                         GTlsCertificate *certificate)
{
  g_return_if_fail (WF_IS_HTTP (self));

  g_set_object (&self->certificate, certificate);
}

/**
 * wf_http_get_session:
 * @self: a way to a service
 *
 * Returns: (transfer none): libsoup's session, for WebSockets and streams
 */
SoupSession *
wf_http_get_session (WfHttp *self)
{
  g_return_val_if_fail (WF_IS_HTTP (self), NULL);

  return self->session;
}

/**
 * wf_http_message:
 * @self: a way to a service
 * @method: HTTP method
 * @path: path and query behind the service's address
 * @error: where to put a #WfSyncError
 *
 * Returns: (transfer full) (nullable): a request that carries the token; %NULL where the address is none, or the token could
 *   be read on the way there
 */
SoupMessage *
wf_http_message (WfHttp      *self,
                 const char  *method,
                 const char  *path,
                 GError     **error)
{
  g_return_val_if_fail (WF_IS_HTTP (self), NULL);

  g_autofree char *uri = g_strconcat (self->uri, path, NULL);
  SoupMessage *message = soup_message_new (method, uri);

  if (message == NULL)
    {
      g_set_error (error, WF_SYNC_ERROR, WF_SYNC_ERROR_REFUSED,
                   _("“%s” is not the address of a service. Correct it in the preferences."), self->uri);
      return NULL;
    }

  if (self->token != NULL && !wf_http_is_private (self->uri))
    {
      g_set_error (error, WF_SYNC_ERROR, WF_SYNC_ERROR_REFUSED,
                   _("The access token is not sent to %s, where others could read it on the way. Use the service’s https address."),
                   self->uri);
      g_object_unref (message);
      return NULL;
    }

  soup_message_add_flags (message, SOUP_MESSAGE_NO_REDIRECT);
  if (self->certificate != NULL)
    soup_message_set_tls_client_certificate (message, self->certificate);
  if (self->token != NULL)
    {
      g_autofree char *value = g_strconcat ("Bearer ", self->token, NULL);

      soup_message_headers_replace (soup_message_get_request_headers (message), "Authorization", value);
    }

  return message;
}

/**
 * wf_http_unreachable:
 * @error: what went wrong on the way
 *
 * Returns: (transfer full): a #WfSyncError in words for people; a cancellation stays one
 */
GError *
wf_http_unreachable (const GError *error)
{
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) || error->domain == WF_SYNC_ERROR)
    return g_error_copy (error);

  return g_error_new (WF_SYNC_ERROR, WF_SYNC_ERROR_UNREACHABLE, _("The service cannot be reached: %s"), error->message);
}

static GError *
explain_certificate (const char *rule)
{
  g_autoptr (WfProblem) problem = wf_problem_new (WF_PROBLEM_RIGHTS, rule, NULL, NULL);
  g_autofree char *message = wf_problem_message (problem);

  return g_error_new_literal (WF_SYNC_ERROR, WF_SYNC_ERROR_REFUSED, message);
}

/**
 * wf_http_error:
 * @status: HTTP status that is no success
 * @body: (nullable): what came with it
 *
 * Returns: (transfer full): a #WfSyncError that says what it means, in the service's own words where it gave any
 */
GError *
wf_http_error (guint   status,
               GBytes *body)
{
  g_autoptr (WfJsonDoc) doc = body != NULL && g_bytes_get_size (body) > 0 ? wf_json_doc_new (body, PIECE, NULL) : NULL;
  const char *detail = doc != NULL ? wf_json_member_string (wf_json_doc_root (doc), "detail") : NULL;
  const char *rule = doc != NULL ? wf_json_member_string (wf_json_doc_root (doc), "rule") : NULL;

  switch (status)
    {
    case SOUP_STATUS_FORBIDDEN:
      return g_error_new (WF_SYNC_ERROR, WF_SYNC_ERROR_REFUSED,
                          _("This account may not read the centre’s records. Sign in with another, or ask an administrator."));
    case SOUP_STATUS_UNAUTHORIZED:
      if (rule != NULL && g_str_has_prefix (rule, "certificate."))
        return explain_certificate (rule);
      return g_error_new (WF_SYNC_ERROR, WF_SYNC_ERROR_REFUSED,
                          _("The service does not take this access token. Ask for a new one."));
    case SOUP_STATUS_GONE:
      return g_error_new (WF_SYNC_ERROR, WF_SYNC_ERROR_GONE, _("The service no longer holds what follows."));
    case 426: /* Upgrade Required */
      return g_error_new (WF_SYNC_ERROR, WF_SYNC_ERROR_UPDATE,
                          _("The service speaks another version of the protocol. Update the program."));
    default:
      break;
    }

  /* A service that is busy or restarting is no different from one that is away. */
  if (status >= 500 || status == SOUP_STATUS_REQUEST_TIMEOUT || status == 429 /* Too Many Requests */)
    return g_error_new (WF_SYNC_ERROR, WF_SYNC_ERROR_UNREACHABLE, _("The service cannot answer now: %s"),
                        detail != NULL ? detail : soup_status_get_phrase (status));

  return g_error_new (WF_SYNC_ERROR, WF_SYNC_ERROR_PROTOCOL, _("The service answered %u: %s"), status,
                      detail != NULL ? detail : soup_status_get_phrase (status));
}

static void
fail_request (GTask  *task,
              GError *error)
{
  g_task_return_error (task, wf_http_unreachable (error));
  g_error_free (error);
}

static void read_on (GTask *task);

static void
read_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      data)
{
  g_autoptr (GTask) task = data;
  Request *request = g_task_get_task_data (task);
  GError *error = NULL;
  g_autoptr (GBytes) piece = g_input_stream_read_bytes_finish (G_INPUT_STREAM (source), result, &error);

  if (piece == NULL)
    {
      fail_request (task, error);
      return;
    }

  if (g_bytes_get_size (piece) > 0)
    {
      gsize size;
      const void *bytes = g_bytes_get_data (piece, &size);

      if (request->body->len + size > request->limit)
        {
          g_task_return_new_error (task, WF_SYNC_ERROR, WF_SYNC_ERROR_PROTOCOL,
                                   _("The service's answer is longer than it may be."
                                     " Check the address of the service; if it is right, tell whoever looks after it."));
          return;
        }

      g_byte_array_append (request->body, bytes, (guint) size);
      read_on (g_steal_pointer (&task));
      return;
    }

  WfAnswer *answer = g_new0 (WfAnswer, 1);
  const char *type = soup_message_headers_get_content_type (soup_message_get_response_headers (request->message), NULL);

  answer->status = soup_message_get_status (request->message);
  answer->body = g_byte_array_free_to_bytes (g_steal_pointer (&request->body));
  answer->type = g_strdup (type);
  answer->elapsed = request->elapsed;
  g_task_return_pointer (task, answer, (GDestroyNotify) wf_answer_free);
}

static void
read_on (GTask *task)
{
  Request *request = g_task_get_task_data (task);

  g_input_stream_read_bytes_async (request->stream, PIECE, G_PRIORITY_DEFAULT, g_task_get_cancellable (task), read_cb,
                                   task);
}

static void
sent_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      data)
{
  g_autoptr (GTask) task = data;
  Request *request = g_task_get_task_data (task);
  GError *error = NULL;

  request->stream = soup_session_send_finish (SOUP_SESSION (source), result, &error);
  if (request->stream == NULL)
    {
      fail_request (task, error);
      return;
    }

  request->elapsed = (int) ((g_get_monotonic_time () - request->sent_at) / 1000);
  read_on (g_steal_pointer (&task));
}

/* Takes @task. */
static void
send_message (GTask       *task,
              SoupMessage *message,
              gsize        limit)
{
  WfHttp *self = g_task_get_source_object (task);
  Request *request = g_new0 (Request, 1);

  /* When a connection that was kept breaks, libsoup sends a PUT again by itself, and without its body: on a new one it does
   * not. */
  if (strcmp (soup_message_get_method (message), "PUT") == 0)
    soup_message_add_flags (message, SOUP_MESSAGE_NEW_CONNECTION);

  request->message = g_object_ref (message);
  request->body = g_byte_array_new ();
  request->limit = limit;
  request->sent_at = g_get_monotonic_time ();
  g_task_set_task_data (task, request, (GDestroyNotify) free_request);

  soup_session_send_async (self->session, message, G_PRIORITY_DEFAULT, g_task_get_cancellable (task), sent_cb, task);
}

/**
 * wf_http_send_async:
 * @self: a way to a service
 * @method: HTTP method
 * @path: path and query behind the service's address
 * @type: (nullable): content type of @body
 * @body: (nullable): what to send
 * @limit: how many bytes the answer may have
 * @cancellable: (nullable): to cancel it
 * @callback: called when it is done
 * @data: for @callback
 *
 * Sends a request and reads the whole answer. Every status is an answer.
 */
void
wf_http_send_async (WfHttp              *self,
                    const char          *method,
                    const char          *path,
                    const char          *type,
                    GBytes              *body,
                    gsize                limit,
                    GCancellable        *cancellable,
                    GAsyncReadyCallback  callback,
                    gpointer             data)
{
  g_return_if_fail (WF_IS_HTTP (self));

  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, data);
  g_autoptr (GError) error = NULL;
  g_autoptr (SoupMessage) message = wf_http_message (self, method, path, &error);

  g_task_set_source_tag (task, wf_http_send_async);

  if (message == NULL)
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }

  if (body != NULL)
    soup_message_set_request_body_from_bytes (message, type, body);

  send_message (g_steal_pointer (&task), message, limit);
}

/* libsoup sends what it had read of the body already, which is all of it, as nothing. */
static void
restarted_cb (SoupMessage *message,
              gpointer     data)
{
  soup_message_set_request_body_from_bytes (message, "application/json", data);
}

static void
unref_body (gpointer  data,
            GClosure *closure)
{
  g_bytes_unref (data);
}

/**
 * wf_http_post_async:
 * @self: a way to a service
 * @path: path and query behind the service's address
 * @body: JSON that does no harm when it comes twice, such as where a unit is
 * @limit: how many bytes the answer may have
 * @cancellable: (nullable): to cancel it
 * @callback: called when it is done; wf_http_send_finish() gives the answer
 * @data: for @callback
 *
 * Posts on a connection that is open already. libsoup makes a new one for each POST unless it is told that sending again is
 * harmless, which it has to do where the other end gives up the old one at that moment. The outbox does not use this: it
 * decides itself when something is sent again.
 */
void
wf_http_post_async (WfHttp              *self,
                    const char          *path,
                    GBytes              *body,
                    gsize                limit,
                    GCancellable        *cancellable,
                    GAsyncReadyCallback  callback,
                    gpointer             data)
{
  g_return_if_fail (WF_IS_HTTP (self));
  g_return_if_fail (body != NULL);

  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, data);
  g_autoptr (GError) error = NULL;
  g_autoptr (SoupMessage) message = wf_http_message (self, "POST", path, &error);

  g_task_set_source_tag (task, wf_http_post_async);

  if (message == NULL)
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }

  soup_message_add_flags (message, SOUP_MESSAGE_IDEMPOTENT);
  soup_message_set_request_body_from_bytes (message, "application/json", body);
  g_signal_connect_data (message, "restarted", G_CALLBACK (restarted_cb), g_bytes_ref (body), unref_body, 0);
  send_message (g_steal_pointer (&task), message, limit);
}

/**
 * wf_http_put_part_async:
 * @self: a way to a service
 * @path: path behind the service's address
 * @type: content type of the whole
 * @whole: all of it
 * @offset: where the part begins
 * @length: how long it may be
 * @cancellable: (nullable): to cancel it
 * @callback: called when it is done; wf_http_send_finish() gives the answer
 * @data: for @callback
 *
 * Sends a part of something, so that a line that breaks costs only that part.
 */
void
wf_http_put_part_async (WfHttp              *self,
                        const char          *path,
                        const char          *type,
                        GBytes              *whole,
                        gsize                offset,
                        gsize                length,
                        GCancellable        *cancellable,
                        GAsyncReadyCallback  callback,
                        gpointer             data)
{
  g_return_if_fail (WF_IS_HTTP (self));
  g_return_if_fail (offset < g_bytes_get_size (whole));

  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, data);
  g_autoptr (GError) error = NULL;
  g_autoptr (SoupMessage) message = wf_http_message (self, "PUT", path, &error);

  g_task_set_source_tag (task, wf_http_put_part_async);

  if (message == NULL)
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }

  gsize size = g_bytes_get_size (whole);
  gsize end = MIN (offset + length, size);
  g_autoptr (GBytes) part = g_bytes_new_from_bytes (whole, offset, end - offset);

  soup_message_set_request_body_from_bytes (message, type, part);
  soup_message_headers_set_content_range (soup_message_get_request_headers (message), (goffset) offset, (goffset) end - 1,
                                          (goffset) size);
  send_message (g_steal_pointer (&task), message, 65536);
}

/**
 * wf_http_get_part_async:
 * @self: a way to a service
 * @path: path behind the service's address
 * @offset: where the part begins
 * @length: how long it may be
 * @cancellable: (nullable): to cancel it
 * @callback: called when it is done; wf_http_send_finish() gives the answer
 * @data: for @callback
 *
 * Asks for a part of something: 206 with it, or less where it ends earlier.
 */
void
wf_http_get_part_async (WfHttp              *self,
                        const char          *path,
                        goffset              offset,
                        gsize                length,
                        GCancellable        *cancellable,
                        GAsyncReadyCallback  callback,
                        gpointer             data)
{
  g_return_if_fail (WF_IS_HTTP (self));
  g_return_if_fail (offset >= 0 && length > 0);

  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, data);
  g_autoptr (GError) error = NULL;
  g_autoptr (SoupMessage) message = wf_http_message (self, "GET", path, &error);

  g_task_set_source_tag (task, wf_http_get_part_async);

  if (message == NULL)
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }

  soup_message_headers_set_range (soup_message_get_request_headers (message), offset, offset + (goffset) length - 1);
  send_message (g_steal_pointer (&task), message, MAX (length, 65536));
}

/**
 * wf_http_send_finish:
 * @self: a way to a service
 * @result: from the callback
 * @error: where to put a #WfSyncError
 *
 * Returns: (transfer full) (nullable): the answer
 */
WfAnswer *
wf_http_send_finish (WfHttp        *self,
                     GAsyncResult  *result,
                     GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * wf_http_close:
 * @self: a way to a service
 *
 * Gives up what is on its way and closes the connections.
 */
void
wf_http_close (WfHttp *self)
{
  g_return_if_fail (WF_IS_HTTP (self));

  soup_session_abort (self->session);
}
