/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-store"

#include "config.h"

#include "wf-snapshot.h"

#include "wf-kind.h"
#include "wf-store-private.h"
#include "wf-wire.h"

/**
 * WfSnapshot:
 *
 * All that a workstation needs to begin with, piece by piece, out of one read transaction on a connection of its own: it
 * shows one moment however long it takes, holds nobody up, and is never in memory as a whole.
 */
struct _WfSnapshot
{
  GObject parent_instance;

  WfStore       *store;     /* (owned) */
  WfRole         role;
  GStrv          hidden;    /* (owned) kinds that are not meant for it */
  GString       *positions; /* (owned) lines, as they stood when it was asked for */
  guint          n_positions;

  /* the streamer's */
  WfDatabase    *database;  /* (owned) */
  enum
  {
    STAGE_HEAD,
    STAGE_ENTITIES,
    STAGE_ENTRIES,
    STAGE_END,
    STAGE_DONE,
  } stage;
  sqlite3_stmt  *statement; /* of the stage, at work */
  GHashTable    *digests;   /* (owned) scope → WfStateDigest */
  guint64        n_lines;
};

G_DEFINE_FINAL_TYPE (WfSnapshot, wf_snapshot, G_TYPE_OBJECT)

#define CHUNK_BYTES  (64 * 1024)
#define ENTRIES_MAX  2000

static void
wf_snapshot_finalize (GObject *object)
{
  WfSnapshot *self = WF_SNAPSHOT (object);

  if (self->statement != NULL)
    wf_statement_release (self->statement);
  g_clear_pointer (&self->database, wf_database_close);
  g_clear_pointer (&self->digests, g_hash_table_unref);
  g_string_free (self->positions, TRUE);
  g_strfreev (self->hidden);
  g_clear_object (&self->store);

  G_OBJECT_CLASS (wf_snapshot_parent_class)->finalize (object);
}

static void
wf_snapshot_class_init (WfSnapshotClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = wf_snapshot_finalize;
}

static void
wf_snapshot_init (WfSnapshot *self)
{
  self->positions = g_string_new (NULL);
  self->digests = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
}

static GStrv
list_hidden (WfRole role)
{
  g_autoptr (GStrvBuilder) names = g_strv_builder_new ();
  guint n;
  const WfKind *kinds = wf_kind_all (&n);

  for (guint i = 0; i < n; i++)
    if (!wf_rights_hears (role, kinds[i].audience))
      g_strv_builder_add (names, kinds[i].name);

  return g_strv_builder_end (names);
}

/**
 * wf_snapshot_new:
 * @store: a store
 * @role: in which whoever takes it acts: what is not meant for it is not in it, nor in its digests
 *
 * Returns: (transfer full): a snapshot of what is committed when its first piece is asked for
 */
WfSnapshot *
wf_snapshot_new (WfStore *store,
                 WfRole   role)
{
  g_return_val_if_fail (WF_IS_STORE (store), NULL);

  WfSnapshot *self = g_object_new (WF_TYPE_SNAPSHOT, NULL);

  self->store = g_object_ref (store);
  self->role = role;
  self->hidden = list_hidden (role);
  wf_store_list_positions (store, self->positions, &self->n_positions);

  return self;
}

static void
end_line (WfSnapshot *self,
          GString    *out)
{
  g_string_append (out, "}\n");
  self->n_lines++;
}

static gboolean
write_scopes (WfSnapshot *self,
              GString    *out,
              GError    **error)
{
  g_autoptr (WfStatement) statement =
    wf_database_prepare (self->database, "SELECT scope, number, hash FROM scope ORDER BY scope", error);
  gboolean row;

  if (statement == NULL)
    return FALSE;

  wf_json_write_key (out, "scopes");
  g_string_append_c (out, '{');
  while (wf_database_step (self->database, statement, &row, error))
    {
      if (!row)
        {
          g_string_append_c (out, '}');
          return TRUE;
        }

      wf_json_write_key (out, wf_database_text (statement, 0));
      g_string_append (out, "{\"number\":");
      wf_json_write_int (out, sqlite3_column_int64 (statement, 1));
      wf_json_write_member_text (out, "hash", wf_database_text (statement, 2));
      g_string_append_c (out, '}');
    }

  return FALSE;
}

static gboolean
write_head (WfSnapshot *self,
            GString    *out,
            GError    **error)
{
  self->database = wf_schema_open (wf_store_get_folder (self->store), FALSE, error);
  if (self->database == NULL || !wf_database_exec (self->database, "BEGIN", error))
    return FALSE;

  g_autoptr (WfStatement) statement =
    wf_database_prepare (self->database, "SELECT coalesce(max(position), 0) FROM journal", error);
  gboolean row;

  if (statement == NULL || !wf_database_step (self->database, statement, &row, error))
    return FALSE;

  g_string_append (out, "{\"kind\":\"snapshot\",\"position\":");
  wf_json_write_int (out, sqlite3_column_int64 (statement, 0));
  wf_json_write_member_text (out, "service", wf_store_get_service (self->store));
  if (!write_scopes (self, out, error))
    return FALSE;
  end_line (self, out);

  return TRUE;
}

/* Versions and fields lie in the database in just the form that the wire wants. */
static void
write_entity (WfSnapshot   *self,
              sqlite3_stmt *statement,
              GString      *out)
{
  const char *scope = wf_database_text (statement, 0);
  const char *kind = wf_database_text (statement, 1);
  const char *id = wf_database_text (statement, 2);

  if (g_strv_contains ((const char *const *) self->hidden, kind))
    return;

  int64_t number = sqlite3_column_int64 (statement, 3);
  const char *fields = wf_database_text (statement, 5);
  gsize size = (gsize) sqlite3_column_bytes (statement, 5);
  WfStateDigest *digest = g_hash_table_lookup (self->digests, scope);

  if (digest == NULL)
    {
      digest = g_new0 (WfStateDigest, 1);
      g_hash_table_insert (self->digests, g_strdup (scope), digest);
    }
  wf_state_digest_toggle_line (digest, kind, id, number, fields, size);

  g_string_append (out, "{\"kind\":\"entity\"");
  wf_json_write_member_text (out, "scope", scope);
  wf_json_write_member_text (out, "entity", kind);
  wf_json_write_member_text (out, "id", id);
  wf_json_write_member_int (out, "number", number);
  wf_json_write_key (out, "versions");
  g_string_append (out, wf_database_text (statement, 4));
  wf_json_write_key (out, "fields");
  g_string_append_len (out, fields, (gssize) size);
  end_line (self, out);
}

static void
write_entry (WfSnapshot   *self,
             sqlite3_stmt *statement,
             GString      *out)
{
  const char *header = sqlite3_column_blob (statement, 0);
  gsize size = (gsize) sqlite3_column_bytes (statement, 0);

  g_string_append (out, "{\"kind\":\"entry\",\"entry\":{\"header\":");
  g_string_append_len (out, header, (gssize) size);
  wf_json_write_member_text (out, "hash", wf_database_text (statement, 1));
  if (sqlite3_column_type (statement, 2) != SQLITE_NULL && wf_entry_header_is_for (header, size, self->role))
    {
      wf_json_write_key (out, "payload");
      g_string_append_len (out, sqlite3_column_blob (statement, 2), sqlite3_column_bytes (statement, 2));
    }
  g_string_append_c (out, '}');
  end_line (self, out);
}

static void
write_end (WfSnapshot *self,
           GString    *out)
{
  g_autoptr (GList) scopes = g_list_sort (g_hash_table_get_keys (self->digests), (GCompareFunc) g_strcmp0);

  g_string_append_len (out, self->positions->str, (gssize) self->positions->len);
  self->n_lines += self->n_positions;

  g_string_append (out, "{\"kind\":\"end\",\"lines\":");
  wf_json_write_int (out, (int64_t) self->n_lines);
  wf_json_write_key (out, "digests");
  g_string_append_c (out, '{');
  for (GList *l = scopes; l != NULL; l = l->next)
    {
      g_autofree char *digest = wf_state_digest_to_string (g_hash_table_lookup (self->digests, l->data));

      wf_json_write_member_text (out, l->data, digest);
    }
  g_string_append (out, "}}\n");
}

/* Returns: whether the stage's statement could be stepped; @row says whether it has more */
static gboolean
step_stage (WfSnapshot *self,
            const char *sql,
            gboolean   *row,
            GError    **error)
{
  if (self->statement == NULL)
    {
      self->statement = wf_database_prepare (self->database, sql, error);
      if (self->statement == NULL)
        return FALSE;
      if (self->stage == STAGE_ENTRIES)
        sqlite3_bind_int (self->statement, 1, ENTRIES_MAX);
    }

  if (!wf_database_step (self->database, self->statement, row, error))
    return FALSE;

  if (!*row)
    {
      wf_statement_release (self->statement);
      self->statement = NULL;
      self->stage++;
    }

  return TRUE;
}

static gboolean
write_some (WfSnapshot *self,
            GString    *out,
            GError    **error)
{
  gboolean row;

  switch (self->stage)
    {
    case STAGE_HEAD:
      self->stage = STAGE_ENTITIES;
      return write_head (self, out, error);

    case STAGE_ENTITIES:
      if (!step_stage (self, "SELECT scope, kind, id, number, versions, fields FROM entity", &row, error))
        return FALSE;
      if (row)
        write_entity (self, self->statement, out);
      return TRUE;

    case STAGE_ENTRIES:
      if (!step_stage (self, "SELECT header, hash, payload FROM ("
                             "  SELECT position, header, hash, payload FROM journal WHERE subject IS NOT NULL"
                             "  ORDER BY position DESC LIMIT ?1) ORDER BY position", &row, error))
        return FALSE;
      if (row)
        write_entry (self, self->statement, out);
      return TRUE;

    case STAGE_END:
      write_end (self, out);
      self->stage = STAGE_DONE;
      return TRUE;

    case STAGE_DONE:
    default:
      g_assert_not_reached ();
    }
}

static void
next_cb (GTask        *task,
         gpointer      source,
         gpointer      data,
         GCancellable *cancellable)
{
  WfSnapshot *self = source;
  g_autoptr (GString) out = g_string_sized_new (CHUNK_BYTES + 8192);
  GError *error = NULL;

  while (self->stage != STAGE_DONE && out->len < CHUNK_BYTES)
    if (!write_some (self, out, &error))
      {
        g_task_return_error (task, error);
        return;
      }

  /* The read transaction keeps the log from being folded into the database: it ends as soon as it can. */
  if (self->stage == STAGE_DONE)
    g_clear_pointer (&self->database, wf_database_close);

  g_task_return_pointer (task, g_string_free_to_bytes (g_steal_pointer (&out)), (GDestroyNotify) g_bytes_unref);
}

/**
 * wf_snapshot_next_async:
 * @self: a snapshot
 * @cancellable: (nullable): a cancellable
 * @callback: called with the piece
 * @data: for @callback
 *
 * Makes the next piece: whole lines, about 64 KiB of them. One at a time.
 */
void
wf_snapshot_next_async (WfSnapshot          *self,
                        GCancellable        *cancellable,
                        GAsyncReadyCallback  callback,
                        gpointer             data)
{
  g_return_if_fail (WF_IS_SNAPSHOT (self));

  GTask *task = g_task_new (self, cancellable, callback, data);

  g_task_set_source_tag (task, wf_snapshot_next_async);
  wf_worker_push (self->store->streamer, G_PRIORITY_DEFAULT, task, next_cb);
}

/**
 * wf_snapshot_next_finish:
 * @self: a snapshot
 * @result: the result
 * @chunk: (out) (transfer full) (nullable): the piece; %NULL when there is none left
 * @error: return location
 *
 * Returns: whether it worked
 */
gboolean
wf_snapshot_next_finish (WfSnapshot   *self,
                         GAsyncResult *result,
                         GBytes      **chunk,
                         GError      **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  g_autoptr (GBytes) bytes = g_task_propagate_pointer (G_TASK (result), error);

  *chunk = NULL;
  if (bytes == NULL)
    return FALSE;
  if (g_bytes_get_size (bytes) > 0)
    *chunk = g_steal_pointer (&bytes);

  return TRUE;
}
