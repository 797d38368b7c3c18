/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "watchfire-mapimport"

#include "config.h"

#include "wf-locale.h"
#include "wf-map-maker.h"

#include <glib-unix.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

/* watchfire-mapimport look FILE | make FILE PACK: reads a file of another program in a process of its own, so that neither a
 * file that makes the reader crash, hang or take all memory, nor the many libraries of that reader, can harm the desk. What
 * is wanted is a key file on standard input; “progress 50” (percent) is said on standard error, the last line there is why it
 * failed; what was found is a key file on standard output. Ends by SIGTERM, and with its parent, and leaves nothing half-done
 * then. */

/* A file may take so much memory, and no more: 4 GB. */
#define MOST_MEMORY (G_GUINT64_CONSTANT (4) << 30)

/* And so many seconds of a processor. */
#define MOST_SECONDS 1800

#define MOST_PLAN (1024 * 1024)

static volatile sig_atomic_t stopped;

static void
stop (int number)
{
  stopped = 1;
}

typedef struct
{
  GCancellable *cancellable;
  int           told;
} Watch;

static gpointer
watch_thread (gpointer data)
{
  g_autoptr (GCancellable) cancellable = data;

  while (!stopped)
    g_usleep (50000);
  g_cancellable_cancel (cancellable);

  return NULL;
}

static void
progress_cb (double   share,
             gpointer data)
{
  Watch *watch = data;
  int percent = (int) (share * 100.0);

  if (percent == watch->told)
    return;
  watch->told = percent;
  fprintf (stderr, "progress %d\n", percent);
}

static GKeyFile *
read_plan (GError **error)
{
  g_autoptr (GKeyFile) plan = g_key_file_new ();
  g_autofree char *text = g_malloc0 (MOST_PLAN + 1);
  gsize size = fread (text, 1, MOST_PLAN, stdin);

  if (!g_key_file_load_from_data (plan, text, size, G_KEY_FILE_NONE, error))
    return NULL;

  return g_steal_pointer (&plan);
}

static void
set_limits (void)
{
  struct rlimit seconds = { MOST_SECONDS, MOST_SECONDS };

  setrlimit (RLIMIT_CPU, &seconds);
#ifndef WF_SANITIZED
  struct rlimit memory = { MOST_MEMORY, MOST_MEMORY };

  setrlimit (RLIMIT_AS, &memory);
#endif
  prctl (PR_SET_PDEATHSIG, SIGTERM);
  signal (SIGTERM, stop);
  signal (SIGINT, stop);
  signal (SIGPIPE, SIG_IGN);
}

int
main (int    argc,
      char **argv)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GKeyFile) found = g_key_file_new ();
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  Watch watch = { cancellable, -1 };
  gboolean look = argc == 3 && g_str_equal (argv[1], "look");
  gboolean make = argc == 4 && g_str_equal (argv[1], "make");
  gboolean good;

  wf_locale_init (NULL);
  if (!look && !make)
    {
      fprintf (stderr, "watchfire-mapimport look FILE | make FILE PACK\n");
      return 2;
    }
  set_limits ();
  g_autoptr (GKeyFile) plan = read_plan (&error);
  g_thread_unref (g_thread_new ("watch", watch_thread, g_object_ref (cancellable)));
  good = plan != NULL
         && (look ? wf_map_maker_look (argv[2], plan, found, progress_cb, &watch, cancellable, &error)
                  : wf_map_maker_make (argv[2], argv[3], plan, found, progress_cb, &watch, cancellable, &error));
  if (!good)
    {
      g_autofree char *line = g_strdelimit (g_strdup (error->message), "\n\r", ' ');

      fprintf (stderr, "%s\n", line);
      return 1;
    }

  g_autofree char *text = g_key_file_to_data (found, NULL, NULL);
  fputs (text, stdout);

  return fflush (stdout) == 0 ? 0 : 1;
}
