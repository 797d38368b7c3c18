/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-video-sound.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

GtkWidget *wf_sound_button_new (WfVideoSound *sound,
                                const char   *name);

G_END_DECLS
