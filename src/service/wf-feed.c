/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-service"

#include "config.h"

#include "wf-feed-private.h"

#include "wf-json-write.h"
#include "wf-query.h"
#include "wf-time.h"
#include "wf-wire.h"

#include <string.h>

/* Each subscriber is given entries in order, from the position that it asked for. Nothing is queued for one that lags: it
 * has a budget of bytes that it has not acknowledged, and when that is used up it is simply read from the journal later.
 * libsoup itself has no limit to what it queues, so positions and the time, which nobody acknowledges, have a budget of
 * their own: now and then a frame carries a number (a beat), and its echo says that what went before has arrived. */

#define BUDGET_MOST  (4 * 1024 * 1024)
#define BUDGET_LEAST (256 * 1024)
#define BUDGET_ALL   (128 * 1024 * 1024) /* shared out when many follow */
#define PAGE_ENTRIES 500
#define FRAME_MAX    (64 * 1024) /* of what subscribers say */
#define STALLED      (60 * WF_SECOND)
#define TIME_EVERY   5    /* s */
#define PING_EVERY   10   /* s */
#define LINGER       5    /* s, for the other end to answer a close */

#define CLOSE_GONE   4410
#define CLOSE_SLOW   4408 /* libsoup sends no 1013 */

typedef struct
{
  int64_t position;
  gsize   bytes;
} Sent;

static void pump (WfSubscriber *self);

static WfSubscriber *
ref_subscriber (WfSubscriber *self)
{
  g_atomic_ref_count_inc (&self->refs);
  return self;
}

static void
unref_subscriber (WfSubscriber *self)
{
  if (!g_atomic_ref_count_dec (&self->refs))
    return;

  g_queue_clear_full (&self->unacked, g_free);
  g_clear_pointer (&self->filter, wf_filter_unref);
  g_clear_pointer (&self->inside, g_hash_table_unref);
  g_object_unref (self->connection);
  g_object_unref (self->socket);
  wf_drawer_clear (&self->drawer);
  g_free (self);
}

static void
note_given (WfSubscriber *self)
{
  if (self->feed->note != NULL && self->sent > self->noted)
    self->feed->note (self->connection, self->noted, self->sent, self->feed->note_data);
  self->noted = self->sent;
}

static void
forget (WfSubscriber *self)
{
  if (self->feed == NULL)
    return;

  WfFeed *feed = self->feed;

  note_given (self);
  self->feed = NULL;
  g_signal_handlers_disconnect_by_data (self->connection, self);
  wf_subscriber_end_sketch (self, feed);
  g_hash_table_remove (feed->subscribers, self);
}

typedef struct
{
  SoupWebsocketConnection *connection; /* (owned) */
  GSocket                 *socket;     /* (owned) */
} Farewell;

static void
free_farewell (gpointer data)
{
  Farewell *farewell = data;

  g_object_unref (farewell->connection);
  g_object_unref (farewell->socket);
  g_free (farewell);
}

/* Not closed but shut down: libsoup still has sources on it, and finds out by itself. */
static gboolean
hang_up_cb (gpointer data)
{
  Farewell *farewell = data;

  if (soup_websocket_connection_get_state (farewell->connection) != SOUP_WEBSOCKET_STATE_CLOSED)
    g_socket_shutdown (farewell->socket, TRUE, TRUE, NULL);

  return G_SOURCE_REMOVE;
}

/* Whoever does not read does not read the farewell either: the line is cut under it after a while. */
static void
dismiss (WfSubscriber *self,
         gushort     code,
         const char *reason)
{
  g_autoptr (GSource) source = g_timeout_source_new_seconds (LINGER);
  Farewell *farewell = g_new0 (Farewell, 1);

  farewell->connection = g_object_ref (self->connection);
  farewell->socket = g_object_ref (self->socket);
  forget (self);
  if (soup_websocket_connection_get_state (farewell->connection) == SOUP_WEBSOCKET_STATE_OPEN)
    soup_websocket_connection_close (farewell->connection, code, reason);

  g_source_set_callback (source, hang_up_cb, farewell, free_farewell);
  g_source_attach (source, g_main_context_get_thread_default ());
}

static void
send_frame (WfSubscriber *self,
            GBytes     *frame)
{
  if (soup_websocket_connection_get_state (self->connection) == SOUP_WEBSOCKET_STATE_OPEN)
    soup_websocket_connection_send_message (self->connection, SOUP_WEBSOCKET_DATA_TEXT, frame);
}

/**
 * wf_feed_now:
 *
 * Returns: milliseconds on a clock that only goes forward
 */
gint64
wf_feed_now (void)
{
  return g_get_monotonic_time () / 1000;
}

/* The more follow, the less each may leave lying, so that all of them together cannot fill the memory. */
static gsize
get_budget (WfFeed *self)
{
  return CLAMP (BUDGET_ALL / MAX (g_hash_table_size (self->subscribers), 1), BUDGET_LEAST, BUDGET_MOST);
}

/**
 * wf_subscriber_may_be_told:
 * @self: a subscriber
 *
 * Returns: whether it may be given what nobody acknowledges
 */
gboolean
wf_subscriber_may_be_told (WfSubscriber *self)
{
  return self->soft_sent - self->soft_known <= get_budget (self->feed) && self->stalled_at == 0;
}

/**
 * wf_subscriber_tell:
 * @self: a subscriber that wf_subscriber_may_be_told()
 * @frame: what nobody acknowledges
 */
void
wf_subscriber_tell (WfSubscriber *self,
                    GBytes       *frame)
{
  self->soft_sent += g_bytes_get_size (frame);
  send_frame (self, frame);
}

static void
send_entries (WfSubscriber *self,
              GBytes     *frame,
              int64_t     last)
{
  Sent *sent = g_new0 (Sent, 1);

  sent->position = last;
  sent->bytes = g_bytes_get_size (frame);
  g_queue_push_tail (&self->unacked, sent);
  self->unacked_bytes += sent->bytes;
  self->sent = last;
  send_frame (self, frame);
}

static gboolean
may_send (WfSubscriber *self)
{
  if (self->unacked_bytes <= get_budget (self->feed))
    {
      self->stalled_at = 0;
      return TRUE;
    }

  if (self->stalled_at == 0)
    self->stalled_at = wf_feed_now ();

  return FALSE;
}

static void
write_end (WfFeed  *self,
           GString *frame,
           int64_t  next,
           int64_t  head)
{
  wf_json_write_member_int (frame, "next", next);
  wf_json_write_member_int (frame, "head", MAX (head, wf_store_get_head (self->store)));
  g_string_append_c (frame, '}');
}

static void
read_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      data)
{
  WfSubscriber *self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (WfPage) page = wf_store_read_finish (WF_STORE (source), result, &error);

  self->reading = FALSE;

  if (self->feed == NULL)
    ;
  else if (g_error_matches (error, WF_STORE_ERROR, WF_STORE_ERROR_GONE))
    dismiss (self, CLOSE_GONE, "take a snapshot");
  else if (page == NULL)
    {
      g_message ("A subscriber cannot be served: %s", error->message);
      dismiss (self, SOUP_WEBSOCKET_CLOSE_SERVER_ERROR, "cannot read");
    }
  else if (page->n > 0)
    {
      g_autoptr (GString) frame = g_string_sized_new (g_bytes_get_size (page->entries) + 100);
      gsize size;
      const char *entries = g_bytes_get_data (page->entries, &size);

      g_string_append (frame, "{\"kind\":\"entries\",\"entries\":[");
      g_string_append_len (frame, entries, (gssize) size);
      g_string_append_c (frame, ']');
      write_end (self->feed, frame, page->last, page->last);

      g_autoptr (GBytes) bytes = g_string_free_to_bytes (g_steal_pointer (&frame));
      send_entries (self, bytes, page->last);
      pump (self);
    }
  else
    {
      self->sent = page->last;
      pump (self);
    }

  unref_subscriber (self);
}

static void
read_on (WfSubscriber *self)
{
  self->reading = TRUE;
  wf_store_read_filtered_async (self->feed->store, self->role, self->filter, self->sent, PAGE_ENTRIES, NULL, read_cb,
                                ref_subscriber (self));
}

/* Gives a subscriber what it may have now. */
static void
pump (WfSubscriber *self)
{
  if (self->feed != NULL && !self->reading && self->sent < wf_store_get_head (self->feed->store) && may_send (self))
    read_on (self);
}

static void
take_ack (WfSubscriber *self,
          int64_t     position)
{
  for (Sent *sent = g_queue_peek_head (&self->unacked); sent != NULL && sent->position <= position;
       sent = g_queue_peek_head (&self->unacked))
    {
      self->unacked_bytes -= sent->bytes;
      g_free (g_queue_pop_head (&self->unacked));
    }

  may_send (self);
  pump (self);
}

static void
message_cb (SoupWebsocketConnection *connection,
            SoupWebsocketDataType    type,
            GBytes                  *message,
            gpointer                 data)
{
  WfSubscriber *self = data;
  g_autoptr (GVariant) sketch = NULL;
  int64_t ack, beat;

  if (type != SOUP_WEBSOCKET_DATA_TEXT || !wf_body_read_frame (message, &ack, &beat, &sketch) || ack > self->sent ||
      beat > (int64_t) self->beat)
    {
      dismiss (self, SOUP_WEBSOCKET_CLOSE_POLICY_VIOLATION, "only an acknowledgement is expected");
      return;
    }

  self->heard_at = wf_feed_now ();
  if (ack >= 0)
    take_ack (self, ack);
  else if (sketch != NULL)
    wf_subscriber_take_sketch (self, sketch);
  else if (self->beating && beat == (int64_t) self->beat)
    {
      self->beating = FALSE;
      self->soft_known = self->beat_sent;
    }
}

static void
pong_cb (SoupWebsocketConnection *connection,
         GBytes                  *message,
         gpointer                 data)
{
  ((WfSubscriber *) data)->heard_at = wf_feed_now ();
}

static void
closed_cb (SoupWebsocketConnection *connection,
           gpointer                 data)
{
  forget (data);
}

/**
 * wf_subscriber_send_time:
 * @self: a subscriber
 * @kind: of the frame, `hello` or `time`
 *
 * Says how late it is and where the journal stands, and asks for an echo where none is under way.
 */
void
wf_subscriber_send_time (WfSubscriber *self,
                         const char   *kind)
{
  g_autofree char *now = wf_time_format (wf_clock_now (wf_store_get_clock (self->feed->store)));
  g_autoptr (GString) text = g_string_new ("{\"kind\":\"");

  g_string_append_printf (text, "%s\",\"head\":%" G_GINT64_FORMAT ",\"now\":\"%s\"", kind,
                          (gint64) wf_store_get_head (self->feed->store), now);

  if (strcmp (kind, "hello") == 0)
    g_string_append (text, ",\"sketches\":true");

  /* Whoever hears of little can still go on from where it was looked at. */
  if (self->filter != NULL)
    g_string_append_printf (text, ",\"next\":%" G_GINT64_FORMAT, (gint64) self->sent);

  if (!self->beating)
    {
      self->beating = TRUE;
      self->beat_sent = self->soft_sent;
      g_string_append_printf (text, ",\"beat\":%u", ++self->beat);
    }
  g_string_append_c (text, '}');

  g_autoptr (GBytes) frame = g_string_free_to_bytes (g_steal_pointer (&text));
  wf_subscriber_tell (self, frame);
}

static gboolean
time_cb (gpointer data)
{
  WfFeed *self = data;
  g_autoptr (GList) subscribers = g_hash_table_get_keys (self->subscribers);
  int64_t now = wf_feed_now ();

  for (GList *l = subscribers; l != NULL; l = l->next)
    {
      WfSubscriber *subscriber = l->data;

      note_given (subscriber);
      if (subscriber->stalled_at != 0 && now - subscriber->stalled_at >= STALLED)
        dismiss (subscriber, CLOSE_SLOW, "too slow: resume");
      else if (now - subscriber->heard_at >= (int64_t) self->silence * WF_SECOND)
        dismiss (subscriber, CLOSE_SLOW, "nothing was heard: resume");
      else if (wf_subscriber_may_be_told (subscriber))
        wf_subscriber_send_time (subscriber, "time");
    }

  return G_SOURCE_CONTINUE;
}

static gboolean
hears (WfRole   role,
       WfEntry *entry)
{
  return wf_rights_hears_event (role, entry->event->audience, entry->event->type);
}

/* Whether everybody may see all of it, as is nearly always so. */
static gboolean
is_for_all (GPtrArray *entries)
{
  for (guint i = 0; i < entries->len; i++)
    if (!hears (WF_ROLE_NONE, g_ptr_array_index (entries, i)))
      return FALSE;

  return TRUE;
}

/* Returns: (nullable): what of @entries a filter takes, as a frame */
static GBytes *
write_fresh (WfFeed    *self,
             GPtrArray *entries,
             WfRole     role,
             WfFilter  *filter)
{
  WfEntry *last = g_ptr_array_index (entries, entries->len - 1);
  g_autoptr (GString) text = g_string_new ("{\"kind\":\"entries\",\"entries\":[");
  guint n = 0;

  for (guint i = 0; i < entries->len; i++)
    {
      WfEntry *entry = g_ptr_array_index (entries, i);

      if (!wf_filter_takes_event (filter, entry->event))
        continue;
      if (n++ > 0)
        g_string_append_c (text, ',');
      wf_entry_write (entry, hears (role, entry), text);
    }

  if (n == 0)
    return NULL;

  g_string_append_c (text, ']');
  write_end (self, text, last->event->position, last->event->position);
  return g_string_free_to_bytes (g_steal_pointer (&text));
}

/* What is fresh goes to all who are level from the same bytes; the others read it when it is their turn, and those who ask
 * where it happened read it from the database, which knows. */
static void
committed_cb (WfStore   *store,
              GPtrArray *entries,
              WfFeed    *self)
{
  WfEntry *first = g_ptr_array_index (entries, 0);
  WfEntry *last = g_ptr_array_index (entries, entries->len - 1);
  g_autoptr (GList) subscribers = g_hash_table_get_keys (self->subscribers);
  g_autoptr (GBytes) whole = NULL;
  gboolean for_all = is_for_all (entries);

  for (GList *l = subscribers; l != NULL; l = l->next)
    {
      WfSubscriber *subscriber = l->data;

      if (subscriber->reading || subscriber->sent != first->event->position - 1 || !may_send (subscriber) ||
          wf_filter_has_area (subscriber->filter))
        {
          pump (subscriber);
          continue;
        }

      if (subscriber->filter != NULL || !for_all)
        {
          g_autoptr (GBytes) part = write_fresh (self, entries, subscriber->role, subscriber->filter);

          if (part != NULL)
            send_entries (subscriber, part, last->event->position);
          else
            subscriber->sent = last->event->position;
          continue;
        }

      if (whole == NULL)
        whole = write_fresh (self, entries, WF_ROLE_NONE, NULL);
      send_entries (subscriber, whole, last->event->position);
    }
}

/**
 * wf_feed_new:
 * @store: what to tell of
 * @silence: seconds that a subscriber may say nothing before it is taken for gone
 *
 * Returns: (transfer full): a feed that nobody follows yet
 */
WfFeed *
wf_feed_new (WfStore *store,
             guint    silence)
{
  WfFeed *self = g_new0 (WfFeed, 1);

  self->store = g_object_ref (store);
  self->subscribers = g_hash_table_new_full (g_direct_hash, g_direct_equal, (GDestroyNotify) unref_subscriber, NULL);
  self->silence = silence;
  self->time_timer = g_timeout_add_seconds (TIME_EVERY, time_cb, self);
  g_signal_connect (store, "committed", G_CALLBACK (committed_cb), self);
  wf_feed_init_moves (self);
  wf_feed_init_sketches (self);

  return self;
}

/**
 * wf_feed_free:
 * @self: (transfer full): a feed
 *
 * Sends everybody away.
 */
void
wf_feed_free (WfFeed *self)
{
  g_autoptr (GList) subscribers = g_hash_table_get_keys (self->subscribers);

  self->sketched = NULL;
  for (GList *l = subscribers; l != NULL; l = l->next)
    {
      WfSubscriber *subscriber = l->data;
      g_autoptr (SoupWebsocketConnection) connection = g_object_ref (subscriber->connection);

      forget (subscriber);
      if (soup_websocket_connection_get_state (connection) == SOUP_WEBSOCKET_STATE_OPEN)
        soup_websocket_connection_close (connection, SOUP_WEBSOCKET_CLOSE_GOING_AWAY, NULL);
    }

  g_clear_handle_id (&self->time_timer, g_source_remove);
  g_signal_handlers_disconnect_by_data (self->store, self);
  wf_feed_clear_moves (self);
  wf_feed_clear_sketches (self);
  g_hash_table_unref (self->subscribers);
  g_object_unref (self->store);
  g_free (self);
}

/**
 * wf_feed_add:
 * @self: a feed
 * @connection: a new subscriber
 * @socket: what is under it
 * @since: position after which to begin
 * @who: the subscriber: what is not meant for its role comes without payload
 * @filter: (nullable): what it wants to hear of
 * @rate: how often a second it wants to hear where units are, at most
 */
void
wf_feed_add (WfFeed                  *self,
             SoupWebsocketConnection *connection,
             GSocket                 *socket,
             int64_t                  since,
             const WfToken           *who,
             WfFilter                *filter,
             guint                    rate)
{
  WfSubscriber *subscriber = g_new0 (WfSubscriber, 1);

  g_atomic_ref_count_init (&subscriber->refs);
  g_queue_init (&subscriber->unacked);
  subscriber->feed = self;
  subscriber->connection = g_object_ref (connection);
  subscriber->socket = g_object_ref (socket);
  subscriber->sent = since;
  subscriber->noted = since;
  subscriber->role = wf_role_from_name (who->role);
  wf_drawer_init (&subscriber->drawer, self, who);
  subscriber->filter = filter != NULL ? wf_filter_ref (filter) : NULL;
  subscriber->heard_at = wf_feed_now ();
  if (wf_filter_has_area (filter))
    subscriber->inside = g_hash_table_new (g_direct_hash, g_direct_equal);
  /* A little less than a whole number of ticks, so that none is missed by a hair. */
  subscriber->move_every = rate >= 10 ? 0 : 1000 / rate - WF_FEED_MOVE_EVERY / 10;
  g_hash_table_add (self->subscribers, subscriber);

  soup_websocket_connection_set_max_incoming_payload_size (connection, FRAME_MAX);
  soup_websocket_connection_set_keepalive_interval (connection, MIN (PING_EVERY, MAX (self->silence / 3, 1)));
  g_signal_connect (connection, "message", G_CALLBACK (message_cb), subscriber);
  g_signal_connect (connection, "pong", G_CALLBACK (pong_cb), subscriber);
  g_signal_connect (connection, "closed", G_CALLBACK (closed_cb), subscriber);

  wf_subscriber_send_time (subscriber, "hello");

  /* Where units are now: a snapshot taken before this may not know of the last to move. */
  wf_feed_arm_moves (self);

  /* Also asked when it seems to be level: a position that lies ahead is found out. */
  read_on (subscriber);
}

/**
 * wf_feed_set_note:
 * @self: a feed
 * @note: (nullable): called every few seconds, and at the end, with what a subscriber was given
 * @data: for @note
 */
void
wf_feed_set_note (WfFeed     *self,
                  WfFeedNote  note,
                  gpointer    data)
{
  self->note = note;
  self->note_data = data;
}

/**
 * wf_feed_set_sketched:
 * @self: a feed
 * @sketched: (nullable): called whenever what is being drawn has changed
 * @data: for @sketched
 *
 * For those who have no WebSocket: wf_feed_write_moved() says what is being drawn.
 */
void
wf_feed_set_sketched (WfFeed         *self,
                      WfFeedSketched  sketched,
                      gpointer        data)
{
  self->sketched = sketched;
  self->sketched_data = data;
}

/**
 * wf_feed_count:
 * @self: a feed
 *
 * Returns: how many follow
 */
guint
wf_feed_count (WfFeed *self)
{
  return g_hash_table_size (self->subscribers);
}
