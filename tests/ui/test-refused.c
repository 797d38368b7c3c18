/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "sync-testing.h"
#include "ui-testing.h"
#include "wf-alarms.h"
#include "wf-application.h"
#include "wf-describe.h"
#include "wf-incident-dialogs.h"
#include "wf-kind.h"
#include "wf-link-button.h"

#include <string.h>

/* Two who change the same: a real service, and two workstations with a person each. */

#define S(text) wf_value_string (text)

typedef struct
{
  char        *folder;
  TestService *service;
  WfClock     *clock;
  GSettings   *settings;
  WfSession   *near;
  WfContext   *context; /* of near */
  WfSession   *far;
  char        *near_folder;
  char        *incident;
} Fixture;

/* --- fixture ------------------------------------------------------------------------------------------------------- */

static void
open_near (Fixture *self)
{
  self->near = test_session_online (test_service_uri (self->service), test_service_token (self->service), self->near_folder);
  self->context = wf_context_new (self->near, self->clock, self->settings, g_getenv ("WATCHFIRE_DATADIR"));
}

static void
close_near (Fixture *self)
{
  test_settle ();
  g_assert_finalize_object (self->context);
  test_session_end (self->near);
}

static void
set_up (Fixture       *self,
        gconstpointer  data)
{
  self->folder = test_folder_new ();
  self->near_folder = g_build_filename (self->folder, "near", NULL);
  self->clock = wf_clock_new_real ();
  self->settings = g_settings_new (APPLICATION_ID);
  self->service = test_service_new (self->folder, "desk-1", NULL);
  open_near (self);

  test_person_add (self->service, "Zhao", "duty_officer");
  g_autofree char *token = test_person_sign_in (self->service, "Zhao");
  g_autofree char *far = g_build_filename (self->folder, "far", NULL);
  self->far = test_session_online (test_service_uri (self->service), token, far);
  self->incident = wf_session_new_id (self->near);
  g_assert_true (test_submit (self->near, "incident.report",
                              wf_dict_make ("incident", S (self->incident), "title", S ("液氨管线泄漏"),
                                            "category", S ("accident"), "place", S ("园区南路"),
                                            "t0", wf_value_time (wf_session_now (self->near)), NULL), NULL));
  test_await (wf_session_get_pending (self->near) == 0);
}

static void
tear_down (Fixture       *self,
           gconstpointer  data)
{
  close_near (self);
  test_session_end (self->far);
  test_service_free (self->service);
  g_object_unref (self->settings);
  g_object_unref (self->clock);
  test_folder_remove (self->folder);
  g_free (self->near_folder);
  g_free (self->incident);
}

/* --- finding and doing --------------------------------------------------------------------------------------------- */

static gboolean
says (GtkWidget  *widget,
      const void *text)
{
  return GTK_IS_LABEL (widget) && strstr (gtk_label_get_text (GTK_LABEL (widget)), text) != NULL;
}

static void
write_field (WfDialog   *dialog,
             const char *key,
             const char *text)
{
  GtkWidget *form = test_find (GTK_WIDGET (dialog), test_has_field, key);

  g_assert_nonnull (form);
  gtk_editable_set_text (GTK_EDITABLE (wf_form_get_widget (WF_FORM (form), key)), text);
}

static void
press (WfDialog   *dialog,
       const char *button)
{
  GtkWidget *found = test_find (GTK_WIDGET (dialog), test_is_button, button);

  g_assert_nonnull (found);
  g_signal_emit_by_name (found, "clicked");
}

static void
show (WfDialog *dialog)
{
  g_assert_nonnull (dialog);
  gtk_window_present (GTK_WINDOW (dialog));
  test_await (gtk_widget_get_mapped (GTK_WIDGET (dialog)));
  test_settle ();
}

/* Confirms, or presses a button; the dialog must close, and with it go away. */
static void
finish (WfDialog   *dialog,
        const char *button)
{
  gpointer gone = dialog;

  g_object_add_weak_pointer (G_OBJECT (dialog), &gone);
  if (button != NULL)
    press (dialog, button);
  else
    wf_dialog_confirm (dialog);
  test_await (gone == NULL);
}

static void
leave (WfDialog *dialog)
{
  gpointer gone = dialog;

  g_object_add_weak_pointer (G_OBJECT (dialog), &gone);
  gtk_window_close (GTK_WINDOW (dialog));
  test_await (gone == NULL);
}

static void
set_wind (WfSession  *session,
          const char *incident,
          double      degrees)
{
  GVariant *wind = wf_dict_make ("from_degrees", wf_value_double (degrees), "speed", wf_value_double (3),
                                 "source", S ("区气象局"), "at", wf_value_time (wf_session_now (session)), NULL);

  g_assert_true (test_submit (session, "incident.wind", wf_dict_make ("incident", S (incident), "wind", wind, NULL), NULL));
}

static double
wind_of (Fixture *self)
{
  g_autoptr (WfEntity) entity = wf_state_get (wf_session_get_state (self->near), WF_LIVE, "incident", self->incident);
  g_autoptr (GVariant) wind = wf_entity_value (entity, "wind");

  return wf_dict_double (wind, "from_degrees", -1);
}

static void
cut (Fixture *self)
{
  wf_session_set_service (self->near, "http://127.0.0.1:9/", test_service_token (self->service));
  test_await (wf_session_get_link (self->near) != WF_LINK_ONLINE);
}

/* Leaves this workstation with one refused command. */
static char *
join_again (Fixture *self)
{
  test_await (wf_session_get_pending (self->far) == 0);
  wf_session_set_service (self->near, test_service_uri (self->service), test_service_token (self->service));
  test_await (wf_session_get_refused (self->near) == 1 && wf_session_get_link (self->near) == WF_LINK_ONLINE);

  g_autoptr (GPtrArray) refused = wf_session_list_refused (self->near, NULL);

  return g_strdup (((WfCommand *) g_ptr_array_index (refused, 0))->id);
}

/* Its line is cut while another one writes the same field. */
static char *
make_conflict (Fixture *self,
               double   mine,
               double   theirs)
{
  if (wind_of (self) < 0)
    {
      set_wind (self->near, self->incident, 10);
      test_await (wf_session_get_pending (self->near) == 0);
    }
  test_settle ();
  cut (self);
  set_wind (self->near, self->incident, mine);
  set_wind (self->far, self->incident, theirs);

  return join_again (self);
}

static gboolean
has_log (Fixture    *self,
         const char *beginning)
{
  g_autoptr (GPtrArray) logs = wf_state_list (wf_session_get_state (self->near), WF_LIVE, "log", self->incident);

  for (guint i = 0; i < logs->len; i++)
    if (g_str_has_prefix (wf_entity_string (logs->pdata[i], "text"), beginning))
      return TRUE;

  return FALSE;
}

/* --- tests --------------------------------------------------------------------------------------------------------- */

/* Both stand side by side, with names of their own and who wrote the other; mine is sent again as it was. */
static void
test_both (Fixture       *self,
           gconstpointer  data)
{
  g_autofree char *id = make_conflict (self, 20, 30);

  g_assert_cmpfloat (wind_of (self), ==, 30);
  WfDialog *dialog = wf_refused_dialog_new (self->context, id);
  show (dialog);

  g_autoptr (WfRefusal) refusal = wf_session_find_refusal (self->near, id);
  const WfDifference *difference = g_ptr_array_index (refusal->differences, 0);
  g_autofree char *mine = wf_describe_value ("incident.wind", "incident", "wind", difference->mine);
  g_autofree char *theirs = wf_describe_value ("incident.wind", "incident", "wind", difference->theirs);
  g_autofree char *mine_name = g_strdup_printf ("Mine, Wind: %s", mine);
  g_autofree char *their_name = g_strdup_printf ("In the records, Wind: %s", theirs);

  g_assert_cmpstr (mine, !=, theirs);
  g_assert_nonnull (strstr (mine, "20"));
  g_assert_nonnull (strstr (theirs, "30"));
  g_assert_nonnull (test_find (GTK_WIDGET (dialog), test_has_name, mine_name));
  g_assert_nonnull (test_find (GTK_WIDGET (dialog), test_has_name, their_name));
  g_assert_nonnull (test_find (GTK_WIDGET (dialog), says, "In the records now, by Zhao at "));
  /* Nothing that only programs understand. */
  g_assert_null (test_find (GTK_WIDGET (dialog), says, self->incident));

  finish (dialog, NULL);
  g_assert_cmpuint (wf_session_get_refused (self->near), ==, 0);
  test_await (wf_session_get_pending (self->near) == 0 && wind_of (self) == 20);
  g_assert_null (wf_refused_dialog_new (self->context, id));
}

/* Closing decides nothing; keeping theirs leaves a line in the log. */
static void
test_keep_theirs (Fixture       *self,
                  gconstpointer  data)
{
  g_autofree char *id = make_conflict (self, 40, 50);
  WfDialog *dialog = wf_refused_dialog_new (self->context, id);

  show (dialog);
  leave (dialog);
  g_assert_cmpuint (wf_session_get_refused (self->near), ==, 1);

  dialog = wf_refused_dialog_new (self->context, id);
  show (dialog);
  finish (dialog, "_Keep theirs");
  g_assert_cmpuint (wf_session_get_refused (self->near), ==, 0);
  test_await (wf_session_get_pending (self->near) == 0);
  g_assert_cmpfloat (wind_of (self), ==, 50);
  g_assert_true (has_log (self, "Let go of after it was refused: Wind"));
}

/* Mine is changed, what is wrong in it is shown at its field, and what is not written is as it was. */
static void
test_edit (Fixture       *self,
           gconstpointer  data)
{
  g_autofree char *id = make_conflict (self, 60, 70);
  WfDialog *dialog = wf_refused_dialog_new (self->context, id);

  show (dialog);
  g_assert_null (test_find (GTK_WIDGET (dialog), test_has_field, "wind.speed"));
  press (dialog, "_Edit mine");
  test_settle ();
  write_field (dialog, "wind.from_degrees", "south");
  wf_dialog_confirm (dialog);
  g_assert_nonnull (wf_form_get_error (WF_FORM (test_find (GTK_WIDGET (dialog), test_has_field, "wind.from_degrees")),
                                       "wind.from_degrees"));
  g_assert_cmpuint (wf_session_get_refused (self->near), ==, 1);

  write_field (dialog, "wind.from_degrees", "65");
  finish (dialog, NULL);
  test_await (wf_session_get_pending (self->near) == 0 && wind_of (self) == 65);
  g_assert_cmpuint (wf_session_get_refused (self->near), ==, 0);

  g_autoptr (WfEntity) entity = wf_state_get (wf_session_get_state (self->near), WF_LIVE, "incident", self->incident);
  g_autoptr (GVariant) wind = wf_entity_value (entity, "wind");

  g_assert_cmpfloat (wf_dict_double (wind, "speed", 0), ==, 3);
  g_assert_cmpstr (wf_dict_string (wind, "source"), ==, "区气象局");
}

/* Not only conflicts: a task that somebody has struck meanwhile takes no feedback; what was written is not lost. */
static void
test_other_reason (Fixture       *self,
                   gconstpointer  data)
{
  g_autofree char *task = wf_session_new_id (self->near);

  test_submit (self->near, "task.add", wf_dict_make ("task", S (task), "incident", S (self->incident), "text", S ("封控路口"),
                                                     "returns", S ("text"), NULL), NULL);
  test_await (wf_session_get_pending (self->near) == 0);
  test_settle ();
  cut (self);
  g_autoptr (GVariant) result = wf_dict_make ("text", S ("四个路口已封控"), NULL);
  g_assert_true (test_submit (self->near, "task.feedback",
                              wf_dict_make ("task", S (task), "result", result, "done", wf_value_bool (TRUE), "by", S ("钱"),
                                            NULL), NULL));
  g_assert_true (test_submit (self->far, "task.strike", wf_dict_make ("task", S (task), "reason", S ("重复"), NULL), NULL));

  g_autofree char *id = join_again (self);
  WfDialog *dialog = wf_refused_dialog_new (self->context, id);

  show (dialog);
  g_assert_nonnull (test_find (GTK_WIDGET (dialog), says, "四个路口已封控"));
  g_assert_nonnull (test_find (GTK_WIDGET (dialog), says, "struck"));

  /* The reason still stands: it is told, and nothing goes away. */
  wf_dialog_confirm (dialog);
  test_await (wf_dialog_get_trouble (dialog) != NULL);
  g_assert_cmpuint (wf_session_get_refused (self->near), ==, 1);

  finish (dialog, "_Let it go");
  g_assert_cmpuint (wf_session_get_refused (self->near), ==, 0);
  test_await (wf_session_get_pending (self->near) == 0);
  g_assert_true (has_log (self, "Let go of after it was refused: Feedback on a task"));
}

static WfAlarm *
find_alarm (WfAlarms   *alarms,
            const char *key)
{
  GPtrArray *all = wf_alarms_get (alarms);

  for (guint i = 0; i < all->len; i++)
    if (strcmp (((WfAlarm *) g_ptr_array_index (all, i))->key, key) == 0)
      return g_ptr_array_index (all, i);

  return NULL;
}

/* It is found again from the banner and from the link's button, and after the program was started anew. */
static void
test_later (Fixture       *self,
            gconstpointer  data)
{
  g_autofree char *id = make_conflict (self, 80, 90);

  close_near (self);
  open_near (self);
  g_assert_cmpuint (wf_session_get_refused (self->near), ==, 1);

  WfAlarms *alarms = wf_alarms_new (self->context);
  WfLinkButton *link = g_object_ref_sink (g_object_new (WF_TYPE_LINK_BUTTON, NULL));
  g_autofree char *key = g_strdup_printf ("refused:%s", id);
  WfAlarm *found;

  wf_link_button_set_context (link, self->context);
  test_await ((found = find_alarm (alarms, key)) != NULL);
  g_assert_cmpstr (found->action, ==, "win.refused");
  g_assert_cmpstr (g_variant_get_string (found->target, NULL), ==, id);
  g_assert_nonnull (strstr (found->detail, "Wind"));

  GtkWidget *button = test_find (GTK_WIDGET (link), test_is_button, "1 refused command: look at it");
  g_assert_nonnull (button);
  g_assert_true (gtk_widget_get_visible (button));
  g_assert_cmpstr (gtk_actionable_get_action_name (GTK_ACTIONABLE (button)), ==, "win.refused");

  WfDialog *dialog = wf_refused_dialog_new (self->context, id);
  show (dialog);
  finish (dialog, NULL);
  test_await (wf_session_get_pending (self->near) == 0 && wind_of (self) == 80);
  g_assert_false (gtk_widget_get_visible (button));
  g_assert_null (find_alarm (alarms, key));

  g_object_unref (link);
  g_object_unref (alarms);
}

/* What changes while a dialog is open is shown in it; confirming once more puts mine in its place. */
static void
test_changed_meanwhile (Fixture       *self,
                        gconstpointer  data)
{
  set_wind (self->near, self->incident, 10);
  test_await (wf_session_get_pending (self->near) == 0);

  WfDialog *dialog = wf_wind_dialog_new (self->context, self->incident);

  show (dialog);
  write_field (dialog, "wind.from_degrees", "60");
  write_field (dialog, "wind.speed", "2");
  write_field (dialog, "wind.source", "现场");
  set_wind (self->far, self->incident, 70);
  test_await (wind_of (self) == 70);

  wf_dialog_confirm (dialog);
  test_await (wf_dialog_get_trouble (dialog) != NULL);
  g_assert_nonnull (strstr (wf_dialog_get_trouble (dialog), "70"));
  g_assert_cmpfloat (wind_of (self), ==, 70);
  finish (dialog, NULL);
  test_await (wind_of (self) == 60);
}

/* After the end of a sign-in the form keeps what was typed and says why; the banner leads to signing in. */
static void
test_ended (Fixture       *self,
            gconstpointer  data)
{
  WfAlarms *alarms = wf_alarms_new (self->context);
  WfDialog *dialog = wf_wind_dialog_new (self->context, self->incident);
  WfAlarm *found;

  show (dialog);
  write_field (dialog, "wind.from_degrees", "60");
  write_field (dialog, "wind.speed", "2");
  write_field (dialog, "wind.source", "现场");
  g_assert_null (find_alarm (alarms, "sign-in"));

  wf_session_set_ended (self->near, TRUE);
  wf_overview_refresh (wf_context_get_overview (self->context));
  found = find_alarm (alarms, "sign-in");
  g_assert_nonnull (found);
  g_assert_cmpstr (found->action, ==, "app.sign-in");
  g_assert_nonnull (strstr (found->detail, "what you type is kept"));

  wf_dialog_confirm (dialog);
  test_await (wf_dialog_get_trouble (dialog) != NULL);
  g_assert_nonnull (strstr (wf_dialog_get_trouble (dialog), "Sign in again"));
  g_assert_cmpuint (wf_session_get_pending (self->near), ==, 0);

  wf_session_set_ended (self->near, FALSE);
  wf_overview_refresh (wf_context_get_overview (self->context));
  g_assert_null (find_alarm (alarms, "sign-in"));
  finish (dialog, NULL);
  test_await (wf_session_get_pending (self->near) == 0 && wind_of (self) == 60);
  g_object_unref (alarms);
}

int
main (int   argc,
      char *argv[])
{
  test_ui_init (&argc, &argv);

  g_test_add ("/refused/both", Fixture, NULL, set_up, test_both, tear_down);
  g_test_add ("/refused/keep-theirs", Fixture, NULL, set_up, test_keep_theirs, tear_down);
  g_test_add ("/refused/edit", Fixture, NULL, set_up, test_edit, tear_down);
  g_test_add ("/refused/other-reason", Fixture, NULL, set_up, test_other_reason, tear_down);
  g_test_add ("/refused/later", Fixture, NULL, set_up, test_later, tear_down);
  g_test_add ("/refused/ended", Fixture, NULL, set_up, test_ended, tear_down);
  g_test_add ("/refused/changed-meanwhile", Fixture, NULL, set_up, test_changed_meanwhile, tear_down);

  return g_test_run ();
}
