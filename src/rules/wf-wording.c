/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-rules"

#include "config.h"

#include "wf-wording.h"

#include "wf-time.h"

#include <glib/gi18n.h>
#include <string.h>

typedef struct
{
  const char *field;
  const char *value;
  const char *word;
} Word;

/* The first row that fits is taken: a row of the very field, else one of the bare name after its dot, else any of the value. */
static const Word words[] = {
  { "incident.state", "reported", N_("reported") },
  { "incident.state", "verified", N_("verified") },
  { "incident.state", "graded", N_("assessed") },
  { "incident.state", "responding", N_("responding") },
  { "incident.state", "controlled", N_("under control") },
  { "incident.state", "stood_down", N_("stood down") },
  { "incident.state", "reviewed", N_("reviewed") },
  { "incident.state", "archived", N_("archived") },
  { "incident.state", "false_report", N_("false report") },
  { "incident.state", "merged", N_("merged") },

  { "category", "natural", N_("natural disaster") },
  { "category", "accident", N_("accident") },
  { "category", "health", N_("public health event") },
  { "category", "security", N_("social security event") },

  { "grade", "ordinary", N_("ordinary") },
  { "grade", "larger", N_("larger") },
  { "grade", "major", N_("major") },
  { "grade", "extraordinary", N_("extraordinary") },

  { "outcome", "true", N_("true") },
  { "outcome", "partly", N_("partly true") },
  { "outcome", "false", N_("false report") },
  { "outcome", "duplicate", N_("reported before") },

  { "task.state", "open", N_("open") },
  { "task.state", "acknowledged", N_("acknowledged") },
  { "task.state", "done", N_("done") },
  { "task.state", "struck", N_("struck") },

  { "returns", "none", N_("nothing") },
  { "returns", "text", N_("text") },
  { "returns", "pair", N_("due and done") },
  { "returns", "photo", N_("photo") },
  { "returns", "place", N_("place") },
  { "returns", "signature", N_("signature") },

  { "trigger", "t0", N_("from the report on") },
  { "trigger", "activation", N_("from activation on") },
  { "trigger", "level", N_("when the level is reached") },
  { "trigger", "after", N_("after another task") },
  { "trigger", "event", N_("when something happens") },
  { "trigger", "manual", N_("by hand") },

  { "order.kind", "directive", N_("directive") },
  { "order.kind", "dispatch", N_("dispatch") },
  { "order.kind", "agreement", N_("request under agreement") },
  { "order.kind", "army_request", N_("request to the forces") },
  { "order.kind", "reinforcement", N_("request for reinforcement") },
  { "order.kind", "requisition", N_("requisition") },

  { "order.state", "proposed", N_("proposed") },
  { "order.state", "ordered", N_("ordered") },
  { "order.state", "acknowledged", N_("acknowledged") },
  { "order.state", "under_way", N_("under way") },
  { "order.state", "on_scene", N_("on scene") },
  { "order.state", "working", N_("working") },
  { "order.state", "released", N_("released") },
  { "order.state", "back", N_("back") },
  { "order.state", "refused", N_("refused") },
  { "order.state", "recalled", N_("recalled") },

  { "report.state", "due", N_("due") },
  { "report.state", "sent", N_("sent") },
  { "report.state", "struck", N_("struck") },
  { "medium", "phone", N_("by telephone") },
  { "medium", "written", N_("in writing") },
  { "series", "first", N_("first report") },
  { "series", "followup", N_("follow-up report") },
  { "series", "final", N_("final report") },

  { "force.state", "standby", N_("standing by") },
  { "force.state", "called_out", N_("called out") },
  { "force.state", "under_way", N_("under way") },
  { "force.state", "on_scene", N_("on scene") },
  { "force.state", "working", N_("working") },
  { "force.state", "withdrawing", N_("withdrawing") },
  { "force.state", "resting", N_("resting") },
  { "force.state", "out_of_service", N_("out of service") },

  { "log.kind", "call", N_("call") },
  { "log.kind", "report", N_("report to above") },
  { "log.kind", "instruction", N_("leader’s instruction") },
  { "log.kind", "roll_call", N_("roll call") },
  { "log.kind", "video_check", N_("video check") },
  { "log.kind", "urgent", N_("urgent document") },
  { "log.kind", "patrol", N_("patrol") },
  { "log.kind", "note", N_("other") },

  { "way", "phone", N_("phone") },
  { "way", "in_person", N_("in person") },
  { "way", "written", N_("written") },
  { "way", "system", N_("by the system") },

  { "nature", "national", N_("national") },
  { "nature", "professional", N_("professional") },
  { "nature", "reserve", N_("armed-forces reserve") },
  { "nature", "firm", N_("firm’s") },
  { "nature", "social", N_("social") },

  { "tier", "district", N_("district store") },
  { "tier", "township", N_("township store") },
  { "tier", "commercial", N_("commercial reserve") },
  { "tier", "capacity", N_("production capacity") },
  { "tier", "social", N_("social reserve") },

  { "unit.type", "command", N_("command vehicle") },
  { "unit.type", "rescue", N_("rescue vehicle") },
  { "unit.type", "gas_analysis", N_("gas-analysis vehicle") },
  { "unit.type", "generator", N_("generator vehicle") },
  { "unit.type", "supply", N_("supply vehicle") },
  { "unit.type", "drone", N_("drone") },
  { "unit.type", "body_camera", N_("body camera") },
  { "unit.type", "fire_engine", N_("fire engine") },
  { "unit.type", "ambulance", N_("ambulance") },

  { "plan.kind", "common", N_("common procedure") },
  { "plan.kind", "general", N_("general plan") },
  { "plan.kind", "special", N_("special plan") },
  { "plan.kind", "department", N_("department’s plan") },
  { "plan.kind", "firm", N_("firm’s plan") },

  { "reservation.state", "held", N_("held") },
  { "reservation.state", "ordered", N_("ordered") },
  { "reservation.state", "released", N_("let go") },

  { "exercise.state", "prepared", N_("prepared") },
  { "exercise.state", "running", N_("running") },
  { "exercise.state", "paused", N_("paused") },
  { "exercise.state", "ended", N_("ended") },

  { "fact", "deaths", N_("deaths") },
  { "fact", "missing", N_("missing") },
  { "fact", "trapped", N_("trapped") },
  { "fact", "serious", N_("serious injuries") },
  { "fact", "light", N_("light injuries") },
  { "fact", "at_risk", N_("people at risk") },
  { "fact", "loss_yuan", N_("direct loss in yuan") },
  { "fact", "evacuate", N_("people to evacuate") },
};

/* Kinds of forces share their states. */
static const char *
shared_name (const char *field)
{
  if (strcmp (field, "team.state") == 0 || strcmp (field, "unit.state") == 0 || strcmp (field, "expert.state") == 0 ||
      strcmp (field, "force_state") == 0)
    return "force.state";
  if (strcmp (field, "step") == 0)
    return "order.state";
  if (strcmp (field, "trigger.on") == 0 || strcmp (field, "basis") == 0)
    return "trigger";

  return field;
}

static const char *
find_word (const char *field,
           const char *value)
{
  for (gsize i = 0; i < G_N_ELEMENTS (words); i++)
    if ((field == NULL || strcmp (words[i].field, field) == 0) && strcmp (words[i].value, value) == 0)
      return _(words[i].word);

  return NULL;
}

/**
 * wf_wording_value:
 * @field: the field that it stands in, best with its kind (`order.state`), because the same value may be another word
 *   elsewhere
 * @value: a value of an enumeration
 *
 * Returns: (transfer none): the word for it, or @value itself where there is none
 */
const char *
wf_wording_value (const char *field,
                  const char *value)
{
  g_return_val_if_fail (field != NULL, value);

  if (value == NULL)
    return "";

  field = shared_name (field);

  const char *word = find_word (field, value);
  const char *dot = strrchr (field, '.');

  if (word == NULL && dot != NULL)
    word = find_word (dot + 1, value);
  if (word == NULL && strcmp (field, "fact") != 0)
    word = find_word (NULL, value);

  return word != NULL ? word : value;
}

static const struct
{
  const char *kind;
  const char *word;
} kinds[] = {
  { "incident", N_("Incident") },
  { "task", N_("Task") },
  { "report", N_("Report") },
  { "order", N_("Order") },
  { "reservation", N_("Reservation") },
  { "log", N_("Log entry") },
  { "medium", N_("Picture or recording") },
  { "exercise", N_("Exercise") },
  { "plan", N_("Plan") },
  { "grade_table", N_("Grade table") },
  { "incident_class", N_("Incident class") },
  { "capability", N_("Capability") },
  { "centre", N_("Command centre") },
  { "shift", N_("Shift") },
  { "person", N_("Person") },
  { "organisation", N_("Organisation") },
  { "team", N_("Team") },
  { "unit", N_("Mobile unit") },
  { "depot", N_("Depot") },
  { "stock", N_("Stock") },
  { "pool", N_("Expert pool") },
  { "expert", N_("Expert") },
  { "hazard_source", N_("Major hazard source") },
  { "firm", N_("Firm") },
  { "shelter", N_("Shelter") },
  { "hospital", N_("Hospital") },
  { "fire_station", N_("Fire station") },
  { "water_source", N_("Water source") },
  { "helipad", N_("Helipad") },
  { "watchtower", N_("Watchtower") },
  { "camera", N_("Camera") },
  { "flood_section", N_("Flood-risk section") },
  { "reservoir", N_("Reservoir") },
  { "loudspeaker", N_("Loudspeaker") },
};

/**
 * wf_wording_kind:
 * @kind: a kind of thing
 *
 * Returns: (transfer none): the word for it, or @kind itself where there is none
 */
const char *
wf_wording_kind (const char *kind)
{
  g_return_val_if_fail (kind != NULL, "");

  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (strcmp (kinds[i].kind, kind) == 0)
      return _(kinds[i].word);

  return kind;
}

/**
 * wf_wording_level:
 * @level: 1 (highest) to 4, or 0
 *
 * Returns: (transfer none): the response level in words
 */
const char *
wf_wording_level (int level)
{
  switch (level)
    {
    case 1:
      return _("Level I");
    case 2:
      return _("Level II");
    case 3:
      return _("Level III");
    case 4:
      return _("Level IV");
    default:
      return _("no response");
    }
}

/**
 * wf_wording_level_glyph:
 * @level: 1 (highest) to 4, or 0
 *
 * Returns: (transfer none): the response level in the least room; empty for none
 */
const char *
wf_wording_level_glyph (int level)
{
  switch (level)
    {
    case 1:
      return C_("response level", "I");
    case 2:
      return C_("response level", "II");
    case 3:
      return C_("response level", "III");
    case 4:
      return C_("response level", "IV");
    default:
      return "";
    }
}

/**
 * wf_wording_casualties:
 * @casualties: (nullable): counts
 *
 * Returns: (transfer full): the counts in words
 */
char *
wf_wording_casualties (GVariant *casualties)
{
  if (casualties == NULL)
    return g_strdup (_("casualties being verified"));

  return g_strdup_printf (_("dead %d · serious %d (poisoning included) · light %d · missing %d · trapped %d"),
                          (int) wf_dict_int (casualties, "deaths", 0),
                          (int) wf_dict_int (casualties, "serious", 0),
                          (int) wf_dict_int (casualties, "light", 0),
                          (int) wf_dict_int (casualties, "missing", 0),
                          (int) wf_dict_int (casualties, "trapped", 0));
}

/**
 * wf_wording_evacuation:
 * @evacuation: (nullable): counts
 *
 * Returns: (transfer full): the counts in words
 */
char *
wf_wording_evacuation (GVariant *evacuation)
{
  if (evacuation == NULL)
    return g_strdup (_("evacuation being verified"));

  g_autoptr (GString) text = g_string_new (NULL);

  g_string_printf (text, _("to evacuate %d · evacuated %d"),
                   (int) wf_dict_int (evacuation, "due", 0), (int) wf_dict_int (evacuation, "done", 0));
  if (wf_dict_has (evacuation, "refused"))
    g_string_append_printf (text, _(" · refused %d"), (int) wf_dict_int (evacuation, "refused", 0));
  if (wf_dict_has (evacuation, "need_help"))
    g_string_append_printf (text, _(" · need help %d"), (int) wf_dict_int (evacuation, "need_help", 0));

  return g_steal_pointer (&text->str);
}

/**
 * wf_wording_span:
 * @milliseconds: a length of time
 *
 * Returns: (transfer full): it in words, to the minute (below a minute, to the second)
 */
char *
wf_wording_span (int64_t milliseconds)
{
  int64_t length = ABS (milliseconds);
  int minutes = (int) (length / WF_MINUTE % 60);
  int hours = (int) (length / WF_HOUR % 24);
  int days = (int) MIN (length / WF_DAY, G_MAXINT);

  if (days > 0)
    return g_strdup_printf (_("%d d %d h"), days, hours);
  if (hours > 0)
    return g_strdup_printf (_("%d h %d min"), hours, minutes);
  if (minutes > 0)
    return g_strdup_printf (_("%d min"), minutes);

  return g_strdup_printf (_("%d s"), (int) (length / WF_SECOND));
}

/* Below an hour seconds count. */
static char *
fine_span (int64_t length)
{
  int minutes = (int) (length / WF_MINUTE);
  int seconds = (int) (length / WF_SECOND % 60);

  if (length >= WF_HOUR || minutes == 0)
    return wf_wording_span (length);

  return g_strdup_printf (_("%d min %d s"), minutes, seconds);
}

/**
 * wf_wording_clock:
 * @due: a deadline; 0 for none
 * @now: the time, on the same clock
 *
 * Returns: (transfer full): how much is left, or by how much it is over; empty for none
 */
char *
wf_wording_clock (int64_t due,
                  int64_t now)
{
  if (due == 0)
    return g_strdup ("");

  g_autofree char *span = fine_span (ABS (due - now));

  return g_strdup_printf (now <= due ? _("%s left") : _("%s over"), span);
}
