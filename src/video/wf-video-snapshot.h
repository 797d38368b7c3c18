/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-video-link.h"

#include <gst/gst.h>

G_BEGIN_DECLS

/* Private to src/video. */

GBytes *wf_video_snapshot_encode (GstSample           *sample,
                                  WfVideoImageFormat   format,
                                  int64_t              captured_at,
                                  GError             **error);

G_END_DECLS
