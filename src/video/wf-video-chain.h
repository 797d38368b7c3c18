/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/* Private to src/video. */

GstElement *wf_video_chain_make      (const char         *factory,
                                      GError            **error);
gboolean    wf_video_chain_link      (GstBin             *bin,
                                      GstPad             *rtp,
                                      GstElement         *sink,
                                      GstPadProbeCallback before_decoding,
                                      gpointer            user_data,
                                      GError            **error);

G_END_DECLS
