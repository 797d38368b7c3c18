/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>
#include <stdint.h>

G_BEGIN_DECLS

/**
 * WfReading:
 * @source: the unit or the thing that read it
 * @quantity: what it read: the name of a #WfQuantity
 * @at: when, in milliseconds since the epoch
 * @value: in the unit of the quantity
 *
 * What a sensor read. Telemetry, like positions: the last one is kept and a thinned series, and it is no event.
 */
typedef struct
{
  const char *source;
  const char *quantity;
  int64_t     at;
  double      value;
} WfReading;

G_END_DECLS
