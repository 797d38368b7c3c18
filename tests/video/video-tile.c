/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "video-testing.h"
#include "wf-video-text.h"
#include "wf-video-tile.h"

#include <gtk/gtk.h>

static void
count_cb (guint *count)
{
  (*count)++;
}

static GtkWidget *
present_tile (WfVideoLink *link,
              GtkWidget  **window)
{
  GtkWidget *tile = wf_video_tile_new (link);

  *window = gtk_window_new ();
  gtk_window_set_default_size (GTK_WINDOW (*window), 320, 180);
  gtk_window_set_child (GTK_WINDOW (*window), tile);
  gtk_window_present (GTK_WINDOW (*window));

  return tile;
}

static void
destroy_window (GtkWidget *window)
{
  gtk_window_destroy (GTK_WINDOW (window));
}

static void
test_accessible (void)
{
  g_autoptr (WfVideoLink) link = wf_video_link_new ("rtsp://127.0.0.1:1/x", "Command car 1");
  GtkWidget *tile = g_object_ref_sink (wf_video_tile_new (link));

  gtk_test_accessible_assert_role (GTK_ACCESSIBLE (tile), GTK_ACCESSIBLE_ROLE_IMG);
  gtk_test_accessible_assert_property (GTK_ACCESSIBLE (tile), GTK_ACCESSIBLE_PROPERTY_LABEL, "Command car 1");
  gtk_test_accessible_assert_property (GTK_ACCESSIBLE (tile), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, "Not open");

  wf_video_link_set_name (link, "Drone 2");
  gtk_test_accessible_assert_property (GTK_ACCESSIBLE (tile), GTK_ACCESSIBLE_PROPERTY_LABEL, "Drone 2");

  wf_video_tile_set_link (WF_VIDEO_TILE (tile), NULL);
  gtk_test_accessible_assert_property (GTK_ACCESSIBLE (tile), GTK_ACCESSIBLE_PROPERTY_LABEL, "");

  g_assert_finalize_object (tile);
}

/* Wide enough for the link's state and reason, and drawn in every state without a warning. */
static void
test_states (void)
{
  skip_without_plugins ();

  g_autoptr (WfUnitStream) stream = start_stream ();
  g_autofree char *uri = wf_unit_stream_dup_uri (stream, "car");
  guint16 port = wf_unit_stream_get_port (stream);
  WfVideoLink *link = wf_video_link_new (uri, "Car");
  GtkWidget *window;
  GtkWidget *tile = present_tile (link, &window);

  wait_for_state (link, WF_VIDEO_STATE_LIVE);

  /* Once it is known how old it is nothing is explained any more, and who cannot see it is still told how it is. */
  wait_until (wf_video_link_get_delay_ms (link) >= 0 && gtk_widget_get_tooltip_text (tile) == NULL);
  gtk_test_accessible_assert_property (GTK_ACCESSIBLE (tile), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, "Live");
  gtk_test_accessible_assert_property (GTK_ACCESSIBLE (tile), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, "Live");
  wait_until (wf_video_link_get_frame_rate (link) > 0);
  g_autofree char *live = wf_video_text_status (link);
  g_assert_nonnull (strstr (live, "fps"));
  g_assert_nonnull (strstr (live, "b/s"));
  g_assert_false (wf_video_is_frozen (link));

  /* Made for the tile, not for the stream. */
  g_autoptr (GdkPaintable) image = gdk_paintable_get_current_image (wf_video_link_get_paintable (link));
  g_assert_cmpint (gdk_paintable_get_intrinsic_width (image), <=,
                   gtk_widget_get_width (tile) * gtk_widget_get_scale_factor (tile) + 1);

  wf_unit_stream_set_frozen (stream, "car", TRUE);
  wait_for_state (link, WF_VIDEO_STATE_STALLED);
  gtk_test_accessible_assert_property (GTK_ACCESSIBLE (tile), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, "Picture frozen");
  g_assert_true (wf_video_is_frozen (link));
  g_autofree char *frozen = wf_video_text_status (link);
  g_assert_true (g_str_has_prefix (frozen, "Picture frozen for "));
  wf_unit_stream_set_frozen (stream, "car", FALSE);
  wait_for_state (link, WF_VIDEO_STATE_LIVE);

  wf_unit_stream_stop (stream);
  wait_for_state (link, WF_VIDEO_STATE_RECONNECTING);
  wait_until (wf_video_link_get_reason (link) != NULL);
  g_autofree char *wanted = g_strdup_printf ("Reconnecting: %s", wf_video_link_get_reason (link));
  gtk_test_accessible_assert_property (GTK_ACCESSIBLE (tile), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, wanted);
  g_autofree char *lost = wf_video_text_status (link);
  g_assert_true (g_str_has_suffix (lost, "Reconnecting"));

  g_assert_true (wf_unit_stream_start (stream, port, NULL));
  wait_for_state (link, WF_VIDEO_STATE_LIVE);

  g_clear_object (&image);
  destroy_window (window);
  close_link (link);
}

static void
test_holds_while_mapped (void)
{
  skip_without_plugins ();

  g_autoptr (WfUnitStream) stream = start_stream ();
  g_autofree char *uri = wf_unit_stream_dup_uri (stream, "car");
  WfVideoLink *link = wf_video_link_new (uri, "Car");
  GtkWidget *window;
  GtkWidget *tile = present_tile (link, &window);

  wait_for_state (link, WF_VIDEO_STATE_LIVE);
  gtk_widget_set_visible (tile, FALSE);
  wait_for_state (link, WF_VIDEO_STATE_IDLE);
  wait_until (wf_unit_stream_count_encoders (stream) == 0);
  gtk_widget_set_visible (tile, TRUE);
  wait_for_state (link, WF_VIDEO_STATE_LIVE);

  /* Another source in the same tile. */
  g_autoptr (WfVideoLink) other = wf_video_link_new ("rtsp://", "Other");
  wf_video_tile_set_link (WF_VIDEO_TILE (tile), other);
  g_assert_cmpint (wf_video_link_get_state (other), ==, WF_VIDEO_STATE_FAILED);
  wait_for_state (link, WF_VIDEO_STATE_IDLE);

  destroy_window (window);
  close_link (link);
}

static void
taken_cb (WfVideoTile *tile,
          GBytes      *bytes,
          gint64       captured_at,
          GBytes     **taken)
{
  g_assert_cmpint (captured_at, >, 0);
  *taken = g_bytes_ref (bytes);
}

static void
test_actions (void)
{
  skip_without_plugins ();

  g_autoptr (WfUnitStream) stream = start_stream ();
  g_autofree char *uri = wf_unit_stream_dup_uri (stream, "car");
  WfVideoLink *link = wf_video_link_new (uri, "Car");
  g_autoptr (GBytes) taken = NULL;
  GtkWidget *window;
  GtkWidget *tile = present_tile (link, &window);
  guint n_fullscreen = 0;

  g_signal_connect_swapped (tile, "fullscreen-requested", G_CALLBACK (count_cb), &n_fullscreen);
  g_signal_connect (tile, "snapshot-taken", G_CALLBACK (taken_cb), &taken);

  g_assert_true (gtk_widget_activate_action (tile, "video.fullscreen", NULL));
  g_assert_cmpint (n_fullscreen, ==, 1);

  wait_for_state (link, WF_VIDEO_STATE_LIVE);
  g_assert_true (gtk_widget_activate_action (tile, "video.snapshot", NULL));
  wait_until (taken != NULL);
  g_assert_cmpint (g_bytes_get_size (taken), >, 1000);

  destroy_window (window);
  close_link (link);
}

static void
test_many_open_and_close (void)
{
  skip_without_plugins ();

  g_autoptr (WfUnitStream) stream = start_stream ();
  g_autofree char *uri = wf_unit_stream_dup_uri (stream, "car");

  for (guint i = 0; i < 20; i++)
    {
      WfVideoLink *link = wf_video_link_new (uri, "Car");
      GtkWidget *window;
      GtkWidget *tile = present_tile (link, &window);

      if (i % 4 == 0)
        wait_for_state (link, WF_VIDEO_STATE_LIVE);
      else
        wait_until (gtk_widget_get_mapped (tile));

      g_object_add_weak_pointer (G_OBJECT (tile), (gpointer *) &tile);
      destroy_window (window);
      wait_until (tile == NULL);
      close_link (link);
    }
}

int
main (int   argc,
      char *argv[])
{
  init_video_tests (&argc, &argv);
  gtk_init ();

  g_test_add_func ("/video/tile/accessible", test_accessible);
  g_test_add_func ("/video/tile/states", test_states);
  g_test_add_func ("/video/tile/holds-while-mapped", test_holds_while_mapped);
  g_test_add_func ("/video/tile/actions", test_actions);
  g_test_add_func ("/video/tile/many-open-and-close", test_many_open_and_close);

  return g_test_run ();
}
