/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-context.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define WF_TYPE_THING_PANEL (wf_thing_panel_get_type ())
G_DECLARE_FINAL_TYPE (WfThingPanel, wf_thing_panel, WF, THING_PANEL, GtkWidget)

/* Signal "closed": a person wants to go back to the incident. */

GtkWidget *wf_thing_panel_new      (WfContext    *context);
void       wf_thing_panel_set_item (WfThingPanel *self,
                                    WfItem       *item);
WfItem    *wf_thing_panel_get_item (WfThingPanel *self);

G_END_DECLS
