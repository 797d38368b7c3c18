/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define WF_TYPE_COLUMN_LAYOUT (wf_column_layout_get_type ())

G_DECLARE_FINAL_TYPE (WfColumnLayout, wf_column_layout, WF, COLUMN_LAYOUT, GtkLayoutManager)

GtkLayoutManager *wf_column_layout_new (void);

G_END_DECLS
