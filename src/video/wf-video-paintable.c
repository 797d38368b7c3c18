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
 */
struct _WfVideoPaintable
{
  GObject parent_instance;

  GdkTexture *texture; /* (owned) (nullable) */
  int         width;
  int         height;
};

static void
paintable_snapshot (GdkPaintable *paintable,
                    GdkSnapshot  *snapshot,
                    double        width,
                    double        height)
{
  WfVideoPaintable *self = WF_VIDEO_PAINTABLE (paintable);

  if (self->texture != NULL)
    gtk_snapshot_append_texture (snapshot, self->texture,
                                 &GRAPHENE_RECT_INIT (0, 0, (float) width, (float) height));
}

static GdkPaintable *
paintable_get_current_image (GdkPaintable *paintable)
{
  WfVideoPaintable *self = WF_VIDEO_PAINTABLE (paintable);

  if (self->texture == NULL)
    return gdk_paintable_new_empty (0, 0);

  return GDK_PAINTABLE (g_object_ref (self->texture));
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

  g_clear_object (&self->texture);

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
 * wf_video_paintable_set_texture:
 * @self: a paintable
 * @texture: the next picture
 * @width: of the stream
 * @height: of the stream
 */
void
wf_video_paintable_set_texture (WfVideoPaintable *self,
                                GdkTexture       *texture,
                                int               width,
                                int               height)
{
  gboolean resized = self->width != width || self->height != height;

  g_set_object (&self->texture, texture);
  self->width = width;
  self->height = height;

  if (resized)
    gdk_paintable_invalidate_size (GDK_PAINTABLE (self));
  gdk_paintable_invalidate_contents (GDK_PAINTABLE (self));
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
  return self->texture == NULL;
}
