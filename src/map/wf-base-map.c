/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-map"

#include "config.h"

#include "wf-base-map.h"

#include "wf-base-map-private.h"

#include "wf-raster.h"

#include <glib/gi18n.h>
#include <string.h>

struct _WfBaseMap
{
  GObject parent_instance;

  GPtrArray *packs;  /* (owned) (element-type WfMapPack) the lower first */
  WfRaster  *raster; /* (owned) (nullable) */
};

enum
{
  SIGNAL_CHANGED,
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

  G_OBJECT_CLASS (wf_base_map_parent_class)->finalize (object);
}

static void
wf_base_map_class_init (WfBaseMapClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = wf_base_map_finalize;

  signals[SIGNAL_CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                          NULL, G_TYPE_NONE, 0);
}

static void
wf_base_map_init (WfBaseMap *self)
{
  self->packs = g_ptr_array_new_with_free_func (g_object_unref);
}

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
 * @error: what is wrong
 *
 * Opens the map that comes with the program: the overview, and the demonstration district on it. Blocks for some
 * milliseconds of disk.
 *
 * Returns: (transfer full): the base map, or %NULL
 */
WfBaseMap *
wf_base_map_new_default (GError **error)
{
  static const char *names[] = { "overview.wfmap", "jiuyuan.wfmap" };
  g_autoptr (WfBaseMap) self = wf_base_map_new ();
  g_autofree char *folder = wf_base_map_find_folder ();

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = g_build_filename (folder, names[i], NULL);
      if (!wf_base_map_add_pack (self, path, error))
        return NULL;
    }

  return g_steal_pointer (&self);
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
take_raster (WfBaseMap *self,
             WfRaster  *raster)
{
  g_clear_object (&self->raster);
  self->raster = raster;
  g_signal_connect_object (raster, "changed", G_CALLBACK (raster_changed_cb), self, G_CONNECT_SWAPPED);
}

/**
 * wf_base_map_set_mbtiles:
 * @self: a base map that no view has yet
 * @path: an MBTiles file of raster tiles
 * @datum: of its images
 * @error: what is wrong with it
 *
 * Lays raster tiles over the packs' ground. The packs' names stay on top.
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
  take_raster (self, wf_raster_new_mbtiles (set, datum));

  return TRUE;
}

/**
 * wf_base_map_set_url:
 * @self: a base map that no view has yet
 * @url_template: http or https, with {z}, {x} and {y}
 * @attribution: what must stand under the map, as the server's terms ask
 * @datum: of its images
 * @max_zoom: the highest zoom that it has
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
                     int          max_zoom,
                     GError     **error)
{
  g_return_val_if_fail (WF_IS_BASE_MAP (self), FALSE);

  if ((!g_str_has_prefix (url_template, "http://") && !g_str_has_prefix (url_template, "https://"))
      || strstr (url_template, "{z}") == NULL || strstr (url_template, "{x}") == NULL || strstr (url_template, "{y}") == NULL)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                           _("The address of a tile server begins with http:// or https:// and contains {z}, {x} and {y}."));
      return FALSE;
    }
  take_raster (self, wf_raster_new_url (url_template, attribution, datum, CLAMP (max_zoom, 1, 22)));

  return TRUE;
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
      if (!info->opaque)
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
      if (zoom < info->min_zoom || (info->opaque && !wf_geo_box_contains (&info->box, lon, lat)))
        continue;

      schematic |= info->schematic;
      g_ptr_array_add (words, g_strdup (info->attribution));
      if (*info->review_number != '\0')
        g_ptr_array_add (words, g_strdup (info->review_number));
    }
  if (self->raster != NULL && *wf_raster_get_attribution (self->raster) != '\0')
    g_ptr_array_insert (words, 0, g_strdup (wf_raster_get_attribution (self->raster)));
  if (schematic && self->raster == NULL)
    g_ptr_array_insert (words, 0, g_strdup (_("Schematic map")));
  g_ptr_array_add (words, NULL);

  return g_strjoinv (" · ", (char **) words->pdata);
}

/* Raster tiles come over the packs' ground. */
gboolean
wf_base_map_draw_raster (WfBaseMap         *self,
                         cairo_t           *cr,
                         const WfBaseArea  *area,
                         gboolean          *incomplete,
                         GError           **error)
{
  return self->raster == NULL || wf_raster_draw (self->raster, cr, area, incomplete, error);
}
