/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-video-tile.h"

G_BEGIN_DECLS

/* Private to wf-video-tile.c and wf-video-tile-draw.c, which draws what the other knows. */

/* Pixels between a tile's edge and what stands in its corners. */
#define WF_VIDEO_TILE_MARGIN 6

struct _WfVideoTile
{
  GtkWidget parent_instance;

  WfVideoLink  *link;      /* (owned) (nullable) */
  GSignalGroup *signals;   /* (owned) of the link */
  GSignalGroup *pictures;  /* (owned) of its paintable */
  GSignalGroup *sounds;    /* (owned) of its sound */
  GCancellable *cancel;    /* (owned) of snapshots under way */
  GtkWidget    *menu;      /* (owned) (nullable) */
  char         *unit;      /* (owned) (nullable) what kind of unit it is, or where it stands */
  char         *forbidden; /* (owned) (nullable) why nothing may be kept of it */
  guint         hold_id;

  PangoLayout  *name;      /* (owned) (nullable) */
  PangoLayout  *status;    /* (owned) (nullable) */
  PangoLayout  *headline;  /* (owned) (nullable) in the middle, where there is no picture */
  PangoLayout  *reason;    /* (owned) (nullable) */
  PangoLayout  *mark;      /* (owned) (nullable) that it is recorded */
};

void wf_video_tile_forget_layouts (WfVideoTile *self);
void wf_video_tile_draw           (WfVideoTile *self,
                                   GtkSnapshot *snapshot);

G_END_DECLS
