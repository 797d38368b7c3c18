/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-video-link.h"
#include "wf-video-tap.h"

#include <gst/gst.h>

G_BEGIN_DECLS

/* Private to src/video. */

/* The size that a viewer wants who does not look. */
#define WF_VIDEO_UNSEEN (-1)

GstSample  *wf_video_link_dup_sample    (WfVideoLink      *self,
                                         int64_t          *captured_at);
WfVideoTap *wf_video_link_get_tap       (WfVideoLink      *self);
void        wf_video_link_set_recording (WfVideoLink      *self,
                                         WfVideoRecording *recording);

G_END_DECLS
