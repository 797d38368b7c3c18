/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-base-map.h"
#include "wf-map-style.h"

G_BEGIN_DECLS

/* The pixel width of the square pieces in which the base map is drawn and kept. */
#define WF_BASE_TILE_SIZE 512

/**
 * WfBaseArea:
 * @zoom: any zoom, whole or not: the world is 256 · 2^zoom logical pixels wide
 * @x: left edge in those pixels
 * @y: top edge
 * @width: in logical pixels
 * @height: in logical pixels
 * @scale: device pixels per logical pixel
 * @text: how large names are, percent; 0 for 100
 *
 * A rectangle of the map, as it is to be drawn.
 */
typedef struct
{
  double zoom;
  double x;
  double y;
  double width;
  double height;
  int    scale;
  int    text;
} WfBaseArea;

cairo_surface_t *wf_base_renderer_draw (WfBaseMap        *base,
                                        const WfMapStyle *style,
                                        const WfBaseArea *area,
                                        gboolean         *incomplete);

G_END_DECLS
