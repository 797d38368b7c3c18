/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Private to src/video. */

void wf_video_beat_join  (GtkWidget *tile);
void wf_video_beat_leave (GtkWidget *tile);
void wf_video_beat_draw  (GtkWidget *tile);

G_END_DECLS
