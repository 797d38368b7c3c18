/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "wf-geo.h"
#include "wf-id.h"
#include "wf-media-type.h"
#include "wf-query.h"

#include <stddef.h>
#include <string.h>

int LLVMFuzzerTestOneInput (const guint8 *data,
                            size_t        size);

static void
try_positions (const WfJson *root)
{
  g_autoptr (GArray) positions = g_array_new (FALSE, FALSE, sizeof (WfUnitPosition));
  g_autoptr (GArray) readings = g_array_new (FALSE, FALSE, sizeof (WfReading));
  g_autoptr (WfProblem) problem = NULL;
  const char *scope;

  if (wf_body_read_telemetry (root, &scope, positions, readings, &problem) != NULL)
    {
      g_assert_nonnull (problem);
      g_assert_nonnull (problem->field);
      return;
    }

  g_assert_true (wf_id_is_valid (scope));
  for (guint i = 0; i < positions->len; i++)
    {
      const WfUnitPosition *position = &g_array_index (positions, WfUnitPosition, i);

      g_assert_true (wf_id_is_valid (position->unit));
      g_assert_true (wf_geo_is_valid (position->position.longitude, position->position.latitude));
    }
}

/* A medium is only looked at: whatever it is said to be, and of however few bytes it is. */
static void
try_types (const guint8 *data,
           size_t        size)
{
  static const char *const types[] = {
    "image/png", "image/webp", "video/mp4", "video/mp2t", "audio/x-wav", "application/geopackage+sqlite3", "text/plain",
    "application/json", "application/x-of-tomorrow",
  };
  gsize head = MIN (size, WF_MEDIA_TYPE_HEAD);

  for (gsize i = 0; i < G_N_ELEMENTS (types); i++)
    if (wf_media_type_fits (types[i], data, head) && (i == 6 || i == 7))
      g_assert_null (memchr (data, 0, head));
  g_assert_true (wf_media_type_fits ("application/octet-stream", data, head));
}

/* The small bodies and frames, each input taken for all of them. */
int
LLVMFuzzerTestOneInput (const guint8 *data,
                        size_t        size)
{
  g_autoptr (GBytes) bytes = g_bytes_new (data, size);
  g_autoptr (WfJsonDoc) doc = wf_json_doc_new (bytes, 1 << 20, NULL);
  const char *user, *password;
  int64_t ack, beat;

  try_types (data, size);

  g_autoptr (GVariant) sketch = NULL;
  if (wf_body_read_frame (bytes, &ack, &beat, &sketch))
    g_assert_cmpint ((ack >= 0) + (beat >= 0) + (sketch != NULL), ==, 1);
  if (doc == NULL)
    return 0;

  const char *desk;
  g_autoptr (WfProblem) wrong = NULL;
  g_autoptr (GVariant) posted = wf_body_read_sketch (wf_json_doc_root (doc), &desk, &wrong);
  g_assert_true ((posted == NULL) == (wrong != NULL));
  g_assert_true (posted == NULL || wf_id_is_valid (desk));
  g_assert_true (wrong == NULL || wrong->field != NULL);

  if (wf_body_read_sign_in (wf_json_doc_root (doc), &user, &password) == NULL)
    g_assert_true (strlen (user) <= 256 && strlen (password) <= 1024);
  try_positions (wf_json_doc_root (doc));

  return 0;
}
