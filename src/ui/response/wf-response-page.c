/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-ui"

#include "config.h"

#include "wf-response-page.h"

#include "wf-approvals.h"
#include "wf-dialogs.h"
#include "wf-group-list.h"
#include "wf-incident-list.h"
#include "wf-media-strip.h"
#include "wf-order-row.h"
#include "wf-panel-cards.h"
#include "wf-plan-window.h"
#include "wf-reservation-list.h"
#include "wf-task-list.h"
#include "wf-ui-focus.h"
#include "wf-ui-util.h"
#include "wf-wording.h"
#include "wf-wrap-layout.h"

#include <glib/gi18n.h>
#include <string.h>

/**
 * WfResponsePage:
 *
 * One incident's plan at work: its level, the groups, what each has to do and how long is left for it, the reports to above
 * and the forces. What runs is shown by clocks that all follow the context's one beat.
 */
struct _WfResponsePage
{
  GtkWidget        parent_instance;

  /* session's tasks of the incident → group list, task list
   * session's orders of the incident → sorter (newest first) → list box */
  WfWindow        *window; /* (unowned): it owns the page */
  WfContext       *context; /* (owned) */
  GSignalGroup    *watch;
  WfItem          *item; /* (owned) (nullable) */
  GListModel      *all_tasks;
  GListModel      *all_reports;
  GListModel      *all_orders;
  guint            idle;

  GtkStack        *stack;
  GtkBox          *levels;
  GtkLabel        *title;
  GtkMenuButton   *switch_incident;
  GtkLabel        *history;
  GtkButton       *not_signed;
  GtkBox          *actions;
  WfGroupList     *groups;
  WfTaskList      *tasks;
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

/* --- groups and tasks --- */

static void
fill_groups (WfResponsePage *self)
{
  WfSession *session = wf_context_get_session (self->context);
  g_autoptr (WfEntity) plan = wf_state_get (wf_session_get_state (session), wf_session_get_scope (session), "plan",
                                            wf_entity_string (wf_item_get_entity (self->item), "plan"));

  wf_group_list_show (self->groups, wf_item_get_id (self->item), self->all_tasks, plan, wf_context_now (self->context));
}

static void
group_selected_cb (WfResponsePage *self,
                   const char     *group)
{
  wf_task_list_set_group (self->tasks, group);
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
      wf_task_list_refresh (self->tasks);
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

/* Late is what the clock makes late: counted once a second. */
static void
tick_cb (WfContext      *context,
         int64_t         now,
         WfResponsePage *self)
{
  if (self->item == NULL || !gtk_widget_get_mapped (GTK_WIDGET (self)))
    return;

  fill_groups (self);
  wf_task_list_tick (self->tasks);
  update_tooltips (self);
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

  wf_task_list_set_tasks (self->tasks, self->all_tasks);

  g_autoptr (GtkSortListModel) orders = gtk_sort_list_model_new (g_object_ref (self->all_orders),
                                                                 GTK_SORTER (gtk_custom_sorter_new (compare_orders, NULL, NULL)));
  gtk_list_box_bind_model (self->orders, G_LIST_MODEL (orders), create_order_row, self, NULL);
}

static void
hide_lists (WfResponsePage *self)
{
  wf_task_list_set_tasks (self->tasks, NULL);
  gtk_list_box_bind_model (self->orders, NULL, NULL, NULL, NULL);
  if (self->all_tasks != NULL)
    {
      g_signal_handlers_disconnect_by_func (self->all_tasks, queue_update, self);
      g_signal_handlers_disconnect_by_func (self->all_reports, queue_update, self);
      g_signal_handlers_disconnect_by_func (self->all_orders, queue_update, self);
    }
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
  wf_task_list_set_group (self->tasks, NULL);
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
  g_type_ensure (WF_TYPE_GROUP_LIST);
  g_type_ensure (WF_TYPE_TASK_LIST);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/watchfire/Watchfire/ui/response/wf-response-page.ui");
  gtk_widget_class_bind_template_child (widget_class, WfResponsePage, stack);
  gtk_widget_class_bind_template_child (widget_class, WfResponsePage, levels);
  gtk_widget_class_bind_template_child (widget_class, WfResponsePage, title);
  gtk_widget_class_bind_template_child (widget_class, WfResponsePage, switch_incident);
  gtk_widget_class_bind_template_child (widget_class, WfResponsePage, history);
  gtk_widget_class_bind_template_child (widget_class, WfResponsePage, not_signed);
  gtk_widget_class_bind_template_child (widget_class, WfResponsePage, actions);
  gtk_widget_class_bind_template_child (widget_class, WfResponsePage, groups);
  gtk_widget_class_bind_template_child (widget_class, WfResponsePage, tasks);
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
wf_response_page_init (WfResponsePage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  wf_ui_tend_stack (self->stack);
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
  GtkWidget *popover = gtk_popover_new ();
  GtkWidget *list;

  self->window = window;
  self->context = g_object_ref (wf_window_get_context (window));
  wf_task_list_set_context (self->tasks, self->context);

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
