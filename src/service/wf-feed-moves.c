/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-service"

#include "config.h"

#include "wf-feed-private.h"

#include "wf-json-write.h"
#include "wf-readings.h"
#include "wf-wire.h"

/* Units that moved, and what sensors have read, stand in one list, ordered by their last turn. A subscriber is behind by the
 * turns that it has not been told; whatever it misses meanwhile, the newest of each is still in the list when it can be told
 * again. */

#define MOVE_BYTES   (128 * 1024)
#define BEAT_BYTES   (64 * 1024)

typedef struct
{
  GList      link;
  char      *scope;    /* (owned) */
  char      *source;   /* (owned) the unit, or the sensor */
  char      *quantity; /* (owned) (nullable): what was read; %NULL: it is a position */
  WfPosition position;
  int64_t    at;
  double     value;
  guint64    turn;
} Moved;

/* What is told of one scope, each as the members of a list. */
typedef struct
{
  GString *positions;
  GString *readings;
} Told;

static void
free_moved (gpointer data)
{
  Moved *moved = data;

  g_free (moved->scope);
  g_free (moved->source);
  g_free (moved->quantity);
  g_free (moved);
}

/* Whoever follows an area is also told once where a unit went that has left it. */
static gboolean
wants_moved (WfFilter   *filter,
             GHashTable *inside,
             Moved      *moved)
{
  if (moved->quantity != NULL)
    return wf_filter_takes_readings (filter, moved->scope);
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

static void
free_told (gpointer data)
{
  Told *told = data;

  g_string_free (told->positions, TRUE);
  g_string_free (told->readings, TRUE);
  g_free (told);
}

static GHashTable *
new_scopes (void)
{
  return g_hash_table_new_full (g_str_hash, g_str_equal, NULL, free_told);
}

static Told *
ensure_told (GHashTable *scopes,
             const char *scope)
{
  Told *told = g_hash_table_lookup (scopes, scope);

  if (told == NULL)
    {
      told = g_new0 (Told, 1);
      told->positions = g_string_new (NULL);
      told->readings = g_string_new (NULL);
      g_hash_table_insert (scopes, (gpointer) scope, told);
    }

  return told;
}

/* Returns: how many bytes it came to */
static gsize
write_one (const Moved *moved,
           Told        *told)
{
  GString *text = moved->quantity != NULL ? told->readings : told->positions;
  gsize before = text->len;

  if (before > 0)
    g_string_append_c (text, ',');
  if (moved->quantity != NULL)
    {
      WfReading reading = { moved->source, moved->quantity, moved->at, moved->value };

      wf_wire_write_reading (text, &reading);
    }
  else
    wf_wire_write_position (text, moved->source, &moved->position);

  return text->len - before;
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

      told = moved->turn;
      if (wants_moved (filter, inside, moved))
        bytes += write_one (moved, ensure_told (scopes, moved->scope));
    }

  /* What is being drawn takes turns too. */
  return next == NULL ? self->turn : told;
}

/* A list of those scopes that have any: `"NAME":[{"scope": …, "NAME": […]} …]` */
static void
write_list (GString    *body,
            const char *name,
            GHashTable *scopes,
            gboolean    readings)
{
  GHashTableIter iter;
  gpointer scope, value;

  wf_json_write_key (body, name);
  g_string_append_c (body, '[');
  g_hash_table_iter_init (&iter, scopes);
  while (g_hash_table_iter_next (&iter, &scope, &value))
    {
      const GString *text = readings ? ((Told *) value)->readings : ((Told *) value)->positions;

      if (text->len == 0)
        continue;
      g_string_append (body, body->str[body->len - 1] != '[' ? ",{\"scope\":" : "{\"scope\":");
      wf_json_write_string (body, scope);
      wf_json_write_key (body, name);
      g_string_append_printf (body, "[%s]}", text->str);
    }
  g_string_append_c (body, ']');
}

/**
 * wf_feed_write_moved:
 * @self: a feed
 * @filter: (nullable): what is wanted
 * @told: turn of the last position that is known; 0 for none
 * @body: an object of JSON without its end
 *
 * Adds where units are that moved after that, what was read, and all that is being drawn where any of it has changed, for those
 * who have no WebSocket.
 */
void
wf_feed_write_moved (WfFeed   *self,
                     WfFilter *filter,
                     guint64   told,
                     GString  *body)
{
  g_autoptr (GHashTable) scopes = new_scopes ();
  gboolean drawn;

  /* Turns begin anew with every start of the service. */
  told = told > self->turn ? 0 : told;
  drawn = filter == NULL && self->sketch_turn > told;
  told = write_moved (self, filter, NULL, told, scopes);

  wf_json_write_member_int (body, "moved", (int64_t) told);
  write_list (body, "positions", scopes, FALSE);
  write_list (body, "readings", scopes, TRUE);
  if (drawn)
    wf_feed_write_sketches (self, body);
}

/**
 * wf_feed_get_turn:
 * @self: a feed
 *
 * Returns: the turn of the newest position, reading or change of what is being drawn
 */
guint64
wf_feed_get_turn (WfFeed *self)
{
  return self->turn;
}

static void
add_frame (GPtrArray     *frames,
           const char    *kind,
           const char    *scope,
           const GString *text)
{
  if (text->len == 0)
    return;

  GString *frame = g_string_sized_new (text->len + 80);

  g_string_append_printf (frame, "{\"kind\":\"%s\",\"scope\":", kind);
  wf_json_write_string (frame, scope);
  wf_json_write_key (frame, kind);
  g_string_append_c (frame, '[');
  g_string_append_len (frame, text->str, (gssize) text->len);
  g_string_append (frame, "]}");
  g_ptr_array_add (frames, g_string_free_to_bytes (frame));
}

static GPtrArray *
write_frames (WfFeed       *self,
              WfSubscriber *subscriber,
              guint64      *told)
{
  g_autoptr (GHashTable) scopes = new_scopes ();
  GPtrArray *frames = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  GHashTableIter iter;
  gpointer scope, value;

  *told = write_moved (self, subscriber->filter, subscriber->inside, subscriber->told, scopes);

  g_hash_table_iter_init (&iter, scopes);
  while (g_hash_table_iter_next (&iter, &scope, &value))
    {
      add_frame (frames, "positions", scope, ((Told *) value)->positions);
      add_frame (frames, "readings", scope, ((Told *) value)->readings);
    }

  return frames;
}

static void
give_moved (WfSubscriber *self,
            GPtrArray    *frames,
            guint64       told)
{
  for (guint i = 0; i < frames->len; i++)
    wf_subscriber_tell (self, g_ptr_array_index (frames, i));

  self->told = told;
  if (!self->beating && self->soft_sent - self->beat_sent >= BEAT_BYTES)
    wf_subscriber_send_time (self, "time");
}

static gboolean
move_cb (gpointer data)
{
  WfFeed *self = data;
  g_autoptr (GPtrArray) shared = NULL;
  guint64 shared_from = 0, shared_to = 0;
  gint64 now = wf_feed_now ();
  gboolean behind = FALSE;
  GHashTableIter iter;
  gpointer key;

  self->move_timer = 0;
  self->moved_at = now;

  g_hash_table_iter_init (&iter, self->subscribers);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    {
      WfSubscriber *subscriber = key;

      if (subscriber->told < self->turn && now - subscriber->moved_at >= subscriber->move_every &&
          wf_subscriber_may_be_told (subscriber))
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
    wf_feed_arm_moves (self);

  return G_SOURCE_REMOVE;
}

/**
 * wf_feed_arm_moves:
 * @self: a feed
 *
 * Sees to it that whoever is behind is told soon.
 */
void
wf_feed_arm_moves (WfFeed *self)
{
  gint64 wait = self->moved_at + WF_FEED_MOVE_EVERY - wf_feed_now ();

  if (self->move_timer == 0 && g_hash_table_size (self->subscribers) > 0)
    self->move_timer = g_timeout_add ((guint) CLAMP (wait, 0, WF_FEED_MOVE_EVERY), move_cb, self);
}

/* The newest of each takes the place of the one before. */
static Moved *
move (WfFeed     *self,
      const char *scope,
      const char *source,
      const char *quantity)
{
  g_autofree char *key = g_strjoin ("\n", scope, source, quantity, NULL);
  Moved *moved = g_hash_table_lookup (self->moved, key);

  if (moved == NULL)
    {
      moved = g_new0 (Moved, 1);
      moved->scope = g_strdup (scope);
      moved->source = g_strdup (source);
      moved->quantity = g_strdup (quantity);
      moved->link.data = moved;
      g_hash_table_insert (self->moved, g_steal_pointer (&key), moved);
    }
  else
    g_queue_unlink (&self->turns, &moved->link);

  moved->turn = ++self->turn;
  g_queue_push_tail_link (&self->turns, &moved->link);

  return moved;
}

static void
positions_cb (WfStore    *store,
              const char *scope,
              GPtrArray  *positions,
              WfFeed     *self)
{
  for (guint i = 0; i < positions->len; i++)
    {
      const WfUnitPosition *position = g_ptr_array_index (positions, i);

      move (self, scope, position->unit, NULL)->position = position->position;
    }

  wf_feed_arm_moves (self);
}

static void
take_reading (const char      *scope,
              const WfReading *reading,
              gpointer         data)
{
  Moved *moved = move (data, scope, reading->source, reading->quantity);

  moved->at = reading->at;
  moved->value = reading->value;
}

static void
readings_cb (WfStore    *store,
             const char *scope,
             GPtrArray  *readings,
             WfFeed     *self)
{
  for (guint i = 0; i < readings->len; i++)
    take_reading (scope, g_ptr_array_index (readings, i), self);

  wf_feed_arm_moves (self);
}

/**
 * wf_feed_init_moves:
 * @self: a new feed
 *
 * What was read before this service started is told too: no snapshot has it.
 */
void
wf_feed_init_moves (WfFeed *self)
{
  self->moved = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, free_moved);
  g_queue_init (&self->turns);
  wf_store_each_reading (self->store, take_reading, self);
  g_signal_connect (self->store, "positions", G_CALLBACK (positions_cb), self);
  g_signal_connect (self->store, "readings", G_CALLBACK (readings_cb), self);
}

/**
 * wf_feed_clear_moves:
 * @self: a feed that ends
 */
void
wf_feed_clear_moves (WfFeed *self)
{
  g_clear_handle_id (&self->move_timer, g_source_remove);
  g_hash_table_unref (self->moved);
}
