/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-ui"

#include "config.h"

#include "wf-exercise-dialogs.h"

#include "wf-dialogs.h"
#include "wf-kind.h"
#include "wf-link-check.h"
#include "wf-ui-util.h"
#include "wf-wording.h"

#include <glib/gi18n.h>
#include <string.h>

/* To begin an exercise, to enter and to leave one, and to end it. */

#define AWAITED "wf-exercise-awaited"

static WfSession *
get_session (WfWindow *window)
{
  return wf_context_get_session (wf_window_get_context (window));
}

/* --- entering and leaving ---------------------------------------------------------------------------------------- */

/* A form belongs to what was shown when it was opened. */
static WfDialog *
find_form (WfWindow *window)
{
  GListModel *toplevels = gtk_window_get_toplevels ();

  for (guint i = 0; i < g_list_model_get_n_items (toplevels); i++)
    {
      g_autoptr (GtkWindow) toplevel = g_list_model_get_item (toplevels, i);

      if (WF_IS_DIALOG (toplevel) && gtk_window_get_transient_for (toplevel) == GTK_WINDOW (window))
        return WF_DIALOG (toplevel);
    }

  return NULL;
}

static void
show_scope (WfWindow   *window,
            const char *scope)
{
  WfDialog *form = find_form (window);

  if (form != NULL)
    {
      gtk_window_present (GTK_WINDOW (form));
      wf_window_toast (window, _("A form is still open. Finish it or close it first: it belongs to what is shown now."));
      return;
    }

  g_autoptr (WfProblem) problem = wf_session_enter (get_session (window), scope);

  if (problem != NULL)
    {
      g_autofree char *message = wf_problem_message (problem);

      wf_window_toast (window, message);
    }
}

/* Where the exercise that somebody sat in is gone, what was open for it goes too. */
static void
scope_cb (WfSession  *session,
          GParamSpec *pspec,
          WfWindow   *window)
{
  WfDialog *form;

  while ((form = find_form (window)) != NULL)
    gtk_window_destroy (GTK_WINDOW (form));
}

/* --- beginning --------------------------------------------------------------------------------------------------- */

static const WfFormField begin_fields[] = {
  { "name", WF_FORM_LINE, N_("Name of the exercise"), TRUE },
};

static const WfFormField end_fields[] = {
  { "reason", WF_FORM_TEXT, N_("Why, or how it went") },
};

static WfForm *
get_form (WfDialog *dialog)
{
  return g_object_get_data (G_OBJECT (dialog), "wf-exercise-form");
}

static WfForm *
add_form (WfDialog          *dialog,
          const WfFormField *fields,
          gsize              n_fields)
{
  WfForm *form = wf_dialog_add_form (dialog, fields, n_fields);

  g_object_set_data (G_OBJECT (dialog), "wf-exercise-form", form);
  return form;
}

/* In a window beside: whoever checks may go on with the form meanwhile. */
static void
check_links_cb (WfDialog *dialog)
{
  GtkWindow *window = gtk_window_get_transient_for (GTK_WINDOW (dialog));

  if (WF_IS_WINDOW (window))
    wf_link_check_present (WF_WINDOW (window));
}

static void
begin_confirm_cb (WfDialog *dialog,
                  gpointer  data)
{
  g_autoptr (GVariant) payload = wf_form_collect (get_form (dialog));

  if (payload == NULL)
    return;

  wf_dialog_queue (dialog, "exercise.open", g_steal_pointer (&payload), 0);
  wf_dialog_run (dialog, _("The exercise is being opened"));
}

/* It can be entered when the service has opened it. */
static void
begun_cb (WfDialog *dialog,
          WfWindow *window)
{
  g_object_set_data_full (G_OBJECT (window), AWAITED, g_strdup (wf_dialog_get_scope (dialog)), g_free);
}

static void
exercises_cb (WfSession *session,
              WfWindow  *window)
{
  const char *awaited = g_object_get_data (G_OBJECT (window), AWAITED);
  g_autoptr (WfEntity) exercise = awaited != NULL ? wf_session_find_exercise (session, awaited) : NULL;

  if (exercise == NULL)
    return;

  g_object_set_data (G_OBJECT (window), AWAITED, NULL);
  show_scope (window, wf_entity_id (exercise));
}

/**
 * wf_exercise_begin_dialog_new:
 * @window: the window, which enters the exercise when it is open
 *
 * Returns: (transfer none): a dialog that begins an exercise
 */
WfDialog *
wf_exercise_begin_dialog_new (WfWindow *window)
{
  g_return_val_if_fail (WF_IS_WINDOW (window), NULL);

  WfDialog *dialog = wf_dialog_new (wf_window_get_context (window), NULL, _("Begin an exercise"), _("Begin the exercise"));
  g_autofree char *scope = wf_session_new_id (get_session (window));

  wf_dialog_set_scope (dialog, scope);
  wf_dialog_add_note (dialog, _("The exercise goes on from how everything stands now: incidents, forces, stock, plans. From then on it goes its own way, "
                                "on a clock of its own. Nothing that is done in it reaches a real record, order or person, and what really happens is not "
                                "seen in it but in the alarms.\n\nAll desks are told of it and may enter it; this one does at once."));
  add_form (dialog, begin_fields, G_N_ELEMENTS (begin_fields));

  GtkWidget *check = gtk_button_new_with_label (_("Check the video links first…"));

  gtk_widget_set_halign (check, GTK_ALIGN_START);
  g_signal_connect_object (check, "clicked", G_CALLBACK (check_links_cb), dialog, G_CONNECT_SWAPPED);
  wf_dialog_add (dialog, check);
  g_signal_connect (dialog, "confirm", G_CALLBACK (begin_confirm_cb), NULL);
  g_signal_connect_object (dialog, "done", G_CALLBACK (begun_cb), window, 0);

  return dialog;
}

/* --- entering ---------------------------------------------------------------------------------------------------- */

static gboolean
goes_on (WfEntity *exercise)
{
  return !wf_entity_is (exercise, "state", "ended");
}

static void
enter_confirm_cb (WfDialog   *dialog,
                  GtkListBox *list)
{
  GtkWindow *window = gtk_window_get_transient_for (GTK_WINDOW (dialog));
  GtkListBoxRow *row = gtk_list_box_get_selected_row (list);

  if (row == NULL || !WF_IS_WINDOW (window))
    return;

  g_autofree char *scope = g_strdup (g_object_get_data (G_OBJECT (row), "wf-exercise"));

  gtk_window_destroy (GTK_WINDOW (dialog));
  show_scope (WF_WINDOW (window), scope);
}

static void
row_activated_cb (WfDialog *dialog)
{
  wf_dialog_confirm (dialog);
}

static GtkWidget *
make_row (WfContext *context,
          WfEntity  *exercise)
{
  GtkWidget *row = gtk_list_box_row_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  GtkWidget *name = gtk_label_new (wf_entity_string (exercise, "name"));
  g_autofree char *opened = wf_ui_format_time (wf_entity_time (exercise, "opened_at"),
                                               wf_session_now (wf_context_get_session (context)));
  /* TRANSLATORS: when an exercise was begun, and whether its clock runs */
  g_autofree char *text = g_strdup_printf (_("since %s, %s"), opened,
                                           wf_wording_value ("exercise.state", wf_entity_string (exercise, "state")));
  g_autofree char *said = g_strdup_printf ("%s, %s", wf_entity_string (exercise, "name"), text);
  GtkWidget *more = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (name), 0);
  gtk_label_set_wrap (GTK_LABEL (name), TRUE);
  gtk_widget_set_hexpand (name, TRUE);
  gtk_widget_add_css_class (name, "wf-strong");
  gtk_widget_add_css_class (more, "wf-dim");
  gtk_box_append (GTK_BOX (box), name);
  gtk_box_append (GTK_BOX (box), more);
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), box);
  g_object_set_data_full (G_OBJECT (row), "wf-exercise", g_strdup (wf_entity_id (exercise)), g_free);
  wf_ui_set_name (row, said);

  return row;
}

/**
 * wf_exercise_enter_dialog_new:
 * @window: the window that is to show the exercise
 *
 * Returns: (transfer none): a dialog that lists the exercises that go on, to choose one
 */
WfDialog *
wf_exercise_enter_dialog_new (WfWindow *window)
{
  g_return_val_if_fail (WF_IS_WINDOW (window), NULL);

  WfContext *context = wf_window_get_context (window);
  WfDialog *dialog = wf_dialog_new (context, NULL, _("Enter an exercise"), C_("button", "Enter"));
  GtkWidget *list = gtk_list_box_new ();
  g_autoptr (GPtrArray) exercises = wf_session_list_exercises (get_session (window));

  wf_dialog_add_note (dialog, _("This desk then shows the exercise, and what is done here is done in it. What really happens is still told by an alarm."));
  for (guint i = 0; i < exercises->len; i++)
    if (goes_on (exercises->pdata[i]))
      gtk_list_box_append (GTK_LIST_BOX (list), make_row (context, exercises->pdata[i]));
  gtk_list_box_select_row (GTK_LIST_BOX (list), gtk_list_box_get_row_at_index (GTK_LIST_BOX (list), 0));
  gtk_widget_add_css_class (list, "wf-rows");
  wf_ui_set_name (list, _("Exercises"));
  wf_dialog_add (dialog, list);
  g_signal_connect_object (list, "row-activated", G_CALLBACK (row_activated_cb), dialog, G_CONNECT_SWAPPED);
  g_signal_connect_object (dialog, "confirm", G_CALLBACK (enter_confirm_cb), list, 0);

  return dialog;
}

/* --- ending ------------------------------------------------------------------------------------------------------ */

static void
end_now (WfDialog *dialog,
         gpointer  data)
{
  g_autoptr (GVariant) payload = wf_form_collect (get_form (dialog));

  if (payload == NULL)
    return;

  wf_dialog_queue (dialog, "exercise.end", g_steal_pointer (&payload), 0);
  wf_dialog_run (dialog, _("The exercise has ended. Leave it when you have seen enough."));
}

static void
end_confirm_cb (WfDialog *dialog,
                gpointer  data)
{
  wf_dialog_ask (dialog, _("End the exercise for good?"),
                 _("Its clock stops for all desks, and nothing more can be done in it. It cannot be opened again."),
                 _("End the exercise"), G_CALLBACK (end_now), NULL);
}

static guint
count_open (WfSession  *session,
            const char *kind,
            gboolean    (*is_open) (WfEntity *entity))
{
  g_autoptr (GPtrArray) list = wf_state_list (wf_session_get_state (session), wf_session_get_scope (session), kind, NULL);
  guint n = 0;

  for (guint i = 0; i < list->len; i++)
    n += is_open (list->pdata[i]);

  return n;
}

static gboolean
order_is_out (WfEntity *order)
{
  static const char *const over[] = { "back", "refused", "recalled", NULL };
  const char *state = wf_entity_string (order, "state");

  return state != NULL && !g_strv_contains (over, state);
}

/**
 * wf_exercise_end_dialog_new:
 * @context: what the screens work with, in an exercise
 *
 * Returns: (transfer none): a dialog that ends it, and says what that does
 */
WfDialog *
wf_exercise_end_dialog_new (WfContext *context)
{
  g_return_val_if_fail (WF_IS_CONTEXT (context), NULL);

  WfSession *session = wf_context_get_session (context);
  WfDialog *dialog = wf_dialog_new (context, NULL, _("End the exercise"), _("End the exercise"));
  g_autoptr (WfEntity) exercise = wf_session_find_exercise (session, NULL);
  guint incidents = count_open (session, "incident", wf_ui_incident_is_open);
  guint orders = count_open (session, "order", order_is_out);
  g_autofree char *open = g_strdup_printf (g_dngettext (NULL, "%u incident is open in it",
                                                        "%u incidents are open in it", incidents), incidents);
  g_autofree char *out = g_strdup_printf (g_dngettext (NULL, "%u order is out", "%u orders are out", orders), orders);
  /* TRANSLATORS: "2 incidents are open in it", "3 orders are out" */
  g_autofree char *text = g_strdup_printf (_("%s, %s: they stay as they are. Whoever is in the exercise, at whatever desk, can go on looking at it until "
                                             "they leave; nothing more can be done in it. What is real is not touched."), open, out);

  wf_dialog_set_subtitle (dialog, exercise != NULL ? wf_entity_string (exercise, "name") : NULL);
  wf_dialog_set_confirm (dialog, _("End the exercise"), TRUE);
  wf_dialog_add_note (dialog, text);
  add_form (dialog, end_fields, G_N_ELEMENTS (end_fields));
  g_signal_connect (dialog, "confirm", G_CALLBACK (end_confirm_cb), NULL);

  return dialog;
}

/* --- actions ----------------------------------------------------------------------------------------------------- */

static void
begin_action (GSimpleAction *action,
              GVariant      *parameter,
              gpointer       data)
{
  wf_dialogs_present (data, wf_exercise_begin_dialog_new (data));
}

static void
enter_action (GSimpleAction *action,
              GVariant      *parameter,
              gpointer       data)
{
  wf_dialogs_present (data, wf_exercise_enter_dialog_new (data));
}

static void
leave_action (GSimpleAction *action,
              GVariant      *parameter,
              gpointer       data)
{
  show_scope (data, WF_LIVE);
}

static void
end_action (GSimpleAction *action,
            GVariant      *parameter,
            gpointer       data)
{
  wf_dialogs_present (data, wf_exercise_end_dialog_new (wf_window_get_context (data)));
}

/**
 * wf_exercises_install:
 * @window: the window
 *
 * Adds the actions exercise-begin, -enter, -leave and -end.
 */
void
wf_exercises_install (WfWindow *window)
{
  static const GActionEntry entries[] = {
    { "exercise-begin", begin_action },
    { "exercise-enter", enter_action },
    { "exercise-leave", leave_action },
    { "exercise-end", end_action },
  };

  g_return_if_fail (WF_IS_WINDOW (window));

  g_action_map_add_action_entries (G_ACTION_MAP (window), entries, G_N_ELEMENTS (entries), window);
  g_signal_connect_object (get_session (window), "exercises", G_CALLBACK (exercises_cb), window, 0);
  g_signal_connect_object (get_session (window), "notify::scope", G_CALLBACK (scope_cb), window, 0);
}

static char *
no_right (WfSession  *session,
          const char *type)
{
  g_autoptr (WfProblem) problem = wf_session_check (session, type);

  return problem != NULL ? wf_problem_message (problem) : NULL;
}

static gboolean
any_goes_on (WfSession *session)
{
  g_autoptr (GPtrArray) exercises = wf_session_list_exercises (session);

  for (guint i = 0; i < exercises->len; i++)
    if (goes_on (exercises->pdata[i]))
      return TRUE;

  return FALSE;
}

/**
 * wf_exercises_why_not:
 * @session: the session
 * @action: name of an action of the window
 *
 * Returns: (transfer full) (nullable): why that cannot be done now, of the four that wf_exercises_install() adds; %NULL where
 *   it can, and for all others
 */
char *
wf_exercises_why_not (WfSession  *session,
                      const char *action)
{
  g_return_val_if_fail (WF_IS_SESSION (session), NULL);
  g_return_val_if_fail (action != NULL, NULL);

  gboolean drill = wf_session_is_drill (session);
  g_autoptr (WfEntity) exercise = wf_session_find_exercise (session, NULL);

  if (strcmp (action, "exercise-begin") == 0)
    return drill ? g_strdup (_("This desk is in an exercise. Leave it first."))
           : wf_session_get_link (session) != WF_LINK_ONLINE
           ? g_strdup (_("An exercise begins with what the service has: wait until there is a link."))
           : no_right (session, "exercise.open");
  if (strcmp (action, "exercise-enter") == 0)
    return drill ? g_strdup (_("This desk is in an exercise. Leave it first."))
           : !any_goes_on (session) ? g_strdup (_("No exercise is going on.")) : NULL;
  if (strcmp (action, "exercise-leave") == 0)
    return drill ? NULL : g_strdup (_("This desk is not in an exercise."));
  if (strcmp (action, "exercise-end") == 0)
    return !drill ? g_strdup (_("Enter the exercise first."))
           : exercise == NULL || !goes_on (exercise) ? g_strdup (_("The exercise has ended already."))
           : no_right (session, "exercise.end");

  return NULL;
}
