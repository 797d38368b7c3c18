/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Pictures of the dialogs and pages, for looking at them: dialog-shots FOLDER [light|dark] [DPI] [NAME…]. The language is
 * that of LANGUAGE; 192 dots per inch are text of 200 %. */

#include "config.h"

#include "gallery.h"
#include "wf-locale.h"

#include <stdlib.h>
#include <string.h>

typedef struct
{
  Gallery    *gallery;
  const char *folder;
  char      **names; /* (nullable): which are wanted */
} Shots;

static void
take (const char *name,
      GtkWidget  *widget,
      gpointer    data)
{
  Shots *self = data;
  int width = gtk_widget_get_width (widget);
  int height = gtk_widget_get_height (widget);
  g_autoptr (GdkPaintable) paintable = gtk_widget_paintable_new (widget);
  GtkSnapshot *snapshot = gtk_snapshot_new ();
  g_autofree char *plain = g_strdelimit (g_strdup (name), " /:", '_');
  g_autofree char *file = g_strdup_printf ("%s/%s.png", self->folder, plain);

  gdk_paintable_snapshot (paintable, snapshot, width, height);
  g_autoptr (GskRenderNode) node = gtk_snapshot_free_to_node (snapshot);
  g_autoptr (GdkTexture) texture =
    gsk_renderer_render_texture (gtk_native_get_renderer (GTK_NATIVE (widget)), node, NULL);

  gdk_texture_save_to_png (texture, file);
  g_print ("%s %d×%d\n", name, width, height);
}

static gboolean
is_wanted (Shots      *self,
           const char *name)
{
  return self->names == NULL || self->names[0] == NULL || g_strv_contains ((const char *const *) self->names, name);
}

int
main (int   argc,
      char *argv[])
{
  Shots self = { NULL };

  if (argc < 2)
    return 2;

  wf_locale_init (NULL);
  adw_init ();
  g_object_set (gtk_settings_get_default (), "gtk-xft-dpi", (argc > 3 ? atoi (argv[3]) : 96) * 1024,
                "gtk-enable-animations", FALSE, NULL);
  adw_style_manager_set_color_scheme (adw_style_manager_get_default (),
                                      argc > 2 && strcmp (argv[2], "dark") == 0 ? ADW_COLOR_SCHEME_FORCE_DARK
                                                                              : ADW_COLOR_SCHEME_FORCE_LIGHT);
  self.folder = argv[1];
  self.names = argc > 4 ? argv + 4 : NULL;
  self.gallery = gallery_new ();
  if (is_wanted (&self, "pages"))
    gallery_each_page (self.gallery, take, &self);
  gallery_each_dialog (self.gallery, self.names, take, &self);
  if (is_wanted (&self, "refused"))
    gallery_each_refused (self.gallery, take, &self);
  if (is_wanted (&self, "exercise"))
    gallery_each_exercise (self.gallery, take, &self);
  gallery_free (self.gallery);

  return 0;
}
