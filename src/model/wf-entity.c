/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-model"

#include "config.h"

#include "wf-entity.h"

#include "wf-kind.h"

/**
 * WfEntity:
 *
 * One thing that Watchfire knows of, as it stands at one moment: an incident, a task, a team. It never changes; an event
 * makes a new one out of it. It knows for each field the number of the event (in its scope) that changed it last, which is
 * what a command says that it is based on. May be shared between threads.
 */
struct _WfEntity
{
  gatomicrefcount refs;
  const char     *scope;    /* interned */
  const char     *kind;     /* interned */
  char           *id;       /* (owned) */
  GVariant       *fields;   /* (owned) a{sv} */
  GVariant       *versions; /* (owned) (nullable) a{sx}; a field not in it is as old as the entity */
  int64_t         first;    /* number of the event that made it */
  int64_t         number;   /* number of the event that changed it last */
};

G_DEFINE_BOXED_TYPE (WfEntity, wf_entity, wf_entity_ref, wf_entity_unref)

/* The same value in bytes of its own, one next to the other: there are hundreds of thousands of things, and they must not
 * keep the command alive that they came with. */
static GVariant *
keep (GVariant *value)
{
  g_autoptr (GVariant) owned = g_variant_ref_sink (value);
  gsize size = g_variant_get_size (owned);
  gpointer data = g_memdup2 (g_variant_get_data (owned), size);

  return g_variant_ref_sink (g_variant_new_from_data (g_variant_get_type (owned), data, size, TRUE, g_free, data));
}

/**
 * wf_entity_new:
 * @scope: `live` or an exercise
 * @kind: its kind
 * @id: its id
 * @fields: (transfer none): a{sv}; a floating reference is taken
 * @versions: (nullable) (transfer none): a{sx} of fields changed after it was made; `` (empty) is the making itself
 * @number: number in the scope of the event that changed it last
 *
 * Returns: (transfer full): the entity
 */
WfEntity *
wf_entity_new (const char *scope,
               const char *kind,
               const char *id,
               GVariant   *fields,
               GVariant   *versions,
               int64_t     number)
{
  g_return_val_if_fail (fields != NULL, NULL);

  g_autoptr (GVariant) kept = keep (fields);

  return wf_entity_new_packed (scope, kind, id, kept, versions, number);
}

/**
 * wf_entity_new_packed:
 * @scope: as for wf_entity_new()
 * @kind: as for wf_entity_new()
 * @id: as for wf_entity_new()
 * @fields: (transfer none): a{sv} that was just made, by wf_dict_pack_end() or what uses it, so that it shares its bytes
 *   with nothing else
 * @versions: (nullable) (transfer none): as for wf_entity_new()
 * @number: as for wf_entity_new()
 *
 * Returns: (transfer full): the entity, which keeps @fields as they are
 */
WfEntity *
wf_entity_new_packed (const char *scope,
                      const char *kind,
                      const char *id,
                      GVariant   *fields,
                      GVariant   *versions,
                      int64_t     number)
{
  g_return_val_if_fail (scope != NULL && kind != NULL && id != NULL, NULL);
  g_return_val_if_fail (g_variant_is_of_type (fields, G_VARIANT_TYPE_VARDICT), NULL);

  WfEntity *self = g_slice_new0 (WfEntity);
  g_atomic_ref_count_init (&self->refs);
  self->scope = g_intern_string (scope);
  self->kind = g_intern_string (kind);
  self->id = g_strdup (id);
  self->fields = g_variant_ref (fields);
  self->versions = versions != NULL ? keep (versions) : NULL;
  self->number = number;
  self->first = number;

  if (self->versions != NULL)
    {
      gint64 first;

      if (g_variant_lookup (self->versions, "", "x", &first))
        self->first = first;
    }

  return self;
}

/**
 * wf_entity_patch:
 * @self: an entity
 * @patch: (transfer none): a{sv} of what changes; a unit tuple clears a field
 * @number: number in the scope of the event that changes it
 *
 * Returns: (transfer full): the entity as it stands after the event
 */
WfEntity *
wf_entity_patch (WfEntity *self,
                 GVariant *patch,
                 int64_t   number)
{
  g_return_val_if_fail (self != NULL, NULL);

  G_GNUC_UNUSED g_autoptr (GVariant) owned = g_variant_ref_sink (patch);
  g_autoptr (GVariant) fields = wf_dict_merge (self->fields, patch);
  GVariantBuilder versions;
  GVariantIter iter;
  const char *key;
  gint64 version;
  GVariant *value;

  g_variant_builder_init (&versions, G_VARIANT_TYPE ("a{sx}"));
  g_variant_builder_add (&versions, "{sx}", "", (gint64) self->first);

  if (self->versions != NULL)
    {
      g_variant_iter_init (&iter, self->versions);
      while (g_variant_iter_next (&iter, "{&sx}", &key, &version))
        if (key[0] != '\0' && !wf_dict_has (patch, key))
          g_variant_builder_add (&versions, "{sx}", key, version);
    }

  g_variant_iter_init (&iter, patch);
  while (g_variant_iter_loop (&iter, "{&sv}", &key, &value))
    g_variant_builder_add (&versions, "{sx}", key, (gint64) number);

  return wf_entity_new_packed (self->scope, self->kind, self->id, fields, g_variant_builder_end (&versions), number);
}

/**
 * wf_entity_in_scope:
 * @self: an entity
 * @scope: another scope
 *
 * An exercise reads what is live as frozen at its start: the same thing under the exercise's name.
 *
 * Returns: (transfer full): the same entity in @scope
 */
WfEntity *
wf_entity_in_scope (WfEntity   *self,
                    const char *scope)
{
  WfEntity *copy = g_slice_new (WfEntity);

  *copy = *self;
  g_atomic_ref_count_init (&copy->refs);
  copy->scope = g_intern_string (scope);
  copy->id = g_strdup (self->id);
  g_variant_ref (copy->fields);
  if (copy->versions != NULL)
    g_variant_ref (copy->versions);
  return copy;
}

/**
 * wf_entity_ref:
 * @self: an entity
 *
 * Returns: (transfer full): @self
 */
WfEntity *
wf_entity_ref (WfEntity *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_atomic_ref_count_inc (&self->refs);
  return self;
}

/**
 * wf_entity_unref:
 * @self: (transfer full): an entity
 */
void
wf_entity_unref (WfEntity *self)
{
  g_return_if_fail (self != NULL);

  if (!g_atomic_ref_count_dec (&self->refs))
    return;

  g_free (self->id);
  g_variant_unref (self->fields);
  g_clear_pointer (&self->versions, g_variant_unref);
  g_slice_free (WfEntity, self);
}

/**
 * wf_entity_scope:
 * @self: an entity
 *
 * Returns: (transfer none): an interned string
 */
const char *
wf_entity_scope (WfEntity *self)
{
  return self->scope;
}

/**
 * wf_entity_kind:
 * @self: an entity
 *
 * Returns: (transfer none): an interned string
 */
const char *
wf_entity_kind (WfEntity *self)
{
  return self->kind;
}

/**
 * wf_entity_id:
 * @self: an entity
 *
 * Returns: (transfer none): its id
 */
const char *
wf_entity_id (WfEntity *self)
{
  return self->id;
}

/**
 * wf_entity_number:
 * @self: an entity
 *
 * Returns: number in its scope of the event that changed it last
 */
int64_t
wf_entity_number (WfEntity *self)
{
  return self->number;
}

/**
 * wf_entity_fields:
 * @self: (nullable): an entity
 *
 * Returns: (transfer none) (nullable): a{sv}
 */
GVariant *
wf_entity_fields (WfEntity *self)
{
  return self != NULL ? self->fields : NULL;
}

/**
 * wf_entity_versions:
 * @self: an entity
 *
 * Returns: (transfer none) (nullable): a{sx}, as wf_entity_new() takes it
 */
GVariant *
wf_entity_versions (WfEntity *self)
{
  return self->versions;
}

/**
 * wf_entity_version:
 * @self: an entity
 * @field: one of its fields
 *
 * Returns: number in the scope of the event that changed @field last
 */
int64_t
wf_entity_version (WfEntity   *self,
                   const char *field)
{
  gint64 version;

  if (self->versions != NULL && g_variant_lookup (self->versions, field, "x", &version))
    return version;

  return self->first;
}

/**
 * wf_entity_parent:
 * @self: an entity
 *
 * Returns: (transfer none) (nullable): the id of what it belongs to (a task's incident, a stock line's depot), by the
 *   kind's parent field
 */
const char *
wf_entity_parent (WfEntity *self)
{
  const WfKind *kind = wf_kind_lookup (self->kind);

  return kind != NULL && kind->parent != NULL ? wf_dict_string (self->fields, kind->parent) : NULL;
}

/**
 * wf_entity_string:
 * @self: (nullable): an entity
 * @field: a field
 *
 * Returns: (transfer none) (nullable): see wf_dict_string()
 */
const char *
wf_entity_string (WfEntity   *self,
                  const char *field)
{
  return wf_dict_string (wf_entity_fields (self), field);
}

/**
 * wf_entity_int:
 * @self: (nullable): an entity
 * @field: a field
 * @fallback: where there is none
 *
 * Returns: see wf_dict_int()
 */
int64_t
wf_entity_int (WfEntity   *self,
               const char *field,
               int64_t     fallback)
{
  return wf_dict_int (wf_entity_fields (self), field, fallback);
}

/**
 * wf_entity_time:
 * @self: (nullable): an entity
 * @field: a field
 *
 * Returns: see wf_dict_time()
 */
int64_t
wf_entity_time (WfEntity   *self,
                const char *field)
{
  return wf_dict_time (wf_entity_fields (self), field);
}

/**
 * wf_entity_double:
 * @self: (nullable): an entity
 * @field: a field
 * @fallback: where there is none
 *
 * Returns: see wf_dict_double()
 */
double
wf_entity_double (WfEntity   *self,
                  const char *field,
                  double      fallback)
{
  return wf_dict_double (wf_entity_fields (self), field, fallback);
}

/**
 * wf_entity_bool:
 * @self: (nullable): an entity
 * @field: a field
 *
 * Returns: see wf_dict_bool()
 */
gboolean
wf_entity_bool (WfEntity   *self,
                const char *field)
{
  return wf_dict_bool (wf_entity_fields (self), field);
}

/**
 * wf_entity_point:
 * @self: (nullable): an entity
 * @field: a field
 * @longitude: (out) (optional): degrees east
 * @latitude: (out) (optional): degrees north
 *
 * Returns: see wf_dict_point()
 */
gboolean
wf_entity_point (WfEntity   *self,
                 const char *field,
                 double     *longitude,
                 double     *latitude)
{
  return wf_dict_point (wf_entity_fields (self), field, longitude, latitude);
}

/**
 * wf_entity_value:
 * @self: (nullable): an entity
 * @field: a field
 *
 * Returns: (transfer full) (nullable): see wf_dict_value()
 */
GVariant *
wf_entity_value (WfEntity   *self,
                 const char *field)
{
  return wf_dict_value (wf_entity_fields (self), field);
}

/**
 * wf_entity_objects:
 * @self: (nullable): an entity
 * @field: a field
 *
 * Returns: (transfer full) (element-type GVariant): see wf_dict_objects()
 */
GPtrArray *
wf_entity_objects (WfEntity   *self,
                   const char *field)
{
  return wf_dict_objects (wf_entity_fields (self), field);
}

/**
 * wf_entity_is:
 * @self: (nullable): an entity
 * @field: a field
 * @value: a text
 *
 * Returns: whether the field has that text
 */
gboolean
wf_entity_is (WfEntity   *self,
              const char *field,
              const char *value)
{
  return g_strcmp0 (wf_entity_string (self, field), value) == 0;
}
