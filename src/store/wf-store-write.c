/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-store"

#include "config.h"

#include "wf-store-private.h"

#include "wf-kind.h"
#include "wf-rules.h"
#include "wf-time.h"
#include "wf-wire.h"

#include <string.h>

/* The writer: decides commands and keeps what comes of them.
 *
 * All commands that wait are taken together and share one commit, because it is the commit that waits for the disk. Each
 * is atomic: the ledger takes all events of a command or none, and rows are written only for what it took. Where the
 * commit fails, the ledger forgets the whole group, nobody is answered as if it had happened, and each waits for its
 * sender to come again. */

/* Commands that share one commit; more wait for the next, so that nobody waits long. */
#define GROUP_MAX 512

/* Commands that may wait; more are refused, so that memory is bounded. */
#define WAITING_MAX 20000

/* A checkpoint is signed after so many entries of a scope, and at the end. */
#define CHECKPOINT_EVERY 500

/* How long to leave a scheduler alone that cannot write. */
#define RETRY (10 * WF_SECOND)

typedef struct
{
  GTask     *task;     /* (owned) (nullable) */
  GPtrArray *commands; /* (owned) (element-type WfCommand) */
  GPtrArray *digests;  /* (owned) (element-type utf8) */
} Submission;

/* What a group has done so far. */
typedef struct
{
  GPtrArray  *entries; /* (owned) (element-type WfEntry) */
  GHashTable *rows;    /* (owned) set of WfEntity, the newest form of what changed and is not written yet */
  GPtrArray  *changed; /* (owned) (element-type WfEntity) all of it, in order */
  int64_t     now;
  WfErasure   erasure;
} Group;

static void
free_submission (Submission *submission)
{
  g_clear_object (&submission->task);
  g_ptr_array_unref (submission->commands);
  g_ptr_array_unref (submission->digests);
  g_free (submission);
}

static guint
hash_entity (gconstpointer key)
{
  WfEntity *entity = (WfEntity *) key;

  return g_str_hash (wf_entity_id (entity)) ^ g_str_hash (wf_entity_kind (entity)) ^ g_str_hash (wf_entity_scope (entity));
}

/* Scopes and kinds are interned. */
static gboolean
same_entity (gconstpointer a,
             gconstpointer b)
{
  WfEntity *one = (WfEntity *) a;
  WfEntity *other = (WfEntity *) b;

  return wf_entity_scope (one) == wf_entity_scope (other) && wf_entity_kind (one) == wf_entity_kind (other) &&
         strcmp (wf_entity_id (one), wf_entity_id (other)) == 0;
}

static void
init_group (Group   *group,
            WfStore *self)
{
  group->entries = g_ptr_array_new_with_free_func ((GDestroyNotify) wf_entry_unref);
  group->rows = g_hash_table_new_full (hash_entity, same_entity, (GDestroyNotify) wf_entity_unref, NULL);
  group->changed = g_ptr_array_new_with_free_func ((GDestroyNotify) wf_entity_unref);
  group->now = wf_store_now (self);
  group->erasure.frozen = g_ptr_array_new_with_free_func ((GDestroyNotify) wf_entity_unref);
  group->erasure.media = g_ptr_array_new_with_free_func (g_free);
}

static void
clear_group (Group *group)
{
  g_ptr_array_unref (group->entries);
  g_hash_table_unref (group->rows);
  g_ptr_array_unref (group->changed);
  g_ptr_array_unref (group->erasure.frozen);
  g_ptr_array_unref (group->erasure.media);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Group, clear_group)

static gboolean
write_rows (WfStore *self,
            Group   *group,
            GError **error)
{
  GHashTableIter iter;
  gpointer entity;

  g_hash_table_iter_init (&iter, group->rows);
  while (g_hash_table_iter_next (&iter, &entity, NULL))
    {
      if (!wf_store_write_entity (self, entity, error))
        return FALSE;
      g_hash_table_iter_remove (&iter);
    }

  return TRUE;
}

/* What an exercise reads of live, kept beside it so that it is there after a restart. */
static gboolean
write_frozen (WfStore    *self,
              Group      *group,
              const char *scope,
              GError    **error)
{
  sqlite3_stmt *statement = NULL;
  g_autofree char *base = wf_ledger_base_scope (scope);

  if (write_rows (self, group, error))
    statement = wf_database_prepare (self->database,
                                     "INSERT INTO entity (scope, kind, id, number, versions, fields)"
                                     " SELECT ?1, kind, id, number, versions, fields FROM entity WHERE scope = ?2", error);
  if (statement == NULL)
    return FALSE;

  wf_database_bind_text (statement, 1, base);
  wf_database_bind_text (statement, 2, WF_LIVE);

  return wf_database_run (self->database, statement, error);
}

static gboolean
write_scope (WfStore    *self,
             const char *scope,
             GError    **error)
{
  sqlite3_stmt *statement =
    wf_database_prepare (self->database, "INSERT OR REPLACE INTO scope (scope, number, hash) VALUES (?1, ?2, ?3)", error);

  if (statement == NULL)
    return FALSE;

  wf_database_bind_text (statement, 1, scope);
  sqlite3_bind_int64 (statement, 2, wf_ledger_number (self->ledger, scope));
  wf_database_bind_text (statement, 3, wf_ledger_hash (self->ledger, scope));

  return wf_database_run (self->database, statement, error);
}

static gboolean
write_checkpoint (WfStore    *self,
                  const char *scope,
                  int64_t     now,
                  GError    **error)
{
  sqlite3_stmt *statement =
    wf_database_prepare (self->database, "INSERT OR IGNORE INTO checkpoint (scope, number, hash, made_at, signature)"
                                         " VALUES (?1, ?2, ?3, ?4, ?5)", error);
  int64_t number = wf_ledger_number (self->ledger, scope);
  const char *hash = wf_ledger_hash (self->ledger, scope);

  if (statement == NULL)
    return FALSE;

  g_autofree char *signature = wf_signer_sign (self->signer, self->service, scope, number, hash, now);
  wf_database_bind_text (statement, 1, scope);
  sqlite3_bind_int64 (statement, 2, number);
  wf_database_bind_text (statement, 3, hash);
  sqlite3_bind_int64 (statement, 4, now);
  wf_database_bind_text (statement, 5, signature);

  return wf_database_run (self->database, statement, error);
}

static void
complete_event (WfEvent        *event,
                WfCommand      *command,
                const WfMoment *moment)
{
  if (event->actor == NULL)
    event->actor = g_strdup (command->actor);
  if (event->post == NULL)
    event->post = g_strdup (command->post);
  if (event->cause == NULL)
    event->cause = g_strdup (command->id);
  if (event->occurred_at == 0)
    event->occurred_at = command->occurred_at;
  if (event->scope_time == 0)
    event->scope_time = moment->scope;
  event->recorded_at = moment->real;
}

static GPtrArray *
decide (WfStore    *self,
        WfCommand  *command,
        int64_t     now,
        WfProblem **problem)
{
  if (!wf_ledger_has_scope (self->ledger, command->scope) && strcmp (command->type, "exercise.open") != 0)
    {
      *problem = wf_problem_new (WF_PROBLEM_NOT_FOUND, "scope.unknown", "scope", "There is no such exercise");
      return NULL;
    }

  g_autoptr (WfState) state = wf_ledger_state (self->ledger, command->scope);
  WfMoment moment = { .real = now, .scope = wf_rules_scope_time (state, command->scope, now) };
  GPtrArray *events = wf_rules_decide (state, command, &moment, problem);

  for (guint i = 0; events != NULL && i < events->len; i++)
    complete_event (g_ptr_array_index (events, i), command, &moment);

  return events;
}

/* Takes the events of an accepted command into the ledger and writes them.
 * Returns: whether the database took it; a refusal by the ledger is put into @outcome. */
static gboolean
record (WfStore   *self,
        Group     *group,
        WfCommand *command,
        GPtrArray *events,
        WfOutcome *outcome,
        GError   **error)
{
  g_autoptr (GError) wrong = NULL;
  guint n_changed = group->changed->len;
  gboolean opened;

  if (events->len == 0)
    return TRUE;

  if (!wf_ledger_record (self->ledger, command->scope, events, outcome->entries, group->changed, &opened, &wrong))
    {
      g_critical ("The command %s (%s) cannot be kept: %s", command->id, command->type, wrong->message);
      outcome->problem = wf_problem_new (WF_PROBLEM_STATE, "service.fault", NULL, wrong->message);
      return TRUE;
    }

  if (opened && !write_frozen (self, group, command->scope, error))
    return FALSE;

  for (guint i = 0; i < outcome->entries->len; i++)
    {
      WfEntry *entry = g_ptr_array_index (outcome->entries, i);

      if (!wf_store_write_entry (self, entry, error))
        return FALSE;
      g_ptr_array_add (group->entries, wf_entry_ref (entry));
      if (!wf_store_erase (self, entry, &group->erasure, error))
        return FALSE;
    }

  for (guint i = n_changed; i < group->changed->len; i++)
    g_hash_table_replace (group->rows, wf_entity_ref (g_ptr_array_index (group->changed, i)), NULL);

  return TRUE;
}

/* Returns: (transfer full) (nullable): the answer, or %NULL where the database failed */
static WfOutcome *
process (WfStore    *self,
         Group      *group,
         WfCommand  *command,
         const char *digest,
         GError    **error)
{
  WfOutcome *known = NULL;

  if (!wf_store_find_outcome (self, command, digest, &known, error))
    return NULL;
  if (known != NULL)
    return known;

  g_autoptr (WfOutcome) outcome = wf_outcome_new (command->id);
  g_autoptr (GPtrArray) events = decide (self, command, group->now, &outcome->problem);

  if (events != NULL && !record (self, group, command, events, outcome, error))
    return NULL;

  if (events == NULL && outcome->problem == NULL)
    outcome->problem = wf_problem_new (WF_PROBLEM_STATE, "service.fault", NULL, NULL);

  return wf_store_write_outcome (self, outcome, digest, group->now, error) ? g_steal_pointer (&outcome) : NULL;
}

static gboolean
write_scopes (WfStore *self,
              Group   *group,
              GError **error)
{
  g_autoptr (GHashTable) scopes = g_hash_table_new (g_str_hash, g_str_equal);
  GHashTableIter iter;
  gpointer scope;

  for (guint i = 0; i < group->entries->len; i++)
    {
      WfEvent *event = ((WfEntry *) g_ptr_array_index (group->entries, i))->event;

      g_hash_table_add (scopes, event->scope);
      if (event->number % CHECKPOINT_EVERY == 0 && event->number == wf_ledger_number (self->ledger, event->scope) &&
          !write_checkpoint (self, event->scope, group->now, error))
        return FALSE;
    }

  g_hash_table_iter_init (&iter, scopes);
  while (g_hash_table_iter_next (&iter, &scope, NULL))
    if (!write_scope (self, scope, error))
      return FALSE;

  return TRUE;
}

/* One transaction over some submissions.
 * Returns: whether it is on the disk; the answers are added to @answers, an array for each submission */
static gboolean
run_transaction (WfStore   *self,
                 GPtrArray *submissions,
                 Group     *group,
                 GPtrArray *answers,
                 GError   **error)
{
  gboolean good = wf_database_exec (self->database, "BEGIN IMMEDIATE", error);

  for (guint i = 0; good && i < submissions->len; i++)
    {
      Submission *submission = g_ptr_array_index (submissions, i);
      GPtrArray *outcomes = g_ptr_array_new_with_free_func ((GDestroyNotify) wf_outcome_unref);

      g_ptr_array_add (answers, outcomes);
      for (guint j = 0; good && j < submission->commands->len; j++)
        {
          WfOutcome *outcome = process (self, group, g_ptr_array_index (submission->commands, j),
                                        g_ptr_array_index (submission->digests, j), error);

          good = outcome != NULL;
          if (good)
            g_ptr_array_add (outcomes, outcome);
        }
    }

  good = good && write_rows (self, group, error) && write_scopes (self, group, error) &&
         wf_database_exec (self->database, "COMMIT", error);

  if (good)
    {
      wf_ledger_commit (self->ledger);
      return TRUE;
    }

  /* SQLite has rolled back by itself after some errors; then there is nothing to undo. */
  if (sqlite3_get_autocommit (self->database->handle) == 0)
    wf_database_exec (self->database, "ROLLBACK", NULL);
  wf_ledger_rollback (self->ledger);

  return FALSE;
}

typedef struct
{
  WfStore   *store;    /* (owned) */
  GPtrArray *entities; /* (owned) */
  GPtrArray *entries;  /* (owned) */
} News;

static gboolean
tell_cb (gpointer data)
{
  News *news = data;
  WfStore *self = news->store;

  wf_store_take_scopes (self, news->entities);
  if (news->entities->len > 0)
    g_signal_emit_by_name (self, "changed", news->entities);

  if (news->entries->len > 0)
    {
      WfEntry *last = g_ptr_array_index (news->entries, news->entries->len - 1);

      self->head = last->event->position;
      g_signal_emit_by_name (self, "committed", news->entries);
    }
  wf_store_arm (self);

  return G_SOURCE_REMOVE;
}

static void
free_news (gpointer data)
{
  News *news = data;

  g_object_unref (news->store);
  g_ptr_array_unref (news->entities);
  g_ptr_array_unref (news->entries);
  g_free (news);
}

/* Before the answers go out, so that whoever is answered finds the feed at least that far. */
static void
tell (WfStore     *self,
      const Group *group)
{
  g_autoptr (GSource) source = g_idle_source_new ();
  News *news = g_new0 (News, 1);

  news->store = g_object_ref (self);
  news->entities = g_ptr_array_ref (group->changed);
  news->entries = g_ptr_array_ref (group->entries);
  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, tell_cb, news, free_news);
  g_source_attach (source, self->context);
}

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

/* Puts all deadlines on the schedule, as they stand. */
static void
fill_schedules (WfStore *self)
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

static void
publish_due (WfStore *self,
             int64_t  not_before)
{
  int64_t due = first_due (self, NULL);

  g_mutex_lock (&self->lock);
  self->next_due = due == INT64_MAX ? due : MAX (due, not_before);
  g_mutex_unlock (&self->lock);
}

static guint
count_commands (GPtrArray *submissions)
{
  guint n = 0;

  for (guint i = 0; i < submissions->len; i++)
    n += ((Submission *) g_ptr_array_index (submissions, i))->commands->len;

  return n;
}

/* Returns: whether all of it is on the disk, and answered */
static gboolean
commit (WfStore   *self,
        GPtrArray *submissions,
        GError   **error)
{
  g_auto (Group) group = { NULL };
  g_autoptr (GPtrArray) answers = g_ptr_array_new_with_free_func ((GDestroyNotify) g_ptr_array_unref);

  init_group (&group, self);
  gint64 begun = g_get_monotonic_time ();

  if (!wf_store_may_write (self, error) || !run_transaction (self, submissions, &group, answers, error))
    {
      wf_store_take_error (self, *error);
      return FALSE;
    }

  wf_store_take_commit (self, count_commands (submissions), g_get_monotonic_time () - begun);
  if (group.entries->len > 0)
    wf_store_take_recorded (self, group.now);
  wf_store_erased (self, &group.erasure);
  for (guint i = 0; i < group.changed->len; i++)
    {
      WfEntity *entity = g_ptr_array_index (group.changed, i);
      const char *scope = wf_entity_scope (entity);

      /* An exercise that was just opened brings along what was due when it was frozen. */
      if (!g_hash_table_contains (self->schedules, scope))
        fill_schedule (self, scope);
      wf_schedule_update (ensure_schedule (self, scope), entity);
    }
  publish_due (self, 0);
  tell (self, &group);

  for (guint i = 0; i < submissions->len; i++)
    {
      Submission *submission = g_ptr_array_index (submissions, i);

      if (submission->task != NULL)
        g_task_return_pointer (submission->task, g_ptr_array_ref (g_ptr_array_index (answers, i)),
                               (GDestroyNotify) g_ptr_array_unref);
    }

  return TRUE;
}

static GPtrArray *
take_waiting (WfStore *self)
{
  GPtrArray *taken = g_ptr_array_new_with_free_func ((GDestroyNotify) free_submission);
  guint n = 0;

  g_mutex_lock (&self->lock);
  while (n < GROUP_MAX && !g_queue_is_empty (&self->waiting))
    {
      Submission *submission = g_queue_pop_head (&self->waiting);

      n += submission->commands->len;
      g_ptr_array_add (taken, submission);
    }
  self->n_waiting -= n;
  g_mutex_unlock (&self->lock);

  return taken;
}

static void
answer_error (GPtrArray    *submissions,
              const GError *error)
{
  for (guint i = 0; i < submissions->len; i++)
    {
      Submission *submission = g_ptr_array_index (submissions, i);

      if (submission->task != NULL)
        g_task_return_error (submission->task, g_error_copy (error));
    }
}

static void
commit_one_by_one (WfStore   *self,
                   GPtrArray *submissions)
{
  while (submissions->len > 0)
    {
      g_autoptr (GPtrArray) one = g_ptr_array_new_with_free_func ((GDestroyNotify) free_submission);
      g_autoptr (GError) error = NULL;

      g_ptr_array_add (one, g_ptr_array_steal_index (submissions, 0));
      if (!commit (self, one, &error))
        answer_error (one, error);
    }
}

/* Each submission brings one such job; the first takes what all of them brought, the rest find nothing left to do. */
static void
work_cb (GTask        *job,
         gpointer      source,
         gpointer      data,
         GCancellable *cancellable)
{
  WfStore *self = source;
  g_autoptr (GPtrArray) taken = take_waiting (self);
  g_autoptr (GError) error = NULL;

  if (taken->len > 0 && !commit (self, taken, &error))
    {
      /* A disk that fails, fails for all. Otherwise one of them is to blame: each is tried for itself. */
      if (taken->len > 1 && g_error_matches (error, WF_STORE_ERROR, WF_STORE_ERROR_INTERNAL))
        commit_one_by_one (self, taken);
      else
        answer_error (taken, error);
    }

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

  g_mutex_lock (&self->lock);
  gboolean full = self->n_waiting + commands->len > WAITING_MAX;
  g_mutex_unlock (&self->lock);

  if (full || self->closed)
    {
      g_task_return_new_error (task, WF_STORE_ERROR, WF_STORE_ERROR_UNAVAILABLE,
                               "Too many commands are waiting: try again in a moment");
      return;
    }

  Submission *submission = g_new0 (Submission, 1);
  submission->task = g_steal_pointer (&task);
  submission->commands = g_ptr_array_ref (commands);
  submission->digests = g_ptr_array_new_with_free_func (g_free);
  for (guint i = 0; i < commands->len; i++)
    g_ptr_array_add (submission->digests, wf_wire_command_digest (g_ptr_array_index (commands, i)));

  g_mutex_lock (&self->lock);
  g_queue_push_tail (&self->waiting, submission);
  self->n_waiting += commands->len;
  g_mutex_unlock (&self->lock);

  wf_worker_push (self->writer, G_PRIORITY_DEFAULT, g_task_new (self, NULL, NULL, NULL), work_cb);
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

typedef struct
{
  char  *scope;
  char **kinds;
} Listing;

static void
free_listing (Listing *listing)
{
  g_free (listing->scope);
  g_strfreev (listing->kinds);
  g_free (listing);
}

static void
list_entities_cb (GTask        *task,
                  gpointer      source,
                  gpointer      data,
                  GCancellable *cancellable)
{
  WfStore *self = source;
  const Listing *listing = data;
  GPtrArray *entities = g_ptr_array_new_with_free_func ((GDestroyNotify) wf_entity_unref);

  if (wf_ledger_has_scope (self->ledger, listing->scope))
    {
      g_autoptr (WfState) state = wf_ledger_state (self->ledger, listing->scope);

      for (gsize i = 0; listing->kinds[i] != NULL; i++)
        g_ptr_array_extend_and_steal (entities, wf_state_list (state, listing->scope, listing->kinds[i], NULL));
    }

  g_task_return_pointer (task, entities, (GDestroyNotify) g_ptr_array_unref);
}

/**
 * wf_store_read_entities_async:
 * @self: a store
 * @scope: a scope
 * @kinds: (array zero-terminated=1): which kinds
 * @cancellable: (nullable): a cancellable
 * @callback: called when they are there
 * @data: for @callback
 *
 * Asks for how all things of some kinds stand. Holds the writer up while it lists them (some tens of milliseconds for 200,000):
 * for whoever begins to follow the signal "changed", once. What that signal brings afterwards is never older.
 */
void
wf_store_read_entities_async (WfStore             *self,
                              const char          *scope,
                              char               **kinds,
                              GCancellable        *cancellable,
                              GAsyncReadyCallback  callback,
                              gpointer             data)
{
  g_return_if_fail (WF_IS_STORE (self));

  GTask *task = g_task_new (self, cancellable, callback, data);
  Listing *listing = g_new0 (Listing, 1);

  listing->scope = g_strdup (scope);
  listing->kinds = g_strdupv (kinds);
  g_task_set_source_tag (task, wf_store_read_entities_async);
  g_task_set_task_data (task, listing, (GDestroyNotify) free_listing);
  wf_worker_push (self->writer, G_PRIORITY_DEFAULT, task, list_entities_cb);
}

/**
 * wf_store_read_entities_finish:
 * @self: a store
 * @result: the result
 * @error: return location
 *
 * Returns: (transfer full) (nullable) (element-type WfEntity): the things, by kind and id
 */
GPtrArray *
wf_store_read_entities_finish (WfStore      *self,
                               GAsyncResult *result,
                               GError      **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

static Submission *
take_due (WfStore *self,
          int64_t  now)
{
  Submission *due = g_new0 (Submission, 1);
  const char *scope = NULL;

  due->commands = g_ptr_array_new_with_free_func ((GDestroyNotify) wf_command_unref);
  due->digests = g_ptr_array_new_with_free_func (g_free);

  while (due->commands->len < 100 && first_due (self, &scope) <= now)
    {
      g_autoptr (WfEntity) entity = wf_schedule_pop (g_hash_table_lookup (self->schedules, scope));
      WfCommand *command = wf_rules_deadline_command (entity);

      if (command == NULL)
        continue;
      g_ptr_array_add (due->commands, command);
      g_ptr_array_add (due->digests, wf_wire_command_digest (command));
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
      g_autoptr (GPtrArray) submissions = g_ptr_array_new_with_free_func ((GDestroyNotify) free_submission);
      Submission *due = take_due (self, now);

      g_ptr_array_add (submissions, due);
      if (due->commands->len == 0)
        break;

      if (!commit (self, submissions, &error))
        {
          /* What was taken off has not happened. */
          fill_schedules (self);
          publish_due (self, now + RETRY);
          g_task_return_error (job, g_steal_pointer (&error));
          return;
        }
    }

  publish_due (self, 0);
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
      Submission *submission = g_queue_pop_head (&self->waiting);

      if (submission == NULL)
        return;

      g_task_return_new_error (submission->task, WF_STORE_ERROR, WF_STORE_ERROR_UNAVAILABLE, "The service is ending");
      free_submission (submission);
    }
}

/**
 * wf_store_load_entity:
 * @statement: stands on a row of scope, kind, id, number, versions, fields
 * @error: return location
 *
 * Returns: (transfer full) (nullable): the thing
 */
WfEntity *
wf_store_load_entity (sqlite3_stmt *statement,
                      GError      **error)
{
  const char *name = wf_database_text (statement, 1);
  const WfKind *kind = wf_kind_lookup (name);

  if (kind == NULL)
    {
      g_set_error (error, WF_STORE_ERROR, WF_STORE_ERROR_VERSION, "This program does not know things of the kind “%s”", name);
      return NULL;
    }

  g_autoptr (WfJsonDoc) versions = wf_json_doc_new_text (wf_database_text (statement, 4), error);
  g_autoptr (WfJsonDoc) fields = versions != NULL ? wf_json_doc_new_text (wf_database_text (statement, 5), error) : NULL;
  if (fields == NULL)
    return NULL;

  g_autoptr (GVariant) numbers = wf_wire_read_versions (wf_json_doc_root (versions), error);
  g_autoptr (GVariant) dict =
    numbers != NULL ? wf_wire_read_fields (wf_json_doc_root (fields), kind->fields, NULL, error) : NULL;
  if (dict == NULL)
    return NULL;

  return wf_entity_new (wf_database_text (statement, 0), name, wf_database_text (statement, 2), dict,
                        g_variant_n_children (numbers) > 0 ? numbers : NULL, sqlite3_column_int64 (statement, 3));
}

static gboolean
load_entities (WfStore *self,
               GError **error)
{
  g_autoptr (WfStatement) statement =
    wf_database_prepare (self->database, "SELECT scope, kind, id, number, versions, fields FROM entity", error);
  gboolean row;

  if (statement == NULL)
    return FALSE;

  while (wf_database_step (self->database, statement, &row, error))
    {
      if (!row)
        return TRUE;

      g_autoptr (WfEntity) entity = wf_store_load_entity (statement, error);
      if (entity == NULL)
        {
          g_prefix_error (error, "%s %s: ", wf_database_text (statement, 1), wf_database_text (statement, 2));
          return FALSE;
        }
      wf_ledger_load_entity (self->ledger, entity);
    }

  return FALSE;
}

static gboolean
load_scopes (WfStore *self,
             GError **error)
{
  g_autoptr (WfStatement) statement = wf_database_prepare (self->database, "SELECT scope, number, hash FROM scope", error);
  gboolean row;

  if (statement == NULL)
    return FALSE;

  while (wf_database_step (self->database, statement, &row, error))
    {
      if (!row)
        return TRUE;

      wf_ledger_load_scope (self->ledger, wf_database_text (statement, 0), sqlite3_column_int64 (statement, 1),
                            wf_database_text (statement, 2));
    }

  return FALSE;
}

/* Time goes on from the newest entry, even if the machine's clock was set back while nobody looked. */
static gboolean
load_time (WfStore *self,
           GError **error)
{
  g_autoptr (WfStatement) statement =
    wf_database_prepare (self->database, "SELECT header, hash FROM journal ORDER BY position DESC LIMIT 1", error);
  gboolean row;

  if (statement == NULL || !wf_database_step (self->database, statement, &row, error))
    return FALSE;
  if (!row)
    return TRUE;

  g_autoptr (GBytes) header = wf_database_bytes (statement, 0);
  g_autoptr (WfEntry) entry =
    header != NULL ? wf_entry_restore (header, wf_database_text (statement, 1), NULL, FALSE, error) : NULL;
  if (entry == NULL)
    {
      if (header == NULL)
        g_set_error (error, WF_STORE_ERROR, WF_STORE_ERROR_CORRUPT, "The newest entry has no header");
      return FALSE;
    }

  wf_store_take_recorded (self, entry->event->recorded_at);
  wf_clock_raise (self->clock, entry->event->recorded_at);
  return TRUE;
}

/**
 * wf_store_load:
 * @self: a store that is being opened
 * @error: return location
 *
 * Reads the state that the journal stands at.
 *
 * Returns: whether it worked
 */
gboolean
wf_store_load (WfStore *self,
               GError **error)
{
  g_autoptr (WfStatement) statement =
    wf_database_prepare (self->database, "SELECT coalesce(max(position), 0) FROM journal", error);
  gboolean row;

  self->ledger = wf_ledger_new ();
  if (statement == NULL || !wf_database_step (self->database, statement, &row, error))
    return FALSE;

  self->head = sqlite3_column_int64 (statement, 0);
  if (!load_time (self, error) || !load_scopes (self, error) || !load_entities (self, error))
    return FALSE;

  wf_ledger_load_end (self->ledger, self->head);
  fill_schedules (self);
  publish_due (self, 0);

  return TRUE;
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
      good = write_checkpoint (self, scopes[i], wf_store_now (self), &error);

  if (!good || !wf_database_exec (self->database, "COMMIT", &error))
    {
      g_message ("No checkpoint was signed: %s", error->message);
      if (sqlite3_get_autocommit (self->database->handle) == 0)
        wf_database_exec (self->database, "ROLLBACK", NULL);
    }
}
