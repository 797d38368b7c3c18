/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-context.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define WF_TYPE_CLOCK_LABEL (wf_clock_label_get_type ())
G_DECLARE_FINAL_TYPE (WfClockLabel, wf_clock_label, WF, CLOCK_LABEL, GtkWidget)

GtkWidget *wf_clock_label_new         (WfContext    *context);
void       wf_clock_label_set_context (WfClockLabel *self,
                                       WfContext    *context);
void       wf_clock_label_set_due     (WfClockLabel *self,
                                       int64_t       due);
void       wf_clock_label_set_since   (WfClockLabel *self,
                                       int64_t       since);
void       wf_clock_label_set_text    (WfClockLabel *self,
                                       const char   *text);

G_END_DECLS
