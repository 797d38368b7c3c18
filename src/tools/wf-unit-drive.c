/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "watchfire-unit"

#include "config.h"

#include "wf-unit-drive.h"

#include "wf-dict.h"
#include "wf-geo.h"
#include "wf-kind.h"
#include "wf-route.h"
#include "wf-session.h"
#include "wf-time.h"
#include "wf-unit-camera.h"

#include <glib/gstdio.h>
#include <string.h>

#define ROAD_SPEED   (60 / 3.6) /* m/s */
#define STAND_REPORT 5          /* s between the positions of a unit that stands */
#define TICK         1000       /* ms between those of one that drives */
#define ON_THE_WAY   1500       /* m: so near its beginning, an order's route is taken */
#define MAX_UNITS    32

/**
 * WfUnitDrive:
 *
 * Plays the crews of the demonstration district's mobile units: hears orders by the same feed as any workstation, answers
 * them step by step as a crew would, drives there on the roads of the map, and tells where it is. It acts in demonstrations
 * only.
 */
struct _WfUnitDrive
{
  GObject parent_instance;

  WfClock      *clock;    /* (owned) */
  WfSession    *session;  /* (owned) */
  GError       *distrust; /* (owned) (nullable) why its trust cannot be used */
  WfUnitStream *stream;   /* (owned) (nullable) */
  WfRoads      *roads;    /* (owned) (nullable) */
  char        **wanted;   /* (owned) (nullable) */
  char         *folder;   /* (owned) the session's, for as long as this lives */
  GPtrArray    *units;    /* (owned) (element-type Unit) sorted by id */
  double        speed;
  guint         tick_id;
  gboolean      stopped;
};

/* A unit and what it is doing. */
typedef struct
{
  char    *id;
  char    *team;        /* (nullable) */
  double   home_lon;
  double   home_lat;
  double   lon;
  double   lat;
  double   heading;     /* -1: not known */
  gboolean turns;       /* its camera, by itself */
  WfRoute *route;       /* (nullable) it drives along this */
  double   metres;      /* so far along it */
  gboolean homeward;
  char    *order;       /* (nullable) what it is at */
  char    *step;        /* (nullable) the order's step that it takes next */
  gint64   due;         /* monotonic: when it takes it */
  gboolean asking;      /* a step is on its way into the outbox */
  gint64   told_at;     /* monotonic: when it last told where it is */
} Unit;

enum {
  READY,
  FAILED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (WfUnitDrive, wf_unit_drive, G_TYPE_OBJECT)

static void
free_unit (Unit *unit)
{
  g_free (unit->id);
  g_free (unit->team);
  g_free (unit->order);
  g_free (unit->step);
  wf_route_free (unit->route);
  g_free (unit);
}

static WfState *
state_of (WfUnitDrive *self)
{
  return wf_session_get_state (self->session);
}

/* --- where it is ------------------------------------------------------------------------------------------------- */

static void
tell_position (WfUnitDrive *self,
               Unit        *unit)
{
  gboolean driving = unit->route != NULL;
  WfPosition position = {
    .longitude = unit->lon,
    .latitude = unit->lat,
    .heading = unit->heading,
    .speed = driving ? ROAD_SPEED : 0,
    .at = wf_session_now (self->session),
  };

  unit->told_at = g_get_monotonic_time ();
  wf_session_report_position (self->session, unit->id, &position);
  if (unit->turns)
    {
      WfReading camera[WF_UNIT_CAMERA_READINGS];

      wf_unit_camera_read (unit->id, unit->heading, position.at, camera);
      wf_session_report_readings (self->session, camera, WF_UNIT_CAMERA_READINGS);
    }
  if (self->stream != NULL)
    wf_unit_stream_set_position (self->stream, unit->id, unit->lat, unit->lon, position.speed, MAX (unit->heading, 0));
}

static WfRoute *
straight_line (Unit   *unit,
               double  lon,
               double  lat)
{
  WfRoute *route = g_new0 (WfRoute, 1);
  WfGeoPoint ends[] = { { unit->lon, unit->lat }, { lon, lat } };

  route->points = g_array_new (FALSE, FALSE, sizeof (WfGeoPoint));
  g_array_append_vals (route->points, ends, 2);
  route->metres = wf_geo_distance (unit->lon, unit->lat, lon, lat);
  route->seconds = route->metres / ROAD_SPEED;

  return route;
}

/* The way that the order names, from where the unit is. */
static WfRoute *
ordered_route (Unit     *unit,
               WfEntity *order,
               double    lon,
               double    lat)
{
  g_autoptr (GVariant) points = wf_entity_value (order, "route");
  gsize n = points != NULL ? g_variant_n_children (points) : 0;
  WfGeoPoint first, last;

  if (n < 2)
    return NULL;

  g_variant_get_child (points, 0, "(dd)", &first.lon, &first.lat);
  g_variant_get_child (points, n - 1, "(dd)", &last.lon, &last.lat);
  if (wf_geo_distance (unit->lon, unit->lat, first.lon, first.lat) > ON_THE_WAY
      || wf_geo_distance (lon, lat, last.lon, last.lat) > ON_THE_WAY)
    return NULL;

  WfRoute *route = straight_line (unit, lon, lat);
  WfGeoPoint before = { unit->lon, unit->lat };

  g_array_set_size (route->points, 1);
  route->metres = 0;
  for (gsize i = 0; i <= n; i++)
    {
      WfGeoPoint next = { lon, lat };

      if (i < n)
        g_variant_get_child (points, i, "(dd)", &next.lon, &next.lat);
      route->metres += wf_geo_distance (before.lon, before.lat, next.lon, next.lat);
      g_array_append_val (route->points, next);
      before = next;
    }

  route->seconds = route->metres / ROAD_SPEED;
  return route;
}

static void
set_out (WfUnitDrive *self,
         Unit        *unit,
         WfEntity    *order,
         double       lon,
         double       lat,
         gboolean     homeward)
{
  g_clear_pointer (&unit->route, wf_route_free);
  unit->metres = 0;
  unit->homeward = homeward;

  if (order != NULL && !homeward)
    unit->route = ordered_route (unit, order, lon, lat);
  if (unit->route == NULL && self->roads != NULL)
    unit->route = wf_route_find (self->roads, unit->lon, unit->lat, lon, lat, NULL);
  if (unit->route == NULL)
    unit->route = straight_line (unit, lon, lat);
}

/* Returns whether it has arrived. */
static gboolean
drive_on (WfUnitDrive *self,
          Unit        *unit)
{
  WfGeoPoint at;

  unit->metres += ROAD_SPEED * self->speed * TICK / 1000;
  wf_route_point_at (unit->route, unit->metres, &at, &unit->heading);
  unit->lon = at.lon;
  unit->lat = at.lat;

  if (unit->metres < unit->route->metres)
    {
      tell_position (self, unit);
      return FALSE;
    }

  g_clear_pointer (&unit->route, wf_route_free);
  tell_position (self, unit);
  return TRUE;
}

/* --- orders ------------------------------------------------------------------------------------------------------ */

typedef struct
{
  WfUnitDrive *self; /* (owned) */
  char        *unit; /* (owned) */
} Asking;

static Unit *
find_unit (WfUnitDrive *self,
           const char  *id)
{
  for (guint i = 0; i < self->units->len; i++)
    {
      Unit *unit = g_ptr_array_index (self->units, i);

      if (strcmp (unit->id, id) == 0)
        return unit;
    }

  return NULL;
}

static void
stepped_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      data)
{
  Asking *asking = data;
  g_autoptr (WfUnitDrive) self = asking->self;
  g_autofree char *id = asking->unit;
  g_autoptr (WfProblem) problem = NULL;
  g_autoptr (GError) error = NULL;
  Unit *unit = find_unit (self, id);

  g_free (asking);

  if (!wf_session_submit_finish (WF_SESSION (source), result, &problem, &error))
    g_message ("%s: a step is not taken: %s", id, problem != NULL ? problem->rule : error->message);
  if (unit != NULL)
    {
      unit->asking = FALSE;
      g_clear_pointer (&unit->step, g_free);
    }
}

static void
take_step (WfUnitDrive *self,
           Unit        *unit,
           const char  *step)
{
  g_autoptr (WfEntity) entity = wf_state_get (state_of (self), WF_LIVE, "unit", unit->id);
  g_auto (GStrv) crew = wf_dict_strings (wf_entity_fields (entity), "crew");
  gboolean placed = strcmp (step, "on_scene") == 0 || strcmp (step, "working") == 0 || strcmp (step, "back") == 0;
  g_autoptr (GVariant) payload =
    wf_dict_make ("order", wf_value_string (unit->order),
                  "step", wf_value_string (step),
                  "by", wf_value_string (crew[0] != NULL ? crew[0] : wf_entity_string (entity, "name")),
                  "location", placed ? wf_value_point (unit->lon, unit->lat) : NULL,
                  NULL);
  Asking *asking = g_new0 (Asking, 1);

  asking->self = g_object_ref (self);
  asking->unit = g_strdup (unit->id);
  unit->asking = TRUE;
  wf_session_submit_async (self->session, "order.step", payload, 0, NULL, NULL, stepped_cb, asking);
}

/* Takes @step a while from now; once begun, the wait goes on. Returns whether it is time. */
static gboolean
after_a_while (Unit       *unit,
               const char *step,
               double      least,
               double      most)
{
  gint64 now = g_get_monotonic_time ();

  if (g_strcmp0 (unit->step, step) != 0)
    {
      g_free (unit->step);
      unit->step = g_strdup (step);
      unit->due = now + (gint64) (g_random_double_range (least, most) * G_USEC_PER_SEC);
    }

  return now >= unit->due;
}

static void
find_scene (WfUnitDrive *self,
            Unit        *unit,
            WfEntity    *order,
            double      *lon,
            double      *lat)
{
  g_autoptr (WfEntity) incident = wf_state_get (state_of (self), WF_LIVE, "incident", wf_entity_string (order, "incident"));

  if (!wf_entity_point (order, "rendezvous", lon, lat) && !wf_entity_point (incident, "location", lon, lat))
    {
      *lon = unit->lon;
      *lat = unit->lat;
    }
}

static void
go_to_scene (WfUnitDrive *self,
             Unit        *unit,
             WfEntity    *order)
{
  double lon, lat;

  if (unit->route == NULL || unit->homeward)
    {
      find_scene (self, unit, order, &lon, &lat);
      set_out (self, unit, order, lon, lat, FALSE);
    }

  if (drive_on (self, unit))
    take_step (self, unit, "on_scene");
}

static void
go_home (WfUnitDrive *self,
         Unit        *unit)
{
  if (unit->route == NULL || !unit->homeward)
    set_out (self, unit, NULL, unit->home_lon, unit->home_lat, TRUE);
  if (drive_on (self, unit))
    take_step (self, unit, "back");
}

static gboolean
has_left (WfEntity *order)
{
  g_autoptr (GPtrArray) steps = wf_entity_objects (order, "steps");

  for (guint i = 0; i < steps->len; i++)
    {
      const char *step = wf_dict_string (g_ptr_array_index (steps, i), "step");

      if (g_strcmp0 (step, "under_way") == 0 || g_strcmp0 (step, "on_scene") == 0)
        return TRUE;
    }

  return FALSE;
}

static void
follow_order (WfUnitDrive *self,
              Unit        *unit,
              WfEntity    *order)
{
  if (g_strcmp0 (unit->order, wf_entity_id (order)) != 0)
    {
      g_free (unit->order);
      unit->order = g_strdup (wf_entity_id (order));
      g_clear_pointer (&unit->step, g_free);
    }

  if (unit->asking)
    return;

  if (wf_entity_is (order, "state", "ordered"))
    {
      if (after_a_while (unit, "acknowledged", 2, 4))
        take_step (self, unit, "acknowledged");
    }
  else if (wf_entity_is (order, "state", "acknowledged"))
    {
      if (after_a_while (unit, "under_way", 3, 5))
        take_step (self, unit, "under_way");
    }
  else if (wf_entity_is (order, "state", "under_way"))
    go_to_scene (self, unit, order);
  else if (wf_entity_is (order, "state", "on_scene"))
    {
      if (after_a_while (unit, "working", 6, 10))
        take_step (self, unit, "working");
    }
  else if (wf_entity_is (order, "state", "released") || wf_entity_is (order, "state", "recalled"))
    go_home (self, unit);
}

/* Whether the order keeps a unit busy. */
static gboolean
is_running (WfEntity *order)
{
  static const char *const running[] = {
    "ordered", "acknowledged", "under_way", "on_scene", "working", "released", NULL
  };
  const char *state = wf_entity_string (order, "state");

  if (g_strcmp0 (state, "recalled") == 0)
    return has_left (order);

  return state != NULL && g_strv_contains (running, state);
}

static gboolean
is_for (WfEntity *order,
        Unit     *unit)
{
  return (wf_entity_is (order, "force_kind", "unit") && wf_entity_is (order, "force", unit->id))
         || (unit->team != NULL && wf_entity_is (order, "force_kind", "team") && wf_entity_is (order, "force", unit->team));
}

/* The newest order that is meant for the unit; one that it is sent home from gives way to any other. */
static WfEntity *
find_order (GPtrArray *orders,
            Unit      *unit)
{
  WfEntity *found = NULL;

  for (guint i = 0; i < orders->len; i++)
    {
      WfEntity *order = g_ptr_array_index (orders, i);
      gboolean ended = wf_entity_is (order, "state", "released") || wf_entity_is (order, "state", "recalled");

      if (!is_running (order) || !is_for (order, unit))
        continue;

      gboolean found_ended = found != NULL
                             && (wf_entity_is (found, "state", "released") || wf_entity_is (found, "state", "recalled"));

      if (found == NULL
          || (found_ended && !ended)
          || (found_ended == ended && wf_entity_time (order, "ordered_at") > wf_entity_time (found, "ordered_at")))
        found = order;
    }

  return found;
}

static gboolean
tick_cb (gpointer data)
{
  WfUnitDrive *self = data;
  g_autoptr (WfEntity) centre = wf_state_get (state_of (self), WF_LIVE, "centre", "centre");

  /* Whatever has become of the centre meanwhile: nobody is played there but in a demonstration. */
  if (!wf_entity_bool (centre, "demonstration"))
    return G_SOURCE_CONTINUE;

  g_autoptr (GPtrArray) orders = wf_state_list (state_of (self), WF_LIVE, "order", NULL);

  for (guint i = 0; i < self->units->len; i++)
    {
      Unit *unit = g_ptr_array_index (self->units, i);
      WfEntity *order = find_order (orders, unit);

      if (order != NULL)
        follow_order (self, unit, order);
      else if (unit->route != NULL && !unit->homeward)
        /* Recalled before it left for good, or struck: it turns round. */
        set_out (self, unit, NULL, unit->home_lon, unit->home_lat, TRUE);
      else if (unit->route != NULL)
        drive_on (self, unit);

      if (g_get_monotonic_time () - unit->told_at >= STAND_REPORT * G_USEC_PER_SEC)
        tell_position (self, unit);
    }

  return G_SOURCE_CONTINUE;
}

/* --- getting ready ----------------------------------------------------------------------------------------------- */

static void
fail (WfUnitDrive *self,
      GError      *error)
{
  g_signal_emit (self, signals[FAILED], 0, error);
  g_error_free (error);
}

/* Where the unit stands when this begins: where it was last seen, or where its order has brought it. */
static void
place_unit (WfUnitDrive *self,
            Unit        *unit,
            GPtrArray   *orders)
{
  WfEntity *order = find_order (orders, unit);
  WfPosition seen;

  unit->lon = unit->home_lon;
  unit->lat = unit->home_lat;

  if (wf_session_get_position (self->session, unit->id, &seen))
    {
      unit->lon = seen.longitude;
      unit->lat = seen.latitude;
      unit->heading = seen.heading;
    }
  else if (order != NULL
           && (wf_entity_is (order, "state", "on_scene") || wf_entity_is (order, "state", "working")
               || wf_entity_is (order, "state", "released")))
    find_scene (self, unit, order, &unit->lon, &unit->lat);
}

static void
add_unit (WfUnitDrive *self,
          WfEntity    *entity,
          GPtrArray   *orders,
          GHashTable  *teams)
{
  double lon, lat;
  const char *team = wf_entity_string (entity, "team");

  if (self->wanted != NULL && !g_strv_contains ((const char *const *) self->wanted, wf_entity_id (entity)))
    return;
  if (self->units->len >= MAX_UNITS || !wf_entity_point (entity, "location", &lon, &lat))
    return;

  Unit *unit = g_new0 (Unit, 1);
  unit->id = g_strdup (wf_entity_id (entity));
  unit->heading = -1;
  unit->turns = wf_entity_is (entity, "type", "drone");
  unit->home_lon = lon;
  unit->home_lat = lat;

  /* One unit answers for its team. */
  if (team != NULL && g_hash_table_add (teams, g_strdup (team)))
    unit->team = g_strdup (team);

  place_unit (self, unit, orders);
  g_ptr_array_add (self->units, unit);
}

static void
ready_cb (WfUnitDrive *self)
{
  g_autoptr (WfEntity) centre = wf_state_get (state_of (self), WF_LIVE, "centre", "centre");

  if (!wf_session_is_ready (self->session) || self->stopped || self->tick_id != 0)
    return;

  if (!wf_entity_bool (centre, "demonstration"))
    {
      fail (self, g_error_new (G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED,
                               "This centre is not a demonstration: nobody is played here"));
      return;
    }

  g_autoptr (GPtrArray) orders = wf_state_list (state_of (self), WF_LIVE, "order", NULL);
  g_autoptr (GPtrArray) units = wf_state_list (state_of (self), WF_LIVE, "unit", NULL);
  g_autoptr (GHashTable) teams = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; i < units->len; i++)
    add_unit (self, g_ptr_array_index (units, i), orders, teams);

  if (self->units->len == 0)
    {
      fail (self, g_error_new (G_IO_ERROR, G_IO_ERROR_NOT_FOUND, "There is no such unit"));
      return;
    }

  self->tick_id = g_timeout_add (TICK, tick_cb, self);
  g_signal_emit (self, signals[READY], 0);
}

static void
link_cb (WfUnitDrive *self)
{
  WfLink link = wf_session_get_link (self->session);

  if (link == WF_LINK_REFUSED || link == WF_LINK_OUTDATED)
    fail (self, g_error_new (G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED, "%s",
                             wf_session_get_link_reason (self->session)));
}

static void
opened_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      data)
{
  g_autoptr (WfUnitDrive) self = data;
  GError *error = NULL;

  if (!wf_session_open_finish (WF_SESSION (source), result, &error))
    fail (self, error);
}

static WfRoads *
load_roads (const char *folder)
{
  g_autoptr (GDir) dir = folder != NULL ? g_dir_open (folder, 0, NULL) : NULL;
  const char *name;
  WfRoads *best = NULL;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);
      g_autoptr (WfMapPack) pack = g_str_has_suffix (name, ".wfmap") ? wf_map_pack_open (path, NULL) : NULL;
      g_autoptr (WfRoads) roads = pack != NULL ? wf_roads_new (pack, NULL) : NULL;

      if (roads != NULL && (best == NULL || wf_roads_get_size (roads) > wf_roads_get_size (best)))
        {
          g_clear_object (&best);
          best = g_steal_pointer (&roads);
        }
    }

  return best;
}

/* --- class ------------------------------------------------------------------------------------------------------- */

static void
wf_unit_drive_dispose (GObject *object)
{
  WfUnitDrive *self = WF_UNIT_DRIVE (object);

  wf_unit_drive_stop (self);
  g_clear_object (&self->session);
  g_clear_error (&self->distrust);
  g_clear_object (&self->stream);
  g_clear_object (&self->roads);

  G_OBJECT_CLASS (wf_unit_drive_parent_class)->dispose (object);
}

static void
wf_unit_drive_finalize (GObject *object)
{
  WfUnitDrive *self = WF_UNIT_DRIVE (object);

  g_clear_object (&self->clock);
  g_strfreev (self->wanted);
  g_free (self->folder);
  g_ptr_array_unref (self->units);

  G_OBJECT_CLASS (wf_unit_drive_parent_class)->finalize (object);
}

static void
wf_unit_drive_class_init (WfUnitDriveClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = wf_unit_drive_dispose;
  object_class->finalize = wf_unit_drive_finalize;

  signals[READY] = g_signal_new ("ready", WF_TYPE_UNIT_DRIVE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[FAILED] = g_signal_new ("failed", WF_TYPE_UNIT_DRIVE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                  G_TYPE_NONE, 1, G_TYPE_ERROR);
}

static void
wf_unit_drive_init (WfUnitDrive *self)
{
  self->units = g_ptr_array_new_with_free_func ((GDestroyNotify) free_unit);
}

/**
 * wf_unit_drive_new:
 * @spec: what to play
 * @stream: (nullable): where its pictures are made, to burn its place into them
 *
 * Returns: (transfer full): crews that have not begun
 */
WfUnitDrive *
wf_unit_drive_new (const WfUnitDriveSpec *spec,
                   WfUnitStream          *stream)
{
  g_return_val_if_fail (spec != NULL && spec->uri != NULL, NULL);

  WfUnitDrive *self = g_object_new (WF_TYPE_UNIT_DRIVE, NULL);

  self->clock = wf_clock_new_real ();
  self->stream = stream != NULL ? g_object_ref (stream) : NULL;
  self->wanted = g_strdupv ((char **) spec->units);
  self->speed = spec->speed;
  self->roads = load_roads (spec->packs);
  self->folder = g_dir_make_tmp ("watchfire-unit-XXXXXX", NULL);
  if (self->folder == NULL)
    self->folder = g_build_filename (g_get_user_runtime_dir (), "watchfire-unit", NULL);
  self->session = wf_session_new (self->clock, spec->uri, spec->token, self->folder);
  wf_session_set_trust (self->session, spec->authority, spec->pin, &self->distrust);

  g_signal_connect_object (self->session, "notify::ready", G_CALLBACK (ready_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->session, "notify::link", G_CALLBACK (link_cb), self, G_CONNECT_SWAPPED);

  return self;
}

/**
 * wf_unit_drive_start:
 * @self: crews
 *
 * Connects to the service; "ready" tells when the units are known.
 */
void
wf_unit_drive_start (WfUnitDrive *self)
{
  g_return_if_fail (WF_IS_UNIT_DRIVE (self));

  if (self->distrust != NULL)
    fail (self, g_steal_pointer (&self->distrust));
  else
    wf_session_open_async (self->session, NULL, opened_cb, g_object_ref (self));
}

/**
 * wf_unit_drive_dup_units:
 * @self: crews that are ready
 *
 * Returns: (transfer full) (array zero-terminated=1): ids of the units that are played
 */
char **
wf_unit_drive_dup_units (WfUnitDrive *self)
{
  g_return_val_if_fail (WF_IS_UNIT_DRIVE (self), NULL);

  g_autoptr (GStrvBuilder) ids = g_strv_builder_new ();

  for (guint i = 0; i < self->units->len; i++)
    g_strv_builder_add (ids, ((Unit *) g_ptr_array_index (self->units, i))->id);

  return g_strv_builder_end (ids);
}

/**
 * wf_unit_drive_dup_name:
 * @self: crews that are ready
 * @unit: id of one of their units
 *
 * Returns: (transfer full): what the unit is called
 */
char *
wf_unit_drive_dup_name (WfUnitDrive *self,
                        const char  *unit)
{
  g_return_val_if_fail (WF_IS_UNIT_DRIVE (self), NULL);

  g_autoptr (WfEntity) entity = wf_state_get (state_of (self), WF_LIVE, "unit", unit);
  const char *name = wf_entity_string (entity, "name");

  return g_strdup (name != NULL ? name : unit);
}

static void
registered_cb (GObject      *source,
               GAsyncResult *result,
               gpointer      data)
{
  G_GNUC_UNUSED g_autoptr (WfUnitDrive) self = data;
  g_autoptr (WfProblem) problem = NULL;
  g_autoptr (GError) error = NULL;

  if (!wf_session_submit_finish (WF_SESSION (source), result, &problem, &error))
    g_message ("The video links are not entered: %s", problem != NULL ? problem->rule : error->message);
}

/**
 * wf_unit_drive_register:
 * @self: crews that are ready, whose stream listens
 *
 * Enters where each unit's picture can be seen, if something else is entered there. The rest of the entry stays.
 */
void
wf_unit_drive_register (WfUnitDrive *self)
{
  g_return_if_fail (WF_IS_UNIT_DRIVE (self));

  g_autoptr (GPtrArray) entries = g_ptr_array_new_with_free_func ((GDestroyNotify) g_variant_unref);

  for (guint i = 0; i < self->units->len && self->stream != NULL; i++)
    {
      Unit *unit = g_ptr_array_index (self->units, i);
      g_autoptr (WfEntity) entity = wf_state_get (state_of (self), WF_LIVE, "unit", unit->id);
      g_autofree char *uri = wf_unit_stream_dup_uri (self->stream, unit->id);

      tell_position (self, unit);
      if (entity == NULL || uri == NULL || wf_entity_is (entity, "video", uri))
        continue;

      g_autoptr (GVariant) patch = wf_dict_make ("video", wf_value_string (uri), NULL);
      g_autoptr (GVariant) fields = wf_dict_merge (wf_entity_fields (entity), patch);

      g_ptr_array_add (entries, wf_dict_make ("kind", wf_value_string ("unit"),
                                              "id", wf_value_string (unit->id),
                                              "fields", fields,
                                              NULL));
    }

  if (entries->len == 0)
    return;

  g_autoptr (GVariant) payload = wf_dict_make ("entities", wf_value_objects (entries), NULL);

  wf_session_submit_async (self->session, "registry.put", payload, 0, NULL, NULL, registered_cb, g_object_ref (self));
}

static void
remove_folder (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *inner = g_build_filename (path, name, NULL);

      g_unlink (inner);
    }

  g_rmdir (path);
}

/**
 * wf_unit_drive_stop:
 * @self: crews
 *
 * Everybody stops where they are. Safe to call twice.
 */
void
wf_unit_drive_stop (WfUnitDrive *self)
{
  g_return_if_fail (WF_IS_UNIT_DRIVE (self));

  if (self->stopped)
    return;

  self->stopped = TRUE;
  g_clear_handle_id (&self->tick_id, g_source_remove);
  wf_session_close (self->session);
  remove_folder (self->folder);
}
