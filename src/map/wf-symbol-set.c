/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-map"

#include "config.h"

#include "wf-symbol-set.h"

#include "wf-symbol-svg.h"
#include "wf-worker.h"

#include <librsvg/rsvg.h>
#include <math.h>

/* A drawing is this much larger than the symbol in it, for its edge. */
#define ROOM (24.0 / 19.0)

/* Sizes and styles that are kept: two sizes on the screen, in two styles, and some to come back to. */
#define MAX_ATLASES 8

#define N_STATES 4

/* Every symbol at one size. */
typedef struct
{
  double           size;
  int              scale;
  const WfMapStyle *style;
  gboolean         ready;
  cairo_surface_t *images[WF_N_THING_KINDS][N_STATES][2]; /* (owned) (nullable) with its picture and without */
} Atlas;

struct _WfSymbolSet
{
  GObject parent_instance;

  char      *folder;  /* (owned) (nullable) */
  GPtrArray *atlases; /* (element-type Atlas) the newest first; those that are being drawn too */

  /* Read once, by whoever needs them first. */
  GMutex     mutex;
  gboolean   read;
  GBytes    *drawings[WF_N_THING_KINDS]; /* (owned) (nullable) not changed once they are read */
  gboolean   own[WF_N_THING_KINDS];
  GPtrArray *refused; /* (owned) (element-type utf8) what is to be said yet */
};

enum
{
  SIGNAL_CHANGED,
  SIGNAL_REFUSED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (WfSymbolSet, wf_symbol_set, G_TYPE_OBJECT)

static void
free_atlas (gpointer data)
{
  Atlas *atlas = data;

  for (int k = 0; k < WF_N_THING_KINDS; k++)
    for (int s = 0; s < N_STATES; s++)
      for (int p = 0; p < 2; p++)
        g_clear_pointer (&atlas->images[k][s][p], cairo_surface_destroy);
  g_free (atlas);
}

/* --- reading --------------------------------------------------------------------------------------------------------- */

/* At most one byte more than a symbol may have is read. */
static GBytes *
read_file (const char  *path,
           GError     **error)
{
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GFileInputStream) stream = g_file_read (file, NULL, error);

  return stream != NULL ? g_input_stream_read_bytes (G_INPUT_STREAM (stream), WF_SYMBOL_SVG_MAX_BYTES + 1, NULL, error) : NULL;
}

static char *
shipped_folder (void)
{
  const char *data = g_getenv ("WATCHFIRE_DATADIR");

  return g_build_filename (data != NULL && *data != '\0' ? data : PKGDATADIR, "symbols", NULL);
}

static void
read_own (WfSymbolSet *self,
          WfThingKind  kind,
          const char  *name)
{
  g_autofree char *path = g_build_filename (self->folder, name, NULL);
  g_autoptr (GError) error = NULL;

  if (!g_file_test (path, G_FILE_TEST_IS_REGULAR))
    return;

  g_autoptr (GBytes) bytes = read_file (path, &error);
  if (bytes == NULL || !wf_symbol_svg_check (name, bytes, &error))
    {
      g_ptr_array_add (self->refused, g_strdup (error->message));
      return;
    }
  g_clear_pointer (&self->drawings[kind], g_bytes_unref);
  self->drawings[kind] = g_steal_pointer (&bytes);
  self->own[kind] = TRUE;
}

/* Any thread. */
static void
ensure_read (WfSymbolSet *self)
{
  g_autofree char *folder = NULL;

  g_mutex_lock (&self->mutex);
  for (int k = 0; !self->read && k < WF_N_THING_KINDS; k++)
    {
      g_autofree char *name = g_strdup_printf ("%s.svg", wf_thing_kind_get_name ((WfThingKind) k));
      if (folder == NULL)
        folder = shipped_folder ();
      g_autofree char *path = g_build_filename (folder, name, NULL);
      g_autoptr (GError) error = NULL;

      self->drawings[k] = read_file (path, &error);
      if (error != NULL)
        g_message ("A symbol is not there: %s", error->message);
      if (self->folder != NULL)
        read_own (self, (WfThingKind) k, name);
    }
  self->read = TRUE;
  g_mutex_unlock (&self->mutex);
}

/* --- drawing --------------------------------------------------------------------------------------------------------- */

/* The colours for the classes of a drawing. */
static char *
make_css (const WfMapStyle *style,
          WfThingState      state,
          gboolean          plain)
{
  guint32 ground = style->dark ? style->land : 0xffffff;
  guint32 face = state == WF_THING_ALERT ? style->late : state == WF_THING_OFF ? style->symbol_off : style->symbol_face;
  g_autofree char *off = state == WF_THING_OFF
                           ? g_strdup_printf (".face{fill:#%06x;stroke:#%06x;stroke-width:1.6}.picture{fill:#%06x}",
                                              ground, face, face)
                           : g_strdup_printf (".face{fill:#%06x}.picture{fill:#%06x}", face, style->symbol_ink);

  return g_strdup_printf (".edge{stroke:#%06x}.hollow{fill:#%06x;stroke:#%06x}.picture-hollow{fill:#%06x}%s%s",
                          style->symbol_edge_rgba >> 8, ground, face, face, off,
                          plain ? ".picture,.picture-hollow{display:none}" : "");
}

/* What the state adds to the drawing, so that it is not told by colour alone: a dot at work, a bar out of service, a mark of
 * exclamation where attention is asked for. */
static void
draw_badge (cairo_t          *cr,
            const WfMapStyle *style,
            WfThingState      state,
            double            size)
{
  cairo_save (cr);
  cairo_scale (cr, size / 2.0, size / 2.0);
  cairo_new_path (cr);
  if (state == WF_THING_BUSY)
    {
      cairo_arc (cr, 0.85, -0.85, 0.42, 0.0, 2.0 * G_PI);
      wf_map_style_set_source_rgba (cr, style->symbol_edge_rgba);
      cairo_fill (cr);
      cairo_arc (cr, 0.85, -0.85, 0.28, 0.0, 2.0 * G_PI);
      wf_map_style_set_source (cr, style->moving);
      cairo_fill (cr);
    }
  else if (state == WF_THING_OFF)
    {
      cairo_move_to (cr, -1.0, 1.0);
      cairo_line_to (cr, 1.0, -1.0);
      wf_map_style_set_source_rgba (cr, style->symbol_edge_rgba);
      cairo_set_line_width (cr, 0.42);
      cairo_stroke_preserve (cr);
      wf_map_style_set_source (cr, style->symbol_off);
      cairo_set_line_width (cr, 0.2);
      cairo_stroke (cr);
    }
  else if (state == WF_THING_ALERT)
    {
      cairo_arc (cr, 0.82, -0.78, 0.46, 0.0, 2.0 * G_PI);
      wf_map_style_set_source_rgba (cr, style->symbol_edge_rgba);
      cairo_fill (cr);
      cairo_rectangle (cr, 0.72, -1.08, 0.2, 0.38);
      cairo_rectangle (cr, 0.72, -0.6, 0.2, 0.18);
      wf_map_style_set_source (cr, style->late);
      cairo_fill (cr);
    }
  cairo_restore (cr);
}

/* Draws a symbol around the origin. @handle is read from the drawing where it is %NULL, and is then to be given again for the
 * same kind: reading takes longer than drawing. Any thread. */
static void
render (WfSymbolSet      *self,
        RsvgHandle      **handle,
        cairo_t          *cr,
        const WfMapStyle *style,
        WfThingKind       kind,
        WfThingState      state,
        gboolean          plain,
        double            size)
{
  const double side = size * ROOM;
  const RsvgRectangle viewport = { -side / 2.0, -side / 2.0, side, side };
  GBytes *drawing = self->drawings[kind];
  g_autofree char *css = make_css (style, state, plain);
  g_autoptr (GError) error = NULL;

  if (*handle == NULL && drawing != NULL)
    *handle = rsvg_handle_new_from_data (g_bytes_get_data (drawing, NULL), g_bytes_get_size (drawing), &error);

  /* A drawing with colours of its own is paler out of service. */
  gboolean pale = self->own[kind] && state == WF_THING_OFF;
  if (pale)
    cairo_push_group (cr);
  if (*handle == NULL || !rsvg_handle_set_stylesheet (*handle, (const guint8 *) css, strlen (css), &error)
      || !rsvg_handle_render_document (*handle, cr, &viewport, &error))
    {
      /* Without a drawing there is a dot. */
      cairo_arc (cr, 0.0, 0.0, size * 0.3, 0.0, 2.0 * G_PI);
      wf_map_style_set_source (cr, style->symbol_face);
      cairo_fill (cr);
    }
  if (pale)
    {
      cairo_pop_group_to_source (cr);
      cairo_paint_with_alpha (cr, 0.55);
    }
  draw_badge (cr, style, state, size);
}

/* Any thread; in a worker until the atlas is ready, in the main thread from then on. */
static void
draw_image (WfSymbolSet  *self,
            RsvgHandle  **handle,
            Atlas        *atlas,
            WfThingKind   kind,
            WfThingState  state,
            gboolean      plain)
{
  int side = (int) ceil (atlas->size * ROOM + 2.0) * atlas->scale;
  cairo_surface_t *image = cairo_image_surface_create (CAIRO_FORMAT_ARGB32, side, side);

  cairo_surface_set_device_scale (image, atlas->scale, atlas->scale);
  cairo_t *cr = cairo_create (image);
  cairo_translate (cr, (double) side / atlas->scale / 2.0, (double) side / atlas->scale / 2.0);
  render (self, handle, cr, atlas->style, kind, state, plain, atlas->size);
  cairo_destroy (cr);
  atlas->images[kind][state][plain ? 1 : 0] = image;
}

/* What most things look like. The other states are drawn when the first thing has them, a quarter of a millisecond each; but a
 * drawing from outside may take longer, and none of it is left to the main thread. */
static void
draw_atlases (GTask        *task,
              gpointer      source,
              gpointer      data,
              GCancellable *cancellable)
{
  WfSymbolSet *self = source;
  GPtrArray *atlases = data;

  ensure_read (self);
  for (int k = 0; k < WF_N_THING_KINDS; k++)
    {
      RsvgHandle *handle = NULL;

      for (int s = 0; s < N_STATES; s++)
        for (int p = 0; p < 2; p++)
          for (guint i = 0; (s == WF_THING_READY || self->own[k]) && i < atlases->len; i++)
            draw_image (self, &handle, g_ptr_array_index (atlases, i), (WfThingKind) k, (WfThingState) s, p == 1);
      g_clear_object (&handle);
    }
  g_task_return_boolean (task, TRUE);
}

static void
drawn_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  WfSymbolSet *self = WF_SYMBOL_SET (source);
  GPtrArray *atlases = g_task_get_task_data (G_TASK (result));

  for (guint i = 0; i < atlases->len; i++)
    ((Atlas *) g_ptr_array_index (atlases, i))->ready = TRUE;
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
  while (self->refused->len > 0)
    {
      g_autofree char *reason = g_ptr_array_steal_index (self->refused, 0);
      g_signal_emit (self, signals[SIGNAL_REFUSED], 0, reason);
    }
}

static Atlas *
find_atlas (WfSymbolSet      *self,
            const WfMapStyle *style,
            double            size,
            int               scale)
{
  for (guint i = 0; i < self->atlases->len; i++)
    {
      Atlas *atlas = g_ptr_array_index (self->atlases, i);
      if (atlas->style == style && atlas->scale == scale && fabs (atlas->size - size) < 1e-6)
        return atlas;
    }

  return NULL;
}

/**
 * wf_symbol_set_prepare:
 * @self: a set
 * @style: the colours
 * @sizes: (array length=n): the widths of symbols that are wanted, logical pixels
 * @n: how many
 * @scale: device pixels per logical pixel
 *
 * Has the symbols drawn by a worker, if they are not; “changed” says when they are.
 *
 * Returns: whether all of them are there
 */
gboolean
wf_symbol_set_prepare (WfSymbolSet      *self,
                       const WfMapStyle *style,
                       const double     *sizes,
                       gsize             n,
                       int               scale)
{
  g_autoptr (GPtrArray) missing = g_ptr_array_new ();
  gboolean ready = TRUE;

  g_return_val_if_fail (WF_IS_SYMBOL_SET (self), FALSE);

  for (gsize i = 0; i < n; i++)
    {
      Atlas *atlas = find_atlas (self, style, sizes[i], scale);
      if (atlas == NULL)
        {
          atlas = g_new0 (Atlas, 1);
          *atlas = (Atlas){ .size = sizes[i], .scale = scale, .style = style };
          /* Only what is done is let go of. */
          for (guint o = self->atlases->len; o-- > 0 && self->atlases->len >= MAX_ATLASES;)
            if (((Atlas *) g_ptr_array_index (self->atlases, o))->ready)
              g_ptr_array_remove_index (self->atlases, o);
          g_ptr_array_insert (self->atlases, 0, atlas);
          g_ptr_array_add (missing, atlas);
        }
      ready = ready && atlas->ready;
    }
  if (missing->len > 0)
    {
      g_autoptr (GTask) task = g_task_new (self, NULL, drawn_cb, NULL);

      g_task_set_source_tag (task, wf_symbol_set_prepare);
      g_task_set_task_data (task, g_steal_pointer (&missing), (GDestroyNotify) g_ptr_array_unref);
      wf_task_run_in_thread (task, draw_atlases);
    }

  return ready;
}

/**
 * wf_symbol_set_draw:
 * @self: a set
 * @cr: a context whose origin is the symbol's middle
 * @style: the colours
 * @kind: what it is
 * @state: how it is
 * @plain: whether its picture is left out, so that something can be written there
 * @size: its width
 * @scale: device pixels per logical pixel; 0 for a context that is no image of a screen
 *
 * Draws a symbol: from what was prepared, or, where nothing was, from the drawing itself. With a scale in the main thread.
 */
void
wf_symbol_set_draw (WfSymbolSet      *self,
                    cairo_t          *cr,
                    const WfMapStyle *style,
                    WfThingKind       kind,
                    WfThingState      state,
                    gboolean          plain,
                    double            size,
                    int               scale)
{
  Atlas *atlas;

  g_return_if_fail (WF_IS_SYMBOL_SET (self));
  g_return_if_fail (kind < WF_N_THING_KINDS && (int) state < N_STATES);

  atlas = scale > 0 ? find_atlas (self, style, size, scale) : NULL;
  if (atlas == NULL || !atlas->ready)
    {
      RsvgHandle *handle = NULL;

      ensure_read (self);
      render (self, &handle, cr, style, kind, state, plain, size);
      g_clear_object (&handle);
      return;
    }
  if (atlas->images[kind][state][plain ? 1 : 0] == NULL)
    {
      RsvgHandle *handle = NULL;

      draw_image (self, &handle, atlas, kind, state, plain);
      g_clear_object (&handle);
    }

  cairo_surface_t *image = atlas->images[kind][state][plain ? 1 : 0];
  double half = (double) cairo_image_surface_get_width (image) / scale / 2.0;
  double x = -half;
  double y = -half;
  /* At a whole pixel, or it would be blurred. */
  cairo_user_to_device (cr, &x, &y);
  x = round (x * scale) / scale;
  y = round (y * scale) / scale;
  cairo_device_to_user (cr, &x, &y);
  cairo_set_source_surface (cr, image, x, y);
  cairo_paint (cr);
}

/**
 * wf_symbol_set_is_own:
 * @self: a set
 * @kind: a kind
 *
 * Returns: whether its drawing is one of the centre's own, with colours that are not known
 */
gboolean
wf_symbol_set_is_own (WfSymbolSet *self,
                      WfThingKind  kind)
{
  g_return_val_if_fail (WF_IS_SYMBOL_SET (self), FALSE);
  g_return_val_if_fail (kind < WF_N_THING_KINDS, FALSE);

  ensure_read (self);

  return self->own[kind];
}

static void
wf_symbol_set_finalize (GObject *object)
{
  WfSymbolSet *self = WF_SYMBOL_SET (object);

  g_free (self->folder);
  g_ptr_array_unref (self->atlases);
  g_ptr_array_unref (self->refused);
  for (int k = 0; k < WF_N_THING_KINDS; k++)
    g_clear_pointer (&self->drawings[k], g_bytes_unref);
  g_mutex_clear (&self->mutex);

  G_OBJECT_CLASS (wf_symbol_set_parent_class)->finalize (object);
}

static void
wf_symbol_set_class_init (WfSymbolSetClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = wf_symbol_set_finalize;

  signals[SIGNAL_CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                          G_TYPE_NONE, 0);
  signals[SIGNAL_REFUSED] = g_signal_new ("refused", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                          G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
wf_symbol_set_init (WfSymbolSet *self)
{
  g_mutex_init (&self->mutex);
  self->atlases = g_ptr_array_new_with_free_func (free_atlas);
  self->refused = g_ptr_array_new_with_free_func (g_free);
}

/**
 * wf_symbol_set_new:
 * @folder: (nullable): a folder of the centre's own symbols
 *
 * Returns: (transfer full): the symbols; nothing is read yet
 */
WfSymbolSet *
wf_symbol_set_new (const char *folder)
{
  WfSymbolSet *self = g_object_new (WF_TYPE_SYMBOL_SET, NULL);

  self->folder = folder != NULL && *folder != '\0' ? g_strdup (folder) : NULL;

  return self;
}
