/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gdk/gdk.h>

G_BEGIN_DECLS

/* Private to src/video; others see a #GdkPaintable. */

#define WF_TYPE_VIDEO_PAINTABLE (wf_video_paintable_get_type ())
G_DECLARE_FINAL_TYPE (WfVideoPaintable, wf_video_paintable, WF, VIDEO_PAINTABLE, GObject)

WfVideoPaintable *wf_video_paintable_new            (void);
void              wf_video_paintable_set_pixels     (WfVideoPaintable *self,
                                                     GBytes           *pixels,
                                                     int               pixels_width,
                                                     int               pixels_height,
                                                     int               width,
                                                     int               height);
void              wf_video_paintable_snapshot_cairo (WfVideoPaintable *self,
                                                     GdkSnapshot      *snapshot,
                                                     double            width,
                                                     double            height);
gboolean          wf_video_paintable_is_empty       (WfVideoPaintable *self);

G_END_DECLS
