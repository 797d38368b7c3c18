/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-ui"

#include "config.h"

#include "wf-map-binder-private.h"

#include "wf-kind.h"

/* The map as it was: one incident, the units that had its orders, their ways, the wind. What does not move stays. */

static gboolean
find_force (WfReplay   *replay,
            WfEntity   *order,
            WfGeoPoint *point)
{
  const char *id = wf_entity_string (order, "force");
  g_autoptr (WfEntity) force = NULL;
  WfPosition position;

  if (wf_replay_get_position (replay, id, &position))
    {
      point->lon = position.longitude;
      point->lat = position.latitude;
      return TRUE;
    }
  force = wf_state_get (wf_replay_get_state (replay), wf_replay_get_scope (replay),
                        wf_entity_string (order, "force_kind"), id);

  return force != NULL && wf_entity_point (force, "location", &point->lon, &point->lat);
}

static void
show_orders (WfMapBinder *self,
             WfEntity    *incident)
{
  WfState *state = wf_replay_get_state (self->replay);
  g_autoptr (GPtrArray) orders = wf_state_list (state, wf_replay_get_scope (self->replay), "order",
                                                wf_replay_get_incident (self->replay));
  g_autoptr (GHashTable) lines = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; i < orders->len; i++)
    {
      WfEntity *order = g_ptr_array_index (orders, i);
      WfGeoPoint force;

      if (wf_map_binder_order_moves (order)
          && wf_map_binder_put_line (self, order, incident, find_force (self->replay, order, &force) ? &force : NULL))
        g_hash_table_add (lines, g_strdup (wf_entity_id (order)));
    }
  wf_map_binder_keep_lines (self, lines);
}

static void
show_kind (WfMapBinder *self,
           const char  *kind,
           WfThingKind  thing_kind)
{
  g_autoptr (GPtrArray) entities = wf_state_list (wf_replay_get_state (self->replay),
                                                  wf_replay_get_scope (self->replay), kind, NULL);

  for (guint i = 0; i < entities->len; i++)
    {
      WfEntity *entity = g_ptr_array_index (entities, i);
      const char *id = wf_entity_id (entity);
      WfPosition position;
      double lon, lat;

      if (wf_replay_get_position (self->replay, id, &position))
        {
          g_autoptr (GArray) track = wf_replay_get_track (self->replay, id);

          wf_map_binder_put_mark (self, entity, &position, wf_replay_get_time (self->replay));
          wf_map_binder_put_track (self, id, track);
          continue;
        }
      wf_map_binder_remove_mark (self, id);
      if (wf_entity_point (entity, "location", &lon, &lat))
        wf_map_binder_put_thing (self, thing_kind, entity, lon, lat);
      else
        wf_things_remove (self->things, id);
    }
}

static void
show (WfMapBinder *self)
{
  const char *id = wf_replay_get_incident (self->replay);
  g_autoptr (WfEntity) incident = wf_state_get (wf_replay_get_state (self->replay),
                                                wf_replay_get_scope (self->replay), "incident", id);

  if (incident != NULL)
    wf_map_binder_put_incident (self, incident);
  else
    wf_map_view_remove_incident (self->map, id);
  show_kind (self, "unit", WF_THING_UNIT);
  show_kind (self, "team", WF_THING_TEAM);
  show_orders (self, incident);
  wf_map_binder_show_wind (self, incident, wf_replay_get_time (self->replay));
}

/**
 * wf_map_binder_set_replay:
 * @self: a binder
 * @replay: (nullable): what to show instead of the present, or %NULL for the present again
 *
 * Shows an incident as it was: it alone, the units that had its orders where they were then, and what was ordered. The map stays
 * where it is.
 */
void
wf_map_binder_set_replay (WfMapBinder *self,
                          WfReplay    *replay)
{
  g_return_if_fail (WF_IS_MAP_BINDER (self));

  if (self->replay == replay)
    return;

  if (self->replay != NULL)
    g_signal_handlers_disconnect_by_func (self->replay, show, self);
  g_set_object (&self->replay, replay);
  if (replay == NULL)
    {
      wf_map_binder_redraw (self);
      return;
    }

  GListModel *incidents = wf_session_list (wf_context_get_session (self->context), "incident");
  for (guint i = 0; i < g_list_model_get_n_items (incidents); i++)
    {
      g_autoptr (WfItem) item = g_list_model_get_item (incidents, i);

      wf_map_view_remove_incident (self->map, wf_item_get_id (item));
    }
  g_signal_connect_object (replay, "changed", G_CALLBACK (show), self, G_CONNECT_SWAPPED);
  show (self);
}
