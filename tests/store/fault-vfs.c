/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "fault-vfs.h"

#include <glib/gstdio.h>
#include <sqlite3.h>
#include <string.h>

#define SECTOR 512

typedef struct
{
  sqlite3_int64 offset; /* negative: cut to size */
  sqlite3_int64 size;
  guint8       *data;
} Write;

/* What is known of one path. */
typedef struct
{
  GByteArray *durable;
  gboolean    exists; /* durably */
  GArray     *writes; /* of Write, not synced */
} Image;

typedef struct
{
  sqlite3_file  base;
  Image        *image; /* (unowned) (nullable) */
  sqlite3_file *real;
} File;

static sqlite3_vfs vfs;
static sqlite3_vfs *real_vfs;
static sqlite3_io_methods methods;

/* under lock */
static GMutex lock;
static GCond mended;
static GHashTable *images; /* path → Image */
static GRand *chance;
static Fault fault;
static gboolean lying;
static gboolean out;
static guint countdown; /* 0: not armed */
static guint operations;

static void
clear_write (gpointer data)
{
  g_free (((Write *) data)->data);
}

static void
free_image (gpointer data)
{
  Image *image = data;

  g_byte_array_unref (image->durable);
  g_array_unref (image->writes);
  g_free (image);
}

static void
apply (GByteArray  *bytes,
       const Write *write)
{
  if (write->offset < 0)
    {
      guint before = bytes->len;

      g_byte_array_set_size (bytes, (guint) write->size);
      if (bytes->len > before)
        memset (bytes->data + before, 0, bytes->len - before);
      return;
    }

  if (write->offset + write->size > bytes->len)
    {
      guint before = bytes->len;

      g_byte_array_set_size (bytes, (guint) (write->offset + write->size));
      memset (bytes->data + before, 0, bytes->len - before);
    }
  memcpy (bytes->data + write->offset, write->data, (gsize) write->size);
}

/* With the lock held.
 * Returns: whether the power is on */
static gboolean
count (void)
{
  operations++;
  if (countdown > 0 && --countdown == 0)
    out = TRUE;

  return !out;
}

static File *
file_of (sqlite3_file *file)
{
  return (File *) file;
}

static sqlite3_file *
real_of (sqlite3_file *file)
{
  return file_of (file)->real;
}

static int
fault_close (sqlite3_file *file)
{
  int code = real_of (file)->pMethods != NULL ? real_of (file)->pMethods->xClose (real_of (file)) : SQLITE_OK;

  g_free (real_of (file));
  return code;
}

static int
fault_read (sqlite3_file *file,
            void         *buffer,
            int           size,
            sqlite3_int64 offset)
{
  g_mutex_lock (&lock);
  gboolean good = !out && fault != FAULT_READ;
  g_mutex_unlock (&lock);

  return good ? real_of (file)->pMethods->xRead (real_of (file), buffer, size, offset) : SQLITE_IOERR_READ;
}

/* With the lock held. */
static int
refuse_write (void)
{
  if (!count ())
    return SQLITE_IOERR_WRITE;

  switch (fault)
    {
    case FAULT_FULL:
      return SQLITE_FULL;
    case FAULT_WRITE:
      return SQLITE_IOERR_WRITE;
    case FAULT_READ_ONLY:
      return SQLITE_READONLY;
    case FAULT_NONE:
    case FAULT_SYNC:
    case FAULT_READ:
    default:
      return SQLITE_OK;
    }
}

static int
fault_write (sqlite3_file *file,
             const void   *buffer,
             int           size,
             sqlite3_int64 offset)
{
  Image *image = file_of (file)->image;

  g_mutex_lock (&lock);
  int code = refuse_write ();
  if (code == SQLITE_OK && image != NULL)
    {
      Write write = { .offset = offset, .size = size, .data = g_memdup2 (buffer, (gsize) size) };

      g_array_append_val (image->writes, write);
    }
  g_mutex_unlock (&lock);

  return code == SQLITE_OK ? real_of (file)->pMethods->xWrite (real_of (file), buffer, size, offset) : code;
}

static int
fault_truncate (sqlite3_file *file,
                sqlite3_int64 size)
{
  Image *image = file_of (file)->image;

  g_mutex_lock (&lock);
  int code = refuse_write ();
  if (code == SQLITE_OK && image != NULL)
    {
      Write write = { .offset = -1, .size = size };

      g_array_append_val (image->writes, write);
    }
  g_mutex_unlock (&lock);

  return code == SQLITE_OK ? real_of (file)->pMethods->xTruncate (real_of (file), size) : code;
}

/* The real sync is left out: it is the images that count, and a test has no power to lose. */
static int
fault_sync (sqlite3_file *file,
            int           flags)
{
  Image *image = file_of (file)->image;
  int code = SQLITE_OK;

  g_mutex_lock (&lock);
  while (fault == FAULT_HANG)
    g_cond_wait (&mended, &lock);
  if (!count () || fault == FAULT_SYNC)
    code = SQLITE_IOERR_FSYNC;
  else if (image != NULL && !lying)
    {
      for (guint i = 0; i < image->writes->len; i++)
        apply (image->durable, &g_array_index (image->writes, Write, i));
      g_array_set_size (image->writes, 0);
      image->exists = TRUE;
    }
  g_mutex_unlock (&lock);

  return code;
}

static int
fault_size (sqlite3_file  *file,
            sqlite3_int64 *size)
{
  return real_of (file)->pMethods->xFileSize (real_of (file), size);
}

static int
fault_lock (sqlite3_file *file,
            int           level)
{
  return real_of (file)->pMethods->xLock (real_of (file), level);
}

static int
fault_unlock (sqlite3_file *file,
              int           level)
{
  return real_of (file)->pMethods->xUnlock (real_of (file), level);
}

static int
fault_check_lock (sqlite3_file *file,
                  int          *result)
{
  return real_of (file)->pMethods->xCheckReservedLock (real_of (file), result);
}

static int
fault_control (sqlite3_file *file,
               int           what,
               void         *argument)
{
  return real_of (file)->pMethods->xFileControl (real_of (file), what, argument);
}

static int
fault_sector (sqlite3_file *file)
{
  return real_of (file)->pMethods->xSectorSize (real_of (file));
}

/* What a real file system promises, so that SQLite takes the risks here that it takes there. */
static int
fault_traits (sqlite3_file *file)
{
  return real_of (file)->pMethods->xDeviceCharacteristics (real_of (file));
}

static int
fault_shm_map (sqlite3_file  *file,
               int            page,
               int            size,
               int            extend,
               void volatile **out_pointer)
{
  return real_of (file)->pMethods->xShmMap (real_of (file), page, size, extend, out_pointer);
}

static int
fault_shm_lock (sqlite3_file *file,
                int           offset,
                int           n,
                int           flags)
{
  return real_of (file)->pMethods->xShmLock (real_of (file), offset, n, flags);
}

static void
fault_shm_barrier (sqlite3_file *file)
{
  real_of (file)->pMethods->xShmBarrier (real_of (file));
}

static int
fault_shm_unmap (sqlite3_file *file,
                 int           remove)
{
  return real_of (file)->pMethods->xShmUnmap (real_of (file), remove);
}

/* With the lock held. What was there before is taken to be durable. */
static Image *
ensure_image (const char *path)
{
  Image *image = g_hash_table_lookup (images, path);

  if (image != NULL)
    return image;

  g_autofree char *contents = NULL;
  gsize size = 0;

  image = g_new0 (Image, 1);
  image->durable = g_byte_array_new ();
  image->writes = g_array_new (FALSE, TRUE, sizeof (Write));
  g_array_set_clear_func (image->writes, clear_write);
  image->exists = g_file_get_contents (path, &contents, &size, NULL);
  g_byte_array_append (image->durable, (const guint8 *) contents, (guint) size);
  g_hash_table_insert (images, g_strdup (path), image);

  return image;
}

static int
fault_open (sqlite3_vfs  *self,
            const char   *name,
            sqlite3_file *file,
            int           flags,
            int          *out_flags)
{
  File *opened = file_of (file);

  memset (opened, 0, sizeof *opened);
  g_mutex_lock (&lock);
  gboolean on = !out;
  if (on && name != NULL && (flags & (SQLITE_OPEN_MAIN_DB | SQLITE_OPEN_WAL | SQLITE_OPEN_MAIN_JOURNAL)) != 0)
    opened->image = ensure_image (name);
  g_mutex_unlock (&lock);

  if (!on)
    return SQLITE_CANTOPEN;

  opened->real = g_malloc0 ((gsize) real_vfs->szOsFile);
  int code = real_vfs->xOpen (real_vfs, name, opened->real, flags, out_flags);
  if (code != SQLITE_OK)
    g_free (opened->real);
  else
    opened->base.pMethods = &methods;

  return code;
}

static int
fault_delete (sqlite3_vfs *self,
              const char  *name,
              int          sync)
{
  g_mutex_lock (&lock);
  gboolean on = count ();
  Image *image = on ? g_hash_table_lookup (images, name) : NULL;
  if (image != NULL)
    {
      g_byte_array_set_size (image->durable, 0);
      g_array_set_size (image->writes, 0);
      image->exists = FALSE;
    }
  g_mutex_unlock (&lock);

  return on ? real_vfs->xDelete (real_vfs, name, 0) : SQLITE_IOERR_DELETE;
}

static int
fault_access (sqlite3_vfs *self,
              const char  *name,
              int          flags,
              int         *result)
{
  return real_vfs->xAccess (real_vfs, name, flags, result);
}

static int
fault_full_name (sqlite3_vfs *self,
                 const char  *name,
                 int          size,
                 char        *result)
{
  return real_vfs->xFullPathname (real_vfs, name, size, result);
}

static int
fault_random (sqlite3_vfs *self,
              int          size,
              char        *result)
{
  return real_vfs->xRandomness (real_vfs, size, result);
}

static int
fault_sleep (sqlite3_vfs *self,
             int          microseconds)
{
  return real_vfs->xSleep (real_vfs, microseconds);
}

static int
fault_time (sqlite3_vfs *self,
            double      *now)
{
  return real_vfs->xCurrentTime (real_vfs, now);
}

static int
fault_last_error (sqlite3_vfs *self,
                  int          size,
                  char        *text)
{
  return real_vfs->xGetLastError (real_vfs, size, text);
}

/**
 * fault_vfs_install:
 *
 * Puts the disk under all databases that are opened from now on.
 */
void
fault_vfs_install (void)
{
  real_vfs = sqlite3_vfs_find (NULL);
  images = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, free_image);
  chance = g_rand_new_with_seed (0);

  methods = (sqlite3_io_methods) {
    .iVersion = 2, .xClose = fault_close, .xRead = fault_read, .xWrite = fault_write, .xTruncate = fault_truncate,
    .xSync = fault_sync, .xFileSize = fault_size, .xLock = fault_lock, .xUnlock = fault_unlock,
    .xCheckReservedLock = fault_check_lock, .xFileControl = fault_control, .xSectorSize = fault_sector,
    .xDeviceCharacteristics = fault_traits, .xShmMap = fault_shm_map, .xShmLock = fault_shm_lock,
    .xShmBarrier = fault_shm_barrier, .xShmUnmap = fault_shm_unmap,
  };
  vfs = (sqlite3_vfs) {
    .iVersion = 1, .szOsFile = sizeof (File), .mxPathname = real_vfs->mxPathname, .zName = "fault",
    .xOpen = fault_open, .xDelete = fault_delete, .xAccess = fault_access, .xFullPathname = fault_full_name,
    .xRandomness = fault_random, .xSleep = fault_sleep, .xCurrentTime = fault_time, .xGetLastError = fault_last_error,
  };
  sqlite3_vfs_register (&vfs, TRUE);
}

/**
 * fault_vfs_reset:
 * @seed: of what is left to chance
 *
 * Power on, all faults mended, all files forgotten. No database may be open.
 */
void
fault_vfs_reset (guint32 seed)
{
  g_mutex_lock (&lock);
  g_hash_table_remove_all (images);
  g_rand_set_seed (chance, seed);
  fault = FAULT_NONE;
  lying = FALSE;
  out = FALSE;
  countdown = 0;
  operations = 0;
  g_mutex_unlock (&lock);
}

/**
 * fault_vfs_set:
 * @what: what is wrong from now on
 */
void
fault_vfs_set (Fault what)
{
  g_mutex_lock (&lock);
  fault = what;
  g_cond_broadcast (&mended);
  g_mutex_unlock (&lock);
}

/**
 * fault_vfs_lie:
 * @lie: whether syncs do nothing and say that they did
 */
void
fault_vfs_lie (gboolean lie)
{
  g_mutex_lock (&lock);
  lying = lie;
  g_mutex_unlock (&lock);
}

/**
 * fault_vfs_arm:
 * @n: at which write or sync from now on the power goes
 */
void
fault_vfs_arm (guint n)
{
  g_mutex_lock (&lock);
  countdown = n;
  g_mutex_unlock (&lock);
}

/**
 * fault_vfs_cut:
 *
 * The power goes now.
 */
void
fault_vfs_cut (void)
{
  g_mutex_lock (&lock);
  out = TRUE;
  g_mutex_unlock (&lock);
}

/**
 * fault_vfs_is_out:
 *
 * Returns: whether the power has gone
 */
gboolean
fault_vfs_is_out (void)
{
  g_mutex_lock (&lock);
  gboolean gone = out;
  g_mutex_unlock (&lock);

  return gone;
}

/**
 * fault_vfs_operations:
 *
 * Returns: how many writes and syncs there were since the reset
 */
guint
fault_vfs_operations (void)
{
  g_mutex_lock (&lock);
  guint n = operations;
  g_mutex_unlock (&lock);

  return n;
}

/* Some of the sectors of a write, each for itself. */
static void
apply_some (GByteArray  *bytes,
            const Write *write)
{
  if (write->offset < 0)
    {
      if (g_rand_boolean (chance))
        apply (bytes, write);
      return;
    }

  for (sqlite3_int64 from = 0; from < write->size; )
    {
      sqlite3_int64 left = SECTOR - (write->offset + from) % SECTOR;
      Write part = { .offset = write->offset + from, .size = MIN (left, write->size - from), .data = write->data + from };

      if (g_rand_boolean (chance))
        apply (bytes, &part);
      from += part.size;
    }
}

static GByteArray *
what_is_left (const Image *image)
{
  GByteArray *bytes = g_byte_array_new ();
  guint n = image->writes->len;
  g_autofree guint *order = g_new (guint, n + 1);
  int mood = g_rand_int_range (chance, 0, 4);

  g_byte_array_append (bytes, image->durable->data, image->durable->len);

  /* Nothing of it, all of it, all up to a point, or any of it in any order. */
  for (guint i = 0; i < n; i++)
    order[i] = i;
  for (guint i = n; mood == 3 && i > 1; i--)
    {
      guint other = (guint) g_rand_int_range (chance, 0, (gint32) i);
      guint kept = order[i - 1];

      order[i - 1] = order[other];
      order[other] = kept;
    }

  guint end = mood == 2 && n > 0 ? (guint) g_rand_int_range (chance, 0, (gint32) n) : n;
  for (guint i = 0; mood != 0 && i < end; i++)
    {
      const Write *write = &g_array_index (image->writes, Write, order[i]);

      if (mood == 3)
        apply_some (bytes, write);
      else
        apply (bytes, write);
    }

  return bytes;
}

/**
 * fault_vfs_save:
 * @from: a folder
 * @to: an empty one
 *
 * Writes what is left of the databases of a folder now that the power has gone.
 */
void
fault_vfs_save (const char *from,
                const char *to)
{
  GHashTableIter iter;
  gpointer key, value;

  g_mutex_lock (&lock);
  g_hash_table_iter_init (&iter, images);
  while (g_hash_table_iter_next (&iter, &key, &value))
    {
      const Image *image = value;
      g_autofree char *folder = g_path_get_dirname (key);
      g_autofree char *name = g_path_get_basename (key);
      g_autofree char *path = g_build_filename (to, name, NULL);

      /* A file whose name was never synced may be there or not. */
      if (strcmp (folder, from) != 0 || (!image->exists && (image->writes->len == 0 || g_rand_boolean (chance))))
        continue;

      g_autoptr (GByteArray) bytes = what_is_left (image);
      g_assert_true (g_file_set_contents (path, (const char *) bytes->data, bytes->len, NULL));
    }
  g_mutex_unlock (&lock);
}
