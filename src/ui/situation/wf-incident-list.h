/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-context.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define WF_TYPE_INCIDENT_LIST (wf_incident_list_get_type ())
G_DECLARE_FINAL_TYPE (WfIncidentList, wf_incident_list, WF, INCIDENT_LIST, GtkWidget)

/* Signal "selected" (char *id): a person has chosen an incident. */

GtkWidget  *wf_incident_list_new       (WfContext      *context);
void        wf_incident_list_select    (WfIncidentList *self,
                                        const char     *id);
const char *wf_incident_list_get_first (WfIncidentList *self);

G_END_DECLS
