/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-store.h"

G_BEGIN_DECLS

#define WF_TYPE_SNAPSHOT (wf_snapshot_get_type ())
G_DECLARE_FINAL_TYPE (WfSnapshot, wf_snapshot, WF, SNAPSHOT, GObject)

WfSnapshot *wf_snapshot_new         (WfStore              *store,
                                     WfRole                role);
void        wf_snapshot_next_async  (WfSnapshot           *self,
                                     GCancellable         *cancellable,
                                     GAsyncReadyCallback   callback,
                                     gpointer              data);
gboolean    wf_snapshot_next_finish (WfSnapshot           *self,
                                     GAsyncResult         *result,
                                     GBytes              **chunk,
                                     GError              **error);

G_END_DECLS
