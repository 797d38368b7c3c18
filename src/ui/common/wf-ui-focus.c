/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-ui"

#include "config.h"

#include "wf-ui-focus.h"

#include <adwaita.h>

/* What cannot have the focus is passed over by the way that it takes. */
static gboolean
leave_cb (GtkWidget *list,
          GVariant  *args,
          gpointer   direction)
{
  GtkRoot *root = gtk_widget_get_root (list);

  gtk_widget_set_can_focus (list, FALSE);
  gtk_widget_child_focus (GTK_WIDGET (root), (GtkDirectionType) GPOINTER_TO_INT (direction));
  gtk_widget_set_can_focus (list, TRUE);

  return TRUE;
}

/**
 * wf_ui_tab_leaves:
 * @list: a list in which one row is selected
 *
 * Lets Tab go on behind the list, as it does in a #GtkListView; the arrows go through it. A #GtkListBox takes every row for a
 * stop of its own, and selects it, so that whoever only wants to get past it ends with its last row selected.
 */
void
wf_ui_tab_leaves (GtkListBox *list)
{
  static const struct
  {
    const char      *keys;
    GtkDirectionType direction;
  } ways[] = { { "Tab|KP_Tab", GTK_DIR_TAB_FORWARD }, { "<Shift>Tab|<Shift>ISO_Left_Tab", GTK_DIR_TAB_BACKWARD } };
  GtkEventController *controller = gtk_shortcut_controller_new ();

  g_return_if_fail (GTK_IS_LIST_BOX (list));

  gtk_event_controller_set_propagation_phase (controller, GTK_PHASE_CAPTURE);
  for (gsize i = 0; i < G_N_ELEMENTS (ways); i++)
    {
      GtkShortcutTrigger *trigger = gtk_shortcut_trigger_parse_string (ways[i].keys);
      GtkShortcutAction *action = gtk_callback_action_new (leave_cb, GINT_TO_POINTER (ways[i].direction), NULL);

      gtk_shortcut_controller_add_shortcut (GTK_SHORTCUT_CONTROLLER (controller), gtk_shortcut_new (trigger, action));
    }
  gtk_widget_add_controller (GTK_WIDGET (list), controller);
}

static void
list_parts (GtkWidget *widget,
            GPtrArray *parts)
{
  if (!gtk_widget_get_mapped (widget))
    return;
  if (gtk_widget_has_css_class (widget, "wf-part"))
    {
      g_ptr_array_add (parts, widget);
      return;
    }

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    list_parts (child, parts);
}

/**
 * wf_ui_step_part:
 * @window: a window
 * @by: 1 for the next part, -1 for the one before
 *
 * Moves the focus to the next of the window's parts, which the templates mark with the style class “wf-part”: Tab goes
 * through every row of a list and everything on the map, and some lists have no end. Behind the last comes the first; a part
 * with nothing in it that can have the focus is passed over.
 */
void
wf_ui_step_part (GtkWindow *window,
                 int        by)
{
  g_autoptr (GPtrArray) parts = g_ptr_array_new ();
  GtkWidget *focus;
  int at = -1;

  g_return_if_fail (GTK_IS_WINDOW (window));
  g_return_if_fail (by == 1 || by == -1);

  list_parts (GTK_WIDGET (window), parts);
  focus = gtk_window_get_focus (window);
  for (guint i = 0; i < parts->len && focus != NULL; i++)
    if (focus == parts->pdata[i] || gtk_widget_is_ancestor (focus, parts->pdata[i]))
      at = (int) i;
  if (at < 0 && by < 0)
    at = (int) parts->len;

  for (guint tried = 0; tried < parts->len; tried++)
    {
      at = (at + by + (int) parts->len) % (int) parts->len;
      if (gtk_widget_child_focus (parts->pdata[at], GTK_DIR_TAB_FORWARD))
        break;
    }
  gtk_window_set_focus_visible (window, TRUE);
}

/* What had the focus, or stood around it. */
typedef struct
{
  GWeakRef widget;
  guint    at; /* which child of its parent it was */
} Around;

typedef struct
{
  GtkWindow *window; /* (unowned): whose it is */
  GPtrArray *around; /* (owned) (element-type Around): from the inside out */
  guint      idle;
} Focus;

static void
focus_free (gpointer data)
{
  Focus *self = data;

  g_clear_handle_id (&self->idle, g_source_remove);
  g_ptr_array_unref (self->around);
  g_free (self);
}

static void
around_free (gpointer data)
{
  Around *around = data;

  g_weak_ref_clear (&around->widget);
  g_free (around);
}

static gboolean
take_focus (GtkWidget *widget)
{
  return gtk_widget_get_mapped (widget)
         && (gtk_widget_grab_focus (widget) || gtk_widget_child_focus (widget, GTK_DIR_TAB_FORWARD));
}

/* What stands in a widget where the focus was, else what comes after it, else anything there. A list view knows itself. */
static gboolean
take_focus_at (GtkWidget *widget,
               guint      at)
{
  GtkWidget *child = GTK_IS_LIST_VIEW (widget) ? NULL : gtk_widget_get_first_child (widget);

  for (; at > 0 && child != NULL && gtk_widget_get_next_sibling (child) != NULL; at--)
    child = gtk_widget_get_next_sibling (child);
  for (; child != NULL; child = gtk_widget_get_next_sibling (child))
    if (take_focus (child))
      return TRUE;

  return take_focus (widget);
}

static gboolean
is_here (Focus     *self,
         GtkWidget *widget)
{
  return gtk_widget_get_root (widget) == GTK_ROOT (self->window) && gtk_widget_get_mapped (widget);
}

static gboolean
is_in_header (GtkWidget *widget)
{
  return gtk_widget_get_ancestor (widget, ADW_TYPE_HEADER_BAR) != NULL;
}

/* Where what had the focus goes, GTK gives it to the first button of the window, which nobody has asked for. */
static gboolean
has_strayed (Focus     *self,
             GtkWidget *focus)
{
  if (self->around->len == 0 || !is_in_header (focus))
    return FALSE;

  for (guint i = 0; i < self->around->len; i++)
    {
      g_autoptr (GtkWidget) widget = g_weak_ref_get (&((Around *) self->around->pdata[i])->widget);

      if (i == 0 && widget != NULL && is_here (self, widget))
        return FALSE;
      if (widget != NULL && is_here (self, widget))
        return !is_in_header (widget);
    }

  return FALSE;
}

static gboolean
give_back_focus (gpointer data)
{
  Focus *self = data;
  g_autoptr (GPtrArray) around = g_steal_pointer (&self->around);

  self->idle = 0;
  self->around = g_ptr_array_new_with_free_func (around_free);
  for (guint i = 0; i < around->len; i++)
    {
      Around *outer = around->pdata[i];
      g_autoptr (GtkWidget) widget = g_weak_ref_get (&outer->widget);

      if (widget != NULL && is_here (self, widget)
          && (i > 0 ? take_focus_at (widget, ((Around *) around->pdata[i - 1])->at) : take_focus (widget)))
        break;
    }

  return G_SOURCE_REMOVE;
}

static void
focus_widget_cb (GtkWindow  *window,
                 GParamSpec *pspec,
                 Focus      *self)
{
  GtkWidget *widget = gtk_window_get_focus (window);

  if (widget == NULL || has_strayed (self, widget))
    {
      if (self->idle == 0 && self->around->len > 0)
        self->idle = g_idle_add_full (G_PRIORITY_HIGH_IDLE, give_back_focus, self, NULL);
      return;
    }

  g_clear_handle_id (&self->idle, g_source_remove);
  g_ptr_array_set_size (self->around, 0);
  for (; widget != NULL && widget != GTK_WIDGET (window); widget = gtk_widget_get_parent (widget))
    {
      Around *around = g_new0 (Around, 1);

      g_weak_ref_init (&around->widget, widget);
      for (GtkWidget *at = gtk_widget_get_prev_sibling (widget); at != NULL; at = gtk_widget_get_prev_sibling (at))
        around->at++;
      g_ptr_array_add (self->around, around);
    }
}

/**
 * wf_ui_keep_focus:
 * @window: a window
 *
 * Gives the focus back where what had it is gone, as a row that was made anew while a dialog was open that it had opened: to
 * what stands in its place now, in the nearest thing around it that is still there. Else nothing has it, or the window's first
 * button, and whoever works by keyboard has to begin there.
 */
void
wf_ui_keep_focus (GtkWindow *window)
{
  Focus *self;

  g_return_if_fail (GTK_IS_WINDOW (window));

  self = g_new0 (Focus, 1);
  self->window = window;
  self->around = g_ptr_array_new_with_free_func (around_free);
  g_object_set_data_full (G_OBJECT (window), "wf-focus", self, focus_free);
  g_signal_connect (window, "notify::focus-widget", G_CALLBACK (focus_widget_cb), self);
}

/**
 * wf_ui_drop_focus:
 * @widget: what is about to be hidden
 *
 * Takes the focus from what is in @widget, if it has it. wf_ui_keep_focus() finds another for it where nobody asks for it.
 */
void
wf_ui_drop_focus (GtkWidget *widget)
{
  GtkRoot *root;
  GtkWidget *focus;

  g_return_if_fail (GTK_IS_WIDGET (widget));

  root = gtk_widget_get_root (widget);
  focus = root != NULL ? gtk_root_get_focus (root) : NULL;
  if (focus != NULL && (focus == widget || gtk_widget_is_ancestor (focus, widget)))
    gtk_root_set_focus (root, NULL);
}
