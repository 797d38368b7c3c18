/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-sync"

#include "config.h"

#include "wf-session-private.h"

#include "wf-kind.h"
#include "wf-rules.h"

#include <string.h>

/* Which scope is shown: what is real, or an exercise. The replica has them all; an exercise lies as a layer on what was live
 * when it began. Commands belong to the scope that they were given in, whatever is shown when they are sent. */

static char *
base_scope (const char *scope)
{
  return g_strconcat (scope, WF_BASE_SUFFIX, NULL);
}

static gboolean
is_live (const char *scope)
{
  return strcmp (scope, WF_LIVE) == 0;
}

/**
 * wf_session_find_layer:
 * @self: a session
 * @scope: a scope
 *
 * Returns: (transfer none) (nullable): what is recorded in it, without what is pending; %NULL where there is no such exercise
 */
WfState *
wf_session_find_layer (WfSession  *self,
                       const char *scope)
{
  return is_live (scope) ? self->base : g_hash_table_lookup (self->layers, scope);
}

/**
 * wf_session_ensure_layer:
 * @self: a session
 * @scope: a scope; for one that stands for what was frozen, what it was frozen for need not be there
 *
 * Returns: (transfer none): where its things are put
 */
WfState *
wf_session_ensure_layer (WfSession  *self,
                         const char *scope)
{
  if (is_live (scope) || g_str_has_suffix (scope, WF_BASE_SUFFIX))
    return self->base;

  WfState *layer = g_hash_table_lookup (self->layers, scope);

  if (layer == NULL)
    {
      g_autofree char *base = base_scope (scope);

      layer = wf_state_new_layer (self->base, scope, base);
      g_hash_table_insert (self->layers, g_strdup (scope), layer);
    }

  return layer;
}

/**
 * wf_session_freeze:
 * @self: a session whose live scope stands where the service's did when the exercise was opened
 * @scope: the exercise
 *
 * Keeps what is live for an exercise that begins (wf_state_freeze()).
 *
 * Returns: (transfer none): the exercise's layer
 */
WfState *
wf_session_freeze (WfSession  *self,
                   const char *scope)
{
  g_autofree char *base = base_scope (scope);

  wf_state_freeze (self->base, base, self->base);
  return wf_session_ensure_layer (self, scope);
}

/**
 * wf_session_forget_scopes:
 * @self: a session that is about to be filled anew
 */
void
wf_session_forget_scopes (WfSession *self)
{
  wf_state_clear (self->base);
  g_hash_table_remove_all (self->layers);
}

/* Lays what the screens hold on a scope. */
static void
lay_on (WfSession  *self,
        const char *scope)
{
  g_autofree char *kept = g_strdup (scope);

  g_free (self->scope);
  self->scope = g_steal_pointer (&kept);
  wf_state_lay_on (self->state, wf_session_find_layer (self, self->scope), self->scope, self->scope);
}

/**
 * wf_session_check_scope:
 * @self: a session that has been filled anew
 *
 * Goes on showing what was shown. Where the exercise is not there any more, what is real is shown.
 *
 * Returns: whether it was left
 */
gboolean
wf_session_check_scope (WfSession *self)
{
  g_autofree char *scope = g_strdup (self->scope);
  gboolean there = wf_session_find_layer (self, scope) != NULL;

  /* What units of the exercise have told last is nothing real. */
  if (!there)
    wf_session_stop_reports (self);
  lay_on (self, there ? scope : WF_LIVE);

  return !there;
}

/**
 * wf_session_shows:
 * @self: a session
 * @scope: a scope
 *
 * Returns: whether it is the one that is shown
 */
gboolean
wf_session_shows (WfSession  *self,
                  const char *scope)
{
  return strcmp (self->scope, scope) == 0;
}

/**
 * wf_session_scoped:
 * @self: a session
 * @name: a name
 *
 * Returns: (transfer full): the same for what belongs to the scope that is shown; as it is where that is live
 */
char *
wf_session_scoped (WfSession  *self,
                   const char *name)
{
  return is_live (self->scope) ? g_strdup (name) : g_strconcat (self->scope, "/", name, NULL);
}

/**
 * wf_session_get_scope:
 * @self: a session
 *
 * Returns: (transfer none): the scope that is shown, `live` or an exercise; valid until "scope" is notified
 */
const char *
wf_session_get_scope (WfSession *self)
{
  g_return_val_if_fail (WF_IS_SESSION (self), NULL);

  return self->scope;
}

/**
 * wf_session_is_drill:
 * @self: a session
 *
 * Returns: whether an exercise is shown, not what is real
 */
gboolean
wf_session_is_drill (WfSession *self)
{
  g_return_val_if_fail (WF_IS_SESSION (self), FALSE);

  return !is_live (self->scope);
}

/**
 * wf_session_find_exercise:
 * @self: a session
 * @scope: (nullable): an exercise, or %NULL for the one that is shown
 *
 * Returns: (transfer full) (nullable): it as it stands; %NULL where there is none, or what is real is shown
 */
WfEntity *
wf_session_find_exercise (WfSession  *self,
                          const char *scope)
{
  g_return_val_if_fail (WF_IS_SESSION (self), NULL);

  const char *wanted = scope != NULL ? scope : self->scope;
  WfState *layer = is_live (wanted) ? NULL : g_hash_table_lookup (self->layers, wanted);

  return layer != NULL ? wf_state_get (layer, wanted, "exercise", wanted) : NULL;
}

static int
compare_opened (gconstpointer a,
                gconstpointer b)
{
  WfEntity *first = *(WfEntity *const *) a;
  WfEntity *second = *(WfEntity *const *) b;
  int64_t one = wf_entity_time (first, "opened_at");
  int64_t other = wf_entity_time (second, "opened_at");

  return one != other ? (one > other ? -1 : 1) : strcmp (wf_entity_id (first), wf_entity_id (second));
}

/**
 * wf_session_list_exercises:
 * @self: a session
 *
 * Returns: (transfer full) (element-type WfEntity): all exercises that there are and were, the newest first; their ids are
 *   the scopes
 */
GPtrArray *
wf_session_list_exercises (WfSession *self)
{
  g_return_val_if_fail (WF_IS_SESSION (self), NULL);

  GPtrArray *list = g_ptr_array_new_with_free_func ((GDestroyNotify) wf_entity_unref);
  GHashTableIter iter;
  gpointer scope;

  g_hash_table_iter_init (&iter, self->layers);
  while (g_hash_table_iter_next (&iter, &scope, NULL))
    {
      WfEntity *exercise = wf_session_find_exercise (self, scope);

      if (exercise != NULL)
        g_ptr_array_add (list, exercise);
    }
  g_ptr_array_sort (list, compare_opened);

  return list;
}

/**
 * wf_session_enter:
 * @self: a session
 * @scope: an exercise, or `live` to leave the one that is shown
 *
 * Shows another scope: state, items, lists and journals become its own, in the same objects, and commands that are given
 * from now on belong to it. What was given before stays where it was given, and is sent there. A session begins with what is
 * real, also where the program was left in an exercise.
 *
 * Returns: (transfer full) (nullable): why that cannot be
 */
WfProblem *
wf_session_enter (WfSession  *self,
                  const char *scope)
{
  g_return_val_if_fail (WF_IS_SESSION (self), NULL);
  g_return_val_if_fail (scope != NULL, NULL);

  if (wf_session_shows (self, scope))
    return NULL;

  if (!is_live (scope))
    {
      g_autoptr (WfEntity) exercise = self->ready && !self->foreign ? wf_session_find_exercise (self, scope) : NULL;

      if (exercise == NULL)
        return wf_problem_new (WF_PROBLEM_NOT_FOUND, "exercise.unknown", NULL, scope);
      if (wf_entity_is (exercise, "state", "ended"))
        return wf_problem_new (WF_PROBLEM_STATE, "exercise.ended", NULL, scope);
    }

  g_autoptr (GHashTable) touched = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  wf_session_stop_reports (self);
  lay_on (self, scope);
  wf_session_lay_pending (self, touched);
  wf_session_refresh_all (self);
  wf_session_reset_journals (self);
  wf_session_notify_scope (self);
  wf_session_emit_positions (self);

  return NULL;
}

/**
 * wf_session_scope_time:
 * @self: a session
 * @scope: a scope
 * @real: a time on the wall
 *
 * Returns: what the scope's own clock shows then, as far as one can tell now
 */
int64_t
wf_session_scope_time (WfSession  *self,
                       const char *scope,
                       int64_t     real)
{
  g_return_val_if_fail (WF_IS_SESSION (self), real);
  g_return_val_if_fail (scope != NULL, real);

  WfState *state = wf_session_shows (self, scope) ? self->state : wf_session_find_layer (self, scope);

  return state != NULL ? wf_rules_scope_time (state, scope, real) : real;
}

/**
 * wf_session_scope_now:
 * @self: a session
 *
 * Returns: the time on the clock of the scope that is shown: of an exercise its own, else wf_session_now()
 */
int64_t
wf_session_scope_now (WfSession *self)
{
  g_return_val_if_fail (WF_IS_SESSION (self), 0);

  return wf_session_scope_time (self, self->scope, wf_session_now (self));
}
