/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-video-link.h"

G_BEGIN_DECLS

#define WF_TYPE_VIDEO_HUB (wf_video_hub_get_type ())
G_DECLARE_FINAL_TYPE (WfVideoHub, wf_video_hub, WF, VIDEO_HUB, GObject)

WfVideoHub  *wf_video_hub_new        (void);
WfVideoLink *wf_video_hub_get_link   (WfVideoHub *self,
                                      const char *uri,
                                      const char *name);
void         wf_video_hub_add_sound  (WfVideoHub   *self,
                                      WfVideoSound *sound);
void         wf_video_hub_set_volume (WfVideoHub *self,
                                      double      volume);
guint        wf_video_hub_count      (WfVideoHub *self);

G_END_DECLS
