/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Pans a map as a hand does and prints one JSON object: bench-map stock|bare|ours|tile THINGS UNITS SECONDS ZOOM. "stock" is
 * libshumate's own layer over the same rasters, as PNG from memory; "bare" is one picture that is moved by the same hand, the
 * least that any map has to do. UNITS of the mobile units move once a second each. "tile" pans nothing: it draws squares of the
 * ground, and jumps from place to place; bench-map vector FILE draws squares of vector tiles, without a window. To be run
 * under Xvfb with GSK_RENDERER=cairo, on a screen of 1600 × 900. */

#include "config.h"

#include "wf-base-renderer.h"
#include "wf-geo.h"
#include "wf-map-view-private.h"

#include <math.h>
#include <shumate/shumate.h>
#include <stdlib.h>
#include <time.h>

#define WARM_SECONDS 6

#define MIDDLE_LON 109.72
#define MIDDLE_LAT 40.60

typedef struct
{
  WfMapView    *map;   /* ours */
  ShumateMap   *stock; /* or the peer */
  GtkWidget    *bare;  /* or a picture */
  GArray       *frames; /* (element-type gint64) when each was drawn */
  double        zoom;
  int           n_units;
  int           n_moved;
  gint64        start;
  gint64        length;
  double        work; /* processor time of the main thread until it was warm, milliseconds */
  gboolean      end;
} Bench;

/* --- the peer's rasters ---------------------------------------------------------------------------------------------- */

#define BENCH_TYPE_SOURCE (bench_source_get_type ())
G_DECLARE_FINAL_TYPE (BenchSource, bench_source, BENCH, SOURCE, ShumateDataSource)

struct _BenchSource
{
  ShumateDataSource parent_instance;

  WfBaseMap  *base;  /* (owned) */
  GHashTable *tiles; /* (element-type utf8 GBytes) */
};

G_DEFINE_FINAL_TYPE (BenchSource, bench_source, SHUMATE_TYPE_DATA_SOURCE)

static cairo_status_t
append_cb (void                *closure,
           const unsigned char *data,
           unsigned int         length)
{
  g_byte_array_append (closure, data, length);

  return CAIRO_STATUS_SUCCESS;
}

static GBytes *
draw_tile (BenchSource *self,
           int          x,
           int          y,
           int          zoom)
{
  WfBaseArea area = { zoom, x * 256.0, y * 256.0, 256.0, 256.0, 1 };
  g_autoptr (GError) error = NULL;
  gboolean incomplete;
  cairo_surface_t *surface = wf_base_renderer_draw (self->base, wf_map_style_get (FALSE), &area, &incomplete);
  GByteArray *bytes = g_byte_array_new ();

  g_assert_no_error (error);
  cairo_surface_write_to_png_stream (surface, append_cb, bytes);
  cairo_surface_destroy (surface);

  return g_byte_array_free_to_bytes (bytes);
}

static void
bench_source_get_tile_data_async (ShumateDataSource   *source,
                                  int                  x,
                                  int                  y,
                                  int                  zoom,
                                  GCancellable        *cancellable,
                                  GAsyncReadyCallback  callback,
                                  gpointer             user_data)
{
  BenchSource *self = BENCH_SOURCE (source);
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  g_autofree char *key = g_strdup_printf ("%d/%d/%d", zoom, x, y);
  GBytes *bytes = g_hash_table_lookup (self->tiles, key);

  if (bytes == NULL)
    {
      bytes = draw_tile (self, x, y, zoom);
      g_hash_table_insert (self->tiles, g_steal_pointer (&key), bytes);
    }
  /* What libshumate 1.0 draws is what this signal brings. */
  g_signal_emit_by_name (self, "received-data", x, y, zoom, bytes);
  g_task_return_pointer (task, g_bytes_ref (bytes), (GDestroyNotify) g_bytes_unref);
}

static GBytes *
bench_source_get_tile_data_finish (ShumateDataSource  *source,
                                   GAsyncResult       *result,
                                   GError            **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
bench_source_finalize (GObject *object)
{
  BenchSource *self = BENCH_SOURCE (object);

  g_clear_object (&self->base);
  g_hash_table_unref (self->tiles);

  G_OBJECT_CLASS (bench_source_parent_class)->finalize (object);
}

static void
bench_source_class_init (BenchSourceClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = bench_source_finalize;
  SHUMATE_DATA_SOURCE_CLASS (klass)->get_tile_data_async = bench_source_get_tile_data_async;
  SHUMATE_DATA_SOURCE_CLASS (klass)->get_tile_data_finish = bench_source_get_tile_data_finish;
}

static void
bench_source_init (BenchSource *self)
{
  g_autoptr (GError) error = NULL;

  self->base = wf_base_map_new_default ();
  g_assert_no_error (error);
  self->tiles = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_bytes_unref);
}

static GtkWidget *
make_stock (Bench *bench)
{
  g_autoptr (BenchSource) source = g_object_new (BENCH_TYPE_SOURCE, NULL);
  ShumateRasterRenderer *renderer = shumate_raster_renderer_new (SHUMATE_DATA_SOURCE (source));
  ShumateMapSource *map_source = SHUMATE_MAP_SOURCE (renderer);

  shumate_map_source_set_id (map_source, "bench");
  shumate_map_source_set_tile_size (map_source, 256);
  shumate_map_source_set_min_zoom_level (map_source, 3);
  shumate_map_source_set_max_zoom_level (map_source, 19);
  bench->stock = shumate_map_new ();
  ShumateViewport *viewport = shumate_map_get_viewport (bench->stock);
  shumate_viewport_set_reference_map_source (viewport, map_source);
  shumate_viewport_set_max_zoom_level (viewport, 19);
  shumate_map_add_layer (bench->stock, SHUMATE_LAYER (shumate_map_layer_new (map_source, viewport)));
  shumate_viewport_set_zoom_level (viewport, bench->zoom);

  return GTK_WIDGET (bench->stock);
}

/* --- a bare picture -------------------------------------------------------------------------------------------------- */

#define BENCH_TYPE_PICTURE (bench_picture_get_type ())
G_DECLARE_FINAL_TYPE (BenchPicture, bench_picture, BENCH, PICTURE, GtkWidget)

struct _BenchPicture
{
  GtkWidget parent_instance;

  cairo_surface_t *surface; /* (owned) */
  double           x;
  double           y;
};

G_DEFINE_FINAL_TYPE (BenchPicture, bench_picture, GTK_TYPE_WIDGET)

#define PICTURE_SIDE 4096

static void
bench_picture_snapshot (GtkWidget   *widget,
                        GtkSnapshot *snapshot)
{
  BenchPicture *self = BENCH_PICTURE (widget);
  float width = (float) gtk_widget_get_width (widget);
  float height = (float) gtk_widget_get_height (widget);
  cairo_t *cr = gtk_snapshot_append_cairo (snapshot, &GRAPHENE_RECT_INIT (0, 0, width, height));

  cairo_set_source_surface (cr, self->surface, -floor (self->x), -floor (self->y));
  cairo_paint (cr);
  cairo_destroy (cr);
}

static void
bench_picture_finalize (GObject *object)
{
  cairo_surface_destroy (BENCH_PICTURE (object)->surface);

  G_OBJECT_CLASS (bench_picture_parent_class)->finalize (object);
}

static void
bench_picture_class_init (BenchPictureClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = bench_picture_finalize;
  GTK_WIDGET_CLASS (klass)->snapshot = bench_picture_snapshot;
}

static void
bench_picture_init (BenchPicture *self)
{
  self->surface = cairo_image_surface_create (CAIRO_FORMAT_RGB24, PICTURE_SIDE, PICTURE_SIDE);
  cairo_t *cr = cairo_create (self->surface);
  for (int i = 0; i < 4096; i++)
    {
      cairo_set_source_rgb (cr, i % 7 / 7.0, i % 11 / 11.0, i % 5 / 5.0);
      cairo_rectangle (cr, i % 64 * 64, i / 64 * 64, 64, 64);
      cairo_fill (cr);
    }
  cairo_destroy (cr);
}

/* --- ours ------------------------------------------------------------------------------------------------------------ */

/* As many as live in a district, and more: most crowd where the map is looked at. */
static void
fill_things (WfThings *things,
             int       n)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (1);

  for (int i = 0; i < n; i++)
    {
      g_autofree char *id = g_strdup_printf ("t%d", i);
      g_autofree char *label = g_strdup_printf ("第%d号点", i);
      WfThing thing = { id, (WfThingKind) (i % 9), i % 997 == 0 ? WF_THING_ALERT : WF_THING_READY, 0,
                        g_rand_double_range (random, 109.4, 110.05), g_rand_double_range (random, 40.48, 40.74), label };
      wf_things_put (things, &thing);
    }
}

static void
move_unit (Bench *bench,
           int    number,
           double seconds)
{
  g_autofree char *id = g_strdup_printf ("u%d", number);
  g_autofree char *label = g_strdup_printf ("车%d", number);
  double turn = number * 2.399963; /* the golden angle: all over, and the same every time */
  double away = sqrt ((double) number / bench->n_units);
  WfMapUnit unit = { id, label, "1秒前", MIDDLE_LON + 0.3 * away * cos (turn) + 0.0002 * seconds * cos (turn * 3.0),
                     MIDDLE_LAT + 0.12 * away * sin (turn) + 0.0002 * seconds * sin (turn * 3.0),
                     fmod (number * 37.0, 360.0), 1000, 0, FALSE };

  wf_map_view_put_unit (bench->map, &unit);
}

/* Of this thread, milliseconds. */
static double
used_time (void)
{
  struct timespec used;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &used);

  return (double) used.tv_sec * 1e3 + (double) used.tv_nsec / 1e6;
}

static gboolean
tick_cb (GtkWidget     *widget,
         GdkFrameClock *frame_clock,
         gpointer       data)
{
  Bench *bench = data;
  gint64 now = g_get_monotonic_time ();
  double t = (double) (now - bench->start) / G_USEC_PER_SEC;
  /* Some 400 pixels a second, to and fro. */
  double reach = 900.0 * 360.0 / (256.0 * exp2 (bench->zoom));
  double lon = MIDDLE_LON + reach * sin (t * 0.45);
  double lat = MIDDLE_LAT + 0.25 * reach * cos (t * 0.6);

  if (bench->map != NULL)
    wf_map_view_go_to (bench->map, lon, lat, 0.0);
  else if (bench->bare != NULL)
    {
      double world = 256.0 * exp2 (bench->zoom);
      BENCH_PICTURE (bench->bare)->x = 1200.0 + (wf_mercator_x (lon) - wf_mercator_x (MIDDLE_LON)) * world;
      BENCH_PICTURE (bench->bare)->y = 1500.0 + (wf_mercator_y (lat) - wf_mercator_y (MIDDLE_LAT)) * world;
      gtk_widget_queue_draw (bench->bare);
    }
  else
    shumate_location_set_location (SHUMATE_LOCATION (shumate_map_get_viewport (bench->stock)), lat, lon);

  /* Each unit once a second, one after the other, as positions come in. */
  for (int due = (int) (t * bench->n_units); bench->n_moved < due; bench->n_moved++)
    move_unit (bench, bench->n_moved % bench->n_units, t);

  if (bench->frames->len == 0)
    bench->work = used_time ();
  if (t > WARM_SECONDS)
    g_array_append_val (bench->frames, now);
  if (t > WARM_SECONDS && now - bench->start > WARM_SECONDS * G_USEC_PER_SEC + bench->length)
    bench->end = TRUE;

  return G_SOURCE_CONTINUE;
}

static int
compare_times (gconstpointer a,
               gconstpointer b)
{
  const gint64 *x = a;
  const gint64 *y = b;

  return *x < *y ? -1 : *x > *y;
}

static void
print_result (GArray *frames,
              double  work)
{
  g_autoptr (GArray) gaps = g_array_new (FALSE, FALSE, sizeof (gint64));

  for (guint i = 1; i < frames->len; i++)
    {
      gint64 gap = g_array_index (frames, gint64, i) - g_array_index (frames, gint64, i - 1);
      g_array_append_val (gaps, gap);
    }
  g_array_sort (gaps, compare_times);
  if (gaps->len < 10)
    g_error ("Only %u frames were drawn", frames->len);

  double seconds = (double) (g_array_index (frames, gint64, frames->len - 1) - g_array_index (frames, gint64, 0))
                   / G_USEC_PER_SEC;
  g_print ("{\"fps\": %.2f, \"p95_ms\": %.1f, \"worst_ms\": %.1f, \"cpu_ms\": %.2f}\n", gaps->len / seconds,
           (double) g_array_index (gaps, gint64, gaps->len * 95 / 100) / 1000.0,
           (double) g_array_index (gaps, gint64, gaps->len - 1) / 1000.0, work / gaps->len);
}

/* --- squares and jumps ----------------------------------------------------------------------------------------------- */

static int
compare_doubles (gconstpointer a,
                 gconstpointer b)
{
  const double *x = a;
  const double *y = b;

  return *x < *y ? -1 : *x > *y;
}

#define N_TILES 300
#define N_JUMPS 40

/* How long a square takes, all over a district and at all zooms, one after the other. What it reads is read anew where it was
 * dropped, as when a person moves about. */
static GArray *
time_tiles (const char     *vector,
            const WfGeoBox *box)
{
  GArray *times = g_array_new (FALSE, FALSE, sizeof (double));
  g_autoptr (WfBaseMap) base = wf_base_map_new_default ();
  g_autoptr (GRand) random = g_rand_new_with_seed (5);

  if (vector != NULL)
    wf_base_map_take_file (base, vector, WF_DATUM_WGS84);

  for (int i = 0; i < N_TILES; i++)
    {
      double zoom = 8.0 + i % 10;
      double world = 256.0 * exp2 (zoom);
      WfBaseArea area = { zoom, floor (wf_mercator_x (g_rand_double_range (random, box->min_lon, box->max_lon)) * world),
                          floor (wf_mercator_y (g_rand_double_range (random, box->min_lat, box->max_lat)) * world),
                          WF_BASE_TILE_SIZE, WF_BASE_TILE_SIZE, 1, 100 };
      gboolean incomplete;
      gint64 start = g_get_monotonic_time ();
      cairo_surface_destroy (wf_base_renderer_draw (base, wf_map_style_get (FALSE), &area, &incomplete));
      double time = (double) (g_get_monotonic_time () - start) / 1000.0;
      /* The first opens the files. */
      if (i > 0)
        g_array_append_val (times, time);
    }
  g_array_sort (times, compare_doubles);

  return times;
}

/* How long it takes until everything is drawn after a jump to where nothing was drawn yet; names and a rim around the view too,
 * so that nothing is blank any more. */
static GArray *
time_jumps (WfMapView *map)
{
  GArray *times = g_array_new (FALSE, FALSE, sizeof (double));
  g_autoptr (GRand) random = g_rand_new_with_seed (6);

  while (gtk_widget_get_width (GTK_WIDGET (map)) == 0 || !wf_base_layer_is_complete (map->base_layer))
    g_main_context_iteration (NULL, TRUE);
  for (int i = 0; i < N_JUMPS; i++)
    {
      gint64 start = g_get_monotonic_time ();
      wf_map_view_go_to (map, g_rand_double_range (random, 109.4, 110.05), g_rand_double_range (random, 40.48, 40.74),
                         11.0 + i % 7 + 0.01 * i);
      do
        g_main_context_iteration (NULL, TRUE);
      while (!wf_base_layer_is_complete (map->base_layer));
      double time = (double) (g_get_monotonic_time () - start) / 1000.0;
      g_array_append_val (times, time);
    }
  g_array_sort (times, compare_doubles);

  return times;
}

/* The towns of a file of vector tiles, without a window. */
static int
print_vector (const char *path)
{
  const WfGeoBox valley = { 9.48, 47.05, 9.56, 47.24 };
  g_autoptr (GArray) tiles = time_tiles (path, &valley);

  g_print ("{\"tile_ms\": %.2f, \"tile_p95_ms\": %.2f}\n", g_array_index (tiles, double, tiles->len / 2),
           g_array_index (tiles, double, tiles->len * 95 / 100));

  return 0;
}

static void
print_tiles (WfMapView *map)
{
  const WfGeoBox district = { 109.4, 40.48, 110.05, 40.74 };
  g_autoptr (GArray) tiles = time_tiles (NULL, &district);
  g_autoptr (GArray) jumps = time_jumps (map);

  g_print ("{\"tile_ms\": %.2f, \"tile_p95_ms\": %.2f, \"jump_ms\": %.1f, \"jump_worst_ms\": %.1f}\n",
           g_array_index (tiles, double, tiles->len / 2), g_array_index (tiles, double, tiles->len * 95 / 100),
           g_array_index (jumps, double, jumps->len / 2), g_array_index (jumps, double, jumps->len - 1));
}

int
main (int    argc,
      char **argv)
{
  g_autoptr (GArray) frames = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_autoptr (WfThings) things = wf_things_new ();
  Bench bench = { .frames = frames };

  if (argc == 3 && g_str_equal (argv[1], "vector"))
    return print_vector (argv[2]);
  if (argc != 6)
    g_error ("bench-map stock|bare|ours|tile THINGS UNITS SECONDS ZOOM");

  gtk_init ();
  bench.n_units = atoi (argv[3]);
  bench.length = atoi (argv[4]) * G_USEC_PER_SEC;
  bench.zoom = g_ascii_strtod (argv[5], NULL);
  GtkWidget *window = gtk_window_new ();
  if (g_str_equal (argv[1], "stock"))
    {
      gtk_window_set_child (GTK_WINDOW (window), make_stock (&bench));
    }
  else if (g_str_equal (argv[1], "bare"))
    {
      bench.bare = g_object_new (BENCH_TYPE_PICTURE, NULL);
      gtk_window_set_child (GTK_WINDOW (window), bench.bare);
    }
  else
    {
      bench.map = WF_MAP_VIEW (wf_map_view_new ());
      fill_things (things, atoi (argv[2]));
      wf_map_view_set_things (bench.map, things);
      gtk_window_set_child (GTK_WINDOW (window), GTK_WIDGET (bench.map));
      wf_map_view_go_to (bench.map, MIDDLE_LON, MIDDLE_LAT, bench.zoom);
    }
  gtk_window_set_default_size (GTK_WINDOW (window), 1600, 900);
  gtk_window_set_decorated (GTK_WINDOW (window), FALSE);
  gtk_window_present (GTK_WINDOW (window));
  if (g_str_equal (argv[1], "tile"))
    {
      print_tiles (bench.map);
      gtk_window_destroy (GTK_WINDOW (window));
      return 0;
    }
  bench.start = g_get_monotonic_time ();
  gtk_widget_add_tick_callback (gtk_window_get_child (GTK_WINDOW (window)), tick_cb, &bench, NULL);
  while (!bench.end)
    g_main_context_iteration (NULL, TRUE);

  print_result (frames, used_time () - bench.work);
  gtk_window_destroy (GTK_WINDOW (window));

  return 0;
}
