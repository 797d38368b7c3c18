/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-geo-index.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * WfThingKind:
 *
 * What a thing on the map is; each has a shape of its own. The names are those of the model's kinds.
 */
typedef enum
{
  WF_THING_TEAM,
  WF_THING_EXPERT,
  WF_THING_DEPOT,
  WF_THING_HAZARD,
  WF_THING_SHELTER,
  WF_THING_HOSPITAL,
  WF_THING_FIRE_STATION,
  WF_THING_WATER,
  WF_THING_FIRM,
  WF_THING_DANGER,
  WF_THING_HELIPAD,
  WF_THING_WATCHTOWER,
  WF_THING_FIREBREAK,
  WF_THING_FLOOD_SECTION,
  WF_THING_RESERVOIR,
  WF_THING_TAILINGS,
  WF_THING_PIPELINE,
  WF_THING_SIREN,
  WF_THING_CAMERA,
  WF_THING_UNIT,
  WF_THING_OTHER,
  WF_N_THING_KINDS,
} WfThingKind;

/**
 * WfThingState:
 * @WF_THING_READY: free, in order
 * @WF_THING_BUSY: ordered or at work: drawn with a mark
 * @WF_THING_OFF: out of service: drawn faint and hollow
 * @WF_THING_ALERT: asks for attention: drawn with the colour of what is late
 */
typedef enum
{
  WF_THING_READY,
  WF_THING_OFF,
  WF_THING_BUSY,
  WF_THING_ALERT,
} WfThingState;

/**
 * WfThing:
 * @id: its id
 * @kind: what it is
 * @state: how it is
 * @level: a level to write into its symbol, such as a hazard source's 1 to 4; 0 for none
 * @lon: where it is
 * @lat: where it is
 * @label: its name
 */
typedef struct
{
  const char   *id;
  WfThingKind   kind;
  WfThingState  state;
  int           level;
  double        lon;
  double        lat;
  const char   *label;
} WfThing;

/**
 * WfThings:
 *
 * The located things that a map draws as symbols, kept in compact arrays, hundreds of thousands of them. Signal
 * “changed”: once after a batch of changes, from the main loop. Main thread.
 */
#define WF_TYPE_THINGS (wf_things_get_type ())
G_DECLARE_FINAL_TYPE (WfThings, wf_things, WF, THINGS, GObject)

WfThings   *wf_things_new           (void);
void        wf_things_put           (WfThings       *self,
                                     const WfThing  *thing);
gboolean    wf_things_remove        (WfThings       *self,
                                     const char     *id);
void        wf_things_clear         (WfThings       *self);
gsize       wf_things_get_size      (WfThings       *self);
gboolean    wf_things_get           (WfThings       *self,
                                     const char     *id,
                                     WfThing        *thing);
gboolean    wf_things_get_row       (WfThings       *self,
                                     guint32         row,
                                     WfThing        *thing);
guint32     wf_things_get_n_rows    (WfThings       *self);
guint64     wf_things_get_serial    (WfThings       *self);
gboolean    wf_things_get_changes   (WfThings       *self,
                                     guint64         since,
                                     GArray         *rows);
GArray     *wf_things_nearest       (WfThings       *self,
                                     WfThingKind     kind,
                                     double          lon,
                                     double          lat,
                                     guint           k);

GArray     *wf_things_inside        (WfThings         *self,
                                     const WfGeoPoint *ring,
                                     gsize             n);

const char *wf_thing_kind_get_name  (WfThingKind     kind);
const char *wf_thing_kind_get_title (WfThingKind     kind);
gboolean    wf_thing_kind_parse     (const char     *name,
                                     WfThingKind    *kind);

G_END_DECLS
