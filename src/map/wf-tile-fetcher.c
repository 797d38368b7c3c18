/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-map"

#include "config.h"

#include "wf-tile-fetcher.h"

#include "wf-mbtiles.h"
#include "wf-tile-cache.h"
#include "wf-tiles-error.h"
#include "wf-worker.h"

#include <glib/gi18n.h>
#include <string.h>

/* So long may a tile take, from asking to its last byte. */
#define PATIENCE_MS 15000

/* A tile whose server says nothing of it is good for a week, and for a year at most. */
#define GOOD_FOR  (7 * 24 * 3600)
#define GOOD_MOST (365 * 24 * 3600)

#define PIECE 65536

/* A trouble that has not been there for so long, µs, is news again. */
#define TELL_AGAIN (5 * 60 * G_USEC_PER_SEC)

/* A server that fails in ever new words. */
#define TOLD_MAX 64

struct _WfTileFetcher
{
  GObject parent_instance;

  char          *url_template; /* (owned) also what the cache knows the server by */
  char          *path;    /* (owned) (nullable) of the cache */
  gint64         limit;
  SoupSession   *session; /* (owned) */
  WfTileMessage  message; /* (nullable) */
  gpointer       data;    /* (owned) for it */
  GDestroyNotify destroy;
  guint          patience;
  GHashTable    *told;    /* (owned) (element-type utf8 gint64): troubles that were told of, and when they were there last */
  WfWorker      *worker;  /* (owned) */
  WfTileCache   *cache;   /* (owned) (nullable) the worker's */
};

enum
{
  SIGNAL_TROUBLE,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (WfTileFetcher, wf_tile_fetcher, G_TYPE_OBJECT)

/* One tile on its way. */
typedef struct
{
  int           zoom;
  int           x;
  int           y;
  WfCachedTile *kept;    /* (owned) (nullable): what the disk has of it */
  SoupMessage  *message; /* (owned) (nullable) */
  GInputStream *stream;  /* (owned) (nullable) */
  GByteArray   *body;    /* (owned) */
  GCancellable *cancellable; /* (owned) */
  guint         patience_id;
  gboolean      late;
} Way;

static void
way_free (Way *way)
{
  g_clear_handle_id (&way->patience_id, g_source_remove);
  g_clear_pointer (&way->kept, wf_cached_tile_free);
  g_clear_object (&way->message);
  g_clear_object (&way->stream);
  g_byte_array_unref (way->body);
  g_object_unref (way->cancellable);
  g_free (way);
}

static void
end_worker (GTask        *task,
            gpointer      source,
            gpointer      data,
            GCancellable *cancellable)
{
  wf_worker_shutdown (data);
  g_task_return_boolean (task, TRUE);
}

static void
wf_tile_fetcher_dispose (GObject *object)
{
  WfTileFetcher *self = WF_TILE_FETCHER (object);

  g_clear_object (&self->session);
  if (self->destroy != NULL)
    g_clear_pointer (&self->data, self->destroy);
  if (self->worker != NULL)
    {
      g_autoptr (GTask) end = g_task_new (NULL, NULL, NULL, NULL);

      /* It may be at something that takes the disk a while, and nobody is to wait for that. What it does last holds this. */
      g_task_set_task_data (end, g_steal_pointer (&self->worker), g_object_unref);
      wf_task_run_in_thread (end, end_worker);
    }

  G_OBJECT_CLASS (wf_tile_fetcher_parent_class)->dispose (object);
}

static void
wf_tile_fetcher_finalize (GObject *object)
{
  WfTileFetcher *self = WF_TILE_FETCHER (object);

  g_clear_pointer (&self->cache, wf_tile_cache_free);
  g_free (self->url_template);
  g_free (self->path);
  g_hash_table_unref (self->told);

  G_OBJECT_CLASS (wf_tile_fetcher_parent_class)->finalize (object);
}

static void
wf_tile_fetcher_class_init (WfTileFetcherClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = wf_tile_fetcher_dispose;
  G_OBJECT_CLASS (klass)->finalize = wf_tile_fetcher_finalize;

  signals[SIGNAL_TROUBLE] = g_signal_new ("trouble", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                          G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
wf_tile_fetcher_init (WfTileFetcher *self)
{
  self->patience = PATIENCE_MS;
  self->told = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->session = soup_session_new_with_options ("max-conns-per-host", 8, "user-agent", "Watchfire/" WF_VERSION, NULL);
}

/* --- the disk, in the worker -------------------------------------------------------------------------------------- */

static gint64
get_now (void)
{
  return g_get_real_time () / G_USEC_PER_SEC;
}

static void
open_cb (GTask        *task,
         gpointer      source,
         gpointer      data,
         GCancellable *cancellable)
{
  WfTileFetcher *self = source;
  g_autoptr (GError) error = NULL;

  self->cache = wf_tile_cache_open (self->path, self->limit, &error);
  if (self->cache == NULL)
    g_message ("Tiles are not kept: %s", error->message);
  g_task_return_boolean (task, TRUE);
}

static void
look_up_cb (GTask        *task,
            gpointer      source,
            gpointer      data,
            GCancellable *cancellable)
{
  WfTileFetcher *self = source;
  Way *way = g_task_get_task_data (G_TASK (data));

  if (self->cache != NULL)
    way->kept = wf_tile_cache_look_up (self->cache, self->url_template, way->zoom, way->x, way->y, get_now ());
  g_task_return_boolean (task, TRUE);
}

typedef struct
{
  int          zoom;
  int          x;
  int          y;
  WfCachedTile tile; /* without bytes: it is only to be renewed */
  gboolean     refused;
} Keeping;

static void
keeping_free (Keeping *keeping)
{
  g_clear_pointer (&keeping->tile.bytes, g_bytes_unref);
  g_free (keeping->tile.etag);
  g_free (keeping->tile.modified);
  g_free (keeping);
}

static void
keep_cb (GTask        *task,
         gpointer      source,
         gpointer      data,
         GCancellable *cancellable)
{
  WfTileFetcher *self = source;
  Keeping *keeping = data;
  g_autoptr (GError) error = NULL;

  if (self->cache != NULL && keeping->refused)
    wf_tile_cache_remove (self->cache, self->url_template, keeping->zoom, keeping->x, keeping->y);
  else if (self->cache != NULL && keeping->tile.bytes == NULL)
    wf_tile_cache_renew (self->cache, self->url_template, keeping->zoom, keeping->x, keeping->y, keeping->tile.expires);
  else if (self->cache != NULL && !wf_tile_cache_put (self->cache, self->url_template, keeping->zoom, keeping->x, keeping->y,
                                                      &keeping->tile, get_now (), &error))
    g_debug ("%s", error->message);
  g_task_return_boolean (task, TRUE);
}

/**
 * wf_tile_fetcher_read_expiry:
 * @control: (nullable): what a server says with Cache-Control
 * @expires: (nullable): what it says with Expires
 * @now: seconds since the epoch
 *
 * Reads how long a tile is good (RFC 9111, 5.2.2 and 5.3).
 *
 * Returns: until when, in seconds since the epoch; -1: it must not be kept
 */
gint64
wf_tile_fetcher_read_expiry (const char *control,
                             const char *expires,
                             gint64      now)
{
  g_autoptr (GHashTable) words = control != NULL ? soup_header_parse_param_list (control) : NULL;
  gint64 seconds = GOOD_FOR;

  if (words != NULL && g_hash_table_contains (words, "no-store"))
    seconds = -1;
  else if (words != NULL && g_hash_table_contains (words, "no-cache"))
    seconds = 0;
  else if (words != NULL && g_hash_table_lookup (words, "max-age") != NULL)
    seconds = CLAMP (g_ascii_strtoll (g_hash_table_lookup (words, "max-age"), NULL, 10), 0, GOOD_MOST);
  else if (expires != NULL)
    {
      g_autoptr (GDateTime) until = soup_date_time_new_from_http_string (expires);

      seconds = until != NULL ? CLAMP (g_date_time_to_unix (until) - now, 0, GOOD_MOST) : 0;
    }
  if (words != NULL)
    soup_header_free_param_list (g_steal_pointer (&words));

  return seconds < 0 ? -1 : now + seconds;
}

static void
keep (WfTileFetcher *self,
      Way           *way,
      GBytes        *bytes)
{
  SoupMessageHeaders *headers = soup_message_get_response_headers (way->message);
  gint64 expires = wf_tile_fetcher_read_expiry (soup_message_headers_get_list (headers, "Cache-Control"),
                                                soup_message_headers_get_one (headers, "Expires"), get_now ());

  if (expires < 0)
    return;

  GTask *task = g_task_new (self, NULL, NULL, NULL);
  Keeping *keeping = g_new0 (Keeping, 1);

  keeping->zoom = way->zoom;
  keeping->x = way->x;
  keeping->y = way->y;
  keeping->tile.bytes = bytes != NULL ? g_bytes_ref (bytes) : NULL;
  keeping->tile.etag = g_strdup (soup_message_headers_get_one (headers, "ETag"));
  keeping->tile.modified = g_strdup (soup_message_headers_get_one (headers, "Last-Modified"));
  keeping->tile.expires = expires;
  g_task_set_task_data (task, keeping, (GDestroyNotify) keeping_free);
  wf_worker_push (self->worker, G_PRIORITY_LOW, task, keep_cb);
}

/* --- the server ---------------------------------------------------------------------------------------------------- */

/* Once for each trouble, however many tiles have it, and however many others come well or fail in another way between. */
static void
tell (WfTileFetcher *self,
      const char    *trouble)
{
  gint64 now = g_get_monotonic_time ();
  const gint64 *last = g_hash_table_lookup (self->told, trouble);
  gboolean news = last == NULL || now - *last > TELL_AGAIN;

  if (g_hash_table_size (self->told) >= TOLD_MAX)
    g_hash_table_remove_all (self->told);
  g_hash_table_replace (self->told, g_strdup (trouble), g_memdup2 (&now, sizeof now));
  if (news)
    g_signal_emit (self, signals[SIGNAL_TROUBLE], 0, trouble);
}

/* What was kept is better than a hole. */
static void
fail (GTask      *task,
      const char *trouble)
{
  WfTileFetcher *self = g_task_get_source_object (task);
  Way *way = g_task_get_task_data (task);

  if (trouble != NULL)
    tell (self, trouble);
  if (way->kept != NULL)
    g_task_return_pointer (task, g_bytes_ref (way->kept->bytes), (GDestroyNotify) g_bytes_unref);
  else
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_FAILED, "%s", trouble != NULL ? trouble : "There is no such tile");
  g_object_unref (task);
}

static char *
get_host (WfTileFetcher *self)
{
  const char *begin = strstr (self->url_template, "://");

  begin = begin != NULL ? begin + 3 : self->url_template;
  return g_strndup (begin, strcspn (begin, "/?"));
}

static void
fail_because (GTask        *task,
              const GError *error)
{
  WfTileFetcher *self = g_task_get_source_object (task);
  Way *way = g_task_get_task_data (task);
  g_autofree char *host = get_host (self);
  g_autofree char *text = way->late ? g_strdup_printf (_("The tile server %s does not answer."), host)
                                    /* TRANSLATORS: a server, and why it cannot be reached */
                                    : g_strdup_printf (_("The tile server %s cannot be reached: %s."), host, error->message);

  fail (task, text);
}

static void
finish (GTask *task)
{
  WfTileFetcher *self = g_task_get_source_object (task);
  Way *way = g_task_get_task_data (task);
  g_autoptr (GBytes) bytes = g_byte_array_free_to_bytes (g_steal_pointer (&way->body));
  WfTileFormat format;
  guint width, height;

  way->body = g_byte_array_new ();
  if (!wf_tile_image_check (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), &format, &width, &height, NULL))
    {
      const char *type = soup_message_headers_get_content_type (soup_message_get_response_headers (way->message), NULL);
      g_autofree char *host = get_host (self);
      /* TRANSLATORS: a server, and what it says that it sends, such as image/png */
      g_autofree char *text = g_strdup_printf (_("The tile server %s sends something that is no PNG, JPEG or WebP image (it calls it %s)."),
                                               host, type != NULL ? type : "?");

      fail (task, text);
      return;
    }

  keep (self, way, bytes);
  g_task_return_pointer (task, g_steal_pointer (&bytes), (GDestroyNotify) g_bytes_unref);
  g_object_unref (task);
}

static void
read_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      data)
{
  GTask *task = data;
  Way *way = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) piece = g_input_stream_read_bytes_finish (G_INPUT_STREAM (source), result, &error);

  if (piece == NULL)
    {
      fail_because (task, error);
      return;
    }
  if (g_bytes_get_size (piece) == 0)
    {
      finish (task);
      return;
    }

  g_byte_array_append (way->body, g_bytes_get_data (piece, NULL), (guint) g_bytes_get_size (piece));
  if (way->body->len > WF_MBTILES_MAX_BYTES)
    {
      g_autofree char *host = get_host (g_task_get_source_object (task));
      g_autofree char *text = g_strdup_printf (_("The tile server %s sends more than a tile can have."), host);

      g_cancellable_cancel (way->cancellable);
      fail (task, text);
      return;
    }
  g_input_stream_read_bytes_async (way->stream, PIECE, G_PRIORITY_DEFAULT, way->cancellable, read_cb, task);
}

static void
sent_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      data)
{
  GTask *task = data;
  WfTileFetcher *self = g_task_get_source_object (task);
  Way *way = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  guint status;

  way->stream = soup_session_send_finish (SOUP_SESSION (source), result, &error);
  if (way->stream == NULL)
    {
      fail_because (task, error);
      return;
    }

  status = soup_message_get_status (way->message);
  if (status == SOUP_STATUS_NOT_MODIFIED && way->kept != NULL)
    {
          keep (self, way, NULL);
      g_task_return_pointer (task, g_bytes_ref (way->kept->bytes), (GDestroyNotify) g_bytes_unref);
      g_object_unref (task);
    }
  else if (status == SOUP_STATUS_NOT_FOUND || status == SOUP_STATUS_NO_CONTENT)
    {
      /* A place where the server has no map. */
      g_clear_pointer (&way->kept, wf_cached_tile_free);
      fail (task, NULL);
    }
  else if (status != SOUP_STATUS_OK)
    {
      g_autofree char *host = get_host (self);
      g_autofree char *text = g_strdup_printf (_("The tile server %s refuses: %u %s."), host, status,
                                               soup_message_get_reason_phrase (way->message));
      fail (task, text);
    }
  else
    g_input_stream_read_bytes_async (way->stream, PIECE, G_PRIORITY_DEFAULT, way->cancellable, read_cb, task);
}

static gboolean
late_cb (gpointer data)
{
  Way *way = data;

  way->patience_id = 0;
  way->late = TRUE;
  g_cancellable_cancel (way->cancellable);

  return G_SOURCE_REMOVE;
}

/* What may stand in an address, also by the names of OGC's WMTS, in any case. {-y} counts rows from the south, as TMS does. */
enum { ZOOM, COLUMN, ROW, ROW_FROM_SOUTH, N_PLACES };

static const struct
{
  const char *name;
  int         place;
} places[] = {
  { "{z}", ZOOM }, { "{TileMatrix}", ZOOM }, { "{x}", COLUMN }, { "{TileCol}", COLUMN }, { "{y}", ROW }, { "{TileRow}", ROW },
  { "{-y}", ROW_FROM_SOUTH },
};

/* Returns: the index of what begins at @at, or -1 */
static int
find_place (const char *at)
{
  for (gsize i = 0; *at == '{' && i < G_N_ELEMENTS (places); i++)
    if (g_ascii_strncasecmp (at, places[i].name, strlen (places[i].name)) == 0)
      return (int) i;

  return -1;
}

/* {s} (a, b or c) and {0-7}: the names under which the same server can be reached, so that one asks more of them at a time. */
static const char *
find_range (const char *at,
            char       *first,
            char       *last)
{
  if (g_str_has_prefix (at, "{s}"))
    {
      *first = 'a';
      *last = 'c';
      return at + 3;
    }
  if (*at == '{' && g_ascii_isalnum (at[1]) && at[2] == '-' && g_ascii_isalnum (at[3]) && at[4] == '}' && at[1] <= at[3]
      && g_ascii_isdigit (at[1]) == g_ascii_isdigit (at[3]) && g_ascii_isupper (at[1]) == g_ascii_isupper (at[3]))
    {
      *first = at[1];
      *last = at[3];
      return at + 5;
    }

  return NULL;
}

/**
 * wf_tile_fetcher_make_address:
 * @url_template: an address that wf_tile_fetcher_is_whole()
 * @zoom: of a tile
 * @x: its column
 * @y: its row
 *
 * The same tile comes always from the same of several names, so that what is kept on the way can be used again.
 *
 * Returns: (transfer full): where that tile is
 */
char *
wf_tile_fetcher_make_address (const char *url_template,
                              int         zoom,
                              int         x,
                              int         y)
{
  const int numbers[N_PLACES] = { zoom, x, y, (1 << zoom) - 1 - y };
  GString *text = g_string_new (NULL);

  for (const char *at = url_template; *at != '\0';)
    {
      int place = find_place (at);
      char first, last;
      const char *behind = place < 0 ? find_range (at, &first, &last) : NULL;

      if (place >= 0)
        {
          g_string_append_printf (text, "%d", numbers[places[place].place]);
          at += strlen (places[place].name);
        }
      else if (behind != NULL)
        {
          g_string_append_c (text, (char) (first + (x + y) % (last - first + 1)));
          at = behind;
        }
      else
        g_string_append_c (text, *at++);
    }

  return g_string_free (text, FALSE);
}

/**
 * wf_tile_fetcher_is_whole:
 * @url_template: an address
 *
 * Returns: whether it says where zoom, column and row of a tile stand, and nothing in braces that is not known
 */
gboolean
wf_tile_fetcher_is_whole (const char *url_template)
{
  gboolean there[N_PLACES] = { FALSE };

  for (const char *at = strchr (url_template, '{'); at != NULL; at = strchr (at + 1, '{'))
    {
      int place = find_place (at);
      char first, last;

      if (place >= 0)
        there[places[place].place] = TRUE;
      else if (find_range (at, &first, &last) == NULL)
        return FALSE;
    }

  return there[ZOOM] && there[COLUMN] && (there[ROW] || there[ROW_FROM_SOUTH]);
}

static void
looked_up_cb (GObject      *source,
              GAsyncResult *result,
              gpointer      data)
{
  WfTileFetcher *self = WF_TILE_FETCHER (source);
  GTask *task = data;
  Way *way = g_task_get_task_data (task);

  if (way->kept != NULL && way->kept->expires > get_now ())
    {
      g_task_return_pointer (task, g_bytes_ref (way->kept->bytes), (GDestroyNotify) g_bytes_unref);
      g_object_unref (task);
      return;
    }

  g_autofree char *address = wf_tile_fetcher_make_address (self->url_template, way->zoom, way->x, way->y);
  way->message = self->message != NULL ? self->message (address, self->data) : soup_message_new ("GET", address);
  if (way->message == NULL || self->session == NULL)
    {
      fail (task, NULL);
      return;
    }

  SoupMessageHeaders *headers = soup_message_get_request_headers (way->message);
  if (way->kept != NULL && way->kept->etag != NULL)
    soup_message_headers_replace (headers, "If-None-Match", way->kept->etag);
  else if (way->kept != NULL && way->kept->modified != NULL)
    soup_message_headers_replace (headers, "If-Modified-Since", way->kept->modified);
  way->patience_id = g_timeout_add (self->patience, late_cb, way);
  soup_session_send_async (self->session, way->message, G_PRIORITY_DEFAULT, way->cancellable, sent_cb, task);
}

/**
 * wf_tile_fetcher_new:
 * @url_template: an address with {z}, {x} and {y}
 * @cache: (nullable): the file in which tiles are kept; %NULL to keep none
 * @limit: how many bytes that may have
 *
 * Returns: (transfer full): what fetches the tiles
 */
WfTileFetcher *
wf_tile_fetcher_new (const char *url_template,
                     const char *cache,
                     gint64      limit)
{
  g_return_val_if_fail (url_template != NULL, NULL);

  WfTileFetcher *self = g_object_new (WF_TYPE_TILE_FETCHER, NULL);

  self->url_template = g_strdup (url_template);
  self->path = g_strdup (cache);
  self->limit = limit;
  self->worker = wf_worker_new ("tiles");
  if (cache != NULL)
    wf_worker_push (self->worker, G_PRIORITY_DEFAULT, g_task_new (self, NULL, NULL, NULL), open_cb);

  return self;
}

/**
 * wf_tile_fetcher_set_way:
 * @self: what fetches
 * @session: which connections are used
 * @message: what makes a request
 * @data: for @message
 * @destroy: (nullable): for @data
 *
 * Has tiles fetched in somebody's name.
 */
void
wf_tile_fetcher_set_way (WfTileFetcher  *self,
                         SoupSession    *session,
                         WfTileMessage   message,
                         gpointer        data,
                         GDestroyNotify  destroy)
{
  g_return_if_fail (WF_IS_TILE_FETCHER (self));

  g_set_object (&self->session, session);
  self->message = message;
  self->data = data;
  self->destroy = destroy;
}

/**
 * wf_tile_fetcher_set_patience:
 * @self: what fetches
 * @milliseconds: how long a tile may take
 */
void
wf_tile_fetcher_set_patience (WfTileFetcher *self,
                              guint          milliseconds)
{
  g_return_if_fail (WF_IS_TILE_FETCHER (self));

  self->patience = milliseconds;
}

/**
 * wf_tile_fetcher_get_async:
 * @self: what fetches
 * @zoom: of a tile
 * @x: its column
 * @y: its row
 * @callback: called with the image
 * @data: for @callback
 *
 * Finds a tile on the disk, or fetches it.
 */
void
wf_tile_fetcher_get_async (WfTileFetcher       *self,
                           int                  zoom,
                           int                  x,
                           int                  y,
                           GAsyncReadyCallback  callback,
                           gpointer             data)
{
  g_return_if_fail (WF_IS_TILE_FETCHER (self));

  GTask *task = g_task_new (self, NULL, callback, data);
  Way *way = g_new0 (Way, 1);

  way->zoom = zoom;
  way->x = x;
  way->y = y;
  way->body = g_byte_array_new ();
  way->cancellable = g_cancellable_new ();
  g_task_set_task_data (task, way, (GDestroyNotify) way_free);

  GTask *look = g_task_new (self, NULL, looked_up_cb, task);
  g_task_set_task_data (look, g_object_ref (task), g_object_unref);
  wf_worker_push (self->worker, G_PRIORITY_DEFAULT, look, look_up_cb);
}

/**
 * wf_tile_fetcher_refuse:
 * @self: what fetches
 * @zoom: of a tile
 * @x: its column
 * @y: its row
 *
 * Says that what came for a tile begins like an image and is none. It is told about, and not kept.
 */
void
wf_tile_fetcher_refuse (WfTileFetcher *self,
                        int            zoom,
                        int            x,
                        int            y)
{
  g_return_if_fail (WF_IS_TILE_FETCHER (self));

  g_autofree char *host = get_host (self);
  g_autofree char *text = g_strdup_printf (_("The tile server %s sends images that are damaged or cut off."), host);

  tell (self, text);
  if (self->worker == NULL)
    return;

  Keeping *keeping = g_new0 (Keeping, 1);
  GTask *task = g_task_new (self, NULL, NULL, NULL);

  keeping->zoom = zoom;
  keeping->x = x;
  keeping->y = y;
  keeping->refused = TRUE;
  g_task_set_task_data (task, keeping, (GDestroyNotify) keeping_free);
  wf_worker_push (self->worker, G_PRIORITY_LOW, task, keep_cb);
}

/**
 * wf_tile_fetcher_get_finish:
 * @self: what fetches
 * @result: the result
 * @error: return location
 *
 * Returns: (transfer full) (nullable): the image, of a tile's size and kind
 */
GBytes *
wf_tile_fetcher_get_finish (WfTileFetcher  *self,
                            GAsyncResult   *result,
                            GError        **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
