/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-rules"

#include "config.h"

#include "wf-problem.h"

#include "wf-wording.h"

#include <glib/gi18n.h>
#include <string.h>

G_DEFINE_BOXED_TYPE (WfProblem, wf_problem, wf_problem_copy, wf_problem_free)

static const char *const kind_names[] = {
  [WF_PROBLEM_INVALID] = "invalid",
  [WF_PROBLEM_NOT_FOUND] = "not-found",
  [WF_PROBLEM_STATE] = "state",
  [WF_PROBLEM_CONFLICT] = "conflict",
  [WF_PROBLEM_RIGHTS] = "rights",
};

/* A sentence for each rule: what is the matter and what to do. */
static const struct
{
  const char *rule;
  const char *message;
} messages[] = {
  { "approval.signed-already", N_("This approval is signed already.") },
  { "approval.unknown", N_("There is no approval at this step. Choose one from the history of levels.") },
  { "certificate.expired", N_("This certificate has expired. Have the centre make a new one.") },
  { "certificate.foreign",
    N_("This certificate was not signed by the authority of this centre. Use the one that the centre has made for the unit.") },
  { "certificate.invalid", N_("This certificate cannot be used. Have the centre make another one.") },
  { "certificate.not-yet",
    N_("This certificate is not valid yet. Look at the clocks of the service and of the machine on which it was made.") },
  { "certificate.revoked", N_("This certificate has been taken back. Have the centre make another one.") },
  { "command.based-on", N_("The program did not say correctly what it is based on. Report this as an error.") },
  { "command.conflict",
    N_("Somebody else changed this meanwhile. Compare both: keep theirs, or send yours again if it still holds.") },
  { "command.other-post",
    N_("This was given from a post that you no longer hold, and has not been done. Look whether it still holds, and give it again.") },
  { "command.system-only", N_("Only the service itself does this, when a deadline has passed.") },
  { "command.unknown", N_("The service does not know this command. Update the program or the service.") },
  { "deadline.gone", N_("This deadline no longer stands.") },
  { "deadline.not-yet", N_("This deadline has not come yet.") },
  { "exercise.ended", N_("The exercise has ended. Nothing more can be done in it.") },
  { "exercise.live", N_("This is for exercises only, not for the real thing.") },
  { "exercise.unknown", N_("There is no such exercise. Open it first.") },
  { "field.invalid", N_("A field is not filled in correctly.") },
  { "field.missing", N_("A required field is empty. Fill it in.") },
  { "field.unknown", N_("The service does not know one of the fields. Update the program or the service.") },
  { "firm.unknown", N_("This firm is not in the registry. Choose another or leave it empty.") },
  { "force.busy", N_("This force is already at work on an order. Choose another, or release it first.") },
  { "force.out-of-service", N_("This force is out of service. Choose another.") },
  { "id.taken", N_("This has been entered already.") },
  { "incident.archived", N_("The incident is archived. Only supplements can be added.") },
  { "incident.closed", N_("The incident was a false report or was merged with another. Step back to “reported” first.") },
  { "incident.false-needs-text", N_("Say how it was found that the report is false.") },
  { "incident.merge-into-itself", N_("An incident cannot be merged into itself. Choose another.") },
  { "incident.merge-only-duplicates", N_("Only a report of the same incident can be merged into another.") },
  { "incident.merge-target-closed", N_("The other incident is closed. Choose one that is open.") },
  { "incident.merge-target-missing", N_("Choose the incident that this report belongs to.") },
  { "incident.no-step-back", N_("The incident cannot step back to that state.") },
  { "incident.not-archived", N_("Supplements are for archived incidents. Change the incident itself instead.") },
  { "incident.not-reviewed", N_("Write the review before the incident is archived.") },
  { "incident.not-verified", N_("Verify the report before the review.") },
  { "incident.nothing-corrected", N_("Nothing was changed. Enter what is to be corrected.") },
  { "incident.orders-out",
    N_("Forces are still out. Record that they are back, or recall them, before the incident is archived.") },
  { "incident.reports-due",
    N_("Reports are still due. Send them, or strike them with a reason, before the incident is archived.") },
  { "incident.responding", N_("A response is in force. Stand it down first.") },
  { "incident.stood-down", N_("The response has been stood down. Step back to “responding” with a reason first.") },
  { "incident.too-many-facts", N_("An incident can have 100 facts at most.") },
  { "incident.too-many-supplements", N_("An incident can have 200 supplements at most.") },
  { "incident.unknown", N_("There is no such incident.") },
  { "journal.not-erasable", N_("This field cannot be erased, or there is no such thing.") },
  { "journal.nothing-erased", N_("Say what is to be erased.") },
  { "log.struck-already", N_("This entry has been struck already.") },
  { "log.unknown", N_("There is no such log entry.") },
  { "medium.other-incident", N_("The task belongs to another incident.") },
  { "order.item-elsewhere", N_("This stock does not lie in the depot that is ordered. Order it from its own depot.") },
  { "order.item-twice", N_("The same stock is listed twice. Put it in one line.") },
  { "order.items-without-depot", N_("Only a depot can be ordered to give out stock.") },
  { "order.reason-missing", N_("Give the reason for the refusal or recall.") },
  { "order.step-order", N_("This step cannot follow on the order's present one.") },
  { "order.unknown", N_("There is no such order.") },
  { "plan.after-unknown", N_("A task of the plan waits for another that the plan does not have.") },
  { "plan.code-twice", N_("Two tasks of the plan have the same code. Each needs its own.") },
  { "plan.level-twice", N_("The plan has the same level twice.") },
  { "plan.trigger", N_("A task of the plan does not say correctly what it waits for.") },
  { "plan.unknown", N_("There is no such plan. Choose another.") },
  { "registry.empty", N_("There is nothing to enter.") },
  { "registry.reference", N_("An entry refers to something that is not in the registry. Enter that first.") },
  { "registry.twice", N_("The same thing is listed twice.") },
  { "report.finished", N_("This report has been sent or struck already.") },
  { "report.text-missing", N_("A written report needs its text.") },
  { "report.unknown", N_("There is no such report.") },
  { "reservation.unknown", N_("There is no such reservation.") },
  { "response.active-already", N_("A response is in force already. Change its level instead.") },
  { "response.approval-before-report", N_("The approval lies before the incident was reported. Check its time.") },
  { "response.approval-incomplete", N_("The approval is not complete: who asked, who approved, how and when.") },
  { "response.approval-way", N_("Only the service itself approves in this way. Record how a person approved.") },
  { "response.level-unknown", N_("The plan does not have this level. Choose another.") },
  { "response.not-active", N_("No response is in force.") },
  { "response.plan-common", N_("This plan holds for every incident and is not activated. Choose one for the kind of incident.") },
  { "response.same-level", N_("This level is in force already.") },
  { "response.too-many-steps", N_("The level has been changed too often for one incident.") },
  { "rights.centre-only", N_("This is for the people of the centre. Ask them by telephone.") },
  { "rights.disabled", N_("This account has been disabled. Ask an administrator to open it again.") },
  { "rights.nobody", N_("It is not known in which role you work here. Sign in, or ask an administrator for an account.") },
  { "rights.organisation", N_("This belongs to another organisation. Only its own people and those of the centre may do it.") },
  { "session.ended",
    N_("Your sign-in has ended. Sign in again as soon as the service can be reached; what you have typed is kept.") },
  { "stock.below-reserved", N_("Less than is reserved cannot be entered. Let reservations go first.") },
  { "stock.not-enough", N_("There is not enough of it left. Take less, or the rest from another depot.") },
  { "stock.not-held", N_("This reservation has been used or let go already.") },
  { "stock.unknown", N_("There is no such stock.") },
  { "task.acknowledged-already", N_("This task has been acknowledged already.") },
  { "task.finished", N_("This task is done or struck already.") },
  { "task.pair", N_("More were done than were due. Check the two numbers.") },
  { "task.prerequisite", N_("Another task must be done first.") },
  { "task.result-empty", N_("There is nothing in the feedback. Enter what came back.") },
  { "task.result-incomplete", N_("The task asks for something to come back that is still missing.") },
  { "task.unknown", N_("There is no such task.") },
  { "team.unknown", N_("There is no such team.") },
  { "body.credit-code", N_("This is no unified social credit code: it has 18 characters, and its last one checks the others.") },
  { "video.password", N_("There is a password in this address. Leave name and password out: whoever opens the link is asked for them once, "
                         "and the keyring keeps them.") },
  { "telemetry.type", N_("There are no units of this type. Name one of the types that the registry knows.") },
  { "track.gap", N_("This piece of a track does not follow on the one before it.") },
  { "track.nothing", N_("There is no piece of a track to close.") },
  { "crossing.acknowledged-already", N_("Somebody has acknowledged this already.") },
  { "crossing.again", N_("The unit has crossed the edge again since. Look at it once more.") },
  { "crossing.already", N_("This crossing has been raised already.") },
  { "crossing.not-watched", N_("Crossings of this drawing are not raised.") },
  { "crossing.unknown", N_("There is no such crossing.") },
  { "plot.antimeridian",
    N_("This lies across the 180th meridian, where the map ends. Draw a part on each side.") },
  { "plot.at-pole", N_("This lies too near to a pole to be drawn on the map.") },
  { "plot.crosses-itself",
    N_("The edge of this area crosses or touches itself, so that nobody can say what is inside. Move the corners.") },
  { "plot.danger-missing", N_("Say how dangerous the zone is.") },
  { "plot.danger-only", N_("Only a danger zone says this.") },
  { "plot.no-radius", N_("This is not a circle and has no radius.") },
  { "plot.not-struck", N_("This drawing has not been struck.") },
  { "plot.nothing-changed", N_("Nothing was changed. Enter what is to be changed.") },
  { "plot.one-point", N_("This has one point only.") },
  { "plot.over-before", N_("It would be over before it begins. Check the times.") },
  { "plot.point-twice", N_("Two points that follow each other are the same. Leave one out.") },
  { "plot.struck-already", N_("This drawing has been struck.") },
  { "plot.text-missing", N_("Write what is to stand on the map.") },
  { "plot.too-few-points", N_("This needs more points: a line two, an area three.") },
  { "plot.too-many", N_("An incident can have 1,000 drawings at most. Strike what no longer holds.") },
  { "plot.unknown", N_("There is no such drawing.") },
  { "plot.watch-area", N_("Only the edge of an area can be crossed.") },
  { "unit.unknown", N_("There is no such unit.") },
  { "user.disable-instead", N_("Disable the account with a reason instead.") },
  { "user.disabled-already", N_("This account has been disabled already.") },
  { "user.last-administrator", N_("This is the last administrator. Make somebody else one first.") },
  { "user.live-only", N_("Accounts belong to the real centre and are not changed in an exercise.") },
  { "user.nothing-changed", N_("Nothing was changed. Enter what is to be changed.") },
  { "user.reserved", N_("This name belongs to the service itself. Choose another.") },
  { "user.unknown", N_("There is no such account.") },
  { "organisation.unknown", N_("This organisation is not in the registry. Enter it first.") },
  { "approval.signer-other", N_("An approval is signed by the person who gave it, from their own account.") },
  { "expert.unknown", N_("There is no such expert.") },
  { "depot.unknown", N_("There is no such depot.") },
  { "time.ahead", N_("This time lies in the future. Check it, and this computer's clock.") },
};

/**
 * wf_problem_new:
 * @kind: what sort of refusal
 * @rule: stable name of the rule that refused
 * @field: (nullable): the field that it is about
 * @detail: (nullable): more
 *
 * Returns: (transfer full): the problem
 */
WfProblem *
wf_problem_new (WfProblemKind  kind,
                const char    *rule,
                const char    *field,
                const char    *detail)
{
  g_return_val_if_fail (rule != NULL, NULL);

  WfProblem *self = g_new0 (WfProblem, 1);

  self->kind = kind;
  self->rule = g_strdup (rule);
  self->field = g_strdup (field);
  self->detail = g_strdup (detail);

  return self;
}

/**
 * wf_problem_copy:
 * @self: a problem
 *
 * Returns: (transfer full): the same once more
 */
WfProblem *
wf_problem_copy (const WfProblem *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return wf_problem_new (self->kind, self->rule, self->field, self->detail);
}

/**
 * wf_problem_free:
 * @self: (transfer full): a problem
 */
void
wf_problem_free (WfProblem *self)
{
  g_return_if_fail (self != NULL);

  g_free (self->rule);
  g_free (self->field);
  g_free (self->detail);
  g_free (self);
}

static const char *
find_message (const char *rule)
{
  for (gsize i = 0; i < G_N_ELEMENTS (messages); i++)
    if (strcmp (messages[i].rule, rule) == 0)
      return _(messages[i].message);

  return NULL;
}

/* Who may, from the names of roles that the rule gives. */
static char *
say_roles (const char *detail)
{
  g_auto (GStrv) names = g_strsplit (detail != NULL ? detail : "", " ", -1);
  g_autoptr (GString) words = g_string_new (NULL);

  for (gsize i = 0; names[i] != NULL; i++)
    if (names[i][0] != '\0')
      g_string_append_printf (words, "%s%s",
                              /* Translators: stands between the roles of a list. */
                              words->len > 0 ? C_ ("roles", ", ") : "", wf_wording_value ("role", names[i]));

  if (words->len == 0)
    return g_strdup (_("Nobody may do this here."));

  /* Translators: %s is a list of roles, such as “duty officer, commander”. */
  return g_strdup_printf (_("This is not among the rights of your role. It may be done by: %s."), words->str);
}

/**
 * wf_problem_message:
 * @self: a problem
 *
 * Says in a sentence for people what is the matter and what to do, in the language of this program; the detail, which
 * mostly names something, follows in parentheses.
 *
 * Returns: (transfer full): the sentence
 */
char *
wf_problem_message (const WfProblem *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  const char *message = find_message (self->rule);

  if (strcmp (self->rule, "rights.role") == 0)
    return say_roles (self->detail);

  /* That a field is missing or not known says all; what is wrong with another is in the detail. */
  gboolean named = self->field != NULL && (strcmp (self->rule, "field.missing") == 0 ||
                                           strcmp (self->rule, "field.unknown") == 0 ||
                                           strcmp (self->rule, "response.approval-incomplete") == 0);

  /* What it says beside the field is for those who look for an error in a program. */
  if (strcmp (self->rule, "command.conflict") == 0)
    {
      const char *name = self->field != NULL ? wf_wording_field (self->field) : NULL;

      return name != NULL ? g_strdup_printf (_("%s (%s)"), message, name) : g_strdup (message);
    }

  if (named)
    return g_strdup_printf (_("%s (%s)"), message, self->field);

  /* A service newer than this program may have rules that it does not know. */
  if (message == NULL)
    message = self->detail != NULL ? self->detail : self->rule;
  else if (self->detail != NULL && self->detail[0] != '\0')
    /* Translators: a sentence, and what it is about. */
    return g_strdup_printf (_("%s (%s)"), message, wf_wording_value ("state", self->detail));

  return self->field != NULL && self->detail == NULL
         ? g_strdup_printf (_("%s (%s)"), message, self->field)
         : g_strdup (message);
}

/**
 * wf_problem_kind_name:
 * @kind: a kind
 *
 * Returns: (transfer none): its name on the wire
 */
const char *
wf_problem_kind_name (WfProblemKind kind)
{
  g_return_val_if_fail ((gsize) kind < G_N_ELEMENTS (kind_names), "state");

  return kind_names[kind];
}

/**
 * wf_problem_kind_from_name:
 * @name: (nullable): a name from the wire
 * @kind: (out): the kind
 *
 * Returns: whether there is a kind of that name
 */
gboolean
wf_problem_kind_from_name (const char    *name,
                           WfProblemKind *kind)
{
  g_return_val_if_fail (kind != NULL, FALSE);

  for (gsize i = 0; i < G_N_ELEMENTS (kind_names); i++)
    if (g_strcmp0 (kind_names[i], name) == 0)
      {
        *kind = (WfProblemKind) i;
        return TRUE;
      }

  return FALSE;
}
