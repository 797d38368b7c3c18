/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-video-sound.h"

#include <gst/gst.h>

G_BEGIN_DECLS

/* Private to src/video. */

typedef struct _WfVideoEar WfVideoEar;

WfVideoEar *wf_video_sound_ref_ear   (WfVideoSound *self);
void        wf_video_sound_forget    (WfVideoSound *self);
void        wf_video_sound_set_silent (WfVideoSound *self,
                                       gboolean      silent);

WfVideoEar *wf_video_ear_ref         (WfVideoEar   *self);
void        wf_video_ear_unref       (WfVideoEar   *self);
gboolean    wf_video_ear_takes       (GstCaps      *caps);
gboolean    wf_video_ear_connect     (WfVideoEar   *self,
                                      GstBin       *bin,
                                      GstPad       *pad,
                                      gboolean      paced);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WfVideoEar, wf_video_ear_unref)

G_END_DECLS
