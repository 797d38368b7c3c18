/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-video"

#include "config.h"

#include "wf-video-scaler.h"

/* Buffers kept for the next frame. One is on the screen, one waits for the main loop, one is being filled. */
#define POOL_SIZE 4

/* The buffers outlive the scaler as long as a texture shows one, so the pool is counted by itself. */
typedef struct
{
  gatomicrefcount  refs;
  GMutex           lock;
  gsize            size;             /* under lock */
  gpointer         free[POOL_SIZE];  /* under lock */
  guint            n_free;           /* under lock */
} Pool;

typedef struct
{
  Pool     *pool;
  gpointer  data;
  gsize     size;
} Lease;

/*
 * WfVideoScaler:
 *
 * Turns decoded pictures into what GTK takes, at the size that is shown. GstVideoConverter has fast paths for scaling
 * planes and for converting colours, but none for both at once, so a picture that shrinks goes through a small one of
 * its own format first. Used by one thread at a time.
 */
struct _WfVideoScaler
{
  Pool              *pool;     /* (owned) */
  GstVideoInfo       source;
  GstVideoInfo       middle;
  GstVideoInfo       target;
  GstVideoConverter *scale;    /* (owned) (nullable) source → middle, where the size differs */
  GstVideoConverter *convert;  /* (owned) (nullable) middle → target */
  GstBuffer         *scaled;   /* (owned) (nullable) holds the middle picture */
};

static Pool *
pool_new (void)
{
  Pool *pool = g_new0 (Pool, 1);

  g_atomic_ref_count_init (&pool->refs);
  g_mutex_init (&pool->lock);

  return pool;
}

static void
pool_unref (Pool *pool)
{
  if (!g_atomic_ref_count_dec (&pool->refs))
    return;

  for (guint i = 0; i < pool->n_free; i++)
    g_free (pool->free[i]);
  g_mutex_clear (&pool->lock);
  g_free (pool);
}

static gpointer
pool_take (Pool  *pool,
           gsize  size)
{
  gpointer data = NULL;

  g_mutex_lock (&pool->lock);

  if (pool->size != size)
    {
      for (guint i = 0; i < pool->n_free; i++)
        g_free (pool->free[i]);
      pool->n_free = 0;
      pool->size = size;
    }

  if (pool->n_free > 0)
    data = pool->free[--pool->n_free];

  g_mutex_unlock (&pool->lock);

  return data != NULL ? data : g_malloc (size);
}

static void
give_back_cb (gpointer data)
{
  Lease *lease = data;
  Pool *pool = lease->pool;

  g_mutex_lock (&pool->lock);

  if (lease->size == pool->size && pool->n_free < POOL_SIZE)
    pool->free[pool->n_free++] = g_steal_pointer (&lease->data);

  g_mutex_unlock (&pool->lock);

  g_free (lease->data);
  pool_unref (pool);
  g_free (lease);
}

static void
clear_converters (WfVideoScaler *self)
{
  g_clear_pointer (&self->scale, gst_video_converter_free);
  g_clear_pointer (&self->convert, gst_video_converter_free);
  gst_clear_buffer (&self->scaled);
}

static GstStructure *
make_options (GstVideoResamplerMethod method)
{
  return gst_structure_new ("options",
                            GST_VIDEO_CONVERTER_OPT_RESAMPLER_METHOD, GST_TYPE_VIDEO_RESAMPLER_METHOD, method,
                            GST_VIDEO_CONVERTER_OPT_RESAMPLER_TAPS, G_TYPE_UINT, 2,
                            GST_VIDEO_CONVERTER_OPT_DITHER_METHOD, GST_TYPE_VIDEO_DITHER_METHOD, GST_VIDEO_DITHER_NONE,
                            GST_VIDEO_CONVERTER_OPT_CHROMA_MODE, GST_TYPE_VIDEO_CHROMA_MODE, GST_VIDEO_CHROMA_MODE_NONE,
                            GST_VIDEO_CONVERTER_OPT_THREADS, G_TYPE_UINT, 1,
                            NULL);
}

static gboolean
prepare (WfVideoScaler *self,
         GstVideoFrame *frame,
         int            width,
         int            height)
{
  if (self->convert != NULL
      && gst_video_info_is_equal (&self->source, &frame->info)
      && self->target.width == width
      && self->target.height == height)
    return TRUE;

  clear_converters (self);
  self->source = frame->info;

  if (!gst_video_info_set_format (&self->target, GST_VIDEO_FORMAT_BGRA, (guint) width, (guint) height))
    return FALSE;

  self->middle = frame->info;
  if (width != frame->info.width || height != frame->info.height)
    {
      GstVideoColorimetry colorimetry = frame->info.colorimetry;

      if (!gst_video_info_set_format (&self->middle, GST_VIDEO_INFO_FORMAT (&frame->info), (guint) width, (guint) height))
        return FALSE;
      self->middle.colorimetry = colorimetry;
      self->middle.chroma_site = frame->info.chroma_site;
      self->middle.fps_n = frame->info.fps_n;
      self->middle.fps_d = frame->info.fps_d;

      self->scale = gst_video_converter_new (&self->source, &self->middle,
                                             make_options (GST_VIDEO_RESAMPLER_METHOD_LINEAR));
      if (self->scale == NULL)
        return FALSE;
      self->scaled = gst_buffer_new_allocate (NULL, self->middle.size, NULL);
    }

  self->target.fps_n = self->middle.fps_n;
  self->target.fps_d = self->middle.fps_d;
  self->convert = gst_video_converter_new (&self->middle, &self->target,
                                           make_options (GST_VIDEO_RESAMPLER_METHOD_LINEAR));

  return self->convert != NULL;
}

/* Scales into the middle picture and converts from there. */
static gboolean
run_both (WfVideoScaler *self,
          GstVideoFrame *frame,
          GstVideoFrame *target)
{
  GstVideoFrame middle;

  if (!gst_video_frame_map (&middle, &self->middle, self->scaled, GST_MAP_READWRITE))
    return FALSE;

  gst_video_converter_frame (self->scale, frame, &middle);
  gst_video_converter_frame (self->convert, &middle, target);
  gst_video_frame_unmap (&middle);

  return TRUE;
}

/*
 * wf_video_scaler_run:
 * @self: a scaler
 * @frame: a decoded picture
 * @width: of the result
 * @height: of the result
 *
 * Returns: (transfer full) (nullable): the picture as %GDK_MEMORY_B8G8R8A8_PREMULTIPLIED with rows of 4 × @width bytes,
 *   or %NULL where its format cannot be converted
 */
GBytes *
wf_video_scaler_run (WfVideoScaler *self,
                     GstVideoFrame *frame,
                     int            width,
                     int            height)
{
  GstVideoFrame target;
  gboolean done = TRUE;

  g_assert (width > 0 && height > 0);

  if (!prepare (self, frame, width, height))
    return NULL;

  Lease *lease = g_new0 (Lease, 1);
  lease->size = self->target.size;
  lease->data = pool_take (self->pool, lease->size);
  lease->pool = self->pool;
  g_atomic_ref_count_inc (&self->pool->refs);

  g_autoptr (GBytes) bytes = g_bytes_new_with_free_func (lease->data, lease->size, give_back_cb, lease);
  GstBuffer *buffer = gst_buffer_new_wrapped_full (0, lease->data, lease->size, 0, lease->size, NULL, NULL);

  done = gst_video_frame_map (&target, &self->target, buffer, GST_MAP_WRITE);
  if (done)
    {
      if (self->scale != NULL)
        done = run_both (self, frame, &target);
      else
        gst_video_converter_frame (self->convert, frame, &target);
      gst_video_frame_unmap (&target);
    }

  gst_buffer_unref (buffer);

  return done ? g_steal_pointer (&bytes) : NULL;
}

/*
 * wf_video_scaler_fit:
 * @stream_width: of the stream, with square pixels
 * @stream_height: of the stream
 * @wanted_width: of the largest place that shows it, 0 for its own size
 * @wanted_height: of the same
 * @width: (out): what to scale to
 * @height: (out): the same
 *
 * Keeps the shape, to the pixel that a tile draws it in so that nothing is scaled twice, and never enlarges: the screen
 * does that for less.
 */
void
wf_video_scaler_fit (int  stream_width,
                     int  stream_height,
                     int  wanted_width,
                     int  wanted_height,
                     int *width,
                     int *height)
{
  double factor = 1.0;

  if (wanted_width > 0 && wanted_height > 0)
    factor = MIN ((double) wanted_width / stream_width, (double) wanted_height / stream_height);

  factor = CLAMP (factor, 0.0, 1.0);
  *width = CLAMP ((int) (stream_width * factor + 0.5), 1, MAX (stream_width, 1));
  *height = CLAMP ((int) (stream_height * factor + 0.5), 1, MAX (stream_height, 1));
}

WfVideoScaler *
wf_video_scaler_new (void)
{
  WfVideoScaler *self = g_new0 (WfVideoScaler, 1);

  self->pool = pool_new ();
  gst_video_info_init (&self->source);
  gst_video_info_init (&self->middle);
  gst_video_info_init (&self->target);

  return self;
}

void
wf_video_scaler_free (WfVideoScaler *self)
{
  clear_converters (self);
  pool_unref (self->pool);
  g_free (self);
}
