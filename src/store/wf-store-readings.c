/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-store"

#include "config.h"

#include "wf-readings.h"

#include "wf-store-private.h"
#include "wf-time.h"
#include "wf-wire.h"

#include <math.h>

/* What sensors read: wind, gas, water. Like positions they are no part of the journal, the last second of them may be lost
 * when the machine fails, and they cost one small transaction a second: the last value of each, and a thinned series. */

#define FLUSH_EVERY     1000 /* ms */
#define SERIES_MAX      50000
#define POINTS_MAX      10000
#define EVERY           WF_MINUTE
#define TOLD            0.05 /* a value that differs by so much of the one kept before is kept at once */
#define CLOCK_TOLERANCE (2 * WF_MINUTE)

typedef struct
{
  char   *scope;
  char   *source;
  char   *quantity;
  int64_t at;
  double  value;
  int64_t kept_at;    /* what went into the series last */
  double  kept_value;
} Last;

typedef struct
{
  char    *scope;
  char    *source;
  char    *quantity;
  int64_t  at;
  double   value;
  gboolean series;
} Row;

static void
free_last (gpointer data)
{
  Last *last = data;

  g_free (last->scope);
  g_free (last->source);
  g_free (last->quantity);
  g_free (last);
}

static void
clear_row (gpointer data)
{
  Row *row = data;

  g_free (row->scope);
  g_free (row->source);
  g_free (row->quantity);
}

static GArray *
new_rows (void)
{
  GArray *rows = g_array_new (FALSE, FALSE, sizeof (Row));

  g_array_set_clear_func (rows, clear_row);
  return rows;
}

/**
 * wf_store_init_readings:
 * @self: a new store
 */
void
wf_store_init_readings (WfStore *self)
{
  self->readings = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, free_last);
  self->fresh_readings = g_hash_table_new (g_direct_hash, g_direct_equal);
  self->reading_rows = new_rows ();
}

/**
 * wf_store_clear_readings:
 * @self: a store that ends
 */
void
wf_store_clear_readings (WfStore *self)
{
  g_clear_pointer (&self->fresh_readings, g_hash_table_unref);
  g_clear_pointer (&self->readings, g_hash_table_unref);
  g_clear_pointer (&self->reading_rows, g_array_unref);
}

static Last *
ensure_last (WfStore    *self,
             const char *scope,
             const char *source,
             const char *quantity)
{
  g_autofree char *key = g_strjoin ("\n", scope, source, quantity, NULL);
  Last *last = g_hash_table_lookup (self->readings, key);

  if (last == NULL && g_hash_table_size (self->readings) < SERIES_MAX)
    {
      last = g_new0 (Last, 1);
      last->scope = g_strdup (scope);
      last->source = g_strdup (source);
      last->quantity = g_strdup (quantity);
      g_hash_table_insert (self->readings, g_steal_pointer (&key), last);
    }

  return last;
}

/**
 * wf_store_load_readings:
 * @self: a store that is being opened
 * @error: return location
 *
 * Returns: whether it worked
 */
gboolean
wf_store_load_readings (WfStore *self,
                        GError **error)
{
  g_autoptr (WfStatement) statement =
    wf_database_prepare (self->database, "SELECT scope, source, quantity, at, value FROM reading", error);
  gboolean row;

  if (statement == NULL)
    return FALSE;

  while (wf_database_step (self->database, statement, &row, error))
    {
      if (!row)
        return TRUE;

      Last *last = ensure_last (self, wf_database_text (statement, 0), wf_database_text (statement, 1),
                                wf_database_text (statement, 2));
      if (last == NULL)
        return TRUE;
      last->at = last->kept_at = sqlite3_column_int64 (statement, 3);
      last->value = last->kept_value = sqlite3_column_double (statement, 4);
    }

  return FALSE;
}

static gboolean
write_row (WfStore   *self,
           const Row *row,
           GError   **error)
{
  sqlite3_stmt *statement =
    wf_database_prepare (self->database,
                         row->series ? "INSERT OR IGNORE INTO reading_series (scope, source, quantity, at, value)"
                                       " VALUES (?1, ?2, ?3, ?4, ?5)"
                                     : "INSERT OR REPLACE INTO reading (scope, source, quantity, at, value)"
                                       " VALUES (?1, ?2, ?3, ?4, ?5)", error);

  if (statement == NULL)
    return FALSE;

  wf_database_bind_text (statement, 1, row->scope);
  wf_database_bind_text (statement, 2, row->source);
  wf_database_bind_text (statement, 3, row->quantity);
  sqlite3_bind_int64 (statement, 4, row->at);
  sqlite3_bind_double (statement, 5, row->value);

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
  g_autoptr (GError) error = NULL;
  gboolean good = wf_database_exec (self->database, "BEGIN IMMEDIATE", &error);

  for (guint i = 0; good && i < rows->len; i++)
    good = write_row (self, &g_array_index (rows, Row, i), &error);

  if (!good || !wf_database_exec (self->database, "COMMIT", &error))
    {
      g_message ("Readings were not kept: %s", error->message);
      if (sqlite3_get_autocommit (self->database->handle) == 0)
        wf_database_exec (self->database, "ROLLBACK", NULL);
    }

  g_task_return_boolean (task, TRUE);
}

static void
add_row (WfStore    *self,
         const Last *last,
         gboolean    series)
{
  Row row = { g_strdup (last->scope), g_strdup (last->source), g_strdup (last->quantity), last->at, last->value, series };

  g_array_append_val (self->reading_rows, row);
}

/**
 * wf_store_flush_readings:
 * @self: a store
 *
 * Writes what has come in since the last time. The store does so by itself every second.
 */
void
wf_store_flush_readings (WfStore *self)
{
  GHashTableIter iter;
  gpointer last;

  if (g_hash_table_size (self->fresh_readings) == 0)
    return;

  g_hash_table_iter_init (&iter, self->fresh_readings);
  while (g_hash_table_iter_next (&iter, &last, NULL))
    add_row (self, last, FALSE);
  g_hash_table_remove_all (self->fresh_readings);

  GTask *task = g_task_new (self, NULL, NULL, NULL);
  g_task_set_task_data (task, g_steal_pointer (&self->reading_rows), (GDestroyNotify) g_array_unref);
  self->reading_rows = new_rows ();
  wf_worker_push (self->writer, G_PRIORITY_LOW, task, flush_cb);
}

static gboolean
flush_timer_cb (gpointer data)
{
  WfStore *self = data;

  self->reading_timer = 0;
  wf_store_flush_readings (self);

  return G_SOURCE_REMOVE;
}

static void
arm_flush (WfStore *self)
{
  if (self->reading_timer != 0 || self->closed)
    return;

  g_autoptr (GSource) source = g_timeout_source_new (FLUSH_EVERY);
  g_source_set_callback (source, flush_timer_cb, self, NULL);
  self->reading_timer = g_source_attach (source, self->context);
}

static gboolean
is_worth_keeping (const Last *last)
{
  return last->kept_at == 0 || last->at - last->kept_at >= EVERY ||
         (last->at - last->kept_at >= WF_SECOND &&
          fabs (last->value - last->kept_value) > TOLD * MAX (fabs (last->kept_value), 0.01));
}

/**
 * wf_store_put_readings:
 * @self: a store
 * @scope: a scope for which wf_store_check_telemetry() has no objection
 * @readings: (array length=n): what was read
 * @n: how many
 * @error: return location, %WF_STORE_ERROR_LIMIT
 *
 * Takes readings in. One that is not newer than the last of its kind, or from the future, is passed over.
 *
 * Returns: how many were taken
 */
guint
wf_store_put_readings (WfStore         *self,
                       const char      *scope,
                       const WfReading *readings,
                       guint            n,
                       GError         **error)
{
  g_return_val_if_fail (WF_IS_STORE (self), 0);

  int64_t now = wf_clock_now (self->clock);
  guint taken = 0;

  for (guint i = 0; i < n; i++)
    {
      Last *last = ensure_last (self, scope, readings[i].source, readings[i].quantity);

      if (last == NULL)
        {
          g_set_error (error, WF_STORE_ERROR, WF_STORE_ERROR_LIMIT, "More sensors report than this service takes (%d)",
                       SERIES_MAX);
          break;
        }

      if (readings[i].at > now + CLOCK_TOLERANCE || readings[i].at <= last->at)
        continue;

      taken++;
      last->at = readings[i].at;
      last->value = readings[i].value;
      g_hash_table_add (self->fresh_readings, last);
      if (is_worth_keeping (last))
        {
          last->kept_at = last->at;
          last->kept_value = last->value;
          add_row (self, last, TRUE);
        }
    }

  if (taken > 0)
    arm_flush (self);

  return taken;
}

typedef struct
{
  char   *scope;
  char   *source;   /* (nullable) */
  char   *quantity; /* (nullable): %NULL: the last of each */
  int64_t since;
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
write_reading (sqlite3_stmt *statement,
               GString      *out)
{
  if (out->str[out->len - 1] != '[')
    g_string_append_c (out, ',');
  g_string_append_c (out, '{');
  wf_json_write_member_text (out, "source", wf_database_text (statement, 0));
  wf_json_write_member_text (out, "quantity", wf_database_text (statement, 1));
  wf_json_write_member_time (out, "at", sqlite3_column_int64 (statement, 2));
  wf_json_write_key (out, "value");
  wf_json_write_double (out, sqlite3_column_double (statement, 3));
  g_string_append_c (out, '}');
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
  g_autoptr (GString) out = g_string_new ("{\"readings\":[");
  g_autoptr (WfStatement) statement = query->quantity != NULL
    ? wf_database_prepare (self->read_database,
                           "SELECT source, quantity, at, value FROM ("
                           "  SELECT * FROM reading_series WHERE scope = ?1 AND source = ?2 AND quantity = ?3 AND at > ?4"
                           "  ORDER BY at DESC LIMIT ?5) ORDER BY at", &error)
    : wf_database_prepare (self->read_database,
                           "SELECT source, quantity, at, value FROM reading"
                           " WHERE scope = ?1 AND (?2 IS NULL OR source = ?2) AND ?3 IS NULL AND at > ?4"
                           " ORDER BY source, quantity LIMIT ?5", &error);
  gboolean row;

  if (statement != NULL)
    {
      wf_database_bind_text (statement, 1, query->scope);
      wf_database_bind_text (statement, 2, query->source);
      wf_database_bind_text (statement, 3, query->quantity);
      sqlite3_bind_int64 (statement, 4, query->since);
      sqlite3_bind_int (statement, 5, POINTS_MAX);
      while (wf_database_step (self->read_database, statement, &row, &error) && row)
        write_reading (statement, out);
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
 * wf_store_read_readings_async:
 * @self: a store
 * @scope: a scope
 * @source: (nullable): of which unit or sensor; with @quantity it must be given
 * @quantity: (nullable): the series of this; %NULL: the last value of each
 * @since: what was read after that; 0 for all
 * @cancellable: (nullable): a cancellable
 * @callback: called with the readings
 * @data: for @callback
 *
 * Reads what sensors have read, up to a second ago: at most 10,000, the newest of a series.
 */
void
wf_store_read_readings_async (WfStore             *self,
                              const char          *scope,
                              const char          *source,
                              const char          *quantity,
                              int64_t              since,
                              GCancellable        *cancellable,
                              GAsyncReadyCallback  callback,
                              gpointer             data)
{
  g_return_if_fail (WF_IS_STORE (self));
  g_return_if_fail (quantity == NULL || source != NULL);

  GTask *task = g_task_new (self, cancellable, callback, data);
  Query *query = g_new0 (Query, 1);

  query->scope = g_strdup (scope);
  query->source = g_strdup (source);
  query->quantity = g_strdup (quantity);
  query->since = since;
  g_task_set_source_tag (task, wf_store_read_readings_async);
  g_task_set_task_data (task, query, free_query);
  wf_worker_push (self->reader, G_PRIORITY_DEFAULT, task, read_cb);
}

/**
 * wf_store_read_readings_finish:
 * @self: a store
 * @result: the result
 * @error: return location
 *
 * Returns: (transfer full) (nullable): `{"readings": […]}`
 */
GBytes *
wf_store_read_readings_finish (WfStore      *self,
                               GAsyncResult *result,
                               GError      **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
