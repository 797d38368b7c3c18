/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-ui"

#include "config.h"

#include "wf-search-places.h"

#include "wf-map-pack.h"
#include "wf-search-key.h"
#include "wf-ui-util.h"

#include <glib/gi18n.h>
#include <math.h>

/* How much a place counts among what matches alike: one's own, and one at the other end of the country. */
#define LOCAL_PLACE 38
#define FAR_PLACE 0

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
  WfNameIndex    *index;  /* (owned) */
};

static void
add_place (WfSearchPlaces *self,
           WfNameBuilder  *builder,
           WfMapFeature   *feature,
           guint           weight)
{
  g_autofree char *text = wf_ui_join (WF_SEARCH_KEY_PART, feature->name, feature->name_latin, NULL);
  g_autofree char *key = wf_search_key_new (text);
  /* Of a road, in the middle of what is there of it. */
  const double *point = feature->geometry->points + 2 * (feature->geometry->n_points / 2);
  Place place = {
    .title = (guint32) self->titles->len,
    .lon = (float) wf_mercator_lon (point[0]),
    .lat = (float) wf_mercator_lat (point[1]),
  };

  g_string_append_len (self->titles, feature->name, (gssize) strlen (feature->name) + 1);
  g_array_append_val (self->places, place);
  wf_name_builder_add (builder, key, weight, 0);
}

static void
read_places (WfSearchPlaces *self,
             WfNameBuilder  *builder,
             const char     *path)
{
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
  weight = info->box.max_lon - info->box.min_lon < 5 ? LOCAL_PLACE : FAR_PLACE;
  features = wf_map_pack_query (pack, 0, 0, 1, 1, info->max_zoom, &error);
  if (features == NULL)
    {
      g_debug ("%s", error->message);
      return;
    }
  for (guint i = 0; i < features->len && self->places->len < MOST_PLACES; i++)
    {
      WfMapFeature *feature = g_ptr_array_index (features, i);

      if (wf_map_class_is_place (feature->map_class) && wf_ui_nonempty (feature->name) != NULL && feature->geometry->n_points > 0)
        add_place (self, builder, feature, weight);
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
read_tiles (WfSearchPlaces *self,
            WfNameBuilder  *builder,
            const char     *path,
            WfDatum         datum,
            GCancellable   *cancellable)
{
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
              add_place (self, builder, feature, LOCAL_PLACE);
          }
      }
}

/**
 * wf_search_places_new:
 * @folder: (nullable): a folder of map packs; what cannot be read is left out
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
  WfNameBuilder *builder = wf_name_builder_new ();
  g_autoptr (GDir) dir = folder != NULL ? g_dir_open (folder, 0, NULL) : NULL;
  const char *name;

  g_atomic_ref_count_init (&self->refs);
  self->titles = g_string_new (NULL);
  self->places = g_array_new (FALSE, FALSE, sizeof (Place));
  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);

      if (g_str_has_suffix (name, ".wfmap") || g_str_has_suffix (name, ".wfpack") || g_str_has_suffix (name, ".mappack"))
        read_places (self, builder, path);
    }
  if (own_map != NULL && g_str_has_suffix (own_map, ".wfmap"))
    read_places (self, builder, own_map);
  else if (own_map != NULL)
    read_tiles (self, builder, own_map, datum, cancellable);
  self->index = wf_name_builder_finish (builder);

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
  WfSearchHit *hit = wf_search_hit_new (WF_SEARCH_PLACE, title, title, _("Place"));

  wf_search_hit_set_point (hit, (double) found->lon, (double) found->lat);

  return hit;
}
