/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-dict.h"

#include <glib-object.h>

G_BEGIN_DECLS

/* The audience of what everybody may see who reads. */
#define WF_AUDIENCE_ALL "all"

#define WF_TYPE_EVENT (wf_event_get_type ())

/**
 * WfEvent:
 * @type: interned; such as `incident.reported`
 * @type_version: of the payload's form; older ones are upcast when read
 * @scope: `live` or an exercise's id
 * @number: in the scope, from 1 without gaps; 0 as long as nobody has recorded it
 * @position: in the whole service, from 1
 * @audience: who may see the payload: `all`, or a role
 * @subject: (nullable): id of the incident (or other thing) whose story it belongs to
 * @occurred_at: when it happened, as the command claims
 * @recorded_at: when the service recorded it
 * @scope_time: the scope's own time then
 * @actor: who did it
 * @post: (nullable): from which post
 * @cause: id of the command that made it
 * @payload: (nullable): a{sv}; %NULL where it is withheld or was erased
 * @payload_bytes: (nullable): the payload as it was recorded, never re-serialised
 * @payload_digest: (nullable): SHA-256 of those bytes
 * @previous: (nullable): hash of the header before, in the scope
 * @hash: (nullable): hash of this header
 *
 * What happened. The rules make it with the members down to @cause that they know; the store numbers and seals it. It
 * never changes afterwards; treat the members as read-only.
 */
typedef struct
{
  gatomicrefcount refs;
  const char     *type;
  int             type_version;
  char           *scope;
  int64_t         number;
  int64_t         position;
  char           *audience;
  char           *subject;
  int64_t         occurred_at;
  int64_t         recorded_at;
  int64_t         scope_time;
  char           *actor;
  char           *post;
  char           *cause;
  GVariant       *payload;
  GBytes         *payload_bytes;
  char           *payload_digest;
  char           *previous;
  char           *hash;
} WfEvent;

GType    wf_event_get_type (void);

WfEvent *wf_event_new      (const char *type,
                            int         type_version,
                            const char *scope,
                            const char *subject,
                            GVariant   *payload);
WfEvent *wf_event_ref      (WfEvent    *self);
void     wf_event_unref    (WfEvent    *self);
int64_t  wf_event_happened_at (const WfEvent *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WfEvent, wf_event_unref)

G_END_DECLS
