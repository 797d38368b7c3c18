/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "watchfire-unit"

#include "config.h"

#include "wf-unit-stamp.h"

#include <string.h>

/* A NAL unit with one message of supplemental enhancement information: user data that is not registered, 28 bytes of it. */
#define USER_DATA   5
#define LENGTH      28
#define END         0x80
#define NAL_MOST    (4 + 2 + 2 + LENGTH + 1)

/* Bit 7 would say that the clock is locked to nothing; the lowest five are always set. */
#define LOCKED 0x1f

/* "Precision Time Stamp" of MISB ST 0604. */
static const guint8 h264_id[16] = "MISPmicrosectime";
static const guint8 h265_id[16] = { 0xa8, 0x68, 0x7d, 0xd4, 0xd7, 0x59, 0x37, 0x58,
                                    0xa5, 0xce, 0xf0, 0x33, 0x8b, 0x65, 0x45, 0xf1 };

/* Between each two bytes of the time stands one that keeps it from looking like the beginning of something else. */
static gsize
write_time (guint8  *to,
            guint64  microseconds)
{
  gsize n = 0;

  to[n++] = LOCKED;
  for (int shift = 48; shift >= 0; shift -= 16)
    {
      to[n++] = (guint8) (microseconds >> (shift + 8));
      to[n++] = (guint8) (microseconds >> shift);
      if (shift > 0)
        to[n++] = 0xff;
    }

  return n;
}

/**
 * wf_unit_stamp_add:
 * @coded: (transfer full): a coded picture
 * @caps: how it is coded
 * @time: when it was taken, ms since the epoch
 *
 * Writes that into the picture as encoders of drones do (MISB ST 0604).
 *
 * Returns: (transfer full): the picture with it, or as it was where its kind has no place for it
 */
GstBuffer *
wf_unit_stamp_add (GstBuffer *coded,
                   GstCaps   *caps,
                   int64_t    time)
{
  GstStructure *structure = gst_caps_get_structure (caps, 0);
  const char *format = gst_structure_get_string (structure, "stream-format");
  gboolean h264 = gst_structure_has_name (structure, "video/x-h264");
  guint8 nal[NAL_MOST] = { 0, 0, 0, 1 };
  gsize n = 4;

  if (!h264 && !gst_structure_has_name (structure, "video/x-h265"))
    return coded;

  nal[n++] = h264 ? 0x06 : 0x4e;
  if (!h264)
    nal[n++] = 0x01;
  nal[n++] = USER_DATA;
  nal[n++] = LENGTH;
  memcpy (nal + n, h264 ? h264_id : h265_id, sizeof h264_id);
  n += sizeof h264_id;
  n += write_time (nal + n, (guint64) time * 1000);
  nal[n++] = END;
  /* Else what a beginning is marked with is how long it is. */
  if (g_strcmp0 (format, "byte-stream") != 0)
    nal[3] = (guint8) (n - 4);

  GstBuffer *stamped = gst_buffer_make_writable (coded);
  gst_buffer_prepend_memory (stamped, gst_allocator_alloc (NULL, n, NULL));
  gst_buffer_fill (stamped, 0, nal, n);

  return stamped;
}
