/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-event.h"

G_BEGIN_DECLS

/**
 * WfFilter:
 *
 * What somebody who follows wants to hear of: a scope, some kinds, an area. Immutable; may be shared between threads.
 */
typedef struct _WfFilter WfFilter;

/**
 * WfPlace:
 * @known: whether it has a place at all
 * @longitude: degrees east, WGS 84
 * @latitude: degrees north, WGS 84
 */
typedef struct
{
  gboolean known;
  double   longitude;
  double   latitude;
} WfPlace;

WfFilter   *wf_filter_new            (const char      *scope,
                                      const char      *kinds,
                                      const char      *area,
                                      const char     **wrong);
WfFilter   *wf_filter_ref            (WfFilter        *self);
void        wf_filter_unref          (WfFilter        *self);
gboolean    wf_filter_has_area       (WfFilter        *self);
gboolean    wf_filter_takes_event    (WfFilter        *self,
                                      const WfEvent   *event);
gboolean    wf_filter_takes_place    (WfFilter        *self,
                                      double           longitude,
                                      double           latitude);
gboolean    wf_filter_takes_moves    (WfFilter        *self,
                                      const char      *scope);
gboolean    wf_filter_takes_readings (WfFilter        *self,
                                      const char      *scope);
WfPlace     wf_filter_event_place    (const WfEvent   *event);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WfFilter, wf_filter_unref)

G_END_DECLS
