/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-context.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define WF_TYPE_SNAPSHOT_CHOOSER (wf_snapshot_chooser_get_type ())
G_DECLARE_FINAL_TYPE (WfSnapshotChooser, wf_snapshot_chooser, WF, SNAPSHOT_CHOOSER, GtkWidget)

/* Signal "changed": another picture was chosen, or none. */

GtkWidget  *wf_snapshot_chooser_new              (WfContext         *context,
                                                  const char        *incident);
GBytes     *wf_snapshot_chooser_get_bytes        (WfSnapshotChooser *self);
const char *wf_snapshot_chooser_get_content_type (WfSnapshotChooser *self);
const char *wf_snapshot_chooser_get_name         (WfSnapshotChooser *self);
const char *wf_snapshot_chooser_get_source       (WfSnapshotChooser *self);
int64_t     wf_snapshot_chooser_get_taken_at     (WfSnapshotChooser *self);
void        wf_snapshot_chooser_set_picture      (WfSnapshotChooser *self,
                                                  GBytes            *bytes,
                                                  const char        *content_type,
                                                  const char        *name,
                                                  const char        *source,
                                                  int64_t            taken_at);

G_END_DECLS
