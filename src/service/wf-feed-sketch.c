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
 * with where units are, whenever any of it has changed. */

/* Whoever may draw (plot.draw): what somebody else says of it is told to nobody. */
#define MAY_SKETCH \
  (WF_ROLE_DUTY_OFFICER | WF_ROLE_OPERATOR | WF_ROLE_COMMANDER | WF_ROLE_DRILL_COORDINATOR | WF_ROLE_DESK)

/* Of what is being drawn, about so much goes into a page. */
#define PAGE_BYTES (256 * 1024)

/* Not oftener than a hand moves, ms. */
#define SKETCH_EVERY 40

static void
write_sketch (GString      *text,
              WfSubscriber *from,
              GVariant     *sketch)
{
  g_autoptr (GVariant) who = wf_dict_make ("actor", wf_value_string (from->actor),
                                           "name", from->name != NULL ? wf_value_string (from->name) : NULL,
                                           "desk", wf_value_int (from->desk),
                                           NULL);
  g_autoptr (GVariant) told = wf_dict_merge (sketch, who);

  wf_wire_write_fields (text, wf_told_sketch_fields, told);
}

static void
tell_sketch (WfFeed       *feed,
             WfSubscriber *from,
             GVariant     *sketch)
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
      if (subscriber != from && subscriber->filter == NULL && wf_subscriber_may_be_told (subscriber))
        wf_subscriber_tell (subscriber, frame);
    }
  if (feed->sketched != NULL)
    feed->sketched (feed->sketched_data);
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
  gpointer key;

  wf_json_write_key (body, "sketches");
  g_string_append_c (body, '[');
  g_hash_table_iter_init (&iter, self->subscribers);
  while (g_hash_table_iter_next (&iter, &key, NULL) && body->len - begin < PAGE_BYTES)
    {
      WfSubscriber *subscriber = key;

      if (subscriber->sketch == NULL)
        continue;
      if (body->str[body->len - 1] != '[')
        g_string_append_c (body, ',');
      write_sketch (body, subscriber, subscriber->sketch);
    }
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
  g_autoptr (GVariant) points = wf_dict_value (sketch, "points");
  gboolean over = g_variant_n_children (points) == 0;
  gint64 now = wf_feed_now ();

  if (!(self->role & MAY_SKETCH) || (!over && now - self->sketched_at < SKETCH_EVERY))
    return;

  self->sketched_at = now;
  g_clear_pointer (&self->sketch, g_variant_unref);
  self->sketch = over ? NULL : g_variant_ref (sketch);
  tell_sketch (self->feed, self, sketch);
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
  g_autoptr (GVariant) last = g_steal_pointer (&self->sketch);

  if (last == NULL)
    return;

  g_autoptr (GVariant) none = wf_dict_make ("points", g_variant_new_array (G_VARIANT_TYPE ("(dd)"), NULL, 0), NULL);
  g_autoptr (GVariant) over = wf_dict_merge (last, none);

  tell_sketch (feed, self, over);
}

