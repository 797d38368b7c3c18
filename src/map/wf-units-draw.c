/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-map"

#include "config.h"

#include "wf-marks.h"

#include "wf-symbols.h"

#include <math.h>
#include <string.h>

#define RADIUS WF_UNIT_RADIUS

/* Around the middle of an arrow. */
#define REACH 20.0

/* Around a name, for its halo. */
#define RIM 3.0

/* A position that is older than it lasts (this, where the unit says nothing) is not true any more and fades; one that is ten
 * times as old is struck through. */
#define LASTS_MS 30000
#define FADES    4

/* Arrows are drawn for every so many degrees. */
#define STEP 5

/* How far beyond the view units are placed, and how near its edge may come before they are placed anew. */
#define MARGIN 512.0
#define SLACK  128.0

/* Images of names beyond this number are thrown away; they are made again where they are seen. */
#define MAX_IMAGES 1000

/* The units as they were placed last. */
struct _WfUnitSheet
{
  WfMapSheet *sheet;
  GArray     *placed; /* (element-type Placed) */
  GHashTable *arrows; /* (element-type guint64 cairo_surface_t) */
  GHashTable *names;  /* (element-type guint64 cairo_surface_t) by the look of the name */
  guint64     turn;
  guint64     labels;
  double      zoom;
  gboolean    dark;
  int         scale;
  int         text;
  double      left;
  double      top;
  double      right;
  double      bottom;
};

typedef struct
{
  const WfMark *mark; /* lasts until a mark comes or goes, and the turn changes then */
  char          text[WF_MARK_TEXT_LENGTH];
  gboolean      selected;
  WfLabelSize   size;
  WfLabelBox    name; /* around the unit; empty where it has none */
  double        dx;   /* from the item's corner to the unit */
  double        dy;
} Placed;

typedef struct
{
  WfUnitSheet      *self;
  const WfMapStyle *style;
  const WfMapFrame *frame;
} Drawing;

/* 0 for a fresh position, then paler and paler, FADES + 1 for an old one. */
static int
fade_of (const WfMark *mark)
{
  int64_t lasts = mark->lasts > 0 ? mark->lasts : LASTS_MS;

  if (mark->age <= lasts)
    return 0;
  if (mark->age > 10 * lasts)
    return FADES + 1;

  return 1 + (int) ((mark->age - lasts) * FADES / (9 * lasts + 1));
}

static void
trace_arrow (cairo_t *cr,
             double   heading)
{
  if (heading < 0.0)
    {
      cairo_arc (cr, 0.0, 0.0, RADIUS * 0.62, 0.0, 2.0 * G_PI);
      return;
    }

  cairo_save (cr);
  cairo_rotate (cr, heading * G_PI / 180.0);
  cairo_move_to (cr, 0.0, -RADIUS);
  cairo_line_to (cr, RADIUS * 0.72, RADIUS * 0.82);
  cairo_line_to (cr, 0.0, RADIUS * 0.42);
  cairo_line_to (cr, -RADIUS * 0.72, RADIUS * 0.82);
  cairo_close_path (cr);
  cairo_restore (cr);
}

/* A position that is too old says nothing of what a camera sees now. */
static gboolean
has_view (const WfMark *mark)
{
  return mark->view_angle > 0 && mark->bearing >= 0 && fade_of (mark) == 0;
}

/* What a camera at (@x, @y) looks at: paler with the distance. */
void
wf_view_draw (cairo_t          *cr,
              const WfMapStyle *style,
              double            factor,
              const WfMark     *mark,
              double            x,
              double            y)
{
  double middle = (mark->bearing - 90.0) * G_PI / 180.0;
  double half = MIN (mark->view_angle, 360.0) * G_PI / 360.0;
  double reach = WF_MARK_VIEW_REACH * factor;
  double light = style->dark ? 1.0 : 0.1;
  cairo_pattern_t *fade = cairo_pattern_create_radial (x, y, 0.0, x, y, reach);

  cairo_pattern_add_color_stop_rgba (fade, 0.0, light, light, light, 0.34);
  cairo_pattern_add_color_stop_rgba (fade, 1.0, light, light, light, 0.08);
  cairo_save (cr);
  cairo_move_to (cr, x, y);
  cairo_arc (cr, x, y, reach, middle - half, middle + half);
  cairo_close_path (cr);
  cairo_set_source (cr, fade);
  cairo_fill_preserve (cr);
  cairo_set_source_rgba (cr, light, light, light, 0.45);
  cairo_set_line_width (cr, 1.0);
  cairo_stroke (cr);
  cairo_restore (cr);
  cairo_pattern_destroy (fade);
}

/* Draws an arrow around the origin, @factor times as large as it is by itself. */
static void
draw_arrow (cairo_t          *cr,
            const WfMapStyle *style,
            double            factor,
            double            heading,
            int               fade,
            gboolean          selected)
{
  double alpha = fade == 0 ? 1.0 : 0.85 - 0.4 * MIN (fade, FADES) / FADES;

  cairo_save (cr);
  cairo_scale (cr, factor, factor);
  cairo_new_path (cr);
  if (selected)
    {
      cairo_arc (cr, 0.0, 0.0, RADIUS + 5.0, 0.0, 2.0 * G_PI);
      wf_map_style_set_source_alpha (cr, style->select, 0.9);
      cairo_set_line_width (cr, 2.0);
      cairo_stroke (cr);
    }
  trace_arrow (cr, heading);
  cairo_set_line_join (cr, CAIRO_LINE_JOIN_ROUND);
  cairo_set_line_width (cr, 3.2);
  wf_map_style_set_source_rgba (cr, style->symbol_edge_rgba);
  cairo_stroke_preserve (cr);
  wf_map_style_set_source_alpha (cr, fade > 0 ? style->land : style->moving, 1.0);
  cairo_fill_preserve (cr);
  cairo_set_line_width (cr, fade > 0 ? 1.8 : 0.6);
  wf_map_style_set_source_alpha (cr, style->moving, alpha);
  cairo_stroke (cr);
  if (fade > FADES)
    {
      cairo_move_to (cr, -RADIUS * 0.8, RADIUS * 0.8);
      cairo_line_to (cr, RADIUS * 0.8, -RADIUS * 0.8);
      cairo_set_line_width (cr, 3.6);
      wf_map_style_set_source_rgba (cr, style->symbol_edge_rgba);
      cairo_stroke_preserve (cr);
      cairo_set_line_width (cr, 1.8);
      wf_map_style_set_source (cr, style->label);
      cairo_stroke (cr);
    }
  cairo_restore (cr);
}

/* Draws the name into a box whose corner is the origin. */
static void
draw_name (cairo_t          *cr,
           const WfMapStyle *style,
           const WfMapFrame *frame,
           const Placed     *placed)
{
  WfLabelPlace place = placed->mark->place;
  gboolean middle = place == WF_LABEL_BELOW || place == WF_LABEL_ABOVE;
  gboolean west = place == WF_LABEL_LEFT || place == WF_LABEL_FAR_NORTH_WEST || place == WF_LABEL_FAR_SOUTH_WEST;
  double width = placed->size.width;

  wf_symbol_draw_text (cr, placed->text, middle ? width / 2.0 : west ? width - 2.0 : 2.0, placed->size.height / 2.0,
                       wf_map_frame_text (frame, WF_MARK_TEXT_SIZE), FALSE,
                       middle ? WF_TEXT_CENTER : west ? WF_TEXT_RIGHT : WF_TEXT_LEFT,
                       fade_of (placed->mark) > 0 ? style->label : style->mark_text, style->mark_halo_rgba);
}

static int
bucket_of (const WfMark *mark)
{
  return mark->heading < 0.0 ? -1 : (int) lround (mark->heading / STEP) % (360 / STEP);
}

static cairo_surface_t *
arrow_of (const Drawing *drawing,
          const Placed  *placed)
{
  int bucket = bucket_of (placed->mark);
  int fade = fade_of (placed->mark);
  guint64 key = (guint64) (bucket + 1) << 16 | (guint64) fade << 8 | (guint64) placed->selected;
  cairo_surface_t *image = g_hash_table_lookup (drawing->self->arrows, &key);

  if (image != NULL)
    return image;

  int scale = drawing->frame->scale;
  double reach = ceil (wf_map_frame_symbol (drawing->frame, REACH));
  image = cairo_image_surface_create (CAIRO_FORMAT_ARGB32, (int) (2 * reach) * scale, (int) (2 * reach) * scale);
  cairo_surface_set_device_scale (image, scale, scale);
  cairo_t *cr = cairo_create (image);
  cairo_translate (cr, reach, reach);
  draw_arrow (cr, drawing->style, wf_map_frame_symbol (drawing->frame, 1.0), bucket < 0 ? -1.0 : bucket * (double) STEP, fade,
              placed->selected);
  cairo_destroy (cr);
  g_hash_table_insert (drawing->self->arrows, g_memdup2 (&key, sizeof key), image);

  return image;
}

static guint64
look_of_name (const Placed *placed)
{
  guint64 look = wf_map_sheet_mix ((guint64) g_str_hash (placed->text) << 32 | strlen (placed->text),
                                   fade_of (placed->mark) > 0);

  return wf_map_sheet_mix (look, placed->mark->place);
}

static cairo_surface_t *
name_of (const Drawing *drawing,
         const Placed  *placed)
{
  int scale = drawing->frame->scale;
  guint64 key = look_of_name (placed);
  cairo_surface_t *image = g_hash_table_lookup (drawing->self->names, &key);

  if (image != NULL)
    return image;

  if (g_hash_table_size (drawing->self->names) > MAX_IMAGES)
    g_hash_table_remove_all (drawing->self->names);
  image = cairo_image_surface_create (CAIRO_FORMAT_ARGB32, (int) ceil (placed->size.width + 2 * RIM) * scale,
                                      (int) ceil (placed->size.height + 2 * RIM) * scale);
  cairo_surface_set_device_scale (image, scale, scale);
  cairo_t *cr = cairo_create (image);
  cairo_translate (cr, RIM, RIM);
  draw_name (cr, drawing->style, drawing->frame, placed);
  cairo_destroy (cr);
  g_hash_table_insert (drawing->self->names, g_memdup2 (&key, sizeof key), image);

  return image;
}

static double
whole (const WfMapFrame *frame,
       double            v)
{
  return round (v * frame->scale) / frame->scale;
}

static void
draw_item_cb (cairo_t  *cr,
              guint     item,
              double    x,
              double    y,
              gpointer  user_data)
{
  const Drawing *drawing = user_data;
  const Placed *placed = &g_array_index (drawing->self->placed, Placed, item);
  double reach = ceil (wf_map_frame_symbol (drawing->frame, REACH));

  x += placed->dx;
  y += placed->dy;
  if (has_view (placed->mark))
    wf_view_draw (cr, drawing->style, wf_map_frame_symbol (drawing->frame, 1.0), placed->mark, x, y);
  if (wf_label_has_leader (placed->mark->place))
    wf_label_draw_leader (cr, drawing->style, &placed->size, &placed->name, x, y);
  cairo_set_source_surface (cr, arrow_of (drawing, placed), x - reach, y - reach);
  cairo_paint (cr);
  if (placed->mark->place != WF_LABEL_NONE)
    {
      cairo_set_source_surface (cr, name_of (drawing, placed), whole (drawing->frame, x + placed->name.left - RIM),
                                whole (drawing->frame, y + placed->name.top - RIM));
      cairo_paint (cr);
    }
}

static WfUnitSheet *
ensure_sheet (WfMarks *marks)
{
  if (marks->unit_sheet == NULL)
    {
      marks->unit_sheet = g_new0 (WfUnitSheet, 1);
      marks->unit_sheet->sheet = wf_map_sheet_new ();
      marks->unit_sheet->placed = g_array_new (FALSE, TRUE, sizeof (Placed));
      marks->unit_sheet->arrows = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free,
                                                         (GDestroyNotify) cairo_surface_destroy);
      marks->unit_sheet->names = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free,
                                                        (GDestroyNotify) cairo_surface_destroy);
      marks->unit_sheet->turn = G_MAXUINT64;
    }

  return marks->unit_sheet;
}

void
wf_unit_sheet_free (WfUnitSheet *self)
{
  if (self == NULL)
    return;

  wf_map_sheet_free (self->sheet);
  g_array_unref (self->placed);
  g_hash_table_unref (self->arrows);
  g_hash_table_unref (self->names);
  g_free (self);
}

static void
place_unit (WfMarks         *marks,
            const WfPainter *painter,
            const WfMark    *mark,
            GArray          *items)
{
  const WfMapFrame *frame = painter->frame;
  WfUnitSheet *self = marks->unit_sheet;
  double reach = ceil (wf_map_frame_symbol (frame, REACH));
  double x = whole (frame, wf_mercator_x (mark->lon) * frame->world);
  double y = whole (frame, wf_mercator_y (mark->lat) * frame->world);
  WfLabelBox box = { -reach, -reach, reach, reach };
  Placed placed = { .mark = mark, .selected = wf_marks_is_selected (marks, "unit", mark->id) };

  if (x < self->left || y < self->top || x > self->right || y > self->bottom)
    return;

  wf_mark_get_text (mark, placed.text);
  guint64 look = wf_map_sheet_mix (wf_map_sheet_mix ((guint64) (bucket_of (mark) + 1), (guint64) fade_of (mark)),
                                   (guint64) placed.selected);
  if (has_view (mark))
    {
      double view = ceil (wf_map_frame_symbol (frame, WF_MARK_VIEW_REACH)) + 1.0;

      box = (WfLabelBox){ -view, -view, view, view };
      look = wf_map_sheet_mix (look, (guint64) lround (mark->bearing * 10.0) << 32 | (guint64) lround (mark->view_angle));
    }
  if (mark->place != WF_LABEL_NONE)
    {
      wf_mark_measure (marks, mark, frame, &placed.size);
      wf_label_box (mark->place, &placed.size, &placed.name);
      box = (WfLabelBox){ MIN (box.left, floor (placed.name.left - RIM)), MIN (box.top, floor (placed.name.top - RIM)),
                          MAX (box.right, ceil (placed.name.right + RIM)), MAX (box.bottom, ceil (placed.name.bottom + RIM)) };
      look = wf_map_sheet_mix (look, look_of_name (&placed));
    }
  placed.dx = -box.left;
  placed.dy = -box.top;
  WfSheetItem item = { x + box.left, y + box.top, box.right - box.left, box.bottom - box.top, look };
  g_array_append_val (items, item);
  g_array_append_val (self->placed, placed);
}

static void
place_units (WfMarks         *marks,
             const WfPainter *painter,
             guint64          labels)
{
  const WfMapFrame *frame = painter->frame;
  WfUnitSheet *self = marks->unit_sheet;
  g_autoptr (GPtrArray) units = wf_marks_list (marks, WF_MARK_UNIT);
  g_autoptr (GArray) items = g_array_new (FALSE, FALSE, sizeof (WfSheetItem));

  if (self->dark != painter->style->dark || self->scale != frame->scale || self->text != frame->text)
    {
      g_hash_table_remove_all (self->arrows);
      g_hash_table_remove_all (self->names);
    }
  self->dark = painter->style->dark;
  self->scale = frame->scale;
  self->text = frame->text;
  self->labels = labels;
  self->zoom = frame->zoom;
  self->turn = marks->unit_turn;
  self->left = frame->x - MARGIN;
  self->top = frame->y - MARGIN;
  self->right = frame->x + frame->width + MARGIN;
  self->bottom = frame->y + frame->height + MARGIN;

  g_array_set_size (self->placed, 0);
  for (guint i = 0; i < units->len; i++)
    place_unit (marks, painter, g_ptr_array_index (units, i), items);
  wf_map_sheet_put (self->sheet, frame, self->dark, items);
}

/* Draws all units with their names, which WfLabels has placed: on the screen from a sheet, since there may be thousands, on paper
 * one by one. */
void
wf_units_draw (WfMarks         *marks,
               const WfPainter *painter,
               guint64          labels)
{
  const WfMapFrame *frame = painter->frame;
  WfUnitSheet *self = ensure_sheet (marks);
  Drawing drawing = { self, painter->style, frame };

  if (wf_marks_count (marks, WF_MARK_UNIT) == 0 && self->placed->len == 0)
    return;

  if (painter->snapshot == NULL || self->turn != marks->unit_turn || self->labels != labels
      || self->text != frame->text || self->dark != painter->style->dark
      || self->scale != frame->scale || memcmp (&self->zoom, &frame->zoom, sizeof (double)) != 0
      || frame->x - SLACK < self->left || frame->y - SLACK < self->top || frame->x + frame->width + SLACK > self->right
      || frame->y + frame->height + SLACK > self->bottom)
    place_units (marks, painter, labels);
  if (painter->snapshot != NULL)
    {
      wf_map_sheet_snapshot (self->sheet, frame, painter->snapshot, draw_item_cb, &drawing);
      return;
    }

  cairo_t *cr = painter->begin (painter->user_data, 0.0, 0.0, frame->width, frame->height);
  for (guint i = 0; i < self->placed->len; i++)
    {
      const Placed *placed = &g_array_index (self->placed, Placed, i);
      double x;
      double y;

      wf_map_frame_to_screen (frame, placed->mark->lon, placed->mark->lat, &x, &y);
      cairo_save (cr);
      cairo_translate (cr, x, y);
      if (has_view (placed->mark))
        wf_view_draw (cr, painter->style, wf_map_frame_symbol (frame, 1.0), placed->mark, 0.0, 0.0);
      if (wf_label_has_leader (placed->mark->place))
        wf_label_draw_leader (cr, painter->style, &placed->size, &placed->name, 0.0, 0.0);
      draw_arrow (cr, painter->style, wf_map_frame_symbol (frame, 1.0), placed->mark->heading, fade_of (placed->mark),
                  placed->selected);
      cairo_translate (cr, placed->name.left, placed->name.top);
      if (placed->mark->place != WF_LABEL_NONE)
        draw_name (cr, painter->style, frame, placed);
      cairo_restore (cr);
    }
  painter->end (painter->user_data, cr);
  /* The screen wants its own again. */
  self->turn = G_MAXUINT64;
}
