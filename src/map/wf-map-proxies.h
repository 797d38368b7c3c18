/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-marks.h"

G_BEGIN_DECLS

/**
 * WfMapProxies:
 *
 * What is drawn is not seen by a screen reader. For each incident, unit and pin in view this holds a widget that draws nothing
 * and takes no event, with the mark's name and place: so they are found like any control. Things are too many for that;
 * they are reached with the keyboard and told by the map's description.
 */
#define WF_TYPE_MAP_PROXIES (wf_map_proxies_get_type ())
G_DECLARE_FINAL_TYPE (WfMapProxies, wf_map_proxies, WF, MAP_PROXIES, GtkWidget)

WfMapProxies *wf_map_proxies_new    (void);
void          wf_map_proxies_update (WfMapProxies     *self,
                                     WfMarks          *marks,
                                     const WfMapFrame *frame);

G_END_DECLS
