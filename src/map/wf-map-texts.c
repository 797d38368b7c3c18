/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-map"

#include "config.h"

#include "wf-map-texts.h"

#include "wf-geo-text.h"
#include "wf-symbols.h"

#include <math.h>

/* A ring smaller than this, or far larger than the view, has no text, pixels. */
#define RING_MIN 24.0
#define RING_MAX 8000.0

#define ORDER_SIZE 11.0

struct _WfMapTexts
{
  GArray     *texts; /* (owned) (element-type WfMapText) */
  WfMapSheet *sheet; /* (owned) */
  GArray     *items; /* (owned) (element-type guint) which text each picture of the sheet is */
  gboolean    stale; /* whether the sheet shows other texts */
  gboolean    dark;
  int         scale;
};

typedef struct
{
  WfMapTexts       *self;
  const WfMapStyle *style;
} Drawing;

static void
clear_text (gpointer data)
{
  g_free (((WfMapText *) data)->text);
}

/**
 * wf_map_texts_new:
 *
 * Returns: (transfer full): no texts so far
 */
WfMapTexts *
wf_map_texts_new (void)
{
  WfMapTexts *self = g_new0 (WfMapTexts, 1);

  self->texts = g_array_new (FALSE, TRUE, sizeof (WfMapText));
  g_array_set_clear_func (self->texts, clear_text);
  self->sheet = wf_map_sheet_new ();
  self->items = g_array_new (FALSE, FALSE, sizeof (guint));

  return self;
}

/**
 * wf_map_texts_free:
 * @self: (nullable): texts
 */
void
wf_map_texts_free (WfMapTexts *self)
{
  if (self == NULL)
    return;

  g_array_unref (self->texts);
  wf_map_sheet_free (self->sheet);
  g_array_unref (self->items);
  g_free (self);
}

/* --- what is written, and where it may stand --- */

static WfMapText *
add_text (WfMapTexts *self,
          char       *text,
          double      letters,
          gboolean    bold)
{
  WfMapText one = { .text = text, .letters = letters, .bold = bold, .place = -1 };

  g_array_append_val (self->texts, one);

  return &g_array_index (self->texts, WfMapText, self->texts->len - 1);
}

/* A box whose middle (side 0), left edge (1) or right edge (−1) is at a point of the world. */
static void
may_stand (WfMapText *text,
           double     x,
           double     y,
           int        side)
{
  double width = wf_symbol_guess_width (text->text, text->letters) * (text->bold ? 1.1 : 1.0) + 2.0;
  double height = text->letters * 1.4;
  double left = side == 0 ? x - width / 2.0 : side > 0 ? x : x - width;

  g_assert (text->n_boxes < WF_MAP_TEXT_PLACES);
  text->boxes[text->n_boxes++] = (WfLabelBox){ left, y - height / 2.0, left + width, y + height / 2.0 };
}

static void
beside_ring (WfMapText *text,
             double     x,
             double     y,
             double     radius)
{
  double away = text->letters * 0.9;

  may_stand (text, x, y + radius + away, 0);
  may_stand (text, x, y - radius - away, 0);
  may_stand (text, x + radius + 4.0, y, 1);
  may_stand (text, x - radius - 4.0, y, -1);
  /* Within the ring at last, where the next one is not far outside. */
  may_stand (text, x, y + radius - away, 0);
  may_stand (text, x, y - radius + away, 0);
}

static void
collect_rings (WfMapTexts       *self,
               WfMarks          *marks,
               const WfMapFrame *frame)
{
  const WfMark *incident = g_strcmp0 (marks->selected_kind, "incident") == 0
                             ? wf_marks_get (marks, WF_MARK_INCIDENT, marks->selected_id) : NULL;

  for (guint i = 0; incident != NULL && i < marks->rings->len; i++)
    {
      double metres = g_array_index (marks->rings, double, i);
      double radius = metres / wf_mercator_metres_per_pixel (incident->lat, frame->zoom);

      if (radius >= RING_MIN && radius <= RING_MAX)
        beside_ring (add_text (self, wf_geo_format_radius (metres), wf_map_frame_text (frame, ORDER_SIZE), FALSE),
                     wf_mercator_x (incident->lon) * frame->world, wf_mercator_y (incident->lat) * frame->world, radius);
    }
}

static void
collect_orders (WfMapTexts       *self,
                WfMarks          *marks,
                const WfMapFrame *frame)
{
  g_autoptr (GPtrArray) orders = wf_marks_list (marks, WF_MARK_ORDER);

  for (guint i = 0; i < orders->len; i++)
    {
      const WfMark *order = g_ptr_array_index (orders, i);

      if (*order->label == '\0' || order->n_points < 2)
        continue;

      const WfGeoPoint *end = &order->points[order->n_points - 1];
      double x = wf_mercator_x (end->lon) * frame->world;
      double y = wf_mercator_y (end->lat) * frame->world;
      WfMapText *text = add_text (self, g_strdup (order->label), wf_map_frame_text (frame, ORDER_SIZE), FALSE);

      may_stand (text, x + 8.0, y + 12.0, 1);
      may_stand (text, x + 8.0, y - 12.0, 1);
      may_stand (text, x - 8.0, y + 12.0, -1);
      may_stand (text, x - 8.0, y - 12.0, -1);
    }
}

static void
collect_measure (WfMapTexts       *self,
                 WfMarks          *marks,
                 const WfMapFrame *frame)
{
  const WfGeoPoint *p = (const WfGeoPoint *) (void *) marks->measure->data;
  double metres = 0.0;

  for (guint i = 1; i < marks->measure->len; i++)
    {
      metres += wf_geo_distance (p[i - 1].lon, p[i - 1].lat, p[i].lon, p[i].lat);

      g_autofree char *length = wf_geo_format_distance (metres);
      double bearing = wf_geo_bearing (p[i - 1].lon, p[i - 1].lat, p[i].lon, p[i].lat);
      double x = wf_mercator_x (p[i].lon) * frame->world;
      double y = wf_mercator_y (p[i].lat) * frame->world;
      gboolean last = i + 1 == marks->measure->len;
      WfMapText *text = add_text (self, g_strdup_printf ("%s · %.0f°", length, bearing), wf_map_frame_text (frame, 12.0), last);

      /* The whole length is what somebody measures for. */
      text->forced = last;
      text->on_screen = TRUE;
      may_stand (text, x + 9.0, y - 10.0, 1);
      may_stand (text, x + 9.0, y + 10.0, 1);
      may_stand (text, x - 9.0, y - 10.0, -1);
      may_stand (text, x - 9.0, y + 10.0, -1);
    }
}

/* Above and below a line, at half its length, then nearer to one of its ends. */
static void
along_line (WfMapText        *text,
            const WfPlotMark *plot,
            const WfMapFrame *frame)
{
  static const double parts[] = { 0.5, 0.25, 0.75 };
  const WfGeoPoint *p = (const WfGeoPoint *) (void *) plot->outline->data;
  double whole = 0.0;

  for (guint i = 1; i < plot->outline->len; i++)
    whole += hypot (p[i].lon - p[i - 1].lon, p[i].lat - p[i - 1].lat);
  for (gsize n = 0; n < G_N_ELEMENTS (parts); n++)
    {
      double rest = whole * parts[n];
      double x = p[0].lon;
      double y = p[0].lat;

      for (guint i = 1; i < plot->outline->len; i++)
        {
          double length = hypot (p[i].lon - p[i - 1].lon, p[i].lat - p[i - 1].lat);
          double t = length > 0.0 ? MIN (rest / length, 1.0) : 0.0;

          x = p[i - 1].lon + t * (p[i].lon - p[i - 1].lon);
          y = p[i - 1].lat + t * (p[i].lat - p[i - 1].lat);
          if (rest <= length)
            break;
          rest -= length;
        }
      may_stand (text, x * frame->world, y * frame->world - 13.0, 0);
      may_stand (text, x * frame->world, y * frame->world + 13.0, 0);
    }
}

static char *
write_plot (const WfPlotMark *plot)
{
  if (!wf_plot_is (plot, "range_ring"))
    return *plot->label != '\0' ? g_strdup (plot->label) : NULL;

  g_autofree char *radius = wf_geo_format_radius (plot->radius);

  return *plot->label != '\0' ? g_strdup_printf ("%s %s", plot->label, radius) : g_steal_pointer (&radius);
}

static void
place_around (WfMapText        *text,
              const WfPlotMark *plot,
              const WfMapFrame *frame)
{
  double left = plot->left * frame->world;
  double top = plot->top * frame->world;
  double right = plot->right * frame->world;
  double bottom = plot->bottom * frame->world;
  double x = (left + right) / 2.0;
  double y = (top + bottom) / 2.0;

  switch (plot->shape)
    {
    case WF_PLOT_POINT:
      if (wf_plot_is (plot, "text"))
        {
          may_stand (text, x, y, 0);
          break;
        }
      may_stand (text, x + 16.0, y - 12.0, 1);
      may_stand (text, x - 6.0, y - 12.0, -1);
      may_stand (text, x, y + 13.0, 0);
      may_stand (text, x, y - 30.0, 0);
      break;
    case WF_PLOT_LINE:
      along_line (text, plot, frame);
      break;
    case WF_PLOT_AREA:
    case WF_PLOT_CIRCLE:
    default:
      if (wf_plot_is (plot, "range_ring"))
        {
          beside_ring (text, x, y, (right - left) / 2.0);
          break;
        }
      may_stand (text, x, y, 0);
      may_stand (text, x, top - 10.0, 0);
      may_stand (text, x, bottom + 10.0, 0);
      may_stand (text, right + 6.0, y, 1);
      may_stand (text, left - 6.0, y, -1);
      break;
    }
}

static void
collect_plots (WfMapTexts       *self,
               WfMarks          *marks,
               const WfMapFrame *frame)
{
  g_autoptr (GPtrArray) plots = wf_plots_list (marks->plots);

  /* The smallest area last in the list, and first here. */
  for (guint i = plots->len; i > 0; i--)
    {
      WfPlotMark *plot = g_ptr_array_index (plots, i - 1);
      gboolean is_text = wf_plot_is (plot, "text");
      gboolean ring = wf_plot_is (plot, "range_ring");
      double radius = (plot->right - plot->left) / 2.0 * frame->world;
      char *words = ring && (radius < RING_MIN || radius > RING_MAX) ? NULL : write_plot (plot);

      if (words == NULL)
        continue;

      WfMapText *text = add_text (self, words, wf_map_frame_text (frame, is_text ? 14.0 : 12.0),
                                  is_text || plot->shape != WF_PLOT_POINT);
      text->plot = plot;
      text->faint = plot->draft;
      text->on_screen = plot->draft;
      /* A text is nothing but its words. */
      text->forced = is_text || wf_marks_is_selected (marks, "plot", plot->id);
      place_around (text, plot, frame);
    }
}

/**
 * wf_map_texts_collect:
 * @self: texts
 * @marks: what stands on the map
 * @frame: what the map shows
 *
 * Collects all texts that stand beside no symbol, the more urgent first. None of them has a place yet.
 *
 * Returns: (transfer none) (element-type WfMapText): they
 */
GArray *
wf_map_texts_collect (WfMapTexts       *self,
                      WfMarks          *marks,
                      const WfMapFrame *frame)
{
  g_array_set_size (self->texts, 0);
  collect_measure (self, marks, frame);
  collect_plots (self, marks, frame);
  collect_rings (self, marks, frame);
  collect_orders (self, marks, frame);
  self->stale = TRUE;

  return self->texts;
}

/**
 * wf_map_texts_settle:
 * @self: texts that have their places
 *
 * Lets the plots remember where their names stand, so that a name that moves aside stays there.
 */
void
wf_map_texts_settle (WfMapTexts *self)
{
  for (guint i = 0; i < self->texts->len; i++)
    {
      const WfMapText *text = &g_array_index (self->texts, WfMapText, i);

      if (text->plot != NULL)
        text->plot->text_place = MAX (text->place, 0);
    }
}

/**
 * wf_map_texts_get:
 * @self: texts
 *
 * Returns: (transfer none) (element-type WfMapText): those that were collected last
 */
GArray *
wf_map_texts_get (WfMapTexts *self)
{
  return self->texts;
}

/* --- drawing --- */

static void
draw_text (cairo_t          *cr,
           const WfMapStyle *style,
           const WfMapText  *text,
           double            x,
           double            y)
{
  if (text->faint)
    cairo_push_group (cr);
  wf_symbol_draw_text (cr, text->text, x, y, text->letters, text->bold, WF_TEXT_CENTER, style->mark_text, style->mark_halo_rgba);
  if (text->faint)
    {
      cairo_pop_group_to_source (cr);
      cairo_paint_with_alpha (cr, 0.75);
    }
}

static void
draw_item_cb (cairo_t  *cr,
              guint     item,
              double    x,
              double    y,
              gpointer  user_data)
{
  const Drawing *drawing = user_data;
  const WfMapText *text = &g_array_index (drawing->self->texts, WfMapText, g_array_index (drawing->self->items, guint, item));
  const WfLabelBox *box = &text->boxes[text->place];

  draw_text (cr, drawing->style, text, x + (box->right - box->left) / 2.0 + 4.0, y + (box->bottom - box->top) / 2.0 + 4.0);
}

static void
fill_sheet (WfMapTexts      *self,
            const WfPainter *painter)
{
  g_autoptr (GArray) items = g_array_new (FALSE, FALSE, sizeof (WfSheetItem));

  g_array_set_size (self->items, 0);
  for (guint i = 0; i < self->texts->len; i++)
    {
      const WfMapText *text = &g_array_index (self->texts, WfMapText, i);

      if (text->place < 0)
        continue;

      const WfLabelBox *box = &text->boxes[text->place];
      guint64 look = wf_map_sheet_mix (g_str_hash (text->text), (guint64) (text->letters * 64.0) << 2
                                                                  | (guint64) text->bold << 1 | (guint64) text->faint);
      WfSheetItem item = { round (box->left - 4.0), round (box->top - 4.0), ceil (box->right - box->left) + 8.0,
                           ceil (box->bottom - box->top) + 8.0, look };

      g_array_append_val (items, item);
      g_array_append_val (self->items, i);
    }
  wf_map_sheet_put (self->sheet, painter->frame, painter->style->dark, items);
  self->stale = FALSE;
  self->dark = painter->style->dark;
  self->scale = painter->frame->scale;
}

/**
 * wf_map_texts_draw:
 * @self: texts that have their places
 * @painter: where to
 *
 * Draws them: on the screen from a sheet of images, on paper one by one.
 */
void
wf_map_texts_draw (WfMapTexts      *self,
                   const WfPainter *painter)
{
  const WfMapFrame *frame = painter->frame;
  Drawing drawing = { self, painter->style };

  if (painter->snapshot != NULL)
    {
      if (self->stale || self->dark != painter->style->dark || self->scale != frame->scale)
        fill_sheet (self, painter);
      wf_map_sheet_snapshot (self->sheet, frame, painter->snapshot, draw_item_cb, &drawing);
      return;
    }

  cairo_t *cr = painter->begin (painter->user_data, 0.0, 0.0, frame->width, frame->height);
  for (guint i = 0; i < self->texts->len; i++)
    {
      const WfMapText *text = &g_array_index (self->texts, WfMapText, i);

      if (text->place < 0 || text->on_screen)
        continue;

      const WfLabelBox *box = &text->boxes[text->place];
      draw_text (cr, painter->style, text, (box->left + box->right) / 2.0 - frame->x, (box->top + box->bottom) / 2.0 - frame->y);
    }
  painter->end (painter->user_data, cr);
}
