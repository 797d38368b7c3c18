/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-entity.h"
#include "wf-geo-index.h"
#include "wf-kind.h"
#include "wf-position.h"

G_BEGIN_DECLS

/* Private to service. */

#define WF_OGC_LIMIT_DEFAULT 10
#define WF_OGC_LIMIT_MAX     10000
#define WF_OGC_FILTERS_MAX   8

/**
 * WfOgcColumn:
 * @name: the property's name
 * @field: what may stand there
 * @object: (nullable): the object of the entity that it lies in, %NULL for a field of the entity itself
 * @telemetry: whether it comes from the unit's last position, or says how old something is
 *
 * A property of a collection's features. What a kind's table says is a column unless it is personal, a secret, or of no use to
 * a map: see wf_ogc_columns_new().
 */
typedef struct
{
  char          *name;
  const WfField *field;
  const char    *object;
  gboolean       telemetry;
} WfOgcColumn;

GPtrArray  *wf_ogc_columns_new      (const WfKind     *kind);
gboolean    wf_ogc_kind_is_located  (const WfKind     *kind);
gboolean    wf_ogc_is_flat_object   (const char       *key);

/**
 * WfOgcFilter:
 * @column: which property
 * @text: what it must equal
 * @number: the same as a number, where the property is one, or a time
 */
typedef struct
{
  guint   column;
  char   *text;
  double  number;
} WfOgcFilter;

/**
 * WfOgcQuery:
 * @boxes: the area; two of them where it crosses the antimeridian
 * @n_boxes: how many; 0 for everywhere
 * @timed: whether @from and @until count
 * @from: milliseconds since the epoch, or %G_MININT64
 * @until: milliseconds since the epoch, or %G_MAXINT64
 * @filters: (element-type WfOgcFilter): all of them must hold
 * @limit: how many features at most
 * @after: (nullable): id of the feature behind which to begin
 */
typedef struct
{
  WfGeoBox boxes[2];
  guint    n_boxes;
  gboolean timed;
  int64_t  from;
  int64_t  until;
  GArray  *filters;
  guint    limit;
  char    *after;
} WfOgcQuery;

/**
 * WfOgcPage:
 * @matched: how many features the query finds in all
 * @returned: how many were written
 * @last: (nullable) (transfer none): id of the last one written, where there are more behind it
 */
typedef struct
{
  guint       matched;
  guint       returned;
  const char *last;
} WfOgcPage;

typedef struct _WfOgcLayer WfOgcLayer;

WfOgcLayer   *wf_ogc_layer_new      (const WfKind     *kind,
                                     const char       *service);
void          wf_ogc_layer_free     (WfOgcLayer       *self);
const WfKind *wf_ogc_layer_kind     (WfOgcLayer       *self);
GPtrArray    *wf_ogc_layer_columns  (WfOgcLayer       *self);
void          wf_ogc_layer_put      (WfOgcLayer       *self,
                                     WfEntity         *entity);
void          wf_ogc_layer_move     (WfOgcLayer       *self,
                                     const char       *id,
                                     const WfPosition *position);
void          wf_ogc_layer_set      (WfOgcLayer       *self,
                                     WfEntity         *setting);
WfEntity     *wf_ogc_layer_look_up  (WfOgcLayer       *self,
                                     const char       *id,
                                     WfGeoPoint       *place);
void          wf_ogc_layer_set_now  (WfOgcLayer       *self,
                                     int64_t           now);
gboolean      wf_ogc_layer_query    (WfOgcLayer       *self,
                                     const WfOgcQuery *query,
                                     GString          *out,
                                     WfOgcPage        *page);
gboolean      wf_ogc_layer_feature  (WfOgcLayer       *self,
                                     const char       *id,
                                     GString          *out);
gboolean      wf_ogc_layer_extent   (WfOgcLayer       *self,
                                     WfGeoBox         *box,
                                     int64_t          *from,
                                     int64_t          *until);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WfOgcLayer, wf_ogc_layer_free)

G_END_DECLS
