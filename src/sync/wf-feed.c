/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-sync"

#include "config.h"

#include "wf-feed-private.h"

#include "wf-frame-private.h"
#include "wf-sketch.h"
#include "wf-snapshot-private.h"
#include "wf-sync-error.h"
#include "wf-time.h"
#include "wf-wire.h"
#include "wf-worker.h"

#include <glib/gi18n.h>

/* Versions of the wire that this program speaks: the newest, and the oldest that it still gets along with. */
#define PROTOCOL        1
#define PROTOCOL_OLDEST 1
#define SUBPROTOCOL   "watchfire.v1"
#define RETRY_FIRST   200   /* ms */
#define RETRY_LONGEST 5000
#define PING_EVERY    10    /* s */
#define SILENCE       (16 * G_USEC_PER_SEC)
#define FRAME_MAX     (64 * 1024 * 1024)
#define SMALL         (256 * 1024)
#define PIECE         (256 * 1024)
#define PAGE          500
#define PAGE_WAIT     25    /* s */
#define HELLO_WAIT    (8 * G_USEC_PER_SEC)
#define POLL_FOR      (5 * 60 * G_USEC_PER_SEC) /* then a WebSocket is tried again */

/**
 * WfFeed:
 *
 * The connection to a service: asks who we are, takes a snapshot where one is wanted, follows the feed by WebSocket (by
 * long polling where something on the way does not let WebSockets through: refuses them, cuts them, or takes them and lets
 * nothing pass; after five minutes it tries one again), and when it breaks tries again, less and less
 * often up to every five seconds. Reading what came is done in a thread of its own, in order.
 */
struct _WfFeed
{
  GObject parent_instance;

  WfClock                 *clock;     /* (owned) */
  WfHttp                  *http;      /* (owned) */
  const WfFeedClient      *client;
  gpointer                 data;
  WfWorker                *worker;    /* (owned) */
  GCancellable            *attempt;   /* (owned) (nullable) everything of one attempt hangs on it */
  SoupWebsocketConnection *socket;    /* (owned) (nullable) */
  guint                    retry_id;
  guint                    ping_id;
  guint                    delay;     /* ms, to the next attempt */
  gint64                   heard_at;  /* monotonic */
  int64_t                  since;
  int64_t                  moved;     /* turn of the last position, while polling */
  gint64                   poll_until; /* monotonic: WebSockets do not get through */
  gboolean                 snapshot;  /* what we have does not join what the service has */
  gboolean                 greeted;   /* the WebSocket has said something */
  gboolean                 falling_back; /* it said nothing, and whether polling does better is not known yet */
  gboolean                 pinging;
  gboolean                 sketches; /* the service takes what is being drawn */
  gboolean unauthorized; /* it ended because of who asks */
};

G_DEFINE_FINAL_TYPE (WfFeed, wf_feed, G_TYPE_OBJECT)

/* What a callback of an attempt needs to see whether it still matters. */
typedef struct
{
  WfFeed           *self;
  GCancellable     *attempt;
  gint64            sent_at; /* by the clock, ms */
  WfSnapshotReader *reader;  /* in use by one thread at a time */
  SoupMessage      *message;
  GInputStream     *stream;
  gboolean          compare; /* nothing hangs on it */
} Step;

static Step *
new_step (WfFeed *self)
{
  Step *step = g_new0 (Step, 1);

  step->self = g_object_ref (self);
  step->attempt = g_object_ref (self->attempt);

  return step;
}

static void
free_step (Step *step)
{
  g_object_unref (step->self);
  g_object_unref (step->attempt);
  g_clear_pointer (&step->reader, wf_snapshot_reader_free);
  g_clear_object (&step->message);
  g_clear_object (&step->stream);
  g_free (step);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Step, free_step)

static gboolean
is_current (Step *step)
{
  return step->self->attempt == step->attempt;
}

static void connect_cb (gpointer data);
static void take_snapshot (WfFeed *self);
static void poll_changes (WfFeed *self,
                          int     wait);

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

/* For callbacks of an attempt: a cancelled one has been ended by somebody who knew. */
static void
fail_step (Step   *step,
           GError *error)
{
  G_GNUC_UNUSED g_autoptr (GError) owned = error;
  g_autoptr (GError) told = wf_http_unreachable (error);

  if (is_current (step) && !step->compare && !g_error_matches (told, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    wf_feed_fail (step->self, told);
}

/* Returns: (transfer full) (nullable): the answer to what a step asked, where it matters still and is good; what went wrong has
 * been told */
static WfAnswer *
take_answer (Step         *step,
             GObject      *http,
             GAsyncResult *result)
{
  GError *error = NULL;
  g_autoptr (WfAnswer) answer = wf_http_send_finish (WF_HTTP (http), result, &error);

  if (answer == NULL)
    fail_step (step, error);
  else if (is_current (step) && answer->status != SOUP_STATUS_OK)
    fail_step (step, wf_http_error (answer->status, answer->body));
  else if (is_current (step))
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
  g_autoptr (Step) step = data;

  if (is_current (step))
    step->self->pinging = FALSE;

  g_autoptr (WfAnswer) answer = take_answer (step, source, result);
  g_autoptr (WfJsonDoc) doc = answer != NULL ? wf_json_doc_new (answer->body, SMALL, NULL) : NULL;

  if (doc != NULL && wf_json_type (wf_json_doc_root (doc)) == WF_JSON_OBJECT)
    note_time (step->self, wf_json_doc_root (doc), step->sent_at, answer->elapsed);
}

/* What stands between us and the service may speak HTTP and no more. */
static void
poll_instead (WfFeed     *self,
              const char *reason)
{
  g_debug ("No WebSocket (%s): polling instead", reason);
  drop_socket (self);
  self->falling_back = TRUE;
  self->moved = 0;
  poll_changes (self, 0);
}

static gboolean
ping_cb (gpointer data)
{
  WfFeed *self = data;

  if (self->socket != NULL && !self->greeted && g_get_monotonic_time () - self->heard_at > HELLO_WAIT)
    {
      poll_instead (self, "it was opened, but nothing comes through");
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
      Step *step = new_step (self);

      self->pinging = TRUE;
      step->sent_at = wf_clock_now (self->clock);
      wf_http_send_async (self->http, "GET", "/api/v1/session", NULL, NULL, SMALL, self->attempt, pinged_cb, step);
    }

  return G_SOURCE_CONTINUE;
}

/* --- following --------------------------------------------------------------------------------------------------- */

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
  g_autoptr (Step) step = data;
  GError *error = NULL;
  g_autoptr (WfFrame) frame = g_task_propagate_pointer (G_TASK (result), &error);

  if (frame == NULL)
    fail_step (step, error);
  else if (is_current (step))
    take_frame (step->self, frame);
}

static void
message_cb (SoupWebsocketConnection *socket,
            int                      type,
            GBytes                  *message,
            WfFeed                  *self)
{
  GTask *task = g_task_new (self, self->attempt, decoded_cb, new_step (self));

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
      poll_instead (self, "it was closed before anything came");
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
  g_autoptr (Step) step = data;
  WfFeed *self = step->self;
  GError *error = NULL;
  g_autoptr (SoupWebsocketConnection) socket =
    soup_session_websocket_connect_finish (SOUP_SESSION (source), result, &error);

  if (!is_current (step))
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
        fail_step (step, wf_http_error (status, NULL));
      else
        poll_instead (self, error->message);

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
  g_autoptr (Step) step = data;
  WfFeed *self = step->self;
  GError *error = NULL;
  g_autoptr (WfFrame) frame = g_task_propagate_pointer (G_TASK (result), &error);

  if (frame == NULL || !is_current (step))
    {
      if (frame == NULL)
        fail_step (step, error);
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
  if (frame->moved >= 0)
    self->moved = frame->moved;

  take_frame (self, frame);
  if (is_current (step) && frame->positions != NULL && frame->positions->len > 0)
    self->client->positions (self->data, frame->positions);
  if (is_current (step))
    {
      if (frame->head >= 0)
        self->client->head (self->data, frame->head);
      if (is_current (step) && g_get_monotonic_time () >= self->poll_until)
        wf_feed_follow (self, self->since);
      else if (is_current (step))
        poll_changes (self, PAGE_WAIT);
    }
}

static void
page_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      data)
{
  g_autoptr (Step) step = data;
  WfFeed *self = step->self;
  g_autoptr (WfAnswer) answer = take_answer (step, source, result);

  if (answer == NULL)
    return;

  GTask *task = g_task_new (self, self->attempt, polled_cb, g_steal_pointer (&step));

  g_task_set_source_tag (task, page_cb);
  g_task_set_task_data (task, g_bytes_ref (answer->body), (GDestroyNotify) g_bytes_unref);
  wf_worker_push (self->worker, G_PRIORITY_DEFAULT, task, decode_page_in_worker);
}

/* The first time it is asked without waiting, to know how far behind we are. */
static void
poll_changes (WfFeed *self,
              int     wait)
{
  g_autofree char *path = g_strdup_printf ("/api/v1/changes?since=%" G_GINT64_FORMAT "&limit=%d&wait=%d&moved=%"
                                           G_GINT64_FORMAT, (gint64) self->since, PAGE, wait, (gint64) self->moved);

  wf_http_send_async (self->http, "GET", path, NULL, NULL, FRAME_MAX, self->attempt, page_cb, new_step (self));
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
    self->ping_id = g_timeout_add_seconds (PING_EVERY, ping_cb, self);

  if (g_get_monotonic_time () < self->poll_until)
    {
      poll_changes (self, 0);
      return;
    }

  Step *step = new_step (self);
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

/**
 * wf_feed_sketch:
 * @self: a feed
 * @sketch: what is being drawn here, by wf_sketch_fields
 *
 * Tells the others, where the service passes it on and is followed by WebSocket; else it is only not seen.
 */
void
wf_feed_sketch (WfFeed   *self,
                GVariant *sketch)
{
  g_return_if_fail (WF_IS_FEED (self));
  g_return_if_fail (sketch != NULL);

  if (!self->sketches || self->socket == NULL
      || soup_websocket_connection_get_state (self->socket) != SOUP_WEBSOCKET_STATE_OPEN)
    return;

  g_autoptr (GString) text = g_string_new ("{\"sketch\":");

  wf_wire_write_fields (text, wf_sketch_fields, sketch);
  g_string_append_c (text, '}');
  soup_websocket_connection_send_text (self->socket, text->str);
}

/* --- snapshot ---------------------------------------------------------------------------------------------------- */

static void read_piece (Step *step);

static void
finish_in_worker (GTask        *task,
                  gpointer      source,
                  gpointer      data,
                  GCancellable *cancellable)
{
  Step *step = data;
  GError *error = NULL;
  WfContents *contents = wf_snapshot_reader_finish (step->reader, &error);

  if (contents != NULL)
    g_task_return_pointer (task, contents, (GDestroyNotify) wf_contents_free);
  else
    g_task_return_error (task, error);
}

static void
finished_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      data)
{
  g_autoptr (Step) step = data;
  GError *error = NULL;
  g_autoptr (WfContents) contents = g_task_propagate_pointer (G_TASK (result), &error);

  if (contents == NULL)
    fail_step (step, error);
  else if (is_current (step) && step->compare)
    step->self->client->compare (step->self->data, g_steal_pointer (&contents));
  else if (is_current (step))
    step->self->client->snapshot (step->self->data, g_steal_pointer (&contents));
}

static void
feed_in_worker (GTask        *task,
                gpointer      source,
                gpointer      data,
                GCancellable *cancellable)
{
  Step *step = g_object_get_data (G_OBJECT (task), "step");
  GError *error = NULL;

  if (wf_snapshot_reader_feed (step->reader, data, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
fed_cb (GObject      *source,
        GAsyncResult *result,
        gpointer      data)
{
  g_autoptr (Step) step = data;
  GError *error = NULL;

  if (!g_task_propagate_boolean (G_TASK (result), &error))
    fail_step (step, error);
  else if (is_current (step))
    read_piece (g_steal_pointer (&step));
}

static void
piece_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      data)
{
  g_autoptr (Step) step = data;
  WfFeed *self = step->self;
  GError *error = NULL;
  g_autoptr (GBytes) piece = g_input_stream_read_bytes_finish (G_INPUT_STREAM (source), result, &error);

  if (piece == NULL)
    {
      fail_step (step, error);
      return;
    }
  if (!is_current (step))
    return;

  gboolean end = g_bytes_get_size (piece) == 0;
  Step *shared = step;
  GTask *task = g_task_new (self, self->attempt, end ? finished_cb : fed_cb, g_steal_pointer (&step));

  /* The step stays with the callback, which runs after the worker has done with it. */
  g_task_set_source_tag (task, piece_cb);
  if (end)
    g_task_set_task_data (task, shared, NULL);
  else
    {
      g_task_set_task_data (task, g_steal_pointer (&piece), (GDestroyNotify) g_bytes_unref);
      g_object_set_data (G_OBJECT (task), "step", shared);
    }
  wf_worker_push (self->worker, G_PRIORITY_DEFAULT, task, end ? finish_in_worker : feed_in_worker);
}

static void
read_piece (Step *step)
{
  g_input_stream_read_bytes_async (step->stream, PIECE, G_PRIORITY_DEFAULT, step->attempt, piece_cb, step);
}

static void
snapshot_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      data)
{
  g_autoptr (Step) step = data;
  GError *error = NULL;

  step->stream = soup_session_send_finish (SOUP_SESSION (source), result, &error);
  if (step->stream == NULL)
    {
      fail_step (step, error);
      return;
    }
  if (!is_current (step))
    return;

  guint status = soup_message_get_status (step->message);
  if (status != SOUP_STATUS_OK)
    {
      fail_step (step, wf_http_error (status, NULL));
      return;
    }

  step->reader = wf_snapshot_reader_new ();
  read_piece (g_steal_pointer (&step));
}

static void
ask_snapshot (WfFeed   *self,
              gboolean  compare)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SoupMessage) message = wf_http_message (self->http, "GET", "/api/v1/snapshot", &error);

  if (message == NULL)
    {
      wf_feed_fail (self, error);
      return;
    }

  Step *step = new_step (self);

  step->message = g_object_ref (message);
  step->compare = compare;
  soup_session_send_async (wf_http_get_session (self->http), message, G_PRIORITY_DEFAULT, step->attempt, snapshot_cb,
                           step);
}

static void
take_snapshot (WfFeed *self)
{
  self->client->link (self->data, WF_LINK_CATCHING_UP, _("The workstation takes a copy of the service's records."));
  ask_snapshot (self, FALSE);
}

/**
 * wf_feed_compare:
 * @self: a feed
 *
 * Fetches a snapshot beside the feed and hands it to the client to compare with. What goes wrong with that is of no
 * consequence.
 */
void
wf_feed_compare (WfFeed *self)
{
  g_return_if_fail (WF_IS_FEED (self));

  if (self->attempt != NULL)
    ask_snapshot (self, TRUE);
}

/* --- connecting -------------------------------------------------------------------------------------------------- */

/* A service names the newest and the oldest version that it speaks; one that says nothing of the oldest speaks one. */
static gboolean
speaks (int64_t       newest,
        const WfJson *said,
        GError      **error)
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
      g_set_error (error, WF_SYNC_ERROR, WF_SYNC_ERROR_PROTOCOL, _("What answers there is no service of Watchfire."));
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
      g_set_error (error, WF_SYNC_ERROR, WF_SYNC_ERROR_PROTOCOL, _("What answers there is no service of Watchfire."));
      return FALSE;
    }

  return TRUE;
}

static void
session_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      data)
{
  g_autoptr (Step) step = data;
  WfFeed *self = step->self;
  GError *error = NULL;
  g_autoptr (WfAnswer) answer = take_answer (step, source, result);

  if (answer == NULL)
    return;

  g_autoptr (WfJsonDoc) doc = wf_json_doc_new (answer->body, SMALL, NULL);
  WfPerson person = { NULL };

  if (doc == NULL || wf_json_type (wf_json_doc_root (doc)) != WF_JSON_OBJECT)
    {
      fail_step (step, g_error_new (WF_SYNC_ERROR, WF_SYNC_ERROR_PROTOCOL,
                                    _("What answers there is no service of Watchfire.")));
      return;
    }
  if (!read_person (wf_json_doc_root (doc), &person, &error))
    {
      fail_step (step, error);
      return;
    }

  note_time (self, wf_json_doc_root (doc), step->sent_at, answer->elapsed);

  int64_t since = self->client->person (self->data, &person);

  if (!is_current (step))
    return;
  if (since < 0 || self->snapshot)
    take_snapshot (self);
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

  Step *step = new_step (self);

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
