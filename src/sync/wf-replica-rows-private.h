/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-replica-private.h"
#include "wf-workfile-private.h"

G_BEGIN_DECLS

WfContents *wf_replica_read_all        (WfWorkfile  *file,
                                        GError     **error);
gboolean    wf_replica_read_events     (WfStatement *select,
                                        GPtrArray   *events,
                                        GError     **error);
gboolean    wf_replica_write_all       (WfWorkfile  *file,
                                        WfContents  *contents,
                                        GError     **error);
gboolean    wf_replica_write_events    (WfWorkfile  *file,
                                        GPtrArray   *events,
                                        GError     **error);
gboolean    wf_replica_write_entities  (WfWorkfile  *file,
                                        GPtrArray   *entities,
                                        GError     **error);
gboolean    wf_replica_write_positions (WfWorkfile  *file,
                                        GPtrArray   *positions,
                                        GError     **error);
gboolean    wf_replica_write_place     (WfWorkfile  *file,
                                        int64_t      position,
                                        GError     **error);
gboolean    wf_replica_write_head      (WfWorkfile  *file,
                                        const char  *scope,
                                        int64_t      number,
                                        const char  *hash,
                                        GError     **error);

G_END_DECLS
