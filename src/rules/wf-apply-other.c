/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-rules"

#include "config.h"

#include "wf-application.h"

/* --- registry --- */

/* Only what differs changes, so that a field's number says when it last did. */
static GVariant *
difference (WfEntity *entity,
            GVariant *fields)
{
  GVariant *before = wf_entity_fields (entity);
  GVariantBuilder builder;
  GVariantIter iter;
  const char *key;
  GVariant *value;

  g_variant_builder_init (&builder, G_VARIANT_TYPE_VARDICT);

  g_variant_iter_init (&iter, fields);
  while (g_variant_iter_loop (&iter, "{&sv}", &key, &value))
    {
      g_autoptr (GVariant) old = wf_dict_value (before, key);

      if (old == NULL || !g_variant_equal (old, value))
        g_variant_builder_add (&builder, "{sv}", key, value);
    }

  g_variant_iter_init (&iter, before);
  while (g_variant_iter_loop (&iter, "{&sv}", &key, &value))
    if (!wf_dict_has (fields, key))
      g_variant_builder_add (&builder, "{sv}", key, wf_value_clear ());

  return g_variant_ref_sink (g_variant_builder_end (&builder));
}

static gboolean
enter (WfApplication *self,
       GVariant      *entry)
{
  const char *kind = wf_dict_string (entry, "kind");
  const char *id = wf_dict_string (entry, "id");
  g_autoptr (GVariant) fields = wf_dict_value (entry, "fields");
  g_autoptr (WfEntity) entity = wf_application_look (self, kind, id);

  if (entity != NULL)
    return wf_application_patch (self, entity, difference (entity, fields));

  /* In bytes of their own: what stands in the event would keep all of it alive. */
  g_autoptr (GVariant) nothing = wf_dict_empty ();
  return wf_application_make (self, kind, id, wf_dict_merge (fields, nothing));
}

gboolean
wf_apply_registry_entered (WfApplication *self)
{
  g_autoptr (GPtrArray) entries = wf_dict_objects (self->payload, "entities");

  for (guint i = 0; i < entries->len; i++)
    if (!enter (self, g_ptr_array_index (entries, i)))
      return FALSE;

  return TRUE;
}

/* --- log and media --- */

gboolean
wf_apply_log_added (WfApplication *self)
{
  return wf_application_make (self, "log", wf_dict_string (self->payload, "log"),
                              wf_application_pick (self, "incident", "kind", "text", "person", "with", "phone",
                                                   "recording", "late", "at", NULL));
}

gboolean
wf_apply_log_struck (WfApplication *self)
{
  const char *reason = wf_dict_string (self->payload, "reason");

  return wf_application_change (self, "log", wf_dict_make ("struck_reason", wf_value_string (reason), NULL));
}

gboolean
wf_apply_medium_attached (WfApplication *self)
{
  return wf_application_make (self, "medium", wf_dict_string (self->payload, "medium"),
                              wf_application_pick (self, "incident", "task", "digest", "type", "size", "name", "source",
                                                   "taken_at", "location", "duration", "recording", NULL));
}

/* --- exercises --- */

static const char *
state_of_clock (WfApplication *self)
{
  return wf_dict_double (self->payload, "clock_rate", 0) > 0 ? "running" : "paused";
}

gboolean
wf_apply_exercise_opened (WfApplication *self)
{
  g_autoptr (GVariant) picked = wf_application_pick (self, "name", "base_number", "clock_real", "clock_scope",
                                                     "clock_rate", NULL);
  g_autoptr (GVariant) own = wf_dict_make ("state", wf_value_string (state_of_clock (self)),
                                           "opened_at", wf_value_time (wf_dict_time (self->payload, "clock_real")),
                                           NULL);

  return wf_application_make (self, "exercise", self->scope, wf_dict_merge (picked, own));
}

static gboolean
set_clock (WfApplication *self,
           const char    *state,
           int64_t        ended_at)
{
  g_autoptr (WfEntity) exercise = wf_application_look (self, "exercise", self->scope);
  g_autoptr (GVariant) picked = wf_application_pick (self, "clock_real", "clock_scope", "clock_rate", NULL);
  g_autoptr (GVariant) own = wf_dict_make ("state", wf_value_string (state), "ended_at", wf_value_time (ended_at), NULL);

  return exercise != NULL
         ? wf_application_patch (self, exercise, wf_dict_merge (picked, own))
         : wf_application_broken (self, "exercise", self->scope);
}

gboolean
wf_apply_exercise_clock_set (WfApplication *self)
{
  return set_clock (self, state_of_clock (self), 0);
}

gboolean
wf_apply_exercise_ended (WfApplication *self)
{
  return set_clock (self, "ended", wf_dict_time (self->payload, "clock_real"));
}
