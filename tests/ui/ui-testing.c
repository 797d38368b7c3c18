/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "ui-testing.h"

#include "wf-application.h"
#include "wf-form.h"

#include <adwaita.h>
#include <string.h>

/* The first widget that it is, from the outside in; NULL if there is none. */
GtkWidget *
test_find (GtkWidget     *widget,
           TestPredicate  is_it,
           const void    *data)
{
  if (is_it (widget, data))
    return widget;

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = test_find (child, is_it, data);

      if (found != NULL)
        return found;
    }

  return NULL;
}

gboolean
test_is_of_type (GtkWidget  *widget,
                 const void *type)
{
  return g_type_is_a (G_OBJECT_TYPE (widget), *(const GType *) type);
}

gboolean
test_has_name (GtkWidget  *widget,
               const void *name)
{
  g_autofree char *difference = NULL;

  if (!gtk_test_accessible_has_property (GTK_ACCESSIBLE (widget), GTK_ACCESSIBLE_PROPERTY_LABEL))
    return FALSE;
  difference = gtk_test_accessible_check_property (GTK_ACCESSIBLE (widget), GTK_ACCESSIBLE_PROPERTY_LABEL, name);

  return difference == NULL;
}

gboolean
test_is_button (GtkWidget  *widget,
                const void *label)
{
  return GTK_IS_BUTTON (widget) && g_strcmp0 (gtk_button_get_label (GTK_BUTTON (widget)), label) == 0;
}

/* A form that asks for a field. */
gboolean
test_has_field (GtkWidget  *widget,
                const void *key)
{
  return WF_IS_FORM (widget) && wf_form_get_widget (WF_FORM (widget), key) != NULL;
}

/* A label that is shown with the text in it. */
gboolean
test_says (GtkWidget  *widget,
           const void *text)
{
  return GTK_IS_LABEL (widget) && gtk_widget_get_mapped (widget)
         && strstr (gtk_label_get_text (GTK_LABEL (widget)), text) != NULL;
}

/* Begins a test of screens. Nothing of it reaches the desktop that may run it. */
void
test_ui_init (int    *argc,
              char ***argv)
{
  g_setenv ("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent", TRUE);
  gtk_test_init (argc, argv, NULL);
  adw_init ();
  wf_ui_init ();
}
