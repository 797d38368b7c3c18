/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-map"

#include "config.h"

#include "wf-map-view.h"

#include "wf-map-view-private.h"

#define MANY_UNITS 300
#define UNITS_MS   200

/**
 * wf_map_view_set_things:
 * @self: a map
 * @things: (nullable): what to draw as symbols; may be shared by several maps
 *
 * Gives the map its things. It follows their changes.
 */
void
wf_map_view_set_things (WfMapView *self,
                        WfThings  *things)
{
  g_return_if_fail (WF_IS_MAP_VIEW (self));

  if (!g_set_object (&self->things, things))
    return;
  g_signal_group_set_target (self->things_signals, things);
  wf_things_view_set (self->things_view, things);
  wf_map_view_redraw (self);
}

/**
 * wf_map_view_put_incident:
 * @self: a map
 * @incident: an incident; its texts are copied
 *
 * Draws an incident, or draws it anew.
 */
void
wf_map_view_put_incident (WfMapView           *self,
                          const WfMapIncident *incident)
{
  g_return_if_fail (WF_IS_MAP_VIEW (self));
  g_return_if_fail (incident != NULL && incident->id != NULL);
  g_return_if_fail (wf_geo_is_valid (incident->lon, incident->lat));

  WfMark *mark = wf_marks_put (self->marks, WF_MARK_INCIDENT, incident->id, incident->label);
  g_free (mark->text);
  mark->text = g_strdup (incident->glyph);
  mark->level = incident->level;
  mark->lon = incident->lon;
  mark->lat = incident->lat;
  mark->closed = incident->closed;
  wf_map_view_redraw (self);
}

static gboolean
units_cb (gpointer data)
{
  WfMapView *self = data;

  self->units_id = 0;
  self->marks->unit_turn++;
  wf_map_view_redraw (self);

  return G_SOURCE_REMOVE;
}

/* A few units are drawn where they are as soon as that is known. Of hundreds nobody sees a fifth of a second. */
static void
queue_units (WfMapView *self)
{
  if (wf_marks_count (self->marks, WF_MARK_UNIT) > MANY_UNITS)
    {
      if (self->units_id == 0)
        self->units_id = g_timeout_add (UNITS_MS, units_cb, self);
      return;
    }
  self->marks->unit_turn++;
  wf_map_view_redraw (self);
}

/**
 * wf_map_view_put_unit:
 * @self: a map
 * @unit: a unit; its texts are copied
 *
 * Draws a mobile unit, or draws it anew where it is now. Where it is followed, the map goes with it.
 */
void
wf_map_view_put_unit (WfMapView       *self,
                      const WfMapUnit *unit)
{
  g_return_if_fail (WF_IS_MAP_VIEW (self));
  g_return_if_fail (unit != NULL && unit->id != NULL);
  g_return_if_fail (wf_geo_is_valid (unit->lon, unit->lat));

  WfMark *mark = wf_marks_put (self->marks, WF_MARK_UNIT, unit->id, unit->label);
  gboolean moved = mark->lon < unit->lon || mark->lon > unit->lon || mark->lat < unit->lat || mark->lat > unit->lat;
  g_free (mark->text);
  mark->text = g_strdup (unit->age_text);
  mark->lon = unit->lon;
  mark->lat = unit->lat;
  mark->heading = unit->heading;
  mark->view_angle = unit->view_angle;
  mark->bearing = unit->has_bearing ? unit->bearing : unit->heading;
  mark->age = unit->age;
  mark->lasts = unit->lasts;
  mark->simulated = unit->simulated;
  if (moved && g_strcmp0 (self->following, unit->id) == 0)
    wf_map_view_move_to (self, unit->lon, unit->lat, shumate_viewport_get_zoom_level (self->viewport));
  queue_units (self);
}

static void
put_line (WfMapView        *self,
          WfMarkType        type,
          const char       *id,
          const WfGeoPoint *points,
          gsize             n,
          const char       *label)
{
  if (n < 2)
    wf_marks_remove (self->marks, type, id);
  else
    wf_mark_set_points (wf_marks_put (self->marks, type, id, label), points, n);
  wf_map_view_redraw (self);
}

/**
 * wf_map_view_put_track:
 * @self: a map
 * @unit_id: a unit
 * @points: (array length=n): where it was, the oldest first
 * @times: (array length=n) (nullable): when it was at each of them, milliseconds since the epoch, never falling
 * @n: how many; none removes the track
 *
 * Draws where a unit came from, dashed, with the time at round minutes.
 */
void
wf_map_view_put_track (WfMapView        *self,
                       const char       *unit_id,
                       const WfGeoPoint *points,
                       const int64_t    *times,
                       gsize             n)
{
  g_return_if_fail (WF_IS_MAP_VIEW (self));
  g_return_if_fail (unit_id != NULL);

  put_line (self, WF_MARK_TRACK, unit_id, points, n, NULL);
  WfMark *track = wf_marks_get (self->marks, WF_MARK_TRACK, unit_id);
  if (track == NULL)
    return;
  g_free (track->times);
  track->times = times != NULL ? g_memdup2 (times, n * sizeof (int64_t)) : NULL;
}

/**
 * wf_map_view_put_order_line:
 * @self: a map
 * @id: the order's id
 * @points: (array length=n): from the force to the rendezvous, two points or a route
 * @n: how many
 * @label: (nullable): such as the road distance
 *
 * Draws the way of an order, dotted.
 */
void
wf_map_view_put_order_line (WfMapView        *self,
                            const char       *id,
                            const WfGeoPoint *points,
                            gsize             n,
                            const char       *label)
{
  g_return_if_fail (WF_IS_MAP_VIEW (self));
  g_return_if_fail (id != NULL);

  put_line (self, WF_MARK_ORDER, id, points, n, label);
}

/**
 * wf_map_view_put_zone:
 * @self: a map
 * @id: the zone's id
 * @kind: how dangerous it is
 * @ring: (array length=n): its corners
 * @n: how many, three at least
 * @label: (nullable): its name
 *
 * Draws an area.
 */
void
wf_map_view_put_zone (WfMapView        *self,
                      const char       *id,
                      WfMapZoneKind     kind,
                      const WfGeoPoint *ring,
                      gsize             n,
                      const char       *label)
{
  g_return_if_fail (WF_IS_MAP_VIEW (self));
  g_return_if_fail (id != NULL);
  g_return_if_fail (n >= 3);
  g_return_if_fail (kind <= WF_MAP_ZONE_PLAIN);

  WfMark *mark = wf_marks_put (self->marks, WF_MARK_ZONE, id, label);
  mark->zone = kind;
  wf_mark_set_points (mark, ring, n);
  wf_map_view_redraw (self);
}

/**
 * wf_map_view_put_spot:
 * @self: a map
 * @id: an id
 * @lon: where
 * @lat: where
 * @label: (nullable): what it is
 *
 * Draws a pin, such as a rendezvous, or the place of a report that is being taken.
 */
void
wf_map_view_put_spot (WfMapView  *self,
                      const char *id,
                      double      lon,
                      double      lat,
                      const char *label)
{
  g_return_if_fail (WF_IS_MAP_VIEW (self));
  g_return_if_fail (id != NULL);
  g_return_if_fail (wf_geo_is_valid (lon, lat));

  WfMark *mark = wf_marks_put (self->marks, WF_MARK_SPOT, id, label);
  mark->lon = lon;
  mark->lat = lat;
  wf_map_view_redraw (self);
}

static void
remove_mark (WfMapView  *self,
             WfMarkType  type,
             const char *id)
{
  g_return_if_fail (WF_IS_MAP_VIEW (self));
  g_return_if_fail (id != NULL);

  if (wf_marks_is_selected (self->marks, wf_mark_type_get_kind (type), id))
    wf_map_view_select (self, NULL, NULL);
  if (type == WF_MARK_UNIT && g_strcmp0 (self->following, id) == 0)
    wf_map_view_follow (self, NULL);
  if (wf_marks_remove (self->marks, type, id))
    wf_map_view_redraw (self);
}

/**
 * wf_map_view_remove_incident:
 * @self: a map
 * @id: an incident's id
 *
 * Takes an incident off the map.
 */
void
wf_map_view_remove_incident (WfMapView  *self,
                             const char *id)
{
  remove_mark (self, WF_MARK_INCIDENT, id);
}

/**
 * wf_map_view_remove_unit:
 * @self: a map
 * @id: a unit's id
 *
 * Takes a unit and its track off the map.
 */
void
wf_map_view_remove_unit (WfMapView  *self,
                         const char *id)
{
  remove_mark (self, WF_MARK_TRACK, id);
  remove_mark (self, WF_MARK_UNIT, id);
}

/**
 * wf_map_view_remove_order_line:
 * @self: a map
 * @id: an order's id
 *
 * Takes an order's line off the map.
 */
void
wf_map_view_remove_order_line (WfMapView  *self,
                               const char *id)
{
  remove_mark (self, WF_MARK_ORDER, id);
}

/**
 * wf_map_view_remove_zone:
 * @self: a map
 * @id: a zone's id
 *
 * Takes a zone off the map.
 */
void
wf_map_view_remove_zone (WfMapView  *self,
                         const char *id)
{
  remove_mark (self, WF_MARK_ZONE, id);
}

/**
 * wf_map_view_put_view:
 * @self: a map
 * @id: a fixed camera's id
 * @lon: where it stands
 * @lat: where it stands
 * @heading: where the middle of its picture is, degrees clockwise from north
 * @angle: degrees that it sees, half of them to each side
 *
 * Draws what a camera that does not move looks at, under the things, from the scale of a street on.
 */
void
wf_map_view_put_view (WfMapView  *self,
                      const char *id,
                      double      lon,
                      double      lat,
                      double      heading,
                      double      angle)
{
  g_return_if_fail (WF_IS_MAP_VIEW (self));
  g_return_if_fail (id != NULL);
  g_return_if_fail (wf_geo_is_valid (lon, lat));

  WfMark *mark = wf_marks_put (self->marks, WF_MARK_VIEW, id, NULL);
  mark->lon = lon;
  mark->lat = lat;
  mark->heading = heading;
  mark->view_angle = angle;
  mark->bearing = heading;
  wf_map_view_redraw (self);
}

/**
 * wf_map_view_remove_view:
 * @self: a map
 * @id: a fixed camera's id
 *
 * Takes what it looks at off the map.
 */
void
wf_map_view_remove_view (WfMapView  *self,
                         const char *id)
{
  if (wf_marks_get (self->marks, WF_MARK_VIEW, id) != NULL)
    remove_mark (self, WF_MARK_VIEW, id);
}

/**
 * wf_map_view_remove_spot:
 * @self: a map
 * @id: a pin's id
 *
 * Takes a pin off the map.
 */
void
wf_map_view_remove_spot (WfMapView  *self,
                         const char *id)
{
  remove_mark (self, WF_MARK_SPOT, id);
}

/**
 * wf_map_view_set_rings:
 * @self: a map
 * @metres: (array length=n) (nullable): radii of the circles around the selected incident
 * @n: how many
 *
 * Changes the range rings, which are 1 km and 3 km otherwise.
 */
void
wf_map_view_set_rings (WfMapView    *self,
                       const double *metres,
                       gsize         n)
{
  g_return_if_fail (WF_IS_MAP_VIEW (self));

  g_array_set_size (self->marks->rings, 0);
  if (n > 0)
    g_array_append_vals (self->marks->rings, metres, (guint) n);
  self->marks->turn++;
  wf_map_view_redraw (self);
}

/**
 * wf_map_view_set_wind:
 * @self: a map
 * @from_degrees: where it blows from
 * @speed: metres a second
 * @text: (nullable): in words, such as “西南风 3.2 m/s”
 * @source: (nullable): who measured it, and when
 *
 * Shows the wind rose.
 */
void
wf_map_view_set_wind (WfMapView  *self,
                      double      from_degrees,
                      double      speed,
                      const char *text,
                      const char *source)
{
  g_return_if_fail (WF_IS_MAP_VIEW (self));

  self->marks->has_wind = TRUE;
  self->marks->wind_from = from_degrees;
  self->marks->wind_speed = speed;
  g_free (self->marks->wind_text);
  self->marks->wind_text = g_strdup (text);
  g_free (self->marks->wind_source);
  self->marks->wind_source = g_strdup (source);
  wf_map_view_redraw (self);
}

/**
 * wf_map_view_clear_wind:
 * @self: a map
 *
 * Hides the wind rose.
 */
void
wf_map_view_clear_wind (WfMapView *self)
{
  g_return_if_fail (WF_IS_MAP_VIEW (self));

  self->marks->has_wind = FALSE;
  wf_map_view_redraw (self);
}

/**
 * wf_map_view_clear:
 * @self: a map
 *
 * Takes off everything that was put on the map by id, and the wind. Things stay.
 */
void
wf_map_view_clear (WfMapView *self)
{
  g_return_if_fail (WF_IS_MAP_VIEW (self));

  wf_map_view_select (self, NULL, NULL);
  wf_map_view_follow (self, NULL);
  wf_marks_clear (self->marks);
  wf_map_view_redraw (self);
}
