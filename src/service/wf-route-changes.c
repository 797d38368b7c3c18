/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-service"

#include "config.h"

#include "wf-service-private.h"

#include "wf-json-write.h"
#include "wf-snapshot.h"

/* What happened: pages, waiting for more, and the whole to begin with. */

#define PAGE_DEFAULT  200
#define PAGE_MAX      1000
#define WAIT_MAX      30
#define RATE_MAX      10
#define POLLERS_MAX   500
#define MOVED_EVERY   1000 /* ms: how often those who wait hear where units are */
#define SNAPSHOTS_MAX 16

typedef struct
{
  WfPending *pending;
  WfFilter  *filter;  /* (owned) (nullable) */
  int64_t    since;
  int64_t    moved;   /* turn of the last position that it knows; -1: wants none */
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
  g_clear_pointer (&self->filter, wf_filter_unref);
  g_free (self);
}

/* What somebody who follows asked for. */
typedef struct
{
  WfFilter *filter; /* (owned) (nullable) */
  int64_t   since;
  guint     rate;
} Following;

static void
free_following (gpointer data)
{
  Following *following = data;

  g_clear_pointer (&following->filter, wf_filter_unref);
  g_free (following);
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

static void read_for (Poller *self);

static gboolean
has_moved (Poller *self)
{
  WfService *service = self->pending->service;

  return self->moved >= 0 && service->feed != NULL && wf_feed_get_turn (service->feed) > (guint64) self->moved;
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

  if (page != NULL && page->n == 0 && page->more)
    {
      /* Nothing so far of what it wants to hear of. */
      self->since = page->last;
      read_for (self);
      return;
    }

  if (page != NULL && page->n == 0 && !self->last && !has_moved (self))
    {
      self->since = page->last;
      return; /* it stays in the queue and waits */
    }

  if (page == NULL)
    wf_service_send_error (self->pending->message, error);
  else
    {
      GString *body = g_string_sized_new (g_bytes_get_size (page->entries) + 100);

      if (page->n > 0)
        wf_service_note_read (service, self->pending->message, "changes", NULL, NULL, page->first - 1, page->last);
      write_page (body, page);
      wf_json_write_member_int (body, "next", page->last);
      wf_json_write_member_int (body, "head", MAX (page->last, wf_store_get_head (service->store)));
      if (self->moved >= 0 && service->feed != NULL)
        wf_feed_write_moved (service->feed, self->filter, (guint64) self->moved, body);
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
  wf_store_read_filtered_async (self->pending->service->store, wf_service_role (self->pending->message), self->filter,
                                self->since, self->limit, NULL, read_changes_cb, self);
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

static gboolean
moved_cb (gpointer data)
{
  WfService *self = data;

  self->moved_timer = 0;
  for (GList *l = self->pollers.head; l != NULL; l = l->next)
    {
      Poller *poller = l->data;

      if (!poller->reading && has_moved (poller))
        read_for (poller);
    }

  return G_SOURCE_REMOVE;
}

/**
 * wf_service_wake_movers:
 * @self: the service
 *
 * Units have moved, or something is being drawn: those who wait are told, not more often than once a second.
 */
void
wf_service_wake_movers (WfService *self)
{
  if (self->moved_timer == 0 && self->pollers.length > 0)
    self->moved_timer = g_timeout_add (MOVED_EVERY, moved_cb, self);
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
  g_clear_handle_id (&self->moved_timer, g_source_remove);
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

/* A handshake that cannot become a WebSocket gets a problem like everything else; libsoup would answer with a page. */
static gboolean
check_handshake (SoupServerMessage *message)
{
  static const char *protocols[] = { WF_FEED_PROTOCOL, NULL };
  SoupMessageHeaders *headers = soup_server_message_get_request_headers (message);
  const char *offered = soup_message_headers_get_list (headers, "Sec-WebSocket-Protocol");
  g_autoptr (GError) error = NULL;

  if (soup_websocket_server_check_handshake (message, NULL, (char **) protocols, NULL, &error))
    return TRUE;

  gboolean other = offered != NULL && !soup_message_headers_header_contains (headers, "Sec-WebSocket-Protocol", WF_FEED_PROTOCOL);

  if (other)
    wf_service_send_problem (message, "malformed", "This service speaks " WF_FEED_PROTOCOL " and none of what you offer",
                             "protocol.version", "Sec-WebSocket-Protocol");
  else
    wf_service_send_problem (message, "malformed", error->message, "request.websocket", "Sec-WebSocket-Key");
  soup_message_headers_replace (soup_server_message_get_response_headers (message), "Sec-WebSocket-Version", "13");

  return FALSE;
}

enum { SINCE, SCOPE, KIND, AREA, RATE, LIMIT, WAIT, MOVED, N_PARAMETERS };

static gboolean
refuse_parameter (SoupServerMessage *message,
                  const char        *detail,
                  const char        *field)
{
  wf_service_send_problem (message, "malformed", detail, "request.query", field);

  return FALSE;
}

/* Whether the parameters that depend on each other are good; if not, the problem has been sent. */
static gboolean
check_changes (SoupServerMessage  *message,
               const WfParameter  *parameters,
               WfFilter          **filter)
{
  const char *wrong;

  *filter = wf_filter_new (parameters[SCOPE].text, parameters[KIND].text, parameters[AREA].text, &wrong);
  if (wrong != NULL)
    return refuse_parameter (message, "scope is an id, kind a list of first words of event types, area west,south,east,north",
                             wrong);
  if (parameters[RATE].text != NULL && (parameters[RATE].number < 1 || parameters[RATE].number > RATE_MAX))
    return refuse_parameter (message, "rate is 1 to 10 a second", "rate");
  if (parameters[LIMIT].text != NULL && (parameters[LIMIT].number < 1 || parameters[LIMIT].number > PAGE_MAX))
    return refuse_parameter (message, "limit is 1 to 1000", "limit");
  if (parameters[WAIT].number > WAIT_MAX)
    return refuse_parameter (message, "wait is 0 to 30 seconds", "wait");

  return TRUE;
}

static void
wait_for_changes (WfService         *self,
                  SoupServerMessage *message,
                  const WfParameter *parameters,
                  WfFilter          *filter)
{
  int64_t wait = parameters[WAIT].number;

  if (wait > 0 && self->pollers.length >= POLLERS_MAX)
    {
      wf_service_send_problem (message, "unavailable", "Too many wait already", "request.limit", NULL);
      return;
    }

  Poller *poller = g_new0 (Poller, 1);
  poller->pending = wf_pending_new (self, message);
  poller->filter = filter != NULL ? wf_filter_ref (filter) : NULL;
  poller->since = parameters[SINCE].number;
  poller->moved = parameters[MOVED].text != NULL ? parameters[MOVED].number : -1;
  if (poller->moved >= 0 && (guint64) poller->moved > wf_feed_get_turn (self->feed))
    poller->moved = 0;
  poller->limit = parameters[LIMIT].text != NULL ? (guint) parameters[LIMIT].number : PAGE_DEFAULT;
  poller->last = wait == 0 || g_cancellable_is_cancelled (self->stopping);
  if (!poller->last)
    {
      poller->timer = g_timeout_add_seconds ((guint) wait, waited_cb, poller);
      g_queue_push_tail (&self->pollers, poller);
      g_signal_connect (poller->pending->gone, "cancelled", G_CALLBACK (poller_gone_cb), poller);
    }
  read_for (poller);
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
  WfParameter parameters[N_PARAMETERS] = {
    [SINCE] = { "since", TRUE, 'i' }, [SCOPE] = { "scope", FALSE, 's' }, [KIND] = { "kind", FALSE, 'x' },
    [AREA] = { "area", FALSE, 'x' }, [RATE] = { "rate", FALSE, 'i' }, [LIMIT] = { "limit", FALSE, 'i' },
    [WAIT] = { "wait", FALSE, 'i' }, [MOVED] = { "moved", FALSE, 'i' },
  };
  g_autoptr (WfFilter) filter = NULL;
  gboolean good = wf_service_read_query (message, parameters, upgrade ? LIMIT : N_PARAMETERS) &&
                  check_changes (message, parameters, &filter) && (!upgrade || check_handshake (message));

  if (good && upgrade)
    {
      /* What is left without a status goes on to the WebSocket. */
      Following *following = g_new0 (Following, 1);

      following->since = parameters[SINCE].number;
      following->rate = parameters[RATE].text != NULL ? (guint) parameters[RATE].number : RATE_MAX;
      following->filter = g_steal_pointer (&filter);
      g_object_set_data_full (G_OBJECT (message), "wf-following", following, free_following);
    }
  else if (good)
    wait_for_changes (self, message, parameters, filter);

  wf_query_clear (parameters, N_PARAMETERS);
}

/**
 * wf_route_follow:
 * @self: the service
 * @message: a request that wf_route_changes() let through
 * @connection: what has become of it
 *
 * `GET /api/v1/changes`, now that it is a WebSocket
 */
void
wf_route_follow (WfService               *self,
                 SoupServerMessage       *message,
                 SoupWebsocketConnection *connection)
{
  const Following *following = g_object_get_data (G_OBJECT (message), "wf-following");

  g_return_if_fail (following != NULL);

  wf_service_note_follower (message, connection);
  wf_feed_add (self->feed, connection, wf_gate_socket (message), following->since, wf_service_token (message),
               following->filter, following->rate);
}

/* Whose journal somebody asked for. */
typedef struct
{
  char *scope;
  char *subject;
} Asked;

static void
free_asked (gpointer data)
{
  Asked *asked = data;

  g_free (asked->scope);
  g_free (asked->subject);
  g_free (asked);
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

      const Asked *asked = g_object_get_data (G_OBJECT (pending->message), "wf-asked");

      if (page->n > 0)
        wf_service_note_read (pending->service, pending->message, "journal", asked->scope, asked->subject, page->first - 1,
                              page->last);
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
    {
      Asked *asked = g_new0 (Asked, 1);

      asked->scope = g_strdup (parameters[0].text);
      asked->subject = g_strdup (parameters[1].text);
      g_object_set_data_full (G_OBJECT (message), "wf-asked", asked, free_asked);
      wf_store_read_journal_async (self->store, wf_service_role (message), parameters[0].text, parameters[1].text,
                                   parameters[2].number,
                                   parameters[3].text != NULL ? (guint) CLAMP (parameters[3].number, 1, PAGE_MAX) : PAGE_DEFAULT,
                                   NULL, read_journal_cb, wf_pending_new (self, message));
    }

  wf_query_clear (parameters, G_N_ELEMENTS (parameters));
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

  wf_service_note_read (self, message, "snapshot", NULL, NULL, 0, wf_store_get_head (self->store));

  Stream *stream = g_new0 (Stream, 1);
  self->n_snapshots++;
  self->n_snapshots_started++;
  stream->pending = wf_pending_new (self, message);
  stream->snapshot = wf_snapshot_new (self->store, wf_service_role (message));
  stream->wrote_handler = g_signal_connect (message, "wrote-chunk", G_CALLBACK (wrote_chunk_cb), stream);
  g_signal_connect (stream->pending->gone, "cancelled", G_CALLBACK (stream_gone_cb), stream);

  soup_message_headers_set_content_type (headers, "application/x-ndjson", NULL);
  soup_message_headers_replace (headers, "Cache-Control", "no-store");
  soup_message_headers_set_encoding (headers, SOUP_ENCODING_CHUNKED);
  soup_message_body_set_accumulate (soup_server_message_get_response_body (message), FALSE);
  soup_server_message_set_status (message, 200, NULL);
  read_piece (stream);
}
