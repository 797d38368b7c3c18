/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-video"

#include "config.h"

#include "wf-video-lag.h"

/* A picture that comes this much later than the quickest makes us jump to the next key frame. */
#define MAX_LAG (700 * GST_MSECOND)

/* What two clocks may run apart with each picture. */
#define DRIFT (20 * GST_USECOND)

/* So many key frames in so many ms that are all late, although nothing else was decoded between them: it is not us. */
#define LATE_KEYS 5
#define LATE_TIME 4000

/* Times that turned out wrong so often are not believed any more. */
#define MAX_RESTARTS 2

static void
start_anew (WfVideoLag *self)
{
  self->restarts++;
  self->distrusted = self->restarts >= MAX_RESTARTS;
  self->known = FALSE;
  self->skipping = FALSE;
  self->late_keys = 0;
}

/*
 * wf_video_lag_skip:
 * @self: what is known so far
 * @late: how long after its time the picture came, in any clock that runs as fast as ours
 * @is_key: whether it needs no picture before it
 * @now: monotonic milliseconds
 *
 * Called for each coded picture. The times are the sender's and may be any: only a growing difference says that we are
 * behind, and only as long as skipping helps.
 *
 * Returns: whether to leave it out
 */
gboolean
wf_video_lag_skip (WfVideoLag       *self,
                   GstClockTimeDiff  late,
                   gboolean          is_key,
                   int64_t           now)
{
  if (self->distrusted)
    return FALSE;

  if (!self->known || late < self->base)
    {
      self->known = TRUE;
      self->base = late;
    }
  else
    self->base += DRIFT;

  if (late - self->base <= (GstClockTimeDiff) MAX_LAG)
    {
      if (is_key)
        {
          self->skipping = FALSE;
          self->late_keys = 0;
        }
    }
  else
    {
      self->skipping = TRUE;
      if (is_key && self->late_keys++ == 0)
        self->late_since = now;
      if (self->late_keys >= LATE_KEYS && now - self->late_since >= LATE_TIME)
        start_anew (self);
    }

  return self->skipping && !is_key;
}

static guint
count_packet (WfVideoGaps  *self,
              const guint8 *packet)
{
  guint pid = ((packet[1] & 0x1fu) << 8) | packet[2];
  gboolean has_payload = (packet[3] & 0x10) != 0;
  gboolean has_field = (packet[3] & 0x20) != 0;
  gboolean begins_anew = has_field && packet[4] > 0 && (packet[5] & 0x80) != 0;
  guint counter = packet[3] & 0x0f;
  guint last = self->counters[pid];

  if (packet[0] != 0x47 || pid == 0x1fff || !has_payload)
    return 0;

  self->counters[pid] = (guint8) (counter + 1);
  if (last == 0 || begins_anew || counter == last - 1)
    return 0;

  return (counter - last) & 0x0f;
}

/*
 * wf_video_gaps_count:
 * @self: what came before
 * @buffer: whole packets of a transport stream; anything else is not counted
 *
 * Follows the continuity counters (ISO/IEC 13818-1, 2.4.3.3). They have four bits, so that of a long gap only a part is
 * seen.
 *
 * Returns: how many packets are missing before or in @buffer
 */
guint
wf_video_gaps_count (WfVideoGaps *self,
                     GstBuffer   *buffer)
{
  GstMapInfo map;
  guint n = 0;

  if (!gst_buffer_map (buffer, &map, GST_MAP_READ))
    return 0;

  if (map.size % WF_VIDEO_GAPS_PACKET == 0)
    for (gsize at = 0; at < map.size; at += WF_VIDEO_GAPS_PACKET)
      n += count_packet (self, map.data + at);

  gst_buffer_unmap (buffer, &map);

  return n;
}
