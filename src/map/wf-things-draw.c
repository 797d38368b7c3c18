/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-map"

#include "config.h"

#include "wf-symbols.h"
#include "wf-things-view-private.h"

#include <math.h>
#include <string.h>

/* Around a name, for its halo. */
#define RIM 3.0

/* Images beyond this number are thrown away; they are made again where they are seen. */
#define MAX_IMAGES 4000

typedef struct
{
  WfThingsView     *view;
  const WfMapFrame *frame;
  const WfMapStyle *style;
  const char       *selected; /* (nullable) the id of the selected thing */
} Drawing;

static void
draw_chips (WfThingsView      *self,
            cairo_t           *cr,
            const WfMapStyle  *style,
            const WfMapFrame  *frame,
            const guint32      counts[WF_GEO_CLUSTER_KINDS],
            const WfThingSpot *spot,
            gboolean           paper)
{
  const double edge = WF_THING_EDGE;
  const double chip_width = wf_map_frame_text (frame, WF_THING_CHIP_WIDTH);
  const double chip_height = wf_map_frame_text (frame, WF_THING_CHIP_HEIGHT);
  double width = spot->width;
  double height = spot->height;
  int kinds = __builtin_popcount (spot->cell.kinds);
  gboolean alert = spot->cell.severity == WF_THING_ALERT;
  guint32 rest = 0;
  int shown = 0;

  wf_symbol_rounded (cr, -width / 2.0 + edge, -height / 2.0 + edge, width - 2 * edge, height - 2 * edge, 5.0);
  wf_map_style_set_source_rgba (cr, style->panel_rgba);
  cairo_fill_preserve (cr);
  if (alert)
    wf_map_style_set_source (cr, style->late);
  else
    wf_map_style_set_source_rgba (cr, style->ring_rgba);
  cairo_set_line_width (cr, alert ? 1.8 : 1.0);
  cairo_stroke (cr);

  for (int k = 0; k < WF_GEO_CLUSTER_KINDS; k++)
    {
      if (counts[k] == 0)
        continue;
      if (shown == WF_THING_CHIPS - 1 && kinds > WF_THING_CHIPS)
        {
          rest += counts[k];
          continue;
        }

      g_autofree char *number = wf_things_view_number (counts[k]);
      double x = -width / 2.0 + edge + 2.0 + (shown % 2) * chip_width;
      double y = -height / 2.0 + edge + 2.0 + (shown / 2) * chip_height + chip_height / 2.0;
      cairo_save (cr);
      cairo_translate (cr, x + wf_map_frame_text (frame, 8.0), y);
      wf_symbol_draw (cr, self->symbols, style, (WfThingKind) k, WF_THING_READY, NULL,
                      wf_map_frame_text (frame, WF_SYMBOL_CHIP_SIZE), paper ? 0 : frame->scale);
      cairo_restore (cr);
      wf_symbol_draw_text (cr, number, x + wf_map_frame_text (frame, 16.5), y,
                           wf_map_frame_text (frame, strlen (number) > 2 ? 8.5 : 10.5), TRUE, WF_TEXT_LEFT,
                           style->mark_text, 0);
      shown++;
    }

  if (alert)
    wf_symbol_draw_text (cr, "!", width / 2.0 - edge - 3.5, -height / 2.0 + edge + 5.0, wf_map_frame_text (frame, 9.0), TRUE,
                         WF_TEXT_CENTER, style->late, 0);
  else if (spot->cell.severity == WF_THING_BUSY)
    {
      /* The same dot that one alone has. */
      cairo_new_sub_path (cr);
      cairo_arc (cr, width / 2.0 - edge - 1.5, -height / 2.0 + edge + 1.5, wf_map_frame_symbol (frame, 4.0), 0.0, 2.0 * G_PI);
      wf_map_style_set_source_rgba (cr, style->symbol_edge_rgba);
      cairo_fill (cr);
      cairo_arc (cr, width / 2.0 - edge - 1.5, -height / 2.0 + edge + 1.5, wf_map_frame_symbol (frame, 2.8), 0.0, 2.0 * G_PI);
      wf_map_style_set_source (cr, style->moving);
      cairo_fill (cr);
    }
  if (rest > 0)
    {
      g_autofree char *number = wf_things_view_number (rest);
      g_autofree char *text = g_strdup_printf ("+%s", number);
      wf_symbol_draw_text (cr, text, width / 2.0 - edge - 2.0 - chip_width / 2.0,
                           height / 2.0 - edge - 2.0 - chip_height / 2.0, wf_map_frame_text (frame, 10.0), TRUE,
                           WF_TEXT_CENTER, style->label, 0);
    }
}

/* Draws a spot around the origin; on paper from the drawings, on the screen from what was prepared of them. */
static void
draw_spot (WfThingsView      *self,
           cairo_t           *cr,
           const WfMapFrame  *frame,
           const WfThingSpot *spot,
           const WfMapStyle  *style,
           gboolean           paper)
{
  guint32 counts[WF_GEO_CLUSTER_KINDS];
  WfThing thing;

  if (__builtin_popcount (spot->cell.kinds) > 1)
    {
      wf_geo_cluster_count_kinds (self->cluster, &spot->cell, counts);
      draw_chips (self, cr, style, frame, counts, spot, paper);
      return;
    }

  gboolean lone = wf_things_view_get_thing (self, spot, &thing);
  g_autofree char *text = !lone             ? wf_things_view_number (spot->cell.count)
                          : thing.level > 0 ? g_strdup_printf ("%d", thing.level)
                                            : NULL;
  /* That one of many is out of service does not make the others so. */
  WfThingState state = !lone && spot->cell.severity == WF_THING_OFF ? WF_THING_READY : (WfThingState) spot->cell.severity;
  wf_symbol_draw (cr, self->symbols, style, (WfThingKind) __builtin_ctz (spot->cell.kinds), state, text,
                  wf_map_frame_symbol (frame, WF_SYMBOL_SIZE), paper ? 0 : frame->scale);
}

static cairo_surface_t *
keep_image (WfThingsView    *self,
            guint64          key,
            cairo_surface_t *image)
{
  if (g_hash_table_size (self->images) > MAX_IMAGES)
    g_hash_table_remove_all (self->images);
  g_hash_table_insert (self->images, g_memdup2 (&key, sizeof key), image);

  return image;
}

static guint64
key_of (guint64           look,
        const WfMapFrame *frame,
        const WfMapStyle *style)
{
  return wf_map_sheet_mix (look, (guint64) frame->text << 16 | (guint64) frame->scale << 1 | (guint64) style->dark);
}

static cairo_surface_t *
make_image (const WfMapFrame *frame,
            double            width,
            double            height)
{
  cairo_surface_t *image = cairo_image_surface_create (CAIRO_FORMAT_ARGB32, (int) ceil (width) * frame->scale,
                                                       (int) ceil (height) * frame->scale);

  cairo_surface_set_device_scale (image, frame->scale, frame->scale);

  return image;
}

static cairo_surface_t *
image_of (WfThingsView      *self,
          const WfMapFrame  *frame,
          const WfThingSpot *spot,
          const WfMapStyle  *style)
{
  guint64 key = key_of (spot->look, frame, style);
  cairo_surface_t *image = g_hash_table_lookup (self->images, &key);

  if (image != NULL)
    return image;

  image = make_image (frame, spot->width, spot->height);
  cairo_t *cr = cairo_create (image);
  cairo_translate (cr, spot->width / 2.0, spot->height / 2.0);
  draw_spot (self, cr, frame, spot, style, FALSE);
  cairo_destroy (cr);

  return keep_image (self, key, image);
}

static guint64
hash_label (const WfThingSpot *spot,
            const char        *label)
{
  return wf_map_sheet_mix (0x6c6162656cULL + (guint64) spot->place, (guint64) g_str_hash (label) << 32 | strlen (label));
}

/* Draws a name into a box whose corner is the origin. */
static void
draw_label (cairo_t           *cr,
            const WfMapFrame  *frame,
            const WfMapStyle  *style,
            const WfThingSpot *spot,
            const char        *label)
{
  gboolean middle = spot->place == WF_LABEL_BELOW || spot->place == WF_LABEL_ABOVE;
  gboolean west = spot->place == WF_LABEL_LEFT;

  wf_symbol_draw_text (cr, label, middle ? spot->name.width / 2.0 : west ? spot->name.width - 2.0 : 2.0,
                       spot->name.height / 2.0, wf_map_frame_text (frame, WF_THING_LABEL_SIZE), FALSE,
                       middle ? WF_TEXT_CENTER : west ? WF_TEXT_RIGHT : WF_TEXT_LEFT, style->mark_text,
                       style->mark_halo_rgba);
}

/* The name beside a symbol, as an image kept like the symbols. */
static cairo_surface_t *
image_of_label (WfThingsView      *self,
                const WfMapFrame  *frame,
                const WfThingSpot *spot,
                const char        *label,
                const WfMapStyle  *style)
{
  guint64 key = key_of (hash_label (spot, label), frame, style);
  cairo_surface_t *image = g_hash_table_lookup (self->images, &key);

  if (image != NULL)
    return image;

  image = make_image (frame, spot->name.width + 2 * RIM, spot->name.height + 2 * RIM);
  cairo_t *cr = cairo_create (image);
  cairo_translate (cr, RIM, RIM);
  draw_label (cr, frame, style, spot, label);
  cairo_destroy (cr);

  return keep_image (self, key, image);
}

/* The name that is written beside a spot: of its thing, or of the one that is selected in it. */
static const char *
label_of (WfThingsView      *self,
          const WfThingSpot *spot,
          const char        *selected)
{
  WfThing thing;

  if (spot->place == WF_LABEL_NONE)
    return NULL;

  return wf_things_view_get_thing (self, spot, &thing) || wf_things_view_get_by_id (self, selected, &thing) ? thing.label
                                                                                                             : NULL;
}

/* At a whole pixel of the screen, or it would be blurred. */
static double
whole (double v,
       int    scale)
{
  return round (v * scale) / scale;
}

/* Lines from the middle of a fan to its things. */
static void
draw_legs (WfThingsView     *self,
           cairo_t          *cr,
           const WfMapStyle *style,
           double            x,
           double            y)
{
  for (int pass = 0; pass < 2; pass++)
    {
      for (guint i = 0; i < self->spots->len; i++)
        {
          const WfThingSpot *spot = &g_array_index (self->spots, WfThingSpot, i);
          if (!spot->fanned)
            continue;
          cairo_move_to (cr, x, y);
          cairo_line_to (cr, x + spot->world_x - self->hub_x, y + spot->world_y - self->hub_y);
        }
      if (pass == 0)
        wf_map_style_set_source_rgba (cr, style->mark_halo_rgba);
      else
        wf_map_style_set_source (cr, style->label);
      cairo_set_line_width (cr, pass == 0 ? 3.5 : 1.3);
      cairo_stroke (cr);
    }
  cairo_arc (cr, x, y, 3.5, 0.0, 2.0 * G_PI);
  wf_map_style_set_source (cr, style->label);
  cairo_fill (cr);
}

#define LEGS G_MAXUINT

static void
add_items (WfThingsView     *self,
           GArray           *items,
           const WfMapFrame *frame,
           const char       *selected)
{
  guint legs = LEGS;

  g_array_set_size (self->entries, 0);
  if (self->hub_reach > 0.0)
    {
      WfSheetItem item = { whole (self->hub_x - self->hub_reach, frame->scale), whole (self->hub_y - self->hub_reach,
                                                                                       frame->scale),
                           2.0 * self->hub_reach, 2.0 * self->hub_reach, wf_map_sheet_mix (self->revision, LEGS) };
      g_array_append_val (items, item);
      g_array_append_val (self->entries, legs);
    }
  for (guint pass = 0; pass < 2; pass++)
    for (guint i = 0; i < self->spots->len; i++)
      {
        const WfThingSpot *spot = &g_array_index (self->spots, WfThingSpot, i);
        WfSheetItem item = { whole (spot->world_x - spot->width / 2.0, frame->scale),
                             whole (spot->world_y - spot->height / 2.0, frame->scale), ceil (spot->width),
                             ceil (spot->height), spot->look };
        guint entry = i * 2 + pass;

        if (pass == 1)
          {
            const char *label = label_of (self, spot, selected);
            WfLabelBox box;
            if (label == NULL)
              continue;
            wf_label_box (spot->place, &spot->name, &box);
            item = (WfSheetItem){ whole (spot->world_x + box.left - RIM, frame->scale),
                                  whole (spot->world_y + box.top - RIM, frame->scale), ceil (spot->name.width + 2 * RIM),
                                  ceil (spot->name.height + 2 * RIM), hash_label (spot, label) };
          }
        g_array_append_val (items, item);
        g_array_append_val (self->entries, entry);
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
  WfThingsView *self = drawing->view;
  guint entry = g_array_index (self->entries, guint, item);

  if (entry == LEGS)
    {
      draw_legs (self, cr, drawing->style, x + self->hub_reach, y + self->hub_reach);
      return;
    }

  const WfThingSpot *spot = &g_array_index (self->spots, WfThingSpot, entry / 2);
  const char *label = entry % 2 == 1 ? label_of (self, spot, drawing->selected) : NULL;
  if (entry % 2 == 0)
    cairo_set_source_surface (cr, image_of (self, drawing->frame, spot, drawing->style), x, y);
  else if (label != NULL)
    cairo_set_source_surface (cr, image_of_label (self, drawing->frame, spot, label, drawing->style), x, y);
  else
    return;
  cairo_paint (cr);
}

/* A ring around what is selected, or what the pointer is on. */
static void
draw_ring (cairo_t           *cr,
           const WfThingSpot *spot,
           guint32            colour)
{
  wf_symbol_rounded (cr, spot->x - spot->width / 2.0 - 2.0, spot->y - spot->height / 2.0 - 2.0, spot->width + 4.0,
                     spot->height + 4.0, 7.0);
  wf_map_style_set_source (cr, colour);
  cairo_set_line_width (cr, 2.0);
  cairo_stroke (cr);
}

static void
snapshot_ring (WfThingsView     *self,
               GtkSnapshot      *snapshot,
               const WfMapFrame *frame,
               const char       *kind,
               const char       *id,
               guint32           colour)
{
  WfThingSpot spot;

  if (id == NULL || !wf_things_view_find_thing (self, frame, kind, id, &spot))
    return;

  cairo_t *cr = gtk_snapshot_append_cairo (snapshot,
                                           &GRAPHENE_RECT_INIT ((float) (spot.x - spot.width / 2.0) - 5,
                                                                (float) (spot.y - spot.height / 2.0) - 5,
                                                                (float) spot.width + 10, (float) spot.height + 10));
  draw_ring (cr, &spot, colour);
  cairo_destroy (cr);
}

/* Has the symbols drawn for a frame. Returns: whether they are there */
gboolean
wf_things_view_prepare (WfThingsView     *self,
                        const WfMapFrame *frame,
                        const WfMapStyle *style)
{
  const double sizes[] = { wf_map_frame_symbol (frame, WF_SYMBOL_SIZE), wf_map_frame_text (frame, WF_SYMBOL_CHIP_SIZE) };

  return wf_symbol_set_prepare (self->symbols, style, sizes, G_N_ELEMENTS (sizes), frame->scale);
}

/* @names is the number of wf_labels_get_names(). */
void
wf_things_view_snapshot (WfThingsView     *self,
                         GtkSnapshot      *snapshot,
                         const WfMapFrame *frame,
                         const WfMapStyle *style,
                         WfMarks          *marks,
                         guint64           names)
{
  Drawing drawing = { self, frame, style, marks->selected_id };

  wf_things_view_place (self, frame);
  /* A worker draws them, once; until then, for a moment, there are none. */
  if (!wf_things_view_prepare (self, frame, style))
    return;
  if (self->sheet_turn != self->turn || self->sheet_names != names || self->sheet_dark != style->dark
      || self->sheet_scale != frame->scale || self->sheet_text != frame->text)
    {
      g_autoptr (GArray) items = g_array_sized_new (FALSE, FALSE, sizeof (WfSheetItem), self->spots->len + 1);

      add_items (self, items, frame, marks->selected_id);
      wf_map_sheet_put (self->sheet, frame, style->dark, items);
      self->sheet_turn = self->turn;
      self->sheet_names = names;
      self->sheet_dark = style->dark;
      self->sheet_scale = frame->scale;
      self->sheet_text = frame->text;
    }
  wf_map_sheet_snapshot (self->sheet, frame, snapshot, draw_item_cb, &drawing);

  snapshot_ring (self, snapshot, frame, marks->hover_kind, marks->hover_id, style->label);
  snapshot_ring (self, snapshot, frame, marks->selected_kind, marks->selected_id, style->select);
}

/* The same on a context, for a picture. */
void
wf_things_view_draw (WfThingsView     *self,
                     cairo_t          *cr,
                     const WfMapFrame *frame,
                     const WfMapStyle *style,
                     WfMarks          *marks)
{
  const GArray *spots = wf_things_view_place (self, frame);
  WfThingSpot selected;
  WfLabelBox box;

  if (self->hub_reach > 0.0)
    draw_legs (self, cr, style, self->hub_x - frame->x, self->hub_y - frame->y);
  for (guint i = 0; i < spots->len; i++)
    {
      const WfThingSpot *spot = &g_array_index (spots, WfThingSpot, i);

      cairo_save (cr);
      cairo_translate (cr, spot->x, spot->y);
      draw_spot (self, cr, frame, spot, style, TRUE);
      cairo_restore (cr);
    }
  for (guint i = 0; i < spots->len; i++)
    {
      const WfThingSpot *spot = &g_array_index (spots, WfThingSpot, i);
      const char *label = label_of (self, spot, marks->selected_id);

      if (label == NULL)
        continue;
      wf_label_box (spot->place, &spot->name, &box);
      cairo_save (cr);
      cairo_translate (cr, spot->x + box.left, spot->y + box.top);
      draw_label (cr, frame, style, spot, label);
      cairo_restore (cr);
    }
  if (marks->selected_id != NULL
      && wf_things_view_find_thing (self, frame, marks->selected_kind, marks->selected_id, &selected))
    draw_ring (cr, &selected, style->select);
}
