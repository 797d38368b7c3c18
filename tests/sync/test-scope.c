/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "session-fixture.h"

#include "wf-kind.h"
#include "wf-session-private.h"

#include <string.h>

/* A workstation in an exercise, and another one that goes on with what is real. */

static gboolean
has_exercise (WfSession  *session,
              const char *scope)
{
  g_autoptr (WfEntity) exercise = wf_session_find_exercise (session, scope);

  return exercise != NULL;
}

static gboolean
has_ended (WfSession  *session,
           const char *scope)
{
  g_autoptr (WfEntity) exercise = wf_session_find_exercise (session, scope);

  return wf_entity_is (exercise, "state", "ended");
}

static char *
open_exercise (WfSession *session)
{
  char *scope = wf_session_new_id (session);

  g_assert_null (test_submit_in (session, scope, "exercise.open", wf_dict_make ("name", wf_value_string ("危化品泄漏演练"), NULL)));
  test_await (has_exercise (session, scope) && wf_session_get_pending (session) == 0);

  return scope;
}

static void
enter (WfSession  *session,
       const char *scope)
{
  WfProblem *problem = wf_session_enter (session, scope);

  g_assert_null (problem);
  g_assert_cmpstr (wf_session_get_scope (session), ==, scope);
}

static int
compare_texts (gconstpointer a,
               gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

static char *
print_fields (WfEntity *entity)
{
  g_autoptr (GPtrArray) fields = g_ptr_array_new_with_free_func (g_free);
  GVariantIter iter;
  const char *key;
  GVariant *value;

  g_variant_iter_init (&iter, wf_entity_fields (entity));
  while (g_variant_iter_loop (&iter, "{&sv}", &key, &value))
    {
      g_autofree char *text = g_variant_print (value, TRUE);

      g_ptr_array_add (fields, g_strdup_printf ("%s=%s", key, text));
    }
  g_ptr_array_sort (fields, compare_texts);
  g_ptr_array_add (fields, NULL);

  return g_strjoinv (" ", (char **) fields->pdata);
}

/* Everything of a scope as it stands, in bytes. */
static char *
dump (WfSession  *session,
      const char *scope)
{
  WfState *state = wf_session_get_state (session);
  g_auto (GStrv) kinds = wf_state_kinds (state, scope);
  GString *text = g_string_new (NULL);

  for (guint i = 0; kinds[i] != NULL; i++)
    {
      g_autoptr (GPtrArray) list = wf_state_list (state, scope, kinds[i], NULL);

      for (guint j = 0; j < list->len; j++)
        {
          g_autofree char *fields = print_fields (list->pdata[j]);

          g_string_append_printf (text, "%s %s %d %s\n", kinds[i], wf_entity_id (list->pdata[j]),
                                  (int) wf_entity_number (list->pdata[j]), fields);
        }
    }

  return g_string_free (text, FALSE);
}

static gboolean
shows (WfSession  *session,
       const char *kind,
       const char *id)
{
  g_autoptr (WfItem) item = wf_session_get_item (session, kind, id);

  return item != NULL;
}

static void
correct_place (WfSession  *session,
               const char *incident,
               const char *place)
{
  test_submit (session, "incident.correct",
               wf_dict_make ("incident", wf_value_string (incident), "place", wf_value_string (place), NULL), NULL);
}

static gboolean
is_at (WfSession  *session,
       const char *incident,
       const char *place)
{
  g_autoptr (WfItem) item = wf_session_get_item (session, "incident", incident);

  return item != NULL && wf_entity_is (wf_item_get_entity (item), "place", place);
}

/* --- one in the exercise, one live ------------------------------------------------------------------------------- */

static void
count_cb (WfSession *session,
          WfEvent   *event,
          gboolean   own,
          guint     *n)
{
  (*n)++;
}

static void
test_two (Fixture       *fixture,
          gconstpointer  data)
{
  WfSession *near = fixture_near (fixture);
  WfSession *far = fixture_far (fixture);
  g_autofree char *incident = test_report_incident (far);
  guint here = 0, elsewhere = 0, far_here = 0;

  correct_place (far, incident, "一号库");
  test_await (wf_session_get_pending (far) == 0 && is_at (near, incident, "一号库"));

  g_autofree char *scope = open_exercise (near);
  test_await (has_exercise (far, scope));

  /* What is real goes on, and is not seen in the exercise. */
  correct_place (far, incident, "二号库");
  g_autofree char *later = test_add_log (far, "演练开始以后的真实记录");
  test_await (wf_session_get_pending (far) == 0 && is_at (near, incident, "二号库")
              && test_has (near, "log", later));
  g_autofree char *before = dump (far, WF_LIVE);

  g_autoptr (WfItem) item = wf_session_get_item (near, "incident", incident);
  g_autoptr (GListModel) journal = wf_session_journal (near, NULL);
  GListModel *logs = wf_session_list (near, "log");
  g_assert_cmpuint (g_list_model_get_n_items (logs), ==, 1);
  guint lines = g_list_model_get_n_items (journal);

  enter (near, scope);
  g_assert_true (wf_session_is_drill (near));
  g_assert_true (is_at (near, incident, "一号库"));
  g_assert_true (wf_entity_is (wf_item_get_entity (item), "place", "一号库"));
  g_assert_false (shows (near, "log", later));
  g_assert_cmpuint (g_list_model_get_n_items (logs), ==, 0);
  test_await (g_list_model_get_n_items (journal) == 1);

  /* What is done here stays here. */
  g_signal_connect (near, "event", G_CALLBACK (count_cb), &here);
  g_signal_connect (near, "elsewhere", G_CALLBACK (count_cb), &elsewhere);
  g_signal_connect (far, "event", G_CALLBACK (count_cb), &far_here);
  correct_place (near, incident, "演练库");
  g_assert_true (test_is_pending (near, "incident", incident));
  g_autofree char *drilled = test_add_log (near, "演练记录");
  test_await (wf_session_get_pending (near) == 0 && here == 2);
  g_assert_true (is_at (near, incident, "演练库"));
  g_assert_cmpuint (g_list_model_get_n_items (logs), ==, 1);
  g_assert_cmpuint (g_list_model_get_n_items (journal), ==, 3);
  test_settle ();
  g_assert_cmpuint (far_here, ==, 0);
  g_assert_true (is_at (far, incident, "二号库"));
  g_assert_false (shows (far, "log", drilled));

  g_autofree char *after = dump (far, WF_LIVE);
  g_autofree char *through = dump (near, WF_LIVE);
  g_assert_cmpstr (before, ==, after);
  g_assert_cmpstr (before, ==, through);

  /* What is real is told nevertheless. */
  correct_place (far, incident, "三号库");
  test_await (elsewhere == 1);
  g_assert_true (is_at (near, incident, "演练库"));

  /* The other one comes too, and finds the same. */
  enter (far, scope);
  g_autofree char *theirs = dump (far, scope);
  g_autofree char *ours = dump (near, scope);
  g_assert_cmpstr (theirs, ==, ours);
  g_assert_true (shows (far, "log", drilled));

  enter (near, WF_LIVE);
  enter (far, WF_LIVE);
  g_assert_false (wf_session_is_drill (near));
  g_assert_true (wf_entity_is (wf_item_get_entity (item), "place", "三号库"));
  g_assert_true (shows (near, "log", later));
  g_assert_false (shows (near, "log", drilled));
  g_assert_cmpuint (g_list_model_get_n_items (logs), ==, 1);
  test_await (g_list_model_get_n_items (journal) == lines + 1);

  /* The copy is the service's, exercises included: no other one is taken. */
  guint snapshots = test_line_count (fixture->line, "GET /api/v1/snapshot");
  wf_session_compare (near);
  test_await (test_line_count (fixture->line, "GET /api/v1/snapshot") == snapshots + 1);
  test_settle ();
  g_assert_cmpint (wf_session_get_link (near), ==, WF_LINK_ONLINE);
  g_assert_cmpuint (test_line_count (fixture->line, "GET /api/v1/snapshot"), ==, snapshots + 1);

  g_clear_object (&item);
  g_clear_object (&journal);
  test_session_end (near);
  test_session_end (far);
}

/* --- what waits goes where it was given -------------------------------------------------------------------------- */

static void
test_outbox (Fixture       *fixture,
             gconstpointer  data)
{
  WfSession *near = fixture_near (fixture);
  WfSession *far = fixture_far (fixture);
  g_autofree char *scope = open_exercise (near);
  GListModel *logs = wf_session_list (near, "log");
  g_autoptr (GListModel) journal = wf_session_journal (near, NULL);

  test_await (has_exercise (far, scope));
  test_line_set_up (fixture->line, FALSE);
  test_await (wf_session_get_link (near) != WF_LINK_ONLINE);

  enter (near, scope);
  g_autofree char *drilled = test_add_log (near, "演练一");
  wf_session_set_draft (near, "intake", g_variant_new_string ("演练草稿"));
  enter (near, WF_LIVE);
  g_assert_null (wf_session_get_draft (near, "intake"));
  g_assert_cmpuint (wf_session_get_pending (near), ==, 1);
  g_assert_cmpuint (g_list_model_get_n_items (logs), ==, 0);
  g_assert_cmpuint (g_list_model_get_n_items (journal), ==, 0);
  g_autofree char *real = test_add_log (near, "真实一");
  g_assert_cmpuint (g_list_model_get_n_items (logs), ==, 1);
  g_assert_true (test_is_pending (near, "log", real));

  /* Begun in the exercise, ended after it was left. */
  g_autofree char *finished = wf_session_new_id (near);
  g_assert_null (test_submit_in (near, scope, "log.add",
                            wf_dict_make ("log", wf_value_string (finished), "kind", wf_value_string ("note"),
                                          "text", wf_value_string ("演练二"), NULL)));
  g_assert_cmpuint (g_list_model_get_n_items (logs), ==, 1);
  g_assert_cmpuint (wf_session_get_pending (near), ==, 3);
  enter (near, scope);
  g_assert_cmpuint (g_list_model_get_n_items (logs), ==, 2);
  g_assert_true (test_is_pending (near, "log", finished));
  g_assert_false (shows (near, "log", real));

  /* Also over a restart, which begins with what is real. */
  g_clear_object (&journal);
  test_session_end (near);
  near = test_session_open (test_line_uri (fixture->line), test_service_token (fixture->service), fixture->near);
  g_assert_cmpstr (wf_session_get_scope (near), ==, WF_LIVE);
  g_assert_cmpuint (wf_session_get_pending (near), ==, 3);
  g_assert_true (shows (near, "log", real));
  g_assert_false (shows (near, "log", drilled));
  enter (near, scope);
  g_autoptr (GVariant) draft = wf_session_get_draft (near, "intake");
  g_assert_cmpstr (g_variant_get_string (draft, NULL), ==, "演练草稿");
  enter (near, WF_LIVE);

  test_line_set_up (fixture->line, TRUE);
  test_await (wf_session_get_pending (near) == 0 && test_has (far, "log", real));
  test_settle ();
  g_assert_cmpuint (wf_session_get_refused (near), ==, 0);
  g_assert_cmpuint (test_count (far, "log"), ==, 1);
  enter (far, scope);
  test_await (shows (far, "log", drilled) && shows (far, "log", finished));
  g_assert_false (shows (far, "log", real));

  test_session_end (near);
  test_session_end (far);
}

/* --- the copy on the disk ---------------------------------------------------------------------------------------- */

static void
test_offline (Fixture       *fixture,
              gconstpointer  data)
{
  WfSession *near = fixture_near (fixture);
  g_autofree char *incident = test_report_incident (near);

  correct_place (near, incident, "一号库");
  g_autofree char *scope = open_exercise (near);
  enter (near, scope);
  correct_place (near, incident, "演练库");
  G_GNUC_UNUSED g_autofree char *drilled = test_add_log (near, "演练记录");
  enter (near, WF_LIVE);
  correct_place (near, incident, "二号库");
  test_await (wf_session_get_pending (near) == 0);
  enter (near, scope);
  g_autofree char *drill = dump (near, scope);
  g_autofree char *live = dump (near, WF_LIVE);
  test_session_end (near);

  test_line_set_up (fixture->line, FALSE);
  near = test_session_open (test_line_uri (fixture->line), test_service_token (fixture->service), fixture->near);
  g_assert_false (wf_session_is_drill (near));
  g_assert_true (is_at (near, incident, "二号库"));
  enter (near, scope);
  g_autofree char *drill_again = dump (near, scope);
  g_autofree char *live_again = dump (near, WF_LIVE);
  g_assert_cmpstr (drill, ==, drill_again);
  g_assert_cmpstr (live, ==, live_again);
  test_session_end (near);

  /* A copy that came as a snapshot has the same. */
  WfSession *far = fixture_far (fixture);

  enter (far, scope);
  g_autofree char *drill_there = dump (far, scope);
  g_assert_cmpstr (drill, ==, drill_there);
  test_session_end (far);
}

/* --- its end, its clock, and who may ----------------------------------------------------------------------------- */

static void
scope_cb (WfSession  *session,
          GParamSpec *pspec,
          guint      *n)
{
  (*n)++;
}

static void
test_end (Fixture       *fixture,
          gconstpointer  data)
{
  WfSession *near = fixture_near (fixture);
  WfSession *far = fixture_far (fixture);
  g_autofree char *scope = open_exercise (near);
  guint changes = 0;

  test_await (has_exercise (far, scope));
  g_signal_connect (near, "notify::scope", G_CALLBACK (scope_cb), &changes);
  enter (near, scope);
  g_assert_cmpuint (changes, ==, 1);
  enter (near, scope);
  g_assert_cmpuint (changes, ==, 1);

  /* Its clock stands, and what is done then is done at that time. */
  test_submit (near, "exercise.clock", wf_dict_make ("rate", wf_value_double (0), NULL), NULL);
  test_await (wf_session_get_pending (near) == 0);
  int64_t stands = wf_session_scope_now (near);
  g_autofree char *log = test_add_log (near, "暂停时");
  test_await (wf_session_get_pending (near) == 0);
  g_assert_cmpint (wf_session_scope_now (near), ==, stands);
  g_assert_cmpint (wf_session_now (near), >, stands);
  g_autoptr (WfItem) item = wf_session_get_item (near, "log", log);
  g_assert_cmpint (wf_entity_time (wf_item_get_entity (item), "at"), ==, stands);
  g_clear_object (&item);

  g_assert_null (test_submit_in (far, scope, "exercise.end", wf_dict_make ("reason", wf_value_string ("结束"), NULL)));
  test_await (has_ended (near, scope));

  /* Whoever is in it can still look, and nothing more can be done. */
  g_autoptr (WfProblem) problem = NULL;
  g_assert_true (wf_session_is_drill (near));
  g_assert_true (shows (near, "log", log));
  g_assert_false (test_submit (near, "log.strike", wf_dict_make ("log", wf_value_string (log),
                                                                 "reason", wf_value_string ("误"), NULL), &problem));
  g_assert_cmpstr (problem->rule, ==, "exercise.ended");
  enter (near, WF_LIVE);
  g_autoptr (WfProblem) closed = wf_session_enter (near, scope);
  g_assert_cmpstr (closed->rule, ==, "exercise.ended");
  g_autoptr (WfProblem) unknown = wf_session_enter (near, "no-such-exercise");
  g_assert_cmpstr (unknown->rule, ==, "exercise.unknown");
  test_session_end (near);

  /* A new copy has no more of it than that it was. */
  g_autofree char *fresh = g_build_filename (fixture->folder, "fresh", NULL);
  near = test_session_online (test_line_uri (fixture->line), test_service_token (fixture->service), fresh);
  g_autoptr (GPtrArray) exercises = wf_session_list_exercises (near);
  g_assert_cmpuint (exercises->len, ==, 1);
  g_assert_true (has_ended (near, scope));
  g_autoptr (WfEntity) dropped = wf_state_get (wf_session_get_state (near), scope, "log", log);
  g_assert_null (dropped);

  test_session_end (near);
  test_session_end (far);
}

static guint
count_in (WfSession  *session,
          const char *scope,
          const char *kind)
{
  enter (session, scope);

  guint n = wf_state_count (wf_session_get_state (session), scope, kind);

  enter (session, WF_LIVE);
  return n;
}

/* What is seen of live, such as who is inside an area, is not taken along into an exercise: not in memory, not in the file. */
static void
test_passing (Fixture       *fixture,
              gconstpointer  data)
{
  WfSession *near = fixture_near (fixture);
  WfSession *far = fixture_far (fixture);
  WfPosition position = { 109.815, 40.605, 90, 10, wf_session_now (near) };

  test_submit (near, "plot.draw",
               g_variant_ref_sink (
                 g_variant_new_parsed ("{'plot': <'z1'>, 'type': <'danger_zone'>, 'danger': <'high'>, 'label': <'3号罐'>, "
                                       "'points': <[(109.80, 40.60), (109.82, 40.60), (109.82, 40.62)]>}")),
               NULL);
  test_await (test_has (far, "plot", "z1"));
  wf_session_report_position (near, "unit-1", &position);
  test_await (test_count (far, "crossing") == 1 && test_count (near, "crossing") == 1);

  g_autofree char *scope = open_exercise (near);
  test_await (has_exercise (far, scope));
  for (int i = 0; i < 2; i++)
    {
      g_assert_cmpuint (count_in (far, scope, "plot"), ==, 1);
      g_assert_cmpuint (count_in (far, scope, "crossing"), ==, 0);
      g_assert_cmpuint (count_in (far, WF_LIVE, "crossing"), ==, 1);
      test_session_end (far);
      far = test_session_open (NULL, NULL, fixture->far);
    }

  test_session_end (near);
  test_session_end (far);
}

static void
test_rights (Fixture       *fixture,
             gconstpointer  data)
{
  static const struct
  {
    const char *role;
    gboolean    may;
  } roles[] = {
    { "viewer", FALSE }, { "duty_officer", FALSE }, { "commander", FALSE },
    { "drill_coordinator", TRUE }, { "administrator", TRUE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (roles); i++)
    {
      g_autofree char *name = g_strdup_printf ("person-%u", (guint) i);

      test_person_add (fixture->service, name, roles[i].role);

      g_autofree char *token = test_person_sign_in (fixture->service, name);
      g_autofree char *folder = g_build_filename (fixture->folder, name, NULL);
      WfSession *session = test_session_online (test_line_uri (fixture->line), token, folder);
      g_autofree char *scope = wf_session_new_id (session);
      g_autoptr (WfProblem) problem =
        test_submit_in (session, scope, "exercise.open", wf_dict_make ("name", wf_value_string ("演练"), NULL));

      g_assert_true ((problem == NULL) == roles[i].may);
      test_await (wf_session_get_pending (session) == 0);
      g_assert_cmpuint (wf_session_get_refused (session), ==, 0);
      test_session_end (session);
    }

  /* Whoever reads the records may be in it; what they may do there is a matter of their role. */
  g_autofree char *token = test_person_sign_in (fixture->service, "person-0");
  g_autofree char *folder = g_build_filename (fixture->folder, "person-0", NULL);
  WfSession *viewer = test_session_online (test_line_uri (fixture->line), token, folder);

  test_await (wf_session_get_link (viewer) == WF_LINK_ONLINE);
  g_autoptr (GPtrArray) exercises = wf_session_list_exercises (viewer);
  g_assert_cmpuint (exercises->len, ==, 2);
  enter (viewer, wf_entity_id (exercises->pdata[0]));
  g_autoptr (WfProblem) log = wf_session_check (viewer, "log.add");
  g_assert_cmpstr (log->rule, ==, "rights.role");
  test_session_end (viewer);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

#define ADD(path, function) g_test_add ("/scope/" path, Fixture, NULL, fixture_set_up, function, fixture_tear_down)
  ADD ("two", test_two);
  ADD ("outbox", test_outbox);
  ADD ("offline", test_offline);
  ADD ("end", test_end);
  ADD ("passing", test_passing);
  ADD ("rights", test_rights);

  return g_test_run ();
}
