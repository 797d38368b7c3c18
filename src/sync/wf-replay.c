/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-sync"

#include "config.h"

#include "wf-replay-private.h"

#include "wf-kind.h"
#include "wf-rules.h"

#include <string.h>

/* So many things of the registry are copied before the main loop gets its turn again. */
#define CHUNK 5000

enum {
  LOADED,
  CHANGED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

/**
 * WfReplay:
 *
 * An incident as it stood at any of its moments: its entries are applied up to that moment, by the same rules that made the
 * present, onto the registry as it is now. Positions come from the tracks of the units that had orders.
 *
 * When something was is what its entry says of itself (`occurred_at`), but never before the entry that stands before it in
 * the journal: an entry that was made late is seen as soon as what it rests on is. Pending commands are not in it.
 */
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

/* A team takes its vehicles along. */
static void
take_force (WfReplay   *self,
            const char *kind,
            const char *force)
{
  let_go (self, kind, force);
  if (g_str_equal (kind, "unit"))
    {
      wf_replay_fetch_track (self, force);
    }
  else if (g_str_equal (kind, "team"))
    {
      g_autoptr (GPtrArray) units = wf_state_list (self->base, self->scope, "unit", NULL);

      for (guint i = 0; i < units->len; i++)
        if (wf_entity_is (units->pdata[i], "team", force))
          {
            let_go (self, "unit", wf_entity_id (units->pdata[i]));
            wf_replay_fetch_track (self, wf_entity_id (units->pdata[i]));
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
          wf_replay_forget_tracks (self);
        }
      if (event->payload != NULL && g_str_equal (event->type, "order.issued") && wf_dict_string (event->payload, "force") != NULL)
        take_force (self, wf_dict_string (event->payload, "force_kind"), wf_dict_string (event->payload, "force"));
    }

  wf_replay_update_tracks (self);
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
  wf_replay_clear_tracks (self);
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
  wf_replay_init_tracks (self);
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
