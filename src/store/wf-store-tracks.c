/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-store"

#include "config.h"

#include "wf-store-private.h"

#include "wf-kind.h"
#include "wf-rules.h"
#include "wf-telemetry.h"
#include "wf-time.h"
#include "wf-wire.h"

#include <string.h>

/* Positions are no entries of the journal; what a unit's track was, can be shown all the same. A piece of it that is long
 * enough, or whose unit has fallen silent, is closed: the SHA-256 of its positions becomes part of the chain. A piece begins
 * right behind the one before it, so that the whole track is covered. */

#define LOOK_EVERY 15 /* seconds */

/* After a sixth of the length of a piece in which nothing came, a unit is silent. */
#define SILENCE_PARTS 6

typedef struct
{
  char      *scope;
  GPtrArray *segments; /* (owned) (element-type GVariant) */
} Closing;

typedef struct
{
  GArray    *pieces;   /* (owned) of WfTrackPiece: what is to be closed */
  GPtrArray *commands; /* (owned) (element-type WfCommand) */
} Work;

static void
free_work (Work *work)
{
  g_array_unref (work->pieces);
  g_ptr_array_unref (work->commands);
  g_free (work);
}

static void
free_closing (Closing *closing)
{
  g_free (closing->scope);
  g_ptr_array_unref (closing->segments);
  g_free (closing);
}

/**
 * wf_track_digest:
 * @database: a connection
 * @scope: a scope
 * @unit: a unit
 * @after: end of the piece before; 0 where there is none
 * @until: end of the piece
 * @points: (out): how many positions it has
 * @error: return location
 *
 * Computes the digest of a piece of track: the SHA-256 of its positions, oldest first, each as the service tells it (a
 * POSITION of doc/protocol.md without white space) and a line feed behind it.
 *
 * Returns: (transfer full) (nullable): the digest, or %NULL where it could not be read
 */
char *
wf_track_digest (WfDatabase  *database,
                 const char  *scope,
                 const char  *unit,
                 int64_t      after,
                 int64_t      until,
                 gint64      *points,
                 GError     **error)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  g_autoptr (GString) line = g_string_new (NULL);
  g_autoptr (WfStatement) statement =
    wf_database_prepare (database, "SELECT at, longitude, latitude, heading, speed FROM track"
                                   " WHERE scope = ?1 AND unit = ?2 AND at > ?3 AND at <= ?4 ORDER BY at", error);
  gboolean row;

  if (statement == NULL)
    return NULL;

  wf_database_bind_text (statement, 1, scope);
  wf_database_bind_text (statement, 2, unit);
  sqlite3_bind_int64 (statement, 3, after);
  sqlite3_bind_int64 (statement, 4, until);
  *points = 0;

  while (wf_database_step (database, statement, &row, error))
    {
      WfPosition position;

      if (!row)
        return g_strdup (g_checksum_get_string (checksum));

      wf_store_read_position (statement, 0, &position);
      g_string_truncate (line, 0);
      wf_wire_write_position (line, unit, &position);
      g_string_append_c (line, '\n');
      g_checksum_update (checksum, (const guchar *) line->str, (gssize) line->len);
      (*points)++;
    }

  return NULL;
}

static Closing *
ensure_closing (GHashTable *closings,
                const char *scope)
{
  Closing *closing = g_hash_table_lookup (closings, scope);

  if (closing == NULL)
    {
      closing = g_new0 (Closing, 1);
      closing->scope = g_strdup (scope);
      closing->segments = g_ptr_array_new_with_free_func ((GDestroyNotify) g_variant_unref);
      g_hash_table_insert (closings, closing->scope, closing);
    }

  return closing;
}

static gboolean
add_segment (WfStore            *self,
             GHashTable         *closings,
             const WfTrackPiece *piece,
             GError            **error)
{
  if (!wf_ledger_has_scope (self->ledger, piece->scope))
    return TRUE;

  g_autoptr (WfState) state = wf_ledger_state (self->ledger, piece->scope);
  g_autoptr (WfEntity) track = wf_state_get (state, piece->scope, "track", piece->unit);
  int64_t after = wf_entity_time (track, "until");
  gint64 points;
  g_autofree char *digest = wf_track_digest (self->database, piece->scope, piece->unit, after, piece->until, &points, error);

  if (digest == NULL)
    return FALSE;

  /* Nothing of it is on the disk: there is nothing to show. */
  if (points == 0)
    return TRUE;

  Closing *closing = ensure_closing (closings, piece->scope);
  GVariant *segment = wf_dict_make ("unit", wf_value_string (piece->unit),
                                    "after", wf_value_time (after),
                                    "until", wf_value_time (piece->until),
                                    "points", wf_value_int (points),
                                    "digest", wf_value_string (digest),
                                    NULL);

  g_ptr_array_add (closing->segments, segment);
  return TRUE;
}

static void
compute_cb (GTask        *task,
            gpointer      source,
            gpointer      data,
            GCancellable *cancellable)
{
  WfStore *self = source;
  Work *work = data;
  GError *error = NULL;
  g_autoptr (GHashTable) closings = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify) free_closing);
  GHashTableIter iter;
  gpointer closing;

  for (guint i = 0; i < work->pieces->len; i++)
    if (!add_segment (self, closings, &g_array_index (work->pieces, WfTrackPiece, i), &error))
      {
        g_task_return_error (task, error);
        return;
      }

  g_hash_table_iter_init (&iter, closings);
  while (g_hash_table_iter_next (&iter, NULL, &closing))
    {
      const Closing *one = closing;

      g_ptr_array_add (work->commands, wf_rules_track_command (one->scope, one->segments, wf_store_now (self)));
    }

  g_task_return_boolean (task, TRUE);
}

static void
closed_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      data)
{
  g_autoptr (GTask) task = data;
  Work *work = g_task_get_task_data (task);
  GError *error = NULL;
  g_autoptr (GPtrArray) outcomes = wf_store_submit_finish (WF_STORE (source), result, &error);

  WF_STORE (source)->closing_tracks = FALSE;
  if (outcomes == NULL)
    {
      g_task_return_error (task, error);
      return;
    }

  for (guint i = 0; i < outcomes->len; i++)
    {
      WfOutcome *outcome = g_ptr_array_index (outcomes, i);

      if (outcome->problem != NULL)
        g_message ("A track was not sealed: %s %s", outcome->problem->rule, outcome->problem->detail);
    }
  wf_store_tracks_closed (WF_STORE (source), work->pieces);
  g_task_return_int (task, (gssize) outcomes->len);
}

static void
computed_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      data)
{
  WfStore *self = WF_STORE (source);
  g_autoptr (GTask) task = data;
  Work *work = g_task_get_task_data (task);
  GError *error = NULL;

  if (!g_task_propagate_boolean (G_TASK (result), &error))
    {
      self->closing_tracks = FALSE;
      g_task_return_error (task, error);
      return;
    }

  wf_store_submit_async (self, work->commands, NULL, closed_cb, g_steal_pointer (&task));
}

/**
 * wf_store_close_tracks_async:
 * @self: a store
 * @callback: (nullable): called when it is done
 * @data: for @callback
 *
 * Closes the pieces of track that are long enough and those of units that have fallen silent. The store does so by itself; this
 * is for whoever moves a manual clock.
 */
void
wf_store_close_tracks_async (WfStore             *self,
                             GAsyncReadyCallback  callback,
                             gpointer             data)
{
  g_return_if_fail (WF_IS_STORE (self));

  g_autoptr (GTask) task = g_task_new (self, NULL, callback, data);
  Work *work = g_new0 (Work, 1);

  g_task_set_source_tag (task, wf_store_close_tracks_async);
  work->pieces = self->closing_tracks
    ? g_array_new (FALSE, FALSE, sizeof (WfTrackPiece))
    : wf_store_ripe_tracks (self, self->track_length, self->track_length / SILENCE_PARTS);
  work->commands = g_ptr_array_new_with_free_func ((GDestroyNotify) wf_command_unref);
  g_task_set_task_data (task, work, (GDestroyNotify) free_work);

  if (work->pieces->len == 0)
    {
      g_task_return_int (task, 0);
      return;
    }

  /* What has come in must be on the disk before its digest is made: both wait in the same row. */
  self->closing_tracks = TRUE;
  wf_store_flush_telemetry (self);

  GTask *compute = g_task_new (self, NULL, computed_cb, g_steal_pointer (&task));
  g_task_set_task_data (compute, work, NULL);
  wf_worker_push (self->writer, G_PRIORITY_LOW, compute, compute_cb);
}

/**
 * wf_store_close_tracks_finish:
 * @self: a store
 * @result: the result
 * @error: return location
 *
 * Returns: how many commands that took; -1 where it did not work
 */
gssize
wf_store_close_tracks_finish (WfStore      *self,
                              GAsyncResult *result,
                              GError      **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), -1);

  return g_task_propagate_int (G_TASK (result), error);
}

static void
swept_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      data)
{
  g_autoptr (GError) error = NULL;

  if (wf_store_close_tracks_finish (WF_STORE (source), result, &error) < 0)
    g_message ("Tracks were not sealed, and will be tried again: %s", error->message);
}

static gboolean
sweep_cb (gpointer data)
{
  wf_store_close_tracks_async (data, swept_cb, NULL);
  return G_SOURCE_CONTINUE;
}

/**
 * wf_store_start_tracks:
 * @self: a store
 * @seconds: how long a piece of track is at most; 0 for an hour
 *
 * Begins to seal tracks as they get long. On a manual clock it only sets the length.
 */
void
wf_store_start_tracks (WfStore *self,
                       guint    seconds)
{
  g_return_if_fail (WF_IS_STORE (self));

  self->track_length = (seconds > 0 ? seconds : 3600) * WF_SECOND;
  wf_store_stop_tracks (self);
  if (self->closed || wf_clock_is_manual (self->clock))
    return;

  guint every = seconds > 0 ? MIN (LOOK_EVERY, (seconds + SILENCE_PARTS - 1) / SILENCE_PARTS) : LOOK_EVERY;
  self->track_timer = g_timeout_source_new_seconds (every);
  g_source_set_callback (self->track_timer, sweep_cb, self, NULL);
  g_source_attach (self->track_timer, self->context);
}

/**
 * wf_store_stop_tracks:
 * @self: a store
 *
 * Seals nothing more.
 */
void
wf_store_stop_tracks (WfStore *self)
{
  if (self->track_timer != NULL)
    g_source_destroy (self->track_timer);
  g_clear_pointer (&self->track_timer, g_source_unref);
}
