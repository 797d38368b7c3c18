/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-rules"

#include "config.h"

#include "wf-event-types.h"

#include "wf-command-types.h"
#include "wf-kind.h"
#include "wf-plot.h"
#include "wf-rules.h"
#include "wf-table.h"
#include "wf-telemetry.h"

#include <string.h>

#define END { NULL }
#define REQ WF_FIELD_REQUIRED

/* --- parts ---
 * What a plan brings is copied into the event, so that replay never depends on a later version of the plan. */

static const WfField made_task_fields[] = {
  { "id", WF_FIELD_ID, REQ },
  { "code", WF_FIELD_ID },
  { "text", WF_FIELD_TEXT, REQ, .max = 1000 },
  { "group", WF_FIELD_STRING, .max = 120 },
  { "level", WF_FIELD_INT, .min = 0, .max = 4 },
  { "basis", WF_FIELD_ENUM, REQ, .choices = wf_triggers },
  { "after", WF_FIELD_ID },
  { "event", WF_FIELD_STRING, .max = 60 },
  { "minutes", WF_FIELD_INT, .min = 0, .max = 525600 },
  { "repeat_minutes", WF_FIELD_INT, .min = 0, .max = 525600 },
  { "round", WF_FIELD_INT, .min = 1, .max = 100000 },
  { "starts_at", WF_FIELD_TIME },
  { "due", WF_FIELD_TIME },
  { "returns", WF_FIELD_ENUM, .choices = wf_returns },
  { "returns_text", WF_FIELD_STRING, .max = 200 },
  { "manual", WF_FIELD_BOOL },
  END
};

static const WfField made_report_fields[] = {
  { "id", WF_FIELD_ID, REQ },
  { "recipient", WF_FIELD_STRING, REQ, .max = 120 },
  { "recipient_phone", WF_FIELD_STRING, .max = 40 },
  { "medium", WF_FIELD_ENUM, REQ, .choices = wf_report_media },
  { "series", WF_FIELD_ENUM, REQ, .choices = wf_report_series },
  { "number", WF_FIELD_INT, .min = 1, .max = 100000 },
  { "level", WF_FIELD_INT, .min = 0, .max = 4 },
  { "basis", WF_FIELD_STRING, .max = 200 },
  { "due", WF_FIELD_TIME },
  { "repeat_minutes", WF_FIELD_INT, .min = 0, .max = 525600 },
  END
};

static const WfField started_task_fields[] = {
  { "task", WF_FIELD_ID, REQ },
  { "starts_at", WF_FIELD_TIME, REQ },
  { "due", WF_FIELD_TIME },
  END
};

static const WfField issued_item_fields[] = {
  { "stock", WF_FIELD_ID, REQ },
  { "name", WF_FIELD_STRING, REQ, .max = 120 },
  { "unit", WF_FIELD_STRING, .max = 20 },
  { "quantity", WF_FIELD_DOUBLE, REQ, 0.001, 1e9 },
  { "held", WF_FIELD_DOUBLE, .min = 0, .max = 1e9 }, /* of it reserved before the order */
  END
};

#define INCIDENT { "incident", WF_FIELD_ID, REQ }
#define AT { "at", WF_FIELD_TIME, REQ }
#define BY { "by", WF_FIELD_STRING, .max = 60 }
#define REASON { "reason", WF_FIELD_TEXT, .max = 2000 }
#define MAKES \
  { "tasks", WF_FIELD_OBJECTS, .max = 1000, .fields = made_task_fields }, \
  { "reports", WF_FIELD_OBJECTS, .max = 1000, .fields = made_report_fields }
#define STRIKES \
  { "tasks_struck", WF_FIELD_STRINGS, .max = 5000 }, \
  { "reports_struck", WF_FIELD_STRINGS, .max = 5000 }, \
  { "strike_reason", WF_FIELD_TEXT, .max = 1000 }
#define STARTS { "started", WF_FIELD_OBJECTS, .max = 1000, .fields = started_task_fields }
#define APPROVAL { "approval", WF_FIELD_OBJECT, REQ, .fields = wf_approval_fields }
#define ACCOUNT \
  { "category", WF_FIELD_ENUM, .choices = wf_categories }, \
  { "class", WF_FIELD_ID }, \
  { "place", WF_FIELD_STRING, .max = 200 }, \
  { "location", WF_FIELD_POINT }, \
  { "caller", WF_FIELD_OBJECT, .fields = wf_caller_fields }, \
  { "summary", WF_FIELD_TEXT, .max = 4000 }, \
  { "actions_taken", WF_FIELD_TEXT, .max = 4000 }, \
  { "firm", WF_FIELD_ID }

/* --- events --- */

static const WfField registry_entered[] = {
  { "entities", WF_FIELD_ENTITIES, REQ, .max = 1000 },
  END
};

static const WfField incident_reported[] = {
  INCIDENT,
  { "title", WF_FIELD_STRING, REQ, .max = 120 },
  { "t0", WF_FIELD_TIME, REQ },
  ACCOUNT,
  { "casualties", WF_FIELD_OBJECT, .fields = wf_casualty_fields },
  { "facts", WF_FIELD_FACTS },
  MAKES,
  END
};

static const WfField incident_corrected[] = {
  INCIDENT,
  { "title", WF_FIELD_STRING, .max = 120 },
  ACCOUNT,
  REASON,
  MAKES,
  END
};

static const WfField incident_verified[] = {
  INCIDENT,
  { "outcome", WF_FIELD_ENUM, REQ, .choices = wf_verifications },
  { "source", WF_FIELD_STRING, REQ, .max = 200 },
  BY,
  { "text", WF_FIELD_TEXT, .max = 4000 },
  { "merged_into", WF_FIELD_ID },
  AT,
  STRIKES,
  END
};

/* Version 1 had the numbers beside each other and knew neither people at risk nor the loss. */
static const WfField incident_casualties_counted_1[] = {
  INCIDENT,
  { "deaths", WF_FIELD_INT, REQ, 0, 1000000 },
  { "missing", WF_FIELD_INT, REQ, 0, 1000000 },
  { "trapped", WF_FIELD_INT, REQ, 0, 1000000 },
  { "serious", WF_FIELD_INT, REQ, 0, 1000000 },
  { "light", WF_FIELD_INT, REQ, 0, 1000000 },
  { "source", WF_FIELD_STRING, REQ, .max = 120 },
  AT,
  { "reports", WF_FIELD_OBJECTS, .max = 1000, .fields = made_report_fields },
  END
};

static const WfField incident_casualties_counted[] = {
  INCIDENT,
  { "casualties", WF_FIELD_OBJECT, REQ, .fields = wf_casualty_fields },
  { "reports", WF_FIELD_OBJECTS, .max = 1000, .fields = made_report_fields },
  END
};

static const WfField incident_evacuation_counted[] = {
  INCIDENT,
  { "evacuation", WF_FIELD_OBJECT, REQ, .fields = wf_evacuation_fields },
  END
};

static const WfField incident_facts_stated[] = {
  INCIDENT,
  { "facts", WF_FIELD_FACTS, REQ },
  END
};

static const WfField incident_wind_measured[] = {
  INCIDENT,
  { "wind", WF_FIELD_OBJECT, REQ, .fields = wf_wind_fields },
  END
};

static const WfField incident_headquarters_set[] = {
  INCIDENT,
  { "headquarters", WF_FIELD_OBJECT, REQ, .fields = wf_headquarters_fields },
  END
};

static const WfField incident_graded[] = {
  INCIDENT,
  { "category", WF_FIELD_ENUM, .choices = wf_categories },
  { "class", WF_FIELD_ID, REQ },
  { "grade", WF_FIELD_ENUM, REQ, .choices = wf_grades },
  { "basis", WF_FIELD_TEXT, .max = 2000 },
  { "plan", WF_FIELD_ID },
  { "level", WF_FIELD_INT, .min = 0, .max = 4 },
  { "level_basis", WF_FIELD_TEXT, .max = 2000 },
  /* what the rules themselves would have proposed */
  { "rule_grade", WF_FIELD_ENUM, .choices = wf_grades },
  { "rule_grade_basis", WF_FIELD_TEXT, .max = 2000 },
  { "rule_level", WF_FIELD_INT, .min = 0, .max = 4 },
  { "rule_level_basis", WF_FIELD_TEXT, .max = 20000 },
  { "reported_as_larger", WF_FIELD_BOOL },
  MAKES,
  END
};

static const WfField incident_controlled[] = {
  INCIDENT,
  { "text", WF_FIELD_TEXT, .max = 2000 },
  AT,
  END
};

static const WfField incident_stepped_back[] = {
  INCIDENT,
  { "from", WF_FIELD_ENUM, REQ, .choices = wf_incident_states },
  { "to", WF_FIELD_ENUM, REQ, .choices = wf_incident_states },
  REASON,
  AT,
  { "level", WF_FIELD_INT, .min = 1, .max = 4 }, /* that is in force again */
  MAKES,
  STRIKES,
  END
};

static const WfField incident_reviewed[] = {
  INCIDENT,
  { "course", WF_FIELD_TEXT, REQ, .max = 20000 },
  { "lessons", WF_FIELD_TEXT, .max = 20000 },
  { "improve", WF_FIELD_TEXT, .max = 20000 },
  BY,
  AT,
  END
};

static const WfField incident_archived[] = {
  INCIDENT,
  AT,
  STRIKES,
  END
};

static const WfField incident_supplemented[] = {
  INCIDENT,
  { "text", WF_FIELD_TEXT, REQ, .max = 20000 },
  { "signed_by", WF_FIELD_STRING, REQ, .max = 60 },
  AT,
  END
};

static const WfField response_activated[] = {
  INCIDENT,
  { "plan", WF_FIELD_ID, REQ },
  { "plan_version", WF_FIELD_STRING, .max = 40 },
  { "level", WF_FIELD_INT, REQ, 1, 4 },
  { "matter", WF_FIELD_STRING, REQ, .max = 200 },
  { "expected_hours", WF_FIELD_INT, REQ, 1, 8760 },
  { "measures", WF_FIELD_TEXT, REQ, .max = 4000 },
  APPROVAL,
  AT,
  MAKES,
  END
};

static const WfField response_level_changed[] = {
  INCIDENT,
  { "from", WF_FIELD_INT, REQ, 1, 4 },
  { "level", WF_FIELD_INT, REQ, 1, 4 },
  { "plan_version", WF_FIELD_STRING, .max = 40 },
  { "reason", WF_FIELD_TEXT, REQ, .max = 2000 },
  APPROVAL,
  AT,
  MAKES,
  STRIKES,
  END
};

static const WfField response_stood_down[] = {
  INCIDENT,
  { "from", WF_FIELD_INT, REQ, 0, 4 },
  { "reason", WF_FIELD_TEXT, REQ, .max = 2000 },
  APPROVAL,
  AT,
  MAKES,
  STRIKES,
  END
};

static const WfField approval_signed[] = {
  INCIDENT,
  { "step", WF_FIELD_INT, REQ, 0, 199 },
  { "signed_by", WF_FIELD_STRING, REQ, .max = 60 },
  AT,
  END
};

#define TASK { "task", WF_FIELD_ID, REQ }

static const WfField task_added[] = {
  INCIDENT,
  { "task", WF_FIELD_OBJECT, REQ, .fields = made_task_fields },
  END
};

static const WfField task_acknowledged[] = { INCIDENT, TASK, BY, AT, END };

static const WfField task_fed_back[] = {
  INCIDENT,
  TASK,
  { "result", WF_FIELD_OBJECT, REQ, .fields = wf_result_fields },
  BY,
  AT,
  END
};

static const WfField task_completed[] = {
  INCIDENT,
  TASK,
  { "result", WF_FIELD_OBJECT, REQ, .fields = wf_result_fields },
  BY,
  AT,
  { "next", WF_FIELD_OBJECT, .fields = made_task_fields },
  STARTS,
  END
};

static const WfField task_struck[] = { INCIDENT, TASK, REASON, AT, STARTS, END };

static const WfField task_started[] = { INCIDENT, STARTS, END };

static const WfField task_became_overdue[] = { INCIDENT, TASK, { "due", WF_FIELD_TIME, REQ }, AT, END };

#define REPORT { "report", WF_FIELD_ID, REQ }

static const WfField report_added[] = {
  INCIDENT,
  { "report", WF_FIELD_OBJECT, REQ, .fields = made_report_fields },
  END
};

static const WfField report_sent[] = {
  INCIDENT,
  REPORT,
  { "taken_by", WF_FIELD_STRING, REQ, .max = 60 },
  { "sent_by", WF_FIELD_STRING, .max = 60 },
  { "title", WF_FIELD_STRING, .max = 200 },
  { "text", WF_FIELD_TEXT, .max = 20000 },
  { "recording", WF_FIELD_STRING, .max = 60 },
  { "late_ms", WF_FIELD_INT, .min = 0, .max = 1e13 },
  AT,
  { "next", WF_FIELD_OBJECT, .fields = made_report_fields },
  END
};

static const WfField report_struck[] = { INCIDENT, REPORT, REASON, AT, END };

static const WfField report_became_overdue[] = { INCIDENT, REPORT, { "due", WF_FIELD_TIME, REQ }, AT, END };

#define ORDER { "order", WF_FIELD_ID, REQ }
#define FORCE \
  { "force_kind", WF_FIELD_ENUM, REQ, .choices = wf_force_kinds }, \
  { "force", WF_FIELD_ID, REQ }, \
  { "force_name", WF_FIELD_STRING, .max = 120 }

static const WfField order_issued[] = {
  INCIDENT,
  ORDER,
  FORCE,
  { "kind", WF_FIELD_ENUM, REQ, .choices = wf_order_kinds },
  { "text", WF_FIELD_TEXT, .max = 2000 },
  { "first_dispatch", WF_FIELD_BOOL },
  { "rendezvous", WF_FIELD_POINT },
  { "rendezvous_text", WF_FIELD_STRING, .max = 200 },
  { "route", WF_FIELD_POINTS, .max = 2000 },
  { "distance_m", WF_FIELD_DOUBLE, .min = 0, .max = 1e8 },
  { "items", WF_FIELD_OBJECTS, .max = 200, .fields = issued_item_fields },
  { "reservations", WF_FIELD_STRINGS, .max = 1000 }, /* that the order takes over */
  { "taken_by", WF_FIELD_STRING, .max = 60 },
  { "acknowledge_due", WF_FIELD_TIME, REQ },
  AT,
  END
};

static const char *const movements[] = { "taken_out", "let_go", "brought_back", NULL };

static const WfField order_stepped[] = {
  INCIDENT,
  ORDER,
  FORCE,
  { "step", WF_FIELD_ENUM, REQ, .choices = wf_order_states },
  BY,
  { "location", WF_FIELD_POINT },
  { "text", WF_FIELD_TEXT, .max = 1000 },
  AT,
  { "force_state", WF_FIELD_ENUM, .choices = wf_team_states }, /* missing: the force stays as it is */
  { "movement", WF_FIELD_ENUM, .choices = movements },         /* of the order's items */
  END
};

static const WfField order_became_overdue[] = { INCIDENT, ORDER, { "due", WF_FIELD_TIME, REQ }, AT, END };

#define HELD \
  { "reservation", WF_FIELD_ID, REQ }, \
  { "depot", WF_FIELD_ID, REQ }, \
  { "stock", WF_FIELD_ID, REQ }, \
  { "quantity", WF_FIELD_DOUBLE, REQ, 0.001, 1e9 }

static const WfField stock_reserved[] = { INCIDENT, HELD, BY, AT, END };
static const WfField stock_released[] = { INCIDENT, HELD, REASON, AT, END };

static const WfField log_added[] = {
  { "log", WF_FIELD_ID, REQ },
  { "incident", WF_FIELD_ID },
  { "kind", WF_FIELD_ENUM, REQ, .choices = wf_log_kinds },
  { "text", WF_FIELD_TEXT, REQ, .max = 4000 },
  { "person", WF_FIELD_STRING, .max = 60 },
  { "with", WF_FIELD_STRING, .max = 120 },
  { "phone", WF_FIELD_STRING, .max = 40 },
  { "recording", WF_FIELD_STRING, .max = 60 },
  { "late", WF_FIELD_BOOL },
  AT,
  END
};

static const WfField log_struck[] = {
  { "log", WF_FIELD_ID, REQ },
  { "incident", WF_FIELD_ID },
  REASON,
  AT,
  END
};

static const WfField medium_attached[] = {
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

static const WfField plot_drawn[] = {
  { "plot", WF_FIELD_ID, REQ },
  { "incident", WF_FIELD_ID },
  { "type", WF_FIELD_ENUM, REQ, .choices = wf_plot_types },
  WF_PLOT_FIELDS,
  { "location", WF_FIELD_POINT, REQ },
  BY,
  AT,
  END
};

static const WfField plot_changed[] = {
  { "plot", WF_FIELD_ID, REQ },
  { "incident", WF_FIELD_ID },
  { "points", WF_FIELD_POINTS, .max = WF_PLOT_POINTS_MAX },
  { "radius_m", WF_FIELD_DOUBLE, WF_FIELD_CLEARABLE, 1, WF_PLOT_RADIUS_MAX },
  { "from", WF_FIELD_TIME },
  WF_PLOT_DETAIL (WF_FIELD_CLEARABLE),
  { "location", WF_FIELD_POINT, REQ },
  REASON,
  AT,
  END
};

static const WfField plot_struck[] = {
  { "plot", WF_FIELD_ID, REQ },
  { "incident", WF_FIELD_ID },
  { "location", WF_FIELD_POINT },
  { "reason", WF_FIELD_TEXT, REQ, .max = 1000 },
  AT,
  END
};

static const WfField crossing_raised[] = {
  { "crossing", WF_FIELD_ID, REQ },
  { "plot", WF_FIELD_ID, REQ },
  { "unit", WF_FIELD_ID, REQ },
  { "unit_name", WF_FIELD_STRING, REQ, .max = 120 },
  { "incident", WF_FIELD_ID },
  { "way", WF_FIELD_ENUM, REQ, .choices = wf_crossing_ways },
  { "drawn", WF_FIELD_BOOL },
  { "location", WF_FIELD_POINT, REQ },
  { "seen_at", WF_FIELD_TIME, REQ },
  AT,
  END
};

static const WfField crossing_acknowledged[] = {
  { "crossing", WF_FIELD_ID, REQ },
  { "incident", WF_FIELD_ID },
  { "seen_at", WF_FIELD_TIME },
  { "note", WF_FIELD_TEXT, .max = 1000 },
  BY,
  AT,
  END
};

static const WfField plot_restored[] = {
  { "plot", WF_FIELD_ID, REQ },
  { "incident", WF_FIELD_ID },
  { "location", WF_FIELD_POINT },
  REASON,
  AT,
  END
};

static const WfField journal_erased[] = {
  { "entries", WF_FIELD_OBJECTS, .max = 1000, .fields = wf_erased_entry_fields },
  { "fields", WF_FIELD_OBJECTS, .max = 1000, .fields = wf_erased_field_fields },
  { "media", WF_FIELD_OBJECTS, .max = 1000, .fields = wf_erased_medium_fields },
  { "reason", WF_FIELD_TEXT, REQ, .max = 1000 },
  { "authority", WF_FIELD_STRING, REQ, .max = 200 },
  AT,
  END
};

#define CLOCK \
  { "clock_real", WF_FIELD_TIME, REQ }, \
  { "clock_scope", WF_FIELD_TIME, REQ }, \
  { "clock_rate", WF_FIELD_DOUBLE, REQ, 0, 3600 }

static const WfField exercise_opened[] = {
  { "name", WF_FIELD_STRING, REQ, .max = 120 },
  { "base_number", WF_FIELD_INT, .min = 0, .max = 9e15 },
  CLOCK,
  END
};

static const WfField exercise_clock_set[] = { CLOCK, END };

static const WfField exercise_ended[] = { CLOCK, REASON, END };

/* A closed piece of a track. */
const WfField wf_segment_fields[] = {
  { "unit", WF_FIELD_ID, REQ },
  { "after", WF_FIELD_TIME },      /* where the piece before it ended; missing: from the beginning */
  { "until", WF_FIELD_TIME, REQ }, /* the last position in it */
  { "points", WF_FIELD_INT, REQ, 1, 1e9 },
  { "digest", WF_FIELD_DIGEST, REQ },
  END
};

static const WfField track_closed[] = {
  { "segments", WF_FIELD_OBJECTS, REQ, .max = WF_TRACK_SEGMENTS_MAX, .fields = wf_segment_fields },
  END
};

static const WfField user_added[] = {
  { "user", WF_FIELD_ID, REQ },
  { "name", WF_FIELD_STRING, REQ, .max = 60 },
  { "role", WF_FIELD_ENUM, REQ, .choices = wf_roles },
  { "post", WF_FIELD_STRING, .max = 60 },
  { "organisation", WF_FIELD_ID },
  { "unit", WF_FIELD_ID },
  { "phone", WF_FIELD_STRING, .max = 40 },
  AT,
  END
};

static const WfField user_changed[] = {
  { "user", WF_FIELD_ID, REQ },
  { "name", WF_FIELD_STRING, .max = 60 },
  { "role", WF_FIELD_ENUM, .choices = wf_roles },
  { "post", WF_FIELD_STRING, WF_FIELD_CLEARABLE, .max = 60 },
  { "organisation", WF_FIELD_ID, WF_FIELD_CLEARABLE },
  { "unit", WF_FIELD_ID, WF_FIELD_CLEARABLE },
  { "phone", WF_FIELD_STRING, WF_FIELD_CLEARABLE, .max = 40 },
  { "active", WF_FIELD_BOOL },
  AT,
  END
};

static const WfField user_disabled[] = {
  { "user", WF_FIELD_ID, REQ },
  { "reason", WF_FIELD_TEXT, REQ, .max = 1000 },
  AT,
  END
};

static const WfField *const incident_casualties_counted_older[] = { incident_casualties_counted_1 };

static const WfEventType types[] = {
  { "approval.signed", 1, approval_signed },
  { "crossing.acknowledged", 1, crossing_acknowledged },
  { "crossing.raised", 1, crossing_raised },
  { "exercise.clock_set", 1, exercise_clock_set },
  { "exercise.ended", 1, exercise_ended },
  { "exercise.opened", 1, exercise_opened },
  { "incident.archived", 1, incident_archived },
  { "incident.casualties_counted", 2, incident_casualties_counted, incident_casualties_counted_older },
  { "incident.controlled", 1, incident_controlled },
  { "incident.corrected", 1, incident_corrected },
  { "incident.evacuation_counted", 1, incident_evacuation_counted },
  { "incident.facts_stated", 1, incident_facts_stated },
  { "incident.graded", 1, incident_graded },
  { "incident.headquarters_set", 1, incident_headquarters_set },
  { "incident.reported", 1, incident_reported },
  { "incident.reviewed", 1, incident_reviewed },
  { "incident.stepped_back", 1, incident_stepped_back },
  { "incident.supplemented", 1, incident_supplemented },
  { "incident.verified", 1, incident_verified },
  { "incident.wind_measured", 1, incident_wind_measured },
  { "journal.erased", 1, journal_erased },
  { "log.added", 1, log_added },
  { "log.struck", 1, log_struck },
  { "medium.attached", 1, medium_attached, .medium = "digest" },
  { "order.became_overdue", 1, order_became_overdue },
  { "order.issued", 1, order_issued },
  { "order.stepped", 1, order_stepped },
  { "plot.changed", 1, plot_changed },
  { "plot.drawn", 1, plot_drawn },
  { "plot.restored", 1, plot_restored },
  { "plot.struck", 1, plot_struck },
  { "registry.entered", 1, registry_entered },
  { "report.added", 1, report_added },
  { "report.became_overdue", 1, report_became_overdue },
  { "report.sent", 1, report_sent },
  { "report.struck", 1, report_struck },
  { "response.activated", 1, response_activated },
  { "response.level_changed", 1, response_level_changed },
  { "response.stood_down", 1, response_stood_down },
  { "stock.released", 1, stock_released },
  { "stock.reserved", 1, stock_reserved },
  { "task.acknowledged", 1, task_acknowledged },
  { "task.added", 1, task_added },
  { "task.became_overdue", 1, task_became_overdue },
  { "task.completed", 1, task_completed, .medium = "result.media" },
  { "task.fed_back", 1, task_fed_back, .medium = "result.media" },
  { "task.started", 1, task_started },
  { "task.struck", 1, task_struck },
  { "track.closed", 1, track_closed },
  { "user.added", 1, user_added, .audience = "administrator" },
  { "user.changed", 1, user_changed, .audience = "administrator" },
  { "user.disabled", 1, user_disabled, .audience = "administrator" },
};

/**
 * wf_event_type_lookup:
 * @name: an event's type
 *
 * Returns: (transfer none) (nullable): what is known of it
 */
const WfEventType *
wf_event_type_lookup (const char *name)
{
  return WF_TABLE_FIND (types, name);
}

/**
 * wf_event_type_all:
 * @n: (out): how many
 *
 * Returns: (transfer none) (array length=n): all of them, sorted by name
 */
const WfEventType *
wf_event_type_all (guint *n)
{
  *n = G_N_ELEMENTS (types);
  return types;
}

/**
 * wf_rules_event_fields:
 * @type: an event's type
 * @version: of its form
 *
 * Returns: (transfer none) (nullable): the table of the payload, or %NULL where this program does not know the type or the
 *   version
 */
const WfField *
wf_rules_event_fields (const char *type,
                       int         version)
{
  g_return_val_if_fail (type != NULL, NULL);

  const WfEventType *known = wf_event_type_lookup (type);

  if (known == NULL || version < 1 || version > known->version)
    return NULL;

  return version == known->version ? known->fields : known->older[version - 1];
}

/**
 * wf_rules_event_version:
 * @type: an event's type
 *
 * Returns: the version of its form that this program writes, or 0 where it does not know the type
 */
int
wf_rules_event_version (const char *type)
{
  g_return_val_if_fail (type != NULL, 0);

  const WfEventType *known = wf_event_type_lookup (type);

  return known != NULL ? known->version : 0;
}

/**
 * wf_rules_event_audience:
 * @type: an event's type
 *
 * Returns: (transfer none): who may see its payload: `all`, or a role. It stands in the header, so that whoever may not can
 *   still check the chain
 */
const char *
wf_rules_event_audience (const char *type)
{
  g_return_val_if_fail (type != NULL, WF_AUDIENCE_ALL);

  const WfEventType *known = wf_event_type_lookup (type);

  return known != NULL && known->audience != NULL ? known->audience : WF_AUDIENCE_ALL;
}

/**
 * wf_rules_event_medium:
 * @event: an event whose payload is there
 *
 * Returns: (transfer full) (nullable): the digest of the medium that it refers to
 */
char *
wf_rules_event_medium (WfEvent *event)
{
  g_return_val_if_fail (event != NULL, NULL);

  const WfEventType *known = wf_event_type_lookup (event->type);

  if (known == NULL || known->medium == NULL || event->payload == NULL)
    return NULL;

  const char *dot = strchr (known->medium, '.');
  g_autofree char *outer = dot != NULL ? g_strndup (known->medium, (gsize) (dot - known->medium)) : NULL;
  g_autoptr (GVariant) inner = outer != NULL ? wf_dict_value (event->payload, outer) : g_variant_ref (event->payload);

  return inner != NULL ? g_strdup (wf_dict_string (inner, dot != NULL ? dot + 1 : known->medium)) : NULL;
}

static GVariant *
copy_int (GVariant   *payload,
          const char *key)
{
  return wf_value_int (wf_dict_int (payload, key, 0));
}

static GVariant *
upcast_casualties_1 (GVariant *payload)
{
  g_autoptr (GVariant) reports = wf_dict_value (payload, "reports");
  g_autoptr (GVariant) casualties = wf_dict_make ("deaths", copy_int (payload, "deaths"),
                                                  "missing", copy_int (payload, "missing"),
                                                  "trapped", copy_int (payload, "trapped"),
                                                  "serious", copy_int (payload, "serious"),
                                                  "light", copy_int (payload, "light"),
                                                  "source", wf_value_string (wf_dict_string (payload, "source")),
                                                  "at", wf_value_time (wf_dict_time (payload, "at")),
                                                  NULL);

  return wf_dict_make ("incident", wf_value_string (wf_dict_string (payload, "incident")),
                       "casualties", casualties,
                       "reports", reports,
                       NULL);
}

/**
 * wf_rules_upcast:
 * @type: an event's type
 * @version: the version that @payload was written in
 * @payload: a{sv}
 * @error: return location
 *
 * Brings a payload into the form that this program uses. What is recorded never changes; only what is read from it does.
 *
 * Returns: (transfer full) (nullable): the payload in the newest form, or %NULL with #WF_RULES_ERROR
 */
GVariant *
wf_rules_upcast (const char  *type,
                 int          version,
                 GVariant    *payload,
                 GError     **error)
{
  g_return_val_if_fail (type != NULL, NULL);
  g_return_val_if_fail (payload != NULL, NULL);

  const WfField *fields = wf_rules_event_fields (type, version);
  g_autoptr (GError) broken = NULL;

  if (fields == NULL)
    {
      g_set_error (error, WF_RULES_ERROR, WF_RULES_ERROR_UNKNOWN_EVENT,
                   "Events of type %s, version %d, are not known to this program; it must be updated", type, version);
      return NULL;
    }

  if (!wf_fields_check (fields, payload, NULL, &broken))
    {
      g_set_error (error, WF_RULES_ERROR, WF_RULES_ERROR_BROKEN_EVENT,
                   "An event of type %s does not have the form it should: %s", type, broken->message);
      return NULL;
    }

  if (version == 1 && strcmp (type, "incident.casualties_counted") == 0)
    return upcast_casualties_1 (payload);

  return g_variant_ref (payload);
}
