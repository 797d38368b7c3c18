/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-ui"

#include "config.h"

#include "wf-plotting-private.h"

#include "wf-dialogs.h"
#include "wf-overview.h"
#include "wf-plot-dialog.h"
#include "wf-plot-tool.h"
#include "wf-rings-dialog.h"
#include "wf-ui-util.h"
#include "wf-wording.h"

#include <glib/gi18n.h>
#include <string.h>

G_DEFINE_FINAL_TYPE (WfPlotting, wf_plotting, G_TYPE_OBJECT)

static WfSession *
get_session (WfPlotting *self)
{
  return wf_context_get_session (self->context);
}

/* --- taking back --- */

static void
update_actions (WfPlotting *self)
{
  static const struct
  {
    const char *action;
    const char *command;
  } by_right[] = {
    { "draw", "plot.draw" },     { "numbers", "plot.draw" },  { "rings", "plot.draw" },
    { "rings-at", "plot.draw" }, { "change", "plot.change" }, { "strike", "plot.strike" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (by_right); i++)
    {
      GAction *action = g_action_map_lookup_action (G_ACTION_MAP (self->actions), by_right[i].action);
      g_autoptr (WfProblem) problem = wf_session_check (get_session (self), by_right[i].command);

      g_simple_action_set_enabled (G_SIMPLE_ACTION (action), problem == NULL);
    }
  g_simple_action_set_enabled (G_SIMPLE_ACTION (g_action_map_lookup_action (G_ACTION_MAP (self->actions), "undo")),
                               wf_plot_history_can (self->history, TRUE));
  g_simple_action_set_enabled (G_SIMPLE_ACTION (g_action_map_lookup_action (G_ACTION_MAP (self->actions), "redo")),
                               wf_plot_history_can (self->history, FALSE));
}

static GVariant *
about (const char *plot)
{
  return wf_dict_make ("plot", wf_value_string (plot), NULL);
}

static GVariant *
with_reason (const char *plot,
             const char *reason)
{
  return wf_dict_make ("plot", wf_value_string (plot), "reason", wf_value_string (reason), NULL);
}

static void
add_drawn (WfPlotStep *step,
           const char *plot)
{
  wf_plot_step_add (step, "plot.strike", with_reason (plot, _("Taken back by who drew it")), "plot.restore", about (plot));
}

/* One step for all that a dialog has drawn at once. */
static void
push_drawn (WfPlotting        *self,
            const char *const *plots)
{
  WfPlotStep *step = wf_plot_history_push (self->history);

  for (gsize i = 0; plots[i] != NULL; i++)
    add_drawn (step, plots[i]);
  update_actions (self);
}

/* The fields that differ, as the one and as the other has them.
 * Returns: (transfer none) (nullable): %NULL where none does */
static WfPlotStep *
push_changed (WfPlotting *self,
              WfEntity   *before,
              GVariant   *after)
{
  GVariantBuilder undo, redo;
  guint n = 0;

  g_variant_builder_init (&undo, G_VARIANT_TYPE_VARDICT);
  g_variant_builder_init (&redo, G_VARIANT_TYPE_VARDICT);
  g_variant_builder_add (&undo, "{sv}", "plot", wf_value_string (wf_entity_id (before)));
  g_variant_builder_add (&redo, "{sv}", "plot", wf_value_string (wf_entity_id (before)));
  for (gsize i = 0; wf_plot_editable[i] != NULL; i++)
    {
      g_autoptr (GVariant) old = wf_entity_value (before, wf_plot_editable[i]);
      g_autoptr (GVariant) new = wf_dict_value (after, wf_plot_editable[i]);

      if ((old == NULL && new == NULL) || (old != NULL && new != NULL && g_variant_equal (old, new)))
        continue;
      g_variant_builder_add (&undo, "{sv}", wf_plot_editable[i], old != NULL ? old : wf_value_clear ());
      g_variant_builder_add (&redo, "{sv}", wf_plot_editable[i], new != NULL ? new : wf_value_clear ());
      n++;
    }

  g_autoptr (GVariant) back = g_variant_ref_sink (g_variant_builder_end (&undo));
  g_autoptr (GVariant) again = g_variant_ref_sink (g_variant_builder_end (&redo));

  if (n == 0)
    return NULL;

  WfPlotStep *step = wf_plot_history_push (self->history);

  wf_plot_step_add (step, "plot.change", g_steal_pointer (&back), "plot.change", g_steal_pointer (&again));
  update_actions (self);
  return step;
}

static WfEntity *
find_plot (WfPlotting *self,
           const char *id)
{
  return wf_state_get (wf_session_get_state (get_session (self)), wf_session_get_scope (get_session (self)), "plot", id);
}

typedef struct
{
  WfPlotting *plotting;
  const char *done;
} Going;

static void
submit_one_cb (const char *type,
               GVariant   *payload,
               gboolean    last,
               gpointer    data)
{
  const Going *going = data;

  wf_window_submit (going->plotting->window, type, payload, 0, last ? going->done : NULL);
}

static void
go (WfPlotting *self,
    gboolean    back)
{
  Going going = { self, back ? _("Taken back") : _("Done again") };

  if (wf_plot_history_go (self->history, back, submit_one_cb, &going))
    update_actions (self);
}

static void
undo_action (GSimpleAction *action,
             GVariant      *parameter,
             gpointer       data)
{
  WfPlotting *self = data;

  /* What is not finished yet goes first. */
  if (!wf_plot_tool_back (wf_map_view_get_plot_tool (self->map)))
    go (self, TRUE);
}

static void
redo_action (GSimpleAction *action,
             GVariant      *parameter,
             gpointer       data)
{
  WfPlotting *self = data;

  go (self, FALSE);
}

/* --- drawing --- */

/* The incident that one works on, where it can still be drawn on; else the drawing belongs to the district. */
static const char *
get_incident (WfPlotting *self)
{
  WfItem *item = wf_window_get_incident_item (self->window);

  return item != NULL && !wf_entity_is (wf_item_get_entity (item), "state", "archived") ? wf_item_get_id (item) : NULL;
}

static void
dialog_drawn_cb (WfDialog   *dialog,
                 WfPlotting *self)
{
  const char *const id[] = { wf_plot_dialog_get_plot (dialog), NULL };

  push_drawn (self, id);
  gtk_widget_activate_action (GTK_WIDGET (self->map), "win.select", "(ss)", "plot", id[0]);
}

typedef struct
{
  WfPlotting *plotting; /* (owned) */
  char       *plot;     /* (owned) */
  gboolean    drawn;    /* rather than changed */
  WfPlotStep *step;     /* (unowned) (nullable): only looked for, since it may be gone */
} Submitted;

static void
submitted_free (Submitted *self)
{
  g_object_unref (self->plotting);
  g_free (self->plot);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Submitted, submitted_free)

static void
submitted_cb (GObject      *object,
              GAsyncResult *result,
              gpointer      data)
{
  g_autoptr (Submitted) submitted = data;
  g_autoptr (WfProblem) problem = NULL;
  g_autoptr (GError) error = NULL;
  WfPlotting *self = submitted->plotting;
  gboolean done = wf_session_submit_finish (WF_SESSION (object), result, &problem, &error);

  if (self->map == NULL)
    return;
  if (!done)
    {
      g_autofree char *message = problem != NULL ? wf_problem_message (problem) : g_strdup (error->message);

      wf_window_toast (self->window, message);
      wf_plot_history_drop (self->history, submitted->step);
      update_actions (self);
      /* The points jump back to where the plot still is. */
      if (!submitted->drawn)
        wf_plot_tool_edit (wf_map_view_get_plot_tool (self->map), submitted->plot);
      return;
    }
  if (submitted->drawn)
    gtk_widget_activate_action (GTK_WIDGET (self->map), "win.select", "(ss)", "plot", submitted->plot);
}

static void
submit (WfPlotting *self,
        const char *type,
        const char *plot,
        GVariant   *payload,
        WfEntity   *before)
{
  Submitted *submitted = g_new0 (Submitted, 1);
  g_autoptr (GVariant) owned = g_variant_take_ref (payload);
  g_autoptr (GVariant) base = before != NULL ? wf_session_base (before, type, owned) : NULL;

  submitted->plotting = g_object_ref (self);
  submitted->plot = g_strdup (plot);
  submitted->drawn = before == NULL;
  if (before != NULL)
    {
      g_autoptr (GVariant) after = wf_dict_merge (wf_entity_fields (before), owned);

      submitted->step = push_changed (self, before, after);
    }
  else
    {
      submitted->step = wf_plot_history_push (self->history);
      add_drawn (submitted->step, plot);
      update_actions (self);
    }
  wf_session_submit_async (get_session (self), type, owned, 0, base, NULL, submitted_cb, submitted);
}

/* What cannot be without more being said of it asks for that; all else is drawn at once, and can be taken back. */
static void
drawn_cb (WfPlotting *self,
          const char *type,
          GVariant   *points,
          double      radius)
{
  const char *incident = get_incident (self);

  if (strcmp (type, "danger_zone") == 0 || strcmp (type, "text") == 0)
    {
      WfDialog *dialog = wf_plot_draw_dialog_new (self->context, incident, type, points, radius);

      g_signal_connect_object (dialog, "done", G_CALLBACK (dialog_drawn_cb), self, 0);
      wf_dialogs_present (self->window, dialog);
      return;
    }

  g_autofree char *id = wf_session_new_id (get_session (self));

  submit (self, "plot.draw", id,
          wf_dict_make ("plot", wf_value_string (id), "incident", incident != NULL ? wf_value_string (incident) : NULL,
                        "type", wf_value_string (type), "points", points,
                        "radius_m", radius > 0 ? wf_value_double (radius) : NULL, NULL),
          NULL);
}

static void
changed_cb (WfPlotting *self,
            const char *id,
            GVariant   *points,
            double      radius)
{
  g_autoptr (WfEntity) before = find_plot (self, id);

  if (before == NULL)
    return;

  submit (self, "plot.change", id,
          wf_dict_make ("plot", wf_value_string (id), "points", points,
                        "radius_m", radius > 0 ? wf_value_double (radius) : NULL, NULL),
          before);
}

/* "circle" of "danger_zone:circle" */
static char *
split_type (GVariant *parameter,
            gboolean *circle)
{
  const char *text = g_variant_get_string (parameter, NULL);
  const char *colon = strchr (text, ':');

  *circle = colon != NULL;
  return colon != NULL ? g_strndup (text, (gsize) (colon - text)) : g_strdup (text);
}

static void
draw_action (GSimpleAction *action,
             GVariant      *parameter,
             gpointer       data)
{
  WfPlotting *self = data;
  gboolean circle;
  g_autofree char *type = split_type (parameter, &circle);

  wf_plot_tool_start (wf_map_view_get_plot_tool (self->map), type, circle);
}

static void
numbers_action (GSimpleAction *action,
                GVariant      *parameter,
                gpointer       data)
{
  WfPlotting *self = data;
  gboolean circle;
  g_autofree char *type = split_type (parameter, &circle);
  WfDialog *dialog = wf_plot_draw_dialog_new (self->context, get_incident (self), type, NULL, 0);

  g_signal_connect_object (dialog, "done", G_CALLBACK (dialog_drawn_cb), self, 0);
  wf_dialogs_present (self->window, dialog);
}

/* Where what is selected on the map is.
 * Returns: whether there is such a place */
static gboolean
find_selected (WfPlotting *self,
               WfGeoPoint *place)
{
  const char *kind = wf_map_view_get_selection_kind (self->map);
  const char *id = wf_map_view_get_selection_id (self->map);
  g_autoptr (WfItem) item = kind != NULL && id != NULL ? wf_session_get_item (get_session (self), kind, id) : NULL;
  WfPosition position;

  if (item == NULL)
    return FALSE;
  if (strcmp (kind, "unit") == 0 && wf_session_get_position (get_session (self), id, &position))
    {
      *place = (WfGeoPoint) { position.longitude, position.latitude };
      return TRUE;
    }

  /* A mark or a circle that somebody drew has one point. */
  if (strcmp (kind, "plot") == 0)
    {
      g_autoptr (GVariant) points = wf_entity_value (wf_item_get_entity (item), "points");

      if (points == NULL || g_variant_n_children (points) != 1)
        return FALSE;
      g_variant_get_child (points, 0, "(dd)", &place->lon, &place->lat);
      return TRUE;
    }

  return wf_entity_point (wf_item_get_entity (item), "location", &place->lon, &place->lat);
}

static void
rings_drawn_cb (WfDialog   *dialog,
                WfPlotting *self)
{
  push_drawn (self, wf_rings_dialog_get_plots (dialog));
}

static void
show_rings (WfPlotting       *self,
            const WfGeoPoint *centre)
{
  WfDialog *dialog = wf_rings_dialog_new (self->context, get_incident (self), centre);

  g_signal_connect_object (dialog, "done", G_CALLBACK (rings_drawn_cb), self, 0);
  wf_dialogs_present (self->window, dialog);
}

static void
rings_action (GSimpleAction *action,
              GVariant      *parameter,
              gpointer       data)
{
  WfGeoPoint centre;

  show_rings (data, find_selected (data, &centre) ? &centre : NULL);
}

static void
rings_at_action (GSimpleAction *action,
                 GVariant      *parameter,
                 gpointer       data)
{
  WfGeoPoint centre;

  g_variant_get (parameter, "(dd)", &centre.lon, &centre.lat);
  show_rings (data, &centre);
}

static void
dialog_changed_cb (WfDialog   *dialog,
                   WfPlotting *self)
{
  g_autoptr (WfEntity) after = find_plot (self, wf_plot_dialog_get_plot (dialog));

  if (after != NULL && self->before != NULL)
    push_changed (self, self->before, wf_entity_fields (after));
  g_clear_pointer (&self->before, wf_entity_unref);
}

static void
change_action (GSimpleAction *action,
               GVariant      *parameter,
               gpointer       data)
{
  WfPlotting *self = data;
  const char *id = g_variant_get_string (parameter, NULL);
  WfDialog *dialog = wf_plot_change_dialog_new (self->context, id);

  if (dialog == NULL)
    return;

  g_clear_pointer (&self->before, wf_entity_unref);
  self->before = find_plot (self, id);
  g_signal_connect_object (dialog, "done", G_CALLBACK (dialog_changed_cb), self, 0);
  wf_dialogs_present (self->window, dialog);
}

static void
dialog_struck_cb (WfDialog   *dialog,
                  WfPlotting *self)
{
  const char *const *plots = wf_plot_dialog_get_struck (dialog);
  WfPlotStep *step = wf_plot_history_push (self->history);

  for (gsize i = 0; plots[i] != NULL; i++)
    {
      g_autoptr (WfEntity) plot = find_plot (self, plots[i]);
      const char *reason = plot != NULL ? wf_entity_string (plot, "struck_reason") : NULL;

      wf_plot_step_add (step, "plot.restore", about (plots[i]), "plot.strike",
                        with_reason (plots[i], reason != NULL ? reason : "…"));
    }
  update_actions (self);
}

static void
strike_action (GSimpleAction *action,
               GVariant      *parameter,
               gpointer       data)
{
  WfPlotting *self = data;
  WfDialog *dialog = wf_plot_strike_dialog_new (self->context, g_variant_get_string (parameter, NULL));

  g_signal_connect_object (dialog, "done", G_CALLBACK (dialog_struck_cb), self, 0);
  wf_dialogs_present (self->window, dialog);
}

/* --- what is shown --- */

static void
overview_cb (WfPlotting *self)
{
  wf_plotting_put_stale (self);
  update_actions (self);
}

/* What is being drawn, and what could be taken back, belongs to what was shown. */
static void
scope_cb (WfPlotting *self)
{
  wf_plot_tool_cancel (wf_map_view_get_plot_tool (self->map));
  wf_plotting_select (self, NULL);
  wf_plot_history_clear (self->history);
  update_actions (self);
  wf_plotting_forget_drafts (self);
}

/* --- construction --- */

static void
append (GMenu      *menu,
        const char *type,
        gboolean    circle,
        const char *action)
{
  g_autofree char *target = g_strconcat (type, circle ? ":circle" : NULL, NULL);
  /* Translators: an area drawn as a circle, such as “danger zone (circle)”. */
  g_autofree char *label = circle ? g_strdup_printf (_("%s (circle)"), wf_wording_value ("plot.type", type))
                                  : g_strdup (wf_wording_value ("plot.type", type));
  g_autoptr (GMenuItem) item = g_menu_item_new (label, NULL);

  g_menu_item_set_action_and_target (item, action, "s", target);
  g_menu_append_item (menu, item);
}

/* What fires and dangers need comes first. */
static GMenuModel *
make_menu (void)
{
  static const char *const of_incident[] = {
    "fire_line", "danger_zone", "cordon", "evacuation_route", "staging_area", NULL
  };
  static const char *const plain[] = { "point", "line", "polygon", "circle", "arrow", "text", NULL };
  GMenu *menu = g_menu_new ();
  g_autoptr (GMenu) first = g_menu_new ();
  g_autoptr (GMenu) second = g_menu_new ();
  g_autoptr (GMenu) third = g_menu_new ();
  g_autoptr (GMenu) numbers = g_menu_new ();

  for (gsize i = 0; of_incident[i] != NULL; i++)
    {
      append (first, of_incident[i], FALSE, "plot.draw");
      if ((wf_plot_type_get_shapes (of_incident[i]) & WF_PLOT_CIRCLE) != 0)
        append (first, of_incident[i], TRUE, "plot.draw");
      append (numbers, of_incident[i], FALSE, "plot.numbers");
    }
  for (gsize i = 0; plain[i] != NULL; i++)
    {
      append (second, plain[i], FALSE, "plot.draw");
      append (numbers, plain[i], FALSE, "plot.numbers");
    }
  g_menu_append (third, _("Range rings…"), "plot.rings");
  g_menu_append_submenu (third, _("By numbers"), G_MENU_MODEL (numbers));
  g_menu_append (third, _("Take back"), "plot.undo");
  g_menu_append (third, _("Do again"), "plot.redo");
  g_menu_append_section (menu, NULL, G_MENU_MODEL (first));
  g_menu_append_section (menu, NULL, G_MENU_MODEL (second));
  g_menu_append_section (menu, NULL, G_MENU_MODEL (third));

  return G_MENU_MODEL (menu);
}

static void
add_button (WfPlotting *self)
{
  g_autoptr (GMenuModel) menu = make_menu ();
  GtkWidget *button = gtk_menu_button_new ();

  gtk_menu_button_set_label (GTK_MENU_BUTTON (button), _("Draw"));
  gtk_menu_button_set_has_frame (GTK_MENU_BUTTON (button), FALSE);
  gtk_menu_button_set_menu_model (GTK_MENU_BUTTON (button), menu);
  gtk_widget_set_focus_on_click (button, FALSE);
  wf_ui_set_name (button, _("Draw on the map"));
  wf_map_view_add_tool (self->map, button);
}

static void
add_shortcuts (WfPlotting *self)
{
  static const struct
  {
    const char *keys;
    const char *action;
  } shortcuts[] = { { "<Control>z", "plot.undo" }, { "<Control><Shift>z|<Control>y", "plot.redo" } };
  GtkEventController *controller = gtk_shortcut_controller_new ();

  for (gsize i = 0; i < G_N_ELEMENTS (shortcuts); i++)
    gtk_shortcut_controller_add_shortcut (GTK_SHORTCUT_CONTROLLER (controller),
                                          gtk_shortcut_new (gtk_shortcut_trigger_parse_string (shortcuts[i].keys),
                                                            gtk_named_action_new (shortcuts[i].action)));
  gtk_widget_add_controller (GTK_WIDGET (self->map), controller);
}

static void
wf_plotting_dispose (GObject *object)
{
  WfPlotting *self = WF_PLOTTING (object);

  self->map = NULL;
  g_clear_handle_id (&self->sketch_id, g_source_remove);
  g_clear_object (&self->replay);
  g_clear_pointer (&self->sketch, g_variant_unref);
  for (guint i = 0; self->items != NULL && i < self->items->len; i++)
    wf_plotting_forget_item (self, g_ptr_array_index (self->items, i));
  g_clear_pointer (&self->items, g_ptr_array_unref);
  g_clear_object (&self->actions);
  g_clear_object (&self->context);
  g_clear_pointer (&self->before, wf_entity_unref);

  G_OBJECT_CLASS (wf_plotting_parent_class)->dispose (object);
}

static void
wf_plotting_finalize (GObject *object)
{
  WfPlotting *self = WF_PLOTTING (object);

  g_hash_table_unref (self->shown);
  g_hash_table_unref (self->drafts);
  g_free (self->sketch_type);
  wf_plot_history_free (self->history);

  G_OBJECT_CLASS (wf_plotting_parent_class)->finalize (object);
}

static void
wf_plotting_class_init (WfPlottingClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = wf_plotting_dispose;
  G_OBJECT_CLASS (klass)->finalize = wf_plotting_finalize;
}

static void
wf_plotting_init (WfPlotting *self)
{
  self->items = g_ptr_array_new_with_free_func (g_object_unref);
  self->shown = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->drafts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->history = wf_plot_history_new ();
}

/**
 * wf_plotting_new:
 * @window: the window
 * @map: the map in it, which must live longer
 * @page: the page with the map, which gets the actions
 *
 * Returns: (transfer full): what makes @map one that can be drawn on
 */
WfPlotting *
wf_plotting_new (WfWindow  *window,
                 WfMapView *map,
                 GtkWidget *page)
{
  static const GActionEntry entries[] = {
    { "draw", draw_action, "s" },     { "numbers", numbers_action, "s" }, { "change", change_action, "s" },
    { "strike", strike_action, "s" }, { "undo", undo_action },            { "redo", redo_action },
    { "rings", rings_action },        { "rings-at", rings_at_action, "(dd)" },
  };
  WfPlotting *self = g_object_new (WF_TYPE_PLOTTING, NULL);
  WfPlotTool *tool = wf_map_view_get_plot_tool (map);

  self->window = window;
  self->context = g_object_ref (wf_window_get_context (window));
  self->map = map;
  self->actions = g_simple_action_group_new ();
  g_action_map_add_action_entries (G_ACTION_MAP (self->actions), entries, G_N_ELEMENTS (entries), self);
  gtk_widget_insert_action_group (page, "plot", G_ACTION_GROUP (self->actions));
  add_button (self);
  add_shortcuts (self);
  update_actions (self);

  g_signal_connect_object (tool, "drawn", G_CALLBACK (drawn_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (tool, "changed", G_CALLBACK (changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (tool, "sketched", G_CALLBACK (wf_plotting_sketched_here_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (get_session (self), "sketched", G_CALLBACK (wf_plotting_sketched_there_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (get_session (self), "notify::link", G_CALLBACK (wf_plotting_link_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (get_session (self), "notify::scope", G_CALLBACK (scope_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (wf_context_get_overview (self->context), "changed", G_CALLBACK (overview_cb), self, G_CONNECT_SWAPPED);

  GListModel *list = wf_session_list (get_session (self), "plot");
  g_signal_connect_object (list, "items-changed", G_CALLBACK (wf_plotting_items_changed_cb), self, 0);
  wf_plotting_items_changed_cb (list, 0, 0, g_list_model_get_n_items (list), self);

  return self;
}

/**
 * wf_plotting_set_replay:
 * @self: what draws
 * @replay: (nullable): what shows an incident as it was, %NULL when that is over
 *
 * Shows what was drawn at the replay's moment instead of what is drawn now.
 */
void
wf_plotting_set_replay (WfPlotting *self,
                        WfReplay   *replay)
{
  g_return_if_fail (WF_IS_PLOTTING (self));

  if (self->replay != NULL)
    g_signal_handlers_disconnect_by_func (self->replay, wf_plotting_replay_cb, self);
  if (!g_set_object (&self->replay, replay))
    return;

  wf_plotting_select (self, NULL);
  if (replay != NULL)
    {
      g_signal_connect_object (replay, "changed", G_CALLBACK (wf_plotting_replay_cb), self, G_CONNECT_SWAPPED);
      wf_plotting_replay_cb (self);
      return;
    }

  wf_plotting_remove_all (self);
  for (guint i = 0; i < self->items->len; i++)
    wf_plotting_put_plot (self, g_ptr_array_index (self->items, i));
}

/**
 * wf_plotting_select:
 * @self: what draws
 * @plot: (nullable): id of the plot whose card is shown, %NULL for none
 *
 * Shows the points of the plot that is looked at, to be dragged, where the person may change it.
 */
void
wf_plotting_select (WfPlotting *self,
                    const char *plot)
{
  g_return_if_fail (WF_IS_PLOTTING (self));

  g_autoptr (WfProblem) problem = wf_session_check (get_session (self), "plot.change");

  wf_plot_tool_edit (wf_map_view_get_plot_tool (self->map), problem == NULL ? plot : NULL);
}
