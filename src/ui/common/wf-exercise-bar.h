/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-context.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define WF_TYPE_EXERCISE_BAR (wf_exercise_bar_get_type ())
G_DECLARE_FINAL_TYPE (WfExerciseBar, wf_exercise_bar, WF, EXERCISE_BAR, GtkWidget)

void wf_exercise_bar_set_context (WfExerciseBar *self,
                                  WfContext     *context);

G_END_DECLS
