/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-video-link.h"

G_BEGIN_DECLS

/* So much is left free on the disk for everything else that must be written there. */
#define WF_VIDEO_RECORDING_RESERVE ((guint64) 512 * 1024 * 1024)

/* A file that has been closed, in a recording's folder. */
typedef struct
{
  char    *path;
  int64_t  started_at; /* ms since the epoch: when its first picture was taken */
  int64_t  duration;   /* ms */
  int64_t  bytes;
  guint    n_pictures;
} WfVideoSegment;

#define WF_TYPE_VIDEO_RECORDING (wf_video_recording_get_type ())
G_DECLARE_FINAL_TYPE (WfVideoRecording, wf_video_recording, WF, VIDEO_RECORDING, GObject)

WfVideoRecording *wf_video_recording_start           (WfVideoLink           *link,
                                                      const char            *folder,
                                                      guint64                reserve);
void              wf_video_recording_set_limits      (WfVideoRecording      *self,
                                                      int64_t                duration,
                                                      int64_t                bytes);
void              wf_video_recording_stop            (WfVideoRecording      *self);
void              wf_video_recording_finish          (WfVideoRecording      *self);
gboolean          wf_video_recording_is_active       (WfVideoRecording      *self);
WfVideoLink      *wf_video_recording_get_link        (WfVideoRecording      *self);
const char       *wf_video_recording_get_folder      (WfVideoRecording      *self);
int64_t           wf_video_recording_get_started_at  (WfVideoRecording      *self);
int64_t           wf_video_recording_get_bytes       (WfVideoRecording      *self);
int64_t           wf_video_recording_get_room        (WfVideoRecording      *self);
const char       *wf_video_recording_get_reason      (WfVideoRecording      *self);
char             *wf_video_recording_to_string       (WfVideoRecording      *self);

int64_t           wf_video_segment_read_start        (const char            *path);
gboolean          wf_video_segment_measure           (const char            *path,
                                                      int64_t               *duration,
                                                      guint                 *n_pictures,
                                                      GError               **error);

G_END_DECLS
