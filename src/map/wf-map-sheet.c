/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-map"

#include "config.h"

#include "wf-map-sheet.h"

#include <math.h>
#include <string.h>

/* The side of an image, logical pixels. */
#define SIDE 256

/* Images beyond this number are let go of when they have not been seen for some frames. */
#define MAX_TILES  160
#define KEPT_TURNS 120

typedef struct
{
  int              column; /* the key, with row */
  int              row;
  GArray          *items;  /* (element-type guint) those that touch it */
  guint64          look;
  guint64          drawn;  /* the look that the image has */
  cairo_surface_t *image;  /* (owned) (nullable) */
  guint64          seen;
} Tile;

struct _WfMapSheet
{
  GHashTable *tiles; /* (element-type Tile) */
  GArray     *items; /* (element-type WfSheetItem) */
  double      zoom;
  int         scale;
  int         text;
  gboolean    dark;
  guint64     turn;
};

static guint
hash_tile (gconstpointer data)
{
  const Tile *tile = data;

  return (guint) tile->column * 73856093u ^ (guint) tile->row * 19349663u;
}

static gboolean
equal_tiles (gconstpointer a,
             gconstpointer b)
{
  const Tile *x = a;
  const Tile *y = b;

  return x->column == y->column && x->row == y->row;
}

static void
free_tile (gpointer data)
{
  Tile *tile = data;

  g_array_unref (tile->items);
  g_clear_pointer (&tile->image, cairo_surface_destroy);
  g_free (tile);
}

WfMapSheet *
wf_map_sheet_new (void)
{
  WfMapSheet *self = g_new0 (WfMapSheet, 1);

  self->tiles = g_hash_table_new_full (hash_tile, equal_tiles, NULL, free_tile);
  self->items = g_array_new (FALSE, FALSE, sizeof (WfSheetItem));

  return self;
}

void
wf_map_sheet_free (WfMapSheet *self)
{
  if (self == NULL)
    return;

  g_hash_table_unref (self->tiles);
  g_array_unref (self->items);
  g_free (self);
}

/* Returns: a number made of two, for looks */
guint64
wf_map_sheet_mix (guint64 look,
                  guint64 with)
{
  /* The steps of splitmix64, which spreads every bit over all others. */
  guint64 z = (look ^ with) + 0x9e3779b97f4a7c15ULL + (look << 7);

  z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9ULL;
  z = (z ^ z >> 27) * 0x94d049bb133111ebULL;

  return z ^ z >> 31;
}

static Tile *
ensure_tile (WfMapSheet *self,
             int         column,
             int         row)
{
  const Tile key = { .column = column, .row = row };
  Tile *tile = g_hash_table_lookup (self->tiles, &key);

  if (tile == NULL)
    {
      tile = g_new0 (Tile, 1);
      tile->column = column;
      tile->row = row;
      tile->items = g_array_new (FALSE, FALSE, sizeof (guint));
      tile->seen = self->turn;
      g_hash_table_add (self->tiles, tile);
    }

  return tile;
}

static gboolean
is_old (gpointer key,
        gpointer value,
        gpointer user_data)
{
  const Tile *tile = value;
  WfMapSheet *self = user_data;

  return tile->seen + KEPT_TURNS < self->turn;
}

/**
 * wf_map_sheet_put:
 * @self: a sheet
 * @frame: what the map shows
 * @dark: whether the colours are those of the dark map
 * @items: (element-type WfSheetItem): everything that is on the sheet from now on, in the frame and around it
 *
 * Changes what is on the sheet.
 */
void
wf_map_sheet_put (WfMapSheet       *self,
                  const WfMapFrame *frame,
                  gboolean          dark,
                  const GArray     *items)
{
  GHashTableIter iter;
  gpointer value;

  if (memcmp (&self->zoom, &frame->zoom, sizeof (double)) != 0 || self->scale != frame->scale || self->text != frame->text
      || self->dark != dark)
    g_hash_table_remove_all (self->tiles);
  else if (g_hash_table_size (self->tiles) > MAX_TILES)
    g_hash_table_foreach_remove (self->tiles, is_old, self);
  self->zoom = frame->zoom;
  self->scale = frame->scale;
  self->text = frame->text;
  self->dark = dark;

  g_hash_table_iter_init (&iter, self->tiles);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      g_array_set_size (((Tile *) value)->items, 0);
      ((Tile *) value)->look = 0;
    }

  g_array_set_size (self->items, 0);
  if (items->len > 0)
    g_array_append_vals (self->items, items->data, items->len);
  for (guint i = 0; i < items->len; i++)
    {
      const WfSheetItem *item = &g_array_index (items, WfSheetItem, i);
      int right = (int) floor ((item->x + item->width) / SIDE);
      int bottom = (int) floor ((item->y + item->height) / SIDE);

      for (int row = (int) floor (item->y / SIDE); row <= bottom; row++)
        for (int column = (int) floor (item->x / SIDE); column <= right; column++)
          {
            Tile *tile = ensure_tile (self, column, row);
            g_array_append_val (tile->items, i);
            tile->look = wf_map_sheet_mix (wf_map_sheet_mix (tile->look, item->look),
                                           (guint64) (gint64) ((item->x - column * (double) SIDE) * 8.0) << 32
                                           ^ (guint64) (gint64) ((item->y - row * (double) SIDE) * 8.0));
          }
    }
}

static void
draw_tile (WfMapSheet  *self,
           Tile        *tile,
           WfSheetDraw  draw,
           gpointer     user_data)
{
  /* A new image each time: the old one may still be in a picture that the window keeps. */
  g_clear_pointer (&tile->image, cairo_surface_destroy);
  tile->drawn = tile->look;
  if (tile->items->len == 0)
    return;

  tile->image = cairo_image_surface_create (CAIRO_FORMAT_ARGB32, SIDE * self->scale, SIDE * self->scale);
  cairo_surface_set_device_scale (tile->image, self->scale, self->scale);
  cairo_t *cr = cairo_create (tile->image);
  for (guint i = 0; i < tile->items->len; i++)
    {
      guint number = g_array_index (tile->items, guint, i);
      const WfSheetItem *item = &g_array_index (self->items, WfSheetItem, number);

      draw (cr, number, item->x - tile->column * (double) SIDE, item->y - tile->row * (double) SIDE, user_data);
    }
  cairo_destroy (cr);
}

/**
 * wf_map_sheet_snapshot:
 * @self: a sheet
 * @frame: what the map shows, at the zoom of the last wf_map_sheet_put()
 * @snapshot: where to
 * @draw: draws an item
 * @user_data: for @draw
 *
 * Shows the sheet.
 *
 * Returns: how many images had to be drawn anew
 */
guint
wf_map_sheet_snapshot (WfMapSheet       *self,
                       const WfMapFrame *frame,
                       GtkSnapshot      *snapshot,
                       WfSheetDraw       draw,
                       gpointer          user_data)
{
  int right = (int) floor ((frame->x + frame->width) / SIDE);
  int bottom = (int) floor ((frame->y + frame->height) / SIDE);
  guint drawn = 0;

  self->turn++;
  for (int row = (int) floor (frame->y / SIDE); row <= bottom; row++)
    for (int column = (int) floor (frame->x / SIDE); column <= right; column++)
      {
        const Tile key = { .column = column, .row = row };
        Tile *tile = g_hash_table_lookup (self->tiles, &key);

        if (tile == NULL)
          continue;
        tile->seen = self->turn;
        if (tile->drawn != tile->look)
          {
            draw_tile (self, tile, draw, user_data);
            drawn++;
          }
        if (tile->image != NULL)
          wf_map_append_surface (frame, snapshot, tile->image, column * (double) SIDE - frame->x,
                                 row * (double) SIDE - frame->y, SIDE, SIDE);
      }

  return drawn;
}
