/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-context.h"
#include "wf-things.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define WF_TYPE_PLOT_CARD (wf_plot_card_get_type ())
G_DECLARE_FINAL_TYPE (WfPlotCard, wf_plot_card, WF, PLOT_CARD, GtkWidget)

/* Signal "closed": a person wants to go back to the incident. */

GtkWidget *wf_plot_card_new      (WfContext  *context,
                                  WfThings   *things);
void       wf_plot_card_set_item (WfPlotCard *self,
                                  WfItem     *item);

G_END_DECLS
