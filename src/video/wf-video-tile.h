/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-video-link.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define WF_TYPE_VIDEO_TILE (wf_video_tile_get_type ())
G_DECLARE_FINAL_TYPE (WfVideoTile, wf_video_tile, WF, VIDEO_TILE, GtkWidget)

GtkWidget   *wf_video_tile_new      (WfVideoLink *link);
WfVideoLink *wf_video_tile_get_link (WfVideoTile *self);
void         wf_video_tile_set_link (WfVideoTile *self,
                                     WfVideoLink *link);
void         wf_video_tile_set_unit (WfVideoTile *self,
                                     const char  *unit);
void         wf_video_tile_forbid_keeping
                                    (WfVideoTile *self,
                                     const char  *reason);

G_END_DECLS
