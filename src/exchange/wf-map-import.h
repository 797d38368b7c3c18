/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define WF_MAP_IMPORT_ERROR (wf_map_import_error_quark ())

/**
 * WfMapImportError:
 * @WF_MAP_IMPORT_ERROR_REFUSED: the file cannot be used; the message says why
 * @WF_MAP_IMPORT_ERROR_DIED: the program that reads it came to an end by itself
 */
typedef enum
{
  WF_MAP_IMPORT_ERROR_REFUSED,
  WF_MAP_IMPORT_ERROR_DIED,
} WfMapImportError;

GQuark wf_map_import_error_quark (void);

/* Called in the main context with what is done of it, 0 to 1. */
typedef void (*WfMapImportProgress) (double   share,
                                     gpointer data);

char     *wf_map_import_find_program (void);
void      wf_map_import_run_async    (const char           *path,
                                      const char           *pack,
                                      GKeyFile             *plan,
                                      WfMapImportProgress   progress,
                                      gpointer              progress_data,
                                      GCancellable         *cancellable,
                                      GAsyncReadyCallback   callback,
                                      gpointer              user_data);
GKeyFile *wf_map_import_run_finish   (GAsyncResult         *result,
                                      GError              **error);

G_END_DECLS
