/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>
#include <stdint.h>

G_BEGIN_DECLS

/**
 * WfPosition:
 * @longitude: degrees east, WGS 84
 * @latitude: degrees north, WGS 84
 * @heading: degrees clockwise from north; negative where not known
 * @speed: metres a second; negative where not known
 * @at: when it was there, in milliseconds since the epoch
 *
 * Where a unit was. Positions are telemetry: the last one is kept and a thinned track, and they are not events.
 */
typedef struct
{
  double  longitude;
  double  latitude;
  double  heading;
  double  speed;
  int64_t at;
} WfPosition;

G_END_DECLS
