/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-service"

#include "config.h"

#include "wf-service.h"

#include "wf-certificates.h"
#include "wf-id.h"
#include "wf-openapi.h"
#include "wf-route-ogc.h"
#include "wf-service-private.h"
#include "wf-time.h"
#include "wf-wire.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/**
 * WfService:
 *
 * The store over HTTP and WebSocket, as doc/protocol.md says. Lives in the main context that made it. Whoever wants
 * anything but /health brings a token; what is asked is limited before it is read.
 */

G_DEFINE_FINAL_TYPE (WfService, wf_service, G_TYPE_OBJECT)

#define TOKENS_EVERY     2   /* s */

typedef struct
{
  const char *method;
  const char *path;   /* ends with "/" where a digest follows */
  gsize       limit;  /* of the body */
  void      (*handle) (WfService         *self,
                       SoupServerMessage *message);
} Route;

static void handle_session (WfService         *self,
                            SoupServerMessage *message);

static const Route routes[] = {
  { "GET", "/health", 0, wf_route_health },
  { "GET", "/metrics", 0, wf_route_metrics },
  { "GET", "/api/v1/session", 0, handle_session },
  { "POST", "/api/v1/session", WF_SERVICE_SIGN_IN_BYTES, wf_route_sign_in },
  { "DELETE", "/api/v1/session", 0, wf_route_sign_out },
  { "POST", "/api/v1/commands", WF_SERVICE_COMMAND_BYTES, wf_route_commands },
  { "GET", "/api/v1/changes", 0, wf_route_changes },
  { "GET", "/api/v1/snapshot", 0, wf_route_snapshot },
  { "GET", "/api/v1/journal", 0, wf_route_journal },
  { "GET", "/api/v1/audit", 0, wf_route_audit },
  { "POST", "/api/v1/telemetry", WF_SERVICE_SMALL_BYTES, wf_route_telemetry },
  { "POST", "/api/v1/sketches", WF_SERVICE_SKETCH_BYTES, wf_route_sketches },
  { "GET", "/api/v1/tracks", 0, wf_route_tracks },
  { "GET", "/api/v1/readings", 0, wf_route_readings },
  { "GET", "/api/v1/own", 0, wf_route_own },
  { "PUT", "/api/v1/media/", WF_SERVICE_MEDIUM_BYTES, wf_route_put_medium },
  { "GET", "/api/v1/media/", 0, NULL }, /* see handle_cb() */
  { "HEAD", "/api/v1/media/", 0, NULL },
  { "GET", "/api/v1/openapi.json", 0, wf_route_openapi },
  { "GET", "/tiles", 0, wf_route_tile_sets },
  { "GET", "/tiles/", 0, wf_route_tile },
  { "GET", "/ogc", 0, wf_route_ogc },
  { "GET", "/ogc/", 0, wf_route_ogc },
};

#define MEDIA_PATH "/api/v1/media/"

static const double command_bounds[] = { 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10 };

/**
 * wf_service_token:
 * @message: a request that was let in
 *
 * Returns: (transfer none): whose it is
 */
const WfToken *
wf_service_token (SoupServerMessage *message)
{
  return g_object_get_data (G_OBJECT (message), "wf-token");
}

/**
 * wf_service_role:
 * @message: a request that was let in
 *
 * Returns: the role in which whoever asks acts
 */
WfRole
wf_service_role (SoupServerMessage *message)
{
  const WfToken *token = wf_service_token (message);

  return token != NULL ? wf_role_from_name (token->role) : WF_ROLE_NONE;
}

/**
 * wf_service_send_bytes:
 * @message: a request
 * @status: HTTP status
 * @type: Content-Type
 * @body: the body
 */
void
wf_service_send_bytes (SoupServerMessage *message,
                       guint              status,
                       const char        *type,
                       GBytes            *body)
{
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (message);

  soup_message_headers_set_content_type (headers, type, NULL);
  soup_message_headers_replace (headers, "Cache-Control", "no-store");
  soup_message_body_append_bytes (soup_server_message_get_response_body (message), body);
  soup_server_message_set_status (message, status, NULL);
}

/**
 * wf_service_send:
 * @message: a request
 * @status: HTTP status
 * @type: Content-Type
 * @body: (transfer full): the body
 */
void
wf_service_send (SoupServerMessage *message,
                 guint              status,
                 const char        *type,
                 GString           *body)
{
  g_autoptr (GBytes) bytes = g_string_free_to_bytes (body);

  wf_service_send_bytes (message, status, type, bytes);
}

/**
 * wf_service_send_problem:
 * @message: a request
 * @kind: one of those that doc/protocol.md has
 * @detail: (nullable): a sentence
 * @rule: (nullable): stable name of the rule
 * @field: (nullable): path of the field
 */
void
wf_service_send_problem (SoupServerMessage *message,
                         const char        *kind,
                         const char        *detail,
                         const char        *rule,
                         const char        *field)
{
  GString *body = g_string_new (NULL);

  wf_wire_write_problem_named (body, kind, detail, rule, field);
  wf_service_send (message, wf_wire_problem_status (kind), "application/problem+json", body);
}

/**
 * wf_service_send_error:
 * @message: a request
 * @error: what stood in its way
 *
 * The one place that turns errors into problems.
 */
void
wf_service_send_error (SoupServerMessage *message,
                       const GError      *error)
{
  static const struct
  {
    WfStoreError code;
    const char  *kind;
    const char  *rule; /* (nullable) */
  } kinds[] = {
    { WF_STORE_ERROR_UNAVAILABLE, "unavailable", "store.failing" },
    { WF_STORE_ERROR_READ_ONLY, "unavailable", "store.read-only" },
    { WF_STORE_ERROR_FULL, "full", "store.full" },
    { WF_STORE_ERROR_CORRUPT, "damaged", "store.damaged" },
    { WF_STORE_ERROR_GONE, "gone" },
    { WF_STORE_ERROR_NOT_FOUND, "not-found" },
    { WF_STORE_ERROR_DIGEST, "invalid" },
    { WF_STORE_ERROR_LIMIT, "too-large" },
  };

  if (error->domain == WF_JSON_ERROR)
    {
      wf_service_send_problem (message, error->code == WF_JSON_ERROR_TOO_LARGE ? "too-large" : "malformed",
                               error->message, "request.json", NULL);
      return;
    }

  for (gsize i = 0; error->domain == WF_STORE_ERROR && i < G_N_ELEMENTS (kinds); i++)
    if (error->code == (int) kinds[i].code)
      {
        wf_service_send_problem (message, kinds[i].kind, error->message, kinds[i].rule, NULL);
        return;
      }

  g_warning ("A request failed: %s", error->message);
  wf_service_send_problem (message, "unavailable", "The service has a fault; its log says more", NULL, NULL);
}

/**
 * wf_service_read_body:
 * @message: a request
 * @limit: how many bytes it may have
 *
 * Returns: (transfer full) (nullable): its body, or %NULL where it was no JSON and the problem has been sent
 */
WfJsonDoc *
wf_service_read_body (SoupServerMessage *message,
                      gsize              limit)
{
  g_autoptr (GBytes) bytes = soup_message_body_flatten (soup_server_message_get_request_body (message));
  g_autoptr (GError) error = NULL;
  WfJsonDoc *doc = wf_json_doc_new (bytes, limit, &error);

  if (doc == NULL)
    wf_service_send_error (message, error);

  return doc;
}

/* --- query --- */

/**
 * wf_service_read_query:
 * @message: a request
 * @parameters: (array length=n): what may stand there; filled in
 * @n: how many
 *
 * Reads what stands behind the question mark. Anything unknown, twice, or of the wrong form is refused.
 *
 * Returns: whether it is good; if not, the problem has been sent
 */
gboolean
wf_service_read_query (SoupServerMessage *message,
                       WfParameter       *parameters,
                       guint              n)
{
  gboolean good;
  g_autofree char *wrong = wf_query_read (g_uri_get_query (soup_server_message_get_uri (message)), parameters, n, &good);

  if (good)
    return TRUE;

  wf_service_send_problem (message, "malformed", "A parameter is missing, unknown, given twice or not of the right form",
                           "request.query", wrong);
  return FALSE;
}

/* --- requests that are answered later --- */

static void
finished_cb (SoupServerMessage *message,
             gpointer           data)
{
  WfPending *self = data;

  g_cancellable_cancel (self->gone);
}

/**
 * wf_pending_new:
 * @service: the service
 * @message: a request
 *
 * Puts a request aside until wf_pending_answer().
 *
 * Returns: (transfer full): the request put aside
 */
WfPending *
wf_pending_new (WfService         *service,
                SoupServerMessage *message)
{
  WfPending *self = g_new0 (WfPending, 1);

  self->service = g_object_ref (service);
  self->message = g_object_ref (message);
  self->gone = g_cancellable_new ();
  self->finished_handler = g_signal_connect (message, "finished", G_CALLBACK (finished_cb), self);
  soup_server_message_pause (message);

  /* Whatever has no status when its handler returns is taken for a WebSocket; the answer brings the true one. */
  soup_server_message_set_status (message, 200, NULL);

  return self;
}

/**
 * wf_pending_free:
 * @self: (transfer full): a request put aside
 */
void
wf_pending_free (WfPending *self)
{
  g_clear_signal_handler (&self->finished_handler, self->message);
  g_object_unref (self->gone);
  g_object_unref (self->message);
  g_object_unref (self->service);
  g_free (self);
}

/**
 * wf_pending_is_gone:
 * @self: a request put aside
 *
 * Returns: whether there is nobody left to answer
 */
gboolean
wf_pending_is_gone (WfPending *self)
{
  /* libsoup lets go of everybody at the end without a word; what is put aside must not be taken up again then. */
  return g_cancellable_is_cancelled (self->gone) || g_cancellable_is_cancelled (self->service->stopping);
}

/**
 * wf_pending_answer:
 * @self: a request put aside whose answer has been set
 */
void
wf_pending_answer (WfPending *self)
{
  if (!wf_pending_is_gone (self))
    soup_server_message_unpause (self->message);
}

/* --- small routes --- */

static void
handle_session (WfService         *self,
                SoupServerMessage *message)
{
  GString *body = g_string_new ("{");

  wf_service_write_person (self, body, wf_service_token (message));
  g_string_append_c (body, '}');

  wf_service_send (message, 200, "application/json", body);
}

/* --- the way in --- */

static gboolean
is_under (const Route *route,
          const char  *path)
{
  return g_str_has_suffix (route->path, "/") ? g_str_has_prefix (path, route->path) : strcmp (path, route->path) == 0;
}

static const Route *
find_route (SoupServerMessage *message,
            const char        *path,
            gboolean          *known)
{
  const char *method = soup_server_message_get_method (message);

  *known = FALSE;
  for (gsize i = 0; i < G_N_ELEMENTS (routes); i++)
    {
      if (!is_under (&routes[i], path))
        continue;

      *known = TRUE;
      if (strcmp (method, routes[i].method) == 0)
        return &routes[i];
    }

  return NULL;
}

static void
add_allow (SoupServerMessage *message,
           const char        *path)
{
  for (gsize i = 0; i < G_N_ELEMENTS (routes); i++)
    if (is_under (&routes[i], path))
      soup_message_headers_append (soup_server_message_get_response_headers (message), "Allow", routes[i].method);
}

/* What anybody may do: know whether the service is well and what may be asked of it, and sign in. */
static gboolean
is_open (const char  *path,
         const Route *route)
{
  return strcmp (path, "/health") == 0 || strcmp (path, "/api/v1/openapi.json") == 0 ||
         (route != NULL && route->handle == wf_route_sign_in);
}

static gboolean
is_ogc (const char *path)
{
  return strcmp (path, "/ogc") == 0 || g_str_has_prefix (path, "/ogc/");
}

/* A certificate that the centre has given to a unit says whose it is; such a one may do what units may. */
static gboolean
let_in_by_certificate (SoupServerMessage *message)
{
  const char *name = wf_gate_certificate_name (message);

  if (!wf_id_is_valid (name))
    return FALSE;

  WfToken unit = { (char *) name, (char *) name, NULL, (char *) "unit", (char *) name, FALSE, G_MAXINT64 };
  g_object_set_data_full (G_OBJECT (message), "wf-token", wf_token_copy (&unit), (GDestroyNotify) wf_token_free);

  return TRUE;
}

static gboolean
let_in (WfService         *self,
        SoupServerMessage *message)
{
  const char *header = soup_message_headers_get_one (soup_server_message_get_request_headers (message), "Authorization");
  const WfToken *token = NULL;

  g_autofree char *basic = NULL;

  if (header != NULL && g_ascii_strncasecmp (header, "Bearer ", 7) == 0 && strlen (header) < 512)
    token = wf_store_find_token (self->store, header + 7);
  else if (header != NULL && strlen (header) < 1024 && is_ogc (g_uri_get_path (soup_server_message_get_uri (message))))
    basic = wf_query_basic_token (header);
  if (basic != NULL)
    token = wf_store_find_token (self->store, basic);

  if (token == NULL && header == NULL)
    return let_in_by_certificate (message);
  if (token == NULL)
    return FALSE;

  /* Kept with the request: the store's own may go while it waits. */
  g_object_set_data_full (G_OBJECT (message), "wf-token", wf_token_copy (token), (GDestroyNotify) wf_token_free);

  return TRUE;
}

/* The body of a refused request is not kept, and after a while not even waited for. */
static void
refuse_body (SoupServerMessage *message)
{
  soup_message_body_set_accumulate (soup_server_message_get_request_body (message), FALSE);
  soup_message_headers_replace (soup_server_message_get_response_headers (message), "Connection", "close");
}

static void
cut (SoupServerMessage *message)
{
  g_socket_shutdown (wf_gate_socket (message), TRUE, TRUE, NULL);
}

typedef struct
{
  WfService *service;
  gsize      limit;
  gsize      got;
} Meter;

static void
got_chunk_cb (SoupServerMessage *message,
              GBytes            *chunk,
              gpointer           data)
{
  Meter *meter = data;
  gboolean before = meter->got > meter->limit;

  meter->got += g_bytes_get_size (chunk);
  if (meter->got <= meter->limit)
    return;

  if (!before && soup_server_message_get_status (message) == 0)
    {
      meter->service->n_refused_requests++;
      refuse_body (message);
      soup_message_body_truncate (soup_server_message_get_request_body (message));
      wf_service_send_problem (message, "too-large", "The body is larger than this route takes", "request.size", NULL);
    }

  if (meter->got > 2 * meter->limit + WF_SERVICE_SMALL_BYTES)
    cut (message);
}

static void
free_meter (gpointer  data,
            GClosure *closure)
{
  g_free (data);
}

static void
meter_body (WfService         *self,
            SoupServerMessage *message,
            gsize              limit)
{
  Meter *meter = g_new0 (Meter, 1);

  meter->service = self;
  meter->limit = limit;
  g_signal_connect_data (message, "got-chunk", G_CALLBACK (got_chunk_cb), meter, free_meter, 0);
}

/* When the headers are there, before the body. */
static void
early_cb (SoupServer        *server,
          SoupServerMessage *message,
          const char        *path,
          GHashTable        *query,
          gpointer           data)
{
  WfService *self = data;
  SoupMessageHeaders *headers = soup_server_message_get_request_headers (message);
  gboolean known;
  const Route *route = find_route (message, path, &known);
  goffset length = soup_message_headers_get_content_length (headers);
  gsize limit = route != NULL ? route->limit : 0;

  self->n_requests++;
  wf_gate_watch (message);
  if (wf_rooms_is_old (self->rooms, wf_gate_room (message)))
    soup_message_headers_replace (soup_server_message_get_response_headers (message), "Connection", "close");

  gboolean known_to_us = let_in (self, message);
  const WfToken *token = wf_service_token (message);

  if (!wf_gate_may_ask (self->gate, message, known_to_us ? token->actor : NULL))
    {
      wf_service_send_problem (message, "too-many", "You ask too often: slow down", "request.rate", NULL);
      soup_message_headers_replace (soup_server_message_get_response_headers (message), "Retry-After", "1");
    }
  else if (!is_open (path, route) && !known_to_us)
    {
      const char *flaw = wf_gate_certificate_flaw (message);

      soup_message_headers_replace (soup_server_message_get_response_headers (message), "WWW-Authenticate",
                                    is_ogc (path) ? "Bearer, Basic realm=\"Watchfire\"" : "Bearer");
      wf_service_send_problem (message, "unauthorized", flaw != NULL ? wf_certificate_explain (flaw) : "Bring a valid token",
                               flaw, NULL);
    }
  else if (route == NULL && known)
    {
      add_allow (message, path);
      wf_service_send_problem (message, "method-not-allowed", "This route does not take that method", "request.method", NULL);
    }
  else if (route == NULL)
    wf_service_send_problem (message, "not-found", "There is no such route", "request.route", NULL);
  else if (length < 0 || (guint64) length > limit)
    wf_service_send_problem (message, "too-large", "The body is larger than this route takes", "request.size", NULL);
  else if (!wf_service_may (message, path))
    g_debug ("%s may not ask for %s", wf_service_token (message)->actor, path);
  else if (strcmp (soup_server_message_get_method (message), "PUT") == 0)
    wf_route_begin_medium (self, message, path + strlen (MEDIA_PATH));

  SoupEncoding encoding = soup_message_headers_get_encoding (headers);
  gboolean refused = soup_server_message_get_status (message) != 0;

  /* One that said how long it is gets no longer. */
  if (refused || (encoding != SOUP_ENCODING_CONTENT_LENGTH && encoding != SOUP_ENCODING_NONE))
    meter_body (self, message, limit);
  if (refused)
    {
      self->n_refused_requests++;
      refuse_body (message);
    }
}

/* When the body is there too. */
static void
handle_cb (SoupServer        *server,
           SoupServerMessage *message,
           const char        *path,
           GHashTable        *query,
           gpointer           data)
{
  WfService *self = data;
  gboolean known;
  const Route *route = find_route (message, path, &known);

  g_return_if_fail (route != NULL);

  /* Asked first, because the words are put together before anybody finds out that nobody reads them. */
  if (!g_log_writer_default_would_drop (G_LOG_LEVEL_DEBUG, G_LOG_DOMAIN))
    g_debug ("%s %s (%s)", route->method, path,
             wf_service_token (message) != NULL ? wf_service_token (message)->actor : "anybody");

  if (route->handle != NULL)
    route->handle (self, message);
  else
    wf_route_get_medium (self, message, path + strlen (MEDIA_PATH));
}

static void
websocket_cb (SoupServer              *server,
              SoupServerMessage       *message,
              const char              *path,
              SoupWebsocketConnection *connection,
              gpointer                 data)
{
  wf_gate_pass (message);
  wf_service_watch_follower (data, message, connection);
  wf_route_follow (data, message, connection);
}

static gpointer
enter_cb (GIOStream      *stream,
          GSocketAddress *local,
          GSocketAddress *remote,
          gpointer        data)
{
  WfService *self = data;
  g_autoptr (GError) error = NULL;
  gpointer room = wf_rooms_enter (self->rooms, stream, local, remote, &error);

  if (room == NULL)
    g_message ("A connection was not taken: %s", error->message);

  return room;
}

static void
furnish_cb (SoupServer *server,
            gpointer    data)
{
  static const char *protocols[] = { WF_FEED_PROTOCOL, NULL };

  /* Compression costs memory for each subscriber, and what two have in common could be guessed from its length. */
  soup_server_remove_websocket_extension (server, SOUP_TYPE_WEBSOCKET_EXTENSION_DEFLATE);
  soup_server_add_early_handler (server, NULL, early_cb, data, NULL);
  soup_server_add_handler (server, NULL, handle_cb, data, NULL);
  soup_server_add_websocket_handler (server, NULL, NULL, (char **) protocols, websocket_cb, data, NULL);
}

static void
committed_cb (WfStore   *store,
              GPtrArray *entries,
              WfService *self)
{
  wf_service_wake_pollers (self);
}

static void
moved_cb (WfStore    *store,
          const char *scope,
          GPtrArray  *news,
          WfService  *self)
{
  wf_service_wake_movers (self);
}

static void
sketched_cb (gpointer data)
{
  wf_service_wake_movers (data);
}

static gboolean
tokens_cb (gpointer data)
{
  WfService *self = data;

  wf_store_reload_tokens (self->store);
  wf_service_check_followers (self);
  wf_rooms_clear (self->rooms, self->gate);

  return G_SOURCE_CONTINUE;
}

static void
wf_service_dispose (GObject *object)
{
  WfService *self = WF_SERVICE (object);

  wf_service_stop (self);
  g_clear_pointer (&self->tiles, wf_tile_sets_free);
  g_clear_pointer (&self->rooms, wf_rooms_free);
  g_clear_object (&self->ogc);
  g_clear_pointer (&self->openapi, g_bytes_unref);
  g_clear_object (&self->store);
  g_clear_object (&self->stopping);
  g_clear_pointer (&self->followers, g_ptr_array_unref);

  G_OBJECT_CLASS (wf_service_parent_class)->dispose (object);
}

static void
wf_service_finalize (GObject *object)
{
  wf_gate_free (WF_SERVICE (object)->gate);
  g_hash_table_unref (WF_SERVICE (object)->uploads);

  G_OBJECT_CLASS (wf_service_parent_class)->finalize (object);
}

static void
wf_service_class_init (WfServiceClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = wf_service_dispose;
  G_OBJECT_CLASS (klass)->finalize = wf_service_finalize;
}

static void
wf_service_init (WfService *self)
{
  self->stopping = g_cancellable_new ();
  self->followers = g_ptr_array_new ();
  g_queue_init (&self->pollers);
  wf_histogram_init (&self->command_times, command_bounds, G_N_ELEMENTS (command_bounds));
  self->uploads = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
}

/**
 * wf_service_new:
 * @store: an open store
 * @limits: (nullable): what it puts up with; %NULL for what is usual
 *
 * Returns: (transfer full): a service that does not listen yet
 */
WfService *
wf_service_new (WfStore               *store,
                const WfServiceLimits *limits)
{
  WfService *self = g_object_new (WF_TYPE_SERVICE, NULL);

  self->store = g_object_ref (store);
  self->limits = limits != NULL ? *limits : (WfServiceLimits) WF_SERVICE_LIMITS;
  self->feed = wf_feed_new (store, self->limits.silence);
  wf_feed_set_sketched (self->feed, sketched_cb, self);
  wf_service_start_notes (self);
  self->ogc = wf_ogc_new (store);
  self->gate = wf_gate_new (&self->limits, enter_cb, self);
  self->rooms = wf_rooms_new (furnish_cb, self);
  self->token_timer = g_timeout_add_seconds (TOKENS_EVERY, tokens_cb, self);

  g_signal_connect_object (store, "committed", G_CALLBACK (committed_cb), self, 0);
  g_signal_connect_object (store, "positions", G_CALLBACK (moved_cb), self, 0);
  g_signal_connect_object (store, "readings", G_CALLBACK (moved_cb), self, 0);

  return self;
}

/**
 * wf_service_set_tls:
 * @self: a service
 * @certificate: the centre's own, with its key
 * @clients: (nullable): who signs the certificates by which units are known
 * @revoked: (nullable): file with the fingerprints of those that have been taken back
 * @error: return location, where that file cannot be used
 *
 * Makes connections from now on speak TLS; may be called again with a renewed certificate.
 *
 * Returns: whether it does; if not, all stays as it was
 */
gboolean
wf_service_set_tls (WfService       *self,
                    GTlsCertificate *certificate,
                    GTlsDatabase    *clients,
                    const char      *revoked,
                    GError         **error)
{
  g_return_val_if_fail (WF_IS_SERVICE (self), FALSE);

  g_autoptr (GHashTable) set = revoked != NULL ? wf_certificates_load_revoked (revoked, error) : NULL;

  if (revoked != NULL && set == NULL)
    return FALSE;

  wf_gate_set_tls (self->gate, certificate, clients, set);
  return TRUE;
}

/**
 * wf_service_listen:
 * @self: a service
 * @address: where to listen; port 0 takes a free one
 * @error: return location
 *
 * Returns: whether it listens
 */
gboolean
wf_service_listen (WfService           *self,
                   GInetSocketAddress  *address,
                   GError             **error)
{
  g_return_val_if_fail (WF_IS_SERVICE (self), FALSE);

  return wf_rooms_open (self->rooms, error) && wf_gate_listen (self->gate, address, &self->port, error);
}

/**
 * wf_service_get_port:
 * @self: a service
 *
 * Returns: the port that it listens on
 */
guint16
wf_service_get_port (WfService *self)
{
  g_return_val_if_fail (WF_IS_SERVICE (self), 0);

  return self->port;
}

/**
 * wf_service_stop:
 * @self: a service
 *
 * Takes no more requests and sends subscribers away. Safe to call twice.
 */
void
wf_service_stop (WfService *self)
{
  g_return_if_fail (WF_IS_SERVICE (self));

  g_cancellable_cancel (self->stopping);
  g_clear_handle_id (&self->token_timer, g_source_remove);
  wf_service_drop_pollers (self);
  g_clear_pointer (&self->feed, wf_feed_free);
  if (self->ogc != NULL)
    wf_ogc_stop (self->ogc);

  wf_gate_stop (self->gate);

  if (self->rooms != NULL)
    wf_rooms_close (self->rooms);
}
