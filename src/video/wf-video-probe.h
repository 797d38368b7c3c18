/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-video-state.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/* Private to src/video. */

void          wf_video_probe_async  (const char          *uri,
                                     GCancellable        *cancellable,
                                     GAsyncReadyCallback  callback,
                                     gpointer             user_data);
WfVideoReason wf_video_probe_finish (GAsyncResult        *result);

G_END_DECLS
