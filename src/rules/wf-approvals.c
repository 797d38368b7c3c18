/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-rules"

#include "config.h"

#include "wf-approvals.h"

#include "wf-dict.h"

#include <string.h>

/* Approvals are given by telephone and signed later (补签). Nothing waits for the signature; but what rests on an approval
 * that is not signed yet is marked until it is. */

/**
 * wf_approvals_step_is_unsigned:
 * @step: one of an incident's `levels`
 *
 * Returns: whether it was approved and the approval is not signed yet
 */
gboolean
wf_approvals_step_is_unsigned (GVariant *step)
{
  g_autoptr (GVariant) approval = wf_dict_value (step, "approval");

  return approval != NULL && wf_dict_time (approval, "signed_at") == 0;
}

/**
 * wf_approvals_count_unsigned:
 * @incident: an incident
 *
 * Returns: how many of its approvals are not signed yet
 */
guint
wf_approvals_count_unsigned (WfEntity *incident)
{
  g_autoptr (GPtrArray) levels = wf_entity_objects (incident, "levels");
  guint n = 0;

  for (guint i = 0; levels != NULL && i < levels->len; i++)
    n += wf_approvals_step_is_unsigned (g_ptr_array_index (levels, i));

  return n;
}

/* The step that first reached a level since the response began: a level's work begins with it and goes on when the level
 * changes. */
static int
find_reached (GPtrArray *levels,
              int64_t    level)
{
  int found = -1;

  for (guint i = 0; i < levels->len; i++)
    {
      int64_t at = wf_dict_int (g_ptr_array_index (levels, i), "level", 0);

      if (at == 0)
        found = -1;
      else if (at <= level && found < 0)
        found = (int) i;
    }

  return found;
}

/* The step that was in force at a moment. */
static int
find_in_force (GPtrArray *levels,
               int64_t    moment)
{
  int found = -1;

  for (guint i = 0; i < levels->len; i++)
    {
      GVariant *step = g_ptr_array_index (levels, i);

      if (wf_dict_time (step, "at") <= moment)
        found = wf_dict_int (step, "level", 0) > 0 ? (int) i : -1;
    }

  return found;
}

/**
 * wf_approvals_find_step:
 * @incident: an incident
 * @thing: a task, a report or an order of it
 *
 * Finds on which step of the response something rests. A task or report of a level rests on the step that reached it; an
 * order on the level that was in force when it was given. What is done before activation rests on no approval.
 *
 * Returns: which of the incident's `levels`, or -1
 */
int
wf_approvals_find_step (WfEntity *incident,
                        WfEntity *thing)
{
  g_autoptr (GPtrArray) levels = wf_entity_objects (incident, "levels");
  int64_t level = wf_entity_int (thing, "level", 0);

  if (levels == NULL)
    return -1;
  if (strcmp (wf_entity_kind (thing), "order") == 0)
    return find_in_force (levels, wf_entity_time (thing, "ordered_at"));

  return level > 0 ? find_reached (levels, level) : -1;
}

/**
 * wf_approvals_rests_on_unsigned:
 * @incident: (nullable): an incident
 * @thing: a task, a report or an order of it
 *
 * Returns: whether @thing rests on an approval that is not signed yet
 */
gboolean
wf_approvals_rests_on_unsigned (WfEntity *incident,
                                WfEntity *thing)
{
  int step = incident != NULL ? wf_approvals_find_step (incident, thing) : -1;
  g_autoptr (GPtrArray) levels = step >= 0 ? wf_entity_objects (incident, "levels") : NULL;

  return step >= 0 && wf_approvals_step_is_unsigned (g_ptr_array_index (levels, step));
}
