/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-map"

#include "config.h"

#include "wf-plot-tool.h"

#include "wf-geo-shape.h"
#include "wf-map-view-private.h"
#include "wf-plots.h"

#include <glib/gi18n.h>
#include <math.h>

/* So near to a point that is there already a new one is set on it, pixels. */
#define SNAP 10.0

/* A press that moved farther than this was a pan. */
#define CLICK_SLACK 5.0

struct _WfPlotTool
{
  GObject parent_instance;

  WfMapView *view;      /* (unowned): owns this */
  char      *edited;    /* (owned) (nullable): the plot whose points show handles */
  int        dragged;   /* which of its points is dragged, −1 for none */
  double     press_x;
  double     press_y;
};

enum
{
  SIGNAL_DRAWN,
  SIGNAL_SKETCHED,
  SIGNAL_CHANGED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (WfPlotTool, wf_plot_tool, G_TYPE_OBJECT)

static WfPlotSketch *
get_sketch (WfPlotTool *self)
{
  return wf_plots_get_sketch (self->view->marks->plots);
}

/* A circle is drawn as its middle and a point of its edge, and kept as its middle and the radius. */
static GVariant *
take_shape (const WfPlotSketch *sketch,
            double             *radius)
{
  const WfGeoPoint *p = (const WfGeoPoint *) (void *) sketch->points->data;

  *radius = 0.0;
  if (sketch->shape != WF_PLOT_CIRCLE)
    return wf_geo_pack_points (sketch->points);

  if (sketch->points->len > 1)
    *radius = wf_geo_distance (p[0].lon, p[0].lat, p[1].lon, p[1].lat);
  else if (sketch->points->len > 0 && sketch->rubber)
    *radius = wf_geo_distance (p[0].lon, p[0].lat, sketch->pointer.lon, sketch->pointer.lat);

  GVariantBuilder builder;
  g_variant_builder_init (&builder, G_VARIANT_TYPE ("a(dd)"));
  if (sketch->points->len > 0)
    g_variant_builder_add (&builder, "(dd)", p[0].lon, p[0].lat);

  return g_variant_ref_sink (g_variant_builder_end (&builder));
}

static void
emit_sketch (WfPlotTool *self)
{
  const WfPlotSketch *sketch = get_sketch (self);
  double radius;

  if (sketch->type < 0 || sketch->handles)
    return;

  g_autoptr (GVariant) points = take_shape (sketch, &radius);
  g_signal_emit (self, signals[SIGNAL_SKETCHED], 0, wf_plot_types[sketch->type], points, radius);
}

static void
redraw (WfPlotTool *self)
{
  wf_map_view_redraw (self->view);
}

/* Nothing is being drawn any more. */
static void
forget (WfPlotTool *self)
{
  WfPlotSketch *sketch = get_sketch (self);
  gboolean drew = sketch->type >= 0 && !sketch->handles;
  const char *type = drew ? wf_plot_types[sketch->type] : NULL;

  sketch->type = -1;
  sketch->handles = FALSE;
  sketch->rubber = FALSE;
  sketch->snapped = FALSE;
  sketch->radius = 0.0;
  g_array_set_size (sketch->points, 0);
  self->dragged = -1;
  if (drew)
    {
      g_autoptr (GVariant) none = wf_geo_pack_points (sketch->points);

      if (self->view->mode == WF_MAP_MODE_PLOT)
        wf_map_view_end_mode (self->view);
      g_signal_emit (self, signals[SIGNAL_SKETCHED], 0, type, none, 0.0);
    }
  redraw (self);
}

static guint
points_needed (const WfPlotSketch *sketch)
{
  return sketch->shape == WF_PLOT_CIRCLE ? 2 : (guint) wf_plot_shape_min (sketch->shape);
}

/* Whether a shape is done with so many points, and needs no other sign. */
static gboolean
is_full (const WfPlotSketch *sketch)
{
  return (sketch->shape == WF_PLOT_POINT && sketch->points->len == 1)
         || (sketch->shape == WF_PLOT_CIRCLE && sketch->points->len == 2)
         || sketch->points->len >= WF_PLOT_POINTS_MAX;
}

/* --- snapping --- */

static gboolean
consider (WfPlotTool *self,
          double      lon,
          double      lat,
          double      x,
          double      y,
          double     *nearest,
          WfGeoPoint *place)
{
  double px, py;

  wf_map_view_to_screen (self->view, lon, lat, &px, &py);
  if (hypot (px - x, py - y) >= *nearest)
    return FALSE;

  *nearest = hypot (px - x, py - y);
  *place = (WfGeoPoint) { lon, lat };
  return TRUE;
}

/* The place under a point of the view: that of a drawing's point or a symbol near to it, else its own. */
static gboolean
snap (WfPlotTool *self,
      double      x,
      double      y,
      gboolean    free,
      WfGeoPoint *place)
{
  double nearest = SNAP;
  gboolean found = FALSE;
  WfMapFrame frame;
  WfThingSpot spot;
  WfThing thing;

  wf_map_view_to_place (self->view, x, y, &place->lon, &place->lat);
  if (free)
    return FALSE;

  g_autoptr (GPtrArray) plots = wf_plots_list (self->view->marks->plots);
  for (guint i = 0; i < plots->len; i++)
    {
      const WfPlotMark *plot = g_ptr_array_index (plots, i);

      /* Not to its own points while one of them is dragged. */
      if (g_strcmp0 (plot->id, self->edited) == 0)
        continue;
      for (guint j = 0; j < plot->points->len; j++)
        found |= consider (self, g_array_index (plot->points, WfGeoPoint, j).lon, g_array_index (plot->points, WfGeoPoint, j).lat,
                           x, y, &nearest, place);
    }

  wf_map_view_get_frame (self->view, &frame);
  WfMark *mark = wf_marks_find (self->view->marks, &frame, x, y);
  if (mark != NULL && mark->type != WF_MARK_ZONE)
    found |= consider (self, mark->lon, mark->lat, x, y, &nearest, place);
  if (wf_things_view_find (self->view->things_view, &frame, x, y, &spot) && spot.cell.count == 1
      && wf_things_view_get_thing (self->view->things_view, &spot, &thing))
    found |= consider (self, thing.lon, thing.lat, x, y, &nearest, place);

  return found;
}

static gboolean
wants_free (GtkEventController *controller)
{
  return (gtk_event_controller_get_current_event_state (controller) & GDK_ALT_MASK) != 0;
}

/* --- with the mouse --- */

static void
pressed_cb (GtkGestureClick *gesture,
            int              n_press,
            double           x,
            double           y,
            WfPlotTool      *self)
{
  self->press_x = x;
  self->press_y = y;
  /* The second press of a double click ends the shape, and is not to zoom the map. */
  if (wf_plot_tool_is_drawing (self) && n_press > 1)
    gtk_gesture_set_state (GTK_GESTURE (gesture), GTK_EVENT_SEQUENCE_CLAIMED);
}

/* Whether a place is that of the last point, to the eye. */
static gboolean
is_last (WfPlotTool       *self,
         const WfGeoPoint *place)
{
  const WfPlotSketch *sketch = get_sketch (self);
  WfGeoPoint same;
  double x, y, nearest = CLICK_SLACK;

  if (sketch->points->len == 0)
    return FALSE;

  const WfGeoPoint *last = &g_array_index (sketch->points, WfGeoPoint, sketch->points->len - 1);
  wf_map_view_to_screen (self->view, place->lon, place->lat, &x, &y);

  return consider (self, last->lon, last->lat, x, y, &nearest, &same);
}

static void
click (WfPlotTool *self,
       GtkGesture *gesture,
       int         n_press,
       double      x,
       double      y)
{
  WfGeoPoint place;

  if (!wf_plot_tool_is_drawing (self) || hypot (x - self->press_x, y - self->press_y) > CLICK_SLACK)
    return;

  snap (self, x, y, wants_free (GTK_EVENT_CONTROLLER (gesture)), &place);
  /* On a machine that is busy GTK takes a double click for two clicks: so the last point again ends it, at any time. */
  if (n_press > 1 || is_last (self, &place))
    wf_plot_tool_finish (self);
  else
    wf_plot_tool_add (self, place.lon, place.lat);
}

static void
released_cb (GtkGestureClick *gesture,
             int              n_press,
             double           x,
             double           y,
             WfPlotTool      *self)
{
  click (self, GTK_GESTURE (gesture), n_press, x, y);
}

static void
cancel_cb (GtkGesture       *gesture,
           GdkEventSequence *sequence,
           WfPlotTool       *self)
{
  if (wf_map_view_is_let_go (gesture))
    click (self, gesture, 1, self->press_x, self->press_y);
}

static void
motion_cb (GtkEventControllerMotion *controller,
           double                    x,
           double                    y,
           WfPlotTool               *self)
{
  WfPlotSketch *sketch = get_sketch (self);

  if (!wf_plot_tool_is_drawing (self))
    return;

  sketch->snapped = snap (self, x, y, wants_free (GTK_EVENT_CONTROLLER (controller)), &sketch->pointer);
  sketch->rubber = sketch->points->len > 0;
  redraw (self);
  if (sketch->shape == WF_PLOT_CIRCLE && sketch->points->len == 1)
    emit_sketch (self);
}

static void
leave_cb (GtkEventControllerMotion *controller,
          WfPlotTool               *self)
{
  WfPlotSketch *sketch = get_sketch (self);

  if (!wf_plot_tool_is_drawing (self))
    return;
  sketch->rubber = FALSE;
  sketch->snapped = FALSE;
  redraw (self);
}

static int
find_handle (WfPlotTool *self,
             double      x,
             double      y)
{
  const WfPlotSketch *sketch = get_sketch (self);
  double nearest = SNAP;
  int found = -1;
  WfGeoPoint place;

  for (guint i = 0; sketch->handles && i < sketch->points->len; i++)
    {
      const WfGeoPoint *point = &g_array_index (sketch->points, WfGeoPoint, i);

      if (consider (self, point->lon, point->lat, x, y, &nearest, &place))
        found = (int) i;
    }

  return found;
}

static void
drag_begin_cb (GtkGestureDrag *gesture,
               double          x,
               double          y,
               WfPlotTool     *self)
{
  self->dragged = self->view->mode == WF_MAP_MODE_LOOK ? find_handle (self, x, y) : -1;
  /* The map is not to pan with it. */
  gtk_gesture_set_state (GTK_GESTURE (gesture), self->dragged >= 0 ? GTK_EVENT_SEQUENCE_CLAIMED : GTK_EVENT_SEQUENCE_DENIED);
}

static void
drag_update_cb (GtkGestureDrag *gesture,
                double          dx,
                double          dy,
                WfPlotTool     *self)
{
  WfPlotSketch *sketch = get_sketch (self);
  WfGeoPoint before, place;
  double x, y;

  if (self->dragged < 0 || self->dragged >= (int) sketch->points->len || !gtk_gesture_drag_get_start_point (gesture, &x, &y))
    return;

  before = g_array_index (sketch->points, WfGeoPoint, self->dragged);
  snap (self, x + dx, y + dy, wants_free (GTK_EVENT_CONTROLLER (gesture)), &place);
  g_array_index (sketch->points, WfGeoPoint, self->dragged) = place;
  /* A circle's middle takes its edge along. */
  if (sketch->shape == WF_PLOT_CIRCLE && self->dragged == 0 && sketch->points->len > 1)
    {
      WfGeoPoint *edge = &g_array_index (sketch->points, WfGeoPoint, 1);
      double bearing = wf_geo_bearing (before.lon, before.lat, edge->lon, edge->lat);

      wf_geo_destination (place.lon, place.lat, bearing, sketch->radius, &edge->lon, &edge->lat);
    }
  else if (sketch->shape == WF_PLOT_CIRCLE && sketch->points->len > 1)
    {
      const WfGeoPoint *p = (const WfGeoPoint *) (void *) sketch->points->data;

      sketch->radius = wf_geo_distance (p[0].lon, p[0].lat, p[1].lon, p[1].lat);
    }
  redraw (self);
}

static void
drag_end_cb (GtkGestureDrag *gesture,
             double          dx,
             double          dy,
             WfPlotTool     *self)
{
  const WfPlotSketch *sketch = get_sketch (self);
  double radius;

  if (self->dragged < 0)
    return;

  self->dragged = -1;
  if (hypot (dx, dy) < 2.0)
    {
      g_autofree char *id = g_strdup (self->edited);
      wf_plot_tool_edit (self, id);
      return;
    }

  g_autoptr (GVariant) points = take_shape (sketch, &radius);
  g_autofree char *id = g_strdup (self->edited);
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0, id, points, radius);
}

/* --- construction --- */

static void
wf_plot_tool_finalize (GObject *object)
{
  g_free (WF_PLOT_TOOL (object)->edited);

  G_OBJECT_CLASS (wf_plot_tool_parent_class)->finalize (object);
}

static guint
new_signal (const char *name)
{
  return g_signal_new (name, WF_TYPE_PLOT_TOOL, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 3, G_TYPE_STRING,
                       G_TYPE_VARIANT, G_TYPE_DOUBLE);
}

static void
wf_plot_tool_class_init (WfPlotToolClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = wf_plot_tool_finalize;
  signals[SIGNAL_DRAWN] = new_signal ("drawn");
  signals[SIGNAL_SKETCHED] = new_signal ("sketched");
  signals[SIGNAL_CHANGED] = new_signal ("changed");
}

static void
wf_plot_tool_init (WfPlotTool *self)
{
  self->dragged = -1;
}

/**
 * wf_plot_tool_new:
 * @view: a map whose ShumateMap is there already, and which owns the tool
 *
 * Returns: (transfer full): the tool that draws on it
 */
WfPlotTool *
wf_plot_tool_new (WfMapView *view)
{
  WfPlotTool *self = g_object_new (WF_TYPE_PLOT_TOOL, NULL);
  GtkGesture *clicks = gtk_gesture_click_new ();
  GtkGesture *drag = gtk_gesture_drag_new ();
  GtkEventController *motion = gtk_event_controller_motion_new ();

  self->view = view;
  gtk_event_controller_set_propagation_phase (GTK_EVENT_CONTROLLER (clicks), GTK_PHASE_CAPTURE);
  g_signal_connect (clicks, "pressed", G_CALLBACK (pressed_cb), self);
  g_signal_connect (clicks, "released", G_CALLBACK (released_cb), self);
  g_signal_connect (clicks, "cancel", G_CALLBACK (cancel_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (view->map), GTK_EVENT_CONTROLLER (clicks));

  gtk_event_controller_set_propagation_phase (GTK_EVENT_CONTROLLER (drag), GTK_PHASE_CAPTURE);
  g_signal_connect (drag, "drag-begin", G_CALLBACK (drag_begin_cb), self);
  g_signal_connect (drag, "drag-update", G_CALLBACK (drag_update_cb), self);
  g_signal_connect (drag, "drag-end", G_CALLBACK (drag_end_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (view->map), GTK_EVENT_CONTROLLER (drag));

  g_signal_connect (motion, "motion", G_CALLBACK (motion_cb), self);
  g_signal_connect (motion, "leave", G_CALLBACK (leave_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (view->map), motion);

  return self;
}

/**
 * wf_plot_tool_start:
 * @self: a tool
 * @type: one of wf_plot_types
 * @circle: whether a type that may be an area or a circle is to be a circle
 *
 * Begins a shape. What was being drawn is given up.
 */
void
wf_plot_tool_start (WfPlotTool *self,
                    const char *type,
                    gboolean    circle)
{
  g_return_if_fail (WF_IS_PLOT_TOOL (self));

  WfPlotShape may = wf_plot_type_get_shapes (type);
  WfPlotSketch *sketch = get_sketch (self);

  g_return_if_fail (may != 0);

  wf_plot_tool_edit (self, NULL);
  forget (self);
  for (int i = 0; wf_plot_types[i] != NULL; i++)
    if (g_str_equal (wf_plot_types[i], type))
      sketch->type = i;
  sketch->shape = circle && (may & WF_PLOT_CIRCLE) != 0 ? WF_PLOT_CIRCLE : wf_plot_get_shape (type, 0, 0.0);
  wf_map_view_begin_plot_mode (self->view,
                               sketch->shape == WF_PLOT_POINT ? _("Click the place; Esc gives up")
                               : sketch->shape == WF_PLOT_CIRCLE ? _("Click the middle, then the edge; Esc gives up")
                               : _("Click from point to point; double-click or Enter ends, Backspace takes one back, Esc gives up"));
  gtk_widget_grab_focus (GTK_WIDGET (self->view));
}

/**
 * wf_plot_tool_cancel:
 * @self: a tool
 *
 * Gives up what is being drawn.
 */
void
wf_plot_tool_cancel (WfPlotTool *self)
{
  g_return_if_fail (WF_IS_PLOT_TOOL (self));

  if (wf_plot_tool_is_drawing (self))
    forget (self);
}

/**
 * wf_plot_tool_is_drawing:
 * @self: a tool
 *
 * Returns: whether a shape is being drawn
 */
gboolean
wf_plot_tool_is_drawing (WfPlotTool *self)
{
  g_return_val_if_fail (WF_IS_PLOT_TOOL (self), FALSE);

  const WfPlotSketch *sketch = get_sketch (self);

  return sketch->type >= 0 && !sketch->handles;
}

/**
 * wf_plot_tool_add:
 * @self: a tool
 * @lon: a place
 * @lat: a place
 *
 * Sets the next point of what is being drawn. A point or a circle is done with it, as a rule.
 */
void
wf_plot_tool_add (WfPlotTool *self,
                  double      lon,
                  double      lat)
{
  g_return_if_fail (WF_IS_PLOT_TOOL (self));
  g_return_if_fail (wf_geo_is_valid (lon, lat));

  WfPlotSketch *sketch = get_sketch (self);
  WfGeoPoint place = { lon, lat };

  if (!wf_plot_tool_is_drawing (self))
    return;

  /* The same place twice makes no edge. */
  if (sketch->points->len > 0)
    {
      const WfGeoPoint *last = &g_array_index (sketch->points, WfGeoPoint, sketch->points->len - 1);

      if (wf_geo_distance (last->lon, last->lat, lon, lat) < 0.01)
        return;
    }
  g_array_append_val (sketch->points, place);
  sketch->pointer = place;
  redraw (self);
  if (is_full (sketch))
    wf_plot_tool_finish (self);
  else
    emit_sketch (self);
}

/**
 * wf_plot_tool_back:
 * @self: a tool
 *
 * Takes the last point back.
 *
 * Returns: whether there was one
 */
gboolean
wf_plot_tool_back (WfPlotTool *self)
{
  g_return_val_if_fail (WF_IS_PLOT_TOOL (self), FALSE);

  WfPlotSketch *sketch = get_sketch (self);

  if (!wf_plot_tool_is_drawing (self) || sketch->points->len == 0)
    return FALSE;

  g_array_set_size (sketch->points, sketch->points->len - 1);
  sketch->rubber = sketch->rubber && sketch->points->len > 0;
  redraw (self);
  emit_sketch (self);
  return TRUE;
}

/**
 * wf_plot_tool_finish:
 * @self: a tool
 *
 * Ends the shape, if it has points enough: “drawn” says what it is.
 *
 * Returns: whether it had
 */
gboolean
wf_plot_tool_finish (WfPlotTool *self)
{
  g_return_val_if_fail (WF_IS_PLOT_TOOL (self), FALSE);

  WfPlotSketch *sketch = get_sketch (self);
  double radius;

  if (!wf_plot_tool_is_drawing (self) || sketch->points->len < points_needed (sketch))
    return FALSE;

  const char *type = wf_plot_types[sketch->type];
  g_autoptr (GVariant) points = take_shape (sketch, &radius);

  forget (self);
  g_signal_emit (self, signals[SIGNAL_DRAWN], 0, type, points, radius);
  return TRUE;
}

/**
 * wf_plot_tool_edit:
 * @self: a tool
 * @id: (nullable): a plot on the map whose points are to be dragged; %NULL for none
 *
 * Shows the points of a plot, so that they can be dragged elsewhere.
 */
void
wf_plot_tool_edit (WfPlotTool *self,
                   const char *id)
{
  g_return_if_fail (WF_IS_PLOT_TOOL (self));

  WfPlotSketch *sketch = get_sketch (self);
  const WfPlotMark *plot = wf_plots_get (self->view->marks->plots, id);

  if (wf_plot_tool_is_drawing (self) || self->dragged >= 0)
    return;

  if (self->edited != id)
    {
      g_free (self->edited);
      self->edited = g_strdup (plot != NULL ? id : NULL);
    }
  if (plot == NULL)
    {
      if (sketch->handles)
        forget (self);
      return;
    }

  g_array_set_size (sketch->points, 0);
  g_array_append_vals (sketch->points, plot->points->data, plot->points->len);
  sketch->type = plot->type;
  sketch->shape = plot->shape;
  sketch->radius = plot->radius;
  sketch->handles = TRUE;
  sketch->rubber = FALSE;
  if (plot->shape == WF_PLOT_CIRCLE)
    {
      const WfGeoPoint *middle = &g_array_index (plot->points, WfGeoPoint, 0);
      WfGeoPoint edge;

      wf_geo_destination (middle->lon, middle->lat, 90.0, plot->radius, &edge.lon, &edge.lat);
      g_array_append_val (sketch->points, edge);
    }
  redraw (self);
}

/**
 * wf_plot_tool_key:
 * @self: a tool
 * @key: a key that was pressed on the map
 * @state: with what
 *
 * Draws with the keyboard: space sets a point in the middle of the view, which the arrows move.
 *
 * Returns: whether the key was for it
 */
gboolean
wf_plot_tool_key (WfPlotTool      *self,
                  guint            key,
                  GdkModifierType  state)
{
  g_return_val_if_fail (WF_IS_PLOT_TOOL (self), FALSE);

  double lon, lat;

  if (!wf_plot_tool_is_drawing (self))
    return FALSE;

  switch (key)
    {
    case GDK_KEY_space:
      wf_map_view_get_center (self->view, &lon, &lat, NULL);
      wf_plot_tool_add (self, lon, lat);
      return TRUE;
    case GDK_KEY_Return:
    case GDK_KEY_KP_Enter:
      wf_plot_tool_finish (self);
      return TRUE;
    case GDK_KEY_BackSpace:
      wf_plot_tool_back (self);
      return TRUE;
    case GDK_KEY_Escape:
      wf_plot_tool_cancel (self);
      return TRUE;
    default:
      return FALSE;
    }
}

/* --- the map's --- */

/**
 * wf_map_view_put_plot:
 * @self: a map
 * @plot: a plot; what it points to is copied
 *
 * Draws a plot, or draws it anew.
 */
void
wf_map_view_put_plot (WfMapView       *self,
                      const WfMapPlot *plot)
{
  g_return_if_fail (WF_IS_MAP_VIEW (self));
  g_return_if_fail (plot != NULL && plot->id != NULL);

  wf_plots_put (self->marks->plots, plot);
  if (g_strcmp0 (self->plot_tool->edited, plot->id) == 0)
    wf_plot_tool_edit (self->plot_tool, plot->id);
  wf_map_view_redraw (self);
}

/**
 * wf_map_view_remove_plot:
 * @self: a map
 * @id: a plot's id
 *
 * Takes a plot off the map.
 */
void
wf_map_view_remove_plot (WfMapView  *self,
                         const char *id)
{
  g_return_if_fail (WF_IS_MAP_VIEW (self));
  g_return_if_fail (id != NULL);

  if (wf_marks_is_selected (self->marks, "plot", id))
    wf_map_view_select (self, NULL, NULL);
  if (g_strcmp0 (self->plot_tool->edited, id) == 0)
    wf_plot_tool_edit (self->plot_tool, NULL);
  if (wf_plots_remove (self->marks->plots, id))
    wf_map_view_redraw (self);
}

/**
 * wf_map_view_get_plot_tool:
 * @self: a map
 *
 * Returns: (transfer none): what draws on it
 */
WfPlotTool *
wf_map_view_get_plot_tool (WfMapView *self)
{
  g_return_val_if_fail (WF_IS_MAP_VIEW (self), NULL);

  return self->plot_tool;
}
