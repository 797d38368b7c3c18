/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "session-fixture.h"

#include "wf-account.h"
#include "wf-id.h"

#include <string.h>

/* Working without the service, for as long as a sign-in is good: a real service that goes away, and a machine's clock that is
 * set. */

#define PASSWORD "correct horse battery"
#define HOUR (INT64_C (3600) * 1000)

/* A machine's two clocks: the one that people set, and the counter that nobody does. */
typedef struct
{
  int64_t real;
  int64_t elapsed;
} Machine;

static void
read_machine (int64_t  *real,
              int64_t  *elapsed,
              gpointer  data)
{
  Machine *machine = data;

  *real = machine->real;
  *elapsed = machine->elapsed;
}

static void
pass (Machine *machine,
      int64_t  milliseconds)
{
  machine->real += milliseconds;
  machine->elapsed += milliseconds;
}

static void
add_person (Fixture    *fixture,
            const char *name)
{
  const char *uri = test_service_uri (fixture->service);
  const char *token = test_service_token (fixture->service);
  g_autofree char *records = g_build_filename (fixture->folder, "service", NULL);

  test_run_ctl (NULL, token, "user", "add", uri, name, "--name", name, "--role", "duty_officer", NULL);
  test_run_ctl (PASSWORD "\n", token, "user", "passwd", records, name, NULL);
}

static void
signed_in_cb (GObject      *source,
              GAsyncResult *result,
              gpointer      data)
{
  g_autoptr (GError) error = NULL;

  wf_account_sign_in_finish (WF_ACCOUNT (source), result, &error);
  g_assert_no_error (error);
  *(gboolean *) data = TRUE;
}

static WfAccount *
sign_in (Fixture    *fixture,
         Machine    *machine,
         const char *name)
{
  g_autoptr (WfClock) clock = wf_clock_new_steady (read_machine, machine);
  WfAccount *account = wf_account_new (clock, test_line_uri (fixture->line));
  gboolean done = FALSE;

  wf_account_sign_in_async (account, name, PASSWORD, NULL, signed_in_cb, &done);
  test_await (done);
  g_assert_cmpstr (wf_account_get_actor (account), ==, name);

  return account;
}

static void
count_cb (WfAccount *account,
          guint     *count)
{
  (*count)++;
}

/* It is good for its time, and its end is told once. */
static void
test_bounded (Fixture       *fixture,
              gconstpointer  data)
{
  Machine machine = { .real = g_get_real_time () / 1000, .elapsed = 5000 };
  guint ended = 0;

  add_person (fixture, "zhao");
  WfAccount *account = sign_in (fixture, &machine, "zhao");

  g_signal_connect (account, "ended", G_CALLBACK (count_cb), &ended);
  test_line_set_up (fixture->line, FALSE);
  pass (&machine, 14 * HOUR - 60000);
  g_assert_nonnull (wf_account_get_token (account));
  g_assert_false (wf_account_has_ended (account));
  g_assert_null (wf_account_explain_end (account));

  pass (&machine, 120000);
  g_assert_null (wf_account_get_token (account));
  g_assert_true (wf_account_has_ended (account));
  g_autofree char *why = wf_account_explain_end (account);
  g_assert_nonnull (strstr (why, "ended at"));
  g_assert_nonnull (strstr (why, "Sign in again"));
  test_await (ended > 0);

  pass (&machine, HOUR);
  test_settle ();
  g_assert_cmpuint (ended, ==, 1);
  test_finalize (account);
}

/* A machine's clock that is set back makes it no longer: not from hour to hour, and not when it has ended. */
static void
test_set_back (Fixture       *fixture,
               gconstpointer  data)
{
  Machine machine = { .real = g_get_real_time () / 1000, .elapsed = 5000 };

  add_person (fixture, "zhao");
  WfAccount *account = sign_in (fixture, &machine, "zhao");

  for (int i = 0; i < 13; i++)
    {
      pass (&machine, HOUR);
      g_assert_nonnull (wf_account_get_token (account));
      machine.real -= HOUR;
      g_assert_nonnull (wf_account_get_token (account));
    }

  pass (&machine, HOUR + 60000);
  g_assert_null (wf_account_get_token (account));
  machine.real -= 24 * HOUR;
  g_assert_null (wf_account_get_token (account));
  pass (&machine, HOUR);
  g_assert_true (wf_account_has_ended (account));

  test_finalize (account);
}

static WfSession *
open_session (Fixture   *fixture,
              WfAccount *account)
{
  WfSession *session = test_session_open (NULL, NULL, fixture->near);

  wf_session_set_person (session, wf_account_get_actor (account));
  wf_session_set_service (session, test_line_uri (fixture->line), wf_account_get_token (account));

  return session;
}

static void
tried_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      data)
{
  wf_session_submit_finish (WF_SESSION (source), result, NULL, data);
}

static void
check_cannot (WfSession *session)
{
  g_autofree char *id = wf_session_new_id (session);
  g_autoptr (GVariant) payload = wf_dict_make ("log", wf_value_string (id), "kind", wf_value_string ("note"),
                                               "text", wf_value_string ("不该记"), NULL);
  g_autoptr (GError) error = NULL;

  wf_session_submit_async (session, "log.add", payload, 0, NULL, NULL, tried_cb, &error);
  test_await (error != NULL);
  g_assert_false (test_has (session, "log", id));
}

static void
ended_cb (WfAccount *account,
          WfSession *session)
{
  wf_session_set_ended (session, TRUE);
}

/* A person works without the service, is cut short by the end, keeps what was done and typed, and goes on after having signed
 * in again. */
static void
test_work (Fixture       *fixture,
           gconstpointer  data)
{
  Machine machine = { .real = g_get_real_time () / 1000, .elapsed = 5000 };

  add_person (fixture, "zhao");
  WfAccount *account = sign_in (fixture, &machine, "zhao");
  WfSession *near = open_session (fixture, account);
  test_await (wf_session_get_link (near) == WF_LINK_ONLINE);
  g_autofree char *before = test_add_log (near, "在线时记");
  test_await (wf_session_get_pending (near) == 0);
  test_line_set_up (fixture->line, FALSE);
  test_await (wf_session_get_link (near) != WF_LINK_ONLINE);
  test_session_end (near);

  /* Started again, with nobody to ask. */
  near = open_session (fixture, account);
  g_assert_false (wf_session_is_foreign (near));
  g_assert_cmpstr (wf_session_get_actor (near), ==, "zhao");
  g_signal_connect_object (account, "ended", G_CALLBACK (ended_cb), near, 0);
  g_assert_true (test_has (near, "log", before));
  g_autofree char *meanwhile = test_add_log (near, "断线时记");
  wf_session_set_draft (near, "log", g_variant_new_string ("还没写完"));

  pass (&machine, 15 * HOUR);
  test_await (wf_session_get_ended (near));

  g_autoptr (WfProblem) problem = NULL;
  g_autofree char *late = wf_session_new_id (near);
  g_assert_false (test_submit (near, "log.add",
                               wf_dict_make ("log", wf_value_string (late), "kind", wf_value_string ("note"),
                                             "text", wf_value_string ("过时"), NULL), &problem));
  g_assert_nonnull (problem);
  g_assert_cmpstr (problem->rule, ==, "session.ended");
  g_autofree char *sentence = wf_problem_message (problem);
  g_assert_nonnull (strstr (sentence, "Sign in again"));
  g_assert_false (test_has (near, "log", late));

  g_assert_true (test_has (near, "log", before) && test_is_pending (near, "log", meanwhile));
  wf_session_set_draft (near, "log", g_variant_new_string ("还没写完，接着写"));
  g_autoptr (GVariant) draft = wf_session_get_draft (near, "log");
  g_assert_cmpstr (g_variant_get_string (draft, NULL), ==, "还没写完，接着写");

  /* The service is back: who signs in again goes on, and what waited is sent in the same name. */
  test_line_set_up (fixture->line, TRUE);
  WfAccount *again = sign_in (fixture, &machine, "zhao");
  wf_session_set_ended (near, FALSE);
  wf_session_set_person (near, wf_account_get_actor (again));
  wf_session_set_service (near, test_line_uri (fixture->line), wf_account_get_token (again));
  test_await (wf_session_get_pending (near) == 0 && wf_session_get_link (near) == WF_LINK_ONLINE);
  g_assert_true (test_has (near, "log", meanwhile));
  G_GNUC_UNUSED g_autofree char *after = test_add_log (near, "又可以了");

  test_session_end (near);
  test_finalize (account);
  test_finalize (again);
}

static guint
count_lines (GListModel *journal,
             const char *actor)
{
  guint n = 0;

  for (guint i = 0; i < g_list_model_get_n_items (journal); i++)
    {
      g_autoptr (WfJournalLine) line = g_list_model_get_item (journal, i);
      WfEvent *event = wf_journal_line_get_event (line);

      n += strcmp (event->type, "log.added") == 0 && g_strcmp0 (event->actor, actor) == 0 && event->number > 0;
    }

  return n;
}

/* What one person did here is not sent by another, nor does another do anything in that one's name before the service has said
 * who it is. */
static void
test_another (Fixture       *fixture,
              gconstpointer  data)
{
  Machine machine = { .real = g_get_real_time () / 1000, .elapsed = 5000 };

  add_person (fixture, "zhao");
  add_person (fixture, "qian");
  WfAccount *zhao = sign_in (fixture, &machine, "zhao");
  WfAccount *qian = sign_in (fixture, &machine, "qian");
  WfSession *near = open_session (fixture, zhao);
  test_await (wf_session_get_link (near) == WF_LINK_ONLINE);
  test_line_set_up (fixture->line, FALSE);
  test_await (wf_session_get_link (near) != WF_LINK_ONLINE);
  g_autofree char *log = test_add_log (near, "赵写的");
  test_session_end (near);

  /* Qian sits down, and the service is still away. */
  near = open_session (fixture, qian);
  g_assert_true (wf_session_is_foreign (near));
  g_assert_cmpstr (wf_session_get_actor (near), ==, "qian");
  g_assert_false (test_has (near, "log", log));
  g_autoptr (GPtrArray) held = wf_session_list_held (near);
  g_assert_cmpuint (held->len, ==, 1);
  check_cannot (near);

  /* The same if it becomes known late who it is. */
  test_session_end (near);
  near = test_session_open (NULL, NULL, fixture->near);
  g_assert_true (test_is_pending (near, "log", log));
  wf_session_set_person (near, "qian");
  g_assert_true (wf_session_is_foreign (near));
  g_assert_false (test_has (near, "log", log));

  test_line_set_up (fixture->line, TRUE);
  wf_session_set_service (near, test_line_uri (fixture->line), wf_account_get_token (qian));
  test_await (wf_session_get_link (near) == WF_LINK_ONLINE && !wf_session_is_foreign (near));
  g_autofree char *other = test_add_log (near, "钱写的");
  test_await (test_has (near, "log", other) && wf_session_get_pending (near) == 1);
  g_assert_false (test_has (near, "log", log));
  test_session_end (near);

  near = open_session (fixture, zhao);
  test_await (wf_session_get_pending (near) == 0 && test_has (near, "log", log) && test_has (near, "log", other));
  g_autoptr (GListModel) journal = wf_session_journal (near, NULL);
  test_await (count_lines (journal, "zhao") == 1 && count_lines (journal, "qian") == 1);
  g_clear_object (&journal);
  test_session_end (near);
  test_finalize (zhao);
  test_finalize (qian);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

#define ADD(path, function) g_test_add ("/offline/" path, Fixture, NULL, fixture_set_up, function, fixture_tear_down)
  ADD ("bounded", test_bounded);
  ADD ("set-back", test_set_back);
  ADD ("work", test_work);
  ADD ("another", test_another);

  return g_test_run ();
}
