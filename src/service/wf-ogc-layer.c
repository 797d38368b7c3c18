/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-service"

#include "config.h"

#include "wf-ogc-layer.h"

#include "wf-ogc-geometry.h"
#include "wf-ogc-readings.h"
#include "wf-bodies.h"
#include "wf-telemetry.h"
#include "wf-time.h"
#include "wf-wire.h"

#include <string.h>

/* The features of one kind, in the order in which their entities were made, with an index of where they are. The order
 * never changes, not even over a restart, so that whoever reads page after page misses nothing and sees nothing twice.
 *
 * A feature's text is made when it is first asked for and kept as long as all of them together stay small. One thread at a
 * time. */

#define TEXTS_MAX  (16 * 1024 * 1024)
#define SORTED_MAX 2000

typedef struct
{
  WfEntity *entity; /* (owned) */
  char     *text;   /* (owned) (nullable) the feature but for its last brace */
  gsize     size;
} Row;

struct _WfOgcLayer
{
  const WfKind *kind;
  GPtrArray    *columns;   /* (owned) (element-type WfOgcColumn) */
  GHashTable   *by_key;    /* (owned) name in the entity → index + 1 of the column */
  gboolean      moving;    /* whether its things send positions */
  gboolean      reading;   /* whether they are what sensors have read */
  GArray       *rows;      /* (owned) (element-type Row) */
  GHashTable   *by_id;     /* (owned) id (the entity's) → row + 1 */
  GHashTable   *positions; /* (owned) id → WfPosition */
  char         *service;   /* (owned) id */
  WfState      *settings;  /* (owned) what the centre has set for how long positions are good */
  int64_t       now;
  WfGeoIndex   *index;     /* (owned) of rows */
  gsize         texts;     /* bytes of all texts */
};

static void
clear_row (gpointer data)
{
  Row *row = data;

  wf_entity_unref (row->entity);
  g_free (row->text);
}

/**
 * wf_ogc_layer_new:
 * @kind: a located kind
 * @service: id of the service
 *
 * Returns: (transfer full): a layer with nothing in it
 */
WfOgcLayer *
wf_ogc_layer_new (const WfKind *kind,
                  const char   *service)
{
  WfOgcLayer *self = g_new0 (WfOgcLayer, 1);

  self->kind = kind;
  self->service = g_strdup (service);
  self->columns = wf_ogc_columns_new (kind);
  self->by_key = g_hash_table_new (g_str_hash, g_str_equal);
  self->moving = strcmp (kind->name, "unit") == 0;
  self->reading = wf_ogc_kind_is_reading (kind);
  self->rows = g_array_new (FALSE, FALSE, sizeof (Row));
  g_array_set_clear_func (self->rows, clear_row);
  self->by_id = g_hash_table_new (g_str_hash, g_str_equal);
  self->positions = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->settings = wf_state_new ();
  self->index = wf_geo_index_new ();

  for (guint i = 0; i < self->columns->len; i++)
    {
      WfOgcColumn *column = g_ptr_array_index (self->columns, i);

      g_hash_table_insert (self->by_key, column->name, GUINT_TO_POINTER (i + 1));
    }

  return self;
}

/**
 * wf_ogc_layer_free:
 * @self: (transfer full): a layer
 */
void
wf_ogc_layer_free (WfOgcLayer *self)
{
  wf_geo_index_free (self->index);
  g_hash_table_unref (self->positions);
  g_object_unref (self->settings);
  g_free (self->service);
  g_hash_table_unref (self->by_id);
  g_array_unref (self->rows);
  g_hash_table_unref (self->by_key);
  g_ptr_array_unref (self->columns);
  g_free (self);
}

/**
 * wf_ogc_layer_kind:
 * @self: a layer
 *
 * Returns: (transfer none): its kind
 */
const WfKind *
wf_ogc_layer_kind (WfOgcLayer *self)
{
  return self->kind;
}

/**
 * wf_ogc_layer_columns:
 * @self: a layer
 *
 * Returns: (transfer none) (element-type WfOgcColumn): its columns, which never change
 */
GPtrArray *
wf_ogc_layer_columns (WfOgcLayer *self)
{
  return self->columns;
}

static void
forget_text (WfOgcLayer *self,
             Row        *row)
{
  self->texts -= row->size;
  row->size = 0;
  g_clear_pointer (&row->text, g_free);
}

static const WfPosition *
position_of (WfOgcLayer *self,
             WfEntity   *entity)
{
  return self->moving ? g_hash_table_lookup (self->positions, wf_entity_id (entity)) : NULL;
}

static void
place_row (WfOgcLayer *self,
           guint32     number)
{
  Row *row = &g_array_index (self->rows, Row, number);
  const WfPosition *position = position_of (self, row->entity);
  double lon, lat;

  forget_text (self, row);
  if (position != NULL)
    wf_geo_index_put (self->index, number, position->longitude, position->latitude);
  else if (wf_entity_point (row->entity, "location", &lon, &lat))
    wf_geo_index_put (self->index, number, lon, lat);
  else
    wf_geo_index_remove (self->index, number);
}

static gboolean
find_row (WfOgcLayer *self,
          const char *id,
          guint32    *number)
{
  guint found = GPOINTER_TO_UINT (g_hash_table_lookup (self->by_id, id));

  *number = found - 1;
  return found > 0;
}

/**
 * wf_ogc_layer_put:
 * @self: a layer
 * @entity: a thing of its kind; new ones come in the order in which they were made
 *
 * Takes in how a thing stands now. One that is older than what is there is passed over.
 */
void
wf_ogc_layer_put (WfOgcLayer *self,
                  WfEntity   *entity)
{
  guint32 number;

  if (!find_row (self, wf_entity_id (entity), &number))
    {
      Row row = { .entity = wf_entity_ref (entity) };

      number = self->rows->len;
      g_array_append_val (self->rows, row);
      g_hash_table_insert (self->by_id, (char *) wf_entity_id (entity), GUINT_TO_POINTER (number + 1));
      place_row (self, number);
      return;
    }

  Row *row = &g_array_index (self->rows, Row, number);
  WfEntity *old = row->entity;

  if (wf_entity_number (old) > wf_entity_number (entity))
    return;

  row->entity = wf_entity_ref (entity);
  g_hash_table_replace (self->by_id, (char *) wf_entity_id (entity), GUINT_TO_POINTER (number + 1));
  wf_entity_unref (old);
  place_row (self, number);
}

/**
 * wf_ogc_layer_move:
 * @self: the layer of units
 * @id: a unit, which need not be known yet
 * @position: where it is
 */
void
wf_ogc_layer_move (WfOgcLayer       *self,
                   const char       *id,
                   const WfPosition *position)
{
  guint32 number;

  g_return_if_fail (self->moving);

  g_hash_table_replace (self->positions, g_strdup (id), g_memdup2 (position, sizeof *position));
  if (find_row (self, id, &number))
    place_row (self, number);
}

/**
 * wf_ogc_layer_set:
 * @self: the layer of units, or of readings
 * @setting: a thing of the kind `telemetry`
 *
 * Takes in how long positions of a type of unit, or readings of a quantity, are good for.
 */
void
wf_ogc_layer_set (WfOgcLayer *self,
                  WfEntity   *setting)
{
  g_return_if_fail (self->moving || self->reading);

  wf_state_put (self->settings, setting);
}

/**
 * wf_ogc_layer_set_now:
 * @self: a layer
 * @now: the time at which what follows is asked
 */
void
wf_ogc_layer_set_now (WfOgcLayer *self,
                      int64_t     now)
{
  self->now = now;
}

/**
 * wf_ogc_layer_look_up:
 * @self: a layer
 * @id: a thing
 * @place: (out): where it is
 *
 * Returns: (transfer none) (nullable): the thing, if it is of this layer and has a place
 */
WfEntity *
wf_ogc_layer_look_up (WfOgcLayer *self,
                      const char *id,
                      WfGeoPoint *place)
{
  guint32 number;

  if (!find_row (self, id, &number) || !wf_geo_index_get (self->index, number, &place->lon, &place->lat))
    return NULL;

  return g_array_index (self->rows, Row, number).entity;
}

/* --- what stands in a feature --- */

static void
set_value (WfOgcLayer *self,
           const char *name,
           GVariant   *value,
           GVariant  **values)
{
  guint column = GPOINTER_TO_UINT (g_hash_table_lookup (self->by_key, name));

  if (column > 0)
    values[column - 1] = g_variant_ref_sink (value);
}

static void
collect_object (WfOgcLayer *self,
                const char *object,
                GVariant   *dict,
                GVariant  **values)
{
  GVariantIter iter;
  const char *key;
  GVariant *value;

  g_variant_iter_init (&iter, dict);
  while (g_variant_iter_next (&iter, "{&sv}", &key, &value))
    {
      g_autofree char *name = g_strconcat (object, "_", key, NULL);

      set_value (self, name, value, values);
      g_variant_unref (value);
    }
}

/* How old something is, for how long one may go by it, and whether that has passed. */
static void
collect_age (WfOgcLayer        *self,
             const char *const *names,
             int64_t            at,
             int64_t            lasts,
             GVariant         **values)
{
  int64_t age = MAX (self->now - at, 0);

  set_value (self, names[0], wf_value_int (age / WF_SECOND), values);
  set_value (self, names[1], wf_value_int (lasts / WF_SECOND), values);
  set_value (self, names[2], wf_value_bool (age > lasts), values);
}

/* Fills @values, one for each column, with what the row has; the caller unrefs them. */
static void
collect (WfOgcLayer *self,
         WfEntity   *entity,
         GVariant  **values)
{
  static const char *const of_position[] = { "position_age", "position_lasts", "position_stale" };
  static const char *const of_reading[] = { "reading_age", "reading_lasts", "reading_stale" };
  const WfPosition *position = position_of (self, entity);
  GVariantIter iter;
  const char *key;
  GVariant *value;

  g_variant_iter_init (&iter, wf_entity_fields (entity));
  while (g_variant_iter_next (&iter, "{&sv}", &key, &value))
    {
      if (g_variant_is_of_type (value, G_VARIANT_TYPE_VARDICT))
        {
          if (wf_ogc_is_flat_object (key))
            collect_object (self, key, value, values);
        }
      else if (!wf_value_is_clear (value))
        set_value (self, key, value, values);
      g_variant_unref (value);
    }

  if (wf_rules_is_body (self->kind->name))
    {
      g_autofree char *uid = wf_rules_body_uid (self->service, entity);

      set_value (self, "uid", wf_value_string (uid), values);
    }

  if (position != NULL)
    {
      set_value (self, "position_at", wf_value_time (position->at), values);
      if (position->heading >= 0)
        set_value (self, "heading", wf_value_double (position->heading), values);
      if (position->speed >= 0)
        set_value (self, "speed", wf_value_double (position->speed), values);
      collect_age (self, of_position, position->at, wf_rules_position_lasts (self->settings, WF_LIVE, entity), values);
    }
  if (self->reading)
    collect_age (self, of_reading, wf_entity_time (entity, "read_at"),
                 wf_rules_type_lasts (self->settings, WF_LIVE, wf_entity_string (entity, "quantity")), values);
}

static void
clear_values (GVariant **values,
              guint      n)
{
  for (guint i = 0; i < n; i++)
    g_clear_pointer (&values[i], g_variant_unref);
}

static void
write_row (WfOgcLayer *self,
           guint32     number,
           GString    *out)
{
  WfEntity *entity = g_array_index (self->rows, Row, number).entity;
  g_autofree GVariant **values = g_new0 (GVariant *, self->columns->len);
  double lon, lat;

  wf_geo_index_get (self->index, number, &lon, &lat);
  g_string_append (out, "{\"type\":\"Feature\",\"id\":");
  wf_json_write_string (out, wf_entity_id (entity));
  g_string_append (out, ",\"geometry\":");
  wf_ogc_write_geometry (out, entity, lon, lat);
  g_string_append (out, ",\"properties\":{");

  collect (self, entity, values);
  for (guint i = 0; i < self->columns->len; i++)
    {
      const WfOgcColumn *column = g_ptr_array_index (self->columns, i);

      if (i > 0)
        g_string_append_c (out, ',');
      wf_json_write_string (out, column->name);
      g_string_append_c (out, ':');
      if (values[i] != NULL)
        wf_wire_write_value (out, column->field, values[i]);
      else
        g_string_append (out, "null");
    }
  clear_values (values, self->columns->len);

  g_string_append_c (out, '}');
}

static void
forget_texts (WfOgcLayer *self)
{
  for (guint i = 0; i < self->rows->len; i++)
    forget_text (self, &g_array_index (self->rows, Row, i));
}

/* The feature but for its last brace: a single one has links behind its properties. */
static void
append_row (WfOgcLayer *self,
            guint32     number,
            GString    *out)
{
  Row *row = &g_array_index (self->rows, Row, number);

  /* What says how old it is says something else each time. */
  if (self->reading || position_of (self, row->entity) != NULL)
    {
      write_row (self, number, out);
      return;
    }

  if (row->text == NULL)
    {
      gsize begin = out->len;

      write_row (self, number, out);
      if (self->texts > TEXTS_MAX)
        forget_texts (self);
      row->size = out->len - begin;
      row->text = g_memdup2 (out->str + begin, row->size);
      self->texts += row->size;
      return;
    }

  g_string_append_len (out, row->text, (gssize) row->size);
}

/* --- finding --- */

/* From when until when a thing is of this world; FALSE where it says nothing of time. */
static gboolean
span_of (WfOgcLayer *self,
         WfEntity   *entity,
         int64_t    *from,
         int64_t    *until)
{
  const WfPosition *position = position_of (self, entity);

  if (strcmp (self->kind->name, "incident") == 0)
    {
      int64_t over = wf_entity_time (entity, "stood_down_at");

      if (over == 0)
        over = wf_entity_time (entity, "archived_at");
      *from = wf_entity_time (entity, "t0");
      *until = over != 0 ? MAX (over, *from) : G_MAXINT64;
      return *from != 0;
    }

  if (strcmp (self->kind->name, "plot") == 0)
    {
      int64_t struck = wf_entity_time (entity, "struck_at");
      int64_t over = wf_entity_time (entity, "until");

      *from = wf_entity_time (entity, "from");
      *until = struck != 0 ? struck : over != 0 ? over : G_MAXINT64;
      return TRUE;
    }

  const char *moment = strcmp (self->kind->name, "medium") == 0 ? "taken_at"
                       : strcmp (self->kind->name, "crossing") == 0 ? "seen_at"
                       : self->reading ? "read_at" : NULL;
  if (moment != NULL)
    {
      *from = *until = wf_entity_time (entity, moment);
      return *from != 0;
    }

  if (position != NULL)
    *from = *until = position->at;
  return position != NULL;
}

static gboolean
value_equals (GVariant          *value,
              const WfOgcFilter *filter)
{
  if (g_variant_is_of_type (value, G_VARIANT_TYPE_STRING))
    return strcmp (g_variant_get_string (value, NULL), filter->text) == 0;
  if (g_variant_is_of_type (value, G_VARIANT_TYPE_INT64))
    return (double) g_variant_get_int64 (value) == filter->number;
  if (g_variant_is_of_type (value, G_VARIANT_TYPE_DOUBLE))
    return g_variant_get_double (value) == filter->number;
  if (g_variant_is_of_type (value, G_VARIANT_TYPE_BOOLEAN))
    return g_variant_get_boolean (value) == (filter->text[0] == 't');
  if (g_variant_is_of_type (value, G_VARIANT_TYPE_STRING_ARRAY))
    {
      g_autofree const char **texts = g_variant_get_strv (value, NULL);

      return g_strv_contains (texts, filter->text);
    }

  return FALSE;
}

static gboolean
passes (WfOgcLayer       *self,
        const WfOgcQuery *query,
        guint32           number)
{
  WfEntity *entity = g_array_index (self->rows, Row, number).entity;
  int64_t from, until;

  /* What says nothing of time is always there. */
  if (query->timed && span_of (self, entity, &from, &until) && (until < query->from || from > query->until))
    return FALSE;

  if (query->filters == NULL || query->filters->len == 0)
    return TRUE;

  g_autofree GVariant **values = g_new0 (GVariant *, self->columns->len);
  gboolean good = TRUE;

  collect (self, entity, values);
  for (guint i = 0; good && i < query->filters->len; i++)
    {
      const WfOgcFilter *filter = &g_array_index (query->filters, WfOgcFilter, i);

      good = values[filter->column] != NULL && value_equals (values[filter->column], filter);
    }
  clear_values (values, self->columns->len);

  return good;
}

static int
compare_numbers (gconstpointer a,
                 gconstpointer b)
{
  guint32 one = *(const guint32 *) a;
  guint32 other = *(const guint32 *) b;

  return one < other ? -1 : one > other;
}

/* Many are put in order by ticking them off, which costs no more than a look at each row's bit. */
static void
sort_rows (GArray *found,
           guint   n_rows)
{
  if (found->len <= SORTED_MAX)
    {
      g_array_sort (found, compare_numbers);
      return;
    }

  gsize n_words = n_rows / 64 + 1;
  g_autofree guint64 *bits = g_new0 (guint64, n_words);
  guint n = 0;

  for (guint i = 0; i < found->len; i++)
    {
      guint32 number = g_array_index (found, guint32, i);

      bits[number / 64] |= G_GUINT64_CONSTANT (1) << (number % 64);
    }

  for (gsize word = 0; word < n_words; word++)
    for (guint64 rest = bits[word]; rest != 0; rest &= rest - 1)
      g_array_index (found, guint32, n++) = (guint32) (word * 64 + (guint) __builtin_ctzll (rest));

  g_array_set_size (found, n);
}

/* The rows in the boxes, in the order of the layer. */
static GArray *
find_in_boxes (WfOgcLayer       *self,
               const WfOgcQuery *query)
{
  GArray *found = wf_geo_index_query (self->index, &query->boxes[0]);

  if (query->n_boxes > 1)
    {
      g_autoptr (GArray) rest = wf_geo_index_query (self->index, &query->boxes[1]);

      g_array_append_vals (found, rest->data, rest->len);
    }

  sort_rows (found, self->rows->len);
  return found;
}

/* Counts a row, and writes it where it belongs to the page. */
static void
take_row (WfOgcLayer       *self,
          const WfOgcQuery *query,
          guint32           number,
          gboolean          behind,
          GString          *out,
          WfOgcPage        *page,
          guint32          *last)
{
  page->matched++;

  if (!behind)
    return;

  if (page->returned == query->limit)
    {
      page->last = wf_entity_id (g_array_index (self->rows, Row, *last).entity);
      return;
    }

  if (page->returned++ > 0)
    g_string_append_c (out, ',');
  append_row (self, number, out);
  g_string_append_c (out, '}');
  *last = number;
}

/**
 * wf_ogc_layer_query:
 * @self: a layer
 * @query: what is wanted
 * @out: where to write the features, with commas between them
 * @page: (out): how many there are
 *
 * Returns: whether it could be done; it cannot where the page is to begin behind a feature that is not there
 */
gboolean
wf_ogc_layer_query (WfOgcLayer       *self,
                    const WfOgcQuery *query,
                    GString          *out,
                    WfOgcPage        *page)
{
  guint32 after = 0;
  guint32 last = 0;
  gboolean plain = !query->timed && (query->filters == NULL || query->filters->len == 0);

  *page = (WfOgcPage) { 0 };
  if (query->after != NULL && !find_row (self, query->after, &after))
    return FALSE;

  if (query->n_boxes > 0)
    {
      g_autoptr (GArray) found = find_in_boxes (self, query);

      for (guint i = 0; i < found->len; i++)
        {
          guint32 number = g_array_index (found, guint32, i);

          if (plain || passes (self, query, number))
            take_row (self, query, number, query->after == NULL || number > after, out, page, &last);
        }

      return TRUE;
    }

  /* How many there are is known beforehand: the page is all there is to read. */
  for (guint32 number = plain && query->after != NULL ? after + 1 : 0; number < self->rows->len; number++)
    {
      if (!wf_geo_index_get (self->index, number, NULL, NULL) || (!plain && !passes (self, query, number)))
        continue;

      take_row (self, query, number, query->after == NULL || number > after, out, page, &last);
      if (plain && page->last != NULL)
        break;
    }
  if (plain)
    page->matched = (guint) wf_geo_index_get_size (self->index);

  return TRUE;
}

/**
 * wf_ogc_layer_feature:
 * @self: a layer
 * @id: a feature
 * @out: where to write it; its last brace is left to the caller
 *
 * Returns: whether it is there
 */
gboolean
wf_ogc_layer_feature (WfOgcLayer *self,
                      const char *id,
                      GString    *out)
{
  guint32 number;

  if (!find_row (self, id, &number) || !wf_geo_index_get (self->index, number, NULL, NULL))
    return FALSE;

  append_row (self, number, out);
  return TRUE;
}

/**
 * wf_ogc_layer_extent:
 * @self: a layer
 * @box: (out): where its features lie
 * @from: (out): the first of their times, %G_MAXINT64 where they have none
 * @until: (out): the last of them, %G_MAXINT64 for open, %G_MININT64 where they have none
 *
 * Returns: whether it has any
 */
gboolean
wf_ogc_layer_extent (WfOgcLayer *self,
                     WfGeoBox   *box,
                     int64_t    *from,
                     int64_t    *until)
{
  gboolean any = FALSE;

  *box = (WfGeoBox) { 180, 90, -180, -90 };
  *from = G_MAXINT64;
  *until = G_MININT64;

  for (guint32 number = 0; number < self->rows->len; number++)
    {
      double lon, lat;
      int64_t begin, end;

      if (!wf_geo_index_get (self->index, number, &lon, &lat))
        continue;

      any = TRUE;
      box->min_lon = MIN (box->min_lon, lon);
      box->min_lat = MIN (box->min_lat, lat);
      box->max_lon = MAX (box->max_lon, lon);
      box->max_lat = MAX (box->max_lat, lat);
      if (span_of (self, g_array_index (self->rows, Row, number).entity, &begin, &end))
        {
          *from = MIN (*from, begin);
          *until = MAX (*until, end);
        }
    }

  return any;
}
