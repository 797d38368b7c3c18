/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-vector-tile.h"

G_BEGIN_DECLS

/**
 * WfVectorLook:
 * @map_class: as what its shape is drawn; 0 for not at all
 * @min_zoom: from which zoom on
 * @rank: of the shape
 * @name_class: as what its name is shown; 0 for not at all
 * @name_zoom: from which zoom on
 * @name_rank: of the name; lower is more important
 *
 * How a feature of a vector tile appears on our map. Zooms are ours, of a world 256 · 2^zoom pixels wide.
 */
typedef struct
{
  int map_class;
  int min_zoom;
  int rank;
  int name_class;
  int name_zoom;
  int name_rank;
} WfVectorLook;

/**
 * WfVectorRows:
 *
 * What the style says of one layer.
 */
typedef struct
{
  /*< private >*/
  gsize first;
  gsize end;
} WfVectorRows;

gboolean    wf_vector_style_wants     (const char            *layer,
                                       WfVectorRows          *rows);
gboolean    wf_vector_style_find      (const WfVectorFeature *feature,
                                       WfVectorRows           rows,
                                       WfVectorLook          *look);
const char *wf_vector_style_get_name  (const WfVectorFeature *feature);
const char *wf_vector_style_get_latin (const WfVectorFeature *feature);

G_END_DECLS
