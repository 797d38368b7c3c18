/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

typedef gboolean (*TestPredicate) (GtkWidget  *widget,
                                   const void *data);

GtkWidget *test_find         (GtkWidget     *widget,
                              TestPredicate  is_it,
                              const void    *data);
gboolean   test_is_of_type   (GtkWidget     *widget,
                              const void    *type);
gboolean   test_has_name     (GtkWidget     *widget,
                              const void    *name);
gboolean   test_is_button    (GtkWidget     *widget,
                              const void    *label);
gboolean   test_has_field    (GtkWidget     *widget,
                              const void    *key);
gboolean   test_says         (GtkWidget     *widget,
                              const void    *text);
void       test_ui_init      (int           *argc,
                              char        ***argv);

G_END_DECLS
