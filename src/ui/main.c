/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-ui"

#include "config.h"

#include "wf-application.h"
#include "wf-locale.h"

#include <glib/gi18n.h>

/* Where GTK draws with cairo it still prepares OpenGL, in case a widget asks for it. None of ours does, and Mesa's software
 * driver takes a tenth of a second to load and 30 MB to hold. */
static void
leave_gl_alone (void)
{
  const char *given = g_getenv ("GDK_DEBUG");
  g_autofree char *value = given != NULL && *given != '\0' ? g_strconcat (given, ",gl-disable", NULL) : g_strdup ("gl-disable");

  g_setenv ("GDK_DEBUG", value, TRUE);
}

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
  if (g_strcmp0 (g_getenv ("GSK_RENDERER"), "cairo") == 0)
    leave_gl_alone ();
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
