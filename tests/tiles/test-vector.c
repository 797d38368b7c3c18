/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "wf-map-pack.h"
#include "wf-tiles-error.h"
#include "wf-vector-set.h"
#include "wf-vector-tile.h"

#include <glib/gstdio.h>
#include <math.h>
#include <string.h>

#include "run-sql.h"
#include "vector-kit.h"

static const int square[] = { 1024, 1024, 3072, 1024, 3072, 3072, 1024, 3072 };
static const int across[] = { -64, 2048, 2048, 2048, 4200, 2048 };

/* Streets and names as a tile of a city has them. */
static GByteArray *
make_tile (void)
{
  static const int inside[] = { 2048, 2048 };
  static const int outside[] = { 4100, 2048 };
  static const int level[] = { 0, 100, 4096, 100 };
  GByteArray *tile = g_byte_array_new ();
  VectorLayer water = vector_layer ("water");
  VectorLayer roads = vector_layer ("transportation");
  VectorLayer names = vector_layer ("transportation_name");
  VectorLayer places = vector_layer ("place");
  VectorLayer borders = vector_layer ("boundary");
  VectorLayer other = vector_layer ("something_else");

  vector_add (&water, 3, "class=lake", square, 4);
  vector_add (&water, 3, "class=river brunnel=tunnel", square, 4);
  vector_end (tile, &water);
  vector_add (&roads, 2, "class=primary", across, 3);
  vector_add (&roads, 2, "class=motorway_construction", across, 3);
  vector_add (&roads, 2, "class=rail brunnel=tunnel", across, 3);
  vector_end (tile, &roads);
  vector_add (&names, 2, "class=primary name=Steel_Road name:zh=钢铁大街", across, 3);
  vector_end (tile, &names);
  vector_add (&places, 1, "class=town name=Salaqi name:zh=萨拉齐 name:en=Salaqi rank=4", inside, 1);
  vector_add (&places, 1, "class=town name:zh=邻镇", outside, 1);
  vector_add (&places, 1, "class=country name:zh=国家", inside, 1);
  vector_end (tile, &places);
  vector_add (&borders, 2, "admin_level=2", level, 2);
  vector_add (&borders, 2, "admin_level=6", level, 2);
  vector_add (&borders, 2, "admin_level=6 maritime=1", level, 2);
  vector_end (tile, &borders);
  vector_add (&other, 3, "class=lake", square, 4);
  vector_end (tile, &other);

  return tile;
}

static guint
count_class (GPtrArray  *features,
             WfMapClass  map_class)
{
  guint n = 0;

  for (guint i = 0; i < features->len; i++)
    n += ((WfMapFeature *) g_ptr_array_index (features, i))->map_class == map_class;

  return n;
}

static WfMapFeature *
find_class (GPtrArray  *features,
            WfMapClass  map_class)
{
  for (guint i = 0; i < features->len; i++)
    if (((WfMapFeature *) g_ptr_array_index (features, i))->map_class == map_class)
      return g_ptr_array_index (features, i);

  return NULL;
}

/* What is shown of a tile, and what is left out. */
static void
test_style (void)
{
  g_autoptr (GByteArray) tile = make_tile ();
  g_autoptr (GBytes) bytes = g_bytes_new (tile->data, tile->len);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) features = wf_vector_features_read (bytes, WF_DATUM_WGS84, 2, 1, 1, &error);

  g_assert_no_error (error);
  /* The lake, and not its pipe; the road, and not the one that is being built, nor the metro; the border of a county, and not of
   * a country or at sea; the town inside, and not the neighbour's; no country. */
  g_assert_cmpuint (features->len, ==, 5);
  g_assert_cmpuint (count_class (features, WF_MAP_CLASS_WATER), ==, 1);
  g_assert_cmpuint (count_class (features, WF_MAP_CLASS_ROAD_ARTERIAL), ==, 1);
  g_assert_cmpuint (count_class (features, WF_MAP_CLASS_DIVISION), ==, 1);

  WfMapFeature *town = find_class (features, WF_MAP_CLASS_PLACE_COUNTY);
  g_assert_cmpstr (town->name, ==, "萨拉齐");
  g_assert_cmpstr (town->name_latin, ==, "Salaqi");
  g_assert_cmpint (town->rank, ==, 204);
  g_assert_cmpfloat_with_epsilon (town->geometry->points[0], 0.375, 1e-9);
  g_assert_cmpfloat_with_epsilon (town->geometry->points[1], 0.375, 1e-9);

  /* The line ends at the edges of its tile, so that the next tile's goes on from there. */
  WfMapFeature *road = find_class (features, WF_MAP_CLASS_PLACE_ROAD);
  g_assert_cmpstr (road->name, ==, "钢铁大街");
  g_assert_cmpfloat_with_epsilon (road->left, 0.25, 1e-9);
  g_assert_cmpfloat_with_epsilon (road->right, 0.5, 1e-9);
  g_assert_cmpuint (road->geometry->n_points, ==, 3);

  /* A polygon stays whole: it is filled, and its overlap is what hides the seam. */
  g_assert_cmpuint (find_class (features, WF_MAP_CLASS_WATER)->geometry->n_points, ==, 4);
}

/* A line that leaves its tile and comes back is two. */
static void
test_clip (void)
{
  static const int out_and_in[] = { 100, 100, 100, -500, 900, -500, 900, 100, 900, 4200, 50, 4200 };
  g_autoptr (GByteArray) tile = g_byte_array_new ();
  g_autoptr (GError) error = NULL;
  VectorLayer roads = vector_layer ("transportation");

  vector_add (&roads, 2, "class=minor", out_and_in, 6);
  vector_end (tile, &roads);
  g_autoptr (GBytes) bytes = g_bytes_new (tile->data, tile->len);
  g_autoptr (GPtrArray) features = wf_vector_features_read (bytes, WF_DATUM_WGS84, 0, 0, 0, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (features->len, ==, 1);

  const WfMapFeature *road = g_ptr_array_index (features, 0);
  g_assert_cmpuint (road->geometry->n_parts, ==, 2);
  g_assert_cmpfloat (road->top, >=, 0.0);
  g_assert_cmpfloat (road->bottom, <=, 1.0);
}

/* Every way of packing reads alike; what grows beyond all measure is refused before it is there. */
static void
test_packed (void)
{
  g_autoptr (GByteArray) tile = make_tile ();
  g_autoptr (GError) error = NULL;
  g_autofree guint8 *zeros = g_malloc0 (18 * 1024 * 1024);
  const GZlibCompressorFormat formats[] = { G_ZLIB_COMPRESSOR_FORMAT_GZIP, G_ZLIB_COMPRESSOR_FORMAT_ZLIB };

  for (gsize i = 0; i < G_N_ELEMENTS (formats); i++)
    {
      g_autoptr (GBytes) packed = vector_pack (tile->data, tile->len, formats[i]);
      g_autoptr (GBytes) bytes = wf_vector_tile_unpack (packed, &error);

      g_assert_no_error (error);
      g_assert_cmpmem (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), tile->data, tile->len);

      g_autoptr (GBytes) half = g_bytes_new_from_bytes (packed, 0, g_bytes_get_size (packed) / 2);
      g_autoptr (GBytes) none = wf_vector_tile_unpack (half, &error);
      g_assert_null (none);
      g_assert_error (error, WF_TILES_ERROR, WF_TILES_ERROR_FIELD);
      g_clear_error (&error);
    }

  g_autoptr (GBytes) bomb = vector_pack (zeros, 18 * 1024 * 1024, G_ZLIB_COMPRESSOR_FORMAT_GZIP);
  g_assert_cmpuint (g_bytes_get_size (bomb), <, 100000);
  g_autoptr (GBytes) nothing = wf_vector_tile_unpack (bomb, &error);
  g_assert_null (nothing);
  g_assert_error (error, WF_TILES_ERROR, WF_TILES_ERROR_TOO_LARGE);
}

static void
ignore_cb (const WfVectorFeature *feature,
           gpointer               data)
{
  (*(guint *) data)++;
}

/* Cut off at any byte, or with any byte changed, it is read or refused, and a cut tile is never read as whole. */
static void
test_cut (void)
{
  g_autoptr (GByteArray) tile = make_tile ();
  guint whole = 0;

  g_assert_true (wf_vector_tile_read (tile->data, tile->len, NULL, ignore_cb, &whole, NULL));
  for (guint size = 0; size < tile->len; size++)
    {
      g_autofree guint8 *copy = g_memdup2 (tile->data, size);
      g_autoptr (GError) error = NULL;
      guint n = 0;

      if (!wf_vector_tile_read (copy, size, NULL, ignore_cb, &n, &error))
        g_assert_error (error, WF_TILES_ERROR, WF_TILES_ERROR_FIELD);
      g_assert_cmpuint (n, <, whole);
    }
  for (guint at = 0; at < tile->len; at++)
    {
      g_autofree guint8 *copy = g_memdup2 (tile->data, tile->len);
      g_autoptr (GError) error = NULL;
      guint n = 0;

      copy[at] ^= (guint8) (1u << at % 8);
      if (!wf_vector_tile_read (copy, tile->len, NULL, ignore_cb, &n, &error))
        g_assert_nonnull (error);
    }
}

typedef struct
{
  const char *name;
  const char *hex;
  const char *says;
} Bad;

/* A layer of one feature; what is wrong in it is said with the layer and the feature. */
static const Bad bads[] = {
  { "length", "1aff7f", "longer than the tile" },
  { "nameless", "1a027802", "no name" },
  { "version", "1a05780a0a0161", "version" },
  { "extent", "1a0778020a01612800", "extent" },
  { "tag", "1a0d78020a0161" "1206" "12020000" "1802", "tag that its layer has not" },
  { "type", "1a0978020a0161" "1202" "1809", "neither point" },
  { "count", "1a1178020a0161" "120a" "1802" "2206" "09000082c0fa", "cut off" },
  { "points", "1a1278020a0161" "120b" "1802" "2207" "090000fafa3f01", "more points than there are" },
  { "line-first", "1a0e78020a0161" "1207" "1802" "2203" "0a0000", "before it has begun" },
  { "command", "1a0c78020a0161" "1205" "1802" "2201" "0b", "command" },
};

static void
test_bad (gconstpointer data)
{
  const Bad *bad = data;
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  g_autoptr (GError) error = NULL;
  guint n = 0;

  for (const char *c = bad->hex; *c != '\0'; c += 2)
    {
      guint8 byte = (guint8) (g_ascii_xdigit_value (c[0]) << 4 | g_ascii_xdigit_value (c[1]));
      g_byte_array_append (bytes, &byte, 1);
    }
  /* The lengths of what lies inside are those that the table says, but the outermost is set right where it can be. */
  if (bytes->len > 3 && bytes->data[1] < 0x80)
    bytes->data[1] = (guint8) (bytes->len - 2);
  g_assert_false (wf_vector_tile_read (bytes->data, bytes->len, NULL, ignore_cb, &n, &error));
  if (strstr (error->message, bad->says) == NULL)
    g_error ("%s: “%s” does not say “%s”", bad->name, error->message, bad->says);
}

typedef struct
{
  char *folder;
  char *path;
} Fixture;

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  g_autoptr (GByteArray) tile = make_tile ();

  fixture->folder = g_dir_make_tmp ("wf-vector-XXXXXX", NULL);
  fixture->path = g_build_filename (fixture->folder, "streets.mbtiles", NULL);
  /* One tile of zoom 2 in the north-west of the middle, 0.25 to 0.5. */
  vector_write (fixture->path, "-90,0,0,66", 2, 2, 2, 1, 1, tile);
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

static WfMapPack *
open_pack (Fixture *fixture,
           WfDatum  datum)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (WfMbtiles) tiles = wf_mbtiles_open (fixture->path, &error);

  g_assert_no_error (error);

  return wf_map_pack_new_vector (tiles, datum);
}

/* A set passes for a pack: found by box and zoom, larger than its last zoom, hiding what is below only where it has tiles. */
static void
test_pack (Fixture       *fixture,
           gconstpointer  data)
{
  g_autoptr (WfMapPack) pack = open_pack (fixture, WF_DATUM_WGS84);
  g_autoptr (GError) error = NULL;
  const WfMapPackInfo *info = wf_map_pack_get_info (pack);

  g_assert_cmpstr (info->attribution, ==, "© Streets");
  g_assert_cmpstr (info->review_number, ==, "审图号 T 1");
  g_assert_true (info->opaque);
  /* A quarter of the earth is nobody's home. */
  g_assert_cmpfloat (info->home.min_lon, ==, info->home.max_lon);
  g_assert_true (wf_map_pack_check (pack, NULL, &error));
  g_assert_no_error (error);

  g_autoptr (GPtrArray) all = wf_map_pack_query (pack, 0.0, 0.0, 1.0, 1.0, 14, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (all->len, ==, 5);
  /* Names of streets come with their zoom. */
  g_autoptr (GPtrArray) far = wf_map_pack_query (pack, 0.0, 0.0, 1.0, 1.0, 9, &error);
  g_assert_null (find_class (far, WF_MAP_CLASS_PLACE_ROAD));
  g_autoptr (GPtrArray) corner = wf_map_pack_query (pack, 0.26, 0.26, 0.27, 0.27, 20, &error);
  g_assert_cmpuint (corner->len, ==, 0);
  g_autoptr (GPtrArray) lake = wf_map_pack_query (pack, 0.34, 0.34, 0.341, 0.341, 20, &error);
  g_assert_cmpuint (lake->len, ==, 1);

  g_autoptr (GArray) cover = wf_map_pack_get_cover (pack, 0.0, 0.0, 1.0, 1.0, 14);
  g_assert_cmpuint (cover->len, ==, 1);
  g_assert_cmpfloat_with_epsilon (g_array_index (cover, WfMapBox, 0).left, 0.25, 1e-12);
  g_assert_cmpfloat_with_epsilon (g_array_index (cover, WfMapBox, 0).bottom, 0.5, 1e-12);
}

/* In GCJ-02 things stand where they are, not where the file says. */
static void
test_datum (Fixture       *fixture,
            gconstpointer  data)
{
  static const int inside[] = { 2048, 2048 };
  g_autoptr (GByteArray) tile = g_byte_array_new ();
  VectorLayer places = vector_layer ("place");
  double lon;
  double lat;

  /* Zoom 6, column 51, row 24: in China. */
  vector_add (&places, 1, "class=village name:zh=村", inside, 1);
  vector_end (tile, &places);
  g_unlink (fixture->path);
  vector_write (fixture->path, "100,30,120,45", 6, 6, 6, 51, 24, tile);

  g_autoptr (WfMapPack) pack = open_pack (fixture, WF_DATUM_GCJ02);
  g_autoptr (GPtrArray) all = wf_map_pack_query (pack, 0.0, 0.0, 1.0, 1.0, 14, NULL);
  g_assert_cmpuint (all->len, ==, 1);

  const WfMapFeature *village = g_ptr_array_index (all, 0);
  wf_datum_from_wgs84 (WF_DATUM_GCJ02, wf_mercator_lon (village->left), wf_mercator_lat (village->top), &lon, &lat);
  g_assert_cmpfloat_with_epsilon (wf_mercator_x (lon), 51.5 / 64.0, 1e-7);
  g_assert_cmpfloat_with_epsilon (wf_mercator_y (lat), 24.5 / 64.0, 1e-7);
  g_assert_cmpfloat (fabs (village->left - 51.5 / 64.0), >, 1e-6);
}

static const struct
{
  const char *name;
  const char *sql;
  const char *says;
} spoils[] = {
  { "max-zoom", "UPDATE metadata SET value = '14' WHERE name = 'maxzoom'", "“maxzoom”" },
  { "no-tile", "UPDATE tiles SET tile_data = x'89504E470D0A1A0A'", "no vector tile" },
  { "null", "UPDATE tiles SET tile_data = x'1f8b'", "cut off" },
  { "large", "UPDATE tiles SET tile_data = zeroblob (5000000)", "4 MB" },
  { "place", "UPDATE tiles SET tile_column = 9", "no such place" },
};

static void
test_spoiled (Fixture       *fixture,
              gconstpointer  data)
{
  gsize which = GPOINTER_TO_SIZE (data);
  g_autoptr (GError) error = NULL;

  run_sql (fixture->path, spoils[which].sql);
  g_assert_false (wf_map_file_check (fixture->path, NULL, &error));
  if (strstr (error->message, spoils[which].says) == NULL || strstr (error->message, fixture->path) == NULL)
    g_error ("“%s” does not say “%s”", error->message, spoils[which].says);
}

/* A real file, whole. */
static void
test_liechtenstein (void)
{
  const char *folder = g_getenv ("WATCHFIRE_TEST_DATA");
  g_autoptr (GError) error = NULL;

  if (folder == NULL)
    {
      g_test_skip ("WATCHFIRE_TEST_DATA is not set");
      return;
    }

  g_autofree char *path = g_build_filename (folder, "osm", "liechtenstein.vector.mbtiles", NULL);
  g_assert_true (wf_map_file_check (path, NULL, &error));
  g_assert_no_error (error);

  g_autoptr (WfMbtiles) tiles = wf_mbtiles_open (path, &error);
  g_autoptr (WfMapPack) pack = wf_map_pack_new_vector (tiles, WF_DATUM_WGS84);
  g_autoptr (GPtrArray) vaduz = wf_map_pack_query (pack, wf_mercator_x (9.51), wf_mercator_y (47.15), wf_mercator_x (9.53),
                                                   wf_mercator_y (47.13), 16, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (count_class (vaduz, WF_MAP_CLASS_BUILDING), >, 200);
  g_assert_cmpuint (count_class (vaduz, WF_MAP_CLASS_ROAD_STREET), >, 50);
  g_assert_cmpuint (count_class (vaduz, WF_MAP_CLASS_PLACE_ROAD), >, 20);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/tiles/vector/style", test_style);
  g_test_add_func ("/tiles/vector/clip", test_clip);
  g_test_add_func ("/tiles/vector/packed", test_packed);
  g_test_add_func ("/tiles/vector/cut", test_cut);
  for (gsize i = 0; i < G_N_ELEMENTS (bads); i++)
    {
      g_autofree char *name = g_strconcat ("/tiles/vector/bad/", bads[i].name, NULL);
      g_test_add_data_func (name, &bads[i], test_bad);
    }
  g_test_add ("/tiles/vector/pack", Fixture, NULL, set_up, test_pack, tear_down);
  g_test_add ("/tiles/vector/datum", Fixture, NULL, set_up, test_datum, tear_down);
  for (gsize i = 0; i < G_N_ELEMENTS (spoils); i++)
    {
      g_autofree char *name = g_strconcat ("/tiles/vector/spoiled/", spoils[i].name, NULL);
      g_test_add (name, Fixture, GSIZE_TO_POINTER (i), set_up, test_spoiled, tear_down);
    }
  g_test_add_func ("/tiles/vector/liechtenstein", test_liechtenstein);

  return g_test_run ();
}
