/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-map-pack.h"
#include "wf-mbtiles.h"

G_BEGIN_DECLS

/* Private to tiles, and to what tries it: a #WfMapPack is what the map asks. */

typedef struct _WfVectorSet WfVectorSet;

WfVectorSet *wf_vector_set_new       (WfMbtiles     *tiles,
                                      WfDatum        datum);
void         wf_vector_set_free      (WfVectorSet   *self);
WfMbtiles   *wf_vector_set_get_tiles (WfVectorSet   *self);
GPtrArray   *wf_vector_set_query     (WfVectorSet   *self,
                                      double         left,
                                      double         top,
                                      double         right,
                                      double         bottom,
                                      int            zoom,
                                      GError       **error);
GArray      *wf_vector_set_get_cover (WfVectorSet   *self,
                                      double         left,
                                      double         top,
                                      double         right,
                                      double         bottom,
                                      int            zoom);
GPtrArray   *wf_vector_features_read (GBytes        *bytes,
                                      WfDatum        datum,
                                      int            zoom,
                                      int            x,
                                      int            y,
                                      GError       **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WfVectorSet, wf_vector_set_free)

G_END_DECLS
