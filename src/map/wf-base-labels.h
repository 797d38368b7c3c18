/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-base-renderer.h"

G_BEGIN_DECLS

/* One name of the base map, set as an image with a halo. */
typedef struct
{
  double           x; /* Web Mercator, 0 to 1 */
  double           y;
  double           dx; /* from there to the image's corner, logical pixels */
  double           dy;
  double           width;
  double           height;
  cairo_surface_t *surface; /* (owned) */
} WfBaseLabel;

GPtrArray *wf_base_labels_place (WfBaseMap         *base,
                                 const WfMapStyle  *style,
                                 const WfBaseArea  *area,
                                 gboolean           latin);
void       wf_base_label_free   (WfBaseLabel       *label);

G_END_DECLS
