/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-video"

#include "config.h"

#include "wf-video-text.h"

#include <glib/gi18n.h>

#include "wf-time.h"

#include <string.h>

/**
 * wf_video_text_span:
 * @milliseconds: how long
 *
 * Returns: (transfer full): the span with its units, such as "6 s" or "2 min 10 s", translated
 */
char *
wf_video_text_span (int64_t milliseconds)
{
  int64_t seconds = MAX (milliseconds, 0) / WF_SECOND;

  if (seconds < 60)
    return g_strdup_printf (_("%d s"), (int) seconds);
  if (seconds < 3600)
    return g_strdup_printf (_("%d min %d s"), (int) (seconds / 60), (int) (seconds % 60));

  return g_strdup_printf (_("%d h %d min"), (int) (seconds / 3600), (int) (seconds / 60 % 60));
}

/**
 * wf_video_is_frozen:
 * @link: a link
 *
 * Returns: whether the picture that it has is an old one, and must not pass for a live one
 */
gboolean
wf_video_is_frozen (WfVideoLink *link)
{
  g_return_val_if_fail (WF_IS_VIDEO_LINK (link), FALSE);

  return wf_video_link_has_picture (link) && wf_video_link_get_state (link) != WF_VIDEO_STATE_LIVE;
}

/**
 * wf_video_text_bit_rate:
 * @bit_rate: bits per second
 *
 * Returns: (transfer full): it in a unit that suits it, translated
 */
char *
wf_video_text_bit_rate (int64_t bit_rate)
{
  double rate = (double) bit_rate;

  return rate >= 1e6 ? g_strdup_printf (_("%.1f Mb/s"), rate / 1e6) : g_strdup_printf (_("%.0f kb/s"), rate / 1e3);
}

/**
 * wf_video_text_delay:
 * @delay_ms: of a link; -1 where the sender does not say when its pictures were taken
 *
 * Returns: (transfer full): it, or that it is not known, translated
 */
char *
wf_video_text_delay (int delay_ms)
{
  return delay_ms >= 0 ? g_strdup_printf (_("%d ms"), delay_ms) : g_strdup (_("delay unknown"));
}

/**
 * wf_video_text_delay_hint:
 * @link: a link
 *
 * Returns: (nullable): why the delay of a live link is not known, a sentence, translated; %NULL where there is nothing to explain
 */
const char *
wf_video_text_delay_hint (WfVideoLink *link)
{
  g_return_val_if_fail (WF_IS_VIDEO_LINK (link), NULL);

  if (wf_video_link_get_state (link) != WF_VIDEO_STATE_LIVE || wf_video_link_get_delay_ms (link) >= 0)
    return NULL;
  if (g_ascii_strncasecmp (wf_video_link_get_uri (link), "rtsp", strlen ("rtsp")) == 0)
    return _("The sender has not said yet what time it is there, or its clock is wrong: so it is not known how old this picture is.");
  if (g_ascii_strncasecmp (wf_video_link_get_uri (link), "file:", strlen ("file:")) == 0)
    return _("This is a recording: it is not known when it was taken.");

  return _("This link does not say when a picture was taken, so it is not known how old it is. Links over RTSP do, playlists "
           "(HLS) with EXT-X-PROGRAM-DATE-TIME, and encoders that write it into the picture (MISB ST 0604).");
}

static const char *
describe_sound (WfVideoSoundState state)
{
  switch (state)
    {
    case WF_VIDEO_SOUND_PLAYING:
      return _("sound on");
    case WF_VIDEO_SOUND_FAILED:
      return _("no sound");
    default:
      return NULL;
    }
}

/* All of it, always in the same place: a number that comes only when it is bad is not looked for. */
static char *
describe_live (WfVideoLink *link)
{
  double frame_rate = wf_video_link_get_frame_rate (link);

  if (frame_rate <= 0)
    return g_strdup (wf_video_state_to_string (WF_VIDEO_STATE_LIVE));

  g_autofree char *delay = wf_video_text_delay (wf_video_link_get_delay_ms (link));
  g_autofree char *frames = g_strdup_printf (_("%.0f fps"), frame_rate);
  g_autofree char *bits = wf_video_text_bit_rate (wf_video_link_get_bit_rate (link));
  g_autofree char *loss = g_strdup_printf (_("%.1f %% lost"), wf_video_link_get_loss (link) * 100);
  /* TRANSLATORS: how long ago the picture came that is shown */
  g_autofree char *age = g_strdup_printf (_("%.1f s old"), (double) MAX (wf_video_link_get_age_ms (link), 0) / WF_SECOND);
  const char *sound = describe_sound (wf_video_sound_get_state (wf_video_link_get_sound (link)));

  return g_strjoin (" · ", delay, frames, bits, loss, age, sound, NULL);
}

static char *
describe_frozen (WfVideoLink *link)
{
  g_autofree char *span = wf_video_text_span (wf_video_link_get_age_ms (link));
  g_autofree char *frozen = g_strdup_printf (_("Picture frozen for %s"), span);
  WfVideoState state = wf_video_link_get_state (link);

  if (state == WF_VIDEO_STATE_STALLED)
    return g_steal_pointer (&frozen);

  return g_strdup_printf ("%s · %s", frozen, wf_video_state_to_string (state));
}

/**
 * wf_video_text_status:
 * @link: a link
 *
 * Says in one line how the link is: delay, frame rate, bit rate, loss and age of a live one; else what is wrong, and for how long
 * the picture has been an old one.
 *
 * Returns: (transfer full): the line, translated
 */
char *
wf_video_text_status (WfVideoLink *link)
{
  g_return_val_if_fail (WF_IS_VIDEO_LINK (link), NULL);

  if (wf_video_link_get_state (link) == WF_VIDEO_STATE_LIVE)
    return describe_live (link);
  if (wf_video_is_frozen (link))
    return describe_frozen (link);

  return g_strdup (wf_video_state_to_string (wf_video_link_get_state (link)));
}
