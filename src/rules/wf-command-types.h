/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-field.h"

G_BEGIN_DECLS

/**
 * WfCommandType:
 * @name: such as `incident.report`
 * @fields: what its payload may carry
 * @system: whether only the service itself gives it, when a deadline has passed
 */
typedef struct
{
  const char    *name;
  const WfField *fields;
  gboolean       system;
} WfCommandType;

/* The parts of what is erased: the same in the command and in its event. */
extern const WfField wf_erased_entry_fields[];
extern const WfField wf_erased_field_fields[];
extern const WfField wf_erased_medium_fields[];

const WfCommandType *wf_command_type_lookup (const char *name);
const WfCommandType *wf_command_type_all    (guint      *n);

G_END_DECLS
