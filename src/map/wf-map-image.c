/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-map"

#include "config.h"

#include "wf-base-labels.h"
#include "wf-map-view-private.h"
#include "wf-symbols.h"
#include "wf-worker.h"

#include <math.h>

/* Pictures are for print: light colours, whatever the screen looks like. */
#define MAX_SIDE  4000
#define MAX_SCALE 4

typedef struct
{
  WfMapView       *view;  /* (owned) touched in the main thread only */
  WfBaseMap       *base;  /* (owned) */
  WfMapFrame       frame;
  gboolean         latin;
  cairo_surface_t *surface; /* (owned) */
} Picture;

static void
free_picture (Picture *picture)
{
  g_clear_object (&picture->view);
  g_clear_object (&picture->base);
  g_clear_pointer (&picture->surface, cairo_surface_destroy);
  g_free (picture);
}

static cairo_status_t
write_cb (void                *closure,
          const unsigned char *data,
          unsigned int         length)
{
  g_byte_array_append (closure, data, length);

  return CAIRO_STATUS_SUCCESS;
}

static void
encode (GTask        *task,
        gpointer      source,
        gpointer      data,
        GCancellable *cancellable)
{
  Picture *picture = data;
  GByteArray *bytes = g_byte_array_new ();
  cairo_status_t status = cairo_surface_write_to_png_stream (picture->surface, write_cb, bytes);

  if (status == CAIRO_STATUS_SUCCESS)
    {
      g_task_return_pointer (task, g_byte_array_free_to_bytes (bytes), (GDestroyNotify) g_bytes_unref);
      return;
    }

  g_byte_array_unref (bytes);
  g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_FAILED, "The picture of the map cannot be made: %s",
                           cairo_status_to_string (status));
}

static void
draw_base (GTask        *task,
           gpointer      source,
           gpointer      data,
           GCancellable *cancellable)
{
  Picture *picture = data;
  const WfMapStyle *style = wf_map_style_get (FALSE);
  WfBaseArea area = { picture->frame.zoom, picture->frame.x, picture->frame.y, picture->frame.width,
                      picture->frame.height, picture->frame.scale, picture->frame.text };
  gboolean incomplete;

  picture->surface = wf_base_renderer_draw (picture->base, style, &area, &incomplete);
  g_autoptr (GPtrArray) labels = wf_base_labels_place (picture->base, style, &area, picture->latin);

  cairo_t *cr = cairo_create (picture->surface);
  for (guint i = 0; i < labels->len; i++)
    {
      WfBaseLabel *label = g_ptr_array_index (labels, i);
      double x = label->x * picture->frame.world - picture->frame.x + label->dx;
      double y = label->y * picture->frame.world - picture->frame.y + label->dy;

      cairo_set_source_surface (cr, label->surface, round (x * area.scale), round (y * area.scale));
      cairo_paint (cr);
    }
  cairo_destroy (cr);
  g_task_return_boolean (task, TRUE);
}

static void
base_drawn_cb (GObject      *source,
               GAsyncResult *result,
               gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  Picture *picture = g_task_get_task_data (task);
  GError *error = NULL;

  if (!g_task_propagate_boolean (G_TASK (result), &error))
    {
      g_task_return_error (task, error);
      return;
    }

  /* Things and marks belong to the main thread. */
  cairo_t *cr = cairo_create (picture->surface);
  cairo_scale (cr, picture->frame.scale, picture->frame.scale);
  wf_overlay_draw (cr, &picture->frame, wf_map_style_get (FALSE), picture->view->marks, picture->view->things_view,
                   picture->view->labels);
  cairo_destroy (cr);

  wf_task_run_in_thread (task, encode);
}

/**
 * wf_map_view_render_image_async:
 * @self: a map that has been shown, or was given a base map
 * @lon: the middle of the picture
 * @lat: the middle of the picture
 * @zoom: its zoom; 0 for that of the view
 * @width: in logical pixels
 * @height: in logical pixels
 * @scale: pixels of the picture a logical pixel, 1 to 4
 * @cancellable: (nullable): to stop it
 * @callback: called when it is done
 * @user_data: for @callback
 *
 * Draws what is on the map now, in light colours, as a PNG. Write wf_base_map_get_attribution() under it.
 */
void
wf_map_view_render_image_async (WfMapView           *self,
                                double               lon,
                                double               lat,
                                double               zoom,
                                int                  width,
                                int                  height,
                                int                  scale,
                                GCancellable        *cancellable,
                                GAsyncReadyCallback  callback,
                                gpointer             user_data)
{
  g_return_if_fail (WF_IS_MAP_VIEW (self));
  g_return_if_fail (wf_geo_is_valid (lon, lat));
  g_return_if_fail (width > 0 && height > 0 && width <= MAX_SIDE && height <= MAX_SIDE);
  g_return_if_fail (scale >= 1 && scale <= MAX_SCALE);

  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  Picture *picture = g_new0 (Picture, 1);

  g_task_set_source_tag (task, wf_map_view_render_image_async);
  g_task_set_task_data (task, picture, (GDestroyNotify) free_picture);
  picture->view = g_object_ref (self);
  picture->base = self->base != NULL ? g_object_ref (self->base) : wf_base_map_new_default ();
  wf_map_frame_init_at (&picture->frame,
                        lon, lat, zoom > 0.0 ? zoom : shumate_viewport_get_zoom_level (self->viewport), width, height,
                        scale);
  picture->latin = wf_map_view_wants_latin ();

  GTask *drawing = g_task_new (self, cancellable, base_drawn_cb, g_steal_pointer (&task));
  /* The outer task owns the picture and waits for the inner one. */
  g_task_set_task_data (drawing, picture, NULL);
  wf_task_run_in_thread (drawing, draw_base);
  g_object_unref (drawing);
}

/**
 * wf_map_view_render_image_finish:
 * @self: a map
 * @result: of the callback
 * @error: why there is none
 *
 * Returns: (transfer full): a PNG, or %NULL
 */
GBytes *
wf_map_view_render_image_finish (WfMapView     *self,
                                 GAsyncResult  *result,
                                 GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * wf_map_view_draw_symbol:
 * @self: a map
 * @kind: a kind of things
 * @pixels: how wide and high
 *
 * Draws the symbol of a kind as it stands on the map, in light colours, for a legend.
 *
 * Returns: (transfer full): an image
 */
cairo_surface_t *
wf_map_view_draw_symbol (WfMapView   *self,
                         WfThingKind  kind,
                         int          pixels)
{
  g_return_val_if_fail (WF_IS_MAP_VIEW (self), NULL);

  cairo_surface_t *surface = cairo_image_surface_create (CAIRO_FORMAT_ARGB32, pixels, pixels);
  cairo_t *cr = cairo_create (surface);

  cairo_translate (cr, pixels / 2.0, pixels / 2.0);
  wf_symbol_draw (cr, wf_map_view_get_symbols (self), wf_map_style_get (FALSE), kind, WF_THING_READY, NULL, pixels * 0.75, 0);
  cairo_destroy (cr);

  return surface;
}
