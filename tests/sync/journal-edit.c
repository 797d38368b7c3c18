/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "journal-edit.h"

#include <sqlite3.h>
#include <string.h>

static char *
read_text (sqlite3    *db,
           const char *sql)
{
  sqlite3_stmt *statement = NULL;

  g_assert_cmpint (sqlite3_prepare_v2 (db, sql, -1, &statement, NULL), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_step (statement), ==, SQLITE_ROW);
  char *text = g_strdup ((const char *) sqlite3_column_text (statement, 0));
  sqlite3_finalize (statement);

  return text;
}

static char *
replace_once (const char *text,
              const char *what,
              const char *with)
{
  const char *found = strstr (text, what);

  g_assert_nonnull (found);
  return g_strdup_printf ("%.*s%s%s", (int) (found - text), text, with, found + strlen (what));
}

/* Makes the newest entry of a stopped service one of @type and @version, sealed as the service seals it. */
void
test_change_newest_entry (const char *folder,
                          const char *old_type,
                          const char *type,
                          int         old_version,
                          int         version)
{
  g_autofree char *path = g_build_filename (folder, "watchfire.db", NULL);
  sqlite3 *db = NULL;

  g_assert_cmpint (sqlite3_open (path, &db), ==, SQLITE_OK);
  g_autofree char *header = read_text (db, "SELECT header FROM journal ORDER BY position DESC LIMIT 1");
  g_autofree char *old_name = g_strdup_printf ("\"type\":\"%s\"", old_type);
  g_autofree char *new_name = g_strdup_printf ("\"type\":\"%s\"", type);
  g_autofree char *old_number = g_strdup_printf ("\"type_version\":%d", old_version);
  g_autofree char *new_number = g_strdup_printf ("\"type_version\":%d", version);
  g_autofree char *named = replace_once (header, old_name, new_name);
  g_autofree char *sealed = replace_once (named, old_number, new_number);
  g_autofree char *hash = g_compute_checksum_for_string (G_CHECKSUM_SHA256, sealed, -1);
  char *sql = sqlite3_mprintf ("UPDATE journal SET header = CAST(%Q AS BLOB), hash = %Q WHERE position ="
                               " (SELECT max(position) FROM journal); UPDATE scope SET hash = %Q WHERE scope = 'live'",
                               sealed, hash, hash);

  g_assert_cmpint (sqlite3_exec (db, sql, NULL, NULL, NULL), ==, SQLITE_OK);
  sqlite3_free (sql);
  sqlite3_close (db);
}
