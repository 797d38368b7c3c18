/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-service"

#include "config.h"

#include "wf-ogc-geometry.h"

#include "wf-geo-shape.h"
#include "wf-json-write.h"
#include "wf-plot.h"

#include <string.h>

/* GeoJSON has no circles: this many corners stand for one. */
#define CIRCLE_CORNERS 72

static void
write_place (GString          *out,
             const WfGeoPoint *place)
{
  g_string_append_c (out, '[');
  wf_json_write_double (out, place->lon);
  g_string_append_c (out, ',');
  wf_json_write_double (out, place->lat);
  g_string_append_c (out, ']');
}

static void
write_places (GString          *out,
              const WfGeoPoint *places,
              gsize             n,
              gboolean          backwards)
{
  for (gsize i = 0; i < n; i++)
    {
      if (i > 0)
        g_string_append_c (out, ',');
      write_place (out, &places[backwards ? n - 1 - i : i]);
    }
}

/* Whether a ring goes the way that RFC 7946 wants an outer one to go, which is against the clock. */
static gboolean
goes_against_clock (const WfGeoPoint *ring,
                    gsize             n)
{
  double sum = 0.0;

  for (gsize i = 0, j = n - 1; i < n; j = i++)
    sum += ring[j].lon * ring[i].lat - ring[i].lon * ring[j].lat;

  return sum > 0.0;
}

static void
write_ring (GString          *out,
            const WfGeoPoint *ring,
            gsize             n)
{
  gboolean backwards = !goes_against_clock (ring, n);

  g_string_append (out, "{\"type\":\"Polygon\",\"coordinates\":[[");
  write_places (out, ring, n, backwards);
  g_string_append_c (out, ',');
  write_place (out, &ring[backwards ? n - 1 : 0]);
  g_string_append (out, "]]}");
}

static GArray *
read_points (WfEntity *entity)
{
  g_autoptr (GVariant) list = strcmp (wf_entity_kind (entity), "plot") == 0 ? wf_entity_value (entity, "points") : NULL;

  return wf_geo_unpack_points (list);
}

/**
 * wf_ogc_write_geometry:
 * @out: where to write
 * @entity: a located thing
 * @lon: where it is
 * @lat: where it is
 *
 * Writes a thing's geometry as GeoJSON: of what is drawn on the map its line or area, of everything else its place.
 */
void
wf_ogc_write_geometry (GString  *out,
                       WfEntity *entity,
                       double    lon,
                       double    lat)
{
  g_autoptr (GArray) points = read_points (entity);
  const WfGeoPoint *p = (const WfGeoPoint *) (void *) points->data;
  const WfGeoPoint place = { lon, lat };
  double radius = points->len > 0 ? wf_entity_double (entity, "radius_m", 0) : 0.0;
  WfPlotShape shape = points->len > 0 ? wf_plot_get_shape (wf_entity_string (entity, "type"), points->len, radius) : 0;
  WfGeoPoint ring[CIRCLE_CORNERS];

  if (shape == WF_PLOT_LINE && points->len > 1)
    {
      g_string_append (out, "{\"type\":\"LineString\",\"coordinates\":[");
      write_places (out, p, points->len, FALSE);
      g_string_append (out, "]}");
    }
  else if (shape == WF_PLOT_AREA && points->len > 2)
    write_ring (out, p, points->len);
  else if (shape == WF_PLOT_CIRCLE)
    {
      wf_geo_circle (p[0].lon, p[0].lat, radius, ring, CIRCLE_CORNERS);
      write_ring (out, ring, CIRCLE_CORNERS);
    }
  else
    {
      g_string_append (out, "{\"type\":\"Point\",\"coordinates\":");
      write_place (out, &place);
      g_string_append_c (out, '}');
    }
}
