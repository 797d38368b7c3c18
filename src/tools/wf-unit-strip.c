/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "watchfire-unit"

#include "config.h"

#include "wf-unit-strip.h"

#define TIME_BITS 42
#define SUM_BITS  6
#define TIME_MASK ((G_GUINT64_CONSTANT (1) << TIME_BITS) - 1)
#define SUM_MASK  ((1u << SUM_BITS) - 1)

static guint
compute_sum (guint64 time)
{
  guint sum = 0x2a;

  for (int i = 0; i < TIME_BITS; i += SUM_BITS)
    sum += (guint) (time >> i) & SUM_MASK;

  return sum & SUM_MASK;
}

/**
 * wf_unit_strip_square:
 * @width: of the picture
 *
 * Returns: the side of a square in pixels, even so that sub-sampled colours fall in with it
 */
int
wf_unit_strip_square (int width)
{
  return MAX (width / 96, 2) & ~1;
}

/**
 * wf_unit_strip_left:
 * @width: of the picture
 *
 * Returns: where the first square begins
 */
int
wf_unit_strip_left (int width)
{
  return wf_unit_strip_square (width);
}

/**
 * wf_unit_strip_top:
 * @width: of the picture
 * @height: of the picture
 *
 * Returns: where the row begins
 */
int
wf_unit_strip_top (int width,
                   int height)
{
  return height - 2 * wf_unit_strip_square (width);
}

/**
 * wf_unit_strip_encode:
 * @time: ms since the epoch
 *
 * Returns: the squares, the first in bit 47
 */
guint64
wf_unit_strip_encode (int64_t time)
{
  guint64 bits = (guint64) time & TIME_MASK;

  return bits << SUM_BITS | compute_sum (bits);
}

/**
 * wf_unit_strip_decode:
 * @bits: the squares
 * @time: (out): ms since the epoch
 *
 * Returns: whether the sum fits
 */
gboolean
wf_unit_strip_decode (guint64  bits,
                      int64_t *time)
{
  guint64 value = bits >> SUM_BITS & TIME_MASK;

  *time = (int64_t) value;

  return compute_sum (value) == (bits & SUM_MASK);
}

/**
 * wf_unit_strip_read:
 * @width: of the picture, as the unit sent it
 * @height: of the same
 * @luma: gives the brightness of a pixel, 0 to 255
 * @user_data: for @luma
 * @time: (out): ms since the epoch
 *
 * Reads the clock from a decoded picture, by the middle of each square.
 *
 * Returns: whether there is a clock
 */
gboolean
wf_unit_strip_read (int              width,
                    int              height,
                    WfUnitStripLuma  luma,
                    gpointer         user_data,
                    int64_t         *time)
{
  int square = wf_unit_strip_square (width);
  int y = wf_unit_strip_top (width, height) + square / 2;
  guint64 bits = 0;

  for (int i = 0; i < WF_UNIT_STRIP_SQUARES; i++)
    {
      int x = wf_unit_strip_left (width) + i * square + square / 2;

      bits = bits << 1 | (luma (x, y, user_data) > 127);
    }

  return wf_unit_strip_decode (bits, time);
}
