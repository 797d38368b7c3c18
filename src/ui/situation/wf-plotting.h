/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-map-view.h"
#include "wf-replay.h"
#include "wf-window.h"

G_BEGIN_DECLS

/**
 * WfPlotting:
 *
 * Drawing on the map as the screens have it: the menu with its types, what is drawn by hand turned into commands, taking back
 * and doing again, and what others draw put on the map. It adds the actions plot.draw (s): a type, with “:circle” behind it
 * for one that may be an area too; plot.numbers (s): the same by numbers; plot.rings and plot.rings-at (dd): range rings around
 * what is selected or around a place; plot.change (s), plot.strike (s): a plot's id;
 * plot.undo and plot.redo.
 */
#define WF_TYPE_PLOTTING (wf_plotting_get_type ())
G_DECLARE_FINAL_TYPE (WfPlotting, wf_plotting, WF, PLOTTING, GObject)

WfPlotting *wf_plotting_new    (WfWindow   *window,
                                WfMapView  *map,
                                GtkWidget  *page);
void        wf_plotting_set_replay (WfPlotting *self,
                                    WfReplay   *replay);
void        wf_plotting_select (WfPlotting *self,
                                const char *plot);

G_END_DECLS
