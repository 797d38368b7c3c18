/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-video"

#include "config.h"

#include "wf-video-reason.h"

#include <gst/gst.h>
#include <string.h>

/* rtspsrc, rtmp2src and srtsrc have one code for whatever keeps them from opening, and the rest only in words. */
static const struct
{
  const char    *words;
  WfVideoReason  reason;
} words[] = {
  { "nauthorized", WF_VIDEO_REASON_UNAUTHORIZED },
  { "ot authorized", WF_VIDEO_REASON_UNAUTHORIZED },
  { "Forbidden", WF_VIDEO_REASON_UNAUTHORIZED },
  { "assphrase", WF_VIDEO_REASON_UNAUTHORIZED },
  { "assword", WF_VIDEO_REASON_UNAUTHORIZED },
  { "BADSECRET", WF_VIDEO_REASON_UNAUTHORIZED },
  { "UNSECURE", WF_VIDEO_REASON_UNAUTHORIZED },
  { "Not Found", WF_VIDEO_REASON_NOT_FOUND },
  { "StreamNotFound", WF_VIDEO_REASON_NOT_FOUND },
  { "g-tls-error-quark, code 2", WF_VIDEO_REASON_CERTIFICATE }, /* G_TLS_ERROR_BAD_CERTIFICATE, as rtmp2src has it */
  { "onnection timeout", WF_VIDEO_REASON_TIME_OUT },
  { "timed out", WF_VIDEO_REASON_TIME_OUT },
};

static WfVideoReason
read_resource_error (const GError *error,
                     const char   *debug)
{
  switch (error->code)
    {
    case GST_RESOURCE_ERROR_NOT_AUTHORIZED:
      return WF_VIDEO_REASON_UNAUTHORIZED;
    case GST_RESOURCE_ERROR_NOT_FOUND:
      return WF_VIDEO_REASON_NOT_FOUND;
    default:
      break;
    }

  for (gsize i = 0; i < G_N_ELEMENTS (words); i++)
    if ((debug != NULL && strstr (debug, words[i].words) != NULL) || strstr (error->message, words[i].words) != NULL)
      return words[i].reason;

  return WF_VIDEO_REASON_LOST;
}

/*
 * wf_video_reason_read:
 * @error: of GStreamer
 * @debug: (nullable): what it says beside
 * @is_rtsp: it comes from the element that speaks RTSP
 *
 * Returns: the error in our terms
 */
WfVideoReason
wf_video_reason_read (const GError *error,
                      const char   *debug,
                      gboolean      is_rtsp)
{
  if (error->domain == GST_RESOURCE_ERROR)
    return read_resource_error (error, debug);

  /* From rtspsrc: none of the streams could be set up over the transport that was allowed. */
  if (g_error_matches (error, GST_STREAM_ERROR, GST_STREAM_ERROR_CODEC_NOT_FOUND) && is_rtsp)
    return WF_VIDEO_REASON_TRANSPORT;
  if (error->domain == GST_STREAM_ERROR)
    return WF_VIDEO_REASON_BAD_STREAM;

  return WF_VIDEO_REASON_LOST;
}

/*
 * wf_video_reason_dup_fingerprint:
 * @certificate: of another end
 *
 * Returns: (transfer full): its SHA-256 in small hexadecimal letters
 */
char *
wf_video_reason_dup_fingerprint (GTlsCertificate *certificate)
{
  g_autoptr (GByteArray) der = NULL;

  g_object_get (certificate, "certificate", &der, NULL);

  return g_compute_checksum_for_data (G_CHECKSUM_SHA256, der->data, der->len);
}
