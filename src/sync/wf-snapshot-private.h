/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-replica-private.h"

G_BEGIN_DECLS

typedef struct _WfSnapshotReader WfSnapshotReader;

WfSnapshotReader *wf_snapshot_reader_new    (void);
void              wf_snapshot_reader_free   (WfSnapshotReader  *self);
gboolean          wf_snapshot_reader_feed   (WfSnapshotReader  *self,
                                             GBytes            *piece,
                                             GError           **error);
WfContents       *wf_snapshot_reader_finish (WfSnapshotReader  *self,
                                             GError           **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WfSnapshotReader, wf_snapshot_reader_free)

G_END_DECLS
