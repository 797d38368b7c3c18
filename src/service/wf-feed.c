/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-service"

#include "config.h"

#include "wf-feed.h"

#include "wf-json-write.h"
#include "wf-query.h"
#include "wf-sketch.h"
#include "wf-time.h"
#include "wf-wire.h"

#include <string.h>

/* Each subscriber is given entries in order, from the position that it asked for. Nothing is queued for one that lags: it
 * has a budget of bytes that it has not acknowledged, and when that is used up it is simply read from the journal later.
 * libsoup itself has no limit to what it queues, so positions and the time, which nobody acknowledges, have a budget of
 * their own: now and then a frame carries a number (a beat), and its echo says that what went before has arrived.
 *
 * Units that moved stand in one list, ordered by their last turn. A subscriber is behind by the turns that it has not been
 * told; whatever it misses meanwhile, the newest position of each unit is still in the list when it can be told again. */

#define BUDGET_MOST  (4 * 1024 * 1024)
#define BUDGET_LEAST (256 * 1024)
#define BUDGET_ALL   (128 * 1024 * 1024) /* shared out when many follow */
#define BEAT_BYTES   (64 * 1024)
#define PAGE_ENTRIES 500
#define FRAME_MAX    (64 * 1024) /* of what subscribers say */
#define STALLED      (60 * WF_SECOND)
#define TIME_EVERY   5    /* s */
#define MOVE_EVERY   100  /* ms */
#define MOVE_BYTES   (128 * 1024)
#define PING_EVERY   10   /* s */
#define LINGER       5    /* s, for the other end to answer a close */

#define CLOSE_GONE   4410
#define CLOSE_SLOW   4408 /* libsoup sends no 1013 */

struct _WfFeed
{
  WfFeedNote note; /* (nullable) who wants to know what was given to whom */
  gpointer   note_data;

  WfStore    *store;       /* (owned) */
  GHashTable *subscribers; /* (owned) set of Subscriber */
  GHashTable *moved;       /* (owned) "scope\nunit" → Moved */
  GQueue      turns;       /* (element-type Moved) the one that moved last at the end */
  guint64     turn;
  gint64      moved_at;    /* monotonic, ms: when positions went out last */
  guint       silence;     /* s that a subscriber may say nothing, not even answer a ping */
  guint       time_timer;
  guint       move_timer;
  int64_t     desks;       /* how many have ever followed */
};

typedef struct
{
  GList      link;
  char      *scope;
  char      *unit;
  WfPosition position;
  guint64    turn;
} Moved;

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
  GSocket                 *socket;     /* (owned) under it */
  int64_t                  sent;       /* position of the last entry given */
  int64_t                  noted;      /* up to where it was noted that it was given */
  GQueue                   unacked;    /* (element-type Sent) */
  gsize                    unacked_bytes;
  guint64                  soft_sent;  /* bytes that nobody acknowledges */
  guint64                  soft_known; /* of them, what has arrived */
  guint64                  beat_sent;  /* soft_sent when the last beat went out */
  guint                    beat;
  gboolean                 beating;    /* its echo has not come yet */
  int64_t                  stalled_at; /* 0: it does not */
  gint64                   heard_at;   /* monotonic, ms */
  WfRole                   role;       /* what is not meant for it comes without payload */
  WfFilter                *filter;     /* (owned) (nullable) */
  GHashTable              *inside;     /* (owned) (nullable) set of Moved: where it has a filter by area, who is in it */
  guint64                  told;       /* turn of the last position given */
  gint64                   move_every; /* ms */
  gint64                   moved_at;   /* monotonic, ms */
  gboolean                 reading;
  int64_t                  desk;       /* a number of its own */
  char                    *actor;      /* (owned) */
  char                    *name;       /* (owned) (nullable) */
  GVariant                *sketch;     /* (owned) (nullable): what is being drawn there */
  gint64                   sketched_at; /* monotonic, ms */
} Subscriber;

static void pump (Subscriber *self);
static void end_sketch (WfFeed     *feed,
                        Subscriber *subscriber);

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
  g_clear_pointer (&self->filter, wf_filter_unref);
  g_clear_pointer (&self->inside, g_hash_table_unref);
  g_object_unref (self->connection);
  g_object_unref (self->socket);
  g_free (self->actor);
  g_free (self->name);
  g_clear_pointer (&self->sketch, g_variant_unref);
  g_free (self);
}

static void
note_given (Subscriber *self)
{
  if (self->feed->note != NULL && self->sent > self->noted)
    self->feed->note (self->connection, self->noted, self->sent, self->feed->note_data);
  self->noted = self->sent;
}

static void
forget (Subscriber *self)
{
  if (self->feed == NULL)
    return;

  WfFeed *feed = self->feed;

  note_given (self);
  self->feed = NULL;
  g_signal_handlers_disconnect_by_data (self->connection, self);
  end_sketch (feed, self);
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
dismiss (Subscriber *self,
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
send_frame (Subscriber *self,
            GBytes     *frame)
{
  if (soup_websocket_connection_get_state (self->connection) == SOUP_WEBSOCKET_STATE_OPEN)
    soup_websocket_connection_send_message (self->connection, SOUP_WEBSOCKET_DATA_TEXT, frame);
}

static gint64
now_ms (void)
{
  return g_get_monotonic_time () / 1000;
}

/* The more follow, the less each may leave lying, so that all of them together cannot fill the memory. */
static gsize
get_budget (WfFeed *self)
{
  return CLAMP (BUDGET_ALL / MAX (g_hash_table_size (self->subscribers), 1), BUDGET_LEAST, BUDGET_MOST);
}

static gboolean
may_send_soft (Subscriber *self)
{
  return self->soft_sent - self->soft_known <= get_budget (self->feed) && self->stalled_at == 0;
}

static void
send_soft (Subscriber *self,
           GBytes     *frame)
{
  self->soft_sent += g_bytes_get_size (frame);
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
  if (self->unacked_bytes <= get_budget (self->feed))
    {
      self->stalled_at = 0;
      return TRUE;
    }

  if (self->stalled_at == 0)
    self->stalled_at = now_ms ();

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
read_on (Subscriber *self)
{
  self->reading = TRUE;
  wf_store_read_filtered_async (self->feed->store, self->role, self->filter, self->sent, PAGE_ENTRIES, NULL, read_cb,
                                ref_subscriber (self));
}

/* Gives a subscriber what it may have now. */
static void
pump (Subscriber *self)
{
  if (self->feed != NULL && !self->reading && self->sent < wf_store_get_head (self->feed->store) && may_send (self))
    read_on (self);
}

static void
take_ack (Subscriber *self,
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

/* --- what is being drawn ---
 * It is told to all others as it comes, and kept nowhere. */

/* Whoever may draw (plot.draw): what somebody else says of it is told to nobody. */
#define MAY_SKETCH \
  (WF_ROLE_DUTY_OFFICER | WF_ROLE_OPERATOR | WF_ROLE_COMMANDER | WF_ROLE_DRILL_COORDINATOR | WF_ROLE_DESK)

/* Not oftener than a hand moves, ms. */
#define SKETCH_EVERY 40

static void
tell_sketch (WfFeed     *feed,
             Subscriber *from,
             GVariant   *sketch)
{
  g_autoptr (GVariant) who = wf_dict_make ("actor", wf_value_string (from->actor),
                                           "name", from->name != NULL ? wf_value_string (from->name) : NULL,
                                           "desk", wf_value_int (from->desk),
                                           NULL);
  g_autoptr (GVariant) told = wf_dict_merge (sketch, who);
  g_autoptr (GString) text = g_string_new ("{\"kind\":\"sketch\",\"sketch\":");
  GHashTableIter iter;
  gpointer key;

  wf_wire_write_fields (text, wf_told_sketch_fields, told);
  g_string_append_c (text, '}');

  g_autoptr (GBytes) frame = g_string_free_to_bytes (g_steal_pointer (&text));
  g_hash_table_iter_init (&iter, feed->subscribers);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    {
      Subscriber *subscriber = key;

      /* Who follows only a part wants records. */
      if (subscriber != from && subscriber->filter == NULL && may_send_soft (subscriber))
        send_soft (subscriber, frame);
    }
}

static void
take_sketch (Subscriber *self,
             GVariant   *sketch)
{
  g_autoptr (GVariant) points = wf_dict_value (sketch, "points");
  gboolean over = g_variant_n_children (points) == 0;
  gint64 now = now_ms ();

  if (!(self->role & MAY_SKETCH) || (!over && now - self->sketched_at < SKETCH_EVERY))
    return;

  self->sketched_at = now;
  g_clear_pointer (&self->sketch, g_variant_unref);
  self->sketch = over ? NULL : g_variant_ref (sketch);
  tell_sketch (self->feed, self, sketch);
}

/* Whoever goes away draws no longer. */
static void
end_sketch (WfFeed     *feed,
            Subscriber *subscriber)
{
  g_autoptr (GVariant) last = g_steal_pointer (&subscriber->sketch);

  if (last == NULL)
    return;

  g_autoptr (GVariant) none = wf_dict_make ("points", g_variant_new_array (G_VARIANT_TYPE ("(dd)"), NULL, 0), NULL);
  g_autoptr (GVariant) over = wf_dict_merge (last, none);

  tell_sketch (feed, subscriber, over);
}

static void
message_cb (SoupWebsocketConnection *connection,
            SoupWebsocketDataType    type,
            GBytes                  *message,
            gpointer                 data)
{
  Subscriber *self = data;
  g_autoptr (GVariant) sketch = NULL;
  int64_t ack, beat;

  if (type != SOUP_WEBSOCKET_DATA_TEXT || !wf_body_read_frame (message, &ack, &beat, &sketch) || ack > self->sent ||
      beat > (int64_t) self->beat)
    {
      dismiss (self, SOUP_WEBSOCKET_CLOSE_POLICY_VIOLATION, "only an acknowledgement is expected");
      return;
    }

  self->heard_at = now_ms ();
  if (ack >= 0)
    take_ack (self, ack);
  else if (sketch != NULL)
    take_sketch (self, sketch);
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
  ((Subscriber *) data)->heard_at = now_ms ();
}

static void
closed_cb (SoupWebsocketConnection *connection,
           gpointer                 data)
{
  forget (data);
}

static void
send_time (Subscriber *self,
           const char *kind)
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
  send_soft (self, frame);
}

static gboolean
time_cb (gpointer data)
{
  WfFeed *self = data;
  g_autoptr (GList) subscribers = g_hash_table_get_keys (self->subscribers);
  int64_t now = now_ms ();

  for (GList *l = subscribers; l != NULL; l = l->next)
    {
      Subscriber *subscriber = l->data;

      note_given (subscriber);
      if (subscriber->stalled_at != 0 && now - subscriber->stalled_at >= STALLED)
        dismiss (subscriber, CLOSE_SLOW, "too slow: resume");
      else if (now - subscriber->heard_at >= (int64_t) self->silence * WF_SECOND)
        dismiss (subscriber, CLOSE_SLOW, "nothing was heard: resume");
      else if (may_send_soft (subscriber))
        send_time (subscriber, "time");
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
      Subscriber *subscriber = l->data;

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

/* --- units that move --- */

static void
free_moved (gpointer data)
{
  Moved *moved = data;

  g_free (moved->scope);
  g_free (moved->unit);
  g_free (moved);
}

/* Whoever follows an area is also told once where a unit went that has left it. */
static gboolean
wants_moved (WfFilter   *filter,
             GHashTable *inside,
             Moved      *moved)
{
  if (!wf_filter_takes_moves (filter, moved->scope))
    return FALSE;
  if (!wf_filter_has_area (filter))
    return TRUE;
  if (wf_filter_takes_place (filter, moved->position.longitude, moved->position.latitude))
    {
      if (inside != NULL)
        g_hash_table_add (inside, moved);
      return TRUE;
    }

  return inside != NULL && g_hash_table_remove (inside, moved);
}

/* Writes what moved after a turn, by scope. Returns: how far it came */
static guint64
write_moved (WfFeed     *self,
             WfFilter   *filter,
             GHashTable *inside,
             guint64     told,
             GHashTable *scopes)
{
  GList *next = NULL;
  gsize bytes = 0;

  for (GList *l = self->turns.tail; l != NULL && ((Moved *) l->data)->turn > told; l = l->prev)
    next = l;

  for (; next != NULL && bytes < MOVE_BYTES; next = next->next)
    {
      Moved *moved = next->data;
      GString *text;
      gsize before;

      told = moved->turn;
      if (!wants_moved (filter, inside, moved))
        continue;

      text = g_hash_table_lookup (scopes, moved->scope);
      if (text == NULL)
        {
          text = g_string_new (NULL);
          g_hash_table_insert (scopes, moved->scope, text);
        }

      before = text->len;
      if (before > 0)
        g_string_append_c (text, ',');
      wf_wire_write_position (text, moved->unit, &moved->position);
      bytes += text->len - before;
    }

  return told;
}

static void
free_text (gpointer text)
{
  g_string_free (text, TRUE);
}

static GHashTable *
new_scopes (void)
{
  return g_hash_table_new_full (g_str_hash, g_str_equal, NULL, free_text);
}

/**
 * wf_feed_write_moved:
 * @self: a feed
 * @filter: (nullable): what is wanted
 * @told: turn of the last position that is known; 0 for none
 * @body: an object of JSON without its end
 *
 * Adds where units are that moved after that, for those who have no WebSocket.
 */
void
wf_feed_write_moved (WfFeed   *self,
                     WfFilter *filter,
                     guint64   told,
                     GString  *body)
{
  g_autoptr (GHashTable) scopes = new_scopes ();
  GHashTableIter iter;
  gpointer scope, text;
  guint n = 0;

  /* Turns begin anew with every start of the service. */
  told = write_moved (self, filter, NULL, told > self->turn ? 0 : told, scopes);

  wf_json_write_member_int (body, "moved", (int64_t) told);
  wf_json_write_key (body, "positions");
  g_string_append_c (body, '[');
  g_hash_table_iter_init (&iter, scopes);
  while (g_hash_table_iter_next (&iter, &scope, &text))
    {
      g_string_append (body, n++ > 0 ? ",{\"scope\":" : "{\"scope\":");
      wf_json_write_string (body, scope);
      g_string_append_printf (body, ",\"positions\":[%s]}", ((GString *) text)->str);
    }
  g_string_append_c (body, ']');
}

/**
 * wf_feed_get_turn:
 * @self: a feed
 *
 * Returns: the turn of the newest position
 */
guint64
wf_feed_get_turn (WfFeed *self)
{
  return self->turn;
}

static GPtrArray *
write_frames (WfFeed     *self,
              Subscriber *subscriber,
              guint64    *told)
{
  g_autoptr (GHashTable) scopes = new_scopes ();
  GPtrArray *frames = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  GHashTableIter iter;
  gpointer scope, text;

  *told = write_moved (self, subscriber->filter, subscriber->inside, subscriber->told, scopes);

  g_hash_table_iter_init (&iter, scopes);
  while (g_hash_table_iter_next (&iter, &scope, &text))
    {
      GString *frame = g_string_sized_new (((GString *) text)->len + 80);

      g_string_append (frame, "{\"kind\":\"positions\",\"scope\":");
      wf_json_write_string (frame, scope);
      g_string_append (frame, ",\"positions\":[");
      g_string_append_len (frame, ((GString *) text)->str, (gssize) ((GString *) text)->len);
      g_string_append (frame, "]}");
      g_ptr_array_add (frames, g_string_free_to_bytes (frame));
    }

  return frames;
}

static void
give_moved (Subscriber *self,
            GPtrArray  *frames,
            guint64     told)
{
  for (guint i = 0; i < frames->len; i++)
    send_soft (self, g_ptr_array_index (frames, i));

  self->told = told;
  if (!self->beating && self->soft_sent - self->beat_sent >= BEAT_BYTES)
    send_time (self, "time");
}

static void arm_moves (WfFeed *self);

static gboolean
move_cb (gpointer data)
{
  WfFeed *self = data;
  g_autoptr (GPtrArray) shared = NULL;
  guint64 shared_from = 0, shared_to = 0;
  gint64 now = now_ms ();
  gboolean behind = FALSE;
  GHashTableIter iter;
  gpointer key;

  self->move_timer = 0;
  self->moved_at = now;

  g_hash_table_iter_init (&iter, self->subscribers);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    {
      Subscriber *subscriber = key;

      if (subscriber->told < self->turn && now - subscriber->moved_at >= subscriber->move_every &&
          may_send_soft (subscriber))
        {
          subscriber->moved_at = now;
          if (subscriber->filter != NULL)
            {
              guint64 told;
              g_autoptr (GPtrArray) frames = write_frames (self, subscriber, &told);

              give_moved (subscriber, frames, told);
            }
          else
            {
              /* Nearly all are equally far, and get the same bytes. */
              if (shared == NULL || shared_from != subscriber->told)
                {
                  g_clear_pointer (&shared, g_ptr_array_unref);
                  shared_from = subscriber->told;
                  shared = write_frames (self, subscriber, &shared_to);
                }
              give_moved (subscriber, shared, shared_to);
            }
        }

      behind = behind || subscriber->told < self->turn;
    }

  if (behind)
    arm_moves (self);

  return G_SOURCE_REMOVE;
}

static void
arm_moves (WfFeed *self)
{
  if (self->move_timer == 0 && g_hash_table_size (self->subscribers) > 0)
    self->move_timer = g_timeout_add ((guint) CLAMP (self->moved_at + MOVE_EVERY - now_ms (), 0, MOVE_EVERY), move_cb, self);
}

/* A unit's newest position takes the place of the one before. */
static void
positions_cb (WfStore    *store,
              const char *scope,
              GPtrArray  *positions,
              WfFeed     *self)
{
  for (guint i = 0; i < positions->len; i++)
    {
      const WfUnitPosition *position = g_ptr_array_index (positions, i);
      g_autofree char *key = g_strconcat (scope, "\n", position->unit, NULL);
      Moved *moved = g_hash_table_lookup (self->moved, key);

      if (moved == NULL)
        {
          moved = g_new0 (Moved, 1);
          moved->scope = g_strdup (scope);
          moved->unit = g_strdup (position->unit);
          moved->link.data = moved;
          g_hash_table_insert (self->moved, g_steal_pointer (&key), moved);
        }
      else
        g_queue_unlink (&self->turns, &moved->link);

      moved->position = position->position;
      moved->turn = ++self->turn;
      g_queue_push_tail_link (&self->turns, &moved->link);
    }

  arm_moves (self);
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
  self->moved = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, free_moved);
  g_queue_init (&self->turns);
  self->silence = silence;
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
  Subscriber *subscriber = g_new0 (Subscriber, 1);

  g_atomic_ref_count_init (&subscriber->refs);
  g_queue_init (&subscriber->unacked);
  subscriber->feed = self;
  subscriber->connection = g_object_ref (connection);
  subscriber->socket = g_object_ref (socket);
  subscriber->sent = since;
  subscriber->noted = since;
  subscriber->role = wf_role_from_name (who->role);
  subscriber->actor = g_strdup (who->actor);
  subscriber->name = g_strdup (who->name);
  subscriber->desk = ++self->desks;
  subscriber->filter = filter != NULL ? wf_filter_ref (filter) : NULL;
  subscriber->heard_at = now_ms ();
  if (wf_filter_has_area (filter))
    subscriber->inside = g_hash_table_new (g_direct_hash, g_direct_equal);
  /* A little less than a whole number of ticks, so that none is missed by a hair. */
  subscriber->move_every = rate >= 10 ? 0 : 1000 / rate - MOVE_EVERY / 10;
  g_hash_table_add (self->subscribers, subscriber);

  soup_websocket_connection_set_max_incoming_payload_size (connection, FRAME_MAX);
  soup_websocket_connection_set_keepalive_interval (connection, MIN (PING_EVERY, MAX (self->silence / 3, 1)));
  g_signal_connect (connection, "message", G_CALLBACK (message_cb), subscriber);
  g_signal_connect (connection, "pong", G_CALLBACK (pong_cb), subscriber);
  g_signal_connect (connection, "closed", G_CALLBACK (closed_cb), subscriber);

  send_time (subscriber, "hello");

  /* Where units are now: a snapshot taken before this may not know of the last to move. */
  arm_moves (self);

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
