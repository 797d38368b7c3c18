/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-account.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define WF_TYPE_SIGN_IN_DIALOG (wf_sign_in_dialog_get_type ())
G_DECLARE_FINAL_TYPE (WfSignInDialog, wf_sign_in_dialog, WF, SIGN_IN_DIALOG, AdwWindow)

/* Signal "done" (): somebody is signed in; the dialog closes itself afterwards. */

GtkWidget *wf_sign_in_dialog_new (WfAccount  *account,
                                  const char *why);

G_END_DECLS
