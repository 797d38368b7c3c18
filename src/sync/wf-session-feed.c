/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-sync"

#include "config.h"

#include "wf-session-private.h"

#include "wf-dict.h"

#include "wf-entry.h"
#include "wf-kind.h"
#include "wf-rights.h"
#include "wf-rules.h"
#include "wf-sync-error.h"
#include "wf-wire.h"
#include "wf-worker.h"

#include <glib/gi18n.h>
#include <string.h>

/* A long way to catch up is gone in steps, so that the screen stays alive. */
#define BATCH_MAX  400
#define BATCH_TIME 8000 /* µs */

/* The replica is compared with the service's records now and then, so that what has gone wrong unseen does not stay so. */
#define COMPARE_FIRST 120  /* s after it is level */
#define COMPARE_EVERY 3600

/* So far behind, what is shown is called old. */
#define BEHIND 50

/* --- the replica in memory --------------------------------------------------------------------------------------- */

/**
 * wf_session_take_contents:
 * @self: a session
 * @contents: what a file or a snapshot holds
 *
 * Puts it in the place of everything that was there; items that are still there stay the same objects.
 */
void
wf_session_take_contents (WfSession  *self,
                          WfContents *contents)
{
  GHashTableIter iter;
  gpointer scope, head;

  wf_session_clear_inbox (self);
  wf_session_forget_scopes (self);
  g_hash_table_remove_all (self->heads);
  g_ptr_array_set_size (self->events, 0);

  for (guint i = 0; i < contents->entities->len; i++)
    {
      WfEntity *entity = g_ptr_array_index (contents->entities, i);

      wf_state_put (wf_session_ensure_layer (self, wf_entity_scope (entity)), entity);
    }

  gboolean left = wf_session_check_scope (self);

  g_hash_table_iter_init (&iter, contents->heads);
  while (g_hash_table_iter_next (&iter, &scope, &head))
    g_hash_table_insert (self->heads, g_strdup (scope),
                         wf_head_new (((WfHead *) head)->number, ((WfHead *) head)->hash));

  for (guint i = 0; i < contents->events->len; i++)
    {
      WfEvent *event = g_ptr_array_index (contents->events, i);

      g_ptr_array_add (self->events, wf_event_ref (event));
    }

  self->position = contents->position;
  g_hash_table_remove_all (self->tracks);
  g_hash_table_remove_all (self->readings);
  wf_session_take_positions (self, contents->positions, FALSE);
  wf_session_take_readings (self, contents->readings);

  g_autoptr (GHashTable) touched = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GHashTable) none = g_hash_table_new (g_str_hash, g_str_equal);

  /* What was accepted while the snapshot was on its way is in it. */
  wf_session_settle (self, none);
  wf_session_lay_pending (self, touched);
  wf_session_set_ready (self);
  wf_session_refresh_all (self);
  wf_session_reset_journals (self);
  wf_session_update_waiting (self);
  if (left)
    wf_session_notify_scope (self);
  wf_session_emit_exercises (self);
}

/**
 * wf_session_clear_inbox:
 * @self: a session
 *
 * Forgets what has come and has not been applied; it can be had again.
 */
void
wf_session_clear_inbox (WfSession *self)
{
  g_queue_clear_full (&self->inbox, (GDestroyNotify) wf_entry_unref);
  g_clear_handle_id (&self->inbox_id, g_source_remove);
}

/* --- applying ---------------------------------------------------------------------------------------------------- */

/* What one batch does. */
typedef struct
{
  GPtrArray  *events;  /* (element-type WfEvent) in order */
  GPtrArray  *changed; /* (element-type WfEntity) in order */
  GHashTable *keys;    /* set of "kind/id" */
  GHashTable *causes;  /* set of ids of commands */
} Batch;

static void
init_batch (Batch *batch)
{
  batch->events = g_ptr_array_new_with_free_func ((GDestroyNotify) wf_event_unref);
  batch->changed = g_ptr_array_new_with_free_func ((GDestroyNotify) wf_entity_unref);
  batch->keys = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  batch->causes = g_hash_table_new (g_str_hash, g_str_equal);
}

static void
clear_batch (Batch *batch)
{
  g_ptr_array_unref (batch->events);
  g_ptr_array_unref (batch->changed);
  g_hash_table_unref (batch->keys);
  g_hash_table_unref (batch->causes);
}

static gboolean
joins (WfSession  *self,
       WfEvent    *event,
       GError    **error)
{
  WfHead *head = g_hash_table_lookup (self->heads, event->scope);
  int64_t number = head != NULL ? head->number + 1 : 1;

  if (event->number == number && g_strcmp0 (event->previous, head != NULL ? head->hash : WF_ENTRY_FIRST) == 0)
    return TRUE;

  g_set_error (error, WF_SYNC_ERROR, WF_SYNC_ERROR_GAP,
               _("What the service sent does not join what is here. A new copy is taken."));
  return FALSE;
}

static gboolean
opens_exercise (WfEvent *event)
{
  return event->number == 1 && strcmp (event->type, "exercise.opened") == 0;
}

/* An exercise reads live as it is now, and writes into its own layer. */
static void
apply_in_scope (WfSession  *self,
                WfEvent    *event,
                GPtrArray  *changed,
                GError    **error)
{
  WfState *layer = opens_exercise (event) ? wf_session_freeze (self, event->scope)
                                          : wf_session_find_layer (self, event->scope);

  if (layer != NULL)
    wf_rules_apply_to (layer, event, changed, error);
  else
    g_set_error (error, WF_SYNC_ERROR, WF_SYNC_ERROR_GAP, "%s", event->scope);
}

static gboolean
apply_event (WfSession  *self,
             WfEvent    *event,
             Batch      *batch,
             GError    **error)
{
  g_autoptr (GError) wrong = NULL;
  guint from = batch->changed->len;

  /* What was erased must go from here too, from all that was kept: a new copy has nothing of it. */
  if (strcmp (event->type, "journal.erased") == 0)
    {
      g_set_error (error, WF_SYNC_ERROR, WF_SYNC_ERROR_GAP, _("Something was lawfully erased. A new copy is taken."));
      return FALSE;
    }

  /* Bytes without a meaning: of a type that this program does not know. */
  if (event->payload == NULL && event->payload_bytes != NULL)
    wrong = g_error_new (WF_RULES_ERROR, WF_RULES_ERROR_UNKNOWN_EVENT, "%s %d", event->type, event->type_version);
  /* What was withheld or erased changes nothing. */
  else if (event->payload != NULL)
    apply_in_scope (self, event, batch->changed, &wrong);

  if (g_error_matches (wrong, WF_RULES_ERROR, WF_RULES_ERROR_UNKNOWN_EVENT))
    {
      g_set_error (error, WF_SYNC_ERROR, WF_SYNC_ERROR_UPDATE,
                   _("The service has recorded something that this program does not know (%s). Update the program."),
                   event->type);
      return FALSE;
    }

  if (wrong != NULL)
    {
      g_set_error (error, WF_SYNC_ERROR, WF_SYNC_ERROR_GAP,
                   _("What the service sent does not fit what is here. A new copy is taken. (%s)"), wrong->message);
      return FALSE;
    }

  for (guint i = from; i < batch->changed->len; i++)
    {
      WfEntity *entity = g_ptr_array_index (batch->changed, i);

      g_hash_table_add (batch->keys, wf_session_key (wf_entity_kind (entity), wf_entity_id (entity)));
    }

  return TRUE;
}

static gboolean
take_entry (WfSession  *self,
            WfEvent    *event,
            Batch      *batch,
            GError    **error)
{
  /* After a reconnection the same may come twice. */
  if (event->position <= self->position)
    return TRUE;

  if (!joins (self, event, error) || !apply_event (self, event, batch, error))
    return FALSE;

  g_hash_table_insert (self->heads, g_strdup (event->scope), wf_head_new (event->number, event->hash));
  self->position = event->position;
  g_ptr_array_add (batch->events, wf_event_ref (event));
  g_hash_table_add (batch->causes, event->cause);

  return TRUE;
}

/* --- comparing --------------------------------------------------------------------------------------------------- */

typedef struct
{
  WfFeed    *feed;    /* (owned) */
  int64_t    number;
  GPtrArray *own;     /* (owned) (element-type WfEntity) */
  GPtrArray *theirs;  /* (owned) (element-type WfEntity) */
  GHashTable *scopes; /* (owned) (element-type utf8): those that both have whole, at the same number */
} Comparison;

static void
free_comparison (Comparison *comparison)
{
  g_object_unref (comparison->feed);
  g_ptr_array_unref (comparison->own);
  g_ptr_array_unref (comparison->theirs);
  g_hash_table_unref (comparison->scopes);
  g_free (comparison);
}

static void
digest_all (Comparison    *comparison,
            GPtrArray     *entities,
            WfStateDigest *digest)
{
  for (guint i = 0; i < entities->len; i++)
    {
      WfEntity *entity = g_ptr_array_index (entities, i);

      if (g_hash_table_contains (comparison->scopes, wf_entity_scope (entity)))
        wf_state_digest_toggle (digest, entity);
    }
}

static void
compare_in_thread (GTask        *task,
                   gpointer      source,
                   gpointer      data,
                   GCancellable *cancellable)
{
  Comparison *comparison = data;
  WfStateDigest own = { { 0 } };
  WfStateDigest theirs = { { 0 } };

  digest_all (comparison, comparison->own, &own);
  digest_all (comparison, comparison->theirs, &theirs);
  g_task_return_boolean (task, memcmp (&own, &theirs, sizeof own) == 0);
}

static void
compared_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      data)
{
  WfSession *self = WF_SESSION (source);
  Comparison *comparison = g_task_get_task_data (G_TASK (result));

  if (g_task_propagate_boolean (G_TASK (result), NULL) || self->closed || self->feed != comparison->feed)
    return;

  g_autoptr (GError) error =
    g_error_new (WF_SYNC_ERROR, WF_SYNC_ERROR_GAP,
                 _("This workstation's copy differed from the service's. It has been replaced."));

  g_message ("At %" G_GINT64_FORMAT ": %s", (gint64) comparison->number, error->message);
  wf_feed_fail (self->feed, error);
}

static gboolean
stands_alike (WfSession  *self,
              WfContents *contents,
              const char *scope)
{
  WfHead *own = g_hash_table_lookup (self->heads, scope);
  WfHead *theirs = g_hash_table_lookup (contents->heads, scope);

  return own != NULL && theirs != NULL && own->number == theirs->number;
}

/* Of an exercise that has ended only the exercise itself may be here. */
static void
add_comparable (WfSession  *self,
                WfContents *contents,
                const char *scope,
                Comparison *comparison)
{
  g_autoptr (WfEntity) exercise = wf_session_find_exercise (self, scope);
  char *base = g_strconcat (scope, WF_BASE_SUFFIX, NULL);

  if (!stands_alike (self, contents, scope) || (exercise != NULL && wf_entity_is (exercise, "state", "ended")))
    {
      g_free (base);
      return;
    }

  g_ptr_array_extend_and_steal (comparison->own, wf_state_list_own (wf_session_find_layer (self, scope), scope));
  g_ptr_array_extend_and_steal (comparison->own, wf_state_list_own (self->base, base));
  g_hash_table_add (comparison->scopes, g_strdup (scope));
  g_hash_table_add (comparison->scopes, base);
}

static gboolean
compare_cb (gpointer data)
{
  WfSession *self = data;

  self->compare_id = g_timeout_add_seconds (COMPARE_EVERY, compare_cb, self);
  wf_session_compare (self);

  return G_SOURCE_REMOVE;
}

/* The two can be compared only where they stand at the same number; where they do not, the next time will do. */
static void
take_comparison (gpointer    data,
                 WfContents *contents)
{
  WfSession *self = data;
  G_GNUC_UNUSED g_autoptr (WfContents) owned = contents;
  WfHead *own = g_hash_table_lookup (self->heads, WF_LIVE);
  GHashTableIter iter;
  gpointer scope;

  if (!stands_alike (self, contents, WF_LIVE) || self->foreign)
    return;

  Comparison *comparison = g_new0 (Comparison, 1);
  g_autoptr (GTask) task = g_task_new (self, NULL, compared_cb, NULL);

  comparison->feed = g_object_ref (self->feed);
  comparison->number = own->number;
  comparison->own = g_ptr_array_new_with_free_func ((GDestroyNotify) wf_entity_unref);
  comparison->scopes = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  add_comparable (self, contents, WF_LIVE, comparison);
  g_hash_table_iter_init (&iter, self->layers);
  while (g_hash_table_iter_next (&iter, &scope, NULL))
    add_comparable (self, contents, scope, comparison);
  comparison->theirs = g_ptr_array_ref (contents->entities);
  g_task_set_source_tag (task, take_comparison);
  g_task_set_task_data (task, comparison, (GDestroyNotify) free_comparison);
  wf_task_run_in_thread (task, compare_in_thread);
}

/**
 * wf_session_compare:
 * @self: a session
 *
 * Compares the replica with the service's records; where they differ, a new copy is taken. Done by itself now and then.
 */
void
wf_session_compare (WfSession *self)
{
  if (self->feed != NULL && self->verified && self->ready && !self->closed)
    wf_feed_compare (self->feed);
}

static void
update_link (WfSession *self)
{
  if (self->feed == NULL || !self->verified || self->link == WF_LINK_REFUSED || self->link == WF_LINK_OUTDATED)
    return;

  int64_t behind = self->head - self->position;

  if (behind <= 0)
    {
      gboolean back = self->link != WF_LINK_ONLINE;

      self->gaps = 0;
      wf_session_set_synced (self);
      wf_session_set_link (self, WF_LINK_ONLINE, NULL);
      if (back)
        wf_session_complete_journals (self);
      if (self->compare_id == 0)
        self->compare_id = g_timeout_add_seconds (COMPARE_FIRST, compare_cb, self);
    }
  else if (self->link != WF_LINK_ONLINE || behind > BEHIND)
    wf_session_set_link (self, WF_LINK_CATCHING_UP, _("The workstation reads what has happened meanwhile."));
}

typedef struct
{
  WfSession *self;     /* (owned) */
  WfFeed    *feed;     /* (owned) */
  int64_t    position;
} Written;

static void
written_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      data)
{
  Written *written = data;
  g_autoptr (GError) error = NULL;

  if (!wf_replica_follow_finish (WF_REPLICA (source), result, &error)
      && !g_error_matches (error, WF_SYNC_ERROR, WF_SYNC_ERROR_CLOSED))
    g_message ("The replica is not kept up: %s", error->message);

  /* Acknowledged when it is in the file, or the service would run ahead of a slow disk. */
  if (written->self->feed == written->feed)
    wf_feed_ack (written->feed, written->position);

  g_object_unref (written->self);
  g_object_unref (written->feed);
  g_free (written);
}

static void
keep_batch (WfSession *self,
            Batch     *batch)
{
  if (self->feed == NULL)
    return;

  Written *written = g_new0 (Written, 1);

  written->self = g_object_ref (self);
  written->feed = g_object_ref (self->feed);
  written->position = self->position;
  wf_replica_follow_async (self->replica, batch->events, batch->changed, NULL, written_cb, written);
}

/* The state has moved: everything that shows it follows, in one go. */
static void
show_batch (WfSession *self,
            Batch     *batch)
{
  gboolean own_pending = wf_session_settle (self, batch->causes);
  gboolean exercises = FALSE;

  if (own_pending || self->pending->len > 0)
    wf_session_lay_pending (self, batch->keys);

  wf_session_refresh (self, batch->keys);

  for (guint i = 0; i < batch->events->len; i++)
    wf_session_add_line (self, g_ptr_array_index (batch->events, i));

  wf_session_show_pending_lines (self);
  wf_session_update_waiting (self);
  update_link (self);

  for (guint i = 0; i < batch->events->len; i++)
    {
      WfEvent *event = g_ptr_array_index (batch->events, i);

      exercises |= g_str_has_prefix (event->type, "exercise.");
      wf_session_emit_event (self, event, g_hash_table_contains (self->own, event->cause));
    }

  if (exercises)
    wf_session_emit_exercises (self);
}

static gboolean
work_inbox (WfSession *self)
{
  G_GNUC_UNUSED g_autoptr (WfSession) alive = g_object_ref (self);
  g_autoptr (GError) error = NULL;
  gint64 end = g_get_monotonic_time () + BATCH_TIME;
  Batch batch;

  init_batch (&batch);

  while (self->inbox.length > 0 && batch.events->len < BATCH_MAX && g_get_monotonic_time () < end && error == NULL)
    {
      /* What an exercise reads of live is kept in the file before anything that comes after. */
      if (batch.events->len > 0 && opens_exercise (((WfEntry *) g_queue_peek_head (&self->inbox))->event))
        break;

      g_autoptr (WfEntry) entry = g_queue_pop_head (&self->inbox);

      take_entry (self, entry->event, &batch, &error);
    }

  if (batch.events->len > 0)
    {
      keep_batch (self, &batch);
      show_batch (self, &batch);
    }
  else
    update_link (self);

  clear_batch (&batch);

  if (error == NULL)
    return self->inbox.length > 0;

  wf_session_clear_inbox (self);

  /* A snapshot that leads to the same gap again will not do so less on the third time. */
  if (g_error_matches (error, WF_SYNC_ERROR, WF_SYNC_ERROR_GAP) && ++self->gaps > 3)
    {
      g_clear_error (&error);
      error = g_error_new (WF_SYNC_ERROR, WF_SYNC_ERROR_REFUSED,
                           _("What the service sends does not fit its own records. Tell whoever looks after the service."));
    }

  if (self->feed != NULL)
    wf_feed_fail (self->feed, error);

  return FALSE;
}

static gboolean
inbox_cb (gpointer data)
{
  WfSession *self = data;
  guint id = self->inbox_id;
  gboolean more = work_inbox (self);

  /* It may have been cleared, even filled and armed anew. */
  if (self->inbox_id != id)
    return G_SOURCE_REMOVE;
  if (!more)
    self->inbox_id = 0;

  return more;
}

/* --- what the feed tells ----------------------------------------------------------------------------------------- */

static void
link_cb (gpointer    data,
         WfLink      link,
         const char *reason)
{
  WfSession *self = data;

  if (link == WF_LINK_OFFLINE || link == WF_LINK_REFUSED || link == WF_LINK_OUTDATED)
    {
      self->verified = FALSE;
      wf_session_stop_sending (self);
      wf_session_stop_uploads (self);
      wf_session_set_delay (self, -1);
    }

  /* Between two attempts the reason stays to be read. */
  wf_session_set_link (self, link, link == WF_LINK_CONNECTING ? self->reason : reason);
}

static gboolean
replace (char       **place,
         const char  *value)
{
  if (g_strcmp0 (*place, value) == 0)
    return FALSE;

  g_free (*place);
  *place = g_strdup (value);
  return TRUE;
}

static int64_t
person_cb (gpointer        data,
           const WfPerson *person)
{
  WfSession *self = data;
  gboolean other = replace (&self->service, person->service);

  /* In another role other things are meant for them than this copy has. */
  if (self->role != NULL && person->role != NULL &&
      !wf_rights_hear_alike (wf_role_from_name (self->role), wf_role_from_name (person->role)))
    self->foreign = TRUE;

  other = replace (&self->actor, person->actor) || other;
  replace (&self->name, person->name);
  replace (&self->post, person->post);
  replace (&self->role, person->role);

  if (other)
    wf_session_change_person (self);

  self->verified = TRUE;
  self->send_delay = 0;
  wf_session_send_uploads (self);
  wf_session_send (self);

  return self->ready && !self->foreign ? self->position : -1;
}

typedef struct
{
  WfSession *self; /* (owned) */
  WfFeed    *feed; /* (owned) */
} Install;

static void
installed_cb (GObject      *source,
              GAsyncResult *result,
              gpointer      data)
{
  Install *install = data;
  WfSession *self = install->self;
  g_autoptr (GError) error = NULL;
  WfContents *contents = wf_replica_install_finish (WF_REPLICA (source), result, &error);

  if (error != NULL)
    g_message ("The replica cannot be written: %s", error->message);

  /* What is in the file is what is shown, even if the connection that brought it is gone already; but never somebody
   * else's. */
  if (!self->closed && g_strcmp0 (contents->service, self->service) == 0 && g_strcmp0 (contents->actor, self->actor) == 0)
    {
      self->foreign = FALSE;
      wf_session_take_contents (self, contents);
      wf_session_prune_media (self, TRUE);
      if (self->feed == install->feed)
        wf_feed_follow (self->feed, self->position);
    }

  g_object_unref (install->self);
  g_object_unref (install->feed);
  g_free (install);
}

/* Of exercises that are over, only that they were is kept: each has a copy of all that was live. The one that somebody is
 * in stays. */
static void
drop_ended (WfSession  *self,
            WfContents *contents)
{
  g_autoptr (GHashTable) ended = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; i < contents->entities->len; i++)
    {
      WfEntity *entity = g_ptr_array_index (contents->entities, i);

      if (strcmp (wf_entity_kind (entity), "exercise") != 0 || !wf_entity_is (entity, "state", "ended") ||
          wf_session_shows (self, wf_entity_id (entity)))
        continue;
      g_hash_table_add (ended, g_strdup (wf_entity_scope (entity)));
      g_hash_table_add (ended, g_strconcat (wf_entity_scope (entity), WF_BASE_SUFFIX, NULL));
    }

  if (g_hash_table_size (ended) == 0)
    return;

  g_autoptr (GPtrArray) entities = g_steal_pointer (&contents->entities);
  g_autoptr (GPtrArray) events = g_steal_pointer (&contents->events);

  contents->entities = g_ptr_array_new_with_free_func ((GDestroyNotify) wf_entity_unref);
  for (guint i = 0; i < entities->len; i++)
    {
      WfEntity *entity = g_ptr_array_index (entities, i);

      if (!g_hash_table_contains (ended, wf_entity_scope (entity)) || strcmp (wf_entity_kind (entity), "exercise") == 0)
        g_ptr_array_add (contents->entities, wf_entity_ref (entity));
    }

  contents->events = g_ptr_array_new_with_free_func ((GDestroyNotify) wf_event_unref);
  for (guint i = 0; i < events->len; i++)
    {
      WfEvent *event = g_ptr_array_index (events, i);

      if (!g_hash_table_contains (ended, event->scope))
        g_ptr_array_add (contents->events, wf_event_ref (event));
    }
}

static void
snapshot_cb (gpointer    data,
             WfContents *contents)
{
  WfSession *self = data;
  Install *install = g_new0 (Install, 1);

  contents->actor = g_strdup (self->actor);
  contents->name = g_strdup (self->name);
  contents->post = g_strdup (self->post);
  contents->role = g_strdup (self->role);

  drop_ended (self, contents);

  install->self = g_object_ref (self);
  install->feed = g_object_ref (self->feed);
  wf_replica_install_async (self->replica, contents, NULL, installed_cb, install);
}

static void
entries_cb (gpointer   data,
            GPtrArray *entries,
            int64_t    head)
{
  WfSession *self = data;
  gboolean idle = self->inbox.length == 0;

  if (head > self->head)
    self->head = head;

  for (guint i = 0; i < entries->len; i++)
    g_queue_push_tail (&self->inbox, wf_entry_ref (g_ptr_array_index (entries, i)));

  if (!idle || !work_inbox (self))
    return;

  if (self->inbox_id == 0)
    self->inbox_id = g_idle_add_full (G_PRIORITY_DEFAULT_IDLE, inbox_cb, self, NULL);
}

static void
head_cb (gpointer data,
         int64_t  head)
{
  WfSession *self = data;

  self->head = MAX (head, self->position);
  update_link (self);
}

static void
positions_cb (gpointer   data,
              GPtrArray *positions)
{
  wf_session_take_positions (data, positions, TRUE);
}

static void
readings_cb (gpointer   data,
             GPtrArray *readings)
{
  wf_session_take_readings (data, readings);
  wf_session_keep_soon (data);
}

static void
sketch_cb (gpointer  data,
           GVariant *sketch)
{
  WfSession *self = data;

  if (g_strcmp0 (wf_dict_string (sketch, "scope"), wf_session_get_scope (self)) == 0)
    wf_session_emit_sketched (self, sketch);
}

/**
 * wf_session_sketch:
 * @self: a session
 * @type: one of wf_plot_types
 * @points: a(dd), may be floating; none: it is over
 * @radius: metres, 0 for none
 *
 * Shows the other desks what is being drawn here. It is no record: without a link nobody sees it, and nothing of it is kept.
 */
void
wf_session_sketch (WfSession  *self,
                   const char *type,
                   GVariant   *points,
                   double      radius)
{
  g_return_if_fail (WF_IS_SESSION (self));
  g_return_if_fail (type != NULL && points != NULL);

  g_autoptr (GVariant) sketch = wf_dict_make ("scope", wf_value_string (wf_session_get_scope (self)),
                                              "type", wf_value_string (type),
                                              "points", points,
                                              "radius_m", radius > 0 ? wf_value_double (radius) : NULL,
                                              NULL);

  if (self->feed != NULL)
    wf_feed_sketch (self->feed, sketch);
}

static void
delay_cb (gpointer data,
          int      delay,
          int64_t  ahead)
{
  WfSession *self = data;

  self->ahead = ahead;
  wf_session_set_delay (self, delay);
}

const WfFeedClient wf_session_feed_client = {
  .link = link_cb,
  .person = person_cb,
  .snapshot = snapshot_cb,
  .compare = take_comparison,
  .entries = entries_cb,
  .head = head_cb,
  .positions = positions_cb,
  .readings = readings_cb,
  .sketch = sketch_cb,
  .delay = delay_cb,
};
