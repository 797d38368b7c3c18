/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-ui"

#include "config.h"

#include "wf-map-binder-private.h"

#include "wf-attention.h"
#include "wf-geo-shape.h"
#include "wf-kind.h"
#include "wf-reading.h"
#include "wf-telemetry.h"
#include "wf-ui-util.h"
#include "wf-wording.h"

#include <glib/gi18n.h>

/**
 * WfMapBinder:
 *
 * Keeps the map level with the session: resources become things, incidents and moving units become marks, orders of the
 * selected incident become lines. Nothing here makes a widget.
 *
 *   session's list of a kind → its items' entities → WfThings or marks of the map view
 */

G_DEFINE_FINAL_TYPE (WfMapBinder, wf_map_binder, G_TYPE_OBJECT)

/* --- things ------------------------------------------------------------------------------------------------------ */

/* So many are looked at in one go, which takes some milliseconds; the others a second later. */
#define DEPOTS_AT_ONCE 2000

static gboolean
asks_for_attention (WfMapBinder *self,
                    WfThingKind  kind,
                    WfEntity    *entity)
{
  WfSession *session = wf_context_get_session (self->context);
  g_autoptr (GPtrArray) used_up = NULL;

  if (kind == WF_THING_DEPOT)
    used_up = wf_rules_used_up (wf_session_get_state (session), wf_session_get_scope (session), wf_entity_id (entity));

  return used_up != NULL || wf_rules_is_full (entity);
}

static WfThingState
get_thing_state (WfMapBinder *self,
                 WfThingKind  kind,
                 WfEntity    *entity)
{
  const char *state = wf_entity_string (entity, "state");

  if (asks_for_attention (self, kind, entity))
    return WF_THING_ALERT;

  if (state == NULL || g_str_equal (state, "standby"))
    return WF_THING_READY;
  if (g_str_equal (state, "out_of_service"))
    return WF_THING_OFF;

  return WF_THING_BUSY;
}

void
wf_map_binder_put_thing (WfMapBinder *self,
                         WfThingKind  kind,
                         WfEntity    *entity,
                         double       lon,
                         double       lat)
{
  WfThing thing = { 0 };

  thing.id = wf_entity_id (entity);
  thing.kind = kind;
  thing.state = get_thing_state (self, kind, entity);
  thing.level = kind == WF_THING_HAZARD ? (int) wf_entity_int (entity, "level", 0) : 0;
  thing.lon = lon;
  thing.lat = lat;
  thing.label = wf_entity_string (entity, "name");
  wf_things_put (self->things, &thing);
}

/* A unit that is out for somebody is a mark that moves; one that stands by is a thing among the others. */
static gboolean
unit_is_out (WfEntity *unit)
{
  return !wf_entity_is (unit, "state", "standby") && !wf_entity_is (unit, "state", "out_of_service")
         && !wf_entity_is (unit, "state", "resting");
}

static const WfReading *
find_reading (GArray     *readings,
              const char *quantity)
{
  for (guint i = 0; i < readings->len; i++)
    if (g_str_equal (g_array_index (readings, WfReading, i).quantity, quantity))
      return &g_array_index (readings, WfReading, i);

  return NULL;
}

/* One that told once and no longer does may look anywhere. @apart: how far apart what was told may lie in what is held. */
static void
apply_view (WfState         *state,
            const char      *scope,
            const WfReading *bearing,
            const WfReading *angle,
            int64_t          now,
            int64_t          apart,
            WfMapUnit       *mark)
{
  if (angle != NULL && now - angle->at <= apart + wf_rules_type_lasts (state, scope, "camera_view"))
    mark->view_angle = angle->value;
  if (bearing == NULL)
    return;

  mark->has_bearing = TRUE;
  mark->bearing = now - bearing->at <= apart + wf_rules_type_lasts (state, scope, "camera_bearing") ? bearing->value : -1;
}

/*
 * wf_map_binder_find_view:
 * @session: the session
 * @unit: a unit with a camera
 * @now: on the session's clock, in milliseconds since the epoch
 * @mark: (inout): gets what its camera sees
 *
 * Where a unit's camera looks: what the unit tells of it, else where it heads, as wide as its record says.
 */
void
wf_map_binder_find_view (WfSession *session,
                         WfEntity  *unit,
                         int64_t    now,
                         WfMapUnit *mark)
{
  g_autoptr (GArray) readings = wf_session_get_readings (session, wf_entity_id (unit));

  apply_view (wf_session_get_state (session), wf_session_get_scope (session), find_reading (readings, "camera_bearing"),
              find_reading (readings, "camera_view"), now, 0, mark);
}

/*
 * wf_map_binder_find_past_view:
 * @replay: what is shown instead of the present
 * @unit: a unit with a camera
 * @mark: (inout): gets what its camera saw then
 *
 * The same of the past, from the series that the service has kept.
 */
void
wf_map_binder_find_past_view (WfReplay  *replay,
                              WfEntity  *unit,
                              WfMapUnit *mark)
{
  WfReading bearing, angle;
  gboolean has_bearing = wf_replay_get_look (replay, wf_entity_id (unit), "camera_bearing", &bearing);
  gboolean has_angle = wf_replay_get_look (replay, wf_entity_id (unit), "camera_view", &angle);

  apply_view (wf_replay_get_state (replay), wf_replay_get_scope (replay), has_bearing ? &bearing : NULL,
              has_angle ? &angle : NULL, wf_replay_get_time (replay), WF_READING_EVERY, mark);
}

void
wf_map_binder_put_mark (WfMapBinder      *self,
                        WfEntity         *unit,
                        const WfPosition *position,
                        int64_t           now)
{
  WfSession *session = wf_context_get_session (self->context);
  int64_t age = MAX (now - position->at, 0);
  int64_t lasts = wf_rules_position_lasts (wf_session_get_state (session), wf_session_get_scope (session), unit);
  g_autofree char *span = wf_wording_span (age);
  /* TRANSLATORS: age of a unit's position, which may be too old to go by */
  g_autofree char *age_text = g_strdup_printf (age > lasts ? _("%s ago, out of date") : _("%s ago"), span);
  WfMapUnit mark = { 0 };

  mark.id = wf_entity_id (unit);
  mark.label = wf_entity_string (unit, "name");
  mark.age_text = age_text;
  mark.lon = position->longitude;
  mark.lat = position->latitude;
  mark.heading = position->heading;
  if (wf_ui_nonempty (wf_entity_string (unit, "video")) != NULL)
    {
      mark.view_angle = (double) wf_entity_int (unit, "view_angle", 0);
      /* What is told now says nothing of the past. */
      if (self->replay != NULL)
        wf_map_binder_find_past_view (self->replay, unit, &mark);
      else
        wf_map_binder_find_view (session, unit, now, &mark);
    }
  mark.age = age;
  mark.lasts = lasts;
  wf_things_remove (self->things, mark.id);
  wf_map_view_put_unit (self->map, &mark);
  g_hash_table_add (self->moving, g_strdup (mark.id));
}

void
wf_map_binder_remove_mark (WfMapBinder *self,
                           const char  *unit)
{
  if (g_hash_table_remove (self->moving, unit))
    wf_map_view_remove_unit (self->map, unit);
}

static void
put_unit (WfMapBinder *self,
          WfEntity    *unit)
{
  WfPosition position;
  double lon, lat;
  gboolean known = wf_session_get_position (wf_context_get_session (self->context), wf_entity_id (unit), &position);

  if (known && unit_is_out (unit))
    {
      wf_map_binder_put_mark (self, unit, &position, wf_session_now (wf_context_get_session (self->context)));
      return;
    }

  wf_map_binder_remove_mark (self, wf_entity_id (unit));
  if (known)
    wf_map_binder_put_thing (self, WF_THING_UNIT, unit, position.longitude, position.latitude);
  else if (wf_entity_point (unit, "location", &lon, &lat))
    wf_map_binder_put_thing (self, WF_THING_UNIT, unit, lon, lat);
}

void
wf_map_binder_put_incident (WfMapBinder *self,
                            WfEntity    *incident)
{
  WfMapIncident mark = { 0 };

  if (!wf_entity_point (incident, "location", &mark.lon, &mark.lat)
      || wf_entity_is (incident, "state", "merged") || wf_entity_is (incident, "state", "archived"))
    {
      wf_map_view_remove_incident (self->map, wf_entity_id (incident));
      return;
    }
  mark.id = wf_entity_id (incident);
  mark.label = wf_entity_string (incident, "title");
  mark.glyph = wf_ui_incident_glyph (incident);
  mark.level = wf_ui_incident_level (incident);
  mark.closed = !wf_ui_incident_is_open (incident);
  wf_map_view_put_incident (self->map, &mark);
}

void
wf_map_binder_show_wind (WfMapBinder *self,
                         WfEntity    *incident,
                         int64_t      now)
{
  g_autoptr (GVariant) wind = incident != NULL ? wf_entity_value (incident, "wind") : NULL;

  if (wind != NULL)
    {
      double from = wf_dict_double (wind, "from_degrees", 0);
      double speed = wf_dict_double (wind, "speed", 0);
      g_autofree char *text = wf_ui_format_wind (from, speed);
      g_autofree char *at = wf_ui_format_time (wf_dict_time (wind, "at"), now);
      g_autofree char *source = g_strdup_printf ("%s · %s", wf_dict_string (wind, "source"), at);

      wf_map_view_set_wind (self->map, from, speed, text, source);
    }
  else
    {
      wf_map_view_clear_wind (self->map);
    }
}

static void
show_wind (WfMapBinder *self)
{
  g_autoptr (WfItem) item =
    self->incident != NULL ? wf_session_get_item (wf_context_get_session (self->context), "incident", self->incident) : NULL;

  wf_map_binder_show_wind (self, item != NULL ? wf_item_get_entity (item) : NULL, wf_context_now (self->context));
}

static gboolean
is_replayed (const char *kind)
{
  return g_str_equal (kind, "incident") || g_str_equal (kind, "unit") || g_str_equal (kind, "team");
}

/* What a camera that does not move looks at, where its record says so. */
static void
show_view (WfMapBinder *self,
           WfEntity    *camera)
{
  int angle = (int) wf_entity_int (camera, "view_angle", 0);
  int heading = (int) wf_entity_int (camera, "heading", -1);
  double lon, lat;

  if (angle > 0 && heading >= 0 && wf_ui_nonempty (wf_entity_string (camera, "video")) != NULL
      && wf_entity_point (camera, "location", &lon, &lat))
    wf_map_view_put_view (self->map, wf_entity_id (camera), lon, lat, heading, angle);
  else
    wf_map_view_remove_view (self->map, wf_entity_id (camera));
}

static void
put_item (WfMapBinder *self,
          WfItem      *item)
{
  WfEntity *entity = wf_item_get_entity (item);
  const char *kind = wf_item_get_kind (item);
  WfThingKind thing_kind;
  double lon, lat;

  /* What moves is shown as it was; it is put again when the replay has ended. */
  if (self->replay != NULL && is_replayed (kind))
    return;

  if (g_str_equal (kind, "incident"))
    {
      wf_map_binder_put_incident (self, entity);
      if (g_strcmp0 (wf_item_get_id (item), self->incident) == 0)
        show_wind (self);
    }
  else if (g_str_equal (kind, "unit"))
    put_unit (self, entity);
  else
    {
      if (wf_thing_kind_parse (kind, &thing_kind) && wf_entity_point (entity, "location", &lon, &lat))
        wf_map_binder_put_thing (self, thing_kind, entity, lon, lat);
      show_view (self, entity);
    }
}

static void
remove_item (WfMapBinder *self,
             WfItem      *item)
{
  const char *id = wf_item_get_id (item);

  if (g_str_equal (wf_item_get_kind (item), "incident"))
    wf_map_view_remove_incident (self->map, id);
  else
    wf_things_remove (self->things, id);
  wf_map_view_remove_view (self->map, id);
  wf_map_binder_remove_mark (self, id);
}

static void
entity_cb (WfItem      *item,
           GParamSpec  *pspec,
           WfMapBinder *self)
{
  put_item (self, item);
}

static void
items_changed_cb (GListModel  *list,
                  guint        position,
                  guint        removed,
                  guint        added,
                  WfMapBinder *self)
{
  GPtrArray *seen = g_hash_table_lookup (self->kinds, list);

  for (guint i = position; i < position + removed; i++)
    {
      g_signal_handlers_disconnect_by_func (g_ptr_array_index (seen, i), entity_cb, self);
      remove_item (self, g_ptr_array_index (seen, i));
    }
  if (removed > 0)
    g_ptr_array_remove_range (seen, position, removed);
  for (guint i = position; i < position + added; i++)
    {
      WfItem *item = g_list_model_get_item (list, i);

      g_ptr_array_insert (seen, (int) i, item);
      g_signal_connect (item, "notify::entity", G_CALLBACK (entity_cb), self);
      put_item (self, item);
    }
}

static void
follow_kind (WfMapBinder *self,
             const char  *kind)
{
  GListModel *list = wf_session_list (wf_context_get_session (self->context), kind);

  g_hash_table_insert (self->kinds, g_object_ref (list), g_ptr_array_new_with_free_func (g_object_unref));
  g_signal_connect_object (list, "items-changed", G_CALLBACK (items_changed_cb), self, 0);
  items_changed_cb (list, 0, 0, g_list_model_get_n_items (list), self);
}

/* --- orders and tracks ------------------------------------------------------------------------------------------- */

gboolean
wf_map_binder_order_moves (WfEntity *order)
{
  return wf_entity_is (order, "state", "ordered") || wf_entity_is (order, "state", "acknowledged")
         || wf_entity_is (order, "state", "under_way");
}

static gboolean
find_force (WfMapBinder *self,
            WfEntity    *order,
            WfGeoPoint  *point)
{
  WfSession *session = wf_context_get_session (self->context);
  const char *id = wf_entity_string (order, "force");
  g_autoptr (WfEntity) force = NULL;
  WfPosition position;

  if (wf_session_get_position (session, id, &position))
    {
      point->lon = position.longitude;
      point->lat = position.latitude;
      return TRUE;
    }
  force = wf_state_get (wf_session_get_state (session), wf_session_get_scope (session),
                        wf_entity_string (order, "force_kind"), id);

  return wf_entity_point (force, "location", &point->lon, &point->lat);
}

/* From where the force is, along its route if one was given with the order, to where it was ordered. */
gboolean
wf_map_binder_put_line (WfMapBinder      *self,
                        WfEntity         *order,
                        WfEntity         *incident,
                        const WfGeoPoint *force)
{
  g_autoptr (GVariant) route = wf_entity_value (order, "route");
  g_autoptr (GArray) points = wf_geo_unpack_points (route);

  if (route == NULL)
    {
      WfGeoPoint point;

      if (force == NULL)
        return FALSE;
      g_array_append_val (points, *force);
      if (!wf_entity_point (order, "rendezvous", &point.lon, &point.lat)
          && !wf_entity_point (incident, "location", &point.lon, &point.lat))
        return FALSE;
      g_array_append_val (points, point);
    }
  if (points->len < 2)
    return FALSE;
  wf_map_view_put_order_line (self->map, wf_entity_id (order), (const void *) points->data, points->len, NULL);

  return TRUE;
}

/* Takes away the lines that are not among these. */
void
wf_map_binder_keep_lines (WfMapBinder *self,
                          GHashTable  *lines)
{
  GHashTableIter iter;
  gpointer id;

  g_hash_table_iter_init (&iter, self->lines);
  while (g_hash_table_iter_next (&iter, &id, NULL))
    if (!g_hash_table_contains (lines, id))
      wf_map_view_remove_order_line (self->map, id);
  g_hash_table_unref (self->lines);
  self->lines = g_hash_table_ref (lines);
}

static void
update_lines (WfMapBinder *self)
{
  WfSession *session = wf_context_get_session (self->context);
  g_autoptr (WfItem) item = self->incident != NULL ? wf_session_get_item (session, "incident", self->incident) : NULL;
  g_autoptr (GPtrArray) orders = item != NULL ? wf_state_list (wf_session_get_state (session), wf_session_get_scope (session),
                                                               "order", self->incident)
                                              : NULL;
  g_autoptr (GHashTable) lines = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; orders != NULL && i < orders->len; i++)
    {
      WfEntity *order = g_ptr_array_index (orders, i);
      WfGeoPoint force;

      if (wf_map_binder_order_moves (order)
          && wf_map_binder_put_line (self, order, wf_item_get_entity (item), find_force (self, order, &force) ? &force : NULL))
        g_hash_table_add (lines, g_strdup (wf_entity_id (order)));
    }
  wf_map_binder_keep_lines (self, lines);
}

void
wf_map_binder_put_track (WfMapBinder *self,
                         const char  *unit,
                         GArray      *track)
{
  g_autofree WfGeoPoint *points = g_new (WfGeoPoint, MAX (track->len, 1));
  g_autofree int64_t *times = g_new (int64_t, MAX (track->len, 1));

  for (guint i = 0; i < track->len; i++)
    {
      points[i].lon = g_array_index (track, WfPosition, i).longitude;
      points[i].lat = g_array_index (track, WfPosition, i).latitude;
      times[i] = g_array_index (track, WfPosition, i).at;
    }
  wf_map_view_put_track (self->map, unit, points, times, track->len);
}

static void
update_tracks (WfMapBinder *self)
{
  GHashTableIter iter;
  gpointer id;

  g_hash_table_iter_init (&iter, self->moving);
  while (g_hash_table_iter_next (&iter, &id, NULL))
    {
      g_autoptr (GArray) track = wf_session_get_track (wf_context_get_session (self->context), id);

      if (track->len > 0)
        wf_map_binder_put_track (self, id, track);
    }
}

static void
positions_cb (WfMapBinder *self)
{
  GListModel *units = wf_session_list (wf_context_get_session (self->context), "unit");
  guint n = self->replay == NULL ? g_list_model_get_n_items (units) : 0;

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (WfItem) item = g_list_model_get_item (units, i);
      WfEntity *unit = wf_item_get_entity (item);

      if (unit_is_out (unit) || g_hash_table_contains (self->moving, wf_item_get_id (item)))
        put_unit (self, unit);
    }
}

/* What is ordered from a depot changes its stock, not the depot. */
static void
event_cb (WfMapBinder *self,
          WfEvent     *event)
{
  static const char *const stock[] = { "order.", "stock.", "registry." };

  for (gsize i = 0; i < G_N_ELEMENTS (stock); i++)
    self->stocked |= g_str_has_prefix (event->type, stock[i]);
}

/* What this desk has ordered and nobody has recorded yet counts too. */
static void
pending_cb (WfMapBinder *self)
{
  self->stocked = TRUE;
}

static void
look_at_depots (WfMapBinder *self)
{
  GListModel *depots = wf_session_list (wf_context_get_session (self->context), "depot");
  guint n = g_list_model_get_n_items (depots);

  /* Each once from here on, whichever of them comes first. */
  if (self->stocked)
    self->depots = n;
  self->stocked = FALSE;

  for (guint i = 0; i < DEPOTS_AT_ONCE && self->depots > 0 && n > 0; i++, self->depots--)
    {
      g_autoptr (WfItem) depot = g_list_model_get_item (depots, self->next_depot++ % n);

      put_item (self, depot);
    }
}

/* Once a second: the ages of the positions and the lines. */
static void
overview_cb (WfMapBinder *self)
{
  look_at_depots (self);
  if (self->replay != NULL)
    return;

  positions_cb (self);
  update_tracks (self);
  update_lines (self);
}

/* Draws what a replay has drawn over as it is now. */
void
wf_map_binder_redraw (WfMapBinder *self)
{
  GHashTableIter iter;
  gpointer seen;

  g_hash_table_iter_init (&iter, self->kinds);
  while (g_hash_table_iter_next (&iter, NULL, &seen))
    {
      GPtrArray *items = seen;

      for (guint i = 0; i < items->len && is_replayed (wf_item_get_kind (items->pdata[0])); i++)
        put_item (self, items->pdata[i]);
    }
  overview_cb (self);
  show_wind (self);
}

static void
wf_map_binder_dispose (GObject *object)
{
  WfMapBinder *self = WF_MAP_BINDER (object);

  if (self->kinds != NULL)
    {
      GHashTableIter iter;
      gpointer seen;

      g_hash_table_iter_init (&iter, self->kinds);
      while (g_hash_table_iter_next (&iter, NULL, &seen))
        for (guint i = 0; i < ((GPtrArray *) seen)->len; i++)
          g_signal_handlers_disconnect_by_func (g_ptr_array_index ((GPtrArray *) seen, i), entity_cb, self);
    }
  g_clear_pointer (&self->kinds, g_hash_table_unref);
  g_clear_object (&self->things);
  g_clear_object (&self->replay);
  g_clear_object (&self->context);
  self->map = NULL;

  G_OBJECT_CLASS (wf_map_binder_parent_class)->dispose (object);
}

static void
wf_map_binder_finalize (GObject *object)
{
  WfMapBinder *self = WF_MAP_BINDER (object);

  g_clear_pointer (&self->lines, g_hash_table_unref);
  g_clear_pointer (&self->moving, g_hash_table_unref);
  g_clear_pointer (&self->incident, g_free);

  G_OBJECT_CLASS (wf_map_binder_parent_class)->finalize (object);
}

static void
wf_map_binder_class_init (WfMapBinderClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = wf_map_binder_dispose;
  G_OBJECT_CLASS (klass)->finalize = wf_map_binder_finalize;
}

static void
wf_map_binder_init (WfMapBinder *self)
{
  self->kinds = g_hash_table_new_full (NULL, NULL, g_object_unref, (GDestroyNotify) g_ptr_array_unref);
  self->lines = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->moving = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
}

/**
 * wf_map_binder_new:
 * @context: the context
 * @map: the map, which must live longer
 *
 * Returns: (transfer full): a binder that keeps @map level with the session
 */
WfMapBinder *
wf_map_binder_new (WfContext *context,
                   WfMapView *map)
{
  WfMapBinder *self = g_object_new (WF_TYPE_MAP_BINDER, NULL);
  const WfKind *kinds;
  guint n;

  self->context = g_object_ref (context);
  self->map = map;
  self->things = wf_things_new ();
  wf_map_view_set_things (map, self->things);

  follow_kind (self, "incident");
  kinds = wf_kind_all (&n);
  for (guint i = 0; i < n; i++)
    {
      WfThingKind thing_kind;

      if (kinds[i].resource && wf_thing_kind_parse (kinds[i].name, &thing_kind))
        follow_kind (self, kinds[i].name);
    }
  g_signal_connect_object (wf_context_get_session (context), "positions", G_CALLBACK (positions_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (wf_context_get_session (context), "event", G_CALLBACK (event_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (wf_context_get_session (context), "notify::pending", G_CALLBACK (pending_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (wf_context_get_overview (context), "changed", G_CALLBACK (overview_cb), self, G_CONNECT_SWAPPED);

  return self;
}

/**
 * wf_map_binder_set_incident:
 * @self: a binder
 * @incident: (nullable): id of the selected incident
 *
 * Shows the wind and the orders of @incident from now on.
 */
void
wf_map_binder_set_incident (WfMapBinder *self,
                            const char  *incident)
{
  g_return_if_fail (WF_IS_MAP_BINDER (self));

  if (g_strcmp0 (self->incident, incident) == 0)
    return;

  g_free (self->incident);
  self->incident = g_strdup (incident);
  if (self->replay != NULL)
    return;
  show_wind (self);
  update_lines (self);
}

/**
 * wf_map_binder_get_things:
 * @self: a binder
 *
 * Returns: (transfer none): what stands on the map
 */
WfThings *
wf_map_binder_get_things (WfMapBinder *self)
{
  g_return_val_if_fail (WF_IS_MAP_BINDER (self), NULL);

  return self->things;
}
