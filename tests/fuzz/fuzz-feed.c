/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "wf-frame-private.h"
#include "wf-geo.h"
#include "wf-id.h"
#include "wf-snapshot-private.h"
#include "wf-telemetry.h"

#include <stddef.h>

int LLVMFuzzerTestOneInput (const guint8 *data,
                            size_t        size);

static void
check_positions (GPtrArray *positions)
{
  for (guint i = 0; positions != NULL && i < positions->len; i++)
    {
      const WfUnitPosition *position = g_ptr_array_index (positions, i);

      g_assert_true (wf_id_is_valid (position->scope) && wf_id_is_valid (position->unit));
      g_assert_true (wf_geo_is_valid (position->position.longitude, position->position.latitude));
    }
}

static void
check_readings (GPtrArray *readings)
{
  for (guint i = 0; readings != NULL && i < readings->len; i++)
    {
      const WfScopedReading *reading = g_ptr_array_index (readings, i);

      g_assert_true (wf_id_is_valid (reading->scope) && wf_id_is_valid (reading->source));
      g_assert_nonnull (wf_rules_quantity (reading->reading.quantity));
    }
}

static void
try_frame (GBytes   *bytes,
           gboolean  page)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (WfFrame) frame = wf_frame_read (bytes, page, &error);

  g_assert_true ((frame == NULL) == (error != NULL));
  if (frame == NULL)
    return;

  check_positions (frame->positions);
  check_readings (frame->readings);
}

/* What a workstation is sent by a service: frames, pages, tracks, series and snapshots, each input taken for all of them. */
int
LLVMFuzzerTestOneInput (const guint8 *data,
                        size_t        size)
{
  g_autoptr (GBytes) bytes = g_bytes_new (data, size);
  g_autoptr (GPtrArray) track = wf_positions_read (bytes, "live", NULL);
  g_autoptr (GPtrArray) series = wf_readings_read (bytes, "live", NULL);
  g_autoptr (WfSnapshotReader) reader = wf_snapshot_reader_new ();
  gsize half = size / 2;

  try_frame (bytes, FALSE);
  try_frame (bytes, TRUE);
  check_positions (track);
  check_readings (series);

  /* It comes in pieces. */
  g_autoptr (GBytes) first = g_bytes_new_from_bytes (bytes, 0, half);
  g_autoptr (GBytes) rest = g_bytes_new_from_bytes (bytes, half, size - half);

  if (wf_snapshot_reader_feed (reader, first, NULL) && wf_snapshot_reader_feed (reader, rest, NULL))
    {
      WfContents *contents = wf_snapshot_reader_finish (reader, NULL);

      if (contents != NULL)
        {
          check_positions (contents->positions);
          wf_contents_free (contents);
        }
    }

  return 0;
}
