/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-window.h"

G_BEGIN_DECLS

#define WF_TYPE_CALL_DIALOG (wf_call_dialog_get_type ())
G_DECLARE_FINAL_TYPE (WfCallDialog, wf_call_dialog, WF, CALL_DIALOG, AdwWindow)

GtkWidget *wf_call_dialog_new (WfWindow   *window,
                               const char *name,
                               const char *phone);

G_END_DECLS
