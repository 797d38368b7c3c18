/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-map-view.h"
#include "wf-window.h"

G_BEGIN_DECLS

void     wf_map_save        (WfWindow            *window,
                             WfMapView           *map);
void     wf_map_save_async  (WfContext           *context,
                             WfMapView           *map,
                             GFile               *file,
                             GCancellable        *cancellable,
                             GAsyncReadyCallback  callback,
                             gpointer             data);
gboolean wf_map_save_finish (WfMapView           *map,
                             GAsyncResult        *result,
                             GError             **error);

G_END_DECLS
