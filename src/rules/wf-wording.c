/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-rules"

#include "config.h"

#include "wf-wording.h"

#include "wf-attention.h"
#include "wf-time.h"

#include <glib/gi18n.h>
#include <string.h>

/* So many of the items that a depot is out of are named. */
#define MOST_USED_UP 3

typedef struct
{
  const char *field;
  const char *value;
  const char *word;
} Word;

/* The field is the translation's context, because the same word may be another elsewhere. The first row that fits is taken:
 * a row of the very field, else one of the bare name after its dot, else any of the value. */
static const Word words[] = {
  { "incident.state", "reported", NC_ ("incident.state", "reported") },
  { "incident.state", "verified", NC_ ("incident.state", "verified") },
  { "incident.state", "graded", NC_ ("incident.state", "assessed") },
  { "incident.state", "responding", NC_ ("incident.state", "responding") },
  { "incident.state", "controlled", NC_ ("incident.state", "under control") },
  { "incident.state", "stood_down", NC_ ("incident.state", "stood down") },
  { "incident.state", "reviewed", NC_ ("incident.state", "reviewed") },
  { "incident.state", "archived", NC_ ("incident.state", "archived") },
  { "incident.state", "false_report", NC_ ("incident.state", "false report") },
  { "incident.state", "merged", NC_ ("incident.state", "merged") },

  { "category", "natural", NC_ ("category", "natural disaster") },
  { "category", "accident", NC_ ("category", "accident") },
  { "category", "health", NC_ ("category", "public health event") },
  { "category", "security", NC_ ("category", "social security event") },

  { "grade", "ordinary", NC_ ("grade", "ordinary") },
  { "grade", "larger", NC_ ("grade", "larger") },
  { "grade", "major", NC_ ("grade", "major") },
  { "grade", "extraordinary", NC_ ("grade", "extraordinary") },

  { "outcome", "true", NC_ ("outcome", "true") },
  { "outcome", "partly", NC_ ("outcome", "partly true") },
  { "outcome", "false", NC_ ("outcome", "false report") },
  { "outcome", "duplicate", NC_ ("outcome", "reported before") },

  { "task.state", "open", NC_ ("task.state", "open") },
  { "task.state", "acknowledged", NC_ ("task.state", "acknowledged") },
  { "task.state", "done", NC_ ("task.state", "done") },
  { "task.state", "struck", NC_ ("task.state", "struck") },

  { "returns", "none", NC_ ("returns", "nothing") },
  { "returns", "text", NC_ ("returns", "text") },
  { "returns", "pair", NC_ ("returns", "due and done") },
  { "returns", "photo", NC_ ("returns", "photo") },
  { "returns", "place", NC_ ("returns", "place") },
  { "returns", "signature", NC_ ("returns", "signature") },

  { "trigger", "t0", NC_ ("trigger", "from the report on") },
  { "trigger", "activation", NC_ ("trigger", "from activation on") },
  { "trigger", "level", NC_ ("trigger", "when the level is reached") },
  { "trigger", "after", NC_ ("trigger", "after another task") },
  { "trigger", "event", NC_ ("trigger", "when something happens") },
  { "trigger", "manual", NC_ ("trigger", "by hand") },

  { "order.kind", "directive", NC_ ("order.kind", "directive") },
  { "order.kind", "dispatch", NC_ ("order.kind", "dispatch") },
  { "order.kind", "agreement", NC_ ("order.kind", "request under agreement") },
  { "order.kind", "army_request", NC_ ("order.kind", "request to the forces") },
  { "order.kind", "reinforcement", NC_ ("order.kind", "request for reinforcement") },
  { "order.kind", "requisition", NC_ ("order.kind", "requisition") },

  { "order.state", "proposed", NC_ ("order.state", "proposed") },
  { "order.state", "ordered", NC_ ("order.state", "ordered") },
  { "order.state", "acknowledged", NC_ ("order.state", "acknowledged") },
  { "order.state", "under_way", NC_ ("order.state", "under way") },
  { "order.state", "on_scene", NC_ ("order.state", "on scene") },
  { "order.state", "working", NC_ ("order.state", "working") },
  { "order.state", "released", NC_ ("order.state", "released") },
  { "order.state", "back", NC_ ("order.state", "back") },
  { "order.state", "refused", NC_ ("order.state", "refused") },
  { "order.state", "recalled", NC_ ("order.state", "recalled") },

  { "report.state", "due", NC_ ("report.state", "due") },
  { "report.state", "sent", NC_ ("report.state", "sent") },
  { "report.state", "struck", NC_ ("report.state", "struck") },
  { "medium", "phone", NC_ ("medium", "by telephone") },
  { "medium", "written", NC_ ("medium", "in writing") },
  { "series", "first", NC_ ("series", "first report") },
  { "series", "followup", NC_ ("series", "follow-up report") },
  { "series", "final", NC_ ("series", "final report") },

  { "force.state", "standby", NC_ ("force.state", "standing by") },
  { "force.state", "called_out", NC_ ("force.state", "called out") },
  { "force.state", "under_way", NC_ ("force.state", "under way") },
  { "force.state", "on_scene", NC_ ("force.state", "on scene") },
  { "force.state", "working", NC_ ("force.state", "working") },
  { "force.state", "withdrawing", NC_ ("force.state", "withdrawing") },
  { "force.state", "resting", NC_ ("force.state", "resting") },
  { "force.state", "out_of_service", NC_ ("force.state", "out of service") },

  { "log.kind", "call", NC_ ("log.kind", "call") },
  { "log.kind", "report", NC_ ("log.kind", "report to above") },
  { "log.kind", "instruction", NC_ ("log.kind", "leader’s instruction") },
  { "log.kind", "roll_call", NC_ ("log.kind", "roll call") },
  { "log.kind", "video_check", NC_ ("log.kind", "video check") },
  { "log.kind", "urgent", NC_ ("log.kind", "urgent document") },
  { "log.kind", "patrol", NC_ ("log.kind", "patrol") },
  { "log.kind", "note", NC_ ("log.kind", "other") },

  { "way", "phone", NC_ ("way", "phone") },
  { "way", "in_person", NC_ ("way", "in person") },
  { "way", "written", NC_ ("way", "written") },
  { "way", "system", NC_ ("way", "by the system") },

  { "role", "viewer", NC_ ("role", "viewer") },
  { "role", "duty_officer", NC_ ("role", "duty officer") },
  { "role", "operator", NC_ ("role", "operator") },
  { "role", "commander", NC_ ("role", "commander") },
  { "role", "drill_coordinator", NC_ ("role", "drill coordinator") },
  { "role", "administrator", NC_ ("role", "administrator") },
  { "role", "unit", NC_ ("role", "unit") },
  { "role", "desk", NC_ ("role", "whole desk") },

  { "nature", "national", NC_ ("nature", "national") },
  { "nature", "professional", NC_ ("nature", "professional") },
  { "nature", "reserve", NC_ ("nature", "armed-forces reserve") },
  { "nature", "firm", NC_ ("nature", "firm’s") },
  { "nature", "social", NC_ ("nature", "social") },

  { "tier", "district", NC_ ("tier", "district store") },
  { "tier", "township", NC_ ("tier", "township store") },
  { "tier", "commercial", NC_ ("tier", "commercial reserve") },
  { "tier", "capacity", NC_ ("tier", "production capacity") },
  { "tier", "social", NC_ ("tier", "social reserve") },

  { "unit.type", "command", NC_ ("unit.type", "command vehicle") },
  { "unit.type", "rescue", NC_ ("unit.type", "rescue vehicle") },
  { "unit.type", "gas_analysis", NC_ ("unit.type", "gas-analysis vehicle") },
  { "unit.type", "generator", NC_ ("unit.type", "generator vehicle") },
  { "unit.type", "supply", NC_ ("unit.type", "supply vehicle") },
  { "unit.type", "drone", NC_ ("unit.type", "drone") },
  { "unit.type", "body_camera", NC_ ("unit.type", "body camera") },
  { "unit.type", "fire_engine", NC_ ("unit.type", "fire engine") },
  { "unit.type", "ambulance", NC_ ("unit.type", "ambulance") },

  { "quantity", "air_pressure", NC_ ("quantity", "air pressure") },
  { "quantity", "ammonia", NC_ ("quantity", "ammonia") },
  { "quantity", "camera_bearing", NC_ ("quantity", "camera looks towards") },
  { "quantity", "camera_tilt", NC_ ("quantity", "camera tilt") },
  { "quantity", "camera_view", NC_ ("quantity", "camera's angle of view") },
  { "quantity", "carbon_monoxide", NC_ ("quantity", "carbon monoxide") },
  { "quantity", "chlorine", NC_ ("quantity", "chlorine") },
  { "quantity", "combustible_gas", NC_ ("quantity", "combustible gas") },
  { "quantity", "flow", NC_ ("quantity", "flow") },
  { "quantity", "humidity", NC_ ("quantity", "humidity") },
  { "quantity", "hydrogen_sulfide", NC_ ("quantity", "hydrogen sulfide") },
  { "quantity", "oxygen", NC_ ("quantity", "oxygen") },
  { "quantity", "rain", NC_ ("quantity", "rain") },
  { "quantity", "temperature", NC_ ("quantity", "temperature") },
  { "quantity", "tank_level", NC_ ("quantity", "tank level") },
  { "quantity", "tank_pressure", NC_ ("quantity", "tank pressure") },
  { "quantity", "water_level", NC_ ("quantity", "water level") },
  { "quantity", "wind_from", NC_ ("quantity", "wind from") },
  { "quantity", "wind_speed", NC_ ("quantity", "wind speed") },

  { "plan.kind", "common", NC_ ("plan.kind", "common procedure") },
  { "plan.kind", "general", NC_ ("plan.kind", "general plan") },
  { "plan.kind", "special", NC_ ("plan.kind", "special plan") },
  { "plan.kind", "department", NC_ ("plan.kind", "department’s plan") },
  { "plan.kind", "firm", NC_ ("plan.kind", "firm’s plan") },

  { "reservation.state", "held", NC_ ("reservation.state", "held") },
  { "reservation.state", "ordered", NC_ ("reservation.state", "ordered") },
  { "reservation.state", "released", NC_ ("reservation.state", "let go") },

  { "exercise.state", "prepared", NC_ ("exercise.state", "prepared") },
  { "exercise.state", "running", NC_ ("exercise.state", "running") },
  { "exercise.state", "paused", NC_ ("exercise.state", "paused") },
  { "exercise.state", "ended", NC_ ("exercise.state", "ended") },

  { "plot.type", "point", NC_ ("plot.type", "mark") },
  { "plot.type", "line", NC_ ("plot.type", "line") },
  { "plot.type", "polygon", NC_ ("plot.type", "area") },
  { "plot.type", "circle", NC_ ("plot.type", "circle") },
  { "plot.type", "arrow", NC_ ("plot.type", "arrow") },
  { "plot.type", "fire_line", NC_ ("plot.type", "fire line") },
  { "plot.type", "cordon", NC_ ("plot.type", "cordon") },
  { "plot.type", "danger_zone", NC_ ("plot.type", "danger zone") },
  { "plot.type", "evacuation_route", NC_ ("plot.type", "evacuation route") },
  { "plot.type", "staging_area", NC_ ("plot.type", "staging area") },
  { "plot.type", "text", NC_ ("plot.type", "text") },
  { "plot.type", "range_ring", NC_ ("plot.type", "range ring") },

  { "danger", "high", NC_ ("danger", "heavy danger") },
  { "danger", "medium", NC_ ("danger", "medium danger") },
  { "danger", "low", NC_ ("danger", "light danger") },
  { "danger", "safe", NC_ ("danger", "safe") },

  { "fact", "deaths", NC_ ("fact", "deaths") },
  { "fact", "missing", NC_ ("fact", "missing") },
  { "fact", "trapped", NC_ ("fact", "trapped") },
  { "fact", "serious", NC_ ("fact", "serious injuries") },
  { "fact", "light", NC_ ("fact", "light injuries") },
  { "fact", "at_risk", NC_ ("fact", "people at risk") },
  { "fact", "loss_yuan", NC_ ("fact", "direct loss in yuan") },
  { "fact", "evacuate", NC_ ("fact", "people to evacuate") },
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
      return g_dpgettext2 (GETTEXT_PACKAGE, words[i].field, words[i].word);

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
  { "incident", NC_ ("kind", "Incident") },
  { "task", NC_ ("kind", "Task") },
  { "report", NC_ ("kind", "Report") },
  { "order", NC_ ("kind", "Order") },
  { "reservation", NC_ ("kind", "Reservation") },
  { "log", NC_ ("kind", "Log entry") },
  { "medium", NC_ ("kind", "Picture or recording") },
  { "plot", NC_ ("kind", "Drawing") },
  { "crossing", NC_ ("kind", "Crossing") },
  { "exercise", NC_ ("kind", "Exercise") },
  { "plan", NC_ ("kind", "Plan") },
  { "grade_table", NC_ ("kind", "Grade table") },
  { "incident_class", NC_ ("kind", "Incident class") },
  { "capability", NC_ ("kind", "Capability") },
  { "centre", NC_ ("kind", "Command centre") },
  { "shift", NC_ ("kind", "Shift") },
  { "person", NC_ ("kind", "Person") },
  { "user", NC_ ("kind", "Account") },
  { "organisation", NC_ ("kind", "Organisation") },
  { "team", NC_ ("kind", "Team") },
  { "unit", NC_ ("kind", "Mobile unit") },
  { "depot", NC_ ("kind", "Depot") },
  { "stock", NC_ ("kind", "Stock") },
  { "pool", NC_ ("kind", "Expert pool") },
  { "expert", NC_ ("kind", "Expert") },
  { "hazard_source", NC_ ("kind", "Major hazard source") },
  { "firm", NC_ ("kind", "Firm") },
  { "shelter", NC_ ("kind", "Shelter") },
  { "hospital", NC_ ("kind", "Hospital") },
  { "fire_station", NC_ ("kind", "Fire station") },
  { "water_source", NC_ ("kind", "Water source") },
  { "helipad", NC_ ("kind", "Helipad") },
  { "watchtower", NC_ ("kind", "Watchtower") },
  { "camera", NC_ ("kind", "Camera") },
  { "flood_section", NC_ ("kind", "Flood-risk section") },
  { "reservoir", NC_ ("kind", "Reservoir") },
  { "loudspeaker", NC_ ("kind", "Loudspeaker") },
  { "telemetry", NC_ ("kind", "Position setting") },
  { "track", NC_ ("kind", "Track") },
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
      return g_dpgettext2 (GETTEXT_PACKAGE, "kind", kinds[i].word);

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
 * wf_wording_attention:
 * @state: a state
 * @scope: a scope
 * @thing: a resource
 *
 * Returns: (transfer full) (nullable): why whoever wants to use @thing should look at it first; %NULL for no reason
 */
char *
wf_wording_attention (WfState    *state,
                      const char *scope,
                      WfEntity   *thing)
{
  g_autoptr (GPtrArray) items = NULL;

  if (wf_rules_is_full (thing))
    return g_strdup (C_("shelter", "full"));
  if (strcmp (wf_entity_kind (thing), "depot") == 0)
    items = wf_rules_used_up (state, scope, wf_entity_id (thing));
  if (items == NULL)
    return NULL;

  if (items->len > MOST_USED_UP)
    {
      guint more = items->len - MOST_USED_UP;

      g_ptr_array_set_size (items, MOST_USED_UP);
      g_ptr_array_add (items, g_strdup_printf (g_dngettext (NULL, "%u more item", "%u more items", more), more));
    }
  g_ptr_array_add (items, NULL);

  g_autofree char *list = g_strjoinv (C_("list", ", "), (char **) items->pdata);

  /* TRANSLATORS: of a depot; after it the names of what it should have */
  return g_strdup_printf (_("nothing left of %s"), list);
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
    return g_strdup_printf (C_("span", "%d d %d h"), days, hours);
  if (hours > 0)
    return g_strdup_printf (C_("span", "%d h %d min"), hours, minutes);
  if (minutes > 0)
    return g_strdup_printf (C_("span", "%d min"), minutes);

  return g_strdup_printf (C_("span", "%d s"), (int) (length / WF_SECOND));
}

/* Below an hour seconds count. */
static char *
fine_span (int64_t length)
{
  int minutes = (int) (length / WF_MINUTE);
  int seconds = (int) (length / WF_SECOND % 60);

  if (length >= WF_HOUR || minutes == 0)
    return wf_wording_span (length);

  return g_strdup_printf (C_("span", "%d min %d s"), minutes, seconds);
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
