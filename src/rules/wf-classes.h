/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Private to rules. */

guint wf_classes_match (const char *const *patterns,
                        const char        *incident_class);

G_END_DECLS
