/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-rules"

#include "config.h"

#include "wf-wording.h"

#include <glib/gi18n.h>
#include <string.h>

/* Words for what somebody wanted, and for its fields. */

static const struct
{
  const char *type;
  const char *word;
} commands[] = {
  { "approval.sign", N_("Sign an approval") },
  { "crossing.acknowledge", N_("Acknowledge a crossing") },
  { "incident.archive", N_("Archive the incident") },
  { "incident.casualties", N_("Casualties") },
  { "incident.control", N_("Under control") },
  { "incident.correct", N_("Correct the report") },
  { "incident.evacuation", N_("Evacuation") },
  { "incident.facts", N_("Facts") },
  { "incident.grade", N_("Judge grade and level") },
  { "incident.headquarters", N_("Headquarters on scene") },
  { "incident.report", N_("Take a report") },
  { "incident.review", N_("Review") },
  { "incident.step_back", N_("Go a step back") },
  { "incident.supplement", N_("Add a supplement") },
  { "incident.verify", N_("Verify the report") },
  { "incident.wind", N_("Wind") },
  { "log.add", N_("Log entry") },
  { "log.strike", N_("Strike a log entry") },
  { "medium.attach", N_("Attach a picture or recording") },
  { "order.issue", N_("Order forces") },
  { "order.step", N_("Report a step of an order") },
  { "plot.change", N_("Change what is drawn on the map") },
  { "plot.draw", N_("Draw on the map") },
  { "plot.restore", N_("Take back the striking of a drawing") },
  { "plot.strike", N_("Strike a drawing") },
  { "registry.put", N_("Change the registry") },
  { "report.add", N_("Add a report to make") },
  { "report.send", N_("Make a report") },
  { "report.strike", N_("Strike a report") },
  { "response.activate", N_("Activate response") },
  { "response.change_level", N_("Change level") },
  { "response.stand_down", N_("Stand down") },
  { "stock.release", N_("Release reserved stock") },
  { "stock.reserve", N_("Reserve stock") },
  { "task.acknowledge", N_("Acknowledge a task") },
  { "task.add", N_("Add a task") },
  { "task.feedback", N_("Feedback on a task") },
  { "task.strike", N_("Strike a task") },
};

static const struct
{
  const char *field;
  const char *word;
} fields[] = {
  { "actions_taken", N_("First actions") },
  { "amount", N_("Amount") },
  { "approval", N_("Approval") },
  { "approval.approved_by", N_("Approved by") },
  { "approval.at", N_("Time") },
  { "approval.post", N_("Post") },
  { "approval.read_back", N_("Read back and confirmed") },
  { "approval.recording", N_("Recording no.") },
  { "approval.requested_by", N_("Asked by") },
  { "approval.way", N_("Way") },
  { "approval.words", N_("The words as they were said") },
  { "by", N_("Reported by") },
  { "caller", N_("Caller") },
  { "casualties", N_("Casualties") },
  { "casualties.at", N_("Time of the casualties") },
  { "casualties.at_risk", N_("At risk") },
  { "casualties.deaths", N_("Dead") },
  { "casualties.light", N_("Lightly hurt") },
  { "casualties.loss_yuan", N_("Loss (yuan)") },
  { "casualties.missing", N_("Missing") },
  { "casualties.serious", N_("Serious or poisoned") },
  { "casualties.source", N_("Source of the casualties") },
  { "casualties.trapped", N_("Trapped") },
  { "category", N_("Category") },
  { "channel", N_("Radio channel") },
  { "class", N_("Class") },
  { "commander", N_("Commander") },
  { "course", N_("Course of the incident") },
  { "danger", N_("Danger") },
  { "distance_m", N_("Distance") },
  { "evacuation", N_("Evacuation") },
  { "evacuation.at", N_("Time of the evacuation") },
  { "evacuation.done", N_("Have left") },
  { "evacuation.due", N_("To leave") },
  { "evacuation.need_help", N_("Need help") },
  { "evacuation.refused", N_("Refuse") },
  { "evacuation.source", N_("Source of the evacuation") },
  { "expected_hours", N_("Expected hours") },
  { "facts", N_("Facts") },
  { "force", N_("Force") },
  { "grade", N_("Grade") },
  { "group", N_("Group") },
  { "headquarters", N_("Headquarters on scene") },
  { "kind", N_("Kind") },
  { "label", N_("Label") },
  { "level", N_("Level") },
  { "location", N_("Coordinates") },
  { "matter", N_("Matter") },
  { "measures", N_("Measures") },
  { "minutes", N_("Minutes") },
  { "model", N_("Model or basis") },
  { "name", N_("Name") },
  { "note", N_("Note") },
  { "outcome", N_("Outcome") },
  { "person", N_("Person") },
  { "phone", N_("Telephone") },
  { "place", N_("Place") },
  { "points", N_("Points") },
  { "quantity", N_("Quantity") },
  { "radius_m", N_("Radius") },
  { "reason", N_("Reason") },
  { "recipient", N_("Recipient") },
  { "result", N_("Feedback") },
  { "result.pair_done", N_("Done") },
  { "result.pair_due", N_("Of") },
  { "sent_by", N_("Reported by") },
  { "signed_by", N_("Signed by") },
  { "source", N_("Source") },
  { "state", N_("State") },
  { "step", N_("Step") },
  { "stock", N_("Stock") },
  { "substance", N_("Substance") },
  { "summary", N_("Summary") },
  { "taken_by", N_("Taken by") },
  { "text", N_("Text") },
  { "title", N_("Title") },
  { "until", N_("Until") },
  { "wind", N_("Wind") },
  { "wind.at", N_("Time") },
  { "wind.from_degrees", N_("Wind from (degrees, north is 0)") },
  { "wind.speed", N_("Speed (m/s)") },
};

/**
 * wf_wording_command:
 * @type: type of a command
 *
 * Returns: (transfer none): what it does, in a few words; @type where there are none
 */
const char *
wf_wording_command (const char *type)
{
  g_return_val_if_fail (type != NULL, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (commands); i++)
    if (strcmp (commands[i].type, type) == 0)
      return _(commands[i].word);

  return type;
}

/**
 * wf_wording_field:
 * @field: a field of a command or a thing; `approval.at` for one of an object
 *
 * Returns: (transfer none) (nullable): its name for people; %NULL where it has none
 */
const char *
wf_wording_field (const char *field)
{
  g_return_val_if_fail (field != NULL, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (fields); i++)
    if (strcmp (fields[i].field, field) == 0)
      return _(fields[i].word);

  return NULL;
}
