/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * WfVideoError:
 * @WF_VIDEO_ERROR_UNAVAILABLE: GStreamer cannot be used here at all
 * @WF_VIDEO_ERROR_PLUGIN_MISSING: a plugin is missing; the message names the package
 * @WF_VIDEO_ERROR_NO_PICTURE: there is no picture to take a snapshot of
 * @WF_VIDEO_ERROR_ENCODE: a picture could not be written
 */
typedef enum
{
  WF_VIDEO_ERROR_UNAVAILABLE,
  WF_VIDEO_ERROR_PLUGIN_MISSING,
  WF_VIDEO_ERROR_NO_PICTURE,
  WF_VIDEO_ERROR_ENCODE,
} WfVideoError;

#define WF_VIDEO_ERROR (wf_video_error_quark ())
GQuark    wf_video_error_quark (void);

gboolean  wf_video_init        (GError **error);

G_END_DECLS
