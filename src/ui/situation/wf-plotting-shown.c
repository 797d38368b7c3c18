/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-ui"

#include "config.h"

#include "wf-plotting-private.h"

#include "wf-geo-shape.h"
#include "wf-plot-tool.h"
#include "wf-ui-util.h"

/* What is drawn, here and at other desks, put on the map; and what is being drawn told to the others. */

/* What is being drawn goes to the others this often at most, ms. */
#define SKETCH_EVERY 120

/* --- what is drawn --- */

static gboolean
is_shown (WfPlotting *self,
          WfEntity   *plot)
{
  const char *incident = wf_entity_string (plot, "incident");
  WfSession *session = wf_context_get_session (self->context);
  g_autoptr (WfItem) item = incident != NULL ? wf_session_get_item (session, "incident", incident) : NULL;

  return wf_plot_holds (plot, wf_context_now (self->context))
         && (item == NULL || !wf_ui_incident_is_done (wf_item_get_entity (item)));
}

static void
put_entity (WfPlotting *self,
            WfEntity   *entity,
            gboolean    shown)
{
  g_autoptr (GVariant) list = wf_entity_value (entity, "points");
  g_autoptr (GArray) points = wf_geo_unpack_points (list);
  WfMapPlot plot = { 0 };

  if (list == NULL || !shown)
    {
      if (g_hash_table_remove (self->shown, wf_entity_id (entity)))
        wf_map_view_remove_plot (self->map, wf_entity_id (entity));
      return;
    }

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
void
wf_plotting_put_plot (WfPlotting *self,
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
  wf_plotting_put_plot (self, item);
}

void
wf_plotting_forget_item (WfPlotting *self,
                         WfItem     *item)
{
  g_signal_handlers_disconnect_by_func (item, entity_cb, self);
  if (g_hash_table_remove (self->shown, wf_item_get_id (item)) && self->map != NULL)
    wf_map_view_remove_plot (self->map, wf_item_get_id (item));
}

void
wf_plotting_items_changed_cb (GListModel *list,
                              guint       position,
                              guint       removed,
                              guint       added,
                              WfPlotting *self)
{
  for (guint i = position; i < position + removed; i++)
    wf_plotting_forget_item (self, g_ptr_array_index (self->items, i));
  if (removed > 0)
    g_ptr_array_remove_range (self->items, position, removed);
  for (guint i = position; i < position + added; i++)
    {
      WfItem *item = g_list_model_get_item (list, i);

      g_ptr_array_insert (self->items, (int) i, item);
      g_signal_connect (item, "notify::entity", G_CALLBACK (entity_cb), self);
      wf_plotting_put_plot (self, item);
    }
}

void
wf_plotting_remove_all (WfPlotting *self)
{
  GHashTableIter iter;
  gpointer id;

  g_hash_table_iter_init (&iter, self->shown);
  while (g_hash_table_iter_next (&iter, &id, NULL))
    wf_map_view_remove_plot (self->map, id);
  g_hash_table_remove_all (self->shown);
}

/* What was drawn at the moment that the replay shows. */
void
wf_plotting_replay_cb (WfPlotting *self)
{
  WfState *state = wf_replay_get_state (self->replay);
  g_autoptr (GPtrArray) plots =
    state != NULL ? wf_state_list (state, wf_replay_get_scope (self->replay), "plot", NULL) : NULL;

  wf_plotting_remove_all (self);
  for (guint i = 0; plots != NULL && i < plots->len; i++)
    put_entity (self, g_ptr_array_index (plots, i),
                wf_plot_holds (g_ptr_array_index (plots, i), wf_replay_get_time (self->replay)));
}

/* Once a second: what is over by now, and what belongs to an incident that was closed. */
void
wf_plotting_put_stale (WfPlotting *self)
{
  for (guint i = 0; self->replay == NULL && i < self->items->len; i++)
    {
      WfItem *item = g_ptr_array_index (self->items, i);

      if (is_shown (self, wf_item_get_entity (item)) != g_hash_table_contains (self->shown, wf_item_get_id (item)))
        wf_plotting_put_plot (self, item);
    }
}

/* --- what is being drawn --- */

static void
tell_sketch (WfPlotting *self)
{
  if (self->sketch != NULL)
    wf_session_sketch (wf_context_get_session (self->context), self->sketch_type, self->sketch, self->sketch_radius);
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
void
wf_plotting_sketched_here_cb (WfPlotting *self,
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

void
wf_plotting_sketched_there_cb (WfPlotting *self,
                               GVariant   *sketch)
{
  g_autofree char *id = g_strdup_printf ("sketch %" G_GINT64_FORMAT, (gint64) wf_dict_int (sketch, "desk", 0));
  g_autoptr (GVariant) list = wf_dict_value (sketch, "points");
  g_autoptr (GArray) points = wf_geo_unpack_points (list);
  const char *name = wf_dict_string (sketch, "name");
  WfMapPlot plot = { 0 };

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

void
wf_plotting_forget_drafts (WfPlotting *self)
{
  GHashTableIter iter;
  gpointer id;

  g_hash_table_iter_init (&iter, self->drafts);
  while (g_hash_table_iter_next (&iter, &id, NULL))
    wf_map_view_remove_plot (self->map, id);
  g_hash_table_remove_all (self->drafts);
}

/* Without a link nobody says that it is over. */
void
wf_plotting_link_cb (WfPlotting *self)
{
  if (wf_session_get_link (wf_context_get_session (self->context)) != WF_LINK_ONLINE)
    wf_plotting_forget_drafts (self);
}
