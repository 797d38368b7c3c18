/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "watchfirectl"

#include "config.h"

#include "ctl.h"

#include "wf-id.h"
#include "wf-kind.h"
#include "wf-rights.h"
#include "wf-store.h"
#include "wf-time.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

/* People who may sign in. What they are is given as commands, so that it stands in the journal; passwords are set beside
 * it, and come from the standard input, never from the arguments, which everybody on the machine can read. */

WfCtlPerson wf_ctl_person;

#define LINE_MAX_BYTES 1024

static GVariant *
text_or_nothing (const char *text)
{
  return text != NULL ? wf_value_string (text) : NULL;
}

static gboolean
give (const char *where,
      const char *type,
      const char *user,
      GVariant   *payload,
      GError    **error)
{
  g_autoptr (GVariant) owned = payload;
  g_autoptr (WfClock) clock = wf_clock_new_real ();
  g_autofree char *id = wf_id_new (clock);

  if (!wf_id_is_valid (user))
    {
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                   "“%s” is no name to sign in with: letters of ASCII, digits, - _ . only", user);
      return FALSE;
    }

  g_autoptr (WfCommand) plain =
    wf_command_new (id, type, WF_LIVE, "watchfirectl", NULL, wf_clock_now (clock), NULL, NULL, owned);
  g_autoptr (WfCommand) command = wf_command_with_role (plain, WF_ROLE_NAME_DESK);

  return wf_ctl_give (where, user, command, error);
}

gboolean
wf_ctl_user_add (char  **arguments,
                 GError **error)
{
  const WfCtlPerson *person = &wf_ctl_person;

  if (person->name == NULL || !wf_choices_contain (wf_roles, person->role != NULL ? person->role : ""))
    {
      g_autofree char *roles = g_strjoinv (", ", (char **) wf_roles);

      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                   "Say who it is: --name NAME and --role ROLE, one of %s", roles);
      return FALSE;
    }

  if (!give (arguments[0], "user.add", arguments[1],
             wf_dict_make ("user", wf_value_string (arguments[1]), "name", wf_value_string (person->name), "role",
                           wf_value_string (person->role), "post", text_or_nothing (person->post), "organisation",
                           text_or_nothing (person->organisation), "unit", text_or_nothing (person->unit), "phone",
                           text_or_nothing (person->phone), NULL),
             error))
    return FALSE;

  printf ("“%s” was added. Set a password with “watchfirectl user passwd”.\n", arguments[1]);
  return TRUE;
}

gboolean
wf_ctl_user_change (char  **arguments,
                    GError **error)
{
  const WfCtlPerson *person = &wf_ctl_person;
  GVariant *again = g_strcmp0 (arguments[2], "active") == 0 ? wf_value_bool (TRUE) : NULL;

  if (!give (arguments[0], "user.change", arguments[1],
             wf_dict_make ("user", wf_value_string (arguments[1]), "name", text_or_nothing (person->name), "role",
                           text_or_nothing (person->role), "post", text_or_nothing (person->post), "organisation",
                           text_or_nothing (person->organisation), "unit", text_or_nothing (person->unit), "phone",
                           text_or_nothing (person->phone), "active", again, NULL),
             error))
    return FALSE;

  printf ("“%s” was changed.\n", arguments[1]);
  return TRUE;
}

gboolean
wf_ctl_user_disable (char  **arguments,
                     GError **error)
{
  if (!give (arguments[0], "user.disable", arguments[1],
             wf_dict_make ("user", wf_value_string (arguments[1]), "reason", wf_value_string (arguments[2]), NULL), error))
    return FALSE;

  printf ("“%s” was disabled and is signed out within some seconds.\n", arguments[1]);
  return TRUE;
}

static int
compare_people_cb (gconstpointer a,
                   gconstpointer b)
{
  return strcmp (wf_entity_id (*(WfEntity *const *) a), wf_entity_id (*(WfEntity *const *) b));
}

gboolean
wf_ctl_user_list (char  **arguments,
                  GError **error)
{
  g_autoptr (WfState) people = wf_people_read (arguments[0], error);

  if (people == NULL)
    return FALSE;

  g_autoptr (GPtrArray) users = wf_state_list (people, WF_LIVE, "user", NULL);
  g_ptr_array_sort (users, compare_people_cb);

  for (guint i = 0; i < users->len; i++)
    {
      WfEntity *user = g_ptr_array_index (users, i);
      const char *post = wf_entity_string (user, "post");
      const char *organisation = wf_entity_string (user, "organisation");

      printf ("%s\t%s\t%s\t%s\t%s\t%s\n", wf_entity_id (user), wf_entity_string (user, "role"),
              wf_entity_bool (user, "active") ? "active" : "disabled", wf_entity_string (user, "name"),
              post != NULL ? post : "", organisation != NULL ? organisation : "");
    }

  return TRUE;
}

/* One line; a terminal does not show it. */
static char *
read_password (GError **error)
{
  struct termios before;
  gboolean terminal = tcgetattr (STDIN_FILENO, &before) == 0;
  char line[LINE_MAX_BYTES];

  if (terminal)
    {
      struct termios silent = before;

      fprintf (stderr, "New password: ");
      silent.c_lflag &= ~(tcflag_t) ECHO;
      tcsetattr (STDIN_FILENO, TCSAFLUSH, &silent);
    }

  char *got = fgets (line, sizeof line, stdin);

  if (terminal)
    {
      tcsetattr (STDIN_FILENO, TCSAFLUSH, &before);
      fprintf (stderr, "\n");
    }

  if (got == NULL)
    {
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, "Give the password as a line on the standard input");
      return NULL;
    }

  line[strcspn (line, "\r\n")] = '\0';
  char *password = g_strdup (line);
  explicit_bzero (line, sizeof line);

  return password;
}

gboolean
wf_ctl_user_passwd (char  **arguments,
                    GError **error)
{
  char *password = read_password (error);

  if (password == NULL)
    return FALSE;

  gboolean good = wf_passwords_set (arguments[0], arguments[1], password, g_get_real_time () / 1000, error);

  explicit_bzero (password, strlen (password));
  g_free (password);
  if (good)
    printf ("The password of “%s” was set; whoever was signed in with the old one no longer is.\n", arguments[1]);

  return good;
}

gboolean
wf_ctl_user_unlock (char  **arguments,
                    GError **error)
{
  if (!wf_passwords_forgive (arguments[0], arguments[1], error))
    return FALSE;

  printf ("“%s” may try again at once.\n", arguments[1]);
  return TRUE;
}

gboolean
wf_ctl_token_list (char  **arguments,
                   GError **error)
{
  g_autoptr (GPtrArray) tokens = wf_tokens_list (arguments[0], error);

  if (tokens == NULL)
    return FALSE;

  for (guint i = 0; i < tokens->len; i++)
    {
      const WfToken *token = g_ptr_array_index (tokens, i);
      g_autofree char *expires = wf_time_format (token->expires_at);

      printf ("%s\t%s\t%s\t%s\n", token->actor, token->role, expires, token->name);
    }

  return TRUE;
}
