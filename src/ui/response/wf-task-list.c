/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-ui"

#include "config.h"

#include "wf-task-list.h"

#include "wf-task-row.h"
#include "wf-ui-focus.h"
#include "wf-ui-util.h"

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
 * WfTaskList:
 *
 * The tasks of one incident: how many are done, which ones are shown, and those with the time that is left for each.
 */
struct _WfTaskList
{
  GtkWidget           parent_instance;

  /* tasks of the incident → filter (state and group) → sorter (deadline) → list view */
  WfContext          *context; /* (owned) (nullable) until it is set */
  GListModel         *tasks;   /* (owned) (nullable) */
  GtkFilterListModel *shown;   /* (owned) (nullable) */
  GtkCustomFilter    *filter;  /* (owned) */
  GtkCustomSorter    *sorter;  /* (owned) */
  TaskFilter          which;
  char               *group;   /* (owned) (nullable): whose tasks are shown */

  GtkLabel           *title;
  GtkBox             *filters;
  GtkStack           *stack;
  GtkListView        *view;
  GtkLabel           *none;
};

G_DEFINE_FINAL_TYPE (WfTaskList, wf_task_list, GTK_TYPE_WIDGET)

static gboolean
task_shown (gpointer object,
            gpointer data)
{
  WfTaskList *self = data;
  WfEntity *task = wf_item_get_entity (object);
  const char *group = wf_entity_string (task, "group");

  if (self->group != NULL && g_strcmp0 (self->group, group != NULL ? group : "") != 0)
    return FALSE;

  switch (self->which)
    {
    case FILTER_OPEN:
      return wf_ui_task_is_open (task);
    case FILTER_LATE:
      return wf_ui_task_is_late (task, wf_context_now (self->context));
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
  gboolean left_open = wf_ui_task_is_open (left);
  gboolean right_open = wf_ui_task_is_open (right);
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
setup_cb (GtkSignalListItemFactory *factory,
          GtkListItem              *item,
          WfTaskList               *self)
{
  gtk_list_item_set_child (item, wf_task_row_new (self->context));
  gtk_list_item_set_activatable (item, TRUE);
}

static void
bind_cb (GtkSignalListItemFactory *factory,
         GtkListItem              *item,
         WfTaskList               *self)
{
  wf_task_row_set_item (WF_TASK_ROW (gtk_list_item_get_child (item)), gtk_list_item_get_item (item));
}

static void
unbind_cb (GtkSignalListItemFactory *factory,
           GtkListItem              *item,
           WfTaskList               *self)
{
  wf_task_row_set_item (WF_TASK_ROW (gtk_list_item_get_child (item)), NULL);
}

static void
activated_cb (GtkListView *view,
              guint        position,
              WfTaskList  *self)
{
  g_autoptr (WfItem) item = g_list_model_get_item (G_LIST_MODEL (gtk_list_view_get_model (view)), position);

  if (wf_ui_task_is_open (wf_item_get_entity (item)))
    gtk_widget_activate_action (GTK_WIDGET (self), "win.task-feedback", "s", wf_item_get_id (item));
}

static void
show_counts (WfTaskList *self)
{
  guint done = 0, late = 0, all = 0;
  int64_t now = wf_context_now (self->context);
  guint n = self->tasks != NULL ? g_list_model_get_n_items (self->tasks) : 0;

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (WfItem) item = g_list_model_get_item (self->tasks, i);
      WfEntity *task = wf_item_get_entity (item);

      if (wf_entity_is (task, "state", "struck"))
        continue;
      all++;
      done += wf_entity_is (task, "state", "done");
      late += wf_ui_task_is_late (task, now);
    }

  g_autofree char *text = late > 0 ? g_strdup_printf (_("Tasks %u / %u · %u overdue"), done, all, late)
                                   : g_strdup_printf (_("Tasks %u / %u"), done, all);

  if (strcmp (gtk_label_get_text (self->title), text) != 0)
    gtk_label_set_text (self->title, text);
  wf_ui_set_class (GTK_WIDGET (self->title), "wf-late", late > 0);

  gboolean any = self->shown != NULL && g_list_model_get_n_items (G_LIST_MODEL (self->shown)) > 0;
  gtk_stack_set_visible_child_name (self->stack, any ? "list" : "none");
  gtk_label_set_text (self->none,
                      all == 0 ? _("There are no tasks yet. They come with the report and with the activation of a plan.")
                               : _("No task here."));
}

static void
filter_anew (WfTaskList *self)
{
  if (self->tasks == NULL)
    return;

  gtk_filter_changed (GTK_FILTER (self->filter), GTK_FILTER_CHANGE_DIFFERENT);
  show_counts (self);
}

static void
filter_toggled_cb (GtkToggleButton *button,
                   WfTaskList      *self)
{
  if (!gtk_toggle_button_get_active (button))
    return;

  self->which = GPOINTER_TO_INT (g_object_get_data (G_OBJECT (button), "which"));
  filter_anew (self);
}

/* --- overrides --- */

static void
wf_task_list_dispose (GObject *object)
{
  WfTaskList *self = WF_TASK_LIST (object);

  if (self->view != NULL)
    wf_task_list_set_tasks (self, NULL);
  g_clear_object (&self->filter);
  g_clear_object (&self->sorter);
  wf_ui_dispose_template (GTK_WIDGET (self), WF_TYPE_TASK_LIST);
  g_clear_object (&self->context);

  G_OBJECT_CLASS (wf_task_list_parent_class)->dispose (object);
}

static void
wf_task_list_finalize (GObject *object)
{
  g_free (WF_TASK_LIST (object)->group);

  G_OBJECT_CLASS (wf_task_list_parent_class)->finalize (object);
}

static void
wf_task_list_class_init (WfTaskListClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = wf_task_list_dispose;
  G_OBJECT_CLASS (klass)->finalize = wf_task_list_finalize;

  gtk_widget_class_set_template_from_resource (widget_class, "/org/watchfire/Watchfire/ui/response/wf-task-list.ui");
  gtk_widget_class_bind_template_child (widget_class, WfTaskList, title);
  gtk_widget_class_bind_template_child (widget_class, WfTaskList, filters);
  gtk_widget_class_bind_template_child (widget_class, WfTaskList, stack);
  gtk_widget_class_bind_template_child (widget_class, WfTaskList, view);
  gtk_widget_class_bind_template_child (widget_class, WfTaskList, none);
}

static void
add_filters (WfTaskList *self)
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
wf_task_list_init (WfTaskList *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  wf_ui_tend_stack (self->stack);
  self->filter = gtk_custom_filter_new (task_shown, self, NULL);
  self->sorter = gtk_custom_sorter_new (compare_tasks, NULL, NULL);
  add_filters (self);
  g_signal_connect (self->view, "activate", G_CALLBACK (activated_cb), self);
}

/* --- public --- */

/**
 * wf_task_list_set_context:
 * @self: the list, which has none yet
 * @context: what the screens work with
 */
void
wf_task_list_set_context (WfTaskList *self,
                          WfContext  *context)
{
  g_autoptr (GtkListItemFactory) factory = gtk_signal_list_item_factory_new ();

  g_return_if_fail (WF_IS_TASK_LIST (self));
  g_return_if_fail (self->context == NULL);

  self->context = g_object_ref (context);
  g_signal_connect (factory, "setup", G_CALLBACK (setup_cb), self);
  g_signal_connect (factory, "bind", G_CALLBACK (bind_cb), self);
  g_signal_connect (factory, "unbind", G_CALLBACK (unbind_cb), self);
  gtk_list_view_set_factory (self->view, factory);
}

/**
 * wf_task_list_set_tasks:
 * @self: the list
 * @tasks: (nullable): of #WfItem: the tasks of the incident that is shown
 */
void
wf_task_list_set_tasks (WfTaskList *self,
                        GListModel *tasks)
{
  g_autoptr (GtkSingleSelection) selection = NULL;
  GtkSortListModel *sorted;

  g_return_if_fail (WF_IS_TASK_LIST (self));

  gtk_list_view_set_model (self->view, NULL);
  g_clear_object (&self->shown);
  g_set_object (&self->tasks, tasks);
  if (tasks == NULL)
    return;

  self->shown = gtk_filter_list_model_new (g_object_ref (tasks), GTK_FILTER (g_object_ref (self->filter)));
  sorted = gtk_sort_list_model_new (G_LIST_MODEL (g_object_ref (self->shown)), GTK_SORTER (g_object_ref (self->sorter)));
  selection = gtk_single_selection_new (G_LIST_MODEL (sorted));
  gtk_single_selection_set_autoselect (selection, FALSE);
  gtk_list_view_set_model (self->view, GTK_SELECTION_MODEL (selection));
  show_counts (self);
}

/**
 * wf_task_list_set_group:
 * @self: the list
 * @group: (nullable): the group whose tasks are shown, empty for those of none; %NULL for those of all
 */
void
wf_task_list_set_group (WfTaskList *self,
                        const char *group)
{
  g_return_if_fail (WF_IS_TASK_LIST (self));

  g_free (self->group);
  self->group = g_strdup (group);
  filter_anew (self);
}

/**
 * wf_task_list_refresh:
 * @self: the list
 *
 * Something in the tasks has changed: which are shown, and in which order, is found out anew.
 */
void
wf_task_list_refresh (WfTaskList *self)
{
  g_return_if_fail (WF_IS_TASK_LIST (self));

  gtk_sorter_changed (GTK_SORTER (self->sorter), GTK_SORTER_CHANGE_DIFFERENT);
  filter_anew (self);
}

/**
 * wf_task_list_tick:
 * @self: the list
 *
 * Time has passed: what is late is counted, and the list is filtered anew only where that changes it.
 */
void
wf_task_list_tick (WfTaskList *self)
{
  g_return_if_fail (WF_IS_TASK_LIST (self));

  if (self->which == FILTER_LATE)
    filter_anew (self);
  else
    show_counts (self);
}
