/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "session-fixture.h"

#include "wf-kind.h"

#include <string.h>

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
  WfSession *near = fixture_near (fixture);
  WfSession *far = fixture_far (fixture);
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
  g_assert_false (test_is_pending (near, "log", one));

  g_autofree char *two = test_add_log (far, "第二条");
  g_assert_true (test_has (far, "log", two));
  test_await (test_has (near, "log", two) && wf_session_get_pending (far) == 0);

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
  WfSession *near = fixture_near (fixture);
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
  WfSession *near = fixture_near (fixture);
  g_autofree char *incident = test_report_incident (near);
  g_auto (GStrv) ids = g_new0 (char *, 3);

  test_await (wf_session_get_pending (near) == 0);
  g_autoptr (WfItem) item = wf_session_get_item (near, "incident", incident);
  g_assert_false (wf_item_get_pending (item));

  test_service_kill (fixture->service);
  test_await (wf_session_get_link (near) == WF_LINK_OFFLINE || wf_session_get_link (near) == WF_LINK_CONNECTING);
  g_assert_nonnull (wf_session_get_link_reason (near));
  g_assert_true (wf_session_is_ready (near));
  g_assert_true (test_has (near, "incident", incident));

  g_autofree char *task = test_add_task (near, incident);
  for (int i = 0; i < 2; i++)
    ids[i] = test_add_log (near, "断线时记");

  g_assert_cmpuint (wf_session_get_pending (near), ==, 3);
  g_assert_true (test_is_pending (near, "task", task));
  g_assert_true (test_is_pending (near, "log", ids[1]));

  g_autoptr (GListModel) story = wf_session_journal (near, incident);
  guint lines = g_list_model_get_n_items (story);
  g_autoptr (WfJournalLine) last = g_list_model_get_item (story, lines - 1);
  g_assert_true (wf_journal_line_get_pending (last));

  test_service_start (fixture->service, "officer-1");
  test_await (wf_session_get_pending (near) == 0 && wf_session_get_link (near) == WF_LINK_ONLINE
              && !test_is_pending (near, "task", task));

  WfSession *far = fixture_far (fixture);
  g_assert_cmpuint (test_count (far, "log"), ==, 2);
  g_assert_true (test_has (far, "task", task));
  g_assert_cmpuint (test_count (far, "task"), ==, test_count (near, "task"));
  g_assert_false (test_is_pending (near, "log", ids[0]));
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
  WfSession *near = fixture_near (fixture);

  test_line_cut_answer (fixture->line, "POST /api/v1/commands", 0);
  g_autofree char *id = test_add_log (near, "只做一次");
  test_await (test_line_cuts (fixture->line) == 1);
  test_await (wf_session_get_pending (near) == 0 && !test_is_pending (near, "log", id));

  g_autoptr (GListModel) journal = wf_session_journal (near, NULL);
  g_assert_cmpuint (g_list_model_get_n_items (journal), ==, 1);
  g_clear_object (&journal);

  /* The same without the feed, which would have told: sent again, answered again, done once. */
  test_line_set_up (fixture->line, FALSE);
  test_await (wf_session_get_link (near) != WF_LINK_ONLINE);
  g_autofree char *other = test_add_log (near, "也只做一次");
  test_line_cut_answer (fixture->line, "POST /api/v1/commands", 17);
  test_line_set_up (fixture->line, TRUE);
  test_await (wf_session_get_pending (near) == 0 && !test_is_pending (near, "log", other));
  g_assert_cmpuint (test_count (near, "log"), ==, 2);

  WfSession *far = fixture_far (fixture);
  g_assert_cmpuint (test_count (far, "log"), ==, 2);
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
  WfSession *near = fixture_near (fixture);
  WfSession *far = fixture_far (fixture);
  g_autoptr (GString) told = g_string_new (NULL);
  g_autofree char *incident = test_report_incident (near);
  g_autofree char *task = test_add_task (near, incident);

  g_signal_connect (near, "refused", G_CALLBACK (refused_cb), told);
  test_await (wf_session_get_pending (near) == 0 && test_has (far, "task", task));

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
  test_await (test_has (far, "log", log));
  g_assert_true (wf_entity_is (wf_item_get_entity (item), "state", "struck"));
  g_assert_false (wf_item_get_pending (item));
  g_clear_object (&item);
  test_session_end (near);

  /* It can still be read the next day. */
  near = fixture_near (fixture);
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
  WfSession *near = fixture_near (fixture);
  g_autofree char *before = test_add_log (near, "先记");

  test_await (wf_session_get_pending (near) == 0 && !test_is_pending (near, "log", before));
  test_line_set_up (fixture->line, FALSE);
  test_await (wf_session_get_link (near) != WF_LINK_ONLINE);
  g_autofree char *log = test_add_log (near, "关机前");
  wf_session_set_draft (near, "intake", g_variant_new_string ("半句话"));
  test_session_end (near);

  /* It starts without a service, with all that it had. */
  near = test_session_open (test_line_uri (fixture->line), test_service_token (fixture->service), fixture->near);
  g_assert_true (wf_session_is_ready (near));
  g_assert_cmpuint (wf_session_get_pending (near), ==, 1);
  g_assert_true (test_has (near, "log", before));
  g_assert_true (test_is_pending (near, "log", log));
  g_assert_cmpstr (wf_session_get_actor_name (near), ==, "值班员");

  g_autoptr (GVariant) draft = wf_session_get_draft (near, "intake");
  g_assert_nonnull (draft);
  g_assert_cmpstr (g_variant_get_string (draft, NULL), ==, "半句话");
  wf_session_set_draft (near, "intake", NULL);

  test_line_set_up (fixture->line, TRUE);
  test_await (wf_session_get_pending (near) == 0 && !test_is_pending (near, "log", log));
  test_session_end (near);

  near = fixture_near (fixture);
  g_assert_null (wf_session_get_draft (near, "intake"));
  g_assert_cmpuint (test_count (near, "log"), ==, 2);
  test_session_end (near);
}

/* --- whose it is ------------------------------------------------------------------------------------------------- */

static void
test_author (Fixture       *fixture,
             gconstpointer  data)
{
  WfSession *near = fixture_near (fixture);

  test_line_set_up (fixture->line, FALSE);
  test_await (wf_session_get_link (near) != WF_LINK_ONLINE);
  g_autofree char *log = test_add_log (near, "我写的");
  test_session_end (near);

  /* Somebody else works here now. */
  test_service_kill (fixture->service);
  test_service_start (fixture->service, "officer-2");
  test_line_set_up (fixture->line, TRUE);
  near = fixture_near (fixture);
  test_settle ();
  g_assert_false (test_has (near, "log", log));
  g_assert_cmpuint (wf_session_get_pending (near), ==, 1);

  g_autoptr (GPtrArray) held = wf_session_list_held (near);
  g_assert_cmpuint (held->len, ==, 1);
  g_assert_cmpstr (((WfCommand *) g_ptr_array_index (held, 0))->actor, ==, "officer-1");

  g_autofree char *other = test_add_log (near, "别人写的");
  test_await (wf_session_get_pending (near) == 1 && !test_is_pending (near, "log", other));
  g_assert_false (test_has (near, "log", log));
  test_session_end (near);

  test_service_kill (fixture->service);
  test_service_start (fixture->service, "officer-1");
  near = fixture_near (fixture);
  test_await (wf_session_get_pending (near) == 0 && test_has (near, "log", log) && !test_is_pending (near, "log", log));
  g_assert_cmpuint (test_count (near, "log"), ==, 2);

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
  WfSession *near = fixture_near (fixture);

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
  near = fixture_near (fixture);
  test_await (wf_session_get_pending (near) == 0);
  g_assert_true (test_has (near, "log", done));
  g_assert_false (test_has (near, "log", unsent));

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
  test_await (wf_session_get_pending (near) == 0 && test_has (near, "log", later));
  g_assert_cmpuint (test_count (near, "log"), ==, 2);
  test_session_end (near);
}

/* An incident's story is there from its beginning, however much has happened since. */
static void
test_story (Fixture       *fixture,
            gconstpointer  data)
{
  WfSession *far = fixture_far (fixture);
  g_autofree char *incident = test_report_incident (far);

  for (int i = 0; i < 5; i++)
    g_free (test_add_task (far, incident));
  test_await (wf_session_get_pending (far) == 0);

  WfSession *near = fixture_near (fixture);
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

  G_GNUC_UNUSED g_autofree char *task = test_add_task (near, incident);
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
  WfSession *near = fixture_near (fixture);
  GListModel *incidents = wf_session_list (near, "incident");
  g_autoptr (GString) told = g_string_new (NULL);

  g_object_add_weak_pointer (G_OBJECT (incidents), (gpointer *) &incidents);
  g_assert_cmpuint (G_OBJECT (incidents)->ref_count, ==, 1);
  g_assert_true (wf_session_list (near, "incident") == incidents);
  g_signal_connect (incidents, "items-changed", G_CALLBACK (changed_cb), told);

  g_autofree char *incident = test_report_incident (near);
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
  WfSession *near = fixture_near (fixture);
  WfSession *far = fixture_far (fixture);
  g_autofree char *incident = test_report_incident (near);

  correct_place (near, incident, "一号库");
  test_await (wf_session_get_pending (near) == 0 && test_has (far, "incident", incident));
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
  near = fixture_near (fixture);
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

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

#define ADD(path, function) g_test_add ("/session/" path, Fixture, NULL, fixture_set_up, function, fixture_tear_down)
  ADD ("two", test_two);
  ADD ("refused-here", test_refused_here);
  ADD ("away", test_away);
  ADD ("lost-answer", test_lost_answer);
  ADD ("refused-later", test_refused_later);
  ADD ("restart", test_restart);
  ADD ("author", test_author);
  ADD ("post", test_post);
  ADD ("story", test_story);
  ADD ("list-owners", test_list_owners);
  ADD ("conflict", test_conflict);

  return g_test_run ();
}
