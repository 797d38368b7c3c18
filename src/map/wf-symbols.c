/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-map"

#include "config.h"

#include "wf-symbols.h"

#include <math.h>
#include <string.h>

/* Every shape is drawn in a square from −1 to 1, then scaled. */

static void
polygon (cairo_t      *cr,
         const double *points,
         int           n)
{
  for (int i = 0; i < n; i++)
    cairo_line_to (cr, points[2 * i], points[2 * i + 1]);
  cairo_close_path (cr);
}

#define POLYGON(cr, ...)                                                \
  G_STMT_START                                                          \
  {                                                                     \
    static const double points_[] = { __VA_ARGS__ };                    \
    polygon ((cr), points_, (int) G_N_ELEMENTS (points_) / 2);          \
  }                                                                     \
  G_STMT_END

static void
circle (cairo_t *cr,
        double   x,
        double   y,
        double   radius)
{
  cairo_new_sub_path (cr);
  cairo_arc (cr, x, y, radius, 0.0, 2.0 * G_PI);
}

/**
 * wf_symbol_rounded:
 * @cr: a context
 * @x: left
 * @y: top
 * @width: of the rectangle
 * @height: of the rectangle
 * @radius: of its corners
 *
 * Adds a rectangle with round corners to the path.
 */
void
wf_symbol_rounded (cairo_t *cr,
                   double   x,
                   double   y,
                   double   width,
                   double   height,
                   double   radius)
{
  cairo_new_sub_path (cr);
  cairo_arc (cr, x + width - radius, y + radius, radius, -G_PI / 2.0, 0.0);
  cairo_arc (cr, x + width - radius, y + height - radius, radius, 0.0, G_PI / 2.0);
  cairo_arc (cr, x + radius, y + height - radius, radius, G_PI / 2.0, G_PI);
  cairo_arc (cr, x + radius, y + radius, radius, G_PI, 1.5 * G_PI);
  cairo_close_path (cr);
}

/* The outline by which kinds are told apart, also from afar. */
static void
trace_outline (cairo_t     *cr,
               WfThingKind  kind)
{
  switch (kind)
    {
    case WF_THING_EXPERT:
    case WF_THING_HELIPAD:
      circle (cr, 0.0, 0.0, 0.96);
      break;
    case WF_THING_DEPOT:
      POLYGON (cr, 0.0, -1.0, 1.0, -0.22, 1.0, 0.92, -1.0, 0.92, -1.0, -0.22);
      break;
    case WF_THING_HAZARD:
      POLYGON (cr, 0.0, -1.08, 1.08, 0.0, 0.0, 1.08, -1.08, 0.0);
      break;
    case WF_THING_SHELTER:
    case WF_THING_DANGER:
      POLYGON (cr, 0.0, -1.0, 1.1, 0.88, -1.1, 0.88);
      break;
    case WF_THING_FIRE_STATION:
      POLYGON (cr, -0.92, -0.9, 0.92, -0.9, 0.92, 0.25, 0.0, 1.02, -0.92, 0.25);
      break;
    case WF_THING_WATER:
      cairo_move_to (cr, 0.0, -1.06);
      cairo_curve_to (cr, 0.35, -0.5, 0.82, -0.1, 0.82, 0.3);
      cairo_arc (cr, 0.0, 0.28, 0.82, 0.0, G_PI);
      cairo_curve_to (cr, -0.82, -0.1, -0.35, -0.5, 0.0, -1.06);
      cairo_close_path (cr);
      break;
    case WF_THING_FIRM:
      POLYGON (cr, -1.0, 0.9, -1.0, -0.2, -0.35, -0.75, -0.35, -0.2, 0.3, -0.75, 0.3, -0.2, 0.62, -0.2, 0.68, -1.0,
               0.95, -1.0,
               1.0, 0.9);
      break;
    case WF_THING_WATCHTOWER:
      POLYGON (cr, -0.72, -1.0, 0.72, -1.0, 0.56, -0.2, 0.3, -0.2, 0.62, 1.0, -0.62, 1.0, -0.3, -0.2, -0.56, -0.2);
      break;
    case WF_THING_FLOOD_SECTION:
    case WF_THING_RESERVOIR:
    case WF_THING_TAILINGS:
      POLYGON (cr, -1.1, -0.7, 1.1, -0.7, 0.7, 0.8, -0.7, 0.8);
      break;
    case WF_THING_CAMERA:
      POLYGON (cr, -1.05, -0.6, 0.4, -0.6, 0.4, -0.22, 1.05, -0.6, 1.05, 0.6, 0.4, 0.22, 0.4, 0.6, -1.05, 0.6);
      break;
    case WF_THING_SIREN:
      POLYGON (cr, -1.0, -0.34, -0.35, -0.34, 0.75, -0.95, 0.75, 0.95, -0.35, 0.34, -1.0, 0.34);
      break;
    case WF_THING_FIREBREAK:
    case WF_THING_PIPELINE:
      wf_symbol_rounded (cr, -1.1, -0.5, 2.2, 1.0, 0.3);
      break;
    case WF_THING_UNIT:
      POLYGON (cr, 0.0, -1.05, 0.85, 0.95, 0.0, 0.5, -0.85, 0.95);
      break;
    case WF_THING_OTHER:
      circle (cr, 0.0, 0.0, 0.62);
      break;
    case WF_THING_HOSPITAL:
      POLYGON (cr, -0.42, -1.0, 0.42, -1.0, 0.42, -0.42, 1.0, -0.42, 1.0, 0.42, 0.42, 0.42, 0.42, 1.0, -0.42, 1.0,
               -0.42, 0.42, -1.0,
               0.42, -1.0, -0.42, -0.42, -0.42);
      break;
    case WF_THING_TEAM:
    case WF_N_THING_KINDS:
    default:
      wf_symbol_rounded (cr, -0.94, -0.94, 1.88, 1.88, 0.3);
      break;
    }
}

/* A small picture in it, for where there is no number to write. */
static void
trace_picture (cairo_t     *cr,
               WfThingKind  kind)
{
  switch (kind)
    {
    case WF_THING_TEAM:
      circle (cr, 0.0, -0.3, 0.27);
      cairo_new_sub_path (cr);
      cairo_arc (cr, 0.0, 0.58, 0.52, G_PI, 2.0 * G_PI);
      cairo_close_path (cr);
      break;
    case WF_THING_EXPERT:
      POLYGON (cr, 0.0, -0.5, 0.78, -0.14, 0.0, 0.22, -0.78, -0.14);
      POLYGON (cr, -0.42, 0.14, 0.0, 0.33, 0.42, 0.14, 0.42, 0.42, 0.0, 0.6, -0.42, 0.42);
      break;
    case WF_THING_DEPOT:
      cairo_rectangle (cr, -0.46, -0.02, 0.4, 0.4);
      cairo_rectangle (cr, 0.06, -0.02, 0.4, 0.4);
      cairo_rectangle (cr, -0.2, 0.46, 0.4, 0.36);
      break;
    case WF_THING_SHELTER:
      POLYGON (cr, 0.0, -0.05, 0.42, 0.88, -0.42, 0.88);
      break;
    case WF_THING_DANGER:
      cairo_rectangle (cr, -0.1, -0.36, 0.2, 0.66);
      cairo_rectangle (cr, -0.1, 0.44, 0.2, 0.2);
      break;
    case WF_THING_FIRE_STATION:
      cairo_move_to (cr, 0.05, -0.66);
      cairo_curve_to (cr, 0.1, -0.2, 0.5, -0.2, 0.42, 0.22);
      cairo_curve_to (cr, 0.36, 0.55, -0.36, 0.55, -0.42, 0.18);
      cairo_curve_to (cr, -0.44, -0.05, -0.2, -0.1, -0.2, -0.35);
      cairo_curve_to (cr, -0.05, -0.3, 0.05, -0.4, 0.05, -0.66);
      cairo_close_path (cr);
      break;
    case WF_THING_HELIPAD:
      cairo_rectangle (cr, -0.42, -0.52, 0.2, 1.04);
      cairo_rectangle (cr, 0.22, -0.52, 0.2, 1.04);
      cairo_rectangle (cr, -0.22, -0.1, 0.44, 0.2);
      break;
    case WF_THING_FLOOD_SECTION:
      POLYGON (cr, -0.7, -0.34, -0.35, -0.5, 0.0, -0.34, 0.35, -0.5, 0.7, -0.34, 0.64, -0.1, 0.35, -0.26, 0.0, -0.1,
               -0.35, -0.26,
               -0.64, -0.1);
      POLYGON (cr, -0.56, 0.22, -0.28, 0.06, 0.0, 0.22, 0.28, 0.06, 0.56, 0.22, 0.5, 0.46, 0.28, 0.3, 0.0, 0.46,
               -0.28, 0.3, -0.5,
               0.46);
      break;
    case WF_THING_RESERVOIR:
    case WF_THING_TAILINGS:
      POLYGON (cr, -0.86, -0.36, 0.86, -0.36, 0.78, -0.06, -0.78, -0.06);
      break;
    case WF_THING_PIPELINE:
    case WF_THING_FIREBREAK:
      cairo_rectangle (cr, -0.8, -0.12, 1.6, 0.24);
      break;
    case WF_THING_HAZARD:
    case WF_THING_HOSPITAL:
    case WF_THING_WATER:
    case WF_THING_FIRM:
    case WF_THING_WATCHTOWER:
    case WF_THING_SIREN:
    case WF_THING_CAMERA:
    case WF_THING_UNIT:
    case WF_THING_OTHER:
    case WF_N_THING_KINDS:
    default:
      break;
    }
}

static double
text_drop (WfThingKind kind)
{
  switch ((int) kind)
    {
    case WF_THING_DEPOT:
    case WF_THING_FIRM:
      return 0.2;
    case WF_THING_SHELTER:
    case WF_THING_DANGER:
    case WF_THING_WATER:
      return 0.24;
    case WF_THING_FIRE_STATION:
      return -0.12;
    default:
      return 0.0;
    }
}

/**
 * wf_symbol_draw:
 * @cr: a context whose origin is the symbol's middle
 * @style: the colours
 * @kind: what it is
 * @state: how it is
 * @text: (nullable): a number to write into it instead of its picture
 * @size: its width
 *
 * Draws a thing's symbol: neutral, told apart by shape. A hazard source is hollow, so that a diamond of a cluster is not
 * taken for a warning.
 */
void
wf_symbol_draw (cairo_t          *cr,
                const WfMapStyle *style,
                WfThingKind       kind,
                WfThingState      state,
                const char       *text,
                double            size)
{
  gboolean hollow = kind == WF_THING_HAZARD || state == WF_THING_OFF;
  guint32 face = state == WF_THING_ALERT ? style->late : state == WF_THING_OFF ? style->symbol_off : style->symbol_face;
  guint32 ink = hollow ? face : style->symbol_ink;

  cairo_save (cr);
  cairo_scale (cr, size / 2.0, size / 2.0);
  cairo_set_line_join (cr, CAIRO_LINE_JOIN_ROUND);

  trace_outline (cr, kind);
  cairo_set_line_width (cr, hollow ? 0.52 : 0.3);
  wf_map_style_set_source_rgba (cr, style->symbol_edge_rgba);
  cairo_stroke_preserve (cr);
  wf_map_style_set_source (cr, hollow ? (style->dark ? style->land : 0xffffff) : face);
  cairo_fill_preserve (cr);
  cairo_set_line_width (cr, 0.2);
  wf_map_style_set_source (cr, face);
  if (hollow)
    cairo_stroke (cr);
  cairo_new_path (cr);

  if (text == NULL)
    {
      trace_picture (cr, kind);
      wf_map_style_set_source (cr, ink);
      cairo_fill (cr);
    }
  if (state == WF_THING_BUSY)
    {
      circle (cr, 0.85, -0.85, 0.42);
      wf_map_style_set_source_rgba (cr, style->symbol_edge_rgba);
      cairo_fill (cr);
      circle (cr, 0.85, -0.85, 0.28);
      wf_map_style_set_source (cr, style->moving);
      cairo_fill (cr);
    }
  cairo_restore (cr);

  if (text != NULL)
    wf_symbol_draw_text (cr, text, 0.0, text_drop (kind) * size / 2.0, size * (strlen (text) > 2 ? 0.46 : 0.58), TRUE,
                         WF_TEXT_CENTER, ink, 0);
}

/* Whole pixels, since each size of letters is looked for, opened and drawn anew. */
static PangoFontDescription *
make_font (double   size,
           gboolean bold)
{
  PangoFontDescription *font = pango_font_description_from_string ("Sans");

  pango_font_description_set_absolute_size (font, round (size) * PANGO_SCALE);
  pango_font_description_set_weight (font, bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);

  return font;
}

static PangoLayout *
make_layout (const char *text,
             double      size,
             gboolean    bold)
{
  PangoContext *context = pango_font_map_create_context (pango_cairo_font_map_get_default ());
  PangoLayout *layout = pango_layout_new (context);
  PangoFontDescription *font = make_font (size, bold);
  PangoAttrList *attributes = pango_attr_list_new ();

  pango_layout_set_font_description (layout, font);
  pango_attr_list_insert (attributes, pango_attr_language_new (pango_language_from_string ("zh-cn")));
  pango_layout_set_attributes (layout, attributes);
  pango_layout_set_text (layout, text, -1);
  pango_font_description_free (font);
  pango_attr_list_unref (attributes);
  g_object_unref (context);

  return layout;
}

/**
 * wf_symbol_prepare_text:
 *
 * Has the fonts looked for that the first picture of a map needs: Pango does that in threads of its own, and the first text in each of them
 * would wait for it while the window is being painted. Returns at once. Latin letters within a Chinese text are looked for in English.
 */
void
wf_symbol_prepare_text (void)
{
  static const struct
  {
    double      size;
    gboolean    bold;
    const char *language;
  } fonts[] = {
    { 11.0, TRUE, "zh-cn" }, { 10.0, TRUE, "zh-cn" }, { 14.0, TRUE, "en" }, { 12.0, FALSE, "zh-cn" }, { 12.0, FALSE, "en" },
    { 12.0, TRUE, "zh-cn" }, { 16.0, TRUE, "en" },    { 13.0, FALSE, "en" }, { 11.0, FALSE, "zh-cn" },
  };
  PangoContext *context = pango_font_map_create_context (pango_cairo_font_map_get_default ());

  for (gsize i = 0; i < G_N_ELEMENTS (fonts); i++)
    {
      PangoFontDescription *font = make_font (fonts[i].size, fonts[i].bold);
      PangoFontset *set = pango_context_load_fontset (context, font, pango_language_from_string (fonts[i].language));

      g_clear_object (&set);
      pango_font_description_free (font);
    }
  g_object_unref (context);
}

/**
 * wf_symbol_measure_text:
 * @text: a text
 * @size: of its letters
 * @bold: whether it is bold
 * @width: (out): how wide it is
 * @height: (out): how high it is
 *
 * Measures what wf_symbol_draw_text() draws.
 */
void
wf_symbol_measure_text (const char *text,
                        double      size,
                        gboolean    bold,
                        double     *width,
                        double     *height)
{
  g_autoptr (PangoLayout) layout = make_layout (text, size, bold);
  int w;
  int h;

  pango_layout_get_pixel_size (layout, &w, &h);
  *width = w;
  *height = h;
}

/**
 * wf_symbol_guess_width:
 * @text: a text
 * @size: of its letters
 *
 * Setting a text to know how wide it is takes longer than all else that is done with a name, and there are thousands.
 *
 * Returns: about how wide it is in a usual font, rather more than less
 */
double
wf_symbol_guess_width (const char *text,
                       double      size)
{
  double letters = 0.0;

  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);
      letters += g_unichar_iswide (c)                                   ? 1.02
                 : c < 128 && strchr ("il.,:;|!'()[] jtfI/", (int) c) != NULL ? 0.42
                 : c < 128 && strchr ("mwMW@%", (int) c) != NULL            ? 0.98
                 : g_unichar_isupper (c)                                    ? 0.74
                                                                            : 0.65;
    }

  return ceil (letters * size + 4.0);
}

/**
 * wf_symbol_draw_text:
 * @cr: a context
 * @text: a text
 * @x: its left edge, its middle, or its right edge
 * @y: its middle
 * @size: of its letters
 * @bold: whether it is bold
 * @align: what @x is
 * @colour: 0xRRGGBB
 * @halo_rgba: 0xRRGGBBAA of an edge around the letters; 0 for none
 *
 * Draws a line of text.
 */
void
wf_symbol_draw_text (cairo_t     *cr,
                     const char  *text,
                     double       x,
                     double       y,
                     double       size,
                     gboolean     bold,
                     WfTextAlign  align,
                     guint32      colour,
                     guint32      halo_rgba)
{
  g_autoptr (PangoLayout) layout = make_layout (text, size, bold);
  PangoRectangle ink;
  PangoRectangle box;

  pango_layout_get_pixel_extents (layout, &ink, &box);
  /* Short numbers stand by their ink, texts by their line, so that neighbours share a base line. */
  double middle = halo_rgba == 0 && align == WF_TEXT_CENTER ? ink.y + ink.height / 2.0 : box.height / 2.0;
  double left = align == WF_TEXT_CENTER ? x - box.width / 2.0 : align == WF_TEXT_RIGHT ? x - box.width : x;

  if (halo_rgba != 0)
    {
      cairo_move_to (cr, left, y - middle);
      pango_cairo_layout_path (cr, layout);
      cairo_set_line_join (cr, CAIRO_LINE_JOIN_ROUND);
      cairo_set_line_width (cr, MAX (3.0, size * 0.25));
      wf_map_style_set_source_rgba (cr, halo_rgba);
      cairo_stroke (cr);
    }
  cairo_move_to (cr, left, y - middle);
  wf_map_style_set_source (cr, colour);
  pango_cairo_show_layout (cr, layout);
  cairo_new_path (cr);
}
