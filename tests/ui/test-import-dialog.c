/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "sync-testing.h"
#include "ui-testing.h"
#include "wf-application.h"
#include "wf-map-import-dialog.h"
#include "wf-map-pack.h"

#include <glib/gstdio.h>

/* Two counties, one of which crosses itself, and a point that lies nowhere. */
static const char counties[] =
  "{\"type\":\"FeatureCollection\",\"features\":["
  "{\"type\":\"Feature\",\"properties\":{\"NAME\":\"九原区\",\"adcode\":150207},\"geometry\":{\"type\":\"Polygon\",\"coordinates\":"
  "[[[109.4,40.5],[109.9,40.5],[109.9,40.7],[109.4,40.7],[109.4,40.5]]]}},"
  "{\"type\":\"Feature\",\"properties\":{\"NAME\":\"东河区\",\"adcode\":150202},\"geometry\":{\"type\":\"Polygon\",\"coordinates\":"
  "[[[110,40.5],[110.2,40.7],[110.2,40.5],[110,40.7],[110,40.5]]]}},"
  "{\"type\":\"Feature\",\"properties\":{\"NAME\":\"远\"},\"geometry\":{\"type\":\"Point\",\"coordinates\":[999,40]}}]}";

typedef struct
{
  char      *folder;
  char      *path;
  char      *packs;
  GtkWidget *dialog;
  char      *pack; /* what was imported */
} Fixture;

static void
imported_cb (Fixture    *self,
             const char *pack)
{
  self->pack = g_strdup (pack);
}

static void
gone_cb (gpointer  data,
         GObject  *object)
{
  ((Fixture *) data)->dialog = NULL;
}

static void
open_dialog (Fixture    *self,
             const char *text)
{
  g_assert_true (g_file_set_contents (self->path, text, -1, NULL));
  self->dialog = wf_map_import_dialog_new (self->path, self->packs);
  g_object_weak_ref (G_OBJECT (self->dialog), gone_cb, self);
  g_signal_connect_swapped (self->dialog, "imported", G_CALLBACK (imported_cb), self);
  gtk_window_present (GTK_WINDOW (self->dialog));
}

static void
set_up (Fixture       *self,
        gconstpointer  data)
{
  self->folder = test_folder_new ();
  self->path = g_build_filename (self->folder, "counties.geojson", NULL);
  self->packs = g_build_filename (self->folder, "maps", NULL);
}

static void
tear_down (Fixture       *self,
           gconstpointer  data)
{
  if (self->dialog != NULL)
    gtk_window_destroy (GTK_WINDOW (self->dialog));
  test_await (self->dialog == NULL);
  test_folder_remove (self->folder);
  g_free (self->path);
  g_free (self->packs);
  g_free (self->pack);
}

static gboolean
is_row (GtkWidget  *widget,
        const void *title)
{
  return ADW_IS_PREFERENCES_ROW (widget)
         && g_strcmp0 (adw_preferences_row_get_title (ADW_PREFERENCES_ROW (widget)), title) == 0;
}

static gboolean
says (GtkWidget  *widget,
      const void *text)
{
  return GTK_IS_LABEL (widget) && gtk_widget_get_visible (widget)
         && strstr (gtk_label_get_text (GTK_LABEL (widget)), text) != NULL;
}

static void
enter (Fixture    *self,
       const char *title,
       const char *text)
{
  GtkWidget *row = test_find (self->dialog, is_row, title);

  g_assert_nonnull (row);
  gtk_editable_set_text (GTK_EDITABLE (row), text);
}

static GtkWidget *
import_button (Fixture *self)
{
  return test_find (self->dialog, test_is_button, "_Import");
}

/* What there is, is shown with what is wrong; what a person says becomes the pack. */
static void
test_import (Fixture       *self,
             gconstpointer  data)
{
  g_autoptr (GError) error = NULL;

  open_dialog (self, counties);
  test_await (!wf_map_import_dialog_is_busy (WF_MAP_IMPORT_DIALOG (self->dialog)));
  g_assert_nonnull (test_find (self->dialog, says, "1 mended, 1 left out"));
  g_assert_nonnull (test_find (self->dialog, says, "feature 2 is left out"));

  AdwComboRow *kind = ADW_COMBO_ROW (test_find (self->dialog, is_row, "Shown as"));
  AdwComboRow *name = ADW_COMBO_ROW (test_find (self->dialog, is_row, "Names from the field"));
  g_assert_cmpstr (gtk_string_object_get_string (adw_combo_row_get_selected_item (kind)), ==, "Divisions");
  g_assert_cmpstr (gtk_string_object_get_string (adw_combo_row_get_selected_item (name)), ==, "NAME");

  /* Nothing without a source. */
  g_assert_false (gtk_widget_get_sensitive (import_button (self)));
  enter (self, "Name of the map", "九原/区划");
  enter (self, "Source of the data", "自然资源局");
  g_assert_false (gtk_widget_get_sensitive (import_button (self)));
  enter (self, "Attribution, as it must stand under the map", "© 自然资源局");
  enter (self, "Review number (审图号)", "蒙S(2024)001号");
  g_assert_true (gtk_widget_get_sensitive (import_button (self)));
  adw_combo_row_set_selected (kind, 0);
  g_assert_false (gtk_widget_get_sensitive (import_button (self)));
  adw_combo_row_set_selected (kind, 2);

  g_signal_emit_by_name (import_button (self), "clicked");
  test_await (self->pack != NULL && self->dialog == NULL);
  g_assert_true (g_str_has_suffix (self->pack, "九原-区划.wfmap"));
  g_autoptr (WfMapPack) pack = wf_map_pack_open (self->pack, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (wf_map_pack_get_info (pack)->review_number, ==, "蒙S(2024)001号");
  g_autoptr (GPtrArray) features = wf_map_pack_query (pack, 0, 0, 1, 1, 12, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (features->len, ==, 4);
}

/* Another datum is looked at again, and the map follows; a file that is none is refused with its reason, and one can close. */
static void
test_refused (Fixture       *self,
              gconstpointer  data)
{
  open_dialog (self, counties);
  test_await (!wf_map_import_dialog_is_busy (WF_MAP_IMPORT_DIALOG (self->dialog)));
  enter (self, "Coordinate system, where the file does not say it (EPSG:4547)", "EPSG:nonsense");
  g_assert_true (wf_map_import_dialog_is_busy (WF_MAP_IMPORT_DIALOG (self->dialog)));
  test_await (!wf_map_import_dialog_is_busy (WF_MAP_IMPORT_DIALOG (self->dialog)));
  g_assert_nonnull (test_find (self->dialog, says, "EPSG:nonsense"));
  enter (self, "Coordinate system, where the file does not say it (EPSG:4547)", "");
  test_await (!wf_map_import_dialog_is_busy (WF_MAP_IMPORT_DIALOG (self->dialog))
              && test_find (self->dialog, says, "EPSG:nonsense") == NULL);

  gtk_window_destroy (GTK_WINDOW (self->dialog));
  test_await (self->dialog == NULL);
  open_dialog (self, "no map at all");
  test_await (!wf_map_import_dialog_is_busy (WF_MAP_IMPORT_DIALOG (self->dialog)));
  g_assert_nonnull (test_find (self->dialog, says, "counties.geojson"));
  g_assert_false (gtk_widget_get_sensitive (import_button (self)));
}

/* Whoever closes the window while the file is read ends that, and nothing is left. */
static void
test_closed (Fixture       *self,
             gconstpointer  data)
{
  open_dialog (self, counties);
  g_assert_true (wf_map_import_dialog_is_busy (WF_MAP_IMPORT_DIALOG (self->dialog)));
  gtk_window_close (GTK_WINDOW (self->dialog));
  test_await (self->dialog == NULL);
  g_assert_false (g_file_test (self->packs, G_FILE_TEST_EXISTS));
}

int
main (int   argc,
      char *argv[])
{
  test_ui_init (&argc, &argv);

  g_test_add ("/import/made", Fixture, NULL, set_up, test_import, tear_down);
  g_test_add ("/import/refused", Fixture, NULL, set_up, test_refused, tear_down);
  g_test_add ("/import/closed", Fixture, NULL, set_up, test_closed, tear_down);

  return g_test_run ();
}
