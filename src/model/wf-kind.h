/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-field.h"

G_BEGIN_DECLS

/**
 * WfKind:
 * @name: the kind, as on the wire
 * @parent: (nullable): the field that names what it belongs to
 * @resource: whether it is something that can be found, sent or used, and is listed on the Resources page
 * @registry: whether it may be entered and changed as a whole (`registry.put`), not only by what happens to it
 * @fields: what it may carry
 * @audience: (nullable): the role that alone may see such things; %NULL: everybody who reads
 * @passing: whether it says what was seen of its own scope, so that an exercise does not begin with what live has of it
 */
typedef struct
{
  const char    *name;
  const char    *parent;
  gboolean       resource;
  gboolean       registry;
  const WfField *fields;
  const char    *audience;
  gboolean       passing;
} WfKind;

const WfKind *wf_kind_lookup (const char *name);
const WfKind *wf_kind_all    (guint      *n);

#define WF_LIVE "live"

/* What an exercise reads of live, frozen at its start, stands under the exercise's name with this behind it. */
#define WF_BASE_SUFFIX "@base"

/* Values of fields that more than one place needs. Each ends with NULL. */
extern const char *const wf_incident_states[];  /* reported … archived, false_report, merged */
extern const char *const wf_categories[];       /* natural, accident, health, security */
extern const char *const wf_grades[];           /* ordinary, larger, major, extraordinary */
extern const char *const wf_verifications[];    /* true, partly, false, duplicate */
extern const char *const wf_task_states[];      /* open, acknowledged, done, struck */
extern const char *const wf_returns[];          /* none, text, pair, photo, place, signature */
extern const char *const wf_triggers[];         /* t0, activation, level, after, event, repeat, manual */
extern const char *const wf_order_kinds[];      /* directive … requisition */
extern const char *const wf_order_states[];     /* proposed … back, refused, recalled */
extern const char *const wf_report_media[];     /* phone, written */
extern const char *const wf_report_series[];    /* first, followup, final */
extern const char *const wf_report_states[];    /* due, sent, struck */
extern const char *const wf_force_kinds[];      /* team, unit, expert, depot */
extern const char *const wf_team_states[];      /* standby … out_of_service */
extern const char *const wf_log_kinds[];        /* call, report, instruction … */
extern const char *const wf_approval_ways[];    /* phone, in_person, written, system */
extern const char *const wf_roles[];            /* viewer … unit */
extern const char *const wf_alerts[];           /* of a crossing: open, acknowledged, quiet */
extern const char *const wf_crossing_ways[];    /* entered, left */
extern const char *const wf_plot_types[];       /* point, line, polygon … text */
extern const char *const wf_dangers[];          /* high, medium, low, safe */
extern const char *const wf_tiers[];            /* city, district, township, firm */

/* Parts that commands carry as entities do. */
extern const WfField wf_caller_fields[];
extern const WfField wf_casualty_fields[];
extern const WfField wf_evacuation_fields[];
extern const WfField wf_approval_fields[];
extern const WfField wf_headquarters_fields[];
extern const WfField wf_wind_fields[];
extern const WfField wf_result_fields[];
extern const WfField wf_contact_fields[];
extern const WfField wf_trigger_fields[];
extern const WfField wf_plan_fields[];

G_END_DECLS
