/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-rules.h"

G_BEGIN_DECLS

/* Private to rules: one command on its way to events or a refusal. */

/**
 * WfDecision:
 * @state: as things stand before the command
 * @command: the command
 * @scope: its scope
 * @payload: its payload, checked by the table
 * @now: when it is decided
 * @at: when it happened, on the scope's clock; never after now
 * @events: (element-type WfEvent): what it makes
 * @problem: why it is refused
 */
typedef struct
{
  WfState        *state;
  WfCommand      *command;
  const char     *scope;
  GVariant       *payload;
  const WfMoment *now;
  int64_t         at;
  GPtrArray      *events;
  WfProblem      *problem;
} WfDecision;

/* Which incidents a command may be about. */
typedef enum {
  WF_ALLOW_OPEN,    /* not archived, not false, not merged */
  WF_ALLOW_KEPT,    /* not archived */
  WF_ALLOW_ANY,
} WfAllow;

typedef gboolean (*WfDecide) (WfDecision *self);

gboolean    wf_decision_refuse      (WfDecision    *self,
                                     WfProblemKind  kind,
                                     const char    *rule,
                                     const char    *field,
                                     const char    *detail);
void        wf_decision_emit        (WfDecision    *self,
                                     const char    *type,
                                     const char    *subject,
                                     GVariant      *payload);
void        wf_decision_emit_with   (WfDecision    *self,
                                     const char    *type,
                                     const char    *subject,
                                     GVariant      *extra);
WfEntity   *wf_decision_find        (WfDecision    *self,
                                     const char    *kind,
                                     const char    *field);
gboolean    wf_decision_fresh       (WfDecision    *self,
                                     const char    *kind,
                                     const char    *field);
WfEntity   *wf_decision_incident    (WfDecision    *self,
                                     WfAllow        allow);
WfEntity   *wf_decision_child       (WfDecision    *self,
                                     const char    *kind,
                                     WfAllow        allow,
                                     WfEntity     **incident);
gboolean    wf_decision_not_ahead   (WfDecision    *self,
                                     int64_t        time,
                                     const char    *field);
GVariant   *wf_decision_at          (WfDecision    *self);
char       *wf_decision_by          (WfDecision    *self,
                                     const char    *field);

gboolean    wf_incident_in          (WfEntity      *incident,
                                     const char    *state,
                                     ...) G_GNUC_NULL_TERMINATED;
gboolean    wf_incident_responding  (WfEntity      *incident);

gboolean    wf_order_has_left       (WfEntity      *order);
gboolean    wf_order_is_out         (WfEntity      *order);
gboolean    wf_order_holds_force    (WfEntity      *order);

GVariant   *wf_value_list           (GPtrArray     *dicts);
GVariant   *wf_value_ids            (GPtrArray     *ids);

/* One per command type; the table is in wf-decision.c. */
gboolean wf_decide_registry_put          (WfDecision *self);
gboolean wf_decide_incident_report       (WfDecision *self);
gboolean wf_decide_incident_correct      (WfDecision *self);
gboolean wf_decide_incident_verify       (WfDecision *self);
gboolean wf_decide_incident_casualties   (WfDecision *self);
gboolean wf_decide_incident_evacuation   (WfDecision *self);
gboolean wf_decide_incident_facts        (WfDecision *self);
gboolean wf_decide_incident_wind         (WfDecision *self);
gboolean wf_decide_incident_headquarters (WfDecision *self);
gboolean wf_decide_incident_grade        (WfDecision *self);
gboolean wf_decide_incident_control      (WfDecision *self);
gboolean wf_decide_incident_step_back    (WfDecision *self);
gboolean wf_decide_incident_review       (WfDecision *self);
gboolean wf_decide_incident_archive      (WfDecision *self);
gboolean wf_decide_incident_supplement   (WfDecision *self);
gboolean wf_decide_response_activate     (WfDecision *self);
gboolean wf_decide_response_change_level (WfDecision *self);
gboolean wf_decide_response_stand_down   (WfDecision *self);
gboolean wf_decide_approval_sign         (WfDecision *self);
gboolean wf_decide_task_add              (WfDecision *self);
gboolean wf_decide_task_acknowledge      (WfDecision *self);
gboolean wf_decide_task_feedback         (WfDecision *self);
gboolean wf_decide_task_strike           (WfDecision *self);
gboolean wf_decide_task_overdue          (WfDecision *self);
gboolean wf_decide_report_add            (WfDecision *self);
gboolean wf_decide_report_send           (WfDecision *self);
gboolean wf_decide_report_strike         (WfDecision *self);
gboolean wf_decide_report_overdue        (WfDecision *self);
gboolean wf_decide_order_issue           (WfDecision *self);
gboolean wf_decide_order_step            (WfDecision *self);
gboolean wf_decide_order_overdue         (WfDecision *self);
gboolean wf_decide_stock_reserve         (WfDecision *self);
gboolean wf_decide_stock_release         (WfDecision *self);
gboolean wf_decide_log_add               (WfDecision *self);
gboolean wf_decide_journal_erase         (WfDecision *self);
gboolean wf_decide_log_strike            (WfDecision *self);
gboolean wf_decide_medium_attach         (WfDecision *self);
gboolean wf_decide_plot_change           (WfDecision *self);
gboolean wf_decide_plot_draw             (WfDecision *self);
gboolean wf_decide_plot_restore          (WfDecision *self);
gboolean wf_decide_plot_strike           (WfDecision *self);
gboolean wf_decide_exercise_open         (WfDecision *self);
gboolean wf_decide_exercise_clock        (WfDecision *self);
gboolean wf_decide_exercise_end          (WfDecision *self);
gboolean wf_decide_crossing_acknowledge  (WfDecision *self);
gboolean wf_decide_crossing_raise        (WfDecision *self);
gboolean wf_decide_track_close           (WfDecision *self);
gboolean wf_decide_user_add              (WfDecision *self);
gboolean wf_decide_user_change           (WfDecision *self);
gboolean wf_decide_user_disable          (WfDecision *self);

/* What has passed: shared by the three kinds of deadlines. */
gboolean wf_decide_overdue               (WfDecision *self,
                                          const char *kind,
                                          const char *event);

G_END_DECLS
