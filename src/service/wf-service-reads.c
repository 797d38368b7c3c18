/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-service"

#include "config.h"

#include "wf-service-private.h"

#include "wf-reads.h"

/* Who read what in which there may be persons: callers, contacts, experts, casualties. What OGC API gives has none in it. */

#define FOLLOWER "wf-follower"

/* Who follows, as long as the connection lasts. */
typedef struct
{
  char *actor;
  char *role;
  char *address;
} Follower;

static void
free_follower (gpointer data)
{
  Follower *follower = data;

  g_free (follower->actor);
  g_free (follower->role);
  g_free (follower->address);
  g_free (follower);
}

/**
 * wf_service_address:
 * @message: a request
 *
 * Returns: (transfer full): the address that it comes from
 */
char *
wf_service_address (SoupServerMessage *message)
{
  GSocketAddress *remote = soup_server_message_get_remote_address (message);

  return G_IS_INET_SOCKET_ADDRESS (remote)
         ? g_inet_address_to_string (g_inet_socket_address_get_address (G_INET_SOCKET_ADDRESS (remote)))
         : g_strdup ("");
}

/**
 * wf_service_note_read:
 * @self: the service
 * @message: a request by somebody known
 * @what: see #WfRead
 * @scope: (nullable): of which scope
 * @subject: (nullable): the one thing that was asked for
 * @first: what lies behind this number …
 * @last: … up to this one
 *
 * Records that somebody is given something. Nobody waits for it.
 */
void
wf_service_note_read (WfService         *self,
                      SoupServerMessage *message,
                      const char        *what,
                      const char        *scope,
                      const char        *subject,
                      int64_t            first,
                      int64_t            last)
{
  const WfToken *token = wf_service_token (message);
  g_autofree char *address = wf_service_address (message);

  if (token == NULL)
    return;

  WfRead read = {
    .actor = token->actor, .role = token->role, .address = address, .what = what, .scope = scope, .subject = subject,
    .first = first, .last = last,
  };
  wf_store_note_read (self->store, &read);
}

/**
 * wf_service_note_follower:
 * @message: the request that became a WebSocket
 * @connection: the WebSocket
 *
 * Remembers who follows.
 */
void
wf_service_note_follower (SoupServerMessage       *message,
                          SoupWebsocketConnection *connection)
{
  const WfToken *token = wf_service_token (message);
  Follower *follower = g_new0 (Follower, 1);

  follower->actor = g_strdup (token != NULL ? token->actor : "?");
  follower->role = g_strdup (token != NULL ? token->role : NULL);
  follower->address = wf_service_address (message);
  g_object_set_data_full (G_OBJECT (connection), FOLLOWER, follower, free_follower);
}

static void
given_cb (SoupWebsocketConnection *connection,
          int64_t                  first,
          int64_t                  last,
          gpointer                 data)
{
  WfService *self = data;
  const Follower *follower = g_object_get_data (G_OBJECT (connection), FOLLOWER);

  if (follower == NULL)
    return;

  WfRead read = {
    .actor = follower->actor, .role = follower->role, .address = follower->address, .what = "changes", .first = first,
    .last = last,
  };
  wf_store_note_read (self->store, &read);
}

/**
 * wf_service_start_notes:
 * @self: the service
 *
 * Begins to record what those are given who follow.
 */
void
wf_service_start_notes (WfService *self)
{
  wf_feed_set_note (self->feed, given_cb, self);
}
