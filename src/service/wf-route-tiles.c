/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-service"

#include "config.h"

#include "wf-service-private.h"

#include "wf-json-write.h"
#include "wf-mbtiles.h"
#include "wf-tiles-error.h"
#include "wf-worker.h"

#include <glib/gstdio.h>
#include <string.h>

/* The centre's own map for its workstations: raster MBTiles files in the folder "tiles" of the service's data. A file's name
 * without its ending is the set's; before that may stand the datum of its images, such as "streets.gcj02.mbtiles". Files are
 * read in a thread of their own, and looked at again when they have changed. */

#define ENDING ".mbtiles"
#define SETS_MAX 100

/* A map changes with its file; what a workstation has kept for a day it asks for by its name. */
#define CACHE_CONTROL "private, max-age=86400"

typedef struct
{
  WfMbtiles *tiles; /* (owned) */
  gint64     changed; /* ns */
  gint64     size;
  guint64    node;
} Set;

struct _WfTileSets
{
  WfWorker   *worker; /* (owned) */
  char       *folder; /* (owned) */
  GHashTable *sets;   /* (owned) the worker's: name → Set */
};

typedef struct
{
  WfPending  *pending; /* (owned) */
  WfTileSets *sets;    /* (unowned): lives until its worker has ended */
  char       *name;    /* (owned) (nullable): %NULL to list all */
  int         zoom;
  int         x;
  int         y;
  const char *type;
  char       *etag;    /* (owned) (nullable): of what was read */
} Ask;

static void
free_set (gpointer data)
{
  Set *set = data;

  g_object_unref (set->tiles);
  g_free (set);
}

static void
free_ask (gpointer data)
{
  Ask *ask = data;

  g_clear_pointer (&ask->pending, wf_pending_free);
  g_free (ask->name);
  g_free (ask->etag);
  g_free (ask);
}

/**
 * wf_tile_sets_new:
 * @data: the service's data folder
 *
 * Returns: (transfer full): the sets of tiles in it
 */
WfTileSets *
wf_tile_sets_new (const char *data)
{
  WfTileSets *self = g_new0 (WfTileSets, 1);

  self->worker = wf_worker_new ("tiles");
  self->folder = g_build_filename (data, "tiles", NULL);
  self->sets = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, free_set);

  return self;
}

/**
 * wf_tile_sets_free:
 * @self: (transfer full): sets of tiles
 */
void
wf_tile_sets_free (WfTileSets *self)
{
  wf_worker_shutdown (self->worker);
  g_object_unref (self->worker);
  g_hash_table_unref (self->sets);
  g_free (self->folder);
  g_free (self);
}

/* --- in the worker --- */

static gboolean
is_name (const char *name)
{
  gsize length = strlen (name);

  for (gsize i = 0; i < length; i++)
    if (!g_ascii_isalnum (name[i]) && strchr ("-_.", name[i]) == NULL)
      return FALSE;

  return length > 0 && length <= 64 && name[0] != '.';
}

/* The file as it is now; one that was exchanged is opened anew. */
static WfMbtiles *
find_set (WfTileSets  *self,
          const char  *name,
          GError     **error)
{
  g_autofree char *file = g_strconcat (name, ENDING, NULL);
  g_autofree char *path = g_build_filename (self->folder, file, NULL);
  Set *set = g_hash_table_lookup (self->sets, name);
  GStatBuf about;

  if (!is_name (name) || g_stat (path, &about) != 0 || !S_ISREG (about.st_mode))
    {
      g_hash_table_remove (self->sets, name);
      g_set_error (error, WF_TILES_ERROR, WF_TILES_ERROR_NOT_FOUND, "There is no set of tiles of this name");
      return NULL;
    }
  gint64 changed = about.st_mtim.tv_sec * G_GINT64_CONSTANT (1000000000) + about.st_mtim.tv_nsec;
  if (set != NULL && set->changed == changed && set->size == about.st_size && set->node == about.st_ino)
    return set->tiles;

  g_hash_table_remove (self->sets, name);
  WfMbtiles *tiles = wf_mbtiles_open (path, error);
  if (tiles == NULL)
    {
      g_prefix_error (error, "This set of tiles cannot be used: ");
      return NULL;
    }
  /* Vector tiles are drawn by who has the file. */
  if (wf_mbtiles_get_info (tiles)->format == WF_TILE_VECTOR)
    {
      g_object_unref (tiles);
      g_set_error (error, WF_TILES_ERROR, WF_TILES_ERROR_FORMAT, "This set of tiles has no images");
      return NULL;
    }

  set = g_new0 (Set, 1);
  set->tiles = tiles;
  set->changed = changed;
  set->size = about.st_size;
  set->node = about.st_ino;
  g_hash_table_insert (self->sets, g_strdup (name), set);

  return tiles;
}

static WfDatum
datum_of (const char *name)
{
  const char *dot = strrchr (name, '.');
  WfDatum datum;

  return dot != NULL && wf_datum_parse (dot + 1, &datum) ? datum : WF_DATUM_WGS84;
}

static void
write_set (GString    *body,
           const char *name,
           WfMbtiles  *tiles)
{
  static const char *const types[] = { "image/png", "image/jpeg", "image/webp" };
  const WfMbtilesInfo *info = wf_mbtiles_get_info (tiles);

  if (body->str[body->len - 1] != '[')
    g_string_append_c (body, ',');
  g_string_append (body, "{\"set\":");
  wf_json_write_string (body, name);
  g_string_append (body, ",\"name\":");
  wf_json_write_string (body, info->name);
  g_string_append (body, ",\"attribution\":");
  wf_json_write_string (body, info->attribution);
  g_string_append_printf (body, ",\"type\":\"%s\",\"datum\":\"%s\",\"min_zoom\":%d,\"max_zoom\":%d,\"box\":[", types[info->format],
                          wf_datum_get_id (datum_of (name)), info->min_zoom, info->max_zoom);
  const double box[] = { info->box.min_lon, info->box.min_lat, info->box.max_lon, info->box.max_lat };
  for (gsize i = 0; i < G_N_ELEMENTS (box); i++)
    {
      char number[G_ASCII_DTOSTR_BUF_SIZE];
      g_string_append_printf (body, "%s%s", i > 0 ? "," : "", g_ascii_formatd (number, sizeof number, "%.6f", box[i]));
    }
  g_string_append (body, "]}");
}

static int
compare_names (gconstpointer a,
               gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

/* Files that cannot be used are left out; the log says why. */
static GBytes *
list_sets (WfTileSets *self)
{
  g_autoptr (GString) body = g_string_new ("{\"sets\":[");
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GDir) dir = g_dir_open (self->folder, 0, NULL);
  const char *file;

  while (dir != NULL && names->len < SETS_MAX && (file = g_dir_read_name (dir)) != NULL)
    if (g_str_has_suffix (file, ENDING))
      g_ptr_array_add (names, g_strndup (file, strlen (file) - strlen (ENDING)));
  g_ptr_array_sort (names, compare_names);
  for (guint i = 0; i < names->len; i++)
    {
      g_autoptr (GError) error = NULL;
      WfMbtiles *tiles = find_set (self, names->pdata[i], &error);

      if (tiles != NULL)
        write_set (body, names->pdata[i], tiles);
      else
        g_message ("%s: %s", (const char *) names->pdata[i], error->message);
    }
  g_string_append (body, "]}");

  return g_string_free_to_bytes (g_steal_pointer (&body));
}

static void
read_cb (GTask        *task,
         gpointer      source,
         gpointer      data,
         GCancellable *cancellable)
{
  Ask *ask = data;
  GError *error = NULL;
  GBytes *bytes = NULL;
  WfTileFormat format;
  guint width, height;

  if (ask->name == NULL)
    {
      g_task_return_pointer (task, list_sets (ask->sets), (GDestroyNotify) g_bytes_unref);
      return;
    }

  WfMbtiles *tiles = find_set (ask->sets, ask->name, &error);
  if (tiles != NULL)
    bytes = wf_mbtiles_read (tiles, ask->zoom, ask->x, ask->y, &error);
  if (bytes != NULL
      && !wf_tile_image_check (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), &format, &width, &height, &error))
    g_clear_pointer (&bytes, g_bytes_unref);
  if (bytes == NULL)
    {
      g_task_return_error (task, error);
      return;
    }

  g_autofree char *digest = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, bytes);

  ask->etag = g_strdup_printf ("\"%.32s\"", digest);
  ask->type = format == WF_TILE_PNG ? "image/png" : format == WF_TILE_JPEG ? "image/jpeg" : "image/webp";
  g_task_return_pointer (task, bytes, (GDestroyNotify) g_bytes_unref);
}

/* --- the routes --- */

static gboolean
is_wanted (const char *wanted,
           const char *etag)
{
  return wanted == NULL || (strcmp (wanted, "*") != 0 && strstr (wanted, etag) == NULL);
}

static void
send_tile (Ask    *ask,
           GBytes *bytes)
{
  SoupServerMessage *message = ask->pending->message;
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (message);

  if (is_wanted (soup_message_headers_get_list (soup_server_message_get_request_headers (message), "If-None-Match"), ask->etag))
    wf_service_send_bytes (message, 200, ask->type, bytes);
  else
    soup_server_message_set_status (message, 304, NULL);
  soup_message_headers_replace (headers, "ETag", ask->etag);
  soup_message_headers_replace (headers, "Cache-Control", CACHE_CONTROL);
  soup_message_headers_replace (headers, "X-Content-Type-Options", "nosniff");
}

static void
answered_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      data)
{
  Ask *ask = g_task_get_task_data (G_TASK (result));
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = g_task_propagate_pointer (G_TASK (result), &error);
  SoupServerMessage *message = ask->pending->message;

  if (!wf_pending_is_gone (ask->pending))
    {
      if (bytes == NULL)
        {
          gboolean missing = g_error_matches (error, WF_TILES_ERROR, WF_TILES_ERROR_NOT_FOUND);

          wf_service_send_problem (message, "not-found", error->message, missing ? "tile.unknown" : "tile.unusable", NULL);
        }
      else if (ask->name == NULL)
        wf_service_send_bytes (message, 200, "application/json", bytes);
      else
        send_tile (ask, bytes);
      wf_pending_answer (ask->pending);
    }
  /* In this thread, whoever lets go of the task last. */
  g_clear_pointer (&ask->pending, wf_pending_free);
}

static void
put_question (WfService         *self,
              SoupServerMessage *message,
              Ask               *ask)
{
  GTask *task = g_task_new (NULL, NULL, answered_cb, NULL);

  if (self->tiles == NULL)
    self->tiles = wf_tile_sets_new (wf_store_get_folder (self->store));
  ask->sets = self->tiles;
  ask->pending = wf_pending_new (self, message);
  g_task_set_task_data (task, ask, free_ask);
  wf_worker_push (self->tiles->worker, G_PRIORITY_DEFAULT, task, read_cb);
}

/**
 * wf_route_tile_sets:
 * @self: the service
 * @message: a request
 *
 * `GET /tiles`: which maps the centre hands out
 */
void
wf_route_tile_sets (WfService         *self,
                    SoupServerMessage *message)
{
  if (wf_service_read_query (message, NULL, 0))
    put_question (self, message, g_new0 (Ask, 1));
}

/* A row or column; -1 where it is none. */
static int
read_number (const char *text,
             int         end)
{
  guint64 value;

  return g_ascii_string_to_unsigned (text, 10, 0, (guint64) end - 1, &value, NULL) ? (int) value : -1;
}

/**
 * wf_route_tile:
 * @self: the service
 * @message: a request
 *
 * `GET /tiles/{set}/{z}/{x}/{y}`: one tile; rows are counted from the north
 */
void
wf_route_tile (WfService         *self,
               SoupServerMessage *message)
{
  const char *path = g_uri_get_path (soup_server_message_get_uri (message));
  g_auto (GStrv) parts = g_strsplit (path + strlen ("/tiles/"), "/", 6);

  if (!wf_service_read_query (message, NULL, 0))
    return;
  if (g_strv_length (parts) != 4)
    {
      wf_service_send_problem (message, "not-found", "A tile is /tiles/{set}/{z}/{x}/{y}", "tile.unknown", NULL);
      return;
    }

  int zoom = read_number (parts[1], 23);
  int x = zoom >= 0 ? read_number (parts[2], 1 << zoom) : -1;
  int y = zoom >= 0 ? read_number (parts[3], 1 << zoom) : -1;
  if (x < 0 || y < 0)
    {
      wf_service_send_problem (message, "malformed",
                               "There is no such tile on the earth: zoom 0 to 22, column and row below 2 to the power of it",
                               "tile.range", zoom < 0 ? "z" : x < 0 ? "x" : "y");
      return;
    }

  Ask *ask = g_new0 (Ask, 1);
  ask->name = g_strdup (parts[0]);
  ask->zoom = zoom;
  ask->x = x;
  ask->y = y;
  put_question (self, message, ask);
}
