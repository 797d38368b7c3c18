/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-video-link.h"
#include "wf-video-numbers.h"
#include "wf-video-paintable.h"
#include "wf-video-pipeline.h"
#include "wf-video-tap.h"

#include <gst/gst.h>

G_BEGIN_DECLS

/* Private to src/video. */

struct _WfVideoLink
{
  GObject parent_instance;

  char             *uri;       /* (owned) */
  char             *name;      /* (owned) */
  char             *user;      /* (owned) (nullable) */
  char             *password;  /* (owned) (nullable) */
  GHashTable       *viewers;   /* (owned) of viewer → Size */

  WfVideoSound     *sound;     /* (owned) */
  WfVideoTap       *tap;       /* (owned) what comes, before it is decoded */
  WfVideoSeen      *seen;      /* (owned) what it was given before */
  WfVideoRecording *recording; /* (nullable) not owned: it holds us */

  WfVideoMachine    machine;
  WfVideoPipeline  *pipeline;  /* (owned) (nullable) */
  gboolean          udp;       /* TCP was not offered */
  gboolean          software;  /* this computer's hardware has failed to decode it */
  guint             tick_id;
  GCancellable     *probe;     /* (owned) (nullable) of the question why it does not open */

  WfVideoState      state;     /* as last notified */
  WfVideoReason     reason_code;
  char             *reason;    /* (owned) (nullable) */
  char             *detail;    /* (owned) (nullable) of the last error */

  WfVideoPaintable *paintable; /* (owned) */
  GstSample        *sample;    /* (owned) (nullable) the last picture of a pipeline that was closed */
  int64_t           captured_at;
  int               width;
  int               height;
  const char       *codec;     /* (nullable) constant text */
  int               opening_ms; /* of the last opening that led to a picture, or -1 */
  int64_t           frame_at;  /* monotonic ms, of the last picture shown */
  int64_t           last_frame_at;
  guint64           n_frames;  /* when that was looked at last */

  WfVideoNumbers    numbers;
  int64_t           numbers_at;
  int               delay_ms;
  double            frame_rate;
  int64_t           bit_rate;
  double            loss;
};

/* The size that a viewer wants who does not look. */
#define WF_VIDEO_UNSEEN (-1)

GstSample  *wf_video_link_dup_sample    (WfVideoLink      *self,
                                         int64_t          *captured_at);
WfVideoTap *wf_video_link_get_tap       (WfVideoLink      *self);
void        wf_video_link_set_recording (WfVideoLink      *self,
                                         WfVideoRecording *recording);

G_END_DECLS
