/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-sync"

#include "config.h"

#include "wf-session-tiles.h"

#include "wf-feed-private.h"
#include "wf-http-private.h"
#include "wf-json.h"
#include "wf-session-private.h"
#include "wf-sync-error.h"

#include <glib/gi18n.h>
#include <string.h>

/* The centre's maps, which its service hands out. */

/* What the service says of its maps; and so many of them. */
#define LIST_BYTES (256 * 1024)
#define SETS_MAX   100

/**
 * wf_tile_set_free:
 * @self: (transfer full): what is known of a map
 */
void
wf_tile_set_free (WfTileSet *self)
{
  g_free (self->set);
  g_free (self->name);
  g_free (self->attribution);
  g_free (self);
}

static char *
short_text (const WfJson *row,
            const char   *key,
            gsize         most)
{
  const char *text = wf_json_member_string (row, key);

  return text == NULL || strlen (text) > most ? NULL : g_strdup (text);
}

/* Returns: (transfer full) (nullable): %NULL where it is not as it must be */
static WfTileSet *
read_set (const WfJson *row)
{
  g_autoptr (WfTileSet) set = g_new0 (WfTileSet, 1);
  const WfJson *zoom = wf_json_member (row, "max_zoom");

  set->set = short_text (row, "set", 64);
  set->name = short_text (row, "name", 400);
  set->attribution = short_text (row, "attribution", 2000);
  g_autofree char *datum = short_text (row, "datum", 16);

  set->max_zoom = zoom != NULL && wf_json_type (zoom) == WF_JSON_INT ? (int) CLAMP (wf_json_int (zoom), 0, 22) : 0;
  if (set->set == NULL || *set->set == '\0' || strpbrk (set->set, "/?#%{}") != NULL
      || datum == NULL || !wf_datum_parse (datum, &set->datum))
    return NULL;
  if (set->name == NULL || *set->name == '\0')
    {
      g_free (set->name);
      set->name = g_strdup (set->set);
    }
  if (set->attribution == NULL)
    set->attribution = g_strdup ("");

  return g_steal_pointer (&set);
}

static void
listed_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      data)
{
  g_autoptr (GTask) task = data;
  g_autoptr (GPtrArray) sets = g_ptr_array_new_with_free_func ((GDestroyNotify) wf_tile_set_free);
  GError *error = NULL;
  g_autoptr (WfAnswer) answer = wf_http_send_finish (WF_HTTP (source), result, &error);

  if (answer == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  if (answer->status != SOUP_STATUS_OK)
    {
      g_task_return_error (task, wf_http_error (answer->status, answer->body));
      return;
    }

  g_autoptr (WfJsonDoc) doc = wf_json_doc_new (answer->body, LIST_BYTES, NULL);
  const WfJson *list = doc != NULL ? wf_json_member (wf_json_doc_root (doc), "sets") : NULL;

  if (list == NULL || wf_json_type (list) != WF_JSON_ARRAY)
    {
      g_task_return_new_error (task, WF_SYNC_ERROR, WF_SYNC_ERROR_PROTOCOL,
                               _("The service does not say in a way that is understood which maps it has."));
      return;
    }
  for (const WfJson *row = wf_json_first (list); row != NULL && sets->len < SETS_MAX; row = wf_json_next (row))
    {
      WfTileSet *set = read_set (row);

      if (set != NULL)
        g_ptr_array_add (sets, set);
    }
  g_task_return_pointer (task, g_steal_pointer (&sets), (GDestroyNotify) g_ptr_array_unref);
}

/**
 * wf_session_list_tile_sets_async:
 * @self: a session
 * @cancellable: (nullable): to give up
 * @callback: called with the answer
 * @user_data: for @callback
 *
 * Asks the service which maps of the centre it hands out.
 */
void
wf_session_list_tile_sets_async (WfSession           *self,
                                 GCancellable        *cancellable,
                                 GAsyncReadyCallback  callback,
                                 gpointer             user_data)
{
  g_return_if_fail (WF_IS_SESSION (self));

  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, wf_session_list_tile_sets_async);
  if (self->feed == NULL)
    {
      g_task_return_new_error (task, WF_SYNC_ERROR, WF_SYNC_ERROR_UNREACHABLE, _("No service has been set."));
      return;
    }

  wf_http_send_async (wf_feed_get_http (self->feed), "GET", "/tiles", NULL, NULL, LIST_BYTES, cancellable, listed_cb,
                      g_steal_pointer (&task));
}

/**
 * wf_session_list_tile_sets_finish:
 * @self: a session
 * @result: the result
 * @error: why it cannot be said
 *
 * Returns: (transfer full) (nullable) (element-type WfTileSet): the maps; %NULL for an error
 */
GPtrArray *
wf_session_list_tile_sets_finish (WfSession     *self,
                                  GAsyncResult  *result,
                                  GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

static char *
dup_service (WfSession *self)
{
  char *uri = g_strdup (self->uri);

  while (uri != NULL && g_str_has_suffix (uri, "/"))
    uri[strlen (uri) - 1] = '\0';

  return uri;
}

/**
 * wf_session_get_tile_address:
 * @self: a session
 * @set: one of the centre's maps
 *
 * Returns: (transfer full) (nullable): the address of its tiles, with {z}, {x} and {y}; %NULL without a service
 */
char *
wf_session_get_tile_address (WfSession  *self,
                             const char *set)
{
  g_return_val_if_fail (WF_IS_SESSION (self), NULL);
  g_return_val_if_fail (set != NULL, NULL);

  g_autofree char *service = dup_service (self);

  return service != NULL ? g_strdup_printf ("%s/tiles/%s/{z}/{x}/{y}", service, set) : NULL;
}

/**
 * wf_session_new_tile_connections:
 * @self: a session
 *
 * Tiles come by connections of their own, so that no command waits behind a map.
 *
 * Returns: (transfer full): connections that trust what the session trusts
 */
SoupSession *
wf_session_new_tile_connections (WfSession *self)
{
  g_return_val_if_fail (WF_IS_SESSION (self), NULL);

  g_autofree char *service = dup_service (self);
  g_autoptr (WfHttp) http = wf_http_new (service != NULL ? service : "", NULL);

  wf_http_set_trust (http, self->trust);

  return g_object_ref (wf_http_get_session (http));
}

/**
 * wf_session_new_tile_message:
 * @address: of a tile, made from wf_session_get_tile_address()
 * @session: a #WfSession
 *
 * Returns: (transfer full) (nullable): a request for it in the name of the person who is signed in now; %NULL where the session
 *   has gone to another service, which is not to get to know the token, or others could read that on the way
 */
SoupMessage *
wf_session_new_tile_message (const char *address,
                             gpointer    session)
{
  WfSession *self = session;
  g_autofree char *service = dup_service (self);

  g_return_val_if_fail (WF_IS_SESSION (self), NULL);

  if (service == NULL || !g_str_has_prefix (address, service) || address[strlen (service)] != '/'
      || (self->token != NULL && !wf_http_is_private (service)))
    return NULL;

  SoupMessage *message = soup_message_new ("GET", address);

  if (message == NULL)
    return NULL;

  soup_message_add_flags (message, SOUP_MESSAGE_NO_REDIRECT);
  if (self->token != NULL)
    {
      g_autofree char *bearer = g_strconcat ("Bearer ", self->token, NULL);

      soup_message_headers_replace (soup_message_get_request_headers (message), "Authorization", bearer);
    }

  return message;
}
