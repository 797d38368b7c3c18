/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "wf-dict-pack.h"

#include <stddef.h>
#include <string.h>

int LLVMFuzzerTestOneInput (const guint8 *data,
                            size_t        size);

static void
try_entry (WfDictIter        *iter,
           const WfDictEntry *entry)
{
  const char *text = wf_dict_entry_string (entry);
  double longitude, latitude, real;
  int64_t whole;
  gboolean yes;

  g_assert_true (text == NULL || strlen (text) < entry->size);
  wf_dict_entry_int (entry, &whole);
  wf_dict_entry_double (entry, &real);
  wf_dict_entry_bool (entry, &yes);
  wf_dict_entry_point (entry, &longitude, &latitude);

  g_autoptr (GVariant) value = wf_dict_iter_value (iter, entry);
  g_assert_nonnull (value);
}

/* Fields as they lie in the file of a workstation, which anything may have written: no bytes lead out of them, and of those that
 * are sound the same is read as GLib reads. */
int
LLVMFuzzerTestOneInput (const guint8 *data,
                        size_t        size)
{
  g_autoptr (GBytes) bytes = g_bytes_new (data, size);
  g_autoptr (GVariant) dict = g_variant_ref_sink (g_variant_new_from_bytes (G_VARIANT_TYPE_VARDICT, bytes, FALSE));
  gboolean sound = g_variant_is_normal_form (dict);
  WfDictIter iter, again;
  WfDictEntry entry, found;
  gsize n = 0;

  wf_dict_iter_init (&iter, dict);
  while (wf_dict_iter_next (&iter, &entry))
    {
      try_entry (&iter, &entry);
      wf_dict_iter_init (&again, dict);
      g_assert_true (wf_dict_iter_find (&again, entry.key, &found));

      if (sound)
        {
          g_autoptr (GVariant) pair = g_variant_get_child_value (dict, n);
          g_autoptr (GVariant) box = g_variant_get_child_value (pair, 1);
          g_autoptr (GVariant) right = g_variant_get_variant (box);
          g_autoptr (GVariant) value = wf_dict_iter_value (&iter, &entry);

          g_assert_true (g_variant_equal (value, right));
        }
      n++;
    }
  if (sound)
    g_assert_cmpuint (n, ==, g_variant_n_children (dict));

  return 0;
}
