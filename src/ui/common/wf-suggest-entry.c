/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-ui"

#include "config.h"

#include "wf-suggest-entry.h"

#include "wf-hit-row.h"
#include "wf-ui-util.h"

#include <glib/gi18n.h>

#define MOST_SUGGESTIONS 8

/* To look through them all, there may be more. */
#define MOST_BROWSED 200

/* What has a name and a place. */
const char *const wf_suggest_place_kinds[] = {
  WF_SEARCH_PLACE, "firm", "hazard_source", "unit", "team", "depot", "shelter", "hospital", "fire_station", "water_source",
  "flood_section", "reservoir", "watchtower", "camera", "helipad", "loudspeaker", NULL
};

/**
 * WfSuggestEntry:
 *
 * A field in which one types a name by its characters, pinyin or initials and takes one of the suggestions below it. What
 * is typed stays what is typed: a suggestion is taken by Enter, Down or a click, never by itself.
 */
struct _WfSuggestEntry
{
  GtkWidget parent_instance;

  GtkWidget          *entry;   /* (owned by the widget tree) */
  GtkWidget          *popover; /* (owned by the widget tree) */
  GtkListView        *view;
  GtkSingleSelection *selection; /* (owned) */
  WfSearchIndex      *index;     /* (owned) (nullable) */
  char              **kinds;     /* (owned) */
  GCancellable       *cancellable; /* (owned) (nullable) */
  gboolean            setting;   /* by the program */
  gboolean            browsable; /* all of them can be looked through */
  gboolean            partial;   /* the names of places were not there yet when it was asked for suggestions */
};

enum {
  CHANGED,
  CHOSEN,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (WfSuggestEntry, wf_suggest_entry, GTK_TYPE_WIDGET)

static void
choose (WfSuggestEntry *self,
        guint           position)
{
  g_autoptr (WfSearchHit) hit = g_list_model_get_item (G_LIST_MODEL (self->selection), position);

  if (hit == NULL)
    return;

  self->partial = FALSE;
  gtk_popover_popdown (GTK_POPOVER (self->popover));
  wf_suggest_entry_set_text (self, wf_search_hit_get_title (hit));
  gtk_editable_set_position (GTK_EDITABLE (self->entry), -1);
  g_signal_emit (self, signals[CHOSEN], 0, hit);
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
found_cb (GObject      *object,
          GAsyncResult *result,
          gpointer      data)
{
  g_autoptr (WfSuggestEntry) self = data;
  g_autoptr (GListModel) found = wf_search_index_query_finish (WF_SEARCH_INDEX (object), result, NULL);
  gboolean any;

  if (found == NULL || gtk_widget_get_root (GTK_WIDGET (self)) == NULL)
    return;

  any = g_list_model_get_n_items (found) > 0;
  gtk_single_selection_set_model (self->selection, found);
  if (any && gtk_widget_has_focus (GTK_WIDGET (gtk_editable_get_delegate (GTK_EDITABLE (self->entry)))))
    gtk_popover_popup (GTK_POPOVER (self->popover));
  else if (!any)
    gtk_popover_popdown (GTK_POPOVER (self->popover));
}

static void
suggest (WfSuggestEntry *self,
         const char     *text,
         guint           most)
{
  if (self->index == NULL)
    return;

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  self->cancellable = g_cancellable_new ();
  self->partial = g_strv_contains ((const char *const *) self->kinds, WF_SEARCH_PLACE)
                  && !wf_search_index_has_places (self->index);
  wf_search_index_query_async (self->index, text, (const char *const *) self->kinds, most, self->cancellable, found_cb,
                               g_object_ref (self));
}

static void
changed_cb (WfSuggestEntry *self)
{
  const char *text = gtk_editable_get_text (GTK_EDITABLE (self->entry));

  if (self->setting)
    return;

  g_signal_emit (self, signals[CHANGED], 0);
  if (*text != '\0')
    suggest (self, text, MOST_SUGGESTIONS);
  else
    gtk_popover_popdown (GTK_POPOVER (self->popover));
}

/* The places have come: what was typed before is asked for once more. A list that one is choosing from is left alone. */
static void
index_changed_cb (WfSuggestEntry *self)
{
  const char *text = gtk_editable_get_text (GTK_EDITABLE (self->entry));

  if (!self->partial || !wf_search_index_has_places (self->index))
    return;

  self->partial = FALSE;
  if (*text != '\0' && gtk_single_selection_get_selected (self->selection) == GTK_INVALID_LIST_POSITION)
    suggest (self, text, MOST_SUGGESTIONS);
}

/* Who does not know what it is called looks through the list. */
static gboolean
browse (WfSuggestEntry *self)
{
  if (!self->browsable || gtk_widget_get_visible (self->popover))
    return FALSE;

  suggest (self, "", MOST_BROWSED);
  return TRUE;
}

static void
icon_cb (WfSuggestEntry *self)
{
  gtk_widget_grab_focus (self->entry);
  if (!browse (self))
    gtk_popover_popdown (GTK_POPOVER (self->popover));
}

static gboolean
move_selection (WfSuggestEntry *self,
                int             by)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->selection));
  guint at = gtk_single_selection_get_selected (self->selection);

  if (n == 0 || !gtk_widget_get_visible (self->popover))
    return GDK_EVENT_PROPAGATE;
  if (at == GTK_INVALID_LIST_POSITION)
    at = by > 0 ? 0 : n - 1;
  else
    at = (guint) CLAMP ((int) at + by, 0, (int) n - 1);
  gtk_single_selection_set_selected (self->selection, at);

  return GDK_EVENT_STOP;
}

static gboolean
key_cb (WfSuggestEntry *self,
        guint           keyval)
{
  guint at;

  switch (keyval)
    {
    case GDK_KEY_Down:
      if (browse (self))
        return GDK_EVENT_STOP;
      return move_selection (self, 1);

    case GDK_KEY_Up:
      return move_selection (self, -1);

    case GDK_KEY_Escape:
      if (!gtk_widget_get_visible (self->popover))
        return GDK_EVENT_PROPAGATE;
      self->partial = FALSE;
      gtk_popover_popdown (GTK_POPOVER (self->popover));
      return GDK_EVENT_STOP;

    case GDK_KEY_Return:
    case GDK_KEY_KP_Enter:
      if (!gtk_widget_get_visible (self->popover))
        return GDK_EVENT_PROPAGATE;
      at = gtk_single_selection_get_selected (self->selection);
      choose (self, at == GTK_INVALID_LIST_POSITION ? 0 : at);
      return GDK_EVENT_STOP;

    default:
      return GDK_EVENT_PROPAGATE;
    }
}

static void
focus_left_cb (WfSuggestEntry *self)
{
  self->partial = FALSE;
  gtk_popover_popdown (GTK_POPOVER (self->popover));
}

static void
activate_cb (WfSuggestEntry *self,
             guint           position)
{
  choose (self, position);
}

static void
wf_suggest_entry_size_allocate (GtkWidget *widget,
                                int        width,
                                int        height,
                                int        baseline)
{
  WfSuggestEntry *self = WF_SUGGEST_ENTRY (widget);

  GTK_WIDGET_CLASS (wf_suggest_entry_parent_class)->size_allocate (widget, width, height, baseline);
  gtk_popover_present (GTK_POPOVER (self->popover));
}

static gboolean
wf_suggest_entry_grab_focus (GtkWidget *widget)
{
  return gtk_widget_grab_focus (WF_SUGGEST_ENTRY (widget)->entry);
}

static void
wf_suggest_entry_dispose (GObject *object)
{
  WfSuggestEntry *self = WF_SUGGEST_ENTRY (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->popover, gtk_widget_unparent);
  g_clear_pointer (&self->entry, gtk_widget_unparent);
  g_clear_object (&self->selection);
  g_clear_object (&self->index);

  G_OBJECT_CLASS (wf_suggest_entry_parent_class)->dispose (object);
}

static void
wf_suggest_entry_finalize (GObject *object)
{
  WfSuggestEntry *self = WF_SUGGEST_ENTRY (object);

  g_clear_pointer (&self->kinds, g_strfreev);

  G_OBJECT_CLASS (wf_suggest_entry_parent_class)->finalize (object);
}

static void
wf_suggest_entry_class_init (WfSuggestEntryClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = wf_suggest_entry_dispose;
  G_OBJECT_CLASS (klass)->finalize = wf_suggest_entry_finalize;
  widget_class->size_allocate = wf_suggest_entry_size_allocate;
  widget_class->grab_focus = wf_suggest_entry_grab_focus;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);

  signals[CHANGED] = g_signal_new ("changed", WF_TYPE_SUGGEST_ENTRY, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 0);
  signals[CHOSEN] = g_signal_new ("chosen", WF_TYPE_SUGGEST_ENTRY, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                  G_TYPE_NONE, 1, WF_TYPE_SEARCH_HIT);
}

static void
wf_suggest_entry_init (WfSuggestEntry *self)
{
  GtkWidget *scroller = gtk_scrolled_window_new ();
  GtkEventController *keys = gtk_event_controller_key_new ();
  GtkEventController *focus = gtk_event_controller_focus_new ();
  g_autoptr (GtkListItemFactory) factory = wf_hit_row_factory_new ();

  self->entry = gtk_entry_new ();
  gtk_widget_set_hexpand (self->entry, TRUE);
  gtk_widget_set_parent (self->entry, GTK_WIDGET (self));
  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect_object (keys, "key-pressed", G_CALLBACK (key_cb), self, G_CONNECT_SWAPPED);
  gtk_widget_add_controller (self->entry, keys);
  g_signal_connect_object (focus, "leave", G_CALLBACK (focus_left_cb), self, G_CONNECT_SWAPPED);
  gtk_widget_add_controller (self->entry, focus);
  g_signal_connect_object (self->entry, "icon-press", G_CALLBACK (icon_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->entry, "changed", G_CALLBACK (changed_cb), self, G_CONNECT_SWAPPED);

  self->selection = gtk_single_selection_new (NULL);
  gtk_single_selection_set_autoselect (self->selection, FALSE);
  self->view = GTK_LIST_VIEW (gtk_list_view_new (GTK_SELECTION_MODEL (g_object_ref (self->selection)),
                                                 g_steal_pointer (&factory)));
  gtk_list_view_set_single_click_activate (self->view, TRUE);
  gtk_widget_set_can_focus (GTK_WIDGET (self->view), FALSE);
  g_signal_connect_object (self->view, "activate", G_CALLBACK (activate_cb), self, G_CONNECT_SWAPPED);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), GTK_WIDGET (self->view));
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scroller), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_propagate_natural_height (GTK_SCROLLED_WINDOW (scroller), TRUE);
  gtk_scrolled_window_set_max_content_height (GTK_SCROLLED_WINDOW (scroller), 300);
  gtk_widget_set_size_request (scroller, 280, -1);

  self->popover = gtk_popover_new ();
  gtk_popover_set_autohide (GTK_POPOVER (self->popover), FALSE);
  gtk_popover_set_has_arrow (GTK_POPOVER (self->popover), FALSE);
  gtk_popover_set_position (GTK_POPOVER (self->popover), GTK_POS_BOTTOM);
  gtk_widget_set_halign (self->popover, GTK_ALIGN_START);
  gtk_popover_set_child (GTK_POPOVER (self->popover), scroller);
  gtk_widget_add_css_class (self->popover, "menu");
  gtk_widget_set_parent (self->popover, GTK_WIDGET (self));
}

/**
 * wf_suggest_entry_set_index:
 * @self: a field, as made by a template
 * @index: where suggestions come from
 * @kinds: (array zero-terminated=1): kinds of what is suggested
 *
 * Connects the field with an index.
 */
void
wf_suggest_entry_set_index (WfSuggestEntry    *self,
                            WfSearchIndex     *index,
                            const char *const *kinds)
{
  g_return_if_fail (WF_IS_SUGGEST_ENTRY (self));

  if (g_set_object (&self->index, index) && index != NULL)
    g_signal_connect_object (index, "changed", G_CALLBACK (index_changed_cb), self, G_CONNECT_SWAPPED);
  g_strfreev (self->kinds);
  self->kinds = g_strdupv ((char **) kinds);
}

/**
 * wf_suggest_entry_set_browsable:
 * @self: a field
 * @browsable: whether the Down key, or the button in it, shows all that could be suggested; for kinds that are few
 */
void
wf_suggest_entry_set_browsable (WfSuggestEntry *self,
                                gboolean        browsable)
{
  g_return_if_fail (WF_IS_SUGGEST_ENTRY (self));

  self->browsable = browsable;
  gtk_entry_set_icon_from_icon_name (GTK_ENTRY (self->entry), GTK_ENTRY_ICON_SECONDARY, browsable ? "pan-down-symbolic" : NULL);
  if (browsable)
    gtk_entry_set_icon_tooltip_text (GTK_ENTRY (self->entry), GTK_ENTRY_ICON_SECONDARY, _("Show all"));
}

/**
 * wf_suggest_entry_set_name:
 * @self: a field
 * @name: what a screen reader calls it
 * @placeholder: what stands in it while it is empty
 *
 * Names the field.
 */
void
wf_suggest_entry_set_name (WfSuggestEntry *self,
                           const char     *name,
                           const char     *placeholder)
{
  g_return_if_fail (WF_IS_SUGGEST_ENTRY (self));

  wf_ui_set_name (self->entry, name);
  wf_ui_set_name (GTK_WIDGET (self->view), _("Suggestions"));
  gtk_entry_set_placeholder_text (GTK_ENTRY (self->entry), placeholder);
}

/**
 * wf_suggest_entry_get_text:
 * @self: a field
 *
 * Returns: (transfer none): what stands in it
 */
const char *
wf_suggest_entry_get_text (WfSuggestEntry *self)
{
  g_return_val_if_fail (WF_IS_SUGGEST_ENTRY (self), NULL);

  return gtk_editable_get_text (GTK_EDITABLE (self->entry));
}

/**
 * wf_suggest_entry_set_text:
 * @self: a field
 * @text: a text
 *
 * Puts a text into it, without asking for suggestions and without "changed".
 */
void
wf_suggest_entry_set_text (WfSuggestEntry *self,
                           const char     *text)
{
  g_return_if_fail (WF_IS_SUGGEST_ENTRY (self));

  self->setting = TRUE;
  gtk_editable_set_text (GTK_EDITABLE (self->entry), text);
  self->setting = FALSE;
}

/**
 * wf_suggest_entry_get_entry:
 * @self: a field
 *
 * Returns: (transfer none): the entry in it
 */
GtkWidget *
wf_suggest_entry_get_entry (WfSuggestEntry *self)
{
  g_return_val_if_fail (WF_IS_SUGGEST_ENTRY (self), NULL);

  return self->entry;
}
