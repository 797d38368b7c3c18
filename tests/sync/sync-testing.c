/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "sync-testing.h"

#include "wf-account.h"

#include <glib/gstdio.h>
#include <libsoup/soup.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#define TOKEN "0123456789abcdef0123456789abcdef"

/* --- the main loop ----------------------------------------------------------------------------------------------- */

gboolean
test_tick_cb (gpointer data)
{
  return G_SOURCE_CONTINUE;
}

void
test_settle (void)
{
  for (int i = 0; i < 20; i++)
    {
      while (g_main_context_iteration (NULL, FALSE))
        ;
      g_usleep (5000);
    }
}

/* --- folders ----------------------------------------------------------------------------------------------------- */

char *
test_folder_new (void)
{
  char *folder = g_dir_make_tmp ("watchfire-test-XXXXXX", NULL);

  g_assert_nonnull (folder);
  return folder;
}

static void
remove_all (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *inner = g_build_filename (path, name, NULL);

      if (g_file_test (inner, G_FILE_TEST_IS_DIR))
        remove_all (inner);
      else
        g_unlink (inner);
    }

  g_rmdir (path);
}

void
test_folder_remove (char *folder)
{
  remove_all (folder);
  g_free (folder);
}

/* --- the service ------------------------------------------------------------------------------------------------- */

struct _TestService
{
  char        *folder;
  char        *seed;
  char        *uri;
  const char  *post;    /* (static) (nullable) */
  GSubprocess *process;
};

static void
die_with_parent (gpointer data)
{
  prctl (PR_SET_PDEATHSIG, SIGKILL);
}

void
test_service_start (TestService *self,
                    const char  *actor)
{
  const char *program = g_getenv ("WATCHFIRED");
  g_autoptr (GSubprocessLauncher) launcher =
    g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE);
  g_autofree char *greeting =
    g_strdup_printf ("{\"token\":\"" TOKEN "\",\"actor\":\"%s\",\"name\":\"值班员\",\"post\":\"%s\"}\n", actor,
                     self->post != NULL ? self->post : "值班");
  g_autoptr (GError) error = NULL;

  g_assert_nonnull (program);
  g_assert_null (self->process);

  g_subprocess_launcher_set_child_setup (launcher, die_with_parent, NULL, NULL);
  self->process = g_subprocess_launcher_spawn (launcher, &error, program, "--embedded", "--data", self->folder,
                                               self->seed != NULL ? "--seed" : NULL, self->seed, NULL);
  g_assert_no_error (error);
  g_output_stream_write_all (g_subprocess_get_stdin_pipe (self->process), greeting, strlen (greeting), NULL, NULL, &error);
  g_assert_no_error (error);

  g_autoptr (GDataInputStream) output = g_data_input_stream_new (g_subprocess_get_stdout_pipe (self->process));
  g_filter_input_stream_set_close_base_stream (G_FILTER_INPUT_STREAM (output), FALSE);
  g_autofree char *line = g_data_input_stream_read_line (output, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_nonnull (line);

  const char *port = strstr (line, "\"port\":");
  g_assert_nonnull (port);
  g_free (self->uri);
  self->uri = g_strdup_printf ("http://127.0.0.1:%d", (int) g_ascii_strtoll (port + 7, NULL, 10));
}

TestService *
test_service_new (const char *folder,
                  const char *actor,
                  const char *seed)
{
  TestService *self = g_new0 (TestService, 1);

  self->folder = g_build_filename (folder, "service", NULL);
  self->seed = g_strdup (seed);
  test_service_start (self, actor);

  return self;
}

/* From the next start on, the actor sits at another post. */
void
test_service_set_post (TestService *self,
                       const char  *post)
{
  self->post = post;
}

/* As a power cut would end it. */
void
test_service_kill (TestService *self)
{
  g_subprocess_send_signal (self->process, SIGKILL);
  g_subprocess_wait (self->process, NULL, NULL);
  g_clear_object (&self->process);
}

const char *
test_service_uri (TestService *self)
{
  return self->uri;
}

const char *
test_service_token (TestService *self)
{
  return TOKEN;
}

/* As some other program would, which is not a workstation. */
void
test_service_post (TestService *self,
                   const char  *path,
                   const char  *body)
{
  g_autofree char *uri = g_strconcat (self->uri, path, NULL);
  g_autoptr (SoupSession) session = soup_session_new ();
  g_autoptr (SoupMessage) message = soup_message_new ("POST", uri);
  g_autoptr (GBytes) bytes = g_bytes_new (body, strlen (body));
  g_autoptr (GError) error = NULL;

  soup_message_headers_append (soup_message_get_request_headers (message), "Authorization", "Bearer " TOKEN);
  soup_message_set_request_body_from_bytes (message, "application/json", bytes);
  g_autoptr (GBytes) answer = soup_session_send_and_read (session, message, NULL, &error);
  g_assert_no_error (error);
  g_assert_nonnull (answer);
  g_assert_cmpuint (soup_message_get_status (message), ==, SOUP_STATUS_OK);
}

void
test_service_free (TestService *self)
{
  if (self->process != NULL)
    {
      g_output_stream_close (g_subprocess_get_stdin_pipe (self->process), NULL, NULL);
      g_subprocess_wait (self->process, NULL, NULL);
      g_assert_true (g_subprocess_get_successful (self->process));
    }

  g_clear_object (&self->process);
  g_free (self->folder);
  g_free (self->seed);
  g_free (self->uri);
  g_free (self);
}

/* --- the line ---------------------------------------------------------------------------------------------------- */

struct _TestLine
{
  TestService    *service;
  GSocketService *listener;
  GPtrArray      *calls;
  GString        *heard;      /* everything that was asked for */
  char           *uri;
  char           *cut;
  gsize           cut_after;
  guint           cuts;
  gboolean        up;
  gboolean        held;
  gboolean        shaken;
  TestUpgrades    upgrades;
};

/* One connection: bytes go both ways until somebody hangs up. */
typedef struct
{
  TestLine          *line;
  GSocketConnection *near;
  GSocketConnection *far;
  guint8             out[65536];
  guint8             in[65536];
  gboolean           closed;
  gboolean           cutting;
  gboolean           swallowing;
  gboolean           dead; /* open at both ends, and nothing gets through any more */
  gsize              passed;
  guint              busy;
} Call;

static void
free_call (Call *call)
{
  g_object_unref (call->near);
  g_clear_object (&call->far);
  g_free (call);
}

static void
hang_up (Call *call)
{
  if (!call->closed)
    {
      call->closed = TRUE;
      g_ptr_array_remove (call->line->calls, call);
      g_socket_shutdown (g_socket_connection_get_socket (call->near), TRUE, TRUE, NULL);
      if (call->far != NULL)
        g_socket_shutdown (g_socket_connection_get_socket (call->far), TRUE, TRUE, NULL);
    }
}

static void
put_down (Call *call)
{
  if (--call->busy == 0)
    {
      hang_up (call);
      free_call (call);
    }
}

static void asked_cb (GObject      *source,
                      GAsyncResult *result,
                      gpointer      data);
static void answered_cb (GObject      *source,
                         GAsyncResult *result,
                         gpointer      data);

static gboolean
ask_cb (gpointer data)
{
  Call *call = data;

  g_input_stream_read_async (g_io_stream_get_input_stream (G_IO_STREAM (call->near)), call->out, sizeof call->out, 0, NULL,
                             asked_cb, call);
  return G_SOURCE_REMOVE;
}

static gboolean
answer_cb (gpointer data)
{
  Call *call = data;

  g_input_stream_read_async (g_io_stream_get_input_stream (G_IO_STREAM (call->far)), call->in, sizeof call->in, 0, NULL,
                             answered_cb, call);
  return G_SOURCE_REMOVE;
}

/* Reads on; on a shaken line after a while, so that what was sent later by another connection may come first, and sometimes
 * not at all. */
static void
read_on (Call        *call,
         GSourceFunc  read)
{
  if (!call->line->shaken)
    {
      read (call);
      return;
    }

  if (g_random_int_range (0, 40) == 0)
    hang_up (call);
  g_timeout_add ((guint) g_random_int_range (0, 40), read, call);
}

static void
asked_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      data)
{
  Call *call = data;
  gssize n = g_input_stream_read_finish (G_INPUT_STREAM (source), result, NULL);
  GOutputStream *out = g_io_stream_get_output_stream (G_IO_STREAM (call->far));

  if (n <= 0 || call->closed)
    {
      hang_up (call);
      put_down (call);
      return;
    }

  call->dead = call->dead || call->line->held;
  if (call->dead)
    {
      read_on (call, ask_cb);
      return;
    }

  g_autofree char *text = g_strndup ((const char *) call->out, (gsize) n);

  g_string_append (call->line->heard, text);
  if (call->line->upgrades == TEST_UPGRADES_SWALLOWED && strstr (text, "Upgrade: websocket") != NULL)
    call->swallowing = TRUE;
  else if (call->line->upgrades != TEST_UPGRADES_PASS && strstr (text, "Upgrade: websocket") != NULL)
    {
      static const char *const answers[] = {
        [TEST_UPGRADES_IGNORED] = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
        [TEST_UPGRADES_FORBIDDEN] = "HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
        [TEST_UPGRADES_BROKEN] = "HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
        [TEST_UPGRADES_CUT] = "",
      };
      const char *answer = answers[call->line->upgrades];

      g_output_stream_write_all (g_io_stream_get_output_stream (G_IO_STREAM (call->near)), answer, strlen (answer), NULL,
                                 NULL, NULL);
      hang_up (call);
      put_down (call);
      return;
    }

  if (call->line->cut != NULL && strstr (text, call->line->cut) != NULL)
    {
      call->cutting = TRUE;
      call->passed = 0;
    }

  /* Loopback, and small: this does not block. */
  if (!g_output_stream_write_all (out, call->out, (gsize) n, NULL, NULL, NULL))
    hang_up (call);
  read_on (call, ask_cb);
}

static void
answered_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      data)
{
  Call *call = data;
  TestLine *line = call->line;
  gssize n = g_input_stream_read_finish (G_INPUT_STREAM (source), result, NULL);
  gsize pass = (gsize) MAX (n, 0);
  gboolean cut = FALSE;

  if (n <= 0 || call->closed)
    {
      hang_up (call);
      put_down (call);
      return;
    }

  if (call->cutting && call->passed + pass > line->cut_after)
    {
      pass = line->cut_after - call->passed;
      cut = TRUE;
    }

  /* The headers of the answer are let through. */
  if (call->swallowing && call->passed > 0)
    pass = 0;
  else if (call->swallowing)
    {
      const char *end = g_strstr_len ((const char *) call->in, (gssize) pass, "\r\n\r\n");

      pass = end != NULL ? (gsize) (end + 4 - (const char *) call->in) : pass;
    }

  call->dead = call->dead || line->held;
  if (call->dead)
    pass = 0;

  call->passed += pass;
  if (pass > 0)
    g_output_stream_write_all (g_io_stream_get_output_stream (G_IO_STREAM (call->near)), call->in, pass, NULL, NULL, NULL);

  if (cut)
    {
      line->cuts++;
      g_clear_pointer (&line->cut, g_free);
      hang_up (call);
    }

  read_on (call, answer_cb);
}

static gboolean
incoming_cb (GSocketService    *listener,
             GSocketConnection *near,
             GObject           *source,
             TestLine          *line)
{
  g_autoptr (GSocketClient) client = g_socket_client_new ();

  if (!line->up)
    return TRUE;

  g_socket_client_set_enable_proxy (client, FALSE);

  g_autoptr (GUri) uri = g_uri_parse (test_service_uri (line->service), G_URI_FLAGS_NONE, NULL);
  GSocketConnection *far = g_socket_client_connect_to_host (client, "127.0.0.1", (guint16) g_uri_get_port (uri), NULL, NULL);

  if (far == NULL)
    return TRUE;

  Call *call = g_new0 (Call, 1);
  call->line = line;
  call->near = g_object_ref (near);
  call->far = far;
  call->busy = 2;
  g_ptr_array_add (line->calls, call);
  ask_cb (call);
  answer_cb (call);

  return TRUE;
}

TestLine *
test_line_new (TestService *service)
{
  TestLine *self = g_new0 (TestLine, 1);
  g_autoptr (GInetAddress) loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) any = g_inet_socket_address_new (loopback, 0);
  g_autoptr (GSocketAddress) address = NULL;
  g_autoptr (GError) error = NULL;

  self->service = service;
  self->up = TRUE;
  self->heard = g_string_new (NULL);
  self->calls = g_ptr_array_new ();
  self->listener = g_socket_service_new ();
  g_socket_listener_add_address (G_SOCKET_LISTENER (self->listener), any, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, NULL,
                                 &address, &error);
  g_assert_no_error (error);
  g_signal_connect (self->listener, "incoming", G_CALLBACK (incoming_cb), self);
  self->uri = g_strdup_printf ("http://127.0.0.1:%u", g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (address)));

  return self;
}

const char *
test_line_uri (TestLine *self)
{
  return self->uri;
}

void
test_line_set_up (TestLine *self,
                  gboolean  up)
{
  self->up = up;
  while (!up && self->calls->len > 0)
    hang_up (g_ptr_array_index (self->calls, 0));
}

/* The next answer to a request that has @request in it breaks off after so many bytes. */
void
test_line_cut_answer (TestLine   *self,
                      const char *request,
                      gsize       after)
{
  g_free (self->cut);
  self->cut = g_strdup (request);
  self->cut_after = after;
}

/* As long as it is shaken, pieces are late by chance, and connections break. */
void
test_line_shake (TestLine *self,
                 gboolean  shake)
{
  self->shaken = shake;
}

/* As long as it is held nothing gets through, and nobody is told: the connections stay open, also those that are opened. What
 * was once held up stays dead. */
void
test_line_hold (TestLine *self,
                gboolean  hold)
{
  self->held = hold;
}

guint
test_line_cuts (TestLine *self)
{
  return self->cuts;
}

guint
test_line_count (TestLine   *self,
                 const char *request)
{
  guint n = 0;

  for (const char *at = strstr (self->heard->str, request); at != NULL; at = strstr (at + 1, request))
    n++;

  return n;
}

void
test_line_upgrades (TestLine     *self,
                    TestUpgrades  upgrades)
{
  self->upgrades = upgrades;
}

void
test_line_free (TestLine *self)
{
  test_line_set_up (self, FALSE);
  g_socket_service_stop (self->listener);
  g_socket_listener_close (G_SOCKET_LISTENER (self->listener));
  test_settle ();
  g_clear_object (&self->listener);
  g_ptr_array_unref (self->calls);
  g_string_free (self->heard, TRUE);
  g_free (self->uri);
  g_free (self->cut);
  g_free (self);
}

/* --- sessions ---------------------------------------------------------------------------------------------------- */

static void
opened_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      data)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (wf_session_open_finish (WF_SESSION (source), result, &error));
  g_assert_no_error (error);
  *(gboolean *) data = TRUE;
}

WfSession *
test_session_open_by (WfClock    *clock,
                      const char *uri,
                      const char *token,
                      const char *folder)
{
  WfSession *session = wf_session_new (clock, uri, token, folder);
  gboolean opened = FALSE;

  wf_session_open_async (session, NULL, opened_cb, &opened);
  test_await (opened);

  return session;
}

WfSession *
test_session_open (const char *uri,
                   const char *token,
                   const char *folder)
{
  g_autoptr (WfClock) clock = wf_clock_new_real ();

  return test_session_open_by (clock, uri, token, folder);
}

WfSession *
test_session_online (const char *uri,
                     const char *token,
                     const char *folder)
{
  WfSession *session = test_session_open (uri, token, folder);

  test_await (wf_session_get_link (session) == WF_LINK_ONLINE);
  return session;
}

/* The last reference goes, when what is still under way has come to its end. */
void
test_finalize (gpointer object)
{
  g_object_add_weak_pointer (object, &object);
  g_object_unref (object);
  test_await (object == NULL);
}

void
test_session_end (WfSession *session)
{
  wf_session_close (session);
  test_finalize (session);
}

typedef struct
{
  gboolean   done;
  gboolean   good;
  WfProblem *problem;
} Submitted;

static void
submitted_cb (GObject      *source,
              GAsyncResult *result,
              gpointer      data)
{
  Submitted *submitted = data;
  g_autoptr (GError) error = NULL;

  submitted->good = wf_session_submit_finish (WF_SESSION (source), result, &submitted->problem, &error);
  g_assert_no_error (error);
  submitted->done = TRUE;
}

/* Takes @payload over. Returns: (transfer full) (nullable): why it was refused */
WfProblem *
test_submit_in (WfSession  *session,
                const char *scope,
                const char *type,
                GVariant   *payload)
{
  Submitted submitted = { FALSE };
  G_GNUC_UNUSED g_autoptr (GVariant) owned = payload;

  wf_session_submit_in_async (session, scope, type, payload, 0, NULL, NULL, submitted_cb, &submitted);
  test_await (submitted.done);
  g_assert_true (submitted.good == (submitted.problem == NULL));

  return submitted.problem;
}

/* Takes @payload over. */
gboolean
test_submit (WfSession  *session,
             const char *type,
             GVariant   *payload,
             WfProblem **problem)
{
  g_autofree char *scope = g_strdup (wf_session_get_scope (session));
  WfProblem *refused = test_submit_in (session, scope, type, payload);

  if (problem != NULL)
    *problem = refused;
  else if (refused != NULL)
    g_error ("%s was refused: %s %s %s", type, refused->rule, refused->field, refused->detail);

  return refused == NULL;
}

char *
test_add_log (WfSession  *session,
              const char *text)
{
  char *id = wf_session_new_id (session);

  test_submit (session, "log.add",
               wf_dict_make ("log", wf_value_string (id),
                             "kind", wf_value_string ("note"),
                             "text", wf_value_string (text),
                             NULL),
               NULL);

  return id;
}

/* watchfirectl with the arguments that follow, up to a NULL; it must succeed. */
void
test_run_ctl (const char *input,
              const char *token,
              ...)
{
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDIN_PIPE |
                                                                        G_SUBPROCESS_FLAGS_STDOUT_SILENCE);
  g_autoptr (GPtrArray) arguments = g_ptr_array_new ();
  g_autoptr (GError) error = NULL;
  va_list args;

  g_ptr_array_add (arguments, (char *) g_getenv ("WATCHFIRECTL"));
  va_start (args, token);
  for (char *argument = va_arg (args, char *); argument != NULL; argument = va_arg (args, char *))
    g_ptr_array_add (arguments, argument);
  va_end (args);
  g_ptr_array_add (arguments, NULL);

  g_subprocess_launcher_setenv (launcher, "WATCHFIRE_TOKEN", token, TRUE);
  g_autoptr (GSubprocess) process =
    g_subprocess_launcher_spawnv (launcher, (const char *const *) arguments->pdata, &error);
  g_assert_no_error (error);
  g_assert_true (g_subprocess_communicate_utf8 (process, input, NULL, NULL, NULL, &error));
  g_assert_no_error (error);
  g_assert_true (g_subprocess_get_successful (process));
}

/* --- persons ----------------------------------------------------------------------------------------------------- */

/* Somebody who may sign in with %TEST_PASSWORD. */
void
test_person_add (TestService *service,
                 const char  *name,
                 const char  *role)
{
  test_run_ctl (NULL, TOKEN, "user", "add", service->uri, name, "--name", name, "--role", role, NULL);
  test_run_ctl (TEST_PASSWORD "\n", TOKEN, "user", "passwd", service->folder, name, NULL);
}

static void
signed_in_cb (GObject      *object,
              GAsyncResult *result,
              gpointer      data)
{
  g_autoptr (GError) error = NULL;

  wf_account_sign_in_finish (WF_ACCOUNT (object), result, &error);
  g_assert_no_error (error);
  *(gboolean *) data = TRUE;
}

/* Gives the token. */
char *
test_person_sign_in (TestService *service,
                     const char  *name)
{
  g_autoptr (WfClock) clock = wf_clock_new_real ();
  g_autoptr (WfAccount) account = wf_account_new (clock, service->uri);
  gboolean done = FALSE;

  wf_account_sign_in_async (account, name, TEST_PASSWORD, NULL, signed_in_cb, &done);
  test_await (done);

  return g_strdup (wf_account_get_token (account));
}
