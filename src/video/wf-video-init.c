/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-video"

#include "config.h"

#include "wf-video-init.h"
#include "wf-video-chain.h"

#include <glib/gi18n.h>
#include <malloc.h>

/* Heaps of the C library. It makes eight for each core, and keeps at the end of each as much free as the largest block that
 * was ever freed: threads that come and go with the links spread the pictures over all of them. What malloc_trim() leaves is
 * no leak, but it grows with each link that is opened. */
#define HEAPS 2

G_DEFINE_QUARK (wf-video-error-quark, wf_video_error)

/**
 * wf_video_init:
 * @error: return location for what is missing
 *
 * Makes GStreamer ready and looks for the plugins without which no link can open. Any thread; called again it only
 * looks again, so that a package installed meanwhile counts. Links call it by themselves, in a thread, since the very
 * first call on a computer scans the plugins and takes a while.
 *
 * Returns: whether video can work here; the message in @error names the Debian package to install
 */
gboolean
wf_video_init (GError **error)
{
  static const char *const needed[] = { "rtspsrc", "appsink", "rtph264depay", "h264parse" };
  static GMutex lock;
  g_autoptr (GError) gst_error = NULL;

  g_mutex_lock (&lock);
#ifdef __GLIBC__
  static gboolean bounded;

  if (!bounded)
    bounded = mallopt (M_ARENA_MAX, HEAPS) != 0;
#endif
  gboolean ready = gst_init_check (NULL, NULL, &gst_error);
  g_mutex_unlock (&lock);

  if (!ready)
    {
      g_set_error (error, WF_VIDEO_ERROR, WF_VIDEO_ERROR_UNAVAILABLE,
                   _("Video cannot be shown on this computer: GStreamer does not start (%s)."),
                   gst_error != NULL ? gst_error->message : "?");
      return FALSE;
    }

  for (gsize i = 0; i < G_N_ELEMENTS (needed); i++)
    {
      g_autoptr (GstElement) element = wf_video_chain_make (needed[i], error);

      if (element == NULL)
        return FALSE;
      gst_object_ref_sink (element);
    }

  return TRUE;
}
