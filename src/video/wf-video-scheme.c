/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-video"

#include "config.h"

#include "wf-video-scheme.h"
#include "wf-video-chain.h"
#include "wf-video-init.h"
#include "wf-video-link.h"

#include <glib/gi18n.h>
#include <string.h>

/* An address longer than this is not one that a person entered. */
#define MAX_ADDRESS 2048

/* Seconds, as every source wants its own name and unit for it: without an answer for so long, the attempt has failed. */
#define HTTP_SETTINGS "s,timeout=(uint)5,retries=(int)0,is-live=(boolean)true,keep-alive=(boolean)false," \
                      "user-agent=(string)\"Watchfire/" WF_VERSION "\""
#define RTMP_SETTINGS "s,timeout=(uint)5,idle-timeout=(uint)5"
#define SRT_SETTINGS  "s,auto-reconnect=(boolean)false,latency=(int)80"
#define UDP_SETTINGS  "s,buffer-size=(int)2097152,caps=(GstCaps)[video/mpegts,systemstream=(boolean)true]"
#define RTP_SETTINGS  "s,buffer-size=(int)2097152,caps=(GstCaps)[application/x-rtp,media=(string)video," \
                      "clock-rate=(int)90000,encoding-name=(string)MP2T]"

static const WfVideoScheme schemes[] = {
  { "rtsp", "rtspsrc", "location", "user-id", "user-pw", NULL, 554, TRUE, TRUE, FALSE, FALSE },
  { "rtsps", "rtspsrc", "location", "user-id", "user-pw", NULL, 322, TRUE, TRUE, FALSE, FALSE },
  { "rtmp", "rtmp2src", "location", "username", "password", RTMP_SETTINGS, 1935, TRUE, TRUE, FALSE, FALSE },
  { "rtmps", "rtmp2src", "location", "username", "password", RTMP_SETTINGS, 443, TRUE, TRUE, FALSE, FALSE },
  { "http", "souphttpsrc", "location", "user-id", "user-pw", HTTP_SETTINGS, 80, TRUE, TRUE, FALSE, FALSE },
  { "https", "souphttpsrc", "location", "user-id", "user-pw", HTTP_SETTINGS, 443, TRUE, TRUE, FALSE, FALSE },
  { "srt", "srtsrc", "uri", NULL, "passphrase", SRT_SETTINGS, 0, FALSE, TRUE, TRUE, FALSE },
  { "udp", "udpsrc", "uri", NULL, NULL, UDP_SETTINGS, 0, FALSE, TRUE, TRUE, FALSE },
  { "rtp", "udpsrc", "uri", NULL, NULL, RTP_SETTINGS, 0, FALSE, TRUE, TRUE, FALSE },
  { "file", "filesrc", "location", NULL, NULL, NULL, 0, FALSE, FALSE, FALSE, TRUE },
};

static const WfVideoScheme *
find_scheme (GUri *uri)
{
  for (gsize i = 0; i < G_N_ELEMENTS (schemes); i++)
    if (g_str_equal (g_uri_get_scheme (uri), schemes[i].scheme))
      return &schemes[i];

  return NULL;
}

static gboolean
is_complete (const WfVideoScheme *scheme,
             GUri                *uri)
{
  const char *host = g_uri_get_host (uri);

  if (!scheme->has_host)
    return (host == NULL || host[0] == '\0') && strlen (g_uri_get_path (uri)) > 1;

  return host != NULL && host[0] != '\0' && (!scheme->needs_port || g_uri_get_port (uri) > 0);
}

/*
 * wf_video_scheme_parse:
 * @uri: (nullable): what was configured
 * @scheme: (out) (optional): of which kind it is
 *
 * Returns: (transfer full) (nullable): the parts of an address that can be opened, or %NULL where it is not one
 */
GUri *
wf_video_scheme_parse (const char           *uri,
                       const WfVideoScheme **scheme)
{
  if (uri == NULL || strlen (uri) > MAX_ADDRESS)
    return NULL;

  g_autoptr (GUri) parsed = g_uri_parse (uri, G_URI_FLAGS_HAS_PASSWORD | G_URI_FLAGS_NON_DNS, NULL);
  const WfVideoScheme *found = parsed != NULL ? find_scheme (parsed) : NULL;

  if (found == NULL || !is_complete (found, parsed))
    return NULL;

  if (scheme != NULL)
    *scheme = found;

  return g_steal_pointer (&parsed);
}

/*
 * wf_video_scheme_find:
 * @uri: (nullable): what was configured
 *
 * Returns: (nullable): of which kind it is, %NULL where it cannot be opened
 */
const WfVideoScheme *
wf_video_scheme_find (const char *uri)
{
  const WfVideoScheme *scheme = NULL;
  g_autoptr (GUri) parsed = wf_video_scheme_parse (uri, &scheme);

  return parsed != NULL ? scheme : NULL;
}

/*
 * wf_video_scheme_get_port:
 * @self: the kind of @uri
 * @uri: an address
 *
 * Returns: where the other end listens
 */
guint16
wf_video_scheme_get_port (const WfVideoScheme *self,
                          GUri                *uri)
{
  int port = g_uri_get_port (uri);

  return port > 0 ? (guint16) port : self->port;
}

/* What the element is given: for a file its path, for packets the address in the one form that udpsrc knows, for the
 * others the address without a fragment, which is for us. */
static char *
make_location (const WfVideoScheme *scheme,
               GUri                *uri,
               const char          *text,
               GError             **error)
{
  if (!scheme->has_host)
    {
      g_autoptr (GFile) file = g_file_new_for_uri (text);
      g_autofree char *path = g_file_get_path (file);

      /* A device or a pipe would be read for ever. */
      if (path != NULL && g_file_test (path, G_FILE_TEST_IS_REGULAR))
        return g_steal_pointer (&path);

      g_set_error (error, WF_VIDEO_ERROR, WF_VIDEO_ERROR_NO_PICTURE, _("There is no such file on this computer."
                                                                       " Correct the address of the video."));
      return NULL;
    }

  if (g_str_equal (scheme->element, "udpsrc"))
    return g_strdup_printf (strchr (g_uri_get_host (uri), ':') != NULL ? "udp://[%s]:%d" : "udp://%s:%d",
                            g_uri_get_host (uri), g_uri_get_port (uri));

  return g_strndup (text, strcspn (text, "#"));
}

static gboolean
set_field_cb (GQuark        field,
              const GValue *value,
              gpointer      user_data)
{
  if (g_object_class_find_property (G_OBJECT_GET_CLASS (user_data), g_quark_to_string (field)) != NULL)
    g_object_set_property (user_data, g_quark_to_string (field), value);

  return TRUE;
}

/* A computer in several networks hears a group in the one that the address names: ?iface=eth1 */
static void
choose_network (GstElement *source,
                GUri       *uri)
{
  const char *query = g_uri_get_query (uri);
  g_autoptr (GHashTable) fields = query != NULL
                                    ? g_uri_parse_params (query, -1, "&", G_URI_PARAMS_NONE, NULL)
                                    : NULL;
  const char *name = fields != NULL ? g_hash_table_lookup (fields, "iface") : NULL;

  if (name != NULL)
    g_object_set (source, "multicast-iface", name, NULL);
}

/*
 * wf_video_scheme_make_source:
 * @uri: an address that wf_video_scheme_find() knows
 * @user: (nullable): to sign in with
 * @password: (nullable): the same
 * @error: return location for which package is missing
 *
 * For a thread: it may look at the disk.
 *
 * Returns: (transfer floating) (nullable): the element that reads it
 */
GstElement *
wf_video_scheme_make_source (const char  *uri,
                             const char  *user,
                             const char  *password,
                             GError     **error)
{
  const WfVideoScheme *scheme = NULL;
  g_autoptr (GUri) parsed = wf_video_scheme_parse (uri, &scheme);

  g_assert (parsed != NULL);

  g_autofree char *location = make_location (scheme, parsed, uri, error);
  GstElement *source = location != NULL ? wf_video_chain_make (scheme->element, error) : NULL;

  if (source == NULL)
    return NULL;

  g_autoptr (GstStructure) settings = scheme->settings != NULL ? gst_structure_from_string (scheme->settings, NULL) : NULL;
  if (settings != NULL)
    gst_structure_foreach (settings, set_field_cb, source);
  g_object_set (source, scheme->location, location, NULL);
  if (g_str_equal (scheme->element, "udpsrc"))
    choose_network (source, parsed);

  if (scheme->user != NULL && user != NULL)
    g_object_set (source, scheme->user, user, NULL);
  if (scheme->password != NULL && password != NULL)
    g_object_set (source, scheme->password, password, NULL);

  return source;
}

/**
 * wf_video_address_dup_plain:
 * @uri: (nullable): an address, or anything that was taken for one
 *
 * Returns: (transfer full): the address for the screen and the log: without user name, password, query and fragment, all
 *   of which may be secret; "" where it cannot be taken apart
 */
char *
wf_video_address_dup_plain (const char *uri)
{
  g_autoptr (GUri) parsed = uri != NULL && strlen (uri) <= MAX_ADDRESS
                              ? g_uri_parse (uri, G_URI_FLAGS_HAS_PASSWORD | G_URI_FLAGS_NON_DNS, NULL)
                              : NULL;

  const WfVideoScheme *scheme = parsed != NULL ? find_scheme (parsed) : NULL;
  const char *host = parsed != NULL ? g_uri_get_host (parsed) : NULL;

  /* Without a host, as in “srt:/x//user:password@10.0.0.5”, what may be secret is in the path. */
  if (scheme == NULL || (scheme->has_host && (host == NULL || *host == '\0'))
      || (host == NULL && g_str_has_prefix (g_uri_get_path (parsed), "//")))
    return g_strdup ("");

  return g_uri_join (G_URI_FLAGS_NON_DNS, g_uri_get_scheme (parsed), NULL, g_uri_get_host (parsed), g_uri_get_port (parsed),
                     g_uri_get_path (parsed), NULL, NULL);
}
