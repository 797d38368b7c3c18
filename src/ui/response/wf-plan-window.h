/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-context.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define WF_TYPE_PLAN_WINDOW (wf_plan_window_get_type ())
G_DECLARE_FINAL_TYPE (WfPlanWindow, wf_plan_window, WF, PLAN_WINDOW, AdwWindow)

WfPlanWindow *wf_plan_window_new    (WfContext    *context);
void          wf_plan_window_select (WfPlanWindow *self,
                                     const char   *plan);

G_END_DECLS
