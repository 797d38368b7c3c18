/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-model"

#include "config.h"

#include "wf-state.h"

#include "wf-kind.h"

#include <string.h>

/**
 * WfState:
 *
 * What is known at one moment: entities by scope, kind and id. States lie on one another in layers: a layer answers for
 * what was put into itself and asks the one below for the rest, so that an exercise writes only into itself, and a
 * command that waits in the outbox is shown as if it had happened without touching what has.
 *
 * Not thread-safe: each thread that needs a state keeps its own (the entities in it may be shared).
 */
struct _WfState
{
  GObject parent_instance;

  GHashTable *tables;      /* (owned) Table (owned), by scope and kind */
  WfState    *below;       /* (owned) (nullable) */
  const char *scope;       /* interned; the scope whose reads fall through to below */
  const char *below_scope; /* interned; what that scope is called there */
};

typedef struct
{
  const char *scope;    /* interned */
  const char *kind;     /* interned */
  gboolean    parented;
  GHashTable *by_id;     /* (owned) id (entity's own) → WfEntity (owned) */
  GHashTable *by_parent; /* (owned) parent id (owned) → GHashTable set of ids */
} Table;

G_DEFINE_FINAL_TYPE (WfState, wf_state, G_TYPE_OBJECT)

static guint
hash_table_name (gconstpointer key)
{
  const Table *table = key;

  /* A state has few scopes. */
  return g_str_hash (table->kind);
}

static gboolean
same_table_name (gconstpointer a,
                 gconstpointer b)
{
  const Table *one = a;
  const Table *other = b;

  return strcmp (one->kind, other->kind) == 0 && strcmp (one->scope, other->scope) == 0;
}

static void
free_table (Table *table)
{
  g_hash_table_unref (table->by_id);
  g_hash_table_unref (table->by_parent);
  g_free (table);
}

static Table *
find_table (WfState    *self,
            const char *scope,
            const char *kind)
{
  const Table name = { .scope = scope, .kind = kind };

  return g_hash_table_lookup (self->tables, &name);
}

static Table *
ensure_table (WfState  *self,
              WfEntity *entity)
{
  Table *table = find_table (self, wf_entity_scope (entity), wf_entity_kind (entity));

  if (table == NULL)
    {
      const WfKind *kind = wf_kind_lookup (wf_entity_kind (entity));

      table = g_new0 (Table, 1);
      table->scope = wf_entity_scope (entity);
      table->kind = wf_entity_kind (entity);
      table->parented = kind != NULL && kind->parent != NULL;
      table->by_id = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify) wf_entity_unref);
      table->by_parent = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_hash_table_unref);
      g_hash_table_add (self->tables, table);
    }

  return table;
}

static void
wf_state_finalize (GObject *object)
{
  WfState *self = WF_STATE (object);

  g_hash_table_unref (self->tables);
  g_clear_object (&self->below);

  G_OBJECT_CLASS (wf_state_parent_class)->finalize (object);
}

static void
wf_state_class_init (WfStateClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = wf_state_finalize;
}

static void
wf_state_init (WfState *self)
{
  self->tables = g_hash_table_new_full (hash_table_name, same_table_name, (GDestroyNotify) free_table, NULL);
}

/**
 * wf_state_new:
 *
 * Returns: (transfer full): a state with nothing in it and nothing below
 */
WfState *
wf_state_new (void)
{
  return g_object_new (WF_TYPE_STATE, NULL);
}

/**
 * wf_state_new_layer:
 * @below: the state that it lies on
 * @scope: the scope that this layer is for
 * @below_scope: what that scope reads in @below (for an exercise, what was frozen for it; else the same)
 *
 * Makes a layer. Scopes other than @scope are read from @below under their own names.
 *
 * Returns: (transfer full): the layer
 */
WfState *
wf_state_new_layer (WfState    *below,
                    const char *scope,
                    const char *below_scope)
{
  g_return_val_if_fail (WF_IS_STATE (below), NULL);

  WfState *self = wf_state_new ();

  self->below = g_object_ref (below);
  self->scope = g_intern_string (scope);
  self->below_scope = g_intern_string (below_scope);

  return self;
}

/**
 * wf_state_lay_on:
 * @self: a layer
 * @below: the state that it is to lie on from now on
 * @scope: the scope that it is for from now on
 * @below_scope: what that scope reads in @below
 *
 * Lays what whoever looks holds in their hands onto something else: an exercise instead of live, and back. What was put
 * into the layer is forgotten.
 */
void
wf_state_lay_on (WfState    *self,
                 WfState    *below,
                 const char *scope,
                 const char *below_scope)
{
  g_return_if_fail (WF_IS_STATE (self) && self->below != NULL);
  g_return_if_fail (WF_IS_STATE (below) && below != self);

  wf_state_clear (self);
  g_set_object (&self->below, below);
  self->scope = g_intern_string (scope);
  self->below_scope = g_intern_string (below_scope);
}

static const char *
scope_below (WfState    *self,
             const char *scope)
{
  return strcmp (scope, self->scope) == 0 ? self->below_scope : scope;
}

/* What comes from below carries the scope that it was asked for. */
static WfEntity *
lift (WfEntity   *entity,
      const char *scope)
{
  if (strcmp (wf_entity_scope (entity), scope) == 0)
    return entity;

  WfEntity *lifted = wf_entity_in_scope (entity, scope);

  wf_entity_unref (entity);
  return lifted;
}

/**
 * wf_state_get:
 * @self: a state
 * @scope: a scope
 * @kind: a kind
 * @id: (nullable): an id
 *
 * Returns: (transfer full) (nullable): the entity, or %NULL if there is none
 */
WfEntity *
wf_state_get (WfState    *self,
              const char *scope,
              const char *kind,
              const char *id)
{
  g_return_val_if_fail (WF_IS_STATE (self), NULL);
  g_return_val_if_fail (scope != NULL && kind != NULL, NULL);

  if (id == NULL)
    return NULL;

  Table *table = find_table (self, scope, kind);
  WfEntity *entity = table != NULL ? g_hash_table_lookup (table->by_id, id) : NULL;

  if (entity != NULL)
    return wf_entity_ref (entity);
  if (self->below == NULL)
    return NULL;

  entity = wf_state_get (self->below, scope_below (self, scope), kind, id);
  return entity != NULL ? lift (entity, scope) : NULL;
}

static int
compare_ids (gconstpointer a,
             gconstpointer b)
{
  return strcmp (wf_entity_id (*(WfEntity *const *) a), wf_entity_id (*(WfEntity *const *) b));
}

/**
 * wf_state_list:
 * @self: a state
 * @scope: a scope
 * @kind: a kind
 * @parent: (nullable): the id of what they belong to, or %NULL for all
 *
 * Lists entities, sorted by id, so that rules that walk over them always come to the same end.
 *
 * Returns: (transfer full) (element-type WfEntity): the entities
 */
GPtrArray *
wf_state_list (WfState    *self,
               const char *scope,
               const char *kind,
               const char *parent)
{
  g_return_val_if_fail (WF_IS_STATE (self), NULL);
  g_return_val_if_fail (scope != NULL && kind != NULL, NULL);

  GPtrArray *list = g_ptr_array_new_with_free_func ((GDestroyNotify) wf_entity_unref);
  Table *table = find_table (self, scope, kind);
  GHashTableIter iter;
  gpointer key, value;

  if (table != NULL && parent != NULL && table->parented)
    {
      GHashTable *ids = g_hash_table_lookup (table->by_parent, parent);

      if (ids != NULL)
        {
          g_hash_table_iter_init (&iter, ids);
          while (g_hash_table_iter_next (&iter, &key, NULL))
            g_ptr_array_add (list, wf_entity_ref (g_hash_table_lookup (table->by_id, key)));
        }
    }
  else if (table != NULL && parent == NULL)
    {
      g_hash_table_iter_init (&iter, table->by_id);
      while (g_hash_table_iter_next (&iter, NULL, &value))
        g_ptr_array_add (list, wf_entity_ref (value));
    }

  if (self->below != NULL)
    {
      g_autoptr (GPtrArray) below = wf_state_list (self->below, scope_below (self, scope), kind, parent);

      for (guint i = 0; i < below->len; i++)
        {
          WfEntity *entity = g_ptr_array_index (below, i);

          if (table == NULL || !g_hash_table_contains (table->by_id, wf_entity_id (entity)))
            g_ptr_array_add (list, lift (wf_entity_ref (entity), scope));
        }
    }

  g_ptr_array_sort (list, compare_ids);
  return list;
}

/**
 * wf_state_count:
 * @self: a state
 * @scope: a scope
 * @kind: a kind
 *
 * Returns: how many entities of the kind the scope has
 */
guint
wf_state_count (WfState    *self,
                const char *scope,
                const char *kind)
{
  g_return_val_if_fail (WF_IS_STATE (self), 0);

  if (self->below == NULL)
    {
      Table *table = find_table (self, scope, kind);

      return table != NULL ? g_hash_table_size (table->by_id) : 0;
    }

  g_autoptr (GPtrArray) list = wf_state_list (self, scope, kind, NULL);
  return list->len;
}

/**
 * wf_state_list_own:
 * @self: a state
 * @scope: a scope
 *
 * Returns: (transfer full) (element-type WfEntity): what of the scope lies in this very layer, in no order
 */
GPtrArray *
wf_state_list_own (WfState    *self,
                   const char *scope)
{
  g_return_val_if_fail (WF_IS_STATE (self), NULL);
  g_return_val_if_fail (scope != NULL, NULL);

  GPtrArray *list = g_ptr_array_new_with_free_func ((GDestroyNotify) wf_entity_unref);
  GHashTableIter tables, entities;
  gpointer table, entity;

  g_hash_table_iter_init (&tables, self->tables);
  while (g_hash_table_iter_next (&tables, NULL, &table))
    {
      if (strcmp (((Table *) table)->scope, scope) != 0)
        continue;

      g_hash_table_iter_init (&entities, ((Table *) table)->by_id);
      while (g_hash_table_iter_next (&entities, NULL, &entity))
        g_ptr_array_add (list, wf_entity_ref (entity));
    }

  return list;
}

static void
forget_parent (Table    *table,
               WfEntity *entity)
{
  const char *parent = table->parented ? wf_entity_parent (entity) : NULL;
  GHashTable *ids = parent != NULL ? g_hash_table_lookup (table->by_parent, parent) : NULL;

  if (ids == NULL)
    return;

  g_hash_table_remove (ids, wf_entity_id (entity));
  if (g_hash_table_size (ids) == 0)
    g_hash_table_remove (table->by_parent, parent);
}

/**
 * wf_state_replace:
 * @self: a state
 * @entity: (transfer none): what an event made
 *
 * Puts an entity in the place of the one with its scope, kind and id. In a layer, only the layer changes.
 *
 * Returns: (transfer full) (nullable): the one that lay there, in this layer; for whoever may have to take it back
 */
WfEntity *
wf_state_replace (WfState  *self,
                  WfEntity *entity)
{
  g_return_val_if_fail (WF_IS_STATE (self), NULL);
  g_return_val_if_fail (entity != NULL, NULL);

  Table *table = ensure_table (self, entity);
  WfEntity *old = g_hash_table_lookup (table->by_id, wf_entity_id (entity));

  if (old != NULL)
    {
      wf_entity_ref (old);
      forget_parent (table, old);
    }

  g_hash_table_replace (table->by_id, (char *) wf_entity_id (entity), wf_entity_ref (entity));

  const char *parent = table->parented ? wf_entity_parent (entity) : NULL;
  if (parent != NULL)
    {
      GHashTable *ids = g_hash_table_lookup (table->by_parent, parent);

      if (ids == NULL)
        {
          ids = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
          g_hash_table_insert (table->by_parent, g_strdup (parent), ids);
        }

      g_hash_table_add (ids, g_strdup (wf_entity_id (entity)));
    }

  return old;
}

/**
 * wf_state_put:
 * @self: a state
 * @entity: (transfer none): what an event made
 *
 * Like wf_state_replace(), for whoever does not want to know what lay there.
 */
void
wf_state_put (WfState  *self,
              WfEntity *entity)
{
  WfEntity *old = wf_state_replace (self, entity);

  if (old != NULL)
    wf_entity_unref (old);
}

/**
 * wf_state_remove:
 * @self: a state
 * @entity: (transfer none): what wf_state_put() put into this very layer
 *
 * Takes an entity out again, as if it had never been put there. What lies below shows again.
 */
void
wf_state_remove (WfState  *self,
                 WfEntity *entity)
{
  g_return_if_fail (WF_IS_STATE (self));
  g_return_if_fail (entity != NULL);

  Table *table = find_table (self, wf_entity_scope (entity), wf_entity_kind (entity));
  WfEntity *old = table != NULL ? g_hash_table_lookup (table->by_id, wf_entity_id (entity)) : NULL;

  if (old == NULL)
    return;

  forget_parent (table, old);
  g_hash_table_remove (table->by_id, wf_entity_id (entity));
}

/**
 * wf_state_clear:
 * @self: a state
 *
 * Forgets what was put into it; what lies below stays.
 */
void
wf_state_clear (WfState *self)
{
  g_return_if_fail (WF_IS_STATE (self));

  g_hash_table_remove_all (self->tables);
}

static char **
list_names (WfState    *self,
            const char *scope)
{
  g_autoptr (GHashTable) names = g_hash_table_new (g_str_hash, g_str_equal);
  GHashTableIter iter;
  gpointer value;

  for (WfState *layer = self; layer != NULL; layer = layer->below)
    {
      g_hash_table_iter_init (&iter, layer->tables);
      while (g_hash_table_iter_next (&iter, NULL, &value))
        {
          Table *table = value;

          if (scope == NULL)
            g_hash_table_add (names, (char *) table->scope);
          else if (strcmp (table->scope, scope) == 0)
            g_hash_table_add (names, (char *) table->kind);
        }

      if (scope != NULL && layer->below != NULL)
        scope = scope_below (layer, scope);
    }

  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_autoptr (GList) keys = g_list_sort (g_hash_table_get_keys (names), (GCompareFunc) strcmp);

  for (GList *l = keys; l != NULL; l = l->next)
    g_strv_builder_add (builder, l->data);

  return g_strv_builder_end (builder);
}

/**
 * wf_state_scopes:
 * @self: a state
 *
 * Returns: (transfer full) (array zero-terminated=1): the scopes that have anything in them, sorted
 */
char **
wf_state_scopes (WfState *self)
{
  g_return_val_if_fail (WF_IS_STATE (self), NULL);

  return list_names (self, NULL);
}

/**
 * wf_state_kinds:
 * @self: a state
 * @scope: a scope
 *
 * Returns: (transfer full) (array zero-terminated=1): the kinds that the scope has anything of, sorted
 */
char **
wf_state_kinds (WfState    *self,
                const char *scope)
{
  g_return_val_if_fail (WF_IS_STATE (self), NULL);

  return list_names (self, scope);
}

/**
 * wf_state_freeze:
 * @self: a state that has live in it
 * @base: what is frozen for an exercise is called: the exercise with %WF_BASE_SUFFIX
 * @to: where to put it; may be @self
 *
 * Keeps what is live for an exercise that begins, but for the kinds that say what is seen of their own scope. The things
 * share what is in them with those that go on.
 */
void
wf_state_freeze (WfState    *self,
                 const char *base,
                 WfState    *to)
{
  const WfKind *kinds;
  guint n;

  g_return_if_fail (WF_IS_STATE (self) && WF_IS_STATE (to));

  kinds = wf_kind_all (&n);
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (GPtrArray) live = !kinds[i].passing ? wf_state_list (self, WF_LIVE, kinds[i].name, NULL) : NULL;

      for (guint j = 0; live != NULL && j < live->len; j++)
        {
          g_autoptr (WfEntity) frozen = wf_entity_in_scope (g_ptr_array_index (live, j), base);

          wf_state_put (to, frozen);
        }
    }
}
