/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-store"

#include "config.h"

#include "wf-ledger.h"

#include "wf-kind.h"
#include "wf-rules.h"
#include "wf-store.h"

#include <string.h>

/* Layers of one scope, from below:
 *
 *   frozen   of an exercise: what was live when it was opened, under the scope "ID@base"
 *   state    what is committed
 *   pending  what the transaction that is open has done; merged into state by the commit, thrown away by a rollback
 */
typedef struct
{
  char      *name;
  WfState   *frozen;  /* (owned) (nullable) */
  WfState   *state;   /* (owned) */
  WfState   *pending; /* (owned) (nullable) */
  GPtrArray *changed; /* (owned) (element-type WfEntity) in pending */
  int64_t    number;
  char      *hash;
  int64_t    pending_number;
  char      *pending_hash;
  gboolean   fresh;   /* made by the open transaction */
} Scope;

struct _WfLedger
{
  GHashTable *scopes; /* (owned) name (Scope's) → Scope (owned) */
  GHashTable *bases;  /* (owned) "ID@base" → WfState (owned); while loading */
  int64_t     position;
  int64_t     pending_position;
};

#define BASE_SUFFIX "@base"

static void
free_scope (Scope *scope)
{
  g_free (scope->name);
  g_clear_object (&scope->pending);
  g_clear_object (&scope->state);
  g_clear_object (&scope->frozen);
  g_ptr_array_unref (scope->changed);
  g_free (scope->hash);
  g_free (scope->pending_hash);
  g_free (scope);
}

static Scope *
add_scope (WfLedger   *self,
           const char *name,
           WfState    *frozen)
{
  Scope *scope = g_new0 (Scope, 1);

  scope->name = g_strdup (name);
  scope->changed = g_ptr_array_new_with_free_func ((GDestroyNotify) wf_entity_unref);
  scope->hash = g_strdup (WF_ENTRY_FIRST);
  scope->pending_hash = g_strdup (WF_ENTRY_FIRST);

  if (frozen != NULL)
    {
      g_autofree char *base = wf_ledger_base_scope (name);

      scope->frozen = g_object_ref (frozen);
      scope->state = wf_state_new_layer (frozen, name, base);
    }
  else
    scope->state = wf_state_new ();

  g_hash_table_replace (self->scopes, scope->name, scope);
  return scope;
}

/**
 * wf_ledger_base_scope:
 * @scope: an exercise
 *
 * Returns: (transfer full): the scope that holds what was live when it was opened
 */
char *
wf_ledger_base_scope (const char *scope)
{
  return g_strconcat (scope, BASE_SUFFIX, NULL);
}

/**
 * wf_ledger_new:
 *
 * Returns: (transfer full): a ledger with the live scope and nothing in it
 */
WfLedger *
wf_ledger_new (void)
{
  WfLedger *self = g_new0 (WfLedger, 1);

  self->scopes = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify) free_scope);
  self->bases = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_object_unref);
  add_scope (self, WF_LIVE, NULL);

  return self;
}

/**
 * wf_ledger_free:
 * @self: (transfer full): a ledger
 */
void
wf_ledger_free (WfLedger *self)
{
  g_hash_table_unref (self->scopes);
  g_hash_table_unref (self->bases);
  g_free (self);
}

static WfState *
ensure_base (WfLedger   *self,
             const char *name)
{
  WfState *base = g_hash_table_lookup (self->bases, name);

  if (base == NULL)
    {
      base = wf_state_new ();
      g_hash_table_insert (self->bases, g_strdup (name), base);
    }

  return base;
}

/**
 * wf_ledger_load_scope:
 * @self: a ledger that is being loaded
 * @name: a scope
 * @number: of its last entry
 * @hash: of its last entry's header
 */
void
wf_ledger_load_scope (WfLedger   *self,
                      const char *name,
                      int64_t     number,
                      const char *hash)
{
  Scope *scope = g_hash_table_lookup (self->scopes, name);

  if (scope == NULL)
    {
      g_autofree char *base = wf_ledger_base_scope (name);

      scope = add_scope (self, name, ensure_base (self, base));
    }

  scope->number = scope->pending_number = number;
  g_free (scope->hash);
  scope->hash = g_strdup (hash);
  g_free (scope->pending_hash);
  scope->pending_hash = g_strdup (hash);
}

/**
 * wf_ledger_load_entity:
 * @self: a ledger that is being loaded; its scopes are there already
 * @entity: an entity
 */
void
wf_ledger_load_entity (WfLedger *self,
                       WfEntity *entity)
{
  Scope *scope = g_hash_table_lookup (self->scopes, wf_entity_scope (entity));

  if (scope != NULL)
    wf_state_put (scope->state, entity);
  else if (g_str_has_suffix (wf_entity_scope (entity), BASE_SUFFIX))
    wf_state_put (ensure_base (self, wf_entity_scope (entity)), entity);
  else
    g_warning ("An entity lies in the scope “%s”, which has no journal", wf_entity_scope (entity));
}

/**
 * wf_ledger_put_frozen:
 * @self: a ledger without an open transaction
 * @entity: a thing of a scope "ID@base"
 *
 * Changes what was frozen for an exercise, which only a lawful erasure does.
 */
void
wf_ledger_put_frozen (WfLedger *self,
                      WfEntity *entity)
{
  const char *base = wf_entity_scope (entity);
  g_autofree char *name = g_str_has_suffix (base, BASE_SUFFIX) ? g_strndup (base, strlen (base) - strlen (BASE_SUFFIX)) : NULL;
  Scope *scope = name != NULL ? g_hash_table_lookup (self->scopes, name) : NULL;

  if (scope != NULL && scope->frozen != NULL)
    wf_state_put (scope->frozen, entity);
}

/**
 * wf_ledger_load_end:
 * @self: a ledger
 * @position: of the service's last entry
 */
void
wf_ledger_load_end (WfLedger *self,
                    int64_t   position)
{
  self->position = self->pending_position = position;
  g_hash_table_remove_all (self->bases);
}

/**
 * wf_ledger_has_scope:
 * @self: a ledger
 * @scope: a scope
 *
 * Returns: whether there is such a scope, in the open transaction too
 */
gboolean
wf_ledger_has_scope (WfLedger   *self,
                     const char *scope)
{
  return g_hash_table_contains (self->scopes, scope);
}

/**
 * wf_ledger_scopes:
 * @self: a ledger
 *
 * Returns: (transfer full) (array zero-terminated=1): all scopes
 */
char **
wf_ledger_scopes (WfLedger *self)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  GHashTableIter iter;
  gpointer name;

  g_hash_table_iter_init (&iter, self->scopes);
  while (g_hash_table_iter_next (&iter, &name, NULL))
    g_strv_builder_add (builder, name);

  return g_strv_builder_end (builder);
}

/**
 * wf_ledger_state:
 * @self: a ledger
 * @name: a scope
 *
 * What a command in that scope is decided on: for a scope that does not exist yet, an exercise that would begin now.
 *
 * Returns: (transfer full): the state, with what the open transaction has done
 */
WfState *
wf_ledger_state (WfLedger   *self,
                 const char *name)
{
  Scope *scope = g_hash_table_lookup (self->scopes, name);

  if (scope != NULL)
    return g_object_ref (scope->pending != NULL ? scope->pending : scope->state);

  g_autoptr (WfState) live = wf_ledger_state (self, WF_LIVE);
  return wf_state_new_layer (live, name, WF_LIVE);
}

/**
 * wf_ledger_number:
 * @self: a ledger
 * @scope: a scope
 *
 * Returns: number of its last entry, in the open transaction too
 */
int64_t
wf_ledger_number (WfLedger   *self,
                  const char *scope)
{
  Scope *found = g_hash_table_lookup (self->scopes, scope);

  return found != NULL ? found->pending_number : 0;
}

/**
 * wf_ledger_hash:
 * @self: a ledger
 * @scope: a scope
 *
 * Returns: (transfer none): hash of its last entry's header, in the open transaction too
 */
const char *
wf_ledger_hash (WfLedger   *self,
                const char *scope)
{
  Scope *found = g_hash_table_lookup (self->scopes, scope);

  return found != NULL ? found->pending_hash : WF_ENTRY_FIRST;
}

/**
 * wf_ledger_position:
 * @self: a ledger
 *
 * Returns: position of the last entry that is committed
 */
int64_t
wf_ledger_position (WfLedger *self)
{
  return self->position;
}

static WfState *
freeze (WfLedger   *self,
        const char *name)
{
  g_autoptr (WfState) live = wf_ledger_state (self, WF_LIVE);
  g_autofree char *base = wf_ledger_base_scope (name);
  g_auto (GStrv) kinds = wf_state_kinds (live, WF_LIVE);
  WfState *frozen = wf_state_new ();

  for (gsize i = 0; kinds[i] != NULL; i++)
    {
      g_autoptr (GPtrArray) list = wf_state_list (live, WF_LIVE, kinds[i], NULL);

      for (guint j = 0; j < list->len; j++)
        {
          g_autoptr (WfEntity) copy = wf_entity_in_scope (g_ptr_array_index (list, j), base);

          wf_state_put (frozen, copy);
        }
    }

  return frozen;
}

static Scope *
ensure_scope (WfLedger   *self,
              const char *name,
              gboolean   *opened)
{
  Scope *scope = g_hash_table_lookup (self->scopes, name);

  *opened = scope == NULL;
  if (scope == NULL)
    {
      g_autoptr (WfState) frozen = freeze (self, name);

      scope = add_scope (self, name, frozen);
      scope->fresh = TRUE;
    }

  return scope;
}

static gboolean
apply_all (WfLedger   *self,
           Scope      *scope,
           WfState    *layer,
           GPtrArray  *events,
           GPtrArray  *entries,
           GPtrArray  *changed,
           GError    **error)
{
  const char *previous = scope->pending_hash;

  for (guint i = 0; i < events->len; i++)
    {
      WfEvent *event = g_ptr_array_index (events, i);

      if (strcmp (event->scope, scope->name) != 0)
        {
          g_set_error (error, WF_STORE_ERROR, WF_STORE_ERROR_INTERNAL,
                       "A command in “%s” made the event “%s” in “%s”", scope->name, event->type, event->scope);
          return FALSE;
        }

      event->number = scope->pending_number + 1 + i;
      event->position = self->pending_position + 1 + i;

      WfEntry *entry = wf_entry_seal (event, previous, error);
      if (entry == NULL)
        return FALSE;
      g_ptr_array_add (entries, entry);

      if (!wf_rules_apply_to (layer, event, changed, error))
        return FALSE;
      previous = event->hash;
    }

  return TRUE;
}

/**
 * wf_ledger_record:
 * @self: a ledger
 * @name: the scope
 * @events: (element-type WfEvent): what a command made there, not numbered yet
 * @entries: (element-type WfEntry): where to add what they became
 * @changed: (element-type WfEntity): where to add what they changed, in order
 * @opened: (out): whether the scope was made by this: @changed does not have what was frozen for it
 * @error: return location
 *
 * Numbers, seals and applies the events of one command in the open transaction: all of them or none.
 *
 * Returns: whether it worked
 */
gboolean
wf_ledger_record (WfLedger   *self,
                  const char *name,
                  GPtrArray  *events,
                  GPtrArray  *entries,
                  GPtrArray  *changed,
                  gboolean   *opened,
                  GError    **error)
{
  Scope *scope = ensure_scope (self, name, opened);
  guint n_entries = entries->len;
  guint n_changed = changed->len;

  if (scope->pending == NULL)
    scope->pending = wf_state_new_layer (scope->state, name, name);

  g_autoptr (WfState) layer = wf_state_new_layer (scope->pending, name, name);

  if (!apply_all (self, scope, layer, events, entries, changed, error))
    {
      g_ptr_array_set_size (entries, (int) n_entries);
      g_ptr_array_set_size (changed, (int) n_changed);
      if (*opened)
        g_hash_table_remove (self->scopes, name);
      return FALSE;
    }

  for (guint i = n_changed; i < changed->len; i++)
    {
      WfEntity *entity = g_ptr_array_index (changed, i);

      wf_state_put (scope->pending, entity);
      g_ptr_array_add (scope->changed, wf_entity_ref (entity));
    }

  if (events->len > 0)
    {
      WfEvent *last = g_ptr_array_index (events, events->len - 1);

      scope->pending_number = last->number;
      self->pending_position = last->position;
      g_free (scope->pending_hash);
      scope->pending_hash = g_strdup (last->hash);
    }

  return TRUE;
}

/**
 * wf_ledger_replay:
 * @self: a ledger without an open transaction
 * @entry: the next entry of its scope, with its payload as a dictionary
 * @error: return location
 *
 * Applies what was recorded, after checking that it follows upon what is there.
 *
 * Returns: whether it does, and could be applied
 */
gboolean
wf_ledger_replay (WfLedger *self,
                  WfEntry  *entry,
                  GError  **error)
{
  WfEvent *event = entry->event;
  gboolean opened;

  if (event->position != self->position + 1)
    {
      g_set_error (error, WF_STORE_ERROR, WF_STORE_ERROR_CORRUPT,
                   "Entry %" G_GINT64_FORMAT " is followed by entry %" G_GINT64_FORMAT,
                   (gint64) self->position, (gint64) event->position);
      return FALSE;
    }

  Scope *scope = ensure_scope (self, event->scope, &opened);

  if (event->number != scope->number + 1)
    {
      g_set_error (error, WF_STORE_ERROR, WF_STORE_ERROR_CORRUPT,
                   "In “%s”, number %" G_GINT64_FORMAT " is followed by %" G_GINT64_FORMAT,
                   scope->name, (gint64) scope->number, (gint64) event->number);
      return FALSE;
    }

  if (!wf_entry_verify (entry, scope->hash, error) || !wf_rules_apply_to (scope->state, event, NULL, error))
    return FALSE;

  scope->number = scope->pending_number = event->number;
  self->position = self->pending_position = event->position;
  g_free (scope->hash);
  scope->hash = g_strdup (event->hash);
  g_free (scope->pending_hash);
  scope->pending_hash = g_strdup (event->hash);
  scope->fresh = FALSE;

  return TRUE;
}

/**
 * wf_ledger_commit:
 * @self: a ledger
 *
 * What the open transaction has done is on the disk now.
 */
void
wf_ledger_commit (WfLedger *self)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->scopes);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      Scope *scope = value;

      if (scope->pending == NULL)
        continue;

      for (guint i = 0; i < scope->changed->len; i++)
        wf_state_put (scope->state, g_ptr_array_index (scope->changed, i));

      g_ptr_array_set_size (scope->changed, 0);
      g_clear_object (&scope->pending);
      scope->number = scope->pending_number;
      g_free (scope->hash);
      scope->hash = g_strdup (scope->pending_hash);
      scope->fresh = FALSE;
    }

  self->position = self->pending_position;
}

/**
 * wf_ledger_rollback:
 * @self: a ledger
 *
 * What the open transaction has done did not happen.
 */
void
wf_ledger_rollback (WfLedger *self)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->scopes);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      Scope *scope = value;

      if (scope->fresh)
        {
          g_hash_table_iter_remove (&iter);
          continue;
        }

      g_ptr_array_set_size (scope->changed, 0);
      g_clear_object (&scope->pending);
      scope->pending_number = scope->number;
      g_free (scope->pending_hash);
      scope->pending_hash = g_strdup (scope->hash);
    }

  self->pending_position = self->position;
}
