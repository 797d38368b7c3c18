/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-store"

#include "config.h"

#include "wf-retention.h"

#include "wf-json.h"
#include "wf-store-private.h"
#include "wf-time.h"

#include <string.h>

/* What need not be kept for ever goes after a time that the centre has set. The journal is not among it: what is in there
 * goes only by an erasure of its own. A step deletes a few hundred rows in a transaction of its own, behind all commands
 * that wait, so that nobody notices. */

#define ROWS_AT_ONCE 500
#define META_KEY     "retention"
#define DAYS_MAX     36500

/* Deletes rows that are older than ?1, ?2 at most. */
static const struct
{
  const char *name;
  int         days; /* 0: for ever */
  const char *sql;
} rules[] = {
  { "attempts", 30,
    "DELETE FROM attempt WHERE key IN (SELECT key FROM attempt WHERE last_at < ?1 LIMIT ?2)" },
  { "tokens", 365,
    "DELETE FROM token WHERE digest IN"
    " (SELECT digest FROM token WHERE expires_at < ?1 OR revoked_at < ?1 LIMIT ?2)" },
  /* By unit, since that is how tracks lie. */
  { "tracks", 90,
    "DELETE FROM track WHERE (scope, unit, at) IN"
    " (SELECT t.scope, t.unit, t.at FROM position AS p JOIN track AS t ON t.scope = p.scope AND t.unit = p.unit AND t.at < ?1"
    "  LIMIT ?2)" },
  { "readings", 90,
    "DELETE FROM reading_series WHERE (scope, source, quantity, at) IN"
    " (SELECT s.scope, s.source, s.quantity, s.at FROM reading AS r JOIN reading_series AS s"
    "  ON s.scope = r.scope AND s.source = r.source AND s.quantity = r.quantity AND s.at < ?1 LIMIT ?2)" },
  /* Whole days of files, not rows. */
  { "reads", 1095, NULL },
};

G_STATIC_ASSERT (G_N_ELEMENTS (rules) == WF_RETENTION_RULES);

static void
read_rules (WfDatabase  *database,
            WfRetention *retention)
{
  g_autofree char *text = wf_database_get_meta (database, META_KEY);
  g_autoptr (WfJsonDoc) doc = text != NULL ? wf_json_doc_new_text (text, NULL) : NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (rules); i++)
    {
      const WfJson *value = doc != NULL ? wf_json_member (wf_json_doc_root (doc), rules[i].name) : NULL;
      gboolean given = value != NULL && wf_json_type (value) == WF_JSON_INT;

      retention->names[i] = rules[i].name;
      retention->days[i] = given ? (int) CLAMP (wf_json_int (value), 0, DAYS_MAX) : rules[i].days;
    }
}

/**
 * wf_retention_read:
 * @folder: a data folder, also of a service that runs
 * @retention: (out caller-allocates): its rules
 * @error: return location
 *
 * Returns: whether they could be read
 */
gboolean
wf_retention_read (const char  *folder,
                   WfRetention *retention,
                   GError     **error)
{
  g_autoptr (WfDatabase) database = wf_schema_open (folder, FALSE, error);

  if (database == NULL)
    return FALSE;

  read_rules (database, retention);
  return TRUE;
}

/**
 * wf_retention_set:
 * @folder: a data folder, also of a service that runs
 * @name: what is kept
 * @days: for how long; 0 for ever
 * @error: return location
 *
 * Sets a rule. The service follows it the next time that it cleans up.
 *
 * Returns: whether it is set
 */
gboolean
wf_retention_set (const char *folder,
                  const char *name,
                  int         days,
                  GError    **error)
{
  g_autoptr (WfDatabase) database = wf_tokens_open (folder, error);
  g_autoptr (GString) text = g_string_new ("{");
  WfRetention retention;
  gboolean known = FALSE;

  if (database == NULL)
    return FALSE;

  read_rules (database, &retention);
  for (gsize i = 0; i < G_N_ELEMENTS (rules); i++)
    {
      gboolean here = strcmp (rules[i].name, name) == 0;

      known = known || here;
      g_string_append_printf (text, "%s\"%s\":%d", i > 0 ? "," : "", rules[i].name, here ? days : retention.days[i]);
    }
  g_string_append_c (text, '}');

  if (!known || days < 0 || days > DAYS_MAX)
    {
      g_set_error (error, WF_STORE_ERROR, WF_STORE_ERROR_NOT_FOUND,
                   "A rule is attempts, tokens, tracks, readings or reads, and a number of days from 0 (for ever) to %d", DAYS_MAX);
      return FALSE;
    }

  return wf_database_set_meta (database, META_KEY, text->str, error);
}

typedef struct
{
  WfRetention retention;
  GTask      *task;  /* (owned) whoever waits for the end */
  guint       rule;
  gssize      n;     /* rows that went */
} Prune;

static void
free_prune (Prune *prune)
{
  g_clear_object (&prune->task);
  g_free (prune);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Prune, free_prune)

/* Up to when positions were let go, so that nobody takes it for tampering. */
static gboolean
note_tracks (WfStore *self,
             int64_t  before,
             GError **error)
{
  g_autofree char *text = g_strdup_printf ("%" G_GINT64_FORMAT, (gint64) before);

  return wf_database_set_meta (self->database, WF_META_TRACKS_PRUNED, text, error);
}

/* Returns: how many rows went; -1 where the database failed */
static int
delete_rows (WfStore    *self,
             const char *sql,
             int64_t     before,
             GError    **error)
{
  sqlite3_stmt *statement = wf_database_prepare (self->database, sql, error);

  if (statement != NULL)
    {
      sqlite3_bind_int64 (statement, 1, before);
      sqlite3_bind_int (statement, 2, ROWS_AT_ONCE);
    }

  return wf_database_run (self->database, statement, error) ? sqlite3_changes (self->database->handle) : -1;
}

static int
delete_some (WfStore    *self,
             guint       rule,
             int64_t     before,
             GError    **error)
{
  gboolean tracks = strcmp (rules[rule].name, "tracks") == 0;

  if (rules[rule].sql == NULL)
    return wf_reads_prune (self->folder, before);

  if (!wf_store_may_write (self, error) || !wf_database_exec (self->database, "BEGIN IMMEDIATE", error))
    return -1;

  int n = delete_rows (self, rules[rule].sql, before, error);

  if (n >= 0 && (!tracks || n == 0 || note_tracks (self, before, error)) && wf_database_exec (self->database, "COMMIT", error))
    return n;

  if (sqlite3_get_autocommit (self->database->handle) == 0)
    wf_database_exec (self->database, "ROLLBACK", NULL);
  return -1;
}

static void
step_cb (GTask        *job,
         gpointer      source,
         gpointer      data,
         GCancellable *cancellable)
{
  WfStore *self = source;
  g_autoptr (Prune) prune = g_object_steal_data (G_OBJECT (job), "wf-prune");
  GError *error = NULL;

  if (self->to_scrub)
    wf_store_scrub (self);
  if (prune->rule == 0 && prune->n == 0)
    read_rules (self->database, &prune->retention);

  while (prune->rule < G_N_ELEMENTS (rules))
    {
      int days = prune->retention.days[prune->rule];
      int n = days > 0 ? delete_some (self, prune->rule, wf_clock_now (self->clock) - days * WF_DAY, &error) : 0;

      if (n < 0)
        {
          wf_store_take_error (self, error);
          g_task_return_error (prune->task, error);
          g_task_return_boolean (job, TRUE);
          return;
        }

      prune->n += n;
      if (n < ROWS_AT_ONCE)
        prune->rule++;
      if (n > 0 && prune->rule < G_N_ELEMENTS (rules))
        {
          GTask *next = g_task_new (self, NULL, NULL, NULL);

          g_object_set_data_full (G_OBJECT (next), "wf-prune", g_steal_pointer (&prune), (GDestroyNotify) free_prune);
          wf_worker_push (self->writer, G_PRIORITY_LOW, next, step_cb);
          g_task_return_boolean (job, TRUE);
          return;
        }
    }

  if (prune->n > 0)
    g_message ("%" G_GSSIZE_FORMAT " rows were past their time and are gone", prune->n);
  g_task_return_int (prune->task, prune->n);
  g_task_return_boolean (job, TRUE);
}

/**
 * wf_store_prune_async:
 * @self: a store
 * @callback: (nullable): called when it is done
 * @data: for @callback
 *
 * Deletes what is past its time. The store does so by itself every hour.
 */
void
wf_store_prune_async (WfStore             *self,
                      GAsyncReadyCallback  callback,
                      gpointer             data)
{
  g_return_if_fail (WF_IS_STORE (self));

  Prune *prune = g_new0 (Prune, 1);
  GTask *job = g_task_new (self, NULL, NULL, NULL);

  prune->task = g_task_new (self, NULL, callback, data);
  g_task_set_source_tag (prune->task, wf_store_prune_async);
  g_object_set_data_full (G_OBJECT (job), "wf-prune", prune, (GDestroyNotify) free_prune);
  wf_worker_push (self->writer, G_PRIORITY_LOW, job, step_cb);
}

/**
 * wf_store_prune_finish:
 * @self: a store
 * @result: the result
 * @error: return location
 *
 * Returns: how many rows went; -1 where it did not work
 */
gssize
wf_store_prune_finish (WfStore      *self,
                       GAsyncResult *result,
                       GError      **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), -1);

  return g_task_propagate_int (G_TASK (result), error);
}
