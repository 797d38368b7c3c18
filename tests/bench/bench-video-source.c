/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Cameras that cost next to nothing: a few seconds are encoded once and sent again and again, over RTSP on loopback, so
 * that what is measured is who shows them. Prints its port, and ends with its standard input. */

#include "config.h"

#include "wf-unit-scene.h"

#include <glib-unix.h>
#include <gst/app/gstappsink.h>
#include <gst/app/gstappsrc.h>
#include <gst/rtsp-server/rtsp-server.h>
#include <stdio.h>
#include <stdlib.h>

#define SECONDS 4

typedef struct
{
  GPtrArray *pictures; /* (owned) of GstBuffer */
  GstCaps   *caps;     /* (owned) */
  int        rate;
} Clip;

static void
draw_cb (GstElement *painter,
         cairo_t    *cr,
         guint64     timestamp,
         guint64     duration,
         gpointer    data)
{
  wf_unit_scene_draw (data, cr, 1700000000000 + (int64_t) (timestamp / GST_MSECOND), "bench", NULL);
}

static void
make_clip (Clip *clip,
           int   width,
           int   height)
{
  g_autofree char *description = g_strdup_printf (
    "videotestsrc num-buffers=%d pattern=black ! video/x-raw,format=BGRx,width=%d,height=%d,framerate=%d/1"
    " ! cairooverlay name=painter ! videoconvert ! video/x-raw,format=I420"
    " ! x264enc tune=zerolatency speed-preset=veryfast bitrate=%d key-int-max=%d ! video/x-h264,profile=main"
    " ! h264parse config-interval=-1 ! video/x-h264,stream-format=byte-stream,alignment=au ! appsink name=out sync=false",
    SECONDS * clip->rate, width, height, clip->rate, (int) (width * height * clip->rate * 0.09 / 1000), clip->rate);
  g_autoptr (GError) error = NULL;
  g_autoptr (GstElement) pipeline = gst_parse_launch (description, &error);
  g_autoptr (WfUnitScene) scene = wf_unit_scene_new (7, width, height);
  GstSample *sample;

  if (pipeline == NULL)
    g_error ("%s", error->message);

  g_autoptr (GstElement) painter = gst_bin_get_by_name (GST_BIN (pipeline), "painter");
  g_autoptr (GstElement) out = gst_bin_get_by_name (GST_BIN (pipeline), "out");

  g_signal_connect (painter, "draw", G_CALLBACK (draw_cb), scene);
  gst_element_set_state (pipeline, GST_STATE_PLAYING);

  while ((sample = gst_app_sink_pull_sample (GST_APP_SINK (out))) != NULL)
    {
      if (clip->caps == NULL)
        clip->caps = gst_caps_ref (gst_sample_get_caps (sample));
      g_ptr_array_add (clip->pictures, gst_buffer_copy_deep (gst_sample_get_buffer (sample)));
      gst_sample_unref (sample);
    }

  gst_element_set_state (pipeline, GST_STATE_NULL);
}

typedef struct
{
  Clip       *clip;
  GstAppSrc  *source; /* (owned) */
  guint64     n;
  GstClockTime begin;
  guint       timer;
} Camera;

static gboolean
send_cb (gpointer data)
{
  Camera *camera = data;
  Clip *clip = camera->clip;
  GstClockTime now = gst_element_get_current_running_time (GST_ELEMENT (camera->source));

  if (!GST_CLOCK_TIME_IS_VALID (now))
    return G_SOURCE_CONTINUE;
  if (!GST_CLOCK_TIME_IS_VALID (camera->begin))
    camera->begin = now;

  while (camera->begin + camera->n * GST_SECOND / (guint) clip->rate <= now)
    {
      GstBuffer *buffer = gst_buffer_copy (g_ptr_array_index (clip->pictures, camera->n % clip->pictures->len));

      GST_BUFFER_PTS (buffer) = camera->begin + camera->n++ * GST_SECOND / (guint) clip->rate;
      GST_BUFFER_DTS (buffer) = GST_BUFFER_PTS (buffer);
      GST_BUFFER_DURATION (buffer) = GST_SECOND / (guint) clip->rate;
      gst_app_src_push_buffer (camera->source, buffer);
    }

  return G_SOURCE_CONTINUE;
}

static void
unprepared_cb (GstRTSPMedia *media,
               Camera       *camera)
{
  g_source_remove (camera->timer);
  gst_object_unref (camera->source);
  g_free (camera);
}

static void
configure_cb (GstRTSPMediaFactory *factory,
              GstRTSPMedia        *media,
              Clip                *clip)
{
  Camera *camera = g_new0 (Camera, 1);
  g_autoptr (GstElement) bin = gst_rtsp_media_get_element (media);

  camera->clip = clip;
  camera->begin = GST_CLOCK_TIME_NONE;
  camera->source = GST_APP_SRC (gst_bin_get_by_name (GST_BIN (bin), "camera"));
  gst_app_src_set_caps (camera->source, clip->caps);
  camera->timer = g_timeout_add (10, send_cb, camera);
  gst_rtsp_media_set_rate_control (media, FALSE);
  g_signal_connect (media, "unprepared", G_CALLBACK (unprepared_cb), camera);
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
  Clip clip = { 0 };

  gst_init (&argc, &argv);
  if (argc != 5)
    {
      g_printerr ("Usage: bench-video-source WIDTH HEIGHT RATE NUMBER\n");
      return 2;
    }

  clip.pictures = g_ptr_array_new_with_free_func ((GDestroyNotify) gst_buffer_unref);
  clip.rate = CLAMP (atoi (argv[3]), 1, 60);
  make_clip (&clip, atoi (argv[1]), atoi (argv[2]));

  g_autoptr (GstRTSPServer) server = gst_rtsp_server_new ();
  g_autoptr (GstRTSPMountPoints) mounts = gst_rtsp_server_get_mount_points (server);

  gst_rtsp_server_set_address (server, "127.0.0.1");
  gst_rtsp_server_set_service (server, "0");
  for (int i = 0; i < CLAMP (atoi (argv[4]), 1, 16); i++)
    {
      g_autofree char *path = g_strdup_printf ("/%d", i);
      GstRTSPMediaFactory *factory = gst_rtsp_media_factory_new ();

      gst_rtsp_media_factory_set_launch (factory, "( appsrc name=camera is-live=true format=time"
                                                  " ! rtph264pay name=pay0 pt=96 config-interval=-1 )");
      gst_rtsp_media_factory_set_shared (factory, TRUE);
      g_signal_connect (factory, "media-configure", G_CALLBACK (configure_cb), &clip);
      gst_rtsp_mount_points_add_factory (mounts, path, factory);
    }

  if (gst_rtsp_server_attach (server, NULL) == 0)
    return 1;

  printf ("%d\n", gst_rtsp_server_get_bound_port (server));
  fflush (stdout);
  g_unix_fd_add (0, G_IO_IN | G_IO_HUP, end_cb, loop);
  g_main_loop_run (loop);

  return 0;
}
