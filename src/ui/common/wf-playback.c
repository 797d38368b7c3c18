/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-ui"

#include "config.h"

#include "wf-playback.h"

#include "wf-geo-text.h"
#include "wf-sound-button.h"
#include "wf-time.h"
#include "wf-ui-util.h"
#include "wf-video-player.h"

#include <adwaita.h>
#include <glib/gi18n.h>
#include <math.h>

/* What follows the map may be so far away from it, in ms of the incident, before it is brought back. */
#define MAX_DRIFT 700

/* Faster than that, pictures are looked up as the map goes on, and not played. */
#define MAX_RATE 16

/* Two pieces that are so near to each other, in ms, are of one recording without a gap. */
#define MAX_GAP 500

/**
 * WfPlayback:
 *
 * Plays what was recorded of one source: pieces of one recording or of several, as one length of time. Only the piece that is
 * looked at is fetched. The picture always says that it is a recording, and of when; nothing here can be taken for the present.
 * With controls it stands in a window; without, it follows the map's replay.
 */
struct _WfPlayback
{
  GtkWidget parent_instance;

  WfContext     *context;  /* (owned) */
  GPtrArray     *media;    /* (owned) (element-type WfEntity) by time */
  WfVideoPlayer *player;   /* (owned) */
  guint          current;  /* the piece that is open or on its way */
  int64_t        wanted;   /* the moment to be shown when it is there; 0 when it is there */
  guint          failed;   /* the piece that could not be had, or %G_MAXUINT */
  gboolean       playing;
  GCancellable  *fetching; /* (owned) (nullable) */
  WfReplay      *replay;   /* (owned) (nullable) */
  gboolean       showing;

  GtkWidget     *box;      /* (owned by the widget tree) */
  GtkWidget     *overlay;
  GtkWidget     *picture;
  GtkWidget     *mark;
  GtkWidget     *said;
  GtkWidget     *progress;
  GtkWidget     *cancel;
  GtkWidget     *play;     /* (nullable) without controls, as those below */
  GtkWidget     *scale;
  GtkWidget     *speed;
  GtkWidget     *sound;    /* in the row of controls, else on the picture */
};

G_DEFINE_FINAL_TYPE (WfPlayback, wf_playback, GTK_TYPE_WIDGET)

static const double speeds[] = { 0.5, 1, 2, 4, 8, 16 };

static int64_t
start_of (WfEntity *medium)
{
  return wf_entity_time (medium, "taken_at");
}

static int64_t
end_of (WfEntity *medium)
{
  return start_of (medium) + wf_entity_int (medium, "duration", 0);
}

static WfEntity *
piece (WfPlayback *self,
       guint       i)
{
  return i < self->media->len ? g_ptr_array_index (self->media, i) : NULL;
}

/* Until when a piece is what is shown. No picture is missing between two that follow each other, but when a picture was taken is
 * known to some ms only. */
static int64_t
covered_until (WfPlayback *self,
               guint       i)
{
  int64_t end = end_of (piece (self, i));
  int64_t next = i + 1 < self->media->len ? start_of (piece (self, i + 1)) : end;

  return next > end && next - end <= MAX_GAP ? next : end;
}

/* The piece that covers a moment; @near: else the next one, or the last. */
static guint
find_piece (WfPlayback *self,
            int64_t     time,
            gboolean    near)
{
  for (guint i = 0; i < self->media->len; i++)
    if (time < covered_until (self, i) && (near || time >= start_of (piece (self, i))))
      return i;

  return near ? self->media->len - 1 : G_MAXUINT;
}

/* --- what is seen --- */

static void
say (WfPlayback *self,
     const char *text)
{
  gtk_label_set_label (GTK_LABEL (self->said), text != NULL ? text : "");
  gtk_widget_set_visible (self->said, text != NULL);
}

static void
show_progress (WfPlayback *self,
               double      part)
{
  gtk_widget_set_visible (self->progress, part >= 0);
  gtk_widget_set_visible (self->cancel, part >= 0 && self->play != NULL);
  if (part >= 0)
    gtk_progress_bar_set_fraction (GTK_PROGRESS_BAR (self->progress), part);
}

static void
show_playing (WfPlayback *self)
{
  const char *name = self->playing ? _("Pause") : _("Play");

  if (self->play == NULL)
    return;

  gtk_button_set_icon_name (GTK_BUTTON (self->play),
                            self->playing ? "media-playback-pause-symbolic" : "media-playback-start-symbolic");
  wf_ui_set_tooltip (self->play, name);
  wf_ui_set_name (self->play, name);
}

static void
show (WfPlayback *self)
{
  int64_t time = wf_playback_get_time (self);
  g_autofree char *at = wf_time_format_local (time, "%F %T");
  /* TRANSLATORS: this is no live picture, but one that was recorded at this moment */
  g_autofree char *text = g_strdup_printf (_("Recording %s"), at);

  gtk_label_set_label (GTK_LABEL (self->mark), text);
  gtk_widget_set_visible (self->mark, wf_video_player_get_path (self->player) != NULL);
  gtk_picture_set_alternative_text (GTK_PICTURE (self->picture), text);
  if (wf_video_player_get_reason (self->player) != NULL)
    say (self, wf_video_player_get_reason (self->player));
  if (self->scale == NULL)
    return;

  self->showing = TRUE;
  gtk_range_set_value (GTK_RANGE (self->scale), (double) time / 1000);
  self->showing = FALSE;
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->scale), GTK_ACCESSIBLE_PROPERTY_VALUE_TEXT, at, -1);
}

/* --- pieces --- */

static void
progress_cb (goffset  have,
             goffset  size,
             gpointer data)
{
  show_progress (data, size > 0 ? (double) have / (double) size : 0);
}

static void
fetched_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      data)
{
  g_autoptr (WfPlayback) self = data;
  g_autoptr (GError) error = NULL;
  g_autofree char *path = wf_session_fetch_file_finish (WF_SESSION (source), result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) || self->player == NULL)
    return;

  g_clear_object (&self->fetching);
  show_progress (self, -1);
  if (path == NULL)
    {
      self->failed = self->current;
      self->current = G_MAXUINT;
      wf_playback_set_playing (self, FALSE);
      say (self, error->message);
      return;
    }

  wf_video_player_open (self->player, path, MAX (self->wanted - start_of (piece (self, self->current)), 0));
  wf_video_player_set_playing (self->player, self->playing);
}

static void
stop_fetching (WfPlayback *self)
{
  if (self->fetching != NULL)
    g_cancellable_cancel (self->fetching);
  g_clear_object (&self->fetching);
  show_progress (self, -1);
}

static void
open_piece (WfPlayback *self,
            guint       i,
            int64_t     time)
{
  WfEntity *medium = piece (self, i);

  stop_fetching (self);
  wf_video_player_close (self->player);
  say (self, NULL);
  self->current = i;
  self->failed = G_MAXUINT;
  self->wanted = time;
  self->fetching = g_cancellable_new ();
  show_progress (self, 0);
  wf_session_fetch_file_async (wf_context_get_session (self->context), wf_entity_string (medium, "digest"),
                               wf_entity_int (medium, "size", 0), self->fetching, progress_cb, self, fetched_cb,
                               g_object_ref (self));
}

static void
changed_cb (WfPlayback *self)
{
  if (wf_video_player_get_path (self->player) != NULL)
    self->wanted = 0;
  show (self);
}

/* One piece leads to the next. */
static void
ended_cb (WfPlayback *self)
{
  if (self->replay == NULL && self->playing && self->current + 1 < self->media->len)
    open_piece (self, self->current + 1, start_of (piece (self, self->current + 1)));
  else
    wf_playback_set_playing (self, FALSE);
}

/**
 * wf_playback_go_to:
 * @self: a playback
 * @time: ms since the epoch; where nothing was recorded, the next moment at which something was
 *
 * Shows that moment.
 */
void
wf_playback_go_to (WfPlayback *self,
                   int64_t     time)
{
  g_return_if_fail (WF_IS_PLAYBACK (self));

  guint i = find_piece (self, time, TRUE);
  int64_t start = start_of (piece (self, i));

  /* At its end there is no picture any more. */
  time = CLAMP (time, start, MAX (end_of (piece (self, i)) - 1, start));
  if (i != self->current)
    open_piece (self, i, time);
  else if (wf_video_player_get_path (self->player) == NULL)
    self->wanted = time;
  else
    wf_video_player_seek (self->player, time - start);
}

/**
 * wf_playback_get_time:
 * @self: a playback
 *
 * Returns: when the picture was taken that is shown, or is about to be; ms since the epoch
 */
int64_t
wf_playback_get_time (WfPlayback *self)
{
  g_return_val_if_fail (WF_IS_PLAYBACK (self), 0);

  if (self->wanted != 0 || self->current >= self->media->len)
    return self->wanted;

  return start_of (piece (self, self->current)) + wf_video_player_get_position (self->player);
}

/**
 * wf_playback_is_playing:
 * @self: a playback
 *
 * Returns: whether it goes on by itself
 */
gboolean
wf_playback_is_playing (WfPlayback *self)
{
  g_return_val_if_fail (WF_IS_PLAYBACK (self), FALSE);

  return self->playing;
}

/**
 * wf_playback_set_playing:
 * @self: a playback
 * @playing: whether it is to go on by itself
 */
void
wf_playback_set_playing (WfPlayback *self,
                         gboolean    playing)
{
  g_return_if_fail (WF_IS_PLAYBACK (self));

  self->playing = playing;
  wf_video_player_set_playing (self->player, playing);
  show_playing (self);
}

/**
 * wf_playback_set_rate:
 * @self: a playback
 * @rate: how many times as fast as it was
 */
void
wf_playback_set_rate (WfPlayback *self,
                      double      rate)
{
  g_return_if_fail (WF_IS_PLAYBACK (self));

  wf_video_player_set_rate (self->player, rate);
}

/* --- in step with the map --- */

static void
replay_cb (WfPlayback *self)
{
  int64_t time = wf_replay_get_time (self->replay);
  int pace = wf_replay_get_pace (self->replay);
  guint i = find_piece (self, time, FALSE);
  gboolean plays = pace > 0 && pace <= MAX_RATE && i != G_MAXUINT;

  gtk_widget_set_opacity (self->picture, i != G_MAXUINT ? 1 : 0);
  gtk_widget_set_visible (self->mark, i != G_MAXUINT);
  if (i == G_MAXUINT)
    {
      self->failed = G_MAXUINT;
      wf_playback_set_playing (self, FALSE);
      say (self, _("Nothing was recorded at this moment"));
      return;
    }
  /* Asked again each time the map moves on, a service that is away would be asked for ever. Another piece, or Play, tries. */
  if (i == self->failed)
    {
      gtk_widget_set_opacity (self->picture, 0);
      gtk_widget_set_visible (self->mark, FALSE);
      return;
    }

  if (self->fetching == NULL && wf_video_player_get_reason (self->player) == NULL)
    say (self, NULL);
  if (plays)
    wf_playback_set_rate (self, pace);
  if (plays != self->playing)
    wf_playback_set_playing (self, plays);
  if (i != self->current || ABS (wf_playback_get_time (self) - time) > (plays ? MAX_DRIFT * pace : 0))
    wf_playback_go_to (self, time);
}

/**
 * wf_playback_follow:
 * @self: a playback
 * @replay: (nullable): whose moment it shows from now on
 *
 * Moves with the map: where the replay is moved, so is the picture; where it plays, both do.
 */
void
wf_playback_follow (WfPlayback *self,
                    WfReplay   *replay)
{
  g_return_if_fail (WF_IS_PLAYBACK (self));

  if (self->replay != NULL)
    g_signal_handlers_disconnect_by_func (self->replay, replay_cb, self);
  g_set_object (&self->replay, replay);
  if (replay == NULL)
    return;

  g_signal_connect_object (replay, "changed", G_CALLBACK (replay_cb), self, G_CONNECT_SWAPPED);
  replay_cb (self);
}

/* --- controls --- */

static void
play_action (GtkWidget  *widget,
             const char *action,
             GVariant   *parameter)
{
  WfPlayback *self = WF_PLAYBACK (widget);
  gboolean at_end = self->current == self->media->len - 1
                    && wf_playback_get_time (self) >= end_of (piece (self, self->current)) - 100;

  if (!self->playing && self->current == G_MAXUINT)
    wf_playback_go_to (self, self->wanted);
  else if (!self->playing && at_end)
    wf_playback_go_to (self, start_of (piece (self, 0)));
  wf_playback_set_playing (self, !self->playing);
}

static void
step_by (WfPlayback *self,
         int         by)
{
  wf_playback_set_playing (self, FALSE);
  wf_video_player_step (self->player, by);
}

static void
sound_action (GtkWidget  *widget,
              const char *action,
              GVariant   *parameter)
{
  WfVideoSound *sound = wf_video_player_get_sound (WF_PLAYBACK (widget)->player);

  if (wf_video_sound_get_state (sound) != WF_VIDEO_SOUND_NONE)
    wf_video_sound_set_heard (sound, !wf_video_sound_get_heard (sound));
}

static void
back_action (GtkWidget  *widget,
             const char *action,
             GVariant   *parameter)
{
  step_by (WF_PLAYBACK (widget), -1);
}

static void
forward_action (GtkWidget  *widget,
                const char *action,
                GVariant   *parameter)
{
  step_by (WF_PLAYBACK (widget), 1);
}

static void
cancel_cb (WfPlayback *self)
{
  stop_fetching (self);
  self->current = G_MAXUINT;
  wf_playback_set_playing (self, FALSE);
  say (self, _("Stopped. Play, or another moment, fetches it again."));
}

static void
value_changed_cb (WfPlayback *self)
{
  if (!self->showing)
    wf_playback_go_to (self, (int64_t) (gtk_range_get_value (GTK_RANGE (self->scale)) * 1000));
}

static void
speed_cb (WfPlayback *self)
{
  guint i = gtk_drop_down_get_selected (GTK_DROP_DOWN (self->speed));

  wf_playback_set_rate (self, speeds[MIN (i, G_N_ELEMENTS (speeds) - 1)]);
}

static GtkWidget *
new_button (const char *icon,
            const char *action,
            const char *name)
{
  GtkWidget *button = gtk_button_new_from_icon_name (icon);

  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), action);
  wf_ui_set_tooltip (button, name);
  wf_ui_set_name (button, name);

  return button;
}

static GtkWidget *
new_speed (WfPlayback *self)
{
  g_autoptr (GtkStringList) names = gtk_string_list_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (speeds); i++)
    {
      g_autofree char *name = g_strdup_printf ("×%g", speeds[i]);

      gtk_string_list_append (names, name);
    }
  self->speed = gtk_drop_down_new (G_LIST_MODEL (g_steal_pointer (&names)), NULL);
  gtk_drop_down_set_selected (GTK_DROP_DOWN (self->speed), 1);
  wf_ui_set_name (self->speed, _("Speed"));
  g_signal_connect_object (self->speed, "notify::selected", G_CALLBACK (speed_cb), self, G_CONNECT_SWAPPED);

  return self->speed;
}

static void
add_sound (WfPlayback *self,
           const char *source)
{
  WfVideoSound *sound = wf_video_player_get_sound (self->player);
  g_autofree char *name = g_strdup_printf (_("Sound of %s"), source);

  wf_video_hub_add_sound (wf_context_get_video (self->context), sound);
  self->sound = wf_sound_button_new (sound, name);
}

static void
add_controls (WfPlayback *self)
{
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  double from = (double) start_of (piece (self, 0)) / 1000;
  double to = (double) end_of (piece (self, self->media->len - 1)) / 1000;

  self->play = new_button ("media-playback-start-symbolic", "playback.play", _("Play"));
  self->scale = gtk_scale_new_with_range (GTK_ORIENTATION_HORIZONTAL, from, MAX (to, from + 1), 1);
  gtk_scale_set_draw_value (GTK_SCALE (self->scale), FALSE);
  gtk_widget_set_hexpand (self->scale, TRUE);
  wf_ui_set_name (self->scale, _("Moment of the recording"));
  g_signal_connect_object (self->scale, "value-changed", G_CALLBACK (value_changed_cb), self, G_CONNECT_SWAPPED);
  gtk_box_append (GTK_BOX (row), self->play);
  gtk_box_append (GTK_BOX (row), new_button ("go-previous-symbolic", "playback.back", _("Picture before")));
  gtk_box_append (GTK_BOX (row), new_button ("go-next-symbolic", "playback.forward", _("Next picture")));
  gtk_box_append (GTK_BOX (row), self->scale);
  gtk_box_append (GTK_BOX (row), new_speed (self));
  gtk_box_append (GTK_BOX (row), self->sound);
  gtk_widget_add_css_class (row, "toolbar");
  gtk_box_append (GTK_BOX (self->box), row);
}

/* --- widget --- */

static void
wf_playback_dispose (GObject *object)
{
  WfPlayback *self = WF_PLAYBACK (object);

  wf_playback_follow (self, NULL);
  if (self->fetching != NULL)
    g_cancellable_cancel (self->fetching);
  g_clear_object (&self->fetching);
  g_clear_object (&self->player);
  g_clear_pointer (&self->box, gtk_widget_unparent);
  g_clear_object (&self->context);

  G_OBJECT_CLASS (wf_playback_parent_class)->dispose (object);
}

static void
wf_playback_finalize (GObject *object)
{
  g_clear_pointer (&WF_PLAYBACK (object)->media, g_ptr_array_unref);

  G_OBJECT_CLASS (wf_playback_parent_class)->finalize (object);
}

static void
wf_playback_class_init (WfPlaybackClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = wf_playback_dispose;
  G_OBJECT_CLASS (klass)->finalize = wf_playback_finalize;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
  gtk_widget_class_install_action (widget_class, "playback.play", NULL, play_action);
  gtk_widget_class_install_action (widget_class, "playback.sound", NULL, sound_action);
  gtk_widget_class_install_action (widget_class, "playback.back", NULL, back_action);
  gtk_widget_class_install_action (widget_class, "playback.forward", NULL, forward_action);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_space, 0, "playback.play", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_m, 0, "playback.sound", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_comma, 0, "playback.back", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_period, 0, "playback.forward", NULL);
}

static void
add_picture (WfPlayback *self)
{
  GtkWidget *middle = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);

  self->overlay = gtk_overlay_new ();
  self->picture = gtk_picture_new_for_paintable (wf_video_player_get_paintable (self->player));
  gtk_widget_set_vexpand (self->picture, TRUE);
  gtk_widget_add_css_class (self->picture, "wf-recorded");
  gtk_overlay_set_child (GTK_OVERLAY (self->overlay), self->picture);

  self->mark = gtk_label_new (NULL);
  gtk_widget_set_visible (self->mark, FALSE);
  gtk_widget_add_css_class (self->mark, "wf-recorded-mark");
  gtk_widget_add_css_class (self->mark, "numeric");
  gtk_widget_set_halign (self->mark, GTK_ALIGN_START);
  gtk_widget_set_valign (self->mark, GTK_ALIGN_START);
  gtk_overlay_add_overlay (GTK_OVERLAY (self->overlay), self->mark);

  self->said = gtk_label_new (NULL);
  gtk_label_set_wrap (GTK_LABEL (self->said), TRUE);
  gtk_label_set_justify (GTK_LABEL (self->said), GTK_JUSTIFY_CENTER);
  gtk_widget_add_css_class (self->said, "wf-recorded-said");
  self->progress = gtk_progress_bar_new ();
  wf_ui_set_name (self->progress, _("The recording is being fetched"));
  self->cancel = gtk_button_new_with_mnemonic (_("_Stop fetching"));
  gtk_widget_set_halign (self->cancel, GTK_ALIGN_CENTER);
  g_signal_connect_object (self->cancel, "clicked", G_CALLBACK (cancel_cb), self, G_CONNECT_SWAPPED);
  gtk_box_append (GTK_BOX (middle), self->said);
  gtk_box_append (GTK_BOX (middle), self->progress);
  gtk_box_append (GTK_BOX (middle), self->cancel);
  gtk_widget_set_halign (middle, GTK_ALIGN_CENTER);
  gtk_widget_set_valign (middle, GTK_ALIGN_CENTER);
  gtk_overlay_add_overlay (GTK_OVERLAY (self->overlay), middle);
  gtk_box_append (GTK_BOX (self->box), self->overlay);
  say (self, NULL);
  show_progress (self, -1);
}

/* Without controls it lies on the picture. */
static void
lay_sound (WfPlayback *self)
{
  gtk_widget_add_css_class (self->sound, "osd");
  gtk_widget_add_css_class (self->sound, "wf-mini");
  gtk_widget_set_halign (self->sound, GTK_ALIGN_END);
  gtk_widget_set_valign (self->sound, GTK_ALIGN_CENTER);
  gtk_overlay_add_overlay (GTK_OVERLAY (self->overlay), self->sound);
}

static void
wf_playback_init (WfPlayback *self)
{
  self->failed = G_MAXUINT;
  self->current = G_MAXUINT;
  self->player = wf_video_player_new ();
  self->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));
  g_signal_connect_object (self->player, "changed", G_CALLBACK (changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->player, "ended", G_CALLBACK (ended_cb), self, G_CONNECT_SWAPPED);
}

/**
 * wf_playback_new:
 * @context: the context
 * @media: (element-type WfEntity): pieces of one source by time, at least one, as wf_playback_list() gives them
 * @controls: whether a person moves it
 *
 * Returns: (transfer floating): a playback that shows nothing yet
 */
GtkWidget *
wf_playback_new (WfContext *context,
                 GPtrArray *media,
                 gboolean   controls)
{
  g_return_val_if_fail (media != NULL && media->len > 0, NULL);

  WfPlayback *self = g_object_new (WF_TYPE_PLAYBACK, NULL);
  const char *source = wf_entity_string (g_ptr_array_index (media, 0), "source");
  g_autofree char *name = g_strdup_printf (_("Recording of %s"), source != NULL ? source : "");

  self->context = g_object_ref (context);
  self->media = g_ptr_array_ref (media);
  add_sound (self, source != NULL ? source : "");
  add_picture (self);
  if (controls)
    add_controls (self);
  else
    lay_sound (self);
  wf_ui_set_name (GTK_WIDGET (self), name);

  return GTK_WIDGET (self);
}

/* --- media --- */

/**
 * wf_playback_is_video:
 * @medium: a medium
 *
 * Returns: whether it is a recording whose time is known
 */
gboolean
wf_playback_is_video (WfEntity *medium)
{
  const char *type = wf_entity_string (medium, "type");

  return type != NULL && g_str_has_prefix (type, "video/") && wf_entity_time (medium, "taken_at") != 0
         && wf_entity_int (medium, "duration", 0) > 0;
}

static int
compare_media (gconstpointer a,
               gconstpointer b)
{
  int64_t x = wf_entity_time (*(WfEntity *const *) a, "taken_at");
  int64_t y = wf_entity_time (*(WfEntity *const *) b, "taken_at");

  return x < y ? -1 : x > y;
}

/**
 * wf_playback_list:
 * @session: the session
 * @incident: (nullable): id of an incident
 * @recording: (nullable): id of a recording; %NULL for all of them
 * @source: (nullable): whose view; %NULL for all of them
 *
 * Returns: (transfer full) (element-type WfEntity): recordings that belong to it, by time
 */
GPtrArray *
wf_playback_list (WfSession  *session,
                  const char *incident,
                  const char *recording,
                  const char *source)
{
  WfState *state = wf_session_get_state (session);
  g_autoptr (GPtrArray) all = wf_state_list (state, wf_session_get_scope (session), "medium", incident);
  GPtrArray *media = g_ptr_array_new_with_free_func ((GDestroyNotify) wf_entity_unref);

  for (guint i = 0; i < all->len; i++)
    if (wf_playback_is_video (all->pdata[i])
        && (recording == NULL || wf_entity_is (all->pdata[i], "recording", recording))
        && (source == NULL || wf_entity_is (all->pdata[i], "source", source)))
      g_ptr_array_add (media, wf_entity_ref (all->pdata[i]));
  g_ptr_array_sort (media, compare_media);

  return media;
}

/**
 * wf_playback_describe:
 * @medium: a picture or a recording
 *
 * Returns: (transfer full): what makes it evidence: source, time, place, size and digest
 */
char *
wf_playback_describe (WfEntity *medium)
{
  const char *source = wf_entity_string (medium, "source");
  int64_t taken_at = wf_entity_time (medium, "taken_at");
  g_autofree char *at = taken_at != 0 ? wf_time_format_local (taken_at, "%F %T") : g_strdup ("");
  g_autofree char *size = g_format_size ((guint64) wf_entity_int (medium, "size", 0));
  g_autofree char *place = NULL;
  double lon, lat;

  if (wf_entity_point (medium, "location", &lon, &lat))
    place = wf_geo_format (lon, lat, WF_GEO_NOTATION_DECIMAL);

  g_autofree char *first = wf_ui_join (" · ", source != NULL ? source : "", at,
                                       place != NULL ? place : _("place not known"), size, NULL);

  return g_strdup_printf ("%s\nSHA-256 %s", first, wf_entity_string (medium, "digest"));
}

/**
 * wf_playback_present:
 * @parent: the window over which it opens
 * @context: the context
 * @medium: a piece of a recording
 *
 * Plays the recording in a window of its own, from that piece on.
 */
void
wf_playback_present (GtkWindow *parent,
                     WfContext *context,
                     WfEntity  *medium)
{
  g_autoptr (GPtrArray) media = wf_playback_list (wf_context_get_session (context), wf_entity_string (medium, "incident"),
                                                  wf_entity_string (medium, "recording"), wf_entity_string (medium, "source"));
  g_autofree char *about = wf_playback_describe (medium);
  const char *source = wf_entity_string (medium, "source");
  g_autofree char *title = g_strdup_printf (_("Recording of %s"), source != NULL ? source : "");
  GtkWidget *window = adw_window_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *details = gtk_label_new (about);

  if (media->len == 0)
    g_ptr_array_add (media, wf_entity_ref (medium));

  GtkWidget *playback = wf_playback_new (context, media, TRUE);

  gtk_widget_set_vexpand (playback, TRUE);
  gtk_label_set_selectable (GTK_LABEL (details), TRUE);
  gtk_label_set_wrap (GTK_LABEL (details), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (details), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_xalign (GTK_LABEL (details), 0);
  gtk_widget_add_css_class (details, "wf-small");
  gtk_widget_add_css_class (details, "wf-evidence");
  gtk_box_append (GTK_BOX (box), adw_header_bar_new ());
  gtk_box_append (GTK_BOX (box), playback);
  gtk_box_append (GTK_BOX (box), details);
  adw_window_set_content (ADW_WINDOW (window), box);
  gtk_window_set_title (GTK_WINDOW (window), title);
  gtk_window_set_default_size (GTK_WINDOW (window), 960, 660);
  gtk_window_set_transient_for (GTK_WINDOW (window), parent);
  gtk_window_set_destroy_with_parent (GTK_WINDOW (window), TRUE);
  wf_ui_close_on_escape (GTK_WINDOW (window));
  gtk_window_present (GTK_WINDOW (window));
  gtk_widget_child_focus (playback, GTK_DIR_TAB_FORWARD);
  wf_playback_go_to (WF_PLAYBACK (playback), wf_entity_time (medium, "taken_at"));
  wf_playback_set_playing (WF_PLAYBACK (playback), TRUE);
}
