/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "wf-session.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A workstation for a test that stands outside: desk-probe URI TOKEN FOLDER OWN OTHERS. It writes OWN lines into the log, one
 * after the other whatever the line is like, and ends when the service has all of them and OTHERS have come that it did not
 * write. Meanwhile it tells: "link STATE" whenever that changes, with what the window would say; "given ID" when a line is in
 * its outbox; "own ID" and "other ID" as they come by the feed; "waiting N". */

#define EVERY 100 /* ms */
#define LIMIT 150 /* s */

typedef struct
{
  WfSession *session;
  GMainLoop *loop;
  GPtrArray *given; /* (element-type utf8) */
  guint      own;
  guint      others;
  guint      seen;
} Probe;

static void
tell_link (Probe *self)
{
  static const char *const words[] = { "offline", "connecting", "catching-up", "online", "refused", "outdated" };
  const char *reason = wf_session_get_link_reason (self->session);

  printf ("link %s %u %s\n", words[wf_session_get_link (self->session)], wf_session_get_pending (self->session),
          reason != NULL ? reason : "-");
}

static void
check_end (Probe *self)
{
  if (self->given->len == self->own && wf_session_get_pending (self->session) == 0 && self->seen == self->others
      && wf_session_get_link (self->session) == WF_LINK_ONLINE)
    g_main_loop_quit (self->loop);
}

static void
notify_cb (Probe *self)
{
  tell_link (self);
  check_end (self);
}

static void
event_cb (WfSession *session,
          WfEvent   *event,
          gboolean   own,
          Probe     *self)
{
  const char *log = wf_dict_string (event->payload, "log");

  printf ("%s %s\n", own ? "own" : "other", log != NULL ? log : event->type);
  self->seen += !own;
  check_end (self);
}

static void
submitted_cb (GObject      *source,
              GAsyncResult *result,
              gpointer      data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (WfProblem) problem = NULL;

  if (!wf_session_submit_finish (WF_SESSION (source), result, &problem, &error))
    {
      printf ("refused %s\n", problem != NULL ? problem->rule : error->message);
      exit (1);
    }
}

static gboolean
write_cb (gpointer data)
{
  Probe *self = data;
  char *log;

  if (self->given->len == self->own)
    return G_SOURCE_REMOVE;
  if (!wf_session_is_ready (self->session))
    return G_SOURCE_CONTINUE;

  log = wf_session_new_id (self->session);
  g_ptr_array_add (self->given, log);
  printf ("given %s\n", log);
  wf_session_submit_async (self->session, "log.add",
                           wf_dict_make ("log", wf_value_string (log), "kind", wf_value_string ("note"),
                                         "text", wf_value_string ("在窄线路上"), NULL),
                           0, NULL, NULL, submitted_cb, self);

  return G_SOURCE_CONTINUE;
}

static void
opened_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      data)
{
  g_autoptr (GError) error = NULL;

  if (!wf_session_open_finish (WF_SESSION (source), result, &error))
    {
      printf ("failed %s\n", error->message);
      exit (1);
    }
  g_timeout_add (EVERY, write_cb, data);
}

static gboolean
late_cb (gpointer data)
{
  printf ("late\n");
  exit (1);
}

int
main (int   argc,
      char *argv[])
{
  g_autoptr (WfClock) clock = wf_clock_new_real ();
  Probe self = { NULL };

  if (argc != 6)
    return 2;

  setvbuf (stdout, NULL, _IOLBF, 0);
  self.own = (guint) atoi (argv[4]);
  self.others = (guint) atoi (argv[5]);
  self.given = g_ptr_array_new_with_free_func (g_free);
  self.loop = g_main_loop_new (NULL, FALSE);
  self.session = wf_session_new (clock, argv[1], argv[2], argv[3]);
  g_signal_connect_swapped (self.session, "notify::link", G_CALLBACK (notify_cb), &self);
  g_signal_connect_swapped (self.session, "notify::pending", G_CALLBACK (check_end), &self);
  g_signal_connect (self.session, "event", G_CALLBACK (event_cb), &self);
  wf_session_open_async (self.session, NULL, opened_cb, &self);
  g_timeout_add_seconds (LIMIT, late_cb, NULL);
  g_main_loop_run (self.loop);
  tell_link (&self);
  printf ("waiting %u\n", wf_session_get_pending (self.session));

  g_signal_handlers_disconnect_by_data (self.session, &self);
  wf_session_close (self.session);
  g_object_unref (self.session);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_main_loop_unref (self.loop);
  g_ptr_array_unref (self.given);

  return 0;
}
