/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-ui"

#include "config.h"

#include "wf-plotting.h"

#include "wf-dialogs.h"
#include "wf-overview.h"
#include "wf-plot-dialog.h"
#include "wf-plot-history.h"
#include "wf-plot-tool.h"
#include "wf-rings-dialog.h"
#include "wf-ui-util.h"
#include "wf-wording.h"

#include <glib/gi18n.h>
#include <string.h>

/* What is being drawn goes to the others this often at most, ms. */
#define SKETCH_EVERY 120

struct _WfPlotting
{
  GObject parent_instance;

  WfWindow           *window;  /* (unowned): has the page that has this */
  WfContext          *context; /* (owned) */
  WfMapView          *map;     /* (unowned): lives in the same page */
  GSimpleActionGroup *actions; /* (owned) */
  GPtrArray          *items;   /* (owned) (element-type WfItem) plots that were seen */
  GHashTable         *shown;   /* (owned) ids of those on the map */
  WfPlotHistory      *history; /* (owned) what was done here, and can be taken back */
  WfReplay           *replay;  /* (owned) (nullable) */
  GHashTable         *drafts;  /* (owned) ids of what others are drawing */
  char               *sketch_type; /* (owned) (nullable): what is being drawn here and not yet told */
  GVariant           *sketch;  /* (owned) (nullable) its points */
  double              sketch_radius;
  guint               sketch_id;
  WfEntity           *before;  /* (owned) (nullable): what a dialog changes, as it stood */
};

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

/* --- what is drawn --- */

static gboolean
is_shown (WfPlotting *self,
          WfEntity   *plot)
{
  const char *incident = wf_entity_string (plot, "incident");
  g_autoptr (WfItem) item = incident != NULL ? wf_session_get_item (get_session (self), "incident", incident) : NULL;

  return wf_plot_holds (plot, wf_context_now (self->context))
         && (item == NULL || !wf_ui_incident_is_done (wf_item_get_entity (item)));
}

static void
put_entity (WfPlotting *self,
            WfEntity   *entity,
            gboolean    shown)
{
  g_autoptr (GArray) points = g_array_new (FALSE, FALSE, sizeof (WfGeoPoint));
  g_autoptr (GVariant) list = wf_entity_value (entity, "points");
  WfMapPlot plot = { 0 };
  WfGeoPoint point;
  GVariantIter iter;

  if (list == NULL || !shown)
    {
      if (g_hash_table_remove (self->shown, wf_entity_id (entity)))
        wf_map_view_remove_plot (self->map, wf_entity_id (entity));
      return;
    }

  g_variant_iter_init (&iter, list);
  while (g_variant_iter_next (&iter, "(dd)", &point.lon, &point.lat))
    g_array_append_val (points, point);
  plot.id = wf_entity_id (entity);
  plot.type = wf_entity_string (entity, "type");
  plot.danger = wf_entity_string (entity, "danger");
  plot.label = wf_entity_string (entity, "label");
  plot.points = (const WfGeoPoint *) (void *) points->data;
  plot.n_points = points->len;
  plot.radius = wf_entity_double (entity, "radius_m", 0);
  /* A service that is newer may know types that this program does not. */
  if (plot.n_points == 0 || wf_plot_get_shape (plot.type, plot.n_points, plot.radius) == 0)
    return;

  g_hash_table_add (self->shown, g_strdup (plot.id));
  wf_map_view_put_plot (self->map, &plot);
}

/* As it is now, which a replay does not show. */
static void
put_plot (WfPlotting *self,
          WfItem     *item)
{
  if (self->replay == NULL)
    put_entity (self, wf_item_get_entity (item), is_shown (self, wf_item_get_entity (item)));
}

static void
entity_cb (WfItem     *item,
           GParamSpec *pspec,
           WfPlotting *self)
{
  put_plot (self, item);
}

static void
forget_item (WfPlotting *self,
             WfItem     *item)
{
  g_signal_handlers_disconnect_by_func (item, entity_cb, self);
  if (g_hash_table_remove (self->shown, wf_item_get_id (item)) && self->map != NULL)
    wf_map_view_remove_plot (self->map, wf_item_get_id (item));
}

static void
items_changed_cb (GListModel *list,
                  guint       position,
                  guint       removed,
                  guint       added,
                  WfPlotting *self)
{
  for (guint i = position; i < position + removed; i++)
    forget_item (self, g_ptr_array_index (self->items, i));
  if (removed > 0)
    g_ptr_array_remove_range (self->items, position, removed);
  for (guint i = position; i < position + added; i++)
    {
      WfItem *item = g_list_model_get_item (list, i);

      g_ptr_array_insert (self->items, (int) i, item);
      g_signal_connect (item, "notify::entity", G_CALLBACK (entity_cb), self);
      put_plot (self, item);
    }
}

static void
remove_all (WfPlotting *self)
{
  GHashTableIter iter;
  gpointer id;

  g_hash_table_iter_init (&iter, self->shown);
  while (g_hash_table_iter_next (&iter, &id, NULL))
    wf_map_view_remove_plot (self->map, id);
  g_hash_table_remove_all (self->shown);
}

/* What was drawn at the moment that the replay shows. */
static void
replay_cb (WfPlotting *self)
{
  WfState *state = wf_replay_get_state (self->replay);
  g_autoptr (GPtrArray) plots =
    state != NULL ? wf_state_list (state, wf_replay_get_scope (self->replay), "plot", NULL) : NULL;

  remove_all (self);
  for (guint i = 0; plots != NULL && i < plots->len; i++)
    put_entity (self, g_ptr_array_index (plots, i),
                wf_plot_holds (g_ptr_array_index (plots, i), wf_replay_get_time (self->replay)));
}

/* Once a second: what is over by now, and what belongs to an incident that was closed. */
static void
overview_cb (WfPlotting *self)
{
  for (guint i = 0; self->replay == NULL && i < self->items->len; i++)
    {
      WfItem *item = g_ptr_array_index (self->items, i);

      if (is_shown (self, wf_item_get_entity (item)) != g_hash_table_contains (self->shown, wf_item_get_id (item)))
        put_plot (self, item);
    }
  update_actions (self);
}

/* --- what is being drawn --- */

static void
tell_sketch (WfPlotting *self)
{
  if (self->sketch != NULL)
    wf_session_sketch (get_session (self), self->sketch_type, self->sketch, self->sketch_radius);
  g_clear_pointer (&self->sketch, g_variant_unref);
}

static gboolean
sketch_cb (gpointer data)
{
  WfPlotting *self = data;

  if (self->sketch == NULL)
    {
      self->sketch_id = 0;
      return G_SOURCE_REMOVE;
    }

  tell_sketch (self);
  return G_SOURCE_CONTINUE;
}

/* The first goes at once, then the newest of what came meanwhile. */
static void
sketched_here_cb (WfPlotting *self,
                  const char *type,
                  GVariant   *points,
                  double      radius)
{
  g_free (self->sketch_type);
  self->sketch_type = g_strdup (type);
  g_clear_pointer (&self->sketch, g_variant_unref);
  self->sketch = g_variant_ref (points);
  self->sketch_radius = radius;
  if (self->sketch_id == 0)
    {
      tell_sketch (self);
      self->sketch_id = g_timeout_add (SKETCH_EVERY, sketch_cb, self);
    }
}

static void
sketched_there_cb (WfPlotting *self,
                   GVariant   *sketch)
{
  g_autofree char *id = g_strdup_printf ("sketch %" G_GINT64_FORMAT, (gint64) wf_dict_int (sketch, "desk", 0));
  g_autoptr (GVariant) list = wf_dict_value (sketch, "points");
  g_autoptr (GArray) points = g_array_new (FALSE, FALSE, sizeof (WfGeoPoint));
  const char *name = wf_dict_string (sketch, "name");
  WfMapPlot plot = { 0 };
  WfGeoPoint point;
  GVariantIter iter;

  g_variant_iter_init (&iter, list);
  while (g_variant_iter_next (&iter, "(dd)", &point.lon, &point.lat))
    g_array_append_val (points, point);
  plot.id = id;
  plot.type = wf_dict_string (sketch, "type");
  plot.label = wf_ui_nonempty (name) != NULL ? name : wf_dict_string (sketch, "actor");
  plot.points = (const WfGeoPoint *) (void *) points->data;
  plot.n_points = points->len;
  plot.radius = wf_dict_double (sketch, "radius_m", 0);
  plot.draft = TRUE;
  if (points->len == 0 || wf_plot_get_shape (plot.type, plot.n_points, plot.radius) == 0)
    {
      if (g_hash_table_remove (self->drafts, id))
        wf_map_view_remove_plot (self->map, id);
      return;
    }

  g_hash_table_add (self->drafts, g_strdup (id));
  wf_map_view_put_plot (self->map, &plot);
}

static void
forget_drafts (WfPlotting *self)
{
  GHashTableIter iter;
  gpointer id;

  g_hash_table_iter_init (&iter, self->drafts);
  while (g_hash_table_iter_next (&iter, &id, NULL))
    wf_map_view_remove_plot (self->map, id);
  g_hash_table_remove_all (self->drafts);
}

/* Without a link nobody says that it is over. */
static void
link_cb (WfPlotting *self)
{
  if (wf_session_get_link (get_session (self)) != WF_LINK_ONLINE)
    forget_drafts (self);
}

/* What is being drawn, and what could be taken back, belongs to what was shown. */
static void
scope_cb (WfPlotting *self)
{
  wf_plot_tool_cancel (wf_map_view_get_plot_tool (self->map));
  wf_plotting_select (self, NULL);
  wf_plot_history_clear (self->history);
  update_actions (self);
  forget_drafts (self);
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
  wf_ui_set_menu (GTK_MENU_BUTTON (button), menu);
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
    forget_item (self, g_ptr_array_index (self->items, i));
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
  g_signal_connect_object (tool, "sketched", G_CALLBACK (sketched_here_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (get_session (self), "sketched", G_CALLBACK (sketched_there_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (get_session (self), "notify::link", G_CALLBACK (link_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (get_session (self), "notify::scope", G_CALLBACK (scope_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (wf_context_get_overview (self->context), "changed", G_CALLBACK (overview_cb), self, G_CONNECT_SWAPPED);

  GListModel *list = wf_session_list (get_session (self), "plot");
  g_signal_connect_object (list, "items-changed", G_CALLBACK (items_changed_cb), self, 0);
  items_changed_cb (list, 0, 0, g_list_model_get_n_items (list), self);

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
    g_signal_handlers_disconnect_by_func (self->replay, replay_cb, self);
  if (!g_set_object (&self->replay, replay))
    return;

  wf_plotting_select (self, NULL);
  if (replay != NULL)
    {
      g_signal_connect_object (replay, "changed", G_CALLBACK (replay_cb), self, G_CONNECT_SWAPPED);
      replay_cb (self);
      return;
    }

  remove_all (self);
  for (guint i = 0; i < self->items->len; i++)
    put_plot (self, g_ptr_array_index (self->items, i));
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
