/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-tiles"

#include "config.h"

#include "wf-route.h"

#include "wf-geo-index.h"
#include "wf-tiles-error.h"

#include <glib/gi18n.h>
#include <math.h>

/* How far from any road a place may be, metres. */
#define MAX_APPROACH 15000.0

/* Off the road, a vehicle is this slow, metres a second. */
#define APPROACH_SPEED 4.0

#define NONE G_MAXUINT32

typedef struct
{
  guint32 node;
  float   metres;
  float   seconds;
} Way;

struct _WfRoads
{
  GObject parent_instance;

  WfGeoPoint *nodes;  /* (owned) */
  guint32     n_nodes;
  guint32    *starts; /* (owned) of each node's ways; n_nodes + 1 of them */
  Way        *ways;   /* (owned) */
  WfGeoIndex *index;  /* (owned) never changed after it is built, and so read by any thread */
};

/* A heap of nodes by the time to them. */
typedef struct
{
  guint32 node;
  double  seconds;
} Entry;

typedef struct
{
  WfRoads *roads;
  double  *seconds;
  guint32 *before;
  GArray  *heap; /* (element-type Entry) the soonest on top */
} Search;

G_DEFINE_FINAL_TYPE (WfRoads, wf_roads, G_TYPE_OBJECT)

static double
speed_of (guint8 map_class)
{
  switch (map_class)
    {
    case WF_MAP_CLASS_ROAD_EXPRESS:
      return 25.0;
    case WF_MAP_CLASS_ROAD_ARTERIAL:
      return 15.0;
    case WF_MAP_CLASS_ROAD_STREET:
      return 9.0;
    default:
      return 7.0;
    }
}

static void
wf_roads_finalize (GObject *object)
{
  WfRoads *self = WF_ROADS (object);

  g_free (self->nodes);
  g_free (self->starts);
  g_free (self->ways);
  wf_geo_index_free (self->index);

  G_OBJECT_CLASS (wf_roads_parent_class)->finalize (object);
}

static void
wf_roads_class_init (WfRoadsClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = wf_roads_finalize;
}

static void
wf_roads_init (WfRoads *self)
{
}

static void
push (GArray *heap,
      Entry   entry)
{
  g_array_append_val (heap, entry);

  guint i = heap->len - 1;
  while (i > 0)
    {
      guint parent = (i - 1) / 2;
      Entry *up = &g_array_index (heap, Entry, parent);
      Entry *here = &g_array_index (heap, Entry, i);
      if (up->seconds <= here->seconds)
        return;
      Entry swap = *up;
      *up = *here;
      *here = swap;
      i = parent;
    }
}

static Entry
pop (GArray *heap)
{
  Entry top = g_array_index (heap, Entry, 0);

  g_array_index (heap, Entry, 0) = g_array_index (heap, Entry, heap->len - 1);
  g_array_set_size (heap, heap->len - 1);
  for (guint i = 0;;)
    {
      guint least = i;
      for (guint child = 2 * i + 1; child <= 2 * i + 2 && child < heap->len; child++)
        if (g_array_index (heap, Entry, child).seconds < g_array_index (heap, Entry, least).seconds)
          least = child;
      if (least == i)
        return top;
      Entry swap = g_array_index (heap, Entry, i);
      g_array_index (heap, Entry, i) = g_array_index (heap, Entry, least);
      g_array_index (heap, Entry, least) = swap;
      i = least;
    }
}

/**
 * wf_roads_new_from_arrays:
 * @nodes: (array length=n_nodes): the graph's nodes, WGS 84
 * @n_nodes: how many
 * @edges: (array length=n_edges): its edges, both ways
 * @n_edges: how many
 *
 * Returns: (transfer full): the graph
 */
WfRoads *
wf_roads_new_from_arrays (const WfGeoPoint *nodes,
                          guint32           n_nodes,
                          const WfRoadEdge *edges,
                          guint32           n_edges)
{
  WfRoads *self = g_object_new (WF_TYPE_ROADS, NULL);

  self->n_nodes = n_nodes;
  self->nodes = g_memdup2 (nodes, (gsize) n_nodes * sizeof (WfGeoPoint));
  self->starts = g_new0 (guint32, (gsize) n_nodes + 2);
  self->ways = g_new0 (Way, (gsize) n_edges * 2 + 1);
  self->index = wf_geo_index_new ();

  /* Counted, summed, filled: the ways of a node stand together. */
  for (guint32 i = 0; i < n_edges; i++)
    {
      self->starts[edges[i].a + 2]++;
      self->starts[edges[i].b + 2]++;
    }
  for (guint32 i = 2; i < n_nodes + 2; i++)
    self->starts[i] += self->starts[i - 1];
  for (guint32 i = 0; i < n_edges; i++)
    {
      const WfGeoPoint *a = &nodes[edges[i].a];
      const WfGeoPoint *b = &nodes[edges[i].b];
      float metres = (float) wf_geo_distance (a->lon, a->lat, b->lon, b->lat);
      float seconds = (float) (metres / speed_of (edges[i].map_class));

      self->ways[self->starts[edges[i].a + 1]++] = (Way){ edges[i].b, metres, seconds };
      self->ways[self->starts[edges[i].b + 1]++] = (Way){ edges[i].a, metres, seconds };
    }

  /* A node that no way leaves is no place to start from. */
  for (guint32 i = 0; i < n_nodes; i++)
    if (self->starts[i + 1] > self->starts[i])
      wf_geo_index_put (self->index, i, nodes[i].lon, nodes[i].lat);

  return self;
}

/**
 * wf_roads_new:
 * @pack: a map pack
 * @error: what is wrong with its roads
 *
 * Reads the road graph of a pack. Any thread; blocks for the disk.
 *
 * Returns: (transfer full): the graph, empty where the pack has no roads; or %NULL
 */
WfRoads *
wf_roads_new (WfMapPack  *pack,
              GError    **error)
{
  g_autoptr (GArray) nodes = NULL;
  g_autoptr (GArray) edges = NULL;

  g_return_val_if_fail (WF_IS_MAP_PACK (pack), NULL);

  if (!wf_map_pack_read_roads (pack, &nodes, &edges, error))
    return NULL;

  return wf_roads_new_from_arrays ((const WfGeoPoint *) (void *) nodes->data, nodes->len,
                                   (const WfRoadEdge *) (void *) edges->data,
                                   edges->len);
}

/**
 * wf_roads_get_size:
 * @self: a graph
 *
 * Returns: how many nodes it has
 */
guint32
wf_roads_get_size (WfRoads *self)
{
  g_return_val_if_fail (WF_IS_ROADS (self), 0);

  return self->n_nodes;
}

static guint32
find_start (WfRoads *roads,
            double   lon,
            double   lat)
{
  g_autoptr (GArray) found = wf_geo_index_nearest (roads->index, lon, lat, 1, MAX_APPROACH, NULL, NULL);

  return found->len == 1 ? g_array_index (found, WfGeoNeighbour, 0).point : NONE;
}

static gboolean
search (Search  *s,
        guint32  from,
        guint32  to)
{
  for (guint32 i = 0; i < s->roads->n_nodes; i++)
    {
      s->seconds[i] = INFINITY;
      s->before[i] = NONE;
    }
  s->seconds[from] = 0.0;
  push (s->heap, (Entry){ from, 0.0 });

  while (s->heap->len > 0)
    {
      Entry entry = pop (s->heap);
      if (entry.node == to)
        return TRUE;
      if (entry.seconds > s->seconds[entry.node])
        continue;

      for (guint32 w = s->roads->starts[entry.node]; w < s->roads->starts[entry.node + 1]; w++)
        {
          const Way *way = &s->roads->ways[w];
          double seconds = entry.seconds + (double) way->seconds;
          if (seconds >= s->seconds[way->node])
            continue;
          s->seconds[way->node] = seconds;
          s->before[way->node] = entry.node;
          push (s->heap, (Entry){ way->node, seconds });
        }
    }

  return FALSE;
}

static WfRoute *
make_route (const Search     *s,
            guint32           to,
            const WfGeoPoint *from_place,
            const WfGeoPoint *to_place)
{
  WfRoute *route = g_new0 (WfRoute, 1);
  g_autoptr (GArray) back = g_array_new (FALSE, FALSE, sizeof (WfGeoPoint));

  g_array_append_val (back, *to_place);
  for (guint32 node = to; node != NONE; node = s->before[node])
    g_array_append_val (back, s->roads->nodes[node]);
  g_array_append_val (back, *from_place);

  route->points = g_array_sized_new (FALSE, FALSE, sizeof (WfGeoPoint), back->len);
  for (guint i = back->len; i-- > 0;)
    g_array_append_val (route->points, g_array_index (back, WfGeoPoint, i));

  double approach = 0.0;
  for (guint i = 1; i < route->points->len; i++)
    {
      const WfGeoPoint *a = &g_array_index (route->points, WfGeoPoint, i - 1);
      double metres = wf_geo_distance (a[0].lon, a[0].lat, a[1].lon, a[1].lat);
      route->metres += metres;
      if (i == 1 || i + 1 == route->points->len)
        approach += metres;
    }
  route->seconds = s->seconds[to] + approach / APPROACH_SPEED;

  return route;
}

/**
 * wf_route_find:
 * @roads: a road graph
 * @from_lon: from
 * @from_lat: from
 * @to_lon: to
 * @to_lat: to
 * @error: %WF_TILES_ERROR_NO_ROUTE where no road leads there
 *
 * Finds the fastest way along the roads (Dijkstra), between the road nodes nearest to the two places. Any thread; some
 * milliseconds for a district.
 *
 * Returns: (transfer full): the way, or %NULL
 */
WfRoute *
wf_route_find (WfRoads  *roads,
               double    from_lon,
               double    from_lat,
               double    to_lon,
               double    to_lat,
               GError  **error)
{
  g_return_val_if_fail (WF_IS_ROADS (roads), NULL);
  g_return_val_if_fail (wf_geo_is_valid (from_lon, from_lat), NULL);
  g_return_val_if_fail (wf_geo_is_valid (to_lon, to_lat), NULL);

  guint32 from = find_start (roads, from_lon, from_lat);
  guint32 to = find_start (roads, to_lon, to_lat);
  if (from == NONE || to == NONE)
    {
      g_set_error_literal (error, WF_TILES_ERROR, WF_TILES_ERROR_NO_ROUTE,
                           _("There is no road of the map near one of the two places"));
      return NULL;
    }

  g_autofree double *seconds = g_new (double, roads->n_nodes);
  g_autofree guint32 *before = g_new (guint32, roads->n_nodes);
  g_autoptr (GArray) heap = g_array_new (FALSE, FALSE, sizeof (Entry));
  Search s = { roads, seconds, before, heap };
  if (!search (&s, from, to))
    {
      g_set_error_literal (error, WF_TILES_ERROR, WF_TILES_ERROR_NO_ROUTE,
                           _("No road of the map leads from the one place to the other"));
      return NULL;
    }

  return make_route (&s, to, &(WfGeoPoint){ from_lon, from_lat }, &(WfGeoPoint){ to_lon, to_lat });
}

/**
 * wf_route_free:
 * @route: (nullable) (transfer full): a route
 *
 * Frees a route.
 */
void
wf_route_free (WfRoute *route)
{
  if (route == NULL)
    return;

  g_array_unref (route->points);
  g_free (route);
}

/**
 * wf_route_point_at:
 * @route: a route
 * @metres: how far along it; limited to its length
 * @point: (out): the place there
 * @heading: (out) (optional): the direction of travel there
 *
 * Says where one is after some way, as a simulated unit needs it.
 */
void
wf_route_point_at (const WfRoute *route,
                   double         metres,
                   WfGeoPoint    *point,
                   double        *heading)
{
  g_return_if_fail (route != NULL && route->points->len >= 2);

  const WfGeoPoint *p = (const WfGeoPoint *) (void *) route->points->data;
  double direction = 0.0;

  *point = p[0];
  for (guint i = 1; i < route->points->len; i++)
    {
      double length = wf_geo_distance (p[i - 1].lon, p[i - 1].lat, p[i].lon, p[i].lat);
      double t = length > 0.0 ? CLAMP (metres / length, 0.0, 1.0) : 1.0;

      /* Two nodes at one place have no direction between them. */
      if (length > 0.5)
        direction = wf_geo_bearing (p[i - 1].lon, p[i - 1].lat, p[i].lon, p[i].lat);
      *point = (WfGeoPoint){ p[i - 1].lon + (p[i].lon - p[i - 1].lon) * t, p[i - 1].lat + (p[i].lat - p[i - 1].lat) * t };
      metres -= length;
      if (metres <= 0.0)
        break;
    }

  if (heading != NULL)
    *heading = direction;
}
