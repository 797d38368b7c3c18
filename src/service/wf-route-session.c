/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-service"

#include "config.h"

#include "wf-service-private.h"

#include "wf-json-write.h"
#include "wf-rights.h"
#include "wf-time.h"

#include <string.h>

/* Signing in and out, and what a signed-in person may ask of the service beside commands, which the rules judge. */

/* --- what they may ask --- */

static const struct
{
  const char *method;
  const char *path; /* ends with "/" where more follows */
  gboolean    own;  /* whether a unit may ask it of itself, see wf_service_may_read_of() */
} readings[] = {
  { "GET", "/api/v1/changes", FALSE },
  { "GET", "/api/v1/snapshot", FALSE },
  { "GET", "/api/v1/journal", FALSE },
  { "GET", "/api/v1/tracks", TRUE },
  { "GET", "/api/v1/readings", TRUE },
  { "GET", "/api/v1/audit", FALSE },
  { "GET", "/tiles", FALSE },
  { "GET", "/tiles/", FALSE },
  { "GET", "/ogc", FALSE },
  { "GET", "/ogc/", FALSE },
  { "GET", "/metrics", FALSE },
};

static gboolean
is_path (const char *path,
         const char *pattern)
{
  return g_str_has_suffix (pattern, "/") ? g_str_has_prefix (path, pattern) : strcmp (path, pattern) == 0;
}

/**
 * wf_service_may:
 * @message: a request that was let in
 * @path: its path
 *
 * Whoever is of the centre reads its records; a mobile unit, and people of a township or a firm, send, and ask for what is
 * their own (wf_route_own()), a unit for its own track and readings too. A viewer sends nothing. Of media the store says
 * whose each is.
 *
 * Returns: whether they may ask this; if not, the problem has been sent
 */
gboolean
wf_service_may (SoupServerMessage *message,
                const char        *path)
{
  const WfToken *token = wf_service_token (message);
  const char *method = soup_server_message_get_method (message);
  gboolean reads = FALSE;
  gboolean sends = (strcmp (method, "POST") == 0 && strcmp (path, "/api/v1/telemetry") == 0) || strcmp (method, "PUT") == 0;

  for (gsize i = 0; i < G_N_ELEMENTS (readings); i++)
    reads = reads || (strcmp (method, readings[i].method) == 0 && is_path (path, readings[i].path) &&
                      !(readings[i].own && token != NULL && token->unit != NULL));

  if (token == NULL || ((!reads || token->reads) && (!sends || wf_role_from_name (token->role) != WF_ROLE_VIEWER)))
    return TRUE;

  wf_service_send_problem (message, "rights",
                           reads ? "Only people of the centre read its records" : "A viewer sends nothing",
                           reads ? "rights.centre-only" : "rights.viewer", NULL);
  return FALSE;
}

/**
 * wf_service_may_send_for:
 * @message: a request
 * @unit: whose position it brings
 *
 * Returns: whether it is theirs to tell: a mobile unit tells its own only, people of the centre that of all, and nobody else
 *   any, since a device of a township or a firm shows who it is itself
 */
gboolean
wf_service_may_send_for (SoupServerMessage *message,
                         const char        *unit)
{
  const WfToken *token = wf_service_token (message);

  return token == NULL || (token->unit != NULL ? strcmp (token->unit, unit) == 0 : token->reads);
}

/**
 * wf_service_may_read_of:
 * @message: a request
 * @unit: (nullable): of whom it asks; %NULL: of all
 *
 * Whoever is of the centre reads of all, a mobile unit of itself. Sends the problem where neither is so.
 *
 * Returns: whether they may
 */
gboolean
wf_service_may_read_of (SoupServerMessage *message,
                        const char        *unit)
{
  const WfToken *token = wf_service_token (message);

  if (token == NULL || token->reads || (unit != NULL && g_strcmp0 (token->unit, unit) == 0))
    return TRUE;

  wf_service_send_problem (message, "rights", "A unit reads of itself only", "rights.unit", NULL);
  return FALSE;
}

/* --- signing in --- */

static void
write_time (GString    *body,
            const char *key,
            int64_t     time)
{
  g_autofree char *text = wf_time_format (time);

  wf_json_write_member_text (body, key, text);
}

/**
 * wf_service_write_person:
 * @self: the service
 * @body: where to, behind an opening brace and perhaps members
 * @token: who it is
 *
 * Writes the members of `GET /api/v1/session`.
 */
void
wf_service_write_person (WfService     *self,
                         GString       *body,
                         const WfToken *token)
{
  wf_json_write_member_text (body, "actor", token->actor);
  wf_json_write_member_text (body, "name", token->name);
  wf_json_write_member_text (body, "post", token->post);
  wf_json_write_member_text (body, "role", token->role);
  if (token->expires_at < INT64_MAX)
    write_time (body, "expires_at", token->expires_at);
  /* The newest and the oldest that this service speaks: whoever speaks one between them may go on. */
  g_string_append_printf (body, ",\"protocol\":%d,\"protocol_oldest\":%d", WF_SERVICE_PROTOCOL, WF_SERVICE_PROTOCOL_OLDEST);
  wf_json_write_member_text (body, "service", wf_store_get_service (self->store));
  write_time (body, "now", wf_clock_now (wf_store_get_clock (self->store)));
}

static void
answer_sign_in (WfPending      *pending,
                const WfSignIn *answer)
{
  SoupServerMessage *message = pending->message;

  if (answer->wait > 0)
    {
      g_autofree char *seconds = g_strdup_printf ("%" G_GINT64_FORMAT, (gint64) ((answer->wait + 999) / 1000));
      g_autofree char *detail = g_strdup_printf ("Too many attempts failed. Try again in %s s", seconds);

      soup_message_headers_replace (soup_server_message_get_response_headers (message), "Retry-After", seconds);
      wf_service_send_problem (message, "too-many", detail, "session.wait", NULL);
      return;
    }

  if (answer->token == NULL)
    {
      wf_service_send_problem (message, "unauthorized", "The name or the password is not right", "session.refused", NULL);
      return;
    }

  GString *body = g_string_new ("{\"token\":");

  wf_json_write_string (body, answer->token);
  wf_service_write_person (pending->service, body, answer->who);
  g_string_append_c (body, '}');
  wf_service_send (message, 200, "application/json", body);
}

static void
signed_in_cb (GObject      *source,
              GAsyncResult *result,
              gpointer      data)
{
  g_autoptr (WfPending) pending = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (WfSignIn) answer = wf_store_sign_in_finish (WF_STORE (source), result, &error);

  /* Nobody will ever use what nobody has heard of. */
  if (wf_pending_is_gone (pending))
    {
      if (answer != NULL && answer->token != NULL)
        wf_store_sign_out_async (WF_STORE (source), answer->token, NULL, NULL, NULL);
      return;
    }

  if (answer != NULL)
    answer_sign_in (pending, answer);
  else
    wf_service_send_error (pending->message, error);

  wf_pending_answer (pending);
}

/**
 * wf_route_sign_in:
 * @self: the service
 * @message: a request
 *
 * `POST /api/v1/session`
 */
void
wf_route_sign_in (WfService         *self,
                  SoupServerMessage *message)
{
  g_autoptr (WfJsonDoc) doc = wf_service_read_body (message, WF_SERVICE_SIGN_IN_BYTES);

  if (doc == NULL)
    return;

  const char *user, *password;
  const char *wrong = wf_body_read_sign_in (wf_json_doc_root (doc), &user, &password);

  if (wrong != NULL)
    {
      wf_service_send_problem (message, "invalid", "A user and a password are wanted, and nothing else", "session.form", wrong);
      return;
    }

  g_autofree char *address = wf_service_address (message);

  wf_store_sign_in_async (self->store, user, password, address, NULL, signed_in_cb, wf_pending_new (self, message));
}

static void
signed_out_cb (GObject      *source,
               GAsyncResult *result,
               gpointer      data)
{
  g_autoptr (WfPending) pending = data;
  g_autoptr (GError) error = NULL;
  gboolean good = wf_store_sign_out_finish (WF_STORE (source), result, &error);

  if (wf_pending_is_gone (pending))
    return;

  if (good)
    soup_server_message_set_status (pending->message, 204, NULL);
  else
    wf_service_send_error (pending->message, error);

  wf_pending_answer (pending);
}

/**
 * wf_route_sign_out:
 * @self: the service
 * @message: a request
 *
 * `DELETE /api/v1/session`
 */
void
wf_route_sign_out (WfService         *self,
                   SoupServerMessage *message)
{
  SoupMessageHeaders *headers = soup_server_message_get_request_headers (message);
  const char *header = soup_message_headers_get_one (headers, "Authorization");

  /* A unit is let in by its certificate, which no request can give back. */
  if (header == NULL || g_ascii_strncasecmp (header, "Bearer ", strlen ("Bearer ")) != 0)
    {
      wf_service_send_problem (message, "invalid", "There is no token to sign out: who comes with a certificate is not signed in",
                               "session.no-token", NULL);
      return;
    }

  wf_store_sign_out_async (self->store, header + strlen ("Bearer "), NULL, signed_out_cb, wf_pending_new (self, message));
}

/* --- those who follow --- */

static void
follower_gone_cb (gpointer  data,
                  GObject  *connection)
{
  g_ptr_array_remove_fast (data, connection);
  g_ptr_array_unref (data);
}

/**
 * wf_service_watch_follower:
 * @self: the service
 * @message: the request that became a WebSocket
 * @connection: the WebSocket
 *
 * Remembers by which token somebody follows, so that it ends with the token.
 */
void
wf_service_watch_follower (WfService               *self,
                           SoupServerMessage       *message,
                           SoupWebsocketConnection *connection)
{
  SoupMessageHeaders *headers = soup_server_message_get_request_headers (message);
  const char *header = soup_message_headers_get_one (headers, "Authorization");

  if (header == NULL || strlen (header) < strlen ("Bearer "))
    return;

  g_object_set_data_full (G_OBJECT (connection), "wf-bearer", g_strdup (header + strlen ("Bearer ")), g_free);
  g_object_set_data (G_OBJECT (connection), "wf-role", GUINT_TO_POINTER (wf_service_role (message)));
  g_ptr_array_add (self->followers, connection);
  g_object_weak_ref (G_OBJECT (connection), follower_gone_cb, g_ptr_array_ref (self->followers));
}

/**
 * wf_service_check_followers:
 * @self: the service
 *
 * Sends those away whose token has ended, who may not read any more, or who have another role by now. They come back, and
 * hear why or are given what is meant for them.
 */
void
wf_service_check_followers (WfService *self)
{
  for (guint i = self->followers->len; i > 0; i--)
    {
      SoupWebsocketConnection *connection = g_ptr_array_index (self->followers, i - 1);
      const WfToken *token = wf_store_find_token (self->store, g_object_get_data (G_OBJECT (connection), "wf-bearer"));

      WfRole role = GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (connection), "wf-role"));

      if ((token == NULL || !token->reads || wf_role_from_name (token->role) != role) &&
          soup_websocket_connection_get_state (connection) == SOUP_WEBSOCKET_STATE_OPEN)
        soup_websocket_connection_close (connection, SOUP_WEBSOCKET_CLOSE_POLICY_VIOLATION, "The token has ended, or its role");
    }
}
