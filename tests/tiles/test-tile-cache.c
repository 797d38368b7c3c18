/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "wf-tile-cache.h"
#include "wf-tiles-error.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <sqlite3.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* What is kept of a server's tiles: never more than the limit, whoever is killed when. */

#define LIMIT WF_TILE_CACHE_LIMIT_MIN
#define SIZE  (200 * 1024)

typedef struct
{
  char *folder;
  char *path;
} Fixture;

static void
set_up (Fixture       *self,
        gconstpointer  data)
{
  self->folder = g_dir_make_tmp ("wf-tiles-XXXXXX", NULL);
  self->path = g_build_filename (self->folder, "deep", "tiles.db", NULL);
}

static void
tear_down (Fixture       *self,
           gconstpointer  data)
{
  g_autofree char *deep = g_path_get_dirname (self->path);
  g_autofree char *journal = g_strconcat (self->path, "-journal", NULL);

  g_unlink (self->path);
  g_unlink (journal);
  g_rmdir (deep);
  g_rmdir (self->folder);
  g_free (self->path);
  g_free (self->folder);
}

static WfTileCache *
open_cache (Fixture *self)
{
  g_autoptr (GError) error = NULL;
  WfTileCache *cache = wf_tile_cache_open (self->path, LIMIT, &error);

  g_assert_no_error (error);
  return cache;
}

static void
put (WfTileCache *cache,
     int          x,
     gint64       now)
{
  g_autoptr (GError) error = NULL;
  g_autofree guint8 *image = g_malloc (SIZE);
  WfCachedTile tile = { .etag = (char *) "\"v1\"", .expires = now + 100 };

  memset (image, x, SIZE);
  tile.bytes = g_bytes_new (image, SIZE);
  g_assert_true (wf_tile_cache_put (cache, "https://a/{z}", 10, x, 7, &tile, now, &error));
  g_assert_no_error (error);
  g_bytes_unref (tile.bytes);
}

static gboolean
has (WfTileCache *cache,
     int          x,
     gint64       now)
{
  g_autoptr (WfCachedTile) tile = wf_tile_cache_look_up (cache, "https://a/{z}", 10, x, 7, now);

  if (tile == NULL)
    return FALSE;
  g_assert_cmpuint (g_bytes_get_size (tile->bytes), ==, SIZE);
  g_assert_cmpuint (((const guint8 *) g_bytes_get_data (tile->bytes, NULL))[SIZE - 1], ==, (guint8) x);
  g_assert_cmpstr (tile->etag, ==, "\"v1\"");

  return TRUE;
}

/* Far more is put in than there is room for: at no time is there more on the disk; what was used lately stays, over restarts. */
static void
test_limit (Fixture       *self,
            gconstpointer  data)
{
  WfTileCache *cache = open_cache (self);

  for (int x = 0; x < 150; x++)
    {
      put (cache, x, 1000 * x);
      /* Tile 3 is looked at all the time. */
      if (x >= 3)
        g_assert_true (has (cache, 3, 1000 * x));
      g_assert_cmpint (wf_tile_cache_measure (self->path), <=, LIMIT);
      if (x % 40 == 39)
        {
          wf_tile_cache_free (cache);
          cache = open_cache (self);
        }
    }
  g_assert_true (has (cache, 149, 1));
  g_assert_true (has (cache, 148, 1));
  g_assert_false (has (cache, 0, 1));
  g_assert_false (has (cache, 60, 1));
  g_assert_cmpint (wf_tile_cache_measure (self->path), >, LIMIT / 2);

  /* One that is too large to be kept leaves the others alone. */
  g_autofree guint8 *huge = g_malloc0 (WF_TILE_CACHE_TILE_MAX + 1);
  g_autoptr (GError) error = NULL;
  WfCachedTile tile = { .bytes = g_bytes_new (huge, WF_TILE_CACHE_TILE_MAX + 1) };
  g_assert_false (wf_tile_cache_put (cache, "https://a/{z}", 10, 500, 7, &tile, 1, &error));
  g_assert_nonnull (error);
  g_bytes_unref (tile.bytes);
  g_assert_true (has (cache, 149, 1));

  g_clear_error (&error);
  g_assert_true (wf_tile_cache_clear (cache, &error));
  g_assert_no_error (error);
  g_assert_false (has (cache, 149, 1));
  g_assert_cmpint (wf_tile_cache_measure (self->path), <, 100 * 1024);
  wf_tile_cache_free (cache);
}

/* A larger limit, and then a smaller one: what is too much by then goes when the file is opened. */
static void
test_lowered (Fixture       *self,
              gconstpointer  data)
{
  g_autoptr (GError) error = NULL;
  WfTileCache *cache = wf_tile_cache_open (self->path, 3 * LIMIT, &error);

  for (int x = 0; x < 200; x++)
    put (cache, x, x);
  g_assert_cmpint (wf_tile_cache_measure (self->path), >, 2 * LIMIT);
  wf_tile_cache_free (cache);
  cache = open_cache (self);
  g_assert_cmpint (wf_tile_cache_measure (self->path), <=, LIMIT);
  g_assert_true (has (cache, 199, 199));
  g_assert_false (has (cache, 0, 199));
  wf_tile_cache_free (cache);
}

/* Until when it is good is kept and renewed; servers do not mix. */
static void
test_expiry (Fixture       *self,
             gconstpointer  data)
{
  g_autoptr (WfTileCache) cache = open_cache (self);

  put (cache, 1, 1000);
  g_autoptr (WfCachedTile) tile = wf_tile_cache_look_up (cache, "https://a/{z}", 10, 1, 7, 1000);
  g_assert_cmpint (tile->expires, ==, 1100);
  wf_tile_cache_renew (cache, "https://a/{z}", 10, 1, 7, 5000);
  g_autoptr (WfCachedTile) later = wf_tile_cache_look_up (cache, "https://a/{z}", 10, 1, 7, 1000);
  g_assert_cmpint (later->expires, ==, 5000);
  g_assert_null (wf_tile_cache_look_up (cache, "https://b/{z}", 10, 1, 7, 1000));
  g_assert_null (wf_tile_cache_look_up (cache, "https://a/{z}", 11, 1, 7, 1000));
}

/* Whatever lies there, a cache comes of it. */
static void
test_damaged (Fixture       *self,
              gconstpointer  data)
{
  g_autofree char *folder = g_path_get_dirname (self->path);
  g_autoptr (GError) error = NULL;

  g_mkdir_with_parents (folder, 0700);
  g_assert_true (g_file_set_contents (self->path, "This is not a database, and it is long enough to be looked at. ......"
                                                  "..........................................................", -1, &error));
  WfTileCache *cache = open_cache (self);
  put (cache, 1, 1);
  g_assert_true (has (cache, 1, 1));
  wf_tile_cache_free (cache);

  /* Cut off in the middle. */
  g_assert_cmpint (truncate (self->path, 5000), ==, 0);
  cache = open_cache (self);
  put (cache, 2, 1);
  g_assert_true (has (cache, 2, 1));
  wf_tile_cache_free (cache);
}

/* What another program holds is left as it is, and there again when that lets go. */
static void
test_held (Fixture       *self,
           gconstpointer  data)
{
  WfTileCache *cache = open_cache (self);
  g_autoptr (GError) error = NULL;
  sqlite3 *other = NULL;

  put (cache, 1, 1);
  wf_tile_cache_free (cache);
  g_assert_cmpint (sqlite3_open (self->path, &other), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (other, "BEGIN EXCLUSIVE", NULL, NULL, NULL), ==, SQLITE_OK);
  g_assert_null (wf_tile_cache_open (self->path, LIMIT, &error));
  g_assert_error (error, WF_TILES_ERROR, WF_TILES_ERROR_OPEN);
  g_assert_cmpint (sqlite3_exec (other, "COMMIT", NULL, NULL, NULL), ==, SQLITE_OK);
  sqlite3_close (other);
  cache = open_cache (self);
  g_assert_true (has (cache, 1, 1));
  wf_tile_cache_free (cache);

  /* Nor is a folder a cache that is damaged. */
  g_autofree char *folder = g_path_get_dirname (self->path);
  g_clear_error (&error);
  g_assert_null (wf_tile_cache_open (folder, LIMIT, &error));
  g_assert_error (error, WF_TILES_ERROR, WF_TILES_ERROR_OPEN);

  /* The database of something else is no cache. */
  g_assert_cmpint (sqlite3_open (self->path, &other), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (other, "DROP TABLE tile; CREATE TABLE tile (a)", NULL, NULL, NULL), ==, SQLITE_OK);
  sqlite3_close (other);
  cache = open_cache (self);
  put (cache, 2, 1);
  g_assert_true (has (cache, 2, 1));
  wf_tile_cache_free (cache);
}

/* Killed while it writes, again and again. */
static void
test_killed (Fixture       *self,
             gconstpointer  data)
{
  for (int round = 0; round < 8; round++)
    {
      pid_t child = fork ();

      if (child == 0)
        {
          g_autoptr (GError) error = NULL;
          WfTileCache *cache = wf_tile_cache_open (self->path, LIMIT, &error);
          g_autofree guint8 *image = g_malloc0 (SIZE);
          WfCachedTile tile = { .bytes = g_bytes_new (image, SIZE) };

          for (int x = 0; x < G_MAXINT && cache != NULL; x++)
            wf_tile_cache_put (cache, "https://a/{z}", round, x, 7, &tile, x, NULL);
          _exit (1);
        }

      g_usleep (100000 + 40000 * (gulong) round);
      kill (child, SIGKILL);
      int status = 0;
      g_assert_cmpint (waitpid (child, &status, 0), ==, child);
      /* It was still writing. */
      g_assert_true (WIFSIGNALED (status) && WTERMSIG (status) == SIGKILL);
      g_assert_cmpint (wf_tile_cache_measure (self->path), <=, LIMIT);

      WfTileCache *cache = open_cache (self);
      g_assert_cmpint (wf_tile_cache_measure (self->path), <=, LIMIT);
      put (cache, 1, 1);
      g_assert_true (has (cache, 1, 1));
      wf_tile_cache_free (cache);
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add ("/tiles/cache/limit", Fixture, NULL, set_up, test_limit, tear_down);
  g_test_add ("/tiles/cache/lowered", Fixture, NULL, set_up, test_lowered, tear_down);
  g_test_add ("/tiles/cache/expiry", Fixture, NULL, set_up, test_expiry, tear_down);
  g_test_add ("/tiles/cache/damaged", Fixture, NULL, set_up, test_damaged, tear_down);
  g_test_add ("/tiles/cache/held", Fixture, NULL, set_up, test_held, tear_down);
  g_test_add ("/tiles/cache/killed", Fixture, NULL, set_up, test_killed, tear_down);

  return g_test_run ();
}
