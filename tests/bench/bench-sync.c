/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* From a command given on one workstation to the frame that shows it on another, with the real service between them. The
 * giver and the watcher are two processes with a session each; the command's text carries the moment at which it was
 * given, on the monotonic clock that both share, and the watcher takes the moment after the frame that shows it. Prints
 * JSON lines as build-aux/bench has them. */

#include "config.h"

#include "wf-embedded.h"
#include "wf-kind.h"
#include "wf-session.h"

#include <glib/gstdio.h>
#include <gtk/gtk.h>
#include <stdlib.h>
#include <string.h>

#define SAMPLES 300
#define INTERVAL_MS 40
#define LIMIT_SECONDS 120

typedef struct
{
  WfSession  *session;
  GtkWidget  *label;
  GMainLoop  *loop;
  GArray     *shown;   /* element-type gint64: microseconds from the command to the frame that shows it */
  GPtrArray  *waiting; /* element-type gint64 *: moments of commands that the next frame shows */
  GListModel *logs;
} Watcher;

static gboolean
give_up_cb (gpointer data)
{
  g_printerr ("bench-sync: not done within %d s\n", LIMIT_SECONDS);
  exit (1);
}

static void
opened_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      data)
{
  g_autoptr (GError) error = NULL;

  if (!wf_session_open_finish (WF_SESSION (source), result, &error))
    g_error ("The session cannot be opened: %s", error->message);

  *(gboolean *) data = TRUE;
}

static WfSession *
open_session (const char *uri,
              const char *token,
              const char *folder)
{
  g_autoptr (WfClock) clock = wf_clock_new_real ();
  WfSession *session = wf_session_new (clock, uri, token, folder);
  gboolean opened = FALSE;

  wf_session_open_async (session, NULL, opened_cb, &opened);
  while (!opened || wf_session_get_link (session) != WF_LINK_ONLINE)
    g_main_context_iteration (NULL, TRUE);

  return session;
}

static void
painted_cb (GdkFrameClock *clock,
            Watcher       *watcher)
{
  gint64 now = g_get_monotonic_time ();

  for (guint i = 0; i < watcher->waiting->len; i++)
    {
      gint64 span = now - *(gint64 *) watcher->waiting->pdata[i];

      g_array_append_val (watcher->shown, span);
    }
  g_ptr_array_set_size (watcher->waiting, 0);

  if (watcher->shown->len >= SAMPLES)
    g_main_loop_quit (watcher->loop);
}

static void
changed_cb (GListModel *logs,
            guint       position,
            guint       removed,
            guint       added,
            Watcher    *watcher)
{
  for (guint i = position; i < position + added; i++)
    {
      g_autoptr (WfItem) item = g_list_model_get_item (logs, i);
      const char *text = wf_entity_string (wf_item_get_entity (item), "text");

      if (text == NULL || !g_str_has_prefix (text, "bench "))
        continue;

      gint64 *given = g_new (gint64, 1);
      *given = g_ascii_strtoll (text + strlen ("bench "), NULL, 10);
      g_ptr_array_add (watcher->waiting, given);
      gtk_label_set_label (GTK_LABEL (watcher->label), text);
    }
}

static int
compare_spans (gconstpointer a,
               gconstpointer b)
{
  gint64 x = *(const gint64 *) a, y = *(const gint64 *) b;

  return x < y ? -1 : x > y;
}

static void
tell (const char *name,
      double      milliseconds,
      double      goal)
{
  char value[G_ASCII_DTOSTR_BUF_SIZE], aim[G_ASCII_DTOSTR_BUF_SIZE];

  g_print ("{\"name\": \"%s\", \"value\": %s, \"unit\": \"ms\", \"better\": \"lower\", \"peer\": null, \"peer_value\": null, "
           "\"ratio\": null, \"goal\": %s}\n", name,
           g_ascii_formatd (value, sizeof value, "%.2f", milliseconds),
           g_ascii_formatd (aim, sizeof aim, "%.0f", goal));
}

static int
watch (const char *uri,
       const char *token,
       const char *folder)
{
  Watcher watcher = { 0 };

  gtk_init ();
  g_timeout_add_seconds (LIMIT_SECONDS, give_up_cb, NULL);

  watcher.session = open_session (uri, token, folder);
  watcher.loop = g_main_loop_new (NULL, FALSE);
  watcher.shown = g_array_new (FALSE, FALSE, sizeof (gint64));
  watcher.waiting = g_ptr_array_new_with_free_func (g_free);

  GtkWidget *window = gtk_window_new ();
  watcher.label = gtk_label_new ("");
  gtk_window_set_default_size (GTK_WINDOW (window), 1366, 768);
  gtk_window_set_child (GTK_WINDOW (window), watcher.label);
  gtk_window_present (GTK_WINDOW (window));

  watcher.logs = wf_session_list (watcher.session, "log");
  g_signal_connect (watcher.logs, "items-changed", G_CALLBACK (changed_cb), &watcher);
  g_signal_connect (gtk_widget_get_frame_clock (window), "after-paint", G_CALLBACK (painted_cb), &watcher);

  g_print ("ready\n");
  fflush (stdout);
  g_main_loop_run (watcher.loop);

  g_array_sort (watcher.shown, compare_spans);
  tell ("sync-median", (double) g_array_index (watcher.shown, gint64, SAMPLES / 2) / 1000, 100);
  tell ("sync-p99", (double) g_array_index (watcher.shown, gint64, SAMPLES * 99 / 100) / 1000, 1000);

  return 0;
}

static void
started_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      data)
{
  g_autoptr (GError) error = NULL;

  if (!wf_embedded_start_finish (WF_EMBEDDED (source), result, &error))
    g_error ("The service cannot be started: %s", error->message);

  *(gboolean *) data = TRUE;
}

static void
submitted_cb (GObject      *source,
              GAsyncResult *result,
              gpointer      data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (WfProblem) problem = NULL;

  if (!wf_session_submit_finish (WF_SESSION (source), result, &problem, &error))
    g_error ("A command was refused: %s", problem != NULL ? problem->rule : error->message);
}

static gboolean
give_cb (gpointer data)
{
  static int given;
  WfSession *session = data;
  g_autofree char *id = wf_session_new_id (session);
  g_autofree char *text = g_strdup_printf ("bench %" G_GINT64_FORMAT, g_get_monotonic_time ());
  g_autoptr (GVariant) payload = wf_dict_make ("log", wf_value_string (id),
                                               "kind", wf_value_string ("note"),
                                               "text", wf_value_string (text),
                                               NULL);

  wf_session_submit_async (session, "log.add", payload, 0, NULL, NULL, submitted_cb, NULL);

  return ++given < SAMPLES + 20 ? G_SOURCE_CONTINUE : G_SOURCE_REMOVE;
}

static void
line_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      data)
{
  GPtrArray *giver = data;
  g_autofree char *line = g_data_input_stream_read_line_finish (G_DATA_INPUT_STREAM (source), result, NULL, NULL);

  if (line == NULL)
    {
      g_main_loop_quit (giver->pdata[1]);
      return;
    }

  if (strcmp (line, "ready") == 0)
    g_timeout_add (INTERVAL_MS, give_cb, giver->pdata[0]);
  else
    g_print ("%s\n", line);

  g_data_input_stream_read_line_async (G_DATA_INPUT_STREAM (source), G_PRIORITY_DEFAULT, NULL, line_cb, giver);
}

int
main (int   argc,
      char *argv[])
{
  if (argc == 5 && strcmp (argv[1], "--watch") == 0)
    return watch (argv[2], argv[3], argv[4]);

  g_timeout_add_seconds (LIMIT_SECONDS, give_up_cb, NULL);

  g_autofree char *folder = g_dir_make_tmp ("watchfire-bench-XXXXXX", NULL);
  g_autofree char *data = g_build_filename (folder, "service", NULL);
  g_autofree char *giver_folder = g_build_filename (folder, "giver", NULL);
  g_autofree char *watcher_folder = g_build_filename (folder, "watcher", NULL);
  g_autofree char *service = g_build_filename (g_getenv ("WATCHFIRE_LIBEXEC"), "watchfired", NULL);
  g_autofree char *seed = g_build_filename (g_getenv ("WATCHFIRE_DATADIR"), "demo", NULL);
  g_autoptr (WfEmbedded) embedded = wf_embedded_new (service, NULL, data, seed);
  gboolean started = FALSE;

  wf_embedded_start_async (embedded, NULL, started_cb, &started);
  while (!started)
    g_main_context_iteration (NULL, TRUE);

  const char *uri = wf_embedded_get_uri (embedded);
  const char *token = wf_embedded_get_token (embedded);
  g_autoptr (WfSession) session = open_session (uri, token, giver_folder);
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (GError) error = NULL;
  g_autoptr (GSubprocess) watcher = g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error, argv[0], "--watch", uri, token,
                                                      watcher_folder, NULL);
  if (watcher == NULL)
    g_error ("The watcher cannot be started: %s", error->message);

  g_autoptr (GPtrArray) giver = g_ptr_array_new ();
  g_ptr_array_add (giver, session);
  g_ptr_array_add (giver, loop);

  g_autoptr (GDataInputStream) lines = g_data_input_stream_new (g_subprocess_get_stdout_pipe (watcher));
  g_data_input_stream_read_line_async (lines, G_PRIORITY_DEFAULT, NULL, line_cb, giver);
  g_main_loop_run (loop);

  gboolean good = g_subprocess_wait_check (watcher, NULL, &error);

  wf_session_close (session);
  wf_embedded_stop (embedded);

  return good ? 0 : 1;
}
