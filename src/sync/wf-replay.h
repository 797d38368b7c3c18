/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-session.h"

G_BEGIN_DECLS

#define WF_TYPE_REPLAY (wf_replay_get_type ())
G_DECLARE_FINAL_TYPE (WfReplay, wf_replay, WF, REPLAY, GObject)

/* Signals "loaded" (): there are other entries; "changed" (): so it is, or the moment is another: read all of it again. */

WfReplay   *wf_replay_new          (WfSession   *session,
                                    const char  *incident);
const char *wf_replay_get_incident (WfReplay    *self);
const char *wf_replay_get_scope    (WfReplay    *self);
gboolean    wf_replay_is_loading   (WfReplay    *self);
int64_t     wf_replay_get_start    (WfReplay    *self);
int64_t     wf_replay_get_end      (WfReplay    *self);
int64_t     wf_replay_get_time     (WfReplay    *self);
void        wf_replay_go_to        (WfReplay    *self,
                                    int64_t      time);
int         wf_replay_get_pace     (WfReplay    *self);
void        wf_replay_set_pace     (WfReplay    *self,
                                    int          pace);
WfState    *wf_replay_get_state    (WfReplay    *self);
WfEvent    *wf_replay_get_event    (WfReplay    *self);
int64_t     wf_replay_get_step     (WfReplay    *self,
                                    int          by);
GArray     *wf_replay_find_events  (WfReplay    *self,
                                    const char *const *types);
gboolean    wf_replay_get_position (WfReplay    *self,
                                    const char  *unit,
                                    WfPosition  *position);
GArray     *wf_replay_get_track    (WfReplay    *self,
                                    const char  *unit);
gboolean    wf_replay_get_look     (WfReplay    *self,
                                    const char  *unit,
                                    const char  *quantity,
                                    WfReading   *reading);

G_END_DECLS
