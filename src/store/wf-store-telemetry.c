/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-store"

#include "config.h"

#include "wf-store-telemetry.h"

#include "wf-time.h"
#include "wf-wire.h"

/* What comes in from units and sensors, be it where they are or what they read: the last of each, and of what was before it
 * as much as is worth keeping. It is not part of the journal, may be lost for the last second when the machine fails, and
 * so costs one small transaction a second however many report. */

#define FLUSH_EVERY     1000 /* ms */
#define POINTS_MAX      10000

/* What may wait for a disk that takes nothing: two minutes of 800 units that send each second. */
#define ROWS_MAX        100000
#define CLOCK_TOLERANCE (2 * WF_MINUTE)

typedef struct
{
  WfLast   last;   /* a copy */
  gboolean series; /* whether it goes to what is kept of the past */
} Row;

static void
clear_row (gpointer data)
{
  Row *row = data;

  g_free (row->last.scope);
  g_free (row->last.source);
  g_free (row->last.quantity);
}

static GArray *
new_rows (void)
{
  GArray *rows = g_array_new (FALSE, FALSE, sizeof (Row));

  g_array_set_clear_func (rows, clear_row);
  return rows;
}

static void
free_last (gpointer data)
{
  WfLast *last = data;

  g_free (last->scope);
  g_free (last->source);
  g_free (last->quantity);
  g_free (last);
}

/**
 * wf_telemetry_table_new:
 *
 * Returns: (transfer full): a table for what comes last of one sort
 */
GHashTable *
wf_telemetry_table_new (void)
{
  return g_hash_table_new_full (g_str_hash, g_str_equal, g_free, free_last);
}

/**
 * wf_store_init_telemetry:
 * @self: a new store
 */
void
wf_store_init_telemetry (WfStore *self)
{
  self->fresh = g_hash_table_new (g_direct_hash, g_direct_equal);
  self->telemetry_rows = new_rows ();
}

/**
 * wf_store_clear_telemetry:
 * @self: a store that ends
 */
void
wf_store_clear_telemetry (WfStore *self)
{
  g_clear_pointer (&self->fresh, g_hash_table_unref);
  g_clear_pointer (&self->telemetry_rows, g_array_unref);
}

/**
 * wf_telemetry_ensure:
 * @table: of one sort
 * @form: that sort
 * @scope: a scope
 * @source: who reports
 * @quantity: (nullable): what of it
 * @error: (nullable): return location, %WF_STORE_ERROR_LIMIT
 *
 * Returns: (transfer none) (nullable): the last of it, a new one where nothing has come yet; %NULL where too many report
 */
WfLast *
wf_telemetry_ensure (GHashTable             *table,
                     const WfTelemetryForm  *form,
                     const char             *scope,
                     const char             *source,
                     const char             *quantity,
                     GError                **error)
{
  g_autofree char *key = g_strjoin ("\n", scope, source, quantity, NULL);
  WfLast *last = g_hash_table_lookup (table, key);

  if (last != NULL)
    return last;
  if (g_hash_table_size (table) >= form->n_max)
    {
      g_set_error (error, WF_STORE_ERROR, WF_STORE_ERROR_LIMIT, "%s (%u)", form->full, form->n_max);
      return NULL;
    }

  last = g_malloc0 (form->size);
  last->form = form;
  last->scope = g_strdup (scope);
  last->source = g_strdup (source);
  last->quantity = g_strdup (quantity);
  g_hash_table_insert (table, g_steal_pointer (&key), last);

  return last;
}

/**
 * wf_telemetry_load:
 * @self: a store that is being opened
 * @table: for what is found
 * @form: of which sort
 * @error: return location
 *
 * Returns: whether it worked
 */
gboolean
wf_telemetry_load (WfStore                *self,
                   GHashTable             *table,
                   const WfTelemetryForm  *form,
                   GError                **error)
{
  g_autoptr (WfStatement) statement = wf_database_prepare (self->database, form->load, error);
  gboolean row;

  if (statement == NULL)
    return FALSE;

  while (wf_database_step (self->database, statement, &row, error))
    {
      WfLast *last = row ? wf_telemetry_ensure (table, form, wf_database_text (statement, 0), wf_database_text (statement, 1),
                                                wf_database_text (statement, 2), NULL)
                         : NULL;

      if (last == NULL)
        return TRUE;

      last->at = sqlite3_column_int64 (statement, 3);
      for (guint i = 0; i < form->n_values; i++)
        last->values[i] = sqlite3_column_double (statement, 4 + (int) i);
      if (form->loaded != NULL && !form->loaded (self, last, error))
        return FALSE;
    }

  return FALSE;
}

/**
 * wf_telemetry_is_news:
 * @self: a store
 * @last: what came last
 * @at: of when something is
 *
 * Returns: whether it goes on from that; what is older moves nothing, and what is from the future comes of a wrong clock
 */
gboolean
wf_telemetry_is_news (WfStore      *self,
                      const WfLast *last,
                      int64_t       at)
{
  return at <= wf_clock_now (self->clock) + CLOCK_TOLERANCE && at > last->at;
}

/* --- keeping --- */

static gboolean
write_row (WfStore    *self,
           const Row  *row,
           GError    **error)
{
  const WfLast *last = &row->last;
  sqlite3_stmt *statement =
    wf_database_prepare (self->database, row->series ? last->form->put_series : last->form->put_last, error);
  int next = 1;

  if (statement == NULL)
    return FALSE;

  wf_database_bind_text (statement, next++, last->scope);
  wf_database_bind_text (statement, next++, last->source);
  if (last->quantity != NULL)
    wf_database_bind_text (statement, next++, last->quantity);
  sqlite3_bind_int64 (statement, next++, last->at);
  for (guint i = 0; i < last->form->n_values; i++)
    sqlite3_bind_double (statement, next++, last->values[i]);

  return wf_database_run (self->database, statement, error);
}

static void
flush_cb (GTask        *task,
          gpointer      source,
          gpointer      data,
          GCancellable *cancellable)
{
  WfStore *self = source;
  GArray *rows = data;
  g_autoptr (GPtrArray) commands = g_ptr_array_new_with_free_func ((GDestroyNotify) wf_command_unref);
  g_autoptr (GError) error = NULL;
  gboolean good = wf_database_exec (self->database, "BEGIN IMMEDIATE", &error);

  for (guint i = 0; good && i < rows->len; i++)
    good = write_row (self, &g_array_index (rows, Row, i), &error);

  if (!good || !wf_database_exec (self->database, "COMMIT", &error))
    {
      g_message ("Positions and readings were not kept: %s", error->message);
      if (sqlite3_get_autocommit (self->database->handle) == 0)
        wf_database_exec (self->database, "ROLLBACK", NULL);
    }

  /* A full disk is no reason to miss who enters a danger zone. */
  for (guint i = 0; i < rows->len; i++)
    {
      const Row *row = &g_array_index (rows, Row, i);

      if (!row->series && row->last.form->look != NULL)
        row->last.form->look (self, &row->last, commands);
    }

  g_task_return_pointer (task, g_steal_pointer (&commands), (GDestroyNotify) g_ptr_array_unref);
}

static void
flushed_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      data)
{
  g_autoptr (GPtrArray) commands = g_task_propagate_pointer (G_TASK (result), NULL);

  WfStore *self = WF_STORE (source);
  GArray *rows = g_task_get_task_data (G_TASK (result));

  self->flushing = FALSE;
  self->telemetry_unwritten -= rows->len;
  if (self->telemetry_lost > 0 && self->telemetry_unwritten < ROWS_MAX)
    {
      g_message ("Tracks and series are kept again: %" G_GUINT64_FORMAT " positions and readings were left out of them",
                 self->telemetry_lost);
      self->telemetry_lost = 0;
    }
  if (commands != NULL)
    wf_store_raise_crossings (self, commands);
}

static void
add_row (WfStore      *self,
         const WfLast *last,
         gboolean      series)
{
  Row row = { *last, series };

  row.last.scope = g_strdup (last->scope);
  row.last.source = g_strdup (last->source);
  row.last.quantity = g_strdup (last->quantity);
  g_array_append_val (self->telemetry_rows, row);
  self->telemetry_unwritten++;
}

/**
 * wf_store_flush_telemetry:
 * @self: a store
 *
 * Writes what has come in since the last time. The store does so by itself every second.
 */
void
wf_store_flush_telemetry (WfStore *self)
{
  GHashTableIter iter;
  gpointer last;

  g_return_if_fail (WF_IS_STORE (self));

  if (g_hash_table_size (self->fresh) == 0)
    return;

  g_hash_table_iter_init (&iter, self->fresh);
  while (g_hash_table_iter_next (&iter, &last, NULL))
    add_row (self, last, FALSE);
  g_hash_table_remove_all (self->fresh);

  GTask *task = g_task_new (self, NULL, flushed_cb, NULL);
  g_task_set_source_tag (task, wf_store_flush_telemetry);
  g_task_set_task_data (task, g_steal_pointer (&self->telemetry_rows), (GDestroyNotify) g_array_unref);
  self->telemetry_rows = new_rows ();
  self->flushing = TRUE;
  wf_worker_push (self->writer, G_PRIORITY_LOW, task, flush_cb);
}

static gboolean
flush_timer_cb (gpointer data)
{
  WfStore *self = data;

  /* A disk that is slower than a second gets the next lot when it has done with this one. */
  if (self->flushing)
    return G_SOURCE_CONTINUE;

  self->flush_timer = 0;
  wf_store_flush_telemetry (self);

  return G_SOURCE_REMOVE;
}

/**
 * wf_telemetry_take:
 * @self: a store
 * @last: what has just been changed
 *
 * Sees to it that it is written.
 */
void
wf_telemetry_take (WfStore *self,
                   WfLast  *last)
{
  g_hash_table_add (self->fresh, last);
  if (self->flush_timer != 0 || self->closed)
    return;

  g_autoptr (GSource) source = g_timeout_source_new (FLUSH_EVERY);
  g_source_set_callback (source, flush_timer_cb, self, NULL);
  self->flush_timer = g_source_attach (source, self->context);
}

/**
 * wf_telemetry_keep:
 * @self: a store
 * @last: what has just been taken
 *
 * Adds it to what is kept of the past.
 *
 * Returns: whether it will be; %FALSE where the disk takes so long that nothing more may wait for it
 */
gboolean
wf_telemetry_keep (WfStore      *self,
                   const WfLast *last)
{
  if (self->telemetry_unwritten >= ROWS_MAX)
    {
      if (self->telemetry_lost++ == 0)
        g_message ("The disk takes nothing: tracks and series have gaps until it does");
      return FALSE;
    }

  add_row (self, last, TRUE);
  return TRUE;
}

/* --- reading --- */

typedef struct
{
  const char       *name;
  const char       *query;
  WfTelemetryWriter writer;
  char             *scope;
  char             *source;   /* (nullable) */
  char             *quantity; /* (nullable) */
  int64_t           since;
} Query;

static void
free_query (gpointer data)
{
  Query *query = data;

  g_free (query->scope);
  g_free (query->source);
  g_free (query->quantity);
  g_free (query);
}

static void
read_cb (GTask        *task,
         gpointer      source,
         gpointer      data,
         GCancellable *cancellable)
{
  WfStore *self = source;
  const Query *query = data;
  GError *error = NULL;
  g_autoptr (GString) out = g_string_new ("{");
  g_autoptr (WfStatement) statement = wf_database_prepare (self->read_database, query->query, &error);
  gboolean row;

  wf_json_write_key (out, query->name);
  g_string_append_c (out, '[');
  if (statement != NULL)
    {
      wf_database_bind_text (statement, 1, query->scope);
      wf_database_bind_text (statement, 2, query->source);
      wf_database_bind_text (statement, 3, query->quantity);
      sqlite3_bind_int64 (statement, 4, query->since);
      sqlite3_bind_int (statement, 5, POINTS_MAX);
      while (wf_database_step (self->read_database, statement, &row, &error) && row)
        {
          if (out->str[out->len - 1] != '[')
            g_string_append_c (out, ',');
          query->writer (out, statement);
        }
    }

  if (error != NULL)
    {
      g_task_return_error (task, error);
      return;
    }

  g_string_append (out, "]}");
  g_task_return_pointer (task, g_string_free_to_bytes (g_steal_pointer (&out)), (GDestroyNotify) g_bytes_unref);
}

/**
 * wf_telemetry_read_async:
 * @self: a store
 * @name: (not nullable): of the list in the answer; a literal
 * @query: what to read; a literal. Parameters: scope, source, quantity, since, how many at most
 * @writer: writes one of the list
 * @scope: a scope
 * @source: (nullable): who reports
 * @quantity: (nullable): what of it
 * @since: what came after that; 0 for all
 * @tag: source tag of the task
 * @cancellable: (nullable): a cancellable
 * @callback: called with the answer, a #GBytes: `{NAME: […]}`
 * @data: for @callback
 *
 * Reads what has been kept, up to a second ago: 10,000 at most.
 */
void
wf_telemetry_read_async (WfStore             *self,
                         const char          *name,
                         const char          *query,
                         WfTelemetryWriter    writer,
                         const char          *scope,
                         const char          *source,
                         const char          *quantity,
                         int64_t              since,
                         gpointer             tag,
                         GCancellable        *cancellable,
                         GAsyncReadyCallback  callback,
                         gpointer             data)
{
  GTask *task = g_task_new (self, cancellable, callback, data);
  Query *asked = g_new0 (Query, 1);

  asked->name = name;
  asked->query = query;
  asked->writer = writer;
  asked->scope = g_strdup (scope);
  asked->source = g_strdup (source);
  asked->quantity = g_strdup (quantity);
  asked->since = since;
  g_task_set_source_tag (task, tag);
  g_task_set_task_data (task, asked, free_query);
  wf_worker_push (self->reader, G_PRIORITY_DEFAULT, task, read_cb);
}
