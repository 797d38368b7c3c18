/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Not a test: shows the addresses that it is given in tiles and says once a second, a JSON line each, how they do. For
 * looking at, and for the benchmarks. A last line has what its main thread has used, and of that for drawing. Ends with its
 * standard input. */

#include "config.h"

#include "wf-video-hub.h"
#include "wf-video-text.h"
#include "wf-video-tile.h"

#include <glib-unix.h>
#include <glib/gi18n.h>
#include <gtk/gtk.h>
#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <time.h>

static GPtrArray *wall_links;

/* What GTK's drawing of the window has taken of the main thread so far, and what it has taken in all, ns. */
static gint64 drawing_since;
static gint64 drawn;

static gint64
get_used (void)
{
  struct timespec used;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &used);

  return (gint64) used.tv_sec * G_GINT64_CONSTANT (1000000000) + used.tv_nsec;
}

static void
before_cb (GdkFrameClock *clock,
           gpointer       data)
{
  drawing_since = get_used ();
}

static void
after_cb (GdkFrameClock *clock,
          gpointer       data)
{
  drawn += get_used () - drawing_since;
}

static gboolean
report_cb (gpointer data)
{
  for (guint i = 0; i < wall_links->len; i++)
    {
      WfVideoLink *link = g_ptr_array_index (wall_links, i);
      g_autofree char *status = wf_video_text_status (link);

      printf ("{\"link\":%u,\"state\":%d,\"fps\":%.1f,\"kbps\":%.0f,\"delay\":%d,\"loss\":%.4f,\"text\":\"%s\"}\n",
              i, wf_video_link_get_state (link), wf_video_link_get_frame_rate (link),
              (double) wf_video_link_get_bit_rate (link) / 1000, wf_video_link_get_delay_ms (link),
              wf_video_link_get_loss (link), status);
    }
  printf ("{\"drawing_ms\":%.1f,\"main_ms\":%.1f}\n", (double) drawn / 1e6, (double) get_used () / 1e6);
  fflush (stdout);

  return G_SOURCE_CONTINUE;
}

static gboolean
end_cb (int          fd,
        GIOCondition condition,
        gpointer     data)
{
  g_main_loop_quit (data);
  return G_SOURCE_REMOVE;
}

int
main (int   argc,
      char *argv[])
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (WfVideoHub) hub = wf_video_hub_new ();

  setlocale (LC_ALL, "");
  bindtextdomain (GETTEXT_PACKAGE, g_getenv ("WATCHFIRE_LOCALEDIR"));
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);
  gtk_init ();
  wall_links = g_ptr_array_new_with_free_func (g_object_unref);

  GtkWidget *window = gtk_window_new ();
  GtkWidget *grid = gtk_grid_new ();
  int columns = MAX (1, (int) ceil (sqrt ((argc - 1) / 2)));

  gtk_grid_set_row_homogeneous (GTK_GRID (grid), TRUE);
  gtk_grid_set_column_homogeneous (GTK_GRID (grid), TRUE);
  gtk_grid_set_row_spacing (GTK_GRID (grid), 2);
  gtk_grid_set_column_spacing (GTK_GRID (grid), 2);

  for (int i = 0; i < (argc - 1) / 2; i++)
    {
      WfVideoLink *link = wf_video_hub_get_link (hub, argv[1 + 2 * i], argv[2 + 2 * i]);
      GtkWidget *tile = wf_video_tile_new (link);

      g_ptr_array_add (wall_links, link);
      gtk_widget_set_hexpand (tile, TRUE);
      gtk_widget_set_vexpand (tile, TRUE);
      gtk_grid_attach (GTK_GRID (grid), tile, i % columns, i / columns, 1, 1);
    }

  gtk_window_set_child (GTK_WINDOW (window), grid);
  gtk_window_set_decorated (GTK_WINDOW (window), FALSE);
  gtk_window_set_default_size (GTK_WINDOW (window), 1280, 720);
  gtk_window_present (GTK_WINDOW (window));

  GdkFrameClock *clock = gtk_widget_get_frame_clock (window);
  g_signal_connect (clock, "before-paint", G_CALLBACK (before_cb), NULL);
  g_signal_connect (clock, "after-paint", G_CALLBACK (after_cb), NULL);
  g_timeout_add_seconds (1, report_cb, NULL);
  g_unix_fd_add (0, G_IO_IN | G_IO_HUP, end_cb, loop);
  g_main_loop_run (loop);

  gtk_window_destroy (GTK_WINDOW (window));
  g_ptr_array_unref (wall_links);

  return 0;
}
