/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-map"

#include "config.h"

#include "wf-base-map.h"

#include "wf-base-map-private.h"

#include "wf-raster.h"
#include "wf-tile-cache.h"

#include <glib/gi18n.h>
#include <string.h>

/**
 * WfBaseMap:
 *
 * What lies under everything on the map: map packs, and raster tiles over them. A file that turns out to be malformed, at
 * once or when the part of it comes into sight that is, is refused as a whole, and the map goes on without it: "refused"
 * says which, where and why.
 */
struct _WfBaseMap
{
  GObject parent_instance;

  GPtrArray *packs;   /* (owned) (element-type WfMapPack) the lower first; not changed once a view has it */
  WfRaster  *raster;  /* (owned) (nullable) likewise */

  GMutex      lock;
  GHashTable *refused; /* (owned) (element-type WfMapPack): packs without their references; under lock */
  gboolean    raster_refused; /* under lock */
  GPtrArray  *untold;  /* (owned) (element-type utf8): reasons; under lock */
  guint       telling; /* under lock */
};

enum
{
  SIGNAL_CHANGED,
  SIGNAL_REFUSED,
  SIGNAL_TROUBLE,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (WfBaseMap, wf_base_map, G_TYPE_OBJECT)

static void
wf_base_map_finalize (GObject *object)
{
  WfBaseMap *self = WF_BASE_MAP (object);

  g_ptr_array_unref (self->packs);
  g_clear_object (&self->raster);
  g_hash_table_unref (self->refused);
  g_ptr_array_unref (self->untold);
  g_mutex_clear (&self->lock);

  G_OBJECT_CLASS (wf_base_map_parent_class)->finalize (object);
}

static void
wf_base_map_class_init (WfBaseMapClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = wf_base_map_finalize;

  signals[SIGNAL_CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                          NULL, G_TYPE_NONE, 0);
  signals[SIGNAL_REFUSED] = g_signal_new ("refused", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                          NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  signals[SIGNAL_TROUBLE] = g_signal_new ("trouble", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                          G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
wf_base_map_init (WfBaseMap *self)
{
  g_mutex_init (&self->lock);
  self->packs = g_ptr_array_new_with_free_func (g_object_unref);
  self->refused = g_hash_table_new (NULL, NULL);
  self->untold = g_ptr_array_new_with_free_func (g_free);
}

/* --- what is refused --------------------------------------------------------------------------------------------- */

static gboolean
tell_cb (gpointer data)
{
  WfBaseMap *self = data;
  g_autoptr (GPtrArray) reasons = NULL;

  g_mutex_lock (&self->lock);
  reasons = g_steal_pointer (&self->untold);
  self->untold = g_ptr_array_new_with_free_func (g_free);
  self->telling = 0;
  g_mutex_unlock (&self->lock);

  for (guint i = 0; i < reasons->len; i++)
    g_signal_emit (self, signals[SIGNAL_REFUSED], 0, g_ptr_array_index (reasons, i));

  return G_SOURCE_REMOVE;
}

static void
note_reason (WfBaseMap    *self,
             const GError *error)
{
  g_message ("A map file is not used: %s", error->message);
  g_ptr_array_add (self->untold, g_strdup (error->message));
  if (self->telling == 0)
    self->telling = g_idle_add_full (G_PRIORITY_DEFAULT, tell_cb, g_object_ref (self), g_object_unref);
}

/* Each file is refused once, however many threads come upon it. */
static void
refuse_pack (WfBaseMap    *self,
             WfMapPack    *pack,
             const GError *error)
{
  g_mutex_lock (&self->lock);
  if (g_hash_table_add (self->refused, pack))
    note_reason (self, error);
  g_mutex_unlock (&self->lock);
}

static void
refuse_raster (WfBaseMap    *self,
               const GError *error)
{
  g_mutex_lock (&self->lock);
  if (!self->raster_refused)
    note_reason (self, error);
  self->raster_refused = TRUE;
  g_mutex_unlock (&self->lock);
}

static gboolean
has_raster (WfBaseMap *self)
{
  gboolean refused;

  g_mutex_lock (&self->lock);
  refused = self->raster_refused;
  g_mutex_unlock (&self->lock);

  return self->raster != NULL && !refused;
}

/**
 * wf_base_map_uses:
 * @self: a base map
 * @pack: one of its packs
 *
 * Returns: whether nothing has been found wrong with it. Any thread
 */
gboolean
wf_base_map_uses (WfBaseMap *self,
                  WfMapPack *pack)
{
  gboolean refused;

  g_mutex_lock (&self->lock);
  refused = g_hash_table_contains (self->refused, pack);
  g_mutex_unlock (&self->lock);

  return !refused;
}

/**
 * wf_base_map_query:
 * @self: a base map
 * @pack: one of its packs
 * @left: a box, as for wf_map_pack_query()
 * @top: the box
 * @right: the box
 * @bottom: the box
 * @zoom: the zoom
 *
 * Finds what a pack has in a box. One that is wrong there is refused. Any thread; blocks for the disk.
 *
 * Returns: (transfer full) (nullable) (element-type WfMapFeature): %NULL where the pack is not used
 */
GPtrArray *
wf_base_map_query (WfBaseMap *self,
                   WfMapPack *pack,
                   double     left,
                   double     top,
                   double     right,
                   double     bottom,
                   int        zoom)
{
  g_autoptr (GError) error = NULL;
  GPtrArray *features;

  if (!wf_base_map_uses (self, pack))
    return NULL;

  features = wf_map_pack_query (pack, left, top, right, bottom, zoom, &error);
  if (features == NULL)
    refuse_pack (self, pack, error);

  return features;
}

/* --- what there is ----------------------------------------------------------------------------------------------- */

/**
 * wf_base_map_new:
 *
 * Returns: (transfer full): a base map of nothing
 */
WfBaseMap *
wf_base_map_new (void)
{
  return g_object_new (WF_TYPE_BASE_MAP, NULL);
}

/**
 * wf_base_map_find_folder:
 *
 * Finds the folder of the shipped packs: basemap/ in the folder that WATCHFIRE_DATADIR names, or where the program was
 * installed.
 *
 * Returns: (transfer full): a path, whether it exists or not
 */
char *
wf_base_map_find_folder (void)
{
  const char *data = g_getenv ("WATCHFIRE_DATADIR");

  return g_build_filename (data != NULL && *data != '\0' ? data : PKGDATADIR, "basemap", NULL);
}

/**
 * wf_base_map_new_default:
 *
 * Opens the map that comes with the program: the overview, and the demonstration district on it. A pack that cannot be used
 * is refused, and the other is shown. Blocks for some milliseconds of disk.
 *
 * Returns: (transfer full): the base map
 */
WfBaseMap *
wf_base_map_new_default (void)
{
  static const char *names[] = { "overview.wfmap", "jiuyuan.wfmap" };
  WfBaseMap *self = wf_base_map_new ();
  g_autofree char *folder = wf_base_map_find_folder ();

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = g_build_filename (folder, names[i], NULL);

      wf_base_map_take_file (self, path, WF_DATUM_WGS84);
    }

  return self;
}

/**
 * wf_base_map_take_file:
 * @self: a base map that no view has yet
 * @path: a map pack (`.wfmap`), or else an MBTiles file
 * @datum: of an MBTiles file's tiles; a map pack says it itself
 *
 * Lays a file on what is there, or refuses it. Blocks for some milliseconds of disk.
 */
void
wf_base_map_take_file (WfBaseMap  *self,
                       const char *path,
                       WfDatum     datum)
{
  g_autoptr (GError) error = NULL;
  gboolean taken;

  g_return_if_fail (WF_IS_BASE_MAP (self));
  g_return_if_fail (path != NULL);

  taken = g_str_has_suffix (path, ".wfmap") ? wf_base_map_add_pack (self, path, &error)
                                            : wf_base_map_set_mbtiles (self, path, datum, &error);
  if (taken)
    return;

  g_mutex_lock (&self->lock);
  note_reason (self, error);
  g_mutex_unlock (&self->lock);
}

/**
 * wf_base_map_add_pack:
 * @self: a base map that no view has yet
 * @path: a map pack
 * @error: what is wrong with it
 *
 * Lays a map pack on those that are there.
 *
 * Returns: whether it could be opened
 */
gboolean
wf_base_map_add_pack (WfBaseMap   *self,
                      const char  *path,
                      GError     **error)
{
  g_return_val_if_fail (WF_IS_BASE_MAP (self), FALSE);

  WfMapPack *pack = wf_map_pack_open (path, error);
  if (pack == NULL)
    return FALSE;
  g_ptr_array_add (self->packs, pack);

  return TRUE;
}

static void
raster_changed_cb (WfBaseMap *self)
{
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}

static void
raster_trouble_cb (WfBaseMap  *self,
                   const char *sentence)
{
  g_signal_emit (self, signals[SIGNAL_TROUBLE], 0, sentence);
}

static void
take_raster (WfBaseMap *self,
             WfRaster  *raster)
{
  g_clear_object (&self->raster);
  self->raster = raster;
  g_signal_connect_object (raster, "changed", G_CALLBACK (raster_changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (raster, "trouble", G_CALLBACK (raster_trouble_cb), self, G_CONNECT_SWAPPED);
}

/**
 * wf_base_map_set_mbtiles:
 * @self: a base map that no view has yet
 * @path: an MBTiles file
 * @datum: of its tiles, which it does not say
 * @error: what is wrong with it
 *
 * Lays raster tiles over the packs' ground, where the packs' names stay on top; or vector tiles, as what the file's metadata say
 * that it has, as one more pack on those that are there.
 *
 * Returns: whether it could be opened
 */
gboolean
wf_base_map_set_mbtiles (WfBaseMap   *self,
                         const char  *path,
                         WfDatum      datum,
                         GError     **error)
{
  g_return_val_if_fail (WF_IS_BASE_MAP (self), FALSE);

  g_autoptr (WfMbtiles) set = wf_mbtiles_open (path, error);
  if (set == NULL)
    return FALSE;
  if (wf_mbtiles_get_info (set)->format == WF_TILE_VECTOR)
    g_ptr_array_add (self->packs, wf_map_pack_new_vector (set, datum));
  else
    take_raster (self, wf_raster_new_mbtiles (set, datum));

  return TRUE;
}

/**
 * wf_base_map_check_url:
 * @url_template: an address
 * @error: what is wrong with it
 *
 * Returns: whether it can be a tile server's
 */
gboolean
wf_base_map_check_url (const char  *url_template,
                       GError     **error)
{
  g_return_val_if_fail (url_template != NULL, FALSE);

  if ((!g_str_has_prefix (url_template, "http://") && !g_str_has_prefix (url_template, "https://"))
      || !wf_tile_fetcher_is_whole (url_template))
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                           _("The address of a tile server begins with http:// or https:// and contains {z}, {x} and {y}"
                             " (of WMTS: {TileMatrix}, {TileCol} and {TileRow})."));
      return FALSE;
    }

  return TRUE;
}

/**
 * wf_base_map_set_url:
 * @self: a base map that no view has yet
 * @url_template: http or https, with {z}, {x} and {y}
 * @attribution: what must stand under the map, as the server's terms ask
 * @datum: of its images
 * @grid: how they are cut
 * @max_zoom: the highest zoom that it has
 * @cache: how many bytes of its tiles, and of other servers', are kept on the disk; 0 for none
 * @error: what is wrong with the template
 *
 * Lays the tiles of a server over the packs' ground, as they come. Without the server the packs are seen.
 *
 * Returns: whether the template is one
 */
gboolean
wf_base_map_set_url (WfBaseMap   *self,
                     const char  *url_template,
                     const char  *attribution,
                     WfDatum      datum,
                     WfTileGrid   grid,
                     int          max_zoom,
                     gint64       cache,
                     GError     **error)
{
  g_return_val_if_fail (WF_IS_BASE_MAP (self), FALSE);

  if (!wf_base_map_check_url (url_template, error))
    return FALSE;

  g_autofree char *path = cache > 0 ? wf_tile_cache_find_path () : NULL;
  g_autoptr (WfTileFetcher) server = wf_tile_fetcher_new (url_template, path, cache);
  wf_base_map_set_server (self, server, attribution, datum, grid, max_zoom);

  return TRUE;
}

/**
 * wf_base_map_set_server:
 * @self: a base map that no view has yet
 * @server: what fetches tiles
 * @attribution: what must stand under the map
 * @datum: of its images
 * @grid: how they are cut
 * @max_zoom: the highest zoom that it has
 *
 * Lays the tiles of a server over the packs' ground.
 */
void
wf_base_map_set_server (WfBaseMap     *self,
                        WfTileFetcher *server,
                        const char    *attribution,
                        WfDatum        datum,
                        WfTileGrid     grid,
                        int            max_zoom)
{
  g_return_if_fail (WF_IS_BASE_MAP (self) && WF_IS_TILE_FETCHER (server));

  take_raster (self, wf_raster_new_server (server, attribution, datum, grid, CLAMP (max_zoom, 1, 22)));
}

/**
 * wf_base_map_get_packs:
 * @self: a base map
 *
 * Returns: (transfer none) (element-type WfMapPack): its packs, the lower first
 */
GPtrArray *
wf_base_map_get_packs (WfBaseMap *self)
{
  g_return_val_if_fail (WF_IS_BASE_MAP (self), NULL);

  return self->packs;
}

/**
 * wf_base_map_get_home:
 * @self: a base map
 * @home: (out): the extent of the topmost pack that stands for a district
 *
 * Returns: whether there is one
 */
gboolean
wf_base_map_get_home (WfBaseMap *self,
                      WfGeoBox  *home)
{
  g_return_val_if_fail (WF_IS_BASE_MAP (self), FALSE);

  for (guint i = self->packs->len; i-- > 0;)
    {
      const WfMapPackInfo *info = wf_map_pack_get_info (g_ptr_array_index (self->packs, i));
      if (!info->opaque || info->home.min_lon >= info->home.max_lon
          || !wf_base_map_uses (self, g_ptr_array_index (self->packs, i)))
        continue;
      *home = info->home;
      return TRUE;
    }

  return FALSE;
}

/**
 * wf_base_map_get_attribution:
 * @self: a base map
 * @lon: the middle of the view
 * @lat: the middle of the view
 * @zoom: of the view
 *
 * Says where the map that is seen comes from, as its terms ask for: 示意图 where it is a schematic map, sources, review
 * numbers (审图号).
 *
 * Returns: (transfer full): one line
 */
char *
wf_base_map_get_attribution (WfBaseMap *self,
                             double     lon,
                             double     lat,
                             int        zoom)
{
  g_return_val_if_fail (WF_IS_BASE_MAP (self), NULL);

  g_autoptr (GPtrArray) words = g_ptr_array_new_with_free_func (g_free);
  gboolean schematic = FALSE;

  for (guint i = self->packs->len; i-- > 0;)
    {
      const WfMapPackInfo *info = wf_map_pack_get_info (g_ptr_array_index (self->packs, i));
      if (zoom < info->min_zoom || (info->opaque && !wf_geo_box_contains (&info->box, lon, lat))
          || !wf_base_map_uses (self, g_ptr_array_index (self->packs, i)))
        continue;

      schematic |= info->schematic;
      g_ptr_array_add (words, g_strdup (info->attribution));
      if (*info->review_number != '\0')
        g_ptr_array_add (words, g_strdup (info->review_number));
    }
  if (has_raster (self) && *wf_raster_get_attribution (self->raster) != '\0')
    g_ptr_array_insert (words, 0, g_strdup (wf_raster_get_attribution (self->raster)));
  if (schematic && !has_raster (self))
    g_ptr_array_insert (words, 0, g_strdup (_("Schematic map")));
  if (words->len == 0)
    g_ptr_array_add (words, g_strdup (_("No base map")));
  g_ptr_array_add (words, NULL);

  return g_strjoinv (" · ", (char **) words->pdata);
}

/* Raster tiles come over the packs' ground. Where one of a file is wrong, all that was drawn of the file in this area goes. */
void
wf_base_map_draw_raster (WfBaseMap         *self,
                         cairo_t           *cr,
                         const WfBaseArea  *area,
                         gboolean          *incomplete)
{
  g_autoptr (GError) error = NULL;

  if (!has_raster (self))
    return;

  cairo_push_group (cr);
  if (wf_raster_draw (self->raster, cr, area, incomplete, &error))
    {
      cairo_pop_group_to_source (cr);
      cairo_paint (cr);
      return;
    }

  cairo_pattern_destroy (cairo_pop_group (cr));
  refuse_raster (self, error);
}
