/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-window.h"

G_BEGIN_DECLS

/* Adds the actions that work on the window's selected incident (property "incident"), and keeps them enabled only where
 * they make sense in its state:
 *   win.verify, win.grade, win.activate, win.change-level, win.order (optional force: "win.order-force" (ss): kind, id),
 *   win.task-feedback (s), win.report-send (s), win.control, win.stand-down, win.review, win.archive, win.print-report,
 *   win.log-add
 * The window itself has win.report (F2), win.call (ss): name, number; win.page (s), win.select (ss): kind, id; win.search. */
void wf_dialogs_install (WfWindow *window);

G_END_DECLS
