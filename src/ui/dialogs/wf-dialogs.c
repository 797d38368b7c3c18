/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-ui"

#include "config.h"

#include "wf-dialogs.h"

/**
 * wf_dialogs_install:
 * @window: the window
 *
 * Adds the actions whose dialogs work on the window's selected incident.
 */
void
wf_dialogs_install (WfWindow *window)
{
  g_return_if_fail (WF_IS_WINDOW (window));
}
