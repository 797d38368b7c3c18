/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-map"

#include "config.h"

#include "wf-map-view.h"

#include "wf-map-view-private.h"
#include "wf-symbols.h"

#include <glib/gi18n.h>
#include <math.h>

#define MIN_ZOOM 3.0
#define MAX_ZOOM 19.0

/* Kept free around what is fitted into the view. */
#define FIT_MARGIN 28.0

#define CONTROLS_MS 60

enum
{
  PROP_SELECTION_KIND = 1,
  PROP_SELECTION_ID,
  PROP_ZOOM,
  PROP_FOLLOWING,
  N_PROPS,
};

enum
{
  SIGNAL_INCIDENT_ACTIVATED,
  SIGNAL_THING_ACTIVATED,
  SIGNAL_CLUSTER_ACTIVATED,
  SIGNAL_AREA_SELECTED,
  SIGNAL_PLACE_PICKED,
  SIGNAL_PICK_CANCELLED,
  SIGNAL_CONTEXT,
  SIGNAL_VIEW_CHANGED,
  SIGNAL_MAP_REFUSED,
  SIGNAL_SYMBOL_REFUSED,
  N_SIGNALS,
};

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (WfMapView, wf_map_view, GTK_TYPE_WIDGET)

/* Whether the names of the map are to be Latin: where the screen is not Chinese. */
gboolean
wf_map_view_wants_latin (void)
{
  const char *const *languages = g_get_language_names_with_category ("LC_MESSAGES");

  return languages[0] != NULL && !g_str_has_prefix (languages[0], "zh");
}

static void
update_controls (WfMapView *self,
                 int        width,
                 int        height)
{
  WfMapFrame frame;

  if (width <= 0)
    return;

  /* While it is being allocated it does not know its size yet. */
  wf_map_view_get_frame (self, &frame);
  frame.x += (frame.width - width) / 2.0;
  frame.y += (frame.height - height) / 2.0;
  frame.width = width;
  frame.height = height;
  wf_map_controls_set_frame (self->controls, &frame);
  wf_map_proxies_update (self->proxies, self->marks, &frame);
  if (self->base != NULL)
    {
      g_autofree char *credit =
          wf_base_map_get_attribution (self->base, shumate_location_get_longitude (SHUMATE_LOCATION (self->viewport)),
                                       shumate_location_get_latitude (SHUMATE_LOCATION (self->viewport)), (int) frame.zoom);
      wf_map_controls_set_credit (self->controls, credit);
    }
}

static gboolean
update_controls_cb (gpointer data)
{
  WfMapView *self = data;

  self->controls_id = 0;
  update_controls (self, gtk_widget_get_width (GTK_WIDGET (self->map)), gtk_widget_get_height (GTK_WIDGET (self->map)));

  return G_SOURCE_REMOVE;
}

/* A label that changes makes its window lay itself out again, so that this is not done for every frame of a pan. */
static void
queue_controls (WfMapView *self)
{
  if (self->controls_id == 0)
    self->controls_id = g_timeout_add (CONTROLS_MS, update_controls_cb, self);
}

/* What is on the map has changed. */
void
wf_map_view_redraw (WfMapView *self)
{
  gtk_widget_queue_draw (GTK_WIDGET (self->overlay_layer));
  queue_controls (self);
}

static void
viewport_changed_cb (WfMapView  *self,
                     GParamSpec *pspec)
{
  /* Whoever moves the map wants to look elsewhere than at the unit. Zooming keeps it in the middle. */
  if (self->moving == 0 && self->following != NULL && g_strcmp0 (pspec->name, "zoom-level") != 0)
    wf_map_view_follow (self, NULL);

  self->has_pending = FALSE;
  queue_controls (self);
  if (g_strcmp0 (pspec->name, "zoom-level") == 0)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ZOOM]);
  g_signal_emit (self, signals[SIGNAL_VIEW_CHANGED], 0);
}

/* Two fingers turn a ShumateMap. North stays up here, or the wind rose and every heading would lie. */
static void
rotation_changed_cb (WfMapView *self)
{
  if (shumate_viewport_get_rotation (self->viewport) > 0.0)
    shumate_viewport_set_rotation (self->viewport, 0.0);
}

static void
things_changed_cb (WfMapView *self)
{
  gtk_widget_queue_draw (GTK_WIDGET (self->base_layer));
  wf_map_view_redraw (self);
}

void
wf_map_view_move_to (WfMapView *self,
                     double     lon,
                     double     lat,
                     double     zoom)
{
  self->moving++;
  shumate_map_stop_go_to (self->map);
  shumate_viewport_set_zoom_level (self->viewport, CLAMP (zoom, MIN_ZOOM, MAX_ZOOM));
  shumate_location_set_location (SHUMATE_LOCATION (self->viewport), lat, lon);
  self->moving--;
  self->positioned = TRUE;
}

static void
fit_now (WfMapView      *self,
         const WfGeoBox *box,
         int             width,
         int             height)
{
  double left = wf_mercator_x (box->min_lon);
  double right = wf_mercator_x (box->max_lon);
  double top = wf_mercator_y (box->max_lat);
  double bottom = wf_mercator_y (box->min_lat);
  double zoom = MIN (log2 (MAX (64.0, width - 2 * FIT_MARGIN) / (256.0 * MAX (1e-9, right - left))),
                     log2 (MAX (64.0, height - 2 * FIT_MARGIN) / (256.0 * MAX (1e-9, bottom - top))));

  /* One point alone is shown with its surroundings. */
  wf_map_view_move_to (self, wf_mercator_lon ((left + right) / 2.0), wf_mercator_lat ((top + bottom) / 2.0), MIN (zoom, 16.0));
}

/* Has the ground drawn for the size that the map will have. */
static void
prepare_ground (WfMapView      *self,
                const WfGeoBox *box)
{
  WfMapFrame frame;

  fit_now (self, box, self->expected_width, self->expected_height);
  wf_map_view_get_frame (self, &frame);
  frame.x -= (self->expected_width - frame.width) / 2.0;
  frame.y -= (self->expected_height - frame.height) / 2.0;
  frame.width = self->expected_width;
  frame.height = self->expected_height;
  wf_base_layer_prepare (self->base_layer, &frame);
}

static void
refused_cb (WfMapView  *self,
            const char *reason)
{
  queue_controls (self);
  g_signal_emit (self, signals[SIGNAL_MAP_REFUSED], 0, reason);
}

static void
set_base (WfMapView *self,
          WfBaseMap *base)
{
  if (self->base != NULL)
    g_signal_handlers_disconnect_by_func (self->base, refused_cb, self);
  g_set_object (&self->base, base);
  g_signal_connect_object (base, "refused", G_CALLBACK (refused_cb), self, G_CONNECT_SWAPPED);
  wf_base_layer_set_base (self->base_layer, base);
  queue_controls (self);
}

static void
ensure_base (WfMapView *self)
{
  if (self->base != NULL)
    return;

  g_autoptr (WfBaseMap) base = wf_base_map_new_default ();
  set_base (self, base);
}

static void
wf_map_view_size_allocate (GtkWidget *widget,
                           int        width,
                           int        height,
                           int        baseline)
{
  WfMapView *self = WF_MAP_VIEW (widget);

  ensure_base (self);
  if (self->has_pending)
    {
      WfGeoBox box = self->pending;
      self->has_pending = FALSE;
      fit_now (self, &box, width, height);
    }
  else if (!self->positioned)
    {
      WfGeoBox home = self->home;
      if (self->has_home || wf_base_map_get_home (self->base, &home))
        fit_now (self, &home, width, height);
    }

  /* The first picture has its scale and whom it is due to. Later, letters that change would have the window laid out again. */
  if (!self->credited)
    {
      update_controls (self, width, height);
      self->credited = TRUE;
    }
  gtk_widget_allocate (self->overlay, width, height, baseline, NULL);
  queue_controls (self);
}

static void
wf_map_view_measure (GtkWidget      *widget,
                     GtkOrientation  orientation,
                     int             for_size,
                     int            *minimum,
                     int            *natural,
                     int            *minimum_baseline,
                     int            *natural_baseline)
{
  gtk_widget_measure (WF_MAP_VIEW (widget)->overlay, orientation, for_size, minimum, natural, NULL, NULL);
  *minimum = MAX (*minimum, 120);
  *natural = MAX (*natural, 240);
}

/* The map is dark where the letters around it are light, whoever made them so. */
static void
wf_map_view_css_changed (GtkWidget         *widget,
                         GtkCssStyleChange *change)
{
  WfMapView *self = WF_MAP_VIEW (widget);
  GdkRGBA colour;

  GTK_WIDGET_CLASS (wf_map_view_parent_class)->css_changed (widget, change);

  gtk_style_context_get_color (gtk_widget_get_style_context (widget), &colour);
  gboolean dark = colour.red + colour.green + colour.blue > 1.5f;
  wf_base_layer_set_dark (self->base_layer, dark);
  wf_overlay_layer_set_dark (self->overlay_layer, dark);
}

/* What is drawn follows the desktop's text scale as the texts of widgets do. */
static void
wf_map_view_system_setting_changed (GtkWidget        *widget,
                                    GtkSystemSetting  setting)
{
  WfMapView *self = WF_MAP_VIEW (widget);

  GTK_WIDGET_CLASS (wf_map_view_parent_class)->system_setting_changed (widget, setting);

  gtk_widget_queue_draw (GTK_WIDGET (self->base_layer));
  wf_map_view_redraw (self);
}

static void
wf_map_view_get_property (GObject    *object,
                          guint       id,
                          GValue     *value,
                          GParamSpec *pspec)
{
  WfMapView *self = WF_MAP_VIEW (object);

  switch (id)
    {
    case PROP_SELECTION_KIND:
      g_value_set_string (value, self->marks->selected_kind);
      break;
    case PROP_SELECTION_ID:
      g_value_set_string (value, self->marks->selected_id);
      break;
    case PROP_ZOOM:
      g_value_set_double (value, shumate_viewport_get_zoom_level (self->viewport));
      break;
    case PROP_FOLLOWING:
      g_value_set_string (value, self->following);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
wf_map_view_dispose (GObject *object)
{
  WfMapView *self = WF_MAP_VIEW (object);

  g_clear_handle_id (&self->controls_id, g_source_remove);
  g_clear_handle_id (&self->units_id, g_source_remove);
  if (self->overlay_layer != NULL)
    wf_overlay_layer_detach (self->overlay_layer);
  if (self->base_layer != NULL)
    wf_base_layer_set_labels (self->base_layer, NULL);
  self->overlay_layer = NULL;
  self->base_layer = NULL;
  g_clear_object (&self->things_signals);
  g_clear_pointer (&self->overlay, gtk_widget_unparent);
  g_clear_object (&self->base);
  g_clear_object (&self->things);

  G_OBJECT_CLASS (wf_map_view_parent_class)->dispose (object);
}

static void
wf_map_view_finalize (GObject *object)
{
  WfMapView *self = WF_MAP_VIEW (object);

  g_object_unref (self->plot_tool);
  wf_labels_free (self->labels);
  wf_marks_free (self->marks);
  wf_things_view_free (self->things_view);
  g_array_unref (self->measure);
  g_array_unref (self->area);
  g_free (self->following);

  G_OBJECT_CLASS (wf_map_view_parent_class)->finalize (object);
}

static void
install_signals (GObjectClass *klass)
{
  GType type = G_TYPE_FROM_CLASS (klass);

  signals[SIGNAL_INCIDENT_ACTIVATED] = g_signal_new ("incident-activated", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                                     NULL, G_TYPE_NONE, 1,
                                                     G_TYPE_STRING);
  signals[SIGNAL_THING_ACTIVATED] = g_signal_new ("thing-activated", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                                  G_TYPE_NONE, 2,
                                                  G_TYPE_STRING, G_TYPE_STRING);
  signals[SIGNAL_CLUSTER_ACTIVATED] = g_signal_new ("cluster-activated", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                                    G_TYPE_NONE, 1,
                                                    G_TYPE_STRV);
  signals[SIGNAL_AREA_SELECTED] = g_signal_new ("area-selected", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                                G_TYPE_NONE, 2,
                                                G_TYPE_STRV, G_TYPE_STRING);
  signals[SIGNAL_PLACE_PICKED] = g_signal_new ("place-picked", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 2,
                                               G_TYPE_DOUBLE, G_TYPE_DOUBLE);
  signals[SIGNAL_PICK_CANCELLED] = g_signal_new ("pick-cancelled", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                                 G_TYPE_NONE, 0);
  signals[SIGNAL_CONTEXT] = g_signal_new ("context", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 4,
                                          G_TYPE_DOUBLE,
                                          G_TYPE_DOUBLE, G_TYPE_DOUBLE, G_TYPE_DOUBLE);
  signals[SIGNAL_MAP_REFUSED] = g_signal_new ("map-refused", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                              G_TYPE_NONE, 1, G_TYPE_STRING);
  signals[SIGNAL_SYMBOL_REFUSED] = g_signal_new ("symbol-refused", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                                 G_TYPE_NONE, 1, G_TYPE_STRING);
  signals[SIGNAL_VIEW_CHANGED] = g_signal_new ("view-changed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                               G_TYPE_NONE, 0);
}

static void
wf_map_view_class_init (WfMapViewClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->get_property = wf_map_view_get_property;
  object_class->dispose = wf_map_view_dispose;
  object_class->finalize = wf_map_view_finalize;
  widget_class->size_allocate = wf_map_view_size_allocate;
  widget_class->measure = wf_map_view_measure;
  widget_class->css_changed = wf_map_view_css_changed;
  widget_class->system_setting_changed = wf_map_view_system_setting_changed;

  properties[PROP_SELECTION_KIND] = g_param_spec_string ("selection-kind", NULL, NULL, NULL, flags);
  properties[PROP_SELECTION_ID] = g_param_spec_string ("selection-id", NULL, NULL, NULL, flags);
  properties[PROP_ZOOM] = g_param_spec_double ("zoom", NULL, NULL, 0.0, 30.0, 3.0, flags);
  properties[PROP_FOLLOWING] = g_param_spec_string ("following", NULL, NULL, NULL, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
  install_signals (object_class);

  gtk_widget_class_set_css_name (widget_class, "mapview");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
symbol_refused_cb (WfMapView  *self,
                   const char *reason)
{
  g_signal_emit (self, signals[SIGNAL_SYMBOL_REFUSED], 0, reason);
}

static void
follow_symbols (WfMapView *self)
{
  WfSymbolSet *symbols = wf_things_view_get_symbols (self->things_view);

  g_signal_connect_object (symbols, "changed", G_CALLBACK (wf_map_view_redraw), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (symbols, "refused", G_CALLBACK (symbol_refused_cb), self, G_CONNECT_SWAPPED);
}

static void
make_map (WfMapView *self)
{
  g_autoptr (ShumateMapSource) reference = wf_map_reference_new ();

  self->map = shumate_map_new ();
  self->viewport = shumate_map_get_viewport (self->map);
  shumate_viewport_set_reference_map_source (self->viewport, reference);
  shumate_viewport_set_min_zoom_level (self->viewport, (guint) MIN_ZOOM);
  shumate_viewport_set_max_zoom_level (self->viewport, (guint) MAX_ZOOM);

  self->base_layer = wf_base_layer_new (self->viewport);
  self->overlay_layer = wf_overlay_layer_new (self->viewport, self->marks, self->things_view, self->labels);
  wf_base_layer_set_labels (self->base_layer, self->labels);
  wf_base_layer_set_latin (self->base_layer, wf_map_view_wants_latin ());
  shumate_map_add_layer (self->map, SHUMATE_LAYER (self->base_layer));
  shumate_map_add_layer (self->map, SHUMATE_LAYER (self->overlay_layer));

  g_signal_connect_object (self->viewport, "notify::longitude", G_CALLBACK (viewport_changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->viewport, "notify::latitude", G_CALLBACK (viewport_changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->viewport, "notify::zoom-level", G_CALLBACK (viewport_changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->viewport, "notify::rotation", G_CALLBACK (rotation_changed_cb), self, G_CONNECT_SWAPPED);
}

static void
wf_map_view_init (WfMapView *self)
{
  wf_symbol_prepare_text ();
  self->marks = wf_marks_new ();
  self->things_view = wf_things_view_new ();
  self->labels = wf_labels_new (self->marks, self->things_view);
  self->measure = g_array_new (FALSE, FALSE, sizeof (WfGeoPoint));
  self->focus_index = -1;
  self->things_signals = g_signal_group_new (WF_TYPE_THINGS);
  g_signal_group_connect_swapped (self->things_signals, "changed", G_CALLBACK (things_changed_cb), self);

  make_map (self);
  follow_symbols (self);
  self->controls = wf_map_controls_new (self);
  self->proxies = wf_map_proxies_new ();
  self->overlay = gtk_overlay_new ();
  gtk_overlay_set_child (GTK_OVERLAY (self->overlay), GTK_WIDGET (self->map));
  gtk_overlay_add_overlay (GTK_OVERLAY (self->overlay), GTK_WIDGET (self->proxies));
  gtk_overlay_add_overlay (GTK_OVERLAY (self->overlay), GTK_WIDGET (self->controls));
  gtk_widget_set_parent (self->overlay, GTK_WIDGET (self));
  gtk_widget_set_overflow (GTK_WIDGET (self), GTK_OVERFLOW_HIDDEN);
  gtk_widget_set_hexpand (GTK_WIDGET (self), TRUE);
  gtk_widget_set_vexpand (GTK_WIDGET (self), TRUE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Map"), -1);

  wf_map_view_init_input (self);
  wf_map_view_init_area (self);
  self->plot_tool = wf_plot_tool_new (self);
}

void
wf_map_view_get_frame (WfMapView  *self,
                       WfMapFrame *frame)
{
  wf_map_frame_init (frame, self->viewport, GTK_WIDGET (self->map));
}

void
wf_map_view_emit_cancelled (WfMapView *self)
{
  g_signal_emit (self, signals[SIGNAL_PICK_CANCELLED], 0);
}

void
wf_map_view_emit_picked (WfMapView *self,
                         double     lon,
                         double     lat)
{
  g_signal_emit (self, signals[SIGNAL_PLACE_PICKED], 0, lon, lat);
}

void
wf_map_view_emit_activated (WfMapView  *self,
                            const char *kind,
                            const char *id)
{
  /* What is selected may be gone before the handlers are done. */
  g_autofree char *kept_kind = g_strdup (kind);
  g_autofree char *kept_id = g_strdup (id);

  wf_map_view_select (self, kept_kind, kept_id);
  if (g_strcmp0 (kept_kind, "incident") == 0)
    g_signal_emit (self, signals[SIGNAL_INCIDENT_ACTIVATED], 0, kept_id);
  else
    g_signal_emit (self, signals[SIGNAL_THING_ACTIVATED], 0, kept_kind, kept_id);
}

void
wf_map_view_emit_cluster (WfMapView  *self,
                          char      **ids)
{
  g_signal_emit (self, signals[SIGNAL_CLUSTER_ACTIVATED], 0, ids);
}

void
wf_map_view_emit_area (WfMapView  *self,
                       char      **ids,
                       const char *summary)
{
  g_signal_emit (self, signals[SIGNAL_AREA_SELECTED], 0, ids, summary);
}

void
wf_map_view_emit_context (WfMapView *self,
                          double     x,
                          double     y)
{
  double lon;
  double lat;

  wf_map_view_to_place (self, x, y, &lon, &lat);
  g_signal_emit (self, signals[SIGNAL_CONTEXT], 0, lon, lat, x, y);
}

/* By the person: the place in the middle stays. */
void
wf_map_view_zoom_by (WfMapView *self,
                     double     by)
{
  double zoom = shumate_viewport_get_zoom_level (self->viewport) + by;

  shumate_map_stop_go_to (self->map);
  shumate_viewport_set_zoom_level (self->viewport, CLAMP (zoom, MIN_ZOOM, MAX_ZOOM));
}

/**
 * wf_map_view_new:
 *
 * Returns: (transfer floating): a map of the shipped base map, fitted to its district
 */
GtkWidget *
wf_map_view_new (void)
{
  return g_object_new (WF_TYPE_MAP_VIEW, NULL);
}

/**
 * wf_map_view_prepare:
 * @self: a map that is not shown yet
 * @dark: whether the window will be dark
 * @width: how large the map will be, as far as one knows; 0 if one does not
 * @height: the same
 *
 * Has symbols drawn while the window is made, and the ground as soon as the map is told where to stand, so that they are in its
 * first picture. Who says nothing, or another size than it turns out to be, sees them a moment later.
 */
void
wf_map_view_prepare (WfMapView *self,
                     gboolean   dark,
                     int        width,
                     int        height)
{
  WfMapFrame frame;

  g_return_if_fail (WF_IS_MAP_VIEW (self));

  self->expected_width = width;
  self->expected_height = height;
  wf_base_layer_set_dark (self->base_layer, dark);
  wf_map_view_get_frame (self, &frame);
  wf_things_view_prepare (self->things_view, &frame, wf_map_style_get (dark));
}

/**
 * wf_map_view_set_base_map:
 * @self: a map
 * @base: what to show under everything; not changed any more from here on
 *
 * Changes the base map. The view stays where it is.
 */
void
wf_map_view_set_base_map (WfMapView *self,
                          WfBaseMap *base)
{
  g_return_if_fail (WF_IS_MAP_VIEW (self));
  g_return_if_fail (WF_IS_BASE_MAP (base));

  set_base (self, base);
}

/**
 * wf_map_view_get_base_map:
 * @self: a map
 *
 * Returns: (transfer none) (nullable): the base map; %NULL before the map was shown
 */
WfBaseMap *
wf_map_view_get_base_map (WfMapView *self)
{
  g_return_val_if_fail (WF_IS_MAP_VIEW (self), NULL);

  return self->base;
}

/**
 * wf_map_view_set_symbols:
 * @self: a map
 * @folder: (nullable): a folder with drawings named like the kinds, such as "hospital.svg"; %NULL for none
 *
 * Takes the symbols of a folder in place of those that are shipped. A worker reads them; what cannot be used is told by
 * “symbol-refused”.
 */
void
wf_map_view_set_symbols (WfMapView  *self,
                         const char *folder)
{
  g_return_if_fail (WF_IS_MAP_VIEW (self));

  g_autoptr (WfSymbolSet) symbols = wf_symbol_set_new (folder);
  g_signal_handlers_disconnect_by_data (wf_things_view_get_symbols (self->things_view), self);
  wf_things_view_set_symbols (self->things_view, symbols);
  follow_symbols (self);
  wf_map_view_redraw (self);
}

/**
 * wf_map_view_get_symbols:
 * @self: a map
 *
 * Returns: (transfer none): the symbols of things
 */
WfSymbolSet *
wf_map_view_get_symbols (WfMapView *self)
{
  g_return_val_if_fail (WF_IS_MAP_VIEW (self), NULL);

  return wf_things_view_get_symbols (self->things_view);
}

/**
 * wf_map_view_go_to:
 * @self: a map
 * @lon: a place
 * @lat: a place
 * @zoom: the zoom, or 0 to keep it
 *
 * Puts a place into the middle. Ends the following of a unit.
 */
void
wf_map_view_go_to (WfMapView *self,
                   double     lon,
                   double     lat,
                   double     zoom)
{
  g_return_if_fail (WF_IS_MAP_VIEW (self));
  g_return_if_fail (wf_geo_is_valid (lon, lat));

  wf_map_view_follow (self, NULL);
  self->has_pending = FALSE;
  wf_map_view_move_to (self, lon, lat, zoom > 0.0 ? zoom : shumate_viewport_get_zoom_level (self->viewport));
}

/**
 * wf_map_view_fit:
 * @self: a map
 * @box: what is to be seen whole
 *
 * Shows a box. Before the map has a size, it is done as soon as it has one.
 */
void
wf_map_view_fit (WfMapView      *self,
                 const WfGeoBox *box)
{
  g_return_if_fail (WF_IS_MAP_VIEW (self));
  g_return_if_fail (box != NULL);

  wf_map_view_follow (self, NULL);
  int width = gtk_widget_get_width (GTK_WIDGET (self));
  int height = gtk_widget_get_height (GTK_WIDGET (self));
  if (width > 0 && height > 0)
    {
      fit_now (self, box, width, height);
      return;
    }

  if (self->expected_width > 0 && self->expected_height > 0)
    prepare_ground (self, box);
  self->pending = *box;
  self->has_pending = TRUE;
}

/**
 * wf_map_view_set_home:
 * @self: a map
 * @home: (nullable): the extent of the district that Home shows; %NULL for that of the base map
 *
 * Says what the district is. Moves nothing, unless the map was not shown yet.
 */
void
wf_map_view_set_home (WfMapView      *self,
                      const WfGeoBox *home)
{
  g_return_if_fail (WF_IS_MAP_VIEW (self));

  self->has_home = home != NULL;
  if (home != NULL)
    self->home = *home;
}

/**
 * wf_map_view_go_home:
 * @self: a map
 *
 * Shows the whole district.
 */
void
wf_map_view_go_home (WfMapView *self)
{
  g_return_if_fail (WF_IS_MAP_VIEW (self));

  WfGeoBox home = self->home;
  ensure_base (self);
  if (self->has_home || wf_base_map_get_home (self->base, &home))
    wf_map_view_fit (self, &home);
}

/**
 * wf_map_view_get_center:
 * @self: a map
 * @lon: (out) (optional): the middle of the view
 * @lat: (out) (optional): the middle of the view
 * @zoom: (out) (optional): its zoom
 *
 * Says where the map stands.
 */
void
wf_map_view_get_center (WfMapView *self,
                        double    *lon,
                        double    *lat,
                        double    *zoom)
{
  g_return_if_fail (WF_IS_MAP_VIEW (self));

  if (lon != NULL)
    *lon = shumate_location_get_longitude (SHUMATE_LOCATION (self->viewport));
  if (lat != NULL)
    *lat = shumate_location_get_latitude (SHUMATE_LOCATION (self->viewport));
  if (zoom != NULL)
    *zoom = shumate_viewport_get_zoom_level (self->viewport);
}

/**
 * wf_map_view_get_bounds:
 * @self: a map
 * @bounds: (out): what is seen
 *
 * Says which part of the world is seen.
 */
void
wf_map_view_get_bounds (WfMapView *self,
                        WfGeoBox  *bounds)
{
  WfMapFrame frame;

  g_return_if_fail (WF_IS_MAP_VIEW (self));

  wf_map_view_get_frame (self, &frame);
  wf_map_frame_to_place (&frame, 0.0, 0.0, &bounds->min_lon, &bounds->max_lat);
  wf_map_frame_to_place (&frame, frame.width, frame.height, &bounds->max_lon, &bounds->min_lat);
}

/**
 * wf_map_view_to_screen:
 * @self: a map
 * @lon: a place
 * @lat: a place
 * @x: (out): where it is in the view
 * @y: (out): where it is in the view
 *
 * Returns: whether it is seen
 */
gboolean
wf_map_view_to_screen (WfMapView *self,
                       double     lon,
                       double     lat,
                       double    *x,
                       double    *y)
{
  WfMapFrame frame;

  g_return_val_if_fail (WF_IS_MAP_VIEW (self), FALSE);

  wf_map_view_get_frame (self, &frame);
  wf_map_frame_to_screen (&frame, lon, lat, x, y);

  return *x >= 0.0 && *y >= 0.0 && *x < frame.width && *y < frame.height;
}

/**
 * wf_map_view_to_place:
 * @self: a map
 * @x: a point of the view
 * @y: a point of the view
 * @lon: (out): the place there
 * @lat: (out): the place there
 *
 * Says which place is seen at a point.
 */
void
wf_map_view_to_place (WfMapView *self,
                      double     x,
                      double     y,
                      double    *lon,
                      double    *lat)
{
  WfMapFrame frame;

  g_return_if_fail (WF_IS_MAP_VIEW (self));

  wf_map_view_get_frame (self, &frame);
  wf_map_frame_to_place (&frame, x, y, lon, lat);
}

/**
 * wf_map_view_follow:
 * @self: a map
 * @unit_id: (nullable): a unit on the map, or %NULL to follow none
 *
 * Keeps a unit in the middle, until a person pans or it is ended.
 */
void
wf_map_view_follow (WfMapView  *self,
                    const char *unit_id)
{
  g_return_if_fail (WF_IS_MAP_VIEW (self));

  if (g_strcmp0 (self->following, unit_id) == 0)
    return;

  g_free (self->following);
  self->following = g_strdup (unit_id);
  WfMark *unit = wf_marks_get (self->marks, WF_MARK_UNIT, unit_id);
  wf_map_controls_set_following (self->controls, unit_id == NULL ? NULL : unit != NULL ? unit->label : unit_id);
  if (unit != NULL)
    wf_map_view_move_to (self, unit->lon, unit->lat, shumate_viewport_get_zoom_level (self->viewport));
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_FOLLOWING]);
}

/**
 * wf_map_view_set_kind_visible:
 * @self: a map
 * @kind: a kind of things
 * @visible: whether it is drawn
 *
 * Shows or hides a kind, as the layer menu does.
 */
void
wf_map_view_set_kind_visible (WfMapView   *self,
                              WfThingKind  kind,
                              gboolean     visible)
{
  g_return_if_fail (WF_IS_MAP_VIEW (self));
  g_return_if_fail (kind < WF_N_THING_KINDS);

  wf_things_view_set_visible (self->things_view, kind, visible);
  wf_map_view_redraw (self);
}

/**
 * wf_map_view_get_kind_visible:
 * @self: a map
 * @kind: a kind of things
 *
 * Returns: whether it is drawn
 */
gboolean
wf_map_view_get_kind_visible (WfMapView   *self,
                              WfThingKind  kind)
{
  g_return_val_if_fail (WF_IS_MAP_VIEW (self), FALSE);
  g_return_val_if_fail (kind < WF_N_THING_KINDS, FALSE);

  return wf_things_view_get_visible (self->things_view, kind);
}

/**
 * wf_map_view_set_controls_visible:
 * @self: a map
 * @visible: whether buttons, scale and attribution are shown
 *
 * Hides the controls, as the wall view and small maps want. Where they are hidden the caller shows the attribution.
 */
void
wf_map_view_set_controls_visible (WfMapView *self,
                                  gboolean   visible)
{
  g_return_if_fail (WF_IS_MAP_VIEW (self));

  gtk_widget_set_visible (GTK_WIDGET (self->controls), visible);
}

/**
 * wf_map_view_set_status_text:
 * @self: a map
 * @text: (nullable): a line
 *
 * Shows a line of the caller's at the right of the attribution, such as what a danger zone rests on.
 */
void
wf_map_view_set_status_text (WfMapView  *self,
                             const char *text)
{
  g_return_if_fail (WF_IS_MAP_VIEW (self));

  wf_map_controls_set_status (self->controls, text);
}
