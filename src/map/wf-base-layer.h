/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-base-map.h"
#include "wf-labels.h"
#include "wf-map-frame.h"

#include <shumate/shumate.h>

G_BEGIN_DECLS

#define WF_TYPE_BASE_LAYER (wf_base_layer_get_type ())
G_DECLARE_FINAL_TYPE (WfBaseLayer, wf_base_layer, WF, BASE_LAYER, ShumateLayer)

WfBaseLayer *wf_base_layer_new      (ShumateViewport *viewport);
void         wf_base_layer_set_base (WfBaseLayer     *self,
                                     WfBaseMap       *base);
void         wf_base_layer_set_dark (WfBaseLayer     *self,
                                     gboolean         dark);
void         wf_base_layer_set_latin (WfBaseLayer    *self,
                                      gboolean        latin);
void         wf_base_layer_set_labels (WfBaseLayer    *self,
                                       WfLabels       *labels);
void         wf_base_layer_prepare    (WfBaseLayer      *self,
                                       const WfMapFrame *frame);
gboolean     wf_base_layer_is_complete (WfBaseLayer  *self);

G_END_DECLS
