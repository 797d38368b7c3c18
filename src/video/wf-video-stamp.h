/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gst/gst.h>
#include <stdint.h>

G_BEGIN_DECLS

/* Private to src/video. */

int64_t wf_video_stamp_read  (GstBuffer    *coded);
int64_t wf_video_stamp_find  (const guint8 *data,
                              gsize         length);
int64_t wf_video_stamp_parse (const guint8 *id,
                              const guint8 *data,
                              gsize         length);

G_END_DECLS
