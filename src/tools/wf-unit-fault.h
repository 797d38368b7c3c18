/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/* How a unit misbehaves on command. A plain value that begins as zeros; the setters may be called from any thread, what goes
 * through is touched by the one thread that sends. */
typedef struct
{
  int          garbage;     /* (atomic) */
  int          limit;       /* (atomic) kb/s, 0 for none */
  double       budget;      /* bits that may be sent now */
  GstClockTime refilled_at;
  guint32      chance;      /* what comes next of a row of numbers that is the same each time */
} WfUnitFault;

void wf_unit_fault_set_garbage (WfUnitFault *self,
                                gboolean     garbage);
void wf_unit_fault_set_limit   (WfUnitFault *self,
                                int          kilobits);
void wf_unit_fault_watch       (WfUnitFault *self,
                                GstPad      *coded,
                                GstPad      *packets);

G_END_DECLS
