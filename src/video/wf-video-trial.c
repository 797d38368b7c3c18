/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-video"

#include "config.h"

#include "wf-video-trial.h"

#include "wf-video-text.h"

#include <glib/gi18n.h>

#define TICK 200 /* ms */

/* Small: a picture has to be made for the link to count as live, and nobody looks at this one. */
#define WIDTH  64
#define HEIGHT 36

/**
 * WfVideoTrial:
 *
 * Tries one link as a person would before a drill: it is opened, or looked at where it is open already, measured for a few
 * seconds, and let go. Others who look at it meanwhile notice nothing, since it is the same link with the same decoder. It is
 * bounded in time, whatever the other end does. To be used in the main thread alone.
 */
struct _WfVideoTrial
{
  GObject parent_instance;

  WfVideoLink       *link;       /* (owned) */
  char              *name;       /* (owned) */
  WfVideoTrialState  state;
  guint              tick_id;
  int64_t            started_at; /* monotonic ms */
  int64_t            live_at;    /* the same, 0 before it is */
  char              *advice;     /* (owned) (nullable) */

  /* Of the last moment when it was live. */
  int                opening_ms;
  int                delay_ms;
  double             frame_rate;
  int64_t            bit_rate;
  double             loss;
};

enum {
  PROP_STATE = 1,
  N_PROPS,
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (WfVideoTrial, wf_video_trial, G_TYPE_OBJECT)

G_DEFINE_ENUM_TYPE (WfVideoTrialState, wf_video_trial_state,
                    G_DEFINE_ENUM_VALUE (WF_VIDEO_TRIAL_WAITING, "waiting"),
                    G_DEFINE_ENUM_VALUE (WF_VIDEO_TRIAL_RUNNING, "running"),
                    G_DEFINE_ENUM_VALUE (WF_VIDEO_TRIAL_GOOD, "good"),
                    G_DEFINE_ENUM_VALUE (WF_VIDEO_TRIAL_WEAK, "weak"),
                    G_DEFINE_ENUM_VALUE (WF_VIDEO_TRIAL_FAILED, "failed"),
                    G_DEFINE_ENUM_VALUE (WF_VIDEO_TRIAL_STOPPED, "stopped"))

static void
end (WfVideoTrial      *self,
     WfVideoTrialState  state)
{
  g_clear_handle_id (&self->tick_id, g_source_remove);
  if (self->state == WF_VIDEO_TRIAL_RUNNING)
    wf_video_link_release (self->link, self);
  self->state = state;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STATE]);
}

/* One thing at a time: the first that a person can do something about. */
static char *
find_weakness (WfVideoTrial *self)
{
  if (self->loss >= WF_VIDEO_TRIAL_LOSS)
    return g_strdup_printf (_("%.1f %% is lost on the way: check the radio link or the network of the unit."), self->loss * 100);
  if (self->frame_rate < WF_VIDEO_TRIAL_RATE)
    return g_strdup (_("Few pictures come: the unit or its network cannot keep up. Choose a smaller stream of this camera."));
  if (self->delay_ms > WF_VIDEO_TRIAL_DELAY)
    return g_strdup (_("It is more than a second behind: check the clock of the unit, and its network."));
  if (self->opening_ms > WF_VIDEO_TRIAL_OPENING)
    return g_strdup (_("It opens slowly: have the camera send a key frame every second."));

  return NULL;
}

static void
measure (WfVideoTrial *self)
{
  self->opening_ms = wf_video_link_get_opening_ms (self->link);
  self->delay_ms = wf_video_link_get_delay_ms (self->link);
  self->frame_rate = wf_video_link_get_frame_rate (self->link);
  self->bit_rate = wf_video_link_get_bit_rate (self->link);
  self->loss = wf_video_link_get_loss (self->link);
}

static void
judge (WfVideoTrial *self)
{
  self->advice = find_weakness (self);
  end (self, self->advice != NULL ? WF_VIDEO_TRIAL_WEAK : WF_VIDEO_TRIAL_GOOD);
}

static void
fail (WfVideoTrial *self)
{
  const char *reason = wf_video_link_get_reason (self->link);

  self->advice = reason != NULL ? g_strdup (reason) : wf_video_reason_to_sentence (WF_VIDEO_REASON_TIME_OUT, NULL);
  end (self, WF_VIDEO_TRIAL_FAILED);
}

/* A wrong password is asked of the keyring first; a broken connection may be whole at the next attempt. */
static int64_t
get_patience (WfVideoTrial *self)
{
  WfVideoReason reason = wf_video_link_get_reason_code (self->link);

  switch (wf_video_link_get_state (self->link))
    {
    case WF_VIDEO_STATE_FAILED:
      return reason == WF_VIDEO_REASON_UNAUTHORIZED ? WF_VIDEO_TRIAL_KEYRING : 0;
    case WF_VIDEO_STATE_RECONNECTING:
      return WF_VIDEO_TRIAL_RETRIES;
    default:
      return reason != WF_VIDEO_REASON_NONE ? WF_VIDEO_TRIAL_RETRIES : WF_VIDEO_TRIAL_LIMIT;
    }
}

static gboolean
tick_cb (gpointer data)
{
  WfVideoTrial *self = data;
  int64_t now = g_get_monotonic_time () / 1000;
  gboolean live = wf_video_link_get_state (self->link) == WF_VIDEO_STATE_LIVE;

  if (live)
    {
      if (self->live_at == 0)
        self->live_at = now;
      measure (self);
    }

  /* A short recording may be over before the measuring is. */
  if (self->live_at != 0
      && (now - self->live_at >= WF_VIDEO_TRIAL_MEASURE
          || wf_video_link_get_reason_code (self->link) == WF_VIDEO_REASON_FINISHED))
    {
      if (live || wf_video_link_get_reason_code (self->link) == WF_VIDEO_REASON_FINISHED)
        judge (self);
      else
        fail (self);
    }
  else if (self->live_at == 0 && now - self->started_at >= get_patience (self))
    fail (self);

  return self->tick_id != 0;
}

static void
wf_video_trial_get_property (GObject    *object,
                             guint       prop_id,
                             GValue     *value,
                             GParamSpec *pspec)
{
  if (prop_id == PROP_STATE)
    g_value_set_enum (value, WF_VIDEO_TRIAL (object)->state);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
}

static void
wf_video_trial_dispose (GObject *object)
{
  WfVideoTrial *self = WF_VIDEO_TRIAL (object);

  g_clear_handle_id (&self->tick_id, g_source_remove);
  if (self->state == WF_VIDEO_TRIAL_RUNNING && self->link != NULL)
    wf_video_link_release (self->link, self);
  g_clear_object (&self->link);

  G_OBJECT_CLASS (wf_video_trial_parent_class)->dispose (object);
}

static void
wf_video_trial_finalize (GObject *object)
{
  WfVideoTrial *self = WF_VIDEO_TRIAL (object);

  g_free (self->name);
  g_free (self->advice);

  G_OBJECT_CLASS (wf_video_trial_parent_class)->finalize (object);
}

static void
wf_video_trial_class_init (WfVideoTrialClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = wf_video_trial_get_property;
  object_class->dispose = wf_video_trial_dispose;
  object_class->finalize = wf_video_trial_finalize;

  properties[PROP_STATE] = g_param_spec_enum ("state", NULL, NULL, WF_TYPE_VIDEO_TRIAL_STATE, WF_VIDEO_TRIAL_WAITING,
                                              G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
wf_video_trial_init (WfVideoTrial *self)
{
  self->opening_ms = -1;
  self->delay_ms = -1;
}

/**
 * wf_video_trial_new:
 * @link: what to try
 * @name: what people call it
 *
 * Returns: (transfer full): a trial that waits for wf_video_trial_start()
 */
WfVideoTrial *
wf_video_trial_new (WfVideoLink *link,
                    const char  *name)
{
  g_return_val_if_fail (WF_IS_VIDEO_LINK (link), NULL);

  WfVideoTrial *self = g_object_new (WF_TYPE_VIDEO_TRIAL, NULL);

  self->link = g_object_ref (link);
  self->name = g_strdup (name != NULL ? name : "");

  return self;
}

/**
 * wf_video_trial_start:
 * @self: a trial that waits
 *
 * Returns at once; the result shows in the property "state".
 */
void
wf_video_trial_start (WfVideoTrial *self)
{
  g_return_if_fail (WF_IS_VIDEO_TRIAL (self));
  g_return_if_fail (self->state == WF_VIDEO_TRIAL_WAITING);

  self->state = WF_VIDEO_TRIAL_RUNNING;
  self->started_at = g_get_monotonic_time () / 1000;
  wf_video_link_hold (self->link, self);
  wf_video_link_set_wanted_size (self->link, self, WIDTH, HEIGHT);
  /* What was given up long ago is tried now, not when its turn comes. */
  if (wf_video_link_get_state (self->link) == WF_VIDEO_STATE_FAILED)
    wf_video_link_retry (self->link);
  self->tick_id = g_timeout_add (TICK, tick_cb, self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STATE]);
}

/**
 * wf_video_trial_stop:
 * @self: a trial
 *
 * Ends it without a result, where it has none yet.
 */
void
wf_video_trial_stop (WfVideoTrial *self)
{
  g_return_if_fail (WF_IS_VIDEO_TRIAL (self));

  if (self->state <= WF_VIDEO_TRIAL_RUNNING)
    end (self, WF_VIDEO_TRIAL_STOPPED);
}

/**
 * wf_video_trial_get_link:
 * @self: a trial
 *
 * Returns: (transfer none): what is tried
 */
WfVideoLink *
wf_video_trial_get_link (WfVideoTrial *self)
{
  g_return_val_if_fail (WF_IS_VIDEO_TRIAL (self), NULL);

  return self->link;
}

/**
 * wf_video_trial_get_name:
 * @self: a trial
 *
 * Returns: what people call the link
 */
const char *
wf_video_trial_get_name (WfVideoTrial *self)
{
  g_return_val_if_fail (WF_IS_VIDEO_TRIAL (self), NULL);

  return self->name;
}

WfVideoTrialState
wf_video_trial_get_state (WfVideoTrial *self)
{
  g_return_val_if_fail (WF_IS_VIDEO_TRIAL (self), WF_VIDEO_TRIAL_WAITING);

  return self->state;
}

/**
 * wf_video_trial_get_advice:
 * @self: a trial
 *
 * Returns: (nullable): what is wrong and what to do, a sentence for people, translated; %NULL where nothing is, or where
 *   nothing is known yet
 */
const char *
wf_video_trial_get_advice (WfVideoTrial *self)
{
  g_return_val_if_fail (WF_IS_VIDEO_TRIAL (self), NULL);

  return self->advice;
}

/**
 * wf_video_trial_describe:
 * @self: a trial
 *
 * Returns: (transfer full): what was measured, in one line, translated; empty where no picture came
 */
char *
wf_video_trial_describe (WfVideoTrial *self)
{
  g_return_val_if_fail (WF_IS_VIDEO_TRIAL (self), NULL);

  if (self->live_at == 0)
    return g_strdup ("");

  const char *codec = wf_video_link_get_codec (self->link);
  g_autofree char *size = g_strdup_printf ("%d × %d", wf_video_link_get_width (self->link),
                                           wf_video_link_get_height (self->link));
  g_autofree char *frames = g_strdup_printf (_("%.0f fps"), self->frame_rate);
  g_autofree char *bits = wf_video_text_bit_rate (self->bit_rate);
  g_autofree char *loss = g_strdup_printf (_("%.1f %% lost"), self->loss * 100);
  g_autofree char *delay = wf_video_text_delay (self->delay_ms);
  g_autoptr (GStrvBuilder) parts = g_strv_builder_new ();

  if (self->opening_ms >= 0)
    {
      /* TRANSLATORS: how long it took from the opening of a video link to its first picture */
      g_autofree char *opening = g_strdup_printf (_("first picture after %.1f s"), self->opening_ms / 1000.0);

      g_strv_builder_add (parts, opening);
    }
  if (codec != NULL)
    g_strv_builder_add (parts, codec);
  g_strv_builder_add_many (parts, size, frames, bits, loss, delay, NULL);

  g_auto (GStrv) all = g_strv_builder_end (parts);

  return g_strjoinv (" · ", all);
}

/**
 * wf_video_trial_to_string:
 * @self: a trial
 *
 * Returns: (transfer full): its name, how it went, what was measured and what to do, in one line, translated
 */
char *
wf_video_trial_to_string (WfVideoTrial *self)
{
  g_return_val_if_fail (WF_IS_VIDEO_TRIAL (self), NULL);

  g_autofree char *figures = wf_video_trial_describe (self);

  return g_strdup_printf ("%s: %s%s%s%s%s", self->name, wf_video_trial_state_to_string (self->state),
                          *figures != '\0' ? " · " : "", figures,
                          self->advice != NULL ? " · " : "", self->advice != NULL ? self->advice : "");
}

/**
 * wf_video_trial_state_to_string:
 * @state: a state
 *
 * Returns: it in a word or two, translated
 */
const char *
wf_video_trial_state_to_string (WfVideoTrialState state)
{
  switch (state)
    {
    case WF_VIDEO_TRIAL_WAITING:
      return C_("video link", "Waiting");
    case WF_VIDEO_TRIAL_RUNNING:
      return C_("video link", "Being checked");
    case WF_VIDEO_TRIAL_GOOD:
      return C_("video link", "Good");
    case WF_VIDEO_TRIAL_WEAK:
      return C_("video link", "Weak");
    case WF_VIDEO_TRIAL_FAILED:
      return C_("video link", "No picture");
    case WF_VIDEO_TRIAL_STOPPED:
      return C_("video link", "Not checked");
    default:
      g_return_val_if_reached ("");
    }
}
