/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-map"

#include "config.h"

#include "wf-base-renderer.h"

#include "wf-base-map-private.h"

#include <math.h>

/* How far outside of the area a line may run and still be seen at its edge. */
#define PAD 24.0

/* Points that are nearer than this to the one before are left out, and those that a line without them passes as close as that:
 * what a line costs is its corners, and most of them nobody sees. */
#define NEAR  0.35
#define CLOSE 0.2

/* So many in a row may be left out. */
#define MOST_LEFT_OUT 24

/* The lowest level of divisions that is told apart. */
#define MAX_DIVISION 3

/* The order of drawing. Roads are drawn twice: all edges, then all faces, so that crossings are open. */
static const WfMapClass area_order[] = {
  WF_MAP_CLASS_LAND, WF_MAP_CLASS_HILLS, WF_MAP_CLASS_GREEN, WF_MAP_CLASS_QUARTER, WF_MAP_CLASS_INDUSTRY,
  WF_MAP_CLASS_STREAM, WF_MAP_CLASS_RIVER, WF_MAP_CLASS_WATER, WF_MAP_CLASS_LEVEE, WF_MAP_CLASS_AEROWAY, WF_MAP_CLASS_BUILDING,
};

static const WfMapClass road_order[] = {
  WF_MAP_CLASS_ROAD_LANE, WF_MAP_CLASS_ROAD_STREET, WF_MAP_CLASS_ROAD_ARTERIAL, WF_MAP_CLASS_ROAD_EXPRESS,
};

typedef struct
{
  cairo_t          *cr;
  const WfMapStyle *style;
  double            zoom;
  double            world; /* pixels */
  double            x;
  double            y;
  double            width;
  double            height;
  GArray           *points; /* (element-type double) scratch */
  GArray           *clipped;
} Canvas;

typedef struct
{
  double x;
  double y;
} Spot;

/* Keeps of a ring what is on one side of an edge of the area, after Sutherland and Hodgman. */
static void
clip_side (const GArray *from,
           GArray       *to,
           gboolean      vertical,
           double        edge,
           double        sign)
{
  g_array_set_size (to, 0);

  for (guint i = 0; i < from->len; i++)
    {
      Spot a = g_array_index (from, Spot, i == 0 ? from->len - 1 : i - 1);
      Spot b = g_array_index (from, Spot, i);
      double da = sign * ((vertical ? a.x : a.y) - edge);
      double db = sign * ((vertical ? b.x : b.y) - edge);

      if ((da < 0.0) != (db < 0.0))
        {
          double t = da / (da - db);
          Spot cut = { a.x + (b.x - a.x) * t, a.y + (b.y - a.y) * t };
          g_array_append_val (to, cut);
        }
      if (db >= 0.0)
        g_array_append_val (to, b);
    }
}

static void
clip_ring (Canvas *canvas)
{
  clip_side (canvas->points, canvas->clipped, TRUE, -PAD, 1.0);
  clip_side (canvas->clipped, canvas->points, TRUE, canvas->width + PAD, -1.0);
  clip_side (canvas->points, canvas->clipped, FALSE, -PAD, 1.0);
  clip_side (canvas->clipped, canvas->points, FALSE, canvas->height + PAD, -1.0);
}

/* Whether a line from a to b passes all of some points. */
static gboolean
passes (Spot        a,
        Spot        b,
        const Spot *spots,
        guint       n)
{
  double dx = b.x - a.x;
  double dy = b.y - a.y;
  double length = dx * dx + dy * dy;

  for (guint i = 0; i < n; i++)
    {
      double x = spots[i].x - a.x;
      double y = spots[i].y - a.y;
      double along = x * dx + y * dy;
      double aside = x * dy - y * dx;

      /* One behind an end is the tip of something narrow. */
      if (along < 0.0 || along > length || aside * aside > CLOSE * CLOSE * length)
        return FALSE;
    }

  return TRUE;
}

static void
take_points (Canvas              *canvas,
             const WfMapGeometry *geometry,
             guint                part)
{
  guint32 end = geometry->parts[part + 1];
  Spot before = { -1e9, -1e9 };
  Spot held[MOST_LEFT_OUT];
  guint n_held = 0;

  g_array_set_size (canvas->points, 0);
  for (guint32 i = geometry->parts[part]; i < end; i++)
    {
      Spot spot = { geometry->points[2 * i] * canvas->world - canvas->x,
                    geometry->points[2 * i + 1] * canvas->world - canvas->y };
      const Spot *last = n_held > 0 ? &held[n_held - 1] : &before;

      if (fabs (spot.x - last->x) < NEAR && fabs (spot.y - last->y) < NEAR && i + 1 != end)
        continue;
      if (n_held > 0 && (n_held == MOST_LEFT_OUT || !passes (before, spot, held, n_held)))
        {
          before = held[n_held - 1];
          g_array_append_val (canvas->points, before);
          n_held = 0;
        }
      if (canvas->points->len == 0 || i + 1 == end)
        {
          g_array_append_val (canvas->points, spot);
          before = spot;
          n_held = 0;
        }
      else
        held[n_held++] = spot;
    }
}

static gboolean
is_whole (Canvas             *canvas,
          const WfMapFeature *feature)
{
  return feature->left * canvas->world - canvas->x > -PAD && feature->right * canvas->world - canvas->x < canvas->width + PAD
         && feature->top * canvas->world - canvas->y > -PAD
         && feature->bottom * canvas->world - canvas->y < canvas->height + PAD;
}

static void
trace_polygon (Canvas             *canvas,
               const WfMapFeature *feature)
{
  gboolean whole = is_whole (canvas, feature);

  for (guint part = 0; part < feature->geometry->n_parts; part++)
    {
      take_points (canvas, feature->geometry, part);
      if (!whole)
        clip_ring (canvas);
      if (canvas->points->len < 3)
        continue;
      for (guint i = 0; i < canvas->points->len; i++)
        {
          Spot spot = g_array_index (canvas->points, Spot, i);

          /* From a ring that was closed a line would lead to the next. */
          if (i == 0)
            cairo_move_to (canvas->cr, spot.x, spot.y);
          else
            cairo_line_to (canvas->cr, spot.x, spot.y);
        }
      cairo_close_path (canvas->cr);
    }
}

/* A polygon of one ring, clockwise on the screen whichever way round it was written. */
static void
trace_ring (Canvas             *canvas,
            const WfMapFeature *feature)
{
  const Spot *spots;
  double twice = 0.0;
  guint n;

  take_points (canvas, feature->geometry, 0);
  if (!is_whole (canvas, feature))
    clip_ring (canvas);
  n = canvas->points->len;
  spots = (const Spot *) (gpointer) canvas->points->data;
  if (n < 3)
    return;

  for (guint i = 0, before = n - 1; i < n; before = i++)
    twice += spots[before].x * spots[i].y - spots[i].x * spots[before].y;
  for (guint i = 0; i < n; i++)
    {
      const Spot *spot = &spots[twice < 0.0 ? n - 1 - i : i];

      if (i == 0)
        cairo_move_to (canvas->cr, spot->x, spot->y);
      else
        cairo_line_to (canvas->cr, spot->x, spot->y);
    }
  cairo_close_path (canvas->cr);
}

static gboolean
is_away (Canvas *canvas,
         Spot    a,
         Spot    b)
{
  return MAX (a.x, b.x) < -PAD || MIN (a.x, b.x) > canvas->width + PAD || MAX (a.y, b.y) < -PAD
         || MIN (a.y, b.y) > canvas->height + PAD;
}

static void
trace_line (Canvas             *canvas,
            const WfMapFeature *feature)
{
  for (guint part = 0; part < feature->geometry->n_parts; part++)
    {
      gboolean down = FALSE;

      take_points (canvas, feature->geometry, part);
      for (guint i = 1; i < canvas->points->len; i++)
        {
          Spot a = g_array_index (canvas->points, Spot, i - 1);
          Spot b = g_array_index (canvas->points, Spot, i);

          if (is_away (canvas, a, b))
            {
              down = FALSE;
              continue;
            }
          if (!down)
            cairo_move_to (canvas->cr, a.x, a.y);
          cairo_line_to (canvas->cr, b.x, b.y);
          down = TRUE;
        }
    }
}

static double
grow (double at_13,
      double zoom,
      double low,
      double high)
{
  return CLAMP (at_13 * exp2 ((zoom - 13.0) * 0.45), low, high);
}

static double
road_width (WfMapClass map_class,
            double     zoom)
{
  switch ((int) map_class)
    {
    case WF_MAP_CLASS_ROAD_EXPRESS:
      return grow (4.2, zoom, 1.2, 18.0);
    case WF_MAP_CLASS_ROAD_ARTERIAL:
      return grow (3.2, zoom, 0.9, 15.0);
    case WF_MAP_CLASS_ROAD_STREET:
      return grow (1.3, zoom, 0.8, 10.0);
    default:
      return grow (0.9, zoom, 0.6, 6.0);
    }
}

static guint32
road_colour (const WfMapStyle *style,
             WfMapClass        map_class)
{
  switch ((int) map_class)
    {
    case WF_MAP_CLASS_ROAD_EXPRESS:
      return style->express;
    case WF_MAP_CLASS_ROAD_ARTERIAL:
      return style->arterial;
    case WF_MAP_CLASS_ROAD_STREET:
      return style->street;
    default:
      return style->lane;
    }
}

/* Round ends and corners that nobody can see cost a third of the time. */
#define THIN 2.5

static void
stroke (Canvas  *canvas,
        guint32  colour,
        double   width)
{
  wf_map_style_set_source (canvas->cr, colour);
  cairo_set_line_width (canvas->cr, width);
  cairo_set_line_join (canvas->cr, width < THIN ? CAIRO_LINE_JOIN_BEVEL : CAIRO_LINE_JOIN_ROUND);
  cairo_set_line_cap (canvas->cr, width < THIN ? CAIRO_LINE_CAP_BUTT : CAIRO_LINE_CAP_ROUND);
  /* Lines are most of the time that a square takes, and with 16 steps of a pixel's edge instead of 255 they take half of it. */
  cairo_set_antialias (canvas->cr, CAIRO_ANTIALIAS_FAST);
  cairo_stroke (canvas->cr);
  cairo_set_antialias (canvas->cr, CAIRO_ANTIALIAS_DEFAULT);
}

static guint32
area_colour (const WfMapStyle   *style,
             const WfMapFeature *feature)
{
  switch ((int) feature->map_class)
    {
    case WF_MAP_CLASS_LAND:
      return style->land;
    case WF_MAP_CLASS_HILLS:
      return style->hills[CLAMP (feature->rank, 0, 4)];
    case WF_MAP_CLASS_WATER:
      return style->water;
    case WF_MAP_CLASS_GREEN:
      return style->green;
    case WF_MAP_CLASS_INDUSTRY:
      return style->industry;
    case WF_MAP_CLASS_AEROWAY:
      return style->aeroway;
    case WF_MAP_CLASS_BUILDING:
      return style->building;
    default:
      return style->quarter;
    }
}

static gboolean
has_edge (Canvas             *canvas,
          const WfMapFeature *feature)
{
  return feature->map_class == WF_MAP_CLASS_INDUSTRY && canvas->zoom >= 10.5 && !feature->is_piece;
}

static void
draw_area (Canvas             *canvas,
           const WfMapFeature *feature)
{
  static const double dashes[] = { 4.0, 4.0 };
  const WfMapStyle *style = canvas->style;

  wf_map_style_set_source (canvas->cr, area_colour (style, feature));
  trace_polygon (canvas, feature);
  if (!has_edge (canvas, feature))
    {
      cairo_fill (canvas->cr);
      return;
    }

  cairo_fill_preserve (canvas->cr);
  cairo_set_dash (canvas->cr, dashes, 2, 0.0);
  stroke (canvas, style->industry_edge, 1.0);
  cairo_set_dash (canvas->cr, NULL, 0, 0.0);
}

static void
fill_pending (Canvas  *canvas,
              guint32  colour)
{
  wf_map_style_set_source (canvas->cr, colour);
  cairo_set_fill_rule (canvas->cr, CAIRO_FILL_RULE_WINDING);
  cairo_fill (canvas->cr);
  cairo_set_fill_rule (canvas->cr, CAIRO_FILL_RULE_EVEN_ODD);
}

/* A town has a thousand buildings, and filling each by itself costs more than the pixels do: those of one ring are filled
 * together, all of them turned the same way round so that they are still filled where they overlap. */
static void
draw_areas (Canvas    *canvas,
            GPtrArray *features,
            WfMapClass map_class)
{
  gboolean pending = FALSE;
  guint32 colour = 0;

  for (guint i = 0; i < features->len; i++)
    {
      const WfMapFeature *feature = g_ptr_array_index (features, i);

      if (feature->map_class != map_class || feature->geometry->shape != WF_MAP_SHAPE_POLYGON)
        continue;

      gboolean alone = feature->geometry->n_parts > 1 || has_edge (canvas, feature);
      guint32 own = area_colour (canvas->style, feature);
      if (pending && (alone || own != colour))
        {
          fill_pending (canvas, colour);
          pending = FALSE;
        }
      if (alone)
        {
          draw_area (canvas, feature);
          continue;
        }
      trace_ring (canvas, feature);
      colour = own;
      pending = TRUE;
    }
  if (pending)
    fill_pending (canvas, colour);
}

static void
draw_lines (Canvas    *canvas,
            GPtrArray *features,
            WfMapClass map_class)
{
  const WfMapStyle *style = canvas->style;
  gboolean any = FALSE;

  for (guint i = 0; i < features->len; i++)
    {
      const WfMapFeature *feature = g_ptr_array_index (features, i);

      if (feature->map_class != map_class || feature->geometry->shape != WF_MAP_SHAPE_LINE)
        continue;
      trace_line (canvas, feature);
      any = TRUE;
    }
  if (!any)
    return;

  switch ((int) map_class)
    {
    case WF_MAP_CLASS_RIVER:
      stroke (canvas, style->river, CLAMP (0.6 + (canvas->zoom - 3.0) * 0.28, 0.6, 4.0));
      break;
    case WF_MAP_CLASS_STREAM:
      stroke (canvas, style->river, grow (1.3, canvas->zoom, 0.7, 6.0));
      break;
    case WF_MAP_CLASS_LEVEE:
      stroke (canvas, style->levee, grow (1.0, canvas->zoom, 0.7, 3.0));
      break;
    case WF_MAP_CLASS_AEROWAY:
      stroke (canvas, style->aeroway, grow (3.0, canvas->zoom, 1.0, 24.0));
      break;
    default:
      cairo_new_path (canvas->cr);
      break;
    }
}

static void
draw_ground (Canvas    *canvas,
             GPtrArray *features)
{
  for (gsize c = 0; c < G_N_ELEMENTS (area_order); c++)
    {
      draw_areas (canvas, features, area_order[c]);
      draw_lines (canvas, features, area_order[c]);
    }
}

static void
draw_roads (Canvas    *canvas,
            GPtrArray *features,
            gboolean   edge)
{
  for (gsize c = 0; c < G_N_ELEMENTS (road_order); c++)
    {
      double width = road_width (road_order[c], canvas->zoom);

      /* A thin road has no edge of its own, and a dark one none at all except where it is wide. */
      if (edge && (width < (canvas->style->dark ? 4.0 : 1.2) || road_order[c] == WF_MAP_CLASS_ROAD_LANE))
        continue;

      for (guint i = 0; i < features->len; i++)
        {
          const WfMapFeature *feature = g_ptr_array_index (features, i);
          if (feature->map_class == road_order[c])
            trace_line (canvas, feature);
        }
      stroke (canvas, edge ? canvas->style->road_case : road_colour (canvas->style, road_order[c]),
              edge ? width + 1.4 : width);
    }
}

static void
draw_railways (Canvas    *canvas,
               GPtrArray *features)
{
  double width = grow (2.4, canvas->zoom, 1.2, 5.0);
  double dashes[] = { width * 2.6, width * 2.6 };

  for (guint i = 0; i < features->len; i++)
    {
      const WfMapFeature *feature = g_ptr_array_index (features, i);
      if (feature->map_class != WF_MAP_CLASS_RAILWAY)
        continue;

      trace_line (canvas, feature);
      wf_map_style_set_source (canvas->cr, canvas->style->railway);
      cairo_set_line_width (canvas->cr, width);
      cairo_stroke_preserve (canvas->cr);
      cairo_set_dash (canvas->cr, dashes, 2, 0.0);
      stroke (canvas, canvas->style->land, MAX (0.6, width - 1.2));
      cairo_set_dash (canvas->cr, NULL, 0, 0.0);
    }
}

/* Borders of divisions, the higher over the lower. They are not dashed, so that one that two neighbours share is one line. */
static void
draw_divisions (Canvas    *canvas,
                GPtrArray *features)
{
  for (int rank = MAX_DIVISION; rank >= 0; rank--)
    {
      for (guint i = 0; i < features->len; i++)
        {
          const WfMapFeature *feature = g_ptr_array_index (features, i);

          if (feature->map_class == WF_MAP_CLASS_DIVISION && CLAMP (feature->rank, 0, MAX_DIVISION) == rank)
            trace_line (canvas, feature);
        }
      stroke (canvas, canvas->style->division, grow (1.7 - 0.3 * rank, canvas->zoom, 0.7, 2.2));
    }
}

/* The boundary is a line and, where it is closed, a veil over what lies outside. */
static void
draw_boundaries (Canvas    *canvas,
                 GPtrArray *features)
{
  static const double dashes[] = { 10.0, 3.0, 2.0, 3.0 };

  for (guint i = 0; i < features->len; i++)
    {
      const WfMapFeature *feature = g_ptr_array_index (features, i);
      if (feature->map_class != WF_MAP_CLASS_BOUNDARY)
        continue;

      if (feature->geometry->shape == WF_MAP_SHAPE_POLYGON)
        {
          cairo_rectangle (canvas->cr, -PAD, -PAD, canvas->width + 2 * PAD, canvas->height + 2 * PAD);
          cairo_new_sub_path (canvas->cr);
          trace_polygon (canvas, feature);
          wf_map_style_set_source_rgba (canvas->cr, canvas->style->outside_rgba);
          cairo_fill (canvas->cr);
        }

      trace_line (canvas, feature);
      cairo_set_dash (canvas->cr, dashes, 4, 0.0);
      stroke (canvas, canvas->style->boundary, grow (1.4, canvas->zoom, 1.0, 2.4));
      cairo_set_dash (canvas->cr, NULL, 0, 0.0);
    }
}

static void
draw_pack (Canvas    *canvas,
           GPtrArray *features)
{
  draw_ground (canvas, features);
  draw_roads (canvas, features, TRUE);
  draw_roads (canvas, features, FALSE);
  draw_railways (canvas, features);
  draw_divisions (canvas, features);
  draw_boundaries (canvas, features);
}

/* Names are not drawn here, and in a town they are a third of all there is. */
static void
keep_shapes (GPtrArray *features)
{
  guint kept = 0;

  for (guint i = 0; i < features->len; i++)
    {
      WfMapFeature *feature = g_ptr_array_index (features, i);

      if (wf_map_class_is_place ((int) feature->map_class))
        continue;
      /* Each is still there once, so that the array frees each once. */
      g_ptr_array_index (features, i) = g_ptr_array_index (features, kept);
      g_ptr_array_index (features, kept++) = feature;
    }
  g_ptr_array_set_size (features, (int) kept);
}

static int
compare_ranks (gconstpointer a,
               gconstpointer b)
{
  const WfMapFeature *x = *(const WfMapFeature *const *) a;
  const WfMapFeature *y = *(const WfMapFeature *const *) b;

  if (x->rank != y->rank)
    return x->rank < y->rank ? -1 : 1;

  return x->id < y->id ? -1 : x->id > y->id;
}

/* Where a pack replaces those under it, as a path. */
static gboolean
trace_cover (Canvas       *canvas,
             const GArray *cover)
{
  gboolean whole = FALSE;

  for (guint i = 0; i < cover->len; i++)
    {
      const WfMapBox *box = &g_array_index (cover, WfMapBox, i);
      /* Whole pixels, so that nothing shines through between two tiles, and a clip costs little. */
      double left = round (box->left * canvas->world - canvas->x);
      double top = round (box->top * canvas->world - canvas->y);
      double right = round (box->right * canvas->world - canvas->x);
      double bottom = round (box->bottom * canvas->world - canvas->y);

      whole = whole || (left <= 0.0 && top <= 0.0 && right >= canvas->width && bottom >= canvas->height);
      cairo_rectangle (canvas->cr, left, top, right - left, bottom - top);
    }

  return whole;
}

/* A pack that replaces those under it is drawn only where it does, on clean ground. What is cut to one box is drawn as fast as
 * what is not cut; to cut each stroke to several takes long, so that is drawn aside and taken over in one go. */
static void
draw_opaque (Canvas    *canvas,
             WfMapPack *pack,
             GPtrArray *features)
{
  g_autoptr (GArray) cover = wf_map_pack_get_cover (pack, canvas->x / canvas->world, canvas->y / canvas->world,
                                                    (canvas->x + canvas->width) / canvas->world,
                                                    (canvas->y + canvas->height) / canvas->world, (int) floor (canvas->zoom));
  gboolean aside = FALSE;

  if (cover->len == 0)
    return;
  if (trace_cover (canvas, cover))
    cairo_new_path (canvas->cr);
  else if (cover->len == 1)
    cairo_clip (canvas->cr);
  else
    aside = TRUE;

  if (aside)
    {
      cairo_new_path (canvas->cr);
      cairo_push_group_with_content (canvas->cr, CAIRO_CONTENT_COLOR);
    }
  wf_map_style_set_source (canvas->cr, canvas->style->land);
  cairo_paint (canvas->cr);
  draw_pack (canvas, features);
  if (!aside)
    return;

  cairo_pop_group_to_source (canvas->cr);
  trace_cover (canvas, cover);
  cairo_set_fill_rule (canvas->cr, CAIRO_FILL_RULE_WINDING);
  cairo_fill (canvas->cr);
}

static void
draw_packs (Canvas    *canvas,
            WfBaseMap *base)
{
  GPtrArray *packs = wf_base_map_get_packs (base);
  double pad = PAD / canvas->world;

  for (guint i = 0; i < packs->len; i++)
    {
      WfMapPack *pack = g_ptr_array_index (packs, i);
      const WfMapPackInfo *info = wf_map_pack_get_info (pack);
      if (canvas->zoom < info->min_zoom)
        continue;

      g_autoptr (GPtrArray) features =
          wf_base_map_query (base, pack,
                             canvas->x / canvas->world - pad,
                             canvas->y / canvas->world - pad,
                             (canvas->x + canvas->width) / canvas->world + pad,
                             (canvas->y + canvas->height) / canvas->world + pad,
                             (int) floor (canvas->zoom));
      if (features == NULL)
        continue;

      keep_shapes (features);
      g_ptr_array_sort (features, compare_ranks);
      cairo_save (canvas->cr);
      if (info->opaque)
        draw_opaque (canvas, pack, features);
      else
        draw_pack (canvas, features);
      cairo_restore (canvas->cr);
    }
}

/**
 * wf_base_renderer_draw:
 * @base: what to draw
 * @style: in which colours
 * @area: which part of it
 * @incomplete: (out): whether tiles of a server are still to come
 *
 * Draws a piece of the base map without its labels. Any thread; blocks for the disk.
 *
 * Returns: (transfer full): an opaque image in device pixels
 */
cairo_surface_t *
wf_base_renderer_draw (WfBaseMap         *base,
                       const WfMapStyle  *style,
                       const WfBaseArea  *area,
                       gboolean          *incomplete)
{
  cairo_surface_t *surface = cairo_image_surface_create (CAIRO_FORMAT_RGB24,
                                                         (int) (area->width * area->scale),
                                                         (int) (area->height * area->scale));
  cairo_t *cr = cairo_create (surface);
  g_autoptr (GArray) points = g_array_new (FALSE, FALSE, sizeof (Spot));
  g_autoptr (GArray) clipped = g_array_new (FALSE, FALSE, sizeof (Spot));
  Canvas canvas = { cr, style, area->zoom, 256.0 * exp2 (area->zoom), area->x, area->y, area->width, area->height,
                    points, clipped };

  cairo_scale (cr, area->scale, area->scale);
  cairo_set_fill_rule (cr, CAIRO_FILL_RULE_EVEN_ODD);
  wf_map_style_set_source (cr, style->sea);
  cairo_paint (cr);

  *incomplete = FALSE;
  draw_packs (&canvas, base);
  wf_base_map_draw_raster (base, cr, area, incomplete);
  cairo_destroy (cr);
  cairo_surface_flush (surface);

  return surface;
}
