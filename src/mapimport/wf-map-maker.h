/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Looks at a file of another program, and makes a map pack of it. What is wanted and what was found are key files, described at
 * wf_map_import_run_async(). Blocks; to be called in a process of its own. */

typedef void (*WfMakerProgress) (double   share,
                                 gpointer data);

gboolean wf_map_maker_look (const char       *path,
                            GKeyFile         *plan,
                            GKeyFile         *found,
                            WfMakerProgress   progress,
                            gpointer          data,
                            GCancellable     *cancellable,
                            GError          **error);
gboolean wf_map_maker_make (const char       *path,
                            const char       *pack,
                            GKeyFile         *plan,
                            GKeyFile         *made,
                            WfMakerProgress   progress,
                            gpointer          data,
                            GCancellable     *cancellable,
                            GError          **error);

G_END_DECLS
