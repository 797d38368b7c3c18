/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-sync"

#include "config.h"

#include "wf-session-private.h"

#include "wf-frame-private.h"
#include "wf-id.h"
#include "wf-kind.h"
#include "wf-sync-error.h"
#include "wf-time.h"
#include "wf-wire.h"

#include <string.h>

/* Where units are and were: what the service tells, and what is told to it. */

#define TRACK_MAX      2000
#define PLACE_AGE      (10 * WF_MINUTE)
#define TRACK_BYTES    (8 * 1024 * 1024)
#define TRACK_SPAN     (6 * WF_HOUR)
#define POSITIONS_WAIT 100  /* ms: ten times a second at most */
#define KEEP_EVERY     20   /* s */
#define REPORT_WAIT    50   /* ms: what is told together goes together */

/**
 * wf_track_free:
 * @track: (transfer full): a track
 */
void
wf_track_free (WfTrack *track)
{
  g_array_unref (track->track);
  g_free (track);
}

/* Of a unit in the scope that is shown. */
static WfTrack *
find_track (WfSession  *self,
            const char *unit)
{
  g_autofree char *key = wf_session_key (self->scope, unit);

  return g_hash_table_lookup (self->tracks, key);
}

static WfTrack *
ensure_track (WfSession  *self,
              const char *scope,
              const char *unit)
{
  g_autofree char *key = wf_session_key (scope, unit);
  WfTrack *track = g_hash_table_lookup (self->tracks, key);

  if (track == NULL)
    {
      track = g_new0 (WfTrack, 1);
      track->track = g_array_new (FALSE, FALSE, sizeof (WfPosition));
      g_hash_table_insert (self->tracks, g_steal_pointer (&key), track);
    }

  return track;
}

static gboolean
positions_cb (gpointer data)
{
  WfSession *self = data;

  if (!self->moved)
    {
      self->positions_id = 0;
      return G_SOURCE_REMOVE;
    }

  self->moved = FALSE;
  wf_session_emit_positions (self);

  return G_SOURCE_CONTINUE;
}

/* The first is told at once, what follows ten times a second at most. */
static void
note_moved (WfSession *self)
{
  if (self->closed)
    return;

  if (self->positions_id != 0)
    {
      self->moved = TRUE;
      return;
    }

  self->positions_id = g_timeout_add (POSITIONS_WAIT, positions_cb, self);
  wf_session_emit_positions (self);
}

/**
 * wf_session_keep_positions:
 * @self: a session
 *
 * Writes where units are to the replica, for a start without a service.
 */
void
wf_session_keep_positions (WfSession *self)
{
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func ((GDestroyNotify) wf_unit_position_free);
  GHashTableIter iter;
  gpointer key, track;

  if (self->foreign || !self->ready)
    return;

  g_hash_table_iter_init (&iter, self->tracks);
  while (g_hash_table_iter_next (&iter, &key, &track))
    {
      const char *slash = strchr (key, '/');
      g_autofree char *scope = g_strndup (key, (gsize) (slash - (const char *) key));

      if (((WfTrack *) track)->last.at > 0)
        g_ptr_array_add (rows, wf_unit_position_new (scope, slash + 1, &((WfTrack *) track)->last));
    }

  if (rows->len > 0)
    wf_replica_keep_positions (self->replica, rows);
}

static gboolean
keep_cb (gpointer data)
{
  WfSession *self = data;

  self->keep_id = 0;
  wf_session_keep_positions (self);
  wf_session_keep_readings (self);

  return G_SOURCE_REMOVE;
}

/**
 * wf_session_keep_soon:
 * @self: a session that was told where units are, or what sensors read
 */
void
wf_session_keep_soon (WfSession *self)
{
  if (self->keep_id == 0 && !self->closed)
    self->keep_id = g_timeout_add_seconds (KEEP_EVERY, keep_cb, self);
}

static void
add_position (WfTrack          *track,
              const WfPosition *position)
{
  if (position->at <= track->last.at)
    return;

  track->last = *position;

  /* A unit that stands adds nothing to the line behind it but the time of its last point. */
  if (track->track->len > 0)
    {
      WfPosition *before = &g_array_index (track->track, WfPosition, track->track->len - 1);

      if (before->longitude == position->longitude && before->latitude == position->latitude)
        {
          before->at = position->at;
          return;
        }
    }

  if (track->track->len >= TRACK_MAX)
    g_array_remove_range (track->track, 0, TRACK_MAX / 10);
  g_array_append_val (track->track, *position);
}

/**
 * wf_session_take_positions:
 * @self: a session
 * @positions: (element-type WfUnitPosition): where units are
 * @tracks: whether they have just been there, so that they belong to what is to be written
 */
void
wf_session_take_positions (WfSession *self,
                           GPtrArray *positions,
                           gboolean   tracks)
{
  gboolean any = FALSE;
  gboolean shown = FALSE;

  for (guint i = 0; i < positions->len; i++)
    {
      WfUnitPosition *at = g_ptr_array_index (positions, i);

      /* Of an exercise that is not here, nothing can be shown. */
      if (wf_session_find_layer (self, at->scope) == NULL)
        continue;

      add_position (ensure_track (self, at->scope, at->unit), &at->position);
      any = TRUE;
      shown |= wf_session_shows (self, at->scope);
    }

  if (!any)
    return;

  if (tracks)
    wf_session_keep_soon (self);
  if (shown)
    note_moved (self);
}

/**
 * wf_session_get_position:
 * @self: a session
 * @unit: id of a unit
 * @position: (out caller-allocates): where it was last seen
 *
 * Returns: whether it has been seen at all
 */
gboolean
wf_session_get_position (WfSession  *self,
                         const char *unit,
                         WfPosition *position)
{
  g_return_val_if_fail (WF_IS_SESSION (self), FALSE);
  g_return_val_if_fail (unit != NULL && position != NULL, FALSE);

  WfTrack *track = find_track (self, unit);

  if (track == NULL || track->last.at == 0)
    return FALSE;

  *position = track->last;
  return TRUE;
}

/**
 * wf_session_get_position_at:
 * @self: a session
 * @scope: `live` or an exercise
 * @unit: id of a unit
 * @at: a moment on the clock on the wall, which positions go by, in milliseconds since the epoch
 * @position: (out caller-allocates): where it was then
 *
 * What is evidence says where it was taken, and an old place would be a wrong one: it is the last before @at, or the first
 * behind, within ten minutes.
 *
 * Returns: whether that is known here
 */
gboolean
wf_session_get_position_at (WfSession  *self,
                            const char *scope,
                            const char *unit,
                            int64_t     at,
                            WfPosition *position)
{
  g_return_val_if_fail (WF_IS_SESSION (self), FALSE);
  g_return_val_if_fail (scope != NULL && unit != NULL && position != NULL, FALSE);

  g_autofree char *key = wf_session_key (scope, unit);
  WfTrack *track = g_hash_table_lookup (self->tracks, key);

  if (track == NULL || track->last.at == 0)
    return FALSE;

  *position = track->last;
  for (guint i = track->track->len; i > 0 && position->at > at; i--)
    *position = g_array_index (track->track, WfPosition, i - 1);

  return ABS (position->at - at) <= PLACE_AGE;
}

typedef struct
{
  WfSession *self;  /* (owned) */
  char      *scope; /* (owned) */
  char      *unit;  /* (owned) */
} Asked;

static void
free_asked (Asked *asked)
{
  g_object_unref (asked->self);
  g_free (asked->scope);
  g_free (asked->unit);
  g_free (asked);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Asked, free_asked)

static void
track_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      data)
{
  g_autoptr (Asked) asked = data;
  WfSession *self = asked->self;
  g_autoptr (GError) error = NULL;
  g_autoptr (WfAnswer) answer = wf_http_send_finish (WF_HTTP (source), result, &error);
  g_autofree char *key = wf_session_key (asked->scope, asked->unit);
  WfTrack *track = g_hash_table_lookup (self->tracks, key);

  if (self->closed || track == NULL)
    return;

  g_autoptr (GPtrArray) older = answer != NULL && answer->status == SOUP_STATUS_OK
                                ? wf_positions_read (answer->body, asked->scope, &error)
                                : NULL;

  if (older == NULL)
    {
      /* Asked again when somebody looks again. */
      track->asked = FALSE;
      return;
    }

  g_autoptr (GArray) merged = g_array_new (FALSE, FALSE, sizeof (WfPosition));
  int64_t first = track->track->len > 0 ? g_array_index (track->track, WfPosition, 0).at : G_MAXINT64;

  for (guint i = 0; i < older->len; i++)
    {
      WfUnitPosition *at = g_ptr_array_index (older, i);

      if (at->position.at < first && g_strcmp0 (at->unit, asked->unit) == 0)
        g_array_append_val (merged, at->position);
    }

  guint room = TRACK_MAX - MIN (track->track->len, TRACK_MAX);

  if (merged->len > room)
    g_array_remove_range (merged, 0, merged->len - room);
  if (merged->len == 0)
    return;

  g_array_prepend_vals (track->track, merged->data, merged->len);
  note_moved (self);
}

/**
 * wf_session_get_track:
 * @self: a session
 * @unit: id of a unit
 *
 * Gives where a unit has been, as far as it is known here; asked for the first time, the service is asked for more, and
 * "positions" tells when that has come.
 *
 * Returns: (transfer full) (element-type WfPosition): the track, oldest first
 */
GArray *
wf_session_get_track (WfSession  *self,
                      const char *unit)
{
  g_return_val_if_fail (WF_IS_SESSION (self), NULL);
  g_return_val_if_fail (unit != NULL, NULL);

  WfTrack *track = find_track (self, unit);
  GArray *copy = g_array_new (FALSE, FALSE, sizeof (WfPosition));

  if (track == NULL)
    return copy;

  if (track->track->len > 0)
    g_array_append_vals (copy, track->track->data, track->track->len);

  if (!track->asked && self->verified && self->feed != NULL && wf_id_is_valid (unit))
    {
      g_autofree char *since = wf_time_format (wf_session_now (self) - TRACK_SPAN);
      g_autofree char *path = g_strdup_printf ("/api/v1/tracks?scope=%s&unit=%s&since=%s", self->scope, unit, since);
      Asked *asked = g_new0 (Asked, 1);

      track->asked = TRUE;
      asked->self = g_object_ref (self);
      asked->scope = g_strdup (self->scope);
      asked->unit = g_strdup (unit);
      wf_http_send_async (wf_feed_get_http (self->feed), "GET", path, NULL, NULL, TRACK_BYTES, self->cancellable,
                          track_cb, asked);
    }

  return copy;
}

static void
fetched_track_cb (GObject      *source,
                  GAsyncResult *result,
                  gpointer      data)
{
  g_autoptr (GTask) task = data;
  Asked *asked = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (WfAnswer) answer = wf_http_send_finish (WF_HTTP (source), result, &error);
  g_autoptr (GPtrArray) positions = NULL;

  if (answer != NULL && answer->status != SOUP_STATUS_OK)
    error = wf_http_error (answer->status, answer->body);
  else if (answer != NULL)
    positions = wf_positions_read (answer->body, asked->scope, &error);
  if (positions == NULL)
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }

  g_autoptr (GArray) track = g_array_sized_new (FALSE, FALSE, sizeof (WfPosition), positions->len);
  for (guint i = 0; i < positions->len; i++)
    {
      WfUnitPosition *at = g_ptr_array_index (positions, i);

      if (g_strcmp0 (at->unit, asked->unit) == 0)
        g_array_append_val (track, at->position);
    }
  g_task_return_pointer (task, g_steal_pointer (&track), (GDestroyNotify) g_array_unref);
}

/**
 * wf_session_fetch_track_async:
 * @self: a session
 * @unit: id of a unit
 * @since: from when on, in milliseconds since the epoch
 * @cancellable: (nullable): a cancellable
 * @callback: called on the main context
 * @data: for @callback
 *
 * Asks the service where a unit has been. Without a link, what is known here is given.
 */
void
wf_session_fetch_track_async (WfSession           *self,
                              const char          *unit,
                              int64_t              since,
                              GCancellable        *cancellable,
                              GAsyncReadyCallback  callback,
                              gpointer             data)
{
  g_autoptr (GTask) task = NULL;
  Asked *asked;

  g_return_if_fail (WF_IS_SESSION (self));
  g_return_if_fail (unit != NULL);

  task = g_task_new (self, cancellable, callback, data);
  g_task_set_source_tag (task, wf_session_fetch_track_async);
  asked = g_new0 (Asked, 1);
  asked->self = g_object_ref (self);
  asked->scope = g_strdup (self->scope);
  asked->unit = g_strdup (unit);
  g_task_set_task_data (task, asked, (GDestroyNotify) free_asked);
  if (!self->verified || self->feed == NULL || !wf_id_is_valid (unit))
    {
      g_task_return_pointer (task, wf_session_get_track (self, unit), (GDestroyNotify) g_array_unref);
      return;
    }

  g_autofree char *from = wf_time_format (since);
  g_autofree char *path = g_strdup_printf ("/api/v1/tracks?scope=%s&unit=%s&since=%s", self->scope, unit, from);

  wf_http_send_async (wf_feed_get_http (self->feed), "GET", path, NULL, NULL, TRACK_BYTES, cancellable, fetched_track_cb,
                      g_steal_pointer (&task));
}

/**
 * wf_session_fetch_track_finish:
 * @self: a session
 * @result: a result
 * @error: (nullable): for an error
 *
 * Returns: (transfer full) (nullable) (element-type WfPosition): the track, oldest first
 */
GArray *
wf_session_fetch_track_finish (WfSession     *self,
                               GAsyncResult  *result,
                               GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
reported_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (WfAnswer) answer = wf_http_send_finish (WF_HTTP (source), result, &error);

  /* The next position makes up for one that is lost. */
  if (answer != NULL && answer->status != SOUP_STATUS_OK)
    g_debug ("Positions were not taken: %u", answer->status);
}

/* By themselves: an older service that does not know one of the quantities refuses what stands beside it too. */
static void
report_readings (WfSession *self)
{
  g_autoptr (GString) text = g_string_new ("{\"scope\":\"");

  g_string_append_printf (text, "%s\",\"readings\":[", self->scope);
  for (guint i = 0; i < MIN (self->read_reports->len, 1000); i++)
    {
      if (i > 0)
        g_string_append_c (text, ',');
      wf_wire_write_reading (text, &((WfScopedReading *) self->read_reports->pdata[i])->reading);
    }
  g_string_append (text, "]}");

  if (self->feed != NULL && self->verified && self->read_reports->len > 0)
    {
      g_autoptr (GBytes) body = g_string_free_to_bytes (g_steal_pointer (&text));

      wf_http_post_async (wf_feed_get_http (self->feed), "/api/v1/telemetry", body, 65536, self->cancellable, reported_cb,
                          NULL);
    }
  g_ptr_array_set_size (self->read_reports, 0);
}

static gboolean
report_cb (gpointer data)
{
  WfSession *self = data;
  g_autoptr (GString) text = g_string_new ("{\"scope\":\"");
  GHashTableIter iter;
  gpointer unit, position;
  guint n = 0;

  self->report_id = 0;
  report_readings (self);
  g_string_append_printf (text, "%s\",\"positions\":[", self->scope);

  g_hash_table_iter_init (&iter, self->reports);
  while (n < 1000 && g_hash_table_iter_next (&iter, &unit, &position))
    {
      if (n++ > 0)
        g_string_append_c (text, ',');
      wf_wire_write_position (text, unit, position);
    }
  g_hash_table_remove_all (self->reports);
  g_string_append (text, "]}");

  if (self->feed != NULL && self->verified && n > 0)
    {
      g_autoptr (GBytes) body = g_string_free_to_bytes (g_steal_pointer (&text));

      wf_http_post_async (wf_feed_get_http (self->feed), "/api/v1/telemetry", body, 65536, self->cancellable, reported_cb,
                          NULL);
    }

  return G_SOURCE_REMOVE;
}

/**
 * wf_session_stop_reports:
 * @self: a session that is about to show another scope
 *
 * Forgets positions that wait to be told: they are of the scope that was shown.
 */
void
wf_session_stop_reports (WfSession *self)
{
  g_clear_handle_id (&self->report_id, g_source_remove);
  g_hash_table_remove_all (self->reports);
  g_ptr_array_set_size (self->read_reports, 0);
}

/**
 * wf_session_report_readings:
 * @self: a session
 * @readings: (array length=n): what was read, of quantities that wf_rules_quantity() knows
 * @n: how much
 *
 * Tells the service what sensors have read, as wf_session_report_position() tells where units are: what does not arrive is
 * lost.
 */
void
wf_session_report_readings (WfSession       *self,
                            const WfReading *readings,
                            guint            n)
{
  g_return_if_fail (WF_IS_SESSION (self));

  if (self->closed)
    return;

  for (guint i = 0; i < n; i++)
    g_ptr_array_add (self->read_reports, wf_scoped_reading_new (self->scope, &readings[i]));
  if (self->report_id == 0)
    self->report_id = g_timeout_add (REPORT_WAIT, report_cb, self);
}

/**
 * wf_session_report_position:
 * @self: a session
 * @unit: id of a unit
 * @position: where it is
 *
 * Tells the service where a unit is. Positions are not kept for later: with the link down, this one is lost, and the next
 * one makes up for it.
 */
void
wf_session_report_position (WfSession        *self,
                            const char       *unit,
                            const WfPosition *position)
{
  g_return_if_fail (WF_IS_SESSION (self));
  g_return_if_fail (wf_id_is_valid (unit) && position != NULL);

  if (self->closed)
    return;

  g_hash_table_insert (self->reports, g_strdup (unit), g_memdup2 (position, sizeof *position));
  if (self->report_id == 0)
    self->report_id = g_timeout_add (REPORT_WAIT, report_cb, self);
}
