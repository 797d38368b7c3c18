/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-sync"

#include "config.h"

#include "wf-session-private.h"

#include "wf-kind.h"
#include "wf-rights.h"

/* Whose session it is, what that person may do, and for how long. */

/**
 * wf_session_get_actor_name:
 * @self: a session
 *
 * Returns: (transfer none) (nullable): the name of the person whose session it is
 */
const char *
wf_session_get_actor_name (WfSession *self)
{
  g_return_val_if_fail (WF_IS_SESSION (self), NULL);

  return self->name;
}

/**
 * wf_session_get_actor:
 * @self: a session
 *
 * Returns: (transfer none) (nullable): the id of that person
 */
const char *
wf_session_get_actor (WfSession *self)
{
  g_return_val_if_fail (WF_IS_SESSION (self), NULL);

  return self->actor;
}

/**
 * wf_session_get_role:
 * @self: a session
 *
 * Returns: (transfer none): the role that the token carries. As long as no service has said, everything is let pass here:
 *   it is the service that refuses
 */
const char *
wf_session_get_role (WfSession *self)
{
  g_return_val_if_fail (WF_IS_SESSION (self), NULL);

  return self->role != NULL ? self->role : WF_ROLE_NAME_DESK;
}

/**
 * wf_session_change_person:
 * @self: a session whose person has become another one
 *
 * What was given by somebody else stays that person's, and is no longer shown as if it were to happen; what is in memory is
 * not this person's until a copy has come.
 */
void
wf_session_change_person (WfSession *self)
{
  g_autoptr (GHashTable) keys = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  self->foreign = TRUE;
  wf_session_sort_outbox (self);
  wf_session_lay_pending (self, keys);
  wf_session_refresh (self, keys);
  wf_session_show_pending_lines (self);
  wf_session_update_waiting (self);
  /* In an exercise is who entered it. */
  wf_session_enter (self, WF_LIVE);
}

/**
 * wf_session_set_person:
 * @self: a session
 * @actor: (nullable): id of the person who signed in; %NULL where the service alone says who it is
 *
 * Says who works here before the service can be asked. Where what this workstation holds is another person's, nothing is
 * written in that person's name: nothing can be given until the service has been reached.
 */
void
wf_session_set_person (WfSession  *self,
                       const char *actor)
{
  g_return_if_fail (WF_IS_SESSION (self));

  if (actor != self->expected)
    {
      g_free (self->expected);
      self->expected = g_strdup (actor);
    }

  if (self->expected == NULL || self->actor == NULL || g_strcmp0 (self->expected, self->actor) == 0)
    return;

  g_free (self->actor);
  self->actor = g_strdup (self->expected);
  g_clear_pointer (&self->name, g_free);
  g_clear_pointer (&self->post, g_free);
  g_clear_pointer (&self->role, g_free);
  wf_session_change_person (self);
}

/**
 * wf_session_is_foreign:
 * @self: a session
 *
 * Returns: whether what can be read here is another person's copy, in whose place this person's own is yet to come
 */
gboolean
wf_session_is_foreign (WfSession *self)
{
  g_return_val_if_fail (WF_IS_SESSION (self), FALSE);

  return self->foreign;
}

/**
 * wf_session_set_ended:
 * @self: a session
 * @ended: whether the person's sign-in is over
 *
 * After its end everything can be read and drafts are kept, but commands are refused with the rule `session.ended`. What
 * waits in the outbox was given before, and goes on waiting.
 */
void
wf_session_set_ended (WfSession *self,
                      gboolean   ended)
{
  g_return_if_fail (WF_IS_SESSION (self));

  self->ended = ended;
}

/**
 * wf_session_get_ended:
 * @self: a session
 *
 * Returns: whether the person's sign-in is over
 */
gboolean
wf_session_get_ended (WfSession *self)
{
  g_return_val_if_fail (WF_IS_SESSION (self), FALSE);

  return self->ended;
}

/**
 * wf_session_check:
 * @self: a session
 * @type: type of a command
 *
 * Says whether the person at this workstation may give such a command, by the rules that the service goes by too.
 *
 * Returns: (transfer full) (nullable): why not, or %NULL where they may
 */
WfProblem *
wf_session_check (WfSession  *self,
                  const char *type)
{
  g_return_val_if_fail (WF_IS_SESSION (self), NULL);
  g_return_val_if_fail (type != NULL, NULL);

  if (self->actor == NULL)
    return NULL;

  return wf_rights_check (self->state, self->actor, wf_session_get_role (self), self->scope, type);
}
