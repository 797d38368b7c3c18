/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* With text of 200 % every page and every dialog fits a screen of 1366 × 768, in the language that LANGUAGE names. */

#include "config.h"

#include "gallery.h"
#include "wf-locale.h"

#define WIDTH 1366
#define HEIGHT 768

static guint seen;

static void
measure (const char *name,
         GtkWindow  *window,
         gpointer    data)
{
  int width, height, natural;

  gtk_widget_measure (GTK_WIDGET (window), GTK_ORIENTATION_HORIZONTAL, -1, &width, NULL, NULL, NULL);
  gtk_widget_measure (GTK_WIDGET (window), GTK_ORIENTATION_VERTICAL, MAX (width, gtk_widget_get_width (GTK_WIDGET (window))),
                      &height, &natural, NULL, NULL);
  g_test_message ("%s: at least %d × %d; is %d × %d", name, width, height, gtk_widget_get_width (GTK_WIDGET (window)),
                  gtk_widget_get_height (GTK_WIDGET (window)));
  seen++;
  if (width > WIDTH || height > HEIGHT || gtk_widget_get_width (GTK_WIDGET (window)) > WIDTH ||
      gtk_widget_get_height (GTK_WIDGET (window)) > HEIGHT)
    {
      g_test_message ("%s does not fit", name);
      g_test_fail ();
    }
}

static void
test_fits (void)
{
  Gallery *gallery = gallery_new ();

  gallery_each_page (gallery, measure, NULL);
  gallery_each_dialog (gallery, NULL, measure, NULL);
  g_assert_cmpuint (seen, >, 25);
  gallery_free (gallery);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  wf_locale_init (NULL);
  adw_init ();
  g_object_set (gtk_settings_get_default (), "gtk-xft-dpi", 192 * 1024, "gtk-enable-animations", FALSE, NULL);
  g_test_add_func ("/ui/text-size/fits", test_fits);

  return g_test_run ();
}
