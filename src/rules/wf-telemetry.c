/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-rules"

#include "config.h"

#include "wf-telemetry.h"

#include "wf-application.h"
#include "wf-decision.h"
#include "wf-id.h"
#include "wf-time.h"

#include <string.h>

/* What the rules know of telemetry: how long a position is good for, and that a piece of track that is closed stays as it
 * was. The positions themselves are the store's. */

/* Whose position is how old before one should not go by it any more. A drone is somewhere else after ten seconds; who wears
 * a camera is often behind walls and does not walk far in a minute. A centre sets its own with things of the kind
 * "telemetry". */
static const struct
{
  const char *type;
  int         seconds;
} lasting[] = {
  { "ambulance", 30 },
  { "body_camera", 60 },
  { "command", 30 },
  { "drone", 10 },
  { "fire_engine", 30 },
  { "gas_analysis", 30 },
  { "generator", 120 },
  { "rescue", 30 },
  { "supply", 120 },
};

#define OTHERWISE 30

/* What units and sensors of a centre read: at hazard sources, by the water, at the edge of a fire; and where the camera of a
 * unit looks, which a gimbal turns within seconds. Gas is another a minute
 * later, and so is the wind after five; gauges by the water commonly report every five to fifteen. */
static const WfQuantity quantities[] = {
  { "air_pressure", "hPa", 300, 1100, 1800 },
  { "ammonia", "ppm", 0, 1e6, 60 },
  { "camera_bearing", "°", 0, 360, 10 },
  { "camera_tilt", "°", -90, 90, 10 },
  { "camera_view", "°", 1, 360, 10 },
  { "carbon_monoxide", "ppm", 0, 1e6, 60 },
  { "chlorine", "ppm", 0, 1e6, 60 },
  { "combustible_gas", "%LEL", 0, 100, 60 },
  { "flow", "m³/s", 0, 1e6, 900 },
  { "humidity", "%", 0, 100, 900 },
  { "hydrogen_sulfide", "ppm", 0, 1e6, 60 },
  { "oxygen", "%vol", 0, 100, 60 },
  { "rain", "mm/h", 0, 1000, 900 },
  { "temperature", "°C", -90, 2000, 300 },
  { "tank_level", "%", 0, 100, 300 },
  { "tank_pressure", "MPa", 0, 200, 60 },
  { "water_level", "m", -500, 9000, 900 },
  { "wind_from", "°", 0, 360, 300 },
  { "wind_speed", "m/s", 0, 120, 300 },
};

/**
 * wf_rules_quantity:
 * @name: (nullable): a quantity's name
 *
 * Returns: (transfer none) (nullable): what is known of it
 */
const WfQuantity *
wf_rules_quantity (const char *name)
{
  for (gsize i = 0; i < G_N_ELEMENTS (quantities); i++)
    if (g_strcmp0 (quantities[i].name, name) == 0)
      return &quantities[i];

  return NULL;
}

/**
 * wf_rules_reports:
 * @type: a type of unit, or a quantity
 *
 * Returns: whether units of such a type tell where they are, or sensors read such a quantity, so that there may be a setting
 *   for them
 */
gboolean
wf_rules_reports (const char *type)
{
  for (gsize i = 0; i < G_N_ELEMENTS (lasting); i++)
    if (g_strcmp0 (lasting[i].type, type) == 0)
      return TRUE;

  return wf_rules_quantity (type) != NULL;
}

/**
 * wf_rules_reporting_type:
 * @i: from 0 on
 *
 * Returns: (nullable): the types of units that tell where they are, one after the other; %NULL behind the last
 */
const char *
wf_rules_reporting_type (guint i)
{
  return i < G_N_ELEMENTS (lasting) ? lasting[i].type : NULL;
}

/**
 * wf_rules_position_lasts:
 * @state: as things stand
 * @scope: a scope
 * @unit: (nullable): a unit
 *
 * Says how old a unit's position may be before it is out of date: what the centre has set for units of its type, else what
 * is usual.
 *
 * Returns: milliseconds
 */
int64_t
wf_rules_position_lasts (WfState    *state,
                         const char *scope,
                         WfEntity   *unit)
{
  g_return_val_if_fail (WF_IS_STATE (state) && scope != NULL, OTHERWISE * WF_SECOND);

  return wf_rules_type_lasts (state, scope, wf_entity_string (unit, "type"));
}

/**
 * wf_rules_type_lasts:
 * @state: as things stand
 * @scope: a scope
 * @type: (nullable): a type of unit, or a quantity that sensors read
 *
 * Returns: how old, in milliseconds, the position of such a unit, or such a reading, may be
 */
int64_t
wf_rules_type_lasts (WfState    *state,
                     const char *scope,
                     const char *type)
{
  g_return_val_if_fail (WF_IS_STATE (state) && scope != NULL, OTHERWISE * WF_SECOND);

  g_autoptr (WfEntity) setting = type != NULL ? wf_state_get (state, scope, "telemetry", type) : NULL;

  if (setting != NULL)
    return wf_entity_int (setting, "stale_seconds", OTHERWISE) * WF_SECOND;

  for (gsize i = 0; i < G_N_ELEMENTS (lasting); i++)
    if (g_strcmp0 (lasting[i].type, type) == 0)
      return lasting[i].seconds * WF_SECOND;

  const WfQuantity *quantity = wf_rules_quantity (type);

  return (quantity != NULL ? quantity->lasts : OTHERWISE) * WF_SECOND;
}

/**
 * wf_rules_track_command:
 * @scope: a scope
 * @segments: (element-type GVariant): closed pieces of track, as the command's table has them
 * @now: when
 *
 * Makes the command that seals pieces of track. Its id follows from them, so that it is done once.
 *
 * Returns: (transfer full): the command
 */
WfCommand *
wf_rules_track_command (const char *scope,
                        GPtrArray  *segments,
                        int64_t     now)
{
  g_autoptr (GVariant) payload = wf_dict_make ("segments", wf_value_list (segments), NULL);
  g_autofree char *printed = g_variant_print (payload, FALSE);
  g_autofree char *digest = g_compute_checksum_for_string (G_CHECKSUM_SHA256, printed, -1);
  g_autofree char *id = wf_id_derive (scope, digest);

  return wf_command_new (id, "track.close", scope, WF_ACTOR_SYSTEM, NULL, now, NULL, NULL, payload);
}

/* Each piece begins where the one before it ended, so that nothing can be put in between. */
gboolean
wf_decide_track_close (WfDecision *self)
{
  g_autoptr (GPtrArray) segments = wf_dict_objects (self->payload, "segments");
  g_autoptr (GHashTable) units = g_hash_table_new (g_str_hash, g_str_equal);

  if (segments->len == 0)
    return wf_decision_refuse (self, WF_PROBLEM_INVALID, "track.nothing", "segments", NULL);

  for (guint i = 0; i < segments->len; i++)
    {
      GVariant *segment = g_ptr_array_index (segments, i);
      const char *unit = wf_dict_string (segment, "unit");
      g_autoptr (WfEntity) track = wf_state_get (self->state, self->scope, "track", unit);
      int64_t after = wf_dict_time (segment, "after");
      g_autofree char *path = g_strdup_printf ("segments[%u]", i);

      if (!g_hash_table_add (units, (gpointer) unit) || after != wf_entity_time (track, "until") ||
          wf_dict_time (segment, "until") <= after)
        return wf_decision_refuse (self, WF_PROBLEM_STATE, "track.gap", path, unit);
    }

  wf_decision_emit_with (self, "track.closed", NULL, NULL);
  return TRUE;
}

gboolean
wf_apply_track_closed (WfApplication *self)
{
  g_autoptr (GPtrArray) segments = wf_dict_objects (self->payload, "segments");

  for (guint i = 0; i < segments->len; i++)
    {
      GVariant *segment = g_ptr_array_index (segments, i);
      const char *unit = wf_dict_string (segment, "unit");
      g_autoptr (WfEntity) track = wf_application_look (self, "track", unit);
      GVariant *fields = wf_dict_make ("until", wf_value_time (wf_dict_time (segment, "until")),
                                       "points", wf_value_int (wf_dict_int (segment, "points", 0)),
                                       "digest", wf_value_string (wf_dict_string (segment, "digest")),
                                       NULL);

      if (!(track != NULL ? wf_application_patch (self, track, fields) : wf_application_make (self, "track", unit, fields)))
        return FALSE;
    }

  return TRUE;
}
