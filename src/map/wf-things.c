/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-map"

#include "config.h"

#include "wf-things.h"

#include "wf-geo-index.h"

#include <glib/gi18n.h>
#include <string.h>

/* So many changed rows are remembered at least, for those who follow. */
#define MIN_CHANGES 4096

typedef struct
{
  char   *id;    /* (owned) (nullable) NULL in a free row */
  char   *label; /* (owned) */
  double  lon;
  double  lat;
  guint8  kind;
  guint8  state;
  guint8  level;
} Row;

struct _WfThings
{
  GObject parent_instance;

  GArray     *rows;      /* (element-type Row) */
  GArray     *free_rows; /* (element-type guint32) */
  GHashTable *by_id;     /* id, owned by its row → row + 1 */
  WfGeoIndex *index;     /* (owned) */
  guint64     serial;    /* how many changes there were */
  GArray     *changes;   /* (element-type guint32) the rows of the last of them */
  guint       changed_id;
};

typedef struct
{
  WfThings   *things;
  WfThingKind kind;
} KindFilter;

enum
{
  SIGNAL_CHANGED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static const struct
{
  const char *name;
  const char *title;
} kinds[WF_N_THING_KINDS] = {
  [WF_THING_TEAM] = { "team", N_("Teams") },
  [WF_THING_EXPERT] = { "expert", N_("Experts") },
  [WF_THING_DEPOT] = { "depot", N_("Depots") },
  [WF_THING_HAZARD] = { "hazard_source", N_("Hazard sources") },
  [WF_THING_SHELTER] = { "shelter", N_("Shelters") },
  [WF_THING_HOSPITAL] = { "hospital", N_("Hospitals") },
  [WF_THING_FIRE_STATION] = { "fire_station", N_("Fire stations") },
  [WF_THING_WATER] = { "water_source", N_("Water sources") },
  [WF_THING_FIRM] = { "firm", N_("Firms") },
  [WF_THING_DANGER] = { "hidden_danger", N_("Hidden dangers") },
  [WF_THING_HELIPAD] = { "helipad", N_("Helipads") },
  [WF_THING_WATCHTOWER] = { "watchtower", N_("Watchtowers") },
  [WF_THING_FIREBREAK] = { "firebreak", N_("Firebreaks") },
  [WF_THING_FLOOD_SECTION] = { "flood_section", N_("Flood-risk sections") },
  [WF_THING_RESERVOIR] = { "reservoir", N_("Reservoirs") },
  [WF_THING_TAILINGS] = { "tailings_pond", N_("Tailings ponds") },
  [WF_THING_PIPELINE] = { "pipeline", N_("Pipelines") },
  [WF_THING_SIREN] = { "loudspeaker", N_("Loudspeakers") },
  [WF_THING_CAMERA] = { "camera", N_("Cameras") },
  [WF_THING_UNIT] = { "unit", N_("Mobile units") },
  [WF_THING_OTHER] = { "other", N_("Other") },
};

G_DEFINE_FINAL_TYPE (WfThings, wf_things, G_TYPE_OBJECT)

static void
clear_row (gpointer data)
{
  Row *row = data;

  g_clear_pointer (&row->id, g_free);
  g_clear_pointer (&row->label, g_free);
}

static gboolean
changed_cb (gpointer data)
{
  WfThings *self = data;

  self->changed_id = 0;
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);

  return G_SOURCE_REMOVE;
}

/* Many changes in one turn of the loop are one signal. */
static void
note_change (WfThings *self,
             guint32   row)
{
  if (self->changes->len > MAX (MIN_CHANGES, self->rows->len / 2))
    g_array_set_size (self->changes, 0);
  g_array_append_val (self->changes, row);
  self->serial++;
  if (self->changed_id == 0)
    self->changed_id = g_idle_add_full (G_PRIORITY_HIGH_IDLE, changed_cb, self, NULL);
}

static void
wf_things_dispose (GObject *object)
{
  WfThings *self = WF_THINGS (object);

  g_clear_handle_id (&self->changed_id, g_source_remove);

  G_OBJECT_CLASS (wf_things_parent_class)->dispose (object);
}

static void
wf_things_finalize (GObject *object)
{
  WfThings *self = WF_THINGS (object);

  g_hash_table_unref (self->by_id);
  g_array_unref (self->rows);
  g_array_unref (self->free_rows);
  g_array_unref (self->changes);
  wf_geo_index_free (self->index);

  G_OBJECT_CLASS (wf_things_parent_class)->finalize (object);
}

static void
wf_things_class_init (WfThingsClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = wf_things_dispose;
  G_OBJECT_CLASS (klass)->finalize = wf_things_finalize;

  signals[SIGNAL_CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                          G_TYPE_NONE, 0);
}

static void
wf_things_init (WfThings *self)
{
  self->rows = g_array_new (FALSE, TRUE, sizeof (Row));
  g_array_set_clear_func (self->rows, clear_row);
  self->free_rows = g_array_new (FALSE, FALSE, sizeof (guint32));
  self->changes = g_array_new (FALSE, FALSE, sizeof (guint32));
  self->by_id = g_hash_table_new (g_str_hash, g_str_equal);
  self->index = wf_geo_index_new ();
}

static void
fill_thing (const Row *row,
            WfThing   *thing)
{
  *thing = (WfThing){ row->id, row->kind, row->state, row->level, row->lon, row->lat, row->label };
}

static gboolean
is_of_kind (guint32  point,
            gpointer user_data)
{
  const KindFilter *filter = user_data;

  return g_array_index (filter->things->rows, Row, point).kind == filter->kind;
}

/**
 * wf_things_new:
 *
 * Returns: (transfer full): an empty store
 */
WfThings *
wf_things_new (void)
{
  return g_object_new (WF_TYPE_THINGS, NULL);
}

/**
 * wf_things_put:
 * @self: a store
 * @thing: a thing; its texts are copied
 *
 * Adds a thing, or replaces the one of the same id. A place that is none on earth takes it off the map.
 */
void
wf_things_put (WfThings      *self,
               const WfThing *thing)
{
  g_return_if_fail (WF_IS_THINGS (self));
  g_return_if_fail (thing != NULL && thing->id != NULL);
  g_return_if_fail (thing->kind < WF_N_THING_KINDS);

  if (!wf_geo_is_valid (thing->lon, thing->lat))
    {
      wf_things_remove (self, thing->id);
      return;
    }

  guint32 number = GPOINTER_TO_UINT (g_hash_table_lookup (self->by_id, thing->id));
  if (number == 0 && self->free_rows->len > 0)
    {
      number = g_array_index (self->free_rows, guint32, self->free_rows->len - 1) + 1;
      g_array_set_size (self->free_rows, self->free_rows->len - 1);
    }
  else if (number == 0)
    {
      g_array_set_size (self->rows, self->rows->len + 1);
      number = self->rows->len;
    }

  Row *row = &g_array_index (self->rows, Row, number - 1);
  guint8 level = (guint8) CLAMP (thing->level, 0, 255);
  if (row->id != NULL && row->kind == thing->kind && row->state == thing->state && row->level == level
      && g_strcmp0 (row->label, thing->label) == 0
      && memcmp (&row->lon, &thing->lon, sizeof (double)) == 0 && memcmp (&row->lat, &thing->lat, sizeof (double)) == 0)
    return;
  if (row->id == NULL)
    {
      row->id = g_strdup (thing->id);
      g_hash_table_insert (self->by_id, row->id, GUINT_TO_POINTER (number));
    }
  if (g_strcmp0 (row->label, thing->label) != 0)
    {
      g_free (row->label);
      row->label = g_strdup (thing->label);
    }
  row->lon = thing->lon;
  row->lat = thing->lat;
  row->kind = (guint8) thing->kind;
  row->state = (guint8) thing->state;
  row->level = level;
  wf_geo_index_put (self->index, number - 1, thing->lon, thing->lat);
  note_change (self, number - 1);
}

/**
 * wf_things_remove:
 * @self: a store
 * @id: a thing's id
 *
 * Returns: whether it was there
 */
gboolean
wf_things_remove (WfThings   *self,
                  const char *id)
{
  g_return_val_if_fail (WF_IS_THINGS (self), FALSE);

  guint32 number = GPOINTER_TO_UINT (g_hash_table_lookup (self->by_id, id));
  if (number == 0)
    return FALSE;

  guint32 row = number - 1;
  g_hash_table_remove (self->by_id, id);
  wf_geo_index_remove (self->index, row);
  clear_row (&g_array_index (self->rows, Row, row));
  g_array_append_val (self->free_rows, row);
  note_change (self, row);

  return TRUE;
}

/**
 * wf_things_clear:
 * @self: a store
 *
 * Removes everything.
 */
void
wf_things_clear (WfThings *self)
{
  g_return_if_fail (WF_IS_THINGS (self));

  g_hash_table_remove_all (self->by_id);
  g_array_set_size (self->rows, 0);
  g_array_set_size (self->free_rows, 0);
  wf_geo_index_free (self->index);
  self->index = wf_geo_index_new ();
  note_change (self, 0);
  /* Nobody can follow this row by row. */
  g_array_set_size (self->changes, 0);
}

/**
 * wf_things_get_size:
 * @self: a store
 *
 * Returns: how many things there are
 */
gsize
wf_things_get_size (WfThings *self)
{
  g_return_val_if_fail (WF_IS_THINGS (self), 0);

  return g_hash_table_size (self->by_id);
}

/**
 * wf_things_get:
 * @self: a store
 * @id: an id
 * @thing: (out): the thing; its texts belong to the store and last until it changes
 *
 * Returns: whether there is such a thing
 */
gboolean
wf_things_get (WfThings   *self,
               const char *id,
               WfThing    *thing)
{
  g_return_val_if_fail (WF_IS_THINGS (self), FALSE);

  guint32 number = id != NULL ? GPOINTER_TO_UINT (g_hash_table_lookup (self->by_id, id)) : 0;

  return number != 0 && wf_things_get_row (self, number - 1, thing);
}

/**
 * wf_things_get_n_rows:
 * @self: a store
 *
 * Returns: how many rows there are, free ones included
 */
guint32
wf_things_get_n_rows (WfThings *self)
{
  g_return_val_if_fail (WF_IS_THINGS (self), 0);

  return self->rows->len;
}

/**
 * wf_things_get_row:
 * @self: a store
 * @row: a row
 * @thing: (out): the thing; its texts belong to the store and last until it changes
 *
 * Returns: whether the row holds a thing
 */
gboolean
wf_things_get_row (WfThings *self,
                   guint32   row,
                   WfThing  *thing)
{
  g_return_val_if_fail (WF_IS_THINGS (self), FALSE);

  if (row >= self->rows->len || g_array_index (self->rows, Row, row).id == NULL)
    return FALSE;
  fill_thing (&g_array_index (self->rows, Row, row), thing);

  return TRUE;
}

/**
 * wf_things_get_serial:
 * @self: a store
 *
 * Returns: a number that grows with every change
 */
guint64
wf_things_get_serial (WfThings *self)
{
  g_return_val_if_fail (WF_IS_THINGS (self), 0);

  return self->serial;
}

/**
 * wf_things_get_changes:
 * @self: a store
 * @since: a serial of before
 * @rows: (element-type guint32): the rows that have changed since then are appended, perhaps more than once
 *
 * For those who keep something of their own about every thing.
 *
 * Returns: whether the changes are all known; otherwise everything has to be looked at
 */
gboolean
wf_things_get_changes (WfThings *self,
                       guint64   since,
                       GArray   *rows)
{
  g_return_val_if_fail (WF_IS_THINGS (self), FALSE);

  if (since > self->serial || self->serial - since > self->changes->len)
    return FALSE;

  guint n = (guint) (self->serial - since);
  if (n > 0)
    g_array_append_vals (rows, &g_array_index (self->changes, guint32, self->changes->len - n), n);

  return TRUE;
}

/**
 * wf_things_nearest:
 * @self: a store
 * @kind: which kind; %WF_N_THING_KINDS for any
 * @lon: a place
 * @lat: a place
 * @k: how many are wanted
 *
 * Returns: (transfer full) (element-type WfGeoNeighbour): rows with their distance in a straight line, the nearest first
 */
GArray *
wf_things_nearest (WfThings    *self,
                   WfThingKind  kind,
                   double       lon,
                   double       lat,
                   guint        k)
{
  g_return_val_if_fail (WF_IS_THINGS (self), NULL);

  KindFilter filter = { self, kind };

  return wf_geo_index_nearest (self->index, lon, lat, k, G_MAXDOUBLE, kind < WF_N_THING_KINDS ? is_of_kind : NULL, &filter);
}

/**
 * wf_things_inside:
 * @self: a store
 * @ring: (array length=n): the corners of an area that does not cross the antimeridian
 * @n: how many
 *
 * Returns: (transfer full) (element-type guint32): the rows of the things in the area, in no order
 */
GArray *
wf_things_inside (WfThings         *self,
                  const WfGeoPoint *ring,
                  gsize             n)
{
  g_return_val_if_fail (WF_IS_THINGS (self), NULL);

  WfGeoBox box = { 180.0, 90.0, -180.0, -90.0 };
  guint kept = 0;

  for (gsize i = 0; i < n; i++)
    {
      box.min_lon = MIN (box.min_lon, ring[i].lon);
      box.max_lon = MAX (box.max_lon, ring[i].lon);
      box.min_lat = MIN (box.min_lat, ring[i].lat);
      box.max_lat = MAX (box.max_lat, ring[i].lat);
    }
  GArray *rows = wf_geo_index_query (self->index, &box);
  for (guint i = 0; i < rows->len; i++)
    {
      guint32 row = g_array_index (rows, guint32, i);
      const Row *thing = &g_array_index (self->rows, Row, row);
      if (wf_geo_polygon_contains (ring, n, thing->lon, thing->lat))
        g_array_index (rows, guint32, kept++) = row;
    }
  g_array_set_size (rows, kept);

  return rows;
}

/**
 * wf_thing_kind_get_name:
 * @kind: a kind
 *
 * Returns: its name in the model
 */
const char *
wf_thing_kind_get_name (WfThingKind kind)
{
  g_return_val_if_fail (kind < WF_N_THING_KINDS, NULL);

  return kinds[kind].name;
}

/**
 * wf_thing_kind_get_title:
 * @kind: a kind
 *
 * Returns: what to call such things, in the language of the screen
 */
const char *
wf_thing_kind_get_title (WfThingKind kind)
{
  g_return_val_if_fail (kind < WF_N_THING_KINDS, NULL);

  return _(kinds[kind].title);
}

/**
 * wf_thing_kind_parse:
 * @name: a name in the model
 * @kind: (out): the kind
 *
 * Returns: whether there is such a kind
 */
gboolean
wf_thing_kind_parse (const char  *name,
                     WfThingKind *kind)
{
  for (guint i = 0; i < WF_N_THING_KINDS; i++)
    if (g_strcmp0 (name, kinds[i].name) == 0)
      {
        *kind = (WfThingKind) i;
        return TRUE;
      }

  return FALSE;
}
