/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-video-link.h"

#include <gst/gst.h>

G_BEGIN_DECLS

/* Private to src/video. */

GstSample *wf_video_link_dup_sample (WfVideoLink *self,
                                     int64_t     *captured_at);

G_END_DECLS
