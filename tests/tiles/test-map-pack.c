/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "wf-map-pack.h"
#include "wf-tiles-error.h"

#include <glib/gstdio.h>
#include <string.h>

#include "run-sql.h"

typedef struct
{
  char *folder;
  char *path;
} Fixture;

static const WfMapPackInfo info = {
  .name = "Test", .source = "drawn", .licence = "none", .attribution = "nobody", .review_number = "GS(2026)1号",
  .datum = WF_DATUM_WGS84,
  .box = { 109.0, 40.0, 110.0, 41.0 }, .min_zoom = 5, .max_zoom = 15, .opaque = TRUE, .schematic = TRUE,
};

static void
write_pack (Fixture *fixture,
            WfDatum  datum)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (WfMapPackWriter) writer = wf_map_pack_writer_new (fixture->path, &error);
  static const double square[] = { 109.2, 40.2, 109.8, 40.2, 109.8, 40.8, 109.2, 40.8 };
  static const double spot[] = { 109.5, 40.5 };
  static const guint32 four = 4;
  static const guint32 one = 1;
  g_autoptr (WfMapGeometry) area = wf_map_geometry_new (WF_MAP_SHAPE_POLYGON, square, &four, 1);
  g_autoptr (WfMapGeometry) point = wf_map_geometry_new (WF_MAP_SHAPE_POINT, spot, &one, 1);
  WfMapPackInfo mine = info;

  mine.datum = datum;
  g_assert_no_error (error);
  g_assert_true (wf_map_pack_writer_set_info (writer, &mine, &error));
  g_assert_true (wf_map_pack_writer_add_feature (writer, WF_MAP_CLASS_QUARTER, 8, 24, 3, NULL, NULL, area, &error));
  g_assert_true (wf_map_pack_writer_add_feature (writer, WF_MAP_CLASS_PLACE_TOWN, 10, 24, 7, "麻池镇", "Machi", point,
                                                 &error));
  g_assert_false (wf_map_pack_writer_add_feature (writer, (WfMapClass) 77, 10, 24, 7, NULL, NULL, point, NULL));
  g_assert_false (wf_map_pack_writer_add_feature (writer, WF_MAP_CLASS_PLACE_TOWN, 12, 9, 7, NULL, NULL, point, NULL));
  g_assert_false (g_file_test (fixture->path, G_FILE_TEST_EXISTS));
  g_assert_true (wf_map_pack_writer_close (writer, &error));
  g_assert_no_error (error);
}

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  g_autoptr (GError) error = NULL;

  fixture->folder = g_dir_make_tmp ("wf-pack-XXXXXX", &error);
  g_assert_no_error (error);
  fixture->path = g_build_filename (fixture->folder, "test.wfmap", NULL);
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

static GPtrArray *
query (WfMapPack *pack,
       double     west,
       double     south,
       double     east,
       double     north,
       int        zoom)
{
  g_autoptr (GError) error = NULL;
  GPtrArray *found = wf_map_pack_query (pack, wf_mercator_x (west), wf_mercator_y (north), wf_mercator_x (east),
                                        wf_mercator_y (south),
                                        zoom, &error);

  g_assert_no_error (error);

  return found;
}

static void
test_round_trip (Fixture       *fixture,
                 gconstpointer  data)
{
  g_autoptr (GError) error = NULL;

  write_pack (fixture, WF_DATUM_WGS84);
  g_autoptr (WfMapPack) pack = wf_map_pack_open (fixture->path, &error);
  g_assert_no_error (error);
  const WfMapPackInfo *read = wf_map_pack_get_info (pack);
  g_assert_cmpstr (read->name, ==, "Test");
  g_assert_cmpstr (read->review_number, ==, "GS(2026)1号");
  g_assert_cmpfloat_with_epsilon (read->home.max_lat, 41.0, 1e-9);
  g_assert_true (read->schematic);
  g_assert_true (wf_map_pack_check (pack, NULL, &error));
  g_assert_no_error (error);

  g_autoptr (GPtrArray) both = query (pack, 109.4, 40.4, 109.6, 40.6, 12);
  g_autoptr (GPtrArray) low = query (pack, 109.4, 40.4, 109.6, 40.6, 8);
  g_autoptr (GPtrArray) away = query (pack, 100.0, 30.0, 101.0, 31.0, 12);
  g_assert_cmpuint (both->len, ==, 2);
  g_assert_cmpuint (low->len, ==, 1);
  g_assert_cmpuint (away->len, ==, 0);

  const WfMapFeature *town = g_ptr_array_index (both, 1);
  g_assert_cmpstr (town->name, ==, "麻池镇");
  g_assert_cmpstr (town->name_latin, ==, "Machi");
  g_assert_cmpint (town->rank, ==, 7);
  g_assert_cmpfloat_with_epsilon (wf_mercator_lon (town->geometry->points[0]), 109.5, 1e-6);
  g_assert_cmpfloat_with_epsilon (wf_mercator_lat (town->geometry->points[1]), 40.5, 1e-6);
}

/* A pack in GCJ-02 is put where it belongs. */
static void
test_datum (Fixture       *fixture,
            gconstpointer  data)
{
  g_autoptr (GError) error = NULL;
  double lon;
  double lat;

  write_pack (fixture, WF_DATUM_GCJ02);
  g_autoptr (WfMapPack) pack = wf_map_pack_open (fixture->path, &error);
  g_assert_no_error (error);
  g_autoptr (GPtrArray) found = query (pack, 109.4, 40.4, 109.6, 40.6, 12);
  const WfMapFeature *town = g_ptr_array_index (found, found->len - 1);
  wf_datum_to_wgs84 (WF_DATUM_GCJ02, 109.5, 40.5, &lon, &lat);
  g_assert_cmpfloat_with_epsilon (wf_mercator_lon (town->geometry->points[0]), lon, 1e-6);
  g_assert_cmpfloat_with_epsilon (wf_mercator_lat (town->geometry->points[1]), lat, 1e-6);
  g_assert_cmpfloat (wf_geo_distance (109.5, 40.5, lon, lat), >, 100.0);
}

static void
test_unfinished (Fixture       *fixture,
                 gconstpointer  data)
{
  g_autoptr (GError) error = NULL;
  WfMapPackWriter *writer = wf_map_pack_writer_new (fixture->path, &error);

  g_assert_no_error (error);
  g_assert_false (wf_map_pack_writer_close (writer, &error));
  g_assert_error (error, WF_TILES_ERROR, WF_TILES_ERROR_FIELD);
  g_object_unref (writer);
  g_assert_false (g_file_test (fixture->path, G_FILE_TEST_EXISTS));
}

/* Each spoils a good pack in one way; the message must name the place. */
static const struct
{
  const char *name;
  const char *sql;
  const char *says;
  gboolean    opens; /* found only when the features are read */
} spoils[] = {
  { "application", "PRAGMA application_id = 1", "not a map pack", FALSE },
  { "version", "PRAGMA user_version = 9", "version", FALSE },
  { "table", "DROP TABLE feature", "“feature”", FALSE },
  { "datum", "UPDATE metadata SET value = 'Beijing 54' WHERE name = 'datum'", "“datum”", FALSE },
  { "bbox", "UPDATE metadata SET value = '1,2,3' WHERE name = 'bbox'", "“bbox”", FALSE },
  { "bbox-range", "UPDATE metadata SET value = '110,40,109,41' WHERE name = 'bbox'", "“bbox”", FALSE },
  { "zoom", "UPDATE metadata SET value = 'many' WHERE name = 'max_zoom'", "“max_zoom”", FALSE },
  { "licence", "DELETE FROM metadata WHERE name = 'licence'", "“licence”", FALSE },
  { "class", "UPDATE feature SET class = 99 WHERE id = 2", "feature 2, field “class”", TRUE },
  { "zooms", "UPDATE feature SET max_zoom = 1 WHERE id = 2", "feature 2, field “min_zoom”", TRUE },
  { "blob", "UPDATE feature SET geometry = x'0101' WHERE id = 2", "feature 2, field “geometry”", TRUE },
  { "no-blob", "UPDATE feature SET geometry = '' WHERE id = 2", "feature 2, field “geometry”", TRUE },
  { "far", "UPDATE feature SET geometry = x'0101010180E59A77808080807F' WHERE id = 2", "feature 2, field “geometry”",
    TRUE },
  { "name", "UPDATE feature SET name = CAST (x'FFFE41' AS TEXT) WHERE id = 2", "feature 2, field “name”", TRUE },
  { "index", "DELETE FROM feature WHERE id = 2", "feature 2", TRUE },
};

static void
test_spoiled (Fixture       *fixture,
              gconstpointer  data)
{
  gsize which = GPOINTER_TO_SIZE (data);
  g_autoptr (GError) error = NULL;

  write_pack (fixture, WF_DATUM_WGS84);
  run_sql (fixture->path, spoils[which].sql);
  g_autoptr (WfMapPack) pack = wf_map_pack_open (fixture->path, &error);
  if (spoils[which].opens)
    {
      g_assert_no_error (error);
      g_autoptr (GPtrArray) found = wf_map_pack_query (pack, 0.0, 0.0, 1.0, 1.0, 12, &error);
      g_assert_null (found);
    }
  else
    {
      g_assert_null (pack);
    }
  g_assert_nonnull (error);
  g_assert_true (error->domain == WF_TILES_ERROR);
  if (strstr (error->message, spoils[which].says) == NULL)
    g_error ("“%s” does not say “%s”", error->message, spoils[which].says);
}

static void
test_truncated (Fixture       *fixture,
                gconstpointer  data)
{
  g_autofree char *bytes = NULL;
  gsize size;

  write_pack (fixture, WF_DATUM_WGS84);
  g_assert_true (g_file_get_contents (fixture->path, &bytes, &size, NULL));
  for (gsize cut = 0; cut < size; cut += 1999)
    {
      g_autoptr (GError) error = NULL;
      g_assert_true (g_file_set_contents (fixture->path, bytes, (gssize) cut, NULL));
      g_autoptr (WfMapPack) pack = wf_map_pack_open (fixture->path, &error);
      g_assert_null (pack);
      g_assert_error (error, WF_TILES_ERROR, (int) (cut < 100 ? WF_TILES_ERROR_FORMAT : WF_TILES_ERROR_TRUNCATED));
    }
}

/* Whatever stands in the file's middle, the reader answers with an error or with features, and nothing else happens. */
static void
test_noise (Fixture       *fixture,
            gconstpointer  data)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (3);
  g_autofree char *bytes = NULL;
  gsize size;
  guint refused = 0;

  write_pack (fixture, WF_DATUM_WGS84);
  g_assert_true (g_file_get_contents (fixture->path, &bytes, &size, NULL));
  for (int round = 0; round < 300; round++)
    {
      g_autofree char *spoiled = g_memdup2 (bytes, size);
      g_autoptr (GError) error = NULL;

      for (int i = 0; i < 12; i++)
        spoiled[g_rand_int_range (random, 100, (int) size)] = (char) g_rand_int_range (random, 0, 256);
      g_assert_true (g_file_set_contents (fixture->path, spoiled, (gssize) size, NULL));
      g_autoptr (WfMapPack) pack = wf_map_pack_open (fixture->path, &error);
      if (pack != NULL)
        {
          g_autoptr (GPtrArray) found = wf_map_pack_query (pack, 0.0, 0.0, 1.0, 1.0, 12, &error);
          g_assert_true ((found == NULL) == (error != NULL));
          g_clear_error (&error);
          if (!wf_map_pack_check (pack, NULL, &error))
            g_assert_nonnull (error);
        }
      refused += error != NULL;
    }
  g_assert_cmpuint (refused, >, 10);
}

static void
test_shipped (void)
{
  static const char *names[] = { "overview.wfmap", "jiuyuan.wfmap" };

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = g_build_filename (g_getenv ("WATCHFIRE_DATADIR"), "basemap", names[i], NULL);
      g_autoptr (GError) error = NULL;
      g_autoptr (WfMapPack) pack = wf_map_pack_open (path, &error);
      g_assert_no_error (error);
      g_assert_true (wf_map_pack_check (pack, NULL, &error));
      g_assert_no_error (error);
      g_assert_true (wf_map_pack_get_info (pack)->schematic);
    }
}

/* Names are read whatever zoom they are for: that of a district is left out where one is near. */
static void
test_names (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = g_build_filename (g_getenv ("WATCHFIRE_DATADIR"), "basemap", "jiuyuan.wfmap", NULL);
  g_autoptr (WfMapPack) pack = wf_map_pack_open (path, &error);
  g_assert_no_error (error);
  g_autoptr (GPtrArray) names = wf_map_pack_read_names (pack, &error);
  guint n_district = 0, n_near = 0;

  g_assert_no_error (error);
  for (guint i = 0; i < names->len; i++)
    {
      WfMapFeature *feature = g_ptr_array_index (names, i);

      g_assert_true (wf_map_class_is_place (feature->map_class));
      g_assert_nonnull (feature->name);
      n_near += feature->max_zoom >= wf_map_pack_get_info (pack)->max_zoom;
      n_district += g_str_equal (feature->name, "九原区") && feature->max_zoom < wf_map_pack_get_info (pack)->max_zoom;
    }
  g_assert_cmpuint (n_near, >, 50);
  g_assert_cmpuint (n_district, ==, 1);
}

static void
test_geometry (void)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (4);

  for (int round = 0; round < 2000; round++)
    {
      guint32 lengths[3];
      double points[2 * 3 * 40];
      guint n = 0;
      guint n_parts = (guint) g_rand_int_range (random, 1, 4);

      for (guint p = 0; p < n_parts; p++)
        {
          lengths[p] = (guint32) g_rand_int_range (random, 3, 40);
          for (guint i = 0; i < lengths[p]; i++)
            {
              points[n++] = g_rand_int_range (random, -180000000, 180000001) / 1e6;
              points[n++] = g_rand_int_range (random, -90000000, 90000001) / 1e6;
            }
        }
      g_autoptr (WfMapGeometry) geometry = wf_map_geometry_new (WF_MAP_SHAPE_POLYGON, points, lengths, n_parts);
      g_autoptr (GBytes) blob = wf_map_geometry_to_blob (geometry);
      g_autoptr (GError) error = NULL;
      g_autoptr (WfMapGeometry) read = wf_map_geometry_from_blob (g_bytes_get_data (blob, NULL),
                                                                  g_bytes_get_size (blob), &error);
      g_assert_no_error (error);
      g_assert_cmpuint (read->n_points, ==, geometry->n_points);
      g_assert_cmpuint (read->n_parts, ==, n_parts);
      for (guint i = 0; i < 2 * read->n_points; i++)
        g_assert_cmpfloat_with_epsilon (read->points[i], points[i], 1e-9);

      /* Cut off anywhere it is refused. */
      gsize cut = (gsize) g_rand_int_range (random, 0, (int) g_bytes_get_size (blob));
      g_assert_null (wf_map_geometry_from_blob (g_bytes_get_data (blob, NULL), cut, NULL));
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/tiles/geometry", test_geometry);
  g_test_add_func ("/tiles/pack/names", test_names);
  g_test_add ("/tiles/pack/round-trip", Fixture, NULL, set_up, test_round_trip, tear_down);
  g_test_add ("/tiles/pack/datum", Fixture, NULL, set_up, test_datum, tear_down);
  g_test_add ("/tiles/pack/unfinished", Fixture, NULL, set_up, test_unfinished, tear_down);
  g_test_add ("/tiles/pack/truncated", Fixture, NULL, set_up, test_truncated, tear_down);
  g_test_add ("/tiles/pack/noise", Fixture, NULL, set_up, test_noise, tear_down);
  for (gsize i = 0; i < G_N_ELEMENTS (spoils); i++)
    {
      g_autofree char *name = g_strconcat ("/tiles/pack/spoiled/", spoils[i].name, NULL);
      g_test_add (name, Fixture, GSIZE_TO_POINTER (i), set_up, test_spoiled, tear_down);
    }
  g_test_add_func ("/tiles/pack/shipped", test_shipped);

  return g_test_run ();
}
