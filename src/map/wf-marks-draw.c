/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-map"

#include "config.h"

#include "wf-marks.h"

#include "wf-plots.h"
#include "wf-symbols.h"

#include <math.h>

#define INCIDENT_RADIUS 14.0
#define TEXT_SIZE       12.0

/* Strong colour belongs to incidents: the higher the level, the stronger. Red, orange, yellow and blue as a set are kept for
 * warnings, so levels go along one hue. */
static const guint32 level_colours[5] = { 0x56616d, 0xd0104c, 0xb5124e, 0x8f3a63, 0x6d4a62 };

static const struct
{
  guint32 edge;
  double  fill;
} zone_styles[] = {
  [WF_MAP_ZONE_HOT] = { 0xf0524a, 0.26 },
  [WF_MAP_ZONE_WARM] = { 0xe86a45, 0.17 },
  [WF_MAP_ZONE_COLD] = { 0xe59a3a, 0.13 },
  [WF_MAP_ZONE_CORDON] = { 0xd0a85a, 0.05 },
  [WF_MAP_ZONE_PLAIN] = { 0x8fa3b5, 0.10 },
};

static gboolean
is_in_view (const WfMapFrame *frame,
            double            x,
            double            y,
            double            reach)
{
  return x > -reach && y > -reach && x < frame->width + reach && y < frame->height + reach;
}

static cairo_t *
begin (const WfPainter *painter,
       double           x,
       double           y,
       double           width,
       double           height)
{
  /* Whole pixels, or the piece would be shifted by a fraction. */
  double left = MAX (-2.0, floor (x));
  double top = MAX (-2.0, floor (y));
  double right = MIN (painter->frame->width + 2.0, ceil (x + width));
  double bottom = MIN (painter->frame->height + 2.0, ceil (y + height));

  if (right <= left || bottom <= top)
    return NULL;

  return painter->begin (painter->user_data, left, top, right - left, bottom - top);
}

/* Points on the screen, and the box around them. */
static GArray *
place_points (const WfPainter *painter,
              const WfMark    *mark,
              double           box[4])
{
  GArray *points = g_array_sized_new (FALSE, FALSE, sizeof (WfGeoPoint), (guint) mark->n_points);

  box[0] = box[1] = G_MAXDOUBLE;
  box[2] = box[3] = -G_MAXDOUBLE;
  for (gsize i = 0; i < mark->n_points; i++)
    {
      WfGeoPoint p;
      wf_map_frame_to_screen (painter->frame, mark->points[i].lon, mark->points[i].lat, &p.lon, &p.lat);
      /* Far outside, cairo's numbers would overflow. */
      p.lon = CLAMP (p.lon, -20000.0, 20000.0);
      p.lat = CLAMP (p.lat, -20000.0, 20000.0);
      g_array_append_val (points, p);
      box[0] = MIN (box[0], p.lon);
      box[1] = MIN (box[1], p.lat);
      box[2] = MAX (box[2], p.lon);
      box[3] = MAX (box[3], p.lat);
    }

  return points;
}

static void
trace (cairo_t      *cr,
       const GArray *points)
{
  for (guint i = 0; i < points->len; i++)
    cairo_line_to (cr, g_array_index (points, WfGeoPoint, i).lon, g_array_index (points, WfGeoPoint, i).lat);
}

static void
draw_zone (WfMarks         *marks,
           const WfPainter *painter,
           const WfMark    *mark)
{
  static const double dashes[] = { 6.0, 4.0 };
  double box[4];
  g_autoptr (GArray) points = place_points (painter, mark, box);
  gboolean selected = wf_marks_is_selected (marks, "zone", mark->id);

  cairo_t *cr = points->len >= 3 ? begin (painter, box[0] - 4, box[1] - 4, box[2] - box[0] + 8, box[3] - box[1] + 8) : NULL;
  if (cr == NULL)
    return;

  trace (cr, points);
  cairo_close_path (cr);
  wf_map_style_set_source_alpha (cr, zone_styles[mark->zone].edge, zone_styles[mark->zone].fill);
  cairo_fill_preserve (cr);
  wf_map_style_set_source (cr, zone_styles[mark->zone].edge);
  cairo_set_line_width (cr, selected ? 3.0 : 1.6);
  if (mark->zone == WF_MAP_ZONE_CORDON)
    cairo_set_dash (cr, dashes, 2, 0.0);
  cairo_stroke (cr);

  double x = 0.0;
  double y = 0.0;
  for (guint i = 0; i < points->len; i++)
    {
      x += g_array_index (points, WfGeoPoint, i).lon / points->len;
      y += g_array_index (points, WfGeoPoint, i).lat / points->len;
    }
  wf_symbol_draw_text (cr, mark->label, x, y, TEXT_SIZE, TRUE, WF_TEXT_CENTER, painter->style->mark_text,
                       painter->style->mark_halo_rgba);
  painter->end (painter->user_data, cr);
}

static void
draw_line (const WfPainter *painter,
           const WfMark    *mark)
{
  static const double dashes[] = { 6.0, 4.0 };
  static const double dots[] = { 2.0, 5.0 };
  double box[4];
  g_autoptr (GArray) points = place_points (painter, mark, box);

  cairo_t *cr = points->len >= 2 ? begin (painter, box[0] - 4, box[1] - 4, box[2] - box[0] + 8, box[3] - box[1] + 8) : NULL;
  if (cr == NULL)
    return;

  cairo_set_line_join (cr, CAIRO_LINE_JOIN_ROUND);
  trace (cr, points);
  wf_map_style_set_source_rgba (cr, painter->style->mark_halo_rgba);
  cairo_set_line_width (cr, 4.0);
  cairo_stroke_preserve (cr);
  wf_map_style_set_source (cr, mark->type == WF_MARK_TRACK ? painter->style->moving : painter->style->order);
  cairo_set_line_width (cr, mark->type == WF_MARK_TRACK ? 2.2 : 1.8);
  cairo_set_dash (cr, mark->type == WF_MARK_TRACK ? dashes : dots, 2, 0.0);
  cairo_set_line_cap (cr, mark->type == WF_MARK_TRACK ? CAIRO_LINE_CAP_BUTT : CAIRO_LINE_CAP_ROUND);
  cairo_stroke (cr);
  cairo_set_dash (cr, NULL, 0, 0.0);

  if (mark->type == WF_MARK_ORDER)
    {
      const WfGeoPoint *end = &g_array_index (points, WfGeoPoint, points->len - 1);
      cairo_arc (cr, end->lon, end->lat, 3.5, 0.0, 2.0 * G_PI);
      cairo_fill (cr);
      if (*mark->label != '\0')
        wf_symbol_draw_text (cr, mark->label, end->lon + 8.0, end->lat + 12.0, 11.0, FALSE, WF_TEXT_LEFT,
                             painter->style->mark_text, painter->style->mark_halo_rgba);
    }
  painter->end (painter->user_data, cr);
}

static void
draw_rings (WfMarks         *marks,
            const WfPainter *painter)
{
  static const double dashes[] = { 3.0, 5.0 };
  const WfMark *incident = g_strcmp0 (marks->selected_kind, "incident") == 0
                             ? wf_marks_get (marks, WF_MARK_INCIDENT, marks->selected_id) : NULL;
  double x;
  double y;

  if (incident == NULL)
    return;

  wf_map_frame_to_screen (painter->frame, incident->lon, incident->lat, &x, &y);
  for (guint i = 0; i < marks->rings->len; i++)
    {
      double metres = g_array_index (marks->rings, double, i);
      double radius = metres / wf_mercator_metres_per_pixel (incident->lat, painter->frame->zoom);
      if (radius < 24.0 || radius > 8000.0)
        continue;

      cairo_t *cr = begin (painter, x - radius - 2, y - radius - 2, 2 * radius + 4, 2 * radius + 22);
      if (cr == NULL)
        continue;

      g_autofree char *text = metres >= 1000.0 ? g_strdup_printf ("%g km", metres / 1000.0) : g_strdup_printf ("%g m",
                                                                                                               metres);
      cairo_arc (cr, x, y, radius, 0.0, 2.0 * G_PI);
      wf_map_style_set_source_rgba (cr, painter->style->ring_rgba);
      cairo_set_line_width (cr, 1.2);
      cairo_set_dash (cr, dashes, 2, 0.0);
      cairo_stroke (cr);
      wf_symbol_draw_text (cr, text, x, y + radius + 9.0, 11.0, FALSE, WF_TEXT_CENTER, painter->style->mark_text,
                           painter->style->mark_halo_rgba);
      painter->end (painter->user_data, cr);
    }
}

static void
draw_spot (const WfPainter *painter,
           const WfMark    *mark)
{
  double x;
  double y;
  double width;
  double height;

  wf_map_frame_to_screen (painter->frame, mark->lon, mark->lat, &x, &y);
  wf_symbol_measure_text (mark->label, 11.0, FALSE, &width, &height);
  if (!is_in_view (painter->frame, x, y, width + 20.0))
    return;

  cairo_t *cr = begin (painter, x - 8.0, y - 24.0, width + 30.0, 36.0);
  if (cr == NULL)
    return;

  /* A pin whose point is the place. */
  cairo_move_to (cr, x, y);
  cairo_curve_to (cr, x - 2.0, y - 7.0, x - 7.0, y - 9.0, x - 7.0, y - 14.5);
  cairo_arc (cr, x, y - 14.5, 7.0, G_PI, 2.0 * G_PI);
  cairo_curve_to (cr, x + 7.0, y - 9.0, x + 2.0, y - 7.0, x, y);
  wf_map_style_set_source (cr, painter->style->order);
  cairo_fill_preserve (cr);
  wf_map_style_set_source_rgba (cr, painter->style->symbol_edge_rgba);
  cairo_set_line_width (cr, 1.2);
  cairo_stroke (cr);
  wf_symbol_draw_text (cr, mark->label, x + 11.0, y - 12.0, 11.0, FALSE, WF_TEXT_LEFT, painter->style->mark_text,
                       painter->style->mark_halo_rgba);
  painter->end (painter->user_data, cr);
}

static void
draw_incident (WfMarks         *marks,
               const WfPainter *painter,
               const WfMark    *mark)
{
  const WfMapStyle *style = painter->style;
  gboolean selected = wf_marks_is_selected (marks, "incident", mark->id);
  double radius = selected ? INCIDENT_RADIUS + 2.5 : INCIDENT_RADIUS;
  double x;
  double y;
  double width;
  double height;

  wf_map_frame_to_screen (painter->frame, mark->lon, mark->lat, &x, &y);
  wf_symbol_measure_text (mark->label, TEXT_SIZE, selected, &width, &height);
  double reach = MAX (radius + 8.0, width / 2.0 + 4.0);
  if (!is_in_view (painter->frame, x, y, reach + 40.0))
    return;

  cairo_t *cr = begin (painter, x - reach, y - radius - 9.0, 2.0 * reach, 2.0 * radius + height + 22.0);
  if (cr == NULL)
    return;

  if (mark->closed)
    cairo_push_group (cr);
  if (selected)
    {
      cairo_arc (cr, x, y, radius + 6.0, 0.0, 2.0 * G_PI);
      wf_map_style_set_source_alpha (cr, level_colours[CLAMP (mark->level, 0, 4)], 0.32);
      cairo_fill (cr);
    }
  cairo_arc (cr, x, y, radius + 1.5, 0.0, 2.0 * G_PI);
  wf_map_style_set_source_rgba (cr, style->dark ? style->symbol_edge_rgba : 0x00000040);
  cairo_fill (cr);
  cairo_arc (cr, x, y, radius, 0.0, 2.0 * G_PI);
  wf_map_style_set_source (cr, level_colours[CLAMP (mark->level, 0, 4)]);
  cairo_fill_preserve (cr);
  wf_map_style_set_source (cr, 0xf4f6f8);
  cairo_set_line_width (cr, selected ? 2.6 : 2.0);
  cairo_stroke (cr);
  wf_symbol_draw_text (cr, mark->text != NULL ? mark->text : "", x, y, radius * 0.98, TRUE, WF_TEXT_CENTER, 0xffffff, 0);
  if (!mark->crowded)
    wf_symbol_draw_text (cr, mark->label, x, y + radius + 6.0 + height / 2.0, TEXT_SIZE, selected, WF_TEXT_CENTER,
                         style->mark_text,
                       style->mark_halo_rgba);
  if (mark->closed)
    {
      cairo_pop_group_to_source (cr);
      cairo_paint_with_alpha (cr, 0.55);
    }
  painter->end (painter->user_data, cr);
}

/* Takes room for a name where there is any. */
gboolean
wf_marks_take (GArray        *taken,
               const WfTaken *wanted)
{
  for (guint i = 0; i < taken->len; i++)
    {
      const WfTaken *t = &g_array_index (taken, WfTaken, i);
      if (wanted->left < t->right && wanted->right > t->left && wanted->top < t->bottom && wanted->bottom > t->top)
        return FALSE;
    }
  g_array_append_val (taken, *wanted);

  return TRUE;
}

/* Where labels would lie over one another, the first keeps its own. */
static void
reserve (const WfPainter *painter,
         GArray          *taken,
         WfMark          *mark)
{
  double x;
  double y;
  double width;
  double height;

  wf_map_frame_to_screen (painter->frame, mark->lon, mark->lat, &x, &y);
  wf_symbol_measure_text (mark->label, TEXT_SIZE, FALSE, &width, &height);
  WfTaken wanted = { x - width / 2.0, y + INCIDENT_RADIUS + 4.0, x + width / 2.0, y + INCIDENT_RADIUS + 6.0 + height };
  mark->crowded = !wf_marks_take (taken, &wanted);
}

/* Zones, lines and rings lie under the things. */
void
wf_marks_draw_below (WfMarks         *marks,
                     const WfPainter *painter)
{
  g_autoptr (GPtrArray) zones = wf_marks_list (marks, WF_MARK_ZONE);
  g_autoptr (GPtrArray) orders = wf_marks_list (marks, WF_MARK_ORDER);
  g_autoptr (GPtrArray) tracks = wf_marks_list (marks, WF_MARK_TRACK);

  for (int kind = WF_MAP_ZONE_PLAIN; kind >= WF_MAP_ZONE_HOT; kind--)
    for (guint i = 0; i < zones->len; i++)
      if ((int) ((WfMark *) g_ptr_array_index (zones, i))->zone == kind)
        draw_zone (marks, painter, g_ptr_array_index (zones, i));
  wf_plots_draw (marks->plots, marks, painter);
  draw_rings (marks, painter);
  for (guint i = 0; i < orders->len; i++)
    draw_line (painter, g_ptr_array_index (orders, i));
  for (guint i = 0; i < tracks->len; i++)
    draw_line (painter, g_ptr_array_index (tracks, i));
}

/* Units and incidents lie over them, what is selected on top. */
void
wf_marks_draw_above (WfMarks         *marks,
                     const WfPainter *painter)
{
  g_autoptr (GPtrArray) spots = wf_marks_list (marks, WF_MARK_SPOT);
  g_autoptr (GPtrArray) incidents = wf_marks_list (marks, WF_MARK_INCIDENT);
  WfMark *selected = g_strcmp0 (marks->selected_kind, "incident") == 0
                       ? wf_marks_get (marks, WF_MARK_INCIDENT, marks->selected_id) : NULL;

  g_autoptr (GArray) taken = g_array_new (FALSE, FALSE, sizeof (WfTaken));
  if (selected != NULL)
    reserve (painter, taken, selected);
  for (guint i = 0; i < incidents->len; i++)
    if (g_ptr_array_index (incidents, i) != selected)
      reserve (painter, taken, g_ptr_array_index (incidents, i));

  for (guint i = 0; i < incidents->len; i++)
    if (g_ptr_array_index (incidents, i) != selected)
      draw_incident (marks, painter, g_ptr_array_index (incidents, i));
  wf_units_draw (marks, painter, taken);
  if (selected != NULL)
    draw_incident (marks, painter, selected);
  for (guint i = 0; i < spots->len; i++)
    draw_spot (painter, g_ptr_array_index (spots, i));
  wf_plots_draw_sketch (marks->plots, painter);
}

/* The wind rose: an arrow the way the wind blows, with its name and source beside it. */
void
wf_marks_draw_wind (WfMarks         *marks,
                    const WfPainter *painter,
                    double           x,
                    double           y)
{
  const WfMapStyle *style = painter->style;
  const double radius = 26.0;

  if (!marks->has_wind)
    return;

  double width = 0.0;
  const char *lines[] = { marks->wind_text, marks->wind_source };
  for (gsize i = 0; i < G_N_ELEMENTS (lines); i++)
    {
      double w;
      double h;
      if (lines[i] == NULL)
        continue;
      wf_symbol_measure_text (lines[i], i == 0 ? 13.0 : 11.0, FALSE, &w, &h);
      width = MAX (width, w + 20.0);
    }

  cairo_t *cr = begin (painter, x - radius - 8, y - radius - 8, width + 2 * radius + 16, 2 * radius + 16);
  if (cr == NULL)
    return;

  /* A ground that ends round, so that no name of the map runs into the text. */
  wf_symbol_rounded (cr, x - radius - 6, y - radius - 6, width + 2 * radius + 12, 2 * radius + 12, radius + 6);
  wf_map_style_set_source_rgba (cr, style->panel_rgba);
  cairo_fill (cr);
  cairo_arc (cr, x, y, radius, 0.0, 2.0 * G_PI);
  wf_map_style_set_source_rgba (cr, style->ring_rgba);
  cairo_set_line_width (cr, 1.0);
  cairo_stroke (cr);

  cairo_save (cr);
  cairo_translate (cr, x, y);
  for (int i = 0; i < 8; i++)
    {
      cairo_move_to (cr, 0.0, -radius + 1.5);
      cairo_line_to (cr, 0.0, -radius + (i % 2 == 0 ? 5.5 : 3.5));
      cairo_stroke (cr);
      cairo_rotate (cr, G_PI / 4.0);
    }
  cairo_rotate (cr, (marks->wind_from + 180.0) * G_PI / 180.0);
  cairo_move_to (cr, 0.0, 14.0);
  cairo_line_to (cr, 0.0, -15.0);
  cairo_move_to (cr, -5.0, -8.0);
  cairo_line_to (cr, 0.0, -15.0);
  cairo_line_to (cr, 5.0, -8.0);
  wf_map_style_set_source (cr, style->mark_text);
  cairo_set_line_width (cr, 2.2);
  cairo_set_line_cap (cr, CAIRO_LINE_CAP_ROUND);
  cairo_set_line_join (cr, CAIRO_LINE_JOIN_ROUND);
  cairo_stroke (cr);
  cairo_restore (cr);

  if (marks->wind_text != NULL)
    wf_symbol_draw_text (cr, marks->wind_text, x + radius + 8.0, y - 8.0, 13.0, FALSE, WF_TEXT_LEFT, style->mark_text,
                         style->mark_halo_rgba);
  if (marks->wind_source != NULL)
    wf_symbol_draw_text (cr, marks->wind_source, x + radius + 8.0, y + 10.0, 11.0, FALSE, WF_TEXT_LEFT, style->label,
                         style->mark_halo_rgba);
  painter->end (painter->user_data, cr);
}

/* What lies under a point of the screen, the topmost first. */
WfMark *
wf_marks_find (WfMarks          *marks,
               const WfMapFrame *frame,
               double            x,
               double            y)
{
  static const WfMarkType types[] = { WF_MARK_INCIDENT, WF_MARK_UNIT };
  WfMark *best = NULL;
  double nearest = 20.0;

  for (gsize t = 0; t < G_N_ELEMENTS (types); t++)
    {
      g_autoptr (GPtrArray) list = wf_marks_list (marks, types[t]);
      for (guint i = 0; i < list->len; i++)
        {
          WfMark *mark = g_ptr_array_index (list, i);
          double mx;
          double my;

          wf_map_frame_to_screen (frame, mark->lon, mark->lat, &mx, &my);
          double away = hypot (mx - x, my - y) - (wf_marks_is_selected (marks, wf_mark_type_get_kind (types[t]),
                                                                        mark->id) ? 2.0 : 0.0);
          if (away < nearest)
            {
              nearest = away;
              best = mark;
            }
        }
    }
  if (best != NULL)
    return best;

  /* The smallest zone is the innermost: the hotter, the smaller. */
  g_autoptr (GPtrArray) zones = wf_marks_list (marks, WF_MARK_ZONE);
  double lon;
  double lat;
  wf_map_frame_to_place (frame, x, y, &lon, &lat);
  for (guint i = 0; i < zones->len; i++)
    {
      WfMark *zone = g_ptr_array_index (zones, i);
      if (wf_geo_polygon_contains (zone->points, zone->n_points, lon, lat) && (best == NULL || zone->zone < best->zone))
        best = zone;
    }

  return best;
}
