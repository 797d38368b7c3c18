/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-command.h"
#include "wf-event.h"
#include "wf-field.h"
#include "wf-problem.h"
#include "wf-state.h"

G_BEGIN_DECLS

/**
 * WfMoment:
 * @real: the time on the wall
 * @scope: the time on the scope's own clock; the same but for exercises
 *
 * When a command is decided. The rules read no clock: whoever calls them brings the time.
 */
typedef struct
{
  int64_t real;
  int64_t scope;
} WfMoment;

/**
 * WfDeadline:
 * @due: moment on the scope's clock
 * @command: type of the command that the scheduler issues when it has passed (`task.overdue` …)
 * @target: id of the thing it is about
 *
 * What must happen by itself.
 */
typedef struct
{
  int64_t     due;
  const char *command;
  const char *target;
} WfDeadline;

#define WF_RULES_ERROR (wf_rules_error_quark ())

/**
 * WfRulesError:
 * @WF_RULES_ERROR_UNKNOWN_EVENT: an event of a type or version that this program does not know: it must be updated
 * @WF_RULES_ERROR_BROKEN_EVENT: an event that does not fit its table or the state
 */
typedef enum {
  WF_RULES_ERROR_UNKNOWN_EVENT,
  WF_RULES_ERROR_BROKEN_EVENT,
} WfRulesError;

GQuark         wf_rules_error_quark    (void);

GPtrArray     *wf_rules_decide         (WfState         *state,
                                        WfCommand       *command,
                                        const WfMoment  *now,
                                        WfProblem      **problem);
GPtrArray     *wf_rules_apply          (WfState         *state,
                                        WfEvent         *event,
                                        GError         **error);
gboolean       wf_rules_apply_to       (WfState         *state,
                                        WfEvent         *event,
                                        GPtrArray       *changed,
                                        GError         **error);

const WfField *wf_rules_event_fields   (const char      *type,
                                        int              version);
int            wf_rules_event_version  (const char      *type);
const char    *wf_rules_event_audience (const char      *type);
char          *wf_rules_event_medium   (WfEvent         *event);
GVariant      *wf_rules_upcast         (const char      *type,
                                        int              version,
                                        GVariant        *payload,
                                        GError         **error);

int64_t        wf_rules_scope_time     (WfState         *state,
                                        const char      *scope,
                                        int64_t          real);
int64_t        wf_rules_real_time      (WfState         *state,
                                        const char      *scope,
                                        int64_t          scope_time);

gboolean       wf_rules_deadline       (WfEntity        *entity,
                                        WfDeadline      *deadline);
WfCommand     *wf_rules_deadline_command (WfEntity      *entity);

WfEntity  *wf_rules_erase_field    (WfEntity       *entity,
                                    const char     *key,
                                    int64_t         number);

G_END_DECLS
