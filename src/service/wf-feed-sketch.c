/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-service"

#include "config.h"

#include "wf-feed-private.h"

#include "wf-dict.h"
#include "wf-json-write.h"
#include "wf-sketch.h"
#include "wf-wire.h"

/* What is being drawn is told to all others as it comes, and kept nowhere. Whoever has no WebSocket is told all of it at once,
 * with where units are, whenever any of it has changed, and posts what it draws itself, under a name that it gives its desk:
 * requests belong to nobody who could go away. What is not posted again for a while is over. */

/* Whoever may draw (plot.draw): what somebody else says of it is told to nobody. */
#define MAY_SKETCH \
  (WF_ROLE_DUTY_OFFICER | WF_ROLE_OPERATOR | WF_ROLE_COMMANDER | WF_ROLE_DRILL_COORDINATOR | WF_ROLE_DESK)

/* Of what is being drawn, about so much goes into a page. */
#define PAGE_BYTES (256 * 1024)

/* Not oftener than a hand moves, ms. */
#define SKETCH_EVERY 40

/* Who posts says every five seconds that it goes on. As with a WebSocket, silence has its end. */
#define POSTED_FOR   15 /* s, or less where followers may not be silent for so long */
#define POSTED_CHECK 1  /* s */

/* At so many desks may those draw who post, all of them and one person. */
#define POSTED_MAX   200
#define POSTED_DESKS 8

static void
write_sketch (GString        *text,
              const WfDrawer *from,
              GVariant       *sketch)
{
  g_autoptr (GVariant) who = wf_dict_make ("actor", wf_value_string (from->actor),
                                           "name", from->name != NULL ? wf_value_string (from->name) : NULL,
                                           "desk", wf_value_int (from->desk),
                                           NULL);
  g_autoptr (GVariant) told = wf_dict_merge (sketch, who);

  wf_wire_write_fields (text, wf_told_sketch_fields, told);
}

static void
tell_sketch (WfFeed         *feed,
             const WfDrawer *from,
             GVariant       *sketch)
{
  g_autoptr (GString) text = g_string_new ("{\"kind\":\"sketch\",\"sketch\":");
  GHashTableIter iter;
  gpointer key;

  write_sketch (text, from, sketch);
  g_string_append_c (text, '}');
  feed->sketch_turn = ++feed->turn;

  g_autoptr (GBytes) frame = g_string_free_to_bytes (g_steal_pointer (&text));
  g_hash_table_iter_init (&iter, feed->subscribers);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    {
      WfSubscriber *subscriber = key;

      /* Who follows only a part wants records. */
      if (&subscriber->drawer != from && subscriber->filter == NULL && wf_subscriber_may_be_told (subscriber))
        wf_subscriber_tell (subscriber, frame);
    }
  if (feed->sketched != NULL)
    feed->sketched (feed->sketched_data);
}

static void
end_sketch (WfFeed   *feed,
            WfDrawer *drawer)
{
  g_autoptr (GVariant) last = g_steal_pointer (&drawer->sketch);

  if (last == NULL)
    return;

  g_autoptr (GVariant) over = wf_sketch_end (last);

  tell_sketch (feed, drawer, over);
}

/* Returns: whether it did not come too soon after the one before */
static gboolean
take_sketch (WfFeed   *feed,
             WfDrawer *drawer,
             GVariant *sketch)
{
  gboolean over = wf_sketch_is_over (sketch);
  gint64 now = wf_feed_now ();

  if (!over && now - drawer->sketched_at < SKETCH_EVERY)
    return FALSE;

  drawer->sketched_at = now;
  g_clear_pointer (&drawer->sketch, g_variant_unref);
  drawer->sketch = over ? NULL : g_variant_ref (sketch);
  tell_sketch (feed, drawer, sketch);

  return TRUE;
}

/**
 * wf_drawer_init:
 * @drawer: a desk
 * @feed: what it follows
 * @who: who sits there
 */
void
wf_drawer_init (WfDrawer      *drawer,
                WfFeed        *feed,
                const WfToken *who)
{
  drawer->actor = g_strdup (who->actor);
  drawer->name = g_strdup (who->name);
  drawer->desk = ++feed->desks;
}

/**
 * wf_drawer_clear:
 * @drawer: a desk
 */
void
wf_drawer_clear (WfDrawer *drawer)
{
  g_free (drawer->actor);
  g_free (drawer->name);
  g_clear_pointer (&drawer->sketch, g_variant_unref);
}

static void
free_drawer (gpointer data)
{
  wf_drawer_clear (data);
  g_free (data);
}

static void
write_one (GString        *body,
           const WfDrawer *drawer,
           gsize           begin)
{
  if (drawer->sketch == NULL || body->len - begin >= PAGE_BYTES)
    return;
  if (body->str[body->len - 1] != '[')
    g_string_append_c (body, ',');
  write_sketch (body, drawer, drawer->sketch);
}

/**
 * wf_feed_write_sketches:
 * @self: a feed
 * @body: an object of JSON without its end
 *
 * Adds all that is being drawn at the moment.
 */
void
wf_feed_write_sketches (WfFeed  *self,
                        GString *body)
{
  gsize begin = body->len;
  GHashTableIter iter;
  gpointer key, value;

  wf_json_write_key (body, "sketches");
  g_string_append_c (body, '[');
  g_hash_table_iter_init (&iter, self->subscribers);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    write_one (body, &((WfSubscriber *) key)->drawer, begin);
  g_hash_table_iter_init (&iter, self->posted);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    write_one (body, value, begin);
  g_string_append_c (body, ']');
}

/**
 * wf_subscriber_take_sketch:
 * @self: a subscriber
 * @sketch: what it says is being drawn there
 */
void
wf_subscriber_take_sketch (WfSubscriber *self,
                           GVariant     *sketch)
{
  if (self->role & MAY_SKETCH)
    take_sketch (self->feed, &self->drawer, sketch);
}

/**
 * wf_subscriber_end_sketch:
 * @self: a subscriber that goes away, and so draws no longer
 * @feed: which it followed
 */
void
wf_subscriber_end_sketch (WfSubscriber *self,
                          WfFeed       *feed)
{
  end_sketch (feed, &self->drawer);
}

/* --- by post ----------------------------------------------------------------------------------------------------- */

static gboolean
posted_cb (gpointer data)
{
  WfFeed *self = data;
  g_autoptr (GList) keys = g_hash_table_get_keys (self->posted);
  gint64 now = wf_feed_now ();

  for (GList *l = keys; l != NULL; l = l->next)
    {
      WfDrawer *drawer = g_hash_table_lookup (self->posted, l->data);

      if (now - drawer->sketched_at < MIN (POSTED_FOR, (gint64) self->silence) * 1000)
        continue;
      end_sketch (self, drawer);
      g_hash_table_remove (self->posted, l->data);
    }
  if (g_hash_table_size (self->posted) > 0)
    return G_SOURCE_CONTINUE;

  self->posted_timer = 0;

  return G_SOURCE_REMOVE;
}

/**
 * wf_feed_init_sketches:
 * @self: a feed that is being made
 */
void
wf_feed_init_sketches (WfFeed *self)
{
  self->posted = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, free_drawer);
}

/**
 * wf_feed_clear_sketches:
 * @self: a feed that ends
 */
void
wf_feed_clear_sketches (WfFeed *self)
{
  g_clear_handle_id (&self->posted_timer, g_source_remove);
  g_clear_pointer (&self->posted, g_hash_table_unref);
}

static gboolean
has_room (WfFeed     *self,
          const char *actor)
{
  GHashTableIter iter;
  gpointer value;
  guint own = 0;

  g_hash_table_iter_init (&iter, self->posted);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    own += g_str_equal (((WfDrawer *) value)->actor, actor);

  return own < POSTED_DESKS && g_hash_table_size (self->posted) < POSTED_MAX;
}

/**
 * wf_feed_may_sketch:
 * @who: somebody who was let in
 *
 * Returns: whether they may draw: people of the centre, by their role; townships and firms see none of its map
 */
gboolean
wf_feed_may_sketch (const WfToken *who)
{
  return who->reads && (wf_role_from_name (who->role) & MAY_SKETCH) != 0;
}

/**
 * wf_feed_post_sketch:
 * @self: a feed
 * @who: somebody who wf_feed_may_sketch()
 * @name: how they call their desk
 * @sketch: what they say is being drawn there, by wf_sketch_fields
 * @desk: (out): by which number others know that desk while it draws; 0: nothing was being drawn there
 *
 * Takes what is being drawn from somebody who has no WebSocket. It is over when it is said so, or when nothing of it has
 * come for fifteen seconds.
 *
 * Returns: (nullable): the kind of problem on the wire, or %NULL where all others are told
 */
const char *
wf_feed_post_sketch (WfFeed        *self,
                     const WfToken *who,
                     const char    *name,
                     GVariant      *sketch,
                     int64_t       *desk)
{
  g_autofree char *key = g_strconcat (who->actor, "\n", name, NULL);
  WfDrawer *drawer = g_hash_table_lookup (self->posted, key);

  *desk = drawer != NULL ? drawer->desk : 0;
  if (wf_sketch_is_over (sketch))
    {
      if (drawer != NULL)
        end_sketch (self, drawer);
      g_hash_table_remove (self->posted, key);
      return NULL;
    }

  if (drawer == NULL)
    {
      if (!has_room (self, who->actor))
        return "unavailable";

      drawer = g_new0 (WfDrawer, 1);
      wf_drawer_init (drawer, self, who);
      drawer->sketched_at = wf_feed_now () - SKETCH_EVERY;
      g_hash_table_insert (self->posted, g_steal_pointer (&key), drawer);
      *desk = drawer->desk;
      if (self->posted_timer == 0)
        self->posted_timer = g_timeout_add_seconds (POSTED_CHECK, posted_cb, self);
    }

  return take_sketch (self, drawer, sketch) ? NULL : "too-many";
}
