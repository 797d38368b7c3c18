/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-video"

#include "config.h"

#include "wf-video-chain.h"
#include "wf-video-init.h"
#include "wf-video-programme.h"

#include <glib/gi18n.h>

/* How deep things may be wrapped in each other: RTP, playlist, transport stream. */
#define MAX_DEPTH 6

/* Larger pictures are not decoded: one of them would take the time of all others away. */
#define MAX_PIXELS (4096 * 3072)

#define DEPTH "watchfire-depth"
#define SOUND "watchfire-sound"

/* Not playbin or decodebin, whose queues and probing cost time before the first picture, and who cannot say which package
 * to install. */

/* What wraps something, and what takes it off. */
typedef struct
{
  const char *takes;   /* caps */
  const char *element;
  const char *gives;   /* (nullable) caps, where there is one thing inside and it is known */
  gboolean    paced;   /* a recording or a playlist: comes faster than it is to be shown */
} Wrapper;

static const Wrapper wrappers[] = {
  { "application/x-rtp,encoding-name=H264", "rtph264depay", "video/x-h264", FALSE },
  { "application/x-rtp,encoding-name=H265", "rtph265depay", "video/x-h265", FALSE },
  { "application/x-rtp,encoding-name=JPEG", "rtpjpegdepay", "image/jpeg", FALSE },
  { "application/x-rtp,encoding-name=VP8", "rtpvp8depay", "video/x-vp8", FALSE },
  { "application/x-rtp,encoding-name=VP9", "rtpvp9depay", "video/x-vp9", FALSE },
  { "application/x-rtp,encoding-name=MP4V-ES", "rtpmp4vdepay", "video/mpeg,mpegversion=4,systemstream=false", FALSE },
  { "application/x-rtp,encoding-name=MP2T", "rtpmp2tdepay", "video/mpegts,systemstream=true", FALSE },
  { "application/x-rtp,payload=33", "rtpmp2tdepay", "video/mpegts,systemstream=true", FALSE },
  { "application/x-rtp,media=audio,encoding-name=PCMA", "rtppcmadepay", "audio/x-alaw", FALSE },
  { "application/x-rtp,media=audio,encoding-name=PCMU", "rtppcmudepay", "audio/x-mulaw", FALSE },
  { "application/x-rtp,media=audio,encoding-name=MPEG4-GENERIC", "rtpmp4gdepay", "audio/mpeg,mpegversion=4", FALSE },
  { "application/x-rtp,media=audio,encoding-name=MP4A-LATM", "rtpmp4adepay", "audio/mpeg,mpegversion=4", FALSE },
  { "application/x-rtp,media=audio,encoding-name=OPUS", "rtpopusdepay", "audio/x-opus", FALSE },
  { "video/mpegts", "tsdemux", NULL, FALSE },
  { "video/x-flv", "flvdemux", NULL, FALSE },
  { "multipart/x-mixed-replace", "multipartdemux", NULL, FALSE },
  { "application/x-hls", "hlsdemux2", NULL, TRUE }, /* the older hlsdemux never ends on some broken playlists */
  { "video/quicktime", "qtdemux", NULL, TRUE },
  { "application/x-3gp", "qtdemux", NULL, TRUE },
  { "video/x-matroska", "matroskademux", NULL, TRUE },
  { "video/webm", "matroskademux", NULL, TRUE },
  { "video/x-msvideo", "avidemux", NULL, TRUE },
  { "video/mpeg,systemstream=true", "mpegpsdemux", NULL, TRUE },
};

typedef struct
{
  const char *takes;   /* caps */
  const char *name;    /* as people know it */
  const char *parse;   /* (nullable) */
  const char *package; /* that brings a decoder */
} Codec;

static const Codec codecs[] = {
  { "video/x-h264", "H.264", "h264parse", "gstreamer1.0-libav" },
  { "video/x-h265", "H.265", "h265parse", "gstreamer1.0-libav" },
  { "image/jpeg", "Motion JPEG", "jpegparse", "gstreamer1.0-plugins-good" },
  { "video/x-vp8", "VP8", NULL, "gstreamer1.0-plugins-good" },
  { "video/x-vp9", "VP9", NULL, "gstreamer1.0-plugins-good" },
  { "video/x-av1", "AV1", "av1parse", "gstreamer1.0-plugins-bad" },
  { "video/mpeg,mpegversion=4,systemstream=false", "MPEG-4", "mpeg4videoparse", "gstreamer1.0-libav" },
  { "video/mpeg,mpegversion=[1,2],systemstream=false", "MPEG-2", "mpegvideoparse", "gstreamer1.0-libav" },
};

/* What else may be found beside the pictures, and is no reason to complain. */
static const char *const beside[] = { "audio/", "text/x-", "subpicture/", "subtitle/", "closedcaption/", "meta/" };

/* Where the name of an element does not say it: plugins-bad. */
static const struct
{
  const char *prefix;
  const char *package;
} packages[] = {
  { "rtspsrc", "gstreamer1.0-plugins-good" },
  { "rtp", "gstreamer1.0-plugins-good" },
  { "udpsrc", "gstreamer1.0-plugins-good" },
  { "souphttpsrc", "gstreamer1.0-plugins-good" },
  { "flvdemux", "gstreamer1.0-plugins-good" },
  { "multipartdemux", "gstreamer1.0-plugins-good" },
  { "qtdemux", "gstreamer1.0-plugins-good" },
  { "matroskademux", "gstreamer1.0-plugins-good" },
  { "avidemux", "gstreamer1.0-plugins-good" },
  { "hlsdemux2", "gstreamer1.0-plugins-good" },
  { "app", "gstreamer1.0-plugins-base" },
  { "typefind", "libgstreamer1.0-0" },
  { "filesrc", "libgstreamer1.0-0" },
  { "queue", "libgstreamer1.0-0" },
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

static gboolean
fits (const char    *wanted,
      const GstCaps *caps)
{
  g_autoptr (GstCaps) known = gst_caps_from_string (wanted);

  return gst_caps_can_intersect (caps, known);
}

static const Wrapper *
find_wrapper (const GstCaps *caps)
{
  for (gsize i = 0; i < G_N_ELEMENTS (wrappers); i++)
    if (fits (wrappers[i].takes, caps))
      return &wrappers[i];

  return NULL;
}

static const Codec *
find_codec (const GstCaps *caps)
{
  for (gsize i = 0; i < G_N_ELEMENTS (codecs); i++)
    if (fits (codecs[i].takes, caps))
      return &codecs[i];

  return NULL;
}

/* Highest rank first, so that a machine with a hardware decoder uses it, as long as that has not failed. */
static GstElement *
make_decoder (const Codec  *codec,
              gboolean      software,
              GError      **error)
{
  g_autoptr (GstCaps) caps = gst_caps_from_string (codec->takes);
  GstElement *decoder = NULL;

  GList *all = gst_element_factory_list_get_elements (GST_ELEMENT_FACTORY_TYPE_DECODER
                                                      | GST_ELEMENT_FACTORY_TYPE_MEDIA_VIDEO
                                                      | GST_ELEMENT_FACTORY_TYPE_MEDIA_IMAGE,
                                                      GST_RANK_MARGINAL);
  GList *able = gst_element_factory_list_filter (all, caps, GST_PAD_SINK, FALSE);
  able = g_list_sort (able, gst_plugin_feature_rank_compare_func);

  for (GList *l = able; l != NULL && decoder == NULL; l = l->next)
    if (!software || !gst_element_factory_list_is_type (l->data, GST_ELEMENT_FACTORY_TYPE_HARDWARE))
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

static void
fail (WfVideoChain  *self,
      WfVideoReason  reason,
      const char    *detail)
{
  self->funcs->failed (reason, detail, self->user_data);
}

static gboolean
has_picture (WfVideoChain *self)
{
  g_autoptr (GstPad) taken = gst_element_get_static_pad (self->sink, "sink");

  return gst_pad_is_linked (taken);
}

/* The size as the parser read it in the stream itself, before anything is decoded or allocated for it. */
static GstPadProbeReturn
size_cb (GstPad          *pad,
         GstPadProbeInfo *info,
         gpointer         data)
{
  GstEvent *event = gst_pad_probe_info_get_event (info);
  GstCaps *caps = NULL;
  int width = 0;
  int height = 0;

  if (GST_EVENT_TYPE (event) != GST_EVENT_CAPS)
    return GST_PAD_PROBE_OK;

  gst_event_parse_caps (event, &caps);
  GstStructure *structure = gst_caps_get_structure (caps, 0);
  gst_structure_get_int (structure, "width", &width);
  gst_structure_get_int (structure, "height", &height);

  if ((int64_t) width * height <= MAX_PIXELS)
    return GST_PAD_PROBE_OK;

  g_autofree char *detail = g_strdup_printf (_("The picture is too large to be shown: %d × %d. Choose a smaller stream "
                                               "of this camera."), width, height);
  fail (data, WF_VIDEO_REASON_TOO_LARGE, detail);

  return GST_PAD_PROBE_DROP;
}

/* Links what is in @elements, of which the first takes @pad, and lets it run. Takes the elements in any case. */
static gboolean
append (WfVideoChain  *self,
        GstPad        *pad,
        GstElement   **elements,
        gsize          n)
{
  gboolean linked = TRUE;

  for (gsize i = 0; i < n; i++)
    gst_bin_add (self->bin, elements[i]);
  for (gsize i = 1; i < n; i++)
    linked = linked && gst_element_link (elements[i - 1], elements[i]);
  for (gsize i = n; i > 0; i--)
    gst_element_sync_state_with_parent (elements[i - 1]);

  g_autoptr (GstPad) first = gst_element_get_static_pad (elements[0], "sink");

  return linked && gst_pad_link (pad, first) == GST_PAD_LINK_OK;
}

static void
decode (WfVideoChain *self,
        GstPad       *pad,
        const Codec  *codec)
{
  g_autoptr (GError) error = NULL;
  GstElement *elements[2];
  gsize n = 0;

  /* A second video of the same session, such as a small copy, has no place left to go. */
  if (has_picture (self))
    return;

  GstElement *decoder = make_decoder (codec, self->software, &error);
  GstElement *parse = decoder != NULL && codec->parse != NULL ? wf_video_chain_make (codec->parse, &error) : NULL;

  if (error != NULL)
    {
      if (decoder != NULL)
        gst_object_unref (gst_object_ref_sink (decoder));
      fail (self, WF_VIDEO_REASON_CODEC, error->message);
      return;
    }

  tune_decoder (decoder);
  self->funcs->found (codec->name, self->user_data);
  if (parse != NULL)
    elements[n++] = parse;
  elements[n++] = decoder;

  g_autoptr (GstPad) coded = gst_element_get_static_pad (decoder, "sink");
  gst_pad_add_probe (coded, GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM, size_cb, self, NULL);
  gst_pad_add_probe (coded, GST_PAD_PROBE_TYPE_BUFFER, self->funcs->coded, self->user_data, NULL);

  gst_object_ref (decoder);
  if (!append (self, pad, elements, n) || !gst_element_link (decoder, self->sink))
    {
      g_autofree char *detail = g_strdup_printf (_("The video plugins for %s do not fit together."), codec->name);

      fail (self, WF_VIDEO_REASON_CODEC, detail);
    }
  gst_object_unref (decoder);
}

static void follow (WfVideoChain *self,
                    GstPad       *pad,
                    GstCaps      *caps,
                    guint         depth);

static guint
get_depth (GstElement *element)
{
  return GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (element), DEPTH));
}

static void
pad_added_cb (GstElement *element,
              GstPad     *pad,
              gpointer    data)
{
  if (GST_PAD_IS_SRC (pad))
    follow (data, pad, NULL, get_depth (element) + 1);
}

static void
no_more_pads_cb (GstElement *element,
                 gpointer    data)
{
  WfVideoChain *self = data;
  GList *pads = element->srcpads;

  /* One that is being looked into may still turn out to be a picture. */
  if (pads == NULL || has_picture (self))
    return;
  for (GList *l = pads; l != NULL; l = l->next)
    if (gst_pad_is_linked (l->data) && g_object_get_data (G_OBJECT (l->data), SOUND) == NULL)
      return;

  fail (self, WF_VIDEO_REASON_BAD_STREAM, _("There is sound here, but no picture."));
}

static void
have_type_cb (GstElement *element,
              guint       probability,
              GstCaps    *caps,
              gpointer    data)
{
  g_autoptr (GstPad) pad = gst_element_get_static_pad (element, "src");

  follow (data, pad, caps, get_depth (element) + 1);
}

static void
look_into (WfVideoChain *self,
           GstPad       *pad,
           guint         depth)
{
  g_autoptr (GError) error = NULL;
  GstElement *typefind = wf_video_chain_make ("typefind", &error);

  if (typefind == NULL)
    {
      fail (self, WF_VIDEO_REASON_CODEC, error->message);
      return;
    }

  g_object_set_data (G_OBJECT (typefind), DEPTH, GUINT_TO_POINTER (depth));
  g_signal_connect (typefind, "have-type", G_CALLBACK (have_type_cb), self);
  if (!append (self, pad, &typefind, 1))
    fail (self, WF_VIDEO_REASON_BAD_STREAM, NULL);
}

static void
unwrap (WfVideoChain  *self,
        GstPad        *pad,
        const Wrapper *wrapper,
        guint          depth)
{
  g_autoptr (GError) error = NULL;
  GstElement *element = wf_video_chain_make (wrapper->element, &error);

  if (element == NULL)
    {
      fail (self, WF_VIDEO_REASON_CODEC, error->message);
      return;
    }

  /* What a playlist leads to is fetched by the element itself, which knows the system's authorities alone. */
  if (self->pinned && g_str_equal (wrapper->takes, "application/x-hls"))
    {
      gst_object_unref (gst_object_ref_sink (element));
      fail (self, WF_VIDEO_REASON_CODEC, _("A playlist leads to further addresses, and #sha256= is good for one alone. Let this "
                                           "computer trust whoever signed the certificate, and take #sha256= off the address."));
      return;
    }

  if (wrapper->paced)
    self->funcs->paced (self->user_data);
  if (g_str_equal (wrapper->takes, "application/x-hls"))
    wf_video_programme_watch (element, self->funcs->dated, self->user_data);

  g_object_set_data (G_OBJECT (element), DEPTH, GUINT_TO_POINTER (depth));
  if (wrapper->gives == NULL)
    {
      g_signal_connect (element, "pad-added", G_CALLBACK (pad_added_cb), self);
      g_signal_connect (element, "no-more-pads", G_CALLBACK (no_more_pads_cb), self);
    }

  gst_object_ref (element);
  if (!append (self, pad, &element, 1))
    fail (self, WF_VIDEO_REASON_BAD_STREAM, NULL);
  else if (wrapper->gives != NULL)
    {
      g_autoptr (GstPad) inside = gst_element_get_static_pad (element, "src");
      g_autoptr (GstCaps) caps = gst_caps_from_string (wrapper->gives);

      follow (self, inside, caps, depth + 1);
    }
  gst_object_unref (element);
}

static void
refuse (WfVideoChain *self,
        GstCaps      *caps)
{
  const char *kind = gst_structure_get_name (gst_caps_get_structure (caps, 0));
  const char *encoding = gst_structure_get_string (gst_caps_get_structure (caps, 0), "encoding-name");

  for (gsize i = 0; i < G_N_ELEMENTS (beside); i++)
    if (g_str_has_prefix (kind, beside[i]))
      return;

  if (g_str_equal (kind, "text/html") || g_str_equal (kind, "application/xhtml+xml"))
    fail (self, WF_VIDEO_REASON_WEB_PAGE, NULL);
  else if (g_str_has_prefix (kind, "text/") || g_str_equal (kind, "application/xml"))
    fail (self, WF_VIDEO_REASON_BAD_STREAM, NULL);
  else if (g_str_has_prefix (kind, "video/") || g_str_equal (kind, "application/x-rtp"))
    {
      g_autofree char *detail = g_strdup_printf (_("Watchfire cannot show video of the kind “%s”."),
                                                 encoding != NULL ? encoding : kind);
      fail (self, WF_VIDEO_REASON_CODEC, detail);
    }
}

static void
listen_to (WfVideoChain *self,
           GstPad       *pad)
{
  g_object_set_data (G_OBJECT (pad), SOUND, GINT_TO_POINTER (TRUE));
  if (wf_video_ear_connect (self->ear, self->bin, pad, FALSE))
    gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER, self->funcs->sound, self->user_data, NULL);
}

static void
follow (WfVideoChain *self,
        GstPad       *pad,
        GstCaps      *known,
        guint         depth)
{
  g_autoptr (GstCaps) caps = known != NULL ? gst_caps_ref (known) : gst_pad_get_current_caps (pad);

  if (depth > MAX_DEPTH)
    {
      fail (self, WF_VIDEO_REASON_BAD_STREAM, NULL);
      return;
    }

  if (caps == NULL)
    caps = gst_pad_query_caps (pad, NULL);
  if (gst_caps_is_any (caps) || gst_caps_is_empty (caps))
    {
      look_into (self, pad, depth);
      return;
    }

  const Wrapper *wrapper = find_wrapper (caps);
  const Codec *codec = wrapper == NULL ? find_codec (caps) : NULL;

  if (wrapper != NULL)
    unwrap (self, pad, wrapper, depth);
  else if (codec != NULL)
    decode (self, pad, codec);
  else if (wf_video_ear_takes (caps))
    listen_to (self, pad);
  else
    refuse (self, caps);
}

/*
 * wf_video_chain_knows:
 * @caps: what an RTSP server describes
 *
 * Returns: whether it can be unwrapped
 */
gboolean
wf_video_chain_knows (GstCaps *caps)
{
  g_autoptr (GstCaps) packets = gst_caps_copy (caps);

  /* As long as it is only described it has no kind. */
  gst_structure_set_name (gst_caps_get_structure (packets, 0), "application/x-rtp");

  return find_wrapper (packets) != NULL;
}

/*
 * wf_video_chain_follow:
 * @self: where the pictures go; lives as long as the pipeline
 * @pad: where something comes out
 * @caps: (nullable): what it is, where that is known
 *
 * Takes off whatever @pad is wrapped in, finds the picture in it, and puts a decoder between it and the sink: at once where
 * the kind is known, else as soon as the first bytes tell it. May be called in any thread; what cannot be shown is told to
 * the chain's functions.
 */
void
wf_video_chain_follow (WfVideoChain *self,
                       GstPad       *pad,
                       GstCaps      *caps)
{
  follow (self, pad, caps, 0);
}
