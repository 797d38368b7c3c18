/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-ui"

#include "config.h"

#include "wf-application.h"
#include "wf-locale.h"

#include <glib/gi18n.h>

/* Without a graphics processor GTK's GL renderer draws on the processor at several times the cost of cairo's, and video starves
 * the main loop. */
static void
choose_renderer (void)
{
  g_autoptr (GDir) devices = g_dir_open ("/dev/dri", 0, NULL);
  gboolean accelerated = FALSE;
  const char *name;

  while (devices != NULL && (name = g_dir_read_name (devices)) != NULL)
    if (g_str_has_prefix (name, "renderD"))
      accelerated = TRUE;

  if (!accelerated)
    g_setenv ("GSK_RENDERER", "cairo", FALSE);
}

int
main (int   argc,
      char *argv[])
{
  g_autoptr (WfApplication) application = NULL;

  wf_locale_init (NULL);
  choose_renderer ();
  g_set_application_name (_("Watchfire"));
  application = wf_application_new ();

  return g_application_run (G_APPLICATION (application), argc, argv);
}
