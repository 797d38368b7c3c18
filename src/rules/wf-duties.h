/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-decision.h"

G_BEGIN_DECLS

/* Private to rules: the tasks and reports that plans bring to an incident, and those that they take away again. */

/**
 * WfDuties:
 * @decision: the decision that they are part of
 * @incident: the incident's id
 * @incident_class: (nullable): its class
 * @t0: when its report came in
 * @tasks_there: (element-type WfEntity): tasks that it has
 * @reports_there: (element-type WfEntity): reports that it has
 * @tasks: (element-type GVariant): tasks to make
 * @reports: (element-type GVariant): reports to make
 * @tasks_struck: (element-type utf8): ids of tasks to strike
 * @reports_struck: (element-type utf8): ids of reports to strike
 * @ids: (element-type utf8): ids given out
 * @strike_reason: (nullable): why
 *
 * What changes in an incident's duties.
 */
typedef struct
{
  WfDecision *decision;
  char       *incident;
  char       *incident_class;
  int64_t     t0;
  GPtrArray  *tasks_there;
  GPtrArray  *reports_there;
  GPtrArray  *tasks;
  GPtrArray  *reports;
  GPtrArray  *tasks_struck;
  GPtrArray  *reports_struck;
  GHashTable *ids;
  char       *strike_reason;
} WfDuties;

WfDuties  *wf_duties_new             (WfDecision *decision,
                                      const char *incident,
                                      const char *incident_class,
                                      int64_t     t0);
void       wf_duties_free            (WfDuties   *self);
void       wf_duties_add_common      (WfDuties   *self);
void       wf_duties_add_plan        (WfDuties   *self,
                                      WfEntity   *plan,
                                      int64_t     at);
void       wf_duties_change_level    (WfDuties   *self,
                                      WfEntity   *plan,
                                      int         from,
                                      int         to,
                                      int64_t     at);
void       wf_duties_add_finals      (WfDuties   *self,
                                      WfEntity   *plan,
                                      int         level,
                                      int64_t     at);
void       wf_duties_strike_tasks    (WfDuties   *self);
void       wf_duties_strike_reports  (WfDuties   *self,
                                      const char *series);
void       wf_duties_strike_because  (WfDuties   *self,
                                      const char *sentence,
                                      const char *value,
                                      const char *reason);
GVariant  *wf_duties_merge           (WfDuties   *self,
                                      GVariant   *extra);

GPtrArray *wf_duties_start_after     (WfDecision *decision,
                                      const char *incident,
                                      const char *code,
                                      int64_t     at);
gboolean   wf_duties_start_waiting   (WfDecision *decision);
GVariant  *wf_duties_next_round      (WfEntity   *task,
                                      int64_t     done_at);
GVariant  *wf_duties_next_report     (WfEntity   *report,
                                      int64_t     sent_at);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WfDuties, wf_duties_free)

G_END_DECLS
