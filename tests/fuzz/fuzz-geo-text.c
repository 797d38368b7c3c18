/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "wf-geo-text.h"
#include "wf-geo.h"

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput (const uint8_t *data,
                            size_t         size);

/* Whatever is typed: an error, or a place on earth. */
int
LLVMFuzzerTestOneInput (const uint8_t *data,
                        size_t         size)
{
  g_autofree char *text = g_strndup ((const char *) data, size);
  g_autoptr (GError) error = NULL;
  double lon;
  double lat;

  if (wf_geo_parse (text, &lon, &lat, &error))
    g_assert_true (wf_geo_is_valid (lon, lat));
  else
    g_assert_nonnull (error);
  g_clear_error (&error);

  if (wf_geo_parse_swapped (text, &lon, &lat))
    g_assert_true (wf_geo_is_valid (lon, lat) && !wf_geo_parse (text, &lon, &lat, NULL));

  g_autoptr (GArray) points = wf_geo_parse_points (text, 50, &error);

  g_assert_true ((points == NULL) == (error != NULL));
  for (guint i = 0; points != NULL && i < points->len; i++)
    g_assert_true (wf_geo_is_valid (g_array_index (points, WfGeoPoint, i).lon, g_array_index (points, WfGeoPoint, i).lat));

  return 0;
}
