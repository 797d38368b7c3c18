/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-base"

#include "config.h"

#include "wf-worker.h"

/**
 * WfWorker:
 *
 * One thread with a queue of tasks, for a thing that only one thread may touch, such as a database connection. Tasks run
 * by priority (lower first, as GLib's), and in the order of arrival within one. A task's result is given in the main
 * context that made it, as with any #GTask.
 */
struct _WfWorker
{
  GObject parent_instance;

  char    *name;   /* (owned) */
  GThread *thread; /* (owned) joined by shutdown */
  GMutex   lock;
  GCond    wake;
  GQueue   queue;  /* (element-type Job) under lock */
  gboolean stop;   /* under lock */
};

typedef struct
{
  int             priority;
  GTask          *task; /* (owned) */
  GTaskThreadFunc func;
} Job;

G_DEFINE_FINAL_TYPE (WfWorker, wf_worker, G_TYPE_OBJECT)

static gpointer
work (gpointer data)
{
  WfWorker *self = data;

  for (;;)
    {
      g_mutex_lock (&self->lock);
      while (self->queue.length == 0 && !self->stop)
        g_cond_wait (&self->wake, &self->lock);
      Job *job = g_queue_pop_head (&self->queue);
      g_mutex_unlock (&self->lock);

      if (job == NULL)
        return NULL;

      if (!g_task_return_error_if_cancelled (job->task))
        job->func (job->task,
                   g_task_get_source_object (job->task),
                   g_task_get_task_data (job->task),
                   g_task_get_cancellable (job->task));

      g_object_unref (job->task);
      g_free (job);
    }
}

static void
wf_worker_dispose (GObject *object)
{
  wf_worker_shutdown (WF_WORKER (object));

  G_OBJECT_CLASS (wf_worker_parent_class)->dispose (object);
}

static void
wf_worker_finalize (GObject *object)
{
  WfWorker *self = WF_WORKER (object);

  g_assert (self->queue.length == 0);
  g_free (self->name);
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->wake);

  G_OBJECT_CLASS (wf_worker_parent_class)->finalize (object);
}

static void
wf_worker_class_init (WfWorkerClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = wf_worker_dispose;
  G_OBJECT_CLASS (klass)->finalize = wf_worker_finalize;
}

static void
wf_worker_init (WfWorker *self)
{
  g_mutex_init (&self->lock);
  g_cond_init (&self->wake);
  g_queue_init (&self->queue);
}

/**
 * wf_worker_new:
 * @name: the thread's name, 15 characters at most
 *
 * Starts a worker.
 *
 * Returns: (transfer full): the worker
 */
WfWorker *
wf_worker_new (const char *name)
{
  WfWorker *self = g_object_new (WF_TYPE_WORKER, NULL);

  self->name = g_strdup (name);
  self->thread = g_thread_new (self->name, work, self);

  return self;
}

/**
 * wf_worker_push:
 * @self: a worker
 * @priority: such as %G_PRIORITY_DEFAULT; lower numbers run first
 * @task: (transfer full): what is to be done; @func must complete it
 * @func: runs in the worker's thread
 *
 * Puts a task in the queue. Any thread. A task that is cancelled while it waits is completed with %G_IO_ERROR_CANCELLED and
 * @func never runs. After wf_worker_shutdown() a task is completed with %G_IO_ERROR_CLOSED.
 */
void
wf_worker_push (WfWorker        *self,
                int              priority,
                GTask           *task,
                GTaskThreadFunc  func)
{
  g_return_if_fail (WF_IS_WORKER (self));
  g_return_if_fail (G_IS_TASK (task));

  g_mutex_lock (&self->lock);

  if (self->stop)
    {
      g_mutex_unlock (&self->lock);
      g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_CLOSED, "The worker “%s” has been stopped", self->name);
      g_object_unref (task);
      return;
    }

  Job *job = g_new0 (Job, 1);
  job->priority = priority;
  job->task = task;
  job->func = func;

  Job *last = g_queue_peek_tail (&self->queue);
  if (last == NULL || last->priority <= priority)
    g_queue_push_tail (&self->queue, job);
  else
    {
      /* Behind every job of the same priority, before the first of a lower one. */
      GList *before = self->queue.head;
      while (before != NULL && ((Job *) before->data)->priority <= priority)
        before = before->next;
      g_queue_insert_before (&self->queue, before, job);
    }

  g_cond_signal (&self->wake);
  g_mutex_unlock (&self->lock);
}

/**
 * wf_worker_is_inside:
 * @self: a worker
 *
 * For assertions in code that only the worker may run.
 *
 * Returns: whether the caller runs in the worker's thread
 */
gboolean
wf_worker_is_inside (WfWorker *self)
{
  g_return_val_if_fail (WF_IS_WORKER (self), FALSE);

  return self->thread == g_thread_self ();
}

/**
 * wf_worker_pending:
 * @self: a worker
 *
 * Returns: how many tasks wait, for limits and metrics
 */
guint
wf_worker_pending (WfWorker *self)
{
  g_return_val_if_fail (WF_IS_WORKER (self), 0);

  g_mutex_lock (&self->lock);
  guint n = self->queue.length;
  g_mutex_unlock (&self->lock);

  return n;
}

/**
 * wf_worker_shutdown:
 * @self: a worker
 *
 * Lets the tasks that wait run to their end, then ends the thread and waits for it. Never call it from a task. Safe to
 * call twice.
 */
void
wf_worker_shutdown (WfWorker *self)
{
  g_return_if_fail (WF_IS_WORKER (self));

  g_mutex_lock (&self->lock);
  self->stop = TRUE;
  g_cond_signal (&self->wake);
  g_mutex_unlock (&self->lock);

  g_clear_pointer (&self->thread, g_thread_join);
}

typedef struct
{
  GTask           *task; /* (owned) by the thread that asked */
  GTaskThreadFunc  func;
} Errand;

static void
run_errand (GTask        *inner,
            gpointer      source,
            gpointer      data,
            GCancellable *cancellable)
{
  Errand *errand = data;

  errand->func (errand->task, g_task_get_source_object (errand->task), g_task_get_task_data (errand->task), cancellable);
  g_task_return_boolean (inner, TRUE);
}

static void
errand_done_cb (GObject      *source,
                GAsyncResult *result,
                gpointer      data)
{
  Errand *errand = data;

  g_object_unref (errand->task);
  g_free (errand);
}

/**
 * wf_task_run_in_thread:
 * @task: what is to be done; @func must complete it
 * @func: runs in a thread of GLib's pool
 *
 * Like g_task_run_in_thread(), with one difference that matters where the task belongs to a widget, a session or a link: the
 * pool's thread never drops the last reference to @task. So what the task holds is finalized in the thread that called
 * this, never in the pool. The reference goes soon after the callback has run, in the caller's main context.
 */
void
wf_task_run_in_thread (GTask           *task,
                       GTaskThreadFunc  func)
{
  g_return_if_fail (G_IS_TASK (task));
  g_return_if_fail (func != NULL);

  Errand *errand = g_new0 (Errand, 1);
  errand->task = g_object_ref (task);
  errand->func = func;

  g_autoptr (GTask) inner = g_task_new (NULL, g_task_get_cancellable (task), errand_done_cb, errand);
  g_task_set_source_tag (inner, wf_task_run_in_thread);
  g_task_set_task_data (inner, errand, NULL);
  g_task_run_in_thread (inner, run_errand);
}
