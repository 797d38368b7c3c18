/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* The cluster index by itself: bench-geo POINTS VIEWS. POINTS is a file of doubles, longitude and latitude in turn; VIEWS one of
 * boxes: zoom, west, south, east, north. Prints one JSON object: milliseconds to build, bytes kept, and microseconds a view. */

#include "config.h"

#include "wf-geo-cluster.h"

#include "wf-geo.h"

#include <malloc.h>

/* Cells of 64 pixels. */
#define FINER 2

static double *
read_doubles (const char *path,
              gsize      *n)
{
  g_autoptr (GError) error = NULL;
  char *contents;

  if (!g_file_get_contents (path, &contents, n, &error))
    g_error ("%s", error->message);
  *n /= sizeof (double);

  return (double *) (void *) contents;
}

static gsize
used_memory (void)
{
  struct mallinfo2 info = mallinfo2 ();

  return info.uordblks + info.hblkhd;
}

int
main (int    argc,
      char **argv)
{
  gsize n;
  gsize n_views;
  guint64 found = 0;

  if (argc != 3)
    g_error ("bench-geo POINTS VIEWS");

  g_autofree double *places = read_doubles (argv[1], &n);
  g_autofree double *views = read_doubles (argv[2], &n_views);
  n /= 2;
  n_views /= 5;

  g_autoptr (WfGeoCluster) cluster = wf_geo_cluster_new ();
  g_autoptr (GArray) cells = g_array_new (FALSE, FALSE, sizeof (WfGeoClusterCell));
  gsize before = used_memory ();
  gint64 start = g_get_monotonic_time ();
  /* From longitude and latitude, as the peer does. */
  WfGeoClusterPoint *points = g_new (WfGeoClusterPoint, n);
  for (gsize i = 0; i < n; i++)
    points[i] = (WfGeoClusterPoint){ wf_mercator_x (places[2 * i]), wf_mercator_y (places[2 * i + 1]), (guint32) i,
                                     (guint8) (i % 9), (guint8) (i % 1000 == 0 ? 3 : 0) };
  wf_geo_cluster_load (cluster, points, n);
  gint64 built = g_get_monotonic_time () - start;
  g_free (points);
  gsize kept = used_memory () - before;

  start = g_get_monotonic_time ();
  for (gsize i = 0; i < n_views; i++)
    {
      const double *v = &views[5 * i];
      wf_geo_cluster_query (cluster, (guint) v[0] + FINER, wf_mercator_x (v[1]), wf_mercator_y (v[4]), wf_mercator_x (v[3]),
                            wf_mercator_y (v[2]), cells);
      found += cells->len;
    }
  gint64 looked = g_get_monotonic_time () - start;

  /* Every point moves a little, one by one. */
  guint32 moves = (guint32) MIN (n, 100000);
  start = g_get_monotonic_time ();
  for (guint32 i = 0; i < moves; i++)
    {
      WfGeoClusterPoint point = { wf_mercator_x (places[2 * i] + 0.001), wf_mercator_y (places[2 * i + 1]), i,
                                  (guint8) (i % 9), 0 };
      wf_geo_cluster_put (cluster, &point);
    }
  gint64 moved = g_get_monotonic_time () - start;

  g_print ("{\"build_ms\": %.3f, \"bytes\": %zu, \"query_us\": %.3f, \"clusters\": %.1f, \"move_us\": %.3f}\n",
           (double) built / 1000.0, kept, (double) looked / (double) n_views, (double) found / (double) n_views,
           (double) moved / moves);

  return 0;
}
