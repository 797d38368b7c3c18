/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-overview.h"
#include "wf-recorder.h"
#include "wf-search-index.h"
#include "wf-session.h"
#include "wf-video-hub.h"

#include <gio/gio.h>

G_BEGIN_DECLS

#define WF_TYPE_CONTEXT (wf_context_get_type ())
G_DECLARE_FINAL_TYPE (WfContext, wf_context, WF, CONTEXT, GObject)

/* Signal "tick" (int64_t now): once a second, on the second, for everything that shows a running time. */

WfContext  *wf_context_new             (WfSession  *session,
                                        WfClock    *clock,
                                        GSettings  *settings,
                                        const char *data_folder);
WfSession  *wf_context_get_session     (WfContext  *self);
WfOverview *wf_context_get_overview    (WfContext  *self);
WfClock    *wf_context_get_clock       (WfContext  *self);
WfVideoHub *wf_context_get_video       (WfContext  *self);
WfRecorder *wf_context_get_recorder    (WfContext  *self);
GSettings  *wf_context_get_settings    (WfContext  *self);
const char *wf_context_get_data_folder (WfContext  *self);
WfSearchIndex *wf_context_get_search_index (WfContext *self);
gboolean    wf_context_locate          (WfContext  *self,
                                        WfSearchHit *hit,
                                        double     *longitude,
                                        double     *latitude);
int64_t     wf_context_now             (WfContext  *self);

G_END_DECLS
