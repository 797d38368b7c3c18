/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

char *wf_describe_value (const char *type,
                         const char *kind,
                         const char *key,
                         GVariant   *value);

G_END_DECLS
