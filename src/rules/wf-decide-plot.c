/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-rules"

#include "config.h"

#include "wf-decision.h"
#include "wf-geo-shape.h"
#include "wf-plot.h"

#include <math.h>
#include <string.h>

/* What is drawn on the map. A plot never goes away: it is struck with a reason, and may be taken back from that. */

/* So many plots an incident has at the most; a map with more of them says nothing to anybody. */
#define PLOTS_MAX 1000

static const char *const danger_fields[] = { "danger", "substance", "amount", "model", "wind" };

static GArray *
read_points (GVariant *dict)
{
  g_autoptr (GVariant) list = wf_dict_value (dict, "points");

  return wf_geo_unpack_points (list);
}

static gboolean
check_number (WfDecision *self,
              WfPlotShape shape,
              gsize       n)
{
  g_autofree char *detail = g_strdup_printf ("%" G_GSIZE_FORMAT, n);

  if (n < wf_plot_shape_min (shape))
    return wf_decision_refuse (self, WF_PROBLEM_INVALID, "plot.too-few-points", "points", detail);
  if (n > 1 && (shape == WF_PLOT_POINT || shape == WF_PLOT_CIRCLE))
    return wf_decision_refuse (self, WF_PROBLEM_INVALID, "plot.one-point", "points", detail);

  return TRUE;
}

/* Neighbours that are alike make no edge. */
static gboolean
check_neighbours (WfDecision       *self,
                  const WfGeoPoint *points,
                  gsize             n,
                  gboolean          closed)
{
  for (gsize i = closed ? 0 : 1; i < n && n > 1; i++)
    {
      const WfGeoPoint *before = &points[(i + n - 1) % n];

      if (before->lon < points[i].lon || before->lon > points[i].lon || before->lat < points[i].lat ||
          before->lat > points[i].lat)
        continue;

      g_autofree char *path = g_strdup_printf ("points[%" G_GSIZE_FORMAT "]", i);
      return wf_decision_refuse (self, WF_PROBLEM_INVALID, "plot.point-twice", path, NULL);
    }

  return TRUE;
}

/* Nothing here may lie across 180° or at a pole: distances and insides would be wrong on the flat map. */
static gboolean
check_on_map (WfDecision       *self,
              WfPlotShape       shape,
              const WfGeoPoint *points,
              gsize             n,
              double            radius)
{
  WfGeoPoint ring[8];

  if (shape == WF_PLOT_CIRCLE)
    {
      double reach = radius / WF_GEO_EARTH_RADIUS * 180.0 / G_PI;

      if (fabs (points[0].lat) + reach > WF_MERCATOR_MAX_LATITUDE)
        return wf_decision_refuse (self, WF_PROBLEM_INVALID, "plot.at-pole", "points", NULL);
      wf_geo_circle (points[0].lon, points[0].lat, radius, ring, G_N_ELEMENTS (ring));
      points = ring;
      n = G_N_ELEMENTS (ring);
    }
  for (gsize i = 0; i < n; i++)
    if (fabs (points[i].lat) > WF_MERCATOR_MAX_LATITUDE)
      return wf_decision_refuse (self, WF_PROBLEM_INVALID, "plot.at-pole", "points", NULL);
  if (wf_geo_spans_antimeridian (points, n, shape == WF_PLOT_AREA || shape == WF_PLOT_CIRCLE))
    return wf_decision_refuse (self, WF_PROBLEM_INVALID, "plot.antimeridian", "points", NULL);

  return TRUE;
}

static gboolean
check_ring (WfDecision       *self,
            const WfGeoPoint *points,
            gsize             n)
{
  gsize a, b;

  if (!wf_geo_ring_crosses (points, n, &a, &b))
    return TRUE;

  /* Counted from 1, as people count corners. */
  g_autofree char *detail = g_strdup_printf ("%" G_GSIZE_FORMAT "–%" G_GSIZE_FORMAT " × %" G_GSIZE_FORMAT "–%" G_GSIZE_FORMAT,
                                             a + 1, (a + 1) % n + 1, b + 1, (b + 1) % n + 1);
  return wf_decision_refuse (self, WF_PROBLEM_INVALID, "plot.crosses-itself", "points", detail);
}

static gboolean
check_detail (WfDecision *self,
              const char *type,
              GVariant   *plot)
{
  gboolean zone = strcmp (type, "danger_zone") == 0;
  int64_t until = wf_dict_time (plot, "until");

  for (gsize i = 0; !zone && i < G_N_ELEMENTS (danger_fields); i++)
    if (wf_dict_has (plot, danger_fields[i]))
      return wf_decision_refuse (self, WF_PROBLEM_INVALID, "plot.danger-only", danger_fields[i], NULL);

  if (zone && !wf_dict_has (plot, "danger"))
    return wf_decision_refuse (self, WF_PROBLEM_INVALID, "plot.danger-missing", "danger", NULL);
  if (wf_dict_has (plot, "watch") && (wf_plot_type_get_shapes (type) & (WF_PLOT_AREA | WF_PLOT_CIRCLE)) == 0)
    return wf_decision_refuse (self, WF_PROBLEM_INVALID, "plot.watch-area", "watch", NULL);
  if (strcmp (type, "text") == 0 && !wf_dict_has (plot, "label"))
    return wf_decision_refuse (self, WF_PROBLEM_INVALID, "plot.text-missing", "label", NULL);
  if (until != 0 && until <= wf_dict_time (plot, "from"))
    return wf_decision_refuse (self, WF_PROBLEM_INVALID, "plot.over-before", "until", NULL);

  return TRUE;
}

/* Checks a plot as it is to be, and says where its middle is. */
static gboolean
check_plot (WfDecision *self,
            const char *type,
            GVariant   *plot,
            double     *lon,
            double     *lat)
{
  g_autoptr (GArray) list = read_points (plot);
  const WfGeoPoint *points = (const WfGeoPoint *) (void *) list->data;
  double radius = wf_dict_double (plot, "radius_m", 0);
  WfPlotShape shape = wf_plot_get_shape (type, list->len, radius);

  if (radius > 0 && shape != WF_PLOT_CIRCLE)
    return wf_decision_refuse (self, WF_PROBLEM_INVALID, "plot.no-radius", "radius_m", NULL);
  if (shape == WF_PLOT_CIRCLE && radius <= 0)
    return wf_decision_refuse (self, WF_PROBLEM_INVALID, "field.missing", "radius_m", NULL);
  if (!check_number (self, shape, list->len) ||
      !check_neighbours (self, points, list->len, shape == WF_PLOT_AREA) ||
      !check_on_map (self, shape, points, list->len, radius) ||
      (shape == WF_PLOT_AREA && !check_ring (self, points, list->len)) ||
      !check_detail (self, type, plot))
    return FALSE;

  wf_geo_middle (points, list->len, lon, lat);
  return TRUE;
}

static guint
count_plots (WfDecision *self,
             const char *incident)
{
  g_autoptr (GPtrArray) plots = wf_state_list (self->state, self->scope, "plot", incident);
  guint count = 0;

  for (guint i = 0; i < plots->len; i++)
    if (wf_entity_time (g_ptr_array_index (plots, i), "struck_at") == 0)
      count++;

  return count;
}

gboolean
wf_decide_plot_draw (WfDecision *self)
{
  const char *incident_id = wf_dict_string (self->payload, "incident");
  g_autoptr (WfEntity) incident = NULL;
  double lon, lat;

  if (!wf_decision_fresh (self, "plot", "plot"))
    return FALSE;
  if (incident_id != NULL)
    {
      incident = wf_decision_incident (self, WF_ALLOW_KEPT);
      if (incident == NULL)
        return FALSE;
      if (count_plots (self, incident_id) >= PLOTS_MAX)
        return wf_decision_refuse (self, WF_PROBLEM_STATE, "plot.too-many", "incident", incident_id);
    }

  g_autoptr (GVariant) at = wf_dict_make ("from", wf_decision_at (self), NULL);
  g_autoptr (GVariant) plot = wf_dict_has (self->payload, "from") ? g_variant_ref (self->payload)
                                                                  : wf_dict_merge (self->payload, at);
  g_autofree char *by = wf_decision_by (self, "by");

  if (!check_plot (self, wf_dict_string (plot, "type"), plot, &lon, &lat))
    return FALSE;

  wf_decision_emit_with (self, "plot.drawn", incident_id,
                         wf_dict_make ("from", wf_value_time (wf_dict_time (plot, "from")),
                                       "location", wf_value_point (lon, lat),
                                       "by", wf_value_string (by),
                                       "at", wf_decision_at (self),
                                       NULL));
  return TRUE;
}

/* The plot that the command names, where it may still be changed. */
static WfEntity *
find_plot (WfDecision *self,
           gboolean    struck)
{
  g_autoptr (WfEntity) plot = wf_decision_find (self, "plot", "plot");

  if (plot == NULL)
    return NULL;

  const char *id = wf_entity_string (plot, "incident");
  g_autoptr (WfEntity) incident = id != NULL ? wf_state_get (self->state, self->scope, "incident", id) : NULL;

  if (incident != NULL && wf_entity_is (incident, "state", "archived"))
    {
      wf_decision_refuse (self, WF_PROBLEM_STATE, "incident.archived", NULL, NULL);
      return NULL;
    }
  if ((wf_entity_time (plot, "struck_at") != 0) != struck)
    {
      wf_decision_refuse (self, WF_PROBLEM_STATE, struck ? "plot.not-struck" : "plot.struck-already", "plot", NULL);
      return NULL;
    }

  return g_steal_pointer (&plot);
}

gboolean
wf_decide_plot_change (WfDecision *self)
{
  g_autoptr (WfEntity) plot = find_plot (self, FALSE);
  double lon, lat;

  if (plot == NULL)
    return FALSE;
  if (g_variant_n_children (self->payload) < (wf_dict_has (self->payload, "reason") ? 3 : 2))
    return wf_decision_refuse (self, WF_PROBLEM_INVALID, "plot.nothing-changed", NULL, NULL);

  g_autoptr (GVariant) changed = wf_dict_merge (wf_entity_fields (plot), self->payload);

  if (!check_plot (self, wf_entity_string (plot, "type"), changed, &lon, &lat))
    return FALSE;

  const char *incident = wf_entity_string (plot, "incident");

  wf_decision_emit_with (self, "plot.changed", incident,
                         wf_dict_make ("incident", wf_value_string (incident),
                                       "location", wf_value_point (lon, lat),
                                       "at", wf_decision_at (self),
                                       NULL));
  return TRUE;
}

static gboolean
emit_about (WfDecision *self,
            const char *event,
            gboolean    struck)
{
  g_autoptr (WfEntity) plot = find_plot (self, struck);
  double lon = 0, lat = 0;

  if (plot == NULL)
    return FALSE;

  const char *incident = wf_entity_string (plot, "incident");

  wf_entity_point (plot, "location", &lon, &lat);
  wf_decision_emit_with (self, event, incident,
                         wf_dict_make ("incident", wf_value_string (incident),
                                       "location", wf_value_point (lon, lat),
                                       "at", wf_decision_at (self),
                                       NULL));
  return TRUE;
}

gboolean
wf_decide_plot_strike (WfDecision *self)
{
  return emit_about (self, "plot.struck", FALSE);
}

gboolean
wf_decide_plot_restore (WfDecision *self)
{
  return emit_about (self, "plot.restored", TRUE);
}
