/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-exchange"

#include "config.h"

#include "wf-sheets.h"

#include <cairo-pdf.h>
#include <gdk-pixbuf/gdk-pixbuf.h>
#include <gio/gio.h>
#include <glib/gi18n.h>
#include <math.h>
#include <pango/pangocairo.h>

#define MARGIN 48.0
#define TOP (MARGIN + 22.0)
#define BOTTOM (WF_SHEETS_HEIGHT - MARGIN - 18.0)
#define INNER (WF_SHEETS_WIDTH - 2 * MARGIN)
#define CELL_PAD 3.0
#define MOST_COLUMNS 10
#define MOST_PIXELS 1600

/* The families are asked for in this order; where none of them is installed, Pango falls back to what is. */
#define FAMILY "Noto Sans CJK SC, Noto Sans SC, Noto Sans, Sans"

typedef enum {
  OP_LINES,
  OP_RULE,
  OP_FILL,
  OP_IMAGE,
} OpKind;

/* Something drawn at a place on a page. Places are known once it has been laid out; the number of pages only at the end,
 * which is why drawing is a second step. */
typedef struct
{
  OpKind           kind;
  guint            page;
  double           x, y, width, height;
  PangoLayout     *layout; /* (owned) (nullable) */
  int              first_line;
  int              n_lines;
  cairo_surface_t *image;  /* (owned) (nullable) */
} Op;

typedef struct
{
  guint  page;
  double y;
  char  *text;
} Bookmark;

/**
 * WfSheets:
 *
 * Text, tables and pictures set on A4 sheets, one below the other, with a running header and footer. A row that does not
 * fit is carried over line by line, and a table repeats its headings. It is used by one thread at a time, and has a font
 * map of its own so that this can be any thread.
 */
struct _WfSheets
{
  PangoContext *context;
  PangoLanguage *language;
  GPtrArray    *ops;
  GArray       *bookmarks;
  guint         heading;       /* the newest heading: its first op, */
  guint         after_heading; /* and the first one after it */
  guint         page;
  double        y;
  char         *header;
  char         *mark;
  char         *footer;
  gboolean      drill;
  double        widths[MOST_COLUMNS];
  guint         n_columns;
  char        **headings;
};

static void
op_free (gpointer data)
{
  Op *op = data;

  g_clear_object (&op->layout);
  g_clear_pointer (&op->image, cairo_surface_destroy);
  g_free (op);
}

static void
bookmark_clear (gpointer data)
{
  g_free (((Bookmark *) data)->text);
}

/**
 * wf_sheets_new:
 * @language: (nullable): language of the text, such as `zh-cn`: it decides which forms of Chinese characters are used
 *
 * Returns: (transfer full): an empty document
 */
WfSheets *
wf_sheets_new (const char *language)
{
  g_autoptr (PangoFontMap) map = pango_cairo_font_map_new ();
  cairo_font_options_t *options = cairo_font_options_create ();
  WfSheets *self = g_new0 (WfSheets, 1);

  cairo_font_options_set_hint_metrics (options, CAIRO_HINT_METRICS_OFF);
  cairo_font_options_set_hint_style (options, CAIRO_HINT_STYLE_NONE);
  self->context = pango_font_map_create_context (map);
  pango_cairo_context_set_resolution (self->context, 72);
  pango_cairo_context_set_font_options (self->context, options);
  self->language = pango_language_from_string (language != NULL ? language : "en");
  pango_context_set_language (self->context, self->language);
  cairo_font_options_destroy (options);
  self->ops = g_ptr_array_new_with_free_func (op_free);
  self->bookmarks = g_array_new (FALSE, FALSE, sizeof (Bookmark));
  g_array_set_clear_func (self->bookmarks, bookmark_clear);
  self->y = TOP;

  return self;
}

/**
 * wf_sheets_free:
 * @self: (transfer full): a document
 */
void
wf_sheets_free (WfSheets *self)
{
  g_return_if_fail (self != NULL);

  g_clear_pointer (&self->ops, g_ptr_array_unref);
  g_clear_pointer (&self->bookmarks, g_array_unref);
  g_clear_object (&self->context);
  g_free (self->header);
  g_free (self->mark);
  g_free (self->footer);
  g_strfreev (self->headings);
  g_free (self);
}

/**
 * wf_sheets_set_running:
 * @self: a document
 * @header: on the left of every sheet's head
 * @mark: on its right: whether this is real or a drill
 * @drill: whether the mark is set so that nobody takes the sheet for real
 * @footer: on the left of every sheet's foot; the page number stands on the right
 */
void
wf_sheets_set_running (WfSheets    *self,
                      const char *header,
                      const char *mark,
                      gboolean    drill,
                      const char *footer)
{
  g_return_if_fail (self != NULL);

  g_free (self->header);
  self->header = g_strdup (header);
  g_free (self->mark);
  self->mark = g_strdup (mark);
  g_free (self->footer);
  self->footer = g_strdup (footer);
  self->drill = drill;
}

static PangoLayout *
make_layout (WfSheets    *self,
             const char *text,
             double      size,
             gboolean    bold,
             double      width)
{
  PangoLayout *layout = pango_layout_new (self->context);
  PangoFontDescription *font = pango_font_description_from_string (FAMILY);

  pango_font_description_set_size (font, (int) (size * PANGO_SCALE));
  if (bold)
    pango_font_description_set_weight (font, PANGO_WEIGHT_BOLD);
  pango_layout_set_font_description (layout, font);
  pango_font_description_free (font);

  if (width > 0)
    {
      pango_layout_set_width (layout, (int) (width * PANGO_SCALE));
      pango_layout_set_wrap (layout, PANGO_WRAP_WORD_CHAR);
    }

  pango_layout_set_spacing (layout, (int) (size * 0.18 * PANGO_SCALE));
  pango_layout_set_text (layout, text != NULL ? text : "", -1);

  return layout;
}

static Op *
add_op (WfSheets *self,
        OpKind   kind,
        double   x,
        double   y,
        double   width,
        double   height)
{
  Op *op = g_new0 (Op, 1);

  op->kind = kind;
  op->page = self->page;
  op->x = x;
  op->y = y;
  op->width = width;
  op->height = height;
  g_ptr_array_add (self->ops, op);
  return op;
}

static void
next_page (WfSheets *self)
{
  self->page++;
  self->y = TOP;
}

/* Begins a sheet for what must not be parted, and takes along the heading that stands right above it. */
static void
next_page_with_heading (WfSheets *self)
{
  gboolean along = self->after_heading > self->heading && self->after_heading == self->ops->len;
  double end = self->y;

  next_page (self);
  if (!along)
    return;

  double up = ((Op *) g_ptr_array_index (self->ops, self->heading))->y - TOP;
  Bookmark *bookmark = &g_array_index (self->bookmarks, Bookmark, self->bookmarks->len - 1);

  for (guint i = self->heading; i < self->after_heading; i++)
    {
      Op *op = g_ptr_array_index (self->ops, i);

      op->page = self->page;
      op->y -= up;
    }
  bookmark->page = self->page;
  bookmark->y = TOP;
  self->y = end - up;
}

/* How high lines from @first on are, and how many of them fit into @room. */
static int
lines_that_fit (PangoLayout *layout,
                int          first,
                double       room,
                double      *height)
{
  PangoLayoutIter *iter = pango_layout_get_iter (layout);
  int line = 0;
  int fitting = 0;
  int start = 0;

  *height = 0;

  do
    {
      PangoRectangle logical;

      if (line++ < first)
        continue;

      pango_layout_iter_get_line_extents (iter, NULL, &logical);
      if (line - 1 == first)
        start = logical.y;

      double bottom = (double) (logical.y + logical.height - start) / PANGO_SCALE;
      if (bottom > room)
        break;

      *height = bottom;
      fitting++;
    }
  while (pango_layout_iter_next_line (iter));

  pango_layout_iter_free (iter);
  return fitting;
}

static double
layout_height (PangoLayout *layout)
{
  int height;

  pango_layout_get_size (layout, NULL, &height);
  return (double) height / PANGO_SCALE;
}

static void
add_lines (WfSheets     *self,
           PangoLayout *layout,
           int          first,
           int          n,
           double       x,
           double       y)
{
  Op *op = add_op (self, OP_LINES, x, y, 0, 0);

  op->layout = g_object_ref (layout);
  op->first_line = first;
  op->n_lines = n;
}

/* Puts a text of any length, going on over the sheets. */
static void
flow (WfSheets     *self,
      PangoLayout *layout,
      double       x)
{
  int total = pango_layout_get_line_count (layout);
  int first = 0;

  while (first < total)
    {
      double height;
      int n = lines_that_fit (layout, first, BOTTOM - self->y, &height);

      if (n == 0 && self->y > TOP)
        {
          next_page (self);
          continue;
        }

      n = MAX (n, 1);
      add_lines (self, layout, first, n, x, self->y);
      self->y += height;
      first += n;
    }
}

/**
 * wf_sheets_paragraph:
 * @self: a document
 * @style: how it is set
 * @text: the text; line breaks are kept
 */
void
wf_sheets_paragraph (WfSheets      *self,
                    WfSheetsStyle  style,
                    const char   *text)
{
  g_return_if_fail (self != NULL);
  g_return_if_fail (text != NULL);

  static const double sizes[] = { 17, 12, 10, 8.5 };
  gboolean bold = style == WF_SHEETS_TITLE || style == WF_SHEETS_HEADING;
  g_autoptr (PangoLayout) layout = make_layout (self, text, sizes[style], bold, INNER);

  if (style == WF_SHEETS_TITLE)
    pango_layout_set_alignment (layout, PANGO_ALIGN_CENTER);

  if (style == WF_SHEETS_HEADING)
    {
      if (self->y > TOP)
        self->y += 10;
      /* A heading alone at the foot of a sheet belongs to nothing. */
      if (self->y + layout_height (layout) + 48 > BOTTOM)
        next_page (self);

      Bookmark bookmark = { self->page, self->y, g_strdup (text) };
      g_array_append_val (self->bookmarks, bookmark);
    }

  guint first = self->ops->len;

  flow (self, layout, MARGIN);
  if (style == WF_SHEETS_HEADING)
    {
      self->heading = first;
      self->after_heading = self->ops->len;
    }
  self->y += style == WF_SHEETS_TITLE ? 12 : 4;
}

static double row_at_most (WfSheets            *self,
                           const char *const  *cells,
                           gboolean            heading);

static void
table_headings (WfSheets *self)
{
  if (self->headings != NULL)
    row_at_most (self, (const char *const *) self->headings, TRUE);
}

/* Puts one row; it is carried over where it does not fit. */
static double
row_at_most (WfSheets           *self,
             const char *const *cells,
             gboolean           heading)
{
  PangoLayout *layouts[MOST_COLUMNS] = { NULL };
  int first[MOST_COLUMNS] = { 0 };
  double full = 0;
  double start = self->y;

  for (guint i = 0; i < self->n_columns; i++)
    {
      layouts[i] = make_layout (self, cells[i], 9, heading, self->widths[i] * INNER - 2 * CELL_PAD);
      full = MAX (full, layout_height (layouts[i]));
    }

  /* A row that a whole sheet can hold is not torn apart. */
  if (!heading && self->y + full + 2 * CELL_PAD > BOTTOM && full < (BOTTOM - TOP) / 3)
    {
      next_page (self);
      table_headings (self);
    }

  for (;;)
    {
      double tallest = 0;
      double x = MARGIN;
      int n[MOST_COLUMNS];
      gboolean more = FALSE;
      gboolean any = FALSE;
      double room = BOTTOM - self->y - 2 * CELL_PAD;

      for (guint i = 0; i < self->n_columns; i++)
        {
          double height = 0;

          n[i] = first[i] < pango_layout_get_line_count (layouts[i])
                 ? lines_that_fit (layouts[i], first[i], room, &height) : 0;
          tallest = MAX (tallest, height);
          any = any || n[i] > 0;
        }

      if (!any && self->y > TOP + 40)
        {
          next_page (self);
          if (!heading)
            table_headings (self);
          continue;
        }

      if (heading)
        add_op (self, OP_FILL, MARGIN, self->y, INNER, tallest + 2 * CELL_PAD);

      for (guint i = 0; i < self->n_columns; i++)
        {
          if (n[i] == 0 && first[i] < pango_layout_get_line_count (layouts[i]))
            n[i] = 1;
          if (n[i] > 0)
            add_lines (self, layouts[i], first[i], n[i], x + CELL_PAD, self->y + CELL_PAD);
          first[i] += n[i];
          more = more || first[i] < pango_layout_get_line_count (layouts[i]);
          x += self->widths[i] * INNER;
        }

      self->y += tallest + 2 * CELL_PAD;
      add_op (self, OP_RULE, MARGIN, self->y, INNER, 0);

      if (!more)
        break;

      next_page (self);
      if (!heading)
        table_headings (self);
    }

  for (guint i = 0; i < self->n_columns; i++)
    g_object_unref (layouts[i]);

  return self->y - start;
}

/**
 * wf_sheets_table:
 * @self: a document
 * @widths: (array length=n_columns): parts of the width; together 1
 * @n_columns: how many columns, 10 at most
 * @headings: (array zero-terminated=1) (nullable): a text for each column; repeated on every sheet
 *
 * Begins a table; end it with wf_sheets_table_end().
 */
void
wf_sheets_table (WfSheets           *self,
                const double      *widths,
                guint              n_columns,
                const char *const *headings)
{
  g_return_if_fail (self != NULL);
  g_return_if_fail (n_columns > 0 && n_columns <= MOST_COLUMNS);
  g_return_if_fail (headings == NULL || g_strv_length ((char **) headings) == n_columns);

  for (guint i = 0; i < n_columns; i++)
    self->widths[i] = widths[i];
  self->n_columns = n_columns;
  g_strfreev (self->headings);
  self->headings = g_strdupv ((char **) headings);

  /* Headings at the foot of a sheet with nothing below them. */
  if (self->y + 44 > BOTTOM)
    next_page (self);

  table_headings (self);
}

/**
 * wf_sheets_row:
 * @self: a document with a table begun
 * @cells: a text for each column; %NULL stands for nothing
 */
void
wf_sheets_row (WfSheets           *self,
              const char *const *cells)
{
  g_return_if_fail (self != NULL && self->n_columns > 0);

  row_at_most (self, cells, FALSE);
}

/**
 * wf_sheets_table_end:
 * @self: a document with a table begun
 */
void
wf_sheets_table_end (WfSheets *self)
{
  g_return_if_fail (self != NULL);

  g_clear_pointer (&self->headings, g_strfreev);
  self->n_columns = 0;
  self->y += 6;
}

static void
size_prepared_cb (GdkPixbufLoader *loader,
                  int              width,
                  int              height,
                  gpointer         data)
{
  double scale = MIN (1.0, (double) MOST_PIXELS / MAX (width, height));

  if (scale < 1)
    gdk_pixbuf_loader_set_size (loader, MAX (1, (int) (width * scale)), MAX (1, (int) (height * scale)));
}

static cairo_surface_t *
surface_from_pixbuf (GdkPixbuf *pixbuf)
{
  int width = gdk_pixbuf_get_width (pixbuf);
  int height = gdk_pixbuf_get_height (pixbuf);
  int channels = gdk_pixbuf_get_n_channels (pixbuf);
  int from_stride = gdk_pixbuf_get_rowstride (pixbuf);
  const guchar *from = gdk_pixbuf_read_pixels (pixbuf);
  cairo_surface_t *surface = cairo_image_surface_create (CAIRO_FORMAT_ARGB32, width, height);

  if (cairo_surface_status (surface) != CAIRO_STATUS_SUCCESS)
    {
      cairo_surface_destroy (surface);
      return NULL;
    }

  guchar *to = cairo_image_surface_get_data (surface);
  int to_stride = cairo_image_surface_get_stride (surface);

  for (int y = 0; y < height; y++)
    {
      const guchar *p = from + (gsize) y * from_stride;
      guint32 *q = (guint32 *) (gpointer) (to + (gsize) y * to_stride);

      for (int x = 0; x < width; x++, p += channels)
        {
          guint alpha = channels == 4 ? p[3] : 255;

          q[x] = alpha << 24 | (p[0] * alpha / 255) << 16 | (p[1] * alpha / 255) << 8 | (p[2] * alpha / 255);
        }
    }

  cairo_surface_mark_dirty (surface);
  return surface;
}

static void
bytes_unref (gpointer data)
{
  g_bytes_unref (data);
}

static cairo_surface_t *
decode (GBytes *bytes)
{
  g_autoptr (GdkPixbufLoader) loader = gdk_pixbuf_loader_new ();
  g_autoptr (GError) error = NULL;
  gsize size;
  const guchar *data = g_bytes_get_data (bytes, &size);

  g_signal_connect (loader, "size-prepared", G_CALLBACK (size_prepared_cb), NULL);

  gboolean written = gdk_pixbuf_loader_write (loader, data, size, &error);
  gboolean closed = gdk_pixbuf_loader_close (loader, written ? &error : NULL);

  if (!written || !closed || gdk_pixbuf_loader_get_pixbuf (loader) == NULL)
    {
      g_info ("a picture cannot be read: %s", error != NULL ? error->message : "empty");
      return NULL;
    }

  GdkPixbuf *pixbuf = gdk_pixbuf_loader_get_pixbuf (loader);
  cairo_surface_t *surface = surface_from_pixbuf (pixbuf);

  /* A photograph keeps its own compression, so that the file stays small enough to be sent on. */
  if (surface != NULL && size > 2 && data[0] == 0xff && data[1] == 0xd8 &&
      MAX (gdk_pixbuf_get_width (pixbuf), gdk_pixbuf_get_height (pixbuf)) < MOST_PIXELS)
    cairo_surface_set_mime_data (surface, CAIRO_MIME_TYPE_JPEG, data, size, bytes_unref, g_bytes_ref (bytes));

  return surface;
}

/**
 * wf_sheets_image:
 * @self: a document
 * @bytes: a PNG or JPEG file
 * @most_height: how high it may stand, in points
 * @caption: (nullable): a line below it
 *
 * Puts a picture, as wide as the text or as high as allowed.
 *
 * Returns: whether it could be read
 */
gboolean
wf_sheets_image (WfSheets    *self,
                GBytes     *bytes,
                double      most_height,
                const char *caption)
{
  g_return_val_if_fail (self != NULL, FALSE);
  g_return_val_if_fail (bytes != NULL, FALSE);

  cairo_surface_t *surface = decode (bytes);

  if (surface == NULL)
    return FALSE;

  double width = cairo_image_surface_get_width (surface);
  double height = cairo_image_surface_get_height (surface);
  double scale = MIN (INNER / width, MIN (most_height, BOTTOM - TOP - 24) / height);

  width *= scale;
  height *= scale;

  if (self->y + height + 18 > BOTTOM)
    next_page_with_heading (self);
  /* Under a heading the highest picture would run over the foot. */
  if (self->y + height + 18 > BOTTOM)
    {
      scale = (BOTTOM - self->y - 18) / height;
      width *= scale;
      height *= scale;
    }

  add_op (self, OP_IMAGE, MARGIN + (INNER - width) / 2, self->y, width, height)->image = surface;
  self->y += height + 4;

  if (caption != NULL)
    {
      g_autoptr (PangoLayout) layout = make_layout (self, caption, 8.5, FALSE, INNER);

      pango_layout_set_alignment (layout, PANGO_ALIGN_CENTER);
      flow (self, layout, MARGIN);
    }

  self->y += 8;
  return TRUE;
}

/**
 * wf_sheets_count:
 * @self: a document
 *
 * Returns: how many sheets it has
 */
guint
wf_sheets_count (WfSheets *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->page + 1;
}

static void
draw_lines (cairo_t  *cr,
            const Op *op)
{
  PangoLayoutIter *iter = pango_layout_get_iter (op->layout);
  int line = 0;
  int start = 0;

  do
    {
      PangoRectangle logical;

      if (line < op->first_line)
        continue;
      if (line >= op->first_line + op->n_lines)
        break;

      pango_layout_iter_get_line_extents (iter, NULL, &logical);
      if (line == op->first_line)
        start = logical.y;

      double baseline = (double) (pango_layout_iter_get_baseline (iter) - start) / PANGO_SCALE;
      cairo_move_to (cr, op->x + (double) logical.x / PANGO_SCALE, op->y + baseline);
      pango_cairo_show_layout_line (cr, pango_layout_iter_get_line_readonly (iter));
    }
  while (line++, pango_layout_iter_next_line (iter));

  pango_layout_iter_free (iter);
}

static void
draw_op (cairo_t  *cr,
         const Op *op)
{
  switch (op->kind)
    {
    case OP_LINES:
      cairo_set_source_rgb (cr, 0, 0, 0);
      draw_lines (cr, op);
      break;

    case OP_RULE:
      cairo_set_source_rgb (cr, 0.7, 0.7, 0.7);
      cairo_set_line_width (cr, 0.4);
      cairo_move_to (cr, op->x, op->y);
      cairo_rel_line_to (cr, op->width, 0);
      cairo_stroke (cr);
      break;

    case OP_FILL:
      cairo_set_source_rgb (cr, 0.92, 0.92, 0.92);
      cairo_rectangle (cr, op->x, op->y, op->width, op->height);
      cairo_fill (cr);
      break;

    case OP_IMAGE:
      cairo_save (cr);
      cairo_translate (cr, op->x, op->y);
      cairo_scale (cr,
                   op->width / cairo_image_surface_get_width (op->image),
                   op->height / cairo_image_surface_get_height (op->image));
      cairo_set_source_surface (cr, op->image, 0, 0);
      cairo_paint (cr);
      cairo_restore (cr);
      break;

    default:
      g_assert_not_reached ();
    }
}

static void
draw_text (WfSheets    *self,
           cairo_t    *cr,
           const char *text,
           double      size,
           gboolean    bold,
           double      x,
           double      y,
           gboolean    to_right)
{
  g_autoptr (PangoLayout) layout = make_layout (self, text, size, bold, 0);
  int width;

  pango_layout_get_size (layout, &width, NULL);
  cairo_move_to (cr, to_right ? x - (double) width / PANGO_SCALE : x, y);
  pango_cairo_show_layout (cr, layout);
}

static void
draw_running (WfSheets *self,
              cairo_t *cr,
              guint    page)
{
  g_autofree char *number = g_strdup_printf (_("Page %u of %u"), page + 1, wf_sheets_count (self));

  if (self->drill)
    {
      /* A sheet of a drill shows it at arm's length, also when printed in grey. */
      cairo_set_source_rgb (cr, 0.93, 0.55, 0.1);
      cairo_rectangle (cr, 0, 0, WF_SHEETS_WIDTH, 14);
      cairo_fill (cr);
      cairo_set_line_width (cr, 6);
      cairo_rectangle (cr, 3, 3, WF_SHEETS_WIDTH - 6, WF_SHEETS_HEIGHT - 6);
      cairo_stroke (cr);
    }

  cairo_set_source_rgb (cr, 0.25, 0.25, 0.25);
  if (self->header != NULL)
    draw_text (self, cr, self->header, 9, FALSE, MARGIN, MARGIN - 8, FALSE);
  if (self->mark != NULL)
    draw_text (self, cr, self->mark, self->drill ? 12 : 9, TRUE, WF_SHEETS_WIDTH - MARGIN, MARGIN - 8, TRUE);
  if (self->footer != NULL)
    draw_text (self, cr, self->footer, 7, FALSE, MARGIN, WF_SHEETS_HEIGHT - MARGIN, FALSE);
  draw_text (self, cr, number, 8, FALSE, WF_SHEETS_WIDTH - MARGIN, WF_SHEETS_HEIGHT - MARGIN, TRUE);

  cairo_set_line_width (cr, 0.6);
  cairo_move_to (cr, MARGIN, MARGIN + 10);
  cairo_rel_line_to (cr, INNER, 0);
  cairo_move_to (cr, MARGIN, WF_SHEETS_HEIGHT - MARGIN - 6);
  cairo_rel_line_to (cr, INNER, 0);
  cairo_stroke (cr);
}

/**
 * wf_sheets_draw:
 * @self: a document
 * @cr: where to; a unit is a point
 * @page: which sheet, from 0
 */
void
wf_sheets_draw (WfSheets *self,
               cairo_t *cr,
               guint    page)
{
  g_return_if_fail (self != NULL && cr != NULL);

  draw_running (self, cr, page);

  for (guint i = 0; i < self->ops->len; i++)
    {
      const Op *op = g_ptr_array_index (self->ops, i);

      if (op->page == page)
        draw_op (cr, op);
    }
}

static cairo_status_t
append (void                *closure,
        const unsigned char *data,
        unsigned int         length)
{
  g_byte_array_append (closure, data, length);
  return CAIRO_STATUS_SUCCESS;
}

static void
add_outline (WfSheets         *self,
             cairo_surface_t *surface,
             guint            page)
{
  for (guint i = 0; i < self->bookmarks->len; i++)
    {
      const Bookmark *bookmark = &g_array_index (self->bookmarks, Bookmark, i);

      if (bookmark->page == page)
        {
          g_autofree char *link = g_strdup_printf ("page=%u pos=[%d %d]", page + 1, 0, (int) bookmark->y);

          cairo_pdf_surface_add_outline (surface, CAIRO_PDF_OUTLINE_ROOT, bookmark->text, link, 0);
        }
    }
}

/**
 * wf_sheets_to_pdf:
 * @self: a document
 * @title: its title
 * @author: (nullable): who issues it
 * @error: return location
 *
 * Returns: (transfer full) (nullable): a PDF file
 */
GBytes *
wf_sheets_to_pdf (WfSheets     *self,
                 const char  *title,
                 const char  *author,
                 GError     **error)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_autoptr (GByteArray) array = g_byte_array_new ();
  cairo_surface_t *surface = cairo_pdf_surface_create_for_stream (append, array, WF_SHEETS_WIDTH, WF_SHEETS_HEIGHT);
  cairo_t *cr = cairo_create (surface);

  cairo_pdf_surface_set_metadata (surface, CAIRO_PDF_METADATA_TITLE, title);
  if (author != NULL)
    cairo_pdf_surface_set_metadata (surface, CAIRO_PDF_METADATA_AUTHOR, author);
  cairo_pdf_surface_set_metadata (surface, CAIRO_PDF_METADATA_CREATOR, "Watchfire " WF_VERSION);

  for (guint page = 0; page < wf_sheets_count (self); page++)
    {
      add_outline (self, surface, page);
      wf_sheets_draw (self, cr, page);
      cairo_show_page (cr);
    }

  cairo_status_t status = cairo_status (cr);
  cairo_destroy (cr);
  cairo_surface_finish (surface);
  if (status == CAIRO_STATUS_SUCCESS)
    status = cairo_surface_status (surface);
  cairo_surface_destroy (surface);

  if (status != CAIRO_STATUS_SUCCESS)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED,
                   _("The report could not be set as PDF: %s"
                     ". The records are as they were; print it again."), cairo_status_to_string (status));
      return NULL;
    }

  return g_bytes_new (array->data, array->len);
}
