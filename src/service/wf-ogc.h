/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-ogc-layer.h"
#include "wf-store.h"

G_BEGIN_DECLS

/* Private to service. */

#define WF_TYPE_OGC (wf_ogc_get_type ())
G_DECLARE_FINAL_TYPE (WfOgc, wf_ogc, WF, OGC, GObject)

/**
 * WfOgcAsk:
 * @layer: index of the collection
 * @query: what is wanted of it; not used for a single feature
 * @feature: (nullable): id of the one feature that is wanted
 * @base: address of the service's OGC part, without a slash at its end, such as `http://127.0.0.1:7480/ogc`
 * @self_query: (nullable): what stood behind the question mark
 * @next_query: (nullable): the same without the parameter `after`
 * @plain_query: (nullable): the same as @self_query without the parameter `f`
 * @json: whether it is told as `application/json`
 *
 * A question about one collection.
 */
typedef struct
{
  guint      layer;
  WfOgcQuery query;
  char      *feature;
  char      *base;
  char      *self_query;
  char      *next_query;
  char      *plain_query;
  gboolean   json;
} WfOgcAsk;

/**
 * WfOgcExtent:
 * @any: whether the collection has any features
 * @box: where they lie
 * @from: see wf_ogc_layer_extent()
 * @until: see wf_ogc_layer_extent()
 */
typedef struct
{
  gboolean any;
  WfGeoBox box;
  int64_t  from;
  int64_t  until;
} WfOgcExtent;

WfOgcAsk     *wf_ogc_ask_new        (void);
void          wf_ogc_ask_free       (WfOgcAsk             *self);

WfOgc        *wf_ogc_new            (WfStore              *store);
void          wf_ogc_stop           (WfOgc                *self);
guint         wf_ogc_count          (WfOgc                *self);
const WfKind *wf_ogc_kind           (WfOgc                *self,
                                     guint                 layer);
GPtrArray    *wf_ogc_columns        (WfOgc                *self,
                                     guint                 layer);
gboolean      wf_ogc_find           (WfOgc                *self,
                                     const char           *name,
                                     guint                *layer);

void          wf_ogc_read_async     (WfOgc                *self,
                                     WfOgcAsk             *ask,
                                     GCancellable         *cancellable,
                                     GAsyncReadyCallback   callback,
                                     gpointer              data);
GBytes       *wf_ogc_read_finish    (WfOgc                *self,
                                     GAsyncResult         *result,
                                     GError              **error);
void          wf_ogc_extents_async  (WfOgc                *self,
                                     GCancellable         *cancellable,
                                     GAsyncReadyCallback   callback,
                                     gpointer              data);
GArray       *wf_ogc_extents_finish (WfOgc                *self,
                                     GAsyncResult         *result,
                                     GError              **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WfOgcAsk, wf_ogc_ask_free)

G_END_DECLS
