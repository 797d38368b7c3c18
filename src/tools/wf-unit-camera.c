/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-unit"

#include "config.h"

#include "wf-unit-camera.h"

#include <math.h>

/* A camera under a drone that looks about: so far to each side of where the drone heads, once in so many ms, so far down. */
#define SWEEP  70.0
#define PERIOD 40000
#define TILT   (-35)
#define VIEW   62

/**
 * wf_unit_camera_read:
 * @unit: the unit that carries it
 * @heading: where the unit heads, degrees clockwise from north; negative: not known, and then it turns around north
 * @at: when, in milliseconds since the epoch
 * @readings: (out caller-allocates) (array fixed-size=3): where its camera looks, how far down, and how wide it sees; they
 *   refer to @unit
 *
 * A simulated gimbal: the same moment has always the same direction.
 */
void
wf_unit_camera_read (const char *unit,
                     double      heading,
                     int64_t     at,
                     WfReading  *readings)
{
  double swing = SWEEP * sin (2 * G_PI * (double) (at % PERIOD) / PERIOD);
  double bearing = fmod (MAX (heading, 0) + swing + 360.0, 360.0);

  readings[0] = (WfReading) { unit, "camera_bearing", at, floor (bearing) };
  readings[1] = (WfReading) { unit, "camera_tilt", at, TILT };
  readings[2] = (WfReading) { unit, "camera_view", at, VIEW };
}
