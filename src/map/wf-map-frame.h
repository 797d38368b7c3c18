/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>
#include <shumate/shumate.h>

G_BEGIN_DECLS

/**
 * WfMapFrame:
 * @zoom: the viewport's
 * @world: the width of the world at that zoom, logical pixels
 * @x: the widget's left edge in the world, at a whole device pixel, so that images need no resampling
 * @y: the widget's top edge
 * @text: how large texts are drawn, percent: the desktop's text scale; 100 on paper
 * @textures: whether the window is drawn by a graphics card, which then keeps the images
 *
 * What the map shows at a moment. Every layer draws by the same frame, so that nothing trembles against anything else.
 */
typedef struct
{
  double   zoom;
  double   world;
  double   x;
  double   y;
  int      width;
  int      height;
  int      scale;
  int      text;
  gboolean textures;
} WfMapFrame;

void wf_map_frame_init       (WfMapFrame       *frame,
                              ShumateViewport  *viewport,
                              GtkWidget        *widget);
void wf_map_frame_init_at    (WfMapFrame       *frame,
                              double            lon,
                              double            lat,
                              double            zoom,
                              int               width,
                              int               height,
                              int               scale);
double wf_map_frame_text     (const WfMapFrame *frame,
                              double            size);
double wf_map_frame_symbol   (const WfMapFrame *frame,
                              double            size);
void wf_map_frame_to_screen  (const WfMapFrame *frame,
                              double            lon,
                              double            lat,
                              double           *x,
                              double           *y);
void wf_map_frame_to_place   (const WfMapFrame *frame,
                              double            x,
                              double            y,
                              double           *lon,
                              double           *lat);
void wf_map_append_surface   (const WfMapFrame *frame,
                              GtkSnapshot      *snapshot,
                              cairo_surface_t  *surface,
                              double            x,
                              double            y,
                              double            width,
                              double            height);

ShumateMapSource *wf_map_reference_new (void);

G_END_DECLS
