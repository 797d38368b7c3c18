/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-base-map.h"
#include "wf-base-renderer.h"

G_BEGIN_DECLS

void       wf_base_map_draw_raster (WfBaseMap        *self,
                                    cairo_t          *cr,
                                    const WfBaseArea *area,
                                    gboolean         *incomplete);
gboolean   wf_base_map_uses        (WfBaseMap        *self,
                                    WfMapPack        *pack);
GPtrArray *wf_base_map_query       (WfBaseMap        *self,
                                    WfMapPack        *pack,
                                    double            left,
                                    double            top,
                                    double            right,
                                    double            bottom,
                                    int               zoom);

G_END_DECLS
