/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-store"

#include "config.h"

#include "wf-erase.h"

#include "wf-files.h"
#include "wf-id.h"
#include "wf-kind.h"
#include "wf-rules.h"
#include "wf-store-private.h"
#include "wf-wire.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>

/* In the table of meta data: media that were erased since the last start, whose files must be gone at the next. */
#define ERASED_KEY "media-erased:"
#define ERASED_END "media-erased;" /* behind all of them */

/* What the store does when the journal says that something was lawfully erased: the payloads go in the same transaction as
 * the entry that says so, the frozen copies that exercises read are cleared like the things themselves, and media go when
 * it is committed. The header chain stays as it is, since it covers headers and the digests of payloads only. */

static gboolean
drop_payload (WfStore    *self,
              const char *scope,
              int64_t     number,
              int64_t     before,
              GError    **error)
{
  sqlite3_stmt *statement =
    wf_database_prepare (self->database, "UPDATE journal SET payload = NULL WHERE scope = ?1 AND number = ?2 AND number < ?3"
                                         /* Who erased what stays known. */
                                         " AND instr (CAST (header AS TEXT), '\"type\":\"journal.erased\"') = 0", error);

  if (statement == NULL)
    return FALSE;

  wf_database_bind_text (statement, 1, scope);
  sqlite3_bind_int64 (statement, 2, number);
  sqlite3_bind_int64 (statement, 3, before);

  return wf_database_run (self->database, statement, error);
}

/* Its file goes when this is on the disk; that it is to go is written down with it, since the machine may fail in between. */
static gboolean
drop_medium (WfStore    *self,
             const char *digest,
             GError    **error)
{
  g_autofree char *key = g_strconcat (ERASED_KEY, digest, NULL);
  sqlite3_stmt *statement = wf_database_prepare (self->database, "DELETE FROM medium WHERE digest = ?1", error);

  if (statement == NULL)
    return FALSE;

  wf_database_bind_text (statement, 1, digest);
  return wf_database_run (self->database, statement, error) && wf_database_set_meta (self->database, key, "", error);
}

static WfEntity *
find_frozen (WfErasure  *erasure,
             WfState    *state,
             const char *base,
             const char *kind,
             const char *id)
{
  /* The one that another field of it was taken from just now. */
  for (guint i = erasure->frozen->len; i > 0; i--)
    {
      WfEntity *entity = g_ptr_array_index (erasure->frozen, i - 1);

      if (strcmp (wf_entity_scope (entity), base) == 0 && strcmp (wf_entity_kind (entity), kind) == 0 &&
          strcmp (wf_entity_id (entity), id) == 0)
        return wf_entity_ref (entity);
    }

  return wf_state_get (state, base, kind, id);
}

static gboolean
clear_frozen (WfStore   *self,
              GVariant  *field,
              WfErasure *erasure,
              GError   **error)
{
  g_auto (GStrv) scopes = wf_ledger_scopes (self->ledger);
  const char *kind = wf_dict_string (field, "kind");
  const char *id = wf_dict_string (field, "thing");

  for (gsize i = 0; scopes[i] != NULL; i++)
    {
      if (strcmp (scopes[i], WF_LIVE) == 0)
        continue;

      g_autoptr (WfState) state = wf_ledger_state (self->ledger, scopes[i]);
      g_autofree char *base = wf_ledger_base_scope (scopes[i]);
      g_autoptr (WfEntity) entity = find_frozen (erasure, state, base, kind, id);
      WfEntity *cleared = entity != NULL
        ? wf_rules_erase_field (entity, wf_dict_string (field, "field"), wf_entity_number (entity)) : NULL;

      if (cleared == NULL)
        continue;
      g_ptr_array_add (erasure->frozen, cleared);
      if (!wf_store_write_entities (self, &cleared, 1, error))
        return FALSE;
    }

  return TRUE;
}

/**
 * wf_store_erase:
 * @self: a store, in its writer, within a transaction
 * @entry: an entry that was written just now
 * @erasure: takes what is to be done once it is committed
 * @error: return location
 *
 * Does to the database what an entry says was erased. Entries that erase nothing do nothing.
 *
 * Returns: whether it worked
 */
gboolean
wf_store_erase (WfStore   *self,
                WfEntry   *entry,
                WfErasure *erasure,
                GError   **error)
{
  WfEvent *event = entry->event;

  if (strcmp (event->type, "journal.erased") != 0)
    return TRUE;

  g_autoptr (GPtrArray) entries = wf_dict_objects (event->payload, "entries");
  g_autoptr (GPtrArray) fields = wf_dict_objects (event->payload, "fields");
  g_autoptr (GPtrArray) media = wf_dict_objects (event->payload, "media");

  erasure->any = TRUE;
  for (guint i = 0; i < entries->len; i++)
    if (!drop_payload (self, event->scope, wf_dict_int (g_ptr_array_index (entries, i), "number", 0), event->number, error))
      return FALSE;

  for (guint i = 0; i < fields->len && strcmp (event->scope, WF_LIVE) == 0; i++)
    if (!clear_frozen (self, g_ptr_array_index (fields, i), erasure, error))
      return FALSE;

  for (guint i = 0; i < media->len; i++)
    {
      const char *digest = wf_dict_string (g_ptr_array_index (media, i), "digest");

      if (!drop_medium (self, digest, error))
        return FALSE;
      g_ptr_array_add (erasure->media, g_strdup (digest));
    }

  return TRUE;
}

/* Returns: whether the file of an erased medium is gone for good */
static gboolean
remove_medium (WfStore    *self,
               const char *digest)
{
  g_autofree char *path = wf_digest_is_valid (digest) ? wf_store_media_path (self, digest) : NULL;
  g_autofree char *folder = path != NULL ? g_path_get_dirname (path) : NULL;

  if (path == NULL || (g_unlink (path) != 0 && errno == ENOENT))
    return TRUE;
  if (!g_file_test (path, G_FILE_TEST_EXISTS) && wf_files_sync_folder (folder, NULL))
    return TRUE;

  g_message ("The erased medium “%s” cannot be removed: %s", path, g_strerror (errno));
  return FALSE;
}

/**
 * wf_store_finish_erasures:
 * @self: a store that is being opened
 * @error: return location
 *
 * Removes the files of erased media that are still there because the machine or the service ended just then. One that somebody
 * has sent again since stays.
 *
 * Returns: %FALSE where the database cannot be read
 */
gboolean
wf_store_finish_erasures (WfStore *self,
                          GError **error)
{
  g_autoptr (WfStatement) statement =
    wf_database_prepare (self->database, "SELECT substr (key, length (?1) + 1) AS digest, EXISTS (SELECT 1 FROM medium WHERE"
                                         " medium.digest = substr (key, length (?1) + 1)) FROM meta"
                                         " WHERE key >= ?1 AND key < ?2", error);
  g_autoptr (GPtrArray) done = g_ptr_array_new_with_free_func (g_free);
  gboolean row = FALSE, good = statement != NULL;

  if (good)
    {
      wf_database_bind_text (statement, 1, ERASED_KEY);
      wf_database_bind_text (statement, 2, ERASED_END);
    }
  while (good && (good = wf_database_step (self->database, statement, &row, error)) && row)
    {
      const char *digest = wf_database_text (statement, 0);

      if (sqlite3_column_int (statement, 1) != 0 || remove_medium (self, digest))
        g_ptr_array_add (done, g_strconcat (ERASED_KEY, digest, NULL));
    }

  /* A disk that takes nothing keeps the note, and the next start looks again. */
  for (guint i = 0; good && i < done->len; i++)
    if (!wf_database_put (self->database, NULL, "DELETE FROM meta WHERE key = ?1", "t", g_ptr_array_index (done, i)))
      break;

  return good;
}

/**
 * wf_store_scrub:
 * @self: a store, in its writer
 *
 * Folds the write-ahead log into the database and empties it, so that what was erased is in neither. Whoever reads at the
 * moment stands in the way: then it is done later.
 */
void
wf_store_scrub (WfStore *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (WfStatement) statement = wf_database_prepare (self->database, "PRAGMA wal_checkpoint (TRUNCATE)", &error);
  gboolean row;

  if (self->to_scrub && statement != NULL && wf_database_step (self->database, statement, &row, &error) && row &&
      sqlite3_column_int (statement, 0) == 0)
    self->to_scrub = FALSE;
}

/**
 * wf_store_erased:
 * @self: a store, in its writer
 * @erasure: what wf_store_erase() has noted, committed now
 */
void
wf_store_erased (WfStore   *self,
                 WfErasure *erasure)
{
  if (!erasure->any)
    return;

  for (guint i = 0; i < erasure->frozen->len; i++)
    wf_ledger_put_frozen (self->ledger, g_ptr_array_index (erasure->frozen, i));

  for (guint i = 0; i < erasure->media->len; i++)
    remove_medium (self, g_ptr_array_index (erasure->media, i));

  self->to_scrub = TRUE;
  wf_store_scrub (self);
}

/* --- finding --- */

/**
 * wf_findings_free:
 * @self: (transfer full): what was found
 */
void
wf_findings_free (WfFindings *self)
{
  g_ptr_array_unref (self->lines);
  g_ptr_array_unref (self->entries);
  g_ptr_array_unref (self->fields);
  g_free (self);
}

static gboolean
find_entries (WfDatabase *database,
              const char *scope,
              const char *text,
              WfFindings *found,
              GError    **error)
{
  g_autoptr (WfStatement) statement =
    wf_database_prepare (database, "SELECT number, header, hash FROM journal WHERE scope = ?1 AND payload IS NOT NULL"
                                   " AND instr (CAST (payload AS TEXT), ?2) > 0 ORDER BY number", error);
  gboolean row;

  if (statement == NULL)
    return FALSE;

  wf_database_bind_text (statement, 1, scope);
  wf_database_bind_text (statement, 2, text);
  while (wf_database_step (database, statement, &row, error))
    {
      if (!row)
        return TRUE;

      g_autoptr (GBytes) header = wf_database_bytes (statement, 1);
      g_autoptr (WfEntry) entry = wf_entry_restore (header, wf_database_text (statement, 2), NULL, FALSE, error);
      int64_t number = sqlite3_column_int64 (statement, 0);

      if (entry == NULL)
        return FALSE;
      if (strcmp (entry->event->type, "journal.erased") == 0)
        continue;
      g_ptr_array_add (found->lines, g_strdup_printf ("entry %" G_GINT64_FORMAT " (%s)", (gint64) number, entry->event->type));
      g_ptr_array_add (found->entries, wf_dict_make ("number", wf_value_int (number), NULL));
    }

  return FALSE;
}

static gboolean
find_fields (WfDatabase *database,
             const char *scope,
             const char *text,
             WfFindings *found,
             GError    **error)
{
  g_autoptr (WfStatement) statement =
    wf_database_prepare (database, "SELECT kind, id, fields FROM entity WHERE scope = ?1 AND instr (fields, ?2) > 0", error);
  gboolean row;

  if (statement == NULL)
    return FALSE;

  wf_database_bind_text (statement, 1, scope);
  wf_database_bind_text (statement, 2, text);
  while (wf_database_step (database, statement, &row, error))
    {
      if (!row)
        return TRUE;

      const char *kind = wf_database_text (statement, 0);
      const char *id = wf_database_text (statement, 1);
      g_autoptr (WfJsonDoc) doc = wf_json_doc_new_text (wf_database_text (statement, 2), error);

      if (doc == NULL)
        return FALSE;
      for (const WfJson *value = wf_json_first (wf_json_doc_root (doc)); value != NULL; value = wf_json_next (value))
        {
          gsize size;
          const char *raw = wf_json_raw (value, &size);

          if (g_strstr_len (raw, (gssize) size, text) == NULL)
            continue;
          g_ptr_array_add (found->lines, g_strdup_printf ("%s of %s %s", wf_json_key (value), kind, id));
          g_ptr_array_add (found->fields, wf_dict_make ("kind", wf_value_string (kind), "thing", wf_value_string (id),
                                                        "field", wf_value_string (wf_json_key (value)), NULL));
        }
    }

  return FALSE;
}

/**
 * wf_erase_find:
 * @folder: a data folder, also of a service that runs
 * @scope: a scope
 * @text: a name, a telephone number …
 * @error: return location
 *
 * Looks for a text in all payloads and all things of a scope. Blocks.
 *
 * Returns: (transfer full) (nullable): where it stands
 */
WfFindings *
wf_erase_find (const char *folder,
               const char *scope,
               const char *text,
               GError    **error)
{
  g_autoptr (WfDatabase) database = wf_schema_open (folder, FALSE, error);
  g_autoptr (WfFindings) found = g_new0 (WfFindings, 1);
  g_autoptr (GString) quoted = g_string_new (NULL);

  found->lines = g_ptr_array_new_with_free_func (g_free);
  found->entries = g_ptr_array_new_with_free_func ((GDestroyNotify) g_variant_unref);
  found->fields = g_ptr_array_new_with_free_func ((GDestroyNotify) g_variant_unref);

  /* As it stands in JSON, without the quotes around it. */
  wf_json_write_string (quoted, text);
  g_string_truncate (quoted, quoted->len - 1);

  return database != NULL && find_entries (database, scope, quoted->str + 1, found, error) &&
         find_fields (database, scope, quoted->str + 1, found, error) ? g_steal_pointer (&found) : NULL;
}
