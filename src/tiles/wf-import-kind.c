/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-tiles"

#include "config.h"

#include "wf-import-kind.h"

#include <glib/gi18n.h>
#include <string.h>

static const WfImportKind kinds[] = {
  { "district", NC_ ("map layer", "Own district (veils what lies outside)"),
    WF_MAP_CLASS_BOUNDARY, WF_MAP_CLASS_BOUNDARY, WF_MAP_CLASS_PLACE_COUNTY, 0, 3, 7, 190, TRUE },
  { "division", NC_ ("map layer", "Divisions"),
    WF_MAP_CLASS_DIVISION, WF_MAP_CLASS_DIVISION, WF_MAP_CLASS_PLACE_COUNTY, 0, 3, 8, 210, TRUE },
  { "town", NC_ ("map layer", "Towns and townships"),
    WF_MAP_CLASS_DIVISION, WF_MAP_CLASS_DIVISION, WF_MAP_CLASS_PLACE_TOWN, 0, 8, 10, 300, TRUE },
  { "village", NC_ ("map layer", "Villages"),
    WF_MAP_CLASS_QUARTER, 0, WF_MAP_CLASS_PLACE_VILLAGE, 0, 11, 12, 400, FALSE },
  { "place", NC_ ("map layer", "Places"),
    0, 0, WF_MAP_CLASS_PLACE_SPOT, 0, 14, 14, 800, FALSE },
  { "express", NC_ ("map layer", "Expressways"),
    0, WF_MAP_CLASS_ROAD_EXPRESS, 0, WF_MAP_CLASS_PLACE_ROAD, 5, 11, 710, TRUE },
  { "arterial", NC_ ("map layer", "Main roads"),
    0, WF_MAP_CLASS_ROAD_ARTERIAL, 0, WF_MAP_CLASS_PLACE_ROAD, 7, 13, 720, TRUE },
  { "street", NC_ ("map layer", "Streets"),
    0, WF_MAP_CLASS_ROAD_STREET, 0, WF_MAP_CLASS_PLACE_ROAD, 12, 15, 750, FALSE },
  { "lane", NC_ ("map layer", "Lanes and tracks"),
    0, WF_MAP_CLASS_ROAD_LANE, 0, WF_MAP_CLASS_PLACE_ROAD, 14, 16, 760, FALSE },
  { "railway", NC_ ("map layer", "Railways"),
    0, WF_MAP_CLASS_RAILWAY, 0, WF_MAP_CLASS_PLACE_ROAD, 7, 14, 740, TRUE },
  { "water", NC_ ("map layer", "Water"),
    WF_MAP_CLASS_WATER, WF_MAP_CLASS_RIVER, WF_MAP_CLASS_PLACE_WATER, WF_MAP_CLASS_PLACE_WATER, 3, 10, 620, TRUE },
  { "stream", NC_ ("map layer", "Streams and canals"),
    WF_MAP_CLASS_WATER, WF_MAP_CLASS_STREAM, 0, WF_MAP_CLASS_PLACE_WATER, 11, 14, 680, FALSE },
  { "levee", NC_ ("map layer", "Levees"),
    0, WF_MAP_CLASS_LEVEE, 0, WF_MAP_CLASS_PLACE_WATER, 11, 14, 690, FALSE },
  { "green", NC_ ("map layer", "Woods and parks"),
    WF_MAP_CLASS_GREEN, 0, WF_MAP_CLASS_PLACE_SPOT, 0, 5, 13, 780, TRUE },
  { "quarter", NC_ ("map layer", "Built-up land"),
    WF_MAP_CLASS_QUARTER, 0, WF_MAP_CLASS_PLACE_QUARTER, 0, 6, 12, 500, TRUE },
  { "industry", NC_ ("map layer", "Industry"),
    WF_MAP_CLASS_INDUSTRY, 0, WF_MAP_CLASS_PLACE_SPOT, 0, 9, 13, 770, FALSE },
  { "building", NC_ ("map layer", "Buildings"),
    WF_MAP_CLASS_BUILDING, 0, WF_MAP_CLASS_PLACE_SPOT, 0, 14, 16, 830, FALSE },
};

/* Words by which a layer, or one of its fields, says what it is. The first that is found counts. */
static const struct
{
  const char *word;
  const char *kind;
} words[] = {
  { "adcode", "division" }, { "区划", "division" }, { "行政", "division" }, { "county", "division" }, { "district", "division" },
  { "division", "division" }, { "city", "division" }, { "province", "division" }, { "乡", "town" }, { "镇", "town" },
  { "town", "town" }, { "村", "village" }, { "village", "village" }, { "rail", "railway" }, { "铁路", "railway" },
  { "高速", "express" }, { "motorway", "express" }, { "road", "street" }, { "highway", "street" }, { "street", "street" },
  { "道路", "street" }, { "路", "street" }, { "building", "building" }, { "建筑", "building" }, { "房", "building" },
  { "堤", "levee" }, { "dike", "levee" }, { "water", "water" }, { "river", "water" }, { "lake", "water" }, { "水", "water" },
  { "河", "water" }, { "湖", "water" }, { "park", "green" }, { "wood", "green" }, { "forest", "green" }, { "林", "green" },
  { "绿", "green" }, { "industr", "industry" }, { "工业", "industry" },
};

/**
 * wf_import_kinds:
 * @n: (out): how many
 *
 * Returns: (array length=n) (transfer none): what a layer may become
 */
const WfImportKind *
wf_import_kinds (gsize *n)
{
  *n = G_N_ELEMENTS (kinds);

  return kinds;
}

/**
 * wf_import_kind_lookup:
 * @id: (nullable): an id of the table
 *
 * Returns: (nullable): the kind
 */
const WfImportKind *
wf_import_kind_lookup (const char *id)
{
  for (gsize i = 0; id != NULL && i < G_N_ELEMENTS (kinds); i++)
    if (g_str_equal (kinds[i].id, id))
      return &kinds[i];

  return NULL;
}

static gboolean
suits (const WfImportKind *kind,
       WfMapShape          shape)
{
  return shape == WF_MAP_SHAPE_POLYGON ? kind->area != 0 : shape == WF_MAP_SHAPE_LINE ? kind->line != 0 : kind->name != 0;
}

/**
 * wf_import_kind_guess:
 * @layer: the name of a layer
 * @fields: the names of its fields, in one text
 * @shape: what most of its features are
 *
 * Proposes what a layer is, to be looked at by a person.
 *
 * Returns: an id of the table
 */
const char *
wf_import_kind_guess (const char *layer,
                      const char *fields,
                      WfMapShape  shape)
{
  g_autofree char *text = g_strconcat (layer, " ", fields, NULL);
  g_autofree char *folded = g_utf8_casefold (text, -1);

  for (gsize i = 0; i < G_N_ELEMENTS (words); i++)
    if (strstr (folded, words[i].word) != NULL && suits (wf_import_kind_lookup (words[i].kind), shape))
      return words[i].kind;

  return shape == WF_MAP_SHAPE_POLYGON ? "quarter" : shape == WF_MAP_SHAPE_LINE ? "street" : "place";
}
