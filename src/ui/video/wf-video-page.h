/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-window.h"

G_BEGIN_DECLS

#define WF_TYPE_VIDEO_PAGE (wf_video_page_get_type ())
G_DECLARE_FINAL_TYPE (WfVideoPage, wf_video_page, WF, VIDEO_PAGE, GtkWidget)

GtkWidget *wf_video_page_new (WfWindow *window);

G_END_DECLS
