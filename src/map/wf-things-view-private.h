/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-map-sheet.h"
#include "wf-symbol-set.h"
#include "wf-things-view.h"

G_BEGIN_DECLS

/* Room around an image for its edge. */
#define WF_THING_EDGE 3.0

/* In a cluster of several kinds this many are named; the rest is a number. */
#define WF_THING_CHIPS       4
#define WF_THING_CHIP_WIDTH  29.0
#define WF_THING_CHIP_HEIGHT 17.0

struct _WfThingsView
{
  WfThings     *things; /* (owned) (nullable) */
  WfSymbolSet  *symbols; /* (owned) */
  WfGeoCluster *cluster;
  gboolean      stale;    /* everything has to be looked at */
  guint64       serial;   /* of the things, up to which they have been looked at */
  guint32       hidden;   /* a bit for each kind */
  guint64       revision; /* of the clusters */
  GArray       *cells;    /* (element-type WfGeoClusterCell) */
  GArray       *rows;     /* (element-type guint32) */

  /* What was placed last, and for what. */
  GArray       *spots; /* (element-type WfThingSpot) */
  guint64       turn;  /* how often they were placed */
  guint64       placed_revision;
  double        placed_zoom;
  int           placed_text;
  double        left; /* in the world at that zoom */
  double        top;
  double        right;
  double        bottom;
  double        frame_x;
  double        frame_y;

  /* The spot whose things are drawn apart. */
  gboolean      has_fan;
  guint         fan_level;
  guint32       fan_column;
  guint32       fan_row;
  double        hub_x; /* in the world at the zoom of the spots */
  double        hub_y;
  double        hub_reach;

  /* What is drawn of them. */
  WfMapSheet   *sheet;
  guint64       sheet_turn;
  guint64       sheet_names;
  int           sheet_text;
  gboolean      sheet_dark;
  int           sheet_scale;
  GArray       *entries; /* (element-type guint) for each item of the sheet its spot, times two, plus one for a name */
  GHashTable   *images;  /* (element-type guint64 cairo_surface_t) look → image */
};

char *wf_things_view_number (guint32 n);

G_END_DECLS
