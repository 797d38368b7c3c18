/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-sync"

#include "config.h"

#include "wf-outbox-private.h"

#include "wf-workfile-private.h"
#include "wf-sync-error.h"

#include <glib/gi18n.h>

/**
 * WfOutbox:
 *
 * The file of what a person has done and the service has not yet confirmed: it is nowhere else, so it is written through to
 * the disk before anything says that it is done, and it is a file of its own that outlives every replica. One worker thread
 * owns the connection; what is handed over is done in that order.
 */
struct _WfOutbox
{
  GObject parent_instance;

  WfWorkfile *file; /* (owned) */
};

G_DEFINE_FINAL_TYPE (WfOutbox, wf_outbox, G_TYPE_OBJECT)

static const char *const steps[] = {
  /* 1: what issue 2 brought */
  "CREATE TABLE command (seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, service TEXT NOT NULL,"
  "  actor TEXT NOT NULL, body BLOB NOT NULL, decided_at INTEGER NOT NULL);"
  "CREATE TABLE refused (seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, service TEXT NOT NULL,"
  "  actor TEXT NOT NULL, body BLOB NOT NULL, decided_at INTEGER NOT NULL, kind INTEGER NOT NULL, rule TEXT NOT NULL,"
  "  field TEXT, detail TEXT, refused_at INTEGER NOT NULL);"
  "CREATE TABLE upload (seq INTEGER PRIMARY KEY AUTOINCREMENT, digest TEXT NOT NULL UNIQUE, service TEXT NOT NULL,"
  "  actor TEXT NOT NULL, type TEXT NOT NULL);"
  "CREATE TABLE draft (name TEXT PRIMARY KEY, type TEXT NOT NULL, body BLOB NOT NULL) WITHOUT ROWID;",
  NULL
};

typedef enum {
  ADD,
  ADD_UPLOAD,
  REMOVE,
  REFUSE,
  FORGET_REFUSED,
  REMOVE_UPLOAD,
  SET_DRAFT,
} Kind;

/* One change of the file. */
typedef struct
{
  Kind            kind;
  char           *name;    /* id, digest or a draft's name */
  WfOutboxRow    *row;
  WfOutboxUpload *upload;
  WfProblem      *problem;
  GVariant       *draft;
  int64_t         at;
} Change;

static void
free_change (Change *change)
{
  g_free (change->name);
  g_clear_pointer (&change->row, wf_outbox_row_free);
  g_clear_pointer (&change->upload, wf_outbox_upload_free);
  g_clear_pointer (&change->problem, wf_problem_free);
  g_clear_pointer (&change->draft, g_variant_unref);
  g_free (change);
}

/* --- values ------------------------------------------------------------------------------------------------------ */

/**
 * wf_outbox_row_new:
 * @id: see #WfOutboxRow
 * @service: see #WfOutboxRow
 * @actor: see #WfOutboxRow
 * @body: see #WfOutboxRow
 * @decided_at: see #WfOutboxRow
 *
 * Returns: (transfer full): a row
 */
WfOutboxRow *
wf_outbox_row_new (const char *id,
                   const char *service,
                   const char *actor,
                   GBytes     *body,
                   int64_t     decided_at)
{
  WfOutboxRow *self = g_new0 (WfOutboxRow, 1);

  self->id = g_strdup (id);
  self->service = g_strdup (service);
  self->actor = g_strdup (actor);
  self->body = g_bytes_ref (body);
  self->decided_at = decided_at;

  return self;
}

/**
 * wf_outbox_row_copy:
 * @self: a row
 *
 * Returns: (transfer full): a copy
 */
WfOutboxRow *
wf_outbox_row_copy (const WfOutboxRow *self)
{
  WfOutboxRow *copy = wf_outbox_row_new (self->id, self->service, self->actor, self->body, self->decided_at);

  copy->problem = self->problem != NULL ? wf_problem_copy (self->problem) : NULL;
  copy->refused_at = self->refused_at;

  return copy;
}

/**
 * wf_outbox_row_free:
 * @self: (transfer full): a row
 */
void
wf_outbox_row_free (WfOutboxRow *self)
{
  g_free (self->id);
  g_free (self->service);
  g_free (self->actor);
  g_bytes_unref (self->body);
  g_clear_pointer (&self->problem, wf_problem_free);
  g_free (self);
}

/**
 * wf_outbox_upload_new:
 * @digest: see #WfOutboxUpload
 * @service: see #WfOutboxUpload
 * @actor: see #WfOutboxUpload
 * @type: see #WfOutboxUpload
 *
 * Returns: (transfer full): an upload
 */
WfOutboxUpload *
wf_outbox_upload_new (const char *digest,
                      const char *service,
                      const char *actor,
                      const char *type)
{
  WfOutboxUpload *self = g_new0 (WfOutboxUpload, 1);

  self->digest = g_strdup (digest);
  self->service = g_strdup (service);
  self->actor = g_strdup (actor);
  self->type = g_strdup (type);

  return self;
}

/**
 * wf_outbox_upload_free:
 * @self: (transfer full): an upload
 */
void
wf_outbox_upload_free (WfOutboxUpload *self)
{
  g_free (self->digest);
  g_free (self->service);
  g_free (self->actor);
  g_free (self->type);
  g_free (self);
}

static WfOutboxContents *
new_contents (void)
{
  WfOutboxContents *self = g_new0 (WfOutboxContents, 1);

  self->rows = g_ptr_array_new_with_free_func ((GDestroyNotify) wf_outbox_row_free);
  self->refused = g_ptr_array_new_with_free_func ((GDestroyNotify) wf_outbox_row_free);
  self->uploads = g_ptr_array_new_with_free_func ((GDestroyNotify) wf_outbox_upload_free);
  self->drafts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_variant_unref);

  return self;
}

/**
 * wf_outbox_contents_free:
 * @self: (transfer full): contents
 */
void
wf_outbox_contents_free (WfOutboxContents *self)
{
  g_ptr_array_unref (self->rows);
  g_ptr_array_unref (self->refused);
  g_ptr_array_unref (self->uploads);
  g_hash_table_unref (self->drafts);
  g_free (self);
}

/* --- reading ----------------------------------------------------------------------------------------------------- */

static WfOutboxRow *
new_row (WfStatement  *select,
         GError      **error)
{
  g_autoptr (GBytes) body = wf_workfile_check_text (select, 0, 3, error) ? wf_database_bytes (select, 3) : NULL;

  if (body == NULL)
    return NULL;

  return wf_outbox_row_new (wf_database_text (select, 0), wf_database_text (select, 1), wf_database_text (select, 2),
                            body, sqlite3_column_int64 (select, 4));
}

static gboolean
read_command (WfDatabase   *db,
              WfStatement  *select,
              gpointer      data,
              GError      **error)
{
  WfOutboxContents *contents = data;
  WfOutboxRow *row = new_row (select, error);

  if (row != NULL)
    g_ptr_array_add (contents->rows, row);

  return row != NULL;
}

static gboolean
read_refused (WfDatabase   *db,
              WfStatement  *select,
              gpointer      data,
              GError      **error)
{
  WfOutboxContents *contents = data;
  WfOutboxRow *refused = wf_workfile_check_text (select, 6, 1, error) ? new_row (select, error) : NULL;

  if (refused == NULL)
    return FALSE;

  refused->problem = wf_problem_new ((WfProblemKind) sqlite3_column_int (select, 5), wf_database_text (select, 6),
                                     wf_database_text (select, 7), wf_database_text (select, 8));
  refused->refused_at = sqlite3_column_int64 (select, 9);
  g_ptr_array_add (contents->refused, refused);

  return TRUE;
}

static gboolean
read_upload (WfDatabase   *db,
             WfStatement  *select,
             gpointer      data,
             GError      **error)
{
  WfOutboxContents *contents = data;

  if (!wf_workfile_check_text (select, 0, 4, error))
    return FALSE;

  g_ptr_array_add (contents->uploads,
                   wf_outbox_upload_new (wf_database_text (select, 0), wf_database_text (select, 1),
                                         wf_database_text (select, 2), wf_database_text (select, 3)));

  return TRUE;
}

static gboolean
read_draft (WfDatabase   *db,
            WfStatement  *select,
            gpointer      data,
            GError      **error)
{
  WfOutboxContents *contents = data;
  const char *type = wf_database_text (select, 1);
  g_autoptr (GVariant) draft = NULL;

  if (!wf_workfile_check_text (select, 0, 2, error))
    return FALSE;
  if (g_variant_type_string_is_valid (type))
    wf_database_variant (db, select, 2, G_VARIANT_TYPE (type), &draft, NULL);

  /* A draft that cannot be read costs some typing; the commands beside it must not be lost over it. */
  if (draft == NULL)
    g_message ("The draft “%s” cannot be read", wf_database_text (select, 0));
  else
    g_hash_table_insert (contents->drafts, g_strdup (wf_database_text (select, 0)), g_steal_pointer (&draft));

  return TRUE;
}

static WfOutboxContents *
read_all (WfDatabase  *db,
          GError     **error)
{
  static const struct
  {
    const char    *sql;
    WfDatabaseRow  read;
  } tables[] = {
    { "SELECT id, service, actor, body, decided_at FROM command ORDER BY seq", read_command },
    { "SELECT id, service, actor, body, decided_at, kind, rule, field, detail, refused_at FROM refused ORDER BY seq",
      read_refused },
    { "SELECT digest, service, actor, type FROM upload ORDER BY seq", read_upload },
    { "SELECT name, type, body FROM draft", read_draft },
  };
  g_autoptr (WfOutboxContents) contents = new_contents ();

  for (gsize i = 0; i < G_N_ELEMENTS (tables); i++)
    if (!wf_database_each (db, wf_database_prepare (db, tables[i].sql, error), tables[i].read, contents, error))
      return NULL;

  return g_steal_pointer (&contents);
}

/* --- the worker's tasks ------------------------------------------------------------------------------------------ */

/* What is in a damaged outbox may be in no other place: it is put aside, for somebody to look at. */
static void
put_aside (WfWorkfile *file)
{
  g_autofree char *aside = g_strdup_printf (".damaged-%" G_GINT64_FORMAT, g_get_real_time () / G_USEC_PER_SEC);

  wf_workfile_drop (file, aside);
}

static void
open_in_worker (GTask        *task,
                gpointer      source,
                gpointer      data,
                GCancellable *cancellable)
{
  WfWorkfile *file = WF_OUTBOX (source)->file;
  g_autoptr (GError) error = NULL;
  WfOutboxContents *contents = wf_workfile_open (file, &error) ? read_all (file->db, &error) : NULL;

  if (contents == NULL && wf_workfile_is_damage (error))
    {
      g_message ("The outbox is damaged and has been put aside: %s", error->message);
      g_clear_error (&error);
      put_aside (file);
      contents = wf_workfile_open (file, &error) ? read_all (file->db, &error) : NULL;
    }

  if (contents != NULL)
    g_task_return_pointer (task, contents, (GDestroyNotify) wf_outbox_contents_free);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

static gboolean
make_change (WfDatabase  *db,
             gpointer     data,
             GError     **error)
{
  const Change *change = data;
  const WfOutboxRow *row = change->row;
  const WfOutboxUpload *upload = change->upload;
  const WfProblem *problem = change->problem;

  switch (change->kind)
    {
    case ADD:
      return wf_database_put (db, error, "INSERT INTO command (id, service, actor, body, decided_at) VALUES (?, ?, ?, ?, ?)",
                              "tttbi", row->id, row->service, row->actor, row->body, row->decided_at);
    case ADD_UPLOAD:
      return wf_database_put (db, error, "INSERT OR IGNORE INTO upload (digest, service, actor, type) VALUES (?, ?, ?, ?)",
                              "tttt", upload->digest, upload->service, upload->actor, upload->type);
    case REMOVE:
      return wf_database_put (db, error, "DELETE FROM command WHERE id = ?", "t", change->name);
    case REFUSE:
      return wf_database_put (db, error,
                              "INSERT OR REPLACE INTO refused (id, service, actor, body, decided_at, kind, rule, field, detail,"
                              "  refused_at) SELECT id, service, actor, body, decided_at, ?2, ?3, ?4, ?5, ?6 FROM command"
                              "  WHERE id = ?1", "tittti", change->name, (int64_t) problem->kind, problem->rule,
                              problem->field, problem->detail, change->at)
             && wf_database_put (db, error, "DELETE FROM command WHERE id = ?", "t", change->name);
    case FORGET_REFUSED:
      return wf_database_put (db, error, "DELETE FROM refused WHERE id = ?", "t", change->name);
    case REMOVE_UPLOAD:
      return wf_database_put (db, error, "DELETE FROM upload WHERE digest = ?", "t", change->name);
    case SET_DRAFT:
      return change->draft != NULL
             ? wf_database_put (db, error, "INSERT OR REPLACE INTO draft (name, type, body) VALUES (?, ?, ?)", "ttv",
                                change->name, g_variant_get_type_string (change->draft), change->draft)
             : wf_database_put (db, error, "DELETE FROM draft WHERE name = ?", "t", change->name);
    default:
      g_return_val_if_reached (FALSE);
    }
}

static void
change_in_worker (GTask        *task,
                  gpointer      source,
                  gpointer      data,
                  GCancellable *cancellable)
{
  GError *error = NULL;

  if (wf_workfile_write (WF_OUTBOX (source)->file, make_change, data, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

/* --- class ------------------------------------------------------------------------------------------------------- */

static void
wf_outbox_dispose (GObject *object)
{
  wf_outbox_close (WF_OUTBOX (object));

  G_OBJECT_CLASS (wf_outbox_parent_class)->dispose (object);
}

static void
wf_outbox_finalize (GObject *object)
{
  WfOutbox *self = WF_OUTBOX (object);

  g_clear_pointer (&self->file, wf_workfile_free);

  G_OBJECT_CLASS (wf_outbox_parent_class)->finalize (object);
}

static void
wf_outbox_class_init (WfOutboxClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = wf_outbox_dispose;
  G_OBJECT_CLASS (klass)->finalize = wf_outbox_finalize;
}

static void
wf_outbox_init (WfOutbox *self)
{
}

/**
 * wf_outbox_new:
 * @path: its file
 *
 * Returns: (transfer full): an outbox that has not been opened
 */
WfOutbox *
wf_outbox_new (const char *path)
{
  WfOutbox *self = g_object_new (WF_TYPE_OUTBOX, NULL);

  self->file = wf_workfile_new (path, "wf-outbox", "FULL", steps);
  return self;
}

/**
 * wf_outbox_open_async:
 * @self: an outbox
 * @cancellable: (nullable): to cancel it
 * @callback: called when it is done
 * @data: for @callback
 *
 * Opens the file and reads what is in it.
 */
void
wf_outbox_open_async (WfOutbox            *self,
                      GCancellable        *cancellable,
                      GAsyncReadyCallback  callback,
                      gpointer             data)
{
  g_return_if_fail (WF_IS_OUTBOX (self));

  GTask *task = g_task_new (self, cancellable, callback, data);

  g_task_set_source_tag (task, wf_outbox_open_async);
  wf_workfile_push (self->file, task, open_in_worker);
}

/**
 * wf_outbox_open_finish:
 * @self: an outbox
 * @result: from the callback
 * @error: where to put a #WfSyncError
 *
 * Returns: (transfer full) (nullable): what is in it
 */
WfOutboxContents *
wf_outbox_open_finish (WfOutbox      *self,
                       GAsyncResult  *result,
                       GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
push_change (WfOutbox            *self,
             Change              *change,
             GAsyncReadyCallback  callback,
             gpointer             data)
{
  GTask *task = g_task_new (self, NULL, callback, data);

  g_task_set_source_tag (task, push_change);
  g_task_set_task_data (task, change, (GDestroyNotify) free_change);
  wf_workfile_push (self->file, task, change_in_worker);
}

static void
changed_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      data)
{
  g_autoptr (GError) error = NULL;

  /* A row that should have gone and has not is sent again, and gets its first answer again. */
  if (!g_task_propagate_boolean (G_TASK (result), &error) && !g_error_matches (error, WF_SYNC_ERROR, WF_SYNC_ERROR_CLOSED))
    g_message ("The outbox could not be changed: %s", error->message);
}

static void
push_named (WfOutbox   *self,
            Kind        kind,
            const char *name)
{
  Change *change = g_new0 (Change, 1);

  change->kind = kind;
  change->name = g_strdup (name);
  push_change (self, change, changed_cb, NULL);
}

/**
 * wf_outbox_add_async:
 * @self: an outbox
 * @row: (transfer none): a command
 * @callback: called when it is on the disk
 * @data: for @callback
 *
 * Puts a command behind those that wait. Finish with wf_outbox_write_finish().
 */
void
wf_outbox_add_async (WfOutbox            *self,
                     const WfOutboxRow   *row,
                     GAsyncReadyCallback  callback,
                     gpointer             data)
{
  g_return_if_fail (WF_IS_OUTBOX (self));

  Change *change = g_new0 (Change, 1);

  change->kind = ADD;
  change->row = wf_outbox_row_copy (row);
  push_change (self, change, callback, data);
}

/**
 * wf_outbox_add_upload_async:
 * @self: an outbox
 * @upload: (transfer none): what must be sent; its bytes are in the media folder
 * @callback: called when it is on the disk
 * @data: for @callback
 *
 * Notes an upload. Finish with wf_outbox_write_finish().
 */
void
wf_outbox_add_upload_async (WfOutbox             *self,
                            const WfOutboxUpload *upload,
                            GAsyncReadyCallback   callback,
                            gpointer              data)
{
  g_return_if_fail (WF_IS_OUTBOX (self));

  Change *change = g_new0 (Change, 1);

  change->kind = ADD_UPLOAD;
  change->upload = wf_outbox_upload_new (upload->digest, upload->service, upload->actor, upload->type);
  push_change (self, change, callback, data);
}

/**
 * wf_outbox_write_finish:
 * @self: an outbox
 * @result: from the callback
 * @error: where to put a #WfSyncError
 *
 * Returns: whether it is on the disk
 */
gboolean
wf_outbox_write_finish (WfOutbox      *self,
                        GAsyncResult  *result,
                        GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/**
 * wf_outbox_remove:
 * @self: an outbox
 * @id: id of a command that the service has accepted
 */
void
wf_outbox_remove (WfOutbox   *self,
                  const char *id)
{
  g_return_if_fail (WF_IS_OUTBOX (self));

  push_named (self, REMOVE, id);
}

/**
 * wf_outbox_refuse:
 * @self: an outbox
 * @id: id of a command that the service has refused
 * @problem: why
 * @at: when
 *
 * Moves it to the refused ones, so that what somebody typed is not lost.
 */
void
wf_outbox_refuse (WfOutbox        *self,
                  const char      *id,
                  const WfProblem *problem,
                  int64_t          at)
{
  g_return_if_fail (WF_IS_OUTBOX (self));

  Change *change = g_new0 (Change, 1);

  change->kind = REFUSE;
  change->name = g_strdup (id);
  change->problem = wf_problem_copy (problem);
  change->at = at;
  push_change (self, change, changed_cb, NULL);
}

/**
 * wf_outbox_forget_refused:
 * @self: an outbox
 * @id: id of a refused command that somebody has dealt with
 */
void
wf_outbox_forget_refused (WfOutbox   *self,
                          const char *id)
{
  g_return_if_fail (WF_IS_OUTBOX (self));

  push_named (self, FORGET_REFUSED, id);
}

/**
 * wf_outbox_remove_upload:
 * @self: an outbox
 * @digest: of what the service has now
 */
void
wf_outbox_remove_upload (WfOutbox   *self,
                         const char *digest)
{
  g_return_if_fail (WF_IS_OUTBOX (self));

  push_named (self, REMOVE_UPLOAD, digest);
}

/**
 * wf_outbox_set_draft:
 * @self: an outbox
 * @name: of the draft
 * @draft: (nullable): what has been typed, or %NULL to forget it
 */
void
wf_outbox_set_draft (WfOutbox   *self,
                     const char *name,
                     GVariant   *draft)
{
  g_return_if_fail (WF_IS_OUTBOX (self));

  Change *change = g_new0 (Change, 1);

  change->kind = SET_DRAFT;
  change->name = g_strdup (name);
  change->draft = draft != NULL ? g_variant_ref_sink (draft) : NULL;
  push_change (self, change, changed_cb, NULL);
}

/**
 * wf_outbox_close:
 * @self: an outbox
 *
 * Waits until what was handed over is on the disk and closes the file. Safe to call twice.
 */
void
wf_outbox_close (WfOutbox *self)
{
  g_return_if_fail (WF_IS_OUTBOX (self));

  wf_workfile_close (self->file);
}
