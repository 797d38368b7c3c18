/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-map-feature.h"

G_BEGIN_DECLS

/* Limits of one vector tile. A tile of a dense city has some 30,000 features in half a megabyte. */
#define WF_VECTOR_MAX_BYTES    (16u * 1024 * 1024)
#define WF_VECTOR_MAX_LAYERS   64u
#define WF_VECTOR_MAX_FEATURES 200000u
#define WF_VECTOR_MAX_VALUES   400000u
#define WF_VECTOR_MAX_POINTS   1000000u
#define WF_VECTOR_MAX_EXTENT   65536u

/* One vector tile, in the version 2 of Mapbox's specification (https://github.com/mapbox/vector-tile-spec), read straight from
 * its protocol buffer. Nothing in it is believed: every length, count and index is checked against what there is. */

typedef struct _WfVectorLayer WfVectorLayer;

/**
 * WfVectorFeature:
 * @layer: of which layer it is
 * @shape: what it is
 * @extent: how many units the tile is wide and high; y grows to the south
 * @points: x, y, x, y … in those units; may lie outside of the tile
 * @n_points: how many
 * @parts: the index of each part's first point, and the count of points behind the last
 * @n_parts: how many parts
 *
 * A feature while its tile is being read.
 */
typedef struct
{
  const WfVectorLayer *layer;
  WfMapShape           shape;
  guint32              extent;
  const gint32        *points;
  guint                n_points;
  const guint32       *parts;
  guint                n_parts;

  /*< private >*/
  const guint32       *tags;
  guint                n_tags;
} WfVectorFeature;

typedef gboolean (*WfVectorWanted) (const char            *layer,
                                    gpointer               data);
typedef void     (*WfVectorFunc)   (const WfVectorFeature *feature,
                                    gpointer               data);

GBytes     *wf_vector_tile_unpack      (GBytes                 *bytes,
                                        GError                **error);
gboolean    wf_vector_tile_read        (const guint8           *data,
                                        gsize                   size,
                                        WfVectorWanted          wanted,
                                        WfVectorFunc            func,
                                        gpointer                user_data,
                                        GError                **error);
const char *wf_vector_layer_get_name   (const WfVectorLayer    *layer);
const char *wf_vector_feature_get_text (const WfVectorFeature  *feature,
                                        const char             *key);
gboolean    wf_vector_feature_get_int  (const WfVectorFeature  *feature,
                                        const char             *key,
                                        int                    *value);

G_END_DECLS
