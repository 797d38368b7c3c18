/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-rules"

#include "config.h"

#include "wf-crossing.h"

#include "wf-application.h"
#include "wf-decision.h"
#include "wf-geo-shape.h"
#include "wf-id.h"
#include "wf-plot.h"
#include "wf-time.h"

#include <math.h>
#include <string.h>

/* The state knows of each unit and area whether the unit is inside, as the last crossing left it. So nothing rings twice, over
 * a restart either, and what an unanswered alarm is about is in the journal. */

typedef struct
{
  char      *plot;   /* (owned) */
  GArray    *points; /* (owned) (element-type WfGeoPoint) */
  double     radius; /* 0: a polygon */
  int64_t    until;  /* on the scope's clock; 0: no end */
  WfGeoBox   box;    /* with the margin */
} Fence;

struct _WfFences
{
  char       *scope;  /* (owned) */
  GArray     *fences; /* (owned) (element-type Fence) */
  GHashTable *inside; /* (owned) unit → set of plots */
};

static void
clear_fence (gpointer data)
{
  Fence *fence = data;

  g_free (fence->plot);
  g_array_unref (fence->points);
}

/**
 * wf_rules_watches_type:
 * @type: (nullable): a type of plot
 *
 * Returns: whether crossings of such an area are raised where the plot does not say otherwise: not those of staging areas,
 *   which are for coming and going, and not those of range rings, which only say how far it is
 */
gboolean
wf_rules_watches_type (const char *type)
{
  return (wf_plot_type_get_shapes (type) & (WF_PLOT_AREA | WF_PLOT_CIRCLE)) != 0 && g_strcmp0 (type, "staging_area") != 0
         && g_strcmp0 (type, "range_ring") != 0;
}

/**
 * wf_rules_is_watched:
 * @plot: (nullable): a plot
 *
 * Returns: whether it is an area whose crossings are raised, and not struck
 */
gboolean
wf_rules_is_watched (WfEntity *plot)
{
  if (plot == NULL || wf_entity_time (plot, "struck_at") != 0)
    return FALSE;

  const char *type = wf_entity_string (plot, "type");
  g_autoptr (GVariant) watch = wf_entity_value (plot, "watch");

  if ((wf_plot_type_get_shapes (type) & (WF_PLOT_AREA | WF_PLOT_CIRCLE)) == 0)
    return FALSE;

  return watch != NULL ? g_variant_get_boolean (watch) : wf_rules_watches_type (type);
}

/**
 * wf_rules_rings:
 * @crossing: a crossing
 * @plot: (nullable): the area that it is about
 * @now: on the scope's clock
 *
 * Returns: whether it is an alarm that nobody has answered, of an area that still holds
 */
gboolean
wf_rules_rings (WfEntity *crossing,
                WfEntity *plot,
                int64_t   now)
{
  return wf_entity_is (crossing, "alert", "open") && wf_rules_is_watched (plot) && wf_plot_holds (plot, now);
}

static void
widen (WfGeoBox *box,
       double    metres)
{
  double lat = metres / WF_GEO_EARTH_RADIUS * 180.0 / G_PI;
  double widest = MAX (fabs (box->min_lat), fabs (box->max_lat)) + lat;
  double lon = lat / cos (MIN (widest, WF_MERCATOR_MAX_LATITUDE) * G_PI / 180.0);

  box->min_lon -= lon;
  box->max_lon += lon;
  box->min_lat -= lat;
  box->max_lat += lat;
}

static void
add_fence (WfFences *self,
           WfEntity *plot)
{
  Fence fence = { .plot = g_strdup (wf_entity_id (plot)), .radius = wf_entity_double (plot, "radius_m", 0),
                  .until = wf_entity_time (plot, "until") };
  g_autoptr (GVariant) list = wf_entity_value (plot, "points");

  fence.points = wf_geo_unpack_points (list);
  wf_geo_box_around ((const WfGeoPoint *) (void *) fence.points->data, fence.points->len, &fence.box);
  widen (&fence.box, fence.radius + WF_CROSSING_MARGIN);
  g_array_append_val (self->fences, fence);
}

static void
set_inside (WfFences   *self,
            const char *unit,
            const char *plot,
            gboolean    inside)
{
  GHashTable *plots = g_hash_table_lookup (self->inside, unit);

  if (plots == NULL && inside)
    {
      plots = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
      g_hash_table_insert (self->inside, g_strdup (unit), plots);
    }
  if (inside)
    g_hash_table_add (plots, g_strdup (plot));
  else if (plots != NULL)
    g_hash_table_remove (plots, plot);
}

/**
 * wf_fences_new:
 * @state: as things stand
 * @scope: a scope
 *
 * Collects the areas of a scope that are watched, with who is in them. It does not follow the state: make it anew when a
 * plot or a crossing has changed.
 *
 * Returns: (transfer full): the areas, for one thread at a time
 */
WfFences *
wf_fences_new (WfState    *state,
               const char *scope)
{
  g_return_val_if_fail (WF_IS_STATE (state) && scope != NULL, NULL);

  WfFences *self = g_new0 (WfFences, 1);
  g_autoptr (GPtrArray) plots = wf_state_list (state, scope, "plot", NULL);
  g_autoptr (GPtrArray) crossings = wf_state_list (state, scope, "crossing", NULL);

  self->scope = g_strdup (scope);
  self->fences = g_array_new (FALSE, FALSE, sizeof (Fence));
  self->inside = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_hash_table_unref);
  g_array_set_clear_func (self->fences, clear_fence);

  for (guint i = 0; i < plots->len; i++)
    if (wf_rules_is_watched (g_ptr_array_index (plots, i)))
      add_fence (self, g_ptr_array_index (plots, i));
  for (guint i = 0; i < crossings->len; i++)
    {
      WfEntity *crossing = g_ptr_array_index (crossings, i);

      if (wf_entity_bool (crossing, "inside"))
        set_inside (self, wf_entity_string (crossing, "unit"), wf_entity_string (crossing, "plot"), TRUE);
    }

  return self;
}

/**
 * wf_fences_free:
 * @self: (transfer full): areas
 */
void
wf_fences_free (WfFences *self)
{
  g_hash_table_unref (self->inside);
  g_array_unref (self->fences);
  g_free (self->scope);
  g_free (self);
}

/**
 * wf_fences_count:
 * @self: areas
 *
 * Returns: how many are watched
 */
guint
wf_fences_count (WfFences *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->fences->len;
}

/* How far a point lies from an edge, metres; on the plane around it, which is good for the margin. */
static double
distance_to_edge (const WfGeoPoint *a,
                  const WfGeoPoint *b,
                  double            lon,
                  double            lat)
{
  double scale = cos (lat * G_PI / 180.0);
  double per_degree = WF_GEO_EARTH_RADIUS * G_PI / 180.0;
  double ax = (a->lon - lon) * scale, ay = a->lat - lat;
  double dx = (b->lon - a->lon) * scale, dy = b->lat - a->lat;
  double length = dx * dx + dy * dy;
  double along = length > 0.0 ? CLAMP (-(ax * dx + ay * dy) / length, 0.0, 1.0) : 0.0;

  return hypot (ax + along * dx, ay + along * dy) * per_degree;
}

/* Whether a point is in it, or no farther from it than @margin. */
static gboolean
contains (const Fence *fence,
          double       lon,
          double       lat,
          double       margin)
{
  const WfGeoPoint *points = (const WfGeoPoint *) (void *) fence->points->data;

  if (!wf_geo_box_contains (&fence->box, lon, lat))
    return FALSE;
  if (fence->radius > 0.0)
    return wf_geo_distance (points[0].lon, points[0].lat, lon, lat) <= fence->radius + margin;
  if (wf_geo_polygon_contains (points, fence->points->len, lon, lat))
    return TRUE;

  for (guint i = 0, j = fence->points->len - 1; margin > 0.0 && i < fence->points->len; j = i++)
    if (distance_to_edge (&points[j], &points[i], lon, lat) <= margin)
      return TRUE;

  return FALSE;
}

static WfCommand *
make_command (WfFences         *self,
              const Fence      *fence,
              const char       *unit,
              const WfPosition *position,
              gboolean          entered,
              gboolean          drawn,
              int64_t           now)
{
  g_autofree char *crossing = wf_id_derive (fence->plot, unit);
  g_autofree char *moment = g_strdup_printf ("%s %" G_GINT64_FORMAT " %" G_GINT64_FORMAT, entered ? "entered" : "left",
                                             (gint64) position->at, drawn ? (gint64) now : 0);
  g_autofree char *id = wf_id_derive (crossing, moment);
  g_autoptr (GVariant) payload = wf_dict_make ("crossing", wf_value_string (crossing),
                                               "plot", wf_value_string (fence->plot),
                                               "unit", wf_value_string (unit),
                                               "way", wf_value_string (entered ? "entered" : "left"),
                                               "drawn", drawn ? wf_value_bool (TRUE) : NULL,
                                               "location", wf_value_point (position->longitude, position->latitude),
                                               "seen_at", wf_value_time (position->at),
                                               NULL);

  return wf_command_new (id, "crossing.raise", self->scope, WF_ACTOR_SYSTEM, NULL, now, NULL, NULL, payload);
}

/**
 * wf_fences_look:
 * @self: the areas
 * @unit: who reports
 * @position: where that was
 * @scope_now: now, on the scope's clock
 * @now: now
 * @drawn: whether it is the areas that have changed, and not the place
 * @commands: (element-type WfCommand): where to add what has to be raised
 *
 * Compares a position with every area: inside is who is in it, outside again who is farther from its edge than
 * %WF_CROSSING_MARGIN.
 */
void
wf_fences_look (WfFences         *self,
                const char       *unit,
                const WfPosition *position,
                int64_t           scope_now,
                int64_t           now,
                gboolean          drawn,
                GPtrArray        *commands)
{
  GHashTable *plots = g_hash_table_lookup (self->inside, unit);

  for (guint i = 0; i < self->fences->len; i++)
    {
      const Fence *fence = &g_array_index (self->fences, Fence, i);
      gboolean was = plots != NULL && g_hash_table_contains (plots, fence->plot);

      if (fence->until != 0 && fence->until <= scope_now)
        continue;
      if (contains (fence, position->longitude, position->latitude, was ? WF_CROSSING_MARGIN : 0.0) == was)
        continue;

      g_ptr_array_add (commands, make_command (self, fence, unit, position, !was, drawn, now));
      set_inside (self, unit, fence->plot, !was);
      plots = g_hash_table_lookup (self->inside, unit);
    }
}

/* --- the rules ----------------------------------------------------------------------------------------------------- */

/* What somebody is called who reports positions: any kind that may. */
static char *
find_name (WfDecision *self,
           const char *id)
{
  static const char *const kinds[] = { "unit", "team", "expert", "person" };

  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      g_autoptr (WfEntity) entity = wf_state_get (self->state, self->scope, kinds[i], id);

      if (wf_entity_string (entity, "name") != NULL)
        return g_strdup (wf_entity_string (entity, "name"));
    }

  return g_strdup (id);
}

gboolean
wf_decide_crossing_raise (WfDecision *self)
{
  g_autoptr (WfEntity) plot = wf_decision_find (self, "plot", "plot");
  const char *unit = wf_dict_string (self->payload, "unit");
  gboolean entered = g_strcmp0 (wf_dict_string (self->payload, "way"), "entered") == 0;

  if (plot == NULL)
    return FALSE;

  g_autofree char *id = wf_id_derive (wf_entity_id (plot), unit);
  g_autoptr (WfEntity) crossing = wf_state_get (self->state, self->scope, "crossing", id);

  if (!wf_rules_is_watched (plot))
    return wf_decision_refuse (self, WF_PROBLEM_STATE, "crossing.not-watched", "plot", wf_entity_id (plot));
  if (strcmp (wf_dict_string (self->payload, "crossing"), id) != 0)
    return wf_decision_refuse (self, WF_PROBLEM_INVALID, "crossing.unknown", "crossing", NULL);
  /* After a failure of the disk a position may be known that is older than what was recorded. */
  if ((crossing != NULL && wf_entity_bool (crossing, "inside")) == entered ||
      (crossing != NULL && wf_dict_time (self->payload, "seen_at") < wf_entity_time (crossing, "seen_at")))
    return wf_decision_refuse (self, WF_PROBLEM_STATE, "crossing.already", "way", unit);

  const char *incident = wf_entity_string (plot, "incident");
  g_autofree char *name = find_name (self, unit);

  wf_decision_emit_with (self, "crossing.raised", incident,
                         wf_dict_make ("incident", incident != NULL ? wf_value_string (incident) : NULL,
                                       "unit_name", wf_value_string (name),
                                       "at", wf_decision_at (self),
                                       NULL));
  return TRUE;
}

gboolean
wf_decide_crossing_acknowledge (WfDecision *self)
{
  g_autoptr (WfEntity) crossing = wf_decision_find (self, "crossing", "crossing");
  int64_t seen = wf_dict_time (self->payload, "seen_at");

  if (crossing == NULL)
    return FALSE;
  /* Somebody has looked at one crossing, and does not know of the next. */
  if (seen != 0 && seen != wf_entity_time (crossing, "seen_at"))
    return wf_decision_refuse (self, WF_PROBLEM_STATE, "crossing.again", "seen_at", NULL);
  if (!wf_entity_is (crossing, "alert", "open"))
    return wf_decision_refuse (self, WF_PROBLEM_STATE, "crossing.acknowledged-already", "crossing",
                               wf_entity_string (crossing, "acknowledged_by"));

  const char *incident = wf_entity_string (crossing, "incident");
  g_autofree char *by = wf_decision_by (self, "by");

  wf_decision_emit_with (self, "crossing.acknowledged", incident,
                         wf_dict_make ("incident", incident != NULL ? wf_value_string (incident) : NULL,
                                       "by", by != NULL ? wf_value_string (by) : NULL,
                                       "at", wf_decision_at (self),
                                       NULL));
  return TRUE;
}

/* Who is no longer inside because the area was drawn otherwise has not gone anywhere: that is noted and does not ring. */
gboolean
wf_apply_crossing_raised (WfApplication *self)
{
  const char *id = wf_dict_string (self->payload, "crossing");
  gboolean entered = g_strcmp0 (wf_dict_string (self->payload, "way"), "entered") == 0;
  gboolean drawn = wf_dict_bool (self->payload, "drawn");
  g_autoptr (WfEntity) crossing = wf_application_look (self, "crossing", id);
  g_autoptr (GVariant) picked = wf_application_pick (self, "plot", "unit", "unit_name", "incident", "location", "seen_at", NULL);
  g_autoptr (GVariant) own = wf_dict_make ("inside", wf_value_bool (entered),
                                           "drawn", wf_value_bool (drawn),
                                           "raised_at", wf_value_time (wf_dict_time (self->payload, "at")),
                                           "alert", wf_value_string (drawn && !entered ? "quiet" : "open"),
                                           NULL);

  if (crossing == NULL)
    return wf_application_make (self, "crossing", id, wf_dict_merge (picked, own));

  GVariantBuilder patch;
  g_autoptr (GVariant) merged = wf_dict_merge (picked, own);
  GVariantIter iter;
  const char *key;
  GVariant *value;

  g_variant_builder_init (&patch, G_VARIANT_TYPE_VARDICT);
  g_variant_iter_init (&iter, merged);
  while (g_variant_iter_loop (&iter, "{&sv}", &key, &value))
    g_variant_builder_add (&patch, "{sv}", key, value);
  g_variant_builder_add (&patch, "{sv}", "acknowledged_at", wf_value_clear ());
  g_variant_builder_add (&patch, "{sv}", "acknowledged_by", wf_value_clear ());
  g_variant_builder_add (&patch, "{sv}", "note", wf_value_clear ());

  return wf_application_patch (self, crossing, g_variant_ref_sink (g_variant_builder_end (&patch)));
}

gboolean
wf_apply_crossing_acknowledged (WfApplication *self)
{
  const char *by = wf_dict_string (self->payload, "by");
  const char *note = wf_dict_string (self->payload, "note");

  return wf_application_change (self, "crossing",
                                wf_dict_make ("alert", wf_value_string ("acknowledged"),
                                              "acknowledged_at", wf_value_time (wf_dict_time (self->payload, "at")),
                                              "acknowledged_by", by != NULL ? wf_value_string (by) : NULL,
                                              "note", note != NULL ? wf_value_string (note) : NULL,
                                              NULL));
}
