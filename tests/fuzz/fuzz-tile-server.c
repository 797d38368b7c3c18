/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "wf-base-map.h"
#include "wf-tile-fetcher.h"

#include <stddef.h>
#include <string.h>

int LLVMFuzzerTestOneInput (const guint8 *data,
                            size_t        size);

#define NOW  G_GINT64_CONSTANT (1793000000)
#define YEAR (366 * 24 * 3600)

/* The first line is the address that somebody enters, the second what a server says of how long its tile is good, the third
 * when that ends. */
int
LLVMFuzzerTestOneInput (const guint8 *data,
                        size_t        size)
{
  g_autofree char *text = g_strndup ((const char *) data, size);
  g_auto (GStrv) lines = g_strsplit (text, "\n", 4);
  guint n = g_strv_length (lines);
  g_autoptr (GError) error = NULL;

  if (n == 0)
    return 0;

  if (wf_base_map_check_url (lines[0], &error))
    {
      g_autofree char *address = wf_tile_fetcher_make_address (lines[0], 12, 3000, 1500);

      /* Nothing is left open in it. */
      g_assert_null (strpbrk (address, "{"));
    }
  else
    g_assert_nonnull (error);

  gint64 end = wf_tile_fetcher_read_expiry (n > 1 && *lines[1] != '\0' ? lines[1] : NULL, n > 2 ? lines[2] : NULL, NOW);
  g_assert_true (end == -1 || (end >= NOW && end <= NOW + YEAR));

  return 0;
}
