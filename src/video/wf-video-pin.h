/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Private to src/video. */

#define WF_TYPE_VIDEO_PIN (wf_video_pin_get_type ())
G_DECLARE_FINAL_TYPE (WfVideoPin, wf_video_pin, WF, VIDEO_PIN, GTlsDatabase)

/* Called in a thread of the connection with the fingerprint of a certificate that is not accepted. */
typedef void (*WfVideoPinFunc) (const char *fingerprint,
                                gpointer    user_data);

GTlsDatabase *wf_video_pin_new     (const char      *uri,
                                    WfVideoPinFunc   refused,
                                    gpointer         user_data);
gboolean      wf_video_pin_is_in   (const char      *uri);
gboolean      wf_video_pin_accepts (const char      *uri,
                                    const char      *fingerprint);

G_END_DECLS
