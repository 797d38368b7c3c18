/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-video"

#include "config.h"

#include "wf-video-programme.h"

/*
 * When the pictures of a playlist (HLS) were taken: EXT-X-PROGRAM-DATE-TIME (RFC 8216, 4.3.2.6). hlsdemux2 reads it, and says it
 * once of each of its streams, as a tag in front of the first piece that has one. The demultiplexer of a transport stream
 * throws that away, since it does not know yet for which of its own streams it is; so it is listened to in front of that.
 */

typedef struct
{
  WfVideoProgrammeFunc func;
  gpointer             user_data;
} Listener;

static gboolean
read_tags (GstEvent *event,
           int64_t  *at)
{
  g_autoptr (GstDateTime) time = NULL;
  GstTagList *tags = NULL;

  gst_event_parse_tag (event, &tags);
  if (!gst_tag_list_get_date_time (tags, GST_TAG_DATE_TIME, &time))
    return FALSE;

  g_autoptr (GDateTime) exact = gst_date_time_to_g_date_time (time);
  if (exact == NULL)
    return FALSE;

  *at = g_date_time_to_unix (exact) * 1000 + g_date_time_get_microsecond (exact) / 1000;

  return TRUE;
}

/* Only what stands in front of the first piece says when the first picture was taken. */
static GstPadProbeReturn
passed_cb (GstPad          *pad,
           GstPadProbeInfo *info,
           gpointer         data)
{
  Listener *listener = data;
  int64_t at;

  if ((info->type & GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM) == 0)
    return GST_PAD_PROBE_REMOVE;

  GstEvent *event = gst_pad_probe_info_get_event (info);
  if (GST_EVENT_TYPE (event) != GST_EVENT_TAG || !read_tags (event, &at))
    return GST_PAD_PROBE_OK;

  listener->func (at, listener->user_data);

  return GST_PAD_PROBE_REMOVE;
}

static void
element_added_cb (GstBin     *demux,
                  GstElement *element,
                  gpointer    data)
{
  g_autoptr (GstPad) pad = gst_element_get_static_pad (element, "sink");

  if (pad != NULL)
    gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER | GST_PAD_PROBE_TYPE_BUFFER_LIST | GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM,
                       passed_cb, g_memdup2 (data, sizeof (Listener)), g_free);
}

static void
listener_free (gpointer  data,
               GClosure *closure)
{
  g_free (data);
}

/*
 * wf_video_programme_watch:
 * @demux: what reads a playlist, not running yet
 * @func: told when the first picture that comes out was taken, ms since 1970, before it comes out; never, where the playlist
 *   does not say it
 * @user_data: for @func; lives as long as @demux
 */
void
wf_video_programme_watch (GstElement           *demux,
                          WfVideoProgrammeFunc  func,
                          gpointer              user_data)
{
  Listener listener = { func, user_data };

  if (GST_IS_BIN (demux))
    g_signal_connect_data (demux, "element-added", G_CALLBACK (element_added_cb), g_memdup2 (&listener, sizeof listener),
                           listener_free, 0);
}
