/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* As if the service knew more than this program. */
void test_change_newest_entry (const char *folder,
                               const char *old_type,
                               const char *type,
                               int         old_version,
                               int         version);

G_END_DECLS
