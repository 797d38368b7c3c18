/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* How the focus goes through a window by keyboard. */

void wf_ui_tab_leaves (GtkListBox *list);
void wf_ui_step_part  (GtkWindow  *window,
                       int         by);
void wf_ui_keep_focus (GtkWindow  *window);
void wf_ui_drop_focus (GtkWidget  *widget);

G_END_DECLS
