/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-video"

#include "config.h"

#include "wf-video-tile.h"
#include "wf-video-beat.h"
#include "wf-video-paintable.h"
#include "wf-video-recording.h"
#include "wf-video-text.h"

#include <glib/gi18n.h>
#include <string.h>

/* Pixels of the layout. */
#define MIN_WIDTH     96
#define MIN_HEIGHT    54
#define NATURAL_WIDTH 320
#define MARGIN        6
#define PAD_X         6
#define PAD_Y         2
#define RADIUS        4
#define FRAME         3
#define SMALL         320 /* a narrower tile has smaller numbers */

/* Between the parts of a text, as wf_video_text_status() puts it. */
#define SEPARATOR " · "

/* A window that has been painted less often has just come up; then so many ms pass before a link opens. */
#define FIRST_FRAMES       3
#define AFTER_FIRST_FRAMES 500

static const GdkRGBA ground = { 0.063f, 0.071f, 0.082f, 1.0f };
static const GdkRGBA chip = { 0.0f, 0.0f, 0.0f, 0.62f };
static const GdkRGBA white = { 1.0f, 1.0f, 1.0f, 1.0f };
static const GdkRGBA dim = { 0.72f, 0.75f, 0.78f, 1.0f };
static const GdkRGBA amber = { 0.96f, 0.72f, 0.20f, 1.0f };
static const GdkRGBA ink = { 0.10f, 0.08f, 0.02f, 1.0f };
static const GdkRGBA red = { 0.75f, 0.09f, 0.11f, 1.0f };
static const GdkRGBA focus = { 0.38f, 0.63f, 0.92f, 1.0f };

/**
 * WfVideoTile:
 *
 * Shows one link: the picture in its own shape on dark ground, the source's name, and how good the link is. A picture
 * that is not live loses its colours and gets an amber frame and label, so that nobody takes it for the present. The link
 * is held only while the tile is on the screen.
 *
 * The tile draws its texts itself, from layouts that change once a second at most: with each picture only the picture
 * is new.
 *
 * Actions: `video.fullscreen`, `video.snapshot`, `video.record`, `video.retry`, `video.sound`, `video.sign-in`. Signals:
 * #WfVideoTile::fullscreen-requested, #WfVideoTile::snapshot-taken, #WfVideoTile::snapshot-failed,
 * #WfVideoTile::sign-in-requested, #WfVideoTile::record-requested.
 */
struct _WfVideoTile
{
  GtkWidget parent_instance;

  WfVideoLink  *link;      /* (owned) (nullable) */
  GSignalGroup *signals;   /* (owned) of the link */
  GSignalGroup *pictures;  /* (owned) of its paintable */
  GSignalGroup *sounds;    /* (owned) of its sound */
  GCancellable *cancel;    /* (owned) of snapshots under way */
  GtkWidget    *menu;      /* (owned) (nullable) */
  char         *unit;      /* (owned) (nullable) what kind of unit it is, or where it stands */
  guint         hold_id;

  PangoLayout  *name;      /* (owned) (nullable) */
  PangoLayout  *status;    /* (owned) (nullable) */
  PangoLayout  *headline;  /* (owned) (nullable) in the middle, where there is no picture */
  PangoLayout  *reason;    /* (owned) (nullable) */
  PangoLayout  *mark;      /* (owned) (nullable) that it is recorded */
};

enum {
  PROP_LINK = 1,
  N_PROPS,
};

enum {
  FULLSCREEN_REQUESTED,
  SNAPSHOT_TAKEN,
  SNAPSHOT_FAILED,
  SIGN_IN_REQUESTED,
  RECORD_REQUESTED,
  N_SIGNALS,
};

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (WfVideoTile, wf_video_tile, GTK_TYPE_WIDGET)

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

static void
forget_layouts (WfVideoTile *self)
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

  int room = MAX (width - 2 * (MARGIN + PAD_X), 1);
  if (text_width > room)
    {
      pango_layout_set_width (layout, room * PANGO_SCALE);
      pango_layout_get_pixel_size (layout, &text_width, &text_height);
    }

  int x = corner == CORNER_BOTTOM_RIGHT ? width - MARGIN - text_width - 2 * PAD_X : MARGIN;
  int y = corner != CORNER_TOP_LEFT ? height - MARGIN - text_height - 2 * PAD_Y : MARGIN;
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
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT (0, (float) (name_height + 2 * PAD_Y + MARGIN / 2)));
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
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT (2 * MARGIN, (float) y));
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
  int room = MAX (width - 4 * MARGIN, 1) * PANGO_SCALE;
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

  int y = MAX ((height - headline_height - reason_height - MARGIN) / 2, 0);
  y = draw_centred (snapshot, self->headline, width, y, failed ? &amber : &white);

  if (self->reason != NULL)
    draw_centred (snapshot, self->reason, width, y + MARGIN, &dim);
}

static void
wf_video_tile_snapshot (GtkWidget   *widget,
                        GtkSnapshot *snapshot)
{
  WfVideoTile *self = WF_VIDEO_TILE (widget);
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
        draw_chip (snapshot, self->status, width, height, CORNER_BOTTOM_RIGHT, frozen ? &amber : &chip, frozen ? &ink : &white);
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

/* What the link does */

static void
update_actions (WfVideoTile *self)
{
  WfVideoState state = self->link != NULL ? wf_video_link_get_state (self->link) : WF_VIDEO_STATE_IDLE;

  gtk_widget_action_set_enabled (GTK_WIDGET (self), "video.fullscreen", self->link != NULL);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "video.sign-in", self->link != NULL);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "video.snapshot",
                                 self->link != NULL && wf_video_link_has_picture (self->link));
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "video.sound",
                                 self->link != NULL
                                 && wf_video_sound_get_state (wf_video_link_get_sound (self->link)) != WF_VIDEO_SOUND_NONE);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "video.record", self->link != NULL);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "video.retry",
                                 state == WF_VIDEO_STATE_FAILED || state == WF_VIDEO_STATE_RECONNECTING);
}

static void
update_name (WfVideoTile *self)
{
  const char *name = self->link != NULL ? wf_video_link_get_name (self->link) : "";

  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
}

/* For who cannot see it: the state and the reason, not the numbers that change each second. */
static void
update_description (WfVideoTile *self)
{
  const char *state = self->link != NULL ? wf_video_state_to_string (wf_video_link_get_state (self->link)) : "";
  const char *reason = self->link != NULL ? wf_video_link_get_reason (self->link) : NULL;
  const char *silence = self->link != NULL ? wf_video_sound_get_reason (wf_video_link_get_sound (self->link)) : NULL;
  g_autofree char *text = reason != NULL ? g_strdup_printf ("%s: %s", state, reason)
                          : silence != NULL ? g_strdup_printf ("%s. %s", state, silence) : g_strdup (state);
  WfVideoRecording *recording = self->link != NULL ? wf_video_link_get_recording (self->link) : NULL;

  if (recording != NULL)
    {
      int64_t started = wf_video_recording_get_started_at (recording);
      g_autoptr (GDateTime) at = g_date_time_new_from_unix_local (started / 1000);
      g_autofree char *since = g_date_time_format (at, "%T");
      g_autofree char *plain = g_steal_pointer (&text);

      /* TRANSLATORS: for who cannot see the mark: the state of the link; since what time it is being recorded */
      text = g_strdup_printf (_("%s. Being recorded since %s"), plain, since);
    }

  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, text, -1);
}

static void
name_changed_cb (WfVideoTile *self)
{
  update_name (self);
  forget_layouts (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

/* A number that is missing is explained; each other speaks for itself. */
static void
explain_delay (WfVideoTile *self)
{
  const char *hint = self->link != NULL ? wf_video_text_delay_hint (self->link) : NULL;

  if (g_strcmp0 (gtk_widget_get_tooltip_text (GTK_WIDGET (self)), hint) != 0)
    gtk_widget_set_tooltip_text (GTK_WIDGET (self), hint);
}

static void
state_changed_cb (WfVideoTile *self)
{
  explain_delay (self);
  update_actions (self);
  update_description (self);
  forget_layouts (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
numbers_changed_cb (WfVideoTile *self)
{
  explain_delay (self);
  forget_layouts (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
picture_cb (WfVideoTile *self)
{
  wf_video_beat_draw (GTK_WIDGET (self));
}

static void
tell_size (WfVideoTile *self)
{
  int scale = gtk_widget_get_scale_factor (GTK_WIDGET (self));

  if (self->link != NULL)
    wf_video_link_set_wanted_size (self->link, self,
                                   gtk_widget_get_width (GTK_WIDGET (self)) * scale,
                                   gtk_widget_get_height (GTK_WIDGET (self)) * scale);
}

static void
hold_now (WfVideoTile *self)
{
  if (self->link == NULL)
    return;

  wf_video_link_hold (self->link, self);
  tell_size (self);
}

static gboolean
hold_cb (gpointer data)
{
  WfVideoTile *self = data;

  self->hold_id = 0;
  hold_now (self);

  return G_SOURCE_REMOVE;
}

/* Opening a link loads plugins and decoders. In a window that has not been painted yet they would be loaded before it is, so
 * a little is waited there; everywhere else nothing is. */
static void
hold_link (WfVideoTile *self)
{
  GdkFrameClock *frames = gtk_widget_get_frame_clock (GTK_WIDGET (self));

  g_clear_handle_id (&self->hold_id, g_source_remove);
  if (!gtk_widget_get_mapped (GTK_WIDGET (self)))
    return;

  if (frames == NULL || gdk_frame_clock_get_frame_counter (frames) < FIRST_FRAMES)
    self->hold_id = g_timeout_add (AFTER_FIRST_FRAMES, hold_cb, self);
  else
    hold_now (self);
}

static void
release_link (WfVideoTile *self)
{
  g_clear_handle_id (&self->hold_id, g_source_remove);
  if (self->link != NULL)
    wf_video_link_release (self->link, self);
}

/* Commands */

static void
fullscreen_action (GtkWidget  *widget,
                   const char *name,
                   GVariant   *parameter)
{
  g_signal_emit (widget, signals[FULLSCREEN_REQUESTED], 0);
}

static void
retry_action (GtkWidget  *widget,
              const char *name,
              GVariant   *parameter)
{
  WfVideoTile *self = WF_VIDEO_TILE (widget);

  if (self->link != NULL)
    wf_video_link_retry (self->link);
}

static void
sign_in_action (GtkWidget  *widget,
                const char *name,
                GVariant   *parameter)
{
  g_signal_emit (widget, signals[SIGN_IN_REQUESTED], 0);
}

static void
sound_action (GtkWidget  *widget,
              const char *name,
              GVariant   *parameter)
{
  WfVideoTile *self = WF_VIDEO_TILE (widget);
  WfVideoSound *sound = self->link != NULL ? wf_video_link_get_sound (self->link) : NULL;

  if (sound != NULL)
    wf_video_sound_set_heard (sound, !wf_video_sound_get_heard (sound));
}

static void
snapshot_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autoptr (WfVideoTile) self = user_data;
  g_autoptr (GError) error = NULL;
  int64_t captured_at;
  g_autoptr (GBytes) bytes = wf_video_link_snapshot_finish (WF_VIDEO_LINK (source), result, &captured_at, &error);

  if (bytes != NULL)
    g_signal_emit (self, signals[SNAPSHOT_TAKEN], 0, bytes, captured_at);
  else if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    g_signal_emit (self, signals[SNAPSHOT_FAILED], 0, error->message);
}

static void
snapshot_action (GtkWidget  *widget,
                 const char *name,
                 GVariant   *parameter)
{
  WfVideoTile *self = WF_VIDEO_TILE (widget);

  if (self->link != NULL)
    wf_video_link_snapshot_async (self->link, WF_VIDEO_IMAGE_FORMAT_JPEG, self->cancel, snapshot_cb,
                                  g_object_ref (self));
}

static void
record_action (GtkWidget  *widget,
               const char *name,
               GVariant   *parameter)
{
  g_signal_emit (widget, signals[RECORD_REQUESTED], 0);
}

static void
clicked_cb (WfVideoTile *self,
            int          n_press,
            double       x,
            double       y)
{
  gtk_widget_grab_focus (GTK_WIDGET (self));
  if (n_press == 2)
    gtk_widget_activate_action (GTK_WIDGET (self), "video.fullscreen", NULL);
}

static void
open_menu (WfVideoTile *self,
           int          x,
           int          y)
{
  gboolean recorded = self->link != NULL && wf_video_link_get_recording (self->link) != NULL;

  /* What it says depends on what goes on. */
  g_clear_pointer (&self->menu, gtk_widget_unparent);
  g_autoptr (GMenu) model = g_menu_new ();

  g_menu_append (model, _("_Full Screen"), "video.fullscreen");
  g_menu_append (model, _("Take _Snapshot"), "video.snapshot");
  g_menu_append (model, recorded ? _("Stop _Recording") : _("_Record for the Incident"), "video.record");
  g_menu_append (model, _("_Hear It or Not"), "video.sound");
  g_menu_append (model, _("Try _Again Now"), "video.retry");
  g_menu_append (model, _("Name and _Password…"), "video.sign-in");

  self->menu = gtk_popover_menu_new_from_model (G_MENU_MODEL (model));
  gtk_popover_set_has_arrow (GTK_POPOVER (self->menu), FALSE);
  gtk_widget_set_halign (self->menu, GTK_ALIGN_START);
  gtk_widget_set_parent (self->menu, GTK_WIDGET (self));

  gtk_popover_set_pointing_to (GTK_POPOVER (self->menu), &(GdkRectangle) { x, y, 1, 1 });
  gtk_popover_popup (GTK_POPOVER (self->menu));
}

static void
menu_clicked_cb (WfVideoTile *self,
                 int          n_press,
                 double       x,
                 double       y)
{
  open_menu (self, (int) x, (int) y);
}

static void
menu_action (GtkWidget  *widget,
             const char *name,
             GVariant   *parameter)
{
  open_menu (WF_VIDEO_TILE (widget), MARGIN, MARGIN);
}

/* Overrides */

static void
wf_video_tile_measure (GtkWidget      *widget,
                       GtkOrientation  orientation,
                       int             for_size,
                       int            *minimum,
                       int            *natural,
                       int            *minimum_baseline,
                       int            *natural_baseline)
{
  gboolean horizontal = orientation == GTK_ORIENTATION_HORIZONTAL;

  *minimum = horizontal ? MIN_WIDTH : MIN_HEIGHT;
  *natural = horizontal ? NATURAL_WIDTH : NATURAL_WIDTH * 9 / 16;
}

static void
wf_video_tile_size_allocate (GtkWidget *widget,
                             int        width,
                             int        height,
                             int        baseline)
{
  WfVideoTile *self = WF_VIDEO_TILE (widget);

  tell_size (self);
  if (self->menu != NULL)
    gtk_popover_present (GTK_POPOVER (self->menu));
}

static void
wf_video_tile_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (wf_video_tile_parent_class)->map (widget);
  wf_video_beat_join (widget);

  hold_link (WF_VIDEO_TILE (widget));
}

static void
wf_video_tile_unmap (GtkWidget *widget)
{
  WfVideoTile *self = WF_VIDEO_TILE (widget);

  wf_video_beat_leave (widget);
  release_link (self);

  GTK_WIDGET_CLASS (wf_video_tile_parent_class)->unmap (widget);
}

/* Another font, language or text size. */
static void
wf_video_tile_css_changed (GtkWidget         *widget,
                           GtkCssStyleChange *change)
{
  GTK_WIDGET_CLASS (wf_video_tile_parent_class)->css_changed (widget, change);

  forget_layouts (WF_VIDEO_TILE (widget));
}

static void
wf_video_tile_get_property (GObject    *object,
                            guint       prop_id,
                            GValue     *value,
                            GParamSpec *pspec)
{
  WfVideoTile *self = WF_VIDEO_TILE (object);

  switch (prop_id)
    {
    case PROP_LINK:
      g_value_set_object (value, self->link);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
wf_video_tile_set_property (GObject      *object,
                            guint         prop_id,
                            const GValue *value,
                            GParamSpec   *pspec)
{
  WfVideoTile *self = WF_VIDEO_TILE (object);

  switch (prop_id)
    {
    case PROP_LINK:
      wf_video_tile_set_link (self, g_value_get_object (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
wf_video_tile_dispose (GObject *object)
{
  WfVideoTile *self = WF_VIDEO_TILE (object);

  g_cancellable_cancel (self->cancel);
  g_clear_handle_id (&self->hold_id, g_source_remove);
  wf_video_tile_set_link (self, NULL);
  forget_layouts (self);
  g_clear_object (&self->cancel);
  g_clear_object (&self->signals);
  g_clear_object (&self->pictures);
  g_clear_object (&self->sounds);
  g_clear_pointer (&self->menu, gtk_widget_unparent);

  G_OBJECT_CLASS (wf_video_tile_parent_class)->dispose (object);
}

static void
wf_video_tile_finalize (GObject *object)
{
  g_free (WF_VIDEO_TILE (object)->unit);

  G_OBJECT_CLASS (wf_video_tile_parent_class)->finalize (object);
}

static void
add_bindings (GtkWidgetClass *klass)
{
  gtk_widget_class_add_binding_action (klass, GDK_KEY_Return, 0, "video.fullscreen", NULL);
  gtk_widget_class_add_binding_action (klass, GDK_KEY_KP_Enter, 0, "video.fullscreen", NULL);
  gtk_widget_class_add_binding_action (klass, GDK_KEY_s, GDK_CONTROL_MASK, "video.snapshot", NULL);
  gtk_widget_class_add_binding_action (klass, GDK_KEY_r, GDK_CONTROL_MASK, "video.retry", NULL);
  gtk_widget_class_add_binding_action (klass, GDK_KEY_m, 0, "video.sound", NULL);
  gtk_widget_class_add_binding_action (klass, GDK_KEY_r, GDK_CONTROL_MASK | GDK_SHIFT_MASK, "video.record", NULL);
  gtk_widget_class_add_binding_action (klass, GDK_KEY_F10, GDK_SHIFT_MASK, "video.menu", NULL);
  gtk_widget_class_add_binding_action (klass, GDK_KEY_Menu, 0, "video.menu", NULL);
}

static void
wf_video_tile_class_init (WfVideoTileClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = wf_video_tile_get_property;
  object_class->set_property = wf_video_tile_set_property;
  object_class->dispose = wf_video_tile_dispose;
  object_class->finalize = wf_video_tile_finalize;

  widget_class->measure = wf_video_tile_measure;
  widget_class->size_allocate = wf_video_tile_size_allocate;
  widget_class->snapshot = wf_video_tile_snapshot;
  widget_class->map = wf_video_tile_map;
  widget_class->unmap = wf_video_tile_unmap;
  widget_class->css_changed = wf_video_tile_css_changed;

  properties[PROP_LINK] = g_param_spec_object ("link", NULL, NULL, WF_TYPE_VIDEO_LINK,
                                               G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  /**
   * WfVideoTile::fullscreen-requested:
   *
   * The person wants this picture over the whole screen: Enter, double click or menu.
   */
  signals[FULLSCREEN_REQUESTED] = g_signal_new ("fullscreen-requested", WF_TYPE_VIDEO_TILE, G_SIGNAL_RUN_LAST, 0,
                                                NULL, NULL, NULL, G_TYPE_NONE, 0);

  /**
   * WfVideoTile::snapshot-taken:
   * @bytes: a JPEG file
   * @captured_at: when the picture was taken, ms since the epoch
   */
  signals[SNAPSHOT_TAKEN] = g_signal_new ("snapshot-taken", WF_TYPE_VIDEO_TILE, G_SIGNAL_RUN_LAST, 0,
                                          NULL, NULL, NULL, G_TYPE_NONE, 2, G_TYPE_BYTES, G_TYPE_INT64);

  /**
   * WfVideoTile::snapshot-failed:
   * @message: why, a sentence for people
   */
  signals[SNAPSHOT_FAILED] = g_signal_new ("snapshot-failed", WF_TYPE_VIDEO_TILE, G_SIGNAL_RUN_LAST, 0,
                                           NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);

  /**
   * WfVideoTile::sign-in-requested:
   *
   * The person wants to enter, change or forget the name and the password of this link.
   */
  signals[SIGN_IN_REQUESTED] = g_signal_new ("sign-in-requested", WF_TYPE_VIDEO_TILE, G_SIGNAL_RUN_LAST, 0,
                                             NULL, NULL, NULL, G_TYPE_NONE, 0);

  /**
   * WfVideoTile::record-requested:
   *
   * The person wants this link recorded, or the recording of it ended.
   */
  signals[RECORD_REQUESTED] = g_signal_new ("record-requested", WF_TYPE_VIDEO_TILE, G_SIGNAL_RUN_LAST, 0,
                                            NULL, NULL, NULL, G_TYPE_NONE, 0);

  gtk_widget_class_install_action (widget_class, "video.fullscreen", NULL, fullscreen_action);
  gtk_widget_class_install_action (widget_class, "video.snapshot", NULL, snapshot_action);
  gtk_widget_class_install_action (widget_class, "video.record", NULL, record_action);
  gtk_widget_class_install_action (widget_class, "video.retry", NULL, retry_action);
  gtk_widget_class_install_action (widget_class, "video.sign-in", NULL, sign_in_action);
  gtk_widget_class_install_action (widget_class, "video.sound", NULL, sound_action);
  gtk_widget_class_install_action (widget_class, "video.menu", NULL, menu_action);
  add_bindings (widget_class);

  gtk_widget_class_set_css_name (widget_class, "videotile");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
}

static void
add_gestures (WfVideoTile *self)
{
  GtkGesture *click = gtk_gesture_click_new ();
  GtkGesture *menu = gtk_gesture_click_new ();

  g_signal_connect_swapped (click, "pressed", G_CALLBACK (clicked_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (click));

  gtk_gesture_single_set_button (GTK_GESTURE_SINGLE (menu), GDK_BUTTON_SECONDARY);
  g_signal_connect_swapped (menu, "pressed", G_CALLBACK (menu_clicked_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (menu));
}

static void
wf_video_tile_init (WfVideoTile *self)
{
  gtk_widget_set_focusable (GTK_WIDGET (self), TRUE);
  gtk_widget_set_overflow (GTK_WIDGET (self), GTK_OVERFLOW_HIDDEN);

  self->cancel = g_cancellable_new ();

  self->signals = g_signal_group_new (WF_TYPE_VIDEO_LINK);
  g_signal_group_connect_swapped (self->signals, "notify::name", G_CALLBACK (name_changed_cb), self);
  g_signal_group_connect_swapped (self->signals, "notify::state", G_CALLBACK (state_changed_cb), self);
  g_signal_group_connect_swapped (self->signals, "notify::reason", G_CALLBACK (state_changed_cb), self);
  g_signal_group_connect_swapped (self->signals, "notify::recording", G_CALLBACK (state_changed_cb), self);
  g_signal_group_connect_swapped (self->signals, "notify::age-ms", G_CALLBACK (numbers_changed_cb), self);

  self->pictures = g_signal_group_new (GDK_TYPE_PAINTABLE);
  g_signal_group_connect_swapped (self->pictures, "invalidate-contents", G_CALLBACK (picture_cb), self);

  self->sounds = g_signal_group_new (WF_TYPE_VIDEO_SOUND);
  g_signal_group_connect_swapped (self->sounds, "notify::state", G_CALLBACK (state_changed_cb), self);

  g_signal_connect (self, "notify::scale-factor", G_CALLBACK (tell_size), NULL);
  add_gestures (self);
  update_actions (self);
}

/**
 * wf_video_tile_new:
 * @link: (nullable): what to show
 *
 * Returns: (transfer floating): a tile
 */
GtkWidget *
wf_video_tile_new (WfVideoLink *link)
{
  return g_object_new (WF_TYPE_VIDEO_TILE, "link", link, NULL);
}

/**
 * wf_video_tile_get_link:
 * @self: a tile
 *
 * Returns: (transfer none) (nullable): what it shows
 */
WfVideoLink *
wf_video_tile_get_link (WfVideoTile *self)
{
  g_return_val_if_fail (WF_IS_VIDEO_TILE (self), NULL);

  return self->link;
}

/**
 * wf_video_tile_set_link:
 * @self: a tile
 * @link: (nullable): what to show
 *
 * Lets go of the link before, and holds the new one while the tile is on the screen.
 */
void
wf_video_tile_set_link (WfVideoTile *self,
                        WfVideoLink *link)
{
  g_return_if_fail (WF_IS_VIDEO_TILE (self));

  if (self->link == link)
    return;

  release_link (self);

  g_set_object (&self->link, link);
  g_signal_group_set_target (self->signals, link);
  g_signal_group_set_target (self->pictures, link != NULL ? wf_video_link_get_paintable (link) : NULL);
  g_signal_group_set_target (self->sounds, link != NULL ? wf_video_link_get_sound (link) : NULL);

  hold_link (self);
  forget_layouts (self);
  update_actions (self);
  update_name (self);
  update_description (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));

  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_LINK]);
}

/**
 * wf_video_tile_set_unit:
 * @self: a tile
 * @unit: (nullable): what kind of unit sends the picture, or where it stands: said behind its name
 */
void
wf_video_tile_set_unit (WfVideoTile *self,
                        const char  *unit)
{
  g_return_if_fail (WF_IS_VIDEO_TILE (self));

  if (g_strcmp0 (self->unit, unit) == 0)
    return;

  g_free (self->unit);
  self->unit = g_strdup (unit);
  forget_layouts (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}
