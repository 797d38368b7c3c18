/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-wire"

#include "config.h"

#include "wf-sketch.h"

#include "wf-dict.h"
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

/**
 * wf_sketch_is_over:
 * @sketch: what is being drawn, by wf_sketch_fields
 *
 * Returns: whether it says that nothing is being drawn any more. Any thread.
 */
gboolean
wf_sketch_is_over (GVariant *sketch)
{
  g_autoptr (GVariant) points = wf_dict_value (sketch, "points");

  return g_variant_n_children (points) == 0;
}

/**
 * wf_sketch_end:
 * @sketch: what is being drawn, by wf_sketch_fields or wf_told_sketch_fields
 *
 * Returns: (transfer full): what says that this is over. Any thread.
 */
GVariant *
wf_sketch_end (GVariant *sketch)
{
  g_autoptr (GVariant) none = wf_dict_make ("points", g_variant_new_array (G_VARIANT_TYPE ("(dd)"), NULL, 0), NULL);

  return wf_dict_merge (sketch, none);
}
