/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-dialog.h"
#include "wf-window.h"

G_BEGIN_DECLS

/* Each makes a dialog, owned by GTK until it is closed. */

WfDialog *wf_exercise_begin_dialog_new (WfWindow   *window);
WfDialog *wf_exercise_enter_dialog_new (WfWindow   *window);
WfDialog *wf_exercise_end_dialog_new   (WfContext  *context);

void      wf_exercises_install         (WfWindow   *window);
char     *wf_exercises_why_not         (WfSession  *session,
                                        const char *action);

G_END_DECLS
