/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-dict.h"

#include <glib-object.h>

G_BEGIN_DECLS

#define WF_TYPE_COMMAND (wf_command_get_type ())

/**
 * WfCommand:
 * @id: UUIDv7 made by the sender: sending twice does it once
 * @type: such as `incident.report`
 * @scope: `live` or an exercise's id
 * @actor: who gives it (id of a person, a unit, or `system`)
 * @post: (nullable): the post it is given from
 * @role: (nullable): the role that the actor's token carries, as wf_role_name() has it; never what the sender says, and
 *   not on the wire. Where the actor is one of the users, the rules go by that user's own role
 * @other_post: @post is not the one that the actor's token carries: it was given before they changed posts, and can only be
 *   looked up; not on the wire
 * @occurred_at: when it happened, as the sender claims
 * @based_on: (nullable): aa{sv} of {kind, id, field, version}: what the sender saw of the fields that it changes
 * @cause: (nullable): id of the command that this one follows from
 * @payload: a{sv}, checked by the type's table
 *
 * Whatever a person or a system does. It never changes once made; treat the members as read-only.
 */
typedef struct
{
  gatomicrefcount refs;
  char           *id;
  char           *type;
  char           *scope;
  char           *actor;
  char           *post;
  char           *role;
  gboolean        other_post;
  int64_t         occurred_at;
  GVariant       *based_on;
  char           *cause;
  GVariant       *payload;
} WfCommand;

GType      wf_command_get_type (void);

WfCommand *wf_command_new      (const char *id,
                                const char *type,
                                const char *scope,
                                const char *actor,
                                const char *post,
                                int64_t     occurred_at,
                                GVariant   *based_on,
                                const char *cause,
                                GVariant   *payload);
WfCommand *wf_command_with_role (WfCommand  *self,
                                 const char *role);
WfCommand *wf_command_ref      (WfCommand  *self);
void       wf_command_unref    (WfCommand  *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WfCommand, wf_command_unref)

/* The actor of what the service does by itself, such as marking a task overdue. */
#define WF_ACTOR_SYSTEM "system"

G_END_DECLS
