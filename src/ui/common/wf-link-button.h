/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-context.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define WF_TYPE_LINK_BUTTON (wf_link_button_get_type ())
G_DECLARE_FINAL_TYPE (WfLinkButton, wf_link_button, WF, LINK_BUTTON, GtkWidget)

void  wf_link_button_set_context (WfLinkButton *self,
                                  WfContext    *context);
char *wf_link_describe           (WfSession    *session,
                                  int64_t       now);
char *wf_link_describe_waiting   (WfSession    *session,
                                  WfRecorder   *recorder);

G_END_DECLS
