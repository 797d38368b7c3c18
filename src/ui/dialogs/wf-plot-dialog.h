/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-dialog.h"

G_BEGIN_DECLS

/* Each makes a dialog, owned by GTK until it is closed. */

WfDialog   *wf_plot_draw_dialog_new   (WfContext  *context,
                                       const char *incident,
                                       const char *type,
                                       GVariant   *points,
                                       double      radius);
WfDialog   *wf_plot_change_dialog_new (WfContext  *context,
                                       const char *plot);
WfDialog   *wf_plot_strike_dialog_new (WfContext  *context,
                                       const char *plot);
const char *wf_plot_dialog_get_plot   (WfDialog   *self);
const char *const *wf_plot_dialog_get_struck (WfDialog *self);

/* What may be changed in a plot, ending with NULL. */
extern const char *const wf_plot_editable[];

G_END_DECLS
