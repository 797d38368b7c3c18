/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib-object.h>
#include <stdint.h>

G_BEGIN_DECLS

#define WF_TYPE_CLOCK (wf_clock_get_type ())
G_DECLARE_FINAL_TYPE (WfClock, wf_clock, WF, CLOCK, GObject)

WfClock *wf_clock_new_real   (void);
WfClock *wf_clock_new_manual (int64_t   start);

/**
 * WfClockSource:
 * @real: (out): what the machine's clock shows, in milliseconds since the epoch
 * @elapsed: (out): milliseconds of a counter that nobody sets
 * @data: of wf_clock_new_steady()
 *
 * Reads both of a machine's clocks.
 */
typedef void (*WfClockSource) (int64_t  *real,
                               int64_t  *elapsed,
                               gpointer  data);

WfClock *wf_clock_new_steady (WfClockSource source,
                              gpointer      data);
int64_t  wf_clock_get_lead   (WfClock  *self);
void     wf_clock_raise      (WfClock  *self,
                              int64_t   floor);
int64_t  wf_clock_now        (WfClock  *self);
gboolean wf_clock_is_manual  (WfClock  *self);
void     wf_clock_set        (WfClock  *self,
                              int64_t   now);
void     wf_clock_advance    (WfClock  *self,
                              int64_t   milliseconds);

G_END_DECLS
