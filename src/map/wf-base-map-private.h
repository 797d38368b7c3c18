/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-base-map.h"
#include "wf-base-renderer.h"

G_BEGIN_DECLS

gboolean wf_base_map_draw_raster (WfBaseMap         *self,
                                  cairo_t           *cr,
                                  const WfBaseArea  *area,
                                  gboolean          *incomplete,
                                  GError           **error);

G_END_DECLS
