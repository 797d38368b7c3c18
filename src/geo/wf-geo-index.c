/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-geo"

#include "config.h"

#include "wf-geo-index.h"

#include <math.h>
#include <string.h>

/* A grid of cells 0.02° wide (about 2 km). Cells that ever held a point are found by hashing; the points of a cell are a
 * chain through the arrays. */
#define CELL    0.02
#define COLUMNS 18000
#define ROWS    9000
#define NONE    G_MAXUINT32

/* How many rings of cells around a place are looked through before every point is. */
#define MAX_RINGS 48

typedef struct
{
  double  lon;
  double  lat;
  guint32 cell; /* slot in the table, NONE where the point is not there */
  guint32 next; /* in the cell's chain */
  guint32 previous;
} Place;

typedef struct
{
  guint32 key;
  guint32 head;
} Cell;

struct _WfGeoIndex
{
  GArray *places; /* (element-type Place) by the caller's number */
  GArray *cells;  /* (element-type Cell) */
  guint32 *slots; /* open addressing: slot → cell, NONE where free */
  guint32  mask;
  gsize    size;
};

/* The k nearest so far: a heap with the farthest on top. */
typedef struct
{
  GArray          *heap; /* (element-type WfGeoNeighbour) */
  guint            k;
  double           limit;
  double           lon;
  double           lat;
  WfGeoFilterFunc  filter;
  gpointer         user_data;
} Search;

static guint32
hash_key (guint32 key)
{
  key ^= key >> 16;
  key *= 0x7feb352dU;
  key ^= key >> 15;
  key *= 0x846ca68bU;
  return key ^ (key >> 16);
}

static int
column_of (double lon)
{
  return CLAMP ((int) floor ((lon + 180.0) / CELL), 0, COLUMNS - 1);
}

static int
row_of (double lat)
{
  return CLAMP ((int) floor ((lat + 90.0) / CELL), 0, ROWS - 1);
}

static guint32
key_of (int column,
        int row)
{
  return (guint32) row * COLUMNS + (guint32) column;
}

static guint32
find_cell (WfGeoIndex *self,
           guint32     key)
{
  for (guint32 slot = hash_key (key) & self->mask;; slot = (slot + 1) & self->mask)
    {
      guint32 cell = self->slots[slot];
      if (cell == NONE || g_array_index (self->cells, Cell, cell).key == key)
        return cell;
    }
}

static void
place_slot (WfGeoIndex *self,
            guint32     cell)
{
  guint32 slot = hash_key (g_array_index (self->cells, Cell, cell).key) & self->mask;

  while (self->slots[slot] != NONE)
    slot = (slot + 1) & self->mask;
  self->slots[slot] = cell;
}

static guint32
ensure_cell (WfGeoIndex *self,
             guint32     key)
{
  guint32 found = find_cell (self, key);
  Cell cell = { key, NONE };

  if (found != NONE)
    return found;

  g_array_append_val (self->cells, cell);
  if (self->cells->len * 2 > self->mask)
    {
      self->mask = self->mask * 2 + 1;
      self->slots = g_renew (guint32, self->slots, (gsize) self->mask + 1);
      memset (self->slots, 0xff, ((gsize) self->mask + 1) * sizeof (guint32));
      for (guint32 i = 0; i < self->cells->len; i++)
        place_slot (self, i);
    }
  else
    {
      place_slot (self, self->cells->len - 1);
    }

  return self->cells->len - 1;
}

static void
unlink_point (WfGeoIndex *self,
              guint32     point)
{
  Place *place = &g_array_index (self->places, Place, point);

  if (place->previous != NONE)
    g_array_index (self->places, Place, place->previous).next = place->next;
  else
    g_array_index (self->cells, Cell, place->cell).head = place->next;
  if (place->next != NONE)
    g_array_index (self->places, Place, place->next).previous = place->previous;
  place->cell = NONE;
}

static void
sift (GArray *heap,
      guint   i)
{
  WfGeoNeighbour *h = (WfGeoNeighbour *) (void *) heap->data;

  for (;;)
    {
      guint largest = i;
      for (guint child = 2 * i + 1; child <= 2 * i + 2 && child < heap->len; child++)
        if (h[child].metres > h[largest].metres)
          largest = child;
      if (largest == i)
        return;
      WfGeoNeighbour swap = h[i];
      h[i] = h[largest];
      h[largest] = swap;
      i = largest;
    }
}

static void
consider (Search      *search,
          guint32      point,
          const Place *place)
{
  WfGeoNeighbour found = { point, wf_geo_distance (search->lon, search->lat, place->lon, place->lat) };

  if (found.metres > search->limit || (search->filter != NULL && !search->filter (point, search->user_data)))
    return;

  if (search->heap->len < search->k)
    {
      g_array_append_val (search->heap, found);
      if (search->heap->len == search->k)
        for (guint i = search->k / 2 + 1; i-- > 0;)
          sift (search->heap, i);
    }
  else if (found.metres < g_array_index (search->heap, WfGeoNeighbour, 0).metres)
    {
      g_array_index (search->heap, WfGeoNeighbour, 0) = found;
      sift (search->heap, 0);
    }

  if (search->heap->len == search->k)
    search->limit = MIN (search->limit, g_array_index (search->heap, WfGeoNeighbour, 0).metres);
}

static void
consider_cell (WfGeoIndex *self,
               Search     *search,
               int         column,
               int         row)
{
  if (row < 0 || row >= ROWS)
    return;

  guint32 cell = find_cell (self, key_of ((column + COLUMNS) % COLUMNS, row));
  if (cell == NONE)
    return;

  for (guint32 point = g_array_index (self->cells, Cell, cell).head; point != NONE;)
    {
      const Place *place = &g_array_index (self->places, Place, point);
      guint32 next = place->next;

      consider (search, point, place);
      point = next;
    }
}

static void
consider_ring (WfGeoIndex *self,
               Search     *search,
               int         ring)
{
  int column = column_of (search->lon);
  int row = row_of (search->lat);

  for (int dx = -ring; dx <= ring; dx++)
    {
      consider_cell (self, search, column + dx, row - ring);
      if (ring > 0)
        consider_cell (self, search, column + dx, row + ring);
    }
  for (int dy = -ring + 1; dy < ring; dy++)
    {
      consider_cell (self, search, column - ring, row + dy);
      consider_cell (self, search, column + ring, row + dy);
    }
}

/* What is not in the rings up to @ring is at least this far away. */
static double
ring_reach (const Search *search,
            int           ring)
{
  double farthest = MIN (90.0, fabs (search->lat) + (ring + 1) * CELL);
  double metres = ring * CELL * G_PI / 180.0 * WF_GEO_EARTH_RADIUS;

  return metres * cos (farthest * G_PI / 180.0);
}

static int
compare_neighbours (gconstpointer a,
                    gconstpointer b)
{
  const WfGeoNeighbour *x = a;
  const WfGeoNeighbour *y = b;

  if (x->metres != y->metres)
    return x->metres < y->metres ? -1 : 1;

  return x->point < y->point ? -1 : x->point > y->point;
}

/**
 * wf_geo_index_new:
 *
 * Returns: (transfer full): an empty index
 */
WfGeoIndex *
wf_geo_index_new (void)
{
  WfGeoIndex *self = g_new0 (WfGeoIndex, 1);

  self->places = g_array_new (FALSE, FALSE, sizeof (Place));
  self->cells = g_array_new (FALSE, FALSE, sizeof (Cell));
  self->mask = 63;
  self->slots = g_new (guint32, 64);
  memset (self->slots, 0xff, 64 * sizeof (guint32));

  return self;
}

/**
 * wf_geo_index_free:
 * @self: (nullable) (transfer full): an index
 *
 * Frees an index.
 */
void
wf_geo_index_free (WfGeoIndex *self)
{
  if (self == NULL)
    return;

  g_array_unref (self->places);
  g_array_unref (self->cells);
  g_free (self->slots);
  g_free (self);
}

/**
 * wf_geo_index_put:
 * @self: an index
 * @point: the point's number, below 2³² − 1
 * @lon: where it is
 * @lat: where it is
 *
 * Adds a point, or moves it.
 */
void
wf_geo_index_put (WfGeoIndex *self,
                  guint32     point,
                  double      lon,
                  double      lat)
{
  g_return_if_fail (self != NULL);
  g_return_if_fail (point != NONE);
  g_return_if_fail (wf_geo_is_valid (lon, lat));

  while (self->places->len <= point)
    {
      Place nowhere = { 0.0, 0.0, NONE, NONE, NONE };
      g_array_append_val (self->places, nowhere);
    }

  guint32 cell = ensure_cell (self, key_of (column_of (lon), row_of (lat)));
  Place *place = &g_array_index (self->places, Place, point);
  place->lon = lon;
  place->lat = lat;
  if (place->cell == cell)
    return;

  if (place->cell != NONE)
    unlink_point (self, point);
  else
    self->size++;

  Cell *home = &g_array_index (self->cells, Cell, cell);
  place->cell = cell;
  place->previous = NONE;
  place->next = home->head;
  if (home->head != NONE)
    g_array_index (self->places, Place, home->head).previous = point;
  home->head = point;
}

/**
 * wf_geo_index_remove:
 * @self: an index
 * @point: the point's number
 *
 * Returns: whether it was there
 */
gboolean
wf_geo_index_remove (WfGeoIndex *self,
                     guint32     point)
{
  g_return_val_if_fail (self != NULL, FALSE);

  if (point >= self->places->len || g_array_index (self->places, Place, point).cell == NONE)
    return FALSE;

  unlink_point (self, point);
  self->size--;

  return TRUE;
}

/**
 * wf_geo_index_get:
 * @self: an index
 * @point: the point's number
 * @lon: (out) (optional): where it is
 * @lat: (out) (optional): where it is
 *
 * Returns: whether it is there
 */
gboolean
wf_geo_index_get (WfGeoIndex *self,
                  guint32     point,
                  double     *lon,
                  double     *lat)
{
  g_return_val_if_fail (self != NULL, FALSE);

  if (point >= self->places->len || g_array_index (self->places, Place, point).cell == NONE)
    return FALSE;

  if (lon != NULL)
    *lon = g_array_index (self->places, Place, point).lon;
  if (lat != NULL)
    *lat = g_array_index (self->places, Place, point).lat;

  return TRUE;
}

/**
 * wf_geo_index_get_size:
 * @self: an index
 *
 * Returns: how many points it holds
 */
gsize
wf_geo_index_get_size (WfGeoIndex *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->size;
}

/**
 * wf_geo_index_query:
 * @self: an index
 * @box: a box that does not cross the antimeridian
 *
 * Returns: (transfer full) (element-type guint32): the points in the box, edges included, in no order
 */
GArray *
wf_geo_index_query (WfGeoIndex     *self,
                    const WfGeoBox *box)
{
  g_return_val_if_fail (self != NULL, NULL);

  GArray *found = g_array_new (FALSE, FALSE, sizeof (guint32));
  int left = column_of (box->min_lon);
  int right = column_of (box->max_lon);
  int bottom = row_of (box->min_lat);
  int top = row_of (box->max_lat);

  /* A wide box touches more cells than there are points. */
  if ((double) (right - left + 1) * (top - bottom + 1) > (double) self->places->len)
    {
      for (guint32 point = 0; point < self->places->len; point++)
        {
          const Place *place = &g_array_index (self->places, Place, point);
          if (place->cell != NONE && wf_geo_box_contains (box, place->lon, place->lat))
            g_array_append_val (found, point);
        }
      return found;
    }

  for (int row = bottom; row <= top; row++)
    for (int column = left; column <= right; column++)
      {
        guint32 cell = find_cell (self, key_of (column, row));
        if (cell == NONE)
          continue;
        for (guint32 point = g_array_index (self->cells, Cell, cell).head; point != NONE;)
          {
            const Place *place = &g_array_index (self->places, Place, point);
            if (wf_geo_box_contains (box, place->lon, place->lat))
              g_array_append_val (found, point);
            point = place->next;
          }
      }

  return found;
}

/**
 * wf_geo_index_nearest:
 * @self: an index
 * @lon: a place
 * @lat: a place
 * @k: how many points are wanted
 * @max_metres: how far they may be; %G_MAXDOUBLE for any distance
 * @filter: (nullable) (scope call): which points count
 * @user_data: for @filter
 *
 * Finds the nearest points in a straight line.
 *
 * Returns: (transfer full) (element-type WfGeoNeighbour): at most @k, the nearest first
 */
GArray *
wf_geo_index_nearest (WfGeoIndex      *self,
                      double           lon,
                      double           lat,
                      guint            k,
                      double           max_metres,
                      WfGeoFilterFunc  filter,
                      gpointer         user_data)
{
  g_return_val_if_fail (self != NULL, NULL);

  GArray *heap = g_array_new (FALSE, FALSE, sizeof (WfGeoNeighbour));
  Search search = { heap, k, max_metres, lon, lat, filter, user_data };
  if (k == 0 || self->size == 0)
    return heap;

  int ring = 0;
  for (; ring < MAX_RINGS; ring++)
    {
      consider_ring (self, &search, ring);
      if (search.limit <= ring_reach (&search, ring))
        break;
    }

  if (ring == MAX_RINGS)
    {
      search.limit = max_metres;
      g_array_set_size (heap, 0);
      for (guint32 point = 0; point < self->places->len; point++)
        if (g_array_index (self->places, Place, point).cell != NONE)
          consider (&search, point, &g_array_index (self->places, Place, point));
    }

  g_array_sort (heap, compare_neighbours);

  return heap;
}
