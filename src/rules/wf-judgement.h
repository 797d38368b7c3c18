/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-state.h"

G_BEGIN_DECLS

/**
 * WfJudgement:
 * @grade: (nullable): the grade that the table of the incident's class gives, or %NULL where a person must decide
 * @grade_basis: (nullable): the row of the table, in words
 * @reported_as_larger: whether it counts as 较大涉险 and is reported like 较大, even with nobody hurt
 * @plan: (nullable): id of the plan that covers the class
 * @level: 1 (highest) to 4, or 0 where no condition of the plan holds
 * @level_basis: (nullable): the conditions that hold, in the plan's words
 *
 * What the rules propose for an incident; a person decides.
 */
typedef struct
{
  char    *grade;
  char    *grade_basis;
  gboolean reported_as_larger;
  char    *plan;
  int      level;
  char    *level_basis;
} WfJudgement;

WfJudgement *wf_rules_judge        (WfState     *state,
                                    const char  *scope,
                                    WfEntity    *incident,
                                    const char  *incident_class,
                                    const char  *plan);
void         wf_judgement_free     (WfJudgement *self);
GPtrArray   *wf_rules_plans_for    (WfState     *state,
                                    const char  *scope,
                                    const char  *incident_class);
GVariant    *wf_rules_plan_level   (WfEntity    *plan,
                                    int          level);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WfJudgement, wf_judgement_free)

G_END_DECLS
