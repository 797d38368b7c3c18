/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "wf-divisions.h"
#include "wf-name-index.h"
#include "wf-search-key.h"

#include <stddef.h>
#include <string.h>

int LLVMFuzzerTestOneInput (const guint8 *data,
                            size_t        size);

#define MOST 8

/* A centre may bring divisions of its own. */
static void
try_divisions (const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (WfDivisions) divisions = wf_divisions_parse (g_strdup (text), &error);

  g_assert_true ((divisions == NULL) == (error != NULL));
  for (guint i = 0; divisions != NULL && i < wf_divisions_get_n (divisions); i++)
    {
      const WfDivision *division = wf_divisions_get (divisions, i);
      const WfDivision *parent = wf_divisions_get_parent (divisions, division);

      g_assert_true (parent == NULL || (parent->code < division->code && parent->level < division->level));
    }
}

/* The first line is what somebody types, the others are names of things, which may come from a map of somebody else. */
int
LLVMFuzzerTestOneInput (const guint8 *data,
                        size_t        size)
{
  g_autofree char *text = g_strndup ((const char *) data, size);
  g_autofree char *valid = g_utf8_make_valid (text, -1);
  g_auto (GStrv) lines = g_strsplit (valid, "\n", 200);
  g_autoptr (WfNameBuilder) builder = wf_name_builder_new ();
  WfNameHit hits[MOST];
  guint n_names = 0;

  try_divisions (text);
  if (lines[0] == NULL)
    return 0;

  for (guint i = 1; lines[i] != NULL; i++, n_names++)
    {
      g_autofree char *key = wf_search_key_new (lines[i]);

      g_assert_true (g_utf8_validate (key, -1, NULL));
      wf_search_key_match (key, lines[0]);
      wf_name_builder_add (builder, key, i, i % WF_NAME_MAX_TAG);
    }

  g_autoptr (WfNameIndex) index = wf_name_builder_finish (g_steal_pointer (&builder));
  guint n = wf_name_index_find (index, lines[0], WF_NAME_ALL_TAGS, hits, MOST);

  g_assert_cmpuint (n, <=, MOST);
  for (guint i = 0; i < n; i++)
    g_assert_cmpuint (hits[i].name, <, n_names);

  return 0;
}
