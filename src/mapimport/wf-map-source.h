/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-geo.h"

#include <gio/gio.h>
#include <ogr_api.h>

G_BEGIN_DECLS

/* Limits of a file. GDAL holds a GeoJSON file in memory several times over. */
#define WF_SOURCE_MAX_BYTES    (G_GINT64_CONSTANT (1) << 30)
#define WF_SOURCE_MAX_JSON     (G_GINT64_CONSTANT (256) << 20)
#define WF_SOURCE_MAX_FEATURES 2000000
#define WF_SOURCE_MAX_LAYERS   200

#define WF_SOURCE_ERROR (wf_source_error_quark ())

typedef enum
{
  WF_SOURCE_ERROR_OPEN,
  WF_SOURCE_ERROR_LIMIT,
  WF_SOURCE_ERROR_PLACE,
  WF_SOURCE_ERROR_READ,
} WfSourceError;

GQuark wf_source_error_quark (void);

/**
 * WfSourceOptions:
 * @datum: of the coordinates, once they are degrees
 * @crs: (nullable): the coordinate system, such as “EPSG:4547”, in place of what the file says
 * @swap: whether the file has latitude before longitude
 *
 * What a person knows better than the file.
 */
typedef struct
{
  WfDatum  datum;
  char    *crs;
  gboolean swap;
} WfSourceOptions;

/**
 * WfSource:
 *
 * A GeoJSON file, a GeoPackage or a Shapefile, read by GDAL. One thread.
 */
typedef struct _WfSource WfSource;

/* What became of a feature. */
typedef struct
{
  OGRGeometryH geometry; /* (owned) WGS 84 degrees, longitude first; NULL where it cannot be used */
  char        *mended;   /* (owned) (nullable) what was wrong with it and is not any more */
  char        *refused;  /* (owned) (nullable) why it cannot be used */
} WfSourceShape;

WfSource     *wf_source_open             (const char            *path,
                                          const WfSourceOptions *options,
                                          GError               **error);
void          wf_source_free             (WfSource              *self);
int           wf_source_count_layers     (WfSource              *self);
const char   *wf_source_get_format       (WfSource              *self);
gboolean      wf_source_select           (WfSource              *self,
                                          int                    layer,
                                          GError               **error);
const char   *wf_source_get_layer_name   (WfSource              *self);
char         *wf_source_dup_crs          (WfSource              *self);
const char   *wf_source_get_encoding     (WfSource              *self);
const char *const *wf_source_get_fields  (WfSource              *self);
double        wf_source_count_features   (WfSource              *self);
OGRFeatureH   wf_source_next             (WfSource              *self,
                                          GError               **error);
char         *wf_source_dup_text         (WfSource              *self,
                                          OGRFeatureH            feature,
                                          const char            *field);
void          wf_source_take_shape       (WfSource              *self,
                                          OGRFeatureH            feature,
                                          WfSourceShape         *shape);
void          wf_source_shape_clear      (WfSourceShape         *shape);
gboolean      wf_source_has_crs          (WfSource              *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WfSource, wf_source_free)

G_END_DECLS
