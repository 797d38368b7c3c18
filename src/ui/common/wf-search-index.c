/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-ui"

#include "config.h"

#include "wf-search-index.h"

#include "wf-doubt-row.h"
#include "wf-geo-doubt.h"
#include "wf-geo-text.h"
#include "wf-kind.h"
#include "wf-name-index.h"
#include "wf-search-key.h"
#include "wf-search-places.h"
#include "wf-ui-util.h"
#include "wf-wording.h"
#include "wf-worker.h"

#include <glib/gi18n.h>
#include <math.h>

/* When the program starts, the processor is wanted for what is on the screen: whoever searches earlier starts it. */
#define FIRST_SECONDS 4

/* So long nothing must happen before the index is made anew: a stream of changes shall not keep a processor busy. */
#define SETTLE_SECONDS 2

/* Kinds of the model have the smaller ones. */
#define COMMAND_TAG WF_NAME_MAX_TAG
#define PLACE_TAG (WF_NAME_MAX_TAG - 1)

/* How much a command of the program counts among what matches alike. */
#define COMMAND_WEIGHT 36

/* Who asks where something is means the place rather than a force that stands there or is called so. With this a near place
 * comes before all that matches no better; what matches better by a step is further away than that. */
#define PLACE_LEAD 3

/* --- index ------------------------------------------------------------------------------------------------------- */

/**
 * WfSearchIndex:
 *
 * Everything that can be found by name: things of the session, places of the map packs, commands. What a thing is found by
 * (characters, pinyin, initials) is worked out in a thread and kept as long as its text does not change; a query runs in a
 * thread over an array that never changes.
 */
struct _WfSearchIndex
{
  GObject parent_instance;

  WfSession    *session;     /* (unowned): the context's, which lives longer */
  char         *map_folder;  /* (owned) */
  char         *own_map;     /* (owned) (nullable) */
  WfDatum       own_datum;   /* of its tiles */
  GPtrArray    *hits;        /* (owned) (nullable) (element-type WfSearchHit): things and commands, by their number in @things */
  WfNameIndex  *things;      /* (owned) (nullable): what queries look through */
  GHashTable   *keys;        /* (owned) (element-type utf8 utf8): text → key; only the building thread has it while it runs */
  WfSearchPlaces *places;    /* (owned) (nullable) */
  GPtrArray    *commands;    /* (owned) (element-type WfSearchHit) */
  GPtrArray    *waiting;     /* (owned) (element-type GTask): queries that came before the first index */
  GCancellable *cancellable; /* (owned) */
  guint         timer;
  gboolean      building;
  gboolean      again;
};

enum {
  CHANGED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (WfSearchIndex, wf_search_index, G_TYPE_OBJECT)

typedef struct
{
  GPtrArray  *entities; /* (owned) (element-type WfEntity) */
  GPtrArray  *commands; /* (owned) (element-type WfSearchHit) */
  GHashTable *depots; /* (owned) (element-type utf8 WfEntity): of @entities */
  GPtrArray  *hits;   /* (owned) */
  WfNameBuilder *builder; /* (owned) (nullable) once it has become @things */
  WfNameIndex *things; /* (owned) (nullable) */
  WfSearchPlaces *places; /* (owned) (nullable): those known already */
  GHashTable *keys;   /* (owned) */
  char       *scope;  /* (owned): of @entities */
  char       *map_folder; /* (owned) (nullable): %NULL the first time, when places would keep the rest waiting */
  char       *own_map;    /* (owned) (nullable) */
  WfDatum     own_datum;
} Build;

static void
build_free (Build *build)
{
  g_clear_pointer (&build->depots, g_hash_table_unref);
  g_clear_pointer (&build->entities, g_ptr_array_unref);
  g_clear_pointer (&build->commands, g_ptr_array_unref);
  g_clear_pointer (&build->hits, g_ptr_array_unref);
  g_clear_pointer (&build->builder, wf_name_builder_free);
  g_clear_pointer (&build->things, wf_name_index_unref);
  g_clear_pointer (&build->places, wf_search_places_unref);
  g_clear_pointer (&build->keys, g_hash_table_unref);
  g_free (build->scope);
  g_free (build->map_folder);
  g_free (build->own_map);
  g_free (build);
}

/* Of a lot, where it lies. */
static char *
describe_stock (Build    *build,
                WfEntity *entity)
{
  const char *id = wf_entity_string (entity, "depot");
  WfEntity *depot = id != NULL ? g_hash_table_lookup (build->depots, id) : NULL;
  const char *name = depot != NULL ? wf_entity_string (depot, "name") : NULL;

  return g_strdup_printf ("%s %.10g %s", name != NULL ? name : "", wf_entity_double (entity, "quantity", 0),
                          wf_entity_string (entity, "unit"));
}

static char *
describe (Build    *build,
          WfEntity *entity)
{
  const char *kind = wf_entity_kind (entity);
  const char *place = wf_entity_string (entity, "place");
  const char *organisation = wf_entity_string (entity, "organisation");

  if (g_str_equal (kind, "person"))
    {
      const char *post = wf_entity_string (entity, "post");
      const char *mobile = wf_entity_string (entity, "mobile");
      const char *phone = wf_entity_string (entity, "phone");

      return wf_ui_join (" ", organisation != NULL ? organisation : "", post != NULL ? post : "",
                         mobile != NULL ? mobile : phone != NULL ? phone : "", NULL);
    }
  if (g_str_equal (kind, "stock"))
    return describe_stock (build, entity);
  if (g_str_equal (kind, "incident_class"))
    return g_strdup (wf_wording_value ("category", wf_entity_string (entity, "category")));
  if (g_str_equal (kind, "incident"))
    return wf_ui_join (" ", wf_wording_value ("incident.state", wf_entity_string (entity, "state")),
                       place != NULL ? place : "", NULL);

  return wf_ui_join (" ", organisation != NULL ? organisation : "", place != NULL ? place : "", NULL);
}

/* What comes first where several match alike. */
static int
weigh (const char *kind)
{
  return g_str_equal (kind, "incident") ? 50 : g_str_equal (kind, "stock") ? 10 : g_str_equal (kind, "incident_class") ? 20
         : g_str_equal (kind, "person") || g_str_equal (kind, "unit") || g_str_equal (kind, "team") ? 40 : 35;
}

/* By which a query picks kinds. */
static guint
get_tag (const char *kind)
{
  guint n, i;
  const WfKind *kinds = wf_kind_all (&n);

  if (g_str_equal (kind, WF_SEARCH_COMMAND))
    return COMMAND_TAG;
  for (i = 0; i < n && !g_str_equal (kinds[i].name, kind); i++)
    ;

  return i < n ? MIN (i, PLACE_TAG - 1) : PLACE_TAG;
}

static void
add_hit (Build       *build,
         WfSearchHit *hit, /* (transfer full) */
         guint        weight)
{
  const char *subtitle = wf_search_hit_get_subtitle (hit);
  g_autofree char *text = wf_ui_join (WF_SEARCH_KEY_PART, wf_search_hit_get_title (hit), subtitle, NULL);
  const char *key = g_hash_table_lookup (build->keys, text);

  if (key == NULL)
    {
      char *made = wf_search_key_new (text);

      g_hash_table_insert (build->keys, g_steal_pointer (&text), made);
      key = made;
    }
  wf_name_builder_add (build->builder, key, weight, get_tag (wf_search_hit_get_kind (hit)));
  g_ptr_array_add (build->hits, hit);
}

static void
make_hits (Build *build)
{
  for (guint i = 0; i < build->commands->len; i++)
    add_hit (build, g_object_ref (g_ptr_array_index (build->commands, i)), COMMAND_WEIGHT);

  for (guint i = 0; i < build->entities->len; i++)
    {
      WfEntity *entity = g_ptr_array_index (build->entities, i);

      if (g_str_equal (wf_entity_kind (entity), "depot"))
        g_hash_table_insert (build->depots, (gpointer) wf_entity_id (entity), entity);
    }

  for (guint i = 0; i < build->entities->len; i++)
    {
      WfEntity *entity = g_ptr_array_index (build->entities, i);
      const char *title = wf_entity_string (entity, "name");
      g_autofree char *subtitle = NULL;
      double lon, lat;
      WfSearchHit *hit;

      if (title == NULL)
        title = wf_entity_string (entity, "title");
      if (title == NULL)
        continue;
      subtitle = describe (build, entity);
      hit = wf_search_hit_new (wf_entity_kind (entity), wf_entity_id (entity), title, subtitle);
      if (wf_entity_point (entity, "location", &lon, &lat))
        wf_search_hit_set_point (hit, lon, lat);
      add_hit (build, hit, weigh (wf_entity_kind (entity)));
    }
}

static void
build_thread (GTask        *task,
              gpointer      source,
              gpointer      data,
              GCancellable *cancellable)
{
  Build *build = data;

  make_hits (build);
  if (g_task_return_error_if_cancelled (task))
    return;
  build->things = wf_name_builder_finish (g_steal_pointer (&build->builder));
  if (build->places == NULL && build->map_folder != NULL)
    build->places = wf_search_places_new (build->map_folder, build->own_map, build->own_datum, cancellable);
  g_task_return_boolean (task, TRUE);
}

static void queue (WfSearchIndex *self);
static void make (WfSearchIndex *self);
static void answer_waiting (WfSearchIndex *self);

static void
built_cb (GObject      *object,
          GAsyncResult *result,
          gpointer      data)
{
  WfSearchIndex *self = WF_SEARCH_INDEX (object);
  Build *build = g_task_get_task_data (G_TASK (result));

  self->building = FALSE;
  if (!g_task_propagate_boolean (G_TASK (result), NULL))
    {
      answer_waiting (self);
      return;
    }

  self->keys = g_steal_pointer (&build->keys);
  /* Nothing of what is not shown any more is found. */
  if (g_strcmp0 (build->scope, wf_session_get_scope (self->session)) != 0)
    {
      make (self);
      return;
    }
  g_clear_pointer (&self->places, wf_search_places_unref);
  /* Another map may have been chosen meanwhile. */
  if (g_strcmp0 (build->own_map, self->own_map) == 0 && build->own_datum == self->own_datum)
    self->places = g_steal_pointer (&build->places);
  g_clear_pointer (&self->things, wf_name_index_unref);
  self->things = g_steal_pointer (&build->things);
  g_clear_pointer (&self->hits, g_ptr_array_unref);
  self->hits = g_steal_pointer (&build->hits);
  /* Who has asked meanwhile wants the places too. */
  if (self->places == NULL && self->waiting->len > 0)
    make (self);
  else if (self->again || self->places == NULL)
    queue (self);
  answer_waiting (self);
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
add_kind (WfSearchIndex *self,
          const char    *kind,
          GPtrArray     *entities)
{
  g_autoptr (GPtrArray) found = wf_state_list (wf_session_get_state (self->session), wf_session_get_scope (self->session),
                                               kind, NULL);

  for (guint i = 0; i < found->len; i++)
    g_ptr_array_add (entities, wf_entity_ref (g_ptr_array_index (found, i)));
}

static gpointer
copy_hit (gconstpointer hit,
          gpointer      data)
{
  return g_object_ref ((gpointer) hit);
}

static const char *const other_kinds[] = { "incident", "incident_class", "plan", "person", "organisation", NULL };

static void
make (WfSearchIndex *self)
{
  g_autoptr (GTask) task = NULL;
  Build *data;
  const WfKind *kinds;
  guint n;

  self->again = FALSE;
  if (!wf_session_is_ready (self->session))
    return;

  self->building = TRUE;
  data = g_new0 (Build, 1);
  data->entities = g_ptr_array_new_with_free_func ((GDestroyNotify) wf_entity_unref);
  data->depots = g_hash_table_new (g_str_hash, g_str_equal);
  data->hits = g_ptr_array_new_with_free_func (g_object_unref);
  data->scope = g_strdup (wf_session_get_scope (self->session));
  data->keys = self->keys != NULL ? g_steal_pointer (&self->keys)
    : g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  /* They are looked through meanwhile. */
  data->places = self->places != NULL ? wf_search_places_ref (self->places) : NULL;
  data->map_folder = self->hits != NULL || self->places != NULL ? g_strdup (self->map_folder) : NULL;
  data->own_map = g_strdup (self->own_map);
  data->own_datum = self->own_datum;
  for (guint i = 0; other_kinds[i] != NULL; i++)
    add_kind (self, other_kinds[i], data->entities);
  kinds = wf_kind_all (&n);
  for (guint i = 0; i < n; i++)
    if (kinds[i].resource)
      add_kind (self, kinds[i].name, data->entities);
  data->builder = wf_name_builder_new ();
  data->commands = g_ptr_array_copy (self->commands, copy_hit, NULL);

  task = g_task_new (self, self->cancellable, built_cb, NULL);
  g_task_set_source_tag (task, make);
  g_task_set_task_data (task, data, (GDestroyNotify) build_free);
  wf_task_run_in_thread (task, build_thread);
}

static gboolean
timer_cb (gpointer data)
{
  WfSearchIndex *self = data;

  self->timer = 0;
  make (self);

  return G_SOURCE_REMOVE;
}

static void
queue (WfSearchIndex *self)
{
  if (self->building)
    self->again = TRUE;
  else if (self->timer == 0)
    self->timer = g_timeout_add_seconds (self->hits != NULL ? SETTLE_SECONDS : FIRST_SECONDS, timer_cb, self);
}

/* Another scope is shown: who asks waits for its index. */
static void
scope_cb (WfSearchIndex *self)
{
  g_clear_pointer (&self->hits, g_ptr_array_unref);
  g_clear_pointer (&self->things, wf_name_index_unref);
  if (!self->building)
    {
      g_clear_handle_id (&self->timer, g_source_remove);
      make (self);
    }
  g_signal_emit (self, signals[CHANGED], 0);
}

/* Somebody wants to find something: neither the first index nor the places are to be waited for longer than they take. */
static void
hurry (WfSearchIndex *self,
       guint64        tags)
{
  gboolean short_of_places = self->places == NULL && tags >> PLACE_TAG & 1;

  if (self->building || (self->hits != NULL && !short_of_places))
    return;

  g_clear_handle_id (&self->timer, g_source_remove);
  make (self);
}

static void
wf_search_index_dispose (GObject *object)
{
  WfSearchIndex *self = WF_SEARCH_INDEX (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_handle_id (&self->timer, g_source_remove);

  G_OBJECT_CLASS (wf_search_index_parent_class)->dispose (object);
}

static void
wf_search_index_finalize (GObject *object)
{
  WfSearchIndex *self = WF_SEARCH_INDEX (object);

  g_clear_pointer (&self->hits, g_ptr_array_unref);
  g_clear_pointer (&self->things, wf_name_index_unref);
  g_clear_pointer (&self->places, wf_search_places_unref);
  g_clear_pointer (&self->commands, g_ptr_array_unref);
  g_clear_pointer (&self->waiting, g_ptr_array_unref);
  g_clear_pointer (&self->keys, g_hash_table_unref);
  g_clear_pointer (&self->map_folder, g_free);
  g_clear_pointer (&self->own_map, g_free);
  g_clear_object (&self->cancellable);

  G_OBJECT_CLASS (wf_search_index_parent_class)->finalize (object);
}

static void
wf_search_index_class_init (WfSearchIndexClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = wf_search_index_dispose;
  G_OBJECT_CLASS (klass)->finalize = wf_search_index_finalize;

  signals[CHANGED] = g_signal_new ("changed", WF_TYPE_SEARCH_INDEX, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
wf_search_index_init (WfSearchIndex *self)
{
  self->commands = g_ptr_array_new_with_free_func (g_object_unref);
  self->waiting = g_ptr_array_new_with_free_func (g_object_unref);
  self->cancellable = g_cancellable_new ();
}

/**
 * wf_search_index_new:
 * @session: a session, which must live longer
 * @map_folder: folder of map packs, for the names of places
 *
 * Returns: (transfer full): an index that follows @session
 */
WfSearchIndex *
wf_search_index_new (WfSession  *session,
                     const char *map_folder)
{
  WfSearchIndex *self;

  g_return_val_if_fail (WF_IS_SESSION (session), NULL);

  self = g_object_new (WF_TYPE_SEARCH_INDEX, NULL);
  self->session = session;
  self->map_folder = g_strdup (map_folder);
  g_signal_connect_object (session, "notify::ready", G_CALLBACK (queue), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "event", G_CALLBACK (queue), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "notify::scope", G_CALLBACK (scope_cb), self, G_CONNECT_SWAPPED);
  /* A snapshot brings no events, but the link says when one has come. */
  g_signal_connect_object (session, "notify::link", G_CALLBACK (queue), self, G_CONNECT_SWAPPED);
  queue (self);

  return self;
}

/**
 * wf_search_index_set_own_map:
 * @self: an index
 * @path: (nullable): the centre's own map
 * @datum: of its tiles, if it is an MBTiles file
 *
 * Finds the names of another map of the centre's own, as soon as they are read.
 */
void
wf_search_index_set_own_map (WfSearchIndex *self,
                             const char    *path,
                             WfDatum        datum)
{
  g_return_if_fail (WF_IS_SEARCH_INDEX (self));

  if (g_strcmp0 (self->own_map, path) == 0 && self->own_datum == datum)
    return;
  self->own_datum = datum;
  g_free (self->own_map);
  self->own_map = g_strdup (path);
  g_clear_pointer (&self->places, wf_search_places_unref);
  queue (self);
}

/**
 * wf_search_index_add_command:
 * @self: an index
 * @action: a detailed action name
 * @title: what it does, translated
 * @keys: its shortcut, for people, or an empty text
 *
 * Makes a command of the program findable.
 */
void
wf_search_index_add_command (WfSearchIndex *self,
                             const char    *action,
                             const char    *title,
                             const char    *keys)
{
  g_return_if_fail (WF_IS_SEARCH_INDEX (self));

  g_ptr_array_add (self->commands, wf_search_hit_new (WF_SEARCH_COMMAND, action, title, keys));
  queue (self);
}

/**
 * wf_search_index_is_ready:
 * @self: an index
 *
 * Returns: whether there is something to look through
 */
gboolean
wf_search_index_is_ready (WfSearchIndex *self)
{
  g_return_val_if_fail (WF_IS_SEARCH_INDEX (self), FALSE);

  return self->hits != NULL;
}

/**
 * wf_search_index_has_places:
 * @self: an index
 *
 * Returns: whether the names of the maps are found too. They come later than the rest; “changed” tells
 */
gboolean
wf_search_index_has_places (WfSearchIndex *self)
{
  g_return_val_if_fail (WF_IS_SEARCH_INDEX (self), FALSE);

  return self->places != NULL;
}

/* --- queries ----------------------------------------------------------------------------------------------------- */

typedef struct
{
  GPtrArray      *hits;    /* (owned) */
  WfNameIndex    *things;  /* (owned) */
  WfSearchPlaces *places;  /* (owned) (nullable) where they are not wanted, or not there yet */
  char           *text;    /* (owned) */
  guint64         tags;
  gboolean        everything; /* no kind was named */
  guint           lead;       /* of places before what matches alike */
  gboolean        bounded;    /* @district is known */
  WfGeoBox        district;
  guint           most;
} Query;

static void
query_free (Query *query)
{
  g_clear_pointer (&query->hits, g_ptr_array_unref);
  g_clear_pointer (&query->things, wf_name_index_unref);
  g_clear_pointer (&query->places, wf_search_places_unref);
  g_free (query->text);
  g_free (query);
}

static void
add_point (GListStore *store,
           double      lon,
           double      lat,
           const char *what)
{
  g_autofree char *title = wf_geo_format (lon, lat, WF_GEO_NOTATION_DECIMAL);
  g_autoptr (WfSearchHit) hit = wf_search_hit_new (WF_SEARCH_PLACE, title, title, what);

  wf_search_hit_set_point (hit, lon, lat);
  g_list_store_append (store, hit);
}

/* Coordinates are a place that has no other name. Outside of the district what may be meant is offered too. */
static void
add_coordinates (Query      *query,
                 GListStore *store)
{
  WfGeoPoint better;
  double lon, lat;

  if (!query->everything)
    return;

  WfGeoDoubt doubt = wf_geo_doubt_text (query->text, query->bounded ? &query->district : NULL, &better);

  if (wf_geo_parse (query->text, &lon, &lat, NULL))
    add_point (store, lon, lat, doubt == WF_GEO_DOUBT_NONE ? _("Coordinates") : _("Coordinates, outside of the district"));
  if (doubt == WF_GEO_DOUBT_SWAPPED || doubt == WF_GEO_DOUBT_NOWHERE)
    add_point (store, better.lon, better.lat, _("Coordinates, latitude and longitude swapped"));
  else if (doubt == WF_GEO_DOUBT_GCJ02)
    add_point (store, better.lon, better.lat, _("Coordinates, taken as GCJ-02"));
  else if (doubt == WF_GEO_DOUBT_BD09)
    add_point (store, better.lon, better.lat, _("Coordinates, taken as BD-09"));
}

static void
query_thread (GTask        *task,
              gpointer      source,
              gpointer      data,
              GCancellable *cancellable)
{
  Query *query = data;
  g_autofree WfNameHit *things = g_new (WfNameHit, query->most);
  g_autofree WfNameHit *places = g_new (WfNameHit, query->most);
  guint n_things = 0, n_places = 0, thing = 0, place = 0;
  g_autoptr (GListStore) store = g_list_store_new (WF_TYPE_SEARCH_HIT);

  n_things = wf_name_index_find (query->things, query->text, query->tags, things, query->most);
  if (query->places != NULL)
    n_places = wf_search_places_find (query->places, query->text, places, query->most);
  if (g_task_return_error_if_cancelled (task))
    return;

  add_coordinates (query, store);
  while (g_list_model_get_n_items (G_LIST_MODEL (store)) < query->most && (thing < n_things || place < n_places))
    {
      if (place == n_places || (thing < n_things && things[thing].score >= places[place].score + query->lead))
        {
          g_list_store_append (store, g_ptr_array_index (query->hits, things[thing++].name));
        }
      else
        {
          g_autoptr (WfSearchHit) hit = wf_search_places_get (query->places, places[place++].name);

          g_list_store_append (store, hit);
        }
    }
  g_task_return_pointer (task, g_steal_pointer (&store), g_object_unref);
}

static void
answer (WfSearchIndex *self,
        GTask         *task)
{
  Query *query = g_task_get_task_data (task);

  if (self->hits == NULL || (*query->text == '\0' && query->everything))
    {
      g_task_return_pointer (task, g_list_store_new (WF_TYPE_SEARCH_HIT), g_object_unref);
      return;
    }

  query->hits = g_ptr_array_ref (self->hits);
  query->things = wf_name_index_ref (self->things);
  if (self->places != NULL && query->tags >> PLACE_TAG & 1)
    query->places = wf_search_places_ref (self->places);
  wf_task_run_in_thread (task, query_thread);
}

static void
answer_waiting (WfSearchIndex *self)
{
  g_autoptr (GPtrArray) waiting = g_steal_pointer (&self->waiting);

  self->waiting = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; i < waiting->len; i++)
    answer (self, g_ptr_array_index (waiting, i));
}

/**
 * wf_search_index_query_async:
 * @self: an index
 * @text: what was typed
 * @kinds: (nullable) (array zero-terminated=1): kinds to look for, or all
 * @most: how many hits are wanted
 * @cancellable: (nullable): a cancellable
 * @callback: called on the main context
 * @data: for @callback
 *
 * Looks for everything that has all words of @text in its characters, its pinyin or its initials, the best first. Without
 * @text, everything of @kinds is found. Who asks before there is an index gets the answer when there is; before the session
 * is ready nothing is found. Where @kinds has places, a near one comes before all that matches no better than it does.
 */
void
wf_search_index_query_async (WfSearchIndex       *self,
                             const char          *text,
                             const char *const   *kinds,
                             guint                most,
                             GCancellable        *cancellable,
                             GAsyncReadyCallback  callback,
                             gpointer             data)
{
  g_autoptr (GTask) task = NULL;
  Query *query;

  g_return_if_fail (WF_IS_SEARCH_INDEX (self));
  g_return_if_fail (text != NULL);

  task = g_task_new (self, cancellable, callback, data);
  g_task_set_source_tag (task, wf_search_index_query_async);
  query = g_new0 (Query, 1);
  query->text = g_strstrip (g_strdup (text));
  query->everything = kinds == NULL;
  query->lead = kinds != NULL ? PLACE_LEAD : 0;
  query->tags = kinds == NULL ? WF_NAME_ALL_TAGS : 0;
  for (guint i = 0; kinds != NULL && kinds[i] != NULL; i++)
    query->tags |= G_GUINT64_CONSTANT (1) << get_tag (kinds[i]);
  query->most = most;
  query->bounded = wf_doubt_find_district (self->session, &query->district);
  g_task_set_task_data (task, query, (GDestroyNotify) query_free);

  hurry (self, query->tags);
  if (self->hits == NULL && self->building)
    g_ptr_array_add (self->waiting, g_steal_pointer (&task));
  else
    answer (self, task);
}

/**
 * wf_search_index_query_finish:
 * @self: an index
 * @result: a result
 * @error: (nullable): for an error
 *
 * Returns: (transfer full) (nullable): a list of #WfSearchHit, or %NULL where it was cancelled
 */
GListModel *
wf_search_index_query_finish (WfSearchIndex  *self,
                              GAsyncResult   *result,
                              GError        **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
