/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-context.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define WF_TYPE_INCIDENT_PANEL (wf_incident_panel_get_type ())
G_DECLARE_FINAL_TYPE (WfIncidentPanel, wf_incident_panel, WF, INCIDENT_PANEL, GtkWidget)

GtkWidget *wf_incident_panel_new      (WfContext       *context);
void       wf_incident_panel_set_item (WfIncidentPanel *self,
                                       WfItem          *item);

G_END_DECLS
