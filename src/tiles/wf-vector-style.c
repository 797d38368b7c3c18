/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-tiles"

#include "config.h"

#include "wf-vector-style.h"

#define POINT   (1 << WF_MAP_SHAPE_POINT)
#define LINE    (1 << WF_MAP_SHAPE_LINE)
#define POLYGON (1 << WF_MAP_SHAPE_POLYGON)

/* What is left out. */
#define NOTHING 0, 0, 0, 0, 0, 0

typedef struct
{
  const char  *layer;
  const char  *value;  /* (nullable) of the tag “class”, of boundaries “admin_level”; NULL for any */
  guint        shapes;
  WfVectorLook look;
} Row;

/* The layers of the OpenMapTiles schema (https://openmaptiles.org/schema/), in the classes of our own map. The rows of a layer
 * stand together, and the first that fits counts. Borders of countries, and names of countries, continents and seas are left out
 * whatever the file says: a map that is shown in China takes them from approved data (see doc/map-packs.md). */
static const Row rows[] = {
  { "water", NULL, POLYGON, { WF_MAP_CLASS_WATER, 0, 0, 0, 0, 0 } },

  { "waterway", "river", LINE, { WF_MAP_CLASS_RIVER, 0, 0, WF_MAP_CLASS_PLACE_WATER, 11, 640 } },
  { "waterway", "canal", LINE, { WF_MAP_CLASS_STREAM, 0, 0, WF_MAP_CLASS_PLACE_WATER, 13, 660 } },
  { "waterway", "stream", LINE, { WF_MAP_CLASS_STREAM, 13, 1, WF_MAP_CLASS_PLACE_WATER, 15, 680 } },
  { "waterway", NULL, LINE, { WF_MAP_CLASS_STREAM, 14, 2, WF_MAP_CLASS_PLACE_WATER, 16, 690 } },

  { "landcover", "wood", POLYGON, { WF_MAP_CLASS_GREEN, 0, 0, 0, 0, 0 } },
  { "landcover", "forest", POLYGON, { WF_MAP_CLASS_GREEN, 0, 0, 0, 0, 0 } },
  { "landcover", "grass", POLYGON, { WF_MAP_CLASS_GREEN, 9, 1, 0, 0, 0 } },
  { "landcover", "wetland", POLYGON, { WF_MAP_CLASS_GREEN, 9, 1, 0, 0, 0 } },
  { "park", NULL, POLYGON, { WF_MAP_CLASS_GREEN, 10, 2, 0, 0, 0 } },
  { "park", NULL, POINT, { 0, 0, 0, WF_MAP_CLASS_PLACE_SPOT, 13, 780 } },

  { "landuse", "industrial", POLYGON, { WF_MAP_CLASS_INDUSTRY, 9, 0, 0, 0, 0 } },
  { "landuse", "quarry", POLYGON, { WF_MAP_CLASS_INDUSTRY, 9, 0, 0, 0, 0 } },
  { "landuse", "railway", POLYGON, { WF_MAP_CLASS_INDUSTRY, 12, 0, 0, 0, 0 } },
  { "landuse", "cemetery", POLYGON, { WF_MAP_CLASS_GREEN, 12, 0, 0, 0, 0 } },
  { "landuse", "pitch", POLYGON, { WF_MAP_CLASS_GREEN, 14, 3, 0, 0, 0 } },
  { "landuse", "playground", POLYGON, { WF_MAP_CLASS_GREEN, 14, 3, 0, 0, 0 } },
  { "landuse", "zoo", POLYGON, { WF_MAP_CLASS_GREEN, 12, 0, 0, 0, 0 } },
  { "landuse", "theme_park", POLYGON, { WF_MAP_CLASS_GREEN, 12, 0, 0, 0, 0 } },
  { "landuse", "dam", POLYGON | LINE, { WF_MAP_CLASS_LEVEE, 12, 0, 0, 0, 0 } },
  { "landuse", NULL, POLYGON, { WF_MAP_CLASS_QUARTER, 4, 0, 0, 0, 0 } },

  { "aeroway", NULL, POLYGON | LINE, { WF_MAP_CLASS_AEROWAY, 11, 0, 0, 0, 0 } },
  { "building", NULL, POLYGON, { WF_MAP_CLASS_BUILDING, 14, 0, 0, 0, 0 } },

  { "transportation", "motorway", LINE, { WF_MAP_CLASS_ROAD_EXPRESS, 0, 0, 0, 0, 0 } },
  { "transportation", "trunk", LINE, { WF_MAP_CLASS_ROAD_EXPRESS, 0, 0, 0, 0, 0 } },
  { "transportation", "primary", LINE, { WF_MAP_CLASS_ROAD_ARTERIAL, 0, 0, 0, 0, 0 } },
  { "transportation", "secondary", LINE, { WF_MAP_CLASS_ROAD_ARTERIAL, 8, 0, 0, 0, 0 } },
  { "transportation", "tertiary", LINE, { WF_MAP_CLASS_ROAD_STREET, 10, 0, 0, 0, 0 } },
  { "transportation", "minor", LINE, { WF_MAP_CLASS_ROAD_STREET, 13, 0, 0, 0, 0 } },
  { "transportation", "busway", LINE, { WF_MAP_CLASS_ROAD_STREET, 12, 0, 0, 0, 0 } },
  { "transportation", "service", LINE, { WF_MAP_CLASS_ROAD_LANE, 14, 0, 0, 0, 0 } },
  { "transportation", "track", LINE, { WF_MAP_CLASS_ROAD_LANE, 14, 0, 0, 0, 0 } },
  { "transportation", "path", LINE, { WF_MAP_CLASS_ROAD_LANE, 15, 0, 0, 0, 0 } },
  { "transportation", "raceway", LINE, { WF_MAP_CLASS_ROAD_LANE, 14, 0, 0, 0, 0 } },
  { "transportation", "rail", LINE, { WF_MAP_CLASS_RAILWAY, 8, 0, 0, 0, 0 } },
  { "transportation", "transit", LINE, { WF_MAP_CLASS_RAILWAY, 12, 0, 0, 0, 0 } },

  { "boundary", "3", LINE, { WF_MAP_CLASS_DIVISION, 3, 0, 0, 0, 0 } },
  { "boundary", "4", LINE, { WF_MAP_CLASS_DIVISION, 3, 0, 0, 0, 0 } },
  { "boundary", "5", LINE, { WF_MAP_CLASS_DIVISION, 6, 1, 0, 0, 0 } },
  { "boundary", "6", LINE, { WF_MAP_CLASS_DIVISION, 8, 2, 0, 0, 0 } },
  { "boundary", "7", LINE, { WF_MAP_CLASS_DIVISION, 11, 3, 0, 0, 0 } },
  { "boundary", "8", LINE, { WF_MAP_CLASS_DIVISION, 11, 3, 0, 0, 0 } },

  { "place", "continent", POINT, { NOTHING } },
  { "place", "country", POINT, { NOTHING } },
  { "place", "state", POINT, { 0, 0, 0, WF_MAP_CLASS_PLACE_CITY, 4, 60 } },
  { "place", "province", POINT, { 0, 0, 0, WF_MAP_CLASS_PLACE_CITY, 4, 60 } },
  { "place", "city", POINT, { 0, 0, 0, WF_MAP_CLASS_PLACE_CITY, 4, 100 } },
  { "place", "town", POINT, { 0, 0, 0, WF_MAP_CLASS_PLACE_COUNTY, 8, 200 } },
  { "place", "village", POINT, { 0, 0, 0, WF_MAP_CLASS_PLACE_TOWN, 10, 300 } },
  { "place", "suburb", POINT, { 0, 0, 0, WF_MAP_CLASS_PLACE_QUARTER, 11, 500 } },
  { "place", "quarter", POINT, { 0, 0, 0, WF_MAP_CLASS_PLACE_QUARTER, 13, 520 } },
  { "place", "neighbourhood", POINT, { 0, 0, 0, WF_MAP_CLASS_PLACE_QUARTER, 14, 540 } },
  { "place", "island", POINT, { 0, 0, 0, WF_MAP_CLASS_PLACE_SPOT, 10, 600 } },
  { "place", NULL, POINT, { 0, 0, 0, WF_MAP_CLASS_PLACE_VILLAGE, 13, 400 } },

  { "water_name", "ocean", POINT | LINE, { NOTHING } },
  { "water_name", "sea", POINT | LINE, { NOTHING } },
  { "water_name", "strait", POINT | LINE, { NOTHING } },
  { "water_name", NULL, POINT | LINE, { 0, 0, 0, WF_MAP_CLASS_PLACE_WATER, 8, 600 } },

  { "transportation_name", "motorway", LINE, { 0, 0, 0, WF_MAP_CLASS_PLACE_ROAD, 11, 710 } },
  { "transportation_name", "trunk", LINE, { 0, 0, 0, WF_MAP_CLASS_PLACE_ROAD, 12, 710 } },
  { "transportation_name", "primary", LINE, { 0, 0, 0, WF_MAP_CLASS_PLACE_ROAD, 13, 720 } },
  { "transportation_name", "secondary", LINE, { 0, 0, 0, WF_MAP_CLASS_PLACE_ROAD, 13, 730 } },
  { "transportation_name", "tertiary", LINE, { 0, 0, 0, WF_MAP_CLASS_PLACE_ROAD, 14, 740 } },
  { "transportation_name", "minor", LINE, { 0, 0, 0, WF_MAP_CLASS_PLACE_ROAD, 15, 750 } },
  { "transportation_name", NULL, LINE, { 0, 0, 0, WF_MAP_CLASS_PLACE_ROAD, 16, 760 } },

  { "aerodrome_label", NULL, POINT, { 0, 0, 0, WF_MAP_CLASS_PLACE_SPOT, 11, 610 } },
  { "mountain_peak", NULL, POINT, { 0, 0, 0, WF_MAP_CLASS_PLACE_SPOT, 13, 770 } },

  /* Where help comes from, and where people are, before shops. */
  { "poi", "hospital", POINT, { 0, 0, 0, WF_MAP_CLASS_PLACE_SPOT, 14, 800 } },
  { "poi", "fire_station", POINT, { 0, 0, 0, WF_MAP_CLASS_PLACE_SPOT, 14, 800 } },
  { "poi", "police", POINT, { 0, 0, 0, WF_MAP_CLASS_PLACE_SPOT, 14, 800 } },
  { "poi", "railway", POINT, { 0, 0, 0, WF_MAP_CLASS_PLACE_SPOT, 14, 800 } },
  { "poi", "town_hall", POINT, { 0, 0, 0, WF_MAP_CLASS_PLACE_SPOT, 15, 810 } },
  { "poi", "school", POINT, { 0, 0, 0, WF_MAP_CLASS_PLACE_SPOT, 15, 810 } },
  { "poi", "college", POINT, { 0, 0, 0, WF_MAP_CLASS_PLACE_SPOT, 15, 810 } },
  { "poi", "stadium", POINT, { 0, 0, 0, WF_MAP_CLASS_PLACE_SPOT, 15, 810 } },
  { "poi", "fuel", POINT, { 0, 0, 0, WF_MAP_CLASS_PLACE_SPOT, 16, 820 } },
  { "poi", NULL, POINT, { 0, 0, 0, WF_MAP_CLASS_PLACE_SPOT, 17, 830 } },

  { "housenumber", NULL, POINT, { 0, 0, 0, WF_MAP_CLASS_PLACE_NUMBER, 18, 950 } },
};

/* In one layer, so much more counts a higher rank of its own. */
#define MOST_RANK 25

/**
 * wf_vector_style_wants:
 * @layer: the name of a layer
 * @found: (out): for wf_vector_style_find(), for all features of that layer
 *
 * Returns: whether anything of it is shown
 */
gboolean
wf_vector_style_wants (const char   *layer,
                       WfVectorRows *found)
{
  gsize i = 0;

  while (i < G_N_ELEMENTS (rows) && !g_str_equal (rows[i].layer, layer))
    i++;
  found->first = i;
  while (i < G_N_ELEMENTS (rows) && g_str_equal (rows[i].layer, layer))
    i++;
  found->end = i;

  return found->end > found->first;
}

static gboolean
is_set (const WfVectorFeature *feature,
        const char            *key)
{
  int value;

  return wf_vector_feature_get_int (feature, key, &value) && value != 0;
}

static gboolean
is_hidden (const WfVectorFeature *feature,
           const char            *layer)
{
  const char *brunnel;

  if (g_str_equal (layer, "boundary"))
    return is_set (feature, "maritime") || is_set (feature, "disputed");
  if (!g_str_equal (layer, "water") && !g_str_equal (layer, "waterway") && !g_str_equal (layer, "transportation"))
    return FALSE;

  /* What runs under the ground: a pipe, a metro. A road in a tunnel is still a way to drive. */
  brunnel = wf_vector_feature_get_text (feature, "brunnel");
  if (g_strcmp0 (brunnel, "tunnel") != 0)
    return FALSE;
  if (!g_str_equal (layer, "transportation"))
    return TRUE;

  const char *value = wf_vector_feature_get_text (feature, "class");

  return g_strcmp0 (value, "rail") == 0 || g_strcmp0 (value, "transit") == 0;
}

/* “motorway_construction” is not yet one. */
static gboolean
fits (const Row             *row,
      const WfVectorFeature *feature,
      const char            *value)
{
  return (row->shapes & 1u << feature->shape) != 0 && (row->value == NULL || g_strcmp0 (row->value, value) == 0);
}

/**
 * wf_vector_style_find:
 * @feature: a feature
 * @of_layer: what wf_vector_style_wants() found for its layer
 * @look: (out): how it appears
 *
 * Returns: whether it appears at all
 */
gboolean
wf_vector_style_find (const WfVectorFeature *feature,
                      WfVectorRows           of_layer,
                      WfVectorLook          *look)
{
  const char *layer = wf_vector_layer_get_name (feature->layer);
  g_autofree char *level = NULL;
  const char *value;
  int number;

  if (is_hidden (feature, layer))
    return FALSE;
  value = wf_vector_feature_get_text (feature, "class");
  if (g_str_equal (layer, "boundary"))
    {
      if (!wf_vector_feature_get_int (feature, "admin_level", &number))
        return FALSE;
      value = level = g_strdup_printf ("%d", number);
    }

  for (gsize i = of_layer.first; i < of_layer.end; i++)
    if (fits (&rows[i], feature, value))
      {
        *look = rows[i].look;
        if (look->name_class != 0 && wf_vector_feature_get_int (feature, "rank", &number))
          look->name_rank += CLAMP (number, 0, MOST_RANK);
        if (look->name_class == WF_MAP_CLASS_PLACE_CITY && wf_vector_feature_get_int (feature, "capital", &number) && number > 0)
          look->name_rank -= 40;
        return look->map_class != 0 || look->name_class != 0;
      }

  return FALSE;
}

static const char *
first_of (const WfVectorFeature *feature,
          const char *const     *keys)
{
  const char *text = NULL;

  for (gsize i = 0; keys[i] != NULL && text == NULL; i++)
    text = wf_vector_feature_get_text (feature, keys[i]);

  return text;
}

/**
 * wf_vector_style_get_name:
 * @feature: a feature
 *
 * Returns: (nullable): what it is called in Chinese, or else where it lies; stays as long as the feature
 */
const char *
wf_vector_style_get_name (const WfVectorFeature *feature)
{
  static const char *const keys[] = { "name:zh-Hans", "name:zh", "name_zh", "name", "name:nonlatin", "housenumber", NULL };

  return first_of (feature, keys);
}

/**
 * wf_vector_style_get_latin:
 * @feature: a feature
 *
 * Returns: (nullable): what it is called in English, or else in Latin letters, or a road's number
 */
const char *
wf_vector_style_get_latin (const WfVectorFeature *feature)
{
  static const char *const keys[] = { "name:en", "name_en", "name:latin", "ref", NULL };

  return first_of (feature, keys);
}
