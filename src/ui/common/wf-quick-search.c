/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-ui"

#include "config.h"

#include "wf-quick-search.h"

#include "wf-hit-row.h"
#include "wf-ui-util.h"

#include <glib/gi18n.h>

#define MOST_HITS 50

/**
 * WfQuickSearch:
 *
 * Ctrl+K: one field that finds incidents, forces, stock, people, plans, places and commands.
 */
struct _WfQuickSearch
{
  GtkPopover parent_instance;

  GtkSearchEntry *entry;
  GtkStack       *stack;
  GtkListView    *view;

  GtkSingleSelection *selection;   /* (owned) */
  WfSearchIndex      *index;       /* (owned) */
  GCancellable       *cancellable; /* (owned) (nullable) */
};

enum {
  CHOSEN,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (WfQuickSearch, wf_quick_search, GTK_TYPE_POPOVER)

static void
choose (WfQuickSearch *self,
        guint          position)
{
  g_autoptr (WfSearchHit) hit = g_list_model_get_item (G_LIST_MODEL (self->selection), position);

  if (hit == NULL)
    return;

  gtk_popover_popdown (GTK_POPOVER (self));
  g_signal_emit (self, signals[CHOSEN], 0, hit);
}

static void
found_cb (GObject      *object,
          GAsyncResult *result,
          gpointer      data)
{
  g_autoptr (WfQuickSearch) self = data;
  g_autoptr (GListModel) found = wf_search_index_query_finish (WF_SEARCH_INDEX (object), result, NULL);
  gboolean any;

  if (found == NULL)
    return;

  any = g_list_model_get_n_items (found) > 0;
  gtk_single_selection_set_model (self->selection, found);
  if (any)
    gtk_single_selection_set_selected (self->selection, 0);
  gtk_stack_set_visible_child_name (self->stack,
                                    any ? "hits"
                                    : *gtk_editable_get_text (GTK_EDITABLE (self->entry)) == '\0'
                                        || !wf_search_index_is_ready (self->index) ? "hint" : "nothing");
}

static void
changed_cb (WfQuickSearch *self)
{
  /* An entry says that it has changed soon after it was made, too: nobody is looking for anything then, and the index would be
   * made while the window is being painted for the first time. */
  if (self->index == NULL || !gtk_widget_get_mapped (GTK_WIDGET (self)))
    return;

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  self->cancellable = g_cancellable_new ();
  wf_search_index_query_async (self->index, gtk_editable_get_text (GTK_EDITABLE (self->entry)), NULL, MOST_HITS,
                               self->cancellable, found_cb, g_object_ref (self));
}

/* What was typed before there was anything to look through is looked for now; a list that one is choosing from is left
 * alone. */
static void
index_changed_cb (WfQuickSearch *self)
{
  if (gtk_widget_get_mapped (GTK_WIDGET (self)) && g_list_model_get_n_items (G_LIST_MODEL (self->selection)) == 0)
    changed_cb (self);
}

static void
enter_cb (WfQuickSearch *self)
{
  guint at = gtk_single_selection_get_selected (self->selection);

  choose (self, at == GTK_INVALID_LIST_POSITION ? 0 : at);
}

static void
activate_cb (WfQuickSearch *self,
             guint          position)
{
  choose (self, position);
}

static gboolean
key_cb (WfQuickSearch *self,
        guint          keyval)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->selection));
  guint at = gtk_single_selection_get_selected (self->selection);
  int by = keyval == GDK_KEY_Down ? 1 : keyval == GDK_KEY_Up ? -1 : keyval == GDK_KEY_Page_Down ? 8
           : keyval == GDK_KEY_Page_Up ? -8 : 0;

  if (by == 0 || n == 0)
    return GDK_EVENT_PROPAGATE;

  at = at == GTK_INVALID_LIST_POSITION ? 0 : (guint) CLAMP ((int) at + by, 0, (int) n - 1);
  gtk_single_selection_set_selected (self->selection, at);
  gtk_widget_activate_action (GTK_WIDGET (self->view), "list.scroll-to-item", "u", at);

  return GDK_EVENT_STOP;
}

static void
shown_cb (WfQuickSearch *self)
{
  gtk_widget_grab_focus (GTK_WIDGET (self->entry));
  gtk_editable_select_region (GTK_EDITABLE (self->entry), 0, -1);
}

static void
wf_quick_search_dispose (GObject *object)
{
  WfQuickSearch *self = WF_QUICK_SEARCH (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  gtk_widget_dispose_template (GTK_WIDGET (self), WF_TYPE_QUICK_SEARCH);
  g_clear_object (&self->selection);
  g_clear_object (&self->index);

  G_OBJECT_CLASS (wf_quick_search_parent_class)->dispose (object);
}

static void
wf_quick_search_class_init (WfQuickSearchClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = wf_quick_search_dispose;

  signals[CHOSEN] = g_signal_new ("chosen", WF_TYPE_QUICK_SEARCH, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                  G_TYPE_NONE, 1, WF_TYPE_SEARCH_HIT);

  gtk_widget_class_set_template_from_resource (widget_class, "/org/watchfire/Watchfire/ui/common/wf-quick-search.ui");
  gtk_widget_class_bind_template_child (widget_class, WfQuickSearch, entry);
  gtk_widget_class_bind_template_child (widget_class, WfQuickSearch, stack);
  gtk_widget_class_bind_template_child (widget_class, WfQuickSearch, view);
  gtk_widget_class_bind_template_callback (widget_class, changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, enter_cb);
  gtk_widget_class_bind_template_callback (widget_class, activate_cb);
  gtk_widget_class_bind_template_callback (widget_class, shown_cb);
}

static void
wf_quick_search_init (WfQuickSearch *self)
{
  GtkEventController *keys = gtk_event_controller_key_new ();
  g_autoptr (GtkListItemFactory) factory = wf_hit_row_factory_new ();

  gtk_widget_init_template (GTK_WIDGET (self));
  wf_ui_tend_stack (self->stack);

  self->selection = gtk_single_selection_new (NULL);
  gtk_list_view_set_factory (self->view, factory);
  gtk_list_view_set_model (self->view, GTK_SELECTION_MODEL (self->selection));
  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect_object (keys, "key-pressed", G_CALLBACK (key_cb), self, G_CONNECT_SWAPPED);
  gtk_widget_add_controller (GTK_WIDGET (self->entry), keys);
}

/**
 * wf_quick_search_set_index:
 * @self: the search
 * @index: what it looks through
 *
 * Connects the search with an index.
 */
void
wf_quick_search_set_index (WfQuickSearch *self,
                           WfSearchIndex *index)
{
  g_return_if_fail (WF_IS_QUICK_SEARCH (self));

  if (g_set_object (&self->index, index) && index != NULL)
    g_signal_connect_object (index, "changed", G_CALLBACK (index_changed_cb), self, G_CONNECT_SWAPPED);
}
