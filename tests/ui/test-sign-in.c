/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "sync-testing.h"
#include "ui-testing.h"
#include "wf-application.h"
#include "wf-sign-in-dialog.h"

/* The dialog that signs in, with a real service. */


typedef struct
{
  char        *folder;
  WfClock     *clock;
  TestService *service;
  WfAccount   *account;
  GtkWidget   *dialog; /* (nullable): until it is closed */
  guint        done;
} Fixture;

static void
done_cb (Fixture *fixture)
{
  fixture->done++;
}

static void
open_dialog (Fixture *fixture)
{
  fixture->dialog = wf_sign_in_dialog_new (fixture->account, "Because");
  g_object_add_weak_pointer (G_OBJECT (fixture->dialog), (gpointer *) &fixture->dialog);
  g_signal_connect_swapped (fixture->dialog, "done", G_CALLBACK (done_cb), fixture);
  gtk_window_present (GTK_WINDOW (fixture->dialog));
}

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  fixture->folder = test_folder_new ();
  fixture->clock = wf_clock_new_real ();
  fixture->service = test_service_new (fixture->folder, "desk-1", NULL);

  const char *uri = test_service_uri (fixture->service);

  test_person_add (fixture->service, "zhao", "operator");
  fixture->account = wf_account_new (fixture->clock, uri);
  open_dialog (fixture);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  if (fixture->dialog != NULL)
    gtk_window_destroy (GTK_WINDOW (fixture->dialog));
  test_settle ();
  g_clear_weak_pointer (&fixture->dialog);
  g_clear_object (&fixture->account);
  g_clear_object (&fixture->clock);
  test_service_free (fixture->service);
  test_folder_remove (fixture->folder);
}

static GtkWidget *
child (Fixture    *fixture,
       const char *name)
{
  GtkWidget *found = GTK_WIDGET (gtk_widget_get_template_child (fixture->dialog, WF_TYPE_SIGN_IN_DIALOG, name));

  g_assert_nonnull (found);
  return found;
}

static void
type (Fixture    *fixture,
      const char *user,
      const char *password)
{
  gtk_editable_set_text (GTK_EDITABLE (child (fixture, "user")), user);
  gtk_editable_set_text (GTK_EDITABLE (child (fixture, "password")), password);
}

static void
test_right (Fixture       *fixture,
            gconstpointer  data)
{
  GtkWidget *confirm = child (fixture, "confirm");
  GtkWidget *trouble = child (fixture, "trouble");

  g_assert_cmpstr (gtk_label_get_text (GTK_LABEL (child (fixture, "why"))), ==, "Because");
  gtk_test_accessible_assert_role (trouble, GTK_ACCESSIBLE_ROLE_ALERT);

  /* Nothing to send, and it says why. */
  g_assert_false (gtk_widget_get_sensitive (confirm));
  g_assert_nonnull (gtk_widget_get_tooltip_text (confirm));

  type (fixture, " zhao ", "not the password");
  g_assert_true (gtk_widget_get_sensitive (confirm));
  g_signal_emit_by_name (confirm, "clicked");
  g_assert_false (gtk_widget_get_sensitive (confirm));
  g_assert_true (gtk_spinner_get_spinning (GTK_SPINNER (child (fixture, "spinner"))));
  test_await (gtk_widget_get_visible (trouble));
  g_assert_nonnull (strstr (gtk_label_get_text (GTK_LABEL (trouble)), "not right"));
  g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (child (fixture, "password"))), ==, "");
  g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (child (fixture, "user"))), ==, " zhao ");
  g_assert_null (wf_account_get_token (fixture->account));

  type (fixture, "zhao", TEST_PASSWORD);
  g_signal_emit_by_name (confirm, "clicked");
  test_await (fixture->done > 0);
  g_assert_cmpuint (fixture->done, ==, 1);
  test_await (fixture->dialog == NULL);
  g_assert_true (g_str_has_prefix (wf_account_get_token (fixture->account), "wf_"));
  g_assert_false (wf_account_is_kept (fixture->account));
}

/* Whoever goes away while it is under way is not signed in. */
static void
test_cancel (Fixture       *fixture,
             gconstpointer  data)
{
  type (fixture, "zhao", TEST_PASSWORD);
  g_signal_emit_by_name (child (fixture, "confirm"), "clicked");
  gtk_window_close (GTK_WINDOW (fixture->dialog));
  test_await (fixture->dialog == NULL);
  g_assert_cmpuint (fixture->done, ==, 0);
  g_assert_null (wf_account_get_token (fixture->account));
}

static void
test_gone (Fixture       *fixture,
           gconstpointer  data)
{
  test_service_kill (fixture->service);
  type (fixture, "zhao", TEST_PASSWORD);
  g_signal_emit_by_name (child (fixture, "confirm"), "clicked");
  test_await (gtk_widget_get_visible (child (fixture, "trouble")));
  g_assert_nonnull (strstr (gtk_label_get_text (GTK_LABEL (child (fixture, "trouble"))), "cannot be reached"));
}

int
main (int   argc,
      char *argv[])
{
  /* Without a keyring; what that does is tried elsewhere. */
  test_ui_init (&argc, &argv);

  g_test_add ("/sign-in/right", Fixture, NULL, set_up, test_right, tear_down);
  g_test_add ("/sign-in/cancel", Fixture, NULL, set_up, test_cancel, tear_down);
  g_test_add ("/sign-in/gone", Fixture, NULL, set_up, test_gone, tear_down);

  return g_test_run ();
}
