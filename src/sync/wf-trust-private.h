/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

GTlsDatabase *wf_trust_new (const char  *authority,
                            const char  *pin,
                            GError     **error);

G_END_DECLS
