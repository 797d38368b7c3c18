/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-context.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define WF_TYPE_TASK_LIST (wf_task_list_get_type ())
G_DECLARE_FINAL_TYPE (WfTaskList, wf_task_list, WF, TASK_LIST, GtkWidget)

void wf_task_list_set_context (WfTaskList *self,
                               WfContext  *context);
void wf_task_list_set_tasks   (WfTaskList *self,
                               GListModel *tasks);
void wf_task_list_set_group   (WfTaskList *self,
                               const char *group);
void wf_task_list_refresh     (WfTaskList *self);
void wf_task_list_tick        (WfTaskList *self);

G_END_DECLS
