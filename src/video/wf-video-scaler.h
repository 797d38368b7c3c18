/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gst/video/video.h>

G_BEGIN_DECLS

/* Private to src/video. */

typedef struct _WfVideoScaler WfVideoScaler;

WfVideoScaler *wf_video_scaler_new  (void);
void           wf_video_scaler_free (WfVideoScaler *self);
GBytes        *wf_video_scaler_run  (WfVideoScaler *self,
                                     GstVideoFrame *frame,
                                     int            width,
                                     int            height);
void           wf_video_scaler_fit  (int            stream_width,
                                     int            stream_height,
                                     int            wanted_width,
                                     int            wanted_height,
                                     int           *width,
                                     int           *height);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WfVideoScaler, wf_video_scaler_free)

G_END_DECLS
