/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-worker.h"

#include <gio/gio.h>
#include <sqlite3.h>
#include <stdint.h>

G_BEGIN_DECLS

typedef sqlite3_stmt WfStatement;
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WfStatement, sqlite3_finalize)

/**
 * WfWorkfile:
 * @path: its name
 * @synchronous: `NORMAL`, or `FULL` for what is nowhere else
 * @steps: (array zero-terminated=1): what makes version 1 out of nothing, version 2 out of 1, and so on
 * @worker: (nullable): the thread in which everything is done that touches the file; %NULL once it is closed
 * @db: (nullable): the connection; touched by the worker only
 *
 * An SQLite file with the thread that owns it.
 */
typedef struct
{
  char              *path;
  const char        *synchronous;
  const char *const *steps;
  WfWorker          *worker;
  sqlite3           *db;
} WfWorkfile;

WfWorkfile  *wf_workfile_new      (const char         *path,
                                   const char         *name,
                                   const char         *synchronous,
                                   const char *const  *steps);
void         wf_workfile_free     (WfWorkfile         *self);
void         wf_workfile_push     (WfWorkfile         *self,
                                   GTask              *task,
                                   GTaskThreadFunc     func);
void         wf_workfile_close    (WfWorkfile         *self);
gboolean     wf_workfile_open     (WfWorkfile         *self,
                                   GError            **error);
void         wf_workfile_drop     (WfWorkfile         *self,
                                   const char         *aside);
gboolean     wf_workfile_write    (WfWorkfile         *self,
                                   gboolean          (*write) (WfWorkfile  *self,
                                                               gpointer     data,
                                                               GError     **error),
                                   gpointer            data,
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
