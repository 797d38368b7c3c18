/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-ui"

#include "config.h"

#include "wf-incident-row.h"

#include "wf-clock-label.h"
#include "wf-level-chip.h"
#include "wf-ui-util.h"
#include "wf-wording.h"

#include <glib/gi18n.h>

/**
 * WfIncidentRow:
 *
 * An incident in the list: its level, what and where, how long it goes on, and how much is late.
 */
struct _WfIncidentRow
{
  GtkWidget parent_instance;

  WfLevelChip  *chip;
  GtkLabel     *title;
  WfClockLabel *elapsed;
  GtkLabel     *facts;
  GtkLabel     *state;

  WfContext    *context; /* (owned) */
  WfItem       *item;    /* (owned) (nullable) */
  GSignalGroup *signals; /* (owned) of the item */
};

G_DEFINE_FINAL_TYPE (WfIncidentRow, wf_incident_row, GTK_TYPE_WIDGET)

static void
update_state (WfIncidentRow *self)
{
  WfEntity *incident;
  guint late;
  g_autofree char *text = NULL;
  g_autofree char *name = NULL;

  if (self->item == NULL)
    return;

  incident = wf_item_get_entity (self->item);
  late = wf_overview_get_late (wf_context_get_overview (self->context), wf_item_get_id (self->item));
  if (wf_item_get_pending (self->item))
    text = g_strdup (_("waits to be sent"));
  else if (late > 0)
    text = g_strdup_printf (g_dngettext (NULL, "%u overdue", "%u overdue", late), late);
  else
    text = g_strdup (wf_wording_value ("incident.state", wf_entity_string (incident, "state")));
  wf_ui_set_class (GTK_WIDGET (self->state), "wf-late", late > 0);
  wf_ui_set_class (GTK_WIDGET (self->state), "wf-dim", late == 0);
  gtk_label_set_text (self->state, text);

  name = wf_incident_row_describe (self);
  wf_ui_set_row_name (GTK_WIDGET (self), name);
}

static void
update (WfIncidentRow *self)
{
  WfSession *session = wf_context_get_session (self->context);
  WfEntity *incident;
  g_autofree char *class_name = NULL;
  g_autofree char *casualties = NULL;
  g_autofree char *facts = NULL;
  g_autoptr (GVariant) counted = NULL;
  const char *place;

  if (self->item == NULL)
    return;

  incident = wf_item_get_entity (self->item);
  class_name = wf_ui_class_name (wf_session_get_state (session), wf_session_get_scope (session),
                                 wf_entity_string (incident, "class"));
  place = wf_entity_string (incident, "place");
  counted = wf_entity_value (incident, "casualties");
  casualties = counted != NULL ? wf_ui_casualties_short (counted) : g_strdup ("");
  /* The place comes last: it is what may be cut, and the map says it too. */
  facts = wf_ui_join (" · ", class_name, casualties, place != NULL ? place : "", NULL);

  wf_level_chip_set_incident (self->chip, incident);
  gtk_label_set_text (self->title, wf_entity_string (incident, "title"));
  gtk_label_set_text (self->facts, facts);
  wf_ui_keep_figures (self->facts);
  wf_ui_set_tooltip (GTK_WIDGET (self->facts), facts);
  if (wf_ui_incident_is_open (incident))
    wf_clock_label_set_since (self->elapsed, wf_entity_time (incident, "t0"));
  else
    {
      g_autofree char *begun = wf_ui_format_time (wf_entity_time (incident, "t0"), wf_context_now (self->context));

      wf_clock_label_set_text (self->elapsed, begun);
    }
  update_state (self);
}

static void
wf_incident_row_dispose (GObject *object)
{
  WfIncidentRow *self = WF_INCIDENT_ROW (object);

  g_clear_object (&self->signals);
  g_clear_object (&self->item);
  g_clear_object (&self->context);
  wf_ui_dispose_template (GTK_WIDGET (self), WF_TYPE_INCIDENT_ROW);

  G_OBJECT_CLASS (wf_incident_row_parent_class)->dispose (object);
}

static void
wf_incident_row_class_init (WfIncidentRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = wf_incident_row_dispose;

  g_type_ensure (WF_TYPE_LEVEL_CHIP);
  g_type_ensure (WF_TYPE_CLOCK_LABEL);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/watchfire/Watchfire/ui/situation/wf-incident-row.ui");
  gtk_widget_class_bind_template_child (widget_class, WfIncidentRow, chip);
  gtk_widget_class_bind_template_child (widget_class, WfIncidentRow, title);
  gtk_widget_class_bind_template_child (widget_class, WfIncidentRow, elapsed);
  gtk_widget_class_bind_template_child (widget_class, WfIncidentRow, facts);
  gtk_widget_class_bind_template_child (widget_class, WfIncidentRow, state);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BOX_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "wfincident");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
wf_incident_row_init (WfIncidentRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));

  self->signals = g_signal_group_new (WF_TYPE_ITEM);
  g_signal_group_connect_object (self->signals, "notify::entity", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  g_signal_group_connect_object (self->signals, "notify::pending", G_CALLBACK (update_state), self, G_CONNECT_SWAPPED);
}

/**
 * wf_incident_row_new:
 * @context: the context
 *
 * Returns: (transfer full): an empty row
 */
GtkWidget *
wf_incident_row_new (WfContext *context)
{
  WfIncidentRow *self = g_object_new (WF_TYPE_INCIDENT_ROW, NULL);

  self->context = g_object_ref (context);
  wf_clock_label_set_context (self->elapsed, context);
  g_signal_connect_object (wf_context_get_overview (context), "changed", G_CALLBACK (update_state), self, G_CONNECT_SWAPPED);

  return GTK_WIDGET (self);
}

/**
 * wf_incident_row_set_item:
 * @self: a row
 * @item: (nullable): an incident
 *
 * Shows @item from now on.
 */
void
wf_incident_row_set_item (WfIncidentRow *self,
                          WfItem        *item)
{
  g_return_if_fail (WF_IS_INCIDENT_ROW (self));

  g_set_object (&self->item, item);
  g_signal_group_set_target (self->signals, item);
  update (self);
}

/**
 * wf_incident_row_describe:
 * @self: a row
 *
 * Returns: (transfer full): what a screen reader says: "Ammonia leak, level II, 35 min, 2 overdue"
 */
char *
wf_incident_row_describe (WfIncidentRow *self)
{
  WfEntity *incident;
  g_autofree char *elapsed = NULL;
  int level;

  g_return_val_if_fail (WF_IS_INCIDENT_ROW (self), NULL);

  if (self->item == NULL)
    return g_strdup ("");

  incident = wf_item_get_entity (self->item);
  level = wf_ui_incident_level (incident);
  elapsed = wf_ui_format_elapsed (wf_entity_time (incident, "t0"), wf_context_now (self->context));

  return wf_ui_join (_(", "),
                     wf_entity_string (incident, "title"),
                     !wf_ui_incident_is_open (incident) ? _("Over")
                     : level > 0 ? wf_wording_level (level) : _("No level yet"),
                     elapsed, gtk_label_get_text (self->state), NULL);
}
