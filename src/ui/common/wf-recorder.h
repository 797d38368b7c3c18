/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-session.h"
#include "wf-video-recording.h"

G_BEGIN_DECLS

#define WF_TYPE_RECORDER (wf_recorder_get_type ())
G_DECLARE_FINAL_TYPE (WfRecorder, wf_recorder, WF, RECORDER, GObject)

/* Signal "said" (const char *text): something that a person should know, a sentence. */

WfRecorder *wf_recorder_new         (WfSession    *session);
gboolean    wf_recorder_start       (WfRecorder   *self,
                                     WfVideoLink  *link,
                                     const char   *unit,
                                     const char   *incident,
                                     GError      **error);
void        wf_recorder_stop        (WfRecorder   *self,
                                     WfVideoLink  *link);
guint       wf_recorder_count       (WfRecorder   *self);
guint       wf_recorder_get_waiting (WfRecorder   *self);
void        wf_recorder_finish      (WfRecorder   *self);

G_END_DECLS
