/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-geo"

#include "config.h"

#include "wf-geo-shape.h"

#include <math.h>

static double
radians (double degrees)
{
  return degrees * (G_PI / 180.0);
}

/**
 * wf_geo_length:
 * @points: (array length=n): a line
 * @n: how many
 *
 * Returns: its length along great circles, metres
 */
double
wf_geo_length (const WfGeoPoint *points,
               gsize             n)
{
  double metres = 0.0;

  for (gsize i = 1; i < n; i++)
    metres += wf_geo_distance (points[i - 1].lon, points[i - 1].lat, points[i].lon, points[i].lat);

  return metres;
}

/**
 * wf_geo_area:
 * @ring: (array length=n): the corners, not closed
 * @n: how many; of fewer than three the area is 0
 *
 * The area on the mean sphere, each edge taken as straight between its ends in longitude and the sine of latitude
 * (Chamberlain and Duquette, “Some algorithms for polygons on a sphere”, JPL 2007, equation 2, in the form with the mean of
 * two sines): right to half a percent for areas of a district's size.
 *
 * Returns: square metres
 */
double
wf_geo_area (const WfGeoPoint *ring,
             gsize             n)
{
  double sum = 0.0;

  for (gsize i = 0, j = n - 1; n >= 3 && i < n; j = i++)
    sum += radians (ring[i].lon - ring[j].lon) * (2.0 + sin (radians (ring[j].lat)) + sin (radians (ring[i].lat)));

  return fabs (sum) * WF_GEO_EARTH_RADIUS * WF_GEO_EARTH_RADIUS / 2.0;
}

/**
 * wf_geo_middle:
 * @points: (array length=n): places
 * @n: how many, one at least
 * @lon: (out): the middle
 * @lat: (out): the middle
 *
 * The middle of the box around them.
 */
void
wf_geo_middle (const WfGeoPoint *points,
               gsize             n,
               double           *lon,
               double           *lat)
{
  WfGeoBox box;

  wf_geo_box_around (points, n, &box);
  *lon = (box.min_lon + box.max_lon) / 2.0;
  *lat = (box.min_lat + box.max_lat) / 2.0;
}

/* On which side of the line from a to b the point c lies: positive left, negative right, 0 on it. */
static double
side (const WfGeoPoint *a,
      const WfGeoPoint *b,
      const WfGeoPoint *c)
{
  return (b->lon - a->lon) * (c->lat - a->lat) - (b->lat - a->lat) * (c->lon - a->lon);
}

static gboolean
is_zero (double value)
{
  return fpclassify (value) == FP_ZERO;
}

static gboolean
is_between (const WfGeoPoint *a,
            const WfGeoPoint *b,
            const WfGeoPoint *c)
{
  return c->lon >= MIN (a->lon, b->lon) && c->lon <= MAX (a->lon, b->lon) && c->lat >= MIN (a->lat, b->lat) &&
         c->lat <= MAX (a->lat, b->lat);
}

/* Whether two edges have a point in common, touching counted. */
static gboolean
edges_meet (const WfGeoPoint *a,
            const WfGeoPoint *b,
            const WfGeoPoint *c,
            const WfGeoPoint *d)
{
  double abc = side (a, b, c);
  double abd = side (a, b, d);
  double cda = side (c, d, a);
  double cdb = side (c, d, b);

  if (((abc > 0.0 && abd < 0.0) || (abc < 0.0 && abd > 0.0)) && ((cda > 0.0 && cdb < 0.0) || (cda < 0.0 && cdb > 0.0)))
    return TRUE;

  return (is_zero (abc) && is_between (a, b, c)) || (is_zero (abd) && is_between (a, b, d)) ||
         (is_zero (cda) && is_between (c, d, a)) || (is_zero (cdb) && is_between (c, d, b));
}

/* Edges that follow each other share a corner; they are wrong only where one runs back over the other. */
static gboolean
runs_back (const WfGeoPoint *a,
           const WfGeoPoint *b,
           const WfGeoPoint *c)
{
  return is_zero (side (a, b, c)) &&
         (a->lon - b->lon) * (c->lon - b->lon) + (a->lat - b->lat) * (c->lat - b->lat) > 0.0;
}

/**
 * wf_geo_ring_crosses:
 * @ring: (array length=n): the corners, not closed, no two neighbours alike
 * @n: how many, three at least
 * @a: (out) (optional): the corner where the first of two edges begins, from 0
 * @b: (out) (optional): where the second does
 *
 * Says whether an area's edge crosses or touches itself, so that what is inside is not clear. On the plane of longitude and
 * latitude; time grows with the square of @n.
 *
 * Returns: whether it does
 */
gboolean
wf_geo_ring_crosses (const WfGeoPoint *ring,
                     gsize             n,
                     gsize            *a,
                     gsize            *b)
{
  for (gsize i = 0; i < n; i++)
    for (gsize j = i + 1; j < n; j++)
      {
        const WfGeoPoint *from = &ring[i], *to = &ring[(i + 1) % n];
        const WfGeoPoint *other_from = &ring[j], *other_to = &ring[(j + 1) % n];
        gboolean wrong;

        if (j == i + 1)
          wrong = runs_back (from, to, other_to);
        else if ((j + 1) % n == i)
          wrong = runs_back (other_from, from, to);
        else
          wrong = edges_meet (from, to, other_from, other_to);
        if (!wrong)
          continue;

        if (a != NULL)
          *a = i;
        if (b != NULL)
          *b = j;
        return TRUE;
      }

  return FALSE;
}

/**
 * wf_geo_spans_antimeridian:
 * @points: (array length=n): a line or a ring
 * @n: how many
 * @closed: whether the last is joined with the first
 *
 * Returns: whether two neighbours lie more than half the world apart in longitude, which means the way across 180° was meant
 */
gboolean
wf_geo_spans_antimeridian (const WfGeoPoint *points,
                           gsize             n,
                           gboolean          closed)
{
  for (gsize i = 1; i < n; i++)
    if (fabs (points[i].lon - points[i - 1].lon) > 180.0)
      return TRUE;

  return closed && n > 1 && fabs (points[n - 1].lon - points[0].lon) > 180.0;
}

/**
 * wf_geo_circle:
 * @lon: the middle
 * @lat: the middle
 * @metres: the radius
 * @ring: (array length=n) (out caller-allocates): its corners, clockwise from north
 * @n: how many
 *
 * Makes a ring of a circle.
 */
void
wf_geo_circle (double      lon,
               double      lat,
               double      metres,
               WfGeoPoint *ring,
               gsize       n)
{
  for (gsize i = 0; i < n; i++)
    wf_geo_destination (lon, lat, 360.0 * (double) i / (double) n, metres, &ring[i].lon, &ring[i].lat);
}

/**
 * wf_geo_box_around:
 * @points: (array length=n): places
 * @n: how many, one at least
 * @box: (out): the smallest box that has them all
 *
 * Finds the box around places that do not lie across the antimeridian.
 */
void
wf_geo_box_around (const WfGeoPoint *points,
                   gsize             n,
                   WfGeoBox         *box)
{
  g_return_if_fail (points != NULL && n > 0);

  *box = (WfGeoBox) { points[0].lon, points[0].lat, points[0].lon, points[0].lat };
  for (gsize i = 1; i < n; i++)
    {
      box->min_lon = MIN (box->min_lon, points[i].lon);
      box->min_lat = MIN (box->min_lat, points[i].lat);
      box->max_lon = MAX (box->max_lon, points[i].lon);
      box->max_lat = MAX (box->max_lat, points[i].lat);
    }
}

/**
 * wf_geo_format_area:
 * @square_metres: an area
 *
 * Returns: (transfer full): it in m², ha or km², three figures
 */
char *
wf_geo_format_area (double square_metres)
{
  if (square_metres < 9995.0)
    return g_strdup_printf ("%.0f m²", square_metres);
  if (square_metres < 9995000.0)
    return g_strdup_printf (square_metres < 99950.0 ? "%.2f ha" : square_metres < 999500.0 ? "%.1f ha" : "%.0f ha",
                            square_metres / 10000.0);

  return g_strdup_printf (square_metres < 99950000.0 ? "%.1f km²" : "%.0f km²", square_metres / 1000000.0);
}

/**
 * wf_geo_unpack_points:
 * @list: (nullable): a(dd), as dictionaries have points
 *
 * Returns: (transfer full) (element-type WfGeoPoint): the points; none where there is no list
 */
GArray *
wf_geo_unpack_points (GVariant *list)
{
  GArray *points = g_array_new (FALSE, FALSE, sizeof (WfGeoPoint));
  WfGeoPoint point;
  GVariantIter iter;

  if (list == NULL)
    return points;

  g_variant_iter_init (&iter, list);
  while (g_variant_iter_next (&iter, "(dd)", &point.lon, &point.lat))
    g_array_append_val (points, point);

  return points;
}

/**
 * wf_geo_pack_points:
 * @points: (element-type WfGeoPoint): points
 *
 * Returns: (transfer full): the same as a(dd)
 */
GVariant *
wf_geo_pack_points (const GArray *points)
{
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("a(dd)"));
  for (guint i = 0; i < points->len; i++)
    g_variant_builder_add (&builder, "(dd)", g_array_index (points, WfGeoPoint, i).lon,
                           g_array_index (points, WfGeoPoint, i).lat);

  return g_variant_ref_sink (g_variant_builder_end (&builder));
}
