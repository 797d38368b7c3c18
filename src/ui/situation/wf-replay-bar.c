/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-ui"

#include "config.h"

#include "wf-replay-bar.h"

#include "wf-time.h"
#include "wf-ui-util.h"
#include "wf-wording.h"

#include <glib/gi18n.h>
#include <math.h>

/* How often the moment moves on while it plays. */
#define TICK_MS 100

/* Entries that stand on the scale, up to so many. */
#define MAX_MARKS 40

/**
 * WfReplayBar:
 *
 * The bar over a map that is shown as it was: which moment, what had just happened, and the ways to another. Space plays and
 * pauses, Escape goes back to now.
 */
struct _WfReplayBar
{
  GtkWidget parent_instance;

  GtkAdjustment *adjustment;
  GtkLabel      *time;
  GtkLabel      *told;
  GtkButton     *play;
  GtkScale      *scale;
  GtkDropDown   *speed;

  WfReplay *replay; /* (owned) */
  guint     timer;
  gint64    ticked; /* monotonic, of the last tick */
  double    moment; /* what is played, finer than the milliseconds of the replay */
  gboolean  showing;
};

enum {
  CLOSED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static const int speeds[] = { 1, 5, 15, 60 };

/* What changes the picture most. */
static const char *const marked[] = {
  "incident.verified", "response.activated", "response.level_changed", "incident.controlled", "response.stood_down", NULL,
};

G_DEFINE_FINAL_TYPE (WfReplayBar, wf_replay_bar, GTK_TYPE_WIDGET)

static void
show_playing (WfReplayBar *self)
{
  const char *name = self->timer != 0 ? _("Pause the replay") : _("Play the replay");

  gtk_button_set_icon_name (self->play, self->timer != 0 ? "media-playback-pause-symbolic" : "media-playback-start-symbolic");
  wf_ui_set_tooltip (GTK_WIDGET (self->play), name);
  wf_ui_set_name (GTK_WIDGET (self->play), name);
}

static void
stop (WfReplayBar *self)
{
  g_clear_handle_id (&self->timer, g_source_remove);
  if (self->replay != NULL)
    wf_replay_set_pace (self->replay, 0);
  show_playing (self);
}

static int
get_speed (WfReplayBar *self)
{
  return speeds[MIN (gtk_drop_down_get_selected (self->speed), G_N_ELEMENTS (speeds) - 1)];
}

static gboolean
tick_cb (gpointer data)
{
  WfReplayBar *self = data;
  gint64 now = g_get_monotonic_time ();
  int speed = get_speed (self);

  wf_replay_set_pace (self->replay, speed);
  self->moment += (double) (now - self->ticked) / 1000 * speed;
  self->ticked = now;
  wf_replay_go_to (self->replay, (int64_t) self->moment);
  if (wf_replay_get_time (self->replay) < wf_replay_get_end (self->replay))
    return G_SOURCE_CONTINUE;

  self->timer = 0;
  wf_replay_set_pace (self->replay, 0);
  show_playing (self);

  return G_SOURCE_REMOVE;
}

static void
play_action (GtkWidget  *widget,
             const char *action,
             GVariant   *parameter)
{
  WfReplayBar *self = WF_REPLAY_BAR (widget);

  if (self->timer != 0)
    {
      stop (self);
      return;
    }

  /* From the end it begins anew: there is nothing else to be played. */
  if (wf_replay_get_time (self->replay) >= wf_replay_get_end (self->replay))
    wf_replay_go_to (self->replay, wf_replay_get_start (self->replay));
  self->moment = (double) wf_replay_get_time (self->replay);
  self->ticked = g_get_monotonic_time ();
  self->timer = g_timeout_add (TICK_MS, tick_cb, self);
  show_playing (self);
}

static void
step_to (WfReplayBar *self,
         int          by)
{
  stop (self);
  wf_replay_go_to (self->replay, wf_replay_get_step (self->replay, by));
}

static void
back_action (GtkWidget  *widget,
             const char *action,
             GVariant   *parameter)
{
  step_to (WF_REPLAY_BAR (widget), -1);
}

static void
forward_action (GtkWidget  *widget,
                const char *action,
                GVariant   *parameter)
{
  step_to (WF_REPLAY_BAR (widget), 1);
}

static void
close_action (GtkWidget  *widget,
              const char *action,
              GVariant   *parameter)
{
  stop (WF_REPLAY_BAR (widget));
  g_signal_emit (widget, signals[CLOSED], 0);
}

static void
value_changed_cb (WfReplayBar *self)
{
  if (self->showing || self->replay == NULL)
    return;

  stop (self);
  wf_replay_go_to (self->replay, (int64_t) (gtk_adjustment_get_value (self->adjustment) * 1000));
}

static void
show (WfReplayBar *self)
{
  int64_t now = wf_replay_get_time (self->replay);
  double start = (double) wf_replay_get_start (self->replay) / 1000;
  double end = (double) wf_replay_get_end (self->replay) / 1000;
  WfEvent *event = wf_replay_get_event (self->replay);
  /* Until the first page of the journal is there it stands nowhere. */
  g_autofree char *at = now != 0 ? wf_time_format_local (now, "%F %T") : g_strdup ("");
  /* TRANSLATORS: the map is not as it is, but as it was at this moment */
  g_autofree char *time = now != 0 ? g_strdup_printf (_("Replay %s"), at) : g_strdup (_("Replay"));
  g_autofree char *told = event != NULL && event->payload != NULL
                            ? wf_wording_event (event, wf_replay_get_state (self->replay)) : NULL;

  /* Not in the way of a hand that is on it. */
  self->showing = TRUE;
  if (fabs (gtk_adjustment_get_lower (self->adjustment) - start) > 0.001
      || fabs (gtk_adjustment_get_upper (self->adjustment) - end) > 0.001)
    gtk_adjustment_configure (self->adjustment, (double) now / 1000, start, end, 10, 60, 0);
  else
    gtk_adjustment_set_value (self->adjustment, (double) now / 1000);
  self->showing = FALSE;

  gtk_label_set_label (self->time, time);
  gtk_label_set_label (self->told, told != NULL ? told : wf_replay_is_loading (self->replay) ? _("Reading the journal…") : "");
  wf_ui_set_tooltip (GTK_WIDGET (self->told), told);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->scale), GTK_ACCESSIBLE_PROPERTY_VALUE_TEXT, at, -1);
}

static void
mark (WfReplayBar *self)
{
  WfReplay *replay = self->replay;
  g_autoptr (GArray) times = wf_replay_find_events (replay, marked);

  gtk_scale_clear_marks (self->scale);
  for (guint i = 0; i < MIN (times->len, MAX_MARKS); i++)
    gtk_scale_add_mark (self->scale, (double) g_array_index (times, gint64, i) / 1000, GTK_POS_BOTTOM, NULL);
}

static void
changed_cb (WfReplayBar *self)
{
  show (self);
}

static void
wf_replay_bar_dispose (GObject *object)
{
  WfReplayBar *self = WF_REPLAY_BAR (object);

  g_clear_handle_id (&self->timer, g_source_remove);
  wf_ui_dispose_template (GTK_WIDGET (self), WF_TYPE_REPLAY_BAR);
  g_clear_object (&self->replay);

  G_OBJECT_CLASS (wf_replay_bar_parent_class)->dispose (object);
}

static void
wf_replay_bar_class_init (WfReplayBarClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = wf_replay_bar_dispose;

  gtk_widget_class_set_template_from_resource (widget_class, "/org/watchfire/Watchfire/ui/situation/wf-replay-bar.ui");
  gtk_widget_class_bind_template_child (widget_class, WfReplayBar, adjustment);
  gtk_widget_class_bind_template_child (widget_class, WfReplayBar, time);
  gtk_widget_class_bind_template_child (widget_class, WfReplayBar, told);
  gtk_widget_class_bind_template_child (widget_class, WfReplayBar, play);
  gtk_widget_class_bind_template_child (widget_class, WfReplayBar, scale);
  gtk_widget_class_bind_template_child (widget_class, WfReplayBar, speed);
  gtk_widget_class_bind_template_callback (widget_class, value_changed_cb);
  gtk_widget_class_install_action (widget_class, "replay.play", NULL, play_action);
  gtk_widget_class_install_action (widget_class, "replay.back", NULL, back_action);
  gtk_widget_class_install_action (widget_class, "replay.forward", NULL, forward_action);
  gtk_widget_class_install_action (widget_class, "replay.close", NULL, close_action);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "replay.close", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_space, 0, "replay.play", NULL);

  /**
   * WfReplayBar::closed:
   *
   * Somebody wants to see the present again.
   */
  signals[CLOSED] = g_signal_new ("closed", WF_TYPE_REPLAY_BAR, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
wf_replay_bar_init (WfReplayBar *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  show_playing (self);
}

/**
 * wf_replay_bar_new:
 * @replay: a replay
 *
 * Returns: (transfer full): a bar that shows and moves @replay
 */
GtkWidget *
wf_replay_bar_new (WfReplay *replay)
{
  WfReplayBar *self = g_object_new (WF_TYPE_REPLAY_BAR, NULL);

  self->replay = g_object_ref (replay);
  g_signal_connect_object (replay, "changed", G_CALLBACK (changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (replay, "loaded", G_CALLBACK (mark), self, G_CONNECT_SWAPPED);
  mark (self);
  show (self);

  return GTK_WIDGET (self);
}
