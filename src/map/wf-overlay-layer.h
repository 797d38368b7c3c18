/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-labels.h"
#include "wf-marks.h"

G_BEGIN_DECLS

/* Everything over the base map: zones, lines, things, units, incidents, wind and the measured line. The view owns the
 * marks and the things; the layer draws them. */
#define WF_TYPE_OVERLAY_LAYER (wf_overlay_layer_get_type ())
G_DECLARE_FINAL_TYPE (WfOverlayLayer, wf_overlay_layer, WF, OVERLAY_LAYER, ShumateLayer)

WfOverlayLayer *wf_overlay_layer_new         (ShumateViewport  *viewport,
                                              WfMarks          *marks,
                                              WfThingsView     *things,
                                              WfLabels         *labels);
void            wf_overlay_layer_detach      (WfOverlayLayer   *self);
void            wf_overlay_layer_set_dark    (WfOverlayLayer   *self,
                                              gboolean          dark);
void            wf_overlay_layer_set_measure (WfOverlayLayer   *self,
                                              const WfGeoPoint *points,
                                              gsize             n);
void            wf_overlay_layer_set_area    (WfOverlayLayer   *self,
                                              const WfGeoPoint *points,
                                              gsize             n);
void            wf_overlay_draw              (cairo_t          *cr,
                                              const WfMapFrame *frame,
                                              const WfMapStyle *style,
                                              WfMarks          *marks,
                                              WfThingsView     *things,
                                              WfLabels         *labels);

G_END_DECLS
