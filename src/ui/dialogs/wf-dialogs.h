/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-dialog.h"
#include "wf-window.h"

G_BEGIN_DECLS

/* Adds the actions that work on the window's selected incident (property "incident"), and keeps them enabled only where
 * the rules would take them as things stand:
 *   win.verify, win.figures, win.grade, win.activate, win.change-level, win.order, win.order-force (ss): kind and id,
 *   win.headquarters, win.wind, win.task-add, win.control, win.stand-down, win.review, win.archive, win.supplement,
 *   win.step-back, win.approval-sign, win.print-report, win.log-add
 * and those that work on another thing:
 *   win.task-feedback (s), win.task-acknowledge (s), win.task-strike (s), win.report-send (s), win.report-strike (s),
 *   win.refused (s): id of a command that the service refused,
 *   win.order-step (ss): order and step, win.call-note (ss): name and number.
 * The window itself has win.report (F2), win.call (ss): name, number; win.page (s), win.select (ss): kind, id; win.search. */

void        wf_dialogs_install (WfWindow   *window);
const char *wf_dialogs_reason  (WfWindow   *window,
                                const char *action);
void        wf_dialogs_present (WfWindow   *window,
                                WfDialog   *dialog);

G_END_DECLS
