/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-command.h"
#include "wf-problem.h"
#include "wf-state.h"

G_BEGIN_DECLS

/**
 * WfRole:
 * @WF_ROLE_NONE: nobody in particular: may do nothing
 * @WF_ROLE_VIEWER: looks on
 * @WF_ROLE_DUTY_OFFICER: leads the watch (值班长)
 * @WF_ROLE_OPERATOR: sits at a desk (值班员)
 * @WF_ROLE_COMMANDER: decides and approves (指挥员)
 * @WF_ROLE_DRILL_COORDINATOR: runs exercises (导调)
 * @WF_ROLE_ADMINISTRATOR: keeps accounts, plans and code lists; does not command
 * @WF_ROLE_UNIT: a mobile unit, for what concerns itself
 * @WF_ROLE_DESK: whoever owns the machine where a service runs for its one desk, and the tools on its data folder:
 *   everything that people may do. No user has it
 * @WF_ROLE_SYSTEM: the service itself, when a deadline has passed
 *
 * What somebody is there for. A set of them is the values or-ed together.
 */
typedef enum {
  WF_ROLE_NONE = 0,
  WF_ROLE_VIEWER = 1 << 0,
  WF_ROLE_DUTY_OFFICER = 1 << 1,
  WF_ROLE_OPERATOR = 1 << 2,
  WF_ROLE_COMMANDER = 1 << 3,
  WF_ROLE_DRILL_COORDINATOR = 1 << 4,
  WF_ROLE_ADMINISTRATOR = 1 << 5,
  WF_ROLE_UNIT = 1 << 6,
  WF_ROLE_DESK = 1 << 7,
  WF_ROLE_SYSTEM = 1 << 8,
} WfRole;

#define WF_ROLE_NAME_DESK "desk"

const char *wf_role_name          (WfRole      role);
WfRole      wf_role_from_name     (const char *name);

WfRole      wf_rights_role        (WfState    *state,
                                   const char *actor,
                                   const char *role);
gboolean    wf_rights_reads       (WfState    *state,
                                   const char *actor,
                                   const char *role);
gboolean    wf_rights_hears       (WfRole      role,
                                   const char *audience);
gboolean    wf_rights_hears_event (WfRole      role,
                                   const char *audience,
                                   const char *type);
gboolean    wf_rights_hear_alike  (WfRole      a,
                                   WfRole      b);
WfProblem  *wf_rights_check       (WfState    *state,
                                   const char *actor,
                                   const char *role,
                                   const char *scope,
                                   const char *type);
WfProblem  *wf_rights_check_reach (WfState    *state,
                                   WfCommand  *command);
char      **wf_rights_own_kinds   (void);
GPtrArray  *wf_rights_pick_own    (WfState    *state,
                                   const char *actor,
                                   const char *role,
                                   const char *scope,
                                   GPtrArray  *things);

G_END_DECLS
