/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gst/gst.h>
#include <stdint.h>

G_BEGIN_DECLS

/* Private to src/video. */

/* What is kept of a link before anybody records it. */
#define WF_VIDEO_TAP_TIME  30000              /* ms */
#define WF_VIDEO_TAP_BYTES (16 * 1024 * 1024)

/* A sound of which nothing has come for so long, in ms, has fallen silent. */
#define WF_VIDEO_TAP_SILENCE 2000

typedef enum
{
  WF_VIDEO_TRACK_PICTURE,
  WF_VIDEO_TRACK_SOUND,
  WF_VIDEO_N_TRACKS,
} WfVideoTrack;

/* One coded picture, or a piece of sound, as it came. Immutable; shared by threads. */
typedef struct
{
  gatomicrefcount  refs;
  WfVideoTrack     track;
  gboolean         is_key;       /* pictures that follow can be decoded from here on */
  guint            opening;      /* which opening of the link it came in: times compare within one only */
  GstCaps         *caps;         /* (owned) */
  GstBuffer       *buffer;       /* (owned) with running times */
  gsize            size;
  int64_t          arrived_at;   /* monotonic ms */
  int64_t          captured_at;  /* ms since the epoch */
  gboolean         is_dated;     /* by the sender's clock; else it is when it arrived */
} WfVideoPacket;

/* Runs in a thread of GStreamer, or in the one that attaches. */
typedef void (*WfVideoTapFunc) (WfVideoPacket *packet,
                                gpointer       user_data);

typedef struct _WfVideoTap WfVideoTap;

WfVideoTap    *wf_video_tap_new          (void);
WfVideoTap    *wf_video_tap_ref          (WfVideoTap     *self);
void           wf_video_tap_unref        (WfVideoTap     *self);
void           wf_video_tap_begin        (WfVideoTap     *self);
void           wf_video_tap_clear        (WfVideoTap     *self);
void           wf_video_tap_take         (WfVideoTap     *self,
                                          WfVideoTrack    track,
                                          GstPad         *pad,
                                          GstBuffer      *buffer,
                                          int64_t         captured_at,
                                          gboolean        is_dated);
void           wf_video_tap_push         (WfVideoTap     *self,
                                          WfVideoPacket  *packet);
void           wf_video_tap_attach       (WfVideoTap     *self,
                                          WfVideoTapFunc  func,
                                          gpointer        user_data);
void           wf_video_tap_detach       (WfVideoTap     *self);
GstCaps       *wf_video_tap_dup_sound    (WfVideoTap     *self,
                                          guint           opening);
gsize          wf_video_tap_get_bytes    (WfVideoTap     *self);
WfVideoPacket *wf_video_packet_ref       (WfVideoPacket  *packet);
void           wf_video_packet_unref     (WfVideoPacket  *packet);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WfVideoTap, wf_video_tap_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WfVideoPacket, wf_video_packet_unref)

G_END_DECLS
