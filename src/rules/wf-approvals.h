/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-entity.h"

G_BEGIN_DECLS

gboolean wf_approvals_step_is_unsigned (GVariant *step);
guint    wf_approvals_count_unsigned   (WfEntity *incident);
int      wf_approvals_find_step        (WfEntity *incident,
                                        WfEntity *thing);
gboolean wf_approvals_rests_on_unsigned (WfEntity *incident,
                                         WfEntity *thing);

G_END_DECLS
