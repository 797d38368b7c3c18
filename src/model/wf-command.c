/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-model"

#include "config.h"

#include "wf-command.h"

G_DEFINE_BOXED_TYPE (WfCommand, wf_command, wf_command_ref, wf_command_unref)

/**
 * wf_command_new:
 * @id: see #WfCommand
 * @type: see #WfCommand
 * @scope: see #WfCommand
 * @actor: see #WfCommand
 * @post: (nullable): see #WfCommand
 * @occurred_at: see #WfCommand
 * @based_on: (nullable) (transfer none): see #WfCommand; a floating reference is taken
 * @cause: (nullable): see #WfCommand
 * @payload: (transfer none): see #WfCommand; a floating reference is taken
 *
 * Returns: (transfer full): the command
 */
WfCommand *
wf_command_new (const char *id,
                const char *type,
                const char *scope,
                const char *actor,
                const char *post,
                int64_t     occurred_at,
                GVariant   *based_on,
                const char *cause,
                GVariant   *payload)
{
  g_return_val_if_fail (id != NULL && type != NULL && scope != NULL && actor != NULL, NULL);
  g_return_val_if_fail (payload != NULL, NULL);

  WfCommand *self = g_slice_new0 (WfCommand);
  g_atomic_ref_count_init (&self->refs);
  self->id = g_strdup (id);
  self->type = g_strdup (type);
  self->scope = g_strdup (scope);
  self->actor = g_strdup (actor);
  self->post = g_strdup (post);
  self->occurred_at = occurred_at;
  self->based_on = based_on != NULL ? g_variant_ref_sink (based_on) : NULL;
  self->cause = g_strdup (cause);
  self->payload = g_variant_ref_sink (payload);

  return self;
}

/**
 * wf_command_with_role:
 * @self: a command
 * @role: (nullable): the role that it is given in, see #WfCommand
 *
 * Returns: (transfer full): the same command, given in that role
 */
WfCommand *
wf_command_with_role (WfCommand  *self,
                      const char *role)
{
  g_return_val_if_fail (self != NULL, NULL);

  WfCommand *copy = wf_command_new (self->id, self->type, self->scope, self->actor, self->post, self->occurred_at,
                                    self->based_on, self->cause, self->payload);

  copy->role = g_strdup (role);
  copy->other_post = self->other_post;
  return copy;
}

/**
 * wf_command_ref:
 * @self: a command
 *
 * Returns: (transfer full): @self
 */
WfCommand *
wf_command_ref (WfCommand *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_atomic_ref_count_inc (&self->refs);
  return self;
}

/**
 * wf_command_unref:
 * @self: (transfer full): a command
 */
void
wf_command_unref (WfCommand *self)
{
  g_return_if_fail (self != NULL);

  if (!g_atomic_ref_count_dec (&self->refs))
    return;

  g_free (self->id);
  g_free (self->type);
  g_free (self->scope);
  g_free (self->actor);
  g_free (self->post);
  g_free (self->role);
  g_free (self->cause);
  g_clear_pointer (&self->based_on, g_variant_unref);
  g_variant_unref (self->payload);
  g_slice_free (WfCommand, self);
}
