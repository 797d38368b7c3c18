/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-map"

#include "config.h"

#include "wf-overlay-layer.h"

#include "wf-labels.h"
#include "wf-symbols.h"

#include <math.h>

/* Where the wind rose stands: below the buttons at the left. */
#define WIND_X 44.0
#define WIND_Y 90.0

struct _WfOverlayLayer
{
  ShumateLayer parent_instance;

  WfMarks      *marks;  /* (unowned) (nullable) */
  WfThingsView *things; /* (unowned) (nullable) */
  WfLabels     *labels; /* (unowned) (nullable) */
  gboolean      dark;
  GArray       *area;    /* (owned) (element-type WfGeoPoint) */
};

G_DEFINE_FINAL_TYPE (WfOverlayLayer, wf_overlay_layer, SHUMATE_TYPE_LAYER)

static cairo_t *
begin_in_snapshot (gpointer user_data,
                   double   x,
                   double   y,
                   double   width,
                   double   height)
{
  GtkSnapshot *snapshot = user_data;

  return gtk_snapshot_append_cairo (snapshot, &GRAPHENE_RECT_INIT ((float) x, (float) y, (float) width, (float) height));
}

static void
end_in_snapshot (gpointer  user_data,
                 cairo_t  *cr)
{
  cairo_destroy (cr);
}

static cairo_t *
begin_on_context (gpointer user_data,
                  double   x,
                  double   y,
                  double   width,
                  double   height)
{
  cairo_t *cr = user_data;

  cairo_save (cr);
  cairo_new_path (cr);

  return cr;
}

static void
end_on_context (gpointer  user_data,
                cairo_t  *cr)
{
  cairo_restore (cr);
}

static void
draw_measure (WfOverlayLayer  *self,
              const WfPainter *painter)
{
  const WfMapFrame *frame = painter->frame;
  const GArray *measure = self->marks->measure;

  if (measure->len == 0)
    return;

  cairo_t *cr = painter->begin (painter->user_data, 0.0, 0.0, frame->width, frame->height);
  for (guint i = 0; i < measure->len; i++)
    {
      const WfGeoPoint *p = &g_array_index (measure, WfGeoPoint, i);
      double x;
      double y;
      wf_map_frame_to_screen (frame, p->lon, p->lat, &x, &y);
      cairo_line_to (cr, CLAMP (x, -20000.0, 20000.0), CLAMP (y, -20000.0, 20000.0));
    }
  cairo_set_line_join (cr, CAIRO_LINE_JOIN_ROUND);
  wf_map_style_set_source_rgba (cr, painter->style->mark_halo_rgba);
  cairo_set_line_width (cr, 4.5);
  cairo_stroke_preserve (cr);
  wf_map_style_set_source (cr, painter->style->select);
  cairo_set_line_width (cr, 2.0);
  cairo_stroke (cr);

  for (guint i = 0; i < measure->len; i++)
    {
      const WfGeoPoint *p = &g_array_index (measure, WfGeoPoint, i);
      double x;
      double y;

      wf_map_frame_to_screen (frame, p->lon, p->lat, &x, &y);
      cairo_arc (cr, x, y, 4.0, 0.0, 2.0 * G_PI);
      cairo_fill (cr);
    }
  painter->end (painter->user_data, cr);
}

/* What a person draws around things. */
static void
draw_area (WfOverlayLayer  *self,
           const WfPainter *painter)
{
  static const double dashes[] = { 5.0, 3.0 };
  double left = G_MAXDOUBLE, top = G_MAXDOUBLE, right = -G_MAXDOUBLE, bottom = -G_MAXDOUBLE;
  const WfMapFrame *frame = painter->frame;
  double x;
  double y;

  for (guint i = 0; i < self->area->len; i++)
    {
      const WfGeoPoint *p = &g_array_index (self->area, WfGeoPoint, i);
      wf_map_frame_to_screen (frame, p->lon, p->lat, &x, &y);
      left = MIN (left, x);
      top = MIN (top, y);
      right = MAX (right, x);
      bottom = MAX (bottom, y);
    }
  left = MAX (floor (left) - 8.0, -8.0);
  top = MAX (floor (top) - 8.0, -8.0);
  right = MIN (ceil (right) + 8.0, frame->width + 8.0);
  bottom = MIN (ceil (bottom) + 8.0, frame->height + 8.0);
  if (self->area->len == 0 || right <= left || bottom <= top)
    return;

  cairo_t *cr = painter->begin (painter->user_data, left, top, right - left, bottom - top);
  for (guint i = 0; i < self->area->len; i++)
    {
      const WfGeoPoint *p = &g_array_index (self->area, WfGeoPoint, i);
      wf_map_frame_to_screen (frame, p->lon, p->lat, &x, &y);
      if (self->area->len == 1)
        cairo_arc (cr, x, y, 4.0, 0.0, 2.0 * G_PI);
      else
        cairo_line_to (cr, CLAMP (x, -20000.0, 20000.0), CLAMP (y, -20000.0, 20000.0));
    }
  cairo_close_path (cr);
  wf_map_style_set_source_alpha (cr, painter->style->select, 0.12);
  cairo_fill_preserve (cr);
  wf_map_style_set_source (cr, painter->style->select);
  cairo_set_dash (cr, dashes, 2, 0.0);
  cairo_set_line_width (cr, 1.8);
  cairo_stroke (cr);
  painter->end (painter->user_data, cr);
}

/* What the pointer is on is named, also where there was no room. A cluster says what is in it by its tooltip. */
static void
draw_hovered (WfOverlayLayer  *self,
              const WfPainter *painter)
{
  const WfMapFrame *frame = painter->frame;
  const double letters = wf_map_frame_text (frame, WF_MARK_TEXT_SIZE);
  char text[WF_MARK_TEXT_LENGTH] = "";
  WfLabelSize size = { 0 };
  WfThingSpot spot;
  WfThing thing;
  double x;
  double y;

  if (self->marks->hover_id == NULL)
    return;

  WfMarkType type = g_strcmp0 (self->marks->hover_kind, "incident") == 0 ? WF_MARK_INCIDENT : WF_MARK_UNIT;
  const WfMark *mark = wf_marks_get (self->marks, type, self->marks->hover_id);
  if (mark != NULL && mark->place == WF_LABEL_NONE)
    {
      wf_mark_get_text (mark, text);
      wf_mark_measure_symbol (self->marks, mark, frame, &size);
      wf_map_frame_to_screen (frame, mark->lon, mark->lat, &x, &y);
    }
  else if (mark == NULL
           && wf_things_view_find_thing (self->things, frame, self->marks->hover_kind, self->marks->hover_id, &spot)
           && spot.place == WF_LABEL_NONE && wf_things_view_get_thing (self->things, &spot, &thing) && thing.label != NULL)
    {
      g_utf8_strncpy (text, thing.label, WF_MARK_TEXT_LENGTH / 4 - 1);
      size.half_width = spot.width / 2.0;
      x = spot.x;
      y = spot.y;
    }
  if (*text == '\0')
    return;

  double width = wf_symbol_guess_width (text, letters) + 10.0;
  double height = letters * 1.4 + 4.0;
  double left = x + size.half_width + 3.0 + width <= frame->width ? x + size.half_width + 3.0 : x - size.half_width - 3.0 - width;
  double top = y - height / 2.0;
  cairo_t *cr = painter->begin (painter->user_data, floor (left) - 2.0, floor (top) - 2.0, width + 4.0, height + 4.0);
  wf_symbol_rounded (cr, left, top, width, height, 5.0);
  wf_map_style_set_source_rgba (cr, painter->style->panel_rgba);
  cairo_fill_preserve (cr);
  wf_map_style_set_source_rgba (cr, painter->style->ring_rgba);
  cairo_set_line_width (cr, 1.0);
  cairo_stroke (cr);
  wf_symbol_draw_text (cr, text, left + width / 2.0, y, letters, FALSE, WF_TEXT_CENTER, painter->style->mark_text,
                       painter->style->mark_halo_rgba);
  painter->end (painter->user_data, cr);
}

static void
wf_overlay_layer_snapshot (GtkWidget   *widget,
                           GtkSnapshot *snapshot)
{
  WfOverlayLayer *self = WF_OVERLAY_LAYER (widget);
  const WfMapStyle *style = wf_map_style_get (self->dark);
  WfMapFrame frame;
  WfPainter painter = { &frame, style, begin_in_snapshot, end_in_snapshot, snapshot, snapshot, self->labels };

  wf_map_frame_init (&frame, shumate_layer_get_viewport (SHUMATE_LAYER (self)), widget);
  if (self->marks == NULL || frame.width <= 0 || frame.height <= 0)
    return;

  gtk_snapshot_push_clip (snapshot, &GRAPHENE_RECT_INIT (0, 0, (float) frame.width, (float) frame.height));
  guint64 labels = wf_labels_place (self->labels, &frame);
  wf_marks_draw_below (self->marks, &painter);
  wf_things_view_snapshot (self->things, snapshot, &frame, style, self->marks, wf_labels_get_names (self->labels));
  wf_marks_draw_above (self->marks, &painter, labels);
  draw_measure (self, &painter);
  wf_labels_draw_texts (self->labels, &painter);
  draw_hovered (self, &painter);
  draw_area (self, &painter);
  wf_marks_draw_wind (self->marks, &painter, wf_map_frame_symbol (&frame, WIND_X), wf_map_frame_symbol (&frame, WIND_Y));
  gtk_snapshot_pop (snapshot);
}

static void
viewport_changed_cb (WfOverlayLayer *self)
{
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
wf_overlay_layer_constructed (GObject *object)
{
  WfOverlayLayer *self = WF_OVERLAY_LAYER (object);
  static const char *signals[] = { "notify::longitude", "notify::latitude", "notify::zoom-level" };

  G_OBJECT_CLASS (wf_overlay_layer_parent_class)->constructed (object);

  for (gsize i = 0; i < G_N_ELEMENTS (signals); i++)
    g_signal_connect_object (shumate_layer_get_viewport (SHUMATE_LAYER (self)), signals[i],
                             G_CALLBACK (viewport_changed_cb), self,
                             G_CONNECT_SWAPPED);
}

static void
wf_overlay_layer_finalize (GObject *object)
{
  g_array_unref (WF_OVERLAY_LAYER (object)->area);

  G_OBJECT_CLASS (wf_overlay_layer_parent_class)->finalize (object);
}

static void
wf_overlay_layer_class_init (WfOverlayLayerClass *klass)
{
  G_OBJECT_CLASS (klass)->constructed = wf_overlay_layer_constructed;
  G_OBJECT_CLASS (klass)->finalize = wf_overlay_layer_finalize;
  GTK_WIDGET_CLASS (klass)->snapshot = wf_overlay_layer_snapshot;
}

static void
wf_overlay_layer_init (WfOverlayLayer *self)
{
  self->area = g_array_new (FALSE, FALSE, sizeof (WfGeoPoint));
}

WfOverlayLayer *
wf_overlay_layer_new (ShumateViewport *viewport,
                      WfMarks         *marks,
                      WfThingsView    *things,
                      WfLabels        *labels)
{
  WfOverlayLayer *self = g_object_new (WF_TYPE_OVERLAY_LAYER, "viewport", viewport, NULL);

  self->marks = marks;
  self->things = things;
  self->labels = labels;

  return self;
}

/* The view goes: its marks are not touched any more. */
void
wf_overlay_layer_detach (WfOverlayLayer *self)
{
  self->marks = NULL;
  self->things = NULL;
  self->labels = NULL;
}

void
wf_overlay_layer_set_dark (WfOverlayLayer *self,
                           gboolean        dark)
{
  self->dark = dark;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

void
wf_overlay_layer_set_measure (WfOverlayLayer   *self,
                              const WfGeoPoint *points,
                              gsize             n)
{
  if (self->marks == NULL)
    return;

  wf_marks_set_measure (self->marks, points, n);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

void
wf_overlay_layer_set_area (WfOverlayLayer   *self,
                           const WfGeoPoint *points,
                           gsize             n)
{
  g_array_set_size (self->area, 0);
  if (n > 0)
    g_array_append_vals (self->area, points, (guint) n);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

/* The same on a context, for a picture. */
void
wf_overlay_draw (cairo_t          *cr,
                 const WfMapFrame *frame,
                 const WfMapStyle *style,
                 WfMarks          *marks,
                 WfThingsView     *things,
                 WfLabels         *labels)
{
  WfPainter painter = { frame, style, begin_on_context, end_on_context, cr, NULL, labels };

  guint64 turn = wf_labels_place (labels, frame);
  wf_marks_draw_below (marks, &painter);
  wf_things_view_draw (things, cr, frame, style, marks);
  wf_marks_draw_above (marks, &painter, turn);
  wf_labels_draw_texts (labels, &painter);
  wf_marks_draw_wind (marks, &painter, 44.0, 44.0);
}
