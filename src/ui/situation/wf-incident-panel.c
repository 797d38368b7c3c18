/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-ui"

#include "config.h"

#include "wf-incident-panel.h"

#include "wf-approvals.h"
#include "wf-level-chip.h"
#include "wf-panel-cards.h"
#include "wf-reservation-list.h"
#include "wf-ui-util.h"
#include "wf-wording.h"

#include <glib/gi18n.h>

#define MOST_TASKS 6
#define MOST_FORCES 12

/**
 * WfIncidentPanel:
 *
 * The selected incident: what is to be reported to whom until when, what is known, the next step, what is to be done and
 * who is on the way. The order of the buttons is the order of the job.
 */
struct _WfIncidentPanel
{
  GtkWidget parent_instance;

  WfLevelChip    *chip;
  GtkLabel       *title;
  GtkLabel       *history;
  GtkButton      *not_signed;
  GtkLabel       *place;
  GtkLabel       *reports_state;
  GtkBox         *reports;
  GtkGrid        *facts;
  GtkButton      *primary;
  GtkButton      *secondary;
  GtkMenuButton  *more;
  GMenu          *incident_menu;
  GtkWidget      *tasks_card;
  GtkLabel       *tasks_title;
  GtkLabel       *tasks_late;
  GtkProgressBar *tasks_bar;
  GtkBox         *tasks;
  GtkLabel       *forces_title;
  GtkLabel       *forces_state;
  GtkBox         *forces;
  GtkBox         *reserved_box;
  GtkGrid        *more_facts;

  WfContext    *context; /* (owned) */
  WfItem       *item;    /* (owned) (nullable) */
  WfReservationList *reserved; /* in its box */
  GSignalGroup *signals; /* (owned) of the item */
};

G_DEFINE_FINAL_TYPE (WfIncidentPanel, wf_incident_panel, GTK_TYPE_WIDGET)

/* The steps of the job: in each state, what comes next and what is often wanted beside it. */
static const struct {
  const char *state;
  const char *primary;
  const char *primary_label;
  const char *secondary;
  const char *secondary_label;
} steps[] = {
  { "reported", "win.verify", N_("Verify"), "win.order", N_("Order forces  F4") },
  { "verified", "win.grade", N_("Judge grade and level"), "win.order", N_("Order forces  F4") },
  { "graded", "win.activate", N_("Activate response"), "win.order", N_("Order forces  F4") },
  { "responding", "win.order", N_("Order forces  F4"), "win.change-level", N_("Change level") },
  { "controlled", "win.stand-down", N_("Stand down"), "win.order", N_("Order forces  F4") },
  { "stood_down", "win.review", N_("Review"), "win.print-report", N_("Print report") },
  { "reviewed", "win.archive", N_("Archive"), "win.print-report", N_("Print report") },
  { "archived", "win.print-report", N_("Print report"), NULL, NULL },
  { "false_report", "win.print-report", N_("Print report"), NULL, NULL },
  { "merged", "win.print-report", N_("Print report"), NULL, NULL },
};

static void
set_button (GtkButton  *button,
            const char *action,
            const char *label)
{
  gtk_widget_set_visible (GTK_WIDGET (button), action != NULL);
  if (action == NULL)
    return;

  if (g_strcmp0 (gtk_button_get_label (button), _(label)) != 0)
    gtk_button_set_label (button, _(label));
  if (g_strcmp0 (gtk_actionable_get_action_name (GTK_ACTIONABLE (button)), action) != 0)
    gtk_actionable_set_action_name (GTK_ACTIONABLE (button), action);
}

static char *
format_history (WfIncidentPanel *self,
                WfEntity        *incident)
{
  g_autoptr (GPtrArray) levels = wf_entity_objects (incident, "levels");
  GString *text = g_string_new (NULL);
  guint n = levels != NULL ? levels->len : 0;

  for (guint i = n > 3 ? n - 3 : 0; i < n; i++)
    {
      GVariant *step = g_ptr_array_index (levels, i);
      int level = (int) wf_dict_int (step, "level", 0);
      g_autofree char *at = wf_ui_format_time (wf_dict_time (step, "at"), wf_context_now (self->context));

      if (text->len > 0)
        g_string_append (text, " → ");
      g_string_append_printf (text, "%s %s", at, level > 0 && level <= 4 ? wf_wording_level (level) : _("stood down"));
      if (wf_approvals_step_is_unsigned (step))
        g_string_append_printf (text, " [%s]", _("unsigned"));
    }
  if (n == 0)
    g_string_append (text, wf_wording_value ("incident.state", wf_entity_string (incident, "state")));

  return g_string_free (text, FALSE);
}

static void
update_cards (WfIncidentPanel *self)
{
  const WfSummary *numbers;
  WfEntity *incident;
  const char *id;
  g_autofree char *text = NULL;

  if (self->item == NULL || !gtk_widget_get_mapped (GTK_WIDGET (self)))
    return;

  id = wf_item_get_id (self->item);
  incident = wf_item_get_entity (self->item);
  numbers = wf_overview_get (wf_context_get_overview (self->context), id);
  wf_panel_fill_reports (self->reports, self->context, id, self->reports_state);

  wf_panel_fill_tasks (self->tasks, self->context, incident, MOST_TASKS);
  gtk_widget_set_visible (self->tasks_card, numbers->tasks > 0);
  text = g_strdup_printf (_("Tasks done %u / %u"), numbers->tasks_done, numbers->tasks);
  gtk_label_set_text (self->tasks_title, text);
  gtk_progress_bar_set_fraction (self->tasks_bar, numbers->tasks > 0 ? (double) numbers->tasks_done / numbers->tasks : 0);
  g_free (text);
  text = numbers->tasks_late > 0 ? g_strdup_printf (g_dngettext (NULL, "%u overdue", "%u overdue", numbers->tasks_late),
                                                    numbers->tasks_late)
                                 : g_strdup ("");
  gtk_label_set_text (self->tasks_late, text);

  wf_panel_fill_forces (self->forces, self->context, incident, MOST_FORCES);
  g_free (text);
  text = g_strdup_printf (_("Forces %u"), numbers->orders_all);
  gtk_label_set_text (self->forces_title, text);
  g_free (text);
  text = numbers->orders > 0 ? g_strdup_printf (_("on scene %u · under way %u"), numbers->orders_there, numbers->orders_moving)
                             : g_strdup (numbers->orders_all > 0 ? _("none at work any more") : "");
  gtk_label_set_text (self->forces_state, text);
}

static void
update (WfIncidentPanel *self)
{
  WfSession *session = wf_context_get_session (self->context);
  WfEntity *incident;
  g_autofree char *history = NULL;
  g_autofree char *class_name = NULL;
  g_autofree char *begun = NULL;
  g_autofree char *place = NULL;
  g_autofree char *called = NULL;

  if (self->item == NULL)
    return;

  incident = wf_item_get_entity (self->item);
  history = format_history (self, incident);
  class_name = wf_ui_class_name (wf_session_get_state (session), wf_session_get_scope (session),
                                 wf_entity_string (incident, "class"));
  begun = wf_ui_format_time (wf_entity_time (incident, "t0"), wf_context_now (self->context));
  called = g_strdup_printf (_("call %s"), begun);
  place = wf_ui_join (" · ", called, class_name,
                      wf_entity_string (incident, "place") != NULL ? wf_entity_string (incident, "place") : "", NULL);

  wf_level_chip_set_incident (self->chip, incident);
  gtk_label_set_text (self->title, wf_entity_string (incident, "title"));
  gtk_label_set_text (self->history, history);
  wf_ui_set_tooltip (GTK_WIDGET (self->history), history);
  wf_panel_show_unsigned (self->not_signed, incident);
  gtk_label_set_text (self->place, place);
  wf_ui_set_tooltip (GTK_WIDGET (self->place), place);
  for (guint i = 0; i < G_N_ELEMENTS (steps); i++)
    if (wf_entity_is (incident, "state", steps[i].state))
      {
        set_button (self->primary, steps[i].primary, steps[i].primary_label);
        set_button (self->secondary, steps[i].secondary, steps[i].secondary_label);
      }
  wf_panel_fill_facts (self->facts, self->context, incident);
  wf_panel_fill_more_facts (self->more_facts, self->context, incident);
  wf_ui_set_name (GTK_WIDGET (self), wf_entity_string (incident, "title"));
  update_cards (self);
}

static void
wf_incident_panel_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (wf_incident_panel_parent_class)->map (widget);

  update_cards (WF_INCIDENT_PANEL (widget));
}

static void
wf_incident_panel_dispose (GObject *object)
{
  WfIncidentPanel *self = WF_INCIDENT_PANEL (object);

  g_clear_object (&self->signals);
  g_clear_object (&self->item);
  g_clear_object (&self->context);
  wf_ui_dispose_template (GTK_WIDGET (self), WF_TYPE_INCIDENT_PANEL);

  G_OBJECT_CLASS (wf_incident_panel_parent_class)->dispose (object);
}

static void
wf_incident_panel_class_init (WfIncidentPanelClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = wf_incident_panel_dispose;
  widget_class->map = wf_incident_panel_map;

  g_type_ensure (WF_TYPE_LEVEL_CHIP);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/watchfire/Watchfire/ui/situation/wf-incident-panel.ui");
  gtk_widget_class_bind_template_child (widget_class, WfIncidentPanel, chip);
  gtk_widget_class_bind_template_child (widget_class, WfIncidentPanel, title);
  gtk_widget_class_bind_template_child (widget_class, WfIncidentPanel, history);
  gtk_widget_class_bind_template_child (widget_class, WfIncidentPanel, not_signed);
  gtk_widget_class_bind_template_child (widget_class, WfIncidentPanel, place);
  gtk_widget_class_bind_template_child (widget_class, WfIncidentPanel, reports_state);
  gtk_widget_class_bind_template_child (widget_class, WfIncidentPanel, reports);
  gtk_widget_class_bind_template_child (widget_class, WfIncidentPanel, facts);
  gtk_widget_class_bind_template_child (widget_class, WfIncidentPanel, primary);
  gtk_widget_class_bind_template_child (widget_class, WfIncidentPanel, secondary);
  gtk_widget_class_bind_template_child (widget_class, WfIncidentPanel, more);
  gtk_widget_class_bind_template_child (widget_class, WfIncidentPanel, incident_menu);
  gtk_widget_class_bind_template_child (widget_class, WfIncidentPanel, tasks_card);
  gtk_widget_class_bind_template_child (widget_class, WfIncidentPanel, tasks_title);
  gtk_widget_class_bind_template_child (widget_class, WfIncidentPanel, tasks_late);
  gtk_widget_class_bind_template_child (widget_class, WfIncidentPanel, tasks_bar);
  gtk_widget_class_bind_template_child (widget_class, WfIncidentPanel, tasks);
  gtk_widget_class_bind_template_child (widget_class, WfIncidentPanel, forces_title);
  gtk_widget_class_bind_template_child (widget_class, WfIncidentPanel, forces_state);
  gtk_widget_class_bind_template_child (widget_class, WfIncidentPanel, forces);
  gtk_widget_class_bind_template_child (widget_class, WfIncidentPanel, reserved_box);
  gtk_widget_class_bind_template_child (widget_class, WfIncidentPanel, more_facts);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
wf_incident_panel_init (WfIncidentPanel *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  wf_ui_set_menu (self->more, G_MENU_MODEL (self->incident_menu));

  self->signals = g_signal_group_new (WF_TYPE_ITEM);
  g_signal_group_connect_object (self->signals, "notify::entity", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
}

/**
 * wf_incident_panel_new:
 * @context: the context
 *
 * Returns: (transfer full): an empty panel
 */
GtkWidget *
wf_incident_panel_new (WfContext *context)
{
  WfIncidentPanel *self = g_object_new (WF_TYPE_INCIDENT_PANEL, NULL);

  self->context = g_object_ref (context);
  self->reserved = WF_RESERVATION_LIST (wf_reservation_list_new (context));
  gtk_widget_set_hexpand (GTK_WIDGET (self->reserved), TRUE);
  gtk_box_append (self->reserved_box, GTK_WIDGET (self->reserved));
  g_object_bind_property (self->reserved, "visible", self->reserved_box, "visible", G_BINDING_SYNC_CREATE);
  g_signal_connect_object (wf_context_get_overview (context), "changed", G_CALLBACK (update_cards), self, G_CONNECT_SWAPPED);

  return GTK_WIDGET (self);
}

/**
 * wf_incident_panel_set_item:
 * @self: a panel
 * @item: (nullable): an incident
 *
 * Shows @item from now on.
 */
void
wf_incident_panel_set_item (WfIncidentPanel *self,
                            WfItem          *item)
{
  g_return_if_fail (WF_IS_INCIDENT_PANEL (self));

  g_set_object (&self->item, item);
  g_signal_group_set_target (self->signals, item);
  wf_reservation_list_set_incident (self->reserved, item != NULL ? wf_item_get_id (item) : NULL);
  update (self);
}
