/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gst/gst.h>
#include <stdint.h>

G_BEGIN_DECLS

GstBuffer *wf_unit_stamp_add (GstBuffer *coded,
                              GstCaps   *caps,
                              int64_t    time);

G_END_DECLS
