/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-map"

#include "config.h"

#include "wf-map-view-private.h"

#include <glib/gi18n.h>
#include <math.h>

/* A list for people ends somewhere; the numbers count everything. */
#define MAX_IDS 500

/* A loop smaller than this was a click. */
#define MIN_SIDE 6.0

/* A hand that draws makes a corner every so many pixels. */
#define CORNER_STEP 4.0

static void
show_area (WfMapView *self)
{
  wf_overlay_layer_set_area (self->overlay_layer, (const WfGeoPoint *) (void *) self->area->data, self->area->len);
}

static void
add_corner (WfMapView *self,
            double     x,
            double     y)
{
  WfGeoPoint place;

  wf_map_view_to_place (self, x, y, &place.lon, &place.lat);
  g_array_append_val (self->area, place);
}

static void
make_box (WfMapView *self,
          double     x0,
          double     y0,
          double     x1,
          double     y1)
{
  g_array_set_size (self->area, 0);
  add_corner (self, x0, y0);
  add_corner (self, x1, y0);
  add_corner (self, x1, y1);
  add_corner (self, x0, y1);
  show_area (self);
}

static void
count_marks (WfMapView  *self,
             WfMarkType  type,
             const char *title,
             GPtrArray  *ids,
             GString    *summary)
{
  g_autoptr (GPtrArray) marks = wf_marks_list (self->marks, type);
  guint count = 0;

  for (guint i = 0; i < marks->len; i++)
    {
      const WfMark *mark = g_ptr_array_index (marks, i);
      if (!wf_geo_polygon_contains ((const WfGeoPoint *) (void *) self->area->data, self->area->len, mark->lon, mark->lat))
        continue;
      count++;
      if (ids->len < MAX_IDS)
        g_ptr_array_add (ids, g_strdup (mark->id));
    }
  if (count > 0)
    g_string_append_printf (summary, "%s%s %u", summary->len > 0 ? " · " : "", title, count);
}

static void
count_things (WfMapView *self,
              GPtrArray *ids,
              GString   *summary)
{
  guint counts[WF_N_THING_KINDS] = { 0 };
  g_autoptr (GArray) rows = wf_things_inside (self->things, (const WfGeoPoint *) (void *) self->area->data, self->area->len);
  WfThing thing;

  for (guint i = 0; i < rows->len; i++)
    {
      if (!wf_things_get_row (self->things, g_array_index (rows, guint32, i), &thing)
          || !wf_things_view_get_visible (self->things_view, thing.kind))
        continue;
      counts[thing.kind]++;
      if (ids->len < MAX_IDS)
        g_ptr_array_add (ids, g_strdup (thing.id));
    }
  for (guint k = 0; k < WF_N_THING_KINDS; k++)
    if (counts[k] > 0)
      g_string_append_printf (summary, "%s%s %u", summary->len > 0 ? " · " : "", wf_thing_kind_get_title ((WfThingKind) k),
                              counts[k]);
}

static void
finish (WfMapView *self)
{
  g_autoptr (GPtrArray) ids = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GString) summary = g_string_new (NULL);

  wf_map_view_end_mode (self);
  count_marks (self, WF_MARK_INCIDENT, _("Incidents"), ids, summary);
  count_marks (self, WF_MARK_UNIT, wf_thing_kind_get_title (WF_THING_UNIT), ids, summary);
  if (self->things != NULL)
    count_things (self, ids, summary);
  g_ptr_array_add (ids, NULL);
  wf_map_view_emit_area (self, (char **) ids->pdata, summary->str);
}

/* Takes the area off the map. */
void
wf_map_view_forget_area (WfMapView *self)
{
  g_array_set_size (self->area, 0);
  show_area (self);
}

/* With the keyboard: Enter sets one corner of a box at the middle of the view, and again the other. */
void
wf_map_view_area_key (WfMapView *self)
{
  double x = gtk_widget_get_width (GTK_WIDGET (self)) / 2.0;
  double y = gtk_widget_get_height (GTK_WIDGET (self)) / 2.0;

  if (self->area->len != 1)
    {
      g_array_set_size (self->area, 0);
      add_corner (self, x, y);
      show_area (self);
      return;
    }

  const WfGeoPoint *first = &g_array_index (self->area, WfGeoPoint, 0);
  double x0;
  double y0;
  wf_map_view_to_screen (self, first->lon, first->lat, &x0, &y0);
  make_box (self, x0, y0, x, y);
  finish (self);
}

static void
drag_begin_cb (GtkGestureDrag *gesture,
               double          x,
               double          y,
               WfMapView      *self)
{
  if (self->mode != WF_MAP_MODE_AREA)
    {
      gtk_gesture_set_state (GTK_GESTURE (gesture), GTK_EVENT_SEQUENCE_DENIED);
      return;
    }

  /* The map is not to pan with it. */
  gtk_gesture_set_state (GTK_GESTURE (gesture), GTK_EVENT_SEQUENCE_CLAIMED);
  g_array_set_size (self->area, 0);
  add_corner (self, x, y);
  self->corner_x = x;
  self->corner_y = y;
}

static gboolean
wants_box (GtkGestureDrag *gesture)
{
  return (gtk_event_controller_get_current_event_state (GTK_EVENT_CONTROLLER (gesture)) & GDK_SHIFT_MASK) != 0;
}

static void
drag_update_cb (GtkGestureDrag *gesture,
                double          dx,
                double          dy,
                WfMapView      *self)
{
  double x;
  double y;

  if (self->mode != WF_MAP_MODE_AREA || !gtk_gesture_drag_get_start_point (gesture, &x, &y))
    return;

  if (wants_box (gesture))
    make_box (self, x, y, x + dx, y + dy);
  else if (hypot (x + dx - self->corner_x, y + dy - self->corner_y) >= CORNER_STEP)
    {
      self->corner_x = x + dx;
      self->corner_y = y + dy;
      add_corner (self, x + dx, y + dy);
      show_area (self);
    }
}

static void
drag_end_cb (GtkGestureDrag *gesture,
             double          dx,
             double          dy,
             WfMapView      *self)
{
  if (self->mode != WF_MAP_MODE_AREA)
    return;

  if (self->area->len < 3 || (fabs (dx) < MIN_SIDE && fabs (dy) < MIN_SIDE && self->area->len < 8))
    {
      wf_map_view_forget_area (self);
      return;
    }
  finish (self);
}

void
wf_map_view_init_area (WfMapView *self)
{
  GtkGesture *drag = gtk_gesture_drag_new ();

  self->area = g_array_new (FALSE, FALSE, sizeof (WfGeoPoint));
  gtk_event_controller_set_propagation_phase (GTK_EVENT_CONTROLLER (drag), GTK_PHASE_CAPTURE);
  g_signal_connect (drag, "drag-begin", G_CALLBACK (drag_begin_cb), self);
  g_signal_connect (drag, "drag-update", G_CALLBACK (drag_update_cb), self);
  g_signal_connect (drag, "drag-end", G_CALLBACK (drag_end_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self->map), GTK_EVENT_CONTROLLER (drag));
}
