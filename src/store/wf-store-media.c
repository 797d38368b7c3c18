/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-store"

#include "config.h"

#include "wf-store-private.h"

#include "wf-id.h"
#include "wf-json-write.h"
#include "wf-media-type.h"
#include "wf-time.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Media lie in files named by their SHA-256: what is there never changes, twice the same is there once, and a file that
 * was tampered with shows. What is on its way lies in "partial", one file for each sender and medium, whose size says how
 * far it has come. What turns out not to be what it should be lies in "quarantine", with a note, and is never given out. */

#define USED_KEY         "media-used:"
#define PARTIAL_DAYS     7
#define PARTIALS_MAX     20 /* of one sender */
#define QUARANTINE_MEDIA 100
#define QUARANTINE_BYTES (G_GINT64_CONSTANT (1000) * 1000 * 1000) /* and always the newest medium */
#define NOTE_ENDING      ".json"

typedef struct
{
  char    *draft;
  char    *digest;
  char    *type;
  char    *actor;
  gint64   size;
  gboolean known;
} Adoption;

static void
free_adoption (Adoption *adoption)
{
  if (adoption->draft != NULL)
    g_unlink (adoption->draft);
  g_free (adoption->draft);
  g_free (adoption->digest);
  g_free (adoption->type);
  g_free (adoption->actor);
  g_free (adoption);
}

/**
 * wf_medium_free:
 * @self: (transfer full): a medium
 */
void
wf_medium_free (WfMedium *self)
{
  g_free (self->type);
  g_free (self);
}

/**
 * wf_store_media_path:
 * @self: a store
 * @digest: a valid digest
 *
 * Returns: (transfer full): where the medium lies if it is there
 */
char *
wf_store_media_path (WfStore    *self,
                     const char *digest)
{
  g_return_val_if_fail (WF_IS_STORE (self), NULL);
  g_return_val_if_fail (wf_digest_is_valid (digest), NULL);

  const char start[3] = { digest[0], digest[1], '\0' };

  return g_build_filename (self->folder, "media", start, digest, NULL);
}

static char *
partial_name (const char *digest,
              const char *actor)
{
  g_autofree char *who = g_compute_checksum_for_string (G_CHECKSUM_SHA256, actor, -1);

  return g_strdup_printf ("%s.%.16s", digest, who);
}

/**
 * wf_store_media_partial:
 * @self: a store
 * @digest: a valid digest
 * @actor: who sends it
 *
 * Returns: (transfer full): where a medium lies as long as it is not complete; the folder is there
 */
char *
wf_store_media_partial (WfStore    *self,
                        const char *digest,
                        const char *actor)
{
  g_return_val_if_fail (WF_IS_STORE (self), NULL);
  g_return_val_if_fail (wf_digest_is_valid (digest), NULL);

  g_autofree char *folder = g_build_filename (self->folder, "media", "partial", NULL);
  g_autofree char *name = partial_name (digest, actor);

  g_mkdir_with_parents (folder, 0700);
  return g_build_filename (folder, name, NULL);
}

/**
 * wf_store_promise_medium:
 * @self: a store
 * @partial: from wf_store_media_partial(), a file that is there
 * @size: how large it will become as far as is known; 0 when nobody writes to it any more
 *
 * Keeps room for a medium that is on its way, so that whoever sends several at once gets no more room than with one.
 */
void
wf_store_promise_medium (WfStore    *self,
                         const char *partial,
                         gint64      size)
{
  g_return_if_fail (WF_IS_STORE (self));

  g_autofree char *name = g_path_get_basename (partial);

  if (size > 0)
    g_hash_table_replace (self->media_promised, g_steal_pointer (&name), g_memdup2 (&size, sizeof size));
  else
    g_hash_table_remove (self->media_promised, name);
}

/* Returns: how much room a medium takes that is on its way */
static gint64
partial_size (WfStore           *self,
              const char        *name,
              const struct stat *about)
{
  const gint64 *promised = g_hash_table_lookup (self->media_promised, name);

  return MAX ((gint64) about->st_size, promised != NULL ? *promised : 0);
}

/* Looks at what is on its way: forgets what has been given up, counts what this sender has and what all have. */
static guint
tidy_partials (WfStore    *self,
               const char *actor,
               gint64     *bytes,
               gint64     *all)
{
  g_autofree char *path = g_build_filename (self->folder, "media", "partial", NULL);
  g_autofree char *who = g_compute_checksum_for_string (G_CHECKSUM_SHA256, actor, -1);
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  gint64 too_old = g_get_real_time () / G_USEC_PER_SEC - PARTIAL_DAYS * 24 * 3600;
  const char *name;
  guint n = 0;

  who[16] = '\0';
  *bytes = *all = 0;
  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *file = g_build_filename (path, name, NULL);
      struct stat about;

      if (stat (file, &about) != 0)
        continue;
      if (about.st_mtime < too_old)
        {
          g_unlink (file);
          continue;
        }

      *all += partial_size (self, name, &about);
      if (g_str_has_suffix (name, who))
        {
          n++;
          *bytes += partial_size (self, name, &about);
        }
    }

  return n;
}

static gint64
used_by (WfStore    *self,
         const char *actor)
{
  gint64 *used = g_hash_table_lookup (self->media_used, actor);

  return used != NULL ? *used : 0;
}

static void
count_used (WfStore    *self,
            const char *actor,
            gint64      more)
{
  gint64 used = used_by (self, actor) + more;

  g_hash_table_replace (self->media_used, g_strdup (actor), g_memdup2 (&used, sizeof used));
  self->media_total += more;
}

/**
 * wf_store_load_media:
 * @self: a store that is being opened
 * @error: return location
 *
 * Returns: whether it worked
 */
gboolean
wf_store_load_media (WfStore *self,
                     GError **error)
{
  g_autoptr (WfStatement) total =
    wf_database_prepare (self->database, "SELECT coalesce(sum(size), 0) FROM medium", error);
  g_autoptr (WfStatement) used =
    wf_database_prepare (self->database, "SELECT key, CAST(value AS INTEGER) FROM meta WHERE key GLOB '" USED_KEY "*'", error);
  gboolean row;

  if (total == NULL || used == NULL || !wf_database_step (self->database, total, &row, error))
    return FALSE;

  self->media_used = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->media_promised = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  while (wf_database_step (self->database, used, &row, error))
    {
      if (!row)
        {
          self->media_total = sqlite3_column_int64 (total, 0);
          return TRUE;
        }
      count_used (self, wf_database_text (used, 0) + strlen (USED_KEY), sqlite3_column_int64 (used, 1));
    }

  return FALSE;
}

/**
 * wf_store_set_media_quota:
 * @self: a store
 * @total: bytes that all media may have together
 * @per_actor: bytes that those of one sender may have
 */
void
wf_store_set_media_quota (WfStore *self,
                          gint64   total,
                          gint64   per_actor)
{
  g_return_if_fail (WF_IS_STORE (self));

  self->media_total_max = total;
  self->media_actor_max = per_actor;
}

/**
 * wf_store_check_media_room:
 * @self: a store
 * @digest: a valid digest
 * @actor: who wants to send it
 * @size: how large it is
 * @error: return location; %WF_STORE_ERROR_LIMIT
 *
 * Returns: whether there is room for it
 */
gboolean
wf_store_check_media_room (WfStore    *self,
                           const char *digest,
                           const char *actor,
                           gint64      size,
                           GError    **error)
{
  g_return_val_if_fail (WF_IS_STORE (self), FALSE);

  g_autofree char *path = wf_store_media_path (self, digest);
  g_autofree char *partial = wf_store_media_partial (self, digest, actor);
  struct stat about;
  gint64 coming, all;
  guint n = tidy_partials (self, actor, &coming, &all);

  /* What is there costs nothing, and is no larger than it is. */
  if (stat (path, &about) == 0 && size <= about.st_size)
    return TRUE;

  if (stat (partial, &about) == 0)
    {
      g_autofree char *name = g_path_get_basename (partial);
      gint64 own = partial_size (self, name, &about);

      n--;
      coming -= own;
      all -= own;
    }

  if (n >= PARTIALS_MAX)
    g_set_error (error, WF_STORE_ERROR, WF_STORE_ERROR_LIMIT,
                 "%d media of yours are on their way already: finish them first", PARTIALS_MAX);
  else if (used_by (self, actor) + coming + size > self->media_actor_max)
    g_set_error (error, WF_STORE_ERROR, WF_STORE_ERROR_LIMIT,
                 "Your media would have more than %" G_GINT64_FORMAT " MB: ask the administrator for more room",
                 self->media_actor_max / 1000000);
  else if (self->media_total + all + size > self->media_total_max)
    g_set_error (error, WF_STORE_ERROR, WF_STORE_ERROR_LIMIT,
                 "The media of this service would have more than %" G_GINT64_FORMAT " MB: ask the administrator for more room",
                 self->media_total_max / 1000000);
  else
    return TRUE;

  return FALSE;
}

/**
 * wf_store_set_file_error:
 * @error: return location; %WF_STORE_ERROR_FULL, %WF_STORE_ERROR_READ_ONLY or %WF_STORE_ERROR_UNAVAILABLE
 * @code: what `errno` said of a medium's file
 *
 * Says that a medium cannot be kept now, and which of the disk's troubles is in the way. Any thread.
 */
void
wf_store_set_file_error (GError **error,
                         int      code)
{
  WfStoreError kind = code == ENOSPC || code == EDQUOT ? WF_STORE_ERROR_FULL
                      : code == EROFS ? WF_STORE_ERROR_READ_ONLY : WF_STORE_ERROR_UNAVAILABLE;

  g_set_error (error, WF_STORE_ERROR, (int) kind, "The medium cannot be kept now: %s", g_strerror (code));
}

static gboolean
sync_path (const char *path,
           int         flags,
           GError    **error)
{
  int file = g_open (path, flags | O_CLOEXEC, 0);
  gboolean good = file >= 0 && fsync (file) == 0;

  if (!good)
    wf_store_set_file_error (error, errno);
  if (file >= 0)
    close (file);

  return good;
}

static gboolean
hash_file (const char *path,
           char      **digest,
           gint64     *size,
           GError    **error)
{
  g_autoptr (GChecksum) sum = g_checksum_new (G_CHECKSUM_SHA256);
  g_autofree guint8 *buffer = g_malloc (256 * 1024);
  int file = g_open (path, O_RDONLY | O_CLOEXEC, 0);
  ssize_t n = -1;

  *size = 0;
  while (file >= 0 && (n = read (file, buffer, 256 * 1024)) > 0)
    {
      g_checksum_update (sum, buffer, n);
      *size += n;
    }
  if (n < 0)
    g_set_error (error, WF_STORE_ERROR, WF_STORE_ERROR_UNAVAILABLE, "“%s” cannot be read: %s", path, g_strerror (errno));
  if (file >= 0)
    close (file);

  *digest = g_strdup (g_checksum_get_string (sum));
  return n == 0;
}

static gboolean
index_medium (WfStore  *self,
              Adoption *adoption,
              GError  **error)
{
  sqlite3_stmt *medium =
    wf_database_prepare (self->database, "INSERT OR IGNORE INTO medium (digest, size, type, added_at)"
                                         " VALUES (?1, ?2, ?3, ?4)", error);
  sqlite3_stmt *used =
    wf_database_prepare (self->database, "INSERT INTO meta (key, value) VALUES (?1, ?2) ON CONFLICT (key) DO"
                                         " UPDATE SET value = CAST(value AS INTEGER) + CAST(excluded.value AS INTEGER)", error);

  sqlite3_stmt *sender =
    wf_database_prepare (self->database, "INSERT OR IGNORE INTO medium_sender (digest, actor) VALUES (?1, ?2)", error);

  if (medium == NULL || used == NULL || sender == NULL)
    return FALSE;

  /* Whoever has the bytes may have them back, also where another sent them first. */
  wf_database_bind_text (sender, 1, adoption->digest);
  wf_database_bind_text (sender, 2, adoption->actor);
  if (!wf_database_run (self->database, sender, error))
    return FALSE;

  wf_database_bind_text (medium, 1, adoption->digest);
  sqlite3_bind_int64 (medium, 2, adoption->size);
  wf_database_bind_text (medium, 3, adoption->type);
  sqlite3_bind_int64 (medium, 4, wf_clock_now (self->clock));
  if (!wf_database_run (self->database, medium, error))
    return FALSE;

  adoption->known = sqlite3_changes (self->database->handle) == 0;
  if (adoption->known)
    return TRUE;

  g_autofree char *key = g_strconcat (USED_KEY, adoption->actor, NULL);
  g_autofree char *size = g_strdup_printf ("%" G_GINT64_FORMAT, adoption->size);
  wf_database_bind_text (used, 1, key);
  wf_database_bind_text (used, 2, size);

  return wf_database_run (self->database, used, error);
}

static void
index_cb (GTask        *task,
          gpointer      source,
          gpointer      data,
          GCancellable *cancellable)
{
  WfStore *self = source;
  GError *error = NULL;

  if (wf_database_exec (self->database, "BEGIN IMMEDIATE", &error) && index_medium (self, data, &error) &&
      wf_database_exec (self->database, "COMMIT", &error))
    {
      g_task_return_boolean (task, TRUE);
      return;
    }

  if (sqlite3_get_autocommit (self->database->handle) == 0)
    wf_database_exec (self->database, "ROLLBACK", NULL);
  g_task_return_error (task, error);
}

static int
compare_names (gconstpointer a,
               gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

static gint64
size_of (const char *path)
{
  struct stat about;

  return stat (path, &about) == 0 ? (gint64) about.st_size : 0;
}

/* Names begin with the time: the oldest go first, each with its note. */
static void
thin_quarantine (const char *folder)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;
  gint64 bytes = 0;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    if (!g_str_has_suffix (name, NOTE_ENDING))
      g_ptr_array_add (names, g_strdup (name));
  g_ptr_array_sort (names, compare_names);

  /* From the newest. */
  for (guint n = 1; n <= names->len; n++)
    {
      g_autofree char *path = g_build_filename (folder, g_ptr_array_index (names, names->len - n), NULL);
      g_autofree char *note = g_strconcat (path, NOTE_ENDING, NULL);

      bytes += size_of (path) + size_of (note);
      if (n > QUARANTINE_MEDIA || (n > 1 && bytes > QUARANTINE_BYTES))
        {
          g_unlink (path);
          g_unlink (note);
        }
    }
}

/* Kept apart for whoever wants to know what somebody tried to bring in. */
static void
quarantine (WfStore    *self,
            Adoption   *adoption,
            const char *digest,
            const char *reason)
{
  g_autofree char *folder = g_build_filename (self->folder, "media", "quarantine", NULL);
  g_autofree char *id = wf_id_new (self->clock);
  g_autofree char *path = g_build_filename (folder, id, NULL);
  g_autofree char *note_path = g_strconcat (path, NOTE_ENDING, NULL);
  g_autofree char *now = wf_time_format (wf_clock_now (self->clock));
  g_autoptr (GString) note = g_string_new ("{\"at\":");

  wf_json_write_string (note, now);
  wf_json_write_member_text (note, "actor", adoption->actor);
  wf_json_write_member_text (note, "declared_sha256", adoption->digest);
  wf_json_write_member_text (note, "sha256", digest);
  wf_json_write_member_text (note, "declared_type", adoption->type);
  wf_json_write_member_text (note, "reason", reason);
  g_string_append (note, "}\n");

  g_message ("A medium of %s is put into quarantine (%s): %s", adoption->actor, id, reason);
  if (g_mkdir_with_parents (folder, 0700) != 0 || g_rename (adoption->draft, path) != 0)
    return;

  g_clear_pointer (&adoption->draft, g_free);
  g_file_set_contents (note_path, note->str, (gssize) note->len, NULL);
  thin_quarantine (folder);
}

static gboolean
fits_type (Adoption *adoption)
{
  g_autofree guint8 *head = g_malloc (WF_MEDIA_TYPE_HEAD);
  int file = g_open (adoption->draft, O_RDONLY | O_CLOEXEC, 0);
  ssize_t n = file >= 0 ? read (file, head, WF_MEDIA_TYPE_HEAD) : -1;

  if (file >= 0)
    close (file);

  return n >= 0 && wf_media_type_fits (adoption->type, head, (gsize) n);
}

static gboolean
adopt (WfStore  *self,
       Adoption *adoption,
       GError  **error)
{
  g_autofree char *path = wf_store_media_path (self, adoption->digest);
  g_autofree char *folder = g_path_get_dirname (path);
  g_autofree char *digest = NULL;

  if (!hash_file (adoption->draft, &digest, &adoption->size, error))
    return FALSE;

  if (g_strcmp0 (digest, adoption->digest) != 0)
    {
      quarantine (self, adoption, digest, "the bytes have another SHA-256");
      g_set_error (error, WF_STORE_ERROR, WF_STORE_ERROR_DIGEST, "The bytes have the SHA-256 %s", digest);
      return FALSE;
    }

  if (!fits_type (adoption))
    {
      quarantine (self, adoption, digest, "the bytes are not of the declared type");
      g_set_error (error, WF_STORE_ERROR, WF_STORE_ERROR_TYPE, "The bytes are not what “%s” looks like", adoption->type);
      return FALSE;
    }

  adoption->known = g_file_test (path, G_FILE_TEST_EXISTS);
  if (adoption->known)
    return TRUE;

  if (g_mkdir_with_parents (folder, 0700) != 0 || !sync_path (adoption->draft, O_RDONLY, error) ||
      g_rename (adoption->draft, path) != 0)
    {
      if (error != NULL && *error == NULL)
        wf_store_set_file_error (error, errno);
      return FALSE;
    }
  g_clear_pointer (&adoption->draft, g_free);

  return sync_path (folder, O_RDONLY | O_DIRECTORY, error);
}

static void
adopt_cb (GTask        *task,
          gpointer      source,
          gpointer      data,
          GCancellable *cancellable)
{
  WfStore *self = source;
  GError *error = NULL;

  Adoption *adoption = data;
  gboolean good = adopt (self, adoption, &error);

  if (adoption->draft != NULL)
    g_unlink (adoption->draft);
  g_clear_pointer (&adoption->draft, g_free);

  if (good)
    wf_worker_push (self->writer, G_PRIORITY_DEFAULT, g_object_ref (task), index_cb);
  else
    g_task_return_error (task, error);
}

/**
 * wf_store_adopt_medium_async:
 * @self: a store
 * @draft: a file, as wf_store_media_partial() named it; it is gone afterwards
 * @digest: the SHA-256 that its bytes must have
 * @type: its Content-Type
 * @actor: who sent it
 * @cancellable: (nullable): a cancellable
 * @callback: called when it is kept
 * @data: for @callback
 *
 * Checks a medium that has come in, and keeps it.
 */
void
wf_store_adopt_medium_async (WfStore             *self,
                             const char          *draft,
                             const char          *digest,
                             const char          *type,
                             const char          *actor,
                             GCancellable        *cancellable,
                             GAsyncReadyCallback  callback,
                             gpointer             data)
{
  g_return_if_fail (WF_IS_STORE (self));
  g_return_if_fail (wf_digest_is_valid (digest));
  g_return_if_fail (actor != NULL);

  GTask *task = g_task_new (self, cancellable, callback, data);
  Adoption *adoption = g_new0 (Adoption, 1);

  adoption->draft = g_strdup (draft);
  adoption->digest = g_strdup (digest);
  adoption->type = g_strdup (type);
  adoption->actor = g_strdup (actor);
  g_task_set_source_tag (task, wf_store_adopt_medium_async);
  g_task_set_task_data (task, adoption, (GDestroyNotify) free_adoption);
  wf_worker_push (self->streamer, G_PRIORITY_DEFAULT, task, adopt_cb);
}

/**
 * wf_store_adopt_medium_finish:
 * @self: a store
 * @result: the result
 * @known: (out): whether it was there already
 * @error: return location; %WF_STORE_ERROR_DIGEST where the bytes are others, %WF_STORE_ERROR_TYPE where they are of
 *   another type; both are in quarantine then
 *
 * Returns: whether it is kept
 */
gboolean
wf_store_adopt_medium_finish (WfStore      *self,
                              GAsyncResult *result,
                              gboolean     *known,
                              GError      **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  Adoption *adoption = g_task_get_task_data (G_TASK (result));
  gboolean good = g_task_propagate_boolean (G_TASK (result), error);

  if (good && !adoption->known)
    count_used (self, adoption->actor, adoption->size);

  *known = good && adoption->known;
  return good;
}

/* --- finding --- */

typedef struct
{
  char    *digest;
  WfToken *reader; /* (owned) (nullable) */
} Search;

static void
free_search (Search *search)
{
  g_free (search->digest);
  g_clear_pointer (&search->reader, wf_token_free);
  g_free (search);
}

static gboolean
is_sender (WfStore       *self,
           const Search  *search,
           GError       **error)
{
  g_autoptr (WfStatement) statement =
    wf_database_prepare (self->read_database, "SELECT 1 FROM medium_sender WHERE digest = ?1 AND actor = ?2", error);
  gboolean row;

  if (statement == NULL)
    return FALSE;

  wf_database_bind_text (statement, 1, search->digest);
  wf_database_bind_text (statement, 2, search->reader->actor);
  return wf_database_step (self->read_database, statement, &row, error) && row;
}

/* A medium is read by whoever may read an entry that refers to it. As long as none does it is its sender's alone; behind
 * that, a sender who reads no records keeps what he referred to himself. An entry whose payload was erased refers to
 * nothing any more, and is not forgotten either: what was erased does not go back to its sender. */
static gboolean
may_have (WfStore       *self,
          const Search  *search,
          GError       **error)
{
  const WfToken *reader = search->reader;

  if (reader == NULL)
    return TRUE;

  WfRole role = wf_role_from_name (reader->role);
  g_autoptr (GError) wrong = NULL;
  gboolean sent = is_sender (self, search, &wrong);
  g_autoptr (WfStatement) statement = wrong == NULL
    ? wf_database_prepare (self->read_database, "SELECT header, hash, payload IS NOT NULL FROM medium_reference"
                                                " JOIN journal USING (scope, number) WHERE digest = ?1", &wrong) : NULL;
  gboolean any = FALSE, row = FALSE;

  if (statement != NULL)
    wf_database_bind_text (statement, 1, search->digest);

  while (statement != NULL && wf_database_step (self->read_database, statement, &row, &wrong) && row)
    {
      g_autoptr (GBytes) header = wf_database_bytes (statement, 0);

      any = TRUE;
      if (sqlite3_column_int (statement, 2) == 0)
        continue;
      if (reader->reads && wf_entry_header_is_for (g_bytes_get_data (header, NULL), g_bytes_get_size (header), role))
        return TRUE;

      g_autoptr (WfEntry) entry = sent ? wf_entry_restore (header, wf_database_text (statement, 1), NULL, FALSE, NULL) : NULL;
      if (entry != NULL && g_strcmp0 (entry->event->actor, reader->actor) == 0)
        return TRUE;
    }

  if (wrong != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&wrong));
      return FALSE;
    }

  return sent && !any;
}

static void
find_cb (GTask        *task,
         gpointer      source,
         gpointer      data,
         GCancellable *cancellable)
{
  WfStore *self = source;
  const Search *search = data;
  GError *error = NULL;
  g_autoptr (WfStatement) statement =
    wf_database_prepare (self->read_database, "SELECT size, type FROM medium WHERE digest = ?1", &error);
  gboolean row = FALSE;

  if (statement != NULL)
    {
      wf_database_bind_text (statement, 1, search->digest);
      if (wf_database_step (self->read_database, statement, &row, &error) && row)
        row = may_have (self, search, &error);
    }

  if (error != NULL)
    g_task_return_error (task, error);
  else if (!row)
    g_task_return_new_error (task, WF_STORE_ERROR, WF_STORE_ERROR_NOT_FOUND, "There is no such medium");
  else
    {
      WfMedium *medium = g_new0 (WfMedium, 1);

      medium->size = sqlite3_column_int64 (statement, 0);
      medium->type = g_strdup (wf_database_text (statement, 1));
      g_task_return_pointer (task, medium, (GDestroyNotify) wf_medium_free);
    }
}

/**
 * wf_store_find_medium_async:
 * @self: a store
 * @digest: a digest
 * @reader: (nullable): whom it is for; %NULL for the machine itself
 * @cancellable: (nullable): a cancellable
 * @callback: called with what is known
 * @data: for @callback
 *
 * Looks for a medium. One that @reader may not read is not there: nothing tells the two apart.
 */
void
wf_store_find_medium_async (WfStore             *self,
                            const char          *digest,
                            const WfToken       *reader,
                            GCancellable        *cancellable,
                            GAsyncReadyCallback  callback,
                            gpointer             data)
{
  g_return_if_fail (WF_IS_STORE (self));
  g_return_if_fail (digest != NULL);

  GTask *task = g_task_new (self, cancellable, callback, data);
  Search *search = g_new0 (Search, 1);

  search->digest = g_strdup (digest);
  search->reader = reader != NULL ? wf_token_copy (reader) : NULL;
  g_task_set_source_tag (task, wf_store_find_medium_async);
  g_task_set_task_data (task, search, (GDestroyNotify) free_search);
  wf_worker_push (self->reader, G_PRIORITY_DEFAULT, task, find_cb);
}

/**
 * wf_store_find_medium_finish:
 * @self: a store
 * @result: the result
 * @error: return location; %WF_STORE_ERROR_NOT_FOUND where there is none
 *
 * Returns: (transfer full) (nullable): what is known of it
 */
WfMedium *
wf_store_find_medium_finish (WfStore      *self,
                             GAsyncResult *result,
                             GError      **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
