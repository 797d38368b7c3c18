/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-mapimport"

#include "config.h"

#include "wf-map-source.h"

#include <cpl_conv.h>
#include <cpl_error.h>
#include <gdal.h>
#include <glib/gi18n.h>
#include <math.h>
#include <ogr_srs_api.h>
#include <string.h>

struct _WfSource
{
  char                        *path; /* (owned) */
  WfSourceOptions              options; /* its texts are the caller's */
  GDALDatasetH                 data; /* (owned) */
  OGRLayerH                    layer; /* (nullable) */
  char                        *layer_name; /* (owned) (nullable) */
  OGRSpatialReferenceH         wgs84;     /* (owned) */
  OGRCoordinateTransformationH transform; /* (owned) (nullable) */
  gboolean                     has_crs;
  gboolean                     is_shapefile;
  const char                  *encoding; /* of the texts of the layer */
  GStrv                        fields;   /* (owned) (nullable) of the layer */
  char                        *reason; /* (owned) (nullable) what GDAL said last */
};

G_DEFINE_QUARK (wf-source-error-quark, wf_source_error)

static void
error_cb (CPLErr      level,
          CPLErrorNum number,
          const char *message)
{
  WfSource *self = CPLGetErrorHandlerUserData ();

  if (level < CE_Warning)
    return;
  g_free (self->reason);
  self->reason = g_utf8_make_valid (message, -1);
}

/* What GDAL said last, once. */
static char *
take_reason (WfSource   *self,
             const char *otherwise)
{
  char *reason = g_steal_pointer (&self->reason);

  return reason != NULL ? reason : g_strdup (otherwise);
}

/* --- opening ----------------------------------------------------------------------------------------------------- */

/* GDAL reads as many features of a Shapefile as are there, and says nothing of those that are not. */
static gboolean
check_length (GFile   *file,
              gint64   size,
              GError **error)
{
  g_autoptr (GFileInputStream) stream = g_file_read (file, NULL, error);
  guint8 head[28];
  gsize got = 0;

  if (stream == NULL || !g_input_stream_read_all (G_INPUT_STREAM (stream), head, sizeof head, &got, NULL, error))
    return FALSE;
  /* In words of 16 bits, the high byte first. */
  gint64 wanted = 2 * ((gint64) head[24] << 24 | (gint64) head[25] << 16 | (gint64) head[26] << 8 | (gint64) head[27]);
  if (got == sizeof head && wanted <= size)
    return TRUE;

  g_autofree char *path = g_file_get_path (file);
  g_set_error (error, WF_SOURCE_ERROR, WF_SOURCE_ERROR_READ, _("%s: the file is cut off. Copy it again."), path);

  return FALSE;
}

static gboolean
check_size (const char  *path,
            GError     **error)
{
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GFileInfo) info = g_file_query_info (file, G_FILE_ATTRIBUTE_STANDARD_SIZE "," G_FILE_ATTRIBUTE_STANDARD_TYPE,
                                                  G_FILE_QUERY_INFO_NONE, NULL, error);
  g_autofree char *folded = g_ascii_strdown (path, -1);
  gint64 limit = g_str_has_suffix (folded, "json") ? WF_SOURCE_MAX_JSON : WF_SOURCE_MAX_BYTES;

  if (info == NULL)
    return FALSE;
  if (g_file_info_get_file_type (info) != G_FILE_TYPE_REGULAR)
    {
      g_set_error (error, WF_SOURCE_ERROR, WF_SOURCE_ERROR_OPEN, _("%s: is no file"), path);
      return FALSE;
    }
  if (g_file_info_get_size (info) > limit)
    {
      g_autofree char *size = g_format_size (limit);

      g_set_error (error, WF_SOURCE_ERROR, WF_SOURCE_ERROR_LIMIT,
                   _("%s: is larger than %s. Cut out the district with another program first, or make vector tiles of it."), path,
                   size);
      return FALSE;
    }

  return !g_str_has_suffix (folded, ".shp") || check_length (file, g_file_info_get_size (info), error);
}

/**
 * wf_source_open:
 * @path: a file
 * @options: what is known better; its texts must stay
 * @error: why it cannot be read
 *
 * Opens a file. Nothing but GeoJSON, GeoPackage and Shapefile is tried, and nothing of the network.
 *
 * Returns: (transfer full): the file, or %NULL
 */
WfSource *
wf_source_open (const char            *path,
                const WfSourceOptions *options,
                GError               **error)
{
  static const char *const drivers[] = { "GeoJSON", "GPKG", "ESRI Shapefile", NULL };
  /* Texts of a Shapefile as they are: what its .cpg says of them is often wrong, so that we look ourselves. */
  static const char *const open_options[] = { "ENCODING=", NULL };
  g_autoptr (WfSource) self = g_new0 (WfSource, 1);

  self->path = g_strdup (path);
  self->options = *options;
  CPLPushErrorHandlerEx (error_cb, self);
  if (!check_size (path, error))
    return NULL;

  GDALAllRegister ();
  OSRSetPROJEnableNetwork (0);
  CPLSetConfigOption ("CPL_CURL_ENABLE_VSIMEM", "NO");
  g_autofree char *folded = g_ascii_strdown (path, -1);
  self->is_shapefile = g_str_has_suffix (folded, ".shp");
  self->data = GDALOpenEx (path, GDAL_OF_VECTOR | GDAL_OF_READONLY, drivers, self->is_shapefile ? open_options : NULL, NULL);
  if (self->data == NULL)
    {
      g_autofree char *reason = take_reason (self, _("it is neither GeoJSON nor GeoPackage nor Shapefile"));

      g_set_error (error, WF_SOURCE_ERROR, WF_SOURCE_ERROR_OPEN, _("%s: cannot be read: %s"), path, reason);
      return NULL;
    }
  if (GDALDatasetGetLayerCount (self->data) < 1 || GDALDatasetGetLayerCount (self->data) > WF_SOURCE_MAX_LAYERS)
    {
      g_set_error (error, WF_SOURCE_ERROR, WF_SOURCE_ERROR_LIMIT, _("%s: has no layer, or too many"), path);
      return NULL;
    }
  self->wgs84 = OSRNewSpatialReference (NULL);
  OSRImportFromEPSG (self->wgs84, 4326);
  OSRSetAxisMappingStrategy (self->wgs84, OAMS_TRADITIONAL_GIS_ORDER);

  return g_steal_pointer (&self);
}

/**
 * wf_source_free:
 * @self: (nullable) (transfer full): a file
 */
void
wf_source_free (WfSource *self)
{
  if (self == NULL)
    return;

  g_clear_pointer (&self->transform, OCTDestroyCoordinateTransformation);
  if (self->wgs84 != NULL)
    OSRDestroySpatialReference (self->wgs84);
  if (self->data != NULL)
    GDALClose (self->data);
  CPLPopErrorHandler ();
  g_strfreev (self->fields);
  g_free (self->layer_name);
  g_free (self->reason);
  g_free (self->path);
  g_free (self);
}

/**
 * wf_source_count_layers:
 * @self: a file
 *
 * Returns: how many layers it has
 */
int
wf_source_count_layers (WfSource *self)
{
  return GDALDatasetGetLayerCount (self->data);
}

/**
 * wf_source_get_format:
 * @self: a file
 *
 * Returns: what it is
 */
const char *
wf_source_get_format (WfSource *self)
{
  return GDALGetDriverShortName (GDALGetDatasetDriver (self->data));
}

/* --- where ------------------------------------------------------------------------------------------------------- */

static gboolean
find_transform (WfSource *self,
                GError  **error)
{
  OGRSpatialReferenceH from = OGR_L_GetSpatialRef (self->layer);
  OGRSpatialReferenceH own = NULL;
  gboolean good = TRUE;

  g_clear_pointer (&self->transform, OCTDestroyCoordinateTransformation);
  if (self->options.crs != NULL)
    {
      own = OSRNewSpatialReference (NULL);
      if (OSRSetFromUserInput (own, self->options.crs) != OGRERR_NONE)
        {
          OSRDestroySpatialReference (own);
          g_set_error (error, WF_SOURCE_ERROR, WF_SOURCE_ERROR_PLACE,
                       _("“%s” is no coordinate system. Enter its number, as in EPSG:4547."), self->options.crs);
          return FALSE;
        }
      from = own;
    }
  self->has_crs = from != NULL;
  if (from != NULL)
    {
      OGRSpatialReferenceH ours = OSRClone (from);

      OSRSetAxisMappingStrategy (ours, OAMS_TRADITIONAL_GIS_ORDER);
      self->transform = OCTNewCoordinateTransformation (ours, self->wgs84);
      OSRDestroySpatialReference (ours);
      if (self->transform == NULL)
        {
          g_autofree char *reason = take_reason (self, "");

          g_set_error (error, WF_SOURCE_ERROR, WF_SOURCE_ERROR_PLACE, _("%s: its coordinate system is not understood: %s"),
                       self->path, reason);
          good = FALSE;
        }
    }
  if (own != NULL)
    OSRDestroySpatialReference (own);

  return good;
}

/* --- texts ------------------------------------------------------------------------------------------------------- */

typedef struct
{
  gboolean utf8; /* all that was seen is UTF-8 */
  gboolean gbk;
  gboolean more; /* some was not ASCII */
} Texts;

static void
look_at_text (Texts      *texts,
              const char *text)
{
  g_autofree char *chinese = NULL;

  if (text == NULL || g_str_is_ascii (text))
    return;
  texts->more = TRUE;
  texts->utf8 = texts->utf8 && g_utf8_validate (text, -1, NULL);
  if (!texts->gbk)
    return;
  chinese = g_convert (text, -1, "UTF-8", "GB18030", NULL, NULL, NULL);
  texts->gbk = chinese != NULL;
}

/* A Shapefile cuts texts at a fixed count of bytes, so that the last letter may be half. */
static char *
without_half (const char *text)
{
  const char *end;

  if (g_utf8_validate (text, -1, &end) || strlen (end) > 3)
    return g_strdup (text);

  return g_strndup (text, (gsize) (end - text));
}

#define MOST_LOOKED_AT 20000

/* A .cpg that says one thing while the texts are another is common: the texts themselves decide between UTF-8 and GB 18030. */
static void
find_encoding (WfSource *self)
{
  OGRFeatureDefnH fields = OGR_L_GetLayerDefn (self->layer);
  Texts texts = { TRUE, TRUE, FALSE };
  OGRFeatureH feature;
  int n = 0;

  self->encoding = "UTF-8";
  if (!self->is_shapefile)
    return;

  for (int i = 0; i < OGR_FD_GetFieldCount (fields); i++)
    look_at_text (&texts, OGR_Fld_GetNameRef (OGR_FD_GetFieldDefn (fields, i)));
  OGR_L_ResetReading (self->layer);
  while (n++ < MOST_LOOKED_AT && (feature = OGR_L_GetNextFeature (self->layer)) != NULL)
    {
      for (int i = 0; i < OGR_F_GetFieldCount (feature); i++)
        if (OGR_Fld_GetType (OGR_F_GetFieldDefnRef (feature, i)) == OFTString)
          {
            g_autofree char *text = without_half (OGR_F_GetFieldAsString (feature, i));

            look_at_text (&texts, text);
          }
      OGR_F_Destroy (feature);
    }
  OGR_L_ResetReading (self->layer);
  if (texts.more && !texts.utf8)
    self->encoding = "GB18030";
}

static char *
decode (WfSource   *self,
        const char *text)
{
  g_autofree char *converted = NULL;
  gsize used;

  if (text == NULL || *text == '\0')
    return NULL;
  if (g_str_equal (self->encoding, "UTF-8"))
    {
      g_autofree char *whole = without_half (text);

      return g_utf8_validate (whole, -1, NULL) ? g_steal_pointer (&whole) : NULL;
    }

  converted = g_convert (text, -1, "UTF-8", self->encoding, &used, NULL, NULL);
  if (converted == NULL && strlen (text) > 1)
    converted = g_convert (text, (gssize) strlen (text) - 1, "UTF-8", self->encoding, NULL, NULL, NULL);

  return g_steal_pointer (&converted);
}

/* --- layers ------------------------------------------------------------------------------------------------------ */

static GStrv
read_fields (WfSource *self)
{
  g_autoptr (GStrvBuilder) names = g_strv_builder_new ();
  OGRFeatureDefnH fields = OGR_L_GetLayerDefn (self->layer);

  for (int i = 0; i < OGR_FD_GetFieldCount (fields); i++)
    {
      g_autofree char *name = decode (self, OGR_Fld_GetNameRef (OGR_FD_GetFieldDefn (fields, i)));

      g_strv_builder_add (names, name != NULL ? name : "?");
    }

  return g_strv_builder_end (names);
}

/**
 * wf_source_select:
 * @self: a file
 * @layer: which layer
 * @error: what is wrong with it
 *
 * Begins to read a layer, from its first feature.
 *
 * Returns: whether it can be read
 */
gboolean
wf_source_select (WfSource *self,
                  int       layer,
                  GError  **error)
{
  self->layer = GDALDatasetGetLayer (self->data, layer);
  g_free (self->layer_name);
  self->layer_name = self->layer != NULL ? g_utf8_make_valid (OGR_L_GetName (self->layer), -1) : NULL;
  if (self->layer == NULL || OGR_L_GetFeatureCount (self->layer, 0) > WF_SOURCE_MAX_FEATURES)
    {
      g_set_error (error, WF_SOURCE_ERROR, WF_SOURCE_ERROR_LIMIT, _("%s: layer “%s” has more than %d features"), self->path,
                   self->layer_name != NULL ? self->layer_name : "", WF_SOURCE_MAX_FEATURES);
      return FALSE;
    }
  if (!find_transform (self, error))
    return FALSE;
  find_encoding (self);
  g_strfreev (self->fields);
  self->fields = read_fields (self);
  OGR_L_ResetReading (self->layer);
  g_clear_pointer (&self->reason, g_free);

  return TRUE;
}

/**
 * wf_source_get_layer_name:
 * @self: a file with a layer selected
 *
 * Returns: what it is called
 */
const char *
wf_source_get_layer_name (WfSource *self)
{
  return self->layer_name;
}

/**
 * wf_source_dup_crs:
 * @self: a file with a layer selected
 *
 * Returns: (transfer full) (nullable): the name of the layer's coordinate system, where it says one
 */
char *
wf_source_dup_crs (WfSource *self)
{
  OGRSpatialReferenceH crs = OGR_L_GetSpatialRef (self->layer);
  const char *name = crs != NULL ? OSRGetName (crs) : NULL;

  if (self->options.crs != NULL)
    return g_strdup (self->options.crs);

  return name != NULL ? g_utf8_make_valid (name, -1) : NULL;
}

/**
 * wf_source_get_encoding:
 * @self: a file with a layer selected
 *
 * Returns: in which encoding its texts are
 */
const char *
wf_source_get_encoding (WfSource *self)
{
  return self->encoding;
}

/**
 * wf_source_get_fields:
 * @self: a file with a layer selected
 *
 * Returns: (transfer none): the names of its fields
 */
const char *const *
wf_source_get_fields (WfSource *self)
{
  return (const char *const *) self->fields;
}

/**
 * wf_source_count_features:
 * @self: a file with a layer selected
 *
 * Returns: how many features it says that it has
 */
double
wf_source_count_features (WfSource *self)
{
  return (double) OGR_L_GetFeatureCount (self->layer, 0);
}

/**
 * wf_source_next:
 * @self: a file with a layer selected
 * @error: what is wrong with the file; not set at the end
 *
 * Returns: (transfer full) (nullable): the next feature, for OGR_F_Destroy()
 */
OGRFeatureH
wf_source_next (WfSource *self,
                GError  **error)
{
  OGRFeatureH feature;

  CPLErrorReset ();
  feature = OGR_L_GetNextFeature (self->layer);
  if (feature != NULL || CPLGetLastErrorType () < CE_Failure)
    return feature;

  g_autofree char *reason = take_reason (self, _("it is damaged"));
  g_set_error (error, WF_SOURCE_ERROR, WF_SOURCE_ERROR_READ, _("%s: layer “%s” cannot be read to its end: %s"), self->path,
               self->layer_name, reason);

  return NULL;
}

/**
 * wf_source_dup_text:
 * @self: a file with a layer selected
 * @feature: one of its features
 * @field: (nullable): the name of a field
 *
 * Returns: (transfer full) (nullable): what stands there, where it is text in the layer's encoding and not empty
 */
char *
wf_source_dup_text (WfSource    *self,
                    OGRFeatureH  feature,
                    const char  *field)
{
  if (field == NULL || *field == '\0')
    return NULL;
  for (int i = 0; self->fields[i] != NULL; i++)
    if (g_str_equal (self->fields[i], field) && OGR_F_IsFieldSetAndNotNull (feature, i))
      {
        char *text = decode (self, OGR_F_GetFieldAsString (feature, i));

        return text != NULL ? g_strstrip (text) : NULL;
      }

  return NULL;
}

/**
 * wf_source_has_crs:
 * @self: a file with a layer selected
 *
 * Returns: whether the file says where its coordinates are
 */
gboolean
wf_source_has_crs (WfSource *self)
{
  return self->has_crs;
}

/* --- shapes ------------------------------------------------------------------------------------------------------ */

/* All points of all parts. */
static void
each_line (OGRGeometryH geometry,
           void       (*func) (OGRGeometryH line,
                               gpointer     data),
           gpointer     data)
{
  int n = OGR_G_GetGeometryCount (geometry);

  if (n == 0)
    func (geometry, data);
  for (int i = 0; i < n; i++)
    each_line (OGR_G_GetGeometryRef (geometry, i), func, data);
}

static void
look_for_jump (OGRGeometryH line,
               gpointer     data)
{
  gboolean *jump = data;

  for (int i = 1; i < OGR_G_GetPointCount (line) && !*jump; i++)
    *jump = fabs (OGR_G_GetX (line, i) - OGR_G_GetX (line, i - 1)) > 180.0;
}

static void
turn_round (OGRGeometryH line,
            gpointer     data)
{
  for (int i = 0; i < OGR_G_GetPointCount (line); i++)
    if (OGR_G_GetX (line, i) < 0.0)
      OGR_G_SetPoint_2D (line, i, OGR_G_GetX (line, i) + 360.0, OGR_G_GetY (line, i));
}

static void
turn_back (OGRGeometryH line,
           gpointer     data)
{
  for (int i = 0; i < OGR_G_GetPointCount (line); i++)
    OGR_G_SetPoint_2D (line, i, OGR_G_GetX (line, i) - 360.0, OGR_G_GetY (line, i));
}

static OGRGeometryH
make_box (double west,
          double east)
{
  OGRGeometryH ring = OGR_G_CreateGeometry (wkbLinearRing);
  OGRGeometryH box = OGR_G_CreateGeometry (wkbPolygon);

  OGR_G_AddPoint_2D (ring, west, -90.0);
  OGR_G_AddPoint_2D (ring, east, -90.0);
  OGR_G_AddPoint_2D (ring, east, 90.0);
  OGR_G_AddPoint_2D (ring, west, 90.0);
  OGR_G_AddPoint_2D (ring, west, -90.0);
  OGR_G_AddGeometryDirectly (box, ring);

  return box;
}

/* Of what GEOS made, the parts that have as many dimensions as there were. */
static OGRGeometryH
only_dimension (OGRGeometryH geometry, /* (transfer full) */
                int          dimension)
{
  OGRGeometryH kept;

  if (geometry == NULL || wkbFlatten (OGR_G_GetGeometryType (geometry)) != wkbGeometryCollection)
    return geometry;

  kept = OGR_G_CreateGeometry (dimension == 2 ? wkbMultiPolygon : wkbMultiLineString);
  for (int i = 0; i < OGR_G_GetGeometryCount (geometry); i++)
    {
      OGRGeometryH part = OGR_G_GetGeometryRef (geometry, i);
      int n = OGR_G_GetGeometryCount (part);
      OGRwkbGeometryType type = wkbFlatten (OGR_G_GetGeometryType (part));

      if (type == wkbPolygon || type == wkbLineString)
        OGR_G_AddGeometry (kept, part);
      else
        for (int j = 0; j < n; j++)
          OGR_G_AddGeometry (kept, OGR_G_GetGeometryRef (part, j));
    }
  OGR_G_DestroyGeometry (geometry);

  return kept;
}

/* A shape across the antimeridian is two: one that ends there, and one that begins. */
static OGRGeometryH
split (OGRGeometryH geometry) /* (transfer full) */
{
  OGRGeometryH east = make_box (0.0, 180.0);
  OGRGeometryH west = make_box (180.0, 360.0);
  int dimension = OGR_G_GetDimension (geometry);
  OGRGeometryH one;
  OGRGeometryH two;
  OGRGeometryH both = NULL;

  each_line (geometry, turn_round, NULL);
  one = OGR_G_Intersection (geometry, east);
  two = OGR_G_Intersection (geometry, west);
  if (one != NULL && two != NULL)
    {
      each_line (two, turn_back, NULL);
      both = OGR_G_Union (one, two);
    }
  if (one != NULL)
    OGR_G_DestroyGeometry (one);
  if (two != NULL)
    OGR_G_DestroyGeometry (two);
  OGR_G_DestroyGeometry (east);
  OGR_G_DestroyGeometry (west);
  OGR_G_DestroyGeometry (geometry);

  return only_dimension (both, dimension);
}

static gboolean
is_out_of_range (OGRGeometryH  geometry,
                 WfSourceShape *shape)
{
  OGREnvelope box;

  OGR_G_GetEnvelope (geometry, &box);
  if (box.MinX >= -180.0 && box.MaxX <= 180.0 && box.MinY >= -90.0 && box.MaxY <= 90.0)
    return FALSE;

  if (box.MinY >= -180.0 && box.MaxY <= 180.0 && box.MinX >= -90.0 && box.MaxX <= 90.0)
    shape->refused = g_strdup (_("its latitude and longitude seem to be swapped"));
  else if (fabs (box.MinX) > 360.0 || fabs (box.MaxX) > 360.0)
    shape->refused = g_strdup (_("its coordinates are metres, not degrees: enter the coordinate system"));
  else
    shape->refused = g_strdup (_("its coordinates are out of range"));

  return TRUE;
}

static void
shift_line (OGRGeometryH line,
            gpointer     data)
{
  const WfDatum *datum = data;
  double lon;
  double lat;

  for (int i = 0; i < OGR_G_GetPointCount (line); i++)
    {
      wf_datum_to_wgs84 (*datum, OGR_G_GetX (line, i), OGR_G_GetY (line, i), &lon, &lat);
      OGR_G_SetPoint_2D (line, i, lon, lat);
    }
}

static gboolean
is_plain (OGRGeometryH geometry)
{
  switch ((int) wkbFlatten (OGR_G_GetGeometryType (geometry)))
    {
    case wkbPoint:
    case wkbMultiPoint:
    case wkbLineString:
    case wkbMultiLineString:
    case wkbPolygon:
    case wkbMultiPolygon:
      return TRUE;
    default:
      return FALSE;
    }
}

/* GEOS says it in English, with the place at the end. */
static char *
say_crossing (const char *reason)
{
  const char *point = reason != NULL ? strstr (reason, "point ") : NULL;
  char *end;
  double x;
  double y;

  if (point == NULL)
    return g_strdup (_("it crosses itself"));
  x = g_ascii_strtod (point + strlen ("point "), &end);
  y = g_ascii_strtod (end, &end);

  /* TRANSLATORS: longitude and latitude */
  return g_strdup_printf (_("it crosses itself at %.5f, %.5f"), x, y);
}

/* Polygons that cross themselves are cut at the crossings. */
static OGRGeometryH
mend (WfSource      *self,
      OGRGeometryH   geometry, /* (transfer full) */
      WfSourceShape *shape)
{
  OGRGeometryH good;

  if (OGR_G_GetDimension (geometry) != 2)
    return geometry;
  g_clear_pointer (&self->reason, g_free);
  if (OGR_G_IsValid (geometry))
    return geometry;

  g_free (shape->mended);
  shape->mended = say_crossing (self->reason);
  good = only_dimension (OGR_G_MakeValid (geometry), 2);
  OGR_G_DestroyGeometry (geometry);
  if (good != NULL && is_plain (good) && OGR_G_GetDimension (good) == 2 && !OGR_G_IsEmpty (good))
    return good;

  shape->refused = g_steal_pointer (&shape->mended);
  if (good != NULL)
    OGR_G_DestroyGeometry (good);

  return NULL;
}

/**
 * wf_source_take_shape:
 * @self: a file with a layer selected
 * @feature: one of its features
 * @shape: (out): its shape; clear it with wf_source_shape_clear()
 *
 * Brings a shape to WGS 84 degrees and mends it, or says why it cannot be used.
 */
void
wf_source_take_shape (WfSource      *self,
                      OGRFeatureH    feature,
                      WfSourceShape *shape)
{
  OGRGeometryH raw = OGR_F_GetGeometryRef (feature);
  OGRGeometryH geometry;
  OGREnvelope box;
  gboolean jump = FALSE;

  *shape = (WfSourceShape) { NULL, NULL, NULL };
  if (raw == NULL || OGR_G_IsEmpty (raw))
    {
      shape->refused = g_strdup (_("it has no shape"));
      return;
    }

  geometry = OGR_G_GetLinearGeometry (raw, 0.0, NULL);
  OGR_G_FlattenTo2D (geometry);
  if (!is_plain (geometry))
    shape->refused = g_strdup (_("it is neither points, lines nor polygons"));
  if (shape->refused == NULL && self->options.swap)
    OGR_G_SwapXY (geometry);
  if (shape->refused == NULL && self->transform != NULL && OGR_G_Transform (geometry, self->transform) != OGRERR_NONE)
    shape->refused = take_reason (self, _("its coordinates are out of range"));
  if (shape->refused != NULL)
    {
      OGR_G_DestroyGeometry (geometry);
      return;
    }

  OGR_G_GetEnvelope (geometry, &box);
  if (box.MinX >= -180.0 && box.MaxX <= 360.0)
    each_line (geometry, look_for_jump, &jump);
  if (jump || (box.MinX >= 0.0 && box.MinX <= 180.0 && box.MaxX > 180.0 && box.MaxX <= 360.0))
    {
      shape->mended = g_strdup (_("it crosses the antimeridian, and is cut there"));
      geometry = split (geometry);
    }
  if (geometry == NULL || is_out_of_range (geometry, shape))
    {
      if (geometry != NULL)
        OGR_G_DestroyGeometry (geometry);
      if (shape->refused == NULL)
        shape->refused = g_steal_pointer (&shape->mended);
      g_clear_pointer (&shape->mended, g_free);
      return;
    }

  geometry = mend (self, geometry, shape);
  if (geometry != NULL && self->options.datum != WF_DATUM_WGS84)
    each_line (geometry, shift_line, &self->options.datum);
  shape->geometry = geometry;
}

/**
 * wf_source_shape_clear:
 * @shape: a shape
 */
void
wf_source_shape_clear (WfSourceShape *shape)
{
  if (shape->geometry != NULL)
    OGR_G_DestroyGeometry (shape->geometry);
  g_free (shape->mended);
  g_free (shape->refused);
  *shape = (WfSourceShape) { NULL, NULL, NULL };
}
