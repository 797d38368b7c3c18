/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-ui"

#include "config.h"

#include "wf-column-layout.h"

/**
 * WfColumnLayout:
 *
 * Lays a column of a screen: its children fill it, one over the other, and its width never follows from its height.
 *
 * A horizontal box asks each child how wide it has to be at the height that it is about to get. A label that wraps finds that
 * out by trying some twenty widths, each of which breaks its text into lines anew; in a column that is as high as the screen
 * the answer is always the same. Half of the text of the first picture was laid out for that alone.
 */
struct _WfColumnLayout
{
  GtkLayoutManager parent_instance;
};

G_DEFINE_FINAL_TYPE (WfColumnLayout, wf_column_layout, GTK_TYPE_LAYOUT_MANAGER)

static GtkSizeRequestMode
wf_column_layout_get_request_mode (GtkLayoutManager *layout,
                                   GtkWidget        *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

static void
wf_column_layout_measure (GtkLayoutManager *layout,
                          GtkWidget        *widget,
                          GtkOrientation    orientation,
                          int               for_size,
                          int              *minimum,
                          int              *natural,
                          int              *minimum_baseline,
                          int              *natural_baseline)
{
  *minimum = 0;
  *natural = 0;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    {
      int child_minimum, child_natural;

      if (!gtk_widget_should_layout (child))
        continue;
      gtk_widget_measure (child, orientation, orientation == GTK_ORIENTATION_VERTICAL ? for_size : -1, &child_minimum,
                          &child_natural, NULL, NULL);
      *minimum = MAX (*minimum, child_minimum);
      *natural = MAX (*natural, child_natural);
    }
}

static void
wf_column_layout_allocate (GtkLayoutManager *layout,
                           GtkWidget        *widget,
                           int               width,
                           int               height,
                           int               baseline)
{
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    if (gtk_widget_should_layout (child))
      gtk_widget_allocate (child, width, height, baseline, NULL);
}

static void
wf_column_layout_class_init (WfColumnLayoutClass *klass)
{
  GtkLayoutManagerClass *layout_class = GTK_LAYOUT_MANAGER_CLASS (klass);

  layout_class->get_request_mode = wf_column_layout_get_request_mode;
  layout_class->measure = wf_column_layout_measure;
  layout_class->allocate = wf_column_layout_allocate;
}

static void
wf_column_layout_init (WfColumnLayout *self)
{
}

/**
 * wf_column_layout_new:
 *
 * Returns: (transfer full): a layout
 */
GtkLayoutManager *
wf_column_layout_new (void)
{
  return g_object_new (WF_TYPE_COLUMN_LAYOUT, NULL);
}
