/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-map-view-private.h"

G_BEGIN_DECLS

/* A map in a window of 900 by 600, without decorations at the corner of the screen; a test that waits for ever is ended. */
typedef struct
{
  GtkWidget *window;
  WfMapView *map; /* (owned) */
  guint      late_id;
  char      *heard; /* what the last signal said */
  guint      count;
  GBytes    *picture;
} MapFixture;

void      map_set_up       (MapFixture     *fixture,
                            gconstpointer   data);
void      map_tear_down    (MapFixture     *fixture,
                            gconstpointer   data);
void      map_assert_place (MapFixture     *fixture,
                            double          lon,
                            double          lat,
                            double          zoom);
gboolean  map_press        (MapFixture     *fixture,
                            guint           key);
void      map_put_incident (MapFixture     *fixture,
                            const char     *id,
                            double          lon,
                            double          lat);
void      map_put_unit     (MapFixture     *fixture,
                            double          lon,
                            double          lat);
void      map_hear_thing   (WfMapView      *map,
                            const char     *kind,
                            const char     *id,
                            MapFixture     *fixture);
void      map_hear_area    (WfMapView      *map,
                            char          **ids,
                            const char     *summary,
                            MapFixture     *fixture);
WfThings *map_make_crowd   (MapFixture     *fixture);

G_END_DECLS
