/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-map"

#include "config.h"

#include "wf-map-controls.h"

#include "wf-geo-text.h"
#include "wf-map-view-private.h"
#include "wf-symbols.h"
#include "wf-wrap-layout.h"

#include <glib/gi18n.h>
#include <math.h>

#define SCALE_WIDTH 120

/* Room for the button that folds the strip, which stands over the end of the bar where that has several lines. */
#define BESIDE_BAR 48

/* How high the list of layers is at most; as many as the demonstration district has stand in it without scrolling. */
#define LAYERS_HEIGHT 560

struct _WfMapControls
{
  GtkWidget parent_instance;

  WfMapView *view;      /* (unowned) the parent's parent */
  GtkWidget *tools;     /* (unowned) */
  GtkWidget *zoom;      /* (unowned) */
  GtkWidget *bar;       /* (unowned) */
  GtkWidget *hint;      /* (unowned) */
  GtkWidget *hint_label;
  GtkWidget *measure;
  GtkWidget *select;
  GtkWidget *follow;
  GtkWidget *follow_label;
  GtkWidget *kinds;     /* the box of check buttons */
  GtkWidget *scale;
  GtkWidget *scale_label;
  GtkWidget *place;
  GtkWidget *credit;
  GtkWidget *status;
  double     scale_pixels;
  gboolean   pointer_inside;
};

G_DEFINE_FINAL_TYPE (WfMapControls, wf_map_controls, GTK_TYPE_WIDGET)

static const char css[] =
    "mapview:focus-visible { outline: 2px solid alpha(@theme_selected_bg_color, 0.8); outline-offset: -2px; }"
    ".wf-map-panel { background-color: alpha(@theme_bg_color, 0.88); color: @theme_fg_color; border-radius: 8px; padding: 2px; }"
    ".wf-map-panel button { min-height: 24px; min-width: 24px; padding: 1px 8px; font-size: 0.9em; font-weight: normal; }"
    ".wf-map-panel button.image-button { padding: 1px 4px; }"
    ".wf-map-bar { padding: 3px 10px; font-size: 0.9em; font-feature-settings: \"tnum\"; }"
    ".wf-map-hint { padding: 4px 6px 4px 12px; }";

static void
load_css (GdkDisplay *display)
{
  GtkCssProvider *provider;

  if (g_object_get_data (G_OBJECT (display), "wf-map-css") != NULL)
    return;

  provider = gtk_css_provider_new ();
  gtk_css_provider_load_from_data (provider, css, -1);
  gtk_style_context_add_provider_for_display (display, GTK_STYLE_PROVIDER (provider),
                                              GTK_STYLE_PROVIDER_PRIORITY_APPLICATION);
  g_object_set_data_full (G_OBJECT (display), "wf-map-css", provider, g_object_unref);
}

static void
name_widget (GtkWidget  *widget,
             const char *name)
{
  gtk_accessible_update_property (GTK_ACCESSIBLE (widget), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
}

static void
kind_toggled_cb (GtkCheckButton *check,
                 WfMapControls  *self)
{
  WfThingKind kind = GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (check), "kind"));

  wf_map_view_set_kind_visible (self->view, kind, gtk_check_button_get_active (check));
}

static void
draw_kind_cb (GtkDrawingArea *area,
              cairo_t        *cr,
              int             width,
              int             height,
              gpointer        user_data)
{
  GdkRGBA colour;

  gtk_style_context_get_color (gtk_widget_get_style_context (GTK_WIDGET (area)), &colour);
  cairo_translate (cr, width / 2.0, height / 2.0);
  WfMapControls *self = WF_MAP_CONTROLS (gtk_widget_get_ancestor (GTK_WIDGET (area), WF_TYPE_MAP_CONTROLS));
  wf_symbol_draw (cr, wf_map_view_get_symbols (self->view), wf_map_style_get (colour.red + colour.green + colour.blue > 1.5f),
                  GPOINTER_TO_UINT (user_data), WF_THING_READY, NULL, 16.0, 0);
}

static void
add_kind (WfMapControls *self,
          WfThingKind    kind,
          guint          count)
{
  g_autofree char *text = g_strdup_printf ("%s  %u", wf_thing_kind_get_title (kind), count);
  GtkWidget *check = gtk_check_button_new ();
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);
  GtkWidget *picture = gtk_drawing_area_new ();

  gtk_drawing_area_set_content_width (GTK_DRAWING_AREA (picture), 20);
  gtk_drawing_area_set_content_height (GTK_DRAWING_AREA (picture), 20);
  gtk_drawing_area_set_draw_func (GTK_DRAWING_AREA (picture), draw_kind_cb, GUINT_TO_POINTER (kind), NULL);
  gtk_box_append (GTK_BOX (row), picture);
  gtk_box_append (GTK_BOX (row), gtk_label_new (text));
  gtk_check_button_set_child (GTK_CHECK_BUTTON (check), row);
  name_widget (check, wf_thing_kind_get_title (kind));
  gtk_check_button_set_active (GTK_CHECK_BUTTON (check), wf_map_view_get_kind_visible (self->view, kind));
  g_object_set_data (G_OBJECT (check), "kind", GUINT_TO_POINTER (kind));
  g_signal_connect (check, "toggled", G_CALLBACK (kind_toggled_cb), self);
  gtk_box_append (GTK_BOX (self->kinds), check);
}

/* The list is made when it is opened: it shows the kinds that there are, with their numbers. */
static void
kinds_shown_cb (WfMapControls *self)
{
  guint counts[WF_N_THING_KINDS] = { 0 };
  WfThings *things = self->view->things;
  GtkWidget *child;
  WfThing thing;

  while ((child = gtk_widget_get_first_child (self->kinds)) != NULL)
    gtk_box_remove (GTK_BOX (self->kinds), child);

  for (guint32 row = 0; things != NULL && row < wf_things_get_n_rows (things); row++)
    if (wf_things_get_row (things, row, &thing))
      counts[thing.kind]++;
  for (guint k = 0; k < WF_N_THING_KINDS; k++)
    if (counts[k] > 0)
      add_kind (self, (WfThingKind) k, counts[k]);

  if (gtk_widget_get_first_child (self->kinds) == NULL)
    gtk_box_append (GTK_BOX (self->kinds), gtk_label_new (_("Nothing to show yet")));
}

static void
measure_toggled_cb (GtkToggleButton *button,
                    WfMapControls   *self)
{
  if (gtk_toggle_button_get_active (button))
    wf_map_view_start_measure (self->view);
  else
    wf_map_view_stop_measure (self->view);
}

static void
select_toggled_cb (GtkToggleButton *button,
                   WfMapControls   *self)
{
  if (gtk_toggle_button_get_active (button))
    wf_map_view_start_area (self->view);
  else
    wf_map_view_stop_area (self->view);
}

static void
zoom_in_cb (WfMapControls *self)
{
  wf_map_view_zoom_by (self->view, 0.5);
}

static void
zoom_out_cb (WfMapControls *self)
{
  wf_map_view_zoom_by (self->view, -0.5);
}

static void
home_cb (WfMapControls *self)
{
  wf_map_view_go_home (self->view);
}

static void
cancel_cb (WfMapControls *self)
{
  if (self->view->mode == WF_MAP_MODE_PLOT)
    wf_plot_tool_cancel (self->view->plot_tool);
  else if (self->view->mode == WF_MAP_MODE_MEASURE)
    wf_map_view_stop_measure (self->view);
  else if (self->view->mode == WF_MAP_MODE_AREA)
    wf_map_view_stop_area (self->view);
  else
    wf_map_view_cancel_pick (self->view);
}

static void
unfollow_cb (WfMapControls *self)
{
  wf_map_view_follow (self->view, NULL);
}

static GtkWidget *
new_icon_button (WfMapControls *self,
                 const char    *icon,
                 const char    *name,
                 GCallback      callback)
{
  GtkWidget *button = gtk_button_new_from_icon_name (icon);

  gtk_widget_set_tooltip_text (button, name);
  name_widget (button, name);
  gtk_button_set_has_frame (GTK_BUTTON (button), FALSE);
  gtk_widget_set_focus_on_click (button, FALSE);
  g_signal_connect_swapped (button, "clicked", callback, self);

  return button;
}

static void
make_tools (WfMapControls *self)
{
  GtkWidget *layers = gtk_menu_button_new ();
  GtkWidget *popover = gtk_popover_new ();
  GtkWidget *scrolled = gtk_scrolled_window_new ();

  self->tools = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  gtk_widget_set_layout_manager (self->tools, wf_wrap_layout_new (0, 0));
  gtk_widget_add_css_class (self->tools, "wf-map-panel");
  self->kinds = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2);
  /* Large text makes it longer than the screen. */
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scrolled), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_propagate_natural_height (GTK_SCROLLED_WINDOW (scrolled), TRUE);
  gtk_scrolled_window_set_max_content_height (GTK_SCROLLED_WINDOW (scrolled), LAYERS_HEIGHT);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scrolled), self->kinds);
  gtk_popover_set_child (GTK_POPOVER (popover), scrolled);
  g_signal_connect_swapped (popover, "map", G_CALLBACK (kinds_shown_cb), self);
  gtk_menu_button_set_label (GTK_MENU_BUTTON (layers), _("Layers"));
  gtk_menu_button_set_has_frame (GTK_MENU_BUTTON (layers), FALSE);
  gtk_menu_button_set_popover (GTK_MENU_BUTTON (layers), popover);
  gtk_widget_set_focus_on_click (layers, FALSE);
  name_widget (layers, _("Layers"));

  self->measure = gtk_toggle_button_new_with_label (_("Measure"));
  gtk_button_set_has_frame (GTK_BUTTON (self->measure), FALSE);
  gtk_widget_set_focus_on_click (self->measure, FALSE);
  g_signal_connect (self->measure, "toggled", G_CALLBACK (measure_toggled_cb), self);

  self->select = gtk_toggle_button_new_with_label (_("Select area"));
  gtk_button_set_has_frame (GTK_BUTTON (self->select), FALSE);
  gtk_widget_set_focus_on_click (self->select, FALSE);
  g_signal_connect (self->select, "toggled", G_CALLBACK (select_toggled_cb), self);

  self->follow = gtk_button_new ();
  self->follow_label = gtk_label_new (NULL);
  gtk_button_set_child (GTK_BUTTON (self->follow), self->follow_label);
  gtk_widget_set_tooltip_text (self->follow, _("Stop following"));
  gtk_widget_set_visible (self->follow, FALSE);
  g_signal_connect_swapped (self->follow, "clicked", G_CALLBACK (unfollow_cb), self);

  gtk_box_append (GTK_BOX (self->tools), layers);
  gtk_box_append (GTK_BOX (self->tools), self->measure);
  gtk_box_append (GTK_BOX (self->tools), self->select);
  gtk_box_append (GTK_BOX (self->tools), self->follow);
  gtk_widget_set_parent (self->tools, GTK_WIDGET (self));
}

static void
make_zoom (WfMapControls *self)
{
  self->zoom = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  gtk_widget_add_css_class (self->zoom, "wf-map-panel");
  gtk_box_append (GTK_BOX (self->zoom), new_icon_button (self, "zoom-in-symbolic", _("Zoom in"), G_CALLBACK (zoom_in_cb)));
  gtk_box_append (GTK_BOX (self->zoom), new_icon_button (self, "zoom-out-symbolic", _("Zoom out"),
                                                         G_CALLBACK (zoom_out_cb)));
  gtk_box_append (GTK_BOX (self->zoom), new_icon_button (self, "zoom-fit-best-symbolic", _("Whole district"),
                                                         G_CALLBACK (home_cb)));
  gtk_widget_set_parent (self->zoom, GTK_WIDGET (self));
}

static void
make_hint (WfMapControls *self)
{
  GtkWidget *cancel = gtk_button_new_with_label (_("Cancel"));

  self->hint = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);
  gtk_widget_add_css_class (self->hint, "wf-map-panel");
  gtk_widget_add_css_class (self->hint, "wf-map-hint");
  self->hint_label = gtk_label_new (NULL);
  gtk_label_set_wrap (GTK_LABEL (self->hint_label), TRUE);
  gtk_box_append (GTK_BOX (self->hint), self->hint_label);
  gtk_box_append (GTK_BOX (self->hint), cancel);
  g_signal_connect_swapped (cancel, "clicked", G_CALLBACK (cancel_cb), self);
  gtk_widget_set_visible (self->hint, FALSE);
  gtk_widget_set_parent (self->hint, GTK_WIDGET (self));
}

static void
draw_scale_cb (GtkDrawingArea *area,
               cairo_t        *cr,
               int             width,
               int             height,
               gpointer        user_data)
{
  WfMapControls *self = user_data;
  GdkRGBA colour;

  gtk_style_context_get_color (gtk_widget_get_style_context (GTK_WIDGET (area)), &colour);
  gdk_cairo_set_source_rgba (cr, &colour);
  cairo_set_line_width (cr, 1.0);
  cairo_move_to (cr, 0.5, height / 2.0 - 4.0);
  cairo_line_to (cr, 0.5, height / 2.0 + 4.0);
  cairo_move_to (cr, 0.5, floor (height / 2.0) + 0.5);
  cairo_line_to (cr, self->scale_pixels + 0.5, floor (height / 2.0) + 0.5);
  cairo_move_to (cr, floor (self->scale_pixels) + 0.5, height / 2.0 - 4.0);
  cairo_line_to (cr, floor (self->scale_pixels) + 0.5, height / 2.0 + 4.0);
  cairo_stroke (cr);
}

/* Whose the map is stands there whole, on several lines where one is too short: licences and the law ask for it. */
static GtkWidget *
add_text (GtkWidget *box,
          gboolean   wraps)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), 0.0f);
  gtk_label_set_wrap (GTK_LABEL (label), wraps);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_box_append (GTK_BOX (box), label);

  return label;
}

static void
make_bar (WfMapControls *self)
{
  GtkWidget *ruler = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 14);

  self->bar = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  gtk_widget_set_layout_manager (self->bar, wf_wrap_layout_new (14, 0));
  gtk_widget_add_css_class (self->bar, "wf-map-panel");
  gtk_widget_add_css_class (self->bar, "wf-map-bar");
  gtk_widget_set_can_target (self->bar, FALSE);

  self->scale_label = add_text (ruler, FALSE);
  self->scale = gtk_drawing_area_new ();
  gtk_drawing_area_set_content_height (GTK_DRAWING_AREA (self->scale), 12);
  gtk_drawing_area_set_content_width (GTK_DRAWING_AREA (self->scale), SCALE_WIDTH + 2);
  gtk_drawing_area_set_draw_func (GTK_DRAWING_AREA (self->scale), draw_scale_cb, self, NULL);
  gtk_box_append (GTK_BOX (ruler), self->scale);
  gtk_box_append (GTK_BOX (self->bar), ruler);
  self->place = add_text (self->bar, TRUE);
  gtk_label_set_width_chars (GTK_LABEL (self->place), 26);
  self->credit = add_text (self->bar, TRUE);
  self->status = add_text (self->bar, TRUE);
  gtk_widget_set_visible (self->status, FALSE);
  gtk_widget_set_parent (self->bar, GTK_WIDGET (self));
}

/* @beside: what is kept free beside a child that does not fit as it is, for the buttons at the map's right edge. */
static void
place_child (GtkWidget *child,
             double     align_x,
             double     align_y,
             int        width,
             int        height,
             int        beside)
{
  const int margin = 12;
  int minimum, natural, w, h;

  if (!gtk_widget_should_layout (child))
    return;

  gtk_widget_measure (child, GTK_ORIENTATION_HORIZONTAL, -1, &minimum, &natural, NULL, NULL);
  w = natural <= width - 2 * margin ? natural : MAX (width - 2 * margin - beside, minimum);
  gtk_widget_measure (child, GTK_ORIENTATION_VERTICAL, w, NULL, &h, NULL, NULL);
  GtkAllocation place = { (int) ((width - 2 * margin - w) * align_x) + margin,
                          (int) ((height - 2 * margin - h) * align_y) + margin,
                          w, h };
  gtk_widget_size_allocate (child, &place, -1);
}

static void
wf_map_controls_size_allocate (GtkWidget *widget,
                               int        width,
                               int        height,
                               int        baseline)
{
  WfMapControls *self = WF_MAP_CONTROLS (widget);

  int zoom;

  gtk_widget_measure (self->zoom, GTK_ORIENTATION_HORIZONTAL, -1, NULL, &zoom, NULL, NULL);
  place_child (self->tools, 0.0, 0.0, width - zoom, height, 0);
  place_child (self->zoom, 1.0, 0.0, width, height, 0);
  place_child (self->hint, 0.5, 0.0, width, height, 0);
  place_child (self->bar, 0.0, 1.0, width, height, BESIDE_BAR);
}

static void
wf_map_controls_measure (GtkWidget      *widget,
                         GtkOrientation  orientation,
                         int             for_size,
                         int            *minimum,
                         int            *natural,
                         int            *minimum_baseline,
                         int            *natural_baseline)
{
  /* Its children are cut off rather than that the map grows. They are asked all the same, as GTK wants. */
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    gtk_widget_measure (child, orientation, -1, NULL, NULL, NULL, NULL);
  *minimum = *natural = 0;
}

/* Between the panels the pointer belongs to the map. */
static gboolean
wf_map_controls_contains (GtkWidget *widget,
                          double     x,
                          double     y)
{
  return FALSE;
}

static void
wf_map_controls_dispose (GObject *object)
{
  WfMapControls *self = WF_MAP_CONTROLS (object);

  g_clear_pointer (&self->tools, gtk_widget_unparent);
  g_clear_pointer (&self->zoom, gtk_widget_unparent);
  g_clear_pointer (&self->hint, gtk_widget_unparent);
  g_clear_pointer (&self->bar, gtk_widget_unparent);

  G_OBJECT_CLASS (wf_map_controls_parent_class)->dispose (object);
}

static void
wf_map_controls_class_init (WfMapControlsClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = wf_map_controls_dispose;
  widget_class->size_allocate = wf_map_controls_size_allocate;
  widget_class->measure = wf_map_controls_measure;
  widget_class->contains = wf_map_controls_contains;
}

static void
wf_map_controls_init (WfMapControls *self)
{
  load_css (gtk_widget_get_display (GTK_WIDGET (self)));
  make_tools (self);
  make_zoom (self);
  make_hint (self);
  make_bar (self);
}

WfMapControls *
wf_map_controls_new (WfMapView *view)
{
  WfMapControls *self = g_object_new (WF_TYPE_MAP_CONTROLS, NULL);

  self->view = view;

  return self;
}

/**
 * wf_map_view_add_tool:
 * @self: a map
 * @widget: (transfer floating): such as a menu button
 *
 * Puts a tool of the caller's beside the map's own.
 */
void
wf_map_view_add_tool (WfMapView *self,
                      GtkWidget *widget)
{
  g_return_if_fail (WF_IS_MAP_VIEW (self));

  GtkWidget *tools = self->controls->tools;

  gtk_box_insert_child_after (GTK_BOX (tools), widget, gtk_widget_get_first_child (tools));
}

/* A round length that takes about the width of the bar. */
static void
update_scale (WfMapControls    *self,
              const WfMapFrame *frame)
{
  double lat = wf_mercator_lat ((frame->y + frame->height / 2.0) / frame->world);
  double pixel = wf_mercator_metres_per_pixel (lat, frame->zoom);
  double length = pow (10.0, floor (log10 (pixel * SCALE_WIDTH)));

  if (length * 5.0 <= pixel * SCALE_WIDTH)
    length *= 5.0;
  else if (length * 2.0 <= pixel * SCALE_WIDTH)
    length *= 2.0;

  g_autofree char *text = length >= 1000.0 ? g_strdup_printf ("%g km", length / 1000.0) : g_strdup_printf ("%g m", length);
  self->scale_pixels = length / pixel;
  if (g_strcmp0 (gtk_label_get_text (GTK_LABEL (self->scale_label)), text) != 0)
    gtk_label_set_text (GTK_LABEL (self->scale_label), text);
  gtk_widget_queue_draw (self->scale);
}

void
wf_map_controls_set_frame (WfMapControls    *self,
                           const WfMapFrame *frame)
{
  double lon;
  double lat;

  update_scale (self, frame);
  if (self->pointer_inside)
    return;

  wf_map_frame_to_place (frame, frame->width / 2.0, frame->height / 2.0, &lon, &lat);
  wf_map_controls_set_pointer (self, FALSE, lon, lat);
}

void
wf_map_controls_set_pointer (WfMapControls *self,
                             gboolean       inside,
                             double         lon,
                             double         lat)
{
  g_autofree char *place = wf_geo_format (lon, lat, WF_GEO_NOTATION_DECIMAL);
  g_autofree char *text = g_strdup_printf ("%s  %s", place, wf_datum_get_name (WF_DATUM_WGS84));

  self->pointer_inside = inside;
  if (g_strcmp0 (gtk_label_get_text (GTK_LABEL (self->place)), text) != 0)
    gtk_label_set_text (GTK_LABEL (self->place), text);
}

void
wf_map_controls_set_credit (WfMapControls *self,
                            const char    *text)
{
  if (g_strcmp0 (gtk_label_get_text (GTK_LABEL (self->credit)), text) != 0)
    gtk_label_set_text (GTK_LABEL (self->credit), text);
}

void
wf_map_controls_set_hint (WfMapControls *self,
                          const char    *text)
{
  gtk_label_set_text (GTK_LABEL (self->hint_label), text != NULL ? text : "");
  gtk_widget_set_visible (self->hint, text != NULL);
}

void
wf_map_controls_set_status (WfMapControls *self,
                            const char    *text)
{
  gtk_label_set_text (GTK_LABEL (self->status), text != NULL ? text : "");
  gtk_widget_set_visible (self->status, text != NULL && *text != '\0');
}

void
wf_map_controls_set_measuring (WfMapControls *self,
                               gboolean       measuring)
{
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (self->measure), measuring);
}

void
wf_map_controls_set_selecting (WfMapControls *self,
                               gboolean       selecting)
{
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (self->select), selecting);
}

void
wf_map_controls_set_following (WfMapControls *self,
                               const char    *name)
{
  g_autofree char *text = name != NULL ? g_strdup_printf (_("Following %s"), name) : NULL;

  gtk_label_set_text (GTK_LABEL (self->follow_label), text != NULL ? text : "");
  gtk_widget_set_visible (self->follow, name != NULL);
}
