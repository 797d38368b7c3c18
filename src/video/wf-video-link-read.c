/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-video"

#include "config.h"

#include "wf-video-link-private.h"

/* What others read of a link; what it does is in wf-video-link.c. */

/**
 * wf_video_link_get_uri:
 * @self: a link
 *
 * Returns: its address; it may hold a password, so wf_video_address_dup_plain() is for the screen and the log
 */
const char *
wf_video_link_get_uri (WfVideoLink *self)
{
  g_return_val_if_fail (WF_IS_VIDEO_LINK (self), NULL);

  return self->uri;
}

/**
 * wf_video_link_get_name:
 * @self: a link
 *
 * Returns: what people call the source, never %NULL
 */
const char *
wf_video_link_get_name (WfVideoLink *self)
{
  g_return_val_if_fail (WF_IS_VIDEO_LINK (self), NULL);

  return self->name;
}

WfVideoState
wf_video_link_get_state (WfVideoLink *self)
{
  g_return_val_if_fail (WF_IS_VIDEO_LINK (self), WF_VIDEO_STATE_IDLE);

  return self->state;
}

/**
 * wf_video_link_get_reason:
 * @self: a link
 *
 * Returns: (nullable): why it is not live, a sentence for people, translated
 */
const char *
wf_video_link_get_reason (WfVideoLink *self)
{
  g_return_val_if_fail (WF_IS_VIDEO_LINK (self), NULL);

  return self->reason;
}

/**
 * wf_video_link_get_reason_code:
 * @self: a link
 *
 * Returns: the same for programs
 */
WfVideoReason
wf_video_link_get_reason_code (WfVideoLink *self)
{
  g_return_val_if_fail (WF_IS_VIDEO_LINK (self), WF_VIDEO_REASON_NONE);

  return self->reason_code;
}

/**
 * wf_video_link_get_delay_ms:
 * @self: a link
 *
 * Rests on the sender's clock, which reaches us with its first report, a few seconds after the first picture.
 *
 * Returns: how long ago pictures were taken when they arrive; -1 when that is not known
 */
int
wf_video_link_get_delay_ms (WfVideoLink *self)
{
  g_return_val_if_fail (WF_IS_VIDEO_LINK (self), -1);

  return self->delay_ms;
}

/**
 * wf_video_link_get_frame_rate:
 * @self: a link
 *
 * Returns: pictures per second, over the last three
 */
double
wf_video_link_get_frame_rate (WfVideoLink *self)
{
  g_return_val_if_fail (WF_IS_VIDEO_LINK (self), 0);

  return self->frame_rate;
}

/**
 * wf_video_link_get_bit_rate:
 * @self: a link
 *
 * Returns: bits per second, over the last three
 */
int64_t
wf_video_link_get_bit_rate (WfVideoLink *self)
{
  g_return_val_if_fail (WF_IS_VIDEO_LINK (self), 0);

  return self->bit_rate;
}

/**
 * wf_video_link_get_loss:
 * @self: a link
 *
 * Returns: the part of the packets that did not arrive in time, 0 to 1, over the last three seconds
 */
double
wf_video_link_get_loss (WfVideoLink *self)
{
  g_return_val_if_fail (WF_IS_VIDEO_LINK (self), 0);

  return self->loss;
}

/**
 * wf_video_link_get_last_frame_at:
 * @self: a link
 *
 * Notified once a second.
 *
 * Returns: when the newest picture was taken, ms since the epoch, or 0
 */
int64_t
wf_video_link_get_last_frame_at (WfVideoLink *self)
{
  g_return_val_if_fail (WF_IS_VIDEO_LINK (self), 0);

  return self->last_frame_at;
}

/**
 * wf_video_link_get_age_ms:
 * @self: a link
 *
 * Notified once a second while the link is open.
 *
 * Returns: how long ago the picture arrived that is shown, or -1
 */
int64_t
wf_video_link_get_age_ms (WfVideoLink *self)
{
  g_return_val_if_fail (WF_IS_VIDEO_LINK (self), -1);

  return self->frame_at < 0 ? -1 : g_get_monotonic_time () / 1000 - self->frame_at;
}

int
wf_video_link_get_width (WfVideoLink *self)
{
  g_return_val_if_fail (WF_IS_VIDEO_LINK (self), 0);

  return self->width;
}

int
wf_video_link_get_height (WfVideoLink *self)
{
  g_return_val_if_fail (WF_IS_VIDEO_LINK (self), 0);

  return self->height;
}

/**
 * wf_video_link_get_codec:
 * @self: a link
 *
 * Returns: (nullable): what its pictures are coded in, as people know it; %NULL before the first one
 */
const char *
wf_video_link_get_codec (WfVideoLink *self)
{
  g_return_val_if_fail (WF_IS_VIDEO_LINK (self), NULL);

  return self->codec;
}

/**
 * wf_video_link_get_opening_ms:
 * @self: a link
 *
 * Returns: how long it took from the last opening to its first picture, or -1 where there was none
 */
int
wf_video_link_get_opening_ms (WfVideoLink *self)
{
  g_return_val_if_fail (WF_IS_VIDEO_LINK (self), -1);

  return self->opening_ms;
}

/**
 * wf_video_link_get_paintable:
 * @self: a link
 *
 * Whoever puts it on the screen without #WfVideoTile also calls wf_video_link_hold() and wf_video_link_release(), and
 * marks the picture when the state is not live.
 *
 * Returns: (transfer none): the picture; the same object for the link's whole life
 */
GdkPaintable *
wf_video_link_get_paintable (WfVideoLink *self)
{
  g_return_val_if_fail (WF_IS_VIDEO_LINK (self), NULL);

  return GDK_PAINTABLE (self->paintable);
}

/**
 * wf_video_link_get_sound:
 * @self: a link
 *
 * Returns: (transfer none): its sound; the same object for the link's whole life
 */
WfVideoSound *
wf_video_link_get_sound (WfVideoLink *self)
{
  g_return_val_if_fail (WF_IS_VIDEO_LINK (self), NULL);

  return self->sound;
}

/**
 * wf_video_link_has_picture:
 * @self: a link
 *
 * Returns: whether there is any picture, an old one included
 */
gboolean
wf_video_link_has_picture (WfVideoLink *self)
{
  g_return_val_if_fail (WF_IS_VIDEO_LINK (self), FALSE);

  return !wf_video_paintable_is_empty (self->paintable);
}

/*
 * wf_video_link_dup_sample:
 * @self: a link
 * @captured_at: (out): when it was taken, ms since the epoch
 *
 * Returns: (transfer full) (nullable): the newest picture in full size, the last one there was on a link that is not live
 */
GstSample *
wf_video_link_dup_sample (WfVideoLink *self,
                          int64_t     *captured_at)
{
  GstSample *sample = self->pipeline != NULL ? wf_video_pipeline_dup_sample (self->pipeline, captured_at) : NULL;

  if (sample != NULL || self->sample == NULL)
    return sample;

  *captured_at = self->captured_at;

  return gst_sample_ref (self->sample);
}

/**
 * wf_video_link_get_recording:
 * @self: a link
 *
 * Returns: (transfer none) (nullable): the recording of it that goes on
 */
WfVideoRecording *
wf_video_link_get_recording (WfVideoLink *self)
{
  g_return_val_if_fail (WF_IS_VIDEO_LINK (self), NULL);

  return self->recording;
}

/*
 * wf_video_link_get_tap:
 * @self: a link
 *
 * Returns: (transfer none): where what it receives can be had before it is decoded
 */
WfVideoTap *
wf_video_link_get_tap (WfVideoLink *self)
{
  return self->tap;
}
