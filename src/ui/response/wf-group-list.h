/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-entity.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * WfGroupList:
 *
 * Signals: “selected” (const char *, nullable): a person chose a group, empty for the tasks of none, %NULL for all groups.
 */
#define WF_TYPE_GROUP_LIST (wf_group_list_get_type ())
G_DECLARE_FINAL_TYPE (WfGroupList, wf_group_list, WF, GROUP_LIST, GtkWidget)

void wf_group_list_show (WfGroupList *self,
                         const char  *incident,
                         GListModel  *tasks,
                         WfEntity    *plan,
                         int64_t      now);

G_END_DECLS
