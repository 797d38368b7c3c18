/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-video-link.h"

G_BEGIN_DECLS

char     *wf_video_text_span     (int64_t      milliseconds);
char     *wf_video_text_bit_rate (int64_t      bit_rate);
char     *wf_video_text_delay    (int          delay_ms);
const char *wf_video_text_delay_hint (WfVideoLink *link);
char     *wf_video_text_status   (WfVideoLink *link);
gboolean  wf_video_is_frozen     (WfVideoLink *link);

G_END_DECLS
