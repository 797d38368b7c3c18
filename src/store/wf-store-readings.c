/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-store"

#include "config.h"

#include "wf-readings.h"

#include "wf-store-telemetry.h"
#include "wf-telemetry.h"
#include "wf-time.h"
#include "wf-wire.h"

#include <math.h>
#include <string.h>

/* What sensors read: wind, gas, water. The last value of each, and a thinned series. */

#define TOLD  0.05 /* a value that differs by so much of the one kept before is kept at once */
#define ANGLE 5.0  /* one that says where something looks, or comes from, by so many degrees, whatever the value is */

typedef struct
{
  WfLast  last;
  int64_t kept_at; /* what went into the series last */
  double  kept_value;
} LastReading;

static gboolean
loaded (WfStore *self,
        WfLast  *last,
        GError **error)
{
  LastReading *reading = (LastReading *) last;

  reading->kept_at = last->at;
  reading->kept_value = last->values[0];
  return TRUE;
}

static const WfTelemetryForm form = {
  sizeof (LastReading), 50000, 1, "More sensors report than this service takes",
  "SELECT scope, source, quantity, at, value FROM reading",
  "INSERT OR REPLACE INTO reading (scope, source, quantity, at, value) VALUES (?1, ?2, ?3, ?4, ?5)",
  "INSERT OR IGNORE INTO reading_series (scope, source, quantity, at, value) VALUES (?1, ?2, ?3, ?4, ?5)",
  loaded,
};

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
  return wf_telemetry_load (self, self->readings, &form, error);
}

/* From 359° to 1° it is two degrees. */
static gboolean
has_changed (const LastReading *reading,
             const char        *quantity)
{
  const WfQuantity *known = wf_rules_quantity (quantity);
  double by = fabs (reading->last.values[0] - reading->kept_value);

  if (known != NULL && strcmp (known->unit, "°") == 0)
    return MIN (by, 360.0 - by) > ANGLE;

  return by > TOLD * MAX (fabs (reading->kept_value), 0.01);
}

static gboolean
is_worth_keeping (const LastReading *reading,
                  const char        *quantity)
{
  int64_t since = reading->last.at - reading->kept_at;

  return reading->kept_at == 0 || since >= WF_READING_EVERY || (since >= WF_SECOND && has_changed (reading, quantity));
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

  g_autoptr (GPtrArray) taken = g_ptr_array_new ();

  for (guint i = 0; i < n; i++)
    {
      WfLast *last = wf_telemetry_ensure (self->readings, &form, scope, readings[i].source, readings[i].quantity, error);
      LastReading *reading = (LastReading *) last;

      if (last == NULL)
        break;
      if (!wf_telemetry_is_news (self, last, readings[i].at))
        continue;

      last->at = readings[i].at;
      last->values[0] = readings[i].value;
      wf_telemetry_take (self, last);
      g_ptr_array_add (taken, (gpointer) &readings[i]);
      if (is_worth_keeping (reading, readings[i].quantity) && wf_telemetry_keep (self, last))
        {
          reading->kept_at = last->at;
          reading->kept_value = last->values[0];
        }
    }

  if (taken->len > 0)
    g_signal_emit_by_name (self, "readings", scope, taken);

  return taken->len;
}

/**
 * wf_store_each_reading:
 * @self: a store
 * @each: called with the last of each quantity of each source
 * @data: for @each
 */
void
wf_store_each_reading (WfStore           *self,
                       WfStoreReadingFunc each,
                       gpointer           data)
{
  GHashTableIter iter;
  gpointer value;

  g_return_if_fail (WF_IS_STORE (self));

  g_hash_table_iter_init (&iter, self->readings);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      const WfLast *last = value;
      WfReading reading = { last->source, last->quantity, last->at, last->values[0] };

      each (last->scope, &reading, data);
    }
}

static void
write_reading (GString      *out,
               sqlite3_stmt *statement)
{
  WfReading reading = { wf_database_text (statement, 0), wf_database_text (statement, 1), sqlite3_column_int64 (statement, 2),
                        sqlite3_column_double (statement, 3) };

  wf_wire_write_reading (out, &reading);
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

  wf_telemetry_read_async (self, "readings",
                           quantity != NULL
                             ? "SELECT source, quantity, at, value FROM ("
                               "  SELECT * FROM reading_series WHERE scope = ?1 AND source = ?2 AND quantity = ?3 AND at > ?4"
                               "  ORDER BY at DESC LIMIT ?5) ORDER BY at"
                             : "SELECT source, quantity, at, value FROM reading"
                               " WHERE scope = ?1 AND (?2 IS NULL OR source = ?2) AND ?3 IS NULL AND at > ?4"
                               " ORDER BY source, quantity LIMIT ?5",
                           write_reading, scope, source, quantity, since, wf_store_read_readings_async, cancellable, callback,
                           data);
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
