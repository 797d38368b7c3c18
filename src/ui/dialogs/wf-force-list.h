/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-context.h"
#include "wf-stock-row.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define WF_TYPE_FORCE_LIST (wf_force_list_get_type ())
G_DECLARE_FINAL_TYPE (WfForceList, wf_force_list, WF, FORCE_LIST, GtkWidget)

/**
 * WfForceChoice:
 * @kind: team, unit, expert or depot
 * @id: its id
 * @name: its name
 * @order_kind: which of the six kinds of order befits it
 * @phone: (nullable): its number
 * @distance_m: straight-line distance; negative where it is not known
 * @items: (nullable) (element-type GVariant): of a depot: {stock, quantity}
 *
 * One force that shall be ordered.
 */
typedef struct
{
  char       *kind;
  char       *id;
  char       *name;
  const char *order_kind;
  char       *phone;
  double      distance_m;
  GPtrArray  *items;
} WfForceChoice;

/* Signals: "changed": what is chosen changed; "reserve" (string, double): so much of a stock line shall be held for the
 * incident; "release" (string): what it holds of a stock line shall be let go. */

GtkWidget *wf_force_list_new    (WfContext   *context,
                                 const char  *incident);
GPtrArray *wf_force_list_chosen (WfForceList *self,
                                 char       **wrong);
guint      wf_force_list_count  (WfForceList *self);
gboolean   wf_force_list_choose (WfForceList *self,
                                 const char  *kind,
                                 const char  *id);
void       wf_force_list_clear_stock (WfForceList *self,
                                 const char  *stock);
WfStockRow *wf_force_list_get_stock_row (WfForceList *self,
                                 const char  *stock);
void       wf_force_choice_free (WfForceChoice *self);

G_END_DECLS
