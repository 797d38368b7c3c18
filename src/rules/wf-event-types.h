/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-field.h"

G_BEGIN_DECLS

/* Private to rules: the forms of event payloads. */

/**
 * WfEventType:
 * @name: such as `incident.reported`
 * @version: of the form that this program writes
 * @fields: the newest form
 * @older: (nullable): the forms of version 1 to @version - 1
 * @audience: (nullable): the role that alone may see the payload; %NULL: everybody who reads
 * @medium: (nullable): where in the payload the digest of a medium stands
 *
 * What an event's payload may carry.
 */
typedef struct
{
  const char           *name;
  int                   version;
  const WfField        *fields;
  const WfField *const *older;
  const char           *audience;
  const char           *medium;
} WfEventType;

const WfEventType *wf_event_type_lookup (const char *name);
const WfEventType *wf_event_type_all    (guint      *n);

G_END_DECLS
