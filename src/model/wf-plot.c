/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-model"

#include "config.h"

#include "wf-plot.h"

#include <string.h>

static const struct
{
  const char *type;
  WfPlotShape shapes;
} shapes[] = {
  { "point", WF_PLOT_POINT },
  { "line", WF_PLOT_LINE },
  { "polygon", WF_PLOT_AREA },
  { "circle", WF_PLOT_CIRCLE },
  { "arrow", WF_PLOT_LINE },
  { "fire_line", WF_PLOT_LINE },
  { "cordon", WF_PLOT_AREA | WF_PLOT_CIRCLE },
  { "danger_zone", WF_PLOT_AREA | WF_PLOT_CIRCLE },
  { "evacuation_route", WF_PLOT_LINE },
  { "staging_area", WF_PLOT_AREA | WF_PLOT_CIRCLE },
  { "text", WF_PLOT_POINT },
  { "range_ring", WF_PLOT_CIRCLE },
};

/**
 * wf_plot_type_get_shapes:
 * @type: (nullable): a type of plot
 *
 * Returns: the shapes that it may have; none for a type that is not known
 */
WfPlotShape
wf_plot_type_get_shapes (const char *type)
{
  for (gsize i = 0; i < G_N_ELEMENTS (shapes); i++)
    if (g_strcmp0 (shapes[i].type, type) == 0)
      return shapes[i].shapes;

  return 0;
}

/**
 * wf_plot_get_shape:
 * @type: (nullable): a type of plot
 * @n_points: how many points it has
 * @radius: its radius in metres, 0 for none
 *
 * Says what the points mean. A type that may be an area or a circle is a circle as soon as there is a radius.
 *
 * Returns: one shape, or 0 where the radius does not go with the type; the number of points may still be too small
 */
WfPlotShape
wf_plot_get_shape (const char *type,
                   gsize       n_points,
                   double      radius)
{
  WfPlotShape may = wf_plot_type_get_shapes (type);

  if (radius > 0.0)
    return may & WF_PLOT_CIRCLE;

  return may == WF_PLOT_CIRCLE ? WF_PLOT_CIRCLE : (WfPlotShape) (may & ~WF_PLOT_CIRCLE);
}

/**
 * wf_plot_shape_min:
 * @shape: one shape
 *
 * Returns: how many points it needs
 */
gsize
wf_plot_shape_min (WfPlotShape shape)
{
  return shape == WF_PLOT_AREA ? 3 : shape == WF_PLOT_LINE ? 2 : 1;
}

/**
 * wf_plot_holds:
 * @plot: a plot
 * @now: a moment of its scope
 *
 * Says whether a plot is to be seen on the map at a moment: from when it holds until it is struck or over. What holds only
 * from later on is seen too, since it is drawn for people to get ready.
 *
 * Returns: whether
 */
gboolean
wf_plot_holds (WfEntity *plot,
               int64_t   now)
{
  g_return_val_if_fail (plot != NULL, FALSE);

  int64_t until = wf_entity_time (plot, "until");

  return wf_entity_time (plot, "struck_at") == 0 && (until == 0 || now < until);
}
