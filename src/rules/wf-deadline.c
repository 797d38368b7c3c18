/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-rules"

#include "config.h"

#include "wf-id.h"
#include "wf-kind.h"
#include "wf-rules.h"

#include <string.h>

/* --- clocks of exercises --- */

static WfEntity *
find_exercise (WfState    *state,
               const char *scope)
{
  return strcmp (scope, WF_LIVE) != 0 ? wf_state_get (state, scope, "exercise", scope) : NULL;
}

/**
 * wf_rules_scope_time:
 * @state: as things stand
 * @scope: a scope
 * @real: a time on the wall
 *
 * Returns: what the scope's own clock shows then; the same but for exercises
 */
int64_t
wf_rules_scope_time (WfState    *state,
                     const char *scope,
                     int64_t     real)
{
  g_return_val_if_fail (WF_IS_STATE (state), real);
  g_return_val_if_fail (scope != NULL, real);

  g_autoptr (WfEntity) exercise = find_exercise (state, scope);

  if (exercise == NULL)
    return real;

  double since = (double) (real - wf_entity_time (exercise, "clock_real"));

  return wf_entity_time (exercise, "clock_scope") + (int64_t) (since * wf_entity_double (exercise, "clock_rate", 1));
}

/**
 * wf_rules_real_time:
 * @state: as things stand
 * @scope: a scope
 * @scope_time: a time on its own clock
 *
 * Returns: when the scope's clock shows that, as far as one can tell now; %G_MAXINT64 where the clock stands still before
 */
int64_t
wf_rules_real_time (WfState    *state,
                    const char *scope,
                    int64_t     scope_time)
{
  g_return_val_if_fail (WF_IS_STATE (state), scope_time);
  g_return_val_if_fail (scope != NULL, scope_time);

  g_autoptr (WfEntity) exercise = find_exercise (state, scope);

  if (exercise == NULL)
    return scope_time;

  double rate = wf_entity_double (exercise, "clock_rate", 1);
  double until = (double) (scope_time - wf_entity_time (exercise, "clock_scope"));

  if (rate <= 0)
    return until <= 0 ? wf_entity_time (exercise, "clock_real") : G_MAXINT64;

  /* Rounded up: asked at that moment, the scope's clock must not show less. */
  double real = until / rate;
  int64_t whole = (int64_t) real;

  return wf_entity_time (exercise, "clock_real") + ((double) whole < real ? whole + 1 : whole);
}

/* --- deadlines --- */

static const struct
{
  const char *kind;
  const char *due;
  const char *command;
  const char *states[3];
} deadlines[] = {
  { "task", "due", "task.overdue", { "open", "acknowledged" } },
  { "report", "due", "report.overdue", { "due" } },
  { "order", "acknowledge_due", "order.overdue", { "ordered" } },
};

/**
 * wf_rules_deadline:
 * @entity: a thing
 * @deadline: (out) (optional): what must happen by itself, and when
 *
 * Says whether a thing has a deadline that has not been marked as passed. The strings in @deadline are valid as long as
 * @entity.
 *
 * Returns: whether it has
 */
gboolean
wf_rules_deadline (WfEntity   *entity,
                   WfDeadline *deadline)
{
  g_return_val_if_fail (entity != NULL, FALSE);

  for (gsize i = 0; i < G_N_ELEMENTS (deadlines); i++)
    {
      if (strcmp (deadlines[i].kind, wf_entity_kind (entity)) != 0)
        continue;

      int64_t due = wf_entity_time (entity, deadlines[i].due);

      if (due == 0 || wf_entity_time (entity, "overdue_at") != 0 ||
          !wf_choices_contain (deadlines[i].states, wf_entity_string (entity, "state")))
        return FALSE;

      if (deadline != NULL)
        *deadline = (WfDeadline) { due, deadlines[i].command, wf_entity_id (entity) };

      return TRUE;
    }

  return FALSE;
}

/**
 * wf_rules_deadline_command:
 * @entity: a thing
 *
 * Makes the command that says that its deadline has passed. Its id follows from the thing, its scope and the deadline, so
 * that it is done once, however often it is given, and once in an exercise too that froze the thing.
 *
 * Returns: (transfer full) (nullable): the command, or %NULL where there is no deadline
 */
WfCommand *
wf_rules_deadline_command (WfEntity *entity)
{
  WfDeadline deadline;

  g_return_val_if_fail (entity != NULL, NULL);

  if (!wf_rules_deadline (entity, &deadline))
    return NULL;

  g_autofree char *name = g_strdup_printf ("overdue/%s/%" G_GINT64_FORMAT, wf_entity_scope (entity),
                                           (gint64) deadline.due);
  g_autofree char *id = wf_id_derive (deadline.target, name);
  g_autoptr (GVariant) payload = wf_dict_make (wf_entity_kind (entity), wf_value_string (deadline.target),
                                               "due", wf_value_time (deadline.due),
                                               NULL);

  return wf_command_new (id, deadline.command, wf_entity_scope (entity), WF_ACTOR_SYSTEM, NULL, deadline.due, NULL, NULL,
                         payload);
}
