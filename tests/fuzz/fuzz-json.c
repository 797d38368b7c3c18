/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "wf-json-write.h"

#include <stddef.h>
#include <string.h>

int LLVMFuzzerTestOneInput (const guint8 *data,
                            size_t        size);

/* Whatever comes: it is refused with a line, or it reads, and what is written of it reads and writes as itself. */
int
LLVMFuzzerTestOneInput (const guint8 *data,
                        size_t        size)
{
  g_autoptr (GBytes) bytes = g_bytes_new (data, size);
  g_autoptr (GError) error = NULL;
  g_autoptr (WfJsonDoc) doc = wf_json_doc_new (bytes, 1 << 20, &error);

  if (doc == NULL)
    {
      g_assert_true (g_str_has_prefix (error->message, "line "));
      g_assert_true (g_utf8_validate (error->message, -1, NULL));
      return 0;
    }

  g_autoptr (GString) once = g_string_new (NULL);
  g_autoptr (GString) twice = g_string_new (NULL);
  wf_json_write (once, wf_json_doc_root (doc));

  g_autoptr (WfJsonDoc) again = wf_json_doc_new_text (once->str, &error);
  g_assert_no_error (error);
  wf_json_write (twice, wf_json_doc_root (again));
  g_assert_cmpstr (once->str, ==, twice->str);

  return 0;
}
