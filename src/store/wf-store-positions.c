/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-store"

#include "config.h"

#include "wf-store-telemetry.h"

#include "wf-kind.h"
#include "wf-telemetry.h"
#include "wf-time.h"
#include "wf-wire.h"

#include <math.h>
#include <string.h>

/* Where units are: the last position of each, and a thinned track. */

#define TRACK_SECONDS 10
#define TRACK_METRES  25

/* Of its values. */
enum {
  LONGITUDE,
  LATITUDE,
  HEADING,
  SPEED,
};

typedef struct
{
  WfLast  last;
  WfLast  track;  /* the last one that went into the track; only time and values */
  int64_t sealed; /* up to when the track is closed */
  int64_t open;   /* when its open piece begins; 0: there is none */
} LastPosition;

static gboolean loaded (WfStore      *self,
                        WfLast       *last,
                        GError      **error);
static void     look   (WfStore      *self,
                        const WfLast *last,
                        GPtrArray    *commands);

static const WfTelemetryForm form = {
  sizeof (LastPosition), 20000, 4, "More units report than this service takes",
  "SELECT scope, unit, NULL, at, longitude, latitude, heading, speed FROM position",
  "INSERT OR REPLACE INTO position (scope, unit, at, longitude, latitude, heading, speed)"
  " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
  "INSERT OR IGNORE INTO track (scope, unit, at, longitude, latitude, heading, speed)"
  " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
  loaded, look,
};

static LastPosition *
ensure_last (WfStore    *self,
             const char *scope,
             const char *unit,
             GError    **error)
{
  return (LastPosition *) wf_telemetry_ensure (self->positions, &form, scope, unit, NULL, error);
}

static WfPosition
get_position (const WfLast *last)
{
  return (WfPosition) { last->values[LONGITUDE], last->values[LATITUDE], last->values[HEADING], last->values[SPEED],
                        last->at };
}

/**
 * wf_store_init_positions:
 * @self: a new store
 */
void
wf_store_init_positions (WfStore *self)
{
  self->positions = wf_telemetry_table_new ();
  self->readings = wf_telemetry_table_new ();
  self->scopes = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_hash_table_insert (self->scopes, g_strdup (WF_LIVE), GINT_TO_POINTER (TRUE));
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
  g_clear_pointer (&self->scopes, g_hash_table_unref);
  g_clear_pointer (&self->positions, g_hash_table_unref);
  g_clear_pointer (&self->readings, g_hash_table_unref);
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

/* Who comes into a danger zone, or leaves one. */
static void
look (WfStore      *self,
      const WfLast *last,
      GPtrArray    *commands)
{
  WfPosition position = get_position (last);

  wf_store_look_at_fences (self, last->scope, last->source, &position, FALSE, commands);
}

/* Its open piece begins right behind the closed ones. */
static gboolean
loaded (WfStore *self,
        WfLast  *last,
        GError **error)
{
  LastPosition *position = (LastPosition *) last;
  g_autoptr (WfStatement) statement =
    wf_database_prepare (self->database, "SELECT coalesce(min(at), 0) FROM track WHERE scope = ?1 AND unit = ?2 AND at > ?3",
                         error);
  gboolean row;

  position->track.at = last->at;
  memcpy (position->track.values, last->values, sizeof last->values);
  if (wf_ledger_has_scope (self->ledger, last->scope))
    {
      g_autoptr (WfState) state = wf_ledger_state (self->ledger, last->scope);
      g_autoptr (WfEntity) track = wf_state_get (state, last->scope, "track", last->source);

      position->sealed = wf_entity_time (track, "until");
    }
  if (statement == NULL)
    return FALSE;

  wf_database_bind_text (statement, 1, last->scope);
  wf_database_bind_text (statement, 2, last->source);
  sqlite3_bind_int64 (statement, 3, position->sealed);
  if (!wf_database_step (self->database, statement, &row, error))
    return FALSE;

  position->open = sqlite3_column_int64 (statement, 0);
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
  load_scopes (self);

  return wf_telemetry_load (self, self->positions, &form, error);
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
      const WfLast *last = value;
      WfPosition position = get_position (last);

      g_string_append (lines, "{\"kind\":\"position\",\"scope\":");
      wf_json_write_string (lines, last->scope);
      g_string_append (lines, ",\"position\":");
      wf_wire_write_position (lines, last->source, &position);
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
      const WfLast *last = value;
      WfUnitPosition position = { .position = get_position (last) };

      if (strcmp (last->scope, scope) != 0)
        continue;
      position.unit = g_strdup (last->source);
      g_array_append_val (copy, position);
    }

  return copy;
}

/* Good enough to thin a track. */
static double
metres_between (const double *a,
                const double *b)
{
  double x = (a[LONGITUDE] - b[LONGITUDE]) * cos (a[LATITUDE] * G_PI / 180);
  double y = a[LATITUDE] - b[LATITUDE];

  return sqrt (x * x + y * y) * 111195;
}

/**
 * wf_store_put_positions:
 * @self: a store
 * @scope: a scope
 * @positions: (array length=n): where units were
 * @n: how many
 * @error: return location, %WF_STORE_ERROR_LIMIT
 *
 * Takes positions in. One that is not newer than the last of its unit moves nothing, and one from the future is a wrong
 * clock; both are passed over.
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

  for (guint i = 0; i < n; i++)
    {
      const WfPosition *at = &positions[i].position;
      LastPosition *position = ensure_last (self, scope, positions[i].unit, error);

      if (position == NULL)
        break;

      WfLast *last = &position->last;
      WfLast *track = &position->track;

      if (!wf_telemetry_is_news (self, last, at->at))
        continue;

      last->at = at->at;
      last->values[LONGITUDE] = at->longitude;
      last->values[LATITUDE] = at->latitude;
      last->values[HEADING] = at->heading;
      last->values[SPEED] = at->speed;
      wf_telemetry_take (self, last);
      g_ptr_array_add (moved, (gpointer) &positions[i]);

      /* What is sealed stays as it is, even where the disk has lost what memory still knew. */
      if (last->at <= position->sealed)
        continue;

      if ((last->at - track->at >= TRACK_SECONDS * WF_SECOND ||
           (last->at - track->at >= WF_SECOND && metres_between (last->values, track->values) >= TRACK_METRES)) &&
          wf_telemetry_keep (self, last))
        {
          track->at = last->at;
          memcpy (track->values, last->values, sizeof last->values);
          if (position->open == 0)
            position->open = last->at;
        }
    }

  if (moved->len > 0)
    g_signal_emit_by_name (self, "positions", scope, moved);

  return moved->len;
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
      const LastPosition *position = value;

      if (position->open == 0 || (now - position->open < length && now - position->track.at < silence))
        continue;

      WfTrackPiece piece = { .scope = g_strdup (position->last.scope), .unit = g_strdup (position->last.source),
                             .until = position->track.at };
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
      LastPosition *position = ensure_last (self, piece->scope, piece->unit, NULL);

      position->sealed = MAX (position->sealed, piece->until);
      position->open = position->track.at > piece->until ? piece->until : 0;
    }
}

static void
write_point (GString      *out,
             sqlite3_stmt *statement)
{
  WfPosition position;

  wf_store_read_position (statement, 1, &position);
  wf_wire_write_position (out, wf_database_text (statement, 0), &position);
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

  wf_telemetry_read_async (self, "positions",
                           "SELECT unit, at, longitude, latitude, heading, speed FROM ("
                           "  SELECT * FROM track WHERE scope = ?1 AND unit = ?2 AND ?3 IS NULL AND at > ?4"
                           "  ORDER BY at DESC LIMIT ?5) ORDER BY at",
                           write_point, scope, unit, NULL, since, wf_store_read_track_async, cancellable, callback, data);
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
