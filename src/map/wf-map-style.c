/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-map"

#include "config.h"

#include "wf-map-style.h"

static const WfMapStyle dark_style = {
  .dark = TRUE,
  .sea = 0x161c22,
  .land = 0x20262c,
  .hills = { 0x232b2e, 0x263031, 0x293434, 0x2c3836, 0x2f3c39 },
  .water = 0x2a5680,
  .river = 0x2f5f8c,
  .quarter = 0x272e35,
  .industry = 0x2b3037,
  .industry_edge = 0x4a545e,
  .green = 0x25322c,
  .building = 0x343c45,
  .aeroway = 0x3a434c,
  .boundary = 0x6b7a88,
  .division = 0x596673,
  .levee = 0x55697a,
  .outside_rgba = 0x10141868,
  .express = 0x5d6a75,
  .arterial = 0x4c5761,
  .street = 0x38414a,
  .lane = 0x2e363d,
  .road_case = 0x191e23,
  .railway = 0x515b64,
  .label = 0xa3afba,
  .label_strong = 0xdbe3ea,
  .label_faint = 0x84919d,
  .label_water = 0x9cc4e8,
  .label_hills = 0x8fa39a,
  .label_halo = 0x1a2026,
  .symbol_face = 0xd3dae1,
  .symbol_ink = 0x1d242b,
  .symbol_edge_rgba = 0x10151af0,
  .symbol_off = 0x7d8893,
  .select = 0x5db1ff,
  .late = 0xff8f87,
  .moving = 0x6fd3e6,
  .mark_text = 0xf0f4f7,
  .mark_halo_rgba = 0x11161bd0,
  .ring_rgba = 0xc4ced899,
  .order = 0x6fd3e6,
  .panel_rgba = 0x1b2127e0,
};

static const WfMapStyle light_style = {
  .dark = FALSE,
  .sea = 0xcfdde8,
  .land = 0xf0eeea,
  .hills = { 0xecefe5, 0xe5eadc, 0xdee5d3, 0xd7e0cb, 0xd0dbc4 },
  .water = 0xa8c8e4,
  .river = 0x9dc1e0,
  .quarter = 0xe6e3de,
  .industry = 0xe3e0e2,
  .industry_edge = 0xb4b0b6,
  .green = 0xdbe8d3,
  .building = 0xd9d4cb,
  .aeroway = 0xd3d6db,
  .boundary = 0x8a94a0,
  .division = 0xa7aeb8,
  .levee = 0x8fa5b8,
  .outside_rgba = 0x8b949e2e,
  .express = 0xf6dfb2,
  .arterial = 0xffffff,
  .street = 0xffffff,
  .lane = 0xdcd8d0,
  .road_case = 0xbfb9ae,
  .railway = 0xaeb2b7,
  .label = 0x4c545c,
  .label_strong = 0x22282e,
  .label_faint = 0x626b74,
  .label_water = 0x2c5f8f,
  .label_hills = 0x55684f,
  .label_halo = 0xfbfaf8,
  .symbol_face = 0x3d464f,
  .symbol_ink = 0xffffff,
  .symbol_edge_rgba = 0xfffffff0,
  .symbol_off = 0x9aa3ab,
  .select = 0x1c71d8,
  .late = 0xc01c28,
  .moving = 0x0b7285,
  .mark_text = 0x1d242b,
  .mark_halo_rgba = 0xfffffff0,
  .ring_rgba = 0x4a545e99,
  .order = 0x0b7285,
  .panel_rgba = 0xfffffff0,
};

/**
 * wf_map_style_get:
 * @dark: whether the window is dark
 *
 * Returns: (transfer none): the colours; any thread
 */
const WfMapStyle *
wf_map_style_get (gboolean dark)
{
  return dark ? &dark_style : &light_style;
}

/**
 * wf_map_style_set_source_alpha:
 * @cr: a context
 * @colour: 0xRRGGBB
 * @alpha: 0 to 1
 *
 * Makes a colour the source.
 */
void
wf_map_style_set_source_alpha (cairo_t *cr,
                               guint32  colour,
                               double   alpha)
{
  cairo_set_source_rgba (cr,
                         (colour >> 16 & 255) / 255.0,
                         (colour >> 8 & 255) / 255.0,
                         (colour & 255) / 255.0,
                         alpha);
}

/**
 * wf_map_style_set_source:
 * @cr: a context
 * @colour: 0xRRGGBB
 *
 * Makes a colour the source.
 */
void
wf_map_style_set_source (cairo_t *cr,
                         guint32  colour)
{
  wf_map_style_set_source_alpha (cr, colour, 1.0);
}

/**
 * wf_map_style_set_source_rgba:
 * @cr: a context
 * @colour: 0xRRGGBBAA
 *
 * Makes a colour the source.
 */
void
wf_map_style_set_source_rgba (cairo_t *cr,
                              guint32  colour)
{
  wf_map_style_set_source_alpha (cr, colour >> 8, (colour & 255) / 255.0);
}
