/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-rules"

#include "config.h"

#include "wf-application.h"

gboolean
wf_apply_user_added (WfApplication *self)
{
  g_autoptr (GVariant) picked = wf_application_pick (self, "name", "role", "post", "organisation", "unit", "phone", NULL);
  g_autoptr (GVariant) active = wf_dict_make ("active", wf_value_bool (TRUE), NULL);

  return wf_application_make (self, "user", wf_dict_string (self->payload, "user"), wf_dict_merge (picked, active));
}

gboolean
wf_apply_user_changed (WfApplication *self)
{
  static const char *const keys[] = { "name", "role", "post", "organisation", "unit", "phone", "active" };
  GVariantBuilder patch;

  g_variant_builder_init (&patch, G_VARIANT_TYPE_VARDICT);
  for (gsize i = 0; i < G_N_ELEMENTS (keys); i++)
    {
      g_autoptr (GVariant) value = wf_dict_value (self->payload, keys[i]);

      if (value != NULL)
        g_variant_builder_add (&patch, "{sv}", keys[i], value);
    }

  if (wf_dict_bool (self->payload, "active"))
    g_variant_builder_add (&patch, "{sv}", "disabled_reason", wf_value_clear ());

  return wf_application_change (self, "user", g_variant_ref_sink (g_variant_builder_end (&patch)));
}

gboolean
wf_apply_user_disabled (WfApplication *self)
{
  const char *reason = wf_dict_string (self->payload, "reason");

  return wf_application_change (self, "user", wf_dict_make ("active", wf_value_bool (FALSE),
                                                            "disabled_reason", wf_value_string (reason), NULL));
}
