/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-rules"

#include "config.h"

#include "wf-application.h"

gboolean
wf_apply_plot_drawn (WfApplication *self)
{
  const char *by = wf_dict_string (self->payload, "by");
  g_autoptr (GVariant) picked = wf_application_pick (self, "incident", "type", "points", "radius_m", "from", "label", "note",
                                                     "danger", "substance", "amount", "model", "wind", "until", "watch",
                                                     "location",
                                                     NULL);
  g_autoptr (GVariant) own = wf_dict_make ("drawn_at", wf_value_time (wf_dict_time (self->payload, "at")),
                                           "drawn_by", by != NULL ? wf_value_string (by) : NULL,
                                           "author", wf_value_string (self->event->actor),
                                           NULL);

  return wf_application_make (self, "plot", wf_dict_string (self->payload, "plot"), wf_dict_merge (picked, own));
}

gboolean
wf_apply_plot_changed (WfApplication *self)
{
  g_autoptr (GVariant) picked = wf_application_pick (self, "points", "radius_m", "from", "label", "note", "danger",
                                                     "substance", "amount", "model", "wind", "until", "watch", "location", NULL);
  GVariantBuilder patch;
  GVariantIter iter;
  const char *key;
  GVariant *value;

  /* Not merged: what is cleared must stay in the patch. */
  g_variant_builder_init (&patch, G_VARIANT_TYPE_VARDICT);
  g_variant_iter_init (&iter, picked);
  while (g_variant_iter_loop (&iter, "{&sv}", &key, &value))
    g_variant_builder_add (&patch, "{sv}", key, value);
  g_variant_builder_add (&patch, "{sv}", "changed_at", wf_value_time (wf_dict_time (self->payload, "at")));

  return wf_application_change (self, "plot", g_variant_ref_sink (g_variant_builder_end (&patch)));
}

gboolean
wf_apply_plot_struck (WfApplication *self)
{
  return wf_application_change (self, "plot",
                                wf_dict_make ("struck_at", wf_value_time (wf_dict_time (self->payload, "at")),
                                              "struck_reason", wf_value_string (wf_dict_string (self->payload, "reason")),
                                              NULL));
}

gboolean
wf_apply_plot_restored (WfApplication *self)
{
  return wf_application_change (self, "plot",
                                wf_dict_make ("struck_at", wf_value_clear (), "struck_reason", wf_value_clear (), NULL));
}
