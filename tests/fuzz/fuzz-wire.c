/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "wf-entry.h"
#include "wf-wire.h"

#include <stddef.h>

int LLVMFuzzerTestOneInput (const guint8 *data,
                            size_t        size);

static void
try_command (const WfJson *root)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = NULL;
  g_autoptr (WfCommand) command = wf_wire_read_command (root, "desk-1", NULL, &path, &error);

  if (command == NULL)
    {
      g_assert_nonnull (path);
      return;
    }

  /* What was taken is, written again, the same command. */
  g_autoptr (GString) text = g_string_new (NULL);
  wf_wire_write_command (text, command);
  g_autoptr (WfJsonDoc) doc = wf_json_doc_new_text (text->str, &error);
  g_assert_no_error (error);
  g_autoptr (WfCommand) again = wf_wire_read_command (wf_json_doc_root (doc), "desk-1", NULL, NULL, &error);
  g_assert_no_error (error);
  g_autofree char *one = wf_wire_command_digest (command);
  g_autofree char *other = wf_wire_command_digest (again);
  g_assert_cmpstr (one, ==, other);
}

/* Everything that comes over the wire, read as each thing that it might be. */
int
LLVMFuzzerTestOneInput (const guint8 *data,
                        size_t        size)
{
  g_autoptr (GBytes) bytes = g_bytes_new (data, size);
  g_autoptr (WfJsonDoc) doc = wf_json_doc_new (bytes, 1 << 20, NULL);

  if (doc == NULL)
    return 0;

  const WfJson *root = wf_json_doc_root (doc);
  const char *unit;
  WfPosition position;

  try_command (root);
  g_autoptr (WfEntry) entry = wf_entry_read (doc, root, NULL);
  g_autoptr (WfEntity) entity = wf_wire_read_entity (root, NULL);
  g_autoptr (WfProblem) problem = wf_wire_read_problem (root, NULL, NULL);
  wf_wire_read_position (root, &unit, &position, NULL, NULL);
  wf_json_find (root, "payload.entities[3].fields.x");

  /* So that the compiler does not find them unused. */
  return entry != NULL && entity != NULL && problem != NULL ? 0 : 0;
}
