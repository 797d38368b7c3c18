/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-ui"

#include "config.h"

#include "wf-situation-page.h"

#include "wf-free-forces.h"
#include "wf-geo-text.h"
#include "wf-incident-list.h"
#include "wf-incident-panel.h"
#include "wf-intake-panel.h"
#include "wf-map-binder.h"
#include "wf-map-ground.h"
#include "wf-map-save.h"
#include "wf-map-view.h"
#include "wf-plot-card.h"
#include "wf-plotting.h"
#include "wf-preview.h"
#include "wf-replay-bar.h"
#include "wf-strip.h"
#include "wf-thing-panel.h"
#include "wf-thing-popover.h"
#include "wf-ui-focus.h"
#include "wf-ui-util.h"

#include <glib/gi18n.h>

#define PLACE_SPOT "searched-place"
#define REPORT_SPOT "report"

/* How near one looks at something that was asked for by name. */
#define NEAR_ZOOM 14

/* At which one sees on which side of an edge a unit stands. */
#define CROSSING_ZOOM 14.0

/**
 * WfSituationPage:
 *
 * The one map, with the incidents on its left, what is selected on its right, and the strip under it. The map is moved only
 * by a person: by hand, or by asking for a thing by its name.
 */
struct _WfSituationPage
{
  GtkWidget parent_instance;

  GtkWidget *left;
  GtkBox    *list_box;
  GtkBox    *forces_box;
  GtkButton *report;
  GtkOverlay *map_overlay;
  GtkBox    *map_box;
  GtkStack  *detail;
  GtkRevealer *strip_revealer;
  GtkToggleButton *strip_toggle;
  GtkBox    *strip_box;
  GtkPopover *menu;

  WfWindow        *window; /* (unowned): has this page */
  WfContext       *context; /* (owned) */
  WfIncidentList  *incidents;
  WfFreeForces    *forces;
  WfMapView       *map;
  WfThingPopover  *cluster;
  WfMapBinder     *binder; /* (owned) */
  WfPlotting      *plotting; /* (owned) */
  WfMapGround     *ground;   /* (owned) */
  WfPlotCard      *plot_card;
  WfIncidentPanel *incident_panel;
  WfThingPanel    *thing_panel;
  WfIntakePanel   *intake;   /* (nullable) until a report is taken */
  WfStrip         *strip;
  GtkWidget       *replay;   /* (nullable): the bar of the replay that is shown */
  WfPlacePicker   *picker;   /* (owned) */
  double           menu_lon; /* where the context menu was asked for */
  double           menu_lat;
  gboolean         home_shown;
  gboolean         selecting;
};

G_DEFINE_FINAL_TYPE (WfSituationPage, wf_situation_page, GTK_TYPE_WIDGET)

/* The focus goes before what had it is hidden: GTK 4.8 keeps a reference for good on what is hidden twice within a frame. */
static void
show_detail (WfSituationPage *self,
             const char      *name)
{
  GtkWidget *shown = gtk_stack_get_visible_child (self->detail);

  if (shown != NULL && g_strcmp0 (gtk_stack_get_visible_child_name (self->detail), name) != 0)
    wf_ui_drop_focus (shown);
  gtk_stack_set_visible_child_name (self->detail, name);
}

static void end_replay (WfSituationPage *self);

/* --- selection --------------------------------------------------------------------------------------------------- */

static void
show_incident (WfSituationPage *self)
{
  WfItem *item = wf_window_get_incident_item (self->window);
  const char *id = wf_window_get_incident (self->window);
  double lon = 0, lat = 0;
  gboolean located = item != NULL && wf_entity_point (wf_item_get_entity (item), "location", &lon, &lat);

  self->selecting = TRUE;
  wf_incident_list_select (self->incidents, id);
  wf_incident_panel_set_item (self->incident_panel, item);
  wf_thing_panel_set_item (self->thing_panel, NULL);
  wf_plot_card_set_item (self->plot_card, NULL);
  wf_plotting_select (self->plotting, NULL);
  wf_map_binder_set_incident (self->binder, id);
  wf_map_view_select (self->map, id != NULL ? "incident" : NULL, id);
  wf_free_forces_set_centre (self->forces, located, lon, lat);
  wf_strip_set_incident (self->strip, id);
  show_detail (self, item != NULL ? "incident" : "empty");
  self->selecting = FALSE;
}

static void
window_incident_cb (WfSituationPage *self)
{
  end_replay (self);
  show_incident (self);
}

static void
incident_selected_cb (WfSituationPage *self,
                      const char      *id)
{
  if (self->selecting)
    return;

  /* Also the way back from a card to the incident that is selected already. */
  if (g_strcmp0 (id, wf_window_get_incident (self->window)) == 0)
    show_incident (self);
  else
    wf_window_set_incident (self->window, id);
}

static void
show_thing (WfSituationPage *self,
            const char      *kind,
            const char      *id)
{
  g_autoptr (WfItem) item = wf_session_get_item (wf_context_get_session (self->context), kind, id);

  if (item == NULL)
    return;

  gboolean plot = g_str_equal (kind, "plot");

  self->selecting = TRUE;
  wf_thing_panel_set_item (self->thing_panel, plot ? NULL : item);
  wf_plot_card_set_item (self->plot_card, plot ? item : NULL);
  wf_plotting_select (self->plotting, plot ? id : NULL);
  wf_map_view_select (self->map, kind, id);
  show_detail (self, plot ? "plot" : "thing");
  self->selecting = FALSE;
}

static void
thing_closed_cb (WfSituationPage *self)
{
  show_incident (self);
}

static void
map_incident_cb (WfSituationPage *self,
                 const char      *id)
{
  incident_selected_cb (self, id);
}

static void
map_thing_cb (WfSituationPage *self,
              const char      *kind,
              const char      *id)
{
  if (g_strcmp0 (gtk_stack_get_visible_child_name (self->detail), "intake") != 0)
    show_thing (self, kind, id);
}

/* A click on the empty map lets go of a card; the incident that one works on stays selected, and keeps its rings. */
static void
map_selection_cb (WfSituationPage *self)
{
  const char *shown = gtk_stack_get_visible_child_name (self->detail);

  if (self->selecting || wf_map_view_get_selection_id (self->map) != NULL)
    return;
  if (g_strcmp0 (shown, "thing") == 0 || g_strcmp0 (shown, "plot") == 0 || g_strcmp0 (shown, "incident") == 0)
    show_incident (self);
}

/* When the first records are there, the most urgent incident is what one wants to see. */
static void
overview_cb (WfSituationPage *self)
{
  if (wf_window_get_incident (self->window) == NULL && wf_incident_list_get_first (self->incidents) != NULL)
    wf_window_set_incident (self->window, wf_incident_list_get_first (self->incidents));
}

/* --- map --------------------------------------------------------------------------------------------------------- */

static void
update_home (WfSituationPage *self)
{
  WfSession *session = wf_context_get_session (self->context);
  g_autoptr (WfEntity) centre = NULL;
  WfGeoBox box;

  if (!wf_session_is_ready (session))
    return;

  centre = wf_state_get (wf_session_get_state (session), wf_session_get_scope (session), "centre", "centre");
  if (centre == NULL || !wf_entity_point (centre, "south_west", &box.min_lon, &box.min_lat)
      || !wf_entity_point (centre, "north_east", &box.max_lon, &box.max_lat))
    return;
  wf_map_view_set_home (self->map, &box);
  if (!self->home_shown)
    {
      self->home_shown = TRUE;
      wf_map_view_go_home (self->map);
    }
}

static void
ready_cb (WfSituationPage *self)
{
  update_home (self);
  if (wf_session_is_ready (wf_context_get_session (self->context)) && self->intake == NULL
      && wf_intake_has_draft (wf_context_get_session (self->context)))
    wf_window_toast (self->window, _("A report was being taken. F2 goes on with it."));
}

static void
context_cb (WfSituationPage *self,
            double           lon,
            double           lat,
            double           x,
            double           y)
{
  GdkRectangle at = { (int) x, (int) y, 1, 1 };

  self->menu_lon = lon;
  self->menu_lat = lat;
  gtk_popover_set_pointing_to (self->menu, &at);
  gtk_popover_popup (self->menu);
}

static void
report_here_action (GtkWidget  *widget,
                    const char *action,
                    GVariant   *parameter)
{
  WfSituationPage *self = WF_SITUATION_PAGE (widget);

  wf_situation_page_report (self, NULL);
  wf_intake_panel_set_point (self->intake, self->menu_lon, self->menu_lat);
}

static void
rings_here_action (GtkWidget  *widget,
                   const char *action,
                   GVariant   *parameter)
{
  WfSituationPage *self = WF_SITUATION_PAGE (widget);
  g_autofree char *reason = wf_preview_no_right (wf_context_get_session (self->context), "plot.rings");

  if (reason != NULL)
    wf_window_toast (self->window, reason);
  else
    gtk_widget_activate_action (widget, "plot.rings-at", "(dd)", self->menu_lon, self->menu_lat);
}

static void
copy_place_action (GtkWidget  *widget,
                   const char *action,
                   GVariant   *parameter)
{
  WfSituationPage *self = WF_SITUATION_PAGE (widget);
  g_autofree char *text = wf_geo_format (self->menu_lon, self->menu_lat, WF_GEO_NOTATION_PLAIN);
  g_autofree char *said = g_strdup_printf (_("Copied %s"), text);

  gdk_clipboard_set_text (gtk_widget_get_clipboard (widget), text);
  wf_window_toast (self->window, said);
}

static void
centre_action (GtkWidget  *widget,
               const char *action,
               GVariant   *parameter)
{
  WfSituationPage *self = WF_SITUATION_PAGE (widget);
  double lon, lat, zoom;

  wf_map_view_get_center (self->map, &lon, &lat, &zoom);
  wf_map_view_go_to (self->map, self->menu_lon, self->menu_lat, zoom);
}

/* A cluster that cannot be taken apart by zooming in. */
static void
cluster_cb (WfSituationPage *self,
            char           **ids)
{
  wf_thing_popover_show (self->cluster, ids, NULL);
}

static void
area_cb (WfSituationPage *self,
         char           **ids,
         const char      *summary)
{
  wf_thing_popover_show (self->cluster, ids, *summary != '\0' ? summary : _("Nothing lies in this area"));
}

/* --- intake ------------------------------------------------------------------------------------------------------ */

static void
intake_picked_cb (GObject      *object,
                  GAsyncResult *result,
                  gpointer      data)
{
  g_autoptr (WfSituationPage) self = data;
  g_autofree WfPlacePick *pick = wf_place_picker_pick_finish (WF_PLACE_PICKER (object), result, NULL);

  if (self->map == NULL || self->intake == NULL)
    return;

  if (pick != NULL)
    wf_intake_panel_set_point (self->intake, pick->longitude, pick->latitude);
  else
    gtk_widget_activate_action (GTK_WIDGET (self->intake), "intake.stop-pick", NULL);
}

static void
intake_pick_cb (WfSituationPage *self,
                gboolean         on)
{
  if (on)
    wf_place_picker_pick_async (self->picker, _("Click where it happened; Esc leaves it as it is"), NULL, intake_picked_cb,
                                g_object_ref (self));
  else
    wf_map_view_cancel_pick (self->map);
}

static void
intake_located_cb (WfSituationPage *self,
                   double           lon,
                   double           lat)
{
  wf_map_view_put_spot (self->map, REPORT_SPOT, lon, lat, _("Report"));
}

static void
leave_intake (WfSituationPage *self)
{
  wf_map_view_cancel_pick (self->map);
  wf_map_view_remove_spot (self->map, REPORT_SPOT);
}

static void
intake_sent_cb (WfSituationPage *self,
                const char      *id)
{
  leave_intake (self);
  wf_window_set_incident (self->window, id);
  show_incident (self);
  wf_window_toast (self->window, _("Reported. The report clocks run from the time of the call."));
}

static void
intake_closed_cb (WfSituationPage *self)
{
  leave_intake (self);
  show_incident (self);
  gtk_widget_grab_focus (GTK_WIDGET (self->report));
}

static void
intake_reopen_cb (WfSituationPage *self)
{
  show_detail (self, "intake");
}

/* The panel is made when the first report is taken: it is the largest of all, and nobody needs it before. */
static void
ensure_intake (WfSituationPage *self)
{
  if (self->intake != NULL)
    return;

  self->intake = WF_INTAKE_PANEL (wf_intake_panel_new (self->context, wf_context_get_search_index (self->context)));
  gtk_stack_add_named (self->detail, GTK_WIDGET (self->intake), "intake");
  g_signal_connect_object (self->intake, "pick", G_CALLBACK (intake_pick_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->intake, "located", G_CALLBACK (intake_located_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->intake, "sent", G_CALLBACK (intake_sent_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->intake, "closed", G_CALLBACK (intake_closed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->intake, "reopen", G_CALLBACK (intake_reopen_cb), self, G_CONNECT_SWAPPED);
}

/* --- replay ------------------------------------------------------------------------------------------------------ */

static void
end_replay (WfSituationPage *self)
{
  if (self->replay == NULL)
    return;

  wf_map_binder_set_replay (self->binder, NULL);
  wf_plotting_set_replay (self->plotting, NULL);
  wf_strip_set_replay (self->strip, NULL);
  gtk_widget_remove_css_class (GTK_WIDGET (self->map_overlay), "wf-replay");
  gtk_overlay_remove_overlay (self->map_overlay, self->replay);
  self->replay = NULL;
  gtk_widget_grab_focus (GTK_WIDGET (self->map));
}

/* Another scope is shown: nothing of this one stays open. The draft of a report waits for whoever comes back to it. */
static void
scope_cb (WfSituationPage *self)
{
  end_replay (self);
  gtk_popover_popdown (GTK_POPOVER (self->cluster));
  wf_map_view_cancel_pick (self->map);
  wf_map_view_remove_spot (self->map, PLACE_SPOT);
  if (self->intake != NULL)
    {
      leave_intake (self);
      gtk_stack_remove (self->detail, GTK_WIDGET (self->intake));
      self->intake = NULL;
    }
  show_incident (self);
}

/* --- strip ------------------------------------------------------------------------------------------------------- */

static void
strip_toggled_cb (WfSituationPage *self)
{
  gboolean shown = gtk_toggle_button_get_active (self->strip_toggle);

  gtk_revealer_set_reveal_child (self->strip_revealer, shown);
  gtk_button_set_icon_name (GTK_BUTTON (self->strip_toggle), shown ? "pan-down-symbolic" : "pan-up-symbolic");
}

/* --- overrides --------------------------------------------------------------------------------------------------- */

static void
wf_situation_page_size_allocate (GtkWidget *widget,
                                 int        width,
                                 int        height,
                                 int        baseline)
{
  WfSituationPage *self = WF_SITUATION_PAGE (widget);

  GTK_WIDGET_CLASS (wf_situation_page_parent_class)->size_allocate (widget, width, height, baseline);
  if (self->map != NULL)
    {
      gtk_popover_present (self->menu);
      gtk_popover_present (GTK_POPOVER (self->cluster));
    }
}

static void
wf_situation_page_dispose (GObject *object)
{
  WfSituationPage *self = WF_SITUATION_PAGE (object);

  if (self->picker != NULL)
    wf_place_picker_cancel (self->picker);
  g_clear_object (&self->picker);
  g_clear_object (&self->binder);
  g_clear_object (&self->ground);
  g_clear_object (&self->plotting);
  g_clear_pointer ((GtkWidget **) &self->menu, gtk_widget_unparent);
  g_clear_pointer ((GtkWidget **) &self->cluster, gtk_widget_unparent);
  wf_ui_dispose_template (GTK_WIDGET (self), WF_TYPE_SITUATION_PAGE);
  self->map = NULL;
  g_clear_object (&self->context);

  G_OBJECT_CLASS (wf_situation_page_parent_class)->dispose (object);
}

static void
wf_situation_page_class_init (WfSituationPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = wf_situation_page_dispose;
  widget_class->size_allocate = wf_situation_page_size_allocate;

  gtk_widget_class_set_template_from_resource (widget_class, "/org/watchfire/Watchfire/ui/situation/wf-situation-page.ui");
  gtk_widget_class_bind_template_child (widget_class, WfSituationPage, left);
  gtk_widget_class_bind_template_child (widget_class, WfSituationPage, list_box);
  gtk_widget_class_bind_template_child (widget_class, WfSituationPage, forces_box);
  gtk_widget_class_bind_template_child (widget_class, WfSituationPage, report);
  gtk_widget_class_bind_template_child (widget_class, WfSituationPage, map_overlay);
  gtk_widget_class_bind_template_child (widget_class, WfSituationPage, map_box);
  gtk_widget_class_bind_template_child (widget_class, WfSituationPage, detail);
  gtk_widget_class_bind_template_child (widget_class, WfSituationPage, strip_revealer);
  gtk_widget_class_bind_template_child (widget_class, WfSituationPage, strip_toggle);
  gtk_widget_class_bind_template_child (widget_class, WfSituationPage, strip_box);
  gtk_widget_class_bind_template_child (widget_class, WfSituationPage, menu);
  gtk_widget_class_bind_template_callback (widget_class, strip_toggled_cb);

  gtk_widget_class_install_action (widget_class, "map.report-here", NULL, report_here_action);
  gtk_widget_class_install_action (widget_class, "map.rings-here", NULL, rings_here_action);
  gtk_widget_class_install_action (widget_class, "map.copy-place", NULL, copy_place_action);
  gtk_widget_class_install_action (widget_class, "map.centre", NULL, centre_action);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BOX_LAYOUT);
}

static void
wf_situation_page_init (WfSituationPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  wf_ui_tend_stack (self->detail);
}

static void
build_map (WfSituationPage *self)
{
  self->map = WF_MAP_VIEW (wf_map_view_new ());
  gtk_widget_set_hexpand (GTK_WIDGET (self->map), TRUE);
  gtk_widget_set_vexpand (GTK_WIDGET (self->map), TRUE);
  gtk_box_append (self->map_box, GTK_WIDGET (self->map));
  self->binder = wf_map_binder_new (self->context, self->map);
  self->plotting = wf_plotting_new (self->window, self->map, GTK_WIDGET (self));
  gtk_widget_set_parent (GTK_WIDGET (self->menu), GTK_WIDGET (self->map));
  self->cluster = WF_THING_POPOVER (wf_thing_popover_new (self->context));
  gtk_widget_set_parent (GTK_WIDGET (self->cluster), GTK_WIDGET (self->map));

  self->picker = wf_place_picker_new (self->map);
  self->ground = wf_map_ground_new (self->window, self->map);
  g_signal_connect_object (self->map, "incident-activated", G_CALLBACK (map_incident_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->map, "thing-activated", G_CALLBACK (map_thing_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->map, "notify::selection-id", G_CALLBACK (map_selection_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->map, "cluster-activated", G_CALLBACK (cluster_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->map, "area-selected", G_CALLBACK (area_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->map, "context", G_CALLBACK (context_cb), self, G_CONNECT_SWAPPED);
}

static void
build_details (WfSituationPage *self)
{
  self->incident_panel = WF_INCIDENT_PANEL (wf_incident_panel_new (self->context));
  self->thing_panel = WF_THING_PANEL (wf_thing_panel_new (self->context));
  gtk_stack_add_named (self->detail, GTK_WIDGET (self->incident_panel), "incident");
  self->plot_card = WF_PLOT_CARD (wf_plot_card_new (self->context, wf_map_binder_get_things (self->binder)));
  gtk_stack_add_named (self->detail, GTK_WIDGET (self->thing_panel), "thing");
  gtk_stack_add_named (self->detail, GTK_WIDGET (self->plot_card), "plot");
  g_signal_connect_object (self->plot_card, "closed", G_CALLBACK (thing_closed_cb), self, G_CONNECT_SWAPPED);

  g_signal_connect_object (self->thing_panel, "closed", G_CALLBACK (thing_closed_cb), self, G_CONNECT_SWAPPED);
}

/**
 * wf_situation_page_new:
 * @window: the window that has the page
 *
 * Returns: (transfer full): the page
 */
GtkWidget *
wf_situation_page_new (WfWindow *window)
{
  WfSituationPage *self = g_object_new (WF_TYPE_SITUATION_PAGE, NULL);
  WfSession *session;

  self->window = window;
  self->context = g_object_ref (wf_window_get_context (window));
  session = wf_context_get_session (self->context);

  self->incidents = WF_INCIDENT_LIST (wf_incident_list_new (self->context));
  gtk_widget_set_vexpand (GTK_WIDGET (self->incidents), TRUE);
  gtk_box_append (self->list_box, GTK_WIDGET (self->incidents));
  g_signal_connect_object (self->incidents, "selected", G_CALLBACK (incident_selected_cb), self, G_CONNECT_SWAPPED);
  self->forces = WF_FREE_FORCES (wf_free_forces_new (self->context));
  gtk_box_append (self->forces_box, GTK_WIDGET (self->forces));
  build_map (self);
  build_details (self);
  self->strip = WF_STRIP (wf_strip_new (self->context));
  gtk_widget_set_hexpand (GTK_WIDGET (self->strip), TRUE);
  gtk_box_append (self->strip_box, GTK_WIDGET (self->strip));
  g_settings_bind (wf_context_get_settings (self->context), "strip-visible", self->strip_toggle, "active",
                   G_SETTINGS_BIND_DEFAULT);
  strip_toggled_cb (self);

  g_signal_connect_object (window, "notify::incident-item", G_CALLBACK (window_incident_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "notify::ready", G_CALLBACK (ready_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "notify::scope", G_CALLBACK (scope_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (wf_session_list (session, "centre"), "items-changed", G_CALLBACK (update_home), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (wf_context_get_overview (self->context), "changed", G_CALLBACK (overview_cb), self, G_CONNECT_SWAPPED);
  show_incident (self);
  ready_cb (self);

  return GTK_WIDGET (self);
}

/**
 * wf_situation_page_report:
 * @self: the page
 * @incident_class: (nullable): code of a class that is known already
 *
 * Opens the panel in which a report is taken.
 */
void
wf_situation_page_report (WfSituationPage *self,
                          const char      *incident_class)
{
  g_return_if_fail (WF_IS_SITUATION_PAGE (self));

  ensure_intake (self);
  show_detail (self, "intake");
  wf_intake_panel_open (self->intake);
  if (incident_class != NULL)
    wf_intake_panel_set_class (self->intake, incident_class);
}

/**
 * wf_situation_page_get_picker:
 * @self: the page
 *
 * Returns: (transfer none): what has a person pick a place on the page's map
 */
WfPlacePicker *
wf_situation_page_get_picker (WfSituationPage *self)
{
  g_return_val_if_fail (WF_IS_SITUATION_PAGE (self), NULL);

  return self->picker;
}

/**
 * wf_situation_page_show:
 * @self: the page
 * @kind: a kind
 * @id: an id
 *
 * Shows the card of something, and leaves the map where it is.
 */
void
wf_situation_page_show (WfSituationPage *self,
                        const char      *kind,
                        const char      *id)
{
  g_return_if_fail (WF_IS_SITUATION_PAGE (self));

  show_thing (self, kind, id);
}

/**
 * wf_situation_page_replay:
 * @self: the page
 *
 * Shows the selected incident as it was, with a bar that moves through its time, until that is closed or another incident
 * is selected.
 */
void
wf_situation_page_replay (WfSituationPage *self)
{
  const char *incident;
  g_autoptr (WfReplay) replay = NULL;

  g_return_if_fail (WF_IS_SITUATION_PAGE (self));

  incident = wf_window_get_incident (self->window);
  if (incident == NULL)
    {
      wf_window_toast (self->window, _("Choose an incident first"));
      return;
    }

  end_replay (self);
  replay = wf_replay_new (wf_context_get_session (self->context), incident);
  self->replay = wf_replay_bar_new (replay);
  g_signal_connect_object (self->replay, "closed", G_CALLBACK (end_replay), self, G_CONNECT_SWAPPED);
  gtk_overlay_add_overlay (self->map_overlay, self->replay);
  gtk_widget_add_css_class (GTK_WIDGET (self->map_overlay), "wf-replay");
  wf_map_binder_set_replay (self->binder, replay);
  wf_plotting_set_replay (self->plotting, replay);
  wf_strip_set_replay (self->strip, replay);
  gtk_widget_child_focus (self->replay, GTK_DIR_TAB_FORWARD);
}

/**
 * wf_situation_page_save_map:
 * @self: the page
 *
 * Asks where to save what the map shows.
 */
void
wf_situation_page_save_map (WfSituationPage *self)
{
  g_return_if_fail (WF_IS_SITUATION_PAGE (self));

  wf_map_save (self->window, self->map);
}

/* Goes there only where one would have to look for it otherwise. */
static void
bring_into_view (WfSituationPage *self,
                 double           lon,
                 double           lat)
{
  WfGeoBox bounds;
  double centre_lon, centre_lat, zoom;

  wf_map_view_get_bounds (self->map, &bounds);
  if (wf_geo_box_contains (&bounds, lon, lat))
    return;
  wf_map_view_get_center (self->map, &centre_lon, &centre_lat, &zoom);
  wf_map_view_go_to (self->map, lon, lat, MAX (zoom, 12));
}

/**
 * wf_situation_page_select:
 * @self: the page
 * @kind: a kind
 * @id: an id
 *
 * Shows something that a person has asked for by its name: its card, and where it is.
 */
void
wf_situation_page_select (WfSituationPage *self,
                          const char      *kind,
                          const char      *id)
{
  WfSession *session;
  g_autoptr (WfItem) item = NULL;
  WfPosition position;
  double lon, lat, zoom;

  g_return_if_fail (WF_IS_SITUATION_PAGE (self));

  session = wf_context_get_session (self->context);
  item = wf_session_get_item (session, kind, id);
  if (item == NULL)
    return;

  gtk_popover_popdown (GTK_POPOVER (self->cluster));
  if (g_str_equal (kind, "crossing"))
    {
      WfEntity *crossing = wf_item_get_entity (item);
      const char *unit = wf_entity_string (crossing, "unit");
      g_autoptr (WfItem) known = wf_session_get_item (session, "unit", unit);

      /* Where the edge was crossed, whether that is in view or not. */
      show_thing (self, known != NULL ? "unit" : "plot", known != NULL ? unit : wf_entity_string (crossing, "plot"));
      if (wf_entity_point (crossing, "location", &lon, &lat))
        {
          wf_map_view_get_center (self->map, NULL, NULL, &zoom);
          wf_map_view_go_to (self->map, lon, lat, MAX (zoom, CROSSING_ZOOM));
        }
      return;
    }
  if (g_str_equal (kind, "incident"))
    incident_selected_cb (self, id);
  else
    show_thing (self, kind, id);
  if (g_str_equal (kind, "unit") && wf_session_get_position (session, id, &position))
    bring_into_view (self, position.longitude, position.latitude);
  else if (wf_entity_point (wf_item_get_entity (item), "location", &lon, &lat))
    bring_into_view (self, lon, lat);
}

/**
 * wf_situation_page_show_place:
 * @self: the page
 * @name: what the place is called
 * @lon: where
 * @lat: where
 * @zoom: at which it is to be seen, or 0 for from near
 *
 * Goes to a place and marks it.
 */
void
wf_situation_page_show_place (WfSituationPage *self,
                              const char      *name,
                              double           lon,
                              double           lat,
                              double           zoom)
{
  g_return_if_fail (WF_IS_SITUATION_PAGE (self));

  wf_map_view_put_spot (self->map, PLACE_SPOT, lon, lat, name);
  wf_map_view_go_to (self->map, lon, lat, zoom > 0 ? zoom : NEAR_ZOOM);
}
