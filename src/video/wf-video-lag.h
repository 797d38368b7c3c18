/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gst/gst.h>
#include <stdint.h>

G_BEGIN_DECLS

/* Private to src/video. Two plain values that begin as zeros. */

/* Whether the decoder falls behind what comes. */
typedef struct
{
  gboolean         known;
  gboolean         distrusted; /* the stream's times are nonsense */
  gboolean         skipping;
  GstClockTimeDiff base;       /* the least that any picture was late */
  guint            late_keys;
  int64_t          late_since; /* monotonic ms */
  guint            restarts;
} WfVideoLag;

gboolean wf_video_lag_skip   (WfVideoLag       *self,
                              GstClockTimeDiff  late,
                              gboolean          is_key,
                              int64_t           now);

#define WF_VIDEO_GAPS_PACKET 188

/* What is missing in an MPEG transport stream that comes in packets. */
typedef struct
{
  guint8 counters[8192]; /* by PID: the last one + 1 */
} WfVideoGaps;

guint    wf_video_gaps_count (WfVideoGaps      *self,
                              GstBuffer        *buffer);

G_END_DECLS
