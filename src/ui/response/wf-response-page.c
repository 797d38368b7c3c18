/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-ui"

#include "config.h"

#include "wf-response-page.h"

#include "wf-approvals.h"
#include "wf-dialogs.h"
#include "wf-incident-list.h"
#include "wf-media-strip.h"
#include "wf-order-row.h"
#include "wf-panel-cards.h"
#include "wf-plan-window.h"
#include "wf-reservation-list.h"
#include "wf-task-row.h"
#include "wf-ui-focus.h"
#include "wf-ui-util.h"
#include "wf-wording.h"
#include "wf-wrap-layout.h"

#include <glib/gi18n.h>
#include <string.h>

typedef enum {
  FILTER_OPEN,
  FILTER_LATE,
  FILTER_DONE,
  FILTER_ALL,
  N_FILTERS,
} TaskFilter;

/**
 * WfResponsePage:
 *
 * One incident's plan at work: its level, the groups, what each has to do and how long is left for it, the reports to above
 * and the forces. What runs is shown by clocks that all follow the context's one beat.
 */
struct _WfResponsePage
{
  GtkWidget        parent_instance;

  /* session's tasks of the incident → filter (state and group) → sorter (deadline) → list view
   * session's orders of the incident → sorter (newest first) → list box */
  WfWindow        *window; /* (unowned): it owns the page */
  WfContext       *context; /* (owned) */
  GSignalGroup    *watch;
  WfItem          *item; /* (owned) (nullable) */
  GListModel      *all_tasks;
  GListModel      *all_reports;
  GListModel      *all_orders;
  GtkFilterListModel *shown_tasks;
  GtkCustomFilter *filter;
  GtkCustomSorter *sorter;
  TaskFilter       which;
  char            *group; /* (owned) (nullable): whose tasks are shown */
  guint            idle;
  gboolean         filling;

  GtkStack        *stack;
  GtkBox          *levels;
  GtkLabel        *title;
  GtkMenuButton   *switch_incident;
  GtkLabel        *history;
  GtkButton       *not_signed;
  GtkBox          *actions;
  GtkListBox      *groups;
  GtkLabel        *tasks_title;
  GtkBox          *filters;
  GtkStack        *task_stack;
  GtkListView     *tasks;
  GtkLabel        *no_tasks;
  GtkLabel        *reports_state;
  GtkBox          *reports;
  GtkLabel        *orders_title;
  GtkListBox      *orders;
  GtkBox          *reserved_box;
  WfReservationList *reserved;
  GtkBox          *media_box;
  GtkWidget       *media;
  GtkWidget       *chips[4];
};

G_DEFINE_FINAL_TYPE (WfResponsePage, wf_response_page, GTK_TYPE_WIDGET)

/* What one does with an incident, in the order of its life; only what comes next stands there as a button. */
static const struct
{
  const char *action;
  const char *label;
} steps[] = {
  { "verify", N_("Verify") },
  { "figures", N_("Figures") },
  { "grade", N_("Judge") },
  { "activate", N_("Activate") },
  { "change-level", N_("Change level") },
  { "control", N_("Under control") },
  { "stand-down", N_("Stand down") },
  { "review", N_("Review") },
  { "archive", N_("Archive") },
};

/* --- tasks --- */

static gboolean
is_open (WfEntity *task)
{
  return wf_entity_is (task, "state", "open") || wf_entity_is (task, "state", "acknowledged");
}

static gboolean
is_late (WfEntity *task,
         int64_t   now)
{
  int64_t due = wf_entity_time (task, "due");

  return is_open (task) && due != 0 && due < now;
}

static gboolean
task_shown (gpointer object,
            gpointer data)
{
  WfResponsePage *self = data;
  WfEntity *task = wf_item_get_entity (object);
  const char *group = wf_entity_string (task, "group");

  if (self->group != NULL && g_strcmp0 (self->group, group != NULL ? group : "") != 0)
    return FALSE;

  switch (self->which)
    {
    case FILTER_OPEN:
      return is_open (task);
    case FILTER_LATE:
      return is_late (task, wf_context_now (self->context));
    case FILTER_DONE:
      return wf_entity_is (task, "state", "done");
    case FILTER_ALL:
    case N_FILTERS:
    default:
      return TRUE;
    }
}

/* What is open comes first, by deadline; then what waits for something else; then what is done, newest first. */
static int
compare_tasks (gconstpointer a,
               gconstpointer b,
               gpointer      data)
{
  WfEntity *left = wf_item_get_entity ((WfItem *) a);
  WfEntity *right = wf_item_get_entity ((WfItem *) b);
  gboolean left_open = is_open (left);
  gboolean right_open = is_open (right);
  int64_t l = wf_entity_time (left, left_open ? "due" : "done_at");
  int64_t r = wf_entity_time (right, right_open ? "due" : "done_at");

  if (left_open != right_open)
    return left_open ? -1 : 1;
  if ((l == 0) != (r == 0))
    return l == 0 ? 1 : -1;
  if (l != r)
    return (l < r) == left_open ? -1 : 1;

  return g_strcmp0 (wf_entity_string (left, "code"), wf_entity_string (right, "code"));
}

static void
setup_task_cb (GtkSignalListItemFactory *factory,
               GtkListItem              *item,
               WfResponsePage           *self)
{
  gtk_list_item_set_child (item, wf_task_row_new (self->context));
  gtk_list_item_set_activatable (item, TRUE);
}

static void
bind_task_cb (GtkSignalListItemFactory *factory,
              GtkListItem              *item,
              WfResponsePage           *self)
{
  wf_task_row_set_item (WF_TASK_ROW (gtk_list_item_get_child (item)), gtk_list_item_get_item (item));
}

static void
unbind_task_cb (GtkSignalListItemFactory *factory,
                GtkListItem              *item,
                WfResponsePage           *self)
{
  wf_task_row_set_item (WF_TASK_ROW (gtk_list_item_get_child (item)), NULL);
}

static void
task_activated_cb (GtkListView    *view,
                   guint           position,
                   WfResponsePage *self)
{
  g_autoptr (WfItem) item = g_list_model_get_item (G_LIST_MODEL (gtk_list_view_get_model (view)), position);

  if (is_open (wf_item_get_entity (item)))
    gtk_widget_activate_action (GTK_WIDGET (self), "win.task-feedback", "s", wf_item_get_id (item));
}

static void
show_task_counts (WfResponsePage *self)
{
  guint done = 0, late = 0, all = 0;
  int64_t now = wf_context_now (self->context);
  guint n = self->all_tasks != NULL ? g_list_model_get_n_items (self->all_tasks) : 0;

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (WfItem) item = g_list_model_get_item (self->all_tasks, i);
      WfEntity *task = wf_item_get_entity (item);

      if (wf_entity_is (task, "state", "struck"))
        continue;
      all++;
      done += wf_entity_is (task, "state", "done");
      late += is_late (task, now);
    }

  g_autofree char *text = late > 0 ? g_strdup_printf (_("Tasks %u / %u · %u overdue"), done, all, late)
                                   : g_strdup_printf (_("Tasks %u / %u"), done, all);

  if (strcmp (gtk_label_get_text (self->tasks_title), text) != 0)
    gtk_label_set_text (self->tasks_title, text);
  wf_ui_set_class (GTK_WIDGET (self->tasks_title), "wf-late", late > 0);

  gboolean any = self->shown_tasks != NULL && g_list_model_get_n_items (G_LIST_MODEL (self->shown_tasks)) > 0;
  gtk_stack_set_visible_child_name (self->task_stack, any ? "list" : "none");
  gtk_label_set_text (self->no_tasks,
                      all == 0 ? _("There are no tasks yet. They come with the report and with the activation of a plan.")
                                               : _("No task here."));
}

/* --- groups --- */

typedef struct
{
  char  *name;
  char  *lead;
  guint  done;
  guint  all;
  guint  late;
} Group;

static void
group_free (gpointer data)
{
  Group *group = data;

  g_free (group->name);
  g_free (group->lead);
  g_free (group);
}

static Group *
group_for (GPtrArray  *groups,
           const char *name)
{
  for (guint i = 0; i < groups->len; i++)
    if (strcmp (((Group *) groups->pdata[i])->name, name) == 0)
      return groups->pdata[i];

  Group *group = g_new0 (Group, 1);

  group->name = g_strdup (name);
  g_ptr_array_add (groups, group);
  return group;
}

static GPtrArray *
collect_groups (WfResponsePage *self,
                WfEntity       *plan)
{
  GPtrArray *groups = g_ptr_array_new_with_free_func (group_free);
  g_autoptr (GPtrArray) of_plan = plan != NULL ? wf_entity_objects (plan, "groups") : NULL;
  int64_t now = wf_context_now (self->context);
  guint n = self->all_tasks != NULL ? g_list_model_get_n_items (self->all_tasks) : 0;

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (WfItem) item = g_list_model_get_item (self->all_tasks, i);
      WfEntity *task = wf_item_get_entity (item);
      const char *name = wf_entity_string (task, "group");
      Group *group;

      if (wf_entity_is (task, "state", "struck"))
        continue;
      group = group_for (groups, name != NULL ? name : "");
      group->all++;
      group->done += wf_entity_is (task, "state", "done");
      group->late += is_late (task, now);
    }

  for (guint i = 0; of_plan != NULL && i < of_plan->len; i++)
    {
      const char *lead = wf_dict_string (of_plan->pdata[i], "lead");

      for (guint k = 0; k < groups->len; k++)
        if (strcmp (((Group *) groups->pdata[k])->name, wf_dict_string (of_plan->pdata[i], "name")) == 0)
          ((Group *) groups->pdata[k])->lead = g_strdup (lead);
    }

  return groups;
}

static void
add_group_row (WfResponsePage *self,
               const char     *key,
               const char     *name,
               const char     *lead,
               guint           done,
               guint           all,
               guint           late)
{
  GtkWidget *row = gtk_list_box_row_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *top = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  GtkWidget *label = gtk_label_new (name);
  g_autofree char *counts = late > 0 ? g_strdup_printf (_("%u/%u, %u late"), done, all, late)
    : g_strdup_printf ("%u/%u", done, all);
  GtkWidget *count = gtk_label_new (counts);
  g_autofree char *spoken = g_strdup_printf ("%s, %s", name, counts);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_widget_set_hexpand (label, TRUE);
  gtk_widget_add_css_class (count, "numeric");
  gtk_widget_add_css_class (count, "wf-small");
  gtk_widget_add_css_class (count, late > 0 ? "wf-late" : "wf-dim");
  gtk_widget_set_layout_manager (top, wf_wrap_layout_new (6, 0));
  gtk_box_append (GTK_BOX (top), label);
  gtk_box_append (GTK_BOX (top), count);
  gtk_box_append (GTK_BOX (box), top);

  if (lead != NULL)
    {
      GtkWidget *who = gtk_label_new (lead);

      gtk_label_set_xalign (GTK_LABEL (who), 0);
      gtk_label_set_ellipsize (GTK_LABEL (who), PANGO_ELLIPSIZE_END);
      wf_ui_set_tooltip (who, lead);
      gtk_widget_add_css_class (who, "wf-dim");
      gtk_widget_add_css_class (who, "wf-small");
      gtk_box_append (GTK_BOX (box), who);
    }

  gtk_widget_set_valign (box, GTK_ALIGN_CENTER);
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), box);
  g_object_set_data_full (G_OBJECT (row), "group", g_strdup (key), g_free);
  wf_ui_set_name (row, spoken);
  gtk_list_box_append (self->groups, row);
  if (g_strcmp0 (key, self->group) == 0)
    gtk_list_box_select_row (self->groups, GTK_LIST_BOX_ROW (row));
}

static void
fill_groups (WfResponsePage *self)
{
  WfSession *session = wf_context_get_session (self->context);
  WfEntity *incident = wf_item_get_entity (self->item);
  g_autoptr (WfEntity) plan = wf_state_get (wf_session_get_state (session), wf_session_get_scope (session), "plan",
                                            wf_entity_string (incident, "plan"));
  g_autoptr (GPtrArray) groups = collect_groups (self, plan);
  g_autoptr (GString) signature = g_string_new (wf_item_get_id (self->item));
  guint done = 0, all = 0, late = 0;

  for (guint i = 0; i < groups->len; i++)
    {
      Group *group = groups->pdata[i];

      done += group->done;
      all += group->all;
      late += group->late;
      g_string_append_printf (signature, "|%s %u %u %u", group->name, group->done, group->all, group->late);
    }

  /* Made anew only where something differs: a selected row, or one under the pointer, does not jump. */
  if (g_strcmp0 (g_object_get_data (G_OBJECT (self->groups), "signature"), signature->str) == 0)
    return;

  g_object_set_data_full (G_OBJECT (self->groups), "signature", g_strdup (signature->str), g_free);
  self->filling = TRUE;
  GtkListBoxRow *row;
  while ((row = gtk_list_box_get_row_at_index (self->groups, 0)) != NULL)
    gtk_list_box_remove (self->groups, GTK_WIDGET (row));

  add_group_row (self, NULL, _("All groups"), NULL, done, all, late);
  for (guint i = 0; i < groups->len; i++)
    {
      Group *group = groups->pdata[i];

      add_group_row (self, group->name, group->name[0] != '\0' ? group->name : _("No group"), group->lead, group->done,
                     group->all, group->late);
    }
  self->filling = FALSE;
}

static void
group_selected_cb (GtkListBox     *box,
                   GtkListBoxRow  *row,
                   WfResponsePage *self)
{
  if (row == NULL || self->filling)
    return;

  g_free (self->group);
  self->group = g_strdup (g_object_get_data (G_OBJECT (row), "group"));
  gtk_filter_changed (GTK_FILTER (self->filter), GTK_FILTER_CHANGE_DIFFERENT);
  show_task_counts (self);
}

static void
filter_toggled_cb (GtkToggleButton *button,
                   WfResponsePage  *self)
{
  if (!gtk_toggle_button_get_active (button))
    return;

  self->which = GPOINTER_TO_INT (g_object_get_data (G_OBJECT (button), "which"));
  if (self->filter != NULL)
    {
      gtk_filter_changed (GTK_FILTER (self->filter), GTK_FILTER_CHANGE_DIFFERENT);
      show_task_counts (self);
    }
}

/* --- head --- */

static char *
history_words (WfResponsePage *self,
               WfEntity       *incident)
{
  g_autoptr (GPtrArray) levels = wf_entity_objects (incident, "levels");
  g_autoptr (GString) text = g_string_new (wf_wording_value ("incident.state", wf_entity_string (incident, "state")));

  for (guint i = 0; levels != NULL && i < levels->len; i++)
    {
      int level = (int) wf_dict_int (levels->pdata[i], "level", 0);
      g_autofree char *at = wf_ui_format_time (wf_dict_time (levels->pdata[i], "at"), wf_context_now (self->context));
      g_autoptr (GVariant) approval = wf_dict_value (levels->pdata[i], "approval");
      const char *by = approval != NULL ? wf_dict_string (approval, "approved_by") : NULL;

      g_string_append_printf (text, "%s%s %s%s%s", i == 0 ? " · " : " → ", at,
                              level > 0 ? wf_wording_level (level) : _("stood down"), by != NULL ? " " : "",
                              by != NULL ? by : "");
      if (wf_approvals_step_is_unsigned (levels->pdata[i]))
        g_string_append_printf (text, " [%s]", _("unsigned"));
    }

  return g_string_free (g_steal_pointer (&text), FALSE);
}

static void
update_levels (WfResponsePage *self,
               WfEntity       *incident)
{
  int level = (int) wf_entity_int (incident, "level", 0);
  int proposed = (int) wf_entity_int (incident, "proposed_level", 0);

  for (int i = 0; i < 4; i++)
    {
      wf_ui_set_class (self->chips[i], "on", i + 1 == level);
      wf_ui_set_class (self->chips[i], "proposed", level == 0 && i + 1 == proposed);
    }

  g_autofree char *spoken = level > 0 ? g_strdup_printf (_("Level: %s"), wf_wording_level (level))
                            : proposed > 0 ? g_strdup_printf (_("No level yet; proposed: %s"), wf_wording_level (proposed))
                            : g_strdup (_("No level yet"));
  guint n = wf_approvals_count_unsigned (incident);
  const char *basis = wf_entity_string (incident, "proposed_basis");
  g_autofree char *tip = basis != NULL ? g_strdup_printf ("%s\n%s", spoken, basis) : g_strdup (spoken);

  if (level > 0 && n > 0)
    {
      g_autofree char *marked = g_strdup_printf ("%s, %s", spoken, _("unsigned"));

      g_free (spoken);
      spoken = g_steal_pointer (&marked);
    }
  wf_ui_set_name (GTK_WIDGET (self->levels), spoken);
  wf_ui_set_tooltip (GTK_WIDGET (self->levels), tip);
}

static void
update_tooltips (WfResponsePage *self)
{
  guint i = 0;

  for (GtkWidget *child = gtk_widget_get_first_child (GTK_WIDGET (self->actions)); child != NULL;
       child = gtk_widget_get_next_sibling (child), i++)
    {
      const char *reason = wf_dialogs_reason (self->window, steps[i].action);

      wf_ui_set_tooltip (child, reason);
      if (reason != NULL)
        wf_ui_set_description (child, reason);
      else
        gtk_accessible_reset_property (GTK_ACCESSIBLE (child), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION);
    }
}

/* Which steps stand there as buttons: those around where the incident is in its life. */
static void
show_steps (WfResponsePage *self,
            WfEntity       *incident)
{
  static const struct
  {
    const char *state;
    const char *actions;
  } shown[] = {
    { "reported", " verify figures grade activate " },
    { "verified", " figures grade activate " },
    { "graded", " figures grade activate " },
    { "responding", " figures change-level control stand-down " },
    { "controlled", " figures change-level stand-down " },
    { "stood_down", " review archive " },
    { "reviewed", " review archive " },
  };
  const char *actions = " ";
  guint i = 0;

  for (gsize k = 0; k < G_N_ELEMENTS (shown); k++)
    if (wf_entity_is (incident, "state", shown[k].state))
      actions = shown[k].actions;

  for (GtkWidget *child = gtk_widget_get_first_child (GTK_WIDGET (self->actions)); child != NULL;
       child = gtk_widget_get_next_sibling (child), i++)
    {
      g_autofree char *word = g_strdup_printf (" %s ", steps[i].action);

      gtk_widget_set_visible (child, strstr (actions, word) != NULL);
    }
}

static void
update_orders_title (WfResponsePage *self)
{
  g_autofree char *text = g_strdup_printf (_("Forces %u"), self->all_orders != NULL
                                             ? g_list_model_get_n_items (self->all_orders) : 0);

  gtk_label_set_text (self->orders_title, text);
}

static void
update (WfResponsePage *self)
{
  if (self->item == NULL)
    return;

  WfEntity *incident = wf_item_get_entity (self->item);
  g_autofree char *history = history_words (self, incident);

  gtk_label_set_text (self->title, wf_entity_string (incident, "title"));
  gtk_label_set_text (self->history, history);
  wf_ui_set_tooltip (GTK_WIDGET (self->history), history);
  wf_panel_show_unsigned (self->not_signed, incident);
  update_levels (self, incident);
  show_steps (self, incident);
  update_tooltips (self);
  fill_groups (self);
  show_task_counts (self);
  update_orders_title (self);
  wf_panel_fill_reports (self->reports, self->context, wf_item_get_id (self->item), self->reports_state);
}

static gboolean
update_idle_cb (gpointer data)
{
  WfResponsePage *self = data;

  self->idle = 0;
  if (gtk_widget_get_mapped (GTK_WIDGET (self)))
    {
      gtk_filter_changed (GTK_FILTER (self->filter), GTK_FILTER_CHANGE_DIFFERENT);
      gtk_sorter_changed (GTK_SORTER (self->sorter), GTK_SORTER_CHANGE_DIFFERENT);
      update (self);
    }

  return G_SOURCE_REMOVE;
}

static void
queue_update (WfResponsePage *self)
{
  if (self->idle == 0)
    self->idle = g_idle_add_full (G_PRIORITY_HIGH_IDLE, update_idle_cb, self, NULL);
}

/* Something of this incident happened: what its tasks and reports look like is known by then. */
static void
event_cb (WfSession      *session,
          WfEvent        *event,
          gboolean        own,
          WfResponsePage *self)
{
  if (self->item != NULL && g_strcmp0 (event->subject, wf_item_get_id (self->item)) == 0)
    queue_update (self);
}

/* Late is what the clock makes late: counted once a second, and the list is filtered anew only where that changes it. */
static void
tick_cb (WfContext      *context,
         int64_t         now,
         WfResponsePage *self)
{
  if (self->item == NULL || !gtk_widget_get_mapped (GTK_WIDGET (self)))
    return;

  fill_groups (self);
  show_task_counts (self);
  update_tooltips (self);
  if (self->which == FILTER_LATE)
    gtk_filter_changed (GTK_FILTER (self->filter), GTK_FILTER_CHANGE_DIFFERENT);
}

static int
compare_orders (gconstpointer a,
                gconstpointer b,
                gpointer      data)
{
  int64_t l = wf_entity_time (wf_item_get_entity ((WfItem *) a), "ordered_at");
  int64_t r = wf_entity_time (wf_item_get_entity ((WfItem *) b), "ordered_at");

  return l > r ? -1 : l < r;
}

static GtkWidget *
create_order_row (gpointer object,
                  gpointer data)
{
  WfResponsePage *self = data;
  GtkWidget *row = gtk_list_box_row_new ();

  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), wf_order_row_new (self->context, object));
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), FALSE);
  gtk_widget_set_focusable (row, FALSE);
  return row;
}

static void
show_lists (WfResponsePage *self)
{
  WfSession *session = wf_context_get_session (self->context);
  const char *id = wf_item_get_id (self->item);

  self->all_tasks = wf_session_list_children (session, "task", id);
  self->all_reports = wf_session_list_children (session, "report", id);
  self->all_orders = wf_session_list_children (session, "order", id);
  g_signal_connect_object (self->all_tasks, "items-changed", G_CALLBACK (queue_update), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->all_reports, "items-changed", G_CALLBACK (queue_update), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->all_orders, "items-changed", G_CALLBACK (queue_update), self, G_CONNECT_SWAPPED);

  g_set_object (&self->filter, NULL);
  self->filter = gtk_custom_filter_new (task_shown, self, NULL);
  g_set_object (&self->sorter, NULL);
  self->sorter = gtk_custom_sorter_new (compare_tasks, NULL, NULL);
  g_clear_object (&self->shown_tasks);
  self->shown_tasks = gtk_filter_list_model_new (g_object_ref (self->all_tasks), GTK_FILTER (g_object_ref (self->filter)));

  GtkSortListModel *sorted = gtk_sort_list_model_new (G_LIST_MODEL (g_object_ref (self->shown_tasks)),
                                                      GTK_SORTER (g_object_ref (self->sorter)));
  g_autoptr (GtkSingleSelection) selection = gtk_single_selection_new (G_LIST_MODEL (sorted));

  gtk_single_selection_set_autoselect (selection, FALSE);
  gtk_list_view_set_model (self->tasks, GTK_SELECTION_MODEL (selection));

  g_autoptr (GtkSortListModel) orders = gtk_sort_list_model_new (g_object_ref (self->all_orders),
                                                                 GTK_SORTER (gtk_custom_sorter_new (compare_orders, NULL, NULL)));
  gtk_list_box_bind_model (self->orders, G_LIST_MODEL (orders), create_order_row, self, NULL);
}

static void
hide_lists (WfResponsePage *self)
{
  gtk_list_view_set_model (self->tasks, NULL);
  gtk_list_box_bind_model (self->orders, NULL, NULL, NULL, NULL);
  if (self->all_tasks != NULL)
    {
      g_signal_handlers_disconnect_by_func (self->all_tasks, queue_update, self);
      g_signal_handlers_disconnect_by_func (self->all_reports, queue_update, self);
      g_signal_handlers_disconnect_by_func (self->all_orders, queue_update, self);
    }
  g_clear_object (&self->shown_tasks);
  g_clear_object (&self->all_tasks);
  g_clear_object (&self->all_reports);
  g_clear_object (&self->all_orders);
}

static void
incident_cb (WfWindow       *window,
             GParamSpec     *pspec,
             WfResponsePage *self)
{
  WfItem *item = wf_window_get_incident_item (window);

  if (item == self->item && item != NULL)
    return;

  hide_lists (self);
  g_set_object (&self->item, item);
  g_signal_group_set_target (self->watch, item);
  g_clear_pointer (&self->group, g_free);
  wf_reservation_list_set_incident (self->reserved, item != NULL ? wf_item_get_id (item) : NULL);
  wf_media_strip_set_incident (WF_MEDIA_STRIP (self->media), item != NULL ? wf_item_get_id (item) : NULL);
  gtk_stack_set_visible_child_name (self->stack, item != NULL ? "incident" : "empty");
  if (item == NULL)
    return;

  show_lists (self);
  update (self);
}

static void
plans_cb (WfResponsePage *self)
{
  WfPlanWindow *plans = wf_plan_window_new (self->context);

  gtk_window_set_transient_for (GTK_WINDOW (plans), GTK_WINDOW (self->window));
  gtk_window_set_destroy_with_parent (GTK_WINDOW (plans), TRUE);
  wf_plan_window_select (plans, self->item != NULL ? wf_entity_string (wf_item_get_entity (self->item), "plan") : NULL);
  gtk_window_present (GTK_WINDOW (plans));
}

static void
incident_chosen_cb (WfIncidentList *list,
                    const char     *id,
                    WfResponsePage *self)
{
  gtk_menu_button_popdown (self->switch_incident);
  wf_window_set_incident (self->window, id);
}

/* --- overrides --- */

static void
wf_response_page_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (wf_response_page_parent_class)->map (widget);

  queue_update (WF_RESPONSE_PAGE (widget));
}

static void
wf_response_page_dispose (GObject *object)
{
  WfResponsePage *self = WF_RESPONSE_PAGE (object);

  g_clear_handle_id (&self->idle, g_source_remove);
  if (self->tasks != NULL)
    hide_lists (self);
  g_clear_object (&self->filter);
  g_clear_object (&self->sorter);
  g_clear_object (&self->watch);
  g_clear_object (&self->item);
  wf_ui_dispose_template (GTK_WIDGET (self), WF_TYPE_RESPONSE_PAGE);

  G_OBJECT_CLASS (wf_response_page_parent_class)->dispose (object);
}

static void
wf_response_page_finalize (GObject *object)
{
  WfResponsePage *self = WF_RESPONSE_PAGE (object);

  g_clear_object (&self->context);
  g_free (self->group);

  G_OBJECT_CLASS (wf_response_page_parent_class)->finalize (object);
}

static void
wf_response_page_class_init (WfResponsePageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = wf_response_page_dispose;
  object_class->finalize = wf_response_page_finalize;
  widget_class->map = wf_response_page_map;
  gtk_widget_class_set_template_from_resource (widget_class, "/org/watchfire/Watchfire/ui/response/wf-response-page.ui");
  gtk_widget_class_bind_template_child (widget_class, WfResponsePage, stack);
  gtk_widget_class_bind_template_child (widget_class, WfResponsePage, levels);
  gtk_widget_class_bind_template_child (widget_class, WfResponsePage, title);
  gtk_widget_class_bind_template_child (widget_class, WfResponsePage, switch_incident);
  gtk_widget_class_bind_template_child (widget_class, WfResponsePage, history);
  gtk_widget_class_bind_template_child (widget_class, WfResponsePage, not_signed);
  gtk_widget_class_bind_template_child (widget_class, WfResponsePage, actions);
  gtk_widget_class_bind_template_child (widget_class, WfResponsePage, groups);
  gtk_widget_class_bind_template_child (widget_class, WfResponsePage, tasks_title);
  gtk_widget_class_bind_template_child (widget_class, WfResponsePage, filters);
  gtk_widget_class_bind_template_child (widget_class, WfResponsePage, task_stack);
  gtk_widget_class_bind_template_child (widget_class, WfResponsePage, tasks);
  gtk_widget_class_bind_template_child (widget_class, WfResponsePage, no_tasks);
  gtk_widget_class_bind_template_child (widget_class, WfResponsePage, reports_state);
  gtk_widget_class_bind_template_child (widget_class, WfResponsePage, reports);
  gtk_widget_class_bind_template_child (widget_class, WfResponsePage, orders_title);
  gtk_widget_class_bind_template_child (widget_class, WfResponsePage, orders);
  gtk_widget_class_bind_template_child (widget_class, WfResponsePage, reserved_box);
  gtk_widget_class_bind_template_child (widget_class, WfResponsePage, media_box);
  gtk_widget_class_bind_template_callback (widget_class, plans_cb);
  gtk_widget_class_bind_template_callback (widget_class, group_selected_cb);
}

static void
add_filters (WfResponsePage *self)
{
  const char *labels[N_FILTERS] = { C_("tasks", "Open"), C_("tasks", "Overdue"), C_("tasks", "Done"), C_("tasks", "All") };
  GtkWidget *first = NULL;

  for (int i = 0; i < N_FILTERS; i++)
    {
      GtkWidget *button = gtk_toggle_button_new_with_label (labels[i]);

      if (first != NULL)
        gtk_toggle_button_set_group (GTK_TOGGLE_BUTTON (button), GTK_TOGGLE_BUTTON (first));
      else
        first = button;
      g_object_set_data (G_OBJECT (button), "which", GINT_TO_POINTER (i));
      g_signal_connect (button, "toggled", G_CALLBACK (filter_toggled_cb), self);
      gtk_box_append (self->filters, button);
    }

  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (first), TRUE);
}

static void
wf_response_page_init (WfResponsePage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  wf_ui_tend_stack (self->stack);
  wf_ui_tend_stack (self->task_stack);
  wf_ui_tab_leaves (self->groups);
  self->watch = g_signal_group_new (WF_TYPE_ITEM);
  g_signal_group_connect_swapped (self->watch, "notify::entity", G_CALLBACK (queue_update), self);

  for (int i = 0; i < 4; i++)
    {
      self->chips[i] = gtk_label_new (wf_wording_level_glyph (i + 1));
      gtk_widget_add_css_class (self->chips[i], "wf-level");
      gtk_box_append (self->levels, self->chips[i]);
    }

  for (gsize i = 0; i < G_N_ELEMENTS (steps); i++)
    {
      GtkWidget *button = gtk_button_new_with_label (_(steps[i].label));
      g_autofree char *action = g_strdup_printf ("win.%s", steps[i].action);

      gtk_actionable_set_action_name (GTK_ACTIONABLE (button), action);
      gtk_box_append (self->actions, button);
    }
  add_filters (self);
}

/**
 * wf_response_page_new:
 * @window: the window, whose selected incident is shown
 *
 * Returns: (transfer floating): the page
 */
GtkWidget *
wf_response_page_new (WfWindow *window)
{
  WfResponsePage *self = g_object_new (WF_TYPE_RESPONSE_PAGE, NULL);
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();
  GtkWidget *popover = gtk_popover_new ();
  GtkWidget *list;

  self->window = window;
  self->context = g_object_ref (wf_window_get_context (window));
  g_signal_connect (factory, "setup", G_CALLBACK (setup_task_cb), self);
  g_signal_connect (factory, "bind", G_CALLBACK (bind_task_cb), self);
  g_signal_connect (factory, "unbind", G_CALLBACK (unbind_task_cb), self);
  gtk_list_view_set_factory (self->tasks, factory);
  g_object_unref (factory);
  g_signal_connect (self->tasks, "activate", G_CALLBACK (task_activated_cb), self);

  self->reserved = WF_RESERVATION_LIST (wf_reservation_list_new (self->context));
  gtk_widget_set_hexpand (GTK_WIDGET (self->reserved), TRUE);
  gtk_box_append (self->reserved_box, GTK_WIDGET (self->reserved));
  g_object_bind_property (self->reserved, "visible", self->reserved_box, "visible", G_BINDING_SYNC_CREATE);

  self->media = wf_media_strip_new (self->context);
  gtk_box_append (self->media_box, self->media);

  list = wf_incident_list_new (self->context);
  gtk_widget_set_size_request (list, 320, 360);
  gtk_popover_set_child (GTK_POPOVER (popover), list);
  gtk_menu_button_set_popover (self->switch_incident, popover);
  g_signal_connect_object (list, "selected", G_CALLBACK (incident_chosen_cb), self, 0);

  g_signal_connect_object (wf_context_get_session (self->context), "event", G_CALLBACK (event_cb), self, 0);
  g_signal_connect_object (self->context, "tick", G_CALLBACK (tick_cb), self, 0);
  g_signal_connect_object (window, "notify::incident-item", G_CALLBACK (incident_cb), self, 0);
  incident_cb (window, NULL, self);
  return GTK_WIDGET (self);
}
