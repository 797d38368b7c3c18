/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-context.h"
#include "wf-replay.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define WF_TYPE_PLAYBACK (wf_playback_get_type ())
G_DECLARE_FINAL_TYPE (WfPlayback, wf_playback, WF, PLAYBACK, GtkWidget)

GtkWidget *wf_playback_new         (WfContext  *context,
                                    GPtrArray  *media,
                                    gboolean    controls);
void       wf_playback_go_to       (WfPlayback *self,
                                    int64_t     time);
int64_t    wf_playback_get_time    (WfPlayback *self);
gboolean   wf_playback_is_playing  (WfPlayback *self);
void       wf_playback_set_playing (WfPlayback *self,
                                    gboolean    playing);
void       wf_playback_set_rate    (WfPlayback *self,
                                    double      rate);
void       wf_playback_follow      (WfPlayback *self,
                                    WfReplay   *replay);

gboolean   wf_playback_is_video    (WfEntity   *medium);
GPtrArray *wf_playback_list        (WfSession  *session,
                                    const char *incident,
                                    const char *recording,
                                    const char *source);
char      *wf_playback_describe    (WfEntity   *medium);
void       wf_playback_present     (GtkWindow  *parent,
                                    WfContext  *context,
                                    WfEntity   *medium);

G_END_DECLS
