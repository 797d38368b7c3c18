/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>
#include <string.h>

G_BEGIN_DECLS

/**
 * wf_same_text:
 * @a: a text
 * @b: another
 *
 * For walks over short lists of names: most differ in the first letter, and then nothing needs to be called.
 *
 * Returns: whether they are the same
 */
static inline gboolean
wf_same_text (const char *a,
              const char *b)
{
  return a[0] == b[0] && strcmp (a, b) == 0;
}

/**
 * wf_table_find:
 * @rows: rows, each of which begins with its name (const char *), sorted by name as strcmp() does
 * @n: how many
 * @size: of a row, in bytes
 * @name: a name
 *
 * Looks a row up in a constant table by halving it.
 *
 * Returns: (transfer none) (nullable): the row
 */
static inline gconstpointer
wf_table_find (gconstpointer  rows,
               gsize          n,
               gsize          size,
               const char    *name)
{
  gsize first = 0;

  while (first < n)
    {
      gsize middle = first + (n - first) / 2;
      const char *const *row = (gconstpointer) ((const char *) rows + middle * size);
      int order = strcmp (*row, name);

      if (order == 0)
        return row;
      if (order < 0)
        first = middle + 1;
      else
        n = middle;
    }

  return NULL;
}

/**
 * WF_TABLE_FIND:
 * @rows: an array
 * @name: a name
 *
 * wf_table_find() in an array whose size the compiler knows.
 */
#define WF_TABLE_FIND(rows, name) wf_table_find ((rows), G_N_ELEMENTS (rows), sizeof (rows)[0], (name))

G_END_DECLS
