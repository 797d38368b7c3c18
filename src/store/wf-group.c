/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-store"

#include "config.h"

#include "wf-group.h"

#include "wf-kind.h"
#include "wf-rules.h"
#include "wf-wire.h"

#include <string.h>

/* What is decided together and shares a commit, because it is the commit that waits for the disk.
 *
 * It has two halves, for two threads. The writer decides: it asks and changes the state in memory, and the ledger knows how
 * to take that back. Then the group is written, which touches nothing but the database. So one group can be written while
 * the next is decided on what the one before has done, and nothing of either is answered before its own commit.
 *
 * Each command is atomic: the ledger takes all events of a command or none, and rows are written only for what it took. */

/* A checkpoint is signed after so many entries of a scope, and at the end. */
#define CHECKPOINT_EVERY 500

/* What a command came to; its rows. */
typedef struct
{
  WfAnswer answer;    /* its command is the submission's */
  gboolean opened;    /* whether it made its scope, an exercise */
  guint    n_changed; /* how many of the group's changes are older */
} Row;

/* Where a scope's journal stands. */
typedef struct
{
  const char *scope; /* an event's */
  int64_t     first; /* number of the first entry that the group adds */
  int64_t     number;
  char       *hash;  /* (owned) */
} Head;

/**
 * wf_submission_new:
 * @task: (transfer full) (nullable): who waits for the answers
 *
 * Returns: (transfer full): a submission with nothing in it
 */
WfSubmission *
wf_submission_new (GTask *task)
{
  WfSubmission *self = g_new0 (WfSubmission, 1);

  self->task = task;
  self->commands = g_ptr_array_new_with_free_func ((GDestroyNotify) wf_command_unref);

  return self;
}

/**
 * wf_submission_free:
 * @self: (transfer full): a submission
 */
void
wf_submission_free (WfSubmission *self)
{
  g_clear_object (&self->task);
  g_ptr_array_unref (self->commands);
  g_free (self);
}

/**
 * wf_submission_add:
 * @self: a submission
 * @command: one more command
 */
void
wf_submission_add (WfSubmission *self,
                   WfCommand    *command)
{
  g_ptr_array_add (self->commands, wf_command_ref (command));
}

static void
free_row (gpointer data)
{
  Row *row = data;

  wf_outcome_unref (row->answer.outcome);
  g_free (row);
}

static void
clear_head (gpointer data)
{
  g_free (((Head *) data)->hash);
}

static void
unref_answers (gpointer answers)
{
  if (answers != NULL)
    g_ptr_array_unref (answers);
}

static void
unref_outcome (gpointer outcome)
{
  if (outcome != NULL)
    wf_outcome_unref (outcome);
}

/**
 * wf_group_new:
 *
 * Returns: (transfer full): a group with nothing in it
 */
WfGroup *
wf_group_new (void)
{
  WfGroup *self = g_new0 (WfGroup, 1);

  self->submissions = g_ptr_array_new_with_free_func ((GDestroyNotify) wf_submission_free);
  self->answers = g_ptr_array_new_with_free_func (unref_answers);
  self->entries = g_ptr_array_new_with_free_func ((GDestroyNotify) wf_entry_unref);
  self->changed = g_ptr_array_new_with_free_func ((GDestroyNotify) wf_entity_unref);
  self->erasure.frozen = g_ptr_array_new_with_free_func ((GDestroyNotify) wf_entity_unref);
  self->erasure.media = g_ptr_array_new_with_free_func (g_free);
  self->rows = g_ptr_array_new_with_free_func (free_row);
  self->heads = g_array_new (FALSE, FALSE, sizeof (Head));
  g_array_set_clear_func (self->heads, clear_head);
  self->begun = g_get_monotonic_time ();

  return self;
}

/**
 * wf_group_free:
 * @self: (transfer full): a group that is answered, or that nobody waits for
 */
void
wf_group_free (WfGroup *self)
{
  g_ptr_array_unref (self->rows);
  g_array_unref (self->heads);
  g_ptr_array_unref (self->answers);
  g_ptr_array_unref (self->entries);
  g_ptr_array_unref (self->changed);
  g_ptr_array_unref (self->erasure.frozen);
  g_ptr_array_unref (self->erasure.media);
  g_ptr_array_unref (self->submissions);
  g_clear_error (&self->error);
  g_free (self);
}

/* --- deciding --- */

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
decide (WfStore    *store,
        WfCommand  *command,
        int64_t     now,
        WfProblem **problem)
{
  if (!wf_ledger_has_scope (store->ledger, command->scope) && strcmp (command->type, "exercise.open") != 0)
    {
      *problem = wf_problem_new (WF_PROBLEM_NOT_FOUND, "scope.unknown", "scope", "There is no such exercise");
      return NULL;
    }

  g_autoptr (WfState) state = wf_ledger_state (store->ledger, command->scope);
  WfMoment moment = { .real = now, .scope = wf_rules_scope_time (state, command->scope, now) };
  GPtrArray *events = wf_rules_decide (state, command, &moment, problem);

  for (guint i = 0; events != NULL && i < events->len; i++)
    complete_event (g_ptr_array_index (events, i), command, &moment);

  return events;
}

/* Notes that a scope's journal grows. */
static void
note_head (WfGroup       *self,
           const WfEvent *event)
{
  for (guint i = 0; i < self->heads->len; i++)
    if (strcmp (g_array_index (self->heads, Head, i).scope, event->scope) == 0)
      return;

  const Head head = { .scope = event->scope, .first = event->number };

  g_array_append_val (self->heads, head);
}

/* Takes the events of an accepted command into the ledger; a refusal by the ledger is put into @outcome. */
static void
record (WfGroup   *self,
        WfStore   *store,
        WfCommand *command,
        GPtrArray *events,
        WfOutcome *outcome,
        gboolean  *opened)
{
  g_autoptr (GError) wrong = NULL;

  if (events->len == 0)
    return;

  if (!wf_ledger_record (store->ledger, command->scope, events, outcome->entries, self->changed, opened, &wrong))
    {
      g_critical ("The command %s (%s) cannot be kept: %s", command->id, command->type, wrong->message);
      outcome->problem = wf_problem_new (WF_PROBLEM_STATE, "service.fault", NULL, wrong->message);
      *opened = FALSE;
      return;
    }

  for (guint i = 0; i < outcome->entries->len; i++)
    {
      WfEntry *entry = g_ptr_array_index (outcome->entries, i);

      g_ptr_array_add (self->entries, wf_entry_ref (entry));
      self->erases |= strcmp (entry->event->type, "journal.erased") == 0;
      if (i == 0)
        note_head (self, entry->event);
    }
}

/* The answer to a command that came before and is not on the disk yet.
 * Returns: (transfer full) (nullable) */
static WfOutcome *
find_unwritten (WfStore   *store,
                WfCommand *command)
{
  const Row *row = g_hash_table_lookup (store->unwritten, command->id);

  if (row == NULL)
    return NULL;

  g_autofree char *digest = wf_wire_command_digest (command);
  g_autofree char *known_digest = wf_wire_command_digest (row->answer.command);
  WfOutcome *known = wf_outcome_new_repeated (command->id, strcmp (known_digest, digest) != 0);

  if (known->reused)
    return known;
  if (row->answer.outcome->problem != NULL)
    known->problem = wf_problem_copy (row->answer.outcome->problem);
  else
    for (guint i = 0; i < row->answer.outcome->entries->len; i++)
      g_ptr_array_add (known->entries, wf_entry_ref (g_ptr_array_index (row->answer.outcome->entries, i)));

  return known;
}

/* Returns: (transfer full): the answer */
static WfOutcome *
process (WfGroup    *self,
         WfStore    *store,
         WfCommand  *command)
{
  WfOutcome *known = find_unwritten (store, command);

  if (known != NULL)
    return known;

  g_autoptr (WfOutcome) outcome = wf_outcome_new (command->id);
  Row *row = g_new (Row, 1);

  *row = (Row) { .answer = { .command = command, .now = self->now }, .n_changed = self->changed->len };
  g_autoptr (GPtrArray) events = decide (store, command, self->now, &outcome->problem);

  if (events != NULL)
    record (self, store, command, events, outcome, &row->opened);
  else if (outcome->problem == NULL)
    outcome->problem = wf_problem_new (WF_PROBLEM_STATE, "service.fault", NULL, NULL);

  row->answer.outcome = wf_outcome_ref (outcome);
  g_ptr_array_add (self->rows, row);
  g_hash_table_insert (store->unwritten, outcome->id, row);

  return g_steal_pointer (&outcome);
}

/* Asks which of the commands were answered before, all of them in one look at the database, which is over before anything
 * is decided: whoever reads keeps the log from being folded in.
 * Returns: (transfer full) (nullable) (element-type WfOutcome): an answer or %NULL for each */
static GPtrArray *
find_written (WfStore    *store,
              GPtrArray  *submissions,
              GError    **error)
{
  g_autoptr (GPtrArray) found = g_ptr_array_new_with_free_func (unref_outcome);
  gboolean good = wf_database_begin_reading (store->look_database, error);
  gboolean begun = good;

  for (guint i = 0; good && i < submissions->len; i++)
    {
      const WfSubmission *submission = g_ptr_array_index (submissions, i);

      for (guint j = 0; good && j < submission->commands->len; j++)
        {
          WfOutcome *outcome = NULL;

          good = wf_store_find_outcome (store->look_database, g_ptr_array_index (submission->commands, j), &outcome, error);
          if (good)
            g_ptr_array_add (found, outcome);
        }
    }

  if (begun && !wf_database_end (store->look_database, good, good ? error : NULL))
    good = FALSE;

  return good ? g_steal_pointer (&found) : NULL;
}

/**
 * wf_group_decide:
 * @self: a group that is not closed yet
 * @store: the store, in its writer
 * @submissions: (element-type WfSubmission): commands to be decided; they are moved into the group
 * @error: return location
 *
 * Decides commands, each for itself: one that is refused does not stop those behind it. The same id again gets the first
 * answer.
 *
 * Returns: whether the database could be asked; where not, nothing has changed and @submissions are where they were
 */
gboolean
wf_group_decide (WfGroup    *self,
                 WfStore    *store,
                 GPtrArray  *submissions,
                 GError    **error)
{
  g_autoptr (GPtrArray) found = find_written (store, submissions, error);
  guint n = 0;

  if (found == NULL)
    return FALSE;

  self->now = wf_store_now (store);
  store->recorded_at = self->now;

  while (submissions->len > 0)
    {
      WfSubmission *submission = g_ptr_array_steal_index (submissions, 0);
      GPtrArray *outcomes = g_ptr_array_new_full (submission->commands->len, unref_outcome);

      g_ptr_array_add (self->submissions, submission);
      g_ptr_array_add (self->answers, outcomes);
      self->n_commands += submission->commands->len;

      for (guint j = 0; j < submission->commands->len; j++, n++)
        {
          WfOutcome *outcome = g_steal_pointer (&found->pdata[n]);

          g_ptr_array_add (outcomes, outcome != NULL ? outcome
                                     : process (self, store, g_ptr_array_index (submission->commands, j)));
        }
    }

  return TRUE;
}

/**
 * wf_group_close:
 * @self: a group that is to be written
 * @store: the store, in its writer
 *
 * Ends the deciding: what is decided from now on belongs to another group.
 */
void
wf_group_close (WfGroup *self,
                WfStore *store)
{
  for (guint i = 0; i < self->heads->len; i++)
    {
      Head *head = &g_array_index (self->heads, Head, i);

      head->number = wf_ledger_number (store->ledger, head->scope);
      head->hash = g_strdup (wf_ledger_hash (store->ledger, head->scope));
    }

  wf_ledger_close_group (store->ledger);
}

/**
 * wf_group_forget:
 * @self: a group that is on the disk, or that did not happen
 * @store: the store, in its writer
 *
 * From now on the database says what was answered.
 */
void
wf_group_forget (WfGroup *self,
                 WfStore *store)
{
  for (guint i = 0; i < self->rows->len; i++)
    {
      const Row *row = g_ptr_array_index (self->rows, i);

      g_hash_table_remove (store->unwritten, row->answer.outcome->id);
    }
}

/* --- writing --- */

static guint
hash_entity (gconstpointer key)
{
  return g_str_hash (wf_entity_id ((WfEntity *) key));
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

/* Writes the newest form of each thing among some changes. */
static gboolean
write_things (WfGroup  *self,
              WfStore  *store,
              guint     first,
              guint     end,
              GError  **error)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (hash_entity, same_entity);
  g_autoptr (GPtrArray) newest = g_ptr_array_new ();

  for (guint i = end; i > first; i--)
    if (g_hash_table_add (seen, g_ptr_array_index (self->changed, i - 1)))
      g_ptr_array_add (newest, g_ptr_array_index (self->changed, i - 1));

  /* In the order in which they were made, so that new rows go to the end of the table. */
  for (guint i = 0; i < newest->len / 2; i++)
    {
      gpointer other = newest->pdata[newest->len - 1 - i];

      newest->pdata[newest->len - 1 - i] = newest->pdata[i];
      newest->pdata[i] = other;
    }

  return wf_store_write_entities (store, (WfEntity **) newest->pdata, newest->len, error);
}

/* What an exercise reads of live, kept beside it so that it is there after a restart. */
static gboolean
write_frozen (WfStore     *store,
              const char  *scope,
              GError     **error)
{
  g_autofree char *base = wf_ledger_base_scope (scope);
  gboolean done = TRUE;
  const WfKind *kinds;
  guint n;

  kinds = wf_kind_all (&n);
  for (guint i = 0; done && i < n; i++)
    done = kinds[i].passing
           || wf_database_put (store->database, error,
                               "INSERT INTO entity (scope, kind, id, number, versions, fields)"
                               " SELECT ?, kind, id, number, versions, fields FROM entity WHERE scope = ? AND kind = ?",
                               "ttt", base, WF_LIVE, kinds[i].name);

  return done;
}

/* What an exercise that is opened reads of live, as it stood when that was decided. */
static gboolean
write_opened (WfGroup  *self,
              WfStore  *store,
              guint    *n_written,
              GError  **error)
{
  for (guint i = 0; i < self->rows->len; i++)
    {
      const Row *row = g_ptr_array_index (self->rows, i);

      if (!row->opened)
        continue;

      const WfEntry *first = g_ptr_array_index (row->answer.outcome->entries, 0);

      if (!write_things (self, store, *n_written, row->n_changed, error) ||
          !write_frozen (store, first->event->scope, error))
        return FALSE;
      *n_written = row->n_changed;
    }

  return TRUE;
}

static gboolean
write_rows (WfGroup  *self,
            WfStore  *store,
            GError  **error)
{
  guint n_written = 0;

  if (!write_opened (self, store, &n_written, error) ||
      !wf_store_write_entries (store, (WfEntry **) self->entries->pdata, self->entries->len, error) ||
      !wf_store_write_answers (store, (WfAnswer **) self->rows->pdata, self->rows->len, error))
    return FALSE;

  for (guint i = 0; self->erases && i < self->entries->len; i++)
    if (!wf_store_erase (store, g_ptr_array_index (self->entries, i), &self->erasure, error))
      return FALSE;

  return write_things (self, store, n_written, self->changed->len, error);
}

static gboolean
write_heads (WfGroup  *self,
             WfStore  *store,
             GError  **error)
{
  for (guint i = 0; i < self->heads->len; i++)
    {
      const Head *head = &g_array_index (self->heads, Head, i);

      if (head->number / CHECKPOINT_EVERY > (head->first - 1) / CHECKPOINT_EVERY &&
          !wf_store_write_checkpoint (store, head->scope, head->number, head->hash, self->now, error))
        return FALSE;

      if (!wf_database_put (store->database, error, "INSERT OR REPLACE INTO scope (scope, number, hash) VALUES (?1, ?2, ?3)",
                            "tit", head->scope, head->number, head->hash))
        return FALSE;
    }

  return TRUE;
}

/**
 * wf_group_write:
 * @self: a group that is closed
 * @store: the store; nobody else is at its database meanwhile
 *
 * Writes a group in one transaction. Runs in the writer or, while that decides the next group, in a thread of its own; only
 * a group that erases also reads the ledger.
 *
 * Returns: whether it is on the disk; where not, the group's error says why, and nothing of it is
 */
gboolean
wf_group_write (WfGroup *self,
                WfStore *store)
{
  GError **error = &self->error;

  if (wf_database_begin (store->database, error) &&
      write_rows (self, store, error) &&
      write_heads (self, store, error) &&
      wf_database_end (store->database, TRUE, error))
    return TRUE;

  /* It is the first error that counts. */
  wf_database_end (store->database, FALSE, NULL);
  return FALSE;
}
