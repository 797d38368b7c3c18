/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-tiles"

#include "config.h"

#include "wf-mbtiles.h"

#include "wf-map-pack.h"
#include "wf-tiles-error.h"
#include "wf-tiles-private.h"
#include "wf-vector-set.h"

#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

#define MAX_ZOOM 24

/* So many tiles are looked at when a set is taken in; a country has millions. */
#define MAX_CHECKED 20000

/**
 * WfMbtiles:
 *
 * A set of tiles in one file (MBTiles 1.3), opened for reading with a connection of its own. Any thread may ask it: one is
 * served at a time. What is in a vector tile is read by #WfMapPack.
 */
struct _WfMbtiles
{
  GObject parent_instance;

  char          *path; /* (owned) */
  WfMbtilesInfo  info;
  GMutex         lock;
  sqlite3       *database; /* (owned) under lock */
  sqlite3_stmt  *find;     /* (owned) under lock */
};

G_DEFINE_FINAL_TYPE (WfMbtiles, wf_mbtiles, G_TYPE_OBJECT)

static gboolean
fail (GError     **error,
      const char  *field,
      const char  *reason)
{
  g_set_error (error, WF_TILES_ERROR, WF_TILES_ERROR_FIELD, _("metadata, field “%s”: %s"), field, reason);

  return FALSE;
}

static gboolean
parse_zoom (GHashTable  *metadata,
            const char  *name,
            int          missing,
            int         *zoom,
            GError     **error)
{
  const char *text = g_hash_table_lookup (metadata, name);
  gint64 number;

  *zoom = missing;
  if (text == NULL)
    return TRUE;
  if (!g_ascii_string_to_signed (text, 10, 0, MAX_ZOOM, &number, NULL))
    return fail (error, name, _("is not a number from 0 to 24"));
  *zoom = (int) number;

  return TRUE;
}

static gboolean
parse_bounds (GHashTable  *metadata,
              WfGeoBox    *box,
              GError     **error)
{
  const char *text = g_hash_table_lookup (metadata, "bounds");
  double v[4] = { -180.0, -WF_MERCATOR_MAX_LATITUDE, 180.0, WF_MERCATOR_MAX_LATITUDE };

  if (text != NULL)
    {
      g_auto (GStrv) parts = g_strsplit (text, ",", 5);
      if (g_strv_length (parts) != 4)
        return fail (error, "bounds", _("is not four numbers “west,south,east,north”"));
      for (int i = 0; i < 4; i++)
        {
          char *end;
          g_strstrip (parts[i]);
          v[i] = g_ascii_strtod (parts[i], &end);
          if (end == parts[i] || *end != '\0')
            return fail (error, "bounds", _("is not four numbers “west,south,east,north”"));
        }
    }

  if (!wf_geo_is_valid (v[0], v[1]) || !wf_geo_is_valid (v[2], v[3]) || v[0] >= v[2] || v[1] >= v[3])
    return fail (error, "bounds", _("is out of range or turned round"));
  *box = (WfGeoBox) { v[0], v[1], v[2], v[3] };

  return TRUE;
}

/* Attributions are often HTML; the screen shows text. */
static char *
strip_markup (const char *text)
{
  g_autoptr (GString) plain = g_string_new (NULL);
  gboolean inside = FALSE;

  for (const char *c = text; *c != '\0'; c++)
    {
      if (*c == '<')
        inside = TRUE;
      else if (*c == '>')
        inside = FALSE;
      else if (!inside)
        g_string_append_c (plain, *c == '\n' ? ' ' : *c);
    }
  g_string_replace (plain, "&copy;", "©", 0);
  g_string_replace (plain, "&amp;", "&", 0);

  return g_string_free (g_steal_pointer (&plain), FALSE);
}

/**
 * wf_mbtiles_info_clear:
 * @info: what wf_mbtiles_parse_info() filled
 *
 * Frees its texts.
 */
void
wf_mbtiles_info_clear (WfMbtilesInfo *info)
{
  g_clear_pointer (&info->name, g_free);
  g_clear_pointer (&info->attribution, g_free);
  g_clear_pointer (&info->review_number, g_free);
}

/**
 * wf_mbtiles_parse_info:
 * @metadata: (element-type utf8 utf8): the table “metadata”
 * @info: (out caller-allocates): what it says; free with wf_mbtiles_info_clear() where it succeeds
 * @error: which field is wrong
 *
 * Checks the metadata of a set.
 *
 * Returns: whether they are right
 */
gboolean
wf_mbtiles_parse_info (GHashTable     *metadata,
                       WfMbtilesInfo  *info,
                       GError        **error)
{
  static const struct { const char *name; WfTileFormat format; } formats[] = {
    { "png", WF_TILE_PNG }, { "jpg", WF_TILE_JPEG }, { "jpeg", WF_TILE_JPEG }, { "webp", WF_TILE_WEBP },
    { "pbf", WF_TILE_VECTOR },
  };
  const char *format = g_hash_table_lookup (metadata, "format");
  const char *scheme = g_hash_table_lookup (metadata, "scheme");
  gboolean known = FALSE;

  if (format == NULL)
    return fail (error, "format", _("is missing"));
  for (gsize i = 0; i < G_N_ELEMENTS (formats); i++)
    if (g_str_equal (format, formats[i].name))
      {
        info->format = formats[i].format;
        known = TRUE;
      }
  if (!known)
    return fail (error, "format", _("is none of png, jpg, webp, pbf"));
  if (scheme != NULL && !g_str_equal (scheme, "tms"))
    return fail (error, "scheme", _("is not “tms”, in which MBTiles count their rows: the map would be upside down"));

  if (!parse_zoom (metadata, "minzoom", 0, &info->min_zoom, error) || !parse_zoom (metadata, "maxzoom", 22,
                                                                                   &info->max_zoom, error)
      || !parse_bounds (metadata, &info->box, error))
    return FALSE;
  if (info->min_zoom > info->max_zoom)
    return fail (error, "minzoom", _("is above maxzoom"));

  const char *name = g_hash_table_lookup (metadata, "name");
  const char *attribution = g_hash_table_lookup (metadata, "attribution");
  const char *review = g_hash_table_lookup (metadata, "review_number");
  info->name = g_strdup (name != NULL ? name : "");
  info->attribution = strip_markup (attribution != NULL ? attribution : "");
  info->has_box = g_hash_table_contains (metadata, "bounds");
  info->review_number = strip_markup (review != NULL ? review : "");

  return TRUE;
}

static guint
read_16 (const guint8 *data)
{
  return (guint) data[0] << 8 | data[1];
}

/* The frame header of a JPEG stands after any number of other segments. */
static gboolean
read_jpeg_size (const guint8 *data,
                gsize         size,
                guint        *width,
                guint        *height)
{
  gsize at = 2;

  while (at + 9 <= size && data[at] == 0xff)
    {
      guint8 marker = data[at + 1];
      guint length = read_16 (data + at + 2);

      if (marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc)
        {
          *height = read_16 (data + at + 5);
          *width = read_16 (data + at + 7);
          return TRUE;
        }
      if (marker == 0xff || length < 2)
        {
          at += marker == 0xff ? 1 : size;
          continue;
        }
      at += 2 + length;
    }

  return FALSE;
}

static gboolean
read_webp_size (const guint8 *data,
                gsize         size,
                guint        *width,
                guint        *height)
{
  if (size < 30)
    return FALSE;

  if (memcmp (data + 12, "VP8 ", 4) == 0)
    {
      *width = ((guint) data[27] << 8 | data[26]) & 0x3fff;
      *height = ((guint) data[29] << 8 | data[28]) & 0x3fff;
      return TRUE;
    }
  if (memcmp (data + 12, "VP8L", 4) == 0)
    {
      guint32 bits = (guint32) data[21] | (guint32) data[22] << 8 | (guint32) data[23] << 16 | (guint32) data[24] << 24;
      *width = (bits & 0x3fff) + 1;
      *height = (bits >> 14 & 0x3fff) + 1;
      return TRUE;
    }
  if (memcmp (data + 12, "VP8X", 4) == 0)
    {
      *width = ((guint) data[26] << 16 | (guint) data[25] << 8 | data[24]) + 1;
      *height = ((guint) data[29] << 16 | (guint) data[28] << 8 | data[27]) + 1;
      return TRUE;
    }

  return FALSE;
}

/**
 * wf_tile_image_check:
 * @data: (array length=size): an image, from anywhere
 * @size: its size
 * @format: (out): what it is
 * @width: (out): how wide it says it is
 * @height: (out): how high it says it is
 * @error: what is wrong with it
 *
 * Looks whether bytes are a PNG, JPEG or WebP of a tile's size, before a decoder gets them.
 *
 * Returns: whether they are
 */
gboolean
wf_tile_image_check (const guint8  *data,
                     gsize          size,
                     WfTileFormat  *format,
                     guint         *width,
                     guint         *height,
                     GError       **error)
{
  gboolean known = FALSE;

  if (size > WF_MBTILES_MAX_BYTES)
    {
      g_set_error (error, WF_TILES_ERROR, WF_TILES_ERROR_TOO_LARGE, _("tile_data: is larger than 4 MB"));
      return FALSE;
    }

  if (size >= 24 && memcmp (data, "\x89PNG\r\n\x1a\n", 8) == 0 && memcmp (data + 12, "IHDR", 4) == 0)
    {
      *format = WF_TILE_PNG;
      /* Sizes above 65,535 are refused with the rest. */
      *width = read_16 (data + 16) != 0 ? G_MAXUINT : read_16 (data + 18);
      *height = read_16 (data + 20) != 0 ? G_MAXUINT : read_16 (data + 22);
      known = TRUE;
    }
  else if (size >= 4 && data[0] == 0xff && data[1] == 0xd8 && data[2] == 0xff)
    {
      *format = WF_TILE_JPEG;
      known = read_jpeg_size (data, size, width, height);
    }
  else if (size >= 16 && memcmp (data, "RIFF", 4) == 0 && memcmp (data + 8, "WEBP", 4) == 0)
    {
      *format = WF_TILE_WEBP;
      known = read_webp_size (data, size, width, height);
    }

  if (!known)
    {
      g_set_error (error, WF_TILES_ERROR, WF_TILES_ERROR_FIELD, _("tile_data: is not a PNG, JPEG or WebP image"));
      return FALSE;
    }
  if (*width == 0 || *height == 0 || *width > WF_MBTILES_MAX_SIDE || *height > WF_MBTILES_MAX_SIDE)
    {
      g_set_error (error, WF_TILES_ERROR, WF_TILES_ERROR_TOO_LARGE,
                   _("tile_data: the image is not 1 to %u pixels wide and high"),
                   WF_MBTILES_MAX_SIDE);
      return FALSE;
    }

  return TRUE;
}

/**
 * wf_tile_image_is_whole:
 * @data: (array length=size): an image that wf_tile_image_check() has let through
 * @size: its size
 * @format: what it is
 *
 * Looks whether an image has an end, since a decoder may hand out what is cut off as if it were one, with anything in it.
 *
 * Returns: whether it does
 */
gboolean
wf_tile_image_is_whole (const guint8 *data,
                        gsize         size,
                        WfTileFormat  format)
{
  gsize at = 8;

  switch (format)
    {
    case WF_TILE_PNG:
      /* Chunks of length, name, content and checksum, up to the one that ends it. */
      while (size >= 12 && at <= size - 12)
        {
          gsize length = (gsize) read_16 (data + at) << 16 | read_16 (data + at + 2);

          if (length > size - 12 - at)
            return FALSE;
          if (memcmp (data + at + 4, "IEND", 4) == 0)
            return TRUE;
          at += 12 + length;
        }
      return FALSE;

    case WF_TILE_JPEG:
      /* Some cameras and servers write on behind the end. */
      for (at = size; at >= 2; at--)
        if (data[at - 2] == 0xff && data[at - 1] == 0xd9)
          return TRUE;
      return FALSE;

    case WF_TILE_WEBP:
      return size >= 12 && ((gsize) data[4] | (gsize) data[5] << 8 | (gsize) data[6] << 16 | (gsize) data[7] << 24) <= size - 8;

    case WF_TILE_VECTOR:
    default:
      return TRUE;
    }
}

static gboolean
read_metadata (WfMbtiles  *self,
               GError    **error)
{
  static const char *fields[] = { "format", "scheme", "minzoom", "maxzoom", "bounds", "name", "attribution",
                                  "review_number" };
  g_autoptr (GHashTable) metadata = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, g_free);

  for (gsize i = 0; i < G_N_ELEMENTS (fields); i++)
    {
      char *value = wf_tiles_get_metadata (self->database, fields[i]);
      if (value != NULL)
        g_hash_table_insert (metadata, (gpointer) fields[i], value);
    }
  if (wf_mbtiles_parse_info (metadata, &self->info, error))
    return TRUE;

  g_prefix_error (error, "%s: ", self->path);

  return FALSE;
}

static gboolean
open_file (WfMbtiles  *self,
           GError    **error)
{
  static const char *tables[] = { "metadata", "tiles" };

  self->database = wf_tiles_open_database (self->path, error);
  if (self->database == NULL)
    return FALSE;

  for (gsize i = 0; i < G_N_ELEMENTS (tables); i++)
    if (!wf_tiles_has_table (self->database, tables[i]))
      {
        g_set_error (error, WF_TILES_ERROR, WF_TILES_ERROR_FORMAT,
                     _("%s: not an MBTiles file: the table “%s” is missing"), self->path,
                     tables[i]);
        return FALSE;
      }
  if (!read_metadata (self, error))
    return FALSE;

  self->find = wf_tiles_prepare (self->database, self->path,
                                 "SELECT tile_data FROM tiles WHERE zoom_level = ?1 AND tile_column = ?2"
                                 " AND tile_row = ?3",
                                 error);

  return self->find != NULL;
}

static void
wf_mbtiles_finalize (GObject *object)
{
  WfMbtiles *self = WF_MBTILES (object);

  g_clear_pointer (&self->find, sqlite3_finalize);
  g_clear_pointer (&self->database, sqlite3_close_v2);
  wf_mbtiles_info_clear (&self->info);
  g_mutex_clear (&self->lock);
  g_free (self->path);

  G_OBJECT_CLASS (wf_mbtiles_parent_class)->finalize (object);
}

static void
wf_mbtiles_class_init (WfMbtilesClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = wf_mbtiles_finalize;
}

static void
wf_mbtiles_init (WfMbtiles *self)
{
  g_mutex_init (&self->lock);
}

/**
 * wf_mbtiles_open:
 * @path: a file
 * @error: what is wrong with it, with table and field
 *
 * Opens a set of tiles and checks its length, tables and metadata. Any thread; blocks for the disk.
 *
 * Returns: (transfer full): the set, or %NULL
 */
WfMbtiles *
wf_mbtiles_open (const char  *path,
                 GError     **error)
{
  g_return_val_if_fail (path != NULL, NULL);

  g_autoptr (WfMbtiles) self = g_object_new (WF_TYPE_MBTILES, NULL);
  self->path = g_strdup (path);
  if (!open_file (self, error))
    return NULL;

  return g_steal_pointer (&self);
}

/**
 * wf_mbtiles_get_path:
 * @self: a set
 *
 * Returns: where its file is
 */
const char *
wf_mbtiles_get_path (WfMbtiles *self)
{
  g_return_val_if_fail (WF_IS_MBTILES (self), NULL);

  return self->path;
}

/**
 * wf_mbtiles_get_info:
 * @self: a set
 *
 * Returns: (transfer none): what it says of itself; stays as it is
 */
const WfMbtilesInfo *
wf_mbtiles_get_info (WfMbtiles *self)
{
  g_return_val_if_fail (WF_IS_MBTILES (self), NULL);

  return &self->info;
}

/**
 * wf_mbtiles_read:
 * @self: a set
 * @zoom: a zoom
 * @x: a column
 * @y: a row, counted from the north as in URLs
 * @error: %WF_TILES_ERROR_NOT_FOUND where there is no such tile; else what is wrong with it
 *
 * Reads a tile and checks that it is an image of the set's format; of a vector tile only that it is not too large. Any thread;
 * blocks for the disk.
 *
 * Returns: (transfer full): the tile's bytes, or %NULL
 */
GBytes *
wf_mbtiles_read (WfMbtiles  *self,
                 int         zoom,
                 int         x,
                 int         y,
                 GError    **error)
{
  g_return_val_if_fail (WF_IS_MBTILES (self), NULL);

  g_autoptr (GBytes) bytes = NULL;
  int step = SQLITE_DONE;

  g_mutex_lock (&self->lock);
  if (zoom >= self->info.min_zoom && zoom <= self->info.max_zoom && x >= 0 && y >= 0 && x < 1 << zoom && y < 1 << zoom)
    {
      sqlite3_bind_int (self->find, 1, zoom);
      sqlite3_bind_int (self->find, 2, x);
      sqlite3_bind_int (self->find, 3, (1 << zoom) - 1 - y);
      step = sqlite3_step (self->find);
      if (step == SQLITE_ROW)
        bytes = g_bytes_new (sqlite3_column_blob (self->find, 0), (gsize) sqlite3_column_bytes (self->find, 0));
      else if (step != SQLITE_DONE)
        g_set_error (error, WF_TILES_ERROR, WF_TILES_ERROR_FORMAT, "%s: tiles: %s", self->path,
                     sqlite3_errmsg (self->database));
      sqlite3_reset (self->find);
    }
  g_mutex_unlock (&self->lock);

  if (step == SQLITE_DONE)
    g_set_error (error, WF_TILES_ERROR, WF_TILES_ERROR_NOT_FOUND, _("%s: there is no tile %d/%d/%d"), self->path, zoom, x, y);
  if (bytes == NULL)
    return NULL;
  if (self->info.format == WF_TILE_VECTOR)
    {
      if (g_bytes_get_size (bytes) <= WF_MBTILES_MAX_BYTES)
        return g_steal_pointer (&bytes);
      g_set_error_literal (error, WF_TILES_ERROR, WF_TILES_ERROR_TOO_LARGE, _("tile_data: is larger than 4 MB"));
      g_prefix_error (error, _("%s: tile %d/%d/%d: "), self->path, zoom, x, y);
      return NULL;
    }

  WfTileFormat format;
  guint width;
  guint height;
  if (!wf_tile_image_check (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), &format, &width, &height, error))
    {
      g_prefix_error (error, "%s: tile %d/%d/%d: ", self->path, zoom, x, y);
      return NULL;
    }
  if (format != self->info.format)
    {
      g_set_error (error, WF_TILES_ERROR, WF_TILES_ERROR_FIELD,
                   _("%s: tile %d/%d/%d: tile_data: is not of the format that metadata say"),
                   self->path, zoom, x, y);
      return NULL;
    }

  return g_steal_pointer (&bytes);
}

static gboolean
check_vector (WfMbtiles     *self,
              const char    *place,
              const guint8  *data,
              gsize          size,
              int            zoom,
              int            x,
              int            y,
              GError       **error)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static (data, data != NULL ? size : 0);
  g_autoptr (GPtrArray) features = NULL;

  if (size > WF_MBTILES_MAX_BYTES)
    g_set_error (error, WF_TILES_ERROR, WF_TILES_ERROR_TOO_LARGE, _("tile_data: is larger than 4 MB"));
  else
    features = wf_vector_features_read (bytes, WF_DATUM_WGS84, zoom, x, y, error);
  if (features != NULL)
    return TRUE;

  g_prefix_error (error, "%s: %s: ", self->path, place);

  return FALSE;
}

/* A set that says that it has a finer zoom than it has would be empty where it should be most exact. */
static gboolean
check_zooms (WfMbtiles  *self,
             GError    **error)
{
  g_autoptr (sqlite3_stmt) find = NULL;

  if (self->info.format != WF_TILE_VECTOR)
    return TRUE;
  find = wf_tiles_prepare (self->database, self->path, "SELECT 1 FROM tiles WHERE zoom_level = ?1 LIMIT 1", error);
  if (find == NULL)
    return FALSE;
  sqlite3_bind_int (find, 1, self->info.max_zoom);
  if (sqlite3_step (find) == SQLITE_ROW)
    return TRUE;

  fail (error, "maxzoom", _("there is no tile of that zoom"));
  g_prefix_error (error, "%s: ", self->path);

  return FALSE;
}

static gboolean
check_tile (WfMbtiles     *self,
            sqlite3_stmt  *row,
            GError       **error)
{
  const guint8 *data = sqlite3_column_blob (row, 3);
  gsize size = (gsize) sqlite3_column_bytes (row, 3);
  gint64 zoom = sqlite3_column_int64 (row, 0);
  gint64 x = sqlite3_column_int64 (row, 1);
  gint64 y = sqlite3_column_int64 (row, 2);
  g_autofree char *place =
    g_strdup_printf ("tiles, row %" G_GINT64_FORMAT "/%" G_GINT64_FORMAT "/%" G_GINT64_FORMAT, zoom, x, y);
  WfTileFormat format;
  guint width;
  guint height;

  if (zoom < 0 || zoom > MAX_ZOOM || x < 0 || y < 0 || x >= G_GINT64_CONSTANT (1) << zoom || y >= G_GINT64_CONSTANT (1) << zoom)
    {
      g_set_error (error, WF_TILES_ERROR, WF_TILES_ERROR_FIELD,
                   _("%s: %s, fields “zoom_level”, “tile_column”, “tile_row”: there is no such place"), self->path, place);
      return FALSE;
    }
  if (self->info.format == WF_TILE_VECTOR)
    return check_vector (self, place, data, size, (int) zoom, (int) x, (int) y, error);
  if (!wf_tile_image_check (data != NULL ? data : (const guint8 *) "", size, &format, &width, &height, error))
    {
      g_prefix_error (error, "%s: %s: ", self->path, place);
      return FALSE;
    }
  if (format != self->info.format)
    {
      g_set_error (error, WF_TILES_ERROR, WF_TILES_ERROR_FIELD, _("%s: %s: tile_data: is not of the format that metadata say"),
                   self->path, place);
      return FALSE;
    }

  return TRUE;
}

/**
 * wf_mbtiles_check:
 * @self: a set
 * @cancellable: (nullable): to stop it
 * @error: the first thing that is wrong
 *
 * Looks through the file, and at its first tiles, before it is taken in. Any thread; blocks for long where it is large.
 *
 * Returns: whether all is right
 */
gboolean
wf_mbtiles_check (WfMbtiles     *self,
                  GCancellable  *cancellable,
                  GError       **error)
{
  g_return_val_if_fail (WF_IS_MBTILES (self), FALSE);

  G_GNUC_UNUSED g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  if (!wf_tiles_check_whole (self->database, self->path, cancellable, error) || !check_zooms (self, error))
    return FALSE;

  g_autoptr (sqlite3_stmt) all =
      wf_tiles_prepare (self->database, self->path,
                        "SELECT zoom_level, tile_column, tile_row, tile_data FROM tiles LIMIT " G_STRINGIFY (MAX_CHECKED), error);
  if (all == NULL)
    return FALSE;

  int step;
  while ((step = sqlite3_step (all)) == SQLITE_ROW)
    if (g_cancellable_set_error_if_cancelled (cancellable, error) || !check_tile (self, all, error))
      return FALSE;

  if (step != SQLITE_DONE)
    {
      g_set_error (error, WF_TILES_ERROR, WF_TILES_ERROR_FORMAT, "%s: tiles: %s", self->path, sqlite3_errmsg (self->database));
      return FALSE;
    }

  return TRUE;
}

/**
 * wf_map_file_check:
 * @path: a map pack (`.wfmap`), or else an MBTiles file
 * @cancellable: (nullable): to stop it
 * @error: the first thing that is wrong with it: file, table, row and field
 *
 * Reads a file once, as whoever takes one in does before. Any thread; blocks for the disk.
 *
 * Returns: whether it can be used
 */
gboolean
wf_map_file_check (const char    *path,
                   GCancellable  *cancellable,
                   GError       **error)
{
  g_return_val_if_fail (path != NULL, FALSE);

  if (g_str_has_suffix (path, ".wfmap"))
    {
      g_autoptr (WfMapPack) pack = wf_map_pack_open (path, error);

      return pack != NULL && wf_map_pack_check (pack, cancellable, error);
    }

  g_autoptr (WfMbtiles) set = wf_mbtiles_open (path, error);

  return set != NULL && wf_mbtiles_check (set, cancellable, error);
}
