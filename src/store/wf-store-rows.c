/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-store"

#include "config.h"

#include "wf-store-private.h"

#include "wf-kind.h"
#include "wf-rules.h"
#include "wf-wire.h"

/* Rows of what a command came to: its answer, its entries, and the things as they stand after it. */

/**
 * wf_outcome_new:
 * @id: a command's id
 *
 * Returns: (transfer full): an answer without anything in it yet
 */
WfOutcome *
wf_outcome_new (const char *id)
{
  WfOutcome *outcome = g_new0 (WfOutcome, 1);

  g_atomic_ref_count_init (&outcome->refs);
  outcome->id = g_strdup (id);
  outcome->entries = g_ptr_array_new_with_free_func ((GDestroyNotify) wf_entry_unref);

  return outcome;
}

/**
 * wf_outcome_new_repeated:
 * @id: the id of a command that came before
 * @reused: whether it was another command that had this id
 *
 * Returns: (transfer full): an answer that says so
 */
WfOutcome *
wf_outcome_new_repeated (const char *id,
                         gboolean    reused)
{
  WfOutcome *self = wf_outcome_new (id);

  self->repeated = TRUE;
  self->reused = reused;
  if (reused)
    self->problem = wf_problem_new (WF_PROBLEM_CONFLICT, "command.id-reused", "id",
                                    "Another command was sent with this id before");

  return self;
}

static gboolean
load_entries (WfDatabase *database,
              int64_t     first,
              int64_t     last,
              GPtrArray  *entries,
              GError    **error)
{
  g_autoptr (WfStatement) statement =
    wf_database_prepare (database, "SELECT header, hash, payload FROM journal"
                                         " WHERE position BETWEEN ?1 AND ?2 ORDER BY position", error);
  gboolean row;

  if (statement == NULL)
    return FALSE;

  sqlite3_bind_int64 (statement, 1, first);
  sqlite3_bind_int64 (statement, 2, last);

  while (wf_database_step (database, statement, &row, error))
    {
      if (!row)
        return TRUE;

      g_autoptr (GBytes) header = wf_database_bytes (statement, 0);
      g_autoptr (GBytes) payload = wf_database_bytes (statement, 2);
      WfEntry *entry = wf_entry_restore (header, wf_database_text (statement, 1), payload, FALSE, error);

      if (entry == NULL)
        return FALSE;
      g_ptr_array_add (entries, entry);
    }

  return FALSE;
}

static WfProblem *
load_problem (const char *text)
{
  g_autoptr (WfJsonDoc) doc = wf_json_doc_new_text (text, NULL);
  WfProblem *problem = doc != NULL ? wf_wire_read_problem (wf_json_doc_root (doc), NULL, NULL) : NULL;

  return problem != NULL ? problem : wf_problem_new (WF_PROBLEM_STATE, "command.refused", NULL, NULL);
}

/**
 * wf_store_find_outcome:
 * @database: a connection
 * @command: a command
 * @outcome: (out) (transfer full) (nullable): its first answer; %NULL where the command is new
 * @error: return location
 *
 * The same id again gets the first answer, and with another body a refusal that says so.
 *
 * Returns: whether the database could be read
 */
gboolean
wf_store_find_outcome (WfDatabase  *database,
                       WfCommand   *command,
                       WfOutcome  **outcome,
                       GError     **error)
{
  g_autoptr (WfStatement) statement =
    wf_database_prepare (database, "SELECT digest, first, last, problem FROM command WHERE id = ?1", error);
  gboolean row;

  *outcome = NULL;
  if (statement == NULL)
    return FALSE;

  wf_database_bind_text (statement, 1, command->id);
  if (!wf_database_step (database, statement, &row, error))
    return FALSE;
  if (!row)
    return TRUE;

  g_autofree char *digest = wf_wire_command_digest (command);
  gboolean reused = g_strcmp0 (wf_database_text (statement, 0), digest) != 0;
  g_autoptr (WfOutcome) found = wf_outcome_new_repeated (command->id, reused);

  if (reused)
    {
      *outcome = g_steal_pointer (&found);
      return TRUE;
    }

  if (sqlite3_column_type (statement, 3) != SQLITE_NULL)
    found->problem = load_problem (wf_database_text (statement, 3));
  else if (sqlite3_column_type (statement, 1) != SQLITE_NULL &&
           !load_entries (database, sqlite3_column_int64 (statement, 1), sqlite3_column_int64 (statement, 2), found->entries,
                          error))
    return FALSE;

  *outcome = g_steal_pointer (&found);
  return TRUE;
}

static void
bind_answer (sqlite3_stmt *statement,
             int           column,
             gpointer      row)
{
  const WfAnswer *answer = row;
  const WfOutcome *outcome = answer->outcome;

  wf_database_bind_text (statement, column, outcome->id);
  wf_database_give_text (statement, column + 1, wf_wire_command_digest (answer->command));
  sqlite3_bind_int64 (statement, column + 2, answer->now);
  if (outcome->entries->len > 0)
    {
      WfEntry *first = g_ptr_array_index (outcome->entries, 0);
      WfEntry *last = g_ptr_array_index (outcome->entries, outcome->entries->len - 1);

      sqlite3_bind_int64 (statement, column + 3, first->event->position);
      sqlite3_bind_int64 (statement, column + 4, last->event->position);
    }
  if (outcome->problem != NULL)
    {
      GString *problem = g_string_new (NULL);

      wf_wire_write_problem (problem, outcome->problem);
      wf_database_give_text (statement, column + 5, g_string_free (problem, FALSE));
    }
}

/**
 * wf_store_write_answers:
 * @self: a store, in its writer's transaction
 * @answers: (array length=n): what commands came to
 * @n: how many
 * @error: return location
 *
 * Returns: whether the database took them
 */
gboolean
wf_store_write_answers (WfStore   *self,
                        WfAnswer **answers,
                        guint      n,
                        GError   **error)
{
#define INSERT "INSERT INTO command (id, digest, recorded_at, first, last, problem) VALUES "
#define ROW "(?,?,?,?,?,?)"
  return wf_database_put_rows (self->database, INSERT ROW, INSERT WF_DATABASE_ROWS (ROW), bind_answer, (gpointer *) answers,
                               n, error);
#undef INSERT
#undef ROW
}

/* By which a medium is found to be somebody's to read. */
static gboolean
write_reference (WfStore *self,
                 WfEvent *event,
                 GError **error)
{
  g_autofree char *digest = wf_rules_event_medium (event);

  if (digest == NULL)
    return TRUE;

  sqlite3_stmt *statement =
    wf_database_prepare (self->database, "INSERT OR IGNORE INTO medium_reference (digest, scope, number) VALUES (?1, ?2, ?3)",
                         error);
  if (statement == NULL)
    return FALSE;

  wf_database_bind_text (statement, 1, digest);
  wf_database_bind_text (statement, 2, event->scope);
  sqlite3_bind_int64 (statement, 3, event->number);

  return wf_database_run (self->database, statement, error);
}

static void
bind_entry (sqlite3_stmt *statement,
            int           column,
            gpointer      row)
{
  const WfEntry *entry = row;
  const WfEvent *event = entry->event;

  sqlite3_bind_int64 (statement, column, event->position);
  wf_database_bind_text (statement, column + 1, event->scope);
  sqlite3_bind_int64 (statement, column + 2, event->number);
  wf_database_bind_text (statement, column + 3, event->subject);
  wf_database_bind_bytes (statement, column + 4, entry->header);
  wf_database_bind_text (statement, column + 5, event->hash);
  wf_database_bind_bytes (statement, column + 6, event->payload_bytes);
}

/**
 * wf_store_write_entries:
 * @self: a store, in its writer's transaction
 * @entries: (array length=n): entries that the ledger has sealed
 * @n: how many
 * @error: return location
 *
 * Returns: whether the database took them
 */
gboolean
wf_store_write_entries (WfStore  *self,
                        WfEntry **entries,
                        guint     n,
                        GError  **error)
{
#define INSERT "INSERT INTO journal (position, scope, number, subject, header, hash, payload) VALUES "
#define ROW "(?,?,?,?,?,?,?)"
  gboolean done = wf_database_put_rows (self->database, INSERT ROW, INSERT WF_DATABASE_ROWS (ROW), bind_entry,
                                        (gpointer *) entries, n, error);
#undef INSERT
#undef ROW

  for (guint i = 0; done && i < n; i++)
    done = write_reference (self, entries[i]->event, error);

  return done;
}

static void
bind_entity (sqlite3_stmt *statement,
             int           column,
             gpointer      row)
{
  WfEntity *entity = row;
  const WfKind *kind = wf_kind_lookup (wf_entity_kind (entity));
  GString *versions = g_string_sized_new (64);
  GString *fields = g_string_sized_new (512);

  wf_wire_write_versions (versions, wf_entity_versions (entity));
  wf_wire_write_fields (fields, kind != NULL ? kind->fields : NULL, wf_entity_fields (entity));

  wf_database_bind_text (statement, column, wf_entity_scope (entity));
  wf_database_bind_text (statement, column + 1, wf_entity_kind (entity));
  wf_database_bind_text (statement, column + 2, wf_entity_id (entity));
  sqlite3_bind_int64 (statement, column + 3, wf_entity_number (entity));
  wf_database_give_text (statement, column + 4, g_string_free (versions, FALSE));
  wf_database_give_text (statement, column + 5, g_string_free (fields, FALSE));
}

/**
 * wf_store_write_entities:
 * @self: a store, in its writer's transaction
 * @entities: (array length=n): things as they stand now
 * @n: how many
 * @error: return location
 *
 * Returns: whether the database took them
 */
gboolean
wf_store_write_entities (WfStore   *self,
                         WfEntity **entities,
                         guint      n,
                         GError   **error)
{
#define INSERT "INSERT OR REPLACE INTO entity (scope, kind, id, number, versions, fields) VALUES "
#define ROW "(?,?,?,?,?,?)"
  return wf_database_put_rows (self->database, INSERT ROW, INSERT WF_DATABASE_ROWS (ROW), bind_entity,
                               (gpointer *) entities, n, error);
#undef INSERT
#undef ROW
}

/**
 * wf_store_write_checkpoint:
 * @self: a store, in its writer's transaction
 * @scope: a scope
 * @number: of its newest entry
 * @hash: of that entry's header
 * @now: when it is signed
 * @error: return location
 *
 * Signs where a scope's journal stands.
 *
 * Returns: whether the database took it
 */
gboolean
wf_store_write_checkpoint (WfStore     *self,
                           const char  *scope,
                           int64_t      number,
                           const char  *hash,
                           int64_t      now,
                           GError     **error)
{
  g_autofree char *signature = wf_signer_sign (self->signer, self->service, scope, number, hash, now);

  return wf_database_put (self->database, error,
                          "INSERT OR IGNORE INTO checkpoint (scope, number, hash, made_at, signature)"
                          " VALUES (?1, ?2, ?3, ?4, ?5)",
                          "titit", scope, number, hash, now, signature);
}
