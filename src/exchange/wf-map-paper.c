/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-exchange"

#include "config.h"

#include "wf-map-paper.h"

#include "wf-geo-text.h"

#include <cairo-pdf.h>
#include <gio/gio.h>
#include <glib/gi18n.h>
#include <math.h>
#include <pango/pangocairo.h>

#define MARGIN 28.0
#define HEAD   40.0

/* Dots a point of the PNG: 300 an inch. */
#define PNG_SCALE (300.0 / 72)

/* The scale is about so long, in points. */
#define SCALE_LENGTH 130.0

/**
 * wf_map_paper_init:
 * @self: (out caller-allocates): a sheet
 *
 * Makes it empty.
 */
void
wf_map_paper_init (WfMapPaper *self)
{
  *self = (WfMapPaper) { NULL };
  self->legend = g_ptr_array_new ();
}

/**
 * wf_map_paper_add_legend:
 * @self: a sheet
 * @symbol: (transfer full): a picture
 * @label: what it means
 */
void
wf_map_paper_add_legend (WfMapPaper      *self,
                         cairo_surface_t *symbol,
                         const char      *label)
{
  WfMapLegend *legend = g_new0 (WfMapLegend, 1);

  legend->symbol = symbol;
  legend->label = g_strdup (label);
  g_ptr_array_add (self->legend, legend);
}

/**
 * wf_map_paper_clear:
 * @self: a sheet
 *
 * Frees what it holds.
 */
void
wf_map_paper_clear (WfMapPaper *self)
{
  for (guint i = 0; i < self->legend->len; i++)
    {
      WfMapLegend *legend = g_ptr_array_index (self->legend, i);

      cairo_surface_destroy (legend->symbol);
      g_free (legend->label);
      g_free (legend);
    }
  g_ptr_array_unref (self->legend);
  g_clear_pointer (&self->map, g_bytes_unref);
  g_free (self->title);
  g_free (self->mark);
  g_free (self->time);
  g_free (self->attribution);
  g_free (self->language);
  *self = (WfMapPaper) { NULL };
}

/**
 * wf_map_paper_round:
 * @metres: a length
 *
 * Returns: the longest of 1, 2 and 5 times a power of ten that is not longer
 */
double
wf_map_paper_round (double metres)
{
  double power = pow (10, floor (log10 (metres)));

  return metres >= 5 * power ? 5 * power : metres >= 2 * power ? 2 * power : power;
}

static double
draw_text (cairo_t          *cr,
           const WfMapPaper *self,
           const char       *text,
           double            x,
           double            y,
           double            size,
           double            width,
           gboolean          bold)
{
  g_autoptr (PangoLayout) layout = pango_cairo_create_layout (cr);
  PangoFontDescription *font = pango_font_description_from_string ("Sans");
  int height;

  pango_font_description_set_absolute_size (font, size * PANGO_SCALE);
  pango_font_description_set_weight (font, bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
  if (self->language != NULL)
    pango_context_set_language (pango_layout_get_context (layout), pango_language_from_string (self->language));
  pango_layout_set_font_description (layout, font);
  pango_layout_set_text (layout, text, -1);
  if (width > 0)
    {
      pango_layout_set_width (layout, (int) (width * PANGO_SCALE));
      pango_layout_set_wrap (layout, PANGO_WRAP_WORD_CHAR);
    }
  pango_layout_get_size (layout, NULL, &height);
  cairo_move_to (cr, x, y);
  pango_cairo_show_layout (cr, layout);
  pango_font_description_free (font);

  return (double) height / PANGO_SCALE;
}

static cairo_status_t
read_cb (void          *closure,
         unsigned char *data,
         unsigned int   length)
{
  GInputStream *stream = closure;
  gsize n = 0;

  return g_input_stream_read_all (stream, data, length, &n, NULL, NULL) && n == length ? CAIRO_STATUS_SUCCESS
                                                                                      : CAIRO_STATUS_READ_ERROR;
}

static gboolean
draw_map (cairo_t     *cr,
          WfMapPaper  *self,
          GError     **error)
{
  g_autoptr (GInputStream) stream = g_memory_input_stream_new_from_bytes (self->map);
  cairo_surface_t *image = cairo_image_surface_create_from_png_stream (read_cb, stream);
  gboolean good = cairo_surface_status (image) == CAIRO_STATUS_SUCCESS;

  if (good)
    {
      cairo_save (cr);
      cairo_translate (cr, MARGIN, MARGIN + HEAD);
      cairo_scale (cr, WF_MAP_PAPER_MAP_WIDTH / cairo_image_surface_get_width (image),
                   WF_MAP_PAPER_MAP_HEIGHT / cairo_image_surface_get_height (image));
      cairo_set_source_surface (cr, image, 0, 0);
      cairo_paint (cr);
      cairo_restore (cr);
    }
  else
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, _("The picture of the map could not be read."));
    }
  cairo_surface_destroy (image);

  return good;
}

/* What is up is north: the map is never turned. */
static void
draw_north (cairo_t    *cr,
            WfMapPaper *self)
{
  double x = MARGIN + WF_MAP_PAPER_MAP_WIDTH - 24, y = MARGIN + HEAD + 12;

  cairo_set_source_rgba (cr, 1, 1, 1, 0.8);
  cairo_arc (cr, x, y + 16, 18, 0, 2 * G_PI);
  cairo_fill (cr);
  cairo_set_source_rgb (cr, 0, 0, 0);
  cairo_move_to (cr, x, y);
  cairo_line_to (cr, x + 6, y + 20);
  cairo_line_to (cr, x, y + 15);
  cairo_line_to (cr, x - 6, y + 20);
  cairo_close_path (cr);
  cairo_fill (cr);
  /* TRANSLATORS: north, on a map's arrow */
  draw_text (cr, self, C_("compass", "N"), x - 4, y + 20, 9, 0, TRUE);
}

static void
draw_scale (cairo_t    *cr,
            WfMapPaper *self)
{
  double metres = wf_map_paper_round (self->metres / WF_MAP_PAPER_MAP_WIDTH * SCALE_LENGTH);
  double length = metres / self->metres * WF_MAP_PAPER_MAP_WIDTH;
  double x = MARGIN, y = MARGIN + HEAD + WF_MAP_PAPER_MAP_HEIGHT + 10;
  g_autofree char *text = wf_geo_format_distance (metres);

  cairo_set_line_width (cr, 1);
  for (int i = 0; i < 4; i++)
    {
      cairo_rectangle (cr, x + length / 4 * i, y, length / 4, 4);
      cairo_set_source_rgb (cr, i % 2, i % 2, i % 2);
      cairo_fill_preserve (cr);
      cairo_set_source_rgb (cr, 0, 0, 0);
      cairo_stroke (cr);
    }
  draw_text (cr, self, text, x + length + 6, y - 3, 9, 0, FALSE);
  draw_text (cr, self, self->attribution, x + length + 70, y - 3, 8, WF_MAP_PAPER_MAP_WIDTH - length - 70, FALSE);
}

static void
draw_legend (cairo_t    *cr,
             WfMapPaper *self)
{
  double x = MARGIN + WF_MAP_PAPER_MAP_WIDTH + 12, y = MARGIN + HEAD;
  double width = WF_MAP_PAPER_WIDTH - MARGIN - x;

  y += draw_text (cr, self, _("Legend"), x, y, 11, 0, TRUE) + 6;
  for (guint i = 0; i < self->legend->len && y < WF_MAP_PAPER_HEIGHT - MARGIN - 20; i++)
    {
      const WfMapLegend *legend = g_ptr_array_index (self->legend, i);
      double size = cairo_image_surface_get_width (legend->symbol);
      double height;

      cairo_save (cr);
      cairo_translate (cr, x, y);
      cairo_scale (cr, 14 / size, 14 / size);
      cairo_set_source_surface (cr, legend->symbol, 0, 0);
      cairo_paint (cr);
      cairo_restore (cr);
      cairo_set_source_rgb (cr, 0, 0, 0);
      height = draw_text (cr, self, legend->label, x + 20, y + 1, 9, width - 20, FALSE);
      y += MAX (height, 14) + 4;
    }
}

static void
draw_head (cairo_t    *cr,
           WfMapPaper *self)
{
  double right = WF_MAP_PAPER_WIDTH - MARGIN;

  draw_text (cr, self, self->title, MARGIN, MARGIN - 4, 17, WF_MAP_PAPER_MAP_WIDTH - 60, TRUE);
  draw_text (cr, self, self->time, MARGIN, MARGIN + 20, 9, 0, FALSE);
  /* Nobody shall take a drill's map for a real one, on paper least of all. */
  if (self->drill)
    cairo_set_source_rgb (cr, 0.77, 0.38, 0.04);
  cairo_rectangle (cr, right - 100, MARGIN - 4, 100, 26);
  cairo_set_line_width (cr, 2);
  cairo_stroke (cr);
  draw_text (cr, self, self->mark, right - 92, MARGIN + 1, 13, 84, TRUE);
  cairo_set_source_rgb (cr, 0, 0, 0);
}

static gboolean
draw (cairo_t     *cr,
      WfMapPaper  *self,
      GError     **error)
{
  cairo_set_source_rgb (cr, 1, 1, 1);
  cairo_paint (cr);
  cairo_set_source_rgb (cr, 0, 0, 0);
  draw_head (cr, self);
  if (self->map != NULL && !draw_map (cr, self, error))
    return FALSE;
  cairo_set_source_rgb (cr, 0, 0, 0);
  cairo_rectangle (cr, MARGIN, MARGIN + HEAD, WF_MAP_PAPER_MAP_WIDTH, WF_MAP_PAPER_MAP_HEIGHT);
  cairo_set_line_width (cr, 1);
  cairo_stroke (cr);
  draw_north (cr, self);
  draw_scale (cr, self);
  draw_legend (cr, self);

  return TRUE;
}

static cairo_status_t
write_cb (void                *closure,
          const unsigned char *data,
          unsigned int         length)
{
  g_byte_array_append (closure, data, length);

  return CAIRO_STATUS_SUCCESS;
}

static GBytes *
give (GByteArray      *bytes, /* (transfer full) */
      cairo_status_t   status,
      gboolean         good,
      GError         **error)
{
  if (good && status == CAIRO_STATUS_SUCCESS)
    return g_byte_array_free_to_bytes (bytes);

  if (good)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, _("The map could not be made into a sheet: %s."
                                                         " Show less of it, or save it as GeoJSON."),
                 cairo_status_to_string (status));
  g_byte_array_unref (bytes);

  return NULL;
}

/**
 * wf_map_paper_to_pdf:
 * @self: a sheet with everything filled in
 * @error: (nullable): why it cannot be
 *
 * Sets the sheet as PDF, A4 lying. Any thread, one at a time for a sheet.
 *
 * Returns: (transfer full) (nullable): the PDF
 */
GBytes *
wf_map_paper_to_pdf (WfMapPaper  *self,
                     GError     **error)
{
  GByteArray *bytes = g_byte_array_new ();
  cairo_surface_t *surface = cairo_pdf_surface_create_for_stream (write_cb, bytes, WF_MAP_PAPER_WIDTH, WF_MAP_PAPER_HEIGHT);
  cairo_t *cr = cairo_create (surface);
  gboolean good;
  cairo_status_t status;

  cairo_pdf_surface_set_metadata (surface, CAIRO_PDF_METADATA_TITLE, self->title);
  good = draw (cr, self, error);
  cairo_destroy (cr);
  cairo_surface_finish (surface);
  status = cairo_surface_status (surface);
  cairo_surface_destroy (surface);

  return give (bytes, status, good, error);
}

/**
 * wf_map_paper_to_png:
 * @self: a sheet with everything filled in
 * @error: (nullable): why it cannot be
 *
 * The same as a picture with 300 dots an inch.
 *
 * Returns: (transfer full) (nullable): the PNG
 */
GBytes *
wf_map_paper_to_png (WfMapPaper  *self,
                     GError     **error)
{
  GByteArray *bytes = g_byte_array_new ();
  cairo_surface_t *surface = cairo_image_surface_create (CAIRO_FORMAT_RGB24, (int) ceil (WF_MAP_PAPER_WIDTH * PNG_SCALE),
                                                         (int) ceil (WF_MAP_PAPER_HEIGHT * PNG_SCALE));
  cairo_t *cr = cairo_create (surface);
  gboolean good;
  cairo_status_t status;

  cairo_scale (cr, PNG_SCALE, PNG_SCALE);
  good = draw (cr, self, error);
  cairo_destroy (cr);
  status = good ? cairo_surface_write_to_png_stream (surface, write_cb, bytes) : CAIRO_STATUS_SUCCESS;
  cairo_surface_destroy (surface);

  return give (bytes, status, good, error);
}
