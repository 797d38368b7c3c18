/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-map-binder.h"

G_BEGIN_DECLS

struct _WfMapBinder
{
  GObject parent_instance;

  WfContext  *context;  /* (owned) */
  WfMapView  *map;      /* (unowned): lives in the same page */
  WfThings   *things;   /* (owned) */
  GHashTable *kinds;    /* (owned) (element-type GListModel GPtrArray): the items that were seen of each list */
  GHashTable *lines;    /* (owned) (element-type utf8): orders that have a line */
  GHashTable *moving;   /* (owned) (element-type utf8): units that have a mark */
  char       *incident; /* (owned) (nullable) */
  gboolean    stocked;  /* stock may have changed since depots were looked at */
  guint       depots;   /* so many are to be looked at */
  guint       next_depot; /* from this one on, counted round and round */
  WfReplay   *replay;   /* (owned) (nullable): what is shown instead of the present */
};

void     wf_map_binder_put_thing     (WfMapBinder      *self,
                                      WfThingKind       kind,
                                      WfEntity         *entity,
                                      double            lon,
                                      double            lat);
void     wf_map_binder_put_incident  (WfMapBinder      *self,
                                      WfEntity         *incident);
void     wf_map_binder_find_view     (WfSession        *session,
                                      WfEntity         *unit,
                                      int64_t           now,
                                      WfMapUnit        *mark);
void     wf_map_binder_find_past_view (WfReplay        *replay,
                                       WfEntity        *unit,
                                       WfMapUnit       *mark);
void     wf_map_binder_put_mark      (WfMapBinder      *self,
                                      WfEntity         *unit,
                                      const WfPosition *position,
                                      int64_t           now);
void     wf_map_binder_remove_mark   (WfMapBinder      *self,
                                      const char       *unit);
void     wf_map_binder_put_track     (WfMapBinder      *self,
                                      const char       *unit,
                                      GArray           *track);
gboolean wf_map_binder_order_moves   (WfEntity         *order);
gboolean wf_map_binder_put_line      (WfMapBinder      *self,
                                      WfEntity         *order,
                                      WfEntity         *incident,
                                      const WfGeoPoint *force);
void     wf_map_binder_keep_lines    (WfMapBinder      *self,
                                      GHashTable       *lines);
void     wf_map_binder_show_wind     (WfMapBinder      *self,
                                      WfEntity         *incident,
                                      int64_t           now);
void     wf_map_binder_redraw        (WfMapBinder      *self);

G_END_DECLS
