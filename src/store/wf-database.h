/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-store.h"

#include <sqlite3.h>

G_BEGIN_DECLS

/* Private to store: one connection to the database, used by one thread at a time. */

#define WF_DATABASE_NAME    "watchfire.db"
#define WF_DATABASE_VERSION 2

typedef struct
{
  sqlite3    *handle;     /* (owned) */
  GHashTable *statements; /* (owned) text (the caller's, static) → sqlite3_stmt (owned) */
} WfDatabase;

WfDatabase   *wf_database_open       (const char  *folder,
                                      gboolean     write,
                                      GError     **error);
void          wf_database_close      (WfDatabase  *self);
gboolean      wf_database_migrate    (WfDatabase  *self,
                                      GError     **error);
gboolean      wf_database_exec       (WfDatabase  *self,
                                      const char  *sql,
                                      GError     **error);
sqlite3_stmt *wf_database_prepare    (WfDatabase  *self,
                                      const char  *sql,
                                      GError     **error);
gboolean      wf_database_step       (WfDatabase  *self,
                                      sqlite3_stmt *statement,
                                      gboolean    *row,
                                      GError     **error);
gboolean      wf_database_run        (WfDatabase  *self,
                                      sqlite3_stmt *statement,
                                      GError     **error);
gboolean      wf_database_set_meta   (WfDatabase  *self,
                                      const char  *key,
                                      const char  *value,
                                      GError     **error);
char         *wf_database_get_meta   (WfDatabase  *self,
                                      const char  *key);
void          wf_database_bind_text  (sqlite3_stmt *statement,
                                      int          column,
                                      const char  *text);
void          wf_database_bind_bytes (sqlite3_stmt *statement,
                                      int          column,
                                      GBytes      *bytes);
GBytes       *wf_database_bytes      (sqlite3_stmt *statement,
                                      int          column);
const char   *wf_database_text       (sqlite3_stmt *statement,
                                      int          column);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WfDatabase, wf_database_close)

/* A statement that is used again must let go of its read transaction as soon as it has given its rows. */
typedef sqlite3_stmt WfStatement;

static inline void
wf_statement_release (WfStatement *statement)
{
  sqlite3_reset (statement);
  sqlite3_clear_bindings (statement);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WfStatement, wf_statement_release)

G_END_DECLS
