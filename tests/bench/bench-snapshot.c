/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* From nothing to a replica that can be used: a session is opened on an empty folder, until it is online and lists every
 * team. Prints one JSON object.
 *
 *   bench-snapshot URI TOKEN FOLDER KIND COUNT */

#include "config.h"

#include "wf-session.h"

#include <stdio.h>
#include <stdlib.h>

#define LIMIT (300 * G_USEC_PER_SEC)

static void
opened_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      data)
{
  g_autoptr (GError) error = NULL;

  if (!wf_session_open_finish (WF_SESSION (source), result, &error))
    g_error ("The session cannot be opened: %s", error->message);
}

static gboolean
tick_cb (gpointer data)
{
  return G_SOURCE_CONTINUE;
}

int
main (int   argc,
      char *argv[])
{
  if (argc != 6)
    return 2;

  g_autoptr (WfClock) clock = wf_clock_new_real ();
  guint count = (guint) strtoul (argv[5], NULL, 10);
  gint64 begin = g_get_monotonic_time ();
  WfSession *session = wf_session_new (clock, argv[1], argv[2], argv[3]);

  wf_session_open_async (session, NULL, opened_cb, NULL);
  GListModel *list = wf_session_list (session, argv[4]);

  g_timeout_add (10, tick_cb, NULL);
  while (wf_session_get_link (session) != WF_LINK_ONLINE || g_list_model_get_n_items (list) < count)
    {
      if (g_get_monotonic_time () - begin > LIMIT)
        g_error ("Only %u of %u are here", g_list_model_get_n_items (list), count);
      g_main_context_iteration (NULL, TRUE);
    }

  printf ("{\"seconds\": %.3f}\n", (double) (g_get_monotonic_time () - begin) / G_USEC_PER_SEC);
  wf_session_close (session);
  g_object_unref (session);

  return 0;
}
