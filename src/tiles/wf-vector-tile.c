/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-tiles"

#include "config.h"

#include "wf-vector-tile.h"

#include "wf-tiles-error.h"

#include <glib/gi18n.h>
#include <gio/gio.h>
#include <math.h>
#include <string.h>

/* The wire types of protocol buffers. */
#define WIRE_VARINT 0
#define WIRE_64     1
#define WIRE_BYTES  2
#define WIRE_32     5

/* The commands of a geometry. */
#define MOVE_TO    1
#define LINE_TO    2
#define CLOSE_PATH 7

/* A point may lie so many tiles away from its own; buffers are a fraction of one. */
#define MAX_AWAY 64

#define DEFAULT_EXTENT 4096

typedef struct
{
  const guint8 *at;
  const guint8 *end;
} Reader;

typedef struct
{
  const guint8 *data;
  gsize         size;
} Slice;

typedef struct
{
  char   *text; /* (owned) (nullable) */
  double  number;
} Value;

struct _WfVectorLayer
{
  char      *name;     /* (owned) (nullable) */
  guint      version;
  guint32    extent;
  GPtrArray *keys;     /* (owned) (element-type utf8) */
  GArray    *values;   /* (owned) (element-type Value) */
  GArray    *features; /* (owned) (element-type Slice) */
};

/* What one tile's features are read into, one after the other. */
typedef struct
{
  GArray *tags;   /* (element-type guint32) */
  GArray *points; /* (element-type gint32) */
  GArray *parts;  /* (element-type guint32) */
} Scratch;

static gboolean
fail (GError     **error,
      const char  *reason)
{
  g_set_error (error, WF_TILES_ERROR, WF_TILES_ERROR_FIELD, "%s", reason);

  return FALSE;
}

static gboolean
fail_large (GError     **error,
            const char  *reason)
{
  g_set_error (error, WF_TILES_ERROR, WF_TILES_ERROR_TOO_LARGE, "%s", reason);

  return FALSE;
}

/* --- the wire ---------------------------------------------------------------------------------------------------- */

static gboolean
read_varint (Reader  *reader,
             guint64 *number)
{
  guint64 value = 0;

  for (int shift = 0; shift < 70; shift += 7)
    {
      if (reader->at == reader->end)
        return FALSE;
      guint8 byte = *reader->at++;
      if (shift == 63 && byte > 1)
        return FALSE;
      value |= (guint64) (byte & 0x7f) << shift;
      if ((byte & 0x80) == 0)
        {
          *number = value;
          return TRUE;
        }
    }

  return FALSE;
}

static gboolean
read_bytes (Reader *reader,
            Slice  *slice)
{
  guint64 size;

  if (!read_varint (reader, &size) || size > (guint64) (reader->end - reader->at))
    return FALSE;
  *slice = (Slice) { reader->at, (gsize) size };
  reader->at += size;

  return TRUE;
}

/* The next field's number and wire type. */
static gboolean
read_key (Reader *reader,
          guint  *field,
          guint  *wire)
{
  guint64 key;

  if (!read_varint (reader, &key) || key >> 3 == 0 || key >> 3 > 0x1fffffff)
    return FALSE;
  *field = (guint) (key >> 3);
  *wire = (guint) (key & 7);

  return TRUE;
}

static gboolean
skip (Reader *reader,
      guint   wire)
{
  guint64 number;
  Slice slice;
  gsize size = wire == WIRE_64 ? 8 : 4;

  switch (wire)
    {
    case WIRE_VARINT:
      return read_varint (reader, &number);
    case WIRE_BYTES:
      return read_bytes (reader, &slice);
    case WIRE_64:
    case WIRE_32:
      if ((gsize) (reader->end - reader->at) < size)
        return FALSE;
      reader->at += size;
      return TRUE;
    default:
      return FALSE;
    }
}

static guint64
little_endian (const guint8 *data,
               gsize         size)
{
  guint64 value = 0;

  for (gsize i = 0; i < size; i++)
    value |= (guint64) data[i] << (8 * i);

  return value;
}

static int64_t
unzigzag (guint64 number)
{
  return (int64_t) (number >> 1) ^ -(int64_t) (number & 1);
}

/* --- a layer ----------------------------------------------------------------------------------------------------- */

static void
clear_value (gpointer data)
{
  g_free (((Value *) data)->text);
}

static void
free_layer (WfVectorLayer *layer)
{
  g_free (layer->name);
  g_ptr_array_unref (layer->keys);
  g_array_unref (layer->values);
  g_array_unref (layer->features);
  g_free (layer);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WfVectorLayer, free_layer)

static char *
take_text (Slice slice)
{
  /* What is no text is no name either, but does not make the tile's shapes wrong. */
  if (memchr (slice.data, 0, slice.size) != NULL || !g_utf8_validate ((const char *) slice.data, (gssize) slice.size, NULL))
    return g_strdup ("");

  return g_strndup ((const char *) slice.data, slice.size);
}

static gboolean
read_value (Slice  slice,
            Value *value)
{
  Reader reader = { slice.data, slice.data + slice.size };
  guint64 number;
  guint field;
  guint wire;
  Slice text;
  float single;
  double twice;
  guint32 bits;

  while (reader.at < reader.end)
    {
      const guint8 *start;

      if (!read_key (&reader, &field, &wire))
        return FALSE;
      start = reader.at;
      if (field == 1 && wire == WIRE_BYTES)
        {
          if (!read_bytes (&reader, &text))
            return FALSE;
          g_free (value->text);
          value->text = take_text (text);
          continue;
        }
      if (field >= 4 && field <= 7 && wire == WIRE_VARINT)
        {
          if (!read_varint (&reader, &number))
            return FALSE;
          value->number = field == 6 ? (double) unzigzag (number) : field == 4 ? (double) (int64_t) number : (double) number;
          continue;
        }
      if (!skip (&reader, wire))
        return FALSE;
      if (field == 2 && wire == WIRE_32)
        {
          bits = (guint32) little_endian (start, 4);
          memcpy (&single, &bits, sizeof single);
          value->number = (double) single;
        }
      else if (field == 3 && wire == WIRE_64)
        {
          number = little_endian (start, 8);
          memcpy (&twice, &number, sizeof twice);
          value->number = twice;
        }
    }

  return TRUE;
}

static gboolean
take_layer_field (WfVectorLayer *layer,
                  Reader        *reader,
                  guint          field,
                  guint          wire,
                  GError       **error)
{
  Value value = { NULL, 0.0 };
  guint64 number;
  Slice slice;

  if (wire == WIRE_VARINT && (field == 5 || field == 15))
    {
      if (!read_varint (reader, &number))
        return fail (error, _("a number in a layer is cut off"));
      if (field == 15)
        layer->version = (guint) MIN (number, G_MAXUINT);
      else if (number == 0 || number > WF_VECTOR_MAX_EXTENT)
        return fail (error, _("the extent of a layer is not 1 to 65536"));
      else
        layer->extent = (guint32) number;
      return TRUE;
    }
  if (wire != WIRE_BYTES || field < 1 || field > 4)
    return skip (reader, wire) || fail (error, _("a field in a layer is cut off"));

  if (!read_bytes (reader, &slice))
    return fail (error, _("a field in a layer says that it is longer than the tile"));
  if (layer->features->len >= WF_VECTOR_MAX_FEATURES || layer->keys->len >= WF_VECTOR_MAX_VALUES
      || layer->values->len >= WF_VECTOR_MAX_VALUES)
    return fail_large (error, _("a layer has too many features"));

  switch (field)
    {
    case 1:
      g_free (layer->name);
      layer->name = take_text (slice);
      return TRUE;
    case 2:
      g_array_append_val (layer->features, slice);
      return TRUE;
    case 3:
      g_ptr_array_add (layer->keys, take_text (slice));
      return TRUE;
    default:
      if (!read_value (slice, &value))
        {
          g_free (value.text);
          return fail (error, _("a value in a layer is cut off"));
        }
      g_array_append_val (layer->values, value);
      return TRUE;
    }
}

static WfVectorLayer *
read_layer (Slice    slice,
            GError **error)
{
  g_autoptr (WfVectorLayer) layer = g_new0 (WfVectorLayer, 1);
  Reader reader = { slice.data, slice.data + slice.size };
  guint field;
  guint wire;

  layer->extent = DEFAULT_EXTENT;
  layer->version = 1;
  layer->keys = g_ptr_array_new_with_free_func (g_free);
  layer->values = g_array_new (FALSE, FALSE, sizeof (Value));
  g_array_set_clear_func (layer->values, clear_value);
  layer->features = g_array_new (FALSE, FALSE, sizeof (Slice));

  while (reader.at < reader.end)
    {
      if (!read_key (&reader, &field, &wire))
        {
          fail (error, _("a layer is cut off"));
          return NULL;
        }
      if (!take_layer_field (layer, &reader, field, wire, error))
        return NULL;
    }
  if (layer->name == NULL || *layer->name == '\0')
    {
      fail (error, _("a layer has no name"));
      return NULL;
    }
  if (layer->version < 1 || layer->version > 2)
    {
      fail (error, _("a layer is of a version that this program does not read"));
      return NULL;
    }

  return g_steal_pointer (&layer);
}

/* --- a feature --------------------------------------------------------------------------------------------------- */

static gboolean
read_packed (Slice   slice,
             GArray *numbers)
{
  Reader reader = { slice.data, slice.data + slice.size };

  while (reader.at < reader.end)
    {
      guint64 number;
      guint32 small;

      if (!read_varint (&reader, &number) || number > G_MAXUINT32)
        return FALSE;
      small = (guint32) number;
      g_array_append_val (numbers, small);
    }

  return TRUE;
}

static gboolean
read_steps (Reader  *reader,
            guint    count,
            gint64   cursor[2],
            gint64   limit,
            GArray  *points)
{
  for (guint i = 0; i < count; i++)
    for (int axis = 0; axis < 2; axis++)
      {
        guint64 number;
        gint32 value;

        if (!read_varint (reader, &number) || number > G_MAXUINT32)
          return FALSE;
        cursor[axis] += unzigzag (number);
        if (cursor[axis] > limit || cursor[axis] < -limit)
          return FALSE;
        value = (gint32) cursor[axis];
        g_array_append_val (points, value);
      }

  return TRUE;
}

/* A part that has too few points for what it is, as tile makers leave behind when they simplify, is dropped. */
static void
close_part (Scratch    *scratch,
            WfMapShape  shape)
{
  guint fewest = shape == WF_MAP_SHAPE_POLYGON ? 3 : shape == WF_MAP_SHAPE_LINE ? 2 : 1;
  guint32 first;

  if (scratch->parts->len == 0)
    return;
  first = g_array_index (scratch->parts, guint32, scratch->parts->len - 1);
  if (scratch->points->len / 2 - first >= fewest)
    return;
  g_array_set_size (scratch->points, first * 2);
  g_array_set_size (scratch->parts, scratch->parts->len - 1);
}

static gboolean
read_geometry (Slice        slice,
               WfMapShape   shape,
               guint32      extent,
               Scratch     *scratch,
               GError     **error)
{
  Reader reader = { slice.data, slice.data + slice.size };
  gint64 limit = (gint64) extent * MAX_AWAY;
  gint64 cursor[2] = { 0, 0 };

  while (reader.at < reader.end)
    {
      guint64 number;

      if (!read_varint (&reader, &number) || number > G_MAXUINT32)
        return fail (error, _("a geometry is cut off"));

      guint command = number & 7;
      guint count = (guint) (number >> 3);
      if (command == CLOSE_PATH && shape == WF_MAP_SHAPE_POLYGON && count == 1)
        continue;
      if ((command != MOVE_TO && command != LINE_TO) || count == 0)
        return fail (error, _("a geometry has a command that there is not"));
      if (command == LINE_TO && (shape == WF_MAP_SHAPE_POINT || scratch->parts->len == 0))
        return fail (error, _("a geometry draws a line before it has begun"));
      /* A step takes two bytes at least, so a count can be believed only that far. */
      if (count > (guint64) (reader.end - reader.at) / 2 || scratch->points->len / 2 + count > WF_VECTOR_MAX_POINTS)
        return fail (error, _("a geometry says that it has more points than there are"));

      if (command == MOVE_TO)
        {
          guint32 first;

          close_part (scratch, shape);
          first = scratch->points->len / 2;
          if (count > 1 && shape != WF_MAP_SHAPE_POINT)
            return fail (error, _("a geometry begins a part with more than one point"));
          if (scratch->parts->len == 0 || shape != WF_MAP_SHAPE_POINT)
            g_array_append_val (scratch->parts, first);
        }
      if (!read_steps (&reader, count, cursor, limit, scratch->points))
        return fail (error, _("a geometry is cut off, or leaves its tile"));
    }
  close_part (scratch, shape);

  return TRUE;
}

static gboolean
read_feature (const WfVectorLayer *layer,
              Slice                slice,
              Scratch             *scratch,
              WfVectorFeature     *feature,
              GError             **error)
{
  Reader reader = { slice.data, slice.data + slice.size };
  Slice tags = { NULL, 0 };
  Slice geometry = { NULL, 0 };
  guint64 type = 0;
  guint field;
  guint wire;

  while (reader.at < reader.end)
    {
      gboolean good;

      if (!read_key (&reader, &field, &wire))
        return fail (error, _("a feature is cut off"));
      if (field == 2 && wire == WIRE_BYTES)
        good = read_bytes (&reader, &tags);
      else if (field == 3 && wire == WIRE_VARINT)
        good = read_varint (&reader, &type);
      else if (field == 4 && wire == WIRE_BYTES)
        good = read_bytes (&reader, &geometry);
      else
        good = skip (&reader, wire);
      if (!good)
        return fail (error, _("a feature is cut off"));
    }

  g_array_set_size (scratch->tags, 0);
  g_array_set_size (scratch->points, 0);
  g_array_set_size (scratch->parts, 0);
  feature->n_parts = 0;
  /* Type 0 is “unknown”, which a reader may leave out. */
  if (type == 0)
    return TRUE;
  if (type > 3)
    return fail (error, _("a feature is neither point, line nor polygon"));
  if (!read_packed (tags, scratch->tags) || scratch->tags->len % 2 != 0)
    return fail (error, _("the tags of a feature are cut off"));
  for (guint i = 0; i < scratch->tags->len; i++)
    if (g_array_index (scratch->tags, guint32, i) >= (i % 2 == 0 ? layer->keys->len : layer->values->len))
      return fail (error, _("a feature has a tag that its layer has not"));
  if (!read_geometry (geometry, (WfMapShape) type, layer->extent, scratch, error))
    return FALSE;

  guint32 end = scratch->points->len / 2;
  guint n_parts = scratch->parts->len;
  g_array_append_val (scratch->parts, end);
  *feature = (WfVectorFeature) {
    layer, (WfMapShape) type, layer->extent,
    (const gint32 *) (gpointer) scratch->points->data, end,
    (const guint32 *) (gpointer) scratch->parts->data, n_parts,
    (const guint32 *) (gpointer) scratch->tags->data, scratch->tags->len,
  };

  return TRUE;
}

static gboolean
read_features (const WfVectorLayer *layer,
               Scratch             *scratch,
               WfVectorFunc         func,
               gpointer             user_data,
               GError             **error)
{
  for (guint i = 0; i < layer->features->len; i++)
    {
      WfVectorFeature feature;

      if (!read_feature (layer, g_array_index (layer->features, Slice, i), scratch, &feature, error))
        {
          /* TRANSLATORS: a place in a vector tile; what is wrong there follows */
          g_prefix_error (error, _("layer “%s”, feature %u: "), layer->name, i);
          return FALSE;
        }
      if (feature.n_parts > 0)
        func (&feature, user_data);
    }

  return TRUE;
}

/**
 * wf_vector_tile_unpack:
 * @bytes: a tile as it lies in a file: mostly packed by gzip, sometimes by zlib, sometimes not at all
 * @error: %WF_TILES_ERROR_TOO_LARGE where it grows beyond %WF_VECTOR_MAX_BYTES, as a bomb does
 *
 * Unpacks a tile, never to more than that. Any thread.
 *
 * Returns: (transfer full): what wf_vector_tile_read() takes, or %NULL
 */
GBytes *
wf_vector_tile_unpack (GBytes  *bytes,
                       GError **error)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (bytes, &size);
  gboolean gzip = size >= 2 && data[0] == 0x1f && data[1] == 0x8b;
  gboolean zlib = size >= 2 && data[0] == 0x78 && (data[0] * 256 + data[1]) % 31 == 0;

  if (!gzip && !zlib)
    return g_bytes_ref (bytes);

  g_autoptr (GZlibDecompressor) unzip =
      g_zlib_decompressor_new (gzip ? G_ZLIB_COMPRESSOR_FORMAT_GZIP : G_ZLIB_COMPRESSOR_FORMAT_ZLIB);
  g_autoptr (GByteArray) out = g_byte_array_sized_new ((guint) MIN (size * 4, WF_VECTOR_MAX_BYTES));
  g_autofree guint8 *buffer = g_malloc (65536);
  GConverterResult result = G_CONVERTER_CONVERTED;
  gsize at = 0;

  while (result != G_CONVERTER_FINISHED)
    {
      gsize taken = 0;
      gsize made = 0;

      result = g_converter_convert (G_CONVERTER (unzip), data + at, size - at, buffer, 65536, G_CONVERTER_INPUT_AT_END, &taken,
                                    &made, NULL);
      if (result == G_CONVERTER_ERROR)
        {
          fail (error, _("tile_data: cannot be unpacked: it is cut off or damaged"));
          return NULL;
        }
      at += taken;
      if (out->len + made > WF_VECTOR_MAX_BYTES)
        {
          fail_large (error, _("tile_data: unpacks to more than 16 MB"));
          return NULL;
        }
      g_byte_array_append (out, buffer, (guint) made);
    }

  return g_byte_array_free_to_bytes (g_steal_pointer (&out));
}

/**
 * wf_vector_tile_read:
 * @data: (array length=size): an unpacked tile, from anywhere
 * @size: its size
 * @wanted: (scope call) (nullable): which layers to read; %NULL for all
 * @func: (scope call): gets each feature, in the order of the tile
 * @user_data: for both
 * @error: the first thing that is wrong, with layer and feature
 *
 * Reads a tile. Whatever the bytes are, it takes no more memory than some times @size. Any thread.
 *
 * Returns: whether all that is wanted could be read; @func may have been called before it fails
 */
gboolean
wf_vector_tile_read (const guint8    *data,
                     gsize            size,
                     WfVectorWanted   wanted,
                     WfVectorFunc     func,
                     gpointer         user_data,
                     GError         **error)
{
  g_autoptr (GArray) tags = g_array_new (FALSE, FALSE, sizeof (guint32));
  g_autoptr (GArray) points = g_array_new (FALSE, FALSE, sizeof (gint32));
  g_autoptr (GArray) parts = g_array_new (FALSE, FALSE, sizeof (guint32));
  Scratch scratch = { tags, points, parts };
  Reader reader = { data, data + size };
  guint n_layers = 0;

  while (reader.at < reader.end)
    {
      guint field;
      guint wire;
      Slice slice;

      if (!read_key (&reader, &field, &wire))
        return fail (error, _("tile_data: is no vector tile, or cut off"));
      if (field != 3 || wire != WIRE_BYTES)
        {
          if (!skip (&reader, wire))
            return fail (error, _("tile_data: is no vector tile, or cut off"));
          continue;
        }
      if (!read_bytes (&reader, &slice))
        return fail (error, _("tile_data: a layer says that it is longer than the tile"));
      if (++n_layers > WF_VECTOR_MAX_LAYERS)
        return fail_large (error, _("tile_data: has too many layers"));

      g_autoptr (WfVectorLayer) layer = read_layer (slice, error);
      if (layer == NULL || ((wanted == NULL || wanted (layer->name, user_data))
                            && !read_features (layer, &scratch, func, user_data, error)))
        {
          g_prefix_error (error, "tile_data: ");
          return FALSE;
        }
    }

  return TRUE;
}

/**
 * wf_vector_layer_get_name:
 * @layer: a layer
 *
 * Returns: what it is called
 */
const char *
wf_vector_layer_get_name (const WfVectorLayer *layer)
{
  return layer->name;
}

static const Value *
find_value (const WfVectorFeature *feature,
            const char            *key)
{
  for (guint i = 0; i + 1 < feature->n_tags; i += 2)
    if (g_str_equal (g_ptr_array_index (feature->layer->keys, feature->tags[i]), key))
      return &g_array_index (feature->layer->values, Value, feature->tags[i + 1]);

  return NULL;
}

/**
 * wf_vector_feature_get_text:
 * @feature: a feature
 * @key: the name of a tag
 *
 * Returns: (nullable): the text, where there is one that is not empty; stays as long as the feature
 */
const char *
wf_vector_feature_get_text (const WfVectorFeature *feature,
                            const char            *key)
{
  const Value *value = find_value (feature, key);

  return value != NULL && value->text != NULL && *value->text != '\0' ? value->text : NULL;
}

/**
 * wf_vector_feature_get_int:
 * @feature: a feature
 * @key: the name of a tag
 * @value: (out): the number, where there is one
 *
 * Returns: whether there is a number, or a text that is one, within ±1,000,000
 */
gboolean
wf_vector_feature_get_int (const WfVectorFeature *feature,
                           const char            *key,
                           int                   *value)
{
  const Value *found = find_value (feature, key);
  gint64 number;

  if (found == NULL)
    return FALSE;
  if (found->text != NULL)
    {
      if (!g_ascii_string_to_signed (found->text, 10, -1000000, 1000000, &number, NULL))
        return FALSE;
      *value = (int) number;
      return TRUE;
    }
  if (!(fabs (found->number) <= 1e6))
    return FALSE;
  *value = (int) found->number;

  return TRUE;
}
