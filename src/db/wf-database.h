/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>
#include <sqlite3.h>
#include <stdint.h>

G_BEGIN_DECLS

/**
 * WfDatabaseTrouble:
 * @WF_DATABASE_TROUBLE_OPEN: there is no such file, or it may not be opened
 * @WF_DATABASE_TROUBLE_CORRUPT: what lies there does not hold together
 * @WF_DATABASE_TROUBLE_FOREIGN: it is another program's
 * @WF_DATABASE_TROUBLE_NEWER: it was written by a newer program
 * @WF_DATABASE_TROUBLE_FULL: the disk is full
 * @WF_DATABASE_TROUBLE_READ_ONLY: it cannot be written to
 * @WF_DATABASE_TROUBLE_DISK: the disk fails
 * @WF_DATABASE_TROUBLE_BUSY: it could not be done now
 * @WF_DATABASE_TROUBLE_FAULT: what was asked for cannot be done: a fault of this program
 *
 * What can be the matter with a database.
 */
typedef enum {
  WF_DATABASE_TROUBLE_OPEN,
  WF_DATABASE_TROUBLE_CORRUPT,
  WF_DATABASE_TROUBLE_FOREIGN,
  WF_DATABASE_TROUBLE_NEWER,
  WF_DATABASE_TROUBLE_FULL,
  WF_DATABASE_TROUBLE_READ_ONLY,
  WF_DATABASE_TROUBLE_DISK,
  WF_DATABASE_TROUBLE_BUSY,
  WF_DATABASE_TROUBLE_FAULT,
} WfDatabaseTrouble;

/**
 * WfDatabaseExplain:
 * @trouble: what kind it is
 * @what: what SQLite says of it, and where it is of use the file or the forms
 * @code: SQLite's code; 0 where it is not SQLite's trouble
 *
 * Says it in the words and the error domain of who owns the database.
 *
 * Returns: (transfer full): the error
 */
typedef GError *(*WfDatabaseExplain) (WfDatabaseTrouble  trouble,
                                      const char        *what,
                                      int                code);

/* One connection to an SQLite database, used by one thread at a time. */
typedef struct
{
  sqlite3           *handle;     /* (owned) */
  GHashTable        *statements; /* (owned) text (the caller's, static) → sqlite3_stmt (owned) */
  WfDatabaseExplain  explain;
} WfDatabase;

/* A statement that is used again must let go of its read transaction as soon as it has given its rows. */
typedef sqlite3_stmt WfStatement;

static inline void
wf_statement_release (WfStatement *statement)
{
  sqlite3_reset (statement);
  sqlite3_clear_bindings (statement);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WfStatement, wf_statement_release)

/**
 * WfDatabaseRow:
 * @self: the connection
 * @statement: stands on a row
 * @data: what was given to wf_database_each()
 * @error: return location
 *
 * Returns: whether it could be read
 */
typedef gboolean (*WfDatabaseRow) (WfDatabase   *self,
                                   WfStatement  *statement,
                                   gpointer      data,
                                   GError      **error);

/* So many rows may go into one statement, which then opens its tables once for all of them; %WF_DATABASE_ROWS of the values
 * for one row. */
#define WF_DATABASE_BATCH 16
#define WF_DATABASE_FOUR(row) row "," row "," row "," row
#define WF_DATABASE_ROWS(row) WF_DATABASE_FOUR (WF_DATABASE_FOUR (row))

/**
 * WfDatabaseBind:
 * @statement: a statement
 * @column: the first of the row's values, from 1
 * @row: what was given to wf_database_put_rows()
 *
 * Binds the values of one row. What they point to stays as it is until all rows are written, or is SQLite's to free.
 */
typedef void (*WfDatabaseBind) (sqlite3_stmt *statement,
                                int           column,
                                gpointer      row);

WfDatabase   *wf_database_open         (const char          *path,
                                        int                  flags,
                                        int                  patience,
                                        WfDatabaseExplain    explain,
                                        GError             **error);
void          wf_database_close        (WfDatabase          *self);
gboolean      wf_database_migrate      (WfDatabase          *self,
                                        const char *const   *steps,
                                        guint32              application,
                                        GError             **error);
gboolean      wf_database_exec         (WfDatabase          *self,
                                        const char          *sql,
                                        GError             **error);
gboolean      wf_database_begin        (WfDatabase          *self,
                                        GError             **error);
gboolean      wf_database_begin_reading (WfDatabase         *self,
                                        GError             **error);
gboolean      wf_database_end          (WfDatabase          *self,
                                        gboolean             keep,
                                        GError             **error);
sqlite3_stmt *wf_database_prepare      (WfDatabase          *self,
                                        const char          *sql,
                                        GError             **error);
gboolean      wf_database_step         (WfDatabase          *self,
                                        sqlite3_stmt        *statement,
                                        gboolean            *row,
                                        GError             **error);
gboolean      wf_database_each         (WfDatabase          *self,
                                        sqlite3_stmt        *statement,
                                        WfDatabaseRow        row,
                                        gpointer             data,
                                        GError             **error);
gboolean      wf_database_run          (WfDatabase          *self,
                                        sqlite3_stmt        *statement,
                                        GError             **error);
gboolean      wf_database_put          (WfDatabase          *self,
                                        GError             **error,
                                        const char          *sql,
                                        const char          *types,
                                        ...);
gboolean      wf_database_put_rows     (WfDatabase          *self,
                                        const char          *one,
                                        const char          *batch,
                                        WfDatabaseBind       bind,
                                        gpointer            *rows,
                                        guint                n,
                                        GError             **error);
gboolean      wf_database_set_meta     (WfDatabase          *self,
                                        const char          *key,
                                        const char          *value,
                                        GError             **error);
char         *wf_database_get_meta     (WfDatabase          *self,
                                        const char          *key);
void          wf_database_bind_text    (sqlite3_stmt        *statement,
                                        int                  column,
                                        const char          *text);
void          wf_database_give_text    (sqlite3_stmt        *statement,
                                        int                  column,
                                        char                *text);
void          wf_database_bind_bytes   (sqlite3_stmt        *statement,
                                        int                  column,
                                        GBytes              *bytes);
void          wf_database_bind_variant (sqlite3_stmt        *statement,
                                        int                  column,
                                        GVariant            *variant);
GBytes       *wf_database_bytes        (sqlite3_stmt        *statement,
                                        int                  column);
const char   *wf_database_text         (sqlite3_stmt        *statement,
                                        int                  column);
gboolean      wf_database_variant      (WfDatabase          *self,
                                        sqlite3_stmt        *statement,
                                        int                  column,
                                        const GVariantType  *type,
                                        GVariant           **value,
                                        GError             **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WfDatabase, wf_database_close)

G_END_DECLS
