/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-plot-history.h"
#include "wf-plotting.h"

G_BEGIN_DECLS

/* Between the files of WfPlotting alone. */

struct _WfPlotting
{
  GObject parent_instance;

  WfWindow           *window;  /* (unowned): has the page that has this */
  WfContext          *context; /* (owned) */
  WfMapView          *map;     /* (unowned): lives in the same page */
  GSimpleActionGroup *actions; /* (owned) */
  GPtrArray          *items;   /* (owned) (element-type WfItem) plots that were seen */
  GHashTable         *shown;   /* (owned) ids of those on the map */
  WfPlotHistory      *history; /* (owned) what was done here, and can be taken back */
  WfReplay           *replay;  /* (owned) (nullable) */
  GHashTable         *drafts;  /* (owned) ids of what others are drawing */
  char               *sketch_type; /* (owned) (nullable): what is being drawn here and not yet told */
  GVariant           *sketch;  /* (owned) (nullable) its points */
  double              sketch_radius;
  guint               sketch_id;
  WfEntity           *before;  /* (owned) (nullable): what a dialog changes, as it stood */
};

void wf_plotting_put_plot          (WfPlotting *self,
                                    WfItem     *item);
void wf_plotting_forget_item       (WfPlotting *self,
                                    WfItem     *item);
void wf_plotting_items_changed_cb  (GListModel *list,
                                    guint       position,
                                    guint       removed,
                                    guint       added,
                                    WfPlotting *self);
void wf_plotting_remove_all        (WfPlotting *self);
void wf_plotting_replay_cb         (WfPlotting *self);
void wf_plotting_put_stale         (WfPlotting *self);
void wf_plotting_sketched_here_cb  (WfPlotting *self,
                                    const char *type,
                                    GVariant   *points,
                                    double      radius);
void wf_plotting_sketched_there_cb (WfPlotting *self,
                                    GVariant   *sketch);
void wf_plotting_forget_drafts     (WfPlotting *self);
void wf_plotting_link_cb           (WfPlotting *self);

G_END_DECLS
