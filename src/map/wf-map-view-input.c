/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-map"

#include "config.h"

#include "wf-geo-shape.h"
#include "wf-map-view-private.h"
#include "wf-plots.h"

#include <math.h>

/* A press that moved farther than this was a pan. */
#define CLICK_SLACK 5.0

/* Things that are nearer to one another than this, in pixels at the largest zoom, cannot be told apart by zooming. */
#define SAME_SPOT 40.0

/* A list for people ends somewhere. */
#define LIST_COUNT 500

/* What Tab steps through: marks first, the most serious first, then the symbols and clusters in view. */
typedef struct
{
  char  *kind;
  char  *id;
  double lon;
  double lat;
} Stop;

static void
clear_stop (gpointer data)
{
  Stop *stop = data;

  g_free (stop->kind);
  g_free (stop->id);
}

static void
activate_cluster (WfMapView         *self,
                  const WfThingSpot *spot)
{
  g_autoptr (GPtrArray) ids = g_ptr_array_new_with_free_func (g_free);
  WfGeoBox box = { 180.0, 90.0, -180.0, -90.0 };
  WfThing thing;

  g_autoptr (GArray) rows = wf_things_view_list (self->things_view, spot, G_MAXUINT32);
  for (guint i = 0; i < rows->len; i++)
    {
      if (!wf_things_get_row (self->things, g_array_index (rows, guint32, i), &thing))
        continue;
      box.min_lon = MIN (box.min_lon, thing.lon);
      box.max_lon = MAX (box.max_lon, thing.lon);
      box.min_lat = MIN (box.min_lat, thing.lat);
      box.max_lat = MAX (box.max_lat, thing.lat);
      if (ids->len < LIST_COUNT)
        g_ptr_array_add (ids, g_strdup (thing.id));
    }
  g_ptr_array_add (ids, NULL);

  double span = wf_geo_distance (box.min_lon, box.min_lat, box.max_lon, box.max_lat);
  guint max_zoom = shumate_viewport_get_max_zoom_level (self->viewport);
  if (span < SAME_SPOT * wf_mercator_metres_per_pixel (box.min_lat, max_zoom))
    {
      /* Too many to be fanned out are listed. */
      if (spot->cell.count > WF_THINGS_MAX_FAN)
        wf_map_view_emit_cluster (self, (char **) ids->pdata);
      else
        wf_things_view_fan (self->things_view, spot);
      wf_map_view_redraw (self);
      return;
    }

  /* Far enough to see it taken apart, and not farther: there is more around it. */
  double zoom = shumate_viewport_get_zoom_level (self->viewport);
  double pixels = span / wf_mercator_metres_per_pixel (box.min_lat, zoom);
  double wanted = zoom + CLAMP (log2 (300.0 / MAX (1.0, pixels)), 1.0, 5.0);
  wf_map_view_go_to (self, (box.min_lon + box.max_lon) / 2.0, (box.min_lat + box.max_lat) / 2.0, MIN (wanted, max_zoom));
}

static void
activate_at (WfMapView *self,
             double     x,
             double     y)
{
  WfMapFrame frame;
  WfThingSpot spot;
  WfThing thing;

  wf_map_view_get_frame (self, &frame);
  WfMark *mark = wf_marks_find (self->marks, &frame, x, y);
  const WfPlotMark *plot = wf_plots_find (self->marks->plots, &frame, x, y, NULL);
  /* Another click on the incident that is selected gets at the unit that stands under it. */
  if (mark != NULL && mark->type == WF_MARK_INCIDENT && wf_marks_is_selected (self->marks, "incident", mark->id))
    {
      WfMark *hidden = wf_marks_find_hidden (self->marks, &frame, x, y);

      mark = hidden != NULL ? hidden : mark;
    }
  if (mark != NULL && mark->type != WF_MARK_ZONE)
    wf_map_view_emit_activated (self, wf_mark_type_get_kind (mark->type), mark->id);
  else if (wf_things_view_find (self->things_view, &frame, x, y, &spot))
    {
      if (spot.cell.count > 1)
        activate_cluster (self, &spot);
      else if (wf_things_view_get_thing (self->things_view, &spot, &thing))
        wf_map_view_emit_activated (self, wf_thing_kind_get_name (thing.kind), thing.id);
    }
  else if (plot != NULL)
    wf_map_view_emit_activated (self, "plot", plot->id);
  else if (mark != NULL)
    wf_map_view_emit_activated (self, wf_mark_type_get_kind (mark->type), mark->id);
  else
    {
      if (wf_things_view_close_fan (self->things_view))
        wf_map_view_redraw (self);
      wf_map_view_select (self, NULL, NULL);
    }
}

static void
click (WfMapView *self,
       double     x,
       double     y)
{
  WfGeoPoint place;

  wf_map_view_to_place (self, x, y, &place.lon, &place.lat);
  switch (self->mode)
    {
    case WF_MAP_MODE_PICK:
      wf_map_view_end_mode (self);
      wf_map_view_emit_picked (self, place.lon, place.lat);
      break;
    case WF_MAP_MODE_MEASURE:
      g_array_append_val (self->measure, place);
      wf_map_view_update_measure (self);
      wf_map_view_tell_measure (self, place.lon, place.lat);
      break;
    case WF_MAP_MODE_AREA:
    case WF_MAP_MODE_PLOT:
      break;
    case WF_MAP_MODE_LOOK:
    default:
      wf_map_view_forget_area (self);
      activate_at (self, x, y);
      break;
    }
}

/* Whether a click was given up because the button is up already. GTK looks at the pointer itself after a change of the layout,
 * and where a busy program has not heard of the release yet, it takes the click for one that is over. */
gboolean
wf_map_view_is_let_go (GtkGesture *gesture)
{
  GdkEvent *event = gtk_event_controller_get_current_event (GTK_EVENT_CONTROLLER (gesture));

  return event != NULL && gdk_event_get_event_type (event) == GDK_MOTION_NOTIFY
         && (gdk_event_get_modifier_state (event) & GDK_BUTTON1_MASK) == 0;
}

static void
pressed_cb (GtkGestureClick *gesture,
            int              n_press,
            double           x,
            double           y,
            WfMapView       *self)
{
  gtk_widget_grab_focus (GTK_WIDGET (self));
  self->n_press = n_press;
  self->press_x = x;
  self->press_y = y;
  wf_map_view_to_place (self, x, y, &self->press_lon, &self->press_lat);

  if (gdk_event_triggers_context_menu (gtk_event_controller_get_current_event (GTK_EVENT_CONTROLLER (gesture))))
    wf_map_view_emit_context (self, x, y);
}

static void
released_cb (GtkGestureClick *gesture,
             int              n_press,
             double           x,
             double           y,
             WfMapView       *self)
{
  if (gtk_gesture_single_get_current_button (GTK_GESTURE_SINGLE (gesture)) != GDK_BUTTON_PRIMARY || n_press != 1
      || hypot (x - self->press_x, y - self->press_y) > CLICK_SLACK)
    return;

  click (self, x, y);
}

static void
cancel_cb (GtkGesture       *gesture,
           GdkEventSequence *sequence,
           WfMapView        *self)
{
  if (gtk_gesture_single_get_current_button (GTK_GESTURE_SINGLE (gesture)) == GDK_BUTTON_PRIMARY && self->n_press == 1
      && wf_map_view_is_let_go (gesture))
    click (self, self->press_x, self->press_y);
}

static void
set_hovered (WfMapView  *self,
             const char *kind,
             const char *id)
{
  if (g_strcmp0 (self->marks->hover_kind, kind) == 0 && g_strcmp0 (self->marks->hover_id, id) == 0)
    return;

  g_free (self->marks->hover_kind);
  g_free (self->marks->hover_id);
  self->marks->hover_kind = g_strdup (kind);
  self->marks->hover_id = g_strdup (id);
  if (self->mode == WF_MAP_MODE_LOOK)
    gtk_widget_set_cursor_from_name (GTK_WIDGET (self->map), kind != NULL ? "pointer" : NULL);
  gtk_widget_queue_draw (GTK_WIDGET (self->overlay_layer));
}

/* What the pointer is on is named and has a ring. */
static void
hover (WfMapView *self,
       double     x,
       double     y)
{
  WfMapFrame frame;
  WfThingSpot spot;
  WfThing thing;

  wf_map_view_get_frame (self, &frame);
  WfMark *mark = wf_marks_find (self->marks, &frame, x, y);
  if (mark != NULL && mark->type != WF_MARK_ZONE)
    set_hovered (self, wf_mark_type_get_kind (mark->type), mark->id);
  else if (!wf_things_view_find (self->things_view, &frame, x, y, &spot))
    set_hovered (self, NULL, NULL);
  else if (wf_things_view_get_thing (self->things_view, &spot, &thing))
    set_hovered (self, wf_thing_kind_get_name (thing.kind), thing.id);
  else
    {
      g_autofree char *id = wf_things_view_make_id (&spot);
      set_hovered (self, WF_THINGS_CLUSTER, id);
    }
}

static void
motion_cb (GtkEventControllerMotion *controller,
           double                    x,
           double                    y,
           WfMapView                *self)
{
  double lon;
  double lat;

  self->pointer_x = x;
  self->pointer_y = y;
  wf_map_view_to_place (self, x, y, &lon, &lat);
  wf_map_controls_set_pointer (self->controls, TRUE, lon, lat);
  wf_map_view_tell_measure (self, lon, lat);
  hover (self, x, y);
}

static void
leave_cb (GtkEventControllerMotion *controller,
          WfMapView                *self)
{
  double lon;
  double lat;

  wf_map_view_get_center (self, &lon, &lat, NULL);
  wf_map_controls_set_pointer (self->controls, FALSE, lon, lat);
  set_hovered (self, NULL, NULL);
}

static gboolean
query_tooltip_cb (GtkWidget  *widget,
                  int         x,
                  int         y,
                  gboolean    keyboard,
                  GtkTooltip *tooltip,
                  WfMapView  *self)
{
  g_autofree char *text = NULL;
  WfMapFrame frame;
  WfThingSpot spot;

  wf_map_view_get_frame (self, &frame);
  WfMark *mark = keyboard ? NULL : wf_marks_find (self->marks, &frame, x, y);
  if (mark != NULL && mark->type != WF_MARK_ZONE)
    text = mark->type == WF_MARK_UNIT && mark->text != NULL ? g_strdup_printf ("%s · %s", mark->label, mark->text)
                                                            : g_strdup (mark->label);
  else if (!keyboard && wf_things_view_find (self->things_view, &frame, x, y, &spot))
    text = wf_things_view_describe (self->things_view, &spot);
  if (text == NULL)
    return FALSE;

  gtk_tooltip_set_text (tooltip, text);
  /* The tooltip goes away when the pointer leaves the symbol. */
  gtk_tooltip_set_tip_area (tooltip, &(GdkRectangle){ x - 8, y - 8, 16, 16 });

  return TRUE;
}

static void
add_stop (GArray     *stops,
          const char *kind,
          const char *id,
          double      lon,
          double      lat)
{
  Stop stop = { g_strdup (kind), g_strdup (id), lon, lat };

  g_array_append_val (stops, stop);
}

static GArray *
list_stops (WfMapView *self)
{
  static const WfMarkType types[] = { WF_MARK_INCIDENT, WF_MARK_UNIT };
  GArray *stops = g_array_new (FALSE, FALSE, sizeof (Stop));
  WfMapFrame frame;
  WfThing thing;

  g_array_set_clear_func (stops, clear_stop);
  wf_map_view_get_frame (self, &frame);
  for (gsize t = 0; t < G_N_ELEMENTS (types); t++)
    {
      g_autoptr (GPtrArray) marks = wf_marks_list (self->marks, types[t]);
      for (guint i = 0; i < marks->len; i++)
        {
          WfMark *mark = g_ptr_array_index (marks, i);
          double x;
          double y;
          if (wf_map_view_to_screen (self, mark->lon, mark->lat, &x, &y))
            add_stop (stops, wf_mark_type_get_kind (types[t]), mark->id, mark->lon, mark->lat);
        }
    }

  /* What is drawn, at its middle; a sketch of somebody else has nothing to open. */
  g_autoptr (GPtrArray) plots = wf_plots_list (self->marks->plots);
  for (guint i = 0; i < plots->len; i++)
    {
      const WfPlotMark *plot = g_ptr_array_index (plots, i);
      double lon, lat, x, y;

      if (plot->draft || plot->points->len == 0)
        continue;
      wf_geo_middle ((const WfGeoPoint *) (void *) plot->points->data, plot->points->len, &lon, &lat);
      if (wf_map_view_to_screen (self, lon, lat, &x, &y))
        add_stop (stops, "plot", plot->id, lon, lat);
    }

  const GArray *spots = wf_things_view_place (self->things_view, &frame);
  for (guint i = 0; i < spots->len; i++)
    {
      const WfThingSpot *spot = &g_array_index (spots, WfThingSpot, i);
      if (spot->x < 0.0 || spot->y < 0.0 || spot->x >= frame.width || spot->y >= frame.height)
        continue;
      if (wf_things_view_get_thing (self->things_view, spot, &thing))
        add_stop (stops, wf_thing_kind_get_name (thing.kind), thing.id, thing.lon, thing.lat);
      else if (spot->cell.count > 1)
        {
          g_autofree char *id = wf_things_view_make_id (spot);
          add_stop (stops, WF_THINGS_CLUSTER, id, wf_mercator_lon (spot->cell.x), wf_mercator_lat (spot->cell.y));
        }
    }

  return stops;
}

/* Past the last, and before the first, the focus leaves the map. */
static gboolean
step (WfMapView *self,
      int        by)
{
  g_autoptr (GArray) stops = list_stops (self);
  int at = -1;

  for (guint i = 0; i < stops->len; i++)
    if (wf_marks_is_selected (self->marks, g_array_index (stops, Stop, i).kind, g_array_index (stops, Stop, i).id))
      at = (int) i;
  at = at < 0 && by < 0 ? (int) stops->len - 1 : at + by;
  if (at < 0 || at >= (int) stops->len)
    {
      wf_map_view_select (self, NULL, NULL);
      return FALSE;
    }

  wf_map_view_select (self, g_array_index (stops, Stop, at).kind, g_array_index (stops, Stop, at).id);

  return TRUE;
}

static void
pan (WfMapView *self,
     double     dx,
     double     dy)
{
  double lon;
  double lat;

  wf_map_view_to_place (self, gtk_widget_get_width (GTK_WIDGET (self)) * (0.5 + dx),
                        gtk_widget_get_height (GTK_WIDGET (self)) * (0.5 + dy),
                        &lon, &lat);
  wf_map_view_go_to (self, lon, lat, 0.0);
  wf_map_view_tell_measure (self, lon, lat);
}

static gboolean
activate_by_key (WfMapView *self)
{
  if (self->mode == WF_MAP_MODE_AREA)
    {
      wf_map_view_area_key (self);
      return TRUE;
    }
  if (self->mode != WF_MAP_MODE_LOOK)
    {
      click (self, gtk_widget_get_width (GTK_WIDGET (self)) / 2.0, gtk_widget_get_height (GTK_WIDGET (self)) / 2.0);
      return TRUE;
    }
  if (self->marks->selected_id == NULL)
    return FALSE;
  if (g_strcmp0 (self->marks->selected_kind, WF_THINGS_CLUSTER) == 0)
    {
      WfMapFrame frame;
      WfThingSpot spot;
      wf_map_view_get_frame (self, &frame);
      if (wf_things_view_find_thing (self->things_view, &frame, WF_THINGS_CLUSTER, self->marks->selected_id, &spot))
        activate_cluster (self, &spot);
      wf_map_view_select (self, NULL, NULL);
      /* Tab goes on with what was fanned out. */
      const GArray *spots = wf_things_view_place (self->things_view, &frame);
      WfThing thing;
      for (guint i = 0; i < spots->len; i++)
        if (g_array_index (spots, WfThingSpot, i).fanned
            && wf_things_view_get_thing (self->things_view, &g_array_index (spots, WfThingSpot, i), &thing))
          {
            wf_map_view_select (self, wf_thing_kind_get_name (thing.kind), thing.id);
            break;
          }
      return TRUE;
    }

  wf_map_view_emit_activated (self, self->marks->selected_kind, self->marks->selected_id);

  return TRUE;
}

static gboolean
escape (WfMapView *self)
{
  if (self->mode == WF_MAP_MODE_PICK)
    wf_map_view_cancel_pick (self);
  else if (self->mode == WF_MAP_MODE_MEASURE)
    wf_map_view_stop_measure (self);
  else if (self->mode == WF_MAP_MODE_AREA)
    wf_map_view_stop_area (self);
  else if (self->area->len > 0)
    wf_map_view_forget_area (self);
  else if (wf_things_view_close_fan (self->things_view))
    wf_map_view_redraw (self);
  else if (self->marks->selected_id != NULL)
    wf_map_view_select (self, NULL, NULL);
  else
    return FALSE;

  return TRUE;
}

static gboolean
key_pressed_cb (GtkEventControllerKey *controller,
                guint                  key,
                guint                  code,
                GdkModifierType        state,
                WfMapView             *self)
{
  if ((state & (GDK_CONTROL_MASK | GDK_ALT_MASK)) != 0)
    return FALSE;

  if (wf_plot_tool_key (self->plot_tool, key, state))
    return TRUE;

  switch (key)
    {
    case GDK_KEY_Left:
    case GDK_KEY_KP_Left:
      pan (self, -0.15, 0.0);
      return TRUE;
    case GDK_KEY_Right:
    case GDK_KEY_KP_Right:
      pan (self, 0.15, 0.0);
      return TRUE;
    case GDK_KEY_Up:
    case GDK_KEY_KP_Up:
      pan (self, 0.0, -0.15);
      return TRUE;
    case GDK_KEY_Down:
    case GDK_KEY_KP_Down:
      pan (self, 0.0, 0.15);
      return TRUE;
    case GDK_KEY_plus:
    case GDK_KEY_equal:
    case GDK_KEY_KP_Add:
      wf_map_view_zoom_by (self, 0.5);
      return TRUE;
    case GDK_KEY_minus:
    case GDK_KEY_KP_Subtract:
      wf_map_view_zoom_by (self, -0.5);
      return TRUE;
    case GDK_KEY_Home:
    case GDK_KEY_KP_Home:
      wf_map_view_go_home (self);
      return TRUE;
    case GDK_KEY_Tab:
    case GDK_KEY_KP_Tab:
      return gtk_widget_is_focus (GTK_WIDGET (self)) && step (self, 1);
    case GDK_KEY_ISO_Left_Tab:
      return gtk_widget_is_focus (GTK_WIDGET (self)) && step (self, -1);
    case GDK_KEY_Return:
    case GDK_KEY_KP_Enter:
    case GDK_KEY_space:
      return activate_by_key (self);
    case GDK_KEY_BackSpace:
      return wf_map_view_measure_back (self);
    case GDK_KEY_Escape:
      return escape (self);
    case GDK_KEY_Menu:
      wf_map_view_emit_context (self, gtk_widget_get_width (GTK_WIDGET (self)) / 2.0,
                                gtk_widget_get_height (GTK_WIDGET (self)) / 2.0);
      return TRUE;
    default:
      return FALSE;
    }
}

void
wf_map_view_init_input (WfMapView *self)
{
  GtkGesture *clicks = gtk_gesture_click_new ();
  GtkEventController *motion = gtk_event_controller_motion_new ();
  GtkEventController *keys = gtk_event_controller_key_new ();

  gtk_gesture_single_set_button (GTK_GESTURE_SINGLE (clicks), 0);
  gtk_event_controller_set_propagation_phase (GTK_EVENT_CONTROLLER (clicks), GTK_PHASE_CAPTURE);
  g_signal_connect (clicks, "pressed", G_CALLBACK (pressed_cb), self);
  g_signal_connect (clicks, "released", G_CALLBACK (released_cb), self);
  g_signal_connect (clicks, "cancel", G_CALLBACK (cancel_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self->map), GTK_EVENT_CONTROLLER (clicks));

  g_signal_connect (motion, "motion", G_CALLBACK (motion_cb), self);
  g_signal_connect (motion, "leave", G_CALLBACK (leave_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self->map), motion);

  g_signal_connect (keys, "key-pressed", G_CALLBACK (key_pressed_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), keys);
  gtk_widget_set_focusable (GTK_WIDGET (self), TRUE);

  gtk_widget_set_has_tooltip (GTK_WIDGET (self->map), TRUE);
  g_signal_connect (self->map, "query-tooltip", G_CALLBACK (query_tooltip_cb), self);
}
