/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-store"

#include "config.h"

#include "wf-store-private.h"

#include "wf-group.h"
#include "wf-rules.h"
#include "wf-time.h"
#include "wf-wire.h"

#include <string.h>

/* What happens by itself: deadlines that the things in the journal have, and the commands that are given when they have
 * passed. */

/* How long to leave a scheduler alone that cannot write. */
#define RETRY (10 * WF_SECOND)

static WfSchedule *
ensure_schedule (WfStore    *self,
                 const char *scope)
{
  WfSchedule *schedule = g_hash_table_lookup (self->schedules, scope);

  if (schedule == NULL)
    {
      schedule = wf_schedule_new ();
      g_hash_table_insert (self->schedules, g_strdup (scope), schedule);
    }

  return schedule;
}

static void
fill_schedule (WfStore    *self,
               const char *scope)
{
  g_autoptr (WfState) state = wf_ledger_state (self->ledger, scope);
  g_auto (GStrv) kinds = wf_state_kinds (state, scope);
  WfSchedule *schedule = ensure_schedule (self, scope);

  for (gsize i = 0; kinds[i] != NULL; i++)
    {
      g_autoptr (GPtrArray) list = wf_state_list (state, scope, kinds[i], NULL);

      for (guint j = 0; j < list->len; j++)
        wf_schedule_update (schedule, g_ptr_array_index (list, j));
    }
}

/**
 * wf_store_fill_schedules:
 * @self: a store, in its writer or before that works
 *
 * Puts all deadlines on the schedule, as they stand.
 */
void
wf_store_fill_schedules (WfStore *self)
{
  g_auto (GStrv) scopes = wf_ledger_scopes (self->ledger);

  g_hash_table_remove_all (self->schedules);
  for (gsize i = 0; scopes[i] != NULL; i++)
    fill_schedule (self, scopes[i]);
}

static int64_t
first_due (WfStore     *self,
           const char **scope_due)
{
  int64_t first = INT64_MAX;
  GHashTableIter iter;
  gpointer scope, value;

  g_hash_table_iter_init (&iter, self->schedules);
  while (g_hash_table_iter_next (&iter, &scope, &value))
    {
      int64_t due;

      if (wf_schedule_peek (value, &due) == NULL)
        continue;

      g_autoptr (WfState) state = wf_ledger_state (self->ledger, scope);
      int64_t real = wf_rules_real_time (state, scope, due);

      /* A clock that stands still never gets there. */
      if (real > 0 && real < first)
        {
          first = real;
          if (scope_due != NULL)
            *scope_due = scope;
        }
    }

  return first;
}

/**
 * wf_store_publish_due:
 * @self: a store, in its writer or before that works
 * @not_before: the real time before which nothing is to be tried; 0 for no such time
 *
 * Says when something is due next, for wf_store_next_due().
 */
void
wf_store_publish_due (WfStore *self,
                      int64_t  not_before)
{
  int64_t due = first_due (self, NULL);

  g_mutex_lock (&self->lock);
  self->next_due = due == INT64_MAX ? due : MAX (due, not_before);
  g_mutex_unlock (&self->lock);
}

/**
 * wf_store_follow_due:
 * @self: a store, in its writer
 * @changed: (element-type WfEntity): what is on the disk now
 *
 * Puts the deadlines of what has changed on the schedule.
 */
void
wf_store_follow_due (WfStore   *self,
                     GPtrArray *changed)
{
  for (guint i = 0; i < changed->len; i++)
    {
      WfEntity *entity = g_ptr_array_index (changed, i);
      const char *scope = wf_entity_scope (entity);

      /* An exercise that was just opened brings along what was due when it was frozen. */
      if (!g_hash_table_contains (self->schedules, scope))
        fill_schedule (self, scope);
      wf_schedule_update (ensure_schedule (self, scope), entity);
    }

  wf_store_publish_due (self, 0);
}

static WfSubmission *
take_due (WfStore *self,
          int64_t  now)
{
  WfSubmission *due = wf_submission_new (NULL);
  const char *scope = NULL;

  while (due->commands->len < 100 && first_due (self, &scope) <= now)
    {
      g_autoptr (WfEntity) entity = wf_schedule_pop (g_hash_table_lookup (self->schedules, scope));
      WfCommand *command = wf_rules_deadline_command (entity);

      if (command == NULL)
        continue;
      wf_submission_add (due, command);
      wf_command_unref (command);
    }

  return due;
}

static void
tick_cb (GTask        *job,
         gpointer      source,
         gpointer      data,
         GCancellable *cancellable)
{
  WfStore *self = source;
  int64_t now = wf_store_now (self);
  g_autoptr (GError) error = NULL;

  for (;;)
    {
      WfSubmission *due = take_due (self, now);

      if (due->commands->len == 0)
        {
          wf_submission_free (due);
          break;
        }

      if (!wf_store_commit (self, due, &error))
        {
          /* What was taken off has not happened. */
          wf_store_fill_schedules (self);
          wf_store_publish_due (self, now + RETRY);
          g_task_return_error (job, g_steal_pointer (&error));
          return;
        }
    }

  wf_store_publish_due (self, 0);
  g_task_return_boolean (job, TRUE);
}

static void
ticked_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      data)
{
  wf_store_arm (WF_STORE (source));
}

/**
 * wf_store_tick_async:
 * @self: a store
 * @cancellable: (nullable): a cancellable
 * @callback: (nullable): called when it is done
 * @data: for @callback
 *
 * Does what is due by now. The store does so by itself at the right moment; this is for whoever moves a manual clock and
 * wants to know when it has happened.
 */
void
wf_store_tick_async (WfStore             *self,
                     GCancellable        *cancellable,
                     GAsyncReadyCallback  callback,
                     gpointer             data)
{
  g_return_if_fail (WF_IS_STORE (self));

  GTask *task = g_task_new (self, cancellable, callback != NULL ? callback : ticked_cb, data);

  g_task_set_source_tag (task, wf_store_tick_async);
  wf_worker_push (self->writer, G_PRIORITY_HIGH, task, tick_cb);
}

/**
 * wf_store_tick_finish:
 * @self: a store
 * @result: the result
 * @error: return location
 *
 * Returns: whether all that is due has been done
 */
gboolean
wf_store_tick_finish (WfStore      *self,
                      GAsyncResult *result,
                      GError      **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/**
 * wf_store_next_due:
 * @self: a store
 *
 * Returns: the real time at which something is due next; %G_MAXINT64 for never
 */
int64_t
wf_store_next_due (WfStore *self)
{
  g_return_val_if_fail (WF_IS_STORE (self), INT64_MAX);

  g_mutex_lock (&self->lock);
  int64_t due = self->next_due;
  g_mutex_unlock (&self->lock);

  return due;
}

static gboolean
timer_cb (gpointer data)
{
  WfStore *self = data;

  self->timer = 0;
  wf_store_tick_async (self, NULL, NULL, NULL);

  return G_SOURCE_REMOVE;
}

/**
 * wf_store_arm:
 * @self: a store
 *
 * Sets the timer for what is due next. It looks again at least every 15 seconds, because the machine's clock may be set
 * and the machine may sleep. On a manual clock there is nothing to wait for: it says itself when it moves.
 */
void
wf_store_arm (WfStore *self)
{
  int64_t due = wf_store_next_due (self);

  g_clear_handle_id (&self->timer, g_source_remove);
  if (self->closed || due == INT64_MAX || wf_clock_is_manual (self->clock))
    return;

  int64_t wait = CLAMP (due - wf_clock_now (self->clock), 0, 15 * WF_SECOND);
  g_autoptr (GSource) source = g_timeout_source_new ((guint) wait);

  g_source_set_callback (source, timer_cb, self, NULL);
  self->timer = g_source_attach (source, self->context);
}
