/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "store-kit.h"

#include "wf-files.h"
#include "wf-id.h"
#include "wf-reads.h"
#include "wf-signer.h"
#include "wf-store-private.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <sys/resource.h>

#define REPORT(id, incident) \
  "{\"id\":\"" id "\",\"type\":\"incident.report\",\"scope\":\"live\",\"occurred_at\":\"2026-11-21T13:07:45.000Z\"," \
  "\"payload\":{\"incident\":\"" incident "\",\"title\":\"Leak\",\"t0\":\"2026-11-21T13:07:45.000Z\"}}"

#define TASK(id, scope, task, incident, minutes) \
  "{\"id\":\"" id "\",\"type\":\"task.add\",\"scope\":\"" scope "\",\"occurred_at\":\"2026-11-21T13:07:45.000Z\"," \
  "\"payload\":{\"task\":\"" task "\",\"incident\":\"" incident "\",\"text\":\"Close the valve\",\"minutes\":" minutes "}}"

typedef struct
{
  char    *folder;
  WfClock *clock;
  WfStore *store;
} Fixture;

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  fixture->folder = kit_make_folder ();
  fixture->clock = wf_clock_new_manual (START);
  fixture->store = kit_open (fixture->folder, fixture->clock);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  if (fixture->store != NULL)
    kit_close (fixture->store);
  kit_assert_holds (fixture->folder);
  g_assert_finalize_object (fixture->clock);
  kit_remove_folder (fixture->folder);
  g_free (fixture->folder);
}

static void
reopen (Fixture *fixture)
{
  kit_close (fixture->store);
  fixture->store = kit_open (fixture->folder, fixture->clock);
}

static void
exec (Fixture    *fixture,
      const char *sql)
{
  g_autofree char *path = g_build_filename (fixture->folder, "watchfire.db", NULL);
  sqlite3 *database;

  g_assert_cmpint (sqlite3_open (path, &database), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (database, sql, NULL, NULL, NULL), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_changes (database), >, 0);
  sqlite3_close (database);
}

static void
count_committed_cb (WfStore   *store,
                    GPtrArray *entries,
                    gpointer   data)
{
  int64_t *last = data;

  for (guint i = 0; i < entries->len; i++)
    {
      WfEntry *entry = g_ptr_array_index (entries, i);

      g_assert_cmpint (entry->event->position, ==, *last + 1);
      *last = entry->event->position;
    }
  g_assert_cmpint (wf_store_get_head (store), ==, *last);
}

static void
test_group (Fixture       *fixture,
            gconstpointer  data)
{
  GAsyncResult *results[60] = { NULL };
  int64_t last = 0;

  g_signal_connect (fixture->store, "committed", G_CALLBACK (count_committed_cb), &last);

  for (guint i = 0; i < G_N_ELEMENTS (results); i++)
    {
      g_autoptr (GPtrArray) commands = g_ptr_array_new_with_free_func ((GDestroyNotify) wf_command_unref);

      for (guint j = 0; j < 3; j++)
        {
          g_autofree char *id = g_strdup_printf ("c-%u-%u", i, j);

          g_ptr_array_add (commands, kit_log (id, WF_LIVE, j == 1 ? "   x" : "text"));
        }
      wf_store_submit_async (fixture->store, commands, NULL, kit_result_cb, &results[i]);
    }

  /* Answered in order, numbered in order. */
  int64_t number = 0;
  for (guint i = 0; i < G_N_ELEMENTS (results); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GPtrArray) outcomes = wf_store_submit_finish (fixture->store, kit_wait (&results[i]), &error);

      g_assert_no_error (error);
      g_assert_cmpuint (outcomes->len, ==, 3);
      for (guint j = 0; j < 3; j++)
        {
          WfOutcome *outcome = g_ptr_array_index (outcomes, j);

          g_assert_null (outcome->problem);
          g_assert_cmpuint (outcome->entries->len, ==, 1);
          g_assert_cmpint (((WfEntry *) g_ptr_array_index (outcome->entries, 0))->event->number, ==, ++number);
        }
      g_object_unref (results[i]);
    }
  g_assert_cmpint (last, ==, number);

  g_autoptr (GError) error = NULL;
  g_autoptr (WfPage) page = kit_changes (fixture->store, 170, 100, &error);
  g_assert_cmpuint (page->n, ==, 10);
  g_assert_cmpint (page->first, ==, 171);
  g_assert_cmpint (page->last, ==, 180);
  g_assert_null (kit_changes (fixture->store, 181, 100, &error));
  g_assert_error (error, WF_STORE_ERROR, WF_STORE_ERROR_GONE);
}

static void
test_same_id (Fixture       *fixture,
              gconstpointer  data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (WfOutcome) first = kit_submit (fixture->store, kit_log ("c1", WF_LIVE, "one"), &error);
  g_autoptr (WfOutcome) refused = kit_submit (fixture->store, kit_command (TASK ("c2", "live", "t1", "nowhere", "5")), &error);

  g_assert_null (first->problem);
  g_assert_nonnull (refused->problem);
  g_assert_cmpint (wf_store_get_head (fixture->store), ==, 1);

  for (int round = 0; round < 2; round++)
    {
      g_autoptr (WfOutcome) again = kit_submit (fixture->store, kit_log ("c1", WF_LIVE, "one"), &error);
      g_autoptr (WfOutcome) other = kit_submit (fixture->store, kit_log ("c1", WF_LIVE, "two"), &error);
      g_autoptr (WfOutcome) still = kit_submit (fixture->store, kit_command (TASK ("c2", "live", "t1", "nowhere", "5")), &error);
      WfEntry *entry = g_ptr_array_index (first->entries, 0);
      WfEntry *same = g_ptr_array_index (again->entries, 0);

      g_assert_true (again->repeated);
      g_assert_cmpuint (again->entries->len, ==, 1);
      g_assert_true (g_bytes_equal (entry->header, same->header));
      g_assert_cmpstr (entry->event->hash, ==, same->event->hash);
      g_assert_true (other->reused);
      g_assert_true (still->repeated);
      g_assert_cmpstr (still->problem->rule, ==, refused->problem->rule);
      g_assert_cmpint (still->problem->kind, ==, refused->problem->kind);
      g_assert_cmpint (wf_store_get_head (fixture->store), ==, 1);

      reopen (fixture);
    }

  g_autoptr (WfOutcome) nowhere = kit_submit (fixture->store, kit_log ("c9", "no-such-drill", "x"), &error);
  g_assert_cmpstr (nowhere->problem->rule, ==, "scope.unknown");
}

/* The @i-th of a crowd: each fifth is refused. */
static WfCommand *
new_one_of_many (guint i)
{
  g_autofree char *id = g_strdup_printf ("c-%u", i);
  g_autofree char *task = g_strdup_printf (TASK ("c-%u", "live", "t1", "nowhere", "5"), i);

  return i % 5 == 4 ? kit_command (task) : kit_log (id, WF_LIVE, id);
}

/* Rows that share a statement are each its own: what was refused beside what was kept, more of them than go into one. */
static void
test_many (Fixture       *fixture,
           gconstpointer  data)
{
  enum { MANY = 2 * WF_DATABASE_BATCH + 7 };
  g_autoptr (GPtrArray) first = NULL;

  for (int round = 0; round < 2; round++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GPtrArray) commands = g_ptr_array_new_with_free_func ((GDestroyNotify) wf_command_unref);
      GAsyncResult *result = NULL;

      for (guint i = 0; i < MANY; i++)
        g_ptr_array_add (commands, new_one_of_many (i));
      wf_store_submit_async (fixture->store, commands, NULL, kit_result_cb, &result);
      g_autoptr (GPtrArray) outcomes = wf_store_submit_finish (fixture->store, kit_wait (&result), &error);
      g_object_unref (result);

      g_assert_no_error (error);
      g_assert_cmpuint (outcomes->len, ==, MANY);
      for (guint i = 0; i < MANY; i++)
        {
          WfOutcome *outcome = g_ptr_array_index (outcomes, i);
          WfOutcome *before = first != NULL ? g_ptr_array_index (first, i) : NULL;

          g_assert_cmpint (outcome->repeated, ==, round > 0);
          g_assert_false (outcome->reused);
          g_assert_cmpint (outcome->problem != NULL, ==, i % 5 == 4);
          g_assert_cmpuint (outcome->entries->len, ==, outcome->problem != NULL ? 0 : 1);
          if (before != NULL && before->problem != NULL)
            g_assert_cmpstr (outcome->problem->rule, ==, before->problem->rule);
          else if (before != NULL)
            g_assert_true (g_bytes_equal (((WfEntry *) g_ptr_array_index (outcome->entries, 0))->header,
                                          ((WfEntry *) g_ptr_array_index (before->entries, 0))->header));
        }

      if (first == NULL)
        first = g_steal_pointer (&outcomes);
      reopen (fixture);
    }

  g_assert_cmpint (wf_store_get_head (fixture->store), ==, MANY - MANY / 5);
}

static WfCommand *
new_note (const char *id,
          const char *token_post)
{
  g_autofree char *json = g_strdup_printf (
    "{\"id\":\"%s\",\"type\":\"log.add\",\"scope\":\"live\",\"occurred_at\":\"2026-11-21T13:07:45.000Z\",\"post\":\"duty\","
    "\"payload\":{\"log\":\"log-%s\",\"kind\":\"note\",\"text\":\"x\"}}", id, id);
  g_autoptr (WfJsonDoc) doc = wf_json_doc_new_text (json, NULL);
  g_autoptr (WfCommand) command = wf_wire_read_command (wf_json_doc_root (doc), "desk-1", token_post, NULL, NULL);

  return wf_command_with_role (command, "desk");
}

/* Somebody who changed posts sends again what they gave from the one before: what was done is known, what is new is refused. */
static void
test_other_post (Fixture       *fixture,
                 gconstpointer  data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (WfOutcome) first = kit_submit (fixture->store, new_note ("c1", "duty"), &error);
  g_autoptr (WfOutcome) again = kit_submit (fixture->store, new_note ("c1", "lead"), &error);
  g_autoptr (WfOutcome) fresh = kit_submit (fixture->store, new_note ("c2", "lead"), &error);
  g_autoptr (WfOutcome) none = kit_submit (fixture->store, new_note ("c3", ""), &error);

  g_assert_no_error (error);
  g_assert_null (first->problem);
  g_assert_true (again->repeated);
  g_assert_null (again->problem);
  g_assert_cmpstr (((WfEntry *) again->entries->pdata[0])->event->hash, ==, ((WfEntry *) first->entries->pdata[0])->event->hash);
  g_assert_cmpstr (fresh->problem->rule, ==, "command.other-post");
  g_assert_cmpstr (none->problem->rule, ==, "command.other-post");

  /* Back at the old post it stays refused: its author has been told so. */
  g_autoptr (WfOutcome) back = kit_submit (fixture->store, new_note ("c2", "duty"), &error);
  g_assert_true (back->repeated);
  g_assert_cmpstr (back->problem->rule, ==, "command.other-post");
  g_assert_cmpint (wf_store_get_head (fixture->store), ==, 1);
}

static const char open_drill[] =
  "{\"id\":\"d1\",\"type\":\"exercise.open\",\"scope\":\"drill-1\",\"occurred_at\":\"2026-11-21T13:07:45.000Z\","
  "\"payload\":{\"name\":\"Night\",\"rate\":0}}";

static void
begin (Fixture       *fixture,
       WfCommand     *command,
       GAsyncResult **result)
{
  g_autoptr (GPtrArray) commands = g_ptr_array_new_with_free_func ((GDestroyNotify) wf_command_unref);

  g_ptr_array_add (commands, command);
  wf_store_submit_async (fixture->store, commands, NULL, kit_result_cb, result);
}

static WfOutcome *
end (Fixture       *fixture,
     GAsyncResult **result)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) outcomes = wf_store_submit_finish (fixture->store, kit_wait (result), &error);

  g_assert_no_error (error);
  g_clear_object (result);
  return wf_outcome_ref (g_ptr_array_index (outcomes, 0));
}

/* More than one group holds: some are decided while others are written. Each is sent again at once, and once more with another
 * body; in the middle of it an exercise is opened and written to. */
static void
test_crowd (Fixture       *fixture,
            gconstpointer  data)
{
  enum { CROWD = 600, BACK = 70, DRILL = 300 };
  g_autofree GAsyncResult **first = g_new0 (GAsyncResult *, CROWD);
  g_autofree GAsyncResult **again = g_new0 (GAsyncResult *, CROWD);
  g_autofree GAsyncResult **other = g_new0 (GAsyncResult *, CROWD);
  GAsyncResult *drill = NULL;

  for (guint i = 0; i < CROWD + BACK; i++)
    {
      g_autofree char *id = g_strdup_printf ("c-%u", i);
      g_autofree char *before = g_strdup_printf ("c-%u", i - BACK);

      if (i == DRILL)
        begin (fixture, kit_command (open_drill), &drill);
      if (i < CROWD)
        {
          begin (fixture, kit_log (id, i > DRILL && i % 2 == 0 ? "drill-1" : WF_LIVE, "one"), &first[i]);
          begin (fixture, kit_log (id, i > DRILL && i % 2 == 0 ? "drill-1" : WF_LIVE, "one"), &again[i]);
        }
      if (i >= BACK)
        begin (fixture, kit_log (before, WF_LIVE, "two"), &other[i - BACK]);
    }

  g_autoptr (WfOutcome) opened = end (fixture, &drill);
  g_assert_null (opened->problem);

  for (guint i = 0; i < CROWD; i++)
    {
      g_autoptr (WfOutcome) one = end (fixture, &first[i]);
      g_autoptr (WfOutcome) same = end (fixture, &again[i]);
      g_autoptr (WfOutcome) two = end (fixture, &other[i]);
      WfEntry *entry = g_ptr_array_index (one->entries, 0);

      g_assert_false (one->repeated);
      g_assert_null (one->problem);
      g_assert_true (same->repeated);
      g_assert_false (same->reused);
      g_assert_cmpuint (same->entries->len, ==, 1);
      g_assert_cmpstr (((WfEntry *) g_ptr_array_index (same->entries, 0))->event->hash, ==, entry->event->hash);
      g_assert_true (two->reused);
      g_assert_nonnull (two->problem);
    }
  g_assert_cmpint (wf_store_get_head (fixture->store), ==, CROWD + 1);

  /* What was frozen for the exercise is what was live when it was opened, whatever came behind it in the same group. */
  g_autofree char *text = kit_snapshot (fixture->store);
  g_assert_nonnull (strstr (text, "\"scope\":\"drill-1@base\",\"entity\":\"log\",\"id\":\"log-c-299\""));
  g_assert_null (strstr (text, "\"scope\":\"drill-1@base\",\"entity\":\"log\",\"id\":\"log-c-301\""));

  g_autofree char *digest = kit_state_digest (fixture->store);
  reopen (fixture);
  g_autofree char *after = kit_state_digest (fixture->store);
  g_assert_cmpstr (digest, ==, after);
}

static void
test_restart (Fixture       *fixture,
              gconstpointer  data)
{
  kit_accept (fixture->store, kit_command (REPORT ("c1", "i1")));
  kit_accept (fixture->store, kit_command (TASK ("c2", "live", "t1", "i1", "5")));
  kit_accept (fixture->store, kit_log ("c3", WF_LIVE, "after"));

  g_autofree char *before = kit_state_digest (fixture->store);
  g_autofree char *service = g_strdup (wf_store_get_service (fixture->store));
  g_autoptr (GError) error = NULL;

  g_assert_null (wf_store_open (fixture->folder, fixture->clock, &error));
  g_assert_error (error, WF_STORE_ERROR, WF_STORE_ERROR_LOCKED);

  reopen (fixture);
  g_autofree char *after = kit_state_digest (fixture->store);
  g_assert_cmpstr (before, ==, after);
  g_assert_cmpstr (service, ==, wf_store_get_service (fixture->store));

  kit_accept (fixture->store, kit_log ("c4", WF_LIVE, "goes on"));
  g_autofree char *changed = kit_state_digest (fixture->store);
  g_assert_cmpstr (after, !=, changed);
}

static void
test_schedule (Fixture       *fixture,
               gconstpointer  data)
{
  kit_accept (fixture->store, kit_command (REPORT ("c1", "i1")));
  kit_accept (fixture->store, kit_command (TASK ("c2", "live", "t1", "i1", "10")));
  kit_accept (fixture->store, kit_command (TASK ("c3", "live", "t2", "i1", "20")));
  g_assert_cmpint (wf_store_next_due (fixture->store), ==, START + 10 * WF_MINUTE);

  wf_clock_advance (fixture->clock, 9 * WF_MINUTE);
  kit_tick (fixture->store);
  g_assert_cmpuint (kit_count_events (fixture->store, "task.became_overdue"), ==, 0);

  wf_clock_advance (fixture->clock, 2 * WF_MINUTE);
  kit_tick (fixture->store);
  g_assert_cmpuint (kit_count_events (fixture->store, "task.became_overdue"), ==, 1);

  reopen (fixture);
  kit_tick (fixture->store);
  g_assert_cmpuint (kit_count_events (fixture->store, "task.became_overdue"), ==, 1);

  /* What falls due while nobody is there happens at the next start, once. */
  kit_close (fixture->store);
  wf_clock_advance (fixture->clock, WF_HOUR);
  fixture->store = kit_open (fixture->folder, fixture->clock);
  kit_tick (fixture->store);
  kit_tick (fixture->store);
  g_assert_cmpuint (kit_count_events (fixture->store, "task.became_overdue"), ==, 2);
  g_assert_cmpint (wf_store_next_due (fixture->store), ==, INT64_MAX);
}

static void
test_exercise (Fixture       *fixture,
               gconstpointer  data)
{
  kit_accept (fixture->store, kit_command (REPORT ("c1", "i1")));
  kit_accept (fixture->store, kit_command (open_drill));
  kit_accept (fixture->store, kit_command (REPORT ("c2", "i2")));

  /* The drill reads what was live then, and no more. */
  for (int round = 0; round < 2; round++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *yes = g_strdup_printf (TASK ("d2-%d", "drill-1", "t%d", "i1", "5"), round, round);
      g_autofree char *no = g_strdup_printf (TASK ("d3-%d", "drill-1", "u%d", "i2", "5"), round, round);
      g_autoptr (WfOutcome) later = NULL;

      kit_accept (fixture->store, kit_command (yes));
      later = kit_submit (fixture->store, kit_command (no), &error);
      g_assert_nonnull (later->problem);

      reopen (fixture);
    }

  g_autofree char *text = kit_snapshot (fixture->store);
  g_assert_nonnull (strstr (text, "{\"kind\":\"entity\",\"scope\":\"drill-1@base\",\"entity\":\"incident\",\"id\":\"i1\""));
  g_assert_null (strstr (text, "{\"kind\":\"entity\",\"scope\":\"drill-1@base\",\"entity\":\"incident\",\"id\":\"i2\""));
  g_assert_nonnull (strstr (text, "{\"kind\":\"entity\",\"scope\":\"drill-1\",\"entity\":\"task\",\"id\":\"t1\""));
  g_assert_null (strstr (text, "{\"kind\":\"entity\",\"scope\":\"live\",\"entity\":\"task\""));

  /* Its clock stands still: nothing falls due until it goes on. */
  wf_clock_advance (fixture->clock, WF_DAY);
  kit_tick (fixture->store);
  g_assert_cmpuint (kit_count_events (fixture->store, "task.became_overdue"), ==, 0);

  kit_accept (fixture->store, kit_command ("{\"id\":\"d4\",\"type\":\"exercise.clock\",\"scope\":\"drill-1\","
                                           "\"occurred_at\":\"2026-11-22T13:07:45.000Z\",\"payload\":{\"rate\":60}}"));
  wf_clock_advance (fixture->clock, 6 * WF_SECOND);
  kit_tick (fixture->store);
  g_assert_cmpuint (kit_count_events (fixture->store, "task.became_overdue"), ==, 2);

  /* What the administrator says of somebody holds in the drill at once, whatever role a token carries. */
  kit_accept (fixture->store, kit_command ("{\"id\":\"c3\",\"type\":\"user.add\",\"scope\":\"live\","
                                           "\"occurred_at\":\"2026-11-22T13:07:45.000Z\",\"payload\":{"
                                           "\"user\":\"desk-1\",\"name\":\"One\",\"role\":\"viewer\"}}"));
  for (int round = 0; round < 2; round++)
    {
      g_autofree char *id = g_strdup_printf ("d5-%d", round);
      g_autoptr (WfOutcome) refused = kit_submit (fixture->store, kit_log (id, "drill-1", "no"), NULL);

      g_assert_cmpstr (refused->problem->rule, ==, "rights.role");
      reopen (fixture);
    }
}

static void
assert_tampering_shows (Fixture    *fixture,
                        const char *sql,
                        const char *back)
{
  g_autoptr (GError) error = NULL;

  exec (fixture, sql);
  g_autoptr (WfVerification) found = wf_verify (fixture->folder, &error);
  g_assert_no_error (error);
  g_test_message ("%s: %s", sql, found->problems->len > 0 ? (char *) g_ptr_array_index (found->problems, 0) : "nothing");
  g_assert_cmpuint (found->problems->len, >, 0);

  exec (fixture, back);
  kit_assert_holds (fixture->folder);
}

static void
test_tampering (Fixture       *fixture,
                gconstpointer  data)
{
  kit_accept (fixture->store, kit_command (REPORT ("c1", "i1")));
  kit_accept (fixture->store, kit_log ("c2", WF_LIVE, "the truth"));
  kit_accept (fixture->store, kit_log ("c3", WF_LIVE, "after"));
  kit_close (g_steal_pointer (&fixture->store));

  assert_tampering_shows (fixture,
                          "UPDATE journal SET payload = CAST (replace (payload, 'the truth', 'not true') AS BLOB) WHERE number = 2",
                          "UPDATE journal SET payload = CAST (replace (payload, 'not true', 'the truth') AS BLOB) WHERE number = 2");
  assert_tampering_shows (fixture,
                          "UPDATE journal SET header = CAST (replace (header, 'desk-1', 'desk-2') AS BLOB) WHERE number = 2",
                          "UPDATE journal SET header = CAST (replace (header, 'desk-2', 'desk-1') AS BLOB) WHERE number = 2");
  assert_tampering_shows (fixture,
                          "UPDATE entity SET fields = replace (fields, 'Leak', 'Drip') WHERE kind = 'incident'",
                          "UPDATE entity SET fields = replace (fields, 'Drip', 'Leak') WHERE kind = 'incident'");
  assert_tampering_shows (fixture, "UPDATE checkpoint SET made_at = made_at + 1", "UPDATE checkpoint SET made_at = made_at - 1");
  assert_tampering_shows (fixture,
                          "UPDATE journal SET position = 9 WHERE number = 3", "UPDATE journal SET position = 3 WHERE number = 3");

  /* A lawful erasure takes a payload away and leaves the chain whole. */
  exec (fixture, "UPDATE journal SET payload = NULL WHERE number = 2");
  g_autoptr (WfVerification) found = wf_verify (fixture->folder, NULL);
  g_assert_cmpuint (found->erased, ==, 1);
}

/* No file may grow beyond @size bytes, which is what a full disk looks like. */
static struct rlimit
fill_disk (rlim_t size)
{
  struct rlimit before, small;

  signal (SIGXFSZ, SIG_IGN);
  g_assert_cmpint (getrlimit (RLIMIT_FSIZE, &before), ==, 0);
  small.rlim_cur = size;
  small.rlim_max = before.rlim_max;
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &small), ==, 0);

  return before;
}

static void
test_full_disk (Fixture       *fixture,
                gconstpointer  data)
{
  g_autoptr (GError) error = NULL;

  kit_accept (fixture->store, kit_log ("c1", WF_LIVE, "fits"));
  g_autofree char *digest = kit_state_digest (fixture->store);

  struct rlimit before = fill_disk (4096);

  g_test_expect_message ("wf-store", G_LOG_LEVEL_MESSAGE, "Nothing can be kept now*");
  g_assert_null (kit_submit (fixture->store, kit_log ("c2", WF_LIVE, "does not fit"), &error));
  g_assert_error (error, WF_STORE_ERROR, WF_STORE_ERROR_UNAVAILABLE);
  g_clear_error (&error);
  g_assert_null (kit_submit (fixture->store, kit_log ("c2", WF_LIVE, "does not fit"), &error));
  g_assert_error (error, WF_STORE_ERROR, WF_STORE_ERROR_UNAVAILABLE);
  g_test_assert_expected_messages ();

  g_autofree char *fault = wf_store_dup_fault (fixture->store);
  g_assert_nonnull (fault);
  g_assert_cmpint (wf_store_get_head (fixture->store), ==, 1);
  g_autofree char *same = kit_state_digest (fixture->store);
  g_assert_cmpstr (digest, ==, same);

  /* There is room again: the sender comes back, and it is done once. */
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &before), ==, 0);
  g_test_expect_message ("wf-store", G_LOG_LEVEL_MESSAGE, "Keeping works again");
  kit_accept (fixture->store, kit_log ("c2", WF_LIVE, "does not fit"));
  kit_accept (fixture->store, kit_log ("c2", WF_LIVE, "does not fit"));
  g_test_assert_expected_messages ();
  g_assert_cmpint (wf_store_get_head (fixture->store), ==, 2);
  g_assert_null (wf_store_dup_fault (fixture->store));
}

/* A service that is first started on a full disk starts when there is room. */
static void
test_key (void)
{
  g_autofree char *folder = kit_make_folder ();
  g_autoptr (GError) error = NULL;
  struct rlimit before = fill_disk (50);

  g_assert_null (wf_signer_open (folder, TRUE, &error));
  g_assert_error (error, WF_STORE_ERROR, WF_STORE_ERROR_UNAVAILABLE);
  g_clear_error (&error);
  g_assert_true (wf_files_is_empty (folder));
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &before), ==, 0);

  g_autoptr (WfSigner) signer = wf_signer_open (folder, TRUE, &error);
  g_assert_no_error (error);
  g_autofree char *key = wf_signer_public (signer);

  g_autoptr (WfSigner) again = wf_signer_open (folder, TRUE, &error);
  g_assert_no_error (error);
  g_autofree char *same = wf_signer_public (again);
  g_assert_cmpstr (key, ==, same);

  kit_remove_folder (folder);
}

typedef struct
{
  GString *names;
  int64_t  lost;
} Seen;

static void
see_cb (const WfRead *read,
        gpointer      data)
{
  Seen *seen = data;

  if (g_str_equal (read->what, "lost"))
    seen->lost += read->n;
  else
    g_string_append_printf (seen->names, "%s ", read->actor);
}

static void
done_cb (GTask        *task,
         gpointer      source,
         gpointer      data,
         GCancellable *cancellable)
{
  g_task_return_boolean (task, TRUE);
}

/* Notes that somebody read something, and waits until that was written or could not be. */
static void
note_read (WfReads    *reads,
           WfWorker   *worker,
           const char *actor)
{
  const WfRead read = { .actor = actor, .what = "own", .at = g_get_real_time () / 1000 };
  GAsyncResult *result = NULL;

  wf_reads_note (reads, &read);
  wf_reads_flush (reads);
  wf_worker_push (worker, G_PRIORITY_LOW, g_task_new (NULL, NULL, kit_result_cb, &result), done_cb);
  kit_wait (&result);
  g_object_unref (result);
}

static void
append (const char *path,
        const char *text)
{
  FILE *file = fopen (path, "a");

  g_assert_nonnull (file);
  g_assert_cmpint (fputs (text, file), >=, 0);
  g_assert_cmpint (fclose (file), ==, 0);
}

/* What a power failure or a full disk left of a line does not take the next one with it; and what could not be recorded is
 * known to be missing. */
static void
test_reads (void)
{
  g_autofree char *folder = kit_make_folder ();
  g_autoptr (WfWorker) worker = wf_worker_new ("reads");
  g_autoptr (WfReads) reads = wf_reads_new (folder, worker);
  g_autoptr (GString) names = g_string_new (NULL);
  g_autoptr (GError) error = NULL;
  Seen seen = { names, 0 };

  note_read (reads, worker, "wang");
  g_autoptr (GPtrArray) days = wf_reads_days (folder);
  g_assert_cmpuint (days->len, ==, 1);
  append (g_ptr_array_index (days, 0), "{\"at\":\"2026-");
  note_read (reads, worker, "li");

  /* There is room for a part of the next line only. */
  GStatBuf about;
  g_assert_cmpint (g_stat (g_ptr_array_index (days, 0), &about), ==, 0);
  struct rlimit before = fill_disk ((rlim_t) about.st_size + 10);
  g_test_expect_message ("wf-store", G_LOG_LEVEL_WARNING, "Who reads what is not recorded*");
  note_read (reads, worker, "zhang");
  note_read (reads, worker, "zhao");
  g_test_assert_expected_messages ();
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &before), ==, 0);
  g_test_expect_message ("wf-store", G_LOG_LEVEL_MESSAGE, "Who reads what is recorded again");
  note_read (reads, worker, "sun");
  g_test_assert_expected_messages ();

  g_assert_true (wf_reads_list (folder, NULL, 0, see_cb, &seen, &error));
  g_assert_no_error (error);
  g_assert_cmpstr (names->str, ==, "wang li sun ");
  g_assert_cmpint (seen.lost, ==, 2);

  g_clear_pointer (&reads, wf_reads_free);
  wf_worker_shutdown (worker);
  kit_remove_folder (folder);
}

static WfUnitPosition
at (int64_t time,
    double  longitude)
{
  return (WfUnitPosition) { "unit-1", { longitude, 40.6, -1, -1, time } };
}

static void
test_positions (Fixture       *fixture,
                gconstpointer  data)
{
  WfUnitPosition positions[] = {
    at (START - 60000, 109.9), at (START - 59000, 109.90001), at (START - 40000, 109.90002), at (START - 50000, 109.8),
    at (START - 39000, 109.95), at (START + WF_DAY, 110),
  };
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_cmpuint (wf_store_put_positions (fixture->store, WF_LIVE, positions, G_N_ELEMENTS (positions), &error), ==, 4);
  g_assert_no_error (error);
  reopen (fixture);

  /* The one a second later and a metre on is not worth keeping. */
  wf_store_read_track_async (fixture->store, WF_LIVE, "unit-1", 0, NULL, kit_result_cb, &result);
  g_autoptr (GBytes) track = wf_store_read_track_finish (fixture->store, kit_wait (&result), &error);
  g_autoptr (WfJsonDoc) doc = wf_json_doc_new (track, 10000, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (wf_json_length (wf_json_member (wf_json_doc_root (doc), "positions")), ==, 3);

  g_autofree char *text = kit_snapshot (fixture->store);
  g_assert_nonnull (strstr (text, "\"location\":[109.95,40.6]"));
  g_assert_cmpuint (wf_store_put_positions (fixture->store, WF_LIVE, positions, 5, &error), ==, 0);
}

static gssize
close_tracks (Fixture *fixture)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  wf_store_close_tracks_async (fixture->store, kit_result_cb, &result);
  gssize n = wf_store_close_tracks_finish (fixture->store, kit_wait (&result), &error);
  g_assert_no_error (error);

  return n;
}

static void
drive (Fixture *fixture,
       int64_t  from,
       guint    n)
{
  for (guint i = 0; i < n; i++)
    {
      WfUnitPosition position = at (from + i * 10 * WF_SECOND, 109.9 + 0.001 * i);
      g_autoptr (GError) error = NULL;

      g_assert_cmpuint (wf_store_put_positions (fixture->store, WF_LIVE, &position, 1, &error), ==, 1);
      g_assert_no_error (error);
    }
}

static WfVerification *
verify (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;
  WfVerification *found = wf_verify (fixture->folder, &error);

  g_assert_no_error (error);
  return found;
}

/* A piece is sealed after an hour or when its unit is silent; the next goes on right behind it; whatever is changed in one is
 * found. */
static void
test_tracks (Fixture       *fixture,
             gconstpointer  data)
{
  drive (fixture, START - WF_HOUR, 100);
  wf_clock_set (fixture->clock, START - WF_HOUR + 1000 * WF_SECOND);
  g_assert_cmpint (close_tracks (fixture), ==, 0);

  /* An hour has passed since the beginning, and more came meanwhile. */
  wf_clock_set (fixture->clock, START);
  drive (fixture, START - 300 * WF_SECOND, 10);
  g_assert_cmpint (close_tracks (fixture), ==, 1);
  g_assert_cmpint (close_tracks (fixture), ==, 0);
  g_assert_cmpuint (kit_count_events (fixture->store, "track.closed"), ==, 1);

  /* The same after a restart: what is open is known, and goes into the next piece when the unit is silent. */
  drive (fixture, START - 100 * WF_SECOND, 5);
  reopen (fixture);
  drive (fixture, START - 40 * WF_SECOND, 3);
  g_assert_cmpint (close_tracks (fixture), ==, 0);
  wf_clock_set (fixture->clock, START + 11 * WF_MINUTE);
  g_assert_cmpint (close_tracks (fixture), ==, 1);

  g_autoptr (WfVerification) whole = verify (fixture);
  g_assert_cmpuint (whole->problems->len, ==, 0);
  g_assert_cmpuint (whole->tracks, ==, 2);
  g_assert_cmpuint (whole->tracks_gone, ==, 0);

  /* Moved by some metres; left out; put in: each is found, and undone again for what follows. */
  static const char *const changes[][2] = {
    { "UPDATE track SET latitude = 40.6001 WHERE at = (SELECT min(at) FROM track)", "UPDATE track SET latitude = 40.6" },
    { "UPDATE track SET unit = 'x' WHERE at = (SELECT max(at) FROM track)", "UPDATE track SET unit = 'unit-1'" },
    { "INSERT INTO track SELECT scope, unit, at + 1, longitude, latitude, heading, speed FROM track LIMIT 1",
      "DELETE FROM track WHERE at % 10 = 1" },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (changes); i++)
    {
      exec (fixture, changes[i][0]);
      g_autoptr (WfVerification) found = verify (fixture);
      g_assert_cmpuint (found->problems->len, ==, 1);
      g_assert_nonnull (strstr (g_ptr_array_index (found->problems, 0), "sealed"));
      exec (fixture, changes[i][1]);
    }
}

/* What goes by retention is not taken for tampering, and not said to be unaltered. */
static void
test_tracks_gone (Fixture       *fixture,
                  gconstpointer  data)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  drive (fixture, START - 100 * WF_DAY, 100);
  g_assert_cmpint (close_tracks (fixture), ==, 1);
  drive (fixture, START - WF_HOUR, 5);
  g_assert_cmpint (close_tracks (fixture), ==, 1);
  wf_store_prune_async (fixture->store, kit_result_cb, &result);
  g_assert_cmpint (wf_store_prune_finish (fixture->store, kit_wait (&result), &error), ==, 100);
  g_assert_no_error (error);

  g_autoptr (WfVerification) found = verify (fixture);
  g_assert_cmpuint (found->problems->len, ==, 0);
  g_assert_cmpuint (found->tracks, ==, 1);
  g_assert_cmpuint (found->tracks_gone, ==, 1);
}

static gboolean
adopt (Fixture    *fixture,
       const char *text,
       const char *digest,
       gboolean   *known,
       GError    **error)
{
  g_autofree char *draft = wf_store_media_partial (fixture->store, digest, "desk-1");
  g_autoptr (GAsyncResult) result = NULL;

  g_assert_true (g_file_set_contents (draft, text, -1, NULL));
  wf_store_adopt_medium_async (fixture->store, draft, digest, "text/plain", "desk-1", NULL, kit_result_cb, &result);
  gboolean good = wf_store_adopt_medium_finish (fixture->store, kit_wait (&result), known, error);
  g_assert_false (g_file_test (draft, G_FILE_TEST_EXISTS));

  return good;
}

static void
test_media (Fixture       *fixture,
            gconstpointer  data)
{
  g_autofree char *digest = wf_digest_bytes ("picture", 7);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  gboolean known;

  g_assert_false (adopt (fixture, "another", digest, &known, &error));
  g_assert_error (error, WF_STORE_ERROR, WF_STORE_ERROR_DIGEST);
  g_clear_error (&error);

  g_assert_true (adopt (fixture, "picture", digest, &known, &error));
  g_assert_false (known);
  g_assert_true (adopt (fixture, "picture", digest, &known, &error));
  g_assert_true (known);

  wf_store_find_medium_async (fixture->store, digest, NULL, NULL, kit_result_cb, &result);
  g_autoptr (WfMedium) medium = wf_store_find_medium_finish (fixture->store, kit_wait (&result), &error);
  g_assert_cmpint (medium->size, ==, 7);
  g_assert_cmpstr (medium->type, ==, "text/plain");
}

static const WfToken *
wait_for_token (Fixture    *fixture,
                const char *token,
                gboolean    there)
{
  gint64 end = g_get_monotonic_time () + 30 * G_USEC_PER_SEC;

  wf_store_reload_tokens (fixture->store);
  while ((wf_store_find_token (fixture->store, token) != NULL) != there)
    {
      g_assert_cmpint (g_get_monotonic_time (), <, end);
      g_main_context_iteration (NULL, TRUE);
    }

  return wf_store_find_token (fixture->store, token);
}

static void
test_tokens (Fixture       *fixture,
             gconstpointer  data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *token = wf_tokens_add (fixture->folder, "desk-7", "Desk 7", "duty", START, START + WF_DAY, &error);
  guint n;

  g_assert_no_error (error);
  g_assert_null (wf_store_find_token (fixture->store, token));

  const WfToken *found = wait_for_token (fixture, token, TRUE);
  g_assert_cmpstr (found->actor, ==, "desk-7");
  g_assert_cmpstr (found->post, ==, "duty");

  /* It is kept nowhere as it is. */
  g_autofree char *path = g_build_filename (fixture->folder, "watchfire.db-wal", NULL);
  g_autofree char *bytes = NULL;
  gsize size;
  g_assert_true (g_file_get_contents (path, &bytes, &size, NULL));
  g_assert_null (memmem (bytes, size, token, strlen (token)));

  wf_clock_advance (fixture->clock, WF_DAY + 1);
  g_assert_null (wf_store_find_token (fixture->store, token));
  wf_clock_set (fixture->clock, START);
  g_assert_nonnull (wf_store_find_token (fixture->store, token));

  g_assert_true (wf_tokens_revoke (fixture->folder, "desk-7", START, &n, &error));
  g_assert_cmpuint (n, ==, 1);
  wait_for_token (fixture, token, FALSE);

  wf_store_lend_token (fixture->store, "lent-token-0123456789", "app", "App", NULL);
  g_assert_nonnull (wf_store_find_token (fixture->store, "lent-token-0123456789"));
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add ("/store/group", Fixture, NULL, set_up, test_group, tear_down);
  g_test_add ("/store/same-id", Fixture, NULL, set_up, test_same_id, tear_down);
  g_test_add ("/store/many", Fixture, NULL, set_up, test_many, tear_down);
  g_test_add ("/store/crowd", Fixture, NULL, set_up, test_crowd, tear_down);
  g_test_add ("/store/other-post", Fixture, NULL, set_up, test_other_post, tear_down);
  g_test_add ("/store/restart", Fixture, NULL, set_up, test_restart, tear_down);
  g_test_add ("/store/schedule", Fixture, NULL, set_up, test_schedule, tear_down);
  g_test_add ("/store/exercise", Fixture, NULL, set_up, test_exercise, tear_down);
  g_test_add ("/store/tampering", Fixture, NULL, set_up, test_tampering, tear_down);
  g_test_add_func ("/store/key", test_key);
  g_test_add_func ("/store/reads", test_reads);
  g_test_add ("/store/full-disk", Fixture, NULL, set_up, test_full_disk, tear_down);
  g_test_add ("/store/positions", Fixture, NULL, set_up, test_positions, tear_down);
  g_test_add ("/store/tracks", Fixture, NULL, set_up, test_tracks, tear_down);
  g_test_add ("/store/tracks-gone", Fixture, NULL, set_up, test_tracks_gone, tear_down);
  g_test_add ("/store/media", Fixture, NULL, set_up, test_media, tear_down);
  g_test_add ("/store/tokens", Fixture, NULL, set_up, test_tokens, tear_down);

  return g_test_run ();
}
