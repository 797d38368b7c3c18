/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-geo"

#include "config.h"

#include "wf-geo-cluster.h"

#include <math.h>
#include <string.h>

#define SIDE (1u << WF_GEO_CLUSTER_LEVELS)

/* A cell with more points than this keeps its counts by kind. */
#define MEMO_COUNT 512

typedef struct
{
  guint64 key; /* place on the Z-order curve */
  guint32 source;
} Rank;

typedef struct
{
  guint64          key;
  WfGeoClusterCell cell;
} Entry;

/* The counts by kind of a large cell. */
typedef struct
{
  guint32 first;
  guint32 count;
  guint32 kinds[WF_GEO_CLUSTER_KINDS];
} Memo;

struct _WfGeoCluster
{
  gsize    n;
  guint64 *keys; /* sorted */
  float   *x;    /* from the corner of the finest cell, in its sides: keeps all of a double's use in half the room */
  float   *y;
  guint32 *points;
  guint8  *kinds;
  guint8  *severities;
  GArray  *levels[WF_GEO_CLUSTER_LEVELS + 1]; /* (element-type Entry) by key; NULL until first used */
  GHashTable *memos;                           /* (element-type Memo) */
};

static guint64
spread (guint32 v)
{
  guint64 x = v;

  x = (x | x << 16) & 0x0000ffff0000ffffULL;
  x = (x | x << 8) & 0x00ff00ff00ff00ffULL;
  x = (x | x << 4) & 0x0f0f0f0f0f0f0f0fULL;
  x = (x | x << 2) & 0x3333333333333333ULL;
  return (x | x << 1) & 0x5555555555555555ULL;
}

static guint32
gather (guint64 x)
{
  x &= 0x5555555555555555ULL;
  x = (x | x >> 1) & 0x3333333333333333ULL;
  x = (x | x >> 2) & 0x0f0f0f0f0f0f0f0fULL;
  x = (x | x >> 4) & 0x00ff00ff00ff00ffULL;
  x = (x | x >> 8) & 0x0000ffff0000ffffULL;
  return (guint32) (x | x >> 16);
}

static guint32
to_grid (double v,
         guint32 side)
{
  double cell = floor (v * side);

  return cell <= 0.0 ? 0 : cell >= side ? side - 1 : (guint32) cell;
}

/* Least significant digit first; four passes of twelve bits cover the 48 of a key. */
static void
sort_ranks (Rank  *ranks,
            gsize  n)
{
  g_autofree Rank *other = g_new (Rank, n);
  g_autofree gsize *starts = g_new (gsize, 4096);
  Rank *from = ranks;
  Rank *to = other;

  for (int shift = 0; shift < 48; shift += 12)
    {
      memset (starts, 0, 4096 * sizeof (gsize));
      for (gsize i = 0; i < n; i++)
        starts[from[i].key >> shift & 4095]++;
      gsize sum = 0;
      for (int d = 0; d < 4096; d++)
        {
          gsize count = starts[d];
          starts[d] = sum;
          sum += count;
        }
      for (gsize i = 0; i < n; i++)
        to[starts[from[i].key >> shift & 4095]++] = from[i];

      Rank *swap = from;
      from = to;
      to = swap;
    }

  /* An even number of passes ends where it began. */
  g_assert (from == ranks);
}

static guint
hash_memo (gconstpointer key)
{
  const Memo *memo = key;

  return memo->first * 2654435761u ^ memo->count;
}

static gboolean
equal_memos (gconstpointer a,
             gconstpointer b)
{
  const Memo *x = a;
  const Memo *y = b;

  return x->first == y->first && x->count == y->count;
}

static void
clear (WfGeoCluster *self)
{
  for (int i = 0; i <= WF_GEO_CLUSTER_LEVELS; i++)
    g_clear_pointer (&self->levels[i], g_array_unref);
  g_hash_table_remove_all (self->memos);
  g_clear_pointer (&self->keys, g_free);
  g_clear_pointer (&self->x, g_free);
  g_clear_pointer (&self->y, g_free);
  g_clear_pointer (&self->points, g_free);
  g_clear_pointer (&self->kinds, g_free);
  g_clear_pointer (&self->severities, g_free);
  self->n = 0;
}

static GArray *
ensure_level (WfGeoCluster *self,
              guint         level)
{
  int shift = 2 * (WF_GEO_CLUSTER_LEVELS - (int) level);

  if (self->levels[level] != NULL)
    return self->levels[level];

  GArray *found = g_array_new (FALSE, FALSE, sizeof (Entry));
  self->levels[level] = found;
  for (gsize i = 0; i < self->n;)
    {
      Entry entry = { self->keys[i] >> shift, { 0.0, 0.0, 0, (guint32) i, 0 } };
      double x = 0.0;
      double y = 0.0;

      for (; i < self->n && self->keys[i] >> shift == entry.key; i++)
        {
          x += gather (self->keys[i]) + (double) self->x[i];
          y += gather (self->keys[i] >> 1) + (double) self->y[i];
          entry.cell.count++;
          entry.cell.severity = MAX (entry.cell.severity, self->severities[i]);
        }
      entry.cell.x = x / entry.cell.count / SIDE;
      entry.cell.y = y / entry.cell.count / SIDE;
      g_array_append_val (found, entry);
    }

  return found;
}

static const Entry *
find_entry (GArray  *entries,
            guint64  key)
{
  gsize low = 0;
  gsize high = entries->len;

  while (low < high)
    {
      gsize middle = low + (high - low) / 2;
      if (g_array_index (entries, Entry, middle).key < key)
        low = middle + 1;
      else
        high = middle;
    }

  if (low == entries->len || g_array_index (entries, Entry, low).key != key)
    return NULL;

  return &g_array_index (entries, Entry, low);
}

/**
 * wf_geo_cluster_new:
 *
 * Returns: (transfer full): clusters of no points
 */
WfGeoCluster *
wf_geo_cluster_new (void)
{
  WfGeoCluster *self = g_new0 (WfGeoCluster, 1);

  self->memos = g_hash_table_new_full (hash_memo, equal_memos, g_free, NULL);

  return self;
}

/**
 * wf_geo_cluster_free:
 * @self: (nullable) (transfer full): clusters
 *
 * Frees clusters.
 */
void
wf_geo_cluster_free (WfGeoCluster *self)
{
  if (self == NULL)
    return;

  clear (self);
  g_hash_table_unref (self->memos);
  g_free (self);
}

/**
 * wf_geo_cluster_load:
 * @self: clusters
 * @points: (array length=n): every point
 * @n: how many
 *
 * Replaces the points. They are copied.
 */
void
wf_geo_cluster_load (WfGeoCluster            *self,
                     const WfGeoClusterPoint *points,
                     gsize                    n)
{
  g_return_if_fail (self != NULL);
  g_return_if_fail (n < G_MAXUINT32);

  clear (self);
  if (n == 0)
    return;

  g_autofree Rank *ranks = g_new (Rank, n);
  for (gsize i = 0; i < n; i++)
    {
      ranks[i].key = spread (to_grid (points[i].x, SIDE)) | spread (to_grid (points[i].y, SIDE)) << 1;
      ranks[i].source = (guint32) i;
    }
  sort_ranks (ranks, n);

  self->n = n;
  self->keys = g_new (guint64, n);
  self->x = g_new (float, n);
  self->y = g_new (float, n);
  self->points = g_new (guint32, n);
  self->kinds = g_new (guint8, n);
  self->severities = g_new (guint8, n);
  for (gsize i = 0; i < n; i++)
    {
      const WfGeoClusterPoint *p = &points[ranks[i].source];

      self->keys[i] = ranks[i].key;
      self->x[i] = (float) (p->x * SIDE - gather (ranks[i].key));
      self->y[i] = (float) (p->y * SIDE - gather (ranks[i].key >> 1));
      self->points[i] = p->point;
      self->kinds[i] = p->kind % WF_GEO_CLUSTER_KINDS;
      self->severities[i] = p->severity;
    }
}

/**
 * wf_geo_cluster_get_size:
 * @self: clusters
 *
 * Returns: how many points there are
 */
gsize
wf_geo_cluster_get_size (WfGeoCluster *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->n;
}

/**
 * wf_geo_cluster_query:
 * @self: clusters
 * @level: how often the square is divided each way, 0 to %WF_GEO_CLUSTER_LEVELS; cells are 256 · 2^(zoom − level) pixels
 * @left: the box looked at, Web Mercator, 0 to 1
 * @top: the box
 * @right: the box
 * @bottom: the box
 * @cells: (element-type WfGeoClusterCell): the cells that the box touches are put here, row by row
 *
 * Finds the clusters of a view.
 */
void
wf_geo_cluster_query (WfGeoCluster *self,
                      guint         level,
                      double        left,
                      double        top,
                      double        right,
                      double        bottom,
                      GArray       *cells)
{
  g_return_if_fail (self != NULL);
  g_return_if_fail (level <= WF_GEO_CLUSTER_LEVELS);

  g_array_set_size (cells, 0);
  if (self->n == 0 || right < 0.0 || left > 1.0 || bottom < 0.0 || top > 1.0)
    return;

  GArray *found = ensure_level (self, level);
  guint32 side = 1u << level;
  guint32 x0 = to_grid (left, side);
  guint32 x1 = to_grid (right, side);
  guint32 y0 = to_grid (top, side);
  guint32 y1 = to_grid (bottom, side);

  if ((double) (x1 - x0 + 1) * (y1 - y0 + 1) > (double) found->len)
    {
      for (guint i = 0; i < found->len; i++)
        {
          const Entry *entry = &g_array_index (found, Entry, i);
          guint32 x = gather (entry->key);
          guint32 y = gather (entry->key >> 1);
          if (x >= x0 && x <= x1 && y >= y0 && y <= y1)
            g_array_append_val (cells, entry->cell);
        }
      return;
    }

  for (guint32 y = y0; y <= y1; y++)
    for (guint32 x = x0; x <= x1; x++)
      {
        const Entry *entry = find_entry (found, spread (x) | spread (y) << 1);
        if (entry != NULL)
          g_array_append_val (cells, entry->cell);
      }
}

/**
 * wf_geo_cluster_get_point:
 * @self: clusters
 * @position: a cell's @first plus a number below its @count
 *
 * Returns: the caller's number of that point
 */
guint32
wf_geo_cluster_get_point (WfGeoCluster *self,
                          guint32       position)
{
  g_return_val_if_fail (self != NULL, 0);
  g_return_val_if_fail (position < self->n, 0);

  return self->points[position];
}

/**
 * wf_geo_cluster_count_kinds:
 * @self: clusters
 * @cell: a cell of wf_geo_cluster_query(), no load in between
 * @counts: (out caller-allocates): how many of each kind there are
 *
 * Counts a cluster's points by kind. Large cells are counted once.
 */
void
wf_geo_cluster_count_kinds (WfGeoCluster           *self,
                            const WfGeoClusterCell *cell,
                            guint32                 counts[WF_GEO_CLUSTER_KINDS])
{
  g_return_if_fail (self != NULL);
  g_return_if_fail ((gsize) cell->first + cell->count <= self->n);

  Memo key = { cell->first, cell->count, { 0 } };
  const Memo *known = cell->count > MEMO_COUNT ? g_hash_table_lookup (self->memos, &key) : NULL;
  if (known != NULL)
    {
      memcpy (counts, known->kinds, sizeof key.kinds);
      return;
    }

  for (guint32 i = 0; i < cell->count; i++)
    key.kinds[self->kinds[cell->first + i]]++;
  memcpy (counts, key.kinds, sizeof key.kinds);

  if (cell->count > MEMO_COUNT)
    g_hash_table_add (self->memos, g_memdup2 (&key, sizeof key));
}
