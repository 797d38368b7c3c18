/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <cairo.h>
#include <glib.h>

G_BEGIN_DECLS

/* An A4 sheet lying, in points, and how much of it the map has. */
#define WF_MAP_PAPER_WIDTH      841.89
#define WF_MAP_PAPER_HEIGHT     595.28
#define WF_MAP_PAPER_MAP_WIDTH  650.0
#define WF_MAP_PAPER_MAP_HEIGHT 486.0

/**
 * WfMapPaper:
 * @title: what the map shows
 * @mark: whether it is real or a drill, as the window says it
 * @drill: whether it is a drill
 * @time: when it was so
 * @attribution: whose map it is
 * @language: (nullable): of the texts, for the right Chinese forms
 * @map: (nullable): a PNG of the map, as wide and high as the map's part of the sheet or larger
 * @metres: how wide its ground is
 * @legend: (element-type WfMapLegend): what its symbols mean
 *
 * A map for the wall or a report. Belongs to whoever fills it in; wf_map_paper_clear() empties it.
 */
typedef struct
{
  char      *title;
  char      *mark;
  gboolean   drill;
  char      *time;
  char      *attribution;
  char      *language;
  GBytes    *map;
  double     metres;
  GPtrArray *legend;
} WfMapPaper;

/**
 * WfMapLegend:
 * @symbol: a picture
 * @label: what it means
 */
typedef struct
{
  cairo_surface_t *symbol;
  char            *label;
} WfMapLegend;

void     wf_map_paper_init       (WfMapPaper      *self);
void     wf_map_paper_add_legend (WfMapPaper      *self,
                                  cairo_surface_t *symbol,
                                  const char      *label);
void     wf_map_paper_clear      (WfMapPaper      *self);
GBytes  *wf_map_paper_to_pdf     (WfMapPaper      *self,
                                  GError         **error);
GBytes  *wf_map_paper_to_png     (WfMapPaper      *self,
                                  GError         **error);
double   wf_map_paper_round      (double           metres);

G_END_DECLS
