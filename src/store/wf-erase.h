/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * WfFindings:
 * @lines: (element-type utf8): where a text stands, for people
 * @entries: (element-type GVariant): the same for `journal.erase`: entries
 * @fields: (element-type GVariant): the same for `journal.erase`: fields of things
 *
 * Where a text stands.
 */
typedef struct
{
  GPtrArray *lines;
  GPtrArray *entries;
  GPtrArray *fields;
} WfFindings;

WfFindings *wf_erase_find    (const char  *folder,
                              const char  *scope,
                              const char  *text,
                              GError     **error);
void        wf_findings_free (WfFindings  *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WfFindings, wf_findings_free)

G_END_DECLS
