/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-sync"

#include "config.h"

#include "wf-replay.h"

#include "wf-kind.h"
#include "wf-rules.h"
#include "wf-time.h"

#include <string.h>

/* So many things of the registry are copied before the main loop gets its turn again. */
#define CHUNK 5000

/**
 * WfReplay:
 *
 * An incident as it stood at any of its moments: its entries are applied up to that moment, by the same rules that made the
 * present, onto the registry as it is now. Positions come from the tracks of the units that had orders.
 *
 * When something was is what its entry says of itself (`occurred_at`), but never before the entry that stands before it in
 * the journal: an entry that was made late is seen as soon as what it rests on is. Pending commands are not in it.
 */
struct _WfReplay
{
  GObject parent_instance;

  WfSession    *session;     /* (owned) */
  char         *incident;    /* (owned) */
  char         *scope;       /* (owned): whose story it is; the session may go on to another */
  GListModel   *journal;     /* (owned) */
  GPtrArray    *events;      /* (owned) (element-type WfEvent): by number */
  GArray       *times;       /* (owned) (element-type gint64): when each of them was */
  WfState      *base;        /* (owned): the registry without incidents */
  WfState      *state;       /* (owned): what lies on it */
  guint         applied;     /* so many of @events are in @state */
  GHashTable   *tracks;      /* (owned) (element-type utf8 GArray): of units; an empty one while it is fetched */
  GHashTable   *looks;       /* (owned) (element-type utf8 Look): "unit\nquantity" → what its camera told */
  GCancellable *cancellable; /* (owned) */
  GPtrArray    *to_copy;     /* (owned) (nullable) (element-type utf8): kinds that are not in @base yet */
  guint         copied;      /* of the last of them */
  guint         copying;     /* source that goes on with it */
  guint         fetching;    /* tracks and readings under way */
  int64_t       since;       /* from when on @tracks are */
  int64_t       time;
  int           pace;        /* how fast it is played, 0 while it stands */
};

enum {
  LOADED,
  CHANGED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (WfReplay, wf_replay, G_TYPE_OBJECT)

/* --- the story --------------------------------------------------------------------------------------------------- */

/* Forces are taken as they stood before anybody ordered them. */
static void
let_go (WfReplay   *self,
        const char *kind,
        const char *id)
{
  g_autoptr (WfEntity) force = wf_state_get (self->base, self->scope, kind, id);

  if (force == NULL || wf_entity_is (force, "state", "standby") || wf_entity_is (force, "state", "out_of_service")
      || wf_entity_string (force, "state") == NULL)
    return;

  g_autoptr (GVariant) patch = wf_dict_make ("state", wf_value_string ("standby"), NULL);
  g_autoptr (WfEntity) free_force = wf_entity_patch (force, patch, wf_entity_number (force));

  wf_state_put (self->base, free_force);
}

static void
start_anew (WfReplay *self)
{
  g_clear_object (&self->state);
  self->state = wf_state_new_layer (self->base, self->scope, self->scope);
  self->applied = 0;
}

static void
apply_until (WfReplay *self)
{
  if (self->applied > 0 && g_array_index (self->times, gint64, self->applied - 1) > self->time)
    start_anew (self);

  while (self->applied < self->events->len && g_array_index (self->times, gint64, self->applied) <= self->time)
    {
      WfEvent *event = g_ptr_array_index (self->events, self->applied++);
      g_autoptr (GError) error = NULL;
      g_autoptr (GPtrArray) changed = event->payload != NULL ? wf_rules_apply (self->state, event, &error) : NULL;

      /* What was erased is not known any more, and what rests on it does not fit: the rest of the story is still true. */
      if (changed == NULL)
        {
          g_debug ("Left out of the replay: %s", error != NULL ? error->message : "an entry without payload");
          continue;
        }
      for (guint i = 0; i < changed->len; i++)
        wf_state_put (self->state, g_ptr_array_index (changed, i));
    }
}

/* --- tracks ------------------------------------------------------------------------------------------------------ */

typedef struct
{
  WfReplay *self; /* (owned) */
  char     *unit; /* (owned) */
} Fetched;

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
  Fetched *fetched = data;
  g_autoptr (WfReplay) self = fetched->self;
  g_autofree char *unit = fetched->unit;
  g_autoptr (GError) error = NULL;
  GArray *track = wf_session_fetch_track_finish (WF_SESSION (source), result, &error);

  g_free (fetched);
  self->fetching--;
  if (track != NULL)
    top_up (self, unit, track);
  if (track != NULL && track->len >= get_length (self, unit))
    g_hash_table_insert (self->tracks, g_steal_pointer (&unit), track);
  else if (track != NULL)
    g_array_unref (track);
  else if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    g_message ("The track of %s cannot be had: %s", unit, error->message);
  if (!g_cancellable_is_cancelled (self->cancellable))
    g_signal_emit (self, signals[CHANGED], 0);
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

typedef struct
{
  WfReplay *self; /* (owned) */
  char     *key;  /* (owned) */
} Looked;

static void
looked_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      data)
{
  Looked *looked = data;
  g_autoptr (WfReplay) self = looked->self;
  g_autofree char *key = looked->key;
  g_autoptr (GError) error = NULL;
  g_autoptr (GArray) more = wf_session_fetch_readings_finish (WF_SESSION (source), result, &error);
  Look *look = g_hash_table_lookup (self->looks, key);

  g_free (looked);
  self->fetching--;
  if (more != NULL && look != NULL)
    {
      merge_look (look->told, more);
      top_up_look (self, key, look->told);
    }
  else if (more == NULL && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    g_message ("Where a camera looked cannot be had: %s", error->message);
  if (!g_cancellable_is_cancelled (self->cancellable))
    g_signal_emit (self, signals[CHANGED], 0);
}

static void
fetch_look (WfReplay   *self,
            const char *unit,
            const char *quantity)
{
  g_autofree char *key = g_strconcat (unit, "\n", quantity, NULL);
  Look *look = g_hash_table_lookup (self->looks, key);
  int64_t now = g_get_monotonic_time () / 1000;
  Looked *looked;

  if (look != NULL && now - look->asked < LOOK_AGAIN)
    return;
  if (look == NULL)
    {
      look = g_new0 (Look, 1);
      look->told = g_array_new (FALSE, FALSE, sizeof (WfReading));
      g_hash_table_insert (self->looks, g_strdup (key), look);
    }

  look->asked = now;
  looked = g_new0 (Looked, 1);
  looked->self = g_object_ref (self);
  looked->key = g_steal_pointer (&key);
  self->fetching++;
  wf_session_fetch_readings_async (self->session, unit, quantity, look->told->len > 0 ? last_of (look->told) : self->since,
                                   self->cancellable, looked_cb, looked);
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

static void
fetch_track (WfReplay   *self,
             const char *unit)
{
  Fetched *fetched;

  if (g_hash_table_contains (self->tracks, unit))
    return;

  fetched = g_new0 (Fetched, 1);
  fetched->self = g_object_ref (self);
  fetched->unit = g_strdup (unit);
  self->fetching++;
  g_hash_table_insert (self->tracks, g_strdup (unit), g_array_new (FALSE, FALSE, sizeof (WfPosition)));
  wf_session_fetch_track_async (self->session, unit, self->since, self->cancellable, fetched_cb, fetched);
}

/* A team takes its vehicles along. */
static void
take_force (WfReplay   *self,
            const char *kind,
            const char *force)
{
  let_go (self, kind, force);
  if (g_str_equal (kind, "unit"))
    {
      fetch_track (self, force);
    }
  else if (g_str_equal (kind, "team"))
    {
      g_autoptr (GPtrArray) units = wf_state_list (self->base, self->scope, "unit", NULL);

      for (guint i = 0; i < units->len; i++)
        if (wf_entity_is (units->pdata[i], "team", force))
          {
            let_go (self, "unit", wf_entity_id (units->pdata[i]));
            fetch_track (self, wf_entity_id (units->pdata[i]));
          }
    }
}

/* --- loading ----------------------------------------------------------------------------------------------------- */

/* On the clock of its scope, as everything that is replayed. */
static int64_t
get_recorded_at (const WfEvent *event)
{
  return strcmp (event->scope, WF_LIVE) == 0 ? event->recorded_at : event->scope_time;
}

/* An exercise may go on with an incident that was there when it began. */
static void
copy_begun (WfReplay *self)
{
  WfState *state = wf_session_get_state (self->session);
  g_autofree char *base = g_strconcat (self->scope, WF_BASE_SUFFIX, NULL);
  g_autoptr (WfEntity) incident = wf_state_get (state, base, "incident", self->incident);
  const WfKind *kinds;
  guint n;

  if (incident == NULL)
    return;

  g_autoptr (WfEntity) begun = wf_entity_in_scope (incident, self->scope);

  wf_state_put (self->base, begun);
  kinds = wf_kind_all (&n);
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (GPtrArray) own = g_strcmp0 (kinds[i].parent, "incident") == 0
                                  ? wf_state_list (state, base, kinds[i].name, self->incident) : NULL;

      for (guint j = 0; own != NULL && j < own->len; j++)
        {
          g_autoptr (WfEntity) copy = wf_entity_in_scope (own->pdata[j], self->scope);

          wf_state_put (self->base, copy);
        }
    }
}

static void
read_story (WfReplay *self)
{
  GHashTableIter iter;
  gpointer unit, track;
  guint n = g_list_model_get_n_items (self->journal);
  gboolean at_end = self->time >= wf_replay_get_end (self);
  int64_t last = 0;

  g_ptr_array_set_size (self->events, 0);
  g_array_set_size (self->times, 0);
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (WfJournalLine) line = g_list_model_get_item (self->journal, i);
      WfEvent *event = wf_journal_line_get_event (line);

      if (wf_journal_line_get_pending (line))
        continue;
      last = MAX (last, MIN (wf_event_happened_at (event), get_recorded_at (event)));
      g_ptr_array_add (self->events, wf_event_ref (event));
      g_array_append_val (self->times, last);
      /* Older lines come later, and with them older positions. */
      if (self->times->len == 1 && (self->since == 0 || last < self->since))
        {
          self->since = last;
          g_hash_table_remove_all (self->tracks);
          g_hash_table_remove_all (self->looks);
        }
      if (event->payload != NULL && g_str_equal (event->type, "order.issued") && wf_dict_string (event->payload, "force") != NULL)
        take_force (self, wf_dict_string (event->payload, "force_kind"), wf_dict_string (event->payload, "force"));
    }

  g_hash_table_iter_init (&iter, self->tracks);
  while (g_hash_table_iter_next (&iter, &unit, &track))
    {
      top_up (self, unit, track);
      fetch_looks (self, unit);
    }
  start_anew (self);
  if (at_end)
    self->time = wf_replay_get_end (self);
  apply_until (self);
  g_signal_emit (self, signals[LOADED], 0);
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
journal_cb (WfReplay *self)
{
  if (self->copying == 0)
    read_story (self);
}

static gboolean
copy_cb (gpointer data)
{
  WfReplay *self = data;
  const char *kind = g_ptr_array_index (self->to_copy, self->to_copy->len - 1);
  g_autoptr (GPtrArray) entities = wf_state_list (wf_session_get_state (self->session), self->scope, kind, NULL);
  guint end = MIN (self->copied + CHUNK, entities->len);

  for (; self->copied < end; self->copied++)
    wf_state_put (self->base, entities->pdata[self->copied]);
  if (self->copied < entities->len)
    return G_SOURCE_CONTINUE;

  self->copied = 0;
  g_ptr_array_set_size (self->to_copy, (int) self->to_copy->len - 1);
  if (self->to_copy->len > 0)
    return G_SOURCE_CONTINUE;

  self->copying = 0;
  copy_begun (self);
  read_story (self);

  return G_SOURCE_REMOVE;
}

static void
wf_replay_dispose (GObject *object)
{
  WfReplay *self = WF_REPLAY (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_handle_id (&self->copying, g_source_remove);

  G_OBJECT_CLASS (wf_replay_parent_class)->dispose (object);
}

static void
wf_replay_finalize (GObject *object)
{
  WfReplay *self = WF_REPLAY (object);

  g_clear_object (&self->journal);
  g_clear_object (&self->session);
  g_clear_object (&self->state);
  g_clear_object (&self->base);
  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->incident, g_free);
  g_clear_pointer (&self->scope, g_free);
  g_clear_pointer (&self->events, g_ptr_array_unref);
  g_clear_pointer (&self->times, g_array_unref);
  g_clear_pointer (&self->tracks, g_hash_table_unref);
  g_clear_pointer (&self->looks, g_hash_table_unref);
  g_clear_pointer (&self->to_copy, g_ptr_array_unref);

  G_OBJECT_CLASS (wf_replay_parent_class)->finalize (object);
}

static void
wf_replay_class_init (WfReplayClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = wf_replay_dispose;
  G_OBJECT_CLASS (klass)->finalize = wf_replay_finalize;

  signals[LOADED] = g_signal_new ("loaded", WF_TYPE_REPLAY, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[CHANGED] = g_signal_new ("changed", WF_TYPE_REPLAY, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
wf_replay_init (WfReplay *self)
{
  self->events = g_ptr_array_new_with_free_func ((GDestroyNotify) wf_event_unref);
  self->times = g_array_new (FALSE, FALSE, sizeof (gint64));
  self->tracks = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_array_unref);
  self->looks = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, free_look);
  self->cancellable = g_cancellable_new ();
  self->base = wf_state_new ();
  self->to_copy = g_ptr_array_new ();
}

/**
 * wf_replay_new:
 * @session: a session that is ready
 * @incident: id of an incident
 *
 * Begins to load the story of an incident; "changed" tells when there is more of it. It stands at the end, also while that
 * moves, until it is told to go elsewhere. Without a service it is what the replica has of it. Main thread.
 *
 * Returns: (transfer full): the replay
 */
WfReplay *
wf_replay_new (WfSession  *session,
               const char *incident)
{
  WfReplay *self;
  const WfKind *kinds;
  guint n;

  g_return_val_if_fail (WF_IS_SESSION (session), NULL);
  g_return_val_if_fail (incident != NULL, NULL);

  self = g_object_new (WF_TYPE_REPLAY, NULL);
  self->session = g_object_ref (session);
  self->incident = g_strdup (incident);
  self->scope = g_strdup (wf_session_get_scope (session));
  self->journal = wf_session_journal (session, incident);
  kinds = wf_kind_all (&n);
  for (guint i = 0; i < n; i++)
    if (g_strcmp0 (kinds[i].parent, "incident") != 0 && !g_str_equal (kinds[i].name, "incident")
        && !g_str_equal (kinds[i].name, "exercise"))
      g_ptr_array_add (self->to_copy, (gpointer) kinds[i].name);
  start_anew (self);
  g_signal_connect_object (self->journal, "items-changed", G_CALLBACK (journal_cb), self, G_CONNECT_SWAPPED);
  self->copying = g_idle_add (copy_cb, self);

  return self;
}

/**
 * wf_replay_get_incident:
 * @self: a replay
 *
 * Returns: (transfer none): whose story it is
 */
const char *
wf_replay_get_incident (WfReplay *self)
{
  g_return_val_if_fail (WF_IS_REPLAY (self), NULL);

  return self->incident;
}

/**
 * wf_replay_get_scope:
 * @self: a replay
 *
 * Returns: (transfer none): the scope that its state is of
 */
const char *
wf_replay_get_scope (WfReplay *self)
{
  g_return_val_if_fail (WF_IS_REPLAY (self), NULL);

  return self->scope;
}

/**
 * wf_replay_is_loading:
 * @self: a replay
 *
 * Returns: whether some of it is known to be on its way
 */
gboolean
wf_replay_is_loading (WfReplay *self)
{
  g_return_val_if_fail (WF_IS_REPLAY (self), FALSE);

  return self->copying != 0 || self->fetching > 0;
}

/* --- moments ----------------------------------------------------------------------------------------------------- */

/**
 * wf_replay_get_start:
 * @self: a replay
 *
 * Returns: when the first entry was, in milliseconds since the epoch; 0 as long as none is known
 */
int64_t
wf_replay_get_start (WfReplay *self)
{
  g_return_val_if_fail (WF_IS_REPLAY (self), 0);

  return self->times->len > 0 ? g_array_index (self->times, gint64, 0) : 0;
}

/**
 * wf_replay_get_end:
 * @self: a replay
 *
 * Returns: when the last entry was; 0 as long as none is known
 */
int64_t
wf_replay_get_end (WfReplay *self)
{
  g_return_val_if_fail (WF_IS_REPLAY (self), 0);

  return self->times->len > 0 ? g_array_index (self->times, gint64, self->times->len - 1) : 0;
}

/**
 * wf_replay_get_time:
 * @self: a replay
 *
 * Returns: the moment that it stands at
 */
int64_t
wf_replay_get_time (WfReplay *self)
{
  g_return_val_if_fail (WF_IS_REPLAY (self), 0);

  return self->time;
}

/**
 * wf_replay_go_to:
 * @self: a replay
 * @time: a moment; beyond the story, the nearest in it
 *
 * Goes to a moment. Going on costs the entries between; going back those from the beginning.
 */
void
wf_replay_go_to (WfReplay *self,
                 int64_t   time)
{
  g_return_if_fail (WF_IS_REPLAY (self));

  time = CLAMP (time, wf_replay_get_start (self), MAX (wf_replay_get_start (self), wf_replay_get_end (self)));
  if (time == self->time)
    return;

  self->time = time;
  apply_until (self);
  g_signal_emit (self, signals[CHANGED], 0);
}

/**
 * wf_replay_get_pace:
 * @self: a replay
 *
 * Returns: how many times as fast as it happened somebody plays it; 0 while it stands
 */
int
wf_replay_get_pace (WfReplay *self)
{
  g_return_val_if_fail (WF_IS_REPLAY (self), 0);

  return self->pace;
}

/**
 * wf_replay_set_pace:
 * @self: a replay
 * @pace: how many times as fast as it happened it is played from now on; 0 for not at all
 *
 * Tells others who show the same moment; whoever plays it calls wf_replay_go_to().
 */
void
wf_replay_set_pace (WfReplay *self,
                    int       pace)
{
  g_return_if_fail (WF_IS_REPLAY (self));

  if (self->pace == pace)
    return;

  self->pace = pace;
  g_signal_emit (self, signals[CHANGED], 0);
}

/**
 * wf_replay_get_state:
 * @self: a replay
 *
 * Returns: (transfer none): what was known then: this incident, its own things, and the registry; another object whenever
 *   "changed" was emitted
 */
WfState *
wf_replay_get_state (WfReplay *self)
{
  g_return_val_if_fail (WF_IS_REPLAY (self), NULL);

  return self->state;
}

/**
 * wf_replay_get_event:
 * @self: a replay
 *
 * Returns: (transfer none) (nullable): what happened last
 */
WfEvent *
wf_replay_get_event (WfReplay *self)
{
  g_return_val_if_fail (WF_IS_REPLAY (self), NULL);

  return self->applied > 0 ? g_ptr_array_index (self->events, self->applied - 1) : NULL;
}

/**
 * wf_replay_get_step:
 * @self: a replay
 * @by: 1 for the next entry, −1 for the one before
 *
 * Returns: when that was, or where it stands if there is none
 */
int64_t
wf_replay_get_step (WfReplay *self,
                    int       by)
{
  int64_t time;

  g_return_val_if_fail (WF_IS_REPLAY (self), 0);

  time = self->time;
  for (guint i = 0; i < self->times->len; i++)
    {
      int64_t at = g_array_index (self->times, gint64, by > 0 ? i : self->times->len - 1 - i);

      if (by > 0 ? at > time : at < time)
        return at;
    }

  return time;
}

/**
 * wf_replay_find_events:
 * @self: a replay
 * @types: (array zero-terminated=1): types of events
 *
 * Returns: (transfer full) (element-type gint64): when such were
 */
GArray *
wf_replay_find_events (WfReplay          *self,
                       const char *const *types)
{
  GArray *times;

  g_return_val_if_fail (WF_IS_REPLAY (self), NULL);

  times = g_array_new (FALSE, FALSE, sizeof (gint64));
  for (guint i = 0; i < self->events->len; i++)
    if (g_strv_contains (types, ((WfEvent *) self->events->pdata[i])->type))
      g_array_append_val (times, g_array_index (self->times, gint64, i));

  return times;
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
