/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-ui"

#include "config.h"

#include "wf-group-list.h"

#include "wf-item.h"
#include "wf-ui-focus.h"
#include "wf-ui-util.h"
#include "wf-wrap-layout.h"

#include <glib/gi18n.h>
#include <string.h>

/**
 * WfGroupList:
 *
 * The working groups of one incident, who leads each, and how far each is with its tasks.
 */
struct _WfGroupList
{
  GtkWidget   parent_instance;

  GtkListBox *list;
  char       *incident;  /* (owned) (nullable): whose groups these are */
  char       *group;     /* (owned) (nullable): the selected one's key */
  char       *signature; /* (owned) (nullable): of what is shown */
  gboolean    filling;
};

enum {
  SELECTED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (WfGroupList, wf_group_list, GTK_TYPE_WIDGET)

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
collect_groups (GListModel *tasks,
                WfEntity   *plan,
                int64_t     now)
{
  GPtrArray *groups = g_ptr_array_new_with_free_func (group_free);
  g_autoptr (GPtrArray) of_plan = plan != NULL ? wf_entity_objects (plan, "groups") : NULL;
  guint n = tasks != NULL ? g_list_model_get_n_items (tasks) : 0;

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (WfItem) item = g_list_model_get_item (tasks, i);
      WfEntity *task = wf_item_get_entity (item);
      const char *name = wf_entity_string (task, "group");
      Group *group;

      if (wf_entity_is (task, "state", "struck"))
        continue;
      group = group_for (groups, name != NULL ? name : "");
      group->all++;
      group->done += wf_entity_is (task, "state", "done");
      group->late += wf_ui_task_is_late (task, now);
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
add_row (WfGroupList *self,
         const char  *key,
         const char  *name,
         const char  *lead,
         guint        done,
         guint        all,
         guint        late)
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
  gtk_list_box_append (self->list, row);
  if (g_strcmp0 (key, self->group) == 0)
    gtk_list_box_select_row (self->list, GTK_LIST_BOX_ROW (row));
}

static void
row_selected_cb (WfGroupList   *self,
                 GtkListBoxRow *row)
{
  if (row == NULL || self->filling)
    return;

  g_free (self->group);
  self->group = g_strdup (g_object_get_data (G_OBJECT (row), "group"));
  g_signal_emit (self, signals[SELECTED], 0, self->group);
}

/* --- overrides --- */

static void
wf_group_list_dispose (GObject *object)
{
  wf_ui_dispose_template (GTK_WIDGET (object), WF_TYPE_GROUP_LIST);

  G_OBJECT_CLASS (wf_group_list_parent_class)->dispose (object);
}

static void
wf_group_list_finalize (GObject *object)
{
  WfGroupList *self = WF_GROUP_LIST (object);

  g_free (self->incident);
  g_free (self->group);
  g_free (self->signature);

  G_OBJECT_CLASS (wf_group_list_parent_class)->finalize (object);
}

static void
wf_group_list_class_init (WfGroupListClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = wf_group_list_dispose;
  G_OBJECT_CLASS (klass)->finalize = wf_group_list_finalize;

  signals[SELECTED] = g_signal_new ("selected", WF_TYPE_GROUP_LIST, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                    G_TYPE_NONE, 1, G_TYPE_STRING);

  gtk_widget_class_set_template_from_resource (widget_class, "/org/watchfire/Watchfire/ui/response/wf-group-list.ui");
  gtk_widget_class_bind_template_child (widget_class, WfGroupList, list);
  gtk_widget_class_bind_template_callback (widget_class, row_selected_cb);
}

static void
wf_group_list_init (WfGroupList *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  wf_ui_tab_leaves (self->list);
}

/* --- public --- */

/* Of another incident all groups are shown first. */
static void
set_incident (WfGroupList *self,
              const char  *incident)
{
  if (g_strcmp0 (incident, self->incident) == 0)
    return;

  g_free (self->incident);
  self->incident = g_strdup (incident);
  g_clear_pointer (&self->group, g_free);
  g_clear_pointer (&self->signature, g_free);
}

/**
 * wf_group_list_show:
 * @self: the list
 * @incident: id of the incident
 * @tasks: (nullable): of #WfItem: its tasks
 * @plan: (nullable): its plan, which says who leads
 * @now: the time
 *
 * Shows the groups that have tasks. Rows are made anew only where something differs: a selected row, or one under the
 * pointer, does not jump.
 */
void
wf_group_list_show (WfGroupList *self,
                    const char  *incident,
                    GListModel  *tasks,
                    WfEntity    *plan,
                    int64_t      now)
{
  g_autoptr (GPtrArray) groups = collect_groups (tasks, plan, now);
  g_autoptr (GString) signature = g_string_new (NULL);
  guint done = 0, all = 0, late = 0;
  GtkListBoxRow *row;

  g_return_if_fail (WF_IS_GROUP_LIST (self));

  set_incident (self, incident);
  for (guint i = 0; i < groups->len; i++)
    {
      Group *group = groups->pdata[i];

      done += group->done;
      all += group->all;
      late += group->late;
      g_string_append_printf (signature, "|%s %u %u %u", group->name, group->done, group->all, group->late);
    }
  if (g_strcmp0 (self->signature, signature->str) == 0)
    return;

  g_free (self->signature);
  self->signature = g_strdup (signature->str);
  self->filling = TRUE;
  while ((row = gtk_list_box_get_row_at_index (self->list, 0)) != NULL)
    gtk_list_box_remove (self->list, GTK_WIDGET (row));

  add_row (self, NULL, _("All groups"), NULL, done, all, late);
  for (guint i = 0; i < groups->len; i++)
    {
      Group *group = groups->pdata[i];

      add_row (self, group->name, group->name[0] != '\0' ? group->name : _("No group"), group->lead, group->done,
               group->all, group->late);
    }
  self->filling = FALSE;
}
