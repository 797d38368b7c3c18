/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "wf-base-renderer.h"
#include "wf-tile-fetcher.h"

#include <glib/gstdio.h>
#include <libsoup/soup.h>
#include <math.h>
#include <string.h>

#define BOUND_SECONDS 60

typedef struct
{
  SoupServer *server;
  GBytes     *red;
  guint       asked;
  guint       not_modified;
  gboolean    hangs;
  gboolean    breaks; /* what it sends begins like an image */
  char       *only;   /* (owned) (nullable): the one path that there is */
  gboolean    pours;
  char       *address;
} Fixture;

static cairo_status_t
write_cb (void                *closure,
          const unsigned char *data,
          unsigned int         length)
{
  g_byte_array_append (closure, data, length);

  return CAIRO_STATUS_SUCCESS;
}

static GBytes *
make_red (void)
{
  GByteArray *bytes = g_byte_array_new ();
  cairo_surface_t *surface = cairo_image_surface_create (CAIRO_FORMAT_RGB24, 256, 256);
  cairo_t *cr = cairo_create (surface);

  cairo_set_source_rgb (cr, 1.0, 0.0, 0.0);
  cairo_paint (cr);
  cairo_destroy (cr);
  cairo_surface_write_to_png_stream (surface, write_cb, bytes);
  cairo_surface_destroy (surface);

  return g_byte_array_free_to_bytes (bytes);
}

/* The western half is right, the eastern one lies: it says PNG and sends a page. */
static void
serve_cb (SoupServer        *server,
          SoupServerMessage *message,
          const char        *path,
          GHashTable        *query,
          gpointer           user_data)
{
  Fixture *fixture = user_data;
  int zoom;
  int x;
  int y;

  fixture->asked++;
  if (fixture->hangs)
    {
      soup_server_message_set_status (message, 200, NULL);
      soup_server_message_pause (message);
      return;
    }
  if (fixture->pours)
    {
      g_autofree char *flood = g_malloc0 (5 * 1024 * 1024);

      soup_server_message_set_status (message, 200, NULL);
      soup_server_message_set_response (message, "image/png", SOUP_MEMORY_COPY, flood, 5 * 1024 * 1024);
      return;
    }
  if (fixture->only != NULL)
    {
      const char *rest = g_uri_get_query (soup_server_message_get_uri (message));
      g_autofree char *asked = rest != NULL ? g_strconcat (path, "?", rest, NULL) : g_strdup (path);

      if (!g_str_equal (asked, fixture->only))
        {
          soup_server_message_set_status (message, 404, NULL);
          return;
        }
      soup_server_message_set_status (message, 200, NULL);
      soup_server_message_set_response (message, "image/png", SOUP_MEMORY_COPY, g_bytes_get_data (fixture->red, NULL),
                                        g_bytes_get_size (fixture->red));
      return;
    }
  if (sscanf (path, "/%d/%d/%d.png", &zoom, &x, &y) != 3)
    {
      soup_server_message_set_status (message, 404, NULL);
      return;
    }

  SoupMessageHeaders *headers = soup_server_message_get_response_headers (message);
  soup_message_headers_replace (headers, "ETag", "\"red\"");
  soup_message_headers_replace (headers, "Cache-Control", y % 2 == 0 ? "max-age=3600" : "no-cache");
  SoupMessageHeaders *wanted = soup_server_message_get_request_headers (message);
  if (g_strcmp0 (soup_message_headers_get_one (wanted, "If-None-Match"), "\"red\"") == 0)
    {
      fixture->not_modified++;
      soup_server_message_set_status (message, 304, NULL);
      return;
    }
  soup_server_message_set_status (message, 200, NULL);
  if (x < 1 << (zoom - 1))
    soup_server_message_set_response (message, "image/png", SOUP_MEMORY_COPY, g_bytes_get_data (fixture->red, NULL),
                                      fixture->breaks ? 60 : g_bytes_get_size (fixture->red));
  else
    soup_server_message_set_response (message, "image/png", SOUP_MEMORY_STATIC, "<html>Please pay</html>", 23);
}

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  g_autoptr (GError) error = NULL;

  fixture->red = make_red ();
  fixture->server = soup_server_new (NULL, NULL);
  soup_server_add_handler (fixture->server, NULL, serve_cb, fixture, NULL);
  g_assert_true (soup_server_listen_local (fixture->server, 0, SOUP_SERVER_LISTEN_IPV4_ONLY, &error));
  g_assert_no_error (error);

  GSList *uris = soup_server_get_uris (fixture->server);
  g_autofree char *base = g_uri_to_string (uris->data);
  fixture->address = g_strconcat (base, "{z}/{x}/{y}.png", NULL);
  g_slist_free_full (uris, (GDestroyNotify) g_uri_unref);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  soup_server_disconnect (fixture->server);
  g_clear_object (&fixture->server);
  g_bytes_unref (fixture->red);
  g_free (fixture->only);
  g_free (fixture->address);
}

static guint32
colour_at (WfBaseMap *base,
           double     lon,
           gboolean  *incomplete)
{
  double world = 256.0 * exp2 (6.0);
  WfBaseArea area = { 6.0, wf_mercator_x (lon) * world - 32.0, wf_mercator_y (40.0) * world - 32.0, 64.0, 64.0, 1 };
  g_autoptr (GError) error = NULL;
  cairo_surface_t *surface = wf_base_renderer_draw (base, wf_map_style_get (FALSE), &area, incomplete);
  guint32 pixel;

  g_assert_no_error (error);
  memcpy (&pixel, cairo_image_surface_get_data (surface) + 32 * cairo_image_surface_get_stride (surface) + 4 * 32, 4);
  cairo_surface_destroy (surface);

  return pixel & 0xffffff;
}

static void
changed_cb (WfBaseMap *base,
            guint     *count)
{
  (*count)++;
}

static void
test_tiles (Fixture       *fixture,
            gconstpointer  data)
{
  const WfMapStyle *style = wf_map_style_get (FALSE);
  gint64 end = g_get_monotonic_time () + BOUND_SECONDS * G_USEC_PER_SEC;
  g_autoptr (WfBaseMap) base = wf_base_map_new ();
  g_autoptr (GError) error = NULL;
  gboolean incomplete;
  guint changes = 0;

  g_assert_true (wf_base_map_set_url (base, fixture->address, "Somebody", WF_DATUM_WGS84, WF_TILE_GRID_WEB, 18, 0, &error));
  g_assert_no_error (error);
  g_signal_connect (base, "changed", G_CALLBACK (changed_cb), &changes);

  /* Nothing is there at once; the ground is seen. */
  g_assert_cmphex (colour_at (base, -100.0, &incomplete), ==, style->sea);
  g_assert_true (incomplete);
  while (changes == 0 && g_get_monotonic_time () < end)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmphex (colour_at (base, -100.0, &incomplete), ==, 0xff0000);
  g_assert_false (incomplete);

  /* What is no image is not drawn, and not asked for again and again. */
  g_assert_cmphex (colour_at (base, 100.0, &incomplete), ==, style->sea);
  g_assert_true (incomplete);
  while (incomplete && g_get_monotonic_time () < end)
    {
      g_main_context_iteration (NULL, TRUE);
      g_assert_cmphex (colour_at (base, 100.0, &incomplete), ==, style->sea);
    }
  g_assert_false (incomplete);
  guint asked = fixture->asked;
  for (int i = 0; i < 20; i++)
    g_assert_cmphex (colour_at (base, 100.0, &incomplete), ==, style->sea);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_cmpuint (fixture->asked, ==, asked);
}

/* A server that is gone leaves the packs to be seen. */
static void
test_gone (Fixture       *fixture,
           gconstpointer  data)
{
  gint64 end = g_get_monotonic_time () + BOUND_SECONDS * G_USEC_PER_SEC;
  g_autoptr (GError) error = NULL;
  g_autoptr (WfBaseMap) base = wf_base_map_new_default ();
  gboolean incomplete;

  g_assert_no_error (error);
  soup_server_disconnect (fixture->server);
  g_assert_true (wf_base_map_set_url (base, fixture->address, "Somebody", WF_DATUM_GCJ02, WF_TILE_GRID_WEB, 18, 0, &error));
  g_assert_cmphex (colour_at (base, 104.5, &incomplete), !=, wf_map_style_get (FALSE)->sea);
  while (incomplete && g_get_monotonic_time () < end)
    {
      g_main_context_iteration (NULL, TRUE);
      colour_at (base, 104.5, &incomplete);
    }
  g_assert_false (incomplete);
}

static void
trouble_cb (WfTileFetcher *fetcher,
            const char    *sentence,
            GPtrArray     *sentences)
{
  g_ptr_array_add (sentences, g_strdup (sentence));
}

static void
got_cb (GObject      *source,
        GAsyncResult *result,
        gpointer      data)
{
  GBytes **answer = data;
  g_autoptr (GError) error = NULL;

  *answer = wf_tile_fetcher_get_finish (WF_TILE_FETCHER (source), result, &error);
  if (*answer == NULL)
    *answer = g_bytes_new_static (error->message, 0);
}

/* Returns whether a tile came. */
static gboolean
get_tile (WfTileFetcher *fetcher,
          int            x,
          int            y)
{
  gint64 end = g_get_monotonic_time () + BOUND_SECONDS * G_USEC_PER_SEC;
  g_autoptr (GBytes) bytes = NULL;

  wf_tile_fetcher_get_async (fetcher, 6, x, y, got_cb, &bytes);
  while (bytes == NULL && g_get_monotonic_time () < end)
    g_main_context_iteration (NULL, TRUE);
  g_assert_nonnull (bytes);

  return g_bytes_get_size (bytes) > 0;
}

static WfTileFetcher *
make_fetcher (Fixture    *fixture,
              const char *cache,
              GPtrArray  *sentences)
{
  WfTileFetcher *fetcher = wf_tile_fetcher_new (fixture->address, cache, 64 << 20);

  g_signal_connect (fetcher, "trouble", G_CALLBACK (trouble_cb), sentences);

  return fetcher;
}

static void
end_fetcher (WfTileFetcher *fetcher)
{
  g_object_run_dispose (G_OBJECT (fetcher));
  while (g_main_context_iteration (NULL, FALSE))
    ;

  /* Its worker ends by itself, in its own time. */
  gint64 end = g_get_monotonic_time () + BOUND_SECONDS * G_USEC_PER_SEC;
  gpointer gone = fetcher;
  g_object_add_weak_pointer (G_OBJECT (fetcher), &gone);
  g_object_unref (fetcher);
  while (g_atomic_pointer_get (&gone) != NULL && g_get_monotonic_time () < end)
    {
      g_main_context_iteration (NULL, FALSE);
      g_usleep (1000);
    }
  g_assert_null (g_atomic_pointer_get (&gone));
}

static void
base_trouble_cb (WfBaseMap  *base,
                 const char *sentence,
                 GPtrArray  *sentences)
{
  g_ptr_array_add (sentences, g_strdup (sentence));
}

/* Images that break off after their first bytes are told about, and not kept: the next who asks gets what is right by then. */
static void
test_broken (Fixture       *fixture,
             gconstpointer  data)
{
  g_autofree char *folder = g_dir_make_tmp ("wf-broken-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "tiles.db", NULL);
  const WfMapStyle *style = wf_map_style_get (FALSE);
  gint64 end = g_get_monotonic_time () + BOUND_SECONDS * G_USEC_PER_SEC;
  g_autoptr (GPtrArray) said = g_ptr_array_new_with_free_func (g_free);
  gboolean incomplete = TRUE;

  fixture->breaks = TRUE;
  for (int round = 0; round < 2; round++)
    {
      g_autoptr (WfBaseMap) base = wf_base_map_new ();
      g_autoptr (WfTileFetcher) fetcher = wf_tile_fetcher_new (fixture->address, path, 64 << 20);
      guint changes = 0;

      g_signal_connect (base, "trouble", G_CALLBACK (base_trouble_cb), said);
      g_signal_connect (base, "changed", G_CALLBACK (changed_cb), &changes);
      wf_base_map_set_server (base, fetcher, "Somebody", WF_DATUM_WGS84, WF_TILE_GRID_WEB, 18);
      colour_at (base, -100.0, &incomplete);
      while ((round == 0 ? incomplete : changes == 0) && g_get_monotonic_time () < end)
        {
          g_main_context_iteration (NULL, TRUE);
          colour_at (base, -100.0, &incomplete);
        }
      g_assert_cmphex (colour_at (base, -100.0, &incomplete), ==, round == 0 ? style->sea : 0xff0000);
      fixture->breaks = FALSE;
      g_clear_object (&base);
      end_fetcher (g_steal_pointer (&fetcher));
    }
  g_assert_cmpuint (said->len, ==, 1);
  g_assert_nonnull (strstr (said->pdata[0], "damaged or cut off"));

  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;
  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *file = g_build_filename (folder, name, NULL);
      g_remove (file);
    }
  g_rmdir (folder);
}

static char *
address_with (Fixture    *fixture,
              const char *rest)
{
  g_autofree char *base = g_strndup (fixture->address, (gsize) (strstr (fixture->address, "{z}") - fixture->address));

  return g_strconcat (base, rest, NULL);
}

/* The usual ways of writing an address: OGC's names in WMTS with a key, rows from the south, one of several names of a server. */
static void
test_addresses (Fixture       *fixture,
                gconstpointer  data)
{
  static const struct
  {
    const char *rest;
    const char *asked;
  } ways[] = {
    { "wmts?SERVICE=WMTS&LAYER=vec&TILEMATRIXSET=w&TileMatrix={TileMatrix}&TileRow={TileRow}&TileCol={TileCol}&tk=abc",
      "/wmts?SERVICE=WMTS&LAYER=vec&TILEMATRIXSET=w&TileMatrix=6&TileRow=20&TileCol=10&tk=abc" },
    { "DataServer?T=vec_w&x={x}&y={y}&l={z}&tk=abc", "/DataServer?T=vec_w&x=10&y=20&l=6&tk=abc" },
    { "{tilematrix}/{TILEROW}/{tilecol}", "/6/20/10" },
    { "tms/{z}/{x}/{-y}.png", "/tms/6/10/43.png" },
    { "{s}/{0-7}/{z}/{x}/{y}", "/a/6/6/10/20" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (ways); i++)
    {
      g_autofree char *address = address_with (fixture, ways[i].rest);
      WfTileFetcher *fetcher = wf_tile_fetcher_new (address, NULL, 0);

      g_assert_true (wf_base_map_check_url (address, NULL));
      g_free (fixture->only);
      fixture->only = g_strdup (ways[i].asked);
      g_assert_true (get_tile (fetcher, 10, 20));
      end_fetcher (fetcher);
    }

  static const char *const wrong[] = { "{z}/{x}", "{z}/{x}/{key}/{y}", "{x}/{y}", "{z}/{y}", "{z}/{x}/{y}/{9-0}",
                                       "{z}/{x}/{y}/{0-z}", "{z}/{x}/{y}/{A-c}",
                                       "{z}/{x}/{y}/{" };
  for (gsize i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_autofree char *address = address_with (fixture, wrong[i]);

      g_assert_false (wf_base_map_check_url (address, NULL));
    }
}

/* Tiles as Baidu cuts them: the one around a place whose position in its projection its own service says (116.404, 39.915 is
 * 12958175, 4825923.77) is drawn there, as large as it is, and nowhere else. */
static void
test_baidu (Fixture       *fixture,
            gconstpointer  data)
{
  gint64 end = g_get_monotonic_time () + BOUND_SECONDS * G_USEC_PER_SEC;
  g_autofree char *address = address_with (fixture, "tile/?qt=vtile&x={x}&y={y}&z={z}");
  g_autoptr (WfBaseMap) base = wf_base_map_new ();
  g_autoptr (GError) error = NULL;
  double world = 256.0 * exp2 (17.5);
  double lon, lat;
  gboolean incomplete;

  fixture->only = g_strdup ("/tile/?qt=vtile&x=50617&y=18851&z=18");
  g_assert_true (wf_base_map_set_url (base, address, "Somebody", WF_DATUM_BD09, WF_TILE_GRID_BAIDU, 18, 0, &error));
  g_assert_no_error (error);
  wf_datum_to_wgs84 (WF_DATUM_BD09, 116.404, 39.915, &lon, &lat);

  WfBaseArea area = { 17.5, wf_mercator_x (lon) * world - 512.0, wf_mercator_y (lat) * world - 512.0, 1024.0, 1024.0, 1 };
  cairo_surface_t *surface = wf_base_renderer_draw (base, wf_map_style_get (FALSE), &area, &incomplete);
  g_assert_true (incomplete);
  while (incomplete && g_get_monotonic_time () < end)
    {
      g_main_context_iteration (NULL, TRUE);
      cairo_surface_destroy (surface);
      surface = wf_base_renderer_draw (base, wf_map_style_get (FALSE), &area, &incomplete);
    }

  /* Each place by itself, but for those a metre or two from the tile's edge. */
  guint inside = 0;
  for (int y = 0; y < 1024; y += 3)
    for (int x = 0; x < 1024; x += 3)
      {
        double there_lon, there_lat, east, north;
        guint32 pixel;

        wf_datum_from_wgs84 (WF_DATUM_BD09, wf_mercator_lon ((area.x + x + 0.5) / world),
                             wf_mercator_lat ((area.y + y + 0.5) / world), &there_lon, &there_lat);
        wf_baidu_mercator (there_lon, there_lat, &east, &north);
        east = east / 256.0 - 50617.0;
        north = north / 256.0 - 18851.0;
        gboolean well_in = east > 0.01 && east < 0.99 && north > 0.01 && north < 0.99;
        gboolean well_out = east < -0.01 || east > 1.01 || north < -0.01 || north > 1.01;
        memcpy (&pixel, cairo_image_surface_get_data (surface) + y * cairo_image_surface_get_stride (surface) + 4 * x, 4);
        g_assert_false (well_in && (pixel & 0xffffff) != 0xff0000);
        g_assert_false (well_out && (pixel & 0xffffff) == 0xff0000);
        inside += well_in;
      }
  cairo_surface_destroy (surface);
  g_assert_cmpuint (inside, >, 9000);
}

/* What is wrong with a server is said in a sentence, once, also where others of its tiles come well or fail otherwise. */
static void
test_trouble (Fixture       *fixture,
              gconstpointer  data)
{
  g_autoptr (GPtrArray) said = g_ptr_array_new_with_free_func (g_free);
  WfTileFetcher *fetcher = make_fetcher (fixture, NULL, said);

  fixture->hangs = TRUE;
  wf_tile_fetcher_set_patience (fetcher, 300);
  g_assert_false (get_tile (fetcher, 3, 3));
  g_assert_false (get_tile (fetcher, 4, 3));
  g_assert_cmpuint (said->len, ==, 1);
  g_assert_nonnull (strstr (said->pdata[0], "does not answer"));
  g_assert_nonnull (strstr (said->pdata[0], "127.0.0.1"));

  fixture->hangs = FALSE;
  wf_tile_fetcher_set_patience (fetcher, 1000 * BOUND_SECONDS);
  g_assert_true (get_tile (fetcher, 3, 3));
  g_assert_false (get_tile (fetcher, 40, 3));
  g_assert_false (get_tile (fetcher, 41, 3));
  g_assert_cmpuint (said->len, ==, 2);
  g_assert_nonnull (strstr (said->pdata[1], "no PNG, JPEG or WebP image"));
  g_assert_nonnull (strstr (said->pdata[1], "image/png"));

  /* One well, one not, and again: nobody is told each time. */
  for (int i = 0; i < 3; i++)
    {
      g_assert_true (get_tile (fetcher, 3, 3));
      g_assert_false (get_tile (fetcher, 40, 3));
    }
  g_assert_cmpuint (said->len, ==, 2);

  fixture->pours = TRUE;
  g_assert_false (get_tile (fetcher, 3, 3));
  g_assert_nonnull (strstr (said->pdata[2], "more than a tile"));
  fixture->pours = FALSE;

  soup_server_disconnect (fixture->server);
  g_assert_false (get_tile (fetcher, 5, 3));
  g_assert_cmpuint (said->len, ==, 4);
  g_assert_nonnull (strstr (said->pdata[3], "cannot be reached"));
  end_fetcher (fetcher);
}

/* What is kept is not asked for until it has expired, then asked for by its name, and shown where the server is gone: over a
 * restart. */
static void
test_kept (Fixture       *fixture,
           gconstpointer  data)
{
  g_autofree char *folder = g_dir_make_tmp ("wf-kept-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "tiles.db", NULL);
  g_autoptr (GPtrArray) said = g_ptr_array_new_with_free_func (g_free);
  WfTileFetcher *fetcher = make_fetcher (fixture, path, said);

  g_assert_true (get_tile (fetcher, 3, 2));
  g_assert_true (get_tile (fetcher, 3, 3));
  g_assert_cmpuint (fixture->asked, ==, 2);
  /* What is to be kept is written when there is nothing else to do, and at the end at the latest. */
  end_fetcher (fetcher);

  fetcher = make_fetcher (fixture, path, said);
  g_assert_true (get_tile (fetcher, 3, 2));
  g_assert_true (get_tile (fetcher, 3, 2));
  g_assert_cmpuint (fixture->asked, ==, 2);
  g_assert_cmpuint (fixture->not_modified, ==, 0);
  g_assert_true (get_tile (fetcher, 3, 3));
  g_assert_cmpuint (fixture->asked, ==, 3);
  g_assert_cmpuint (fixture->not_modified, ==, 1);

  soup_server_disconnect (fixture->server);
  g_assert_true (get_tile (fetcher, 3, 2));
  g_assert_cmpuint (said->len, ==, 0);
  g_assert_true (get_tile (fetcher, 3, 3));
  g_assert_cmpuint (said->len, ==, 1);
  g_assert_false (get_tile (fetcher, 3, 4));
  end_fetcher (fetcher);
  g_unlink (path);
  g_rmdir (folder);
}

static void
remove_folder (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);
      if (g_file_test (path, G_FILE_TEST_IS_DIR))
        remove_folder (path);
      else
        g_unlink (path);
    }
  g_rmdir (folder);
}

int
main (int    argc,
      char **argv)
{
  g_autofree char *cache = g_dir_make_tmp ("wf-cache-XXXXXX", NULL);

  g_setenv ("XDG_CACHE_HOME", cache, TRUE);
  g_test_init (&argc, &argv, NULL);

  g_test_add ("/map/server/tiles", Fixture, NULL, set_up, test_tiles, tear_down);
  g_test_add ("/map/server/broken", Fixture, NULL, set_up, test_broken, tear_down);
  g_test_add ("/map/server/addresses", Fixture, NULL, set_up, test_addresses, tear_down);
  g_test_add ("/map/server/baidu", Fixture, NULL, set_up, test_baidu, tear_down);
  g_test_add ("/map/server/gone", Fixture, NULL, set_up, test_gone, tear_down);

  g_test_add ("/map/server/trouble", Fixture, NULL, set_up, test_trouble, tear_down);
  g_test_add ("/map/server/kept", Fixture, NULL, set_up, test_kept, tear_down);

  int result = g_test_run ();
  remove_folder (cache);

  return result;
}
