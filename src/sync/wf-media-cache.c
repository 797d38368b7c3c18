/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-sync"

#include "config.h"

#include "wf-media-cache-private.h"

#include "wf-id.h"
#include "wf-sync-error.h"
#include "wf-wire.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <sys/stat.h>
#include <unistd.h>

/* Files of a workstation, by their digests: what its person has added and what they have looked at. When a file was last used is
 * its time of change. */

#define PIECE (256 * 1024)

/* What is found old must still be so when it is taken away. */
static GMutex lock;

/* It has been used now. Returns: whether it is there */
static gboolean
touch (const char *path)
{
  G_GNUC_UNUSED g_autoptr (GMutexLocker) held = g_mutex_locker_new (&lock);

  return g_file_test (path, G_FILE_TEST_IS_REGULAR) && utimensat (AT_FDCWD, path, NULL, 0) == 0;
}

static gboolean
write_through (int           fd,
               const guint8 *data,
               gsize         size)
{
  while (size > 0)
    {
      ssize_t n = write (fd, data, size);

      if (n < 0 && errno == EINTR)
        continue;
      if (n <= 0)
        return FALSE;

      data += n;
      size -= (gsize) n;
    }

  return fsync (fd) == 0;
}

/**
 * wf_media_store:
 * @path: where; the name is the digest
 * @bytes: what
 * @error: where to put a #WfSyncError
 *
 * Puts a file on the disk under its own name, readable by its owner only, or not at all. Any thread.
 *
 * Returns: whether it is there
 */
gboolean
wf_media_store (const char  *path,
                GBytes      *bytes,
                GError     **error)
{
  g_autofree char *folder = g_path_get_dirname (path);
  g_autofree char *draft = g_strconcat (path, ".XXXXXX", NULL);
  gsize size;
  const guint8 *data = g_bytes_get_data (bytes, &size);
  gboolean done = FALSE;

  if (touch (path))
    return TRUE;

  if (g_mkdir_with_parents (folder, 0700) == 0)
    {
      int fd = g_mkstemp_full (draft, O_RDWR | O_CLOEXEC, 0600);

      if (fd >= 0)
        {
          done = write_through (fd, data, size);
          done = close (fd) == 0 && done;
          done = done && g_rename (draft, path) == 0;
          if (!done)
            g_unlink (draft);
        }
    }

  if (!done)
    g_set_error (error, WF_SYNC_ERROR, WF_SYNC_ERROR_FILE, _("“%s” cannot be written: %s"), path, g_strerror (errno));

  return done;
}

/* Returns: (transfer full) (nullable): the digest of a file that may be too large for the memory */
static char *
read_digest (const char  *path,
             GError     **error)
{
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GFileInputStream) input = g_file_read (file, NULL, error);
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  g_autofree guint8 *piece = g_malloc (PIECE);
  gssize n = -1;

  while (input != NULL && (n = g_input_stream_read (G_INPUT_STREAM (input), piece, PIECE, NULL, error)) > 0)
    g_checksum_update (checksum, piece, n);

  return n == 0 ? g_strdup (g_checksum_get_string (checksum)) : NULL;
}

/* A second name for the same bytes where the disk can do that. */
static gboolean
link_or_copy (const char  *path,
              const char  *target,
              GError     **error)
{
  g_autofree char *draft = g_strconcat (target, ".copy", NULL);
  g_autoptr (GFile) from = g_file_new_for_path (path);
  g_autoptr (GFile) to = g_file_new_for_path (draft);

  if (link (path, target) == 0 || errno == EEXIST)
    return TRUE;

  if (g_file_copy (from, to, G_FILE_COPY_OVERWRITE | G_FILE_COPY_TARGET_DEFAULT_PERMS, NULL, NULL, NULL, error)
      && g_chmod (draft, 0600) == 0 && g_rename (draft, target) == 0)
    return TRUE;

  if (error != NULL && *error == NULL)
    g_set_error (error, WF_SYNC_ERROR, WF_SYNC_ERROR_FILE, _("“%s” cannot be written: %s"), target, g_strerror (errno));
  g_unlink (draft);
  return FALSE;
}

/**
 * wf_media_adopt:
 * @folder: where files lie by their digests
 * @path: a file that nobody writes any more
 * @error: where to put an error
 *
 * Puts a file beside the others under its own name; it stays where it is as well. Any thread.
 *
 * Returns: (transfer full) (nullable): its digest
 */
char *
wf_media_adopt (const char  *folder,
                const char  *path,
                GError     **error)
{
  g_autofree char *digest = read_digest (path, error);
  g_autofree char *target = digest != NULL ? g_build_filename (folder, digest, NULL) : NULL;

  if (digest == NULL)
    return NULL;

  if (g_mkdir_with_parents (folder, 0700) != 0)
    {
      g_set_error (error, WF_SYNC_ERROR, WF_SYNC_ERROR_FILE, _("“%s” cannot be written: %s"), folder, g_strerror (errno));
      return NULL;
    }

  return touch (target) || link_or_copy (path, target, error) ? g_steal_pointer (&digest) : NULL;
}

/**
 * wf_media_check:
 * @path: where
 * @digest: what it must be
 *
 * As wf_media_load(), without bringing it into memory. Any thread.
 *
 * Returns: whether it is there, and is what it must be
 */
gboolean
wf_media_check (const char *path,
                const char *digest)
{
  if (!touch (path))
    return FALSE;

  g_autofree char *own = read_digest (path, NULL);

  if (g_strcmp0 (own, digest) == 0)
    return TRUE;

  g_unlink (path);
  return FALSE;
}

/**
 * wf_media_load:
 * @path: where
 * @digest: what it must be
 *
 * What lies under a name must have that digest; what does not is no use to anybody, and goes. Any thread.
 *
 * Returns: (transfer full) (nullable): the file
 */
GBytes *
wf_media_load (const char *path,
               const char *digest)
{
  g_autofree char *text = NULL;
  gsize size;

  touch (path);
  if (!g_file_get_contents (path, &text, &size, NULL))
    return NULL;

  g_autofree char *own = wf_digest_bytes (text, size);

  if (g_strcmp0 (own, digest) != 0)
    {
      g_unlink (path);
      return NULL;
    }

  return g_bytes_new_take (g_steal_pointer (&text), size);
}

typedef struct
{
  char    *path;
  goffset  size;
  gint64   used;   /* µs since the epoch */
} Found;

static void
free_found (gpointer data)
{
  Found *found = data;

  g_free (found->path);
  g_free (found);
}

/* The newest first. */
static int
compare_found (gconstpointer a,
               gconstpointer b)
{
  const Found *one = *(const Found *const *) a;
  const Found *other = *(const Found *const *) b;

  return one->used > other->used ? -1 : one->used < other->used;
}

static gboolean
look_at (const char *path,
         GStatBuf   *info,
         gint64     *used)
{
  if (g_lstat (path, info) != 0 || !S_ISREG (info->st_mode))
    return FALSE;

  *used = (gint64) info->st_mtim.tv_sec * G_USEC_PER_SEC + info->st_mtim.tv_nsec / 1000;
  return TRUE;
}

static GPtrArray *
list_files (const char *folder,
            GHashTable *keep)
{
  GPtrArray *files = g_ptr_array_new_with_free_func (free_found);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);
      GStatBuf info;
      gint64 used;

      if (g_hash_table_contains (keep, name) || !look_at (path, &info, &used))
        continue;

      Found *found = g_new0 (Found, 1);

      found->path = g_steal_pointer (&path);
      found->size = info.st_size;
      found->used = used;
      g_ptr_array_add (files, found);
    }

  g_ptr_array_sort (files, compare_found);
  return files;
}

static gboolean
take_away (const char *path,
           gint64      before)
{
  G_GNUC_UNUSED g_autoptr (GMutexLocker) held = g_mutex_locker_new (&lock);
  GStatBuf info;
  gint64 used;

  return look_at (path, &info, &used) && used < before && g_unlink (path) == 0;
}

/**
 * wf_media_prune:
 * @folder: where they are
 * @keep: (element-type utf8): set of digests that are to stay whatever happens: they are nowhere else
 * @before: µs since the epoch; what has been used since stays
 * @most_bytes: so much may stay beside @keep, what was used last first
 * @most_age: what had not been used for so many µs by then goes
 *
 * Takes away what has not been wanted for long, and what is too much. It can be fetched again. Any thread.
 *
 * Returns: how many have gone
 */
guint
wf_media_prune (const char *folder,
                GHashTable *keep,
                gint64      before,
                goffset     most_bytes,
                gint64      most_age)
{
  g_autoptr (GPtrArray) files = list_files (folder, keep);
  goffset bytes = 0;
  guint gone = 0;

  for (guint i = 0; i < files->len; i++)
    {
      const Found *found = g_ptr_array_index (files, i);

      bytes += found->size;
      if (bytes > most_bytes || found->used < before - most_age)
        gone += take_away (found->path, before);
    }

  return gone;
}
