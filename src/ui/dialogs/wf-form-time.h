/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>
#include <stdint.h>

G_BEGIN_DECLS

char     *wf_form_time_format (int64_t     time,
                               int64_t     now);
gboolean  wf_form_time_parse  (const char *text,
                               int64_t     now,
                               int64_t    *time);

G_END_DECLS
