/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "wf-video-lag.h"
#include "wf-video-link.h"
#include "wf-video-pin.h"
#include "wf-video-scheme.h"
#include "wf-video-stamp.h"
#include "wf-wall-layout.h"

#include <stddef.h>
#include <string.h>

int LLVMFuzzerTestOneInput (const guint8 *data,
                            size_t        size);

const char *__asan_default_options (void);

/* What GLib and GStreamer keep for as long as they live is told from our leaks by who asked for it. */
const char *
__asan_default_options (void)
{
  return "fast_unwind_on_malloc=0";
}

/* An address in the records: what goes on the screen and into the log has no secret in it. */
static void
try_address (const char *text)
{
  const WfVideoScheme *scheme = NULL;
  g_autoptr (GUri) uri = wf_video_scheme_parse (text, &scheme);
  g_autofree char *plain = wf_video_address_dup_plain (text);
  g_autoptr (GUri) shown = *plain != '\0' ? g_uri_parse (plain, G_URI_FLAGS_HAS_PASSWORD | G_URI_FLAGS_NON_DNS, NULL) : NULL;

  g_assert_true ((uri == NULL) == (scheme == NULL));
  g_assert_true (shown == NULL || (g_uri_get_userinfo (shown) == NULL && g_uri_get_query (shown) == NULL
                                   && g_uri_get_fragment (shown) == NULL));
  if (uri != NULL)
    wf_video_scheme_get_port (scheme, uri);
  g_assert_true (wf_video_pin_is_in (text) || !wf_video_pin_accepts (text, ""));
}

static void
try_layout (const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (WfWallLayout) layout = wf_wall_layout_parse (text, &error);

  g_assert_true ((layout == NULL) == (error != NULL));
  if (layout == NULL)
    return;

  g_autofree char *written = wf_wall_layout_to_string (layout);
  g_autoptr (WfWallLayout) again = wf_wall_layout_parse (written, &error);
  g_assert_no_error (error);
  g_autofree char *same = wf_wall_layout_to_string (again);
  g_assert_cmpstr (written, ==, same);
}

/* Packets of a transport stream, of which a camera sends what it likes. */
static void
try_packets (const guint8 *data,
             gsize         size)
{
  gsize whole = size - size % WF_VIDEO_GAPS_PACKET;

  if (whole == 0)
    return;

  g_autoptr (GstBuffer) buffer = gst_buffer_new_memdup (data, whole);
  g_autofree WfVideoGaps *gaps = g_new0 (WfVideoGaps, 1);

  g_assert_cmpuint (wf_video_gaps_count (gaps, buffer), <=, 15 * whole / WF_VIDEO_GAPS_PACKET);
}

/* When a picture was taken, by its encoder. */
static void
try_stamp (const guint8 *data,
           gsize         size)
{
  int64_t time = wf_video_stamp_find (data, size);

  g_assert_true (time == 0 || (time > G_GINT64_CONSTANT (946684000000) && time < G_GINT64_CONSTANT (7258119000000)));
}

/* What the video of others says of itself. */
int
LLVMFuzzerTestOneInput (const guint8 *data,
                        size_t        size)
{
  g_autofree char *text = g_strndup ((const char *) data, size);

  if (!gst_is_initialized ())
    gst_init (NULL, NULL);

  try_address (text);
  try_layout (text);
  try_packets (data, size);
  try_stamp (data, size);

  return 0;
}
