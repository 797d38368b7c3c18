/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-map"

#include "config.h"

#include "wf-things-view.h"

#include "wf-symbols.h"

#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

/* From this zoom on every lone thing shows its name where there is room. */
#define LABEL_ZOOM 14.5

/* Room around an image for its edge. */
#define EDGE 3.0

/* In a cluster of several kinds this many are named; the rest is a number. */
#define CLUSTER_KINDS 4

#define CHIP_WIDTH  25.0
#define CHIP_HEIGHT 17.0

#define MAX_IMAGES 2000

struct _WfThingsView
{
  WfThings     *things; /* (owned) (nullable) */
  WfGeoCluster *cluster;
  gboolean      stale;
  guint32       hidden; /* a bit for each kind */
  GHashTable   *images; /* key → cairo_surface_t */
  GArray       *cells;
};

static guint
level_of (double zoom)
{
  /* Cells of 90 to 180 pixels while the district is seen as a whole, half of that in a quarter, a quarter in a street. */
  double finer = zoom >= 15.5 ? 3.5 : zoom >= 13.0 ? 2.5 : 1.5;

  return (guint) CLAMP ((int) floor (zoom + finer), 0, WF_GEO_CLUSTER_LEVELS);
}

WfThingsView *
wf_things_view_new (void)
{
  WfThingsView *self = g_new0 (WfThingsView, 1);

  self->cluster = wf_geo_cluster_new ();
  self->cells = g_array_new (FALSE, FALSE, sizeof (WfGeoClusterCell));
  self->images = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) cairo_surface_destroy);

  return self;
}

void
wf_things_view_free (WfThingsView *self)
{
  if (self == NULL)
    return;

  g_clear_object (&self->things);
  wf_geo_cluster_free (self->cluster);
  g_array_unref (self->cells);
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

void
wf_things_view_refresh (WfThingsView *self)
{
  self->stale = TRUE;
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

static void
load (WfThingsView *self)
{
  guint32 n = self->things != NULL ? wf_things_get_n_rows (self->things) : 0;
  g_autofree WfGeoClusterPoint *points = g_new (WfGeoClusterPoint, n + 1);
  gsize count = 0;
  WfThing thing;

  for (guint32 row = 0; row < n; row++)
    {
      if (!wf_things_get_row (self->things, row, &thing) || !wf_things_view_get_visible (self, thing.kind))
        continue;
      points[count++] = (WfGeoClusterPoint){ wf_mercator_x (thing.lon), wf_mercator_y (thing.lat), row, (guint8) thing.kind,
                                             (guint8) thing.state };
    }
  wf_geo_cluster_load (self->cluster, points, count);
  self->stale = FALSE;
}

static int
chips_of (WfThingsView           *self,
          const WfGeoClusterCell *cell,
          guint32                 counts[WF_GEO_CLUSTER_KINDS])
{
  int kinds = 0;

  wf_geo_cluster_count_kinds (self->cluster, cell, counts);
  for (int k = 0; k < WF_GEO_CLUSTER_KINDS; k++)
    kinds += counts[k] > 0;

  return kinds;
}

static void
size_of (int     kinds,
         double *width,
         double *height)
{
  int shown = MIN (kinds, CLUSTER_KINDS);

  *width = kinds == 1 ? WF_SYMBOL_SIZE + 2 * EDGE : (shown > 2 ? 2 : shown) * CHIP_WIDTH + 4.0 + 2 * EDGE;
  *height = kinds == 1 ? WF_SYMBOL_SIZE + 2 * EDGE : (shown > 2 ? 2 : 1) * CHIP_HEIGHT + 4.0 + 2 * EDGE;
}

/* Everything that is seen, row by row. */
GArray *
wf_things_view_place (WfThingsView     *self,
                      const WfMapFrame *frame)
{
  GArray *spots = g_array_new (FALSE, FALSE, sizeof (WfThingSpot));
  double margin = 60.0;

  if (self->stale)
    load (self);

  wf_geo_cluster_query (self->cluster, level_of (frame->zoom), (frame->x - margin) / frame->world,
                        (frame->y - margin) / frame->world, (frame->x + frame->width + margin) / frame->world,
                        (frame->y + frame->height + margin) / frame->world, self->cells);
  for (guint i = 0; i < self->cells->len; i++)
    {
      WfThingSpot spot = { g_array_index (self->cells, WfGeoClusterCell, i), 0.0, 0.0, 0.0, 0.0 };
      guint32 counts[WF_GEO_CLUSTER_KINDS];

      spot.x = spot.cell.x * frame->world - frame->x;
      spot.y = spot.cell.y * frame->world - frame->y;
      size_of (spot.cell.count == 1 ? 1 : chips_of (self, &spot.cell, counts), &spot.width, &spot.height);
      g_array_append_val (spots, spot);
    }

  return spots;
}

gboolean
wf_things_view_find (WfThingsView     *self,
                     const WfMapFrame *frame,
                     double            x,
                     double            y,
                     WfThingSpot      *spot)
{
  g_autoptr (GArray) spots = wf_things_view_place (self, frame);
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

gboolean
wf_things_view_get_thing (WfThingsView      *self,
                          const WfThingSpot *spot,
                          guint32            position,
                          WfThing           *thing)
{
  /* The store may have changed since the clusters were made. */
  if (self->stale || position >= spot->cell.count)
    return FALSE;

  return wf_things_get_row (self->things, wf_geo_cluster_get_point (self->cluster, spot->cell.first + position), thing);
}

char *
wf_things_view_describe (WfThingsView      *self,
                         const WfThingSpot *spot)
{
  guint32 counts[WF_GEO_CLUSTER_KINDS];
  WfThing thing;

  if (spot->cell.count == 1)
    return wf_things_view_get_thing (self, spot, 0, &thing)
             ? g_strdup (thing.label != NULL ? thing.label : wf_thing_kind_get_title (thing.kind)) : NULL;
  if (self->stale)
    return NULL;

  g_autoptr (GString) text = g_string_new (NULL);
  wf_geo_cluster_count_kinds (self->cluster, &spot->cell, counts);
  for (guint k = 0; k < WF_N_THING_KINDS; k++)
    if (counts[k] > 0)
      g_string_append_printf (text, "%s%s %u", text->len > 0 ? " · " : "", wf_thing_kind_get_title ((WfThingKind) k),
                              counts[k]);
  if (spot->cell.count <= 6)
    for (guint32 i = 0; i < spot->cell.count; i++)
      if (wf_things_view_get_thing (self, spot, i, &thing) && thing.label != NULL)
        g_string_append_printf (text, "\n%s", thing.label);

  return g_string_free (g_steal_pointer (&text), FALSE);
}

static char *
short_number (guint32 n)
{
  if (n < 1000)
    return g_strdup_printf ("%u", n);
  if (n < 10000)
    return g_strdup_printf ("%.1fk", n / 1000.0);

  return g_strdup_printf ("%uk", n / 1000);
}

static void
draw_chips (cairo_t          *cr,
            const WfMapStyle *style,
            const guint32     counts[WF_GEO_CLUSTER_KINDS],
            int               kinds,
            WfThingState      worst,
            double            width,
            double            height)
{
  guint32 rest = 0;
  int shown = 0;

  wf_symbol_rounded (cr, -width / 2.0 + EDGE, -height / 2.0 + EDGE, width - 2 * EDGE, height - 2 * EDGE, 5.0);
  wf_map_style_set_source_rgba (cr, style->panel_rgba);
  cairo_fill_preserve (cr);
  if (worst == WF_THING_ALERT)
    wf_map_style_set_source (cr, style->late);
  else
    wf_map_style_set_source_rgba (cr, style->ring_rgba);
  cairo_set_line_width (cr, worst == WF_THING_ALERT ? 1.8 : 1.0);
  cairo_stroke (cr);

  for (int k = 0; k < WF_GEO_CLUSTER_KINDS; k++)
    {
      if (counts[k] == 0)
        continue;
      if (shown == CLUSTER_KINDS - 1 && kinds > CLUSTER_KINDS)
        {
          rest += counts[k];
          continue;
        }

      g_autofree char *number = short_number (counts[k]);
      double x = -width / 2.0 + EDGE + 2.0 + (shown % 2) * CHIP_WIDTH;
      double y = -height / 2.0 + EDGE + 2.0 + (shown / 2) * CHIP_HEIGHT + CHIP_HEIGHT / 2.0;
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
      g_autofree char *number = short_number (rest);
      g_autofree char *text = g_strdup_printf ("+%s", number);
      wf_symbol_draw_text (cr, text, width / 2.0 - EDGE - 2.0 - CHIP_WIDTH / 2.0,
                           height / 2.0 - EDGE - 2.0 - CHIP_HEIGHT / 2.0, 10.0, TRUE,
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
  int kinds = spot->cell.count == 1 ? 1 : chips_of (self, &spot->cell, counts);

  if (!wf_things_view_get_thing (self, spot, 0, &thing))
    return;

  if (kinds > 1)
    {
      draw_chips (cr, style, counts, kinds, (WfThingState) spot->cell.severity, spot->width, spot->height);
      return;
    }

  g_autofree char *text = spot->cell.count > 1 ? short_number (spot->cell.count)
                          : thing.level > 0    ? g_strdup_printf ("%d", thing.level)
                                               : NULL;
  /* That one of many is out of service does not make the others so. */
  WfThingState state = spot->cell.count > 1 && spot->cell.severity == WF_THING_OFF ? WF_THING_READY
                                                                                   : (WfThingState) spot->cell.severity;
  wf_symbol_draw (cr, style, thing.kind, state, text, WF_SYMBOL_SIZE);
}

static char *
key_of (WfThingsView      *self,
        const WfThingSpot *spot,
        const WfMapStyle  *style,
        int                scale)
{
  guint32 counts[WF_GEO_CLUSTER_KINDS];
  WfThing thing;

  if (!wf_things_view_get_thing (self, spot, 0, &thing))
    return NULL;
  if (spot->cell.count == 1)
    return g_strdup_printf ("%d|%d|1|%u|%u|%d", style->dark, scale, thing.kind, spot->cell.severity, thing.level);

  g_autoptr (GString) key = g_string_new (NULL);
  g_string_printf (key, "%d|%d|%u", style->dark, scale, spot->cell.severity);
  wf_geo_cluster_count_kinds (self->cluster, &spot->cell, counts);
  for (int k = 0; k < WF_GEO_CLUSTER_KINDS; k++)
    if (counts[k] > 0)
      g_string_append_printf (key, "|%d:%u", k, counts[k]);

  return g_string_free (g_steal_pointer (&key), FALSE);
}

static cairo_surface_t *
image_of (WfThingsView      *self,
          const WfThingSpot *spot,
          const WfMapStyle  *style,
          int                scale)
{
  char *key = key_of (self, spot, style, scale);
  cairo_surface_t *image = key != NULL ? g_hash_table_lookup (self->images, key) : NULL;

  if (key == NULL || image != NULL)
    {
      g_free (key);
      return image;
    }

  if (g_hash_table_size (self->images) > MAX_IMAGES)
    g_hash_table_remove_all (self->images);
  image = cairo_image_surface_create (CAIRO_FORMAT_ARGB32, (int) ceil (spot->width) * scale,
                                      (int) ceil (spot->height) * scale);
  cairo_t *cr = cairo_create (image);
  cairo_scale (cr, scale, scale);
  cairo_translate (cr, spot->width / 2.0, spot->height / 2.0);
  draw_spot (self, cr, spot, style);
  cairo_destroy (cr);
  g_hash_table_insert (self->images, key, image);

  return image;
}

static gboolean
is_selected (WfThingsView      *self,
             const WfThingSpot *spot,
             WfMarks           *marks)
{
  WfThing thing;

  if (marks->selected_id == NULL || spot->cell.count > 64)
    return FALSE;

  for (guint32 i = 0; i < spot->cell.count; i++)
    if (wf_things_view_get_thing (self, spot, i, &thing)
        && wf_marks_is_selected (marks, wf_thing_kind_get_name (thing.kind), thing.id))
      return TRUE;

  return FALSE;
}

/* The name under a lone symbol, as an image kept like the symbols. */
static cairo_surface_t *
label_of (WfThingsView     *self,
          const char       *label,
          const WfMapStyle *style,
          int               scale,
          double           *width,
          double           *height)
{
  g_autofree char *key = g_strdup_printf ("%d|%d|label|%s", style->dark, scale, label);
  cairo_surface_t *image = g_hash_table_lookup (self->images, key);

  if (image == NULL)
    {
      double w;
      double h;
      wf_symbol_measure_text (label, 11.0, FALSE, &w, &h);
      image = cairo_image_surface_create (CAIRO_FORMAT_ARGB32, ((int) w + 6) * scale, ((int) h + 4) * scale);
      cairo_t *cr = cairo_create (image);
      cairo_scale (cr, scale, scale);
      wf_symbol_draw_text (cr, label, w / 2.0 + 3.0, h / 2.0 + 2.0, 11.0, FALSE, WF_TEXT_CENTER, style->mark_text,
                           style->mark_halo_rgba);
      cairo_destroy (cr);
      g_hash_table_insert (self->images, g_steal_pointer (&key), image);
    }
  *width = cairo_image_surface_get_width (image) / (double) scale;
  *height = cairo_image_surface_get_height (image) / (double) scale;

  return image;
}

typedef struct
{
  double left, top, right, bottom;
} Taken;

static gboolean
take (GArray *taken,
      Taken   wanted,
      guint   except)
{
  for (guint i = 0; i < taken->len; i++)
    {
      const Taken *t = &g_array_index (taken, Taken, i);
      if (i != except && wanted.left < t->right && wanted.right > t->left && wanted.top < t->bottom && wanted.bottom > t->top)
        return FALSE;
    }
  g_array_append_val (taken, wanted);

  return TRUE;
}

/* A ring around what is selected, as an image of its own. */
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

/* Draws into a snapshot, or, where there is none, onto a context. */
static void
draw_all (WfThingsView     *self,
          GtkSnapshot      *snapshot,
          cairo_t          *cr,
          const WfMapFrame *frame,
          const WfMapStyle *style,
          WfMarks          *marks)
{
  g_autoptr (GArray) spots = wf_things_view_place (self, frame);
  g_autoptr (GArray) taken = g_array_new (FALSE, FALSE, sizeof (Taken));

  for (guint i = 0; i < spots->len; i++)
    {
      const WfThingSpot *spot = &g_array_index (spots, WfThingSpot, i);
      cairo_surface_t *image = image_of (self, spot, style, frame->scale);
      double x = round (spot->x - spot->width / 2.0);
      double y = round (spot->y - spot->height / 2.0);
      Taken place = { x, y, x + spot->width, y + spot->height };

      g_array_append_val (taken, place);
      if (image == NULL)
        continue;
      if (snapshot != NULL)
        wf_map_append_surface (frame, snapshot, image, x, y, ceil (spot->width), ceil (spot->height));
      else
        {
          cairo_save (cr);
          cairo_translate (cr, x + spot->width / 2.0, y + spot->height / 2.0);
          draw_spot (self, cr, spot, style);
          cairo_restore (cr);
        }

      if (!is_selected (self, spot, marks))
        continue;
      if (snapshot != NULL)
        {
          cairo_t *ring = gtk_snapshot_append_cairo (snapshot,
                                                     &GRAPHENE_RECT_INIT ((float) x - 5, (float) y - 5,
                                                                          (float) spot->width + 10, (float) spot->height + 10));
          draw_ring (ring, spot, style);
          cairo_destroy (ring);
        }
      else
        draw_ring (cr, spot, style);
    }

  for (guint i = 0; i < spots->len && frame->zoom >= LABEL_ZOOM; i++)
    {
      const WfThingSpot *spot = &g_array_index (spots, WfThingSpot, i);
      WfThing thing;
      double width;
      double height;

      if (spot->cell.count != 1 || !wf_things_view_get_thing (self, spot, 0, &thing) || thing.label == NULL)
        continue;

      cairo_surface_t *image = label_of (self, thing.label, style, frame->scale, &width, &height);
      double x = round (spot->x - width / 2.0);
      double y = round (spot->y + spot->height / 2.0 - 2.0);
      Taken wanted = { x, y, x + width, y + height };
      if (!take (taken, wanted, i))
        continue;
      if (snapshot != NULL)
        wf_map_append_surface (frame, snapshot, image, x, y, width, height);
      else
        wf_symbol_draw_text (cr, thing.label, x + width / 2.0, y + height / 2.0, 11.0, FALSE, WF_TEXT_CENTER,
                             style->mark_text,
                             style->mark_halo_rgba);
    }
}

void
wf_things_view_snapshot (WfThingsView     *self,
                         GtkSnapshot      *snapshot,
                         const WfMapFrame *frame,
                         const WfMapStyle *style,
                         WfMarks          *marks)
{
  draw_all (self, snapshot, NULL, frame, style, marks);
}

void
wf_things_view_draw (WfThingsView     *self,
                     cairo_t          *cr,
                     const WfMapFrame *frame,
                     const WfMapStyle *style,
                     WfMarks          *marks)
{
  draw_all (self, NULL, cr, frame, style, marks);
}
