/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-entity.h"
#include "wf-kind.h"

G_BEGIN_DECLS

/* What is drawn on the map: the shapes that each type may have, and when it holds. */

/* A plot has this many points at the most; a shape that needs more is a layer of its own. */
#define WF_PLOT_POINTS_MAX 500

/* Beyond this a circle on the map is no circle of a district any more, metres. */
#define WF_PLOT_RADIUS_MAX 200000.0

/**
 * WfPlotShape:
 * @WF_PLOT_POINT: one point
 * @WF_PLOT_LINE: two points or more
 * @WF_PLOT_AREA: three corners or more
 * @WF_PLOT_CIRCLE: one point and a radius
 *
 * What a plot's points mean. They are flags, because some types may be drawn in two ways.
 */
typedef enum {
  WF_PLOT_POINT = 1 << 0,
  WF_PLOT_LINE = 1 << 1,
  WF_PLOT_AREA = 1 << 2,
  WF_PLOT_CIRCLE = 1 << 3,
} WfPlotShape;

/* What is said of a plot by whoever draws it: fields that the thing, its commands and its events share. */
#define WF_PLOT_DETAIL(clear) \
  { "label", WF_FIELD_STRING, clear, .max = 60 }, \
  { "note", WF_FIELD_TEXT, clear, .max = 2000 }, \
  { "danger", WF_FIELD_ENUM, clear, .choices = wf_dangers }, \
  { "substance", WF_FIELD_STRING, clear, .max = 120 }, \
  { "amount", WF_FIELD_STRING, clear, .max = 60 },     /* with its unit, such as 12 t */ \
  { "model", WF_FIELD_STRING, clear, .max = 200 },     /* what the zone rests on: a calculation, a guide, a reading */ \
  { "wind", WF_FIELD_OBJECT, clear, .fields = wf_wind_fields }, \
  { "until", WF_FIELD_TIME, clear }, \
  { "watch", WF_FIELD_BOOL, clear } /* whether crossings are raised; without it, as its type has it */

#define WF_PLOT_FIELDS \
  { "points", WF_FIELD_POINTS, WF_FIELD_REQUIRED, .max = WF_PLOT_POINTS_MAX }, \
  { "radius_m", WF_FIELD_DOUBLE, .min = 1, .max = WF_PLOT_RADIUS_MAX }, \
  { "from", WF_FIELD_TIME }, \
  WF_PLOT_DETAIL (WF_FIELD_OPTIONAL)

WfPlotShape  wf_plot_type_get_shapes (const char *type);
WfPlotShape  wf_plot_get_shape       (const char *type,
                                      gsize       n_points,
                                      double      radius);
gsize        wf_plot_shape_min       (WfPlotShape shape);
gboolean     wf_plot_holds           (WfEntity   *plot,
                                      int64_t     now);

G_END_DECLS
