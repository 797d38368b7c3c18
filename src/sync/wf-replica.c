/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-sync"

#include "config.h"

#include "wf-replica-private.h"

#include "wf-kind.h"
#include "wf-replica-rows-private.h"
#include "wf-sync-error.h"

#include <glib/gi18n.h>
#include <string.h>

/* So many events are kept in the file; an incident's older ones are fetched when somebody looks at them. */
#define EVENTS_KEPT 50000

/**
 * WfReplica:
 *
 * The file in which a workstation keeps what its person may see, so that it starts at once and can be read with the link
 * down. It holds nothing that the service does not have: a damaged one is thrown away and fetched again. One worker thread
 * owns the connection.
 */
struct _WfReplica
{
  GObject parent_instance;

  WfWorkfile *file;   /* (owned) */
  gboolean    behind; /* something could not be written, so nothing that follows may be; touched by the worker only */
};

G_DEFINE_FINAL_TYPE (WfReplica, wf_replica, G_TYPE_OBJECT)

static const char *const steps[] = {
  /* 1: what issue 2 brought */
  "CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID;"
  "CREATE TABLE head (scope TEXT PRIMARY KEY, number INTEGER NOT NULL, hash TEXT NOT NULL) WITHOUT ROWID;"
  "CREATE TABLE entity (scope TEXT NOT NULL, kind TEXT NOT NULL, id TEXT NOT NULL, number INTEGER NOT NULL,"
  "  fields BLOB NOT NULL, versions BLOB, PRIMARY KEY (scope, kind, id));"
  "CREATE TABLE event (position INTEGER PRIMARY KEY, scope TEXT NOT NULL, number INTEGER NOT NULL, subject TEXT,"
  "  body BLOB NOT NULL);"
  "CREATE INDEX event_subject ON event (scope, subject, number);"
  "CREATE TABLE position (scope TEXT NOT NULL, unit TEXT NOT NULL, body BLOB NOT NULL, PRIMARY KEY (scope, unit))"
  "  WITHOUT ROWID;",
  /* 2: exercises too; what does not have them is fetched again */
  "DELETE FROM meta;",
  /* 3: who was in which area is not taken along into an exercise any more; what sensors read last */
  "DELETE FROM meta;"
  "CREATE TABLE reading (scope TEXT NOT NULL, source TEXT NOT NULL, quantity TEXT NOT NULL, body BLOB NOT NULL,"
  "  PRIMARY KEY (scope, source, quantity)) WITHOUT ROWID;",
  NULL
};

/* --- the worker's tasks ------------------------------------------------------------------------------------------ */

/* A file of a newer program, or a damaged one, is as good as none: everything in it is at the service. */
static gboolean
is_hopeless (const GError *error)
{
  return wf_workfile_is_damage (error) || g_error_matches (error, WF_SYNC_ERROR, WF_SYNC_ERROR_UPDATE);
}

/* Then nothing more is written there: the next start finds nothing and fetches it all. */
static void
give_up_file (WfReplica    *self,
              const GError *error)
{
  if (!is_hopeless (error))
    return;

  g_message ("The replica is damaged and will be fetched again: %s", error->message);
  wf_workfile_drop (self->file, NULL);
  self->behind = TRUE;
}

static void
open_in_worker (GTask        *task,
                gpointer      source,
                gpointer      data,
                GCancellable *cancellable)
{
  WfWorkfile *file = WF_REPLICA (source)->file;
  g_autoptr (GError) error = NULL;
  WfContents *contents = wf_workfile_open (file, &error) ? wf_replica_read_all (file->db, &error) : NULL;

  if (contents == NULL && is_hopeless (error))
    {
      g_message ("The replica is fetched again: %s", error->message);
      g_clear_error (&error);
      wf_workfile_drop (file, NULL);
      contents = wf_workfile_open (file, &error) ? wf_contents_new () : NULL;
    }

  if (contents != NULL)
    g_task_return_pointer (task, contents, (GDestroyNotify) wf_contents_free);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

static gboolean
write_contents (WfDatabase  *db,
                gpointer     data,
                GError     **error)
{
  return wf_replica_write_all (db, data, error);
}

static void
install_in_worker (GTask        *task,
                   gpointer      source,
                   gpointer      data,
                   GCancellable *cancellable)
{
  WfReplica *self = source;
  g_autoptr (GError) error = NULL;

  if (!wf_workfile_write (self->file, write_contents, data, &error) && is_hopeless (error))
    {
      g_message ("The replica is made anew: %s", error->message);
      g_clear_error (&error);
      wf_workfile_drop (self->file, NULL);
      wf_workfile_write (self->file, write_contents, data, &error);
    }

  /* What was there before is to be nowhere any more, not in the log either. */
  if (error == NULL && self->file->db != NULL)
    wf_database_exec (self->file->db, "PRAGMA wal_checkpoint (TRUNCATE)", NULL);

  self->behind = error != NULL;

  if (error != NULL)
    g_task_return_error (task, g_steal_pointer (&error));
  else
    g_task_return_boolean (task, TRUE);
}

typedef struct
{
  GPtrArray *events;  /* (owned) */
  GPtrArray *changed; /* (owned) */
} Batch;

static void
free_batch (Batch *batch)
{
  g_ptr_array_unref (batch->events);
  g_ptr_array_unref (batch->changed);
  g_free (batch);
}

static gboolean
prune (WfDatabase  *db,
       int64_t      position,
       GError     **error)
{
  /* Now and then is enough. */
  return position % 1000 != 0
         || wf_database_put (db, error, "DELETE FROM event WHERE position <= (SELECT position FROM event "
                                        "ORDER BY position DESC LIMIT 1 OFFSET ?)", "i", (int64_t) EVENTS_KEPT);
}

/* What an exercise reads is what was live before the batch that it begins: wf_state_freeze() in the file. */
static gboolean
freeze (WfDatabase  *db,
        GPtrArray   *events,
        GError     **error)
{
  WfEvent *first = events->len > 0 ? g_ptr_array_index (events, 0) : NULL;

  if (first == NULL || first->number != 1 || strcmp (first->type, "exercise.opened") != 0)
    return TRUE;

  g_autofree char *base = g_strconcat (first->scope, WF_BASE_SUFFIX, NULL);
  gboolean done = TRUE;
  const WfKind *kinds;
  guint n;

  kinds = wf_kind_all (&n);
  for (guint i = 0; done && i < n; i++)
    done = kinds[i].passing
           || wf_database_put (db, error, "INSERT OR REPLACE INTO entity (scope, kind, id, number, fields, versions) "
                                          "SELECT ?, kind, id, number, fields, versions FROM entity "
                                          "WHERE scope = '" WF_LIVE "' AND kind = ?",
                               "tt", base, kinds[i].name);

  return done;
}

static gboolean
write_batch (WfDatabase  *db,
             gpointer     data,
             GError     **error)
{
  Batch *batch = data;

  if (!freeze (db, batch->events, error) || !wf_replica_write_entities (db, batch->changed, error)
      || !wf_replica_write_events (db, batch->events, error))
    return FALSE;

  for (guint i = 0; i < batch->events->len; i++)
    {
      WfEvent *event = g_ptr_array_index (batch->events, i);

      if (!wf_replica_write_head (db, event->scope, event->number, event->hash, error))
        return FALSE;
      if (i + 1 == batch->events->len)
        return wf_replica_write_place (db, event->position, error) && prune (db, event->position, error);
    }

  return TRUE;
}

static void
follow_in_worker (GTask        *task,
                  gpointer      source,
                  gpointer      data,
                  GCancellable *cancellable)
{
  WfReplica *self = source;
  GError *error = NULL;

  if (self->behind)
    {
      g_task_return_new_error (task, WF_SYNC_ERROR, WF_SYNC_ERROR_FILE, _("This workstation's copy is not kept up."));
      return;
    }

  if (wf_workfile_write (self->file, write_batch, data, &error))
    {
      g_task_return_boolean (task, TRUE);
      return;
    }

  /* What is in the file is whole, only old, unless it is damaged: the next start goes on from there. */
  self->behind = TRUE;
  give_up_file (self, error);
  g_task_return_error (task, error);
}

typedef struct
{
  GPtrArray *rows; /* (owned) */
  gboolean (*write) (WfDatabase  *db,
                     GPtrArray   *rows,
                     GError     **error);
} Kept;

static void
free_kept (Kept *kept)
{
  g_ptr_array_unref (kept->rows);
  g_free (kept);
}

static gboolean
write_kept (WfDatabase  *db,
            gpointer     data,
            GError     **error)
{
  const Kept *kept = data;

  return kept->write (db, kept->rows, error);
}

static void
keep_in_worker (GTask        *task,
                gpointer      source,
                gpointer      data,
                GCancellable *cancellable)
{
  WfReplica *self = source;
  GError *error = NULL;

  /* Nothing is added to a file that is not kept up: it might be one that was just given up. */
  if (self->behind || wf_workfile_write (self->file, write_kept, data, &error))
    {
      g_task_return_boolean (task, TRUE);
      return;
    }

  give_up_file (self, error);
  g_task_return_error (task, error);
}

typedef struct
{
  char *scope;
  char *subject;
} Query;

static void
free_query (Query *query)
{
  g_free (query->scope);
  g_free (query->subject);
  g_free (query);
}

static GPtrArray *
find_events (WfWorkfile   *file,
             const Query  *query,
             GError      **error)
{
  g_autoptr (GPtrArray) events = g_ptr_array_new_with_free_func ((GDestroyNotify) wf_event_unref);

  return wf_workfile_open (file, error)
         && wf_replica_read_story (file->db, query->scope, query->subject, events, error)
         ? g_steal_pointer (&events) : NULL;
}

static void
find_in_worker (GTask        *task,
                gpointer      source,
                gpointer      data,
                GCancellable *cancellable)
{
  WfReplica *self = source;
  GError *error = NULL;
  GPtrArray *events = find_events (self->file, data, &error);

  if (events != NULL)
    {
      g_task_return_pointer (task, events, (GDestroyNotify) g_ptr_array_unref);
      return;
    }

  give_up_file (self, error);
  g_task_return_error (task, error);
}

/* --- class ------------------------------------------------------------------------------------------------------- */

static void
wf_replica_finalize (GObject *object)
{
  WfReplica *self = WF_REPLICA (object);

  g_clear_pointer (&self->file, wf_workfile_free);

  G_OBJECT_CLASS (wf_replica_parent_class)->finalize (object);
}

static void
wf_replica_dispose (GObject *object)
{
  wf_replica_close (WF_REPLICA (object));

  G_OBJECT_CLASS (wf_replica_parent_class)->dispose (object);
}

static void
wf_replica_class_init (WfReplicaClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = wf_replica_dispose;
  G_OBJECT_CLASS (klass)->finalize = wf_replica_finalize;
}

static void
wf_replica_init (WfReplica *self)
{
}

/**
 * wf_replica_new:
 * @path: its file
 *
 * Returns: (transfer full): a replica that has not been opened
 */
WfReplica *
wf_replica_new (const char *path)
{
  WfReplica *self = g_object_new (WF_TYPE_REPLICA, NULL);

  self->file = wf_workfile_new (path, "wf-replica", "NORMAL", steps);
  return self;
}

/**
 * wf_replica_open_async:
 * @self: a replica
 * @cancellable: (nullable): to cancel it
 * @callback: called when it is done
 * @data: for @callback
 *
 * Opens the file and reads what is in it. A damaged file is thrown away: then there is nothing in it.
 */
void
wf_replica_open_async (WfReplica           *self,
                       GCancellable        *cancellable,
                       GAsyncReadyCallback  callback,
                       gpointer             data)
{
  g_return_if_fail (WF_IS_REPLICA (self));

  GTask *task = g_task_new (self, cancellable, callback, data);

  g_task_set_source_tag (task, wf_replica_open_async);
  wf_workfile_push (self->file, task, open_in_worker);
}

/**
 * wf_replica_open_finish:
 * @self: a replica
 * @result: from the callback
 * @error: where to put a #WfSyncError
 *
 * Returns: (transfer full) (nullable): what is in it; service is %NULL where that is nothing
 */
WfContents *
wf_replica_open_finish (WfReplica     *self,
                        GAsyncResult  *result,
                        GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * wf_replica_install_async:
 * @self: a replica
 * @contents: (transfer full): a whole snapshot
 * @cancellable: (nullable): to cancel it
 * @callback: called when it is done
 * @data: for @callback
 *
 * Replaces everything by @contents, at once or not at all.
 */
void
wf_replica_install_async (WfReplica           *self,
                          WfContents          *contents,
                          GCancellable        *cancellable,
                          GAsyncReadyCallback  callback,
                          gpointer             data)
{
  g_return_if_fail (WF_IS_REPLICA (self));
  g_return_if_fail (contents != NULL && contents->service != NULL);

  GTask *task = g_task_new (self, cancellable, callback, data);

  g_task_set_source_tag (task, wf_replica_install_async);
  g_task_set_task_data (task, contents, (GDestroyNotify) wf_contents_free);
  wf_workfile_push (self->file, task, install_in_worker);
}

/**
 * wf_replica_install_finish:
 * @self: a replica
 * @result: from the callback
 * @error: where to put a #WfSyncError
 *
 * Where the file could not be written, @error says why; that costs a snapshot at the next start.
 *
 * Returns: (transfer none): the contents, owned by @result
 */
WfContents *
wf_replica_install_finish (WfReplica     *self,
                           GAsyncResult  *result,
                           GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  g_task_propagate_boolean (G_TASK (result), error);

  return g_task_get_task_data (G_TASK (result));
}

/**
 * wf_replica_follow_async:
 * @self: a replica
 * @events: (transfer none) (element-type WfEvent): what came by the feed, in order, with nothing left out
 * @changed: (transfer none) (element-type WfEntity): what that made
 * @cancellable: (nullable): to cancel it
 * @callback: called when it is done
 * @data: for @callback
 *
 * Moves the replica on, at once or not at all. Neither array may change afterwards.
 */
void
wf_replica_follow_async (WfReplica           *self,
                         GPtrArray           *events,
                         GPtrArray           *changed,
                         GCancellable        *cancellable,
                         GAsyncReadyCallback  callback,
                         gpointer             data)
{
  g_return_if_fail (WF_IS_REPLICA (self));

  GTask *task = g_task_new (self, cancellable, callback, data);
  Batch *batch = g_new0 (Batch, 1);

  batch->events = g_ptr_array_ref (events);
  batch->changed = g_ptr_array_ref (changed);

  g_task_set_source_tag (task, wf_replica_follow_async);
  g_task_set_task_data (task, batch, (GDestroyNotify) free_batch);
  wf_workfile_push (self->file, task, follow_in_worker);
}

/**
 * wf_replica_follow_finish:
 * @self: a replica
 * @result: from the callback
 * @error: where to put a #WfSyncError
 *
 * Returns: whether it is written
 */
gboolean
wf_replica_follow_finish (WfReplica     *self,
                          GAsyncResult  *result,
                          GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
kept_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      data)
{
  g_autoptr (GError) error = NULL;

  /* What is kept here can be had again, so a failure costs no more than that. */
  if (!g_task_propagate_boolean (G_TASK (result), &error) && !g_error_matches (error, WF_SYNC_ERROR, WF_SYNC_ERROR_CLOSED))
    g_message ("Not kept in the replica: %s", error->message);
}

static void
keep (WfReplica *self,
      GPtrArray *rows,
      gboolean (*write) (WfDatabase  *db,
                         GPtrArray   *rows,
                         GError     **error))
{
  GTask *task = g_task_new (self, NULL, kept_cb, NULL);
  Kept *kept = g_new0 (Kept, 1);

  kept->rows = g_ptr_array_ref (rows);
  kept->write = write;
  g_task_set_source_tag (task, keep);
  g_task_set_task_data (task, kept, (GDestroyNotify) free_kept);
  wf_workfile_push (self->file, task, keep_in_worker);
}

/**
 * wf_replica_keep_events:
 * @self: a replica
 * @events: (transfer none) (element-type WfEvent): older ones that were fetched; must not change afterwards
 */
void
wf_replica_keep_events (WfReplica *self,
                        GPtrArray *events)
{
  g_return_if_fail (WF_IS_REPLICA (self));

  keep (self, events, wf_replica_write_events);
}

/**
 * wf_replica_keep_positions:
 * @self: a replica
 * @positions: (transfer none) (element-type WfUnitPosition): where units are; must not change afterwards
 */
void
wf_replica_keep_positions (WfReplica *self,
                           GPtrArray *positions)
{
  g_return_if_fail (WF_IS_REPLICA (self));

  keep (self, positions, wf_replica_write_positions);
}

/**
 * wf_replica_keep_readings:
 * @self: a replica
 * @readings: (transfer none) (element-type WfScopedReading): what sensors read last; must not change afterwards
 */
void
wf_replica_keep_readings (WfReplica *self,
                          GPtrArray *readings)
{
  g_return_if_fail (WF_IS_REPLICA (self));

  keep (self, readings, wf_replica_write_readings);
}

/**
 * wf_replica_find_events_async:
 * @self: a replica
 * @scope: a scope
 * @subject: whose story
 * @cancellable: (nullable): to cancel it
 * @callback: called when it is done
 * @data: for @callback
 *
 * Finds the events of one thing that the file has.
 */
void
wf_replica_find_events_async (WfReplica           *self,
                              const char          *scope,
                              const char          *subject,
                              GCancellable        *cancellable,
                              GAsyncReadyCallback  callback,
                              gpointer             data)
{
  g_return_if_fail (WF_IS_REPLICA (self));

  GTask *task = g_task_new (self, cancellable, callback, data);
  Query *query = g_new0 (Query, 1);

  query->scope = g_strdup (scope);
  query->subject = g_strdup (subject);

  g_task_set_source_tag (task, wf_replica_find_events_async);
  g_task_set_task_data (task, query, (GDestroyNotify) free_query);
  wf_workfile_push (self->file, task, find_in_worker);
}

/**
 * wf_replica_find_events_finish:
 * @self: a replica
 * @result: from the callback
 * @error: where to put a #WfSyncError
 *
 * Returns: (transfer full) (nullable) (element-type WfEvent): the events, oldest first
 */
GPtrArray *
wf_replica_find_events_finish (WfReplica     *self,
                               GAsyncResult  *result,
                               GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * wf_replica_close:
 * @self: a replica
 *
 * Waits until what was handed over is written and closes the file. Safe to call twice.
 */
void
wf_replica_close (WfReplica *self)
{
  g_return_if_fail (WF_IS_REPLICA (self));

  wf_workfile_close (self->file);
}
