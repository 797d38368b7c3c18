/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-tiles"

#include "config.h"

#include "wf-tile-cache.h"

#include "wf-tiles-error.h"

#include <glib/gstdio.h>
#include <sqlite3.h>
#include <string.h>

/* Tiles of servers, kept on the disk in one SQLite file: it says itself how large it is, refuses to grow beyond its limit
 * whoever writes, and is whole after the program was killed. One thread at a time; several programs may share a file. */

#define FORM 1

/* For the journal of one tile that comes or goes: what is left of the limit is the file's. */
#define RESERVE (4 * 1024 * 1024)

/* That a tile was used is noted again only after so many seconds. */
#define USED_EVERY 60

#define PAGE 4096

/* What a row takes beside the image, generously. */
#define ROW_BYTES (3 * PAGE)

/* What a tile takes, on the large side. */
#define USUAL_BYTES 32768

/* For the sake of the journal. */
#define DELETED_AT_ONCE 32

/* So long is waited for another program that writes. */
#define BUSY_MS 2000

struct _WfTileCache
{
  sqlite3 *database; /* (owned) */
  gint64   limit;    /* of the file */
};

void
wf_cached_tile_free (WfCachedTile *self)
{
  g_clear_pointer (&self->bytes, g_bytes_unref);
  g_free (self->etag);
  g_free (self->modified);
  g_free (self);
}

static gint64
ask (WfTileCache *self,
     const char  *sql)
{
  sqlite3_stmt *statement = NULL;
  gint64 value = -1;

  if (sqlite3_prepare_v2 (self->database, sql, -1, &statement, NULL) == SQLITE_OK && sqlite3_step (statement) == SQLITE_ROW)
    value = sqlite3_column_int64 (statement, 0);
  sqlite3_finalize (statement);

  return value;
}

static gboolean
run (WfTileCache *self,
     const char  *sql)
{
  return sqlite3_exec (self->database, sql, NULL, NULL, NULL) == SQLITE_OK;
}

static gint64
get_size (WfTileCache *self)
{
  return ask (self, "PRAGMA page_count") * PAGE;
}

/* A few at a time: as many as there may be too many of, and not so many that the transaction is large. */
static gboolean
make_room (WfTileCache *self,
           gint64       bytes)
{
  for (gint64 size = get_size (self); size + bytes > self->limit; size = get_size (self))
    {
      gint64 n = CLAMP ((size + bytes - self->limit) / USUAL_BYTES, 1, DELETED_AT_ONCE);
      g_autofree char *sql = g_strdup_printf ("DELETE FROM tile WHERE id IN (SELECT id FROM tile ORDER BY used, id"
                                              " LIMIT %" G_GINT64_FORMAT ")", n);

      if (!run (self, sql))
        return FALSE;
      if (sqlite3_changes (self->database) == 0)
        return FALSE;
    }

  return TRUE;
}

static gboolean
open_database (WfTileCache *self,
               const char  *path)
{
  static const char make[] = "BEGIN IMMEDIATE;"
                             "CREATE TABLE IF NOT EXISTS tile (id INTEGER PRIMARY KEY, source TEXT NOT NULL,"
                             " zoom INTEGER NOT NULL,"
                             " x INTEGER NOT NULL, y INTEGER NOT NULL, used INTEGER NOT NULL, expires INTEGER NOT NULL,"
                             " etag TEXT,"
                             " modified TEXT, image BLOB NOT NULL, UNIQUE (source, zoom, x, y));"
                             "CREATE INDEX IF NOT EXISTS tile_used ON tile (used);"
                             "PRAGMA user_version = 1; COMMIT";

  if (sqlite3_open_v2 (path, &self->database, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, NULL)
      != SQLITE_OK)
    return FALSE;
  sqlite3_busy_timeout (self->database, BUSY_MS);
  sqlite3_limit (self->database, SQLITE_LIMIT_LENGTH, 2 * WF_TILE_CACHE_TILE_MAX);

  /* What a power failure spoils is fetched again; being killed spoils nothing. */
  run (self, "PRAGMA page_size = 4096; PRAGMA auto_vacuum = FULL; PRAGMA synchronous = OFF; PRAGMA trusted_schema = OFF");
  gint64 form = ask (self, "PRAGMA user_version");
  if (form == 0 && run (self, make))
    form = FORM;

  return form == FORM && ask (self, "PRAGMA page_size") == PAGE
         && ask (self, "SELECT count(*) FROM (SELECT id FROM tile LIMIT 1)") >= 0;
}

/* Whether what lies there can only be thrown away: damaged, or something else. A disk that is full, a file that another
 * program holds or that may not be read stays as it is. */
static gboolean
is_spoilt (WfTileCache *self)
{
  switch (self->database != NULL ? sqlite3_errcode (self->database) : SQLITE_NOMEM)
    {
    case SQLITE_OK:
    case SQLITE_ROW:
    case SQLITE_DONE:
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
    case SQLITE_ERROR: /* another schema */
      return TRUE;
    default:
      return FALSE;
    }
}

/**
 * wf_tile_cache_open:
 * @path: the file; it and its folder are made where they are missing
 * @limit: how many bytes it may have, journal and all; %WF_TILE_CACHE_LIMIT_MIN at least
 * @error: return location
 *
 * Opens what was kept. A file that is larger by now than @limit is made smaller, one that is no cache or is damaged is thrown
 * away: everything in it can be fetched again. One that another program holds, or that may not be opened, is left alone.
 * Blocks for the disk.
 *
 * Returns: (transfer full) (nullable): the cache
 */
WfTileCache *
wf_tile_cache_open (const char  *path,
                    gint64       limit,
                    GError     **error)
{
  g_autoptr (WfTileCache) self = g_new0 (WfTileCache, 1);
  g_autofree char *folder = g_path_get_dirname (path);
  g_autofree char *journal = g_strconcat (path, "-journal", NULL);

  g_mkdir_with_parents (folder, 0700);
  self->limit = MAX (limit, WF_TILE_CACHE_LIMIT_MIN) - RESERVE;
  gboolean good = open_database (self, path);

  if (!good && is_spoilt (self))
    {
      g_clear_pointer (&self->database, sqlite3_close);
      g_unlink (path);
      g_unlink (journal);
      good = open_database (self, path);
    }
  if (!good)
    {
      g_set_error (error, WF_TILES_ERROR, WF_TILES_ERROR_OPEN, "%s: %s", path,
                   self->database != NULL ? sqlite3_errmsg (self->database) : "out of memory");
      return NULL;
    }
  make_room (self, 0);

  /* Whatever else goes wrong, the file does not grow beyond this. */
  g_autofree char *most = g_strdup_printf ("PRAGMA max_page_count = %" G_GINT64_FORMAT, self->limit / PAGE);
  run (self, most);

  return g_steal_pointer (&self);
}

/**
 * wf_tile_cache_free:
 * @self: (transfer full): a cache
 */
void
wf_tile_cache_free (WfTileCache *self)
{
  g_clear_pointer (&self->database, sqlite3_close);
  g_free (self);
}

static sqlite3_stmt *
prepare (WfTileCache *self,
         const char  *sql,
         const char  *source,
         int          zoom,
         int          x,
         int          y)
{
  sqlite3_stmt *statement = NULL;

  if (sqlite3_prepare_v2 (self->database, sql, -1, &statement, NULL) != SQLITE_OK)
    return NULL;

  sqlite3_bind_text (statement, 1, source, -1, SQLITE_TRANSIENT);
  sqlite3_bind_int (statement, 2, zoom);
  sqlite3_bind_int (statement, 3, x);
  sqlite3_bind_int (statement, 4, y);

  return statement;
}

static void
note_used (WfTileCache *self,
           gint64       id,
           gint64       now)
{
  g_autofree char *sql = g_strdup_printf ("UPDATE tile SET used = %" G_GINT64_FORMAT " WHERE id = %" G_GINT64_FORMAT, now, id);

  run (self, sql);
}

/**
 * wf_tile_cache_look_up:
 * @self: a cache
 * @source: whose tile, such as the address of its server
 * @zoom: its zoom
 * @x: its column
 * @y: its row
 * @now: seconds since the epoch
 *
 * Finds a tile, whether it has expired or not, and notes that it was used.
 *
 * Returns: (transfer full) (nullable): the tile
 */
WfCachedTile *
wf_tile_cache_look_up (WfTileCache *self,
                       const char  *source,
                       int          zoom,
                       int          x,
                       int          y,
                       gint64       now)
{
  g_return_val_if_fail (self != NULL && source != NULL, NULL);

  sqlite3_stmt *statement = prepare (self, "SELECT id, used, expires, etag, modified, image FROM tile"
                                           " WHERE source = ?1 AND zoom = ?2 AND x = ?3 AND y = ?4", source, zoom, x, y);
  WfCachedTile *tile = NULL;

  if (statement != NULL && sqlite3_step (statement) == SQLITE_ROW && sqlite3_column_bytes (statement, 5) > 0)
    {
      gint64 id = sqlite3_column_int64 (statement, 0);
      gint64 used = sqlite3_column_int64 (statement, 1);

      tile = g_new0 (WfCachedTile, 1);
      tile->expires = sqlite3_column_int64 (statement, 2);
      tile->etag = g_strdup ((const char *) sqlite3_column_text (statement, 3));
      tile->modified = g_strdup ((const char *) sqlite3_column_text (statement, 4));
      tile->bytes = g_bytes_new (sqlite3_column_blob (statement, 5), (gsize) sqlite3_column_bytes (statement, 5));
      sqlite3_reset (statement);
      if (ABS (now - used) >= USED_EVERY)
        note_used (self, id, now);
    }
  sqlite3_finalize (statement);

  return tile;
}

/**
 * wf_tile_cache_put:
 * @self: a cache
 * @source: whose tile
 * @zoom: its zoom
 * @x: its column
 * @y: its row
 * @tile: what is to be kept
 * @now: seconds since the epoch
 * @error: return location
 *
 * Keeps a tile. Where there is no room, those go that were not used for the longest time.
 *
 * Returns: whether it is kept
 */
gboolean
wf_tile_cache_put (WfTileCache         *self,
                   const char          *source,
                   int                  zoom,
                   int                  x,
                   int                  y,
                   const WfCachedTile  *tile,
                   gint64               now,
                   GError             **error)
{
  g_return_val_if_fail (self != NULL && source != NULL && tile != NULL, FALSE);

  gsize size = g_bytes_get_size (tile->bytes);
  sqlite3_stmt *statement;
  gboolean good;

  if (size > WF_TILE_CACHE_TILE_MAX)
    {
      g_set_error (error, WF_TILES_ERROR, WF_TILES_ERROR_TOO_LARGE, "A tile of %" G_GSIZE_FORMAT " bytes is not kept", size);
      return FALSE;
    }

  good = make_room (self, (gint64) size + ROW_BYTES);
  statement = good ? prepare (self, "INSERT OR REPLACE INTO tile (source, zoom, x, y, used, expires, etag, modified, image)"
                                    " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)", source, zoom, x, y) : NULL;
  if (statement != NULL)
    {
      sqlite3_bind_int64 (statement, 5, now);
      sqlite3_bind_int64 (statement, 6, tile->expires);
      sqlite3_bind_text (statement, 7, tile->etag, -1, SQLITE_TRANSIENT);
      sqlite3_bind_text (statement, 8, tile->modified, -1, SQLITE_TRANSIENT);
      sqlite3_bind_blob64 (statement, 9, g_bytes_get_data (tile->bytes, NULL), size, SQLITE_TRANSIENT);
      good = sqlite3_step (statement) == SQLITE_DONE;
    }
  sqlite3_finalize (statement);
  if (statement == NULL || !good)
    {
      g_set_error (error, WF_TILES_ERROR, WF_TILES_ERROR_WRITE, "A tile could not be kept: %s", sqlite3_errmsg (self->database));
      return FALSE;
    }

  return TRUE;
}

/**
 * wf_tile_cache_renew:
 * @self: a cache
 * @source: whose tile
 * @zoom: its zoom
 * @x: its column
 * @y: its row
 * @expires: until when it need not be asked for again
 *
 * The server has said that the tile has not changed.
 */
void
wf_tile_cache_renew (WfTileCache *self,
                     const char  *source,
                     int          zoom,
                     int          x,
                     int          y,
                     gint64       expires)
{
  g_return_if_fail (self != NULL && source != NULL);

  sqlite3_stmt *statement = prepare (self, "UPDATE tile SET expires = ?5 WHERE source = ?1 AND zoom = ?2 AND x = ?3 AND y = ?4",
                                     source, zoom, x, y);

  if (statement != NULL)
    {
      sqlite3_bind_int64 (statement, 5, expires);
      sqlite3_step (statement);
    }
  sqlite3_finalize (statement);
}

/**
 * wf_tile_cache_remove:
 * @self: a cache
 * @source: whose tile
 * @zoom: its zoom
 * @x: its column
 * @y: its row
 *
 * Throws a tile away that has turned out to be none.
 */
void
wf_tile_cache_remove (WfTileCache *self,
                      const char  *source,
                      int          zoom,
                      int          x,
                      int          y)
{
  g_return_if_fail (self != NULL && source != NULL);

  sqlite3_stmt *statement = prepare (self, "DELETE FROM tile WHERE source = ?1 AND zoom = ?2 AND x = ?3 AND y = ?4", source,
                                     zoom, x, y);

  if (statement != NULL)
    sqlite3_step (statement);
  sqlite3_finalize (statement);
}

/**
 * wf_tile_cache_clear:
 * @self: a cache
 * @error: return location
 *
 * Throws everything away, and gives the disk its room back.
 *
 * Returns: whether it worked
 */
gboolean
wf_tile_cache_clear (WfTileCache  *self,
                     GError      **error)
{
  g_return_val_if_fail (self != NULL, FALSE);

  /* In pieces, for the sake of the journal. */
  while (run (self, "DELETE FROM tile WHERE id IN (SELECT id FROM tile LIMIT 32)"))
    if (sqlite3_changes (self->database) == 0)
      return TRUE;

  g_set_error (error, WF_TILES_ERROR, WF_TILES_ERROR_WRITE, "The tiles could not be cleared: %s",
               sqlite3_errmsg (self->database));
  return FALSE;
}

/**
 * wf_tile_cache_measure:
 * @path: the file of a cache, whether it is there or not
 *
 * Returns: how many bytes it takes on the disk, journal and all
 */
gint64
wf_tile_cache_measure (const char *path)
{
  static const char *const endings[] = { "", "-journal" };
  gint64 bytes = 0;

  for (gsize i = 0; i < G_N_ELEMENTS (endings); i++)
    {
      g_autofree char *file = g_strconcat (path, endings[i], NULL);
      GStatBuf about;

      if (g_stat (file, &about) == 0)
        bytes += about.st_size;
    }

  return bytes;
}

/**
 * wf_tile_cache_find_path:
 *
 * Returns: (transfer full): where a person's programs keep tiles of servers
 */
char *
wf_tile_cache_find_path (void)
{
  return g_build_filename (g_get_user_cache_dir (), "watchfire", "tiles.db", NULL);
}
