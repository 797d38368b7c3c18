/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-map-feature.h"

#include <cairo.h>
#include <glib.h>

G_BEGIN_DECLS

/* How the map looks, in one light and one dark set. Strong colours are kept for incidents, danger, lateness and what moves;
 * the base map is quiet. Colours are 0xRRGGBB, or 0xRRGGBBAA where the name ends in _rgba. */
typedef struct
{
  gboolean dark;

  guint32 sea;
  guint32 land;
  guint32 hills[5];
  guint32 water;
  guint32 river;
  guint32 quarter;
  guint32 industry;
  guint32 industry_edge;
  guint32 green;
  guint32 building;
  guint32 aeroway;
  guint32 boundary;
  guint32 division;
  guint32 levee;
  guint32 outside_rgba;

  guint32 express;
  guint32 arterial;
  guint32 street;
  guint32 lane;
  guint32 road_case;
  guint32 railway;

  guint32 label;
  guint32 label_strong;
  guint32 label_faint;
  guint32 label_water;
  guint32 label_hills;
  guint32 label_halo;

  guint32 symbol_face;
  guint32 symbol_ink;
  guint32 symbol_edge_rgba;
  guint32 symbol_off;
  guint32 select;
  guint32 late;
  guint32 moving;
  guint32 mark_text;
  guint32 mark_halo_rgba;
  guint32 ring_rgba;
  guint32 order;
  guint32 panel_rgba;
} WfMapStyle;

const WfMapStyle *wf_map_style_get   (gboolean   dark);
void              wf_map_style_set_source (cairo_t *cr,
                                           guint32  colour);
void              wf_map_style_set_source_alpha (cairo_t *cr,
                                                 guint32  colour,
                                                 double   alpha);
void              wf_map_style_set_source_rgba (cairo_t *cr,
                                                guint32  colour);

G_END_DECLS
