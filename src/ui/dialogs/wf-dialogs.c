/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-ui"

#include "config.h"

#include "wf-dialogs.h"

#include "wf-exercise-dialogs.h"
#include "wf-incident-dialogs.h"
#include "wf-preview.h"
#include "wf-print.h"
#include "wf-ui-util.h"

#include <glib/gi18n.h>
#include <string.h>

/* So many ms after something has changed in a window that is not on the screen, its actions are looked at. */
#define AFTER_FIRST_PICTURE 300

/* What the window keeps for its actions: why each of them may not be taken now. */
typedef struct
{
  WfWindow   *window;
  GHashTable *reasons; /* name of an action → sentence */
  GSignalGroup *item;
  guint       idle;
} Dialogs;

typedef WfDialog *(*MakeDialog) (WfContext  *context,
                                 const char *incident);

/* Actions on the selected incident, each with its dialog. */
static const struct
{
  const char *name;
  MakeDialog  make;
} of_incident[] = {
  { "verify", wf_verify_dialog_new },
  { "figures", wf_figures_dialog_new },
  { "grade", wf_grade_dialog_new },
  { "activate", wf_activate_dialog_new },
  { "change-level", wf_change_level_dialog_new },
  { "headquarters", wf_headquarters_dialog_new },
  { "wind", wf_wind_dialog_new },
  { "task-add", wf_task_add_dialog_new },
  { "control", wf_control_dialog_new },
  { "stand-down", wf_stand_down_dialog_new },
  { "review", wf_review_dialog_new },
  { "archive", wf_archive_dialog_new },
  { "supplement", wf_supplement_dialog_new },
  { "step-back", wf_step_back_dialog_new },
  { "approval-sign", wf_sign_dialog_new },
};

/* Those without a dialog in that table, or with more than an incident. */
static const char *const others[] = { "order", "order-force", "print-report" };

static const char *const by_right[] = {
  "report", "report-next", "log-add", "call-note", "task-feedback", "task-acknowledge", "task-strike", "report-send",
  "report-strike", "order-step", "stock-release", "crossing-acknowledge", "exercise-begin", "exercise-enter", "exercise-leave",
  "exercise-end"
};

static void
dialogs_free (gpointer data)
{
  Dialogs *self = data;

  g_clear_handle_id (&self->idle, g_source_remove);
  g_clear_pointer (&self->reasons, g_hash_table_unref);
  g_clear_object (&self->item);
  g_free (self);
}

static Dialogs *
get_dialogs (WfWindow *window)
{
  return g_object_get_data (G_OBJECT (window), "wf-dialogs");
}

/* --- opening --- */

/**
 * wf_dialogs_present:
 * @window: the window
 * @dialog: a dialog
 *
 * Shows a dialog beside the window's map.
 */
void
wf_dialogs_present (WfWindow *window,
                    WfDialog *dialog)
{
  g_return_if_fail (WF_IS_WINDOW (window));
  g_return_if_fail (WF_IS_DIALOG (dialog));

  /* A number in a dialog can be called as one in the window can. */
  gtk_widget_insert_action_group (GTK_WIDGET (dialog), "win", G_ACTION_GROUP (window));
  gtk_window_set_transient_for (GTK_WINDOW (dialog), GTK_WINDOW (window));
  gtk_window_set_destroy_with_parent (GTK_WINDOW (dialog), TRUE);
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
archived_cb (WfDialog *dialog,
             WfWindow *window)
{
  wf_print_report (window, wf_dialog_get_incident (dialog));
}

static void
incident_cb (GSimpleAction *action,
             GVariant      *parameter,
             gpointer       data)
{
  WfWindow *window = data;
  const char *name = g_action_get_name (G_ACTION (action));
  const char *incident = wf_window_get_incident (window);

  for (gsize i = 0; incident != NULL && i < G_N_ELEMENTS (of_incident); i++)
    {
      if (strcmp (of_incident[i].name, name) != 0)
        continue;

      WfDialog *dialog = of_incident[i].make (wf_window_get_context (window), incident);

      if (strcmp (name, "archive") == 0)
        g_signal_connect_object (dialog, "done", G_CALLBACK (archived_cb), window, 0);
      wf_dialogs_present (window, dialog);
    }
}

static void
order_cb (GSimpleAction *action,
          GVariant      *parameter,
          gpointer       data)
{
  WfWindow *window = data;
  const char *kind = NULL;
  const char *id = NULL;

  if (parameter != NULL)
    g_variant_get (parameter, "(&s&s)", &kind, &id);
  if (wf_window_get_incident (window) != NULL)
    wf_dialogs_present (window, wf_order_dialog_new (wf_window_get_context (window), wf_window_get_incident (window), kind, id));
}

static void
print_cb (GSimpleAction *action,
          GVariant      *parameter,
          gpointer       data)
{
  if (wf_window_get_incident (data) != NULL)
    wf_print_report (data, wf_window_get_incident (data));
}

static void
log_cb (GSimpleAction *action,
        GVariant      *parameter,
        gpointer       data)
{
  const char *name = NULL;
  const char *phone = NULL;

  if (parameter != NULL)
    g_variant_get (parameter, "(&s&s)", &name, &phone);
  wf_dialogs_present (data, wf_log_dialog_new (wf_window_get_context (data), wf_window_get_incident (data), name, phone));
}

static void
task_feedback_cb (GSimpleAction *action,
                  GVariant      *parameter,
                  gpointer       data)
{
  wf_dialogs_present (data, wf_task_dialog_new (wf_window_get_context (data), g_variant_get_string (parameter, NULL)));
}

/* An empty id is the oldest one that waits. */
static void
refused_cb (GSimpleAction *action,
            GVariant      *parameter,
            gpointer       data)
{
  WfContext *context = wf_window_get_context (data);
  g_autoptr (GPtrArray) waiting = wf_session_list_refused (wf_context_get_session (context), NULL);
  const char *id = g_variant_get_string (parameter, NULL);

  if (id[0] == '\0' && waiting->len > 0)
    id = ((WfCommand *) g_ptr_array_index (waiting, 0))->id;

  WfDialog *dialog = wf_refused_dialog_new (context, id);

  if (dialog != NULL)
    wf_dialogs_present (data, dialog);
}

static void
task_strike_cb (GSimpleAction *action,
                GVariant      *parameter,
                gpointer       data)
{
  wf_dialogs_present (data, wf_task_strike_dialog_new (wf_window_get_context (data), g_variant_get_string (parameter, NULL)));
}

/* To say that a task has been taken note of needs no form. */
static void
task_acknowledge_cb (GSimpleAction *action,
                     GVariant      *parameter,
                     gpointer       data)
{
  WfSession *session = wf_context_get_session (wf_window_get_context (data));
  const char *name = wf_session_get_actor_name (session);

  g_autoptr (GVariant) payload = wf_dict_make ("task", wf_value_string (g_variant_get_string (parameter, NULL)),
                                               "by", wf_value_string (wf_ui_nonempty (name) != NULL ? name : "–"), NULL);

  wf_window_submit (data, "task.acknowledge", payload,
                    wf_context_now (wf_window_get_context (data)), _("Task acknowledged"));
}

static void
report_send_cb (GSimpleAction *action,
                GVariant      *parameter,
                gpointer       data)
{
  wf_dialogs_present (data, wf_report_dialog_new (wf_window_get_context (data), g_variant_get_string (parameter, NULL)));
}

static void
report_strike_cb (GSimpleAction *action,
                  GVariant      *parameter,
                  gpointer       data)
{
  wf_dialogs_present (data, wf_report_strike_dialog_new (wf_window_get_context (data), g_variant_get_string (parameter, NULL)));
}

static void
order_step_cb (GSimpleAction *action,
               GVariant      *parameter,
               gpointer       data)
{
  const char *order;
  const char *step;

  g_variant_get (parameter, "(&s&s)", &order, &step);
  wf_dialogs_present (data, wf_order_step_dialog_new (wf_window_get_context (data), order, step));
}

/* Nor does letting go of what was reserved: it can be reserved again. */
static void
stock_release_cb (GSimpleAction *action,
                  GVariant      *parameter,
                  gpointer       data)
{
  g_autoptr (GVariant) payload = wf_dict_make ("reservation", wf_value_string (g_variant_get_string (parameter, NULL)), NULL);

  wf_window_submit (data, "stock.release", payload,
                    wf_context_now (wf_window_get_context (data)), _("Reservation let go"));
}

/* --- what may be done now --- */

static void
update_action (Dialogs    *self,
               const char *name)
{
  GAction *action = g_action_map_lookup_action (G_ACTION_MAP (self->window), name);
  WfSession *session = wf_context_get_session (wf_window_get_context (self->window));
  char *reason = wf_preview_why_not (session, name, wf_window_get_incident (self->window));

  g_simple_action_set_enabled (G_SIMPLE_ACTION (action), reason == NULL);
  if (reason != NULL)
    g_hash_table_insert (self->reasons, g_strdup (name), reason);
  else
    g_hash_table_remove (self->reasons, name);
}

/* What works without an incident, or on another thing, is a matter of rights alone. */
static void
update_by_right (Dialogs    *self,
                 const char *name)
{
  GAction *action = g_action_map_lookup_action (G_ACTION_MAP (self->window), name);
  WfSession *session = wf_context_get_session (wf_window_get_context (self->window));
  char *reason = wf_preview_no_right (session, name);

  if (action != NULL)
    g_simple_action_set_enabled (G_SIMPLE_ACTION (action), reason == NULL);
  if (reason != NULL)
    g_hash_table_insert (self->reasons, g_strdup (name), reason);
  else
    g_hash_table_remove (self->reasons, name);
}

/* A control of an action that one has no right to says so; its own words come back with the right. */
static void
explain (WfSession  *session,
         GtkWidget  *widget,
         const char *action)
{
  g_autofree char *reason =
    wf_preview_no_right (session, g_str_has_prefix (action, "win.") ? action + strlen ("win.") : action);

  wf_ui_explain (widget, reason);
}

/* What a menu has within another stands behind it, after an entry that goes back. */
static void
list_actions (GMenuModel *menu,
              GPtrArray  *actions,
              GPtrArray  *within)
{
  for (int i = 0; i < g_menu_model_get_n_items (menu); i++)
    {
      g_autoptr (GMenuModel) section = g_menu_model_get_item_link (menu, i, G_MENU_LINK_SECTION);
      GMenuModel *submenu = g_menu_model_get_item_link (menu, i, G_MENU_LINK_SUBMENU);
      char *action = NULL;

      if (submenu != NULL)
        g_ptr_array_add (within, submenu);
      if (section != NULL)
        {
          list_actions (section, actions, within);
          continue;
        }
      g_menu_model_get_item_attribute (menu, i, G_MENU_ATTRIBUTE_ACTION, "s", &action);
      g_ptr_array_add (actions, action != NULL ? action : g_strdup (""));
    }
}

static void
list_entries (GtkWidget *widget,
              GPtrArray *entries)
{
  if (strcmp (G_OBJECT_TYPE_NAME (widget), "GtkModelButton") == 0)
    {
      g_ptr_array_add (entries, widget);
      return;
    }
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    list_entries (child, entries);
}

/* GTK does not say which action an entry of a menu has; but they stand in the order of the menu's model. */
static void
explain_menu (WfSession      *session,
              GtkPopoverMenu *menu)
{
  GMenuModel *model = gtk_popover_menu_get_menu_model (menu);
  g_autoptr (GPtrArray) actions = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) entries = g_ptr_array_new ();
  g_autoptr (GPtrArray) within = g_ptr_array_new_with_free_func (g_object_unref);

  if (model == NULL)
    return;

  list_actions (model, actions, within);
  for (guint i = 0; i < within->len; i++)
    {
      g_ptr_array_add (actions, g_strdup (""));
      list_actions (g_ptr_array_index (within, i), actions, within);
    }
  list_entries (GTK_WIDGET (menu), entries);
  for (guint i = 0; actions->len == entries->len && i < entries->len; i++)
    explain (session, g_ptr_array_index (entries, i), g_ptr_array_index (actions, i));
}

static void
explain_controls (WfSession *session,
                  GtkWidget *widget)
{
  const char *action = GTK_IS_ACTIONABLE (widget) ? gtk_actionable_get_action_name (GTK_ACTIONABLE (widget)) : NULL;

  if (GTK_IS_POPOVER_MENU (widget))
    {
      explain_menu (session, GTK_POPOVER_MENU (widget));
      return;
    }
  if (action != NULL)
    explain (session, widget, action);
  /* What its entries say has to be there before it opens. */
  if (GTK_IS_MENU_BUTTON (widget))
    wf_ui_make_menu (GTK_MENU_BUTTON (widget));

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    explain_controls (session, child);
}

static gboolean
update_all (gpointer data)
{
  Dialogs *self = data;
  WfSession *session = wf_context_get_session (wf_window_get_context (self->window));

  self->idle = 0;
  for (gsize i = 0; i < G_N_ELEMENTS (of_incident); i++)
    update_action (self, of_incident[i].name);
  for (gsize i = 0; i < G_N_ELEMENTS (others); i++)
    update_action (self, others[i]);
  for (gsize i = 0; i < G_N_ELEMENTS (by_right); i++)
    update_by_right (self, by_right[i]);
  explain_controls (session, GTK_WIDGET (self->window));

  return G_SOURCE_REMOVE;
}

static void
queue_update (Dialogs *self)
{
  if (self->idle != 0)
    return;

  /* Every action is tried for it, which takes longer than a frame: not before the window is seen. Then before drawing, since
   * live pictures may leave no idle time at all. */
  if (gtk_widget_get_mapped (GTK_WIDGET (self->window)))
    self->idle = g_idle_add_full (G_PRIORITY_HIGH_IDLE, update_all, self, NULL);
  else
    self->idle = g_timeout_add (AFTER_FIRST_PICTURE, update_all, self);
}

static void
item_changed_cb (WfWindow   *window,
                 GParamSpec *pspec,
                 Dialogs    *self)
{
  g_signal_group_set_target (self->item, wf_window_get_incident_item (window));
  queue_update (self);
}

static void
entity_changed_cb (WfItem     *item,
                   GParamSpec *pspec,
                   Dialogs    *self)
{
  queue_update (self);
}

static void
ready_cb (WfSession  *session,
          GParamSpec *pspec,
          WfWindow   *window)
{
  queue_update (get_dialogs (window));
}

static void
exercises_cb (WfSession *session,
              WfWindow  *window)
{
  queue_update (get_dialogs (window));
}

/* What may be done with an incident rests on its orders, tasks and reports too. */
static void
overview_cb (WfOverview *overview,
             WfWindow   *window)
{
  queue_update (get_dialogs (window));
}

/**
 * wf_dialogs_reason:
 * @window: the window
 * @action: name of an action, without "win."
 *
 * For the tooltip of a control that is insensitive.
 *
 * Returns: (transfer none) (nullable): why the action may not be taken now
 */
const char *
wf_dialogs_reason (WfWindow   *window,
                   const char *action)
{
  Dialogs *self = get_dialogs (window);

  return self != NULL ? g_hash_table_lookup (self->reasons, action) : NULL;
}

static void
add_action (WfWindow   *window,
            const char *name,
            const char *type,
            GCallback   callback)
{
  g_autoptr (GSimpleAction) action = g_simple_action_new (name, type != NULL ? G_VARIANT_TYPE (type) : NULL);

  g_signal_connect (action, "activate", callback, window);
  g_action_map_add_action (G_ACTION_MAP (window), G_ACTION (action));
}

/**
 * wf_dialogs_install:
 * @window: the window
 *
 * Adds the actions whose dialogs work on the window's selected incident.
 */
void
wf_dialogs_install (WfWindow *window)
{
  g_return_if_fail (WF_IS_WINDOW (window));

  Dialogs *self = g_new0 (Dialogs, 1);

  self->window = window;
  self->reasons = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->item = g_signal_group_new (WF_TYPE_ITEM);
  g_object_set_data_full (G_OBJECT (window), "wf-dialogs", self, dialogs_free);

  for (gsize i = 0; i < G_N_ELEMENTS (of_incident); i++)
    add_action (window, of_incident[i].name, NULL, G_CALLBACK (incident_cb));
  add_action (window, "order", NULL, G_CALLBACK (order_cb));
  add_action (window, "order-force", "(ss)", G_CALLBACK (order_cb));
  add_action (window, "print-report", NULL, G_CALLBACK (print_cb));
  add_action (window, "log-add", NULL, G_CALLBACK (log_cb));
  add_action (window, "call-note", "(ss)", G_CALLBACK (log_cb));
  add_action (window, "task-feedback", "s", G_CALLBACK (task_feedback_cb));
  add_action (window, "task-acknowledge", "s", G_CALLBACK (task_acknowledge_cb));
  add_action (window, "refused", "s", G_CALLBACK (refused_cb));
  add_action (window, "task-strike", "s", G_CALLBACK (task_strike_cb));
  add_action (window, "report-send", "s", G_CALLBACK (report_send_cb));
  add_action (window, "report-strike", "s", G_CALLBACK (report_strike_cb));
  add_action (window, "stock-release", "s", G_CALLBACK (stock_release_cb));
  add_action (window, "order-step", "(ss)", G_CALLBACK (order_step_cb));
  wf_exercises_install (window);

  g_signal_group_connect (self->item, "notify::entity", G_CALLBACK (entity_changed_cb), self);
  g_signal_connect (window, "notify::incident-item", G_CALLBACK (item_changed_cb), self);
  g_signal_connect_object (wf_context_get_session (wf_window_get_context (window)), "notify::ready",
                           G_CALLBACK (ready_cb), window, 0);
  g_signal_connect_object (wf_context_get_session (wf_window_get_context (window)), "notify::link",
                           G_CALLBACK (ready_cb), window, 0);
  g_signal_connect_object (wf_context_get_session (wf_window_get_context (window)), "notify::scope",
                           G_CALLBACK (ready_cb), window, 0);
  g_signal_connect_object (wf_context_get_session (wf_window_get_context (window)), "exercises",
                           G_CALLBACK (exercises_cb), window, 0);
  g_signal_connect_object (wf_context_get_overview (wf_window_get_context (window)), "changed",
                           G_CALLBACK (overview_cb), window, 0);
  item_changed_cb (window, NULL, self);
}
