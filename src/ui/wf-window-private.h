/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-alarms.h"
#include "wf-window.h"

G_BEGIN_DECLS

/* Private to the window's own files. */

void      wf_window_install_actions (WfWindow *self);
void      wf_window_deal_with       (WfWindow *self,
                                     WfAlarm  *alarm);
WfAlarms *wf_window_get_alarms      (WfWindow *self);
void      wf_window_popup_search    (WfWindow *self);
void      wf_window_open_hit        (WfWindow    *self,
                                     WfSearchHit *hit);

G_END_DECLS
