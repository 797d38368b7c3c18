/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-model"

#include "config.h"

#include "wf-kind.h"

#include "wf-plot.h"
#include "wf-table.h"

#include <string.h>

#define END { NULL }
#define REQ WF_FIELD_REQUIRED
#define CLR WF_FIELD_CLEARABLE

const char *const wf_incident_states[] = {
  "reported", "verified", "graded", "responding", "controlled", "stood_down", "reviewed", "archived",
  "false_report", "merged", NULL
};
const char *const wf_categories[] = { "natural", "accident", "health", "security", NULL };
const char *const wf_grades[] = { "ordinary", "larger", "major", "extraordinary", NULL };
const char *const wf_verifications[] = { "true", "partly", "false", "duplicate", NULL };
const char *const wf_task_states[] = { "open", "acknowledged", "done", "struck", NULL };
const char *const wf_returns[] = { "none", "text", "pair", "photo", "place", "signature", NULL };
const char *const wf_triggers[] = { "t0", "activation", "level", "after", "event", "manual", NULL };
const char *const wf_order_kinds[] = {
  "directive",     /* 指令: own forces */
  "dispatch",      /* 调派: linked forces, such as fire and rescue */
  "agreement",     /* 协议请求: agreed firms, social forces */
  "army_request",  /* 商请: army, armed police */
  "reinforcement", /* 请求增援: to the city */
  "requisition",   /* 调用/征用: by decision of the government */
  NULL
};
const char *const wf_order_states[] = {
  "proposed", "ordered", "acknowledged", "under_way", "on_scene", "working", "released", "back",
  "refused", "recalled", NULL
};
const char *const wf_report_media[] = { "phone", "written", NULL };
const char *const wf_report_series[] = { "first", "followup", "final", NULL };
const char *const wf_report_states[] = { "due", "sent", "struck", NULL };
const char *const wf_force_kinds[] = { "team", "unit", "expert", "depot", NULL };
const char *const wf_team_states[] = {
  "standby", "called_out", "under_way", "on_scene", "working", "withdrawing", "resting", "out_of_service", NULL
};
const char *const wf_log_kinds[] = {
  "call",        /* 来电 */
  "report",      /* 报送 */
  "instruction", /* 领导批示 */
  "roll_call",   /* 点名抽查 */
  "video_check", /* 视频点调 */
  "urgent",      /* 紧急公文 */
  "patrol",      /* 巡查 */
  "note",        /* 其他 */
  NULL
};
const char *const wf_approval_ways[] = { "phone", "in_person", "written", "system", NULL };

const char *const wf_roles[] = {
  "viewer",            /* 只读 */
  "duty_officer",      /* 值班长 */
  "operator",          /* 值班员 */
  "commander",         /* 指挥员 */
  "drill_coordinator", /* 导调 */
  "administrator",     /* 管理员 */
  "unit",              /* a mobile unit */
  NULL
};
const char *const wf_plot_types[] = {
  "point",            /* 标记点 */
  "line",             /* 线 */
  "polygon",          /* 面 */
  "circle",           /* 圆 */
  "arrow",            /* 箭头 */
  "fire_line",        /* 火线 */
  "cordon",           /* 警戒区 */
  "danger_zone",      /* 危险区 */
  "evacuation_route", /* 疏散路线 */
  "staging_area",     /* 集结区 */
  "text",             /* 文字 */
  "range_ring",       /* 距离圈 */
  NULL
};
const char *const wf_dangers[] = {
  "high",   /* 重危 */
  "medium", /* 中危 */
  "low",    /* 轻危 */
  "safe",   /* 安全 */
  NULL
};
const char *const wf_alerts[] = {
  "open",         /* nobody has answered it */
  "acknowledged",
  "quiet",        /* noted, and does not ring */
  NULL
};
const char *const wf_crossing_ways[] = { "entered", "left", NULL };
const char *const wf_tiers[] = { "city", "district", "township", "firm", NULL };

static const char *const team_natures[] = { "national", "professional", "reserve", "firm", "social", NULL };
static const char *const depot_tiers[] = { "district", "township", "commercial", "capacity", "social", NULL };
static const char *const unit_types[] = {
  "command", "rescue", "gas_analysis", "generator", "supply", "drone", "body_camera", "fire_engine", "ambulance", NULL
};
static const char *const plan_kinds[] = { "common", "general", "special", "department", "firm", NULL };
static const char *const reservation_states[] = { "held", "ordered", "released", NULL };
static const char *const exercise_states[] = { "prepared", "running", "paused", "ended", NULL };
static const char *const fact_types[] = { "number", "yes_no", "text", NULL };

const WfField wf_contact_fields[] = {
  { "name", WF_FIELD_STRING, REQ, .max = 60 },
  { "post", WF_FIELD_STRING, .max = 60 },
  { "phone", WF_FIELD_STRING, .max = 40 },
  END
};

const WfField wf_caller_fields[] = {
  { "name", WF_FIELD_STRING, .max = 60 },
  { "phone", WF_FIELD_STRING, .max = 40 },
  { "unit", WF_FIELD_STRING, .max = 120 },
  { "line", WF_FIELD_STRING, .max = 40 }, /* which line it came by: 12350, 119, 110, 120, 12119 … */
  { "recording", WF_FIELD_STRING, .max = 60 },
  END
};

/* Casualties as counted: 死亡, 失联, 被困, 重伤 (含中毒), 轻伤, with a source and a time. */
const WfField wf_casualty_fields[] = {
  { "deaths", WF_FIELD_INT, REQ, 0, 1000000 },
  { "missing", WF_FIELD_INT, REQ, 0, 1000000 },
  { "trapped", WF_FIELD_INT, REQ, 0, 1000000 },
  { "serious", WF_FIELD_INT, REQ, 0, 1000000 },
  { "light", WF_FIELD_INT, REQ, 0, 1000000 },
  { "at_risk", WF_FIELD_INT, .min = 0, .max = 10000000 },
  { "loss_yuan", WF_FIELD_INT, .min = 0, .max = 1e14 },
  { "source", WF_FIELD_STRING, REQ, .max = 120 },
  { "at", WF_FIELD_TIME, REQ },
  END
};

/* Evacuation: 应撤 / 已撤 / 拒撤 / 需帮扶. */
const WfField wf_evacuation_fields[] = {
  { "due", WF_FIELD_INT, REQ, 0, 10000000 },
  { "done", WF_FIELD_INT, REQ, 0, 10000000 },
  { "refused", WF_FIELD_INT, .min = 0, .max = 10000000 },
  { "need_help", WF_FIELD_INT, .min = 0, .max = 10000000 },
  { "source", WF_FIELD_STRING, REQ, .max = 120 },
  { "at", WF_FIELD_TIME, REQ },
  END
};

/* An approval as it was given, mostly by telephone: 请示人, 批准人, time, words read back, recording; signed later. */
const WfField wf_approval_fields[] = {
  { "way", WF_FIELD_ENUM, REQ, .choices = wf_approval_ways },
  { "requested_by", WF_FIELD_STRING, REQ, .max = 60 },
  { "approved_by", WF_FIELD_STRING, REQ, .max = 60 },
  { "post", WF_FIELD_STRING, .max = 60 },
  { "at", WF_FIELD_TIME, REQ },
  { "words", WF_FIELD_TEXT, .max = 2000 },
  { "read_back", WF_FIELD_BOOL },
  { "recording", WF_FIELD_STRING, .max = 60 },
  { "signed_at", WF_FIELD_TIME },
  END
};

const WfField wf_headquarters_fields[] = {
  { "place", WF_FIELD_STRING, REQ, .max = 200 },
  { "location", WF_FIELD_POINT },
  { "commander", WF_FIELD_STRING, .max = 60 },
  { "phone", WF_FIELD_STRING, .max = 40 },
  { "channel", WF_FIELD_STRING, .max = 40 },
  END
};

const WfField wf_wind_fields[] = {
  { "from_degrees", WF_FIELD_DOUBLE, REQ, 0, 360 },
  { "speed", WF_FIELD_DOUBLE, REQ, 0, 120 }, /* m/s */
  { "source", WF_FIELD_STRING, REQ, .max = 120 },
  { "at", WF_FIELD_TIME, REQ },
  END
};

/* What came back for a task; which of these depends on the task's "returns". */
const WfField wf_result_fields[] = {
  { "text", WF_FIELD_TEXT, .max = 4000 },
  { "pair_due", WF_FIELD_INT, .min = 0, .max = 100000000 },
  { "pair_done", WF_FIELD_INT, .min = 0, .max = 100000000 },
  { "media", WF_FIELD_DIGEST },
  { "location", WF_FIELD_POINT },
  { "signed_by", WF_FIELD_STRING, .max = 60 },
  END
};

/* When a task begins to count: at T0, on activation, when its level is reached, after another task, on an event. */
const WfField wf_trigger_fields[] = {
  { "on", WF_FIELD_ENUM, REQ, .choices = wf_triggers },
  { "after", WF_FIELD_ID },                  /* code of the task that must be done first */
  { "event", WF_FIELD_STRING, .max = 60 },   /* type of the event that starts it */
  END
};

static const WfField level_step_fields[] = {
  { "level", WF_FIELD_INT, REQ, 0, 4 },
  { "from", WF_FIELD_INT, .min = 0, .max = 4 },
  { "at", WF_FIELD_TIME, REQ },
  { "reason", WF_FIELD_TEXT, .max = 2000 },
  { "approval", WF_FIELD_OBJECT, .fields = wf_approval_fields },
  END
};

static const WfField verification_fields[] = {
  { "outcome", WF_FIELD_ENUM, REQ, .choices = wf_verifications },
  { "source", WF_FIELD_STRING, .max = 200 },
  { "by", WF_FIELD_STRING, .max = 60 },
  { "at", WF_FIELD_TIME, REQ },
  { "text", WF_FIELD_TEXT, .max = 4000 },
  END
};

static const WfField review_fields[] = {
  { "course", WF_FIELD_TEXT, .max = 20000 },   /* 事件经过 */
  { "lessons", WF_FIELD_TEXT, .max = 20000 },  /* 经验教训 */
  { "improve", WF_FIELD_TEXT, .max = 20000 },  /* 改进措施, for the plan too */
  { "by", WF_FIELD_STRING, .max = 60 },
  { "at", WF_FIELD_TIME, REQ },
  END
};

static const WfField supplement_fields[] = {
  { "text", WF_FIELD_TEXT, REQ, .max = 20000 },
  { "signed_by", WF_FIELD_STRING, REQ, .max = 60 },
  { "at", WF_FIELD_TIME, REQ },
  END
};

static const WfField incident_fields[] = {
  { "title", WF_FIELD_STRING, REQ, .max = 120 },
  { "state", WF_FIELD_ENUM, REQ, .choices = wf_incident_states },
  { "category", WF_FIELD_ENUM, .choices = wf_categories },
  { "class", WF_FIELD_ID }, /* code of data/codes/incident-classes.json */
  { "place", WF_FIELD_STRING, .max = 200 },
  { "location", WF_FIELD_POINT },
  { "t0", WF_FIELD_TIME, REQ },          /* 接报 */
  { "activated_at", WF_FIELD_TIME },     /* A */
  { "caller", WF_FIELD_OBJECT, .fields = wf_caller_fields },
  { "summary", WF_FIELD_TEXT, .max = 4000 },
  { "actions_taken", WF_FIELD_TEXT, .max = 4000 },
  { "first_dispatch_at", WF_FIELD_TIME },
  { "verification", WF_FIELD_OBJECT, .fields = verification_fields },
  { "merged_into", WF_FIELD_ID },
  { "casualties", WF_FIELD_OBJECT, .fields = wf_casualty_fields },
  { "evacuation", WF_FIELD_OBJECT, .fields = wf_evacuation_fields },
  { "facts", WF_FIELD_FACTS },
  { "firm", WF_FIELD_ID },
  { "grade", WF_FIELD_ENUM, .choices = wf_grades },
  { "grade_basis", WF_FIELD_TEXT, .max = 2000 },  /* the row of the table, or who decided */
  { "plan", WF_FIELD_ID },
  { "proposed_level", WF_FIELD_INT, .min = 0, .max = 4 },
  { "proposed_basis", WF_FIELD_TEXT, .max = 2000 }, /* the rule that proposed it, in words */
  { "level", WF_FIELD_INT, .min = 0, .max = 4 },    /* 1 highest … 4; 0 or missing: none */
  { "levels", WF_FIELD_OBJECTS, .max = 200, .fields = level_step_fields },
  { "matter", WF_FIELD_STRING, .max = 200 },        /* 响应事项 */
  { "expected_hours", WF_FIELD_INT, .min = 1, .max = 8760 },
  { "measures", WF_FIELD_TEXT, .max = 4000 },       /* 应急处置措施 */
  { "headquarters", WF_FIELD_OBJECT, .fields = wf_headquarters_fields },
  { "wind", WF_FIELD_OBJECT, .fields = wf_wind_fields },
  { "controlled_at", WF_FIELD_TIME },
  { "stood_down_at", WF_FIELD_TIME },
  { "stand_down_reason", WF_FIELD_TEXT, .max = 2000 },
  { "review", WF_FIELD_OBJECT, .fields = review_fields },
  { "archived_at", WF_FIELD_TIME },
  { "supplements", WF_FIELD_OBJECTS, .max = 200, .fields = supplement_fields },
  END
};

static const WfField task_fields[] = {
  { "incident", WF_FIELD_ID, REQ },
  { "code", WF_FIELD_ID },
  { "text", WF_FIELD_TEXT, REQ, .max = 1000 },
  { "group", WF_FIELD_STRING, .max = 120 },
  { "level", WF_FIELD_INT, .min = 0, .max = 4 },       /* the level that brings it; 0: every incident */
  { "basis", WF_FIELD_ENUM, REQ, .choices = wf_triggers },
  { "after", WF_FIELD_ID },
  { "event", WF_FIELD_STRING, .max = 60 },             /* type of the event that starts it */
  { "state", WF_FIELD_ENUM, REQ, .choices = wf_task_states },
  { "minutes", WF_FIELD_INT, .min = 0, .max = 525600 },
  { "repeat_minutes", WF_FIELD_INT, .min = 0, .max = 525600 },
  { "round", WF_FIELD_INT, .min = 1, .max = 100000 },
  { "starts_at", WF_FIELD_TIME },                      /* missing: waits for its trigger */
  { "due", WF_FIELD_TIME },
  { "overdue_at", WF_FIELD_TIME },                     /* set by the scheduler when due has passed */
  { "returns", WF_FIELD_ENUM, .choices = wf_returns },
  { "returns_text", WF_FIELD_STRING, .max = 200 },     /* what must come back, in words */
  { "acknowledged_at", WF_FIELD_TIME },
  { "acknowledged_by", WF_FIELD_STRING, .max = 60 },
  { "done_at", WF_FIELD_TIME },
  { "done_by", WF_FIELD_STRING, .max = 60 },
  { "result", WF_FIELD_OBJECT, .fields = wf_result_fields },
  { "struck_at", WF_FIELD_TIME },
  { "struck_reason", WF_FIELD_TEXT, .max = 1000 },
  { "manual", WF_FIELD_BOOL },
  END
};

static const WfField report_fields[] = {
  { "incident", WF_FIELD_ID, REQ },
  { "recipient", WF_FIELD_STRING, REQ, .max = 120 },
  { "recipient_phone", WF_FIELD_STRING, .max = 40 },
  { "medium", WF_FIELD_ENUM, REQ, .choices = wf_report_media },
  { "series", WF_FIELD_ENUM, REQ, .choices = wf_report_series },
  { "number", WF_FIELD_INT, .min = 1, .max = 100000 }, /* of the follow-up */
  { "level", WF_FIELD_INT, .min = 0, .max = 4 },       /* the level that asks for it; 0: every incident */
  { "state", WF_FIELD_ENUM, REQ, .choices = wf_report_states },
  { "basis", WF_FIELD_STRING, .max = 200 },            /* the rule it comes from, in words */
  { "due", WF_FIELD_TIME },
  { "repeat_minutes", WF_FIELD_INT, .min = 0, .max = 525600 },
  { "overdue_at", WF_FIELD_TIME },
  { "sent_at", WF_FIELD_TIME },
  { "sent_by", WF_FIELD_STRING, .max = 60 },
  { "taken_by", WF_FIELD_STRING, .max = 60 },          /* who took it */
  { "late_ms", WF_FIELD_INT, .min = 0, .max = 1e13 },  /* 迟报 stays on record */
  { "title", WF_FIELD_STRING, .max = 200 },
  { "text", WF_FIELD_TEXT, .max = 20000 },
  { "recording", WF_FIELD_STRING, .max = 60 },
  { "struck_reason", WF_FIELD_TEXT, .max = 1000 },
  END
};

static const WfField step_fields[] = {
  { "step", WF_FIELD_ENUM, REQ, .choices = wf_order_states },
  { "at", WF_FIELD_TIME, REQ },
  { "by", WF_FIELD_STRING, .max = 60 },
  { "location", WF_FIELD_POINT },
  { "text", WF_FIELD_TEXT, .max = 1000 },
  END
};

static const WfField stock_item_fields[] = {
  { "stock", WF_FIELD_ID, REQ },
  { "name", WF_FIELD_STRING, REQ, .max = 120 },
  { "unit", WF_FIELD_STRING, .max = 20 },
  { "quantity", WF_FIELD_DOUBLE, REQ, 0.001, 1e9 },
  END
};

static const WfField order_fields[] = {
  { "incident", WF_FIELD_ID, REQ },
  { "kind", WF_FIELD_ENUM, REQ, .choices = wf_order_kinds },
  { "force_kind", WF_FIELD_ENUM, REQ, .choices = wf_force_kinds },
  { "force", WF_FIELD_ID, REQ },
  { "force_name", WF_FIELD_STRING, REQ, .max = 120 },
  { "state", WF_FIELD_ENUM, REQ, .choices = wf_order_states },
  { "text", WF_FIELD_TEXT, .max = 2000 },
  { "first_dispatch", WF_FIELD_BOOL },                 /* 先期调派, before verification or activation */
  { "rendezvous", WF_FIELD_POINT },
  { "rendezvous_text", WF_FIELD_STRING, .max = 200 },
  { "route", WF_FIELD_POINTS, .max = 2000 },
  { "distance_m", WF_FIELD_DOUBLE, .min = 0, .max = 1e8 },
  { "items", WF_FIELD_OBJECTS, .max = 200, .fields = stock_item_fields },
  { "taken_by", WF_FIELD_STRING, .max = 60 },          /* 受令人 */
  { "ordered_at", WF_FIELD_TIME },
  { "acknowledge_due", WF_FIELD_TIME },
  { "overdue_at", WF_FIELD_TIME },
  { "steps", WF_FIELD_OBJECTS, .max = 100, .fields = step_fields },
  END
};

static const WfField reservation_fields[] = {
  { "incident", WF_FIELD_ID, REQ },
  { "depot", WF_FIELD_ID, REQ },
  { "stock", WF_FIELD_ID, REQ },
  { "quantity", WF_FIELD_DOUBLE, REQ, 0.001, 1e9 },
  { "state", WF_FIELD_ENUM, REQ, .choices = reservation_states },
  { "order", WF_FIELD_ID },
  { "by", WF_FIELD_STRING, .max = 60 },
  { "at", WF_FIELD_TIME },
  END
};

static const WfField log_fields[] = {
  { "incident", WF_FIELD_ID },
  { "kind", WF_FIELD_ENUM, REQ, .choices = wf_log_kinds },
  { "text", WF_FIELD_TEXT, REQ, .max = 4000 },
  { "at", WF_FIELD_TIME, REQ },
  { "person", WF_FIELD_STRING, .max = 60 },
  { "with", WF_FIELD_STRING, .max = 120 },             /* the other end of the call */
  { "phone", WF_FIELD_STRING, .max = 40 },
  { "recording", WF_FIELD_STRING, .max = 60 },
  { "late", WF_FIELD_BOOL },                           /* entered from paper afterwards */
  { "struck_reason", WF_FIELD_TEXT, .max = 1000 },
  END
};

static const WfField medium_fields[] = {
  { "incident", WF_FIELD_ID },
  { "task", WF_FIELD_ID },
  { "digest", WF_FIELD_DIGEST, REQ },
  { "type", WF_FIELD_STRING, REQ, .max = 100 },
  { "size", WF_FIELD_INT, REQ, 1, 1e12 },
  { "name", WF_FIELD_STRING, .max = 200 },
  { "source", WF_FIELD_STRING, .max = 120 },           /* the unit it shows the view of */
  { "taken_at", WF_FIELD_TIME },
  { "location", WF_FIELD_POINT },
  { "duration", WF_FIELD_INT, 0, 1, 86400000 },           /* of a recording, ms */
  { "recording", WF_FIELD_ID },                        /* which it is a piece of */
  END
};

/* What is drawn on the map (标绘, 火场绘制). Which of the fields a type has is told by wf-plot.h and the rules. */
static const WfField plot_fields[] = {
  { "incident", WF_FIELD_ID },
  { "type", WF_FIELD_ENUM, REQ, .choices = wf_plot_types },
  WF_PLOT_FIELDS,
  { "location", WF_FIELD_POINT, REQ },                 /* its middle, where its name stands */
  { "drawn_at", WF_FIELD_TIME, REQ },
  { "drawn_by", WF_FIELD_STRING, .max = 60 },
  { "author", WF_FIELD_ID },                           /* who drew it, as they sign in */
  { "changed_at", WF_FIELD_TIME },
  { "struck_at", WF_FIELD_TIME },
  { "struck_reason", WF_FIELD_TEXT, .max = 1000 },
  END
};

/* Whether a unit is in a drawn area, as its last crossing of the edge left it; its id follows from the two. */
static const WfField crossing_fields[] = {
  { "plot", WF_FIELD_ID, REQ },
  { "unit", WF_FIELD_ID, REQ },
  { "unit_name", WF_FIELD_STRING, REQ, .max = 120 },
  { "incident", WF_FIELD_ID },
  { "inside", WF_FIELD_BOOL, REQ },
  { "drawn", WF_FIELD_BOOL },                          /* the area came over the unit, and not the unit into the area */
  { "location", WF_FIELD_POINT, REQ },
  { "seen_at", WF_FIELD_TIME, REQ },                   /* when the unit was there */
  { "raised_at", WF_FIELD_TIME, REQ },
  { "alert", WF_FIELD_ENUM, REQ, .choices = wf_alerts },
  { "acknowledged_at", WF_FIELD_TIME },
  { "acknowledged_by", WF_FIELD_STRING, .max = 60 },
  { "note", WF_FIELD_TEXT, .max = 1000 },
  END
};

/* --- plans ------------------------------------------------------------------------------------------------------- */

static const WfField plan_task_fields[] = {
  { "code", WF_FIELD_ID, REQ },
  { "text", WF_FIELD_TEXT, REQ, .max = 1000 },
  { "group", WF_FIELD_STRING, REQ, .max = 120 },
  { "trigger", WF_FIELD_OBJECT, REQ, .fields = wf_trigger_fields },
  { "minutes", WF_FIELD_INT, .min = 0, .max = 525600 },        /* time allowed, from the trigger */
  { "repeat_minutes", WF_FIELD_INT, .min = 1, .max = 525600 }, /* done, it comes again after so long */
  { "returns", WF_FIELD_ENUM, .choices = wf_returns },
  { "returns_text", WF_FIELD_STRING, .max = 200 },
  { "classes", WF_FIELD_STRINGS, .max = 50 },                  /* only for these incident classes; missing: all */
  END
};

static const WfField plan_report_fields[] = {
  { "recipient", WF_FIELD_STRING, REQ, .max = 120 },
  { "phone", WF_FIELD_STRING, .max = 40 },
  { "medium", WF_FIELD_ENUM, REQ, .choices = wf_report_media },
  { "series", WF_FIELD_ENUM, REQ, .choices = wf_report_series },
  { "minutes", WF_FIELD_INT, REQ, 1, 525600 },
  { "repeat_minutes", WF_FIELD_INT, .min = 1, .max = 525600 },
  { "basis", WF_FIELD_STRING, .max = 200 },
  { "classes", WF_FIELD_STRINGS, .max = 50 },
  END
};

static const WfField plan_group_fields[] = {
  { "name", WF_FIELD_STRING, REQ, .max = 60 },
  { "lead", WF_FIELD_STRING, .max = 120 },
  { "members", WF_FIELD_STRINGS, .max = 50 },
  { "duty", WF_FIELD_TEXT, .max = 1000 },
  END
};

/* One way to a level: a number fact from min on (and not above max), or a yes/no fact that holds. */
static const WfField condition_fields[] = {
  { "fact", WF_FIELD_ID, REQ }, /* deaths, serious, missing, trapped, evacuate, or a name of "facts" */
  { "min", WF_FIELD_DOUBLE },
  { "max", WF_FIELD_DOUBLE },
  { "yes", WF_FIELD_BOOL },
  { "text", WF_FIELD_STRING, REQ, .max = 300 }, /* as the plan words it */
  { "with", WF_FIELD_ID },      /* a yes/no fact that must hold as well */
  END
};

static const WfField need_fields[] = {
  { "capability", WF_FIELD_ID },                 /* of teams, experts and units */
  { "item", WF_FIELD_STRING, .max = 120 },       /* of stock: the item's code or name */
  { "quantity", WF_FIELD_DOUBLE, .min = 0, .max = 1e9 },
  { "text", WF_FIELD_STRING, REQ, .max = 200 },
  END
};

static const WfField plan_level_fields[] = {
  { "level", WF_FIELD_INT, REQ, 1, 4 },
  { "authority", WF_FIELD_STRING, REQ, .max = 200 },      /* who may activate */
  { "proposed_by", WF_FIELD_STRING, .max = 120 },
  { "hours", WF_FIELD_INT, REQ, 1, 8760 },                /* expected duration */
  { "conditions_text", WF_FIELD_TEXT, REQ, .max = 2000 },
  { "conditions", WF_FIELD_OBJECTS, .max = 50, .fields = condition_fields },
  { "groups", WF_FIELD_STRINGS, .max = 40 },              /* names of groups at work on this level; missing: all */
  { "tasks", WF_FIELD_OBJECTS, .max = 200, .fields = plan_task_fields },
  { "reports", WF_FIELD_OBJECTS, .max = 50, .fields = plan_report_fields },
  { "needs", WF_FIELD_OBJECTS, .max = 50, .fields = need_fields },
  { "measures", WF_FIELD_TEXT, .max = 4000 },
  { "release_text", WF_FIELD_TEXT, .max = 1000 },         /* information to release */
  END
};

static const WfField fact_fields[] = {
  { "name", WF_FIELD_ID, REQ },
  { "label", WF_FIELD_STRING, REQ, .max = 120 },
  { "type", WF_FIELD_ENUM, REQ, .choices = fact_types },
  { "unit", WF_FIELD_STRING, .max = 20 },
  END
};

static const WfField filing_fields[] = {
  { "state", WF_FIELD_STRING, .max = 40 },
  { "where", WF_FIELD_STRING, .max = 120 },
  { "at", WF_FIELD_TIME },
  { "due", WF_FIELD_TIME },
  END
};

const WfField wf_plan_fields[] = {
  { "title", WF_FIELD_STRING, REQ, .max = 120 },
  { "kind", WF_FIELD_ENUM, REQ, .choices = plan_kinds }, /* common: tasks and reports of every incident, from T0 */
  { "number", WF_FIELD_STRING, .max = 60 },
  { "version", WF_FIELD_STRING, REQ, .max = 40 },
  { "issued_by", WF_FIELD_STRING, .max = 120 },
  { "issued_at", WF_FIELD_TIME },
  { "valid_from", WF_FIELD_TIME },
  { "evaluation_due", WF_FIELD_TIME },
  { "filing", WF_FIELD_OBJECT, .fields = filing_fields },
  { "classes", WF_FIELD_STRINGS, .max = 100 },
  { "headquarters_text", WF_FIELD_TEXT, .max = 2000 },
  { "facts", WF_FIELD_OBJECTS, .max = 60, .fields = fact_fields },   /* what is asked for grading */
  { "groups", WF_FIELD_OBJECTS, .max = 40, .fields = plan_group_fields },
  { "tasks", WF_FIELD_OBJECTS, .max = 100, .fields = plan_task_fields },     /* before any level */
  { "reports", WF_FIELD_OBJECTS, .max = 50, .fields = plan_report_fields },  /* before any level */
  { "levels", WF_FIELD_OBJECTS, .max = 4, .fields = plan_level_fields },
  { "lower_text", WF_FIELD_TEXT, .max = 2000 },
  { "stand_down_text", WF_FIELD_TEXT, .max = 2000 },
  { "basis", WF_FIELD_TEXT, .max = 4000 },
  END
};

/* A table that grades an incident by the worst of its numbers (decree 493, art. 3, for work-safety accidents). */
static const WfField grade_row_fields[] = {
  { "grade", WF_FIELD_ENUM, REQ, .choices = wf_grades },
  { "fact", WF_FIELD_ID, REQ },
  { "min", WF_FIELD_DOUBLE, REQ },
  END
};

static const WfField grade_table_fields[] = {
  { "title", WF_FIELD_STRING, REQ, .max = 120 },
  { "classes", WF_FIELD_STRINGS, .max = 100 }, /* class codes, or beginnings of them that end with a dot */
  { "rows", WF_FIELD_OBJECTS, REQ, .max = 100, .fields = grade_row_fields },
  { "source", WF_FIELD_STRING, .max = 200 },
  END
};

static const WfField incident_class_fields[] = {
  { "code", WF_FIELD_ID, REQ },
  { "name", WF_FIELD_STRING, REQ, .max = 120 },
  { "category", WF_FIELD_ENUM, REQ, .choices = wf_categories },
  { "pinyin", WF_FIELD_STRING, .max = 200 },
  { "source", WF_FIELD_STRING, .max = 200 },
  { "checked", WF_FIELD_BOOL },
  END
};

/* What a team, a unit or an expert can do: the names for the codes in their "capabilities" and in the plans' needs. */
static const WfField capability_fields[] = {
  { "code", WF_FIELD_ID, REQ },
  { "name", WF_FIELD_STRING, REQ, .max = 120 },
  { "pinyin", WF_FIELD_STRING, .max = 200 },
  { "source", WF_FIELD_STRING, .max = 200 },
  { "checked", WF_FIELD_BOOL },
  END
};

/* --- resources ---------------------------------------------------------------------------------------------------- */

#define COMMON_FIELDS \
  { "name", WF_FIELD_STRING, REQ, .max = 120 }, \
  { "organisation", WF_FIELD_STRING, .max = 120 }, \
  { "place", WF_FIELD_STRING, .max = 200 }, \
  { "location", WF_FIELD_POINT }, \
  { "area", WF_FIELD_STRING, .max = 200 }, \
  { "contacts", WF_FIELD_OBJECTS, .max = 20, .fields = wf_contact_fields }, \
  { "note", WF_FIELD_TEXT, .max = 4000 }, \
  { "source", WF_FIELD_STRING, .max = 200 }, \
  { "checked_at", WF_FIELD_TIME }

static const WfField team_fields[] = {
  COMMON_FIELDS,
  { "nature", WF_FIELD_ENUM, REQ, .choices = team_natures },
  { "state", WF_FIELD_ENUM, REQ, .choices = wf_team_states },
  { "capabilities", WF_FIELD_STRINGS, .max = 40 },
  { "strength", WF_FIELD_INT, .min = 0, .max = 100000 },
  { "readiness_minutes", WF_FIELD_INT, .min = 0, .max = 100000 },
  { "equipment", WF_FIELD_TEXT, .max = 2000 },
  { "vehicles", WF_FIELD_INT, .min = 0, .max = 10000 },
  { "incident", WF_FIELD_ID, CLR },          /* what it is at work for */
  END
};

static const WfField unit_fields[] = {
  COMMON_FIELDS,
  { "type", WF_FIELD_ENUM, REQ, .choices = unit_types },
  { "state", WF_FIELD_ENUM, REQ, .choices = wf_team_states },
  { "team", WF_FIELD_ID },
  { "plate", WF_FIELD_STRING, .max = 20 },
  { "crew", WF_FIELD_STRINGS, .max = 40 },
  { "capabilities", WF_FIELD_STRINGS, .max = 40 },
  { "video", WF_FIELD_STRING, .max = 500 },  /* the link's URI */
  { "view_angle", WF_FIELD_INT, .min = 1, .max = 360 }, /* of its camera, in degrees, around where it heads */
  { "incident", WF_FIELD_ID, CLR },
  { "readiness_minutes", WF_FIELD_INT, .min = 0, .max = 100000 },
  END
};

static const WfField depot_fields[] = {
  COMMON_FIELDS,
  { "tier", WF_FIELD_ENUM, REQ, .choices = depot_tiers },
  { "readiness_minutes", WF_FIELD_INT, .min = 0, .max = 100000 },
  END
};

static const WfField stock_fields[] = {
  { "depot", WF_FIELD_ID, REQ },
  { "code", WF_FIELD_STRING, .max = 20 },
  { "name", WF_FIELD_STRING, REQ, .max = 120 },
  { "unit", WF_FIELD_STRING, REQ, .max = 20 },
  { "lot", WF_FIELD_STRING, .max = 60 },
  { "quantity", WF_FIELD_DOUBLE, REQ, 0, 1e9 },
  { "reserved", WF_FIELD_DOUBLE, .min = 0, .max = 1e9 },
  { "minimum", WF_FIELD_DOUBLE, .min = 0, .max = 1e9 },
  { "made", WF_FIELD_TIME },
  { "expires", WF_FIELD_TIME },
  { "shelf", WF_FIELD_STRING, .max = 60 },
  END
};

static const WfField pool_fields[] = {
  { "name", WF_FIELD_STRING, REQ, .max = 120 },
  { "speciality", WF_FIELD_ID, REQ },
  { "contacts", WF_FIELD_OBJECTS, .max = 20, .fields = wf_contact_fields },
  END
};

static const WfField expert_fields[] = {
  COMMON_FIELDS,
  { "pool", WF_FIELD_ID, REQ },
  { "specialities", WF_FIELD_STRINGS, .max = 20 },
  { "title", WF_FIELD_STRING, .max = 60 },
  { "languages", WF_FIELD_STRINGS, .max = 10 },
  { "on_call", WF_FIELD_BOOL },
  { "state", WF_FIELD_ENUM, REQ, .choices = wf_team_states },
  { "incident", WF_FIELD_ID, CLR },
  { "readiness_minutes", WF_FIELD_INT, .min = 0, .max = 100000 },
  END
};

static const WfField hazard_source_fields[] = {
  COMMON_FIELDS,
  { "level", WF_FIELD_INT, .min = 1, .max = 4 },
  { "firm", WF_FIELD_ID },
  { "substance", WF_FIELD_STRING, .max = 120 },
  { "un_number", WF_FIELD_STRING, .max = 10 },
  { "amount_t", WF_FIELD_DOUBLE, .min = 0, .max = 1e9 },
  { "safety_data", WF_FIELD_TEXT, .max = 4000 },
  END
};

static const WfField firm_fields[] = {
  COMMON_FIELDS,
  { "credit_code", WF_FIELD_STRING, .max = 18 }, /* 统一社会信用代码, by which other centres know it */
  { "branch", WF_FIELD_STRING, .max = 60 },
  { "staff", WF_FIELD_INT, .min = 0, .max = 10000000 },
  { "plan_filed", WF_FIELD_BOOL },
  END
};

static const WfField fixed_fields[] = {
  COMMON_FIELDS,
  { "capacity", WF_FIELD_INT, .min = 0, .max = 10000000 },
  { "free", WF_FIELD_INT, .min = 0, .max = 10000000 },
  { "video", WF_FIELD_STRING, .max = 500 },
  { "heading", WF_FIELD_INT, .min = 0, .max = 359 },    /* of its camera, degrees clockwise from north */
  { "view_angle", WF_FIELD_INT, .min = 1, .max = 360 }, /* that it sees, in degrees, half of them to each side */
  { "facts", WF_FIELD_FACTS },
  END
};

static const WfField organisation_fields[] = {
  COMMON_FIELDS,
  { "credit_code", WF_FIELD_STRING, .max = 18 }, /* 统一社会信用代码, by which other centres know it */
  { "type", WF_FIELD_STRING, .max = 40 },
  { "tier", WF_FIELD_ENUM, .choices = wf_tiers }, /* what its people may do; missing: district */
  END
};

/* Who may sign in. The id is the name to sign in with; the password is nowhere in the journal. */
static const WfField user_fields[] = {
  { "name", WF_FIELD_STRING, REQ, .max = 60 },
  { "post", WF_FIELD_STRING, .max = 60 },
  { "role", WF_FIELD_ENUM, REQ, .choices = wf_roles },
  { "organisation", WF_FIELD_ID },      /* an organisation or a firm; missing: the centre itself */
  { "unit", WF_FIELD_ID },              /* with the role unit: which one */
  { "phone", WF_FIELD_STRING, .max = 40 },
  { "active", WF_FIELD_BOOL, REQ },
  { "disabled_reason", WF_FIELD_TEXT, .max = 1000 },
  END
};

static const WfField person_fields[] = {
  { "name", WF_FIELD_STRING, REQ, .max = 60 },
  { "post", WF_FIELD_STRING, .max = 60 },
  { "organisation", WF_FIELD_STRING, .max = 120 },
  { "phone", WF_FIELD_STRING, .max = 40 },
  { "mobile", WF_FIELD_STRING, .max = 40 },
  { "plan_role", WF_FIELD_STRING, .max = 120 },
  END
};

static const WfField shift_post_fields[] = {
  { "post", WF_FIELD_STRING, REQ, .max = 60 },
  { "person", WF_FIELD_STRING, REQ, .max = 60 },
  { "phone", WF_FIELD_STRING, .max = 40 },
  END
};

static const WfField shift_fields[] = {
  { "starts", WF_FIELD_TIME, REQ },
  { "ends", WF_FIELD_TIME, REQ },
  { "posts", WF_FIELD_OBJECTS, REQ, .max = 40, .fields = shift_post_fields },
  END
};

/* One a scope, with the id "centre". */
static const WfField centre_fields[] = {
  { "name", WF_FIELD_STRING, REQ, .max = 120 },
  { "district", WF_FIELD_STRING, .max = 60 },
  { "adcode", WF_FIELD_STRING, .max = 12 },
  { "south_west", WF_FIELD_POINT },
  { "north_east", WF_FIELD_POINT },
  { "location", WF_FIELD_POINT },
  { "phone", WF_FIELD_STRING, .max = 40 },
  { "demonstration", WF_FIELD_BOOL },
  END
};

/* How long positions of a type of unit are good for; the type is the id. What has no setting has the rules' own. */
static const WfField telemetry_fields[] = {
  { "name", WF_FIELD_STRING, .max = 120 },
  { "stale_seconds", WF_FIELD_INT, REQ, 1, 86400 },
  { "note", WF_FIELD_TEXT, .max = 1000 },
  END
};

/* How far the track of a unit is sealed; the unit is the id. */
static const WfField track_fields[] = {
  { "until", WF_FIELD_TIME, REQ },
  { "points", WF_FIELD_INT, REQ, 1, 1e9 },
  { "digest", WF_FIELD_DIGEST, REQ },
  END
};

static const WfField exercise_fields[] = {
  { "name", WF_FIELD_STRING, REQ, .max = 120 },
  { "state", WF_FIELD_ENUM, REQ, .choices = exercise_states },
  { "base_number", WF_FIELD_INT, .min = 0 , .max = 9e15 }, /* number of live that it starts from */
  { "clock_real", WF_FIELD_TIME },   /* when the clock was last set, in real time */
  { "clock_scope", WF_FIELD_TIME },  /* what it showed then */
  { "clock_rate", WF_FIELD_DOUBLE, .min = 0, .max = 3600 },
  { "opened_at", WF_FIELD_TIME },
  { "ended_at", WF_FIELD_TIME },
  END
};

static const WfKind kinds[] = {
  { "incident", NULL, FALSE, FALSE, incident_fields },
  { "task", "incident", FALSE, FALSE, task_fields },
  { "report", "incident", FALSE, FALSE, report_fields },
  { "order", "incident", FALSE, FALSE, order_fields },
  { "reservation", "incident", FALSE, FALSE, reservation_fields },
  { "log", "incident", FALSE, FALSE, log_fields },
  { "medium", "incident", FALSE, FALSE, medium_fields },
  { "plot", "incident", FALSE, FALSE, plot_fields },
  { "crossing", "incident", FALSE, FALSE, crossing_fields, .passing = TRUE },
  { "exercise", NULL, FALSE, FALSE, exercise_fields },
  { "user", NULL, FALSE, FALSE, user_fields, .audience = "administrator" },
  { "track", NULL, FALSE, FALSE, track_fields, .passing = TRUE },
  { "telemetry", NULL, FALSE, TRUE, telemetry_fields },
  { "plan", NULL, FALSE, TRUE, wf_plan_fields },
  { "grade_table", NULL, FALSE, TRUE, grade_table_fields },
  { "incident_class", NULL, FALSE, TRUE, incident_class_fields },
  { "capability", NULL, FALSE, TRUE, capability_fields },
  { "centre", NULL, FALSE, TRUE, centre_fields },
  { "shift", NULL, FALSE, TRUE, shift_fields },
  { "person", NULL, FALSE, TRUE, person_fields },
  { "organisation", NULL, FALSE, TRUE, organisation_fields },
  { "team", NULL, TRUE, TRUE, team_fields },
  { "unit", NULL, TRUE, TRUE, unit_fields },
  { "depot", NULL, TRUE, TRUE, depot_fields },
  { "stock", "depot", TRUE, TRUE, stock_fields },
  { "pool", NULL, TRUE, TRUE, pool_fields },
  { "expert", "pool", TRUE, TRUE, expert_fields },
  { "hazard_source", "firm", TRUE, TRUE, hazard_source_fields },
  { "firm", NULL, TRUE, TRUE, firm_fields },
  { "shelter", NULL, TRUE, TRUE, fixed_fields },
  { "hospital", NULL, TRUE, TRUE, fixed_fields },
  { "fire_station", NULL, TRUE, TRUE, fixed_fields },
  { "water_source", NULL, TRUE, TRUE, fixed_fields },
  { "helipad", NULL, TRUE, TRUE, fixed_fields },
  { "watchtower", NULL, TRUE, TRUE, fixed_fields },
  { "camera", NULL, TRUE, TRUE, fixed_fields },
  { "flood_section", NULL, TRUE, TRUE, fixed_fields },
  { "reservoir", NULL, TRUE, TRUE, fixed_fields },
  { "loudspeaker", NULL, TRUE, TRUE, fixed_fields },
};

/**
 * wf_kind_lookup:
 * @name: a kind's name
 *
 * Returns: (transfer none) (nullable): the kind, or %NULL if there is none of that name
 */
const WfKind *
wf_kind_lookup (const char *name)
{
  g_return_val_if_fail (name != NULL, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (wf_same_text (kinds[i].name, name))
      return &kinds[i];

  return NULL;
}

/**
 * wf_kind_all:
 * @n: (out): how many
 *
 * Returns: (transfer none) (array length=n): all kinds
 */
const WfKind *
wf_kind_all (guint *n)
{
  *n = G_N_ELEMENTS (kinds);
  return kinds;
}
