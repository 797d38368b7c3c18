/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-map"

#include "config.h"

#include "wf-raster.h"

#include "wf-tile-cache.h"
#include "wf-tiles-error.h"
#include "wf-worker.h"

#include <gdk-pixbuf/gdk-pixbuf.h>
#include <gdk/gdk.h>
#include <glib/gi18n.h>
#include <math.h>

/* Tiles of a server are kept in memory up to so many, and asked for at most so many at a time. */
#define MAX_KEPT     600
#define MAX_FETCHING 8

/* Of the sphere that Web Mercator is of, metres. */
#define EARTH_GIRTH (2.0 * G_PI * 6378137.0)

/* From so many zooms before a source's first on it is drawn, each tile as small as that makes it. A file that begins with streets
 * has millions of them under a country. */
#define MAX_SHRUNK 3

/* So many are wanted at once, several views full: who wanders about while a server hangs has long left what lies behind. */
#define MAX_WANTED 512

/* A tile that could not be had is not asked for again before this. */
#define RETRY_USEC (20 * G_USEC_PER_SEC)

/* More is said to be there this long after the first of it came. */
#define CHANGED_MS 150

struct _WfRaster
{
  GObject parent_instance;

  WfMbtiles         *set;        /* (owned) (nullable) */
  WfTileFetcher     *server;     /* (owned) (nullable) main thread */
  char              *attribution; /* (owned) */
  WfDatum            datum;
  WfTileGrid         grid;
  int                min_zoom;
  int                max_zoom;
  GMutex             lock;
  GHashTable        *kept;       /* (element-type Key Kept) under lock */
  GQueue             wanted;     /* (element-type Key) under lock; the newest first */
  guint              ask_id;     /* under lock */
  guint              fetching;   /* main thread */
  guint              changed_id; /* main thread */
};

typedef struct
{
  int zoom;
  int x;
  int y;
} Key;

typedef struct
{
  Key              key;
  cairo_surface_t *image;   /* (owned) (nullable) */
  gint64           tried;   /* when it failed last; 0 while it is asked for */
  gint64           used;
} Kept;

typedef struct
{
  WfRaster *raster; /* (owned) */
  Key       key;
} Fetch;

enum
{
  SIGNAL_CHANGED,
  SIGNAL_TROUBLE,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (WfRaster, wf_raster, G_TYPE_OBJECT)

static guint
hash_key (gconstpointer data)
{
  const Key *key = data;

  return (guint) key->x * 73856093u ^ (guint) key->y * 19349663u ^ (guint) key->zoom * 83492791u;
}

static gboolean
equal_keys (gconstpointer a,
            gconstpointer b)
{
  const Key *x = a;
  const Key *y = b;

  return x->zoom == y->zoom && x->x == y->x && x->y == y->y;
}

static void
free_kept (gpointer data)
{
  Kept *kept = data;

  g_clear_pointer (&kept->image, cairo_surface_destroy);
  g_free (kept);
}

/* The last to let go may be a thread that draws. */
static gboolean
end_server_cb (gpointer data)
{
  g_object_run_dispose (data);

  return G_SOURCE_REMOVE;
}

static void
wf_raster_dispose (GObject *object)
{
  WfRaster *self = WF_RASTER (object);

  g_clear_object (&self->set);
  if (self->server != NULL)
    g_idle_add_full (G_PRIORITY_DEFAULT, end_server_cb, g_steal_pointer (&self->server), g_object_unref);

  G_OBJECT_CLASS (wf_raster_parent_class)->dispose (object);
}

static void
wf_raster_finalize (GObject *object)
{
  WfRaster *self = WF_RASTER (object);

  g_hash_table_unref (self->kept);
  g_queue_clear_full (&self->wanted, g_free);
  g_free (self->attribution);
  g_mutex_clear (&self->lock);

  G_OBJECT_CLASS (wf_raster_parent_class)->finalize (object);
}

static void
wf_raster_class_init (WfRasterClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = wf_raster_dispose;
  G_OBJECT_CLASS (klass)->finalize = wf_raster_finalize;

  signals[SIGNAL_CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                          NULL, G_TYPE_NONE, 0);
  signals[SIGNAL_TROUBLE] = g_signal_new ("trouble", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                          G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
wf_raster_init (WfRaster *self)
{
  g_mutex_init (&self->lock);
  g_queue_init (&self->wanted);
  self->kept = g_hash_table_new_full (hash_key, equal_keys, NULL, free_kept);
}

/* Only what says it is a PNG, JPEG or WebP of a tile's size gets to the decoder. */
static cairo_surface_t *
decode (GBytes  *bytes,
        GError **error)
{
  WfTileFormat format;
  guint width;
  guint height;

  if (!wf_tile_image_check (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), &format, &width, &height, error))
    return NULL;
  if (!wf_tile_image_is_whole (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), format))
    {
      g_set_error_literal (error, WF_TILES_ERROR, WF_TILES_ERROR_FIELD, _("tile_data: the image is cut off"));
      return NULL;
    }

  g_autoptr (GInputStream) stream = g_memory_input_stream_new_from_bytes (bytes);
  g_autoptr (GdkPixbuf) pixbuf = gdk_pixbuf_new_from_stream (stream, NULL, error);
  if (pixbuf == NULL)
    return NULL;

  cairo_surface_t *image = cairo_image_surface_create (CAIRO_FORMAT_ARGB32, gdk_pixbuf_get_width (pixbuf),
                                                       gdk_pixbuf_get_height (pixbuf));
  cairo_t *cr = cairo_create (image);
  gdk_cairo_set_source_pixbuf (cr, pixbuf, 0.0, 0.0);
  cairo_paint (cr);
  cairo_destroy (cr);

  return image;
}

static gboolean
changed_cb (gpointer data)
{
  WfRaster *self = data;

  self->changed_id = 0;
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);

  return G_SOURCE_REMOVE;
}

static void fetch_more (WfRaster *self);

/* What has come of a tile. Takes @image. */
static void
take (Fetch           *fetch,
      cairo_surface_t *image,
      gboolean         is_broken,
      const GError    *error)
{
  WfRaster *self = fetch->raster;

  g_mutex_lock (&self->lock);
  Kept *kept = g_hash_table_lookup (self->kept, &fetch->key);
  if (kept != NULL)
    {
      g_clear_pointer (&kept->image, cairo_surface_destroy);
      kept->image = g_steal_pointer (&image);
      kept->tried = kept->image == NULL ? g_get_monotonic_time () : 0;
    }
  g_mutex_unlock (&self->lock);
  g_clear_pointer (&image, cairo_surface_destroy);

  if (error != NULL)
    g_debug ("Tile %d/%d/%d: %s", fetch->key.zoom, fetch->key.x, fetch->key.y, error->message);
  if (is_broken && self->server != NULL)
    wf_tile_fetcher_refuse (self->server, fetch->key.zoom, fetch->key.x, fetch->key.y);
  else if (error == NULL && self->changed_id == 0)
    self->changed_id = g_timeout_add_full (G_PRIORITY_DEFAULT, CHANGED_MS, changed_cb, g_object_ref (self), g_object_unref);

  self->fetching--;
  fetch_more (self);
  g_object_unref (self);
  g_free (fetch);
}

static void
decode_in_thread (GTask        *task,
                  gpointer      source,
                  gpointer      data,
                  GCancellable *cancellable)
{
  GError *error = NULL;
  cairo_surface_t *image = decode (data, &error);

  if (image != NULL)
    g_task_return_pointer (task, image, (GDestroyNotify) cairo_surface_destroy);
  else
    g_task_return_error (task, error);
}

static void
decoded_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (GError) error = NULL;
  cairo_surface_t *image = g_task_propagate_pointer (G_TASK (result), &error);

  take (user_data, image, error != NULL, error);
}

static void
fetched_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (GError) error = NULL;
  GBytes *bytes = wf_tile_fetcher_get_finish (WF_TILE_FETCHER (source), result, &error);

  if (bytes == NULL)
    {
      take (user_data, NULL, FALSE, error);
      return;
    }

  /* Some milliseconds each, and dozens come at once. */
  g_autoptr (GTask) task = g_task_new (NULL, NULL, decoded_cb, user_data);
  g_task_set_source_tag (task, fetched_cb);
  g_task_set_task_data (task, bytes, (GDestroyNotify) g_bytes_unref);
  wf_task_run_in_thread (task, decode_in_thread);
}

static void
fetch_more (WfRaster *self)
{
  while (self->server != NULL && self->fetching < MAX_FETCHING)
    {
      g_mutex_lock (&self->lock);
      g_autofree Key *key = g_queue_pop_head (&self->wanted);
      g_mutex_unlock (&self->lock);
      if (key == NULL)
        return;

      Fetch *fetch = g_new0 (Fetch, 1);
      fetch->raster = g_object_ref (self);
      fetch->key = *key;
      self->fetching++;
      wf_tile_fetcher_get_async (self->server, key->zoom, key->x, key->y, fetched_cb, fetch);
    }
}

static gboolean
ask_cb (gpointer data)
{
  WfRaster *self = data;

  g_mutex_lock (&self->lock);
  self->ask_id = 0;
  g_mutex_unlock (&self->lock);
  fetch_more (self);

  return G_SOURCE_REMOVE;
}

static void
drop_oldest (WfRaster *self)
{
  GHashTableIter iter;
  gpointer value;
  gint64 limit = g_get_monotonic_time () - 5 * G_USEC_PER_SEC;

  if (g_hash_table_size (self->kept) < MAX_KEPT)
    return;

  g_hash_table_iter_init (&iter, self->kept);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    if (((Kept *) value)->used < limit)
      g_hash_table_iter_remove (&iter);
}

/* What was asked for longest ago goes; it is wanted again when it is looked at again. What has been dropped meanwhile may stand
 * there twice, also that which is asked for just now. */
static void
forget_wanted (WfRaster  *self,
               const Key *now)
{
  while (self->wanted.length > MAX_WANTED)
    {
      g_autofree Key *key = g_queue_pop_tail (&self->wanted);

      Kept *kept = g_hash_table_lookup (self->kept, key);

      if (kept != NULL && kept->image == NULL && !equal_keys (key, now))
        g_hash_table_remove (self->kept, key);
    }
}

/* What is kept of a tile. What is not there is wanted from the server, and @incomplete says so. */
static cairo_surface_t *
look_up (WfRaster *self,
         Key       key,
         gboolean *incomplete)
{
  cairo_surface_t *image = NULL;
  gint64 now = g_get_monotonic_time ();

  g_mutex_lock (&self->lock);
  Kept *kept = g_hash_table_lookup (self->kept, &key);
  gboolean again = kept != NULL && kept->image == NULL && kept->tried > 0 && now - kept->tried > RETRY_USEC;
  if (kept == NULL)
    {
      drop_oldest (self);
      kept = g_new0 (Kept, 1);
      kept->key = key;
      g_hash_table_insert (self->kept, &kept->key, kept);
      again = TRUE;
    }
  if (again)
    {
      kept->tried = 0;
      g_queue_push_head (&self->wanted, g_memdup2 (&key, sizeof key));
      forget_wanted (self, &key);
      if (self->ask_id == 0)
        self->ask_id = g_idle_add_full (G_PRIORITY_DEFAULT, ask_cb, g_object_ref (self), g_object_unref);
    }

  kept->used = now;
  if (kept->image != NULL)
    image = cairo_surface_reference (kept->image);
  else if (kept->tried == 0)
    *incomplete = TRUE;
  g_mutex_unlock (&self->lock);

  return image;
}

static cairo_surface_t *
get_image (WfRaster  *self,
           Key        key,
           gboolean  *incomplete,
           GError   **error)
{
  if (self->set == NULL)
    return look_up (self, key, incomplete);

  g_autoptr (GBytes) bytes = wf_mbtiles_read (self->set, key.zoom, key.x, key.y, error);

  return bytes != NULL ? decode (bytes, error) : NULL;
}

static void
paint_image (cairo_t         *cr,
             cairo_surface_t *image,
             double           x,
             double           y,
             double           size)
{
  cairo_save (cr);
  cairo_rectangle (cr, x, y, size, size);
  cairo_clip (cr);
  cairo_translate (cr, x, y);
  cairo_scale (cr, size / cairo_image_surface_get_width (image), size / cairo_image_surface_get_height (image));
  cairo_set_source_surface (cr, image, 0.0, 0.0);
  /* Its edge pixels are not mixed with nothing. */
  cairo_pattern_set_extend (cairo_get_source (cr), CAIRO_EXTEND_PAD);
  cairo_paint (cr);
  cairo_restore (cr);
}

/* A finer tile that is missing is drawn from the coarser one that covers it. */
static gboolean
draw_tile (WfRaster  *self,
           cairo_t   *cr,
           Key        key,
           double     x,
           double     y,
           double     size,
           gboolean  *incomplete,
           GError   **error)
{
  for (int up = 0; up <= 3 && key.zoom - up >= self->min_zoom; up++)
    {
      g_autoptr (GError) reason = NULL;
      gboolean later = FALSE;
      Key coarser = { key.zoom - up, key.x >> up, key.y >> up };
      cairo_surface_t *image = get_image (self, coarser, &later, &reason);

      *incomplete |= later && up == 0;
      if (image != NULL)
        {
          double whole = size * (1 << up);
          cairo_save (cr);
          cairo_rectangle (cr, x, y, size, size);
          cairo_clip (cr);
          paint_image (cr, image, x - (key.x - (coarser.x << up)) * size, y - (key.y - (coarser.y << up)) * size, whole);
          cairo_restore (cr);
          cairo_surface_destroy (image);
          return TRUE;
        }
      if (reason != NULL && !g_error_matches (reason, WF_TILES_ERROR, WF_TILES_ERROR_NOT_FOUND))
        {
          g_propagate_error (error, g_steal_pointer (&reason));
          return FALSE;
        }
      if (self->set == NULL)
        return TRUE;
    }

  return TRUE;
}

/* A place on the plane of the tiles: columns and rows, with fractions, rows to the south. */
typedef struct
{
  double x;
  double y;
} Place;

static Place
find_in_tiles (WfRaster         *self,
               const WfBaseArea *area,
               int               zoom,
               double            right,
               double            down)
{
  double world = 256.0 * exp2 (area->zoom);
  double lon = wf_mercator_lon ((area->x + right * area->width) / world);
  double lat = wf_mercator_lat ((area->y + down * area->height) / world);
  double side = exp2 (zoom);
  Place place;

  wf_datum_from_wgs84 (self->datum, lon, lat, &lon, &lat);
  if (self->grid == WF_TILE_GRID_WEB)
    return (Place) { wf_mercator_x (lon) * side, wf_mercator_y (lat) * side };

  wf_baidu_mercator (lon, lat, &place.x, &place.y);

  return (Place) { place.x / (256.0 * exp2 (18 - zoom)), -place.y / (256.0 * exp2 (18 - zoom)) };
}

/* Which zoom of tiles would be nearest, whether there are any or not. Baidu's zoom 18 has a metre a pixel, at the equator; ours
 * comes to that after 17. */
static int
nearest_zoom (WfRaster *self,
              double    zoom)
{
  if (self->grid == WF_TILE_GRID_BAIDU)
    zoom += 18.0 - log2 (EARTH_GIRTH / 256.0);

  return (int) floor (zoom + 0.4);
}

static int
choose_zoom (WfRaster *self,
             double    zoom)
{
  return CLAMP (nearest_zoom (self, zoom), self->min_zoom, self->max_zoom);
}

/* Draws tiles of another datum or projection. GCJ-02 moves a place, BD-09 what lies ten kilometres apart by up to forty metres
 * more or less, and Baidu's projection is another Mercator's: within an area that is moving, stretching and shearing. */
static gboolean
draw_bent (WfRaster          *self,
           cairo_t           *cr,
           const WfBaseArea  *area,
           gboolean          *incomplete,
           GError           **error)
{
  int zoom = choose_zoom (self, area->zoom);
  int side = 1 << zoom;
  Place middle = find_in_tiles (self, area, zoom, 0.5, 0.5);
  Place west = find_in_tiles (self, area, zoom, 0.0, 0.5);
  Place east = find_in_tiles (self, area, zoom, 1.0, 0.5);
  Place north = find_in_tiles (self, area, zoom, 0.5, 0.0);
  Place south = find_in_tiles (self, area, zoom, 0.5, 1.0);
  Place across = { (east.x - west.x) / area->width, (east.y - west.y) / area->width };
  Place down = { (south.x - north.x) / area->height, (south.y - north.y) / area->height };
  double whole = across.x * down.y - across.y * down.x;
  double size = 1.0 / across.x;
  gboolean good = TRUE;
  cairo_matrix_t matrix;

  /* At the edges of the world. */
  if (!(across.x > 0.0) || !(whole > 0.0))
    return TRUE;

  double wide = (fabs (across.x) * area->width + fabs (down.x) * area->height) / 2.0;
  double high = (fabs (across.y) * area->width + fabs (down.y) * area->height) / 2.0;
  int left = (int) floor (middle.x - wide);
  int right = (int) floor (middle.x + wide);
  int top = (int) floor (middle.y - high);
  int bottom = (int) floor (middle.y + high);
  /* Baidu's rows are counted from the equator to the north. */
  gboolean baidu = self->grid == WF_TILE_GRID_BAIDU;

  cairo_save (cr);
  cairo_matrix_init (&matrix, down.y / whole / size, -across.y / whole / size, -down.x / whole / size, across.x / whole / size,
                     area->width / 2.0, area->height / 2.0);
  cairo_transform (cr, &matrix);
  /* Each pixel is of one tile, so that nothing shines through between two. */
  cairo_set_antialias (cr, CAIRO_ANTIALIAS_NONE);
  for (int row = baidu ? top : MAX (0, top); good && row <= (baidu ? MIN (-1, bottom) : MIN (side - 1, bottom)); row++)
    for (int column = MAX (0, left); good && column <= (baidu ? right : MIN (side - 1, right)); column++)
      good = draw_tile (self, cr, (Key){ zoom, column, baidu ? -1 - row : row }, (column - middle.x) * size,
                        (row - middle.y) * size, size, incomplete, error);
  cairo_restore (cr);

  return good;
}

/**
 * wf_raster_draw:
 * @self: a source
 * @cr: where to, its origin at the area's corner, logical pixels
 * @area: which part of the world
 * @incomplete: (inout): set where tiles are still to come
 * @error: which tile is wrong
 *
 * Draws an area from the tiles of the nearest zoom. Any thread.
 *
 * Returns: whether it could be drawn
 */
gboolean
wf_raster_draw (WfRaster          *self,
                cairo_t           *cr,
                const WfBaseArea  *area,
                gboolean          *incomplete,
                GError           **error)
{
  if (nearest_zoom (self, area->zoom) < self->min_zoom - MAX_SHRUNK)
    return TRUE;
  if (self->grid != WF_TILE_GRID_WEB || self->datum != WF_DATUM_WGS84)
    return draw_bent (self, cr, area, incomplete, error);

  int zoom = choose_zoom (self, area->zoom);
  double world = 256.0 * exp2 (area->zoom);
  double size = world / (1 << zoom);
  double x = area->x;
  double y = area->y;
  int side = 1 << zoom;
  int left = MAX (0, (int) floor (x / size));
  int top = MAX (0, (int) floor (y / size));
  int right = MIN (side - 1, (int) floor ((x + area->width) / size));
  int bottom = MIN (side - 1, (int) floor ((y + area->height) / size));

  for (int row = top; row <= bottom; row++)
    for (int column = left; column <= right; column++)
      if (!draw_tile (self, cr, (Key){ zoom, column, row }, column * size - x, row * size - y, size, incomplete, error))
        return FALSE;

  return TRUE;
}

/**
 * wf_raster_new_mbtiles:
 * @set: a set of tiles
 * @datum: of its images
 *
 * Returns: (transfer full): a source
 */
WfRaster *
wf_raster_new_mbtiles (WfMbtiles *set,
                       WfDatum    datum)
{
  WfRaster *self = g_object_new (WF_TYPE_RASTER, NULL);
  const WfMbtilesInfo *info = wf_mbtiles_get_info (set);

  self->set = g_object_ref (set);
  self->datum = datum;
  self->min_zoom = info->min_zoom;
  self->max_zoom = info->max_zoom;
  self->attribution = g_strdup (*info->attribution != '\0' ? info->attribution : info->name);

  return self;
}

static void
trouble_cb (WfRaster   *self,
            const char *sentence)
{
  g_signal_emit (self, signals[SIGNAL_TROUBLE], 0, sentence);
}

/**
 * wf_raster_new_server:
 * @server: what fetches the tiles
 * @attribution: what must stand under the map
 * @datum: of its images
 * @grid: how they are cut
 * @max_zoom: the highest zoom that it has
 *
 * Returns: (transfer full): a source; main thread
 */
WfRaster *
wf_raster_new_server (WfTileFetcher *server,
                      const char    *attribution,
                      WfDatum        datum,
                      WfTileGrid     grid,
                      int            max_zoom)
{
  WfRaster *self = g_object_new (WF_TYPE_RASTER, NULL);

  self->server = g_object_ref (server);
  g_signal_connect_object (server, "trouble", G_CALLBACK (trouble_cb), self, G_CONNECT_SWAPPED);
  self->datum = datum;
  self->grid = grid;
  self->max_zoom = max_zoom;
  self->attribution = g_strdup (attribution);

  return self;
}

/**
 * wf_raster_get_attribution:
 * @self: a source
 *
 * Returns: the line that must stand under the map
 */
const char *
wf_raster_get_attribution (WfRaster *self)
{
  return self->attribution;
}
