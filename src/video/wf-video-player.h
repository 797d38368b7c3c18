/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-video-sound.h"

#include <gdk/gdk.h>
#include <stdint.h>

G_BEGIN_DECLS

#define WF_TYPE_VIDEO_PLAYER (wf_video_player_get_type ())
G_DECLARE_FINAL_TYPE (WfVideoPlayer, wf_video_player, WF, VIDEO_PLAYER, GObject)

WfVideoPlayer *wf_video_player_new           (void);
void           wf_video_player_open          (WfVideoPlayer *self,
                                              const char    *path,
                                              int64_t        position);
void           wf_video_player_close         (WfVideoPlayer *self);
const char    *wf_video_player_get_path      (WfVideoPlayer *self);
void           wf_video_player_set_playing   (WfVideoPlayer *self,
                                              gboolean       playing);
void           wf_video_player_set_rate      (WfVideoPlayer *self,
                                              double         rate);
void           wf_video_player_seek          (WfVideoPlayer *self,
                                              int64_t        position);
void           wf_video_player_step          (WfVideoPlayer *self,
                                              int            by);
int64_t        wf_video_player_get_position  (WfVideoPlayer *self);
const char    *wf_video_player_get_reason    (WfVideoPlayer *self);
WfVideoSound  *wf_video_player_get_sound     (WfVideoPlayer *self);
GdkPaintable  *wf_video_player_get_paintable (WfVideoPlayer *self);

G_END_DECLS
