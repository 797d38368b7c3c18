/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-service"

#include "config.h"

#include "wf-ogc.h"

#include "wf-json-write.h"
#include "wf-ogc-readings.h"
#include "wf-readings.h"
#include "wf-time.h"
#include "wf-worker.h"

#include <string.h>

/**
 * WfOgc:
 *
 * All located things of the live scope as collections of features, kept up to date from what the store commits and from what
 * units report. A thread of its own holds the layers and answers questions, so that neither the writer nor whoever
 * serves requests ever waits for one; entities are immutable and shared with the state, not copied.
 */
struct _WfOgc
{
  GObject parent_instance;

  WfStore   *store;   /* (owned) */
  WfWorker  *worker;  /* (owned) */
  GPtrArray *layers;  /* (owned) (element-type WfOgcLayer) the worker's, but for kinds and columns */
  gboolean   loaded;  /* whether the layers have been filled */
  GPtrArray *early;   /* (owned) (element-type Job) what came before that */
};

/* What the worker is to do; everything in it is its own. */
typedef struct
{
  GTask          *task; /* (owned) as long as it waits in early */
  GTaskThreadFunc func;
} Job;

/* More questions than these wait for nobody. */
#define WAITING_MAX 500

G_DEFINE_FINAL_TYPE (WfOgc, wf_ogc, G_TYPE_OBJECT)

static void
clear_filter (gpointer data)
{
  g_free (((WfOgcFilter *) data)->text);
}

/**
 * wf_ogc_ask_new:
 *
 * Returns: (transfer full): a question for the first features of the first collection
 */
WfOgcAsk *
wf_ogc_ask_new (void)
{
  WfOgcAsk *self = g_new0 (WfOgcAsk, 1);

  self->query.from = G_MININT64;
  self->query.until = G_MAXINT64;
  self->query.limit = WF_OGC_LIMIT_DEFAULT;
  self->query.filters = g_array_new (FALSE, FALSE, sizeof (WfOgcFilter));
  g_array_set_clear_func (self->query.filters, clear_filter);

  return self;
}

/**
 * wf_ogc_ask_free:
 * @self: (transfer full): a question
 */
void
wf_ogc_ask_free (WfOgcAsk *self)
{
  g_array_unref (self->query.filters);
  g_free (self->query.after);
  g_free (self->plain_query);
  g_free (self->feature);
  g_free (self->base);
  g_free (self->self_query);
  g_free (self->next_query);
  g_free (self);
}

static void
free_job (gpointer data)
{
  Job *job = data;

  g_clear_object (&job->task);
  g_free (job);
}

/* The kind of thing that says how long positions are good for. */
#define SETTING "telemetry"

/* --- the worker's side --- */

/* By when they were made; those that one event made, by id. Older forms of a thing before newer ones. */
static int
compare_made (gconstpointer a,
              gconstpointer b)
{
  WfEntity *one = *(WfEntity *const *) a;
  WfEntity *other = *(WfEntity *const *) b;
  int64_t made = wf_entity_version (one, "");
  int64_t other_made = wf_entity_version (other, "");

  if (made != other_made)
    return made < other_made ? -1 : 1;

  int order = strcmp (wf_entity_id (one), wf_entity_id (other));
  if (order != 0)
    return order;

  return wf_entity_number (one) < wf_entity_number (other) ? -1 : wf_entity_number (one) > wf_entity_number (other);
}

static WfOgcLayer *
layer_of (WfOgc      *self,
          const char *kind)
{
  guint layer;

  return wf_ogc_find (self, kind, &layer) ? g_ptr_array_index (self->layers, layer) : NULL;
}

static void
put_cb (GTask        *task,
        gpointer      source,
        gpointer      data,
        GCancellable *cancellable)
{
  WfOgc *self = source;
  GPtrArray *entities = data;

  g_ptr_array_sort (entities, compare_made);
  for (guint i = 0; i < entities->len; i++)
    {
      WfEntity *entity = g_ptr_array_index (entities, i);

      if (strcmp (wf_entity_kind (entity), SETTING) == 0)
        {
          wf_ogc_layer_set (layer_of (self, "unit"), entity);
          wf_ogc_layer_set (layer_of (self, "reading"), entity);
        }
      else
        wf_ogc_layer_put (layer_of (self, wf_entity_kind (entity)), entity);
    }

  g_task_return_boolean (task, TRUE);
}

static void
move_cb (GTask        *task,
         gpointer      source,
         gpointer      data,
         GCancellable *cancellable)
{
  WfOgcLayer *units = layer_of (source, "unit");
  GArray *positions = data;

  for (guint i = 0; i < positions->len; i++)
    {
      const WfUnitPosition *position = &g_array_index (positions, WfUnitPosition, i);

      wf_ogc_layer_move (units, position->unit, &position->position);
    }

  g_task_return_boolean (task, TRUE);
}

static void
clear_reading (gpointer data)
{
  g_free ((char *) ((WfReading *) data)->source);
}

static GArray *
new_readings (void)
{
  GArray *readings = g_array_new (FALSE, FALSE, sizeof (WfReading));

  g_array_set_clear_func (readings, clear_reading);
  return readings;
}

/* There are few quantities. */
static void
add_reading (GArray          *readings,
             const WfReading *reading)
{
  WfReading copy = { g_strdup (reading->source), g_intern_string (reading->quantity), reading->at, reading->value };

  g_array_append_val (readings, copy);
}

/* A sensor belongs to a thing of any kind; what it reads is read where that is just then. */
static void
put_reading (WfOgc           *self,
             const WfReading *reading)
{
  WfOgcLayer *readings = layer_of (self, "reading");
  WfEntity *source = NULL;
  WfGeoPoint place;

  for (guint i = 0; source == NULL && i < self->layers->len; i++)
    source = wf_ogc_layer_look_up (g_ptr_array_index (self->layers, i), reading->source, &place);

  g_autoptr (WfEntity) entity =
    wf_ogc_reading_new (reading, wf_entity_string (source, "name"), source != NULL ? &place : NULL);

  wf_ogc_layer_put (readings, entity);
}

static void
read_sensors_cb (GTask        *task,
                 gpointer      source,
                 gpointer      data,
                 GCancellable *cancellable)
{
  GArray *readings = data;

  for (guint i = 0; i < readings->len; i++)
    put_reading (source, &g_array_index (readings, WfReading, i));

  g_task_return_boolean (task, TRUE);
}

static void
write_link (GString    *out,
            const char *rel,
            const char *type,
            const char *base,
            const char *path,
            const char *query,
            const char *more)
{
  g_autofree char *href = g_strconcat (base, path, query[0] != '\0' || more[0] != '\0' ? "?" : "", query,
                                       query[0] != '\0' && more[0] != '\0' ? "&" : "", more, NULL);

  g_string_append (out, "{\"rel\":");
  wf_json_write_string (out, rel);
  g_string_append (out, ",\"type\":");
  wf_json_write_string (out, type);
  g_string_append (out, ",\"href\":");
  wf_json_write_string (out, href);
  g_string_append_c (out, '}');
}

#define GEOJSON "application/geo+json"
#define JSON    "application/json"

/* The document itself, and the same in the other form. */
static void
write_forms (GString        *out,
             const WfOgcAsk *ask,
             const char     *path)
{
  const char *query = ask->plain_query != NULL ? ask->plain_query : "";

  write_link (out, "self", ask->json ? JSON : GEOJSON, ask->base, path, ask->self_query != NULL ? ask->self_query : "", "");
  g_string_append_c (out, ',');
  write_link (out, "alternate", ask->json ? GEOJSON : JSON, ask->base, path, query, ask->json ? "f=geojson" : "f=json");
}

static GBytes *
read_page (WfOgc          *self,
           const WfOgcAsk *ask,
           WfOgcLayer     *layer,
           const char     *now,
           GError        **error)
{
  g_autofree char *collection = g_strconcat ("/collections/", wf_ogc_layer_kind (layer)->name, NULL);
  g_autofree char *items = g_strconcat (collection, "/items", NULL);
  g_autoptr (GString) out = g_string_sized_new (4096);
  WfOgcPage page;

  g_string_append (out, "{\"type\":\"FeatureCollection\",\"timeStamp\":");
  wf_json_write_string (out, now);
  g_string_append (out, ",\"features\":[");
  if (!wf_ogc_layer_query (layer, &ask->query, out, &page))
    {
      g_set_error (error, WF_STORE_ERROR, WF_STORE_ERROR_NOT_FOUND, "There is no feature “%s” to go on behind", ask->query.after);
      return NULL;
    }
  g_string_append_printf (out, "],\"numberMatched\":%u,\"numberReturned\":%u,\"links\":[", page.matched, page.returned);

  write_forms (out, ask, items);
  if (page.last != NULL)
    {
      g_autofree char *more = g_strconcat ("after=", page.last, NULL);

      g_string_append_c (out, ',');
      write_link (out, "next", ask->json ? JSON : GEOJSON, ask->base, items, ask->next_query != NULL ? ask->next_query : "",
                  more);
    }
  g_string_append_c (out, ',');
  write_link (out, "collection", JSON, ask->base, collection, "", "");
  g_string_append (out, "]}");

  return g_string_free_to_bytes (g_steal_pointer (&out));
}

static GBytes *
read_feature (WfOgc          *self,
              const WfOgcAsk *ask,
              WfOgcLayer     *layer,
              GError        **error)
{
  g_autofree char *collection = g_strconcat ("/collections/", wf_ogc_layer_kind (layer)->name, NULL);
  g_autofree char *item = g_strconcat (collection, "/items/", ask->feature, NULL);
  g_autoptr (GString) out = g_string_sized_new (1024);

  if (!wf_ogc_layer_feature (layer, ask->feature, out))
    {
      g_set_error (error, WF_STORE_ERROR, WF_STORE_ERROR_NOT_FOUND, "There is no feature “%s” in this collection", ask->feature);
      return NULL;
    }

  g_string_append (out, ",\"links\":[");
  write_forms (out, ask, item);
  g_string_append_c (out, ',');
  write_link (out, "collection", JSON, ask->base, collection, "", "");
  g_string_append (out, "]}");

  return g_string_free_to_bytes (g_steal_pointer (&out));
}

static void
read_cb (GTask        *task,
         gpointer      source,
         gpointer      data,
         GCancellable *cancellable)
{
  WfOgc *self = source;
  const WfOgcAsk *ask = data;
  WfOgcLayer *layer = g_ptr_array_index (self->layers, ask->layer);
  int64_t moment = wf_clock_now (wf_store_get_clock (self->store));
  g_autofree char *now = wf_time_format (moment);
  GError *error = NULL;

  wf_ogc_layer_set_now (layer, moment);
  GBytes *bytes = ask->feature != NULL ? read_feature (self, ask, layer, &error) : read_page (self, ask, layer, now, &error);

  if (bytes != NULL)
    g_task_return_pointer (task, bytes, (GDestroyNotify) g_bytes_unref);
  else
    g_task_return_error (task, error);
}

static void
extents_cb (GTask        *task,
            gpointer      source,
            gpointer      data,
            GCancellable *cancellable)
{
  WfOgc *self = source;
  GArray *extents = g_array_new (FALSE, TRUE, sizeof (WfOgcExtent));

  for (guint i = 0; i < self->layers->len; i++)
    {
      WfOgcExtent extent;

      extent.any = wf_ogc_layer_extent (g_ptr_array_index (self->layers, i), &extent.box, &extent.from, &extent.until);
      g_array_append_val (extents, extent);
    }

  g_task_return_pointer (task, extents, (GDestroyNotify) g_array_unref);
}

/* --- the owner's side --- */

static void
push (WfOgc          *self,
      GTask          *task,
      GTaskThreadFunc func)
{
  if (self->loaded)
    {
      wf_worker_push (self->worker, G_PRIORITY_DEFAULT, task, func);
      return;
    }

  Job *job = g_new0 (Job, 1);
  job->task = task;
  job->func = func;
  g_ptr_array_add (self->early, job);
}

static void
push_entities (WfOgc     *self,
               GPtrArray *entities)
{
  g_autoptr (GPtrArray) located = g_ptr_array_new_with_free_func ((GDestroyNotify) wf_entity_unref);

  for (guint i = 0; i < entities->len; i++)
    {
      WfEntity *entity = g_ptr_array_index (entities, i);

      if (strcmp (wf_entity_scope (entity), WF_LIVE) == 0 &&
          (layer_of (self, wf_entity_kind (entity)) != NULL || strcmp (wf_entity_kind (entity), SETTING) == 0))
        g_ptr_array_add (located, wf_entity_ref (entity));
    }

  if (located->len == 0)
    return;

  GTask *task = g_task_new (self, NULL, NULL, NULL);
  g_task_set_task_data (task, g_steal_pointer (&located), (GDestroyNotify) g_ptr_array_unref);
  push (self, task, put_cb);
}

static void
push_positions (WfOgc  *self,
                GArray *positions)
{
  GTask *task = g_task_new (self, NULL, NULL, NULL);

  g_task_set_task_data (task, positions, (GDestroyNotify) g_array_unref);
  push (self, task, move_cb);
}

static void
changed_cb (WfStore   *store,
            GPtrArray *entities,
            WfOgc     *self)
{
  push_entities (self, entities);
}

static void
clear_unit (gpointer data)
{
  g_free (((WfUnitPosition *) data)->unit);
}

static void
positions_cb (WfStore    *store,
              const char *scope,
              GPtrArray  *moved,
              WfOgc      *self)
{
  if (strcmp (scope, WF_LIVE) != 0)
    return;

  GArray *positions = g_array_sized_new (FALSE, FALSE, sizeof (WfUnitPosition), moved->len);

  g_array_set_clear_func (positions, clear_unit);
  for (guint i = 0; i < moved->len; i++)
    {
      const WfUnitPosition *position = g_ptr_array_index (moved, i);
      WfUnitPosition copy = { g_strdup (position->unit), position->position };

      g_array_append_val (positions, copy);
    }

  push_positions (self, positions);
}

static void
push_readings (WfOgc  *self,
               GArray *readings)
{
  GTask *task = g_task_new (self, NULL, NULL, NULL);

  g_task_set_task_data (task, readings, (GDestroyNotify) g_array_unref);
  push (self, task, read_sensors_cb);
}

static void
readings_cb (WfStore    *store,
             const char *scope,
             GPtrArray  *taken,
             WfOgc      *self)
{
  if (strcmp (scope, WF_LIVE) != 0)
    return;

  GArray *readings = new_readings ();

  for (guint i = 0; i < taken->len; i++)
    add_reading (readings, g_ptr_array_index (taken, i));
  push_readings (self, readings);
}

static void
keep_reading_cb (const char      *scope,
                 const WfReading *reading,
                 gpointer         data)
{
  if (strcmp (scope, WF_LIVE) == 0)
    add_reading (data, reading);
}

static int
compare_readings (gconstpointer a,
                  gconstpointer b)
{
  const WfReading *one = a;
  const WfReading *other = b;
  int order = strcmp (one->source, other->source);

  return order != 0 ? order : strcmp (one->quantity, other->quantity);
}

/* In an order that is the same after each start. */
static GArray *
copy_readings (WfStore *store)
{
  GArray *readings = new_readings ();

  wf_store_each_reading (store, keep_reading_cb, readings);
  g_array_sort (readings, compare_readings);
  return readings;
}

/* What was asked for or has changed meanwhile comes behind what was there at the start. */
static void
loaded_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      data)
{
  g_autoptr (WfOgc) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) entities = wf_store_read_entities_finish (WF_STORE (source), result, &error);

  if (entities == NULL)
    g_message ("The features cannot be read: %s", error->message);

  self->loaded = TRUE;
  if (entities != NULL)
    push_entities (self, entities);
  push_positions (self, wf_store_copy_positions (WF_STORE (source), WF_LIVE));
  push_readings (self, copy_readings (WF_STORE (source)));

  for (guint i = 0; i < self->early->len; i++)
    {
      Job *job = g_ptr_array_index (self->early, i);

      wf_worker_push (self->worker, G_PRIORITY_DEFAULT, g_steal_pointer (&job->task), job->func);
    }
  g_ptr_array_set_size (self->early, 0);
}

static void
wf_ogc_dispose (GObject *object)
{
  wf_ogc_stop (WF_OGC (object));

  G_OBJECT_CLASS (wf_ogc_parent_class)->dispose (object);
}

static void
wf_ogc_finalize (GObject *object)
{
  WfOgc *self = WF_OGC (object);

  g_clear_object (&self->worker);
  g_clear_object (&self->store);
  g_ptr_array_unref (self->layers);
  g_ptr_array_unref (self->early);

  G_OBJECT_CLASS (wf_ogc_parent_class)->finalize (object);
}

static void
wf_ogc_class_init (WfOgcClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = wf_ogc_dispose;
  object_class->finalize = wf_ogc_finalize;
}

static void
wf_ogc_init (WfOgc *self)
{
  self->layers = g_ptr_array_new_with_free_func ((GDestroyNotify) wf_ogc_layer_free);
  self->early = g_ptr_array_new_with_free_func (free_job);
  self->worker = wf_worker_new ("ogc");
}

/**
 * wf_ogc_new:
 * @store: an open store
 *
 * Begins to read what is there; questions that come before that is done wait for it. Stop it before letting go of it.
 *
 * Returns: (transfer full): the features of the store
 */
WfOgc *
wf_ogc_new (WfStore *store)
{
  WfOgc *self = g_object_new (WF_TYPE_OGC, NULL);
  g_autoptr (GStrvBuilder) names = g_strv_builder_new ();
  const WfKind *kind;

  self->store = g_object_ref (store);
  for (guint i = 0; (kind = wf_ogc_kind_nth (i)) != NULL; i++)
    {
      g_ptr_array_add (self->layers, wf_ogc_layer_new (kind, wf_store_get_service (store)));
      if (!wf_ogc_kind_is_reading (kind))
        g_strv_builder_add (names, kind->name);
    }

  g_strv_builder_add (names, SETTING);

  g_auto (GStrv) list = g_strv_builder_end (names);
  g_signal_connect_object (store, "changed", G_CALLBACK (changed_cb), self, 0);
  g_signal_connect_object (store, "positions", G_CALLBACK (positions_cb), self, 0);
  g_signal_connect_object (store, "readings", G_CALLBACK (readings_cb), self, 0);
  wf_store_read_entities_async (store, WF_LIVE, list, NULL, loaded_cb, g_object_ref (self));

  return self;
}

/**
 * wf_ogc_stop:
 * @self: the features of a store
 *
 * Answers the questions that wait and takes no more. Safe to call twice.
 */
void
wf_ogc_stop (WfOgc *self)
{
  g_return_if_fail (WF_IS_OGC (self));

  if (self->store != NULL)
    g_signal_handlers_disconnect_by_data (self->store, self);
  wf_worker_shutdown (self->worker);
}

/**
 * wf_ogc_count:
 * @self: the features of a store
 *
 * Returns: how many collections there are
 */
guint
wf_ogc_count (WfOgc *self)
{
  return self->layers->len;
}

/**
 * wf_ogc_kind:
 * @self: the features of a store
 * @layer: index of a collection
 *
 * Returns: (transfer none): its kind
 */
const WfKind *
wf_ogc_kind (WfOgc *self,
             guint  layer)
{
  return wf_ogc_layer_kind (g_ptr_array_index (self->layers, layer));
}

/**
 * wf_ogc_columns:
 * @self: the features of a store
 * @layer: index of a collection
 *
 * Returns: (transfer none) (element-type WfOgcColumn): its columns
 */
GPtrArray *
wf_ogc_columns (WfOgc *self,
                guint  layer)
{
  return wf_ogc_layer_columns (g_ptr_array_index (self->layers, layer));
}

/**
 * wf_ogc_find:
 * @self: the features of a store
 * @name: a collection
 * @layer: (out): its index
 *
 * Returns: whether there is one. Any thread.
 */
gboolean
wf_ogc_find (WfOgc      *self,
             const char *name,
             guint      *layer)
{
  for (guint i = 0; i < self->layers->len; i++)
    if (strcmp (wf_ogc_kind (self, i)->name, name) == 0)
      {
        *layer = i;
        return TRUE;
      }

  return FALSE;
}

static gboolean
is_full (WfOgc *self,
         GTask *task)
{
  if (wf_worker_pending (self->worker) < WAITING_MAX && self->early->len < WAITING_MAX)
    return FALSE;

  g_task_return_new_error (task, WF_STORE_ERROR, WF_STORE_ERROR_UNAVAILABLE,
                           "Too many questions are waiting: try again in a moment");
  return TRUE;
}

/**
 * wf_ogc_read_async:
 * @self: the features of a store
 * @ask: (transfer full): what is wanted
 * @cancellable: (nullable): a cancellable
 * @callback: called with the answer
 * @data: for @callback
 *
 * Asks for a page of features, or for one.
 */
void
wf_ogc_read_async (WfOgc               *self,
                   WfOgcAsk            *ask,
                   GCancellable        *cancellable,
                   GAsyncReadyCallback  callback,
                   gpointer             data)
{
  g_return_if_fail (WF_IS_OGC (self));

  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, data);

  g_task_set_source_tag (task, wf_ogc_read_async);
  g_task_set_task_data (task, ask, (GDestroyNotify) wf_ogc_ask_free);
  if (!is_full (self, task))
    push (self, g_steal_pointer (&task), read_cb);
}

/**
 * wf_ogc_read_finish:
 * @self: the features of a store
 * @result: the result
 * @error: return location, %WF_STORE_ERROR_NOT_FOUND, %WF_STORE_ERROR_UNAVAILABLE
 *
 * Returns: (transfer full) (nullable): GeoJSON
 */
GBytes *
wf_ogc_read_finish (WfOgc        *self,
                    GAsyncResult *result,
                    GError      **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * wf_ogc_extents_async:
 * @self: the features of a store
 * @cancellable: (nullable): a cancellable
 * @callback: called with the answer
 * @data: for @callback
 *
 * Asks where and when the features of all collections are.
 */
void
wf_ogc_extents_async (WfOgc               *self,
                      GCancellable        *cancellable,
                      GAsyncReadyCallback  callback,
                      gpointer             data)
{
  g_return_if_fail (WF_IS_OGC (self));

  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, data);

  g_task_set_source_tag (task, wf_ogc_extents_async);
  if (!is_full (self, task))
    push (self, g_steal_pointer (&task), extents_cb);
}

/**
 * wf_ogc_extents_finish:
 * @self: the features of a store
 * @result: the result
 * @error: return location
 *
 * Returns: (transfer full) (nullable) (element-type WfOgcExtent): one for each collection
 */
GArray *
wf_ogc_extents_finish (WfOgc        *self,
                       GAsyncResult *result,
                       GError      **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
