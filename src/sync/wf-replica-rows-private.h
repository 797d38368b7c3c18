/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-replica-private.h"
#include "wf-workfile-private.h"

G_BEGIN_DECLS

WfContents *wf_replica_read_all        (WfDatabase  *db,
                                        GError     **error);
gboolean    wf_replica_read_story      (WfDatabase  *db,
                                        const char  *scope,
                                        const char  *subject,
                                        GPtrArray   *events,
                                        GError     **error);
gboolean    wf_replica_write_all       (WfDatabase  *db,
                                        WfContents  *contents,
                                        GError     **error);
gboolean    wf_replica_write_events    (WfDatabase  *db,
                                        GPtrArray   *events,
                                        GError     **error);
gboolean    wf_replica_write_entities  (WfDatabase  *db,
                                        GPtrArray   *entities,
                                        GError     **error);
gboolean    wf_replica_write_readings  (WfDatabase  *db,
                                        GPtrArray   *readings,
                                        GError     **error);
gboolean    wf_replica_write_positions (WfDatabase  *db,
                                        GPtrArray   *positions,
                                        GError     **error);
gboolean    wf_replica_write_place     (WfDatabase  *db,
                                        int64_t      position,
                                        GError     **error);
gboolean    wf_replica_write_head      (WfDatabase  *db,
                                        const char  *scope,
                                        int64_t      number,
                                        const char  *hash,
                                        GError     **error);

G_END_DECLS
