/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "wf-geo-cluster.h"

#include "wf-geo.h"

#include <math.h>
#include <string.h>

#define N 30000

typedef struct
{
  WfGeoClusterPoint point;
  gboolean          present;
} Model;

static Model model[N];

/* Half of the points crowd in one district, a tenth of them on few spots; the rest is all over the country. */
static WfGeoClusterPoint
random_point (GRand   *random,
              guint32  number)
{
  double lon;
  double lat;

  switch (g_rand_int_range (random, 0, 20))
    {
    case 0:
    case 1:
      lon = 109.7 + g_rand_int_range (random, 0, 3) * 0.01;
      lat = 40.6;
      break;
    case 2:
    case 3:
    case 4:
    case 5:
      lon = g_rand_double_range (random, 75.0, 130.0);
      lat = g_rand_double_range (random, 20.0, 50.0);
      break;
    default:
      lon = g_rand_double_range (random, 109.4, 110.0);
      lat = g_rand_double_range (random, 40.5, 40.8);
    }

  return (WfGeoClusterPoint){ wf_mercator_x (lon), wf_mercator_y (lat), number,
                              (guint8) g_rand_int_range (random, 0, WF_GEO_CLUSTER_KINDS),
                              (guint8) (g_rand_int_range (random, 0, 100) == 0 ? g_rand_int_range (random, 1, 4) : 0) };
}

static WfGeoCluster *
load (gboolean whole)
{
  WfGeoCluster *cluster = wf_geo_cluster_new ();
  g_autoptr (GRand) random = g_rand_new_with_seed (1);
  g_autofree WfGeoClusterPoint *points = g_new (WfGeoClusterPoint, N);

  for (guint32 i = 0; i < N; i++)
    {
      points[i] = random_point (random, i);
      model[i] = (Model){ points[i], TRUE };
    }
  if (whole)
    wf_geo_cluster_load (cluster, points, N);
  for (guint32 i = 0; i < N && !whole; i++)
    g_assert_true (wf_geo_cluster_put (cluster, &points[i]));
  g_assert_cmpuint (wf_geo_cluster_get_size (cluster), ==, N);

  return cluster;
}

typedef struct
{
  guint32 column;
  guint32 row;
  double  x;
  double  y;
  guint32 count;
  guint8  severity;
  guint32 kinds[WF_GEO_CLUSTER_KINDS];
} Expected;

static guint
hash_expected (gconstpointer data)
{
  const Expected *e = data;

  return e->column * 2654435761u ^ e->row;
}

static gboolean
equal_expected (gconstpointer a,
                gconstpointer b)
{
  const Expected *x = a;
  const Expected *y = b;

  return x->column == y->column && x->row == y->row;
}

static guint32
cell_at (double v,
         guint  level)
{
  return (guint32) floor (v * (1u << level));
}

/* One look after another at every point there is. */
static GHashTable *
gather_by_force (guint  level,
                 double left,
                 double top,
                 double right,
                 double bottom)
{
  GHashTable *all = g_hash_table_new_full (hash_expected, equal_expected, g_free, NULL);

  for (guint32 i = 0; i < N; i++)
    {
      const WfGeoClusterPoint *p = &model[i].point;
      Expected key = { cell_at (p->x, level), cell_at (p->y, level), 0.0, 0.0, 0, 0, { 0 } };

      if (!model[i].present || key.column < cell_at (left, level) || key.column > cell_at (right, level)
          || key.row < cell_at (top, level) || key.row > cell_at (bottom, level))
        continue;
      Expected *e = g_hash_table_lookup (all, &key);
      if (e == NULL)
        {
          e = g_memdup2 (&key, sizeof key);
          g_hash_table_add (all, e);
        }
      e->count++;
      e->x += p->x;
      e->y += p->y;
      e->severity = MAX (e->severity, p->severity);
      e->kinds[p->kind]++;
    }

  return all;
}

static void
check_view (WfGeoCluster *cluster,
            guint         level,
            double        left,
            double        top,
            double        right,
            double        bottom)
{
  g_autoptr (GArray) cells = g_array_new (FALSE, FALSE, sizeof (WfGeoClusterCell));
  g_autoptr (GArray) points = g_array_new (FALSE, FALSE, sizeof (guint32));
  g_autoptr (GHashTable) all = gather_by_force (level, left, top, right, bottom);
  guint32 counts[WF_GEO_CLUSTER_KINDS];

  wf_geo_cluster_query (cluster, level, left, top, right, bottom, cells);
  g_assert_cmpuint (cells->len, ==, g_hash_table_size (all));
  for (guint i = 0; i < cells->len; i++)
    {
      const WfGeoClusterCell *cell = &g_array_index (cells, WfGeoClusterCell, i);
      const Expected key = { cell->column, cell->row, 0.0, 0.0, 0, 0, { 0 } };
      const Expected *e = g_hash_table_lookup (all, &key);

      g_assert_nonnull (e);
      g_assert_cmpuint (cell->level, ==, level);
      g_assert_cmpuint (cell->count, ==, e->count);
      g_assert_cmpuint (cell->severity, ==, e->severity);
      g_assert_cmpfloat_with_epsilon (cell->x, e->x / e->count, 1e-9);
      g_assert_cmpfloat_with_epsilon (cell->y, e->y / e->count, 1e-9);
      wf_geo_cluster_count_kinds (cluster, cell, counts);
      g_assert_cmpmem (counts, sizeof counts, e->kinds, sizeof e->kinds);
      for (guint k = 0; k < WF_GEO_CLUSTER_KINDS; k++)
        g_assert_cmpint ((cell->kinds & 1u << k) != 0, ==, counts[k] > 0);

      wf_geo_cluster_list_points (cluster, cell, G_MAXUINT32, points);
      g_assert_cmpuint (points->len, ==, cell->count);
      for (guint p = 0; p < points->len; p++)
        {
          guint32 number = g_array_index (points, guint32, p);
          g_assert_true (model[number].present);
          g_assert_cmpuint (cell_at (model[number].point.x, level), ==, cell->column);
          g_assert_cmpuint (cell_at (model[number].point.y, level), ==, cell->row);
        }
      if (cell->count == 1)
        g_assert_cmpuint (cell->point, ==, g_array_index (points, guint32, 0));
      else
        g_assert_cmpuint (cell->point, ==, G_MAXUINT32);
      wf_geo_cluster_list_points (cluster, cell, 2, points);
      g_assert_cmpuint (points->len, ==, MIN (2, cell->count));
    }
}

static void
check_views (WfGeoCluster *cluster)
{
  for (guint level = 0; level <= WF_GEO_CLUSTER_LEVELS; level += 3)
    check_view (cluster, level, 0.0, 0.0, 1.0, 1.0);
  for (guint level = 8; level <= WF_GEO_CLUSTER_LEVELS; level += 2)
    check_view (cluster, level, wf_mercator_x (109.65), wf_mercator_y (40.68), wf_mercator_x (109.81), wf_mercator_y (40.57));
  check_view (cluster, 12, wf_mercator_x (0.0), wf_mercator_y (40.68), wf_mercator_x (1.0), wf_mercator_y (40.57));
}

static void
test_loaded (void)
{
  g_autoptr (WfGeoCluster) cluster = load (TRUE);
  g_autoptr (GArray) cells = g_array_new (FALSE, FALSE, sizeof (WfGeoClusterCell));

  check_views (cluster);
  wf_geo_cluster_load (cluster, NULL, 0);
  wf_geo_cluster_query (cluster, 14, 0.0, 0.0, 1.0, 1.0, cells);
  g_assert_cmpuint (cells->len, ==, 0);
  g_assert_cmpuint (wf_geo_cluster_get_size (cluster), ==, 0);
}

static void
test_one_by_one (void)
{
  g_autoptr (WfGeoCluster) cluster = load (FALSE);

  check_views (cluster);
}

static void
change_at_random (WfGeoCluster *cluster,
                  GRand        *random,
                  int           times)
{
  for (int i = 0; i < times; i++)
    {
      guint32 number = (guint32) g_rand_int_range (random, 0, N);

      if (g_rand_int_range (random, 0, 3) == 0)
        {
          g_assert_cmpint (wf_geo_cluster_remove (cluster, number), ==, model[number].present);
          model[number].present = FALSE;
          continue;
        }
      WfGeoClusterPoint point = random_point (random, number);
      const WfGeoClusterPoint *old = &model[number].point;
      /* On the few spots the new one may be as the old one was. */
      gboolean differs = !model[number].present || fabs (old->x - point.x) > 1e-9 || fabs (old->y - point.y) > 1e-9
                         || old->kind != point.kind || old->severity != point.severity;
      g_assert_cmpint (wf_geo_cluster_put (cluster, &point), ==, differs);
      model[number] = (Model){ point, TRUE };
      g_assert_false (wf_geo_cluster_put (cluster, &point));
    }
}

/* Points come, move, change and go: afterwards everything is as if the rest had come alone. */
static void
test_changes (void)
{
  g_autoptr (WfGeoCluster) cluster = load (TRUE);
  g_autoptr (GRand) random = g_rand_new_with_seed (2);
  gsize left = 0;

  for (int round = 0; round < 3; round++)
    {
      change_at_random (cluster, random, 40000);
      check_views (cluster);
    }

  for (guint32 i = 0; i < N; i++)
    left += model[i].present;
  g_assert_cmpuint (wf_geo_cluster_get_size (cluster), ==, left);
  for (guint32 i = 0; i < N; i++)
    {
      g_assert_cmpint (wf_geo_cluster_remove (cluster, i), ==, model[i].present);
      model[i].present = FALSE;
      if (i % 10000 == 0)
        check_view (cluster, 13, 0.0, 0.0, 1.0, 1.0);
    }
  g_assert_cmpuint (wf_geo_cluster_get_size (cluster), ==, 0);
  check_view (cluster, 0, 0.0, 0.0, 1.0, 1.0);
}

/* A cluster is the same from wherever one looks, and whatever happens in the cells beside it. */
static void
test_steady (void)
{
  g_autoptr (WfGeoCluster) cluster = load (TRUE);
  g_autoptr (GArray) wide = g_array_new (FALSE, FALSE, sizeof (WfGeoClusterCell));
  g_autoptr (GArray) narrow = g_array_new (FALSE, FALSE, sizeof (WfGeoClusterCell));
  guint matched = 0;

  wf_geo_cluster_query (cluster, 14, wf_mercator_x (109.4), wf_mercator_y (40.8), wf_mercator_x (110.0),
                        wf_mercator_y (40.5), wide);
  WfGeoClusterPoint guest = { wf_mercator_x (109.4), wf_mercator_y (40.8), N, 3, 2 };
  g_assert_true (wf_geo_cluster_put (cluster, &guest));
  for (double shift = 0.0; shift < 0.1; shift += 0.0137)
    {
      wf_geo_cluster_query (cluster, 14, wf_mercator_x (109.5 + shift), wf_mercator_y (40.7), wf_mercator_x (109.7 + shift),
                            wf_mercator_y (40.6), narrow);
      g_assert_cmpuint (narrow->len, >, 10);
      for (guint i = 0; i < narrow->len; i++)
        for (guint j = 0; j < wide->len; j++)
          {
            const WfGeoClusterCell *a = &g_array_index (narrow, WfGeoClusterCell, i);
            const WfGeoClusterCell *b = &g_array_index (wide, WfGeoClusterCell, j);
            if (a->column != b->column || a->row != b->row)
              continue;
            g_assert_cmpmem (a, sizeof *a, b, sizeof *b);
            matched++;
          }
    }
  g_assert_cmpuint (matched, >, 100);
}

/* What is beyond the edge of the world, or no number, is kept at the edge and harms nothing. */
static void
test_edges (void)
{
  g_autoptr (WfGeoCluster) cluster = wf_geo_cluster_new ();
  g_autoptr (GArray) cells = g_array_new (FALSE, FALSE, sizeof (WfGeoClusterCell));
  const double odd[] = { -1.0, 0.0, 1.0, 2.0, (double) NAN, HUGE_VAL, -HUGE_VAL };
  guint32 number = 0;

  for (gsize x = 0; x < G_N_ELEMENTS (odd); x++)
    for (gsize y = 0; y < G_N_ELEMENTS (odd); y++, number++)
      {
        WfGeoClusterPoint point = { odd[x], odd[y], number, 255, 255 };
        g_assert_true (wf_geo_cluster_put (cluster, &point));
      }
  wf_geo_cluster_query (cluster, WF_GEO_CLUSTER_LEVELS, -1.0, -1.0, 2.0, 2.0, cells);
  g_assert_cmpuint (cells->len, ==, 4);
  wf_geo_cluster_query (cluster, 0, 0.0, 0.0, 1.0, 1.0, cells);
  g_assert_cmpuint (cells->len, ==, 1);
  g_assert_cmpuint (g_array_index (cells, WfGeoClusterCell, 0).count, ==, number);
  g_assert_cmpuint (g_array_index (cells, WfGeoClusterCell, 0).severity, ==, 3);
  wf_geo_cluster_query (cluster, 3, 1.5, 0.0, 2.0, 1.0, cells);
  g_assert_cmpuint (cells->len, ==, 0);
  g_assert_false (wf_geo_cluster_remove (cluster, 12345));
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/geo/cluster/loaded", test_loaded);
  g_test_add_func ("/geo/cluster/one-by-one", test_one_by_one);
  g_test_add_func ("/geo/cluster/changes", test_changes);
  g_test_add_func ("/geo/cluster/steady", test_steady);
  g_test_add_func ("/geo/cluster/edges", test_edges);

  return g_test_run ();
}
