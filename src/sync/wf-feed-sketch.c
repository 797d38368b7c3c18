/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-sync"

#include "config.h"

#include "wf-feed-parts-private.h"

#include "wf-dict.h"
#include "wf-id.h"
#include "wf-sketch.h"
#include "wf-wire.h"

/* What is being drawn here and there. With a WebSocket it is said and heard as it comes. Without one pages have all that others
 * draw, and what is drawn here is posted: the newest only, one request at a time, and again while it goes on, since the service
 * takes for over what it no longer hears of. */

#define POST_EVERY  250  /* ms, at the most */
#define SAY_AGAIN   5000 /* ms */
#define ANSWER_MAX  4096
#define TOO_MANY    429

static void post_when_due (WfFeed *self);

/* --- what others draw, while polling ----------------------------------------------------------------------------- */

static GHashTable *
new_drawn (void)
{
  return g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, (GDestroyNotify) g_variant_unref);
}

/**
 * wf_feed_take_drawn:
 * @self: a feed that polls
 * @drawn: (nullable) (element-type GVariant): all that is being drawn now
 *
 * Tells what others draw, and of what is no longer among it that it is over.
 */
void
wf_feed_take_drawn (WfFeed    *self,
                    GPtrArray *drawn)
{
  g_autoptr (GHashTable) before = g_steal_pointer (&self->drawn);
  GHashTableIter iter;
  gpointer sketch;

  self->drawn = new_drawn ();
  for (guint i = 0; drawn != NULL && i < drawn->len; i++)
    {
      int64_t desk = wf_dict_int (g_ptr_array_index (drawn, i), "desk", 0);

      /* What was posted from here comes back in a page. */
      if (desk == self->own_desk)
        continue;
      if (before != NULL)
        g_hash_table_remove (before, &desk);
      g_hash_table_replace (self->drawn, g_memdup2 (&desk, sizeof desk), g_variant_ref (g_ptr_array_index (drawn, i)));
      self->client->sketch (self->data, g_ptr_array_index (drawn, i));
    }
  if (before == NULL)
    return;

  g_hash_table_iter_init (&iter, before);
  while (g_hash_table_iter_next (&iter, NULL, &sketch))
    {
      g_autoptr (GVariant) over = wf_sketch_end (sketch);

      self->client->sketch (self->data, over);
    }
}

/* A page may have come before the answer that says which of the desks in it is ours. */
static void
note_own_desk (WfFeed  *self,
               int64_t  desk)
{
  GVariant *back = self->drawn != NULL ? g_hash_table_lookup (self->drawn, &desk) : NULL;

  self->own_desk = desk;
  if (back == NULL)
    return;

  g_autoptr (GVariant) over = wf_sketch_end (back);

  g_hash_table_remove (self->drawn, &desk);
  self->client->sketch (self->data, over);
}

/* --- what is drawn here ------------------------------------------------------------------------------------------ */

static GBytes *
write_post (WfFeed   *self,
            GVariant *sketch)
{
  g_autoptr (GString) text = g_string_new ("{\"desk\":");

  wf_json_write_string (text, self->desk);
  wf_json_write_key (text, "sketch");
  wf_wire_write_fields (text, wf_sketch_fields, sketch);
  g_string_append_c (text, '}');

  return g_string_free_to_bytes (g_steal_pointer (&text));
}

static gboolean
due_cb (gpointer data)
{
  WfFeed *self = data;

  self->post_id = 0;
  if (self->sketch != NULL && !wf_sketch_is_over (self->sketch))
    self->sketch_waits = TRUE;
  post_when_due (self);

  return G_SOURCE_REMOVE;
}

static void
look_again (WfFeed *self,
            gint64  delay)
{
  g_clear_handle_id (&self->post_id, g_source_remove);
  self->post_id = g_timeout_add ((guint) MAX (delay, 1), due_cb, self);
}

/* Nothing hangs on it: what does not arrive is only not seen, and said again if it still goes on. */
static void
posted_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      data)
{
  g_autoptr (WfFeedStep) step = data;
  WfFeed *self = step->self;
  g_autoptr (GError) error = NULL;
  g_autoptr (WfAnswer) answer = wf_http_send_finish (WF_HTTP (source), result, &error);
  guint status = answer != NULL ? answer->status : 0;

  if (!wf_feed_step_is_current (step))
    return;

  self->posting = FALSE;
  if (status == SOUP_STATUS_OK)
    {
      g_autoptr (WfJsonDoc) doc = wf_json_doc_new (answer->body, ANSWER_MAX, NULL);
      const WfJson *desk = doc != NULL ? wf_json_member (wf_json_doc_root (doc), "desk") : NULL;

      if (desk != NULL && wf_json_type (desk) == WF_JSON_INT && wf_json_int (desk) > 0)
        note_own_desk (self, wf_json_int (desk));
    }
  else if (status >= 400 && status < 500 && status != TOO_MANY)
    {
      /* A service that has no such route, or a person who may not draw: asking again changes nothing. */
      g_debug ("What is being drawn is not taken: %u", status);
      wf_feed_forget_sketch (self);
      self->unheard = TRUE;
      return;
    }

  if (self->sketch_waits)
    post_when_due (self);
  else if (self->sketch != NULL && wf_sketch_is_over (self->sketch))
    g_clear_pointer (&self->sketch, g_variant_unref);
  else if (self->sketch != NULL)
    look_again (self, SAY_AGAIN);
}

static void
post_when_due (WfFeed *self)
{
  gint64 wait = self->posted_at / 1000 + POST_EVERY - g_get_monotonic_time () / 1000;

  if (self->posting || !self->sketch_waits)
    return;
  if (wait > 0)
    {
      look_again (self, wait);
      return;
    }

  g_autoptr (GBytes) body = write_post (self, self->sketch);

  g_clear_handle_id (&self->post_id, g_source_remove);
  self->sketch_waits = FALSE;
  self->posting = TRUE;
  self->posted_at = g_get_monotonic_time ();
  wf_http_post_async (self->http, "/api/v1/sketches", body, ANSWER_MAX, self->attempt, posted_cb, wf_feed_step_new (self));
}

static gboolean
has_socket (WfFeed *self)
{
  return self->sketches && self->greeted && self->socket != NULL
         && soup_websocket_connection_get_state (self->socket) == SOUP_WEBSOCKET_STATE_OPEN;
}

static void
send_sketch (WfFeed   *self,
             GVariant *sketch)
{
  g_autoptr (GString) text = g_string_new ("{\"sketch\":");

  wf_wire_write_fields (text, wf_sketch_fields, sketch);
  g_string_append_c (text, '}');
  soup_websocket_connection_send_text (self->socket, text->str);
}

/**
 * wf_feed_forget_sketch:
 * @self: a feed
 *
 * Says nothing more of what is being drawn here.
 */
void
wf_feed_forget_sketch (WfFeed *self)
{
  g_clear_handle_id (&self->post_id, g_source_remove);
  g_clear_pointer (&self->sketch, g_variant_unref);
  self->sketch_waits = FALSE;
  self->posting = FALSE;
  self->unheard = FALSE;
  self->own_desk = 0;
}

/**
 * wf_feed_move_sketch:
 * @self: a feed whose WebSocket has just said hello
 *
 * What was posted so far goes on over the WebSocket.
 */
void
wf_feed_move_sketch (WfFeed *self)
{
  g_autoptr (GVariant) sketch = g_steal_pointer (&self->sketch);

  wf_feed_forget_sketch (self);
  self->polls = FALSE;
  if (sketch == NULL || wf_sketch_is_over (sketch))
    return;

  g_autoptr (GVariant) over = wf_sketch_end (sketch);
  g_autoptr (GBytes) body = write_post (self, over);

  wf_http_post_async (self->http, "/api/v1/sketches", body, ANSWER_MAX, self->attempt, NULL, NULL);
  if (has_socket (self))
    send_sketch (self, sketch);
}

/**
 * wf_feed_sketch:
 * @self: a feed
 * @sketch: what is being drawn here, by wf_sketch_fields
 *
 * Tells the others, where the service passes it on; else it is only not seen.
 */
void
wf_feed_sketch (WfFeed   *self,
                GVariant *sketch)
{
  g_return_if_fail (WF_IS_FEED (self));
  g_return_if_fail (sketch != NULL);

  if (has_socket (self))
    {
      send_sketch (self, sketch);
      return;
    }
  if (!self->polls || self->attempt == NULL || self->unheard || (wf_sketch_is_over (sketch) && self->sketch == NULL))
    return;

  if (self->desk == NULL)
    self->desk = wf_id_new (self->clock);
  g_clear_pointer (&self->sketch, g_variant_unref);
  self->sketch = g_variant_ref (sketch);
  self->sketch_waits = TRUE;
  post_when_due (self);
}
