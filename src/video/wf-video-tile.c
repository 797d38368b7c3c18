/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-video"

#include "config.h"

#include "wf-video-tile-private.h"
#include "wf-video-beat.h"
#include "wf-video-recording.h"
#include "wf-video-text.h"

#include <glib/gi18n.h>

/* Pixels of the layout. */
#define MIN_WIDTH     96
#define MIN_HEIGHT    54
#define NATURAL_WIDTH 320

/* A window that has been painted less often has just come up; then so many ms pass before a link opens. */
#define FIRST_FRAMES       3
#define AFTER_FIRST_FRAMES 500

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
 * Actions: `video.fullscreen`, `video.monitor`, `video.map`, `video.snapshot`, `video.record`, `video.retry`, `video.sound`,
 * `video.sign-in`. Signals: #WfVideoTile::fullscreen-requested, #WfVideoTile::monitor-requested, #WfVideoTile::map-requested,
 * #WfVideoTile::snapshot-taken, #WfVideoTile::snapshot-failed, #WfVideoTile::sign-in-requested,
 * #WfVideoTile::record-requested.
 */

enum {
  PROP_LINK = 1,
  N_PROPS,
};

enum {
  FULLSCREEN_REQUESTED,
  MONITOR_REQUESTED,
  MAP_REQUESTED,
  SNAPSHOT_TAKEN,
  SNAPSHOT_FAILED,
  SIGN_IN_REQUESTED,
  RECORD_REQUESTED,
  N_SIGNALS,
};

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (WfVideoTile, wf_video_tile, GTK_TYPE_WIDGET)

/* What the link does */

static void
update_actions (WfVideoTile *self)
{
  WfVideoState state = self->link != NULL ? wf_video_link_get_state (self->link) : WF_VIDEO_STATE_IDLE;

  gtk_widget_action_set_enabled (GTK_WIDGET (self), "video.fullscreen", self->link != NULL);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "video.monitor", self->link != NULL);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "video.map", self->link != NULL);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "video.sign-in", self->link != NULL);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "video.snapshot",
                                 self->link != NULL && self->forbidden == NULL && wf_video_link_has_picture (self->link));
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "video.sound",
                                 self->link != NULL
                                 && wf_video_sound_get_state (wf_video_link_get_sound (self->link)) != WF_VIDEO_SOUND_NONE);
  /* What goes on may be ended by everybody. */
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "video.record",
                                 self->link != NULL
                                 && (self->forbidden == NULL || wf_video_link_get_recording (self->link) != NULL));
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
  wf_video_tile_forget_layouts (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

/* A number that is missing is explained; each other speaks for itself. */
static void
explain_delay (WfVideoTile *self)
{
  const char *hint = self->link != NULL ? wf_video_text_delay_hint (self->link) : NULL;

  if (g_strcmp0 (gtk_widget_get_tooltip_text (GTK_WIDGET (self)), hint) == 0)
    return;

  /* GTK makes it the description, in the place of ours. */
  gtk_widget_set_tooltip_text (GTK_WIDGET (self), hint);
  update_description (self);
}

static void
state_changed_cb (WfVideoTile *self)
{
  explain_delay (self);
  update_actions (self);
  update_description (self);
  wf_video_tile_forget_layouts (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
numbers_changed_cb (WfVideoTile *self)
{
  explain_delay (self);
  wf_video_tile_forget_layouts (self);
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
monitor_action (GtkWidget  *widget,
                const char *name,
                GVariant   *parameter)
{
  g_signal_emit (widget, signals[MONITOR_REQUESTED], 0);
}

static void
map_action (GtkWidget  *widget,
            const char *name,
            GVariant   *parameter)
{
  g_signal_emit (widget, signals[MAP_REQUESTED], 0);
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

/* GTK does not say which action an entry has, but they stand in the order of the menu: these two keep something. */
enum {
  ENTRY_SNAPSHOT = 3,
  ENTRY_RECORD,
};

static void
explain_entries (GtkWidget  *widget,
                 const char *reason,
                 guint      *n)
{
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    explain_entries (child, reason, n);

  if (strcmp (G_OBJECT_TYPE_NAME (widget), "GtkModelButton") != 0)
    return;
  if ((*n == ENTRY_SNAPSHOT || *n == ENTRY_RECORD) && !gtk_widget_get_sensitive (widget))
    {
      gtk_widget_set_tooltip_text (widget, reason);
      gtk_accessible_update_property (GTK_ACCESSIBLE (widget), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, reason, -1);
    }
  (*n)++;
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
  g_menu_append (model, _("On the Second M_onitor"), "video.monitor");
  g_menu_append (model, _("Show on the _Map"), "video.map");
  g_menu_append (model, _("Take _Snapshot"), "video.snapshot");
  g_menu_append (model, recorded ? _("Stop _Recording") : _("_Record for the Incident"), "video.record");
  g_menu_append (model, _("_Hear It or Not"), "video.sound");
  g_menu_append (model, _("Try _Again Now"), "video.retry");
  g_menu_append (model, _("Name and _Password…"), "video.sign-in");

  self->menu = gtk_popover_menu_new_from_model (G_MENU_MODEL (model));
  gtk_popover_set_has_arrow (GTK_POPOVER (self->menu), FALSE);
  gtk_widget_set_halign (self->menu, GTK_ALIGN_START);
  gtk_widget_set_parent (self->menu, GTK_WIDGET (self));
  if (self->forbidden != NULL)
    explain_entries (self->menu, self->forbidden, &(guint) { 0 });

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
  open_menu (WF_VIDEO_TILE (widget), WF_VIDEO_TILE_MARGIN, WF_VIDEO_TILE_MARGIN);
}

/* Overrides */

static void
wf_video_tile_snapshot (GtkWidget   *widget,
                        GtkSnapshot *snapshot)
{
  wf_video_tile_draw (WF_VIDEO_TILE (widget), snapshot);
}

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

  wf_video_tile_forget_layouts (WF_VIDEO_TILE (widget));
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
  wf_video_tile_forget_layouts (self);
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
  WfVideoTile *self = WF_VIDEO_TILE (object);

  g_free (self->unit);
  g_free (self->forbidden);

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
   * WfVideoTile::monitor-requested:
   *
   * The person wants this picture on another monitor than the one that the window is on.
   */
  signals[MONITOR_REQUESTED] = g_signal_new ("monitor-requested", WF_TYPE_VIDEO_TILE, G_SIGNAL_RUN_LAST, 0,
                                             NULL, NULL, NULL, G_TYPE_NONE, 0);

  /**
   * WfVideoTile::map-requested:
   *
   * The person wants to see where this picture comes from.
   */
  signals[MAP_REQUESTED] = g_signal_new ("map-requested", WF_TYPE_VIDEO_TILE, G_SIGNAL_RUN_LAST, 0,
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
  gtk_widget_class_install_action (widget_class, "video.monitor", NULL, monitor_action);
  gtk_widget_class_install_action (widget_class, "video.map", NULL, map_action);
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
  wf_video_tile_forget_layouts (self);
  update_actions (self);
  update_name (self);
  update_description (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));

  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_LINK]);
}

/**
 * wf_video_tile_set_unit:
 * @self: a tile
 * @unit: (nullable): what kind of unit sends the picture, or where it stands, and what is wrong with its position: said behind
 *   its name
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
  wf_video_tile_forget_layouts (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

/**
 * wf_video_tile_forbid_keeping:
 * @self: a tile
 * @reason: (nullable): why who sits here may take no snapshot of it, nor record it: a sentence; %NULL where they may
 *
 * Both are shown disabled with that in the tile's menu. To be called again when a recording begins or ends.
 */
void
wf_video_tile_forbid_keeping (WfVideoTile *self,
                              const char  *reason)
{
  g_return_if_fail (WF_IS_VIDEO_TILE (self));

  if (g_strcmp0 (self->forbidden, reason) != 0)
    {
      g_free (self->forbidden);
      self->forbidden = g_strdup (reason);
    }
  update_actions (self);
}
