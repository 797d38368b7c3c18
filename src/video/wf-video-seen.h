/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/* Private to src/video. */

typedef struct _WfVideoSeen WfVideoSeen;

WfVideoSeen *wf_video_seen_new   (void);
WfVideoSeen *wf_video_seen_ref   (WfVideoSeen *self);
void         wf_video_seen_unref (WfVideoSeen *self);
void         wf_video_seen_begin (WfVideoSeen *self);
void         wf_video_seen_clear (WfVideoSeen *self);
gboolean     wf_video_seen_skip  (WfVideoSeen *self,
                                  GstBuffer   *coded,
                                  gboolean     is_key);

G_END_DECLS
