/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-context.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define WF_TYPE_TASK_ROW (wf_task_row_get_type ())
G_DECLARE_FINAL_TYPE (WfTaskRow, wf_task_row, WF, TASK_ROW, GtkWidget)

GtkWidget *wf_task_row_new      (WfContext *context);
void       wf_task_row_set_item (WfTaskRow *self,
                                 WfItem    *item);

G_END_DECLS
