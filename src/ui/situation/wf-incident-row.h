/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-context.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define WF_TYPE_INCIDENT_ROW (wf_incident_row_get_type ())
G_DECLARE_FINAL_TYPE (WfIncidentRow, wf_incident_row, WF, INCIDENT_ROW, GtkWidget)

GtkWidget *wf_incident_row_new      (WfContext     *context);
void       wf_incident_row_set_item (WfIncidentRow *self,
                                     WfItem        *item);
char      *wf_incident_row_describe (WfIncidentRow *self);

G_END_DECLS
