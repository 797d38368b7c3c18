/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-database.h"
#include "wf-worker.h"

#include <gio/gio.h>
#include <stdint.h>

G_BEGIN_DECLS

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
  WfDatabase        *db;
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
                                   gboolean          (*write) (WfDatabase  *db,
                                                               gpointer     data,
                                                               GError     **error),
                                   gpointer            data,
                                   GError            **error);
gboolean     wf_workfile_is_damage (const GError      *error);
gboolean     wf_workfile_check_text (WfStatement      *select,
                                     int               from,
                                     int               n,
                                     GError          **error);

G_END_DECLS
