/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "wf-account.h"

#include <stdio.h>
#include <string.h>

/* One step of an account, for a test that looks from outside: account-probe URL load | in USER | out. The password comes on
 * the standard input. Says what it has afterwards, or why not. PROBE_AHEAD sets the machine's clock so many minutes ahead. */

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
  wf_account_load_async (account, NULL, loaded_cb, NULL);
  g_main_loop_run (loop);

  if (strcmp (argv[2], "in") == 0 && argc == 4)
    {
      if (fgets (password, sizeof password, stdin) == NULL)
        return 2;
      password[strcspn (password, "\n")] = '\0';
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
