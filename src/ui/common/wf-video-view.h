/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-context.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define WF_TYPE_VIDEO_VIEW (wf_video_view_get_type ())
G_DECLARE_FINAL_TYPE (WfVideoView, wf_video_view, WF, VIDEO_VIEW, GtkWidget)

GtkWidget  *wf_video_view_new      (WfContext   *context,
                                    WfEntity    *unit);
const char *wf_video_view_get_unit (WfVideoView *self);
void        wf_video_view_record   (WfVideoView *self);
const char *wf_video_view_get_uri  (WfVideoView *self);
void        wf_video_view_show_large (WfVideoView *self);
void        wf_video_view_toggle_sound (WfVideoView *self);

G_END_DECLS
