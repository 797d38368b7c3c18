/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-service"

#include "config.h"

#include "wf-service-private.h"

#include "wf-snapshot.h"

/* What happened: pages, waiting for more, and the whole to begin with. */

#define PAGE_DEFAULT  200
#define PAGE_MAX      1000
#define WAIT_MAX      30
#define POLLERS_MAX   500
#define SNAPSHOTS_MAX 16

typedef struct
{
  WfPending *pending;
  int64_t    since;
  guint      limit;
  guint      timer;   /* runs as long as it may wait */
  gboolean   last;    /* whether it is answered even when there is nothing */
  gboolean   reading;
} Poller;

static void
free_poller (Poller *self)
{
  g_queue_remove (&self->pending->service->pollers, self);
  g_clear_handle_id (&self->timer, g_source_remove);
  wf_pending_free (self->pending);
  g_free (self);
}

static void
write_page (GString    *body,
            WfPage     *page)
{
  gsize size;
  const char *entries = g_bytes_get_data (page->entries, &size);

  g_string_append (body, "{\"entries\":[");
  g_string_append_len (body, entries, (gssize) size);
  g_string_append_c (body, ']');
}

static void
read_changes_cb (GObject      *source,
                 GAsyncResult *result,
                 gpointer      data)
{
  Poller *self = data;
  WfService *service = self->pending->service;
  g_autoptr (GError) error = NULL;
  g_autoptr (WfPage) page = wf_store_read_finish (WF_STORE (source), result, &error);

  self->reading = FALSE;

  if (wf_pending_is_gone (self->pending))
    {
      free_poller (self);
      return;
    }

  if (page != NULL && page->n == 0 && !self->last)
    return; /* it stays in the queue and waits */

  if (page == NULL)
    wf_service_send_error (self->pending->message, error);
  else
    {
      GString *body = g_string_sized_new (g_bytes_get_size (page->entries) + 100);

      write_page (body, page);
      wf_json_write_key (body, "next");
      wf_json_write_int (body, page->last);
      wf_json_write_key (body, "head");
      wf_json_write_int (body, MAX (page->last, wf_store_get_head (service->store)));
      g_string_append_c (body, '}');
      wf_service_send (self->pending->message, 200, "application/json", body);
    }

  wf_pending_answer (self->pending);
  free_poller (self);
}

static void
read_for (Poller *self)
{
  self->reading = TRUE;
  wf_store_read_changes_async (self->pending->service->store, self->since, self->limit, NULL, read_changes_cb, self);
}

static gboolean
waited_cb (gpointer data)
{
  Poller *self = data;

  self->timer = 0;
  self->last = TRUE;
  if (!self->reading)
    read_for (self);

  return G_SOURCE_REMOVE;
}

static void
poller_gone_cb (GCancellable *gone,
                gpointer      data)
{
  Poller *self = data;

  /* It is freed by the read that follows. */
  if (self->timer != 0 && !self->reading)
    {
      g_clear_handle_id (&self->timer, g_source_remove);
      self->last = TRUE;
      read_for (self);
    }
}

/**
 * wf_service_wake_pollers:
 * @self: the service
 *
 * Something new has happened.
 */
void
wf_service_wake_pollers (WfService *self)
{
  for (GList *l = self->pollers.head; l != NULL; l = l->next)
    {
      Poller *poller = l->data;

      if (!poller->reading)
        read_for (poller);
    }
}

/**
 * wf_service_drop_pollers:
 * @self: the service
 *
 * Nobody is to wait any longer.
 */
void
wf_service_drop_pollers (WfService *self)
{
  for (GList *l = self->pollers.head; l != NULL; l = l->next)
    {
      Poller *poller = l->data;

      poller->last = TRUE;
      g_clear_handle_id (&poller->timer, g_source_remove);
      if (!poller->reading)
        read_for (poller);
    }
}

static gboolean
is_upgrade (SoupServerMessage *message)
{
  SoupMessageHeaders *headers = soup_server_message_get_request_headers (message);

  return soup_message_headers_header_contains (headers, "Upgrade", "websocket");
}

/**
 * wf_route_changes:
 * @self: the service
 * @message: a request
 *
 * `GET /api/v1/changes`, also where it wants to become a WebSocket
 */
void
wf_route_changes (WfService         *self,
                  SoupServerMessage *message)
{
  gboolean upgrade = is_upgrade (message);
  WfParameter parameters[] = { { "since", TRUE, 'i' }, { "limit", FALSE, 'i' }, { "wait", FALSE, 'i' } };
  gboolean good = wf_service_read_query (message, parameters, upgrade ? 1 : G_N_ELEMENTS (parameters));
  int64_t wait = parameters[2].number;
  int64_t limit = parameters[1].text != NULL ? parameters[1].number : PAGE_DEFAULT;

  wf_service_clear_query (parameters, G_N_ELEMENTS (parameters));

  /* What is left without a status goes on to the WebSocket. */
  if (!good || upgrade)
    return;

  if (wait > WAIT_MAX || limit < 1 || limit > PAGE_MAX)
    {
      wf_service_send_problem (message, "malformed", "limit is 1 to 1000, wait 0 to 30", "request.query",
                               wait > WAIT_MAX ? "wait" : "limit");
      return;
    }

  if (wait > 0 && self->pollers.length >= POLLERS_MAX)
    {
      wf_service_send_problem (message, "unavailable", "Too many wait already", "request.limit", NULL);
      return;
    }

  Poller *poller = g_new0 (Poller, 1);
  poller->pending = wf_pending_new (self, message);
  poller->since = parameters[0].number;
  poller->limit = (guint) limit;
  poller->last = wait == 0 || g_cancellable_is_cancelled (self->stopping);
  if (!poller->last)
    {
      poller->timer = g_timeout_add_seconds ((guint) wait, waited_cb, poller);
      g_queue_push_tail (&self->pollers, poller);
      g_signal_connect (poller->pending->gone, "cancelled", G_CALLBACK (poller_gone_cb), poller);
    }
  read_for (poller);
}

static void
read_journal_cb (GObject      *source,
                 GAsyncResult *result,
                 gpointer      data)
{
  g_autoptr (WfPending) pending = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (WfPage) page = wf_store_read_finish (WF_STORE (source), result, &error);

  if (wf_pending_is_gone (pending))
    return;

  if (page == NULL)
    wf_service_send_error (pending->message, error);
  else
    {
      GString *body = g_string_sized_new (g_bytes_get_size (page->entries) + 100);

      write_page (body, page);
      wf_json_write_key (body, "next");
      if (page->more)
        wf_json_write_int (body, page->last);
      else
        g_string_append (body, "null");
      g_string_append_c (body, '}');
      wf_service_send (pending->message, 200, "application/json", body);
    }

  wf_pending_answer (pending);
}

/**
 * wf_route_journal:
 * @self: the service
 * @message: a request
 *
 * `GET /api/v1/journal`
 */
void
wf_route_journal (WfService         *self,
                  SoupServerMessage *message)
{
  WfParameter parameters[] = {
    { "scope", TRUE, 's' }, { "subject", FALSE, 's' }, { "since", FALSE, 'i' }, { "limit", FALSE, 'i' }
  };

  if (wf_service_read_query (message, parameters, G_N_ELEMENTS (parameters)))
    wf_store_read_journal_async (self->store, parameters[0].text, parameters[1].text, parameters[2].number,
                                 parameters[3].text != NULL ? (guint) CLAMP (parameters[3].number, 1, PAGE_MAX) : PAGE_DEFAULT,
                                 NULL, read_journal_cb, wf_pending_new (self, message));

  wf_service_clear_query (parameters, G_N_ELEMENTS (parameters));
}

/* --- snapshot --- */

typedef struct
{
  WfPending  *pending;
  WfSnapshot *snapshot;
  gulong      wrote_handler;
  gboolean    reading;
  gboolean    ended;
} Stream;

static void
free_stream (Stream *self)
{
  self->pending->service->n_snapshots--;
  g_clear_signal_handler (&self->wrote_handler, self->pending->message);
  g_object_unref (self->snapshot);
  wf_pending_free (self->pending);
  g_free (self);
}

static void
next_piece_cb (GObject      *source,
               GAsyncResult *result,
               gpointer      data)
{
  Stream *self = data;
  SoupMessageBody *body = soup_server_message_get_response_body (self->pending->message);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) chunk = NULL;
  gboolean good = wf_snapshot_next_finish (WF_SNAPSHOT (source), result, &chunk, &error);

  self->reading = FALSE;

  if (wf_pending_is_gone (self->pending))
    {
      free_stream (self);
      return;
    }

  /* One that breaks off has no end line, which is how the other side knows. */
  if (!good)
    g_warning ("A snapshot broke off: %s", error->message);

  if (chunk != NULL)
    soup_message_body_append_bytes (body, chunk);
  else
    {
      soup_message_body_complete (body);
      self->ended = TRUE;
    }

  soup_server_message_unpause (self->pending->message);
}

static void
read_piece (Stream *self)
{
  self->reading = TRUE;
  wf_snapshot_next_async (self->snapshot, NULL, next_piece_cb, self);
}

/* The next piece is made when this one has gone out, so that a slow reader costs nothing. */
static void
wrote_chunk_cb (SoupServerMessage *message,
                gpointer           data)
{
  Stream *self = data;

  if (!self->ended && !self->reading)
    {
      soup_server_message_pause (message);
      read_piece (self);
    }
}

static void
stream_gone_cb (GCancellable *gone,
                gpointer      data)
{
  Stream *self = data;

  if (!self->reading)
    free_stream (self);
}

/**
 * wf_route_snapshot:
 * @self: the service
 * @message: a request
 *
 * `GET /api/v1/snapshot`
 */
void
wf_route_snapshot (WfService         *self,
                   SoupServerMessage *message)
{
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (message);

  if (!wf_service_read_query (message, NULL, 0))
    return;

  if (self->n_snapshots >= SNAPSHOTS_MAX)
    {
      soup_message_headers_replace (headers, "Retry-After", "5");
      wf_service_send_problem (message, "unavailable", "Too many take a snapshot now: try again in a moment",
                               "request.limit", NULL);
      return;
    }

  Stream *stream = g_new0 (Stream, 1);
  self->n_snapshots++;
  stream->pending = wf_pending_new (self, message);
  stream->snapshot = wf_snapshot_new (self->store);
  stream->wrote_handler = g_signal_connect (message, "wrote-chunk", G_CALLBACK (wrote_chunk_cb), stream);
  g_signal_connect (stream->pending->gone, "cancelled", G_CALLBACK (stream_gone_cb), stream);

  soup_message_headers_set_content_type (headers, "application/x-ndjson", NULL);
  soup_message_headers_replace (headers, "Cache-Control", "no-store");
  soup_message_headers_set_encoding (headers, SOUP_ENCODING_CHUNKED);
  soup_message_body_set_accumulate (soup_server_message_get_response_body (message), FALSE);
  soup_server_message_set_status (message, 200, NULL);
  read_piece (stream);
}
