/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-map"

#include "config.h"

#include "wf-plots.h"

#include "wf-geo-shape.h"
#include "wf-geo-text.h"
#include "wf-symbols.h"

#include <glib/gi18n.h>
#include <math.h>

/* Marks along a line. */
typedef enum
{
  ALONG_NOTHING,
  ALONG_TEETH,    /* on the left: the side to which the fire goes */
  ALONG_CROSSES,
  ALONG_CHEVRONS, /* the way to go */
} Along;

/* What fills an area beside its tint: nobody has to tell two colours apart. */
typedef enum
{
  HATCH_NONE,
  HATCH_WIDE,
  HATCH_NARROW,
  HATCH_CROSSED,
  HATCH_DOTS,
} Hatch;

typedef struct
{
  guint32 light;  /* 0xRRGGBB on the light map; 0: the map's own ink */
  guint32 dark;
  double  width;
  double  dash;   /* 0: solid */
  double  gap;
  double  tint;   /* of the area */
  Hatch   hatch;
  Along   along;
} Look;

/* In the order of wf_plot_types. Strong colours are for fire and danger; all else is drawn in the map's ink and is told apart
 * by its line. */
static const Look looks[] = {
  { 0, 0, 1.6, 0, 0, 0.0, HATCH_NONE, ALONG_NOTHING },              /* point */
  { 0, 0, 2.4, 0, 0, 0.0, HATCH_NONE, ALONG_NOTHING },              /* line */
  { 0, 0, 2.0, 0, 0, 0.10, HATCH_NONE, ALONG_NOTHING },             /* polygon */
  { 0, 0, 2.0, 0, 0, 0.06, HATCH_NONE, ALONG_NOTHING },             /* circle */
  { 0, 0, 5.0, 0, 0, 0.0, HATCH_NONE, ALONG_NOTHING },              /* arrow */
  { 0xc4261d, 0xff6a55, 3.4, 0, 0, 0.0, HATCH_NONE, ALONG_TEETH },  /* fire_line */
  { 0x8a5a00, 0xe8b85c, 2.2, 9, 5, 0.04, HATCH_NONE, ALONG_CROSSES }, /* cordon */
  { 0xb9301f, 0xff7a5f, 2.4, 0, 0, 0.10, HATCH_WIDE, ALONG_NOTHING }, /* danger_zone, see dangers */
  { 0, 0, 3.2, 0, 0, 0.0, HATCH_NONE, ALONG_CHEVRONS },             /* evacuation_route */
  { 0, 0, 2.0, 2, 4, 0.06, HATCH_DOTS, ALONG_NOTHING },             /* staging_area */
  { 0, 0, 1.4, 0, 0, 0.0, HATCH_NONE, ALONG_NOTHING },              /* text */
  { 0, 0, 1.6, 7, 4, 0.0, HATCH_NONE, ALONG_NOTHING },              /* range_ring */
};

/* A danger zone by how dangerous it is: 1 high … 4 safe. */
static const Look dangers[] = {
  { 0xb9301f, 0xff7a5f, 2.4, 0, 0, 0.10, HATCH_WIDE, ALONG_NOTHING },
  { 0xb3141d, 0xff5a52, 3.2, 0, 0, 0.22, HATCH_CROSSED, ALONG_NOTHING },
  { 0xb4431a, 0xf58a5c, 2.6, 0, 0, 0.15, HATCH_NARROW, ALONG_NOTHING },
  { 0x8f5a10, 0xe5a95a, 2.2, 0, 0, 0.09, HATCH_WIDE, ALONG_NOTHING },
  { 0, 0, 1.8, 6, 4, 0.04, HATCH_NONE, ALONG_NOTHING },
};

static const Look *
look_of (int type,
         int danger)
{
  if (type < 0 || type >= (int) G_N_ELEMENTS (looks))
    return &looks[1];

  return g_strcmp0 (wf_plot_types[type], "danger_zone") == 0 ? &dangers[CLAMP (danger, 0, 4)] : &looks[type];
}

static guint32
colour_of (const Look       *look,
           const WfMapStyle *style)
{
  guint32 own = style->dark ? look->dark : look->light;

  return own != 0 ? own : style->order;
}

/* --- lines ---
 * A plot may be far larger than what is drawn of it, and dashes of what nobody sees take time, so each piece of a line is cut
 * to what is seen before it is stroked. */

static gboolean
cut (const WfPlotPath *path,
     const WfGeoPoint *a,
     const WfGeoPoint *b,
     double           *from,
     double           *to)
{
  double d[4] = { a->lon - b->lon, b->lon - a->lon, a->lat - b->lat, b->lat - a->lat };
  double q[4] = { a->lon - path->left, path->right - a->lon, a->lat - path->top, path->bottom - a->lat };

  *from = 0.0;
  *to = 1.0;
  for (int i = 0; i < 4; i++)
    {
      if (fabs (d[i]) < 1e-12)
        {
          if (q[i] < 0.0)
            return FALSE;
          continue;
        }
      if (d[i] < 0.0)
        *from = MAX (*from, q[i] / d[i]);
      else
        *to = MIN (*to, q[i] / d[i]);
    }

  return *from < *to;
}

static guint
n_segments (const WfPlotPath *path)
{
  return path->points->len < 2 ? 0 : path->points->len - (path->closed ? 0 : 1);
}

static void
get_segment (const WfPlotPath *path,
             guint             i,
             WfGeoPoint       *a,
             WfGeoPoint       *b)
{
  *a = g_array_index (path->points, WfGeoPoint, i);
  *b = g_array_index (path->points, WfGeoPoint, (i + 1) % path->points->len);
}

static void
stroke (cairo_t          *cr,
        const WfPlotPath *path,
        double            dash,
        double            gap)
{
  const double dashes[] = { dash, gap };
  double length = 0.0;
  gboolean joined = FALSE;
  WfGeoPoint a, b;

  cairo_new_path (cr);
  for (guint i = 0; i < n_segments (path); i++)
    {
      double from, to;
      get_segment (path, i, &a, &b);
      double whole = hypot (b.lon - a.lon, b.lat - a.lat);

      if (!cut (path, &a, &b, &from, &to))
        {
          joined = FALSE;
          length += whole;
          continue;
        }
      if (dash > 0.0)
        {
          cairo_set_dash (cr, dashes, 2, fmod (length + from * whole, dash + gap));
          joined = FALSE;
        }
      if (!joined || from > 0.0)
        cairo_move_to (cr, a.lon + from * (b.lon - a.lon), a.lat + from * (b.lat - a.lat));
      cairo_line_to (cr, a.lon + to * (b.lon - a.lon), a.lat + to * (b.lat - a.lat));
      joined = to >= 1.0;
      if (dash > 0.0)
        cairo_stroke (cr);
      length += whole;
    }
  cairo_stroke (cr);
  cairo_set_dash (cr, NULL, 0, 0.0);
}

static void
draw_one_along (cairo_t *cr,
                Along    along)
{
  switch (along)
    {
    case ALONG_TEETH:
      cairo_move_to (cr, -5.0, 0.0);
      cairo_line_to (cr, 0.0, -9.0);
      cairo_line_to (cr, 5.0, 0.0);
      cairo_fill (cr);
      break;
    case ALONG_CROSSES:
      cairo_move_to (cr, -4.0, -4.0);
      cairo_line_to (cr, 4.0, 4.0);
      cairo_move_to (cr, -4.0, 4.0);
      cairo_line_to (cr, 4.0, -4.0);
      cairo_stroke (cr);
      break;
    case ALONG_CHEVRONS:
      cairo_move_to (cr, -5.0, -7.0);
      cairo_line_to (cr, 4.0, 0.0);
      cairo_line_to (cr, -5.0, 7.0);
      cairo_stroke (cr);
      break;
    case ALONG_NOTHING:
    default:
      break;
    }
}

/* Marks at even distances of the whole line, so that they stay where they are whatever part is seen. */
static void
draw_along (cairo_t          *cr,
            const WfPlotPath *path,
            Along             along,
            double            every)
{
  double length = 0.0;
  WfGeoPoint a, b;

  for (guint i = 0; i < n_segments (path); i++)
    {
      double from, to;
      get_segment (path, i, &a, &b);
      double whole = hypot (b.lon - a.lon, b.lat - a.lat);

      if (whole > 0.0 && cut (path, &a, &b, &from, &to))
        for (double at = (floor ((length + from * whole) / every) + 0.5) * every; at < length + to * whole; at += every)
          {
            double t = (at - length) / whole;
            if (t < from)
              continue;
            cairo_save (cr);
            cairo_translate (cr, a.lon + t * (b.lon - a.lon), a.lat + t * (b.lat - a.lat));
            cairo_rotate (cr, atan2 (b.lat - a.lat, b.lon - a.lon));
            draw_one_along (cr, along);
            cairo_restore (cr);
          }
      length += whole;
    }
}

/* --- areas --- */

static void
hatch_lines (cairo_t          *cr,
             const WfPlotPath *path,
             double            step,
             gboolean          rising)
{
  double width = path->right - path->left;
  double height = path->bottom - path->top;
  /* The lines are those of x ± y = k · step in the world. */
  double phase = rising ? path->phase_x + path->left + path->phase_y + path->bottom
                        : path->phase_x + path->left - path->phase_y - path->top;
  double offset = fmod (phase, step);

  for (double s = -height - offset; s < width + height + step; s += step)
    {
      if (rising)
        {
          cairo_move_to (cr, path->left + s, path->bottom);
          cairo_line_to (cr, path->left + s + height, path->top);
        }
      else
        {
          cairo_move_to (cr, path->left + s, path->top);
          cairo_line_to (cr, path->left + s + height, path->bottom);
        }
    }
  cairo_stroke (cr);
}

static void
hatch_dots (cairo_t          *cr,
            const WfPlotPath *path,
            double            step)
{
  double left = path->left - fmod (path->phase_x + path->left, step) - step;
  double top = path->top - fmod (path->phase_y + path->top, step) - step;

  for (double y = top; y < path->bottom + step; y += step)
    for (double x = left; x < path->right + step; x += step)
      {
        cairo_new_sub_path (cr);
        cairo_arc (cr, x, y, 1.3, 0.0, 2.0 * G_PI);
      }
  cairo_fill (cr);
}

static void
trace (cairo_t          *cr,
       const WfPlotPath *path)
{
  cairo_new_path (cr);
  for (guint i = 0; i < path->points->len; i++)
    cairo_line_to (cr, g_array_index (path->points, WfGeoPoint, i).lon, g_array_index (path->points, WfGeoPoint, i).lat);
  cairo_close_path (cr);
}

static void
fill_area (cairo_t          *cr,
           const WfPlotPath *path,
           const Look       *look,
           guint32           colour)
{
  cairo_save (cr);
  cairo_rectangle (cr, path->left, path->top, path->right - path->left, path->bottom - path->top);
  cairo_clip (cr);
  trace (cr, path);
  cairo_clip (cr);
  wf_map_style_set_source_alpha (cr, colour, look->tint);
  cairo_paint (cr);
  wf_map_style_set_source_alpha (cr, colour, 0.55);
  cairo_set_line_width (cr, 1.0);
  switch (look->hatch)
    {
    case HATCH_WIDE:
      hatch_lines (cr, path, 16.0, TRUE);
      break;
    case HATCH_NARROW:
      hatch_lines (cr, path, 8.0, TRUE);
      break;
    case HATCH_CROSSED:
      hatch_lines (cr, path, 8.0, TRUE);
      hatch_lines (cr, path, 8.0, FALSE);
      break;
    case HATCH_DOTS:
      hatch_dots (cr, path, 12.0);
      break;
    case HATCH_NONE:
    default:
      break;
    }
  cairo_restore (cr);
}

/* --- points --- */

static void
draw_flag (cairo_t          *cr,
           const WfMapStyle *style,
           double            x,
           double            y,
           guint32           colour)
{
  cairo_move_to (cr, x, y);
  cairo_line_to (cr, x, y - 18.0);
  cairo_line_to (cr, x + 12.0, y - 13.0);
  cairo_line_to (cr, x, y - 8.0);
  wf_map_style_set_source_rgba (cr, style->mark_halo_rgba);
  cairo_set_line_width (cr, 4.0);
  cairo_stroke_preserve (cr);
  wf_map_style_set_source (cr, colour);
  cairo_fill_preserve (cr);
  cairo_set_line_width (cr, 1.8);
  cairo_stroke (cr);
  cairo_arc (cr, x, y, 2.6, 0.0, 2.0 * G_PI);
  cairo_fill (cr);
}

static void
draw_head (cairo_t          *cr,
           const WfPlotPath *path,
           double            size)
{
  if (path->points->len < 2)
    return;

  const WfGeoPoint *tip = &g_array_index (path->points, WfGeoPoint, path->points->len - 1);
  const WfGeoPoint *before = tip - 1;

  cairo_save (cr);
  cairo_translate (cr, tip->lon, tip->lat);
  cairo_rotate (cr, atan2 (tip->lat - before->lat, tip->lon - before->lon));
  cairo_move_to (cr, size * 0.6, 0.0);
  cairo_line_to (cr, -size, -size * 0.75);
  cairo_line_to (cr, -size * 0.6, 0.0);
  cairo_line_to (cr, -size, size * 0.75);
  cairo_close_path (cr);
  cairo_fill (cr);
  cairo_restore (cr);
}

/* --- one plot --- */

/* Draws a plot but for its name, which WfMapTexts places. Where somebody else is drawing it just now it is dashed and faint. */
void
wf_plot_draw_mark (cairo_t          *cr,
                   const WfMapStyle *style,
                   const WfPlotMark *plot,
                   const WfPlotPath *path,
                   gboolean          selected)
{
  const Look *look = look_of (plot->type, plot->danger);
  guint32 colour = selected ? style->select : colour_of (look, style);
  double width = look->width + (selected ? 1.4 : 0.0);
  double dash = plot->draft ? 5.0 : look->dash;
  double gap = plot->draft ? 5.0 : look->gap;

  if (path->points->len == 0)
    return;

  if (plot->draft)
    cairo_push_group (cr);
  cairo_set_line_join (cr, CAIRO_LINE_JOIN_ROUND);
  if (path->closed && path->points->len >= 3)
    fill_area (cr, path, look, colour);

  const WfGeoPoint *first = &g_array_index (path->points, WfGeoPoint, 0);

  if (plot->shape == WF_PLOT_POINT && !wf_plot_is (plot, "text"))
    draw_flag (cr, style, first->lon, first->lat, colour);
  else if (plot->shape != WF_PLOT_POINT)
    {
      wf_map_style_set_source_rgba (cr, style->mark_halo_rgba);
      cairo_set_line_width (cr, width + 2.2);
      stroke (cr, path, dash, gap);
      wf_map_style_set_source (cr, colour);
      cairo_set_line_width (cr, width);
      stroke (cr, path, dash, gap);
      cairo_set_line_width (cr, 2.2);
      draw_along (cr, path, look->along, look->along == ALONG_TEETH ? 18.0 : 34.0);
      if (g_strcmp0 (wf_plot_types[MAX (plot->type, 0)], "arrow") == 0)
        draw_head (cr, path, 15.0);
    }
  if (plot->draft)
    {
      cairo_pop_group_to_source (cr);
      cairo_paint_with_alpha (cr, 0.75);
    }
}

/* --- what is being drawn --- */

static void
sketch_point (const WfPainter  *painter,
              const WfGeoPoint *place,
              WfGeoPoint       *pixel)
{
  wf_map_frame_to_screen (painter->frame, place->lon, place->lat, &pixel->lon, &pixel->lat);
  pixel->lon = CLAMP (pixel->lon, -2e4, 2e4);
  pixel->lat = CLAMP (pixel->lat, -2e4, 2e4);
}

/* The length, area or radius as it is now, beside the pointer. */
static char *
describe_sketch (const WfPlotSketch *sketch,
                 const GArray       *places)
{
  const WfGeoPoint *p = (const WfGeoPoint *) (void *) places->data;
  double radius = sketch->shape == WF_PLOT_CIRCLE && places->len > 1 ? wf_geo_length (p, 2) : sketch->radius;

  if (sketch->shape == WF_PLOT_CIRCLE && radius > 0.0)
    {
      g_autofree char *length = wf_geo_format_distance (radius);
      g_autofree char *area = wf_geo_format_area (G_PI * radius * radius);

      /* Translators: a circle's radius and area. */
      return g_strdup_printf (_("radius %s · %s"), length, area);
    }
  if (places->len < 2)
    return NULL;

  g_autofree char *length = wf_geo_format_distance (wf_geo_length (p, places->len));

  if (sketch->shape == WF_PLOT_AREA && places->len >= 3)
    return wf_geo_format_area (wf_geo_area (p, places->len));

  return g_strdup_printf ("%s · %.0f°", length,
                          wf_geo_bearing (p[places->len - 2].lon, p[places->len - 2].lat, p[places->len - 1].lon,
                                          p[places->len - 1].lat));
}

static void
draw_handles (cairo_t            *cr,
              const WfPainter    *painter,
              const WfPlotSketch *sketch)
{
  for (guint i = 0; i < sketch->points->len; i++)
    {
      WfGeoPoint pixel;

      sketch_point (painter, &g_array_index (sketch->points, WfGeoPoint, i), &pixel);
      cairo_rectangle (cr, pixel.lon - 4.0, pixel.lat - 4.0, 8.0, 8.0);
      wf_map_style_set_source_rgba (cr, painter->style->mark_halo_rgba);
      cairo_fill_preserve (cr);
      wf_map_style_set_source (cr, painter->style->select);
      cairo_set_line_width (cr, 1.8);
      cairo_stroke (cr);
    }
}

/* Draws what a person is drawing here, with what it measures. */
void
wf_plots_draw_sketch (WfPlots         *self,
                      const WfPainter *painter)
{
  const WfPlotSketch *sketch = wf_plots_get_sketch (self);
  const WfMapFrame *frame = painter->frame;
  g_autoptr (GArray) places = g_array_new (FALSE, FALSE, sizeof (WfGeoPoint));
  g_autoptr (GArray) points = g_array_new (FALSE, FALSE, sizeof (WfGeoPoint));
  WfGeoPoint ring[72];

  if (sketch->type < 0 || painter->snapshot == NULL)
    return;

  if (sketch->points->len > 0)
    g_array_append_vals (places, sketch->points->data, sketch->points->len);
  if (sketch->rubber)
    g_array_append_val (places, sketch->pointer);

  const WfGeoPoint *p = (const WfGeoPoint *) (void *) places->data;
  guint n = places->len;
  if (sketch->shape == WF_PLOT_CIRCLE && n > 0)
    {
      double radius = n > 1 ? wf_geo_length (p, 2) : sketch->radius;
      if (radius > 0.0)
        {
          wf_geo_circle (p[0].lon, p[0].lat, radius, ring, G_N_ELEMENTS (ring));
          p = ring;
          n = G_N_ELEMENTS (ring);
        }
    }
  for (guint i = 0; i < n; i++)
    {
      WfGeoPoint pixel;
      sketch_point (painter, &p[i], &pixel);
      g_array_append_val (points, pixel);
    }

  cairo_t *cr = painter->begin (painter->user_data, 0.0, 0.0, frame->width, frame->height);
  const Look *look = look_of (sketch->type, 0);
  WfPlotPath path = { points, sketch->shape == WF_PLOT_AREA || sketch->shape == WF_PLOT_CIRCLE, 0.0, 0.0, frame->width,
                      frame->height, 0.0, 0.0 };

  cairo_set_line_join (cr, CAIRO_LINE_JOIN_ROUND);
  if (path.closed && points->len >= 3)
    {
      trace (cr, &path);
      wf_map_style_set_source_alpha (cr, painter->style->select, 0.12);
      cairo_fill (cr);
    }
  wf_map_style_set_source_rgba (cr, painter->style->mark_halo_rgba);
  cairo_set_line_width (cr, look->width + 2.6);
  stroke (cr, &path, 0.0, 0.0);
  wf_map_style_set_source (cr, painter->style->select);
  cairo_set_line_width (cr, look->width);
  stroke (cr, &path, 0.0, 0.0);
  draw_handles (cr, painter, sketch);

  WfGeoPoint last;
  g_autofree char *text = sketch->handles ? NULL : describe_sketch (sketch, places);
  if (text != NULL)
    {
      sketch_point (painter, &g_array_index (places, WfGeoPoint, places->len - 1), &last);
      wf_symbol_draw_text (cr, text, last.lon + 12.0, last.lat - 12.0, 12.0, TRUE, WF_TEXT_LEFT, painter->style->mark_text,
                           painter->style->mark_halo_rgba);
    }
  if (sketch->snapped)
    {
      sketch_point (painter, &sketch->pointer, &last);
      cairo_arc (cr, last.lon, last.lat, 9.0, 0.0, 2.0 * G_PI);
      cairo_set_line_width (cr, 2.0);
      wf_map_style_set_source (cr, painter->style->select);
      cairo_stroke (cr);
    }
  painter->end (painter->user_data, cr);
}
