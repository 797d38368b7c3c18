/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-store"

#include "config.h"

#include "wf-group.h"

#include "wf-time.h"

/* The writer: takes the commands that wait, has them decided (wf-group.c) and written, and answers.
 *
 * While the committer writes a group, the writer decides the next one. Groups are written in order, and each is answered
 * when it is on the disk. Where a commit fails, the ledger forgets everything that is not on the disk, nobody is answered
 * as if it had happened, and each waits for its sender to come again. */

/* Commands that share one commit; more wait for the next, so that nobody waits long. */
#define GROUP_MAX 512

/* So many commands must have come while a group is being written before the writer is woken for them; fewer wait until it
 * is written. */
#define WORTH_WAKING 16

/* Commands that may wait; more are refused, so that memory is bounded. */
#define WAITING_MAX 20000

/* So long does the writer decide commands while somebody else waits for it. */
#define TURN (20 * G_TIME_SPAN_MILLISECOND)

/* --- answers --- */

/* What the store's owner is to be told. */
typedef struct
{
  WfStore *store; /* (owned) */
  WfGroup *group; /* (owned) on the disk, or with the error that kept it from there */
} News;

static void
answer (WfGroup *group)
{
  for (guint i = 0; i < group->submissions->len; i++)
    {
      WfSubmission *submission = g_ptr_array_index (group->submissions, i);
      g_autoptr (GTask) task = g_steal_pointer (&submission->task);

      if (task == NULL)
        continue;
      if (group->error != NULL)
        g_task_return_error (task, g_error_copy (group->error));
      else
        g_task_return_pointer (task, g_steal_pointer (&group->answers->pdata[i]), (GDestroyNotify) g_ptr_array_unref);
    }
}

/* The news go before the answers, so that whoever is answered finds the feed at least that far. */
static gboolean
tell_cb (gpointer data)
{
  News *news = data;
  WfStore *self = news->store;
  WfGroup *group = news->group;

  if (group->error == NULL && group->changed->len > 0)
    {
      wf_store_take_scopes (self, group->changed);
      wf_store_follow_fences (self, group->changed);
      g_signal_emit_by_name (self, "changed", group->changed);
    }

  if (group->error == NULL && group->entries->len > 0)
    {
      WfEntry *last = g_ptr_array_index (group->entries, group->entries->len - 1);

      self->head = last->event->position;
      g_signal_emit_by_name (self, "committed", group->entries);
    }

  wf_store_arm (self);
  answer (group);

  return G_SOURCE_REMOVE;
}

static void
free_news (gpointer data)
{
  News *news = data;

  g_object_unref (news->store);
  wf_group_free (news->group);
  g_free (news);
}

/* Hands a group over to the store's owner: one event of the main loop for all of its answers. */
static void
tell (WfStore *self,
      WfGroup *group)
{
  g_autoptr (GSource) source = g_idle_source_new ();
  News *news = g_new0 (News, 1);

  news->store = g_object_ref (self);
  news->group = group;
  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, tell_cb, news, free_news);
  g_source_attach (source, self->context);
}

/* --- groups --- */

static void
commit_one_by_one (WfStore *self,
                   WfGroup *group)
{
  while (group->submissions->len > 0)
    wf_store_commit (self, g_ptr_array_steal_index (group->submissions, 0), NULL);

  wf_group_free (group);
}

/* Draws the consequence from a group that was written, or could not be, and answers it.
 * Returns: whether it is on the disk */
static gboolean
settle (WfStore  *self,
        WfGroup  *group,
        GError  **error)
{
  wf_group_forget (group, self);

  if (group->error != NULL)
    {
      wf_ledger_rollback (self->ledger);
      wf_store_take_error (self, group->error);
      if (error != NULL)
        *error = g_error_copy (group->error);

      /* A disk that fails, fails for all. Otherwise one of them is to blame: each is tried for itself. */
      if (group->submissions->len > 1 && g_error_matches (group->error, WF_STORE_ERROR, WF_STORE_ERROR_INTERNAL))
        commit_one_by_one (self, group);
      else
        tell (self, group);

      return FALSE;
    }

  wf_ledger_commit (self->ledger);
  wf_store_take_commit (self, group->n_commands, g_get_monotonic_time () - group->begun);
  if (group->entries->len > 0)
    wf_store_take_recorded (self, group->now);
  wf_store_erased (self, &group->erasure);
  wf_store_follow_due (self, group->changed);
  tell (self, group);

  return TRUE;
}

/* How many commands the next group may have: half of those that are under way, so that whoever sends as many as he gets
 * answers for keeps both threads at work, and does not send all of them to one after the other. */
static guint
group_size (guint n_writing,
            guint n_deciding,
            guint n_waiting)
{
  return CLAMP ((n_writing + n_deciding + n_waiting) / 2, WORTH_WAKING, GROUP_MAX);
}

static GPtrArray *
take_waiting (WfStore *self,
              guint    n_writing,
              guint    n_deciding)
{
  GPtrArray *taken = g_ptr_array_new_with_free_func ((GDestroyNotify) wf_submission_free);
  guint n = 0;

  g_mutex_lock (&self->lock);
  guint size = group_size (n_writing, n_deciding, self->n_waiting);
  guint most = size > n_deciding ? size - n_deciding : 0;

  while (n < most && !g_queue_is_empty (&self->waiting))
    {
      WfSubmission *submission = g_queue_pop_head (&self->waiting);

      n += submission->commands->len;
      g_ptr_array_add (taken, submission);
    }
  self->n_waiting -= n;
  g_mutex_unlock (&self->lock);

  return taken;
}

/* Has submissions decided, in @group where there is one already; those that cannot be are answered.
 * Returns: (transfer full) (nullable): the group; %NULL where there is nothing to write */
static WfGroup *
decide (WfStore    *self,
        WfGroup    *group,
        GPtrArray  *submissions,
        GError    **error)
{
  g_autoptr (GError) wrong = NULL;
  WfGroup *to = group != NULL ? group : wf_group_new ();

  if (wf_store_may_write (self, &wrong) && wf_group_decide (to, self, submissions, &wrong))
    return to;

  /* Nothing was decided of these; what the group had before stays in it. */
  WfGroup *failed = group != NULL ? wf_group_new () : to;

  g_ptr_array_extend_and_steal (failed->submissions, g_ptr_array_ref (submissions));
  failed->error = g_steal_pointer (&wrong);
  wf_store_take_error (self, failed->error);
  if (error != NULL)
    *error = g_error_copy (failed->error);
  tell (self, failed);

  return group;
}

/**
 * wf_store_commit:
 * @self: a store, in its writer, which has nothing unwritten
 * @submission: (transfer full): commands
 * @error: (nullable): return location
 *
 * Has commands decided, written and answered, and waits for it.
 *
 * Returns: whether they are on the disk
 */
gboolean
wf_store_commit (WfStore       *self,
                 WfSubmission  *submission,
                 GError       **error)
{
  g_autoptr (GPtrArray) one = g_ptr_array_new_with_free_func ((GDestroyNotify) wf_submission_free);

  g_ptr_array_add (one, submission);
  WfGroup *group = decide (self, NULL, one, error);

  if (group == NULL)
    return FALSE;

  wf_group_close (group, self);
  wf_group_write (group, self);

  return settle (self, group, error);
}

/* What was decided while a group was written that failed rested on what did not happen. */
static WfGroup *
decide_again (WfStore *self,
              WfGroup *group)
{
  g_autoptr (GPtrArray) submissions = g_steal_pointer (&group->submissions);

  group->submissions = g_ptr_array_new ();
  wf_group_forget (group, self);
  wf_group_free (group);

  return decide (self, NULL, submissions, NULL);
}

/* --- the two threads --- */

static void
write_cb (GTask        *job,
          gpointer      source,
          gpointer      data,
          GCancellable *cancellable)
{
  WfStore *self = source;

  wf_group_write (data, self);

  g_mutex_lock (&self->lock);
  self->written = TRUE;
  g_cond_signal (&self->wake);
  g_mutex_unlock (&self->lock);

  g_task_return_boolean (job, TRUE);
}

/* Lends the database to the committer, until self->written. */
static void
start_writing (WfStore *self,
               WfGroup *group)
{
  GTask *job = g_task_new (self, NULL, NULL, NULL);

  self->written = FALSE;
  g_task_set_task_data (job, group, NULL);
  wf_worker_push (self->committer, G_PRIORITY_DEFAULT, job, write_cb);
}

/* Waits until the group is written or something is worth deciding meanwhile.
 * Returns: whether the group is written */
static gboolean
wait_written (WfStore       *self,
              const WfGroup *group,
              const WfGroup *next,
              gboolean       go_on)
{
  guint n = next != NULL ? next->n_commands : 0;

  g_mutex_lock (&self->lock);
  while (!self->written &&
         !(go_on && self->n_waiting >= WORTH_WAKING && n < group_size (group->n_commands, n, self->n_waiting)))
    g_cond_wait (&self->wake, &self->lock);
  gboolean written = self->written;
  g_mutex_unlock (&self->lock);

  return written;
}

/* Has what waits decided, in @group where there is one already.
 * Returns: (transfer full) (nullable): the group */
static WfGroup *
decide_waiting (WfStore *self,
                WfGroup *group,
                guint    n_writing)
{
  g_autoptr (GPtrArray) taken = take_waiting (self, n_writing, group != NULL ? group->n_commands : 0);

  return taken->len > 0 ? decide (self, group, taken, NULL) : group;
}

/* Writes a group, and meanwhile decides the next.
 * Returns: (transfer full) (nullable): that one */
static WfGroup *
write_group (WfStore  *self,
             WfGroup  *group,
             gboolean  go_on)
{
  WfGroup *next = NULL;

  wf_group_close (group, self);

  /* One by itself is sooner done than handed over. */
  if (group->n_commands == 1 && wf_store_get_waiting (self) == 0)
    wf_group_write (group, self);
  else
    {
      start_writing (self, group);
      while (!wait_written (self, group, next, go_on && !group->erases))
        next = decide_waiting (self, next, group->n_commands);
    }

  if (!settle (self, group, NULL) && next != NULL)
    next = decide_again (self, next);

  return next;
}

/* Returns: whether commands wait; where not, the next one calls the writer again */
static gboolean
anything_waits (WfStore *self)
{
  g_mutex_lock (&self->lock);
  gboolean waits = self->n_waiting > 0;
  self->called = waits;
  g_mutex_unlock (&self->lock);

  return waits;
}

static void work_cb (GTask        *job,
                     gpointer      source,
                     gpointer      data,
                     GCancellable *cancellable);

static void
call_writer (WfStore *self)
{
  wf_worker_push (self->writer, G_PRIORITY_DEFAULT, g_task_new (self, NULL, NULL, NULL), work_cb);
}

static void
work_cb (GTask        *job,
         gpointer      source,
         gpointer      data,
         GCancellable *cancellable)
{
  WfStore *self = source;
  gint64 end = g_get_monotonic_time () + TURN;
  gboolean over = FALSE;
  gboolean more;

  do
    {
      WfGroup *group = decide_waiting (self, NULL, 0);

      while (group != NULL)
        {
          /* Nobody else's work is to wait for as long as commands come. */
          over = g_get_monotonic_time () > end && wf_worker_pending (self->writer) > 0;
          group = write_group (self, group, !over);
        }

      more = anything_waits (self);
    }
  while (more && !over);

  if (more)
    call_writer (self);

  g_task_return_boolean (job, TRUE);
}

/**
 * wf_store_submit_async:
 * @self: a store
 * @commands: (element-type WfCommand): commands, in order
 * @cancellable: (nullable): a cancellable; a command that is being decided is kept all the same
 * @callback: called when all of them are answered
 * @data: for @callback
 *
 * Has commands decided and kept. Each for itself: one that is refused does not stop those behind it.
 */
void
wf_store_submit_async (WfStore             *self,
                       GPtrArray           *commands,
                       GCancellable        *cancellable,
                       GAsyncReadyCallback  callback,
                       gpointer             data)
{
  g_return_if_fail (WF_IS_STORE (self));
  g_return_if_fail (commands != NULL);

  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, data);
  g_task_set_source_tag (task, wf_store_submit_async);

  if (wf_store_get_waiting (self) + commands->len > WAITING_MAX || self->closed)
    {
      g_task_return_new_error (task, WF_STORE_ERROR, WF_STORE_ERROR_UNAVAILABLE,
                               "Too many commands are waiting: try again in a moment");
      return;
    }

  WfSubmission *submission = wf_submission_new (g_steal_pointer (&task));

  for (guint i = 0; i < commands->len; i++)
    wf_submission_add (submission, g_ptr_array_index (commands, i));

  g_mutex_lock (&self->lock);
  gboolean call = !self->called;
  gboolean wake = self->n_waiting / WORTH_WAKING != (self->n_waiting + commands->len) / WORTH_WAKING;

  self->called = TRUE;
  g_queue_push_tail (&self->waiting, submission);
  self->n_waiting += commands->len;
  if (wake)
    g_cond_signal (&self->wake);
  g_mutex_unlock (&self->lock);

  if (call)
    call_writer (self);
}

/**
 * wf_store_submit_finish:
 * @self: a store
 * @result: the result
 * @error: return location; %WF_STORE_ERROR_UNAVAILABLE where nothing was kept and it may be tried again
 *
 * Returns: (transfer full) (nullable) (element-type WfOutcome): the answers, in the order of the commands
 */
GPtrArray *
wf_store_submit_finish (WfStore      *self,
                        GAsyncResult *result,
                        GError      **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * wf_store_drop_waiting:
 * @self: a store that is being closed
 *
 * Answers whoever still waits.
 */
void
wf_store_drop_waiting (WfStore *self)
{
  for (;;)
    {
      WfSubmission *submission = g_queue_pop_head (&self->waiting);

      if (submission == NULL)
        return;

      g_task_return_new_error (submission->task, WF_STORE_ERROR, WF_STORE_ERROR_UNAVAILABLE, "The service is ending");
      wf_submission_free (submission);
    }
}

/**
 * wf_store_sign:
 * @self: a store whose writer has ended
 *
 * Signs where the journals stand.
 */
void
wf_store_sign (WfStore *self)
{
  g_auto (GStrv) scopes = wf_ledger_scopes (self->ledger);
  g_autoptr (GError) error = NULL;
  gboolean good = wf_store_may_write (self, &error) && wf_database_exec (self->database, "BEGIN IMMEDIATE", &error);

  for (gsize i = 0; good && scopes[i] != NULL; i++)
    if (wf_ledger_number (self->ledger, scopes[i]) > 0)
      good = wf_store_write_checkpoint (self, scopes[i], wf_ledger_number (self->ledger, scopes[i]),
                                        wf_ledger_hash (self->ledger, scopes[i]), wf_store_now (self), &error);

  if (!good || !wf_database_exec (self->database, "COMMIT", &error))
    {
      g_message ("No checkpoint was signed: %s", error->message);
      if (sqlite3_get_autocommit (self->database->handle) == 0)
        wf_database_exec (self->database, "ROLLBACK", NULL);
    }
}
