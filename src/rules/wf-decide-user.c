/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-rules"

#include "config.h"

#include "wf-decision.h"
#include "wf-kind.h"

#include <string.h>

/* People who may sign in. Who may do this at all is told by the table of rights; passwords are no concern of the rules. */

static gboolean
check_live (WfDecision *self)
{
  return strcmp (self->scope, WF_LIVE) == 0 || wf_decision_refuse (self, WF_PROBLEM_STATE, "user.live-only", NULL, NULL);
}

/* An organisation or a firm, and a unit, must be in the registry, so that a slip of the pen gives no rights. */
static gboolean
check_places (WfDecision *self)
{
  const char *organisation = wf_dict_string (self->payload, "organisation");
  const char *unit = wf_dict_string (self->payload, "unit");

  if (organisation != NULL)
    {
      g_autoptr (WfEntity) office = wf_state_get (self->state, WF_LIVE, "organisation", organisation);
      g_autoptr (WfEntity) firm = wf_state_get (self->state, WF_LIVE, "firm", organisation);

      if (office == NULL && firm == NULL)
        return wf_decision_refuse (self, WF_PROBLEM_NOT_FOUND, "organisation.unknown", "organisation", organisation);
    }

  if (unit != NULL)
    {
      g_autoptr (WfEntity) vehicle = wf_decision_find (self, "unit", "unit");

      return vehicle != NULL;
    }

  return TRUE;
}

/* Somebody must be left who can give rights; else nobody could without the data folder. */
static gboolean
check_administrator_left (WfDecision *self,
                          WfEntity   *leaving)
{
  g_autoptr (GPtrArray) users = wf_state_list (self->state, WF_LIVE, "user", NULL);

  if (!wf_entity_is (leaving, "role", "administrator") || !wf_entity_bool (leaving, "active"))
    return TRUE;

  for (guint i = 0; i < users->len; i++)
    {
      WfEntity *user = g_ptr_array_index (users, i);

      if (strcmp (wf_entity_id (user), wf_entity_id (leaving)) != 0 && wf_entity_is (user, "role", "administrator") &&
          wf_entity_bool (user, "active"))
        return TRUE;
    }

  return wf_decision_refuse (self, WF_PROBLEM_STATE, "user.last-administrator", "user", wf_entity_id (leaving));
}

gboolean
wf_decide_user_add (WfDecision *self)
{
  const char *id = wf_dict_string (self->payload, "user");

  if (!check_live (self) || !wf_decision_fresh (self, "user", "user") || !check_places (self))
    return FALSE;
  if (strcmp (id, WF_ACTOR_SYSTEM) == 0)
    return wf_decision_refuse (self, WF_PROBLEM_INVALID, "user.reserved", "user", id);

  wf_decision_emit_with (self, "user.added", id, wf_dict_make ("at", wf_decision_at (self), NULL));
  return TRUE;
}

gboolean
wf_decide_user_change (WfDecision *self)
{
  g_autoptr (WfEntity) user = check_live (self) ? wf_decision_find (self, "user", "user") : NULL;
  const char *role = wf_dict_string (self->payload, "role");

  if (user == NULL || !check_places (self))
    return FALSE;

  /* Letting go of somebody needs a reason, which only the other command has. */
  if (wf_dict_has (self->payload, "active") && !wf_dict_bool (self->payload, "active"))
    return wf_decision_refuse (self, WF_PROBLEM_INVALID, "user.disable-instead", "active", NULL);
  if (g_variant_n_children (self->payload) < 2)
    return wf_decision_refuse (self, WF_PROBLEM_INVALID, "user.nothing-changed", NULL, NULL);
  if (role != NULL && strcmp (role, "administrator") != 0 && !check_administrator_left (self, user))
    return FALSE;

  wf_decision_emit_with (self, "user.changed", wf_entity_id (user), wf_dict_make ("at", wf_decision_at (self), NULL));
  return TRUE;
}

gboolean
wf_decide_user_disable (WfDecision *self)
{
  g_autoptr (WfEntity) user = check_live (self) ? wf_decision_find (self, "user", "user") : NULL;

  if (user == NULL || !check_administrator_left (self, user))
    return FALSE;
  if (!wf_entity_bool (user, "active"))
    return wf_decision_refuse (self, WF_PROBLEM_STATE, "user.disabled-already", "user", wf_entity_id (user));

  wf_decision_emit_with (self, "user.disabled", wf_entity_id (user), wf_dict_make ("at", wf_decision_at (self), NULL));
  return TRUE;
}
