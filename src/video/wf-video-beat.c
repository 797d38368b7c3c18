/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-video"

#include "config.h"

#include "wf-video-beat.h"

/* ms. Shorter than the 33 of a camera of 30 pictures a second, so that none is lost. */
#define INTERVAL 30

/* So many tiles are drawn at once, each for itself. */
#define FEW 2

/*
 * Cameras do not keep time together: nine of them would have a window drawn at every refresh of the screen, a few tiles at
 * a time. Each drawing costs as much again as the tiles in it, since GTK clears and copies the rectangle around them all.
 * So the tiles of a window with many of them are drawn together, at a common beat.
 */
typedef struct
{
  GHashTable *tiles;  /* (owned) of tiles on the screen, not referenced, → whether there is a new picture */
  guint       timer;
} Beat;

static void
beat_free (gpointer data)
{
  Beat *beat = data;

  g_clear_handle_id (&beat->timer, g_source_remove);
  g_hash_table_unref (beat->tiles);
  g_free (beat);
}

static Beat *
get_beat (GtkWidget *tile,
          gboolean   make)
{
  static const char key[] = "watchfire-video-beat";
  GtkRoot *root = gtk_widget_get_root (tile);
  Beat *beat = root != NULL ? g_object_get_data (G_OBJECT (root), key) : NULL;

  if (beat == NULL && root != NULL && make)
    {
      beat = g_new0 (Beat, 1);
      beat->tiles = g_hash_table_new (NULL, NULL);
      g_object_set_data_full (G_OBJECT (root), key, beat, beat_free);
    }

  return beat;
}

static gboolean
beat_cb (gpointer data)
{
  Beat *beat = data;
  GHashTableIter iter;
  gpointer tile;
  gpointer is_new;

  beat->timer = 0;
  g_hash_table_iter_init (&iter, beat->tiles);
  while (g_hash_table_iter_next (&iter, &tile, &is_new))
    if (GPOINTER_TO_INT (is_new))
      {
        g_hash_table_iter_replace (&iter, GINT_TO_POINTER (FALSE));
        gtk_widget_queue_draw (tile);
      }

  return G_SOURCE_REMOVE;
}

/*
 * wf_video_beat_join:
 * @tile: a tile that has come on the screen
 */
void
wf_video_beat_join (GtkWidget *tile)
{
  Beat *beat = get_beat (tile, TRUE);

  if (beat != NULL)
    g_hash_table_insert (beat->tiles, tile, GINT_TO_POINTER (FALSE));
}

/*
 * wf_video_beat_leave:
 * @tile: a tile that leaves the screen, still in its window
 */
void
wf_video_beat_leave (GtkWidget *tile)
{
  Beat *beat = get_beat (tile, FALSE);

  if (beat != NULL)
    g_hash_table_remove (beat->tiles, tile);
}

/*
 * wf_video_beat_draw:
 * @tile: a tile on the screen with a new picture
 *
 * Has it drawn: at once where there are few, else with the others.
 */
void
wf_video_beat_draw (GtkWidget *tile)
{
  Beat *beat = get_beat (tile, FALSE);

  if (beat == NULL || g_hash_table_size (beat->tiles) <= FEW || !g_hash_table_contains (beat->tiles, tile))
    {
      gtk_widget_queue_draw (tile);
      return;
    }

  g_hash_table_insert (beat->tiles, tile, GINT_TO_POINTER (TRUE));
  if (beat->timer == 0)
    beat->timer = g_timeout_add (INTERVAL - (guint) (g_get_monotonic_time () / 1000 % INTERVAL), beat_cb, beat);
}
