/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "wf-mbtiles.h"
#include "wf-tiles-error.h"

#include <glib/gstdio.h>
#include <string.h>

#include "run-sql.h"

/* A PNG of one pixel. */
#define PNG                                                                                                         \
  "x'89504E470D0A1A0A0000000D49484452000000010000000108060000001F15C4890000000D49444154789C63F8CFC0F01F00050001FF" \
  "89993D1D0000000049454E44AE426082'"

static const char schema[] =
    "CREATE TABLE metadata (name TEXT, value TEXT);"
    "CREATE TABLE tiles (zoom_level INTEGER, tile_column INTEGER, tile_row INTEGER, tile_data BLOB);"
    "INSERT INTO metadata VALUES ('name', 'Test'), ('format', 'png'), ('minzoom', '0'), ('maxzoom', '3'),"
    " ('bounds', '100.0, 30.0,120.0,50.0'), ('attribution', '<a href=\"x\">&copy; Somebody</a>');"
    "INSERT INTO tiles VALUES (1, 1, 1, " PNG "), (2, 0, 0, x'474946383961'), (2, 1, 0, zeroblob (5000000)),"
    " (2, 2, 0, x'FFD8FFC0001108'), (3, 0, 0, x'FFD8FFC00011080010001003');";

typedef struct
{
  char *folder;
  char *path;
} Fixture;

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  fixture->folder = g_dir_make_tmp ("wf-mbtiles-XXXXXX", NULL);
  fixture->path = g_build_filename (fixture->folder, "test.mbtiles", NULL);
  run_sql (fixture->path, schema);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  g_unlink (fixture->path);
  g_assert_cmpint (g_rmdir (fixture->folder), ==, 0);
  g_free (fixture->folder);
  g_free (fixture->path);
}

static void
check_refused (WfMbtiles  *set,
               int         zoom,
               int         x,
               int         y,
               int         code)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = wf_mbtiles_read (set, zoom, x, y, &error);

  g_assert_null (bytes);
  g_assert_error (error, WF_TILES_ERROR, code);
}

static void
test_read (Fixture       *fixture,
           gconstpointer  data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (WfMbtiles) set = wf_mbtiles_open (fixture->path, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (wf_mbtiles_get_info (set)->attribution, ==, "© Somebody");
  g_assert_cmpint (wf_mbtiles_get_info (set)->max_zoom, ==, 3);
  g_assert_cmpfloat_with_epsilon (wf_mbtiles_get_info (set)->box.max_lat, 50.0, 1e-9);

  /* Row 1 of two from the south is row 0 from the north. */
  g_autoptr (GBytes) bytes = wf_mbtiles_read (set, 1, 1, 0, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (g_bytes_get_size (bytes), >, 60);

  check_refused (set, 1, 1, 1, WF_TILES_ERROR_NOT_FOUND);
  check_refused (set, 9, 1, 1, WF_TILES_ERROR_NOT_FOUND);
  check_refused (set, 1, -1, 0, WF_TILES_ERROR_NOT_FOUND);
  check_refused (set, 2, 0, 3, WF_TILES_ERROR_FIELD);
  check_refused (set, 2, 1, 3, WF_TILES_ERROR_TOO_LARGE);
  check_refused (set, 2, 2, 3, WF_TILES_ERROR_FIELD);
  check_refused (set, 3, 0, 7, WF_TILES_ERROR_FIELD);
}

static const struct
{
  const char *name;
  const char *sql;
  const char *says;
} spoils[] = {
  { "format", "UPDATE metadata SET value = 'tiff' WHERE name = 'format'", "“format”" },
  { "no-format", "DELETE FROM metadata WHERE name = 'format'", "“format”" },
  { "scheme", "INSERT INTO metadata VALUES ('scheme', 'xyz')", "“scheme”" },
  { "zoom", "UPDATE metadata SET value = '99' WHERE name = 'maxzoom'", "“maxzoom”" },
  { "zooms", "UPDATE metadata SET value = '7' WHERE name = 'minzoom'", "“minzoom”" },
  { "bounds", "UPDATE metadata SET value = '1,2,nan,4' WHERE name = 'bounds'", "“bounds”" },
  { "table", "DROP TABLE tiles", "“tiles”" },
  { "column", "ALTER TABLE tiles RENAME COLUMN tile_data TO picture", "tile_data" },
};

static void
test_spoiled (Fixture       *fixture,
              gconstpointer  data)
{
  gsize which = GPOINTER_TO_SIZE (data);
  g_autoptr (GError) error = NULL;

  run_sql (fixture->path, spoils[which].sql);
  g_autoptr (WfMbtiles) set = wf_mbtiles_open (fixture->path, &error);
  g_assert_null (set);
  g_assert_nonnull (error);
  if (strstr (error->message, spoils[which].says) == NULL)
    g_error ("“%s” does not say “%s”", error->message, spoils[which].says);
}

static void
test_truncated (Fixture       *fixture,
                gconstpointer  data)
{
  g_autofree char *bytes = NULL;
  g_autoptr (GError) error = NULL;
  gsize size;

  g_assert_true (g_file_get_contents (fixture->path, &bytes, &size, NULL));
  g_assert_true (g_file_set_contents (fixture->path, bytes, (gssize) size / 2, NULL));
  g_autoptr (WfMbtiles) set = wf_mbtiles_open (fixture->path, &error);
  g_assert_null (set);
  g_assert_error (error, WF_TILES_ERROR, WF_TILES_ERROR_TRUNCATED);
}

/* Whoever has cancelled is told so, before the file is read whole and whatever is wrong with it. */
static void
test_cancelled (Fixture       *fixture,
                gconstpointer  data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) cancelled = NULL;
  g_autoptr (WfMbtiles) set = wf_mbtiles_open (fixture->path, &error);

  g_assert_no_error (error);
  g_assert_false (wf_mbtiles_check (set, cancellable, &error));
  g_assert_error (error, WF_TILES_ERROR, WF_TILES_ERROR_FIELD);
  g_cancellable_cancel (cancellable);
  g_assert_false (wf_mbtiles_check (set, cancellable, &cancelled));
  g_assert_error (cancelled, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add ("/tiles/mbtiles/read", Fixture, NULL, set_up, test_read, tear_down);
  g_test_add ("/tiles/mbtiles/truncated", Fixture, NULL, set_up, test_truncated, tear_down);
  g_test_add ("/tiles/mbtiles/cancelled", Fixture, NULL, set_up, test_cancelled, tear_down);
  for (gsize i = 0; i < G_N_ELEMENTS (spoils); i++)
    {
      g_autofree char *name = g_strconcat ("/tiles/mbtiles/spoiled/", spoils[i].name, NULL);
      g_test_add (name, Fixture, GSIZE_TO_POINTER (i), set_up, test_spoiled, tear_down);
    }

  return g_test_run ();
}
