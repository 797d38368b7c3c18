/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-context.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define WF_TYPE_MEDIA_STRIP (wf_media_strip_get_type ())
G_DECLARE_FINAL_TYPE (WfMediaStrip, wf_media_strip, WF, MEDIA_STRIP, GtkWidget)

GtkWidget *wf_media_strip_new          (WfContext    *context);
void       wf_media_strip_set_incident (WfMediaStrip *self,
                                        const char   *incident);

G_END_DECLS
