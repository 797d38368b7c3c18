/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-geo.h"
#include "wf-unit-stream.h"

#include "wf-sender.h"

G_BEGIN_DECLS

#define WF_TYPE_UNIT_BEACON (wf_unit_beacon_get_type ())
G_DECLARE_FINAL_TYPE (WfUnitBeacon, wf_unit_beacon, WF, UNIT_BEACON, GObject)

/* Signals: "ready" (): the service knows the unit; "failed" (GError *error): it cannot go on. */

WfUnitBeacon *wf_unit_beacon_new      (WfSender         *sender,
                                       WfUnitStream     *stream,
                                       const WfGeoPoint *from,
                                       const WfGeoPoint *to,
                                       double            speed);
void          wf_unit_beacon_set_turning (WfUnitBeacon  *self,
                                          gboolean       turns);
void          wf_unit_beacon_start    (WfUnitBeacon     *self);
const char   *wf_unit_beacon_get_unit (WfUnitBeacon     *self);
void          wf_unit_beacon_stop     (WfUnitBeacon     *self);

G_END_DECLS
