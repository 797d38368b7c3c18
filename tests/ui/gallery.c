/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "gallery.h"

#include "wf-application.h"
#include "wf-call-dialog.h"
#include "wf-dialogs.h"
#include "wf-exercise-dialogs.h"
#include "wf-form.h"
#include "wf-incident-dialogs.h"
#include "wf-kind.h"
#include "wf-link-check.h"
#include "wf-link-sign-in.h"
#include "wf-locale.h"
#include "wf-map-import-dialog.h"
#include "wf-map-view.h"
#include "wf-plan-window.h"
#include "wf-playback.h"
#include "wf-plot-dialog.h"
#include "wf-preferences.h"
#include "wf-rings-dialog.h"
#include "wf-sign-in-dialog.h"
#include "wf-video-view.h"

#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <sqlite3.h>
#include <string.h>

#define S(text) wf_value_string (text)

/* Milliseconds until what a page shows has come from the session. */
#define FILL 300

/* Video may draw all the time, so that nothing is ever still: waits are for so long, not for quiet. */
void
gallery_wait (int milliseconds)
{
  gint64 until = g_get_monotonic_time () + milliseconds * G_TIME_SPAN_MILLISECOND;
  guint tick = g_timeout_add (20, test_tick_cb, NULL);

  while (g_get_monotonic_time () < until)
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (tick);
}

static gboolean
frame_cb (GtkWidget     *widget,
          GdkFrameClock *clock,
          gpointer       data)
{
  ++*(guint *) data;
  return G_SOURCE_CONTINUE;
}

/* What has come up gets its size: how long that takes, the machine says. */
static void
settle (GtkWidget *surface)
{
  guint frames = 0;
  guint counting = gtk_widget_add_tick_callback (surface, frame_cb, &frames, NULL);

  test_await (gtk_widget_get_width (surface) > 0 && frames > 2);
  gtk_widget_remove_tick_callback (surface, counting);
}

static GBytes *
make_picture (int width,
              int height)
{
  g_autoptr (GdkPixbuf) pixbuf = gdk_pixbuf_new (GDK_COLORSPACE_RGB, FALSE, 8, width, height);
  g_autoptr (GdkTexture) texture = gdk_texture_new_for_pixbuf (pixbuf);

  return gdk_texture_save_to_png_bytes (texture);
}

/* A map that the service hands out. */
static void
make_centre_map (Gallery *self)
{
  g_autofree char *folder = g_build_filename (self->folder, "service", "tiles", NULL);
  g_autofree char *path = g_build_filename (folder, "streets.gcj02.mbtiles", NULL);
  g_autoptr (GBytes) picture = make_picture (256, 256);
  sqlite3_stmt *insert = NULL;
  sqlite3 *database = NULL;

  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  g_assert_cmpint (sqlite3_open (path, &database), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (database,
                                 "CREATE TABLE metadata (name TEXT, value TEXT);"
                                 "CREATE TABLE tiles (zoom_level INTEGER, tile_column INTEGER, tile_row INTEGER, tile_data BLOB);"
                                 "INSERT INTO metadata VALUES ('name', '包头市九原区街道影像图（2026 年春季航摄）'), ('format', 'png'),"
                                 " ('minzoom', '0'), ('maxzoom', '0'), ('attribution', '测绘院 蒙S(2026)01号'),"
                                 " ('bounds', '-180,-85,180,85')", NULL, NULL, NULL), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_prepare_v2 (database, "INSERT INTO tiles VALUES (0, 0, 0, ?1)", -1, &insert, NULL), ==, SQLITE_OK);
  sqlite3_bind_blob (insert, 1, g_bytes_get_data (picture, NULL), (int) g_bytes_get_size (picture), SQLITE_STATIC);
  g_assert_cmpint (sqlite3_step (insert), ==, SQLITE_DONE);
  sqlite3_finalize (insert);
  sqlite3_close (database);
}

/* GTK is initialised, and speaks the language of LANGUAGE. */
Gallery *
gallery_new (void)
{
  Gallery *self = g_new0 (Gallery, 1);
  g_autofree char *seed = g_build_filename (g_getenv ("WATCHFIRE_DATADIR"), "demo", NULL);
  g_autofree char *replica = NULL;

  wf_ui_init ();
  self->opened = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->folder = test_folder_new ();
  replica = g_build_filename (self->folder, "replica", NULL);
  self->clock = wf_clock_new_real ();
  self->settings = g_settings_new (APPLICATION_ID);
  self->service = test_service_new (self->folder, "person-duty-officer", seed);
  make_centre_map (self);
  self->session = test_session_online (test_service_uri (self->service), test_service_token (self->service), replica);
  self->context = wf_context_new (self->session, self->clock, self->settings, g_getenv ("WATCHFIRE_DATADIR"));
  self->application = GTK_APPLICATION (adw_application_new (APPLICATION_ID, G_APPLICATION_NON_UNIQUE));
  g_application_register (G_APPLICATION (self->application), NULL, NULL);
  self->window = wf_window_new (self->application, self->context);
  wf_window_show_pages (self->window);
  gtk_window_set_default_size (GTK_WINDOW (self->window), 1366, 768);
  gtk_window_present (GTK_WINDOW (self->window));
  test_await (gtk_widget_get_mapped (GTK_WIDGET (self->window)) && wf_window_get_incident (self->window) != NULL);

  return self;
}

void
gallery_free (Gallery *self)
{
  gtk_window_destroy (GTK_WINDOW (self->window));
  test_settle ();
  g_object_run_dispose (G_OBJECT (self->context));
  g_object_unref (self->context);
  g_object_unref (self->application);
  test_session_end (self->session);
  test_service_free (self->service);
  g_object_unref (self->settings);
  g_object_unref (self->clock);
  test_folder_remove (g_steal_pointer (&self->folder));
  g_hash_table_unref (self->opened);
  g_free (self);
}

/* The first widget within another that a function says yes to. */
GtkWidget *
gallery_look_for (GtkWidget   *widget,
                  gboolean   (*is_it) (GtkWidget  *widget,
                                       const char *what),
                  const char  *what)
{
  if (is_it (widget, what))
    return widget;

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = gallery_look_for (child, is_it, what);

      if (found != NULL)
        return found;
    }

  return NULL;
}

static gboolean
is_of_type (GtkWidget  *widget,
            const char *name)
{
  return strcmp (G_OBJECT_TYPE_NAME (widget), name) == 0;
}

static gboolean
is_shown (GtkWidget  *widget,
          const char *name)
{
  return is_of_type (widget, name) && gtk_widget_get_mapped (widget);
}

static gboolean
is_labelled (GtkWidget  *widget,
             const char *label)
{
  return GTK_IS_BUTTON (widget) && g_strcmp0 (gtk_button_get_label (GTK_BUTTON (widget)), label) == 0;
}

static gboolean
has_field (GtkWidget  *widget,
           const char *key)
{
  return WF_IS_FORM (widget) && wf_form_get_widget (WF_FORM (widget), key) != NULL;
}

static gboolean
has_class (GtkWidget  *widget,
           const char *css_class)
{
  return gtk_widget_get_mapped (widget) && gtk_widget_has_css_class (widget, css_class);
}

/* --- popovers --- */

static void
look_at_popover (const char  *name,
                 GtkPopover  *popover,
                 GalleryFunc  func,
                 gpointer     data)
{
  gtk_popover_popup (popover);
  settle (GTK_WIDGET (popover));
  func (name, GTK_WIDGET (popover), data);
  gtk_popover_popdown (popover);
  gallery_wait (20);
}

/* Opens every popover that a button in it has, but for those that were opened before on another page. */
static void
look_at_popovers (Gallery     *self,
                  const char  *name,
                  GtkWidget   *widget,
                  GalleryFunc  func,
                  gpointer     data)
{
  if (!gtk_widget_get_mapped (widget))
    return;

  if (GTK_IS_MENU_BUTTON (widget))
    {
      GtkPopover *popover = gtk_menu_button_get_popover (GTK_MENU_BUTTON (widget));
      const char *tip = gtk_widget_get_tooltip_text (widget);
      const char *label = gtk_menu_button_get_label (GTK_MENU_BUTTON (widget));
      const char *icon = gtk_menu_button_get_icon_name (GTK_MENU_BUTTON (widget));
      g_autofree char *what = g_strdup (tip != NULL ? tip : label != NULL ? label : icon != NULL ? icon : "menu");
      g_autofree char *full = g_strdup_printf ("%s: %s", name, what);

      if (popover != NULL && gtk_widget_get_sensitive (widget) && g_hash_table_add (self->opened, g_steal_pointer (&what)))
        {
          /* What is scrolled away comes into sight. */
          gtk_widget_child_focus (widget, GTK_DIR_TAB_FORWARD);
          settle (widget);
          look_at_popover (full, popover, func, data);
        }
      return;
    }
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    look_at_popovers (self, name, child, func, data);
}

static void
look (Gallery     *self,
      const char  *name,
      GtkWidget   *window,
      GalleryFunc  func,
      gpointer     data)
{
  func (name, window, data);
  look_at_popovers (self, name, window, func, data);
}

static void
look_at_window (Gallery     *self,
                const char  *name,
                GalleryFunc  func,
                gpointer     data)
{
  settle (GTK_WIDGET (self->window));
  look (self, name, GTK_WIDGET (self->window), func, data);
}

/* --- windows --- */

/* Presents a dialog, which is closed afterwards. */
void
gallery_show (Gallery     *self,
              const char  *name,
              GtkWindow   *dialog,
              GalleryFunc  func,
              gpointer     data)
{
  if (WF_IS_DIALOG (dialog))
    wf_dialogs_present (self->window, WF_DIALOG (dialog));
  else
    gtk_window_present (dialog);
  test_await (gtk_widget_get_mapped (GTK_WIDGET (dialog)));
  settle (GTK_WIDGET (dialog));
  look (self, name, GTK_WIDGET (dialog), func, data);
  gtk_window_destroy (dialog);
  gallery_wait (20);
}

static GPtrArray *
list_windows (void)
{
  g_autoptr (GListModel) windows = g_object_ref (gtk_window_get_toplevels ());
  GPtrArray *list = g_ptr_array_new ();

  for (guint i = 0; i < g_list_model_get_n_items (windows); i++)
    {
      g_autoptr (GtkWidget) window = g_list_model_get_item (windows, i);

      if (gtk_widget_get_mapped (window))
        g_ptr_array_add (list, window);
    }

  return list;
}

static GtkWindow *
find_new_window (GPtrArray *before)
{
  g_autoptr (GPtrArray) now = list_windows ();

  for (guint i = 0; i < now->len; i++)
    if (!g_ptr_array_find (before, now->pdata[i], NULL))
      return now->pdata[i];

  return NULL;
}

/* What came up of itself since. */
static void
look_at_new_window (Gallery     *self,
                    const char  *name,
                    GPtrArray   *before,
                    GalleryFunc  func,
                    gpointer     data)
{
  GtkWindow *window;

  test_await (find_new_window (before) != NULL);
  window = find_new_window (before);
  settle (GTK_WIDGET (window));
  func (name, GTK_WIDGET (window), data);
  gtk_window_close (window);
  test_await (find_new_window (before) == NULL);
}

static void
act (Gallery    *self,
     const char *action)
{
  g_assert_true (gtk_widget_activate_action (GTK_WIDGET (self->window), action, NULL));
}

static void
look_at_action (Gallery     *self,
                const char  *name,
                const char  *action,
                GalleryFunc  func,
                gpointer     data)
{
  g_autoptr (GPtrArray) before = list_windows ();

  act (self, action);
  look_at_new_window (self, name, before, func, data);
}

static void
look_at_click (Gallery     *self,
               const char  *name,
               GtkWidget   *button,
               GalleryFunc  func,
               gpointer     data)
{
  g_autoptr (GPtrArray) before = list_windows ();

  g_assert_true (GTK_IS_BUTTON (button));
  g_signal_emit_by_name (button, "clicked");
  look_at_new_window (self, name, before, func, data);
}

/* --- pages --- */

/* What the window shows where there are no pages yet. */
static void
look_at_states (Gallery     *self,
                GalleryFunc  func,
                gpointer     data)
{
  wf_window_show_progress (self->window, _("Reading the Records"),
                           _("The workstation takes a copy of the service's records."));
  look_at_window (self, "progress", func, data);
  wf_window_show_failure (self->window, _("This program is older than the data service. Update it and start again."),
                          "g-io-error-quark 39: Could not connect to 127.0.0.1: Connection refused");
  look_at_window (self, "failure", func, data);
  wf_window_show_account (self->window);
  look_at_window (self, "account", func, data);
  wf_window_show_pages (self->window);
}

/* The card of a thing of each kind that has one. */
static void
look_at_cards (Gallery     *self,
               GalleryFunc  func,
               gpointer     data)
{
  static const char *const kinds[] = {
    "team", "depot", "expert", "unit", "hazard_source", "shelter", "hospital", "firm", "camera", "plot"
  };

  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      g_autoptr (GPtrArray) list = wf_state_list (wf_session_get_state (self->session), WF_LIVE, kinds[i], NULL);
      g_autofree char *name = g_strdup_printf ("card-%s", kinds[i]);

      if (list->len == 0)
        continue;
      g_assert_true (gtk_widget_activate_action (GTK_WIDGET (self->window), "win.select", "(ss)", kinds[i],
                                                 wf_entity_id (list->pdata[0])));
      look_at_window (self, name, func, data);
    }
}

static void
press_escape (GtkWidget *widget)
{
  g_autoptr (GListModel) controllers = gtk_widget_observe_controllers (widget);

  for (guint i = 0; i < g_list_model_get_n_items (controllers); i++)
    {
      g_autoptr (GObject) controller = g_list_model_get_item (controllers, i);
      gboolean handled;

      if (GTK_IS_EVENT_CONTROLLER_KEY (controller))
        g_signal_emit_by_name (controller, "key-pressed", GDK_KEY_Escape, 0, 0, &handled);
    }
}

/* What lies on the map for a while: its menus, its bars, what is drawn. */
static void
look_at_map (Gallery     *self,
             GalleryFunc  func,
             gpointer     data)
{
  static const char *const tools[] = { "plot.draw", "plot.numbers" };
  GtkWidget *page = wf_window_get_page (self->window, "situation");
  GtkWidget *map = gallery_look_for (page, is_of_type, "WfMapView");
  g_autoptr (GPtrArray) teams = wf_state_list (wf_session_get_state (self->session), WF_LIVE, "team", NULL);
  g_autoptr (GPtrArray) ids = g_ptr_array_new ();

  for (guint i = 0; i < teams->len; i++)
    g_ptr_array_add (ids, (gpointer) wf_entity_id (teams->pdata[i]));
  g_ptr_array_add (ids, NULL);

  g_signal_emit_by_name (map, "context", 109.9, 40.6, 300.0, 200.0);
  settle (gallery_look_for (map, is_shown, "GtkPopoverMenu"));
  func ("map-menu", gallery_look_for (map, is_shown, "GtkPopoverMenu"), data);
  gtk_popover_popdown (GTK_POPOVER (gallery_look_for (map, is_shown, "GtkPopoverMenu")));
  g_signal_emit_by_name (map, "area-selected", ids->pdata, _("Nothing lies in this area"));
  settle (gallery_look_for (map, is_shown, "WfThingPopover"));
  func ("map-list", gallery_look_for (map, is_shown, "WfThingPopover"), data);
  gtk_popover_popdown (GTK_POPOVER (gallery_look_for (map, is_shown, "WfThingPopover")));

  for (gsize i = 0; i < G_N_ELEMENTS (tools); i++)
    {
      g_autoptr (GPtrArray) before = list_windows ();

      g_assert_true (gtk_widget_activate_action (map, tools[i], "s", "danger_zone"));
      if (i == 0)
        look_at_window (self, tools[i], func, data);
      else
        look_at_new_window (self, tools[i], before, func, data);
      press_escape (map);
    }
  wf_map_view_start_pick (WF_MAP_VIEW (map), _("Click where it happened; Esc leaves it as it is"));
  look_at_window (self, "pick", func, data);
  wf_map_view_cancel_pick (WF_MAP_VIEW (map));

  act (self, "win.replay");
  look_at_window (self, "replay", func, data);
  g_signal_emit_by_name (gallery_look_for (page, is_of_type, "WfReplayBar"), "closed");
}

/* A danger zone, and a picture that was kept. */
static void
add_things (Gallery *self)
{
  g_autofree char *id = wf_session_new_id (self->session);
  const double corners[][2] = { { 109.70, 40.60 }, { 109.74, 40.60 }, { 109.74, 40.63 } };
  g_autoptr (GVariantBuilder) points = g_variant_builder_new (G_VARIANT_TYPE ("a(dd)"));
  g_autoptr (GBytes) picture = make_picture (640, 360);

  for (gsize i = 0; i < G_N_ELEMENTS (corners); i++)
    g_variant_builder_add (points, "(dd)", corners[i][0], corners[i][1]);
  g_assert_true (test_submit (self->session, "plot.draw",
                              wf_dict_make ("plot", S (id), "incident", S (wf_window_get_incident (self->window)),
                                            "type", S ("danger_zone"), "points", g_variant_builder_end (points),
                                            "danger", S ("high"), "label", S ("重危区"), "substance", S ("液氨"),
                                            "amount", S ("12 t"), "model", S ("高斯烟羽"),
                                            "note", S ("下风向居民点优先疏散，上风向集结"), NULL), NULL));
  wf_window_keep_picture (self->window, picture, "image/png", "unit-command-01", wf_context_now (self->context));
}

static gboolean
is_coordinates (GtkWidget  *widget,
                const char *what)
{
  return GTK_IS_ENTRY (widget) && gtk_widget_get_mapped (widget)
         && g_strcmp0 (gtk_entry_get_placeholder_text (GTK_ENTRY (widget)), what) == 0;
}

/* Coordinates that may be meant otherwise, and some that are none. */
static void
look_at_doubt (Gallery     *self,
               GalleryFunc  func,
               gpointer     data)
{
  static const char *const texts[] = { "40.62, 109.69", "121.5, 31.2", "somewhere" };
  GtkWidget *entry = gallery_look_for (GTK_WIDGET (self->window), is_coordinates, _("Coordinates, any notation"));

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autofree char *name = g_strdup_printf ("intake-doubt-%" G_GSIZE_FORMAT, i + 1);

      gtk_editable_set_text (GTK_EDITABLE (entry), texts[i]);
      look_at_window (self, name, func, data);
    }
  gtk_editable_set_text (GTK_EDITABLE (entry), "");
}

static gboolean
is_crossed (Gallery *self)
{
  g_autoptr (GPtrArray) crossings = wf_state_list (wf_session_get_state (self->session), WF_LIVE, "crossing", NULL);

  return crossings->len > 0;
}

/* A vehicle that stands in a danger zone: the banner, and all alarms. */
static void
look_at_crossing (Gallery     *self,
                  GalleryFunc  func,
                  gpointer     data)
{
  g_autofree char *id = wf_session_new_id (self->session);
  WfPosition position = { 109.951, 40.551, 90, 10, wf_session_now (self->session) };

  g_assert_true (test_submit (self->session, "plot.draw",
                              wf_dict_make ("plot", S (id), "type", S ("danger_zone"), "danger", S ("high"),
                                            "label", S ("液氨储罐区重危区"), "radius_m", wf_value_double (800),
                                            "points", g_variant_new_parsed ("[(109.95, 40.55)]"), NULL), NULL));
  wf_session_report_position (self->session, "unit-command-01", &position);
  test_await (is_crossed (self));
  gallery_wait (FILL);
  g_hash_table_remove_all (self->opened);
  look (self, "crossing", GTK_WIDGET (self->window), func, data);
  g_assert_true (test_submit (self->session, "plot.strike", wf_dict_make ("plot", S (id), "reason", S ("-"), NULL), NULL));
  gallery_wait (FILL);
}

/* The pages, what is opened beside the map, and every popover on them. */
void
gallery_each_page (Gallery     *self,
                   GalleryFunc  func,
                   gpointer     data)
{
  static const char *const pages[] = { "situation", "response", "resources", "video" };
  GtkWidget *search;

  for (gsize i = 0; i < G_N_ELEMENTS (pages); i++)
    {
      g_object_set (self->window, "page", pages[i], NULL);
      gallery_wait (FILL);
      look (self, pages[i], GTK_WIDGET (self->window), func, data);
    }
  look_at_click (self, "big-screen", gallery_look_for (wf_window_get_page (self->window, "video"), is_labelled, _("Big screen")),
                 func, data);
  g_object_set (self->window, "page", "situation", NULL);
  look_at_states (self, func, data);

  add_things (self);
  gallery_wait (FILL);
  look_at_cards (self, func, data);
  look_at_map (self, func, data);
  look_at_crossing (self, func, data);
  look_at_action (self, "map-save", "win.map-save", func, data);
  look_at_action (self, "links-check", "win.links-check", func, data);
  look_at_action (self, "shortcuts", "win.show-help-overlay", func, data);

  act (self, "win.search");
  search = gallery_look_for (GTK_WIDGET (self->window), is_of_type, "WfQuickSearch");
  gtk_editable_set_text (GTK_EDITABLE (gallery_look_for (search, is_of_type, "GtkSearchEntry")), "队");
  gallery_wait (600);
  func ("search-hits", search, data);
  gtk_popover_popdown (GTK_POPOVER (search));

  g_object_set (self->window, "page", "response", NULL);
  test_await (gallery_look_for (GTK_WIDGET (self->window), has_class, "wf-thumb") != NULL);
  look_at_window (self, "response-pictures", func, data);
  look_at_click (self, "picture", gallery_look_for (GTK_WIDGET (self->window), has_class, "wf-thumb"), func, data);
  g_object_set (self->window, "page", "situation", NULL);
  gtk_widget_activate_action (GTK_WIDGET (self->window), "win.report", NULL);
  settle (GTK_WIDGET (self->window));
  look (self, "intake", GTK_WIDGET (self->window), func, data);
  look_at_doubt (self, func, data);
}

/* --- dialogs --- */

char *
gallery_find (Gallery    *self,
              const char *kind,
              const char *parent,
              const char *field,
              const char *value)
{
  g_autoptr (GPtrArray) list = wf_state_list (wf_session_get_state (self->session), WF_LIVE, kind, parent);

  for (guint i = 0; i < list->len; i++)
    if (wf_entity_is (list->pdata[i], field, value))
      return g_strdup (wf_entity_id (list->pdata[i]));

  return NULL;
}

typedef WfDialog *(*Make) (WfContext  *context,
                           const char *id);

static const struct
{
  const char *name;
  const char *state; /* of the incident that it is shown for */
  Make        make;
} of_incident[] = {
  { "verify", "reported", wf_verify_dialog_new },
  { "figures", "responding", wf_figures_dialog_new },
  { "grade", "reported", wf_grade_dialog_new },
  { "activate", "reported", wf_activate_dialog_new },
  { "change-level", "responding", wf_change_level_dialog_new },
  { "headquarters", "responding", wf_headquarters_dialog_new },
  { "wind", "responding", wf_wind_dialog_new },
  { "task-add", "responding", wf_task_add_dialog_new },
  { "control", "responding", wf_control_dialog_new },
  { "stand-down", "controlled", wf_stand_down_dialog_new },
  { "review", "controlled", wf_review_dialog_new },
  { "archive", "controlled", wf_archive_dialog_new },
  { "supplement", "controlled", wf_supplement_dialog_new },
  { "step-back", "controlled", wf_step_back_dialog_new },
  { "approval-sign", "responding", wf_sign_dialog_new },
};

static gboolean
is_wanted (char       **names,
           const char  *name)
{
  return names == NULL || names[0] == NULL || g_strv_contains ((const char *const *) names, name);
}

/* With something in it that is mended, and a layer that has a long name. */
static void
show_import (Gallery     *self,
             GalleryFunc  func,
             gpointer     data)
{
  g_autofree char *path = g_build_filename (self->folder, "内蒙古自治区包头市九原区乡镇级行政区划2024.geojson", NULL);
  GtkWidget *dialog;

  g_assert_true (g_file_set_contents (path, "{\"type\":\"FeatureCollection\",\"features\":[{\"type\":\"Feature\",\"properties\":"
                                      "{\"NAME\":\"九原区\"},\"geometry\":{\"type\":\"Polygon\",\"coordinates\":"
                                      "[[[109.4,40.5],[109.9,40.7],[109.9,40.5],[109.4,40.7],[109.4,40.5]]]}}]}", -1, NULL));
  dialog = wf_map_import_dialog_new (path, self->folder);
  test_await (!wf_map_import_dialog_is_busy (WF_MAP_IMPORT_DIALOG (dialog)));
  gallery_show (self, "map-import", GTK_WINDOW (dialog), func, data);
}

/* Confirmed, it asks once more. */
static void
look_at_question (Gallery     *self,
                  GalleryFunc  func,
                  gpointer     data)
{
  g_autofree char *incident = gallery_find (self, "incident", NULL, "state", "controlled");
  WfDialog *dialog = wf_stand_down_dialog_new (self->context, incident);
  g_autoptr (GPtrArray) before = NULL;

  wf_dialogs_present (self->window, dialog);
  test_await (gtk_widget_get_mapped (GTK_WIDGET (dialog)));
  for (int i = 0; i < 2; i++)
    {
      static const char *const keys[] = { "reason", "approval.approved_by" };
      GtkWidget *form = gallery_look_for (GTK_WIDGET (dialog), has_field, keys[i]);

      wf_form_set_string (WF_FORM (form), keys[i], "明火全部扑灭，看守期满，经现场验收无复燃风险");
    }
  before = list_windows ();
  wf_dialog_confirm (dialog);
  look_at_new_window (self, "question", before, func, data);
  gtk_window_destroy (GTK_WINDOW (dialog));
}

static gboolean
is_centre_map (GtkWidget  *widget,
               const char *what)
{
  return ADW_IS_COMBO_ROW (widget) && gtk_widget_get_visible (widget)
         && g_strcmp0 (adw_preferences_row_get_title (ADW_PREFERENCES_ROW (widget)), _("The centre's map")) == 0;
}

static void
look_at_preferences (Gallery     *self,
                     GalleryFunc  func,
                     gpointer     data)
{
  GtkWidget *preferences = wf_preferences_new (wf_context_get_settings (self->context));
  GtkWidget *settings;

  wf_preferences_show_centre (WF_PREFERENCES (preferences), self->session);
  gtk_window_present (GTK_WINDOW (preferences));
  test_await (gtk_widget_get_mapped (preferences));
  test_await (gallery_look_for (preferences, is_centre_map, NULL) != NULL);
  settle (preferences);
  func ("preferences", preferences, data);
  settings = gallery_look_for (preferences, is_of_type, "WfPositionSettings");
  adw_preferences_window_set_visible_page (ADW_PREFERENCES_WINDOW (preferences),
                                           ADW_PREFERENCES_PAGE (gtk_widget_get_ancestor (settings, ADW_TYPE_PREFERENCES_PAGE)));
  settle (preferences);
  func ("preferences-centre", preferences, data);
  gtk_window_destroy (GTK_WINDOW (preferences));
}

static void
look_at_large_video (Gallery     *self,
                     GalleryFunc  func,
                     gpointer     data)
{
  g_autoptr (GPtrArray) before = NULL;

  g_object_set (self->window, "page", "situation", NULL);
  test_await (gallery_look_for (GTK_WIDGET (self->window), is_shown, "WfVideoView") != NULL);
  before = list_windows ();
  wf_video_view_show_large (WF_VIDEO_VIEW (gallery_look_for (GTK_WIDGET (self->window), is_of_type, "WfVideoView")));
  look_at_new_window (self, "video-large", before, func, data);
}

/* Its other lists are filled when they are shown, with what is looked for. */
static void
look_at_order (Gallery     *self,
               const char  *incident,
               GalleryFunc  func,
               gpointer     data)
{
  WfDialog *dialog = wf_order_dialog_new (self->context, incident, NULL, NULL);
  GtkWidget *list = gallery_look_for (GTK_WIDGET (dialog), is_of_type, "WfForceList");

  wf_dialogs_present (self->window, dialog);
  test_await (gtk_widget_get_mapped (GTK_WIDGET (dialog)));
  settle (GTK_WIDGET (dialog));
  func ("order", GTK_WIDGET (dialog), data);
  gtk_stack_set_visible_child_name (GTK_STACK (gallery_look_for (list, is_of_type, "GtkStack")), "stock");
  gtk_editable_set_text (GTK_EDITABLE (gallery_look_for (list, is_of_type, "GtkSearchEntry")), "防护");
  test_await (gallery_look_for (list, is_shown, "WfStockRow") != NULL);
  settle (GTK_WIDGET (dialog));
  look (self, "order-stock", GTK_WIDGET (dialog), func, data);
  gtk_window_destroy (GTK_WINDOW (dialog));
}

/* A recording whose file is not to be had. */
static void
look_at_playback (Gallery     *self,
                  const char  *incident,
                  GalleryFunc  func,
                  gpointer     data)
{
  g_autofree char *digest = g_strnfill (64, 'a');
  g_autoptr (GVariant) fields =
    wf_dict_make ("incident", S (incident), "type", S ("video/x-matroska"), "source", S ("指挥车01"), "digest", S (digest),
                  "recording", S (incident), "taken_at", wf_value_time (wf_context_now (self->context)),
                  "duration", wf_value_int (60000), "size", wf_value_int (40000000), NULL);
  g_autoptr (WfEntity) medium = wf_entity_new (WF_LIVE, "medium", "recording-1", fields, NULL, 1);
  g_autoptr (GPtrArray) before = list_windows ();

  wf_playback_present (GTK_WINDOW (self->window), self->context, medium);
  look_at_new_window (self, "playback", before, func, data);
}

/* @names: (nullable): which; all where there are none. */
void
gallery_each_dialog (Gallery      *self,
                     char        **names,
                     GalleryFunc   func,
                     gpointer      data)
{
  g_autofree char *responding = gallery_find (self, "incident", NULL, "state", "responding");
  g_autofree char *task = gallery_find (self, "task", responding, "state", "open");
  g_autofree char *report = gallery_find (self, "report", responding, "medium", "written");
  g_autofree char *order = gallery_find (self, "order", responding, "force_kind", "team");
  g_autofree char *plot = gallery_find (self, "plot", responding, "type", "danger_zone");
  g_autofree char *photo = gallery_find (self, "task", responding, "returns", "photo");

  for (gsize i = 0; i < G_N_ELEMENTS (of_incident); i++)
    {
      g_autofree char *incident = gallery_find (self, "incident", NULL, "state", of_incident[i].state);

      if (is_wanted (names, of_incident[i].name))
        gallery_show (self, of_incident[i].name, GTK_WINDOW (of_incident[i].make (self->context, incident)), func, data);
    }

  if (is_wanted (names, "log"))
    gallery_show (self, "log", GTK_WINDOW (wf_log_dialog_new (self->context, responding, "区委值班室", "0472-0000000")), func, data);
  if (is_wanted (names, "task"))
    gallery_show (self, "task", GTK_WINDOW (wf_task_dialog_new (self->context, task)), func, data);
  if (is_wanted (names, "task-photo") && photo != NULL)
    gallery_show (self, "task-photo", GTK_WINDOW (wf_task_dialog_new (self->context, photo)), func, data);
  if (is_wanted (names, "task-strike"))
    gallery_show (self, "task-strike", GTK_WINDOW (wf_task_strike_dialog_new (self->context, task)), func, data);
  if (is_wanted (names, "written-report"))
    gallery_show (self, "written-report", GTK_WINDOW (wf_report_dialog_new (self->context, report)), func, data);
  if (is_wanted (names, "order-step") && order != NULL)
    gallery_show (self, "order-step", GTK_WINDOW (wf_order_step_dialog_new (self->context, order, "refused")), func, data);
  if (is_wanted (names, "order"))
    look_at_order (self, responding, func, data);
  if (is_wanted (names, "range-rings"))
    gallery_show (self, "range-rings", GTK_WINDOW (wf_rings_dialog_new (self->context, responding, NULL)), func, data);
  if (is_wanted (names, "exercise-begin"))
    gallery_show (self, "exercise-begin", GTK_WINDOW (wf_exercise_begin_dialog_new (self->window)), func, data);
  if (is_wanted (names, "exercise-enter"))
    gallery_show (self, "exercise-enter", GTK_WINDOW (wf_exercise_enter_dialog_new (self->window)), func, data);
  if (is_wanted (names, "call"))
    gallery_show (self, "call", GTK_WINDOW (wf_call_dialog_new (self->window, "区委值班室", "0472-0000000")), func, data);
  if (is_wanted (names, "plans"))
    gallery_show (self, "plans", GTK_WINDOW (wf_plan_window_new (self->context)), func, data);
  if (is_wanted (names, "preferences"))
    look_at_preferences (self, func, data);
  if (is_wanted (names, "question"))
    look_at_question (self, func, data);
  if (is_wanted (names, "video-large"))
    look_at_large_video (self, func, data);
  if (is_wanted (names, "playback"))
    look_at_playback (self, responding, func, data);
  if (is_wanted (names, "report-strike"))
    gallery_show (self, "report-strike", GTK_WINDOW (wf_report_strike_dialog_new (self->context, report)), func, data);
  if (is_wanted (names, "plot-draw"))
    gallery_show (self, "plot-draw", GTK_WINDOW (wf_plot_draw_dialog_new (self->context, responding, "danger_zone", NULL, 0)),
                  func, data);
  if (is_wanted (names, "plot-change") && plot != NULL)
    gallery_show (self, "plot-change", GTK_WINDOW (wf_plot_change_dialog_new (self->context, plot)), func, data);
  if (is_wanted (names, "plot-strike") && plot != NULL)
    gallery_show (self, "plot-strike", GTK_WINDOW (wf_plot_strike_dialog_new (self->context, plot)), func, data);
  if (is_wanted (names, "link-sign-in"))
    {
      g_autoptr (WfVideoLink) link = wf_video_link_new ("rtsp://10.1.1.1:554/a/rather/long/path/to/one/camera", "液氨储罐区北门球机");

      gallery_show (self, "link-sign-in", GTK_WINDOW (wf_link_sign_in_ask (link, GTK_WINDOW (self->window))), func, data);
    }
  if (is_wanted (names, "link-check"))
    gallery_show (self, "link-check", GTK_WINDOW (wf_link_check_new (self->window)), func, data);
  if (is_wanted (names, "map-import"))
    show_import (self, func, data);
  if (is_wanted (names, "sign-in"))
    {
      g_autoptr (WfAccount) account = wf_account_new (self->clock, "https://jiuyuan.example:8443/");

      gallery_show (self, "sign-in", GTK_WINDOW (wf_sign_in_dialog_new (account, NULL)), func, data);
    }
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

/* The dialogs of two commands that the service refused, and the window with its banner. */
void
gallery_each_refused (Gallery     *self,
                      GalleryFunc  func,
                      gpointer     data)
{
  g_autofree char *incident = gallery_find (self, "incident", NULL, "state", "responding");
  g_autofree char *folder = test_folder_new ();
  const char *uri = test_service_uri (self->service);
  const char *token = test_service_token (self->service);
  WfSession *far = test_session_online (uri, token, folder);

  set_place (self->session, incident, "哈业胡同镇 园区北路 1 号", 100);
  test_await (wf_session_get_pending (self->session) == 0);
  gallery_wait (20);
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

      gallery_show (self, name, GTK_WINDOW (wf_refused_dialog_new (self->context, command->id)), func, data);
    }
  gallery_wait (FILL);
  look_at_window (self, "banner", func, data);
  test_session_end (far);
  test_folder_remove (g_steal_pointer (&folder));
}

/* --- in an exercise --- */

static void
opened_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      data)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (wf_session_submit_finish (WF_SESSION (source), result, NULL, &error));
  g_assert_no_error (error);
}

/* The window and the dialog in an exercise, which is left again. */
void
gallery_each_exercise (Gallery     *self,
                       GalleryFunc  func,
                       gpointer     data)
{
  g_autofree char *scope = wf_session_new_id (self->session);
  g_autoptr (GVariant) payload =
    wf_dict_make ("name", wf_value_string ("2026 年秋季危险化学品泄漏综合应急演练（双盲）"), "rate", wf_value_double (2), NULL);
  WfProblem *problem = NULL;

  wf_session_submit_in_async (self->session, scope, "exercise.open", payload, 0, NULL, NULL, opened_cb, NULL);
  test_await (wf_session_get_pending (self->session) == 0);
  problem = wf_session_enter (self->session, scope);
  g_assert_null (problem);
  gallery_wait (FILL);
  func ("exercise", GTK_WIDGET (self->window), data);
  gallery_show (self, "exercise-end", GTK_WINDOW (wf_exercise_end_dialog_new (self->context)), func, data);
  problem = wf_session_enter (self->session, WF_LIVE);
  g_assert_null (problem);
  settle (GTK_WIDGET (self->window));
}
