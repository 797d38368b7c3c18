/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-map"

#include "config.h"

#include "wf-map-frame.h"

#include "wf-geo.h"

#include <math.h>

/* libshumate takes projection and zoom limits from a map source. This one has nothing else. */
#define WF_TYPE_MAP_REFERENCE (wf_map_reference_get_type ())
G_DECLARE_FINAL_TYPE (WfMapReference, wf_map_reference, WF, MAP_REFERENCE, ShumateMapSource)

struct _WfMapReference
{
  ShumateMapSource parent_instance;
};

G_DEFINE_FINAL_TYPE (WfMapReference, wf_map_reference, SHUMATE_TYPE_MAP_SOURCE)

static void
wf_map_reference_class_init (WfMapReferenceClass *klass)
{
}

static void
wf_map_reference_init (WfMapReference *self)
{
}

/* Returns: (transfer full): the source to give to a viewport */
ShumateMapSource *
wf_map_reference_new (void)
{
  ShumateMapSource *source = g_object_new (WF_TYPE_MAP_REFERENCE, NULL);

  shumate_map_source_set_id (source, "watchfire");
  shumate_map_source_set_tile_size (source, 256);
  shumate_map_source_set_projection (source, SHUMATE_MAP_PROJECTION_MERCATOR);
  shumate_map_source_set_min_zoom_level (source, 3);
  shumate_map_source_set_max_zoom_level (source, 19);

  return source;
}

void
wf_map_frame_init_at (WfMapFrame *frame,
                      double      lon,
                      double      lat,
                      double      zoom,
                      int         width,
                      int         height,
                      int         scale)
{
  frame->zoom = zoom;
  frame->world = 256.0 * exp2 (zoom);
  frame->width = width;
  frame->height = height;
  frame->scale = scale;
  frame->text = 100;
  frame->textures = FALSE;
  frame->x = round ((wf_mercator_x (lon) * frame->world - width / 2.0) * scale) / scale;
  frame->y = round ((wf_mercator_y (lat) * frame->world - height / 2.0) * scale) / scale;
}

/* The text scale that a person has set for the desktop, percent. */
static int
text_scale_of (GtkWidget *widget)
{
  double dpi = pango_cairo_context_get_resolution (gtk_widget_get_pango_context (widget));

  return dpi > 0.0 ? CLAMP ((int) lround (dpi / 96.0 * 100.0), 50, 300) : 100;
}

void
wf_map_frame_init (WfMapFrame      *frame,
                   ShumateViewport *viewport,
                   GtkWidget       *widget)
{
  wf_map_frame_init_at (frame,
                        shumate_location_get_longitude (SHUMATE_LOCATION (viewport)),
                        shumate_location_get_latitude (SHUMATE_LOCATION (viewport)),
                        shumate_viewport_get_zoom_level (viewport),
                        gtk_widget_get_width (widget),
                        gtk_widget_get_height (widget),
                        gtk_widget_get_scale_factor (widget));

  GtkNative *native = gtk_widget_get_native (widget);
  GskRenderer *renderer = native != NULL ? gtk_native_get_renderer (native) : NULL;
  frame->textures = renderer != NULL && !GSK_IS_CAIRO_RENDERER (renderer);
  frame->text = text_scale_of (widget);
}

/* Returns: the size of letters that have @size where texts are drawn as they are */
double
wf_map_frame_text (const WfMapFrame *frame,
                   double            size)
{
  return size * frame->text / 100.0;
}

/* Returns: the size of a symbol beside such letters: it grows half as much, or symbols would cover the map */
double
wf_map_frame_symbol (const WfMapFrame *frame,
                     double            size)
{
  return size * (1.0 + MAX (0, frame->text - 100) / 200.0);
}

void
wf_map_frame_to_screen (const WfMapFrame *frame,
                        double            lon,
                        double            lat,
                        double           *x,
                        double           *y)
{
  *x = wf_mercator_x (lon) * frame->world - frame->x;
  *y = wf_mercator_y (lat) * frame->world - frame->y;
}

void
wf_map_frame_to_place (const WfMapFrame *frame,
                       double            x,
                       double            y,
                       double           *lon,
                       double           *lat)
{
  *lon = wf_mercator_lon ((frame->x + x) / frame->world);
  *lat = wf_mercator_lat ((frame->y + y) / frame->world);
}

/* The same image for the graphics card. It stays with the surface, which is not drawn on any more. */
static GdkTexture *
texture_of (cairo_surface_t *surface)
{
  static const cairo_user_data_key_t key;
  GdkTexture *texture = cairo_surface_get_user_data (surface, &key);
  int width = cairo_image_surface_get_width (surface);
  int height = cairo_image_surface_get_height (surface);
  gsize stride = (gsize) cairo_image_surface_get_stride (surface);

  if (texture != NULL)
    return texture;

  guint32 *copy = g_memdup2 (cairo_image_surface_get_data (surface), stride * (gsize) height);
  /* Without an alpha channel its byte may hold anything. */
  if (cairo_image_surface_get_format (surface) == CAIRO_FORMAT_RGB24)
    for (gsize i = 0; i < stride / 4 * (gsize) height; i++)
      copy[i] |= 0xff000000u;

  g_autoptr (GBytes) bytes = g_bytes_new_take (copy, stride * (gsize) height);
  texture = gdk_memory_texture_new (width, height, GDK_MEMORY_DEFAULT, bytes, stride);
  cairo_surface_set_user_data (surface, &key, texture, g_object_unref);

  return texture;
}

/* Puts an image on the screen, @width × @height logical pixels large. A cairo node of its size and no larger: the software
 * renderer copies it without a detour over an image of the whole window. */
void
wf_map_append_surface (const WfMapFrame *frame,
                       GtkSnapshot      *snapshot,
                       cairo_surface_t  *surface,
                       double            x,
                       double            y,
                       double            width,
                       double            height)
{
  graphene_rect_t bounds = GRAPHENE_RECT_INIT ((float) x, (float) y, (float) width, (float) height);

  if (frame->textures)
    {
      gtk_snapshot_append_texture (snapshot, texture_of (surface), &bounds);
      return;
    }

  cairo_t *cr = gtk_snapshot_append_cairo (snapshot, &bounds);
  double pixels_x = width / cairo_image_surface_get_width (surface);
  double pixels_y = height / cairo_image_surface_get_height (surface);
  double device_x;
  double device_y;

  cairo_surface_get_device_scale (surface, &device_x, &device_y);
  cairo_translate (cr, x, y);
  cairo_scale (cr, pixels_x * device_x, pixels_y * device_y);
  cairo_set_source_surface (cr, surface, 0.0, 0.0);
  cairo_pattern_set_filter (cairo_get_source (cr), CAIRO_FILTER_BILINEAR);
  cairo_paint (cr);
  cairo_destroy (cr);
}
