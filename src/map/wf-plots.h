/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-marks.h"
#include "wf-plot-tool.h"

G_BEGIN_DECLS

/* What is drawn on the map (plots), and what is just being drawn. Owned copies of what the caller gave. */

typedef struct
{
  char       *id;       /* (owned) */
  int         type;     /* its place in wf_plot_types */
  WfPlotShape shape;
  int         danger;   /* 1 high … 4 safe, 0 none: its place in wf_dangers and one */
  char       *label;    /* (owned) */
  gboolean    draft;    /* somebody else draws it just now */
  double      radius;
  GArray     *points;   /* (owned) (element-type WfGeoPoint) as they were drawn */
  GArray     *outline;  /* (owned) (element-type WfGeoPoint) the same, a circle as a ring; Web Mercator, 0 to 1 */
  double      left;     /* the box around the outline, Web Mercator */
  double      top;
  double      right;
  double      bottom;
  guint64     look;     /* another number when it looks otherwise */
  int         text_place; /* at which of its places its name stood last */
} WfPlotMark;

/* What is being drawn or changed by hand on this map. */
typedef struct
{
  int         type;     /* −1: nothing */
  WfPlotShape shape;
  GArray     *points;   /* (owned) (element-type WfGeoPoint) */
  double      radius;
  gboolean    rubber;   /* whether the line goes on to the pointer */
  WfGeoPoint  pointer;
  gboolean    handles;  /* whether its points can be moved */
  gboolean    snapped;
} WfPlotSketch;

WfPlots    *wf_plots_new          (void);
void        wf_plots_free         (WfPlots           *self);
void        wf_plots_put          (WfPlots           *self,
                                   const WfMapPlot   *plot);
gboolean    wf_plots_remove       (WfPlots           *self,
                                   const char        *id);
WfPlotMark *wf_plots_get          (WfPlots           *self,
                                   const char        *id);
void        wf_plots_clear        (WfPlots           *self);
guint64     wf_plots_get_turn     (WfPlots           *self);
gboolean    wf_plot_is            (const WfPlotMark  *plot,
                                   const char        *type);
GPtrArray  *wf_plots_list         (WfPlots           *self);
WfPlotSketch *wf_plots_get_sketch (WfPlots           *self);
WfPlotMark *wf_plots_find         (WfPlots           *self,
                                   const WfMapFrame  *frame,
                                   double             x,
                                   double             y,
                                   gboolean          *on_edge);

/* Drawing; under the things, and over everything what is being drawn. */
void        wf_plots_draw         (WfPlots           *self,
                                   WfMarks           *marks,
                                   const WfPainter   *painter);
void        wf_plots_draw_sketch  (WfPlots           *self,
                                   const WfPainter   *painter);

/* Private to the two files. */
typedef struct
{
  GArray  *points;  /* (element-type WfGeoPoint) pixels */
  gboolean closed;
  double   left;    /* what of it has to be drawn */
  double   top;
  double   right;
  double   bottom;
  double   phase_x; /* of hatching, so that it goes on over the edges of images */
  double   phase_y;
} WfPlotPath;

void        wf_plot_draw_mark     (cairo_t           *cr,
                                   const WfMapStyle  *style,
                                   const WfPlotMark  *plot,
                                   const WfPlotPath  *path,
                                   gboolean           selected);

G_END_DECLS
