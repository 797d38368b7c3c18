/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-video-state.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/* Private to src/video. */

WfVideoReason  wf_video_reason_read            (const GError    *error,
                                                const char      *debug,
                                                gboolean         is_rtsp);
char          *wf_video_reason_dup_fingerprint (GTlsCertificate *certificate);

G_END_DECLS
