/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "wf-entry.h"
#include "wf-kind.h"
#include "wf-media-cache-private.h"
#include "wf-outbox-private.h"
#include "wf-replica-private.h"
#include "wf-snapshot-private.h"
#include "wf-sync-error.h"
#include "wf-wire.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <utime.h>

typedef struct
{
  char *folder;
} Fixture;

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  fixture->folder = g_dir_make_tmp ("watchfire-sync-XXXXXX", NULL);
  g_assert_nonnull (fixture->folder);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  GDir *dir = g_dir_open (fixture->folder, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (fixture->folder, name, NULL);

      g_unlink (path);
    }

  g_dir_close (dir);
  g_rmdir (fixture->folder);
  g_free (fixture->folder);
}

static void
store_result_cb (GObject      *source,
                 GAsyncResult *result,
                 gpointer      data)
{
  *(GAsyncResult **) data = g_object_ref (result);
}

static GAsyncResult *
await (GAsyncResult **place)
{
  while (*place == NULL)
    g_main_context_iteration (NULL, TRUE);

  return *place;
}

static void
settle (void)
{
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

static WfEntity *
make_team (const char *id,
           const char *name,
           int64_t     number)
{
  g_autoptr (GVariant) fields = wf_dict_make ("name", wf_value_string (name),
                                              "nature", wf_value_string ("social"),
                                              "state", wf_value_string ("standby"),
                                              NULL);

  return wf_entity_new (WF_LIVE, "team", id, fields, NULL, number);
}

static WfEvent *
make_event (int64_t     number,
            const char *subject)
{
  g_autoptr (GVariant) payload = wf_dict_make ("text", wf_value_string ("waters rise"), NULL);
  WfEvent *event = wf_event_new ("log.added", 1, WF_LIVE, subject, payload);

  event->number = number;
  event->position = number + 100;
  event->recorded_at = 1700000000000;
  event->actor = g_strdup ("somebody");
  event->cause = g_strdup ("a-command");
  event->hash = g_strdup_printf ("%064d", (int) number);

  return event;
}

static WfContents *
make_contents (void)
{
  WfContents *contents = wf_contents_new ();
  WfPosition position = { 109.5, 40.6, 90, 12.5, 1700000001000 };

  contents->service = g_strdup ("the-service");
  contents->actor = g_strdup ("a-person");
  contents->name = g_strdup ("张三");
  contents->position = 103;
  g_hash_table_insert (contents->heads, g_strdup (WF_LIVE), wf_head_new (3, "abc"));
  g_ptr_array_add (contents->entities, make_team ("team-1", "蓝天救援队", 2));
  g_ptr_array_add (contents->entities, make_team ("team-2", "矿山救护队", 3));
  g_ptr_array_add (contents->events, make_event (2, "i1"));
  g_ptr_array_add (contents->events, make_event (3, NULL));
  g_ptr_array_add (contents->positions, wf_unit_position_new (WF_LIVE, "unit-1", &position));

  return contents;
}

static WfContents *
open_replica (WfReplica *replica)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  wf_replica_open_async (replica, NULL, store_result_cb, &result);
  WfContents *contents = wf_replica_open_finish (replica, await (&result), &error);
  g_assert_no_error (error);

  return contents;
}

static void
install (WfReplica *replica)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  wf_replica_install_async (replica, make_contents (), NULL, store_result_cb, &result);
  g_assert_nonnull (wf_replica_install_finish (replica, await (&result), &error));
  g_assert_no_error (error);
}

static void
follow (WfReplica *replica)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) events = g_ptr_array_new_with_free_func ((GDestroyNotify) wf_event_unref);
  g_autoptr (GPtrArray) changed = g_ptr_array_new_with_free_func ((GDestroyNotify) wf_entity_unref);

  g_ptr_array_add (events, make_event (4, "i1"));
  g_ptr_array_add (changed, make_team ("team-2", "矿山救护二队", 4));
  wf_replica_follow_async (replica, events, changed, NULL, store_result_cb, &result);
  g_assert_true (wf_replica_follow_finish (replica, await (&result), &error));
  g_assert_no_error (error);
}

static guint
count_story (WfReplica *replica)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  wf_replica_find_events_async (replica, WF_LIVE, "i1", NULL, store_result_cb, &result);
  g_autoptr (GPtrArray) story = wf_replica_find_events_finish (replica, await (&result), &error);
  g_assert_no_error (error);

  return story->len;
}

static void
close_replica (WfReplica *replica)
{
  wf_replica_close (replica);
  settle ();
  g_assert_finalize_object (replica);
}

static void
test_replica (Fixture       *fixture,
              gconstpointer  data)
{
  g_autofree char *path = g_build_filename (fixture->folder, "replica.db", NULL);
  WfReplica *replica = wf_replica_new (path);
  g_autoptr (WfContents) empty = open_replica (replica);

  g_assert_null (empty->service);
  install (replica);
  follow (replica);
  close_replica (replica);

  /* Nobody else may read it. */
  GStatBuf info;
  g_assert_cmpint (g_stat (path, &info), ==, 0);
  g_assert_cmpuint (info.st_mode & 0777, ==, 0600);

  replica = wf_replica_new (path);
  g_autoptr (WfContents) read = open_replica (replica);
  g_assert_cmpstr (read->service, ==, "the-service");
  g_assert_cmpstr (read->name, ==, "张三");
  g_assert_cmpint (read->position, ==, 104);
  g_assert_cmpuint (read->entities->len, ==, 2);
  g_assert_cmpuint (read->events->len, ==, 3);
  g_assert_cmpuint (read->positions->len, ==, 1);

  WfHead *head = g_hash_table_lookup (read->heads, WF_LIVE);
  g_assert_nonnull (head);
  g_assert_cmpint (head->number, ==, 4);

  WfEvent *last = g_ptr_array_index (read->events, 2);
  g_assert_cmpint (last->number, ==, 4);
  g_assert_cmpstr (last->subject, ==, "i1");
  g_assert_cmpstr (wf_dict_string (last->payload, "text"), ==, "waters rise");

  g_assert_cmpuint (count_story (replica), ==, 2);
  close_replica (replica);
}

static void
test_damaged_replica (Fixture       *fixture,
                      gconstpointer  data)
{
  g_autofree char *path = g_build_filename (fixture->folder, "replica.db", NULL);

  g_assert_true (g_file_set_contents (path, "this is no database, but it is long enough to be looked at", -1, NULL));

  WfReplica *replica = wf_replica_new (path);
  g_autoptr (WfContents) empty = open_replica (replica);
  g_assert_null (empty->service);

  install (replica);
  close_replica (replica);

  replica = wf_replica_new (path);
  g_autoptr (WfContents) read = open_replica (replica);
  g_assert_cmpuint (read->entities->len, ==, 2);
  close_replica (replica);
}

/* --- damage ------------------------------------------------------------------------------------------------------ */

/* Writes the file as it was, but for some bytes: cut off at @cut, or turned over from @garble on. */
static void
write_damaged (const char *path,
               const char *bytes,
               gsize       size,
               gsize       cut,
               gsize       garble)
{
  g_autofree char *copy = g_memdup2 (bytes, size);

  for (gsize i = garble; i < MIN (garble + 48, size); i++)
    copy[i] = (char) ~copy[i];

  g_assert_true (g_file_set_contents (path, copy, (gssize) MIN (cut, size), NULL));
}

/* Is there nothing in it, or what was written? A value whose bytes are others but still make sense is found out when the
 * workstation compares its digest with the service's (test-session). */
static gboolean
is_whole_or_empty (const WfContents *contents)
{
  return contents->service == NULL
         ? contents->entities->len + contents->events->len + contents->positions->len == 0
         : contents->entities->len == 2 && contents->events->len == 3 && contents->positions->len == 1;
}

/* Wherever a replica is damaged: it opens, and can be filled again. */
static void
test_replica_damaged_anywhere (Fixture       *fixture,
                               gconstpointer  data)
{
  g_autofree char *path = g_build_filename (fixture->folder, "replica.db", NULL);
  g_autofree char *bytes = NULL;
  gsize size;
  guint thrown_away = 0;
  WfReplica *replica = wf_replica_new (path);
  G_GNUC_UNUSED g_autoptr (WfContents) empty = open_replica (replica);

  install (replica);
  follow (replica);
  close_replica (replica);
  g_assert_true (g_file_get_contents (path, &bytes, &size, NULL));
  g_assert_cmpuint (size, >, 8192);

  /* The beginning closely, the rest at least once a page. */
  for (gsize at = 0; at < size; at += at < 128 ? 32 : 2300)
    for (gboolean cut = FALSE; cut <= TRUE; cut++)
      {
        write_damaged (path, bytes, size, cut ? at : size, cut ? size : at);
        replica = wf_replica_new (path);

        g_autoptr (WfContents) found = open_replica (replica);
        gboolean whole = is_whole_or_empty (found);

        if (!whole)
          g_test_message ("%s at %" G_GSIZE_FORMAT ": %u things, %u events", cut ? "cut" : "garbled", at, found->entities->len,
                          found->events->len);
        g_assert_true (whole);
        thrown_away += found->service == NULL;

        install (replica);
        close_replica (replica);
        replica = wf_replica_new (path);
        g_autoptr (WfContents) again = open_replica (replica);
        g_assert_cmpstr (again->service, ==, "the-service");
        g_assert_cmpuint (again->entities->len, ==, 2);
        close_replica (replica);
      }

  /* The test has damaged what counts. */
  g_assert_cmpuint (thrown_away, >=, 10);
}

/* A file that others could read, in a folder that they could list, is theirs no longer. */
static void
test_private (Fixture       *fixture,
              gconstpointer  data)
{
  static const char *const names[] = { "replica.db", "replica.db-wal", "replica.db-shm", "replica.db-journal" };
  g_autofree char *path = g_build_filename (fixture->folder, names[0], NULL);
  WfReplica *replica = wf_replica_new (path);
  G_GNUC_UNUSED g_autoptr (WfContents) empty = open_replica (replica);
  GStatBuf info;

  install (replica);
  close_replica (replica);
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *name = g_build_filename (fixture->folder, names[i], NULL);

      g_assert_true (i == 0 || g_file_set_contents (name, "", 0, NULL));
      g_assert_cmpint (g_chmod (name, 0664), ==, 0);
    }
  g_assert_cmpint (g_chmod (fixture->folder, 0775), ==, 0);

  replica = wf_replica_new (path);
  g_autoptr (WfContents) read = open_replica (replica);
  g_assert_cmpuint (read->entities->len, ==, 2);
  follow (replica);
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *name = g_build_filename (fixture->folder, names[i], NULL);

      if (g_stat (name, &info) == 0)
        g_assert_cmpuint (info.st_mode & 0777, ==, 0600);
    }
  g_assert_cmpint (g_stat (fixture->folder, &info), ==, 0);
  g_assert_cmpuint (info.st_mode & 0777, ==, 0700);
  close_replica (replica);
}

/* --- the outbox -------------------------------------------------------------------------------------------------- */

static WfOutboxContents *
open_outbox (WfOutbox *outbox)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  wf_outbox_open_async (outbox, NULL, store_result_cb, &result);
  WfOutboxContents *contents = wf_outbox_open_finish (outbox, await (&result), &error);
  g_assert_no_error (error);

  return contents;
}

static void
close_outbox (WfOutbox *outbox)
{
  wf_outbox_close (outbox);
  settle ();
  g_assert_finalize_object (outbox);
}

static void
add_row (WfOutbox   *outbox,
         const char *id)
{
  g_autoptr (GBytes) body = g_bytes_new_static ("{}", 2);
  g_autoptr (WfOutboxRow) row = wf_outbox_row_new (id, "the-service", "a-person", body, 17);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  wf_outbox_add_async (outbox, row, store_result_cb, &result);
  g_assert_true (wf_outbox_write_finish (outbox, await (&result), &error));
  g_assert_no_error (error);
}

static void
test_outbox (Fixture       *fixture,
             gconstpointer  data)
{
  g_autofree char *path = g_build_filename (fixture->folder, "outbox.db", NULL);
  WfOutbox *outbox = wf_outbox_new (path);
  g_autoptr (WfOutboxContents) empty = open_outbox (outbox);
  g_autoptr (WfProblem) problem = wf_problem_new (WF_PROBLEM_STATE, "task.done", "task", NULL);

  g_assert_cmpuint (empty->rows->len, ==, 0);

  add_row (outbox, "one");
  add_row (outbox, "two");
  add_row (outbox, "three");
  wf_outbox_remove (outbox, "one");
  wf_outbox_refuse (outbox, "two", problem, 99);
  wf_outbox_set_draft (outbox, "intake", g_variant_new ("(sx)", "烟", (gint64) 5));
  wf_outbox_set_draft (outbox, "other", g_variant_new_string ("x"));
  wf_outbox_set_draft (outbox, "other", NULL);
  close_outbox (outbox);

  outbox = wf_outbox_new (path);
  g_autoptr (WfOutboxContents) read = open_outbox (outbox);
  g_assert_cmpuint (read->rows->len, ==, 1);
  g_assert_cmpstr (((WfOutboxRow *) read->rows->pdata[0])->id, ==, "three");
  g_assert_cmpuint (read->refused->len, ==, 1);

  WfOutboxRow *refused = read->refused->pdata[0];
  g_assert_cmpstr (refused->id, ==, "two");
  g_assert_cmpint (refused->refused_at, ==, 99);
  g_assert_cmpint (refused->problem->kind, ==, WF_PROBLEM_STATE);
  g_assert_cmpstr (refused->problem->rule, ==, "task.done");
  g_assert_null (refused->problem->detail);

  g_assert_cmpuint (g_hash_table_size (read->drafts), ==, 1);
  GVariant *draft = g_hash_table_lookup (read->drafts, "intake");
  g_assert_cmpstr (g_variant_get_type_string (draft), ==, "(sx)");
  close_outbox (outbox);
}

static char *
find_aside (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (dir)) != NULL)
    if (g_str_has_prefix (name, "outbox.db.damaged-") && !g_str_has_suffix (name, "-wal") && !g_str_has_suffix (name, "-shm"))
      return g_build_filename (folder, name, NULL);

  return NULL;
}

/* Wherever an outbox is damaged: what is in it is read, or put aside for its owner to look at, and new commands are kept. */
static void
test_outbox_damaged_anywhere (Fixture       *fixture,
                              gconstpointer  data)
{
  g_autofree char *path = g_build_filename (fixture->folder, "outbox.db", NULL);
  g_autofree char *bytes = NULL;
  gsize size;
  guint put_aside = 0;
  WfOutbox *outbox = wf_outbox_new (path);
  G_GNUC_UNUSED g_autoptr (WfOutboxContents) empty = open_outbox (outbox);

  add_row (outbox, "one");
  wf_outbox_set_draft (outbox, "intake", g_variant_new ("(sx)", "烟", (gint64) 5));
  close_outbox (outbox);
  g_assert_true (g_file_get_contents (path, &bytes, &size, NULL));

  for (gsize at = 16; at < size; at += 2900)
    for (gboolean cut = FALSE; cut <= TRUE; cut++)
      {
        write_damaged (path, bytes, size, cut ? at : size, cut ? size : at);
        outbox = wf_outbox_new (path);

        g_autoptr (WfOutboxContents) found = open_outbox (outbox);
        g_autofree char *aside = find_aside (fixture->folder);
        GStatBuf info;

        if (aside != NULL)
          {
            put_aside++;
            g_assert_cmpuint (found->rows->len, ==, 0);
            g_assert_cmpint (g_stat (aside, &info), ==, 0);
            g_assert_cmpint (info.st_size, ==, cut ? at : size);
            g_assert_cmpuint (info.st_mode & 0777, ==, 0600);
            g_unlink (aside);
          }
        else
          g_assert_cmpuint (found->rows->len, ==, 1);

        add_row (outbox, "two");
        close_outbox (outbox);
        outbox = wf_outbox_new (path);
        g_autoptr (WfOutboxContents) again = open_outbox (outbox);
        g_assert_cmpuint (again->rows->len, ==, found->rows->len + 1);
        close_outbox (outbox);
      }

  g_assert_cmpuint (put_aside, >=, 5);
}

/* --- media ------------------------------------------------------------------------------------------------------- */

static char *
add_file (Fixture    *fixture,
          const char *name,
          gsize       size,
          int         days)
{
  g_autofree char *path = g_build_filename (fixture->folder, name, NULL);
  g_autofree char *text = g_strnfill (size, 'x');
  struct utimbuf times = { 0 };

  times.actime = times.modtime = g_get_real_time () / G_USEC_PER_SEC - days * 24 * 3600;
  g_assert_true (g_file_set_contents (path, text, (gssize) size, NULL));
  g_assert_cmpint (g_utime (path, &times), ==, 0);

  return g_steal_pointer (&path);
}

static gboolean
is_there (const char *path)
{
  return g_file_test (path, G_FILE_TEST_EXISTS);
}

/* What is looked at stays, what is old or too much goes, what waits to be sent is never touched. */
static void
test_media_cache (Fixture       *fixture,
                  gconstpointer  data)
{
  const gint64 month = 30 * (gint64) 24 * 3600 * G_USEC_PER_SEC;
  g_autoptr (GHashTable) keep = g_hash_table_new (g_str_hash, g_str_equal);
  g_autofree char *waiting = add_file (fixture, "waiting", 5000, 400);
  g_autofree char *old = add_file (fixture, "old", 10, 31);
  g_autofree char *cut = add_file (fixture, "cut.A1B2C3", 10, 31);
  g_autofree char *week = add_file (fixture, "week", 600, 7);
  g_autofree char *day = add_file (fixture, "day", 600, 1);
  g_autofree char *digest = g_compute_checksum_for_string (G_CHECKSUM_SHA256, "xxxxxxxxxx", 10);
  g_autofree char *seen = add_file (fixture, digest, 10, 31);
  gint64 now = g_get_real_time () + 2 * G_USEC_PER_SEC;

  g_hash_table_add (keep, (gpointer) "waiting");

  /* Looking at it makes it new. */
  g_autoptr (GBytes) bytes = wf_media_load (seen, digest);
  g_assert_cmpuint (g_bytes_get_size (bytes), ==, 10);

  g_assert_cmpuint (wf_media_prune (fixture->folder, keep, now, 100000, month), ==, 2);
  g_assert_true (!is_there (old) && !is_there (cut));
  g_assert_true (is_there (week) && is_there (day) && is_there (seen) && is_there (waiting));

  /* Too much: what was used last stays. */
  g_assert_cmpuint (wf_media_prune (fixture->folder, keep, now, 1000, month), ==, 1);
  g_assert_true (!is_there (week) && is_there (day) && is_there (seen) && is_there (waiting));

  /* All that was there at a moment. */
  g_assert_cmpuint (wf_media_prune (fixture->folder, keep, now - 3600 * (gint64) G_USEC_PER_SEC, 0, month), ==, 1);
  g_assert_true (!is_there (day) && is_there (seen) && is_there (waiting));
  g_assert_cmpuint (wf_media_prune (fixture->folder, keep, now, 0, month), ==, 1);
  g_assert_true (!is_there (seen) && is_there (waiting));
}

/* --- snapshots --------------------------------------------------------------------------------------------------- */

static char *
write_snapshot (gboolean right_digest)
{
  GString *text = g_string_new (NULL);
  g_autoptr (WfEntity) team = make_team ("team-1", "蓝天救援队", 2);
  g_autoptr (WfEntity) other = make_team ("team-2", "矿山救护队", 3);
  WfStateDigest digest = { { 0 } };

  wf_state_digest_toggle (&digest, team);
  if (right_digest)
    wf_state_digest_toggle (&digest, other);

  g_autofree char *hex = wf_state_digest_to_string (&digest);

  g_string_append_printf (text,
                          "{\"kind\":\"snapshot\",\"position\":7,\"service\":\"the-service\","
                          "\"scopes\":{\"live\":{\"number\":3,\"hash\":\"%064d\"}}}\n", 5);
  wf_wire_write_entity (text, team);
  g_string_append_c (text, '\n');
  wf_wire_write_entity (text, other);
  g_string_append_c (text, '\n');
  g_string_append_printf (text, "{\"kind\":\"end\",\"lines\":3,\"digests\":{\"live\":\"%s\"}}\n", hex);

  return g_string_free (text, FALSE);
}

static WfContents *
read_snapshot (const char  *text,
               gsize        size,
               gsize        step,
               GError     **error)
{
  g_autoptr (WfSnapshotReader) reader = wf_snapshot_reader_new ();

  for (gsize from = 0; from < size; from += step)
    {
      g_autoptr (GBytes) piece = g_bytes_new (text + from, MIN (step, size - from));

      if (!wf_snapshot_reader_feed (reader, piece, error))
        return NULL;
    }

  return wf_snapshot_reader_finish (reader, error);
}

static void
test_snapshot (void)
{
  g_autofree char *text = write_snapshot (TRUE);
  g_autofree char *wrong = write_snapshot (FALSE);
  gsize size = strlen (text);

  for (gsize step = 1; step < size + 50; step += 37)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (WfContents) contents = read_snapshot (text, size, step, &error);

      g_assert_no_error (error);
      g_assert_cmpuint (contents->entities->len, ==, 2);
      g_assert_cmpint (contents->position, ==, 7);
      g_assert_cmpstr (contents->service, ==, "the-service");
    }

  /* Whatever is cut off, nothing of it is used. */
  for (gsize cut = 1; cut < size; cut += 11)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (WfContents) contents = read_snapshot (text, size - cut, 64, &error);

      g_assert_null (contents);
      g_assert_error (error, WF_SYNC_ERROR, WF_SYNC_ERROR_PROTOCOL);
    }

  g_autoptr (GError) error = NULL;
  g_autoptr (WfContents) none = read_snapshot (wrong, strlen (wrong), 64, &error);
  g_assert_null (none);
  g_assert_error (error, WF_SYNC_ERROR, WF_SYNC_ERROR_PROTOCOL);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add ("/sync/replica", Fixture, NULL, set_up, test_replica, tear_down);
  g_test_add ("/sync/replica/damaged", Fixture, NULL, set_up, test_damaged_replica, tear_down);
  g_test_add ("/sync/replica/damaged-anywhere", Fixture, NULL, set_up, test_replica_damaged_anywhere, tear_down);
  g_test_add ("/sync/replica/private", Fixture, NULL, set_up, test_private, tear_down);
  g_test_add ("/sync/outbox", Fixture, NULL, set_up, test_outbox, tear_down);
  g_test_add ("/sync/outbox/damaged-anywhere", Fixture, NULL, set_up, test_outbox_damaged_anywhere, tear_down);
  g_test_add ("/sync/media-cache", Fixture, NULL, set_up, test_media_cache, tear_down);
  g_test_add_func ("/sync/snapshot", test_snapshot);

  return g_test_run ();
}
