/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-rules"

#include "config.h"

#include "wf-application.h"
#include "wf-decision.h"

#include "wf-kind.h"

#include <string.h>

/* Lawful erasure. What a person has a right to have forgotten goes from the payloads of entries and from the things as they
 * stand; that it went, by whose authority and why, stays. The rules clear the fields; payloads and media are the store's. */

#define ERASED "[erased]"

static const WfField *
find_field (const char *kind_name,
            const char *key)
{
  const WfKind *kind = wf_kind_lookup (kind_name);

  for (const WfField *field = kind != NULL ? kind->fields : NULL; field != NULL && field->key != NULL; field++)
    if (g_strcmp0 (field->key, key) == 0)
      return field;

  return NULL;
}

/* A field that a thing cannot be without keeps its place, if it is text. */
static gboolean
can_go (const WfField *field)
{
  return (field->flags & WF_FIELD_REQUIRED) == 0 || field->type == WF_FIELD_STRING || field->type == WF_FIELD_TEXT;
}

/**
 * wf_rules_erase_field:
 * @entity: a thing
 * @key: a field of it
 * @number: of the event that erases it
 *
 * Returns: (transfer full) (nullable): the thing without what stood there; %NULL where nothing did
 */
WfEntity *
wf_rules_erase_field (WfEntity   *entity,
                      const char *key,
                      int64_t     number)
{
  const WfField *field = find_field (wf_entity_kind (entity), key);

  if (field == NULL || !can_go (field) || !wf_dict_has (wf_entity_fields (entity), key))
    return NULL;

  gboolean required = (field->flags & WF_FIELD_REQUIRED) != 0;
  g_autoptr (GVariant) patch = wf_dict_make (key, required ? wf_value_string (ERASED) : wf_value_clear (), NULL);

  return wf_entity_patch (entity, patch, number);
}

gboolean
wf_decide_journal_erase (WfDecision *self)
{
  g_autoptr (GPtrArray) entries = wf_dict_objects (self->payload, "entries");
  g_autoptr (GPtrArray) fields = wf_dict_objects (self->payload, "fields");
  g_autoptr (GPtrArray) media = wf_dict_objects (self->payload, "media");

  if ((entries == NULL || entries->len == 0) && (fields == NULL || fields->len == 0) && (media == NULL || media->len == 0))
    return wf_decision_refuse (self, WF_PROBLEM_INVALID, "journal.nothing-erased", "entries", NULL);

  for (guint i = 0; fields != NULL && i < fields->len; i++)
    {
      GVariant *one = g_ptr_array_index (fields, i);
      const char *kind = wf_dict_string (one, "kind");
      const WfField *field = find_field (kind, wf_dict_string (one, "field"));
      g_autofree char *path = g_strdup_printf ("fields[%u]", i);
      g_autoptr (WfEntity) entity =
        field != NULL ? wf_state_get (self->state, self->scope, kind, wf_dict_string (one, "thing")) : NULL;

      if (entity == NULL || !can_go (field))
        return wf_decision_refuse (self, WF_PROBLEM_INVALID, "journal.not-erasable", path, NULL);
    }

  wf_decision_emit_with (self, "journal.erased", NULL, wf_dict_make ("at", wf_decision_at (self), NULL));
  return TRUE;
}

gboolean
wf_apply_journal_erased (WfApplication *self)
{
  g_autoptr (GPtrArray) fields = wf_dict_objects (self->payload, "fields");

  for (guint i = 0; fields != NULL && i < fields->len; i++)
    {
      GVariant *one = g_ptr_array_index (fields, i);
      g_autoptr (WfEntity) entity = wf_application_look (self, wf_dict_string (one, "kind"), wf_dict_string (one, "thing"));
      const char *key = wf_dict_string (one, "field");
      const WfField *field = find_field (wf_dict_string (one, "kind"), key);

      if (entity == NULL || field == NULL || !wf_dict_has (wf_entity_fields (entity), key))
        continue;

      gboolean required = (field->flags & WF_FIELD_REQUIRED) != 0;
      wf_application_patch (self, entity,
                            wf_dict_make (key, required ? wf_value_string (ERASED) : wf_value_clear (), NULL));
    }

  return TRUE;
}
