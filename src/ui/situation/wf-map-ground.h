/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-map-view.h"
#include "wf-window.h"

G_BEGIN_DECLS

/**
 * WfMapGround:
 *
 * Lays under a map what a person has chosen in the preferences: an own map, the centre's, that of a tile server, own symbols.
 * What goes wrong with them is said in the window; the maps that come with the program are there in any case.
 */
#define WF_TYPE_MAP_GROUND (wf_map_ground_get_type ())
G_DECLARE_FINAL_TYPE (WfMapGround, wf_map_ground, WF, MAP_GROUND, GObject)

WfMapGround *wf_map_ground_new (WfWindow  *window,
                                WfMapView *map);

G_END_DECLS
