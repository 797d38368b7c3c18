/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-context.h"
#include "wf-map-view.h"
#include "wf-replay.h"

G_BEGIN_DECLS

#define WF_TYPE_MAP_BINDER (wf_map_binder_get_type ())
G_DECLARE_FINAL_TYPE (WfMapBinder, wf_map_binder, WF, MAP_BINDER, GObject)

WfMapBinder *wf_map_binder_new          (WfContext   *context,
                                         WfMapView   *map);
void         wf_map_binder_set_incident (WfMapBinder *self,
                                         const char  *incident);
WfThings    *wf_map_binder_get_things   (WfMapBinder *self);
void         wf_map_binder_set_replay   (WfMapBinder *self,
                                         WfReplay    *replay);

G_END_DECLS
