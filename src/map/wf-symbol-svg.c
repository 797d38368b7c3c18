/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-map"

#include "config.h"

#include "wf-symbol-svg.h"

#include <glib/gi18n.h>
#include <librsvg/rsvg.h>
#include <string.h>

/* The side at which a drawing is tried. */
#define TRIAL 24

typedef struct
{
  guint elements;
} Check;

/* What a plain drawing is made of. Pictures, scripts, filters, texts and references are not among it: they would read other
 * files, take long, or look otherwise elsewhere. What drawing programs add for themselves has a prefix and is not drawn. */
static const char *const allowed[] = {
  "svg", "g", "path", "rect", "circle", "ellipse", "line", "polyline", "polygon", "defs", "linearGradient",
  "radialGradient", "stop", "style", "title", "desc", "metadata", NULL,
};

static void
start_element_cb (GMarkupParseContext  *context,
                  const char           *element,
                  const char          **names,
                  const char          **values,
                  gpointer              user_data,
                  GError              **error)
{
  Check *check = user_data;

  if (check->elements == 0 && !g_str_equal (element, "svg"))
    g_set_error (error, G_MARKUP_ERROR, G_MARKUP_ERROR_INVALID_CONTENT, _("The file is no SVG drawing: it begins with <%s>"),
                 element);
  else if (++check->elements > WF_SYMBOL_SVG_MAX_ELEMENTS)
    g_set_error (error, G_MARKUP_ERROR, G_MARKUP_ERROR_INVALID_CONTENT, _("More than %d elements are too many for a symbol"),
                 WF_SYMBOL_SVG_MAX_ELEMENTS);
  else if (strchr (element, ':') == NULL && !g_strv_contains (allowed, element))
    g_set_error (error, G_MARKUP_ERROR, G_MARKUP_ERROR_UNKNOWN_ELEMENT, _("<%s> cannot be used in a symbol"), element);
}

static void
passthrough_cb (GMarkupParseContext  *context,
                const char           *text,
                gsize                 length,
                gpointer              user_data,
                GError              **error)
{
  /* Entities that are made of entities would fill the memory. */
  if (g_ascii_strncasecmp (text, "<!DOCTYPE", MIN (length, strlen ("<!DOCTYPE"))) == 0 && strchr (text, '[') != NULL)
    g_set_error_literal (error, G_MARKUP_ERROR, G_MARKUP_ERROR_INVALID_CONTENT, _("A symbol cannot declare entities"));
}

/* Whether anything is seen of it. */
static gboolean
try_drawing (GBytes  *bytes,
             GError **error)
{
  RsvgHandle *handle = rsvg_handle_new_from_data (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), error);
  const RsvgRectangle viewport = { 0.0, 0.0, TRIAL, TRIAL };
  gboolean seen = FALSE;

  if (handle == NULL)
    return FALSE;

  cairo_surface_t *surface = cairo_image_surface_create (CAIRO_FORMAT_ARGB32, TRIAL, TRIAL);
  cairo_t *cr = cairo_create (surface);
  gboolean drawn = rsvg_handle_render_document (handle, cr, &viewport, error);
  cairo_destroy (cr);
  cairo_surface_flush (surface);
  const unsigned char *pixels = cairo_image_surface_get_data (surface);
  for (int i = 0; i < cairo_image_surface_get_stride (surface) * TRIAL; i++)
    seen = seen || pixels[i] != 0;
  cairo_surface_destroy (surface);
  g_object_unref (handle);
  if (drawn && !seen)
    g_set_error_literal (error, G_MARKUP_ERROR, G_MARKUP_ERROR_EMPTY, _("Nothing is seen of the drawing"));

  return drawn && seen;
}

/**
 * wf_symbol_svg_check:
 * @name: the file's name, for the reason
 * @bytes: what is in it
 * @error: why it is refused, with the name and, where there is one, the line
 *
 * Looks through a drawing from outside before it is used as a symbol: its size, its elements, and whether anything is seen of
 * it. Any thread.
 *
 * Returns: whether it can be used
 */
gboolean
wf_symbol_svg_check (const char  *name,
                     GBytes      *bytes,
                     GError     **error)
{
  static const GMarkupParser parser = { .start_element = start_element_cb, .passthrough = passthrough_cb };
  gsize size;
  const char *text = g_bytes_get_data (bytes, &size);
  g_autoptr (GError) reason = NULL;
  Check check = { 0 };
  int line = 0;

  if (size == 0 || size > WF_SYMBOL_SVG_MAX_BYTES)
    {
      g_autofree char *number = g_strdup_printf ("%" G_GSIZE_FORMAT, size);
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, _("%s: a symbol has 1 to %d bytes, this file has %s"), name,
                   WF_SYMBOL_SVG_MAX_BYTES, number);
      return FALSE;
    }
  /* Very short dashes along a very long line would take hours to draw. */
  if (g_strstr_len (text, (gssize) size, "dasharray") != NULL)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, _("%s: dashed lines cannot be used in a symbol"), name);
      return FALSE;
    }

  g_autoptr (GMarkupParseContext) context = g_markup_parse_context_new (&parser, G_MARKUP_TREAT_CDATA_AS_TEXT, &check, NULL);
  if (g_markup_parse_context_parse (context, text, (gssize) size, &reason)
      && g_markup_parse_context_end_parse (context, &reason))
    {
      if (try_drawing (bytes, &reason))
        return TRUE;
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "%s: %s", name, reason->message);
      return FALSE;
    }

  g_markup_parse_context_get_position (context, &line, NULL);
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, _("%s, line %d: %s"), name, line, reason->message);

  return FALSE;
}
