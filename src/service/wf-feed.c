/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-service"

#include "config.h"

#include "wf-feed.h"

#include "wf-json.h"
#include "wf-time.h"
#include "wf-wire.h"

#include <string.h>

/* Each subscriber is given entries in order, from the position that it asked for. Nothing is queued for one that lags: it
 * has a budget of bytes that it has not acknowledged, and when that is used up it is simply read from the journal later.
 * libsoup itself has no limit to what it queues, so positions and the time, which nobody acknowledges, have a budget of
 * their own that begins anew with every answer to a ping. */

#define BUDGET       (4 * 1024 * 1024)
#define SOFT_BUDGET  (1024 * 1024)
#define PAGE_ENTRIES 500
#define FRAME_MAX    4096 /* of what subscribers say */
#define STALLED      (60 * WF_SECOND)
#define TIME_EVERY   5    /* s */
#define MOVE_EVERY   100  /* ms */
#define PING_EVERY   10   /* s */
#define LINGER       5    /* s, for the other end to answer a close */

#define CLOSE_GONE   4410

struct _WfFeed
{
  WfStore    *store;       /* (owned) */
  GHashTable *subscribers; /* (owned) set of Subscriber */
  GHashTable *moved;       /* (owned) scope → GHashTable of unit → WfPosition */
  guint       time_timer;
  guint       move_timer;
};

typedef struct
{
  int64_t position;
  gsize   bytes;
} Sent;

typedef struct
{
  gatomicrefcount          refs;
  WfFeed                  *feed;       /* NULL once it is over */
  SoupWebsocketConnection *connection; /* (owned) */
  int64_t                  sent;       /* position of the last entry given */
  GQueue                   unacked;    /* (element-type Sent) */
  gsize                    unacked_bytes;
  gsize                    soft_bytes;
  int64_t                  stalled_at; /* 0: it does not */
  gboolean                 reading;
} Subscriber;

static void pump (Subscriber *self);

static Subscriber *
ref_subscriber (Subscriber *self)
{
  g_atomic_ref_count_inc (&self->refs);
  return self;
}

static void
unref_subscriber (Subscriber *self)
{
  if (!g_atomic_ref_count_dec (&self->refs))
    return;

  g_queue_clear_full (&self->unacked, g_free);
  g_object_unref (self->connection);
  g_free (self);
}

static void
forget (Subscriber *self)
{
  if (self->feed == NULL)
    return;

  WfFeed *feed = self->feed;

  self->feed = NULL;
  g_signal_handlers_disconnect_by_data (self->connection, self);
  g_hash_table_remove (feed->subscribers, self);
}

static gboolean
hang_up_cb (gpointer data)
{
  SoupWebsocketConnection *connection = data;

  if (soup_websocket_connection_get_state (connection) != SOUP_WEBSOCKET_STATE_CLOSED)
    g_io_stream_close (soup_websocket_connection_get_io_stream (connection), NULL, NULL);

  return G_SOURCE_REMOVE;
}

/* Whoever does not read does not read the farewell either: the stream is closed under it after a while. */
static void
dismiss (Subscriber *self,
         gushort     code,
         const char *reason)
{
  g_autoptr (GSource) source = g_timeout_source_new_seconds (LINGER);
  SoupWebsocketConnection *connection = g_object_ref (self->connection);

  forget (self);
  if (soup_websocket_connection_get_state (connection) == SOUP_WEBSOCKET_STATE_OPEN)
    soup_websocket_connection_close (connection, code, reason);

  g_source_set_callback (source, hang_up_cb, connection, g_object_unref);
  g_source_attach (source, g_main_context_get_thread_default ());
}

static void
send_frame (Subscriber *self,
            GBytes     *frame)
{
  if (soup_websocket_connection_get_state (self->connection) == SOUP_WEBSOCKET_STATE_OPEN)
    soup_websocket_connection_send_message (self->connection, SOUP_WEBSOCKET_DATA_TEXT, frame);
}

static void
send_soft (Subscriber *self,
           GBytes     *frame)
{
  if (self->soft_bytes > SOFT_BUDGET || self->stalled_at != 0)
    return;

  self->soft_bytes += g_bytes_get_size (frame);
  send_frame (self, frame);
}

static void
send_entries (Subscriber *self,
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
may_send (Subscriber *self)
{
  if (self->unacked_bytes <= BUDGET)
    {
      self->stalled_at = 0;
      return TRUE;
    }

  if (self->stalled_at == 0)
    self->stalled_at = g_get_monotonic_time () / 1000;

  return FALSE;
}

static void
write_end (WfFeed  *self,
           GString *frame,
           int64_t  head)
{
  wf_json_write_key (frame, "head");
  wf_json_write_int (frame, MAX (head, wf_store_get_head (self->store)));
  g_string_append_c (frame, '}');
}

static void
read_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      data)
{
  Subscriber *self = data;
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
      write_end (self->feed, frame, page->last);

      g_autoptr (GBytes) bytes = g_string_free_to_bytes (g_steal_pointer (&frame));
      send_entries (self, bytes, page->last);
      pump (self);
    }
  else
    pump (self);

  unref_subscriber (self);
}

static void
read_on (Subscriber *self)
{
  self->reading = TRUE;
  wf_store_read_changes_async (self->feed->store, self->sent, PAGE_ENTRIES, NULL, read_cb, ref_subscriber (self));
}

/* Gives a subscriber what it may have now. */
static void
pump (Subscriber *self)
{
  if (self->feed != NULL && !self->reading && self->sent < wf_store_get_head (self->feed->store) && may_send (self))
    read_on (self);
}

static void
message_cb (SoupWebsocketConnection *connection,
            SoupWebsocketDataType    type,
            GBytes                  *message,
            gpointer                 data)
{
  Subscriber *self = data;
  g_autoptr (WfJsonDoc) doc = wf_json_doc_new (message, FRAME_MAX, NULL);
  const WfJson *root = doc != NULL ? wf_json_doc_root (doc) : NULL;
  const WfJson *ack = wf_json_member (root, "ack");

  if (type != SOUP_WEBSOCKET_DATA_TEXT || wf_json_length (root) != 1 || wf_json_type (ack) != WF_JSON_INT ||
      wf_json_int (ack) < 0 || wf_json_int (ack) > self->sent)
    {
      dismiss (self, SOUP_WEBSOCKET_CLOSE_POLICY_VIOLATION, "only an acknowledgement is expected");
      return;
    }

  for (Sent *sent = g_queue_peek_head (&self->unacked); sent != NULL && sent->position <= wf_json_int (ack);
       sent = g_queue_peek_head (&self->unacked))
    {
      self->unacked_bytes -= sent->bytes;
      g_free (g_queue_pop_head (&self->unacked));
    }

  self->soft_bytes = 0;
  may_send (self);
  pump (self);
}

static void
pong_cb (SoupWebsocketConnection *connection,
         GBytes                  *message,
         gpointer                 data)
{
  ((Subscriber *) data)->soft_bytes = 0;
}

static void
closed_cb (SoupWebsocketConnection *connection,
           gpointer                 data)
{
  forget (data);
}

static GBytes *
write_time_frame (WfFeed     *self,
                  const char *kind)
{
  g_autofree char *now = wf_time_format (wf_clock_now (wf_store_get_clock (self->store)));
  char *text = g_strdup_printf ("{\"kind\":\"%s\",\"head\":%" G_GINT64_FORMAT ",\"now\":\"%s\"}",
                                kind, (gint64) wf_store_get_head (self->store), now);

  return g_bytes_new_take (text, strlen (text));
}

static gboolean
time_cb (gpointer data)
{
  WfFeed *self = data;
  g_autoptr (GBytes) frame = write_time_frame (self, "time");
  g_autoptr (GList) subscribers = g_hash_table_get_keys (self->subscribers);
  int64_t now = g_get_monotonic_time () / 1000;

  for (GList *l = subscribers; l != NULL; l = l->next)
    {
      Subscriber *subscriber = l->data;

      if (subscriber->stalled_at != 0 && now - subscriber->stalled_at >= STALLED)
        dismiss (subscriber, 1013, "too slow: resume");
      else
        send_soft (subscriber, frame);
    }

  return G_SOURCE_CONTINUE;
}

/* What is fresh goes to all who are level from the same bytes; the others read it when it is their turn. */
static void
committed_cb (WfStore   *store,
              GPtrArray *entries,
              WfFeed    *self)
{
  WfEntry *first = g_ptr_array_index (entries, 0);
  WfEntry *last = g_ptr_array_index (entries, entries->len - 1);
  g_autoptr (GList) subscribers = g_hash_table_get_keys (self->subscribers);
  g_autoptr (GBytes) frame = NULL;

  for (GList *l = subscribers; l != NULL; l = l->next)
    {
      Subscriber *subscriber = l->data;

      if (subscriber->reading || subscriber->sent != first->event->position - 1 || !may_send (subscriber))
        {
          pump (subscriber);
          continue;
        }

      if (frame == NULL)
        {
          g_autoptr (GString) text = g_string_new ("{\"kind\":\"entries\",\"entries\":[");

          for (guint i = 0; i < entries->len; i++)
            {
              if (i > 0)
                g_string_append_c (text, ',');
              wf_entry_write (g_ptr_array_index (entries, i), TRUE, text);
            }
          g_string_append_c (text, ']');
          write_end (self, text, last->event->position);
          frame = g_string_free_to_bytes (g_steal_pointer (&text));
        }

      send_entries (subscriber, frame, last->event->position);
    }
}

static void
send_moved (WfFeed     *self,
            const char *scope,
            GHashTable *units)
{
  g_autoptr (GString) text = g_string_new ("{\"kind\":\"positions\",\"scope\":");
  GHashTableIter iter;
  gpointer unit, position;

  wf_json_write_string (text, scope);
  g_string_append (text, ",\"positions\":[");
  g_hash_table_iter_init (&iter, units);
  while (g_hash_table_iter_next (&iter, &unit, &position))
    {
      if (text->str[text->len - 1] != '[')
        g_string_append_c (text, ',');
      wf_wire_write_position (text, unit, position);
    }
  g_string_append (text, "]}");

  g_autoptr (GBytes) frame = g_string_free_to_bytes (g_steal_pointer (&text));
  g_autoptr (GList) subscribers = g_hash_table_get_keys (self->subscribers);

  for (GList *l = subscribers; l != NULL; l = l->next)
    send_soft (l->data, frame);
}

static gboolean
move_cb (gpointer data)
{
  WfFeed *self = data;
  GHashTableIter iter;
  gpointer scope, units;

  self->move_timer = 0;
  g_hash_table_iter_init (&iter, self->moved);
  while (g_hash_table_iter_next (&iter, &scope, &units))
    {
      send_moved (self, scope, units);
      g_hash_table_iter_remove (&iter);
    }

  return G_SOURCE_REMOVE;
}

/* A unit's newest position takes the place of the one that has not gone out yet. */
static void
positions_cb (WfStore    *store,
              const char *scope,
              GPtrArray  *positions,
              WfFeed     *self)
{
  GHashTable *units = g_hash_table_lookup (self->moved, scope);

  if (g_hash_table_size (self->subscribers) == 0)
    return;

  if (units == NULL)
    {
      units = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
      g_hash_table_insert (self->moved, g_strdup (scope), units);
    }

  for (guint i = 0; i < positions->len; i++)
    {
      const WfUnitPosition *moved = g_ptr_array_index (positions, i);

      g_hash_table_replace (units, g_strdup (moved->unit), g_memdup2 (&moved->position, sizeof moved->position));
    }

  if (self->move_timer == 0)
    self->move_timer = g_timeout_add (MOVE_EVERY, move_cb, self);
}

/**
 * wf_feed_new:
 * @store: what to tell of
 *
 * Returns: (transfer full): a feed that nobody follows yet
 */
WfFeed *
wf_feed_new (WfStore *store)
{
  WfFeed *self = g_new0 (WfFeed, 1);

  self->store = g_object_ref (store);
  self->subscribers = g_hash_table_new_full (g_direct_hash, g_direct_equal, (GDestroyNotify) unref_subscriber, NULL);
  self->moved = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_hash_table_unref);
  self->time_timer = g_timeout_add_seconds (TIME_EVERY, time_cb, self);
  g_signal_connect (store, "committed", G_CALLBACK (committed_cb), self);
  g_signal_connect (store, "positions", G_CALLBACK (positions_cb), self);

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

  for (GList *l = subscribers; l != NULL; l = l->next)
    {
      Subscriber *subscriber = l->data;
      g_autoptr (SoupWebsocketConnection) connection = g_object_ref (subscriber->connection);

      forget (subscriber);
      if (soup_websocket_connection_get_state (connection) == SOUP_WEBSOCKET_STATE_OPEN)
        soup_websocket_connection_close (connection, SOUP_WEBSOCKET_CLOSE_GOING_AWAY, NULL);
    }

  g_clear_handle_id (&self->time_timer, g_source_remove);
  g_clear_handle_id (&self->move_timer, g_source_remove);
  g_signal_handlers_disconnect_by_data (self->store, self);
  g_hash_table_unref (self->subscribers);
  g_hash_table_unref (self->moved);
  g_object_unref (self->store);
  g_free (self);
}

/**
 * wf_feed_add:
 * @self: a feed
 * @connection: a new subscriber
 * @since: position after which to begin
 */
void
wf_feed_add (WfFeed                  *self,
             SoupWebsocketConnection *connection,
             int64_t                  since)
{
  g_autoptr (GBytes) hello = write_time_frame (self, "hello");
  Subscriber *subscriber = g_new0 (Subscriber, 1);

  g_atomic_ref_count_init (&subscriber->refs);
  g_queue_init (&subscriber->unacked);
  subscriber->feed = self;
  subscriber->connection = g_object_ref (connection);
  subscriber->sent = since;
  g_hash_table_add (self->subscribers, subscriber);

  soup_websocket_connection_set_max_incoming_payload_size (connection, FRAME_MAX);
  soup_websocket_connection_set_keepalive_interval (connection, PING_EVERY);
  g_signal_connect (connection, "message", G_CALLBACK (message_cb), subscriber);
  g_signal_connect (connection, "pong", G_CALLBACK (pong_cb), subscriber);
  g_signal_connect (connection, "closed", G_CALLBACK (closed_cb), subscriber);

  send_frame (subscriber, hello);

  /* Also asked when it seems to be level: a position that lies ahead is found out. */
  read_on (subscriber);
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
