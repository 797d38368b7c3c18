/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-ui"

#include "config.h"

#include "wf-incident-list.h"

#include "wf-incident-row.h"
#include "wf-ui-util.h"

#include <glib/gi18n.h>

/**
 * WfIncidentList:
 *
 * The incidents, most urgent first.
 *
 *   session's incidents → those with something left to do (or all) → sorted by urgency → selection → list view
 */
struct _WfIncidentList
{
  GtkWidget parent_instance;

  GtkLabel        *title;
  GtkToggleButton *show_over;
  GtkListView     *view;
  GtkStack        *stack;

  WfContext          *context;   /* (owned) */
  GtkCustomFilter    *filter;    /* (owned) */
  GtkCustomSorter    *sorter;    /* (owned) */
  GtkSingleSelection *selection; /* (owned) */
  GArray             *order;     /* (owned) of guint64: what the last sorting rested on */
  gboolean            selecting; /* by the program, not by a person */
};

enum {
  SELECTED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (WfIncidentList, wf_incident_list, GTK_TYPE_WIDGET)

/* Smaller is more urgent: the level in force; a new one, of which nobody knows yet, stands between the third and the
 * fourth; what is under control comes after, what is over last. */
static guint
get_rank (WfEntity *incident)
{
  int level = wf_ui_incident_level (incident);
  guint rank;

  if (!wf_ui_incident_is_open (incident))
    return 100;
  rank = level == 0 ? 7 : (guint) level * 2;
  if (wf_entity_is (incident, "state", "controlled"))
    rank += 20;

  return rank;
}

static int
compare (gconstpointer a,
         gconstpointer b,
         gpointer      data)
{
  WfIncidentList *self = data;
  WfOverview *overview = wf_context_get_overview (self->context);
  WfItem *item_a = (WfItem *) a;
  WfItem *item_b = (WfItem *) b;
  WfEntity *incident_a = wf_item_get_entity (item_a);
  WfEntity *incident_b = wf_item_get_entity (item_b);
  guint rank_a = get_rank (incident_a);
  guint rank_b = get_rank (incident_b);
  guint late_a, late_b;
  int64_t t0_a, t0_b;

  if (rank_a != rank_b)
    return rank_a < rank_b ? GTK_ORDERING_SMALLER : GTK_ORDERING_LARGER;

  late_a = wf_overview_get_late (overview, wf_item_get_id (item_a));
  late_b = wf_overview_get_late (overview, wf_item_get_id (item_b));
  if (late_a != late_b)
    return late_a > late_b ? GTK_ORDERING_SMALLER : GTK_ORDERING_LARGER;

  t0_a = wf_entity_time (incident_a, "t0");
  t0_b = wf_entity_time (incident_b, "t0");

  return t0_a > t0_b ? GTK_ORDERING_SMALLER : t0_a < t0_b ? GTK_ORDERING_LARGER : GTK_ORDERING_EQUAL;
}

static gboolean
filter_item (gpointer item,
             gpointer data)
{
  WfIncidentList *self = data;

  return gtk_toggle_button_get_active (self->show_over) || !wf_ui_incident_is_done (wf_item_get_entity (item));
}

/* Sorting again moves the rows under the pointer: it is done only where what it rests on has changed. */
static void
overview_cb (WfIncidentList *self)
{
  GListModel *incidents = wf_session_list (wf_context_get_session (self->context), "incident");
  guint n = g_list_model_get_n_items (incidents);
  g_autoptr (GArray) order = g_array_sized_new (FALSE, TRUE, sizeof (guint64), n);
  g_autofree char *title = NULL;
  guint open = 0;

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (WfItem) item = g_list_model_get_item (incidents, i);
      guint rank = get_rank (wf_item_get_entity (item));
      guint64 key = (guint64) rank << 32 | wf_overview_get_late (wf_context_get_overview (self->context), wf_item_get_id (item));

      g_array_append_val (order, key);
      open += rank < 100;
    }

  title = g_strdup_printf (_("Incidents %u"), open);
  gtk_label_set_text (self->title, title);
  if (order->len == self->order->len
      && (order->len == 0 || memcmp (order->data, self->order->data, order->len * sizeof (guint64)) == 0))
    return;

  g_array_unref (self->order);
  self->order = g_steal_pointer (&order);
  self->selecting = TRUE;
  gtk_filter_changed (GTK_FILTER (self->filter), GTK_FILTER_CHANGE_DIFFERENT);
  gtk_sorter_changed (GTK_SORTER (self->sorter), GTK_SORTER_CHANGE_DIFFERENT);
  self->selecting = FALSE;
  gtk_stack_set_visible_child_name (self->stack,
                                    g_list_model_get_n_items (G_LIST_MODEL (self->selection)) > 0 ? "list" : "empty");
}

static void
show_over_cb (WfIncidentList *self)
{
  if (self->filter == NULL)
    return;

  gtk_filter_changed (GTK_FILTER (self->filter), GTK_FILTER_CHANGE_DIFFERENT);
  gtk_stack_set_visible_child_name (self->stack,
                                    g_list_model_get_n_items (G_LIST_MODEL (self->selection)) > 0 ? "list" : "empty");
}

static void
selected_cb (WfIncidentList *self)
{
  WfItem *item = gtk_single_selection_get_selected_item (self->selection);

  if (item != NULL && !self->selecting)
    g_signal_emit (self, signals[SELECTED], 0, wf_item_get_id (item));
}

/* A click on the row that is selected already, as the way back from something else's card. Single-click activation would do
 * that too, but it also selects whatever the pointer merely passes. The press counts: GTK gives a click up when the rows are laid
 * out anew before the release. */
static void
pressed_cb (WfIncidentList *self)
{
  selected_cb (self);
}

static void
activate_cb (WfIncidentList *self,
             guint           position)
{
  g_autoptr (WfItem) item = g_list_model_get_item (G_LIST_MODEL (self->selection), position);

  if (item != NULL)
    g_signal_emit (self, signals[SELECTED], 0, wf_item_get_id (item));
}

static void
setup_cb (WfIncidentList *self,
          GtkListItem    *list_item)
{
  gtk_list_item_set_child (list_item, wf_incident_row_new (self->context));
}

static void
bind_cb (WfIncidentList *self,
         GtkListItem    *list_item)
{
  wf_incident_row_set_item (WF_INCIDENT_ROW (gtk_list_item_get_child (list_item)), gtk_list_item_get_item (list_item));
}

static void
unbind_cb (WfIncidentList *self,
           GtkListItem    *list_item)
{
  wf_incident_row_set_item (WF_INCIDENT_ROW (gtk_list_item_get_child (list_item)), NULL);
}

static void
wf_incident_list_dispose (GObject *object)
{
  WfIncidentList *self = WF_INCIDENT_LIST (object);

  wf_ui_dispose_template (GTK_WIDGET (self), WF_TYPE_INCIDENT_LIST);
  g_clear_object (&self->selection);
  g_clear_object (&self->filter);
  g_clear_object (&self->sorter);
  g_clear_object (&self->context);

  G_OBJECT_CLASS (wf_incident_list_parent_class)->dispose (object);
}

static void
wf_incident_list_finalize (GObject *object)
{
  WfIncidentList *self = WF_INCIDENT_LIST (object);

  g_clear_pointer (&self->order, g_array_unref);

  G_OBJECT_CLASS (wf_incident_list_parent_class)->finalize (object);
}

static void
wf_incident_list_class_init (WfIncidentListClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = wf_incident_list_dispose;
  object_class->finalize = wf_incident_list_finalize;

  signals[SELECTED] = g_signal_new ("selected", WF_TYPE_INCIDENT_LIST, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                    G_TYPE_NONE, 1, G_TYPE_STRING);

  gtk_widget_class_set_template_from_resource (widget_class, "/org/watchfire/Watchfire/ui/situation/wf-incident-list.ui");
  gtk_widget_class_bind_template_child (widget_class, WfIncidentList, title);
  gtk_widget_class_bind_template_child (widget_class, WfIncidentList, show_over);
  gtk_widget_class_bind_template_child (widget_class, WfIncidentList, view);
  gtk_widget_class_bind_template_child (widget_class, WfIncidentList, stack);
  gtk_widget_class_bind_template_callback (widget_class, show_over_cb);
  gtk_widget_class_bind_template_callback (widget_class, activate_cb);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BOX_LAYOUT);
}

static void
wf_incident_list_init (WfIncidentList *self)
{
  GtkGesture *click = gtk_gesture_click_new ();

  self->order = g_array_new (FALSE, TRUE, sizeof (guint64));
  gtk_widget_init_template (GTK_WIDGET (self));
  wf_ui_tend_stack (self->stack);
  gtk_event_controller_set_propagation_phase (GTK_EVENT_CONTROLLER (click), GTK_PHASE_CAPTURE);
  g_signal_connect_object (click, "pressed", G_CALLBACK (pressed_cb), self, G_CONNECT_SWAPPED);
  gtk_widget_add_controller (GTK_WIDGET (self->view), GTK_EVENT_CONTROLLER (click));
}

/**
 * wf_incident_list_new:
 * @context: the context
 *
 * Returns: (transfer full): the list of incidents
 */
GtkWidget *
wf_incident_list_new (WfContext *context)
{
  WfIncidentList *self = g_object_new (WF_TYPE_INCIDENT_LIST, NULL);
  GListModel *incidents = wf_session_list (wf_context_get_session (context), "incident");
  g_autoptr (GtkListItemFactory) factory = gtk_signal_list_item_factory_new ();
  GtkFilterListModel *open;
  GtkSortListModel *sorted;

  self->context = g_object_ref (context);
  self->filter = gtk_custom_filter_new (filter_item, self, NULL);
  self->sorter = gtk_custom_sorter_new (compare, self, NULL);
  open = gtk_filter_list_model_new (g_object_ref (incidents), GTK_FILTER (g_object_ref (self->filter)));
  sorted = gtk_sort_list_model_new (G_LIST_MODEL (open), GTK_SORTER (g_object_ref (self->sorter)));
  self->selection = gtk_single_selection_new (G_LIST_MODEL (sorted));
  gtk_single_selection_set_autoselect (self->selection, FALSE);
  gtk_single_selection_set_can_unselect (self->selection, TRUE);

  g_signal_connect_object (factory, "setup", G_CALLBACK (setup_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (factory, "bind", G_CALLBACK (bind_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (factory, "unbind", G_CALLBACK (unbind_cb), self, G_CONNECT_SWAPPED);
  gtk_list_view_set_factory (self->view, factory);
  gtk_list_view_set_model (self->view, GTK_SELECTION_MODEL (self->selection));
  g_signal_connect_object (self->selection, "notify::selected-item", G_CALLBACK (selected_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (wf_context_get_overview (context), "changed", G_CALLBACK (overview_cb), self, G_CONNECT_SWAPPED);
  overview_cb (self);

  return GTK_WIDGET (self);
}

/**
 * wf_incident_list_select:
 * @self: the list
 * @id: (nullable): id of an incident
 *
 * Marks an incident as the selected one. One that is over is brought into view.
 */
void
wf_incident_list_select (WfIncidentList *self,
                         const char     *id)
{
  GListModel *model;
  guint n, found = GTK_INVALID_LIST_POSITION;

  g_return_if_fail (WF_IS_INCIDENT_LIST (self));

  model = G_LIST_MODEL (self->selection);
  n = g_list_model_get_n_items (model);
  for (guint i = 0; i < n && id != NULL; i++)
    {
      g_autoptr (WfItem) item = g_list_model_get_item (model, i);

      if (g_str_equal (wf_item_get_id (item), id))
        found = i;
    }
  self->selecting = TRUE;
  gtk_single_selection_set_selected (self->selection, found);
  self->selecting = FALSE;
}

/**
 * wf_incident_list_get_first:
 * @self: the list
 *
 * Returns: (transfer none) (nullable): id of the most urgent incident
 */
const char *
wf_incident_list_get_first (WfIncidentList *self)
{
  g_autoptr (WfItem) item = NULL;

  g_return_val_if_fail (WF_IS_INCIDENT_LIST (self), NULL);

  item = g_list_model_get_item (G_LIST_MODEL (self->selection), 0);

  return item != NULL ? wf_item_get_id (item) : NULL;
}
