/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-tiles"

#include "config.h"

#include "wf-map-feature.h"

#include "wf-tiles-error.h"

#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

#define BLOB_VERSION 1
#define UNITS        1e6

typedef struct
{
  const guint8 *at;
  const guint8 *end;
} Reader;

G_DEFINE_QUARK (wf-tiles-error-quark, wf_tiles_error)

static gboolean
fail (GError     **error,
      const char  *reason)
{
  g_set_error (error, WF_TILES_ERROR, WF_TILES_ERROR_FIELD, _("geometry: %s"), reason);
  return FALSE;
}

static gboolean
read_number (Reader  *reader,
             guint64 *number)
{
  guint64 value = 0;

  for (int shift = 0; shift <= 56; shift += 7)
    {
      if (reader->at == reader->end)
        return FALSE;
      guint8 byte = *reader->at++;
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
read_difference (Reader  *reader,
                 int64_t *difference)
{
  guint64 number;

  if (!read_number (reader, &number))
    return FALSE;
  *difference = (int64_t) (number >> 1) ^ -(int64_t) (number & 1);

  return TRUE;
}

static guint
fewest_points (WfMapShape shape)
{
  return shape == WF_MAP_SHAPE_POLYGON ? 3 : shape == WF_MAP_SHAPE_LINE ? 2 : 1;
}

static gboolean
read_part (Reader   *reader,
           GArray   *points,
           guint     count,
           GError  **error)
{
  int64_t lon = 0;
  int64_t lat = 0;

  for (guint i = 0; i < count; i++)
    {
      int64_t d_lon;
      int64_t d_lat;

      if (!read_difference (reader, &d_lon) || !read_difference (reader, &d_lat))
        return fail (error, _("ends in the middle of a point"));
      /* No sum of two such numbers overflows, since each sum is checked before the next. */
      if (ABS (d_lon) > 360000000 || ABS (d_lat) > 360000000)
        return fail (error, _("a step between points is too long"));
      lon += d_lon;
      lat += d_lat;
      if (ABS (lon) > 180000000 || ABS (lat) > 90000000)
        return fail (error, _("a point is outside of ±180°, ±90°"));

      double point[2] = { (double) lon / UNITS, (double) lat / UNITS };
      g_array_append_vals (points, point, 2);
    }

  return TRUE;
}

static gboolean
read_parts (Reader        *reader,
            WfMapGeometry *geometry,
            GArray        *points,
            GError       **error)
{
  for (guint part = 0; part < geometry->n_parts; part++)
    {
      guint64 count;

      if (!read_number (reader, &count))
        return fail (error, _("ends before a part's count of points"));
      if (count < fewest_points (geometry->shape))
        return fail (error, _("a part has too few points"));
      /* A point takes two bytes at least, so a count can be believed only that far. */
      if (count > WF_MAP_MAX_POINTS - points->len / 2 || count > (guint64) (reader->end - reader->at) / 2)
        return fail (error, _("a part says that it has more points than there are"));

      geometry->parts[part] = points->len / 2;
      if (!read_part (reader, points, (guint) count, error))
        return FALSE;
    }
  geometry->parts[geometry->n_parts] = points->len / 2;

  if (reader->at != reader->end)
    return fail (error, _("has bytes after its end"));

  return TRUE;
}

static void
append_number (GByteArray *bytes,
               guint64     number)
{
  do
    {
      guint8 byte = number & 0x7f;
      number >>= 7;
      if (number != 0)
        byte |= 0x80;
      g_byte_array_append (bytes, &byte, 1);
    }
  while (number != 0);
}

static void
append_difference (GByteArray *bytes,
                   int64_t     difference)
{
  append_number (bytes, (guint64) difference << 1 ^ (guint64) (difference >> 63));
}

/**
 * wf_map_class_is_known:
 * @map_class: a number of a file
 *
 * Returns: whether it is a #WfMapClass
 */
gboolean
wf_map_class_is_known (int map_class)
{
  return (map_class >= WF_MAP_CLASS_LAND && map_class <= WF_MAP_CLASS_AEROWAY)
         || (map_class >= WF_MAP_CLASS_ROAD_EXPRESS && map_class <= WF_MAP_CLASS_RAILWAY)
         || wf_map_class_is_place (map_class);
}

/**
 * wf_map_class_is_place:
 * @map_class: a class
 *
 * Returns: whether such features are shown as a name
 */
gboolean
wf_map_class_is_place (int map_class)
{
  return map_class >= WF_MAP_CLASS_PLACE_CAPITAL && map_class <= WF_MAP_CLASS_PLACE_NUMBER;
}

/**
 * wf_map_class_is_road:
 * @map_class: a class
 *
 * Returns: whether such features can be driven on
 */
gboolean
wf_map_class_is_road (int map_class)
{
  return map_class >= WF_MAP_CLASS_ROAD_EXPRESS && map_class <= WF_MAP_CLASS_ROAD_LANE;
}

/**
 * wf_map_geometry_new:
 * @shape: what it is
 * @points: lon, lat, lon, lat …
 * @part_lengths: (array length=n_parts): how many points each part has
 * @n_parts: how many parts there are
 *
 * Returns: (transfer full): a geometry with a copy of the points
 */
WfMapGeometry *
wf_map_geometry_new (WfMapShape     shape,
                     const double  *points,
                     const guint32 *part_lengths,
                     guint          n_parts)
{
  WfMapGeometry *geometry = g_new0 (WfMapGeometry, 1);

  geometry->shape = shape;
  geometry->n_parts = n_parts;
  geometry->parts = g_new (guint32, n_parts + 1);
  for (guint i = 0; i < n_parts; i++)
    {
      geometry->parts[i] = geometry->n_points;
      geometry->n_points += part_lengths[i];
    }
  geometry->parts[n_parts] = geometry->n_points;
  geometry->points = g_memdup2 (points, (gsize) geometry->n_points * 2 * sizeof (double));

  return geometry;
}

/**
 * wf_map_geometry_free:
 * @geometry: (nullable) (transfer full): a geometry
 *
 * Frees a geometry.
 */
void
wf_map_geometry_free (WfMapGeometry *geometry)
{
  if (geometry == NULL)
    return;

  g_free (geometry->parts);
  g_free (geometry->points);
  g_free (geometry);
}

/**
 * wf_map_geometry_from_blob:
 * @data: (array length=size): a blob, from anywhere
 * @size: its size
 * @error: what is wrong with it
 *
 * Reads a geometry. Whatever the bytes are, it takes no more memory than some times @size.
 *
 * Returns: (transfer full): the geometry, or %NULL
 */
WfMapGeometry *
wf_map_geometry_from_blob (const guint8  *data,
                           gsize          size,
                           GError       **error)
{
  Reader reader = { data, data + size };
  guint64 n_parts;

  if (size < 3 || size > WF_MAP_MAX_BLOB)
    {
      fail (error, size < 3 ? _("is empty") : _("is larger than 8 MB"));
      return NULL;
    }
  if (data[0] != BLOB_VERSION)
    {
      fail (error, _("is of a version that this program does not know"));
      return NULL;
    }
  if (data[1] < WF_MAP_SHAPE_POINT || data[1] > WF_MAP_SHAPE_POLYGON)
    {
      fail (error, _("is of an unknown shape"));
      return NULL;
    }

  reader.at += 2;
  if (!read_number (&reader, &n_parts) || n_parts == 0 || n_parts > WF_MAP_MAX_PARTS
      || n_parts > (guint64) (reader.end - reader.at))
    {
      fail (error, _("has an impossible count of parts"));
      return NULL;
    }

  g_autoptr (WfMapGeometry) geometry = g_new0 (WfMapGeometry, 1);
  g_autoptr (GArray) points = g_array_sized_new (FALSE, FALSE, sizeof (double), (guint) (size & ~(gsize) 1));
  geometry->shape = data[1];
  geometry->n_parts = (guint) n_parts;
  geometry->parts = g_new0 (guint32, geometry->n_parts + 1);
  if (!read_parts (&reader, geometry, points, error))
    return NULL;

  geometry->n_points = points->len / 2;
  geometry->points = g_memdup2 (points->data, (gsize) points->len * sizeof (double));

  return g_steal_pointer (&geometry);
}

/**
 * wf_map_geometry_to_blob:
 * @geometry: a geometry
 *
 * Returns: (transfer full): its blob
 */
GBytes *
wf_map_geometry_to_blob (const WfMapGeometry *geometry)
{
  GByteArray *bytes = g_byte_array_new ();
  guint8 head[2] = { BLOB_VERSION, (guint8) geometry->shape };

  g_byte_array_append (bytes, head, sizeof head);
  append_number (bytes, geometry->n_parts);
  for (guint part = 0; part < geometry->n_parts; part++)
    {
      int64_t lon = 0;
      int64_t lat = 0;

      append_number (bytes, geometry->parts[part + 1] - geometry->parts[part]);
      for (guint32 i = geometry->parts[part]; i < geometry->parts[part + 1]; i++)
        {
          int64_t to_lon = llround (geometry->points[2 * i] * UNITS);
          int64_t to_lat = llround (geometry->points[2 * i + 1] * UNITS);

          append_difference (bytes, to_lon - lon);
          append_difference (bytes, to_lat - lat);
          lon = to_lon;
          lat = to_lat;
        }
    }

  return g_byte_array_free_to_bytes (bytes);
}
