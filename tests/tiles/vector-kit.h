/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>
#include <sqlite3.h>

/* Writes small vector tiles, by the specification and not by our reader. */

typedef struct
{
  GByteArray *features;
  GPtrArray  *keys;
  GPtrArray  *values;
  const char *name;
} VectorLayer;

static inline void
vector_put_number (GByteArray *out,
                   guint64     number)
{
  do
    {
      guint8 byte = (guint8) ((number & 0x7f) | (number > 0x7f ? 0x80 : 0));

      g_byte_array_append (out, &byte, 1);
      number >>= 7;
    }
  while (number > 0);
}

static inline void
vector_put_bytes (GByteArray   *out,
                  guint         field,
                  const guint8 *data,
                  gsize         size)
{
  vector_put_number (out, field << 3 | 2);
  vector_put_number (out, size);
  g_byte_array_append (out, data, (guint) size);
}

static inline void
vector_put_field (GByteArray *out,
                  guint       field,
                  guint64     number)
{
  vector_put_number (out, field << 3);
  vector_put_number (out, number);
}

static inline VectorLayer
vector_layer (const char *name)
{
  return (VectorLayer) { g_byte_array_new (), g_ptr_array_new_with_free_func (g_free), g_ptr_array_new_with_free_func (g_free),
                         name };
}

static inline guint64
vector_zigzag (int difference)
{
  return (guint64) (difference < 0 ? -2 * (gint64) difference - 1 : 2 * (gint64) difference);
}

/* @points: x, y, x, y … of one part; @tags: “key=value key=value”; type 1 point, 2 line, 3 polygon. A value of digits is a
 * number. */
static inline void
vector_add (VectorLayer *layer,
            guint        type,
            const char  *tags,
            const int   *points,
            guint        n)
{
  g_autoptr (GByteArray) feature = g_byte_array_new ();
  g_autoptr (GByteArray) numbers = g_byte_array_new ();
  g_auto (GStrv) pairs = g_strsplit (tags, " ", -1);
  int x = 0;
  int y = 0;

  for (guint i = 0; pairs[i] != NULL && *pairs[i] != '\0'; i++)
    {
      g_auto (GStrv) pair = g_strsplit (pairs[i], "=", 2);

      vector_put_number (numbers, layer->keys->len);
      vector_put_number (numbers, layer->values->len);
      g_ptr_array_add (layer->keys, g_strdup (pair[0]));
      g_ptr_array_add (layer->values, g_strdup (pair[1]));
    }
  vector_put_bytes (feature, 2, numbers->data, numbers->len);
  vector_put_field (feature, 3, type);
  g_byte_array_set_size (numbers, 0);
  for (guint i = 0; i < n; i++)
    {
      if (i == 0)
        vector_put_number (numbers, type == 1 ? n << 3 | 1 : 1 << 3 | 1);
      else if (i == 1 && type != 1)
        vector_put_number (numbers, (n - 1) << 3 | 2);
      vector_put_number (numbers, vector_zigzag (points[2 * i] - x));
      vector_put_number (numbers, vector_zigzag (points[2 * i + 1] - y));
      x = points[2 * i];
      y = points[2 * i + 1];
    }
  if (type == 3)
    vector_put_number (numbers, 1 << 3 | 7);
  vector_put_bytes (feature, 4, numbers->data, numbers->len);
  vector_put_bytes (layer->features, 2, feature->data, feature->len);
}

/* Ends a layer and puts it into a tile. */
static inline void
vector_end (GByteArray  *tile,
            VectorLayer *layer)
{
  g_autoptr (GByteArray) out = g_byte_array_new ();

  vector_put_field (out, 15, 2);
  vector_put_bytes (out, 1, (const guint8 *) layer->name, strlen (layer->name));
  g_byte_array_append (out, layer->features->data, layer->features->len);
  for (guint i = 0; i < layer->keys->len; i++)
    vector_put_bytes (out, 3, g_ptr_array_index (layer->keys, i), strlen (g_ptr_array_index (layer->keys, i)));
  for (guint i = 0; i < layer->values->len; i++)
    {
      g_autoptr (GByteArray) value = g_byte_array_new ();
      const char *text = g_ptr_array_index (layer->values, i);

      if (g_ascii_isdigit (*text))
        vector_put_field (value, 5, g_ascii_strtoull (text, NULL, 10));
      else
        vector_put_bytes (value, 1, (const guint8 *) text, strlen (text));
      vector_put_bytes (out, 4, value->data, value->len);
    }
  vector_put_field (out, 5, 4096);
  vector_put_bytes (tile, 3, out->data, out->len);
  g_byte_array_unref (layer->features);
  g_ptr_array_unref (layer->keys);
  g_ptr_array_unref (layer->values);
}

static inline GBytes *
vector_pack (const guint8          *data,
             gsize                  size,
             GZlibCompressorFormat  format)
{
  g_autoptr (GOutputStream) memory = g_memory_output_stream_new_resizable ();
  g_autoptr (GZlibCompressor) zip = g_zlib_compressor_new (format, 9);
  g_autoptr (GOutputStream) out = g_converter_output_stream_new (memory, G_CONVERTER (zip));

  g_assert_true (g_output_stream_write_all (out, data, size, NULL, NULL, NULL));
  g_assert_true (g_output_stream_close (out, NULL, NULL));

  return g_memory_output_stream_steal_as_bytes (G_MEMORY_OUTPUT_STREAM (memory));
}

/* A set whose tile (z, x, y), y from the north, is @tile, packed. Adds to what is there. */
static inline void
vector_write (const char *path,
              const char *bounds,
              int         min_zoom,
              int         max_zoom,
              int         z,
              int         x,
              int         y,
              GByteArray *tile)
{
  g_autoptr (GBytes) packed = vector_pack (tile->data, tile->len, G_ZLIB_COMPRESSOR_FORMAT_GZIP);
  g_autofree char *sql =
    g_strdup_printf ("CREATE TABLE IF NOT EXISTS metadata (name TEXT PRIMARY KEY, value TEXT);"
                     "CREATE TABLE IF NOT EXISTS tiles (zoom_level INTEGER, tile_column INTEGER, tile_row INTEGER, tile_data BLOB);"
                     "INSERT OR REPLACE INTO metadata VALUES ('name', 'Streets'), ('format', 'pbf'), ('minzoom', '%d'),"
                     " ('maxzoom', '%d'), ('bounds', '%s'), ('attribution', '<a href=\"x\">&copy; Streets</a>'),"
                     " ('review_number', '审图号 T 1');", min_zoom, max_zoom, bounds);
  sqlite3 *database = NULL;
  sqlite3_stmt *put = NULL;

  g_assert_cmpint (sqlite3_open (path, &database), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (database, sql, NULL, NULL, NULL), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_prepare_v2 (database, "INSERT INTO tiles VALUES (?1, ?2, ?3, ?4)", -1, &put, NULL), ==, SQLITE_OK);
  sqlite3_bind_int (put, 1, z);
  sqlite3_bind_int (put, 2, x);
  sqlite3_bind_int (put, 3, (1 << z) - 1 - y);
  sqlite3_bind_blob (put, 4, g_bytes_get_data (packed, NULL), (int) g_bytes_get_size (packed), SQLITE_TRANSIENT);
  g_assert_cmpint (sqlite3_step (put), ==, SQLITE_DONE);
  sqlite3_finalize (put);
  sqlite3_close (database);
}
