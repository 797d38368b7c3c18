/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-video-tap.h"

G_BEGIN_DECLS

/* Private to src/video. */

typedef struct _WfVideoWriter WfVideoWriter;

WfVideoWriter *wf_video_writer_open         (const char     *path,
                                             WfVideoPacket  *first,
                                             GstCaps        *sound,
                                             GError        **error);
gboolean       wf_video_writer_put          (WfVideoWriter  *self,
                                             WfVideoPacket  *packet,
                                             GError        **error);
gboolean       wf_video_writer_fits         (WfVideoWriter  *self,
                                             WfVideoPacket  *packet);
gboolean       wf_video_writer_has_sound    (WfVideoWriter  *self,
                                             GstCaps        *sound);
const char    *wf_video_writer_get_path     (WfVideoWriter  *self);
int64_t        wf_video_writer_get_start    (WfVideoWriter  *self);
int64_t        wf_video_writer_get_duration (WfVideoWriter  *self);
int64_t        wf_video_writer_get_bytes    (WfVideoWriter  *self);
guint          wf_video_writer_get_pictures (WfVideoWriter  *self);
void           wf_video_writer_sync         (WfVideoWriter  *self);
gboolean       wf_video_writer_close        (WfVideoWriter  *self,
                                             GError        **error);
void           wf_video_writer_free         (WfVideoWriter  *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WfVideoWriter, wf_video_writer_free)

G_END_DECLS
