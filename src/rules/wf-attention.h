/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-state.h"

G_BEGIN_DECLS

gboolean   wf_rules_is_full (WfEntity   *place);
GPtrArray *wf_rules_used_up (WfState    *state,
                             const char *scope,
                             const char *depot);

G_END_DECLS
