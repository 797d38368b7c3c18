/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>
#include <stdint.h>

G_BEGIN_DECLS

/* The clock that a machine reads from the picture: a row of squares at the bottom left, white for 1 and black for 0,
 * the highest bit first. 42 bits hold milliseconds since the epoch, 6 bits a sum over them. */

#define WF_UNIT_STRIP_SQUARES 48

typedef int (*WfUnitStripLuma) (int      x,
                                int      y,
                                gpointer user_data);

int       wf_unit_strip_square (int              width);
int       wf_unit_strip_left   (int              width);
int       wf_unit_strip_top    (int              width,
                                int              height);
guint64   wf_unit_strip_encode (int64_t          time);
gboolean  wf_unit_strip_decode (guint64          bits,
                                int64_t         *time);
gboolean  wf_unit_strip_read   (int              width,
                                int              height,
                                WfUnitStripLuma  luma,
                                gpointer         user_data,
                                int64_t         *time);

G_END_DECLS
