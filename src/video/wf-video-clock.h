/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gst/gst.h>
#include <stdint.h>

G_BEGIN_DECLS

/* Private to src/video. */

typedef struct _WfVideoClock WfVideoClock;

WfVideoClock *wf_video_clock_new         (void);
void          wf_video_clock_free        (WfVideoClock *self);
void          wf_video_clock_set_manager (WfVideoClock *self,
                                          GstElement   *manager);
void          wf_video_clock_set_session (WfVideoClock *self,
                                          guint         session);
void          wf_video_clock_packet      (WfVideoClock *self,
                                          guint32       rtp_time,
                                          GstClockTime  pts);
void          wf_video_clock_begin       (WfVideoClock *self,
                                          int64_t       at);
void          wf_video_clock_picture     (WfVideoClock *self,
                                          GstClockTime  pts,
                                          gboolean      breaks);
void          wf_video_clock_stamp       (WfVideoClock *self,
                                          int64_t       at,
                                          GstClockTime  pts);
void          wf_video_clock_calm_down   (WfVideoClock *self);
int           wf_video_clock_delay       (WfVideoClock *self,
                                          GstClockTime  pts,
                                          int64_t       now);
int           wf_video_clock_compute     (guint64       sr_ntp,
                                          guint32       sr_rtp,
                                          guint32       rtp_time,
                                          int64_t       now);

G_END_DECLS
