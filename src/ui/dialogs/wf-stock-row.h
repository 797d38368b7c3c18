/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-context.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define WF_TYPE_STOCK_ROW (wf_stock_row_get_type ())
G_DECLARE_FINAL_TYPE (WfStockRow, wf_stock_row, WF, STOCK_ROW, GtkWidget)

/* Signals: "reserve" (double): so much shall be held for the incident; "release": what is held shall be let go. */

GtkWidget  *wf_stock_row_new          (WfContext  *context,
                                       const char *incident,
                                       WfEntity   *stock,
                                       WfEntity   *depot,
                                       const char *distance);
GtkWidget  *wf_stock_row_get_check    (WfStockRow *self);
GtkWidget  *wf_stock_row_get_quantity (WfStockRow *self);
const char *wf_stock_row_get_stock    (WfStockRow *self);
double      wf_stock_row_read         (WfStockRow *self,
                                       char      **wrong);
void        wf_stock_row_clear        (WfStockRow *self);
void        wf_stock_row_ask          (WfStockRow *self,
                                       gboolean    reserve);

G_END_DECLS
