/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-map"

#include "config.h"

#include "wf-map-view.h"

#include "wf-geo-shape.h"
#include "wf-geo-text.h"
#include "wf-map-view-private.h"
#include "wf-plots.h"

#include <glib/gi18n.h>

static char *
describe_selection (WfMapView *self)
{
  WfThing thing;

  if (self->marks->selected_id == NULL)
    return g_strdup (_("Nothing is selected"));

  if (g_strcmp0 (self->marks->selected_kind, "plot") == 0)
    {
      const WfPlotMark *plot = wf_plots_get (self->marks->plots, self->marks->selected_id);

      if (plot != NULL && *plot->label != '\0')
        return g_strdup_printf (_("Selected: %s"), plot->label);
    }
  for (int type = 0; type < WF_N_MARK_TYPES; type++)
    {
      WfMark *mark = wf_marks_get (self->marks, (WfMarkType) type, self->marks->selected_id);
      if (mark != NULL && g_strcmp0 (wf_mark_type_get_kind ((WfMarkType) type), self->marks->selected_kind) == 0)
        return g_strdup_printf (_("Selected: %s"), mark->label);
    }
  WfMapFrame frame;
  WfThingSpot spot;
  wf_map_view_get_frame (self, &frame);
  if (g_strcmp0 (self->marks->selected_kind, WF_THINGS_CLUSTER) == 0
      && wf_things_view_find_thing (self->things_view, &frame, WF_THINGS_CLUSTER, self->marks->selected_id, &spot))
    {
      g_autofree char *contents = wf_things_view_describe (self->things_view, &spot);
      return g_strdup_printf (_("Selected: %s"), contents);
    }
  if (self->things != NULL && wf_things_get (self->things, self->marks->selected_id, &thing))
    return g_strdup_printf (_("Selected: %s, %s"), wf_thing_kind_get_title (thing.kind),
                            thing.label != NULL ? thing.label : "");

  return g_strdup_printf (_("Selected: %s"), self->marks->selected_id);
}

/**
 * wf_map_view_select:
 * @self: a map
 * @kind: (nullable): the kind, such as "incident"; %NULL for nothing
 * @id: (nullable): the id
 *
 * Selects something: it is drawn emphasised, and an incident gets its range rings. Moves nothing, and emits only notify.
 */
void
wf_map_view_select (WfMapView  *self,
                    const char *kind,
                    const char *id)
{
  g_return_if_fail (WF_IS_MAP_VIEW (self));

  if (wf_marks_is_selected (self->marks, kind, id))
    return;

  g_free (self->marks->selected_kind);
  g_free (self->marks->selected_id);
  self->marks->selected_kind = g_strdup (kind);
  self->marks->selected_id = g_strdup (id);
  self->marks->unit_turn++;
  wf_map_view_redraw (self);

  g_autofree char *description = describe_selection (self);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, description, -1);
  g_object_notify (G_OBJECT (self), "selection-kind");
  g_object_notify (G_OBJECT (self), "selection-id");
}

/**
 * wf_map_view_get_selection_kind:
 * @self: a map
 *
 * Returns: (nullable): the kind of what is selected
 */
const char *
wf_map_view_get_selection_kind (WfMapView *self)
{
  g_return_val_if_fail (WF_IS_MAP_VIEW (self), NULL);

  return self->marks->selected_kind;
}

/**
 * wf_map_view_get_selection_id:
 * @self: a map
 *
 * Returns: (nullable): the id of what is selected
 */
const char *
wf_map_view_get_selection_id (WfMapView *self)
{
  g_return_val_if_fail (WF_IS_MAP_VIEW (self), NULL);

  return self->marks->selected_id;
}

static void
set_mode (WfMapView  *self,
          WfMapMode   mode,
          const char *hint)
{
  self->mode = mode;
  gtk_widget_set_cursor_from_name (GTK_WIDGET (self->map), mode == WF_MAP_MODE_LOOK ? NULL : "crosshair");
  wf_map_controls_set_hint (self->controls, mode == WF_MAP_MODE_LOOK ? NULL : hint);
  wf_map_controls_set_measuring (self->controls, mode == WF_MAP_MODE_MEASURE);
  wf_map_controls_set_selecting (self->controls, mode == WF_MAP_MODE_AREA);
}

/**
 * wf_map_view_start_pick:
 * @self: a map
 * @hint: (nullable): what to pick, in words
 *
 * The next click picks a place: “place-picked” says where, and the mode ends. Escape or the hint's button gives
 * “pick-cancelled”. With the keyboard, Enter picks the middle of the view.
 */
void
wf_map_view_start_pick (WfMapView  *self,
                        const char *hint)
{
  g_return_if_fail (WF_IS_MAP_VIEW (self));

  wf_plot_tool_cancel (self->plot_tool);
  wf_map_view_stop_measure (self);
  wf_map_view_stop_area (self);
  set_mode (self, WF_MAP_MODE_PICK, hint != NULL ? hint : _("Click the place on the map"));
}

/**
 * wf_map_view_cancel_pick:
 * @self: a map
 *
 * Ends the picking of a place, if it is on, with “pick-cancelled”.
 */
void
wf_map_view_cancel_pick (WfMapView *self)
{
  g_return_if_fail (WF_IS_MAP_VIEW (self));

  if (self->mode != WF_MAP_MODE_PICK)
    return;
  set_mode (self, WF_MAP_MODE_LOOK, NULL);
  wf_map_view_emit_cancelled (self);
}

/**
 * wf_map_view_is_picking:
 * @self: a map
 *
 * Returns: whether the next click picks a place
 */
gboolean
wf_map_view_is_picking (WfMapView *self)
{
  g_return_val_if_fail (WF_IS_MAP_VIEW (self), FALSE);

  return self->mode == WF_MAP_MODE_PICK;
}

/**
 * wf_map_view_start_measure:
 * @self: a map
 *
 * Each click adds a point to a line whose length is shown, until Escape or wf_map_view_stop_measure().
 */
void
wf_map_view_start_measure (WfMapView *self)
{
  g_return_if_fail (WF_IS_MAP_VIEW (self));

  if (self->mode == WF_MAP_MODE_MEASURE)
    return;
  wf_plot_tool_cancel (self->plot_tool);
  wf_map_view_cancel_pick (self);
  wf_map_view_stop_area (self);
  set_mode (self, WF_MAP_MODE_MEASURE, _("Click from point to point: length, bearing and area; Backspace takes one back, Esc ends"));
}

/**
 * wf_map_view_stop_measure:
 * @self: a map
 *
 * Ends measuring and takes its line away.
 */
void
wf_map_view_stop_measure (WfMapView *self)
{
  g_return_if_fail (WF_IS_MAP_VIEW (self));

  if (self->mode != WF_MAP_MODE_MEASURE)
    return;
  g_array_set_size (self->measure, 0);
  wf_map_view_update_measure (self);
  set_mode (self, WF_MAP_MODE_LOOK, NULL);
}

/**
 * wf_map_view_start_area:
 * @self: a map
 *
 * Lets a person draw around things, or, with Shift, pull up a box: “area-selected” says what lies inside, and the mode ends.
 * With the keyboard, Enter sets one corner of a box at the middle of the view, and again the other. What was drawn stays
 * until the next click or Escape.
 */
void
wf_map_view_start_area (WfMapView *self)
{
  g_return_if_fail (WF_IS_MAP_VIEW (self));

  if (self->mode == WF_MAP_MODE_AREA)
    return;
  wf_plot_tool_cancel (self->plot_tool);
  wf_map_view_cancel_pick (self);
  wf_map_view_stop_measure (self);
  wf_map_view_forget_area (self);
  set_mode (self, WF_MAP_MODE_AREA, _("Draw around what you want; with Shift a box; Esc ends it"));
}

/**
 * wf_map_view_stop_area:
 * @self: a map
 *
 * Ends the selecting of an area and takes it off the map.
 */
void
wf_map_view_stop_area (WfMapView *self)
{
  g_return_if_fail (WF_IS_MAP_VIEW (self));

  if (self->mode != WF_MAP_MODE_AREA)
    return;
  wf_map_view_forget_area (self);
  set_mode (self, WF_MAP_MODE_LOOK, NULL);
}

/* For drawing: ends every other mode. */
void
wf_map_view_begin_plot_mode (WfMapView  *self,
                             const char *hint)
{
  wf_map_view_cancel_pick (self);
  wf_map_view_stop_measure (self);
  wf_map_view_stop_area (self);
  wf_map_view_forget_area (self);
  set_mode (self, WF_MAP_MODE_PLOT, hint);
}

/* Ends whatever mode is on, without a word. */
void
wf_map_view_end_mode (WfMapView *self)
{
  set_mode (self, WF_MAP_MODE_LOOK, NULL);
}

/* What the line measures with the place that it would go to next: its length, the last leg with its bearing, and what it would
 * enclose. */
void
wf_map_view_tell_measure (WfMapView *self,
                          double     lon,
                          double     lat)
{
  if (self->mode != WF_MAP_MODE_MEASURE || self->measure->len == 0)
    return;

  g_autoptr (GArray) points = g_array_copy (self->measure);
  const WfGeoPoint *last = &g_array_index (points, WfGeoPoint, points->len - 1);
  const WfGeoPoint next = { lon, lat };

  /* Right after a click the next place is the last. */
  if (wf_geo_distance (last->lon, last->lat, lon, lat) > 0.01)
    g_array_append_val (points, next);
  if (points->len < 2)
    return;

  const WfGeoPoint *line = (const WfGeoPoint *) (void *) points->data;
  const WfGeoPoint *from = &line[points->len - 2], *to = &line[points->len - 1];
  g_autofree char *length = wf_geo_format_distance (wf_geo_length (line, points->len));
  g_autofree char *leg = wf_geo_format_distance (wf_geo_distance (from->lon, from->lat, to->lon, to->lat));
  double bearing = wf_geo_bearing (from->lon, from->lat, to->lon, to->lat);
  g_autofree char *area = NULL;
  g_autofree char *text = NULL;

  if (points->len > 2)
    area = wf_geo_ring_crosses (line, points->len, NULL, NULL) ? g_strdup (_("crosses itself"))
                                                                : wf_geo_format_area (wf_geo_area (line, points->len));
  /* TRANSLATORS: length of a line that is measured; its last leg, and the leg's bearing; what the line encloses */
  text = area != NULL ? g_strdup_printf (_("Length %s · last %s, %03.0f° · encloses %s"), length, leg, bearing, area)
                      : g_strdup_printf (_("Length %s · last %s, %03.0f°"), length, leg, bearing);
  wf_map_controls_set_hint (self->controls, text);
}

/* Takes the last point back. Returns whether something was being measured */
gboolean
wf_map_view_measure_back (WfMapView *self)
{
  if (self->mode != WF_MAP_MODE_MEASURE || self->measure->len == 0)
    return FALSE;

  g_array_set_size (self->measure, self->measure->len - 1);
  wf_map_view_update_measure (self);
  if (self->measure->len > 0)
    wf_map_view_tell_measure (self, g_array_index (self->measure, WfGeoPoint, self->measure->len - 1).lon,
                              g_array_index (self->measure, WfGeoPoint, self->measure->len - 1).lat);

  return TRUE;
}

void
wf_map_view_update_measure (WfMapView *self)
{
  wf_overlay_layer_set_measure (self->overlay_layer, (const WfGeoPoint *) (void *) self->measure->data, self->measure->len);
}
