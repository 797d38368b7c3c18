/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>
#include <sqlite3.h>

G_BEGIN_DECLS

sqlite3      *wf_tiles_open_database (const char  *path,
                                      GError     **error);
sqlite3_stmt *wf_tiles_prepare       (sqlite3     *database,
                                      const char  *path,
                                      const char  *sql,
                                      GError     **error);
gboolean      wf_tiles_check_whole   (sqlite3       *database,
                                      const char    *path,
                                      GCancellable  *cancellable,
                                      GError       **error);
gboolean      wf_tiles_has_table     (sqlite3     *database,
                                      const char  *table);
char         *wf_tiles_get_metadata  (sqlite3     *database,
                                      const char  *name);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (sqlite3_stmt, sqlite3_finalize)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (sqlite3, sqlite3_close_v2)

G_END_DECLS
