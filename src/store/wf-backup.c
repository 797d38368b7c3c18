/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-store"

#include "config.h"

#include "wf-backup.h"

#include "wf-files.h"
#include "wf-id.h"
#include "wf-manifest.h"
#include "wf-store-private.h"

#include <string.h>
#include <unistd.h>

/* A backup is a folder: the database as one read transaction shows it, the media that it speaks of, the key, and a signed
 * manifest with the digest of each. It is made beside its place and put there when it is complete, and so is what is
 * restored: there is no half a backup and no half a data folder.
 *
 * The service goes on working: SQLite's online backup reads from a snapshot of the write-ahead log, and media never change.
 * The log cannot be folded into the database meanwhile, which is why the pace has a lower bound. */

#define PAGES_AT_ONCE 256
#define RATE_MIN      (1024 * 1024)
#define KEY_NAME      "service.key"

/**
 * wf_backup_free:
 * @self: (transfer full): what there is to say
 */
void
wf_backup_free (WfBackup *self)
{
  g_free (self->service);
  g_free (self->public_key);
  g_free (self);
}

static WfBackup *
describe (const WfManifest *manifest)
{
  WfBackup *self = g_new0 (WfBackup, 1);

  self->service = g_strdup (manifest->service);
  self->public_key = g_strdup (manifest->public_key);
  self->made_at = manifest->made_at;
  self->position = manifest->position;
  self->files = manifest->files->len;
  for (guint i = 0; i < manifest->files->len; i++)
    self->bytes += (guint64) ((WfManifestFile *) g_ptr_array_index (manifest->files, i))->size;

  return self;
}

static gboolean
copy_pages (WfDatabase *from,
            sqlite3    *to,
            WfPace     *pace,
            GError    **error)
{
  sqlite3_backup *backup = sqlite3_backup_init (to, "main", from->handle, "main");
  int code = backup != NULL ? SQLITE_OK : sqlite3_errcode (to);
  int left = 0;

  while (backup != NULL && code == SQLITE_OK)
    {
      int before = left;

      code = sqlite3_backup_step (backup, PAGES_AT_ONCE);
      left = sqlite3_backup_remaining (backup);
      wf_pace_take (pace, (guint64) (before > left ? before - left : PAGES_AT_ONCE) * 4096);
    }
  if (backup != NULL)
    sqlite3_backup_finish (backup);

  if (code == SQLITE_DONE)
    return TRUE;

  g_set_error (error, WF_STORE_ERROR, code == SQLITE_CORRUPT ? WF_STORE_ERROR_CORRUPT : WF_STORE_ERROR_UNAVAILABLE,
               "The database cannot be copied: %s", sqlite3_errstr (code));
  return FALSE;
}

/* In one file: nothing of it may be left in a log beside it. */
static gboolean
copy_database (WfDatabase *from,
               const char *path,
               WfPace     *pace,
               GError    **error)
{
  sqlite3 *to = NULL;
  gboolean good = sqlite3_open_v2 (path, &to, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, NULL) == SQLITE_OK;

  if (!good)
    g_set_error (error, WF_STORE_ERROR, WF_STORE_ERROR_UNAVAILABLE, "“%s” cannot be made: %s", path, sqlite3_errmsg (to));

  good = good && copy_pages (from, to, pace, error);
  if (good && sqlite3_exec (to, "PRAGMA synchronous = FULL; PRAGMA journal_mode = DELETE", NULL, NULL, NULL) != SQLITE_OK)
    {
      g_set_error (error, WF_STORE_ERROR, WF_STORE_ERROR_UNAVAILABLE, "“%s” cannot be kept: %s", path, sqlite3_errmsg (to));
      good = FALSE;
    }
  sqlite3_close (to);

  return good;
}

static gboolean
add_file (WfManifest *manifest,
          const char *stage,
          const char *name,
          GError    **error)
{
  g_autofree char *path = g_build_filename (stage, name, NULL);
  g_autofree char *digest = NULL;
  int64_t size;

  if (!wf_files_digest (path, &digest, &size, error))
    return FALSE;

  wf_manifest_add (manifest, name, size, digest);
  return TRUE;
}

static gboolean
copy_medium (const char *folder,
             const char *stage,
             const char *digest,
             WfPace     *pace,
             WfManifest *manifest,
             GError    **error)
{
  g_autofree char *name = g_strdup_printf ("media/%.2s/%s", digest, digest);
  g_autofree char *from = g_build_filename (folder, name, NULL);
  g_autofree char *to = g_build_filename (stage, name, NULL);
  g_autofree char *to_folder = g_path_get_dirname (to);
  g_autofree char *got = NULL;
  int64_t size;

  if (!wf_files_copy (from, to, pace, &got, &size, error))
    return FALSE;

  if (strcmp (got, digest) != 0)
    {
      g_set_error (error, WF_STORE_ERROR, WF_STORE_ERROR_CORRUPT, "The medium “%s” was changed on the disk: its SHA-256 is %s",
                   from, got);
      return FALSE;
    }

  wf_manifest_add (manifest, name, size, digest);
  return wf_files_sync_folder (to_folder, error);
}

/* Those that the copied database speaks of. */
static gboolean
copy_media (WfDatabase *database,
            const char *folder,
            const char *stage,
            WfPace     *pace,
            WfManifest *manifest,
            GError    **error)
{
  g_autoptr (WfStatement) statement = wf_database_prepare (database, "SELECT digest FROM medium ORDER BY digest", error);
  gboolean row;

  if (statement == NULL)
    return FALSE;

  while (wf_database_step (database, statement, &row, error))
    {
      if (!row)
        return TRUE;
      if (!copy_medium (folder, stage, wf_database_text (statement, 0), pace, manifest, error))
        return FALSE;
    }

  return FALSE;
}

/* Who read what goes along. What is being written to the newest day meanwhile is in the next backup. */
static gboolean
copy_reads (const char *folder,
            const char *stage,
            WfPace     *pace,
            WfManifest *manifest,
            GError    **error)
{
  g_autoptr (GPtrArray) days = wf_reads_days (folder);

  for (guint i = 0; i < days->len; i++)
    {
      const char *from = g_ptr_array_index (days, i);
      g_autofree char *base = g_path_get_basename (from);
      g_autofree char *name = g_strconcat ("reads/", base, NULL);
      g_autofree char *to = g_build_filename (stage, name, NULL);
      g_autofree char *to_folder = g_path_get_dirname (to);
      g_autofree char *digest = NULL;
      int64_t size;

      if (!wf_files_copy (from, to, pace, &digest, &size, error) || !wf_files_sync_folder (to_folder, error))
        return FALSE;
      wf_manifest_add (manifest, name, size, digest);
    }

  return TRUE;
}

static gboolean
read_position (WfDatabase *database,
               int64_t    *position,
               GError    **error)
{
  g_autoptr (WfStatement) statement =
    wf_database_prepare (database, "SELECT coalesce(max(position), 0) FROM journal", error);
  gboolean row;

  if (statement == NULL || !wf_database_step (database, statement, &row, error))
    return FALSE;

  *position = sqlite3_column_int64 (statement, 0);
  return TRUE;
}

static gboolean
fill_stage (const char *folder,
            const char *stage,
            WfManifest *manifest,
            WfSigner   *signer,
            WfPace     *pace,
            GError    **error)
{
  g_autoptr (WfDatabase) database = wf_schema_open (folder, FALSE, error);
  g_autofree char *database_path = g_build_filename (stage, WF_DATABASE_NAME, NULL);
  g_autofree char *key_from = g_build_filename (folder, KEY_NAME, NULL);
  g_autofree char *key_to = g_build_filename (stage, KEY_NAME, NULL);
  g_autofree char *digest = NULL;
  int64_t size;

  /* The first read fixes the moment; all that follows sees it. */
  if (database == NULL || !wf_database_exec (database, "BEGIN", error) ||
      !read_position (database, &manifest->position, error))
    return FALSE;

  manifest->service = wf_database_get_meta (database, "service");
  manifest->public_key = wf_signer_public (signer);
  if (manifest->service == NULL)
    {
      g_set_error (error, WF_STORE_ERROR, WF_STORE_ERROR_CORRUPT, "“%s” belongs to no service yet", folder);
      return FALSE;
    }

  if (!copy_database (database, database_path, pace, error) || !add_file (manifest, stage, WF_DATABASE_NAME, error) ||
      !copy_media (database, folder, stage, pace, manifest, error) || !copy_reads (folder, stage, pace, manifest, error) ||
      !wf_files_copy (key_from, key_to, pace, &digest, &size, error))
    return FALSE;

  wf_manifest_add (manifest, KEY_NAME, size, digest);
  return wf_manifest_write (manifest, stage, signer, error);
}

/**
 * wf_backup_make:
 * @folder: a data folder, also of a service that runs
 * @into: where to; nothing, or an empty folder
 * @rate: bytes a second at most; 0 for as fast as the disk goes
 * @now: the time
 * @error: return location
 *
 * Makes a backup, and proves it by restoring it beside its place and verifying that. Blocks for as long as it takes.
 *
 * Returns: (transfer full) (nullable): what was made; if %NULL, nothing was
 */
WfBackup *
wf_backup_make (const char *folder,
                const char *into,
                guint64     rate,
                int64_t     now,
                GError    **error)
{
  g_autoptr (WfSigner) signer = wf_signer_open (folder, FALSE, error);
  g_autoptr (WfManifest) manifest = wf_manifest_new (WF_MANIFEST_BACKUP);
  WfPace pace = { .rate = rate > 0 ? MAX (rate, RATE_MIN) : 0 };

  if (signer == NULL)
    return NULL;

  g_autofree char *stage = wf_files_make_stage (into, error);
  if (stage == NULL)
    return NULL;

  manifest->made_at = now;
  g_autoptr (WfBackup) made = fill_stage (folder, stage, manifest, signer, &pace, error)
    ? wf_backup_check (stage, manifest->public_key, error) : NULL;

  if (made != NULL && wf_files_put_in_place (stage, into, error))
    return g_steal_pointer (&made);

  wf_files_remove_tree (stage);
  return NULL;
}

static gboolean
restore_file (const char           *backup,
              const char           *stage,
              const WfManifestFile *file,
              GError              **error)
{
  g_autofree char *from = g_build_filename (backup, file->path, NULL);
  g_autofree char *to = g_build_filename (stage, file->path, NULL);
  g_autofree char *to_folder = g_path_get_dirname (to);
  g_autofree char *digest = NULL;
  int64_t size;

  if (!wf_files_copy (from, to, NULL, &digest, &size, error))
    return FALSE;

  /* What was copied is what is checked: nobody can change it in between. */
  if (size != file->size || strcmp (digest, file->digest) != 0)
    {
      g_set_error (error, WF_STORE_ERROR, WF_STORE_ERROR_DIGEST,
                   "“%s” is not as the manifest has it: the backup was changed or the disk has a fault", from);
      return FALSE;
    }

  return wf_files_sync_folder (to_folder, error);
}

/* The manifest is by the key that it names; the database must be by the same. */
static gboolean
check_identity (const char       *stage,
                const WfManifest *manifest,
                GError          **error)
{
  g_autoptr (WfDatabase) database = wf_schema_open (stage, FALSE, error);

  if (database == NULL)
    return FALSE;

  g_autofree char *service = wf_database_get_meta (database, "service");
  g_autofree char *key = wf_database_get_meta (database, "public_key");

  if (g_strcmp0 (service, manifest->service) == 0 && g_strcmp0 (key, manifest->public_key) == 0)
    return TRUE;

  g_set_error (error, WF_STORE_ERROR, WF_STORE_ERROR_CORRUPT, "The database in it belongs to another service than its manifest");
  return FALSE;
}

static gboolean
check_content (const char *stage,
               GError    **error)
{
  g_autoptr (WfVerification) found = wf_verify (stage, error);

  if (found == NULL)
    return FALSE;
  if (found->problems->len == 0)
    return TRUE;

  g_set_error (error, WF_STORE_ERROR, WF_STORE_ERROR_CORRUPT, "What is in it does not hold together: %s",
               (const char *) g_ptr_array_index (found->problems, 0));
  return FALSE;
}

static WfBackup *
restore_into (const char *backup,
              const char *stage,
              const char *public_key,
              GError    **error)
{
  g_autoptr (WfManifest) manifest = wf_manifest_open (backup, WF_MANIFEST_BACKUP, public_key, error);
  gboolean complete = FALSE;

  if (manifest == NULL)
    return NULL;

  for (guint i = 0; i < manifest->files->len; i++)
    {
      const WfManifestFile *file = g_ptr_array_index (manifest->files, i);

      complete = complete || strcmp (file->path, WF_DATABASE_NAME) == 0;
      if (!restore_file (backup, stage, file, error))
        return NULL;
    }

  if (!complete)
    {
      g_set_error (error, WF_STORE_ERROR, WF_STORE_ERROR_CORRUPT, "There is no database in “%s”", backup);
      return NULL;
    }

  return check_identity (stage, manifest, error) && check_content (stage, error) && wf_files_sync_folder (stage, error)
    ? describe (manifest) : NULL;
}

/**
 * wf_backup_check:
 * @backup: a backup
 * @public_key: (nullable): the key that should have signed it
 * @error: return location
 *
 * Restores a backup into a folder that is thrown away, and verifies that. Blocks.
 *
 * Returns: (transfer full) (nullable): what it is, if it can be restored
 */
WfBackup *
wf_backup_check (const char *backup,
                 const char *public_key,
                 GError    **error)
{
  g_autofree char *place = g_strconcat (backup, ".check", NULL);
  g_autofree char *stage = wf_files_make_stage (place, error);

  if (stage == NULL)
    return NULL;

  WfBackup *found = restore_into (backup, stage, public_key, error);
  wf_files_remove_tree (stage);

  return found;
}

/* Says of a folder that is in use that it is, which helps more than that it is not empty. */
static gboolean
check_place (const char *folder,
             GError    **error)
{
  g_autofree char *lock_path = g_build_filename (folder, "lock", NULL);

  if (wf_files_is_empty (folder))
    return TRUE;

  if (g_file_test (lock_path, G_FILE_TEST_EXISTS))
    {
      int lock = wf_store_lock_folder (folder, error);

      if (lock < 0)
        return FALSE;
      close (lock);
    }

  g_set_error (error, WF_STORE_ERROR, WF_STORE_ERROR_OPEN,
               "“%s” is not empty: nothing is overwritten; restore into a new folder, or move this one away first", folder);
  return FALSE;
}

/**
 * wf_backup_restore:
 * @backup: a backup
 * @folder: the data folder to make; nothing, or an empty folder
 * @public_key: (nullable): the key that should have signed it
 * @error: return location
 *
 * Makes a data folder from a backup, after its signature, every digest, and everything in it have been checked. Blocks.
 *
 * Returns: (transfer full) (nullable): what was restored; if %NULL, nothing was
 */
WfBackup *
wf_backup_restore (const char *backup,
                   const char *folder,
                   const char *public_key,
                   GError    **error)
{
  g_autofree char *stage = check_place (folder, error) ? wf_files_make_stage (folder, error) : NULL;

  if (stage == NULL)
    return NULL;

  g_autoptr (WfBackup) restored = restore_into (backup, stage, public_key, error);
  if (restored != NULL && wf_files_put_in_place (stage, folder, error))
    return g_steal_pointer (&restored);

  wf_files_remove_tree (stage);
  return NULL;
}
