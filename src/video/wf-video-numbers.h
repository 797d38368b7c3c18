/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-video-pipeline.h"

G_BEGIN_DECLS

/* Private to src/video. */

/* The numbers are of this many seconds, so that they can be read. */
#define WF_VIDEO_NUMBERS_WINDOW 3

/* After so many pictures of which it is not known, the delay is not known any more. */
#define WF_VIDEO_NUMBERS_UNKNOWN 25

/* How a link does, from what its pipeline counts. A plain value. */
typedef struct
{
  WfVideoCounts marks[WF_VIDEO_NUMBERS_WINDOW + 1]; /* a ring of the counts at each second */
  int64_t       marked_at[WF_VIDEO_NUMBERS_WINDOW + 1];
  guint         n_marks;
  double        delay;      /* ms, smoothed, -1 when not known */
  guint         n_unknown;  /* pictures since it was known */
  double        frame_rate; /* per second */
  int64_t       bit_rate;   /* per second */
  double        loss;       /* 0 to 1 */
} WfVideoNumbers;

void wf_video_numbers_init      (WfVideoNumbers      *self);
void wf_video_numbers_add       (WfVideoNumbers      *self,
                                 const WfVideoCounts *counts,
                                 int64_t              now);
void wf_video_numbers_add_delay (WfVideoNumbers      *self,
                                 int                  delay);
int  wf_video_numbers_get_delay (WfVideoNumbers      *self);

G_END_DECLS
