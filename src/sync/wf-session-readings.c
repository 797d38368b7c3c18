/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-sync"

#include "config.h"

#include "wf-session-private.h"

#include "wf-frame-private.h"
#include "wf-id.h"
#include "wf-replica-private.h"
#include "wf-time.h"

#include <string.h>

#define SERIES_BYTES (4 * 1024 * 1024)

/* What sensors read, as the service tells it: the newest of each quantity of each source. The service tells all of it to
 * whoever begins to follow; for a start without one it is kept in the replica's file, with its age. */

/**
 * wf_session_new_readings:
 *
 * Returns: (transfer full): nothing read yet
 */
GHashTable *
wf_session_new_readings (void)
{
  return g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_array_unref);
}

static GArray *
find_readings (WfSession  *self,
               const char *scope,
               const char *source)
{
  g_autofree char *key = g_strconcat (scope, "\n", source, NULL);

  return g_hash_table_lookup (self->readings, key);
}

static GArray *
ensure_readings (WfSession  *self,
                 const char *scope,
                 const char *source)
{
  GArray *readings = find_readings (self, scope, source);

  if (readings == NULL)
    {
      readings = g_array_new (FALSE, FALSE, sizeof (WfReading));
      g_hash_table_insert (self->readings, g_strconcat (scope, "\n", source, NULL), readings);
    }

  return readings;
}

/* By the names of the quantities, so that they stand in one order whoever reports first. */
static void
take_reading (GArray          *readings,
              const WfReading *reading)
{
  WfReading taken = { NULL, reading->quantity, reading->at, reading->value };
  guint i = 0;

  while (i < readings->len && g_strcmp0 (g_array_index (readings, WfReading, i).quantity, reading->quantity) < 0)
    i++;

  if (i == readings->len || g_strcmp0 (g_array_index (readings, WfReading, i).quantity, reading->quantity) != 0)
    g_array_insert_val (readings, i, taken);
  else if (g_array_index (readings, WfReading, i).at < reading->at)
    g_array_index (readings, WfReading, i) = taken;
}

/**
 * wf_session_take_readings:
 * @self: a session
 * @readings: (element-type WfScopedReading): what was read
 */
void
wf_session_take_readings (WfSession *self,
                          GPtrArray *readings)
{
  for (guint i = 0; i < readings->len; i++)
    {
      const WfScopedReading *scoped = g_ptr_array_index (readings, i);

      take_reading (ensure_readings (self, scoped->scope, scoped->source), &scoped->reading);
    }
}

/**
 * wf_session_keep_readings:
 * @self: a session
 *
 * Writes what sensors read last to the replica, for a start without a service.
 */
void
wf_session_keep_readings (WfSession *self)
{
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func ((GDestroyNotify) wf_scoped_reading_free);
  GHashTableIter iter;
  gpointer key, value;

  if (self->foreign || !self->ready)
    return;

  g_hash_table_iter_init (&iter, self->readings);
  while (g_hash_table_iter_next (&iter, &key, &value))
    {
      const char *end = strchr (key, '\n');
      g_autofree char *scope = g_strndup (key, (gsize) (end - (const char *) key));
      GArray *readings = value;

      for (guint i = 0; i < readings->len; i++)
        {
          WfReading reading = g_array_index (readings, WfReading, i);

          reading.source = end + 1;
          g_ptr_array_add (rows, wf_scoped_reading_new (scope, &reading));
        }
    }

  if (rows->len > 0)
    wf_replica_keep_readings (self->replica, rows);
}

/**
 * wf_session_get_readings:
 * @self: a session
 * @source: id of a unit or of a thing that has sensors
 *
 * Gives what was read there last, in the scope that is shown. How old a value may be says wf_rules_type_lasts().
 *
 * Returns: (transfer full) (element-type WfReading): the newest of each quantity, in the order of their names; without source
 */
GArray *
wf_session_get_readings (WfSession  *self,
                         const char *source)
{
  g_return_val_if_fail (WF_IS_SESSION (self), NULL);
  g_return_val_if_fail (source != NULL, NULL);

  GArray *readings = find_readings (self, wf_session_get_scope (self), source);
  GArray *copy = g_array_new (FALSE, FALSE, sizeof (WfReading));

  if (readings != NULL && readings->len > 0)
    g_array_append_vals (copy, readings->data, readings->len);

  return copy;
}

typedef struct
{
  char *scope;    /* (owned) */
  char *source;   /* (owned) */
  char *quantity; /* (owned) */
} Series;

static void
free_series (Series *series)
{
  g_free (series->scope);
  g_free (series->source);
  g_free (series->quantity);
  g_free (series);
}

static void
series_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      data)
{
  g_autoptr (GTask) task = data;
  const Series *series = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (WfAnswer) answer = wf_http_send_finish (WF_HTTP (source), result, &error);
  g_autoptr (GPtrArray) readings = NULL;

  if (answer != NULL && answer->status != SOUP_STATUS_OK)
    error = wf_http_error (answer->status, answer->body);
  else if (answer != NULL)
    readings = wf_readings_read (answer->body, series->scope, &error);
  if (readings == NULL)
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }

  GArray *read = g_array_sized_new (FALSE, FALSE, sizeof (WfReading), readings->len);
  for (guint i = 0; i < readings->len; i++)
    {
      const WfScopedReading *scoped = g_ptr_array_index (readings, i);
      WfReading one = { NULL, scoped->reading.quantity, scoped->reading.at, scoped->reading.value };

      if (g_strcmp0 (scoped->source, series->source) == 0 && g_strcmp0 (one.quantity, series->quantity) == 0)
        g_array_append_val (read, one);
    }
  g_task_return_pointer (task, read, (GDestroyNotify) g_array_unref);
}

/**
 * wf_session_fetch_readings_async:
 * @self: a session
 * @source: id of a unit or of a thing that has sensors
 * @quantity: what they read
 * @since: what was read after that, in milliseconds since the epoch
 * @cancellable: (nullable): a cancellable
 * @callback: called on the main context
 * @data: for @callback
 *
 * Asks the service for what it has kept. Without a link there is nothing.
 */
void
wf_session_fetch_readings_async (WfSession           *self,
                                 const char          *source,
                                 const char          *quantity,
                                 int64_t              since,
                                 GCancellable        *cancellable,
                                 GAsyncReadyCallback  callback,
                                 gpointer             data)
{
  g_autoptr (GTask) task = NULL;
  Series *series;

  g_return_if_fail (WF_IS_SESSION (self));
  g_return_if_fail (source != NULL && quantity != NULL);

  task = g_task_new (self, cancellable, callback, data);
  g_task_set_source_tag (task, wf_session_fetch_readings_async);
  if (!self->verified || self->feed == NULL || !wf_id_is_valid (source))
    {
      g_task_return_pointer (task, g_array_new (FALSE, FALSE, sizeof (WfReading)), (GDestroyNotify) g_array_unref);
      return;
    }

  series = g_new0 (Series, 1);
  series->scope = g_strdup (wf_session_get_scope (self));
  series->source = g_strdup (source);
  series->quantity = g_strdup (quantity);
  g_task_set_task_data (task, series, (GDestroyNotify) free_series);

  g_autofree char *from = wf_time_format (since);
  g_autofree char *path = g_strdup_printf ("/api/v1/readings?scope=%s&source=%s&quantity=%s&since=%s", series->scope, source,
                                           quantity, from);

  wf_http_send_async (wf_feed_get_http (self->feed), "GET", path, NULL, NULL, SERIES_BYTES, cancellable, series_cb,
                      g_steal_pointer (&task));
}

/**
 * wf_session_fetch_readings_finish:
 * @self: a session
 * @result: a result
 * @error: (nullable): for an error
 *
 * Returns: (transfer full) (nullable) (element-type WfReading): what was read, oldest first; without source
 */
GArray *
wf_session_fetch_readings_finish (WfSession     *self,
                                  GAsyncResult  *result,
                                  GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
