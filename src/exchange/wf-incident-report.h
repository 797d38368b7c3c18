/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-sheets.h"
#include "wf-state.h"

#include <gio/gio.h>

G_BEGIN_DECLS

#define WF_TYPE_INCIDENT_REPORT (wf_incident_report_get_type ())
G_DECLARE_FINAL_TYPE (WfIncidentReport, wf_incident_report, WF, INCIDENT_REPORT, GObject)

WfIncidentReport *wf_incident_report_new          (WfState              *state,
                                                   const char           *scope,
                                                   const char           *incident,
                                                   GPtrArray            *events,
                                                   int64_t               now);
void              wf_incident_report_set_map      (WfIncidentReport     *self,
                                                   GBytes               *png,
                                                   const char           *caption);
void              wf_incident_report_add_picture  (WfIncidentReport     *self,
                                                   GBytes               *picture,
                                                   const char           *caption);
char             *wf_incident_report_title        (WfIncidentReport     *self);
char             *wf_incident_report_file_name    (WfIncidentReport     *self);

WfSheets          *wf_incident_report_set          (WfIncidentReport     *self);
GBytes           *wf_incident_report_to_pdf       (WfIncidentReport     *self,
                                                   GError              **error);
void              wf_incident_report_to_pdf_async (WfIncidentReport     *self,
                                                   GCancellable         *cancellable,
                                                   GAsyncReadyCallback   callback,
                                                   gpointer              data);
GBytes           *wf_incident_report_to_pdf_finish (WfIncidentReport    *self,
                                                    GAsyncResult        *result,
                                                    GError             **error);

G_END_DECLS
