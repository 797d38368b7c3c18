/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

#define WF_TYPE_PROBLEM (wf_problem_get_type ())

/**
 * WfProblemKind:
 * @WF_PROBLEM_INVALID: a field is wrong or missing (422 on the wire)
 * @WF_PROBLEM_NOT_FOUND: the thing is not there (404)
 * @WF_PROBLEM_STATE: not possible as things stand (409)
 * @WF_PROBLEM_CONFLICT: someone changed meanwhile what the command is based on (409)
 * @WF_PROBLEM_RIGHTS: the actor may not do this (403)
 */
typedef enum {
  WF_PROBLEM_INVALID,
  WF_PROBLEM_NOT_FOUND,
  WF_PROBLEM_STATE,
  WF_PROBLEM_CONFLICT,
  WF_PROBLEM_RIGHTS,
} WfProblemKind;

/**
 * WfProblem:
 * @kind: what sort of refusal
 * @rule: stable name of the rule that refused, such as `response.approval-incomplete`
 * @field: (nullable): the field that it is about
 * @detail: (nullable): more, for the log and for people who ask (English, or the offending value)
 *
 * Why a command was refused.
 */
typedef struct
{
  WfProblemKind kind;
  char         *rule;
  char         *field;
  char         *detail;
} WfProblem;

GType      wf_problem_get_type (void);

WfProblem  *wf_problem_new     (WfProblemKind    kind,
                                const char      *rule,
                                const char      *field,
                                const char      *detail);
WfProblem  *wf_problem_copy    (const WfProblem *self);
void        wf_problem_free    (WfProblem       *self);
char       *wf_problem_message (const WfProblem *self);
const char *wf_problem_kind_name (WfProblemKind  kind);
gboolean    wf_problem_kind_from_name (const char    *name,
                                       WfProblemKind *kind);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WfProblem, wf_problem_free)

G_END_DECLS
