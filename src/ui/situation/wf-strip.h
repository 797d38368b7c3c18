/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-context.h"
#include "wf-replay.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define WF_TYPE_STRIP (wf_strip_get_type ())
G_DECLARE_FINAL_TYPE (WfStrip, wf_strip, WF, STRIP, GtkWidget)

GtkWidget *wf_strip_new          (WfContext  *context);
void       wf_strip_set_replay   (WfStrip    *self,
                                  WfReplay   *replay);
void       wf_strip_set_incident (WfStrip    *self,
                                  const char *incident);

G_END_DECLS
