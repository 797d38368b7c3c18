/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-video"

#include "config.h"

#include "wf-video-chain.h"
#include "wf-video-init.h"

#include <glib/gi18n.h>

#define MAX_CHAIN 3

/* From the packets of a codec to its pictures. Chosen here and not by decodebin, whose queues and probing cost time
 * before the first picture, and who cannot say which package to install. */
typedef struct
{
  const char *encoding; /* in the session description */
  const char *name;     /* as people know it */
  const char *depay;
  const char *parse;    /* (nullable) */
  const char *caps;     /* of what the decoder takes */
  const char *package;  /* that brings a decoder */
} Codec;

static const Codec codecs[] = {
  { "H264", "H.264", "rtph264depay", "h264parse", "video/x-h264", "gstreamer1.0-libav" },
  { "H265", "H.265", "rtph265depay", "h265parse", "video/x-h265", "gstreamer1.0-libav" },
  { "JPEG", "Motion JPEG", "rtpjpegdepay", NULL, "image/jpeg", "gstreamer1.0-plugins-good" },
  { "VP8", "VP8", "rtpvp8depay", NULL, "video/x-vp8", "gstreamer1.0-plugins-good" },
  { "VP9", "VP9", "rtpvp9depay", NULL, "video/x-vp9", "gstreamer1.0-plugins-good" },
  { "MP4V-ES", "MPEG-4", "rtpmp4vdepay", "mpeg4videoparse", "video/mpeg,mpegversion=4", "gstreamer1.0-libav" },
};

static const struct
{
  const char *prefix;
  const char *package;
} packages[] = {
  { "rtsp", "gstreamer1.0-plugins-good" },
  { "rtp", "gstreamer1.0-plugins-good" },
  { "app", "gstreamer1.0-plugins-base" },
  { "h26", "gstreamer1.0-plugins-bad" },
  { "mpeg4", "gstreamer1.0-plugins-bad" },
};

static const char *
find_package (const char *factory)
{
  for (gsize i = 0; i < G_N_ELEMENTS (packages); i++)
    if (g_str_has_prefix (factory, packages[i].prefix))
      return packages[i].package;

  return "gstreamer1.0-plugins-bad";
}

/*
 * wf_video_chain_make:
 * @factory: the name of a GStreamer element
 * @error: return location for which package brings it
 *
 * Returns: (transfer floating) (nullable): the element
 */
GstElement *
wf_video_chain_make (const char  *factory,
                     GError     **error)
{
  GstElement *element = gst_element_factory_make (factory, NULL);

  if (element == NULL)
    g_set_error (error, WF_VIDEO_ERROR, WF_VIDEO_ERROR_PLUGIN_MISSING,
                 _("The video plugin “%s” is missing. Install the package %s."),
                 factory, find_package (factory));

  return element;
}

static const Codec *
find_codec (const char *encoding)
{
  for (gsize i = 0; i < G_N_ELEMENTS (codecs); i++)
    if (g_ascii_strcasecmp (encoding, codecs[i].encoding) == 0)
      return &codecs[i];

  return NULL;
}

/* Highest rank first, so that a machine with a hardware decoder uses it. */
static GstElement *
make_decoder (const Codec  *codec,
              GError      **error)
{
  g_autoptr (GstCaps) caps = gst_caps_from_string (codec->caps);
  GstElement *decoder = NULL;

  GList *all = gst_element_factory_list_get_elements (GST_ELEMENT_FACTORY_TYPE_DECODER
                                                      | GST_ELEMENT_FACTORY_TYPE_MEDIA_VIDEO
                                                      | GST_ELEMENT_FACTORY_TYPE_MEDIA_IMAGE,
                                                      GST_RANK_MARGINAL);
  GList *able = gst_element_factory_list_filter (all, caps, GST_PAD_SINK, FALSE);
  able = g_list_sort (able, gst_plugin_feature_rank_compare_func);

  for (GList *l = able; l != NULL && decoder == NULL; l = l->next)
    decoder = gst_element_factory_create (l->data, NULL);

  gst_plugin_feature_list_free (able);
  gst_plugin_feature_list_free (all);

  if (decoder == NULL)
    g_set_error (error, WF_VIDEO_ERROR, WF_VIDEO_ERROR_PLUGIN_MISSING,
                 _("No decoder for %s video is installed. Install the package %s."),
                 codec->name, codec->package);

  return decoder;
}

static void
set_if_known (GstElement *element,
              const char *property,
              const char *value)
{
  if (g_object_class_find_property (G_OBJECT_GET_CLASS (element), property) != NULL)
    gst_util_set_object_arg (G_OBJECT (element), property, value);
}

/* A second decoding thread would hold each picture back by one; half pictures, as before the first key frame, would
 * pass for real ones. */
static void
tune_decoder (GstElement *decoder)
{
  set_if_known (decoder, "max-threads", "1");
  set_if_known (decoder, "output-corrupt", "false");
  set_if_known (decoder, "qos", "false");
}

/* Fills @chain in the order of the data, or leaves nothing and returns 0. */
static gsize
make_elements (const Codec  *codec,
               GstElement   *chain[MAX_CHAIN],
               GError      **error)
{
  gsize n = 0;

  chain[n] = wf_video_chain_make (codec->depay, error);
  if (chain[n] != NULL && codec->parse != NULL)
    chain[++n] = wf_video_chain_make (codec->parse, error);
  if (chain[n] != NULL)
    chain[++n] = make_decoder (codec, error);

  if (chain[n] != NULL)
    {
      tune_decoder (chain[n]);
      return n + 1;
    }

  for (gsize i = 0; i < n; i++)
    {
      gst_object_ref_sink (chain[i]);
      gst_clear_object (&chain[i]);
    }

  return 0;
}

/*
 * wf_video_chain_link:
 * @bin: the pipeline
 * @rtp: a pad with RTP packets of a video
 * @sink: where the pictures go, in @bin already
 * @before_decoding: sees each coded picture, and may drop it
 * @user_data: for @before_decoding
 * @error: return location for what is missing
 *
 * Puts depayloader, parser and decoder between @rtp and @sink and lets them run.
 *
 * Returns: whether that was possible
 */
gboolean
wf_video_chain_link (GstBin               *bin,
                     GstPad               *rtp,
                     GstElement           *sink,
                     GstPadProbeCallback   before_decoding,
                     gpointer              user_data,
                     GError              **error)
{
  g_autoptr (GstCaps) caps = gst_pad_get_current_caps (rtp);
  GstElement *chain[MAX_CHAIN] = { NULL };
  gsize n;

  if (caps == NULL)
    caps = gst_pad_query_caps (rtp, NULL);

  const char *encoding = gst_caps_is_empty (caps) || gst_caps_is_any (caps)
                           ? NULL
                           : gst_structure_get_string (gst_caps_get_structure (caps, 0), "encoding-name");
  const Codec *codec = encoding != NULL ? find_codec (encoding) : NULL;

  if (codec == NULL)
    {
      g_set_error (error, WF_VIDEO_ERROR, WF_VIDEO_ERROR_PLUGIN_MISSING,
                   _("Watchfire cannot show video of the kind “%s”."), encoding != NULL ? encoding : "?");
      return FALSE;
    }

  n = make_elements (codec, chain, error);
  if (n == 0)
    return FALSE;

  for (gsize i = 0; i < n; i++)
    gst_bin_add (bin, chain[i]);

  gboolean linked = TRUE;
  for (gsize i = 0; i < n; i++)
    linked = linked && gst_element_link (chain[i], i + 1 < n ? chain[i + 1] : sink);

  g_autoptr (GstPad) coded = gst_element_get_static_pad (chain[n - 1], "sink");
  gst_pad_add_probe (coded, GST_PAD_PROBE_TYPE_BUFFER, before_decoding, user_data, NULL);

  g_autoptr (GstPad) first = gst_element_get_static_pad (chain[0], "sink");

  for (gsize i = n; i > 0; i--)
    gst_element_sync_state_with_parent (chain[i - 1]);

  if (!linked || gst_pad_link (rtp, first) != GST_PAD_LINK_OK)
    {
      g_set_error (error, WF_VIDEO_ERROR, WF_VIDEO_ERROR_PLUGIN_MISSING,
                   _("The video plugins for %s do not fit together."), codec->name);
      return FALSE;
    }

  return TRUE;
}
