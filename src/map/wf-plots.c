/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-map"

#include "config.h"

#include "wf-plots.h"

#include "wf-geo-shape.h"
#include "wf-symbols.h"

#include <math.h>
#include <string.h>

/* The corners of a circle. */
#define CIRCLE_CORNERS 180

/* So near to a line the pointer is on it, pixels. */
#define NEAR_LINE  7.0
#define NEAR_POINT 15.0

/* The side of an image of the sheet, and how far around the view it is kept ready. */
#define SIDE   256.0
#define MARGIN 256.0

/* What lies around an outline: marks along it, a point's symbol. */
#define REACH 26.0

typedef struct
{
  const WfPlotMark *plot; /* (unowned) */
  double            x;    /* the image's left edge in the world */
  double            y;
  gboolean          selected;
} Piece;

struct _WfPlots
{
  GHashTable  *by_id;   /* (owned) id → WfPlotMark */
  GPtrArray   *sorted;  /* (owned) (nullable) the lowest first */
  WfPlotSketch sketch;
  guint64      turn;    /* another number where something is drawn anew */
  WfMapSheet  *sheet;   /* (owned) */
  GArray      *pieces;  /* (owned) (element-type Piece) */
  char        *selected; /* (owned) (nullable) what the sheet shows so */
  guint64      shown;   /* the turn that the sheet shows */
  gboolean     dark;
  int          scale;
  double       zoom;
  double       left;    /* what the sheet has, in the world */
  double       top;
  double       right;
  double       bottom;
};

typedef struct
{
  WfPlots          *self;
  const WfMapStyle *style;
  const WfMapFrame *frame;
} Drawing;

static void
free_plot (gpointer data)
{
  WfPlotMark *plot = data;

  g_free (plot->id);
  g_free (plot->label);
  g_array_unref (plot->points);
  g_array_unref (plot->outline);
  g_free (plot);
}

WfPlots *
wf_plots_new (void)
{
  WfPlots *self = g_new0 (WfPlots, 1);

  self->by_id = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, free_plot);
  self->sketch.type = -1;
  self->sketch.points = g_array_new (FALSE, FALSE, sizeof (WfGeoPoint));
  self->sheet = wf_map_sheet_new ();
  self->pieces = g_array_new (FALSE, FALSE, sizeof (Piece));
  self->turn = 1;

  return self;
}

void
wf_plots_free (WfPlots *self)
{
  if (self == NULL)
    return;

  g_clear_pointer (&self->sorted, g_ptr_array_unref);
  g_hash_table_unref (self->by_id);
  g_array_unref (self->sketch.points);
  wf_map_sheet_free (self->sheet);
  g_array_unref (self->pieces);
  g_free (self->selected);
  g_free (self);
}

WfPlotSketch *
wf_plots_get_sketch (WfPlots *self)
{
  return &self->sketch;
}

static int
index_of (const char *const *choices,
          const char        *choice)
{
  for (int i = 0; choices[i] != NULL; i++)
    if (g_strcmp0 (choices[i], choice) == 0)
      return i;

  return -1;
}

static void
make_outline (WfPlotMark *plot)
{
  WfGeoPoint ring[CIRCLE_CORNERS];
  const WfGeoPoint *points = (const WfGeoPoint *) (void *) plot->points->data;
  gsize n = plot->points->len;

  if (plot->shape == WF_PLOT_CIRCLE)
    {
      wf_geo_circle (points[0].lon, points[0].lat, plot->radius, ring, CIRCLE_CORNERS);
      points = ring;
      n = CIRCLE_CORNERS;
    }

  g_array_set_size (plot->outline, 0);
  plot->left = plot->top = G_MAXDOUBLE;
  plot->right = plot->bottom = -G_MAXDOUBLE;
  for (gsize i = 0; i < n; i++)
    {
      WfGeoPoint p = { wf_mercator_x (points[i].lon), wf_mercator_y (points[i].lat) };

      g_array_append_val (plot->outline, p);
      plot->left = MIN (plot->left, p.lon);
      plot->top = MIN (plot->top, p.lat);
      plot->right = MAX (plot->right, p.lon);
      plot->bottom = MAX (plot->bottom, p.lat);
    }
}

/* Draws a plot, or draws it anew. */
void
wf_plots_put (WfPlots         *self,
              const WfMapPlot *plot)
{
  WfPlotMark *mark = g_hash_table_lookup (self->by_id, plot->id);
  WfPlotShape shape = wf_plot_get_shape (plot->type, plot->n_points, plot->radius);

  g_return_if_fail (shape != 0);
  g_return_if_fail (plot->n_points > 0);

  if (mark == NULL)
    {
      mark = g_new0 (WfPlotMark, 1);
      mark->id = g_strdup (plot->id);
      mark->points = g_array_new (FALSE, FALSE, sizeof (WfGeoPoint));
      mark->outline = g_array_new (FALSE, FALSE, sizeof (WfGeoPoint));
      g_hash_table_insert (self->by_id, mark->id, mark);
    }
  g_clear_pointer (&self->sorted, g_ptr_array_unref);
  g_free (mark->label);
  mark->label = g_strdup (plot->label != NULL ? plot->label : "");
  mark->type = index_of (wf_plot_types, plot->type);
  mark->danger = plot->danger != NULL ? index_of (wf_dangers, plot->danger) + 1 : 0;
  mark->shape = shape;
  mark->radius = plot->radius;
  mark->draft = plot->draft;
  g_array_set_size (mark->points, 0);
  g_array_append_vals (mark->points, plot->points, (guint) plot->n_points);
  make_outline (mark);
  mark->look = ++self->turn;
}

gboolean
wf_plots_remove (WfPlots    *self,
                 const char *id)
{
  g_clear_pointer (&self->sorted, g_ptr_array_unref);
  self->turn++;

  return g_hash_table_remove (self->by_id, id);
}

WfPlotMark *
wf_plots_get (WfPlots    *self,
              const char *id)
{
  return id != NULL ? g_hash_table_lookup (self->by_id, id) : NULL;
}

void
wf_plots_clear (WfPlots *self)
{
  g_clear_pointer (&self->sorted, g_ptr_array_unref);
  g_hash_table_remove_all (self->by_id);
  self->turn++;
}

/* Another number where a plot has come, gone or changed. */
guint64
wf_plots_get_turn (WfPlots *self)
{
  return self->turn;
}

/* Whether a plot is of a type, one of wf_plot_types. */
gboolean
wf_plot_is (const WfPlotMark *plot,
            const char       *type)
{
  return plot->type >= 0 && strcmp (wf_plot_types[plot->type], type) == 0;
}

static double
extent (const WfPlotMark *plot)
{
  return plot->shape == WF_PLOT_AREA || plot->shape == WF_PLOT_CIRCLE
         ? (plot->right - plot->left) * (plot->bottom - plot->top) : -1.0;
}

/* Large areas lie lowest, then smaller ones, then lines and points; what is alike by id, so that nothing flickers. */
static int
compare_plots (gconstpointer a,
               gconstpointer b)
{
  const WfPlotMark *x = *(const WfPlotMark *const *) a;
  const WfPlotMark *y = *(const WfPlotMark *const *) b;
  double difference = extent (y) - extent (x);

  if (difference > 0.0 || difference < 0.0)
    return difference > 0.0 ? 1 : -1;
  if (x->shape != y->shape)
    return x->shape > y->shape ? -1 : 1;

  return strcmp (x->id, y->id);
}

/* All of them, the lowest first. */
GPtrArray *
wf_plots_list (WfPlots *self)
{
  GHashTableIter iter;
  gpointer value;

  if (self->sorted == NULL)
    {
      self->sorted = g_ptr_array_new ();
      g_hash_table_iter_init (&iter, self->by_id);
      while (g_hash_table_iter_next (&iter, NULL, &value))
        g_ptr_array_add (self->sorted, value);
      g_ptr_array_sort (self->sorted, compare_plots);
    }

  return g_ptr_array_ref (self->sorted);
}

/* --- finding --- */

static double
away_from_segment (const WfGeoPoint *a,
                   const WfGeoPoint *b,
                   double            x,
                   double            y)
{
  double dx = b->lon - a->lon;
  double dy = b->lat - a->lat;
  double length = dx * dx + dy * dy;
  double t = length > 0.0 ? CLAMP (((x - a->lon) * dx + (y - a->lat) * dy) / length, 0.0, 1.0) : 0.0;

  return hypot (x - a->lon - t * dx, y - a->lat - t * dy);
}

static double
away_from_outline (const WfPlotMark *plot,
                   const WfMapFrame *frame,
                   double            x,
                   double            y)
{
  /* On the world's scale, so that nothing has to be projected. */
  const WfGeoPoint *p = (const WfGeoPoint *) (void *) plot->outline->data;
  guint n = plot->outline->len;
  gboolean closed = plot->shape == WF_PLOT_AREA || plot->shape == WF_PLOT_CIRCLE;
  double wx = (x + frame->x) / frame->world;
  double wy = (y + frame->y) / frame->world;
  double away = n == 1 ? hypot (p[0].lon - wx, p[0].lat - wy) : G_MAXDOUBLE;

  for (guint i = 1; i < n; i++)
    away = MIN (away, away_from_segment (&p[i - 1], &p[i], wx, wy));
  if (closed && n > 1)
    away = MIN (away, away_from_segment (&p[n - 1], &p[0], wx, wy));

  return away * frame->world;
}

/**
 * wf_plots_find:
 * @self: plots
 * @frame: what the map shows
 * @x: a point of the view
 * @y: a point of the view
 * @on_edge: (out) (optional): whether it is on its line or point rather than somewhere inside
 *
 * Finds what lies under a point: a line or a point before the area that it is in, a small area before a large one.
 *
 * Returns: (nullable): the plot
 */
WfPlotMark *
wf_plots_find (WfPlots          *self,
               const WfMapFrame *frame,
               double            x,
               double            y,
               gboolean         *on_edge)
{
  g_autoptr (GPtrArray) list = wf_plots_list (self);
  WfPlotMark *best = NULL;
  double nearest = G_MAXDOUBLE;

  if (on_edge != NULL)
    *on_edge = TRUE;
  for (guint i = list->len; i > 0; i--)
    {
      WfPlotMark *plot = g_ptr_array_index (list, i - 1);
      double away = plot->draft ? G_MAXDOUBLE : away_from_outline (plot, frame, x, y);

      if (away < (plot->shape == WF_PLOT_POINT ? NEAR_POINT : NEAR_LINE) && away < nearest)
        {
          nearest = away;
          best = plot;
        }
    }
  if (best != NULL)
    return best;

  if (on_edge != NULL)
    *on_edge = FALSE;
  for (guint i = list->len; i > 0; i--)
    {
      WfPlotMark *plot = g_ptr_array_index (list, i - 1);

      /* What is within a range ring does not belong to it. */
      if (!plot->draft && !wf_plot_is (plot, "range_ring") && (plot->shape == WF_PLOT_AREA || plot->shape == WF_PLOT_CIRCLE) &&
          wf_geo_polygon_contains ((const WfGeoPoint *) (void *) plot->outline->data, plot->outline->len,
                                   (x + frame->x) / frame->world, (y + frame->y) / frame->world))
        return plot;
    }

  return NULL;
}

/* --- drawing --- */

static void
draw_plot (const Drawing    *drawing,
           cairo_t          *cr,
           const WfPlotMark *plot,
           double            x,
           double            y,
           double            width,
           double            height,
           gboolean          selected)
{
  double world = drawing->frame->world;
  g_autoptr (GArray) points = g_array_sized_new (FALSE, FALSE, sizeof (WfGeoPoint), plot->outline->len);
  WfPlotPath path = { points, plot->shape == WF_PLOT_AREA || plot->shape == WF_PLOT_CIRCLE, -REACH, -REACH, width + REACH,
                      height + REACH, fmod (x, 4096.0), fmod (y, 4096.0) };

  for (guint i = 0; i < plot->outline->len; i++)
    {
      const WfGeoPoint *p = &g_array_index (plot->outline, WfGeoPoint, i);
      /* Far outside, cairo's numbers would overflow. */
      WfGeoPoint pixel = { CLAMP (p->lon * world - x, -4e6, 4e6), CLAMP (p->lat * world - y, -4e6, 4e6) };

      g_array_append_val (points, pixel);
    }
  wf_plot_draw_mark (cr, drawing->style, plot, &path, selected);
}

static void
draw_piece_cb (cairo_t  *cr,
               guint     item,
               double    x,
               double    y,
               gpointer  user_data)
{
  const Drawing *drawing = user_data;
  const Piece *piece = &g_array_index (drawing->self->pieces, Piece, item);

  cairo_save (cr);
  cairo_translate (cr, x, y);
  draw_plot (drawing, cr, piece->plot, piece->x, piece->y, SIDE, SIDE, piece->selected);
  cairo_restore (cr);
}

/* A piece for each image that a plot touches, so that what is drawn of it does not depend on where the view is. */
static void
place_plot (WfPlots          *self,
            const WfMapFrame *frame,
            const WfPlotMark *plot,
            gboolean          selected,
            GArray           *items)
{
  double left = MAX (plot->left * frame->world - REACH, self->left);
  double top = MAX (plot->top * frame->world - REACH, self->top);
  double right = MIN (plot->right * frame->world + REACH, self->right);
  double bottom = MIN (plot->bottom * frame->world + REACH, self->bottom);

  for (double y = floor (top / SIDE) * SIDE; y < bottom && right > left; y += SIDE)
    for (double x = floor (left / SIDE) * SIDE; x < right; x += SIDE)
      {
        /* A hair smaller than the image, or it would count to the next one too. */
        WfSheetItem item = { x, y, SIDE - 0.5, SIDE - 0.5, wf_map_sheet_mix (plot->look, selected) };
        Piece piece = { plot, x, y, selected };

        g_array_append_val (items, item);
        g_array_append_val (self->pieces, piece);
      }
}

static void
place_plots (WfPlots         *self,
             WfMarks         *marks,
             const WfPainter *painter)
{
  const WfMapFrame *frame = painter->frame;
  g_autoptr (GPtrArray) list = wf_plots_list (self);
  g_autoptr (GArray) items = g_array_new (FALSE, FALSE, sizeof (WfSheetItem));

  self->dark = painter->style->dark;
  self->scale = frame->scale;
  self->zoom = frame->zoom;
  self->shown = self->turn;
  self->left = frame->x - MARGIN;
  self->top = frame->y - MARGIN;
  self->right = frame->x + frame->width + MARGIN;
  self->bottom = frame->y + frame->height + MARGIN;
  g_free (self->selected);
  self->selected = g_strcmp0 (marks->selected_kind, "plot") == 0 ? g_strdup (marks->selected_id) : NULL;

  g_array_set_size (self->pieces, 0);
  for (guint i = 0; i < list->len; i++)
    {
      const WfPlotMark *plot = g_ptr_array_index (list, i);
      place_plot (self, frame, plot, g_strcmp0 (plot->id, self->selected) == 0, items);
    }
  wf_map_sheet_put (self->sheet, frame, self->dark, items);
}

static gboolean
is_stale (WfPlots         *self,
          WfMarks         *marks,
          const WfPainter *painter)
{
  const WfMapFrame *frame = painter->frame;
  const char *selected = g_strcmp0 (marks->selected_kind, "plot") == 0 ? marks->selected_id : NULL;

  return self->shown != self->turn || self->dark != painter->style->dark || self->scale != frame->scale
         || memcmp (&self->zoom, &frame->zoom, sizeof (double)) != 0 || g_strcmp0 (self->selected, selected) != 0
         || frame->x < self->left || frame->y < self->top || frame->x + frame->width > self->right
         || frame->y + frame->height > self->bottom;
}

/**
 * wf_plots_draw:
 * @self: plots
 * @marks: which knows what is selected
 * @painter: where to
 *
 * Draws all plots: on the screen from a sheet of images, on paper one by one.
 */
void
wf_plots_draw (WfPlots         *self,
               WfMarks         *marks,
               const WfPainter *painter)
{
  const WfMapFrame *frame = painter->frame;
  Drawing drawing = { self, painter->style, frame };

  if (g_hash_table_size (self->by_id) == 0 && self->pieces->len == 0)
    return;

  if (painter->snapshot != NULL)
    {
      if (is_stale (self, marks, painter))
        place_plots (self, marks, painter);
      wf_map_sheet_snapshot (self->sheet, frame, painter->snapshot, draw_piece_cb, &drawing);
      return;
    }

  g_autoptr (GPtrArray) list = wf_plots_list (self);
  cairo_t *cr = painter->begin (painter->user_data, 0.0, 0.0, frame->width, frame->height);
  for (guint i = 0; i < list->len; i++)
    {
      const WfPlotMark *plot = g_ptr_array_index (list, i);

      if (!plot->draft)
        draw_plot (&drawing, cr, plot, frame->x, frame->y, frame->width, frame->height, FALSE);
    }
  painter->end (painter->user_data, cr);
}
