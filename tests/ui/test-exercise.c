/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "sync-testing.h"
#include "ui-desk.h"
#include "ui-testing.h"
#include "wf-application.h"
#include "wf-alarms.h"
#include "wf-dialogs.h"
#include "wf-exercise-bar.h"
#include "wf-exercise-dialogs.h"
#include "wf-intake-panel.h"
#include "wf-kind.h"
#include "wf-preview.h"
#include "wf-window-private.h"

#include <string.h>

/* The window of a desk that goes into an exercise, and another desk that goes on with what is real. */

typedef TestDesk Fixture;

static void
set_up (Fixture       *self,
        gconstpointer  data)
{
  g_autofree char *other = NULL;

  test_desk_open (self, "desk-1", NULL, FALSE);
  other = g_build_filename (self->folder, "other", NULL);
  self->other = test_session_online (test_service_uri (self->service), self->token, other);
  test_desk_show (self);
}

static void
tear_down (Fixture       *self,
           gconstpointer  data)
{
  test_desk_close (self);
}

static gboolean
says (GtkWidget  *widget,
      const void *text)
{
  return GTK_IS_LABEL (widget) && gtk_widget_get_mapped (widget)
         && g_strcmp0 (gtk_label_get_text (GTK_LABEL (widget)), text) == 0;
}

static gboolean
window_says (Fixture    *self,
             const char *text)
{
  return test_find (GTK_WIDGET (self->window), says, text) != NULL;
}

static gboolean
is_dialog_for (GtkWindow  *dialog,
               const char *field)
{
  return WF_IS_DIALOG (dialog) && (field == NULL || test_find (GTK_WIDGET (dialog), test_has_field, field) != NULL);
}

/* Returns: (nullable): the dialog that is open, with such a field where one is named */
static WfDialog *
find_dialog (const char *field)
{
  GListModel *toplevels = gtk_window_get_toplevels ();

  for (guint i = 0; i < g_list_model_get_n_items (toplevels); i++)
    {
      g_autoptr (GtkWindow) toplevel = g_list_model_get_item (toplevels, i);

      if (is_dialog_for (toplevel, field))
        return WF_DIALOG (toplevel);
    }

  return NULL;
}

static void
activate (Fixture    *self,
          const char *action)
{
  test_await (g_action_group_get_action_enabled (G_ACTION_GROUP (self->window), action));
  g_action_group_activate_action (G_ACTION_GROUP (self->window), action, NULL);
}

static gboolean
has_reason (Fixture    *self,
            const char *action)
{
  g_autofree char *reason = wf_preview_no_right (self->session, action);

  return reason != NULL && g_strcmp0 (wf_dialogs_reason (self->window, action), reason) == 0
         && !g_action_group_get_action_enabled (G_ACTION_GROUP (self->window), action);
}

/* As a person does it: the menu's action, the name, the button. */
static void
begin (Fixture *self)
{
  activate (self, "exercise-begin");

  WfDialog *dialog = find_dialog ("name");
  g_assert_nonnull (dialog);
  g_assert_true (gtk_widget_has_css_class (GTK_WIDGET (dialog), "wf-drill"));
  wf_dialog_confirm (dialog);
  g_assert_false (wf_session_is_drill (self->session));
  wf_form_set_string (WF_FORM (test_find (GTK_WIDGET (dialog), test_has_field, "name")), "name", "危化品泄漏演练");
  wf_dialog_confirm (dialog);
  test_await (wf_session_is_drill (self->session));
}

static char *
report (WfSession  *session,
        const char *title)
{
  char *id = wf_session_new_id (session);

  test_submit (session, "incident.report",
               wf_dict_make ("incident", wf_value_string (id), "title", wf_value_string (title),
                             "t0", wf_value_time (wf_session_now (session)), NULL),
               NULL);

  return id;
}

static gboolean
has_item (WfSession  *session,
          const char *kind,
          const char *id)
{
  g_autoptr (WfItem) item = wf_session_get_item (session, kind, id);

  return item != NULL;
}

static WfAlarm *
find_alarm (Fixture    *self,
            const char *begins)
{
  GPtrArray *alarms = wf_alarms_get (wf_window_get_alarms (self->window));

  for (guint i = 0; i < alarms->len; i++)
    if (g_str_has_prefix (((WfAlarm *) g_ptr_array_index (alarms, i))->key, begins))
      return g_ptr_array_index (alarms, i);

  return NULL;
}

/* --- tests --------------------------------------------------------------------------------------------------------- */

static void
test_looks (Fixture       *self,
            gconstpointer  data)
{
  GType type = WF_TYPE_EXERCISE_BAR;
  GtkWidget *bar = test_find (GTK_WIDGET (self->window), test_is_of_type, &type);
  g_autofree char *real = report (self->session, "真实的火情");

  test_await (wf_window_get_incident (self->window) != NULL && window_says (self, "REAL"));
  g_assert_false (gtk_widget_has_css_class (GTK_WIDGET (self->window), "wf-drill"));
  g_assert_false (window_says (self, "Drill, not real"));
  test_await (has_reason (self, "exercise-leave") && has_reason (self, "exercise-end") && has_reason (self, "exercise-enter"));
  g_assert_null (strstr (gtk_window_get_title (GTK_WINDOW (self->window)), "[Drill]"));

  begin (self);
  test_await (window_says (self, "Drill, not real") && window_says (self, "危化品泄漏演练"));
  g_assert_true (window_says (self, "Drill"));
  g_assert_false (window_says (self, "REAL"));
  g_assert_true (gtk_widget_has_css_class (GTK_WIDGET (self->window), "wf-drill"));
  gtk_test_accessible_assert_role (GTK_ACCESSIBLE (bar), GTK_ACCESSIBLE_ROLE_STATUS);
  gtk_test_accessible_assert_property (GTK_ACCESSIBLE (bar), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                       "Drill, not real: 危化品泄漏演练");
  g_assert_nonnull (strstr (gtk_window_get_title (GTK_WINDOW (self->window)), "[Drill] 危化品泄漏演练"));
  test_await (has_reason (self, "exercise-begin") && has_reason (self, "exercise-enter"));

  /* Whatever else is opened looks so too. */
  activate (self, "log-add");
  WfDialog *log = find_dialog ("text");
  g_assert_true (gtk_widget_has_css_class (GTK_WIDGET (log), "wf-drill"));
  g_assert_nonnull (test_find (GTK_WIDGET (log), says, "Drill"));
  GtkWidget *other = gtk_window_new ();
  g_assert_true (gtk_widget_has_css_class (other, "wf-drill"));
  gtk_window_destroy (GTK_WINDOW (other));

  /* A form belongs to what was shown when it was opened: it comes first. */
  activate (self, "exercise-leave");
  g_assert_true (wf_session_is_drill (self->session));
  gtk_window_destroy (GTK_WINDOW (log));

  /* What is begun here is not found again out there, and comes back. */
  g_assert_true (has_item (self->session, "incident", real));
  g_autofree char *drilled = report (self->session, "演练的火情");
  g_autoptr (GVariant) draft = wf_dict_make ("title", wf_value_string ("没写完"), NULL);
  wf_session_set_draft (self->session, "intake", draft);
  activate (self, "report");
  type = WF_TYPE_INTAKE_PANEL;
  g_assert_nonnull (test_find (GTK_WIDGET (self->window), test_is_of_type, &type));
  activate (self, "exercise-leave");
  g_assert_false (wf_session_is_drill (self->session));
  g_assert_null (test_find (GTK_WIDGET (self->window), test_is_of_type, &type));
  g_assert_false (wf_intake_has_draft (self->session));
  g_assert_false (has_item (self->session, "incident", drilled));
  g_assert_true (window_says (self, "REAL"));
  g_assert_false (window_says (self, "Drill, not real"));
  g_assert_false (gtk_widget_has_css_class (GTK_WIDGET (self->window), "wf-drill"));
  test_await (g_strcmp0 (wf_window_get_incident (self->window), real) == 0);

  activate (self, "exercise-enter");
  WfDialog *enter = find_dialog (NULL);
  g_assert_nonnull (enter);
  wf_dialog_confirm (enter);
  test_await (wf_session_is_drill (self->session) && has_item (self->session, "incident", drilled));
  g_assert_true (wf_intake_has_draft (self->session));
  test_await (wf_session_get_pending (self->session) == 0);
  g_assert_false (has_item (self->other, "incident", drilled));
}

/* What really happens is noticed in the exercise, above all that is practised, and dealt with outside. */
static void
test_alarm (Fixture       *self,
            gconstpointer  data)
{
  begin (self);
  g_autofree char *drilled = report (self->other, "以前的");
  test_await (wf_session_get_pending (self->other) == 0);
  test_await (find_alarm (self, "real:new:") != NULL);

  WfAlarm *alarm = g_ptr_array_index (wf_alarms_get (wf_window_get_alarms (self->window)), 0);
  g_assert_true (g_str_has_prefix (alarm->key, "real:"));
  g_assert_true (g_str_has_prefix (alarm->title, "REAL, not the drill:"));
  g_assert_cmpstr (alarm->action, ==, "win.exercise-leave");
  g_assert_null (alarm->incident);
  g_assert_true (wf_alarms_is_sounding (wf_window_get_alarms (self->window)));
  g_assert_false (has_item (self->session, "incident", drilled));

  wf_window_deal_with (self->window, alarm);
  g_assert_false (wf_session_is_drill (self->session));
  test_await (find_alarm (self, "new:live/") != NULL);
  g_assert_null (find_alarm (self, "real:"));
  g_assert_true (has_item (self->session, "incident", drilled));
}

static void
test_end (Fixture       *self,
          gconstpointer  data)
{
  begin (self);
  activate (self, "exercise-end");

  WfDialog *dialog = find_dialog ("reason");
  g_assert_nonnull (dialog);
  wf_dialog_confirm (dialog);

  /* It asks once more, and says what it will do. */
  GtkWidget *message = NULL;
  GListModel *toplevels = gtk_window_get_toplevels ();
  for (guint i = 0; i < g_list_model_get_n_items (toplevels); i++)
    {
      g_autoptr (GtkWidget) toplevel = g_list_model_get_item (toplevels, i);

      if (ADW_IS_MESSAGE_DIALOG (toplevel))
        message = toplevel;
    }
  g_assert_nonnull (message);
  g_assert_true (gtk_widget_has_css_class (message, "wf-drill"));
  g_signal_emit_by_name (message, "response", "confirm");
  gtk_window_destroy (GTK_WINDOW (message));

  test_await (window_says (self, "has ended: nothing more can be done in it"));
  g_assert_true (wf_session_is_drill (self->session));
  test_await (has_reason (self, "exercise-end"));
  activate (self, "exercise-leave");
  g_assert_false (wf_session_is_drill (self->session));
  test_await (has_reason (self, "exercise-enter"));
}

int
main (int   argc,
      char *argv[])
{
  test_ui_init (&argc, &argv);

  g_test_add ("/exercise/looks", Fixture, NULL, set_up, test_looks, tear_down);
  g_test_add ("/exercise/alarm", Fixture, NULL, set_up, test_alarm, tear_down);
  g_test_add ("/exercise/end", Fixture, NULL, set_up, test_end, tear_down);

  return g_test_run ();
}
