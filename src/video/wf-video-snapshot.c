/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-video"

#include "config.h"

#include "wf-video-snapshot.h"
#include "wf-video-link-private.h"
#include "wf-worker.h"
#include "wf-video-init.h"

#include <gdk-pixbuf/gdk-pixbuf.h>
#include <glib/gi18n.h>
#include <gst/video/video.h>

#include "wf-time.h"

/* Evidence is kept, so it is worth the bytes. */
#define JPEG_QUALITY "92"

static void
free_pixels_cb (guchar   *pixels,
                gpointer  data)
{
  g_free (pixels);
}

/* Rows of a GdkPixbuf are padded to four bytes, as GStreamer's of RGB are. */
static GdkPixbuf *
convert_frame (GstVideoFrame *frame,
               int            width,
               int            height)
{
  GstVideoInfo info;
  GstVideoFrame target;

  if (!gst_video_info_set_format (&info, GST_VIDEO_FORMAT_RGB, (guint) width, (guint) height))
    return NULL;

  info.fps_n = frame->info.fps_n;
  info.fps_d = frame->info.fps_d;

  GstVideoConverter *converter = gst_video_converter_new (&frame->info, &info, NULL);
  if (converter == NULL)
    return NULL;

  guchar *pixels = g_malloc0 (info.size);
  g_autoptr (GdkPixbuf) pixbuf = gdk_pixbuf_new_from_data (pixels, GDK_COLORSPACE_RGB, FALSE, 8, width, height,
                                                           GST_VIDEO_INFO_PLANE_STRIDE (&info, 0),
                                                           free_pixels_cb, NULL);
  GstBuffer *buffer = gst_buffer_new_wrapped_full (0, pixels, info.size, 0, info.size, NULL, NULL);
  gboolean mapped = gst_video_frame_map (&target, &info, buffer, GST_MAP_WRITE);

  if (mapped)
    {
      gst_video_converter_frame (converter, frame, &target);
      gst_video_frame_unmap (&target);
    }

  gst_buffer_unref (buffer);
  gst_video_converter_free (converter);

  return mapped ? g_steal_pointer (&pixbuf) : NULL;
}

static GdkPixbuf *
convert_sample (GstSample *sample)
{
  GstVideoInfo info;
  GstVideoFrame frame;

  if (!gst_video_info_from_caps (&info, gst_sample_get_caps (sample))
      || !gst_video_frame_map (&frame, &info, gst_sample_get_buffer (sample), GST_MAP_READ))
    return NULL;

  int width = info.width;
  if (info.par_n > 0 && info.par_d > 0)
    width = MAX (1, (int) gst_util_uint64_scale_int ((guint64) info.width, info.par_n, info.par_d));

  GdkPixbuf *pixbuf = convert_frame (&frame, width, info.height);
  gst_video_frame_unmap (&frame);

  return pixbuf;
}

/*
 * wf_video_snapshot_encode:
 * @sample: a decoded picture
 * @format: what to write
 * @captured_at: when it was taken, ms since the epoch; a PNG carries it
 * @error: return location
 *
 * Takes tens of milliseconds: not for the main loop.
 *
 * Returns: (transfer full) (nullable): the file's bytes
 */
GBytes *
wf_video_snapshot_encode (GstSample           *sample,
                          WfVideoImageFormat   format,
                          int64_t              captured_at,
                          GError             **error)
{
  g_autoptr (GdkPixbuf) pixbuf = convert_sample (sample);
  g_autoptr (GError) cause = NULL;
  g_autofree char *when = wf_time_format (captured_at);
  char *buffer = NULL;
  gsize size = 0;
  gboolean done = FALSE;

  if (pixbuf != NULL && format == WF_VIDEO_IMAGE_FORMAT_PNG)
    done = gdk_pixbuf_save_to_buffer (pixbuf, &buffer, &size, "png", &cause,
                                      "compression", "3", "tEXt::Creation Time", when, NULL);
  else if (pixbuf != NULL)
    done = gdk_pixbuf_save_to_buffer (pixbuf, &buffer, &size, "jpeg", &cause, "quality", JPEG_QUALITY, NULL);

  if (!done)
    {
      g_set_error (error, WF_VIDEO_ERROR, WF_VIDEO_ERROR_ENCODE,
                   _("The picture could not be taken: %s. Take it again."),
                   cause != NULL ? cause->message : _("its format is not known"));
      return NULL;
    }

  return g_bytes_new_take (buffer, size);
}

typedef struct
{
  GstSample          *sample; /* (owned) */
  int64_t             captured_at;
  WfVideoImageFormat  format;
} Snapshot;

static void
snapshot_free (gpointer data)
{
  Snapshot *snapshot = data;

  g_clear_pointer (&snapshot->sample, gst_sample_unref);
  g_free (snapshot);
}

static void
encode_in_thread (GTask        *task,
                  gpointer      source,
                  gpointer      task_data,
                  GCancellable *cancellable)
{
  Snapshot *snapshot = task_data;
  GError *error = NULL;
  GBytes *bytes = wf_video_snapshot_encode (snapshot->sample, snapshot->format, snapshot->captured_at, &error);

  if (bytes != NULL)
    g_task_return_pointer (task, bytes, (GDestroyNotify) g_bytes_unref);
  else
    g_task_return_error (task, error);
}

/**
 * wf_video_link_snapshot_async:
 * @self: a link
 * @format: JPEG, or PNG without loss
 * @cancellable: (nullable): to give up
 * @callback: when it is done
 * @user_data: for @callback
 *
 * Takes the newest picture in the stream's full size, however small it is shown, and encodes it in a thread. On a link
 * that is not live it is the last one that there was; its time says so.
 */
void
wf_video_link_snapshot_async (WfVideoLink         *self,
                              WfVideoImageFormat   format,
                              GCancellable        *cancellable,
                              GAsyncReadyCallback  callback,
                              gpointer             user_data)
{
  g_return_if_fail (WF_IS_VIDEO_LINK (self));

  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  Snapshot *snapshot = g_new0 (Snapshot, 1);

  g_task_set_source_tag (task, wf_video_link_snapshot_async);
  g_task_set_task_data (task, snapshot, snapshot_free);

  snapshot->format = format;
  snapshot->sample = wf_video_link_dup_sample (self, &snapshot->captured_at);

  if (snapshot->sample == NULL)
    g_task_return_new_error (task, WF_VIDEO_ERROR, WF_VIDEO_ERROR_NO_PICTURE,
                             _("There is no picture of “%s” yet. Wait until the video is live."), wf_video_link_get_name (self));
  else
    wf_task_run_in_thread (task, encode_in_thread);
}

/**
 * wf_video_link_snapshot_finish:
 * @self: a link
 * @result: from the callback
 * @captured_at: (out) (optional): when the picture was taken, ms since the epoch, by the sender's clock where it is known
 * @error: return location for a #WfVideoError
 *
 * Returns: (transfer full) (nullable): the file's bytes
 */
GBytes *
wf_video_link_snapshot_finish (WfVideoLink   *self,
                               GAsyncResult  *result,
                               int64_t       *captured_at,
                               GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  Snapshot *snapshot = g_task_get_task_data (G_TASK (result));

  if (captured_at != NULL)
    *captured_at = snapshot->captured_at;

  return g_task_propagate_pointer (G_TASK (result), error);
}
