/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-sync"

#include "config.h"

#include "wf-replica-private.h"

#include "wf-workfile-private.h"
#include "wf-sync-error.h"
#include "wf-worker.h"

#include <glib/gi18n.h>
#include <glib/gstdio.h>

/* So many events are read when a session opens, and so many are kept in the file; an incident's older ones are fetched
 * when somebody looks at them. */
#define EVENTS_READ 2000
#define EVENTS_KEPT 50000

/* Everything of an event but what proves it, which has been checked before it gets here. */
#define EVENT_TYPE "(sisxxsmsxxxsmssmsma{sv})"

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

  char     *path;   /* (owned) */
  WfWorker *worker; /* (owned) */
  sqlite3  *db;     /* (owned) touched by the worker only */
  gboolean  behind; /* something could not be written, so nothing that follows may be; touched by the worker only */
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
  NULL
};

/* Values are kept in this machine's byte order. */
#if G_BYTE_ORDER == G_LITTLE_ENDIAN
#define BYTE_ORDER_NAME "little"
#else
#define BYTE_ORDER_NAME "big"
#endif

/* --- rows -------------------------------------------------------------------------------------------------------- */

static GVariant *
event_to_variant (WfEvent *event)
{
  GVariant *payload = event->payload;

  return g_variant_new ("(sisxxsmsxxxsmssms@ma{sv})",
                        event->type, event->type_version, event->scope, (gint64) event->number,
                        (gint64) event->position, event->audience, event->subject, (gint64) event->occurred_at,
                        (gint64) event->recorded_at, (gint64) event->scope_time, event->actor != NULL ? event->actor : "",
                        event->post, event->cause != NULL ? event->cause : "", event->hash,
                        g_variant_new_maybe (G_VARIANT_TYPE_VARDICT, payload));
}

static WfEvent *
event_from_variant (GVariant *value)
{
  const char *type, *scope, *audience, *subject, *actor, *post, *cause, *hash;
  gint32 version;
  gint64 number, position, occurred_at, recorded_at, scope_time;
  g_autoptr (GVariant) maybe = NULL;

  g_variant_get (value, "(&si&sxx&sm&sxxx&sm&s&sm&s@ma{sv})",
                 &type, &version, &scope, &number, &position, &audience, &subject, &occurred_at, &recorded_at,
                 &scope_time, &actor, &post, &cause, &hash, &maybe);

  g_autoptr (GVariant) payload = g_variant_get_maybe (maybe);
  WfEvent *event = wf_event_new (type, version, scope, subject, payload);

  event->number = number;
  event->position = position;
  event->occurred_at = occurred_at;
  event->recorded_at = recorded_at;
  event->scope_time = scope_time;
  g_free (event->audience);
  event->audience = g_strdup (audience);
  event->actor = g_strdup (actor);
  event->post = g_strdup (post);
  event->cause = g_strdup (cause);
  event->hash = g_strdup (hash);

  return event;
}

static gboolean
write_event (WfStatement  *insert,
             WfEvent      *event,
             GError      **error)
{
  g_autoptr (GVariant) body = g_variant_ref_sink (event_to_variant (event));

  sqlite3_bind_int64 (insert, 1, event->position);
  wf_bind_text (insert, 2, event->scope);
  sqlite3_bind_int64 (insert, 3, event->number);
  wf_bind_text (insert, 4, event->subject);
  wf_bind_variant (insert, 5, body);

  return wf_workfile_run (insert, error);
}

static gboolean
write_events (WfReplica  *self,
              GPtrArray  *events,
              GError    **error)
{
  g_autoptr (WfStatement) insert =
    wf_workfile_prepare (self->db, "INSERT OR REPLACE INTO event (position, scope, number, subject, body) "
                                   "VALUES (?, ?, ?, ?, ?)", error);

  if (insert == NULL)
    return FALSE;

  for (guint i = 0; i < events->len; i++)
    if (!write_event (insert, g_ptr_array_index (events, i), error))
      return FALSE;

  return TRUE;
}

static gboolean
write_entities (WfReplica  *self,
                GPtrArray  *entities,
                GError    **error)
{
  g_autoptr (WfStatement) insert =
    wf_workfile_prepare (self->db, "INSERT OR REPLACE INTO entity (scope, kind, id, number, fields, versions) "
                                   "VALUES (?, ?, ?, ?, ?, ?)", error);

  if (insert == NULL)
    return FALSE;

  for (guint i = 0; i < entities->len; i++)
    {
      WfEntity *entity = g_ptr_array_index (entities, i);

      wf_bind_text (insert, 1, wf_entity_scope (entity));
      wf_bind_text (insert, 2, wf_entity_kind (entity));
      wf_bind_text (insert, 3, wf_entity_id (entity));
      sqlite3_bind_int64 (insert, 4, wf_entity_number (entity));
      wf_bind_variant (insert, 5, wf_entity_fields (entity));
      wf_bind_variant (insert, 6, wf_entity_versions (entity));

      if (!wf_workfile_run (insert, error))
        return FALSE;
    }

  return TRUE;
}

static gboolean
write_positions (WfReplica  *self,
                 GPtrArray  *positions,
                 GError    **error)
{
  g_autoptr (WfStatement) insert =
    wf_workfile_prepare (self->db, "INSERT OR REPLACE INTO position (scope, unit, body) VALUES (?, ?, ?)", error);

  if (insert == NULL)
    return FALSE;

  for (guint i = 0; i < positions->len; i++)
    {
      WfUnitPosition *at = g_ptr_array_index (positions, i);
      g_autoptr (GVariant) body =
        g_variant_ref_sink (g_variant_new ("(ddddx)", at->position.longitude, at->position.latitude,
                                           at->position.heading, at->position.speed, (gint64) at->position.at));

      wf_bind_text (insert, 1, at->scope);
      wf_bind_text (insert, 2, at->unit);
      wf_bind_variant (insert, 3, body);

      if (!wf_workfile_run (insert, error))
        return FALSE;
    }

  return TRUE;
}

static gboolean
write_meta (WfReplica   *self,
            const char  *key,
            const char  *value,
            GError     **error)
{
  g_autoptr (WfStatement) insert =
    wf_workfile_prepare (self->db, "INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)", error);

  if (insert == NULL)
    return FALSE;

  wf_bind_text (insert, 1, key);
  wf_bind_text (insert, 2, value);

  return wf_workfile_run (insert, error);
}

static gboolean
write_position (WfReplica  *self,
                int64_t     position,
                GError    **error)
{
  g_autofree char *text = g_strdup_printf ("%" G_GINT64_FORMAT, (gint64) position);

  return write_meta (self, "position", text, error);
}

static gboolean
write_head (WfReplica   *self,
            const char  *scope,
            int64_t      number,
            const char  *hash,
            GError     **error)
{
  g_autoptr (WfStatement) insert =
    wf_workfile_prepare (self->db, "INSERT OR REPLACE INTO head (scope, number, hash) VALUES (?, ?, ?)", error);

  if (insert == NULL)
    return FALSE;

  wf_bind_text (insert, 1, scope);
  sqlite3_bind_int64 (insert, 2, number);
  wf_bind_text (insert, 3, hash);

  return wf_workfile_run (insert, error);
}

/* --- reading it all ---------------------------------------------------------------------------------------------- */

static gboolean
read_meta (WfReplica   *self,
           WfContents  *contents,
           GError     **error)
{
  g_autoptr (WfStatement) select = wf_workfile_prepare (self->db, "SELECT key, value FROM meta", error);
  g_autofree char *order = NULL;
  gboolean row;

  if (select == NULL)
    return FALSE;

  while (wf_workfile_next (select, &row, error) && row)
    {
      g_autofree char *key = wf_column_text (select, 0);
      char *value = wf_column_text (select, 1);
      g_autofree char *number = NULL;
      char **place = g_strcmp0 (key, "service") == 0 ? &contents->service
                     : g_strcmp0 (key, "actor") == 0 ? &contents->actor
                     : g_strcmp0 (key, "name") == 0 ? &contents->name
                     : g_strcmp0 (key, "post") == 0 ? &contents->post
                     : g_strcmp0 (key, "role") == 0 ? &contents->role
                     : g_strcmp0 (key, "order") == 0 ? &order
                     : &number;

      g_free (*place);
      *place = value;
      if (g_strcmp0 (key, "position") == 0 && number != NULL)
        contents->position = g_ascii_strtoll (number, NULL, 10);
    }

  if (row)
    return FALSE;

  if (contents->service != NULL && g_strcmp0 (order, BYTE_ORDER_NAME) != 0)
    {
      g_set_error (error, WF_SYNC_ERROR, WF_SYNC_ERROR_DAMAGED,
                   _("This workstation's data comes from a machine of another kind."));
      return FALSE;
    }

  return TRUE;
}

static gboolean
read_heads (WfReplica   *self,
            WfContents  *contents,
            GError     **error)
{
  g_autoptr (WfStatement) select = wf_workfile_prepare (self->db, "SELECT scope, number, hash FROM head", error);
  gboolean row = FALSE;

  if (select == NULL)
    return FALSE;

  for (;;)
    {
      if (!wf_workfile_next (select, &row, error))
        return FALSE;
      if (!row)
        return TRUE;

      g_hash_table_insert (contents->heads, wf_column_text (select, 0),
                           wf_head_new (sqlite3_column_int64 (select, 1),
                                        (const char *) sqlite3_column_text (select, 2)));
    }
}

static gboolean
read_entities (WfReplica   *self,
               WfContents  *contents,
               GError     **error)
{
  g_autoptr (WfStatement) select =
    wf_workfile_prepare (self->db, "SELECT scope, kind, id, number, fields, versions FROM entity", error);
  gboolean row;

  if (select == NULL)
    return FALSE;

  for (;;)
    {
      if (!wf_workfile_next (select, &row, error))
        return FALSE;
      if (!row)
        return TRUE;

      g_autoptr (GError) broken = NULL;
      g_autoptr (GVariant) fields = wf_column_variant (select, 4, G_VARIANT_TYPE_VARDICT, &broken);
      g_autoptr (GVariant) versions =
        broken == NULL ? wf_column_variant (select, 5, G_VARIANT_TYPE ("a{sx}"), &broken) : NULL;

      if (broken != NULL)
        {
          g_propagate_error (error, g_steal_pointer (&broken));
          return FALSE;
        }

      g_ptr_array_add (contents->entities,
                       wf_entity_new ((const char *) sqlite3_column_text (select, 0),
                                      (const char *) sqlite3_column_text (select, 1),
                                      (const char *) sqlite3_column_text (select, 2),
                                      fields, versions, sqlite3_column_int64 (select, 3)));
    }
}

/* Reads the events that @select finds, its only column being the body. */
static gboolean
read_events (WfStatement  *select,
             GPtrArray    *events,
             GError      **error)
{
  gboolean row;

  for (;;)
    {
      if (!wf_workfile_next (select, &row, error))
        return FALSE;
      if (!row)
        return TRUE;

      g_autoptr (GVariant) body = wf_column_variant (select, 0, G_VARIANT_TYPE (EVENT_TYPE), error);
      if (body == NULL)
        return FALSE;

      g_ptr_array_add (events, event_from_variant (body));
    }
}

static gboolean
read_newest_events (WfReplica   *self,
                    WfContents  *contents,
                    GError     **error)
{
  g_autofree char *sql =
    g_strdup_printf ("SELECT body FROM (SELECT position, body FROM event ORDER BY position DESC LIMIT %d) "
                     "ORDER BY position", EVENTS_READ);
  g_autoptr (WfStatement) select = wf_workfile_prepare (self->db, sql, error);

  return select != NULL && read_events (select, contents->events, error);
}

static gboolean
read_positions (WfReplica   *self,
                WfContents  *contents,
                GError     **error)
{
  g_autoptr (WfStatement) select = wf_workfile_prepare (self->db, "SELECT scope, unit, body FROM position", error);
  gboolean row;

  if (select == NULL)
    return FALSE;

  for (;;)
    {
      if (!wf_workfile_next (select, &row, error))
        return FALSE;
      if (!row)
        return TRUE;

      g_autoptr (GVariant) body = wf_column_variant (select, 2, G_VARIANT_TYPE ("(ddddx)"), error);
      if (body == NULL)
        return FALSE;

      WfPosition position;
      gint64 at;

      g_variant_get (body, "(ddddx)", &position.longitude, &position.latitude, &position.heading, &position.speed, &at);
      position.at = at;
      g_ptr_array_add (contents->positions,
                       wf_unit_position_new ((const char *) sqlite3_column_text (select, 0),
                                             (const char *) sqlite3_column_text (select, 1), &position));
    }
}

static WfContents *
read_all (WfReplica  *self,
          GError    **error)
{
  g_autoptr (WfContents) contents = wf_contents_new ();

  if (!read_meta (self, contents, error)
      || !read_heads (self, contents, error)
      || !read_entities (self, contents, error)
      || !read_newest_events (self, contents, error)
      || !read_positions (self, contents, error))
    return NULL;

  return g_steal_pointer (&contents);
}

/* --- the worker's tasks ------------------------------------------------------------------------------------------ */

static void
close_file (WfReplica *self)
{
  if (self->db != NULL)
    sqlite3_close (self->db);
  self->db = NULL;
}

static void
remove_file (WfReplica *self)
{
  static const char *const ends[] = { "", "-wal", "-shm", "-journal" };

  close_file (self);

  for (gsize i = 0; i < G_N_ELEMENTS (ends); i++)
    {
      g_autofree char *path = g_strconcat (self->path, ends[i], NULL);

      g_unlink (path);
    }
}

static gboolean
open_file (WfReplica  *self,
           GError    **error)
{
  if (self->db == NULL)
    self->db = wf_workfile_open (self->path, "NORMAL", steps, error);

  return self->db != NULL;
}

/* A file of a newer program, or a damaged one, is as good as none: everything in it is at the service. */
static gboolean
is_hopeless (const GError *error)
{
  return wf_workfile_is_damage (error) || g_error_matches (error, WF_SYNC_ERROR, WF_SYNC_ERROR_UPDATE);
}

static void
open_in_worker (GTask        *task,
                gpointer      source,
                gpointer      data,
                GCancellable *cancellable)
{
  WfReplica *self = source;
  g_autoptr (GError) error = NULL;
  WfContents *contents = open_file (self, &error) ? read_all (self, &error) : NULL;

  if (contents == NULL && is_hopeless (error))
    {
      g_message ("The replica is fetched again: %s", error->message);
      g_clear_error (&error);
      remove_file (self);
      contents = open_file (self, &error) ? wf_contents_new () : NULL;
    }

  if (contents == NULL)
    {
      close_file (self);
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }

  g_task_return_pointer (task, contents, (GDestroyNotify) wf_contents_free);
}

static gboolean
write_all (WfReplica   *self,
           WfContents  *contents,
           GError     **error)
{
  GHashTableIter iter;
  gpointer scope, head;

  if (!wf_workfile_exec (self->db, "DELETE FROM meta; DELETE FROM head; DELETE FROM entity; DELETE FROM event; "
                                   "DELETE FROM position", error)
      || !write_meta (self, "order", BYTE_ORDER_NAME, error)
      || !write_meta (self, "service", contents->service, error)
      || !write_meta (self, "actor", contents->actor, error)
      || !write_meta (self, "name", contents->name, error)
      || !write_meta (self, "post", contents->post, error)
      || !write_meta (self, "role", contents->role, error)
      || !write_position (self, contents->position, error)
      || !write_entities (self, contents->entities, error)
      || !write_events (self, contents->events, error)
      || !write_positions (self, contents->positions, error))
    return FALSE;

  g_hash_table_iter_init (&iter, contents->heads);
  while (g_hash_table_iter_next (&iter, &scope, &head))
    if (!write_head (self, scope, ((WfHead *) head)->number, ((WfHead *) head)->hash, error))
      return FALSE;

  return TRUE;
}

static gboolean
install (WfReplica   *self,
         WfContents  *contents,
         GError     **error)
{
  if (!open_file (self, error) || !wf_workfile_begin (self->db, error))
    return FALSE;

  gboolean done = write_all (self, contents, error);

  return wf_workfile_end (self->db, done, done ? error : NULL) && done;
}

static void
install_in_worker (GTask        *task,
                   gpointer      source,
                   gpointer      data,
                   GCancellable *cancellable)
{
  WfReplica *self = source;
  g_autoptr (GError) error = NULL;

  if (!install (self, data, &error) && is_hopeless (error))
    {
      g_message ("The replica is made anew: %s", error->message);
      g_clear_error (&error);
      remove_file (self);
      install (self, data, &error);
    }

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
prune (WfReplica  *self,
       int64_t     position,
       GError    **error)
{
  g_autofree char *sql =
    g_strdup_printf ("DELETE FROM event WHERE position <= (SELECT position FROM event ORDER BY position DESC "
                     "LIMIT 1 OFFSET %d)", EVENTS_KEPT);

  /* Now and then is enough. */
  return position % 1000 != 0 || wf_workfile_exec (self->db, sql, error);
}

static gboolean
write_batch (WfReplica  *self,
             Batch      *batch,
             GError    **error)
{
  if (!write_entities (self, batch->changed, error) || !write_events (self, batch->events, error))
    return FALSE;

  for (guint i = 0; i < batch->events->len; i++)
    {
      WfEvent *event = g_ptr_array_index (batch->events, i);

      if (!write_head (self, event->scope, event->number, event->hash, error))
        return FALSE;
      if (i + 1 == batch->events->len)
        return write_position (self, event->position, error) && prune (self, event->position, error);
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

  gboolean done = open_file (self, &error) && wf_workfile_begin (self->db, &error);

  if (done)
    {
      done = write_batch (self, data, &error);
      done = wf_workfile_end (self->db, done, done ? &error : NULL) && done;
    }

  /* What is in the file is whole, only old: the next start goes on from there. */
  self->behind = !done;

  if (done)
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
keep_in_worker (GTask        *task,
                gpointer      source,
                gpointer      data,
                GCancellable *cancellable)
{
  WfReplica *self = source;
  GPtrArray *rows = data;
  GError *error = NULL;
  gboolean events = GPOINTER_TO_INT (g_object_get_data (G_OBJECT (task), "events"));

  if (!open_file (self, &error) || !wf_workfile_begin (self->db, &error))
    {
      g_task_return_error (task, error);
      return;
    }

  gboolean done = events ? write_events (self, rows, &error) : write_positions (self, rows, &error);

  if (wf_workfile_end (self->db, done, done ? &error : NULL) && done)
    g_task_return_boolean (task, TRUE);
  else
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

static void
find_in_worker (GTask        *task,
                gpointer      source,
                gpointer      data,
                GCancellable *cancellable)
{
  WfReplica *self = source;
  Query *query = data;
  GError *error = NULL;
  g_autoptr (GPtrArray) events = g_ptr_array_new_with_free_func ((GDestroyNotify) wf_event_unref);
  g_autoptr (WfStatement) select =
    open_file (self, &error)
    ? wf_workfile_prepare (self->db, "SELECT body FROM event WHERE scope = ? AND subject = ? ORDER BY number", &error)
    : NULL;

  if (select == NULL)
    {
      g_task_return_error (task, error);
      return;
    }

  wf_bind_text (select, 1, query->scope);
  wf_bind_text (select, 2, query->subject);

  if (read_events (select, events, &error))
    g_task_return_pointer (task, g_steal_pointer (&events), (GDestroyNotify) g_ptr_array_unref);
  else
    g_task_return_error (task, error);
}

static void
close_in_worker (GTask        *task,
                 gpointer      source,
                 gpointer      data,
                 GCancellable *cancellable)
{
  close_file (source);
  g_task_return_boolean (task, TRUE);
}

/* --- class ------------------------------------------------------------------------------------------------------- */

static void
wf_replica_finalize (GObject *object)
{
  WfReplica *self = WF_REPLICA (object);

  g_assert (self->worker == NULL);
  g_free (self->path);

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
  self->worker = wf_worker_new ("wf-replica");
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

  self->path = g_strdup (path);
  return self;
}

static void
push (WfReplica       *self,
      GTask           *task,
      GTaskThreadFunc  func)
{
  if (self->worker == NULL)
    {
      g_task_return_new_error (task, WF_SYNC_ERROR, WF_SYNC_ERROR_CLOSED, _("The session has been closed."));
      g_object_unref (task);
      return;
    }

  wf_worker_push (self->worker, G_PRIORITY_DEFAULT, task, func);
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
  push (self, task, open_in_worker);
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
  push (self, task, install_in_worker);
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
  push (self, task, follow_in_worker);
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
      gboolean   events)
{
  GTask *task = g_task_new (self, NULL, kept_cb, NULL);

  g_task_set_source_tag (task, keep);
  g_object_set_data (G_OBJECT (task), "events", GINT_TO_POINTER (events));
  g_task_set_task_data (task, g_ptr_array_ref (rows), (GDestroyNotify) g_ptr_array_unref);
  push (self, task, keep_in_worker);
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

  keep (self, events, TRUE);
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

  keep (self, positions, FALSE);
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
  push (self, task, find_in_worker);
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

  if (self->worker == NULL)
    return;

  GTask *task = g_task_new (self, NULL, NULL, NULL);

  g_task_set_source_tag (task, wf_replica_close);
  push (self, task, close_in_worker);
  wf_worker_shutdown (self->worker);
  g_clear_object (&self->worker);
}
