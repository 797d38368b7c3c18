/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-rules"

#include "config.h"

#include "wf-command-types.h"

#include "wf-kind.h"
#include "wf-plot.h"
#include "wf-table.h"
#include "wf-telemetry.h"

#include <string.h>

#define END { NULL }
#define REQ WF_FIELD_REQUIRED
#define CLR WF_FIELD_CLEARABLE

static const WfField registry_put[] = {
  { "entities", WF_FIELD_ENTITIES, REQ, .max = 1000 },
  END
};

/* --- incidents --- */

/* 接报. The incident's id is made by the sender. T0 is when the telephone was picked up. */
static const WfField incident_report[] = {
  { "incident", WF_FIELD_ID, REQ },
  { "title", WF_FIELD_STRING, REQ, .max = 120 },
  { "category", WF_FIELD_ENUM, .choices = wf_categories },
  { "class", WF_FIELD_ID },
  { "place", WF_FIELD_STRING, .max = 200 },
  { "location", WF_FIELD_POINT },
  { "t0", WF_FIELD_TIME, REQ },
  { "caller", WF_FIELD_OBJECT, .fields = wf_caller_fields },
  { "summary", WF_FIELD_TEXT, .max = 4000 },
  { "actions_taken", WF_FIELD_TEXT, .max = 4000 },
  { "casualties", WF_FIELD_OBJECT, .fields = wf_casualty_fields },
  { "firm", WF_FIELD_ID },
  { "facts", WF_FIELD_FACTS },
  END
};

static const WfField incident_correct[] = {
  { "incident", WF_FIELD_ID, REQ },
  { "title", WF_FIELD_STRING, .max = 120 },
  { "category", WF_FIELD_ENUM, .choices = wf_categories },
  { "class", WF_FIELD_ID },
  { "place", WF_FIELD_STRING, .max = 200 },
  { "location", WF_FIELD_POINT },
  { "caller", WF_FIELD_OBJECT, .fields = wf_caller_fields },
  { "summary", WF_FIELD_TEXT, .max = 4000 },
  { "actions_taken", WF_FIELD_TEXT, .max = 4000 },
  { "firm", WF_FIELD_ID },
  { "reason", WF_FIELD_TEXT, .max = 1000 },
  END
};

/* 核实 */
static const WfField incident_verify[] = {
  { "incident", WF_FIELD_ID, REQ },
  { "outcome", WF_FIELD_ENUM, REQ, .choices = wf_verifications },
  { "source", WF_FIELD_STRING, REQ, .max = 200 }, /* the second source: 119, 110, 120, the firm's control room … */
  { "by", WF_FIELD_STRING, .max = 60 },
  { "text", WF_FIELD_TEXT, .max = 4000 },
  { "merged_into", WF_FIELD_ID },                 /* with outcome duplicate */
  END
};

static const WfField incident_casualties[] = {
  { "incident", WF_FIELD_ID, REQ },
  { "casualties", WF_FIELD_OBJECT, REQ, .fields = wf_casualty_fields },
  END
};

static const WfField incident_evacuation[] = {
  { "incident", WF_FIELD_ID, REQ },
  { "evacuation", WF_FIELD_OBJECT, REQ, .fields = wf_evacuation_fields },
  END
};

/* Facts that the plan asks for; those given replace those of the same name. */
static const WfField incident_facts[] = {
  { "incident", WF_FIELD_ID, REQ },
  { "facts", WF_FIELD_FACTS, REQ },
  END
};

static const WfField incident_wind[] = {
  { "incident", WF_FIELD_ID, REQ },
  { "wind", WF_FIELD_OBJECT, REQ, .fields = wf_wind_fields },
  END
};

static const WfField incident_headquarters[] = {
  { "incident", WF_FIELD_ID, REQ },
  { "headquarters", WF_FIELD_OBJECT, REQ, .fields = wf_headquarters_fields },
  END
};

/* 研判: class, grade and the level to propose. The rules record beside it what they themselves would have proposed. */
static const WfField incident_grade[] = {
  { "incident", WF_FIELD_ID, REQ },
  { "category", WF_FIELD_ENUM, .choices = wf_categories },
  { "class", WF_FIELD_ID, REQ },
  { "grade", WF_FIELD_ENUM, REQ, .choices = wf_grades },
  { "basis", WF_FIELD_TEXT, .max = 2000 }, /* where the person decides otherwise than the table, or there is none */
  { "plan", WF_FIELD_ID },
  { "level", WF_FIELD_INT, .min = 0, .max = 4 },
  { "level_basis", WF_FIELD_TEXT, .max = 2000 },
  END
};

static const WfField incident_control[] = {
  { "incident", WF_FIELD_ID, REQ },
  { "text", WF_FIELD_TEXT, .max = 2000 },
  END
};

static const char *const step_back_states[] = { "responding", "controlled", "stood_down", "reported", NULL };

static const WfField incident_step_back[] = {
  { "incident", WF_FIELD_ID, REQ },
  { "to", WF_FIELD_ENUM, REQ, .choices = step_back_states },
  { "reason", WF_FIELD_TEXT, REQ, .max = 2000 },
  END
};

static const WfField incident_review[] = {
  { "incident", WF_FIELD_ID, REQ },
  { "course", WF_FIELD_TEXT, REQ, .max = 20000 },
  { "lessons", WF_FIELD_TEXT, .max = 20000 },
  { "improve", WF_FIELD_TEXT, .max = 20000 },
  { "by", WF_FIELD_STRING, .max = 60 },
  END
};

static const WfField incident_archive[] = {
  { "incident", WF_FIELD_ID, REQ },
  END
};

static const WfField incident_supplement[] = {
  { "incident", WF_FIELD_ID, REQ },
  { "text", WF_FIELD_TEXT, REQ, .max = 20000 },
  { "signed_by", WF_FIELD_STRING, REQ, .max = 60 },
  END
};

/* --- response --- */

static const WfField response_activate[] = {
  { "incident", WF_FIELD_ID, REQ },
  { "plan", WF_FIELD_ID, REQ },
  { "level", WF_FIELD_INT, REQ, 1, 4 },
  { "matter", WF_FIELD_STRING, REQ, .max = 200 },
  { "expected_hours", WF_FIELD_INT, REQ, 1, 8760 },
  { "measures", WF_FIELD_TEXT, REQ, .max = 4000 },
  { "approval", WF_FIELD_OBJECT, REQ, .fields = wf_approval_fields },
  END
};

static const WfField response_change_level[] = {
  { "incident", WF_FIELD_ID, REQ },
  { "level", WF_FIELD_INT, REQ, 1, 4 },
  { "reason", WF_FIELD_TEXT, REQ, .max = 2000 },
  { "approval", WF_FIELD_OBJECT, REQ, .fields = wf_approval_fields },
  END
};

static const WfField response_stand_down[] = {
  { "incident", WF_FIELD_ID, REQ },
  { "reason", WF_FIELD_TEXT, REQ, .max = 2000 },
  { "approval", WF_FIELD_OBJECT, REQ, .fields = wf_approval_fields },
  END
};

/* An approval by telephone is signed later: step is its place in the incident's "levels", from 0. */
static const WfField approval_sign[] = {
  { "incident", WF_FIELD_ID, REQ },
  { "step", WF_FIELD_INT, REQ, 0, 199 },
  { "signed_by", WF_FIELD_STRING, REQ, .max = 60 },
  END
};

/* --- tasks --- */

static const WfField task_add[] = {
  { "task", WF_FIELD_ID, REQ },
  { "incident", WF_FIELD_ID, REQ },
  { "text", WF_FIELD_TEXT, REQ, .max = 1000 },
  { "group", WF_FIELD_STRING, .max = 120 },
  { "minutes", WF_FIELD_INT, .min = 0, .max = 525600 },
  { "repeat_minutes", WF_FIELD_INT, .min = 1, .max = 525600 },
  { "returns", WF_FIELD_ENUM, .choices = wf_returns },
  { "returns_text", WF_FIELD_STRING, .max = 200 },
  END
};

static const WfField task_acknowledge[] = {
  { "task", WF_FIELD_ID, REQ },
  { "by", WF_FIELD_STRING, .max = 60 },
  END
};

/* Feedback: with done, the task is finished and what its "returns" asks for must be there; without, it is a report of
 * progress. */
static const WfField task_feedback[] = {
  { "task", WF_FIELD_ID, REQ },
  { "result", WF_FIELD_OBJECT, REQ, .fields = wf_result_fields },
  { "done", WF_FIELD_BOOL },
  { "by", WF_FIELD_STRING, .max = 60 },
  END
};

static const WfField task_strike[] = {
  { "task", WF_FIELD_ID, REQ },
  { "reason", WF_FIELD_TEXT, REQ, .max = 1000 },
  END
};

static const WfField task_overdue[] = {
  { "task", WF_FIELD_ID, REQ },
  { "due", WF_FIELD_TIME, REQ },
  END
};

/* --- reports to above --- */

static const WfField report_add[] = {
  { "report", WF_FIELD_ID, REQ },
  { "incident", WF_FIELD_ID, REQ },
  { "recipient", WF_FIELD_STRING, REQ, .max = 120 },
  { "recipient_phone", WF_FIELD_STRING, .max = 40 },
  { "medium", WF_FIELD_ENUM, REQ, .choices = wf_report_media },
  { "series", WF_FIELD_ENUM, REQ, .choices = wf_report_series },
  { "minutes", WF_FIELD_INT, .min = 1, .max = 525600 },
  { "basis", WF_FIELD_STRING, .max = 200 },
  END
};

/* A report was made: by telephone or in writing, to whom (who took it) and when (occurred_at of the command). */
static const WfField report_send[] = {
  { "report", WF_FIELD_ID, REQ },
  { "taken_by", WF_FIELD_STRING, REQ, .max = 60 },
  { "sent_by", WF_FIELD_STRING, .max = 60 },
  { "title", WF_FIELD_STRING, .max = 200 },
  { "text", WF_FIELD_TEXT, .max = 20000 }, /* required for a written one */
  { "recording", WF_FIELD_STRING, .max = 60 },
  END
};

static const WfField report_strike[] = {
  { "report", WF_FIELD_ID, REQ },
  { "reason", WF_FIELD_TEXT, REQ, .max = 1000 },
  END
};

static const WfField report_overdue[] = {
  { "report", WF_FIELD_ID, REQ },
  { "due", WF_FIELD_TIME, REQ },
  END
};

/* --- orders and stock --- */

static const WfField order_item_fields[] = {
  { "stock", WF_FIELD_ID, REQ },
  { "quantity", WF_FIELD_DOUBLE, REQ, 0.001, 1e9 },
  END
};

/* An order to a force, before activation too (先期调派). Items are for depots only. */
static const WfField order_issue[] = {
  { "order", WF_FIELD_ID, REQ },
  { "incident", WF_FIELD_ID, REQ },
  { "kind", WF_FIELD_ENUM, REQ, .choices = wf_order_kinds },
  { "force_kind", WF_FIELD_ENUM, REQ, .choices = wf_force_kinds },
  { "force", WF_FIELD_ID, REQ },
  { "text", WF_FIELD_TEXT, .max = 2000 },
  { "rendezvous", WF_FIELD_POINT },
  { "rendezvous_text", WF_FIELD_STRING, .max = 200 },
  { "route", WF_FIELD_POINTS, .max = 2000 },
  { "distance_m", WF_FIELD_DOUBLE, .min = 0, .max = 1e8 },
  { "items", WF_FIELD_OBJECTS, .max = 200, .fields = order_item_fields },
  { "taken_by", WF_FIELD_STRING, .max = 60 },
  END
};

static const char *const order_steps[] = {
  "acknowledged", "under_way", "on_scene", "working", "released", "back", "refused", "recalled", NULL
};

/* The order's next step; refused and recalled need a text that says why. */
static const WfField order_step[] = {
  { "order", WF_FIELD_ID, REQ },
  { "step", WF_FIELD_ENUM, REQ, .choices = order_steps },
  { "by", WF_FIELD_STRING, .max = 60 },
  { "location", WF_FIELD_POINT },
  { "text", WF_FIELD_TEXT, .max = 1000 },
  END
};

static const WfField order_overdue[] = {
  { "order", WF_FIELD_ID, REQ },
  { "due", WF_FIELD_TIME, REQ },
  END
};

static const WfField stock_reserve[] = {
  { "reservation", WF_FIELD_ID, REQ },
  { "incident", WF_FIELD_ID, REQ },
  { "stock", WF_FIELD_ID, REQ },
  { "quantity", WF_FIELD_DOUBLE, REQ, 0.001, 1e9 },
  END
};

static const WfField stock_release[] = {
  { "reservation", WF_FIELD_ID, REQ },
  { "reason", WF_FIELD_TEXT, .max = 1000 },
  END
};

/* --- log and media --- */

static const WfField log_add[] = {
  { "log", WF_FIELD_ID, REQ },
  { "incident", WF_FIELD_ID },
  { "kind", WF_FIELD_ENUM, REQ, .choices = wf_log_kinds },
  { "text", WF_FIELD_TEXT, REQ, .max = 4000 },
  { "person", WF_FIELD_STRING, .max = 60 },
  { "with", WF_FIELD_STRING, .max = 120 },
  { "phone", WF_FIELD_STRING, .max = 40 },
  { "recording", WF_FIELD_STRING, .max = 60 },
  { "late", WF_FIELD_BOOL },
  END
};

static const WfField log_strike[] = {
  { "log", WF_FIELD_ID, REQ },
  { "reason", WF_FIELD_TEXT, REQ, .max = 1000 },
  END
};

static const WfField medium_attach[] = {
  { "medium", WF_FIELD_ID, REQ },
  { "incident", WF_FIELD_ID },
  { "task", WF_FIELD_ID },
  { "digest", WF_FIELD_DIGEST, REQ },
  { "type", WF_FIELD_STRING, REQ, .max = 100 },
  { "size", WF_FIELD_INT, REQ, 1, 1e12 },
  { "name", WF_FIELD_STRING, .max = 200 },
  { "source", WF_FIELD_STRING, .max = 120 },
  { "taken_at", WF_FIELD_TIME },
  { "location", WF_FIELD_POINT },
  { "duration", WF_FIELD_INT, 0, 1, 86400000 },
  { "recording", WF_FIELD_ID },
  END
};

/* Drawing on the map. Without "from" it holds from now on; without "incident" it belongs to the scope. */
static const WfField plot_draw[] = {
  { "plot", WF_FIELD_ID, REQ },
  { "incident", WF_FIELD_ID },
  { "type", WF_FIELD_ENUM, REQ, .choices = wf_plot_types },
  WF_PLOT_FIELDS,
  { "by", WF_FIELD_STRING, .max = 60 },
  END
};

/* What is given changes, the rest stays; null clears. */
static const WfField plot_change[] = {
  { "plot", WF_FIELD_ID, REQ },
  { "points", WF_FIELD_POINTS, .max = WF_PLOT_POINTS_MAX },
  { "radius_m", WF_FIELD_DOUBLE, CLR, 1, WF_PLOT_RADIUS_MAX },
  { "from", WF_FIELD_TIME },
  WF_PLOT_DETAIL (CLR),
  { "reason", WF_FIELD_TEXT, .max = 1000 },
  END
};

static const WfField plot_strike[] = {
  { "plot", WF_FIELD_ID, REQ },
  { "reason", WF_FIELD_TEXT, REQ, .max = 1000 },
  END
};

/* What was struck in error holds again. */
static const WfField plot_restore[] = {
  { "plot", WF_FIELD_ID, REQ },
  { "reason", WF_FIELD_TEXT, .max = 1000 },
  END
};

/* The service itself has seen that a unit crossed the edge of an area. */
static const WfField crossing_raise[] = {
  { "crossing", WF_FIELD_ID, REQ },
  { "plot", WF_FIELD_ID, REQ },
  { "unit", WF_FIELD_ID, REQ },
  { "way", WF_FIELD_ENUM, REQ, .choices = wf_crossing_ways },
  { "drawn", WF_FIELD_BOOL },
  { "location", WF_FIELD_POINT, REQ },
  { "seen_at", WF_FIELD_TIME, REQ },
  END
};

/* With "seen_at" only that very crossing. */
static const WfField crossing_acknowledge[] = {
  { "crossing", WF_FIELD_ID, REQ },
  { "seen_at", WF_FIELD_TIME },
  { "by", WF_FIELD_STRING, .max = 60 },
  { "note", WF_FIELD_TEXT, .max = 1000 },
  END
};

/* What is taken away, and by whose authority; who it was about stays unsaid. */
const WfField wf_erased_entry_fields[] = {
  { "number", WF_FIELD_INT, REQ, 1, 9e15 },
  END
};

const WfField wf_erased_field_fields[] = {
  { "kind", WF_FIELD_ID, REQ },
  { "thing", WF_FIELD_ID, REQ },
  { "field", WF_FIELD_ID, REQ },
  END
};

const WfField wf_erased_medium_fields[] = {
  { "digest", WF_FIELD_DIGEST, REQ },
  END
};

static const WfField journal_erase[] = {
  { "entries", WF_FIELD_OBJECTS, .max = 1000, .fields = wf_erased_entry_fields },
  { "fields", WF_FIELD_OBJECTS, .max = 1000, .fields = wf_erased_field_fields },
  { "media", WF_FIELD_OBJECTS, .max = 1000, .fields = wf_erased_medium_fields },
  { "reason", WF_FIELD_TEXT, REQ, .max = 1000 },
  { "authority", WF_FIELD_STRING, REQ, .max = 200 },
  END
};

/* --- exercises: the command's scope is the exercise's id --- */

static const WfField exercise_open[] = {
  { "name", WF_FIELD_STRING, REQ, .max = 120 },
  { "starts_at", WF_FIELD_TIME },              /* what its clock shows at first; missing: real time */
  { "rate", WF_FIELD_DOUBLE, .min = 0, .max = 3600 },
  END
};

static const WfField exercise_clock[] = {
  { "rate", WF_FIELD_DOUBLE, REQ, 0, 3600 },   /* 0 pauses */
  END
};

static const WfField exercise_end[] = {
  { "reason", WF_FIELD_TEXT, .max = 1000 },
  END
};

/* --- people --- */

static const WfField user_add[] = {
  { "user", WF_FIELD_ID, REQ }, /* what they sign in with */
  { "name", WF_FIELD_STRING, REQ, .max = 60 },
  { "role", WF_FIELD_ENUM, REQ, .choices = wf_roles },
  { "post", WF_FIELD_STRING, .max = 60 },
  { "organisation", WF_FIELD_ID },
  { "unit", WF_FIELD_ID },
  { "phone", WF_FIELD_STRING, .max = 40 },
  END
};

/* What is given changes; with active, somebody who was disabled is let in again. */
static const WfField user_change[] = {
  { "user", WF_FIELD_ID, REQ },
  { "name", WF_FIELD_STRING, .max = 60 },
  { "role", WF_FIELD_ENUM, .choices = wf_roles },
  { "post", WF_FIELD_STRING, CLR, .max = 60 },
  { "organisation", WF_FIELD_ID, CLR },
  { "unit", WF_FIELD_ID, CLR },
  { "phone", WF_FIELD_STRING, CLR, .max = 40 },
  { "active", WF_FIELD_BOOL },
  END
};

static const WfField user_disable[] = {
  { "user", WF_FIELD_ID, REQ },
  { "reason", WF_FIELD_TEXT, REQ, .max = 1000 },
  END
};

static const WfField track_close[] = {
  { "segments", WF_FIELD_OBJECTS, REQ, .max = WF_TRACK_SEGMENTS_MAX, .fields = wf_segment_fields },
  END
};

static const WfCommandType types[] = {
  { "approval.sign", approval_sign, FALSE },
  { "crossing.acknowledge", crossing_acknowledge, FALSE },
  { "crossing.raise", crossing_raise, TRUE },
  { "exercise.clock", exercise_clock, FALSE },
  { "exercise.end", exercise_end, FALSE },
  { "exercise.open", exercise_open, FALSE },
  { "incident.archive", incident_archive, FALSE },
  { "incident.casualties", incident_casualties, FALSE },
  { "incident.control", incident_control, FALSE },
  { "incident.correct", incident_correct, FALSE },
  { "incident.evacuation", incident_evacuation, FALSE },
  { "incident.facts", incident_facts, FALSE },
  { "incident.grade", incident_grade, FALSE },
  { "incident.headquarters", incident_headquarters, FALSE },
  { "incident.report", incident_report, FALSE },
  { "incident.review", incident_review, FALSE },
  { "incident.step_back", incident_step_back, FALSE },
  { "incident.supplement", incident_supplement, FALSE },
  { "incident.verify", incident_verify, FALSE },
  { "incident.wind", incident_wind, FALSE },
  { "journal.erase", journal_erase, FALSE },
  { "log.add", log_add, FALSE },
  { "log.strike", log_strike, FALSE },
  { "medium.attach", medium_attach, FALSE },
  { "order.issue", order_issue, FALSE },
  { "order.overdue", order_overdue, TRUE },
  { "order.step", order_step, FALSE },
  { "plot.change", plot_change, FALSE },
  { "plot.draw", plot_draw, FALSE },
  { "plot.restore", plot_restore, FALSE },
  { "plot.strike", plot_strike, FALSE },
  { "registry.put", registry_put, FALSE },
  { "report.add", report_add, FALSE },
  { "report.overdue", report_overdue, TRUE },
  { "report.send", report_send, FALSE },
  { "report.strike", report_strike, FALSE },
  { "response.activate", response_activate, FALSE },
  { "response.change_level", response_change_level, FALSE },
  { "response.stand_down", response_stand_down, FALSE },
  { "stock.release", stock_release, FALSE },
  { "stock.reserve", stock_reserve, FALSE },
  { "task.acknowledge", task_acknowledge, FALSE },
  { "task.add", task_add, FALSE },
  { "task.feedback", task_feedback, FALSE },
  { "task.overdue", task_overdue, TRUE },
  { "task.strike", task_strike, FALSE },
  { "track.close", track_close, TRUE },
  { "user.add", user_add, FALSE },
  { "user.change", user_change, FALSE },
  { "user.disable", user_disable, FALSE },
};

/**
 * wf_command_type_lookup:
 * @name: a command's type
 *
 * Returns: (transfer none) (nullable): what is known of it
 */
const WfCommandType *
wf_command_type_lookup (const char *name)
{
  g_return_val_if_fail (name != NULL, NULL);

  return WF_TABLE_FIND (types, name);
}

/**
 * wf_command_type_all:
 * @n: (out): how many
 *
 * Returns: (transfer none) (array length=n): all of them, sorted by name
 */
const WfCommandType *
wf_command_type_all (guint *n)
{
  *n = G_N_ELEMENTS (types);
  return types;
}
