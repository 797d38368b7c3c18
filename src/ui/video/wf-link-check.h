/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-video-check.h"
#include "wf-window.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define WF_TYPE_LINK_CHECK (wf_link_check_get_type ())
G_DECLARE_FINAL_TYPE (WfLinkCheck, wf_link_check, WF, LINK_CHECK, AdwWindow)

GtkWidget    *wf_link_check_new       (WfWindow    *window);
void          wf_link_check_present   (WfWindow    *window);
WfVideoCheck *wf_link_check_get_check (WfLinkCheck *self);

G_END_DECLS
