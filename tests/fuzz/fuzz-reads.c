/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "wf-reads.h"

#include <stddef.h>

int LLVMFuzzerTestOneInput (const guint8 *data,
                            size_t        size);

/* Who read what, as a file or a service says it: what is taken is, written again, the same. */
int
LLVMFuzzerTestOneInput (const guint8 *data,
                        size_t        size)
{
  g_autoptr (GBytes) bytes = g_bytes_new (data, size);
  g_autoptr (WfJsonDoc) doc = wf_json_doc_new (bytes, 1 << 16, NULL);
  g_autofree char *path = g_strndup ((const char *) data, size);
  WfRead read, again;

  wf_reads_is_day (path);
  if (doc == NULL || !wf_read_parse (wf_json_doc_root (doc), &read))
    return 0;

  g_autoptr (GString) text = g_string_new (NULL);
  wf_read_write (&read, text);
  g_autoptr (WfJsonDoc) other = wf_json_doc_new_text (text->str, NULL);
  g_assert_nonnull (other);
  g_assert_true (wf_read_parse (wf_json_doc_root (other), &again));
  g_assert_cmpint (again.at, ==, read.at);
  g_assert_cmpstr (again.actor, ==, read.actor);
  g_assert_cmpstr (again.what, ==, read.what);
  g_assert_cmpint (again.first, ==, read.first);
  g_assert_cmpint (again.last, ==, read.last);
  g_assert_cmpint (again.n, ==, read.n);

  return 0;
}
