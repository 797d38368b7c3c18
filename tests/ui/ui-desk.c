/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "ui-desk.h"

#include "ui-testing.h"
#include "wf-application.h"

#include <adwaita.h>

/* Starts a service and signs in. @role: (nullable): of a person with an account, who sits there instead of @actor; @seed: whether
 * the demonstration district is there. */
void
test_desk_open (TestDesk   *self,
                const char *actor,
                const char *role,
                gboolean    seed)
{
  g_autofree char *demo = seed ? g_build_filename (g_getenv ("WATCHFIRE_DATADIR"), "demo", NULL) : NULL;
  g_autofree char *replica = NULL;

  self->folder = test_folder_new ();
  self->clock = wf_clock_new_real ();
  self->settings = g_settings_new (APPLICATION_ID);
  self->service = test_service_new (self->folder, actor, demo);
  if (role != NULL)
    test_person_add (self->service, "Zhao", role);
  self->token = role != NULL ? test_person_sign_in (self->service, "Zhao") : g_strdup (test_service_token (self->service));
  replica = g_build_filename (self->folder, "replica", NULL);
  self->session = test_session_online (test_service_uri (self->service), self->token, replica);
  self->context = wf_context_new (self->session, self->clock, self->settings, g_getenv ("WATCHFIRE_DATADIR"));
}

/* Opens the window with its pages. */
void
test_desk_show (TestDesk *self)
{
  self->application = GTK_APPLICATION (adw_application_new (APPLICATION_ID, G_APPLICATION_NON_UNIQUE));
  g_assert_true (g_application_register (G_APPLICATION (self->application), NULL, NULL));
  self->window = wf_window_new (self->application, self->context);
  wf_window_show_pages (self->window);
  gtk_window_present (GTK_WINDOW (self->window));
  test_await (gtk_widget_get_mapped (GTK_WIDGET (self->window)));
}

/* Nothing is left of the window, nor of what the screens work with. */
void
test_desk_close (TestDesk *self)
{
  if (self->window != NULL)
    {
      g_object_ref (self->window);
      gtk_window_destroy (GTK_WINDOW (self->window));
      test_settle ();
      test_finalize (self->window);
    }
  g_object_run_dispose (G_OBJECT (self->context));
  test_finalize (self->context);
  g_clear_object (&self->application);
  test_session_end (self->session);
  g_clear_pointer (&self->other, test_session_end);
  test_service_free (self->service);
  g_object_unref (self->settings);
  g_object_unref (self->clock);
  test_folder_remove (self->folder);
  g_free (self->token);
}

/* For a program whose tests share one desk: opens the window on the demonstration district, with its first incident. */
void
test_desk_begin (TestDesk   *self,
                 const char *actor)
{
  test_desk_open (self, actor, NULL, TRUE);
  test_desk_show (self);
  test_await (wf_window_get_incident (self->window) != NULL);
}

/* Runs all tests and closes the desk that they share. Returns: what main() returns. */
int
test_desk_run (TestDesk *self)
{
  int status = g_test_run ();

  test_desk_close (self);

  return status;
}

/* The first widget of a type in the window. */
gpointer
test_desk_find_type (TestDesk *self,
                     GType     type)
{
  GtkWidget *found = test_find (GTK_WIDGET (self->window), test_is_of_type, &type);

  g_assert_nonnull (found);

  return found;
}

/* What a screen reader calls so in the window. */
gpointer
test_desk_find_name (TestDesk   *self,
                     const char *name)
{
  GtkWidget *found = test_find (GTK_WIDGET (self->window), test_has_name, name);

  if (found == NULL)
    g_error ("Nothing in the window is called “%s”", name);

  return found;
}

/* Whether a label of the window has the text in it. */
gboolean
test_desk_says (TestDesk   *self,
                const char *text)
{
  return test_find (GTK_WIDGET (self->window), test_says, text) != NULL;
}
