/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* How many bytes from the beginning of a medium wf_media_type_fits() wants to see. */
#define WF_MEDIA_TYPE_HEAD 65536

gboolean wf_media_type_fits (const char   *type,
                             const guint8 *head,
                             gsize         size);

G_END_DECLS
