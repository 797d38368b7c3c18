/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-store"

#include "config.h"

#include "wf-files.h"

#include "wf-store.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <sys/stat.h>
#include <unistd.h>

#define BUFFER_BYTES (256 * 1024)

static gboolean
fail (const char *path,
      const char *what,
      GError    **error)
{
  int code = errno;

  g_set_error (error, WF_STORE_ERROR, WF_STORE_ERROR_UNAVAILABLE, "“%s” cannot be %s: %s", path, what, g_strerror (code));
  return FALSE;
}

/**
 * wf_pace_take:
 * @self: a pace
 * @bytes: how many were copied just now
 *
 * Waits as long as the pace asks for. For threads and programs that may wait.
 */
void
wf_pace_take (WfPace  *self,
              guint64  bytes)
{
  if (self == NULL || self->rate == 0)
    return;

  if (self->started == 0)
    self->started = g_get_monotonic_time ();
  self->done += bytes;

  gint64 due = self->started + (gint64) ((double) self->done / (double) self->rate * G_USEC_PER_SEC);
  gint64 now = g_get_monotonic_time ();

  if (due > now)
    g_usleep ((gulong) (due - now));
}

static gboolean
write_all (int         file,
           const char *path,
           const void *data,
           gsize       size,
           GError    **error)
{
  const guint8 *next = data;

  while (size > 0)
    {
      ssize_t n = write (file, next, size);

      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        return fail (path, "written", error);
      next += n;
      size -= (gsize) n;
    }

  return TRUE;
}

/* Reads all of a file through a checksum, and into another where there is one. */
static gboolean
pump (int         from,
      const char *from_path,
      int         to,
      const char *to_path,
      WfPace     *pace,
      GChecksum  *sum,
      int64_t    *size,
      GError    **error)
{
  g_autofree guint8 *buffer = g_malloc (BUFFER_BYTES);

  *size = 0;
  for (;;)
    {
      ssize_t n = read (from, buffer, BUFFER_BYTES);

      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        return fail (from_path, "read", error);
      if (n == 0)
        return TRUE;

      g_checksum_update (sum, buffer, n);
      *size += n;
      if (to >= 0 && !write_all (to, to_path, buffer, (gsize) n, error))
        return FALSE;
      wf_pace_take (pace, (guint64) n);
    }
}

/**
 * wf_files_copy:
 * @from: a file
 * @to: where to; its folder is made, and it must not exist
 * @pace: (nullable): how fast
 * @digest: (out): SHA-256 of the bytes that were copied
 * @size: (out): how many they are
 * @error: return location
 *
 * Copies a file so that it is on the disk when this returns. Blocks.
 *
 * Returns: whether it worked; if not, nothing lies at @to
 */
gboolean
wf_files_copy (const char *from,
               const char *to,
               WfPace     *pace,
               char      **digest,
               int64_t    *size,
               GError    **error)
{
  g_autoptr (GChecksum) sum = g_checksum_new (G_CHECKSUM_SHA256);
  g_autofree char *folder = g_path_get_dirname (to);
  int input = g_open (from, O_RDONLY | O_CLOEXEC, 0);

  if (input < 0)
    return fail (from, "read", error);

  g_mkdir_with_parents (folder, 0700);
  int output = g_open (to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (output < 0)
    {
      fail (to, "made", error);
      close (input);
      return FALSE;
    }

  gboolean good = pump (input, from, output, to, pace, sum, size, error);
  if (good && fsync (output) != 0)
    good = fail (to, "kept", error);
  close (input);
  close (output);
  if (!good)
    g_unlink (to);

  *digest = good ? g_strdup (g_checksum_get_string (sum)) : NULL;
  return good;
}

/**
 * wf_files_write:
 * @path: where to; must not exist
 * @data: (array length=size): bytes
 * @size: how many
 * @error: return location
 *
 * Returns: whether the file is on the disk
 */
gboolean
wf_files_write (const char *path,
                const void *data,
                gsize       size,
                GError    **error)
{
  int file = g_open (path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

  if (file < 0)
    return fail (path, "made", error);

  gboolean good = write_all (file, path, data, size, error) && (fsync (file) == 0 || fail (path, "kept", error));
  close (file);
  if (!good)
    g_unlink (path);

  return good;
}

/**
 * wf_files_digest:
 * @path: a file
 * @digest: (out): its SHA-256
 * @size: (out): its size
 * @error: return location
 *
 * Returns: whether it could be read
 */
gboolean
wf_files_digest (const char *path,
                 char      **digest,
                 int64_t    *size,
                 GError    **error)
{
  g_autoptr (GChecksum) sum = g_checksum_new (G_CHECKSUM_SHA256);
  int file = g_open (path, O_RDONLY | O_CLOEXEC, 0);

  *digest = NULL;
  if (file < 0)
    return fail (path, "read", error);

  gboolean good = pump (file, path, -1, NULL, NULL, sum, size, error);
  close (file);
  if (good)
    *digest = g_strdup (g_checksum_get_string (sum));

  return good;
}

/**
 * wf_files_sync_folder:
 * @path: a folder
 * @error: return location
 *
 * Returns: whether the names in it are on the disk
 */
gboolean
wf_files_sync_folder (const char *path,
                      GError    **error)
{
  int file = g_open (path, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0);
  gboolean good = file >= 0 && fsync (file) == 0;

  if (!good)
    fail (path, "kept", error);
  if (file >= 0)
    close (file);

  return good;
}

/**
 * wf_files_is_empty:
 * @path: a path
 *
 * Returns: whether there is nothing, or a folder with nothing in it
 */
gboolean
wf_files_is_empty (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);

  return dir != NULL ? g_dir_read_name (dir) == NULL : !g_file_test (path, G_FILE_TEST_EXISTS | G_FILE_TEST_IS_SYMLINK);
}

/**
 * wf_files_make_stage:
 * @place: where something is to go; nothing, or an empty folder
 * @error: return location
 *
 * Makes a folder beside the place where it will go, on the same disk, so that one rename puts it there.
 *
 * Returns: (transfer full) (nullable): the new folder
 */
char *
wf_files_make_stage (const char *place,
                     GError    **error)
{
  g_autofree char *canonical = g_canonicalize_filename (place, NULL);
  g_autofree char *parent = g_path_get_dirname (canonical);
  g_autofree char *stage = g_strconcat (canonical, ".part-XXXXXX", NULL);

  if (!wf_files_is_empty (place))
    g_set_error (error, WF_STORE_ERROR, WF_STORE_ERROR_OPEN, "“%s” is not empty: name a folder that is not there yet", place);
  else if (g_mkdir_with_parents (parent, 0700) == 0 && g_mkdtemp_full (stage, 0700) != NULL)
    return g_steal_pointer (&stage);
  else
    fail (parent, "written to", error);

  return NULL;
}

/**
 * wf_files_put_in_place:
 * @stage: a complete folder that wf_files_make_stage() made
 * @place: where it goes; nothing, or an empty folder, and over nothing else
 * @error: return location
 *
 * Returns: whether it is there, on the disk
 */
gboolean
wf_files_put_in_place (const char *stage,
                       const char *place,
                       GError    **error)
{
  g_autofree char *canonical = g_canonicalize_filename (place, NULL);
  g_autofree char *parent = g_path_get_dirname (canonical);

  if (g_rename (stage, canonical) != 0)
    return fail (canonical, "put in place", error);

  return wf_files_sync_folder (parent, error);
}

/**
 * wf_files_remove_tree:
 * @path: a folder of ours, or nothing
 *
 * Removes a folder with all that is in it. Links are removed, not followed.
 */
void
wf_files_remove_tree (const char *path)
{
  g_autoptr (GDir) dir = g_file_test (path, G_FILE_TEST_IS_SYMLINK) ? NULL : g_dir_open (path, 0, NULL);
  const char *name;

  if (dir == NULL)
    {
      g_unlink (path);
      return;
    }

  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);

      wf_files_remove_tree (child);
    }
  g_rmdir (path);
}
