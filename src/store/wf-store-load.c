/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-store"

#include "config.h"

#include "wf-store-private.h"

#include "wf-kind.h"
#include "wf-wire.h"

/* The state that a data folder stands at, read when it is opened. */

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
  wf_store_fill_schedules (self);
  wf_store_publish_due (self, 0);

  return TRUE;
}
