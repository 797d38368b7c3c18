/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define WF_TYPE_WORKER (wf_worker_get_type ())
G_DECLARE_FINAL_TYPE (WfWorker, wf_worker, WF, WORKER, GObject)

WfWorker *wf_worker_new       (const char      *name);
void      wf_worker_push      (WfWorker        *self,
                               int              priority,
                               GTask           *task,
                               GTaskThreadFunc  func);
gboolean  wf_worker_is_inside (WfWorker        *self);
guint     wf_worker_pending   (WfWorker        *self);
void      wf_worker_shutdown  (WfWorker        *self);

void wf_task_run_in_thread (GTask           *task,
                            GTaskThreadFunc  func);

G_END_DECLS
