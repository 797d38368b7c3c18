/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-video"

#include "config.h"

#include "wf-video-numbers.h"

/*
 * wf_video_numbers_init:
 * @self: numbers
 *
 * Forgets all.
 */
void
wf_video_numbers_init (WfVideoNumbers *self)
{
  *self = (WfVideoNumbers) { .delay = -1 };
}

/*
 * wf_video_numbers_add:
 * @self: numbers
 * @counts: what went through so far
 * @now: monotonic milliseconds
 *
 * To be called about once a second.
 */
void
wf_video_numbers_add (WfVideoNumbers      *self,
                      const WfVideoCounts *counts,
                      int64_t              now)
{
  guint to = self->n_marks % G_N_ELEMENTS (self->marks);
  guint from = self->n_marks > WF_VIDEO_NUMBERS_WINDOW
                 ? (self->n_marks - WF_VIDEO_NUMBERS_WINDOW) % G_N_ELEMENTS (self->marks)
                 : 0;

  self->marks[to] = *counts;
  self->marked_at[to] = now;

  if (self->n_marks > 0 && now > self->marked_at[from])
    {
      const WfVideoCounts *before = &self->marks[from];
      double seconds = (double) (now - self->marked_at[from]) / 1000;
      guint64 packets = counts->packets - before->packets;
      guint64 lost = counts->lost - before->lost;

      self->frame_rate = (double) (counts->frames - before->frames) / seconds;
      self->bit_rate = (int64_t) ((double) (counts->bytes - before->bytes) * 8 / seconds);
      self->loss = packets + lost > 0 ? (double) lost / (double) (packets + lost) : 0;
    }

  self->n_marks++;
}

/*
 * wf_video_numbers_add_delay:
 * @self: numbers
 * @delay: of a picture, ms; -1 where it is not known
 */
void
wf_video_numbers_add_delay (WfVideoNumbers *self,
                            int             delay)
{
  self->n_unknown = delay >= 0 ? 0 : self->n_unknown + 1;
  if (delay >= 0)
    self->delay = self->delay < 0 ? delay : self->delay + (delay - self->delay) * 0.1;
  else if (self->n_unknown >= WF_VIDEO_NUMBERS_UNKNOWN)
    self->delay = -1;
}

/*
 * wf_video_numbers_get_delay:
 * @self: numbers
 *
 * Returns: the delay, smoothed, in ms; -1 where it is not known
 */
int
wf_video_numbers_get_delay (WfVideoNumbers *self)
{
  return self->delay < 0 ? -1 : (int) (self->delay + 0.5);
}
