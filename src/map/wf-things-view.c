/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-map"

#include "config.h"

#include "wf-things-view.h"

#include "wf-symbols.h"
#include "wf-things-view-private.h"

#include <glib/gi18n.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

/* Between two things of a fan, and from its middle to the innermost. */
#define FAN_STEP 30.0
#define FAN_REACH 38.0

/* How far beyond the view symbols are placed, and how near its edge may come before they are placed anew. Between it and
 * the view lies more than a few names in a row can reach. */
#define MARGIN 720.0
#define SLACK  360.0

/* Cells of 90 to 180 pixels while the district is seen as a whole, 64 to 128 in a quarter, half of that in a street; larger
 * where what is written in a cluster is larger. */
static guint
level_of (const WfMapFrame *frame)
{
  double finer = frame->zoom >= 15.5 ? 3.0 : frame->zoom >= 13.0 ? 2.0 : 1.5;
  double larger = log2 (wf_map_frame_text (frame, 1.0));

  return (guint) CLAMP ((int) floor (frame->zoom + finer - MAX (0.0, larger)), 0, WF_GEO_CLUSTER_LEVELS);
}

WfThingsView *
wf_things_view_new (void)
{
  WfThingsView *self = g_new0 (WfThingsView, 1);

  self->cluster = wf_geo_cluster_new ();
  self->cells = g_array_new (FALSE, FALSE, sizeof (WfGeoClusterCell));
  self->rows = g_array_new (FALSE, FALSE, sizeof (guint32));
  self->spots = g_array_new (FALSE, FALSE, sizeof (WfThingSpot));
  self->revision = 1;
  self->sheet = wf_map_sheet_new ();
  self->symbols = wf_symbol_set_new (NULL);
  self->entries = g_array_new (FALSE, FALSE, sizeof (guint));
  self->images = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, (GDestroyNotify) cairo_surface_destroy);

  return self;
}

void
wf_things_view_free (WfThingsView *self)
{
  if (self == NULL)
    return;

  g_clear_object (&self->things);
  g_clear_object (&self->symbols);
  wf_geo_cluster_free (self->cluster);
  g_array_unref (self->cells);
  g_array_unref (self->rows);
  g_array_unref (self->spots);
  wf_map_sheet_free (self->sheet);
  g_array_unref (self->entries);
  g_hash_table_unref (self->images);
  g_free (self);
}

void
wf_things_view_set (WfThingsView *self,
                    WfThings     *things)
{
  g_set_object (&self->things, things);
  self->stale = TRUE;
}

/* Draws with other symbols. */
void
wf_things_view_set_symbols (WfThingsView *self,
                            WfSymbolSet  *symbols)
{
  g_set_object (&self->symbols, symbols);
  g_hash_table_remove_all (self->images);
  wf_map_sheet_free (self->sheet);
  self->sheet = wf_map_sheet_new ();
  self->sheet_turn = 0;
}

WfSymbolSet *
wf_things_view_get_symbols (WfThingsView *self)
{
  return self->symbols;
}

void
wf_things_view_set_visible (WfThingsView *self,
                            WfThingKind   kind,
                            gboolean      visible)
{
  if (visible)
    self->hidden &= ~(1u << kind);
  else
    self->hidden |= 1u << kind;
  self->stale = TRUE;
}

gboolean
wf_things_view_get_visible (WfThingsView *self,
                            WfThingKind   kind)
{
  return (self->hidden & 1u << kind) == 0;
}

/* The point of a row, where it holds a thing that is shown. */
static gboolean
make_point (WfThingsView      *self,
            guint32            row,
            WfGeoClusterPoint *point)
{
  WfThing thing;

  if (!wf_things_get_row (self->things, row, &thing) || !wf_things_view_get_visible (self, thing.kind))
    return FALSE;
  *point = (WfGeoClusterPoint){ wf_mercator_x (thing.lon), wf_mercator_y (thing.lat), row, (guint8) thing.kind,
                                (guint8) thing.state };

  return TRUE;
}

static void
load (WfThingsView *self)
{
  guint32 n = self->things != NULL ? wf_things_get_n_rows (self->things) : 0;
  g_autofree WfGeoClusterPoint *points = g_new (WfGeoClusterPoint, n + 1);
  gsize count = 0;

  for (guint32 row = 0; row < n; row++)
    if (make_point (self, row, &points[count]))
      count++;
  wf_geo_cluster_load (self->cluster, points, count);
  self->revision++;
}

/* Brings the clusters up to the things: what has changed is changed one by one. */
static void
catch_up (WfThingsView *self)
{
  guint64 serial = self->things != NULL ? wf_things_get_serial (self->things) : 0;
  WfGeoClusterPoint point;

  g_array_set_size (self->rows, 0);
  if (self->stale || (serial != self->serial && !wf_things_get_changes (self->things, self->serial, self->rows)))
    load (self);
  for (guint i = 0; !self->stale && i < self->rows->len; i++)
    {
      guint32 row = g_array_index (self->rows, guint32, i);
      if (make_point (self, row, &point))
        wf_geo_cluster_put (self->cluster, &point);
      else
        wf_geo_cluster_remove (self->cluster, row);
      /* Its name or level may have changed where its place has not. */
      self->revision++;
    }
  self->serial = serial;
  self->stale = FALSE;
}

/* What a cluster writes beside a symbol. */
char *
wf_things_view_number (guint32 n)
{
  if (n < 1000)
    return g_strdup_printf ("%u", n);
  if (n < 10000)
    return g_strdup_printf ("%u.%uk", n / 1000, n / 100 % 10);

  return g_strdup_printf ("%uk", n / 1000);
}

/* Numbers that are written alike are one. */
static guint32
as_written (guint32 n)
{
  return n < 1000 ? n : n < 10000 ? n / 100 * 100 : n / 1000 * 1000;
}

static void
measure (WfThingsView     *self,
         const WfMapFrame *frame,
         WfThingSpot      *spot)
{
  double chip_width = wf_map_frame_text (frame, WF_THING_CHIP_WIDTH);
  double chip_height = wf_map_frame_text (frame, WF_THING_CHIP_HEIGHT);
  double side = wf_map_frame_symbol (frame, WF_SYMBOL_SIZE) + 2 * WF_THING_EDGE;
  guint32 counts[WF_GEO_CLUSTER_KINDS];
  int kinds = __builtin_popcount (spot->cell.kinds);
  int shown = MIN (kinds, WF_THING_CHIPS);
  WfThing thing;

  spot->width = kinds == 1 ? side : (shown > 2 ? 2 : shown) * chip_width + 4.0 + 2 * WF_THING_EDGE;
  spot->height = kinds == 1 ? side : (shown > 2 ? 2 : 1) * chip_height + 4.0 + 2 * WF_THING_EDGE;
  spot->look = wf_map_sheet_mix (spot->cell.kinds, spot->cell.severity);
  if (spot->cell.count == 1)
    {
      guint64 level = wf_things_view_get_thing (self, spot, &thing) ? 1000 + (guint64) thing.level : 0;
      spot->look = wf_map_sheet_mix (spot->look, level);
      return;
    }

  wf_geo_cluster_count_kinds (self->cluster, &spot->cell, counts);
  for (int k = 0; k < WF_GEO_CLUSTER_KINDS; k++)
    if (counts[k] > 0)
      spot->look = wf_map_sheet_mix (spot->look, (guint64) k << 32 | as_written (counts[k]));
}

/* A cluster stands in the middle of its points, but not so near the edge of its cell that it lies over the next one. A lone
 * thing stands where it is. */
static void
put_in_world (WfThingSpot *spot,
              double       world)
{
  double side = world / (double) (1u << spot->cell.level);
  double x = spot->cell.x * world;
  double y = spot->cell.y * world;

  if (spot->cell.count > 1)
    {
      double left = spot->cell.column * side;
      double top = spot->cell.row * side;
      double room_x = MIN (spot->width, side) / 2.0;
      double room_y = MIN (spot->height, side) / 2.0;
      x = CLAMP (x, left + room_x, MAX (left + room_x, left + side - room_x));
      y = CLAMP (y, top + room_y, MAX (top + room_y, top + side - room_y));
    }
  spot->world_x = x;
  spot->world_y = y;
}

/* North to south, then west to east, as one reads; the column and row make it the same every time. */
static int
compare_spots (gconstpointer a,
               gconstpointer b)
{
  const WfThingSpot *x = a;
  const WfThingSpot *y = b;

  if (x->cell.row != y->cell.row)
    return x->cell.row < y->cell.row ? -1 : 1;

  return x->cell.column < y->cell.column ? -1 : x->cell.column > y->cell.column;
}

/* The same, for things of one fan too. */
static int
compare_order (gconstpointer a,
               gconstpointer b)
{
  int order = compare_spots (a, b);
  guint32 x = ((const WfThingSpot *) a)->cell.point;
  guint32 y = ((const WfThingSpot *) b)->cell.point;

  return order != 0 ? order : x < y ? -1 : x > y;
}

/* Where the things of a fan stand around its middle: few in a circle, many along a spiral, the same distance from one to the
 * next. */
static void
place_in_fan (const WfMapFrame *frame,
              guint             number,
              guint             count,
              double           *turn,
              double           *x,
              double           *y)
{
  double step = wf_map_frame_symbol (frame, FAN_STEP);
  double reach = wf_map_frame_symbol (frame, FAN_REACH);

  if (count <= 10)
    {
      double radius = MAX (reach, step * count / (2.0 * G_PI));
      *turn = 2.0 * G_PI * number / count - G_PI / 2.0;
      *x = radius * cos (*turn);
      *y = radius * sin (*turn);
      return;
    }

  double radius = reach + step * *turn / (2.0 * G_PI);
  *x = radius * cos (*turn - G_PI / 2.0);
  *y = radius * sin (*turn - G_PI / 2.0);
  *turn += step / radius;
}

/* In place of one spot, each of its things by itself. */
static void
add_fan (WfThingsView      *self,
         const WfMapFrame  *frame,
         const WfThingSpot *hub)
{
  g_autoptr (GArray) rows = wf_things_view_list (self, hub, WF_THINGS_MAX_FAN);
  double turn = 0.0;
  WfThing thing;

  self->hub_x = hub->world_x;
  self->hub_y = hub->world_y;
  self->hub_reach = 0.0;
  for (guint i = 0; i < rows->len; i++)
    {
      WfThingSpot spot = *hub;
      double x;
      double y;

      if (!wf_things_get_row (self->things, g_array_index (rows, guint32, i), &thing))
        continue;
      place_in_fan (frame, i, rows->len, &turn, &x, &y);
      spot.fanned = TRUE;
      spot.fan_place = fabs (x) < 8.0 ? (y < 0.0 ? WF_LABEL_ABOVE : WF_LABEL_BELOW) : x < 0.0 ? WF_LABEL_LEFT : WF_LABEL_RIGHT;
      spot.cell.count = 1;
      spot.cell.point = g_array_index (rows, guint32, i);
      spot.cell.kinds = 1u << thing.kind;
      spot.cell.severity = (guint8) thing.state;
      spot.world_x += x;
      spot.world_y += y;
      measure (self, frame, &spot);
      self->hub_reach = MAX (self->hub_reach, hypot (x, y) + spot.width);
      g_array_append_val (self->spots, spot);
    }
}

static void
place_anew (WfThingsView     *self,
            const WfMapFrame *frame)
{
  self->placed_revision = self->revision;
  self->placed_zoom = frame->zoom;
  self->placed_text = frame->text;
  self->left = frame->x - MARGIN;
  self->top = frame->y - MARGIN;
  self->right = frame->x + frame->width + MARGIN;
  self->bottom = frame->y + frame->height + MARGIN;
  self->turn++;

  wf_geo_cluster_query (self->cluster, level_of (frame), self->left / frame->world, self->top / frame->world,
                        self->right / frame->world, self->bottom / frame->world, self->cells);
  g_array_set_size (self->spots, 0);
  self->hub_reach = 0.0;
  for (guint i = 0; i < self->cells->len; i++)
    {
      WfThingSpot spot = { .cell = g_array_index (self->cells, WfGeoClusterCell, i) };

      measure (self, frame, &spot);
      put_in_world (&spot, frame->world);
      if (self->has_fan && spot.cell.count > 1 && spot.cell.level == self->fan_level && spot.cell.column == self->fan_column
          && spot.cell.row == self->fan_row)
        add_fan (self, frame, &spot);
      else
        g_array_append_val (self->spots, spot);
    }
  g_array_sort (self->spots, compare_order);
  for (guint i = 0; i < self->spots->len; i++)
    {
      WfThingSpot *spot = &g_array_index (self->spots, WfThingSpot, i);
      spot->index = i;
      spot->home_x = spot->world_x;
      spot->home_y = spot->world_y;
      spot->x = spot->world_x - frame->x;
      spot->y = spot->world_y - frame->y;
    }
}

/* Everything that is seen and somewhat more, row by row. The array belongs to the view and lasts until the next call. */
const GArray *
wf_things_view_place (WfThingsView     *self,
                      const WfMapFrame *frame)
{
  catch_up (self);
  if (self->has_fan && self->fan_level != level_of (frame))
    wf_things_view_close_fan (self);
  if (self->placed_revision != self->revision || self->placed_text != frame->text
      || memcmp (&self->placed_zoom, &frame->zoom, sizeof (double)) != 0
      || frame->x - SLACK < self->left || frame->y - SLACK < self->top || frame->x + frame->width + SLACK > self->right
      || frame->y + frame->height + SLACK > self->bottom)
    place_anew (self, frame);
  else if (memcmp (&self->frame_x, &frame->x, sizeof (double)) != 0 || memcmp (&self->frame_y, &frame->y, sizeof (double)) != 0)
    for (guint i = 0; i < self->spots->len; i++)
      {
        WfThingSpot *spot = &g_array_index (self->spots, WfThingSpot, i);
        spot->x = spot->world_x - frame->x;
        spot->y = spot->world_y - frame->y;
      }
  self->frame_x = frame->x;
  self->frame_y = frame->y;

  return self->spots;
}

/* Returns: a number that changes when symbols were placed anew */
guint64
wf_things_view_get_turn (WfThingsView *self)
{
  return self->turn;
}

/* The part of the world for which symbols were placed last. */
void
wf_things_view_get_window (WfThingsView *self,
                           WfLabelBox   *window)
{
  *window = (WfLabelBox){ self->left, self->top, self->right, self->bottom };
}

gboolean
wf_things_view_find (WfThingsView     *self,
                     const WfMapFrame *frame,
                     double            x,
                     double            y,
                     WfThingSpot      *spot)
{
  const GArray *spots = wf_things_view_place (self, frame);
  double nearest = G_MAXDOUBLE;

  for (guint i = 0; i < spots->len; i++)
    {
      const WfThingSpot *s = &g_array_index (spots, WfThingSpot, i);
      double away = hypot (s->x - x, s->y - y);
      if (fabs (s->x - x) > s->width / 2.0 + 1.0 || fabs (s->y - y) > s->height / 2.0 + 1.0 || away >= nearest)
        continue;
      nearest = away;
      *spot = *s;
    }

  return nearest < G_MAXDOUBLE;
}

/* Returns: (transfer full): by which a cluster is selected, as a thing is by its id */
char *
wf_things_view_make_id (const WfThingSpot *spot)
{
  return g_strdup_printf ("%u/%u/%u", spot->cell.level, spot->cell.column, spot->cell.row);
}

/* Draws the things of a spot apart, those of another one together again. */
void
wf_things_view_fan (WfThingsView      *self,
                    const WfThingSpot *spot)
{
  self->has_fan = TRUE;
  self->fan_level = spot->cell.level;
  self->fan_column = spot->cell.column;
  self->fan_row = spot->cell.row;
  self->revision++;
}

/* Returns: whether there was anything to close */
gboolean
wf_things_view_close_fan (WfThingsView *self)
{
  gboolean had = self->has_fan;

  self->has_fan = FALSE;
  if (had)
    self->revision++;

  return had;
}

gboolean
wf_things_view_get_by_id (WfThingsView *self,
                          const char   *id,
                          WfThing      *thing)
{
  return self->things != NULL && wf_things_get (self->things, id, thing);
}

static gboolean
find_cell (const GArray      *spots,
           const WfThingSpot *key,
           const char        *id,
           WfThingsView      *self,
           WfThingSpot       *spot)
{
  WfThing thing;
  guint index;

  if (!g_array_binary_search ((GArray *) spots, key, compare_spots, &index))
    return FALSE;

  while (index > 0 && compare_spots (&g_array_index (spots, WfThingSpot, index - 1), key) == 0)
    index--;
  *spot = g_array_index (spots, WfThingSpot, index);
  for (; id != NULL && spot->fanned && index < spots->len; index++)
    {
      const WfThingSpot *one = &g_array_index (spots, WfThingSpot, index);
      if (wf_things_view_get_thing (self, one, &thing) && g_str_equal (thing.id, id))
        {
          *spot = *one;
          break;
        }
    }

  return TRUE;
}

/* The symbol or cluster that a thing is in; with the kind "cluster" that of wf_things_view_make_id(). */
gboolean
wf_things_view_find_thing (WfThingsView     *self,
                           const WfMapFrame *frame,
                           const char       *kind,
                           const char       *id,
                           WfThingSpot      *spot)
{
  const GArray *spots = wf_things_view_place (self, frame);
  guint level;
  WfThing thing;

  if (g_strcmp0 (kind, WF_THINGS_CLUSTER) == 0)
    {
      WfThingSpot key = { 0 };
      return sscanf (id, "%u/%u/%u", &level, &key.cell.column, &key.cell.row) == 3 && level == level_of (frame)
             && find_cell (spots, &key, NULL, self, spot) && spot->cell.count > 1;
    }
  if (!wf_things_view_get_by_id (self, id, &thing) || g_strcmp0 (wf_thing_kind_get_name (thing.kind), kind) != 0
      || !wf_things_view_get_visible (self, thing.kind))
    return FALSE;

  double cells = (double) (1u << level_of (frame));
  WfThingSpot key = { .cell.column = (guint32) floor (wf_mercator_x (thing.lon) * cells),
                      .cell.row = (guint32) floor (wf_mercator_y (thing.lat) * cells) };

  return find_cell (spots, &key, id, self, spot);
}

/* The thing of a lone symbol. */
gboolean
wf_things_view_get_thing (WfThingsView      *self,
                          const WfThingSpot *spot,
                          WfThing           *thing)
{
  return spot->cell.count == 1 && wf_things_get_row (self->things, spot->cell.point, thing);
}

/* Returns: (transfer full) (element-type guint32): the rows of at most @max of what is in a spot, in order */
GArray *
wf_things_view_list (WfThingsView      *self,
                     const WfThingSpot *spot,
                     guint32            max)
{
  GArray *rows = g_array_new (FALSE, FALSE, sizeof (guint32));

  wf_geo_cluster_list_points (self->cluster, &spot->cell, max, rows);

  return rows;
}

char *
wf_things_view_describe (WfThingsView      *self,
                         const WfThingSpot *spot)
{
  guint32 counts[WF_GEO_CLUSTER_KINDS];
  WfThing thing;

  if (spot->cell.count == 1)
    return wf_things_view_get_thing (self, spot, &thing)
             ? g_strdup (thing.label != NULL ? thing.label : wf_thing_kind_get_title (thing.kind)) : NULL;

  g_autoptr (GString) text = g_string_new (NULL);
  wf_geo_cluster_count_kinds (self->cluster, &spot->cell, counts);
  for (guint k = 0; k < WF_N_THING_KINDS; k++)
    if (counts[k] > 0)
      g_string_append_printf (text, "%s%s %u", text->len > 0 ? " · " : "", wf_thing_kind_get_title ((WfThingKind) k),
                              counts[k]);
  g_autoptr (GArray) rows = wf_things_view_list (self, spot, 7);
  for (guint i = 0; rows->len <= 6 && i < rows->len; i++)
    if (wf_things_get_row (self->things, g_array_index (rows, guint32, i), &thing) && thing.label != NULL)
      g_string_append_printf (text, "\n%s", thing.label);

  return g_string_free (g_steal_pointer (&text), FALSE);
}
