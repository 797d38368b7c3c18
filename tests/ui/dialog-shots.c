/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Pictures of the dialogs and pages, for looking at them: dialog-shots FOLDER [light|dark] [DPI] [NAME…]. The language is
 * that of LANGUAGE; 192 dots per inch are text of 200 %. */

#include "config.h"

#include "gallery.h"
#include "wf-incident-dialogs.h"
#include "wf-locale.h"

#include <stdlib.h>
#include <string.h>

#define S(text) wf_value_string (text)

typedef struct
{
  Gallery    *gallery;
  const char *folder;
  char      **names; /* (nullable): which are wanted */
} Shots;

static void
take (const char *name,
      GtkWindow  *window,
      gpointer    data)
{
  Shots *self = data;
  GtkWidget *widget = GTK_WIDGET (window);
  int width = gtk_widget_get_width (widget);
  int height = gtk_widget_get_height (widget);
  g_autoptr (GdkPaintable) paintable = gtk_widget_paintable_new (widget);
  GtkSnapshot *snapshot = gtk_snapshot_new ();
  g_autofree char *file = g_strdup_printf ("%s/%s.png", self->folder, name);

  gdk_paintable_snapshot (paintable, snapshot, width, height);
  g_autoptr (GskRenderNode) node = gtk_snapshot_free_to_node (snapshot);
  g_autoptr (GdkTexture) texture =
    gsk_renderer_render_texture (gtk_native_get_renderer (GTK_NATIVE (window)), node, NULL);

  gdk_texture_save_to_png (texture, file);
  g_print ("%s %d×%d\n", name, width, height);
}

static gboolean
is_wanted (Shots      *self,
           const char *name)
{
  return self->names == NULL || self->names[0] == NULL || g_strv_contains ((const char *const *) self->names, name);
}

/* --- what was refused --- */

static void
set_place (WfSession  *session,
           const char *incident,
           const char *place,
           int64_t     due)
{
  GVariant *evacuation = wf_dict_make ("due", wf_value_int (due), "done", wf_value_int (due / 2), "source", S ("现场"),
                                       "at", wf_value_time (wf_session_now (session)), NULL);

  test_submit (session, "incident.correct", wf_dict_make ("incident", S (incident), "place", S (place),
                                                          "reason", S ("核实"), NULL), NULL);
  test_submit (session, "incident.evacuation", wf_dict_make ("incident", S (incident), "evacuation", evacuation, NULL), NULL);
}

static void
shoot_refused (Shots *shots)
{
  Gallery *self = shots->gallery;
  g_autofree char *incident = gallery_find (self, "incident", NULL, "state", "responding");
  g_autofree char *folder = test_folder_new ();
  const char *uri = test_service_uri (self->service);
  const char *token = test_service_token (self->service);
  WfSession *far = test_session_online (uri, token, folder);

  set_place (self->session, incident, "哈业胡同镇 园区北路 1 号", 100);
  test_await (wf_session_get_pending (self->session) == 0);
  gallery_wait (50);
  wf_session_set_service (self->session, "http://127.0.0.1:9/", token);
  test_await (wf_session_get_link (self->session) != WF_LINK_ONLINE);
  set_place (self->session, incident, "哈业胡同镇 园区南路 8 号西门", 180);
  set_place (far, incident, "哈业胡同镇 园区南路 6 号", 240);
  test_await (wf_session_get_pending (far) == 0);
  wf_session_set_service (self->session, uri, token);
  test_await (wf_session_get_refused (self->session) >= 2 && wf_session_get_link (self->session) == WF_LINK_ONLINE);

  g_autoptr (GPtrArray) refused = wf_session_list_refused (self->session, NULL);

  for (guint i = 0; i < refused->len; i++)
    {
      WfCommand *command = g_ptr_array_index (refused, i);
      g_autofree char *name = g_strdup_printf ("refused-%u", i);

      gallery_show (self, name, GTK_WINDOW (wf_refused_dialog_new (self->context, command->id)), take, shots);
    }
  gallery_wait (1500);
  take ("banner", GTK_WINDOW (self->window), shots);
  test_session_end (far);
  test_folder_remove (g_steal_pointer (&folder));
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
    shoot_refused (&self);
  gallery_free (self.gallery);

  return 0;
}
