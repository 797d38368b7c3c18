/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-base"

#include "config.h"

#include "wf-locale.h"

#include <glib/gi18n.h>
#include <locale.h>
#include <string.h>

/**
 * wf_locale_init:
 * @language: (nullable): a language such as `zh_CN`, whatever the environment says; %NULL for what it says
 *
 * Sets the program's language and where its translations lie: in the folder that WATCHFIRE_LOCALEDIR names, or where they
 * were installed. To be called first of all in main().
 *
 * The service needs it as much as the screens: what the rules put into words, such as the basis of a grade or why a task
 * was struck, stands in the records in the language of the program that decides.
 */
void
wf_locale_init (const char *language)
{
  const char *folder = g_getenv ("WATCHFIRE_LOCALEDIR");

  if (language != NULL)
    g_setenv ("LANGUAGE", language, TRUE);
  /* A language that the machine has no locale for is still to be had, if only the locale is another than C. */
  if (setlocale (LC_ALL, "") == NULL || (language != NULL && strcmp (setlocale (LC_MESSAGES, NULL), "C") == 0))
    setlocale (LC_ALL, "C.UTF-8");
  bindtextdomain (GETTEXT_PACKAGE, folder != NULL ? folder : LOCALEDIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);
}
