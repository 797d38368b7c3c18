/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-video-chain.h"
#include "wf-video-clock.h"
#include "wf-video-lag.h"
#include "wf-video-pipeline.h"
#include "wf-video-scaler.h"

#include <gst/app/gstappsink.h>

G_BEGIN_DECLS

/* Private to wf-video-pipeline.c, which opens and closes, and wf-video-pipeline-flow.c, which sees what comes. */

struct _WfVideoPipeline
{
  gatomicrefcount refs;

  /* Set at the start, constant from then on. */
  char                 *uri;      /* (owned) */
  char                 *user;     /* (owned) (nullable) */
  char                 *password; /* (owned) (nullable) */
  gboolean              udp;
  gboolean              software;
  WfVideoEar           *ear;      /* (owned) */
  WfVideoTap           *tap;      /* (owned) */
  WfVideoSeen          *seen;     /* (owned) has its own lock */
  GMainContext         *context;  /* (owned) */
  WfVideoPipelineFuncs  funcs;
  gpointer              user_data;

  int                   closed; /* (atomic) */

  GMutex                state_lock; /* held while it is opened or closed */
  GstElement           *element;    /* (owned) (nullable) under state_lock */
  WfVideoChain          chain;      /* constant once the element is there */

  WfVideoScaler        *scaler;   /* (owned) used by the streaming thread alone */
  WfVideoLag            lag;      /* the same */
  gboolean              paced;    /* set before the first picture */
  guint                 n_coded;  /* the same: coded pictures, until it is calm */
  gboolean              calm;     /* the same: no key frame is waited for any more */
  gboolean              anchored; /* the streaming thread's: a moment is known when a picture was due */
  GstClockTimeDiff      anchor;   /* the same */
  const char           *codec;    /* (atomic) (nullable) constant text */
  gboolean              is_rtp;   /* constant once the element is there */
  WfVideoGaps           gaps;     /* the thread's that reads the source */
  WfVideoClock         *clock;    /* (owned) has its own lock */

  GMutex                lock;
  gboolean              shown;          /* under lock */
  int                   wanted_width;   /* under lock */
  int                   wanted_height;  /* under lock */
  WfVideoFrame          pending;        /* under lock, for the main context */
  gboolean              has_error;      /* under lock */
  WfVideoReason         error;          /* under lock */
  char                 *detail;         /* (owned) (nullable) under lock */
  gboolean              waking;         /* under lock: the main context has been told */
  GstSample            *sample;         /* (owned) (nullable) under lock: the last picture, in full */
  int64_t               captured_at;    /* under lock: when that was taken */
  WfVideoCounts         counts;         /* under lock */
  int                   last_seq;       /* under lock, -1 before the first packet */
};

void              wf_video_pipeline_report    (WfVideoPipeline *self,
                                               WfVideoReason    reason,
                                               const char      *detail);
void              wf_video_pipeline_wake      (WfVideoPipeline *self);
void              wf_video_pipeline_watch     (WfVideoPipeline *self,
                                               GstPad          *pad);
void              wf_video_pipeline_set_paced (gpointer         data);
GstPadProbeReturn wf_video_pipeline_coded_cb  (GstPad          *pad,
                                               GstPadProbeInfo *info,
                                               gpointer         data);
GstPadProbeReturn wf_video_pipeline_sound_cb  (GstPad          *pad,
                                               GstPadProbeInfo *info,
                                               gpointer         data);
GstFlowReturn     wf_video_pipeline_sample_cb (GstAppSink      *sink,
                                               gpointer         data);

G_END_DECLS
