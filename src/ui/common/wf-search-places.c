/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-ui"

#include "config.h"

#include "wf-search-places.h"

#include "wf-divisions.h"
#include "wf-map-pack.h"
#include "wf-search-key.h"
#include "wf-ui-util.h"

#include <glib/gi18n.h>
#include <math.h>

/* How much a place counts among what matches alike: one's own, and one at the other end of the country. */
#define LOCAL_PLACE 38
#define FAR_PLACE 0

/* Divisions count more than a place that is called alike, and less than what is in the registers; those around one's own district
 * nearly as much as what is in it. */
static const guint far_divisions[] = { 9, 6, 3 };
#define NEAR_DIVISION 34

/* So far around the maps of one's own, in degrees, a division is near. */
#define NEAR_DEGREES 1.0

/* So far from where a division is shown may a map have it, which is one's own: of counties some are called alike. A place at the
 * other end of the country is it only where they are as good as the same. In metres. */
static const double reaches[] = { 2000000, 500000, 100000 };
#define SAME_PLACE 30000

/* At which a division is seen whole, or in what it belongs to. */
static const double zooms[] = { 6, 9, 11 };
#define MUNICIPALITY_ZOOM 9

#define NO_DIVISION G_MAXUINT

#define DIVISIONS_FILE "divisions.tsv"

/* Of all map packs, at most so many names. */
#define MOST_PLACES 2000000

/* Of vector tiles so many are read, some milliseconds each: a province whole at the zoom of its streets' names, or a country at
 * that of its villages. */
#define MOST_TILES 4096

/* Tiles of this zoom are some ten kilometres wide: a name that stands in neighbouring tiles is the same within one of them. */
#define SAME_ZOOM 12

typedef struct
{
  guint32 title; /* in the titles */
  float   lon;
  float   lat;   /* to about a metre, which is less than a name is wide */
} Place;

struct _WfSearchPlaces
{
  gatomicrefcount refs;
  GString        *titles; /* (owned): one behind the other, each with its NUL */
  GArray         *places; /* (owned) (element-type Place) */
  WfDivisions    *divisions; /* (owned) (nullable) */
  GHashTable     *shown;  /* (owned): place → its division, plus one */
  guint           n_on_maps; /* the divisions that no map of one's own has come behind them */
  WfNameIndex    *index;  /* (owned) */
};

/* What is known of the divisions while places are read. */
typedef struct
{
  WfSearchPlaces *self;
  WfNameBuilder  *builder;
  GHashTable     *by_name; /* (owned) (element-type utf8 GArray): a name → divisions that have it */
  char          **latin;   /* (owned) (array) (nullable elements): what else they are called */
  gboolean       *shown;   /* (owned) (array): a map of one's own has it */
  GArray         *boxes;   /* (owned) (element-type WfGeoBox): of the maps of one's own */
} Reading;

static void
reading_init (Reading        *reading,
              WfSearchPlaces *self)
{
  guint n = self->divisions != NULL ? wf_divisions_get_n (self->divisions) : 0;

  reading->self = self;
  reading->builder = wf_name_builder_new ();
  reading->by_name = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify) g_array_unref);
  reading->latin = g_new0 (char *, n + 1);
  reading->shown = g_new0 (gboolean, n + 1);
  reading->boxes = g_array_new (FALSE, FALSE, sizeof (WfGeoBox));
  for (guint i = 0; i < n; i++)
    {
      const char *name = wf_divisions_get (self->divisions, i)->name;
      GArray *alike = g_hash_table_lookup (reading->by_name, name);

      if (alike == NULL)
        {
          alike = g_array_new (FALSE, FALSE, sizeof (guint));
          g_hash_table_insert (reading->by_name, (gpointer) name, alike);
        }
      g_array_append_val (alike, i);
    }
}

static void
reading_clear (Reading *reading)
{
  guint n = reading->self->divisions != NULL ? wf_divisions_get_n (reading->self->divisions) : 0;

  for (guint i = 0; i < n; i++)
    g_free (reading->latin[i]);
  g_free (reading->latin);
  g_free (reading->shown);
  g_hash_table_unref (reading->by_name);
  g_array_unref (reading->boxes);
}

/* The division that a place of a map is: the nearest one of that name, if it is near enough. */
static guint
find_division (Reading      *reading,
               WfMapFeature *feature,
               double        lon,
               double        lat,
               gboolean      local)
{
  GArray *alike = feature->map_class >= WF_MAP_CLASS_PLACE_CAPITAL && feature->map_class <= WF_MAP_CLASS_PLACE_TOWN
    ? g_hash_table_lookup (reading->by_name, feature->name) : NULL;
  guint nearest = NO_DIVISION;
  double least = G_MAXDOUBLE;

  for (guint i = 0; alike != NULL && i < alike->len; i++)
    {
      guint index = g_array_index (alike, guint, i);
      const WfDivision *division = wf_divisions_get (reading->self->divisions, index);
      double away = wf_geo_distance (lon, lat, division->lon, division->lat);

      if (away < least && away <= (local ? reaches[division->level] : SAME_PLACE))
        {
          least = away;
          nearest = index;
        }
    }

  return nearest;
}

static void
add_key (Reading    *reading,
         const char *name,
         const char *latin, /* (nullable) */
         guint       division,
         guint       weight)
{
  char code[16] = "";

  if (division != NO_DIVISION)
    g_snprintf (code, sizeof code, "%u", wf_divisions_get (reading->self->divisions, division)->code);

  g_autofree char *text = wf_ui_join (WF_SEARCH_KEY_PART, name, latin != NULL ? latin : "", code, NULL);
  g_autofree char *key = wf_search_key_new (text);

  wf_name_builder_add (reading->builder, key, weight, 0);
}

static void
append_place (WfSearchPlaces *self,
              const char     *title,
              double          lon,
              double          lat,
              guint           division)
{
  Place place = { .title = (guint32) self->titles->len, .lon = (float) lon, .lat = (float) lat };

  if (division != NO_DIVISION)
    g_hash_table_insert (self->shown, GUINT_TO_POINTER (self->places->len), GUINT_TO_POINTER (division + 1));
  g_string_append_len (self->titles, title, (gssize) strlen (title) + 1);
  g_array_append_val (self->places, place);
}

static void
add_place (Reading      *reading,
           WfMapFeature *feature,
           guint         weight)
{
  /* Of a road, in the middle of what is there of it. */
  const double *point = feature->geometry->points + 2 * (feature->geometry->n_points / 2);
  double lon = wf_mercator_lon (point[0]);
  double lat = wf_mercator_lat (point[1]);
  gboolean local = weight == LOCAL_PLACE;
  guint division = find_division (reading, feature, lon, lat, local);

  if (division != NO_DIVISION && reading->latin[division] == NULL)
    reading->latin[division] = g_strdup (feature->name_latin);
  /* What is a division is found once: where one's own map has it, or else as what is known of all of them. */
  if (division != NO_DIVISION && (!local || reading->shown[division]))
    return;
  if (division != NO_DIVISION)
    reading->shown[division] = TRUE;

  append_place (reading->self, feature->name, lon, lat, division);
  add_key (reading, feature->name, feature->name_latin, division, weight);
}

static gboolean
is_near (Reading          *reading,
         const WfDivision *division)
{
  for (guint i = 0; i < reading->boxes->len; i++)
    {
      const WfGeoBox *box = &g_array_index (reading->boxes, WfGeoBox, i);

      if (division->lon >= box->min_lon - NEAR_DEGREES && division->lon <= box->max_lon + NEAR_DEGREES
          && division->lat >= box->min_lat - NEAR_DEGREES && division->lat <= box->max_lat + NEAR_DEGREES)
        return TRUE;
    }

  return FALSE;
}

static void
add_divisions (Reading *reading)
{
  WfSearchPlaces *self = reading->self;
  guint n = self->divisions != NULL ? wf_divisions_get_n (self->divisions) : 0;

  for (guint i = 0; i < n; i++)
    {
      const WfDivision *division = wf_divisions_get (self->divisions, i);

      if (reading->shown[i])
        continue;
      append_place (self, division->name, division->lon, division->lat, i);
      add_key (reading, division->name, reading->latin[i], i,
               is_near (reading, division) ? NEAR_DIVISION : far_divisions[division->level]);
    }
}

static gboolean
is_small (const WfGeoBox *box)
{
  return box->max_lon - box->min_lon < 5;
}

static void
read_places (Reading    *reading,
             const char *path)
{
  WfSearchPlaces *self = reading->self;
  g_autoptr (GError) error = NULL;
  g_autoptr (WfMapPack) pack = wf_map_pack_open (path, &error);
  g_autoptr (GPtrArray) features = NULL;
  const WfMapPackInfo *info;
  guint weight;

  if (pack == NULL)
    {
      g_debug ("%s", error->message);
      return;
    }
  info = wf_map_pack_get_info (pack);
  /* The pack of a district has its streets; that of the world is for orientation. */
  weight = is_small (&info->box) ? LOCAL_PLACE : FAR_PLACE;
  if (is_small (&info->box))
    g_array_append_val (reading->boxes, info->box);
  features = wf_map_pack_read_names (pack, &error);
  if (features == NULL)
    {
      g_debug ("%s", error->message);
      return;
    }
  for (guint i = 0; i < features->len && self->places->len < MOST_PLACES; i++)
    {
      WfMapFeature *feature = g_ptr_array_index (features, i);

      if (wf_ui_nonempty (feature->name) != NULL && feature->geometry->n_points > 0)
        add_place (reading, feature, weight);
    }
}

static gboolean
is_new (GHashTable   *seen,
        WfMapFeature *feature)
{
  double cells = exp2 (SAME_ZOOM);

  return g_hash_table_add (seen, g_strdup_printf ("%d %d %d %s", feature->map_class, (int) (feature->geometry->points[0] * cells),
                                                  (int) (feature->geometry->points[1] * cells), feature->name));
}

/* The zoom at which a box has no more tiles than are read; @tiles is left, top, right, bottom there. */
static int
choose_zoom (const WfMbtilesInfo *info,
             int                  tiles[4])
{
  int zoom = info->max_zoom;

  for (;; zoom--)
    {
      double n = exp2 (zoom);

      tiles[0] = (int) CLAMP (floor (wf_mercator_x (info->box.min_lon) * n), 0.0, n - 1.0);
      tiles[1] = (int) CLAMP (floor (wf_mercator_y (info->box.max_lat) * n), 0.0, n - 1.0);
      tiles[2] = (int) CLAMP (floor (wf_mercator_x (info->box.max_lon) * n), 0.0, n - 1.0);
      tiles[3] = (int) CLAMP (floor (wf_mercator_y (info->box.min_lat) * n), 0.0, n - 1.0);
      if (zoom <= info->min_zoom || (gint64) (tiles[2] - tiles[0] + 1) * (tiles[3] - tiles[1] + 1) <= MOST_TILES)
        return zoom;
    }
}

static void
read_tiles (Reading      *reading,
            const char   *path,
            WfDatum       datum,
            GCancellable *cancellable)
{
  WfSearchPlaces *self = reading->self;
  g_autoptr (GError) error = NULL;
  g_autoptr (WfMbtiles) set = wf_mbtiles_open (path, &error);

  if (set == NULL)
    g_debug ("%s", error->message);
  if (set == NULL || wf_mbtiles_get_info (set)->format != WF_TILE_VECTOR)
    return;

  g_autoptr (WfMapPack) pack = wf_map_pack_new_vector (set, datum);
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  int tiles[4];
  int zoom = choose_zoom (wf_mbtiles_get_info (set), tiles);
  double n = exp2 (zoom);
  /* Whatever has a name there, also what is written only when one goes nearer. */
  int shown = zoom == wf_mbtiles_get_info (set)->max_zoom ? wf_map_pack_get_info (pack)->max_zoom : zoom;
  guint n_read = 0;

  if (is_small (&wf_mbtiles_get_info (set)->box))
    g_array_append_val (reading->boxes, wf_mbtiles_get_info (set)->box);
  for (int y = tiles[1]; y <= tiles[3]; y++)
    for (int x = tiles[0]; x <= tiles[2]; x++)
      {
        /* A set that has no low zooms may be larger than what is read. */
        if (n_read++ >= MOST_TILES || g_cancellable_is_cancelled (cancellable))
          return;

        g_autoptr (GPtrArray) features = wf_map_pack_query (pack, x / n, y / n, (x + 1) / n, (y + 1) / n, shown, NULL);

        for (guint i = 0; features != NULL && i < features->len && self->places->len < MOST_PLACES; i++)
          {
            WfMapFeature *feature = g_ptr_array_index (features, i);

            /* Numbers of houses say nothing without their street. */
            if (wf_map_class_is_place (feature->map_class) && feature->map_class != WF_MAP_CLASS_PLACE_NUMBER
                && wf_ui_nonempty (feature->name) != NULL && feature->geometry->n_points > 0 && is_new (seen, feature))
              add_place (reading, feature, LOCAL_PLACE);
          }
      }
}

/**
 * wf_search_places_new:
 * @folder: (nullable): a folder of map packs and of divisions.tsv (see wf_divisions_read()); what cannot be read is left out
 * @own_map: (nullable): a centre's own map: a map pack, or an MBTiles file, which has names where its tiles are vector tiles
 * @datum: of the tiles of @own_map, if it is an MBTiles file
 * @cancellable: (nullable): to stop reading tiles; then names are missing
 *
 * Reads all names, which takes some seconds for a million, and as long for some thousand tiles: in a worker thread.
 *
 * Returns: (transfer full): the places
 */
WfSearchPlaces *
wf_search_places_new (const char   *folder,
                      const char   *own_map,
                      WfDatum       datum,
                      GCancellable *cancellable)
{
  WfSearchPlaces *self = g_new0 (WfSearchPlaces, 1);
  g_autoptr (GDir) dir = folder != NULL ? g_dir_open (folder, 0, NULL) : NULL;
  g_autoptr (GError) error = NULL;
  Reading reading;
  const char *name;

  g_atomic_ref_count_init (&self->refs);
  self->titles = g_string_new (NULL);
  self->places = g_array_new (FALSE, FALSE, sizeof (Place));
  self->shown = g_hash_table_new (NULL, NULL);
  if (folder != NULL)
    {
      g_autofree char *path = g_build_filename (folder, DIVISIONS_FILE, NULL);

      self->divisions = wf_divisions_read (path, &error);
      if (self->divisions == NULL)
        g_message ("%s", error->message);
    }
  reading_init (&reading, self);
  /* A centre's own comes first: what it has is not taken from others. */
  if (own_map != NULL && g_str_has_suffix (own_map, ".wfmap"))
    read_places (&reading, own_map);
  else if (own_map != NULL)
    read_tiles (&reading, own_map, datum, cancellable);
  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);

      if (g_str_has_suffix (name, ".wfmap") || g_str_has_suffix (name, ".wfpack") || g_str_has_suffix (name, ".mappack"))
        read_places (&reading, path);
    }
  self->n_on_maps = self->places->len;
  add_divisions (&reading);
  self->index = wf_name_builder_finish (reading.builder);
  reading_clear (&reading);

  return self;
}

/**
 * wf_search_places_ref:
 * @self: places
 *
 * Returns: (transfer full): @self
 */
WfSearchPlaces *
wf_search_places_ref (WfSearchPlaces *self)
{
  g_atomic_ref_count_inc (&self->refs);

  return self;
}

/**
 * wf_search_places_unref:
 * @self: (transfer full): places
 */
void
wf_search_places_unref (WfSearchPlaces *self)
{
  if (!g_atomic_ref_count_dec (&self->refs))
    return;

  g_string_free (self->titles, TRUE);
  g_array_unref (self->places);
  g_hash_table_unref (self->shown);
  g_clear_pointer (&self->divisions, wf_divisions_free);
  wf_name_index_unref (self->index);
  g_free (self);
}

/**
 * wf_search_places_find:
 * @self: places
 * @query: what was typed
 * @hits: (out caller-allocates) (array length=most): what was found, the best first
 * @most: how many are wanted
 *
 * Returns: how many were found
 */
guint
wf_search_places_find (WfSearchPlaces *self,
                       const char     *query,
                       WfNameHit      *hits,
                       guint           most)
{
  return wf_name_index_find (self->index, query, WF_NAME_ALL_TAGS, hits, most);
}

/* Level and all that it belongs to, the nearest first. */
static char *
describe (WfSearchPlaces   *self,
          const WfDivision *division,
          const char       *position)
{
  static const char *const levels[] = {
    NC_ ("division", "Province"), NC_ ("division", "Prefecture"), NC_ ("division", "County"),
  };
  const WfDivision *parent = wf_divisions_get_parent (self->divisions, division);
  const WfDivision *above = parent != NULL ? wf_divisions_get_parent (self->divisions, parent) : NULL;

  return wf_ui_join (" · ", g_dpgettext2 (NULL, "division", levels[division->level]), parent != NULL ? parent->name : "",
                     above != NULL ? above->name : "", position, NULL);
}

static double
choose_zoom_of (const WfDivision *division)
{
  guint province = division->code / 10000;

  /* Beijing, Tianjin, Shanghai, Chongqing, Hong Kong and Macao. */
  if (division->level == WF_DIVISION_PROVINCE
      && (province == 11 || province == 12 || province == 31 || province == 50 || province >= 81))
    return MUNICIPALITY_ZOOM;

  return zooms[division->level];
}

static WfSearchHit *
get_division (WfSearchPlaces   *self,
              const WfDivision *division)
{
  const WfDivision *parent = wf_divisions_get_parent (self->divisions, division);
  g_autofree char *id = g_strdup_printf ("%u", division->code);
  g_autofree char *position = division->at == WF_DIVISION_AT_SEAT ? g_strdup (_("shown at its seat"))
                              : division->at == WF_DIVISION_AT_TOWN ? g_strdup (_("shown at a place in it"))
                              : g_strdup_printf (_("place unknown, shown at the seat of %s"), parent->name);
  g_autofree char *subtitle = describe (self, division, position);
  g_autofree char *label = g_strdup_printf (_("%s (%s)"), division->name, position);
  WfSearchHit *hit = wf_search_hit_new (WF_SEARCH_DIVISION, id, division->name, subtitle);

  wf_search_hit_set_point (hit, division->lon, division->lat);
  wf_search_hit_set_view (hit, choose_zoom_of (division->at == WF_DIVISION_AT_PARENT ? parent : division), label);

  return hit;
}

/**
 * wf_search_places_get:
 * @self: places
 * @place: the number of a hit
 *
 * Returns: (transfer full): the place
 */
WfSearchHit *
wf_search_places_get (WfSearchPlaces *self,
                      guint32         place)
{
  const Place *found = &g_array_index (self->places, Place, place);
  const char *title = self->titles->str + found->title;
  guint shown = GPOINTER_TO_UINT (g_hash_table_lookup (self->shown, GUINT_TO_POINTER (place)));
  const WfDivision *division = shown > 0 ? wf_divisions_get (self->divisions, shown - 1) : NULL;
  g_autofree char *more = NULL;
  WfSearchHit *hit;

  if (division != NULL && place >= self->n_on_maps)
    return get_division (self, division);

  more = division != NULL ? describe (self, division, "") : g_strdup (_("Place"));
  hit = wf_search_hit_new (WF_SEARCH_PLACE, title, title, more);
  if (division != NULL)
    wf_search_hit_set_view (hit, choose_zoom_of (division), title);
  wf_search_hit_set_point (hit, (double) found->lon, (double) found->lat);

  return hit;
}
