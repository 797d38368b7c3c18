/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-entity.h"
#include "wf-event.h"
#include "wf-position.h"
#include "wf-reading.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * WfHead:
 * @number: of the newest event in the scope
 * @hash: of its header
 *
 * Where a scope's chain ends in the replica: the next entry must join it.
 */
typedef struct
{
  int64_t number;
  char   *hash;
} WfHead;

/**
 * WfUnitPosition:
 *
 * Where a unit was last seen, with the names that it goes by.
 */
typedef struct
{
  char      *scope;
  char      *unit;
  WfPosition position;
} WfUnitPosition;

/**
 * WfScopedReading:
 * @scope: where it belongs
 * @source: (owned): who read it
 * @reading: what was read; with that source
 */
typedef struct
{
  char     *scope;
  char     *source;
  WfReading reading;
} WfScopedReading;

/**
 * WfContents:
 * @service: (nullable): id of the service that it comes from; %NULL where there is nothing yet
 * @actor: (nullable): id of the person who may see it
 * @name: (nullable): that person's name
 * @post: (nullable): that person's post
 * @role: (nullable): the role that their token carries
 * @position: of the newest event in it
 * @heads: (element-type utf8 WfHead): where each scope's chain ends
 * @entities: (element-type WfEntity): everything
 * @events: (element-type WfEvent): the newest, oldest first
 * @positions: (element-type WfUnitPosition): where units were last seen
 * @readings: (element-type WfScopedReading): what sensors read last
 *
 * What a replica holds, as it goes between the file, a snapshot and the session.
 */
typedef struct
{
  char       *service;
  char       *actor;
  char       *name;
  char       *post;
  char       *role;
  int64_t     position;
  GHashTable *heads;
  GPtrArray  *entities;
  GPtrArray  *events;
  GPtrArray  *positions;
  GPtrArray  *readings;
} WfContents;

WfHead         *wf_head_new           (int64_t           number,
                                       const char       *hash);
void            wf_head_free          (WfHead           *self);
WfUnitPosition *wf_unit_position_new  (const char       *scope,
                                       const char       *unit,
                                       const WfPosition *position);
void            wf_unit_position_free (WfUnitPosition   *self);
WfScopedReading *wf_scoped_reading_new (const char      *scope,
                                       const WfReading  *reading);
void            wf_scoped_reading_free (WfScopedReading *self);
WfContents     *wf_contents_new       (void);
void            wf_contents_free      (WfContents       *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WfContents, wf_contents_free)

#define WF_TYPE_REPLICA (wf_replica_get_type ())
G_DECLARE_FINAL_TYPE (WfReplica, wf_replica, WF, REPLICA, GObject)

WfReplica  *wf_replica_new                 (const char           *path);
void        wf_replica_open_async          (WfReplica            *self,
                                            GCancellable         *cancellable,
                                            GAsyncReadyCallback   callback,
                                            gpointer              data);
WfContents *wf_replica_open_finish         (WfReplica            *self,
                                            GAsyncResult         *result,
                                            GError              **error);
void        wf_replica_install_async       (WfReplica            *self,
                                            WfContents           *contents,
                                            GCancellable         *cancellable,
                                            GAsyncReadyCallback   callback,
                                            gpointer              data);
WfContents *wf_replica_install_finish      (WfReplica            *self,
                                            GAsyncResult         *result,
                                            GError              **error);
void        wf_replica_follow_async        (WfReplica            *self,
                                            GPtrArray            *events,
                                            GPtrArray            *changed,
                                            GCancellable         *cancellable,
                                            GAsyncReadyCallback   callback,
                                            gpointer              data);
gboolean    wf_replica_follow_finish       (WfReplica            *self,
                                            GAsyncResult         *result,
                                            GError              **error);
void        wf_replica_keep_events         (WfReplica            *self,
                                            GPtrArray            *events);
void        wf_replica_keep_positions      (WfReplica            *self,
                                            GPtrArray            *positions);
void        wf_replica_keep_readings       (WfReplica            *self,
                                            GPtrArray            *readings);
void        wf_replica_find_events_async   (WfReplica            *self,
                                            const char           *scope,
                                            const char           *subject,
                                            GCancellable         *cancellable,
                                            GAsyncReadyCallback   callback,
                                            gpointer              data);
GPtrArray  *wf_replica_find_events_finish  (WfReplica            *self,
                                            GAsyncResult         *result,
                                            GError              **error);
void        wf_replica_close               (WfReplica            *self);

G_END_DECLS
