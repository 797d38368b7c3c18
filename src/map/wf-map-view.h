/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-base-map.h"
#include "wf-geo.h"
#include "wf-symbol-set.h"
#include "wf-things.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * WfMapView:
 *
 * The one map. It draws the base map, the things of a #WfThings, and what the callers put on it by id: incidents, mobile
 * units with tracks, zones, order lines, range rings, wind. All calls are for the main thread; coordinates are WGS 84, lon
 * before lat. Everything put on it by id stays until it is removed or cleared; putting an id again replaces it.
 *
 * The map never moves by itself: only a person, wf_map_view_go_to(), wf_map_view_fit(), wf_map_view_go_home() and, while it is
 * on, following a unit move it. A person who pans ends the following.
 *
 * Properties: “selection-kind” and “selection-id” (string, read-only; what is selected, %NULL for nothing; kinds as in
 * wf_thing_kind_get_name(), and "incident", "unit", "zone", "cluster"), “zoom” (double, read-only),
 * “following” (string, read-only).
 *
 * Signals:
 *
 * - “incident-activated” (char *id): clicked, or Enter pressed on it
 * - “thing-activated” (char *kind, char *id): the same for a thing; units have the kind "unit", zones "zone"
 * - “cluster-activated” (char **ids): a cluster that can be taken apart neither by zooming in nor by fanning its things out was
 *   clicked: show a list
 * - “area-selected” (char **ids, char *summary): an area was drawn around these incidents, units and things; at most 500
 *   ids, and in words how many of each kind there are
 * - “place-picked” (double lon, double lat): in pick mode, or with “pick” cancelled: see wf_map_view_start_pick()
 * - “pick-cancelled”: Escape in pick mode
 * - “context” (double lon, double lat, double x, double y): the context menu was asked for there; x and y are in the view
 * - “view-changed”: the part of the world that is seen has changed
 * - “symbol-refused” (char *reason): a file among the centre's own symbols cannot be used, and the shipped symbol is
 * - “map-refused” (char *reason): a file of the base map turned out to be malformed, and the map goes on without it
 *
 * Keys, when the map has the focus: arrows pan, + and − zoom, Home fits the district, Tab and Shift+Tab step through what can
 * be activated (incidents, units, things and clusters in view), Enter activates it, Escape ends picking or measuring, closes
 * what was fanned out, else deselects.
 */
#define WF_TYPE_MAP_VIEW (wf_map_view_get_type ())
G_DECLARE_FINAL_TYPE (WfMapView, wf_map_view, WF, MAP_VIEW, GtkWidget)

/**
 * WfMapIncident:
 * @id: its id
 * @label: its title, short
 * @glyph: what stands in the circle: 一 二 三 四 新, or 1 2 3 4 N
 * @level: response level 1 (highest) to 4, 0 for none yet: how strong the circle's colour is
 * @lon: where
 * @lat: where
 * @closed: whether it is stood down or later; drawn faint
 */
typedef struct
{
  const char *id;
  const char *label;
  const char *glyph;
  int         level;
  double      lon;
  double      lat;
  gboolean    closed;
} WfMapIncident;

/**
 * WfMapUnit:
 * @id: its id
 * @label: its name
 * @age_text: (nullable): the age of its position in words, such as “4秒前”
 * @lon: where it was
 * @lat: where it was
 * @heading: degrees clockwise from north; negative where not known, then a round mark is drawn
 * @age: milliseconds since that position
 * @lasts: how old it may be, in milliseconds, until it is drawn hollow and paler and paler; ten times as old
 *   it is struck through; 0: 30 s
 * @simulated: whether the position comes from a simulator
 * @view_angle: degrees that its camera sees, half of them to each side of where it looks; 0 where that is not known
 * @has_bearing: whether it is known where the camera looks; else it looks where the unit heads
 * @bearing: where it looks, degrees clockwise from north
 */
typedef struct
{
  const char *id;
  const char *label;
  const char *age_text;
  double      lon;
  double      lat;
  double      heading;
  int64_t     age;
  int64_t     lasts;
  gboolean    simulated;
  double      view_angle;
  gboolean    has_bearing;
  double      bearing;
} WfMapUnit;

/**
 * WfMapZoneKind:
 * @WF_MAP_ZONE_HOT: 重危
 * @WF_MAP_ZONE_WARM: 中危
 * @WF_MAP_ZONE_COLD: 轻危
 * @WF_MAP_ZONE_CORDON: a cordon
 * @WF_MAP_ZONE_PLAIN: any other area
 */
typedef enum
{
  WF_MAP_ZONE_HOT,
  WF_MAP_ZONE_WARM,
  WF_MAP_ZONE_COLD,
  WF_MAP_ZONE_CORDON,
  WF_MAP_ZONE_PLAIN,
} WfMapZoneKind;

GtkWidget *wf_map_view_new             (void);
void       wf_map_view_prepare         (WfMapView           *self,
                                        gboolean             dark,
                                        int                  width,
                                        int                  height);

/* The base map. Without a call the shipped one is shown. */
void       wf_map_view_set_base_map    (WfMapView           *self,
                                        WfBaseMap           *base);
WfBaseMap *wf_map_view_get_base_map    (WfMapView           *self);

/* The symbols of things. */
void         wf_map_view_set_symbols   (WfMapView           *self,
                                        const char          *folder);
WfSymbolSet *wf_map_view_get_symbols   (WfMapView           *self);

/* Moving. */
void       wf_map_view_go_to           (WfMapView           *self,
                                        double               lon,
                                        double               lat,
                                        double               zoom);
void       wf_map_view_fit             (WfMapView           *self,
                                        const WfGeoBox      *box);
void       wf_map_view_go_home         (WfMapView           *self);
void       wf_map_view_set_home        (WfMapView           *self,
                                        const WfGeoBox      *home);
void       wf_map_view_get_center      (WfMapView           *self,
                                        double              *lon,
                                        double              *lat,
                                        double              *zoom);
void       wf_map_view_get_bounds      (WfMapView           *self,
                                        WfGeoBox            *bounds);
gboolean   wf_map_view_to_screen       (WfMapView           *self,
                                        double               lon,
                                        double               lat,
                                        double              *x,
                                        double              *y);
void       wf_map_view_to_place        (WfMapView           *self,
                                        double               x,
                                        double               y,
                                        double              *lon,
                                        double              *lat);
void       wf_map_view_follow          (WfMapView           *self,
                                        const char          *unit_id);

/* What is on it. */
void       wf_map_view_set_things      (WfMapView           *self,
                                        WfThings            *things);
void       wf_map_view_put_incident    (WfMapView           *self,
                                        const WfMapIncident *incident);
void       wf_map_view_remove_incident (WfMapView           *self,
                                        const char          *id);
void       wf_map_view_put_unit        (WfMapView           *self,
                                        const WfMapUnit     *unit);
void       wf_map_view_remove_unit     (WfMapView           *self,
                                        const char          *id);
void       wf_map_view_put_track       (WfMapView           *self,
                                        const char          *unit_id,
                                        const WfGeoPoint    *points,
                                        const int64_t       *times,
                                        gsize                n);
void       wf_map_view_put_order_line  (WfMapView           *self,
                                        const char          *id,
                                        const WfGeoPoint    *points,
                                        gsize                n,
                                        const char          *label);
void       wf_map_view_remove_order_line (WfMapView         *self,
                                          const char        *id);
void       wf_map_view_put_zone        (WfMapView           *self,
                                        const char          *id,
                                        WfMapZoneKind        kind,
                                        const WfGeoPoint    *ring,
                                        gsize                n,
                                        const char          *label);
void       wf_map_view_remove_zone     (WfMapView           *self,
                                        const char          *id);
void       wf_map_view_put_spot        (WfMapView           *self,
                                        const char          *id,
                                        double               lon,
                                        double               lat,
                                        const char          *label);
void       wf_map_view_remove_spot     (WfMapView           *self,
                                        const char          *id);
void       wf_map_view_put_view        (WfMapView           *self,
                                        const char          *id,
                                        double               lon,
                                        double               lat,
                                        double               heading,
                                        double               angle);
void       wf_map_view_remove_view     (WfMapView           *self,
                                        const char          *id);
void       wf_map_view_set_rings       (WfMapView           *self,
                                        const double        *metres,
                                        gsize                n);
void       wf_map_view_set_wind        (WfMapView           *self,
                                        double               from_degrees,
                                        double               speed,
                                        const char          *text,
                                        const char          *source);
void       wf_map_view_clear_wind      (WfMapView           *self);
void       wf_map_view_clear           (WfMapView           *self);

/* Selecting. */
void        wf_map_view_select             (WfMapView       *self,
                                            const char      *kind,
                                            const char      *id);
const char *wf_map_view_get_selection_kind (WfMapView       *self);
const char *wf_map_view_get_selection_id   (WfMapView       *self);

/* Tools. */
void       wf_map_view_start_pick      (WfMapView           *self,
                                        const char          *hint);
void       wf_map_view_cancel_pick     (WfMapView           *self);
gboolean   wf_map_view_is_picking      (WfMapView           *self);
void       wf_map_view_start_measure   (WfMapView           *self);
void       wf_map_view_stop_measure    (WfMapView           *self);
void       wf_map_view_start_area      (WfMapView           *self);
void       wf_map_view_stop_area       (WfMapView           *self);
void       wf_map_view_set_kind_visible (WfMapView          *self,
                                         WfThingKind         kind,
                                         gboolean            visible);
gboolean   wf_map_view_get_kind_visible (WfMapView          *self,
                                         WfThingKind         kind);
void       wf_map_view_set_controls_visible (WfMapView      *self,
                                             gboolean        visible);
void       wf_map_view_set_status_text (WfMapView           *self,
                                        const char          *text);

/* A picture of the map, for print. */
void       wf_map_view_render_image_async  (WfMapView            *self,
                                            double                lon,
                                            double                lat,
                                            double                zoom,
                                            int                   width,
                                            int                   height,
                                            int                   scale,
                                            GCancellable         *cancellable,
                                            GAsyncReadyCallback   callback,
                                            gpointer              user_data);
GBytes    *wf_map_view_render_image_finish (WfMapView            *self,
                                            GAsyncResult         *result,
                                            GError              **error);
cairo_surface_t *wf_map_view_draw_symbol   (WfMapView            *self,
                                            WfThingKind           kind,
                                            int                   pixels);

G_END_DECLS
