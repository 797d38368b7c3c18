/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-geo"

#include "config.h"

#include "wf-geo-cluster.h"

#include <math.h>
#include <string.h>

/* A place is kept as 32 bits each way, which is a centimetre. */
#define SIDE 4294967296.0

/* A cell of more points is divided. One that is left with half as many is put together again, so that a point that goes to and
 * fro does not do both each time. */
#define LEAF_MAX 32
#define LEAF_MIN 16

/* A reference to a cell: none, the number of a node, or with this bit that of a leaf. */
#define NONE 0u
#define LEAF 0x80000000u

#define NO_POINT G_MAXUINT32

/* A cell that is divided in four. What a view needs lies together in one line of the processor's cache; the numbers by kind
 * have an array of their own. */
typedef struct
{
  guint32 child[4];
  guint32 count;
  guint32 kinds; /* a bit for each that is there */
  guint32 severities[WF_GEO_CLUSTER_SEVERITIES];
  guint64 x; /* sums */
  guint64 y;
  guint64 spare; /* fills the line */
} Node;

typedef struct
{
  guint32 of[WF_GEO_CLUSTER_KINDS];
} Kinds;

/* A point, in a slot of ours: slots of one leaf lie side by side after a load. */
typedef struct
{
  guint32 x;
  guint32 y;
  guint32 next; /* slot in the leaf's chain */
  guint32 point; /* the caller's number */
  guint32 meta;  /* kind and severity */
} Slot;

/* A cell with few points, or one that is divided no further. */
typedef struct
{
  guint32 head; /* a chain through the slots */
  guint32 count;
} Leaf;

/* What is free is chained by its first number. Number 0 means none. */
typedef struct
{
  GArray *cells;
  guint32 free;
} Pool;

struct _WfGeoCluster
{
  Pool    nodes;   /* (element-type Node) */
  GArray *kinds;   /* (element-type Kinds) beside the nodes */
  Pool    leaves;  /* (element-type Leaf) */
  Pool    slots;   /* (element-type Slot) */
  GArray *slot_of; /* (element-type guint32) by the caller's number */
  guint32 root;
  gsize   size;
};

/* A point while the tree is built. */
typedef struct
{
  guint32 x;
  guint32 y;
  guint32 point;
  guint32 meta;
} Item;

typedef struct
{
  WfGeoCluster *self;
  guint         level;
  guint32       left; /* cells of that level, all four inside */
  guint32       right;
  guint32       top;
  guint32       bottom;
  GArray       *cells;
} Query;

static Node *
get_node (WfGeoCluster *self,
          guint32       ref)
{
  return &((Node *) (void *) self->nodes.cells->data)[ref];
}

static Leaf *
get_leaf (WfGeoCluster *self,
          guint32       ref)
{
  return &((Leaf *) (void *) self->leaves.cells->data)[ref & ~LEAF];
}

static Kinds *
get_kinds (WfGeoCluster *self,
           guint32       ref)
{
  return &((Kinds *) (void *) self->kinds->data)[ref];
}

static Slot *
get_slot (WfGeoCluster *self,
          guint32       number)
{
  return &((Slot *) (void *) self->slots.cells->data)[number];
}

static guint32
take_from_pool (Pool *pool)
{
  guint32 number = pool->free;
  guint size = g_array_get_element_size (pool->cells);

  if (number == NONE)
    {
      g_array_set_size (pool->cells, pool->cells->len + 1);
      return pool->cells->len - 1;
    }

  char *cell = pool->cells->data + (gsize) number * size;
  memcpy (&pool->free, cell, sizeof pool->free);
  memset (cell, 0, size);

  return number;
}

static void
give_to_pool (Pool    *pool,
              guint32  number)
{
  char *cell = pool->cells->data + (gsize) number * g_array_get_element_size (pool->cells);

  memcpy (cell, &pool->free, sizeof pool->free);
  pool->free = number;
}

static guint32
new_leaf (WfGeoCluster *self)
{
  return take_from_pool (&self->leaves) | LEAF;
}

static guint32
new_node (WfGeoCluster *self)
{
  guint32 number = take_from_pool (&self->nodes);

  if (number >= self->kinds->len)
    g_array_set_size (self->kinds, number + 1);
  memset (get_kinds (self, number), 0, sizeof (Kinds));

  return number;
}

static guint
kind_of (guint meta)
{
  return meta & (WF_GEO_CLUSTER_KINDS - 1);
}

static guint
severity_of (guint meta)
{
  return meta >> 5 & (WF_GEO_CLUSTER_SEVERITIES - 1);
}

static guint32
make_meta (guint kind,
           guint severity)
{
  return kind % WF_GEO_CLUSTER_KINDS | MIN (severity, WF_GEO_CLUSTER_SEVERITIES - 1) << 5;
}

static guint32
to_fixed (double v)
{
  double fixed = floor (v * SIDE);

  /* Written so that what is no number is 0. */
  return !(fixed > 0.0) ? 0 : fixed >= SIDE ? G_MAXUINT32 : (guint32) fixed;
}

static guint
quadrant_of (guint32 x,
             guint32 y,
             guint   depth)
{
  return (x >> (31 - depth) & 1) | (y >> (31 - depth) & 1) << 1;
}

/* The cell of a level that a place is in; 32 bits cannot be shifted by 32. */
static guint32
cell_of (guint32 v,
         guint   level)
{
  return level == 0 ? 0 : v >> (32 - level);
}

static void
clear_pool (Pool *pool)
{
  g_array_set_size (pool->cells, 0);
  g_array_set_size (pool->cells, 1);
  pool->free = NONE;
}

static void
clear (WfGeoCluster *self)
{
  clear_pool (&self->nodes);
  clear_pool (&self->leaves);
  clear_pool (&self->slots);
  g_array_set_size (self->kinds, 0);
  g_array_set_size (self->slot_of, 0);
  self->root = NONE;
  self->size = 0;
}

/* --- one point comes or goes ------------------------------------------------------------------------------------------ */

static void
push_slot (WfGeoCluster *self,
           guint32       ref,
           guint32       number)
{
  Leaf *leaf = get_leaf (self, ref);

  get_slot (self, number)->next = leaf->head;
  leaf->head = number;
  leaf->count++;
}

static void
count_point (WfGeoCluster *self,
             guint32       ref,
             guint32       x,
             guint32       y,
             guint32       meta)
{
  Node *node = get_node (self, ref);

  node->count++;
  node->x += x;
  node->y += y;
  node->severities[severity_of (meta)]++;
  node->kinds |= 1u << kind_of (meta);
  get_kinds (self, ref)->of[kind_of (meta)]++;
}

static guint32
insert_slot (WfGeoCluster *self,
             guint32       ref,
             guint         depth,
             guint32       number)
{
  if (ref == NONE)
    ref = new_leaf (self);
  if ((ref & LEAF) == 0)
    {
      const Slot *slot = get_slot (self, number);
      guint quadrant = quadrant_of (slot->x, slot->y, depth);

      count_point (self, ref, slot->x, slot->y, slot->meta);
      /* The nodes may lie elsewhere after that. */
      guint32 child = insert_slot (self, get_node (self, ref)->child[quadrant], depth + 1, number);
      get_node (self, ref)->child[quadrant] = child;
      return ref;
    }

  push_slot (self, ref, number);
  if (get_leaf (self, ref)->count <= LEAF_MAX || depth == WF_GEO_CLUSTER_LEVELS)
    return ref;

  guint32 head = get_leaf (self, ref)->head;
  give_to_pool (&self->leaves, ref & ~LEAF);
  ref = new_node (self);
  while (head != NONE)
    {
      guint32 next = get_slot (self, head)->next;
      insert_slot (self, ref, depth, head);
      head = next;
    }

  return ref;
}

/* Puts all points below a cell into one leaf and frees the cells. */
static void
gather_points (WfGeoCluster *self,
               guint32       ref,
               guint32       into)
{
  if (ref == NONE)
    return;

  if ((ref & LEAF) == 0)
    {
      for (int q = 0; q < 4; q++)
        gather_points (self, get_node (self, ref)->child[q], into);
      give_to_pool (&self->nodes, ref);
      return;
    }

  for (guint32 number = get_leaf (self, ref)->head; number != NONE;)
    {
      guint32 next = get_slot (self, number)->next;
      push_slot (self, into, number);
      number = next;
    }
  give_to_pool (&self->leaves, ref & ~LEAF);
}

static guint32
withdraw_slot (WfGeoCluster *self,
               guint32       ref,
               guint         depth,
               guint32       number)
{
  const Slot *slot = get_slot (self, number);

  if ((ref & LEAF) != 0)
    {
      Leaf *leaf = get_leaf (self, ref);
      guint32 *link = &leaf->head;

      while (*link != number)
        link = &get_slot (self, *link)->next;
      *link = slot->next;
      if (--leaf->count > 0)
        return ref;
      give_to_pool (&self->leaves, ref & ~LEAF);
      return NONE;
    }

  Node *node = get_node (self, ref);
  guint quadrant = quadrant_of (slot->x, slot->y, depth);
  node->count--;
  node->x -= slot->x;
  node->y -= slot->y;
  node->severities[severity_of (slot->meta)]--;
  if (--get_kinds (self, ref)->of[kind_of (slot->meta)] == 0)
    node->kinds &= ~(1u << kind_of (slot->meta));
  node->child[quadrant] = withdraw_slot (self, node->child[quadrant], depth + 1, number);
  if (node->count > LEAF_MIN)
    return ref;

  guint32 leaf = new_leaf (self);
  gather_points (self, ref, leaf);

  return leaf;
}

/* --- all points at once ----------------------------------------------------------------------------------------------- */

static guint32
build_leaf (WfGeoCluster *self,
            const Item   *items,
            guint32       n)
{
  guint32 ref = new_leaf (self);
  guint32 first = self->slots.cells->len;

  g_array_set_size (self->slots.cells, first + n);
  for (guint32 i = 0; i < n; i++)
    {
      *get_slot (self, first + i) = (Slot){ items[i].x, items[i].y, i + 1 < n ? first + i + 1 : NONE, items[i].point,
                                            items[i].meta };
      g_array_index (self->slot_of, guint32, items[i].point) = first + i;
    }
  *get_leaf (self, ref) = (Leaf){ first, n };

  return ref;
}

static void
add_child (WfGeoCluster *self,
           guint32       ref,
           guint32       child)
{
  if ((child & LEAF) != 0)
    {
      for (guint32 number = get_leaf (self, child)->head; number != NONE; number = get_slot (self, number)->next)
        {
          const Slot *slot = get_slot (self, number);
          count_point (self, ref, slot->x, slot->y, slot->meta);
        }
      return;
    }

  Node *node = get_node (self, ref);
  const Node *c = get_node (self, child);
  node->count += c->count;
  node->kinds |= c->kinds;
  node->x += c->x;
  node->y += c->y;
  for (int i = 0; i < WF_GEO_CLUSTER_SEVERITIES; i++)
    node->severities[i] += c->severities[i];
  for (int i = 0; i < WF_GEO_CLUSTER_KINDS; i++)
    get_kinds (self, ref)->of[i] += get_kinds (self, child)->of[i];
}

/* Divides the points by quadrants, level by level, to and fro between two arrays. */
static guint32
build_cell (WfGeoCluster *self,
            Item         *items,
            Item         *other,
            guint32       n,
            guint         depth)
{
  guint32 starts[5] = { 0 };
  guint32 at[4];

  if (n <= LEAF_MAX || depth == WF_GEO_CLUSTER_LEVELS)
    return build_leaf (self, items, n);

  for (guint32 i = 0; i < n; i++)
    starts[1 + quadrant_of (items[i].x, items[i].y, depth)]++;
  for (int q = 0; q < 4; q++)
    starts[q + 1] += starts[q];
  memcpy (at, starts, sizeof at);
  for (guint32 i = 0; i < n; i++)
    other[at[quadrant_of (items[i].x, items[i].y, depth)]++] = items[i];

  guint32 ref = new_node (self);
  for (int q = 0; q < 4; q++)
    {
      guint32 in_quadrant = starts[q + 1] - starts[q];
      if (in_quadrant == 0)
        continue;
      guint32 child = build_cell (self, other + starts[q], items + starts[q], in_quadrant, depth + 1);
      add_child (self, ref, child);
      get_node (self, ref)->child[q] = child;
    }

  return ref;
}

/* --- looking --------------------------------------------------------------------------------------------------------- */

static void
emit_node (Query      *query,
           const Node *node,
           guint32     column,
           guint32     row)
{
  WfGeoClusterCell cell = { ((double) node->x / node->count + 0.5) / SIDE, ((double) node->y / node->count + 0.5) / SIDE,
                            column, row, node->count, NO_POINT, node->kinds, (guint8) query->level, 0 };

  for (guint s = 0; s < WF_GEO_CLUSTER_SEVERITIES; s++)
    if (node->severities[s] > 0)
      cell.severity = (guint8) s;
  g_array_append_val (query->cells, cell);
}

/* The points of a leaf lie in one cell, or, where the level is finer than the leaf, in few. */
static void
emit_leaf (Query *query,
           guint32 ref)
{
  WfGeoCluster *self = query->self;
  guint first = query->cells->len;

  for (guint32 number = get_leaf (self, ref)->head; number != NONE; number = get_slot (self, number)->next)
    {
      const Slot *slot = get_slot (self, number);
      guint32 column = cell_of (slot->x, query->level);
      guint32 row = cell_of (slot->y, query->level);
      WfGeoClusterCell *cell = NULL;

      if (column < query->left || column > query->right || row < query->top || row > query->bottom)
        continue;
      for (guint i = first; cell == NULL && i < query->cells->len; i++)
        {
          WfGeoClusterCell *c = &g_array_index (query->cells, WfGeoClusterCell, i);
          cell = c->column == column && c->row == row ? c : NULL;
        }
      if (cell == NULL)
        {
          WfGeoClusterCell new_cell = { 0.0, 0.0, column, row, 0, slot->point, 0, (guint8) query->level, 0 };
          g_array_append_val (query->cells, new_cell);
          cell = &g_array_index (query->cells, WfGeoClusterCell, query->cells->len - 1);
        }
      cell->count++;
      cell->x += slot->x;
      cell->y += slot->y;
      cell->kinds |= 1u << kind_of (slot->meta);
      cell->severity = (guint8) MAX (cell->severity, severity_of (slot->meta));
    }

  for (guint i = first; i < query->cells->len; i++)
    {
      WfGeoClusterCell *cell = &g_array_index (query->cells, WfGeoClusterCell, i);
      if (cell->count > 1)
        cell->point = NO_POINT;
      cell->x = (cell->x / cell->count + 0.5) / SIDE;
      cell->y = (cell->y / cell->count + 0.5) / SIDE;
    }
}

static void
look (Query  *query,
      guint32 ref,
      guint   depth,
      guint32 column,
      guint32 row)
{
  if ((ref & LEAF) != 0)
    {
      emit_leaf (query, ref);
      return;
    }

  const Node *node = get_node (query->self, ref);
  if (depth == query->level)
    {
      emit_node (query, node, column, row);
      return;
    }

  guint below = query->level - depth - 1;
  for (guint q = 0; q < 4; q++)
    {
      guint32 c = column << 1 | (q & 1);
      guint32 r = row << 1 | q >> 1;
      if (node->child[q] != NONE && c >= query->left >> below && c <= query->right >> below && r >= query->top >> below
          && r <= query->bottom >> below)
        look (query, node->child[q], depth + 1, c, r);
    }
}

/* The node or leaf that holds a cell. */
static guint32
find_cell (WfGeoCluster           *self,
           const WfGeoClusterCell *cell)
{
  guint32 ref = self->root;

  for (guint depth = 0; ref != NONE && (ref & LEAF) == 0 && depth < cell->level; depth++)
    {
      guint below = cell->level - depth - 1;
      ref = get_node (self, ref)->child[(cell->column >> below & 1) | (cell->row >> below & 1) << 1];
    }

  return ref;
}

static gboolean
is_in_cell (const Slot             *slot,
            const WfGeoClusterCell *cell)
{
  return cell_of (slot->x, cell->level) == cell->column && cell_of (slot->y, cell->level) == cell->row;
}

static void
list_below (WfGeoCluster           *self,
            const WfGeoClusterCell *cell,
            guint32                 ref,
            guint32                 max,
            GArray                 *points)
{
  if (ref == NONE || points->len >= max)
    return;

  if ((ref & LEAF) == 0)
    {
      for (int q = 0; q < 4; q++)
        list_below (self, cell, get_node (self, ref)->child[q], max, points);
      return;
    }

  for (guint32 number = get_leaf (self, ref)->head; number != NONE && points->len < max;
       number = get_slot (self, number)->next)
    if (is_in_cell (get_slot (self, number), cell))
      g_array_append_val (points, get_slot (self, number)->point);
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

  self->nodes.cells = g_array_new (FALSE, TRUE, sizeof (Node));
  self->kinds = g_array_new (FALSE, FALSE, sizeof (Kinds));
  self->leaves.cells = g_array_new (FALSE, TRUE, sizeof (Leaf));
  self->slots.cells = g_array_new (FALSE, TRUE, sizeof (Slot));
  self->slot_of = g_array_new (FALSE, TRUE, sizeof (guint32));
  clear (self);

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

  g_array_unref (self->nodes.cells);
  g_array_unref (self->kinds);
  g_array_unref (self->leaves.cells);
  g_array_unref (self->slots.cells);
  g_array_unref (self->slot_of);
  g_free (self);
}

/**
 * wf_geo_cluster_load:
 * @self: clusters
 * @points: (array length=n): every point, each number once
 * @n: how many
 *
 * Replaces the points. They are copied. Many at once cost much less than one by one.
 */
void
wf_geo_cluster_load (WfGeoCluster            *self,
                     const WfGeoClusterPoint *points,
                     gsize                    n)
{
  guint32 last = 0;

  g_return_if_fail (self != NULL);
  g_return_if_fail (n < LEAF);

  clear (self);
  if (n == 0)
    return;

  g_autofree Item *items = g_new (Item, n);
  g_autofree Item *other = g_new (Item, n);
  for (gsize i = 0; i < n; i++)
    {
      items[i] = (Item){ to_fixed (points[i].x), to_fixed (points[i].y), points[i].point,
                         make_meta (points[i].kind, points[i].severity) };
      last = MAX (last, points[i].point);
    }
  g_return_if_fail (last != NO_POINT);

  g_array_set_size (self->slot_of, last + 1);
  self->root = build_cell (self, items, other, (guint32) n, 0);
  self->size = n;
}

/**
 * wf_geo_cluster_put:
 * @self: clusters
 * @point: a point, its number below 2³² − 1
 *
 * Adds a point, or changes the one of that number.
 *
 * Returns: whether that changed anything
 */
gboolean
wf_geo_cluster_put (WfGeoCluster            *self,
                    const WfGeoClusterPoint *point)
{
  g_return_val_if_fail (self != NULL, FALSE);
  g_return_val_if_fail (point->point != NO_POINT, FALSE);

  Slot slot = { to_fixed (point->x), to_fixed (point->y), NONE, point->point, make_meta (point->kind, point->severity) };
  guint32 number = point->point < self->slot_of->len ? g_array_index (self->slot_of, guint32, point->point) : NONE;

  if (number != NONE)
    {
      const Slot *old = get_slot (self, number);
      if (old->x == slot.x && old->y == slot.y && old->meta == slot.meta)
        return FALSE;
      self->root = withdraw_slot (self, self->root, 0, number);
    }
  else
    {
      number = take_from_pool (&self->slots);
      if (point->point >= self->slot_of->len)
        g_array_set_size (self->slot_of, point->point + 1);
      g_array_index (self->slot_of, guint32, point->point) = number;
      self->size++;
    }

  *get_slot (self, number) = slot;
  self->root = insert_slot (self, self->root, 0, number);

  return TRUE;
}

/**
 * wf_geo_cluster_remove:
 * @self: clusters
 * @point: a point's number
 *
 * Returns: whether it was there
 */
gboolean
wf_geo_cluster_remove (WfGeoCluster *self,
                       guint32       point)
{
  g_return_val_if_fail (self != NULL, FALSE);

  guint32 number = point < self->slot_of->len ? g_array_index (self->slot_of, guint32, point) : NONE;
  if (number == NONE)
    return FALSE;

  self->root = withdraw_slot (self, self->root, 0, number);
  g_array_index (self->slot_of, guint32, point) = NONE;
  give_to_pool (&self->slots, number);
  self->size--;

  return TRUE;
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

  return self->size;
}

/**
 * wf_geo_cluster_query:
 * @self: clusters
 * @level: how often the square is divided each way, 0 to %WF_GEO_CLUSTER_LEVELS; cells are 256 · 2^(zoom − level) pixels
 * @left: the box looked at, Web Mercator, 0 to 1
 * @top: the box
 * @right: the box
 * @bottom: the box
 * @cells: (element-type WfGeoClusterCell): the cells that the box touches and that hold points are put here, in no order
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
  if (self->root == NONE || right < 0.0 || left > 1.0 || bottom < 0.0 || top > 1.0)
    return;

  Query query = { self, level, cell_of (to_fixed (left), level), cell_of (to_fixed (right), level),
                  cell_of (to_fixed (top), level), cell_of (to_fixed (bottom), level), cells };
  look (&query, self->root, 0, 0, 0);
}

/**
 * wf_geo_cluster_list_points:
 * @self: clusters
 * @cell: a cell of wf_geo_cluster_query()
 * @max: how many are wanted
 * @points: (element-type guint32): the callers' numbers of its points are put here, in no order
 *
 * Lists what is in a cell now.
 */
void
wf_geo_cluster_list_points (WfGeoCluster           *self,
                            const WfGeoClusterCell *cell,
                            guint32                 max,
                            GArray                 *points)
{
  g_return_if_fail (self != NULL);

  g_array_set_size (points, 0);
  list_below (self, cell, find_cell (self, cell), max, points);
}

/**
 * wf_geo_cluster_count_kinds:
 * @self: clusters
 * @cell: a cell of wf_geo_cluster_query()
 * @counts: (out caller-allocates): how many of each kind there are
 *
 * Counts what is in a cell now, by kind.
 */
void
wf_geo_cluster_count_kinds (WfGeoCluster           *self,
                            const WfGeoClusterCell *cell,
                            guint32                 counts[WF_GEO_CLUSTER_KINDS])
{
  g_return_if_fail (self != NULL);

  guint32 ref = find_cell (self, cell);
  memset (counts, 0, WF_GEO_CLUSTER_KINDS * sizeof (guint32));
  if (ref == NONE)
    return;

  if ((ref & LEAF) == 0)
    {
      memcpy (counts, get_kinds (self, ref)->of, WF_GEO_CLUSTER_KINDS * sizeof (guint32));
      return;
    }

  for (guint32 number = get_leaf (self, ref)->head; number != NONE; number = get_slot (self, number)->next)
    if (is_in_cell (get_slot (self, number), cell))
      counts[kind_of (get_slot (self, number)->meta)]++;
}
