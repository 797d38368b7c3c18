/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-video-link.h"

G_BEGIN_DECLS

/**
 * WfVideoTrialState:
 * @WF_VIDEO_TRIAL_WAITING: its turn has not come
 * @WF_VIDEO_TRIAL_RUNNING: the link is being opened and measured
 * @WF_VIDEO_TRIAL_GOOD: it can be relied on
 * @WF_VIDEO_TRIAL_WEAK: it opens, and something is amiss
 * @WF_VIDEO_TRIAL_FAILED: no picture came
 * @WF_VIDEO_TRIAL_STOPPED: somebody ended the check before
 */
typedef enum
{
  WF_VIDEO_TRIAL_WAITING,
  WF_VIDEO_TRIAL_RUNNING,
  WF_VIDEO_TRIAL_GOOD,
  WF_VIDEO_TRIAL_WEAK,
  WF_VIDEO_TRIAL_FAILED,
  WF_VIDEO_TRIAL_STOPPED,
} WfVideoTrialState;

#define WF_VIDEO_N_TRIAL_STATES (WF_VIDEO_TRIAL_STOPPED + 1)

#define WF_TYPE_VIDEO_TRIAL_STATE (wf_video_trial_state_get_type ())
GType wf_video_trial_state_get_type (void) G_GNUC_CONST;

/* All in milliseconds. */
#define WF_VIDEO_TRIAL_LIMIT    12000 /* for the first picture */
#define WF_VIDEO_TRIAL_RETRIES   4000 /* a link that breaks off is given another chance for so long */
#define WF_VIDEO_TRIAL_KEYRING   2000 /* for the keyring to bring the password */
#define WF_VIDEO_TRIAL_MEASURE   3000 /* from the first picture on */

/* What makes a link weak. */
#define WF_VIDEO_TRIAL_LOSS      0.01
#define WF_VIDEO_TRIAL_RATE      10.0 /* pictures a second, fewer */
#define WF_VIDEO_TRIAL_DELAY     1000 /* ms, more */
#define WF_VIDEO_TRIAL_OPENING   3000 /* ms, more */

#define WF_TYPE_VIDEO_TRIAL (wf_video_trial_get_type ())
G_DECLARE_FINAL_TYPE (WfVideoTrial, wf_video_trial, WF, VIDEO_TRIAL, GObject)

WfVideoTrial      *wf_video_trial_new        (WfVideoLink       *link,
                                              const char        *name);
void               wf_video_trial_start      (WfVideoTrial      *self);
void               wf_video_trial_stop       (WfVideoTrial      *self);
WfVideoLink       *wf_video_trial_get_link   (WfVideoTrial      *self);
const char        *wf_video_trial_get_name   (WfVideoTrial      *self);
WfVideoTrialState  wf_video_trial_get_state  (WfVideoTrial      *self);
const char        *wf_video_trial_get_advice (WfVideoTrial      *self);
char              *wf_video_trial_describe   (WfVideoTrial      *self);
char              *wf_video_trial_to_string  (WfVideoTrial      *self);

const char        *wf_video_trial_state_to_string (WfVideoTrialState state);

G_END_DECLS
