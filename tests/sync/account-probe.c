/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "wf-account.h"
#include "wf-link-password.h"

#include <stdio.h>
#include <string.h>

/* One step of an account, for a test that looks from outside: account-probe URL load | in USER | out. The password comes on
 * the standard input. Says what it has afterwards, or why not. With find | keep USER | forget, URL is that of a video link, and
 * what is said is the name, the password and the trouble. PROBE_AHEAD sets the machine's clock so many minutes ahead. */

static GMainLoop *loop;
static GError *trouble;

static void
loaded_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      data)
{
  wf_account_load_finish (WF_ACCOUNT (source), result, &trouble);
  g_main_loop_quit (loop);
}

static void
signed_in_cb (GObject      *source,
              GAsyncResult *result,
              gpointer      data)
{
  wf_account_sign_in_finish (WF_ACCOUNT (source), result, &trouble);
  g_main_loop_quit (loop);
}

static void
signed_out_cb (GObject      *source,
               GAsyncResult *result,
               gpointer      data)
{
  wf_account_sign_out_finish (WF_ACCOUNT (source), result, &trouble);
  g_main_loop_quit (loop);
}

static void
read_machine (int64_t  *real,
              int64_t  *elapsed,
              gpointer  data)
{
  const char *ahead = g_getenv ("PROBE_AHEAD");

  *real = g_get_real_time () / 1000 + (ahead != NULL ? g_ascii_strtoll (ahead, NULL, 10) * 60000 : 0);
  *elapsed = g_get_monotonic_time () / 1000;
}

static void
answered_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      data)
{
  *(GAsyncResult **) data = g_object_ref (result);
  g_main_loop_quit (loop);
}

static void
try_link (const char *address,
          const char *what,
          const char *user,
          const char *password)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autofree char *found_user = NULL;
  char *found = NULL;

  if (strcmp (what, "keep") == 0)
    wf_link_password_keep_async (address, user, password, NULL, answered_cb, &result);
  else if (strcmp (what, "forget") == 0)
    wf_link_password_forget_async (address, NULL, answered_cb, &result);
  else
    wf_link_password_find_async (address, NULL, answered_cb, &result);
  g_main_loop_run (loop);

  if (strcmp (what, "keep") == 0)
    wf_link_password_keep_finish (result, &trouble);
  else if (strcmp (what, "forget") == 0)
    wf_link_password_forget_finish (result, &trouble);
  else
    wf_link_password_find_finish (result, &found_user, &found, &trouble);

  printf ("%s\n%s\n%s\n", found_user != NULL ? found_user : "-", found != NULL ? found : "-",
          trouble != NULL ? trouble->message : "-");
  wf_link_password_free (found);
  g_clear_error (&trouble);
}

static gboolean
read_password (char *password,
               int   size)
{
  if (fgets (password, size, stdin) == NULL)
    return FALSE;

  password[strcspn (password, "\n")] = '\0';
  return TRUE;
}

int
main (int   argc,
      char *argv[])
{
  if (argc < 3)
    return 2;

  g_autoptr (WfClock) clock = wf_clock_new_steady (read_machine, NULL);
  g_autoptr (WfAccount) account = wf_account_new (clock, argv[1]);
  char password[256] = "";

  loop = g_main_loop_new (NULL, FALSE);
  if (g_strv_contains ((const char *const[]) { "find", "keep", "forget", NULL }, argv[2]))
    {
      gboolean read = strcmp (argv[2], "keep") != 0 || (argc == 4 && read_password (password, sizeof password));

      if (read)
        try_link (argv[1], argv[2], argc == 4 ? argv[3] : NULL, password);
      g_main_loop_unref (loop);
      return read ? 0 : 2;
    }

  wf_account_load_async (account, NULL, loaded_cb, NULL);
  g_main_loop_run (loop);

  if (strcmp (argv[2], "in") == 0 && argc == 4)
    {
      if (!read_password (password, sizeof password))
        return 2;
      wf_account_sign_in_async (account, argv[3], password, NULL, signed_in_cb, NULL);
      g_main_loop_run (loop);
    }
  else if (strcmp (argv[2], "out") == 0)
    {
      wf_account_sign_out_async (account, NULL, signed_out_cb, NULL);
      g_main_loop_run (loop);
    }

  while (wf_account_is_keeping (account))
    g_main_context_iteration (NULL, TRUE);

  g_autofree char *ended = wf_account_explain_end (account);

  if (trouble == NULL && ended != NULL)
    trouble = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_FAILED, ended);

  printf ("%s\n%s\n%s\n", wf_account_get_token (account) != NULL ? wf_account_get_token (account) : "-",
          wf_account_is_kept (account) ? "kept" : "-", trouble != NULL ? trouble->message : "-");
  g_clear_error (&trouble);
  g_main_loop_unref (loop);

  return 0;
}
