/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "store-kit.h"

#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

/* A child process takes commands and tells of each answer; it is killed at a random moment, again and again. The log of the
 * answers, kept outside of it, is the judge: what was answered must be there, once, whatever was lost or sent twice.
 * The whole service is killed so in tests/service/test-service-kill.py, as often as WATCHFIRE_KILLS says; here it is a tenth
 * of that (5 at least), with more commands waiting for one commit than come over HTTP. */

#define WINDOW 24

/* --- the child: commands k-N from N on, some of them at a time --- */

typedef struct
{
  WfStore *store;
  guint    next;
} Child;

static void send_one (Child *self);

static void
answered_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      data)
{
  Child *self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) outcomes = wf_store_submit_finish (WF_STORE (source), result, &error);

  g_assert_no_error (error);
  WfOutcome *outcome = g_ptr_array_index (outcomes, 0);
  g_assert_null (outcome->problem);

  /* In one write, so that no line is half there. */
  g_autofree char *line = g_strdup_printf ("%s\n", outcome->id + 2);
  if (write (STDOUT_FILENO, line, strlen (line)) != (ssize_t) strlen (line))
    _exit (1);

  send_one (self);
}

static void
send_one (Child *self)
{
  g_autofree char *id = g_strdup_printf ("k-%u", self->next++);
  g_autoptr (GPtrArray) commands = g_ptr_array_new_with_free_func ((GDestroyNotify) wf_command_unref);

  g_ptr_array_add (commands, kit_log (id, WF_LIVE, id));
  wf_store_submit_async (self->store, commands, NULL, answered_cb, self);
}

static void G_GNUC_NORETURN
run_child (const char *folder,
           guint       first)
{
  g_autoptr (WfClock) clock = wf_clock_new_real ();
  Child self = { .store = kit_open (folder, clock), .next = first };

  for (guint i = 0; i < WINDOW; i++)
    send_one (&self);
  for (;;)
    g_main_context_iteration (NULL, TRUE);
}

/* --- the judge --- */

static GPid
start_child (const char *folder,
             guint       first,
             int        *output)
{
  g_autofree char *number = g_strdup_printf ("%u", first);
  g_autofree char *self = g_file_read_link ("/proc/self/exe", NULL);
  const char *argv[] = { self, "--child", folder, number, NULL };
  g_autoptr (GError) error = NULL;
  GPid pid;

  g_auto (GStrv) environment = g_get_environ ();
  const char *asan = g_environ_getenv (environment, "ASAN_OPTIONS");

  /* What is killed cannot say what leaked: then the unwinder that is ten times as fast does. */
  if (asan != NULL)
    {
      g_autofree char *options = g_strconcat (asan, ":detect_leaks=0:fast_unwind_on_malloc=1", NULL);

      environment = g_environ_setenv (environment, "ASAN_OPTIONS", options, TRUE);
    }

  g_spawn_async_with_pipes (NULL, (char **) argv, environment, G_SPAWN_DO_NOT_REAP_CHILD, NULL, NULL, &pid, NULL, output, NULL,
                            &error);
  g_assert_no_error (error);

  return pid;
}

/* Reads answers until the moment has come, and what is left in the pipe after the kill. */
static void
collect (GPid        pid,
         int         output,
         guint       milliseconds,
         GHashTable *answered)
{
  FILE *file = fdopen (output, "r");
  gint64 end = 0;
  gboolean killed = FALSE;
  guint number;

  g_assert_nonnull (file);
  while (fscanf (file, "%u", &number) == 1)
    {
      gboolean fresh = g_hash_table_add (answered, GUINT_TO_POINTER (number));

      /* The clock runs from the first new answer: a child that is killed before it is up proves nothing. */
      if (end == 0 && fresh)
        end = g_get_monotonic_time () + milliseconds * 1000;
      if (!killed && end != 0 && g_get_monotonic_time () >= end)
        {
          kill (pid, SIGKILL);
          killed = TRUE;
        }
    }

  g_assert_true (killed);
  fclose (file);
  waitpid (pid, NULL, 0);
  g_spawn_close_pid (pid);
}

static void
judge (const char *folder,
       GHashTable *answered)
{
  g_autoptr (WfClock) clock = wf_clock_new_real ();
  WfStore *store = kit_open (folder, clock);
  g_autoptr (GHashTable) seen = g_hash_table_new (g_direct_hash, g_direct_equal);
  int64_t since = 0;

  for (;;)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (WfPage) page = kit_changes (store, since, 500, &error);
      g_autofree char *text = NULL;

      g_assert_no_error (error);
      if (page->n == 0)
        break;

      text = g_strdup_printf ("[%.*s]", (int) g_bytes_get_size (page->entries),
                              (const char *) g_bytes_get_data (page->entries, NULL));
      g_autoptr (WfJsonDoc) doc = wf_json_doc_new_text (text, &error);
      for (const WfJson *entry = wf_json_first (wf_json_doc_root (doc)); entry != NULL; entry = wf_json_next (entry))
        {
          const char *cause = wf_json_member_string (wf_json_member (entry, "header"), "cause");

          /* Nothing twice. */
          g_assert_true (g_hash_table_add (seen, GUINT_TO_POINTER ((guint) strtoul (cause + 2, NULL, 10))));
        }
      since = page->last;
    }

  /* Nothing lost. */
  GHashTableIter iter;
  gpointer number;
  g_hash_table_iter_init (&iter, answered);
  while (g_hash_table_iter_next (&iter, &number, NULL))
    g_assert_true (g_hash_table_contains (seen, number));

  g_test_message ("%u answered, %u kept", g_hash_table_size (answered), g_hash_table_size (seen));
  kit_close (store);
}

static void
test_kill (void)
{
  const char *wanted = g_getenv ("WATCHFIRE_KILLS");
  guint n = MAX (wanted != NULL ? (guint) strtoul (wanted, NULL, 10) / 10 : 0, 5);
  g_autofree char *folder = kit_make_folder ();
  g_autoptr (GHashTable) answered = g_hash_table_new (g_direct_hash, g_direct_equal);
  guint before = 0;

  for (guint i = 0; i < n; i++)
    {
      guint first = 0;
      int output;

      /* Whatever was not answered is sent again, and some that was. */
      while (g_hash_table_contains (answered, GUINT_TO_POINTER (first)))
        first++;
      first -= MIN (first, 5);

      GPid pid = start_child (folder, first, &output);
      collect (pid, output, (guint) g_test_rand_int_range (0, 250), answered);

      g_assert_cmpuint (g_hash_table_size (answered), >, before);
      before = g_hash_table_size (answered);
      kit_assert_holds (folder);
    }

  judge (folder, answered);
  kit_assert_holds (folder);
  kit_remove_folder (folder);
}

int
main (int   argc,
      char *argv[])
{
  if (argc == 4 && strcmp (argv[1], "--child") == 0)
    run_child (argv[2], (guint) strtoul (argv[3], NULL, 10));

  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/store/kill", test_kill);

  return g_test_run ();
}
