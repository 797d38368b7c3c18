/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>
#include <stdint.h>

G_BEGIN_DECLS

/* Times inside Watchfire are int64_t milliseconds since 1970-01-01T00:00:00Z; 0 means "not known". */

#define WF_SECOND ((int64_t) 1000)
#define WF_MINUTE (60 * WF_SECOND)
#define WF_HOUR   (60 * WF_MINUTE)
#define WF_DAY    (24 * WF_HOUR)

/* Of a moment on the wire, with the zero that ends it. */
#define WF_TIME_SIZE 25

char     *wf_time_format       (int64_t      time);
void      wf_time_write        (int64_t      time,
                                char         text[WF_TIME_SIZE]);
gboolean  wf_time_parse        (const char  *text,
                                int64_t     *time);
char     *wf_time_format_local (int64_t      time,
                                const char  *format);

G_END_DECLS
