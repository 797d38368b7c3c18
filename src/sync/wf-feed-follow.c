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

/* How a feed follows what comes: frames of a WebSocket, or pages. */

#define SUBPROTOCOL   "watchfire.v1"
#define PING_EVERY    10    /* s */
#define FRAME_MAX     (64 * 1024 * 1024)
#define PAGE          500
#define PAGE_WAIT     25    /* s */
#define POLL_FOR      (5 * 60 * G_USEC_PER_SEC) /* then a WebSocket is tried again */

static void
send_number (WfFeed     *self,
             const char *name,
             int64_t     number)
{
  if (self->socket == NULL || soup_websocket_connection_get_state (self->socket) != SOUP_WEBSOCKET_STATE_OPEN)
    return;

  g_autofree char *text = g_strdup_printf ("{\"%s\":%" G_GINT64_FORMAT "}", name, (gint64) number);

  soup_websocket_connection_send_text (self->socket, text);
}

static void
take_frame (WfFeed  *self,
            WfFrame *frame)
{
  if (frame->beat >= 0)
    send_number (self, "beat", frame->beat);

  switch (frame->kind)
    {
    case WF_FRAME_HELLO:
      self->delay = RETRY_FIRST;
      self->sketches = frame->sketches;
      wf_feed_move_sketch (self);
      self->client->head (self->data, frame->head);
      break;
    case WF_FRAME_TIME:
      self->client->head (self->data, frame->head);
      break;
    case WF_FRAME_ENTRIES:
      self->client->entries (self->data, frame->entries, frame->head);
      break;
    case WF_FRAME_POSITIONS:
      self->client->positions (self->data, frame->positions);
      break;
    case WF_FRAME_READINGS:
      self->client->readings (self->data, frame->readings);
      break;
    case WF_FRAME_SKETCH:
      self->client->sketch (self->data, frame->sketch);
      break;
    case WF_FRAME_OTHER:
    default:
      break;
    }
}

static void
decode (GTask    *task,
        GBytes   *bytes,
        gboolean  page)
{
  GError *error = NULL;
  WfFrame *frame = wf_frame_read (bytes, page, &error);

  if (frame != NULL)
    g_task_return_pointer (task, frame, (GDestroyNotify) wf_frame_free);
  else
    g_task_return_error (task, error);
}

static void
decode_in_worker (GTask        *task,
                  gpointer      source,
                  gpointer      data,
                  GCancellable *cancellable)
{
  decode (task, data, FALSE);
}

static void
decode_page_in_worker (GTask        *task,
                       gpointer      source,
                       gpointer      data,
                       GCancellable *cancellable)
{
  decode (task, data, TRUE);
}

static void
decoded_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      data)
{
  g_autoptr (WfFeedStep) step = data;
  GError *error = NULL;
  g_autoptr (WfFrame) frame = g_task_propagate_pointer (G_TASK (result), &error);

  if (frame == NULL)
    wf_feed_step_fail (step, error);
  else if (wf_feed_step_is_current (step))
    take_frame (step->self, frame);
}

static void
message_cb (SoupWebsocketConnection *socket,
            int                      type,
            GBytes                  *message,
            WfFeed                  *self)
{
  GTask *task = g_task_new (self, self->attempt, decoded_cb, wf_feed_step_new (self));

  self->heard_at = g_get_monotonic_time ();
  self->greeted = TRUE;

  g_task_set_source_tag (task, message_cb);
  g_task_set_task_data (task, g_bytes_ref (message), (GDestroyNotify) g_bytes_unref);
  wf_worker_push (self->worker, G_PRIORITY_DEFAULT, task, decode_in_worker);
}

static void
closed_cb (SoupWebsocketConnection *socket,
           WfFeed                  *self)
{
  gushort code = soup_websocket_connection_get_close_code (socket);
  g_autoptr (GError) error = NULL;

  if (!self->greeted && code != 4410)
    {
      wf_feed_poll_instead (self, "it was closed before anything came");
      return;
    }

  if (code == 4410)
    error = g_error_new (WF_SYNC_ERROR, WF_SYNC_ERROR_GONE, _("The service no longer holds what follows."));
  else
    error = g_error_new (WF_SYNC_ERROR, WF_SYNC_ERROR_UNREACHABLE, _("The connection to the service was lost."));

  wf_feed_fail (self, error);
}

static void
websocket_cb (GObject      *source,
              GAsyncResult *result,
              gpointer      data)
{
  g_autoptr (WfFeedStep) step = data;
  WfFeed *self = step->self;
  GError *error = NULL;
  g_autoptr (SoupWebsocketConnection) socket =
    soup_session_websocket_connect_finish (SOUP_SESSION (source), result, &error);

  if (!wf_feed_step_is_current (step))
    {
      g_clear_error (&error);
      return;
    }

  if (socket == NULL)
    {
      guint status = soup_message_get_status (step->message);

      /* The service itself has just let us in: whatever else comes back, or nothing, may be the doing of what stands in
       * between. If the service is gone, the poll finds that out. */
      if (status == SOUP_STATUS_UNAUTHORIZED || status == SOUP_STATUS_GONE)
        wf_feed_step_fail (step, wf_http_error (status, NULL));
      else
        wf_feed_poll_instead (self, error->message);

      g_error_free (error);
      return;
    }

  self->socket = g_steal_pointer (&socket);
  self->heard_at = g_get_monotonic_time ();
  self->greeted = FALSE;
  soup_websocket_connection_set_max_incoming_payload_size (self->socket, FRAME_MAX);
  soup_websocket_connection_set_keepalive_interval (self->socket, PING_EVERY);
  g_signal_connect (self->socket, "message", G_CALLBACK (message_cb), self);
  g_signal_connect (self->socket, "closed", G_CALLBACK (closed_cb), self);
}

static void
polled_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      data)
{
  g_autoptr (WfFeedStep) step = data;
  WfFeed *self = step->self;
  GError *error = NULL;
  g_autoptr (WfFrame) frame = g_task_propagate_pointer (G_TASK (result), &error);

  if (frame == NULL || !wf_feed_step_is_current (step))
    {
      if (frame == NULL)
        wf_feed_step_fail (step, error);
      return;
    }

  self->delay = RETRY_FIRST;
  if (self->falling_back)
    {
      self->falling_back = FALSE;
      self->poll_until = g_get_monotonic_time () + POLL_FOR;
    }
  if (frame->next >= 0)
    self->since = frame->next;
  /* Turns begin anew when the service does, and then nobody draws any more, and desks have other numbers. */
  if (frame->moved < self->moved)
    self->own_desk = 0;
  if (frame->drawn != NULL || frame->moved < self->moved)
    wf_feed_take_drawn (self, frame->drawn);
  if (!wf_feed_step_is_current (step))
    return;
  if (frame->moved >= 0)
    self->moved = frame->moved;

  take_frame (self, frame);
  if (wf_feed_step_is_current (step) && frame->positions != NULL && frame->positions->len > 0)
    self->client->positions (self->data, frame->positions);
  if (wf_feed_step_is_current (step) && frame->readings != NULL && frame->readings->len > 0)
    self->client->readings (self->data, frame->readings);
  if (wf_feed_step_is_current (step))
    {
      if (frame->head >= 0)
        self->client->head (self->data, frame->head);
      if (wf_feed_step_is_current (step) && g_get_monotonic_time () >= self->poll_until)
        wf_feed_follow (self, self->since);
      else if (wf_feed_step_is_current (step))
        wf_feed_poll (self, PAGE_WAIT);
    }
}

static void
page_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      data)
{
  g_autoptr (WfFeedStep) step = data;
  WfFeed *self = step->self;
  g_autoptr (WfAnswer) answer = wf_feed_step_take_answer (step, source, result);

  if (answer == NULL)
    return;

  GTask *task = g_task_new (self, self->attempt, polled_cb, g_steal_pointer (&step));

  g_task_set_source_tag (task, page_cb);
  g_task_set_task_data (task, g_bytes_ref (answer->body), (GDestroyNotify) g_bytes_unref);
  wf_worker_push (self->worker, G_PRIORITY_DEFAULT, task, decode_page_in_worker);
}

/**
 * wf_feed_poll:
 * @self: a feed
 * @wait: seconds for which the service may wait for something new
 *
 * Asks for a page of what has happened. The first time without waiting, to know how far behind we are.
 */
void
wf_feed_poll (WfFeed *self,
              int     wait)
{
  g_autofree char *path = g_strdup_printf ("/api/v1/changes?since=%" G_GINT64_FORMAT "&limit=%d&wait=%d&moved=%"
                                           G_GINT64_FORMAT, (gint64) self->since, PAGE, wait, (gint64) self->moved);

  self->polls = TRUE;
  wf_http_send_async (self->http, "GET", path, NULL, NULL, FRAME_MAX, self->attempt, page_cb, wf_feed_step_new (self));
}

/**
 * wf_feed_follow:
 * @self: a feed that has given a snapshot
 * @since: the position that we are at
 *
 * Follows what comes after @since.
 */
void
wf_feed_follow (WfFeed  *self,
                int64_t  since)
{
  g_return_if_fail (WF_IS_FEED (self));

  if (self->attempt == NULL)
    return;

  static const char *protocols[] = { SUBPROTOCOL, NULL };
  g_autofree char *path = g_strdup_printf ("/api/v1/changes?since=%" G_GINT64_FORMAT, (gint64) since);
  g_autoptr (GError) error = NULL;
  g_autoptr (SoupMessage) message = wf_http_message (self->http, "GET", path, &error);

  if (message == NULL)
    {
      wf_feed_fail (self, error);
      return;
    }

  self->since = since;
  self->snapshot = FALSE;
  if (self->ping_id == 0)
    self->ping_id = g_timeout_add_seconds (PING_EVERY, wf_feed_ping_cb, self);

  if (g_get_monotonic_time () < self->poll_until)
    {
      wf_feed_poll (self, 0);
      return;
    }

  /* A WebSocket says it all anew. */
  wf_feed_take_drawn (self, NULL);

  WfFeedStep *step = wf_feed_step_new (self);
  step->message = g_object_ref (message);
  soup_session_websocket_connect_async (wf_http_get_session (self->http), message, NULL, (char **) protocols,
                                        G_PRIORITY_DEFAULT, self->attempt, websocket_cb, step);
}

/**
 * wf_feed_ack:
 * @self: a feed
 * @position: what came up to here is in its place
 *
 * Tells the service, which sends only so much beyond that.
 */
void
wf_feed_ack (WfFeed  *self,
             int64_t  position)
{
  g_return_if_fail (WF_IS_FEED (self));

  send_number (self, "ack", position);
}
