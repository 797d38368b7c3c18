/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-database.h"
#include "wf-store.h"

G_BEGIN_DECLS

/* Private to store: the database of a data folder. */

#define WF_DATABASE_NAME    "watchfire.db"
#define WF_DATABASE_VERSION 4

WfDatabase *wf_schema_open    (const char  *folder,
                               gboolean     write,
                               GError     **error);
gboolean    wf_schema_migrate (WfDatabase  *database,
                               GError     **error);

G_END_DECLS
