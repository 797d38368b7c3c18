/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-mapimport"

#include "config.h"

#include "wf-map-maker.h"

#include "wf-import-kind.h"
#include "wf-map-pack.h"
#include "wf-map-source.h"

#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

/* So many things that are wrong are told; they are counted all. */
#define MOST_NOTES 12

/* So many points of the shapes are given back to look at. */
#define MOST_OUTLINE 6000

/* Shapes that are seen from far are kept simplified too, by about half a pixel at the zoom up to which that is shown. */
#define COARSE_ZOOM      9
#define COARSE_TOLERANCE 0.0015

/* How far apart two extents may be and still be called the same, and how far the shift of a datum lies: degrees. */
#define SAME_EXTENT  0.0008
#define OTHER_EXTENT 0.0015

/* An area is drawn from the zoom on at which it is so large, and named from where its name has room: pixels. */
#define AREA_PIXELS 8.0
#define NAME_PIXELS 56.0

/* How often progress is told: features. */
#define STEP 200

typedef struct
{
  GPtrArray *notes; /* (owned) (element-type utf8) */
  guint      n_mended;
  guint      n_refused;
} Notes;

static void
notes_clear (Notes *notes)
{
  g_ptr_array_unref (notes->notes);
}

static void
add_note (Notes      *notes,
          char       *text) /* (transfer full) */
{
  if (notes->notes->len < MOST_NOTES)
    g_ptr_array_add (notes->notes, text);
  else
    g_free (text);
}

static void
note_shape (Notes               *notes,
            WfSource            *source,
            OGRFeatureH          feature,
            const WfSourceShape *shape)
{
  g_autofree char *id = g_strdup_printf ("%" G_GINT64_FORMAT, (gint64) OGR_F_GetFID (feature));

  if (shape->refused != NULL)
    {
      notes->n_refused++;
      /* TRANSLATORS: the layer, the number of the feature, what is wrong with it */
      add_note (notes, g_strdup_printf (_("Layer “%s”, feature %s is left out: %s"),
                                        wf_source_get_layer_name (source), id, shape->refused));
    }
  else if (shape->mended != NULL)
    {
      notes->n_mended++;
      add_note (notes, g_strdup_printf (_("Layer “%s”, feature %s is mended: %s"),
                                        wf_source_get_layer_name (source), id, shape->mended));
    }
}

static void
write_notes (const Notes *notes,
             GKeyFile    *out)
{
  g_key_file_set_integer (out, "file", "mended", (int) notes->n_mended);
  g_key_file_set_integer (out, "file", "left-out", (int) notes->n_refused);
  g_key_file_set_string_list (out, "file", "notes", (const char *const *) notes->notes->pdata, notes->notes->len);
}

/* --- what is wanted ---------------------------------------------------------------------------------------------- */

static gboolean
read_options (GKeyFile         *plan,
              WfSourceOptions  *options,
              GError          **error)
{
  g_autofree char *datum = g_key_file_get_string (plan, "file", "datum", NULL);

  options->datum = WF_DATUM_WGS84;
  options->crs = g_key_file_get_string (plan, "file", "crs", NULL);
  options->swap = g_key_file_get_boolean (plan, "file", "swap", NULL);
  if (options->crs != NULL && *options->crs == '\0')
    g_clear_pointer (&options->crs, g_free);
  if (datum == NULL || wf_datum_parse (datum, &options->datum))
    return TRUE;

  g_set_error (error, WF_SOURCE_ERROR, WF_SOURCE_ERROR_PLACE, _("“%s” is none of WGS 84, GCJ-02, BD-09"), datum);
  g_clear_pointer (&options->crs, g_free);

  return FALSE;
}

static gboolean
read_box (GKeyFile   *plan,
          const char *key,
          WfGeoBox   *box)
{
  gsize n = 0;
  g_autofree double *v = g_key_file_get_double_list (plan, "file", key, &n, NULL);

  if (v == NULL || n != 4 || !(v[0] < v[2]) || !(v[1] < v[3]))
    return FALSE;
  *box = (WfGeoBox) { v[0], v[1], v[2], v[3] };

  return TRUE;
}

/* --- looking ----------------------------------------------------------------------------------------------------- */

typedef struct
{
  WfGeoBox box;
  guint    n_shapes[4]; /* by WfMapShape */
  guint    n;
  GArray  *outline; /* (element-type double) lon, lat; NAN, NAN between parts */
} Looking;

static WfMapShape
shape_of (OGRGeometryH geometry)
{
  int dimension = OGR_G_GetDimension (geometry);

  return dimension == 2 ? WF_MAP_SHAPE_POLYGON : dimension == 1 ? WF_MAP_SHAPE_LINE : WF_MAP_SHAPE_POINT;
}

static void
add_outline (Looking      *looking,
             OGRGeometryH  geometry)
{
  const double gap[2] = { NAN, NAN };
  int n = OGR_G_GetGeometryCount (geometry);
  int n_points = OGR_G_GetPointCount (geometry);

  for (int i = 0; i < n; i++)
    add_outline (looking, OGR_G_GetGeometryRef (geometry, i));
  if (n > 0 || looking->outline->len / 2 + (guint) n_points > MOST_OUTLINE)
    return;
  for (int i = 0; i < n_points; i++)
    {
      double point[2] = { OGR_G_GetX (geometry, i), OGR_G_GetY (geometry, i) };

      g_array_append_vals (looking->outline, point, 2);
    }
  g_array_append_vals (looking->outline, gap, 2);
}

static void
look_at_shape (Looking      *looking,
               OGRGeometryH  geometry)
{
  OGREnvelope box;
  OGRGeometryH simple;

  OGR_G_GetEnvelope (geometry, &box);
  if (looking->n == 0)
    looking->box = (WfGeoBox) { box.MinX, box.MinY, box.MaxX, box.MaxY };
  looking->box.min_lon = MIN (looking->box.min_lon, box.MinX);
  looking->box.min_lat = MIN (looking->box.min_lat, box.MinY);
  looking->box.max_lon = MAX (looking->box.max_lon, box.MaxX);
  looking->box.max_lat = MAX (looking->box.max_lat, box.MaxY);
  looking->n++;
  looking->n_shapes[shape_of (geometry)]++;

  if (looking->outline->len / 2 >= MOST_OUTLINE)
    return;
  simple = OGR_G_Simplify (geometry, MAX (box.MaxX - box.MinX, box.MaxY - box.MinY) / 200.0);
  if (simple != NULL)
    {
      add_outline (looking, simple);
      OGR_G_DestroyGeometry (simple);
    }
}

/* The field that holds the name: one that is called so, or, where @layer is given, “LAYER_name”, or any that ends so. */
static const char *
guess_field (const char *const *fields,
             const char *const *words,
             const char        *layer)
{
  g_autofree char *own = g_strconcat (layer != NULL ? layer : "", "_name", NULL);
  const char *some = "";

  for (gsize w = 0; words[w] != NULL; w++)
    for (gsize i = 0; fields[i] != NULL; i++)
      if (g_ascii_strcasecmp (fields[i], words[w]) == 0)
        return fields[i];

  for (gsize i = 0; layer != NULL && fields[i] != NULL; i++)
    {
      if (g_ascii_strcasecmp (fields[i], own) == 0)
        return fields[i];
      if (*some == '\0' && (g_str_has_suffix (fields[i], "name") || g_str_has_suffix (fields[i], "名称")))
        some = fields[i];
    }

  return some;
}

static void
write_layer (WfSource      *source,
             int            layer,
             const Looking *looking,
             GKeyFile      *found)
{
  static const char *const name_words[] = { "name:zh", "name_zh", "name", "名称", "中文名", "xzqmc", "mc", "fullname", "地名", NULL };
  static const char *const latin_words[] = { "name:en", "name_en", "name_latin", "pinyin", "拼音", NULL };
  static const char *const shapes[] = { "none", "point", "line", "polygon" };
  g_autofree char *group = g_strdup_printf ("layer-%d", layer);
  g_autofree char *crs = wf_source_dup_crs (source);
  const char *const *fields = wf_source_get_fields (source);
  g_autofree char *all = g_strjoinv (" ", (char **) fields);
  WfMapShape shape = WF_MAP_SHAPE_POINT;

  for (int i = 1; i <= WF_MAP_SHAPE_POLYGON; i++)
    if (looking->n_shapes[i] > looking->n_shapes[shape])
      shape = (WfMapShape) i;

  g_key_file_set_string (found, group, "title", wf_source_get_layer_name (source));
  g_key_file_set_string (found, group, "shape", looking->n > 0 ? shapes[shape] : shapes[0]);
  g_key_file_set_integer (found, group, "features", (int) looking->n);
  g_key_file_set_string (found, group, "crs", crs != NULL ? crs : "");
  g_key_file_set_string (found, group, "encoding", wf_source_get_encoding (source));
  g_key_file_set_string_list (found, group, "fields", fields, g_strv_length ((char **) fields));
  g_key_file_set_string (found, group, "kind",
                         looking->n > 0 ? wf_import_kind_guess (wf_source_get_layer_name (source), all, shape) : "");
  g_key_file_set_string (found, group, "name", guess_field (fields, name_words, wf_source_get_layer_name (source)));
  g_key_file_set_string (found, group, "latin", guess_field (fields, latin_words, NULL));
  if (looking->n > 0)
    {
      double box[4] = { looking->box.min_lon, looking->box.min_lat, looking->box.max_lon, looking->box.max_lat };

      g_key_file_set_double_list (found, group, "extent", box, 4);
      g_key_file_set_double_list (found, group, "outline", (double *) (gpointer) looking->outline->data, looking->outline->len);
    }
}

static double
difference (const WfGeoBox *a,
            const WfGeoBox *b)
{
  return MAX (MAX (fabs (a->min_lon - b->min_lon), fabs (a->max_lon - b->max_lon)),
              MAX (fabs (a->min_lat - b->min_lat), fabs (a->max_lat - b->max_lat)));
}

static gboolean
overlap (const WfGeoBox *a,
         const WfGeoBox *b)
{
  return a->min_lon <= b->max_lon && a->max_lon >= b->min_lon && a->min_lat <= b->max_lat && a->max_lat >= b->min_lat;
}

/* What the extent says of the place: a map of the same district that lies beside it by just the shift of a datum is in that
 * datum. */
static char *
warn_of_place (const WfGeoBox        *box,
               const WfGeoBox        *district,
               const WfSourceOptions *options)
{
  static const WfDatum datums[] = { WF_DATUM_GCJ02, WF_DATUM_BD09 };
  WfGeoBox swapped = { box->min_lat, box->min_lon, box->max_lat, box->max_lon };

  if (!overlap (box, district))
    return g_strdup (overlap (&swapped, district)
                       ? _("The file lies outside of the district, and inside with latitude and longitude swapped.")
                       : _("The file lies outside of the district. Check the coordinate system and the datum."));

  for (gsize i = 0; options->datum == WF_DATUM_WGS84 && i < G_N_ELEMENTS (datums); i++)
    {
      WfGeoBox moved;

      wf_datum_to_wgs84 (datums[i], box->min_lon, box->min_lat, &moved.min_lon, &moved.min_lat);
      wf_datum_to_wgs84 (datums[i], box->max_lon, box->max_lat, &moved.max_lon, &moved.max_lat);
      if (difference (box, district) > OTHER_EXTENT && difference (&moved, district) < SAME_EXTENT)
        /* TRANSLATORS: GCJ-02 or BD-09 */
        return g_strdup_printf (_("The file lies beside the district by just the shift of %s: its datum seems to be that."),
                                wf_datum_get_name (datums[i]));
    }

  return NULL;
}

static gboolean
look_at_layer (WfSource         *source,
               int               layer,
               Looking          *looking,
               Notes            *notes,
               GCancellable     *cancellable,
               GError          **error)
{
  g_autoptr (GError) reason = NULL;
  OGRFeatureH feature;

  while ((feature = wf_source_next (source, &reason)) != NULL)
    {
      WfSourceShape shape;

      wf_source_take_shape (source, feature, &shape);
      note_shape (notes, source, feature, &shape);
      if (shape.geometry != NULL)
        look_at_shape (looking, shape.geometry);
      wf_source_shape_clear (&shape);
      OGR_F_Destroy (feature);
      if (g_cancellable_set_error_if_cancelled (cancellable, error))
        return FALSE;
    }
  if (reason == NULL)
    return TRUE;

  g_propagate_error (error, g_steal_pointer (&reason));
  return FALSE;
}

/**
 * wf_map_maker_look:
 * @path: a file
 * @plan: group “file”: datum, crs, swap, and district, the extent by which the place is judged; all may be missing
 * @found: gets what there is: group “file”, and “layer-N” for each layer
 * @progress: (nullable): is told the share that is done
 * @data: for @progress
 * @cancellable: (nullable): to stop it
 * @error: why the file cannot be used
 *
 * Reads a file through, without taking anything of it.
 *
 * Returns: whether it can be used
 */
gboolean
wf_map_maker_look (const char       *path,
                   GKeyFile         *plan,
                   GKeyFile         *found,
                   WfMakerProgress   progress,
                   gpointer          data,
                   GCancellable     *cancellable,
                   GError          **error)
{
  WfSourceOptions options;
  Notes notes = { NULL, 0, 0 };
  WfGeoBox district;
  WfGeoBox whole = { 0, 0, 0, 0 };
  gboolean some = FALSE;
  gboolean good = TRUE;

  if (!read_options (plan, &options, error))
    return FALSE;
  G_GNUC_UNUSED g_autofree char *crs = options.crs;
  g_autoptr (WfSource) source = wf_source_open (path, &options, error);
  if (source == NULL)
    return FALSE;

  notes.notes = g_ptr_array_new_with_free_func (g_free);
  int n = wf_source_count_layers (source);
  for (int i = 0; i < n && good; i++)
    {
      Looking looking = { .outline = g_array_new (FALSE, FALSE, sizeof (double)) };

      good = wf_source_select (source, i, error) && look_at_layer (source, i, &looking, &notes, cancellable, error);
      if (good)
        write_layer (source, i, &looking, found);
      if (good && looking.n > 0 && !wf_source_has_crs (source))
        add_note (&notes, g_strdup_printf (_("Layer “%s” does not say its coordinate system (a Shapefile says it in its .prj)."),
                                           wf_source_get_layer_name (source)));
      if (looking.n > 0)
        {
          whole = some ? (WfGeoBox) { MIN (whole.min_lon, looking.box.min_lon), MIN (whole.min_lat, looking.box.min_lat),
                                      MAX (whole.max_lon, looking.box.max_lon), MAX (whole.max_lat, looking.box.max_lat) }
                       : looking.box;
          some = TRUE;
        }
      g_array_unref (looking.outline);
      if (progress != NULL)
        progress ((i + 1.0) / n, data);
    }
  if (good && some)
    {
      double box[4] = { whole.min_lon, whole.min_lat, whole.max_lon, whole.max_lat };

      g_key_file_set_double_list (found, "file", "extent", box, 4);
      if (read_box (plan, "district", &district))
        {
          g_autofree char *warning = warn_of_place (&whole, &district, &options);

          g_key_file_set_string (found, "file", "warning", warning != NULL ? warning : "");
        }
    }
  if (good && !some)
    {
      g_set_error (error, WF_SOURCE_ERROR, WF_SOURCE_ERROR_READ, _("%s: nothing of it can be used. %s"), path,
                   notes.notes->len > 0 ? (const char *) g_ptr_array_index (notes.notes, 0) : "");
      good = FALSE;
    }
  g_key_file_set_string (found, "file", "format", wf_source_get_format (source));
  g_key_file_set_integer (found, "file", "layers", n);
  write_notes (&notes, found);
  notes_clear (&notes);

  return good;
}

/* --- making ------------------------------------------------------------------------------------------------------ */

typedef struct
{
  WfMapPackWriter    *writer;
  const WfImportKind *kind;
  const char         *name_field;
  const char         *latin_field;
  WfGeoBox            box;
  gboolean            some;
  guint               n_added;
  int                 min_zoom;  /* of the feature at hand */
  int                 name_zoom; /* likewise */
} Making;

static void
collect_parts (OGRGeometryH  geometry,
               guint         fewest,
               GArray       *points,
               GArray       *parts)
{
  int n = OGR_G_GetGeometryCount (geometry);
  int n_points = OGR_G_GetPointCount (geometry);

  for (int i = 0; i < n; i++)
    collect_parts (OGR_G_GetGeometryRef (geometry, i), fewest, points, parts);
  if (n > 0 || n_points < (int) fewest)
    return;
  for (int i = 0; i < n_points; i++)
    {
      double point[2] = { OGR_G_GetX (geometry, i), OGR_G_GetY (geometry, i) };

      g_array_append_vals (points, point, 2);
    }
  guint32 length = (guint32) n_points;
  g_array_append_val (parts, length);
}

static gboolean
add_geometry (Making        *making,
              int            map_class,
              int            min_zoom,
              int            max_zoom,
              int            rank,
              const char    *name,
              const char    *latin,
              OGRGeometryH   geometry,
              GError       **error)
{
  WfMapShape shape = shape_of (geometry);
  g_autoptr (GArray) points = g_array_new (FALSE, FALSE, sizeof (double));
  g_autoptr (GArray) parts = g_array_new (FALSE, FALSE, sizeof (guint32));
  g_autoptr (WfMapGeometry) ours = NULL;

  collect_parts (geometry, shape == WF_MAP_SHAPE_POLYGON ? 4 : shape == WF_MAP_SHAPE_LINE ? 2 : 1, points, parts);
  if (parts->len == 0)
    return TRUE;
  ours = wf_map_geometry_new (shape, (const double *) (gpointer) points->data, (const guint32 *) (gpointer) parts->data,
                              parts->len);

  return wf_map_pack_writer_add_feature (making->writer, (WfMapClass) map_class, min_zoom, max_zoom, rank, name, latin, ours,
                                         error);
}

/* A shape that is seen from far is there twice: simplified, and as it is. */
static gboolean
add_shape (Making        *making,
           int            map_class,
           OGRGeometryH   geometry,
           GError       **error)
{
  const WfImportKind *kind = making->kind;
  int rank = kind->rank >= 300 ? 2 : kind->rank >= 200 ? 1 : 0;
  gboolean coarse = kind->coarse && making->min_zoom <= COARSE_ZOOM && OGR_G_GetDimension (geometry) > 0;
  gboolean good = TRUE;

  if (coarse)
    {
      OGRGeometryH simple = OGR_G_Simplify (geometry, COARSE_TOLERANCE);

      if (simple != NULL)
        {
          good = OGR_G_IsEmpty (simple)
                 || add_geometry (making, map_class, making->min_zoom, COARSE_ZOOM, rank, NULL, NULL, simple, error);
          OGR_G_DestroyGeometry (simple);
        }
    }

  return good
         && add_geometry (making, map_class, coarse ? COARSE_ZOOM + 1 : making->min_zoom, 24, rank, NULL, NULL, geometry, error);
}

static gboolean
add_name (Making        *making,
          OGRGeometryH   geometry,
          const char    *name,
          const char    *latin,
          GError       **error)
{
  const WfImportKind *kind = making->kind;
  WfMapShape shape = shape_of (geometry);
  OGRGeometryH spot;
  gboolean good = TRUE;

  if (shape == WF_MAP_SHAPE_LINE)
    return kind->along == 0
           || add_geometry (making, kind->along, making->name_zoom, 24, kind->rank, name, latin, geometry, error);
  if (kind->name == 0)
    return TRUE;
  if (shape == WF_MAP_SHAPE_POINT)
    return add_geometry (making, kind->name, making->name_zoom, 24, kind->rank, name, latin, geometry, error);

  spot = OGR_G_PointOnSurface (geometry);
  if (spot != NULL)
    {
      good = OGR_G_IsEmpty (spot)
             || add_geometry (making, kind->name, making->name_zoom, 24, kind->rank, name, latin, spot, error);
      OGR_G_DestroyGeometry (spot);
    }

  return good;
}

/* From which zoom on a box is so many pixels wide or high. */
static int
zoom_for (const OGREnvelope *box,
          double             pixels)
{
  double size = MAX (box->MaxX - box->MinX, box->MaxY - box->MinY) * 256.0 / 360.0;

  return size > 0.0 ? (int) CLAMP (ceil (log2 (pixels / size)), 0.0, 16.0) : 0;
}

/* A name is at most 200 bytes on the map. */
static char *
dup_name (WfSource    *source,
          OGRFeatureH  feature,
          const char  *field)
{
  g_autofree char *text = wf_source_dup_text (source, feature, field);

  if (text == NULL || *text == '\0')
    return NULL;
  if (strlen (text) <= 200)
    return g_steal_pointer (&text);

  return g_strndup (text, (gsize) (g_utf8_find_prev_char (text, text + 200) - text));
}

static gboolean
make_feature (Making        *making,
              WfSource      *source,
              OGRFeatureH    feature,
              OGRGeometryH   geometry,
              GError       **error)
{
  g_autofree char *name = dup_name (source, feature, making->name_field);
  g_autofree char *latin = dup_name (source, feature, making->latin_field);
  WfMapShape shape = shape_of (geometry);
  int map_class = shape == WF_MAP_SHAPE_POLYGON ? making->kind->area : shape == WF_MAP_SHAPE_LINE ? making->kind->line : 0;
  OGREnvelope box;

  OGR_G_GetEnvelope (geometry, &box);
  if (!making->some)
    making->box = (WfGeoBox) { box.MinX, box.MinY, box.MaxX, box.MaxY };
  making->some = TRUE;
  making->box.min_lon = MIN (making->box.min_lon, box.MinX);
  making->box.min_lat = MIN (making->box.min_lat, box.MinY);
  making->box.max_lon = MAX (making->box.max_lon, box.MaxX);
  making->box.max_lat = MAX (making->box.max_lat, box.MaxY);
  making->n_added++;
  making->min_zoom = making->kind->min_zoom;
  making->name_zoom = making->kind->name_zoom;
  if (shape == WF_MAP_SHAPE_POLYGON)
    {
      making->min_zoom = MAX (making->min_zoom, zoom_for (&box, AREA_PIXELS));
      making->name_zoom = MAX (making->min_zoom, zoom_for (&box, NAME_PIXELS));
    }

  if (map_class != 0 && !add_shape (making, map_class, geometry, error))
    return FALSE;

  return (name == NULL && latin == NULL) || add_name (making, geometry, name, latin, error);
}

static gboolean
make_layer (Making           *making,
            WfSource         *source,
            Notes            *notes,
            double            from,
            double            share,
            WfMakerProgress   progress,
            gpointer          data,
            GCancellable     *cancellable,
            GError          **error)
{
  g_autoptr (GError) reason = NULL;
  double all = MAX (1.0, wf_source_count_features (source));
  OGRFeatureH feature;
  guint n = 0;

  while ((feature = wf_source_next (source, &reason)) != NULL)
    {
      WfSourceShape shape;
      gboolean good = TRUE;

      wf_source_take_shape (source, feature, &shape);
      note_shape (notes, source, feature, &shape);
      if (shape.geometry != NULL)
        good = make_feature (making, source, feature, shape.geometry, error);
      if (!good)
        {
          g_autofree char *id = g_strdup_printf ("%" G_GINT64_FORMAT, (gint64) OGR_F_GetFID (feature));

          g_prefix_error (error, _("Layer “%s”, feature %s: "), wf_source_get_layer_name (source), id);
        }
      wf_source_shape_clear (&shape);
      OGR_F_Destroy (feature);
      if (!good || g_cancellable_set_error_if_cancelled (cancellable, error))
        return FALSE;
      if (++n % STEP == 0 && progress != NULL)
        progress (from + share * MIN (1.0, n / all), data);
    }
  if (reason == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&reason));

  return FALSE;
}

/* The box of a pack must have an extent, and where one point was imported it has none. */
static WfGeoBox
widen (WfGeoBox box)
{
  const double least = 0.001;

  if (box.max_lon - box.min_lon < least)
    {
      box.min_lon = MAX (-180.0, box.min_lon - least);
      box.max_lon = MIN (180.0, box.max_lon + least);
    }
  if (box.max_lat - box.min_lat < least)
    {
      box.min_lat = MAX (-90.0, box.min_lat - least);
      box.max_lat = MIN (90.0, box.max_lat + least);
    }

  return box;
}

static gboolean
write_info (Making    *making,
            GKeyFile  *plan,
            GError   **error)
{
  static const char *const needed[] = { "name", "source", "attribution" };
  g_autofree char *name = g_key_file_get_string (plan, "pack", "name", NULL);
  g_autofree char *source = g_key_file_get_string (plan, "pack", "source", NULL);
  g_autofree char *licence = g_key_file_get_string (plan, "pack", "licence", NULL);
  g_autofree char *attribution = g_key_file_get_string (plan, "pack", "attribution", NULL);
  g_autofree char *review = g_key_file_get_string (plan, "pack", "review-number", NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (needed); i++)
    {
      g_autofree char *text = g_key_file_get_string (plan, "pack", needed[i], NULL);

      if (text == NULL || *g_strstrip (text) == '\0')
        {
          g_set_error (error, WF_SOURCE_ERROR, WF_SOURCE_ERROR_PLACE, _("Enter what the map is called, its source, and the attribution that must stand under it (%s)."),
                       needed[i]);
          return FALSE;
        }
    }

  WfMapPackInfo info = {
    .name = name, .source = source, .licence = licence, .attribution = attribution, .review_number = review,
    .datum = WF_DATUM_WGS84, .box = widen (making->box), .min_zoom = 0, .max_zoom = 18,
    .opaque = g_key_file_get_boolean (plan, "pack", "opaque", NULL),
    .schematic = g_key_file_get_boolean (plan, "pack", "schematic", NULL),
  };

  return wf_map_pack_writer_set_info (making->writer, &info, error);
}

/**
 * wf_map_maker_make:
 * @path: a file
 * @pack: where the pack is to be; what is there is replaced in one step, or stays
 * @plan: group “file” as for looking; group “pack”: name, source, licence, attribution, review-number, opaque, schematic; groups
 *   “layer-N”: kind (empty or missing: not imported), name and latin, names of fields
 * @made: gets counts and notes
 * @progress: (nullable): is told the share that is done
 * @data: for @progress
 * @cancellable: (nullable): to stop it; nothing stays then
 * @error: why there is no pack
 *
 * Makes a map pack of a file.
 *
 * Returns: whether the pack is there
 */
gboolean
wf_map_maker_make (const char       *path,
                   const char       *pack,
                   GKeyFile         *plan,
                   GKeyFile         *made,
                   WfMakerProgress   progress,
                   gpointer          data,
                   GCancellable     *cancellable,
                   GError          **error)
{
  WfSourceOptions options;
  Notes notes = { NULL, 0, 0 };
  Making making = { NULL };
  gboolean good = TRUE;

  if (!read_options (plan, &options, error))
    return FALSE;
  G_GNUC_UNUSED g_autofree char *crs = options.crs;
  g_autoptr (WfSource) source = wf_source_open (path, &options, error);
  g_autoptr (WfMapPackWriter) writer = source != NULL ? wf_map_pack_writer_new (pack, error) : NULL;
  if (writer == NULL)
    return FALSE;

  notes.notes = g_ptr_array_new_with_free_func (g_free);
  making.writer = writer;
  int n = wf_source_count_layers (source);
  for (int i = 0; i < n && good; i++)
    {
      g_autofree char *group = g_strdup_printf ("layer-%d", i);
      g_autofree char *kind = g_key_file_get_string (plan, group, "kind", NULL);
      g_autofree char *name = g_key_file_get_string (plan, group, "name", NULL);
      g_autofree char *latin = g_key_file_get_string (plan, group, "latin", NULL);

      if (kind == NULL || *kind == '\0')
        continue;
      making.kind = wf_import_kind_lookup (kind);
      making.name_field = name;
      making.latin_field = latin;
      if (making.kind == NULL)
        {
          g_set_error (error, WF_SOURCE_ERROR, WF_SOURCE_ERROR_PLACE, _("“%s” is no kind of map layer"), kind);
          good = FALSE;
          break;
        }
      good = wf_source_select (source, i, error)
             && make_layer (&making, source, &notes, (double) i / n, 1.0 / n, progress, data, cancellable, error);
    }
  if (good && making.n_added == 0)
    {
      g_set_error (error, WF_SOURCE_ERROR, WF_SOURCE_ERROR_READ, _("%s: nothing of it was imported. Choose what its layers are."),
                   path);
      good = FALSE;
    }
  good = good && write_info (&making, plan, error) && wf_map_pack_writer_close (writer, error);
  g_key_file_set_integer (made, "file", "features", (int) making.n_added);
  write_notes (&notes, made);
  notes_clear (&notes);

  return good;
}
