/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-kind.h"
#include "wf-seed.h"
#include "wf-snapshot.h"
#include "wf-store.h"
#include "wf-time.h"
#include "wf-verify.h"
#include "wf-wire.h"

#include <glib/gstdio.h>
#include <string.h>

/* What tests of the store share. */

#define START ((int64_t) 1795266465000)

static inline char *
kit_make_folder (void)
{
  g_autoptr (GError) error = NULL;
  char *folder = g_dir_make_tmp ("wf-store-XXXXXX", &error);

  g_assert_no_error (error);
  return folder;
}

static inline void
kit_remove_folder (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);

      if (g_file_test (path, G_FILE_TEST_IS_DIR))
        kit_remove_folder (path);
      else
        g_unlink (path);
    }
  g_rmdir (folder);
}

static inline WfStore *
kit_open (const char *folder,
          WfClock    *clock)
{
  g_autoptr (GError) error = NULL;
  WfStore *store = wf_store_open (folder, clock, &error);

  g_assert_no_error (error);
  return store;
}

/* Closes, lets what was on its way arrive, and lets go. */
static inline void
kit_close (WfStore *store)
{
  wf_store_close (store);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_object_unref (store);
}

static inline WfCommand *
kit_command (const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (WfJsonDoc) doc = wf_json_doc_new_text (text, &error);

  g_assert_no_error (error);
  g_autoptr (WfCommand) command = wf_wire_read_command (wf_json_doc_root (doc), "desk-1", NULL, NULL, &error);
  g_assert_no_error (error);

  return wf_command_with_role (command, "desk");
}

static inline WfCommand *
kit_log (const char *id,
         const char *scope,
         const char *text)
{
  g_autofree char *json = g_strdup_printf (
    "{\"id\":\"%s\",\"type\":\"log.add\",\"scope\":\"%s\",\"occurred_at\":\"2026-11-21T13:07:45.000Z\","
    "\"payload\":{\"log\":\"log-%s\",\"kind\":\"note\",\"text\":\"%s\"}}", id, scope, id, text);

  return kit_command (json);
}

static inline void
kit_result_cb (GObject      *source,
               GAsyncResult *result,
               gpointer      data)
{
  *(GAsyncResult **) data = g_object_ref (result);
}

static inline GAsyncResult *
kit_wait (GAsyncResult **result)
{
  gint64 end = g_get_monotonic_time () + 60 * G_USEC_PER_SEC;

  while (*result == NULL)
    {
      g_assert_cmpint (g_get_monotonic_time (), <, end);
      g_main_context_iteration (NULL, TRUE);
    }

  return *result;
}

/* Takes the command. */
static inline WfOutcome *
kit_submit (WfStore   *store,
            WfCommand *command,
            GError   **error)
{
  g_autoptr (GPtrArray) commands = g_ptr_array_new_with_free_func ((GDestroyNotify) wf_command_unref);
  g_autoptr (GAsyncResult) result = NULL;

  g_ptr_array_add (commands, command);
  wf_store_submit_async (store, commands, NULL, kit_result_cb, &result);
  g_autoptr (GPtrArray) outcomes = wf_store_submit_finish (store, kit_wait (&result), error);

  return outcomes != NULL ? wf_outcome_ref (g_ptr_array_index (outcomes, 0)) : NULL;
}

static inline void
kit_accept (WfStore   *store,
            WfCommand *command)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (WfOutcome) outcome = kit_submit (store, command, &error);

  g_assert_no_error (error);
  if (outcome->problem != NULL)
    g_test_message ("refused: %s %s %s", outcome->problem->rule, outcome->problem->field, outcome->problem->detail);
  g_assert_null (outcome->problem);
}

static inline void
kit_tick (WfStore *store)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  wf_store_tick_async (store, NULL, kit_result_cb, &result);
  g_assert_true (wf_store_tick_finish (store, kit_wait (&result), &error));
  g_assert_no_error (error);
}

static inline WfPage *
kit_changes (WfStore *store,
             int64_t  since,
             guint    limit,
             GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  wf_store_read_changes_async (store, since, limit, NULL, kit_result_cb, &result);
  return wf_store_read_finish (store, kit_wait (&result), error);
}

/* All entries, as documents. */
static inline WfJsonDoc *
kit_entries (WfStore *store)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (WfPage) page = kit_changes (store, 0, 1000, &error);

  g_assert_no_error (error);
  g_assert_false (page->more);
  g_autofree char *text = g_strdup_printf ("[%.*s]", (int) g_bytes_get_size (page->entries),
                                           (const char *) g_bytes_get_data (page->entries, NULL));
  WfJsonDoc *doc = wf_json_doc_new_text (text, &error);
  g_assert_no_error (error);

  return doc;
}

static inline guint
kit_count_events (WfStore    *store,
                  const char *type)
{
  g_autoptr (WfJsonDoc) doc = kit_entries (store);
  guint n = 0;

  for (const WfJson *entry = wf_json_first (wf_json_doc_root (doc)); entry != NULL; entry = wf_json_next (entry))
    n += g_strcmp0 (wf_json_member_string (wf_json_member (entry, "header"), "type"), type) == 0;

  return n;
}

static inline char *
kit_snapshot (WfStore *store)
{
  g_autoptr (WfSnapshot) snapshot = wf_snapshot_new (store, WF_ROLE_DESK);
  GString *text = g_string_new (NULL);

  for (;;)
    {
      g_autoptr (GAsyncResult) result = NULL;
      g_autoptr (GBytes) chunk = NULL;
      g_autoptr (GError) error = NULL;

      wf_snapshot_next_async (snapshot, NULL, kit_result_cb, &result);
      g_assert_true (wf_snapshot_next_finish (snapshot, kit_wait (&result), &chunk, &error));
      g_assert_no_error (error);
      if (chunk == NULL)
        return g_string_free (text, FALSE);
      g_string_append_len (text, g_bytes_get_data (chunk, NULL), (gssize) g_bytes_get_size (chunk));
    }
}

/* The last line: what all of the state comes down to. */
static inline char *
kit_state_digest (WfStore *store)
{
  g_autofree char *text = kit_snapshot (store);
  char *end = strstr (text, "{\"kind\":\"end\"");

  g_assert_nonnull (end);
  return g_strdup (strstr (end, "\"digests\""));
}

static inline void
kit_assert_holds (const char *folder)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (WfVerification) found = wf_verify (folder, &error);

  g_assert_no_error (error);
  for (guint i = 0; i < found->problems->len; i++)
    g_test_message ("%s", (char *) g_ptr_array_index (found->problems, i));
  g_assert_cmpuint (found->problems->len, ==, 0);
}
