/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "watchfire-unit"

#include "config.h"

#include "wf-unit-scene.h"
#include "wf-unit-strip.h"

#include <math.h>
#include <pango/pangocairo.h>

#define N_PUFFS   14
#define N_DASHES  9
#define N_POSTS   10
#define PUFF_SIZE 128

/*
 * WfUnitScene:
 *
 * What a simulated vehicle's camera sees: hills, a road that runs towards it, smoke that rises and drifts. What does not
 * move is painted once; the rest is cheap, because the picture is encoded 25 times a second beside everything else on a
 * demonstration machine. Used by one thread.
 */
struct _WfUnitScene
{
  int              width;
  int              height;
  guint32          seed;
  double           horizon;    /* y */
  double           vanish;     /* x, where the road ends */
  double           fire;       /* x, where the smoke comes from */
  cairo_surface_t *background; /* (owned) */
  cairo_surface_t *puff;       /* (owned) */
  PangoLayout     *name;       /* (owned) (nullable) */
  PangoLayout     *clock;      /* (owned) (nullable) */
  char            *text;       /* (owned) (nullable) as it stands in @name */
};

/* A number from 0 to 1 that belongs to this scene. */
static double
vary (WfUnitScene *self,
      guint32      n)
{
  guint32 h = (self->seed ^ (n * 2654435761u)) * 2246822519u;

  h ^= h >> 15;
  h *= 3266489917u;
  h ^= h >> 13;

  return h / 4294967295.0;
}

static void
paint_sky (WfUnitScene *self,
           cairo_t     *cr)
{
  cairo_pattern_t *sky = cairo_pattern_create_linear (0, 0, 0, self->horizon);
  double evening = vary (self, 1);

  cairo_pattern_add_color_stop_rgb (sky, 0, 0.30 + 0.12 * evening, 0.45, 0.62 - 0.10 * evening);
  cairo_pattern_add_color_stop_rgb (sky, 1, 0.80 + 0.10 * evening, 0.80, 0.80 - 0.12 * evening);
  cairo_set_source (cr, sky);
  cairo_rectangle (cr, 0, 0, self->width, self->horizon + 1);
  cairo_fill (cr);
  cairo_pattern_destroy (sky);
}

static void
paint_hills (WfUnitScene *self,
             cairo_t     *cr,
             guint32      which,
             double       rise,
             double       shade)
{
  double step = self->width / 64.0;

  cairo_move_to (cr, 0, self->horizon + 2);
  for (int i = 0; i <= 64; i++)
    {
      double a = i / 64.0 * G_PI * 2;
      double y = 0.5 + 0.3 * sin (a * (1.0 + vary (self, which)) + 6 * vary (self, which + 1))
                 + 0.2 * sin (a * (3.0 + 2 * vary (self, which + 2)) + which);

      cairo_line_to (cr, i * step, self->horizon - rise * self->height * MAX (y, 0.05));
    }
  cairo_line_to (cr, self->width, self->horizon + 2);
  cairo_close_path (cr);
  cairo_set_source_rgb (cr, 0.38 * shade, 0.46 * shade, 0.45 * shade);
  cairo_fill (cr);
}

/* Sheds and tanks at the foot of the hills: something that burns. */
static void
paint_works (WfUnitScene *self,
             cairo_t     *cr)
{
  double unit = self->height / 40.0;

  for (guint32 i = 0; i < 7; i++)
    {
      double x = self->fire + (i - 3.0) * 2.6 * unit;
      double h = unit * (0.8 + 1.4 * vary (self, 20 + i));
      double grey = 0.42 + 0.22 * vary (self, 30 + i);

      cairo_set_source_rgb (cr, grey, grey * 0.98, grey * 0.94);
      cairo_rectangle (cr, x, self->horizon - h, 2.2 * unit, h + 1);
      cairo_fill (cr);
      cairo_set_source_rgb (cr, grey * 0.7, grey * 0.7, grey * 0.7);
      cairo_rectangle (cr, x + 1.5 * unit, self->horizon - h, 0.7 * unit, h + 1);
      cairo_fill (cr);
    }
}

static void
paint_ground (WfUnitScene *self,
              cairo_t     *cr)
{
  cairo_pattern_t *field = cairo_pattern_create_linear (0, self->horizon, 0, self->height);
  double dry = vary (self, 2);

  cairo_pattern_add_color_stop_rgb (field, 0, 0.50 + 0.12 * dry, 0.52, 0.38);
  cairo_pattern_add_color_stop_rgb (field, 1, 0.28 + 0.14 * dry, 0.33, 0.20);
  cairo_set_source (cr, field);
  cairo_rectangle (cr, 0, self->horizon, self->width, self->height - self->horizon);
  cairo_fill (cr);
  cairo_pattern_destroy (field);

  cairo_set_source_rgb (cr, 0.27, 0.28, 0.29);
  cairo_move_to (cr, self->vanish - 2, self->horizon);
  cairo_line_to (cr, self->vanish + 2, self->horizon);
  cairo_line_to (cr, self->width * 0.92, self->height);
  cairo_line_to (cr, self->width * 0.08, self->height);
  cairo_close_path (cr);
  cairo_fill (cr);
}

static cairo_surface_t *
make_background (WfUnitScene *self)
{
  cairo_surface_t *surface = cairo_image_surface_create (CAIRO_FORMAT_RGB24, self->width, self->height);
  cairo_t *cr = cairo_create (surface);

  paint_sky (self, cr);
  paint_hills (self, cr, 3, 0.20, 1.25);
  paint_hills (self, cr, 7, 0.11, 0.95);
  paint_ground (self, cr);
  paint_works (self, cr);
  cairo_destroy (cr);

  return surface;
}

static cairo_surface_t *
make_puff (void)
{
  cairo_surface_t *surface = cairo_image_surface_create (CAIRO_FORMAT_ARGB32, PUFF_SIZE, PUFF_SIZE);
  cairo_t *cr = cairo_create (surface);
  double r = PUFF_SIZE / 2.0;
  cairo_pattern_t *soft = cairo_pattern_create_radial (r, r, 0, r, r, r);

  cairo_pattern_add_color_stop_rgba (soft, 0, 0.22, 0.21, 0.20, 0.85);
  cairo_pattern_add_color_stop_rgba (soft, 0.6, 0.30, 0.29, 0.28, 0.40);
  cairo_pattern_add_color_stop_rgba (soft, 1, 0.36, 0.35, 0.34, 0);
  cairo_set_source (cr, soft);
  cairo_paint (cr);
  cairo_pattern_destroy (soft);
  cairo_destroy (cr);

  return surface;
}

static void
draw_smoke (WfUnitScene *self,
            cairo_t     *cr,
            double       seconds)
{
  for (guint32 i = 0; i < N_PUFFS; i++)
    {
      double age = fmod (seconds / 9 + i / (double) N_PUFFS, 1.0);
      double size = self->height * (0.03 + 0.20 * age);
      double sway = sin (seconds * 0.7 + i * 1.9) * 0.012 * self->width * age;
      double x = self->fire + (vary (self, 5) - 0.3) * 0.35 * self->width * age * age + sway;
      double y = self->horizon - self->height * 0.02 - 0.42 * self->height * pow (age, 0.85);

      cairo_save (cr);
      cairo_translate (cr, x - size / 2, y - size / 2);
      cairo_scale (cr, size / PUFF_SIZE, size / PUFF_SIZE);
      cairo_set_source_surface (cr, self->puff, 0, 0);
      cairo_pattern_set_filter (cairo_get_source (cr), CAIRO_FILTER_FAST);
      cairo_paint_with_alpha (cr, 0.9 * (1 - age));
      cairo_restore (cr);
    }

  /* The fire itself flickers. */
  double flame = self->height * (0.012 + 0.006 * sin (seconds * 11) + 0.004 * sin (seconds * 17));
  cairo_set_source_rgb (cr, 0.98, 0.55 + 0.1 * sin (seconds * 13), 0.15);
  cairo_arc (cr, self->fire, self->horizon - flame, flame, 0, 2 * G_PI);
  cairo_fill (cr);
}

/* Where something on the ground stands that is @depth away, 0 at the horizon and 1 at the camera. */
static double
project (WfUnitScene *self,
         double       depth)
{
  return self->horizon + (self->height - self->horizon) * depth * depth;
}

static void
draw_road (WfUnitScene *self,
           cairo_t     *cr,
           double       seconds)
{
  double speed = 0.35 + 0.2 * vary (self, 6);
  double middle = self->width * 0.5;

  cairo_set_source_rgb (cr, 0.88, 0.87, 0.80);
  for (int i = 0; i < N_DASHES; i++)
    {
      double from = fmod (i / (double) N_DASHES + seconds * speed, 1.0);
      double to = MIN (from + 0.05, 1.0);
      double x0 = self->vanish + (middle - self->vanish) * from * from;
      double x1 = self->vanish + (middle - self->vanish) * to * to;
      double w0 = self->width * 0.006 * from;
      double w1 = self->width * 0.006 * to;

      cairo_move_to (cr, x0 - w0, project (self, from));
      cairo_line_to (cr, x0 + w0, project (self, from));
      cairo_line_to (cr, x1 + w1, project (self, to));
      cairo_line_to (cr, x1 - w1, project (self, to));
      cairo_close_path (cr);
    }
  cairo_fill (cr);

  cairo_set_source_rgb (cr, 0.80, 0.80, 0.78);
  for (int i = 0; i < N_POSTS; i++)
    {
      double depth = fmod (i / (double) N_POSTS + seconds * speed, 1.0);
      double h = self->height * 0.10 * depth * depth;
      double w = MAX (self->width * 0.006 * depth * depth, 0.5);

      for (int side = -1; side <= 1; side += 2)
        {
          double edge = side < 0 ? self->width * 0.02 : self->width * 0.98;
          double x = self->vanish + (edge - self->vanish) * depth * depth;

          cairo_rectangle (cr, x - w / 2, project (self, depth) - h, w, h);
        }
    }
  cairo_fill (cr);
}

static PangoLayout *
make_layout (WfUnitScene *self,
             cairo_t     *cr,
             double       size)
{
  PangoLayout *layout = pango_cairo_create_layout (cr);
  PangoFontDescription *font = pango_font_description_from_string ("Sans Bold");

  pango_font_description_set_absolute_size (font, size * self->height * PANGO_SCALE);
  pango_layout_set_font_description (layout, font);
  pango_layout_set_alignment (layout, PANGO_ALIGN_RIGHT);
  pango_font_description_free (font);

  return layout;
}

/* Right-aligned, white on a shadow, as cameras burn it in. */
static double
draw_text (WfUnitScene *self,
           cairo_t     *cr,
           PangoLayout *layout,
           double       y)
{
  int text_width;
  int text_height;
  double margin = self->height * 0.025;

  pango_layout_get_pixel_size (layout, &text_width, &text_height);

  cairo_set_source_rgba (cr, 0, 0, 0, 0.7);
  cairo_move_to (cr, self->width - margin - text_width + 1.5, y + 1.5);
  pango_cairo_show_layout (cr, layout);
  cairo_set_source_rgb (cr, 1, 1, 1);
  cairo_move_to (cr, self->width - margin - text_width, y);
  pango_cairo_show_layout (cr, layout);

  return y + text_height;
}

static void
draw_texts (WfUnitScene *self,
            cairo_t     *cr,
            int64_t      time,
            const char  *name,
            const char  *text)
{
  g_autoptr (GDateTime) moment = g_date_time_new_from_unix_local (time / 1000);
  g_autofree char *seconds = g_date_time_format (moment, "%Y-%m-%d %H:%M:%S");
  g_autofree char *clock = g_strdup_printf ("%s.%03d", seconds, (int) (time % 1000));
  g_autofree char *lines = text != NULL && text[0] != '\0' ? g_strdup_printf ("%s\n%s", name, text) : g_strdup (name);

  if (self->clock == NULL)
    {
      self->clock = make_layout (self, cr, 0.042);
      self->name = make_layout (self, cr, 0.036);
    }

  pango_layout_set_text (self->clock, clock, -1);
  if (g_strcmp0 (lines, self->text) != 0)
    {
      pango_layout_set_text (self->name, lines, -1);
      g_free (self->text);
      self->text = g_steal_pointer (&lines);
    }

  double y = draw_text (self, cr, self->clock, self->height * 0.02);
  draw_text (self, cr, self->name, y + self->height * 0.005);
}

static void
draw_strip (WfUnitScene *self,
            cairo_t     *cr,
            int64_t      time)
{
  guint64 bits = wf_unit_strip_encode (time);
  int square = wf_unit_strip_square (self->width);
  int left = wf_unit_strip_left (self->width);
  int top = wf_unit_strip_top (self->width, self->height);

  cairo_set_source_rgb (cr, 0, 0, 0);
  cairo_rectangle (cr, left, top, WF_UNIT_STRIP_SQUARES * square, square);
  cairo_fill (cr);

  cairo_set_source_rgb (cr, 1, 1, 1);
  for (int i = 0; i < WF_UNIT_STRIP_SQUARES; i++)
    if (bits >> (WF_UNIT_STRIP_SQUARES - 1 - i) & 1)
      cairo_rectangle (cr, left + i * square, top, square, square);
  cairo_fill (cr);
}

/**
 * wf_unit_scene_draw:
 * @self: a scene
 * @cr: the picture
 * @time: ms since the epoch, burnt in for people and for machines
 * @name: who sends it
 * @text: (nullable): a line below the name, such as the position
 *
 * Draws the picture of one moment.
 */
void
wf_unit_scene_draw (WfUnitScene *self,
                    cairo_t     *cr,
                    int64_t      time,
                    const char  *name,
                    const char  *text)
{
  double seconds = (double) (time % 3600000) / 1000;

  /* The vehicle shakes a little. */
  double shake = self->height * 0.003 * sin (seconds * 9) * sin (seconds * 2.3);

  cairo_save (cr);
  cairo_translate (cr, 0, floor (shake));
  cairo_set_source_surface (cr, self->background, 0, 0);
  cairo_pattern_set_extend (cairo_get_source (cr), CAIRO_EXTEND_PAD);
  cairo_pattern_set_filter (cairo_get_source (cr), CAIRO_FILTER_FAST);
  cairo_paint (cr);
  draw_smoke (self, cr, seconds);
  draw_road (self, cr, seconds);
  cairo_restore (cr);

  draw_texts (self, cr, time, name, text);
  draw_strip (self, cr, time);
}

/**
 * wf_unit_scene_new:
 * @seed: makes one unit's scene differ from another's
 * @width: of the picture
 * @height: of the picture
 *
 * Returns: (transfer full): a scene
 */
WfUnitScene *
wf_unit_scene_new (guint32 seed,
                   int     width,
                   int     height)
{
  WfUnitScene *self = g_new0 (WfUnitScene, 1);

  self->width = width;
  self->height = height;
  self->seed = seed;
  self->horizon = floor (height * (0.46 + 0.08 * vary (self, 10)));
  self->vanish = width * (0.40 + 0.20 * vary (self, 11));
  self->fire = width * (vary (self, 12) < 0.5 ? 0.22 + 0.1 * vary (self, 13) : 0.66 + 0.1 * vary (self, 13));
  self->background = make_background (self);
  self->puff = make_puff ();

  return self;
}

void
wf_unit_scene_free (WfUnitScene *self)
{
  cairo_surface_destroy (self->background);
  cairo_surface_destroy (self->puff);
  g_clear_object (&self->name);
  g_clear_object (&self->clock);
  g_free (self->text);
  g_free (self);
}
