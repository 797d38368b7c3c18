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
 *   state    everything that came since
 *
 * What is decided changes the state at once, so that the next command is decided on it. Until it is on the disk, the ledger
 * knows how to take it back: for each command where the journal stood, and for each thing what lay in its place. */
typedef struct
{
  char    *name;
  WfState *frozen; /* (owned) (nullable) */
  WfState *state;  /* (owned) */
  int64_t  number;
  char     hash[sizeof WF_ENTRY_FIRST];
} Scope;

/* How one command is taken back. */
typedef struct
{
  Scope   *scope;
  int64_t  number;   /* where the journals stood before */
  int64_t  position;
  char     hash[sizeof WF_ENTRY_FIRST];
  gboolean opened;   /* it made the scope */
  guint    n_changes; /* how many of the changes are older */
} Step;

typedef struct
{
  WfEntity *entity; /* (owned) what lies there now */
  WfEntity *before; /* (owned) (nullable) what lay there */
} Change;

struct _WfLedger
{
  GHashTable *scopes; /* (owned) name (Scope's) → Scope (owned) */
  GHashTable *bases;  /* (owned) "ID@base" → WfState (owned); while loading */
  int64_t     position;

  /* what is not on the disk yet */
  GArray     *steps;   /* (owned) of Step */
  GArray     *changes; /* (owned) of Change */
  GQueue      groups;  /* number of steps in each group that is being written, the oldest first */
  guint       n_closed; /* steps in all of them */
};

static void
free_scope (Scope *scope)
{
  g_free (scope->name);
  g_clear_object (&scope->state);
  g_clear_object (&scope->frozen);
  g_free (scope);
}

static void
clear_change (gpointer data)
{
  Change *change = data;

  wf_entity_unref (change->entity);
  g_clear_pointer (&change->before, wf_entity_unref);
}

static Scope *
add_scope (WfLedger   *self,
           const char *name,
           WfState    *frozen)
{
  Scope *scope = g_new0 (Scope, 1);

  scope->name = g_strdup (name);
  g_strlcpy (scope->hash, WF_ENTRY_FIRST, sizeof scope->hash);

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
  return g_strconcat (scope, WF_BASE_SUFFIX, NULL);
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
  self->steps = g_array_new (FALSE, FALSE, sizeof (Step));
  self->changes = g_array_new (FALSE, FALSE, sizeof (Change));
  g_array_set_clear_func (self->changes, clear_change);
  g_queue_init (&self->groups);
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
  g_array_unref (self->steps);
  g_array_unref (self->changes);
  g_queue_clear (&self->groups);
  g_hash_table_unref (self->scopes);
  g_hash_table_unref (self->bases);
  g_free (self);
}

/* Beside what was frozen, an exercise sees who is who now: accounts are the real centre's. */
static WfState *
new_frozen (WfLedger   *self,
            const char *base)
{
  g_autoptr (WfState) live = wf_ledger_state (self, WF_LIVE);

  return wf_state_new_layer (live, base, base);
}

static WfState *
ensure_base (WfLedger   *self,
             const char *name)
{
  WfState *base = g_hash_table_lookup (self->bases, name);

  if (base == NULL)
    {
      base = new_frozen (self, name);
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

  scope->number = number;
  g_strlcpy (scope->hash, hash, sizeof scope->hash);
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
  else if (g_str_has_suffix (wf_entity_scope (entity), WF_BASE_SUFFIX))
    wf_state_put (ensure_base (self, wf_entity_scope (entity)), entity);
  else
    g_warning ("An entity lies in the scope “%s”, which has no journal", wf_entity_scope (entity));
}

/**
 * wf_ledger_put_frozen:
 * @self: a ledger with nothing that is not on the disk
 * @entity: a thing of a scope "ID@base"
 *
 * Changes what was frozen for an exercise, which only a lawful erasure does.
 */
void
wf_ledger_put_frozen (WfLedger *self,
                      WfEntity *entity)
{
  const char *base = wf_entity_scope (entity);
  gboolean frozen = g_str_has_suffix (base, WF_BASE_SUFFIX);
  g_autofree char *name = frozen ? g_strndup (base, strlen (base) - strlen (WF_BASE_SUFFIX)) : NULL;
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
  self->position = position;
  g_hash_table_remove_all (self->bases);
}

/**
 * wf_ledger_has_scope:
 * @self: a ledger
 * @scope: a scope
 *
 * Returns: whether there is such a scope, what is not on the disk yet included
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
 * Returns: (transfer full): the state, with what is not on the disk yet
 */
WfState *
wf_ledger_state (WfLedger   *self,
                 const char *name)
{
  Scope *scope = g_hash_table_lookup (self->scopes, name);

  if (scope != NULL)
    return g_object_ref (scope->state);

  g_autoptr (WfState) live = wf_ledger_state (self, WF_LIVE);
  return wf_state_new_layer (live, name, WF_LIVE);
}

/**
 * wf_ledger_number:
 * @self: a ledger
 * @scope: a scope
 *
 * Returns: number of its last entry, what is not on the disk yet included
 */
int64_t
wf_ledger_number (WfLedger   *self,
                  const char *scope)
{
  Scope *found = g_hash_table_lookup (self->scopes, scope);

  return found != NULL ? found->number : 0;
}

/**
 * wf_ledger_hash:
 * @self: a ledger
 * @scope: a scope
 *
 * Returns: (transfer none): hash of its last entry's header, what is not on the disk yet included
 */
const char *
wf_ledger_hash (WfLedger   *self,
                const char *scope)
{
  Scope *found = g_hash_table_lookup (self->scopes, scope);

  return found != NULL ? found->hash : WF_ENTRY_FIRST;
}

static WfState *
freeze (WfLedger   *self,
        const char *name)
{
  g_autoptr (WfState) live = wf_ledger_state (self, WF_LIVE);
  g_autofree char *base = wf_ledger_base_scope (name);
  WfState *frozen = new_frozen (self, base);

  wf_state_freeze (live, base, frozen);
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
    }

  return scope;
}

static Step *
last_step (WfLedger *self)
{
  return self->steps->len > 0 ? &g_array_index (self->steps, Step, self->steps->len - 1) : NULL;
}

/* Takes the newest command back. */
static void
step_back (WfLedger *self)
{
  Step *step = last_step (self);
  Scope *scope = step->scope;

  for (guint i = self->changes->len; i > step->n_changes; i--)
    {
      const Change *change = &g_array_index (self->changes, Change, i - 1);

      if (change->before != NULL)
        wf_state_put (scope->state, change->before);
      else
        wf_state_remove (scope->state, change->entity);
    }

  g_array_set_size (self->changes, step->n_changes);
  self->position = step->position;
  scope->number = step->number;
  memcpy (scope->hash, step->hash, sizeof scope->hash);
  if (step->opened)
    g_hash_table_remove (self->scopes, scope->name);

  g_array_set_size (self->steps, self->steps->len - 1);
}

static gboolean
apply_event (WfLedger   *self,
             Scope      *scope,
             WfEvent    *event,
             GPtrArray  *changed,
             GError    **error)
{
  g_autoptr (GPtrArray) entities = wf_rules_apply (scope->state, event, error);

  if (entities == NULL)
    return FALSE;

  for (guint i = 0; i < entities->len; i++)
    {
      WfEntity *entity = g_ptr_array_index (entities, i);
      const Change change = { wf_entity_ref (entity), wf_state_replace (scope->state, entity) };

      g_array_append_val (self->changes, change);
      g_ptr_array_add (changed, wf_entity_ref (entity));
    }

  return TRUE;
}

static gboolean
record_event (WfLedger   *self,
              Scope      *scope,
              WfEvent    *event,
              GPtrArray  *entries,
              GPtrArray  *changed,
              GError    **error)
{
  if (strcmp (event->scope, scope->name) != 0)
    {
      g_set_error (error, WF_STORE_ERROR, WF_STORE_ERROR_INTERNAL,
                   "A command in “%s” made the event “%s” in “%s”", scope->name, event->type, event->scope);
      return FALSE;
    }

  event->number = scope->number + 1;
  event->position = self->position + 1;

  WfEntry *entry = wf_entry_seal (event, scope->hash, error);
  if (entry == NULL)
    return FALSE;
  g_ptr_array_add (entries, entry);

  if (!apply_event (self, scope, event, changed, error))
    return FALSE;

  scope->number = event->number;
  self->position = event->position;
  g_strlcpy (scope->hash, event->hash, sizeof scope->hash);

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
 * Numbers, seals and applies the events of one command: all of them or none. They can be taken back until they are on the
 * disk.
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
  Step step = { .scope = scope, .number = scope->number, .position = self->position, .opened = *opened,
                .n_changes = self->changes->len };

  memcpy (step.hash, scope->hash, sizeof step.hash);
  g_array_append_val (self->steps, step);

  for (guint i = 0; i < events->len; i++)
    if (!record_event (self, scope, g_ptr_array_index (events, i), entries, changed, error))
      {
        step_back (self);
        g_ptr_array_set_size (entries, (int) n_entries);
        g_ptr_array_set_size (changed, (int) n_changed);
        return FALSE;
      }

  return TRUE;
}

/**
 * wf_ledger_replay:
 * @self: a ledger with nothing that is not on the disk
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

  scope->number = event->number;
  self->position = event->position;
  g_strlcpy (scope->hash, event->hash, sizeof scope->hash);

  return TRUE;
}

/**
 * wf_ledger_close_group:
 * @self: a ledger
 *
 * What was recorded so far is being written; what is recorded from now on belongs to the next group.
 */
void
wf_ledger_close_group (WfLedger *self)
{
  guint n = self->steps->len - self->n_closed;

  g_queue_push_tail (&self->groups, GUINT_TO_POINTER (n));
  self->n_closed += n;
}

/**
 * wf_ledger_commit:
 * @self: a ledger
 *
 * The oldest group is on the disk now, and can no longer be taken back.
 */
void
wf_ledger_commit (WfLedger *self)
{
  g_return_if_fail (!g_queue_is_empty (&self->groups));

  guint n = GPOINTER_TO_UINT (g_queue_pop_head (&self->groups));
  guint n_changes = n < self->steps->len ? g_array_index (self->steps, Step, n).n_changes : self->changes->len;

  self->n_closed -= n;
  if (n > 0)
    g_array_remove_range (self->steps, 0, n);
  if (n_changes > 0)
    g_array_remove_range (self->changes, 0, n_changes);
  for (guint i = 0; i < self->steps->len; i++)
    g_array_index (self->steps, Step, i).n_changes -= n_changes;
}

/**
 * wf_ledger_rollback:
 * @self: a ledger
 *
 * Whatever is not on the disk did not happen.
 */
void
wf_ledger_rollback (WfLedger *self)
{
  while (self->steps->len > 0)
    step_back (self);

  g_queue_clear (&self->groups);
  self->n_closed = 0;
}
