/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-video"

#include "config.h"

#include "wf-video-text.h"

#include <glib/gi18n.h>

#include "wf-time.h"

/* Loss below this is not worth a word. */
#define LOSS_WORTH_SAYING 0.005

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

static void
append (GString    *text,
        const char *part)
{
  if (text->len > 0)
    g_string_append (text, " · ");
  g_string_append (text, part);
}

static char *
describe_live (WfVideoLink *link)
{
  g_autoptr (GString) text = g_string_new (NULL);
  int delay = wf_video_link_get_delay_ms (link);
  double frame_rate = wf_video_link_get_frame_rate (link);
  double bit_rate = (double) wf_video_link_get_bit_rate (link);
  double loss = wf_video_link_get_loss (link);

  if (delay >= 0)
    {
      g_autofree char *part = g_strdup_printf (_("%d ms"), delay);
      append (text, part);
    }

  if (frame_rate > 0)
    {
      g_autofree char *frames = g_strdup_printf (_("%.0f fps"), frame_rate);
      g_autofree char *bits = bit_rate >= 1e6 ? g_strdup_printf (_("%.1f Mb/s"), bit_rate / 1e6)
                                              : g_strdup_printf (_("%.0f kb/s"), bit_rate / 1e3);
      append (text, frames);
      append (text, bits);
    }

  if (loss >= LOSS_WORTH_SAYING)
    {
      g_autofree char *part = g_strdup_printf (_("%.1f %% lost"), loss * 100);
      append (text, part);
    }

  switch (wf_video_sound_get_state (wf_video_link_get_sound (link)))
    {
    case WF_VIDEO_SOUND_PLAYING:
      append (text, _("sound on"));
      break;
    case WF_VIDEO_SOUND_FAILED:
      append (text, _("no sound"));
      break;
    default:
      break;
    }

  if (text->len == 0)
    append (text, wf_video_state_to_string (WF_VIDEO_STATE_LIVE));

  return g_string_free (g_steal_pointer (&text), FALSE);
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
 * Says in one line how the link is: delay, frame rate and bit rate of a live one; else what is wrong, and for how long
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
