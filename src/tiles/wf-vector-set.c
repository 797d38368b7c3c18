/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-tiles"

#include "config.h"

#include "wf-vector-set.h"

#include "wf-tiles-error.h"
#include "wf-vector-style.h"

#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

/* Tiles that were read are kept up to so much. A view has some thirty; in a dense city one takes 4 MB. */
#define CACHE_LIMIT (128 * 1024 * 1024)

/* One query never answers with more. */
#define MAX_FOUND 400000
#define MAX_TILES 4096

#define MAX_NAME 200

/* Edges that are nearer than this are one: some centimetres. The shift of a datum is not quite the same at the ends of an edge,
 * but at the ends of two that meet it is. */
#define SAME 1e-9

/* No datum moves a place by as much as 0.02°. */
#define SLACK (0.02 / 360.0)

/* A set of vector tiles as the renderer wants it: features of our own classes, found by a box. Any thread may ask; tiles are read
 * side by side. */
struct _WfVectorSet
{
  WfMbtiles  *tiles; /* (owned) */
  WfDatum     datum;
  GMutex      lock;
  GHashTable *kept;      /* (owned) (element-type Kept) under lock */
  GQueue      order;     /* (element-type Kept) the longest unused first; under lock */
  gsize       kept_size; /* under lock */
};

typedef struct
{
  int zoom;
  int x;
  int y;
} Key;

typedef struct
{
  Key        key;
  GList      link;
  gsize      size;
  GPtrArray *features; /* (owned) (nullable): NULL where there is no such tile */
} Kept;

/* One tile while it is being read. */
typedef struct
{
  GPtrArray *features; /* (element-type WfMapFeature) */
  WfDatum    datum;
  Key        key;
  GArray    *points; /* (element-type double) scratch */
  GArray    *parts;  /* (element-type guint32) lengths */
  guint32    ended;  /* how many points the parts have */

  WfVectorRows rows; /* of the layer that is being read */
} Reading;

typedef struct
{
  double x;
  double y;
} Spot;

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
  return memcmp (a, b, sizeof (Key)) == 0;
}

static void
free_kept (gpointer data)
{
  Kept *kept = data;

  g_clear_pointer (&kept->features, g_ptr_array_unref);
  g_free (kept);
}

/* --- from a tile to the map -------------------------------------------------------------------------------------- */

/* Tile units to Web Mercator of WGS 84. */
static Spot
project (const Reading *reading,
         double         x,
         double         y,
         guint32        extent)
{
  double side = exp2 (reading->key.zoom);
  Spot spot = { (reading->key.x + x / extent) / side, (reading->key.y + y / extent) / side };
  double lon;
  double lat;

  if (reading->datum == WF_DATUM_WGS84)
    return spot;

  wf_datum_to_wgs84 (reading->datum, wf_mercator_lon (spot.x), wf_mercator_lat (spot.y), &lon, &lat);

  return (Spot) { wf_mercator_x (lon), wf_mercator_y (lat) };
}

static void
put_point (Reading *reading,
           double   x,
           double   y,
           guint32  extent)
{
  Spot spot = project (reading, x, y, extent);

  g_array_append_vals (reading->points, &spot, 2);
}

static void
end_part (Reading *reading,
          guint32  fewest)
{
  guint32 length = reading->points->len / 2 - reading->ended;

  if (length < fewest)
    {
      g_array_set_size (reading->points, reading->ended * 2);
      return;
    }
  g_array_append_val (reading->parts, length);
  reading->ended += length;
}

/* What comes next is another feature. */
static void
forget_parts (Reading *reading)
{
  g_array_set_size (reading->points, 0);
  g_array_set_size (reading->parts, 0);
  reading->ended = 0;
}

/* Which part of a line from a to b is inside of the tile, after Liang and Barsky. */
static gboolean
clip_segment (const gint32 *a,
              const gint32 *b,
              double        extent,
              double       *from,
              double       *to)
{
  double dx = (double) b[0] - a[0];
  double dy = (double) b[1] - a[1];
  const double p[4] = { -dx, dx, -dy, dy };
  const double q[4] = { (double) a[0], extent - a[0], (double) a[1], extent - a[1] };

  *from = 0.0;
  *to = 1.0;
  for (int i = 0; i < 4; i++)
    {
      if (p[i] < 0.0)
        *from = MAX (*from, q[i] / p[i]);
      else if (p[i] > 0.0)
        *to = MIN (*to, q[i] / p[i]);
      else if (q[i] < 0.0)
        return FALSE;
    }

  return *from < *to;
}

/* Tiles overlap a little; lines are cut at the edge, so that none is drawn, and no name written, twice. */
static void
put_line (Reading               *reading,
          const WfVectorFeature *feature,
          guint                  part)
{
  double extent = feature->extent;
  gboolean open = FALSE;

  for (guint i = feature->parts[part] + 1; i < feature->parts[part + 1]; i++)
    {
      const gint32 *a = feature->points + 2 * (gsize) (i - 1);
      const gint32 *b = feature->points + 2 * (gsize) i;
      double from;
      double to;

      if (!clip_segment (a, b, extent, &from, &to))
        {
          if (open)
            end_part (reading, 2);
          open = FALSE;
          continue;
        }
      if (open && from > 0.0)
        end_part (reading, 2);
      if (!open || from > 0.0)
        put_point (reading, a[0] + from * ((double) b[0] - a[0]), a[1] + from * ((double) b[1] - a[1]), feature->extent);
      put_point (reading, a[0] + to * ((double) b[0] - a[0]), a[1] + to * ((double) b[1] - a[1]), feature->extent);
      open = to >= 1.0;
      if (!open)
        end_part (reading, 2);
    }
  if (open)
    end_part (reading, 2);
}

static void
put_polygon (Reading               *reading,
             const WfVectorFeature *feature,
             guint                  part)
{
  for (guint i = feature->parts[part]; i < feature->parts[part + 1]; i++)
    put_point (reading, feature->points[2 * i], feature->points[2 * i + 1], feature->extent);
  end_part (reading, 3);
}

static char *
short_name (const char *name)
{
  gsize size = name != NULL ? strlen (name) : 0;

  if (size == 0)
    return NULL;
  if (size <= MAX_NAME)
    return g_strdup (name);

  return g_strndup (name, (gsize) (g_utf8_find_prev_char (name, name + MAX_NAME) - name));
}

static void
add_feature (Reading    *reading,
             WfMapShape  shape,
             int         map_class,
             int         min_zoom,
             int         rank,
             const char *name,
             const char *latin)
{
  WfMapFeature *feature;

  if (reading->parts->len == 0)
    return;

  feature = g_new0 (WfMapFeature, 1);
  g_atomic_ref_count_init (&feature->ref_count);
  /* The same in each run, so that names that compete for room always get the same one. */
  feature->id = (int64_t) ((guint64) (reading->key.x & 0x3fffff) << 41 | (guint64) (reading->key.y & 0x3fffff) << 19
                           | (reading->features->len & 0x7ffff));
  feature->map_class = (WfMapClass) map_class;
  feature->min_zoom = min_zoom;
  feature->max_zoom = 24;
  feature->rank = rank;
  feature->is_piece = TRUE;
  feature->name = short_name (name);
  feature->name_latin = short_name (latin);
  feature->geometry = wf_map_geometry_new (shape, (const double *) (gpointer) reading->points->data,
                                           (const guint32 *) (gpointer) reading->parts->data, reading->parts->len);

  feature->left = feature->top = 2.0;
  feature->right = feature->bottom = -1.0;
  for (guint i = 0; i < feature->geometry->n_points; i++)
    {
      const double *p = feature->geometry->points + 2 * (gsize) i;

      feature->left = MIN (feature->left, p[0]);
      feature->right = MAX (feature->right, p[0]);
      feature->top = MIN (feature->top, p[1]);
      feature->bottom = MAX (feature->bottom, p[1]);
    }
  g_ptr_array_add (reading->features, feature);
}

/* A name stands once, though tiles overlap: in the tile that it lies in. */
static void
add_points (Reading               *reading,
            const WfVectorFeature *feature,
            const WfVectorLook    *look,
            const char            *name,
            const char            *latin)
{
  gint32 extent = (gint32) feature->extent;

  for (guint i = 0; i < feature->n_points; i++)
    {
      const gint32 *p = feature->points + 2 * (gsize) i;

      if (p[0] < 0 || p[1] < 0 || p[0] >= extent || p[1] >= extent)
        continue;
      forget_parts (reading);
      put_point (reading, p[0], p[1], feature->extent);
      end_part (reading, 1);
      add_feature (reading, WF_MAP_SHAPE_POINT, look->name_class, look->name_zoom, look->name_rank, name, latin);
    }
}

static gboolean
wanted_cb (const char *layer,
           gpointer    data)
{
  return wf_vector_style_wants (layer, &((Reading *) data)->rows);
}

static void
feature_cb (const WfVectorFeature *feature,
            gpointer               data)
{
  Reading *reading = data;
  WfVectorLook look;
  const char *name = NULL;
  const char *latin = NULL;

  if (!wf_vector_style_find (feature, reading->rows, &look))
    return;
  if (look.name_class != 0)
    {
      name = wf_vector_style_get_name (feature);
      latin = wf_vector_style_get_latin (feature);
    }
  if (feature->shape == WF_MAP_SHAPE_POINT)
    {
      if (name != NULL || latin != NULL)
        add_points (reading, feature, &look, name, latin);
      return;
    }

  forget_parts (reading);
  for (guint part = 0; part < feature->n_parts; part++)
    {
      if (feature->shape == WF_MAP_SHAPE_LINE)
        put_line (reading, feature, part);
      else
        put_polygon (reading, feature, part);
    }
  if (look.map_class != 0)
    add_feature (reading, feature->shape, look.map_class, look.min_zoom, look.rank, NULL, NULL);
  if (name != NULL || latin != NULL)
    add_feature (reading, feature->shape, look.name_class, look.name_zoom, look.name_rank, name, latin);
}

/**
 * wf_vector_features_read:
 * @bytes: a tile as it lies in the file
 * @datum: of its coordinates
 * @zoom: which one it is
 * @x: its column
 * @y: its row, counted from the north
 * @error: what is wrong with it
 *
 * Reads a tile of the OpenMapTiles schema. Any thread.
 *
 * Returns: (transfer full) (element-type WfMapFeature): what is shown of it, or %NULL
 */
GPtrArray *
wf_vector_features_read (GBytes   *bytes,
                         WfDatum   datum,
                         int       zoom,
                         int       x,
                         int       y,
                         GError  **error)
{
  g_autoptr (GBytes) unpacked = wf_vector_tile_unpack (bytes, error);
  g_autoptr (GPtrArray) features = g_ptr_array_new_with_free_func ((GDestroyNotify) wf_map_feature_unref);
  g_autoptr (GArray) points = g_array_new (FALSE, FALSE, sizeof (double));
  g_autoptr (GArray) parts = g_array_new (FALSE, FALSE, sizeof (guint32));
  Reading reading = { features, datum, { zoom, x, y }, points, parts, 0, { 0, 0 } };

  if (unpacked == NULL
      || !wf_vector_tile_read (g_bytes_get_data (unpacked, NULL), g_bytes_get_size (unpacked), wanted_cb, feature_cb, &reading,
                               error))
    return NULL;

  return g_steal_pointer (&features);
}

/* --- what is kept ------------------------------------------------------------------------------------------------ */

/**
 * wf_vector_set_new:
 * @tiles: a set of vector tiles
 * @datum: of their coordinates, which the file does not say
 *
 * Returns: (transfer full): its features
 */
WfVectorSet *
wf_vector_set_new (WfMbtiles *tiles,
                   WfDatum    datum)
{
  WfVectorSet *self = g_new0 (WfVectorSet, 1);

  self->tiles = g_object_ref (tiles);
  self->datum = datum;
  g_mutex_init (&self->lock);
  g_queue_init (&self->order);
  self->kept = g_hash_table_new_full (hash_key, equal_keys, NULL, free_kept);

  return self;
}

/**
 * wf_vector_set_free:
 * @self: (nullable) (transfer full): a set
 */
void
wf_vector_set_free (WfVectorSet *self)
{
  if (self == NULL)
    return;

  g_hash_table_unref (self->kept);
  g_object_unref (self->tiles);
  g_mutex_clear (&self->lock);
  g_free (self);
}

/**
 * wf_vector_set_get_tiles:
 * @self: a set
 *
 * Returns: (transfer none): its file
 */
WfMbtiles *
wf_vector_set_get_tiles (WfVectorSet *self)
{
  return self->tiles;
}

static gsize
size_of (GPtrArray *features)
{
  gsize size = sizeof (Kept) + 64;

  for (guint i = 0; features != NULL && i < features->len; i++)
    {
      const WfMapFeature *feature = g_ptr_array_index (features, i);

      size += sizeof *feature + sizeof *feature->geometry + feature->geometry->n_points * 2 * sizeof (double) + 96;
    }

  return size;
}

/* Under lock. */
static void
keep (WfVectorSet *self,
      Key          key,
      GPtrArray   *features)
{
  Kept *kept;

  if (g_hash_table_contains (self->kept, &key))
    return;

  while (self->kept_size > CACHE_LIMIT && self->order.head != NULL)
    {
      Kept *oldest = self->order.head->data;

      g_queue_unlink (&self->order, &oldest->link);
      self->kept_size -= oldest->size;
      g_hash_table_remove (self->kept, &oldest->key);
    }

  kept = g_new0 (Kept, 1);
  kept->key = key;
  kept->link.data = kept;
  kept->features = features != NULL ? g_ptr_array_ref (features) : NULL;
  kept->size = size_of (features);
  self->kept_size += kept->size;
  g_queue_push_tail_link (&self->order, &kept->link);
  g_hash_table_insert (self->kept, &kept->key, kept);
}

/* A tile's features; @features is NULL where there is no such tile. Two threads may read the same tile at the same time, which is
 * less bad than that one waits for all the other's. */
static gboolean
load (WfVectorSet  *self,
      Key           key,
      GPtrArray   **features,
      GError      **error)
{
  g_autoptr (GError) reason = NULL;
  Kept *kept;

  *features = NULL;
  g_mutex_lock (&self->lock);
  kept = g_hash_table_lookup (self->kept, &key);
  if (kept != NULL)
    {
      g_queue_unlink (&self->order, &kept->link);
      g_queue_push_tail_link (&self->order, &kept->link);
      *features = kept->features != NULL ? g_ptr_array_ref (kept->features) : NULL;
    }
  g_mutex_unlock (&self->lock);
  if (kept != NULL)
    return TRUE;

  g_autoptr (GBytes) bytes = wf_mbtiles_read (self->tiles, key.zoom, key.x, key.y, &reason);
  if (bytes == NULL && !g_error_matches (reason, WF_TILES_ERROR, WF_TILES_ERROR_NOT_FOUND))
    {
      g_propagate_error (error, g_steal_pointer (&reason));
      return FALSE;
    }
  if (bytes != NULL)
    {
      *features = wf_vector_features_read (bytes, self->datum, key.zoom, key.x, key.y, error);
      if (*features == NULL)
        {
          g_prefix_error (error, _("%s: tile %d/%d/%d: "), wf_mbtiles_get_path (self->tiles), key.zoom, key.x, key.y);
          return FALSE;
        }
    }

  g_mutex_lock (&self->lock);
  keep (self, key, *features);
  g_mutex_unlock (&self->lock);

  return TRUE;
}

/* Which tiles a box is drawn from. Vector tiles are made for 512 pixels, and our zooms count the world in 256. */
static gboolean
find_tiles (WfVectorSet *self,
            double       left,
            double       top,
            double       right,
            double       bottom,
            int          zoom,
            Key         *first,
            Key         *last)
{
  const WfMbtilesInfo *info = wf_mbtiles_get_info (self->tiles);
  double slack = self->datum == WF_DATUM_WGS84 ? 0.0 : SLACK;
  int tile_zoom = CLAMP (zoom - 1, info->min_zoom, info->max_zoom);
  double side = exp2 (tile_zoom);
  /* What metadata say of the extent, and a little, so that a file of one district is not asked for the whole country. */
  double edge = 1.0 / side;
  double box_left = MAX (left - slack, wf_mercator_x (info->box.min_lon) - edge);
  double box_right = MIN (right + slack, wf_mercator_x (info->box.max_lon) + edge);
  double box_top = MAX (top - slack, wf_mercator_y (info->box.max_lat) - edge);
  double box_bottom = MIN (bottom + slack, wf_mercator_y (info->box.min_lat) + edge);

  *first = (Key) { tile_zoom, (int) floor (CLAMP (box_left, 0.0, 1.0) * side), (int) floor (CLAMP (box_top, 0.0, 1.0) * side) };
  *last = (Key) { tile_zoom, MIN ((int) floor (CLAMP (box_right, 0.0, 1.0) * side), (int) side - 1),
                  MIN ((int) floor (CLAMP (box_bottom, 0.0, 1.0) * side), (int) side - 1) };

  return box_left <= box_right && box_top <= box_bottom;
}

static gboolean
touches (const WfMapFeature *feature,
         double              left,
         double              top,
         double              right,
         double              bottom,
         int                 zoom)
{
  return feature->min_zoom <= zoom && feature->max_zoom >= zoom && feature->right >= left && feature->left <= right
         && feature->bottom >= top && feature->top <= bottom;
}

static gboolean
fail_large (WfVectorSet  *self,
            GError      **error)
{
  g_set_error (error, WF_TILES_ERROR, WF_TILES_ERROR_TOO_LARGE, "%s: %s", wf_mbtiles_get_path (self->tiles),
               _("too many features at one place"));

  return FALSE;
}

static gboolean
take_tile (WfVectorSet  *self,
           Key           key,
           const double  box[4],
           int           zoom,
           GPtrArray    *found,
           GError      **error)
{
  g_autoptr (GPtrArray) features = NULL;

  if (!load (self, key, &features, error))
    return FALSE;

  for (guint i = 0; features != NULL && i < features->len; i++)
    {
      WfMapFeature *feature = g_ptr_array_index (features, i);

      if (touches (feature, box[0], box[1], box[2], box[3], zoom))
        g_ptr_array_add (found, wf_map_feature_ref (feature));
    }

  return found->len <= MAX_FOUND || fail_large (self, error);
}

/**
 * wf_vector_set_query:
 * @self: a set
 * @left: a box in Web Mercator of WGS 84, 0 to 1
 * @top: the box
 * @right: the box
 * @bottom: the box
 * @zoom: ours; beyond the file's last, its last tiles are drawn larger
 * @error: which tile is wrong, and why
 *
 * Finds the features that touch a box. Any thread; blocks for the disk.
 *
 * Returns: (transfer full) (element-type WfMapFeature): the features, or %NULL
 */
GPtrArray *
wf_vector_set_query (WfVectorSet  *self,
                     double        left,
                     double        top,
                     double        right,
                     double        bottom,
                     int           zoom,
                     GError      **error)
{
  g_autoptr (GPtrArray) found = g_ptr_array_new_with_free_func ((GDestroyNotify) wf_map_feature_unref);
  const double box[4] = { left, top, right, bottom };
  Key first;
  Key last;

  if (!find_tiles (self, left, top, right, bottom, zoom, &first, &last))
    return g_steal_pointer (&found);
  if ((gint64) (last.x - first.x + 1) * (last.y - first.y + 1) > MAX_TILES)
    {
      fail_large (self, error);
      return NULL;
    }

  for (int y = first.y; y <= last.y; y++)
    for (int x = first.x; x <= last.x; x++)
      if (!take_tile (self, (Key) { first.zoom, x, y }, box, zoom, found, error))
        return NULL;

  return g_steal_pointer (&found);
}

/* Adds a box, as one with that of the row above where it goes on from there: tiles mostly fill a rectangle, and what is cut
 * to one is drawn faster than what is cut to many. */
static void
add_box (GArray         *cover,
         const WfMapBox *box)
{
  for (guint i = cover->len; i-- > 0;)
    {
      WfMapBox *above = &g_array_index (cover, WfMapBox, i);

      if (fabs (above->left - box->left) < SAME && fabs (above->right - box->right) < SAME
          && fabs (above->bottom - box->top) < SAME)
        {
          above->bottom = box->bottom;
          return;
        }
    }
  g_array_append_val (cover, *box);
}

/**
 * wf_vector_set_get_cover:
 * @self: a set
 * @left: a box, as for wf_vector_set_query()
 * @top: the box
 * @right: the box
 * @bottom: the box
 * @zoom: the zoom
 *
 * Finds where there are tiles: only there a set stands for the ground. A tile that is wrong is left out.
 *
 * Returns: (transfer full) (element-type WfMapBox): the tiles
 */
GArray *
wf_vector_set_get_cover (WfVectorSet *self,
                         double       left,
                         double       top,
                         double       right,
                         double       bottom,
                         int          zoom)
{
  GArray *cover = g_array_new (FALSE, FALSE, sizeof (WfMapBox));
  Key first;
  Key last;

  if (!find_tiles (self, left, top, right, bottom, zoom, &first, &last)
      || (gint64) (last.x - first.x + 1) * (last.y - first.y + 1) > MAX_TILES)
    return cover;

  for (int y = first.y; y <= last.y; y++)
    {
      WfMapBox run = { 0.0, 0.0, 0.0, 0.0 };

      for (int x = first.x; x <= last.x; x++)
        {
          g_autoptr (GPtrArray) features = NULL;
          Reading reading = { NULL, self->datum, { first.zoom, x, y }, NULL, NULL, 0, { 0, 0 } };
          gboolean there = load (self, reading.key, &features, NULL) && features != NULL;
          Spot from = project (&reading, 0.0, 0.0, 1);
          Spot to = project (&reading, 1.0, 1.0, 1);

          if (there && run.right > run.left)
            run.right = to.x;
          else if (there)
            run = (WfMapBox) { from.x, from.y, to.x, to.y };
          else if (run.right > run.left)
            {
              add_box (cover, &run);
              run.right = run.left;
            }
        }
      if (run.right > run.left)
        add_box (cover, &run);
    }

  return cover;
}
