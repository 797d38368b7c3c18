/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-map-view.h"
#include "wf-plot.h"

G_BEGIN_DECLS

/**
 * WfMapPlot:
 * @id: its id
 * @type: one of wf_plot_types
 * @danger: (nullable): one of wf_dangers
 * @label: (nullable): what stands at it; of a draft, who draws it
 * @points: (array length=n_points): its points
 * @n_points: how many
 * @radius: metres, 0 where it is no circle
 * @draft: whether somebody else is drawing it just now: dashed and faint, and not to be selected
 *
 * Something drawn on the map.
 */
typedef struct
{
  const char       *id;
  const char       *type;
  const char       *danger;
  const char       *label;
  const WfGeoPoint *points;
  gsize             n_points;
  double            radius;
  gboolean          draft;
} WfMapPlot;

typedef struct _WfPlots WfPlots;

/**
 * WfPlotTool:
 *
 * Draws on a map by hand, with the mouse or the keyboard alone. A click (or the space bar, in the middle of the view) sets a
 * point, a double click or Enter ends the shape, Backspace takes the last point back, Escape everything. A circle is its
 * middle and a point of its edge. Points snap to points of other drawings and to symbols, unless Alt is held down. What is
 * being changed shows its points, which can be dragged.
 *
 * Signals:
 *
 * - “drawn” (char *type, GVariant *points, double radius): a shape is done; points as a(dd), radius 0 where it is none
 * - “sketched” (char *type, GVariant *points, double radius): a shape has changed while it is being drawn; without points it
 *   has been given up or is done
 * - “changed” (char *id, GVariant *points, double radius): a point of a drawing was dragged elsewhere
 */
#define WF_TYPE_PLOT_TOOL (wf_plot_tool_get_type ())
G_DECLARE_FINAL_TYPE (WfPlotTool, wf_plot_tool, WF, PLOT_TOOL, GObject)

void        wf_map_view_put_plot      (WfMapView       *self,
                                       const WfMapPlot *plot);
void        wf_map_view_remove_plot   (WfMapView       *self,
                                       const char      *id);
WfPlotTool *wf_map_view_get_plot_tool (WfMapView       *self);
void        wf_map_view_add_tool      (WfMapView       *self,
                                       GtkWidget       *widget);

WfPlotTool *wf_plot_tool_new          (WfMapView       *view);
void        wf_plot_tool_start        (WfPlotTool      *self,
                                       const char      *type,
                                       gboolean         circle);
void        wf_plot_tool_cancel       (WfPlotTool      *self);
void        wf_plot_tool_add          (WfPlotTool      *self,
                                       double           lon,
                                       double           lat);
gboolean    wf_plot_tool_back         (WfPlotTool      *self);
gboolean    wf_plot_tool_finish       (WfPlotTool      *self);
gboolean    wf_plot_tool_is_drawing   (WfPlotTool      *self);
void        wf_plot_tool_edit         (WfPlotTool      *self,
                                       const char      *id);
gboolean    wf_plot_tool_key          (WfPlotTool      *self,
                                       guint            key,
                                       GdkModifierType  state);

G_END_DECLS
