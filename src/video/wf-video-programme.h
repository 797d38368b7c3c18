/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gst/gst.h>
#include <stdint.h>

G_BEGIN_DECLS

/* Private to src/video. */

/* Runs in a thread of GStreamer. */
typedef void (*WfVideoProgrammeFunc) (int64_t  taken_at,
                                      gpointer user_data);

void wf_video_programme_watch (GstElement           *demux,
                               WfVideoProgrammeFunc  func,
                               gpointer              user_data);

G_END_DECLS
