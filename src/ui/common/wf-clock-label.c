/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-ui"

#include "config.h"

#include "wf-clock-label.h"

#include "wf-time.h"
#include "wf-ui-util.h"
#include "wf-wording.h"

/* From how long before a deadline its clock stands out. */
#define SOON (5 * WF_MINUTE)

/**
 * WfClockLabel:
 *
 * A running time in words: how much is left until a deadline or how far it is over ("3 min 20 s left", "2 min over"), or how
 * long something goes on. Redrawn with the context's beat, and only while it is on the screen.
 */
struct _WfClockLabel
{
  GtkWidget parent_instance;

  GtkWidget *label;   /* (owned by the widget tree) */
  WfContext *context; /* (owned) (nullable) */
  gulong     tick;
  int64_t    due;
  int64_t    since;
};

G_DEFINE_FINAL_TYPE (WfClockLabel, wf_clock_label, GTK_TYPE_WIDGET)

static void
update (WfClockLabel *self)
{
  g_autofree char *text = NULL;
  int64_t now, left;

  if (self->context == NULL || (self->due == 0 && self->since == 0))
    return;

  now = wf_context_now (self->context);
  left = self->due - now;
  wf_ui_set_class (GTK_WIDGET (self), "wf-overdue", self->due != 0 && left < 0);
  wf_ui_set_class (GTK_WIDGET (self), "wf-soon", self->due != 0 && left >= 0 && left < SOON);
  text = self->due != 0 ? wf_wording_clock (self->due, now) : wf_ui_format_elapsed (self->since, now);
  if (g_strcmp0 (gtk_label_get_text (GTK_LABEL (self->label)), text) != 0)
    gtk_label_set_text (GTK_LABEL (self->label), text);
}

static void
tick_cb (WfClockLabel *self)
{
  if (gtk_widget_get_mapped (GTK_WIDGET (self)))
    update (self);
}

static void
wf_clock_label_map (GtkWidget *widget)
{
  update (WF_CLOCK_LABEL (widget));

  GTK_WIDGET_CLASS (wf_clock_label_parent_class)->map (widget);
}

static void
wf_clock_label_dispose (GObject *object)
{
  WfClockLabel *self = WF_CLOCK_LABEL (object);

  wf_clock_label_set_context (self, NULL);
  g_clear_pointer (&self->label, gtk_widget_unparent);

  G_OBJECT_CLASS (wf_clock_label_parent_class)->dispose (object);
}

static void
wf_clock_label_class_init (WfClockLabelClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = wf_clock_label_dispose;
  widget_class->map = wf_clock_label_map;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "wfclock");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
wf_clock_label_init (WfClockLabel *self)
{
  self->label = gtk_label_new (NULL);
  gtk_label_set_xalign (GTK_LABEL (self->label), 1);
  gtk_widget_set_parent (self->label, GTK_WIDGET (self));
  gtk_widget_add_css_class (GTK_WIDGET (self), "numeric");
}

/**
 * wf_clock_label_new:
 * @context: the context
 *
 * Returns: (transfer full): a label that shows nothing yet
 */
GtkWidget *
wf_clock_label_new (WfContext *context)
{
  WfClockLabel *self = g_object_new (WF_TYPE_CLOCK_LABEL, NULL);

  wf_clock_label_set_context (self, context);

  return GTK_WIDGET (self);
}

/**
 * wf_clock_label_set_context:
 * @self: a label, as made by a template
 * @context: (nullable): what beats and knows the time
 *
 * Connects the label with the time.
 */
void
wf_clock_label_set_context (WfClockLabel *self,
                            WfContext    *context)
{
  g_return_if_fail (WF_IS_CLOCK_LABEL (self));
  g_return_if_fail (context == NULL || WF_IS_CONTEXT (context));

  if (self->context == context)
    return;

  if (self->context != NULL)
    g_clear_signal_handler (&self->tick, self->context);
  g_set_object (&self->context, context);
  if (context != NULL)
    {
      self->tick = g_signal_connect_object (context, "tick", G_CALLBACK (tick_cb), self, G_CONNECT_SWAPPED);
      update (self);
    }
}

/**
 * wf_clock_label_set_due:
 * @self: a label
 * @due: a deadline
 *
 * Shows what is left until @due, or how far it is over.
 */
void
wf_clock_label_set_due (WfClockLabel *self,
                        int64_t       due)
{
  g_return_if_fail (WF_IS_CLOCK_LABEL (self));

  wf_clock_label_set_text (self, "");
  self->due = due;
  update (self);
}

/**
 * wf_clock_label_set_since:
 * @self: a label
 * @since: when it began
 *
 * Shows how long something goes on.
 */
void
wf_clock_label_set_since (WfClockLabel *self,
                          int64_t       since)
{
  g_return_if_fail (WF_IS_CLOCK_LABEL (self));

  wf_clock_label_set_text (self, "");
  self->since = since;
  update (self);
}

/**
 * wf_clock_label_set_text:
 * @self: a label
 * @text: words
 *
 * Shows words that stand still, such as when a report was sent.
 */
void
wf_clock_label_set_text (WfClockLabel *self,
                         const char   *text)
{
  g_return_if_fail (WF_IS_CLOCK_LABEL (self));
  g_return_if_fail (text != NULL);

  self->due = self->since = 0;
  gtk_widget_remove_css_class (GTK_WIDGET (self), "wf-overdue");
  gtk_widget_remove_css_class (GTK_WIDGET (self), "wf-soon");
  gtk_label_set_text (GTK_LABEL (self->label), text);
}
