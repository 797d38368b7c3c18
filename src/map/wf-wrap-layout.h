/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define WF_TYPE_WRAP_LAYOUT (wf_wrap_layout_get_type ())

G_DECLARE_FINAL_TYPE (WfWrapLayout, wf_wrap_layout, WF, WRAP_LAYOUT, GtkLayoutManager)

GtkLayoutManager *wf_wrap_layout_new      (int           spacing,
                                           int           line_spacing);
void              wf_wrap_layout_set_even (WfWrapLayout *self,
                                           gboolean      even);

G_END_DECLS
