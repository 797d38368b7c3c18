/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-map"

#include "config.h"

#include "wf-marks.h"

#include "wf-labels.h"
#include "wf-plots.h"
#include "wf-symbols.h"

#include <math.h>


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

/* Tracks of more units than these have times only where one of them is selected, or the pointer is on it. */
#define MAX_TIMED 3

/* Fixed cameras show what they look at from here on. */
#define MIN_VIEW_ZOOM 12.0

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

  painter->end (painter->user_data, cr);

  WfLabelBox name;
  wf_mark_get_zone_name (mark, painter->frame, mark->place, &name);
  double x = (name.left + name.right) / 2.0 - painter->frame->x;
  double y = (name.top + name.bottom) / 2.0 - painter->frame->y;
  double width = name.right - name.left + 8.0;
  double height = name.bottom - name.top + 8.0;
  cr = *mark->label != '\0' ? begin (painter, x - width / 2.0, y - height / 2.0, width, height) : NULL;
  if (cr == NULL)
    return;
  wf_symbol_draw_text (cr, mark->label, x, y, wf_map_frame_text (painter->frame, WF_MARK_TEXT_SIZE), TRUE, WF_TEXT_CENTER,
                       painter->style->mark_text, painter->style->mark_halo_rgba);
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

      cairo_t *cr = begin (painter, x - radius - 2, y - radius - 2, 2 * radius + 4, 2 * radius + 4);
      if (cr == NULL)
        continue;

      cairo_arc (cr, x, y, radius, 0.0, 2.0 * G_PI);
      wf_map_style_set_source_rgba (cr, painter->style->ring_rgba);
      cairo_set_line_width (cr, 1.2);
      cairo_set_dash (cr, dashes, 2, 0.0);
      cairo_stroke (cr);
      painter->end (painter->user_data, cr);
    }
}

/* From the symbol's rim to the nearest corner or edge of the name's box. */
void
wf_label_draw_leader (cairo_t           *cr,
                      const WfMapStyle  *style,
                      const WfLabelSize *size,
                      const WfLabelBox  *box,
                      double             x,
                      double             y)
{
  double end_x = CLAMP (0.0, box->left + 4.0, box->right - 4.0);
  double end_y = box->top > 0.0 ? box->top + 2.0 : box->bottom - 2.0;
  double length = MAX (1.0, hypot (end_x, end_y));
  double start = MIN (size->half_width, size->half_height) / length;

  cairo_move_to (cr, x + end_x * start, y + end_y * start);
  cairo_line_to (cr, x + end_x, y + end_y);
  wf_map_style_set_source_rgba (cr, style->mark_halo_rgba);
  cairo_set_line_width (cr, 3.4);
  cairo_stroke_preserve (cr);
  wf_map_style_set_source (cr, style->mark_text);
  cairo_set_line_width (cr, 1.2);
  cairo_stroke (cr);
}

/* The name of a mark in the place that was found for it. */
static void
draw_name (cairo_t           *cr,
           const WfPainter   *painter,
           const WfMark      *mark,
           const WfLabelSize *size,
           double             letters,
           gboolean           bold,
           double             x,
           double             y)
{
  const WfMapStyle *style = painter->style;
  WfLabelBox box;

  if (mark->place == WF_LABEL_NONE)
    return;

  wf_label_box (mark->place, size, &box);
  if (wf_label_has_leader (mark->place))
    wf_label_draw_leader (cr, style, size, &box, x, y);
  gboolean west = mark->place == WF_LABEL_LEFT || mark->place == WF_LABEL_FAR_NORTH_WEST
                  || mark->place == WF_LABEL_FAR_SOUTH_WEST;
  gboolean middle = mark->place == WF_LABEL_BELOW || mark->place == WF_LABEL_ABOVE;
  wf_symbol_draw_text (cr, mark->label, middle ? x : west ? x + box.right - 2.0 : x + box.left + 2.0,
                       y + (box.top + box.bottom) / 2.0, letters, bold,
                       middle ? WF_TEXT_CENTER : west ? WF_TEXT_RIGHT : WF_TEXT_LEFT, style->mark_text,
                       style->mark_halo_rgba);
}

/* A context for a symbol around a point and its name. */
static cairo_t *
begin_mark (const WfPainter   *painter,
            const WfMark      *mark,
            const WfLabelSize *size,
            double             rim,
            double             x,
            double             y)
{
  WfLabelBox box = { -size->half_width - rim, -size->half_height - rim, size->half_width + rim, size->half_height + rim };
  WfLabelBox name = box;

  if (mark->place != WF_LABEL_NONE)
    wf_label_box (mark->place, size, &name);
  box = (WfLabelBox){ MIN (box.left, name.left - 3.0), MIN (box.top, name.top - 3.0), MAX (box.right, name.right + 3.0),
                      MAX (box.bottom, name.bottom + 3.0) };

  return begin (painter, x + box.left, y + box.top, box.right - box.left, box.bottom - box.top);
}

static void
draw_spot (WfMarks         *marks,
           const WfPainter *painter,
           const WfMark    *mark)
{
  const double r = wf_map_frame_symbol (painter->frame, WF_PIN_RADIUS);
  const double h = wf_map_frame_symbol (painter->frame, WF_PIN_HEIGHT);
  WfLabelSize size;
  double x;
  double y;

  wf_map_frame_to_screen (painter->frame, mark->lon, mark->lat, &x, &y);
  wf_mark_measure (marks, mark, painter->frame, &size);
  cairo_t *cr = begin_mark (painter, mark, &size, 3.0, x, y - size.half_height);
  if (cr == NULL)
    return;

  /* A pin whose point is the place. */
  cairo_move_to (cr, x, y);
  cairo_curve_to (cr, x - 0.3 * r, y - r, x - r, y - 1.3 * r, x - r, y - h + r);
  cairo_arc (cr, x, y - h + r, r, G_PI, 2.0 * G_PI);
  cairo_curve_to (cr, x + r, y - 1.3 * r, x + 0.3 * r, y - r, x, y);
  wf_map_style_set_source (cr, painter->style->order);
  cairo_fill_preserve (cr);
  wf_map_style_set_source_rgba (cr, painter->style->symbol_edge_rgba);
  cairo_set_line_width (cr, 1.2);
  cairo_stroke (cr);
  draw_name (cr, painter, mark, &size, wf_map_frame_text (painter->frame, WF_MARK_TEXT_SIZE - 1.0), FALSE, x,
             y - size.half_height);
  painter->end (painter->user_data, cr);
}

static void
draw_incident (WfMarks         *marks,
               const WfPainter *painter,
               const WfMark    *mark)
{
  const WfMapStyle *style = painter->style;
  gboolean selected = wf_marks_is_selected (marks, "incident", mark->id);
  double radius = wf_map_frame_symbol (painter->frame, selected ? WF_INCIDENT_RADIUS + 2.5 : WF_INCIDENT_RADIUS);
  WfLabelSize size;
  double x;
  double y;

  wf_map_frame_to_screen (painter->frame, mark->lon, mark->lat, &x, &y);
  wf_mark_measure (marks, mark, painter->frame, &size);
  cairo_t *cr = begin_mark (painter, mark, &size, 7.0, x, y);
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
  draw_name (cr, painter, mark, &size, wf_map_frame_text (painter->frame, WF_MARK_TEXT_SIZE), selected, x, y);
  if (mark->closed)
    {
      cairo_pop_group_to_source (cr);
      cairo_paint_with_alpha (cr, 0.55);
    }
  painter->end (painter->user_data, cr);
}

/* The times along a track, where neither symbols nor names lie. */
static void
draw_times (const WfPainter *painter,
            const WfMark    *track)
{
  const WfMapFrame *frame = painter->frame;
  g_autoptr (GArray) ticks = g_array_new (FALSE, FALSE, sizeof (WfTick));
  double letters = wf_map_frame_text (frame, WF_MARK_TEXT_SIZE - 1.0);

  wf_mark_list_ticks (track, frame, ticks);
  for (guint i = 0; i < ticks->len; i++)
    {
      const WfTick *tick = &g_array_index (ticks, WfTick, i);
      g_autoptr (GDateTime) time = g_date_time_new_from_unix_local (tick->at / 1000);
      g_autofree char *text = time != NULL ? g_date_time_format (time, "%H:%M") : NULL;
      double width = text != NULL ? wf_symbol_guess_width (text, letters) : 0.0;
      cairo_t *cr = begin (painter, tick->x - 5.0, tick->y - letters, width + 12.0, 2.0 * letters);
      if (cr == NULL)
        continue;

      cairo_new_path (cr);
      cairo_arc (cr, tick->x, tick->y, 3.0, 0.0, 2.0 * G_PI);
      wf_map_style_set_source (cr, painter->style->moving);
      cairo_fill_preserve (cr);
      wf_map_style_set_source_rgba (cr, painter->style->symbol_edge_rgba);
      cairo_set_line_width (cr, 1.0);
      cairo_stroke (cr);
      const WfLabelBox box = { frame->x + tick->x + 5.0, frame->y + tick->y - letters * 0.7, frame->x + tick->x + 5.0 + width,
                               frame->y + tick->y + letters * 0.7 };
      if (text != NULL && (painter->labels == NULL || !wf_labels_is_taken (painter->labels, &box)))
        wf_symbol_draw_text (cr, text, tick->x + 6.0, tick->y, letters, FALSE, WF_TEXT_LEFT, painter->style->mark_text,
                             painter->style->mark_halo_rgba);
      painter->end (painter->user_data, cr);
    }
}

/* What fixed cameras look at: from a scale on at which one asks for a street, or a town would be full of it. */
static void
draw_views (WfMarks         *marks,
            const WfPainter *painter)
{
  g_autoptr (GPtrArray) views = wf_marks_list (marks, WF_MARK_VIEW);
  double reach = wf_map_frame_symbol (painter->frame, WF_MARK_VIEW_REACH) + 2.0;

  if (painter->frame->zoom < MIN_VIEW_ZOOM)
    return;

  for (guint i = 0; i < views->len; i++)
    {
      const WfMark *view = g_ptr_array_index (views, i);
      double x;
      double y;

      wf_map_frame_to_screen (painter->frame, view->lon, view->lat, &x, &y);

      cairo_t *cr = begin (painter, x - reach, y - reach, 2.0 * reach, 2.0 * reach);
      if (cr == NULL)
        continue;
      wf_view_draw (cr, painter->style, wf_map_frame_symbol (painter->frame, 1.0), view, x, y);
      painter->end (painter->user_data, cr);
    }
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
  draw_views (marks, painter);
  for (guint i = 0; i < orders->len; i++)
    draw_line (painter, g_ptr_array_index (orders, i));
  for (guint i = 0; i < tracks->len; i++)
    {
      const WfMark *track = g_ptr_array_index (tracks, i);

      draw_line (painter, track);
      /* The times of many at once would be a carpet. */
      if (tracks->len <= MAX_TIMED || wf_marks_is_selected (marks, "unit", track->id)
          || g_strcmp0 (marks->hover_id, track->id) == 0)
        draw_times (painter, track);
    }
}

/* Units lie over them, and incidents over the units that stand at the scene; of incidents, the selected one on top. @labels is
 * the turn of the names. */
void
wf_marks_draw_above (WfMarks         *marks,
                     const WfPainter *painter,
                     guint64          labels)
{
  g_autoptr (GPtrArray) spots = wf_marks_list (marks, WF_MARK_SPOT);
  g_autoptr (GPtrArray) incidents = wf_marks_list (marks, WF_MARK_INCIDENT);
  WfMark *selected = g_strcmp0 (marks->selected_kind, "incident") == 0
                       ? wf_marks_get (marks, WF_MARK_INCIDENT, marks->selected_id) : NULL;

  wf_units_draw (marks, painter, labels);
  for (guint i = 0; i < incidents->len; i++)
    if (g_ptr_array_index (incidents, i) != selected)
      draw_incident (marks, painter, g_ptr_array_index (incidents, i));
  if (selected != NULL)
    draw_incident (marks, painter, selected);
  for (guint i = 0; i < spots->len; i++)
    draw_spot (marks, painter, g_ptr_array_index (spots, i));
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
  const double radius = wf_map_frame_symbol (painter->frame, 26.0);
  const double first = wf_map_frame_text (painter->frame, 13.0);
  const double second = wf_map_frame_text (painter->frame, 11.0);

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
      wf_symbol_measure_text (lines[i], i == 0 ? first : second, FALSE, &w, &h);
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
    wf_symbol_draw_text (cr, marks->wind_text, x + radius + 8.0, y - 0.62 * first, first, FALSE, WF_TEXT_LEFT,
                         style->mark_text, style->mark_halo_rgba);
  if (marks->wind_source != NULL)
    wf_symbol_draw_text (cr, marks->wind_source, x + radius + 8.0, y + 0.9 * second, second, FALSE, WF_TEXT_LEFT,
                         style->label, style->mark_halo_rgba);
  painter->end (painter->user_data, cr);
}

/* The mark of a type that is nearest to a point of the screen, and not farther away than @reach. */
static WfMark *
find_nearest (WfMarks          *marks,
              WfMarkType        type,
              const WfMapFrame *frame,
              double            x,
              double            y,
              double           *reach)
{
  g_autoptr (GPtrArray) list = wf_marks_list (marks, type);
  WfMark *best = NULL;

  for (guint i = 0; i < list->len; i++)
    {
      WfMark *mark = g_ptr_array_index (list, i);
      double mx;
      double my;

      wf_map_frame_to_screen (frame, mark->lon, mark->lat, &mx, &my);
      double away = hypot (mx - x, my - y);
      if (wf_marks_is_selected (marks, wf_mark_type_get_kind (type), mark->id))
        away -= 2.0;
      if (away < *reach)
        {
          *reach = away;
          best = mark;
        }
    }

  return best;
}

/* What lies under a point of the screen, the topmost first: within its symbol that is an incident, around symbols whatever is
 * nearest. */
WfMark *
wf_marks_find (WfMarks          *marks,
               const WfMapFrame *frame,
               double            x,
               double            y)
{
  double reach = wf_map_frame_symbol (frame, 20.0);
  WfMark *incident = find_nearest (marks, WF_MARK_INCIDENT, frame, x, y, &reach);

  if (incident != NULL && reach <= wf_map_frame_symbol (frame, WF_INCIDENT_RADIUS))
    return incident;

  WfMark *unit = find_nearest (marks, WF_MARK_UNIT, frame, x, y, &reach);
  if (unit != NULL || incident != NULL)
    return unit != NULL ? unit : incident;

  /* The smallest zone is the innermost: the hotter, the smaller. */
  g_autoptr (GPtrArray) zones = wf_marks_list (marks, WF_MARK_ZONE);
  WfMark *best = NULL;
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

/* The unit that an incident's symbol hides at a point of the screen; NULL where there is none. */
WfMark *
wf_marks_find_hidden (WfMarks          *marks,
                      const WfMapFrame *frame,
                      double            x,
                      double            y)
{
  double reach = wf_map_frame_symbol (frame, 20.0);

  return find_nearest (marks, WF_MARK_UNIT, frame, x, y, &reach);
}
