/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Pans the map as a hand does and prints one JSON line: bench-map NAME THINGS [SECONDS]. To be run under Xvfb with
 * GSK_RENDERER=cairo, on a screen of 1600 × 900. */

#include "config.h"

#include "wf-map-view.h"

#include <math.h>
#include <stdlib.h>
#include <time.h>

typedef struct
{
  WfMapView *map;
  GArray    *frames; /* (element-type gint64) when each was drawn */
  gint64     start;
  gint64     warm;
  gint64     length;
  clock_t    work; /* processor time until it was warm */
  gboolean   end;
} Bench;

static gboolean
tick_cb (GtkWidget     *widget,
         GdkFrameClock *frame_clock,
         gpointer       data)
{
  Bench *bench = data;
  gint64 now = g_get_monotonic_time ();
  double t = (double) (now - bench->start) / G_USEC_PER_SEC;

  /* Some 400 pixels a second, to and fro, within the district. */
  wf_map_view_go_to (bench->map, 109.72 + 0.05 * sin (t * 0.9), 40.60 + 0.02 * cos (t * 0.7), 12.7);
  if (bench->frames->len == 0)
    bench->work = clock ();
  if (now - bench->start > bench->warm)
    g_array_append_val (bench->frames, now);
  if (now - bench->start > bench->warm + bench->length)
    bench->end = TRUE;

  return G_SOURCE_CONTINUE;
}

static int
compare_times (gconstpointer a,
               gconstpointer b)
{
  const gint64 *x = a;
  const gint64 *y = b;

  return *x < *y ? -1 : *x > *y;
}

static void
print_result (const char *name,
              GArray     *frames,
              double      work)
{
  g_autoptr (GArray) gaps = g_array_new (FALSE, FALSE, sizeof (gint64));

  for (guint i = 1; i < frames->len; i++)
    {
      gint64 gap = g_array_index (frames, gint64, i) - g_array_index (frames, gint64, i - 1);
      g_array_append_val (gaps, gap);
    }
  g_array_sort (gaps, compare_times);
  if (gaps->len < 10)
    {
      g_printerr ("Only %u frames were drawn\n", frames->len);
      return;
    }

  double seconds = (double) (g_array_index (frames, gint64, frames->len - 1) - g_array_index (frames, gint64,
                                                                                              0)) / G_USEC_PER_SEC;
  g_print ("{\"name\": \"%s\", \"value\": %.1f, \"unit\": \"frames/s\", \"better\": \"higher\", "
           "\"p95_ms\": %.1f, \"worst_ms\": %.1f, \"cpu_ms\": %.1f}\n", name,
           gaps->len / seconds, (double) g_array_index (gaps, gint64, gaps->len * 95 / 100) / 1000.0,
           (double) g_array_index (gaps, gint64, gaps->len - 1) / 1000.0, work / gaps->len);
}

int
main (int    argc,
      char **argv)
{
  g_autoptr (GArray) frames = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_autoptr (WfThings) things = wf_things_new ();
  g_autoptr (GRand) random = g_rand_new_with_seed (1);
  int n = argc > 2 ? atoi (argv[2]) : 0;
  Bench bench = { NULL, frames, 0, 3 * G_USEC_PER_SEC, (argc > 3 ? atoi (argv[3]) : 6) * G_USEC_PER_SEC, 0, FALSE };

  gtk_init ();
  for (int i = 0; i < n; i++)
    {
      g_autofree char *id = g_strdup_printf ("t%d", i);
      WfThing thing = { id, (WfThingKind) (i % 9), WF_THING_READY, 0, g_rand_double_range (random, 109.4, 110.05),
                        g_rand_double_range (random, 40.48, 40.74), id };
      wf_things_put (things, &thing);
    }

  GtkWidget *window = gtk_window_new ();
  bench.map = WF_MAP_VIEW (wf_map_view_new ());
  wf_map_view_set_things (bench.map, things);
  gtk_window_set_child (GTK_WINDOW (window), GTK_WIDGET (bench.map));
  gtk_window_set_default_size (GTK_WINDOW (window), 1600, 900);
  gtk_window_set_decorated (GTK_WINDOW (window), FALSE);
  gtk_window_present (GTK_WINDOW (window));
  bench.start = g_get_monotonic_time ();
  gtk_widget_add_tick_callback (GTK_WIDGET (bench.map), tick_cb, &bench, NULL);
  while (!bench.end)
    g_main_context_iteration (NULL, TRUE);

  print_result (argc > 1 ? argv[1] : "map-pan", frames, (double) (clock () - bench.work) * 1000.0 / CLOCKS_PER_SEC);
  gtk_window_destroy (GTK_WINDOW (window));

  return 0;
}
