/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define WF_TYPE_SOUND (wf_sound_get_type ())
G_DECLARE_FINAL_TYPE (WfSound, wf_sound, WF, SOUND, GObject)

/* Signals, on the main context: "ended" (): it was played to its end; "failed" (char *why): it could not be heard. */

WfSound *wf_sound_new        (GBytes     *wav,
                              const char *sink);
void     wf_sound_play       (WfSound    *self);
void     wf_sound_stop       (WfSound    *self);
gboolean wf_sound_is_playing (WfSound    *self);

G_END_DECLS
