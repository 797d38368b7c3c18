/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* A link that wants a password, from the question to the keyring and back: a real camera that refuses, a real keyring. */

#include "config.h"

#include "../video/video-testing.h"
#include "wf-application.h"
#include "wf-link-password.h"
#include "wf-link-sign-in.h"

#include <adwaita.h>

typedef struct
{
  WfUnitStream *stream; /* (owned) */
  char         *uri;    /* (owned) */
  GtkWidget    *window;
} Fixture;

/* It opens by itself, and ends with the session's bus. */
static gboolean
start_keyring (const char *folder)
{
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDIN_PIPE |
                                                                        G_SUBPROCESS_FLAGS_STDOUT_SILENCE |
                                                                        G_SUBPROCESS_FLAGS_STDERR_SILENCE);
  g_autofree char *program = g_find_program_in_path ("gnome-keyring-daemon");

  if (program == NULL)
    return FALSE;

  g_subprocess_launcher_setenv (launcher, "HOME", folder, TRUE);
  g_subprocess_launcher_setenv (launcher, "XDG_DATA_HOME", folder, TRUE);
  g_subprocess_launcher_setenv (launcher, "XDG_RUNTIME_DIR", folder, TRUE);
  g_subprocess_launcher_unsetenv (launcher, "G_DEBUG");

  g_autoptr (GError) error = NULL;
  g_autoptr (GSubprocess) process = g_subprocess_launcher_spawn (launcher, &error, program, "--unlock", "--components=secrets",
                                                                 NULL);
  g_assert_no_error (error);
  g_assert_true (g_subprocess_communicate_utf8 (process, "test", NULL, NULL, NULL, &error));
  g_assert_no_error (error);

  return TRUE;
}

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  fixture->stream = start_stream ();
  wf_unit_stream_set_credentials (fixture->stream, "watch", "right");
  fixture->uri = wf_unit_stream_dup_uri (fixture->stream, "car");
  fixture->window = gtk_window_new ();
  gtk_window_present (GTK_WINDOW (fixture->window));
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  gtk_window_destroy (GTK_WINDOW (fixture->window));
  g_object_unref (fixture->stream);
  g_free (fixture->uri);
}

static WfVideoLink *
watch (Fixture *fixture)
{
  WfVideoLink *link = wf_video_link_new (fixture->uri, "指挥车");

  wf_link_sign_in_watch (link);
  wf_video_link_hold (link, fixture);

  return link;
}

static gboolean
is_refused (WfVideoLink *link)
{
  return wf_video_link_get_state (link) == WF_VIDEO_STATE_FAILED
         && wf_video_link_get_reason_code (link) == WF_VIDEO_REASON_UNAUTHORIZED;
}

/* The question that is on the screen. */
static GtkWidget *
find_question (void)
{
  GListModel *toplevels = gtk_window_get_toplevels ();

  for (guint i = 0; i < g_list_model_get_n_items (toplevels); i++)
    {
      g_autoptr (GtkWidget) toplevel = g_list_model_get_item (toplevels, i);

      if (ADW_IS_MESSAGE_DIALOG (toplevel) && gtk_widget_get_mapped (toplevel))
        return toplevel;
    }

  return NULL;
}

static void
answer (GtkWidget  *dialog,
        const char *user,
        const char *password,
        const char *response)
{
  gtk_editable_set_text (g_object_get_data (G_OBJECT (dialog), "user"), user);
  gtk_editable_set_text (g_object_get_data (G_OBJECT (dialog), "password"), password);
  adw_message_dialog_response (ADW_MESSAGE_DIALOG (dialog), response);
  gtk_window_destroy (GTK_WINDOW (dialog));
}

typedef struct
{
  char     *user;     /* (owned) (nullable) */
  char     *password; /* (owned) (nullable) */
  gboolean  done;
} Found;

static void
found_cb (GObject      *object,
          GAsyncResult *result,
          gpointer      data)
{
  Found *found = data;
  g_autoptr (GError) error = NULL;

  wf_link_password_find_finish (result, &found->user, &found->password, &error);
  g_assert_no_error (error);
  found->done = TRUE;
}

/* Whether the keyring has this for the link. */
static gboolean
keyring_has (Fixture    *fixture,
             const char *user,
             const char *password)
{
  g_autofree char *address = wf_video_address_dup_plain (fixture->uri);
  Found found = { NULL };

  wf_link_password_find_async (address, NULL, found_cb, &found);
  wait_until (found.done);

  gboolean has = g_strcmp0 (found.user, user) == 0 && g_strcmp0 (found.password, password) == 0;

  g_free (found.user);
  wf_link_password_free (found.password);

  return has;
}

static void
test_flow (Fixture       *fixture,
           gconstpointer  data)
{
  skip_without_plugins ();

  WfVideoLink *link = watch (fixture);

  wait_until (is_refused (link));
  answer (wf_link_sign_in_ask (link, GTK_WINDOW (fixture->window)), "watch", "wrong", "open");

  /* Wrong ones are not kept, and asked for again by themselves. */
  wait_until (is_refused (link) && find_question () != NULL);
  g_assert_true (keyring_has (fixture, NULL, NULL));
  answer (find_question (), "watch", "right", "open");
  wait_for_state (link, WF_VIDEO_STATE_LIVE);
  wait_until (keyring_has (fixture, "watch", "right"));
  close_link (link);

  /* The next one opens with what is kept, and asks nobody. */
  link = watch (fixture);
  wait_for_state (link, WF_VIDEO_STATE_LIVE);
  g_assert_null (find_question ());

  /* Forgotten is forgotten. */
  answer (wf_link_sign_in_ask (link, GTK_WINDOW (fixture->window)), "", "", "forget");
  wait_until (keyring_has (fixture, NULL, NULL));
  close_link (link);

  link = watch (fixture);
  wait_until (is_refused (link));
  close_link (link);
}

int
main (int   argc,
      char *argv[])
{
  g_autofree char *folder = g_dir_make_tmp ("watchfire-keyring-XXXXXX", NULL);

  init_video_tests (&argc, &argv);
  gtk_init ();
  wf_ui_init ();
  if (!start_keyring (folder))
    {
      g_print ("1..0 # SKIP gnome-keyring-daemon is missing\n");
      return 0;
    }

  g_test_add ("/ui/link-sign-in/flow", Fixture, NULL, set_up, test_flow, tear_down);

  int failed = g_test_run ();
  const char *const words[] = { "rm", "-rf", folder, NULL };

  g_spawn_sync (NULL, (char **) words, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, NULL, NULL);

  return failed;
}
