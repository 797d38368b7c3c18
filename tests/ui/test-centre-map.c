/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "sync-testing.h"
#include "ui-testing.h"
#include "wf-application.h"
#include "wf-base-map.h"
#include "wf-base-renderer.h"
#include "wf-map-view.h"
#include "wf-preferences.h"
#include "wf-session-tiles.h"
#include "wf-window-private.h"

#include <glib/gstdio.h>
#include <math.h>
#include <sqlite3.h>
#include <string.h>

/* The centre's map: tiles that a real service hands out to a desk that is signed in. */

typedef struct
{
  char           *folder;
  TestService    *service;
  WfSession      *session;
  WfClock        *clock;
  GSettings      *settings;
  WfContext      *context;
  GtkApplication *application;
  WfWindow       *window;
  WfMapView      *map;
} Fixture;

static cairo_status_t
write_cb (void                *closure,
          const unsigned char *data,
          unsigned int         length)
{
  g_byte_array_append (closure, data, length);

  return CAIRO_STATUS_SUCCESS;
}

/* A red world of one tile, in GCJ-02 by its file's name. */
static void
make_tiles (Fixture *self)
{
  g_autofree char *folder = g_build_filename (self->folder, "service", "tiles", NULL);
  g_autofree char *path = g_build_filename (folder, "streets.gcj02.mbtiles", NULL);
  g_autoptr (GByteArray) png = g_byte_array_new ();
  cairo_surface_t *surface = cairo_image_surface_create (CAIRO_FORMAT_RGB24, 256, 256);
  cairo_t *cr = cairo_create (surface);
  sqlite3_stmt *insert = NULL;
  sqlite3 *database = NULL;

  cairo_set_source_rgb (cr, 1.0, 0.0, 0.0);
  cairo_paint (cr);
  g_assert_cmpint (cairo_surface_write_to_png_stream (surface, write_cb, png), ==, CAIRO_STATUS_SUCCESS);
  cairo_destroy (cr);
  cairo_surface_destroy (surface);

  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  g_assert_cmpint (sqlite3_open (path, &database), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (database,
                                 "CREATE TABLE metadata (name TEXT, value TEXT);"
                                 "CREATE TABLE tiles (zoom_level INTEGER, tile_column INTEGER, tile_row INTEGER, tile_data BLOB);"
                                 "INSERT INTO metadata VALUES ('name', 'Streets of the district'), ('format', 'png'),"
                                 " ('minzoom', '0'), ('maxzoom', '1'), ('attribution', 'Survey GS(2026)1'),"
                                 " ('bounds', '-180,-85,180,85')", NULL, NULL, NULL), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_prepare_v2 (database, "INSERT INTO tiles VALUES (?1, ?2, ?3, ?4)", -1, &insert, NULL), ==, SQLITE_OK);
  for (int zoom = 0; zoom < 2; zoom++)
    for (int i = 0; i < 1 << (2 * zoom); i++)
      {
        sqlite3_bind_int (insert, 1, zoom);
        sqlite3_bind_int (insert, 2, i & zoom);
        sqlite3_bind_int (insert, 3, i >> 1);
        sqlite3_bind_blob (insert, 4, png->data, (int) png->len, SQLITE_STATIC);
        g_assert_cmpint (sqlite3_step (insert), ==, SQLITE_DONE);
        sqlite3_reset (insert);
      }
  sqlite3_finalize (insert);
  sqlite3_close (database);
}

static gboolean
credits (Fixture    *self,
         const char *text)
{
  g_autofree char *credit = wf_base_map_get_attribution (wf_map_view_get_base_map (self->map), 109.8, 40.6, 11);

  return strstr (credit, text) != NULL;
}

/* Whether the ground of the district is the tiles' red. */
static gboolean
is_red (Fixture *self)
{
  double world = 256.0 * exp2 (8.0);
  WfBaseArea area = { 8.0, wf_mercator_x (109.8) * world - 32.0, wf_mercator_y (40.6) * world - 32.0, 64.0, 64.0, 1 };
  gboolean incomplete;
  cairo_surface_t *surface = wf_base_renderer_draw (wf_map_view_get_base_map (self->map), wf_map_style_get (FALSE), &area,
                                                    &incomplete);
  guint32 pixel;

  memcpy (&pixel, cairo_image_surface_get_data (surface) + 32 * cairo_image_surface_get_stride (surface) + 4 * 32, 4);
  cairo_surface_destroy (surface);

  return (pixel & 0xffffff) == 0xff0000;
}

static gboolean
is_row (GtkWidget  *widget,
        const void *title)
{
  return ADW_IS_COMBO_ROW (widget) && g_str_equal (adw_preferences_row_get_title (ADW_PREFERENCES_ROW (widget)), title);
}

static AdwComboRow *
open_preferences (Fixture    *self,
                  GtkWidget **preferences)
{
  *preferences = wf_preferences_new (self->settings);
  wf_preferences_show_centre (WF_PREFERENCES (*preferences), self->session);
  gtk_window_present (GTK_WINDOW (*preferences));

  return ADW_COMBO_ROW (test_find (*preferences, is_row, "The centre's map"));
}

/* Chosen in the preferences, it lies under everything, with what must stand under it; what was seen of it is there without the
 * service too; and the token goes to nobody else. */
static void
test_centre_map (Fixture       *self,
                 gconstpointer  data)
{
  GtkWidget *preferences;
  AdwComboRow *row = open_preferences (self, &preferences);

  g_assert_nonnull (row);
  test_await (gtk_widget_get_visible (GTK_WIDGET (row)));
  g_assert_cmpuint (adw_combo_row_get_selected (row), ==, 0);
  g_assert_cmpuint (g_list_model_get_n_items (adw_combo_row_get_model (row)), ==, 2);
  g_assert_false (credits (self, "Survey"));

  adw_combo_row_set_selected (row, 1);
  g_autoptr (GVariant) chosen = g_settings_get_value (self->settings, "map-centre");
  const char *set, *attribution, *datum;
  guint max_zoom;
  g_variant_get (chosen, "(&s&s&su)", &set, &attribution, &datum, &max_zoom);
  g_assert_cmpstr (set, ==, "streets.gcj02");
  g_assert_cmpstr (attribution, ==, "Survey GS(2026)1");
  g_assert_cmpstr (datum, ==, "gcj02");
  g_assert_cmpuint (max_zoom, ==, 1);
  test_await (credits (self, "Survey GS(2026)1"));
  test_await (is_red (self));
  gtk_window_destroy (GTK_WINDOW (preferences));

  /* Whoever looks again sees what is chosen. */
  row = open_preferences (self, &preferences);
  test_await (adw_combo_row_get_selected (row) == 1);
  gtk_window_destroy (GTK_WINDOW (preferences));

  g_autofree char *address = wf_session_get_tile_address (self->session, "streets.gcj02");
  g_autoptr (SoupMessage) own = wf_session_new_tile_message (address, self->session);
  g_autoptr (SoupMessage) other = wf_session_new_tile_message ("http://127.0.0.1:9/tiles/streets.gcj02/0/0/0", self->session);
  g_assert_nonnull (own);
  g_assert_nonnull (soup_message_headers_get_one (soup_message_get_request_headers (own), "Authorization"));
  g_assert_null (other);

  /* The service is gone, the program begins anew with the map. */
  test_service_kill (self->service);
  test_await (wf_session_get_link (self->session) != WF_LINK_ONLINE);
  g_settings_set_uint (self->settings, "map-cache", 32);
  g_settings_set (self->settings, "map-centre", "(sssu)", set, attribution, datum, 1);
  test_await (credits (self, "Survey") && is_red (self));

  g_settings_reset (self->settings, "map-centre");
  test_await (!credits (self, "Survey"));
  g_assert_false (is_red (self));
  g_settings_reset (self->settings, "map-cache");
}

static void
set_up (Fixture       *self,
        gconstpointer  data)
{
  g_autofree char *replica = NULL;

  self->folder = test_folder_new ();
  replica = g_build_filename (self->folder, "replica", NULL);
  self->clock = wf_clock_new_real ();
  self->settings = g_settings_new (APPLICATION_ID);
  self->service = test_service_new (self->folder, "desk-1", NULL);
  make_tiles (self);
  self->session = test_session_online (test_service_uri (self->service), test_service_token (self->service), replica);
  self->context = wf_context_new (self->session, self->clock, self->settings, g_getenv ("WATCHFIRE_DATADIR"));
  self->application = GTK_APPLICATION (adw_application_new (APPLICATION_ID, G_APPLICATION_NON_UNIQUE));
  g_assert_true (g_application_register (G_APPLICATION (self->application), NULL, NULL));
  self->window = wf_window_new (self->application, self->context);
  wf_window_show_pages (self->window);
  gtk_window_present (GTK_WINDOW (self->window));
  test_await (gtk_widget_get_mapped (GTK_WIDGET (self->window)));

  GType type = WF_TYPE_MAP_VIEW;
  self->map = WF_MAP_VIEW (test_find (GTK_WIDGET (self->window), test_is_of_type, &type));
  g_assert_nonnull (self->map);
}

static void
tear_down (Fixture       *self,
           gconstpointer  data)
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
  test_folder_remove (self->folder);
}

int
main (int   argc,
      char *argv[])
{
  g_autofree char *cache = test_folder_new ();
  int status;

  g_setenv ("XDG_CACHE_HOME", cache, TRUE);
  test_ui_init (&argc, &argv);
  g_test_add ("/ui/centre-map", Fixture, NULL, set_up, test_centre_map, tear_down);
  status = g_test_run ();
  test_folder_remove (g_steal_pointer (&cache));

  return status;
}
