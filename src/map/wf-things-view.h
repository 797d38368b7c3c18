/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-geo-cluster.h"
#include "wf-marks.h"

G_BEGIN_DECLS

/* How a WfThings looks at a zoom: which symbols and clusters stand where. Owned by one view. */
typedef struct _WfThingsView WfThingsView;

/* One symbol on the screen. */
typedef struct
{
  WfGeoClusterCell cell;
  double           world_x; /* its middle in the world at the frame's zoom */
  double           world_y;
  double           x; /* and on the screen */
  double           y;
  double           width;
  double           height;
  guint64          look;     /* another number where it looks otherwise */
  gboolean         labelled; /* a lone thing with its name under it */
  double           name_width; /* about */
} WfThingSpot;

WfThingsView *wf_things_view_new          (void);
void          wf_things_view_free         (WfThingsView      *self);
void          wf_things_view_set          (WfThingsView      *self,
                                           WfThings          *things);
void          wf_things_view_set_visible  (WfThingsView      *self,
                                           WfThingKind        kind,
                                           gboolean           visible);
gboolean      wf_things_view_get_visible  (WfThingsView      *self,
                                           WfThingKind        kind);
const GArray *wf_things_view_place        (WfThingsView      *self,
                                           const WfMapFrame  *frame);
guint64       wf_things_view_get_turn     (WfThingsView      *self);
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
                                           WfMarks           *marks);
void          wf_things_view_draw         (WfThingsView      *self,
                                           cairo_t           *cr,
                                           const WfMapFrame  *frame,
                                           const WfMapStyle  *style,
                                           WfMarks           *marks);

G_END_DECLS
