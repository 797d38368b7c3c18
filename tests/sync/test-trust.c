/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "sync-testing.h"

#include "wf-json.h"

#include <string.h>

/* A workstation and a real service with a certificate: which one is trusted, and which is not. */

typedef struct
{
  char        *folder;
  char        *certificate;
  char        *uri;
  char        *token;
  char        *pin;
  GSubprocess *process;
} Fixture;

static char *
run_program (const char *const *arguments)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GSubprocess) process =
    g_subprocess_newv (arguments, G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_SILENCE, &error);
  char *output = NULL;

  g_assert_no_error (error);
  g_assert_true (g_subprocess_communicate_utf8 (process, NULL, NULL, &output, NULL, &error));
  g_assert_no_error (error);
  g_assert_true (g_subprocess_get_successful (process));

  return output;
}

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  fixture->folder = test_folder_new ();
  fixture->certificate = g_build_filename (fixture->folder, "service.pem", NULL);

  g_autofree char *key = g_build_filename (fixture->folder, "service.key", NULL);
  g_autofree char *records = g_build_filename (fixture->folder, "data", NULL);
  g_autofree char *openssl = g_find_program_in_path ("openssl");
  g_autoptr (GError) error = NULL;

  if (openssl == NULL)
    return;

  const char *make[] = { openssl, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                         "-days", "30", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1",
                         "-keyout", key, "-out", fixture->certificate, NULL };
  const char *print[] = { openssl, "x509", "-in", fixture->certificate, "-noout", "-fingerprint", "-sha256", NULL };

  g_free (run_program (make));
  g_autofree char *fingerprint = run_program (print);
  fixture->pin = g_strdup (g_strstrip (strchr (fingerprint, '=') + 1));

  fixture->process = g_subprocess_new (G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error,
                                       g_getenv ("WATCHFIRED"), "--data", records, "--listen", "127.0.0.1:0",
                                       "--certificate", fixture->certificate, "--key", key, NULL);
  g_assert_no_error (error);

  g_autoptr (GDataInputStream) output = g_data_input_stream_new (g_subprocess_get_stdout_pipe (fixture->process));
  g_autofree char *line = g_data_input_stream_read_line (output, NULL, NULL, &error);
  g_assert_nonnull (line);
  g_autoptr (WfJsonDoc) doc = wf_json_doc_new_text (line, NULL);
  fixture->uri = g_strdup_printf ("https://127.0.0.1:%d",
                                  (int) wf_json_int (wf_json_member (wf_json_doc_root (doc), "port")));

  const char *token[] = { g_getenv ("WATCHFIRECTL"), "token", "add", records, "--actor", "desk-1", "--name", "Desk", NULL };
  g_autofree char *made = g_strchomp (run_program (token));
  const char *space = strrchr (made, ' ');
  const char *line_end = strrchr (made, '\n');
  if (line_end != NULL && (space == NULL || line_end > space))
    space = line_end;
  fixture->token = g_strdup (space != NULL ? space + 1 : made);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  if (fixture->process != NULL)
    {
      g_subprocess_send_signal (fixture->process, SIGTERM);
      g_assert_true (g_subprocess_wait (fixture->process, NULL, NULL));
    }
  g_clear_object (&fixture->process);
  test_folder_remove (fixture->folder);
  g_free (fixture->certificate);
  g_free (fixture->uri);
  g_free (fixture->token);
  g_free (fixture->pin);
}

static WfSession *
open_with (Fixture    *fixture,
           const char *name,
           const char *authority,
           const char *pin)
{
  g_autofree char *folder = g_build_filename (fixture->folder, name, NULL);
  g_autoptr (GError) error = NULL;
  WfSession *session = test_session_open (NULL, NULL, folder);

  g_assert_true (wf_session_set_trust (session, authority, pin, &error));
  g_assert_no_error (error);
  wf_session_set_service (session, fixture->uri, fixture->token);

  return session;
}

/* The service looks for new tokens every two seconds. */
static void
await_online (Fixture   *fixture,
              WfSession *session)
{
  for (int i = 0; i < 1000 && wf_session_get_link (session) != WF_LINK_ONLINE; i++)
    {
      test_await (wf_session_get_link (session) == WF_LINK_ONLINE || wf_session_get_link (session) == WF_LINK_REFUSED);
      if (wf_session_get_link (session) == WF_LINK_REFUSED)
        {
          test_settle ();
          wf_session_set_service (session, fixture->uri, fixture->token);
        }
    }
  g_assert_cmpint (wf_session_get_link (session), ==, WF_LINK_ONLINE);
}

static void
test_trusted (Fixture       *fixture,
              gconstpointer  data)
{
  if (fixture->process == NULL)
    {
      g_test_skip ("openssl is not here");
      return;
    }

  WfSession *pinned = open_with (fixture, "pinned", NULL, fixture->pin);
  WfSession *signed_ = open_with (fixture, "signed", fixture->certificate, NULL);

  await_online (fixture, pinned);
  await_online (fixture, signed_);

  /* By WebSocket too, and both ways. */
  G_GNUC_UNUSED g_autofree char *log = test_add_log (pinned, "加密");
  GListModel *logs = wf_session_list (signed_, "log");
  test_await (g_list_model_get_n_items (logs) == 1 && wf_session_get_pending (pinned) == 0);

  test_session_end (pinned);
  test_session_end (signed_);
}

static void
test_not_trusted (Fixture       *fixture,
                  gconstpointer  data)
{
  if (fixture->process == NULL)
    {
      g_test_skip ("openssl is not here");
      return;
    }

  g_autofree char *other = g_strdup (fixture->pin);
  g_autoptr (GError) error = NULL;

  other[0] = other[0] == '0' ? '1' : '0';

  /* A fingerprint that does not fit is not made up for by an authority that would; nobody's word is not enough either. */
  WfSession *wrong = open_with (fixture, "wrong", fixture->certificate, other);
  WfSession *nobody = open_with (fixture, "nobody", NULL, NULL);

  test_await (wf_session_get_link_reason (wrong) != NULL && wf_session_get_link (wrong) == WF_LINK_OFFLINE &&
              wf_session_get_link_reason (nobody) != NULL && wf_session_get_link (nobody) == WF_LINK_OFFLINE);
  test_settle ();
  g_assert_cmpint (wf_session_get_link (wrong), !=, WF_LINK_ONLINE);
  g_assert_cmpint (wf_session_get_link (nobody), !=, WF_LINK_ONLINE);

  g_assert_false (wf_session_set_trust (wrong, NULL, "12:34", &error));
  g_assert_nonnull (error);

  test_session_end (wrong);
  test_session_end (nobody);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add ("/trust/trusted", Fixture, NULL, set_up, test_trusted, tear_down);
  g_test_add ("/trust/not-trusted", Fixture, NULL, set_up, test_not_trusted, tear_down);

  return g_test_run ();
}
