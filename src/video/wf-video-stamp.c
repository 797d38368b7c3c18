/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-video"

#include "config.h"

#include "wf-video-stamp.h"

#include <gst/video/video.h>
#include <string.h>

/* Encoders of drones and other cameras that know the time write into each picture when it was taken: the precision time stamp of
 * MISB ST 0604, in the user data of H.264 and H.265 (supplemental enhancement information). It gets through whatever carries the
 * stream. GStreamer 1.22 finds the user data of H.264 only, so it is looked for by its id, before anything of the picture itself;
 * the time is written so that nothing of it is ever escaped. */

/* So far from its beginning; what comes before are the parameters of the stream, and other messages. */
#define LOOK_AT 4096

#define ID_LENGTH   16
#define TIME_LENGTH 12 /* status, then the time, a byte 0xff between each two of it */

/* The encoder's clock runs free. */
#define UNLOCKED 0x80

/* Since the epoch, in ms: what is not between 2000 and 2200 is none. */
#define FIRST_TIME G_GINT64_CONSTANT (946684800000)
#define LAST_TIME  G_GINT64_CONSTANT (7258118400000)

static gboolean
is (const guint8 *id,
    const guint8 *known)
{
  return memcmp (id, known, ID_LENGTH) == 0;
}

/*
 * wf_video_stamp_parse:
 * @id: 16 bytes that say what the user data is
 * @data: the user data
 * @length: of @data
 *
 * Returns: when a picture was taken, ms since the epoch; 0 where that is not said, or not by a clock that is right
 */
int64_t
wf_video_stamp_parse (const guint8 *id,
                      const guint8 *data,
                      gsize         length)
{
  gboolean nano = is (id, H265_MISP_NANOSECONDS);
  guint64 time = 0;

  if (!nano && !is (id, H264_MISP_MICROSECTIME) && !is (id, H265_MISP_MICROSECONDS))
    return 0;
  if (length < TIME_LENGTH || (data[0] & UNLOCKED) != 0 || data[3] != 0xff || data[6] != 0xff || data[9] != 0xff)
    return 0;

  for (gsize i = 1; i < TIME_LENGTH; i += 3)
    time = time << 16 | (guint64) data[i] << 8 | data[i + 1];
  time /= nano ? 1000000 : 1000;

  return time >= FIRST_TIME && time <= LAST_TIME ? (int64_t) time : 0;
}

/*
 * wf_video_stamp_find:
 * @data: the beginning of a coded picture
 * @length: of @data
 *
 * Returns: when it was taken, ms since the epoch; 0 where that is not said, or not by a clock that is right
 */
int64_t
wf_video_stamp_find (const guint8 *data,
                     gsize         length)
{
  const guint8 *const known[] = { H264_MISP_MICROSECTIME, H265_MISP_MICROSECONDS, H265_MISP_NANOSECONDS };

  for (gsize i = 0; i < G_N_ELEMENTS (known); i++)
    {
      const guint8 *id = length > 0 ? memmem (data, length, known[i], ID_LENGTH) : NULL;
      int64_t time = id != NULL ? wf_video_stamp_parse (id, id + ID_LENGTH, length - (gsize) (id - data) - ID_LENGTH) : 0;

      if (time != 0)
        return time;
    }

  return 0;
}

/*
 * wf_video_stamp_read:
 * @coded: a coded picture, as a parser gives it
 *
 * Returns: when it was taken, ms since the epoch; 0 where that is not said, or not by a clock that is right
 */
int64_t
wf_video_stamp_read (GstBuffer *coded)
{
  guint8 head[LOOK_AT];

  return wf_video_stamp_find (head, gst_buffer_extract (coded, 0, head, sizeof head));
}
