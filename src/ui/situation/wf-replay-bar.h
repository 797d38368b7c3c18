/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-replay.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define WF_TYPE_REPLAY_BAR (wf_replay_bar_get_type ())
G_DECLARE_FINAL_TYPE (WfReplayBar, wf_replay_bar, WF, REPLAY_BAR, GtkWidget)

/* Signal "closed" (): somebody wants to see the present again. */

GtkWidget *wf_replay_bar_new (WfReplay *replay);

G_END_DECLS
