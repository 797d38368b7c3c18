/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-schema.h"

G_BEGIN_DECLS

/* Private to store: passwords and failed attempts, on one connection in one thread. */

#define WF_PASSWORD_MIN 10  /* characters */
#define WF_PASSWORD_MAX 256 /* bytes */

gboolean wf_password_check  (const char  *password,
                             GError     **error);
char    *wf_password_hash   (const char  *password,
                             GError     **error);
gboolean wf_password_fits   (const char  *hash,
                             const char  *password);

gboolean wf_attempts_wait   (WfDatabase  *database,
                             const char  *user,
                             const char  *address,
                             int64_t      now,
                             int64_t     *wait,
                             GError     **error);
gboolean wf_attempts_failed (WfDatabase  *database,
                             const char  *user,
                             const char  *address,
                             int64_t      now,
                             GError     **error);
gboolean wf_attempts_forget (WfDatabase  *database,
                             const char  *user,
                             GError     **error);

G_END_DECLS
