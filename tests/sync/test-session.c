/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "journal-edit.h"
#include "sync-testing.h"

#include "wf-kind.h"
#include "wf-session-private.h"

#include <glib/gstdio.h>
#include <sqlite3.h>
#include <string.h>

typedef struct
{
  char        *folder;
  char        *near;    /* one workstation's folder */
  char        *far;     /* another one's */
  TestService *service;
  TestLine    *line;
} Fixture;

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  fixture->folder = test_folder_new ();
  fixture->near = g_build_filename (fixture->folder, "near", NULL);
  fixture->far = g_build_filename (fixture->folder, "far", NULL);
  fixture->service = test_service_new (fixture->folder, "officer-1", NULL);
  fixture->line = test_line_new (fixture->service);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  test_line_free (fixture->line);
  test_service_free (fixture->service);
  g_free (fixture->near);
  g_free (fixture->far);
  test_folder_remove (fixture->folder);
}

static WfSession *
near_session (Fixture *fixture)
{
  return test_session_online (test_line_uri (fixture->line), test_service_token (fixture->service), fixture->near);
}

static WfSession *
far_session (Fixture *fixture)
{
  return test_session_online (test_service_uri (fixture->service), test_service_token (fixture->service), fixture->far);
}

static guint
count (WfSession  *session,
       const char *kind)
{
  return wf_state_count (wf_session_get_state (session), WF_LIVE, kind);
}

static gboolean
has (WfSession  *session,
     const char *kind,
     const char *id)
{
  g_autoptr (WfEntity) entity = wf_state_get (wf_session_get_state (session), WF_LIVE, kind, id);

  return entity != NULL;
}

static gboolean
is_pending (WfSession  *session,
            const char *kind,
            const char *id)
{
  g_autoptr (WfItem) item = wf_session_get_item (session, kind, id);

  return item != NULL && wf_item_get_pending (item);
}

static char *
report_incident (WfSession *session)
{
  char *id = wf_session_new_id (session);

  test_submit (session, "incident.report",
               wf_dict_make ("incident", wf_value_string (id),
                             "title", wf_value_string ("泵房冒烟"),
                             "t0", wf_value_time (wf_session_now (session)),
                             NULL),
               NULL);

  return id;
}

static char *
add_task (WfSession  *session,
          const char *incident)
{
  char *id = wf_session_new_id (session);

  test_submit (session, "task.add",
               wf_dict_make ("task", wf_value_string (id),
                             "incident", wf_value_string (incident),
                             "text", wf_value_string ("关阀"),
                             NULL),
               NULL);

  return id;
}

/* --- what one does, the other shows ------------------------------------------------------------------------------ */

typedef struct
{
  guint own;
  guint others;
} Events;

static void
event_cb (WfSession *session,
          WfEvent   *event,
          gboolean   own,
          Events    *events)
{
  /* It has been applied before it is told. */
  g_assert_cmpint (event->position, >, 0);
  if (own)
    events->own++;
  else
    events->others++;
}

static void
changed_cb (GListModel *model,
            guint       position,
            guint       removed,
            guint       added,
            GString    *told)
{
  g_string_append_printf (told, "%u-%u+%u ", position, removed, added);
}

static void
test_two (Fixture       *fixture,
          gconstpointer  data)
{
  WfSession *near = near_session (fixture);
  WfSession *far = far_session (fixture);
  GListModel *list = wf_session_list (far, "log");
  GListModel *again = wf_session_list (far, "log");
  g_autoptr (GListModel) journal = wf_session_journal (far, NULL);
  g_autoptr (GString) told = g_string_new (NULL);
  Events near_events = { 0 };
  Events far_events = { 0 };

  g_assert_true (list == again);
  g_signal_connect (list, "items-changed", G_CALLBACK (changed_cb), told);
  g_signal_connect (near, "event", G_CALLBACK (event_cb), &near_events);
  g_signal_connect (far, "event", G_CALLBACK (event_cb), &far_events);

  g_autofree char *one = test_add_log (near, "第一条");
  test_await (g_list_model_get_n_items (list) == 1);
  g_assert_cmpstr (told->str, ==, "0-0+1 ");
  test_await (wf_session_get_pending (near) == 0);
  g_assert_false (is_pending (near, "log", one));

  g_autofree char *two = test_add_log (far, "第二条");
  g_assert_true (has (far, "log", two));
  test_await (has (near, "log", two) && wf_session_get_pending (far) == 0);

  /* Shown as pending first, and not told twice when it is recorded. */
  g_assert_cmpuint (g_list_model_get_n_items (list), ==, 2);
  g_assert_cmpstr (told->str, ==, strcmp (one, two) < 0 ? "0-0+1 1-0+1 " : "0-0+1 0-0+1 ");
  test_await (near_events.own + near_events.others == 2 && far_events.own + far_events.others == 2);
  g_assert_cmpuint (near_events.own, ==, 1);
  g_assert_cmpuint (far_events.own, ==, 1);

  g_assert_cmpuint (g_list_model_get_n_items (journal), ==, 2);
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (WfJournalLine) line = g_list_model_get_item (journal, i);

      g_assert_false (wf_journal_line_get_pending (line));
      g_assert_cmpint (wf_journal_line_get_event (line)->number, ==, i + 1);
      g_assert_cmpstr (wf_journal_line_get_text (line), !=, "");
    }

  g_clear_object (&journal);
  test_session_end (near);
  test_session_end (far);
}

/* What the rules refuse is refused here, and goes nowhere. */
static void
test_refused_here (Fixture       *fixture,
                   gconstpointer  data)
{
  WfSession *near = near_session (fixture);
  g_autoptr (WfProblem) problem = NULL;

  g_assert_false (test_submit (near, "task.acknowledge",
                               wf_dict_make ("task", wf_value_string ("no-such-task"), NULL), &problem));
  g_assert_nonnull (problem);
  g_assert_cmpint (problem->kind, ==, WF_PROBLEM_NOT_FOUND);
  g_assert_cmpuint (wf_session_get_pending (near), ==, 0);
  test_settle ();
  g_assert_cmpuint (test_line_count (fixture->line, "POST /api/v1/commands"), ==, 0);

  test_session_end (near);
}

/* --- the service goes and comes ---------------------------------------------------------------------------------- */

static void
test_away (Fixture       *fixture,
           gconstpointer  data)
{
  WfSession *near = near_session (fixture);
  g_autofree char *incident = report_incident (near);
  g_auto (GStrv) ids = g_new0 (char *, 3);

  test_await (wf_session_get_pending (near) == 0);
  g_autoptr (WfItem) item = wf_session_get_item (near, "incident", incident);
  g_assert_false (wf_item_get_pending (item));

  test_service_kill (fixture->service);
  test_await (wf_session_get_link (near) == WF_LINK_OFFLINE || wf_session_get_link (near) == WF_LINK_CONNECTING);
  g_assert_nonnull (wf_session_get_link_reason (near));
  g_assert_true (wf_session_is_ready (near));
  g_assert_true (has (near, "incident", incident));

  g_autofree char *task = add_task (near, incident);
  for (int i = 0; i < 2; i++)
    ids[i] = test_add_log (near, "断线时记");

  g_assert_cmpuint (wf_session_get_pending (near), ==, 3);
  g_assert_true (is_pending (near, "task", task));
  g_assert_true (is_pending (near, "log", ids[1]));

  g_autoptr (GListModel) story = wf_session_journal (near, incident);
  guint lines = g_list_model_get_n_items (story);
  g_autoptr (WfJournalLine) last = g_list_model_get_item (story, lines - 1);
  g_assert_true (wf_journal_line_get_pending (last));

  test_service_start (fixture->service, "officer-1");
  test_await (wf_session_get_pending (near) == 0 && wf_session_get_link (near) == WF_LINK_ONLINE
              && !is_pending (near, "task", task));

  WfSession *far = far_session (fixture);
  g_assert_cmpuint (count (far, "log"), ==, 2);
  g_assert_true (has (far, "task", task));
  g_assert_cmpuint (count (far, "task"), ==, count (near, "task"));
  g_assert_false (is_pending (near, "log", ids[0]));
  g_assert_true (wf_item_get_entity (item) != NULL);

  g_clear_object (&story);
  g_clear_object (&last);
  g_clear_object (&item);
  test_session_end (near);
  test_session_end (far);
}

/* The service has done it, but nobody heard. */
static void
test_lost_answer (Fixture       *fixture,
                  gconstpointer  data)
{
  WfSession *near = near_session (fixture);

  test_line_cut_answer (fixture->line, "POST /api/v1/commands", 0);
  g_autofree char *id = test_add_log (near, "只做一次");
  test_await (test_line_cuts (fixture->line) == 1);
  test_await (wf_session_get_pending (near) == 0 && !is_pending (near, "log", id));

  g_autoptr (GListModel) journal = wf_session_journal (near, NULL);
  g_assert_cmpuint (g_list_model_get_n_items (journal), ==, 1);
  g_clear_object (&journal);

  /* The same without the feed, which would have told: sent again, answered again, done once. */
  test_line_set_up (fixture->line, FALSE);
  test_await (wf_session_get_link (near) != WF_LINK_ONLINE);
  g_autofree char *other = test_add_log (near, "也只做一次");
  test_line_cut_answer (fixture->line, "POST /api/v1/commands", 17);
  test_line_set_up (fixture->line, TRUE);
  test_await (wf_session_get_pending (near) == 0 && !is_pending (near, "log", other));
  g_assert_cmpuint (count (near, "log"), ==, 2);

  WfSession *far = far_session (fixture);
  g_assert_cmpuint (count (far, "log"), ==, 2);
  test_session_end (far);
  test_session_end (near);
}

static void
refused_cb (WfSession *session,
            WfCommand *command,
            WfProblem *problem,
            GString   *told)
{
  g_string_append_printf (told, "%s ", command->type);
  g_assert_nonnull (problem->rule);
}

static void
test_refused_later (Fixture       *fixture,
                    gconstpointer  data)
{
  WfSession *near = near_session (fixture);
  WfSession *far = far_session (fixture);
  g_autoptr (GString) told = g_string_new (NULL);
  g_autofree char *incident = report_incident (near);
  g_autofree char *task = add_task (near, incident);

  g_signal_connect (near, "refused", G_CALLBACK (refused_cb), told);
  test_await (wf_session_get_pending (near) == 0 && has (far, "task", task));

  test_line_set_up (fixture->line, FALSE);
  test_await (wf_session_get_link (near) != WF_LINK_ONLINE);
  test_submit (near, "task.acknowledge", wf_dict_make ("task", wf_value_string (task), NULL), NULL);
  g_autofree char *log = test_add_log (near, "照记");

  g_autoptr (WfItem) item = wf_session_get_item (near, "task", task);
  g_assert_true (wf_entity_is (wf_item_get_entity (item), "state", "acknowledged"));
  g_assert_true (wf_item_get_pending (item));

  test_submit (far, "task.strike",
               wf_dict_make ("task", wf_value_string (task), "reason", wf_value_string ("不需要"), NULL), NULL);
  test_await (wf_session_get_pending (far) == 0);

  test_line_set_up (fixture->line, TRUE);
  test_await (wf_session_get_pending (near) == 0 && wf_session_get_link (near) == WF_LINK_ONLINE);

  /* What went behind it was not held up. */
  g_assert_cmpstr (told->str, ==, "task.acknowledge ");
  test_await (has (far, "log", log));
  g_assert_true (wf_entity_is (wf_item_get_entity (item), "state", "struck"));
  g_assert_false (wf_item_get_pending (item));
  g_clear_object (&item);
  test_session_end (near);

  /* It can still be read the next day. */
  near = near_session (fixture);
  g_autoptr (GPtrArray) problems = NULL;
  g_autoptr (GPtrArray) refused = wf_session_list_refused (near, &problems);
  g_assert_cmpuint (refused->len, ==, 1);
  g_assert_cmpuint (problems->len, ==, 1);

  WfCommand *command = g_ptr_array_index (refused, 0);
  g_assert_cmpstr (command->type, ==, "task.acknowledge");
  wf_session_forget_refused (near, command->id);
  g_autoptr (GPtrArray) none = wf_session_list_refused (near, NULL);
  g_assert_cmpuint (none->len, ==, 0);

  test_session_end (near);
  test_session_end (far);
}

/* A workstation is switched off with work in hand. */
static void
test_restart (Fixture       *fixture,
              gconstpointer  data)
{
  WfSession *near = near_session (fixture);
  g_autofree char *before = test_add_log (near, "先记");

  test_await (wf_session_get_pending (near) == 0 && !is_pending (near, "log", before));
  test_line_set_up (fixture->line, FALSE);
  test_await (wf_session_get_link (near) != WF_LINK_ONLINE);
  g_autofree char *log = test_add_log (near, "关机前");
  wf_session_set_draft (near, "intake", g_variant_new_string ("半句话"));
  test_session_end (near);

  /* It starts without a service, with all that it had. */
  near = test_session_open (test_line_uri (fixture->line), test_service_token (fixture->service), fixture->near);
  g_assert_true (wf_session_is_ready (near));
  g_assert_cmpuint (wf_session_get_pending (near), ==, 1);
  g_assert_true (has (near, "log", before));
  g_assert_true (is_pending (near, "log", log));
  g_assert_cmpstr (wf_session_get_actor_name (near), ==, "值班员");

  g_autoptr (GVariant) draft = wf_session_get_draft (near, "intake");
  g_assert_nonnull (draft);
  g_assert_cmpstr (g_variant_get_string (draft, NULL), ==, "半句话");
  wf_session_set_draft (near, "intake", NULL);

  test_line_set_up (fixture->line, TRUE);
  test_await (wf_session_get_pending (near) == 0 && !is_pending (near, "log", log));
  test_session_end (near);

  near = near_session (fixture);
  g_assert_null (wf_session_get_draft (near, "intake"));
  g_assert_cmpuint (count (near, "log"), ==, 2);
  test_session_end (near);
}

/* --- whose it is ------------------------------------------------------------------------------------------------- */

static void
test_author (Fixture       *fixture,
             gconstpointer  data)
{
  WfSession *near = near_session (fixture);

  test_line_set_up (fixture->line, FALSE);
  test_await (wf_session_get_link (near) != WF_LINK_ONLINE);
  g_autofree char *log = test_add_log (near, "我写的");
  test_session_end (near);

  /* Somebody else works here now. */
  test_service_kill (fixture->service);
  test_service_start (fixture->service, "officer-2");
  test_line_set_up (fixture->line, TRUE);
  near = near_session (fixture);
  test_settle ();
  g_assert_false (has (near, "log", log));
  g_assert_cmpuint (wf_session_get_pending (near), ==, 1);

  g_autoptr (GPtrArray) held = wf_session_list_held (near);
  g_assert_cmpuint (held->len, ==, 1);
  g_assert_cmpstr (((WfCommand *) g_ptr_array_index (held, 0))->actor, ==, "officer-1");

  g_autofree char *other = test_add_log (near, "别人写的");
  test_await (wf_session_get_pending (near) == 1 && !is_pending (near, "log", other));
  g_assert_false (has (near, "log", log));
  test_session_end (near);

  test_service_kill (fixture->service);
  test_service_start (fixture->service, "officer-1");
  near = near_session (fixture);
  test_await (wf_session_get_pending (near) == 0 && has (near, "log", log) && !is_pending (near, "log", log));
  g_assert_cmpuint (count (near, "log"), ==, 2);

  g_autoptr (GListModel) journal = wf_session_journal (near, NULL);
  test_await (g_list_model_get_n_items (journal) == 2);
  g_autoptr (WfJournalLine) last = g_list_model_get_item (journal, 1);
  g_assert_cmpstr (wf_journal_line_get_event (last)->actor, ==, "officer-1");

  g_clear_object (&journal);
  g_clear_object (&last);
  test_session_end (near);
}

/* What was given from one post is not done in the name of another: what the service did is known again, what it never saw is
 * refused with a sentence, and nothing is lost or done twice. */
static void
test_post (Fixture       *fixture,
           gconstpointer  data)
{
  WfSession *near = near_session (fixture);

  /* One that was done and not answered, and one that was never sent. */
  test_line_set_up (fixture->line, FALSE);
  test_await (wf_session_get_link (near) != WF_LINK_ONLINE);
  g_autofree char *done = test_add_log (near, "已办未回");
  test_line_cut_answer (fixture->line, "POST /api/v1/commands", 17);
  test_line_set_up (fixture->line, TRUE);
  test_await (test_line_cuts (fixture->line) == 1);
  test_line_set_up (fixture->line, FALSE);
  g_autofree char *unsent = test_add_log (near, "未发");
  test_session_end (near);

  test_service_kill (fixture->service);
  test_service_set_post (fixture->service, "带班");
  test_service_start (fixture->service, "officer-1");
  test_line_set_up (fixture->line, TRUE);
  near = near_session (fixture);
  test_await (wf_session_get_pending (near) == 0);
  g_assert_true (has (near, "log", done));
  g_assert_false (has (near, "log", unsent));

  g_autoptr (GPtrArray) problems = NULL;
  g_autoptr (GPtrArray) refused = wf_session_list_refused (near, &problems);
  g_assert_cmpuint (refused->len, ==, 1);
  WfCommand *command = g_ptr_array_index (refused, 0);
  const WfProblem *problem = g_ptr_array_index (problems, 0);
  g_assert_cmpstr (wf_dict_string (command->payload, "text"), ==, "未发");
  g_assert_cmpstr (command->post, ==, "值班");
  g_assert_cmpstr (problem->rule, ==, "command.other-post");
  g_assert_cmpstr (problem->detail, ==, "值班");

  /* What is given from the new post is done. */
  g_autofree char *later = test_add_log (near, "新岗位");
  test_await (wf_session_get_pending (near) == 0 && has (near, "log", later));
  g_assert_cmpuint (count (near, "log"), ==, 2);
  test_session_end (near);
}

/* --- snapshots --------------------------------------------------------------------------------------------------- */

static void
test_broken_snapshot (Fixture       *fixture,
                      gconstpointer  data)
{
  WfSession *far = far_session (fixture);

  for (int i = 0; i < 30; i++)
    g_free (test_add_log (far, "很多条"));
  test_await (wf_session_get_pending (far) == 0);

  test_line_cut_answer (fixture->line, "GET /api/v1/snapshot", 2000);
  WfSession *near = test_session_open (test_line_uri (fixture->line), test_service_token (fixture->service), fixture->near);
  test_await (test_line_cuts (fixture->line) == 1);
  g_assert_false (wf_session_is_ready (near));
  g_assert_cmpuint (count (near, "log"), ==, 0);

  test_await (wf_session_get_link (near) == WF_LINK_ONLINE);
  g_assert_cmpuint (count (near, "log"), ==, 30);

  test_session_end (near);
  test_session_end (far);
}

static void
test_damaged (Fixture       *fixture,
              gconstpointer  data)
{
  g_autofree char *replica = g_build_filename (fixture->near, "replica.db", NULL);
  WfSession *near = near_session (fixture);
  g_autofree char *first = test_add_log (near, "先记");

  test_await (wf_session_get_pending (near) == 0);
  test_line_set_up (fixture->line, FALSE);
  test_await (wf_session_get_link (near) != WF_LINK_ONLINE);
  g_autofree char *log = test_add_log (near, "还没送出");
  test_session_end (near);

  g_assert_true (g_file_set_contents (replica, "not what it was, and long enough to be taken for something", -1, NULL));

  near = test_session_open (test_line_uri (fixture->line), test_service_token (fixture->service), fixture->near);
  g_assert_false (wf_session_is_ready (near));
  g_assert_cmpuint (wf_session_get_pending (near), ==, 1);

  test_line_set_up (fixture->line, TRUE);
  test_await (wf_session_is_ready (near) && wf_session_get_pending (near) == 0 && !is_pending (near, "log", log));
  g_assert_true (has (near, "log", first));
  g_assert_true (has (near, "log", log));
  g_assert_cmpuint (count (near, "log"), ==, 2);

  test_session_end (near);
}

static gboolean
file_has (const char *folder,
          const char *name,
          const char *text)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autofree char *contents = NULL;
  gsize size = 0;

  return g_file_get_contents (path, &contents, &size, NULL) && memmem (contents, size, text, strlen (text)) != NULL;
}

static gboolean
replica_has (Fixture    *fixture,
             const char *text)
{
  return file_has (fixture->near, "replica.db", text) || file_has (fixture->near, "replica.db-wal", text);
}

static void
uploaded_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      data)
{
  g_autoptr (GError) error = NULL;

  *(char **) data = wf_session_upload_finish (WF_SESSION (source), result, &error);
  g_assert_no_error (error);
}

/* What is lawfully erased at the service goes from the workstations that follow, out of their files too. */
static void
test_erased (Fixture       *fixture,
             gconstpointer  data)
{
  WfSession *near = near_session (fixture);
  WfSession *far = far_session (fixture);
  g_autoptr (GPtrArray) entries = g_ptr_array_new_with_free_func ((GDestroyNotify) g_variant_unref);
  g_autoptr (GPtrArray) fields = g_ptr_array_new_with_free_func ((GDestroyNotify) g_variant_unref);
  g_autofree char *log = test_add_log (far, "spoke with Ouyang Tianxing");

  test_await (has (near, "log", log) && wf_session_get_pending (far) == 0);
  test_await (replica_has (fixture, "Ouyang"));

  /* A picture that it has looked at; it might be of him. */
  g_autoptr (GBytes) picture = g_bytes_new_static ("\x89PNG\r\n\x1a\nof a person", 19);
  g_autofree char *digest = NULL;
  wf_session_upload_async (near, picture, "image/png", NULL, uploaded_cb, &digest);
  test_await (digest != NULL);
  g_autofree char *cached = g_build_filename (fixture->near, "media", digest, NULL);
  g_assert_true (g_file_test (cached, G_FILE_TEST_EXISTS));
  guint snapshots = test_line_count (fixture->line, "GET /api/v1/snapshot");

  g_ptr_array_add (entries, wf_dict_make ("number", wf_value_int (1), NULL));
  g_ptr_array_add (fields, wf_dict_make ("kind", wf_value_string ("log"), "thing", wf_value_string (log),
                                         "field", wf_value_string ("text"), NULL));
  test_submit (far, "journal.erase",
               wf_dict_make ("entries", wf_value_objects (entries), "fields", wf_value_objects (fields),
                             "reason", wf_value_string ("asked for"), "authority", wf_value_string ("court"), NULL), NULL);

  test_await (test_line_count (fixture->line, "GET /api/v1/snapshot") > snapshots);
  test_await (!replica_has (fixture, "Ouyang"));
  test_await (!g_file_test (cached, G_FILE_TEST_EXISTS));
  test_await (wf_session_get_link (near) == WF_LINK_ONLINE && wf_session_get_link (far) == WF_LINK_ONLINE &&
              wf_session_get_pending (far) == 0);
  g_autoptr (WfItem) item = wf_session_get_item (near, "log", log);
  g_assert_cmpstr (wf_entity_string (wf_item_get_entity (item), "text"), ==, "[erased]");

  /* It goes on from there, without another copy. */
  snapshots = test_line_count (fixture->line, "GET /api/v1/snapshot");
  g_autofree char *next = test_add_log (near, "goes on");
  test_await (has (far, "log", next) && wf_session_get_pending (near) == 0);
  g_assert_cmpuint (test_line_count (fixture->line, "GET /api/v1/snapshot"), ==, snapshots);

  g_clear_object (&item);
  test_session_end (near);
  test_session_end (far);
}

static void
submit_account (WfSession  *session,
                const char *type,
                const char *user,
                const char *role)
{
  g_autofree char *name = g_strconcat (user, "先生", NULL);

  test_submit (session, type,
               wf_dict_make ("user", wf_value_string (user), "name", wf_value_string (name), "role", wf_value_string (role),
                             NULL), NULL);
}

/* A viewer's, as an administrator of the machine makes it. */
static char *
viewer_token (Fixture    *fixture,
              const char *actor)
{
  g_autofree char *folder = g_build_filename (fixture->folder, "service", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GSubprocess) process =
    g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error, g_getenv ("WATCHFIRECTL"), "token", "add", folder, "--actor",
                      actor, "--name", actor, "--role", "viewer", NULL);
  char *token = NULL;

  g_assert_no_error (error);
  g_assert_true (g_subprocess_communicate_utf8 (process, NULL, NULL, &token, NULL, &error));
  return g_strchomp (token);
}

/* A replica passes over what is not meant for its person, checks the chain all the same, and is a whole copy of what is;
 * when that person's role changes it has what is meant for the new one. */
static void
test_audience (Fixture       *fixture,
               gconstpointer  data)
{
  g_autofree char *token = viewer_token (fixture, "zhao");
  WfSession *far = far_session (fixture);

  submit_account (far, "user.add", "zhao", "viewer");
  submit_account (far, "user.add", "qian", "operator");
  submit_account (far, "user.add", "root", "administrator");
  test_await (wf_session_get_pending (far) == 0 && has (far, "user", "qian"));

  /* The service looks for new tokens every two seconds; a workstation that comes too early is refused. */
  WfSession *near = NULL;
  for (guint i = 0; i < 100 && near == NULL; i++)
    {
      near = test_session_open (test_line_uri (fixture->line), token, fixture->near);
      test_await (wf_session_get_link (near) == WF_LINK_ONLINE || wf_session_get_link (near) == WF_LINK_REFUSED);
      if (wf_session_get_link (near) == WF_LINK_REFUSED)
        {
          test_session_end (g_steal_pointer (&near));
          g_usleep (300000);
        }
    }
  g_assert_nonnull (near);
  g_assert_cmpuint (count (near, "user"), ==, 0);
  guint snapshots = test_line_count (fixture->line, "GET /api/v1/snapshot");

  /* Between two that are for all stands one that is not. */
  g_autofree char *before = test_add_log (far, "before");
  submit_account (far, "user.change", "qian", "commander");
  g_autofree char *after = test_add_log (far, "after");
  test_await (has (near, "log", before) && has (near, "log", after));
  g_assert_cmpuint (count (near, "user"), ==, 0);
  g_assert_false (replica_has (fixture, "qian先生"));

  /* Looked at beside the service's, it does not differ: no other copy is taken than the one it is compared with. */
  wf_session_compare (near);
  test_await (test_line_count (fixture->line, "GET /api/v1/snapshot") == snapshots + 1);
  g_autofree char *again = test_add_log (far, "again");
  test_await (has (near, "log", again));
  g_assert_cmpuint (test_line_count (fixture->line, "GET /api/v1/snapshot"), ==, snapshots + 1);

  submit_account (far, "user.change", "zhao", "administrator");
  test_await (has (near, "user", "qian") && wf_session_get_link (near) == WF_LINK_ONLINE);
  submit_account (far, "user.change", "zhao", "viewer");
  test_await (count (near, "user") == 0 && wf_session_get_link (near) == WF_LINK_ONLINE);
  test_await (!replica_has (fixture, "qian先生"));

  test_session_end (near);
  test_session_end (far);
}

/* A workstation whose copy has gone wrong, without anybody noticing, finds out and mends it. */
static void
test_compare (Fixture       *fixture,
              gconstpointer  data)
{
  g_autofree char *replica = g_build_filename (fixture->near, "replica.db", NULL);
  WfSession *near = near_session (fixture);
  g_autofree char *log = test_add_log (near, "原话");
  sqlite3 *db = NULL;

  test_await (wf_session_get_pending (near) == 0);
  test_session_end (near);

  g_assert_cmpint (sqlite3_open (replica, &db), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (db, "UPDATE entity SET number = number + 1 WHERE kind = 'log'", NULL, NULL, NULL), ==,
                   SQLITE_OK);
  sqlite3_close (db);

  near = near_session (fixture);
  g_autoptr (WfItem) item = wf_session_get_item (near, "log", log);
  g_assert_cmpint (wf_entity_number (wf_item_get_entity (item)), ==, 2);

  wf_session_compare (near);
  test_await (wf_entity_number (wf_item_get_entity (item)) == 1);
  test_await (wf_session_get_link (near) == WF_LINK_ONLINE);

  /* What is right is left alone. */
  guint snapshots = test_line_count (fixture->line, "GET /api/v1/changes");
  wf_session_compare (near);
  test_settle ();
  g_assert_cmpuint (test_line_count (fixture->line, "GET /api/v1/changes"), ==, snapshots);

  g_clear_object (&item);
  test_session_end (near);
}

/* --- other ways -------------------------------------------------------------------------------------------------- */

static gboolean
is_seen_at (WfSession  *session,
            const char *unit,
            double      longitude)
{
  WfPosition position;

  return wf_session_get_position (session, unit, &position) && position.longitude == longitude;
}

/* Whatever a network does to WebSockets, what happens still comes, and so do units that move. */
static void
test_poll (Fixture       *fixture,
           gconstpointer  data)
{
  for (TestUpgrades way = TEST_UPGRADES_IGNORED; way <= TEST_UPGRADES_SWALLOWED; way++)
    {
      g_autofree char *unit = g_strdup_printf ("unit-%d", (int) way);
      WfPosition position = { 109.5, 40.5, 90, 10, 0 };

      test_line_upgrades (fixture->line, way);

      guint before = test_line_count (fixture->line, "wait=25");
      WfSession *near = near_session (fixture);
      WfSession *far = far_session (fixture);

      test_await (test_line_count (fixture->line, "wait=25") > before);
      g_autofree char *log = test_add_log (far, "绕路来");
      test_await (has (near, "log", log));
      g_autofree char *back = test_add_log (near, "绕路去");
      test_await (has (far, "log", back) && wf_session_get_pending (near) == 0);

      position.at = wf_session_now (far);
      wf_session_report_position (far, unit, &position);
      test_await (is_seen_at (near, unit, 109.5));

      test_session_end (near);
      test_session_end (far);
    }
}

static void
test_wrong_token (Fixture       *fixture,
                  gconstpointer  data)
{
  WfSession *near = test_session_open (test_line_uri (fixture->line), "wrong-wrong-wrong-wrong", fixture->near);

  test_await (wf_session_get_link (near) == WF_LINK_REFUSED);
  g_assert_nonnull (wf_session_get_link_reason (near));

  /* It is not tried again by itself, but with another token. */
  guint asked = test_line_count (fixture->line, "GET /api/v1/session");
  test_settle ();
  g_assert_cmpuint (test_line_count (fixture->line, "GET /api/v1/session"), ==, asked);
  wf_session_set_service (near, test_line_uri (fixture->line), test_service_token (fixture->service));
  test_await (wf_session_get_link (near) == WF_LINK_ONLINE);

  test_session_end (near);
}

static void
fetched_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      data)
{
  g_autoptr (GError) error = NULL;

  *(GBytes **) data = wf_session_fetch_finish (WF_SESSION (source), result, &error);
  g_assert_no_error (error);
}

static void
test_media (Fixture       *fixture,
            gconstpointer  data)
{
  WfSession *near = near_session (fixture);
  WfSession *far = far_session (fixture);
  g_autoptr (GBytes) picture = g_bytes_new_static ("\x89PNG\r\n\x1a\nwhat follows.", 21);
  g_autofree char *incident = report_incident (near);
  g_autofree char *digest = NULL;
  g_autofree char *medium = wf_session_new_id (near);
  g_autoptr (GBytes) seen = NULL;

  test_await (wf_session_get_pending (near) == 0);
  test_line_set_up (fixture->line, FALSE);
  test_await (wf_session_get_link (near) != WF_LINK_ONLINE);

  wf_session_upload_async (near, picture, "image/png", NULL, uploaded_cb, &digest);
  test_await (digest != NULL);
  test_submit (near, "medium.attach",
               wf_dict_make ("medium", wf_value_string (medium),
                             "incident", wf_value_string (incident),
                             "digest", wf_value_string (digest),
                             "type", wf_value_string ("image/png"),
                             "size", wf_value_int (21),
                             NULL),
               NULL);
  test_session_end (near);

  /* Neither the picture nor the word of it is lost, and the picture is there first. */
  near = test_session_open (test_line_uri (fixture->line), test_service_token (fixture->service), fixture->near);
  test_line_set_up (fixture->line, TRUE);
  test_await (has (far, "medium", medium) && wf_session_get_pending (near) == 0);

  wf_session_fetch_async (far, digest, NULL, fetched_cb, &seen);
  test_await (seen != NULL);
  g_assert_true (g_bytes_equal (seen, picture));
  g_clear_pointer (&seen, g_bytes_unref);

  /* Once seen, it is here. */
  test_session_end (far);
  far = test_session_open (NULL, NULL, fixture->far);
  wf_session_fetch_async (far, digest, NULL, fetched_cb, &seen);
  test_await (seen != NULL);
  g_assert_true (g_bytes_equal (seen, picture));

  test_session_end (far);
  test_session_end (near);
}

typedef struct
{
  GBytes  **bytes;
  gboolean *done;
} Fetch;

static void
maybe_fetched_cb (GObject      *source,
                  GAsyncResult *result,
                  gpointer      data)
{
  Fetch *fetch = data;

  *fetch->bytes = wf_session_fetch_finish (WF_SESSION (source), result, NULL);
  *fetch->done = TRUE;
}

/* The line breaks while a large file is sent: what has arrived is not sent again. */
static void
test_large_medium (Fixture       *fixture,
                   gconstpointer  data)
{
  gsize size = 3 * 1024 * 1024 + 100;
  guint8 *content = g_malloc (size);

  for (gsize i = 0; i < size; i++)
    content[i] = (guint8) g_test_rand_int ();

  g_autoptr (GBytes) film = g_bytes_new_take (content, size);
  g_autofree char *digest = NULL;
  g_autoptr (GBytes) seen = NULL;
  WfSession *near = near_session (fixture);
  WfSession *far = far_session (fixture);

  test_line_cut_answer (fixture->line, "Content-Range: bytes 1048576-", 0);
  wf_session_upload_async (near, film, "application/octet-stream", NULL, uploaded_cb, &digest);
  test_await (digest != NULL && test_line_cuts (fixture->line) == 1);
  test_await (test_line_count (fixture->line, "Content-Range: bytes 3145728-") == 1);

  while (seen == NULL)
    {
      gboolean done = FALSE;

      wf_session_fetch_async (far, digest, NULL, maybe_fetched_cb, &(Fetch) { &seen, &done });
      test_await (done);
    }
  g_assert_true (g_bytes_equal (seen, film));
  g_assert_cmpuint (test_line_count (fixture->line, "Content-Range: bytes 0-"), ==, 2);
  g_assert_cmpuint (test_line_count (fixture->line, "Content-Range: bytes 1048576-"), ==, 1);
  g_assert_cmpuint (test_line_count (fixture->line, "Content-Range: bytes 2097152-"), ==, 1);

  test_session_end (far);
  test_session_end (near);
}

static void
count_cb (WfSession *session,
          guint     *count)
{
  (*count)++;
}

static guint
track_length (WfSession  *session,
              const char *unit)
{
  g_autoptr (GArray) track = wf_session_get_track (session, unit);

  return track->len;
}

static void
test_positions (Fixture       *fixture,
                gconstpointer  data)
{
  WfSession *near = near_session (fixture);
  WfSession *far = far_session (fixture);
  GVariantBuilder entities;
  g_autoptr (GVariant) fields = wf_dict_make ("name", wf_value_string ("指挥车"),
                                              "type", wf_value_string ("command"),
                                              "state", wf_value_string ("standby"),
                                              NULL);
  g_autoptr (GVariant) entity = wf_dict_make ("kind", wf_value_string ("unit"),
                                              "id", wf_value_string ("unit-1"),
                                              "fields", fields,
                                              NULL);
  guint told = 0;

  g_variant_builder_init (&entities, G_VARIANT_TYPE ("aa{sv}"));
  g_variant_builder_add_value (&entities, entity);
  test_submit (near, "registry.put", wf_dict_make ("entities", g_variant_builder_end (&entities), NULL), NULL);
  test_await (has (far, "unit", "unit-1"));

  g_signal_connect (far, "positions", G_CALLBACK (count_cb), &told);
  for (int i = 1; i <= 3; i++)
    {
      WfPosition position = { 109.5 + i * 0.01, 40.5, 90, 10, wf_session_now (near) };

      wf_session_report_position (near, "unit-1", &position);
      test_await (is_seen_at (far, "unit-1", position.longitude));
    }

  g_assert_cmpuint (told, >, 0);
  g_assert_cmpuint (track_length (far, "unit-1"), ==, 3);
  test_session_end (far);

  /* Known without a service, too. */
  far = test_session_open (NULL, NULL, fixture->far);
  g_assert_true (is_seen_at (far, "unit-1", 109.5 + 3 * 0.01));

  test_session_end (far);
  test_session_end (near);
}

/* An incident's story is there from its beginning, however much has happened since. */
static void
test_story (Fixture       *fixture,
            gconstpointer  data)
{
  WfSession *far = far_session (fixture);
  g_autofree char *incident = report_incident (far);

  for (int i = 0; i < 5; i++)
    g_free (add_task (far, incident));
  test_await (wf_session_get_pending (far) == 0);

  WfSession *near = near_session (fixture);
  g_autoptr (GListModel) story = wf_session_journal (near, incident);
  g_autoptr (GListModel) theirs = wf_session_journal (far, incident);
  test_await (g_list_model_get_n_items (story) == g_list_model_get_n_items (theirs));
  g_assert_cmpuint (g_list_model_get_n_items (story), >=, 6);

  int64_t before = 0;
  for (guint i = 0; i < g_list_model_get_n_items (story); i++)
    {
      g_autoptr (WfJournalLine) line = g_list_model_get_item (story, i);

      g_assert_cmpint (wf_journal_line_get_event (line)->number, >, before);
      before = wf_journal_line_get_event (line)->number;
    }

  G_GNUC_UNUSED g_autofree char *task = add_task (near, incident);
  g_autoptr (GListModel) children = wf_session_list_children (far, "task", incident);
  test_await (g_list_model_get_n_items (children) == 6);

  g_clear_object (&story);
  g_clear_object (&theirs);
  g_clear_object (&children);
  test_session_end (near);
  test_session_end (far);
}

/* The list of a kind is the session's: it tells of changes while nobody holds it, and goes with the session. A list of
 * children is its holders'. */
static void
test_list_owners (Fixture       *fixture,
                  gconstpointer  data)
{
  WfSession *near = near_session (fixture);
  GListModel *incidents = wf_session_list (near, "incident");
  g_autoptr (GString) told = g_string_new (NULL);

  g_object_add_weak_pointer (G_OBJECT (incidents), (gpointer *) &incidents);
  g_assert_cmpuint (G_OBJECT (incidents)->ref_count, ==, 1);
  g_assert_true (wf_session_list (near, "incident") == incidents);
  g_signal_connect (incidents, "items-changed", G_CALLBACK (changed_cb), told);

  g_autofree char *incident = report_incident (near);
  g_assert_cmpuint (g_list_model_get_n_items (incidents), ==, 1);
  g_assert_cmpstr (told->str, ==, "0-0+1 ");

  GListModel *children = wf_session_list_children (near, "task", incident);
  g_assert_finalize_object (children);

  /* Closed, it still may be asked. */
  wf_session_close (near);
  g_assert_true (wf_session_list (near, "incident") == incidents);
  g_assert_cmpuint (g_list_model_get_n_items (wf_session_list (near, "team")), ==, 0);
  test_session_end (near);
  g_assert_null (incidents);
}

/* --- two who change the same ---------------------------------------------------------------------------------------- */

static void
correct_place (WfSession  *session,
               const char *incident,
               const char *place)
{
  test_submit (session, "incident.correct",
               wf_dict_make ("incident", wf_value_string (incident), "place", wf_value_string (place), NULL), NULL);
}

static const WfDifference *
find_difference (WfRefusal  *refusal,
                 const char *field)
{
  for (guint i = 0; i < refusal->differences->len; i++)
    {
      const WfDifference *difference = g_ptr_array_index (refusal->differences, i);

      if (g_strcmp0 (difference->field, field) == 0)
        return difference;
    }

  return NULL;
}

static void
test_conflict (Fixture       *fixture,
               gconstpointer  data)
{
  WfSession *near = near_session (fixture);
  WfSession *far = far_session (fixture);
  g_autofree char *incident = report_incident (near);

  correct_place (near, incident, "一号库");
  test_await (wf_session_get_pending (near) == 0 && has (far, "incident", incident));
  g_autoptr (WfItem) here = wf_session_get_item (near, "incident", incident);
  g_autoptr (WfItem) there = wf_session_get_item (far, "incident", incident);
  test_await (wf_entity_is (wf_item_get_entity (there), "place", "一号库"));

  /* One's own changes in a row are no conflict. */
  test_line_set_up (fixture->line, FALSE);
  test_await (wf_session_get_link (near) != WF_LINK_ONLINE);
  correct_place (near, incident, "二号库");
  correct_place (near, incident, "三号库");
  test_line_set_up (fixture->line, TRUE);
  test_await (wf_session_get_pending (near) == 0 && wf_entity_is (wf_item_get_entity (there), "place", "三号库"));
  g_assert_cmpuint (wf_session_get_refused (near), ==, 0);

  test_line_set_up (fixture->line, FALSE);
  test_await (wf_session_get_link (near) != WF_LINK_ONLINE);
  correct_place (near, incident, "四号库");
  correct_place (far, incident, "五号库");
  test_await (wf_session_get_pending (far) == 0);
  test_line_set_up (fixture->line, TRUE);
  test_await (wf_session_get_refused (near) == 1 && wf_session_get_link (near) == WF_LINK_ONLINE);

  /* What stands is the other's; what was wanted is kept beside it. */
  g_assert_true (wf_entity_is (wf_item_get_entity (here), "place", "五号库"));
  g_autoptr (GPtrArray) refused = wf_session_list_refused (near, NULL);
  const char *id = ((WfCommand *) g_ptr_array_index (refused, 0))->id;
  g_autoptr (WfRefusal) refusal = wf_session_find_refusal (near, id);
  g_assert_cmpstr (refusal->problem->rule, ==, "command.conflict");
  g_assert_cmpstr (refusal->kind, ==, "incident");
  g_assert_cmpuint (refusal->differences->len, ==, 1);

  const WfDifference *place = find_difference (refusal, "place");
  g_assert_cmpstr (g_variant_get_string (place->mine, NULL), ==, "四号库");
  g_assert_cmpstr (g_variant_get_string (place->theirs, NULL), ==, "五号库");
  g_assert_nonnull (refusal->event);
  g_assert_cmpint (refusal->event->number, ==, wf_entity_version (refusal->entity, "place"));
  g_assert_cmpstr (refusal->event->actor, ==, "officer-1");

  /* It survives a restart, is sent again knowing what stands, and is then done with. */
  g_clear_object (&here);
  test_session_end (near);
  near = near_session (fixture);
  g_assert_cmpuint (wf_session_get_refused (near), ==, 1);
  correct_place (near, incident, "四号库");
  wf_session_forget_refused (near, id);
  test_await (wf_session_get_pending (near) == 0 && wf_entity_is (wf_item_get_entity (there), "place", "四号库"));
  g_assert_cmpuint (wf_session_get_refused (near), ==, 0);
  g_assert_null (wf_session_find_refusal (near, id));

  g_clear_object (&there);
  test_session_end (near);
  test_session_end (far);
}

/* --- a service that knows more than we do --------------------------------------------------------------------------- */

static void
check_stops (Fixture    *fixture,
             const char *type,
             int         version)
{
  g_autofree char *data = g_build_filename (fixture->folder, "service", NULL);
  WfSession *near = near_session (fixture);
  g_autofree char *first = test_add_log (near, "先记");

  test_await (wf_session_get_pending (near) == 0);
  test_session_end (near);

  WfSession *far = far_session (fixture);
  g_autofree char *second = test_add_log (far, "后记");
  test_await (wf_session_get_pending (far) == 0);
  test_session_end (far);
  test_service_kill (fixture->service);
  test_change_newest_entry (data, "log.added", type, 1, version);
  test_service_start (fixture->service, "officer-1");

  /* It stops before what it does not know, says so, and can be read; what is given now waits. */
  near = test_session_open (test_line_uri (fixture->line), test_service_token (fixture->service), fixture->near);
  test_await (wf_session_get_link (near) == WF_LINK_OUTDATED);
  g_assert_nonnull (strstr (wf_session_get_link_reason (near), type));
  g_assert_nonnull (strstr (wf_session_get_link_reason (near), "Update the program"));
  g_assert_true (wf_session_is_ready (near) && has (near, "log", first) && !has (near, "log", second));
  g_autofree char *third = test_add_log (near, "还要记");
  g_assert_cmpuint (wf_session_get_pending (near), ==, 1);
  test_settle ();
  g_assert_cmpint (wf_session_get_link (near), ==, WF_LINK_OUTDATED);
  test_session_end (near);

  /* As a program that knows it meets it: from the same number on, without a new copy of everything. */
  test_service_kill (fixture->service);
  test_change_newest_entry (data, type, "log.added", version, 1);
  test_service_start (fixture->service, "officer-1");

  guint snapshots = test_line_count (fixture->line, "GET /api/v1/snapshot");
  near = near_session (fixture);
  test_await (wf_session_get_pending (near) == 0 && has (near, "log", second) && !is_pending (near, "log", third));
  g_assert_cmpuint (test_line_count (fixture->line, "GET /api/v1/snapshot"), ==, snapshots);
  test_session_end (near);
}

static void
test_unknown_event (Fixture       *fixture,
                    gconstpointer  data)
{
  check_stops (fixture, "log.foretold", 1);
}

static void
test_newer_event (Fixture       *fixture,
                  gconstpointer  data)
{
  check_stops (fixture, "log.added", 9);
}

/* --- a file that is not what it was --------------------------------------------------------------------------------- */

static void
spoil_page (const char *path)
{
  g_autofree char *text = NULL;
  gsize size;

  g_assert_true (g_file_get_contents (path, &text, &size, NULL));
  g_assert_cmpuint (size, >, 3 * 4096);
  for (gsize page = 1; page < size / 4096; page++)
    memset (text + page * 4096, 0xa5, 64);
  g_assert_true (g_file_set_contents (path, text, (gssize) size, NULL));
}

static void
cut_short (const char *path)
{
  g_autofree char *text = NULL;
  gsize size;

  g_assert_true (g_file_get_contents (path, &text, &size, NULL));
  g_assert_true (g_file_set_contents (path, text, (gssize) (size / 2), NULL));
}

static void
test_broken_file (Fixture       *fixture,
                  gconstpointer  data)
{
  void (*const spoil[]) (const char *) = { spoil_page, cut_short };
  g_autofree char *replica = g_build_filename (fixture->near, "replica.db", NULL);
  guint logs = 0;

  for (gsize i = 0; i < G_N_ELEMENTS (spoil); i++)
    {
      WfSession *near = near_session (fixture);
      g_free (test_add_log (near, "在服务器上"));
      test_await (wf_session_get_pending (near) == 0);
      test_line_set_up (fixture->line, FALSE);
      test_await (wf_session_get_link (near) != WF_LINK_ONLINE);
      g_free (test_add_log (near, "还在本机"));
      logs += 2;
      test_session_end (near);

      spoil[i] (replica);

      /* The replica is fetched again; what only this workstation had is sent. */
      test_line_set_up (fixture->line, TRUE);
      near = near_session (fixture);
      test_await (wf_session_get_pending (near) == 0 && count (near, "log") == logs);
      test_session_end (near);
    }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

#define ADD(path, function) g_test_add ("/session/" path, Fixture, NULL, set_up, function, tear_down)
  ADD ("two", test_two);
  ADD ("list-owners", test_list_owners);
  ADD ("refused-here", test_refused_here);
  ADD ("away", test_away);
  ADD ("lost-answer", test_lost_answer);
  ADD ("refused-later", test_refused_later);
  ADD ("conflict", test_conflict);
  ADD ("unknown-event", test_unknown_event);
  ADD ("newer-event", test_newer_event);
  ADD ("broken-file", test_broken_file);
  ADD ("restart", test_restart);
  ADD ("author", test_author);
  ADD ("post", test_post);
  ADD ("broken-snapshot", test_broken_snapshot);
  ADD ("damaged", test_damaged);
  ADD ("audience", test_audience);
  ADD ("erased", test_erased);
  ADD ("compare", test_compare);
  ADD ("poll", test_poll);
  ADD ("wrong-token", test_wrong_token);
  ADD ("media", test_media);
  ADD ("large-medium", test_large_medium);
  ADD ("positions", test_positions);
  ADD ("story", test_story);

  return g_test_run ();
}
