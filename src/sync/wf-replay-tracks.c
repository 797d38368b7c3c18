/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-sync"

#include "config.h"

#include "wf-replay-private.h"

#include "wf-time.h"

#include <string.h>

/* --- what is fetched --------------------------------------------------------------------------------------------- */

/* A series that is on its way: the track of a unit, or what its camera told. */
typedef struct
{
  WfReplay *self; /* (owned) */
  char     *key;  /* (owned): of what it belongs to */
} Fetch;

static Fetch *
begin_fetch (WfReplay   *self,
             const char *key)
{
  Fetch *fetch = g_new0 (Fetch, 1);

  fetch->self = g_object_ref (self);
  fetch->key = g_strdup (key);
  self->fetching++;

  return fetch;
}

/* What has come is in its place. @error: (nullable): why @what has not. */
static void
end_fetch (Fetch        *fetch,
           const char   *what,
           const GError *error)
{
  g_autoptr (WfReplay) self = fetch->self;

  self->fetching--;
  if (error != NULL && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    g_message ("%s of %.*s cannot be had: %s", what, (int) strcspn (fetch->key, "\n"), fetch->key, error->message);
  g_free (fetch->key);
  g_free (fetch);
  if (!g_cancellable_is_cancelled (self->cancellable))
    g_signal_emit_by_name (self, "changed");
}

/* --- tracks ------------------------------------------------------------------------------------------------------ */

static guint
get_length (WfReplay   *self,
            const char *unit)
{
  GArray *track = g_hash_table_lookup (self->tracks, unit);

  return track != NULL ? track->len : 0;
}

/* What the service has not written down yet is known here. */
static void
top_up (WfReplay   *self,
        const char *unit,
        GArray     *track)
{
  g_autoptr (GArray) known = wf_session_get_track (self->session, unit);
  int64_t last = track->len > 0 ? g_array_index (track, WfPosition, track->len - 1).at : self->since - 1;

  for (guint i = 0; i < known->len; i++)
    if (g_array_index (known, WfPosition, i).at > last)
      g_array_append_val (track, g_array_index (known, WfPosition, i));
}

static void
fetched_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      data)
{
  Fetch *fetch = data;
  WfReplay *self = fetch->self;
  g_autoptr (GError) error = NULL;
  g_autoptr (GArray) track = wf_session_fetch_track_finish (WF_SESSION (source), result, &error);

  if (track != NULL)
    top_up (self, fetch->key, track);
  if (track != NULL && track->len >= get_length (self, fetch->key))
    g_hash_table_insert (self->tracks, g_strdup (fetch->key), g_steal_pointer (&track));
  end_fetch (fetch, "The track", error);
}

/**
 * wf_replay_fetch_track:
 * @self: a replay
 * @unit: id of a unit
 *
 * Has fetched where it was since the story began, where that has not been asked yet.
 */
void
wf_replay_fetch_track (WfReplay   *self,
                       const char *unit)
{
  if (g_hash_table_contains (self->tracks, unit))
    return;

  g_hash_table_insert (self->tracks, g_strdup (unit), g_array_new (FALSE, FALSE, sizeof (WfPosition)));
  wf_session_fetch_track_async (self->session, unit, self->since, self->cancellable, fetched_cb, begin_fetch (self, unit));
}

/* --- where cameras looked ---------------------------------------------------------------------------------------- */

static const char *const looks[] = { "camera_bearing", "camera_view" };

/* Asked for anew at most so often, in ms: the story may grow many times a second. */
#define LOOK_AGAIN (10 * WF_SECOND)

typedef struct
{
  GArray  *told;  /* (owned) (element-type WfReading) oldest first */
  int64_t  asked; /* monotonic ms */
} Look;

static void
free_look (gpointer data)
{
  g_array_unref (((Look *) data)->told);
  g_free (data);
}

static int64_t
last_of (GArray *told)
{
  return g_array_index (told, WfReading, told->len - 1).at;
}

/* Older lines come later, and with them what was told earlier. */
static void
merge_look (GArray *told,
            GArray *more)
{
  int64_t first = told->len > 0 ? g_array_index (told, WfReading, 0).at : G_MAXINT64;
  guint n = 0;

  while (n < more->len && g_array_index (more, WfReading, n).at < first)
    n++;
  if (n > 0)
    g_array_prepend_vals (told, more->data, n);
  for (guint i = n; i < more->len; i++)
    if (g_array_index (more, WfReading, i).at > last_of (told))
      g_array_append_val (told, g_array_index (more, WfReading, i));
}

/* What the service has not written down yet is known here. */
static void
top_up_look (WfReplay   *self,
             const char *key,
             GArray     *told)
{
  const char *quantity = strchr (key, '\n') + 1;
  g_autofree char *unit = g_strndup (key, (gsize) (quantity - 1 - key));
  g_autoptr (GArray) known = wf_session_get_readings (self->session, unit);

  for (guint i = 0; i < known->len; i++)
    if (strcmp (g_array_index (known, WfReading, i).quantity, quantity) == 0
        && g_array_index (known, WfReading, i).at > (told->len > 0 ? last_of (told) : self->since))
      g_array_append_val (told, g_array_index (known, WfReading, i));
}

static void
looked_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      data)
{
  Fetch *fetch = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GArray) more = wf_session_fetch_readings_finish (WF_SESSION (source), result, &error);
  Look *look = g_hash_table_lookup (fetch->self->looks, fetch->key);

  if (more != NULL && look != NULL)
    {
      merge_look (look->told, more);
      top_up_look (fetch->self, fetch->key, look->told);
    }
  end_fetch (fetch, "What the camera told", error);
}

static void
fetch_look (WfReplay   *self,
            const char *unit,
            const char *quantity)
{
  g_autofree char *key = g_strconcat (unit, "\n", quantity, NULL);
  Look *look = g_hash_table_lookup (self->looks, key);
  int64_t now = g_get_monotonic_time () / 1000;

  if (look != NULL && now - look->asked < LOOK_AGAIN)
    return;
  if (look == NULL)
    {
      look = g_new0 (Look, 1);
      look->told = g_array_new (FALSE, FALSE, sizeof (WfReading));
      g_hash_table_insert (self->looks, g_strdup (key), look);
    }

  look->asked = now;
  wf_session_fetch_readings_async (self->session, unit, quantity, look->told->len > 0 ? last_of (look->told) : self->since,
                                   self->cancellable, looked_cb, begin_fetch (self, key));
}

/* What has come since, too: it is called whenever there is more of the story. */
static void
fetch_looks (WfReplay   *self,
             const char *unit)
{
  g_autoptr (WfEntity) entity = wf_state_get (self->base, self->scope, "unit", unit);
  const char *video = entity != NULL ? wf_entity_string (entity, "video") : NULL;

  for (guint i = 0; video != NULL && *video != '\0' && i < G_N_ELEMENTS (looks); i++)
    fetch_look (self, unit, looks[i]);
}

/* --- all of them ------------------------------------------------------------------------------------------------- */

/**
 * wf_replay_init_tracks:
 * @self: a replay
 *
 * Makes room for them.
 */
void
wf_replay_init_tracks (WfReplay *self)
{
  self->tracks = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_array_unref);
  self->looks = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, free_look);
}

/**
 * wf_replay_clear_tracks:
 * @self: a replay that goes away
 *
 * Frees them.
 */
void
wf_replay_clear_tracks (WfReplay *self)
{
  g_clear_pointer (&self->tracks, g_hash_table_unref);
  g_clear_pointer (&self->looks, g_hash_table_unref);
}

/**
 * wf_replay_forget_tracks:
 * @self: a replay whose story begins at another moment
 *
 * Has them fetched anew.
 */
void
wf_replay_forget_tracks (WfReplay *self)
{
  g_hash_table_remove_all (self->tracks);
  g_hash_table_remove_all (self->looks);
}

/**
 * wf_replay_update_tracks:
 * @self: a replay
 *
 * Adds what is known since.
 */
void
wf_replay_update_tracks (WfReplay *self)
{
  GHashTableIter iter;
  gpointer unit, track;

  g_hash_table_iter_init (&iter, self->tracks);
  while (g_hash_table_iter_next (&iter, &unit, &track))
    {
      top_up (self, unit, track);
      fetch_looks (self, unit);
    }
}

/* --- where units were -------------------------------------------------------------------------------------------- */

/* How many positions are not after the moment. */
static guint
count_until (WfReplay *self,
             GArray   *track)
{
  guint low = 0, high = track != NULL ? track->len : 0;

  while (low < high)
    {
      guint middle = low + (high - low) / 2;

      if (g_array_index (track, WfPosition, middle).at <= self->time)
        low = middle + 1;
      else
        high = middle;
    }

  return low;
}

/**
 * wf_replay_get_position:
 * @self: a replay
 * @unit: id of a unit
 * @position: (out caller-allocates): where it had last been seen then
 *
 * Returns: whether it had been seen at all since the incident began
 */
gboolean
wf_replay_get_position (WfReplay   *self,
                        const char *unit,
                        WfPosition *position)
{
  GArray *track;
  guint n;

  g_return_val_if_fail (WF_IS_REPLAY (self), FALSE);

  track = g_hash_table_lookup (self->tracks, unit);
  n = count_until (self, track);
  if (n == 0)
    return FALSE;
  *position = g_array_index (track, WfPosition, n - 1);

  return TRUE;
}

/**
 * wf_replay_get_track:
 * @self: a replay
 * @unit: id of a unit
 *
 * Returns: (transfer full) (element-type WfPosition): where it had been by then, oldest first
 */
GArray *
wf_replay_get_track (WfReplay   *self,
                     const char *unit)
{
  GArray *track, *until;
  guint n;

  g_return_val_if_fail (WF_IS_REPLAY (self), NULL);

  track = g_hash_table_lookup (self->tracks, unit);
  n = count_until (self, track);
  until = g_array_new (FALSE, FALSE, sizeof (WfPosition));
  if (n > 0)
    g_array_append_vals (until, track->data, n);

  return until;
}

/**
 * wf_replay_get_look:
 * @self: a replay
 * @unit: id of a unit
 * @quantity: what its camera tells of itself, "camera_bearing" or "camera_view"
 * @reading: (out caller-allocates): what it had told last by then
 *
 * Of what was told a thinned series is kept: see %WF_READING_EVERY.
 *
 * Returns: whether it had told anything since the incident began
 */
gboolean
wf_replay_get_look (WfReplay   *self,
                    const char *unit,
                    const char *quantity,
                    WfReading  *reading)
{
  g_return_val_if_fail (WF_IS_REPLAY (self), FALSE);

  g_autofree char *key = g_strconcat (unit, "\n", quantity, NULL);
  const Look *look = g_hash_table_lookup (self->looks, key);

  for (guint i = look != NULL ? look->told->len : 0; i > 0; i--)
    if (g_array_index (look->told, WfReading, i - 1).at <= self->time)
      {
        *reading = g_array_index (look->told, WfReading, i - 1);
        return TRUE;
      }

  return FALSE;
}
