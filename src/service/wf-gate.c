/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-service"

#include "config.h"

#include "wf-gate.h"

#include "wf-certificates.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>

/* Connections are taken here and given to libsoup when they are worth it. Each has a moment at which it is cut off, which
 * moves on as it gets something done: greeting and headers, a body that comes, an answer that is taken. Nobody is waited for
 * who only pretends to be busy. How often somebody may ask is counted by who they are; as long as nobody knows that, by
 * where they come from. */

#define SWEEP_EVERY    1      /* s */
#define BODY_GRACE     3      /* times the patience with headers */
#define ANSWER_GRACE   6      /* times that */
#define IDLE           12     /* times that, between requests */
#define SOCKET_TIMEOUT 120    /* s: longer than anybody may ask to wait */
#define BYTES_EACH_MS  8      /* slower than 8 kB a second is too slow */
#define BODY_SMALL     16384  /* bytes */
#define LEFT_GRACE     2000   /* ms */
#define STRANGER_RATE  20     /* requests a second of those who are not known, from one address */
#define STRANGER_BURST 200
#define BUCKETS_MAX    20000

struct _WfGate
{
  gatomicrefcount  refs;
  WfServiceLimits  limits;
  WfGateEnter      enter;
  gpointer         data;
  GSocketService  *listener;    /* (owned) (nullable) */
  GTlsCertificate *certificate; /* (owned) (nullable): plain HTTP without */
  GTlsDatabase    *clients;     /* (owned) (nullable): who signs the certificates of units */
  GHashTable      *revoked;     /* (owned) (nullable): set of the fingerprints of those taken back */
  GCancellable    *stopping;    /* (owned) */
  GHashTable      *visitors;    /* (owned) set of Visitor */
  GHashTable      *by_address;  /* (owned) address → how many connections it has */
  GHashTable      *buckets;     /* (owned) who → Bucket (owned) */
  guint            n_visitors;  /* without those who have left */
  guint            timer;
};

/* An open connection. */
typedef struct
{
  WfGate  *gate;    /* (owned) */
  GSocket *socket;  /* (owned) */
  char    *address;
  char    *name;    /* (nullable) what its certificate says */
  GTlsCertificate *certificate; /* (owned) (nullable) which it has shown */
  const char *flaw; /* (nullable) rule that refuses that */
  gpointer room;    /* (nullable) where it was let in */
  guint64  moved;   /* bytes that have bought no time yet */
  gint64   end;     /* ms, monotonic: when it is cut off; 0: not */
  gint64   left_at; /* ms, monotonic: when it was seen to be gone; 0: it is there */
  gboolean idle;    /* between two requests */
  gboolean passed;  /* others look after it now */
} Visitor;

typedef struct
{
  double left;
  gint64 at;
} Bucket;

static gint64
now_ms (void)
{
  return g_get_monotonic_time () / 1000;
}

static WfGate *
ref_gate (WfGate *self)
{
  g_atomic_ref_count_inc (&self->refs);
  return self;
}

static void
unref_gate (WfGate *self)
{
  if (!g_atomic_ref_count_dec (&self->refs))
    return;

  g_clear_object (&self->certificate);
  g_clear_object (&self->clients);
  g_clear_pointer (&self->revoked, g_hash_table_unref);
  g_clear_object (&self->stopping);
  g_hash_table_unref (self->visitors);
  g_hash_table_unref (self->by_address);
  g_hash_table_unref (self->buckets);
  g_free (self);
}

static guint
count_of (WfGate     *self,
          const char *address)
{
  return GPOINTER_TO_UINT (g_hash_table_lookup (self->by_address, address));
}

static void
count_address (WfGate     *self,
               const char *address,
               int         more)
{
  guint n = (guint) ((int) count_of (self, address) + more);

  if (n > 0)
    g_hash_table_replace (self->by_address, g_strdup (address), GUINT_TO_POINTER (n));
  else
    g_hash_table_remove (self->by_address, address);
}

static void
leave (Visitor *visitor,
       gint64   now)
{
  visitor->left_at = now;
  visitor->gate->n_visitors--;
  count_address (visitor->gate, visitor->address, -1);
}

static gboolean
is_gone (Visitor *visitor)
{
  char byte;

  if (g_socket_is_closed (visitor->socket))
    return TRUE;

  return visitor->idle && !visitor->passed && recv (g_socket_get_fd (visitor->socket), &byte, 1, MSG_PEEK | MSG_DONTWAIT) == 0;
}

/* libsoup 3.2 does not let go of a connection that the other end closes between two requests, and only stops looking at it.
 * It is no longer counted then, and a while later closed here, when libsoup has surely seen it too. */
static void
let_go (WfGate *self)
{
  gint64 now = now_ms ();
  GHashTableIter iter;
  gpointer key;

  g_hash_table_iter_init (&iter, self->visitors);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    {
      Visitor *visitor = key;

      if (visitor->left_at == 0 && is_gone (visitor))
        leave (visitor, now);
      else if (visitor->left_at != 0 && now - visitor->left_at >= LEFT_GRACE && !visitor->passed)
        {
          g_hash_table_iter_remove (&iter);
          g_socket_close (visitor->socket, NULL);
        }
    }
}

static void
connection_gone_cb (gpointer  data,
                    GObject  *connection)
{
  Visitor *visitor = data;

  g_hash_table_remove (visitor->gate->visitors, visitor);
  if (visitor->left_at == 0)
    leave (visitor, 1);
  unref_gate (visitor->gate);
  g_object_unref (visitor->socket);
  g_free (visitor->address);
  g_free (visitor->name);
  g_clear_object (&visitor->certificate);
  g_free (visitor);
}

static gboolean
sweep_cb (gpointer data)
{
  WfGate *self = data;
  gint64 now = now_ms ();
  GHashTableIter iter;
  gpointer key;

  let_go (self);
  g_hash_table_iter_init (&iter, self->visitors);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    {
      Visitor *visitor = key;

      /* Only shut down: libsoup finds out, and lets go of it. */
      if (!visitor->passed && visitor->left_at == 0 && visitor->end != 0 && now >= visitor->end)
        {
          visitor->end = 0;
          g_debug ("A connection from %s took too long", visitor->address);
          g_socket_shutdown (visitor->socket, TRUE, TRUE, NULL);
        }
    }

  return G_SOURCE_CONTINUE;
}

/* --- what a connection gets done --- */

static Visitor *
visitor_of (SoupServerMessage *message)
{
  GSocketAddress *remote = soup_server_message_get_remote_address (message);
  GSocketConnection *connection = remote != NULL ? g_object_get_data (G_OBJECT (remote), "wf-connection") : NULL;

  return connection != NULL ? g_object_get_data (G_OBJECT (connection), "wf-visitor") : NULL;
}

static gint64
patience_ms (WfGate *self,
             guint   times)
{
  return (gint64) self->limits.patience * times * 1000;
}

/* What moves buys time at the pace that is wanted, and never more than the grace: much at first is no excuse for nothing
 * later. */
static void
moved (Visitor *visitor,
       guint64  bytes,
       guint    grace)
{
  visitor->moved += bytes;
  visitor->end = MIN (visitor->end + (gint64) (visitor->moved / BYTES_EACH_MS), now_ms () + patience_ms (visitor->gate, grace));
  visitor->moved %= BYTES_EACH_MS;
}

static void
begin (Visitor *visitor,
       guint    grace)
{
  visitor->moved = 0;
  visitor->end = now_ms () + patience_ms (visitor->gate, grace);
}

static void
got_chunk_cb (SoupServerMessage *message,
              GBytes            *chunk,
              gpointer           data)
{
  Visitor *visitor = visitor_of (message);

  if (visitor != NULL)
    moved (visitor, g_bytes_get_size (chunk), BODY_GRACE);
}

static void
got_body_cb (SoupServerMessage *message,
             gpointer           data)
{
  Visitor *visitor = visitor_of (message);

  /* Now it is the service's turn. */
  if (visitor != NULL)
    visitor->end = 0;
}

static void
wrote_data_cb (SoupServerMessage *message,
               guint              size,
               gpointer           data)
{
  Visitor *visitor = visitor_of (message);

  if (visitor != NULL)
    moved (visitor, size, ANSWER_GRACE);
}

/* Gives a body the grace, which is enough for all of it where it is small: then nobody has to look at its pieces.
 * Returns: whether */
static gboolean
grant (Visitor            *visitor,
       SoupMessageHeaders *headers,
       guint               grace)
{
  SoupEncoding encoding = soup_message_headers_get_encoding (headers);
  goffset length = soup_message_headers_get_content_length (headers);

  begin (visitor, grace);
  if ((encoding != SOUP_ENCODING_CONTENT_LENGTH && encoding != SOUP_ENCODING_NONE) || length > BODY_SMALL)
    return FALSE;

  return TRUE;
}

static void
wrote_headers_cb (SoupServerMessage *message,
                  gpointer           data)
{
  Visitor *visitor = visitor_of (message);

  if (visitor != NULL && !grant (visitor, soup_server_message_get_response_headers (message), ANSWER_GRACE))
    g_signal_connect (message, "wrote-body-data", G_CALLBACK (wrote_data_cb), NULL);
}

static void
finished_cb (SoupServerMessage *message,
             gpointer           data)
{
  Visitor *visitor = visitor_of (message);

  if (visitor != NULL)
    {
      visitor->end = now_ms () + patience_ms (visitor->gate, IDLE);
      visitor->idle = TRUE;
    }
}

/**
 * wf_gate_watch:
 * @message: a request whose headers have come
 *
 * From here on its body has to come, and its answer to be taken.
 */
void
wf_gate_watch (SoupServerMessage *message)
{
  Visitor *visitor = visitor_of (message);

  if (visitor == NULL)
    return;

  visitor->idle = FALSE;
  if (!grant (visitor, soup_server_message_get_request_headers (message), BODY_GRACE))
    g_signal_connect (message, "got-chunk", G_CALLBACK (got_chunk_cb), NULL);
  g_signal_connect (message, "got-body", G_CALLBACK (got_body_cb), NULL);
  g_signal_connect (message, "wrote-headers", G_CALLBACK (wrote_headers_cb), NULL);
  g_signal_connect (message, "finished", G_CALLBACK (finished_cb), NULL);
}

/**
 * wf_gate_pass:
 * @message: a request that has become a WebSocket
 *
 * The feed looks after it from now on.
 */
void
wf_gate_pass (SoupServerMessage *message)
{
  Visitor *visitor = visitor_of (message);

  if (visitor == NULL)
    return;

  visitor->passed = TRUE;
  g_socket_set_timeout (visitor->socket, 0);
}

/**
 * wf_gate_socket:
 * @message: a request
 *
 * Returns: (transfer none): the socket that it came by
 */
GSocket *
wf_gate_socket (SoupServerMessage *message)
{
  return visitor_of (message)->socket;
}

/**
 * wf_gate_certificate_name:
 * @message: a request
 *
 * Returns: (nullable): the common name in the certificate with which the other end has shown who it is; %NULL where it
 *   has shown none, or one that is not good
 */
const char *
wf_gate_certificate_name (SoupServerMessage *message)
{
  Visitor *visitor = visitor_of (message);

  return visitor != NULL && wf_gate_certificate_flaw (message) == NULL ? visitor->name : NULL;
}

/**
 * wf_gate_certificate_flaw:
 * @message: a request
 *
 * Returns: (nullable): the rule that refuses the certificate that the other end has shown, by now; %NULL where it is good, or
 *   there is none
 */
const char *
wf_gate_certificate_flaw (SoupServerMessage *message)
{
  Visitor *visitor = visitor_of (message);

  if (visitor == NULL || visitor->certificate == NULL || visitor->flaw != NULL)
    return visitor != NULL ? visitor->flaw : NULL;

  return wf_certificate_flaw_now (visitor->certificate, visitor->gate->revoked);
}

/**
 * wf_gate_may_ask:
 * @self: a gate
 * @message: a request
 * @actor: (nullable): whose it is; %NULL where that is not known
 *
 * Returns: whether they have not asked too often
 */
gboolean
wf_gate_may_ask (WfGate            *self,
                 SoupServerMessage *message,
                 const char        *actor)
{
  Visitor *visitor = visitor_of (message);
  g_autofree char *who = g_strconcat (actor != NULL ? "actor " : "address ",
                                      actor != NULL ? actor : visitor != NULL ? visitor->address : "?", NULL);
  double rate = actor != NULL ? self->limits.requests_per_second : STRANGER_RATE;
  double most = actor != NULL ? 2.0 * self->limits.requests_per_second : STRANGER_BURST;
  gint64 now = now_ms ();
  Bucket *bucket = g_hash_table_lookup (self->buckets, who);

  if (bucket == NULL)
    {
      if (g_hash_table_size (self->buckets) >= BUCKETS_MAX)
        g_hash_table_remove_all (self->buckets);
      bucket = g_new0 (Bucket, 1);
      bucket->left = most;
      bucket->at = now;
      g_hash_table_insert (self->buckets, g_steal_pointer (&who), bucket);
    }

  bucket->left = MIN (most, bucket->left + (double) (now - bucket->at) * rate / 1000);
  bucket->at = now;
  if (bucket->left < 1)
    return FALSE;

  bucket->left -= 1;
  return TRUE;
}

/* --- coming in --- */

static char *
name_address (GSocketAddress *address)
{
  if (G_IS_INET_SOCKET_ADDRESS (address))
    return g_inet_address_to_string (g_inet_socket_address_get_address (G_INET_SOCKET_ADDRESS (address)));

  return g_strdup ("?");
}

static void
shaken_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      data)
{
  GTlsConnection *tls = G_TLS_CONNECTION (source);
  g_autoptr (GSocketConnection) connection = data;
  Visitor *visitor = g_object_get_data (G_OBJECT (connection), "wf-visitor");
  g_autoptr (GSocketAddress) local = g_socket_connection_get_local_address (connection, NULL);
  g_autoptr (GSocketAddress) remote = g_socket_connection_get_remote_address (connection, NULL);
  g_autoptr (GError) error = NULL;

  if (!g_tls_connection_handshake_finish (tls, result, &error) || g_cancellable_is_cancelled (visitor->gate->stopping) ||
      local == NULL || remote == NULL)
    {
      g_debug ("No TLS with %s: %s", visitor->address, error != NULL ? error->message : "stopping");
      g_socket_shutdown (visitor->socket, TRUE, TRUE, NULL);
      return;
    }

  visitor->certificate = g_tls_connection_get_peer_certificate (tls);
  if (visitor->certificate != NULL)
    g_object_ref (visitor->certificate);
  visitor->name = wf_certificate_common_name (visitor->certificate);
  g_object_set_data (G_OBJECT (remote), "wf-connection", connection);
  visitor->room = visitor->gate->enter (G_IO_STREAM (tls), local, remote, visitor->gate->data);
}

/* A server is asked about every certificate, also about those in which nothing is wrong. One with a flaw is let shake hands
 * all the same: then its requests can be refused in words, and not by a line that breaks. */
static gboolean
judge_certificate_cb (GTlsConnection       *tls,
                      GTlsCertificate      *certificate,
                      GTlsCertificateFlags  errors,
                      gpointer              data)
{
  Visitor *visitor = data;

  visitor->flaw = wf_certificate_flaw (errors);
  return TRUE;
}

static void
shake_hands (WfGate            *self,
             GSocketConnection *connection)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GIOStream) tls = g_tls_server_connection_new (G_IO_STREAM (connection), self->certificate, &error);

  if (tls == NULL)
    {
      g_warning ("No TLS: %s", error->message);
      return;
    }

  /* Nobody has to show one. */
  if (self->clients != NULL)
    {
      g_tls_connection_set_database (G_TLS_CONNECTION (tls), self->clients);
      g_object_set (tls, "authentication-mode", G_TLS_AUTHENTICATION_REQUESTED, NULL);
      g_signal_connect (tls, "accept-certificate", G_CALLBACK (judge_certificate_cb),
                        g_object_get_data (G_OBJECT (connection), "wf-visitor"));
    }

  g_tls_connection_handshake_async (G_TLS_CONNECTION (tls), G_PRIORITY_DEFAULT, self->stopping, shaken_cb,
                                    g_object_ref (connection));
}

static gboolean
incoming_cb (GSocketService    *listener,
             GSocketConnection *connection,
             GObject           *source,
             gpointer           data)
{
  WfGate *self = data;
  GSocket *socket = g_socket_connection_get_socket (connection);
  g_autoptr (GSocketAddress) local = g_socket_connection_get_local_address (connection, NULL);
  g_autoptr (GSocketAddress) remote = g_socket_connection_get_remote_address (connection, NULL);
  g_autofree char *address = name_address (remote);

  /* Dropped at once: an answer would cost what the limit is to save. */
  if (self->n_visitors >= self->limits.connections || count_of (self, address) >= self->limits.connections_per_address)
    let_go (self);
  if (local == NULL || remote == NULL || self->n_visitors >= self->limits.connections ||
      count_of (self, address) >= self->limits.connections_per_address)
    {
      g_io_stream_close (G_IO_STREAM (connection), NULL, NULL);
      return TRUE;
    }

  g_socket_set_option (socket, IPPROTO_TCP, TCP_NODELAY, TRUE, NULL);
  g_socket_set_timeout (socket, MAX (SOCKET_TIMEOUT, self->limits.patience * IDLE));

  Visitor *visitor = g_new0 (Visitor, 1);
  visitor->gate = ref_gate (self);
  visitor->socket = g_object_ref (socket);
  visitor->address = g_steal_pointer (&address);
  visitor->end = now_ms () + patience_ms (self, 1);
  self->n_visitors++;
  g_hash_table_add (self->visitors, visitor);
  count_address (self, visitor->address, 1);
  g_object_set_data (G_OBJECT (connection), "wf-visitor", visitor);
  g_object_weak_ref (G_OBJECT (connection), connection_gone_cb, visitor);

  if (self->certificate != NULL)
    {
      shake_hands (self, connection);
      return TRUE;
    }

  g_object_set_data (G_OBJECT (remote), "wf-connection", connection);
  visitor->room = self->enter (G_IO_STREAM (connection), local, remote, self->data);

  return TRUE;
}

/**
 * wf_gate_new:
 * @limits: what it puts up with
 * @enter: called with each connection that is in
 * @data: for @enter
 *
 * Returns: (transfer full): a gate at which nobody listens yet
 */
WfGate *
wf_gate_new (const WfServiceLimits *limits,
             WfGateEnter            enter,
             gpointer               data)
{
  WfGate *self = g_new0 (WfGate, 1);

  g_atomic_ref_count_init (&self->refs);
  self->limits = *limits;
  self->enter = enter;
  self->data = data;
  self->stopping = g_cancellable_new ();
  self->visitors = g_hash_table_new (g_direct_hash, g_direct_equal);
  self->by_address = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->buckets = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->timer = g_timeout_add_seconds (SWEEP_EVERY, sweep_cb, self);

  return self;
}

/**
 * wf_gate_free:
 * @self: (transfer full): a gate
 */
void
wf_gate_free (WfGate *self)
{
  wf_gate_stop (self);
  unref_gate (self);
}

/**
 * wf_gate_set_tls:
 * @self: a gate
 * @certificate: the centre's own, with its key
 * @clients: (nullable): who signs the certificates of units
 * @revoked: (nullable) (element-type utf8): set of the fingerprints of those that have been taken back
 *
 * From now on connections speak TLS; those that are open stay as they are, but who came with a certificate that has been
 * taken back is refused.
 */
void
wf_gate_set_tls (WfGate          *self,
                 GTlsCertificate *certificate,
                 GTlsDatabase    *clients,
                 GHashTable      *revoked)
{
  g_set_object (&self->certificate, certificate);
  g_set_object (&self->clients, clients);
  g_clear_pointer (&self->revoked, g_hash_table_unref);
  self->revoked = revoked != NULL ? g_hash_table_ref (revoked) : NULL;
}

/**
 * wf_gate_listen:
 * @self: a gate
 * @address: where; port 0 takes a free one
 * @port: (out): which it is
 * @error: return location
 *
 * Returns: whether it listens
 */
gboolean
wf_gate_listen (WfGate              *self,
                GInetSocketAddress  *address,
                guint16             *port,
                GError             **error)
{
  g_autoptr (GSocketService) listener = g_socket_service_new ();
  g_autoptr (GSocketAddress) effective = NULL;

  g_socket_listener_set_backlog (G_SOCKET_LISTENER (listener), 512);
  if (!g_socket_listener_add_address (G_SOCKET_LISTENER (listener), G_SOCKET_ADDRESS (address), G_SOCKET_TYPE_STREAM,
                                      G_SOCKET_PROTOCOL_TCP, NULL, &effective, error))
    return FALSE;

  *port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (effective));
  self->listener = g_steal_pointer (&listener);
  g_signal_connect (self->listener, "incoming", G_CALLBACK (incoming_cb), self);
  g_socket_service_start (self->listener);

  return TRUE;
}

/**
 * wf_gate_stop:
 * @self: a gate
 *
 * Nobody comes in any more. Safe to call twice.
 */
void
wf_gate_stop (WfGate *self)
{
  g_cancellable_cancel (self->stopping);
  g_clear_handle_id (&self->timer, g_source_remove);

  if (self->listener != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->listener, self);
      g_socket_service_stop (self->listener);
      g_socket_listener_close (G_SOCKET_LISTENER (self->listener));
      g_clear_object (&self->listener);
    }
}

/**
 * wf_gate_count:
 * @self: a gate
 *
 * Returns: how many connections are open
 */
guint
wf_gate_count (WfGate *self)
{
  let_go (self);

  return self->n_visitors;
}

/**
 * wf_gate_room:
 * @message: a request
 *
 * Returns: (nullable): what the #WfGateEnter gave for its connection
 */
gpointer
wf_gate_room (SoupServerMessage *message)
{
  Visitor *visitor = visitor_of (message);

  return visitor != NULL ? visitor->room : NULL;
}

/**
 * wf_gate_is_empty:
 * @self: a gate
 * @room: what the #WfGateEnter gave
 *
 * Returns: whether nobody is in it any more, but for those whom others look after
 */
gboolean
wf_gate_is_empty (WfGate   *self,
                  gpointer  room)
{
  GHashTableIter iter;
  gpointer key;

  let_go (self);
  g_hash_table_iter_init (&iter, self->visitors);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    {
      Visitor *visitor = key;

      if (visitor->room == room && !visitor->passed)
        return FALSE;
    }

  return TRUE;
}
