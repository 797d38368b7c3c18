/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "wf-symbol-set.h"
#include "wf-symbol-svg.h"

#include <glib/gstdio.h>
#include <math.h>

#define SIDE 64

/* The grey of a symbol on the map's ground. */
static void
draw_grey (WfSymbolSet      *set,
           const WfMapStyle *style,
           WfThingKind       kind,
           WfThingState      state,
           gboolean          plain,
           double            size,
           double            grey[SIDE * SIDE])
{
  cairo_surface_t *surface = cairo_image_surface_create (CAIRO_FORMAT_RGB24, SIDE, SIDE);
  cairo_t *cr = cairo_create (surface);

  wf_map_style_set_source (cr, style->land);
  cairo_paint (cr);
  cairo_translate (cr, SIDE / 2.0, SIDE / 2.0);
  wf_symbol_set_draw (set, cr, style, kind, state, plain, size, 0);
  cairo_destroy (cr);
  cairo_surface_flush (surface);
  const guint32 *pixels = (const guint32 *) (void *) cairo_image_surface_get_data (surface);
  for (int i = 0; i < SIDE * SIDE; i++)
    grey[i] = 0.30 * (pixels[i] >> 16 & 255) + 0.59 * (pixels[i] >> 8 & 255) + 0.11 * (pixels[i] & 255);
  cairo_surface_destroy (surface);
}

/* The mean difference over the square that a symbol takes. */
static double
difference (const double a[SIDE * SIDE],
            const double b[SIDE * SIDE],
            double       size)
{
  int half = (int) ceil (size * 0.62);
  double sum = 0.0;

  for (int y = SIDE / 2 - half; y < SIDE / 2 + half; y++)
    for (int x = SIDE / 2 - half; x < SIDE / 2 + half; x++)
      if (x >= 0 && y >= 0 && x < SIDE && y < SIDE)
        sum += fabs (a[y * SIDE + x] - b[y * SIDE + x]);

  return sum / (4.0 * half * half);
}

/* Any two kinds are told apart without colour, at every size and in both styles, and so are the states of one. */
static void
test_apart (void)
{
  static const double sizes[] = { 16.0, 24.0, 32.0, 48.0 };
  g_autoptr (WfSymbolSet) set = wf_symbol_set_new (NULL);
  g_autofree double *grey = g_new (double, WF_N_THING_KINDS * SIDE * SIDE);
  g_autofree double *state = g_new (double, SIDE * SIDE);
  double least = 255.0;

  for (int dark = 0; dark < 2; dark++)
    for (gsize s = 0; s < G_N_ELEMENTS (sizes); s++)
      {
        const WfMapStyle *style = wf_map_style_get (dark);
        for (int k = 0; k < WF_N_THING_KINDS; k++)
          draw_grey (set, style, (WfThingKind) k, WF_THING_READY, FALSE, sizes[s], grey + k * SIDE * SIDE);
        for (int k = 0; k < WF_N_THING_KINDS; k++)
          {
            for (int other = 0; other < k; other++)
              {
                double apart = difference (grey + k * SIDE * SIDE, grey + other * SIDE * SIDE, sizes[s]);
                least = MIN (least, apart);
                if (apart < 10.0)
                  g_error ("%s and %s look alike at %.0f: %.1f", wf_thing_kind_get_name ((WfThingKind) k),
                           wf_thing_kind_get_name ((WfThingKind) other), sizes[s], apart);
              }
            for (int other = WF_THING_OFF; other <= WF_THING_ALERT; other++)
              {
                draw_grey (set, style, (WfThingKind) k, (WfThingState) other, FALSE, sizes[s], state);
                g_assert_cmpfloat (difference (grey + k * SIDE * SIDE, state, sizes[s]), >, 1.5);
              }
          }
      }
  g_test_message ("The most alike differ by %.1f of 255", least);
}

static void
count_cb (WfSymbolSet *set,
          guint       *count)
{
  (*count)++;
}

static void
refused_cb (WfSymbolSet *set,
            const char  *reason,
            GPtrArray   *reasons)
{
  g_ptr_array_add (reasons, g_strdup (reason));
}

static void
write_file (const char *folder,
            const char *name,
            const char *contents)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autoptr (GError) error = NULL;

  g_file_set_contents (path, contents, -1, &error);
  g_assert_no_error (error);
}

static gboolean
late_cb (gpointer data)
{
  g_error ("The symbols were not drawn in a minute");

  return G_SOURCE_REMOVE;
}

/* A centre's own drawings are taken; those that cannot be are refused by name, line and reason, and the shipped ones stand. */
static void
test_own (void)
{
  static const double sizes[] = { 19.0, 13.0 };
  static const char *names[] = { "hospital.svg", "team.svg", "depot.svg", "camera.svg" };
  g_autofree char *folder = g_dir_make_tmp ("wf-symbols-XXXXXX", NULL);
  g_autoptr (GPtrArray) reasons = g_ptr_array_new_with_free_func (g_free);
  g_autofree double *shipped = g_new (double, SIDE * SIDE);
  g_autofree double *own = g_new (double, SIDE * SIDE);
  const WfMapStyle *style = wf_map_style_get (FALSE);
  guint changes = 0;

  write_file (folder, names[0], "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 10 10'>"
                                "<rect x='1' y='1' width='8' height='8' fill='#c00000'/></svg>");
  write_file (folder, names[1], "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 10 10'>\n"
                                "<image href='file:///etc/passwd'/></svg>");
  write_file (folder, names[2], "<svg xmlns='http://www.w3.org/2000/svg'>\n\n<rect></svg>");
  write_file (folder, names[3], "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 10 10'/>");

  g_autoptr (WfSymbolSet) plain = wf_symbol_set_new (NULL);
  g_autoptr (WfSymbolSet) set = wf_symbol_set_new (folder);
  g_signal_connect (set, "changed", G_CALLBACK (count_cb), &changes);
  g_signal_connect (set, "refused", G_CALLBACK (refused_cb), reasons);
  guint late = g_timeout_add_seconds (60, late_cb, NULL);
  g_assert_false (wf_symbol_set_prepare (set, style, sizes, 2, 1));
  g_assert_false (wf_symbol_set_prepare (set, style, sizes, 2, 1));
  while (!wf_symbol_set_prepare (set, style, sizes, 2, 1) || reasons->len < 3)
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (late);
  g_assert_cmpuint (changes, ==, 1);

  g_assert_cmpuint (reasons->len, ==, 3);
  g_assert_cmpstr (g_ptr_array_index (reasons, 0), ==, "team.svg, line 2: <image> cannot be used in a symbol");
  g_assert_true (g_str_has_prefix (g_ptr_array_index (reasons, 1), "depot.svg, line 3: "));
  g_assert_cmpstr (g_ptr_array_index (reasons, 2), ==, "camera.svg: Nothing is seen of the drawing");

  g_assert_true (wf_symbol_set_is_own (set, WF_THING_HOSPITAL));
  g_assert_false (wf_symbol_set_is_own (set, WF_THING_TEAM));
  draw_grey (set, style, WF_THING_HOSPITAL, WF_THING_READY, FALSE, 24.0, own);
  draw_grey (plain, style, WF_THING_HOSPITAL, WF_THING_READY, FALSE, 24.0, shipped);
  g_assert_cmpfloat (difference (own, shipped, 24.0), >, 10.0);
  draw_grey (set, style, WF_THING_TEAM, WF_THING_READY, FALSE, 24.0, own);
  draw_grey (plain, style, WF_THING_TEAM, WF_THING_READY, FALSE, 24.0, shipped);
  g_assert_cmpfloat (difference (own, shipped, 24.0), <, 0.01);

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = g_build_filename (folder, names[i], NULL);
      g_remove (path);
    }
  g_rmdir (folder);
}

/* What was prepared by the worker is what is drawn directly. */
static void
test_prepared (void)
{
  static const double size[] = { 20.0 };
  g_autoptr (WfSymbolSet) set = wf_symbol_set_new (NULL);
  const WfMapStyle *style = wf_map_style_get (TRUE);
  guint late = g_timeout_add_seconds (60, late_cb, NULL);

  while (!wf_symbol_set_prepare (set, style, size, 1, 1))
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (late);
  /* The states that are drawn when they are first asked for are among them, and asked for twice. */
  for (int i = 0; i < WF_N_THING_KINDS * 8; i++)
    {
      WfThingKind kind = (WfThingKind) (i / 8);
      WfThingState state = (WfThingState) (i / 2 % 4);
      cairo_surface_t *images[3];
      guint differing = 0;
      guint drawn = 0;

      for (int way = 0; way < 3; way++)
        {
          images[way] = cairo_image_surface_create (CAIRO_FORMAT_ARGB32, SIDE, SIDE);
          cairo_t *cr = cairo_create (images[way]);
          cairo_translate (cr, SIDE / 2.0, SIDE / 2.0);
          wf_symbol_set_draw (set, cr, style, kind, state, i % 2 == 1, 20.0, MIN (way, 1));
          cairo_destroy (cr);
          cairo_surface_flush (images[way]);
        }
      const unsigned char *a = cairo_image_surface_get_data (images[0]);
      for (int way = 1; way < 3; way++)
        {
          const unsigned char *b = cairo_image_surface_get_data (images[way]);
          for (int pixel = 0; pixel < SIDE * SIDE * 4; pixel++)
            {
              differing += ABS ((int) a[pixel] - (int) b[pixel]) > 2;
              drawn += b[pixel] > 0;
            }
        }
      g_assert_cmpuint (differing, ==, 0);
      g_assert_cmpuint (drawn, >, 0);
      for (int way = 0; way < 3; way++)
        cairo_surface_destroy (images[way]);
    }
}

/* What a file from outside may be made of. */
static void
test_check (void)
{
  static const struct { const char *svg; const char *reason; } files[] = {
    { "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 2 2'><circle cx='1' cy='1' r='1'/></svg>", NULL },
    { "", "x.svg: a symbol has 1 to 65536 bytes, this file has 0" },
    { "<html/>", "x.svg, line 1: The file is no SVG drawing: it begins with <html>" },
    { "<svg xmlns='http://www.w3.org/2000/svg'><script>x</script></svg>", "x.svg, line 1: <script> cannot be used in a symbol" },
    { "<svg xmlns='http://www.w3.org/2000/svg'><use href='#a'/></svg>", "x.svg, line 1: <use> cannot be used in a symbol" },
    { "<!DOCTYPE svg [<!ENTITY a 'b'>]>\n<svg xmlns='http://www.w3.org/2000/svg'/>",
      "x.svg, line 2: A symbol cannot declare entities" },
    { "<svg xmlns='http://www.w3.org/2000/svg'><path stroke-dasharray='0.0001' d='M0,0L9,9'/></svg>",
      "x.svg: dashed lines cannot be used in a symbol" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (files); i++)
    {
      g_autoptr (GBytes) bytes = g_bytes_new_static (files[i].svg, strlen (files[i].svg));
      g_autoptr (GError) error = NULL;

      g_assert_cmpint (wf_symbol_svg_check ("x.svg", bytes, &error), ==, files[i].reason == NULL);
      g_assert_cmpstr (error != NULL ? error->message : NULL, ==, files[i].reason);
    }

  g_autoptr (GString) many = g_string_new ("<svg xmlns='http://www.w3.org/2000/svg'>");
  for (int i = 0; i < WF_SYMBOL_SVG_MAX_ELEMENTS; i++)
    g_string_append (many, "<g/>\n");
  g_string_append (many, "</svg>");
  g_autoptr (GBytes) bytes = g_bytes_new_static (many->str, many->len);
  g_autoptr (GError) error = NULL;
  g_assert_false (wf_symbol_svg_check ("x.svg", bytes, &error));
  g_assert_cmpstr (error->message, ==, "x.svg, line 400: More than 400 elements are too many for a symbol");

  g_autofree char *large = g_strnfill (WF_SYMBOL_SVG_MAX_BYTES + 1, ' ');
  g_autoptr (GBytes) too_large = g_bytes_new_static (large, WF_SYMBOL_SVG_MAX_BYTES + 1);
  g_clear_error (&error);
  g_assert_false (wf_symbol_svg_check ("x.svg", too_large, &error));
  g_assert_cmpstr (error->message, ==, "x.svg: a symbol has 1 to 65536 bytes, this file has 65537");
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/map/symbols/apart", test_apart);
  g_test_add_func ("/map/symbols/own", test_own);
  g_test_add_func ("/map/symbols/prepared", test_prepared);
  g_test_add_func ("/map/symbols/check", test_check);

  return g_test_run ();
}
