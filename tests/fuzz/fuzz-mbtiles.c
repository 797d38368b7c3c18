/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "wf-mbtiles.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput (const uint8_t *data,
                            size_t         size);

/* Lines of “name=value” are metadata; the same bytes are also tried as an image. */
int
LLVMFuzzerTestOneInput (const uint8_t *data,
                        size_t         size)
{
  g_autofree char *text = g_strndup ((const char *) data, size);
  g_auto (GStrv) lines = g_strsplit (text, "\n", 64);
  g_autoptr (GHashTable) metadata = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  WfMbtilesInfo info = { 0 };
  WfTileFormat format;
  guint width;
  guint height;

  for (gsize i = 0; lines[i] != NULL; i++)
    {
      char *equals = strchr (lines[i], '=');
      if (equals != NULL)
        g_hash_table_replace (metadata, g_strndup (lines[i], (gsize) (equals - lines[i])), g_strdup (equals + 1));
    }
  if (wf_mbtiles_parse_info (metadata, &info, NULL))
    {
      g_assert_cmpint (info.min_zoom, <=, info.max_zoom);
      g_assert_cmpfloat (info.box.min_lon, <, info.box.max_lon);
      wf_mbtiles_info_clear (&info);
    }
  if (wf_tile_image_check (data, size, &format, &width, &height, NULL))
    {
      wf_tile_image_is_whole (data, size, format);
      g_assert_cmpuint (width, >, 0);
      g_assert_cmpuint (width, <=, WF_MBTILES_MAX_SIDE);
      g_assert_cmpuint (height, <=, WF_MBTILES_MAX_SIDE);
    }

  return 0;
}
