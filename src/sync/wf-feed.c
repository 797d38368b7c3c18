/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-sync"

#include "config.h"

#include "wf-feed-parts-private.h"

#include "wf-frame-private.h"
#include "wf-sync-error.h"
#include "wf-time.h"
#include "wf-wire.h"

#include <glib/gi18n.h>

/* Versions of the wire that this program speaks: the newest, and the oldest that it still gets along with. */
#define PROTOCOL        1
#define PROTOCOL_OLDEST 1
#define RETRY_LONGEST 5000
#define SILENCE       (16 * G_USEC_PER_SEC)
#define SMALL         (256 * 1024)
#define HELLO_WAIT    (8 * G_USEC_PER_SEC)

/**
 * WfFeed:
 *
 * The connection to a service: asks who we are, takes a snapshot where one is wanted, follows the feed by WebSocket (by
 * long polling where something on the way does not let WebSockets through: refuses them, cuts them, or takes them and lets
 * nothing pass; after five minutes it tries one again), and when it breaks tries again, less and less
 * often up to every five seconds. Reading what came is done in a thread of its own, in order.
 */
G_DEFINE_FINAL_TYPE (WfFeed, wf_feed, G_TYPE_OBJECT)

/**
 * wf_feed_step_new:
 * @self: a feed with an attempt
 *
 * Returns: (transfer full): a step of the attempt that is under way
 */
WfFeedStep *
wf_feed_step_new (WfFeed *self)
{
  WfFeedStep *step = g_new0 (WfFeedStep, 1);

  step->self = g_object_ref (self);
  step->attempt = g_object_ref (self->attempt);

  return step;
}

/**
 * wf_feed_step_free:
 * @step: (transfer full): a step
 */
void
wf_feed_step_free (WfFeedStep *step)
{
  g_object_unref (step->self);
  g_object_unref (step->attempt);
  g_clear_pointer (&step->reader, wf_snapshot_reader_free);
  g_clear_object (&step->message);
  g_clear_object (&step->stream);
  g_free (step);
}

/**
 * wf_feed_step_is_current:
 * @step: a step
 *
 * Returns: whether its attempt is still the one that matters
 */
gboolean
wf_feed_step_is_current (WfFeedStep *step)
{
  return step->self->attempt == step->attempt;
}

static void connect_cb (gpointer data);

/* --- the end of an attempt --------------------------------------------------------------------------------------- */

static void
drop_socket (WfFeed *self)
{
  if (self->socket == NULL)
    return;

  g_signal_handlers_disconnect_by_data (self->socket, self);
  if (soup_websocket_connection_get_state (self->socket) == SOUP_WEBSOCKET_STATE_OPEN)
    soup_websocket_connection_close (self->socket, SOUP_WEBSOCKET_CLOSE_GOING_AWAY, NULL);
  g_clear_object (&self->socket);
}

static void
end_attempt (WfFeed *self)
{
  if (self->attempt != NULL)
    g_cancellable_cancel (self->attempt);
  g_clear_object (&self->attempt);
  g_clear_handle_id (&self->retry_id, g_source_remove);
  g_clear_handle_id (&self->ping_id, g_source_remove);
  self->pinging = FALSE;
  self->falling_back = FALSE;
  self->polls = FALSE;
  wf_feed_forget_sketch (self);
  drop_socket (self);
}

static gboolean
retry_cb (gpointer data)
{
  WfFeed *self = data;

  self->retry_id = 0;
  connect_cb (self);

  return G_SOURCE_REMOVE;
}

static void
retry_later (WfFeed *self)
{
  /* Workstations that lost their service at the same moment must not come back at the same moment. */
  guint delay = self->delay / 2 + (guint) g_random_int_range (0, (gint32) self->delay);

  self->retry_id = g_timeout_add (delay, retry_cb, self);
  self->delay = MIN (self->delay * 2, RETRY_LONGEST);
}

/**
 * wf_feed_fail:
 * @self: a feed
 * @error: what is wrong
 *
 * Breaks the connection off. What no second attempt can mend is left alone from then on; what does not join is fetched
 * anew; all else is tried again.
 */
void
wf_feed_fail (WfFeed       *self,
              const GError *error)
{
  g_return_if_fail (WF_IS_FEED (self));
  g_return_if_fail (error != NULL);

  WfLink link = g_error_matches (error, WF_SYNC_ERROR, WF_SYNC_ERROR_REFUSED) ? WF_LINK_REFUSED
                : g_error_matches (error, WF_SYNC_ERROR, WF_SYNC_ERROR_UPDATE) ? WF_LINK_OUTDATED
                : WF_LINK_OFFLINE;

  if (g_error_matches (error, WF_SYNC_ERROR, WF_SYNC_ERROR_GONE)
      || g_error_matches (error, WF_SYNC_ERROR, WF_SYNC_ERROR_GAP))
    self->snapshot = TRUE;

  g_debug ("The connection ends: %s", error->message);
  self->unauthorized = g_error_matches (error, WF_SYNC_ERROR, WF_SYNC_ERROR_REFUSED);
  end_attempt (self);

  if (link == WF_LINK_OFFLINE)
    retry_later (self);

  self->client->link (self->data, link, error->message);
}

/**
 * wf_feed_is_unauthorized:
 * @self: a feed
 *
 * Returns: whether it ended because the service does not take the token
 */
gboolean
wf_feed_is_unauthorized (WfFeed *self)
{
  g_return_val_if_fail (WF_IS_FEED (self), FALSE);

  return self->unauthorized;
}

/**
 * wf_feed_step_fail:
 * @step: a step
 * @error: (transfer full): what went wrong
 *
 * Ends the attempt, for callbacks of it: a cancelled one has been ended by somebody who knew.
 */
void
wf_feed_step_fail (WfFeedStep *step,
                   GError     *error)
{
  G_GNUC_UNUSED g_autoptr (GError) owned = error;
  g_autoptr (GError) told = wf_http_unreachable (error);

  if (wf_feed_step_is_current (step) && !step->compare && !g_error_matches (told, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    wf_feed_fail (step->self, told);
}

/**
 * wf_feed_step_take_answer:
 * @step: a step that has asked something
 * @http: the way that it was asked by
 * @result: from the callback
 *
 * Returns: (transfer full) (nullable): the answer, where it matters still and is good; what went wrong has been told
 */
WfAnswer *
wf_feed_step_take_answer (WfFeedStep   *step,
                          GObject      *http,
                          GAsyncResult *result)
{
  GError *error = NULL;
  g_autoptr (WfAnswer) answer = wf_http_send_finish (WF_HTTP (http), result, &error);

  if (answer == NULL)
    wf_feed_step_fail (step, error);
  else if (wf_feed_step_is_current (step) && answer->status != SOUP_STATUS_OK)
    wf_feed_step_fail (step, wf_http_error (answer->status, answer->body));
  else if (wf_feed_step_is_current (step))
    return g_steal_pointer (&answer);

  return NULL;
}

/* --- how far it is ----------------------------------------------------------------------------------------------- */

static void
note_time (WfFeed       *self,
           const WfJson *root,
           int64_t       sent_at,
           int           elapsed)
{
  const char *text = wf_json_member_string (root, "now");
  int64_t now;

  if (text == NULL || !wf_time_parse (text, &now))
    return;

  self->client->delay (self->data, elapsed, now - (sent_at + elapsed / 2));
}

static void
pinged_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      data)
{
  g_autoptr (WfFeedStep) step = data;

  if (wf_feed_step_is_current (step))
    step->self->pinging = FALSE;

  g_autoptr (WfAnswer) answer = wf_feed_step_take_answer (step, source, result);
  g_autoptr (WfJsonDoc) doc = answer != NULL ? wf_json_doc_new (answer->body, SMALL, NULL) : NULL;

  if (doc != NULL && wf_json_type (wf_json_doc_root (doc)) == WF_JSON_OBJECT)
    note_time (step->self, wf_json_doc_root (doc), step->sent_at, answer->elapsed);
}

/**
 * wf_feed_poll_instead:
 * @self: a feed
 * @reason: why, for the log
 *
 * What stands between us and the service may speak HTTP and no more: polls from now on.
 */
void
wf_feed_poll_instead (WfFeed     *self,
                      const char *reason)
{
  g_debug ("No WebSocket (%s): polling instead", reason);
  drop_socket (self);
  self->falling_back = TRUE;
  self->moved = 0;
  wf_feed_poll (self, 0);
}

/**
 * wf_feed_ping_cb:
 * @data: a feed that follows
 *
 * Looks whether the service is still there.
 *
 * Returns: whether to look again
 */
gboolean
wf_feed_ping_cb (gpointer data)
{
  WfFeed *self = data;

  if (self->socket != NULL && !self->greeted && g_get_monotonic_time () - self->heard_at > HELLO_WAIT)
    {
      wf_feed_poll_instead (self, "it was opened, but nothing comes through");
      return G_SOURCE_CONTINUE;
    }

  if (self->socket != NULL && g_get_monotonic_time () - self->heard_at > SILENCE)
    {
      g_autoptr (GError) error = g_error_new (WF_SYNC_ERROR, WF_SYNC_ERROR_UNREACHABLE,
                                              _("Nothing has been heard from the service for a while."));

      /* The source goes with the attempt. */
      self->ping_id = 0;
      wf_feed_fail (self, error);
      return G_SOURCE_REMOVE;
    }

  if (!self->pinging)
    {
      WfFeedStep *step = wf_feed_step_new (self);

      self->pinging = TRUE;
      step->sent_at = wf_clock_now (self->clock);
      wf_http_send_async (self->http, "GET", "/api/v1/session", NULL, NULL, SMALL, self->attempt, pinged_cb, step);
    }

  return G_SOURCE_CONTINUE;
}

/* --- connecting -------------------------------------------------------------------------------------------------- */

/* A service names the newest and the oldest version that it speaks; one that says nothing of the oldest speaks one. */
static gboolean
speaks (int64_t        newest,
        const WfJson  *said,
        GError       **error)
{
  int64_t oldest = said != NULL && wf_json_type (said) == WF_JSON_INT ? wf_json_int (said) : newest;

  if (oldest > PROTOCOL)
    g_set_error (error, WF_SYNC_ERROR, WF_SYNC_ERROR_UPDATE,
                 _("The service speaks another version of the protocol. Update the program."));
  else if (newest < PROTOCOL_OLDEST)
    g_set_error (error, WF_SYNC_ERROR, WF_SYNC_ERROR_REFUSED,
                 _("The data service is older than this program. Have the service updated, or use the program that came with it."));
  else
    return TRUE;

  return FALSE;
}

static gboolean
read_person (const WfJson  *root,
             WfPerson      *person,
             GError       **error)
{
  const WfJson *protocol = wf_json_member (root, "protocol");

  if (protocol == NULL || wf_json_type (protocol) != WF_JSON_INT)
    {
      g_set_error (error, WF_SYNC_ERROR, WF_SYNC_ERROR_PROTOCOL, _("What answers there is no service of Watchfire. Check the address."));
      return FALSE;
    }

  if (!speaks (wf_json_int (protocol), wf_json_member (root, "protocol_oldest"), error))
    return FALSE;

  person->service = wf_json_member_string (root, "service");
  person->actor = wf_json_member_string (root, "actor");
  person->name = wf_json_member_string (root, "name");
  person->post = wf_json_member_string (root, "post");
  person->role = wf_json_member_string (root, "role");

  if (person->service == NULL || person->actor == NULL)
    {
      g_set_error (error, WF_SYNC_ERROR, WF_SYNC_ERROR_PROTOCOL, _("What answers there is no service of Watchfire. Check the address."));
      return FALSE;
    }

  return TRUE;
}

static void
session_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      data)
{
  g_autoptr (WfFeedStep) step = data;
  WfFeed *self = step->self;
  GError *error = NULL;
  g_autoptr (WfAnswer) answer = wf_feed_step_take_answer (step, source, result);

  if (answer == NULL)
    return;

  g_autoptr (WfJsonDoc) doc = wf_json_doc_new (answer->body, SMALL, NULL);
  WfPerson person = { NULL };

  if (doc == NULL || wf_json_type (wf_json_doc_root (doc)) != WF_JSON_OBJECT)
    {
      wf_feed_step_fail (step, g_error_new (WF_SYNC_ERROR, WF_SYNC_ERROR_PROTOCOL,
                                    _("What answers there is no service of Watchfire. Check the address.")));
      return;
    }
  if (!read_person (wf_json_doc_root (doc), &person, &error))
    {
      wf_feed_step_fail (step, error);
      return;
    }

  note_time (self, wf_json_doc_root (doc), step->sent_at, answer->elapsed);

  int64_t since = self->client->person (self->data, &person);

  if (!wf_feed_step_is_current (step))
    return;
  if (since < 0 || self->snapshot)
    wf_feed_take_snapshot (self);
  else
    wf_feed_follow (self, since);
}

static void
connect_cb (gpointer data)
{
  WfFeed *self = data;

  end_attempt (self);
  self->attempt = g_cancellable_new ();
  self->client->link (self->data, WF_LINK_CONNECTING, NULL);

  WfFeedStep *step = wf_feed_step_new (self);

  step->sent_at = wf_clock_now (self->clock);
  wf_http_send_async (self->http, "GET", "/api/v1/session", NULL, NULL, SMALL, self->attempt, session_cb, step);
}

static void
wf_feed_dispose (GObject *object)
{
  wf_feed_stop (WF_FEED (object));

  G_OBJECT_CLASS (wf_feed_parent_class)->dispose (object);
}

static void
wf_feed_finalize (GObject *object)
{
  WfFeed *self = WF_FEED (object);

  g_clear_object (&self->clock);
  g_clear_object (&self->http);
  g_clear_pointer (&self->drawn, g_hash_table_unref);
  g_free (self->desk);

  G_OBJECT_CLASS (wf_feed_parent_class)->finalize (object);
}

static void
wf_feed_class_init (WfFeedClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = wf_feed_dispose;
  G_OBJECT_CLASS (klass)->finalize = wf_feed_finalize;
}

static void
wf_feed_init (WfFeed *self)
{
  self->worker = wf_worker_new ("wf-feed");
  self->delay = RETRY_FIRST;
}

/**
 * wf_feed_new:
 * @clock: the workstation's clock
 * @uri: the service's address
 * @token: (nullable): the person's token
 * @client: whom to tell
 * @data: for @client; must outlive the feed until wf_feed_stop()
 *
 * Returns: (transfer full): a feed that has not been started
 */
WfFeed *
wf_feed_new (WfClock            *clock,
             const char         *uri,
             const char         *token,
             const WfFeedClient *client,
             gpointer            data)
{
  WfFeed *self = g_object_new (WF_TYPE_FEED, NULL);

  self->clock = g_object_ref (clock);
  self->http = wf_http_new (uri, token);
  self->client = client;
  self->data = data;

  return self;
}

/**
 * wf_feed_get_http:
 * @self: a feed
 *
 * Returns: (transfer none): the way to its service
 */
WfHttp *
wf_feed_get_http (WfFeed *self)
{
  g_return_val_if_fail (WF_IS_FEED (self), NULL);

  return self->http;
}

/**
 * wf_feed_start:
 * @self: a feed
 *
 * Connects, and goes on trying until it is stopped or refused.
 */
void
wf_feed_start (WfFeed *self)
{
  g_return_if_fail (WF_IS_FEED (self));
  g_return_if_fail (self->worker != NULL);

  connect_cb (self);
}

/**
 * wf_feed_nudge:
 * @self: a feed
 *
 * Tries at once what would be tried later, because there is reason to think that it will do.
 */
void
wf_feed_nudge (WfFeed *self)
{
  g_return_if_fail (WF_IS_FEED (self));

  if (self->retry_id != 0)
    {
      self->delay = RETRY_FIRST;
      connect_cb (self);
    }
}

/**
 * wf_feed_stop:
 * @self: a feed
 *
 * Ends the connection; the client is told nothing more. Safe to call twice.
 */
void
wf_feed_stop (WfFeed *self)
{
  g_return_if_fail (WF_IS_FEED (self));

  if (self->worker == NULL)
    return;

  end_attempt (self);
  wf_http_close (self->http);
  wf_worker_shutdown (self->worker);
  g_clear_object (&self->worker);
}
