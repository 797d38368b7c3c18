/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-map"

#include "config.h"

#include "wf-symbols.h"

#include <math.h>
#include <string.h>

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
 * @set: the drawings
 * @style: the colours
 * @kind: what it is
 * @state: how it is
 * @text: (nullable): a number to write into it instead of its picture
 * @size: its width
 * @scale: device pixels per logical pixel; 0 for a context that is no image of a screen
 *
 * Draws a thing's symbol: neutral, told apart by shape. A hazard source is hollow, so that a diamond of a cluster is not
 * taken for a warning.
 */
void
wf_symbol_draw (cairo_t          *cr,
                WfSymbolSet      *set,
                const WfMapStyle *style,
                WfThingKind       kind,
                WfThingState      state,
                const char       *text,
                double            size,
                int               scale)
{
  gboolean hollow = kind == WF_THING_HAZARD || state == WF_THING_OFF;
  gboolean own = wf_symbol_set_is_own (set, kind);
  guint32 face = state == WF_THING_ALERT ? style->late : state == WF_THING_OFF ? style->symbol_off : style->symbol_face;

  wf_symbol_set_draw (set, cr, style, kind, state, text != NULL, size, scale);
  /* On colours that nobody knows letters need a ground of their own. */
  if (text != NULL)
    wf_symbol_draw_text (cr, text, 0.0, text_drop (kind) * size / 2.0, size * (strlen (text) > 2 ? 0.46 : 0.58), TRUE,
                         WF_TEXT_CENTER, own ? style->mark_text : hollow ? face : style->symbol_ink,
                         own ? style->mark_halo_rgba : 0);
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
 * Has the fonts looked for that the first picture of a map needs: Pango does that in threads of its own, and the first
 * text in each of them would wait for it while the window is being painted. Returns at once. Latin letters within a Chinese
 * text are looked for in English.
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
