/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-context.h"
#include "wf-search-index.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define WF_TYPE_INTAKE_PANEL (wf_intake_panel_get_type ())
G_DECLARE_FINAL_TYPE (WfIntakePanel, wf_intake_panel, WF, INTAKE_PANEL, GtkWidget)

/* Signals: "pick" (gboolean on): the map shall let a person pick a place, or stop; "located" (double lon, double lat): the
 * report has a place now; "sent" (char *id): an incident was reported; "closed": the panel shall go away, the draft is
 * kept; "reopen": the service refused what was sent, it shall be looked at again. */

GtkWidget *wf_intake_panel_new        (WfContext     *context,
                                       WfSearchIndex *index);
void       wf_intake_panel_open       (WfIntakePanel *self);
void       wf_intake_panel_set_point  (WfIntakePanel *self,
                                       double         lon,
                                       double         lat);
void       wf_intake_panel_set_class  (WfIntakePanel *self,
                                       const char    *incident_class);
gboolean   wf_intake_panel_has_draft  (WfIntakePanel *self);
gboolean   wf_intake_has_draft        (WfSession     *session);

G_END_DECLS
