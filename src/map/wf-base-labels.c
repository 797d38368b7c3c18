/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-map"

#include "config.h"

#include "wf-base-labels.h"

#include "wf-base-map-private.h"

#include <math.h>
#include <pango/pangocairo.h>

/* Room kept free around a label, and between two of the same river or road. */
#define GAP        7.0
#define SAME_NAME  340.0
#define HALO       3.0
#define MAX_LABELS 600

/* A dense city has more names than can be looked at; those that are left are the least important. */
#define MAX_TRIED 8000

/* How far from each other the names along one line stand. */
#define LINE_STEP 520.0

typedef struct
{
  WfMapFeature *feature; /* (owned) */
  int           rank;
  double        x; /* pixels of the area */
  double        y;
  double        angle;
} Candidate;

typedef struct
{
  double      left, top, right, bottom;
  const char *name;
} Taken;

typedef struct
{
  double  size;
  int     weight;
  int     spacing; /* Pango units between letters */
  guint32 colour;
} Type;

typedef struct
{
  WfBaseMap        *base;
  const WfMapStyle *style;
  const WfBaseArea *area;
  gboolean          latin;
  double            world;
  GArray           *candidates; /* (element-type Candidate) */
  GArray           *taken;      /* (element-type Taken) */
  GPtrArray        *covers;     /* (element-type GArray of WfMapBox) where each pack hides those under it */
  PangoContext     *context;
  GPtrArray        *labels;
} Placing;

static Type
type_of (const WfMapStyle *style,
         WfMapClass        map_class,
         double            zoom)
{
  double more = CLAMP ((zoom - 10.0) * 0.45, 0.0, 2.0);

  switch ((int) map_class)
    {
    case WF_MAP_CLASS_PLACE_CAPITAL:
      return (Type){ 14.0 + more, PANGO_WEIGHT_MEDIUM, 0, style->label_strong };
    case WF_MAP_CLASS_PLACE_CITY:
      return (Type){ 13.0 + more, PANGO_WEIGHT_MEDIUM, 0, style->label_strong };
    case WF_MAP_CLASS_PLACE_COUNTY:
      return (Type){ 13.0 + more, PANGO_WEIGHT_NORMAL, PANGO_SCALE / 2, style->label_strong };
    case WF_MAP_CLASS_PLACE_TOWN:
      return (Type){ 12.0 + more * 0.7, PANGO_WEIGHT_NORMAL, PANGO_SCALE / 3, style->label };
    case WF_MAP_CLASS_PLACE_QUARTER:
      return (Type){ 12.0 + more * 0.5, PANGO_WEIGHT_NORMAL, PANGO_SCALE / 3, style->label };
    case WF_MAP_CLASS_PLACE_WATER:
      return (Type){ 12.5 + more * 0.6, PANGO_WEIGHT_NORMAL, 3 * PANGO_SCALE, style->label_water };
    case WF_MAP_CLASS_PLACE_HILLS:
      return (Type){ 13.0, PANGO_WEIGHT_NORMAL, 7 * PANGO_SCALE, style->label_hills };
    case WF_MAP_CLASS_PLACE_VILLAGE:
      return (Type){ 11.0, PANGO_WEIGHT_NORMAL, 0, style->label_faint };
    case WF_MAP_CLASS_PLACE_NUMBER:
      return (Type){ 10.0, PANGO_WEIGHT_NORMAL, 0, style->label_faint };
    case WF_MAP_CLASS_PLACE_SPOT:
      return (Type){ 11.0 + more * 0.3, PANGO_WEIGHT_NORMAL, 0, style->label };
    default:
      return (Type){ 10.5, PANGO_WEIGHT_NORMAL, 0, style->label_faint };
    }
}

static const char *
name_of (const WfMapFeature *feature,
         gboolean            latin)
{
  if (latin)
    return feature->name_latin != NULL ? feature->name_latin : feature->name;

  return feature->name != NULL ? feature->name : feature->name_latin;
}

static void
clear_candidate (gpointer data)
{
  Candidate *candidate = data;

  wf_map_feature_unref (candidate->feature);
}

static gboolean
is_hidden_below (Placing *placing,
                 guint    level,
                 double   x,
                 double   y)
{
  for (guint i = level + 1; i < placing->covers->len; i++)
    {
      const GArray *cover = g_ptr_array_index (placing->covers, i);

      for (guint c = 0; c < cover->len; c++)
        {
          const WfMapBox *box = &g_array_index (cover, WfMapBox, c);

          if (x >= box->left && x <= box->right && y >= box->top && y <= box->bottom)
            return TRUE;
        }
    }

  return FALSE;
}

static void
add_candidate (Placing      *placing,
               WfMapFeature *feature,
               int           rank,
               double        x,
               double        y,
               double        angle)
{
  Candidate candidate = { wf_map_feature_ref (feature), rank,
                          x * placing->world - placing->area->x, y * placing->world - placing->area->y, angle };

  g_array_append_val (placing->candidates, candidate);
}

static void
add_line_candidates (Placing            *placing,
                     WfMapFeature       *feature,
                     int                 rank,
                     guint               part)
{
  const WfMapGeometry *line = feature->geometry;
  double next = LINE_STEP * 0.5;
  double gone = 0.0;

  for (guint i = line->parts[part] + 1; i < line->parts[part + 1]; i++)
    {
      double ax = line->points[2 * i - 2];
      double ay = line->points[2 * i - 1];
      double bx = line->points[2 * i];
      double by = line->points[2 * i + 1];
      double length = hypot (bx - ax, by - ay) * placing->world;

      while (gone + length >= next && length > 0.0)
        {
          double t = (next - gone) / length;
          double angle = atan2 (by - ay, bx - ax);
          if (angle > G_PI / 2.0)
            angle -= G_PI;
          if (angle < -G_PI / 2.0)
            angle += G_PI;
          add_candidate (placing, feature, rank, ax + (bx - ax) * t, ay + (by - ay) * t, angle);
          next += LINE_STEP;
        }
      gone += length;
    }
}

/* Names along a road or a river stand at fixed places of it, so that they stay where they are while the map is panned. */
static void
add_road_candidates (Placing      *placing,
                     WfMapFeature *feature,
                     int           rank)
{
  for (guint part = 0; part < feature->geometry->n_parts; part++)
    add_line_candidates (placing, feature, rank, part);
}

static void
find_covers (Placing *placing)
{
  GPtrArray *packs = wf_base_map_get_packs (placing->base);
  const WfBaseArea *area = placing->area;

  for (guint level = 0; level < packs->len; level++)
    {
      WfMapPack *pack = g_ptr_array_index (packs, level);

      g_ptr_array_add (placing->covers,
                       !wf_base_map_uses (placing->base, pack)
                         ? g_array_new (FALSE, FALSE, sizeof (WfMapBox))
                         : wf_map_pack_get_cover (pack, area->x / placing->world, area->y / placing->world,
                                                  (area->x + area->width) / placing->world,
                                                  (area->y + area->height) / placing->world, (int) floor (area->zoom)));
    }
}

static void
collect (Placing *placing)
{
  GPtrArray *packs = wf_base_map_get_packs (placing->base);
  const WfBaseArea *area = placing->area;

  find_covers (placing);
  for (guint level = 0; level < packs->len; level++)
    {
      WfMapPack *pack = g_ptr_array_index (packs, level);
      if (area->zoom < wf_map_pack_get_info (pack)->min_zoom)
        continue;

      g_autoptr (GPtrArray) features =
          wf_base_map_query (placing->base, pack, area->x / placing->world, area->y / placing->world,
                             (area->x + area->width) / placing->world, (area->y + area->height) / placing->world,
                             (int) floor (area->zoom));
      if (features == NULL)
        continue;

      for (guint i = 0; i < features->len; i++)
        {
          WfMapFeature *feature = g_ptr_array_index (features, i);
          const double *p = feature->geometry->points;

          if (name_of (feature, placing->latin) == NULL || is_hidden_below (placing, level, p[0], p[1]))
            continue;
          if (wf_map_class_is_place ((int) feature->map_class) && feature->geometry->shape == WF_MAP_SHAPE_LINE)
            add_road_candidates (placing, feature, feature->rank);
          else if (wf_map_class_is_place ((int) feature->map_class))
            add_candidate (placing, feature, feature->rank, p[0], p[1], 0.0);
          else if (area->zoom >= 13.2 && feature->map_class <= WF_MAP_CLASS_ROAD_ARTERIAL
                   && wf_map_class_is_road ((int) feature->map_class))
            add_road_candidates (placing, feature, 700 + (int) feature->map_class);
        }
    }
}

static int
compare_candidates (gconstpointer a,
                    gconstpointer b)
{
  const Candidate *x = a;
  const Candidate *y = b;

  if (x->rank != y->rank)
    return x->rank < y->rank ? -1 : 1;
  if (x->feature->id != y->feature->id)
    return x->feature->id < y->feature->id ? -1 : 1;

  return x->x < y->x ? -1 : x->x > y->x;
}

static gboolean
is_free (Placing     *placing,
         const Taken *wanted)
{
  for (guint i = 0; i < placing->taken->len; i++)
    {
      const Taken *taken = &g_array_index (placing->taken, Taken, i);
      if (wanted->left < taken->right + GAP && wanted->right > taken->left - GAP && wanted->top < taken->bottom + GAP / 2
          && wanted->bottom > taken->top - GAP / 2)
        return FALSE;
      if (g_strcmp0 (wanted->name, taken->name) == 0
          && hypot ((wanted->left + wanted->right - taken->left - taken->right) / 2.0,
                    (wanted->top + wanted->bottom - taken->top - taken->bottom) / 2.0) < SAME_NAME)
        return FALSE;
    }

  return TRUE;
}

/* Whether the very middle is taken: most names of a dense city need not be laid out to know that there is no room. */
static gboolean
is_crowded (Placing         *placing,
            const Candidate *candidate)
{
  for (guint i = 0; i < placing->taken->len; i++)
    {
      const Taken *taken = &g_array_index (placing->taken, Taken, i);

      if (candidate->x > taken->left - GAP && candidate->x < taken->right + GAP && candidate->y > taken->top - GAP / 2
          && candidate->y < taken->bottom + GAP / 2)
        return TRUE;
    }

  return FALSE;
}

static PangoLayout *
make_layout (Placing    *placing,
             const char *name,
             const Type *type)
{
  PangoLayout *layout = pango_layout_new (placing->context);
  PangoFontDescription *font = pango_font_description_from_string ("Sans");
  PangoAttrList *attributes = pango_attr_list_new ();

  double letters = type->size * (placing->area->text > 0 ? placing->area->text : 100) / 100.0;

  /* Whole pixels, since each size of letters is looked for, opened and drawn anew. */
  pango_font_description_set_absolute_size (font, round (letters) * PANGO_SCALE);
  pango_font_description_set_weight (font, (PangoWeight) type->weight);
  pango_layout_set_font_description (layout, font);
  pango_attr_list_insert (attributes, pango_attr_letter_spacing_new (type->spacing));
  pango_attr_list_insert (attributes, pango_attr_language_new (pango_language_from_string ("zh-cn")));
  pango_layout_set_attributes (layout, attributes);
  pango_layout_set_text (layout, name, -1);
  pango_font_description_free (font);
  pango_attr_list_unref (attributes);

  return layout;
}

static WfBaseLabel *
draw_label (Placing         *placing,
            const Candidate *candidate,
            PangoLayout     *layout,
            const Type      *type,
            double           width,
            double           height,
            double           box_width,
            double           box_height)
{
  int scale = placing->area->scale;
  WfBaseLabel *label = g_new0 (WfBaseLabel, 1);

  label->width = ceil (box_width + 2 * HALO);
  label->height = ceil (box_height + 2 * HALO);
  label->x = (candidate->x + placing->area->x) / placing->world;
  label->y = (candidate->y + placing->area->y) / placing->world;
  label->dx = -label->width / 2.0;
  label->dy = -label->height / 2.0;
  label->surface = cairo_image_surface_create (CAIRO_FORMAT_ARGB32, (int) label->width * scale,
                                               (int) label->height * scale);

  cairo_t *cr = cairo_create (label->surface);
  cairo_scale (cr, scale, scale);
  cairo_translate (cr, label->width / 2.0, label->height / 2.0);
  cairo_rotate (cr, candidate->angle);
  cairo_move_to (cr, round (-width / 2.0), round (-height / 2.0));
  cairo_set_line_join (cr, CAIRO_LINE_JOIN_ROUND);
  pango_cairo_layout_path (cr, layout);
  wf_map_style_set_source_alpha (cr, placing->style->label_halo, 0.82);
  cairo_set_line_width (cr, 3.0);
  cairo_stroke (cr);
  cairo_move_to (cr, round (-width / 2.0), round (-height / 2.0));
  wf_map_style_set_source (cr, type->colour);
  pango_cairo_show_layout (cr, layout);
  cairo_destroy (cr);
  cairo_surface_flush (label->surface);

  return label;
}

static void
try_candidate (Placing         *placing,
               const Candidate *candidate)
{
  if (is_crowded (placing, candidate))
    return;

  const char *name = name_of (candidate->feature, placing->latin);
  Type type = type_of (placing->style, candidate->feature->map_class, placing->area->zoom);
  g_autoptr (PangoLayout) layout = make_layout (placing, name, &type);
  PangoRectangle extents;

  pango_layout_get_pixel_extents (layout, NULL, &extents);
  double width = extents.width;
  double height = extents.height;
  double box_width = fabs (width * cos (candidate->angle)) + fabs (height * sin (candidate->angle));
  double box_height = fabs (width * sin (candidate->angle)) + fabs (height * cos (candidate->angle));
  Taken wanted = { candidate->x - box_width / 2.0, candidate->y - box_height / 2.0, candidate->x + box_width / 2.0,
                   candidate->y + box_height / 2.0, name };

  if (!is_free (placing, &wanted))
    return;

  g_array_append_val (placing->taken, wanted);
  g_ptr_array_add (placing->labels,
                   draw_label (placing, candidate, layout, &type, width, height, box_width, box_height));
}

/**
 * wf_base_label_free:
 * @label: (nullable) (transfer full): a label
 *
 * Frees a label.
 */
void
wf_base_label_free (WfBaseLabel *label)
{
  if (label == NULL)
    return;

  cairo_surface_destroy (label->surface);
  g_free (label);
}

/**
 * wf_base_labels_place:
 * @base: whose names
 * @style: in which colours
 * @area: where; larger than what is seen, since a name at its edge may be placed otherwise when more is known
 * @latin: whether Latin names are wanted
 *
 * Places the names of an area without collisions, the more important first. Any thread; blocks for the disk.
 *
 * Returns: (transfer full) (element-type WfBaseLabel): the labels
 */
GPtrArray *
wf_base_labels_place (WfBaseMap         *base,
                      const WfMapStyle  *style,
                      const WfBaseArea  *area,
                      gboolean           latin)
{
  g_autoptr (GArray) candidates = g_array_new (FALSE, FALSE, sizeof (Candidate));
  g_autoptr (GArray) taken = g_array_new (FALSE, FALSE, sizeof (Taken));
  g_autoptr (GPtrArray) labels = g_ptr_array_new_with_free_func ((GDestroyNotify) wf_base_label_free);
  /* The default font map is one per thread. */
  PangoContext *context = pango_font_map_create_context (pango_cairo_font_map_get_default ());
  g_autoptr (GPtrArray) covers = g_ptr_array_new_with_free_func ((GDestroyNotify) g_array_unref);
  Placing placing = { base, style, area, latin, 256.0 * exp2 (area->zoom), candidates, taken, covers, context, labels };

  g_array_set_clear_func (candidates, clear_candidate);
  collect (&placing);
  g_array_sort (candidates, compare_candidates);
  for (guint i = 0; i < MIN (candidates->len, MAX_TRIED) && labels->len < MAX_LABELS; i++)
    try_candidate (&placing, &g_array_index (candidates, Candidate, i));
  g_object_unref (context);

  return g_steal_pointer (&labels);
}
