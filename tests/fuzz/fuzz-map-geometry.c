/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "wf-map-feature.h"

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput (const uint8_t *data,
                            size_t         size);

/* What is read can be written, and reads the same again. */
int
LLVMFuzzerTestOneInput (const uint8_t *data,
                        size_t         size)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (WfMapGeometry) geometry = wf_map_geometry_from_blob (data, size, &error);

  if (geometry == NULL)
    {
      g_assert_nonnull (error);
      return 0;
    }

  g_autoptr (GBytes) blob = wf_map_geometry_to_blob (geometry);
  g_autoptr (WfMapGeometry) again = wf_map_geometry_from_blob (g_bytes_get_data (blob, NULL), g_bytes_get_size (blob),
                                                               &error);
  g_assert_no_error (error);
  g_assert_cmpuint (again->n_points, ==, geometry->n_points);
  g_assert_cmpmem (again->points, again->n_points * 2 * sizeof (double), geometry->points,
                   geometry->n_points * 2 * sizeof (double));

  return 0;
}
