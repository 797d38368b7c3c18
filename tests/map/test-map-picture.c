/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "map-fixture.h"

#include <gdk-pixbuf/gdk-pixbuf.h>
#include <math.h>

/* Pictures of the map: what is drawn, by its colours. */

static void
rendered_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  MapFixture *fixture = user_data;
  g_autoptr (GError) error = NULL;

  fixture->picture = wf_map_view_render_image_finish (WF_MAP_VIEW (source), result, &error);
  g_assert_no_error (error);
}

static guint32
pixel (GdkPixbuf *pixbuf,
       int        x,
       int        y)
{
  const guchar *p = gdk_pixbuf_read_pixels (pixbuf) + y * gdk_pixbuf_get_rowstride (pixbuf)
                    + x * gdk_pixbuf_get_n_channels (pixbuf);

  return (guint32) p[0] << 16 | (guint32) p[1] << 8 | p[2];
}

static void
test_picture (MapFixture    *fixture,
              gconstpointer  data)
{
  g_autoptr (GError) error = NULL;
  const WfMapStyle *style = wf_map_style_get (FALSE);

  map_put_incident (fixture, "a", 109.735, 40.6185);
  map_put_unit (fixture, 109.735, 40.6185);
  wf_map_view_render_image_async (fixture->map, 109.735, 40.6185, 12.0, 400, 300, 2, NULL, rendered_cb, fixture);
  while (fixture->picture == NULL)
    g_main_context_iteration (NULL, TRUE);

  g_autoptr (GInputStream) stream = g_memory_input_stream_new_from_bytes (fixture->picture);
  g_autoptr (GdkPixbuf) pixbuf = gdk_pixbuf_new_from_stream (stream, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (gdk_pixbuf_get_width (pixbuf), ==, 800);
  g_assert_cmpint (gdk_pixbuf_get_height (pixbuf), ==, 600);

  /* The incident's circle beside its glyph, and land or built-up ground far from it. */
  g_assert_cmphex (pixel (pixbuf, 400 - 20, 300), ==, 0xd0104c);
  /* The unit that stands in the same place does not cover it. */
  g_assert_cmphex (pixel (pixbuf, 400 - 16, 300 - 14), ==, 0xd0104c);
  guint land = 0;
  for (int x = 0; x < 800; x += 7)
    land += pixel (pixbuf, x, 20) == style->land || pixel (pixbuf, x, 20) == style->industry;
  g_assert_cmpuint (land, >, 40);
}

static GdkPixbuf *
render (MapFixture *fixture)
{
  g_autoptr (GError) error = NULL;

  g_clear_pointer (&fixture->picture, g_bytes_unref);
  wf_map_view_render_image_async (fixture->map, 109.735, 40.6185, 12.0, 400, 300, 1, NULL, rendered_cb, fixture);
  while (fixture->picture == NULL)
    g_main_context_iteration (NULL, TRUE);

  g_autoptr (GInputStream) stream = g_memory_input_stream_new_from_bytes (fixture->picture);
  GdkPixbuf *pixbuf = gdk_pixbuf_new_from_stream (stream, NULL, &error);
  g_assert_no_error (error);

  return pixbuf;
}

static guint
count_colour (GdkPixbuf *pixbuf,
              guint32    colour)
{
  guint count = 0;

  for (int y = 0; y < gdk_pixbuf_get_height (pixbuf); y++)
    for (int x = 0; x < gdk_pixbuf_get_width (pixbuf); x++)
      count += pixel (pixbuf, x, y) == colour;

  return count;
}

/* A box of several kinds says which is the worst state in it: nothing, at work, or asking for attention. */
static void
test_worst (MapFixture    *fixture,
            gconstpointer  data)
{
  static const WfThingState states[] = { WF_THING_READY, WF_THING_BUSY, WF_THING_ALERT };
  const WfMapStyle *style = wf_map_style_get (FALSE);
  guint moving[G_N_ELEMENTS (states)], late[G_N_ELEMENTS (states)];

  for (gsize i = 0; i < G_N_ELEMENTS (states); i++)
    {
      g_autoptr (WfThings) things = wf_things_new ();
      const WfThing all[] = { { "a", WF_THING_TEAM, WF_THING_READY, 0, 109.735, 40.6185, "甲" },
                              { "b", WF_THING_DEPOT, states[i], 0, 109.735, 40.6185, "乙" },
                              { "c", WF_THING_CAMERA, WF_THING_READY, 0, 109.735, 40.6185, "丙" } };

      for (gsize t = 0; t < G_N_ELEMENTS (all); t++)
        wf_things_put (things, &all[t]);
      wf_map_view_set_things (fixture->map, things);
      g_autoptr (GdkPixbuf) pixbuf = render (fixture);
      moving[i] = count_colour (pixbuf, style->moving);
      late[i] = count_colour (pixbuf, style->late);
    }
  g_assert_cmpuint (moving[1], >, moving[0] + 8);
  g_assert_cmpuint (moving[2], ==, moving[0]);
  g_assert_cmpuint (late[1], ==, late[0]);
  g_assert_cmpuint (late[2], >, late[0] + 8);
}

/* Of the points 40 pixels around the unit in the middle, as a clock has hours. */
static guint
find_seen (GdkPixbuf *without,
           GdkPixbuf *with)
{
  guint seen = 0;

  for (int hour = 0; hour < 12; hour++)
    {
      int x = 200 + (int) lround (40.0 * sin (hour * G_PI / 6.0));
      int y = 150 - (int) lround (40.0 * cos (hour * G_PI / 6.0));

      if (pixel (without, x, y) != pixel (with, x, y))
        seen |= 1u << hour;
    }

  return seen;
}

/* What the camera of a unit looks at: where it heads, as wide as it sees, and not when that is long ago or not known. */
static void
test_view (MapFixture    *fixture,
           gconstpointer  data)
{
  WfMapUnit unit = { .id = "u", .label = "", .lon = 109.735, .lat = 40.6185, .heading = 90.0, .age = 1000 };
  static const struct
  {
    double   heading;
    double   angle;
    int64_t  age;
    guint    seen;
    gboolean has_bearing;
    double   bearing;
  } views[] = {
    { 90.0, 50.0, 1000, 1u << 3 },
    { 90.0, 70.0, 1000, 1u << 2 | 1u << 3 | 1u << 4 },
    { 0.0, 70.0, 1000, 1u << 11 | 1u << 0 | 1u << 1 },
    { 180.0, 360.0, 1000, 0xfff },
    { 90.0, 50.0, 60000, 0 },
    { -1.0, 50.0, 1000, 0 },
    /* A camera that a gimbal turns looks elsewhere than the unit heads; one that may look anywhere shows nothing. */
    { 0.0, 70.0, 1000, 1u << 2 | 1u << 3 | 1u << 4, TRUE, 90.0 },
    { -1.0, 50.0, 1000, 1u << 3, TRUE, 90.0 },
    { 90.0, 50.0, 1000, 0, TRUE, -1.0 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (views); i++)
    {
      unit.heading = views[i].heading;
      unit.age = views[i].age;
      unit.has_bearing = views[i].has_bearing;
      unit.bearing = views[i].bearing;
      unit.view_angle = 0.0;
      wf_map_view_put_unit (fixture->map, &unit);
      g_autoptr (GdkPixbuf) without = render (fixture);
      unit.view_angle = views[i].angle;
      wf_map_view_put_unit (fixture->map, &unit);
      g_autoptr (GdkPixbuf) with = render (fixture);

      g_assert_cmphex (find_seen (without, with), ==, views[i].seen);
    }
}

/* A fixed camera shows the same, without any mark of a unit. */
static void
test_fixed_view (MapFixture    *fixture,
                 gconstpointer  data)
{
  g_autoptr (GdkPixbuf) without = render (fixture);
  wf_map_view_put_view (fixture->map, "camera", 109.735, 40.6185, 90.0, 70.0);
  g_autoptr (GdkPixbuf) with = render (fixture);
  wf_map_view_remove_view (fixture->map, "camera");
  g_autoptr (GdkPixbuf) after = render (fixture);

  g_assert_cmphex (find_seen (without, with), ==, 1u << 2 | 1u << 3 | 1u << 4);
  g_assert_cmphex (find_seen (without, after), ==, 0);
}

/* The colour in the middle of a unit whose position is so old. */
static guint32
middle_of_unit (MapFixture *fixture,
                int64_t     age,
                int64_t     lasts)
{
  const WfMapUnit unit = { .id = "u", .label = "无人机", .age_text = "", .lon = 109.735, .lat = 40.6185, .heading = -1.0,
                           .age = age, .lasts = lasts };
  g_autoptr (GError) error = NULL;

  wf_map_view_put_unit (fixture->map, &unit);
  g_clear_pointer (&fixture->picture, g_bytes_unref);
  wf_map_view_render_image_async (fixture->map, 109.735, 40.6185, 12.0, 200, 200, 2, NULL, rendered_cb, fixture);
  while (fixture->picture == NULL)
    g_main_context_iteration (NULL, TRUE);

  g_autoptr (GInputStream) stream = g_memory_input_stream_new_from_bytes (fixture->picture);
  g_autoptr (GdkPixbuf) pixbuf = gdk_pixbuf_new_from_stream (stream, NULL, &error);
  g_assert_no_error (error);

  return pixel (pixbuf, 200, 200);
}

/* A unit is filled as long as one may go by its position, hollow from then on, and struck through when it is ten times as old;
 * each type of unit by its own time. */
static void
test_stale (MapFixture    *fixture,
            gconstpointer  data)
{
  const WfMapStyle *style = wf_map_style_get (FALSE);

  g_assert_cmphex (middle_of_unit (fixture, 1000, 10000), ==, style->moving);
  g_assert_cmphex (middle_of_unit (fixture, 10000, 10000), ==, style->moving);
  g_assert_cmphex (middle_of_unit (fixture, 10001, 10000), ==, style->land);
  g_assert_cmphex (middle_of_unit (fixture, 100000, 10000), ==, style->land);
  g_assert_cmphex (middle_of_unit (fixture, 100001, 10000), ==, style->label);

  /* What is out of date for a drone is not for a generator, nor where nothing is said. */
  g_assert_cmphex (middle_of_unit (fixture, 29000, 120000), ==, style->moving);
  g_assert_cmphex (middle_of_unit (fixture, 29000, 0), ==, style->moving);
  g_assert_cmphex (middle_of_unit (fixture, 31000, 0), ==, style->land);
}

static void
cancelled_picture_cb (GObject      *source,
                      GAsyncResult *result,
                      gpointer      user_data)
{
  MapFixture *fixture = user_data;
  g_autoptr (GError) error = NULL;

  g_assert_null (wf_map_view_render_image_finish (WF_MAP_VIEW (source), result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  fixture->count++;
}

static void
test_cancelled_picture (MapFixture    *fixture,
                        gconstpointer  data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();

  wf_map_view_render_image_async (fixture->map, 109.7, 40.6, 12.0, 400, 300, 2, cancellable, cancelled_picture_cb, fixture);
  g_cancellable_cancel (cancellable);
  while (fixture->count == 0)
    g_main_context_iteration (NULL, TRUE);
}

int
main (int    argc,
      char **argv)
{
  static const struct { const char *name; void (*test) (MapFixture *, gconstpointer); } tests[] = {
    { "/map/picture/picture", test_picture },
    { "/map/picture/stale", test_stale },
    { "/map/picture/view", test_view },
    { "/map/picture/fixed-view", test_fixed_view },
    { "/map/picture/worst", test_worst },
    { "/map/picture/cancelled", test_cancelled_picture },
  };

  gtk_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].name, MapFixture, NULL, map_set_up, tests[i].test, map_tear_down);

  return g_test_run ();
}
