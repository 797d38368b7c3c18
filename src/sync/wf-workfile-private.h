/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>
#include <sqlite3.h>
#include <stdint.h>

G_BEGIN_DECLS

typedef sqlite3_stmt WfStatement;
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WfStatement, sqlite3_finalize)

sqlite3     *wf_workfile_open     (const char         *path,
                                   const char         *synchronous,
                                   const char *const  *steps,
                                   GError            **error);
gboolean     wf_workfile_exec     (sqlite3            *db,
                                   const char         *sql,
                                   GError            **error);
WfStatement *wf_workfile_prepare  (sqlite3            *db,
                                   const char         *sql,
                                   GError            **error);
gboolean     wf_workfile_next     (WfStatement        *statement,
                                   gboolean           *row,
                                   GError            **error);
gboolean     wf_workfile_run      (WfStatement        *statement,
                                   GError            **error);
gboolean     wf_workfile_begin    (sqlite3            *db,
                                   GError            **error);
gboolean     wf_workfile_end      (sqlite3            *db,
                                   gboolean            keep,
                                   GError            **error);
gboolean     wf_workfile_is_damage (const GError      *error);

void         wf_bind_text         (WfStatement        *statement,
                                   int                 index,
                                   const char         *text);
void         wf_bind_bytes        (WfStatement        *statement,
                                   int                 index,
                                   GBytes             *bytes);
void         wf_bind_variant      (WfStatement        *statement,
                                   int                 index,
                                   GVariant           *variant);
char        *wf_column_text       (WfStatement        *statement,
                                   int                 index);
GBytes      *wf_column_bytes      (WfStatement        *statement,
                                   int                 index);
GVariant    *wf_column_variant    (WfStatement        *statement,
                                   int                 index,
                                   const GVariantType *type,
                                   GError            **error);

G_END_DECLS
