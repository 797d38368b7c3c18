/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "wf-base-labels.h"
#include "wf-base-renderer.h"

#include <glib/gstdio.h>
#include <math.h>
#include <sqlite3.h>
#include <string.h>

#include "../tiles/vector-kit.h"

static WfBaseArea
area_around (double lon,
             double lat,
             double zoom,
             double size)
{
  double world = 256.0 * exp2 (zoom);

  return (WfBaseArea){ zoom, wf_mercator_x (lon) * world - size / 2.0, wf_mercator_y (lat) * world - size / 2.0, size,
                       size, 1 };
}

static guint32
middle_of (cairo_surface_t *surface)
{
  int x = cairo_image_surface_get_width (surface) / 2;
  int y = cairo_image_surface_get_height (surface) / 2;
  guint32 pixel;

  memcpy (&pixel, cairo_image_surface_get_data (surface) + y * cairo_image_surface_get_stride (surface) + 4 * x, 4);

  return pixel & 0xffffff;
}

static guint32
colour_at (WfBaseMap *base,
           double     lon,
           double     lat,
           double     zoom)
{
  g_autoptr (GError) error = NULL;
  WfBaseArea area = area_around (lon, lat, zoom, 64.0);
  gboolean incomplete;
  cairo_surface_t *surface = wf_base_renderer_draw (base, wf_map_style_get (FALSE), &area, &incomplete);

  g_assert_no_error (error);
  guint32 colour = middle_of (surface);
  cairo_surface_destroy (surface);

  return colour;
}

static void
test_ground (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (WfBaseMap) base = wf_base_map_new_default ();
  const WfMapStyle *style = wf_map_style_get (FALSE);

  g_assert_no_error (error);
  /* The sea, the land, a lake (青海湖), the district's river and hills, at several zooms. */
  g_assert_cmphex (colour_at (base, 123.5, 35.5, 5.3), ==, style->sea);
  g_assert_cmphex (colour_at (base, 123.5, 35.5, 11.0), ==, style->sea);
  g_assert_cmphex (colour_at (base, 104.5, 33.2, 5.3), ==, style->land);
  g_assert_cmphex (colour_at (base, 100.2, 36.9, 7.0), ==, style->water);
  g_assert_cmphex (colour_at (base, 109.72, 40.5127, 14.0), ==, colour_at (base, 109.722, 40.5127, 14.0));
  g_assert_cmphex (colour_at (base, 109.60, 40.733, 13.3), !=, style->land);
}

/* However it is cut into pieces, the map is the same picture. */
static void
test_seams (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (WfBaseMap) base = wf_base_map_new_default ();
  const WfMapStyle *style = wf_map_style_get (TRUE);
  WfBaseArea whole = area_around (109.76, 40.60, 12.4, 512.0);
  gboolean incomplete;
  int different = 0;

  whole.x = floor (whole.x);
  whole.y = floor (whole.y);
  cairo_surface_t *one = wf_base_renderer_draw (base, style, &whole, &incomplete);
  g_assert_no_error (error);
  for (int quarter = 0; quarter < 4; quarter++)
    {
      WfBaseArea part = { whole.zoom, whole.x + quarter % 2 * 256, whole.y + quarter / 2 * 256, 256, 256, 1 };
      cairo_surface_t *piece = wf_base_renderer_draw (base, style, &part, &incomplete);
      g_assert_no_error (error);
      for (int y = 0; y < 256; y++)
        for (int x = 0; x < 256; x++)
          {
            const guint8 *a = cairo_image_surface_get_data (one) + (y + quarter / 2 * 256) * cairo_image_surface_get_stride (one)
                              + 4 * (x + quarter % 2 * 256);
            const guint8 *b = cairo_image_surface_get_data (piece) + y * cairo_image_surface_get_stride (piece) + 4 * x;
            different += ABS (a[0] - b[0]) > 24 || ABS (a[1] - b[1]) > 24 || ABS (a[2] - b[2]) > 24;
          }
      cairo_surface_destroy (piece);
    }
  cairo_surface_destroy (one);
  /* Dashes begin anew where a line is cut, so that a few pixels may differ. */
  g_assert_cmpint (different, <, 512 * 512 / 200);
}

static void
test_labels (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (WfBaseMap) base = wf_base_map_new_default ();

  for (double zoom = 4.0; zoom < 17.0; zoom += 1.3)
    for (int latin = 0; latin < 2; latin++)
      {
        WfBaseArea area = area_around (109.80, 40.61, zoom, 1400.0);
        g_autoptr (GPtrArray) labels = wf_base_labels_place (base, wf_map_style_get (TRUE), &area, latin);
        g_assert_no_error (error);
        g_assert_cmpuint (labels->len, >, 3);
        for (guint i = 0; i < labels->len; i++)
          for (guint j = 0; j < i; j++)
            {
              const WfBaseLabel *a = g_ptr_array_index (labels, i);
              const WfBaseLabel *b = g_ptr_array_index (labels, j);
              double world = 256.0 * exp2 (zoom);
              double dx = fabs (a->x * world + a->dx + a->width / 2.0 - b->x * world - b->dx - b->width / 2.0);
              double dy = fabs (a->y * world + a->dy + a->height / 2.0 - b->y * world - b->dy - b->height / 2.0);
              /* Their halos may touch. */
              g_assert_true (dx >= (a->width + b->width) / 2.0 - 8.0 || dy >= (a->height + b->height) / 2.0 - 8.0);
            }
      }
}

/* Columns by turns red and green, in rows from the south that have blue in them by turns. */
static void
write_mbtiles (const char *path,
               int         zoom)
{
  g_autofree char *create =
    g_strdup_printf ("CREATE TABLE metadata (name TEXT, value TEXT);"
                     "CREATE TABLE tiles (zoom_level INTEGER, tile_column INTEGER, tile_row INTEGER, tile_data BLOB);"
                     "INSERT INTO metadata VALUES ('name', 'Colours'), ('format', 'png'),"
                     " ('minzoom', '%d'), ('maxzoom', '%d')", zoom, zoom);
  sqlite3 *database = NULL;
  sqlite3_stmt *put = NULL;

  g_assert_cmpint (sqlite3_open (path, &database), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (database, create, NULL, NULL, NULL), ==, SQLITE_OK);
  sqlite3_prepare_v2 (database, "INSERT INTO tiles VALUES (?4, ?1, ?2, ?3)", -1, &put, NULL);
  for (int column = 0; column < 1 << zoom; column++)
    for (int row = 0; row < 1 << zoom; row++)
      {
        g_autofree char *file = g_strdup_printf ("%s.png", path);
        cairo_surface_t *surface = cairo_image_surface_create (CAIRO_FORMAT_RGB24, 256, 256);
        cairo_t *cr = cairo_create (surface);
        g_autofree char *data = NULL;
        gsize size;

        cairo_set_source_rgb (cr, column % 2 == 0, column % 2 == 1, row % 2 == 0);
        cairo_paint (cr);
        cairo_destroy (cr);
        g_assert_cmpint (cairo_surface_write_to_png (surface, file), ==, CAIRO_STATUS_SUCCESS);
        cairo_surface_destroy (surface);
        g_assert_true (g_file_get_contents (file, &data, &size, NULL));
        g_unlink (file);
        sqlite3_reset (put);
        sqlite3_bind_int (put, 4, zoom);
        sqlite3_bind_int (put, 1, column);
        sqlite3_bind_int (put, 2, row);
        sqlite3_bind_blob (put, 3, data, (int) size, SQLITE_TRANSIENT);
        g_assert_cmpint (sqlite3_step (put), ==, SQLITE_DONE);
      }
  sqlite3_finalize (put);
  sqlite3_close (database);
}

static void
test_mbtiles (void)
{
  g_autofree char *folder = g_dir_make_tmp ("wf-base-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "colours.mbtiles", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (WfBaseMap) base = wf_base_map_new ();

  write_mbtiles (path, 1);
  g_assert_true (wf_base_map_set_mbtiles (base, path, WF_DATUM_WGS84, &error));
  g_assert_no_error (error);
  g_assert_cmphex (colour_at (base, -90.0, 40.0, 1.3), ==, 0xff0000);
  g_assert_cmphex (colour_at (base, 90.0, 40.0, 2.7), ==, 0x00ff00);
  g_assert_cmphex (colour_at (base, 90.0, -40.0, 2.7), ==, 0x00ffff);
  /* Above its last zoom it is magnified. */
  g_assert_cmphex (colour_at (base, 109.7, 40.6, 12.0), ==, 0x00ff00);
  g_autofree char *credit = wf_base_map_get_attribution (base, 109.7, 40.6, 12);
  g_assert_cmpstr (credit, ==, "Colours");

  g_clear_object (&base);
  g_unlink (path);
  g_rmdir (folder);
}

/* A file that begins with streets is not read for a country, of which it has millions of tiles. */
static void
test_mbtiles_from_afar (void)
{
  g_autofree char *folder = g_dir_make_tmp ("wf-base-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "colours.mbtiles", NULL);
  const WfDatum datums[] = { WF_DATUM_WGS84, WF_DATUM_GCJ02 };

  write_mbtiles (path, 4);
  for (gsize i = 0; i < G_N_ELEMENTS (datums); i++)
    {
      g_autoptr (WfBaseMap) plain = wf_base_map_new ();
      g_autoptr (WfBaseMap) base = wf_base_map_new ();
      g_autoptr (GError) error = NULL;

      g_assert_true (wf_base_map_set_mbtiles (base, path, datums[i], &error));
      g_assert_no_error (error);
      g_assert_cmphex (colour_at (base, 10.0, 10.0, 1.0), !=, colour_at (plain, 10.0, 10.0, 1.0));
      g_assert_cmphex (colour_at (base, 10.0, 10.0, 0.2), ==, colour_at (plain, 10.0, 10.0, 0.2));
    }

  g_unlink (path);
  g_rmdir (folder);
}

/* An own file of another datum is moved to where it belongs: on the border of two tiles, what lies within the shift changes
 * its colour. */
static void
test_datum (void)
{
  g_autofree char *folder = g_dir_make_tmp ("wf-base-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "shifted.mbtiles", NULL);
  const WfDatum datums[] = { WF_DATUM_GCJ02, WF_DATUM_BD09 };

  write_mbtiles (path, 2);
  for (gsize i = 0; i < G_N_ELEMENTS (datums); i++)
    {
      g_autoptr (WfBaseMap) plain = wf_base_map_new ();
      g_autoptr (WfBaseMap) shifted = wf_base_map_new ();
      double lon, lat;

      wf_datum_from_wgs84 (datums[i], 90.0, 40.0, &lon, &lat);
      g_assert_cmpfloat (fabs (lon - 90.0), >, 0.001);
      double beside = 90.0 - (lon - 90.0) / 2.0;
      double away = 90.0 - (lon - 90.0) * 3.0;

      wf_base_map_take_file (plain, path, WF_DATUM_WGS84);
      wf_base_map_take_file (shifted, path, datums[i]);
      g_assert_cmphex (colour_at (shifted, beside, 40.0, 15.0), !=, colour_at (plain, beside, 40.0, 15.0));
      g_assert_cmphex (colour_at (shifted, away, 40.0, 15.0), ==, colour_at (plain, away, 40.0, 15.0));
    }

  g_unlink (path);
  g_rmdir (folder);
}

/* Two tiles side by side, with one road and one lake across their border. */
static void
write_streets (const char *path)
{
  static const int road[] = { -80, 1000, 4176, 1000 };
  static const int lake[] = { -80, 2000, 4176, 2000, 4176, 3000, -80, 3000 };
  static const int town[] = { 4096, 600 };
  static const int town_again[] = { 0, 600 };
  static const int building[] = { 100, 100, 900, 100, 900, 400, 100, 400 };

  for (int i = 0; i < 2; i++)
    {
      g_autoptr (GByteArray) tile = g_byte_array_new ();
      VectorLayer water = vector_layer ("water");
      VectorLayer roads = vector_layer ("transportation");
      VectorLayer names = vector_layer ("transportation_name");
      VectorLayer places = vector_layer ("place");
      VectorLayer buildings = vector_layer ("building");

      vector_add (&water, 3, "class=lake", lake, 4);
      vector_end (tile, &water);
      vector_add (&roads, 2, "class=primary", road, 2);
      vector_end (tile, &roads);
      vector_add (&names, 2, "class=primary name:zh=钢铁大街", road, 2);
      vector_end (tile, &names);
      vector_add (&places, 1, "class=town name:zh=萨拉齐", i == 0 ? town : town_again, 1);
      vector_end (tile, &places);
      vector_add (&buildings, 3, "render_height=9", building, 4);
      vector_end (tile, &buildings);
      vector_write (path, "109,40,111,41", 14, 14, 14, 13186 + i, 6186, tile);
    }
}

static guint32
colour_in_tile (WfBaseMap *base,
                double     x,
                double     y,
                double     zoom)
{
  const double side = exp2 (14.0);

  return colour_at (base, wf_mercator_lon ((13186 + x / 4096.0) / side), wf_mercator_lat ((6186 + y / 4096.0) / side), zoom);
}

/* Vector tiles are drawn as a pack is: larger beyond their last zoom, over the packs below where there are tiles and only there,
 * and with each name once though it lies in two tiles. */
static void
test_vector (void)
{
  g_autofree char *folder = g_dir_make_tmp ("wf-base-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "streets.mbtiles", NULL);
  g_autoptr (WfBaseMap) base = wf_base_map_new_default ();
  g_autoptr (WfBaseMap) plain = wf_base_map_new_default ();
  const WfMapStyle *style = wf_map_style_get (FALSE);
  const double side = exp2 (14.0);
  guint towns = 0;

  write_streets (path);
  wf_base_map_take_file (base, path, WF_DATUM_WGS84);
  for (double zoom = 14.5; zoom < 20.0; zoom += 2.0)
    {
      /* On the very border of the two tiles. */
      g_assert_cmphex (colour_in_tile (base, 4096, 2500, zoom), ==, style->water);
      g_assert_cmphex (colour_in_tile (base, 4096, 1000, zoom), ==, style->arterial);
      g_assert_cmphex (colour_in_tile (base, 2048, 3500, zoom), ==, style->land);
    }
  g_assert_cmphex (colour_in_tile (base, 500, 250, 17.0), ==, style->building);
  /* In the box that it says, but where it has no tile, and below its first zoom, the maps under it are seen. */
  g_assert_cmphex (colour_at (base, 109.72, 40.5127, 14.0), ==, colour_at (plain, 109.72, 40.5127, 14.0));
  g_assert_cmphex (colour_at (base, 109.72, 40.5127, 10.0), ==, colour_at (plain, 109.72, 40.5127, 10.0));

  WfBaseArea area = area_around (wf_mercator_lon (13187.0 / side), wf_mercator_lat (6186.3 / side), 16.0, 1600.0);
  g_autoptr (GPtrArray) labels = wf_base_labels_place (base, style, &area, FALSE);
  for (guint i = 0; i < labels->len; i++)
    {
      const WfBaseLabel *label = g_ptr_array_index (labels, i);

      towns += fabs (label->x - 13187.0 / side) < 1e-9 && fabs (label->y - (6186 + 600 / 4096.0) / side) < 1e-9;
    }
  g_assert_cmpuint (towns, ==, 1);
  g_assert_cmpuint (labels->len, >, 1);

  g_autofree char *credit = wf_base_map_get_attribution (base, 110.0, 40.5, 15);
  g_assert_nonnull (strstr (credit, "© Streets"));
  g_assert_nonnull (strstr (credit, "审图号 T 1"));

  g_unlink (path);
  g_rmdir (folder);
}

static guint refusals;

static void
refused_cb (void)
{
  refusals++;
}

/* A tile that lies makes the set go, once, and the map stays. */
static void
test_vector_refused (void)
{
  g_autofree char *folder = g_dir_make_tmp ("wf-base-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "streets.mbtiles", NULL);
  g_autoptr (WfBaseMap) base = wf_base_map_new_default ();
  g_autoptr (WfBaseMap) plain = wf_base_map_new_default ();
  const double side = exp2 (14.0);
  sqlite3 *database = NULL;

  write_streets (path);
  g_assert_cmpint (sqlite3_open (path, &database), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (database, "UPDATE tiles SET tile_data = x'1f8b0800deadbeef'", NULL, NULL, NULL), ==, SQLITE_OK);
  sqlite3_close (database);

  wf_base_map_take_file (base, path, WF_DATUM_WGS84);
  g_signal_connect (base, "refused", G_CALLBACK (refused_cb), NULL);
  for (int i = 0; i < 3; i++)
    g_assert_cmphex (colour_at (base, wf_mercator_lon (13187.0 / side), wf_mercator_lat (6186.5 / side), 15.0 + i), ==,
                     colour_at (plain, wf_mercator_lon (13187.0 / side), wf_mercator_lat (6186.5 / side), 15.0 + i));
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_cmpuint (refusals, ==, 1);

  g_unlink (path);
  g_rmdir (folder);
}

static void
test_attribution (void)
{
  g_autoptr (WfBaseMap) base = wf_base_map_new_default ();
  g_autofree char *here = wf_base_map_get_attribution (base, 109.7, 40.6, 12);
  g_autofree char *away = wf_base_map_get_attribution (base, 119.7, 30.6, 12);

  g_assert_nonnull (strstr (here, "示意数据"));
  g_assert_nonnull (strstr (here, "Schematic map"));
  g_assert_null (strstr (away, "示意数据"));
  g_assert_nonnull (strstr (away, "GeoNames"));
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/map/base/ground", test_ground);
  g_test_add_func ("/map/base/seams", test_seams);
  g_test_add_func ("/map/base/labels", test_labels);
  g_test_add_func ("/map/base/mbtiles", test_mbtiles);
  g_test_add_func ("/map/base/mbtiles-from-afar", test_mbtiles_from_afar);
  g_test_add_func ("/map/base/datum", test_datum);
  g_test_add_func ("/map/base/vector", test_vector);
  g_test_add_func ("/map/base/vector-refused", test_vector_refused);
  g_test_add_func ("/map/base/attribution", test_attribution);

  return g_test_run ();
}
