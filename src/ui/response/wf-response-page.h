/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-window.h"

G_BEGIN_DECLS

#define WF_TYPE_RESPONSE_PAGE (wf_response_page_get_type ())
G_DECLARE_FINAL_TYPE (WfResponsePage, wf_response_page, WF, RESPONSE_PAGE, GtkWidget)

GtkWidget *wf_response_page_new (WfWindow *window);

G_END_DECLS
