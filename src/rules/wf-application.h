/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-rules.h"

G_BEGIN_DECLS

/* Private to rules: one event on its way to changed entities. */

/**
 * WfApplication:
 * @state: as things stand before the event
 * @event: the event
 * @payload: its payload in the newest form
 * @scope: its scope
 * @changed: (element-type WfEntity): what it changes, each thing once
 * @error: what is wrong with it
 */
typedef struct
{
  WfState    *state;
  WfEvent    *event;
  GVariant   *payload;
  const char *scope;
  GPtrArray  *changed;
  GError     *error;
} WfApplication;

typedef gboolean (*WfApply) (WfApplication *self);

WfEntity *wf_application_look   (WfApplication *self,
                                 const char    *kind,
                                 const char    *id);
WfEntity *wf_application_find   (WfApplication *self,
                                 const char    *kind,
                                 const char    *field);
gboolean  wf_application_make   (WfApplication *self,
                                 const char    *kind,
                                 const char    *id,
                                 GVariant      *fields);
gboolean  wf_application_patch  (WfApplication *self,
                                 WfEntity      *entity,
                                 GVariant      *patch);
gboolean  wf_application_change (WfApplication *self,
                                 const char    *kind,
                                 GVariant      *patch);
gboolean  wf_application_broken (WfApplication *self,
                                 const char    *kind,
                                 const char    *id);
GVariant *wf_application_pick   (WfApplication *self,
                                 const char    *key,
                                 ...) G_GNUC_NULL_TERMINATED;

gboolean  wf_apply_duties       (WfApplication *self,
                                 const char    *incident,
                                 int64_t        at);
gboolean  wf_apply_made_task    (WfApplication *self,
                                 const char    *incident,
                                 GVariant      *task);
gboolean  wf_apply_made_report  (WfApplication *self,
                                 const char    *incident,
                                 GVariant      *report);

/* One per event type; the table is in wf-apply.c. */
gboolean wf_apply_registry_entered              (WfApplication *self);
gboolean wf_apply_incident_reported             (WfApplication *self);
gboolean wf_apply_incident_corrected            (WfApplication *self);
gboolean wf_apply_incident_verified             (WfApplication *self);
gboolean wf_apply_incident_casualties_counted   (WfApplication *self);
gboolean wf_apply_incident_evacuation_counted   (WfApplication *self);
gboolean wf_apply_incident_facts_stated         (WfApplication *self);
gboolean wf_apply_incident_wind_measured        (WfApplication *self);
gboolean wf_apply_incident_headquarters_set     (WfApplication *self);
gboolean wf_apply_incident_graded               (WfApplication *self);
gboolean wf_apply_incident_controlled           (WfApplication *self);
gboolean wf_apply_incident_stepped_back         (WfApplication *self);
gboolean wf_apply_incident_reviewed             (WfApplication *self);
gboolean wf_apply_incident_archived             (WfApplication *self);
gboolean wf_apply_incident_supplemented         (WfApplication *self);
gboolean wf_apply_response_activated            (WfApplication *self);
gboolean wf_apply_response_level_changed        (WfApplication *self);
gboolean wf_apply_response_stood_down           (WfApplication *self);
gboolean wf_apply_approval_signed               (WfApplication *self);
gboolean wf_apply_task_added                    (WfApplication *self);
gboolean wf_apply_task_acknowledged             (WfApplication *self);
gboolean wf_apply_task_fed_back                 (WfApplication *self);
gboolean wf_apply_task_completed                (WfApplication *self);
gboolean wf_apply_task_struck                   (WfApplication *self);
gboolean wf_apply_task_started                  (WfApplication *self);
gboolean wf_apply_task_became_overdue           (WfApplication *self);
gboolean wf_apply_report_added                  (WfApplication *self);
gboolean wf_apply_report_sent                   (WfApplication *self);
gboolean wf_apply_report_struck                 (WfApplication *self);
gboolean wf_apply_report_became_overdue         (WfApplication *self);
gboolean wf_apply_order_issued                  (WfApplication *self);
gboolean wf_apply_order_stepped                 (WfApplication *self);
gboolean wf_apply_order_became_overdue          (WfApplication *self);
gboolean wf_apply_stock_reserved                (WfApplication *self);
gboolean wf_apply_stock_released                (WfApplication *self);
gboolean wf_apply_journal_erased                (WfApplication *self);
gboolean wf_apply_log_added                     (WfApplication *self);
gboolean wf_apply_log_struck                    (WfApplication *self);
gboolean wf_apply_medium_attached               (WfApplication *self);
gboolean wf_apply_plot_changed                  (WfApplication *self);
gboolean wf_apply_plot_drawn                    (WfApplication *self);
gboolean wf_apply_plot_restored                 (WfApplication *self);
gboolean wf_apply_plot_struck                   (WfApplication *self);
gboolean wf_apply_exercise_opened               (WfApplication *self);
gboolean wf_apply_exercise_clock_set            (WfApplication *self);
gboolean wf_apply_exercise_ended                (WfApplication *self);
gboolean wf_apply_crossing_acknowledged         (WfApplication *self);
gboolean wf_apply_crossing_raised               (WfApplication *self);
gboolean wf_apply_track_closed                  (WfApplication *self);
gboolean wf_apply_user_added                    (WfApplication *self);
gboolean wf_apply_user_changed                  (WfApplication *self);
gboolean wf_apply_user_disabled                 (WfApplication *self);

G_END_DECLS
