/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "wf-vector-set.h"
#include "wf-vector-tile.h"

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput (const uint8_t *data,
                            size_t         size);

static void
feature_cb (const WfVectorFeature *feature,
            gpointer               data)
{
  int number;

  g_assert_cmpuint (feature->n_parts, >, 0);
  g_assert_cmpuint (feature->parts[feature->n_parts], ==, feature->n_points);
  g_assert_nonnull (wf_vector_layer_get_name (feature->layer));
  wf_vector_feature_get_text (feature, "name");
  wf_vector_feature_get_int (feature, "rank", &number);
}

/* As a tile of each of the datums, and all layers of it, known or not. */
int
LLVMFuzzerTestOneInput (const uint8_t *data,
                        size_t         size)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static (data, size);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) features = wf_vector_features_read (bytes, size % 2 == 0 ? WF_DATUM_WGS84 : WF_DATUM_BD09, 14, 13186,
                                                            6186, &error);

  g_assert_true ((features == NULL) == (error != NULL));
  for (guint i = 0; features != NULL && i < features->len; i++)
    {
      const WfMapFeature *feature = g_ptr_array_index (features, i);

      g_assert_true (wf_map_class_is_known (feature->map_class));
      g_assert_cmpfloat (feature->left, <=, feature->right);
      g_assert_cmpuint (feature->geometry->parts[feature->geometry->n_parts], ==, feature->geometry->n_points);
    }
  wf_vector_tile_read (data, size, NULL, feature_cb, NULL, NULL);

  return 0;
}
