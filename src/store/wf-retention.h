/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define WF_RETENTION_RULES 5

/**
 * WfRetention:
 * @names: what is kept
 * @days: for how long; 0 for ever
 *
 * How long a service keeps what is not in its journal.
 */
typedef struct
{
  const char *names[WF_RETENTION_RULES];
  int         days[WF_RETENTION_RULES];
} WfRetention;

gboolean wf_retention_read (const char   *folder,
                            WfRetention  *retention,
                            GError      **error);
gboolean wf_retention_set  (const char   *folder,
                            const char   *name,
                            int           days,
                            GError      **error);

G_END_DECLS
