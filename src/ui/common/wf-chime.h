/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define WF_TYPE_CHIME (wf_chime_get_type ())
G_DECLARE_FINAL_TYPE (WfChime, wf_chime, WF, CHIME, GObject)

WfChime *wf_chime_new  (GtkWidget *widget);
void     wf_chime_play (WfChime   *self);
void     wf_chime_stop (WfChime   *self);

G_END_DECLS
