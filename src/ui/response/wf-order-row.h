/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-context.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define WF_TYPE_ORDER_ROW (wf_order_row_get_type ())
G_DECLARE_FINAL_TYPE (WfOrderRow, wf_order_row, WF, ORDER_ROW, GtkWidget)

GtkWidget *wf_order_row_new (WfContext *context,
                             WfItem    *item);

G_END_DECLS
