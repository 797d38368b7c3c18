/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-map"

#include "config.h"

#include "wf-base-map.h"

#include "wf-base-map-private.h"

#include <glib/gi18n.h>

struct _WfBaseMap
{
  GObject parent_instance;

  GPtrArray *packs; /* (owned) (element-type WfMapPack) the lower first */
};

G_DEFINE_FINAL_TYPE (WfBaseMap, wf_base_map, G_TYPE_OBJECT)

static void
wf_base_map_finalize (GObject *object)
{
  WfBaseMap *self = WF_BASE_MAP (object);

  g_ptr_array_unref (self->packs);

  G_OBJECT_CLASS (wf_base_map_parent_class)->finalize (object);
}

static void
wf_base_map_class_init (WfBaseMapClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = wf_base_map_finalize;
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
  if (schematic)
    g_ptr_array_insert (words, 0, g_strdup (_("Schematic map")));
  g_ptr_array_add (words, NULL);

  return g_strjoinv (" · ", (char **) words->pdata);
}

/* Raster sources come over the packs. */
gboolean
wf_base_map_draw_raster (WfBaseMap         *self,
                         cairo_t           *cr,
                         const WfBaseArea  *area,
                         GError           **error)
{
  return TRUE;
}
