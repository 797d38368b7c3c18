/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "wf-manifest.h"

#include <string.h>

int LLVMFuzzerTestOneInput (const uint8_t *data,
                            size_t         size);

/* What a folder from outside says that it holds: whatever is read names files below the folder and nothing else. */
int
LLVMFuzzerTestOneInput (const uint8_t *data,
                        size_t         size)
{
  g_autoptr (GBytes) bytes = g_bytes_new (data, size);
  g_autoptr (GError) error = NULL;
  g_autoptr (WfManifest) manifest = wf_manifest_read (bytes, &error);

  g_assert ((manifest == NULL) == (error != NULL));
  for (guint i = 0; manifest != NULL && i < manifest->files->len; i++)
    {
      WfManifestFile *file = g_ptr_array_index (manifest->files, i);

      g_assert (!g_path_is_absolute (file->path) && strstr (file->path, "..") == NULL && file->size >= 0);
    }

  return 0;
}
