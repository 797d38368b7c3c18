/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-video-seen.h"
#include "wf-video-sound-private.h"
#include "wf-video-state.h"
#include "wf-video-tap.h"

#include <gst/gst.h>

G_BEGIN_DECLS

/* Private to src/video: the only place, with the scaler, that knows GStreamer's elements. */

typedef struct _WfVideoPipeline WfVideoPipeline;

/* One picture on its way to the screen. */
typedef struct
{
  GBytes  *pixels;        /* (owned) %GDK_MEMORY_B8G8R8A8_PREMULTIPLIED */
  int      width;         /* of the pixels */
  int      height;
  int      stream_width;  /* of the stream, with square pixels */
  int      stream_height;
  int      delay;         /* since the sender took it, in ms; -1 when that is not known */
  int64_t  arrived_at;    /* monotonic ms */
  int64_t  captured_at;   /* ms since the epoch */
  const char *codec;      /* constant: what it was coded in, as people know it */
} WfVideoFrame;

/* What went through since the pipeline was opened. */
typedef struct
{
  guint64 frames;
  guint64 bytes;
  guint64 packets;
  guint64 lost;
  guint64 old;    /* coded pictures that came in an attempt before this one */
} WfVideoCounts;

/* All of them run in the main context that the pipeline was made in, and never after wf_video_pipeline_close(). */
typedef struct
{
  void (*frame) (WfVideoPipeline    *pipeline,
                 const WfVideoFrame *frame,
                 gpointer            user_data);
  void (*error) (WfVideoPipeline    *pipeline,
                 WfVideoReason       reason,
                 const char         *detail,
                 gpointer            user_data);
} WfVideoPipelineFuncs;

WfVideoPipeline *wf_video_pipeline_open            (const char                 *uri,
                                                    const char                 *user,
                                                    const char                 *password,
                                                    gboolean                    udp,
                                                    gboolean                    software,
                                                    WfVideoEar                 *ear,
                                                    WfVideoTap                 *tap,
                                                    WfVideoSeen                *seen,
                                                    const WfVideoPipelineFuncs *funcs,
                                                    gpointer                    user_data);
void             wf_video_pipeline_close           (WfVideoPipeline            *self);
void             wf_video_pipeline_set_wanted_size (WfVideoPipeline            *self,
                                                    gboolean                    shown,
                                                    int                         width,
                                                    int                         height);
void             wf_video_pipeline_get_counts      (WfVideoPipeline            *self,
                                                    WfVideoCounts              *counts);
GstSample       *wf_video_pipeline_dup_sample      (WfVideoPipeline            *self,
                                                    int64_t                    *captured_at);
guint            wf_video_pipeline_count           (void);

G_END_DECLS
