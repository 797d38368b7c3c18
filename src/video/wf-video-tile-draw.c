/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-video"

#include "config.h"

#include "wf-video-tile-private.h"
#include "wf-video-paintable.h"
#include "wf-video-recording.h"
#include "wf-video-text.h"

#include <string.h>

/* Pixels of the layout. */
#define PAD_X     6
#define PAD_Y     2
#define RADIUS    4
#define FRAME     3
#define SMALL     320 /* a narrower tile has smaller numbers */
#define FREE_SIDE 44  /* on its right a small tile leaves free what the buttons of who shows it take */

/* Between the parts of a text, as wf_video_text_status() puts it. */
#define SEPARATOR " · "

static const GdkRGBA ground = { 0.063f, 0.071f, 0.082f, 1.0f };
static const GdkRGBA chip = { 0.0f, 0.0f, 0.0f, 0.62f };
static const GdkRGBA white = { 1.0f, 1.0f, 1.0f, 1.0f };
static const GdkRGBA dim = { 0.72f, 0.75f, 0.78f, 1.0f };
static const GdkRGBA amber = { 0.96f, 0.72f, 0.20f, 1.0f };
static const GdkRGBA ink = { 0.10f, 0.08f, 0.02f, 1.0f };
static const GdkRGBA red = { 0.75f, 0.09f, 0.11f, 1.0f };
static const GdkRGBA focus = { 0.38f, 0.63f, 0.92f, 1.0f };

/* Texts */

static PangoLayout *
make_layout (WfVideoTile *self,
             const char  *text,
             double       scale,
             gboolean     bold)
{
  PangoLayout *layout = gtk_widget_create_pango_layout (GTK_WIDGET (self), text);
  g_autoptr (PangoAttrList) attributes = pango_attr_list_new ();

  pango_attr_list_insert (attributes, pango_attr_scale_new (scale));
  pango_attr_list_insert (attributes, pango_attr_font_features_new ("tnum=1"));
  if (bold)
    pango_attr_list_insert (attributes, pango_attr_weight_new (PANGO_WEIGHT_BOLD));

  pango_layout_set_attributes (layout, attributes);
  pango_layout_set_ellipsize (layout, PANGO_ELLIPSIZE_END);

  return layout;
}

/*
 * wf_video_tile_forget_layouts:
 * @self: a tile
 *
 * To be called when anything that it says is another: the texts are laid out anew when it is drawn next.
 */
void
wf_video_tile_forget_layouts (WfVideoTile *self)
{
  g_clear_object (&self->name);
  g_clear_object (&self->status);
  g_clear_object (&self->headline);
  g_clear_object (&self->reason);
  g_clear_object (&self->mark);
}

static void
keep_parts (PangoLayout *layout)
{
  const char *text = pango_layout_get_text (layout);
  const char *part = text;

  while (part != NULL && *part != '\0')
    {
      const char *end = strstr (part, SEPARATOR);
      PangoAttribute *whole = pango_attr_allow_breaks_new (FALSE);

      whole->start_index = (guint) (part - text);
      whole->end_index = end != NULL ? (guint) (end - text) : PANGO_ATTR_INDEX_TO_TEXT_END;
      pango_attr_list_insert (pango_layout_get_attributes (layout), whole);
      part = end != NULL ? end + strlen (SEPARATOR) : NULL;
    }
  pango_layout_context_changed (layout);
}

/* Behind the name, not as loud. */
static void
add_unit (WfVideoTile *self)
{
  const char *name = wf_video_link_get_name (self->link);
  g_autofree char *text = g_strdup_printf ("%s · %s", name, self->unit);
  PangoAttribute *plain = pango_attr_weight_new (PANGO_WEIGHT_NORMAL);

  plain->start_index = (guint) strlen (name);
  pango_attr_list_change (pango_layout_get_attributes (self->name), plain);
  pango_layout_set_text (self->name, text, -1);
}

static void
make_layouts (WfVideoTile *self)
{
  const char *reason = wf_video_link_get_reason (self->link);
  g_autofree char *status = wf_video_text_status (self->link);

  self->name = make_layout (self, wf_video_link_get_name (self->link), 0.9, TRUE);
  if (self->unit != NULL)
    add_unit (self);
  self->status = make_layout (self, status, gtk_widget_get_width (GTK_WIDGET (self)) < SMALL ? 0.75 : 0.9, FALSE);
  /* All the numbers of a small tile may take two lines, in which no number is parted from its unit. */
  keep_parts (self->status);
  pango_layout_set_wrap (self->status, PANGO_WRAP_WORD);
  pango_layout_set_height (self->status, -2);
  self->headline = make_layout (self, status, 1.0, TRUE);
  pango_layout_set_alignment (self->headline, PANGO_ALIGN_CENTER);

  WfVideoRecording *recording = wf_video_link_get_recording (self->link);
  if (recording != NULL)
    {
      g_autofree char *mark = wf_video_recording_to_string (recording);

      self->mark = make_layout (self, mark, 0.9, TRUE);
    }

  if (reason == NULL)
    return;

  self->reason = make_layout (self, reason, 0.9, FALSE);
  pango_layout_set_wrap (self->reason, PANGO_WRAP_WORD_CHAR);
  pango_layout_set_alignment (self->reason, PANGO_ALIGN_CENTER);
}

/* Drawing */

static gboolean
is_drawn_with_cairo (WfVideoTile *self)
{
  GtkNative *native = gtk_widget_get_native (GTK_WIDGET (self));

  return native != NULL && GSK_IS_CAIRO_RENDERER (gtk_native_get_renderer (native));
}

/* Where the picture goes, in its own shape. */
static gboolean
place_picture (WfVideoTile     *self,
               int              width,
               int              height,
               graphene_rect_t *place)
{
  GdkPaintable *paintable = wf_video_link_get_paintable (self->link);
  int stream_width = gdk_paintable_get_intrinsic_width (paintable);
  int stream_height = gdk_paintable_get_intrinsic_height (paintable);

  if (stream_width <= 0 || stream_height <= 0)
    return FALSE;

  double factor = MIN ((double) width / stream_width, (double) height / stream_height);
  double shown_width = floor (stream_width * factor + 0.5);
  double shown_height = floor (stream_height * factor + 0.5);

  *place = GRAPHENE_RECT_INIT ((float) floor ((width - shown_width) / 2), (float) floor ((height - shown_height) / 2),
                               (float) shown_width, (float) shown_height);
  return TRUE;
}

/* Only what the picture leaves free: each pixel is painted once, many times a second. */
static void
draw_ground (GtkSnapshot           *snapshot,
             const graphene_rect_t *place,
             float                  width,
             float                  height)
{
  float left = place->origin.x;
  float top = place->origin.y;
  float right = left + place->size.width;
  float bottom = top + place->size.height;
  const graphene_rect_t sides[] = {
    GRAPHENE_RECT_INIT (0, 0, width, top),
    GRAPHENE_RECT_INIT (0, bottom, width, height - bottom),
    GRAPHENE_RECT_INIT (0, top, left, bottom - top),
    GRAPHENE_RECT_INIT (right, top, width - right, bottom - top),
  };

  for (gsize i = 0; i < G_N_ELEMENTS (sides); i++)
    if (sides[i].size.width > 0 && sides[i].size.height > 0)
      gtk_snapshot_append_color (snapshot, &ground, &sides[i]);
}

static void
draw_picture (WfVideoTile           *self,
              GtkSnapshot           *snapshot,
              const graphene_rect_t *place)
{
  GdkPaintable *paintable = wf_video_link_get_paintable (self->link);

  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot, &place->origin);
  if (is_drawn_with_cairo (self))
    wf_video_paintable_snapshot_cairo (WF_VIDEO_PAINTABLE (paintable), snapshot, place->size.width, place->size.height);
  else
    gdk_paintable_snapshot (paintable, snapshot, place->size.width, place->size.height);
  gtk_snapshot_restore (snapshot);
}

/* Without its colours, and darker. */
static void
draw_frozen_picture (WfVideoTile           *self,
                     GtkSnapshot           *snapshot,
                     const graphene_rect_t *place)
{
  const float r = 0.2126f * 0.6f;
  const float g = 0.7152f * 0.6f;
  const float b = 0.0722f * 0.6f;
  graphene_matrix_t matrix;
  graphene_vec4_t offset;

  graphene_matrix_init_from_float (&matrix, (float[16]) {
    r, r, r, 0,
    g, g, g, 0,
    b, b, b, 0,
    0, 0, 0, 1,
  });
  graphene_vec4_init (&offset, 0, 0, 0, 0);

  gtk_snapshot_push_color_matrix (snapshot, &matrix, &offset);
  draw_picture (self, snapshot, place);
  gtk_snapshot_pop (snapshot);
}

static void
draw_frame (GtkSnapshot   *snapshot,
            int            width,
            int            height,
            float          thickness,
            const GdkRGBA *color)
{
  GskRoundedRect outline;

  gsk_rounded_rect_init_from_rect (&outline, &GRAPHENE_RECT_INIT (0, 0, (float) width, (float) height), 0);
  gtk_snapshot_append_border (snapshot, &outline,
                              (float[4]) { thickness, thickness, thickness, thickness },
                              (GdkRGBA[4]) { *color, *color, *color, *color });
}

typedef enum
{
  CORNER_TOP_LEFT,
  CORNER_BOTTOM_RIGHT,
} Corner;

/* A text on a small dark plate in a corner. */
static void
draw_chip (GtkSnapshot   *snapshot,
           PangoLayout   *layout,
           int            width,
           int            height,
           Corner         corner,
           const GdkRGBA *plate,
           const GdkRGBA *color)
{
  GskRoundedRect outline;
  int text_width;
  int text_height;

  pango_layout_set_width (layout, -1);
  pango_layout_get_pixel_size (layout, &text_width, &text_height);

  int room = MAX (width - 2 * (WF_VIDEO_TILE_MARGIN + PAD_X), 1);
  if (text_width > room)
    {
      pango_layout_set_width (layout, room * PANGO_SCALE);
      pango_layout_get_pixel_size (layout, &text_width, &text_height);
    }

  int x = corner == CORNER_BOTTOM_RIGHT ? width - WF_VIDEO_TILE_MARGIN - text_width - 2 * PAD_X : WF_VIDEO_TILE_MARGIN;
  int y = corner != CORNER_TOP_LEFT ? height - WF_VIDEO_TILE_MARGIN - text_height - 2 * PAD_Y : WF_VIDEO_TILE_MARGIN;
  graphene_rect_t bounds = GRAPHENE_RECT_INIT ((float) x, (float) y,
                                               (float) (text_width + 2 * PAD_X), (float) (text_height + 2 * PAD_Y));

  gsk_rounded_rect_init_from_rect (&outline, &bounds, RADIUS);
  gtk_snapshot_push_rounded_clip (snapshot, &outline);
  gtk_snapshot_append_color (snapshot, plate, &bounds);
  gtk_snapshot_pop (snapshot);

  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT ((float) (x + PAD_X), (float) (y + PAD_Y)));
  gtk_snapshot_append_layout (snapshot, layout, color);
  gtk_snapshot_restore (snapshot);
}

/* Under the name, where nothing else is. */
static void
draw_mark (WfVideoTile *self,
           GtkSnapshot *snapshot)
{
  int width = gtk_widget_get_width (GTK_WIDGET (self));
  int height = gtk_widget_get_height (GTK_WIDGET (self));
  int name_height;

  pango_layout_get_pixel_size (self->name, NULL, &name_height);
  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT (0, (float) (name_height + 2 * PAD_Y + WF_VIDEO_TILE_MARGIN / 2)));
  draw_chip (snapshot, self->mark, width, height, CORNER_TOP_LEFT, &red, &white);
  gtk_snapshot_restore (snapshot);
}

static int
draw_centred (GtkSnapshot   *snapshot,
              PangoLayout   *layout,
              int            width,
              int            y,
              const GdkRGBA *color)
{
  int text_height;

  pango_layout_get_pixel_size (layout, NULL, &text_height);

  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT (2 * WF_VIDEO_TILE_MARGIN, (float) y));
  gtk_snapshot_append_layout (snapshot, layout, color);
  gtk_snapshot_restore (snapshot);

  return y + text_height;
}

/* What is said in the middle as long as there is nothing to see. */
static void
draw_message (WfVideoTile *self,
              GtkSnapshot *snapshot,
              int          width,
              int          height)
{
  int room = MAX (width - 4 * WF_VIDEO_TILE_MARGIN, 1) * PANGO_SCALE;
  int headline_height;
  int reason_height = 0;
  gboolean failed = wf_video_link_get_state (self->link) == WF_VIDEO_STATE_FAILED;

  pango_layout_set_width (self->headline, room);
  pango_layout_get_pixel_size (self->headline, NULL, &headline_height);

  if (self->reason != NULL)
    {
      int rest = MAX (height / 2 - headline_height, 1);

      pango_layout_set_width (self->reason, room);
      pango_layout_set_height (self->reason, rest * PANGO_SCALE);
      pango_layout_get_pixel_size (self->reason, NULL, &reason_height);
    }

  int y = MAX ((height - headline_height - reason_height - WF_VIDEO_TILE_MARGIN) / 2, 0);
  y = draw_centred (snapshot, self->headline, width, y, failed ? &amber : &white);

  if (self->reason != NULL)
    draw_centred (snapshot, self->reason, width, y + WF_VIDEO_TILE_MARGIN, &dim);
}

/*
 * wf_video_tile_draw:
 * @self: a tile
 * @snapshot: where to draw it
 *
 * Draws the picture, or that there is none, and what is said of it.
 */
void
wf_video_tile_draw (WfVideoTile *self,
                    GtkSnapshot *snapshot)
{
  GtkWidget *widget = GTK_WIDGET (self);
  int width = gtk_widget_get_width (widget);
  int height = gtk_widget_get_height (widget);

  if (width <= 0 || height <= 0)
    return;

  gtk_snapshot_push_clip (snapshot, &GRAPHENE_RECT_INIT (0, 0, (float) width, (float) height));

  graphene_rect_t place = GRAPHENE_RECT_INIT (0, 0, 0, 0);
  gboolean has_picture = self->link != NULL && wf_video_link_has_picture (self->link)
                         && place_picture (self, width, height, &place);
  draw_ground (snapshot, &place, (float) width, (float) height);

  if (self->link != NULL)
    {
      gboolean frozen = wf_video_is_frozen (self->link);

      if (self->name == NULL)
        make_layouts (self);

      if (has_picture && frozen)
        draw_frozen_picture (self, snapshot, &place);
      else if (has_picture)
        draw_picture (self, snapshot, &place);

      if (frozen)
        draw_frame (snapshot, width, height, FRAME, &amber);

      if (wf_video_link_has_picture (self->link))
        draw_chip (snapshot, self->status, width < SMALL ? width - FREE_SIDE : width, height, CORNER_BOTTOM_RIGHT,
                   frozen ? &amber : &chip, frozen ? &ink : &white);
      else
        draw_message (self, snapshot, width, height);

      draw_chip (snapshot, self->name, width, height, CORNER_TOP_LEFT, &chip, &white);
      if (self->mark != NULL)
        draw_mark (self, snapshot);
    }

  if (gtk_widget_has_visible_focus (widget))
    draw_frame (snapshot, width, height, 2, &focus);

  gtk_snapshot_pop (snapshot);
}
