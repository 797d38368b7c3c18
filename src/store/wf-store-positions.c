/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-store"

#include "config.h"

#include "wf-store-private.h"

#include "wf-kind.h"
#include "wf-telemetry.h"
#include "wf-time.h"
#include "wf-wire.h"

#include <math.h>
#include <string.h>

/* Telemetry: the last position of each unit and a thinned track. It is not part of the journal, may be lost for the last
 * second when the machine fails, and so costs one small transaction a second however many units report. */

#define FLUSH_EVERY     1000 /* ms */
#define TRACK_SECONDS   10
#define TRACK_METRES    25
#define UNITS_MAX       20000
#define TRACK_POINTS    10000
#define CLOCK_TOLERANCE (2 * WF_MINUTE)

typedef struct
{
  char      *scope;
  char      *unit;
  WfPosition last;
  WfPosition track; /* the last one that went into the track */
  int64_t    sealed; /* up to when the track is closed */
  int64_t    open;   /* when its open piece begins; 0: there is none */
} LastPosition;

typedef struct
{
  char      *scope;
  char      *unit;
  WfPosition position;
  gboolean   track;
} Row;

static void
free_last (LastPosition *last)
{
  g_free (last->scope);
  g_free (last->unit);
  g_free (last);
}

static void
clear_row (Row *row)
{
  g_free (row->scope);
  g_free (row->unit);
}

/**
 * wf_store_init_positions:
 * @self: a new store
 */
void
wf_store_init_positions (WfStore *self)
{
  self->positions = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) free_last);
  self->dirty = g_hash_table_new (g_direct_hash, g_direct_equal);
  self->scopes = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_hash_table_insert (self->scopes, g_strdup (WF_LIVE), GINT_TO_POINTER (TRUE));
  self->track = g_array_new (FALSE, FALSE, sizeof (Row));
  g_array_set_clear_func (self->track, (GDestroyNotify) clear_row);
  wf_store_init_fences (self);
}

/**
 * wf_store_clear_positions:
 * @self: a store that ends
 */
void
wf_store_clear_positions (WfStore *self)
{
  wf_store_clear_fences (self);
  g_clear_pointer (&self->dirty, g_hash_table_unref);
  g_clear_pointer (&self->scopes, g_hash_table_unref);
  g_clear_pointer (&self->positions, g_hash_table_unref);
  g_clear_pointer (&self->track, g_array_unref);
}

static LastPosition *
ensure_last (WfStore    *self,
             const char *scope,
             const char *unit)
{
  g_autofree char *key = g_strconcat (scope, "\n", unit, NULL);
  LastPosition *last = g_hash_table_lookup (self->positions, key);

  if (last == NULL && g_hash_table_size (self->positions) < UNITS_MAX)
    {
      last = g_new0 (LastPosition, 1);
      last->scope = g_strdup (scope);
      last->unit = g_strdup (unit);
      g_hash_table_insert (self->positions, g_steal_pointer (&key), last);
    }

  return last;
}

/**
 * wf_store_read_position:
 * @statement: stands on a row
 * @column: the first of at, longitude, latitude, heading, speed
 * @position: (out caller-allocates): what stands there
 */
void
wf_store_read_position (sqlite3_stmt *statement,
                        int           column,
                        WfPosition   *position)
{
  position->at = sqlite3_column_int64 (statement, column);
  position->longitude = sqlite3_column_double (statement, column + 1);
  position->latitude = sqlite3_column_double (statement, column + 2);
  position->heading = sqlite3_column_double (statement, column + 3);
  position->speed = sqlite3_column_double (statement, column + 4);
}

/* Where its open piece begins: right behind the closed ones. */
static gboolean
load_open (WfStore      *self,
           LastPosition *last,
           GError      **error)
{
  g_autoptr (WfStatement) statement =
    wf_database_prepare (self->database, "SELECT coalesce(min(at), 0) FROM track WHERE scope = ?1 AND unit = ?2 AND at > ?3",
                         error);
  gboolean row;

  if (wf_ledger_has_scope (self->ledger, last->scope))
    {
      g_autoptr (WfState) state = wf_ledger_state (self->ledger, last->scope);
      g_autoptr (WfEntity) track = wf_state_get (state, last->scope, "track", last->unit);

      last->sealed = wf_entity_time (track, "until");
    }
  if (statement == NULL)
    return FALSE;

  wf_database_bind_text (statement, 1, last->scope);
  wf_database_bind_text (statement, 2, last->unit);
  sqlite3_bind_int64 (statement, 3, last->sealed);
  if (!wf_database_step (self->database, statement, &row, error))
    return FALSE;

  last->open = sqlite3_column_int64 (statement, 0);
  return TRUE;
}

/**
 * wf_store_take_scopes:
 * @self: a store
 * @entities: (element-type WfEntity): things as they stand now
 *
 * Learns which exercises there are, and which have ended.
 */
void
wf_store_take_scopes (WfStore   *self,
                      GPtrArray *entities)
{
  for (guint i = 0; i < entities->len; i++)
    {
      WfEntity *entity = g_ptr_array_index (entities, i);

      if (strcmp (wf_entity_kind (entity), "exercise") == 0)
        g_hash_table_insert (self->scopes, g_strdup (wf_entity_id (entity)),
                             GINT_TO_POINTER (!wf_entity_is (entity, "state", "ended")));
    }
}

static void
load_scopes (WfStore *self)
{
  g_auto (GStrv) scopes = wf_ledger_scopes (self->ledger);

  for (gsize i = 0; scopes[i] != NULL; i++)
    {
      g_autoptr (WfState) state = wf_ledger_state (self->ledger, scopes[i]);
      g_autoptr (GPtrArray) exercises = wf_state_list (state, scopes[i], "exercise", NULL);

      wf_store_take_scopes (self, exercises);
    }
}

/**
 * wf_store_check_telemetry:
 * @self: a store
 * @scope: a scope
 *
 * Positions and readings belong to the real thing or to an exercise that goes on; else they would pile up where nobody
 * looks, and change what an exercise was judged by.
 *
 * Returns: (transfer full) (nullable): why nothing is taken there, or %NULL where it is
 */
WfProblem *
wf_store_check_telemetry (WfStore    *self,
                          const char *scope)
{
  g_return_val_if_fail (WF_IS_STORE (self), NULL);

  gpointer open;

  if (!g_hash_table_lookup_extended (self->scopes, scope, NULL, &open))
    return wf_problem_new (WF_PROBLEM_NOT_FOUND, "scope.unknown", "scope", "There is no such exercise");
  if (!GPOINTER_TO_INT (open))
    return wf_problem_new (WF_PROBLEM_STATE, "scope.ended", "scope", "The exercise has ended: nothing is added to it");

  return NULL;
}

/**
 * wf_store_load_positions:
 * @self: a store that is being opened
 * @error: return location
 *
 * Returns: whether it worked
 */
gboolean
wf_store_load_positions (WfStore *self,
                         GError **error)
{
  g_autoptr (WfStatement) statement =
    wf_database_prepare (self->database, "SELECT scope, unit, at, longitude, latitude, heading, speed FROM position", error);
  gboolean row;

  if (statement == NULL)
    return FALSE;

  load_scopes (self);
  while (wf_database_step (self->database, statement, &row, error))
    {
      if (!row)
        return TRUE;

      LastPosition *last = ensure_last (self, wf_database_text (statement, 0), wf_database_text (statement, 1));
      if (last == NULL)
        return TRUE;
      wf_store_read_position (statement, 2, &last->last);
      last->track = last->last;
      if (!load_open (self, last, error))
        return FALSE;
    }

  return FALSE;
}

/**
 * wf_store_list_positions:
 * @self: a store
 * @lines: where to add a snapshot's lines
 * @n: (inout): counts the lines
 */
void
wf_store_list_positions (WfStore *self,
                         GString *lines,
                         guint   *n)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->positions);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      LastPosition *last = value;

      g_string_append (lines, "{\"kind\":\"position\",\"scope\":");
      wf_json_write_string (lines, last->scope);
      g_string_append (lines, ",\"position\":");
      wf_wire_write_position (lines, last->unit, &last->last);
      g_string_append (lines, "}\n");
      (*n)++;
    }
}

static void
clear_unit (gpointer data)
{
  g_free (((WfUnitPosition *) data)->unit);
}

/**
 * wf_store_copy_positions:
 * @self: a store
 * @scope: a scope
 *
 * Returns: (transfer full) (element-type WfUnitPosition): the last position of each unit of the scope
 */
GArray *
wf_store_copy_positions (WfStore    *self,
                         const char *scope)
{
  g_return_val_if_fail (WF_IS_STORE (self), NULL);

  GArray *copy = g_array_new (FALSE, FALSE, sizeof (WfUnitPosition));
  GHashTableIter iter;
  gpointer value;

  g_array_set_clear_func (copy, clear_unit);
  g_hash_table_iter_init (&iter, self->positions);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      LastPosition *last = value;
      WfUnitPosition position = { .position = last->last };

      if (strcmp (last->scope, scope) != 0)
        continue;
      position.unit = g_strdup (last->unit);
      g_array_append_val (copy, position);
    }

  return copy;
}

/* Good enough to thin a track. */
static double
metres_between (const WfPosition *a,
                const WfPosition *b)
{
  double x = (a->longitude - b->longitude) * cos (a->latitude * G_PI / 180);
  double y = a->latitude - b->latitude;

  return sqrt (x * x + y * y) * 111195;
}

static void
bind_position (sqlite3_stmt *statement,
               const Row    *row)
{
  wf_database_bind_text (statement, 1, row->scope);
  wf_database_bind_text (statement, 2, row->unit);
  sqlite3_bind_int64 (statement, 3, row->position.at);
  sqlite3_bind_double (statement, 4, row->position.longitude);
  sqlite3_bind_double (statement, 5, row->position.latitude);
  sqlite3_bind_double (statement, 6, row->position.heading);
  sqlite3_bind_double (statement, 7, row->position.speed);
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
    {
      const Row *row = &g_array_index (rows, Row, i);
      sqlite3_stmt *statement = row->track
        ? wf_database_prepare (self->database, "INSERT OR IGNORE INTO track"
                                               " (scope, unit, at, longitude, latitude, heading, speed)"
                                               " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)", &error)
        : wf_database_prepare (self->database, "INSERT OR REPLACE INTO position"
                                               " (scope, unit, at, longitude, latitude, heading, speed)"
                                               " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)", &error);

      if (statement != NULL)
        bind_position (statement, row);
      good = wf_database_run (self->database, statement, &error);
    }

  if (!good || !wf_database_exec (self->database, "COMMIT", &error))
    {
      g_message ("Positions were not kept: %s", error->message);
      if (sqlite3_get_autocommit (self->database->handle) == 0)
        wf_database_exec (self->database, "ROLLBACK", NULL);
    }

  /* A full disk is no reason to miss who enters a danger zone. */
  for (guint i = 0; i < rows->len; i++)
    {
      const Row *row = &g_array_index (rows, Row, i);

      if (!row->track)
        wf_store_look_at_fences (self, row->scope, row->unit, &row->position, FALSE, commands);
    }

  g_task_return_pointer (task, g_steal_pointer (&commands), (GDestroyNotify) g_ptr_array_unref);
}

static void
flushed_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      data)
{
  g_autoptr (GPtrArray) commands = g_task_propagate_pointer (G_TASK (result), NULL);

  WF_STORE (source)->flushing = FALSE;
  if (commands != NULL)
    wf_store_raise_crossings (WF_STORE (source), commands);
}

/**
 * wf_store_flush_positions:
 * @self: a store
 *
 * Writes what has come in since the last time. The store does so by itself every second.
 */
void
wf_store_flush_positions (WfStore *self)
{
  GHashTableIter iter;
  gpointer value;

  g_return_if_fail (WF_IS_STORE (self));

  if (g_hash_table_size (self->dirty) == 0)
    return;

  GArray *rows = self->track;
  self->track = g_array_new (FALSE, FALSE, sizeof (Row));
  g_array_set_clear_func (self->track, (GDestroyNotify) clear_row);

  g_hash_table_iter_init (&iter, self->dirty);
  while (g_hash_table_iter_next (&iter, &value, NULL))
    {
      LastPosition *last = value;
      Row row = { .scope = g_strdup (last->scope), .unit = g_strdup (last->unit), .position = last->last };

      g_array_append_val (rows, row);
    }
  g_hash_table_remove_all (self->dirty);

  GTask *task = g_task_new (self, NULL, flushed_cb, NULL);
  g_task_set_task_data (task, rows, (GDestroyNotify) g_array_unref);
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
  wf_store_flush_positions (self);

  return G_SOURCE_REMOVE;
}

static void
arm_flush (WfStore *self)
{
  if (self->flush_timer != 0 || self->closed)
    return;

  g_autoptr (GSource) source = g_timeout_source_new (FLUSH_EVERY);
  g_source_set_callback (source, flush_timer_cb, self, NULL);
  self->flush_timer = g_source_attach (source, self->context);
}

/**
 * wf_store_put_positions:
 * @self: a store
 * @scope: a scope
 * @positions: (array length=n): where units were
 * @n: how many
 * @error: return location, %WF_STORE_ERROR_LIMIT
 *
 * Takes positions in. One that is older than the last of its unit only goes into the track's gaps and moves nothing; one
 * from the future is a wrong clock and is passed over.
 *
 * Returns: how many were taken
 */
guint
wf_store_put_positions (WfStore              *self,
                        const char           *scope,
                        const WfUnitPosition *positions,
                        guint                 n,
                        GError              **error)
{
  g_return_val_if_fail (WF_IS_STORE (self), 0);

  g_autoptr (GPtrArray) moved = g_ptr_array_new ();
  int64_t now = wf_clock_now (self->clock);
  guint taken = 0;

  for (guint i = 0; i < n; i++)
    {
      const WfPosition *position = &positions[i].position;
      LastPosition *last = ensure_last (self, scope, positions[i].unit);

      if (last == NULL)
        {
          g_set_error (error, WF_STORE_ERROR, WF_STORE_ERROR_LIMIT, "More units report than this service takes (%d)", UNITS_MAX);
          break;
        }

      if (position->at > now + CLOCK_TOLERANCE || position->at <= last->last.at)
        continue;

      taken++;
      last->last = *position;
      g_hash_table_add (self->dirty, last);
      g_ptr_array_add (moved, (gpointer) &positions[i]);

      /* What is sealed stays as it is, even where the disk has lost what memory still knew. */
      if (position->at <= last->sealed)
        continue;

      if (position->at - last->track.at >= TRACK_SECONDS * WF_SECOND ||
          (position->at - last->track.at >= WF_SECOND && metres_between (position, &last->track) >= TRACK_METRES))
        {
          Row row = { .scope = g_strdup (scope), .unit = g_strdup (last->unit), .position = *position, .track = TRUE };

          last->track = *position;
          if (last->open == 0)
            last->open = position->at;
          g_array_append_val (self->track, row);
        }
    }

  if (moved->len > 0)
    {
      arm_flush (self);
      g_signal_emit_by_name (self, "positions", scope, moved);
    }

  return taken;
}

static void
clear_piece (WfTrackPiece *piece)
{
  g_free (piece->scope);
  g_free (piece->unit);
}

/**
 * wf_store_ripe_tracks:
 * @self: a store
 * @length: how long a piece of track may get, in milliseconds
 * @silence: after how long without a position it is closed anyway
 *
 * Returns: (transfer full) (element-type WfTrackPiece): the pieces that are to be closed, at most as many as one command takes
 */
GArray *
wf_store_ripe_tracks (WfStore *self,
                      int64_t  length,
                      int64_t  silence)
{
  GArray *pieces = g_array_new (FALSE, FALSE, sizeof (WfTrackPiece));
  int64_t now = wf_clock_now (self->clock);
  GHashTableIter iter;
  gpointer value;

  g_array_set_clear_func (pieces, (GDestroyNotify) clear_piece);
  g_hash_table_iter_init (&iter, self->positions);
  while (pieces->len < WF_TRACK_SEGMENTS_MAX && g_hash_table_iter_next (&iter, NULL, &value))
    {
      LastPosition *last = value;

      if (last->open == 0 || (now - last->open < length && now - last->track.at < silence))
        continue;

      WfTrackPiece piece = { .scope = g_strdup (last->scope), .unit = g_strdup (last->unit), .until = last->track.at };
      g_array_append_val (pieces, piece);
    }

  return pieces;
}

/**
 * wf_store_tracks_closed:
 * @self: a store
 * @pieces: (element-type WfTrackPiece): what has been closed
 */
void
wf_store_tracks_closed (WfStore *self,
                        GArray  *pieces)
{
  for (guint i = 0; i < pieces->len; i++)
    {
      const WfTrackPiece *piece = &g_array_index (pieces, WfTrackPiece, i);
      LastPosition *last = ensure_last (self, piece->scope, piece->unit);

      last->sealed = MAX (last->sealed, piece->until);
      last->open = last->track.at > piece->until ? piece->until : 0;
    }
}

typedef struct
{
  char   *scope;
  char   *unit;
  int64_t since;
} Query;

static void
free_query (Query *query)
{
  g_free (query->scope);
  g_free (query->unit);
  g_free (query);
}

static void
read_track_cb (GTask        *task,
               gpointer      source,
               gpointer      data,
               GCancellable *cancellable)
{
  WfStore *self = source;
  Query *query = data;
  GError *error = NULL;
  g_autoptr (GString) out = g_string_new ("{\"positions\":[");
  g_autoptr (WfStatement) statement =
    wf_database_prepare (self->read_database,
                         "SELECT at, longitude, latitude, heading, speed FROM ("
                         "  SELECT * FROM track WHERE scope = ?1 AND unit = ?2 AND at > ?3 ORDER BY at DESC LIMIT ?4)"
                         " ORDER BY at", &error);
  gboolean row;

  if (statement == NULL)
    {
      g_task_return_error (task, error);
      return;
    }

  wf_database_bind_text (statement, 1, query->scope);
  wf_database_bind_text (statement, 2, query->unit);
  sqlite3_bind_int64 (statement, 3, query->since);
  sqlite3_bind_int (statement, 4, TRACK_POINTS);

  while (wf_database_step (self->read_database, statement, &row, &error) && row)
    {
      WfPosition position;

      wf_store_read_position (statement, 0, &position);
      if (out->str[out->len - 1] != '[')
        g_string_append_c (out, ',');
      wf_wire_write_position (out, query->unit, &position);
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
 * wf_store_read_track_async:
 * @self: a store
 * @scope: a scope
 * @unit: a unit
 * @since: what came after that; 0 for all
 * @cancellable: (nullable): a cancellable
 * @callback: called with the track
 * @data: for @callback
 *
 * Reads where a unit went: the newest 10,000 points of its thinned track.
 */
void
wf_store_read_track_async (WfStore             *self,
                           const char          *scope,
                           const char          *unit,
                           int64_t              since,
                           GCancellable        *cancellable,
                           GAsyncReadyCallback  callback,
                           gpointer             data)
{
  g_return_if_fail (WF_IS_STORE (self));

  GTask *task = g_task_new (self, cancellable, callback, data);
  Query *query = g_new0 (Query, 1);

  query->scope = g_strdup (scope);
  query->unit = g_strdup (unit);
  query->since = since;
  g_task_set_source_tag (task, wf_store_read_track_async);
  g_task_set_task_data (task, query, (GDestroyNotify) free_query);
  wf_worker_push (self->reader, G_PRIORITY_DEFAULT, task, read_track_cb);
}

/**
 * wf_store_read_track_finish:
 * @self: a store
 * @result: the result
 * @error: return location
 *
 * Returns: (transfer full) (nullable): `{"positions": […]}`
 */
GBytes *
wf_store_read_track_finish (WfStore      *self,
                            GAsyncResult *result,
                            GError      **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
