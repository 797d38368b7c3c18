/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-map"

#include "config.h"

#include "wf-symbols.h"
#include "wf-things-view-private.h"

#include <math.h>
#include <string.h>

#define LABEL_SIZE 11.0

/* Images beyond this number are thrown away; they are made again where they are seen. */
#define MAX_IMAGES 4000

typedef struct
{
  WfThingsView     *view;
  const WfMapFrame *frame;
  const WfMapStyle *style;
} Drawing;

static void
draw_chips (cairo_t           *cr,
            const WfMapStyle  *style,
            const guint32      counts[WF_GEO_CLUSTER_KINDS],
            const WfThingSpot *spot)
{
  const double edge = WF_THING_EDGE;
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
      double x = -width / 2.0 + edge + 2.0 + (shown % 2) * WF_THING_CHIP_WIDTH;
      double y = -height / 2.0 + edge + 2.0 + (shown / 2) * WF_THING_CHIP_HEIGHT + WF_THING_CHIP_HEIGHT / 2.0;
      cairo_save (cr);
      cairo_translate (cr, x + 7.0, y);
      wf_symbol_draw (cr, style, (WfThingKind) k, WF_THING_READY, "", 9.5);
      cairo_restore (cr);
      wf_symbol_draw_text (cr, number, x + 14.0, y, strlen (number) > 2 ? 8.5 : 10.5, TRUE, WF_TEXT_LEFT,
                           style->mark_text, 0);
      shown++;
    }

  if (rest > 0)
    {
      g_autofree char *number = wf_things_view_number (rest);
      g_autofree char *text = g_strdup_printf ("+%s", number);
      wf_symbol_draw_text (cr, text, width / 2.0 - edge - 2.0 - WF_THING_CHIP_WIDTH / 2.0,
                           height / 2.0 - edge - 2.0 - WF_THING_CHIP_HEIGHT / 2.0, 10.0, TRUE,
                           WF_TEXT_CENTER, style->label, 0);
    }
}

/* Draws a spot around the origin. */
static void
draw_spot (WfThingsView      *self,
           cairo_t           *cr,
           const WfThingSpot *spot,
           const WfMapStyle  *style)
{
  guint32 counts[WF_GEO_CLUSTER_KINDS];
  WfThing thing;

  if (__builtin_popcount (spot->cell.kinds) > 1)
    {
      wf_geo_cluster_count_kinds (self->cluster, &spot->cell, counts);
      draw_chips (cr, style, counts, spot);
      return;
    }

  gboolean lone = wf_things_view_get_thing (self, spot, &thing);
  g_autofree char *text = !lone             ? wf_things_view_number (spot->cell.count)
                          : thing.level > 0 ? g_strdup_printf ("%d", thing.level)
                                            : NULL;
  /* That one of many is out of service does not make the others so. */
  WfThingState state = !lone && spot->cell.severity == WF_THING_OFF ? WF_THING_READY : (WfThingState) spot->cell.severity;
  wf_symbol_draw (cr, style, (WfThingKind) __builtin_ctz (spot->cell.kinds), state, text, WF_SYMBOL_SIZE);
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
        const WfMapStyle *style,
        int               scale)
{
  return wf_map_sheet_mix (look, (guint64) scale << 1 | (guint64) style->dark);
}

static cairo_surface_t *
image_of (WfThingsView      *self,
          const WfThingSpot *spot,
          const WfMapStyle  *style,
          int                scale)
{
  guint64 key = key_of (spot->look, style, scale);
  cairo_surface_t *image = g_hash_table_lookup (self->images, &key);

  if (image != NULL)
    return image;

  image = cairo_image_surface_create (CAIRO_FORMAT_ARGB32, (int) ceil (spot->width) * scale,
                                      (int) ceil (spot->height) * scale);
  cairo_surface_set_device_scale (image, scale, scale);
  cairo_t *cr = cairo_create (image);
  cairo_translate (cr, spot->width / 2.0, spot->height / 2.0);
  draw_spot (self, cr, spot, style);
  cairo_destroy (cr);

  return keep_image (self, key, image);
}

static guint64
hash_label (const char *label)
{
  return wf_map_sheet_mix (0x6c6162656cULL, (guint64) g_str_hash (label) << 32 | strlen (label));
}

/* The name under a lone symbol, as an image kept like the symbols. */
static cairo_surface_t *
image_of_label (WfThingsView     *self,
                const char       *label,
                const WfMapStyle *style,
                int               scale)
{
  guint64 key = key_of (hash_label (label), style, scale);
  cairo_surface_t *image = g_hash_table_lookup (self->images, &key);
  double width;
  double height;

  if (image != NULL)
    return image;

  wf_symbol_measure_text (label, LABEL_SIZE, FALSE, &width, &height);
  image = cairo_image_surface_create (CAIRO_FORMAT_ARGB32, ((int) width + 6) * scale, ((int) height + 4) * scale);
  cairo_surface_set_device_scale (image, scale, scale);
  cairo_t *cr = cairo_create (image);
  wf_symbol_draw_text (cr, label, width / 2.0 + 3.0, height / 2.0 + 2.0, LABEL_SIZE, FALSE, WF_TEXT_CENTER,
                       style->mark_text, style->mark_halo_rgba);
  cairo_destroy (cr);

  return keep_image (self, key, image);
}

/* At a whole pixel of the screen, or it would be blurred. */
static double
whole (double v,
       int    scale)
{
  return round (v * scale) / scale;
}

static void
add_items (WfThingsView     *self,
           GArray           *items,
           const WfMapFrame *frame,
           const WfMapStyle *style)
{
  WfThing thing;

  g_array_set_size (self->entries, 0);
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
            if (!spot->labelled || !wf_things_view_get_thing (self, spot, &thing) || thing.label == NULL)
              continue;
            cairo_surface_t *image = image_of_label (self, thing.label, style, frame->scale);
            item.width = (double) cairo_image_surface_get_width (image) / frame->scale;
            item.height = (double) cairo_image_surface_get_height (image) / frame->scale;
            item.x = whole (spot->world_x - item.width / 2.0, frame->scale);
            item.y = whole (spot->world_y + spot->height / 2.0 - 2.0, frame->scale);
            item.look = hash_label (thing.label);
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
  const WfThingSpot *spot = &g_array_index (self->spots, WfThingSpot, entry / 2);
  cairo_surface_t *image;
  WfThing thing;

  if (entry % 2 == 0)
    image = image_of (self, spot, drawing->style, drawing->frame->scale);
  else if (wf_things_view_get_thing (self, spot, &thing) && thing.label != NULL)
    image = image_of_label (self, thing.label, drawing->style, drawing->frame->scale);
  else
    return;
  cairo_set_source_surface (cr, image, x, y);
  cairo_paint (cr);
}

/* A ring around what is selected. */
static void
draw_ring (cairo_t           *cr,
           const WfThingSpot *spot,
           const WfMapStyle  *style)
{
  wf_symbol_rounded (cr, spot->x - spot->width / 2.0 - 2.0, spot->y - spot->height / 2.0 - 2.0, spot->width + 4.0,
                     spot->height + 4.0, 7.0);
  wf_map_style_set_source (cr, style->select);
  cairo_set_line_width (cr, 2.0);
  cairo_stroke (cr);
}

void
wf_things_view_snapshot (WfThingsView     *self,
                         GtkSnapshot      *snapshot,
                         const WfMapFrame *frame,
                         const WfMapStyle *style,
                         WfMarks          *marks)
{
  Drawing drawing = { self, frame, style };
  WfThingSpot spot;

  wf_things_view_place (self, frame);
  if (self->sheet_turn != self->turn || self->sheet_dark != style->dark || self->sheet_scale != frame->scale)
    {
      g_autoptr (GArray) items = g_array_sized_new (FALSE, FALSE, sizeof (WfSheetItem), self->spots->len + 1);

      add_items (self, items, frame, style);
      wf_map_sheet_put (self->sheet, frame, style->dark, items);
      self->sheet_turn = self->turn;
      self->sheet_dark = style->dark;
      self->sheet_scale = frame->scale;
    }
  wf_map_sheet_snapshot (self->sheet, frame, snapshot, draw_item_cb, &drawing);

  if (marks->selected_id != NULL && wf_things_view_find_thing (self, frame, marks->selected_kind, marks->selected_id, &spot))
    {
      cairo_t *cr = gtk_snapshot_append_cairo (snapshot,
                                               &GRAPHENE_RECT_INIT ((float) (spot.x - spot.width / 2.0) - 5,
                                                                    (float) (spot.y - spot.height / 2.0) - 5,
                                                                    (float) spot.width + 10, (float) spot.height + 10));
      draw_ring (cr, &spot, style);
      cairo_destroy (cr);
    }
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
  WfThing thing;

  for (guint i = 0; i < spots->len; i++)
    {
      const WfThingSpot *spot = &g_array_index (spots, WfThingSpot, i);

      cairo_save (cr);
      cairo_translate (cr, spot->x, spot->y);
      draw_spot (self, cr, spot, style);
      cairo_restore (cr);
    }
  for (guint i = 0; i < spots->len; i++)
    {
      const WfThingSpot *spot = &g_array_index (spots, WfThingSpot, i);

      if (spot->labelled && wf_things_view_get_thing (self, spot, &thing) && thing.label != NULL)
        wf_symbol_draw_text (cr, thing.label, spot->x, spot->y + spot->height / 2.0 + 7.0, LABEL_SIZE, FALSE, WF_TEXT_CENTER,
                             style->mark_text, style->mark_halo_rgba);
    }
  if (marks->selected_id != NULL
      && wf_things_view_find_thing (self, frame, marks->selected_kind, marks->selected_id, &selected))
    draw_ring (cr, &selected, style);
}
