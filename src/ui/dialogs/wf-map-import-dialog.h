/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define WF_TYPE_MAP_IMPORT_DIALOG (wf_map_import_dialog_get_type ())
G_DECLARE_FINAL_TYPE (WfMapImportDialog, wf_map_import_dialog, WF, MAP_IMPORT_DIALOG, AdwWindow)

/* Signals:
 *   "imported" (const char *pack): the map pack is there; the dialog closes itself afterwards. */

GtkWidget *wf_map_import_dialog_new     (const char        *path,
                                         const char        *folder);
gboolean   wf_map_import_dialog_is_busy (WfMapImportDialog *self);

G_END_DECLS
