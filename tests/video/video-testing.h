/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-unit-stream.h"
#include "wf-video-link.h"
#include "wf-video-pipeline.h"

#include <gst/gst.h>

/* Waits are bounded, and long enough for a slow machine under a sanitizer. */
#define PATIENCE 30

static inline gboolean
wake_cb (gpointer data)
{
  return G_SOURCE_CONTINUE;
}

/* Every warning fails the test, but for one: rtspsrc of GStreamer 1.22 complains of itself when pictures arrive before the
 * answer to PLAY, as they may from a unit that somebody watches already. Nothing else follows from it. */
static inline void
log_cb (const char     *domain,
        GLogLevelFlags  level,
        const char     *message,
        gpointer        data)
{
  if (strstr (message, "gst_event_set_seqnum: assertion 'seqnum != GST_SEQNUM_INVALID'") != NULL)
    return;

  g_log_default_handler (domain, level, message, data);
  if (level & (G_LOG_LEVEL_CRITICAL | G_LOG_LEVEL_WARNING))
    abort ();
}

static inline void
watch_log (void)
{
  g_log_set_always_fatal (G_LOG_FATAL_MASK);
  g_log_set_default_handler (log_cb, NULL);
}

static inline void
init_video_tests (int    *argc,
                  char ***argv)
{
  g_test_init (argc, argv, NULL);
  watch_log ();
  gst_init (argc, argv);
}

/* Runs the main loop until the condition holds, and fails the test where it never does. */
#define wait_until(condition)                                                  \
  G_STMT_START {                                                               \
    gint64 wait_end = g_get_monotonic_time () + PATIENCE * G_USEC_PER_SEC;     \
    guint wait_id = g_timeout_add (10, wake_cb, NULL);                         \
    while (!(condition) && g_get_monotonic_time () < wait_end)                 \
      g_main_context_iteration (NULL, TRUE);                                   \
    g_source_remove (wait_id);                                                 \
    g_assert_true (condition);                                                 \
  } G_STMT_END

#define wait_for_state(link, wanted)                                           \
  G_STMT_START {                                                               \
    wait_until (wf_video_link_get_state (link) == (wanted));                   \
    g_assert_cmpint (wf_video_link_get_state (link), ==, (wanted));            \
  } G_STMT_END

/* Plugins that the unit needs to send, and that a link needs to show it. */
static inline const char *
find_missing_plugin (void)
{
  static const char *const needed[] = {
    "videotestsrc", "cairooverlay", "videoconvert", "x264enc", "rtph264pay",
    "rtspsrc", "appsink", "rtph264depay", "h264parse", "avdec_h264",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (needed); i++)
    {
      g_autoptr (GstElementFactory) factory = gst_element_factory_find (needed[i]);

      if (factory == NULL)
        return needed[i];
    }

  return NULL;
}

#define skip_without_plugins()                                                 \
  G_STMT_START {                                                               \
    const char *missing_plugin = find_missing_plugin ();                       \
    if (missing_plugin != NULL)                                                \
      {                                                                        \
        g_autofree char *why = g_strdup_printf ("the GStreamer element %s is missing", missing_plugin); \
        g_test_skip (why);                                                     \
        return;                                                                \
      }                                                                        \
  } G_STMT_END

static inline WfUnitStream *
start_stream (void)
{
  WfUnitStream *stream = wf_unit_stream_new ();
  WfUnitStreamSpec spec = { .id = "car", .name = "指挥车", .width = 640, .height = 360 };
  g_autoptr (GError) error = NULL;

  wf_unit_stream_add (stream, &spec, &error);
  g_assert_no_error (error);
  wf_unit_stream_start (stream, 0, &error);
  g_assert_no_error (error);
  g_assert_cmpint (wf_unit_stream_get_port (stream), !=, 0);

  return stream;
}

static inline WfVideoLink *
open_link (WfUnitStream *stream,
           const char   *id)
{
  g_autofree char *uri = wf_unit_stream_dup_uri (stream, id);
  WfVideoLink *link = wf_video_link_new (uri, id);

  wf_video_link_hold (link, stream);

  return link;
}

/* Goes away once the thread of a snapshot has let go of it; what it had open follows in a thread of its own. */
static inline void
close_link (WfVideoLink *link)
{
  wait_until (g_atomic_int_get (&G_OBJECT (link)->ref_count) == 1);
  g_assert_finalize_object (link);
  wait_until (wf_video_pipeline_count () == 0);
}
