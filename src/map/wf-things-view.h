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
  double           x; /* screen */
  double           y;
  double           width;
  double           height;
} WfThingSpot;

WfThingsView *wf_things_view_new       (void);
void          wf_things_view_free      (WfThingsView     *self);
void          wf_things_view_set       (WfThingsView     *self,
                                        WfThings         *things);
void          wf_things_view_refresh   (WfThingsView     *self);
void          wf_things_view_set_visible (WfThingsView   *self,
                                          WfThingKind     kind,
                                          gboolean        visible);
gboolean      wf_things_view_get_visible (WfThingsView   *self,
                                          WfThingKind     kind);
GArray       *wf_things_view_place     (WfThingsView     *self,
                                        const WfMapFrame *frame);
gboolean      wf_things_view_find      (WfThingsView     *self,
                                        const WfMapFrame *frame,
                                        double            x,
                                        double            y,
                                        WfThingSpot      *spot);
gboolean      wf_things_view_get_thing (WfThingsView     *self,
                                        const WfThingSpot *spot,
                                        guint32           position,
                                        WfThing          *thing);
char         *wf_things_view_describe  (WfThingsView     *self,
                                        const WfThingSpot *spot);
void          wf_things_view_snapshot  (WfThingsView     *self,
                                        GtkSnapshot      *snapshot,
                                        const WfMapFrame *frame,
                                        const WfMapStyle *style,
                                        WfMarks          *marks);
void          wf_things_view_draw      (WfThingsView     *self,
                                        cairo_t          *cr,
                                        const WfMapFrame *frame,
                                        const WfMapStyle *style,
                                        WfMarks          *marks);

G_END_DECLS
