/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-replica-private.h"

G_BEGIN_DECLS

typedef struct _WfSnapshot WfSnapshot;

WfSnapshot *wf_snapshot_new    (void);
void        wf_snapshot_free   (WfSnapshot  *self);
gboolean    wf_snapshot_feed   (WfSnapshot  *self,
                                GBytes      *piece,
                                GError     **error);
WfContents *wf_snapshot_finish (WfSnapshot  *self,
                                GError     **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WfSnapshot, wf_snapshot_free)

G_END_DECLS
