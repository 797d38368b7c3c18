/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-ui"

#include "config.h"

#include "wf-thing-popover.h"

#include "wf-things.h"
#include "wf-wording.h"

/* More than this nobody reads through over a map. */
#define MAX_ROWS 30

#define MAX_HEIGHT 320

/* How far below the top of the map it points. */
#define POINTS_AT 60

/**
 * WfThingPopover:
 *
 * Things of the map that cannot be told apart on it, or that lie within an area, as a list under a line in words. Each row
 * selects its thing.
 */
struct _WfThingPopover
{
  GtkPopover parent_instance;

  WfContext *context; /* (owned) */
  GtkBox    *box;
};

G_DEFINE_FINAL_TYPE (WfThingPopover, wf_thing_popover, GTK_TYPE_POPOVER)

static GtkWidget *
new_summary (const char *summary)
{
  GtkWidget *line = gtk_label_new (summary);

  gtk_label_set_wrap (GTK_LABEL (line), TRUE);
  gtk_label_set_max_width_chars (GTK_LABEL (line), 44);
  gtk_label_set_xalign (GTK_LABEL (line), 0);
  gtk_widget_add_css_class (line, "heading");
  gtk_widget_set_margin_start (line, 6);
  gtk_widget_set_margin_end (line, 6);
  gtk_widget_set_margin_bottom (line, 6);

  return line;
}

static WfItem *
find_item (WfThingPopover *self,
           const char     *id)
{
  WfSession *session = wf_context_get_session (self->context);
  WfItem *item = wf_session_get_item (session, "incident", id);

  for (WfThingKind kind = 0; kind < WF_N_THING_KINDS && item == NULL; kind++)
    if (wf_thing_kind_get_name (kind) != NULL)
      item = wf_session_get_item (session, wf_thing_kind_get_name (kind), id);

  return item;
}

static GtkWidget *
new_row (WfItem *item)
{
  const char *kind = wf_item_get_kind (item);
  const char *name = wf_entity_string (wf_item_get_entity (item), g_str_equal (kind, "incident") ? "title" : "name");
  g_autofree char *label = g_strdup_printf ("%s · %s", name, wf_wording_kind (kind));
  GtkWidget *button = gtk_button_new_with_label (label);

  gtk_widget_add_css_class (button, "flat");
  gtk_widget_add_css_class (button, "wf-row");
  gtk_widget_set_halign (gtk_button_get_child (GTK_BUTTON (button)), GTK_ALIGN_START);
  gtk_actionable_set_action_target (GTK_ACTIONABLE (button), "(ss)", kind, wf_item_get_id (item));
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), "win.select");

  return button;
}

static void
wf_thing_popover_dispose (GObject *object)
{
  WfThingPopover *self = WF_THING_POPOVER (object);

  g_clear_object (&self->context);

  G_OBJECT_CLASS (wf_thing_popover_parent_class)->dispose (object);
}

static void
wf_thing_popover_class_init (WfThingPopoverClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = wf_thing_popover_dispose;
}

static void
wf_thing_popover_init (WfThingPopover *self)
{
  GtkWidget *scrolled = gtk_scrolled_window_new ();

  self->box = GTK_BOX (gtk_box_new (GTK_ORIENTATION_VERTICAL, 0));
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scrolled), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_propagate_natural_height (GTK_SCROLLED_WINDOW (scrolled), TRUE);
  gtk_scrolled_window_set_propagate_natural_width (GTK_SCROLLED_WINDOW (scrolled), TRUE);
  gtk_scrolled_window_set_max_content_height (GTK_SCROLLED_WINDOW (scrolled), MAX_HEIGHT);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scrolled), GTK_WIDGET (self->box));
  gtk_popover_set_child (GTK_POPOVER (self), scrolled);
}

/**
 * wf_thing_popover_new:
 * @context: the context
 *
 * Returns: (transfer floating): the popover, to be given a parent and to be presented by it
 */
GtkWidget *
wf_thing_popover_new (WfContext *context)
{
  WfThingPopover *self = g_object_new (WF_TYPE_THING_POPOVER, NULL);

  self->context = g_object_ref (context);

  return GTK_WIDGET (self);
}

/**
 * wf_thing_popover_show:
 * @self: the popover
 * @ids: (array zero-terminated=1): what to list; what is not known is left out
 * @summary: (nullable): the line above
 *
 * Lists things, and comes up over the middle of its parent.
 */
void
wf_thing_popover_show (WfThingPopover  *self,
                       char           **ids,
                       const char      *summary)
{
  GdkRectangle at = { 0, POINTS_AT, 1, 1 };
  GtkWidget *child;

  g_return_if_fail (WF_IS_THING_POPOVER (self));

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->box))) != NULL)
    gtk_box_remove (self->box, child);
  if (summary != NULL)
    gtk_box_append (self->box, new_summary (summary));
  for (guint i = 0; ids[i] != NULL && i < MAX_ROWS; i++)
    {
      g_autoptr (WfItem) item = find_item (self, ids[i]);

      if (item != NULL)
        gtk_box_append (self->box, new_row (item));
    }

  at.x = gtk_widget_get_width (gtk_widget_get_parent (GTK_WIDGET (self))) / 2;
  gtk_popover_set_pointing_to (GTK_POPOVER (self), &at);
  gtk_popover_popup (GTK_POPOVER (self));
}
