/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

gboolean  wf_media_store (const char  *path,
                          GBytes      *bytes,
                          GError     **error);
char     *wf_media_adopt (const char  *folder,
                          const char  *path,
                          GError     **error);
gboolean  wf_media_check (const char  *path,
                          const char  *digest);
GBytes   *wf_media_load  (const char  *path,
                          const char  *digest);
guint     wf_media_prune (const char  *folder,
                          GHashTable  *keep,
                          gint64       before,
                          goffset      most_bytes,
                          gint64       most_age);

G_END_DECLS
