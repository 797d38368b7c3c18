/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* With text of 200 % every page, popover, bar and dialog fits a screen of 1366 × 768, in the language that LANGUAGE names.
 * And the gallery, which goes through them, leaves none out: what src/ui defines is compared with what was seen. */

#include "config.h"

#include "gallery.h"
#include "wf-locale.h"

#include <string.h>

#define WIDTH 1366
#define HEIGHT 768

static GHashTable *seen; /* names of the classes of widgets that were on the screen */

/* Windows and popovers that are made without a class of their own, which the gallery opens too: how many a file makes, and
 * under which name they are looked at. */
static const struct
{
  const char *file;
  int         count;
  const char *names; /* in the gallery */
} made[] = {
  { "common/wf-link-button.c", 1, "the link's popover" },
  { "common/wf-link-sign-in.c", 1, "link-sign-in" },
  { "common/wf-playback.c", 1, "playback" },
  { "common/wf-suggest-entry.c", 1, "a list no wider than its field" },
  { "common/wf-video-view.c", 1, "video-large" },
  { "dialogs/wf-dialog.c", 1, "question" },
  { "dialogs/wf-map-save.c", 1, "map-save" },
  { "dialogs/wf-print.c", 1, "GTK's own, as map-save is" },
  { "dialogs/wf-snapshot-chooser.c", 1, "GTK's own, as map-save is" },
  { "response/wf-media-strip.c", 1, "picture" },
  { "response/wf-response-page.c", 1, "the incident's popover" },
  { "video/wf-video-page-menus.c", 2, "the popovers of its buttons" },
  { "video/wf-video-page.c", 1, "big-screen" },
  { "wf-application.c", 1, "libadwaita's own" },
  { "wf-preferences.c", 3, "GTK's own, as map-save is" },
};

static void
note_classes (GtkWidget *widget)
{
  if (!gtk_widget_get_mapped (widget))
    return;

  g_hash_table_add (seen, g_strdup (G_OBJECT_TYPE_NAME (widget)));
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    note_classes (child);
}

static void
measure (const char *name,
         GtkWidget  *surface,
         gpointer    data)
{
  int is_width = gtk_widget_get_width (surface);
  int is_height = gtk_widget_get_height (surface);
  int width, height;

  gtk_widget_measure (surface, GTK_ORIENTATION_HORIZONTAL, -1, &width, NULL, NULL, NULL);
  gtk_widget_measure (surface, GTK_ORIENTATION_VERTICAL, MAX (width, is_width), &height, NULL, NULL, NULL);
  g_test_message ("%s: at least %d × %d; is %d × %d", name, width, height, is_width, is_height);
  note_classes (surface);
  if (width > WIDTH || height > HEIGHT || is_width > WIDTH || is_height > HEIGHT)
    {
      g_test_message ("%s does not fit", name);
      g_test_fail ();
    }
}

/* What nobody sees takes no time: sizes are the same. */
static void
stop_drawing (void)
{
  g_autoptr (GtkCssProvider) provider = gtk_css_provider_new ();

  gtk_css_provider_load_from_data (provider, "window > *, popover > * { opacity: 0; }", -1);
  gtk_style_context_add_provider_for_display (gdk_display_get_default (), GTK_STYLE_PROVIDER (provider),
                                              GTK_STYLE_PROVIDER_PRIORITY_USER);
}

static void
test_fits (void)
{
  Gallery *gallery = gallery_new ();

  gallery_each_page (gallery, measure, NULL);
  gallery_each_dialog (gallery, NULL, measure, NULL);
  gallery_each_refused (gallery, measure, NULL);
  gallery_each_exercise (gallery, measure, NULL);
  gallery_free (gallery);
}

/* --- nothing is left out --- */

typedef void (*SourceFunc) (const char *file,
                            const char *text);

static void
each_source (const char *folder,
             const char *name,
             const char *suffix,
             SourceFunc  func)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *entry;

  for (entry = dir != NULL ? g_dir_read_name (dir) : NULL; entry != NULL; entry = g_dir_read_name (dir))
    {
      g_autofree char *within = *name != '\0' ? g_build_filename (name, entry, NULL) : g_strdup (entry);
      g_autofree char *file = g_build_filename (folder, within, NULL);
      g_autofree char *text = NULL;

      if (g_file_test (file, G_FILE_TEST_IS_DIR))
        each_source (folder, within, suffix, func);
      else if (g_str_has_suffix (entry, suffix) && g_file_get_contents (file, &text, NULL, NULL))
        func (within, text);
    }
}

static char *
sources (void)
{
  return g_build_filename (g_getenv ("G_TEST_SRCDIR"), "..", "src", "ui", NULL);
}

static guint found;

static void
look_for_classes (const char *file,
                  const char *text)
{
  g_autoptr (GRegex) regex =
    g_regex_new ("G_DEFINE_FINAL_TYPE \\((Wf\\w+), \\w+, (?:GTK_TYPE|ADW_TYPE)_(?!APPLICATION\\)|LAYOUT_MANAGER\\))", 0, 0, NULL);
  g_autoptr (GMatchInfo) match = NULL;

  g_regex_match (regex, text, 0, &match);
  for (; g_match_info_matches (match); g_match_info_next (match, NULL))
    {
      g_autofree char *name = g_match_info_fetch (match, 1);

      found++;
      if (!g_hash_table_contains (seen, name))
        {
          g_test_message ("%s of %s is nowhere in the gallery: show it in tests/ui/gallery.c", name, file);
          g_test_fail ();
        }
    }
}

static void
test_classes (void)
{
  g_autofree char *folder = sources ();

  found = 0;
  each_source (folder, "", ".c", look_for_classes);
  g_assert_cmpuint (found, >, 30);
}

static void
look_for_dialogs (const char *file,
                  const char *text)
{
  g_autoptr (GRegex) regex = g_regex_new ("WfDialog +\\*(wf_\\w+_dialog_new) ", 0, 0, NULL);
  g_autoptr (GMatchInfo) match = NULL;
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "ui", "gallery.c", NULL);
  g_autofree char *gallery = NULL;

  g_assert_true (g_file_get_contents (path, &gallery, NULL, NULL));
  g_regex_match (regex, text, 0, &match);
  for (; g_match_info_matches (match); g_match_info_next (match, NULL))
    {
      g_autofree char *name = g_match_info_fetch (match, 1);

      found++;
      if (strstr (gallery, name) == NULL)
        {
          g_test_message ("%s () of %s is not in the gallery: show it in tests/ui/gallery.c", name, file);
          g_test_fail ();
        }
    }
}

static void
test_dialogs (void)
{
  g_autofree char *folder = sources ();

  found = 0;
  each_source (folder, "", ".h", look_for_dialogs);
  g_assert_cmpuint (found, >, 20);
}

static void
look_for_windows (const char *file,
                  const char *text)
{
  g_autoptr (GRegex) regex = g_regex_new ("(?:gtk_window|gtk_popover|gtk_popover_menu|adw_window|adw_message_dialog|"
                                          "gtk_file_chooser_native)_new|adw_show_about_window", 0, 0, NULL);
  g_autoptr (GMatchInfo) match = NULL;
  int count = 0;
  int known = 0;

  g_regex_match (regex, text, 0, &match);
  for (; g_match_info_matches (match); g_match_info_next (match, NULL))
    count++;
  for (gsize i = 0; i < G_N_ELEMENTS (made); i++)
    if (strcmp (made[i].file, file) == 0)
      known = made[i].count;
  if (count != known)
    {
      g_test_message ("%s makes %d windows and popovers, not %d: show them in tests/ui/gallery.c and name them above", file, count,
                      known);
      g_test_fail ();
    }
}

static void
test_windows (void)
{
  g_autofree char *folder = sources ();

  each_source (folder, "", ".c", look_for_windows);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  wf_locale_init (NULL);
  adw_init ();
  g_object_set (gtk_settings_get_default (), "gtk-xft-dpi", 192 * 1024, "gtk-enable-animations", FALSE, NULL);
  stop_drawing ();
  seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_test_add_func ("/ui/text-size/fits", test_fits);
  /* After it: they compare with what was seen. */
  g_test_add_func ("/ui/text-size/classes", test_classes);
  g_test_add_func ("/ui/text-size/dialogs", test_dialogs);
  g_test_add_func ("/ui/text-size/windows", test_windows);

  return g_test_run ();
}
