/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-video-trial.h"

G_BEGIN_DECLS

/* So many links are opened at once: that many openers there are, and a weak line is not filled by the check itself. */
#define WF_VIDEO_CHECK_AT_ONCE 4

#define WF_TYPE_VIDEO_CHECK (wf_video_check_get_type ())
G_DECLARE_FINAL_TYPE (WfVideoCheck, wf_video_check, WF, VIDEO_CHECK, GObject)

/* Signal "changed": a link more is being checked, or has been. */

WfVideoCheck *wf_video_check_new        (void);
void          wf_video_check_add        (WfVideoCheck      *self,
                                         WfVideoLink       *link,
                                         const char        *name);
void          wf_video_check_start      (WfVideoCheck      *self);
void          wf_video_check_stop       (WfVideoCheck      *self);
GListModel   *wf_video_check_get_trials (WfVideoCheck      *self);
guint         wf_video_check_count      (WfVideoCheck      *self,
                                         WfVideoTrialState  state);
gboolean      wf_video_check_is_running (WfVideoCheck      *self);
char         *wf_video_check_summarize  (WfVideoCheck      *self);
char         *wf_video_check_to_string  (WfVideoCheck      *self,
                                         gsize              most);

G_END_DECLS
