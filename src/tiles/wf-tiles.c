/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-tiles"

#include "config.h"

#include "wf-tiles-private.h"

#include "wf-tiles-error.h"

#include <glib/gi18n.h>
#include <gio/gio.h>
#include <string.h>

#define HEADER_SIZE 100
#define MAX_CELL    (16 * 1024 * 1024)
#define MAX_TEXT    4096

static guint32
big_endian (const guint8 *bytes)
{
  return (guint32) bytes[0] << 24 | (guint32) bytes[1] << 16 | (guint32) bytes[2] << 8 | bytes[3];
}

/* SQLite finds a cut-off file only when it reads the missing page; the header tells it at once. */
static gboolean
check_header (const char  *path,
              GError     **error)
{
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GFileInputStream) stream = g_file_read (file, NULL, error);
  guint8 head[HEADER_SIZE];
  gsize got = 0;

  if (stream == NULL || !g_input_stream_read_all (G_INPUT_STREAM (stream), head, sizeof head, &got, NULL, error))
    return FALSE;

  if (got < sizeof head || memcmp (head, "SQLite format 3", 16) != 0)
    {
      g_set_error (error, WF_TILES_ERROR, WF_TILES_ERROR_FORMAT, _("%s: not a map file (it is not an SQLite database)"), path);
      return FALSE;
    }

  g_autoptr (GFileInfo) info = g_file_input_stream_query_info (stream, G_FILE_ATTRIBUTE_STANDARD_SIZE, NULL, error);
  if (info == NULL)
    return FALSE;

  guint64 page = (guint64) head[16] << 8 | head[17];
  guint64 wanted = (page == 1 ? 65536 : page) * big_endian (head + 28);
  /* The count of pages holds only where it was written together with the change counter. */
  if (memcmp (head + 24, head + 92, 4) == 0 && (guint64) g_file_info_get_size (info) < wanted)
    {
      g_autofree char *has = g_format_size_full ((guint64) g_file_info_get_size (info), G_FORMAT_SIZE_LONG_FORMAT);
      g_autofree char *needs = g_format_size_full (wanted, G_FORMAT_SIZE_LONG_FORMAT);

      /* TRANSLATORS: a file, its size and the size that it should have */
      g_set_error (error, WF_TILES_ERROR, WF_TILES_ERROR_TRUNCATED, _("%s: the file is cut off: it has %s of %s. Copy it again."),
                   path, has, needs);
      return FALSE;
    }

  return TRUE;
}

/* Opens a file of somebody else's for reading, with every limit that SQLite has for such. */
sqlite3 *
wf_tiles_open_database (const char  *path,
                        GError     **error)
{
  g_autoptr (sqlite3) database = NULL;

  if (!check_header (path, error))
    return NULL;

  if (sqlite3_open_v2 (path, &database, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, NULL) != SQLITE_OK)
    {
      g_set_error (error, WF_TILES_ERROR, WF_TILES_ERROR_OPEN, _("%s: cannot be opened: %s"), path,
                   sqlite3_errmsg (database));
      return NULL;
    }

  sqlite3_db_config (database, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
  sqlite3_db_config (database, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
  sqlite3_db_config (database, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, NULL);
  sqlite3_limit (database, SQLITE_LIMIT_LENGTH, MAX_CELL);
  sqlite3_limit (database, SQLITE_LIMIT_SQL_LENGTH, 100000);
  sqlite3_limit (database, SQLITE_LIMIT_ATTACHED, 0);
  sqlite3_exec (database, "PRAGMA cell_size_check = ON; PRAGMA mmap_size = 0; PRAGMA query_only = ON", NULL, NULL, NULL);
  sqlite3_busy_timeout (database, 1000);

  return g_steal_pointer (&database);
}

sqlite3_stmt *
wf_tiles_prepare (sqlite3     *database,
                  const char  *path,
                  const char  *sql,
                  GError     **error)
{
  sqlite3_stmt *statement = NULL;

  if (sqlite3_prepare_v2 (database, sql, -1, &statement, NULL) == SQLITE_OK)
    return statement;

  g_set_error (error, WF_TILES_ERROR, WF_TILES_ERROR_FORMAT, "%s: %s", path, sqlite3_errmsg (database));

  return NULL;
}

static void
interrupt_cb (GCancellable *cancellable,
              gpointer      database)
{
  sqlite3_interrupt (database);
}

/* Looks through all pages of a file, which for a large one takes as long as reading it: whoever cancels it, from any thread, ends
 * it at once. */
gboolean
wf_tiles_check_whole (sqlite3       *database,
                      const char    *path,
                      GCancellable  *cancellable,
                      GError       **error)
{
  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return FALSE;

  g_autoptr (sqlite3_stmt) check = wf_tiles_prepare (database, path, "PRAGMA quick_check (1)", error);
  if (check == NULL)
    return FALSE;

  gulong handler = cancellable != NULL ? g_cancellable_connect (cancellable, G_CALLBACK (interrupt_cb), database, NULL) : 0;
  gboolean good = sqlite3_step (check) == SQLITE_ROW && g_strcmp0 ((const char *) sqlite3_column_text (check, 0), "ok") == 0;
  g_cancellable_disconnect (cancellable, handler);

  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return FALSE;
  if (!good)
    g_set_error (error, WF_TILES_ERROR, WF_TILES_ERROR_FORMAT, _("%s: the file is damaged. Copy it again."), path);

  return good;
}

gboolean
wf_tiles_has_table (sqlite3    *database,
                    const char *table)
{
  g_autoptr (sqlite3_stmt) find =
      wf_tiles_prepare (database, "", "SELECT 1 FROM sqlite_master WHERE name = ?1 AND type IN ('table', 'view')", NULL);

  if (find == NULL)
    return FALSE;
  sqlite3_bind_text (find, 1, table, -1, SQLITE_STATIC);

  return sqlite3_step (find) == SQLITE_ROW;
}

/* The value, or NULL where there is none, or none that is short text in UTF-8. */
char *
wf_tiles_get_metadata (sqlite3    *database,
                       const char *name)
{
  g_autoptr (sqlite3_stmt) find = wf_tiles_prepare (database, "", "SELECT value FROM metadata WHERE name = ?1", NULL);

  if (find == NULL)
    return NULL;
  sqlite3_bind_text (find, 1, name, -1, SQLITE_STATIC);
  if (sqlite3_step (find) != SQLITE_ROW)
    return NULL;

  const char *value = (const char *) sqlite3_column_text (find, 0);
  int size = sqlite3_column_bytes (find, 0);
  if (value == NULL || size > MAX_TEXT || !g_utf8_validate (value, size, NULL))
    return NULL;

  return g_strndup (value, (gsize) size);
}
