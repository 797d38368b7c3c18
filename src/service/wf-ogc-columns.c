/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-service"

#include "config.h"

#include "wf-ogc-layer.h"

#include "wf-bodies.h"
#include "wf-ogc-readings.h"

#include <string.h>

/* Which properties the features of a kind have: by its table, since a GIS has flat tables and no business with persons. */

/* Left out of every feature: what belongs to a person, what leads to one, links that may carry a password, and free text, in
 * which callers' names and numbers are found. */
static const char *const private_keys[] = {
  "contacts", "caller", "crew", "phone", "mobile", "recording", "video", "note", "summary", "actions_taken", "measures",
  "grade_basis", "proposed_basis", "stand_down_reason", NULL
};

/* Objects whose members stand beside the others, since a GIS has flat tables. */
static const char *const flat_objects[] = { "casualties", "evacuation", "wind", NULL };

static const WfField telemetry_fields[] = {
  { "position_at", WF_FIELD_TIME },
  { "heading", WF_FIELD_DOUBLE, .min = 0, .max = 360 },
  { "speed", WF_FIELD_DOUBLE, .min = 0, .max = 500 },
  { "position_age", WF_FIELD_INT, .min = 0, .max = 1e10 }, /* s */
  { "position_lasts", WF_FIELD_INT, .min = 1, .max = 86400 }, /* s, by the unit's type */
  { "position_stale", WF_FIELD_BOOL },
};

static const WfField reading_fields[] = {
  { "reading_age", WF_FIELD_INT, .min = 0, .max = 1e10 }, /* s */
  { "reading_lasts", WF_FIELD_INT, .min = 1, .max = 86400 }, /* s, by the quantity */
  { "reading_stale", WF_FIELD_BOOL },
};

static const WfField body_fields[] = {
  { "uid", WF_FIELD_STRING, .max = 200 },
};

static void
free_column (gpointer data)
{
  WfOgcColumn *column = data;

  g_free (column->name);
  g_free (column);
}

static void
add_column (GPtrArray     *columns,
            const char    *object,
            const WfField *field,
            gboolean       telemetry)
{
  WfOgcColumn *column = g_new0 (WfOgcColumn, 1);

  column->name = object != NULL ? g_strconcat (object, "_", field->key, NULL) : g_strdup (field->key);
  column->field = field;
  column->object = object;
  column->telemetry = telemetry;
  g_ptr_array_add (columns, column);
}

static gboolean
is_flat (const WfField *field)
{
  switch (field->type)
    {
    case WF_FIELD_STRING:
    case WF_FIELD_TEXT:
    case WF_FIELD_ID:
    case WF_FIELD_ENUM:
    case WF_FIELD_INT:
    case WF_FIELD_DOUBLE:
    case WF_FIELD_BOOL:
    case WF_FIELD_TIME:
    case WF_FIELD_STRINGS:
    case WF_FIELD_DIGEST:
      return !g_strv_contains (private_keys, field->key);

    case WF_FIELD_POINT:
    case WF_FIELD_POINTS:
    case WF_FIELD_OBJECT:
    case WF_FIELD_OBJECTS:
    case WF_FIELD_FACTS:
    case WF_FIELD_ENTITIES:
    default:
      return FALSE;
    }
}

/**
 * wf_ogc_kind_is_located:
 * @kind: a kind
 *
 * Returns: whether things of this kind have a place on the map, and so are a collection
 */
gboolean
wf_ogc_kind_is_located (const WfKind *kind)
{
  const WfField *field = wf_fields_lookup (kind->fields, "location");

  return field != NULL && field->type == WF_FIELD_POINT;
}

/**
 * wf_ogc_columns_new:
 * @kind: a kind
 *
 * Returns: (transfer full) (element-type WfOgcColumn): the properties that features of this kind have, by its table
 */
GPtrArray *
wf_ogc_columns_new (const WfKind *kind)
{
  GPtrArray *columns = g_ptr_array_new_with_free_func (free_column);

  for (const WfField *field = kind->fields; field->key != NULL; field++)
    {
      if (is_flat (field))
        add_column (columns, NULL, field, FALSE);
      else if (field->type == WF_FIELD_OBJECT && g_strv_contains (flat_objects, field->key))
        for (const WfField *member = field->fields; member->key != NULL; member++)
          if (is_flat (member))
            add_column (columns, field->key, member, FALSE);
    }

  if (strcmp (kind->name, "unit") == 0)
    for (gsize i = 0; i < G_N_ELEMENTS (telemetry_fields); i++)
      add_column (columns, NULL, &telemetry_fields[i], TRUE);
  for (gsize i = 0; wf_ogc_kind_is_reading (kind) && i < G_N_ELEMENTS (reading_fields); i++)
    add_column (columns, NULL, &reading_fields[i], TRUE);
  if (wf_rules_is_body (kind->name))
    add_column (columns, NULL, &body_fields[0], FALSE);

  return columns;
}

/**
 * wf_ogc_is_flat_object:
 * @key: a field of an entity
 *
 * Returns: whether the members of what stands there are columns
 */
gboolean
wf_ogc_is_flat_object (const char *key)
{
  return g_strv_contains (flat_objects, key);
}
