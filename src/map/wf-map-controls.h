/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-map-frame.h"
#include "wf-map-view.h"

G_BEGIN_DECLS

/* What stands over the map's edges: layers and tools, zoom, scale bar, coordinates, attribution, the hint of a mode.
 * Buttons go by the view's public functions. */
#define WF_TYPE_MAP_CONTROLS (wf_map_controls_get_type ())
G_DECLARE_FINAL_TYPE (WfMapControls, wf_map_controls, WF, MAP_CONTROLS, GtkWidget)

WfMapControls *wf_map_controls_new          (WfMapView        *view);
void           wf_map_controls_set_frame    (WfMapControls    *self,
                                             const WfMapFrame *frame);
void           wf_map_controls_set_pointer  (WfMapControls    *self,
                                             gboolean          inside,
                                             double            lon,
                                             double            lat);
void           wf_map_controls_set_credit   (WfMapControls    *self,
                                             const char       *text);
void           wf_map_controls_set_hint     (WfMapControls    *self,
                                             const char       *text);
void           wf_map_controls_set_status   (WfMapControls    *self,
                                             const char       *text);
void           wf_map_controls_set_measuring (WfMapControls   *self,
                                              gboolean         measuring);
void           wf_map_controls_set_selecting (WfMapControls   *self,
                                              gboolean         selecting);
void           wf_map_controls_set_following (WfMapControls   *self,
                                              const char      *name);

G_END_DECLS
