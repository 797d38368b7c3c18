/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-wire"

#include "config.h"

#include "wf-sketch.h"

#include "wf-plot.h"

#define SKETCH \
  { "scope", WF_FIELD_ID, WF_FIELD_REQUIRED }, \
  { "type", WF_FIELD_ENUM, WF_FIELD_REQUIRED, .choices = wf_plot_types }, \
  { "points", WF_FIELD_POINTS, WF_FIELD_REQUIRED, .max = WF_PLOT_POINTS_MAX }, \
  { "radius_m", WF_FIELD_DOUBLE, .min = 0, .max = WF_PLOT_RADIUS_MAX }

const WfField wf_sketch_fields[] = {
  SKETCH,
  { NULL }
};

const WfField wf_told_sketch_fields[] = {
  SKETCH,
  { "actor", WF_FIELD_ID, WF_FIELD_REQUIRED },
  { "name", WF_FIELD_STRING, .max = 200 },
  { "desk", WF_FIELD_INT, WF_FIELD_REQUIRED, 1, 9e15 },
  { NULL }
};
