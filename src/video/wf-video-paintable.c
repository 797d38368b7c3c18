/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-video"

#include "config.h"

#include "wf-video-paintable.h"

#include <gtk/gtk.h>

/*
 * WfVideoPaintable:
 *
 * The newest picture of a link. Its size is that of the stream, however small the texture was made for the tiles that
 * show it, so that layouts do not move when a tile grows. It keeps the last picture when the link breaks.
 *
 * GTK's GL renderer takes a texture as it is. Its cairo renderer, which machines without a GPU do better with, converts
 * every pixel of one through floating point (GTK 4.8: 17 ms for 1280 × 720), and draws a cairo surface in one.
 */
struct _WfVideoPaintable
{
  GObject parent_instance;

  GBytes          *pixels;        /* (owned) (nullable) %GDK_MEMORY_B8G8R8A8_PREMULTIPLIED, all opaque */
  int              pixels_width;
  int              pixels_height;
  GdkTexture      *texture;       /* (owned) (nullable) of the pixels, when somebody asked */
  cairo_surface_t *surface;       /* (owned) (nullable) the same */
  cairo_surface_t *last_surface;  /* (owned) (nullable) of the picture before, which may be on the screen still */
  int              width;
  int              height;
};

static GdkTexture *
get_texture (WfVideoPaintable *self)
{
  if (self->texture == NULL)
    self->texture = gdk_memory_texture_new (self->pixels_width, self->pixels_height,
                                            GDK_MEMORY_B8G8R8A8_PREMULTIPLIED,
                                            self->pixels, (gsize) self->pixels_width * 4);

  return self->texture;
}

static cairo_surface_t *
get_surface (WfVideoPaintable *self)
{
  static const cairo_user_data_key_t key;

  if (self->surface != NULL)
    return self->surface;

  /* Nobody writes to it. */
  guchar *data = (guchar *) g_bytes_get_data (self->pixels, NULL);

  self->surface = cairo_image_surface_create_for_data (data, CAIRO_FORMAT_RGB24,
                                                       self->pixels_width, self->pixels_height,
                                                       self->pixels_width * 4);
  cairo_surface_set_user_data (self->surface, &key, g_bytes_ref (self->pixels),
                               (cairo_destroy_func_t) g_bytes_unref);

  return self->surface;
}

static void
paintable_snapshot (GdkPaintable *paintable,
                    GdkSnapshot  *snapshot,
                    double        width,
                    double        height)
{
  WfVideoPaintable *self = WF_VIDEO_PAINTABLE (paintable);

  if (self->pixels != NULL)
    gtk_snapshot_append_texture (snapshot, get_texture (self),
                                 &GRAPHENE_RECT_INIT (0, 0, (float) width, (float) height));
}

static GdkPaintable *
paintable_get_current_image (GdkPaintable *paintable)
{
  WfVideoPaintable *self = WF_VIDEO_PAINTABLE (paintable);

  if (self->pixels == NULL)
    return gdk_paintable_new_empty (0, 0);

  return GDK_PAINTABLE (g_object_ref (get_texture (self)));
}

static int
paintable_get_intrinsic_width (GdkPaintable *paintable)
{
  return WF_VIDEO_PAINTABLE (paintable)->width;
}

static int
paintable_get_intrinsic_height (GdkPaintable *paintable)
{
  return WF_VIDEO_PAINTABLE (paintable)->height;
}

static void
paintable_init (GdkPaintableInterface *iface)
{
  iface->snapshot = paintable_snapshot;
  iface->get_current_image = paintable_get_current_image;
  iface->get_intrinsic_width = paintable_get_intrinsic_width;
  iface->get_intrinsic_height = paintable_get_intrinsic_height;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (WfVideoPaintable, wf_video_paintable, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (GDK_TYPE_PAINTABLE, paintable_init))

static void
wf_video_paintable_dispose (GObject *object)
{
  WfVideoPaintable *self = WF_VIDEO_PAINTABLE (object);

  g_clear_pointer (&self->pixels, g_bytes_unref);
  g_clear_object (&self->texture);
  g_clear_pointer (&self->surface, cairo_surface_destroy);
  g_clear_pointer (&self->last_surface, cairo_surface_destroy);

  G_OBJECT_CLASS (wf_video_paintable_parent_class)->dispose (object);
}

static void
wf_video_paintable_class_init (WfVideoPaintableClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = wf_video_paintable_dispose;
}

static void
wf_video_paintable_init (WfVideoPaintable *self)
{
}

WfVideoPaintable *
wf_video_paintable_new (void)
{
  return g_object_new (WF_TYPE_VIDEO_PAINTABLE, NULL);
}

/*
 * wf_video_paintable_set_pixels:
 * @self: a paintable
 * @pixels: the next picture, %GDK_MEMORY_B8G8R8A8_PREMULTIPLIED, opaque, without gaps between rows
 * @pixels_width: of @pixels
 * @pixels_height: of @pixels
 * @width: of the stream
 * @height: of the stream
 */
void
wf_video_paintable_set_pixels (WfVideoPaintable *self,
                               GBytes           *pixels,
                               int               pixels_width,
                               int               pixels_height,
                               int               width,
                               int               height)
{
  gboolean resized = self->width != width || self->height != height;

  g_clear_pointer (&self->pixels, g_bytes_unref);
  self->pixels = g_bytes_ref (pixels);
  self->pixels_width = pixels_width;
  self->pixels_height = pixels_height;
  g_clear_object (&self->texture);

  /* The window still has a recording of the surface: gone now, cairo would copy it first. */
  g_clear_pointer (&self->last_surface, cairo_surface_destroy);
  self->last_surface = g_steal_pointer (&self->surface);

  self->width = width;
  self->height = height;

  if (resized)
    gdk_paintable_invalidate_size (GDK_PAINTABLE (self));
  gdk_paintable_invalidate_contents (GDK_PAINTABLE (self));
}

/*
 * wf_video_paintable_snapshot_cairo:
 * @self: a paintable
 * @snapshot: where to draw
 * @width: of the place
 * @height: of the place
 *
 * Does what gdk_paintable_snapshot() does, for a window that is drawn with cairo.
 */
void
wf_video_paintable_snapshot_cairo (WfVideoPaintable *self,
                                   GdkSnapshot      *snapshot,
                                   double            width,
                                   double            height)
{
  if (self->pixels == NULL)
    return;

  graphene_rect_t bounds = GRAPHENE_RECT_INIT (0, 0, (float) width, (float) height);
  cairo_t *cr = gtk_snapshot_append_cairo (snapshot, &bounds);

  cairo_scale (cr, width / self->pixels_width, height / self->pixels_height);
  cairo_set_source_surface (cr, get_surface (self), 0, 0);
  cairo_pattern_set_filter (cairo_get_source (cr), CAIRO_FILTER_BILINEAR);
  cairo_pattern_set_extend (cairo_get_source (cr), CAIRO_EXTEND_PAD);
  cairo_rectangle (cr, 0, 0, self->pixels_width, self->pixels_height);
  cairo_fill (cr);
  cairo_destroy (cr);
}

/*
 * wf_video_paintable_is_empty:
 * @self: a paintable
 *
 * Returns: whether there was no picture yet
 */
gboolean
wf_video_paintable_is_empty (WfVideoPaintable *self)
{
  return self->pixels == NULL;
}
