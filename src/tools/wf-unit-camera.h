/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-reading.h"

G_BEGIN_DECLS

#define WF_UNIT_CAMERA_READINGS 3

void wf_unit_camera_read (const char *unit,
                          double      heading,
                          int64_t     at,
                          WfReading  *readings);

G_END_DECLS
