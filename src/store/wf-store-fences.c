/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-store"

#include "config.h"

#include "wf-store-private.h"

#include "wf-crossing.h"
#include "wf-rules.h"
#include "wf-telemetry.h"

#include <string.h>

/* Who enters and leaves drawn areas. Once a second the newest position of each unit that has moved is compared with the areas
 * of its scope, in the writer, where the state is; what the rules make of it is a command of the service itself. Areas are
 * collected anew when something has changed them or who is in them. */

/* So many commands are handed in together. */
#define BATCH 200

/* Where a unit was ten times longer ago than its positions last, nobody knows where it is. */
#define LOST 10

/**
 * wf_store_init_fences:
 * @self: a new store
 */
void
wf_store_init_fences (WfStore *self)
{
  self->fences = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) wf_fences_free);
}

/**
 * wf_store_clear_fences:
 * @self: a store whose writer has ended
 */
void
wf_store_clear_fences (WfStore *self)
{
  g_clear_pointer (&self->fences, g_hash_table_unref);
}

static WfFences *
ensure_fences (WfStore    *self,
               WfState    *state,
               const char *scope)
{
  int serial = g_atomic_int_get (&self->fences_serial);

  if (self->fences_taken != serial)
    g_hash_table_remove_all (self->fences);
  self->fences_taken = serial;

  WfFences *fences = g_hash_table_lookup (self->fences, scope);

  if (fences == NULL)
    {
      fences = wf_fences_new (state, scope);
      g_hash_table_insert (self->fences, g_strdup (scope), fences);
    }

  return fences;
}

/**
 * wf_store_look_at_fences:
 * @self: a store, in its writer
 * @scope: a scope
 * @unit: who reports
 * @position: where that was
 * @drawn: whether it is the areas that have changed, and not the place
 * @commands: (element-type WfCommand): where to add what has to be raised
 */
void
wf_store_look_at_fences (WfStore          *self,
                         const char       *scope,
                         const char       *unit,
                         const WfPosition *position,
                         gboolean          drawn,
                         GPtrArray        *commands)
{
  if (!wf_ledger_has_scope (self->ledger, scope))
    return;

  g_autoptr (WfState) state = wf_ledger_state (self->ledger, scope);
  WfFences *fences = ensure_fences (self, state, scope);
  int64_t now = wf_store_now (self);

  if (wf_fences_count (fences) == 0)
    return;

  wf_fences_look (fences, unit, position, wf_rules_scope_time (state, scope, now), now, drawn, commands);
}

/* What could not be kept is raised again with the next position. */
static void
raised_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      data)
{
  WfStore *self = WF_STORE (source);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) outcomes = wf_store_submit_finish (self, result, &error);
  gboolean again = outcomes == NULL;

  if (outcomes == NULL)
    g_message ("Crossings were not recorded: %s", error->message);
  for (guint i = 0; outcomes != NULL && i < outcomes->len; i++)
    again |= ((WfOutcome *) g_ptr_array_index (outcomes, i))->problem != NULL;
  if (again)
    g_atomic_int_inc (&self->fences_serial);
}

/**
 * wf_store_raise_crossings:
 * @self: a store
 * @commands: (element-type WfCommand): what has to be raised
 */
void
wf_store_raise_crossings (WfStore   *self,
                          GPtrArray *commands)
{
  for (guint i = 0; i < commands->len && !self->closed; i += BATCH)
    {
      g_autoptr (GPtrArray) batch = g_ptr_array_new_with_free_func ((GDestroyNotify) wf_command_unref);

      for (guint k = i; k < MIN (commands->len, i + BATCH); k++)
        g_ptr_array_add (batch, wf_command_ref (g_ptr_array_index (commands, k)));
      wf_store_submit_async (self, batch, NULL, raised_cb, NULL);
    }
}

typedef struct
{
  char    *scope;
  GArray  *positions; /* (owned) (element-type WfUnitPosition) */
  gboolean drawn;
} Look;

static void
free_look (Look *look)
{
  g_free (look->scope);
  g_array_unref (look->positions);
  g_free (look);
}

static gboolean
is_lost (WfStore              *self,
         const char           *scope,
         const WfUnitPosition *one)
{
  if (!wf_ledger_has_scope (self->ledger, scope))
    return TRUE;

  g_autoptr (WfState) state = wf_ledger_state (self->ledger, scope);
  g_autoptr (WfEntity) entity = wf_state_get (state, scope, "unit", one->unit);

  return wf_store_now (self) - one->position.at > LOST * wf_rules_position_lasts (state, scope, entity);
}

static void
look_cb (GTask        *task,
         gpointer      source,
         gpointer      data,
         GCancellable *cancellable)
{
  Look *look = data;
  g_autoptr (GPtrArray) commands = g_ptr_array_new_with_free_func ((GDestroyNotify) wf_command_unref);

  for (guint i = 0; i < look->positions->len; i++)
    {
      const WfUnitPosition *one = &g_array_index (look->positions, WfUnitPosition, i);

      if (!is_lost (source, look->scope, one))
        wf_store_look_at_fences (source, look->scope, one->unit, &one->position, look->drawn, commands);
    }

  g_task_return_pointer (task, g_steal_pointer (&commands), (GDestroyNotify) g_ptr_array_unref);
}

static void
looked_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      data)
{
  g_autoptr (GPtrArray) commands = g_task_propagate_pointer (G_TASK (result), NULL);

  if (commands != NULL)
    wf_store_raise_crossings (WF_STORE (source), commands);
}

/* Where an area was drawn, or changed, who stands in it has crossed its edge without moving. */
static void
look_around (WfStore    *self,
             const char *scope,
             gboolean    drawn)
{
  Look *look = g_new0 (Look, 1);
  GTask *task = g_task_new (self, NULL, looked_cb, NULL);

  look->scope = g_strdup (scope);
  look->drawn = drawn;
  look->positions = wf_store_copy_positions (self, scope);
  g_task_set_task_data (task, look, (GDestroyNotify) free_look);
  wf_worker_push (self->writer, G_PRIORITY_LOW, task, look_cb);
}

/**
 * wf_store_start_fences:
 * @self: a store that is open
 *
 * Raises what was still to be raised when the service ended: a position is kept before the crossing that follows from it.
 */
void
wf_store_start_fences (WfStore *self)
{
  GHashTableIter iter;
  gpointer scope, open;

  g_hash_table_iter_init (&iter, self->scopes);
  while (g_hash_table_iter_next (&iter, &scope, &open))
    if (GPOINTER_TO_INT (open))
      look_around (self, scope, FALSE);
}

/**
 * wf_store_follow_fences:
 * @self: a store
 * @changed: (element-type WfEntity): things as they stand now
 *
 * Takes note of areas that have changed, and of who is in them.
 */
void
wf_store_follow_fences (WfStore   *self,
                        GPtrArray *changed)
{
  g_autoptr (GHashTable) scopes = g_hash_table_new (g_str_hash, g_str_equal);
  gboolean stale = FALSE;
  GHashTableIter iter;
  gpointer scope;

  for (guint i = 0; i < changed->len; i++)
    {
      WfEntity *entity = g_ptr_array_index (changed, i);
      const char *kind = wf_entity_kind (entity);

      if (strcmp (kind, "plot") == 0)
        g_hash_table_add (scopes, (gpointer) wf_entity_scope (entity));
      stale |= strcmp (kind, "crossing") == 0 || strcmp (kind, "exercise") == 0;
    }
  if (stale || g_hash_table_size (scopes) > 0)
    g_atomic_int_inc (&self->fences_serial);

  g_hash_table_iter_init (&iter, scopes);
  while (!self->closed && g_hash_table_iter_next (&iter, &scope, NULL))
    look_around (self, scope, TRUE);
}
