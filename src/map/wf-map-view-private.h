/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-base-layer.h"
#include "wf-map-controls.h"
#include "wf-map-proxies.h"
#include "wf-map-view.h"
#include "wf-overlay-layer.h"
#include "wf-plot-tool.h"

G_BEGIN_DECLS

typedef enum
{
  WF_MAP_MODE_LOOK,
  WF_MAP_MODE_PICK,
  WF_MAP_MODE_MEASURE,
  WF_MAP_MODE_AREA,
  WF_MAP_MODE_PLOT,
} WfMapMode;

struct _WfMapView
{
  GtkWidget parent_instance;

  WfBaseMap       *base;     /* (owned) (nullable) */
  WfThings        *things;   /* (owned) (nullable) */
  GSignalGroup    *things_signals; /* (owned) */
  WfMarks         *marks;    /* (owned) */
  WfThingsView    *things_view; /* (owned) */
  WfLabels        *labels;   /* (owned) */
  ShumateMap      *map;      /* (unowned) child of overlay */
  ShumateViewport *viewport; /* (unowned) of map */
  WfBaseLayer     *base_layer; /* (unowned) */
  WfOverlayLayer  *overlay_layer; /* (unowned) */
  GtkWidget       *overlay;  /* (unowned) the only child */
  WfMapControls   *controls; /* (unowned) */
  WfMapProxies    *proxies;  /* (unowned) */
  WfPlotTool      *plot_tool; /* (owned) */

  WfMapMode        mode;
  GArray          *measure;  /* (owned) (element-type WfGeoPoint) */
  GArray          *area;     /* (owned) (element-type WfGeoPoint) what was drawn around */
  double           corner_x; /* its last corner, in the view */
  double           corner_y;
  char            *following; /* (owned) (nullable) */
  gboolean         has_home;
  WfGeoBox         home;
  gboolean         has_pending;
  int              expected_width; /* that it will have when it is shown; 0 if nobody knows */
  int              expected_height;
  WfGeoBox         pending;   /* to be fitted as soon as the size is known */
  guint            moving;    /* while the program itself moves the map */
  gboolean         positioned;
  gboolean         credited;  /* the controls say what the map shows */
  guint            controls_id;
  guint            units_id;
  double           press_x;
  double           press_y;
  double           press_lon;
  double           press_lat;
  int              n_press;   /* 2: the second press of a double click */
  double           pointer_x;
  double           pointer_y;
  int              focus_index; /* of what Tab stands at */
};

void     wf_map_view_init_input     (WfMapView  *self);
gboolean wf_map_view_is_let_go      (GtkGesture *gesture);
void     wf_map_view_get_frame      (WfMapView  *self,
                                     WfMapFrame *frame);
void     wf_map_view_emit_cancelled (WfMapView  *self);
void     wf_map_view_emit_picked    (WfMapView  *self,
                                     double      lon,
                                     double      lat);
void     wf_map_view_emit_activated (WfMapView  *self,
                                     const char *kind,
                                     const char *id);
void     wf_map_view_emit_cluster   (WfMapView  *self,
                                     char      **ids);
void     wf_map_view_emit_area      (WfMapView  *self,
                                     char      **ids,
                                     const char *summary);
void     wf_map_view_init_area      (WfMapView  *self);
void     wf_map_view_area_key       (WfMapView  *self);
void     wf_map_view_forget_area    (WfMapView  *self);
void     wf_map_view_end_mode       (WfMapView  *self);
void     wf_map_view_begin_plot_mode (WfMapView *self,
                                     const char *hint);
void     wf_map_view_emit_context   (WfMapView  *self,
                                     double      x,
                                     double      y);
void     wf_map_view_redraw         (WfMapView  *self);
void     wf_map_view_move_to        (WfMapView  *self,
                                     double      lon,
                                     double      lat,
                                     double      zoom);
void     wf_map_view_zoom_by        (WfMapView  *self,
                                     double      by);
void     wf_map_view_update_measure (WfMapView  *self);
void     wf_map_view_tell_measure   (WfMapView  *self,
                                     double      lon,
                                     double      lat);
gboolean wf_map_view_measure_back   (WfMapView  *self);
gboolean wf_map_view_wants_latin    (void);

G_END_DECLS
