/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-geo-cluster.h"
#include "wf-marks.h"
#include "wf-symbol-set.h"

G_BEGIN_DECLS

/* How a WfThings looks at a zoom: which symbols and clusters stand where. Owned by one view. */
typedef struct _WfThingsView WfThingsView;

/* The size of letters of a thing's name. */
#define WF_THING_LABEL_SIZE 11.0

/* More things than these on one spot are listed instead of being fanned out. */
#define WF_THINGS_MAX_FAN 40

/* The kind by which a cluster is selected. */
#define WF_THINGS_CLUSTER "cluster"

/* One symbol on the screen. */
typedef struct
{
  WfGeoClusterCell cell;
  double           home_x; /* its middle in the world at the frame's zoom */
  double           home_y;
  double           world_x; /* the same where nothing more urgent lies there, else a little off */
  double           world_y;
  double           x; /* and on the screen */
  double           y;
  double           width;
  double           height;
  guint64          look;      /* another number where it looks otherwise */
  guint            index;     /* in the array of spots */
  gboolean         fanned;    /* one of several things on the same spot, drawn apart */
  WfLabelPlace     fan_place; /* on which side of the fan */
  WfLabelPlace     place;     /* where the name of a lone or of the selected thing stands; WfLabels says */
  WfLabelSize      name;      /* and how large symbol and name are */
} WfThingSpot;

WfThingsView *wf_things_view_new          (void);
void          wf_things_view_free         (WfThingsView      *self);
void          wf_things_view_set          (WfThingsView      *self,
                                           WfThings          *things);
void          wf_things_view_set_symbols  (WfThingsView      *self,
                                           WfSymbolSet       *symbols);
WfSymbolSet  *wf_things_view_get_symbols  (WfThingsView      *self);
gboolean      wf_things_view_prepare      (WfThingsView      *self,
                                           const WfMapFrame  *frame,
                                           const WfMapStyle  *style);
void          wf_things_view_set_visible  (WfThingsView      *self,
                                           WfThingKind        kind,
                                           gboolean           visible);
gboolean      wf_things_view_get_visible  (WfThingsView      *self,
                                           WfThingKind        kind);
const GArray *wf_things_view_place        (WfThingsView      *self,
                                           const WfMapFrame  *frame);
guint64       wf_things_view_get_turn     (WfThingsView      *self);
void          wf_things_view_get_window   (WfThingsView      *self,
                                           WfLabelBox        *window);
gboolean      wf_things_view_find         (WfThingsView      *self,
                                           const WfMapFrame  *frame,
                                           double             x,
                                           double             y,
                                           WfThingSpot       *spot);
gboolean      wf_things_view_find_thing   (WfThingsView      *self,
                                           const WfMapFrame  *frame,
                                           const char        *kind,
                                           const char        *id,
                                           WfThingSpot       *spot);
gboolean      wf_things_view_get_by_id    (WfThingsView      *self,
                                           const char        *id,
                                           WfThing           *thing);
char         *wf_things_view_make_id      (const WfThingSpot *spot);
void          wf_things_view_fan          (WfThingsView      *self,
                                           const WfThingSpot *spot);
gboolean      wf_things_view_close_fan    (WfThingsView      *self);
gboolean      wf_things_view_get_thing    (WfThingsView      *self,
                                           const WfThingSpot *spot,
                                           WfThing           *thing);
GArray       *wf_things_view_list         (WfThingsView      *self,
                                           const WfThingSpot *spot,
                                           guint32            max);
char         *wf_things_view_describe     (WfThingsView      *self,
                                           const WfThingSpot *spot);
void          wf_things_view_snapshot     (WfThingsView      *self,
                                           GtkSnapshot       *snapshot,
                                           const WfMapFrame  *frame,
                                           const WfMapStyle  *style,
                                           WfMarks           *marks,
                                           guint64            names);
void          wf_things_view_draw         (WfThingsView      *self,
                                           cairo_t           *cr,
                                           const WfMapFrame  *frame,
                                           const WfMapStyle  *style,
                                           WfMarks           *marks);

G_END_DECLS
