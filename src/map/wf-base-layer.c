/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-map"

#include "config.h"

#include "wf-base-layer.h"

#include "wf-base-labels.h"
#include "wf-base-renderer.h"
#include "wf-map-frame.h"
#include "wf-map-sheet.h"

#include <math.h>
#include <string.h>

/* How many images are kept; one is 1 MB at a scale of one. */
#define MAX_TILES 140

/* Threads that draw. Two keep up with a hand that pans, and leave the rest of a small machine to others. */
#define N_THREADS 2

/* After the zoom last changed by this little, the map is drawn anew for the zoom it stands at. */
#define SETTLE_MS 70

/* How far beyond the view names are placed, and how near its edge may come before they are placed anew. */
#define LABEL_MARGIN 640.0
#define LABEL_SLACK  200.0

/**
 * WfBaseLayer:
 *
 * Shows the base map from retained images: squares of %WF_BASE_TILE_SIZE pixels drawn by worker threads for exactly the zoom
 * that the map stands at, so that a frame of a pan only copies them. While the zoom moves, and until the new images come,
 * those of earlier zooms are shown scaled. Names lie on top, placed for the whole view and once only.
 */
struct _WfBaseLayer
{
  ShumateLayer parent_instance;

  WfBaseMap   *base; /* (owned) (nullable) */
  WfLabels    *names_above; /* (unowned) (nullable) */
  GSignalGroup *base_signals; /* (owned) */
  gboolean     dark;
  gboolean     latin;
  GPtrArray   *levels; /* (owned) (element-type Level) the newest first */
  guint        n_tiles;
  guint        n_waiting;
  guint        n_labelling;
  guint        epoch; /* what was ordered before its last change is not wanted any more */
  guint64      frames;
  guint        settle_id;

  GPtrArray   *labels; /* (owned) (nullable) (element-type WfBaseLabel) */
  WfBaseArea   label_area;
  WfBaseArea   label_wanted;
  guint64      label_turn; /* how often names were placed */
  WfMapSheet  *sheet;      /* (owned) of the names */
  GArray      *entries;    /* (element-type guint) the name of each of its items */
  guint64      sheet_turn; /* what it was made of */
  guint64      sheet_above;
  double       sheet_zoom;
  int          sheet_scale;
  int          sheet_text;
  GThreadPool *pool;   /* (owned) */
  GAsyncQueue *done;   /* (owned) (element-type Job) what the threads have drawn */
};

typedef struct
{
  int x;
  int y;
} TileKey;

typedef struct
{
  TileKey          key;
  cairo_surface_t *surface; /* (owned) (nullable) until it is drawn */
  gboolean         incomplete; /* tiles of a server were still to come */
  gboolean         ordered;
  guint64          seen;    /* the frame that showed it last */
} Tile;

/* All images of one zoom. */
typedef struct
{
  double      zoom;
  int         scale;
  GHashTable *tiles; /* (element-type Tile) */
} Level;

typedef enum
{
  JOB_TILE,
  JOB_LABELS,
} JobKind;

typedef struct
{
  JobKind           kind;
  WfBaseLayer      *layer; /* (owned) let go of in the main thread */
  WfBaseMap        *base;  /* (owned) */
  const WfMapStyle *style;
  guint             epoch;
  gboolean          latin;
  TileKey           key;
  WfBaseArea        area;
  cairo_surface_t  *surface; /* (owned) */
  GPtrArray        *labels;  /* (owned) */
  gboolean          incomplete;
} Job;

G_DEFINE_FINAL_TYPE (WfBaseLayer, wf_base_layer, SHUMATE_TYPE_LAYER)

static guint
hash_key (gconstpointer data)
{
  const TileKey *key = data;

  return (guint) key->x * 73856093u ^ (guint) key->y * 19349663u;
}

static gboolean
equal_keys (gconstpointer a,
            gconstpointer b)
{
  return memcmp (a, b, sizeof (TileKey)) == 0;
}

static void
free_tile (gpointer data)
{
  Tile *tile = data;

  g_clear_pointer (&tile->surface, cairo_surface_destroy);
  g_free (tile);
}

static void
free_level (gpointer data)
{
  Level *level = data;

  g_hash_table_unref (level->tiles);
  g_free (level);
}

static void
free_job (Job *job)
{
  g_clear_object (&job->layer);
  g_clear_object (&job->base);
  g_clear_pointer (&job->surface, cairo_surface_destroy);
  g_clear_pointer (&job->labels, g_ptr_array_unref);
  g_free (job);
}

static Level *
find_level (WfBaseLayer *self,
            double       zoom,
            int          scale)
{
  for (guint i = 0; i < self->levels->len; i++)
    {
      Level *level = g_ptr_array_index (self->levels, i);
      /* Exactly: a level is for the very zoom that it was drawn for. */
      if (memcmp (&level->zoom, &zoom, sizeof zoom) == 0 && level->scale == scale)
        return level;
    }

  return NULL;
}

/* Whether something drawn for this zoom can be seen where the map stands. What lies beyond the edge is drawn in advance. */
static gboolean
is_in_view (WfBaseLayer      *self,
            const WfBaseArea *area)
{
  WfMapFrame frame;

  wf_map_frame_init (&frame, shumate_layer_get_viewport (SHUMATE_LAYER (self)), GTK_WIDGET (self));

  return memcmp (&area->zoom, &frame.zoom, sizeof (double)) != 0
         || (area->x < frame.x + frame.width && area->y < frame.y + frame.height && area->x + area->width > frame.x
             && area->y + area->height > frame.y);
}

/* Returns whether it changes what is seen. */
static gboolean
take_job (WfBaseLayer *self,
          Job         *job)
{
  gboolean seen = is_in_view (self, &job->area);

  if (job->kind == JOB_TILE)
    self->n_waiting--;
  else
    self->n_labelling--;

  if (job->epoch == self->epoch && job->labels != NULL)
    {
      g_clear_pointer (&self->labels, g_ptr_array_unref);
      self->labels = g_steal_pointer (&job->labels);
      self->label_area = job->area;
      self->label_turn++;
    }
  else if (job->epoch == self->epoch && job->kind == JOB_TILE)
    {
      Level *level = find_level (self, job->area.zoom, job->area.scale);
      Tile *tile = level != NULL ? g_hash_table_lookup (level->tiles, &job->key) : NULL;
      if (tile != NULL)
        tile->ordered = FALSE;
      if (tile != NULL && job->surface != NULL)
        {
          g_clear_pointer (&tile->surface, cairo_surface_destroy);
          tile->surface = g_steal_pointer (&job->surface);
          tile->incomplete = job->incomplete;
        }
      else if (tile != NULL && tile->surface == NULL)
        {
          /* Not drawn because it had gone out of sight: it is ordered again when it is seen again. */
          g_hash_table_remove (level->tiles, &job->key);
          self->n_tiles--;
        }
    }

  free_job (job);

  return seen;
}

static gboolean
take_done (WfBaseLayer *self)
{
  gboolean seen = FALSE;
  Job *job;

  while ((job = g_async_queue_try_pop (self->done)) != NULL)
    seen = take_job (self, job) || seen;

  return seen;
}

static gboolean
done_cb (gpointer data)
{
  WfBaseLayer *self = data;

  if (take_done (self))
    gtk_widget_queue_draw (GTK_WIDGET (self));

  return G_SOURCE_REMOVE;
}

static void
run_job (gpointer data,
         gpointer user_data)
{
  Job *job = data;
  WfBaseLayer *self = g_object_ref (job->layer);

  gboolean wanted = job->epoch == (guint) g_atomic_int_get (&job->layer->epoch);

  if (wanted && job->kind == JOB_TILE)
    job->surface = wf_base_renderer_draw (job->base, job->style, &job->area, &job->incomplete);
  else if (wanted)
    job->labels = wf_base_labels_place (job->base, job->style, &job->area, job->latin);

  /* A frame that is about to be drawn takes what is there; otherwise there will be one. */
  g_async_queue_push (self->done, job);
  g_idle_add_full (G_PRIORITY_DEFAULT, done_cb, self, g_object_unref);
}

/* Names first: there is one such job, and many for the ground. */
static int
compare_jobs (gconstpointer a,
              gconstpointer b,
              gpointer      user_data)
{
  const Job *x = a;
  const Job *y = b;

  if (x->kind != y->kind)
    return x->kind == JOB_LABELS ? -1 : 1;

  return 0;
}

static Job *
new_job (WfBaseLayer *self,
         JobKind      kind)
{
  Job *job = g_new0 (Job, 1);

  job->kind = kind;
  job->layer = g_object_ref (self);
  job->base = g_object_ref (self->base);
  job->style = wf_map_style_get (self->dark);
  job->epoch = self->epoch;
  job->latin = self->latin;

  return job;
}

static void
order_tile (WfBaseLayer *self,
            Level       *level,
            TileKey      key)
{
  Tile *tile = g_hash_table_lookup (level->tiles, &key);
  Job *job = new_job (self, JOB_TILE);
  double size = (double) WF_BASE_TILE_SIZE / level->scale;

  if (tile == NULL)
    {
      tile = g_new0 (Tile, 1);
      tile->key = key;
      g_hash_table_insert (level->tiles, &tile->key, tile);
      self->n_tiles++;
    }
  tile->seen = self->frames;
  tile->ordered = TRUE;

  job->key = key;
  job->area = (WfBaseArea){ level->zoom, key.x * size, key.y * size, size, size, level->scale, 100 };
  self->n_waiting++;
  g_thread_pool_push (self->pool, job, NULL);
}

static gboolean
area_covers (const WfBaseArea *area,
             const WfMapFrame *frame)
{
  return memcmp (&area->zoom, &frame->zoom, sizeof (double)) == 0 && area->scale == frame->scale
         && area->text == frame->text && frame->x - LABEL_SLACK >= area->x && frame->y - LABEL_SLACK >= area->y
         && frame->x + frame->width + LABEL_SLACK <= area->x + area->width
         && frame->y + frame->height + LABEL_SLACK <= area->y + area->height;
}

static void
order_labels (WfBaseLayer      *self,
              const WfMapFrame *frame)
{
  if (area_covers (&self->label_area, frame) || (self->n_labelling > 0 && area_covers (&self->label_wanted, frame)))
    return;

  Job *job = new_job (self, JOB_LABELS);
  job->area = (WfBaseArea){ frame->zoom, frame->x - LABEL_MARGIN, frame->y - LABEL_MARGIN, frame->width + 2 * LABEL_MARGIN,
                            frame->height + 2 * LABEL_MARGIN, frame->scale, frame->text };
  self->label_wanted = job->area;
  self->n_labelling++;
  g_thread_pool_push (self->pool, job, NULL);
}

static gboolean
is_old (gpointer key,
        gpointer value,
        gpointer user_data)
{
  const Tile *tile = value;
  WfBaseLayer *self = user_data;

  return !tile->ordered && tile->seen + 2 < self->frames;
}

/* Images of other zooms first, then those of this one that lie out of sight. */
static void
drop_old_tiles (WfBaseLayer *self)
{
  for (guint i = self->levels->len; i-- > 0 && self->n_tiles > MAX_TILES;)
    {
      Level *level = g_ptr_array_index (self->levels, i);

      self->n_tiles -= g_hash_table_foreach_remove (level->tiles, is_old, self);
      if (i > 0 && g_hash_table_size (level->tiles) == 0)
        g_ptr_array_remove_index (self->levels, i);
    }
}

static gboolean
settle_cb (gpointer data)
{
  WfBaseLayer *self = data;

  self->settle_id = 0;
  gtk_widget_queue_draw (GTK_WIDGET (self));

  return G_SOURCE_REMOVE;
}

/* The level of this zoom, put before all others. */
static Level *
ensure_level (WfBaseLayer      *self,
              const WfMapFrame *frame)
{
  Level *level = find_level (self, frame->zoom, frame->scale);
  guint index;

  if (level == NULL)
    {
      level = g_new0 (Level, 1);
      level->zoom = frame->zoom;
      level->scale = frame->scale;
      level->tiles = g_hash_table_new_full (hash_key, equal_keys, NULL, free_tile);
    }
  else if (g_ptr_array_find (self->levels, level, &index))
    {
      g_ptr_array_steal_index (self->levels, index);
    }
  g_ptr_array_insert (self->levels, 0, level);

  return level;
}

static void
draw_level (WfBaseLayer      *self,
            GtkSnapshot      *snapshot,
            const WfMapFrame *frame,
            Level            *level)
{
  double factor = exp2 (frame->zoom - level->zoom);
  double size = (double) WF_BASE_TILE_SIZE / level->scale * factor;
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, level->tiles);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      Tile *tile = value;
      double x = tile->key.x * size - frame->x;
      double y = tile->key.y * size - frame->y;

      if (tile->surface == NULL || x >= frame->width || y >= frame->height || x + size <= 0.0 || y + size <= 0.0)
        continue;
      tile->seen = self->frames;
      wf_map_append_surface (frame, snapshot, tile->surface, x, y, size, size);
    }
}

/* Orders what is missing of the view, then a rim around it: nobody who waits for the view waits for what lies beyond its edge.
 * Returns whether the view itself is complete. */
static gboolean
order_view (WfBaseLayer      *self,
            const WfMapFrame *frame,
            Level            *level)
{
  double size = (double) WF_BASE_TILE_SIZE / level->scale;
  int left = (int) floor (frame->x / size);
  int top = (int) floor (frame->y / size);
  int right = (int) floor ((frame->x + frame->width - 1) / size);
  int bottom = (int) floor ((frame->y + frame->height - 1) / size);
  gboolean complete = TRUE;

  for (int rim = 0; rim <= 1 && complete; rim++)
    for (int y = top - rim; y <= bottom + rim; y++)
      for (int x = left - rim; x <= right + rim; x++)
        {
          TileKey key = { x, y };
          Tile *tile = g_hash_table_lookup (level->tiles, &key);

          if (tile == NULL)
            order_tile (self, level, key);
          else
            tile->seen = self->frames;
          if (rim == 0 && (tile == NULL || tile->surface == NULL))
            complete = FALSE;
        }

  return complete;
}

static void
draw_name_cb (cairo_t  *cr,
              guint     item,
              double    x,
              double    y,
              gpointer  user_data)
{
  WfBaseLayer *self = user_data;
  WfBaseLabel *label = g_ptr_array_index (self->labels, g_array_index (self->entries, guint, item));
  double scale_x;
  double scale_y;

  cairo_surface_get_device_scale (label->surface, &scale_x, &scale_y);
  cairo_save (cr);
  cairo_translate (cr, x, y);
  cairo_scale (cr, label->width / cairo_image_surface_get_width (label->surface) * scale_x,
               label->height / cairo_image_surface_get_height (label->surface) * scale_y);
  cairo_set_source_surface (cr, label->surface, 0.0, 0.0);
  cairo_paint (cr);
  cairo_restore (cr);
}

static void
put_names (WfBaseLayer      *self,
           const WfMapFrame *frame)
{
  g_autoptr (GArray) items = g_array_new (FALSE, FALSE, sizeof (WfSheetItem));

  g_array_set_size (self->entries, 0);
  for (guint i = 0; i < self->labels->len; i++)
    {
      const WfBaseLabel *label = g_ptr_array_index (self->labels, i);
      WfSheetItem item = { round ((label->x * frame->world + label->dx) * frame->scale) / frame->scale,
                           round ((label->y * frame->world + label->dy) * frame->scale) / frame->scale, label->width,
                           label->height, wf_map_sheet_mix (self->label_turn, i) };

      /* A name that a symbol or its name lies on cannot be read, and makes them hard to read too. All are fixed to the ground,
       * so that this does not change while the map is panned. */
      const WfLabelBox box = { item.x, item.y, item.x + item.width, item.y + item.height };
      if (self->names_above != NULL && wf_labels_is_taken (self->names_above, &box))
        continue;
      g_array_append_val (items, item);
      g_array_append_val (self->entries, i);
    }
  wf_map_sheet_put (self->sheet, frame, self->dark, items);
}

static void
draw_labels (WfBaseLayer      *self,
             GtkSnapshot      *snapshot,
             const WfMapFrame *frame)
{
  if (self->labels == NULL || fabs (self->label_area.zoom - frame->zoom) > 2.5)
    return;

  guint64 turn = self->names_above != NULL ? wf_labels_place (self->names_above, frame) : 0;
  if (self->sheet_turn != self->label_turn || self->sheet_above != turn || self->sheet_scale != frame->scale
      || self->sheet_text != frame->text || memcmp (&self->sheet_zoom, &frame->zoom, sizeof (double)) != 0)
    {
      put_names (self, frame);
      self->sheet_turn = self->label_turn;
      self->sheet_above = turn;
      self->sheet_zoom = frame->zoom;
      self->sheet_scale = frame->scale;
      self->sheet_text = frame->text;
    }
  wf_map_sheet_snapshot (self->sheet, frame, snapshot, draw_name_cb, self);
}

/* The threads begin while the rest of the window is still being painted: at the start of the program that is a good part of
 * what a person waits for. */
static void
wf_base_layer_size_allocate (GtkWidget *widget,
                             int        width,
                             int        height,
                             int        baseline)
{
  WfBaseLayer *self = WF_BASE_LAYER (widget);
  WfMapFrame frame;

  GTK_WIDGET_CLASS (wf_base_layer_parent_class)->size_allocate (widget, width, height, baseline);

  wf_map_frame_init (&frame, shumate_layer_get_viewport (SHUMATE_LAYER (self)), widget);
  if (self->base == NULL || self->settle_id != 0 || frame.width <= 0 || frame.height <= 0)
    return;

  order_view (self, &frame, ensure_level (self, &frame));
  order_labels (self, &frame);
}

static void
wf_base_layer_snapshot (GtkWidget   *widget,
                        GtkSnapshot *snapshot)
{
  WfBaseLayer *self = WF_BASE_LAYER (widget);
  const WfMapStyle *style = wf_map_style_get (self->dark);
  WfMapFrame frame;
  gboolean complete = FALSE;

  wf_map_frame_init (&frame, shumate_layer_get_viewport (SHUMATE_LAYER (self)), widget);
  if (frame.width <= 0 || frame.height <= 0)
    return;
  self->frames++;
  take_done (self);

  Level *level = find_level (self, frame.zoom, frame.scale);
  if (self->base != NULL && self->settle_id == 0)
    {
      level = ensure_level (self, &frame);
      complete = order_view (self, &frame, level);
      order_labels (self, &frame);
      drop_old_tiles (self);
    }

  GdkRGBA sea = { (float) (style->sea >> 16 & 255) / 255.0f, (float) (style->sea >> 8 & 255) / 255.0f,
                  (float) (style->sea & 255) / 255.0f, 1.0f };
  if (!complete)
    {
      gtk_snapshot_append_color (snapshot, &sea, &GRAPHENE_RECT_INIT (0, 0, (float) frame.width, (float) frame.height));
      for (guint i = self->levels->len; i-- > 0;)
        if (g_ptr_array_index (self->levels, i) != level)
          draw_level (self, snapshot, &frame, g_ptr_array_index (self->levels, i));
    }
  if (level != NULL)
    draw_level (self, snapshot, &frame, level);
  draw_labels (self, snapshot, &frame);
}

static void
viewport_changed_cb (WfBaseLayer *self)
{
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
forget_all (WfBaseLayer *self)
{
  g_atomic_int_inc (&self->epoch);
  g_ptr_array_set_size (self->levels, 0);
  self->n_tiles = 0;
  g_clear_pointer (&self->labels, g_ptr_array_unref);
  self->label_turn++;
  self->label_area = (WfBaseArea){ 0 };
  self->label_wanted = (WfBaseArea){ 0 };
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
zoom_changed_cb (WfBaseLayer *self)
{
  g_clear_handle_id (&self->settle_id, g_source_remove);
  /* What was prepared for another size was never seen. With nothing to show meanwhile there is nothing to wait for. */
  if (self->frames == 0)
    forget_all (self);
  if (self->levels->len > 0)
    self->settle_id = g_timeout_add (SETTLE_MS, settle_cb, self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

/* More tiles of a server are there: what was drawn without them is drawn again, and shown as it is until then. */
static void
base_changed_cb (WfBaseLayer *self)
{
  for (guint i = 0; i < MIN (1, self->levels->len); i++)
    {
      Level *level = g_ptr_array_index (self->levels, i);
      g_autoptr (GPtrArray) again = g_ptr_array_new ();
      GHashTableIter iter;
      gpointer value;

      g_hash_table_iter_init (&iter, level->tiles);
      while (g_hash_table_iter_next (&iter, NULL, &value))
        if (((Tile *) value)->incomplete && !((Tile *) value)->ordered)
          g_ptr_array_add (again, value);
      for (guint t = 0; t < again->len; t++)
        order_tile (self, level, ((Tile *) g_ptr_array_index (again, t))->key);
    }
}

static void
wf_base_layer_constructed (GObject *object)
{
  WfBaseLayer *self = WF_BASE_LAYER (object);

  G_OBJECT_CLASS (wf_base_layer_parent_class)->constructed (object);

  ShumateViewport *viewport = shumate_layer_get_viewport (SHUMATE_LAYER (self));
  g_signal_connect_object (viewport, "notify::longitude", G_CALLBACK (viewport_changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (viewport, "notify::latitude", G_CALLBACK (viewport_changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (viewport, "notify::zoom-level", G_CALLBACK (zoom_changed_cb), self, G_CONNECT_SWAPPED);
}

static void
wf_base_layer_dispose (GObject *object)
{
  WfBaseLayer *self = WF_BASE_LAYER (object);

  g_clear_handle_id (&self->settle_id, g_source_remove);
  g_clear_object (&self->base_signals);
  g_clear_object (&self->base);

  G_OBJECT_CLASS (wf_base_layer_parent_class)->dispose (object);
}

static void
wf_base_layer_finalize (GObject *object)
{
  WfBaseLayer *self = WF_BASE_LAYER (object);

  /* Every job holds the layer, so none is left. */
  g_thread_pool_free (self->pool, FALSE, TRUE);
  g_async_queue_unref (self->done);
  g_ptr_array_unref (self->levels);
  g_clear_pointer (&self->labels, g_ptr_array_unref);
  wf_map_sheet_free (self->sheet);
  g_array_unref (self->entries);

  G_OBJECT_CLASS (wf_base_layer_parent_class)->finalize (object);
}

static void
wf_base_layer_class_init (WfBaseLayerClass *klass)
{
  G_OBJECT_CLASS (klass)->constructed = wf_base_layer_constructed;
  G_OBJECT_CLASS (klass)->dispose = wf_base_layer_dispose;
  G_OBJECT_CLASS (klass)->finalize = wf_base_layer_finalize;
  GTK_WIDGET_CLASS (klass)->size_allocate = wf_base_layer_size_allocate;
  GTK_WIDGET_CLASS (klass)->snapshot = wf_base_layer_snapshot;
}

static void
wf_base_layer_init (WfBaseLayer *self)
{
  self->base_signals = g_signal_group_new (WF_TYPE_BASE_MAP);
  g_signal_group_connect_swapped (self->base_signals, "changed", G_CALLBACK (base_changed_cb), self);
  /* What was drawn of a file that is not used any more goes too. */
  g_signal_group_connect_swapped (self->base_signals, "refused", G_CALLBACK (forget_all), self);
  self->sheet = wf_map_sheet_new ();
  self->entries = g_array_new (FALSE, FALSE, sizeof (guint));
  self->levels = g_ptr_array_new_with_free_func (free_level);
  self->done = g_async_queue_new ();
  self->pool = g_thread_pool_new (run_job, NULL, N_THREADS, FALSE, NULL);
  g_thread_pool_set_sort_function (self->pool, compare_jobs, NULL);
}

/**
 * wf_base_layer_new:
 * @viewport: the map's
 *
 * Returns: (transfer floating): a layer without a map
 */
WfBaseLayer *
wf_base_layer_new (ShumateViewport *viewport)
{
  return g_object_new (WF_TYPE_BASE_LAYER, "viewport", viewport, NULL);
}

/**
 * wf_base_layer_set_base:
 * @self: a layer
 * @base: (nullable): what to show
 *
 * Shows another base map.
 */
void
wf_base_layer_set_base (WfBaseLayer *self,
                        WfBaseMap   *base)
{
  g_return_if_fail (WF_IS_BASE_LAYER (self));

  if (!g_set_object (&self->base, base))
    return;
  g_signal_group_set_target (self->base_signals, base);
  forget_all (self);
}

/**
 * wf_base_layer_set_dark:
 * @self: a layer
 * @dark: whether the window is dark
 *
 * Changes the colours.
 */
void
wf_base_layer_set_dark (WfBaseLayer *self,
                        gboolean     dark)
{
  g_return_if_fail (WF_IS_BASE_LAYER (self));

  if (self->dark == dark)
    return;
  self->dark = dark;
  forget_all (self);
}

/**
 * wf_base_layer_set_latin:
 * @self: a layer
 * @latin: whether Latin names are shown where there are any
 *
 * Changes the language of the names.
 */
void
wf_base_layer_set_latin (WfBaseLayer *self,
                         gboolean     latin)
{
  g_return_if_fail (WF_IS_BASE_LAYER (self));

  if (self->latin == latin)
    return;
  self->latin = latin;
  forget_all (self);
}

/**
 * wf_base_layer_set_labels:
 * @self: a layer
 * @labels: (nullable): the symbols and names that lie above; must outlive the layer or be taken back
 *
 * Leaves out the names on which others lie.
 */
void
wf_base_layer_set_labels (WfBaseLayer *self,
                          WfLabels    *labels)
{
  g_return_if_fail (WF_IS_BASE_LAYER (self));

  self->names_above = labels;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

/**
 * wf_base_layer_prepare:
 * @self: a layer that was not shown yet
 * @frame: what it will show, as far as one knows
 *
 * Has that drawn, so that it is there when the window is painted for the first time. If it turns out otherwise, what was drawn
 * is thrown away.
 */
void
wf_base_layer_prepare (WfBaseLayer      *self,
                       const WfMapFrame *frame)
{
  g_return_if_fail (WF_IS_BASE_LAYER (self));
  g_return_if_fail (frame != NULL);

  if (self->base == NULL || self->frames > 0)
    return;

  order_view (self, frame, ensure_level (self, frame));
  order_labels (self, frame);
}

/**
 * wf_base_layer_is_complete:
 * @self: a layer
 *
 * Returns: whether nothing is being drawn any more
 */
gboolean
wf_base_layer_is_complete (WfBaseLayer *self)
{
  g_return_val_if_fail (WF_IS_BASE_LAYER (self), FALSE);

  return self->n_waiting == 0 && self->n_labelling == 0 && self->settle_id == 0 && self->labels != NULL;
}
