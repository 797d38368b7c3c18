/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-clock.h"

#include <gio/gio.h>

G_BEGIN_DECLS

gboolean wf_seed_folder       (const char  *folder,
                               const char  *seed,
                               WfClock     *clock,
                               guint       *n,
                               GError     **error);
gboolean wf_seed_wanted       (const char  *folder);
char    *wf_seed_resolve_time (const char  *text,
                               int64_t      now);

G_END_DECLS
