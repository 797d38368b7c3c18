/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/**
 * WfVideoSoundState:
 * @WF_VIDEO_SOUND_NONE: the source sends none, or nobody knows yet
 * @WF_VIDEO_SOUND_MUTED: it sends some, which is not to be heard
 * @WF_VIDEO_SOUND_PLAYING: it is heard
 * @WF_VIDEO_SOUND_FAILED: it is to be heard and cannot be: no device, or no decoder; the picture goes on
 */
typedef enum
{
  WF_VIDEO_SOUND_NONE,
  WF_VIDEO_SOUND_MUTED,
  WF_VIDEO_SOUND_PLAYING,
  WF_VIDEO_SOUND_FAILED,
} WfVideoSoundState;

#define WF_TYPE_VIDEO_SOUND_STATE (wf_video_sound_state_get_type ())
GType wf_video_sound_state_get_type (void) G_GNUC_CONST;

#define WF_TYPE_VIDEO_SOUND (wf_video_sound_get_type ())
G_DECLARE_FINAL_TYPE (WfVideoSound, wf_video_sound, WF, VIDEO_SOUND, GObject)

WfVideoSound      *wf_video_sound_new             (void);
void               wf_video_sound_set_loudspeaker (WfVideoSound *self,
                                                   const char   *loudspeaker);
gboolean           wf_video_sound_get_heard       (WfVideoSound *self);
void               wf_video_sound_set_heard       (WfVideoSound *self,
                                                   gboolean      heard);
void               wf_video_sound_set_volume      (WfVideoSound *self,
                                                   double        volume);
WfVideoSoundState  wf_video_sound_get_state       (WfVideoSound *self);
const char        *wf_video_sound_get_reason      (WfVideoSound *self);
gboolean           wf_video_sound_is_silent       (WfVideoSound *self);

G_END_DECLS
