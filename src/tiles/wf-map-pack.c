/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-tiles"

#include "config.h"

#include "wf-map-pack.h"

#include "wf-tiles-error.h"
#include "wf-tiles-private.h"
#include "wf-vector-set.h"

#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

/* When the features kept in memory take more than this, all are dropped and read again as they are needed. */
#define CACHE_LIMIT (96 * 1024 * 1024)

/* One query never answers with more: a pack that has more at one place would stop the drawing. */
#define MAX_FOUND 200000

#define MAX_NAME  200
#define MAX_ROADS 5000000

/**
 * WfMapPack:
 *
 * A map pack opened for reading, with a database connection of its own. Any thread may ask it: one is served at a time,
 * and what was read once is kept and shared. Vector tiles of the OpenMapTiles schema pass for a pack too, so that all that
 * draws, names and finds knows one kind of source.
 */
struct _WfMapPack
{
  GObject parent_instance;

  char          *path; /* (owned) */
  WfMapPackInfo  info;
  WfVectorSet   *vector; /* (owned) (nullable) then there is no database */
  GMutex         lock;
  sqlite3       *database; /* (owned) under lock */
  sqlite3_stmt  *find;     /* (owned) under lock */
  sqlite3_stmt  *read;     /* (owned) under lock */
  GHashTable    *cache;    /* (element-type int64_t WfMapFeature) under lock */
  gsize          cache_size;
};

G_DEFINE_FINAL_TYPE (WfMapPack, wf_map_pack, G_TYPE_OBJECT)

static void
clear_info (WfMapPackInfo *info)
{
  g_free (info->name);
  g_free (info->source);
  g_free (info->licence);
  g_free (info->attribution);
  g_free (info->review_number);
}

static gboolean
fail_field (WfMapPack   *self,
            GError     **error,
            const char  *field,
            int64_t      id,
            const char  *reason)
{
  g_autofree char *place = id >= 0 ? g_strdup_printf ("feature %" G_GINT64_FORMAT, id) : g_strdup ("metadata");

  /* TRANSLATORS: a file, a place in it, a field there, what is wrong with the field */
  g_set_error (error, WF_TILES_ERROR, WF_TILES_ERROR_FIELD, _("%s: %s, field “%s”: %s"), self->path, place, field, reason);

  return FALSE;
}

static gboolean
read_int (WfMapPack   *self,
          const char  *name,
          int          low,
          int          high,
          int         *value,
          GError     **error)
{
  g_autofree char *text = wf_tiles_get_metadata (self->database, name);
  gint64 number;

  if (text == NULL || !g_ascii_string_to_signed (text, 10, low, high, &number, NULL))
    return fail_field (self, error, name, -1, text == NULL ? _("is missing") : _("is not a number in its range"));
  *value = (int) number;

  return TRUE;
}

static gboolean
read_box (WfMapPack   *self,
          const char  *name,
          WfGeoBox    *box,
          GError     **error)
{
  g_autofree char *text = wf_tiles_get_metadata (self->database, name);
  g_auto (GStrv) parts = g_strsplit (text != NULL ? text : "", ",", 5);
  double v[4];

  if (g_strv_length (parts) != 4)
    return fail_field (self, error, name, -1, _("is not four numbers “west,south,east,north”"));
  for (int i = 0; i < 4; i++)
    {
      char *end;
      v[i] = g_ascii_strtod (parts[i], &end);
      if (end == parts[i] || *end != '\0')
        return fail_field (self, error, name, -1, _("is not four numbers “west,south,east,north”"));
    }
  if (!wf_geo_is_valid (v[0], v[1]) || !wf_geo_is_valid (v[2], v[3]) || v[0] >= v[2] || v[1] >= v[3])
    return fail_field (self, error, name, -1, _("is out of range or turned round"));

  *box = (WfGeoBox) { v[0], v[1], v[2], v[3] };

  return TRUE;
}

static gboolean
read_info (WfMapPack  *self,
           GError    **error)
{
  WfMapPackInfo *info = &self->info;
  const struct { const char *name; char **value; gboolean needed; } texts[] = {
    { "name", &info->name, TRUE },
    { "source", &info->source, TRUE },
    { "licence", &info->licence, TRUE },
    { "attribution", &info->attribution, TRUE },
    { "review_number", &info->review_number, FALSE },
  };
  int flag;

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      *texts[i].value = wf_tiles_get_metadata (self->database, texts[i].name);
      if (*texts[i].value == NULL && texts[i].needed)
        return fail_field (self, error, texts[i].name, -1, _("is missing, too long, or not text"));
      if (*texts[i].value == NULL)
        *texts[i].value = g_strdup ("");
    }

  g_autofree char *datum = wf_tiles_get_metadata (self->database, "datum");
  if (datum == NULL || !wf_datum_parse (datum, &info->datum))
    return fail_field (self, error, "datum", -1, _("is none of WGS 84, GCJ-02, BD-09"));

  g_autofree char *home = wf_tiles_get_metadata (self->database, "home");
  if (!read_box (self, "bbox", &info->box, error)
      || !read_box (self, home != NULL ? "home" : "bbox", &info->home, error)
      || !read_int (self, "min_zoom", 0, 24, &info->min_zoom, error)
      || !read_int (self, "max_zoom", info->min_zoom, 24, &info->max_zoom, error))
    return FALSE;

  if (!read_int (self, "opaque", 0, 1, &flag, error))
    return FALSE;
  info->opaque = flag;
  if (!read_int (self, "schematic", 0, 1, &flag, error))
    return FALSE;
  info->schematic = flag;

  return TRUE;
}

static int
read_pragma (sqlite3    *database,
             const char *sql)
{
  g_autoptr (sqlite3_stmt) pragma = wf_tiles_prepare (database, "", sql, NULL);

  return pragma != NULL && sqlite3_step (pragma) == SQLITE_ROW ? sqlite3_column_int (pragma, 0) : -1;
}

static gboolean
open_file (WfMapPack  *self,
           GError    **error)
{
  self->database = wf_tiles_open_database (self->path, error);
  if (self->database == NULL)
    return FALSE;

  if (read_pragma (self->database, "PRAGMA application_id") != WF_MAP_PACK_APPLICATION_ID)
    {
      g_set_error (error, WF_TILES_ERROR, WF_TILES_ERROR_FORMAT, _("%s: not a map pack"), self->path);
      return FALSE;
    }
  if (read_pragma (self->database, "PRAGMA user_version") != WF_MAP_PACK_VERSION)
    {
      g_set_error (error, WF_TILES_ERROR, WF_TILES_ERROR_FORMAT,
                   _("%s: the map pack is of a version that this program does not read"), self->path);
      return FALSE;
    }

  static const char *tables[] = { "metadata", "feature", "feature_index" };
  for (gsize i = 0; i < G_N_ELEMENTS (tables); i++)
    if (!wf_tiles_has_table (self->database, tables[i]))
      {
        g_set_error (error, WF_TILES_ERROR, WF_TILES_ERROR_FORMAT, _("%s: the table “%s” is missing"), self->path, tables[i]);
        return FALSE;
      }

  if (!read_info (self, error))
    return FALSE;

  self->find = wf_tiles_prepare (self->database, self->path,
                                 "SELECT id FROM feature_index WHERE max_lon >= ?1 AND min_lon <= ?2"
                                 " AND max_lat >= ?3 AND min_lat <= ?4 AND min_zoom <= ?5 AND max_zoom >= ?5",
                                 error);
  if (self->find == NULL)
    return FALSE;
  self->read = wf_tiles_prepare (self->database, self->path,
                                 "SELECT id, class, min_zoom, max_zoom, rank, name, name_latin, geometry FROM feature"
                                 " WHERE id = ?1",
                                 error);

  return self->read != NULL;
}

static gboolean
take_name (WfMapPack    *self,
           sqlite3_stmt *row,
           int           column,
           const char   *field,
           int64_t       id,
           char        **name,
           GError      **error)
{
  if (sqlite3_column_type (row, column) == SQLITE_NULL)
    return TRUE;

  const char *text = (const char *) sqlite3_column_text (row, column);
  int size = sqlite3_column_bytes (row, column);
  if (text == NULL || size > MAX_NAME || !g_utf8_validate (text, size, NULL))
    return fail_field (self, error, field, id, _("is too long or not text"));
  if (size > 0)
    *name = g_strndup (text, (gsize) size);

  return TRUE;
}

/* From the pack's datum to Web Mercator, and the box around it. */
static void
project (WfMapPack    *self,
         WfMapFeature *feature)
{
  double *p = feature->geometry->points;

  feature->left = feature->top = 2.0;
  feature->right = feature->bottom = -1.0;
  for (guint i = 0; i < feature->geometry->n_points; i++, p += 2)
    {
      double lon = p[0];
      double lat = p[1];

      if (self->info.datum != WF_DATUM_WGS84)
        wf_datum_to_wgs84 (self->info.datum, lon, lat, &lon, &lat);
      p[0] = wf_mercator_x (lon);
      p[1] = wf_mercator_y (lat);
      feature->left = MIN (feature->left, p[0]);
      feature->right = MAX (feature->right, p[0]);
      feature->top = MIN (feature->top, p[1]);
      feature->bottom = MAX (feature->bottom, p[1]);
    }
}

static WfMapFeature *
take_feature (WfMapPack     *self,
              sqlite3_stmt  *row,
              GError       **error)
{
  g_autoptr (WfMapFeature) feature = g_new0 (WfMapFeature, 1);
  g_autoptr (GError) reason = NULL;

  g_atomic_ref_count_init (&feature->ref_count);
  feature->id = sqlite3_column_int64 (row, 0);
  feature->map_class = (WfMapClass) sqlite3_column_int (row, 1);
  feature->min_zoom = sqlite3_column_int (row, 2);
  feature->max_zoom = sqlite3_column_int (row, 3);
  feature->rank = sqlite3_column_int (row, 4);

  if (feature->id < 0)
    {
      fail_field (self, error, "id", 0, _("is negative"));
      return NULL;
    }
  if (!wf_map_class_is_known ((int) feature->map_class))
    {
      fail_field (self, error, "class", feature->id, _("is unknown"));
      return NULL;
    }
  if (feature->min_zoom < 0 || feature->max_zoom > 24 || feature->min_zoom > feature->max_zoom)
    {
      fail_field (self, error, "min_zoom", feature->id, _("and max_zoom are not a range within 0 to 24"));
      return NULL;
    }
  if (!take_name (self, row, 5, "name", feature->id, &feature->name, error)
      || !take_name (self, row, 6, "name_latin", feature->id, &feature->name_latin, error))
    return NULL;

  const guint8 *blob = sqlite3_column_blob (row, 7);
  gsize size = (gsize) sqlite3_column_bytes (row, 7);
  feature->geometry = blob != NULL ? wf_map_geometry_from_blob (blob, size, &reason) : NULL;
  if (feature->geometry == NULL)
    {
      fail_field (self, error, "geometry", feature->id, reason != NULL ? reason->message : _("is missing"));
      return NULL;
    }
  project (self, feature);

  return g_steal_pointer (&feature);
}

static WfMapFeature *
load_feature (WfMapPack  *self,
              int64_t     id,
              GError    **error)
{
  WfMapFeature *known = g_hash_table_lookup (self->cache, &id);

  if (known != NULL)
    return known;

  sqlite3_reset (self->read);
  sqlite3_bind_int64 (self->read, 1, id);
  int step = sqlite3_step (self->read);
  if (step != SQLITE_ROW)
    {
      g_set_error (error, WF_TILES_ERROR, WF_TILES_ERROR_FIELD, "%s: feature %" G_GINT64_FORMAT ": %s", self->path, id,
                   step == SQLITE_DONE ? _("is in the index but not in the table") : sqlite3_errmsg (self->database));
      sqlite3_reset (self->read);
      return NULL;
    }
  WfMapFeature *feature = take_feature (self, self->read, error);
  sqlite3_reset (self->read);
  if (feature == NULL)
    return NULL;

  self->cache_size += sizeof *feature + feature->geometry->n_points * 2 * sizeof (double) + 128;
  g_hash_table_insert (self->cache, &feature->id, feature);

  return feature;
}

static void
wf_map_pack_finalize (GObject *object)
{
  WfMapPack *self = WF_MAP_PACK (object);

  g_clear_pointer (&self->find, sqlite3_finalize);
  g_clear_pointer (&self->read, sqlite3_finalize);
  g_clear_pointer (&self->database, sqlite3_close_v2);
  g_clear_pointer (&self->vector, wf_vector_set_free);
  g_hash_table_unref (self->cache);
  clear_info (&self->info);
  g_free (self->path);
  g_mutex_clear (&self->lock);

  G_OBJECT_CLASS (wf_map_pack_parent_class)->finalize (object);
}

static void
wf_map_pack_class_init (WfMapPackClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = wf_map_pack_finalize;
}

static void
wf_map_pack_init (WfMapPack *self)
{
  g_mutex_init (&self->lock);
  self->cache = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL, (GDestroyNotify) wf_map_feature_unref);
}

/**
 * wf_map_feature_ref:
 * @feature: a feature
 *
 * Returns: (transfer full): @feature
 */
WfMapFeature *
wf_map_feature_ref (WfMapFeature *feature)
{
  g_atomic_ref_count_inc (&feature->ref_count);

  return feature;
}

/**
 * wf_map_feature_unref:
 * @feature: (transfer full): a feature
 *
 * Lets go of a feature.
 */
void
wf_map_feature_unref (WfMapFeature *feature)
{
  if (!g_atomic_ref_count_dec (&feature->ref_count))
    return;

  g_free (feature->name);
  g_free (feature->name_latin);
  wf_map_geometry_free (feature->geometry);
  g_free (feature);
}

/**
 * wf_map_pack_open:
 * @path: a file
 * @error: what is wrong with it, with table and field
 *
 * Opens a map pack and checks its head: format, length, metadata. Its features are checked as they are read, or all at
 * once by wf_map_pack_check(). Any thread; blocks for the disk.
 *
 * Returns: (transfer full): the pack, or %NULL
 */
WfMapPack *
wf_map_pack_open (const char  *path,
                  GError     **error)
{
  g_return_val_if_fail (path != NULL, NULL);

  g_autoptr (WfMapPack) self = g_object_new (WF_TYPE_MAP_PACK, NULL);
  self->path = g_strdup (path);
  if (!open_file (self, error))
    return NULL;

  return g_steal_pointer (&self);
}

/* A set of a district or a city is where its centre is at home; that of a country is not. */
#define HOME_DEGREES 3.0

/**
 * wf_map_pack_new_vector:
 * @tiles: a set of vector tiles, in the OpenMapTiles schema
 * @datum: of their coordinates, which the file does not say
 *
 * Lets a set of vector tiles pass for a map pack that covers the ground wherever it has tiles.
 *
 * Returns: (transfer full): the pack
 */
WfMapPack *
wf_map_pack_new_vector (WfMbtiles *tiles,
                        WfDatum    datum)
{
  g_return_val_if_fail (WF_IS_MBTILES (tiles), NULL);

  WfMapPack *self = g_object_new (WF_TYPE_MAP_PACK, NULL);
  const WfMbtilesInfo *info = wf_mbtiles_get_info (tiles);

  g_return_val_if_fail (info->format == WF_TILE_VECTOR, self);

  self->path = g_strdup (wf_mbtiles_get_path (tiles));
  self->vector = wf_vector_set_new (tiles, datum);
  self->info = (WfMapPackInfo) {
    .name = g_strdup (info->name),
    .source = g_strdup (""),
    .licence = g_strdup (""),
    .attribution = g_strdup (*info->attribution != '\0' ? info->attribution : info->name),
    .review_number = g_strdup (info->review_number),
    .datum = datum,
    .box = info->box,
    .min_zoom = info->min_zoom,
    .max_zoom = 24,
    .opaque = TRUE,
  };
  if (info->has_box && info->box.max_lon - info->box.min_lon <= HOME_DEGREES
      && info->box.max_lat - info->box.min_lat <= HOME_DEGREES)
    self->info.home = info->box;

  return self;
}

/**
 * wf_map_pack_get_path:
 * @self: a pack
 *
 * Returns: where its file is
 */
const char *
wf_map_pack_get_path (WfMapPack *self)
{
  g_return_val_if_fail (WF_IS_MAP_PACK (self), NULL);

  return self->path;
}

/**
 * wf_map_pack_get_info:
 * @self: a pack
 *
 * Returns: (transfer none): what it says of itself; stays as it is
 */
const WfMapPackInfo *
wf_map_pack_get_info (WfMapPack *self)
{
  g_return_val_if_fail (WF_IS_MAP_PACK (self), NULL);

  return &self->info;
}

/**
 * wf_map_pack_query:
 * @self: a pack
 * @left: a box in Web Mercator of WGS 84, 0 to 1
 * @top: the box
 * @right: the box
 * @bottom: the box
 * @zoom: features that are for this zoom are wanted
 * @error: which feature is wrong, and why
 *
 * Finds the features that touch a box. Any thread; blocks for the disk.
 *
 * Returns: (transfer full) (element-type WfMapFeature): by id, or %NULL
 */
GPtrArray *
wf_map_pack_query (WfMapPack  *self,
                   double      left,
                   double      top,
                   double      right,
                   double      bottom,
                   int         zoom,
                   GError    **error)
{
  g_return_val_if_fail (WF_IS_MAP_PACK (self), NULL);

  if (self->vector != NULL)
    return wf_vector_set_query (self->vector, left, top, right, bottom, zoom, error);

  g_autoptr (GPtrArray) found = g_ptr_array_new_with_free_func ((GDestroyNotify) wf_map_feature_unref);
  g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (int64_t));
  /* No datum moves a place by as much as 0.02°. */
  double slack = self->info.datum == WF_DATUM_WGS84 ? 0.0 : 0.02;

  G_GNUC_UNUSED g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  if (self->cache_size > CACHE_LIMIT)
    {
      g_hash_table_remove_all (self->cache);
      self->cache_size = 0;
    }

  sqlite3_reset (self->find);
  sqlite3_bind_double (self->find, 1, wf_mercator_lon (left) - slack);
  sqlite3_bind_double (self->find, 2, wf_mercator_lon (right) + slack);
  sqlite3_bind_double (self->find, 3, wf_mercator_lat (bottom) - slack);
  sqlite3_bind_double (self->find, 4, wf_mercator_lat (top) + slack);
  sqlite3_bind_int (self->find, 5, zoom);

  int step;
  while ((step = sqlite3_step (self->find)) == SQLITE_ROW && ids->len < MAX_FOUND)
    {
      int64_t id = sqlite3_column_int64 (self->find, 0);
      g_array_append_val (ids, id);
    }
  sqlite3_reset (self->find);
  if (step != SQLITE_DONE)
    {
      g_set_error (error, WF_TILES_ERROR, step == SQLITE_ROW ? WF_TILES_ERROR_TOO_LARGE : WF_TILES_ERROR_FORMAT,
                   "%s: feature_index: %s", self->path,
                   step == SQLITE_ROW ? _("too many features at one place") : sqlite3_errmsg (self->database));
      return NULL;
    }

  for (guint i = 0; i < ids->len; i++)
    {
      WfMapFeature *feature = load_feature (self, g_array_index (ids, int64_t, i), error);
      if (feature == NULL)
        return NULL;
      g_ptr_array_add (found, wf_map_feature_ref (feature));
    }

  return g_steal_pointer (&found);
}

/**
 * wf_map_pack_get_cover:
 * @self: a pack
 * @left: a box, as for wf_map_pack_query()
 * @top: the box
 * @right: the box
 * @bottom: the box
 * @zoom: the zoom
 *
 * Finds where the pack replaces those under it. Any thread; blocks for the disk.
 *
 * Returns: (transfer full) (element-type WfMapBox): its parts; none where the pack is not opaque
 */
GArray *
wf_map_pack_get_cover (WfMapPack *self,
                       double     left,
                       double     top,
                       double     right,
                       double     bottom,
                       int        zoom)
{
  g_return_val_if_fail (WF_IS_MAP_PACK (self), NULL);

  if (self->vector != NULL)
    return wf_vector_set_get_cover (self->vector, left, top, right, bottom, zoom);

  GArray *cover = g_array_new (FALSE, FALSE, sizeof (WfMapBox));
  if (self->info.opaque && zoom >= self->info.min_zoom)
    {
      WfMapBox box = { wf_mercator_x (self->info.box.min_lon), wf_mercator_y (self->info.box.max_lat),
                       wf_mercator_x (self->info.box.max_lon), wf_mercator_y (self->info.box.min_lat) };
      g_array_append_val (cover, box);
    }

  return cover;
}

/**
 * wf_map_pack_read_names:
 * @self: a pack that is a file of its own, not a set of vector tiles
 * @error: which feature is wrong, and why
 *
 * Reads what is shown as a name at any zoom. Any thread; blocks for the disk.
 *
 * Returns: (transfer full) (element-type WfMapFeature): by id, or %NULL
 */
GPtrArray *
wf_map_pack_read_names (WfMapPack  *self,
                        GError    **error)
{
  g_return_val_if_fail (WF_IS_MAP_PACK (self) && self->vector == NULL, NULL);

  G_GNUC_UNUSED g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  g_autoptr (sqlite3_stmt) names =
      wf_tiles_prepare (self->database, self->path,
                        "SELECT id, class, min_zoom, max_zoom, rank, name, name_latin, geometry FROM feature"
                        " WHERE class BETWEEN ?1 AND ?2 AND name IS NOT NULL ORDER BY id", error);
  g_autoptr (GPtrArray) features = g_ptr_array_new_with_free_func ((GDestroyNotify) wf_map_feature_unref);
  int step;

  if (names == NULL)
    return NULL;
  sqlite3_bind_int (names, 1, WF_MAP_CLASS_PLACE_CAPITAL);
  sqlite3_bind_int (names, 2, WF_MAP_CLASS_PLACE_NUMBER);
  while ((step = sqlite3_step (names)) == SQLITE_ROW)
    {
      WfMapFeature *feature = take_feature (self, names, error);

      if (feature == NULL)
        return NULL;
      g_ptr_array_add (features, feature);
    }
  if (step != SQLITE_DONE)
    {
      g_set_error (error, WF_TILES_ERROR, WF_TILES_ERROR_FORMAT, "%s: feature: %s", self->path, sqlite3_errmsg (self->database));
      return NULL;
    }

  return g_steal_pointer (&features);
}

/**
 * wf_map_pack_check:
 * @self: a pack
 * @cancellable: (nullable): to stop it
 * @error: the first thing that is wrong
 *
 * Reads everything once, as an importer does before it takes a pack in. Any thread; blocks for long where the pack is large.
 *
 * Returns: whether all is right
 */
gboolean
wf_map_pack_check (WfMapPack     *self,
                   GCancellable  *cancellable,
                   GError       **error)
{
  g_return_val_if_fail (WF_IS_MAP_PACK (self), FALSE);

  if (self->vector != NULL)
    return wf_mbtiles_check (wf_vector_set_get_tiles (self->vector), cancellable, error);

  G_GNUC_UNUSED g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  if (!wf_tiles_check_whole (self->database, self->path, cancellable, error))
    return FALSE;

  g_autoptr (sqlite3_stmt) all =
      wf_tiles_prepare (self->database, self->path,
                        "SELECT id, class, min_zoom, max_zoom, rank, name, name_latin, geometry FROM feature ORDER BY id", error);
  if (all == NULL)
    return FALSE;

  int step;
  while ((step = sqlite3_step (all)) == SQLITE_ROW)
    {
      if (g_cancellable_set_error_if_cancelled (cancellable, error))
        return FALSE;
      g_autoptr (WfMapFeature) feature = take_feature (self, all, error);
      if (feature == NULL)
        return FALSE;
    }

  if (step != SQLITE_DONE)
    {
      g_set_error (error, WF_TILES_ERROR, WF_TILES_ERROR_FORMAT, "%s: feature: %s", self->path,
                   sqlite3_errmsg (self->database));
      return FALSE;
    }

  return TRUE;
}

static gboolean
read_nodes (WfMapPack   *self,
            GArray      *nodes,
            GHashTable  *rows,
            GError     **error)
{
  g_autoptr (sqlite3_stmt) all =
      wf_tiles_prepare (self->database, self->path, "SELECT id, lon, lat FROM road_node ORDER BY id", error);
  int step;

  if (all == NULL)
    return FALSE;
  while ((step = sqlite3_step (all)) == SQLITE_ROW && nodes->len < MAX_ROADS)
    {
      int64_t id = sqlite3_column_int64 (all, 0);
      WfGeoPoint node = { (double) sqlite3_column_int64 (all, 1) / 1e6, (double) sqlite3_column_int64 (all, 2) / 1e6 };
      if (!wf_geo_is_valid (node.lon, node.lat))
        {
          g_autofree char *place = g_strdup_printf ("road_node %" G_GINT64_FORMAT, id);

          g_set_error (error, WF_TILES_ERROR, WF_TILES_ERROR_FIELD, _("%s: %s, field “lon” or “lat”: out of range"), self->path,
                       place);
          return FALSE;
        }
      wf_datum_to_wgs84 (self->info.datum, node.lon, node.lat, &node.lon, &node.lat);
      g_hash_table_insert (rows, g_memdup2 (&id, sizeof id), GUINT_TO_POINTER (nodes->len));
      g_array_append_val (nodes, node);
    }
  if (step == SQLITE_DONE)
    return TRUE;

  g_set_error (error, WF_TILES_ERROR, WF_TILES_ERROR_TOO_LARGE, _("%s: road_node: cannot be read to its end"), self->path);

  return FALSE;
}

static gboolean
read_edges (WfMapPack   *self,
            GArray      *edges,
            GHashTable  *rows,
            GError     **error)
{
  g_autoptr (sqlite3_stmt) all = wf_tiles_prepare (self->database, self->path, "SELECT a, b, class FROM road_edge", error);
  int step;

  if (all == NULL)
    return FALSE;
  while ((step = sqlite3_step (all)) == SQLITE_ROW && edges->len < MAX_ROADS)
    {
      int64_t a = sqlite3_column_int64 (all, 0);
      int64_t b = sqlite3_column_int64 (all, 1);
      int map_class = sqlite3_column_int (all, 2);
      gpointer row_a;
      gpointer row_b;

      if (!g_hash_table_lookup_extended (rows, &a, NULL, &row_a) || !g_hash_table_lookup_extended (rows, &b, NULL, &row_b)
          || !wf_map_class_is_road (map_class))
        {
          g_autofree char *place = g_strdup_printf ("road_edge %" G_GINT64_FORMAT "–%" G_GINT64_FORMAT, a, b);

          g_set_error (error, WF_TILES_ERROR, WF_TILES_ERROR_FIELD,
                       _("%s: %s: an end that does not exist, or not the class of a road"), self->path, place);
          return FALSE;
        }
      WfRoadEdge edge = { GPOINTER_TO_UINT (row_a), GPOINTER_TO_UINT (row_b), (guint8) map_class };
      g_array_append_val (edges, edge);
    }
  if (step == SQLITE_DONE)
    return TRUE;

  g_set_error (error, WF_TILES_ERROR, WF_TILES_ERROR_TOO_LARGE, _("%s: road_edge: cannot be read to its end"), self->path);

  return FALSE;
}

/**
 * wf_map_pack_read_roads:
 * @self: a pack
 * @nodes: (out) (transfer full) (element-type WfGeoPoint): the graph's nodes, in WGS 84; none where the pack has no roads
 * @edges: (out) (transfer full) (element-type WfRoadEdge): its edges, both ways
 * @error: which row is wrong
 *
 * Reads the road graph. Any thread; blocks for the disk.
 *
 * Returns: whether it could be read
 */
gboolean
wf_map_pack_read_roads (WfMapPack  *self,
                        GArray    **nodes,
                        GArray    **edges,
                        GError    **error)
{
  g_return_val_if_fail (WF_IS_MAP_PACK (self), FALSE);

  g_autoptr (GArray) read_node = g_array_new (FALSE, FALSE, sizeof (WfGeoPoint));
  g_autoptr (GArray) read_edge = g_array_new (FALSE, FALSE, sizeof (WfRoadEdge));
  g_autoptr (GHashTable) rows = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);

  G_GNUC_UNUSED g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  if (self->vector == NULL && wf_tiles_has_table (self->database, "road_node")
      && (!read_nodes (self, read_node, rows, error) || !read_edges (self, read_edge, rows, error)))
    return FALSE;

  *nodes = g_steal_pointer (&read_node);
  *edges = g_steal_pointer (&read_edge);

  return TRUE;
}
