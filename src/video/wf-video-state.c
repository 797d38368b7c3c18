/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-video"

#include "config.h"

#include "wf-video-state.h"

#include <glib/gi18n.h>

G_DEFINE_ENUM_TYPE (WfVideoState, wf_video_state,
                    G_DEFINE_ENUM_VALUE (WF_VIDEO_STATE_IDLE, "idle"),
                    G_DEFINE_ENUM_VALUE (WF_VIDEO_STATE_CONNECTING, "connecting"),
                    G_DEFINE_ENUM_VALUE (WF_VIDEO_STATE_LIVE, "live"),
                    G_DEFINE_ENUM_VALUE (WF_VIDEO_STATE_STALLED, "stalled"),
                    G_DEFINE_ENUM_VALUE (WF_VIDEO_STATE_RECONNECTING, "reconnecting"),
                    G_DEFINE_ENUM_VALUE (WF_VIDEO_STATE_FAILED, "failed"))

static void
forget_attempts (WfVideoMachine *self)
{
  self->attempts = 0;
  self->broken_at = -1;
  self->retry_at = -1;
}

static WfVideoAction
go_idle (WfVideoMachine *self)
{
  gboolean was_open = self->open;

  wf_video_machine_init (self);

  return was_open ? WF_VIDEO_ACTION_STOP : WF_VIDEO_ACTION_NONE;
}

static WfVideoAction
open_now (WfVideoMachine *self,
          int64_t         now)
{
  gboolean was_open = self->open;

  self->open = TRUE;
  self->interval = 0;
  self->opened_at = now;
  self->retry_at = -1;
  self->attempts++;

  return was_open ? WF_VIDEO_ACTION_RESTART : WF_VIDEO_ACTION_START;
}

/* Closes what is open and says when it is tried again. A link that has shown nothing for long counts as failed, but is
 * still tried: the vehicle may only be behind a hill. */
static WfVideoAction
break_off (WfVideoMachine *self,
           WfVideoReason   reason,
           int64_t         now)
{
  gboolean was_open = self->open;

  self->open = FALSE;
  self->reason = reason;
  if (self->broken_at < 0)
    self->broken_at = now;

  if (wf_video_reason_is_final (reason))
    {
      self->state = WF_VIDEO_STATE_FAILED;
      self->retry_at = -1;
    }
  else if (now - self->broken_at >= WF_VIDEO_GIVE_UP_AFTER)
    {
      self->state = WF_VIDEO_STATE_FAILED;
      self->retry_at = now + WF_VIDEO_FAILED_RETRY;
    }
  else
    {
      self->state = WF_VIDEO_STATE_RECONNECTING;
      self->retry_at = now + wf_video_backoff (self->attempts);
    }

  return was_open ? WF_VIDEO_ACTION_STOP : WF_VIDEO_ACTION_NONE;
}

static WfVideoAction
step_wanted (WfVideoMachine *self,
             int64_t         now)
{
  /* Pictures that nobody saw were not made, so their absence says nothing. */
  if (self->unwanted_at >= 0 && self->state == WF_VIDEO_STATE_LIVE)
    self->last_frame_at = now;
  self->unwanted_at = -1;

  if (self->state != WF_VIDEO_STATE_IDLE)
    return WF_VIDEO_ACTION_NONE;

  self->state = WF_VIDEO_STATE_CONNECTING;
  self->reason = WF_VIDEO_REASON_NONE;
  self->broken_at = now;

  return open_now (self, now);
}

static WfVideoAction
step_frame (WfVideoMachine *self,
            int64_t         now)
{
  /* A picture of a pipeline that was given up meanwhile says nothing about the next one. */
  if (!self->open)
    return WF_VIDEO_ACTION_NONE;

  /* Not over a gap: it says nothing about how often pictures come. */
  if (self->state == WF_VIDEO_STATE_LIVE)
    {
      int64_t interval = CLAMP (now - self->last_frame_at, 0, WF_VIDEO_STALL_AFTER);
      self->interval = self->interval == 0 ? interval : (7 * self->interval + interval) / 8;
    }

  self->state = WF_VIDEO_STATE_LIVE;
  self->reason = WF_VIDEO_REASON_NONE;
  self->last_frame_at = now;
  forget_attempts (self);

  return WF_VIDEO_ACTION_NONE;
}

static WfVideoAction
step_open (WfVideoMachine *self,
           int64_t         now)
{
  gboolean has_picture = self->last_frame_at >= self->opened_at;

  if (!has_picture)
    {
      if (now - self->opened_at >= WF_VIDEO_CONNECT_LIMIT)
        return break_off (self, WF_VIDEO_REASON_TIME_OUT, now);
      return WF_VIDEO_ACTION_NONE;
    }

  int64_t age = now - self->last_frame_at;

  if (age >= WF_VIDEO_REOPEN_AFTER)
    {
      self->state = WF_VIDEO_STATE_RECONNECTING;
      self->reason = WF_VIDEO_REASON_TIME_OUT;
      self->broken_at = now;
      return open_now (self, now);
    }

  if (age >= WF_VIDEO_STALL_AFTER + 3 * self->interval)
    self->state = WF_VIDEO_STATE_STALLED;

  return WF_VIDEO_ACTION_NONE;
}

static WfVideoAction
step_tick (WfVideoMachine *self,
           int64_t         now)
{
  if (self->unwanted_at >= 0)
    return now - self->unwanted_at >= WF_VIDEO_GRACE ? go_idle (self) : WF_VIDEO_ACTION_NONE;

  if (self->open)
    return step_open (self, now);

  if (self->retry_at >= 0 && now >= self->retry_at)
    return open_now (self, now);

  return WF_VIDEO_ACTION_NONE;
}

static WfVideoAction
step_retry (WfVideoMachine *self,
            int64_t         now)
{
  if (self->state == WF_VIDEO_STATE_IDLE || self->state == WF_VIDEO_STATE_LIVE)
    return WF_VIDEO_ACTION_NONE;

  forget_attempts (self);
  self->broken_at = now;
  self->state = self->last_frame_at >= 0 ? WF_VIDEO_STATE_RECONNECTING : WF_VIDEO_STATE_CONNECTING;
  self->reason = WF_VIDEO_REASON_NONE;

  return open_now (self, now);
}

/**
 * wf_video_machine_init:
 * @self: a machine
 *
 * Sets it to idle.
 */
void
wf_video_machine_init (WfVideoMachine *self)
{
  g_return_if_fail (self != NULL);

  *self = (WfVideoMachine) {
    .state = WF_VIDEO_STATE_IDLE,
    .opened_at = -1,
    .broken_at = -1,
    .last_frame_at = -1,
    .retry_at = -1,
    .unwanted_at = -1,
  };
}

/**
 * wf_video_machine_step:
 * @self: a machine
 * @event: what happened
 * @reason: why, for %WF_VIDEO_EVENT_ERROR
 * @now: monotonic milliseconds
 *
 * Moves the machine on. It reads nothing but its arguments.
 *
 * Returns: what the link has to do
 */
WfVideoAction
wf_video_machine_step (WfVideoMachine *self,
                       WfVideoEvent    event,
                       WfVideoReason   reason,
                       int64_t         now)
{
  g_return_val_if_fail (self != NULL, WF_VIDEO_ACTION_NONE);

  if (event == WF_VIDEO_EVENT_WANTED)
    return step_wanted (self, now);

  if (self->state == WF_VIDEO_STATE_IDLE)
    return WF_VIDEO_ACTION_NONE;

  switch (event)
    {
    case WF_VIDEO_EVENT_UNWANTED:
      if (self->unwanted_at < 0)
        self->unwanted_at = now;
      return WF_VIDEO_ACTION_NONE;

    case WF_VIDEO_EVENT_FRAME:
      return step_frame (self, now);

    case WF_VIDEO_EVENT_ERROR:
      return self->open ? break_off (self, reason, now) : WF_VIDEO_ACTION_NONE;

    case WF_VIDEO_EVENT_TICK:
      return step_tick (self, now);

    case WF_VIDEO_EVENT_RETRY:
      return step_retry (self, now);

    case WF_VIDEO_EVENT_WANTED:
    default:
      return WF_VIDEO_ACTION_NONE;
    }
}

/**
 * wf_video_backoff:
 * @attempts: how often it was tried since the last picture
 *
 * Returns: milliseconds to wait before the next attempt: doubled each time, bounded
 */
guint
wf_video_backoff (guint attempts)
{
  guint wait = WF_VIDEO_BACKOFF_FIRST;

  for (guint i = 1; i < attempts && wait < WF_VIDEO_BACKOFF_LAST; i++)
    wait *= 2;

  return MIN (wait, WF_VIDEO_BACKOFF_LAST);
}

/**
 * wf_video_reason_is_final:
 * @reason: a reason
 *
 * A wrong password tried again and again locks the account of a camera; a missing plugin or a broken address does not
 * mend itself, and a recording that was played is not played again and again. A person has to do something first.
 *
 * Returns: whether trying again by itself is of no use
 */
gboolean
wf_video_reason_is_final (WfVideoReason reason)
{
  return reason == WF_VIDEO_REASON_UNAUTHORIZED
         || reason == WF_VIDEO_REASON_CODEC
         || reason == WF_VIDEO_REASON_TRANSPORT
         || reason == WF_VIDEO_REASON_TOO_LARGE
         || reason == WF_VIDEO_REASON_CERTIFICATE
         || reason == WF_VIDEO_REASON_FINISHED
         || reason == WF_VIDEO_REASON_BAD_ADDRESS;
}

/**
 * wf_video_state_to_string:
 * @state: a state
 *
 * Returns: the state in a word or two, translated
 */
const char *
wf_video_state_to_string (WfVideoState state)
{
  switch (state)
    {
    case WF_VIDEO_STATE_IDLE:
      return _("Not open");
    case WF_VIDEO_STATE_CONNECTING:
      return _("Connecting…");
    case WF_VIDEO_STATE_LIVE:
      return _("Live");
    case WF_VIDEO_STATE_STALLED:
      return _("Picture frozen");
    case WF_VIDEO_STATE_RECONNECTING:
      return _("Reconnecting");
    case WF_VIDEO_STATE_FAILED:
      return _("No connection");
    default:
      g_return_val_if_reached ("");
    }
}

/**
 * wf_video_reason_to_sentence:
 * @reason: a reason
 * @detail: (nullable): what is known beside: a whole sentence, such as which package brings what is missing, or the
 *   certificate's fingerprint
 *
 * Returns: (transfer full) (nullable): a plain sentence that says what is wrong and what to do, translated
 */
char *
wf_video_reason_to_sentence (WfVideoReason  reason,
                             const char    *detail)
{
  switch (reason)
    {
    case WF_VIDEO_REASON_NONE:
      return NULL;
    case WF_VIDEO_REASON_REFUSED:
      return g_strdup (_("The unit refuses the connection: its video service is not running, or the port is wrong."));
    case WF_VIDEO_REASON_UNAUTHORIZED:
      return g_strdup (_("Wrong user name or password for this video."));
    case WF_VIDEO_REASON_NOT_FOUND:
      return g_strdup (detail != NULL ? detail : _("The unit is there, but offers no video under this address."));
    case WF_VIDEO_REASON_CODEC:
      return g_strdup (detail != NULL ? detail : _("A video plugin is missing on this computer."));
    case WF_VIDEO_REASON_NO_ROUTE:
      return g_strdup (_("The unit cannot be reached over the network."));
    case WF_VIDEO_REASON_TIME_OUT:
      return g_strdup (_("The unit does not answer, or sends no picture."));
    case WF_VIDEO_REASON_TRANSPORT:
      return g_strdup (_("The unit offers its video neither over TCP nor over UDP."));
    case WF_VIDEO_REASON_BAD_STREAM:
      return g_strdup (detail != NULL ? detail : _("What the unit sends cannot be read as video."));
    case WF_VIDEO_REASON_BAD_ADDRESS:
      return g_strdup (_("The address of this video is not valid."));
    case WF_VIDEO_REASON_ENDED:
      return g_strdup (_("The unit has ended the video."));
    case WF_VIDEO_REASON_WEB_PAGE:
      return g_strdup (_("Under this address there is a web page, not a video. Ask for the address of the stream itself."));
    case WF_VIDEO_REASON_TOO_LARGE:
      return g_strdup (detail != NULL ? detail : _("The picture is too large to be shown. Choose a smaller stream of this "
                                                   "camera."));
    case WF_VIDEO_REASON_CERTIFICATE:
      if (detail == NULL)
        return g_strdup (_("The certificate of the unit is not known to this computer. Let it trust whoever signed that."));
      return g_strdup_printf (_("The certificate of the unit is not known. If it is the right one, add #sha256=%s to "
                                "the address."), detail);
    case WF_VIDEO_REASON_HARDWARE:
      return g_strdup (_("This computer's video hardware does not decode this video."));
    case WF_VIDEO_REASON_FINISHED:
      return g_strdup (_("The recording has come to its end."));
    case WF_VIDEO_REASON_LOST:
      return g_strdup (_("The connection was lost."));
    default:
      g_return_val_if_reached (NULL);
    }
}
