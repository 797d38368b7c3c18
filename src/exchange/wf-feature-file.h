/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * WfFeatureFile:
 *
 * Located things on their way into another program: GeoJSON (RFC 7946) or KML (OGC 2.2). Coordinates are WGS 84. One thread.
 */
typedef struct _WfFeatureFile WfFeatureFile;

/**
 * WfFeatureFormat:
 * @WF_FEATURE_GEOJSON: GeoJSON, RFC 7946
 * @WF_FEATURE_KML: KML, OGC 2.2
 */
typedef enum
{
  WF_FEATURE_GEOJSON,
  WF_FEATURE_KML,
} WfFeatureFormat;

WfFeatureFile *wf_feature_file_new      (WfFeatureFormat  format,
                                         const char      *title,
                                         const char      *description);
void           wf_feature_file_free     (WfFeatureFile   *self);
void           wf_feature_file_add      (WfFeatureFile   *self,
                                         const char      *id,
                                         const char      *folder,
                                         const char      *name,
                                         double           lon,
                                         double           lat,
                                         ...) G_GNUC_NULL_TERMINATED;
void           wf_feature_file_add_line (WfFeatureFile   *self,
                                         const char      *id,
                                         const char      *folder,
                                         const char      *name,
                                         const double    *points,
                                         gsize            n,
                                         gboolean         closed);
guint          wf_feature_file_count    (WfFeatureFile   *self);
GBytes        *wf_feature_file_finish   (WfFeatureFile   *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WfFeatureFile, wf_feature_file_free)

G_END_DECLS
