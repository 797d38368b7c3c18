/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-service"

#include "config.h"

#include "wf-ogc-readings.h"

#include "wf-dict.h"
#include "wf-id.h"
#include "wf-telemetry.h"

#include <string.h>

/* What sensors read is telemetry and no thing of the records. For a GIS the newest of each quantity of each source is a
 * feature all the same: a thing of a kind that only the collections know, where its source was when it was read. */

static const WfField fields[] = {
  { "source", WF_FIELD_ID, WF_FIELD_REQUIRED },
  { "source_name", WF_FIELD_STRING, .max = 120 },
  { "quantity", WF_FIELD_STRING, WF_FIELD_REQUIRED, .max = 40 },
  { "unit", WF_FIELD_STRING, WF_FIELD_REQUIRED, .max = 20 },
  { "value", WF_FIELD_DOUBLE, WF_FIELD_REQUIRED, .min = -1e9, .max = 1e9 },
  { "read_at", WF_FIELD_TIME, WF_FIELD_REQUIRED },
  { "location", WF_FIELD_POINT },
  { NULL }
};

static const WfKind kind = { .name = "reading", .fields = fields };

/**
 * wf_ogc_kind_nth:
 * @i: from 0 on
 *
 * Returns: (transfer none) (nullable): the kinds that are collections, one after the other; %NULL behind the last
 */
const WfKind *
wf_ogc_kind_nth (guint i)
{
  guint n, located = 0;
  const WfKind *kinds = wf_kind_all (&n);

  for (guint k = 0; k < n; k++)
    if (wf_ogc_kind_is_located (&kinds[k]) && located++ == i)
      return &kinds[k];

  return located == i ? &kind : NULL;
}

/**
 * wf_ogc_kind_is_reading:
 * @self: a kind that is a collection
 *
 * Returns: whether its features are what sensors have read
 */
gboolean
wf_ogc_kind_is_reading (const WfKind *self)
{
  return self == &kind;
}

/**
 * wf_ogc_reading_new:
 * @reading: what was read; of a quantity that the rules know
 * @name: (nullable): what its source is called
 * @place: (nullable): where that is
 *
 * Returns: (transfer full): a thing of the kind of readings; its id follows from source and quantity, its number is the time
 */
WfEntity *
wf_ogc_reading_new (const WfReading  *reading,
                    const char       *name,
                    const WfGeoPoint *place)
{
  const WfQuantity *quantity = wf_rules_quantity (reading->quantity);
  g_autofree char *id = wf_id_derive (reading->source, reading->quantity);
  g_autoptr (GVariant) values =
    wf_dict_make ("source", wf_value_string (reading->source),
                  "source_name", name != NULL ? wf_value_string (name) : NULL,
                  "quantity", wf_value_string (reading->quantity),
                  "unit", wf_value_string (quantity != NULL ? quantity->unit : ""),
                  "value", wf_value_double (reading->value),
                  "read_at", wf_value_time (reading->at),
                  "location", place != NULL ? wf_value_point (place->lon, place->lat) : NULL,
                  NULL);

  return wf_entity_new (WF_LIVE, kind.name, id, values, NULL, reading->at);
}
